"""Who has the floor in an article: quotation marks over its sentences, and interview turns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from stance.holders.people import People, Person
from stance.holders.phrases import Token
from stance.holders.speech import Report
from stance.holders.vocabulary import VERBS
from stance.tables import AUTHOR

OPEN, CLOSE = "“«„", "”»"
MARK = re.compile(r"[\"“”«»„]")
LABEL = re.compile(r"([A-Z][\w’'-]*(?: [A-Z][\w’'-]*)?)[:.] (?=\S)")


class Line(NamedTuple):
    """A sentence ready for reading; its quoted stretches are masked in ``words``."""

    text: str
    kind: str
    fresh: bool
    words: list[Token]
    named: list[tuple[int, int, Person]]
    quotes: list[tuple[int, int]]
    carried: bool
    reports: list[Report]


def quotations(
    texts: Sequence[str], starts: Sequence[int], quotes: Sequence[str]
) -> list[tuple[list[tuple[int, int]], bool]]:
    """Per sentence its quoted stretches, and whether the first one goes on from before.

    ``quotes`` are the sentences' quotation ids; where a document has none, an open quotation is
    followed until it is closed. The marks belong to the stretch.

    >>> quotations(['"One.', 'Two," he said. "Three."'], [0, 6], ["", ""])
    [([(0, 5)], False), ([(0, 5), (15, 23)], True)]
    """
    known, inside = any(quotes), False
    result = []
    for i, text in enumerate(texts):
        if known:
            opened = re.search(r":q(\d+)$", quotes[i] or "")
            inside = opened is not None and int(opened.group(1)) < starts[i]
        carried, begin, found = inside, 0, list[tuple[int, int]]()
        for match in MARK.finditer(text):
            at, mark = match.start(), match.group()
            if not inside and mark not in CLOSE:
                begin, inside = at, True
            elif inside and mark not in OPEN and not (at == 0 and mark not in CLOSE):
                found.append((begin, at + 1))
                inside = False
        if inside and text:
            found.append((begin, len(text)))
            inside = _goes_on(texts[i + 1 : i + 16])
        result.append((found, carried))
    return result


def _goes_on(following: Sequence[str]) -> bool:
    """Whether an open quotation is closed later, before another one opens inside a sentence."""
    for text in following:
        for match in MARK.finditer(text):
            mark, at = match.group(), match.start()
            if mark in CLOSE or (mark == '"' and not text[at + 1 : at + 2].isalnum()):
                return True
            if at > 0:
                return False
    return False


def masked(text: str, quotes: Sequence[tuple[int, int]]) -> str:
    """The text with every quotation replaced by as many \\x01."""
    for start, end in quotes:
        text = text[:start] + "\x01" * (end - start) + text[end:]
    return text


def turns(lines: Sequence[Line], people: People, guest: str) -> list[str]:
    """Who speaks in each sentence of an interview in questions and answers; "" elsewhere.

    Turns are marked by labels ("Question:", "Courier:"), by dashes, or by questions standing alone;
    whoever asks is the author, whoever answers ``guest`` unless a label names another.
    """
    heads = [i for i, line in enumerate(lines) if line.kind == "body" and line.fresh]
    heard = _labelled(lines, heads, people, guest) or _dashed(lines, heads, guest)
    return _spread(lines, heard or _asked(lines, heads, guest))


def _labelled(
    lines: Sequence[Line], heads: Sequence[int], people: People, guest: str
) -> dict[int, str]:
    """Turns by labels that return; the label with most question marks is the interviewer's."""
    found = {i: LABEL.match(lines[i].text) for i in heads}
    labels = {i: match.group(1) for i, match in found.items() if match}
    shared = Counter(labels.values())
    labels = {i: label for i, label in labels.items() if shared[label] > 1}
    if len(labels) < 4:
        return {}
    asking = Counter(label for i, label in labels.items() if "?" in lines[i].text)
    asker = asking.most_common(1)[0][0] if asking else ""
    heard = {}
    for i, label in labels.items():
        named = people.surnames.get(label.split()[-1]) or people.forenames.get(label)
        name = guest if label in ("Answer", "A") else named.name if named else label
        heard[i] = AUTHOR if label == asker else name
    return heard


def _dashed(lines: Sequence[Line], heads: Sequence[int], guest: str) -> dict[int, str]:
    """Turns by dashes: question and answer alternate."""
    dashed = [i for i in heads if lines[i].text[:1] in ("—", "–", "-")]
    return {i: (AUTHOR, guest)[n % 2] for n, i in enumerate(dashed)} if len(dashed) >= 4 else {}


def _asked(lines: Sequence[Line], heads: Sequence[int], guest: str) -> dict[int, str]:
    """Turns without marks: short paragraphs that end in a question mark, at least a quarter."""
    ends = [*heads[1:], len(lines)]
    asked = [
        n
        for n, (i, end) in enumerate(zip(heads, ends, strict=False))
        if lines[end - 1].text.endswith("?") and end - i <= 3 and not lines[i].quotes
    ]
    if len(asked) < 3 or len(asked) * 4 < len(heads):
        return {}
    answers = {heads[n + 1]: guest for n in asked if n + 1 < len(heads)}
    return answers | {heads[n]: AUTHOR for n in asked}


def _spread(lines: Sequence[Line], heard: dict[int, str]) -> list[str]:
    """Each turn over its paragraphs; after the last one only to the end of its paragraph."""
    spread, now, last = [], "", max(heard, default=-1)
    for i, line in enumerate(lines):
        if i in heard:
            now = heard[i]
        elif line.kind != "body" or (i > last and line.fresh):
            now = now if i < last else ""
        spread.append(now if line.kind == "body" else "")
    return spread


def token_at(line: Line, offset: int) -> int:
    """The place of the word at an offset."""
    return next(k for k, word in enumerate(line.words) if word.start <= offset < word.end)


def is_speech(line: Line, n: int) -> bool:
    """Whether the n-th quotation of a sentence is speech, not some words in scare quotes."""
    start, end = line.quotes[n]
    at = token_at(line, start)
    inner = line.text[start:end].strip('"“”«»„ ')
    after = line.words[at + 1] if at + 1 < len(line.words) else None
    if at == 0:
        ended = inner[-1:] in tuple(",.!?…—–-'’")
        return ended or after is None or not after.text[0].isalnum() or after.low in VERBS
    before = line.words[at - 1]
    if before.text == "," and n and is_speech(line, n - 1):
        return True
    if before.text in ",—–" and inner[:1].islower():  # the tail of a reported clause?
        near = (max(report.who[1], report.verb + 1) for report in line.reports)
        return any(0 <= at - last <= 4 for last in near)
    if before.text in ",:—–.":
        return True
    return VERBS.get(before.low, ("", "act"))[1] != "act"


def beside(line: Line, at: int) -> int | None:
    """The report that attributes the quotation at a word: right after it, else before it."""
    best = None
    for k, report in enumerate(line.reports):
        first, last = min(report.who[0], report.verb), max(report.who[1] - 1, report.verb)
        between = line.words[at + 1 : first]
        if (
            first > at
            and len(between) <= 2
            and all(word.text[0] in ",—–-" or word.low in ("and", "but", "as") for word in between)
        ):
            return k
        if last < at and not any(word.text[0] == "\x01" for word in line.words[last + 1 : at]):
            best = k
    return best


def label_of(line: Line) -> tuple[Sequence[Token], tuple[int, int]]:
    """A headline's label with the stretch it is said of: "… — diplomat", "Minister: …"."""
    words = line.words
    marks = [k for k, word in enumerate(words) if word.text in ("—", "–", ":")]
    if not marks:
        return [], (0, 0)
    first, last = marks[0], marks[-1]
    if words[last].text != ":" and len(words) - last <= 7:
        return words[last + 1 :], (0, words[last].start)
    if words[0].text[0] == "\x01" and first == 1:
        end = next((k for k in range(2, len(words)) if words[k].low in VERBS), len(words))
        return words[2:end], (0, words[first].start)
    if words[first].text == ":" and first <= 6:
        return words[:first], (words[first].end, len(line.text))
    return [], (0, 0)
