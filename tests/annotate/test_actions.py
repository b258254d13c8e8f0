import csv
import io
import json
import subprocess
import sys

import pandas as pd
import pytest
from omegaconf import OmegaConf

from stance import ledger
from stance.annotate import actions as annotate
from stance.config import compose
from stance.errors import StanceError


@pytest.fixture
def config(toy, tmp_path):
    """Compose `stance annotate` on the toy corpus: 18 mentions in six articles, two actors."""

    def made(*overrides):
        found = compose("annotate", [f"out={tmp_path}", *overrides])
        for group in ("corpus", "actors"):
            text = (toy / "conf" / group / "toy.yaml").read_text("utf-8")
            found[group] = OmegaConf.create(text)
        return found

    return made


def fill(folder, name, labels):
    """Label the exported sheet as somebody would: their own copy, in the order it came."""
    rows = list(csv.DictReader(io.StringIO((folder / "sheet.csv").read_text("utf-8-sig"))))
    for row, label in zip(rows, labels, strict=True):
        row["label"] = label
    table = pd.DataFrame(rows)
    table.to_csv(folder / f"{name}.csv", index=False)
    return table["mention"].tolist()


def votes(folder):
    return ledger.read(folder / "votes.csv")


def test_what_goes_out_comes_back_under_the_same_ids(config, tmp_path, capsys):
    annotate.main(config("format=csv", "items=4"))
    mentions = fill(tmp_path, "anna", ["favor", "against", "neutral", "skip"])
    assert mentions == fill(tmp_path, "ben", ["favor"] * 4)
    annotate.main(config("action=import", f"files=[{tmp_path}/anna.csv,{tmp_path}/ben.csv]"))
    found = votes(tmp_path)
    assert found.groupby("annotator")["mention"].apply(list).to_dict() == {
        "anna": mentions,
        "ben": mentions,
    }
    assert found["label"].tolist() == ["favor", "against", "neutral", "", *["favor"] * 4]
    assert found["note"].tolist()[3] == "skipped"
    assert found["probability"].round(6).unique().tolist() == [0.222222]
    assert "8 new votes" in capsys.readouterr().out


def test_a_workbook_comes_back_too(config, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    annotate.main(config("format=xlsx", "items=2"))
    book = openpyxl.load_workbook(tmp_path / "sheet.xlsx")
    column = [cell.value for cell in book.active[1]].index("label") + 1
    for row, word in ((2, "favor"), (3, "skip")):
        book.active.cell(row, column).value = word
    book.save(tmp_path / "anna.xlsx")
    annotate.main(config("action=import", f"files={tmp_path}/anna.xlsx"))
    found = votes(tmp_path)
    assert found["label"].tolist() == ["favor", ""]
    assert found["probability"].round(6).tolist() == [0.111111] * 2


def test_the_same_files_again_add_nothing(config, tmp_path, capsys):
    annotate.main(config("format=csv", "items=2"))
    fill(tmp_path, "anna", ["favor", "skip"])
    for _ in range(2):
        annotate.main(config("action=import", f"files={tmp_path}/anna.csv"))
    assert len(votes(tmp_path)) == 2
    assert "2 of 2 votes are in the ledger already" in capsys.readouterr().err


def test_work_that_grew_adds_what_is_new(config, tmp_path):
    annotate.main(config("format=csv", "items=3"))
    fill(tmp_path, "anna", ["favor", "", ""])
    annotate.main(config("action=import", f"files={tmp_path}/anna.csv", "partial=true"))
    fill(tmp_path, "anna", ["favor", "neutral", "skip"])
    annotate.main(config("action=import", f"files={tmp_path}/anna.csv"))
    assert votes(tmp_path)["label"].tolist() == ["favor", "neutral", ""]


def test_tasks_name_the_actor_and_its_holder(config, tmp_path):
    annotate.main(config("items=18"))
    data = [task["data"] for task in json.loads((tmp_path / "labelstudio.json").read_text())]
    assert {row["actor"] for row in data} == {"Border patrol", "Border treaty"}
    assert {(row["holder"], row["probability"]) for row in data} == {("author", 1.0)}


def test_a_cancelled_item_gives_way_to_the_same_annotators_vote(config, tmp_path):
    table = "mention,label,annotator\na:0-29:patrol,cancelled,ann\na:0-29:patrol,favor,ann\n"
    (tmp_path / "x.csv").write_text(table)
    assert annotate.votes(config(f"files={tmp_path}/x.csv"))["label"].tolist() == ["favor"]


def test_disagreed_asks_where_annotators_in_the_ledger_differ(config, tmp_path):
    rows = [(m, a, "favor") for m in ("a:0-29:patrol", "b:0-26:patrol") for a in ("ann", "bob")]
    table = pd.DataFrame(rows, columns=["mention", "annotator", "label"])
    table.loc[3, "label"] = "neutral"
    ledger.append(tmp_path / "votes.csv", table)
    found = annotate.items(config("choose=disagreed"))
    assert found["mention"].tolist() == ["b:0-26:patrol"]


def test_a_run_tells_what_it_is_torn_about(config, toy, tmp_path, monkeypatch):
    table = annotate.label.examples(config())
    sure = pd.DataFrame({"mention": table["mention"], "favor": 1.0, "against": 0.0, "neutral": 0.0})
    sure["predicted"] = "favor"
    sure.loc[3, ["favor", "against"]] = 0.5
    monkeypatch.setattr(annotate, "_predicted", lambda folder, table: sure)
    torn = annotate.items(config("choose=uncertain", "run=x", "items=1"))
    assert torn["mention"].tolist() == [sure["mention"][3]]
    other = annotate.items(config("choose=disagreed", "run=x"))
    assert set(other["mention"]) == set(table.loc[table["label"] != "favor", "mention"])
    done = pd.DataFrame({"mention": [sure["mention"][3]], "annotator": "ann", "label": "favor"})
    ledger.append(tmp_path / "votes.csv", done)
    again = annotate.items(config("choose=uncertain", "run=x", "items=17"))
    assert sure["mention"][3] not in set(again["mention"]) and len(again) == 17


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["action=imports"], "action=imports is no action. Did you mean 'import'"),
        (["action=import"], r"needs files=, as in files=\[anna\.xlsx"),
        (["action=import", "files=nowhere.csv"], r"nowhere\.csv does not exist"),
        (["choose=uncertain"], "needs a finished run whose model is asked, as in run="),
        (["choose=disagreed"], r"run=experiments/karabakh/latest, or votes in ledger=.*votes\.csv"),
        (["choose=stratified"], "needs the column 'source', which the mentions lack"),
        (["format=excel"], "format=excel is no format"),
    ],
)
def test_bad_input_is_told_and_leaves_nothing(overrides, words, config, tmp_path):
    with pytest.raises(StanceError, match=words):
        annotate.main(config(*overrides))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            ["a:0-29:patrol,favor", "z:0-29:patrol,favor"],
            r"x\.csv, row 2 \(z:0-29:patrol\): this mention is not in the corpus toy \(1 of 2 vo",
        ),
        (
            ["a:0-29:patrol,favor", "a:0-29:patrol,against"],
            r"'x' voted twice: favor in .*row 1 \(a:0.*, against in .*row 2 .*Nothing was impo",
        ),
        (["a:0-29:patrol,pro"], r"x\.csv, row 1 \(a:0-29:patrol\): unknown label 'pro'"),
        (["a:0-29:patrol,"], r"row 1 .*: the label is empty \(1 of 1 rows\)"),
    ],
)
def test_votes_that_cannot_be_told_leave_the_ledger_as_it_was(rows, words, config, tmp_path):
    (tmp_path / "x.csv").write_text("\n".join(["mention,label", *rows]))
    with pytest.raises(StanceError, match=words):
        annotate.main(config("action=import", f"files={tmp_path}/x.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_work_not_begun_is_told(config, tmp_path):
    (tmp_path / "x.csv").write_text("mention,label\na:0-29:patrol,\n")
    with pytest.raises(StanceError, match="None of the 1 items in files= has a label yet"):
        annotate.votes(config(f"files={tmp_path}/x.csv", "partial=true"))


def test_a_changed_mind_is_not_settled_silently(config, tmp_path):
    for label in ("favor", "against"):
        (tmp_path / "x.csv").write_text(f"mention,label\na:0-29:patrol,{label}\n")
        if label == "favor":
            annotate.main(config("action=import", f"files={tmp_path}/x.csv"))
    with pytest.raises(StanceError, match=r"votes\.csv with the new votes: 'x' voted twice"):
        annotate.main(config("action=import", f"files={tmp_path}/x.csv"))
    assert votes(tmp_path)["label"].tolist() == ["favor"]


def test_the_command(tmp_path):
    words = [sys.executable, "-m", "stance", "annotate", "format=doccano", f"out={tmp_path}"]
    done = subprocess.run([*words, "choose=stratified"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "doccano.jsonl").read_text().splitlines()
    assert len(lines) == 100 and "[[" in json.loads(lines[0])["text"]


def test_agreement_is_told_and_what_differs_is_queued_for_the_adjudicator(config, tmp_path, capsys):
    annotate.main(config("format=csv", "items=4"))
    first, *_ = fill(tmp_path, "anna", ["favor", "favor", "against", "neutral"])
    fill(tmp_path, "ben", ["against", "favor", "against", "neutral"])
    annotate.main(config("action=import", f"files=[{tmp_path}/anna.csv,{tmp_path}/ben.csv]"))
    annotate.main(config("action=agreement"))
    table = pd.read_csv(tmp_path / "agreement.csv").set_index(["measure", "scope"])
    assert table.loc[("agreement", "overall"), "value"] == 0.75
    assert (tmp_path / "anna-ben.png").exists() and (tmp_path / "anna-ben.svg").exists()
    queue = pd.read_csv(tmp_path / "queue.csv", keep_default_na=False)
    assert queue["mention"].tolist() == [first]
    assert "1 to settle" in capsys.readouterr().out
    queue.assign(label="favor").to_csv(tmp_path / "settled.csv", index=False)
    annotate.main(config("action=import", f"files={tmp_path}/settled.csv"))
    annotate.main(config("action=agreement"))
    assert pd.read_csv(tmp_path / "queue.csv").empty


def test_agreement_of_one_annotator_is_undefined_and_says_so(config, tmp_path):
    annotate.main(config("format=csv", "items=2"))
    fill(tmp_path, "anna", ["favor", "favor"])
    annotate.main(config("action=import", f"files={tmp_path}/anna.csv"))
    with pytest.raises(StanceError, match="undefined"):
        annotate.main(config("action=agreement"))
