"""Cut documents into sentences that know their place: offsets, kind of part, quotation.

The splitting is sentencex's (https://github.com/wikimedia/sentencex), which keeps a quotation of
several sentences whole. So it reads a copy of the text, of the same length, in which quotation
marks and brackets are blank; each of its cuts is then moved behind the closing marks, or refused.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, pairwise

import pandas as pd
import sentencex

from stance.errors import StanceError
from stance.sentences.layout import parts
from stance.sentences.quotations import (
    APOSTROPHE,
    OPENING,
    QUOTES,
    Mark,
    Quotation,
    pair,
    quoted,
    read_marks,
    runs_on,
)
from stance.tables import COLUMNS, check

RUNNING = ("standfirst", "caption", "body")
"""The kinds of parts that hold several sentences; a part of any other kind is one row."""

HIDDEN = re.compile(r"[\s()\[\]{}<>'’‘‚‛`„“«»‹›「」《》•►▪●○◦➤]")
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
        carried = tail if tail and kind == "body" and runs_on(marks, start, family) else None
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
    return quoted(text, rows, quotations)


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
