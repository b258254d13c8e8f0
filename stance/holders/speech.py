"""Reported speech in one sentence: who is said to speak, believe or judge, and over which words.

Reporting verbs and the noun phrases beside them, found in the order of the words; no parser.
Quotations are masked beforehand (see ``Token``), so that only the author's words are read.

>>> from stance.holders.phrases import tokens
>>> for report in reports(tokens("The mission is needed, the deputy speaker said on Monday.")):
...     print(report.who, report.kind, report.zones)
(5, 8) say [(0, 23), (46, 57)]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from stance.holders.phrases import (
    Token,
    antecedent,
    apposed,
    backward,
    forward,
    head_of,
    mark_before,
    nominal,
    plural,
)
from stance.holders.vocabulary import (
    ADVERBS,
    ASIDE,
    BE,
    CLAIM,
    CONTROL,
    DETERMINERS,
    FEELING,
    FINITE,
    JOINTS,
    PARTICLE,
    PREPOSITIONS,
    PRONOUNS,
    STOPS,
    TELL,
    TIME,
    VERBS,
    VIEW,
)


class Report(NamedTuple):
    """One person or body reported to speak, believe or judge.

    ``who`` is the token range of the words that say who, ``verb`` the place of the verb, ``kind``
    say, speak or act, and ``zones`` the stretches of the sentence that are theirs.
    """

    who: tuple[int, int]
    verb: int
    kind: str
    zones: list[tuple[int, int]]


def reports(words: Sequence[Token], named: Sequence[tuple[int, int]] = ()) -> list[Report]:
    """All reports of a sentence in its order; ``named`` are the token ranges of known people."""
    found: list[Report] = []
    for i in range(len(words)):
        report = _report(words, i, named, found) or _claim(words, i) or _view(words, i, named)
        if report:
            found.append(report)
    return found


def _report(
    words: Sequence[Token], i: int, named: Sequence[tuple[int, int]], before: Sequence[Report]
) -> Report | None:
    """The report whose verb or feeling is word i, if it is one."""
    verb, kind = _verb(words, i)
    if not verb:
        return None
    low = words[i].low
    participle = low.endswith("ing")
    j, passive = _over_auxiliaries(words, i)
    if passive and not participle and low not in FEELING:
        return _by(words, i, kind)
    who = None if verb in TELL else _inverted(words, i, named)
    who = who or _subject(words, i, j, named, before)
    if who is None or who[0] >= who[1] or not nominal(words, who):
        return None
    bare = low == verb and j == i - 1 and who[0] < i
    if bare and not plural(head_of(words[who[0] : who[1]])):
        return None
    return Report(who, i, kind, _zones(words, i, verb, kind, who))


def _verb(words: Sequence[Token], i: int) -> tuple[str, str]:
    """The reporting verb at word i with its kind; ("", "") for a noun or anything else."""
    low, previous = words[i].low, words[i - 1].low if i else ""
    if low in FEELING:
        return (low, "act") if previous in BE or previous in ADVERBS else ("", "")
    verb, kind = VERBS.get(low, ("", ""))
    noun = previous in DETERMINERS or previous == "'s" or previous in PREPOSITIONS - {"to", "by"}
    if previous in ("one", "some") and low in ("said", "says", "told"):
        noun = False
    if not verb or (noun and not low.endswith("ing")):
        return "", ""
    particle = PARTICLE.get(verb)
    if particle and not any(word.low == particle for word in words[i + 1 : i + 3]):
        return "", ""
    return verb, kind


def _over_auxiliaries(words: Sequence[Token], i: int) -> tuple[int, bool]:
    """The last word before the verb's auxiliaries and adverbs, and whether "be" is among them."""
    j, passive = i - 1, False
    while j >= 0:
        low = words[j].low
        if low == "to" and j and words[j - 1].low in CONTROL:
            j -= 2
        elif low in FINITE or low in ADVERBS or (low.endswith("ly") and len(low) > 4):
            passive = passive or low in BE
            j -= 1
        elif (
            low == ","
            and (k := mark_before(words, j, ",")) >= max(j - 6, 0)
            and all(word.low in ASIDE for word in words[k + 1 : j])
        ):
            j = k - 1
        else:
            break
    return j, passive


def _inverted(
    words: Sequence[Token], i: int, named: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """The subject after the verb: '…," said the driver'."""
    if i == 0 or i + 1 >= len(words) or words[i].low.endswith("ing"):
        return None
    before, after = words[i - 1].text[0], words[i + 1]
    quoted = before == "\x01" or (before == "," and i > 1 and words[i - 2].text[0] == "\x01")
    if not quoted and before not in ",—–":
        return None
    if not after.text[0].isalnum() or after.low in PREPOSITIONS | TIME | PRONOUNS | {"that"}:
        return None
    end = forward(words, i + 1)
    if end < len(words) and words[end].low in FINITE:
        return None
    if not quoted:
        apposition = any(e < i and words[e].text[0] in ",(" for _, e in named)
        bare = VERBS[words[i].low][0] == words[i].low if words[i].low in VERBS else True
        if apposition or bare or not (after.capital or after.low == "the"):
            return None
        if end < len(words) and words[end].text not in ",.;":
            return None
    return i + 1, apposed(words, end, named)


def _subject(
    words: Sequence[Token],
    i: int,
    j: int,
    named: Sequence[tuple[int, int]],
    before: Sequence[Report],
) -> tuple[int, int] | None:
    """The subject of the verb at i when word j stands before it: over appositions and "and"."""
    if j < 0:
        return None
    low, mark = words[j].low, words[j].text[0]
    if low == "to":
        return _leading(words, i, named, before)
    if words[i].low.endswith("ing") and not any(w.low in BE for w in words[j + 1 : i]):
        led = mark in ",;—–\x01" or low in ("by", "while", "in", "and", "but")
        return _leading(words, i, named, before) if led else None
    if low in ("and", "but", "or", "then", "nor"):
        return _leading(words, i, named, before)
    if low in ("who", "which"):
        return antecedent(words, j)
    if low in JOINTS or mark in STOPS - set(",)—–"):
        return None
    if mark not in ",)—–":
        return backward(words, j + 1)
    beside = [(s, e) for s, e in named if e < j and words[e].text[0] in ",(—–"]
    if beside:
        end = beside[-1][1]
        relative = words[end + 1].low in ("who", "whose", "which")
        if relative or not any(end <= report.verb < j for report in before):
            return backward(words, end) or beside[-1]
    k = mark_before(words, j, "(" if mark == ")" else words[j].text)
    for start, end in named:  # "The leader, Ann Lee of Derby, said"
        if k < start <= k + 3 and end <= j:
            return (backward(words, k) or (start, end))[0], end
    if k > 0 and not any(k <= report.verb < j for report in before):
        return backward(words, k)
    return _leading(words, i, named, before)


def _leading(
    words: Sequence[Token], i: int, named: Sequence[tuple[int, int]], before: Sequence[Report]
) -> tuple[int, int] | None:
    """Who led the sentence so far: the last report's subject, an opening pronoun, or a name."""
    if before:
        return before[-1].who
    pronouns = [k for k in range(i) if words[k].low.split("'")[0] in PRONOUNS - {"it"}]
    if pronouns:
        return pronouns[-1], pronouns[-1] + 1
    first = next((span for span in named if span[1] <= i), None)
    end = next((k for k in range(1, i) if words[k].low in FINITE or words[k].text[0] in STOPS), 0)
    return first or (backward(words, end) if end else None)


def _zones(
    words: Sequence[Token], i: int, verb: str, kind: str, who: tuple[int, int]
) -> list[tuple[int, int]]:
    """What a report covers: the words after the verb, or all around "…, X said on Monday"."""
    inverted = who[0] > i
    after_quotation = inverted and "\x01" in (words[i - 1].text[0], words[max(i - 2, 0)].text[0])
    if after_quotation and kind != "act":
        return []
    led = i if inverted else who[0]
    rest = words[who[1] :] if inverted else words[i + 1 :]
    here, last = (words[who[1] - 1].end if inverted else words[i].end), words[-1].end
    if verb in PARTICLE and rest and rest[0].low == PARTICLE[verb]:
        here, rest = rest[0].end, rest[1:]
    if kind == "act":
        return [(here, last), *_relative(words, led)]
    aside = next((k for k in range(1, min(7, len(rest))) if rest[k].text == ","), 0)
    if aside and rest[0].text == "," and all(word.low in ASIDE for word in rest[1:aside]):
        rest = rest[aside + 1 :]
    stop = next((k for k, w in enumerate(rest[:16]) if w.text[0] in ".,;:?!\x01"), len(rest[:16]))
    stop = min(stop, 5) if kind == "speak" else stop
    clause = any(w.low in ("that", "whether", "how", "why", "if") for w in rest[:stop])
    behind = led > 2 and words[led - 1].text[0] in ",—–" and not clause
    ended = not rest or rest[0].text[0] in STOPS or rest[0].low in PREPOSITIONS | TIME
    ended = ended or rest[0].low.endswith("ly") or verb in TELL or inverted
    if behind and ended and words[led - 2].low in JOINTS:
        return [(here, last)]
    plain = not rest or rest[0].text[0] in STOPS or rest[0].low in PREPOSITIONS | TIME | {"it"}
    if (behind and ended) or (led and words[led - 1].low == "as" and plain):
        begin = next((w.end for w in reversed(words[:led]) if w.text == ";"), 0)
        return [(begin, words[led].start), (here, last)]
    zones = [(here, last)] if kind == "say" or clause else []
    return zones + _relative(words, led)


def _relative(words: Sequence[Token], led: int) -> list[tuple[int, int]]:
    """The noun phrase before "which he called …": it is what he speaks of."""
    if led < 2 or words[led - 1].low not in ("which", "whom"):
        return []
    end = led - 1 - (words[led - 2].text == ",")
    start = end
    while start and end - start < 10 and words[start - 1].text[0] not in STOPS:
        start -= 1
    return [(words[start].start, words[led - 1].end)] if start < end else []


def _by(words: Sequence[Token], i: int, kind: str) -> Report | None:
    """A passive: "was praised by X" has its holder after "by"; "it was said" has none."""
    k = next((k for k in range(i + 1, min(i + 8, len(words) - 1)) if words[k].low == "by"), 0)
    if (
        not k
        or any(w.text[0] in STOPS or w.low == "to" for w in words[i:k])
        or words[k + 1].low.endswith("ing")
    ):
        return None
    who = (k + 1, forward(words, k + 1))
    if who[0] == who[1] or not nominal(words, who):
        return None
    return Report(who, i, kind, [(0, words[i].start), (words[who[1] - 1].end, words[-1].end)])


def _claim(words: Sequence[Token], i: int) -> Report | None:
    """A report by a noun: "X's remark that …"."""
    if words[i].low not in CLAIM or i == 0 or i + 1 == len(words) or words[i + 1].low != "that":
        return None
    k = next((k for k in range(i - 1, max(i - 4, 0), -1) if words[k].low == "'s"), 0)
    owner = (i - 1, i) if words[i - 1].low in ("his", "her", "their") else None
    who = backward(words, k) if k else owner
    if who and k:
        article = [n for n in range(*who) if words[n].low in DETERMINERS]
        who = (article[-1] if article else who[0], who[1])
    return Report(who, i, "say", [(words[i + 1].end, words[-1].end)]) if who else None


def _view(words: Sequence[Token], i: int, named: Sequence[tuple[int, int]]) -> Report | None:
    """A report by a set phrase: "according to X", "in X's view", "in the opinion of X", "for X"."""
    low, after = words[i].low, words[i + 1 :]
    who, end = None, 0
    if low == "according" and after and after[0].low == "to":
        who = (i + 2, apposed(words, forward(words, i + 2), named))
        end = who[1]
    elif low == "for" and i == 0:
        who = next((span for span in named if 0 < span[0] < 6), None)
        if after and after[0].low in ("him", "her", "them", "me") and len(after) > 1:
            who = (1, 2) if after[1].text in ",—" or after[1].low in DETERMINERS else None
        end = who[1] if who else 0
    elif low in ("in", "by", "to"):
        k = next((k for k, w in enumerate(after[:9], i + 1) if w.low in VIEW), 0)
        inner = words[i + 1 : k]
        mark = next((n for n, w in enumerate(inner, i + 1) if w.low == "'s" or w.text == "’"), 0)
        if inner and not any(w.text[0] in STOPS for w in inner):
            end = k + 1
            if mark:
                who = (i + 1, mark)
            elif inner[-1].low in ("his", "her", "their", "my", "our"):
                who = (k - 1, k)
            elif inner[0].low == "the" and k + 2 < len(words) and words[k + 1].low == "of":
                who = (k + 2, apposed(words, forward(words, k + 2), named))
                end = who[1]
    if not who or who[0] >= who[1]:
        return None
    return Report(who, i, "say", [(0, words[i].start), (words[end - 1].end, words[-1].end)])
