import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from stance import agreement
from stance.errors import StanceError
from stance.tables import STANCES

WORD = {"f": "favor", "a": "against", "n": "neutral", "-": ""}


def ballots(text, names="abcd"):
    """One mention a word, with the votes of a, b, c …: in "ff- fn" both annotators of m1 agree."""
    rows = [
        (f"m{n}", names[i], WORD[v])
        for n, voted in enumerate(text.split(), start=1)
        for i, v in enumerate(voted)
    ]
    return pd.DataFrame(rows, columns=["mention", "annotator", "label"])


def mentions(votes, actors=("mission",), each=2):
    """The mentions of the votes, ``each`` to a document, actors in turn."""
    ids = votes["mention"].unique()
    numbers = np.arange(len(ids))
    documents = [f"d{n // each}" for n in numbers]
    who = [actors[n % len(actors)] for n in numbers]
    return pd.DataFrame({"mention": ids, "document": documents, "actor": who})


def values(table, scope="overall", group="all"):
    rows = table[(table["scope"] == scope) & (table["group"] == group)]
    return rows.set_index("measure")["value"].to_dict()


def counts(*observers):
    """Krippendorff's reliability data, an observer a line, "." where nothing: units × values."""
    units = list(zip(*[line.split() for line in observers], strict=True))
    known = sorted({value for unit in units for value in unit if value != "."})
    return np.array([[unit.count(value) for value in known] for unit in units])


# The worked examples A to D of Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
BINARY = counts("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
NOMINAL = counts("a a b b d c c c e d d a", "b a b b b c c c e d d d")
INCOMPLETE = counts(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


@pytest.mark.parametrize(
    ("data", "ordinal", "published"),
    [
        (BINARY, False, 0.095),
        (NOMINAL, False, 0.692),
        (INCOMPLETE, False, 0.743),
        (INCOMPLETE, True, 0.815),
    ],
)
def test_alpha_of_the_worked_examples(data, ordinal, published):
    matrix = agreement.coincidences(data).sum(axis=0)
    assert agreement.alpha(matrix, ordinal) == pytest.approx(published, abs=0.0006)


def test_the_worked_example_s_coincidences():
    matrix = agreement.coincidences(INCOMPLETE).sum(axis=0)
    assert matrix[0] == pytest.approx([7, 4 / 3, 1 / 3, 1 / 3, 0])
    assert matrix.sum(axis=1) == pytest.approx([9, 13, 10, 5, 3])  # the single vote "3" is left out


def test_numbers_counted_by_hand():
    votes = ballots("ff ff aa fa")
    found = values(agreement.measure(votes, mentions(votes)))
    assert found["agreement"] == 0.75
    # five favor and three against in all: expected 2 × 5 × 3 / 7 of eight votes, observed 2
    assert found["alpha_nominal"] == pytest.approx(1 - 2 * 7 / 30)
    # the shares are 5/8 and 3/8: chance (25 + 9) / 64
    assert found["fleiss_kappa"] == pytest.approx((0.75 - 34 / 64) / (30 / 64))


def test_the_ordinal_alpha_forgives_neighbours_and_not_opposites():
    near, far = ballots("ff aa nn fn an"), ballots("ff aa nn fa af")
    for votes, more in ((near, True), (far, False)):
        found = values(agreement.measure(votes, mentions(votes)))
        assert (found["alpha_ordinal"] > found["alpha_nominal"]) is more


def test_fleiss_kappa_of_three_annotators():
    votes = ballots("fff faa")  # alike: 1 and 1/3; shares 4/6 and 2/6, chance 5/9
    found = values(agreement.measure(votes, mentions(votes)))
    assert found["agreement"] == pytest.approx(2 / 3)
    assert found["fleiss_kappa"] == pytest.approx((2 / 3 - 5 / 9) / (4 / 9))


def test_cohen_s_kappa_is_scikit_learn_s():
    votes = ballots("ff fa aa nn nf an ff aa nn fn")
    wide = votes.pivot(index="mention", columns="annotator", values="label")
    found = values(agreement.measure(votes, mentions(votes)), "pair", "a & b")
    assert found["cohen_kappa"] == pytest.approx(cohen_kappa_score(wide["a"], wide["b"]))


def test_each_pair_counts_the_mentions_it_shares():
    votes = ballots("ff- f-f -aa ff-")
    table = agreement.measure(votes, mentions(votes))
    pairs = table[(table["scope"] == "pair") & (table["measure"] == "agreement")]
    assert pairs.set_index("group")["n"].to_dict() == {"a & b": 2, "a & c": 1, "b & c": 1}


def test_each_actor_is_measured_on_its_own():
    votes = ballots("ff fa aa fa nn fa")
    table = agreement.measure(votes, mentions(votes, actors=("mission", "deal")))
    assert values(table, "actor", "mission")["alpha_nominal"] == 1
    assert values(table, "actor", "deal")["agreement"] == 0


def test_skipped_items_and_single_votes_say_nothing():
    full, more = ballots("ff aa fa"), ballots("ff- aa- fa- f-- -n-")
    first, second = (values(agreement.measure(v, mentions(v))) for v in (full, more))
    assert first == second


def test_intervals_are_those_of_resampled_documents():
    generator = np.random.default_rng(3)
    codes = generator.choice(list("fan"), (40, 3))
    codes[:, 1] = np.where(generator.random(40) < 0.7, codes[:, 0], codes[:, 1])
    votes = ballots(" ".join(map("".join, codes)))
    known = mentions(votes, each=4)
    table = agreement.measure(votes, known, resamples=300, seed=5)
    row = table.query("scope == 'overall' and measure == 'alpha_ordinal'").iloc[0]

    together = agreement.coincidences(
        np.array([[list(v).count(s) for s in "anf"] for v in codes], float)
    ).reshape(10, 4, 3, 3)
    [weights] = agreement.resample(10, 300, 5)
    slow = [
        float(agreement.alpha((together.sum(axis=1) * w[:, None, None]).sum(axis=0), ordinal=True))
        for w in weights
    ]
    assert [row["low"], row["high"]] == pytest.approx(list(np.quantile(slow, [0.025, 0.975])))
    assert row["low"] < row["value"] < row["high"]


def test_one_document_has_no_interval():
    votes = ballots("ff aa fa")
    table = agreement.measure(votes, mentions(votes, each=3))
    assert table[["low", "high"]].isna().all(axis=None) and table["value"].notna().all()


def test_where_all_votes_are_alike_only_their_share_is_defined():
    votes = ballots("ff ff ff")
    table = agreement.measure(votes, mentions(votes))
    found = values(table)
    assert found.pop("agreement") == 1
    assert all(map(math.isnan, found.values()))


def test_an_actor_that_nobody_read_twice_is_listed_as_undefined():
    votes = ballots("ff f aa f")
    table = agreement.measure(votes, mentions(votes, actors=("mission", "deal")))
    deal = table[table["group"] == "deal"]
    assert deal["value"].isna().all() and (deal["n"] == 0).all() and len(deal) == 4


def test_confusion_is_read_by_the_first_annotator_s_rows():
    table = agreement.confusion(ballots("ff fa fn f- aa"), "a", "b")
    assert list(table.index) == list(table.columns) == list(STANCES)
    assert table.to_numpy().tolist() == [[1, 1, 1], [0, 1, 0], [0, 0, 0]]
    assert (table.index.name, table.columns.name) == ("a", "b")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("f a n", r"undefined: no mention has votes of two.*Found 3 votes by 1 annotator \(a\)"),
        ("f- -a", r"Found 2 votes by 2 annotators \(a, b\); let a second annotator label some"),
        ("--", "Found 0 votes by nobody"),
    ],
)
def test_agreement_of_one_is_undefined(text, words):
    votes = ballots(text)
    with pytest.raises(StanceError, match=words):
        agreement.measure(votes, mentions(votes))


def test_votes_on_lost_mentions_are_told():
    votes = ballots("ff aa")
    with pytest.raises(StanceError, match="2 votes are about mentions.*'m2'.*ledger.match"):
        agreement.measure(votes, mentions(votes)[:1])


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("a", "bb"), "'bb' is no annotator of the ledger. Did you mean 'b'"),
        (("a", "c"), "'a' and 'c' voted on no mention both"),
        (("a", "a"), "'a' and 'a' voted on no mention both"),
    ],
)
def test_a_confusion_needs_two_who_met(pair, words):
    with pytest.raises(StanceError, match=words):
        agreement.confusion(ballots("ff- --f"), *pair)


@pytest.mark.parametrize("choices", [{"resamples": 0}, {"confidence": 1}])
def test_intervals_need_resamples_and_a_confidence(choices):
    votes = ballots("ff")
    with pytest.raises(StanceError, match="Intervals need at least 1 resample"):
        agreement.measure(votes, mentions(votes), **choices)
