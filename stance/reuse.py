"""A finished run's model put to use: sentences, tables and articles → predictions.

The text is cut, actors are found and holders attributed as in training, by the run's own saved
configuration. Actors the model never saw are given by name and aliases.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from stance import columns, explain, faces, holders, mentions, model, sentences
from stance.errors import StanceError, nearest
from stance.tables import COLUMNS, STANCES

Actors = Mapping[str, Mapping[str, Any]] | Iterable[str] | str
"""A catalogue as in `conf/actors/`, or plain names that are their own only alias."""

OUTCOME = ("predicted", *STANCES)
SHOWN = ("actor", "text", "spans", "holder", "voice", *OUTCOME)
ABSENT = {"kind": "body", **dict.fromkeys(("holder", "voice", "before", "after", "title"), "")}
"""What a ready sentence has where its table does not say."""


class Predictions(pd.DataFrame):
    """Predictions beside what was read; a notebook shows the sentences with their stances."""

    @property
    def _constructor(self) -> type[Predictions]:
        return Predictions

    def __repr__(self) -> str:
        """The sentences with their stances; other tables made of it as pandas shows them."""
        return faces.lines(self) if _showable(self) else repr(pd.DataFrame(self))

    def _repr_html_(self) -> str | None:
        if _showable(self):
            return faces.predictions(self)
        return pd.DataFrame(self)._repr_html_()  # type: ignore[operator]


class Model(Pipeline):
    """The trained pipeline of a run, which also reads sentences, tables and raw articles.

    For scikit-learn's tools it is the pipeline itself, over an examples table such as
    `run.examples`. ``actors`` is the run's catalogue, ``kinds`` are the parts of an article that
    count as its text, and ``ready`` says that it was trained on ready sentences, in which the
    actor is looked for by the name its row gives, and nobody but the table knows the holder.
    """

    def __init__(
        self,
        steps: list[tuple[str, Any]],
        actors: Mapping[str, Mapping[str, Any]] | None = None,
        kinds: Sequence[str] = mentions.KINDS,
        ready: bool = False,
        memory: Any = None,
        verbose: bool = False,
    ):
        """Store the steps and how the run read its corpus."""
        super().__init__(steps, memory=memory, verbose=verbose)
        self.actors = actors
        self.kinds = kinds
        self.ready = ready

    def predict(
        self,
        X: str | Iterable[str] | pd.DataFrame,
        actor: str | None = None,
        actors: Actors | None = None,
        **params: Any,
    ) -> Any:
        """Predict the stance of one or more sentences toward an actor.

        Gives a table, a row per sentence: ``actor, text, spans, holder, voice, predicted`` and a
        probability per stance. Of an examples table it gives the stances alone, as scikit-learn's
        tools expect. ``actors`` adds actors of your own.

        Raises StanceError for an actor that is unknown, naming those known, and for a sentence
        that is no text.
        """
        if isinstance(X, pd.DataFrame) and actor is None and actors is None:
            return super().predict(_within(X), **params)
        rows = self._rows(self._asked(X, actor, actors), actors)
        return _shown(rows, model.predict(self, rows))

    def predict_proba(self, X: pd.DataFrame, **params: Any) -> np.ndarray:
        """Give the probabilities of an examples table, a column per stance of `classes_`."""
        return super().predict_proba(_within(X), **params)

    def score(self, X: pd.DataFrame, y: Any = None, **params: Any) -> float:
        """Give the accuracy on an examples table."""
        return super().score(_within(X), y, **params)

    def predict_table(self, table: pd.DataFrame, actors: Actors | None = None) -> Predictions:
        """Predict every row of a table with the columns ``text`` and ``actor``.

        Gives ``predicted, favor, against, neutral`` with the table's own index, to be joined to
        it. What else the table knows is used: ``spans`` (or ``start, end``: the actor's offsets
        in the text), ``holder`` and ``voice``, ``before`` and ``after``, ``kind``.

        Raises StanceError for a missing column, an empty cell and an unknown actor.
        """
        if not len(table):
            return Predictions(columns=list(OUTCOME), index=table.index)
        found = model.predict(self, self._rows(table, actors))
        return Predictions(found[list(OUTCOME)].set_axis(table.index))

    def read(
        self, articles: str | Iterable[str] | pd.DataFrame, actors: Actors | None = None
    ) -> Predictions:
        """Read raw articles: every sentence × actor found, with holder and predicted stance.

        Takes a text, several, or a table ``document, text`` whose further columns (title, source,
        date …) travel along. No row where no actor is mentioned.

        Raises StanceError for a run without actors of its own when none are given.
        """
        rows = self.examples(articles, actors)
        if rows.empty:
            return Predictions(rows.reindex(columns=[*rows, *OUTCOME]))
        return Predictions(rows.join(model.predict(self, rows)[list(OUTCOME)]))

    def explain(
        self, text: str, actor: str | None = None, actors: Actors | None = None
    ) -> explain.Explanation:
        """Say what in a sentence moved the prediction, and how far; see `stance.explain`."""
        return explain.explain(self, self._rows(self._asked(text, actor, actors), actors))

    def explain_table(
        self, table: pd.DataFrame, actors: Actors | None = None, top: int = 10
    ) -> pd.DataFrame:
        """What moved the predictions of a table most, per stance and actor."""
        return explain.overall(self, self._rows(table, actors), top)

    def examples(
        self, articles: str | Iterable[str] | pd.DataFrame, actors: Actors | None = None
    ) -> pd.DataFrame:
        """Articles → mentions with their holders, cut as in training."""
        documents = _documents(articles)
        known = self._known(actors)
        if not known:
            raise StanceError(
                "This run was trained on ready sentences and has no actors to look for in "
                "articles; give some, as in actors={'guards': {'aliases': ['border guards']}}."
            )
        parts = sentences.split(documents) if len(documents) else documents
        if parts.empty:
            return pd.DataFrame(columns=[*COLUMNS["mentions"], *ABSENT])
        found = holders.attribute(mentions.find(parts, known, tuple(self.kinds)), parts)
        extra = [column for column in documents if column not in found and column != "text"]
        found = found.merge(documents[["document", *extra]], on="document")
        return found if "title" in found else found.assign(title="")

    def _known(self, actors: Actors | None) -> dict[str, Any]:
        """The run's actors and, beside or in place of one of the same id, those given."""
        own = {} if self.ready else dict(self.actors or {})
        if actors is None:
            return own
        if isinstance(actors, Mapping):
            return own | dict(actors)
        names = [actors] if isinstance(actors, str) else actors
        return own | {str(name): {"name": name, "aliases": [name]} for name in names}

    def _asked(self, X: Any, actor: str | None, actors: Actors | None) -> pd.DataFrame:
        """Sentences beside the actor asked for, who may stay unsaid where there is only one."""
        texts = [X] if isinstance(X, str) else list(X)
        if actor is None:
            fresh = set(self._known(actors)) - (set() if self.ready else set(self.actors or {}))
            choices = sorted(fresh or self._known(actors))
            if len(choices) != 1:
                raise StanceError(f"Toward whom? Give actor=. {nearest('', choices)}")
            actor = choices[0]
        return pd.DataFrame({"text": texts, "actor": actor}, dtype=object)

    def place(
        self, table: pd.DataFrame, actors: Actors | None = None
    ) -> tuple[list[Any], list[str]]:
        """Where each row's actor stands in its text, and what is wrong with the row, if anything.

        The table says it in ``spans`` or ``start, end``; else the catalogue finds it. Raises
        StanceError for a missing column.
        """
        for column in ("text", "actor"):
            if column not in table:
                raise StanceError(
                    f"The table has no column {column!r}; wanted text and actor. "
                    f"{nearest(column, table.columns)}"
                )
        known = self._known(actors)
        catalogue = mentions.read(known)
        spans, wrong = [], []
        given = zip(table["text"], table["actor"], _given(table, self.ready), strict=True)
        for text, actor, found in given:
            fault = found if isinstance(found, str) else ""
            if not isinstance(text, str) or not text.strip():
                fault = f"no text ({text!r})"
            elif not isinstance(actor, str) or not actor.strip():
                fault = f"no actor ({actor!r})"
            elif not found and actor in known:
                matches = mentions.choose(mentions.matches(text, catalogue), {actor})
                found = [[m.start, m.end] for m in matches if m.actor == actor]
            elif not found and not self.ready:
                fault = (
                    f"the run does not know the actor {actor!r}. {nearest(actor, known)} A new "
                    f"one is given by name and aliases, as in actors={{{actor!r}: ...}}"
                )
            spans.append([] if fault else found)
            wrong.append(fault)
        return spans, wrong

    def _rows(self, table: pd.DataFrame, actors: Actors | None) -> pd.DataFrame:
        """Sentences with their actors → mentions such as the model was trained on."""
        rows = pd.DataFrame(table).reset_index(drop=True)
        spans, wrong = self.place(rows, actors)
        if any(wrong):
            at = next(at for at, fault in enumerate(wrong) if fault)
            raise StanceError(f"Row {at + 1} of {len(rows)}: {wrong[at]}.")
        rows["spans"] = pd.Series(spans, dtype=object)
        told = "voice" in rows
        for name, was in ABSENT.items():
            rows[name] = rows[name].where(rows[name].notna(), was) if name in rows else was
        if told or self.ready:
            return rows
        number = rows.index.astype(str)
        own = {"sentence": number, "document": number, "mention": number, "start": 0, "quote": ""}
        alone = rows.assign(**own, end=rows["text"].str.len())
        found = holders.attribute(alone, alone)[["holder", "voice"]]
        return rows.assign(
            voice=found["voice"], holder=rows["holder"].where(rows["holder"] != "", found["holder"])
        )


def _showable(table: pd.DataFrame) -> bool:
    return {"text", "spans", *OUTCOME} <= set(table.columns)


def _within(X: pd.DataFrame) -> pd.DataFrame:
    """The table without spans beyond its texts, as `permutation_importance` makes them."""
    pairs = zip(X["text"], X["spans"], strict=True)
    if all(end <= len(text) for text, spans in pairs for _, end in spans):
        return X
    pairs = zip(X["text"], X["spans"], strict=True)
    kept = [[span for span in spans if span[1] <= len(text)] for text, spans in pairs]
    return X.assign(spans=pd.Series(kept, index=X.index, dtype=object))


def _documents(articles: str | Iterable[str] | pd.DataFrame) -> pd.DataFrame:
    """Articles as a table of documents; nameless ones are counted from 1."""
    if isinstance(articles, pd.DataFrame):
        missing = [column for column in COLUMNS["documents"] if column not in articles]
        if missing:
            raise StanceError(
                f"A table of articles needs the columns document and text; it lacks "
                f"{missing[0]!r}; found: {', '.join(map(str, articles.columns)) or 'none'}."
            )
        return columns.strings(articles, "the table of articles")
    texts = [articles] if isinstance(articles, str) else list(articles)
    names = [str(number) for number in range(1, len(texts) + 1)]
    return pd.DataFrame({"document": names, "text": texts}, dtype=object)


def _given(table: pd.DataFrame, ready: bool) -> list[list[list[int]] | str]:
    """The spans that the rows of a table give; what is wrong with them; [] where they give none."""
    if "spans" in table:
        return [_pairs(*row) for row in zip(table["spans"], table["text"], strict=True)]
    if not (ready or {"start", "end"} <= set(table.columns)):
        return [[]] * len(table)
    named = table.assign(document="the table", text=table["text"].astype(str))
    try:
        return mentions.given(named)["spans"].tolist()
    except StanceError as error:
        if len(table) == 1:
            return [str(error).partition(": ")[2].rstrip(".")]
        half = len(table) // 2
        return _given(table.iloc[:half], ready) + _given(table.iloc[half:], ready)


def _pairs(given: Any, text: Any) -> list[list[int]] | str:
    """Spans in whatever form a table keeps them: lists, arrays, or JSON as CSV holds it."""
    try:
        listed = json.loads(given or "[]") if isinstance(given, str) else given
        spans = [[int(start), int(end)] for start, end in (() if listed is None else listed)]
    except (TypeError, ValueError):
        return f"spans should be a list of [from, to] offsets, found {given!r}"
    if isinstance(text, str) and not all(0 <= a < b <= len(text) for a, b in spans):
        return f"spans {spans} lie outside its text of {len(text)} characters"
    return spans


def _shown(rows: pd.DataFrame, found: pd.DataFrame) -> Predictions:
    table = rows.join(found)
    return Predictions(table[[column for column in SHOWN if column in table]])
