"""How rules do: where each votes, how they overlap and conflict, and how often they are right."""

from __future__ import annotations

import math

import pandas as pd

from stance.tables import STANCES


def analysis(labelled: pd.DataFrame, gold: pd.Series | None = None) -> pd.DataFrame:
    """Count for each rule where it votes and whether it is right; the last row is the label's.

    Takes the table that ``rules.label`` gave. ``coverage``: share of mentions it votes on;
    ``overlap``: share on which another rule votes too; ``conflict``: on which another votes
    otherwise; ``accuracy`` where it votes and gold (by default the column ``gold``) is known,
    with the limits ``low`` and ``high`` of its 95 % interval (Wilson 1927, JASA 22) and ``n``.

    >>> rows = pd.DataFrame({"rules": ["need, -blame", "need", "", ""], "label": "favor",
    ...                      "gold": ["favor", "favor", "neutral", "neutral"]})
    >>> table = analysis(rows)
    >>> table[["rule", "favor", "against", "coverage", "overlap", "conflict"]].values.tolist()
    [['blame', 0, 1, 0.25, 0.25, 0.25], ['need', 2, 0, 0.5, 0.25, 0.25],
     ['all rules', 2, 0, 0.5, 0.25, 0.25]]
    >>> table["accuracy"].tolist(), round(float(table["low"].iloc[-1]), 2)
    ([0.0, 1.0, 1.0], 0.34)
    """
    table = labelled.reset_index(drop=True)
    known = pd.Series("" if gold is None else list(gold), index=table.index, dtype="object")
    if gold is None and "gold" in table:
        known = table["gold"].fillna("")
    fired = table["rules"].fillna("").str.split(", ").explode()
    fired = fired[fired != ""]
    stances = fired.str[0].map({"-": "against", "=": "neutral"}).fillna("favor")
    stances.index = pd.MultiIndex.from_arrays([fired.index, fired.str.lstrip("-=")])
    votes = stances.unstack().reindex(table.index)
    several, torn = votes.notna().sum(axis=1) > 1, votes.nunique(axis=1) > 1
    columns = {name: votes[name] for name in votes}
    columns["all rules"] = table["label"].where(votes.notna().any(axis=1))
    rows = []
    for name, vote in columns.items():
        row: dict[str, object] = {"rule": name}
        row |= {stance: int((vote == stance).sum()) for stance in STANCES}
        row["coverage"] = vote.notna().mean()
        row["overlap"] = (vote.notna() & several).mean()
        row["conflict"] = (vote.notna() & torn).mean()
        judged = vote.notna() & (known != "")
        rows.append(row | _accuracy(int((vote == known)[judged].sum()), int(judged.sum())))
    return pd.DataFrame(rows)


def _accuracy(right: int, n: int, z: float = 1.96) -> dict[str, float]:
    if not n:
        return {"n": 0}
    share, weight = right / n, 1 + z * z / n
    centre = (share + z * z / (2 * n)) / weight
    half = z / weight * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return {"accuracy": share, "low": centre - half, "high": centre + half, "n": n}
