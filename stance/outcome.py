"""What a finished experiment leaves for people and programs: the files of its run folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from omegaconf import DictConfig, OmegaConf

from stance import behaviour, card, evaluate, figures, model, report, store
from stance.tables import STANCES

CAPTIONS = {
    "confusion": "Gold stance by row, predicted stance by column.",
    "scores": "F1 of the model and of its baselines, with intervals over documents.",
    "words": "The words that speak most for each stance; actor, holder and names stand for those.",
}
SHOWN = 12
"""Example predictions, and groups of documents that repeat each other, on the page."""


def write(
    folder: Path,
    config: DictConfig,
    facts: Mapping[str, Any],
    examples: pd.DataFrame,
    predictions: pd.DataFrame,
    beside: Mapping[str, pd.DataFrame],
    scores: pd.DataFrame,
    trained: Any,
    shared: Mapping[str, pd.DataFrame],
) -> None:
    """Fill the folder of a run: tables, model, figures, card and page."""
    settings = OmegaConf.to_yaml(config, resolve=True)
    chosen: Any = OmegaConf.to_container(config, resolve=True)
    (folder / "config.yaml").write_text(settings, "utf-8")
    (folder / "run.json").write_text(json.dumps(facts, indent=2, ensure_ascii=False), "utf-8")
    store.write_table(examples, folder / "examples.parquet")
    store.write_table(predictions, folder / "predictions.parquet")
    others = [table.assign(system=name) for name, table in beside.items()]
    rows = pd.concat(others or [predictions[:0].assign(system="")], ignore_index=True)
    store.write_table(rows, folder / "baselines.parquet")
    store.write_table(scores, folder / "scores.csv")
    for name, table in shared.items():
        store.write_table(table, folder / f"{name}.csv")
    tables = {
        "What training and test share": shared["leaks"],
        "Documents that repeat each other": shared["together"].head(SHOWN),
    }
    if chosen["evaluation"]["behaviour"]:
        tested, _ = behaviour.check(partial(model.predict, trained))
        store.write_table(tested, folder / "behaviour.csv")
        tables["Behaviour tests: what fails, and which pairs break"] = tested
    store.save_model(trained, folder / "model.skops")
    names = {actor: entry["name"] for actor, entry in (chosen.get("actors") or {}).items()}
    drawn = list(_draw(folder / "figures", predictions, scores, trained, names))
    (folder / "model_card.md").write_text(card.card(facts, chosen, examples, scores), "utf-8")
    page = report.page(
        title=f"{facts['name']}: who takes what stance",
        facts=_facts(facts, chosen, examples),
        scores=scores,
        signature=facts["signature"],
        figures=drawn,
        examples=_shown(examples, predictions),
        tables=tables,
        config=settings,
        versions=facts["versions"],
        names=names,
    )
    (folder / "report.html").write_text(page, "utf-8")


def _draw(
    folder: Path,
    predictions: pd.DataFrame,
    scores: pd.DataFrame,
    trained: Any,
    names: Mapping[str, str],
) -> Iterator[dict[str, str]]:
    """Draw and save each figure; give the page its drawing, caption and words."""
    folder.mkdir()
    weights = _words(model.weights(trained))
    drawn = {
        "scores": figures.scores(scores, names),
        "confusion": figures.confusion(evaluate.confusion(predictions)),
    }
    if len(weights):
        drawn["words"] = figures.words(weights)
    for name, figure in drawn.items():
        svg = figures.save(figure, folder / name)[-1].read_text("utf-8")
        yield {"svg": svg, "caption": CAPTIONS[name], "alt": str(figure.get_label())}


def _words(weights: pd.DataFrame) -> pd.DataFrame:
    """The weights of the words as words, where there is such a block; else all features."""
    words = weights[weights["feature"].str.startswith("words__")]
    if words.empty:
        return weights
    return words.assign(feature=words["feature"].str.removeprefix("words__"))


def _facts(
    facts: Mapping[str, Any], config: Mapping[str, Any], examples: pd.DataFrame
) -> dict[str, object]:
    labels = ", ".join(f"{stance} {(examples['label'] == stance).sum()}" for stance in STANCES)
    return {
        "corpus": config["corpus"]["name"],
        "documents": examples["document"].nunique(),
        "sentence × actor rows": f"{len(examples)} ({labels})",
        "labels": config["labels"]["name"],
        "features": ", ".join(config["features"]["blocks"]),
        "model": config["model"]["_target_"].rpartition(".")[2],
        "started": facts["start"],
        "seconds": facts["seconds"],
    }


def _shown(examples: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """The surest mistakes and the surest hits, as many of each."""
    columns = ["mention", "text", "spans", "holder"]
    rows = predictions.merge(examples[columns], on="mention").assign(
        sure=lambda t: t[list(STANCES)].max(axis=1), right=lambda t: t["gold"] == t["predicted"]
    )
    rows = rows.sort_values(["sure", "mention"], ascending=[False, True])
    halves = [rows[rows["right"] == right].head(SHOWN // 2) for right in (False, True)]
    return pd.concat(halves)
