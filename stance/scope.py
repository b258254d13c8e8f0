"""A sentence read once, without regard to any actor: clauses, terms, and what acts on them.

Clauses are cut, the terms of the lexicon are found, and negation, reversal, modality, condition,
report and quotation are settled here, for rules and features alike. There is no parser: words of
grammar and punctuation decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from stance.lexicon import (
    BREAKS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    STOPS,
    TOKEN,
    Lexicon,
    Term,
    english,
)

Own = tuple[tuple[str, ...], tuple[str, ...]]
"""A user's own words for favor, and those for against."""

SILENT = ("negator", "causer", "modal", "condition", "belief", "intensifier", "hedge", "inert")
"""Classes that act on other terms and say nothing themselves."""

REACH = {"word": 9, "noun": 4, "speech": 30}
"""Tokens a negation covers: after a word, over a noun phrase, over a verb of saying or thinking."""


class Hit(NamedTuple):
    """A term found in a sentence: tokens ``first`` to ``last`` (exclusive), scope settled."""

    term: Term
    first: int
    last: int
    noun: bool
    polarity: float
    negated: bool
    modal: bool
    conditional: bool
    reported: bool
    quoted: bool


class Sentence(NamedTuple):
    """A sentence read once: its tokens, where they stand, their clauses, and the terms found."""

    tokens: list[str]
    starts: list[int]
    ends: list[int]
    capital: list[bool]
    clauses: list[int]
    hits: list[Hit]


@lru_cache(maxsize=2048)
def scan(text: str, own: Own = ((), ())) -> Sentence:
    """Read one sentence without regard to any actor."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters change their length; offsets must not move
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    found = list(TOKEN.finditer(lowered.replace("’", "'")))
    words = [match.group() for match in found]
    starts, ends = [match.start() for match in found], [match.end() for match in found]
    capital = [text[start].isupper() for start in starts]
    if sum(capital) > 0.6 * sum(word[0].isalpha() for word in words):  # a title in capitals
        capital = [False] * len(words)
    clauses = _clauses(words, capital)
    hits = _settle(words, clauses, _places(words, capital, english(*own)))
    return Sentence(words, starts, ends, capital, clauses, hits)


def _clauses(words: list[str], capital: list[bool]) -> list[int]:
    """Number the clauses; what a short pair of commas encloses is a clause inside another.

    >>> line = "The deal , he said , is dead but useful".split()
    >>> _clauses(line, [False] * 10)
    [0, 0, 1, 1, 1, 0, 0, 0, 2, 2]
    """
    ids: list[int] = []
    outer: list[int] = []
    current = count = 0
    for i, word in enumerate(words):
        after = words[i + 1 : i + 9]
        if word == "," and outer:
            current = outer.pop()
        elif (
            word == ","
            and any(capital[i - 1 : i])
            and any(capital[i + 1 : i + 2])
            and ({"and", "or"} & set(after[:4]))
        ):
            pass  # a list of names
        elif word == "but" and words[i - 1] in ("nothing", "anything", "all", "cannot"):
            pass
        elif word == "," or word in STOPS or (word in BREAKS and i):
            if word == "," and "," in after and not STOPS & set(after[: after.index(",")]):
                outer.append(current)
            elif word in STOPS:
                outer.clear()
            count += 1
            current = count
        elif word == "and" and after and after[0] in PRONOUNS:
            count += 1
            current = count
        ids.append(current)
    return ids


class Place(NamedTuple):
    """Where terms of the lexicon stand, before any scope is settled."""

    terms: list[Term]
    first: int
    last: int
    noun: bool


def _places(words: list[str], capital: list[bool], lexicon: Lexicon) -> list[Place]:
    """Find the longest terms, left to right; names ("Justice Department") are no terms."""
    places: list[Place] = []
    i = 0
    while i < len(words):
        step = 1
        if words[i] in lexicon:
            name = capital[i] and i and words[i - 1] not in '"“:'
            best: list[Term] = []
            for rest, term in lexicon[words[i]]:
                if best and len(rest) + 1 < step:
                    break
                if name and term.kind != "own":
                    continue
                if not rest or tuple(words[i + 1 : i + 1 + len(rest)]) == rest:
                    step = len(rest) + 1
                    best.append(term)
            if best:
                noun = _is_noun(words, i, i + step)
                places.append(Place(_choose(best, noun), i, i + step, noun))
        i += step
    return places


def _is_noun(words: list[str], first: int, last: int) -> bool:
    before = words[first - 1] if first else ""
    if before in DETERMINERS or words[last : last + 1] == ["of"]:
        return True
    return before in PREPOSITIONS and before != "to" and not words[first].endswith("ing")


def _choose(terms: list[Term], noun: bool) -> list[Term]:
    """Keep the terms of one part of speech; the word before tells nouns from verbs."""
    parts = ("verb", "adjective", "phrase", "noun")
    if noun:
        past = terms[0].form == "past"
        parts = ("adjective", "verb", "phrase", "noun") if past else parts[::-1]
    found = {term.part for term in terms}
    part = next(part for part in parts if part in found)
    return [term for term in terms if term.part == part]


def _settle(words: list[str], clauses: list[int], places: list[Place]) -> list[Hit]:
    """Apply the shifters to the terms in their scope."""
    size = len(words)
    negators, strength = [0] * size, [1.0] * size
    modal, conditional, reported = set(), set(), size
    speech = {place.first for place in places if place.terms[0].kind in ("report", "belief")}
    for terms, first, last, _ in places:
        kind, polarity = terms[0].kind, terms[0].polarity
        if kind == "negator":
            for i in range(last, _reach(words, clauses, last, speech, polarity < 0)):
                negators[i] += 1
        elif kind in ("intensifier", "hedge"):
            for i in range(last, min(last + 2, size)):
                strength[i] *= 1.3 if kind == "intensifier" else 0.7
        elif kind == "modal":
            modal.add(clauses[first])
        elif kind == "condition":
            conditional.add(clauses[first])
        elif kind == "report":
            reported = min(reported, 0 if "," in words[max(first - 4, 0) : first] else last)
    quoted = _quoted(words)
    hits = []
    for term, first, last, noun in _composed(clauses, places):
        flipped = negators[first] % 2 == 1
        value = term.polarity * strength[first] * (_turned(term.polarity) if flipped else 1)
        flags = (clauses[first] in modal, clauses[first] in conditional, first >= reported)
        hits.append(Hit(term, first, last, noun, value, flipped, *flags, quoted[first]))
    return hits


def _turned(polarity: float) -> float:
    """What negation makes of a polarity: "not honest" blames more than "not corrupt" praises."""
    return -0.8 if polarity > 0 else -0.5


def _reach(words: list[str], clauses: list[int], first: int, speech: set[int], noun: bool) -> int:
    """Where a negator's scope ends; over a verb of thinking or saying it goes into its clause."""
    wide = not noun and bool(speech & set(range(first, first + 4)))
    end = first
    while end < min(first + REACH["speech" if wide else "noun" if noun else "word"], len(words)):
        word = words[end]
        if word in STOPS or word in ("but", '"', "”"):
            break
        if not wide and clauses[end] != clauses[first - 1]:
            break
        end += 1
    return end


def _quoted(words: list[str]) -> list[bool]:
    inside, flags = False, []
    for word in words:
        inside = word == "“" or (word == '"' and not inside) or (inside and word not in '”"')
        flags.append(inside)
    return flags


def _composed(clauses: list[int], places: list[Place]) -> Iterator[tuple[Term, int, int, bool]]:
    """Join a reverser or causer with what it acts on: "prevent bloodshed", "fail to protect"."""
    swallowed: set[int] = set()
    for k, (terms, first, last, noun) in enumerate(places):
        if k in swallowed:
            continue
        shifter = next((t for t in terms if t.kind in ("reverser", "causer")), None)
        joined = None
        for later in range(k + 1, min(k + 4, len(places)) if shifter else 0):
            joined = joined or _joined(shifter, clauses, places[k], places[later])
            if joined:
                swallowed.add(later)
                yield joined, first, last, noun
                break
        for term in terms:
            taken = term.kind in SILENT or (joined and term.falls_on == "subject")
            if not taken and (term.polarity or term.kind == "report"):
                yield term, first, last, noun


def _joined(shifter: Term | None, clauses: list[int], place: Place, later: Place) -> Term | None:
    """Make one term of a shifter and the thing or deed it acts on, if it is one."""
    if not shifter or later.first - place.last > 6 or clauses[later.first] != clauses[place.first]:
        return None
    for inner in later.terms:
        if inner.polarity and inner.falls_on in ("nobody", "subject"):
            turn = _turned(inner.polarity) if shifter.kind == "reverser" else 0.8
            value = inner.polarity * turn
            kind = "credit" if value > 0 else "failure"
            word = f"{shifter.word} {inner.word}"
            return shifter._replace(word=word, kind=kind, falls_on="subject", polarity=value)
    return None
