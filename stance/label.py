"""`stance label`: corpus → sentences × actors with holder and stance."""

from __future__ import annotations

from typing import Any

import pandas as pd
from omegaconf import DictConfig

from stance import documents, holders, ledger, mentions, screen, sentences, store
from stance.config import plain
from stance.errors import StanceError, nearest
from stance.labels import gold, rules, votes
from stance.labels.analysis import analysis
from stance.tables import COLUMNS, STANCES, check

LABELS = ("gold", "rules", "votes")


def examples(config: DictConfig) -> pd.DataFrame:
    """Walk the road from a corpus to labelled examples, as `corpus`, `actors`, `labels` choose.

    Raises StanceError for bad input anywhere on the road, and for an actor never mentioned.
    """
    corpus = plain(config.corpus)
    articles = documents.read(corpus)
    screen.note(articles.attrs.get("blank", 0), "blank texts are left out")
    found = named(articles, plain(config.actors), corpus)
    known = documents.annotated(corpus)
    words = corpus.get("labels") or {}
    table = order(label(gold.attach(found, known), plain(config.labels), words))
    if known is not None:
        lost = gold.unmatched(found, known)
        screen.note(len(lost), f"of {len(known)} annotations meet no mention of their actor")
    screen.note(len(found) - len(table), f"of {len(found)} mentions have no label and are left out")
    return table


def named(table: pd.DataFrame, actors: dict[str, Any], corpus: dict[str, Any]) -> pd.DataFrame:
    """Documents → mentions with their holders; ready sentences keep the actor they came with."""
    if corpus.get("rows") == "sentences":
        return mentions.given(table)
    parts = sentences.split(table)
    found = mentions.find(parts, actors, tuple(corpus["kinds"]))
    for actor in actors:
        if not (found["actor"] == actor).any():
            raise StanceError(
                f"The actor {actor!r} is mentioned nowhere in {corpus['path']} "
                f"({len(table)} documents, {len(parts)} sentences). Check its aliases, or leave "
                f"it out with ~actors.{actor}."
            )
    extra = [c for c in table if c not in found and c != "text"]
    return holders.attribute(found, parts).merge(table[["document", *extra]], on="document")


def label(
    known: pd.DataFrame, choices: dict[str, Any], words: dict[str, str] | None = None
) -> pd.DataFrame:
    """Mentions → examples, by people, their votes, or rules; ``words`` are the corpus's labels."""
    if choices["name"] == "gold":
        return gold.label(known)
    if choices["name"] == "rules":
        return rules.label(known, **{k: v for k, v in choices.items() if k != "name"})
    if choices["name"] == "votes":
        return voted(known, choices, words)
    raise StanceError(f"labels.name={choices['name']}: {nearest(choices['name'], LABELS)}")


def voted(
    known: pd.DataFrame, choices: dict[str, Any], words: dict[str, str] | None
) -> pd.DataFrame:
    """Mentions → examples by the votes of a ledger; what it does not settle is told."""
    cast, lost = ledger.match(ledger.read(choices["path"], words), known)
    cast = ledger.only(cast, choices["annotators"])
    keys = ("method", "ties", "adjudicator", "smoothing")
    decided = votes.decide(cast, **{key: choices[key] for key in keys})
    for rows, what in (
        (lost, "votes are about mentions that the corpus does not have"),
        (cast[cast["label"] == ""], "items were skipped (an empty label is no vote for neutral)"),
        (decided[decided["outcome"] == "skipped"], "mentions have skipped items only"),
        (
            decided[decided["outcome"] == "tie"],
            f"mentions are tied (labels.ties={choices['ties']})",
        ),
    ):
        screen.note(len(rows), f"{what}: {ledger.listed(rows['mention'])}")
    return votes.label(known, decided)


def order(table: pd.DataFrame) -> pd.DataFrame:
    """Put the examples' own columns first; what else travels along stays behind them."""
    for column in ("holder", "voice", "gold"):
        table[column] = table[column].fillna("") if column in table else ""
    first = list(COLUMNS["examples"])
    rest = [column for column in table if column not in first]
    return check(table[first + rest].reset_index(drop=True), "examples")


def coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Count, per actor, mentions, documents, holders other than the author, and stances."""
    counts = table.groupby("actor").agg(
        mentions=("mention", "size"),
        documents=("document", "nunique"),
        quoted=("voice", lambda voice: (voice == "direct").sum()),
        reported=("voice", lambda voice: (voice == "indirect").sum()),
    )
    stances = table.pivot_table(
        index="actor", columns="label", values="mention", aggfunc="size", fill_value=0
    )
    return counts.join(stances.reindex(columns=list(STANCES), fill_value=0)).reset_index()


def main(config: DictConfig) -> None:
    """Label a corpus and write `examples.csv` and `examples.parquet` to `out`.

    Where rules labelled, `rules.csv` says how each did: coverage, overlap, conflict, accuracy.
    """
    folder = store.writable(config.out)
    table = examples(config)
    tables = {"examples.csv": table, "examples.parquet": table}
    if "rules" in table:
        tables["rules.csv"] = analysis(table)
        screen.show(_percent(tables["rules.csv"]), title="What the rules did")
    store.make(folder)
    for name, content in tables.items():
        store.write_table(content, folder / f".{name}")
        (folder / f".{name}").replace(folder / name)
    screen.show(coverage(table), title=f"{len(table)} mentions by actor")
    print(f"{folder}: {', '.join(tables)} written.")


def _percent(table: pd.DataFrame) -> pd.DataFrame:
    """Shares as percentages for the eye, and nothing where there is no gold to be right about."""
    shares = [
        c for c in ("coverage", "overlap", "conflict", "accuracy", "low", "high") if c in table
    ]
    text = {c: table[c].map(lambda share: "" if share != share else f"{share:.0%}") for c in shares}
    return table.assign(**text)
