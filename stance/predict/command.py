"""The command: batches are read, predicted by the engine's workers, kept and gathered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pandas as pd
from omegaconf import DictConfig

from stance import screen, store
from stance.config import plain
from stance.errors import StanceError, nearest
from stance.predict import engine, spool, stream
from stance.predict.batches import metadata, work
from stance.tables import STANCES

ROWS = ("auto", "documents", "sentences")
WORTH = 24
"""Batches that make it worth while to start more processes."""

LOADED = ("stance.reuse", "skops.io")
"""What every worker needs, loaded once for all of them."""


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
    folder = spool.begin(store.make(out.parent) / out.name, _same(job, run, found), job["resume"])
    try:
        done = _done(found, job, folder)
        return _finish(folder, out, done, job)
    except BaseException as error:
        if left := spool.count(folder):
            screen.note(left, f"finished batches are kept in {folder}; resume=true goes on there")
        else:
            spool.drop(folder)
        if isinstance(error, OSError):
            raise StanceError(f"{out} could not be written: {error}.") from error
        raise


def main(config: DictConfig) -> None:
    """Predict from the command line and say what came of it."""
    counts = predict(config)
    table = counts["stances"]
    screen.show(table.head(12), title=f"{counts['predicted']:,} predictions by actor")
    screen.note(len(table) - 12 if len(table) > 12 else 0, "further actors are not shown")
    screen.note(counts["aside"], f"of {counts['read']:,} rows are set aside in {counts['rejects']}")
    print(f"{config.out} written.")


def _done(found: Mapping[Path, str], job: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Do what is not done yet; what is known of every batch."""
    done: list[dict[str, Any]] = []
    size = sum(path.stat().st_size for path in found)
    with screen.meter(size, "Predicting") as advance:
        tasks = _tasks(found, job, folder, done, advance)
        first = list(islice(tasks, WORTH))
        choices = {"load": LOADED} | job["engine"]
        if choices["name"] == "local" and choices["workers"] is None and len(first) < WORTH:
            choices["workers"] = 1
        results = engine.spread(partial(work, job), chain(first, tasks), choices)
        for number, rows, rejects, known in results:
            spool.keep(folder, number, rows, rejects, known)
            advance(known["read"], known["size"])
            done.append(known)
    return done


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
    if job["metadata"] and not set(found.values()) & set(metadata(job["metadata"]).index):
        raise StanceError(
            f"{job['metadata']} tells of none of the documents. Its column document should hold "
            f"names such as {next(iter(found.values()))!r}."
        )
    ready = run.config["corpus"].get("rows") == "sentences"
    known = {**({} if ready else run.config.get("actors") or {}), **(job["actors"] or {})}
    if job["actor"] and not ready and job["actor"] not in known:
        raise StanceError(
            f"The run does not know the actor {job['actor']!r}. {nearest(job['actor'], known)} A "
            "new one is given by name and aliases, with actors= or as in "
            "+actors.guards.aliases=[border guards]."
        )


def _same(job: Mapping[str, Any], run: store.Run, found: Mapping[Path, str]) -> dict[str, Any]:
    """What must be the same for interrupted work to go on."""
    kept = ("rows", "columns", "actor", "actors", "metadata", "encoding", "batch")
    digest = hashlib.sha256()
    for path in found:
        state = path.stat()
        digest.update(f"{path.resolve()}|{state.st_size}|{state.st_mtime_ns}\n".encode())
    same = {key: job[key] for key in kept}
    return same | {"run": run.facts["id"], "documents": digest.hexdigest()}


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
