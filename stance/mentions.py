"""Mentions: which sentences speak of which actor, and where (sentences + catalogue → mentions).

The catalogue is plain data, ``conf/actors/*.yaml``: an actor's id → ``name``, ``kind``, ``aliases``
(phrases that name it anywhere), ``descriptions`` (phrases that name it only after an alias did,
earlier in the document: "the mission") and ``not`` (phrases inside which it is not meant: "the UN
mission"). A phrase is matched word by word, whatever the case, the white space between the words
and the form of apostrophes and hyphens; ``re:`` starts a regular expression instead. The longest
match takes a place; a phrase that several actors share names them all.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from stance.errors import StanceError, nearest
from stance.tables import COLUMNS, check

KINDS = ("headline", "standfirst", "heading", "body")
"""Where an actor can be spoken of; captions, credits, bylines and datelines can only name it."""

KEYS = ("name", "kind", "aliases", "descriptions", "not")

TOKEN = re.compile(r"\w[\w\u0300-\u036f]*|[^\w\s]")
EQUAL = str.maketrans("’‘ʼ′‐‑–", "''''---")  # one for one, so that offsets stay what they are
SPACE = str.maketrans(dict.fromkeys("\t\n\v\f\r\u00a0\u2009\u202f", " "))


class Match(NamedTuple):
    """One phrase of one actor found in a text; ``role`` is the key of the phrase's list."""

    start: int
    end: int
    actor: str
    role: str


class Catalogue(NamedTuple):
    """Phrases by their first word and then by length, so that thousands cost no more than a few."""

    phrases: dict[str, dict[int, dict[tuple[str, ...], list[tuple[str, str]]]]]
    patterns: list[tuple[re.Pattern[str], str, str]]


def find(
    sentences: pd.DataFrame, actors: Mapping[str, Mapping[str, Any]], kinds: Sequence[str] = KINDS
) -> pd.DataFrame:
    """Every sentence × actor it names: mentions with spans and the neighbouring sentences.

    The columns of the sentences travel along; ``before`` and ``after`` are the neighbours among
    the sentences of ``kinds``, "" at the edges. An alias in any sentence, a headline or a caption
    too, introduces the actor's descriptions from there on. Raises StanceError for a catalogue with
    unknown keys, without aliases, or with a pattern that does not compile.

    >>> rows = [("d:0-16", "d", 0, 16, "Guards stay put.", "body", ""),
    ...         ("d:17-31", "d", 17, 31, "They are fine.", "body", "")]
    >>> table = pd.DataFrame(rows, columns=COLUMNS["sentences"])
    >>> found = find(table, {"guards": {"aliases": ["guards"]}})
    >>> found[["mention", "spans", "after"]].values.tolist()
    [['d:0-16:guards', [[0, 6]], 'They are fine.']]
    """
    check(sentences, "sentences")
    catalogue = read(actors)
    order = pd.factorize(sentences["document"])[0]
    ordered = sentences.assign(_order=order).sort_values(["_order", "start"], kind="stable")
    ordered = ordered.drop(columns="_order").reset_index(drop=True)
    spoken = ordered[ordered["kind"].isin(list(kinds))]
    texts = spoken.groupby("document", sort=False)["text"]
    spoken = spoken.assign(before=texts.shift(1).fillna(""), after=texts.shift(-1).fillna(""))

    found = [
        (index, actor, spans)
        for index, places in zip(ordered.index, _walk(ordered, catalogue), strict=True)
        for actor, spans in places.items()
    ]
    kept = [(index, actor, spans) for index, actor, spans in found if index in spoken.index]
    mentions = spoken.loc[[index for index, _, _ in kept]].reset_index(drop=True)
    mentions["actor"] = [actor for _, actor, _ in kept]
    mentions["spans"] = pd.Series([spans for _, _, spans in kept], dtype=object)
    mentions["mention"] = mentions["sentence"].astype(str) + ":" + mentions["actor"].astype(str)
    return _arranged(mentions)


def _arranged(mentions: pd.DataFrame) -> pd.DataFrame:
    """The columns every table of mentions has first, then those that travel along."""
    first = list(COLUMNS["mentions"])
    return mentions[first + [column for column in mentions if column not in first]]


def _walk(sentences: pd.DataFrame, catalogue: Catalogue) -> Iterator[dict[str, list[list[int]]]]:
    """Each sentence's actors with their spans, remembering whom its document has named so far."""
    document, named = None, set[str]()
    for here, text in zip(sentences["document"], sentences["text"], strict=True):
        if here != document:
            document, named = here, set()
        chosen = choose(matches(text, catalogue), named)
        named |= {match.actor for match in chosen if match.role == "aliases"}
        actors = sorted({match.actor for match in chosen})
        yield {a: [[m.start, m.end] for m in chosen if m.actor == a] for a in actors}


def matches(text: str, catalogue: Catalogue) -> list[Match]:
    """All phrases of all actors in a text, overlapping ones too.

    >>> matches("The UN’s mission", read({"un": {"aliases": ["UN", "UN's mission"]}}))
    [Match(start=4, end=16, actor='un', role='aliases'),
     Match(start=4, end=6, actor='un', role='aliases')]
    """
    found = []
    tokens = list(TOKEN.finditer(text))
    words = [_word(token.group()) for token in tokens]
    for i, word in enumerate(words):
        for length, phrases in catalogue.phrases.get(word, {}).items():
            for actor, role in phrases.get(tuple(words[i : i + length]), ()):
                found.append(Match(tokens[i].start(), tokens[i + length - 1].end(), actor, role))
    if catalogue.patterns:
        flat = text.translate(EQUAL).translate(SPACE)
        for pattern, actor, role in catalogue.patterns:
            found += [Match(*m.span(), actor, role) for m in pattern.finditer(flat)]
    return found


def choose(found: list[Match], named: set[str]) -> list[Match]:
    """The matches that hold, in the text's order: not blocked, introduced, and the longest."""
    blocks = [match for match in found if match.role == "not"]
    free = [m for m in found if m.role != "not" and not any(_inside(m, b) for b in blocks)]
    naming = _longest([match for match in free if match.role == "aliases"])
    since = dict.fromkeys(named, -1)
    for match in naming:
        since.setdefault(match.actor, match.start)
    known = [m for m in free if m.role == "aliases" or since.get(m.actor, m.start) < m.start]
    return _longest(known)


def _inside(match: Match, block: Match) -> bool:
    same = match.actor == block.actor
    return same and block.start <= match.start and match.end <= block.end


def _longest(found: list[Match]) -> list[Match]:
    """Keep the longest of overlapping matches; the same place may go to several actors.

    >>> _longest([Match(0, 3, "a", "aliases"), Match(0, 9, "b", "aliases")])
    [Match(start=0, end=9, actor='b', role='aliases')]
    """
    kept: list[Match] = []
    for match in sorted(set(found), key=lambda m: (m.start - m.end, m.start, m.role)):
        if all(
            match.end <= other.start
            or other.end <= match.start
            or (match[:2] == other[:2] and match.actor != other.actor)
            for other in kept
        ):
            kept.append(match)
    return sorted(kept)


def read(actors: Mapping[str, Mapping[str, Any]]) -> Catalogue:
    """Check a catalogue and index its phrases by their first word; compile its patterns once."""
    catalogue = Catalogue({}, [])
    for actor, entry in actors.items():
        for role, phrase in _phrases(str(actor), entry):
            if phrase.startswith("re:"):
                catalogue.patterns.append((_compile(phrase[3:], str(actor)), str(actor), role))
                continue
            words = tuple(_word(word) for word in TOKEN.findall(phrase))
            lengths = catalogue.phrases.setdefault(words[0], {})
            owners = lengths.setdefault(len(words), {}).setdefault(words, [])
            owners.append((str(actor), role))
    for word, lengths in catalogue.phrases.items():
        catalogue.phrases[word] = dict(sorted(lengths.items(), reverse=True))
    return catalogue


def _phrases(actor: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The checked phrases of one actor as (role, phrase)."""
    if not isinstance(entry, Mapping):
        raise StanceError(f"Actor '{actor}' needs a mapping with aliases; found {entry!r}.")
    for key in entry:
        if key not in KEYS:
            raise StanceError(f"Actor '{actor}' has an unknown key {key!r}. {nearest(key, KEYS)}")
    if not entry.get("aliases"):
        raise StanceError(
            f"Actor '{actor}' has no aliases; give at least one phrase that names it anywhere."
        )
    for role in KEYS[2:]:
        phrases = entry.get(role) or []
        if isinstance(phrases, str | Mapping) or not hasattr(phrases, "__iter__"):
            raise StanceError(f"Actor '{actor}': {role} must be a list; found {phrases!r}.")
        for phrase in phrases:
            if not isinstance(phrase, str) or not TOKEN.search(phrase):
                raise StanceError(
                    f"Actor '{actor}': each of its {role} must be a text; found {phrase!r}. "
                    "Put numbers and words such as No into quotation marks."
                )
            yield role, phrase


def _compile(pattern: str, actor: str) -> re.Pattern[str]:
    """The pattern between word boundaries, in any case."""
    try:
        re.compile(pattern)
        bounded = re.compile(rf"(?<!\w)(?:{pattern.translate(EQUAL)})(?!\w)", re.IGNORECASE)
    except re.error as error:
        raise StanceError(
            f"Actor '{actor}': the pattern 're:{pattern}' does not compile: "
            f"{error.msg} at position {error.pos}."
        ) from None
    if bounded.search("") or bounded.search(" "):
        raise StanceError(f"Actor '{actor}': the pattern 're:{pattern}' matches the empty text.")
    return bounded


def _word(token: str) -> str:
    """A word as it is compared: composed, without case, with the plain apostrophe and hyphen."""
    return unicodedata.normalize("NFC", token).casefold().translate(EQUAL)


def given(table: pd.DataFrame) -> pd.DataFrame:
    """Mentions of a table of ready sentences that already say their actor, one row each.

    Takes ``document, text, actor``; besides, where known, ``id``, the actor's offsets
    ``start, end`` inside the text, and ``further_mentions`` ([[from, to], …] or the same as JSON).
    Without offsets the actor's name is looked for, whole and else its last word; ``spans`` is []
    where it does not occur. Other columns travel along. Raises StanceError for missing columns and
    for offsets outside the text; a span that overruns the end gives way to the name, if it occurs.

    >>> row = {"document": "a", "text": "Guards of the UN", "actor": "UN", "id": 7}
    >>> given(pd.DataFrame([row]))[["mention", "spans", "end"]].values.tolist()
    [['a:7:UN', [[14, 16]], 16]]
    """
    missing = {"document", "text", "actor"} - set(table.columns)
    if missing:
        raise StanceError(
            f"A table of ready sentences needs the columns document, text and actor; it lacks "
            f"{', '.join(sorted(missing))}; found: {', '.join(map(str, table.columns))}."
        )
    rows = table.to_dict("records")
    spans = [_given_spans(row, number) for number, row in enumerate(rows, start=1)]
    names = [f"{row['document']}:{_row_id(row)}" for row in rows]
    mentions = table.reset_index(drop=True).assign(
        sentence=names, start=0, end=table["text"].str.len().to_numpy(), kind="body", quote=""
    )
    mentions["spans"] = pd.Series(spans, dtype=object)
    mentions["mention"] = mentions["sentence"] + ":" + mentions["actor"].astype(str)
    again = mentions.groupby("mention").cumcount()
    mentions.loc[again > 0, "mention"] += ":" + (again + 1).astype(str)
    for column in ("before", "after"):
        mentions[column] = table[column].to_numpy() if column in table else ""
    return _arranged(mentions)


def _row_id(row: Mapping[Any, Any]) -> str:
    """The row's own id, or the fingerprint of its text: never a row number."""
    if not _blank(row.get("id")):
        return str(row["id"])
    return hashlib.blake2s(row["text"].encode(), digest_size=4).hexdigest()


def _given_spans(row: Mapping[Any, Any], number: int) -> list[list[int]]:
    """The spans a row gives, or else the places of its actor's name."""
    text, actor = row["text"], str(row["actor"])
    if _blank(row.get("start")) or _blank(row.get("end")):
        return _places(actor, text)
    further = row.get("further_mentions")
    further = json.loads(further or "[]") if isinstance(further, str) else further
    pairs = [(row["start"], row["end"]), *(pair[:2] for pair in further or ())]
    try:
        spans = sorted([int(float(start)), int(float(end))] for start, end in pairs)
    except (TypeError, ValueError):
        spans = [[-1, -1]]
    if all(0 <= start < end <= len(text) for start, end in spans):
        return spans
    # Published sets hold a few spans that slip over the end by a character: trust the name.
    if all(0 <= start < min(end, len(text)) for start, end in spans) and _places(actor, text):
        return _places(actor, text)
    raise StanceError(
        f"Row {number} (document {row['document']!r}): the offsets {row['start']}-{row['end']} of "
        f"{actor!r} lie outside its text of {len(text)} characters. Offsets count the characters "
        "of the text from 0."
    )


def _places(name: str, text: str) -> list[list[int]]:
    """Where a name stands in a text, whole or else by its last word."""
    for part in (name, *name.split()[-1:]):
        found = re.finditer(rf"(?<!\w){re.escape(part)}(?!\w)", text, re.IGNORECASE)
        if spans := [list(match.span()) for match in found]:
            return spans
    return []


def _blank(value: Any) -> bool:
    return value is None or value == "" or bool(pd.isna(value))
