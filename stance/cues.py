"""What a sentence says about an actor, term by term: the lexicon's words, in scope and in role.

A sentence is read once: clauses are cut, the terms of ``data/lexicon/english.yaml`` are found, and
negation, reversal, modality, condition, report and quotation are settled here for every later
step. Then each term is seen from the actor's side: is the actor its subject, its object, or what
it describes? There is no parser: word order, passives, prepositions and punctuation decide.
Rules (``stance.labels.rules``) and features share the result.

>>> for cue in read("Nobody can claim that the mission has failed.", [(22, 33)]):
...     print(cue.word, cue.role, cue.polarity > 0, cue.negated, cue.aimed)
claim  False True False
fail subject True True True
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from stance.lexicon import (
    AUXILIARIES,
    BE,
    BREAKS,
    CALLING,
    DETERMINERS,
    FACETS,
    LINKS,
    OWNERS,
    PREPOSITIONS,
    PRONOUNS,
    STOPS,
    TOKEN,
    TOWARD,
    Lexicon,
    Term,
    english,
)

if TYPE_CHECKING:
    import pandas as pd

Own = tuple[tuple[str, ...], tuple[str, ...]]
"""A user's own words for favor, and those for against."""

SILENT = ("negator", "causer", "modal", "condition", "belief", "intensifier", "hedge", "inert")
"""Classes that act on other terms and say nothing themselves."""

REACH = {"word": 9, "noun": 4, "speech": 30}
"""Tokens a negation covers: after a word, over a noun phrase, over a verb of saying or thinking."""


class Cue(NamedTuple):
    """A term of the lexicon as it stands to one actor in one sentence.

    ``polarity`` is settled (negation and reversal done; 0 for a verb of reporting); ``side`` says
    where the term stands from the actor (before, after, inside, or "" when the actor is not
    named); ``distance`` counts the tokens between; ``role`` is what the actor is to the term:
    subject, object, bearer (the term describes it or belongs to it) or "".
    """

    word: str
    start: int
    end: int
    kind: str
    polarity: float
    falls_on: str
    negated: bool
    modal: bool
    conditional: bool
    reported: bool
    quoted: bool
    side: str
    distance: int
    same_clause: bool
    role: str

    @property
    def aimed(self) -> bool:
        """Whether the polarity falls on the actor, by the actor's role."""
        if self.role == "bearer":
            return self.falls_on != "object"
        return bool(self.role) and self.falls_on in (self.role, "both")


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


def read(text: str, spans: Sequence[Sequence[int]] = (), own: Own = ((), ())) -> list[Cue]:
    """Read a sentence from the side of the actor at ``spans`` (offsets inside the text).

    Without spans the cues have no side and no role.

    >>> [(c.word, c.role) for c in read("Protesters blasted the deal.", [(23, 27)])]
    [('blast', 'object')]
    """
    sentence = scan(text, own)
    places = []
    for start, end in spans:
        first = bisect_right(sentence.ends, start)
        places.append(_phrase(sentence, first, max(bisect_left(sentence.starts, end), first + 1)))
    return [_cue(sentence, hit, places) for hit in sentence.hits]


def table(mentions: pd.DataFrame, own: Own = ((), ())) -> pd.DataFrame:
    """Read every mention (``mention, text, spans``): one row per mention and cue.

    Columns are ``mention``, the fields of ``Cue``, and ``aimed``.
    """
    import pandas as pd

    columns = (mentions["mention"], mentions["text"], mentions["spans"])
    rows = [
        (mention, *cue, cue.aimed)
        for mention, text, spans in zip(*columns, strict=True)
        for cue in read(text, spans, own)
    ]
    return pd.DataFrame(rows, columns=["mention", *Cue._fields, "aimed"])


# ------------------------------------------------------------------------ one sentence, once


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
    ids, current, count, outer = [], 0, 0, []
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
        if words[i] in lexicon and not (capital[i] and i and words[i - 1] not in '"“:'):
            best: list[Term] = []
            for rest, term in lexicon[words[i]]:
                if best and len(rest) + 1 < step:
                    break
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


# ------------------------------------------------------------------------- the actor's side


def _phrase(s: Sentence, first: int, last: int) -> tuple[int, int]:
    """Widen the actor to what stands for it: "the work of X", "X's policy"."""
    for _ in range(2):
        for of in range(first - 1, max(first - 5, 0), -1):
            if s.tokens[of] == "of" and s.tokens[of - 1] in FACETS:
                first = of - 1
                break
            if s.tokens[of] in PREPOSITIONS or not s.tokens[of].isalpha():
                break
    if s.tokens[last : last + 1] == ["'s"]:
        for head in range(last + 1, min(last + 4, len(s.tokens))):
            if s.tokens[head] in FACETS:
                return first, head + 1
    return first, last


def _cue(s: Sentence, hit: Hit, places: list[tuple[int, int]]) -> Cue:
    """See a hit from the actor's place that has a role in it, or else from the nearest."""
    seen = ("", 0, True, "")
    for n, (first, last) in enumerate(places):
        view = _view(s, hit, first, last)
        if n == 0 or (bool(view[3]), -view[1]) > (bool(seen[3]), -seen[1]):
            seen = view
    term = hit.term
    start, end = s.starts[hit.first], s.ends[hit.last - 1]
    flags = (hit.negated, hit.modal, hit.conditional, hit.reported, hit.quoted)
    return Cue(term.word, start, end, term.kind, hit.polarity, term.falls_on, *flags, *seen)


def _view(s: Sentence, hit: Hit, first: int, last: int) -> tuple[str, int, bool, str]:
    """Side, distance, same clause, and role of the actor at tokens ``first`` to ``last``."""
    same = s.clauses[hit.first] == s.clauses[last - 1]
    if hit.last <= first:
        return "before", first - hit.last, same, _after_term(s, hit, first, same)
    if hit.first >= last:
        return "after", hit.first - last, same, _before_term(s, hit, first, last, same)
    return "inside", 0, True, ""


def _after_term(s: Sentence, hit: Hit, first: int, same: bool) -> str:
    """Role of an actor that stands after the term: "blasted X", "criticism of X", "corrupt X"."""
    gap = s.tokens[hit.last : first]
    names = all(
        s.capital[i] or s.tokens[i] in (",", "and", "the", ".", "both", "president", "former")
        for i in range(hit.last, first)
    )
    if len(gap) > 6 and not names:
        return ""
    lead = gap[0] if gap else ""
    if hit.term.falls_on in ("subject", "object", "both") and (hit.term.part != "noun" or hit.noun):
        if lead == "by" or (hit.noun and lead == "from"):
            return "subject"
        if hit.noun and hit.term.part != "phrase":
            return "object" if lead in TOWARD and len(gap) < 5 else ""
        if hit.term.form == "past" and _passive(s, hit):
            return ""
        inner = gap[1:] if lead in TOWARD else gap
        return "object" if (same or names) and not (PREPOSITIONS - {"of"}) & set(inner) else ""
    if hit.term.part == "phrase":
        return ""
    if not gap or (len(gap) < 3 and names):
        return "bearer"
    return "bearer" if lead == "of" and len(gap) < 3 and hit.noun else ""


def _before_term(s: Sentence, hit: Hit, first: int, last: int, same: bool) -> str:
    """Role of an actor that stands before the term: "X failed", "X was blasted", "X is corrupt"."""
    gap = s.tokens[last : hit.first]
    noun = hit.noun or hit.term.part == "noun"
    owner = gap[:1] in (["'s"], ["'"]) or s.tokens[last - 1] in OWNERS
    if owner and (noun or hit.term.part == "adjective"):
        if len(gap) > 3 or (set(gap) & (PREPOSITIONS | AUXILIARIES) - BE) or not same:
            return ""
        return "subject" if hit.term.falls_on == "object" else "bearer"
    before, before_that = ["", "", *s.tokens[:first]][-1], ["", "", *s.tokens[:first]][-2]
    if before in ("the", "a", "this", "these"):
        before = before_that
    relative = gap[:1] in (["who"], ["which"], ["that"]) or gap[:2] in (
        [",", "who"],
        [",", "which"],
    )
    if owner or not (same or relative) or len(gap) > 10:
        return ""
    if before in CALLING and len(gap) < 5 and not noun == (hit.term.part == "verb"):
        return "bearer"
    if before in PREPOSITIONS - {"after", "before", "than", "as", "like"} and not relative:
        return ""
    if hit.term.part in ("verb", "phrase") and hit.term.falls_on != "bearer" and not hit.noun:
        return "object" if hit.term.form == "past" and _passive(s, hit) else "subject"
    near = gap[-5:]
    link = max((n for n, word in enumerate(near) if word in LINKS), default=None)
    if link is not None and not PREPOSITIONS & set(near[link + 1 :]):
        return "bearer"
    return "bearer" if gap[:1] == [","] and len(gap) < 4 else ""


def _passive(s: Sentence, hit: Hit) -> bool:
    for word in reversed(s.tokens[max(hit.first - 4, 0) : hit.first]):
        if word in BE:
            return True
        if word not in AUXILIARIES and not word.endswith("ly"):
            break
    return s.tokens[hit.last : hit.last + 1] == ["by"]
