"""The columns of every table that flows, and the one check that a table has them.

documents → sentences → mentions → examples → predictions → scores. Columns beyond the listed
ones travel along untouched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stance.errors import StanceError

if TYPE_CHECKING:
    import pandas as pd

STANCES = ("favor", "against", "neutral")
"""The three stances, in the one order of every metric, axis and probability column."""

AUTHOR = "author"
"""The holder of a sentence that nobody is quoted or reported as saying."""

COLUMNS = {
    "documents": ("document", "text"),
    "sentences": ("sentence", "document", "start", "end", "text", "kind", "quote"),
    "mentions": ("mention", "sentence", "document", "actor", "text", "spans"),
    "examples": (
        *("mention", "sentence", "document", "actor", "text", "spans", "holder", "voice"),
        *("label", "label_source", "gold", "weight"),
    ),
    "predictions": ("mention", "document", "actor", "gold", "predicted", *STANCES, "fold"),
    "scores": ("metric", "scope", "group", "value", "low", "high", "n"),
}


def check(table: pd.DataFrame, name: str, where: str = "") -> pd.DataFrame:
    """Return the table if it has the columns of ``name`` and at least one row.

    Raises StanceError naming the missing columns, those found, and ``where`` they were looked for.

    >>> import pandas as pd
    >>> check(pd.DataFrame({"document": ["a"]}), "documents", "news.csv")
    Traceback (most recent call last):
    ...
    stance.errors.StanceError: The table of documents in news.csv lacks the column 'text'; ...
    """
    place = f" in {where}" if where else ""
    missing = [column for column in COLUMNS[name] if column not in table.columns]
    if missing:
        listed = ", ".join(map(repr, missing))
        raise StanceError(
            f"The table of {name}{place} lacks the column{'s' * (len(missing) > 1)} {listed}; "
            f"found: {', '.join(map(str, table.columns)) or 'none'}. "
            "Rename the column or map its name in the corpus configuration."
        )
    if table.empty:
        raise StanceError(f"The table of {name}{place} has no rows; at least one is needed.")
    return table
