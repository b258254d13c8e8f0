"""What a split keeps together, and what its training and test rows still share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from stance.duplicates import NEAR, marks, stock
from stance.split import Fold, apart, repeats
from stance.tables import AUTHOR

SHOWN = 5
"""Names listed before an ellipsis."""


def leaks(
    examples: pd.DataFrame, folds: Sequence[Fold], choices: Mapping[str, Any]
) -> pd.DataFrame:
    """Report what training and test share, one row per fold and one for all of them.

    - ``fold``, numbered as in the predictions; ``tested``, the actors, sources or days that are
    - ``train``, ``test``: their rows; ``kept_out``: rows on neither side that repeat what is tested
    - tested rows that share with training their ``sentence`` (as written or with the actor masked),
      a near-duplicate (``copy``) of their document, the ``document`` itself, its ``actor`` and,
      where the table knows them, ``source`` and ``holder`` (the author aside)
    """
    known = marks(examples, choices.get("near", NEAR))
    alike = apart(examples, known, choices["by"])
    codes = pd.DataFrame(
        {
            name: pd.factorize(examples[name].where(~examples[name].isin(["", AUTHOR])))[0]
            for name in ("document", "actor", "source", "holder")
            if name in examples
        }
    )
    rows: list[dict[str, Any]] = []
    for number, (train, test) in enumerate(folds):
        aside = np.setdiff1d(np.arange(len(examples)), np.concatenate([train, test]))
        shared = {
            "sentence": repeats(known[["sentence", "masked"]], test, train),
            "copy": _copied(known["copy"].to_numpy(), codes["document"].to_numpy(), test, train),
        }
        for name, values in codes.items():
            shared[str(name)] = repeats(codes[[name]], test, train) & (values.iloc[test] >= 0)
        row = {"fold": str(number), "tested": _tested(examples.iloc[test], choices["by"])}
        sizes = {"train": len(train), "test": len(test)}
        sizes["kept_out"] = int(repeats(alike, aside, test).sum())
        rows.append(row | sizes | {name: int(found.sum()) for name, found in shared.items()})
    total = pd.DataFrame(rows).drop(columns=["fold", "tested"]).sum()
    return pd.DataFrame([*rows, {"fold": "all", "tested": "", **total}])


def together(examples: pd.DataFrame, choices: Mapping[str, Any]) -> pd.DataFrame:
    """List documents that repeat each other, group by group, the largest first.

    Columns: ``because`` of what, ``documents`` and ``rows`` of the group, ``names`` of some
    documents, one ``sentence``. Splits by document, source and time keep a group on one side.
    A stock phrase joins no documents; its rows are kept out of training where one is tested.
    """
    known = marks(examples, choices.get("near", NEAR))
    phrase = known[["sentence", "masked"]].apply(lambda said: stock(examples, said))
    several = known.apply(lambda mark: examples["document"].groupby(mark).transform("nunique") > 1)
    several[["sentence", "masked"]] &= ~phrase
    same = several["sentence"] | several["masked"]
    table = examples[["document", "text"]].assign(copy=several["copy"], same=same)
    groups = table[several["group"]].groupby(known["group"])
    found = [_group(rows) for _, rows in groups]
    phrases = table[phrase["masked"]].groupby(known["masked"])
    found += [_described("stock phrase", rows) for _, rows in phrases]
    listed = pd.DataFrame(found, columns=["because", "documents", "rows", "names", "sentence"])
    return listed.sort_values(["documents", "rows"], ascending=False, ignore_index=True)


def _group(rows: pd.DataFrame) -> dict[str, Any]:
    because = {"near-duplicates": rows["copy"].any(), "same sentence": rows["same"].any()}
    reason = " and ".join(word for word, holds in because.items() if holds)
    shown = rows["same"] if rows["same"].any() else rows["copy"]
    return _described(reason, rows) | {"sentence": rows["text"][shown].iloc[0]}


def _described(because: str, rows: pd.DataFrame) -> dict[str, Any]:
    names = rows["document"].unique()
    return {
        "because": because,
        "documents": len(names),
        "rows": len(rows),
        "names": _listed(names),
        "sentence": rows["text"].iloc[0],
    }


def _copied(
    near: np.ndarray, documents: np.ndarray, rows: np.ndarray, others: np.ndarray
) -> np.ndarray:
    """Say of each of some rows whether others hold a near-duplicate of its document, not itself."""
    pairs = pd.DataFrame({"near": near[others], "document": documents[others]}).drop_duplicates()
    held = np.bincount(pairs["near"], minlength=near.max() + 1)[near[rows]]
    return held > np.isin(documents[rows], documents[others])


def _tested(rows: pd.DataFrame, by: str) -> str:
    if by in ("actor", "source"):
        return _listed(sorted(rows[by].unique()))
    if by == "time":
        days = rows["date"].dropna().astype(str).str[:10]
        return f"{days.min()} to {days.max()}"
    return f"{rows['document'].nunique()} documents"


def _listed(names: Any) -> str:
    return ", ".join(map(str, names[:SHOWN])) + (", …" if len(names) > SHOWN else "")
