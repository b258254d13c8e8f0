"""Mentions: aliases, descriptions, what blocks them, and tables that already say their actor."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from stance.errors import StanceError
from stance.mentions import find, given

CATALOGUE = Path(__file__).parents[1] / "conf" / "actors" / "karabakh.yaml"
GUARDS = {"guards": {"aliases": ["border guards", "guard"], "descriptions": ["the unit"]}}


def sentences(*texts, kinds=(), document="d"):
    """A table of sentences, one space apart, body unless ``kinds`` says otherwise."""
    rows, start = [], 0
    for number, text in enumerate(texts):
        end = start + len(text)
        kind = kinds[number] if number < len(kinds) else "body"
        rows.append((f"{document}:{start}-{end}", document, start, end, text, kind, ""))
        start = end + 1
    columns = ["sentence", "document", "start", "end", "text", "kind", "quote"]
    return pd.DataFrame(rows, columns=columns)


def places(mentions):
    """The words at each mention's spans, by actor."""
    return [
        (row.actor, [row.text[start:end] for start, end in row.spans])
        for row in mentions.itertuples()
    ]


def named(text, aliases, **more):
    return [
        p
        for _, words in places(find(sentences(text), {"a": {"aliases": aliases, **more}}))
        for p in words
    ]


def test_one_row_per_sentence_and_actor_with_its_neighbours():
    table = sentences("A guard waits.", "It rains.", "A guard and a guard leave.")
    found = find(table, GUARDS)
    assert list(found["mention"]) == ["d:0-14:guards", "d:25-51:guards"]
    assert list(found["spans"]) == [[[2, 7]], [[2, 7], [14, 19]]]
    assert list(found["before"]) == ["", "It rains."]
    assert list(found["after"]) == ["It rains.", ""]
    assert list(found.columns[:6]) == ["mention", "sentence", "document", "actor", "text", "spans"]
    assert {"start", "end", "kind", "quote"} <= set(found.columns)


def test_neighbours_stay_in_their_document_and_skip_captions():
    first = sentences("A guard.", "Photo of a guard.", "Rain.", kinds=("body", "caption"))
    table = pd.concat([first, sentences("A guard.", document="e")], ignore_index=True)
    found = find(table, GUARDS)
    assert list(found["document"]) == ["d", "e"]
    assert list(found["after"]) == ["Rain.", ""]


def test_unsorted_sentences_and_repeated_indexes_do_no_harm():
    table = sentences("The guard came.", "The unit left.").iloc[::-1]
    table.index = [5, 5]
    assert places(find(table, GUARDS)) == [("guards", ["guard"]), ("guards", ["The unit"])]


def test_extra_columns_travel_along():
    table = sentences("A guard.").assign(source="Ledger")
    assert find(table, GUARDS)["source"].tolist() == ["Ledger"]


def test_nobody_named_gives_an_empty_table_with_its_columns():
    found = find(sentences("It rains."), GUARDS)
    assert found.empty and {"mention", "spans", "before", "after"} <= set(found.columns)


@pytest.mark.parametrize(
    ("text", "aliases", "expected"),
    [
        (
            "BORDER Guards and border\n  guards",
            ["border guards"],
            ["BORDER Guards", "border\n  guards"],
        ),
        ("the bodyguard and the guardian", ["guard"], []),
        ("The mission's men, the mission’s cars", ["mission's"], ["mission's", "mission’s"]),
        ("the guard’s hut, the guards' hut", ["guard", "guards"], ["guard", "guards"]),
        ("peace‑keeping and peace-keeping", ["peace-keeping"], ["peace‑keeping", "peace-keeping"]),
        ("border, guards", ["border guards"], []),
        ("The U.N. force", ["U.N."], ["U.N."]),
        ("𝔘𝔫𝔦𝔱 🕊🕊 The guard", ["guard"], ["guard"]),
        ("STRASSE or Straße", ["straße"], ["STRASSE", "Straße"]),
        ("İstanbul’s guard", ["guard"], ["guard"]),
        ("Cafe\u0301 closed", ["café"], ["Cafe\u0301"]),
        ("The Guard\nPost", ["re:guard (?:post|hut)"], ["Guard\nPost"]),
        ("guardroom", ["re:guard"], []),
    ],
)
def test_phrases_match_whole_words_in_any_form(text, aliases, expected):
    assert named(text, aliases) == expected


def test_longest_match_wins_within_and_across_actors():
    actors = {
        "guards": {"aliases": ["guards", "border guards"]},
        "treaty": {"aliases": ["border guards treaty"]},
    }
    found = find(sentences("The border guards read the border guards treaty."), actors)
    assert places(found) == [("guards", ["border guards"]), ("treaty", ["border guards treaty"])]


def test_a_phrase_of_two_actors_names_both():
    actors = {"a": {"aliases": ["the pair"]}, "b": {"aliases": ["the pair"]}}
    assert places(find(sentences("The pair left."), actors)) == [
        ("a", ["The pair"]),
        ("b", ["The pair"]),
    ]


def test_descriptions_count_once_the_document_has_named_the_actor():
    one = sentences("The unit slept.", "The unit saw a guard, and the unit woke.", "The unit ate.")
    other = sentences("The unit is unknown here.", document="e")
    found = find(pd.concat([one, other], ignore_index=True), GUARDS)
    assert places(found) == [("guards", ["guard", "the unit"]), ("guards", ["The unit"])]


@pytest.mark.parametrize("kind", ["headline", "caption"])
def test_headlines_and_captions_introduce_an_actor(kind):
    found = find(sentences("Guard on duty", "The unit slept.", kinds=(kind,)), GUARDS)
    assert ("guards", ["The unit"]) in places(found)
    assert len(found) == (2 if kind == "headline" else 1)


def test_blocking_phrases_take_away_what_lies_inside_them():
    more = {"descriptions": ["the force"], "not": ["the force of law", "re:(?:EU|UN) guards?"]}
    text = "The guard has the force of law, unlike the EU guard or the force itself."
    assert named(text, ["guard"], **more) == ["guard", "the force"]


def test_a_description_not_yet_introduced_takes_no_place():
    actors = {
        "a": {"aliases": ["unit"]},
        "b": {"aliases": ["guard"], "descriptions": ["the unit"]},
    }
    assert places(find(sentences("The unit."), actors)) == [("a", ["unit"])]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"aliases": []}, r"Actor 'x' has no aliases"),
        ({"name": "X"}, r"Actor 'x' has no aliases"),
        ({"aliases": ["a"], "alias": ["b"]}, r"unknown key 'alias'. Did you mean 'aliases'"),
        ({"aliases": "guard"}, r"Actor 'x': aliases must be a list; found 'guard'"),
        ({"aliases": [2020]}, r"each of its aliases must be a text; found 2020"),
        ({"aliases": [" "]}, r"each of its aliases must be a text; found ' '"),
        ({"aliases": ["re:(guard"]}, r"Actor 'x': the pattern 're:\(guard' .* at position 0"),
        ({"aliases": ["a"], "not": ["re:a**"]}, r"'re:a\*\*' does not compile: .* position 2"),
        ({"aliases": ["re:x*"]}, r"'re:x\*' matches the empty text"),
        (["guard"], r"Actor 'x' needs a mapping with aliases; found \['guard'\]"),
    ],
)
def test_a_faulty_catalogue_is_told_with_its_actor(entry, message):
    with pytest.raises(StanceError, match=message):
        find(sentences("A guard."), {"x": entry})


def test_among_thousands_of_aliases_the_right_ones_are_found():
    actors = {f"a{n}": {"aliases": [f"the unit {n} {k}" for k in range(10)]} for n in range(500)}
    table = sentences(*["The unit 7 3 met the unit 499 9 and the unit 12 at noon."] * 500)
    found = find(table, actors)
    assert set(found["actor"]) == {"a7", "a499"} and len(found) == 1000


@pytest.fixture(scope="module")
def karabakh():
    return yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "mission", "agreements"),
    [
        ("The Russian peacekeepers left.", ["Russian peacekeepers"], []),
        (
            "A convoy of the Russian\npeacekeeping contingent.",
            ["Russian\npeacekeeping contingent"],
            [],
        ),
        ("The UN peacekeepers and the OSCE mission met.", [], []),
        ("Observers of the European Union's monitoring mission came.", [], []),
        (
            "The tripartite statement of 9 November 2020.",
            [],
            ["tripartite statement of 9 November 2020"],
        ),
        ("The November 9, 2020 ceasefire statement.", [], ["November 9, 2020 ceasefire statement"]),
        ("A statement of November 9 exists.", [], ["statement of November 9"]),
        ("Both sides want stable agreements.", [], []),
        ("Peacekeepers came; the force stayed.", ["Peacekeepers", "the force"], []),
        ("Peacekeepers know: the force of habit.", ["Peacekeepers"], []),
        (
            "Trilateral accords were signed; the statement holds.",
            [],
            ["Trilateral accords", "the statement"],
        ),
    ],
)
def test_the_embedded_catalogue(karabakh, text, mission, agreements):
    found = dict(places(find(sentences(text), karabakh)))
    assert found.get("peacekeeping_mission", []) == mission
    assert found.get("trilateral_agreements", []) == agreements


def test_the_seed_article_names_both_actors(karabakh):
    path = Path(__file__).parents[2] / "shared" / "seed" / "interview.txt"
    if not path.exists():
        pytest.skip("needs the shared seed article")
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = find(sentences(*lines), karabakh)
    assert (found["actor"] == "trilateral_agreements").sum() == 1
    assert (found["actor"] == "peacekeeping_mission").sum() >= 7


def table(**columns):
    row = {"document": "d", "text": "Ms. Ann Lee met Lee.", "actor": "Ann Lee", **columns}
    return pd.DataFrame([row])


def test_given_takes_the_offsets_of_the_table_and_further_mentions():
    found = given(table(id="r1", start=4, end=11, further_mentions='[[16, 19, "Lee"]]', label="x"))
    row = found.iloc[0]
    assert (row.mention, row.sentence) == ("d:r1:Ann Lee", "d:r1")
    assert row.spans == [[4, 11], [16, 19]]
    assert (row.start, row.end, row.kind, row.quote, row.before) == (0, 20, "body", "", "")
    assert row.label == "x"


@pytest.mark.parametrize(
    ("actor", "spans"),
    [
        ("ann lee", [[4, 11]]),
        ("Robert Lee", [[8, 11], [16, 19]]),
        ("Climate", []),
        ("Le", []),
    ],
)
def test_given_without_offsets_looks_for_the_name(actor, spans):
    assert given(table(actor=actor))["spans"].tolist() == [spans]
    assert given(table(actor=actor, start=float("nan"), end=""))["spans"].tolist() == [spans]


def test_given_ids_stay_when_rows_are_shuffled_and_never_collide():
    rows = pd.concat([table(), table(text="Lee left.", actor="Lee"), table()], ignore_index=True)
    straight, turned = given(rows), given(rows.iloc[::-1])
    assert set(straight["mention"]) == set(turned["mention"])
    assert straight["mention"].is_unique


@pytest.mark.parametrize("offsets", [(30, 34), (-1, 3), (5, 5), ("x", 4), (16, 19.0)])
def test_given_offsets_must_lie_inside_the_text(offsets):
    start, end = offsets
    if end == 19.0:
        assert given(table(start=start, end=end))["spans"].tolist() == [[[16, 19]]]
        return
    with pytest.raises(StanceError, match=r"Row 1 \(document 'd'\): the offsets .* of 'Ann Lee'"):
        given(table(start=start, end=end))


def test_given_span_slipping_over_the_end_gives_way_to_the_name():
    assert given(table(start=14, end=21))["spans"].tolist() == [[[4, 11]]]
    with pytest.raises(StanceError, match="text of 20 characters"):
        given(table(actor="Poe", start=14, end=21))


def test_given_names_the_missing_columns():
    with pytest.raises(StanceError, match="lacks actor; found: document, text"):
        given(table().drop(columns="actor"))
