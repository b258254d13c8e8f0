"""`stance compare`: any number of runs side by side, and whether one really beats another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from omegaconf import DictConfig

import stance
from stance import evaluate, intervals, paired, screen, store
from stance.comparison import lineup, pages, views
from stance.config import plain
from stance.errors import StanceError, nearest


@dataclass(frozen=True, repr=False)
class Comparison:
    """Runs side by side. A notebook shows tables and figures; `save` writes them to a folder."""

    metric: str
    reference: str
    systems: dict[str, list[store.Run]]
    """Each system's runs, which differ only in their seeds; the best system first."""
    predictions: dict[str, list[pd.DataFrame]]
    """What each run of a system predicted; the baselines of the best system come last."""
    scores: pd.DataFrame
    """`run, metric, scope, group, value, low, high, n`: every metric of every system."""
    differences: pd.DataFrame
    """One row per pair, the columns of `paired.COLUMNS`; those with the reference come first."""
    facts: dict[str, Any]
    """How it was compared, and the signature."""

    @cached_property
    def seeds(self) -> pd.DataFrame:
        """The metric of each single run: `run, seed, value`."""
        key = key_of(self.metric)
        rows = [
            (name, run.facts["seed"], _values(paired.pool([run.predictions]))[key])
            for name, runs in self.systems.items()
            for run in runs
        ]
        return pd.DataFrame(rows, columns=["run", "seed", "value"])

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per system, best first, baselines last.

        `run, seeds, value, low, high, seed_sd`, the last being the standard deviation between
        seeds; then what `differences` says of the system beside the reference.
        """
        name, stance = key_of(self.metric)
        place = ("stance", stance) if stance else ("overall", "all")
        found = self.scores.set_index(["metric", "scope", "group"]).sort_index()
        values = found.loc[[(name, *place)]].set_index("run")[["value", "low", "high"]]
        sd = self.seeds.groupby("run")["value"].std().rename("seed_sd")
        against = self.differences[self.differences["reference"] == self.reference]
        against = against.set_index("run").drop(columns="reference")
        against = against.rename(columns={end: f"difference_{end}" for end in ("low", "high")})
        table = values.reindex(list(self.predictions)).join(sd).join(against)
        table.insert(0, "seeds", [len(tables) for tables in self.predictions.values()])
        return table.rename_axis("run").reset_index()

    @property
    def baselines(self) -> list[str]:
        """The names of the baselines."""
        return [name for name in self.predictions if name not in self.systems]

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Matplotlib figures: scores, differences, actors, reliability, precision_recall."""
        return pages.figures(self)

    def save(self, folder: str | Path) -> Path:
        """Write tables, figures and page to a folder, whole or not at all; gives the folder.

        Raises StanceError for a folder with other things in it; an older comparison is replaced.
        """
        return pages.save(self, Path(folder).expanduser())

    def __repr__(self) -> str:
        """The verdict in a sentence or two."""
        return f"Comparison: {' '.join(views.verdict(self))}"

    def _repr_html_(self) -> str:
        return pages.face(self)


def compare(
    runs: lineup.Runs,
    metric: str = "f1_macro",
    reference: str | None = None,
    resamples: int = 10_000,
    confidence: float = 0.95,
    interval: str = "expanded",
    seed: int = 2020,
) -> Comparison:
    """Set runs side by side, in pairs on the same mentions.

    ``runs`` are run folders, folders of runs, or patterns, one or a list. Runs that differ only in
    their seeds are one system, their predictions pooled (`paired.pool`). ``metric`` is one of
    `evaluate.measure`, that of one stance written as ``f1:favor``. Intervals tell what other
    documents would change, by one of `intervals.METHODS`; what another seed would, ``seed_sd``.

    Each system is compared with ``reference`` (a system's name or a part of it, a run's folder, or
    a baseline). Where none is given the reference is the best, and since the data chose it, every
    pair is compared and p-values are adjusted for the number of pairs.

    Raises StanceError where fewer than two systems are found, for runs that were scored on other
    mentions or against other gold, and for an unknown metric, reference or interval.
    """
    intervals.known(interval, resamples, confidence)
    found = lineup.find(runs)
    systems, repeated = lineup.systems(found)
    screen.note(repeated, f"of {len(found)} runs repeat another, seed and all; the newest counts")
    _several(systems, found)
    mentions = lineup.mentions(systems)
    pooled = {name: paired.pool([run.predictions for run in own]) for name, own in systems.items()}
    systems = {name: systems[name] for name in _ranked(pooled, metric)}
    beside = lineup.baselines(next(iter(systems.values())))
    pooled |= {name: paired.pool(tables) for name, tables in beside.items()}
    predictions = {name: [run.predictions for run in own] for name, own in systems.items()} | beside
    pooled = {name: pooled[name].loc[mentions["mention"]] for name in predictions}
    chosen = None if reference is None else lineup.named(reference, systems, list(beside))
    documents = np.unique(mentions["document"].astype(str), return_inverse=True)[1]
    drawing: Any = {"resamples": resamples, "confidence": confidence, "seed": seed}
    drawing |= {"method": interval}
    pairs = _pairs(list(systems), list(beside), chosen)
    matrices = {name: sums.to_numpy() for name, sums in pooled.items()}
    differences = paired.differences(matrices, documents, pairs, key_of(metric), **drawing)
    if len(pairs) > (1 - confidence) * resamples:
        screen.note(
            len(pairs),
            f"comparisons need more than resamples={resamples}, or a reference=, for an "
            "adjusted p-value to be small",
        )
    return Comparison(
        metric=metric,
        reference=chosen or next(iter(systems)),
        systems=systems,
        predictions=predictions,
        scores=_scores(matrices, mentions, documents, drawing),
        differences=differences,
        facts={
            "metric": metric,
            "reference": chosen,
            "adjusted": len(differences),
            **drawing,
            "signature": _signature(systems, mentions, metric, len(differences), drawing),
            "runs": {name: [str(run.folder) for run in own] for name, own in systems.items()},
            "versions": next(iter(systems.values()))[0].facts["versions"],
        },
    )


def key_of(metric: str) -> tuple[str, str]:
    """A metric as `evaluate.measure` knows it.

    >>> key_of("f1:favor"), key_of("accuracy")
    (('f1', 'favor'), ('accuracy', ''))
    """
    name, _, stance = metric.partition(":")
    return name, stance


def _several(systems: Mapping[str, Sequence[store.Run]], found: Sequence[store.Run]) -> None:
    if len(systems) > 1:
        return
    alone = f"1 run ({found[0].folder})"
    same = f"{len(found)} runs that differ in nothing but their seeds"
    raise StanceError(
        f"Two systems or more can be compared; found {alone if len(found) == 1 else same}. Add "
        "runs of another configuration, as in runs=[FOLDER,FOLDER] or runs=experiments/karabakh/*."
    )


def _values(sums: pd.DataFrame) -> dict[tuple[str, str], float]:
    found = evaluate.measure(sums.to_numpy().sum(0, keepdims=True))
    return {key: float(value[0]) for key, value in found.items()}


def _ranked(pooled: Mapping[str, pd.DataFrame], metric: str) -> list[str]:
    """The systems from best to worst; equal ones keep their order."""
    values = {name: _values(sums) for name, sums in pooled.items()}
    able = set.intersection(*(set(found) for found in values.values()))
    key = key_of(metric)
    if key not in able:
        names = [":".join(filter(None, known)) for known in able]
        raise StanceError(f"metric={metric} is no metric of these runs. {nearest(metric, names)}")
    sign = 1 if key[0] in evaluate.LESS_IS_BETTER else -1
    return sorted(values, key=lambda name: sign * round(values[name][key], 10))


def _pairs(names: list[str], beside: list[str], chosen: str | None) -> list[tuple[str, str]]:
    """Whom to compare with whom, (run, reference): all with one, or every run with every other."""
    if chosen is not None:
        return [(name, chosen) for name in names + beside if name != chosen]
    best = [(name, names[0]) for name in names[1:] + beside]
    others = [(worse, better) for better, worse in combinations(names[1:] + beside, 2)]
    return best + [pair for pair in others if pair[1] not in beside]


def _scores(
    pooled: Mapping[str, np.ndarray],
    mentions: pd.DataFrame,
    documents: np.ndarray,
    drawing: Mapping[str, Any],
) -> pd.DataFrame:
    """Every metric of every system, overall, per actor and per stance."""
    tables = []
    groups = evaluate.parts(mentions, ("actor",))
    for name, sums in pooled.items():
        parts = {
            ("", scope, group): pd.DataFrame(sums[rows]).groupby(documents[rows]).sum()
            for scope, group, rows in groups
        }
        table = evaluate.summarise(parts, int(documents.max()) + 1, **drawing)
        tables.append(table.assign(run=name))
    columns = ["run", "metric", "scope", "group", "value", "low", "high", "n"]
    return pd.concat(tables, ignore_index=True)[columns]


def _signature(
    systems: Mapping[str, Sequence[store.Run]],
    mentions: pd.DataFrame,
    metric: str,
    pairs: int,
    drawing: Mapping[str, Any],
) -> str:
    """One line that says how it was compared, with the runs' own words for split and gold."""
    own = [run.facts["signature"] for runs in systems.values() for run in runs]
    words = [dict(part.partition(":")[::2] for part in line.split("|")) for line in own]
    split, gold = ("+".join(sorted({w.get(key, "") for w in words})) for key in ("split", "gold"))
    return evaluate.signature(
        mentions,
        split,
        gold,
        **drawing,
        metric=metric,
        paired=f"approximate-randomisation-documents-{drawing['resamples']}",
        adjusted=f"holm-{pairs}",
        runs=len(own),
        stance=stance.__version__,
    )


def main(config: DictConfig) -> None:
    """Compare runs from the command line, show the tables, and write the comparison folder."""
    choices = plain(config)
    out = pages.vacant(Path(choices.pop("out")).expanduser())
    found = compare(**choices)
    screen.show(
        views.table(found, short=True),
        title=f"{len(found.systems)} systems by {views.title(found.metric)}",
    )
    folder = found.save(out)
    print(*views.verdict(found), found.facts["signature"], folder / "report.html", sep="\n")
