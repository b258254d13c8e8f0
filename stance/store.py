"""The run folder: what a finished experiment leaves behind, declared once; save, load and list.

A run is written under a hidden name and renamed when complete, so a killed run never looks
finished. Plain files, no server: several processes may write at once, rsync may copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

import pandas as pd

import stance
from stance.errors import StanceError, nearest

LIBRARIES = ("numpy", "pandas", "scikit-learn", "hydra-core", "sentencex", "skops", "pyarrow")
"""The libraries whose versions can move a score."""

TRUSTED = (
    *(f"stance.features.{name}" for name in ("Actor", "Cues", "Holder", "PerActor", "Words")),
    *(f"stance.classifiers.{name}" for name in ("Dense", "Ordinal", "Rules", "Vote")),
    *(f"sklearn.calibration.{name}" for name in ("_CalibratedClassifier", "_SigmoidCalibration")),
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
"""Types that a saved model may hold, beside scikit-learn's public ones. Never read from a file."""


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, and what lies in it, each read on first use."""

    folder: Path

    @cached_property
    def facts(self) -> dict[str, Any]:
        """`run.json`: id, name, overrides, status, start, seconds, seed, versions, signature …"""
        return json.loads(self._file("run.json").read_text("utf-8"))

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved configuration."""
        from omegaconf import OmegaConf

        found = OmegaConf.to_container(OmegaConf.load(self._file("config.yaml")))
        assert isinstance(found, dict)
        return {str(key): value for key, value in found.items()}

    @cached_property
    def scores(self) -> pd.DataFrame:
        """`metric, scope, group, value, low, high, n`."""
        return pd.read_csv(self._file("scores.csv"))

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """One row per scored mention: gold, predicted, a probability per stance, fold."""
        return pd.read_parquet(self._file("predictions.parquet"))

    @cached_property
    def baselines(self) -> pd.DataFrame:
        """What the baselines predicted for the same mentions: `system`, then as in predictions."""
        return pd.read_parquet(self.folder / "baselines.parquet")

    @cached_property
    def examples(self) -> pd.DataFrame:
        """The examples the run was made of, with sentence, actor, holder and label."""
        return pd.read_parquet(self._file("examples.parquet"))

    @cached_property
    def model(self) -> Any:
        """The trained pipeline, which also reads sentences and articles (`stance.reuse.Model`).

        Nothing but known types is loaded.
        """
        from stance.reuse import Model

        pipeline, corpus = load_model(self.folder / "model.skops"), self.config["corpus"]
        return Model(
            pipeline.steps,
            actors=self.config.get("actors") or {},
            kinds=tuple(corpus["kinds"]),
            ready=corpus.get("rows") == "sentences",
        )

    @property
    def figures(self) -> dict[str, Path]:
        """The figures' PNG files by name."""
        return {path.stem: path for path in sorted((self.folder / "figures").glob("*.png"))}

    @property
    def report(self) -> Path:
        """The run as one self-contained page."""
        return self.folder / "report.html"

    def _file(self, name: str) -> Path:
        path = self.folder / name
        if not path.is_file():
            raise StanceError(f"The run {self.folder} lacks its {name}; copy it again, whole.")
        return path

    def __repr__(self) -> str:
        """The folder and the headline score."""
        best = self.scores.query("metric == 'f1_macro' and scope == 'overall'").iloc[0]
        interval = f"[{best['low']:.3f}, {best['high']:.3f}]"
        return f"Run({self.folder}, f1_macro={best['value']:.3f} {interval}, n={best['n']})"

    def _repr_html_(self) -> str:
        from stance import faces

        name = f"{self.facts['name']}, {self.facts['id']}"
        drawn = {figure: path.read_bytes() for figure, path in self.figures.items()}
        return faces.run(name, self.scores, self.facts.get("signature", ""), drawn)


def stamp() -> str:
    """The time as a folder's name, with microseconds, since runs may start together."""
    return datetime.now().strftime("%Y-%m-%dT%H-%M-%S.%f")


def writable(folder: str | Path) -> Path:
    """Say before the work whether output can be written to a folder; it is not made yet.

    Raises StanceError where it cannot be made or written.
    """
    path = Path(folder).expanduser()
    near = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not near.is_dir() or not os.access(near, os.W_OK | os.X_OK):
        raise _unwritable(path, "read-only" if near.is_dir() else f"{near} is a file")
    return path


def make(folder: Path) -> Path:
    """Make an output folder.

    Raises StanceError where it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error.strerror) from None
    return folder


def _unwritable(folder: Path, reason: str | None) -> StanceError:
    return StanceError(
        f"The output folder {folder} cannot be written: {reason}. Choose another with out=."
    )


def save(folder: Path, identity: str, write: Callable[[Path], None]) -> Run:
    """Let ``write`` fill a hidden folder, then give it its name and point `latest` at it."""
    hidden = make(folder / f".{identity}.part")
    try:
        write(hidden)
        hidden.rename(folder / identity)
    except OSError as error:
        reason = error.strerror or error
        raise StanceError(f"The run could not be written to {folder}: {reason}.") from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
    _point(folder / "latest", identity)
    return Run(folder / identity)


def _point(link: Path, identity: str) -> None:
    """Turn `latest` to the newest run, in one step, never away from a newer one."""
    fresh = link.with_name(f".latest-{identity}")
    try:
        if link.exists() and os.readlink(link) > identity:
            return
        fresh.symlink_to(identity, target_is_directory=True)
        fresh.replace(link)
    except OSError:  # a file system without links: `load` finds the newest by name
        fresh.unlink(missing_ok=True)


def save_model(model: Any, path: Path) -> None:
    """Write a fitted pipeline, compressed; refuse one that could not be read back."""
    import skops.io

    skops.io.dump(model, path, compression=ZIP_DEFLATED, compresslevel=9)


def load_model(path: Path) -> Any:
    """Read a pipeline without running anything from the file.

    Raises StanceError for a missing, damaged or foreign file, naming the types it does not trust.
    """
    import skops.io

    try:
        foreign = set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED)
        if foreign:
            raise StanceError(
                f"{path} holds types that no model of stance holds: {', '.join(sorted(foreign))}. "
                "Nothing was loaded."
            )
        return skops.io.load(path, trusted=list(TRUSTED))
    except FileNotFoundError:
        raise StanceError(f"{path} does not exist; a finished run holds its model there.") from None
    except StanceError:
        raise
    except Exception as error:  # a damaged archive fails in as many ways as there are bytes
        raise StanceError(
            f"{path} is no model that can be read: {error}. Copy it again, or repeat the run."
        ) from None


def load(folder: str | Path) -> Run:
    """Open a finished run by its folder; `…/latest` is the newest of its name.

    Raises StanceError where there is none, or an unfinished one.
    """
    path = Path(folder).expanduser()
    if path.name == "latest" and not path.exists():
        path = max(_finished(path.parent), default=path)
    if not (path / "run.json").is_file() or path.name.startswith("."):
        near = [str(run) for run in sorted(_finished(path.parent) or path.glob("*/*"))[-3:]]
        hint = nearest(str(path), near) if near else "`stance run` makes one."
        lacks = "it was never finished" if path.name.startswith(".") else "it has no run.json"
        raise StanceError(f"{folder} is no finished run: {lacks}. {hint}")
    return Run(path.resolve())


def runs(out: str | Path = "experiments") -> pd.DataFrame:
    """All finished runs below a folder, newest last: one row each with its headline score.

    Columns: `name, id, start, seconds, f1_macro, low, high, n, overrides, folder`.
    """
    rows = [_row(Run(path)) for path in _finished(Path(out)) + _finished(Path(out), "*/*")]
    columns = ["name", "id", "start", "seconds", "f1_macro", "low", "high", "n"]
    table = pd.DataFrame(rows, columns=[*columns, "overrides", "folder"])
    return table.sort_values("id", ignore_index=True)


def _row(run: Run) -> dict[str, Any]:
    best = run.scores.query("metric == 'f1_macro' and scope == 'overall'").iloc[0]
    facts: Mapping[str, Any] = run.facts
    known = {key: facts[key] for key in ("name", "id", "start", "seconds")}
    scored = {"f1_macro": best["value"], **best[["low", "high", "n"]]}
    overrides = " ".join(facts["overrides"])
    return known | scored | {"overrides": overrides, "folder": str(run.folder)}


def _finished(folder: Path, pattern: str = "*") -> list[Path]:
    """Run folders below a folder; hidden (unfinished) ones and links do not count."""
    found = folder.glob(f"{pattern}/run.json") if folder.is_dir() else []
    return [p.parent for p in found if p.parent.name[0] != "." and not p.parent.is_symlink()]


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet or CSV; in CSV, spans are JSON lists."""
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False)
        return
    flat = table.copy()
    if "spans" in flat:
        flat["spans"] = [
            json.dumps([[int(a), int(b)] for a, b in spans]) for spans in flat["spans"]
        ]
    flat.to_csv(path, index=False, lineterminator="\n")


def provenance(table: pd.DataFrame) -> dict[str, Any]:
    """What made a run: versions of Python and the libraries, the code, a digest of the examples."""
    versions = {"python": sys.version.split()[0], "stance": stance.__version__}
    digest = hashlib.sha256(table[["mention", "text", "label", "gold"]].to_csv().encode())
    return {
        "versions": versions | {name: version(name) for name in LIBRARIES},
        "code": _code(),
        "data": digest.hexdigest(),
    }


def _code() -> str:
    """The commit of a checkout, marked where it was changed; the version of an installed wheel."""
    base = stance.CONF.parent
    git = ["git", "-C", str(base), "describe", "--always", "--dirty", "--abbrev=12"]
    if not (base / ".git").exists():
        return stance.__version__
    try:
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return stance.__version__
