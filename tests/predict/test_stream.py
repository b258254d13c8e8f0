import gzip

import pandas as pd
import pytest

from stance.errors import StanceError
from stance.predict import stream


def rows(path, size=10**6, encoding="auto"):
    return [row for batch in stream.table(path, size, encoding) for row in table(batch)]


def table(batch):
    return batch.rows.to_pylist() if batch.rows is not None else []


def rejects(path, size=10**6):
    found = [reject for batch in stream.table(path, size) for reject in batch.rejects]
    return [(row["row"], row["reason"], row["content"]) for row in found]


# Which files ------------------------------------------------------------------------------------


def test_articles_are_named_by_their_place(tmp_path):
    for name in ("a.txt", "b/c.html", "b/c.md", "notes.csv", ".hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert list(stream.find(tmp_path).values()) == ["a", "b/c.html", "b/c.md"]


def test_a_folder_without_articles_is_read_for_its_tables(tmp_path):
    (tmp_path / "a.csv").write_text("text\nx\n")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"text": "y"}\n'))
    found = list(stream.batches(stream.find(tmp_path), 100))
    assert [table(batch) for batch in found] == [[{"text": "x"}], [{"text": "y"}]]


@pytest.mark.parametrize(
    ("name", "told"),
    [("nowhere", "nowhere does not exist"), ("x.pdf", r"x\.pdf is no file that can be read; w")],
)
def test_what_cannot_be_read_is_told(tmp_path, name, told):
    (tmp_path / "x.pdf").write_text("")
    with pytest.raises(StanceError, match=told):
        stream.find(tmp_path / name)


# Batches ----------------------------------------------------------------------------------------


def test_batches_hold_about_as_many_characters_as_asked_for(tmp_path):
    lines = "".join(f"{'x' * 20},{n}\n" for n in range(100))
    (tmp_path / "a.csv").write_text(f"text,n\n{lines}")
    found = list(stream.table(tmp_path / "a.csv", 210))
    assert {len(batch.rows) for batch in found} == {10} and len(found) == 10
    assert [number for batch in found for number in batch.numbers] == list(range(1, 101))
    assert sum(batch.size for batch in found) == (tmp_path / "a.csv").stat().st_size


def test_long_rows_of_parquet_come_in_smaller_batches(tmp_path):
    table = pd.DataFrame({"text": ["x" * 1000] * 100}, index=range(5, 105))
    table.to_parquet(tmp_path / "a.parquet")
    found = list(stream.table(tmp_path / "a.parquet", 10_000))
    assert max(len(batch.rows) for batch in found) == 10
    assert found[1].numbers == range(11, 21) and found[0].rows.column_names == ["text"]


def test_articles_are_batched_by_their_size(tmp_path):
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text("x" * 100)
    found = list(stream.batches(stream.find(tmp_path), 200))
    assert [list(batch.articles.values()) for batch in found] == [["0", "1"], ["2", "3"], ["4"]]


# Formats ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'text,actor\n"He said ""no"", and left",UN\nNone,EU\n'),
        ("a.csv", 'text;actor\n"He said ""no"", and left";UN\n\nNone;EU\n'),
        ("a.tsv", 'text\tactor\nHe said "no", and left\tUN\nNone\tEU\n'),
        ("a.jsonl", '{"text": "He said \\"no\\", and left", "actor": "UN"}\n\n'
         '{"text": "None", "actor": "EU"}'),
    ],
    ids=["comma", "semicolon", "tab", "jsonl"],
)  # fmt: skip
def test_cells_are_read_as_they_stand(tmp_path, name, text):
    for packed in (False, True):
        path = tmp_path / (name + ".gz" * packed)
        path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        assert rows(path) == [
            {"text": 'He said "no", and left', "actor": "UN"},
            {"text": "None", "actor": "EU"},
        ]


def test_old_encodings_are_recognised(tmp_path):
    lines = "Миротворцы открыли дорогу и сказал представитель министерства.\n" * 20
    for encoding in ("cp1251", "utf-16", "utf-8-sig"):
        (tmp_path / "a.csv").write_bytes(f"text\n{lines}".encode(encoding))
        assert rows(tmp_path / "a.csv")[3] == {"text": lines.split("\n")[0]}, encoding


def test_categories_are_read_as_words(tmp_path):
    pd.DataFrame({"actor": pd.Categorical(["UN", "EU"])}).to_parquet(tmp_path / "a.parquet")
    assert rows(tmp_path / "a.parquet") == [{"actor": "UN"}, {"actor": "EU"}]


def test_a_column_of_several_types_becomes_text(tmp_path):
    lines = ['{"n": 1}', '{"n": "x"}', '{"n": [2]}', '{"n": "\\ud800"}', '{"m": 1}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert [row["n"] for row in rows(tmp_path / "a.jsonl")] == ["1", "x", "[2]", "?", None]


# What cannot be read ----------------------------------------------------------------------------


def test_broken_lines_are_set_aside_and_reading_goes_on(tmp_path):
    (tmp_path / "a.csv").write_text('text,actor\nx,UN\ny\n"z"z,EU\nlast,UN\n')
    assert [row["text"] for row in rows(tmp_path / "a.csv")] == ["x", "last"]
    assert rejects(tmp_path / "a.csv") == [
        (2, "cells: 1, where the header has 2", "y"),
        (3, "line 4: ',' expected after '\"'", '"z"z,EU'),
    ]


def test_lines_that_are_no_json_objects_are_set_aside(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n{"text":\n[1]\n{"text": "y"}\n')
    assert [row["text"] for row in rows(tmp_path / "a.jsonl")] == ["x", "y"]
    assert [(n, content) for n, _, content in rejects(tmp_path / "a.jsonl")] == [
        (2, '{"text":'),
        (3, "[1]"),
    ]


def test_a_quotation_mark_left_open_does_not_swallow_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "LONGEST", 1000)
    lines = "".join(f"row {n},UN\n" for n in range(500))
    (tmp_path / "a.csv").write_text(f'text,actor\n"open,UN\n{lines}')
    found = rows(tmp_path / "a.csv")
    assert found[-1] == {"text": "row 499", "actor": "UN"} and len(found) > 300
    assert rejects(tmp_path / "a.csv")[0][2].startswith('"open,UN\nrow 0')


def test_a_file_that_breaks_off_is_read_up_to_there(tmp_path):
    text = "text\n" + "".join(f"row {n} {hash(str(n))}\n" for n in range(20_000))
    packed = gzip.compress(text.encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    found = rows(tmp_path / "a.csv.gz", size=10_000)
    assert 5_000 < len(found) < 15_000
    [(row, reason, _)] = rejects(tmp_path / "a.csv.gz", size=10_000)
    assert row == len(found) + 1 and reason.startswith("cannot be read from here on: Compressed")


def test_a_damaged_parquet_file_is_set_aside(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nothing PAR1")
    [(row, reason, _)] = rejects(tmp_path / "a.parquet")
    assert row == 1 and reason.startswith("cannot be read from here on")


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        (b"", "auto", "is empty; wanted a line of column names"),
        (b"a,a\n1,2\n", "auto", "two columns named 'a'"),
        (b"a\n\x00\xff\x00\n", "auto", "is no readable text"),
        (b"a\nx\n", "cp9999", "encoding=cp9999 is no encoding"),
    ],
)
def test_a_table_that_is_none_is_told(tmp_path, text, encoding, told):
    (tmp_path / "a.csv").write_bytes(text)
    with pytest.raises(StanceError, match=told):
        rows(tmp_path / "a.csv", encoding=encoding)
