"""From predictions to scores with intervals: how good, and how sure we are of it.

Every number of a resample follows from a few sums per document (its confusion counts, its losses),
so the bootstrap is a matrix product: how often each document was drawn × what each document adds
up to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from stance.errors import StanceError, nearest
from stance.intervals import interval, known, resample
from stance.tables import COLUMNS, STANCES

BINS = 10
"""Equal-width bins of the calibration error (Guo et al. 2017 use 15, Naeini et al. 2015 use 10)."""

LESS_IS_BETTER = ("log_loss", "brier", "ece")

CELLS = len(STANCES) ** 2


def scores(
    predictions: pd.DataFrame,
    baselines: Mapping[str, pd.DataFrame] | None = None,
    groups: Sequence[str] = ("actor",),
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
    method: str = "percentile",
) -> pd.DataFrame:
    """Score predictions and baselines, each number with its interval over documents.

    Gives one row per metric, scope and group: ``metric, scope, group, value, low, high, n``.

    - Scope ``overall`` (group ``all``), ``actor`` (group: the actor's id; likewise any other column
      in ``groups``, an empty cell being ``(none)``), ``stance`` (group: the stance) and
      ``actor_stance`` (group ``id:stance``). A baseline's scopes carry its name:
      ``majority.overall``.
    - ``n`` counts the scored rows; in the stance scopes those whose gold is that stance, so that a
      stance nobody took shows as 0.
    - f1_macro and f1_favor_against average over all their stances, always: one that is absent from
      gold and predictions counts as 0, as in ``f1_score(labels=STANCES, zero_division=0)``.
      Balanced accuracy averages recall over the stances present in gold, as scikit-learn does.
    - ``low`` and ``high`` come from the bootstrap over documents by one of `intervals.METHODS`.
      Every system and group sees the same resamples, so differences between them are paired.
      Where fewer than two documents bear on a number they are missing. Percentiles of ece lean
      upward, as noise only ever adds to it.

    A baseline needs the columns ``mention, gold, predicted`` for the same mentions; its documents
    and groups are those of the predictions. Without probabilities (columns absent or all missing)
    log_loss, brier and ece are left out.

    Raises StanceError for missing columns, an empty table, a label that is no stance, probabilities
    that are none, or a baseline about other mentions.

    >>> rows = pd.DataFrame({"mention": ["a1", "a2", "b1", "b2"], "document": list("aabb"),
    ...     "actor": "mission", "gold": ["favor", "favor", "against", "neutral"],
    ...     "predicted": ["favor", "against", "against", "neutral"], "fold": 0,
    ...     "favor": [0.8, 0.1, 0.0, 0.0], "against": [0.2, 0.9, 1.0, 0.1],
    ...     "neutral": [0.0, 0.0, 0.0, 0.9]})
    >>> scores(rows).query("scope == 'overall'").head(3)[["metric", "value", "low", "high", "n"]]
                 metric     value       low      high  n
    0          f1_macro  0.777778  0.222222  0.777778  4
    1  f1_favor_against  0.666667  0.333333  0.666667  4
    2          accuracy  0.750000  0.500000  1.000000  4
    """
    known(method, resamples, confidence)
    table = _checked(predictions, "predictions", ("document", *groups))
    systems = {"": table}
    for name, baseline in (baselines or {}).items():
        systems[f"{name}."] = _beside(table, baseline, name)
    documents, codes = np.unique(table["document"].astype(str), return_inverse=True)
    sums = {
        (system, scope, group): pd.DataFrame(tally(rows)[index]).groupby(codes[index]).sum()
        for system, rows in systems.items()
        for scope, group, index in parts(table, groups)
    }
    return summarise(sums, len(documents), resamples, confidence, seed, method)


def summarise(
    sums: Mapping[tuple[str, str, str], pd.DataFrame],
    documents: int,
    resamples: int,
    confidence: float,
    seed: int,
    method: str,
) -> pd.DataFrame:
    """Scores from sums: (what stands before the scope, scope, group) → document number × tallies.

    ``documents`` is how many there are in all; a group need not occur in each.
    """
    drawn: dict[tuple[str, str, str], list[np.ndarray]] = {key: [] for key in sums}
    for weights in resample(documents, resamples, seed):
        for key, part in sums.items():
            drawn[key].append(weights[:, part.index] @ part.to_numpy())
    rows = [
        row
        for key, part in sums.items()
        for row in _rows(*key, part.to_numpy(), np.concatenate(drawn[key]), confidence, method)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS["scores"]))


def tally(rows: pd.DataFrame) -> np.ndarray:
    """What each prediction adds to the sums every metric is made of: rows × 9, or × 21.

    Columns: the 3 × 3 confusion counts (gold by row); then, if there are probabilities, log loss
    (clipped at machine epsilon, as in scikit-learn), Brier score (squared differences summed over
    the stances, 0 to 2; Brier 1950), and per confidence bin (0, 0.1], …, (0.9, 1] how often the
    most probable stance was right minus its probability.

    >>> tally(pd.DataFrame({"gold": ["against"], "predicted": ["favor"]}))
    array([[0., 0., 0., 1., 0., 0., 0., 0., 0.]])
    """
    every = np.arange(len(rows))
    gold, predicted = (
        pd.Categorical(rows[column], categories=STANCES).codes.astype(int)
        for column in ("gold", "predicted")
    )
    counts = np.zeros((len(rows), CELLS))
    counts[every, gold * len(STANCES) + predicted] = 1
    if not _probabilistic(rows):
        return counts
    chance = rows[list(STANCES)].to_numpy(float)
    epsilon = np.finfo(float).eps
    log_loss = -np.log(np.clip(chance[every, gold], epsilon, 1 - epsilon))
    brier = ((chance - np.eye(len(STANCES))[gold]) ** 2).sum(1)
    gaps = np.zeros((len(rows), BINS))
    top = chance.max(1)
    bins = np.clip(np.ceil(top * BINS).astype(int) - 1, 0, BINS - 1)
    gaps[every, bins] = (chance.argmax(1) == gold) - top
    return np.column_stack([counts, log_loss, brier, gaps])


def measure(sums: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Every metric from summed tallies, one value per leading row: {(metric, stance or ""): …}.

    Matthews correlation for several classes after Gorodkin (2004); expected calibration error after
    Naeini et al. (2015) and Guo et al. (2017); f1_favor_against after SemEval-2016 task 6. Where a
    ratio has nothing below the line it is 0.

    >>> confusion = [2, 0, 0, 1, 1, 0, 0, 0, 0]  # 2 of 2 favor and 1 of 2 against found
    >>> values = measure(np.array([confusion], float))
    >>> [round(float(values["f1", stance][0]), 2) for stance in STANCES]
    [0.8, 0.67, 0.0]
    >>> round(float(values["f1_macro", ""][0]), 2), float(values["balanced_accuracy", ""][0])
    (0.49, 0.75)
    """
    confusion = sums[:, :CELLS].reshape(-1, len(STANCES), len(STANCES))
    n = confusion.sum((1, 2))
    hits = np.diagonal(confusion, axis1=1, axis2=2)
    gold, predicted = confusion.sum(2), confusion.sum(1)
    precision, recall = _ratio(hits, predicted), _ratio(hits, gold)
    f1 = _ratio(2 * hits, gold + predicted)
    covariance = hits.sum(1) * n - (gold * predicted).sum(1)
    spread = (n**2 - (gold**2).sum(1)) * (n**2 - (predicted**2).sum(1))
    values = {
        ("f1_macro", ""): f1.mean(1),
        ("f1_favor_against", ""): f1[:, :2].mean(1),
        ("accuracy", ""): _ratio(hits.sum(1), n),
        ("balanced_accuracy", ""): _ratio(recall.sum(1), (gold > 0).sum(1)),
        ("matthews", ""): _ratio(covariance, np.sqrt(spread)),
    }
    if sums.shape[1] > CELLS:
        values["log_loss", ""] = _ratio(sums[:, CELLS], n)
        values["brier", ""] = _ratio(sums[:, CELLS + 1], n)
        values["ece", ""] = _ratio(np.abs(sums[:, CELLS + 2 :]).sum(1), n)
    for position, stance in enumerate(STANCES):
        values["f1", stance] = f1[:, position]
        values["precision", stance] = precision[:, position]
        values["recall", stance] = recall[:, position]
    return values


def confusion(predictions: pd.DataFrame) -> pd.DataFrame:
    """Count the rows of each gold stance (row) by predicted stance (column), absent ones too.

    >>> confusion(pd.DataFrame({"mention": ["m"], "gold": ["favor"], "predicted": ["neutral"]}))
    predicted  favor  against  neutral
    gold
    favor          0        0        1
    against        0        0        0
    neutral        0        0        0
    """
    table = _checked(predictions, "predictions")
    counts = tally(table)[:, :CELLS].sum(0).reshape(len(STANCES), -1).astype(int)
    gold, predicted = (pd.Index(STANCES, name=name) for name in ("gold", "predicted"))
    return pd.DataFrame(counts, index=gold, columns=predicted)


def signature(
    predictions: pd.DataFrame,
    split: str,
    gold: str = "gold",
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
    method: str = "percentile",
    **more: object,
) -> str:
    """One line that says how the scores were made, to be printed wherever they are (Post 2018).

    ``split`` and ``gold`` (what the scores are against) are words of the caller's; ``more`` is
    added at the end, versions for instance. A stance absent from gold is named.

    >>> rows = pd.DataFrame({"mention": ["m"], "document": ["a"], "gold": ["favor"]})
    >>> signature(rows, split="document-5", seed=2020, stance="0.1.0")
    'labels:favor,against,neutral|absent:against,neutral|f1:macro|ci:95%-percentile-documents-2000|split:document-5|seed:2020|n:1|documents:1|gold:gold|stance:0.1.0'
    """
    absent = [stance for stance in STANCES if stance not in set(predictions["gold"])]
    facts = {
        "labels": ",".join(STANCES),
        **({"absent": ",".join(absent)} if absent else {}),
        "f1": "macro",
        "ci": f"{100 * confidence:g}%-{method}-documents-{resamples}",
        "split": split,
        "seed": seed,
        "n": len(predictions),
        "documents": predictions["document"].nunique(),
        "gold": gold,
        **more,
    }
    return "|".join(f"{key}:{value}" for key, value in facts.items())


def _rows(
    system: str,
    scope: str,
    group: str,
    sums: np.ndarray,
    drawn: np.ndarray,
    confidence: float,
    method: str,
) -> Iterator[tuple]:
    """Score rows of one group, from its documents' sums and the sums of each resample."""
    counts = sums[:, :CELLS].reshape(-1, len(STANCES), len(STANCES))
    gold, predicted = counts.sum(2), counts.sum(1)
    support = dict(zip(STANCES, gold.sum(0), strict=True)) | {"": gold.sum()}
    bearing = dict(zip(STANCES, ((gold + predicted) > 0).sum(0), strict=True)) | {"": len(sums)}
    values = measure(sums.sum(0, keepdims=True))
    spread = measure(drawn[drawn[:, :CELLS].sum(1) > 0])
    left_out = measure(sums.sum(0) - sums)
    for (metric, stance), value in values.items():
        low, high = np.nan, np.nan
        if bearing[stance] > 1:
            known_by = spread[metric, stance], confidence, method
            low, high = interval(*known_by, float(value[0]), left_out[metric, stance])
        if not stance:
            place = (scope, group)
        elif scope == "overall":
            place = ("stance", stance)
        else:
            place = (f"{scope}_stance", f"{group}:{stance}")
        # Beyond the tenth decimal lies the order in which the matrix product happened to add.
        numbers = (round(float(number), 10) for number in (value[0], low, high))
        yield metric, system + place[0], place[1], *numbers, round(support[stance])


def parts(table: pd.DataFrame, groups: Sequence[str]) -> list[tuple[str, str, np.ndarray]]:
    """Scope, group and row numbers of everything, then of each value of each group column."""
    found: list[tuple[str, str, np.ndarray]] = [("overall", "all", np.arange(len(table)))]
    for column in groups:
        names = table[column].astype("string").fillna("").replace("", "(none)")
        rows = names.reset_index(drop=True).groupby(names.to_numpy()).indices
        found += [(column, str(group), np.asarray(rows[group])) for group in sorted(map(str, rows))]
    return found


def _checked(table: pd.DataFrame, name: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The table in the order of its mentions, once its columns, labels and probabilities hold."""
    for column in ("mention", "gold", "predicted", *columns):
        if column not in table.columns:
            raise StanceError(
                f"The table of {name} lacks the column {column!r}. "
                + nearest(column, table.columns)
            )
    if table.empty:
        raise StanceError(f"The table of {name} has no rows; at least one is needed to score.")
    for column in ("gold", "predicted"):
        odd = table[~table[column].isin(STANCES)]
        if len(odd):
            raise StanceError(
                f"The column {column!r} of the {name} must hold {', '.join(STANCES)}; found "
                f"{odd[column].iloc[0]!r} in {len(odd)} of {len(table)} rows, first for mention "
                f"{odd['mention'].iloc[0]!r}. Map the label or leave these rows out."
            )
    if _probabilistic(table):
        chance = table[list(STANCES)].to_numpy(float)
        odd = table[~((chance >= 0).all(1) & (np.abs(chance.sum(1) - 1) < 1e-3))]
        if len(odd):
            raise StanceError(
                f"The probabilities of the {name} must be 0 or more and sum to 1; found "
                f"{odd[list(STANCES)].iloc[0].tolist()} in {len(odd)} of {len(table)} rows, "
                f"first for mention {odd['mention'].iloc[0]!r}."
            )
    return table.sort_values("mention", key=lambda ids: ids.astype(str), kind="stable")


def _beside(table: pd.DataFrame, baseline: pd.DataFrame, name: str) -> pd.DataFrame:
    """The baseline's rows in the order of the predictions'; refuses other mentions or gold."""
    rows = _checked(baseline, f"baseline {name!r}")
    ours, theirs = (list(zip(t["mention"], t["gold"], strict=True)) for t in (table, rows))
    if ours != theirs:
        odd = next((pair for pair in sorted({*ours} ^ {*theirs})), "a row listed more than once")
        raise StanceError(
            f"The baseline {name!r} must score the same mentions against the same gold as the "
            f"predictions: it has {len(theirs)} rows, they have {len(ours)}; first odd one: {odd}."
        )
    return rows


def _probabilistic(table: pd.DataFrame) -> bool:
    """Whether the table has probabilities: the three columns, not all missing."""
    return set(STANCES) <= set(table.columns) and not table[list(STANCES)].isna().all(axis=None)


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """Over / under, and 0 where there is nothing under."""
    return np.divide(over, under, out=np.zeros(np.shape(over)), where=np.asarray(under) > 0)
