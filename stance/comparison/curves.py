"""How far to trust a system's probabilities: reliability and precision–recall, with intervals.

Documents are resampled, as everywhere: a resample is a weight for each row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

import numpy as np
import pandas as pd

from stance import intervals
from stance.evaluate import BINS
from stance.tables import STANCES

RESAMPLES = 1000
"""A curve is read by eye."""

RECALLS = np.linspace(0.05, 1, 20)


def rows(predictions: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, pd.DataFrame]:
    """The rows of each system that gave probabilities, its runs under each other."""
    tables = {name: pd.concat(runs, ignore_index=True) for name, runs in predictions.items()}
    return {
        name: table
        for name, table in tables.items()
        if set(STANCES) <= set(table) and table[list(STANCES)].notna().all(axis=None)
    }


def reliability(
    tables: Mapping[str, pd.DataFrame], confidence: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """How often the most probable stance is right, per bin of its probability.

    Gives `run, bin, probability, share, low, high, n`: the mean probability in the bin, the share
    that was right, and how many rows (Guo et al. 2017). Bins are those of the calibration error.
    """
    found = []
    for name, table in tables.items():
        chance = table[list(STANCES)].to_numpy(float)
        top = chance.max(1)
        right = np.array(STANCES)[chance.argmax(1)] == table["gold"].to_numpy()
        bins = np.clip(np.ceil(top * BINS).astype(int) - 1, 0, BINS - 1)
        documents, codes = np.unique(table["document"].astype(str), return_inverse=True)
        sums = np.zeros((len(documents), 2, BINS))
        np.add.at(sums[:, 0], (codes, bins), 1)
        np.add.at(sums[:, 1], (codes, bins), right)
        drawn = np.concatenate(
            [
                np.tensordot(weights, sums, 1)
                for weights in intervals.resample(len(documents), RESAMPLES, seed)
            ]
        )
        for place in range(BINS):
            inside = bins == place
            if inside.any():
                counts, hits = drawn[drawn[:, 0, place] > 0][:, :, place].T
                ends = intervals.interval(hits / counts, confidence)
                means = float(top[inside].mean()), float(right[inside].mean())
                found.append((name, place, *means, *ends, int(inside.sum())))
    columns = ["run", "bin", "probability", "share", "low", "high", "n"]
    return pd.DataFrame(found, columns=columns)


def precision_recall(
    tables: Mapping[str, pd.DataFrame], confidence: float = 0.95, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Precision at each recall, per stance by its probability, and the average precision.

    Gives `run, stance, recall, precision, low, high` at RECALLS (the precision where that recall is
    first reached), and `run, stance, value, low, high, share`: average precision as scikit-learn
    has it, Σ (Rₙ − Rₙ₋₁) Pₙ, and the stance's share of the rows, which is the precision of chance.
    A stance absent from gold has no rows.
    """
    points, areas = [], []
    for name, table in tables.items():
        codes = np.unique(table["document"].astype(str), return_inverse=True)[1]
        for stance in STANCES:
            truth = (table["gold"] == stance).to_numpy()
            if not truth.any():
                continue
            score = table[stance].to_numpy(float)
            [area], [curve] = _ranked(score, truth, np.ones((1, len(table))))
            parts = [_ranked(score, truth, weights) for weights in _weights(codes, seed)]
            drawn, bands = (np.concatenate(part) for part in zip(*parts, strict=True))
            ends = intervals.interval(drawn, confidence)
            areas.append((name, stance, area, *ends, float(truth.mean())))
            for place, recall in enumerate(RECALLS):
                ends = intervals.interval(bands[:, place], confidence)
                points.append((name, stance, float(recall), curve[place], *ends))
    return (
        pd.DataFrame(points, columns=["run", "stance", "recall", "precision", "low", "high"]),
        pd.DataFrame(areas, columns=["run", "stance", "value", "low", "high", "share"]),
    )


def _weights(codes: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """How often each row is drawn, by its document's number, in blocks of resamples."""
    for weights in intervals.resample(int(codes.max()) + 1, RESAMPLES, seed):
        pieces = ceil(len(weights) * len(codes) / intervals.BLOCK)
        for piece in np.array_split(weights, pieces):
            yield piece[:, codes]


def _ranked(
    score: np.ndarray, truth: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Average precision and the precision at RECALLS, one row per row of weights.

    >>> area, curve = _ranked(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]),
    ...     np.ones((1, 3)))
    >>> area.round(3).tolist(), curve[0, [0, 9, 10, 19]].round(3).tolist()
    ([0.833], [1.0, 1.0, 0.667, 0.667])
    """
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.diff(score[order], append=-np.inf))  # rows of one score come together
    weights = weights[:, order]
    hits = np.cumsum(weights * truth[order], axis=1)[:, ends]
    hits, seen = (part[hits[:, -1] > 0] for part in (hits, np.cumsum(weights, axis=1)[:, ends]))
    recall = hits / hits[:, -1:]
    precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
    area = (np.diff(recall, prepend=0) * precision).sum(1)
    first = [(recall >= level - 1e-12).argmax(1) for level in RECALLS]
    return area, np.stack([precision[np.arange(len(hits)), at] for at in first], axis=1)
