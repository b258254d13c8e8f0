"""Which documents repeat each other: near-duplicates, and sentences that stand in several.

Wire copies and quotations put the same words into several articles. A classifier that trains on
one and is tested on the other looks better than it is, so that such documents form one group.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from stance.errors import StanceError
from stance.views import mask

NEAR = 0.5
"""From this resemblance on two documents are near-duplicates."""

SHINGLE = 4
"""Words of a shingle. Nine in ten words must be shared for two sentences to resemble each other by
half: of 20 words one may be exchanged (13 of 21 shingles stay), two hardly (9 of 25)."""

BLOCK, PAIRS = 512, 20_000
"""Documents looked up in all others at once; pairs compared at once. Both only bound the memory."""


def groups(examples: pd.DataFrame, near: float | None = NEAR) -> np.ndarray:
    """Number the groups of documents that must stay together, one number per row.

    Two documents belong together when they are near-duplicates, see `copies`, or hold the same
    sentence, see `sentences`; and so on from document to document. ``near`` of None leaves the
    near-duplicates apart.

    >>> table = pd.DataFrame({"document": list("abc"), "spans": [[[0, 2]], [[0, 2]], [[0, 2]]],
    ...     "text": ["UN troops left on Monday.", "EU troops left on Monday.", "UN talks."]})
    >>> groups(table).tolist()
    [0, 0, 1]
    """
    groups = copies(examples, near)
    for said in sentences(examples):
        count = groups.max() + 1
        groups = _join(count + said.max() + 1, groups, said + count)[groups]
    return pd.factorize(groups)[0]


def sentences(examples: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Number the sentences: rows of one number say the same, as written and with the actor masked.

    Case, punctuation and white space do not count.
    """
    rows = zip(examples["text"], examples["spans"], strict=True)
    masked = [mask(text, spans) for text, spans in rows]
    written, without = (
        pd.factorize(np.array([" ".join(_words(text)) for text in texts], dtype=object))[0]
        for texts in (examples["text"], masked)
    )
    return written, without


def copies(examples: pd.DataFrame, near: float | None = NEAR) -> np.ndarray:
    """Number the documents, near-duplicates as one, one number per row.

    Two documents are near-duplicates when the share of their shingles (runs of four words of one
    sentence) that both have is at least ``near``: the resemblance of Broder (1997), On the
    resemblance and containment of documents. It is computed exactly. The words are those of the
    rows: sentences that speak of no actor are not seen.

    Raises StanceError for a share that is none.
    """
    documents, names = pd.factorize(examples["document"])
    if near is None:
        return documents
    if isinstance(near, bool) or not isinstance(near, int | float) or not 0 < near <= 1:
        raise StanceError(
            f"split.near={near}: the resemblance from which documents count as copies lies above 0 "
            "and is at most 1; null compares none."
        )
    holds = _shingles(examples["text"], documents, len(names))
    return _near(holds, near)[documents]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _shingles(texts: pd.Series, documents: np.ndarray, count: int) -> sparse.csr_matrix:
    """Which document holds which shingle: documents × shingles, 0 or 1; the rarest come first."""
    rows = pd.DataFrame({"text": texts.to_numpy(), "document": documents}).drop_duplicates()
    words = [_words(text) for text in rows["text"]]
    lengths = [len(found) for found in words]
    codes = pd.factorize(np.array([w for found in words for w in found], dtype=object))[0]
    place = np.repeat(np.arange(len(words)), lengths)
    runs, size = codes.astype(np.int64), int(codes.max(initial=0)) + 1
    for step in range(1, SHINGLE):  # a run of n words is numbered by its first n - 1 and its last
        runs = pd.factorize(runs[: max(len(codes) - step, 0)] * size + codes[step:])[0]
    inside = place[: len(runs)] == place[SHINGLE - 1 :]  # no shingle reaches into the next sentence
    owner = rows["document"].to_numpy()[place[: len(runs)][inside]]
    pairs = np.unique(np.stack([owner, runs[inside]]), axis=1)
    _, shingle, often = np.unique(pairs[1], return_inverse=True, return_counts=True)
    rank = np.empty(len(often), int)
    rank[np.argsort(often, kind="stable")] = np.arange(len(often))
    ones = np.ones(len(shingle), np.int32)
    return sparse.csr_matrix((ones, (pairs[0], rank[shingle])), shape=(count, len(often)))


def _near(holds: sparse.csr_matrix, near: float) -> np.ndarray:
    """Number the components of documents that resemble each other, one number per document.

    Two documents that share enough also share one of the first few shingles of both, in any one
    order of shingles (the prefix filter of Chaudhuri, Ganti and Kaushik 2006): with the rarest
    first, few pairs are left to compare. A pair that others have joined is not compared.
    """
    sizes = np.diff(holds.indptr)
    numbers = np.arange(holds.shape[0])
    first = _first(holds, sizes - np.ceil(near * sizes - 1e-9).astype(int) + 1)
    for start in range(0, len(numbers), BLOCK):
        pairs = (first[start : start + BLOCK] @ first.T).tocoo()
        some, other = pairs.row + start, pairs.col
        for part in np.array_split(np.flatnonzero(some < other), len(some) // PAIRS + 1):
            part = part[numbers[some[part]] != numbers[other[part]]]
            one, two = some[part], other[part]
            both = holds[one].multiply(holds[two]).sum(axis=1).A1
            alike = both >= near * (sizes[one] + sizes[two] - both) - 1e-9
            if alike.any():
                numbers = _join(len(numbers), numbers[one[alike]], numbers[two[alike]])[numbers]
    return numbers


def _first(holds: sparse.csr_matrix, lengths: np.ndarray) -> sparse.csr_matrix:
    """Keep so many shingles of each document, the rarest; those of one document only find none."""
    rows = np.repeat(np.arange(holds.shape[0]), np.diff(holds.indptr))
    kept = np.arange(holds.nnz) - holds.indptr[rows] < lengths[rows]
    kept &= np.bincount(holds.indices, minlength=holds.shape[1])[holds.indices] > 1
    ones = np.ones(kept.sum(), np.int32)
    return sparse.csr_matrix((ones, (rows[kept], holds.indices[kept])), shape=holds.shape)


def _join(count: int, some: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Number the components of nodes 0 to count - 1, where each of some is joined to its other."""
    ones = np.ones(len(some), np.int8)
    return connected_components(sparse.coo_matrix((ones, (some, other)), (count, count)))[1]
