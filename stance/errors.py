"""The one exception for bad input, and the words that help to mend it."""

from collections.abc import Iterable
from difflib import get_close_matches


class StanceError(Exception):
    """Bad input, told in one message: what was wanted, what was found, where, what to do.

    Commands print it on standard error and leave with exit code 2; in a notebook it is raised.
    """


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known names stand closest to a mistyped one, then list them all.

    >>> nearest("logistc", ["majority", "logistic"])
    "Did you mean 'logistic'? Known: logistic, majority."
    >>> nearest("x", ["majority"])
    'Known: majority.'
    """
    names = sorted(str(name) for name in known)
    close = get_close_matches(str(word), names, n=1)
    return (f"Did you mean {close[0]!r}? " if close else "") + f"Known: {', '.join(names)}."
