"""Cut documents into sentences that know their place: offsets, kind of part, quotation.

The splitting is sentencex's (https://github.com/wikimedia/sentencex), which keeps a quotation of
several sentences whole. So it reads a copy of the text, of the same length, in which quotation
marks and brackets are blank; each of its cuts is then moved behind the closing marks, or refused.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import NamedTuple

import pandas as pd
import sentencex

from stance.errors import StanceError
from stance.layout import parts
from stance.tables import COLUMNS, check

RUNNING = ("standfirst", "caption", "body")
"""The kinds of parts that hold several sentences; a part of any other kind is one row."""


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


class Tail(NamedTuple):
    """A quotation still open at the ``end`` of its paragraph; the next one may carry it on."""

    start: int
    end: int
    origin: int
    family: str


def split(documents: pd.DataFrame, language: str = "en") -> pd.DataFrame:
    """Cut documents into sentences (documents → sentences), in the order of the text.

    The rows hold every character of a document but white space; the kinds are those of
    ``layout.parts``. A quotation of several sentences is cut inside. ``quote`` is the id of the
    quotation that is the row's main content: the row starts inside it or lies in it by more than
    half, or a whole sentence opens in it (after a colon or comma, or running on beyond the row).
    So a row with a quotation and its attribution carries the id; one that merely holds scare
    quotes, or starts with some (up to three words, no punctuation), does not. A quotation runs on
    over paragraphs that repeat its opening mark; one that is never closed ends with its sentence.

    Raises StanceError for documents that share a name and for a text that is no string.

    >>> text = 'He left. "It is over. We lost," she said.'
    >>> documents = pd.DataFrame({"document": ["a"], "text": [text]})
    >>> split(documents)[["start", "text", "quote"]]
       start                  text quote
    0      0              He left.
    1      9         "It is over.   a:q9
    2     22  We lost," she said.   a:q9
    """
    check(documents, "documents")
    names = documents["document"]
    if names.duplicated().any():
        name = names[names.duplicated()].iloc[0]
        raise StanceError(
            f"Each document needs a name of its own, but {name!r} stands {(names == name).sum()} "
            "times in the column 'document'. Rename the documents or drop the repeated ones."
        )
    titles = documents["title"] if "title" in documents else [""] * len(documents)
    rows = []
    for name, text, title in zip(names, documents["text"], titles, strict=True):
        for start, end, kind, origin in _sentences(name, text, title, language):
            quote = "" if origin is None else f"{name}:q{origin}"
            row = (f"{name}:{start}-{end}", name, start, end, text[start:end], kind, quote)
            rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS["sentences"]))
    return table.astype({"start": "int64", "end": "int64"})


def _sentences(
    name: object, text: object, title: object, language: str
) -> list[tuple[int, int, str, int | None]]:
    """List start, end, kind and the origin of the quotation of each sentence of a document."""
    if not isinstance(text, str):
        raise StanceError(
            f"The text of document {name!r} should be a string, found {text!r}. "
            "Leave out the documents that have no text."
        )
    rows: list[tuple[int, int, str]] = []
    quotations: list[Quotation] = []
    tail: Tail | None = None
    for start, end, kind in parts(text, title if isinstance(title, str) else ""):
        marks = read_marks(text, start, end)
        carried = _carried(tail, marks, start) if kind == "body" else None
        openings, closed, unclosed = pair(marks, start, carried.family if carried else "")
        spans = [(start, end)]
        if kind in RUNNING:
            spans = _cut(text, start, end, marks, openings, language)
        rows += [(*span, kind) for span in spans]
        origin = carried.origin if carried else start
        quotations += [Quotation(a, b, origin if a == start else a) for a, b in closed]
        for a, _ in unclosed:  # each ends with its sentence
            b = next(b for _, b in spans if a < b)
            quotations.append(Quotation(a, b, origin if a == start else a))
        if carried and tail:  # so the earlier paragraph lay in it to its end
            quotations.append(Quotation(tail.start, tail.end, tail.origin))
        if kind == "body":
            tail = _tail(marks, openings, unclosed, end, origin, start)
    return list(_quoted(text, rows, quotations))


# Quotation marks ----------------------------------------------------------------------------


def read_marks(text: str, start: int, end: int) -> list[Mark]:
    """Read the quotation marks of a paragraph ``text[start:end]``; apostrophes are none.

    >>> [(mark.start, mark.place) for mark in read_marks("It's a \\"yes\\".", 0, 13)]
    [(7, 1), (11, -1)]
    """
    marks = _single_marks(text, start, end)
    for match in MARK.finditer(text, start, end):
        before = text[match.start() - 1] if match.start() > start else " "
        after = text[match.end()] if match.end() < end else " "
        opens = (before.isspace() or before in OPENING) and not after.isspace()
        closes = (after.isspace() or after in CLOSING) and not before.isspace()
        family, form = FORMS[match[0]]
        marks.append(Mark(match.start(), match.end(), family, form, opens - closes))
    return sorted(marks)


def _single_marks(text: str, start: int, end: int) -> list[Mark]:
    """Find the pairs of single marks: a plural's apostrophe closes only if nothing later does."""
    opens = [match.start() for match in SINGLE_OPEN.finditer(text, start, end)]
    closes = [match.start() for match in SINGLE_CLOSE.finditer(text, start, end)]
    marks: list[Mark] = []
    for at, following in pairwise([*opens, end]):
        if marks and at < marks[-1].end:
            continue
        inside = [close for close in closes if at + 1 < close < following]
        sure = [close for close in inside if text[close - 1] in ".,!?…—"]
        if inside and text[inside[0] - 1] in "sz":
            inside = sure or inside
        if inside:
            marks.append(Mark(at, at + 1, "'", 1, 1))
            marks.append(Mark(inside[0], inside[0] + 1, "'", -1, -1))
        elif at == start and text[at] == "‘":
            marks.append(Mark(at, at + 1, "'", 1, 1))
    return marks


def pair(
    marks: list[Mark], start: int, carried: str = ""
) -> tuple[set[int], list[tuple[int, int]], list[tuple[int, str]]]:
    """Pair the marks of a paragraph that begins at ``start``.

    ``carried`` is the family of a quotation that runs on from the paragraph before. Gives where
    opening marks stand, the quotations (start, end), and those left open (start, family). A
    closing mark ends the nearest open quotation of its family and all that opened since.
    """
    openings: set[int] = set()
    closed: list[tuple[int, int]] = []
    stack = [(start, carried)] if carried else []
    for mark in marks:
        if carried and mark.start == start:
            openings.add(start)
            continue
        levels = [n for n, (_, family) in enumerate(stack) if family == mark.family]
        if mark.opens(inside=bool(levels)):
            openings.add(mark.start)
            stack.append((mark.start, mark.family))
        elif levels:
            closed.append((stack[levels[-1]][0], mark.end))
            del stack[levels[-1] :]
    return openings, closed, stack


def _carried(tail: Tail | None, marks: list[Mark], start: int) -> Tail | None:
    """Say whether the quotation runs on: its opening mark is repeated, or it is closed first."""
    first = next((mark for mark in marks if tail and mark.family == tail.family), None)
    return tail if first and (first.start == start or not first.opens(inside=True)) else None


def _tail(
    marks: list[Mark],
    openings: set[int],
    unclosed: list[tuple[int, str]],
    end: int,
    origin: int,
    start: int,
) -> Tail | None:
    """Give the last quotation left open, unless another of its family opens after it."""
    if not unclosed:
        return None
    at, family = unclosed[-1]
    if any(mark.start > at and mark.family == family and mark.start in openings for mark in marks):
        return None
    return Tail(at, end, origin if at == start else at, family)


def _quoted(
    text: str, rows: list[tuple[int, int, str]], quotations: list[Quotation]
) -> list[tuple[int, int, str, int | None]]:
    """Add to each row the origin of its quotation; what lies inside another is passed over."""
    outer: list[Quotation] = []
    for quotation in sorted(quotations, key=lambda one: (one.start, -one.end)):
        if not outer or quotation.start >= outer[-1].end:
            outer.append(quotation)
    quoted, first = [], 0
    for start, end, kind in rows:
        while first < len(outer) and outer[first].end <= start:
            first += 1
        last = first
        while last < len(outer) and outer[last].start < end:
            last += 1
        quoted.append((start, end, kind, _main(text, start, end, outer[first:last])))
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
    introduced = [one for one in inside if INTRODUCED.search(text[one.start - 3 : one.start + 2])]
    return introduced[0].origin if introduced else None


def _scare(text: str, quotation: Quotation, end: int) -> bool:
    """Whether a quotation is but a word or three without punctuation at or behind its end."""
    words = text[quotation.start : quotation.end].strip("\"'“”„‘’«»`")
    pointed = words[-1:] in ".,!?…" or text[quotation.end : quotation.end + 1] == ","
    return quotation.end < end and len(words.split()) <= 3 and not pointed


# Sentences ----------------------------------------------------------------------------------


def _cut(
    text: str, start: int, end: int, marks: list[Mark], openings: set[int], language: str
) -> list[tuple[int, int]]:
    """Cut a paragraph ``text[start:end]`` into the spans of its sentences."""
    blank = _blank(text[start:end], [(m.start - start, m.end - start) for m in marks])
    cuts = [start]
    for offset in accumulate(map(len, sentencex.segment(language, blank)[:-1])):
        stop = offset
        while stop and blank[stop - 1] == " ":
            stop -= 1
        cut = _behind(text, start + stop, end, openings)
        left = blank[cuts[-1] - start : stop]
        if cut > cuts[-1] and not _belongs(left, text[start + stop : cut], text[cut:end], blank):
            cuts.append(cut)
    spans = []
    for one, two in pairwise([*cuts, end]):
        words = text[one:two]
        first = one + len(words) - len(words.lstrip())
        spans.append((first, first + len(words.strip())))
    return spans


def _blank(paragraph: str, marks: list[tuple[int, int]]) -> str:
    """Hide from the splitter what misleads it: marks, brackets, line ends; "…" reads as a stop."""
    characters = list(paragraph)
    for start, end in marks:
        characters[start:end] = " " * (end - start)
    blank = APOSTROPHE.sub("x", "".join(characters))
    return SPACE.sub(" ", blank).replace("…", ".")


def _behind(text: str, at: int, end: int, openings: set[int]) -> int:
    """Move a cut behind the marks and brackets that close the sentence."""
    cut = at
    while at < end and (text[at].isspace() or text[at] in QUOTES + ")]}"):
        if at in openings:
            break
        at += 1
        cut = cut if text[at - 1].isspace() else at
    return cut


def _belongs(left: str, closing: str, right: str, blank: str) -> bool:
    """Whether the text goes on after a stop that the splitter took for the end of a sentence."""
    word = right.lstrip()[:80]
    if not word or not any(map(str.isalnum, left)) or CONTINUES.match(word):
        return True
    if not right[0].isspace() and not (closing or GLUED.search(left[-2:] + right[:2])):
        return True
    bare = word.lstrip(OPENING + " ")
    if bare[:1].islower() and blank.lstrip()[:1].isupper():
        return True
    if left.endswith(("?", "!")) and closing and ATTRIBUTION.match(word):
        return True
    if ENUMERATOR.fullmatch(left.strip()) or ABBREVIATION.search(left):
        return True
    return bool(re.search(r"\b[ap]\.m\.$", left) and DAY.match(word))


# Forms --------------------------------------------------------------------------------------

QUOTES = "\"“”„‟«»‹›＂'‘’`"
OPENING = "([{-–—/" + QUOTES
CLOSING = ".,;:!?…)]}-–—/" + QUOTES
MARK = re.compile(r"[\"“”„‟«»‹›＂]|``|''")
FORMS = {
    **{mark: ('"', form) for mark, form in zip('"＂“„‟”', (0, 0, 1, 1, 1, -1), strict=True)},
    **{mark: ("«", form) for mark, form in zip("«»", (1, -1), strict=True)},
    **{mark: ("‹", form) for mark, form in zip("‹›", (1, -1), strict=True)},
    **{"``": ('"', 1), "''": ('"', -1)},
}
"""The family and the form of each mark; the last two are those of the Penn Treebank."""

SINGLE_OPEN = re.compile(
    r"(?:(?<=[\s(\[{–—\-\"“„«])|(?<!.))['‘](?=[\w\"“(\[…$€£])"
    r"(?!(?:em|til|tis|twas|twere|cause|bout|n|\d\ds?)\b)",
    re.IGNORECASE | re.DOTALL,
)
SINGLE_CLOSE = re.compile(r"(?<=[^\s'‘’])['’](?![\w'’])")
APOSTROPHE = re.compile(r"(?<=\w)['’‘`]|['’‘](?=\w)")
SPACE = re.compile(r"[\s()\[\]{}'’‘`]")
INTRODUCED = re.compile(r"[:,]\s?\W[^\W\d_a-z]")
CONTINUES = re.compile(r"[.,;:!?…)\]}%]|[–—-]+\s*[^\W\d_A-Z]")
GLUED = re.compile(r"[a-z0-9)][.!?…][A-Z]")
ENUMERATOR = re.compile(r"(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,4})[.)]")
ABBREVIATION = re.compile(
    r"\b(?:Ald|Amb|approx|Atty|cf|Chap|Eng|Lieut|Ltn|Ms|Pte|retd?|Spc|Sra|[RD]-[A-Z][a-z]*"
    r"|ex-(?:Rep|Sen|Gov|Pres|Gen))\.$"
)
ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.'’-]*\s+){1,4}"
    r"(?:said|says|asked|asks|added|replied|wondered|exclaimed|wrote|told|continued|answered)\b"
)
DAY = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr|Apr|Aug|Sept|Oct|Nov|Dec)"
)
