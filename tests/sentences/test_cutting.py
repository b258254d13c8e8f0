"""Sentences: where they end, what they know of the quotation they lie in, and that none is lost."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.errors import StanceError
from stance.sentences import split
from stance.tables import COLUMNS

ROOT = Path(__file__).parents[2]
SEED = ROOT.parent / "shared" / "seed" / "interview.txt"


def table(*texts, **columns):
    names = [f"d{number}" for number in range(len(texts))]
    return pd.DataFrame({"document": names, "text": list(texts), **columns})


def sentences(text):
    return split(table(text))["text"].tolist()


def quotes(text):
    """Each sentence with the offset of its quotation, None where there is none."""
    rows = split(table(text))
    origins = [int(quote.split(":q")[1]) if quote else None for quote in rows["quote"]]
    return list(zip(rows["text"], origins, strict=True))


def test_the_table():
    rows = split(table("It rained. We left.", "Home."))
    assert list(rows) == list(COLUMNS["sentences"])
    assert rows.values.tolist() == [
        ["d0:0-10", "d0", 0, 10, "It rained.", "body", ""],
        ["d0:11-19", "d0", 11, 19, "We left.", "body", ""],
        ["d1:0-5", "d1", 0, 5, "Home.", "body", ""],
    ]


def test_a_blank_document_has_no_sentences():
    rows = split(table("", " \n\t ", "Home."))
    assert rows["document"].tolist() == ["d2"]
    empty = split(table(" "))
    assert (len(empty), list(empty)) == (0, list(COLUMNS["sentences"]))
    assert empty["start"].dtype == "int64"


@pytest.mark.parametrize(
    "text",
    [
        "We met A. V. Sorokin at noon. | J. R. Hale came too.",
        "Lt. Gen. V. L. Kalin, Ms. Ray and Mr. J. Hale spoke at the U.N. on Jan. 5. | It rained.",
        "It costs $3.5 million, see No. 5 and No. 6. | St. Ives is far, e.g. from Rome.",
        "He left at 5 p.m. Monday. | It was 5 p.m. | She stayed until 10:30 a.m. ET on Friday.",
        "Col. (ret.) Bo Ray spoke for then-Sen. Hale. | So did Sen. Fox (R., Ky.) then.",
        "Well... thirty years. | He left... | Then he came… | Then he went. | And… so what?",
        "Really?! | Yes!! | No.",
        "He said “no.” | She said “yes!” | (They laughed.) | [Applause.] | He (who knew?) left.",
        "1. First thing. | 2. Second thing. | World War I. | It ended.",
        "i love it. | he is bad. | no!",
        "► The list goes on. | It has two sentences. | • And a third one.",
        "The site coast.org is down. | Write to a@coast.org. | See [1]. | Done.",
        "— Will they come? | It is late. | — They will, yes.",
    ],
)
def test_where_sentences_end(text):
    expected = text.split(" | ")
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"Why?" he asked. | "Go!" Bo Ray said. | "Is it true?" the old diplomat asked.',
        "“Really?!” — she wondered. | “Why?”, he asked. | She left.",
        '"It is late," he said. | "We go. | You stay," she said. | He left.',
        "“He told me ‘go away. | Now.’ and I went. | It hurt,” she said.",
        "‘I can’t go. | The boys’ night is here,’ she said. | The boys’ dog barked.",
        "'The boys' house burned. | It is sad,' he said. | It's the '90s. | Get 'em.",
        "«We go. | We stay», she said. | „We go. | We stay“, she said.",
        "»We go. | We stay«, he said. | ”We go. | We stay”, he said.",
        "`` We go . | You stay , '' he said . | Next one .",
        "The pole is 6'2\" long. | She is 5'. | Fine.",
        "He said (and I quote) “No way.” and left.",
    ],
)
def test_quotations_are_cut_inside_and_keep_their_marks(text):
    expected = text.split(" | ")
    assert sentences(" ".join(expected)) == expected


def test_each_piece_knows_its_quotation():
    text = '"It is late," he said. "We go. You stay," he added. They left.'
    assert quotes(text) == [
        ('"It is late," he said.', 0),
        ('"We go.', 23),
        ('You stay," he added.', 23),
        ("They left.", None),
    ]


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("She left.", None),
        ("“Late,” he said to all the people who had come to the harbour.", 0),
        ("He told the people at the harbour: “Go.”", 35),
        ("He told the old people at the harbour, “Go home.”", 39),
        ("He saw “an end to the long and bitter war of the two ferries.”", 7),
        ("He saw an “old friend” in her.", None),
        ("“Old friend” is what he called her.", None),
        ("The “old” and the “new” friend met.", None),
        ("The band “Go!” played until midnight.", None),
    ],
)
def test_a_row_carries_the_quotation_that_is_its_main_content(text, origin):
    assert quotes(text) == [(text, origin)]


def test_a_quotation_runs_over_paragraphs_that_repeat_its_mark():
    text = "“We came in spring. It rained.\n\n“We left. It snowed,” he said.\n\n“Fine.”"
    assert quotes(text) == [
        ("“We came in spring.", 0),
        ("It rained.", 0),
        ("“We left.", 0),
        ("It snowed,” he said.", 0),
        ("“Fine.”", text.index("“Fine")),
    ]


def test_a_quotation_runs_on_to_a_mark_that_can_only_close_it():
    assert quotes("“We came. So.\n\nWe left,” he said.") == [
        ("“We came.", 0),
        ("So.", 0),
        ("We left,” he said.", 0),
    ]


def test_an_unclosed_quotation_ends_with_its_sentence():
    text = 'He said "we go. They left. "Not us," she said. The end.\n\nIt rained.'
    assert quotes(text) == [
        ('He said "we go.', None),
        ("They left.", None),
        ('"Not us," she said.', 27),
        ("The end.", None),
        ("It rained.", None),
    ]
    assert quotes("“It rained.\n\nWe left. They left.") == [
        ("“It rained.", 0),
        ("We left.", None),
        ("They left.", None),
    ]


def test_nested_quotations_belong_to_the_outer_one():
    assert quotes('"I said "no" to them. They laughed," he said.') == [
        ('"I said "no" to them.', 0),
        ('They laughed," he said.', 0),
    ]


@pytest.mark.parametrize(
    "text",
    ["“Go,” he said. ”Stay,“ she said. “Fine.“ Done.", '"Go," he said. “Stay," she said. Done.'],
)
def test_mistaken_marks_are_read_by_their_place(text):
    assert [origin is not None for _, origin in quotes(text)][-1] is False
    assert quotes(text)[1][1] == 15


def test_kinds_and_sentences_together():
    text = (
        "Ferry sails? It does\n\nThe ferry at noon. It smokes.\n© Coast Press\n\n"
        "PORTMORE, May 3. /Coast/. The ferry left the harbour at noon. It came back."
    )
    rows = split(table(text))
    assert rows[["kind", "text"]].values.tolist() == [
        ["headline", "Ferry sails? It does"],
        ["caption", "The ferry at noon."],
        ["caption", "It smokes."],
        ["credit", "© Coast Press"],
        ["dateline", "PORTMORE, May 3. /Coast/."],
        ["body", "The ferry left the harbour at noon."],
        ["body", "It came back."],
    ]


def test_a_title_column_may_have_gaps():
    text = "Sail News\n\nThe ferry sails.\n\nIt left the harbour at noon. It came back."
    rows = split(table(text, text, title=["The ferry sails.", None]))
    assert rows["kind"].tolist()[:2] == ["heading", "headline"]
    assert "headline" in set(rows["kind"][rows["document"] == "d1"])


def test_errors_say_what_is_wrong():
    with pytest.raises(StanceError, match=r"'d0' stands 2 times in the column 'document'\. Rename"):
        split(pd.concat([table("a"), table("b")]))
    with pytest.raises(StanceError, match=r"text of document 'd1' should be a string, found nan"):
        split(table("a", float("nan")))
    with pytest.raises(StanceError, match="lacks the column 'text'"):
        split(pd.DataFrame({"document": ["a"]}))
    with pytest.raises(StanceError, match="has no rows"):
        split(table())


def lossless(text, title=""):
    """Check the promises that hold for any text."""
    rows, at = split(table(text, title=[title])), 0
    for start, end, words in zip(rows["start"], rows["end"], rows["text"], strict=True):
        assert text[start:end] == words == words.strip() != ""
        assert start >= at and not text[at:start].strip()
        at = end
    assert not text[at:].strip()
    assert rows["sentence"].is_unique


PIECES = [
    *("“", "”", '"', "„", "«", "»", "'", "‘", "’", "``", "''", "(", ")", "[", "—", "-", "/", "©"),
    *(".", "?", "!", "…", "...", ",", ":", " ", "\n", "\n\n", "\r\n", "\u2028", "\xa0", "\x85"),
    *(
        "\x00",
        "\u200b",
        "\ufeff",
        "😀",
        "𝔸",
        "İ",
        "A",
        "b",
        "The man left",
        "he said",
        "Mr.",
        "U.S.",
    ),
    *("p.m.", "3.5", "By Ann Lee", "BAKU, May 3 — ", "/TASS/.", "Photo: A. B/AP", "•"),
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.lists(
    st.sampled_from(PIECES), max_size=40
).map("".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_nothing_is_lost_whatever_the_text(text, title):
    lossless(text, title)


def test_nothing_is_lost_of_the_embedded_corpus():
    for path in (ROOT / "data" / "karabakh" / "articles").glob("*.txt"):
        lossless(path.read_text("utf-8"))


@pytest.mark.skipif(not SEED.exists(), reason="the seed article is not here")
def test_the_seed_article():
    rows = split(table(SEED.read_text("utf-8")))
    assert rows["kind"].value_counts().to_dict() == {
        **{"body": 21, "heading": 3, "caption": 2},
        **{"headline": 1, "standfirst": 1, "credit": 1, "dateline": 1},
    }
    body = rows[rows["kind"] == "body"]
    sizes = body[body["quote"] != ""].groupby("quote", sort=False).size()
    assert sizes.tolist() == [1, 3, 3, 1, 1, 1, 3, 2]
    pieces = body[body["quote"] == sizes.index[1]]["text"]
    assert [piece.split()[0] for piece in pieces] == ['"The', "Many", "Yet"]
