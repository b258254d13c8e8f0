"""Behaviour tests: short sentences in minimal pairs, which meaning gets right and shortcuts do not.

A capability (negation, irony, …) is tested by pairs that differ as little as sense allows, and in
that difference alone lies the stance. After CheckList (Ribeiro et al. 2020, ACL 2020, "Beyond
Accuracy"): ``failed`` is its minimum functionality test; ``broken`` its invariance and directional
tests in one: between the sentences of a pair the prediction must move as the stance moves, or stay
as it stays. The items are in ``data/behaviour``, whose README says how they were made.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from stance import DATA
from stance.errors import StanceError
from stance.tables import STANCES

ITEMS = DATA / "behaviour" / "items.csv"
COLUMNS = ("item", "capability", "pair", "text", "actor", "start", "end", "expected")
SIDE = {"favor": 1, "neutral": 0, "against": -1}


def examples(path: str | Path = ITEMS) -> pd.DataFrame:
    """Read the items as examples, with their ``capability`` and ``pair``; gold is what is expected.

    A file of your own has the columns of ``COLUMNS``, where ``start`` and ``end`` are the offsets
    of the actor in ``text``, and where known ``holder`` and ``voice``.

    Raises StanceError for missing columns, a stance that is none, an item listed twice and an actor
    outside its text.

    >>> examples().iloc[1][["mention", "text", "spans", "gold"]].tolist()
    ['negation-01b:0-69:peacekeeping_mission',
     'The peacekeeping mission did not keep the villagers safe last winter.', [[4, 24]], 'against']
    """
    items = _checked(pd.read_csv(path, keep_default_na=False), path)
    ends = items["text"].str.len()
    sentence = items["item"] + ":0-" + ends.astype(str)
    spans = [[[start, end]] for start, end in zip(items["start"], items["end"], strict=True)]
    known = {column: items.get(column, "author") for column in ("holder", "voice")}
    return pd.DataFrame(
        {
            **{"mention": sentence + ":" + items["actor"], "sentence": sentence},
            **{"document": items["item"], "actor": items["actor"], "text": items["text"]},
            **{"spans": spans, **known, "label": items["expected"], "label_source": "behaviour"},
            **{"gold": items["expected"], "weight": 1.0, "start": 0, "end": ends, "kind": "body"},
            **{"quote": "", "before": "", "after": "", "title": ""},
            **{"capability": items["capability"], "pair": items["pair"]},
        }
    )


def check(
    predict: Callable[[pd.DataFrame], pd.DataFrame], items: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ask for the stance of every item → what failed by capability, and the failing items.

    ``predict`` gets examples without label and gold and gives their stances, row by row, in the
    column ``predicted`` or, as rules do, ``label``: ``partial(model.predict, run.model)`` for a
    run, ``labels.rules.label`` for rules. ``items`` is a table of `examples`, by default ours.

    The first table has ``capability, items, failed, failure, low, high, pairs, broken``; ``low``
    and ``high`` bound the share ``failure`` (95 %; Wilson 1927, JASA 22); the last row is for all
    capabilities. The second has ``item, capability, pair, actor, text, spans, holder, gold,
    predicted`` and the probabilities where there are any.

    Raises StanceError where ``predict`` gives no stance for every item.

    >>> table, failing = check(lambda rows: rows.assign(predicted="favor"))
    >>> table.loc[table["capability"] == "negation", ["items", "failed", "pairs", "broken"]]
       items  failed  pairs  broken
    0     20      12     10       8
    >>> failing["text"].iloc[0]
    'The peacekeeping mission did not keep the villagers safe last winter.'
    """
    rows = examples() if items is None else items
    rows = rows.assign(**_answers(predict(rows.assign(label="", gold="")), rows))
    rows["failed"] = rows["predicted"] != rows["gold"]
    pairs = rows.groupby(["capability", "pair"], sort=False)
    moves = [(capability, _broken(pair)) for (capability, _), pair in pairs]
    broken = pd.DataFrame(moves, columns=["capability", "broken"])
    counts = pd.concat([_counted(rows, "failed"), _counted(broken, "broken")], axis=1)
    counts.loc["all"] = counts.sum()
    table = [
        (name, n, failed, failed / n, *_wilson(failed, n), *rest)
        for name, n, failed, *rest in counts.itertuples()
    ]
    columns = ["capability", "items", "failed", "failure", "low", "high", "pairs", "broken"]
    return pd.DataFrame(table, columns=columns), _failing(rows)


def _answers(given: pd.DataFrame, rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """The stances given, and the probabilities if any, by position."""
    found = given.get("predicted", given.get("label", pd.Series(dtype=str)))
    odd = found[~found.isin(STANCES)]
    if len(found) != len(rows) or len(odd):
        wrong = f"{odd.iloc[0]!r}" if len(odd) else f"{len(found)} rows"
        raise StanceError(
            f"The behaviour tests need one of {', '.join(STANCES)} for each of {len(rows)} items, "
            f"in the column 'predicted' or 'label'; found {wrong}."
        )
    chances = [stance for stance in STANCES if stance in given]
    return {"predicted": found.to_numpy()} | {name: given[name].to_numpy() for name in chances}


def _broken(pair: pd.DataFrame) -> bool:
    """Whether between any two sentences the prediction moves otherwise than the stance."""
    gold, predicted = (pair[column].map(SIDE).to_numpy(int) for column in ("gold", "predicted"))
    wanted, found = (np.sign(np.subtract.outer(side, side)) for side in (gold, predicted))
    return bool((wanted != found).any())


def _counted(rows: pd.DataFrame, what: str) -> pd.DataFrame:
    return rows.groupby("capability", sort=False)[what].agg(["size", "sum"])


def _wilson(failed: int, items: int) -> tuple[float, float]:
    interval = binomtest(failed, items).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _failing(rows: pd.DataFrame) -> pd.DataFrame:
    first = ["document", "capability", "pair", "actor", "text", "spans", "holder"]
    known = [*first, "gold", "predicted", *(stance for stance in STANCES if stance in rows)]
    found = rows.loc[rows["failed"], known]
    return found.rename(columns={"document": "item"}).reset_index(drop=True)


def _checked(items: pd.DataFrame, path: str | Path) -> pd.DataFrame:
    """The items, once columns, stances, ids and offsets hold."""
    lacking = [column for column in COLUMNS if column not in items]
    if lacking or items.empty:
        raise StanceError(
            f"Behaviour tests need the columns {', '.join(COLUMNS)} and a row at least; {path} has "
            f"{', '.join(items.columns)} and {len(items)} rows."
        )
    span = (items["start"] >= 0) & (items["start"] < items["end"])
    faults = {
        f"expects none of {', '.join(STANCES)}": ~items["expected"].isin(STANCES),
        "is listed twice": items["item"].duplicated(),
        "has its actor outside its text": ~(span & (items["end"] <= items["text"].str.len())),
    }
    for fault, at in faults.items():
        if at.any():
            raise StanceError(
                f"The behaviour test {items.loc[at, 'item'].iloc[0]!r} {fault} ({path})."
            )
    return items
