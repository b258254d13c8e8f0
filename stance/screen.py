"""What people see in the terminal: aligned tables, and a progress bar over long work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd


def show(table: pd.DataFrame, title: str = "") -> None:
    """Print a table, words to the left and numbers to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    look: dict[str, Any] = {"box": box.SIMPLE_HEAD, "padding": (0, 1, 0, 0), "pad_edge": False}
    view = Table(title=title, title_justify="left", title_style="bold", **look)
    for name in table.columns:
        number = pd.api.types.is_numeric_dtype(table[name])
        view.add_column(str(name).replace("_", " "), justify="right" if number else "left")
    for row in table.itertuples(index=False):
        view.add_row(*map(str, row))
    Console(width=None if sys.stdout.isatty() else 120).print(view)


def progress(work: Sequence[Any], what: str) -> Iterator[Any]:
    """Go through the work under a bar that says how far it is and how long it will take.

    Silent where standard error is no terminal.
    """
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if not console.is_terminal:
        return iter(work)
    steps: Iterable[Any] = track(work, what, console=console, transient=True)
    return iter(steps)


@contextmanager
def meter(size: int, what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far long work is, at what rate and how long it will still take.

    Gives a function to be told the rows that were done and their share of ``size``. Silent where
    standard error is no terminal.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    rate = TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s")
    columns = (TextColumn("{task.description}"), BarColumn(), rate, TimeRemainingColumn())
    console, began, done = Console(stderr=True), time.monotonic(), 0
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=max(size, 1), rows=0, rate=0.0)

        def advance(rows: int, share: int) -> None:
            nonlocal done
            done += rows
            seconds = max(time.monotonic() - began, 1e-9)
            bar.update(task, advance=share, rows=done, rate=done / seconds)

        yield advance


def note(count: int, what: str) -> None:
    """Say on standard error that something was counted and set aside; nothing where it is 0."""
    if count:
        print(f"Note: {count} {what}.", file=sys.stderr)
