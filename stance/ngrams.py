"""Count n-grams: the very matrix of scikit-learn's CountVectorizer, several times faster.

scikit-learn cuts every n-gram of every text out as a string and looks it up in a dictionary. Here
Python sees only the pieces between white space, and each distinct one is analysed once; whole
arrays of numbers do the rest:

- *symbols* are the tokens (``word``) or characters (``char``, ``char_wb``) of a row, each replaced
  by its alphabetical rank 1, 2, 3, …;
- the *key* of an n-gram is the integer of its ranks side by side, as digits, with zeros behind a
  short one, so that the order of keys is the alphabetical order of n-grams;
- ``char_wb`` never crosses white space, so that its counts are a product: (texts × pieces) times
  (pieces × n-grams).

Rows are counted in blocks: memory beyond the ranks and the result stays bounded.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

PATTERNS = (r"(?u)\b\w\w+\b", r"(?u)\b\w+(?:['’]\w+)*\b", r"\S+")
"""Token patterns that never look across white space: scikit-learn's, ours, whole pieces."""
BLOCK = 2**18
"""Symbols counted at a time: about 2,000 sentences of characters, 12,000 of words."""


class Rows(NamedTuple):
    """Numbers of all rows, one row after another, and the length of each row."""

    numbers: np.ndarray
    length: np.ndarray


class NgramCounter(CountVectorizer):
    """Texts → how often each n-gram occurs in them; parameters and results of CountVectorizer.

    What cannot be counted here goes to CountVectorizer itself, so that results and errors are
    always its own: texts that are no strings; a callable analyzer, tokenizer or preprocessor;
    accents to strip, stop words, other token patterns; n-grams with keys beyond 63 bits (five
    characters of an alphabet of 6,206, three words out of two million).

    Fitted state: ``digits_``, the ranks of each term's symbols (terms × longest n-gram, 0 for
    none); ``letters_``, the code points of all symbols one after another, and ``lengths_``, how
    many each has; ``joint_``, what stands between them. ``vocabulary_`` is made from these. Where
    scikit-learn counts, ``other_`` is its vocabulary.

    >>> counter = NgramCounter(analyzer="char_wb", ngram_range=(2, 3)).fit(["to be", "be"])
    >>> counter.get_feature_names_out().tolist()
    [' b', ' be', ' t', ' to', 'be', 'be ', 'e ', 'o ', 'to', 'to ']
    >>> counter.transform(["be, be"]).toarray().tolist()
    [[2, 2, 0, 0, 2, 1, 1, 0, 0, 0]]
    """

    def fit_transform(self, raw_documents: Iterable[str], y: Any = None) -> Any:
        """Learn which n-grams to count, and count them."""
        texts: Any = raw_documents if isinstance(raw_documents, str) else list(raw_documents)
        if not self._ours(texts):
            return super().fit_transform(texts)
        given = {"vocabulary": ["a"] if self.vocabulary is None else self.vocabulary}
        checked = CountVectorizer(**(self.get_params(deep=False) | given)).fit([])
        self.fixed_vocabulary_ = self.vocabulary is not None
        if self.fixed_vocabulary_:
            self.vocabulary_ = checked.vocabulary_
            return self.transform(texts)
        counts = self._learn(texts)
        return super().fit_transform(texts) if counts is None else counts

    def transform(self, raw_documents: Iterable[str]) -> Any:
        """Texts → matrix (texts × terms); n-grams that are no terms are not counted."""
        texts: Any = raw_documents if isinstance(raw_documents, str) else list(raw_documents)
        if "digits_" in vars(self) and self.joint_ == self._joint and self._ours(texts):
            alphabet = _cut(self.letters_, self.lengths_)
            worth = _worth(alphabet, self.ngram_range[1])
            if worth is not None and len(worth) == self.digits_.shape[1]:
                rows, _, pieces = self._read(texts, alphabet)
                return self._count(rows, pieces, worth, self.digits_ @ worth)
        return super().transform(texts)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The terms, in the order of the columns."""
        if "digits_" not in vars(self):
            return super().get_feature_names_out(input_features)
        symbols = ["", *_cut(self.letters_, self.lengths_)]
        terms = [[symbols[at] for at in term if at] for term in self.digits_.tolist()]
        return np.array([*map(self.joint_.join, terms)], dtype=object)

    @property
    def vocabulary_(self) -> dict[Any, int]:
        """The column of each term."""
        if "digits_" in vars(self):
            return {term: at for at, term in enumerate(self.get_feature_names_out())}
        if "other_" in vars(self):
            return self.other_
        raise AttributeError("vocabulary_ is known after fit")

    @vocabulary_.setter
    def vocabulary_(self, columns: dict[Any, int]) -> None:
        names = sorted(columns, key=columns.__getitem__)
        if self._ours(names):
            symbols = [name.split(" ") if self._joint else list(name) for name in names]
            if max(map(len, symbols)) <= self.ngram_range[1]:
                return self._keep(*_digits(symbols, self.ngram_range[1]))
        self._forget()
        self.other_ = columns

    def _keep(self, digits: np.ndarray, alphabet: list[str]) -> None:
        """Keep the terms, and of the alphabet what they use."""
        used = np.zeros(len(alphabet) + 1, np.int32)
        used[digits] = 1
        used[0] = 0
        self._forget()
        self.digits_ = np.where(used, np.cumsum(used), 0).astype(np.int32)[digits]
        self.letters_, self.lengths_ = _joined([alphabet[at - 1] for at in np.flatnonzero(used)])
        self.joint_ = self._joint

    def _forget(self) -> None:
        for name in ("digits_", "letters_", "lengths_", "joint_", "other_"):
            self.__dict__.pop(name, None)

    @property
    def _joint(self) -> str:
        return " " if self.analyzer == "word" else ""

    def _ours(self, texts: Any) -> bool:
        """Whether this can be counted here."""
        span = self.ngram_range
        return (
            self.analyzer in ("word", "char", "char_wb")
            and (self.analyzer != "word" or self.token_pattern in PATTERNS)
            and not (self.tokenizer or self.preprocessor or self.strip_accents or self.stop_words)
            and self.input == "content"
            and isinstance(span, tuple)
            and [type(n) for n in span] == [int, int]
            and 1 <= span[0] <= span[1] < 63
            and isinstance(texts, list)
            and all(isinstance(text, str) for text in texts)
        )

    def _read(
        self, texts: list[str], alphabet: list[str] | None = None
    ) -> tuple[Rows, list[str], Rows | None]:
        """Texts → rows of ranks, and the alphabet, which is learned unless given.

        For char_wb the rows are the distinct pieces; the third value says which make up each text.
        """
        lower = str.lower if self.lowercase else str
        if self.analyzer == "char":
            spaced = [re.sub(r"\s\s+", " ", lower(text)) for text in texts]
            return *_characters(spaced, alphabet), None
        distinct, pieces = _pieces(texts)
        distinct = [lower(piece) for piece in distinct]
        if self.analyzer == "char_wb":
            return *_characters([f" {piece} " for piece in distinct], alphabet), pieces
        return *_tokens(distinct, pieces, self.build_tokenizer(), alphabet), None

    def _learn(self, texts: list[str]) -> Any:
        """Fit and transform; None where scikit-learn must do it, or say what is wrong."""
        rows, alphabet, pieces = self._read(texts)
        worth = _worth(alphabet, self.ngram_range[1])
        if worth is None or (self._joint and re.search(r"[\0-\x1f]", "".join(alphabet))):
            return None  # control characters come before the space that joins tokens
        found = [_distinct(keys) for *_, keys in self._ngrams(rows, worth)]
        keys = np.sort(_distinct(np.concatenate(found)))
        counts = self._count(rows, pieces, worth, keys)
        kept = self._kept(counts)
        if not len(kept):
            return None
        self._keep(keys[kept, None] // worth % (len(alphabet) + 2), alphabet)
        return counts if len(kept) == counts.shape[1] else counts[:, kept]

    def _kept(self, counts: Any) -> np.ndarray:
        """The columns within min_df and max_df, of these the max_features most frequent."""
        limits: list[Any] = [self.min_df, self.max_df]
        least, most = (n * (1 if isinstance(n, Integral) else counts.shape[0]) for n in limits)
        texts = np.bincount(counts.indices, minlength=counts.shape[1])
        kept = np.flatnonzero((texts >= least) & (texts <= most))
        if self.max_features is not None and len(kept) > self.max_features:
            totals = np.asarray(counts.sum(axis=0)).ravel()[kept]
            kept = np.sort(kept[(-totals).argsort()[: self.max_features]])  # scikit-learn's ties
        return kept

    def _count(self, rows: Rows, pieces: Rows | None, worth: np.ndarray, keys: np.ndarray) -> Any:
        """Rows → matrix (texts × keys), in the form that scikit-learn is set to return."""
        parts: Iterable[Any] = (_matrix(*found, keys) for found in self._ngrams(rows, worth))
        if pieces is not None:
            parts = _product(pieces, sparse.vstack(list(parts), format="csc"))
        by_row = [part.tocsr() for part in parts]
        counts = by_row[0] if len(by_row) == 1 else sparse.vstack(by_row, format="csr")
        counts.data = counts.data.astype(self.dtype)
        if self.binary:
            counts.data.fill(1)
        return type(CountVectorizer(vocabulary=["a"]).transform([]))(counts)

    def _ngrams(self, rows: Rows, worth: np.ndarray) -> Iterator[tuple[int, Any, Any]]:
        """For each block of rows: how many, and row and key of each of their n-grams."""
        for ranks, length in _blocks(rows):
            row = np.repeat(np.arange(len(length), dtype=np.int32), length)
            left = np.repeat(np.cumsum(length), length) - np.arange(len(ranks))
            key, at, keys = np.zeros(len(ranks), np.int64), [], []
            for n, digit in enumerate(worth, 1):
                last = ranks[n - 1 :]
                key = key[: len(last)] + last * digit
                row, left = row[: len(last)], left[: len(last)]
                fits = left >= n
                if n < self.ngram_range[0]:  # char_wb counts a piece that is too short as a whole
                    fits &= (length[row] == n) & (self.analyzer == "char_wb")
                at.append(row[fits])
                keys.append(key[fits])
            yield len(length), np.concatenate(at), np.concatenate(keys)


# ------------------------------------------------------------------------------------------- rows


def _pieces(texts: list[str]) -> tuple[list[str], Rows]:
    """The distinct pieces between white space, and for each text the numbers of its pieces."""
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    length = array("q")

    def each() -> Iterator[list[str]]:
        for text in texts:
            pieces = text.split()
            length.append(len(pieces))
            yield pieces

    numbers = np.fromiter(map(number.__getitem__, chain.from_iterable(each())), np.int32)
    return list(number), Rows(numbers, np.array(length, np.int64))


def _characters(texts: list[str], alphabet: list[str] | None) -> tuple[Rows, list[str]]:
    """Texts → rows of characters."""
    letters, length = _joined(texts)
    rank = np.zeros(0x110000, np.int32)
    if alphabet is None:
        rank[letters] = 1
        alphabet = [chr(point) for point in np.flatnonzero(rank)]
    rank[:] = len(alphabet) + 1
    rank[_joined(alphabet)[0]] = np.arange(1, len(alphabet) + 1)
    return Rows(rank[letters], length), alphabet


def _tokens(
    distinct: list[str], pieces: Rows, cut: Callable, alphabet: list[str] | None
) -> tuple[Rows, list[str]]:
    """Pieces → rows of tokens: each text has those of its pieces, one after another."""
    found = [cut(piece) for piece in distinct]
    ranks, alphabet = _ranks(found, alphabet)
    size = np.array([len(tokens) for tokens in found], np.int64)
    first, size = (np.cumsum(size) - size)[pieces.numbers], size[pieces.numbers]
    ends = _ends(size)
    places = np.repeat(first - ends[:-1], size) + np.arange(ends[-1])
    return Rows(ranks[places], np.diff(ends[_ends(pieces.length)])), alphabet


def _ranks(found: list[list[str]], alphabet: list[str] | None) -> tuple[np.ndarray, list[str]]:
    """Each symbol's rank, from 1; symbols out of the alphabet have one above all others."""
    if alphabet is None:
        alphabet = sorted(set(chain.from_iterable(found)))
    rank, unknown = {symbol: at for at, symbol in enumerate(alphabet, 1)}, len(alphabet) + 1
    return np.array([rank.get(s, unknown) for s in chain.from_iterable(found)], np.int32), alphabet


def _ends(length: np.ndarray) -> np.ndarray:
    """Where rows end, with 0 in front: row i lies between the i-th value and the next."""
    return np.concatenate([[0], np.cumsum(length)])


def _blocks(rows: Rows) -> Iterator[Rows]:
    """Cut rows into blocks of about as many symbols; at least one block."""
    ends = _ends(rows.length)
    cuts = np.flatnonzero(np.diff(ends[1:] // BLOCK)) + 1
    for first, last in pairwise([0, *cuts.tolist(), len(rows.length)]):
        yield Rows(rows.numbers[ends[first] : ends[last]], rows.length[first:last])


# ---------------------------------------------------------------------------------- terms and keys


def _joined(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Texts → their code points one after another, and the length of each."""
    data = "".join(texts).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(data, "<u4"), np.array([len(text) for text in texts], np.int64)


def _cut(letters: np.ndarray, lengths: np.ndarray) -> list[str]:
    """The texts that were joined."""
    text = letters.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    return [text[start:end] for start, end in pairwise(_ends(lengths).tolist())]


def _worth(alphabet: list[str], longest: int) -> np.ndarray | None:
    """What each digit of a key is worth; None where 63 bits do not hold a key."""
    radix = len(alphabet) + 2  # nothing, the ranks, what is not in the alphabet
    fits = radix**longest < 2**63
    return np.array([radix**n for n in reversed(range(longest))], np.int64) if fits else None


def _digits(terms: list[list[str]], longest: int) -> tuple[np.ndarray, list[str]]:
    """Terms → the ranks of their symbols, and the alphabet."""
    ranks, alphabet = _ranks(terms, None)
    filled = np.arange(longest) < np.array([len(term) for term in terms])[:, None]
    digits = np.zeros(filled.shape, np.int32)
    digits[filled] = ranks
    return digits, alphabet


def _distinct(keys: np.ndarray) -> np.ndarray:
    return pc.unique(pa.array(keys)).to_numpy()


# ---------------------------------------------------------------------------------------- matrices


def _matrix(height: int, row: np.ndarray, keys: np.ndarray, known: np.ndarray) -> Any:
    """Count the known keys in every row."""
    column = pc.index_in(pa.array(keys), pa.array(known)).fill_null(-1).to_numpy()
    cells = (row[column >= 0], column[column >= 0])
    return sparse.coo_array((np.ones(len(cells[0]), np.int32), cells), (height, len(known))).tocsc()


def _product(pieces: Rows, counts: Any) -> Iterator[Any]:
    """Counts of pieces → counts of the texts that they make up."""
    for numbers, length in _blocks(pieces):
        cells = (np.ones(len(numbers), np.int32), numbers, _ends(length).astype(np.int32))
        yield sparse.csr_array(cells, (len(length), counts.shape[0])).tocsc() @ counts
