"""Who trains and who tests: examples → folds. What is tested was not trained on."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stance.duplicates import NEAR, marks
from stance.errors import StanceError, nearest
from stance.tables import STANCES

Fold = tuple[np.ndarray, np.ndarray]

MANY = 50
"""Nobody means to train more models than this by leaving out one actor or source at a time."""


def split(examples: pd.DataFrame, choices: Mapping[str, Any], seed: int) -> list[Fold]:
    """Cut examples into folds, each a pair of row positions: trained on, tested on.

    ``choices`` is the `split` configuration; its `by` says what is kept apart:

    - `document`: `folds` parts of whole documents, stratified by stance as far as documents allow;
      documents that repeat each other (``duplicates.marks``) stay in one part.
    - `source`, `actor`: each in turn is tested by the others, or `folds` parts of several each. A
      document may speak of the tested actor and of others.
    - `time`: the latest documents are tested by older ones. `test` is their share or the date from
      which on; with several `folds`, they are periods, each tested by all before it.
    - `given`: rows whose `part` is test (dev where there is no test), by those whose part is train.

    Training rows that repeat what the fold tests are left out of it, see ``apart``; a row whose
    source or date is unknown is on neither side.

    Raises StanceError for too few documents, sources or actors, a column that the corpus lacks,
    dates that are none, and a stance that a fold would test but not train on.
    """
    by, folds = choices["by"], choices.get("folds")
    ways: dict[str, Callable[[], list[Fold]]] = {
        "document": lambda: _by_document(examples, known["group"].to_numpy(), folds, seed),
        "source": lambda: _by_value(examples, by, folds, seed),
        "actor": lambda: _by_value(examples, by, folds, seed),
        "time": lambda: _by_time(examples, choices["test"], folds),
        "given": lambda: _given(examples),
    }
    if by not in ways:
        raise StanceError(f"split.by={by}: {nearest(by, ways)}")
    known = marks(examples, choices.get("near", NEAR))
    alike = apart(examples, known, by)
    found = []
    for number, (train, test) in enumerate(ways[by]()):
        train = train[~repeats(alike, train, test)]
        _check_training(examples, train, number)
        found.append((train, test))
    return found


def apart(examples: pd.DataFrame, known: pd.DataFrame, by: str) -> pd.DataFrame:
    """Choose of the rows' ``duplicates.marks`` those that training and test may not share.

    By document, source and time the group of the document and the sentence; by actor the sentence
    alone; given, the sentence with its actor and holder.
    """
    if by == "given":
        keys = [known["sentence"], *(examples[c] for c in ("actor", "holder") if c in examples)]
        return known[[]].assign(row=examples.groupby(keys, dropna=False).ngroup())
    return known[["sentence", "masked"] if by == "actor" else ["group", "sentence", "masked"]]


def repeats(marks: pd.DataFrame, rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Say of each of some rows whether it has a mark in common with any of the others."""
    values = [marks[name].to_numpy() for name in marks]
    return np.any([np.isin(mark[rows], mark[others]) for mark in values], axis=0)


def _by_document(examples: pd.DataFrame, groups: np.ndarray, folds: Any, seed: int) -> list[Fold]:
    folds = _whole(folds, 2)
    documents, number = examples["document"].nunique(), len(set(groups))
    if number < folds:
        joined = f", {number} of them once those that repeat each other are joined"
        raise StanceError(
            f"split.folds={folds} needs at least {folds} documents with examples; found "
            f"{documents}{joined if number < documents else ''}. Lower split.folds or read more "
            "documents."
        )
    return _stratified(examples, groups, folds, seed)


def _by_value(examples: pd.DataFrame, column: str, folds: Any, seed: int) -> list[Fold]:
    """Leave out each value of a column in turn, or the values of one of several parts."""
    values = _column(examples, column)
    known, names = np.flatnonzero(values != ""), sorted(set(values) - {""})
    if len(names) < 2:
        raise StanceError(
            f"split={column}s needs at least two {column}s, one to test and one to train on; "
            f"found one: {names[0]!r}. Use split=documents instead."
        )
    if folds is None:
        if len(names) > MANY:
            raise StanceError(
                f"split={column}s would train {len(names)} models, one without each {column}; "
                f"set split.folds, as in split.folds=5, to leave out several {column}s at once."
            )
        sides = [values[known] == name for name in names]
        return [(known[~tested], known[tested]) for tested in sides]
    if len(names) < _whole(folds, 2):
        raise StanceError(
            f"split.folds={folds} needs at least {folds} {column}s; found {len(names)}. "
            "Lower split.folds, or set it to null to leave out each in turn."
        )
    found = _stratified(examples.iloc[known], values[known], folds, seed)
    return [(known[train], known[test]) for train, test in found]


def _by_time(examples: pd.DataFrame, test: Any, folds: Any) -> list[Fold]:
    """Test the latest documents, all of one day on one side, period by period."""
    dates = _dates(examples)
    days = dates.groupby(examples["document"].to_numpy()).max().dropna().sort_values()
    start = _start(days, test)
    late, folds = days[days >= start], _whole(folds, 1)
    cuts = sorted({start, *(late.iloc[len(late) * n // folds] for n in range(1, folds))})
    if len(cuts) < folds:
        raise StanceError(
            f"split.folds={folds} needs at least {folds} periods; the {len(late)} tested documents "
            f"have {late.nunique()} dates. Lower split.folds or raise split.test."
        )
    ends = [*cuts[1:], days.max() + pd.Timedelta(days=1)]
    when = examples["document"].map(days).to_numpy()
    return [
        (np.flatnonzero(when < cut), np.flatnonzero((when >= cut) & (when < end)))
        for cut, end in zip(cuts, ends, strict=True)
    ]


def _dates(examples: pd.DataFrame) -> pd.Series:
    """Each row's day; NaT where unknown."""
    values = pd.Series(_column(examples, "date"))
    dates = pd.to_datetime(values.where(values != ""), format="ISO8601", errors="coerce", utc=True)
    wrong = (dates.isna() & (values != "")).to_numpy()
    if wrong.any():
        raise StanceError(
            f"split=time cannot read {wrong.sum()} of {len(values)} dates, such as "
            f"{values[wrong].iloc[0]!r} of the document {examples['document'][wrong].iloc[0]!r}. "
            "Write them as 2021-06-30, 2021-06 or 2021: the day's place is not guessed."
        )
    return dates.dt.tz_localize(None).dt.normalize()


def _start(days: pd.Series, test: Any) -> Any:
    """The first tested day: a date, or the one from which on lies a share of the documents."""
    share = isinstance(test, int | float) and 0 < test < 1
    date = pd.NaT if share else pd.to_datetime(str(test), format="ISO8601", errors="coerce")
    if not share and (date is pd.NaT or isinstance(test, int | float)):
        raise StanceError(
            f"split.test={test}: wanted a share of the documents between 0 and 1, or a date as in "
            "2021-06-30, from which on documents are tested."
        )
    start = days.iloc[int(len(days) * (1 - test))] if share else date
    if not (days < start).any() or not (days >= start).any():
        raise StanceError(
            f"split.test={test} leaves no documents {'from' if (days < start).any() else 'before'} "
            f"{start.date()}; their dates run from {days.min().date()} to {days.max().date()}."
        )
    return start


def _given(examples: pd.DataFrame) -> list[Fold]:
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


def _stratified(examples: pd.DataFrame, groups: np.ndarray, folds: int, seed: int) -> list[Fold]:
    """Whole groups in parts of like size and like shares of the stances."""
    from sklearn.model_selection import StratifiedGroupKFold

    cutter = StratifiedGroupKFold(n_splits=folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():  # a stance rarer than folds is checked later, in our words
        warnings.filterwarnings("ignore", "The least populated class")
        try:
            found = list(cutter.split(examples, examples["label"], groups))
        except ValueError as error:
            raise StanceError(
                f"split.folds={folds} cannot be made: every stance has fewer rows than that "
                f"({_counts(examples['label'])}). Lower split.folds or label more rows. ({error})"
            ) from None
    if not all(len(test) for _, test in found):
        raise StanceError(
            f"split.folds={folds} leaves a fold without rows: what must stay together is too large "
            f"(up to {np.bincount(pd.factorize(groups)[0]).max()} of {len(examples)} rows). Lower "
            "split.folds, or join fewer documents by a higher split.near."
        )
    return found


def _column(examples: pd.DataFrame, name: str) -> np.ndarray:
    """A column's values as text, "" where unknown."""
    values = examples.get(name, pd.Series("", index=examples.index))
    text = values.where(values.notna(), "").astype(str).str.strip().to_numpy(object)
    if not (text != "").any():
        raise StanceError(
            f"split={'time' if name == 'date' else name + 's'} wants a column `{name}` that is not "
            f"empty; found the columns: {', '.join(map(str, examples.columns))}. Name it in "
            f"corpus.columns.{name}, or add it by a corpus.metadata table of document and {name}."
        )
    return text


def _whole(folds: Any, least: int) -> int:
    if isinstance(folds, bool) or not isinstance(folds, int) or folds < least:
        raise StanceError(
            f"split.folds={folds}: at least {least} fold{'s are' if least > 1 else ' is'} needed, "
            "a whole number."
        )
    return folds


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
