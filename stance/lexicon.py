"""The lexicon: word families of evaluation and the shifters that act on them, ready to look up.

``data/lexicon/english.yaml`` holds them, in a form made for reading; here they are inflected and
keyed by their first token, so that a sentence is read in one pass without a search per term.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import yaml

from stance import DATA
from stance.errors import StanceError, nearest

PARTS = ("verb", "noun", "adjective", "phrase")
FALLS_ON = ("subject", "object", "both", "bearer", "nobody")
TOKEN = re.compile(r"'(?:s|t|re|ve|ll|d|m)\b|(?:[a-z]\.){2,}|[^\W_]+|[^\w\s]|\n")


def words(text: str) -> frozenset[str]:
    """A set of words."""
    return frozenset(text.split())


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
    >>> list(forms("sad", "adjective", {}))
    ['sad', 'sadly', 'sadder', 'saddest']
    """
    soft = bool(re.search(r"[^aeiou]y$", word))
    if part == "adjective":
        tail = "ally" if word.endswith("ic") else "ly"
        made = {word: "base", (word[:-1] + "ily" if soft else word.removesuffix("le") + tail): "ly"}
        if soft or re.fullmatch("[^aeiou]*[aeiou]{1,2}[^aeiou]+e?", word):  # prettier, stronger
            stem = word[:-1] + "i" if soft else word.removesuffix("e")
            double = re.fullmatch("[^aeiou]*[aeiou][bdgnt]", word)
            stem += stem[-1] if double else ""
            made |= {stem + "er": "more", stem + "est": "most"}
        return made
    plural = word[:-1] + "ies" if soft else word + "es" * bool(re.search("(s|x|z|ch|sh)$", word))
    plural = plural + "s" * (plural == word)
    if part == "noun":
        return {word: "base"} | dict.fromkeys(irregular.get(word, [plural]), "s")
    stem = word[:-1] if re.search("[^eoy]e$", word) else word
    if re.search(
        "^[^aeiou]*[aeiou][bdglmnprt]$|(?:com|per|ad|sub|re|out)mit$|pel$|bel$|fer$", word
    ):
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
            first, *rest = tokens(word.lstrip("~"))
            last = rest.pop() if rest and part == "noun" else ""
            head, tail = (last, ()) if last else (first, tuple(rest))
            inflected = {head: "base"} if part == "phrase" else forms(head, part, irregular)
            if word.startswith("~"):
                inflected = {form: how for form, how in inflected.items() if how in ("past", "ing")}
            for form, how in inflected.items():
                term = Term(word.lstrip("~"), kind, part, falls_on, polarity, how)
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
    path = DATA / "lexicon" / "english.yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    families = yaml.load(path.read_text(encoding="utf-8"), loader)
    for name, words, polarity in (("favor", favor, 1), ("against", against, -1)):
        own = {"class": "own", "part": "phrase", "polarity": polarity, "terms": ", ".join(words)}
        families[f"own words, {name}"] = own
    return compile_lexicon(families, path.name)


# Words of grammar, for the reading of sentences.
STOPS = words(". ! ? ; : — – ( ) [ ]") | {"\n"}
BREAKS = words(
    "but although though while whereas because since unless if when whenever however yet who whom "
    "which where until till"
)
BE = words("be is are was were been being am get gets got getting 's 're 'm isn wasn aren weren")
LINKS = BE | words(
    "become becomes became remain remains remained seem seems seemed look looks looked feel feels "
    "felt prove proves proved proven as stay stays stayed appear appears appeared sound sounds "
    "play plays played playing has have had having face faces faced facing called deemed "
    "considered branded labeled dubbed named"
)
AUXILIARIES = BE | words(
    "has have had having do does did will would can could may might must should shall ca wo 'll "
    "'ve 'd to not 't never ever also still just already even only again then now often always "
    "once both himself herself itself themselves all soon later first finally recently repeatedly"
)
PREPOSITIONS = words(
    "along beside beyond inside outside throughout below above off since past onto of in on at "
    "for to with against from by about over toward towards into under between among through after "
    "before during without within upon across behind around amid despite like near via than as "
    "regarding concerning"
)
TOWARD = words("of on at for to with against about over toward towards in upon")
DETERMINERS = words(
    "the a an this that these those his her its their our your my 's no any some such every each "
    "another more much"
)
OWNERS = words("his her its their my our your whose")
CALLING = words(
    "call calls called calling label labels labeled labelling brand brands branded branding deem "
    "deems deemed consider considers considered considering find finds found dub dubs dubbed name "
    "named think thinks thought believe believes make makes made making render rendered declare "
    "declared"
)
PRONOUNS = words("i you he she it we they who")
FACETS = words(
    "mission activity activities operation operations work presence command effort efforts role "
    "set policy policies plan plans decision decisions administration campaign government "
    "deployment action actions performance participation assistance help text terms provisions "
    "provision principle principles record agenda proposal proposals approach behavior behaviour "
    "conduct handling leadership presidency candidacy nomination bid speech remarks comments "
    "statement statements claim claims argument position stance rhetoric tweet tweets words "
    "response reaction move attempt attempts strategy package bill legislation budget law mandate "
    "tour duty issue modalities system regime team career tenure service life idea ideas vision "
    "message tactics choice lawyers lawyer aides"
)
"""Nouns that stand for the actor they belong to: the work of X, X's policy."""
