"""What a model has to beat, on the same rows: the trivial answer, the rules, people's labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import Pipeline

from stance import model
from stance.errors import StanceError, nearest
from stance.labels import rules as labelling
from stance.tables import STANCES

Folds = Sequence[tuple[np.ndarray, np.ndarray]]


def predict(
    names: Sequence[str],
    examples: pd.DataFrame,
    folds: Folds,
    pipe: Pipeline,
    choices: Mapping[str, Any] | None = None,
) -> dict[str, pd.DataFrame]:
    """Predict the rows that the model is tested on by each baseline that ``names`` lists.

    `majority` is the most frequent stance of the training rows; `rules` the rule labeller, with
    ``choices`` for it; `gold` the same pipeline trained on people's labels instead of the run's:
    what better labels would be worth.

    Raises StanceError for an unknown name, and for `gold` where some training row has none.
    """
    known: dict[str, Callable[[], pd.DataFrame]] = {
        "majority": lambda: majority(examples, folds),
        "rules": lambda: rules(examples, folds, choices or {}),
        "gold": lambda: gold(examples, folds, pipe),
    }
    for name in names:
        if name not in known:
            raise StanceError(f"evaluation.baselines names {name!r}. {nearest(name, known)}")
    return {name: known[name]() for name in names}


def majority(examples: pd.DataFrame, folds: Folds) -> pd.DataFrame:
    """Predict the most frequent label of the training rows, with their shares as probabilities."""
    dummy = model.pipeline("passthrough", DummyClassifier(strategy="prior"))
    return model.cross_predict(dummy, examples, folds)


def rules(examples: pd.DataFrame, folds: Folds, choices: Mapping[str, Any]) -> pd.DataFrame:
    """Predict by the rules; they learn nothing, and a row that no rule sees counts as neutral."""
    rows = examples.iloc[sorted(place for _, test in folds for place in test)]
    known = {key: value for key, value in choices.items() if key not in ("name", "abstain")}
    found = labelling.label(rows.drop(columns=["label", "label_source"]), **known)
    return model.truth(rows).assign(predicted=found["label"].to_numpy())


def gold(examples: pd.DataFrame, folds: Folds, pipe: Pipeline) -> pd.DataFrame:
    """Predict by the same pipeline, trained on gold."""
    if not examples["gold"].isin(STANCES).all():
        raise StanceError(
            "evaluation.baselines names 'gold', but not every row has a gold stance. Annotate "
            "them, or leave gold out of evaluation.baselines."
        )
    return model.cross_predict(pipe, examples.assign(label=examples["gold"]), folds)
