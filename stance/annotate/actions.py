"""`stance annotate`: what people should label, as files for their tool, and their votes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from omegaconf import DictConfig

from stance import agreement, documents, figures, files, label, ledger, screen, store
from stance.annotate import answers, sampling, tasks
from stance.config import plain
from stance.errors import StanceError, nearest
from stance.tables import STANCES


def items(config: DictConfig) -> pd.DataFrame:
    """Choose what people should label → examples with `probability`, the actor by its name.

    Raises StanceError for bad input on the road to the examples, and where nothing can be chosen.
    """
    table = label.examples(config)
    chosen = sampling.choose(
        table,
        config.choose,
        config["items"],
        config.seed,
        plain(config.strata),
        _scores(config, table),
    )
    screen.note(
        config["items"] - len(chosen), f"fewer than the {config['items']} wanted could be chosen"
    )
    names = {
        actor: entry.get("name", actor) for actor, entry in (plain(config.actors) or {}).items()
    }
    return chosen.assign(actor=chosen["actor"].map(names).fillna(chosen["actor"]))


def votes(config: DictConfig) -> pd.DataFrame:
    """Read the files that annotators gave back → votes on mentions of this corpus, none twice.

    Raises StanceError for a file that cannot be read (`answers.read`), a mention that the corpus
    no longer has, and two different votes of one annotator on one mention.
    """
    corpus = plain(config.corpus)
    choices = {key: plain(config[key]) for key in ("annotator", "annotators", "partial")}
    paths = [p for given in _listed(config) for p in files.find(given, answers.ENDINGS)[1]]
    table = pd.concat([answers.read(p, corpus["labels"], **choices) for p in paths])
    given = table.dropna(subset="label").drop(columns="empty")
    if given.empty:
        raise StanceError(f"None of the {len(table)} items in files= has a label yet.")
    screen.note(len(table) - len(given), f"of {len(table)} items have no label yet")
    mentions = label.named(documents.read(corpus), plain(config.actors), corpus)
    kept, lost = ledger.match(given, mentions)
    if len(lost):
        raise StanceError(
            f"{lost['where'].iloc[0]}: this mention is not in the corpus {corpus['name']} "
            f"({len(lost)} of {len(given)} votes). Nothing was imported. Choose the corpus, and "
            "the actors, that the items were exported from."
        )
    return _once(kept)


def export(config: DictConfig) -> None:
    """Write the chosen items to `out` and say what was chosen."""
    folder = store.writable(config.out)
    chosen = items(config)
    paths = tasks.write(chosen, store.make(folder), config.format, config.suggest)
    screen.show(
        chosen.groupby("actor", as_index=False).agg(
            items=("mention", "size"), documents=("document", "nunique")
        ),
        title=f"{len(chosen)} mentions to label, {config.choose}",
    )
    print("\n".join(map(str, paths)))


def bring(config: DictConfig) -> None:
    """Add the votes in `files` to the ledger and count them; those it already has stay as is."""
    path = Path(config.ledger).expanduser()
    store.writable(path.parent)
    found = votes(config)
    key = ["mention", "annotator", "label"]
    known = ledger.read(path)[key] if path.exists() else found[key][:0]
    new = found[~found.set_index(key).index.isin(known.set_index(key).index)]
    screen.note(len(found) - len(new), f"of {len(found)} votes are in the ledger already")
    if len(new):
        store.make(path.parent)
        ledger.append(path, new.drop(columns="where"))
    what = found["label"].where(found["label"] != "", found["note"].str.partition(":")[0])
    counts = pd.crosstab(found["annotator"], what)
    order = [word for word in (*STANCES, "skipped", "cancelled") if word in counts]
    screen.show(counts[order].reset_index(), title=f"{len(found)} votes by annotator")
    print(f"{path}: {len(new)} new votes.")


def judge(config: DictConfig) -> None:
    """Show how far the annotators in the ledger agree; write the figures and what to settle.

    `agreement.csv` holds the measures with their intervals, `queue.csv` every disagreement with
    its context, to be filled in and imported as the adjudicator's votes.
    """
    folder = store.writable(config.out)
    corpus = plain(config.corpus)
    mentions = label.named(documents.read(corpus), plain(config.actors), corpus)
    given, lost = ledger.match(ledger.read(config.ledger, corpus["labels"]), mentions)
    screen.note(len(lost), f"votes are about mentions that {corpus['name']} does not have")
    cast = given[given["annotator"] != ledger.ADJUDICATOR]  # settles, and is no second opinion
    tables = {
        "agreement.csv": agreement.measure(cast, mentions, seed=config.seed),
        "queue.csv": ledger.queue(given, mentions),
    }
    store.make(folder)
    for name, table in tables.items():
        store.write_table(table, folder / name)
    pairs = tables["agreement.csv"].query("scope == 'pair'")["group"].unique()
    for one, two in (pair.split(" & ") for pair in pairs):
        drawn = figures.confusion(agreement.confusion(cast, one, two))
        figures.save(drawn, folder / f"{one}-{two}")
    screen.show(tables["agreement.csv"].round(3), title=f"Agreement in {config.ledger}")
    print(f"{folder}: {', '.join(tables)} ({len(tables['queue.csv'])} to settle) and figures.")


ACTIONS = {"export": export, "import": bring, "agreement": judge}


def main(config: DictConfig) -> None:
    """Do what `action` says."""
    if config.action not in ACTIONS:
        raise StanceError(f"action={config.action} is no action. {nearest(config.action, ACTIONS)}")
    ACTIONS[config.action](config)


def _scores(config: DictConfig, table: pd.DataFrame) -> pd.Series | None:
    """How much each mention is worth asking about, where the way to choose needs to know."""
    if config.choose not in ("uncertain", "disagreed"):
        return None
    path = Path(config.ledger).expanduser()
    voted = ledger.read(path) if path.exists() else None
    if config.run is None:
        if config.choose == "disagreed" and voted is not None:
            return sampling.disagreement(voted)
        others = f", or votes in ledger={path}" if config.choose == "disagreed" else ""
        raise StanceError(
            f"choose={config.choose} needs a finished run whose model is asked, as in "
            f"run=experiments/karabakh/latest{others}."
        )
    predicted = _predicted(config.run, table)
    if config.choose == "uncertain":
        done = set() if voted is None else set(voted.loc[voted["label"] != "", "mention"])
        return sampling.uncertainty(predicted[~predicted["mention"].isin(done)])
    model = predicted[["mention", "predicted"]].rename(columns={"predicted": "label"})
    return sampling.disagreement(pd.concat([table[["mention", "label"]], model]))


def _predicted(folder: str, table: pd.DataFrame) -> pd.DataFrame:
    """What a run says of each mention: what it said when tested on it, else what its model says."""
    from stance import model

    run = store.load(folder)
    known = run.predictions[run.predictions["mention"].isin(table["mention"])]
    rest = table[~table["mention"].isin(known["mention"])]
    if rest.empty:
        return known
    return pd.concat([known, rest[["mention"]].join(model.predict(run.model, rest))])


def _once(given: pd.DataFrame) -> pd.DataFrame:
    """Each vote once; what was set aside gives way to the same annotator's vote on the mention."""
    key = ["mention", "annotator"]
    ordered = given.sort_values("label", key=lambda word: word == "", kind="stable")
    once = ordered.drop_duplicates([*key, "label"])
    cast = once[once["label"] != ""]
    torn = cast[cast.duplicated(key, keep=False)].sort_values(key, kind="stable")
    if len(torn):
        first, second = torn.head(2).to_dict("records")
        raise StanceError(
            f"{first['annotator']!r} voted twice: {first['label']} in {first['where']}, "
            f"{second['label']} in {second['where']}. Nothing was imported. Keep one of them, or "
            "give the second reading an annotator name of its own."
        )
    return once.drop_duplicates(key).sort_index(kind="stable")


def _listed(config: DictConfig) -> list[Any]:
    """The paths in `files`, one or several."""
    given = plain(config.files)
    if not given:
        raise StanceError("action=import needs files=, as in files=[anna.xlsx,export.json].")
    return [files.locate(path) for path in ([given] if isinstance(given, str) else given)]
