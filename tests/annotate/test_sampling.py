import numpy as np
import pandas as pd
import pytest

from stance.annotate.sampling import choose, disagreement, uncertainty
from stance.errors import StanceError

# Twelve mentions: eight of the patrol (five from the Post), four of the treaty (one from the Post).
MENTIONS = pd.DataFrame(
    {
        "mention": [f"m{n:02}" for n in range(12)],
        "actor": ["patrol"] * 8 + ["treaty"] * 4,
        "source": ["Post"] * 5 + ["Wire"] * 6 + ["Post"],
    }
)


def names(table):
    return table["mention"].tolist()


def test_random_takes_each_mention_with_the_same_probability():
    found = choose(MENTIONS, "random", 3, seed=1)
    assert len(set(names(found))) == 3
    assert set(found["probability"]) == {0.25}


def test_a_sample_depends_on_the_seed_and_not_on_the_order_of_the_table():
    one = choose(MENTIONS, "random", 5, seed=1)
    assert names(one) == names(choose(MENTIONS[::-1], "random", 5, seed=1))
    assert names(one) != names(choose(MENTIONS, "random", 5, seed=2))


@pytest.mark.parametrize("how", ["random", "stratified"])
def test_more_items_are_the_same_and_further_ones(how):
    few, more = (names(choose(MENTIONS, how, n, seed=1)) for n in (4, 9))
    assert set(few) < set(more)


def test_more_items_than_mentions_are_all_of_them():
    assert choose(MENTIONS, "random", 50, seed=1)["probability"].tolist() == [1.0] * 12


def test_stratified_takes_the_same_number_from_every_group_or_all_of_it():
    found = choose(MENTIONS, "stratified", 7, seed=1)
    groups = found.groupby(["actor", "source"])["probability"].agg(["size", "first"])
    assert groups.to_dict("index") == {
        ("patrol", "Post"): {"size": 2, "first": 2 / 5},
        ("patrol", "Wire"): {"size": 2, "first": 2 / 3},
        ("treaty", "Post"): {"size": 1, "first": 1.0},
        ("treaty", "Wire"): {"size": 2, "first": 2 / 3},
    }


@pytest.mark.parametrize("how", ["random", "stratified"])
def test_probabilities_are_true_so_that_shares_can_be_estimated(how):
    """Over many draws a mention comes as often as told, and 1 / probability counts the corpus."""
    draws, told, estimates = 250, {}, []
    came = pd.Series(0, index=MENTIONS["mention"])
    for seed in range(draws):
        found = choose(MENTIONS, how, 5, seed)
        came[found["mention"]] += 1
        told |= found.set_index("mention")["probability"].to_dict()
        estimates.append((1 / found["probability"])[found["source"] == "Post"].sum())
    assert np.abs(came / draws - pd.Series(told)).max() < 0.1
    assert np.mean(estimates) == pytest.approx(6, abs=0.3)


def test_scores_decide_and_leave_no_probability():
    scores = pd.Series({"m03": 0.2, "m07": 0.9, "m09": 0.5, "elsewhere": 1.0})
    found = choose(MENTIONS, "uncertain", 2, seed=1, scores=scores)
    assert names(found) == ["m07", "m09"]
    assert found["probability"].isna().all()
    assert len(choose(MENTIONS, "disagreed", 9, seed=1, scores=scores)) == 3


def test_equal_scores_are_settled_by_chance():
    scores = pd.Series(1.0, index=MENTIONS["mention"])
    one, two = (names(choose(MENTIONS, "disagreed", 3, s, scores=scores)) for s in (1, 2))
    assert one != two


def test_uncertainty_is_one_minus_the_margin():
    rows = [("a", 0.4, 0.4, 0.2), ("b", 0.1, 0.1, 0.8)]
    table = pd.DataFrame(rows, columns=["mention", "favor", "against", "neutral"])
    assert uncertainty(table).round(6).to_dict() == {"a": 1.0, "b": 0.3}


def test_disagreement_counts_pairs_and_leaves_out_what_was_skipped():
    rows = [("a", "favor"), ("a", "against"), ("a", "neutral"), ("b", "favor"), ("b", "")]
    assert disagreement(pd.DataFrame(rows, columns=["mention", "label"])).to_dict() == {"a": 1.0}


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"how": "randomly"}, "choose=randomly is no way to choose. Did you mean 'random'"),
        ({"items": 0}, "items=0: wanted at least one mention"),
        ({"how": "stratified", "items": 3}, "has 4 groups by actor, source for items=3"),
        ({"how": "stratified", "strata": ["genre"]}, "needs the column 'genre', which the ment"),
        ({"how": "uncertain"}, "found no mention to label: none of them is uncertain"),
    ],
)
def test_bad_choices_are_told(choices, words):
    with pytest.raises(StanceError, match=words):
        choose(MENTIONS, **{"how": "random", "items": 5, "seed": 1} | choices)
