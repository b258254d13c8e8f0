"""The model card of a run: what it learned from, how good it is, and where it should not be used.

After Mitchell et al. 2019, Model Cards for Model Reporting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from stance.tables import STANCES


def card(
    facts: Mapping[str, Any],
    config: Mapping[str, Any],
    examples: pd.DataFrame,
    scores: pd.DataFrame,
) -> str:
    """Write the card of a run as Markdown, every figure in it taken from the run itself."""
    names = {actor: entry["name"] for actor, entry in (config.get("actors") or {}).items()}
    labels = ", ".join(f"{s} {(examples['label'] == s).sum()}" for s in STANCES)
    sources = examples["source"].nunique() if "source" in examples else 0
    origin = f" from {sources} sources" if sources else ""
    return f"""# Model card: {facts["name"]}, {facts["id"]}

**Task.** The stance (favor, against, neutral) that one sentence takes toward one actor.

**Data.** Corpus `{config["corpus"]["name"]}`: {len(examples)} sentence × actor rows in \
{examples["document"].nunique()} documents{origin}. \
Labels by `{config["labels"]["name"]}`: {labels}. \
Fingerprint `{facts["data"][:16]}`.

**Model.** `{config["model"]["_target_"]}` over the feature blocks \
{", ".join(f"`{block}`" for block in config["features"]["blocks"])}.

**Scores.** {facts["signature"]}

{_table(_overall(scores), "Metric")}

Per actor (macro-F1; majority beside it):

{_table(_actors(scores, names), "Actor")}

**Limits.** Learned from sentences about {len(set(examples["actor"]))} actor(s) in the language \
and period of this corpus; other actors, genres and years will score lower, and by how much is not \
measured here. Probabilities are those of the classifier. The unit is a sentence: a stance that \
only the whole article shows is not seen. Do not use it to judge persons or single articles \
without reading them.

**Made with** stance {facts["versions"]["stance"]} ({facts["code"]}), seed {facts["seed"]}, \
scikit-learn {facts["versions"]["scikit-learn"]}, Python {facts["versions"]["python"]}.
"""


def _overall(scores: pd.DataFrame) -> dict[str, list[str]]:
    """The overall scores of every system, a row per metric."""
    rows = scores[scores["scope"].str.endswith("overall")]
    systems = rows["scope"].unique()
    table = {"": [scope.removesuffix("overall").rstrip(".") or "model" for scope in systems]}
    for metric, part in rows.groupby("metric", sort=False):
        cells = part.set_index("scope").apply(_cell, axis=1)
        table[str(metric)] = [cells.get(scope, "–") for scope in systems]
    return table


def _actors(scores: pd.DataFrame, names: Mapping[str, str]) -> dict[str, list[str]]:
    rows = scores[scores["metric"] == "f1_macro"]
    model, majority = (rows[rows["scope"] == s] for s in ("actor", "majority.actor"))
    floor = {row.group: f"{row.value:.3f}" for row in majority.itertuples(index=False)}
    table = {"": ["f1_macro", "majority", "n"]}
    for _, row in model.iterrows():
        name = names.get(row["group"], row["group"])
        table[name] = [_cell(row), floor.get(row["group"], "–"), str(row["n"])]
    return table


def _cell(row: pd.Series) -> str:
    return f"{row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"


def _table(rows: Mapping[str, list[str]], corner: str) -> str:
    """A Markdown table; the entry under "" is its head."""
    head = [corner, *rows[""]]
    lines = [head, ["---"] * len(head), *([name, *cells] for name, cells in rows.items() if name)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
