"""Trace the n-grams of a view back to the words of the sentence it was made of.

A view masks, drops and marks words, but keeps their order; so its words are matched with those of
the sentence, longest runs first. A masked name that matches nothing stands for the words between
its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

Span = tuple[int, int]

TOKEN = re.compile(r"\w+")
MASKS = ("actor", "holder", "name")


def ngrams(
    text: str, spans: Sequence[Sequence[int]], view: str, analyzer: str, lengths: range
) -> dict[str, list[Span]]:
    """Each n-gram of a view, as TfidfVectorizer names it, with the places of its words in a text.

    ``spans`` are the actor's places in the text; ``analyzer`` is `word` or `char_wb`.

    >>> ngrams("Never the UN!", [[10, 12]], "Never the ACTOR!", "word", range(2, 3))
    {'never the': [(0, 5), (6, 9)], 'the actor': [(6, 9), (10, 12)]}
    """
    places = list(_places(text, spans, view))
    found: dict[str, list[Span]] = {}
    for name, start, end in (_words if analyzer == "word" else _characters)(view, lengths):
        here = [place for first, last, place in places if first < end and start < last and place]
        known = found.setdefault(name, [])
        known += [place for place in here if place not in known]
    return found


def _places(
    text: str, spans: Sequence[Sequence[int]], view: str
) -> Iterator[tuple[int, int, Span | None]]:
    """Each word of the view with its place in the text, None where it has none."""
    words, source = list(TOKEN.finditer(view)), _source(text, spans if "ACTOR" in view else ())
    ours, theirs = [_key(word.group()) for word in words], [key for key, _ in source]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    match = {b.a + i: b.b + i for b in blocks for i in range(b.size)}
    for at, word in enumerate(words):
        place = source[match[at]][1] if at in match else None
        if place is None and ours[at] in MASKS:
            first = match.get(at - 1, -1) + 1
            last = match.get(at + 1, len(source)) - 1
            if first <= last and (at - 1 in match or not at):
                place = (source[first][1][0], source[last][1][1])
        yield word.start(), word.end(), place


def _source(text: str, spans: Sequence[Sequence[int]]) -> list[tuple[str, Span]]:
    """The words of the text in their order, the actor's every mention being one."""
    actor = sorted({(int(start), int(end)) for start, end in spans})
    words = [(match.start(), match.end()) for match in TOKEN.finditer(text)]
    free = [(a, b) for a, b in words if not any(a < end and start < b for start, end in actor)]
    named = [("actor", span) for span in actor]
    return sorted(named + [(text[a:b].lower(), (a, b)) for a, b in free], key=lambda pair: pair[1])


def _key(word: str) -> str:
    return word.lower().removeprefix("o_")


def _words(view: str, lengths: range) -> Iterator[tuple[str, int, int]]:
    """The n-grams of words, with the same notion of a word as `features.WORD`."""
    words = list(re.finditer(r"\b\w+(?:['’]\w+)*\b", view))
    for size in lengths:
        for at in range(len(words) - size + 1):
            part = words[at : at + size]
            yield " ".join(w.group().lower() for w in part), part[0].start(), part[-1].end()


def _characters(view: str, lengths: range) -> Iterator[tuple[str, int, int]]:
    """The n-grams of characters inside words, as scikit-learn's `char_wb` pads them with spaces."""
    for word in re.finditer(r"\S+", view):
        padded = f" {word.group().lower()} "
        for size in lengths:
            for at in range(max(1, len(padded) - size + 1)):
                start = word.start() + at - 1
                yield padded[at : at + size], start, start + size


def locate(vectorizer: Any, text: str, spans: Sequence[Sequence[int]], view: str) -> dict:
    """The places of the n-grams that a fitted TfidfVectorizer finds in a view."""
    low, high = vectorizer.ngram_range
    return ngrams(text, spans, view, vectorizer.analyzer, range(low, high + 1))
