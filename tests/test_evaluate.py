"""Scores against scikit-learn's own, against a plain loop, and against counting by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from stance.errors import StanceError
from stance.evaluate import confusion, measure, scores, signature, tally
from stance.intervals import resample
from stance.tables import COLUMNS, STANCES

LABELS = list(STANCES)
KEY = ["metric", "scope", "group"]


def toy() -> pd.DataFrame:
    """Two documents, two actors, six sentences; four of six right."""
    rows = [
        ("a:0-9:mission", "a", "mission", "favor", "favor", 0.8, 0.1, 0.1),
        ("a:10-19:mission", "a", "mission", "favor", "neutral", 0.3, 0.2, 0.5),
        ("a:20-29:accords", "a", "accords", "against", "against", 0.1, 0.7, 0.2),
        ("b:0-9:mission", "b", "mission", "against", "against", 0.0, 0.9, 0.1),
        ("b:10-19:accords", "b", "accords", "neutral", "favor", 0.6, 0.1, 0.3),
        ("b:20-29:accords", "b", "accords", "neutral", "neutral", 0.2, 0.2, 0.6),
    ]
    columns = ["mention", "document", "actor", "gold", "predicted", *STANCES]
    return pd.DataFrame(rows, columns=columns).assign(fold=0)


def random(seed: int, rows: int = 300, documents: int = 30, stances=STANCES) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    chance = generator.dirichlet([0.7] * 3, rows)
    home = generator.integers(documents, size=rows)
    table = pd.DataFrame(chance, columns=LABELS).assign(
        mention=[f"{document}:{row}" for row, document in enumerate(home)],
        document=home.astype(str),
        actor=generator.choice(["mission", "accords"], rows),
        gold=generator.choice(stances, rows),
        predicted=np.array(STANCES)[chance.argmax(1)],
        fold=0,
    )
    return table[list(COLUMNS["predictions"])]


def value(table: pd.DataFrame, metric: str, scope="overall", group="all", column="value"):
    return table.set_index(KEY)[column][metric, scope, group]


def ece(table: pd.DataFrame) -> float:
    """As Guo et al. write it: bins of confidence, |accuracy - confidence| weighted by size."""
    chance = table[LABELS].to_numpy()
    top, right = chance.max(1), np.array(STANCES)[chance.argmax(1)] == table["gold"].to_numpy()
    total = 0.0
    for low in range(10):
        bin_ = (top > low / 10) & (top <= (low + 1) / 10)
        if bin_.any():
            total += bin_.mean() * abs(right[bin_].mean() - top[bin_].mean())
    return total


# --- values -------------------------------------------------------------------------------------


def test_toy_counted_by_hand():
    table = scores(toy(), resamples=20)
    assert value(table, "accuracy") == pytest.approx(4 / 6)
    assert value(table, "recall", "stance", "favor") == 0.5
    assert value(table, "precision", "stance", "neutral") == 0.5
    assert value(table, "f1", "stance", "against") == 1
    assert value(table, "f1_macro") == pytest.approx((0.5 + 1 + 0.5) / 3)
    assert value(table, "f1_favor_against") == pytest.approx((0.5 + 1) / 2)
    assert value(table, "accuracy", "actor", "mission") == pytest.approx(2 / 3)
    assert value(table, "recall", "actor_stance", "accords:neutral") == 0.5
    assert value(table, "accuracy", column="n") == 6
    assert value(table, "f1", "stance", "neutral", "n") == 2
    assert value(table, "f1", "actor_stance", "accords:favor", "n") == 0


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("stances", [STANCES, ("against", "neutral"), ("favor",)])
@pytest.mark.filterwarnings("ignore::UserWarning:sklearn")
def test_every_metric_is_scikit_learns(seed, stances):
    rows = random(seed, stances=stances)
    gold, predicted, chance = rows["gold"], rows["predicted"], rows[LABELS]
    every = dict(labels=LABELS, zero_division=0)
    wanted = {
        "f1_macro": metrics.f1_score(gold, predicted, average="macro", **every),
        "f1_favor_against": metrics.f1_score(
            gold, predicted, average="macro", labels=LABELS[:2], zero_division=0
        ),
        "accuracy": metrics.accuracy_score(gold, predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(gold, predicted),
        "matthews": metrics.matthews_corrcoef(gold, predicted),
        "log_loss": metrics.log_loss(gold, chance[sorted(LABELS)], labels=sorted(LABELS)),
        "brier": metrics.brier_score_loss(
            gold, chance[sorted(LABELS)], labels=sorted(LABELS), scale_by_half=False
        ),
        "ece": ece(rows),
    }
    found = scores(rows, resamples=2)
    overall = found.query("scope == 'overall'").set_index("metric")["value"]
    assert overall.to_dict() == pytest.approx(wanted)
    for metric in ("precision", "recall", "f1"):
        per_stance = getattr(metrics, f"{metric}_score")(gold, predicted, average=None, **every)
        assert [value(found, metric, "stance", s) for s in LABELS] == pytest.approx(per_stance)
    part = rows[rows["actor"] == "mission"]
    f1 = metrics.f1_score(part["gold"], part["predicted"], average="macro", **every)
    assert value(found, "f1_macro", "actor", "mission") == pytest.approx(f1)


def test_absent_stance_counts_as_zero_and_shows_as_zero_rows():
    rows = toy().query("actor == 'mission'")
    rows = rows.assign(predicted=rows["gold"])
    table = scores(rows, resamples=20)
    assert value(table, "f1_macro") == pytest.approx(2 / 3)
    assert value(table, "balanced_accuracy") == 1
    assert value(table, "f1", "stance", "neutral") == 0
    assert value(table, "f1", "stance", "neutral", "n") == 0
    assert np.isnan(value(table, "f1", "stance", "neutral", "low"))


def test_certain_and_wrong_probability_costs_what_scikit_learn_says():
    rows = toy().assign(favor=1.0, against=0.0, neutral=0.0)
    wanted = metrics.log_loss(rows["gold"], rows[sorted(LABELS)], labels=sorted(LABELS))
    assert value(scores(rows, resamples=2), "log_loss") == pytest.approx(wanted)


def test_a_constant_prediction_has_no_correlation():
    assert value(scores(toy().assign(predicted="favor"), resamples=5), "matthews") == 0


def test_confidence_on_a_bins_edge_belongs_to_the_lower_bin():
    rows = toy().head(1).assign(favor=0.5, against=0.25, neutral=0.25)
    assert tally(rows)[0, 11:].tolist() == [0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0]


# --- intervals ----------------------------------------------------------------------------------


def test_intervals_are_those_of_a_plain_loop_over_documents():
    rows = random(seed=1, rows=60, documents=8)
    found = scores(rows, resamples=60, seed=7)
    [weights] = resample(8, 60, seed=7)
    names = np.unique(rows["document"])
    looped = {"f1_macro": [], "log_loss": [], "ece": []}
    for draw in weights.astype(int):
        picked = [rows[rows["document"] == name] for name in np.repeat(names, draw)]
        sample = pd.concat(picked)
        looped["f1_macro"].append(
            metrics.f1_score(
                sample["gold"], sample["predicted"], labels=LABELS, average="macro", zero_division=0
            )
        )
        looped["log_loss"].append(
            metrics.log_loss(sample["gold"], sample[sorted(LABELS)], labels=sorted(LABELS))
        )
        looped["ece"].append(ece(sample))
    for metric, values in looped.items():
        low, high = np.quantile(values, [0.025, 0.975])
        assert value(found, metric, column="low") == pytest.approx(low)
        assert value(found, metric, column="high") == pytest.approx(high)


def test_documents_are_drawn_not_rows():
    """Ten copies of every sentence in the same documents tell nothing new."""
    rows = random(seed=3, rows=80, documents=10)
    copies = pd.concat([rows.assign(mention=rows["mention"] + f":{k}") for k in range(10)])
    once, often = scores(rows, resamples=100), scores(copies, resamples=100)
    pd.testing.assert_frame_equal(once.drop(columns="n"), often.drop(columns="n"))


def test_wider_confidence_wider_interval():
    rows = random(seed=3)
    narrow, wide = (scores(rows, confidence=level, resamples=500) for level in (0.5, 0.99))
    width = [value(t, "f1_macro", column="high") - value(t, "f1_macro", column="low") for t in
             (narrow, wide)]  # fmt: skip
    assert width[0] < width[1]


def test_one_document_has_a_value_and_no_interval():
    rows = toy().query("document == 'a'")
    table = scores(rows, resamples=20)
    assert value(table, "accuracy") == pytest.approx(2 / 3)
    assert table[["low", "high"]].isna().all(axis=None)


def test_an_actor_of_one_document_has_no_interval_of_its_own():
    rows = toy()
    rows.loc[3, "actor"] = "accords"
    table = scores(rows, resamples=50)
    assert np.isnan(value(table, "f1_macro", "actor", "mission", "low"))
    assert not np.isnan(value(table, "f1_macro", "actor", "accords", "low"))


def test_resamples_without_the_group_are_left_out():
    rows = pd.concat([random(1, 40, 20), toy().assign(actor="rare")])
    table = scores(rows, resamples=400).query("group == 'rare'")
    assert table[["value", "low", "high"]].notna().all(axis=None)


def test_blocks_do_not_change_the_draws(monkeypatch):
    whole = np.concatenate(list(resample(7, 50, seed=3)))
    monkeypatch.setattr("stance.intervals.BLOCK", 30)
    pieces = list(resample(7, 50, seed=3))
    assert len(pieces) == 13
    assert np.array_equal(whole, np.concatenate(pieces))


def test_same_seed_same_bytes_whatever_the_row_order():
    rows = random(seed=5)
    texts = {
        scores(table, resamples=200, seed=2).to_csv(index=False)
        for table in (rows, rows.copy(), rows.sample(frac=1, random_state=0))
    }
    assert len(texts) == 1
    assert scores(rows, resamples=200, seed=3).to_csv(index=False) not in texts


# --- systems and groups -------------------------------------------------------------------------


def test_baselines_get_the_same_rows_under_their_name():
    rows = toy()
    rules = rows[["mention", "gold", "predicted"]].sample(frac=1, random_state=0)
    table = scores(rows, {"twin": rows, "rules": rules}, resamples=50)
    assert not table.duplicated(KEY).any()
    ours = table[~table["scope"].str.contains(".", regex=False)]
    twin = table[table["scope"].str.startswith("twin.")]
    twin = twin.assign(scope=twin["scope"].str.removeprefix("twin."))
    pd.testing.assert_frame_equal(ours, twin.reset_index(drop=True))
    assert set(table.query("scope == 'rules.overall'")["metric"]).isdisjoint(
        {"log_loss", "brier", "ece"}
    )
    assert value(table, "f1_macro", "rules.actor", "accords", "low") == value(
        table, "f1_macro", "actor", "accords", "low"
    )


def test_probabilities_that_are_all_missing_are_none():
    rows = toy().assign(favor=np.nan, against=np.nan, neutral=np.nan)
    assert "brier" not in set(scores(rows, resamples=2)["metric"])


def test_any_column_makes_groups_and_empty_cells_are_named():
    rows = toy().assign(source=["x", "x", "", None, "y", "y"])
    table = scores(rows, groups=("source",), resamples=5)
    found = table.query("scope == 'source' and metric == 'accuracy'").set_index("group")["n"]
    assert found.to_dict() == {"(none)": 2, "x": 2, "y": 2}


def test_no_groups():
    assert set(scores(toy(), groups=(), resamples=5)["scope"]) == {"overall", "stance"}


def test_columns_and_first_row():
    table = scores(toy(), resamples=5)
    assert tuple(table.columns) == COLUMNS["scores"]
    assert table.loc[0, KEY].tolist() == ["f1_macro", "overall", "all"]


def test_measure_of_nothing_is_zero():
    assert all(found == 0 for found in measure(np.zeros((1, 21))).values())


def test_confusion_keeps_absent_stances():
    table = confusion(toy().query("actor == 'mission'"))
    assert table.index.tolist() == table.columns.tolist() == LABELS
    assert table.to_numpy().tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]


def test_signature_names_what_is_absent():
    rows = toy()
    assert signature(rows, split="documents-5", seed=2020) == (
        "labels:favor,against,neutral|f1:macro|ci:95%-percentile-documents-2000"
        "|split:documents-5|seed:2020|n:6|documents:2|gold:gold"
    )
    assert "|absent:favor|" in signature(rows[rows["gold"] != "favor"], split="given")


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.head(0), "no rows; at least one"),
        (lambda t: t.drop(columns="gold"), "lacks the column 'gold'. Did you mean 'fold'"),
        (lambda t: t.rename(columns={"actor": "actors"}), "Did you mean 'actors'"),
        (lambda t: t.replace({"gold": {"neutral": "none"}}), "found 'none' in 2 of 6 rows, first"),
        (lambda t: t.assign(gold=None), "must hold favor, against, neutral; found"),
        (lambda t: t.replace({"predicted": {"favor": "FAVOR"}}), "'predicted' of the predictions"),
        (lambda t: t.assign(favor=t["favor"] + 0.1), "must be 0 or more and sum to 1; found [0.9"),
        (lambda t: t.assign(favor=-0.1, against=0.6, neutral=0.5), "found [-0.1, 0.6, 0.5] in 6"),
        (lambda t: t.assign(favor=t["favor"].mask(t.index == 2)), "first for mention 'a:20-29"),
    ],
)
def test_bad_predictions(change, words):
    with pytest.raises(StanceError) as error:
        scores(change(toy()))
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.head(4), "has 4 rows, they have 6; first odd one: ('b:10-19:accords'"),
        (lambda t: t.assign(gold="favor"), "first odd one: ('a:20-29:accords', 'against')"),
        (lambda t: pd.concat([t, t]), "first odd one: a row listed more than once"),
        (lambda t: t.drop(columns="predicted"), "baseline 'rules' lacks the column 'predicted'"),
    ],
)
def test_bad_baselines(change, words):
    with pytest.raises(StanceError) as error:
        scores(toy(), {"rules": change(toy())})
    assert words in str(error.value)


@pytest.mark.parametrize("asked", [{"resamples": 0}, {"confidence": 95}])
def test_bad_intervals(asked):
    with pytest.raises(StanceError, match="at least 1 resample and a confidence between 0 and 1"):
        scores(toy(), **asked)
