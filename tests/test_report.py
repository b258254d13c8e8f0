"""The page is whole: everything inside it, everything escaped, every figure told in words."""

import base64
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from browser import look

from stance.errors import StanceError
from stance.report import page

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="245pt" height="90pt"></svg>'
EVIL = '<script>alert("1")</script>'


def score_table() -> pd.DataFrame:
    rows = [
        ("f1_macro", "overall", "all", 0.625, 0.5, 0.75, 1540),
        ("matthews", "overall", "all", -0.25, -0.5, 0.0, 1540),
        ("brier", "overall", "all", 0.4, 0.3, 0.5, 1540),
        ("f1_macro", "actor", "mission", 0.5, np.nan, np.nan, 7),
        ("accuracy", "actor", "mission", 0.98, np.nan, np.nan, 7),
        ("f1", "stance", "favor", 0.31, 0.2, 0.4, 500),
        ("precision", "stance", "favor", 0.32, 0.2, 0.4, 500),
        ("f1", "actor_stance", "mission:favor", 0.33, 0.2, 0.4, 5),
        ("f1_macro", "rules.overall", "all", 0.41, 0.3, 0.5, 1540),
        ("f1_macro", "rules.actor", "mission", 0.42, 0.3, 0.5, 7),
        ("f1", "rules.stance", "favor", 0.43, 0.3, 0.5, 500),
        ("precision", "rules.stance", "favor", 0.44, 0.3, 0.5, 500),
    ]
    return pd.DataFrame(rows, columns=["metric", "scope", "group", "value", "low", "high", "n"])


def example_rows() -> pd.DataFrame:
    rows = [
        ("The mission, the mission!", [[4, 11], [17, 24]], "mission", "A. B.", "favor", "favor"),
        (f"{EVIL} helped the accords & us.", [[39, 46]], "accords", "author", "against", "neutral"),
    ]
    columns = ["text", "spans", "actor", "holder", "gold", "predicted"]
    return pd.DataFrame(rows, columns=columns).assign(favor=0.7, against=0.2, neutral=0.1)


def full(**changes) -> str:
    given = {
        "title": f"karabakh {EVIL}",
        "facts": {"corpus": "karabakh", "documents": 64},
        "scores": score_table(),
        "signature": "labels:favor,against,neutral|f1:macro",
        "figures": [{"svg": SVG, "caption": "Scores", "alt": 'macro F1 "0.62" & more'}],
        "examples": example_rows(),
        "tables": {"Rules": pd.DataFrame({"rule": ["blame_verb"], "rows": [12], "share": [0.125]})},
        "config": "seed: 2020\nname: <b>",
        "versions": {"scikit-learn": "1.9.1"},
        "names": {"mission": "The mission"},
    }
    return page(**(given | changes))


def plain(html: str) -> str:
    """What a reader sees, white space made single."""
    body = re.sub(r"<[^>]+>", " ", html.split("</style>")[1])
    return re.sub(r"\s+", " ", body)


class Outline(HTMLParser):
    """Every start tag with its attributes; complains about a tag that does not close."""

    def __init__(self):
        super().__init__()
        self.tags, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def outline(html: str) -> list[tuple[str, dict]]:
    parser = Outline()
    parser.feed(html)
    assert parser.open == []
    return parser.tags


def test_nothing_outside_the_page_and_no_script():
    html = full()
    tags = outline(html)
    assert not re.search(r"https?:|//", html.replace("data:image", ""))
    assert "url(" not in html and "@import" not in html
    assert {"script", "link", "iframe", "object"}.isdisjoint(tag for tag, _ in tags)
    assert all(a["src"].startswith("data:image/") for tag, a in tags if tag == "img")
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "default-src 'none'" in html


def test_text_is_escaped_everywhere():
    html = full(
        facts={EVIL: EVIL},
        signature=EVIL,
        config=EVIL,
        versions={EVIL: EVIL},
        names={"mission": EVIL, "accords": EVIL},
        tables={EVIL: pd.DataFrame({EVIL: [EVIL]})},
        figures=[{"svg": SVG, "caption": EVIL, "alt": f'"{EVIL}'}],
        examples=example_rows().assign(holder=EVIL, gold=EVIL),
        scores=score_table().replace({"rules.overall": f"{EVIL}.overall"}),
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 15
    outline(html)


def test_every_figure_is_drawn_inside_and_told():
    images = [attributes for tag, attributes in outline(full()) if tag == "img"]
    assert [image["alt"] for image in images] == ['macro F1 "0.62" & more']
    assert base64.b64decode(images[0]["src"].split(",")[1]).decode() == SVG


def test_a_figure_of_two_columns_is_wide():
    figure = {"svg": SVG.replace("245", "504"), "caption": "Words", "alt": "Words"}
    assert 'class="wide"' in full(figures=[figure])
    assert 'class="narrow"' in full()


def test_headline_comes_first_with_interval_and_baseline():
    words = plain(full())
    assert "0.62 macro F1 [0.50, 0.75]" in words
    assert "over 1,540 rows" in words
    assert "model 0.62 [0.50, 0.75] rules 0.41 [0.30, 0.50]" in words
    assert words.index("0.62 macro F1") < words.index("Figures")


def test_tables_say_what_the_scores_say():
    words = plain(full())
    assert "Overall model rules macro F1 0.62 [0.50, 0.75] 0.41 [0.30, 0.50]" in words
    assert "Matthews correlation −0.25 [−0.50, 0.00]" in words
    assert "By actor macro F1 rules macro F1 The mission n = 7 0.50 no interval 0.42 [" in words
    assert "By stance F1 rules F1 precision favor n = 500 0.31 [0.20, 0.40] 0.43 [" in words
    assert "By actor and stance F1 The mission, favor n = 5 0.33" in words
    assert "0.98" not in words and "0.44" not in words


def test_further_tables():
    assert "Rules rule rows share blame_verb 12 0.12" in plain(full())


def test_examples_mark_the_actor_and_name_the_holder():
    html = full()
    assert "<p>The <mark>mission</mark>, the <mark>mission</mark>!</p>" in html
    assert "&lt;/script&gt; helped the <mark>accords</mark> &amp; us." in html
    words = plain(html)
    assert "The mission · held by A. B. · predicted favor (0.70) · gold favor · right" in words
    assert "accords · held by the author · predicted neutral (0.10) · gold against · wrong" in words


def test_examples_without_holder_or_probabilities():
    rows = example_rows().drop(columns=["holder", "favor", "against", "neutral"])
    assert "The mission · predicted favor · gold favor · right" in plain(full(examples=rows))


def test_missing_probabilities_are_not_shown():
    rows = example_rows().assign(favor=np.nan, neutral=np.nan)
    assert "predicted favor · gold" in plain(full(examples=rows))


def test_the_least_page_has_no_empty_sections():
    html = page("a run", {}, score_table(), "labels:favor")
    headings = re.findall(r"<h2>(.*?)</h2>", html)
    assert headings == ["Scores", "How it was made"]
    assert "<details>" not in html
    outline(html)


def test_the_page_fits_a_phone_and_is_the_same_each_time():
    html = full()
    assert '<meta name="viewport" content="width=device-width' in html
    tables = [html[: found.start()].rstrip()[-1] for found in re.finditer("<table>", html)]
    assert len(tables) == 5 and html.count('class="box"') == 5 + 1
    assert full() == html


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1200])
def test_a_browser_shows_the_page_whole(tmp_path, width):
    seen = look(full(signature="labels:favor,against,neutral|" * 9), width, tmp_path)
    assert seen.pop("text") > 500
    assert seen == {"over": 0, "missing": [], "images": 1, "errors": []}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"figures": [{"svg": SVG, "caption": "Words", "alt": ""}]}, "'alt' is missing or empty"),
        ({"figures": [{"caption": "Words", "alt": "x"}]}, "'svg' is missing or empty in the one"),
        ({"scores": score_table().query("scope == 'stance'")}, "overall f1_macro, which the sco"),
        ({"scores": score_table().drop(columns="low")}, "scores lacks the column 'low'"),
    ],
)
def test_errors(changes, words):
    with pytest.raises(StanceError) as error:
        full(**changes)
    assert words in str(error.value)
