"""Features and any scikit-learn classifier → one pipeline over the examples table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from stance.errors import StanceError
from stance.tables import STANCES
from stance.tune import Search


def pipeline(
    features: BaseEstimator,
    classifier: BaseEstimator,
    tune: Mapping[str, Sequence[Any]] | None = None,
) -> Pipeline | Search:
    """Join features and classifier; it fits and predicts examples tables.

    A classifier that reads the examples themselves (it says so by ``reads = "examples"``) gets
    them as they are. ``tune`` holds parameters to be chosen in training, see ``stance.tune``.
    """
    if getattr(classifier, "reads", "") == "examples":
        features = "passthrough"
    joined = Pipeline([("features", features), ("classifier", classifier)])
    return Search(joined, tune) if tune else joined


def fit(model: Pipeline | Search, examples: pd.DataFrame) -> Pipeline:
    """Learn `label` from examples, a new copy each time; `weight` counts where it varies.

    What a search is to choose, it chooses on these examples alone.
    """
    learner = model.choose(examples) if isinstance(model, Search) else clone(model)
    weights = examples["weight"].to_numpy(float)
    choices = {} if np.ptp(weights) == 0 else {"classifier__sample_weight": weights}
    try:
        return learner.fit(examples, examples["label"].to_numpy(str), **choices)
    except (ValueError, TypeError) as error:
        name = type(model.named_steps["classifier"]).__name__
        raise StanceError(
            f"{name} could not be trained on {len(examples)} examples: {error}"
        ) from error


def predict(model: Pipeline, examples: pd.DataFrame) -> pd.DataFrame:
    """Predict examples: `predicted` and one probability column per stance, in their fixed order.

    A stance the model never saw has probability 0. Raises StanceError for a classifier that gives
    no probabilities; wrap it in `CalibratedClassifierCV`, as `model=svm` does.
    """
    if not hasattr(model, "predict_proba"):
        name = type(model.named_steps["classifier"]).__name__
        raise StanceError(
            f"{name} gives no probabilities; wrap it in sklearn.calibration.CalibratedClassifierCV,"
            " as conf/model/svm.yaml does."
        )
    found = pd.DataFrame(model.predict_proba(examples), columns=model.classes_)
    chances = found.reindex(columns=list(STANCES), fill_value=0.0).to_numpy()
    table = pd.DataFrame(chances, columns=list(STANCES), index=examples.index)
    return table.assign(predicted=np.array(STANCES)[chances.argmax(axis=1)])


def cross_predict(
    model: Pipeline | Search,
    examples: pd.DataFrame,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> pd.DataFrame:
    """Predict each fold's test rows by a model of its training rows → predictions.

    `gold` is the examples' gold where there is one, else their label.
    """
    tables = []
    for number, (train, test) in enumerate(progress(folds)):
        tables.append(_scored(fit(model, examples.iloc[train]), examples.iloc[test], number))
    return pd.concat(tables).sort_index().reset_index(drop=True)


def learn(
    model: Pipeline | Search,
    examples: pd.DataFrame,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> tuple[pd.DataFrame, Pipeline]:
    """Predict as `cross_predict` does, and train the model to keep.

    It has learned from all examples; where there is but one fold, from its training rows, once.
    """
    if len(folds) > 1:
        return cross_predict(model, examples, folds, progress), fit(model, examples)
    [(train, test)] = progress(folds)
    trained = fit(model, examples.iloc[train])
    return _scored(trained, examples.iloc[test], 0).sort_index().reset_index(drop=True), trained


def _scored(trained: Pipeline, rows: pd.DataFrame, fold: int) -> pd.DataFrame:
    table = truth(rows).join(predict(trained, rows)).assign(fold=fold)
    return table[["mention", "document", "actor", "gold", "predicted", *STANCES, "fold"]]


def truth(examples: pd.DataFrame) -> pd.DataFrame:
    """What predictions are scored against: `mention, document, actor, gold`."""
    gold = examples["gold"].where(examples["gold"].isin(STANCES), examples["label"])
    return examples[["mention", "document", "actor"]].assign(gold=gold)


def weights(model: Pipeline) -> pd.DataFrame:
    """What a linear model learned: `feature, stance, weight`; no rows for other models.

    With two stances only, the second's weights are the first's with the sign turned.
    """
    classifier = model.named_steps["classifier"]
    coefficients = getattr(classifier, "coef_", None)
    if coefficients is None:
        return pd.DataFrame(columns=["feature", "stance", "weight"])
    if len(coefficients) == 1:
        coefficients = np.vstack([-coefficients, coefficients])
    names = model.named_steps["features"].get_feature_names_out()
    table = pd.DataFrame(coefficients.T, index=names, columns=list(classifier.classes_))
    table = table.rename_axis("feature").reset_index()
    return table.melt("feature", var_name="stance", value_name="weight")
