import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from stance import model
from stance.classifiers import Dense, Ordinal, Rules, Vote
from stance.features import Words, union

GOOD, BAD, PLAIN = "The mission helped.", "The mission failed.", "The mission arrived."
LABELS = {GOOD: "favor", BAD: "against", PLAIN: "neutral"}
ROWS = pd.DataFrame(
    [
        {"mention": f"m{i}", "document": f"d{i}", "actor": "mission", "text": text, "gold": "",
         "spans": [[4, 11]], "label": LABELS[text], "label_source": "gold", "weight": 1.0 + i}
        for i, text in enumerate([GOOD, BAD, PLAIN] * 4)
    ]
)  # fmt: skip
CLASSIFIERS = [
    Vote({"logistic": LogisticRegression(), "bayes": MultinomialNB()}),
    Ordinal(LogisticRegression(C=10)),
    Dense(HistGradientBoostingClassifier(min_samples_leaf=1, max_iter=5), columns=6),
]


@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=lambda c: type(c).__name__)
def test_each_learns_weighted_examples_and_gives_probabilities(classifier):
    trained = model.fit(model.pipeline(union({"words": Words(min_df=1)}), classifier), ROWS)
    found = model.predict(trained, ROWS)
    assert found["predicted"].tolist() == ROWS["label"].tolist()
    assert np.allclose(found[["favor", "against", "neutral"]].sum(axis=1), 1)


def test_a_vote_averages_its_members():
    X, y = [[0.0], [1.0], [2.0]], ["favor", "against", "neutral"]
    one, two = LogisticRegression(C=1), LogisticRegression(C=100)
    mean = (one.fit(X, y).predict_proba(X) + two.fit(X, y).predict_proba(X)) / 2
    assert np.allclose(Vote({"one": one, "two": two}).fit(X, y).predict_proba(X), mean)


def test_ordinal_steps_keep_the_order_and_do_without_a_stance_that_is_missing():
    steps = Ordinal(LogisticRegression()).fit([[0], [9]], ["against", "favor"])
    assert steps.classes_.tolist() == ["against", "favor"]
    assert steps.predict([[0], [9]]).tolist() == ["against", "favor"]


def test_dense_rows_keep_the_columns_that_are_filled_most_often():
    X = np.array([[0, 1, 1], [0, 1, 1], [1, 0, 1], [0, 1, 1]])
    kept = Dense(LogisticRegression(), columns=2).fit(X, ["a", "a", "b", "a"]).kept_
    assert kept.tolist() == [1, 2]


def test_rules_read_the_examples_and_need_no_features():
    pipe = model.pipeline(union({"words": Words()}), Rules())
    assert pipe.named_steps["features"] == "passthrough"
    found = model.predict(model.fit(pipe, ROWS), ROWS)
    assert found["predicted"].iloc[1] == "against"
    assert found.loc[1, ["favor", "against", "neutral"]].tolist() == [0, 1, 0]
