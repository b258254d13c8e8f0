import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import stance
from stance import STANCES, StanceError
from stance.predict import predict, stream

LINES = ["The patrol saved the road.", "The patrol failed us.", "The treaty came on Monday."]
ACTORS = ["patrol", "patrol", "treaty"]


@pytest.fixture
def door(finished, tmp_path):
    """The command as a function: `door("x.csv", "out.csv", "rows=sentences")` → counts."""

    def call(documents, out="out.csv", *words):
        given = [f"documents='{tmp_path / documents}'", f"out={tmp_path / out}"]
        given += [f"run={finished.folder}", "engine.workers=1"]
        return predict(stance.compose("predict", [*given, *words]))

    return call


def table(path, rows=1):
    found = pd.DataFrame({"n": range(3 * rows), "actor": ACTORS * rows, "text": LINES * rows})
    found.to_csv(path, index=False)
    return found


def rejects(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# Sentences --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "parquet"])
def test_ready_sentences_keep_their_order_and_columns(door, tmp_path, ending):
    given = table(tmp_path / "x.csv")
    given.to_csv(tmp_path / "x.tsv", sep="\t", index=False)
    given.to_json(tmp_path / "x.jsonl", orient="records", lines=True)
    given.to_parquet(tmp_path / "x.parquet")
    counts = door(f"x.{ending}", "new/out.csv")
    found = pd.read_csv(tmp_path / "new" / "out.csv")
    assert list(found) == ["n", "actor", "text", "predicted", *STANCES]
    assert found["predicted"].tolist() == ["favor", "against", "neutral"]
    assert found[["n", "text"]].equals(given[["n", "text"]])
    assert (counts["read"], counts["predicted"], counts["aside"]) == (3, 3, 0)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out.csv"]


def test_it_says_what_the_model_says(door, finished, tmp_path):
    given = table(tmp_path / "x.csv")
    door("x.csv", "out.parquet")
    found = pd.read_parquet(tmp_path / "out.parquet")[list(STANCES)]
    assert found.equals(pd.DataFrame(finished.model.predict_table(given)[list(STANCES)]))


def test_columns_and_actor_may_go_by_other_names(door, tmp_path):
    given = {"body": LINES[:1], "target": ["patrol"], "text": ["other"]}
    pd.DataFrame(given).to_csv(tmp_path / "x.csv", index=False)
    counts = door("x.csv", "out.csv", "columns.text=body", "columns.actor=target")
    assert counts["stances"].to_dict("records")[0]["actor"] == "patrol"
    found = pd.read_csv(tmp_path / "out.csv")
    assert found.loc[0, ["body", "text", "predicted"]].tolist() == [LINES[0], "other", "favor"]


def test_one_actor_may_be_given_for_all_rows(door, tmp_path):
    pd.DataFrame({"text": LINES[:2]}).to_csv(tmp_path / "x.csv", index=False)
    door("x.csv", "out.csv", "actor=patrol")
    assert pd.read_csv(tmp_path / "out.csv")["actor"].tolist() == ["patrol"] * 2


def test_new_actors_are_given_on_the_command_line(door, tmp_path):
    rows = {"text": ["The border guards saved us."], "actor": ["guards"]}
    pd.DataFrame(rows).to_csv(tmp_path / "x.csv", index=False)
    door("x.csv", "out.csv", "+actors.guards.aliases=[border guards]")
    assert pd.read_csv(tmp_path / "out.csv")["predicted"].tolist() == ["favor"]


def test_earlier_predictions_give_way(door, tmp_path):
    table(tmp_path / "x.csv")
    door("x.csv", "one.csv")
    door("one.csv", "two.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


# Articles ---------------------------------------------------------------------------------------


def test_articles_of_a_folder_are_read(door, finished, tmp_path):
    (tmp_path / "news" / "deep").mkdir(parents=True)
    (tmp_path / "news" / "a.txt").write_text(f"{LINES[0]} Ann Lee said the patrol failed us.")
    page = f"<html><head><title>Treaty</title></head><body><p>{LINES[2] * 9}</p></body></html>"
    (tmp_path / "news" / "deep" / "b.html").write_text(page)
    known = pd.DataFrame({"document": ["a"], "source": ["Gazette"]})
    known.to_csv(tmp_path / "known.csv", index=False)
    door("news", "out.parquet", f"metadata={tmp_path}/known.csv")
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert found["document"].unique().tolist() == ["a", "deep/b"]
    first = found.iloc[1]
    assert first[["holder", "voice", "source"]].tolist() == ["Ann Lee", "indirect", "Gazette"]
    assert first["mention"] == "a:27-61:patrol" and first["sentence"] == "a:27-61"
    assert [list(span) for span in first["spans"]] == [[17, 23]]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_articles_of_a_table_are_read(door, tmp_path, ending):
    given = pd.DataFrame({"text": [" ".join(LINES), "The sun rose."], "source": ["Gazette", "Sun"]})
    given.to_csv(tmp_path / "x.csv", index=False)
    given.to_json(tmp_path / "x.jsonl", orient="records", lines=True)
    given.to_parquet(tmp_path / "x.parquet")
    counts = door(f"x.{ending}", "out.csv")
    found = pd.read_csv(tmp_path / "out.csv")
    assert found["document"].tolist() == ["x:1"] * 3 and set(found["source"]) == {"Gazette"}
    assert found["predicted"].tolist() == ["favor", "against", "neutral"]
    assert (counts["read"], counts["predicted"]) == (2, 3)


def test_two_articles_may_share_a_name(door, tmp_path):
    rows = {"document": ["a", "a"], "text": [LINES[0], LINES[1]]}
    pd.DataFrame(rows).to_csv(tmp_path / "x.csv", index=False)
    door("x.csv")
    assert pd.read_csv(tmp_path / "out.csv")["mention"].tolist() == [
        "a:0-26:patrol",
        "a:0-21:patrol",
    ]


def test_a_table_with_actors_can_be_read_for_its_articles(door, tmp_path):
    table(tmp_path / "x.csv")
    counts = door("x.csv", "out.csv", "rows=documents")
    assert pd.read_csv(tmp_path / "out.csv")["mention"].tolist()[0] == "x:1:0-26:patrol"
    assert counts["predicted"] == 3


# What cannot be read ----------------------------------------------------------------------------


def test_rows_that_cannot_be_read_are_set_aside_not_dropped(door, tmp_path):
    lines = ["text,actor", "The patrol saved us.,patrol", ",patrol", "x,moon", "broken", "y,"]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    counts = door("x.csv", "out.parquet")
    assert (counts["read"], counts["predicted"], counts["aside"]) == (5, 1, 4)
    found = rejects(tmp_path / "out.rejects.jsonl")
    assert [(row["row"], row["reason"].partition("(")[0].strip()) for row in found] == [
        (4, "cells: 1, where the header has 2"),
        (2, "no text"),
        (3, found[2]["reason"].partition("(")[0].strip()),
        (5, "no actor"),
    ]
    assert found[2]["reason"].startswith("the run does not know the actor 'moon'. Known: patrol")
    assert found[2]["content"] == {"text": "x", "actor": "moon"}


def test_articles_that_cannot_be_read_are_set_aside(door, tmp_path):
    (tmp_path / "news").mkdir()
    for name, content in (("a.txt", LINES[0].encode()), ("b.txt", b"\0\xff\0"), ("c.txt", b" ")):
        (tmp_path / "news" / name).write_bytes(content)
    (tmp_path / "news" / "d.html").write_text("<html></html>")
    counts = door("news", "out.csv")
    assert (counts["read"], counts["predicted"], counts["aside"]) == (4, 1, 3)
    found = {row["where"].rpartition("/")[2]: row["reason"] for row in rejects(counts["rejects"])}
    assert "no readable text" in found["b.txt"] and found["c.txt"] == "no text"
    assert "d.html" in found


@pytest.mark.parametrize(
    ("content", "words", "told"),
    [
        (
            "text,actor\nx,moon\n",
            [],
            "Nothing could be predicted: 1 of 1 rows cannot be read. Firs",
        ),
        ("text\nThe sun rose.\n", [], "speaks of an actor of the run (1 rows read). Give others"),
        ("body,actor\nx,patrol\n", [], "x.csv has no column 'text'. Known: actor, body. Wanted t"),
        ("text,who\nx,patrol\n", ["rows=sentences"], "has no column 'actor'"),
        ("text,actor\nx,patrol\n", ["columns.holder=who"], "has no column 'who'"),
        ("text\nx\n", ["actor=patrl"], "does not know the actor 'patrl'. Did you mean 'patrol'?"),
        ("text,actor\nx,patrol\n", ["rows=sentence"], "rows=sentence: Did you mean 'sentences'?"),
        ("text,actor\nx,patrol\n", ["batch=0"], "batch=0: wanted a number of characters"),
        ("text,actor\nx,patrol\n", ["engine.name=spark"], "engine.name=spark: Known: dask, local."),
    ],
)
def test_bad_input_is_told_and_nothing_is_left(door, tmp_path, content, words, told):
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(StanceError) as error:
        door("x.csv", "out.csv", *words)
    assert told in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.parametrize(
    ("documents", "out", "told"),
    [
        ("nowhere.csv", "out.csv", "nowhere.csv does not exist"),
        ("x.csv", "out.xlsx", "the ending '.xlsx' is unknown; wanted .parquet, .csv, .jsonl."),
        ("x.csv", "x.csv", "is among the documents to read; name another."),
        ("x.csv", "x.csv/out.csv", "cannot be written"),
        ("x.docx", "out.csv", "x.docx is no file that can be read; wanted .txt"),
    ],
)
def test_wrong_paths_are_told(door, tmp_path, documents, out, told):
    table(tmp_path / "x.csv")
    (tmp_path / "x.docx").write_text("")
    with pytest.raises(StanceError) as error:
        door(documents, out)
    assert told in str(error.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv", "x.docx"]


def test_a_missing_unfinished_or_damaged_run_is_told(door, finished, tmp_path):
    table(tmp_path / "x.csv")
    with pytest.raises(StanceError, match="nowhere is no finished run"):
        door("x.csv", "out.csv", f"run={tmp_path}/nowhere")
    shutil.copytree(finished.folder, tmp_path / ".2026.part")
    with pytest.raises(StanceError, match=r"is no finished run: it was never finished"):
        door("x.csv", "out.csv", f"run={tmp_path}/.2026.part")
    shutil.copytree(finished.folder, tmp_path / "damaged")
    (tmp_path / "damaged" / "model.skops").write_bytes(b"PK nothing")
    with pytest.raises(StanceError, match="is no model that can be read"):
        door("x.csv", "out.csv", f"run={tmp_path}/damaged")


# Many at once, and interruptions ----------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["local", "dask"])
def test_two_workers_write_what_one_writes(door, tmp_path, engine):
    if engine == "dask":
        pytest.importorskip("distributed")
    table(tmp_path / "x.csv", rows=200)
    door("x.csv", "one.parquet", "batch=1000")
    door("x.csv", "two.parquet", "batch=1000", f"engine={engine}", "engine.workers=2")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_the_size_of_batches_changes_nothing(door, tmp_path):
    table(tmp_path / "x.csv", rows=20)
    door("x.csv", "one.csv")
    door("x.csv", "two.csv", "batch=100")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_interrupted_work_goes_on_where_it_stopped(door, tmp_path, monkeypatch, capsys):
    table(tmp_path / "x.csv", rows=20)
    door("x.csv", "whole.csv", "batch=500")
    read, calls = stream.batches, []

    def broken(*given):
        for number, batch in enumerate(read(*given)):
            calls.append(number)
            if number == 2 and len(calls) == 3:
                raise KeyboardInterrupt
            yield batch

    monkeypatch.setattr(stream, "batches", broken)
    monkeypatch.setattr("stance.predict.command.WORTH", 1)
    with pytest.raises(KeyboardInterrupt):
        door("x.csv", "out.csv", "batch=500")
    assert not (tmp_path / "out.csv").exists()
    assert "2 finished batches are kept in" in capsys.readouterr().err
    changed = pytest.raises(StanceError, match="since then, batch changed")
    with changed:
        door("x.csv", "out.csv", "batch=400", "resume=true")
    door("x.csv", "out.csv", "batch=500", "resume=true")
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not list(tmp_path.glob(".out*"))


@pytest.mark.slow
def test_killed_work_loses_nothing_and_leaves_no_process(finished, tmp_path):
    table(tmp_path / "x.csv", rows=3000)
    words = [f"run={finished.folder}", f"documents={tmp_path}/x.csv", f"out={tmp_path}/out.csv"]
    command = [sys.executable, "-m", "stance", "predict", *words, "batch=2000", "engine.workers=2"]
    process = subprocess.Popen(command)
    parts = tmp_path / ".out.csv.parts"
    while process.poll() is None and len(list(parts.glob("0*.json"))) < 5:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "out.csv").exists() and len(list(parts.glob("0*.json"))) >= 5
    subprocess.run([*command, "resume=true"], check=True, capture_output=True)
    assert len(pd.read_csv(tmp_path / "out.csv")) == 9000


def test_the_command_says_what_it_did(finished, tmp_path):
    (tmp_path / "x.csv").write_text("text,actor\nThe patrol saved us.,patrol\n,patrol\n")
    words = [f"run={finished.folder}", "documents=x.csv", "out=out.csv"]
    command = [sys.executable, "-m", "stance", "predict", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 predictions by actor" in done.stdout and "out.csv written." in done.stdout
    assert "Note: 1 of 2 rows are set aside in out.rejects.jsonl." in done.stderr
