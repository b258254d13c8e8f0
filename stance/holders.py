"""Holders: who takes the stance in a sentence (mentions + sentences → holder, voice).

No model: quotation marks, reporting verbs and the noun phrases beside them. A quotation belongs to
its speaker (voice ``direct``), a reported clause to whom it is reported of (``indirect``: "X said
that …", "according to X", "X praised …"), everything else to the author. Where one sentence holds
several, the place of the actor decides. Names and roles are resolved by ``stance.people``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from stance.people import PREPOSITIONS, People, Person, Token, tokens
from stance.tables import AUTHOR, check

SAY = """say tell add explain stress emphasize emphasise reiterate argue claim insist believe think
    admit acknowledge concede complain recall remark reply declare contend assert allege predict
    conclude suspect doubt deny fear hope warn caution joke quip tweet retort counter testify lament
    boast announce confirm reckon suggest maintain underline underscore inform assure"""
"""Verbs of speech and belief; whatever follows them is reported."""

SPEAK = """note observe answer respond continue state report hold find feel know write ask wonder
    agree disagree promise pledge vow propose object protest expect wish estimate charge point repeat
    laugh sigh shrug shout respond conclude muse begin murmur smile go figure speculate guess dream
    put ponder shrug"""
"""Verbs that report only before "that", beside a quotation or after the reported clause."""

ACT = """praise blame thank accuse criticize criticise condemn denounce hail welcome support back
    endorse oppose reject dismiss defend fault attack slam blast mock applaud commend credit call
    describe label brand regard consider compare trust distrust favor favour deplore deride ridicule
    scold admonish rebuke rip assail decry dispute question challenge demand urge want chide tout
    lambaste berate bash salute congratulate laud appreciate respect admire resent hate detest love
    like dislike disparage belittle ridicule castigate excoriate pan rebuff protest threaten vote
    liken see view prefer"""
"""Verbs by which their subject takes a stance toward their object."""

IRREGULAR = {
    "said": "say", "told": "tell", "thought": "think", "held": "hold", "found": "find", "felt": "feel",
    "knew": "know", "known": "know", "wrote": "write", "written": "write", "went": "go", "saw": "see",
    "seen": "see", "began": "begin", "rip": "rip", "ripped": "rip", "quipped": "quip",
}  # fmt: skip

FEELING = frozenset(
    """grateful thankful critical proud wary sceptical skeptical opposed glad happy tired sure
    convinced certain afraid confident adamant doubtful suspicious sorry disappointed""".split()
)
"""Adjectives that report what their subject feels: "X is grateful to …"."""

VIEW = frozenset(
    "view views opinion words reading judgment judgement estimation estimate eyes mind telling".split()
)
"""Nouns of "in X's view"."""

CLAIM = frozenset(
    """claim claims remark remarks charge charges view argument assertion warning statement belief
    accusation accusations allegation allegations insistence suggestion conviction complaint fear
    promise contention""".split()
)
"""Nouns of "X's claim that …"."""


def _forms(verbs: str) -> Iterator[tuple[str, str]]:
    """Each verb's forms with the verb: say, says, saying, and said by rule or as irregular."""
    for verb in verbs.split():
        stem = verb[:-1] if verb.endswith("e") else verb
        soft = bool(re.search("[^aeiou]y$", verb))
        third = (
            verb[:-1] + "ies"
            if soft
            else verb + ("es" if re.search("(s|x|sh|ch|o)$", verb) else "s")
        )
        past = verb[:-1] + "ied" if soft else stem + "ed"
        yield from ((form, verb) for form in (verb, third, past, stem + "ing"))
    yield from ((form, verb) for form, verb in IRREGULAR.items() if verb in verbs.split())


VERBS = {
    form: (verb, kind)
    for kind, listed in (("act", ACT), ("speak", SPEAK), ("say", SAY))
    for form, verb in _forms(listed)
}

AUX = frozenset(
    """has have had having do does did is was are were be been being will would shall should can
    could may might must cannot not never also then later once again further still even already
    now first only too often always just simply sometimes all same both each ever long
    yesterday today instead however therefore largely""".split()
)
BE = frozenset("is was are were be been being".split())
CONTROL = frozenset(
    """refuse refuses refused decline declines declined want wants wanted wish wishes wished come
    came like likes liked went go tend tends tended has have had seem seems seemed continue continues
    continued prefer prefers preferred begin began begun used try tries tried appear appears ought
    used quick happy rushed expected forced""".split()
)
JOINTS = frozenset(
    """that which who whom whose where when while as because since so though although if unless until
    than and but or nor yet what why how whether before after once""".split()
)
DETERMINERS = frozenset(
    "the a an this that these those his her its their our my your any no some one another".split()
)
NOBODY = frozenset(
    "you one nobody none no who there this which what anyone everyone anybody".split()
)
TIME = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow later
    earlier last late early this recently here there again afterwards aloud bluntly""".split()
)
HEARERS = frozenset("me us him her them reporters journalists lawmakers parliament it you".split())
TELL = frozenset("tell warn inform assure remind ask answer".split())
STOPS = frozenset(",;:—–()\x01?!.")
OPEN, CLOSE = "“«„", "”»"


class Report(NamedTuple):
    """Someone reported to speak or judge: token ranges of the words that say who, and of the verb.

    ``zones`` are the stretches of the sentence that are theirs; ``kind`` is say, speak or act.
    """

    who: tuple[int, int]
    verb: int
    kind: str
    zones: list[tuple[int, int]]


class Line(NamedTuple):
    """A sentence ready for reading: its words with quotations masked, and its reports."""

    text: str
    kind: str
    fresh: bool
    words: list[Token]
    quotes: list[tuple[int, int]]
    carried: bool
    reports: list[Report]


class Zone(NamedTuple):
    """A stretch of a sentence whose content is someone's."""

    start: int
    end: int
    holder: str
    voice: str
    rank: int


def attribute(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Add to each mention who holds its stance: ``holder`` (a name or "author") and ``voice``.

    ``sentences`` are all sentences of the mentions' documents, captions and headlines too, since a
    name may stand anywhere in the article.

    >>> text = ["Deputy Mayor Ann Lee spoke.", 'She said the guards "sleep well".', "They do."]
    >>> table = pd.DataFrame({"sentence": ["1", "2", "3"], "document": "d", "start": [0, 28, 62],
    ...     "end": [27, 61, 70], "text": text, "kind": "body", "quote": ""})
    >>> guards = table.iloc[[1, 2]].assign(mention=["x", "y"], actor="a", spans=[[[13, 19]], [[0, 4]]])
    >>> attribute(guards, table)[["holder", "voice"]].values.tolist()
    [['Ann Lee', 'indirect'], ['author', 'author']]
    """
    check(sentences, "sentences")
    if mentions.empty:
        return mentions.assign(holder=[], voice=[])
    check(mentions, "mentions")
    wanted = sentences[sentences["document"].isin(mentions["document"].unique())]
    zones: dict[str, list[Zone]] = {}
    for _, part in wanted.drop_duplicates("sentence").groupby("document", sort=False):
        part = part.sort_values("start", kind="stable")
        zones.update(zip(part["sentence"], read(part), strict=True))
    found = [
        _choose(zones.get(sentence, []), spans)
        for sentence, spans in zip(mentions["sentence"], mentions["spans"], strict=True)
    ]
    return mentions.assign(holder=[h for h, _ in found], voice=[v for _, v in found])


def _choose(zones: Sequence[Zone], spans: Sequence[Sequence[int]]) -> tuple[str, str]:
    """The holder at the actor's place: the highest rank first, then the narrowest zone."""
    for start, end in spans:
        over = [zone for zone in zones if zone.start <= start and end <= zone.end]
        if over:
            best = min(over, key=lambda zone: (-zone.rank, zone.end - zone.start))
            return best.holder, best.voice
    if not spans and zones:
        best = max(zones, key=lambda zone: (zone.rank, zone.end - zone.start))
        return best.holder, best.voice
    return AUTHOR, "author"


# ------------------------------------------------------------------------------- quotation marks


def _quotations(
    texts: Sequence[str], starts: Sequence[int], quotes: Sequence[str]
) -> list[tuple[list[tuple[int, int]], bool]]:
    """Per sentence its quoted stretches, marks included, and whether the first was carried in."""
    known = any(quotes)
    result, inside = [], False
    for i, text in enumerate(texts):
        if known:
            opened = re.search(r":q(\d+)$", quotes[i] or "")
            inside = bool(opened) and int(opened.group(1)) < starts[i]
        carried, begin, found = inside, 0, []
        for match in re.finditer(r"[\"“”«»„]", text):
            at = match.start()
            if inside and not (at == 0 and carried and match.group() not in CLOSE):
                if match.group() in OPEN:
                    continue
                found.append((begin, at + 1))
                inside = False
            elif not inside and match.group() in CLOSE:
                found.append((0, at + 1)) if not found else None
            elif not inside:
                begin, inside = at, True
        if inside and text:
            found.append((begin, len(text)))
            inside = _goes_on(texts[i + 1 : i + 16])
        result.append((found, carried))
    return result


def _goes_on(following: Sequence[str]) -> bool:
    """Whether an open quotation is closed later, before another one opens inside a sentence."""
    for text in following:
        for match in re.finditer(r"[\"“”«»„]", text):
            mark, at = match.group(), match.start()
            if mark in CLOSE or (mark == '"' and not text[at + 1 : at + 2].isalnum()):
                return True
            if at > 0:
                return False
    return False


# --------------------------------------------------------------------- who is reported of saying


def _masked(text: str, quotes: Sequence[tuple[int, int]]) -> str:
    """The text with every quotation replaced by as many \\x01."""
    for start, end in quotes:
        text = text[:start] + "\x01" * (end - start) + text[end:]
    return text


def _reports(words: Sequence[Token], people: People) -> list[Report]:
    """All reports of a sentence in its order."""
    found: list[Report] = []
    known = people.find(words)
    for i in range(len(words)):
        if report := _report(words, i, known, found) or _view(words, i):
            found.append(report)
    return found


def _report(words, i, known, before) -> Report | None:
    """The report whose verb (or feeling) is word i, if it is one."""
    verb, kind = VERBS.get(words[i].low, ("", ""))
    low = words[i].low
    past = low not in (verb, verb + "s", verb + "es") and not low.endswith("ing")
    previous = words[i - 1].low if i else ""
    if low in FEELING and previous in BE | AUX:
        verb, kind = low, "act"
    elif not verb or (previous in DETERMINERS | PREPOSITIONS | {"'s"} and not low.endswith("ing")):
        return _claim(words, i)
    j, passive = _skip_aux(words, i)
    passive = passive and past and low not in FEELING
    if passive:
        return _by(words, i, kind)
    who = _inverted(words, i) or _subject(words, i, j, known, before)
    if who is None:
        return None
    return Report(who, i, kind, _zones(words, i, verb, kind, who))


def _skip_aux(words, i) -> tuple[int, bool]:
    """The last word before the verb's auxiliaries and adverbs, and whether a form of "be" leads."""
    j, passive = i - 1, False
    while j >= 0:
        low = words[j].low
        if low == "to" and j and words[j - 1].low in CONTROL:
            j -= 2
        elif low in AUX or low.endswith("n't") or (low.endswith("ly") and len(low) > 4):
            passive = passive or low in BE or low in ("wasn't", "isn't", "weren't")
            j -= 1
        else:
            break
    return j, passive


def _inverted(words, i) -> tuple[int, int] | None:
    """The subject after the verb: '…," said the driver'."""
    if i + 1 >= len(words) or words[i].low.endswith("ing"):
        return None
    before, after = words[i - 1].text[0] if i else "", words[i + 1]
    quoted = before == "\x01" or (before == "," and i > 1 and words[i - 2].text[0] == "\x01")
    if not (quoted or before in (",", "—", "–")):
        return None
    if not (after.capital or after.low in DETERMINERS or quoted):
        return None
    if after.low in PREPOSITIONS | TIME | HEARERS | {"that"} or not after.text[0].isalnum():
        return None
    end = _forward(words, i + 1)
    if not quoted and end < len(words) and words[end].text not in ",.;":
        return None
    return i + 1, end


def _forward(words, start) -> int:
    """The end of the noun phrase that begins at a word."""
    end = start
    while end < len(words) and end - start < 12:
        word = words[end]
        if (
            word.text[0] in STOPS
            or word.low in JOINTS
            or (
                end > start and word.low in VERBS and not word.capital and word.low not in ("head",)
            )
        ):
            break
        if end > start and word.low in ("in", "on", "at", "to", "during", "through", "by"):
            break
        end += 1
    return end


def _backward(words, end) -> tuple[int, int] | None:
    """The noun phrase that ends before a word, as a range without introductory adverbials."""
    start = end
    while start > 0 and end - start < 14:
        word = words[start - 1]
        if word.text[0] in STOPS or word.low in JOINTS:
            break
        start -= 1
    while start < end and (words[start].low in TIME or words[start].low in AUX):
        start += 1
    if start < end and words[start].low in PREPOSITIONS:
        later = [
            k
            for k in range(start + 2, end)
            if words[k].low in DETERMINERS
            or (
                words[k].capital
                and words[k - 1].low not in PREPOSITIONS | DETERMINERS
                and not words[k - 1].capital
            )
        ]
        start = later[-1] if later else end - 1
    pronouns = [k for k in range(start, end) if words[k].low in ("i", "he", "she", "they", "we")]
    if pronouns:
        start = pronouns[-1]
    return (start, end) if start < end else None


def _subject(words, i, j, known, before) -> tuple[int, int] | None:
    """The subject of the verb at i whose last word is at j, over appositions and coordination."""
    if words[i].low.endswith("ing") and (
        j < 0
        or words[j].text in ",;—–"
        or words[j].low in ("by", "while", "in", "and", "but", "without", "after", "before")
    ):
        return _leading(words, i, known, before)
    if j < 0:
        return None
    low = words[j].low
    if low in ("and", "but", "or", "then", "nor"):
        return _leading(words, i, known, before)
    if low in ("who", "that", "which"):
        end = j - 1 if words[j - 1].text == "," else j
        return _backward(words, end)
    if low in JOINTS or words[j].text[0] in STOPS - {",", ")", "—", "–"}:
        return None
    if words[j].text[0] in ",)—–":
        named = [(s, e) for s, e, _ in known if e < j and words[e].text[0] in ",(—–"]
        recent = [p for p in named if not any(p[1] <= r.verb < j for r in before)]
        if recent:
            start = recent[-1][0]
            whole = _backward(words, recent[-1][1])
            return whole or (start, recent[-1][1])
        mark = "(" if words[j].text == ")" else words[j].text
        k = next((k for k in range(j - 1, 0, -1) if words[k].text == mark), -1)
        if k > 0 and not any(k <= r.verb < j for r in before):
            return _backward(words, k)
        return _leading(words, i, known, before)
    return _backward(words, j + 1)


def _leading(words, i, known, before) -> tuple[int, int] | None:
    """Who led the clause so far: the last report's subject, a name, or an opening pronoun."""
    if before:
        return before[-1].who
    named = [(s, e) for s, e, _ in known if e <= i]
    if named:
        return named[0]
    if words[0].low in ("he", "she", "they", "it", "i", "we"):
        return 0, 1
    end = next(
        (
            k
            for k in range(1, i)
            if words[k].low in AUX
            or words[k].text[0] in STOPS
            or words[k].low in PREPOSITIONS
            or words[k].low.endswith("ed")
        ),
        0,
    )
    return _backward(words, end) if end else None


def _zones(words, i, verb, kind, who) -> list[tuple[int, int]]:
    """The stretches a report covers: what follows the verb, or all around "…, X said on Monday"."""
    here, last = words[i].end, words[-1].end
    start = words[min(who[0], i)].start
    rest = words[i + 1 :] if who[0] <= i else words[who[1] :]
    if who[0] > i:
        here = words[who[1] - 1].end
    if kind == "act":
        return [(here, last)]
    clause = next(
        (
            k
            for k, w in enumerate(rest[:14])
            if w.low in ("that", "whether", "how", "why", "if") or w.text[0] in ".;:?!\x01"
        ),
        None,
    )
    has_that = clause is not None and rest[clause].low in ("that", "whether", "how", "why", "if")
    led = min(who[0], i)
    trailing = led > 2 and words[led - 1].text[0] in ",—–" and not has_that
    free = (
        not rest
        or rest[0].text[0] in STOPS
        or rest[0].low in PREPOSITIONS | TIME
        or rest[0].low.endswith("ly")
    )
    if verb in TELL and not has_that and trailing:
        free = True
    if trailing and (free or who[0] > i):
        return [(0, start), (here, last)]
    if kind == "say" or has_that or (led == 0 or words[led - 1].low == "as") and False:
        return [(here, last)]
    return []


def _by(words, i, kind) -> Report | None:
    """A passive: "was praised by X" has its holder after "by"; "it was said" has none."""
    k = next((k for k in range(i + 1, min(i + 8, len(words))) if words[k].low == "by"), 0)
    if not k or any(w.text[0] in STOPS for w in words[i:k]):
        return None
    who = (k + 1, _forward(words, k + 1))
    if who[0] >= who[1] or words[k + 1].low.endswith("ing"):
        return None
    return Report(who, i, kind, [(0, words[i].start), (words[who[1] - 1].end, words[-1].end)])


def _claim(words, i) -> Report | None:
    """A report by a noun: "X's remark that …"."""
    if words[i].low not in CLAIM or i < 2 or i + 1 >= len(words) or words[i + 1].low != "that":
        return None
    k = next((k for k in range(i - 1, max(i - 4, 0), -1) if words[k].low == "'s"), 0)
    who = (
        _backward(words, k)
        if k
        else (i - 1, i)
        if words[i - 1].low in ("his", "her", "their")
        else None
    )
    return Report(who, i, "say", [(words[i + 1].end, words[-1].end)]) if who else None


def _view(words, i) -> Report | None:
    """A report by a set phrase: "according to X", "in X's view", "in the opinion of X"."""
    low = words[i].low
    after = words[i + 1 :]
    if low == "according" and after and after[0].low == "to":
        who = (i + 2, _forward(words, i + 2))
    elif low in ("in", "by", "to") and len(after) > 1:
        k = next((k for k, w in enumerate(after[:9]) if w.low in VIEW), None)
        if k is None or any(w.text[0] in STOPS for w in after[:k]):
            return None
        if after[k - 1].low in ("his", "her", "their", "my", "our") and k >= 1:
            who = (i + k, i + k + 1)
        elif any(w.low == "'s" or w.text.endswith("’") for w in after[:k]):
            stop = next(n for n, w in enumerate(after[:k]) if w.low == "'s" or w.text.endswith("’"))
            who = (i + 1, i + 1 + stop)
        elif k + 1 < len(after) and after[k + 1].low == "of" and after[0].low == "the":
            who = (i + k + 3, _forward(words, i + k + 3))
            i += k
        else:
            return None
    else:
        return None
    if who[0] >= who[1]:
        return None
    start, end = words[min(i, who[0])].start, words[who[1] - 1].end
    return Report(who, i, "say", [(0, start), (end, words[-1].end)])


# ------------------------------------------------------------------------- reading one article


def read(sentences: pd.DataFrame) -> list[list[Zone]]:
    """The zones of each sentence of one document, in its order."""
    texts, kinds = sentences["text"].tolist(), sentences["kind"].tolist()
    starts, ends = sentences["start"].tolist(), sentences["end"].tolist()
    quotations = _quotations(texts, starts, sentences["quote"].tolist())
    words = [
        tokens(_masked(text, stretches))
        for text, (stretches, _) in zip(texts, quotations, strict=True)
    ]
    people = People((w, kind) for w, kind in zip(words, kinds, strict=True))
    lines = [
        Line(
            text,
            kind,
            i == 0 or starts[i] > ends[i - 1] + 1,
            w,
            stretches,
            carried,
            _reports(w, people),
        )
        for i, (text, kind, w, (stretches, carried)) in enumerate(
            zip(texts, kinds, words, quotations, strict=True)
        )
    ]
    return Article(lines, people).zones()


class Article:
    """One article being read: who has spoken and who was spoken of so far."""

    def __init__(self, lines: Sequence[Line], people: People) -> None:
        self.lines, self.people = lines, people
        self.focus: list[list[Person]] = []
        self.body = ""
        self.spoke: Counter[str] = Counter()
        self.last: tuple[str, Person | None] = ("", None)
        self.pending: tuple[str, Person | None] = ("", None)

    def zones(self) -> list[list[Zone]]:
        """Read the running text first, then headlines and captions with all names known."""
        turns = _turns(self.lines)
        found: list[list[Zone]] = [[] for _ in self.lines]
        for i, line in enumerate(self.lines):
            if line.kind == "body":
                found[i] = self._sentence(i)
                self.spoke.update(zone.holder for zone in found[i] if zone.voice == "direct")
        main = next((n for n, _ in self.spoke.most_common() if n != AUTHOR), "")
        for i, line in enumerate(self.lines):
            if line.kind != "body":
                found[i] = self._headline(line, main)
        if any(turn == "answer" for turn in turns):
            guest = self._guest(main)
            for i, turn in enumerate(turns):
                if turn == "answer":
                    found[i] = [zone for zone in found[i] if zone.voice == "direct"]
                    found[i].append(Zone(0, len(self.lines[i].text), guest, "direct", 0))
        return found

    def _sentence(self, i: int) -> list[Zone]:
        line = self.lines[i]
        here = [person for _, _, person in self.people.find(line.words)]
        zones, speakers = [], []
        named: list[tuple[str, Person | None]] = []
        for report in line.reports:
            named.append(self._name(line, report, named))
        for report, (name, person) in zip(line.reports, named, strict=True):
            if person:
                speakers.append(person)
            elif name and name != AUTHOR:
                self.body = name
            if name:
                rank = 0 if name == AUTHOR else 1 if report.kind == "act" else 2
                voice = "author" if name == AUTHOR else "indirect"
                zones += [Zone(s, e, name, voice, rank) for s, e in report.zones]
        for n, (start, end) in enumerate(line.quotes):
            speaker = self._speaker(i, n, named)
            if speaker is None:
                continue
            name, person = speaker
            if person:
                speakers.append(person)
            if name and name != AUTHOR:
                self.last = speaker
                zones.append(Zone(start, end, name, "direct", 3))
        self.focus.append(list(dict.fromkeys([*speakers, *here])))
        return zones

    def _recent(self, line: Line, upto: int) -> list[Person]:
        """The people spoken of before a word, nearest sentence first, its speakers first."""
        here = [person for start, _, person in self.people.find(line.words) if start < upto]
        return [*here, *(person for people in reversed(self.focus) for person in people)]

    def _name(
        self, line: Line, report: Report, named: Sequence[tuple[str, Person | None]]
    ) -> tuple[str, Person | None]:
        words = line.words[report.who[0] : report.who[1]]
        low = words[-1].low.split("'")[0]
        if low in ("i", "we", "my", "our", "me"):
            return AUTHOR, None
        if words[0].low in NOBODY or (len(words) == 1 and low in NOBODY):
            return "", None
        if low in ("it", "they", "their", "its") and len(words) == 1:
            return self.body, None
        if low in ("he", "she") and len(words) == 1:
            words = [words[0]._replace(low=low)]
        recent = self._recent(line, report.who[0])
        return self.people.resolve(words, recent, line.kind != "body")

    def _speaker(self, i: int, n: int, named) -> tuple[str, Person | None] | None:
        """Who speaks the n-th quotation of a sentence; None for words in scare quotes."""
        line = self.lines[i]
        start, end = line.quotes[n]
        at = next(k for k, w in enumerate(line.words) if w.start <= start < w.end)
        if n == 0 and line.carried and self.pending[0]:
            who = self.pending
        else:
            if not (n == 0 and line.carried) and not _speech(line.words, at):
                return None
            k = _beside(line.words, line.reports, at)
            if k is not None:
                who = named[k]
            elif at and line.words[at - 1].text in (":", ","):
                who = self._leader(line, at)
            else:
                who = ("", None)
            if not who[0] and end == len(line.text):
                who = self._closing(i)
            if not who[0]:
                who = self._going_on(i)
        goes_on = end == len(line.text) and i + 1 < len(self.lines) and self.lines[i + 1].carried
        self.pending = who if goes_on else ("", None)
        return who

    def _closing(self, i: int) -> tuple[str, Person | None]:
        """The attribution at the end of a quotation that runs on from sentence i."""
        for line in self.lines[i + 1 :]:
            if not line.carried:
                break
            if line.quotes and line.quotes[0][1] < len(line.text):
                k = _beside(line.words, line.reports, 0)
                return self._name(line, line.reports[k], []) if k is not None else ("", None)
        return "", None

    def _leader(self, line: Line, at: int) -> tuple[str, Person | None]:
        """Who leads the words before a colon: a name, or the pronoun of its clause."""
        before = line.words[:at]
        recent = self._recent(line, 0)
        if named := self.people.find(before):
            return named[0][2].name, named[0][2]
        pronoun = next((w for w in before if w.low in ("he", "she")), None)
        return self.people.resolve([pronoun], recent) if pronoun else ("", None)

    def _going_on(self, i: int) -> tuple[str, Person | None]:
        """The speaker of a quotation without attribution: who spoke last, or was spoken of."""
        line = self.lines[i]
        same = not line.fresh or (i and self.lines[i - 1].quotes)
        if self.last[0] and (same or not self.focus or not self.focus[-1]):
            return self.last
        for people in reversed(self.focus):
            if people:
                return people[0].name, people[0]
        return self.last

    def _headline(self, line: Line, main: str) -> list[Zone]:
        """The zones of a headline or caption: reports, "… — diplomat", "Minister: …", quotations."""
        zones, size = [], len(line.text)
        named = [self._name(line, report, []) for report in line.reports]
        for report, (name, _) in zip(line.reports, named, strict=True):
            if name and name != AUTHOR:
                zones += [
                    Zone(s, e, name, "indirect", 1 if report.kind == "act" else 2)
                    for s, e in report.zones
                ]
        label, start, end = _label(line.words)
        name = self.people.resolve(label, [], True)[0] if label and self._someone(label) else ""
        if name:
            zones.append(Zone(start, end, name, "indirect", 1))
        for start, end in line.quotes:
            at = next(k for k, w in enumerate(line.words) if w.start <= start < w.end)
            if not _speech(line.words, at):
                continue
            k = _beside(line.words, line.reports, at)
            speaker = named[k][0] if k is not None else name or main
            if speaker:
                zones.append(Zone(start, end, speaker, "direct", 3))
        return [zone for zone in zones if zone.end <= size]

    def _someone(self, words: Sequence[Token]) -> bool:
        """Whether a headline's label names a person, a role or a place or body of the article."""
        return (
            bool(self.people.find(words))
            or self.people.role(words[-1].low)
            or (words[-1].text in self.people.proper)
        )

    def _guest(self, main: str) -> str:
        """Who answers in an interview: the first person the article introduces."""
        return main or (self.people.alone[0].name if self.people.alone else AUTHOR)


def _speech(words: Sequence[Token], at: int) -> bool:
    """Whether the quotation at a word is somebody's speech, not a word in scare quotes."""
    before = words[at - 1] if at else None
    after = words[at + 1] if at + 1 < len(words) else None
    if before is None:
        return (
            after is None or not after.text[0].isalpha() or _ends(words[at]) or after.low in VERBS
        )
    if before.text in (",", ":", "—", "–"):
        return True
    return before.low in VERBS and VERBS[before.low][1] != "act"


def _ends(word: Token) -> bool:
    return False


def _beside(words: Sequence[Token], reports: Sequence[Report], at: int) -> int | None:
    """The report that attributes the quotation at a word: right after it, else right before it."""
    best = None
    for k, report in enumerate(reports):
        if report.kind == "act":
            continue
        first, last = min(report.who[0], report.verb), max(report.who[1] - 1, report.verb)
        between = words[at + 1 : first]
        if (
            first > at
            and len(between) <= 2
            and all(w.text[0] in ",—–-" or w.low in ("and", "but", "as") for w in between)
        ):
            return k
        if last < at and not any(w.text[0] == "\x01" for w in words[last + 1 : at]):
            best = k
    return best


def _label(words: Sequence[Token]) -> tuple[Sequence[Token], int, int]:
    """The label of a headline with the stretch it is said of: "… — diplomat", "Minister: …"."""
    marks = [k for k, w in enumerate(words) if w.text in ("—", "–", ":")]
    size = words[-1].end if words else 0
    if marks and words[marks[-1]].text != ":" and len(words) - marks[-1] <= 7:
        return words[marks[-1] + 1 :], 0, words[marks[-1]].start
    if marks and words[marks[0]].text == ":" and marks[0] <= 6:
        if words[0].text[0] == "\x01":
            return words[marks[0] + 1 :][:3], 0, words[marks[0]].start
        return words[: marks[0]], words[marks[0]].end, size
    return [], 0, 0


def _turns(lines: Sequence[Line]) -> list[str]:
    """Which sentences are an interview's questions and answers, "" for the others."""
    return ["" for _ in lines]
