"""A sentence seen from its actor's side → matrix: named blocks, joined side by side.

Every block is a scikit-learn transformer over the examples table; whatever it learns (vocabulary,
idf, scale) it learns from the rows it is fitted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from stance import cues, trace
from stance.errors import StanceError, nearest
from stance.lexicon import words
from stance.tables import AUTHOR
from stance.views import VIEWS, named_holder

WORD = r"(?u)\b\w+(?:['’]\w+)*\b"
BARE = ("between", "relations", "neighbours", "title")
"""Views that may be empty everywhere: no holder or actor is named, no context is known."""
ASIDE = ("relations", "neighbours", "title")
"""Views that are not made of the sentence's own words in their order."""

PRONOUNS = words("i you he she it we they me him her us them his its my our your their")


def union(blocks: Mapping[str, BaseEstimator]) -> FeatureUnion:
    """Join blocks side by side; a feature's name starts with its block's: `words__needed`."""
    return FeatureUnion(list(blocks.items()))


class Words(TransformerMixin, BaseEstimator):
    """N-grams of one view of the row, as TF-IDF.

    ``view``: `sentence` (as written), `masked` (the actor replaced by one word, so that what is
    learned carries over to other actors), `names` (holder and other names too), `window` (``size``
    words on either side), `clause` (words outside the actor's clause are marked), `between` (from
    holder to actor), `relations` (see ``stance.grammar``), `hashtags` (cut into words),
    `neighbours` (the sentences before and after), `title`. ``weight`` multiplies the columns: the
    smaller, the harder a linear model holds them down. Further parameters are those of
    scikit-learn's TfidfVectorizer.

    >>> rows = pd.DataFrame({"text": ["The mission helped."], "spans": [[[4, 11]]]})
    >>> Words(min_df=1).fit(rows).get_feature_names_out().tolist()
    ['actor', 'actor helped', 'helped', 'the', 'the actor']
    """

    def __init__(
        self,
        view: str = "masked",
        size: int = 6,
        analyzer: str = "word",
        ngram_range: tuple[int, int] = (1, 2),
        min_df: int = 2,
        sublinear_tf: bool = True,
        weight: float = 1.0,
    ):
        """Store the choices."""
        self.view = view
        self.size = size
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.sublinear_tf = sublinear_tf
        self.weight = weight

    def fit(self, X: pd.DataFrame, y: Any = None) -> Words:
        """Learn vocabulary and idf."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None) -> Any:
        """Learn vocabulary and idf, and transform the same rows, reading them once."""
        pattern = r"\S+" if self.view == "relations" else WORD
        tfidf = TfidfVectorizer(
            analyzer=self.analyzer,
            ngram_range=self.ngram_range,
            min_df=self.min_df,
            sublinear_tf=self.sublinear_tf,
            token_pattern=pattern if self.analyzer == "word" else None,
        )
        texts = self._read(X)
        try:
            matrix = tfidf.fit_transform(texts)
        except ValueError as error:
            if not re.search("empty vocabulary|no terms remain|documents than min_df", str(error)):
                raise
            if self.view in BARE:
                self.tfidf_ = None
                return sparse.csr_matrix((len(X), 0))
            raise StanceError(
                f"No word of the {len(X)} training rows is left for the features (view="
                f"{self.view}: {error}); lower the block's min_df, as in features.words.min_df=1, "
                "or read more documents."
            ) from None
        self.tfidf_ = tfidf
        return matrix * self.weight

    def transform(self, X: pd.DataFrame) -> Any:
        """Examples → sparse matrix, one column per n-gram."""
        if self.tfidf_ is None:
            return sparse.csr_matrix((len(X), 0))
        return self.tfidf_.transform(self._read(X)) * self.weight

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The n-grams, in the order of the columns."""
        return np.array([]) if self.tfidf_ is None else self.tfidf_.get_feature_names_out()

    def where(self, row: Any) -> dict[str, list[tuple[int, int]]]:
        """Where in the sentence the words of each n-gram stand, if the view is made of it."""
        if self.tfidf_ is None or self.view in ASIDE:
            return {}
        view = VIEWS[self.view](row, self.size)
        return trace.locate(self.tfidf_, row.text, row.spans, view)

    def _read(self, X: pd.DataFrame) -> list[str]:
        if self.view not in VIEWS:
            raise StanceError(f"features: view={self.view}. {nearest(self.view, VIEWS)}")
        columns = {"neighbours": ("before", "after"), "title": ("title",)}
        for column in columns.get(self.view, ()):
            if column not in X:
                raise StanceError(
                    f"features: view={self.view} needs the column {column!r}, which these "
                    "examples lack; leave the block out of features.blocks."
                )
        return [VIEWS[self.view](row, self.size) for row in X.itertuples(index=False)]


# ---------------------------------------------------------------- blocks of names and numbers


class Named(TransformerMixin, BaseEstimator):
    """Base of the blocks that describe a row by named numbers, scaled to at most ``weight``."""

    def __init__(self, weight: float = 1.0):
        """Store the weight: the smaller, the harder a linear model holds the block down."""
        self.weight = weight

    def fit(self, X: pd.DataFrame, y: Any = None) -> Named:
        """Learn which names occur and how large they get."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None) -> Any:
        """Learn names and scales, and transform the same rows, reading them once."""
        self.names_ = DictVectorizer()
        matrix = self.names_.fit_transform(self.describe(X))
        self.scale_ = matrix.max(axis=0).toarray().ravel() if matrix.shape[1] else np.zeros(0)
        return self._scaled(matrix)

    def transform(self, X: pd.DataFrame) -> Any:
        """Examples → sparse matrix, one column per name."""
        return self._scaled(self.names_.transform(self.describe(X)))

    def _scaled(self, matrix: Any) -> Any:
        if not len(self.scale_):
            return matrix
        return (matrix @ sparse.diags(self.weight / self.scale_)).tocsr()

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The names, in the order of the columns."""
        return self.names_.get_feature_names_out()

    def describe(self, X: pd.DataFrame) -> list[dict[str, float]]:
        """Each row's names and numbers."""
        return [_sum(self.read(row)) for row in X.itertuples(index=False)]

    def read(self, row: Any) -> Iterator[tuple[str, float]]:
        """Pairs of name and number of one row; numbers of one name are added."""
        raise NotImplementedError


def _sum(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for name, amount in pairs:
        if amount:
            sums[name] = sums.get(name, 0.0) + amount
    return sums


class Actor(Named):
    """Which actor it is and how the sentence names it.

    >>> rows = pd.DataFrame({"text": ["She left."], "spans": [[[0, 3]]], "actor": ["Ann Lee"]})
    >>> Actor().fit(rows).get_feature_names_out().tolist()
    ['actor=Ann Lee', 'mentions', 'name=ann', 'name=lee', 'place=0', 'pronoun', 'pronoun=she']
    """

    def read(self, row: Any) -> Iterator[tuple[str, float]]:
        """Name, pronoun, possessive, place in the sentence, number of mentions."""
        yield f"actor={row.actor}", 1.0
        for word in set(re.findall(r"\w+", row.actor.lower())):
            yield f"name={word}", 1.0
        yield "mentions" if len(row.spans) else "absent", float(min(len(row.spans), 3) or 1)
        for start, end in row.spans[:3]:
            word = row.text[start:end].lower()
            if word in PRONOUNS:
                yield f"pronoun={word}", 1.0
                yield "pronoun", 1.0
            if re.match(r"['’]s?\b", row.text[end:]) or word in ("his", "her", "its", "their"):
                yield "possessive", 1.0
            yield f"place={4 * start // max(len(row.text), 1)}", 1.0


class Holder(Named):
    """Who speaks and where: author or quoted or reported voice, part of the article.

    >>> rows = pd.DataFrame({"voice": ["author"], "kind": ["headline"]})
    >>> Holder().fit(rows).get_feature_names_out().tolist()
    ['kind=headline', 'voice=author']
    """

    def read(self, row: Any) -> Iterator[tuple[str, float]]:
        """Voice and part; whether the holder is named here, before or after the actor."""
        for column in ("voice", "kind"):
            if getattr(row, column, ""):
                yield f"{column}={getattr(row, column)}", 1.0
        if getattr(row, "holder", "") in ("", AUTHOR):
            return
        places = named_holder(row, row.text)
        if places and len(row.spans):
            yield ("holder first" if places[0][0] < row.spans[0][0] else "actor first"), 1.0
        else:
            yield "holder elsewhere", 1.0
        for cue in cues.read(row.text, places) if places else ():
            if cue.polarity and cue.role:
                sign = "+" if cue.polarity > 0 else "-"
                yield f"holder {cue.role}/{cue.falls_on}{sign}", abs(cue.polarity)


class Cues(Named):
    """The lexicon's evidence, signed: how much speaks for the actor, how much against, and where.

    Names end in the sign of the evidence: `aimed+` is what is said in favor of the actor itself,
    `object/attack-` an attack that it suffers, `before/near-` a word against close before it,
    `blast object-` a single word in its role, `sum-` that the whole leans to that side.

    >>> rows = pd.DataFrame({"text": ["Protesters blasted the deal."], "spans": [[[23, 27]]]})
    >>> Cues().describe(rows)[0]["aimed-"] > 0
    True
    """

    def read(self, row: Any) -> Iterator[tuple[str, float]]:
        """Sums of polarity by role, class, side, clause and distance of the cues."""
        found = cues.read(row.text, row.spans)
        for cue in found:
            for name in _names(cue):
                yield name, abs(cue.polarity) or 1.0
        near = [cue.polarity / (1 + cue.distance / 4) for cue in found if cue.same_clause]
        sums = {
            "aimed": sum(cue.polarity for cue in found if cue.aimed),
            "sum": sum(cue.polarity for cue in found),
            "near": sum(near),
        }
        for name, value in sums.items():
            yield f"{name} leans{'+' if value > 0 else '-'}", float(value != 0)
            yield f"{name} by{'+' if value > 0 else '-'}", min(abs(value), 2.0)

    def where(self, row: Any) -> dict[str, list[tuple[int, int]]]:
        """Where the words stand that a name counts; sums over the sentence have no place."""
        places: dict[str, list[tuple[int, int]]] = {}
        for cue in cues.read(row.text, row.spans):
            for name in _names(cue):
                places.setdefault(name, []).append((cue.start, cue.end))
        return places


def _names(cue: cues.Cue) -> Iterator[str]:
    """What a cue counts for: its places with the sign of the evidence; a report has none."""
    if not cue.polarity:
        yield f"{cue.kind} {cue.role or cue.side}"
        return
    for place in _places(cue):
        yield place + ("+" if cue.polarity > 0 else "-")


def _places(cue: cues.Cue) -> Iterator[str]:
    """All the ways in which a cue's evidence is counted."""
    far = "next" if cue.distance <= 3 else "near" if cue.distance <= 8 else "far"
    clause = "here" if cue.same_clause else "elsewhere"
    role, aim = cue.role or "none", "aimed" if cue.aimed else "beside"
    yield from (f"{cue.word} {role}", f"{role}/{cue.kind}", f"{role}/{cue.falls_on}/{cue.side}")
    yield from (f"{cue.side}/{far}/{clause}", f"{cue.side}/{clause}", f"{cue.falls_on}/{far}")
    yield aim
    for flag in ("negated", "modal", "conditional", "reported", "quoted"):
        if getattr(cue, flag):
            yield f"{aim}/{flag}"


# ------------------------------------------------------------------------- copies for each actor


class PerActor(TransformerMixin, BaseEstimator):
    """A copy of a block for each actor, to stand beside the shared one.

    What holds for all actors is learned in the shared block, what holds for one in its copy
    (Daumé III 2007, Frustratingly Easy Domain Adaptation). For corpora of few actors.
    """

    def __init__(self, block: BaseEstimator):
        """Store the block to copy."""
        self.block = block

    def fit(self, X: pd.DataFrame, y: Any = None) -> PerActor:
        """Fit the block on all rows; remember the actors."""
        self.fit_transform(X)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None) -> Any:
        """Fit the block on all rows and give every actor its own columns."""
        self.actors_ = np.array(sorted(X["actor"].unique()), dtype=str)
        self.block_ = clone(self.block)
        return self._spread(X, self.block_.fit_transform(X))

    def transform(self, X: pd.DataFrame) -> Any:
        """Examples → sparse matrix; an actor never seen has zeros everywhere."""
        return self._spread(X, self.block_.transform(X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The block's names behind each actor's."""
        inner = self.block_.get_feature_names_out()
        return np.array([f"{actor}: {name}" for actor in self.actors_ for name in inner])

    def where(self, row: Any) -> dict[str, list[tuple[int, int]]]:
        """Where the block's features stand, behind the row's own actor."""
        places = self.block_.where(row) if hasattr(self.block_, "where") else {}
        return {f"{row.actor}: {name}": spans for name, spans in places.items()}

    def _spread(self, X: pd.DataFrame, matrix: Any) -> Any:
        own = [(X["actor"] == actor).to_numpy(float) for actor in self.actors_]
        return sparse.hstack([sparse.diags(rows) @ matrix for rows in own]).tocsr()
