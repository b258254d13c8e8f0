"""Read any number of articles or rows in batches of bounded size, so that memory stays flat.

A line that cannot be read is set aside with its place and the reason, and reading goes on.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.parquet import ParquetFile

from stance import files
from stance.errors import StanceError

HEAD = 2**20
"""Bytes by which an encoding is recognised."""

PIECE = 2**14

ROWS = 2048
"""Rows of a Parquet file that are decoded at once."""

LONGEST = 10**7
"""Characters of a cell: a quotation mark left open must not swallow the whole file."""

BREAK = "cannot be read from here on"
BROKEN = (OSError, EOFError, zlib.error, pa.ArrowException)


@dataclass
class Batch:
    """Some rows of one table with their numbers, counted from 1, or some article files.

    ``size`` is the bytes read from disk for it; ``rejects`` what was met on the way and cannot be
    read: ``where, row, reason, content``.
    """

    path: Path | None = None
    rows: pa.Table | None = None
    numbers: Sequence[int] = ()
    articles: dict[Path, str] = field(default_factory=dict)
    size: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)


def find(path: str | Path) -> dict[Path, str]:
    """List the articles or tables a path means, with a name for each.

    In a folder with articles, tables are taken for what is known of them, and left alone. Raises
    StanceError where there is none, and for a file of another kind.
    """
    known = (*files.ARTICLES, *files.TABLES)
    base, found = files.find(files.locate(path), known)
    articles = [file for file in found if files.ending(file) in files.ARTICLES]
    if odd := [file for file in found if files.ending(file) not in known]:
        raise StanceError(
            f"{odd[0]} is no file that can be read; wanted {', '.join(known)}, or one of these "
            "gzipped."
        )
    chosen = articles or found
    return dict(zip(chosen, files.names(base, chosen), strict=True))


def batches(found: Mapping[Path, str], size: int, encoding: str = "auto") -> Iterator[Batch]:
    """Go through articles and tables in batches of about ``size`` characters."""
    some = Batch()
    for path, name in found.items():
        if files.ending(path) not in files.ARTICLES:
            yield from table(path, size, encoding)
            continue
        some.articles[path] = name
        some.size += path.stat().st_size
        if some.size >= size:
            yield some
            some = Batch()
    if some.articles:
        yield some


def table(path: Path, size: int, encoding: str = "auto") -> Iterator[Batch]:
    """Go through one table, its columns as they stand; CSV has strings only.

    A file that breaks off is set aside from there on.
    """
    read = {".parquet": _parquet, ".jsonl": _jsonl}.get(files.ending(path), _delimited)
    last = 0
    try:
        for batch in read(path, size, encoding):
            yield batch
            last = max([last, *batch.numbers[-1:]])
    except BROKEN as error:
        yield Batch(path, rejects=[reject(path, last + 1, f"{BREAK}: {error}")])


def reject(path: Path, row: int, reason: str, content: Any = "") -> dict[str, Any]:
    """What cannot be read: where it stood, why, and what stood there."""
    return {"where": str(path), "row": row, "reason": reason, "content": content}


def _parquet(path: Path, size: int, encoding: str) -> Iterator[Batch]:
    """Rows by the thousand, fewer where they are long."""
    with ParquetFile(path, pre_buffer=False, buffer_size=HEAD) as file:
        share, first = path.stat().st_size / max(file.metadata.num_rows, 1), 1
        for found in file.iter_batches(ROWS):
            whole = _plain(pa.Table.from_batches([found]))
            parts = max(1, round(whole.nbytes / size))
            step = -(-len(whole) // parts)
            for start in range(0, len(whole), step):
                part = whole.slice(start, step)
                numbers = range(first, first := first + len(part))
                yield Batch(path, part, numbers, size=round(share * len(part)))


def _plain(found: pa.Table) -> pa.Table:
    """Without what pandas notes of itself, and with categories as the words they stand for."""
    found = found.replace_schema_metadata(None)
    for at, column in enumerate(found.schema):
        if pa.types.is_dictionary(column.type):
            words = pc.cast(found.column(at), column.type.value_type)
            found = found.set_column(at, column.name, words)
    kept = [name for name in found.column_names if name != "__index_level_0__"]
    return found.select(kept)


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[tuple[BinaryIO, io.TextIOWrapper, str]]:
    """The file as bytes and as text, for reading from its beginning, and the head of its text."""
    packed = path.suffix.lower() == ".gz"
    with open(path, "rb") as raw:
        head = b"".join(_pieces(gzip.GzipFile(fileobj=raw) if packed else raw))
        marked = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        whole = head if marked else head[: head.rfind(b"\n") + 1] or head
        name = files.guess(whole) if encoding == "auto" else encoding
        if name is None or (b"\0" in head and name != "utf-16"):
            raise StanceError(f"{path} is no readable text. Name its encoding with encoding=.")
        raw.seek(0)
        inner: Any = gzip.GzipFile(fileobj=raw) if packed else raw
        name = "utf-8-sig" if name == "utf-8" else name
        try:
            text = io.TextIOWrapper(inner, name, errors="replace", newline="")
        except LookupError:
            raise StanceError(
                f"encoding={encoding} is no encoding; try auto, cp1251 or latin-1."
            ) from None
        yield raw, text, whole.decode(name, errors="replace")


def _pieces(source: Any) -> Iterator[bytes]:
    """The first bytes of a file, as far as they can be read."""
    with suppress(*BROKEN):
        for _ in range(HEAD // PIECE):
            yield source.read(PIECE)


def _delimited(path: Path, size: int, encoding: str) -> Iterator[Batch]:
    """CSV with commas, semicolons or tabs; TSV with tabs, where quotation marks may be text."""
    csv.field_size_limit(LONGEST)
    with _opened(path, encoding) as (raw, text, head):
        top, tab = text.readline(), files.ending(path) == ".tsv"
        mark = "\t" if tab else max(",;\t", key=top.count)
        literal = tab and _breaks(head, csv.QUOTE_MINIMAL) and not _breaks(head, csv.QUOTE_NONE)
        quoting: Any = csv.QUOTE_NONE if literal else csv.QUOTE_MINIMAL
        heard: list[str] = []
        lines = _recorded(chain([top], text), heard)
        rows = csv.reader(lines, delimiter=mark, quoting=quoting, strict=True)
        names = _names(next(rows, []), path)
        yield from _grouped(_cells(rows, names, heard), raw, path, size)


def _recorded(lines: Iterable[str], heard: list[str]) -> Iterator[str]:
    for line in lines:
        heard.append(line)
        yield line


def _breaks(head: str, quoting: Any) -> bool:
    """Whether the lines of a TSV file do not have as many cells as its first."""
    rows = csv.reader(io.StringIO(head, newline=""), delimiter="\t", quoting=quoting, strict=True)
    try:
        return len({len(row) for row in rows if row}) > 1
    except csv.Error:
        return True


def _names(found: list[str], path: Path) -> list[str]:
    names = [name.strip() for name in found]
    if not any(names):
        raise StanceError(f"The table {path} is empty; wanted a line of column names, then rows.")
    if twins := [name for name in names if name and names.count(name) > 1]:
        raise StanceError(f"{path} has two columns named {twins[0]!r}. Rename one of them.")
    return names


Line = tuple[dict[str, Any] | None, str, Any]
"""A row by its columns, or None, the reason why, and what stood there."""


def _cells(rows: Any, names: list[str], heard: list[str]) -> Iterator[Line]:
    """The rows of a delimited table; a broken one ends with its line."""
    while True:
        heard.clear()
        try:
            cells = next(rows, None)
        except csv.Error as error:
            yield None, f"line {rows.line_num}: {error}", "".join(heard).rstrip("\r\n")
            continue
        if cells is None:
            return
        if len(cells) == len(names):
            yield {name: cell for name, cell in zip(names, cells, strict=True) if name}, "", None
        elif cells:
            reason = f"cells: {len(cells)}, where the header has {len(names)}"
            yield None, reason, "".join(heard).rstrip("\r\n")


def _jsonl(path: Path, size: int, encoding: str) -> Iterator[Batch]:
    """One JSON object a line."""
    with _opened(path, encoding) as (raw, text, _):
        text.reconfigure(newline="\n")
        yield from _grouped(map(_object, text), raw, path, size)


def _object(line: str) -> Line:
    if not line.strip():
        return {}, "", None
    try:
        found = json.loads(line)
    except ValueError as error:
        return None, f"no JSON: {error}", line.rstrip("\n")
    if not isinstance(found, dict):
        return None, "no JSON object", line.rstrip("\n")
    return {str(name): value for name, value in found.items()}, "", None


def _grouped(lines: Iterable[Line], raw: BinaryIO, path: Path, size: int) -> Iterator[Batch]:
    """Gather lines into batches; each says how many bytes of the file were read for it."""
    place, number = 0, 0
    rejects, rows, numbers, length = [], [], [], 0
    for row, reason, content in _unbroken(lines):
        number += row != {}
        if row is None:
            rejects.append(reject(path, number, reason, content))
        elif row:
            rows.append(row)
            numbers.append(number)
            length += sum(len(value) if isinstance(value, str) else 8 for value in row.values())
        if length >= size:
            before, place = place, raw.tell()
            yield Batch(path, _table(rows), numbers, {}, place - before, rejects)
            rejects, rows, numbers, length = [], [], [], 0
    if rows or rejects:
        found = _table(rows) if rows else None
        yield Batch(path, found, numbers, {}, raw.tell() - place, rejects)


def _unbroken(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, as far as they can be read."""
    try:
        yield from lines
    except BROKEN as error:
        yield None, f"{BREAK}: {error}", ""


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: array([row.get(name) for row in rows]) for name in names})


def array(values: list[Any]) -> pa.Array:
    """A column of one type; where values have several, all become text."""
    try:
        return pa.array(values)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError):
        words = [v if v is None else str(flat(v, every=True)) for v in values]
        clean = [v if v is None else v.encode("utf-8", "replace").decode() for v in words]
        return pa.array(clean, pa.string())


def flat(value: Any, every: bool = False) -> Any:
    """A list or the like as JSON, everything else as it is; with ``every``, numbers too.

    >>> flat({"a": 1}), flat(1), flat(True, every=True)
    ('{"a": 1}', 1, 'true')
    """
    if isinstance(value, list | dict) or (every and not isinstance(value, str)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value
