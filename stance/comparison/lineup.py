"""Which runs stand beside each other: found, pooled over seeds, named by what tells them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from glob import glob, has_magic
from pathlib import Path
from typing import Any

import pandas as pd

from stance import CONF, store
from stance.errors import StanceError

Runs = str | Path | store.Run | Iterable[str | Path | store.Run]
"""Runs as people give them: folders, folders of runs, patterns such as ``experiments/toy/*``."""

IGNORED = ("name", "out", "allow", "evaluation")
"""What does not make two runs differ in what they predict."""

SEEDS = ("seed", "random_state")


def find(runs: Runs) -> list[store.Run]:
    """The finished runs that are meant, each once, oldest first.

    A pattern skips what is no finished run, hidden folders and links such as `latest`; a folder
    named outright must be a run, or hold some.

    Raises StanceError for a folder that is neither, and where nothing is found.
    """
    given = [runs] if isinstance(runs, str | Path | store.Run) else list(runs)
    found = {run.folder: run for place in given for run in _open(place)}
    if not found:
        told = ", ".join(map(str, given)) or "an empty list"
        raise StanceError(
            f"No finished run found in runs={told} (looked in {Path.cwd()}). Name run folders, as "
            "in runs=experiments/karabakh/* or runs=[folder,folder]."
        )
    return [found[folder] for folder in sorted(found, key=lambda path: (path.name, path))]


def _open(place: str | Path | store.Run) -> Iterator[store.Run]:
    if isinstance(place, store.Run):
        yield place
        return
    path = Path(place).expanduser()
    if not has_magic(str(path)) or path.exists():
        inside = [] if (path / "run.json").is_file() else _finished(path.glob("*"))
        yield from inside or [store.load(path)]
    else:
        yield from _finished(map(Path, glob(str(path))))


def _finished(paths: Iterable[Path]) -> list[store.Run]:
    return [
        store.Run(path.resolve())
        for path in paths
        if (path / "run.json").is_file() and path.name[0] != "." and not path.is_symlink()
    ]


def systems(runs: Sequence[store.Run]) -> tuple[dict[str, list[store.Run]], int]:
    """Runs that differ only in their seeds as one system → its name: its runs; and how many more.

    Two runs are one system if configuration (but IGNORED and SEEDS), rows, code and versions are
    alike. Of several with the same seed the newest counts; the rest is the number given back.
    """
    alike: dict[tuple, dict[Any, store.Run]] = {}
    for run in runs:
        alike.setdefault(tuple(_identity(run).items()), {})[run.facts["seed"]] = run
    pooled = [list(seeds.values()) for seeds in alike.values()]
    names = _names([found[0] for found in pooled])
    return dict(zip(names, pooled, strict=True)), len(runs) - sum(map(len, pooled))


def _identity(run: store.Run) -> dict[str, str]:
    """What makes a run what it is, its seeds aside; of the corpus its rows count."""
    config = {
        key: value
        for key, value in _flat(run.config).items()
        if key.partition(".")[0] not in (*IGNORED, "corpus") and key.rpartition(".")[2] not in SEEDS
    }
    versions = {str(key): str(value) for key, value in run.facts.get("versions", {}).items()}
    return config | {"code": run.facts.get("code", "")} | versions | {"data": run.facts["data"]}


def _flat(config: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """A nested configuration as dotted keys with their values as one writes them.

    >>> _flat({"model": {"C": 0.3, "range": [1, 2]}, "name": None})
    {'model.C': '0.3', 'model.range': '[1,2]', 'name': 'null'}
    """
    flat: dict[str, str] = {}
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{above}{key}.")
        else:
            flat[f"{above}{key}"] = _written(value)
    return flat


def _written(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(_written, value))}]"
    return {"None": "null", "True": "true", "False": "false"}.get(str(value), str(value))


def _names(runs: Sequence[store.Run]) -> list[str]:
    """Name each run by the overrides in which they differ; where alike, by their configuration."""
    words = [_words(run) for run in runs]
    keys = dict.fromkeys(key for told in words for key in told)
    defaults = _defaults()
    chosen = [
        {key: told.get(key) or defaults.get(key) or _flat(run.config).get(key, "") for key in keys}
        for told, run in zip(words, runs, strict=True)
    ]
    names = _apart(chosen)
    for name in [name for name, count in Counter(names).items() if count > 1]:
        same = [place for place, other in enumerate(names) if other == name]
        more = _apart([_flat(runs[place].config) | _identity(runs[place]) for place in same], 3)
        unique = len(set(more)) == len(more)
        for place, told in zip(same, more, strict=True):
            told = told if unique else runs[place].folder.name
            names[place] = f"{name}, {told}" if name else told
    return [name or "default" for name in names]


def _apart(choices: Sequence[Mapping[str, str]], most: int = 99) -> list[str]:
    """Write each mapping by the keys in which they differ.

    >>> _apart([{"model": "svm", "C": "1"}, {"model": "bayes", "C": "1"}])
    ['model=svm', 'model=bayes']
    """
    keys = dict.fromkeys(key for told in choices for key in told)
    differ = [key for key in keys if len({told.get(key) for told in choices}) > 1]
    shown = [key for key in differ if key.rpartition(".")[2] not in SEEDS][:most]
    return [
        ", ".join(f"{key}={told[key]}" for key in shown if told.get(key) not in (None, "null", ""))
        for told in choices
    ]


def _words(run: store.Run) -> dict[str, str]:
    """What was asked for on the command line and can tell runs apart: key → value."""
    pairs = (word.lstrip("+").partition("=") for word in run.facts["overrides"])
    return {
        key: value
        for key, _, value in pairs
        if key.partition(".")[0] not in ("hydra", *IGNORED) and key not in SEEDS
    }


def _defaults() -> dict[str, str]:
    """The option of each group where none is chosen."""
    from omegaconf import OmegaConf

    listed: Any = OmegaConf.to_container(OmegaConf.load(CONF / "run.yaml"), resolve=False)
    chosen = [
        pair for entry in listed["defaults"] if isinstance(entry, dict) for pair in entry.items()
    ]
    return {str(group): str(option) for group, option in chosen if option}


def mentions(systems: Mapping[str, Sequence[store.Run]]) -> pd.DataFrame:
    """The mentions that all runs were scored on → `mention, document, actor, gold`, in order.

    Raises StanceError if runs were scored on different mentions or against different gold.
    """
    tables = [(name, run, _scored(run)) for name, runs in systems.items() for run in runs]
    counts = Counter(tuple(table.index) for _, _, table in tables)
    [(norm, agreed)] = counts.most_common(1)
    odd = [(name, run, table) for name, run, table in tables if tuple(table.index) != norm]
    if odd:
        told = "; ".join(
            _odd(name, run, set(table.index), set(norm)) for name, run, table in odd[:4]
        )
        more = f"; and {len(odd) - 4} more" if len(odd) > 4 else ""
        raise StanceError(
            f"The runs were scored on different mentions: {agreed} of {len(tables)} runs on the "
            f"same {len(norm)}, but {told}{more}. Compare runs of one corpus, its actors and "
            "parts, and the same test rows."
        )
    name, run, first = tables[0]
    for other_name, other, table in tables[1:]:
        differ = first.index[first["gold"].to_numpy() != table["gold"].to_numpy()]
        if len(differ):
            one, two = (str(t.at[differ[0], "gold"]) for t in (first, table))
            raise StanceError(
                f"The runs were scored against different gold for {len(differ)} of {len(norm)} "
                f"mentions: first {differ[0]!r}, {one} in {name} ({run.folder.name}), {two} in "
                f"{other_name} ({other.folder.name}). Repeat one of them on the other's labels."
            )
    return first.rename_axis("mention").reset_index()


def _scored(run: store.Run) -> pd.DataFrame:
    rows = run.predictions.drop_duplicates("mention").set_index("mention").sort_index()
    return rows[["document", "actor", "gold"]]


def _odd(name: str, run: store.Run, ours: set[str], norm: set[str]) -> str:
    lacks, adds = sorted(norm - ours), sorted(ours - norm)
    told = [f"lacks {len(lacks)} of them (first {lacks[0]!r})"] if lacks else []
    told += [f"has {len(adds)} others (first {adds[0]!r})"] if adds else []
    return f"{name} ({run.folder.name}) {' and '.join(told)}"


def baselines(runs: Sequence[store.Run]) -> dict[str, list[pd.DataFrame]]:
    """What the baselines of a system's runs predicted, by name; nothing where a run kept none."""
    found: dict[str, list[pd.DataFrame]] = {}
    for run in (run for run in runs if (run.folder / "baselines.parquet").exists()):
        for name, table in run.baselines.groupby("system", sort=False):
            found.setdefault(str(name), []).append(table)
    return found


def named(word: str, systems: Mapping[str, Sequence[store.Run]], beside: Sequence[str] = ()) -> str:
    """The system (or baseline) that a word means: its name, a run's folder, or a part of one name.

    Raises StanceError where it means none, or several.
    """
    names = [*systems, *beside]
    if word in names:
        return word
    folder = Path(word).expanduser().resolve()
    for name, runs in systems.items():
        if any(folder == run.folder or word == run.folder.name for run in runs):
            return name
    close = [name for name in names if word and word in name]
    if len(close) == 1:
        return close[0]
    told = f"could mean {len(close)} of the runs" if close else "names none of the runs"
    listed = "; ".join(close or names)
    raise StanceError(f"reference={word} {told}. Give a whole name, or enough of one: {listed}.")


def settings(systems: Mapping[str, Sequence[store.Run]]) -> pd.DataFrame:
    """What the configurations differ in, seeds aside: `setting`, then a column per system."""
    flat = {name: _flat(runs[0].config) for name, runs in systems.items()}
    keys = dict.fromkeys(key for told in flat.values() for key in told)
    rows = [
        {"setting": key} | {name: told.get(key, "–") for name, told in flat.items()}
        for key in keys
        if key not in ("name", "out") and key.rpartition(".")[2] not in SEEDS
    ]
    return pd.DataFrame([row for row in rows if len({row[name] for name in flat}) > 1])


def called(systems: Mapping[str, Sequence[store.Run]]) -> dict[str, str]:
    """What readers call each actor."""
    catalogues = (run.config.get("actors") or {} for runs in systems.values() for run in runs)
    entries = {actor: entry for catalogue in catalogues for actor, entry in catalogue.items()}
    return {actor: entry.get("name", actor) for actor, entry in entries.items()}
