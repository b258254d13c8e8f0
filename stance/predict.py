"""`stance predict`: a finished run reads new articles, or a table of ready sentences, in batches.

Memory stays flat however much there is to read, the cores share the work, and what cannot be read
is set aside. The page that composes reading, the model, the engine and the output.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from omegaconf import DictConfig

from stance import columns, engine, files, screen, spool, store, stream
from stance.config import plain
from stance.errors import StanceError, nearest
from stance.tables import STANCES

USED = ("text", "actor", "spans", "start", "end", "holder", "voice")
MORE = ("before", "after", "kind", "title", "document")
"""Columns of ready sentences that a model may look at."""

ROWS = ("auto", "documents", "sentences")
WORTH = 8
"""Batches that make it worth while to start a process more."""


def predict(config: DictConfig) -> dict[str, Any]:
    """Let a finished run read documents and write what it predicts, as `conf/predict.yaml` says.

    Returns the counts that the screen shows: `read, predicted, aside`, the file of `rejects` and
    the stances by actor.

    Raises StanceError for a missing or unfinished run, missing documents, endings that cannot be
    read or written, a missing column, and where nothing at all could be predicted.
    """
    job: dict[str, Any] = plain(config) | {"actors": plain(config.get("actors"))}
    run, out = store.load(job["run"]), _out(job["out"])
    found = stream.find(job["documents"])
    _check(job, run, out, found)
    job["run"] = str(run.folder)
    size = sum(path.stat().st_size for path in found)
    choices = {"load": ["stance.reuse"]} | job["engine"]
    if choices["name"] == "local" and choices["workers"] is None:
        choices["workers"] = min(engine.cores(), 1 + size // (WORTH * job["batch"]))
    store.make(out.parent)
    folder = spool.begin(out, _fingerprint(job, run, found), job["resume"])
    done: list[dict[str, Any]] = []
    try:
        with screen.meter(size, "Predicting") as advance:
            tasks = _tasks(found, job, folder, done, advance)
            for number, rows, rejects, known in engine.spread(partial(work, job), tasks, choices):
                spool.keep(folder, number, rows, rejects, known)
                advance(known["read"], known["size"])
                done.append(known)
    except BaseException:
        left = sum(1 for _ in folder.glob("*.json")) - 1
        screen.note(left, f"finished batches are kept; resume=true goes on there ({folder})")
        if not left:
            spool.drop(folder)
        raise
    return _finish(folder, out, done, job)


def main(config: DictConfig) -> None:
    """Predict from the command line and say what came of it."""
    counts = predict(config)
    table = counts["stances"]
    screen.show(table.head(12), title=f"{counts['predicted']:,} predictions by actor")
    screen.note(len(table) - 12 if len(table) > 12 else 0, "further actors are not shown")
    screen.note(counts["aside"], f"of {counts['read']:,} rows are set aside in {counts['rejects']}")
    print(f"{config.out} written.")


# What a worker does ----------------------------------------------------------------------------

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
    if rows is not None and len(rows):
        pairs = Counter(
            zip(*(rows.column(c).to_pylist() for c in ("actor", "predicted")), strict=True)
        )
        known["stances"] = [[*pair, count] for pair, count in pairs.items()]
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
) -> pa.Table:
    """Ready sentences with their stances; all of the table's columns travel along."""
    rows, model = batch.rows, _model(job["run"])
    assert rows is not None
    theirs = {ours: job["columns"].get(ours) or ours for ours in (*USED, *MORE)}
    wanted = ["text"] + ["actor"] * (not job["actor"])
    _require([*(theirs[ours] for ours in wanted), *filter(None, job["columns"].values())], batch)
    frame = pd.DataFrame(
        {ours: rows.column(c).to_pylist() for ours, c in theirs.items() if c in rows.column_names},
        dtype=object,
    )
    if job["actor"] and not job["columns"]["actor"]:
        frame["actor"] = job["actor"]
        rows = _with(rows, "actor", frame["actor"].tolist())
    spans, wrong = model.place(frame, job["actors"])
    frame["spans"] = pd.Series(spans, dtype=object)
    _aside(batch, wrong, rejects)
    good = [not fault for fault in wrong]
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
    return (
        pa.table({str(c): stream.array(found[c].tolist()) for c in found}) if len(found) else None
    )


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
        known = _metadata(job["metadata"])
        table = table.drop(columns=[c for c in table if c in known.columns])
        table = table.join(known, on="document")
    paths = stream.Batch(articles=dict.fromkeys(table.pop("path"), ""))
    return _documents(table, paths, job, rejects)


@lru_cache(maxsize=1)
def _metadata(path: str) -> pd.DataFrame:
    """What a table knows of each document, by its name."""
    place = files.locate(path)
    columns.require(known := columns.read(place), ["document"], place)
    known = columns.strings(known, place).drop(columns="text", errors="ignore")
    return known.drop_duplicates("document").set_index("document")


def _frame(batch: stream.Batch, job: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a table as articles, with a name for each."""
    rows = batch.rows
    assert rows is not None and batch.path is not None
    theirs = {ours: name for ours, name in job["columns"].items() if name}
    _require([theirs.get("text") or "text", *theirs.values()], batch)
    found = {name: rows.column(name).to_pylist() for name in rows.column_names}
    table = columns.rename(pd.DataFrame(found, dtype=object), theirs, batch.path)
    if "document" not in table:
        stem = batch.path.name.partition(".")[0]
        table["document"] = [f"{stem}:{number}" for number in batch.numbers]
    table["document"] = table["document"].astype(str)
    texts = [files.lines(text) if isinstance(text, str) else text for text in table["text"]]
    said = ("actor", "spans", "start", "end", "holder", "voice")
    return table.assign(text=texts).drop(columns=[c for c in said if c in table])


def _require(names: list[str], batch: stream.Batch) -> None:
    """Raise StanceError for the first of the columns that the table lacks."""
    assert batch.rows is not None
    found = batch.rows.column_names
    for name in names:
        if name not in found:
            raise StanceError(
                f"{batch.path} has no column {name!r}. {nearest(name, found)} Wanted text and, "
                "for ready sentences, actor; other names are given as in columns.text=body."
            )


def _aside(batch: stream.Batch, wrong: list[str], rejects: list[dict[str, Any]]) -> None:
    """Set the rows aside with which something is wrong."""
    for at, fault in enumerate(wrong):
        if fault and batch.rows is None:
            rejects.append(stream.reject(list(batch.articles)[at], 1, fault))
        elif fault:
            row = batch.rows.slice(at, 1).to_pylist()[0]
            rejects.append(stream.reject(batch.path, batch.numbers[at], fault, row))


def _with(rows: pa.Table, name: str, values: list[Any]) -> pa.Table:
    """The table with a column, in place of one of the same name."""
    kind = pa.float64() if name in STANCES else pa.string()
    kept = rows.drop_columns([name]) if name in rows.column_names else rows
    return kept.append_column(name, pa.array(values, kind))


# What the command does -------------------------------------------------------------------------


def _tasks(
    found: Mapping[Path, str], job: Mapping[str, Any], folder: Path, done: list, advance: Any
) -> Iterator[tuple[int, stream.Batch]]:
    """The batches that are not finished yet, with their numbers."""
    for number, batch in enumerate(stream.batches(found, job["batch"], job["encoding"])):
        known = spool.finished(folder, number)
        if known is None:
            yield number, batch
        else:
            advance(known["read"], known["size"])
            done.append(known)


def _out(path: str) -> Path:
    """The output, if its ending is known and its folder can be written."""
    out = Path(path).expanduser()
    if out.suffix.lower() not in spool.WRITERS:
        raise StanceError(
            f"out={path}: the ending {out.suffix!r} is unknown; wanted {', '.join(spool.WRITERS)}."
        )
    store.writable(out.parent)
    return out


def _check(job: Mapping[str, Any], run: store.Run, out: Path, found: Mapping[Path, str]) -> None:
    """Raise StanceError for choices that cannot be meant, before anything is written."""
    if job["rows"] not in ROWS:
        raise StanceError(f"rows={job['rows']}: {nearest(job['rows'], ROWS)}")
    if not isinstance(job["batch"], int) or job["batch"] < 1:
        raise StanceError(f"batch={job['batch']}: wanted a number of characters, at least 1.")
    if out.exists() and any(out.samefile(path) for path in found):
        raise StanceError(f"out={out} is among the documents to read; name another.")
    ready = run.config["corpus"].get("rows") == "sentences"
    known = {**({} if ready else run.config.get("actors") or {}), **(job["actors"] or {})}
    if job["actor"] and not ready and job["actor"] not in known:
        raise StanceError(
            f"The run does not know the actor {job['actor']!r}. {nearest(job['actor'], known)} A "
            "new one is given by name and aliases, with actors= or as in "
            "+actors.guards.aliases=[border guards]."
        )


def _fingerprint(
    job: Mapping[str, Any], run: store.Run, found: Mapping[Path, str]
) -> dict[str, Any]:
    """What must be the same for interrupted work to go on."""
    kept = ("rows", "columns", "actor", "actors", "metadata", "encoding", "batch")
    digest = hashlib.sha256()
    for path in found:
        state = path.stat()
        digest.update(f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    return {key: job[key] for key in kept} | {
        "run": run.facts["id"],
        "documents": digest.hexdigest(),
    }


def _finish(
    folder: Path, out: Path, done: list[dict[str, Any]], job: Mapping[str, Any]
) -> dict[str, Any]:
    """Make the output of the finished batches; say what was counted."""
    counts = {key: sum(known[key] for known in done) for key in ("read", "aside")}
    sums: Counter[tuple[str, str]] = Counter()
    for known in done:
        for actor, stance, count in known["stances"]:
            sums[actor, stance] += count
    if not sums:
        told = spool.first_reject(folder)
        spool.drop(folder)
        if told:
            raise StanceError(
                f"Nothing could be predicted: {counts['aside']} of {counts['read']} rows cannot be "
                f"read. First {told['where']}, row {told['row']}: {told['reason']}."
            )
        raise StanceError(
            f"No sentence of {job['documents']} speaks of an actor of the run ({counts['read']} "
            "rows read). Give others with actors=."
        )
    rejects = spool.gather(folder, out)
    actors = Counter[str]()
    for (actor, _), count in sums.items():
        actors[actor] += count
    rows = [
        {"actor": actor, "predictions": count} | {s: sums[actor, s] for s in STANCES}
        for actor, count in actors.most_common()
    ]
    shown = {"predicted": sum(sums.values()), "rejects": rejects, "stances": pd.DataFrame(rows)}
    return counts | shown
