"""Hydra's configuration: compose it, build what it names, explain what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from stance import CONF
from stance.errors import StanceError, nearest

ALLOWED = ("sklearn.", "stance.")
"""Where a ``_target_`` may come from; a run's own configuration can add to it with `allow`."""


def compose(
    command: str = "run", overrides: list[str] | None = None, conf: str | Path | None = None
) -> DictConfig:
    """Compose the configuration of a command, as its overrides on the command line would.

    ``conf`` is a folder of options of your own, as `--config-dir` names it.

    >>> compose("run", ["model=svm", "seed=7"]).seed
    7
    """
    import hydra
    from hydra.core.global_hydra import GlobalHydra

    own = [f"hydra.searchpath=[file://{Path(conf).expanduser().resolve()}]"] if conf else []
    GlobalHydra.instance().clear()
    with hydra.initialize_config_dir(str(CONF), version_base="1.3"):
        try:
            return hydra.compose(command, [*own, *(overrides or [])])
        except Exception as error:
            raise explain(error, command, overrides or []) from None


def plain(config: Any) -> Any:
    """Turn a piece of configuration into dicts and lists; a missing ``???`` value is an error."""
    from omegaconf.errors import OmegaConfBaseException

    if not OmegaConf.is_config(config):
        return config
    try:
        return OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise explain(error, "run") from None


def build(node: Mapping[str, Any], allow: tuple[str, ...] = (), **more: Any) -> Any:
    """Make the object that ``_target_`` names, the only place where configuration becomes code.

    Raises StanceError for a target outside
    `sklearn.`, `stance.` and what ``allow`` adds, one that does not exist or is no class, and for
    a parameter that it does not take.

    >>> build({"_target_": "sklearn.naive_bayes.MultinomialNB", "alpha": 0.5})
    MultinomialNB(alpha=0.5)
    >>> build({"_target_": "os.system", "command": "true"})
    Traceback (most recent call last):
    ...
    stance.errors.StanceError: _target_=os.system is not allowed; ...
    """
    choices = dict(plain(node)) | more
    target = str(choices.pop("_target_", None))
    prefixes = (*ALLOWED, *allow)
    if not target.startswith(prefixes):
        raise StanceError(
            f"_target_={target} is not allowed; wanted a class from {', '.join(prefixes)}. "
            "A library you trust is added with allow=[its_name.]."
        )
    kind = _locate(target)
    if not isinstance(kind, type) or not f"{kind.__module__}.".startswith(prefixes):
        raise StanceError(f"_target_={target} is no class of {', '.join(prefixes)}.")
    known = set(kind._get_param_names()) if hasattr(kind, "_get_param_names") else set(choices)
    for name in set(choices) - known:
        raise StanceError(f"{target} has no parameter {name!r}. {nearest(name, known)}")
    return kind(**{name: _value(value, allow) for name, value in choices.items()})


def _value(value: Any, allow: tuple[str, ...]) -> Any:
    """A nested ``_target_`` is built too; lists become tuples, as scikit-learn wants its ranges."""
    if isinstance(value, Mapping):
        if "_target_" in value:
            return build(value, allow)
        return {name: _value(inner, allow) for name, inner in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _locate(target: str) -> Any:
    module, _, name = target.rpartition(".")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError):
        raise StanceError(
            f"_target_={target} does not exist; check its spelling and that its library is "
            "installed."
        ) from None


def explain(error: Exception, command: str, overrides: Sequence[str] = ()) -> Exception:
    """Say in our words what Hydra or OmegaConf found wrong; other errors come back as they are.

    The valid keys named are those of the options that ``overrides`` choose.
    """
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    if not isinstance(error, HydraException | OmegaConfBaseException):
        return error
    text = str(error)
    cause = f"{text}\n{error.__cause__ or ''}"
    if found := re.search(r"Could not find '([\w@.]+)/([^']+)'", text):
        group, option = found.groups()
        listed = text.partition("Available options")[2].partition("Config search path")[0]
        known = re.findall(r"^\t(\S+)", listed, re.MULTILINE)
        return StanceError(f"{group}={option} is no option. {nearest(option, known)}")
    if found := re.search(r"Could not override '([^']+)'", text):
        key = found[1].partition("@")[0]
        return StanceError(
            f"{key} is no key of `stance {command}`. {_keys(key, command, overrides)}"
        )
    if "mandatory value" in cause and (found := re.search(r"full_key: (\S+)", cause)):
        return StanceError(f"{found[1]} has no default; give it, as in {found[1]}=….")
    return StanceError(text.strip().replace("\n", " ") or repr(error))


def _keys(key: str, command: str, overrides: Sequence[str]) -> str:
    """The valid keys nearest to a mistyped one: those of its own level of the configuration."""
    config: Any = compose(command)
    groups = [word for word in overrides if word.partition("=")[0] in config]
    chosen = [word for word in groups if (CONF / f"{word.replace('=', '/')}.yaml").is_file()]
    config = compose(command, chosen) if chosen else config
    parent, _, last = key.rpartition(".")
    level = OmegaConf.select(config, parent) if parent else config
    if not isinstance(level, DictConfig):
        first = key.partition(".")[0]
        return nearest(first, list(config))
    prefix = f"{parent}." if parent else ""
    known = {prefix + str(name) for name in level}
    return nearest(prefix + last, known)
