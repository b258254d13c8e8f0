"""The command line: `stance <command> key=value group=option …`, Hydra's grammar throughout."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

from stance import CONF, __version__
from stance.errors import StanceError, nearest

COMMANDS = {
    "label": "corpus → sentences × actors with holder and stance",
    "annotate": "what people should label → files for their tool; their votes → the ledger",
    "run": "one experiment: label → split → train → evaluate → plot (-m sweeps)",
    "compare": "finished runs side by side: table, paired differences, figures",
    "predict": "a finished run reads new articles or a table, of any length",
}


PAGES = {"compare": "comparison"}  # `stance.compare` is the function a notebook calls


def main() -> None:
    """Run one command, or list them; bad input leaves one message and exit code 2."""
    words = sys.argv[1:]
    if not words or words[0] in ("-h", "--help", "help"):
        print(listing())
    elif words[0] in ("--version", "-V"):
        print(f"stance {__version__}")
    else:
        sys.exit(_run(words[0], [word for word in words[1:] if word]))


def listing() -> str:
    """All commands, a line each."""
    lines = [f"  stance {name:<9} {line}" for name, line in COMMANDS.items()]
    return "\n".join(
        [
            "Who takes what stance toward which actor.\n",
            *lines,
            "\n`stance <command> --help` lists every group with its options and every key.",
        ]
    )


def _run(command: str, overrides: list[str]) -> int:
    """Open the door of a command; the exit code says whether it went well."""
    if command not in COMMANDS:
        return _fail(f"{command!r} is no command. {nearest(command, COMMANDS)}")
    debug = os.environ.get("HYDRA_FULL_ERROR") == "1"
    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors come up to us, who word them
    sys.argv = [f"stance {command}", *sorted(overrides, key=_is_override)]
    try:
        _open(command)
    except KeyboardInterrupt:
        return _fail("Interrupted; nothing half-written was kept.", 130)
    except BrokenPipeError:
        return 0
    except Exception as error:
        from stance.config import explain

        told = explain(error, command, overrides)
        if debug or not isinstance(told, StanceError):
            raise
        return _fail(str(told))
    return 0


def _is_override(word: str) -> bool:
    """Tell key=value from flags, which Hydra wants first: `corpus=files -m model=svm,bayes`."""
    return not word.startswith("-") and ("=" in word or word[0] in "~+")


def _open(command: str) -> None:
    """Let Hydra compose the configuration and call the command's `main` with it.

    A sweep goes on when a job fails on bad input; what failed is told at the end.
    """
    import hydra

    failed: list[str] = []

    def door(config: Any) -> None:
        try:
            import_module(f"stance.{PAGES.get(command, command)}").main(config)
        except StanceError as error:
            failed.append(str(error))

    hydra.main(config_path=str(CONF), config_name=command, version_base="1.3")(door)()
    if failed:
        raise StanceError("\nstance: ".join(failed))


def _fail(message: str, code: int = 2) -> int:
    print(f"stance: {message}", file=sys.stderr)
    return code
