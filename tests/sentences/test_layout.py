"""Layout: which line of an article is what, and how lines make paragraphs."""

import textwrap

import pytest

from stance.sentences.layout import dateline, label, paragraphs, parts

PROSE = (
    "The ferry left the harbour at noon with forty people on board. Nobody had told the captain "
    "that the second engine was still being mended, and he did not ask."
)
HEADLINE = "Ferry leaves harbour with one engine"


def read(*blocks, title="", gap="\n\n"):
    """The (kind, text) of each part but the prose, to be read down the page."""
    text = gap.join(blocks)
    return [(kind, text[start:end]) for start, end, kind in parts(text, title)]


def kinds(*blocks, **options):
    return [kind for kind, _ in read(*blocks, **options)]


def test_a_whole_article():
    page = {
        "All news": "heading",
        HEADLINE: "headline",
        "Harbour master promises an inquiry": "standfirst",
        "By Ann Lee in Portmore": "byline",
        "The ferry at its berth on Friday": "caption",
        "© Portmore Picture Desk": "credit",
        PROSE: "body",
        "What comes next": "heading",
        f"{PROSE} ": "body",
        "Reporting by Ann Lee; editing by Bo Ray": "byline",
    }
    assert kinds(*page) == list(page.values())


@pytest.mark.parametrize(
    "text",
    [
        "Just a line without a stop",
        "The ferry sails.",
        PROSE,
        "won the cup tonight 😀\nwhat a game #ferry",
        "Great day for us!\nWe won the vote and thank all who came.",
        "Photo: A. Lee/AP",
        "one\n\ntwo\n\nthree",
    ],
)
def test_a_text_without_structure_is_all_body(text):
    assert {part.kind for part in parts(text)} == {"body"}


def test_blank_text_has_no_parts():
    assert parts("") == parts(" \n\t\n ") == []


def test_the_first_line_is_a_headline_only_if_it_looks_like_one():
    assert kinds(HEADLINE, PROSE, PROSE) == ["headline", "body", "body"]
    assert kinds(f"{HEADLINE}.", PROSE, PROSE) == ["body"] * 3
    assert kinds("Was the engine mended?", PROSE, PROSE) == ["headline", "body", "body"]
    assert kinds("Ferry leaves for U.S.", PROSE) == ["headline", "body"]


def test_a_title_finds_the_headline_but_never_invents_one():
    assert kinds("Ferry news", "Ferry  Sails", PROSE, title="Ferry sails")[:2] == [
        "heading",
        "headline",
    ]
    assert kinds("The ferry sails.", PROSE, title="The ferry sails.") == ["headline", "body"]
    assert kinds(PROSE, PROSE, title="Ferry sails") == ["body", "body"]


@pytest.mark.parametrize("line", ["All news", "World > Coast > Ferries", "South Coast", "Opinion"])
def test_navigation_above_the_headline(line):
    assert kinds(line, HEADLINE, PROSE) == ["heading", "headline", "body"]


def test_standfirst_may_stop_above_a_byline():
    above = [HEADLINE, "The engine was old. So was the ferry.", "By Ann Lee", PROSE]
    assert kinds(*above) == ["headline", "standfirst", "byline", "body"]


@pytest.mark.parametrize(
    ("paragraph", "length"),
    [
        ("MOSCOW, October 9. /TASS/. The ferry", 26),
        ("YEREVAN (Hrazdan Courier) — The ferry", 27),
        ("BAKU, March 3 — The ferry", 15),
        ("LONDON (Reuters) - The ferry", 18),
        ("BAKU, Azerbaijan (AP) — “The ferry", 23),
        ("Oct 9 (Reuters) - The ferry", 17),
        ("MOSCOW. Oct 9 (Interfax) - The ferry", 26),
        ("YEREVAN, OCTOBER 9, ARMENPRESS. The ferry", 31),
        ("WASHINGTON, D.C. — The ferry", 18),
        ("GORIS/TATEV, March 25 — The ferry", 23),
        ("KAZAN, November 9. The ferry", 18),
        ("NATO — the alliance — agreed", 0),
        ("SIR — Your leader is wrong", 0),
        ("I SAY SO BECAUSE- A man", 0),
        ("The mission (MPC) — Deployed", 0),
        ("On October 9. He left", 0),
        ("Ferries — all of them — sail", 0),
        ("", 0),
    ],
)
def test_datelines(paragraph, length):
    assert dateline(paragraph) == length


def test_a_dateline_is_cut_from_its_paragraph():
    found = read(HEADLINE, f"BAKU, May 3 — {PROSE}", f"GANJA, May 4 — {PROSE}")
    assert found == [
        ("headline", HEADLINE),
        ("dateline", "BAKU, May 3 —"),
        ("body", PROSE),
        ("body", f"GANJA, May 4 — {PROSE}"),
    ]
    assert kinds(f"MOSCOW, May 9. /TASS/. {PROSE}") == ["dateline", "body"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("© Portmore Picture Desk / A. Lee", "credit"),
        ("Photograph: A. Lee/Coast Post", "credit"),
        ("Photo by Ann Lee", "credit"),
        ("Ann Lee/Coast Press Agency", "credit"),
        ("FILE PHOTO: The ferry at sea. COAST PRESS/Ann Lee", "caption"),
        ("The ferry at sea. Photo: Ann Lee/AP", "caption"),
        ("By Ann Lee", "byline"),
        ("by Ann Lee and Bo Ray", "byline"),
        ("Interview by Ann Lee", "byline"),
        ("Text: Ann Lee", "byline"),
        ("(Reporting by Ann Lee in Portmore; Editing by Bo Ray)", "byline"),
        ("EDITORIAL", "heading"),
        ("* * *", "heading"),
        ("Published: 9 October 2023, 12:34", "dateline"),
        ("By the numbers", ""),
        ("By Monday the ferry had sailed again.", ""),
        ("The ferry and/or the tram", ""),
    ],
)
def test_lines_that_show_their_kind(line, kind):
    assert label(line) == kind


def test_captions_stand_beside_their_credit():
    twice = [
        "Captain Bo Ray at the wheel Harbour Press/COAST",
        "Captain Bo Ray at the wheel",
        "© Harbour Press",
    ]
    top = "\n".join(["Captain promises to mend the engine within the week", *twice])
    assert kinds(HEADLINE, top, PROSE)[1:5] == ["standfirst", "caption", "caption", "credit"]
    assert kinds(HEADLINE, "Photo: A ferry at sea", "© Coast / A. Lee", PROSE)[1:3] == [
        "caption",
        "credit",
    ]
    assert kinds(HEADLINE, "Photo: A. Lee/AP", "The ferry at sea", PROSE)[1:3] == [
        "credit",
        "caption",
    ]
    assert kinds(HEADLINE, "The ferry is seen at sea.", "© Coast", PROSE)[1:3] == [
        "caption",
        "credit",
    ]


def test_a_credit_alone_takes_no_paragraph_for_its_caption():
    assert kinds(HEADLINE, PROSE, PROSE, "Photo: A. Lee/AP", PROSE) == [
        *("headline", "body", "body", "credit", "body")
    ]
    assert kinds(HEADLINE, PROSE, "The ferry at sea", "Photo: A. Lee/AP", PROSE)[2:4] == [
        "caption",
        "credit",
    ]


def test_a_credit_is_cut_from_its_caption():
    found = read(HEADLINE, PROSE, "The ferry at sea. Photo: A. Lee/AP", PROSE)
    assert found[2:4] == [("caption", "The ferry at sea."), ("credit", "Photo: A. Lee/AP")]


def test_headings_and_signatures():
    letters = [HEADLINE, PROSE, "Ann Lee\nPortmore", PROSE, "Bo Ray, pensioner, Eastbay"]
    assert kinds(*letters) == ["headline", "body", "byline", "byline", "body", "byline"]
    assert kinds(HEADLINE, PROSE, "“Nobody asked”", PROSE)[2] == "heading"
    assert kinds(HEADLINE, PROSE, "Who will pay for it?", PROSE)[2] == "body"
    assert kinds(HEADLINE, PROSE, "and so the story went", PROSE)[2] == "body"


def test_wrapped_lines_are_joined_and_full_paragraphs_are_not():
    wrapped = textwrap.fill(PROSE, 50)
    assert [one.words for one in paragraphs(f"{wrapped}\n\n{wrapped}")] == [PROSE, PROSE]
    assert kinds(HEADLINE, "By Ann Lee", wrapped, wrapped, gap="\n") == [
        *("headline", "byline", "body", "body")
    ]
    assert kinds(HEADLINE, PROSE, "What comes next", PROSE, gap="\n") == [
        *("headline", "body", "heading", "body")
    ]


@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n", "\r\n\r\n", "\u2029", "\n \t\n"])
def test_any_line_end_will_do(gap):
    assert read(HEADLINE, PROSE, gap=gap) == [("headline", HEADLINE), ("body", PROSE)]


def test_long_odd_texts_take_no_time():
    assert len(parts("a" * 100_000)) == 1
    assert len(parts("Row\n" * 5_000)) == 5_000
    assert len(parts(" > ".join("a" * 40) + " !\n\n" + PROSE)) == 2
