"""Views: a row of the examples table as plain text, seen from its actor's side.

What the actor is called is masked, so that what is learned carries over to other actors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from stance import cues, grammar
from stance.tables import AUTHOR

ACTOR, HOLDER = "ACTOR", "HOLDER"
"""The words that stand for the actor and for the holder of the view in a masked sentence."""

NAME = re.compile(
    r"(?<=[\w,;:'’)] )(?!ACTOR|HOLDER|I\b)[A-Z][\w.'’-]*(?: (?!ACTOR|HOLDER)[A-Z][\w.'’-]*)*"
)
"""A name, as far as capitals tell; the first word of a sentence is none."""


def mask(text: str, spans: Iterable[Sequence[int]], word: str = ACTOR) -> str:
    """Put one word in the place of the actor's every mention.

    >>> mask("The mission kept the road open.", [[4, 11]])
    'The ACTOR kept the road open.'
    """
    for start, end in sorted(map(tuple, spans), reverse=True):
        text = f"{text[:start]}{word}{text[end:]}"
    return text


def window(text: str, spans: Iterable[Sequence[int]], size: int) -> str:
    """Keep ``size`` words on either side of each mention, the actor masked, pieces joined by `|`.

    >>> window("In May the mission kept the road open again.", [[11, 18]], 2)
    'May the ACTOR kept the'
    """
    words = re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", mask(text, spans, f" {ACTOR} "))
    near = sorted(
        {
            place
            for at, word in enumerate(words)
            if word == ACTOR
            for place in range(max(0, at - size), min(len(words), at + size + 1))
        }
    )
    pieces = [
        ("| " if before is not None and place - before > 1 else "") + words[place]
        for before, place in zip([None, *near], near, strict=False)
    ]
    return " ".join(pieces)


def names(row: Any) -> str:
    """Mask the actor, the holder and every other name inside the sentence.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(**{"text": "Then Ann Lee told the UN off.", "spans": [[22, 24]]})
    >>> names(row)
    'Then NAME told the ACTOR off.'
    """
    text = mask(row.text, row.spans)
    return NAME.sub("NAME", mask(text, named_holder(row, text), HOLDER))


def clause(row: Any) -> str:
    """Mask the actor; mark the words outside its clause by `o_`.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(**{"text": "He left, but the UN stayed.", "spans": [[17, 19]]})
    >>> clause(row)
    'o_he o_left but the ACTOR stayed'
    """
    sentence = cues.scan(row.text)
    mentions = grammar.places(sentence, row.spans)
    own = {sentence.clauses[last - 1] for _, last in mentions}
    inside = {place for first, last in mentions for place in range(first, last)}
    firsts = {first for first, _ in mentions}
    words = []
    for place, word in enumerate(sentence.tokens):
        if place in firsts:
            words.append(ACTOR)
        elif place not in inside and word[0].isalnum():
            words.append(word if sentence.clauses[place] in own else f"o_{word}")
    return " ".join(words)


def between(row: Any) -> str:
    """What stands between the holder and the nearest mention of the actor, both masked.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(**{"text": "Lee blasted the UN.", "spans": [[16, 18]], "holder": "Ann Lee"})
    >>> between(row)
    'HOLDER blasted the ACTOR'
    """
    pairs = [(abs(h[0] - a[0]), h, a) for h in named_holder(row, row.text) for a in row.spans]
    if not pairs:
        return ""
    _, holder, actor = min(pairs)
    if holder[0] < actor[0]:
        return f"{HOLDER} {row.text[holder[1] : actor[0]].strip()} {ACTOR}"
    return f"{ACTOR} {row.text[actor[1] : holder[0]].strip()} {HOLDER}"


def hashtags(text: str) -> str:
    """Cut hashtags into their words and drop user names, for tweets.

    >>> hashtags("@user Save our #PublicSchools!")
    ' Save our # Public Schools!'
    """
    text = re.sub(r"@\w+|#semst", "", text, flags=re.IGNORECASE)
    cut = r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)"
    return re.sub(r"#(\w+)", lambda tag: f"# {re.sub(cut, ' ', tag[1])}", text)


def named_holder(row: Any, text: str) -> list[list[int]]:
    """Where the holder stands in a text, whole or by its last word; [] for the author."""
    holder = getattr(row, "holder", "")
    if not holder or holder == AUTHOR:
        return []
    for part in (holder, holder.split()[-1]):
        places = [list(m.span()) for m in re.finditer(rf"(?<!\w){re.escape(part)}", text)]
        if places:
            return places
    return []


VIEWS = {
    "sentence": lambda row, size: row.text,
    "masked": lambda row, size: mask(row.text, row.spans),
    "names": lambda row, size: names(row),
    "window": lambda row, size: window(row.text, row.spans, size),
    "clause": lambda row, size: clause(row),
    "between": lambda row, size: between(row),
    "relations": lambda row, size: " ".join(grammar.relations(row.text, row.spans)),
    "hashtags": lambda row, size: hashtags(row.text),
    "neighbours": lambda row, size: f"{row.before} {row.after}",
    "title": lambda row, size: row.title,
}
"""Each reads one row (and the window's size) and gives a text."""
