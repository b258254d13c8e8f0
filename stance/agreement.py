"""How far annotators agree: Krippendorff's alpha, Fleiss' and Cohen's kappa, with intervals.

Everything follows from a few sums per document (coincidences, shares, pair counts), so intervals
come from a bootstrap over whole documents, as in `evaluate`. Skipped items are no votes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from stance.errors import StanceError, nearest
from stance.evaluate import resample
from stance.tables import COLUMNS, STANCES

ORDER = ("against", "neutral", "favor")
"""The stances as a scale, for the ordinal alpha."""

CELLS = len(ORDER) ** 2


def measure(
    votes: pd.DataFrame,
    mentions: pd.DataFrame,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure agreement → `measure, scope, group, value, low, high, n`.

    ``votes`` needs `mention, annotator, label`; ``mentions`` says of each `mention` its `document`
    and `actor`. Scopes: ``overall`` (group ``all``), ``actor`` (its id) and ``pair`` (any two who
    share a mention, ``ann & bob``). ``n`` counts the mentions with two votes or more; others say
    nothing about agreement.

    - ``agreement``: the share of pairs of votes that are alike, each mention counting once.
    - ``alpha_nominal``, ``alpha_ordinal``: Krippendorff (2011), see `alpha`.
    - ``fleiss_kappa`` (overall, actor): Fleiss (1971); where mentions have different numbers of
      votes each counts once, as generalised by Gwet (2014).
    - ``cohen_kappa`` (pair): Cohen (1960).

    ``low`` and ``high`` are percentiles of the bootstrap over documents, missing where fewer than
    two documents bear on a number. A value is missing where it is undefined: without a mention of
    two votes, or (all but agreement) when all votes are alike, so that chance alone would agree.

    Raises StanceError where no mention has two votes, and for a vote on an unknown mention.

    >>> votes = pd.DataFrame({"mention": ["m1", "m1", "m2", "m2", "m3"],
    ...     "annotator": ["ann", "bob", "ann", "bob", "ann"],
    ...     "label": ["favor", "favor", "favor", "against", "neutral"]})
    >>> mentions = pd.DataFrame({"mention": ["m1", "m2", "m3"], "document": ["a", "b", "b"],
    ...     "actor": "mission"})
    >>> measure(votes, mentions).query("scope == 'overall'")[["measure", "value", "n"]]
             measure     value  n
    0      agreement  0.500000  2
    1  alpha_nominal  0.000000  2
    2  alpha_ordinal  0.000000  2
    3   fleiss_kappa -0.333333  2
    """
    if resamples < 1 or not 0 < confidence < 1:
        raise StanceError(
            "Intervals need at least 1 resample and a confidence between 0 and 1; "
            f"found resamples={resamples}, confidence={confidence}."
        )
    ballots = _ballots(votes, mentions)
    documents = ballots.documents
    parts = list(_parts(ballots))
    drawn: list[list[np.ndarray]] = [[] for _ in parts]
    for weights in resample(documents.max() + 1, resamples, seed):
        for place, part in enumerate(parts):
            drawn[place].append(weights[:, part.sums.index] @ part.sums.to_numpy())
    rows = [
        row
        for part, draws in zip(parts, drawn, strict=True)
        for row in _rows(part, np.concatenate(draws), confidence)
    ]
    return pd.DataFrame(rows, columns=["measure", *COLUMNS["scores"][1:]])


def coincidences(counts: np.ndarray) -> np.ndarray:
    """Count how often two votes on one unit meet: units × values → units × values × values.

    ``counts`` says how many votes each value got. Every ordered pair of votes on a unit counts
    1 / (its votes - 1), so that a unit adds up to its number of votes; a single vote adds nothing.

    >>> coincidences(np.array([[2, 1]]))  # two votes for the first value, one for the second
    array([[[1., 1.],
            [1., 0.]]])
    """
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1])
    others = counts.sum(axis=1)[:, None, None] - 1
    return np.divide(pairs, others, out=np.zeros(pairs.shape), where=others > 0)


def alpha(matrix: np.ndarray, ordinal: bool = False) -> np.ndarray:
    """Krippendorff's alpha of summed coincidences (… × values × values); nan where undefined.

    1 - observed / expected disagreement (Krippendorff 2011, Computing Krippendorff's
    Alpha-Reliability, sections C and D). The nominal difference of two values is 0 or 1. The
    ordinal one is how many votes lie between them, half of those on either value included: the
    distance of their mid-ranks; it is squared. Values must stand in their order.

    >>> matrix = np.array([[4.0, 1.0], [1.0, 4.0]])  # five units, two votes each, one torn
    >>> float(alpha(matrix).round(4))  # observed 2, expected 2 × 5 × 5 / 9
    0.64
    """
    totals = matrix.sum(axis=-1)
    if ordinal:
        ranks = totals.cumsum(axis=-1) - totals / 2
        apart = (ranks[..., :, None] - ranks[..., None, :]) ** 2
    else:
        apart = 1 - np.eye(matrix.shape[-1])
    n = totals.sum(axis=-1)
    observed = (matrix * apart).sum(axis=(-2, -1))
    expected = (totals[..., :, None] * totals[..., None, :] * apart).sum(axis=(-2, -1))
    return 1 - _ratio(observed * (n - 1), expected)


def kappa(observed: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """What agreement exceeds chance, of what it could: (observed - chance) / (1 - chance).

    >>> float(kappa(np.array(0.7), np.array(0.5)).round(2))
    0.4
    """
    return _ratio(observed - chance, 1 - chance)


def confusion(votes: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Count mentions by the first annotator's stance (row) and the second's (column).

    Raises StanceError for an unknown annotator and for two that share no mention.

    >>> votes = pd.DataFrame({"mention": ["m1", "m1", "m2"], "annotator": ["ann", "bob", "ann"],
    ...     "label": ["favor", "neutral", "favor"]})
    >>> confusion(votes, "ann", "bob")
    bob      favor  against  neutral
    ann
    favor        0        0        1
    against      0        0        0
    neutral      0        0        0
    """
    cast = votes[votes["label"] != ""].pivot(index="mention", columns="annotator", values="label")
    for name in (first, second):
        if name not in cast:
            raise StanceError(
                f"{name!r} is no annotator of the ledger. {nearest(name, cast.columns)}"
            )
    both = cast[[first, second]].dropna()
    if both.empty or first == second:
        raise StanceError(f"{first!r} and {second!r} voted on no mention both: nothing to compare.")
    counts = pd.crosstab(both[first], both[second])
    return counts.reindex(index=list(STANCES), columns=list(STANCES), fill_value=0)


class _Ballots(NamedTuple):
    """Who said what: mentions × annotators (codes of ORDER, -1 for no vote), and of which text."""

    codes: np.ndarray
    annotators: list[str]
    documents: np.ndarray
    actors: np.ndarray


class _Part(NamedTuple):
    """One group of mentions: what each document adds to its sums, and how they are read."""

    scope: str
    group: str
    n: int
    sums: pd.DataFrame
    values: Callable[[np.ndarray], Mapping[str, np.ndarray]]


def _ballots(votes: pd.DataFrame, mentions: pd.DataFrame) -> _Ballots:
    cast = votes[votes["label"] != ""]
    known = mentions.set_index("mention")[["document", "actor"]]
    lost = cast[~cast["mention"].isin(known.index)]
    if len(lost):
        raise StanceError(
            f"{len(lost)} votes are about mentions that the corpus does not have, the first about "
            f"{lost['mention'].iloc[0]!r}. Set them aside with ledger.match."
        )
    items, ids = pd.factorize(cast["mention"])
    people, names = pd.factorize(cast["annotator"], sort=True)
    if not len(items) or np.bincount(items).max() < 2:
        found = f"{len(names)} annotator{'s' * (len(names) != 1)} ({', '.join(names[:5])})"
        raise StanceError(
            f"Agreement is undefined: no mention has votes of two annotators. Found {len(cast)} "
            f"votes by {found if len(names) else 'nobody'}; let a second annotator label some of "
            "the same mentions."
        )
    codes = np.full((len(ids), len(names)), -1)
    codes[items, people] = pd.Categorical(cast["label"], categories=ORDER).codes
    texts = known.loc[ids]
    documents = np.unique(texts["document"].astype(str), return_inverse=True)[1]
    return _Ballots(codes, list(map(str, names)), documents, texts["actor"].to_numpy(str))


def _parts(ballots: _Ballots) -> Iterator[_Part]:
    """Everything, each actor, and each pair of annotators that share a mention."""
    codes, names, documents, actors = ballots
    counts = (codes[:, :, None] == np.arange(len(ORDER))).sum(axis=1)
    several = counts.sum(axis=1) > 1
    groups = [("overall", "all", several)]
    groups += [("actor", str(actor), several & (actors == actor)) for actor in np.unique(actors)]
    for scope, group, rows in groups:
        yield _part(scope, group, _joint_sums(counts[rows]), documents[rows], _joint)
    for one, two in combinations(range(len(names)), 2):
        rows = (codes[:, one] >= 0) & (codes[:, two] >= 0)
        if rows.any():
            cells = np.eye(CELLS)[codes[rows, one] * len(ORDER) + codes[rows, two]]
            yield _part("pair", f"{names[one]} & {names[two]}", cells, documents[rows], _paired)


def _part(
    scope: str,
    group: str,
    sums: np.ndarray,
    documents: np.ndarray,
    values: Callable[[np.ndarray], Mapping[str, np.ndarray]],
) -> _Part:
    return _Part(scope, group, len(sums), pd.DataFrame(sums).groupby(documents).sum(), values)


def _joint_sums(counts: np.ndarray) -> np.ndarray:
    """Of each mention its coincidences, 1, the share of alike pairs, and its shares of stances."""
    size = counts.sum(axis=1, keepdims=True)
    together = coincidences(counts)
    alike = np.trace(together, axis1=1, axis2=2)[:, None] / size
    return np.hstack([together.reshape(-1, CELLS), np.ones(size.shape), alike, counts / size])


def _joint(sums: np.ndarray) -> dict[str, np.ndarray]:
    matrix = sums[:, :CELLS].reshape(-1, len(ORDER), len(ORDER))
    agreement = _ratio(sums[:, CELLS + 1], sums[:, CELLS])
    shares = _ratio(sums[:, CELLS + 2 :], sums[:, [CELLS]])
    return {
        "agreement": agreement,
        "alpha_nominal": alpha(matrix),
        "alpha_ordinal": alpha(matrix, ordinal=True),
        "fleiss_kappa": kappa(agreement, (shares**2).sum(axis=1)),
    }


def _paired(sums: np.ndarray) -> dict[str, np.ndarray]:
    table = sums.reshape(-1, len(ORDER), len(ORDER))
    n = table.sum(axis=(1, 2))
    agreement = _ratio(np.trace(table, axis1=1, axis2=2), n)
    matrix = table + table.swapaxes(1, 2)
    return {
        "agreement": agreement,
        "alpha_nominal": alpha(matrix),
        "alpha_ordinal": alpha(matrix, ordinal=True),
        "cohen_kappa": kappa(agreement, _ratio((table.sum(1) * table.sum(2)).sum(1), n**2)),
    }


def _rows(part: _Part, drawn: np.ndarray, confidence: float) -> Iterator[tuple]:
    spread = part.values(drawn)
    for name, value in part.values(part.sums.to_numpy().sum(axis=0, keepdims=True)).items():
        defined = spread[name][~np.isnan(spread[name])]
        low, high = np.nan, np.nan
        if len(part.sums) > 1 and len(defined):
            low, high = np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2])
        numbers = (round(float(number), 10) for number in (value[0], low, high))
        yield name, part.scope, part.group, *numbers, part.n


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Over / under, nan where there is nothing under."""
    over, under = np.broadcast_arrays(over, under)
    blank = np.full(over.shape, np.nan)
    return np.divide(over, under, out=blank, where=np.abs(under) > 1e-12)
