"""Words and noun phrases: tokens with offsets, and how far the phrase beside a word reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from stance.holders.vocabulary import (
    ADVERBS,
    DETERMINERS,
    FINITE,
    IRREGULAR,
    JOINTS,
    NATIONS,
    PLURAL,
    PREPOSITIONS,
    PRONOUNS,
    STOPS,
    TIME,
    VERBS,
    is_role,
)

TOKEN = re.compile(
    r"\x01+|\(ret\w*\.?\)|(?:[A-Z]\.){2,}|\b(?:Mr|Mrs|Ms|Dr|Lt|Col|Gen|Maj|Capt|Sgt|Brig|Adm|Sen|Reps?|Gov|Prof|"
    r"St|Jr|Sr|[A-ZÀ-ÞА-Я])\.|\w+(?:[-’'](?!s\b)\w+)*|[’']s\b|[^\w\s]"
)


class Token(NamedTuple):
    """A word or mark with its offsets; ``low`` without case and without an abbreviation's dot.

    A quotation that was masked by \\x01 is one token.
    """

    text: str
    low: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it is a word with a capital letter."""
        return self.text[0].isupper()


def tokens(text: str) -> list[Token]:
    """The tokens of a text.

    >>> [token.low for token in tokens("Lt. Col. Ann Lee’s men left.")]
    ['lt', 'col', 'ann', 'lee', "'s", 'men', 'left', '.']
    """
    found = []
    for match in TOKEN.finditer(text):
        if match.group().startswith("(ret"):  # "Lt. Col. (ret.) Lee"
            continue
        low = (match.group().rstrip(".") or ".").lower().replace("’", "'")
        found.append(Token(match.group(), low, *match.span()))
    return found


def mark_before(words: Sequence[Token], j: int, mark: str) -> int:
    """The place of the mark before word j, not counting the comma of a date's year; -1 if none."""
    for k in range(j - 1, -1, -1):
        if words[k].text == mark and not re.fullmatch(r"\d{4}", words[k + 1].text):
            return k
    return -1


def apposed(words: Sequence[Token], end: int, named: Sequence[tuple[int, int]]) -> int:
    """The end of a noun phrase with the name in apposition: "said the manager, Ann Lee, …"."""
    beside = (stop for start, stop in named if start == end + 1 and words[end].text == ",")
    return next(beside, end)


def forward(words: Sequence[Token], start: int) -> int:
    """The end of the noun phrase that begins at a word."""
    end = start
    while end < len(words) and end - start < 12:
        low = words[end].low
        if words[end].text[0] in STOPS or low in JOINTS:
            break
        if end > start and low in ("in", "on", "at", "to", "during", "through", "by"):
            break
        fresh = low in DETERMINERS and words[end - 1].low not in PREPOSITIONS
        if end > start and (fresh or low in FINITE or low in PRONOUNS):
            break
        end += 1
    return min(end, len(words))


def backward(words: Sequence[Token], end: int) -> tuple[int, int] | None:
    """The noun phrase that ends before a word, without adverbials that lead it in."""
    start = end
    while start > 0 and end - start < 14 and not _bounds(words, start - 1, end):
        start -= 1
    stop = words[start - 1].low if start else ""
    opens = start < end and (words[start].capital or words[start].low in DETERMINERS | PRONOUNS)
    if stop in FINITE or stop in VERBS or (stop in ("who", "which") and not opens):
        whom = antecedent(words, start - 1)
        if whom or stop not in VERBS:
            return whom
    while start < end and (words[start].low in TIME or words[start].low in ADVERBS):
        start += 1
    if start < end and words[start].low in PREPOSITIONS:
        start = next((k for k in range(start + 2, end) if _starts(words, k)), end - 1)
        if words[start].low in TIME:
            return None
    if start < end and words[end - 1].low.split("'")[0] in PRONOUNS:
        start = end - 1
    return (start, end) if start < end else None


def _bounds(words: Sequence[Token], k: int, end: int) -> bool:
    """Whether a noun phrase that ends before ``end`` cannot reach back over word k."""
    low = words[k].low
    if low in ("and", "or") and k > 0 and k + 1 < end:
        return not (words[k + 1].capital and words[k - 1].capital)  # "Republicans and Democrats"
    verb = low in VERBS and (low.endswith("ed") or low in IRREGULAR)
    return words[k].text[0] in STOPS or low in JOINTS or low in FINITE or verb


def antecedent(words: Sequence[Token], k: int) -> tuple[int, int] | None:
    """Whom "who" at word k or shortly before stands for."""
    near = range(k, max(k - 4, 0), -1)
    k = next((n for n in near if words[n].low in ("who", "which")), 0)
    found = backward(words, k - (words[k - 1].text == ",")) if k else None
    if not found:
        return None
    article = [n for n in range(*found) if words[n].low in DETERMINERS]
    return (article[-1], found[1]) if article else found


def _starts(words: Sequence[Token], k: int) -> bool:
    """Whether the subject begins at word k of "In Baku the head …", "On Sunday Baku …"."""
    before = words[k - 1]
    name = words[k].capital and words[k].low not in TIME and before.low not in PREPOSITIONS
    return words[k].low in DETERMINERS or (name and (not before.capital or before.low in TIME))


def nominal(words: Sequence[Token], who: tuple[int, int]) -> bool:
    """Whether the words can name someone: a name, pronoun, role, group, or with an article."""
    phrase = words[who[0] : who[1]]
    if any(word.low in FINITE or word.text[0] == "\x01" for word in phrase):
        return False
    head = head_of(phrase)
    if len(phrase) == 1 and head in NATIONS:
        return False
    return (
        any(word.capital for word in phrase)
        or phrase[0].low in DETERMINERS
        or phrase[0].low.split("'")[0] in PRONOUNS
        or is_role(head)
        or plural(head)
    )


def head_of(phrase: Sequence[Token]) -> str:
    """The head of a noun phrase: its last word before a preposition."""
    inner = next((k for k in range(1, len(phrase)) if phrase[k].low in PREPOSITIONS), len(phrase))
    return phrase[inner - 1].low.split("'")[0]


def plural(word: str) -> bool:
    """Whether a noun or pronoun takes a verb without -s: "critics say".

    >>> [word for word in ("critics", "they", "press", "he") if plural(word)]
    ['critics', 'they']
    """
    return word in PLURAL or bool(re.search("[^s]s$", word))
