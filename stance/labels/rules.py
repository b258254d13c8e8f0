"""Rules that label mentions: small named functions over cues, each voting or abstaining.

A rule reads the cues of one mention (``stance.cues``: negation, scope and role are settled there)
and returns a number: above 0 it votes favor, below 0 against, by that much; 0 is a vote for
neutral; None abstains. Votes are weighted and added; the label is favor or against where one
outweighs the other and the votes for neutral, else neutral. The idea of labelling functions that
may abstain, and of their table, is Ratner et al. 2017, Snorkel, VLDB 11(3).

Add a rule of your own in Python:

>>> @rule(weight=0.5)
... def shouting(cues, text):
...     "Exclamation marks blame."
...     return -1.0 if "!" in text else None
>>> "shouting" in RULES and bool(RULES.pop("shouting"))
True
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import pandas as pd

from stance.cues import Cue, read
from stance.errors import StanceError, nearest
from stance.tables import STANCES

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


@rule()
def support(cues: list[Cue], text: str) -> Vote:
    """The actor is praised, defended, welcomed, thanked: object of support."""
    return aimed(cues, "support")


@rule()
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


@rule()
def credit(cues: list[Cue], text: str) -> Vote:
    """The actor did good: saved, protected, kept open, prevented bloodshed."""
    return aimed(cues, "credit")


@rule()
def failure(cues: list[Cue], text: str) -> Vote:
    """The actor did harm or failed: lied, stood by, refused to help."""
    return aimed(cues, "failure", "reverser")


@rule()
def character(cues: list[Cue], text: str) -> Vote:
    """The actor is or has what is praised or blamed: honest, corrupt, a hero, a hypocrite."""
    return aimed(cues, "virtue", "vice", "joy", "anger", "gain", "harm")


@rule()
def standing(cues: list[Cue], text: str) -> Vote:
    """The actor wins or loses, is on top or in trouble."""
    return aimed(cues, "success", "defeat")


@rule()
def crime(cues: list[Cue], text: str) -> Vote:
    """The actor is charged, indicted, jailed."""
    return aimed(cues, "crime")


@rule()
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


@rule(weight=0.5)
def speaker(cues: list[Cue], text: str) -> Vote:
    """The actor stands beside a verb of saying: it is cited, which is neutral."""
    cited = any(c.kind == "report" and c.same_clause and c.distance < 3 and c.side for c in cues)
    return 0.0 if cited else None


@rule(weight=0.5)
def conduct(cues: list[Cue], text: str) -> Vote:
    """The actor praises or attacks others: a stance it holds, not one toward it."""
    others = ("support", "attack")
    holds = any(c.kind in others and c.role == "subject" and not c.aimed for c in cues)
    return 0.0 if holds else None


@rule(weight=0.5)
def near(cues: list[Cue], text: str) -> Vote:
    """Words of evaluation stand in the actor's clause without a role for it."""
    taken = {cue.start for cue in cues if cue.aimed}
    return total(
        [
            cue._replace(polarity=cue.polarity / (1 + cue.distance / 5))
            for cue in cues
            if cue.same_clause and cue.side and cue.start not in taken
        ]
    )


@rule(weight=0.3)
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


MARGIN = 0.2
"""By how much the weighted votes of one side must exceed those of the other and of neutral."""


def label(
    mentions: pd.DataFrame,
    words: Mapping[str, Sequence[str]] | None = None,
    patterns: Mapping[str, Sequence[str]] | None = None,
    weights: Mapping[str, float] | None = None,
    rules: Sequence[str] | None = None,
    abstain: str = "neutral",
) -> pd.DataFrame:
    """Label mentions by rules: adds ``label, label_source, weight, rules, leaning``.

    ``words`` and ``patterns`` hold a user's own, each under favor and against; a pattern is a
    regular expression over the sentence with the actor replaced by ACTOR. ``weights`` changes
    weights by rule, ``rules`` names those to use (default: all). ``abstain`` says what becomes of
    mentions that no rule votes on: neutral, or drop. The column ``rules`` tells which fired and
    how ("need, -blame, =speaker"), ``leaning`` is the sum of their weighted votes.

    Raises StanceError for an unknown rule, side or way to abstain, and for a faulty pattern.

    >>> rows = pd.DataFrame({"text": ["Nobody needs the mission.", "The mission is needed."],
    ...                      "spans": [[[17, 24]], [[4, 11]]]})
    >>> label(rows)[["label", "rules"]].values.tolist()
    [['against', '-need'], ['favor', 'need']]
    """
    if abstain not in ("neutral", "drop"):
        raise StanceError(f"labels.abstain={abstain!r}. {nearest(abstain, ('neutral', 'drop'))}")
    own = _sides(words, "words")
    chosen = _chosen(rules, weights or {}, _tests(_sides(patterns, "patterns")))
    weight = {rule.name: rule.weight for rule in chosen}
    found = []
    for text, spans in zip(mentions["text"], mentions["spans"], strict=True):
        cues, masked = read(text, spans, own), mask(text, spans)
        votes = {rule.name: rule.vote(cues, masked) for rule in chosen}
        found.append(_decide({name: v for name, v in votes.items() if v is not None}, weight))
    labelled = mentions.assign(label_source="rules", weight=1.0)
    for n, column in enumerate(("label", "rules", "leaning")):
        labelled[column] = [row[n] for row in found]
    return labelled[labelled["rules"] != ""] if abstain == "drop" else labelled


def mask(text: str, spans: Sequence[Sequence[int]]) -> str:
    """Put ACTOR where the actor is named.

    >>> mask("Thanks to the mission, they left.", [[10, 21]])
    'Thanks to ACTOR, they left.'
    """
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]}ACTOR{text[end:]}"
    return text


def _decide(votes: Mapping[str, float], weight: Mapping[str, float]) -> tuple[str, str, float]:
    leaning = sum(weight[name] * vote for name, vote in votes.items())
    neutral = MARGIN + sum(weight[name] for name, vote in votes.items() if vote == 0)
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


def _sides(given: Mapping[str, Sequence[str]] | None, key: str) -> tuple[tuple[str, ...], ...]:
    """A user's words or patterns for favor, and those for against."""
    for side in given or {}:
        if side not in STANCES[:2]:
            raise StanceError(f"labels.{key} has {side!r}. {nearest(side, STANCES[:2])}")
    return tuple(tuple((given or {}).get(side) or ()) for side in STANCES[:2])


def _tests(sides: tuple[tuple[str, ...], ...]) -> list[tuple[re.Pattern, int]]:
    tests = []
    for texts, sign in zip(sides, (1, -1), strict=True):
        for text in texts:
            try:
                tests.append((re.compile(text, re.IGNORECASE), sign))
            except re.error as error:
                raise StanceError(
                    f"The pattern {text!r} of labels.patterns is no regular expression: {error}."
                ) from error
    return tests


# ------------------------------------------------------------------------------ how they do


def analysis(labelled: pd.DataFrame, gold: pd.Series | None = None) -> pd.DataFrame:
    """Count for each rule where it votes and whether it is right; the last row is their sum.

    Takes the table that ``label`` gave. ``coverage``: share of mentions it votes on; ``overlap``:
    share on which another rule votes too; ``conflict``: on which another votes otherwise;
    ``accuracy`` where it votes and gold (by default the column ``gold``) is known, with the
    limits ``low`` and ``high`` of its 95 % interval (Wilson 1927, JASA 22) and ``n``.

    >>> rows = pd.DataFrame({"rules": ["need, -blame", "need", "", ""], "label": "favor",
    ...                      "gold": ["favor", "favor", "neutral", "neutral"]})
    >>> table = analysis(rows)
    >>> table[["rule", "favor", "against", "coverage", "overlap", "conflict"]].values.tolist()
    [['need', 2, 0, 0.5, 0.25, 0.25], ['blame', 0, 1, 0.25, 0.25, 0.25],
     ['all rules', 2, 0, 0.5, 0.25, 0.25]]
    >>> table["accuracy"].tolist()
    [1.0, 0.0, 1.0]
    """
    votes = pd.DataFrame(
        [
            {
                fired.lstrip("-="): {"-": "against", "=": "neutral"}.get(fired[0], "favor")
                for fired in filter(None, row.split(", "))
            }
            for row in labelled["rules"]
        ],
        index=labelled.index,
    )
    truth = gold if gold is not None else labelled.get("gold")
    known = None if truth is None else pd.Series(truth, index=labelled.index).replace("", pd.NA)
    fires = votes.notna()
    several, torn = fires.sum(axis=1) > 1, votes.nunique(axis=1) > 1
    rows = [_row(name, votes[name], several, torn, known) for name in RULES if name in votes]
    joint = labelled["label"].where(fires.any(axis=1))
    return pd.DataFrame([*rows, _row("all rules", joint, several, torn, known)])


def _row(
    name: str, votes: pd.Series, several: pd.Series, torn: pd.Series, gold: pd.Series | None
) -> dict[str, object]:
    fires = votes.notna()
    row = {"rule": name} | {stance: int((votes == stance).sum()) for stance in STANCES}
    row |= {"coverage": fires.mean(), "overlap": (fires & several).mean()}
    row["conflict"] = (fires & torn).mean()
    if gold is None or not gold.notna().any():
        return row
    judged = fires & gold.notna()
    n, right = int(judged.sum()), int((votes[judged] == gold[judged]).sum())
    low, high = wilson(right, n)
    return row | {"accuracy": right / n if n else math.nan, "low": low, "high": high, "n": n}


def wilson(right: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Interval of a share.

    >>> [round(limit, 3) for limit in wilson(5, 10)]
    [0.237, 0.763]
    """
    if not n:
        return math.nan, math.nan
    share = right / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return centre - half, centre + half
