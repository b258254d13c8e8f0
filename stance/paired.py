"""Is one system really better than another? Both on the same documents, document by document.

Everything follows from what each mention adds to the sums of `evaluate.tally`, so that resampling
and swapping documents are matrix products.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from stance.evaluate import CELLS, measure, tally
from stance.intervals import blocks, interval, known, resample
from stance.tables import STANCES

COLUMNS = (
    *("run", "reference", "difference", "low", "high", "p", "p_holm"),
    *("gained", "lost", "mcnemar", "mcnemar_holm"),
)
HAIR = 1e-12
"""Differences closer than this are the same: sums in another order differ in the last digits."""


def pool(runs: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Several predictions of the same mentions as one system → mention × the sums of `tally`.

    Each mention counts once, as the mean over the runs that predicted it. A score of these sums is
    that of a prediction by one of the runs, drawn anew for each mention: counts are pooled before
    the ratio is taken, as Forman & Scholz (2010) advise for the F1 of several test sets.

    >>> one, two = (pd.DataFrame({"mention": ["m"], "gold": ["favor"], "predicted": [stance]})
    ...     for stance in ("favor", "neutral"))
    >>> pool([one, two]).to_numpy().tolist()
    [[0.5, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    rows = pd.concat(runs, ignore_index=True)
    return pd.DataFrame(tally(rows)).groupby(rows["mention"].to_numpy()).mean()


def differences(
    systems: Mapping[str, np.ndarray],
    documents: np.ndarray,
    pairs: Sequence[tuple[str, str]],
    metric: tuple[str, str] = ("f1_macro", ""),
    resamples: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
    method: str = "percentile",
) -> pd.DataFrame:
    """Compare pairs of systems on the same mentions → one row per pair, the columns of COLUMNS.

    ``systems`` maps names to mention × tallies (as `pool` gives them, all in one order),
    ``documents`` numbers each mention's document from 0, ``metric`` is a key of `measure`. Pairs
    for which it is not known (a system without probabilities) have no row.

    - ``difference``: the metric of `run` less that of `reference`; ``low, high`` its interval when
      documents are drawn, the same ones for both (paired bootstrap; Koehn 2004).
    - ``p``: `randomisation`; ``mcnemar``: `mcnemar`, about accuracy whatever the metric;
      ``p_holm, mcnemar_holm``: adjusted for the number of rows, see `holm`.
    - ``gained, lost``: mentions that only `run`, or only `reference`, has right.

    >>> right, wrong = (np.eye(9)[[cell] * 6] for cell in (0, 1))
    >>> table = differences({"a": right, "b": wrong}, np.arange(6), [("a", "b")], ("accuracy", ""))
    >>> table[["difference", "low", "high", "gained", "lost"]].to_numpy().tolist()
    [[1.0, 1.0, 1.0, 6.0, 0.0]]
    """
    known(method, resamples, confidence)
    count = int(documents.max()) + 1
    sums = {name: _by_document(rows, documents, count) for name, rows in systems.items()}
    able = [pair for pair in pairs if all(metric in measure(sums[name][:1]) for name in pair)]
    names = dict.fromkeys(name for pair in able for name in pair)
    drawn: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for weights in resample(count, resamples, seed) if able else ():
        for name in names:
            drawn[name].append(measure(weights @ sums[name])[metric])
    spread = {name: np.concatenate(values) for name, values in drawn.items()}
    left_out = {name: measure(sums[name].sum(0) - sums[name])[metric] for name in names}
    chances = randomisation(sums, able, metric, resamples, seed)
    rows = []
    for (run, reference), chance in zip(able, chances, strict=True):
        one, other = (
            measure(sums[name].sum(0, keepdims=True))[metric][0] for name in (run, reference)
        )
        low, high = interval(
            spread[run] - spread[reference],
            confidence,
            method,
            one - other,
            left_out[run] - left_out[reference],
        )
        right, theirs = (_right(systems[name]) for name in (run, reference))
        gained, lost = (right * (1 - theirs)).sum(), (theirs * (1 - right)).sum()
        test = mcnemar(_right(sums[run]) - _right(sums[reference]))
        told = (one - other, low, high, chance, np.nan, gained, lost, test, np.nan)
        rows.append((run, reference, *(round(float(number), 10) for number in told)))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(p_holm=holm(table["p"]), mcnemar_holm=holm(table["mcnemar"]))


def randomisation(
    systems: Mapping[str, np.ndarray],
    pairs: Sequence[tuple[str, str]],
    metric: tuple[str, str],
    draws: int = 10_000,
    seed: int = 0,
) -> list[float]:
    """Approximate randomisation: how often chance alone tells two systems apart as much.

    If they were the same, whichever document's predictions could be exchanged. Each draw swaps
    those of half the documents, chosen by chance; the p-value is the share of draws, the observed
    one among them, whose difference is as large, up or down (Noreen 1989, ch. 2; recommended for
    metrics like F1 by Dror et al. 2018). ``systems`` maps names to document × tallies.

    >>> systems = {"right": np.eye(9)[[0] * 6], "wrong": np.eye(9)[[1] * 6]}
    >>> [p] = randomisation(systems, [("right", "wrong")], ("accuracy", ""))
    >>> round(p, 2)  # 2 of the 2⁶ ways to swap 6 documents
    0.03
    """
    if not pairs:
        return []
    whole = {name: sums.sum(0) for name, sums in systems.items()}
    seen = [abs(_gap(whole[one][None], whole[other][None], metric)[0]) for one, other in pairs]
    as_large = np.ones(len(pairs))
    for swapped in _swaps(len(systems[pairs[0][0]]), draws, seed):
        gone = {name: swapped @ sums for name, sums in systems.items()}
        for place, (one, other) in enumerate(pairs):
            width = min(len(whole[one]), len(whole[other]))  # 9 where one has no probabilities
            moved = gone[other][:, :width] - gone[one][:, :width]
            gaps = _gap(whole[one][:width] + moved, whole[other][:width] - moved, metric)
            as_large[place] += (np.abs(gaps) >= seen[place] - HAIR).sum()
    return [float(share) for share in as_large / (draws + 1)]


def mcnemar(ahead: np.ndarray) -> float:
    """McNemar's test that two systems are right equally often, for mentions within documents.

    ``ahead`` says of each document how many more mentions one system has right than the other. The
    sentences of a document lean together, which McNemar's own statistic ((b − c)² / (b + c), 1947)
    takes for evidence; this is Obuchowski's (1998) in the form of Yang, Sun & Hardin (2010), on
    one degree of freedom. With one mention per document it is McNemar's times (K − 1) / K for K
    documents.

    >>> round(mcnemar(np.array([1, 1, 1, 1, 1, 1, 1, -1, 0, 0])), 3)  # b = 7, c = 1, K = 10
    0.044
    """
    spread = (ahead**2).sum()
    if spread <= HAIR:
        return 1.0
    documents = len(ahead)
    statistic = (documents - 1) / documents * ahead.sum() ** 2 / spread
    return math.erfc(math.sqrt(statistic / 2))


def holm(chances: Sequence[float] | pd.Series) -> np.ndarray:
    """Adjust p-values for their number: rejecting those ≤ α keeps any false one at ≤ α (Holm 1979).

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(chances, float)
    order = np.argsort(given, kind="stable")
    steps = given[order] * np.arange(len(given), 0, -1)
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def _by_document(rows: np.ndarray, documents: np.ndarray, count: int) -> np.ndarray:
    sums = np.zeros((count, rows.shape[1]))
    np.add.at(sums, documents, rows)
    return sums


def _right(sums: np.ndarray) -> np.ndarray:
    """How many mentions each row of sums has right: the diagonal of its confusion counts."""
    return sums[:, : CELLS : len(STANCES) + 1].sum(1)


def _gap(one: np.ndarray, other: np.ndarray, metric: tuple[str, str]) -> np.ndarray:
    return measure(one)[metric] - measure(other)[metric]


def _swaps(documents: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Blocks of rows saying which documents are swapped: 1, or 0 where they stay."""
    generator = np.random.default_rng([seed, 1])  # not the stream that draws documents
    for size in blocks(documents, draws):
        yield generator.integers(2, size=(size, documents)).astype(float)
