"""Which documents repeat each other: near-duplicates, and sentences that stand in several.

Wire copies and quotations put the same words into several articles. A classifier that trains on
one and is tested on the other looks better than it is; so such documents form one group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from stance.errors import StanceError
from stance.views import ACTOR, mask

NEAR = 0.5
"""Documents that resemble each other as much as this are near-duplicates."""

SHINGLE = 4
"""Words of a shingle. One word exchanged among 20 leaves 13 of 21 shingles, a resemblance of 0.62;
two leave 9 of 25, 0.36, so that 0.5 asks for the same words but a few."""

STOCK = 10
"""A sentence of more documents than this is a stock phrase, as the background that an agency puts
under each report. It would join them all to one group, so that it joins none."""

BLOCK, PAIRS = 256, 20_000
"""Documents looked up in all others at once; pairs compared at once. They bound the memory only."""


def marks(examples: pd.DataFrame, near: float | None = NEAR) -> pd.DataFrame:
    """Number what rows have in common: in each column, rows of one number are alike.

    - ``sentence``, the sentence as written; case, punctuation and white space do not count
    - ``masked``, the same with the actor masked; what is nothing but its actor equals none
    - ``copy``, the document, near-duplicates as one: of all their shingles (runs of four words
      within a sentence) both hold a share of ``near`` at least, the resemblance of Broder (1997),
      On the resemblance and containment of documents, computed exactly; None compares nothing
    - ``group``, the documents that belong together: near-duplicates, or documents with a sentence
      in common, and so on from document to document

    The words of a document are those of its rows: sentences that speak of no actor are not seen.
    Raises StanceError for a share that is none.

    >>> table = pd.DataFrame({"document": list("abc"), "spans": [[[0, 2]], [[0, 2]], [[0, 2]]],
    ...     "text": ["UN troops left on Monday.", "EU troops left on Monday.", "UN talks failed."]})
    >>> marks(table)
       sentence  masked  copy  group
    0         0       0     0      0
    1         1       0     1      0
    2         2       1     2      1
    """
    masked = map(mask, examples["text"], examples["spans"])
    said = {"sentence": _numbers(examples["text"]), "masked": _numbers(masked)}
    found = pd.DataFrame(said, index=examples.index)
    found["copy"] = _copies(examples, stock(examples, found["sentence"]), near)
    group = found["copy"].to_numpy()
    for name in said:
        ties = ~stock(examples, found[name])
        count = group.max() + 1
        nodes = count + found[name].max() + 1
        group = _join(nodes, group[ties], found[name].to_numpy()[ties] + count)[group]
    return found.assign(group=pd.factorize(group)[0])


def stock(examples: pd.DataFrame, said: pd.Series) -> np.ndarray:
    """Say of each row whether its sentence, numbered by ``said``, is a stock phrase."""
    return (examples["document"].groupby(said).transform("nunique") > STOCK).to_numpy()


def _copies(examples: pd.DataFrame, aside: np.ndarray, near: float | None) -> np.ndarray:
    """Number the documents, near-duplicates as one; rows to leave aside are not compared."""
    documents, names = pd.factorize(examples["document"])
    if near is None:
        return documents
    if isinstance(near, bool) or not isinstance(near, int | float) or not 0 < near <= 1:
        raise StanceError(
            f"split.near={near}: the resemblance that makes documents near-duplicates is above 0 "
            "and at most 1; null compares none."
        )
    rows = pd.DataFrame({"text": examples["text"].to_numpy(), "document": documents})
    return _near(_shingles(rows[~aside].drop_duplicates(), len(names)), near)[documents]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _numbers(texts: Iterable[str]) -> np.ndarray:
    """Number texts, those of the same words alike; those without words are all different."""
    bare = {ACTOR.casefold()}
    words = [_words(text) for text in texts]
    keys = [n if bare.issuperset(said) else " ".join(said) for n, said in enumerate(words)]
    return pd.factorize(np.array(keys, dtype=object))[0]


def _shingles(rows: pd.DataFrame, count: int) -> sparse.csr_matrix:
    """Tell which document holds which shingle: documents × shingles, 0 or 1, the rarest first."""
    words = [_words(text) for text in rows["text"]]
    place = np.repeat(np.arange(len(words)), [len(found) for found in words])
    codes = pd.factorize(np.array([w for found in words for w in found], dtype=object))[0]
    runs, size = codes.astype(np.int64), int(codes.max(initial=0)) + 1
    for step in range(1, SHINGLE):  # a run is numbered by the number of all but its last, and that
        runs = pd.factorize(runs[: max(len(codes) - step, 0)] * size + codes[step:])[0]
    inside = place[: len(runs)] == place[SHINGLE - 1 :]  # none reaches into the next sentence
    owner = rows["document"].to_numpy()[place[: len(runs)][inside]]
    owner, runs = np.unique(np.stack([owner, runs[inside]]), axis=1)
    _, shingle, often = np.unique(runs, return_inverse=True, return_counts=True)
    rank = np.argsort(np.argsort(often, kind="stable"))
    ones = np.ones(len(owner), np.int32)
    return sparse.csr_matrix((ones, (owner, rank[shingle])), shape=(count, len(often)))


def _near(holds: sparse.csr_matrix, near: float) -> np.ndarray:
    """Number the components of documents that resemble each other, one number per document.

    Documents of one size that hold the same of all shingles that any two hold (sentences from one
    template) resemble others alike: they are compared by one of them, and once with each other.
    """
    sizes = np.diff(holds.indptr)
    holds = holds[:, np.asarray(holds.sum(axis=0)).ravel() > 1]
    holds.sort_indices()
    held = [part.tobytes() for part in np.split(holds.indices, holds.indptr[1:-1])]
    codes = pd.factorize(pd.Series(zip(held, sizes, strict=True)))[0]
    _, first = np.unique(codes, return_index=True)
    numbers = _compared(holds[first], sizes[first], near)
    both = np.diff(holds.indptr)
    alike = (both > 0) & _resemble(both, sizes, sizes, near)
    alone = ~alike & (np.bincount(numbers)[numbers] == 1)[codes]
    numbers = np.where(alone, numbers.max() + 1 + np.arange(len(sizes)), numbers[codes])
    return pd.factorize(numbers)[0]


def _compared(holds: sparse.csr_matrix, sizes: np.ndarray, near: float) -> np.ndarray:
    """Number the components of documents by comparing them in pairs.

    Two that share n shingles share one that is not among the last n - 1 of either, in any fixed
    order (the prefix filter of Chaudhuri, Ganti and Kaushik 2006): with the rarest first, few pairs
    are left to compare. Pairs already joined by others are not compared.
    """
    numbers = np.arange(len(sizes))
    first = _first(holds, np.diff(holds.indptr) + 1 - np.ceil(near * sizes - 1e-9))
    for start in range(0, len(numbers), BLOCK):
        pairs = (first[start : start + BLOCK] @ first.T).tocoo()
        one, two = pairs.row + start, pairs.col
        for part in np.array_split(np.flatnonzero(one < two), len(one) // PAIRS + 1):
            part = part[numbers[one[part]] != numbers[two[part]]]
            a, b = one[part], two[part]
            both = np.asarray(holds[a].multiply(holds[b]).sum(axis=1)).ravel()
            alike = _resemble(both, sizes[a], sizes[b], near)
            if alike.any():
                numbers = _join(len(sizes), numbers[a[alike]], numbers[b[alike]])[numbers]
    return numbers


def _resemble(both: np.ndarray, one: np.ndarray, two: np.ndarray, near: float) -> np.ndarray:
    """Say whether sets that share so many reach the Jaccard index ``near``."""
    return both >= near * (one + two - both) - 1e-9


def _first(holds: sparse.csr_matrix, lengths: np.ndarray) -> sparse.csr_matrix:
    """Keep so many shingles of each document, the rarest; none where the number is not above 0."""
    rows = np.repeat(np.arange(holds.shape[0]), np.diff(holds.indptr))
    kept = np.arange(holds.nnz) - holds.indptr[rows] < lengths[rows]
    ones = np.ones(kept.sum(), np.int32)
    return sparse.csr_matrix((ones, (rows[kept], holds.indices[kept])), shape=holds.shape)


def _join(count: int, some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Number the components of ``count`` nodes, where each of some is tied to its other."""
    ties = sparse.coo_matrix((np.ones(len(some), np.int8), (some, others)), (count, count))
    return connected_components(ties, directed=False)[1]
