"""Documents: whatever a `corpus=` option describes, as one table."""

import subprocess
import sys
from functools import lru_cache

import pandas as pd
import pytest
from omegaconf import OmegaConf

from stance import documents
from stance.config import compose, plain
from stance.errors import StanceError
from stance.mentions import given

ARTICLES = pd.DataFrame({"document": ["a", "b"], "text": ["One.\r\n\r\nTwo.", "Three."]})
SENTENCES = pd.DataFrame(
    {
        "text": ["The guards left.", "Nobody thanked the guards.", "It snowed."],
        "target": ["guards", "guards", "snow"],
        "from": ["4", "19", ""],
        "to": ["10", "25", ""],
        "stance": ["None", "AGAINST", ""],
        "article": [7, 7, 8],
    }
)
MAPPED = (
    "corpus.rows=sentences",
    "corpus.columns={actor: target, start: from, end: to, gold: stance, document: article}",
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@lru_cache
def base(option):
    """What `corpus=<option>` chooses."""
    return compose("run", [f"corpus={option}"])


def corpus(option, *overrides):
    """The corpus that a command line describes."""
    changed = OmegaConf.merge(base(option), OmegaConf.from_dotlist(list(overrides)))
    return plain(changed.corpus)


def read(option, path, *overrides):
    return documents.read(corpus(option, f"corpus.path={path}", *overrides))


def texts(folder, **articles):
    folder.mkdir(exist_ok=True)
    for name, text in articles.items():
        (folder / f"{name}.txt").write_bytes(text.encode())


# Files


def test_each_file_is_a_document(here):
    texts(here / "news", b="Two.\r\nLines.", a="\ufeffOne 😀.")
    table = read("files", "news")
    assert table.to_dict("list") == {"document": ["a", "b"], "text": ["One 😀.", "Two.\nLines."]}
    assert read("files", "news/b.txt")["document"].tolist() == ["b"]
    assert read("files", "'news/*.txt'").equals(table)


def test_names_tell_files_apart(here):
    texts(here / "news", **{"a": "1", "2021.v1": "2"})
    texts(here / "news" / "more", a="3")
    (here / "news" / "a.md").write_text("4")
    (here / "news" / "more.html").write_text("<html><body><p>Five is a number.</p></body></html>")
    assert read("files", "news").set_index("document")["text"].to_dict() == {
        "2021.v1": "2",
        "a.md": "4",
        "a.txt": "1",
        "more": "Five is a number.",
        "more/a": "3",
    }


def test_blank_files_are_left_out_and_counted(here):
    texts(here / "news", a=" \n", b="Two.", c="")
    table = read("files", "news")
    assert (table["document"].tolist(), table.attrs["blank"]) == (["b"], 2)


def test_pages_and_texts_together_know_what_they_know(here):
    texts(here / "news", a="One.")
    page = "<html><head><title>Road open</title></head><body><p>It snowed here.</p></body></html>"
    (here / "news" / "b.html").write_text(page)
    assert read("files", "news").to_dict("records") == [
        {"document": "a", "text": "One.", "title": ""},
        {"document": "b", "text": "Road open\n\nIt snowed here.", "title": "Road open"},
    ]


def test_the_embedded_corpus():
    table = documents.read(corpus("karabakh"))
    assert {"document", "text", "title", "source", "date"} <= set(table)
    assert table["document"].is_unique and (table["title"] != "").all()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "nowhere",
            r"nowhere does not exist \(looked in /.*\)\. Give a file, a folder or a quoted",
        ),
        ("", r"corpus\.path is empty; give a file, a folder or a data set's name\."),
        ("null", r"corpus\.path is empty"),
        ("empty", r"No file to read in the folder empty; wanted: \.txt, \.md, \.html, \.htm\."),
        ("blank", r"No text in blank; documents found: 2, all blank\."),
        ("photo.txt", r"photo\.txt is no readable text in any usual encoding\. Leave the file out"),
        ("a.csv", r"a\.csv is a table, not an article\. Read it with corpus=table\."),
        ("stance:nowhere", r"nowhere does not exist"),
    ],
)
def test_files_that_cannot_be_read(here, path, words):
    (here / "empty").mkdir()
    texts(here / "blank", a="", b="\n")
    (here / "photo.txt").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01")
    (here / "a.csv").write_text("document,text\n")
    with pytest.raises(StanceError, match=words):
        read("files", path)


def test_an_unknown_reader():
    words = r"corpus\.reader=file: Did you mean 'files'\? Known: files, hub, table\."
    with pytest.raises(StanceError, match=words):
        documents.read({"reader": "file", "path": "x"})


# Metadata and annotations


def test_metadata_knows_best_and_its_ids_are_strings(here):
    texts(here / "news", **{"1": "One.", "2": "Two."})
    known = [{"document": 1, "title": "First", "text": "not this", "year": 2021}]
    pd.DataFrame(known).to_json("known.jsonl", orient="records", lines=True)
    table = read("files", "news", "corpus.metadata=known.jsonl")
    assert table[["document", "text", "title"]].to_dict("list") == {
        "document": ["1", "2"],
        "text": ["One.", "Two."],
        "title": ["First", ""],
    }
    assert table["year"].iloc[0] == 2021


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("file,title\na,A\n", r"known\.csv has no column 'document'\. Known: file, title\."),
        ("document\na\na\n", r"known\.csv tells of the document 'a' twice; keep one row\."),
        ("document\na.txt\nz\n", r"none of the documents\. .* such as 'a'; found: a\.txt, z\."),
        ("document\n", r"known\.csv tells of none of the documents\. "),
    ],
)
def test_metadata_of_other_documents(here, content, words):
    texts(here / "news", a="One.")
    (here / "known.csv").write_text(content)
    with pytest.raises(StanceError, match=words):
        read("files", "news", "corpus.metadata=known.csv")


def annotated(here, content, **labels):
    (here / "gold.csv").write_text(content)
    chosen = corpus("files", "corpus.path=news", "corpus.annotations=gold.csv")
    return documents.annotated(chosen | {"labels": labels})


def test_annotations_in_the_words_of_the_corpus(here):
    table = annotated(
        here,
        "document,start,end,actor,stance,holder\n1,0,4,un,pro,author\n1,5,9,un,,\n",
        pro="favor",
    )
    assert table.values.tolist() == [
        [*("1", 0, 4), "un", "favor", "author"],
        ["1", 5, 9, "un", "", ""],
    ]
    assert documents.annotated(corpus("files", "corpus.path=news")) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("document,start,end,actor,label\n", r"gold\.csv has no column 'stance'\. Known: "),
        ("document,start,end,actor,stance\na,0,,un,favor\n", r"gold\.csv, row 1, has no end; fill"),
        ("document,start,end,actor,stance\na,0,x,un,favor\n", r"gold\.csv, row 1: end is 'x'; off"),
        ("document,start,end,actor,stance\na,0,1,,favor\n", r"gold\.csv, row 1, has no actor;"),
        (
            "document,start,end,actor,stance\na,0,1,un,good\n",
            r"Unknown label 'good' in gold\.csv, ",
        ),
    ],
)
def test_annotations_that_cannot_be_used(here, content, words):
    with pytest.raises(StanceError, match=words):
        annotated(here, content)


def test_missing_annotations():
    with pytest.raises(
        StanceError, match=r"The table gold\.csv does not exist \(looked in /.*\)\."
    ):
        documents.annotated({"annotations": "gold.csv"})


# Tables of articles


def save(table, path):
    ending = str(path).removesuffix(".gz").rpartition(".")[2]
    if ending == "jsonl":
        table.to_json(path, orient="records", lines=True)
    elif ending == "parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False, sep="\t" if ending == "tsv" else ",")


@pytest.mark.parametrize(
    "name", ["a.csv", "a.csv.gz", "a.tsv", "a.jsonl", "a.jsonl.gz", "a.parquet"]
)
def test_every_format_gives_the_same_articles(name):
    save(ARTICLES.assign(year=2021), name)
    table = read("table", name)
    assert table["document"].tolist() == ["a", "b"]
    assert table["text"].tolist() == ["One.\n\nTwo.", "Three."]
    assert table["year"].astype(int).tolist() == [2021, 2021]


def test_columns_are_mapped_and_ids_found():
    save(pd.DataFrame({"body": ["One.", " "], "head": ["H", ""], "text": ["-", "-"]}), "a.csv")
    mapped = ("corpus.columns.text=body", "corpus.columns.title=head")
    table = read("table", "a.csv", *mapped)
    assert table.to_dict("list") == {"document": ["1"], "text": ["One."], "title": ["H"]}
    assert table.attrs["blank"] == 1
    save(pd.DataFrame({"id": [30, 31], "text": ["One.", "Two."]}), "a.parquet")
    assert read("table", "a.parquet")["document"].tolist() == ["30", "31"]


def test_an_article_says_nothing_of_single_mentions():
    save(ARTICLES.assign(gold="whatever", start=1, holder="x", size=2), "a.csv")
    assert list(read("table", "a.csv")) == ["document", "text", "size"]


def test_a_folder_of_parts(here):
    for name in ("train.csv", "validation.jsonl", "test-00000-of-00001.parquet"):
        save(ARTICLES.assign(document=[f"{name[:2]}-a", f"{name[:2]}-b"]), name)
    save(ARTICLES, "notes.csv")
    table = read("table", here)
    assert dict(zip(table["document"], table["part"], strict=True)) == {
        **{"te-a": "test", "te-b": "test", "tr-a": "train", "tr-b": "train"},
        **{"va-a": "dev", "va-b": "dev"},
    }
    assert "part" not in read("table", here / "train.csv")


def test_a_folder_or_glob_of_other_tables_is_read_whole(here):
    for name in ("1.csv", "2.csv", "3.tsv"):
        save(ARTICLES.drop(columns="document"), name)
    assert read("table", here)["document"].tolist() == list("123456")
    assert read("table", "'*.csv'")["document"].tolist() == list("1234")


def test_parts_may_stand_in_a_column():
    save(ARTICLES.assign(split=["train", "validation"]), "a.csv")
    table = read("table", "a.csv", "corpus.columns.part=split")
    assert table["part"].tolist() == ["train", "dev"]


@pytest.mark.parametrize(
    ("table", "overrides", "words"),
    [
        (
            ARTICLES.rename(columns={"text": "Text"}),
            (),
            r"a\.csv has no column 'text'\. Did you mean 'Text'\? Known: Text, document\. ",
        ),
        (ARTICLES, ("corpus.columns.text=body",), r"a\.csv has no column 'body'\. Known: document"),
        (
            ARTICLES.assign(document="a"),
            (),
            r"Two rows of a\.csv have the document id 'a'; .* set corpus\.rows=sentences\.",
        ),
        (ARTICLES.assign(document=["a", ""]), (), r"a\.csv, row 2, has no document; fill it in or"),
        (ARTICLES[:0], (), r"The table of documents in a\.csv has no rows; at least one is needed"),
        (ARTICLES.assign(text=" "), (), r"No text in a\.csv; documents found: 2, all blank\."),
        (
            ARTICLES.assign(label="favor"),
            ("corpus.columns.gold=label",),
            r"corpus\.columns\.gold is for rows that are sentences; set corpus\.rows=sentences, or",
        ),
        (ARTICLES, ("corpus.rows=sentence",), r"corpus\.rows=sentence: Did you mean 'sentences'\?"),
    ],
)
def test_tables_of_articles_that_cannot_be_used(table, overrides, words):
    save(table, "a.csv")
    with pytest.raises(StanceError, match=words):
        read("table", "a.csv", *overrides)


def test_two_tables_of_one_part(here):
    for name in ("train.csv", "train.jsonl"):
        save(ARTICLES, name)
    with pytest.raises(
        StanceError, match=r"holds two tables named 'train'; keep one of them there"
    ):
        read("table", here)


def test_a_folder_without_tables(here):
    texts(here / "news", a="One.")
    with pytest.raises(
        StanceError, match=r"in the folder news; wanted: \.csv, \.tsv, \.jsonl, \.pa"
    ):
        read("table", "news")


# Tables of sentences


@pytest.mark.parametrize("name", ["a.csv", "a.tsv.gz", "a.jsonl", "a.parquet"])
def test_every_format_gives_the_same_sentences(name):
    save(SENTENCES, name)
    table = read("table", name, *MAPPED)
    known = ["document", "actor", "start", "end", "gold"]
    assert table[known].values.tolist() == [
        ["7", "guards", 4, 10, "neutral"],
        ["7", "guards", 19, 25, "against"],
        ["8", "snow", None, None, ""],
    ]
    assert given(table)["spans"].tolist() == [[[4, 10]], [[19, 25]], []]


def test_line_ends_of_sentences_stay_because_offsets_count_them():
    save(SENTENCES.assign(text="A\r\nguard"), "a.csv")
    assert read("table", "a.csv", *MAPPED)["text"][0] == "A\r\nguard"


def test_one_actor_for_all_rows():
    save(SENTENCES, "a.csv")
    table = read("table", "a.csv", "corpus.rows=sentences", "corpus.actor=un")
    assert table["actor"].tolist() == ["un"] * 3
    assert table["document"].tolist() == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("table", "overrides", "words"),
    [
        (
            SENTENCES,
            ("corpus.rows=sentences",),
            r"a\.csv has no column 'actor'\. Known: article, .* one actor with corpus\.actor=",
        ),
        (
            SENTENCES.assign(stance=["favor", "pro-EU", "pro-EU"]),
            MAPPED,
            r"Unknown label 'pro-EU' in a\.csv, row 2 \(2 rows in all\)\. Known: against, favor, "
            r"neutral, none\. Map it to a stance, as in '\+corpus\.labels=\{pro-EU: neutral\}'\.",
        ),
        (SENTENCES.assign(target=["a", "b", ""]), MAPPED, r"a\.csv, row 3, has no actor; fill it"),
        (
            SENTENCES.assign(to="x"),
            MAPPED,
            r"a\.csv, row 1: end is 'x'; offsets are whole numbers,",
        ),
    ],
)
def test_tables_of_sentences_that_cannot_be_used(table, overrides, words):
    save(table, "a.csv")
    with pytest.raises(StanceError, match=words):
        read("table", "a.csv", *overrides)


def test_an_unknown_label_in_a_part_is_found_in_its_file(here):
    save(SENTENCES, "train.csv")
    save(SENTENCES.assign(stance=["favor", "good", ""]), "test.csv")
    with pytest.raises(
        StanceError, match=r"Unknown label 'good' in .*/test\.csv, row 2 \(1 row in"
    ):
        read("table", here, *MAPPED)


# Hub data sets


def test_a_saved_data_set_spells_its_labels_out(here):
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    named = datasets.ClassLabel(names=["none", "against", "favor"])
    part = datasets.Dataset.from_dict({"text": ["One.", "Two."], "label": [2, -1]})
    part = part.cast_column("label", named)
    mapped = ("corpus.rows=sentences", "corpus.actor=un", "corpus.columns.gold=label")
    part.save_to_disk("one")
    assert read("hub", "one", *mapped)["gold"].tolist() == ["favor", ""]
    datasets.DatasetDict({"train": part, "validation": part}).save_to_disk("many")
    table = read("hub", "many", *mapped)
    assert table["part"].tolist() == ["train", "train", "dev", "dev"]


def test_a_folder_of_tables_is_read_as_such(here):
    (here / "set" / "data").mkdir(parents=True)
    save(SENTENCES, "set/data/train.csv")
    table = read("hub", "set", *MAPPED)
    assert (table["gold"][0], table["part"][0]) == ("neutral", "train")


def test_offline_a_hub_data_set_fails_at_once(monkeypatch):
    from datasets import config

    def unreachable(*_, **__):
        raise ConnectionError("Name or service not known")

    monkeypatch.setattr("huggingface_hub.dataset_info", unreachable)
    monkeypatch.setattr(config, "HF_HUB_OFFLINE", False)
    words = (
        r"The data set 'nobody/nothing' could not be loaded from the hub: .*nobody/nothing.* It "
        r"needs the network or an earlier download; check the name, or, offline, save it as a file"
    )
    with pytest.raises(StanceError, match=words):
        read("hub", "nobody/nothing")
    assert config.HF_HUB_OFFLINE is False


# The command line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["corpus=files", "corpus.path=nowhere"], "nowhere does not exist"),
        (["corpus=files"], "corpus.path has no default"),
        (["corpus=table", "corpus.path=a.csv", "corpus.columns.text=body"], "no column 'body'"),
    ],
)
def test_a_user_sees_one_message_and_exit_code_2(arguments, words):
    save(ARTICLES, "a.csv")
    command = [sys.executable, "-m", "stance", "label", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("stance: ") and done.stderr.count("\n") == 1
    assert words in done.stderr
