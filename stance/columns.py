"""Read a table and put it in our terms: columns, strings, offsets, label words.

Each step takes ``where`` the table was found, for its messages; rows count from 1 below the names.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from stance import files
from stance.errors import StanceError, nearest
from stance.tables import STANCES

STRINGS = (
    *("document", "text", "title", "source", "date", "url", "language"),
    *("id", "part", "actor", "gold", "holder", "stance"),
)
"""Columns that hold strings, in whatever form a source keeps them; "" where nothing is known."""


# Formats ------------------------------------------------------------------------------------


def read(path: Path, encoding: str = "auto") -> pd.DataFrame:
    """Read cells as they stand: the label "None" stays a word, an empty cell an empty string.

    Columns are those of the file; only nameless ones (a saved row number) are left out. Raises
    StanceError for an unknown format, a broken line and two columns of one name.
    """
    if not path.is_file():
        raise StanceError(f"The table {path} does not exist (looked in {Path.cwd()}).")
    ending = files.ending(path)
    if ending == ".parquet":
        found = _parquet(path)
    elif ending == ".jsonl":
        found = _jsonl(files.read(path, encoding), path)
    elif ending in files.TABLES:
        found = _delimited(files.read(path, encoding), path, tab=ending == ".tsv")
    else:
        raise StanceError(
            f"{path} is no table that can be read; wanted {', '.join(files.TABLES)} or one of "
            "these gzipped."
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
    rows, wrong = _cells(found, mark, csv.QUOTE_MINIMAL)
    if wrong and tab:  # between tabs, quotation marks may be nothing but text
        rows, still = _cells(found, mark, csv.QUOTE_NONE)
        wrong = still and wrong
    if wrong:
        raise StanceError(
            f"{path}, {wrong}. A cell that holds {mark!r}, a line break or a quotation mark must "
            'stand in "…", with each " inside doubled.'
        )
    if not rows:
        raise StanceError(f"The table {path} is empty; wanted a line of column names, then rows.")
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=str)


def _cells(found: str, mark: str, quoting: Literal[0, 3]) -> tuple[list[list[str]], str]:
    """Rows of cells, as many in each as in the first; and what is wrong, if anything is."""
    csv.field_size_limit(2**31 - 1)  # an article is longer than the 131,072 characters it allows
    reader = csv.reader(StringIO(found, newline=""), delimiter=mark, quoting=quoting, strict=True)
    rows: list[list[str]] = []
    try:
        for row in filter(None, reader):
            rows.append(row)
            if len(row) != len(rows[0]):
                cells = f"{len(row)} cell{'s' * (len(row) > 1)}"
                raise csv.Error(f"{cells} where the header has {len(rows[0])}")
    except csv.Error as error:
        return rows, f"line {reader.line_num}: {error}"
    return rows, ""


def _jsonl(found: str, path: Path) -> pd.DataFrame:
    """One JSON object a line; a key that a line lacks is a missing value."""
    rows = []
    for number, line in enumerate(found.split("\n"), start=1):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except ValueError as error:
            raise StanceError(f"{path}, line {number}: {error}. Wanted one JSON object.") from None
        if rows and not isinstance(rows[-1], dict):
            raise StanceError(f"{path}, line {number}: {line[:40]!r} is no JSON object.")
    return pd.DataFrame(rows)


def _parquet(path: Path) -> pd.DataFrame:
    """All columns, an index that pandas saved among them."""
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            return file.read().to_pandas(ignore_metadata=True)
    except (ArrowException, OSError) as error:
        raise StanceError(f"{path} is no readable Parquet file: {error}") from None


# Terms --------------------------------------------------------------------------------------


def rename(table: pd.DataFrame, columns: Mapping[str, str | None], where: object) -> pd.DataFrame:
    """Give columns our names, ``{ours: theirs}``; null leaves a column as it is, if it is there.

    >>> table = pd.DataFrame({"body": ["He left."], "text": ["x"], "no": [7]})
    >>> rename(table, {"text": "body", "actor": None}, "x.csv").to_dict("list")
    {'no': [7], 'text': ['He left.']}
    """
    wanted = {ours: theirs for ours, theirs in columns.items() if theirs}
    require(table, wanted.values(), where)
    taken = {ours: table[theirs] for ours, theirs in wanted.items()}
    old = [column for column in table if column in {*wanted, *wanted.values()}]
    return table.drop(columns=old).assign(**taken)


def require(table: pd.DataFrame, columns: Iterable[str], where: object) -> None:
    """Raise StanceError for the first of the columns that the table lacks, with the nearest."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise StanceError(
            f"{where} has no column {missing[0]!r}. {nearest(missing[0], table.columns)} "
            "Rename it there or, for the corpus itself, map it, as in corpus.columns.text=body."
        )


def filled(table: pd.DataFrame, columns: Iterable[str], where: object) -> None:
    """Raise StanceError for the first row that has nothing in one of the columns."""
    for column in columns:
        blank = (table[column].isna() | (table[column] == "")).to_numpy()
        if blank.any():
            raise StanceError(
                f"{where}, row {blank.argmax() + 1}, has no {column}; fill it in or leave the row "
                "out."
            )


def strings(table: pd.DataFrame, where: object) -> pd.DataFrame:
    """Make strings of ids, words and texts: 7 and 7.0 become "7", a missing value "".

    >>> strings(pd.DataFrame({"document": [7.0, None], "size": [1, 2]}), "x").to_dict("list")
    {'document': ['7', ''], 'size': [1, 2]}
    """
    found = {}
    for column in [column for column in STRINGS if column in table]:
        values = table[column].tolist()
        for row, value in enumerate(values, start=1):
            if not pd.api.types.is_scalar(value):
                raise StanceError(
                    f"{where}, row {row}: {column} should be a text, found a "
                    f"{type(value).__name__}. Join its parts into one text first."
                )
        found[column] = pd.Series(map(_string, values), index=table.index, dtype=object)
    return table.assign(**found)


def _string(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if pd.isna(value) else str(value)


def offsets(values: pd.Series, where: object) -> pd.Series:
    """Make whole numbers of offsets; None where a cell is empty.

    >>> offsets(pd.Series(["3", "4.0", ""]), "x.csv").tolist()
    [3, 4, None]
    """
    blank = values.isna() | (values.astype(str).str.strip() == "")
    numbers = pd.to_numeric(values.where(~blank), errors="coerce")
    wrong = (~blank & ~((numbers % 1 == 0) & (numbers >= 0))).to_numpy()
    if wrong.any():
        raise StanceError(
            f"{where}, row {wrong.argmax() + 1}: {values.name} is {values.iloc[wrong.argmax()]!r}; "
            "offsets are whole numbers, counted in characters from 0, or empty."
        )
    found = [None if empty else int(n) for n, empty in zip(numbers, blank, strict=True)]
    return pd.Series(found, index=values.index, dtype=object)


def stances(words: pd.Series, labels: Mapping[Any, str], where: object) -> pd.Series:
    """Translate a corpus's own label words into stances, in any case; "" stays: no label there.

    Raises StanceError for a word that is neither a stance nor among ``labels``.

    >>> stances(pd.Series(["Pro", "neutral", ""]), {"pro": "favor"}, "x.csv").tolist()
    ['favor', 'neutral', '']
    >>> stances(pd.Series(["pro"]), {}, "x.csv")
    Traceback (most recent call last):
    ...
    stance.errors.StanceError: Unknown label 'pro' in x.csv, row 1 (1 row in all). Known: ...
    """
    for word, stance in labels.items():
        if stance not in STANCES:
            raise StanceError(
                f"corpus.labels maps {word!r} to {stance!r}. {nearest(stance, STANCES)}"
            )
    mapping = {stance: stance for stance in STANCES}
    mapping |= {str(word).strip().casefold(): stance for word, stance in labels.items()}
    found = words.str.strip().str.casefold().map({"": ""} | mapping)
    unknown = found.isna().to_numpy()
    if unknown.any():
        word = words.iloc[unknown.argmax()]
        rows = int((words == word).sum())
        raise StanceError(
            f"Unknown label {word!r} in {where}, row {unknown.argmax() + 1} "
            f"({rows} row{'s' * (rows > 1)} in all). {nearest(word, mapping)} {_hint(word)}"
        )
    return found


def _hint(word: str) -> str:
    """How to map a label word: on the command line, where Hydra's grammar can say it."""
    if re.fullmatch(r"(?!null$)[a-z_][\w ./|%-]*|-?[1-9]\d*|0", word, re.ASCII | re.IGNORECASE):
        return f"Map it to a stance, as in '+corpus.labels={{{word}: neutral}}'."
    return f"Map it in a corpus file of your own, as in labels: {{{word!r}: neutral}}."
