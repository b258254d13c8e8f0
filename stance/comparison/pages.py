"""A comparison as files, as a page and in a notebook."""

from __future__ import annotations

import json
import re
import shutil
from base64 import b64encode
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from stance import figures as drawing
from stance import report, store
from stance.comparison import curves, draw, lineup, views
from stance.errors import StanceError

if TYPE_CHECKING:
    from stance.comparison import Comparison

CAPTIONS = {
    "scores": "Each system's score with its interval over documents; ticks are single seeds, "
    "hollow marks baselines.",
    "differences": "Paired differences from the reference, with p-values adjusted by Holm; a dot "
    "is filled where that is small enough for the confidence asked for.",
    "actors": "The same score for each actor by itself.",
    "reliability": "How often the predicted stance is right, by the probability it was given; the "
    "area of a dot grows with the rows behind it.",
    "precision_recall": "Precision against recall of each stance, with average precision; the thin "
    "line is chance.",
}

MARK = "comparison.json"
"""The file by which a folder is known as a comparison."""


def vacant(folder: Path) -> Path:
    """Say before the work whether a comparison can be written to a folder.

    Raises StanceError for one that holds other things, or cannot be made.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise StanceError(
            f"out={folder} holds other things than a comparison; nothing was written. Name a new "
            "folder."
        )
    store.writable(folder)
    return folder


def save(found: Comparison, folder: Path) -> Path:
    """Fill a hidden folder and give it its name, an older comparison stepping aside."""
    vacant(folder)
    hidden = store.make(folder.parent / f".{folder.name}.{store.stamp()}.part")
    try:
        write(found, hidden)
        if folder.exists():
            shutil.rmtree(folder)
        hidden.rename(folder)
    except OSError as error:
        raise StanceError(
            f"The comparison could not be written to {folder}: {error.strerror or error}."
        ) from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    return folder


def write(found: Comparison, folder: Path) -> None:
    """Tables, figures and page into a folder."""
    facts = json.dumps(found.facts, indent=2, ensure_ascii=False)
    (folder / MARK).write_text(facts, "utf-8")
    for name in ("table", "differences", "scores"):
        store.write_table(getattr(found, name), folder / f"{name}.csv")
    (folder / "table.tex").write_text(views.latex(found), "utf-8")
    store.make(folder / "figures")
    drawn = []
    for name, figure in figures(found).items():
        svg = drawing.save(figure, folder / "figures" / name)[-1].read_text("utf-8")
        more = len(found.systems) > len(draw.LOOKS) and name in ("reliability", "precision_recall")
        caption = CAPTIONS[name] + f" The first {len(draw.LOOKS)} systems." * more
        drawn.append({"svg": svg, "caption": caption, "alt": str(figure.get_label())})
    (folder / "report.html").write_text(page(found, drawn), "utf-8")


def figures(found: Comparison) -> dict[str, Any]:
    """Draw what the comparison says, by name."""
    told = views.title(found.metric).removesuffix(" ↓")
    sure = 1 - found.facts["confidence"]
    beside = found.baselines
    against = found.differences[found.differences["reference"] == found.reference]
    runs = against[~against["run"].isin(beside)]
    against = runs if len(runs) else against
    known = found.table.dropna(subset="value")
    drawn = {"scores": draw.scores(known, told, found.seeds, beside)}
    if len(against):
        less = views.less_is_better(found.metric)
        drawn["differences"] = draw.differences(against, told, found.reference, sure, less)
    actors = views.by_actor(found)
    if len(actors):
        names = lineup.called(found.systems)
        drawn["actors"] = draw.groups(actors, told, names, beside)
    shown = [name for name in found.systems if name != found.reference]
    shown = (
        [found.reference, *shown][: len(draw.LOOKS)] if found.reference in found.systems else shown
    )
    rows = curves.rows({name: found.predictions[name] for name in shown[: len(draw.LOOKS)]})
    if rows:
        choices = found.facts["confidence"], found.facts["seed"]
        drawn["reliability"] = draw.reliability(curves.reliability(rows, *choices))
        drawn["precision_recall"] = draw.precision_recall(*curves.precision_recall(rows, *choices))
    return drawn


def page(found: Comparison, drawn: list[dict[str, str]]) -> str:
    """The comparison as one self-contained page."""
    facts = found.facts
    runs = [run for own in found.systems.values() for run in own]
    return report.comparison(
        title=f"{len(found.systems)} systems compared by {_metric(found)}",
        facts={
            "runs": len(runs),
            "corpus": ", ".join(sorted({run.config["corpus"]["name"] for run in runs})),
            "mentions": f"{found.scores['n'].max():,}",
            "documents": f"{runs[0].predictions['document'].nunique():,}",
            "reference": found.reference,
            "resamples": f"{facts['resamples']:,}",
        },
        verdict=views.verdict(found),
        beside=found.baselines,
        bars=found.table.to_dict("records") if _share(found) else [],
        table=_unbroken(views.table(found)),
        pairs=_unbroken(views.pairs(found)),
        scores=found.scores,
        signature=facts["signature"],
        figures=drawn,
        settings=lineup.settings(found.systems),
        folders={name: paths for name, paths in facts["runs"].items()},
        versions=facts["versions"],
        names=lineup.called(found.systems),
        adjusted=facts["adjusted"],
        chosen=facts["reference"] is not None,
    )


def face(found: Comparison) -> str:
    """The comparison in a notebook: verdict, tables and figures, as plain HTML."""
    said = escape(" ".join(views.verdict(found)))
    tables = [views.table(found), views.pairs(found)]
    shown = "".join(table.to_html(index=False, border=0) for table in tables if len(table))
    drawn = "".join(_image(figure) for figure in found.figures.values())
    return (
        f"<p>{said}</p>{shown}<div>{drawn}</div>"
        f'<p style="opacity: .65; font-size: .9em">{escape(found.facts["signature"])}</p>'
    )


def _unbroken(table: pd.DataFrame) -> pd.DataFrame:
    """The table with spaces inside an interval, and after <, at which no line ends."""
    heads = {name: name.replace(" %", "\u00a0%") for name in table}
    return table.rename(columns=heads).map(
        lambda text: re.sub(r"(?<=[,<]) (?=[\d+−])", "\u00a0", text)
    )


@drawing.styled
def _image(figure: Any) -> str:
    image = BytesIO()
    figure.savefig(image, format="png", dpi=150)
    wide = 95 if figure.get_figwidth() > 5 else 45
    return (
        f'<img alt="{escape(str(figure.get_label()))}" '
        f'style="max-width: {wide}%; margin: .5em; background: white" '
        f'src="data:image/png;base64,{b64encode(image.getvalue()).decode()}">'
    )


def _metric(found: Comparison) -> str:
    return views.title(found.metric).removesuffix(" ↓")


def _share(found: Comparison) -> bool:
    """Whether the metric lies between 0 and 1, so that it can be drawn as a bar."""
    ends = found.table[["value", "low", "high"]]
    return not views.less_is_better(found.metric) and bool(
        ((ends >= 0) & (ends <= 1)).all(axis=None)
    )
