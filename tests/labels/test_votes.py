import numpy as np
import pandas as pd
import pytest

from stance.errors import StanceError
from stance.labels import votes
from stance.labels.votes import dawid_skene, decide
from stance.tables import STANCES

# Table 1 of Dawid & Skene (1979): 45 patients, the first anaesthetist's three readings, then the
# other four's one each.
PATIENTS = """
111 1 1 1 1, 333 4 3 3 4, 112 2 1 2 2, 222 3 1 2 1, 222 3 2 2 2, 222 3 3 2 2, 122 2 1 1 1,
333 3 4 3 3, 222 2 2 2 3, 232 2 2 2 3, 444 4 4 4 4, 222 3 3 4 3, 111 1 1 1 1, 222 3 2 1 2,
121 1 1 1 1, 111 2 1 1 1, 111 1 1 1 1, 111 1 1 1 1, 222 2 2 2 1, 222 1 3 2 2, 222 2 2 2 2,
222 2 2 2 1, 222 3 2 2 2, 221 2 2 2 2, 111 1 1 1 1, 111 1 1 1 1, 232 2 2 2 2, 111 1 1 1 1,
111 1 1 1 1, 112 1 1 2 1, 111 1 1 1 1, 333 3 2 3 3, 111 1 1 1 1, 222 2 2 2 2, 222 3 2 3 2,
433 4 3 4 3, 221 2 2 3 2, 232 3 2 3 3, 333 3 4 3 2, 111 1 1 1 1, 111 1 1 1 1, 121 2 1 1 1,
232 2 2 2 2, 121 1 1 1 1, 222 2 2 2 2
"""


def ledger(*rows):
    return pd.DataFrame(rows, columns=["mention", "annotator", "label"])


def ballots(text):
    """One mention a word, with the votes of a, b, c …: in "ff- fn" both annotators of m1 agree."""
    word = {"f": "favor", "a": "against", "n": "neutral", "-": ""}
    mentions = enumerate(text.split(), start=1)
    return ledger(*[(f"m{n}", "abcd"[i], word[v]) for n, vs in mentions for i, v in enumerate(vs)])


def simulated(size, people, per, seed=0):
    """True stances, and votes of annotators who are right in 50 to 95 % of their votes."""
    generator = np.random.default_rng(seed)
    truth = generator.choice(3, size, p=[0.5, 0.2, 0.3])
    right = np.linspace(0.5, 0.95, people)
    items = np.repeat(np.arange(size), per)
    who = np.concatenate([generator.permutation(people)[:per] for _ in range(size)])
    wrong = (truth[items] + generator.integers(1, 3, len(items))) % 3
    said = np.where(generator.random(len(items)) < right[who], truth[items], wrong)
    return truth, right, items, who, said


def test_the_majority_decides_and_its_share_is_the_weight():
    found = decide(ballots("fff ffa nnf-")).set_index("mention")
    assert found["label"].tolist() == ["favor", "favor", "neutral"]
    assert found["weight"].round(3).tolist() == [1.0, 0.667, 0.667]
    assert found.loc["m2", list(STANCES)].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert found["votes"].tolist() == [3, 3, 3]
    assert set(found["label_source"]) == {"votes:majority"}


@pytest.mark.parametrize(
    ("ties", "stance", "weight"), [("drop", "", 0), ("neutral", "neutral", 0.5)]
)
def test_a_tie_is_said_to_be_one(ties, stance, weight):
    found = decide(ballots("fa ff"), ties=ties).iloc[0]
    assert found[["label", "weight", "outcome"]].tolist() == [stance, weight, "tie"]
    assert found["label_source"] == "votes:tie"


def test_a_skipped_item_is_no_vote_for_neutral():
    found = decide(ballots("-f --"))
    assert found[["label", "votes", "outcome"]].values.tolist() == [
        ["favor", 1, "settled"],
        ["", 0, "skipped"],
    ]


@pytest.mark.parametrize("method", ["majority", "dawid_skene"])
def test_the_adjudicator_decides_alone_where_there_is_a_word_of_theirs(method):
    cast = pd.concat([ballots("ffa fa ff ff"), ledger(("m1", "judge", "against"))])
    found = decide(cast, method, adjudicator="judge").set_index("mention")
    assert found.loc["m1", ["label", "weight", "label_source"]].tolist() == [
        *("against", 1, "votes:adjudicated")
    ]
    assert found.loc["m1", ["favor", "against", "neutral"]].tolist() == [0, 1, 0]
    assert (found["outcome"] == "adjudicated").sum() == 1


@pytest.mark.parametrize("method", ["majority", "dawid_skene"])
def test_the_adjudicator_may_be_the_only_one(method):
    found = decide(ballots("f a"), method, adjudicator="a")
    assert found["label"].tolist() == ["favor", "against"]


def test_mentions_get_their_labels_and_the_rest_is_left_out():
    mentions = pd.DataFrame({"mention": ["m3", "m2", "m1", "m9"], "weight": 5, "actor": "x"})
    labelled = votes.label(mentions, decide(ballots("ff fa nn")))
    assert labelled[["mention", "label", "weight", "actor"]].values.tolist() == [
        ["m3", "neutral", 1.0, "x"],
        ["m1", "favor", 1.0, "x"],
    ]


def test_the_published_example():
    rows = [patient.split() for patient in PATIENTS.split(",")]
    cast = [(n, a, int(c) - 1) for n, row in enumerate(rows) for a, w in enumerate(row) for c in w]
    found = dawid_skene(*np.array(cast).T, classes=4, smoothing=0)
    assert found.prior.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    assert found.confusion[0, :3].round(2).tolist() == [
        [0.89, 0.11, 0, 0],
        [0.07, 0.88, 0.05, 0],
        [0, 0.34, 0.66, 0],
    ]
    likely = found.posterior.argmax(axis=1) + 1
    assert likely[[0, 1, 2, 3, 10]].tolist() == [1, 4, 2, 2, 4]
    assert found.posterior.sum(axis=1) == pytest.approx(1)


def test_dawid_skene_finds_the_parameters_that_made_the_votes():
    truth, right, items, who, said = simulated(size=4000, people=5, per=5)
    found = dawid_skene(items, who, said)
    assert found.prior == pytest.approx([0.5, 0.2, 0.3], abs=0.03)
    assert np.trace(found.confusion, axis1=1, axis2=2) / 3 == pytest.approx(right, abs=0.04)
    assert (found.posterior.argmax(axis=1) == truth).mean() > 0.92


def test_dawid_skene_beats_the_majority_where_annotators_differ():
    truth, _, items, who, said = simulated(size=2000, people=10, per=4, seed=1)
    cast = ledger(*zip(items, who.astype(str), np.array(STANCES)[said], strict=True))
    hits = {
        method: (decide(cast, method)["label"].to_numpy() == np.array(STANCES)[truth]).mean()
        for method in ("majority", "dawid_skene")
    }
    assert hits["dawid_skene"] > hits["majority"] + 0.05


def test_smoothing_keeps_a_single_vote_from_making_an_annotator_infallible():
    items, who, said = np.array([[0, 0, 0], [0, 1, 0], [1, 0, 1], [1, 1, 1], [2, 0, 2]]).T
    sure = dawid_skene(items, who, said, smoothing=0).confusion[0]
    careful = dawid_skene(items, who, said, smoothing=1).confusion[0]
    assert np.diag(sure) == pytest.approx(1)
    assert np.diag(careful).max() < 0.75


def test_two_annotators_who_differ_cannot_be_told_apart():
    found = decide(ballots("ff " * 20 + "aa " * 20 + "fa af"), "dawid_skene")
    assert found["outcome"].tolist() == ["settled"] * 40 + ["tie"] * 2


def test_the_order_of_rows_and_names_changes_nothing():
    cast = ballots("fff ffa faa naa nnf aan")
    turned = cast[::-1].replace({"annotator": {"a": "z"}})
    first = decide(cast, "dawid_skene").set_index("mention")
    second = decide(turned, "dawid_skene").set_index("mention").loc[first.index]
    assert first[list(STANCES)].to_numpy() == pytest.approx(second[list(STANCES)].to_numpy())


@pytest.mark.parametrize("method", ["majority", "dawid_skene"])
def test_a_hundred_thousand_votes_are_all_decided(method):
    _, _, items, who, said = simulated(size=33_334, people=20, per=3)
    cast = pd.DataFrame(
        {
            "mention": items.astype(str),
            "annotator": who.astype(str),
            "label": np.array(STANCES)[said],
        }
    )
    assert len(decide(cast, method)) == 33_334


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"method": "dawid"}, "labels.method=dawid: Did you mean 'dawid_skene'"),
        ({"ties": "random"}, "labels.ties=random: Known: drop, neutral"),
        ({"adjudicator": "judy"}, "labels.adjudicator=judy: Known: a, b"),
        ({"smoothing": -1}, "labels.smoothing=-1; wanted 0 or more"),
    ],
)
def test_wrong_choices_are_told(choices, words):
    with pytest.raises(StanceError, match=words):
        decide(ballots("ff"), **choices)


def test_a_ledger_of_skipped_items_is_told():
    with pytest.raises(StanceError, match="no vote: all of its 2 rows are skipped.*not a vote for"):
        decide(ballots("--"))


def test_no_label_for_any_mention_is_told():
    with pytest.raises(StanceError, match="for any of the 1 mentions.*of 2 mentions and settle 1"):
        votes.label(pd.DataFrame({"mention": ["other"]}), decide(ballots("ff fa")))
