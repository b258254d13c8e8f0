"""Cut documents into sentences that know their place: offsets, kind of part, quotation.

The splitting is sentencex's (https://github.com/wikimedia/sentencex), which keeps a quotation of
several sentences whole. So it reads a copy of the text, of the same length, in which quotation
marks and brackets are blank; each of its cuts is then moved behind the closing marks, or refused.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
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
    2     22   We lost," she said.  a:q9
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
        if not isinstance(text, str):
            raise StanceError(
                f"The text of document {name!r} should be a string, found {text!r}. "
                "Leave out the documents that have no text."
            )
        for start, end, kind, origin in _sentences(text, title, language):
            quote = "" if origin is None else f"{name}:q{origin}"
            rows.append((f"{name}:{start}-{end}", name, start, end, text[start:end], kind, quote))
    table = pd.DataFrame(rows, columns=list(COLUMNS["sentences"]))
    return table.astype({"start": "int64", "end": "int64"})


def _sentences(text: str, title: object, language: str) -> list[tuple[int, int, str, int | None]]:
    """List start, end, kind and the origin of the quotation of each sentence of a document."""
    rows: list[tuple[int, int, str]] = []
    quotations: list[Quotation] = []
    tail: Quotation | None = None  # open to the end of its paragraph, if the next carries it on
    family = ""
    for start, end, kind in parts(text, title if isinstance(title, str) else ""):
        marks = read_marks(text, start, end)
        carried = tail if tail and kind == "body" and _runs_on(marks, start, family) else None
        openings, closed, unclosed = pair(marks, start, family if carried else "")
        spans = [(start, end)]
        if kind in RUNNING:
            spans = _cut(text, start, end, marks, openings, language)
        rows += [(*span, kind) for span in spans]
        ends = [end for _, end in spans]
        closed += [(at, ends[bisect_right(ends, at)]) for at, _ in unclosed]
        origins = {start: carried.origin} if carried else {}
        quotations += [carried] if carried else []
        quotations += [Quotation(at, to, origins.get(at, at)) for at, to in closed]
        if kind == "body":
            at, family = unclosed[-1] if unclosed else (-1, "")
            newest = max((mark for mark, of in openings.items() if of == family), default=None)
            tail = Quotation(at, end, origins.get(at, at)) if at == newest else None
    return _quoted(text, rows, quotations)


# Quotations ---------------------------------------------------------------------------------


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


def _runs_on(marks: list[Mark], start: int, family: str) -> bool:
    """Whether an open quotation runs on: its opening mark is repeated, or it is closed first."""
    first = next((mark for mark in marks if mark.family == family), None)
    return first is not None and (first.start == start or not first.opens(inside=True))


def _quoted(
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


# Sentences ----------------------------------------------------------------------------------


def _cut(
    text: str, start: int, end: int, marks: list[Mark], openings: dict[int, str], language: str
) -> list[tuple[int, int]]:
    """Cut the paragraph ``text[start:end]`` into the spans of its sentences."""
    blank = _blank(text[start:end], [(mark.start - start, mark.end - start) for mark in marks])
    capital = blank.lstrip()[:1].isupper()
    cuts = [start]
    for stop in accumulate(map(len, sentencex.segment(language, blank)[:-1])):
        while stop and blank[stop - 1] == " ":
            stop -= 1
        cut = _behind(text, start + stop, end, openings)
        left, closing = blank[cuts[-1] - start : stop], text[start + stop : cut]
        if cut > cuts[-1] and not _belongs(left, closing, text[cut : min(end, cut + 80)], capital):
            cuts.append(cut)
    spans = []
    for one, two in pairwise([*cuts, end]):
        words = text[one:two].strip()
        first = text.index(words, one)
        spans.append((first, first + len(words)))
    return spans


def _blank(paragraph: str, marks: list[tuple[int, int]]) -> str:
    """Hide from the splitter what misleads it; "…" reads as a stop, an apostrophe as a letter."""
    characters = list(paragraph)
    for start, end in marks:
        characters[start:end] = " " * (end - start)
    blank = APOSTROPHE.sub("x", "".join(characters))
    return HIDDEN.sub(" ", blank).replace("…", ".")


def _behind(text: str, at: int, end: int, openings: dict[int, str]) -> int:
    """Move a cut behind the marks and brackets that close the sentence."""
    cut = at
    while at < end and at not in openings and (text[at].isspace() or text[at] in QUOTES + ")]}"):
        at += 1
        cut = cut if text[at - 1].isspace() else at
    return cut


def _belongs(left: str, closing: str, right: str, capital: bool) -> bool:
    """Whether a sentence goes on to the ``right`` of a stop and the ``closing`` marks behind it.

    ``capital`` says that the paragraph starts with a capital, as its sentences then do.
    """
    word = right.lstrip()
    if not word or not any(map(str.isalnum, left)) or CONTINUES.match(word):
        return True
    if not (right[0].isspace() or closing or GLUED.search(left[-2:] + right[:2])):
        return True
    if capital and word.lstrip(OPENING + " ")[:1].islower():
        return True
    if closing and left.endswith(("?", "!")) and ATTRIBUTION.match(word):
        return True
    if left.endswith(("a.m.", "p.m.")) and TIME.match(word):
        return True
    return bool(ENUMERATOR.fullmatch(left.strip()) or ABBREVIATION.search(left))


# Forms --------------------------------------------------------------------------------------

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
HIDDEN = re.compile(r"[\s()\[\]{}<>'’‘‚‛`„“«»‹›「」《》•►▪●○◦➤]")
INTRODUCED = re.compile(r"[:,]\s?\W[^\W\d_a-z]$")
CONTINUES = re.compile(r"[.,;:!?…)\]}%]|[–—-]+\s*[^\W\d_A-Z]")
GLUED = re.compile(r"[a-z0-9][.!?…][A-Z]")
ENUMERATOR = re.compile(r"(?:\d{1,2}|[A-Za-z]|[ivxIVX]{1,4})[.)]")
ABBREVIATION = re.compile(
    r"(?:\b(?:Ald|Amb|approx|Atty|cf|Chap|Eng|Lieut|Ltn|Ms|Pte|retd?|Spc|Sra|[RD]-[A-Z][a-z]*)"
    r"|-(?:Rep|Sen|Gov|Pres|Gen))\.$"
)
ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.'’-]*\s+){1,4}"
    r"(?:said|says|asked|asks|added|replied|wondered|exclaimed|wrote|told|continued|answered)\b"
)
TIME = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Apr|Aug|Sept|Oct|Nov|Dec)"
    r"|(?:[ECMP][SD]?T|GMT|BST)\b"
)
