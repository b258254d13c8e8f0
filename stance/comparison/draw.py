"""Runs against each other, drawn: scores, paired differences, actors, and the two curves.

As in `figures`: a function takes computed tables, gives the Figure, and says in its label what it
shows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from stance.figures import (
    COLOURS,
    FAINT,
    INK,
    LINE,
    ONE_COLUMN,
    PALE,
    TWO_COLUMNS,
    blank,
    finish,
    styled,
)
from stance.tables import STANCES

LOOKS: tuple[tuple[str, Any], ...] = (
    ("#222222", "-"),
    ("#009E73", "--"),
    ("#CC79A7", "-."),
    ("#E69F00", ":"),
    ("#56B4E9", (0, (5, 1, 1, 1, 1, 1))),
)
"""Colours of Okabe & Ito (2008) that no stance has, each with a dash to tell it without colour."""

HAIRLINE: dict[str, Any] = {"color": FAINT, "linewidth": 0.6, "zorder": 0.5}


@styled
def scores(
    table: pd.DataFrame,
    metric: str,
    seeds: pd.DataFrame | None = None,
    beside: Sequence[str] = (),
    width: float = ONE_COLUMN,
) -> Figure:
    """Forest plot: each system's score with its interval; single seeds as ticks above it.

    ``table`` has the columns `run, value, low, high`, ``seeds`` `run, value`; ``beside`` names the
    baselines, drawn hollow. A line goes down from the first system.
    """
    figure, ax, places = _rows(map(str, table["run"]), width)
    ax.axvline(table["value"].iloc[0], **HAIRLINE, linestyle=(0, (2, 2)))
    for y, row in zip(places, table.to_dict("records"), strict=True):
        ink = FAINT if row["run"] in beside else INK
        _mark(ax, y, row, ink, hollow=row["run"] in beside)
        if seeds is not None and (single := seeds[seeds["run"] == row["run"]]["value"]).size > 1:
            ax.plot(
                single, [y - 0.055] * len(single), "|", color=ink, markersize=3.5, clip_on=False
            )
        _write(ax, y, [_number(row["value"])], ink)
    ax.set_xlabel(f"{metric}, with interval over documents")
    told = (_said(row) for row in table.to_dict("records"))
    return finish(figure, f"{metric}: {'; '.join(told)}.")


@styled
def differences(
    table: pd.DataFrame,
    metric: str,
    reference: str,
    sure: float = 0.05,
    less_is_better: bool = False,
    width: float = ONE_COLUMN,
) -> Figure:
    """Paired differences from one system with their intervals and adjusted p-values.

    ``table`` has the columns of `paired.COLUMNS`. A dot is filled where ``p_holm`` is at most
    ``sure``.
    """
    figure, ax, places = _rows(map(str, table["run"]), width)
    ax.axvline(0, color=INK, linewidth=0.8, zorder=0.5)
    for y, row in zip(places, table.to_dict("records"), strict=True):
        _mark(ax, y, row | {"value": row["difference"]}, INK, hollow=row["p_holm"] > sure)
        p = "<.001" if row["p_holm"] < 0.001 else _number(row["p_holm"]).lstrip("0")
        _write(ax, y, [_number(row["difference"], "+"), p], INK)
    _write(ax, places[0] - 0.22, ["", "p"], FAINT)
    left, right = ("better", "worse") if less_is_better else ("worse", "better")
    for side, words, ha in ((-4, f"← {left}", "right"), (4, f"{right} →", "left")):
        edge: dict[str, Any] = {"xy": (0, 1), "xycoords": ax.get_xaxis_transform()}
        place: dict[str, Any] = {"xytext": (side, 1), "textcoords": "offset points", "ha": ha}
        ax.annotate(words, **edge, **place, color=FAINT, size=6.5, va="bottom")
    ax.set_xlabel(textwrap.fill(f"{metric}: difference from {reference}", 40 if width < 5 else 90))
    told = (
        _said(row | {"value": row["difference"]}, "+") + f", p {_number(row['p_holm'])}"
        for row in table.to_dict("records")
    )
    return finish(figure, f"{metric}, difference from {reference}: {'; '.join(told)}.")


@styled
def groups(
    table: pd.DataFrame,
    metric: str,
    names: Mapping[str, str] | None = None,
    beside: Sequence[str] = (),
    width: float = TWO_COLUMNS,
) -> Figure:
    """Small multiples: every system's score with its interval, one panel per actor, on one scale.

    ``table`` has the columns `run, group, value, low, high, n`.
    """
    systems, groups = list(dict.fromkeys(table["run"])), list(dict.fromkeys(table["group"]))
    across = min(len(groups), 3 if width > 5 else 1)
    down = -(-len(groups) // across)
    label = {name: textwrap.fill(name, 22) for name in systems}
    deep = sum(LINE * (text.count("\n") + 1) + 0.07 for text in label.values())
    figure = blank(width, down * (deep + 0.55) + 0.2)
    figure.set_layout_engine("constrained", wspace=0.06, hspace=0.06)
    axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    told = []
    for ax, group in zip(axes.flat, groups, strict=False):
        rows = table[table["group"] == group].set_index("run").loc[systems].reset_index()
        places = _places(label.values())
        called = textwrap.fill((names or {}).get(group, group), 30)
        ax.set_title(f"{called}  ", loc="left", weight="bold")
        ax.set_title(f"n = {rows['n'].iloc[0]:,}", loc="right", color=FAINT, size=6.5)
        ax.axvline(rows["value"].iloc[0], **HAIRLINE, linestyle=(0, (2, 2)))
        for y, row in zip(places, rows.to_dict("records"), strict=True):
            ink = FAINT if row["run"] in beside else INK
            _mark(ax, y, row, ink, hollow=row["run"] in beside)
        _plain(ax, places, list(label.values()))
        said = (_said(row) for row in rows.to_dict("records"))
        told.append(f"{called}: {'; '.join(said)}")
    for ax in list(axes.flat)[len(groups) :]:
        ax.set_visible(False)
    figure.supxlabel(f"{metric}, with interval over documents", size=7.5)
    return finish(figure, f"{metric} by actor. {'. '.join(told)}.")


@styled
def reliability(table: pd.DataFrame, width: float = ONE_COLUMN) -> Figure:
    """How often the predicted stance is right against the probability it was given.

    ``table`` is that of `curves.reliability`; a dot on the diagonal keeps its promise.
    """
    systems = list(dict.fromkeys(table["run"]))
    figure = blank(width, 2.6 + 0.15 * len(systems))
    ax = figure.add_subplot()
    ax.plot([0, 1], [0, 1], **HAIRLINE)
    told = []
    for place, (run, rows) in enumerate(table.groupby("run", sort=False)):
        colour, dash = LOOKS[place]
        x = rows["probability"] + 0.006 * place  # bars of one bin side by side
        ax.vlines(x, rows["low"], rows["high"], color=colour, linewidth=0.8, alpha=0.6)
        ax.plot(x, rows["share"], color=colour, linestyle=dash, linewidth=1)
        ax.scatter(x, rows["share"], s=_sizes(rows["n"]), color=colour, zorder=3)
        ends = (f"{r['probability']:.2f}: {r['share']:.2f}" for r in rows.to_dict("records"))
        told.append(f"{run}, probability: share right, {', '.join(ends)}")
    least, lowest = table["probability"].min(), min(table["low"].min(), table["share"].min())
    ax.set(xlim=(least - 0.04, 1.015), ylim=(max(-0.015, lowest - 0.04), 1.015))
    ax.set(xlabel="probability of the predicted stance", ylabel="share that is right")
    _legend(figure, systems, "share = probability")
    return finish(figure, f"Reliability. {'. '.join(told)}.")


@styled
def precision_recall(
    points: pd.DataFrame, areas: pd.DataFrame, width: float = TWO_COLUMNS
) -> Figure:
    """Precision against recall, one panel per stance, with average precision and intervals.

    The tables are those of `curves.precision_recall`; the thin line is the precision of chance.
    """
    systems = list(dict.fromkeys(areas["run"]))
    figure = blank(width, 2.5 + 0.24 * len(systems))
    told = []
    for ax, stance in zip(figure.subplots(1, 3, sharey=True), STANCES, strict=True):
        ax.set_title(stance, loc="left", weight="bold", color=COLOURS[stance])
        ax.set(xlim=(0, 1), ylim=(0, 1.02))
        ax.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
        ax.set_xlabel("recall", labelpad=1)
        of = areas[areas["stance"] == stance].set_index("run")
        if of.empty:
            ax.text(0.03, 0.95, "absent from gold", color=FAINT, va="top", style="italic")
            continue
        ax.axhline(of["share"].iloc[0], **HAIRLINE)
        lines = []
        for place, run in enumerate(systems):
            rows = points[(points["stance"] == stance) & (points["run"] == run)]
            colour, dash = LOOKS[place]
            ax.fill_between(
                rows["recall"], rows["low"], rows["high"], color=colour, alpha=0.12, lw=0
            )
            ax.plot(rows["recall"], rows["precision"], color=colour, linestyle=dash, linewidth=1)
            area = of.loc[run].to_dict() | {"run": run}
            lines.append(("{value:.2f} [{low:.2f}, {high:.2f}]".format(**area), colour))
            told.append(f"{stance}, {_said(area)}")
        _write_lines(ax, lines)
    figure.axes[0].set_ylabel("precision")
    _legend(figure, systems, "chance")
    return finish(figure, f"Precision–recall curves, average precision. {'; '.join(told)}.")


def _rows(labels: Iterable[str], width: float) -> tuple[Figure, Axes, list[float]]:
    """A figure with one row per label, and how deep each lies, in inches."""
    wrapped = [textwrap.fill(label, 20 if width < 5 else 48) for label in labels]
    places = _places(wrapped)
    figure = blank(width, places[-1] + 0.75)
    ax = figure.add_subplot()
    _plain(ax, places, wrapped)
    return figure, ax, places


def _places(labels: Iterable[str]) -> list[float]:
    """The middle of each row, as high as its label."""
    middles, depth = [], 0.0
    for label in labels:
        room = LINE * (label.count("\n") + 1) + 0.09
        middles.append(depth + room / 2)
        depth += room
    return middles


def _plain(ax: Axes, places: Sequence[float], labels: Sequence[str]) -> None:
    ax.set_yticks(places, labels)
    ax.set_ylim(places[-1] + 0.13, places[0] - 0.13)
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.grid(axis="x", color=PALE, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)


def _mark(ax: Axes, y: float, row: Mapping[Any, Any], ink: str, hollow: bool = False) -> None:
    """A value as a dot on its interval."""
    ax.plot([row["low"], row["high"]], [y, y], color=ink, linewidth=1.2, solid_capstyle="butt")
    inside = "white" if hollow else ink
    ax.plot(row["value"], y, "o", color=ink, markersize=4.2, markerfacecolor=inside, clip_on=False)


def _write(ax: Axes, y: float, words: Sequence[str], ink: str) -> None:
    """Write to the right of the axes, one column after the other."""
    edge: dict[str, Any] = {"xy": (1, y), "xycoords": ax.get_yaxis_transform()}
    for points, word, colour in zip((28, 58), words, (ink, FAINT), strict=False):
        where: dict[str, Any] = {"xytext": (points, 0), "textcoords": "offset points"}
        ax.annotate(word, **edge, **where, color=colour, ha="right", va="center_baseline")


def _write_lines(ax: Axes, lines: Sequence[tuple[str, str]]) -> None:
    """Average precisions under each other, below the panel."""
    for place, (words, colour) in enumerate([("average precision", FAINT), *lines]):
        where: dict[str, Any] = {"xy": (0, 0), "xycoords": "axes fraction"}
        down: dict[str, Any] = {"xytext": (0, -26 - 9 * place), "textcoords": "offset points"}
        ax.annotate(words, **where, **down, color=colour, size=6.5, va="top")


def _legend(figure: Figure, systems: Sequence[str], hairline: str) -> None:
    """Name the systems, and the thin line, below the panels."""
    looks = LOOKS[: len(systems)]
    lines = [Line2D([], [], color=colour, linestyle=dash, linewidth=1.2) for colour, dash in looks]
    words = [textwrap.fill(name, 60) for name in systems]
    figure.legend(
        [*lines, Line2D([], [], **HAIRLINE)],
        [*words, hairline],
        loc="outside lower left",
        frameon=False,
        handlelength=2.8,
        ncols=1 if figure.get_figwidth() < 5 else 2,
    )


def _sizes(n: pd.Series) -> np.ndarray:
    """Dots whose area grows with the rows behind them, within bounds."""
    return np.clip(60 * n.to_numpy() / max(n.sum(), 1), 3, 40)


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign}.3f}".replace("-", "−") if value == value else "–"


def _said(row: Mapping[Any, Any], sign: str = "") -> str:
    """A system's value and interval in words.

    >>> _said({"run": "model=svm", "value": 0.5, "low": 0.25, "high": 0.75})
    'model=svm 0.500 (0.250 to 0.750)'
    """
    value, low, high = (_number(row[key], sign) for key in ("value", "low", "high"))
    return f"{row['run']} {value}" + (f" ({low} to {high})" if row["low"] == row["low"] else "")
