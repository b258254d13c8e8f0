"""Why a linear model says what it says: its decision value as an exact sum over the sentence.

A linear model adds weight × value of every feature to an intercept. What a feature adds is shared
out among the words in which it stands, where its block can tell: a block of features may have a
method ``where(row) -> {feature: [(start, end), …]}``. The rest goes by its name. Words, rest and
intercept together are the decision value, nothing is approximated (as LIME must, which looks at
any model from outside: Ribeiro et al. 2016, "Why should I trust you?").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from stance import faces
from stance.errors import StanceError
from stance.tables import STANCES

WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class Explanation:
    """What moved the stance of one sentence toward one actor.

    - ``features``: ``feature, value, spans`` and a column per stance, what it adds to the decision
    - ``words``: ``start, end, text`` and the same columns: the features that stand in the sentence,
      shared out evenly among the words they stand in
    - ``rest``: the features that stand at no place of it
    - ``intercept, decision``: a number per stance; for each, words + rest + intercept = decision
    """

    text: str
    actor: str
    spans: list[list[int]]
    chances: dict[str, float]
    features: pd.DataFrame = field(repr=False)
    words: pd.DataFrame = field(repr=False)
    intercept: dict[str, float]

    @property
    def predicted(self) -> str:
        """The most probable stance, or the one of the highest decision value."""
        values = self.chances or self.decision
        return max(values, key=values.__getitem__)

    @property
    def rest(self) -> pd.DataFrame:
        """The features without a place in the sentence, such as who holds the view."""
        return self.features[self.features["spans"].map(len) == 0].drop(columns="spans")

    @property
    def decision(self) -> dict[str, float]:
        """The decision value of each stance; the model takes the highest."""
        return {s: float(self.features[s].sum() + self.intercept[s]) for s in self.intercept}

    def top(self, stance: str | None = None, count: int = 8) -> pd.DataFrame:
        """What moved a stance most, by default the one predicted: ``what, contribution``."""
        stance = stance or self.predicted
        if stance not in self.intercept:
            raise StanceError(f"The model knows {', '.join(self.intercept)}; found {stance!r}.")
        words, rest = self.words.rename(columns={"text": "what"}), self.rest
        every = pd.concat([words, rest.rename(columns={"feature": "what"})], ignore_index=True)
        every = every.rename(columns={stance: "contribution"})[["what", "contribution"]]
        every = every[every["contribution"] != 0]
        order = every["contribution"].abs().sort_values(ascending=False, kind="stable")
        return every.loc[order.index].head(count).reset_index(drop=True)

    def __repr__(self) -> str:
        """The prediction, and the sum that led to it."""
        stance = self.predicted
        chances = ", ".join(f"{name} {chance:.2f}" for name, chance in self.chances.items())
        about = f"{stance} toward {self.actor}" + (f" ({chances})" if chances else "")
        found = self.top()
        start, end = self.intercept[stance], self.decision[stance]
        lines = [*found[["contribution", "what"]].itertuples(index=False)]
        lines += [(end - start - found["contribution"].sum(), "(all else)"), (start, "(intercept)")]
        told = [f"{number:+8.3f}  {what}" for number, what in [*lines, (end, f"= {stance}")]]
        return "\n".join([self.text, about, *told])

    def _repr_html_(self) -> str:
        return faces.explanation(self)


def explain(model: Any, row: pd.DataFrame) -> Explanation:
    """Explain one row of an examples table by the weights of a fitted linear pipeline.

    Raises StanceError for a model that is no sum of weights.
    """
    weights, intercept, classes = linear(model)
    matrix = model[:-1].transform(row)
    values = np.asarray(matrix.todense() if hasattr(matrix, "todense") else matrix, float)[0]
    present = np.flatnonzero(values)
    names = model[:-1].get_feature_names_out()[present]
    places = where(model, next(row.itertuples(index=False)))
    features = pd.DataFrame({"feature": names, "value": values[present]})
    features["spans"] = pd.Series([places.get(name, []) for name in names], dtype=object)
    added = pd.DataFrame(values[present, None] * weights[present], columns=classes)
    features = features.join(added)
    chances = {}
    if hasattr(model.steps[-1][1], "predict_proba"):
        found = dict(zip(map(str, model.classes_), model.predict_proba(row)[0], strict=True))
        chances = {stance: float(found.get(stance, 0.0)) for stance in STANCES}
    text, spans = row["text"].iloc[0], [list(map(int, span)) for span in row["spans"].iloc[0]]
    return Explanation(
        text=text,
        actor=row["actor"].iloc[0],
        spans=spans,
        chances=chances,
        features=features,
        words=share(features, cut(text, spans), text),
        intercept=dict(zip(classes, map(float, intercept), strict=True)),
    )


def overall(model: Any, rows: pd.DataFrame, top: int = 10) -> pd.DataFrame:
    """What moved the decisions of an examples table most, per actor and stance.

    Columns: ``actor, stance, feature, contribution, rows``: what the feature added to the decision
    value on average over the actor's rows, and in how many of them it stands.
    """
    weights, _, classes = linear(model)
    matrix = model[:-1].transform(rows)
    names = model[:-1].get_feature_names_out()
    tables = []
    for actor, index in sorted(rows.groupby("actor").indices.items()):
        part = matrix[index]
        mean = np.asarray(part.mean(axis=0)).ravel()
        count = np.asarray((part != 0).sum(axis=0)).ravel()
        for stance in STANCES:
            if stance not in classes:
                continue
            added = mean * weights[:, classes.index(stance)]
            first = np.argsort(-np.abs(added), kind="stable")[:top]
            table = {"feature": names[first], "contribution": added[first], "rows": count[first]}
            tables.append(pd.DataFrame({"actor": actor, "stance": stance} | table))
    return pd.concat(tables, ignore_index=True).query("contribution != 0")


def linear(model: Any) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The weights (features × stances), intercept and stances of a linear pipeline.

    Of a linear machine that was calibrated as a whole, as in `model=svm`, the machine's own: its
    decision value before calibration. With two stances, the first's are the second's turned round.
    """
    classifier = model.steps[-1][1]
    inner = getattr(classifier, "calibrated_classifiers_", [])
    machine = inner[0].estimator if len(inner) == 1 else classifier
    classes, weights = [str(name) for name in model.classes_], getattr(machine, "coef_", None)
    if weights is not None:
        weights = np.atleast_2d(weights.todense() if hasattr(weights, "todense") else weights)
        weights, intercept = _both(np.asarray(weights), np.ravel(machine.intercept_))
        probe = np.ones((1, weights.shape[1]))
        decided, _ = _both(np.atleast_2d(machine.decision_function(probe)).T, np.zeros(1))
    if weights is None or not _same(weights.sum(axis=1) + intercept, decided[:, 0], classes):
        raise StanceError(
            f"{type(classifier).__name__} cannot be explained word by word, as it is no sum of "
            "weights. Models that explain: logistic, svm, and any of scikit-learn's with one "
            "coef_ per stance."
        )
    order = [classes.index(stance) for stance in STANCES if stance in classes]
    return weights[order].T, intercept[order], [classes[at] for at in order]


def _both(rows: np.ndarray, intercept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A row and an intercept per stance, where scikit-learn has one for two."""
    if len(rows) == 1:
        return np.vstack([-rows, rows]), np.concatenate([-intercept, intercept])
    return rows, np.broadcast_to(intercept, len(rows))


def _same(ours: np.ndarray, theirs: np.ndarray, classes: Sequence[str]) -> bool:
    return len(ours) == len(theirs) == len(classes) and np.allclose(ours, theirs)


def where(model: Any, row: Any) -> dict[str, list[Sequence[int]]]:
    """Where each feature stands in the sentence, by its name in the whole: `words__needed`."""
    union = model.steps[0][1]
    return {
        f"{name}__{feature}": [span for span in spans if span[0] < span[1]]
        for name, block in getattr(union, "transformer_list", [])
        if hasattr(block, "where")
        for feature, spans in block.where(row).items()
    }


def cut(text: str, spans: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Cut a sentence into words, the actor's every mention being one; punctuation is left out.

    >>> cut("The UN mission's here.", [[4, 14]])
    [(0, 3), (4, 14), (15, 16), (17, 21)]
    """
    actor = sorted({(start, end) for start, end in spans})
    edges = [0, *(edge for span in actor for edge in span), len(text)]
    gaps = [WORD.finditer(text, edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
    words = [(match.start(), match.end()) for gap in gaps for match in gap]
    return sorted([*actor, *words])


def share(features: pd.DataFrame, words: Sequence[tuple[int, int]], text: str) -> pd.DataFrame:
    """Share out what each feature adds among the words it stands in, evenly.

    >>> features = pd.DataFrame({"spans": [[(0, 9)], []], "favor": [1.0, 7.0]})
    >>> share(features, [(0, 4), (5, 9)], "They help")
       start  end  text  favor
    0      0    4  They    0.5
    1      5    9  help    0.5
    """
    stances = [stance for stance in STANCES if stance in features]
    sums = np.zeros((len(words), len(stances)))
    for row in features[["spans", *stances]].itertuples(index=False):
        hits = [
            at
            for start, end in row[0]
            for at, (first, last) in enumerate(words)
            if first < end and start < last
        ]
        for at in hits:
            sums[at] += np.array(row[1:], float) / len(hits)
    place = [(start, end, text[start:end]) for start, end in words]
    table = pd.DataFrame(place, columns=["start", "end", "text"])
    return table.join(pd.DataFrame(sums, columns=stances))
