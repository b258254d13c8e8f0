"""What tools for labelling give back → votes: Label Studio, doccano, sheets.

Votes are those of the ledger: `mention, annotator, label, time, note, probability`. The mention is
our own id, which travelled inside the item (see `tasks`); the ids and the order of a tool mean
nothing to us.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from stance import files
from stance.annotate import sheets
from stance.annotate.tasks import SKIP
from stance.errors import StanceError, nearest
from stance.tables import STANCES

ENDINGS = (".json", ".jsonl", ".csv", ".tsv", ".xlsx", ".zip")
"""Files that can be read: Label Studio's and doccano's JSON, doccano's zip of files, sheets."""

ASIDE = {SKIP: "skipped", "skipped": "skipped", "cancelled": "cancelled"}
"""What is kept apart: it gets no label, and this note."""

INSIDE = ("data", "meta", "metadata")
"""Where Label Studio and older doccanos keep what travelled inside an item."""

NOBODY = ("sheet", "doccano", "all")
"""File names that are no annotator's: those we give, and doccano's for all annotators together."""


def read(
    path: Path,
    labels: Mapping[Any, str] | None = None,
    annotator: str | None = None,
    annotators: Mapping[Any, str] | None = None,
    partial: bool = False,
) -> pd.DataFrame:
    """Read what a tool gave back → votes and `where` each was found; no label = untouched.

    It may be Label Studio's JSON, JSON-MIN or CSV, doccano's JSONL, JSON, CSV or zip, or a sheet.
    Skipped and cancelled items have the label "" and a note that says so. ``labels`` maps other
    label words to stances. A vote is of the user that the file names by email or number; where it
    names none, of ``annotator``, or else of whom the file is named after. ``annotators`` gives
    them other names.

    Raises StanceError for another project's items, an unknown or a second label, an empty label in
    a sheet unless ``partial``, a nameless annotator and a file that cannot be read.
    """
    words = {stance: stance for stance in STANCES} | dict.fromkeys(ASIDE, "")
    words |= {str(word).strip().casefold(): stance for word, stance in (labels or {}).items()}
    names = {str(theirs): str(ours) for theirs, ours in (annotators or {}).items()}
    votes = []
    for part in _parts(path):
        rows = [_vote(row, words) for row in _rows(part)]
        if not partial:
            _refuse_empty(rows)
        votes += [row | {"annotator": _name(row, part, annotator, names)} for row in rows]
    if not votes:
        raise StanceError(f"{path} holds no items.")
    return pd.DataFrame(votes)


# What it means ------------------------------------------------------------------------------


def _vote(row: dict[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """Understand the label of a row: a stance, "" with a note if set aside, None if untouched."""
    if len(row["label"]) > 1:
        raise StanceError(
            f"{row['where']} has {len(row['label'])} labels: {', '.join(row['label'])}. Wanted one "
            "vote per annotator: in doccano, allow a single label, and do not share annotations "
            "across users, since it then joins everybody's."
        )
    word = row["label"][0] if row["label"] else ""
    if not word:
        return row | {"label": None, "empty": bool(row["label"])}
    if (known := word.casefold()) not in words:
        raise StanceError(
            f"{row['where']}: unknown label {word!r}. {nearest(word, words)} A corpus's own words "
            "are mapped in its YAML, as in labels: {pro: favor}."
        )
    note = ": ".join(filter(None, [ASIDE.get(known, ""), row["note"]]))
    return row | {"label": words[known], "note": note, "empty": False}


def _refuse_empty(rows: list[dict[str, Any]]) -> None:
    """An empty cell is unfinished work, or a word that a program took for a missing value."""
    empty = [row["where"] for row in rows if row["empty"]]
    if empty:
        raise StanceError(
            f"{empty[0]}: the label is empty ({len(empty)} of {len(rows)} rows). If it was a word "
            f'like "None" or "NA", some program emptied the cell: write {SKIP} or one of '
            f"{', '.join(STANCES)} there. If the work is not finished yet, give partial=true."
        )


def _name(
    row: Mapping[str, Any], part: Path, annotator: str | None, names: Mapping[str, str]
) -> str:
    """Whose vote it is; nobody's where there is none."""
    if row["label"] is None:
        return ""
    if not (row["annotator"] or annotator) and part.stem in NOBODY:
        raise StanceError(
            f"{part} does not say whose votes it holds. Give annotator=, or name the file after "
            f"the annotator, as in anna{part.suffix}."
        )
    user = row["annotator"] or str(annotator or part.stem)
    return names.get(user, f"user-{user}" if user.isdigit() else user)


# What is there ------------------------------------------------------------------------------


def _parts(path: Path) -> list[Any]:
    """The file itself, or the files of a zip."""
    if files.ending(path) != ".zip":
        return [path]
    try:
        inside = [part for part in zipfile.Path(path).iterdir() if part.is_file()]
    except (OSError, zipfile.BadZipFile) as error:
        raise StanceError(f"{path} cannot be unpacked: {error}.") from None
    return sorted((part for part in inside if part.name[0] != "."), key=str)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Every vote of a file, and every item without one, as `label` lists: none, one or more."""
    form = files.ending(path)
    if form not in ENDINGS[:-1]:
        raise StanceError(
            f"{path} is no file that can be imported. Wanted an export of Label Studio (JSON), of "
            "doccano (JSONL or its zip), or a sheet (CSV or XLSX)."
        )
    items = _items(path) if form == ".json" else sheets.read(path).to_dict("records")
    for number, item in enumerate(items, start=1):
        data: dict[str, Any] = next(
            (item[key] for key in INSIDE if isinstance(item.get(key), dict)), {}
        )
        known = {str(key): value for key, value in {**data, **item}.items()}
        if not (mention := _text(known.get("mention"))):
            raise StanceError(
                f"{path}, row {number}, has no `mention`, our name of an item, so it is of another "
                f"project; found: {', '.join(known)}. Import what was made from the files of "
                "action=export, with all its columns."
            )
        where = f"{path}, row {number} ({mention})"
        chance = _text(known.get("probability")).replace(",", ".")  # as spreadsheets may write it
        shared = {"where": where, "mention": mention, "probability": chance}
        if "annotations" not in item:
            yield shared | _flat(known, where)
        for annotation in item.get("annotations", ()):
            yield shared | _annotation(annotation)
        if item.get("annotations") == []:
            yield shared | {"annotator": "", "label": [], "time": "", "note": ""}


def _items(path: Path) -> list[dict[Any, Any]]:
    try:
        items = json.loads(files.read(path))
    except ValueError as error:
        raise StanceError(f"{path} is no JSON: {error}.") from None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise StanceError(f"{path} is no list of items, as Label Studio and doccano export them.")
    return items


def _annotation(annotation: Mapping[str, Any]) -> dict[str, Any]:
    """One annotation of a Label Studio task; one without a choice was passed over."""
    results = [(part.get("type"), part["value"]) for part in annotation.get("result", ())]
    chosen = [word for kind, value in results if kind == "choices" for word in value["choices"]]
    notes = [_text(value["text"]) for kind, value in results if kind == "textarea"]
    user = annotation.get("completed_by")
    return {
        "annotator": _text(user.get("email") or user.get("id") if isinstance(user, dict) else user),
        "label": ["cancelled"] if annotation.get("was_cancelled") else chosen or [SKIP],
        "time": _text(annotation.get("updated_at")),
        "note": "; ".join(filter(None, notes)),
    }


def _flat(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    """One row that says all: of a sheet, of doccano, of Label Studio's JSON-MIN and CSV."""
    finished = "annotation_id" in row  # Label Studio's list nothing but what was submitted
    if not finished and not {"label", "stance"} & set(row):
        raise StanceError(f"{where} has no column 'label'. {nearest('label', row)}")
    label = row.get("label", row.get("stance"))
    label = label["choices"] if isinstance(label, dict) else label
    label = label if isinstance(label, list) else [_text(label)]
    return {
        "annotator": _text(row.get("annotator")),
        "label": [SKIP] if finished and label == [""] else label,
        "time": _text(row.get("updated_at", row.get("time"))),
        "note": _text(row.get("note", row.get("Comments"))),
    }


def _text(value: Any) -> str:
    """A cell as text: lists joined, whole numbers without point, nothing where it is missing.

    >>> [_text(value) for value in (None, float("nan"), 7.0, ["irony?", "or not"], " a ")]
    ['', '', '7', 'irony?; or not', 'a']
    """
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    if value is None or value != value:
        return ""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()
