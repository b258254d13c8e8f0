"""Rules that label mentions: small named functions over cues, each voting or abstaining.

A rule reads the cues of one mention (``stance.cues``: negation, scope and role are settled there)
and returns a number: above 0 it votes favor, below 0 against, by that much; 0 is a vote for
neutral; None abstains. Votes are weighted and added; the label is favor or against where one
outweighs the other and the votes for neutral, else neutral. The idea of labelling functions that
may abstain is Ratner et al. 2017, Snorkel, VLDB 11(3); ``labels.analysis`` tells how they do.

Add a rule of your own in Python:

>>> @rule(weight=0.5)
... def shouting(cues, text):
...     "Exclamation marks blame."
...     return -1.0 if "!" in text else None
>>> "shouting" in RULES and bool(RULES.pop("shouting"))
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from runpy import run_path
from typing import NamedTuple

import pandas as pd

from stance.cues import Cue, Own, read
from stance.errors import StanceError, nearest
from stance.tables import STANCES
from stance.views import mask

Vote = float | None


class Rule(NamedTuple):
    """A named function from the cues of a mention and its text to a vote, with its weight."""

    name: str
    vote: Callable[[list[Cue], str], Vote]
    weight: float


RULES: dict[str, Rule] = {}
"""Every known rule by name, in the order of their definition."""


def rule(weight: float = 1.0) -> Callable:
    """Register a function as a rule under its own name."""

    def register(vote: Callable[[list[Cue], str], Vote]) -> Callable[[list[Cue], str], Vote]:
        RULES[vote.__name__] = Rule(vote.__name__, vote, weight)
        return vote

    return register


WITHOUT = re.compile(
    r"(?:without|but for|had it not been for|were it not for) (?:[\w'-]+ ){0,3}ACTOR"
    r"|if (?:[\w'-]+ ){0,3}ACTOR (?:was|were|is|had been|left|leaves|withdrew|pulled)",
    re.IGNORECASE,
)


def total(cues: Sequence[Cue]) -> Vote:
    """Add the polarities of cues, kept between -1 and 1; abstain where there are none."""
    values = [cue.polarity for cue in cues if cue.polarity]
    return max(-1.0, min(1.0, sum(values))) if values else None


def aimed(cues: Sequence[Cue], *kinds: str) -> Vote:
    """Add the cues of some classes that fall on the actor."""
    return total([cue for cue in cues if cue.kind in kinds and cue.aimed])


@rule(weight=0.8)
def support(cues: list[Cue], text: str) -> Vote:
    """The actor is praised, defended, welcomed, thanked: object of support."""
    return aimed(cues, "support")


@rule(weight=1.4)
def blame(cues: list[Cue], text: str) -> Vote:
    """The actor is accused, condemned, rejected: object of an attack."""
    return aimed(cues, "attack")


@rule()
def need(cues: list[Cue], text: str) -> Vote:
    """The actor is needed, necessary, pertinent, in demand."""
    return aimed(cues, "need")


@rule()
def usefulness(cues: list[Cue], text: str) -> Vote:
    """The actor has outlived its usefulness, is obsolete, a bystander, a dead letter."""
    return aimed(cues, "disuse")


@rule()
def obligation(cues: list[Cue], text: str) -> Vote:
    """The actor must be respected, implemented, extended; or must go."""
    return aimed(cues, "obligation")


@rule(weight=1.2)
def credit(cues: list[Cue], text: str) -> Vote:
    """The actor did good: saved, protected, kept open, prevented bloodshed."""
    return aimed(cues, "credit")


@rule(weight=1.4)
def failure(cues: list[Cue], text: str) -> Vote:
    """The actor did harm or failed: lied, stood by, refused to help."""
    return aimed(cues, "failure", "reverser")


@rule(weight=1.2)
def character(cues: list[Cue], text: str) -> Vote:
    """The actor is or has what is praised or blamed: honest, corrupt, a hero, a hypocrite."""
    return aimed(cues, "virtue", "vice", "joy", "anger", "gain", "harm")


@rule()
def standing(cues: list[Cue], text: str) -> Vote:
    """The actor wins or loses, is on top or in trouble."""
    return aimed(cues, "success", "defeat")


@rule(weight=1.2)
def crime(cues: list[Cue], text: str) -> Vote:
    """The actor is charged, indicted, jailed."""
    return aimed(cues, "crime")


@rule(weight=0.5)
def irony(cues: list[Cue], text: str) -> Vote:
    """The actor is so-called, self-proclaimed, much-vaunted."""
    return aimed(cues, "irony")


@rule()
def counterfactual(cues: list[Cue], text: str) -> Vote:
    """Without the actor it would have been worse (or better)."""
    if not WITHOUT.search(text):
        return None
    value = total([cue for cue in cues if cue.modal and not cue.aimed])
    return None if value is None else -value


@rule(weight=0.2)
def speaker(cues: list[Cue], text: str) -> Vote:
    """The actor stands beside a verb of saying: it is cited, which is neutral."""
    cited = any(c.kind == "report" and c.same_clause and c.distance < 3 and c.side for c in cues)
    return 0.0 if cited else None


@rule(weight=0.2)
def conduct(cues: list[Cue], text: str) -> Vote:
    """The actor praises or attacks others: a stance it holds, not one toward it."""
    taken = {cue.start for cue in cues if cue.aimed}
    others = [c for c in cues if c.kind in ("support", "attack") and c.start not in taken]
    return 0.0 if any(cue.role == "subject" for cue in others) else None


@rule(weight=0.6)
def near(cues: list[Cue], text: str) -> Vote:
    """Words of evaluation stand in the actor's clause without a role for it.

    "It will be resolved" credits nobody: good deeds in the passive are left out.
    """
    taken = {c.start for c in cues if c.aimed or (c.kind == "credit" and c.role == "object")}
    return total(
        [
            cue._replace(polarity=cue.polarity / (1 + cue.distance / 10))
            for cue in cues
            if cue.same_clause and cue.side and cue.start not in taken
        ]
    )


@rule(weight=0.2)
def tone(cues: list[Cue], text: str) -> Vote:
    """The rest of the sentence leans to one side."""
    rest = [cue.polarity for cue in cues if cue.polarity and not (cue.same_clause and cue.side)]
    return max(-1.0, min(1.0, sum(rest) / 2)) if rest else None


@rule()
def words(cues: list[Cue], text: str) -> Vote:
    """The user's own words stand in the sentence."""
    return total([cue for cue in cues if cue.kind == "own"])


@rule()
def patterns(cues: list[Cue], text: str, tests: Sequence[tuple[re.Pattern, int]] = ()) -> Vote:
    """The user's own patterns match."""
    signs = [sign for pattern, sign in tests if pattern.search(text)]
    return max(-1.0, min(1.0, float(sum(signs)))) if signs else None


MARGIN = 0.1
"""By how much the votes of one side must exceed the others, where the sentence names the actor.

A sentence that does not name its actor was chosen by someone as being about it: no margin there.
"""


def label(
    mentions: pd.DataFrame,
    words: Mapping[str, Sequence[str]] | None = None,
    patterns: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    rules: Sequence[str] | None = None,
    abstain: str = "neutral",
    code: str | None = None,
) -> pd.DataFrame:
    """Label mentions by rules: adds ``label, label_source, weight, rules, leaning``.

    ``words`` and ``patterns`` hold a user's own, each under favor and against; a pattern is a
    regular expression over the sentence with the actor replaced by ACTOR. ``weights`` changes
    weights by rule, ``rules`` names those to use (default: all). ``abstain`` says what becomes of
    mentions that no rule votes on: neutral, or drop. ``code`` is a Python file of a user's own that
    is run first; what it marks with ``@rule()`` are rules from then on. The column ``rules`` tells
    which fired and how ("need, -blame, =speaker"), ``leaning`` is the sum of their weighted votes.

    Raises StanceError for an unknown rule, side or way to abstain, and for a faulty pattern.

    >>> rows = pd.DataFrame({"text": ["Nobody needs the mission.", "The mission is needed."],
    ...                      "spans": [[[17, 24]], [[4, 11]]]})
    >>> label(rows)[["label", "rules"]].values.tolist()
    [['against', '-need'], ['favor', 'need']]
    """
    if abstain not in ("neutral", "drop"):
        raise StanceError(f"labels.abstain={abstain!r}. {nearest(abstain, ('neutral', 'drop'))}")
    if code:
        _run(code)
    own = _sides(words, "words")
    tests = [
        (_compiled(pattern), sign)
        for side, sign in zip(_sides(patterns, "patterns"), (1, -1), strict=True)
        for pattern in side
    ]
    chosen = _chosen(rules, weights or {}, tests)
    weight = {rule.name: rule.weight for rule in chosen}
    found = []
    for text, spans in zip(mentions["text"], mentions["spans"], strict=True):
        cues, masked = read(text, spans, own), mask(text, spans)
        cast = [(rule.name, rule.vote(cues, masked)) for rule in chosen]
        votes = {name: vote for name, vote in cast if vote is not None}
        found.append(_decide(votes, weight, MARGIN if len(spans) else 0.0))
    labelled = mentions.assign(label_source="rules", weight=1.0)
    for n, column in enumerate(("label", "rules", "leaning")):
        labelled[column] = [row[n] for row in found]
    return labelled[labelled["rules"] != ""] if abstain == "drop" else labelled


def _run(code: str) -> None:
    path = Path(code).expanduser()
    if not path.is_file():
        raise StanceError(f"labels.code={code} does not exist; it names a Python file with rules.")
    run_path(str(path))


def _decide(
    votes: Mapping[str, float], weight: Mapping[str, float], margin: float
) -> tuple[str, str, float]:
    leaning = sum(weight[name] * vote for name, vote in votes.items())
    neutral = margin + sum(weight[name] for name, vote in votes.items() if vote == 0)
    stance = "neutral" if abs(leaning) <= neutral else "favor" if leaning > 0 else "against"
    fired = [("-" if v < 0 else "=" if v == 0 else "") + name for name, v in votes.items()]
    return stance, ", ".join(fired), round(leaning, 4)


def _chosen(
    names: Sequence[str] | None, weights: Mapping[str, float], tests: list[tuple[re.Pattern, int]]
) -> list[Rule]:
    for name in [*(names or ()), *weights]:
        if name not in RULES:
            raise StanceError(f"There is no rule named {name!r}. {nearest(name, RULES)}")
    ready = RULES | {"patterns": RULES["patterns"]._replace(vote=partial(patterns, tests=tests))}
    listed = [ready[name] for name in (RULES if names is None else names)]
    return [rule._replace(weight=float(weights.get(rule.name, rule.weight))) for rule in listed]


def _sides(given: Mapping[str, Sequence[str]] | None, key: str) -> Own:
    """A user's words or patterns for favor, and those for against."""
    given = given or {}
    for side in given:
        if side not in STANCES[:2]:
            raise StanceError(f"labels.{key} has {side!r}. {nearest(side, STANCES[:2])}")
    return tuple(given.get("favor") or ()), tuple(given.get("against") or ())


def _compiled(pattern: str) -> re.Pattern:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise StanceError(
            f"The pattern {pattern!r} of labels.patterns is no regular expression: {error}."
        ) from error
