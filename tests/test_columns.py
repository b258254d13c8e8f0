"""Columns: tables as they stand in their files, put in our terms."""

import gzip

import numpy as np
import pandas as pd
import pytest

from stance import columns
from stance.config import compose, plain
from stance.errors import StanceError

ROWS = {"document": ["a", "b"], "text": ["Left, he said.", "“Нет” 😀"], "gold": ["None", "NA"]}
TABLE = pd.DataFrame(ROWS)
JSONL = TABLE.to_json(orient="records", lines=True, force_ascii=False)


def saved(folder, name, content):
    """The path of a new file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder, name, content):
    return columns.read(saved(folder, name, content)).to_dict("list")


# Formats


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", TABLE.to_csv(index=False)),
        ("a.CSV", TABLE.to_csv(index=True)),
        ("a.csv", TABLE.to_csv(index=False, sep=";")),
        ("a.csv", TABLE.to_csv(index=False, sep="\t")),
        ("a.csv", "\ufeff" + TABLE.to_csv(index=False, lineterminator="\r\n")),
        ("a.csv", TABLE.to_csv(index=False).encode("utf-16")),
        ("a.csv.gz", gzip.compress(TABLE.to_csv(index=False).encode())),
        ("a.tsv", TABLE.to_csv(index=False, sep="\t")),
        ("a.tsv.gz", gzip.compress(TABLE.to_csv(index=False, sep="\t").encode())),
        ("a.jsonl", JSONL),
        ("a.jsonl", "\ufeff" + JSONL.replace("\n", "\r\n\r\n")),
        ("a.jsonl.gz", gzip.compress(JSONL.encode())),
    ],
)
def test_formats_agree_and_no_word_is_lost(tmp_path, name, content):
    assert read(tmp_path, name, content) == ROWS


def test_parquet_keeps_what_pandas_made_an_index(tmp_path):
    TABLE.to_parquet(tmp_path / "a.parquet")
    TABLE[TABLE["gold"] == "NA"].set_index("document").to_parquet(tmp_path / "b.parquet")
    assert columns.read(tmp_path / "a.parquet").to_dict("list") == ROWS
    assert sorted(columns.read(tmp_path / "b.parquet")) == ["document", "gold", "text"]


def test_cells_keep_line_breaks_quotation_marks_and_zeros(tmp_path):
    content = 'document, text\n007,"She said ""no"",\nand left."\n\n1.0,\n'
    assert read(tmp_path, "a.csv", content) == {
        "document": ["007", "1.0"],
        "text": ['She said "no",\nand left.', ""],
    }


def test_tab_separated_texts_need_no_quotation_marks(tmp_path):
    content = 'document\ttext\na\t"No," he said.\nb\tan open " mark\nc\t"\n'
    assert read(tmp_path, "a.tsv", content)["text"] == ['"No," he said.', 'an open " mark', '"']


def test_a_cell_may_hold_a_long_article(tmp_path):
    assert read(tmp_path, "a.csv", "text\n" + "x" * 200_000)["text"] == ["x" * 200_000]


def test_json_lines_may_lack_keys_and_hold_line_separators(tmp_path):
    content = '{"id": 7, "text": "a\u2028b"}\n{"id": 8}\n'
    found = read(tmp_path, "a.jsonl", content)
    assert (found["id"], found["text"][0]) == ([7, 8], "a\u2028b")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", "", r"The table .*a\.csv is empty; wanted a line of column names, then rows\."),
        (
            "a.csv",
            "a,b\n1,2\n\n3,4,5\n",
            r"a\.csv, line 4: 3 cells where the header has 2\. A cell",
        ),
        ("a.csv", "a,b\n1,2\n3\n", r"line 3: 1 cell where the header has 2\. .* that holds ',', a"),
        (
            "a.csv",
            'a,b\n1,"He left\n',
            r"a\.csv, line 2: unexpected end of data\. A cell that hold",
        ),
        ("a.csv", 'a,b\n1,"No" he said\n', r"line 2: ',' expected after '\"'\. .*must stand in"),
        ("a.tsv", "a\tb\n1\n", r"a\.tsv, line 2: 1 cell where the header has 2\."),
        ("a.csv", "a,a\n1,2\n", r"a\.csv has two columns named 'a'\. Rename one of them\."),
        ("a.jsonl", '{"a": 1}\n{"a": \n', r"a\.jsonl, line 2: .* Wanted one JSON object\."),
        ("a.jsonl", "[1, 2]\n", r"a\.jsonl, line 1: '\[1, 2\]' is no JSON object\."),
        ("a.parquet", "PAR1", r"a\.parquet is no readable Parquet file: "),
        (
            "a.xlsx",
            "PK",
            r"a\.xlsx is no table that can be read; wanted \.csv, \.tsv, \.jsonl, \.pa",
        ),
    ],
)
def test_a_table_that_cannot_be_read(tmp_path, name, content, words):
    with pytest.raises(StanceError, match=words):
        read(tmp_path, name, content)


def test_a_missing_table():
    with pytest.raises(StanceError, match=r"The table x\.csv does not exist \(looked in /.*\)\."):
        columns.read(columns.Path("x.csv"))


# Terms


def test_columns_may_swap_names_and_serve_twice():
    table = pd.DataFrame({"text": ["x"], "title": ["y"], "n": [1]})
    mapped = columns.rename(table, {"text": "title", "title": "text", "holder": "n"}, "x")
    assert mapped.to_dict("list") == {"text": ["y"], "title": ["x"], "holder": [1]}


def test_a_column_that_is_not_there():
    words = (
        r"x\.csv has no column 'txt'\. Did you mean 'text'\? Known: n, text\. .*columns\.text=bo"
    )
    with pytest.raises(StanceError, match=words):
        columns.rename(pd.DataFrame({"text": ["x"], "n": [1]}), {"text": "txt"}, "x.csv")


def test_strings_of_whatever_a_source_keeps():
    table = pd.DataFrame(
        {
            "document": [7, 10**17 + 1],
            "id": np.array([7.0, np.nan], dtype="float32"),
            "text": ["NA", None],
            "gold": pd.Categorical(["None", "b"]),
            "date": pd.to_datetime(["2021-03-04", None]).date,
            "size": [1.5, 2],
        }
    )
    assert columns.strings(table, "x").to_dict("list") == {
        "document": ["7", "100000000000000001"],
        "id": ["7", ""],
        "text": ["NA", ""],
        "gold": ["None", "b"],
        "date": ["2021-03-04", ""],
        "size": [1.5, 2.0],
    }


def test_a_text_in_pieces():
    words = r"x\.jsonl, row 2: text should be a text, found a list\. Join its parts into one text"
    with pytest.raises(StanceError, match=words):
        columns.strings(pd.DataFrame({"text": ["a", ["b", "c"]]}), "x.jsonl")


def test_a_row_without_its_name():
    table = pd.DataFrame({"document": ["a", ""], "start": [0, None]})
    with pytest.raises(
        StanceError, match=r"x\.csv, row 2, has no document; fill it in or leave th"
    ):
        columns.filled(table, ["document"], "x.csv")
    with pytest.raises(StanceError, match=r"x\.csv, row 2, has no start;"):
        columns.filled(table, ["start"], "x.csv")


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        (["3", "", " 4 ", "5.0"], [3, None, 4, 5]),
        ([3.0, None], [3, None]),
        ([3, 4], [3, 4]),
        (pd.array([3, None], dtype="Int64"), [3, None]),
        ([None, None], [None, None]),
    ],
)
def test_offsets_are_whole_numbers_or_missing(given, whole):
    assert columns.offsets(pd.Series(given), "x").tolist() == whole


@pytest.mark.parametrize("wrong", ["3-9", "2.5", "-1", "inf"])
def test_offsets_that_count_nothing(wrong):
    values = pd.Series(["0", wrong], name="start")
    words = rf"x\.csv, row 2: start is '{wrong}'; offsets are whole numbers, counted in characters"
    with pytest.raises(StanceError, match=words):
        columns.offsets(values, "x.csv")


def test_label_words_in_any_case_and_numbers():
    words = pd.Series(["FAVOR", "None ", "-1", "", "True"])
    labels = {"none": "neutral", -1: "against", True: "favor"}
    expected = ["favor", "neutral", "against", "", "favor"]
    assert columns.stances(words, labels, "x").tolist() == expected
    assert columns.stances(words[:0], labels, "x").tolist() == []


def test_an_unknown_label_word():
    with pytest.raises(StanceError) as caught:
        columns.stances(pd.Series(["favor", "Favour", "Favour"]), {"none": "neutral"}, "x.csv")
    assert str(caught.value) == (
        "Unknown label 'Favour' in x.csv, row 2 (2 rows in all). Did you mean 'favor'? "
        "Known: against, favor, neutral, none. "
        "Map it to a stance, as in '+corpus.labels={Favour: neutral}'."
    )


def test_labels_that_map_to_no_stance():
    words = r"corpus\.labels maps 'pro' to 'favour'\. Did you mean 'favor'\? Known: against, favor"
    with pytest.raises(StanceError, match=words):
        columns.stances(pd.Series(["pro"]), {"pro": "favour"}, "x.csv")


@pytest.mark.parametrize(
    "word",
    ["Pro", "pro-EU", "in favour of", "1", "-1", "0", "NA", "TRUE", "no", "a/b", "a.b", "nan"],
)
def test_the_hint_of_an_unknown_label_can_be_typed(word):
    with pytest.raises(StanceError) as caught:
        columns.stances(pd.Series([word]), {}, "x")
    typed = str(caught.value).split("as in '")[1].split("'.")[0]
    labels = plain(compose("run", ["corpus=table", "corpus.path=x", typed]).corpus)["labels"]
    assert columns.stances(pd.Series([word, "none"]), labels, "x").tolist() == ["neutral"] * 2


@pytest.mark.parametrize("word", ["для", "it's", "a,b", "+1", "5.0", "null", "(neg)", "a: b"])
def test_the_hint_of_a_word_that_cannot_be_typed_is_a_line_of_yaml(word):
    import yaml

    with pytest.raises(StanceError) as caught:
        columns.stances(pd.Series([word]), {}, "x")
    line = str(caught.value).partition("Map it in a corpus file of your own, as in ")[2]
    assert yaml.safe_load(line.removesuffix(".")) == {"labels": {word: "neutral"}}
