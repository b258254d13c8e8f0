"""Classifiers beside scikit-learn's: several that vote, stances in order, dense rows, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from stance.labels import rules
from stance.tables import STANCES

ORDER = ("against", "neutral", "favor")
"""The stances from the one end to the other."""


class Vote(ClassifierMixin, BaseEstimator):
    """Several classifiers; their probabilities are averaged.

    >>> from sklearn.linear_model import LogisticRegression
    >>> vote = Vote({"a": LogisticRegression(), "b": LogisticRegression(C=9)})
    >>> vote.fit([[0], [1]], ["against", "favor"]).predict([[2]]).tolist()
    ['favor']
    """

    def __init__(self, members: Mapping[str, BaseEstimator]):
        """Store the members, by name."""
        self.members = members

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Vote:
        """Fit every member on all rows."""
        choices = {} if sample_weight is None else {"sample_weight": sample_weight}
        self.members_ = [clone(member).fit(X, y, **choices) for member in self.members.values()]
        self.classes_ = self.members_[0].classes_
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Average the members' probabilities."""
        return np.mean([member.predict_proba(X) for member in self.members_], axis=0)

    def predict(self, X: Any) -> np.ndarray:
        """Choose the stance of the highest probability."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class Ordinal(ClassifierMixin, BaseEstimator):
    """Stances in their order, against < neutral < favor, by one binary classifier per step.

    Each asks whether a row lies above its step; differences are the stances' probabilities
    (Frank and Hall 2001, A Simple Approach to Ordinal Classification, ECML).

    >>> from sklearn.linear_model import LogisticRegression
    >>> steps = Ordinal(LogisticRegression()).fit([[0], [5], [9]], list(ORDER))
    >>> steps.predict([[0], [5], [9]]).tolist()
    ['against', 'neutral', 'favor']
    """

    def __init__(self, classifier: BaseEstimator):
        """Store the binary classifier."""
        self.classifier = classifier

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Ordinal:
        """Fit one copy per step between the stances that occur."""
        choices = {} if sample_weight is None else {"sample_weight": sample_weight}
        present = [stance for stance in ORDER if stance in set(y)]
        self.classes_ = np.array(present, dtype=str)
        rank = np.array([present.index(stance) for stance in y])
        self.steps_ = [
            clone(self.classifier).fit(X, rank > step, **choices)
            for step in range(len(self.classes_) - 1)
        ]
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """One probability per stance of `classes_`; crossing steps give no negative ones."""
        above = [step.predict_proba(X)[:, 1] for step in self.steps_]
        rows = len(above[0])
        limits = np.column_stack([np.ones(rows), *above, np.zeros(rows)])
        chances = np.clip(limits[:, :-1] - limits[:, 1:], 1e-9, None)
        return chances / chances.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> np.ndarray:
        """Choose the stance of the highest probability."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class Dense(ClassifierMixin, BaseEstimator):
    """A classifier that wants dense rows, such as histogram gradient boosting, on sparse features.

    Only the ``columns`` with the most rows are kept, which bounds memory and time.
    """

    def __init__(self, classifier: BaseEstimator, columns: int = 500):
        """Store the classifier and how many columns it may see."""
        self.classifier = classifier
        self.columns = columns

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Dense:
        """Keep the columns that are filled most often and fit."""
        filled = np.asarray((sparse.csr_matrix(X) != 0).sum(axis=0)).ravel()
        self.kept_ = np.sort(np.argsort(-filled, kind="stable")[: self.columns])
        choices = {} if sample_weight is None else {"sample_weight": sample_weight}
        self.classifier_ = clone(self.classifier).fit(self._rows(X), y, **choices)
        self.classes_ = self.classifier_.classes_
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Probabilities of the inner classifier."""
        return self.classifier_.predict_proba(self._rows(X))

    def predict(self, X: Any) -> np.ndarray:
        """Predictions of the inner classifier."""
        return self.classifier_.predict(self._rows(X))

    def _rows(self, X: Any) -> np.ndarray:
        return sparse.csr_matrix(X)[:, self.kept_].toarray()


class Rules(ClassifierMixin, BaseEstimator):
    """The rule labeller as a classifier of examples; it learns nothing, features are not used.

    ``weights`` changes the weight of rules by name, as `labels.weights` does. Probabilities are
    certain: 1 for the label, 0 for the others.

    >>> rows = pd.DataFrame({"text": ["The mission is needed."], "spans": [[[4, 11]]]})
    >>> Rules().fit(rows).predict(rows).tolist()
    ['favor']
    """

    reads = "examples"

    def __init__(self, weights: Mapping[str, float] | None = None):
        """Store the weights."""
        self.weights = weights

    def fit(self, X: pd.DataFrame, y: Any = None, sample_weight: Any = None) -> Rules:
        """Learn nothing."""
        self.classes_ = np.array(STANCES, dtype=str)
        return self

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """1 for the stance the rules give, 0 for the others."""
        return (self.predict(X)[:, None] == self.classes_).astype(float)

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """The stance the rules give; neutral where none votes."""
        bare = X.drop(columns=["label", "label_source", "weight"], errors="ignore")
        return rules.label(bare, weights=self.weights)["label"].to_numpy(str)
