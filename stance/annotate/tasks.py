"""Items to label → tasks for people: files for Label Studio, for doccano, or a sheet.

Items have the columns `mention, actor, holder, text, spans, before, after, label, probability`.
Our id of the mention and its probability travel inside each task as data, since every tool gives
ids of its own and returns its tasks in an order of its own. `answers` reads what returns.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from stance.annotate import sheets
from stance.errors import StanceError, nearest
from stance.ledger import mark
from stance.tables import STANCES

SKIP = "skip"
"""What an annotator writes or clicks to pass over an item, where the tool has no button for it."""

SHEET = {
    **{"actor": 22, "holder": 22, "before": 45, "sentence": 80, "after": 45, "suggested": 11},
    **{"label": 11, "note": 40, "mention": 22, "probability": 12},
}
"""The columns of a sheet with their widths in characters."""

INTERFACE = """<View className="stance">
  <Style>
    .stance small {{ color: #8a8a8a; }}
    .stance mark {{ background: #ffe08a; font-weight: 600; }}
  </Style>
  <Header size="5" value="$actor, as meant by: $holder"/>
  <HyperText name="sentence" value="$html" inline="true" selectionEnabled="false"/>
  <Choices name="stance" toName="sentence" choice="single-radio" required="true" showInline="true">
{choices}
  </Choices>
  <TextArea name="note" toName="sentence" rows="1" maxSubmissions="1" editable="true"
            placeholder="What made you hesitate (optional)"/>
</View>
"""
"""Label Studio's labelling interface: the context grey, the actor marked, a key for each stance."""


def write(items: pd.DataFrame, folder: Path, form: str, suggest: bool = True) -> list[Path]:
    """Write items in a format and return the paths; ``suggest`` lets people see our label.

    Label Studio shows it as already chosen; elsewhere it stands beside an empty label, since an
    item nobody touched would come back as a vote. A file that exists is never overwritten.

    Raises StanceError for that, and for an unknown format.
    """
    if form not in FORMATS:
        raise StanceError(f"format={form} is no format. {nearest(form, FORMATS)}")
    contents = FORMATS[form](items if suggest else items.assign(label=""))
    for path in map(folder.joinpath, contents):
        if path.exists():
            raise StanceError(
                f"{path} exists, and somebody may have labelled in it; it was left as it is. "
                "Move it away, or choose another folder with out=."
            )
    for name, content in contents.items():
        hidden = folder / f".{name}"
        hidden.write_bytes(content)
        hidden.replace(folder / name)
    return [folder / name for name in contents]


def _labelstudio(items: pd.DataFrame) -> dict[str, bytes]:
    """Tasks with our label as a prediction, and the interface that shows them."""
    tasks = []
    for item in items.to_dict("records"):
        html = mark(item["text"], item["spans"], ("<mark>", "</mark>"), escape)
        before, after = (_grey(item[side]) for side in ("before", "after"))
        data = _carried(item) | {"html": f"{before}<p>{html}</p>{after}"}
        choice = {"from_name": "stance", "to_name": "sentence", "type": "choices"}
        result = [choice | {"value": {"choices": [item["label"]]}}]
        given = (
            [{"model_version": item.get("label_source", "stance"), "result": result}]
            if item["label"]
            else []
        )
        tasks.append({"data": data, "predictions": given})
    keys = [f'    <Choice value="{s}" hotkey="{n}"/>' for n, s in enumerate(STANCES, start=1)]
    interface = INTERFACE.format(choices="\n".join(keys))
    return {"labelstudio.json": _json(tasks), "labelstudio.xml": interface.encode()}


def _grey(context: str) -> str:
    return f"<p><small>{escape(context)}</small></p>" if context else ""


def _doccano(items: pd.DataFrame) -> dict[str, bytes]:
    """Lines of text with meta data, and the labels with their keys.

    Plain ASCII, since doccano guesses encodings; our label as meta data, since doccano takes
    `label` for the work of whoever imports the file.
    """
    lines = []
    for item in items.to_dict("records"):
        sentence = mark(item["text"], item["spans"])
        text = "\n\n".join(filter(None, [item["before"], sentence, item["after"]]))
        line = {"text": text, "label": []} | _carried(item) | {"suggested": item["label"]}
        lines.append(json.dumps({k: v for k, v in line.items() if v not in ("", None)}))
    looks = zip("fans", ("#2a9d55", "#c0392b", "#7f8c8d", "#dddddd"), strict=True)
    labels = [
        {"text": word, "suffix_key": key, "background_color": colour, "text_color": "#ffffff"}
        for word, (key, colour) in zip((*STANCES, SKIP), looks, strict=True)
    ]
    return {"doccano.jsonl": "\n".join(lines).encode(), "doccano-labels.json": _json(labels)}


def _carried(item: Mapping[Any, Any]) -> dict[str, Any]:
    """What travels inside an item: our id, the actor, the holder, the probability if known."""
    known = {key: item[key] for key in ("mention", "actor", "holder")}
    return known | ({} if math.isnan(item["probability"]) else {"probability": item["probability"]})


def _json(content: Any) -> bytes:
    return json.dumps(content, indent=1, ensure_ascii=False).encode()


def _sheet(items: pd.DataFrame) -> pd.DataFrame:
    marked = [mark(text, spans) for text, spans in zip(items["text"], items["spans"], strict=True)]
    table = items.assign(sentence=marked, suggested=items["label"], label="", note="")
    return table[list(SHEET)].astype(object).where(table[list(SHEET)].notna(), "")


def _csv(items: pd.DataFrame) -> dict[str, bytes]:
    return {"sheet.csv": sheets.csv(_sheet(items))}


def _xlsx(items: pd.DataFrame) -> dict[str, bytes]:
    return {"sheet.xlsx": sheets.xlsx(_sheet(items), SHEET, {"label": (*STANCES, SKIP)})}


FORMATS = {"labelstudio": _labelstudio, "doccano": _doccano, "csv": _csv, "xlsx": _xlsx}
"""What items can be written as."""
