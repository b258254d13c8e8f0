"""Files: which a path means, and what stands in them: encodings, Markdown, web pages."""

import gzip
import os

import pytest

from stance import files
from stance.errors import StanceError

RUSSIAN = (
    "Миротворцы открыли дорогу\n\nСТЕПАНАКЕРТ, 9 мая. Миссия продолжает работу в регионе, "
    "заявил представитель министерства. «Мы не уйдём, пока люди нуждаются в защите», — сказал он."
)
FRENCH = (
    "Brême, le 9 mai. La mission a été prolongée, a déclaré le porte-parole du ministère à "
    "l'issue de la réunion où les députés étaient présents."
)
ENGLISH = (
    "The mission kept the road open, the ministry’s spokesman said. “We see no reason to leave,” "
    "he told reporters at a café – and left."
)
SPANISH = (
    "La misión continuará su labor, según el portavoz. «No hay ninguna razón para marcharse», "
    "añadió. Los niños volvieron a la escuela el año pasado."
)
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Convoys return to the valley road | Lowland Gazette</title>
<meta property="og:site_name" content="Lowland Gazette">
<meta property="article:published_time" content="2021-03-04T08:00:00Z">
<script>var x = "track me";</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li></ul></nav>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your experience. By
continuing you accept our policy.</p><button>Accept all</button></div>
<article><h1>Convoys return to the valley road</h1>
<p>The peacekeeping mission reopened the valley road on Thursday, and the first eleven
lorries arrived before noon.</p>
<p>&ldquo;Without the escort nobody would have driven it,&rdquo; said Anna Berg, who runs
the <a href="/dairy">dairy</a> in the upper village.</p>
<p>The next convoy is due on Monday, the ministry said in a short statement.</p></article>
<aside><h3>Most read</h3><ul><li><a href="/x">Ten recipes for quince</a></li></ul></aside>
<footer><p>&copy; 2021 Lowland Gazette. All rights reserved. Subscribe to our newsletter.</p>
</footer></body></html>"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder, **texts):
    """Files ``a_txt="…"`` in a folder, `__` for the folder's slash."""
    for name, content in texts.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def names(path, endings=files.ARTICLES):
    base, found = files.find(path, endings)
    return [file.relative_to(base).as_posix() for file in found]


# Paths


def test_a_path_is_a_file_a_folder_or_a_glob(here):
    write(here, a_txt="A", b__c_md="C", b__d_HTML="D", b__e_pdf="E", notes="N")
    assert names(here) == ["a.txt", "b/c.md", "b/d.HTML"]
    assert names(here / "a.txt") == ["a.txt"]
    assert names(here / "*.txt") == ["a.txt"]
    assert names(here / "**" / "[cd].*") == ["b/c.md", "b/d.HTML"]
    assert names(here / "note?") == ["notes"]  # a glob means just what it matches


def test_a_name_with_brackets_is_no_glob(here):
    write(here, **{"a[1]_txt": "A"})
    assert names(here / "a[1].txt") == ["a[1].txt"]


def test_hidden_files_are_never_meant(here):
    hidden = {"._a_txt": "x", "_ipynb_checkpoints__a_txt": "x", "_DS_Store": b"\0"}
    (here / ".hidden").mkdir()
    folder = write(here / ".hidden" / "docs", a_txt="A", **hidden)
    assert sorted(p.name for p in folder.iterdir()) == [
        *("..a.txt", ".DS.Store", ".ipynb.checkpoints", "a.txt"),
    ]
    assert names(folder) == names(folder / "*") == ["a.txt"]


def test_the_embedded_data_have_a_prefix():
    assert files.locate("stance:karabakh/articles") == files.DATA / "karabakh" / "articles"
    assert files.locate("~/a.txt") == files.Path.home() / "a.txt"
    assert files.locate(2020) == files.Path("2020")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere", r"nowhere does not exist \(looked in .*\)\. Give a file, a folder or a quoted"),
        ("*.txt", r"No file matches \*\.txt \(looked in .*\); wanted a file, a folder or a quoted"),
        ("empty", r"No file to read in the folder empty; wanted: \.txt, \.md, \.html, \.htm\."),
    ],
)
def test_no_file(here, path, words):
    (here / "empty").mkdir()
    with pytest.raises(StanceError, match=words):
        files.find(files.Path(path), files.ARTICLES)


# Text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((RUSSIAN, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1251")),
        (RUSSIAN.translate({ord(mark): '"' for mark in "«»—"}), "koi8-r"),
        *((FRENCH, encoding) for encoding in ("utf-8", "cp1252", "latin-1")),
        *((ENGLISH, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")),
        (SPANISH, "cp1252"),  # fits cp1250, too, with ń for ñ
        ("Said 😀 in 𝒳", "utf-16"),
    ],
)
def test_usual_encodings_are_detected(here, text, encoding):
    write(here, a_txt=text.encode(encoding))
    assert files.read(here / "a.txt") == text
    assert files.read(here / "a.txt", encoding) == text


def test_big_endian_utf_16_is_told_by_its_mark(here):
    write(here, a_txt=b"\xfe\xff" + "Да".encode("utf-16-be"))
    assert files.read(here / "a.txt") == "Да"


def test_one_bad_byte_does_not_spoil_utf_8(here):
    write(here, a_txt=RUSSIAN.removesuffix("он.").encode() + b"\xff!")
    assert files.read(here / "a.txt") == RUSSIAN.removesuffix("он.") + "\ufffd!"


def test_gzipped_text_is_read(here):
    write(here, a_txt_gz=gzip.compress(RUSSIAN.encode("cp1251")))
    assert files.read(here / "a.txt.gz") == RUSSIAN


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("content", "encoding", "words"),
    [
        (JPEG, "auto", r"a\.txt is no readable text in any usual encoding\. Leave the file out"),
        (b"PK\3\4\0\0abc", "auto", r"save it as UTF-8 text, or name its encoding with corpus\.enc"),
        (bytes(range(128, 256)) * 3, "auto", r"a\.txt is no readable text in any usual encoding"),
        (RUSSIAN.encode("cp1251"), "utf-8", r"a\.txt is no readable text in utf-8\."),
        (
            b"A",
            "klingon",
            r"corpus\.encoding=klingon is no encoding; try auto, cp1251 or latin-1\.",
        ),
    ],
)
def test_bytes_that_are_no_text(here, content, encoding, words):
    write(here, a_txt=content)
    with pytest.raises(StanceError, match=words):
        files.read(here / "a.txt", encoding)


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"x" * 99)[:-9]])
def test_a_broken_gzip_file(here, content):
    write(here, a_csv_gz=content)
    with pytest.raises(StanceError, match=r"a\.csv\.gz cannot be read: .+\."):
        files.read(here / "a.csv.gz")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user with limits")
def test_a_file_without_permission(here):  # pragma: no cover
    write(here, a_txt="A")
    (here / "a.txt").chmod(0)
    with pytest.raises(StanceError, match=r"a\.txt cannot be read: .*Permission denied"):
        files.read(here / "a.txt")


# Articles


def article(folder, encoding="auto", **content):
    write(folder, **content)
    return files.article(next(folder.iterdir()), encoding)


def test_plain_text_stays_with_one_kind_of_line_end(here):
    assert article(here, a_txt="\ufeffA # b\r\n\r\n*Not* marked\rC\n") == {
        "text": "A # b\n\n*Not* marked\nC\n"
    }


def test_markdown_loses_its_marks_and_keeps_its_words(here):
    marked = """# Road *reopened*

The [mission](https://x.example "title") said it was **ready**,
and waited.\\
It snowed &amp; rained.

![A lorry](a.jpg)
<!-- cut here -->

> “We stay.”

- flour
- salt & `oil`

## What next?

    Indented as of old.

---
The end\\*
"""
    assert article(here, a_md=marked)["text"].split("\n\n") == [
        "Road reopened",
        "The mission said it was ready, and waited.\nIt snowed & rained.",
        "“We stay.”",
        "flour",
        "salt & oil",
        "What next?",
        "Indented as of old.",
        "The end*",
    ]


def test_a_markdown_header_tells_what_is_known(here):
    text = '---\ntitle: "Road: reopened"\nauthor: M\ndate: 2021-03-04\n---\nIt snowed.\n'
    assert article(here, a_md=text) == {
        "title": "Road: reopened",
        "date": "2021-03-04",
        "text": "Road: reopened\n\nIt snowed.",
    }


def test_a_rule_that_opens_a_markdown_text_is_no_header(here):
    assert article(here, a_md="---\nIt snowed.\n\n---\nIt thawed.\n") == {
        "text": "It snowed.\n\nIt thawed."
    }


def test_of_a_web_page_only_the_article_is_kept(here):
    assert article(here, page_html=PAGE) == {
        "title": "Convoys return to the valley road",
        "source": "Lowland Gazette",
        "date": "2021-03-04",
        "text": "Convoys return to the valley road\n\n"
        "The peacekeeping mission reopened the valley road on Thursday, and the first eleven "
        "lorries arrived before noon.\n\n"
        "“Without the escort nobody would have driven it,” said Anna Berg, who runs the dairy in "
        "the upper village.\n\n"
        "The next convoy is due on Monday, the ministry said in a short statement.",
    }


def test_a_web_page_in_the_encoding_it_declares(here):
    body = "".join(f"<p>{line}</p>" for line in RUSSIAN.split("\n\n"))
    page = f"<html><head><meta charset='windows-1251'></head><body>{body}</body></html>"
    assert article(here, a_htm=page.encode("cp1251"))["text"] == RUSSIAN


def test_a_headline_that_stands_only_in_the_head_opens_the_text(here):
    page = (
        "<html><head><title>Road open</title></head><body><p>It snowed all day.</p></body></html>"
    )
    assert article(here, a_html=page)["text"] == "Road open\n\nIt snowed all day."


@pytest.mark.parametrize("name", ["a_html", "a_md", "a_txt"])
def test_a_blank_file_is_a_blank_article(here, name):
    assert article(here, **{name: " \n"}) == {"text": " \n"}


def test_a_web_page_without_an_article(here):
    with pytest.raises(StanceError, match=r"No article found in the web page .*a\.html\. Save its"):
        article(here, a_html="<html><head><title>Error 404</title></head><body></body></html>")


def test_a_table_is_no_article(here):
    with pytest.raises(StanceError, match=r"a\.csv is a table, not an article\. Read it with cor"):
        article(here, a_csv="document,text\n")


def test_a_folder_of_many_files_is_read_whole(here):
    for number in range(1000):
        (here / f"{number}.txt").write_text(RUSSIAN, "utf-8")
    assert len([files.article(path, "auto") for path in files.find(here, (".txt",))[1]]) == 1000
