"""Behaviour tests: the items are well made, and what fails is counted right."""

import re
from functools import partial

import pandas as pd
import pytest

from stance import behaviour, model
from stance.errors import StanceError
from stance.features import Words
from stance.labels import rules
from stance.tables import COLUMNS, STANCES, check

ITEMS = pd.read_csv(behaviour.ITEMS, keep_default_na=False)
TOY = """item,capability,pair,text,actor,start,end,expected
n1a,negation,n1,The court helped.,court,4,9,favor
n1b,negation,n1,The court did not help.,court,4,9,against
n2a,negation,n2,The court sits.,court,4,9,neutral
n2b,negation,n2,The court does not sit.,court,4,9,neutral
v1a,voice,v1,They praised the court.,court,17,22,favor
v1b,voice,v1,The court was praised.,court,4,9,favor
"""


@pytest.fixture
def toy(tmp_path):
    (tmp_path / "items.csv").write_text(TOY, "utf-8")
    return tmp_path / "items.csv"


# ---------------------------------------------------------------- the items


def test_there_are_enough_and_every_capability_has_15():
    assert len(ITEMS) >= 240
    counts = ITEMS["capability"].value_counts()
    assert len(counts) == 13 and counts.min() >= 15
    named = re.findall(r"^\| ([a-z ]+) \| (\d+) \|", _readme(), re.MULTILINE)
    assert {name: int(number) for name, number in named} == counts.to_dict()


def _readme():
    return (behaviour.ITEMS.parent / "README.md").read_text("utf-8")


def test_ids_are_unique_and_tell_capability_and_pair():
    assert ITEMS["item"].is_unique
    assert (ITEMS["item"].str[:-1] == ITEMS["pair"]).all()
    assert (ITEMS["pair"].str[:-3] == ITEMS["capability"].str.replace(" ", "-")).all()


def test_pairs_are_complete():
    assert ITEMS["pair"].value_counts().between(2, 4).all()
    for _, pair in ITEMS.groupby("pair"):
        letters = "".join(pair["item"].str[-1])
        assert letters == "abcd"[: len(pair)]


def test_pairs_differ_in_stance_unless_a_change_of_none_is_the_point():
    still = ITEMS.groupby(["capability", "pair"])["expected"].nunique().eq(1)
    still = still.groupby("capability").agg(["sum", "size"])
    assert still.loc[["name invariance", "number invariance"]].eval("sum == size").all()
    rest = still.drop(["name invariance", "number invariance", "voice flip"])
    assert rest["sum"].sum() <= 4  # a negated fact is a fact


def test_no_text_twice_with_the_same_actor():
    assert not ITEMS.duplicated(["text", "actor"]).any()


def test_offsets_hold_the_actor_as_whole_words():
    for row in ITEMS.itertuples():
        name = row.text[row.start : row.end]
        assert name == name.strip() and name
        assert not (row.text[: row.start][-1:].isalnum() or row.text[row.end :][:1].isalnum())
        assert not name.lower().startswith("the ")
        assert row.text.count(name) == 1, row.item


def test_an_actor_swap_asks_for_two_actors_of_every_text():
    swaps = ITEMS[ITEMS["capability"] == "actor swap"].groupby("text")
    assert swaps["actor"].nunique().eq(2).all() and swaps["expected"].nunique().eq(2).all()


def test_invariant_pairs_change_names_and_numbers_only():
    shapes = {
        "number invariance": r"\d[\d,]*|nine|eleven|twelve|three",
        "name invariance": r"(?<!^)(?:\b[A-Z][\w-]+(?:'s)?(?: and)?|al-Rashid) ?",
    }
    for capability, shape in shapes.items():
        part = ITEMS[ITEMS["capability"] == capability]
        bare = part["text"].str.replace(f"(?:{shape})+", "#", regex=True)
        assert bare.groupby(part["pair"]).nunique().eq(1).all()


def test_holders_stand_in_the_text():
    for row in ITEMS.itertuples():
        assert row.voice in ("author", "direct", "indirect")
        assert (row.holder == "author") == (row.voice == "author")
        assert row.holder == "author" or row.holder in row.text
        assert ("“" in row.text) or row.voice != "direct"


def test_favor_and_against_are_balanced():
    counts = ITEMS.pivot_table(
        index="capability", columns="expected", values="item", aggfunc="size", fill_value=0
    )
    assert (counts["favor"] - counts["against"]).abs().max() <= 2
    assert set(ITEMS["expected"]) == set(STANCES)


# ---------------------------------------------------------------- examples


def test_examples_have_the_columns_of_examples():
    table = check(behaviour.examples(), "examples")
    assert list(table)[: len(COLUMNS["examples"])] == list(COLUMNS["examples"])
    assert table["mention"].is_unique
    assert table["before"].eq("").all() and table["kind"].eq("body").all()


def test_a_file_of_ones_own_needs_no_holder(toy):
    table = behaviour.examples(toy)
    assert table["holder"].eq("author").all() and table["voice"].eq("author").all()
    assert table["spans"].tolist()[4] == [[17, 22]]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("expected", "stance", "need the columns item, .* has .*stance and 6 rows"),
        ("neutral", "unsure", "'n2a' expects none of favor, against, neutral"),
        ("n1b", "n1a", "'n1a' is listed twice"),
        ("17,22", "17,99", "'v1a' has its actor outside its text"),
        ("17,22", "22,22", "'v1a' has its actor outside its text"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(toy, old, new, words):
    toy.write_text(TOY.replace(old, new), "utf-8")
    with pytest.raises(StanceError, match=words):
        behaviour.examples(toy)


# ---------------------------------------------------------------- check


def test_failures_and_broken_pairs_are_counted_by_hand(toy):
    given = ["against", "neutral", "favor", "favor", "favor", "against"]
    table, failing = behaviour.check(
        lambda rows: pd.DataFrame({"predicted": given}), behaviour.examples(toy)
    )
    numbers = table[["capability", "items", "failed", "failure", "pairs", "broken"]]
    assert numbers.values.tolist() == [
        ["negation", 4, 4, 1.0, 2, 1],  # both wrong and yet unmoved: n2 is no broken pair
        ["voice", 2, 1, 0.5, 1, 1],
        ["all", 6, 5, 5 / 6, 3, 2],
    ]
    assert failing["item"].tolist() == ["n1a", "n1b", "n2a", "n2b", "v1b"]
    assert failing[["gold", "predicted"]].iloc[-1].tolist() == ["favor", "against"]


def test_a_pair_that_moves_the_right_way_is_not_broken(toy):
    given = ["neutral", "against", "neutral", "neutral", "favor", "favor"]
    table, _ = behaviour.check(
        lambda rows: pd.DataFrame({"predicted": given}), behaviour.examples(toy)
    )
    assert table.iloc[-1][["failed", "broken"]].tolist() == [1, 0]


def test_the_interval_is_wilsons(toy):
    table, _ = behaviour.check(lambda rows: rows.assign(predicted="favor"), behaviour.examples(toy))
    low, high = table.iloc[1][["low", "high"]]  # 0 of 2: 0 to z² / (2 + z²)
    assert (round(low, 4), round(high, 4)) == (0, round(1.96**2 / (2 + 1.96**2), 4))


def test_whoever_predicts_sees_no_answers():
    def peek(rows):
        assert rows["label"].eq("").all() and rows["gold"].eq("").all()
        return rows.assign(predicted="neutral")

    table, failing = behaviour.check(peek)
    assert table["failed"].iloc[-1] == len(failing) == (ITEMS["expected"] != "neutral").sum()


def test_no_single_answer_passes():
    for stance in STANCES:
        table, _ = behaviour.check(lambda rows, stance=stance: rows.assign(predicted=stance))
        moving = table[~table["capability"].str.contains("invariance|all")]
        assert (moving["failure"] >= 0.5).all() and (moving["broken"] > 0).all()


def test_rules_and_models_both_take_the_test():
    table, failing = behaviour.check(rules.label)
    assert 0 < table["failure"].iloc[-1] < 0.6
    assert len(failing) == table["failed"].iloc[-1] == table["failed"].iloc[:-1].sum()
    from sklearn.naive_bayes import MultinomialNB

    trained = model.fit(model.pipeline(Words(), MultinomialNB()), behaviour.examples())
    table, failing = behaviour.check(partial(model.predict, trained))
    assert table["items"].iloc[-1] == len(ITEMS)
    assert failing[list(STANCES)].sum(axis=1).round(6).eq(1).all()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda rows: rows.assign(predicted="maybe"), "for each of 271 items.* found 'maybe'"),
        (lambda rows: rows.head(3).assign(predicted="favor"), "found 3 rows"),
        (lambda rows: rows[["text"]], "found 0 rows"),
        (lambda rows: rows, "found ''"),
    ],
)
def test_an_answer_that_is_none_is_refused(answer, words):
    with pytest.raises(StanceError, match=words):
        behaviour.check(answer)
