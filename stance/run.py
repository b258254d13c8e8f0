"""`stance run`: one experiment, from a corpus to a run folder. The page that composes the steps."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from omegaconf import DictConfig

from stance import baselines, evaluate, features, label, model, outcome, screen, store, tune
from stance.config import build, compose, plain
from stance.errors import StanceError, nearest
from stance.leaks import leaks, together
from stance.split import Fold, split


def experiment(
    overrides: list[str] | None = None,
    conf: str | Path | None = None,
    config: DictConfig | None = None,
) -> store.Run:
    """Do what `stance run` does and return the finished run.

    ``overrides`` are written as on the command line, as in ``["model=svm", "seed=7"]``; ``conf`` is
    a folder of options of your own. A ``config`` composed before is taken as it is.

    Raises StanceError for bad input, before anything is written.
    """
    config = compose("run", overrides, conf) if config is None else config
    started, clock = datetime.now().astimezone(), time.monotonic()
    home = store.writable(Path(config.out) / _name(config.name))
    table = label.examples(config)
    folds = split(table, plain(config.split), config.seed)
    shared = _shared(table, folds, plain(config.split))
    pipe = _pipeline(config)
    watch = partial(screen.progress, what="Folds")
    predictions, trained = model.learn(pipe, table, folds, watch)
    choices = plain(config.labels) if config.labels.name == "rules" else {}
    beside = baselines.predict(plain(config.evaluation.baselines), table, folds, pipe, choices)
    scores = evaluate.scores(predictions, beside, **_scoring(config))
    identity = store.stamp()
    grid = plain(config.model).get("tune")
    facts = {
        "id": identity,
        "name": config.name,
        "command": "stance run",
        "overrides": list(overrides or []),
        "status": "finished",
        "start": started.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - clock, 2),
        "seed": config.seed,
        "chosen": tune.chosen(trained, grid) if grid else {},
        **store.provenance(table),
        "signature": evaluate.signature(predictions, **_scoring(config), **_origin(config, table)),
    }
    return store.save(
        home,
        identity,
        lambda p: outcome.write(
            p, config, facts, table, predictions, beside, scores, trained, shared
        ),
    )


def main(config: DictConfig) -> None:
    """Run one experiment from the command line and show its scores."""
    run = experiment(_overrides(), config=config)
    screen.show(headline(run.scores), title=f"{run.facts['name']}, {run.facts['id']}")
    print(f"{run.facts['signature']}\n{run.report}")


def headline(scores: pd.DataFrame) -> pd.DataFrame:
    """The overall scores of the model beside its baselines, as text with intervals."""
    table = scores[scores["scope"].str.endswith("overall")]
    cells = [
        f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]" for row in table.itertuples(index=False)
    ]
    system = table["scope"].str.removesuffix("overall").str.removesuffix(".").replace("", "model")
    view = table.assign(cell=cells, system=system)
    order = {"metric": view["metric"].unique(), "system": view["system"].unique()}
    wide = view.pivot(index="metric", columns="system", values="cell").fillna("–")
    return wide.loc[order["metric"], order["system"]].reset_index()


def _name(name: str) -> str:
    if not name or name != Path(name).name or name.startswith("."):
        raise StanceError(f"name={name!r} cannot name a folder; use letters, digits, - and _.")
    return name


def _pipeline(config: DictConfig) -> Any:
    """Build the chosen feature blocks and the classifier."""
    allow = tuple(plain(config.allow))
    known = {str(name): node for name, node in config.features.items() if name != "blocks"}
    chosen = plain(config.features.blocks)
    if not chosen:
        raise StanceError(f"features.blocks is empty. {nearest('', known)}")
    for name in chosen:
        if name not in known:
            raise StanceError(f"features.blocks names {name!r}. {nearest(name, known)}")
    blocks = {name: build(known[name], allow) for name in chosen}
    choices = plain(config.model)
    grid = choices.pop("tune", None)
    return model.pipeline(features.union(blocks), build(choices, allow), grid)


def _shared(
    table: pd.DataFrame, folds: list[Fold], choices: dict[str, Any]
) -> dict[str, pd.DataFrame]:
    """Report what the split kept together and what its sides share; what it set aside is told."""
    found = {"leaks": leaks(table, folds, choices), "together": together(table, choices)}
    if choices["by"] == "document":
        groups = found["together"].query("because != 'stock phrase'")
        screen.note(int(groups["documents"].sum()), "documents repeat another and stay on its side")
    kept = int(found["leaks"]["kept_out"].iloc[-1])
    screen.note(kept, "rows (summed over folds) repeat what is tested and are kept out of training")
    used = np.unique(np.concatenate([side for fold in folds for side in fold]))
    unused = len(table) - len(used) - (kept if len(folds) == 1 else 0)
    screen.note(unused, "further rows are neither trained on nor tested in any fold")
    return found


def _scoring(config: DictConfig) -> dict[str, Any]:
    chosen = plain(config.evaluation)
    return {key: chosen[key] for key in ("resamples", "confidence")} | {"seed": config.seed}


def _origin(config: DictConfig, table: pd.DataFrame) -> dict[str, Any]:
    """How the rows were split, and whose judgement the scores are against."""
    chosen = plain(config.split)
    share = (table["gold"] != "").mean()
    against = "gold" if share == 1 else f"gold-{share:.0%}-else-{config.labels.name}"
    return {
        "split": "-".join(str(chosen[key]) for key in ("by", "folds", "test") if chosen.get(key)),
        "gold": against if share else config.labels.name,
    }


def _overrides() -> list[str]:
    from hydra.core.hydra_config import HydraConfig

    return list(HydraConfig.get().overrides.task)
