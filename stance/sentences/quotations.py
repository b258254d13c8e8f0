"""Quotations: which marks open and close, and which quotation a sentence lies in.

Straight, curly, angled and single marks; nested, unclosed, and running on over paragraphs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import NamedTuple

QUOTES = "\"“”„‟«»‹›＂'‘’`"
OPENING = "([{-–—/" + QUOTES
CLOSING = ".,;:!?…)]}-–—/" + QUOTES
MARK = re.compile(r"[\"“”„‟«»‹›＂]|``|''")  # the last two are the Penn Treebank's
SINGLE_OPEN = re.compile(
    r"(?:(?<=[\s(\[{–—\-\"“„«])|(?<!.))['‘](?=[\w\"“(\[…$€£])"
    r"(?!(?:em|til|tis|twas|twere|cause|bout|n|\d\ds?)\b)",
    re.IGNORECASE | re.DOTALL,
)
SINGLE_CLOSE = re.compile(r"(?<=[^\s'‘’])['’](?![\w'’])")
APOSTROPHE = re.compile(r"(?<=\w)['’‘`]|['’‘](?=\w)")
INTRODUCED = re.compile(r"[:,]\s?\W[^\W\d_a-z]$")


class Mark(NamedTuple):
    """A quotation mark ``text[start:end]``; marks of one family open and close each other.

    ``form`` and ``place`` are 1 where they speak for opening, -1 for closing, 0 for neither.
    """

    start: int
    end: int
    family: str
    form: int
    place: int

    def opens(self, inside: bool) -> bool:
        """Whether it opens, standing ``inside`` a quotation of its family or outside.

        Place corrects form: “ closes in German and ” opens in Swedish, and typists mistake them.
        A straight mark in no telling place opens outside and closes inside.
        """
        if self.form > 0:
            return self.place >= 0 or not inside
        if self.form < 0:
            return self.place > 0 and not inside
        return self.place > 0 or (self.place == 0 and not inside)


class Quotation(NamedTuple):
    """A stretch in quotation marks; ``origin`` is where the quotation it belongs to opens."""

    start: int
    end: int
    origin: int


def read_marks(text: str, start: int, end: int) -> list[Mark]:
    """Read the quotation marks of the paragraph ``text[start:end]``; apostrophes are none.

    >>> [(mark.start, mark.place) for mark in read_marks("It's a «yes».", 0, 13)]
    [(7, 1), (11, -1)]
    """
    marks = _single_marks(text, start, end)
    for match in MARK.finditer(text, start, end):
        before = text[match.start() - 1] if match.start() > start else " "
        after = text[match.end()] if match.end() < end else " "
        opens = (before.isspace() or before in OPENING) and not after.isspace()
        closes = (after.isspace() or after in CLOSING) and not before.isspace()
        family = next((family for family in ("«»", "‹›") if match[0] in family), '"')
        form = (match[0] in ("“", "„", "‟", "«", "‹", "``")) - (match[0] in ("”", "»", "›", "''"))
        marks.append(Mark(*match.span(), family, form, opens - closes))
    return sorted(marks)


def _single_marks(text: str, start: int, end: int) -> list[Mark]:
    """Find the pairs of single marks: a plural's apostrophe closes only if nothing later does."""
    marks: list[Mark] = []
    opens = [match.start() for match in SINGLE_OPEN.finditer(text, start, end)]
    for at, following in pairwise([*opens, end]):
        closes = [match.start() for match in SINGLE_CLOSE.finditer(text, at + 2, following)]
        if closes and text[closes[0] - 1] in "sz":
            closes = [close for close in closes if text[close - 1] in ".,!?…—"] or closes
        if closes or (at == start and text[at] == "‘"):
            marks.append(Mark(at, at + 1, "'", 1, 1))
        if closes:
            marks.append(Mark(closes[0], closes[0] + 1, "'", -1, -1))
    return marks


def pair(
    marks: list[Mark], start: int, carried: str = ""
) -> tuple[dict[int, str], list[tuple[int, int]], list[tuple[int, str]]]:
    """Pair the marks of a paragraph that begins at ``start``.

    ``carried`` is the family of a quotation that runs on from the paragraph before, if any does.
    Gives the opening marks (start → family), the quotations (start, end) and those left open
    (start, family). A closing mark ends the nearest open quotation of its family, and all those
    opened since.
    """
    stack = [(start, carried)] if carried else []
    openings, closed = dict(stack), []
    for mark in marks:
        if carried and mark.start == start:
            continue
        level = len(stack) - 1
        while level >= 0 and stack[level][1] != mark.family:
            level -= 1
        if mark.opens(inside=level >= 0):
            openings[mark.start] = mark.family
            stack.append((mark.start, mark.family))
        elif level >= 0:
            closed.append((stack[level][0], mark.end))
            del stack[level:]
    return openings, closed, stack


def runs_on(marks: list[Mark], start: int, family: str) -> bool:
    """Whether an open quotation runs on: its opening mark is repeated, or it is closed first."""
    first = next((mark for mark in marks if mark.family == family), None)
    return first is not None and (first.start == start or not first.opens(inside=True))


def quoted(
    text: str, rows: list[tuple[int, int, str]], quotations: list[Quotation]
) -> list[tuple[int, int, str, int | None]]:
    """Add to each row the origin of its quotation; what lies inside another is passed over."""
    outer: list[Quotation] = []
    for quotation in sorted(quotations, key=lambda one: (one.start, -one.end)):
        if not outer or quotation.start >= outer[-1].end:
            outer.append(quotation)
    starts, ends = [one.start for one in outer], [one.end for one in outer]
    quoted = []
    for start, end, kind in rows:
        inside = outer[bisect_right(ends, start) : bisect_left(starts, end)]
        quoted.append((start, end, kind, _main(text, start, end, inside)))
    return quoted


def _main(text: str, start: int, end: int, inside: list[Quotation]) -> int | None:
    """Choose the quotation that is the main content of a row, see ``split``."""
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    if first.start < start or (first.start == start and not _scare(text, first, end)):
        return first.origin
    shares = [min(one.end, end) - max(one.start, start) for one in inside]
    if sum(shares) > (end - start) / 2:
        return inside[shares.index(max(shares))].origin
    if last.end > end:
        return last.origin
    introduced = [one for one in inside if INTRODUCED.search(text[start : one.start + 2][-4:])]
    return introduced[0].origin if introduced else None


def _scare(text: str, quotation: Quotation, end: int) -> bool:
    """Whether a quotation is but a word or three, with no punctuation at or behind its end."""
    words = text[quotation.start : quotation.end].strip(QUOTES)
    pointed = words.endswith(tuple(".,!?…")) or text.startswith(",", quotation.end)
    return quotation.end < end and len(words.split()) <= 3 and not pointed
