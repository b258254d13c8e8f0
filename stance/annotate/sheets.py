"""Sheets for spreadsheet programs: tables → CSV or XLSX that people fill in, and back to tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from stance import columns, files
from stance.errors import StanceError

GUARD = "' "
"""What keeps a spreadsheet program from taking a cell of CSV for a formula."""


def csv(table: pd.DataFrame) -> bytes:
    """Write CSV that Excel opens as UTF-8 and in which no cell counts as a formula.

    >>> csv(pd.DataFrame({"sentence": ["= he said"], "label": [""]})).decode("utf-8-sig")
    "sentence,label\\n' = he said,\\n"
    """
    guarded = table.astype(object).map(_guarded)
    return guarded.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _guarded(cell: Any) -> Any:
    formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t"))
    return GUARD + cell if formula else cell


def _unguarded(cell: Any) -> Any:
    return cell.removeprefix(GUARD) if isinstance(cell, str) else cell


def xlsx(
    table: pd.DataFrame, widths: Mapping[str, int], choices: Mapping[str, Sequence[str]]
) -> bytes:
    """Write a workbook: the header stays in view, ``choices`` are drop-down lists of their column.

    ``widths`` are in characters; long cells wrap. Text stays text, whatever it starts with.
    """
    openpyxl = _openpyxl()
    book = openpyxl.Workbook()
    page = book.active
    page.freeze_panes = "A2"
    page.append(list(table.columns))
    control = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE
    for row in table.itertuples(index=False):
        page.append([control.sub(" ", cell) if isinstance(cell, str) else cell for cell in row])
    for cell in (cell for row in page.iter_rows() for cell in row):
        cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
        cell.font = openpyxl.styles.Font(bold=cell.row == 1)
        if cell.data_type == "f":
            cell.data_type = "s"
    for number, name in enumerate(table.columns, start=1):
        letter = openpyxl.utils.get_column_letter(number)
        page.column_dimensions[letter].width = widths[name]
        if name in choices:
            listed = openpyxl.worksheet.datavalidation.DataValidation(
                "list", formula1=f'"{",".join(choices[name])}"', showErrorMessage=True
            )
            listed.add(f"{letter}2:{letter}{len(table) + 1}")
            page.add_data_validation(listed)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def read(path: Path) -> pd.DataFrame:
    """Read a filled sheet, XLSX or any table of text: cells as they stand, "" where empty.

    Of a workbook the first sheet counts. Raises StanceError where it cannot be read.
    """
    if files.ending(path) != ".xlsx":
        return columns.read(path).map(_unguarded)
    openpyxl = _openpyxl()
    try:
        book = openpyxl.load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    except Exception as error:  # a damaged archive fails in as many ways as there are bytes
        raise StanceError(f"{path} is no workbook that can be read: {error}.") from None
    cells = [["" if cell is None else str(cell).strip() for cell in row] for row in rows]
    kept = [row for row in cells if any(row)]
    if not kept:
        raise StanceError(f"The first sheet of {path} is empty; wanted column names, then rows.")
    table = pd.DataFrame(kept[1:], columns=kept[0], dtype=str)
    return table[[name for name in table.columns if name]]


def _openpyxl() -> Any:
    try:
        import openpyxl
        import openpyxl.worksheet.datavalidation
    except ImportError:
        raise StanceError(
            "XLSX needs openpyxl: pip install 'stance[annotate]'. CSV needs nothing."
        ) from None
    return openpyxl
