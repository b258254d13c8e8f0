"""Who takes what stance toward which actor: from news articles to reusable classifiers."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.1.0"

_HERE = Path(__file__).resolve().parent
_BASE = _HERE if (_HERE / "conf").is_dir() else _HERE.parent  # an installed wheel, or a checkout
CONF = _BASE / "conf"
DATA = _BASE / "data"

_DOORS = {
    "compare": "comparison",
    "compose": "config",
    "experiment": "run",
    "examples": "label",
    "load": "store",
    "runs": "store",
    "STANCES": "tables",
    "StanceError": "errors",
}

__all__ = ["CONF", "DATA", *_DOORS]


def __getattr__(name: str) -> Any:
    """Load what a notebook asks for on first use, so that `import stance` stays light."""
    if name not in _DOORS:
        raise AttributeError(f"module 'stance' has no attribute {name!r}")
    return getattr(import_module(f"stance.{_DOORS[name]}"), name)
