"""What a sentence says about an actor, term by term: the lexicon's words, in scope and in role.

A sentence is read once: clauses are cut, the terms of ``data/lexicon/english.yaml`` are found, and
negation, reversal, modality, condition, report and quotation are settled here for every later
step. Then each term is seen from the actor's side: is the actor its subject, its object, or what
it describes? There is no parser: word order, passives, prepositions and punctuation decide.
Rules (``stance.labels.rules``) and features share the result.

>>> for cue in read("Nobody can claim that the mission has failed.", [(22, 33)]):
...     print(cue.word, cue.role, cue.polarity > 0, cue.negated, cue.aimed)
fail subject True True True
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from stance.errors import StanceError, nearest

if TYPE_CHECKING:
    import pandas as pd

# ------------------------------------------------------------------------------- the lexicon

PARTS = ("verb", "noun", "adjective", "phrase")
FALLS_ON = ("subject", "object", "both", "bearer", "nobody")
SILENT = frozenset("negator causer modal condition belief intensifier hedge inert".split())
"""Classes that act on other terms and say nothing themselves."""
TOKEN = re.compile(r"'(?:s|t|re|ve|ll|d|m)\b|(?:[a-z]\.){2,}|[^\W_]+|[^\w\s]")


class Term(NamedTuple):
    """A term of the lexicon in one of its forms (base, s, past, ing)."""

    word: str
    kind: str
    part: str
    falls_on: str
    polarity: float
    form: str


Lexicon = dict[str, list[tuple[tuple[str, ...], Term]]]
"""First token → the tokens that must follow and the term they make together, longest first."""


def tokens(text: str) -> list[str]:
    """Split into lower-case tokens, the way sentences and terms are both read.

    >>> tokens("Trump's ill-fated plan")
    ['trump', "'s", 'ill', '-', 'fated', 'plan']
    """
    return TOKEN.findall(text.lower().replace("’", "'"))


def forms(word: str, part: str, irregular: dict[str, list[str]]) -> dict[str, str]:
    """Inflect one word: each form with its kind. Rare wrong forms do no harm.

    >>> forms("deny", "verb", {})
    {'deny': 'base', 'denies': 's', 'denied': 'past', 'denying': 'ing'}
    >>> list(forms("stop", "verb", {})), list(forms("honest", "adjective", {}))
    (['stop', 'stops', 'stopped', 'stopping'], ['honest', 'honestly'])
    """
    soft = bool(re.search(r"[^aeiou]y$", word))
    if part == "adjective":
        tail = "ally" if word.endswith("ic") else "ly"
        return {word: "base", (word[:-1] + "ily" if soft else word.removesuffix("le") + tail): "ly"}
    plural = word[:-1] + "ies" if soft else word + "es" * bool(re.search("(s|x|z|ch|sh)$", word))
    plural = plural + "s" * (plural == word)
    if part == "noun":
        return {word: "base"} | dict.fromkeys(irregular.get(word, [plural]), "s")
    stem = word[:-1] if re.search("[^eoy]e$", word) else word
    if re.search("^[^aeiou]*[aeiou][bdglmnprt]$|(?:com|per|ad|sub|re|out)mit$|pel$|bel$|fer$", word):
        stem = word + word[-1]
    past = word[:-1] + "ied" if soft else stem.removesuffix("e") + "ed"
    made = {word: "base", plural: "s"} | dict.fromkeys(irregular.get(word, [past]), "past")
    return made | {(word[:-2] + "ying" if word.endswith("ie") else stem + "ing"): "ing"}


def compile_lexicon(families: dict, where: str = "the lexicon") -> Lexicon:
    """Turn word families (see ``data/lexicon/english.yaml``) into a dictionary by first token.

    Raises StanceError for a family without a key, or with a part or falls_on that is unknown.
    """
    families = dict(families)
    listed = (line.split() for line in families.pop("irregular", "").split(","))
    irregular = {words[0]: words[1:] for words in listed if words}
    lexicon: Lexicon = {}
    for name, family in families.items():
        kind, part, falls_on, polarity = _checked(name, family, where)
        for word in filter(None, map(str.strip, family["terms"].split(","))):
            first, *rest = tokens(word)
            last = rest.pop() if rest and part == "noun" else ""
            head, tail = (last, ()) if last else (first, tuple(rest))
            inflected = {head: "base"} if part == "phrase" else forms(head, part, irregular)
            for form, how in inflected.items():
                term = Term(word, kind, part, falls_on, polarity, how)
                key = (first, (*rest, form)) if last else (form, tail)
                lexicon.setdefault(key[0], []).append((key[1], term))
    for entries in lexicon.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return lexicon


def _checked(name: str, family: dict, where: str) -> tuple[str, str, str, float]:
    if missing := [key for key in ("class", "part", "terms") if key not in family]:
        raise StanceError(f"The word family {name!r} in {where} lacks {missing[0]!r}; add it.")
    part, falls_on = family["part"], family.get("falls_on", "bearer")
    for key, value, known in (("part", part, PARTS), ("falls_on", falls_on, FALLS_ON)):
        if value not in known:
            raise StanceError(
                f"The word family {name!r} in {where} has {key} {value!r}. {nearest(value, known)}"
            )
    return family["class"], part, falls_on, float(family.get("polarity", 0))


@lru_cache(maxsize=8)
def english(favor: tuple[str, ...] = (), against: tuple[str, ...] = ()) -> Lexicon:
    """Load the English lexicon, with a user's own words beside it (their class is ``own``)."""
    here = Path(__file__).parent
    roots = [root for root in (here, here.parent) if (root / "data/lexicon").is_dir()]
    path = roots[0] / "data/lexicon/english.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    families = yaml.load(path.read_text(encoding="utf-8"), loader)
    for name, words, polarity in (("favor", favor, 1), ("against", against, -1)):
        own = {"class": "own", "part": "phrase", "polarity": polarity, "terms": ", ".join(words)}
        families[f"own words, {name}"] = own
    return compile_lexicon(families, path.name)


# ------------------------------------------------------------------------ one sentence, once

STRONG = frozenset(". ! ? ; : — – ( ) [ ]".split())
BREAKS = frozenset(
    "but although though while whereas because since unless if when whenever however yet who whom"
    " which where until till".split()
)
BE = frozenset("be is are was were been being am get gets got getting 's 're 'm isn wasn aren weren".split())
LINKS = BE | frozenset(
    "become becomes became remain remains remained seem seems seemed look looks looked feel feels felt"
    " prove proves proved proven as stay stays stayed appear appears appeared sound sounds".split()
)
AUX = BE | frozenset(
    "has have had having do does did will would can could may might must should shall ca wo 'll 've 'd"
    " to not 't never ever also still just already even only again then now often always once both"
    " himself herself itself themselves all once soon later first finally recently repeatedly".split()
)
PREPOSITIONS = frozenset(
    "of in on at for to with against from by about over toward towards into under between among"
    " through after before during without within upon across behind around amid despite like near"
    " via than as regarding concerning".split()
)
TOWARD = frozenset("of on at for to with against about over toward towards in upon".split())
DETERMINERS = frozenset(
    "the a an this that these those his her its their our your my 's no any some such every each"
    " another more much".split()
)
PRONOUNS = frozenset("i you he she it we they who".split())


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
def scan(text: str, own: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())) -> Sentence:
    """Read one sentence without regard to any actor."""
    lowered = text.lower().replace("’", "'")
    if len(lowered) != len(text):  # a few letters change their length; offsets must not
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text).replace("’", "'")
    found = list(TOKEN.finditer(lowered))
    words = [match.group() for match in found]
    starts, ends = [m.start() for m in found], [m.end() for m in found]
    capital = [text[start].isupper() for start in starts]
    title = sum(capital) > 0.6 * sum(word[0].isalpha() for word in words)
    if title or len(words) < 2:
        capital = [False] * len(words)
    clauses = _clauses(words)
    matches = _matches(words, capital, english(*own))
    return Sentence(words, starts, ends, capital, clauses, _settle(words, clauses, matches))


def _clauses(words: list[str]) -> list[int]:
    """Number the clauses; what a short pair of commas encloses is a clause inside another.

    >>> _clauses("The deal , he said , is dead but useful".split())
    [0, 0, 1, 1, 1, 0, 0, 0, 2, 2]
    """
    ids, current, count, resume = [], 0, 0, []
    for i, word in enumerate(words):
        if word == "," and resume:
            current = resume.pop()
        elif word == "," or word in STRONG or (word in BREAKS and i):
            window = words[i + 1 : i + 9]
            if word == "," and "," in window and not STRONG & set(window[: window.index(",")]):
                resume.append(current)
            elif word in STRONG:
                resume.clear()
            count += 1
            current = count
        elif word == "and" and words[i + 1 : i + 2] and words[i + 1] in PRONOUNS:
            count += 1
            current = count
        ids.append(current)
    return ids


class Match(NamedTuple):
    """A place where terms of the lexicon stand, before any scope is settled."""

    terms: list[Term]
    first: int
    last: int
    noun: bool


def _matches(words: list[str], capital: list[bool], lexicon: Lexicon) -> list[Match]:
    """Find the longest terms, left to right; names ("Justice Department") are no terms."""
    matches: list[Match] = []
    i = 0
    while i < len(words):
        entries = lexicon.get(words[i])
        step = 1
        if entries and not (capital[i] and i and words[i - 1] not in ('"', "“", ":")):
            best: list[Term] = []
            for rest, term in entries:
                if best and len(rest) + 1 < step:
                    break
                if not rest or tuple(words[i + 1 : i + 1 + len(rest)]) == rest:
                    step = len(rest) + 1
                    best.append(term)
            if best:
                noun = _is_noun(words, i, i + step)
                matches.append(Match(_choose(best, noun), i, i + step, noun))
        i += step
    return matches


def _is_noun(words: list[str], first: int, last: int) -> bool:
    before = words[first - 1] if first else ""
    if before in DETERMINERS or words[last : last + 1] == ["of"]:
        return True
    return before in PREPOSITIONS and before != "to"


def _choose(terms: list[Term], noun: bool) -> list[Term]:
    """Keep the terms of one part of speech; the word before tells nouns from verbs."""
    if len(terms) == 1:
        return terms
    parts = ("noun", "adjective", "phrase", "verb") if noun else ("verb", "adjective", "phrase", "noun")
    found = {term.part for term in terms}
    if noun and "verb" in found and terms[0].form == "past":
        parts = ("adjective", "verb", "phrase", "noun")
    part = next(part for part in parts if part in found)
    return [term for term in terms if term.part == part]


def _settle(words: list[str], clauses: list[int], matches: list[Match]) -> list[Hit]:
    """Apply the shifters to the terms in their scope; what a shifter swallows is dropped."""
    size = len(words)
    negators, strength = [0] * size, [1.0] * size
    modal, conditional, reported = set(), set(), size
    speech = {m.first for m in matches if m.terms[0].kind in ("report", "belief")}
    for terms, first, last, _ in matches:
        kind, polarity = terms[0].kind, terms[0].polarity
        if kind == "negator":
            for i in range(last, _reach(words, clauses, last, speech, polarity)):
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
    for term, first, last, noun in _composed(clauses, matches):
        flipped = negators[first] % 2 == 1
        value = term.polarity * strength[first] * (-0.8 if flipped else 1)
        flags = (clauses[first] in modal, clauses[first] in conditional, first >= reported)
        hits.append(Hit(term, first, last, noun, value, flipped, *flags, quoted[first]))
    return hits


def _reach(
    words: list[str], clauses: list[int], first: int, speech: set[int], polarity: float
) -> int:
    """How far a negator's scope goes; over a verb of thinking or saying into its clause.

    A negator of a noun phrase ("no", "without") has polarity below 0 in the lexicon: 4 tokens.
    """
    if polarity < 0:
        limit = 4
    else:
        limit = 30 if speech & set(range(first, first + 4)) else 9
    end = first
    while end < min(first + limit, len(words)):
        word = words[end]
        if word in STRONG or word in ("but", '"', "”"):
            break
        if limit < 30 and (clauses[end] != clauses[first - 1] and word != "that"):
            break
        end += 1
    return end


def _quoted(words: list[str]) -> list[bool]:
    inside, flags = False, []
    for word in words:
        inside = (word == "“" or (word == '"' and not inside)) or (inside and word not in '”"')
        flags.append(inside)
    return flags


def _composed(
    clauses: list[int], matches: list[Match]
) -> Iterable[tuple[Term, int, int, bool]]:
    """Join a reverser or causer with what it acts on: "prevent bloodshed", "fail to protect"."""
    swallowed: set[int] = set()
    for k, (terms, first, last, noun) in enumerate(matches):
        if k in swallowed:
            continue
        shifter = next((t for t in terms if t.kind in ("reverser", "causer")), None)
        joined = None
        if shifter:
            for later in range(k + 1, min(k + 4, len(matches))):
                joined = _joined(shifter, clauses, matches[k], matches[later])
                if joined:
                    swallowed.add(later)
                    yield joined, first, last, noun
                    break
        for term in terms:
            if term.kind in SILENT or (joined and term.falls_on == "subject"):
                continue
            if term.polarity or term.kind == "report":
                yield term, first, last, noun


def _joined(shifter: Term, clauses: list[int], match: Match, later: Match) -> Term | None:
    """Make one term of a shifter and the thing or deed it acts on, if it is one."""
    if later.first - match.last > 6 or clauses[later.first] != clauses[match.first]:
        return None
    for inner in later.terms:
        if inner.polarity and inner.falls_on in ("nobody", "subject"):
            value = inner.polarity * (-0.8 if shifter.kind == "reverser" else 0.8)
            kind = "credit" if value > 0 else "failure"
            word = f"{shifter.word} {inner.word}"
            return shifter._replace(word=word, kind=kind, falls_on="subject", polarity=value)
    return None


# ------------------------------------------------------------------------- the actor's side


class Cue(NamedTuple):
    """A term of the lexicon as it stands to one actor in one sentence.

    ``polarity`` is settled (negation and reversal done); ``side`` says where the term stands from
    the actor (before, after, inside, or "" when the actor is not named); ``distance`` counts the
    tokens between; ``role`` is what the actor is to the term: subject, object, bearer or "".
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
        """Whether the polarity falls on the actor by the actor's role."""
        return bool(self.role) and (
            self.role == self.falls_on
            or self.falls_on == "both"
            or (self.role == "bearer" and self.falls_on in ("subject", "nobody"))
        )


def read(
    text: str,
    spans: Sequence[Sequence[int]] = (),
    own: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> list[Cue]:
    """Read a sentence from the side of the actor at ``spans`` (offsets inside the text).

    ``own`` holds a user's words for favor and against. Without spans the cues have no side or role.

    >>> [(c.word, c.role) for c in read("Protesters blasted the deal.", [(23, 27)])]
    [('blast', 'object')]
    """
    sentence = scan(text, own)
    places = [
        (bisect_right(sentence.ends, start), max(bisect_left(sentence.starts, end), 1))
        for start, end in spans
    ]
    return [_cue(sentence, hit, places) for hit in sentence.hits]


def _cue(s: Sentence, hit: Hit, places: list[tuple[int, int]]) -> Cue:
    best = ("", 0, True, "")
    for n, (first, last) in enumerate(places):
        seen = _seen(s, hit, first, last)
        if n == 0 or (bool(seen[3]), -seen[1]) > (bool(best[3]), -best[1]):
            best = seen
    term = hit.term
    start, end = s.starts[hit.first], s.ends[hit.last - 1]
    flags = (hit.negated, hit.modal, hit.conditional, hit.reported, hit.quoted)
    return Cue(term.word, start, end, term.kind, hit.polarity, term.falls_on, *flags, *best)


def _seen(s: Sentence, hit: Hit, first: int, last: int) -> tuple[str, int, bool, str]:
    """Side, distance, same clause and role of the actor at tokens ``first`` to ``last``."""
    same = s.clauses[hit.first] == s.clauses[min(last, len(s.clauses)) - 1]
    if hit.last <= first:
        gap = s.tokens[hit.last : first]
        return "before", len(gap), same, _ahead(s, hit, first, gap, same)
    if hit.first >= last:
        gap = s.tokens[last : hit.first]
        return "after", len(gap), same, _behind(s, hit, first, gap, same)
    return "inside", 0, True, ""


def _ahead(s: Sentence, hit: Hit, first: int, gap: list[str], same: bool) -> str:
    """Role of an actor that stands after the term: "blasted X", "criticism of X", "corrupt X"."""
    names = all(
        s.capital[i] or s.tokens[i] in (",", "and", "the", ".", "both", "president", "former")
        for i in range(hit.last, first)
    )
    relational = hit.term.falls_on in ("subject", "object", "both")
    if len(gap) > 6 and not names:
        return ""
    if relational and (hit.term.part == "verb" or hit.noun):
        if gap[:1] == ["by"] or (hit.noun and gap[:1] == ["from"]):
            return "subject"
        if hit.noun:
            return "object" if gap and gap[0] in TOWARD and len(gap) < 5 else ""
        if hit.term.form == "past" and _passive(s, hit.first):
            return ""
        inner = gap[1:] if gap and gap[0] in TOWARD else gap
        blocked = not (same or names) or (PREPOSITIONS - {"of"}) & set(inner)
        return "" if blocked else "object"
    if not gap or (len(gap) < 3 and names):
        return "bearer"
    return "bearer" if gap[:1] == ["of"] and len(gap) < 3 and hit.noun else ""


def _behind(s: Sentence, hit: Hit, first: int, gap: list[str], same: bool) -> str:
    """Role of an actor that stands before the term: "X failed", "X was blasted", "X is corrupt"."""
    before = s.tokens[first - 1] if first else ""
    if before in ("the", "a", "this", "these") and first > 1:
        before = s.tokens[first - 2]
    relative = gap[:1] in (["who"], ["which"], ["that"]) or gap[:2] in ([",", "who"], [",", "which"])
    owner = gap[:1] in (["'s"], ["'"])
    verb = hit.term.part == "verb" and not hit.noun
    if owner:
        if len(gap) > 4 or set(gap) & AUX - BE or not same:
            return ""
        return "subject" if hit.noun and hit.term.falls_on == "object" else "bearer"
    if before in PREPOSITIONS and not relative:
        return ""
    if not (same or relative) or len(gap) > 10:
        return ""
    if verb:
        if hit.term.falls_on in ("bearer", "nobody"):
            return "subject"
        return "object" if hit.term.form == "past" and _passive(s, hit.first) else "subject"
    if LINKS & set(gap) and hit.term.part != "verb":
        return "bearer"
    if gap[:1] == [","] and len(gap) < 4:
        return "bearer"
    return ""


def _passive(s: Sentence, first: int) -> bool:
    for word in reversed(s.tokens[max(first - 4, 0) : first]):
        if word in BE:
            return True
        if word not in AUX and not word.endswith("ly"):
            break
    return s.tokens[first + 1 : first + 2] == ["by"]


def table(mentions: pd.DataFrame, own: tuple = ((), ())) -> pd.DataFrame:
    """Give the cues of every mention: ``mention`` and the fields of ``Cue``, one row per cue."""
    import pandas as pd

    rows = [
        (mention, *cue, cue.aimed)
        for mention, text, spans in zip(
            mentions["mention"], mentions["text"], mentions["spans"], strict=True
        )
        for cue in read(text, spans, own)
    ]
    return pd.DataFrame(rows, columns=["mention", *Cue._fields, "aimed"])
