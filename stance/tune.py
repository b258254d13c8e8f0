"""Choose parameters inside training: grouped cross-validation over the training rows alone.

A `tune` entry of a model's configuration maps parameters to the values they may take:
``C`` is the classifier's, ``estimator.C`` one inside it, ``words.ngram_range`` or ``cues.weight``
a feature block's. They are chosen one after the other, in the order given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from stance.errors import StanceError, nearest
from stance.tables import STANCES

FOLDS = 3
"""Inner folds; whole documents, stratified by stance."""


class Search:
    """A pipeline whose parameters are still to be chosen; `stance.model.fit` chooses, then fits."""

    def __init__(self, pipeline: Pipeline, grid: Mapping[str, Sequence[Any]]):
        """Check that every parameter exists; several values each."""
        self.pipeline = pipeline
        self.grid = {
            name: [tuple(value) if isinstance(value, list) else value for value in values]
            for name, values in grid.items()
        }
        known = _parameters(pipeline)
        for name in self.grid:
            if name not in known:
                raise StanceError(f"model.tune names {name!r}. {nearest(name, known)}")

    @property
    def named_steps(self) -> Any:
        """The pipeline's steps."""
        return self.pipeline.named_steps

    def choose(self, examples: pd.DataFrame) -> Pipeline:
        """Set each parameter to the value of the highest inner macro-F1; the first of equals."""
        folds = list(_folds(examples))
        known: dict[Any, Any] = {}
        best = clone(self.pipeline)
        for name, values in self.grid.items():
            trials = [clone(best).set_params(**{_parameters(best)[name]: v}) for v in values]
            scores = [np.mean([_score(t, examples, fold, known) for fold in folds]) for t in trials]
            best = trials[int(np.argmax(scores))]
        return best


def chosen(trained: Pipeline, grid: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Read from a trained pipeline which value each parameter of the grid has got."""
    parameters = trained.get_params()
    return {name: parameters[_parameters(trained)[name]] for name in grid}


def _parameters(pipeline: Pipeline) -> dict[str, str]:
    """Our names of a pipeline's parameters → scikit-learn's."""
    names = {}
    for own in pipeline.get_params():
        step, _, rest = own.partition("__")
        if rest and step in ("features", "classifier"):
            names[rest.replace("__", ".")] = own
    return names


def _folds(examples: pd.DataFrame) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    documents = examples["document"]
    if documents.nunique() < FOLDS:
        raise StanceError(
            f"model.tune needs at least {FOLDS} training documents; found {documents.nunique()}. "
            "Set model.tune=null."
        )
    yield from StratifiedGroupKFold(FOLDS).split(examples, examples["label"], documents)


def _score(
    trial: Pipeline, examples: pd.DataFrame, fold: tuple[np.ndarray, np.ndarray], known: dict
) -> float:
    """Macro-F1 of one trial on one fold; blocks whose parameters stayed are not fitted again."""
    train, test = (examples.iloc[rows] for rows in fold)
    pairs = []
    for name, block in trial.named_steps["features"].transformer_list:
        key = (name, str(block.get_params()), fold[1].tobytes())
        if key not in known:
            fitted = clone(block)
            known[key] = fitted.fit_transform(train), fitted.transform(test)
        pairs.append(known[key])
    seen, unseen = (sparse.hstack(side).tocsr() for side in zip(*pairs, strict=True))
    weights = train["weight"].to_numpy(float)
    choices = {} if np.ptp(weights) == 0 else {"sample_weight": weights}
    classifier = clone(trial.named_steps["classifier"])
    classifier.fit(seen, train["label"].to_numpy(str), **choices)
    labels = [stance for stance in STANCES if stance in set(examples["label"])]
    found = classifier.predict(unseen)
    return f1_score(test["label"], found, labels=labels, average="macro", zero_division=0)
