"""Which mentions people should label: by chance with a known probability, or where it pays most.

Chance (`random`, `stratified`) gives each mention its inclusion probability, with which shares of
the whole corpus can be estimated later from the labelled part (Horvitz and Thompson 1952, JASA 47:
divide each labelled mention by its probability). What is chosen for its content (`uncertain`,
`disagreed`) teaches a model most and has no such probability: it says nothing of shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from stance.errors import StanceError, nearest
from stance.tables import STANCES

CHOICES = ("random", "stratified", "uncertain", "disagreed")


def choose(
    mentions: pd.DataFrame,
    how: str,
    items: int,
    seed: int,
    strata: str | Sequence[str] = ("actor", "source"),
    scores: pd.Series | None = None,
) -> pd.DataFrame:
    """Choose ``items`` mentions and add ``probability``, that of having been chosen.

    `random`: all alike. `stratified`: the same number from every group of ``strata``, or all of a
    smaller one. `uncertain`, `disagreed`: those with the highest ``scores`` (by mention; without a
    score, never), ties by chance, probability empty. The order is one of chance, or that of the
    scores. With the same seed, more items are the same items and further ones.

    Raises StanceError for an unknown way, fewer than one item, a missing column, and fewer items
    than groups.

    >>> rows = pd.DataFrame({"mention": list("abcdef"), "actor": list("xxxxxy")})
    >>> choose(rows, "random", 3, seed=1)["probability"].tolist()
    [0.5, 0.5, 0.5]
    >>> found = choose(rows, "stratified", 2, seed=1, strata=["actor"])
    >>> found.sort_values("actor")["probability"].tolist()
    [0.2, 1.0]
    """
    if how not in CHOICES:
        raise StanceError(f"choose={how} is no way to choose. {nearest(how, CHOICES)}")
    if items < 1:
        raise StanceError(f"items={items}: wanted at least one mention to label.")
    shuffled = _shuffle(mentions, seed)
    if how == "random":
        taken = shuffled.head(items)
        return taken.assign(probability=len(taken) / len(shuffled))
    if how == "stratified":
        columns = [strata] if isinstance(strata, str) else list(strata)
        return _stratified(shuffled, items, columns)
    if scores is None or not shuffled["mention"].isin(scores.index).any():
        raise StanceError(f"choose={how} found no mention to label: none of them is {how}.")
    ranked = shuffled.assign(_score=shuffled["mention"].map(scores)).dropna(subset="_score")
    ranked = ranked.sort_values("_score", ascending=False, kind="stable").head(items)
    return ranked.drop(columns="_score").assign(probability=np.nan)


def _shuffle(mentions: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Bring mentions into an order of chance that depends on the seed and their names alone."""
    ordered = mentions.sort_values("mention", kind="stable", ignore_index=True)
    return ordered.iloc[np.random.default_rng(seed).permutation(len(ordered))]


def _stratified(shuffled: pd.DataFrame, items: int, strata: list[str]) -> pd.DataFrame:
    for column in strata:
        if column not in shuffled:
            raise StanceError(
                f"choose=stratified needs the column {column!r}, which the mentions lack. Give it "
                "with corpus.metadata=, or name others, as in strata=[actor]."
            )
    groups = shuffled.groupby([shuffled[column].fillna("").astype(str) for column in strata])
    sizes = groups.size()
    if items < len(sizes):
        raise StanceError(
            f"choose=stratified has {len(sizes)} groups by {', '.join(strata)} for items={items}; "
            "wanted at least one item from each. Raise items= or name fewer columns in strata=."
        )
    shares = pd.Series(_shares(sizes.tolist(), items), index=sizes.index)
    number = groups.ngroup().to_numpy()
    quota = shares.to_numpy()[number]
    taken = shuffled.assign(probability=quota / sizes.to_numpy()[number])
    return taken[groups.cumcount().to_numpy() < quota]


def _shares(sizes: Sequence[int], items: int) -> list[int]:
    """Deal items to groups one at a time, round and round, passing over groups that are empty.

    >>> _shares([5, 1, 9], 8)
    [4, 1, 3]
    """
    shares = [0] * len(sizes)
    left = min(items, sum(sizes))
    while left:
        for group, size in enumerate(sizes):
            if left and shares[group] < size:
                shares[group] += 1
                left -= 1
    return shares


def uncertainty(predictions: pd.DataFrame) -> pd.Series:
    """How close the two likeliest stances of each prediction are, from 0 (sure) to 1 (torn).

    One minus the margin of Scheffer, Decomain and Wrobel 2001 (IDA).

    >>> row = {"mention": "m", "favor": 0.5, "against": 0.4, "neutral": 0.1}
    >>> float(uncertainty(pd.DataFrame([row]))["m"].round(6))
    0.9
    """
    best = np.sort(predictions[list(STANCES)].to_numpy(float), axis=1)
    return pd.Series(1 - (best[:, -1] - best[:, -2]), index=predictions["mention"].to_numpy())


def disagreement(votes: pd.DataFrame) -> pd.Series:
    """The share of pairs of annotators that disagree on a mention; only where some do.

    Takes ``mention, label``, one row per vote; votes without a label do not count.

    >>> votes = pd.DataFrame({"mention": list("mmmkk"), "label": ["favor"] * 2 + ["neutral"] * 3})
    >>> disagreement(votes).round(3).to_dict()
    {'m': 0.667}
    """
    given = votes[votes["label"].isin(STANCES)]
    found = {
        mention: np.mean([one != two for one, two in combinations(labels, 2)])
        for mention, labels in given.groupby("mention")["label"]
        if labels.nunique() > 1
    }
    return pd.Series(found, dtype=float)
