"""Read what lies on disk: a path → its files, a file → its text or its table.

Text may be UTF-8 or in an older encoding, tables may be gzipped, and `stance:` leads into the
data that come with the package. Nothing is ever written.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterable
from glob import glob
from io import StringIO
from pathlib import Path

import pandas as pd

from stance import DATA
from stance.errors import StanceError

EMBEDDED = "stance:"
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")

ENCODINGS = (
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "koi8_u", "cp866", "iso8859_2", "iso8859_5", "iso8859_9", "latin_1"),
    *("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
)
"""The encodings news was kept in before UTF-8; the first wins where two fit equally well."""


# Paths --------------------------------------------------------------------------------------


def locate(path: str | Path) -> Path:
    """Find a path; ``stance:karabakh/articles`` lies in the data that come with the package."""
    inside = str(path).startswith(EMBEDDED)
    return DATA / str(path).removeprefix(EMBEDDED) if inside else Path(str(path)).expanduser()


def find(path: Path, endings: Iterable[str]) -> tuple[Path, list[Path]]:
    """List the files that a path means, sorted, and the folder their names count from.

    A path is a file, a folder (searched below, too, for ``endings``) or a glob. Hidden files
    (``.DS_Store``, ``._a.txt``, ``.ipynb_checkpoints/``) are never meant, unless named outright.

    Raises StanceError where there is none.
    """
    wanted = ", ".join(endings)
    if path.is_file():
        return path.parent, [path]
    if path.is_dir():
        inside = [p for p in path.rglob("*") if not _hidden(p.relative_to(path))]
        found = sorted(p for p in inside if _ending(p) in endings and p.is_file())
        if not found:
            raise StanceError(f"No file to read in the folder {path}; wanted: {wanted}.")
        return path, found
    if not re.search(r"[*?\[]", str(path)):
        raise StanceError(
            f"{path} does not exist (looked in {Path.cwd()}). "
            f"Give a file, a folder or a quoted glob of {wanted} files."
        )
    found = sorted(p for p in map(Path, glob(str(path), recursive=True)) if p.is_file())
    if not found:
        raise StanceError(
            f"No file matches {path} (looked in {Path.cwd()}); "
            f"wanted a file, a folder or a quoted glob of {wanted} files."
        )
    while re.search(r"[*?\[]", str(path)):
        path = path.parent
    return path, found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _ending(path: Path) -> str:
    """The ending that tells the format: ``.csv`` for ``a.csv`` and for ``a.CSV.gz``."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


# Text ---------------------------------------------------------------------------------------


def text(path: Path, encoding: str = "auto") -> str:
    """Read a file as text: UTF-8 or UTF-16 as its first bytes say, else the encoding detected.

    Single bytes that spoil an otherwise sound UTF-8 become ``\\ufffd``. Raises StanceError for
    bytes that are no text, for none in the encoding given, and for a file that cannot be opened.
    """
    raw = _bytes(path)
    if encoding == "auto":
        found = _decode(raw)
    else:
        try:
            found = raw.decode(encoding)
        except LookupError:
            raise StanceError(
                f"corpus.encoding={encoding} is no encoding; try auto, cp1251 or latin-1."
            ) from None
        except UnicodeError:
            found = None
    if found is None or "\0" in found:
        known = "any usual encoding" if encoding == "auto" else encoding
        raise StanceError(
            f"{path} is no readable text in {known}. Leave the file out, save it as UTF-8 text, "
            "or name its encoding with corpus.encoding=."
        )
    return found.removeprefix("\ufeff")


def lines(found: str) -> str:
    r"""End every line with ``\n``, whatever system it was written on.

    >>> lines("one\r\ntwo\rthree")
    'one\ntwo\nthree'
    """
    return found.replace("\r\n", "\n").replace("\r", "\n")


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix.lower() == ".gz" else raw
    except (OSError, EOFError) as error:
        raise StanceError(f"{path} cannot be read: {error}.") from None


def _decode(raw: bytes) -> str | None:
    """Decode bytes of unknown encoding; None where they are no text."""
    try:
        return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError:
        if b"\0" in raw:
            return None
    nearly = raw.decode("utf-8", errors="replace")
    spoilt, letters = nearly.count("\ufffd"), sum(letter > "\x7f" for letter in nearly)
    if letters > 3 * spoilt:
        return nearly

    from charset_normalizer import from_bytes

    fits = list(from_bytes(raw, cp_isolation=list(ENCODINGS)))
    best = [fit for fit in fits if (fit.chaos, fit.coherence) == (fits[0].chaos, fits[0].coherence)]
    return str(min(best, key=lambda fit: ENCODINGS.index(fit.encoding))) if best else None


# Tables -------------------------------------------------------------------------------------


def table(path: Path, encoding: str = "auto") -> pd.DataFrame:
    """Read cells as they stand: the label "None" stays a word, an empty cell an empty string.

    Columns are those of the file; only nameless ones (a saved row number) are left out. Raises
    StanceError for an unknown format, a broken line and two columns of one name.
    """
    if not path.is_file():
        raise StanceError(f"The table {path} does not exist (looked in {Path.cwd()}).")
    ending = _ending(path)
    if ending == ".parquet":
        found = _parquet(path)
    elif ending == ".jsonl":
        found = _jsonl(text(path, encoding), path)
    elif ending in TABLES:
        found = _delimited(text(path, encoding), path, tab=ending == ".tsv")
    else:
        raise StanceError(
            f"{path} is no table that can be read. Wanted: {', '.join(TABLES)}, gzipped or not."
        )
    found.columns = [str(name).strip() for name in found.columns]
    found = found[[name for name in found.columns if name not in ("", "__index_level_0__")]]
    twins = found.columns[found.columns.duplicated()]
    if len(twins):
        raise StanceError(f"{path} has two columns named {twins[0]!r}. Rename one of them.")
    return found


def _delimited(found: str, path: Path, tab: bool) -> pd.DataFrame:
    """CSV with commas or, as some spreadsheets write it, semicolons or tabs; TSV with tabs."""
    header = found.partition("\n")[0]
    mark = "\t" if tab else max(",;\t", key=header.count)
    csv.field_size_limit(2**31 - 1)  # an article is longer than the 131,072 characters it allows
    reader = csv.reader(StringIO(found, newline=""), delimiter=mark, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows += [row] if row else []
            if row and len(row) != len(rows[0]):
                raise csv.Error(f"{len(row)} cells where the header has {len(rows[0])}")
    except csv.Error as error:
        raise StanceError(
            f"{path}, line {reader.line_num}: {error}. A cell that holds {mark!r}, a line break or "
            'a quotation mark must stand in "…", with each " inside doubled.'
        ) from None
    if not rows:
        raise StanceError(f"The table {path} is empty; wanted a line of column names, then rows.")
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=str)


def _jsonl(found: str, path: Path) -> pd.DataFrame:
    """One JSON object a line; numbers keep their form, so that the id 7 never becomes 7.0."""
    rows = []
    for number, line in enumerate(found.split("\n"), start=1):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except ValueError as error:
            raise StanceError(f"{path}, line {number}: {error}. Wanted one JSON object.") from None
        if rows and not isinstance(rows[-1], dict):
            raise StanceError(f"{path}, line {number}: {line[:40]!r} is no JSON object.")
    return pd.DataFrame(rows, dtype=object)


def _parquet(path: Path) -> pd.DataFrame:
    """All columns, an index that pandas saved among them."""
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            return file.read().to_pandas(ignore_metadata=True)
    except (ArrowException, OSError) as error:
        raise StanceError(f"{path} is no readable Parquet file: {error}") from None
