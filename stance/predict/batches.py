"""One batch, read by a run's model: its predictions, and what is set aside.

This is what a worker does; it knows nothing of other batches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa

from stance import columns, files, store
from stance.errors import StanceError, nearest
from stance.predict import stream
from stance.tables import STANCES

MENTIONED = ("actor", "spans", "start", "end", "holder", "voice")
"""What a row says of one actor: columns of ready sentences only."""

Done = tuple[int, pa.Table | None, list[dict[str, Any]], dict[str, Any]]
"""A batch's number, its predictions, what was set aside, and counts."""


def work(job: Mapping[str, Any], task: tuple[int, stream.Batch]) -> Done:
    """Predict one batch."""
    number, batch = task
    rejects = list(batch.rejects)
    rows, read = None, len(batch.articles) + len(batch.numbers) + len(rejects)
    if batch.articles:
        rows = _articles(batch, job, rejects)
    elif batch.rows is not None and _ready(batch.rows, job):
        rows = _sentences(batch, job, rejects)
    elif batch.rows is not None:
        rows = _documents(_frame(batch, job), batch, job, rejects)
    known = {"read": read, "size": batch.size, "aside": len(rejects), "stances": []}
    if rows is not None:
        name = job["columns"]["actor"] if batch.rows is not None else None
        actors = rows.column(name if name in rows.column_names else "actor").to_pylist()
        sums = Counter(zip(actors, rows.column("predicted").to_pylist(), strict=True))
        known["stances"] = [[*pair, times] for pair, times in sums.items()]
    return number, rows, rejects, known


@lru_cache(maxsize=1)
def _model(folder: str) -> Any:
    return store.load(folder).model


def _ready(rows: pa.Table, job: Mapping[str, Any]) -> bool:
    if job["rows"] != "auto":
        return job["rows"] == "sentences"
    return bool(job["actor"]) or (job["columns"]["actor"] or "actor") in rows.column_names


def _sentences(
    batch: stream.Batch, job: Mapping[str, Any], rejects: list[dict[str, Any]]
) -> pa.Table | None:
    """Ready sentences with their stances; all of the table's columns travel along."""
    rows, model = batch.rows, _model(job["run"])
    assert rows is not None
    frame = _renamed(batch, job, ["text"] if job["actor"] else ["text", "actor"])
    if job["actor"] and "actor" not in frame:
        frame["actor"] = job["actor"]
        rows = _with(rows, "actor", frame["actor"].tolist())
    spans, wrong = model.place(frame, job["actors"])
    frame["spans"] = pd.Series(spans, dtype=object)
    _aside(batch, wrong, rejects)
    good = [not fault for fault in wrong]
    if not any(good):
        return None
    found = model.predict_table(frame[good], job["actors"])
    rows = rows.filter(pa.array(good, pa.bool_()))
    for name in found.columns:
        rows = _with(rows, name, found[name].tolist())
    return rows


def _documents(
    table: pd.DataFrame,
    batch: stream.Batch,
    job: Mapping[str, Any],
    rejects: list[dict[str, Any]],
) -> pa.Table | None:
    """Every sentence × actor of some articles; what is known of an article travels along."""
    wrong = ["" if isinstance(text, str) and text.strip() else "no text" for text in table["text"]]
    _aside(batch, wrong, rejects)
    good = table[[not fault for fault in wrong]].reset_index(drop=True)
    names = good["document"].tolist()
    numbered = good.assign(document=good.index.astype(str))  # two may share a name
    found = _model(job["run"]).read(numbered, job["actors"])
    for column in ("mention", "sentence", "quote"):
        pairs = zip(found[column], found["document"], strict=True)
        found[column] = [f"{names[int(at)]}{it[len(at) :]}" if it else "" for it, at in pairs]
    found["document"] = [names[int(at)] for at in found["document"]]
    found = found.drop(columns=["before", "after"], errors="ignore")
    if found.empty:
        return None
    return pa.table({str(name): stream.array(found[name].tolist()) for name in found})


def _articles(
    batch: stream.Batch, job: Mapping[str, Any], rejects: list[dict[str, Any]]
) -> pa.Table | None:
    """The articles of some files, and what the metadata know of them."""
    found = []
    for path, name in batch.articles.items():
        try:
            article = files.article(path, job["encoding"])
            found.append(article | {"document": name, "path": path})
        except Exception as error:  # of a million web pages one breaks any parser
            reason = str(error) if isinstance(error, StanceError) else repr(error)
            rejects.append(stream.reject(path, 1, reason))
    if not found:
        return None
    table = pd.DataFrame(found, dtype=object)
    table = table.where(table.notna(), None)
    if job["metadata"]:
        known = metadata(job["metadata"])
        table = table.drop(columns=[c for c in table if c in known.columns])
        table = table.join(known, on="document")
    paths = stream.Batch(articles=dict.fromkeys(table.pop("path"), ""))
    return _documents(table, paths, job, rejects)


@lru_cache(maxsize=1)
def metadata(path: str) -> pd.DataFrame:
    """What a table knows of each document, by its name."""
    place = files.locate(path)
    columns.require(known := columns.read(place), ["document"], place)
    known = columns.strings(known, place).drop(columns="text", errors="ignore")
    return known.drop_duplicates("document").set_index("document")


def _renamed(batch: stream.Batch, job: Mapping[str, Any], wanted: list[str]) -> pd.DataFrame:
    """The rows of a table under our names.

    Raises StanceError for the first column that is wanted or named in the job and missing.
    """
    assert batch.rows is not None and batch.path is not None
    theirs = {ours: name for ours, name in job["columns"].items() if name}
    needed = [theirs.get(name, name) for name in wanted]
    if files.ending(batch.path) != ".jsonl":  # where a line may lack what others have
        needed += theirs.values()
    for name in needed:
        if name not in batch.rows.column_names:
            raise StanceError(
                f"{batch.path} has no column {name!r}. {nearest(name, batch.rows.column_names)} "
                f"Wanted {' and '.join(wanted)}; other names are given as in columns.text=body."
            )
    ours = {name: own for own, name in theirs.items()}
    found = {
        ours.get(name, name): batch.rows.column(name).to_pylist()
        for name in batch.rows.column_names
        if name in ours or name not in theirs
    }
    return pd.DataFrame(found, dtype=object)


def _frame(batch: stream.Batch, job: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a table as articles, with a name for each."""
    assert batch.path is not None
    table = _renamed(batch, job, ["text"])
    stem = batch.path.name.partition(".")[0]
    named = table.get("document", table.get("id", pd.Series([None] * len(table))))
    table["document"] = [
        str(name) if name not in (None, "") else f"{stem}:{number}"
        for name, number in zip(named, batch.numbers, strict=True)
    ]
    table["text"] = [files.lines(text) if isinstance(text, str) else text for text in table["text"]]
    for column in table.columns.difference(["text", "document"]):
        table[column] = [stream.flat(value) for value in table[column]]
    return table.drop(columns=[c for c in MENTIONED if c in table])


def _aside(batch: stream.Batch, wrong: list[str], rejects: list[dict[str, Any]]) -> None:
    """Set the rows aside with which something is wrong."""
    for at, fault in enumerate(wrong):
        if fault and batch.rows is None:
            rejects.append(stream.reject(list(batch.articles)[at], 1, fault))
        elif fault and batch.rows is not None and batch.path is not None:
            row = batch.rows.slice(at, 1).to_pylist()[0]
            rejects.append(stream.reject(batch.path, batch.numbers[at], fault, row))


def _with(rows: pa.Table, name: str, values: list[Any]) -> pa.Table:
    """The table with a column, in place of one of the same name."""
    kind = pa.float64() if name in STANCES else pa.string()
    kept = rows.drop_columns([name]) if name in rows.column_names else rows
    return kept.append_column(name, pa.array(values, kind))
