"""Holders: who takes the stance in a sentence (mentions + sentences → holder, voice).

No model: quotation marks, reporting verbs and the noun phrases beside them. A quotation belongs to
its speaker (voice ``direct``), a reported clause to whom it is reported of (``indirect``: "X said
that …", "according to X", "X praised …"), everything else to the author. Where one sentence holds
several, the place of the actor decides: in 'Fox met the guards; the pact, he said, "is dead"' the
author speaks of the guards, Fox of the pact. ``speech`` reads one sentence, ``dialogue`` knows
quotation marks and interviews, ``people`` who "the diplomat" and "he" are; here the article is
read as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from stance.holders.dialogue import (
    MARK,
    Line,
    beside,
    is_speech,
    label_of,
    masked,
    quotations,
    token_at,
    turns,
)
from stance.holders.people import People, Person
from stance.holders.phrases import Token, tokens
from stance.holders.speech import reports
from stance.holders.vocabulary import ARTICLES, BODIES, HE, JOINTS, PREPOSITIONS, is_role
from stance.tables import AUTHOR, check

RANK = {"aside": -1, "answer": 0, "act": 1, "say": 2, "speak": 2, "quotation": 3}
"""Which zone counts where several overlap: a quotation before a report before a judgement.

Asides are what a sentence says of its speaker: "…," said Ann Lee, who knows the mission."""

Who = tuple[str, Person | None]
"""A holder's name, "" where none is found, with the person if it is one."""


class Zone(NamedTuple):
    """A stretch of a sentence whose content is somebody's."""

    start: int
    end: int
    holder: str
    voice: str
    rank: int


def attribute(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Add to each mention who holds its stance: ``holder`` (a name or "author") and ``voice``.

    ``sentences`` are all sentences of the mentions' documents, headlines and captions too, since a
    name may stand anywhere in the article.

    >>> text = ["Deputy Mayor Ann Lee spoke.", 'She said the guards "sleep well".', "Guards do."]
    >>> table = pd.DataFrame({"sentence": ["1", "2", "3"], "document": "d", "start": [0, 28, 62],
    ...     "end": [27, 61, 72], "text": text, "kind": "body", "quote": ""})
    >>> guards = table[1:].assign(mention=["x", "y"], actor="g", spans=[[[13, 19]], [[0, 6]]])
    >>> attribute(guards, table)[["holder", "voice"]].values.tolist()
    [['Ann Lee', 'indirect'], ['author', 'author']]
    """
    check(sentences, "sentences")
    if mentions.empty:
        return mentions.assign(holder="", voice="")
    check(mentions, "mentions")
    wanted = sentences[sentences["document"].isin(mentions["document"].unique())]
    zones: dict[str, list[Zone]] = {}
    for _, part in wanted.drop_duplicates("sentence").groupby("document", sort=False):
        ordered = part.sort_values("start", kind="stable")
        zones.update(zip(ordered["sentence"], read(ordered), strict=True))
    found = [
        _choose(zones.get(sentence, []), spans)
        for sentence, spans in zip(mentions["sentence"], mentions["spans"], strict=True)
    ]
    return mentions.assign(holder=[h for h, _ in found], voice=[v for _, v in found])


def _choose(zones: Sequence[Zone], spans: Sequence[Sequence[int]]) -> tuple[str, str]:
    """Whose zone the actor stands in: the highest rank, then the narrowest zone."""
    for start, end in spans:
        over = [zone for zone in zones if zone.start <= start and end <= zone.end]
        if over:
            best = min(over, key=lambda zone: (-zone.rank, zone.end - zone.start))
            return best.holder, best.voice
    if zones and not len(spans):
        best = max(zones, key=lambda zone: (zone.rank, zone.end - zone.start))
        return best.holder, best.voice
    return AUTHOR, "author"


def read(sentences: pd.DataFrame) -> list[list[Zone]]:
    """The zones of each sentence of one document, in the order of its sentences."""
    texts, kinds = sentences["text"].tolist(), sentences["kind"].tolist()
    starts, ends = sentences["start"].tolist(), sentences["end"].tolist()
    quoted = quotations(texts, starts, sentences["quote"].tolist())
    words = [tokens(masked(text, marked)) for text, (marked, _) in zip(texts, quoted, strict=True)]
    people = People(list(zip(words, kinds, strict=True)))
    lines = []
    for i, (marked, carried) in enumerate(quoted):
        named = people.find(words[i])
        fresh = i == 0 or starts[i] > ends[i - 1] + 1
        found = reports(words[i], [(start, end) for start, end, _ in named])
        lines.append(Line(texts[i], kinds[i], fresh, words[i], named, marked, carried, found))
    return Article(lines, people).zones()


class Article:
    """One article being read: who has spoken, and who was spoken of in each sentence so far."""

    def __init__(self, lines: Sequence[Line], people: People) -> None:
        """Start before the first sentence."""
        self.lines, self.people = lines, people
        self.focus: list[list[Person]] = []
        self.body = ""
        self.opening: Person | None = None
        self.last: Who = ("", None)
        self.pending: Who = ("", None)

    def zones(self) -> list[list[Zone]]:
        """Read the running text first, then headlines and captions, with all names known."""
        found: list[list[Zone]] = [[] for _ in self.lines]
        spoke: Counter[str] = Counter()
        for i, line in enumerate(self.lines):
            if line.kind == "body":
                found[i] = self._sentence(i)
                spoke.update(zone.holder for zone in found[i] if zone.voice == "direct")
        guest = self._guest()
        speaking = turns(self.lines, self.people, guest)
        main = guest if any(speaking) else next((name for name, _ in spoke.most_common(1)), "")
        for i, line in enumerate(self.lines):
            if line.kind != "body":
                found[i] = self._headline(line, main)
            if speaking[i] and speaking[i] != AUTHOR:
                nested = [zone for zone in found[i] if zone.voice == "direct"]
                found[i] = [*nested, _zone((0, len(line.text)), speaking[i], "direct", "answer")]
        return found

    def _guest(self) -> str:
        """Who answers in an interview: the first person it introduces."""
        for line in self.lines:
            if line.kind in ("body", "standfirst", "caption"):
                for _, _, person in line.named:
                    if person.evident:
                        return person.name
        return ""

    def _sentence(self, i: int) -> list[Zone]:
        """The zones of a sentence of the running text."""
        line = self.lines[i]
        self.opening = None
        self.opening = self._opening(line)
        names = [self._name(line, report.who) for report in line.reports]
        zones = _reported(line, names)
        for n, span in enumerate(line.quotes):
            speaker = self._speaker(i, n, names)
            if speaker and speaker[0] and speaker[0] != AUTHOR:
                self.last = speaker
                names.append(speaker)
                zones.append(_zone(span, speaker[0], "direct", "quotation"))
        zones += _asides(line, names, zones)
        for report, (name, person) in zip(line.reports, names, strict=False):
            if name not in ("", AUTHOR) and not person and report.kind != "act":
                self.body = name
        speakers = [person for _, person in reversed(names) if person]
        here = [person for _, _, person in line.named]
        here.sort(key=lambda person: not person.evident)
        if self.opening:
            here.insert(0, self.opening)
        self.focus.append(list(dict.fromkeys([*speakers, *here])))
        return zones

    def _opening(self, line: Line) -> Person | None:
        """The person a sentence opens with by role alone: "Her brother-in-law, a mason, …"."""
        words = line.words[:7]
        if not words or words[0].low not in ARTICLES:
            return None
        for k in range(1, len(words) - 1):
            plain = words[k].text[0].islower() or words[k].low in BODIES  # "A European diplomat"
            if words[k].low in PREPOSITIONS or not plain:
                return None
            if is_role(words[k].low) and not (words[k + 1].capital or is_role(words[k + 1].low)):
                apposed = next((p for start, _, p in line.named if k + 2 <= start <= k + 3), None)
                if apposed and words[k + 1].text == ",":
                    return apposed
                return self.people.resolve(words[: k + 1], self._recent(line, 0))[1]
        return None

    def _name(self, line: Line, who: tuple[int, int]) -> Who:
        """Whom the words at a token range mean: "I" is the author, "it" the last body reported."""
        words = line.words[who[0] : who[1]]
        low = words[-1].low.split("'")[0]
        if low in ("i", "we", "my", "our", "me", "us"):
            return AUTHOR, None
        if low in ("it", "they", "their", "them") and len(words) == 1:
            return self.body, None
        return self.people.resolve(words, self._recent(line, who[0]), line.kind != "body")

    def _recent(self, line: Line, upto: int) -> list[Person]:
        """Who was spoken of before a word: in the sentence, then back from sentence to sentence."""
        here = [person for start, _, person in line.named if start < upto]
        if self.opening and any(word.text in ":;" for word in line.words[:upto]):
            here.insert(0, self.opening)
        return [*here, *(person for people in self.focus[:-20:-1] for person in people)]

    def _speaker(self, i: int, n: int, names: Sequence[Who]) -> Who | None:
        """Who speaks the n-th quotation of a sentence; None for words in scare quotes."""
        line = self.lines[i]
        start, end = line.quotes[n]
        at = token_at(line, start)
        carried = n == 0 and line.carried
        k = beside(line, at)
        afresh = k is not None and bool(MARK.match(line.text))
        if carried and self.pending[0] and not afresh:
            who = self.pending
        elif carried or is_speech(line, n):
            who = names[k] if k is not None else self._neighbour(line, at)
            if k is not None and not who[0] and line.words[line.reports[k].who[0]].low == "one":
                who = (self.body, None)  # "One said" after "Western diplomats doubt"
            if not who[0] and end == len(line.text):
                who = self._closing(i)
            who = who if who[0] else self._going_on(i)
        else:
            return None
        after = self.lines[i + 1 : i + 2] if end == len(line.text) else []
        self.pending = who if any(line.carried for line in after) else ("", None)
        return who

    def _neighbour(self, line: Line, at: int) -> Who:
        """Who stands beside a quotation without a reporting verb: after it, or before its colon."""
        words, named = line.words, line.named
        after = next(
            (k for k in range(at + 1, min(at + 3, len(words))) if words[k].low in HE), None
        )
        if after is not None:
            return self._name(line, (after, after + 1))
        beside = [person for start, _, person in named if at < start <= at + 4]
        if at and words[at - 1].text == ":":
            beside += [person for _, end, person in named if end < at]
            pronoun = next((k for k in range(at) if words[k].low in ("he", "she")), None)
            if not beside and pronoun is not None:
                return self._name(line, (pronoun, pronoun + 1))
        return (beside[0].name, beside[0]) if beside else ("", None)

    def _closing(self, i: int) -> Who:
        """The attribution at the end of a quotation that runs on from sentence i."""
        for line in self.lines[i + 1 :]:
            if not line.carried:
                break
            if line.quotes and line.quotes[0][1] < len(line.text):
                k = beside(line, 0)
                return self._name(line, line.reports[k].who) if k is not None else ("", None)
        return "", None

    def _going_on(self, i: int) -> Who:
        """The speaker of a quotation without attribution: who spoke just before, or was named."""
        above = self.lines[i - 1] if i else None
        if above and above.kind == "heading" and above.words[1:2] and above.words[1].text == ",":
            return self.people.resolve(above.words[:1], [])  # a portrait under its name
        follows = i > 0 and (not self.lines[i].fresh or bool(self.lines[i - 1].quotes))
        people = next((people for people in reversed(self.focus) if people), [])
        if people and not (follows and self.last[0]):
            return people[0].name, people[0]
        return self.last

    def _headline(self, line: Line, main: str) -> list[Zone]:
        """Zones of a headline or caption: reports, "… — diplomat", "Minister: …", quotations."""
        names = [self._name(line, report.who) for report in line.reports]
        zones = _reported(line, names)
        label, span = label_of(line)
        name = self.people.resolve(label, [], True)[0] if self._someone(label) else ""
        if name and not zones:
            zones.append(_zone(span, name, "indirect", "act"))
        for n, stretch in enumerate(line.quotes):
            if is_speech(line, n):
                k = beside(line, token_at(line, stretch[0]))
                speaker = (names[k][0] if k is not None else "") or name or main
                if speaker:
                    zones.append(_zone(stretch, speaker, "direct", "quotation"))
        return zones

    def _someone(self, label: Sequence[Token]) -> bool:
        """Whether a headline's label names a person, a role, or a place or body of the article."""
        known = self.people.find(label)
        last = label[-1] if label else None
        return last is not None and (
            bool(known) or is_role(last.low) or last.text in self.people.proper
        )


def _zone(span: tuple[int, int], holder: str, voice: str, kind: str) -> Zone:
    """A zone with the rank of its kind."""
    return Zone(*span, holder, voice, RANK[kind])


def _reported(line: Line, names: Sequence[Who]) -> list[Zone]:
    """The zones of a sentence's reports; what "I" says outside quotations is the author's."""
    return [
        _zone(span, name, "author" if name == AUTHOR else "indirect", report.kind)
        for report, (name, _) in zip(line.reports, names, strict=True)
        for span in report.zones
        if name
    ]


def _asides(line: Line, names: Sequence[Who], zones: Sequence[Zone]) -> list[Zone]:
    """What stands beside speech in the same part of a sentence is the speaker's too.

    So in "The mission said that it stays" the mission speaks of itself.
    """
    heard = [(zone.start, zone.holder) for zone in zones if zone.voice == "direct"]
    for report, (name, _) in zip(line.reports, names, strict=False):
        nested = line.words[max(report.who[0] - 1, 0)].low in JOINTS  # "what few had thought"
        if report.kind != "act" and report.zones and name and not nested:
            heard.append((line.words[report.verb].start, name))
    cuts = [0, *(word.end for word in line.words if word.text == ";"), len(line.text)]
    found = []
    for start, end in pairwise(cuts):
        here = [name for at, name in sorted(heard) if start <= at < end]
        if here and AUTHOR not in here:
            found.append(_zone((start, end), here[0], "indirect", "aside"))
    return found
