"""The paired statistics against plain loops, textbooks, and counting by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from stance import evaluate, intervals, paired
from stance.tables import STANCES

ACCURACY, MACRO = ("accuracy", ""), ("f1_macro", "")


def rows(seed: int, count: int = 60, documents: int = 8, skill: float = 0.5) -> pd.DataFrame:
    """Predictions that are right with probability ``skill``; the gold does not depend on it."""
    generator, gold = np.random.default_rng(seed), np.random.default_rng(0)
    truth = gold.choice(STANCES, count)
    right = generator.random(count) < skill
    return pd.DataFrame(
        {
            "mention": [f"m{place:03}" for place in range(count)],
            "document": np.arange(count) % documents,
            "gold": truth,
            "predicted": np.where(right, truth, generator.choice(STANCES, count)),
        }
    )


def compared(one, other, metric=ACCURACY, **more):
    systems = {name: paired.pool([t]).to_numpy() for name, t in (("a", one), ("b", other))}
    documents = one["document"].to_numpy()
    return paired.differences(systems, documents, [("a", "b")], metric, **more).iloc[0]


# --- pooling ------------------------------------------------------------------------------------


def test_one_run_pooled_is_its_tally():
    table = rows(1)
    assert np.array_equal(paired.pool([table]).to_numpy(), evaluate.tally(table))


def test_seeds_are_pooled_mention_by_mention():
    right, wrong = rows(1, skill=1), rows(1, skill=1)
    wrong["predicted"] = wrong["gold"].map(
        {"favor": "against"} | dict.fromkeys(STANCES[1:], "favor")
    )
    sums = paired.pool([right, wrong, wrong.sample(frac=1, random_state=0)])
    assert len(sums) == len(right)
    assert evaluate.measure(sums.to_numpy().sum(0)[None])[ACCURACY][0] == pytest.approx(1 / 3)


def test_pooled_f1_is_that_of_all_predictions_together():
    tables = [rows(seed) for seed in (1, 2, 3)]
    together = evaluate.scores(pd.concat(tables), groups=(), resamples=1)
    wanted = together.query("metric == 'f1_macro'")["value"].iloc[0]
    sums = paired.pool(tables).to_numpy().sum(0)[None]
    assert evaluate.measure(sums)[MACRO][0] == pytest.approx(wanted)


# --- differences --------------------------------------------------------------------------------


def test_difference_and_interval_are_those_of_a_plain_loop():
    one, other = rows(1, skill=0.8), rows(2, skill=0.4)
    found = compared(one, other, MACRO, resamples=80, seed=5)
    [weights] = intervals.resample(8, 80, seed=5)
    looped = []
    for draw in weights.astype(int):
        picked = np.repeat(np.arange(8), draw)
        a, b = (
            pd.concat([table[table["document"] == document] for document in picked])
            for table in (one, other)
        )
        values = [
            evaluate.measure(evaluate.tally(table).sum(0)[None])[MACRO][0] for table in (a, b)
        ]
        looped.append(values[0] - values[1])
    low, high = np.quantile(looped, [0.025, 0.975])
    assert (found["low"], found["high"]) == pytest.approx((low, high))
    whole = [evaluate.measure(evaluate.tally(t).sum(0)[None])[MACRO][0] for t in (one, other)]
    assert found["difference"] == pytest.approx(whole[0] - whole[1])


def test_gained_and_lost_count_mentions():
    one, other = rows(1), rows(2)
    a, b = (table["gold"] == table["predicted"] for table in (one, other))
    found = compared(one, other, resamples=10)
    assert (found["gained"], found["lost"]) == ((a & ~b).sum(), (b & ~a).sum())


def test_a_run_beside_itself_differs_in_nothing():
    found = compared(rows(1), rows(1), MACRO, resamples=200)
    assert found[["difference", "low", "high", "gained", "p", "mcnemar"]].tolist()[:3] == [0, 0, 0]
    assert (found["p"], found["mcnemar"], found["p_holm"]) == (1, 1, 1)


def test_turned_around_it_says_the_opposite():
    there, back = compared(rows(1), rows(2)), compared(rows(2), rows(1))
    assert there["difference"] == -back["difference"]
    assert there["low"] == pytest.approx(-back["high"])
    assert there["p"] == back["p"]


def test_without_probabilities_there_is_no_row_for_them():
    systems = {"a": np.ones((4, 21)), "b": np.ones((4, 9))}
    documents = np.array([0, 0, 1, 1])
    assert paired.differences(systems, documents, [("a", "b")], ("brier", "")).empty
    assert len(paired.differences(systems, documents, [("a", "b")], MACRO, resamples=9)) == 1


@pytest.mark.parametrize("method", ["expanded", "bca"])
def test_other_intervals_lie_around_the_difference(method):
    found = compared(rows(1, skill=0.8), rows(2, skill=0.3), MACRO, method=method, resamples=500)
    assert found["low"] < found["difference"] < found["high"]


# --- tests --------------------------------------------------------------------------------------


def test_randomisation_comes_close_to_all_ways_of_swapping():
    one, other = rows(1, count=24, skill=0.8), rows(2, count=24, skill=0.3)
    sums = [
        pd.DataFrame(evaluate.tally(table)).groupby(table["document"]).sum().to_numpy()
        for table in (one, other)
    ]
    gap = lambda a, b: abs(evaluate.measure(a)[MACRO] - evaluate.measure(b)[MACRO])[0]  # noqa: E731
    seen = gap(*(part.sum(0)[None] for part in sums))
    ways = []
    for swap in product([0, 1], repeat=8):
        moved = np.array(swap) @ (sums[1] - sums[0])
        ways.append(gap((sums[0].sum(0) + moved)[None], (sums[1].sum(0) - moved)[None]))
    exact = np.mean(np.array(ways) >= seen - 1e-12)
    [p] = paired.randomisation(
        dict(zip("ab", sums, strict=True)), [("a", "b")], MACRO, draws=20_000
    )
    assert p == pytest.approx(exact, abs=0.01)


def test_no_p_value_is_zero():
    systems = {"a": np.eye(9)[[0] * 60], "b": np.eye(9)[[1] * 60]}
    assert paired.randomisation(systems, [("a", "b")], ACCURACY, draws=99) == [0.01]


def test_mcnemar_with_one_mention_per_document_is_the_textbooks():
    """b = 25, c = 10 of 100: (b − c)² / (b + c) = 6.43, and 99 / 100 of it."""
    ahead = np.repeat([1, -1, 0], [25, 10, 65])
    assert paired.mcnemar(ahead) == pytest.approx(stats.chi2.sf(0.99 * 15**2 / 35, 1))


def test_mcnemar_does_not_count_copies_of_a_document_as_evidence():
    ahead = np.repeat([1, -1, 0], [8, 2, 10])
    assert paired.mcnemar(5 * ahead) == pytest.approx(paired.mcnemar(ahead))


def test_holm_by_hand():
    assert paired.holm([0.04, 0.01, 0.02]).tolist() == pytest.approx([0.04, 0.03, 0.04])
    assert paired.holm([0.5, 0.9]).tolist() == [1, 1]
    assert paired.holm([]).size == 0


def test_every_pair_counts_toward_the_adjustment():
    systems = {name: paired.pool([rows(seed)]).to_numpy() for seed, name in enumerate("abc")}
    documents = rows(0)["document"].to_numpy()
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    found = paired.differences(systems, documents, pairs, ACCURACY, resamples=500)
    assert found["p_holm"].tolist() == paired.holm(found["p"]).tolist()
    assert found["p_holm"].min() >= min(1, 3 * found["p"].min())


def test_same_seed_same_numbers_whatever_the_blocks(monkeypatch):
    first = compared(rows(1), rows(2), MACRO, resamples=300, seed=3)
    monkeypatch.setattr("stance.intervals.BLOCK", 100)
    again = compared(rows(1), rows(2), MACRO, resamples=300, seed=3)
    assert first.equals(again)
    other = compared(rows(1), rows(2), MACRO, resamples=300, seed=4)
    assert not first.equals(other)


def test_under_the_null_differences_are_found_as_often_as_promised():
    """Eighty simulated pairs of systems that are equally good, ten documents each."""
    hits = 0
    for seed in range(80):
        pair = [
            pd.DataFrame(evaluate.tally(table)).groupby(table["document"]).sum().to_numpy()
            for table in (rows(2 * seed + 1, documents=10), rows(2 * seed + 2, documents=10))
        ]
        systems = dict(zip("ab", pair, strict=True))
        [p] = paired.randomisation(systems, [("a", "b")], MACRO, draws=500, seed=seed)
        hits += p <= 0.1
    assert hits <= 16  # 8 expected; more than 16 has a chance of one in 300
