"""Reported speech in one sentence: who is said to speak, believe or judge, and over which words.

Reporting verbs and the noun phrases beside them, found in the order of the words; no parser.
Quotations are masked beforehand (see ``Token``), so that only the author's words are read.

>>> from stance.people import tokens
>>> for report in reports(tokens("The mission is needed, the deputy speaker said on Monday.")):
...     print(report.who, report.kind, report.zones)
(5, 8) say [(0, 23), (46, 57)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stance.people import JOINTS, NATIONS, PREPOSITIONS, PRONOUNS, Token, is_role, listed

SAY = """say tell add explain stress emphasize emphasise reiterate argue claim insist believe think
    admit acknowledge concede complain recall remark reply declare contend assert allege
    predict conclude suspect doubt deny fear hope warn caution joke quip tweet retort counter
    testify lament boast announce confirm reckon suggest maintain underline underscore inform
    assure remind hint"""
"""Verbs of speech and belief; whatever follows them is reported."""

SPEAK = """note observe answer respond continue state report hold find feel know write ask wonder
    agree disagree promise pledge vow propose object protest expect wish estimate charge point
    repeat laugh sigh shrug shout muse begin murmur smile go put ponder speculate guess dream
    concur learn understand realize realise remember forget pretend swear inquire accept see"""
"""Verbs that report only before "that", beside a quotation or after the reported clause."""

ACT = """praise blame thank accuse criticize criticise condemn denounce hail welcome support back
    endorse oppose reject dismiss defend fault attack slam blast mock applaud commend credit
    call describe label brand regard consider compare liken trust distrust favor favour
    deplore deride ridicule scold admonish rebuke rip assail decry dispute question challenge
    demand urge want chide tout lambaste berate bash salute congratulate laud appreciate
    respect admire resent hate detest love dislike disparage belittle castigate excoriate pan
    rebuff protest threaten view prefer mourn regret vilify demonize taunt insult disavow
    repudiate cheer champion advocate vouch voice express embrace honor honour celebrate rail
    lash tear side"""
"""Verbs by which their subject takes a stance toward their object."""

IRREGULAR = {
    **{"said": "say", "told": "tell", "thought": "think", "held": "hold", "found": "find"},
    **{"felt": "feel", "knew": "know", "known": "know", "wrote": "write", "written": "write"},
    **{"went": "go", "began": "begin", "saw": "see", "seen": "see", "swore": "swear"},
    **{"understood": "understand", "forgot": "forget", "meant": "mean", "shown": "show"},
    **{"quipped": "quip", "ripped": "rip", "slammed": "slam", "panned": "pan"},
}
PARTICLE = {
    **{"point": "out", "go": "on", "put": "it", "rail": "against", "lash": "out", "tear": "into"},
    **{"side": "with", "see": "it"},
}
"""Verbs that report only with their particle."""

FEELING = listed(
    """grateful thankful critical proud wary sceptical skeptical opposed glad happy convinced
    certain confident adamant doubtful suspicious disappointed"""
)
"""Adjectives that tell their subject's stance: "X is grateful to …"."""

VIEW = listed(
    """view views opinion words reading experience judgment judgement estimation estimate eyes
    mind"""
)
"""Nouns of "in X's view"."""

CLAIM = listed(
    """claim claims remark remarks charge charges view argument assertion warning statement
    belief accusation accusations allegation allegations insistence suggestion conviction
    complaint fear promise contention"""
)
"""Nouns of "X's claim that …"."""

BE = listed("am is was are were be been being isn't wasn't aren't weren't am")
FINITE = BE | listed(
    """has have had do does did will would shall should can could may might must cannot don't
    doesn't didn't hasn't haven't hadn't won't wouldn't can't couldn't shouldn't"""
)
ADVERBS = listed(
    """not never also then later once again further still even already now only too often always
    just simply sometimes ever long no longer however instead therefore largely thus indeed
    perhaps"""
)
CONTROL = listed(
    """refuse refuses refused decline declines declined want wants wanted wish wishes wished come
    came like likes liked went go tend tends tended has have had seem seems seemed continue
    continues continued prefer prefers preferred begin began begun used try tries tried appear
    appears ought quick happy rushed expected forced"""
)
"""Words between a subject and "to say"."""
DETERMINERS = listed(
    """the a an this that these those his her its their our my your any no some one another"""
)
TIME = listed(
    """monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow later
    earlier last late early this recently here there again afterwards aloud bluntly"""
)
ASIDE = TIME | listed(
    """however too instead therefore though meanwhile for his her their its part in turn all the
    same of course nonetheless nevertheless then on that"""
)
"""Words that may stand between commas inside a verb phrase: "He did, however, credit …"."""
PLURAL = listed(
    """i we you they people police men women children many some few most both others those"""
)
TELL = listed("tell warn inform assure remind")
STOPS = frozenset(",;:—–()\x01?!.")


class Report(NamedTuple):
    """One person or body reported to speak, believe or judge.

    ``who`` is the token range of the words that say who, ``verb`` the place of the verb, ``kind``
    say, speak or act, and ``zones`` the stretches of the sentence that are theirs.
    """

    who: tuple[int, int]
    verb: int
    kind: str
    zones: list[tuple[int, int]]


def _forms(verbs: str) -> Iterator[tuple[str, str]]:
    """Each verb's forms with the verb: say, says, saying, and said by rule or as irregular."""
    listed = verbs.split()
    for verb in listed:
        stem = verb[:-1] if verb.endswith("e") else verb
        soft = bool(re.search("[^aeiou]y$", verb))
        sibilant = bool(re.search("(s|x|sh|ch|o)$", verb))
        third = verb[:-1] + "ies" if soft else verb + ("es" if sibilant else "s")
        past = verb[:-1] + "ied" if soft else stem + "ed"
        yield from ((form, verb) for form in (verb, third, past, stem + "ing"))
    yield from ((form, verb) for form, verb in IRREGULAR.items() if verb in listed)


VERBS = {
    form: (verb, kind)
    for kind, listed in (("act", ACT), ("speak", SPEAK), ("say", SAY))
    for form, verb in _forms(listed)
}
"""Every form of every reporting verb → the verb and its kind."""


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
    if who is None or who[0] >= who[1] or not _nominal(words, who):
        return None
    bare = low == verb and j == i - 1 and who[0] < i
    if bare and not _plural(_head(words[who[0] : who[1]])):
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
            and (k := _mark_before(words, j, ",")) >= max(j - 6, 0)
            and all(word.low in ASIDE for word in words[k + 1 : j])
        ):
            j = k - 1
        else:
            break
    return j, passive


def _mark_before(words: Sequence[Token], j: int, mark: str) -> int:
    """The place of the mark before word j, not counting the comma of a date's year; -1 if none."""
    for k in range(j - 1, -1, -1):
        if words[k].text == mark and not re.fullmatch(r"\d{4}", words[k + 1].text):
            return k
    return -1


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
    end = _forward(words, i + 1)
    if end < len(words) and words[end].low in FINITE:
        return None
    if not quoted:
        apposition = any(e < i and words[e].text[0] in ",(" for _, e in named)
        bare = VERBS[words[i].low][0] == words[i].low if words[i].low in VERBS else True
        if apposition or bare or not (after.capital or after.low == "the"):
            return None
        if end < len(words) and words[end].text not in ",.;":
            return None
    return i + 1, _apposed(words, end, named)


def _apposed(words: Sequence[Token], end: int, named: Sequence[tuple[int, int]]) -> int:
    """The end of a noun phrase with the name in apposition: "said the manager, Ann Lee, …"."""
    beside = (stop for start, stop in named if start == end + 1 and words[end].text == ",")
    return next(beside, end)


def _forward(words: Sequence[Token], start: int) -> int:
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


def _backward(words: Sequence[Token], end: int) -> tuple[int, int] | None:
    """The noun phrase that ends before a word, without adverbials that lead it in."""
    start = end
    while start > 0 and end - start < 14 and not _bounds(words, start - 1, end):
        start -= 1
    stop = words[start - 1].low if start else ""
    opens = start < end and (words[start].capital or words[start].low in DETERMINERS | PRONOUNS)
    if stop in FINITE or (stop in ("who", "which") and not opens):
        return _antecedent(words, start - 1)
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


def _antecedent(words: Sequence[Token], k: int) -> tuple[int, int] | None:
    """Whom "who" at word k or shortly before stands for."""
    near = range(k, max(k - 4, 0), -1)
    k = next((n for n in near if words[n].low in ("who", "which")), 0)
    found = _backward(words, k - (words[k - 1].text == ",")) if k else None
    if not found:
        return None
    article = [n for n in range(*found) if words[n].low in DETERMINERS]
    return (article[-1], found[1]) if article else found


def _starts(words: Sequence[Token], k: int) -> bool:
    """Whether the subject begins at word k of "In Baku the head …", "On Sunday Baku …"."""
    before = words[k - 1]
    name = words[k].capital and words[k].low not in TIME and before.low not in PREPOSITIONS
    return words[k].low in DETERMINERS or (name and (not before.capital or before.low in TIME))


def _nominal(words: Sequence[Token], who: tuple[int, int]) -> bool:
    """Whether the words can name someone: a name, pronoun, role, group, or with an article."""
    phrase = words[who[0] : who[1]]
    if any(word.low in FINITE or word.text[0] == "\x01" for word in phrase):
        return False
    head = _head(phrase)
    if len(phrase) == 1 and head in NATIONS:
        return False
    return (
        any(word.capital for word in phrase)
        or phrase[0].low in DETERMINERS
        or phrase[0].low.split("'")[0] in PRONOUNS
        or is_role(head)
        or _plural(head)
    )


def _head(phrase: Sequence[Token]) -> str:
    """The head of a noun phrase: its last word before a preposition."""
    inner = next((k for k in range(1, len(phrase)) if phrase[k].low in PREPOSITIONS), len(phrase))
    return phrase[inner - 1].low.split("'")[0]


def _plural(word: str) -> bool:
    return word in PLURAL or bool(re.search("[^s]s$", word))


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
        led = mark in ",;—–\x01" or low in ("by", "while", "in", "and", "but", "without")
        return _leading(words, i, named, before) if led else None
    if low in ("and", "but", "or", "then", "nor"):
        return _leading(words, i, named, before)
    if low in ("who", "which"):
        return _antecedent(words, j)
    if low in JOINTS or mark in STOPS - set(",)—–"):
        return None
    if mark not in ",)—–":
        return _backward(words, j + 1)
    beside = [(s, e) for s, e in named if e < j and words[e].text[0] in ",(—–"]
    if beside:
        end = beside[-1][1]
        relative = words[end + 1].low in ("who", "whose", "which")
        if relative or not any(end <= report.verb < j for report in before):
            return _backward(words, end) or beside[-1]
    k = _mark_before(words, j, "(" if mark == ")" else words[j].text)
    for start, end in named:  # "The leader, Ann Lee of Derby, said"
        if k < start <= k + 3 and end <= j:
            return (_backward(words, k) or (start, end))[0], end
    if k > 0 and not any(k <= report.verb < j for report in before):
        return _backward(words, k)
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
    return first or (_backward(words, end) if end else None)


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
    who = (k + 1, _forward(words, k + 1))
    if who[0] == who[1] or not _nominal(words, who):
        return None
    return Report(who, i, kind, [(0, words[i].start), (words[who[1] - 1].end, words[-1].end)])


def _claim(words: Sequence[Token], i: int) -> Report | None:
    """A report by a noun: "X's remark that …"."""
    if words[i].low not in CLAIM or i == 0 or i + 1 == len(words) or words[i + 1].low != "that":
        return None
    k = next((k for k in range(i - 1, max(i - 4, 0), -1) if words[k].low == "'s"), 0)
    owner = (i - 1, i) if words[i - 1].low in ("his", "her", "their") else None
    who = _backward(words, k) if k else owner
    if who and k:
        article = [n for n in range(*who) if words[n].low in DETERMINERS]
        who = (article[-1] if article else who[0], who[1])
    return Report(who, i, "say", [(words[i + 1].end, words[-1].end)]) if who else None


def _view(words: Sequence[Token], i: int, named: Sequence[tuple[int, int]]) -> Report | None:
    """A report by a set phrase: "according to X", "in X's view", "in the opinion of X", "for X"."""
    low, after = words[i].low, words[i + 1 :]
    who, end = None, 0
    if low == "according" and after and after[0].low == "to":
        who = (i + 2, _apposed(words, _forward(words, i + 2), named))
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
                who = (k + 2, _apposed(words, _forward(words, k + 2), named))
                end = who[1]
    if not who or who[0] >= who[1]:
        return None
    return Report(who, i, "say", [(0, words[i].start), (words[end - 1].end, words[-1].end)])
