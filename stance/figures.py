"""Score tables drawn the way a journal prints them.

A function takes a computed table and an optional ``ax`` and returns the matplotlib Figure. Its
label, ``figure.get_label()``, tells readers who cannot see it what it shows. The style is ours only
while a figure is drawn or saved: no global setting changes and pyplot is never touched.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from stance.errors import StanceError
from stance.tables import STANCES

COLOURS = {"favor": "#0072B2", "against": "#D55E00", "neutral": "#6F6F6F"}
"""One colour per stance everywhere: blue and vermillion of Okabe & Ito (2008), and grey."""

INK, FAINT, PALE = "#222222", "#777777", "#E4E4E4"
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
MARKS = "XsD^vP"
ONE_COLUMN, TWO_COLUMNS = 3.4, 7.0
"""Inches: the width of one and of two columns of a journal page."""

LEVEL, LINE = 0.1, 0.125
"""Inches: from one system's mark to the next, and from one line of text to the next."""

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 7.5,
    "axes.labelsize": 7.5,
    "axes.titlesize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 0,
    "lines.markeredgewidth": 0.8,
    "text.parse_math": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "stance",
}
styled = matplotlib.rc_context(STYLE)


@styled
def confusion(counts: pd.DataFrame, ax: Axes | None = None) -> Figure:
    """Draw the 3 × 3 counts of `evaluate.confusion`: gold by row, predicted by column.

    A cell is as deep in its row's colour as its share of the row. A stance absent from gold keeps
    its row, which stays empty.

    >>> counts = pd.DataFrame([[8, 1, 1], [2, 6, 2], [0, 0, 0]], index=STANCES, columns=STANCES)
    >>> confusion(counts).get_label()
    'Confusion matrix of 20 rows. Gold favor (10): predicted favor 8, against 1, neutral 1. ...'
    """
    if not set(STANCES) <= set(counts.index) & set(counts.columns):
        raise StanceError(
            f"A confusion matrix has the rows and columns {', '.join(STANCES)}; found the rows "
            f"{', '.join(map(str, counts.index))}. Count the predictions with evaluate.confusion."
        )
    counts = counts.loc[list(STANCES), list(STANCES)].astype(int)
    totals = counts.sum(axis=1)
    figure, ax = canvas(ax, 2.5)
    for (row, column), count in np.ndenumerate(counts):
        share = count / max(totals.iloc[row], 1)
        shade = 1 - share * (1 - np.array(to_rgb(COLOURS[STANCES[row]])))
        place = (column - 0.5, row - 0.5)
        ax.add_patch(Rectangle(place, 1, 1, facecolor=shade, edgecolor=PALE, linewidth=0.6))
        words = f"{count:,}\n{share:.0%}" if totals.iloc[row] else "0"
        ink = "white" if shade @ LUMINANCE < 0.5 else INK
        weight = "bold" if row == column else "normal"
        ax.text(column, row, words, color=ink, weight=weight, ha="center", va="center")
    ax.set(xlim=(-0.5, 2.5), ylim=(2.5, -0.5), xlabel="predicted", ylabel="gold")
    ax.set_xticks(range(3), STANCES)
    ax.set_yticks(range(3), [f"{stance}\nn = {totals[stance]:,}" for stance in STANCES])
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for tick in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        tick.set_color(COLOURS[tick.get_text().split()[0]])
    told = (
        f"Gold {gold} ({totals[gold]}): predicted "
        + ", ".join(f"{predicted} {count}" for predicted, count in counts.loc[gold].items())
        for gold in STANCES
    )
    return finish(figure, f"Confusion matrix of {totals.sum()} rows. {'. '.join(told)}.")


@styled
def scores(
    table: pd.DataFrame, names: Mapping[str, str] | None = None, ax: Axes | None = None
) -> Figure:
    """Draw F1 with intervals: overall, per actor and per stance, the baselines under the model.

    ``table`` is that of `evaluate.scores`; ``names`` maps actors to what readers call them. The
    model is a filled dot, a baseline a hollow mark, all named in the first row. A stance without
    gold rows is said to be absent.
    """
    split = table["scope"].str.rpartition(".")
    table = table.assign(system=split[0], scope=split[2])
    macro = (table["metric"] == "f1_macro") & table["scope"].isin(["overall", "actor"])
    stance = (table["metric"] == "f1") & (table["scope"] == "stance")
    if not macro.any() or not stance.any():
        raise StanceError(
            "The figure of scores draws f1_macro overall and f1 per stance; found the metrics "
            f"{', '.join(table['metric'].unique()) or 'none'}. Score with evaluate.scores."
        )
    called = {"all": "all actors", **(names or {})}
    own = ax is None
    figure, ax = canvas(ax, 3)
    told, depth = [], 0.0  # inches from the top
    ticks: dict[float, str] = {}
    for title, part in (("macro F1", table[macro]), ("F1 of each stance", table[stance])):
        ax.text(0, depth + 0.1, title, weight="bold", va="center")
        depth += 0.2
        for group, rows in part.groupby("group", sort=False):
            name = called.get(str(group), str(group))
            label = textwrap.fill(name, 20)
            room = max(LEVEL * len(rows), LINE * (label.count("\n") + 1)) + 0.08
            middle = depth + room / 2
            _marks(ax, rows, middle, COLOURS.get(name, INK), named=not ticks)
            ticks[middle] = label
            told.append(f"{title}, {name}: {_told(rows)}.")
            depth += room
        depth += 0.08
    ax.set(xlim=(0, 1), ylim=(depth, 0), xlabel="F1, with interval over documents")
    ax.set_yticks(list(ticks), list(ticks.values()))
    for tick in ax.get_yticklabels():
        tick.set_color(COLOURS.get(tick.get_text(), INK))
    ax.grid(axis="x", color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    _beside(ax, 0.1, "F1", "n", FAINT)
    if own:
        figure.set_figheight(depth + 0.45)
    return finish(figure, " ".join(told))


def _marks(ax: Axes, rows: pd.DataFrame, middle: float, colour: str, named: bool) -> None:
    """Draw one group around its middle: each system's value on its interval, one per level."""
    top = middle - LEVEL * (len(rows) - 1) / 2
    for place, (system, value, low, high, n) in enumerate(_numbers(rows)):
        y, ink = top + LEVEL * place, FAINT if system else colour
        if not system:
            _beside(ax, middle, f"{value:.2f}" if n else "–", f"{n:,}", colour)
        if not n:
            words = "" if system else "absent from gold"
            ax.text(0.02, middle, words, color=ink, style="italic", va="center_baseline")
            continue
        ax.plot([low, high], [y, y], color=ink, linewidth=0.7 if system else 1.6)
        mark, size, inside = (MARKS[place % len(MARKS)], 3.2, "white") if system else ("o", 5, ink)
        ax.plot(value, y, mark, color=ink, markersize=size, markerfacecolor=inside, clip_on=False)
        if named:
            low, high = np.nanmin([low, value]), np.nanmax([high, value])
            x, side = (high + 0.03, "left") if high < 0.72 else (low - 0.03, "right")
            words = system or "model"
            ax.text(x, y, words, color=ink, size=6.5, ha=side, va="center_baseline")


def _beside(ax: Axes, y: float, value: str, n: str, colour: str) -> None:
    """Write the model's value and the number of rows to the right of the axes."""
    for points, words, ink in ((22, value, colour), (52, n, FAINT)):
        edge: dict[str, Any] = {"xy": (1, y), "xycoords": ax.get_yaxis_transform()}
        offset: dict[str, Any] = {"xytext": (points, 0), "textcoords": "offset points"}
        ax.annotate(words, **edge, **offset, color=ink, ha="right", va="center_baseline")


def _numbers(rows: pd.DataFrame) -> list[list]:
    return rows[["system", "value", "low", "high", "n"]].to_numpy(object).tolist()


def _told(rows: pd.DataFrame) -> str:
    """One group in words: "model 0.61 (0.55 to 0.68), majority 0.22 (0.20 to 0.24)"."""
    if not rows["n"].any():
        return "absent from gold"
    return ", ".join(
        f"{system or 'model'} {value:.2f}" + (f" ({low:.2f} to {high:.2f})" if low == low else "")
        for system, value, low, high, _ in _numbers(rows)
    )


@styled
def words(weights: pd.DataFrame, top: int = 12, axes: Sequence[Axes] | None = None) -> Figure:
    """Draw the features that speak most for each stance, one panel per stance, on one scale.

    ``weights`` has the columns ``feature, stance, weight``; only weights above 0 are drawn.
    """
    missing = {"feature", "stance", "weight"} - set(weights.columns)
    if missing:
        raise StanceError(
            "The table of weights has the columns feature, stance, weight; missing: "
            f"{', '.join(sorted(missing))}. Found: {', '.join(map(str, weights.columns))}."
        )
    weights = weights[weights["weight"] > 0].sort_values(
        ["weight", "feature"], ascending=[False, True]
    )
    shown = {stance: weights[weights["stance"] == stance].head(top) for stance in STANCES}
    length = max(1, *map(len, shown.values()))
    if axes is None:
        figure = blank(TWO_COLUMNS, 0.45 + 0.15 * length)
        axes = list(figure.subplots(1, len(STANCES), sharex=True))
    for ax, (stance, rows) in zip(axes, shown.items(), strict=True):
        ax.barh(range(len(rows)), rows["weight"], height=0.62, color=COLOURS[stance])
        ax.set_yticks(range(len(rows)), [_short(feature) for feature in rows["feature"]])
        ax.set_ylim(length - 0.4, -0.6)
        ax.set_title(stance, color=COLOURS[stance], loc="left", weight="bold")
        ax.spines["left"].set_visible(False)
        if rows.empty:
            ax.text(0.02, 0.95, "no feature above 0", transform=ax.transAxes, va="top", color=FAINT)
    axes[1].set_xlabel("weight for the stance")
    told = (f"{stance}: {', '.join(rows['feature']) or 'none'}" for stance, rows in shown.items())
    return finish(canvas(axes[0], 0)[0], f"Features of most weight. {'; '.join(told)}.")


@styled
def save(figure: Figure, path: str | Path) -> list[Path]:
    """Write ``path`` + .png (200 dots per inch) and .svg; the same figure gives the same bytes."""
    path = Path(path)
    files = [path.with_name(f"{path.name}.{suffix}") for suffix in ("png", "svg")]
    nothing = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
    try:
        for file in files:
            figure.savefig(file, dpi=200, metadata=nothing[file.suffix[1:]])
    except OSError as error:
        raise StanceError(
            f"The figure cannot be written to {path.parent}: {error.strerror}. "
            "Choose a folder that exists and can be written to."
        ) from error
    return files


def blank(width: float, height: float) -> Figure:
    """A new figure in our style, in inches."""
    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def canvas(ax: Axes | None, height: float) -> tuple[Figure, Axes]:
    """The caller's axes, or those of a new figure one column wide."""
    if ax is None:
        ax = blank(ONE_COLUMN, height).add_subplot()
    figure = ax.get_figure(root=True)
    if figure is None:
        raise StanceError("The axes given belong to no figure any more. Make new ones.")
    return figure, ax


def finish(figure: Figure, told: str) -> Figure:
    """Say in the label what is shown, and lay the figure out while the style is ours."""
    figure.set_label(told)
    figure.draw_without_rendering()
    return figure


def _short(feature: str) -> str:
    return feature if len(feature) <= 26 else feature[:25].rstrip() + "…"
