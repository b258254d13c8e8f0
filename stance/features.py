"""A sentence seen from its actor's side → matrix: named blocks, joined side by side.

Every block is a scikit-learn transformer over the examples table; whatever it learns (vocabulary,
idf, scale) it learns from the rows it is fitted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import MaxAbsScaler

from stance import cues
from stance.errors import StanceError, nearest

ACTOR = "ACTOR"
"""The word that stands for the actor in a masked sentence."""


def union(blocks: Mapping[str, BaseEstimator]) -> FeatureUnion:
    """Join blocks side by side; a feature's name starts with its block's: `words__needed`."""
    return FeatureUnion(list(blocks.items()))


def mask(text: str, spans: Iterable[Sequence[int]], word: str = ACTOR) -> str:
    """Put one word in the place of the actor's every mention.

    >>> mask("The mission kept the road open.", [[4, 11]])
    'The ACTOR kept the road open.'
    """
    for start, end in sorted(map(tuple, spans), reverse=True):
        text = f"{text[:start]}{word}{text[end:]}"
    return text


def window(text: str, spans: Iterable[Sequence[int]], size: int) -> str:
    """Keep ``size`` words on either side of each mention, the actor masked, pieces joined by `|`.

    >>> window("In May the mission kept the road open again.", [[11, 18]], 2)
    'May the ACTOR kept the'
    """
    words = re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", mask(text, spans, f" {ACTOR} "))
    near = sorted(
        {
            place
            for at, word in enumerate(words)
            if word == ACTOR
            for place in range(max(0, at - size), min(len(words), at + size + 1))
        }
    )
    pieces = [
        ("| " if before is not None and place - before > 1 else "") + words[place]
        for before, place in zip([None, *near], near, strict=False)
    ]
    return " ".join(pieces)


class Words(TransformerMixin, BaseEstimator):
    """N-grams of the sentence, or of the words around the actor, as TF-IDF.

    ``view``: `sentence` (as written), `masked` (the actor replaced by one word, so that what is
    learned carries over to other actors) or `window` (``size`` words on either side, masked).
    Further parameters are those of scikit-learn's TfidfVectorizer.

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
    ):
        """Store the choices."""
        self.view = view
        self.size = size
        self.analyzer = analyzer
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.sublinear_tf = sublinear_tf

    def fit(self, X: pd.DataFrame, y: Any = None) -> Words:
        """Learn vocabulary and idf."""
        self.tfidf_ = TfidfVectorizer(
            analyzer=self.analyzer,
            ngram_range=self.ngram_range,
            min_df=self.min_df,
            sublinear_tf=self.sublinear_tf,
            token_pattern=r"(?u)\b\w+(?:['’]\w+)*\b",
        )
        try:
            self.tfidf_.fit(self._read(X))
        except ValueError as error:
            raise StanceError(
                f"No word of the {len(X)} training rows is left for the features ({error}); "
                "lower features.words.min_df or read more documents."
            ) from None
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Examples → sparse matrix, one column per n-gram."""
        return self.tfidf_.transform(self._read(X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The n-grams, in the order of the columns."""
        return self.tfidf_.get_feature_names_out()

    def _read(self, X: pd.DataFrame) -> list[str]:
        views = {
            "sentence": lambda text, spans: text,
            "masked": mask,
            "window": lambda text, spans: window(text, spans, self.size),
        }
        if self.view not in views:
            raise StanceError(f"features: view={self.view}. {nearest(self.view, views)}")
        view = views[self.view]
        return [view(text, spans) for text, spans in zip(X["text"], X["spans"], strict=True)]


class Named(TransformerMixin, BaseEstimator):
    """Base of the blocks that describe a row by named numbers, scaled to at most 1."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Named:
        """Learn which names occur and how large they get."""
        self.names_ = DictVectorizer()
        self.scale_ = MaxAbsScaler().fit(self.names_.fit_transform(self.describe(X)))
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Examples → sparse matrix, one column per name."""
        return self.scale_.transform(self.names_.transform(self.describe(X)))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """The names, in the order of the columns."""
        return self.names_.get_feature_names_out()

    def describe(self, X: pd.DataFrame) -> list[dict[str, float]]:
        """Each row's names and numbers."""
        raise NotImplementedError


class Holder(Named):
    """Who speaks and where: author or quoted or reported voice, part of the article.

    >>> rows = pd.DataFrame({"voice": ["author"], "kind": ["headline"]})
    >>> Holder().fit(rows).get_feature_names_out().tolist()
    ['kind=headline', 'voice=author']
    """

    def describe(self, X: pd.DataFrame) -> list[dict[str, float]]:
        """One name for the voice, one for the part of the article."""
        known = [column for column in ("voice", "kind") if column in X]
        return [
            {f"{column}={value}": 1.0 for column, value in zip(known, row, strict=True)}
            for row in X[known].itertuples(index=False)
        ]


class Cues(Named):
    """The lexicon's evidence, signed: how much speaks for and how much against the actor, and where.

    Names end in the sign of the evidence: `aimed+` is what is said in favor of the actor itself,
    `object-` what is said against what it suffers, `same_clause+` and `near+` what stands close by,
    `need+` a class of the lexicon, `blast object-` a single word in its role.

    >>> rows = pd.DataFrame({"text": ["Protesters blasted the deal."], "spans": [[[23, 27]]]})
    >>> Cues().describe(rows)[0]["aimed-"] > 0
    True
    """

    def describe(self, X: pd.DataFrame) -> list[dict[str, float]]:
        """Sums of polarity by role, class, side, clause and distance of the cues."""
        rows = zip(X["text"], X["spans"], strict=True)
        return [_evidence(cues.read(text, spans)) for text, spans in rows]


def _evidence(found: Iterable[cues.Cue]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for cue in found:
        sign, size = "+" if cue.polarity > 0 else "-", abs(cue.polarity)
        places = {
            "sentence": size,
            "near": size / (1 + cue.distance),
            "aimed": size * cue.aimed,
            "same_clause": size * cue.same_clause,
            cue.role or "no_role": size,
            cue.side or "no_side": size,
            cue.kind: size * cue.aimed,
            f"{cue.word} {cue.role or 'no_role'}": size,
        }
        for name, amount in places.items():
            if amount:
                sums[name + sign] = sums.get(name + sign, 0.0) + amount
    return sums
