"""Tell the parts of a news article apart: headline, standfirst, byline, dateline, caption, body …

A part is a stretch of the text with one kind; together the parts cover all but white space. Only
what a reader sees on the page is used: line breaks, length, punctuation and set phrases.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

KINDS = (
    *("headline", "standfirst", "byline", "dateline"),
    *("caption", "credit", "heading", "body"),
)
"""The kinds of a part. Lines of navigation ("All news") and rubrics ("Editorial") are headings."""

HEADER = 120
"""The most words the header of an article (all that stands above its body) may hold."""


class Part(NamedTuple):
    """A stretch ``text[start:end]`` of one kind."""

    start: int
    end: int
    kind: str


class Line(NamedTuple):
    """A line or paragraph, its ``words`` on one line; ``block`` counts the blank lines above."""

    start: int
    end: int
    block: int
    words: str

    @property
    def size(self) -> int:
        """The number of words."""
        return self.words.count(" ") + 1

    @property
    def stops(self) -> bool:
        """Whether it ends as a sentence or a clause does; the last stop of "U.S." is no end."""
        end = self.words[-20:]
        return bool(re.search(rf"[.!?…:;,]{CLOSERS}$", end)) and not ACRONYM.search(end)


def parts(text: str, title: str = "") -> list[Part]:
    r"""Divide an article into its parts; ``title`` helps to find the headline, if it is there.

    A text without a running paragraph below its first line is all body.

    >>> for start, end, kind in parts("Road open\n\nBAKU, May 3 — It is open to all of us again."):
    ...     print(start, end, kind)
    0 9 headline
    11 24 dateline
    25 55 body
    """
    lines = paragraphs(text)
    found: list[Part] = []
    for line, kind in zip(lines, _kinds(lines, " ".join(title.split())), strict=True):
        cut, first, second = line.end, kind, kind
        if kind == "caption" and (credit := INLINE_CREDIT.search(text, line.start, line.end)):
            cut, second = credit.start(), "credit"
        elif kind == "body" and not any(part.kind == "body" for part in found):
            cut, first = line.start + dateline(text[line.start : line.end]), "dateline"
        for start, end, name in ((line.start, cut, first), (cut, line.end, second)):
            if words := text[start:end].strip():
                start = text.index(words, start)
                found.append(Part(start, start + len(words), name))
    return found


# Paragraphs ---------------------------------------------------------------------------------


def paragraphs(text: str) -> list[Line]:
    r"""List the paragraphs: lines, joined again where they were only broken to fit a width.

    >>> [line.words for line in paragraphs("First one.\nThe second goes\non here.\n\nThird.")]
    ['First one.', 'The second goes on here.', 'Third.']
    """
    lines = _lines(text)
    breaks = [(one, two) for one, two in pairwise(lines) if one[2] == two[2]]
    widths = sorted(len(one.words) for one, _ in breaks)
    wrapped = len(breaks) > 1 and sum(_runs_on(*pair) for pair in breaks) >= 0.4 * len(breaks)
    width = widths[int(0.9 * len(breaks))] if wrapped else 0
    groups = [lines[:1]] if lines else []
    for one, two in pairwise(lines):
        if one.block == two.block and (_runs_on(one, two) or _is_full(one, two, width)):
            groups[-1].append(two)
        else:
            groups.append([two])
    return [
        Line(group[0].start, group[-1].end, group[0].block, " ".join(one.words for one in group))
        for group in groups
    ]


def _lines(text: str) -> list[Line]:
    lines, offset, block = [], 0, 0
    for line in text.splitlines(keepends=True):
        if words := line.strip():
            start = offset + line.index(words)
            lines.append(Line(start, start + len(words), block, " ".join(words.split())))
        else:
            block += 1
        offset += len(line)
    return lines


def _runs_on(one: Line, two: Line) -> bool:
    """Whether a line breaks off in mid-sentence."""
    ended = re.search(rf"[.!?…]{CLOSERS}$", one.words[-20:])
    return two.words[0].islower() and not ended and not label(two.words)


def _is_full(one: Line, two: Line, width: int) -> bool:
    """Whether the next line's first word found no room in a text wrapped at this width."""
    room = width - len(one.words)
    return width > 0 and room < 1 + len(two.words.split()[0]) and not label(two.words)


# Kinds of paragraphs ------------------------------------------------------------------------


def _kinds(lines: list[Line], title: str) -> list[str]:
    """Name the kind of each paragraph."""
    top = lines[:-1][:8]
    titled = [n for n, line in enumerate(top) if line.words.casefold() == title.casefold()]
    if not titled and not any(line.stops and line.size >= 8 for line in lines[1:]):
        return ["body"] * len(lines)
    lead = _lead(lines, titled[0] + 1 if titled else 0)
    kinds = [label(line.words) for line in lines]
    headline = titled[0] if titled else _headline(lines, kinds, lead)
    if headline is not None:
        kinds[headline] = "headline"
        kinds[:headline] = [kind or "heading" for kind in kinds[:headline]]
    _mark_captions(lines, kinds, lead)
    for n, line in enumerate(lines[:lead]):
        if not kinds[n] and headline is not None:
            small = line.size <= 5 and "byline" in kinds[:n]
            name = NAME.fullmatch(line.words)
            kinds[n] = "byline" if name else "heading" if small else "standfirst"
    last = max((n for n, line in enumerate(lines) if line.stops), default=-1)
    return [kind or _inner(lines, n, last) for n, kind in enumerate(kinds)]


def label(line: str) -> str:
    """Name the kind of a line that shows it by its form alone; "" for any other.

    >>> label("Photograph: D. Harwood/Northgate Post"), label("By Judith Calloway in Goris")
    ('credit', 'byline')
    """
    size = line.count(" ") + 1
    if size <= 40 and CAPTION.match(line):
        return "caption"
    if size <= 15 and CREDIT.match(line):
        return "credit"
    if size <= 40 and INLINE_CREDIT.search(line):
        return "caption"
    if REPORTING.match(line) or (size <= 15 and BYLINE.match(line) and not ENDED.search(line)):
        return "byline"
    if not any(map(str.isalnum, line)) or (size <= 15 and RUBRIC.fullmatch(line)):
        return "heading"
    return "dateline" if DATE_LINE.fullmatch(line) else ""


def _lead(lines: list[Line], first: int) -> int:
    """Find the first body paragraph: opened by a dateline, or running text below the byline."""
    size = 0
    for n, line in enumerate(lines[:8]):
        if 0 < dateline(line.words) < len(line.words):
            return max(n, first)
        if label(line.words) == "byline":
            first = max(n + 1, first)
        size += line.size
        if size > HEADER:
            break
    return next((n for n in range(first, len(lines)) if _is_prose(lines, n)), len(lines))


def _is_prose(lines: list[Line], n: int) -> bool:
    """Whether a paragraph is running text: it stops and is no label, question on top or caption."""
    line = lines[n]
    if label(line.words) or not (line.stops or line.size > 45):
        return False
    if n == 0:
        return line.size > 25 or not line.words.endswith("?")
    credited = n + 1 < len(lines) and label(lines[n + 1].words) == "credit"
    return not credited or line.size > 40


def _headline(lines: list[Line], kinds: list[str], lead: int) -> int | None:
    """Find the headline: the first plain line above the body, after a line of navigation."""
    plain = [n for n in range(lead) if not kinds[n] and lines[n].size <= 25]
    if not plain or (plain[0] and lines[plain[0]].stops):
        return None
    if len(plain) > 1 and lines[plain[0]].size <= 2 < lines[plain[1]].size <= 25:
        return plain[1] if not lines[plain[1]].stops else plain[0]
    return plain[0]


def _mark_captions(lines: list[Line], kinds: list[str], lead: int) -> None:
    """Mark the captions beside each credit: the line above, those that repeat it, or one below."""
    for n in [n for n, kind in enumerate(kinds) if kind == "credit"]:
        above = n - 1
        while above >= 0 and _captions(lines, kinds, above, lead, n):
            kinds[above] = "caption"
            above -= 1
        if above == n - 1 and n + 1 < lead and not kinds[n + 1] and not lines[n + 1].stops:
            kinds[n + 1] = "caption"


def _captions(lines: list[Line], kinds: list[str], n: int, lead: int, credit: int) -> bool:
    """Whether the paragraph above a credit line (or above its caption) is a caption."""
    line, below = lines[n], lines[n + 1]
    if n + 1 < credit:
        return not kinds[n] and line.words.startswith(below.words)
    if kinds[n] == "credit":
        return bool(re.match(r"(?i)(?:photo|picture|image)s?:", line.words))
    close = n < lead or line.block == below.block or not line.stops
    return not kinds[n] and close and line.size <= 40


def _inner(lines: list[Line], n: int, last: int) -> str:
    """Tell headings and signatures from running text; the ``last`` of it is above a signature."""
    line = lines[n]
    short = not line.stops and line.size <= 12 and line.words.lstrip(OPENERS)[:1].isupper()
    if n == 0 or not short or lines[n - 1].words.endswith(":"):
        return "body"
    beside = [one for one in lines[n - 1 : n + 2] if one is not line and one.block == line.block]
    signed = beside and all(not one.stops and one.size <= 12 for one in beside)
    if signed or SIGNATURE.match(line.words) or (n > last and NAME.match(line.words)):
        return "byline"
    return "body" if n > last else "heading"


# Forms --------------------------------------------------------------------------------------


def dateline(paragraph: str) -> int:
    """Measure the dateline that opens a paragraph; 0 if none does.

    >>> [dateline(line) for line in ("MOSCOW, May 9. /TASS/. The", "Oslo (AP) — A", "Oslo — A")]
    [22, 11, 0]
    """
    match = DATELINE.match(paragraph[:120])
    if not match or match.end() > 80:
        return 0
    place, date, agency, dash = match.group("place", "date", "agency", "dash")
    rest = paragraph[match.end() :].lstrip(" \"'“‘«„")[:1]
    named = re.sub(r"\b\w{1,3}\b\.?", "", place or "").replace(",", " ").split()
    if any(not word[0].isupper() for word in named) or rest.islower():
        return 0
    capitals = bool(place) and len(place) > 2 and place.split(",")[0].isupper()
    if dash:
        return match.end() if capitals or date or agency else 0
    slashed = agency is not None and agency.startswith("/")
    return match.end() if slashed or (capitals and date and match[0].endswith(".")) else 0


MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
DATE = rf"(?i:{MONTH}\ \d{{1,2}}|\d{{1,2}}\ {MONTH})(?:,?\ \d{{4}})?"
PLACE = r"[^\W\d_][\w.'’/-]*(?:\ [^\W\d_][\w.'’/-]*){0,3}"
CLOSERS = r"[)\]\"”’'»“]*"
OPENERS = "\"'“‘«„(["
ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}$")
ENDED = re.compile(r"\w{3}[.!?:;]$")
DATELINE = re.compile(
    rf"""(?!SIR\b|MADAM\b)(?P<place>{PLACE}(?:,\ {PLACE}){{0,2}})?[.,]?\s*
    (?P<date>{DATE})?[.,]?\s*
    (?P<agency>/[^/\n]{{2,40}}/|\([^()\n]{{2,40}}\)|[A-Z]{{3,}}(?=\.\s))?
    (?:(?P<dash>\s*[—–]|\s+--?(?=\s))|(?(agency)\.?|(?(date)\.(?=\s)|(?!))))""",
    re.VERBOSE,
)
DATE_LINE = re.compile(
    r"(?:(?i:published|posted|updated|last\ updated)\W+)?"
    rf"(?:(?:{PLACE},\ )?{DATE}|\d\d?[./]\d\d?[./]\d{{4}}|\d{{4}}-\d\d-\d\d)"
    r"(?:\W+(?:at\ )?\d\d?[:.]\d\d(?:\ ?[AaPp]\.?[Mm]\.?)?(?:\ [A-Z]{2,4})?)?",
    re.VERBOSE,
)
CREDIT = re.compile(
    r"""©|\([cC]\)\s|Copyright\ (?:©|\(c\)|\d)
    |(?i:photo(?:graph|graphy|graphs|s)?|pictures?|images?|illustrations?|video|source
        |(?:photo\ )?credits?)(?:\s?[:/]|\ by\b|\ courtesy\b)
    |\(?AP\ Photo\b
    |(?:[A-Z][\w.'’-]*\ ){1,5}?(?:[A-Z][\w.'’-]*)?\ ?/\ ?[A-Z][\w.]*(?:\ [A-Z&][\w.]*){0,4}$
    |.*\bvia\ (?:AP|AFP|Reuters|Getty\ Images)$""",
    re.VERBOSE,
)
INLINE_CREDIT = re.compile(
    r"(?<=\S)(?<!\bFILE)\s+"
    r"(?:\(?(?i:photo(?:graph)?|picture|image|photo credit|file photo)(?: by\b|:|/)|©).*$"
)
CAPTION = re.compile(r"FILE PHOTO\b|(?:Caption|Pictured|In this (?:file )?(?:photo|picture))\b")
REPORTING = re.compile(
    r"\(?(?:Additional )?(?:Reporting|Writing|Editing|Edited|Translated) by\b", re.IGNORECASE
)
BYLINE = re.compile(
    r"(?:(?:Text|Words|Interviews|Reporting)\s*:|(?:(?:\w+\ )?(?:Interview|Story|Report|Analysis"
    r"|Words|Text|Written|Reported)s?\ )?(?:by|By|BY)\b)\s*(?=[^\W\d_a-z])"
)
NAME = re.compile(r"(?!The |A |An )[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,2}")
SIGNATURE = re.compile(r"(?:[A-Z][\w.'’-]*\ ){1,4}?[A-Z][\w.'’-]*,\ [\w ,.'’-]+$")
RUBRIC = re.compile(
    r"(?i:(?:all|latest|breaking|top|world)?\ ?(?:news|stories)|home|world|politics|business"
    r"|opinion|comment|(?:an\ )?editorial|analysis|letters?|interview|feature|column|live)"
    r"|\w+(?: \w+)*(?: ?[>»|›] ?\w+(?: \w+)*)+",
)
