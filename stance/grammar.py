"""The actor's place in a sentence, without a parser: what it does and suffers, what is near.

Word order, closed classes of words (prepositions, auxiliaries, determiners) and punctuation decide;
the head of a phrase is guessed. A relation is a name without blanks, as in ``subject=resist``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from stance import cues
from stance.lexicon import AUXILIARIES, BE, DETERMINERS, OWNERS, PREPOSITIONS, PRONOUNS, words

CLOSED = (
    AUXILIARIES | PREPOSITIONS | DETERMINERS | OWNERS | PRONOUNS
    | words("who which whose him them me us n't and or but if because while although so")
)  # fmt: skip
"""Words of grammar: a sentence's outline keeps them and names the others by their class."""

Place = tuple[int, int]
"""The tokens of one mention: first, and the one after the last."""


def places(sentence: cues.Sentence, spans: Sequence[Sequence[int]]) -> list[Place]:
    """Find the tokens of spans that are given in characters."""
    found = []
    for start, end in spans:
        first = bisect_right(sentence.ends, start)
        found.append((first, max(bisect_left(sentence.starts, end), first + 1)))
    return [(first, last) for first, last in found if last <= len(sentence.tokens)]


def relations(text: str, spans: Sequence[Sequence[int]]) -> list[str]:
    """Name what surrounds and governs the actor in a sentence, each relation once.

    >>> found = relations("The mission has not protected farmers.", [(4, 11)])
    >>> [name for name in found if name.startswith(("subject", "does"))]
    ['subject=not_protected', 'does=not_farmers']
    """
    sentence = cues.scan(text)
    outline = _outline(sentence)
    names: list[str] = []
    for first, last in places(sentence, spans):
        names += _beside(sentence.tokens, first, last)
        names += _roles(sentence, first, last)
        names += _shape(outline, first, last)
    return list(dict.fromkeys(names))


def _beside(tokens: Sequence[str], first: int, last: int) -> Iterator[str]:
    """The words right before and after, alone and together."""
    before = ["^", "^", *tokens[:first]][-2:]
    after = [*tokens[last : last + 3], "$", "$", "$"][:3]
    yield f"before={before[1]}"
    yield f"before={'_'.join(before)}"
    for size in (1, 2, 3):
        yield f"after={'_'.join(after[:size])}"
    yield f"around={before[1]}_{after[0]}"


def _shape(outline: Sequence[str], first: int, last: int) -> Iterator[str]:
    """The outline of up to four tokens on either side."""
    before = ["^"] * 4 + list(outline[:first])
    after = [*outline[last : last + 4], *["$"] * 4]
    for size in range(1, 5):
        yield f"left={'_'.join(before[-size:])}"
        yield f"right={'_'.join(after[:size])}"
    yield f"both={before[-1]}_{after[0]}"
    yield f"both={'_'.join(before[-2:])}__{'_'.join(after[:2])}"


def _outline(sentence: cues.Sentence) -> list[str]:
    """Tokens as their classes: words of grammar stay, terms of the lexicon show their sign.

    >>> _outline(cues.scan("He blasted the deal in Baku."))
    ['he', 'object-', 'the', '*', 'in', 'NAME', '.']
    """
    outline = []
    for place, word in enumerate(sentence.tokens):
        if word in CLOSED or not word[0].isalnum():
            outline.append(word)
        elif word[0].isdigit():
            outline.append("0")
        elif sentence.capital[place] and place:
            outline.append("NAME")
        else:
            outline.append(
                "*" + next((end for end in ("ing", "ed", "ly") if word.endswith(end)), "")
            )
    for hit in reversed(sentence.hits):  # of readings of one word the first, likeliest, stays
        if hit.polarity:
            sign = "+" if hit.polarity > 0 else "-"
            outline[hit.first : hit.last] = [hit.term.falls_on + sign] * (hit.last - hit.first)
        elif hit.term.kind == "report":
            outline[hit.first] = "SAY"
    return outline


# ------------------------------------------------------------------------------------- roles


def _roles(sentence: cues.Sentence, first: int, last: int) -> Iterator[str]:
    """Subject or object of which verb, owner of what, apposition, after which preposition."""
    tokens = sentence.tokens
    owns = tokens[last : last + 1] in (["'s"], ["'"])
    if owns or (last - first == 1 and tokens[first] in OWNERS):
        yield from _owned(tokens, last + owns)
        return
    governor = _governor(sentence, first)
    if governor is not None and tokens[governor] in PREPOSITIONS:
        yield f"preposition={tokens[governor]}"
        if governor:
            yield f"object={tokens[governor - 1]}_{tokens[governor]}"
        return
    if governor is not None and tokens[governor].isalpha():
        yield f"object={tokens[governor]}"
    yield from _predicate(tokens, last)


def _owned(tokens: Sequence[str], start: int) -> Iterator[str]:
    """What the actor owns: the words up to the head of the phrase."""
    phrase: list[str] = []
    for word in tokens[start : start + 4]:
        if not word.isalpha() or word in CLOSED:
            break
        phrase.append(word)
    yield "owner"
    yield from (f"owner={word}" for word in phrase)


def _governor(sentence: cues.Sentence, first: int) -> int | None:
    """The token before the actor's phrase, over its determiner and titles."""
    place = first - 1
    while place >= max(first - 5, 0) and (
        sentence.tokens[place] in DETERMINERS or sentence.capital[place]
    ):
        place -= 1
    return place if place >= 0 else None


def _predicate(tokens: Sequence[str], last: int) -> Iterator[str]:
    """The verb whose subject the actor is, its negation, and what it is said to be."""
    place = _over_apposition(tokens, last)
    if place > last:
        yield f"apposition={tokens[last + 1]}"
    if tokens[place : place + 1] and tokens[place] in ("who", "which", "that"):
        place += 1
    helpers = []
    while place < len(tokens) and (tokens[place] in AUXILIARIES or tokens[place].endswith("ly")):
        helpers.append(tokens[place])
        place += 1
    if place == len(tokens) or not tokens[place].isalpha() or tokens[place] in CLOSED - {"and"}:
        return
    denied = "not_" if {"not", "'t", "never"} & set(helpers) else ""
    if BE & set(helpers):
        passive = tokens[place].endswith(("ed", "en"))
        yield f"{'object' if passive else 'subject'}={denied}{tokens[place]}"
        yield from (f"is={denied}{word}" for word in tokens[place : place + 5] if word.isalpha())
    elif tokens[place] != "and":
        yield f"subject={denied}{tokens[place]}"
        yield from (f"does={denied}{w}" for w in tokens[place + 1 : place + 5] if w.isalpha())


def _over_apposition(tokens: Sequence[str], last: int) -> int:
    """Skip what a pair of commas right after the actor encloses: "X, the new envoy, said"."""
    if tokens[last : last + 1] == [","]:
        for place in range(last + 2, min(last + 13, len(tokens))):
            if tokens[place] == ",":
                return place + 1
    return last
