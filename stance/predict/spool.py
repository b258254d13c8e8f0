"""Finished batches as files beside the output, so that interrupted work goes on where it stopped.

A batch is kept as `.OUT.parts/00000012.parquet`, with what is known of it in `00000012.json`, which
is written last: where it is, the batch is finished. When all are, they become the output, under a
hidden name until it is whole.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow.parquet import ParquetFile, ParquetWriter, read_schema

from stance.errors import StanceError
from stance.predict.stream import flat

JOB = "job.json"
GROUP = 2**16
"""Rows of a row group of the output."""


def begin(out: Path, job: Mapping[str, Any], resume: bool) -> Path:
    """Make the folder for finished batches, or go on in the one that interrupted work left.

    Raises StanceError where that work was another: other input, another run or other choices.
    """
    folder = out.with_name(f".{out.name}.parts")
    note, asked = folder / JOB, json.dumps(job, indent=1, sort_keys=True)
    if resume and note.exists():
        left = note.read_text("utf-8")
        if left != asked:
            odd = [key for key in job if json.loads(left).get(key) != json.loads(asked)[key]]
            raise StanceError(
                f"What was left of {out} cannot be gone on with: since then, "
                f"{', '.join(odd) or 'something'} changed. Start anew with resume=false."
            )
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    note.write_text(asked, "utf-8")
    return folder


def finished(folder: Path, number: int) -> dict[str, Any] | None:
    """What is known of a finished batch; None where it is not finished."""
    path = folder / f"{number:08d}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def keep(
    folder: Path,
    number: int,
    rows: pa.Table | None,
    rejects: Sequence[Mapping[str, Any]],
    known: Mapping[str, Any],
) -> None:
    """Keep a finished batch."""
    place = folder / f"{number:08d}"
    if rows is not None:
        with ParquetWriter(place.with_suffix(".parquet"), rows.schema) as writer:
            writer.write_table(rows)
    if rejects:
        lines = [json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rejects]
        place.with_suffix(".jsonl").write_text("".join(lines), "utf-8", "replace")
    hidden = place.with_suffix(".part")
    hidden.write_text(json.dumps(known), "utf-8")
    hidden.replace(place.with_suffix(".json"))


def gather(folder: Path, out: Path) -> Path | None:
    """Make the output of all batches, and the file of rejects beside it, if there are any."""
    parts = sorted(folder.glob("*.parquet"))
    hidden = out.with_name(f".{out.name}.part")
    WRITERS[out.suffix.lower()](parts, hidden)
    aside = out.with_name(f"{out.stem}.rejects.jsonl")
    aside.unlink(missing_ok=True)
    rejects = sorted(folder.glob("*.jsonl"))
    if rejects:
        with open(folder / "rejects", "wb") as whole:
            for path in rejects:
                whole.write(path.read_bytes())
        (folder / "rejects").replace(aside)
    hidden.replace(out)
    shutil.rmtree(folder)
    return aside if rejects else None


def count(folder: Path) -> int:
    """How many batches are finished."""
    return sum(1 for path in folder.glob("*.json") if path.name != JOB)


def first_reject(folder: Path) -> dict[str, Any] | None:
    """The first row that was set aside."""
    for path in sorted(folder.glob("*.jsonl")):
        return json.loads(path.read_text("utf-8").partition("\n")[0])
    return None


def drop(folder: Path) -> None:
    """Leave nothing of the batches."""
    shutil.rmtree(folder, ignore_errors=True)


def _tables(parts: Sequence[Path]) -> Iterator[pa.Table]:
    """The parts with all columns that any of them has, of one type each."""
    schema = _schema([read_schema(path) for path in parts])
    for path in parts:
        with ParquetFile(path) as file:
            found = file.read()
        columns = [_column(found, kind) for kind in schema]
        yield pa.table(columns, schema=schema)


def _schema(found: Sequence[pa.Schema]) -> pa.Schema:
    """One type for every column: the one that holds all of its values, text where none does."""
    names = list(dict.fromkeys(name for schema in found for name in schema.names))
    kinds = []
    for name in names:
        fields = [pa.schema([s.field(name)]) for s in dict.fromkeys(found) if name in s.names]
        try:
            one = pa.unify_schemas(fields, promote_options="permissive").field(0)
        except pa.ArrowException:
            one = pa.field(name, pa.string())
        kinds.append(one.with_nullable(True))
    return pa.schema(kinds)


def _column(found: pa.Table, kind: pa.Field) -> Any:
    if kind.name not in found.column_names:
        return pa.nulls(len(found), kind.type)
    column = found.column(kind.name)
    if column.type == kind.type:
        return column
    if pa.types.is_string(kind.type):
        words = (v if v is None else flat(v, every=True) for v in column.to_pylist())
        return pa.array(words, pa.string())
    return column.cast(kind.type)


def _parquet(parts: Sequence[Path], path: Path) -> None:
    writer, some = None, list[pa.Table]()
    for table in _tables(parts):
        writer = writer or ParquetWriter(path, table.schema)
        some.append(table)
        if sum(map(len, some)) >= GROUP:
            writer.write_table(pa.concat_tables(some))
            some = []
    if writer is not None:
        if some:
            writer.write_table(pa.concat_tables(some))
        writer.close()


def _csv(parts: Sequence[Path], path: Path) -> None:
    """Lists and the like as JSON, missing values as empty cells."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, table in enumerate(_tables(parts)):
            if not number:
                writer.writerow(table.column_names)
            cells = [map(flat, column.to_pylist()) for column in table.columns]
            writer.writerows(zip(*cells, strict=True))


def _jsonl(parts: Sequence[Path], path: Path) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for table in _tables(parts):
            for row in table.to_pylist():
                file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


WRITERS = {".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl}
"""How the output is written, by its ending."""
