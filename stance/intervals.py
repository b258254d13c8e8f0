"""Intervals over documents: which documents each resample draws, and what is read off the draws.

Whole documents are drawn, since the sentences of one article lean together.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from stance.errors import StanceError, nearest

METHODS = ("percentile", "expanded", "bca")
"""`percentile`: the middle of the resamples (Efron & Tibshirani 1993, ch. 13); too narrow with few
documents. `expanded`: the same, as much wider as Student's t is than the normal for that many
documents (Hesterberg 2015). `bca`: moved for bias and for an error that changes with the value
(Efron 1987), both estimated; for metrics that lean to one side, as ece does.
`tests/benchmarks/intervals.py` measures what each covers."""

BLOCK = 4_000_000
"""Cells of the resampling matrix held at once: 32 MB, whatever the number of documents."""


def resample(documents: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Blocks of rows saying how often each document was drawn; a row is one resample.

    >>> [block] = resample(documents=3, resamples=2, seed=0)
    >>> block.shape, block.sum(axis=1)
    ((2, 3), array([3., 3.]))
    """
    generator = np.random.default_rng(seed)
    for size in blocks(documents, resamples):
        drawn = generator.integers(documents, size=(size, documents))
        drawn += np.arange(size)[:, None] * documents
        counts = np.bincount(drawn.ravel(), minlength=size * documents)
        yield counts.reshape(size, documents).astype(float)


def blocks(documents: int, resamples: int) -> Iterator[int]:
    """How many resamples to hold at once, again and again until all are done."""
    step = max(1, BLOCK // documents)
    for first in range(0, resamples, step):
        yield min(step, resamples - first)


def interval(
    drawn: np.ndarray,
    confidence: float = 0.95,
    method: str = "percentile",
    value: float = 0.0,
    left_out: np.ndarray | None = None,
) -> tuple[float, float]:
    """Read an interval off a metric's value in every resample.

    Beyond `percentile`, ``value`` is the metric on all documents, and ``left_out`` its values when
    one document after the other is left out.

    >>> interval(np.arange(101.0), confidence=0.5)
    (25.0, 75.0)
    >>> low, high = interval(np.arange(101.0), 0.5, "bca", 40.0, left_out=np.array([38.0, 42.0]))
    >>> round(low), round(high)
    (12, 57)
    """
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    if method == "expanded" and left_out is not None:
        tails = _expanded(tails, len(left_out))
    if method == "bca" and left_out is not None:
        tails = _corrected(tails, drawn, value, left_out)
    low, high = np.quantile(drawn, tails)
    return float(low), float(high)


def known(method: str, resamples: int, confidence: float) -> None:
    """Raise StanceError for an interval that cannot be made."""
    if method not in METHODS:
        raise StanceError(f"interval={method} is no way to make one. {nearest(method, METHODS)}")
    if resamples < 1 or not 0 < confidence < 1:
        raise StanceError(
            "Intervals need at least 1 resample and a confidence between 0 and 1; "
            f"found resamples={resamples}, confidence={confidence}."
        )


def _expanded(tails: np.ndarray, documents: int) -> np.ndarray:
    """Move the tails out by √(n / (n − 1)) tₙ₋₁ against the normal (Hesterberg 2015).

    >>> _expanded(np.array([0.025, 0.975]), documents=15).round(3).tolist()
    [0.013, 0.987]
    """
    from scipy.special import ndtr, stdtrit

    return ndtr(np.sqrt(documents / (documents - 1)) * stdtrit(documents - 1, tails))


def _corrected(
    tails: np.ndarray, drawn: np.ndarray, value: float, left_out: np.ndarray
) -> np.ndarray:
    """Move the tails by bias and acceleration: Efron & Tibshirani 1993, eq. 14.10, 14.14, 14.15."""
    normal = NormalDist()
    same = np.isclose(drawn, value, rtol=0, atol=1e-12)  # sums in another order differ by a hair
    below = ((drawn < value) & ~same).mean() + same.mean() / 2
    edge = 0.5 / len(drawn)
    bias = normal.inv_cdf(float(np.clip(below, edge, 1 - edge)))
    apart = left_out.mean() - left_out
    spread = (apart**2).sum() ** 1.5
    acceleration = (apart**3).sum() / (6 * spread) if spread > 0 else 0.0
    reach = np.array([bias + normal.inv_cdf(tail) for tail in tails])
    moved = bias + reach / (1 - acceleration * reach)
    return np.sort([normal.cdf(point) for point in moved])
