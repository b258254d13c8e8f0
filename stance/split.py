"""Who trains and who tests: examples → folds. A document never sits on both sides."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from stance.errors import StanceError, nearest
from stance.tables import STANCES

Fold = tuple[np.ndarray, np.ndarray]


def split(examples: pd.DataFrame, choices: Mapping[str, Any], seed: int) -> list[Fold]:
    """Cut examples into folds, each a pair of row positions: trained on, tested on.

    ``choices`` is the `split` configuration: `by: document` cuts `folds` parts of whole documents,
    stratified by stance as far as documents allow; `by: given` tests on the rows whose `part` is
    test (dev where there is no test) and trains on train.

    Raises StanceError for fewer documents than folds, a corpus without the parts, and a stance
    that a fold would test but not train on.
    """
    ways = {"document": _by_document, "given": _given}
    if choices["by"] not in ways:
        raise StanceError(f"split.by={choices['by']}: {nearest(choices['by'], ways)}")
    found = ways[choices["by"]](examples, choices, seed)
    for number, (train, _) in enumerate(found):
        _check_training(examples, train, number)
    return found


def _by_document(examples: pd.DataFrame, choices: Mapping[str, Any], seed: int) -> list[Fold]:
    from sklearn.model_selection import StratifiedGroupKFold

    documents, folds = examples["document"].nunique(), choices["folds"]
    if not isinstance(folds, int) or folds < 2:
        raise StanceError(f"split.folds={folds}: at least 2 folds are needed, a whole number.")
    if documents < folds:
        raise StanceError(
            f"split.folds={folds} needs at least {folds} documents with examples; found "
            f"{documents}. Lower split.folds or read more documents."
        )
    cutter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():  # a stance rarer than folds is checked below, in our words
        warnings.filterwarnings("ignore", "The least populated class")
        try:
            return list(cutter.split(examples, examples["label"], examples["document"]))
        except ValueError as error:
            counts = _counts(examples["label"])
            raise StanceError(
                f"split.folds={folds} cannot be made: every stance has fewer rows than that "
                f"({counts}). Lower split.folds or label more rows. ({error})"
            ) from None


def _given(examples: pd.DataFrame, choices: Mapping[str, Any], seed: int) -> list[Fold]:
    parts = examples.get("part", pd.Series("", index=examples.index))
    tested = "test" if (parts == "test").any() else "dev"
    train, test = (np.flatnonzero(parts == part) for part in ("train", tested))
    if not len(train) or not len(test):
        found = ", ".join(sorted(map(str, parts.unique()))) or "none"
        raise StanceError(
            "split=given wants a column `part` with train and test (or dev) rows, as a folder of "
            f"train.csv and test.csv gives; found parts: {found!r}. Use split=documents instead."
        )
    return [(train, test)]


def _check_training(examples: pd.DataFrame, train: np.ndarray, number: int) -> None:
    labels = examples["label"].iloc[train]
    missing = [s for s in STANCES if s not in set(labels) and s in set(examples["label"])]
    if missing or labels.nunique() < 2:
        what = f"no row labelled {missing[0]!r}" if missing else "one stance only"
        raise StanceError(
            f"Fold {number + 1} would train on {what} ({_counts(labels)}). "
            "A classifier needs every stance among its training rows: label more documents, "
            "or lower split.folds."
        )


def _counts(labels: pd.Series) -> str:
    return ", ".join(f"{stance} {(labels == stance).sum()}" for stance in STANCES)
