"""What a sentence says about an actor, term by term: the lexicon's words, in scope and in role.

``stance.scope`` reads the sentence; here its terms are seen from the actor's side: is the actor
the term's subject, its object, or what it describes? Word order, passives and prepositions decide.
Rules (``stance.labels.rules``) and features share the result.

>>> for cue in read("Nobody can claim that the mission has collapsed.", [(22, 33)]):
...     print(cue.word, cue.role, cue.polarity > 0, cue.negated, cue.aimed)
claim  False True False
collapse subject True True True
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from stance.lexicon import AUXILIARIES, BE, CALLING, FACETS, LINKS, OWNERS, PREPOSITIONS, TOWARD
from stance.scope import Hit, Own, Sentence, scan

if TYPE_CHECKING:
    import pandas as pd


class Cue(NamedTuple):
    """A term of the lexicon as it stands to one actor in one sentence.

    ``polarity`` is settled (negation and reversal done; 0 for a verb of reporting); ``side`` says
    where the term stands from the actor (before, after, inside, or "" when the actor is not
    named); ``distance`` counts the tokens between; ``role`` is what the actor is to the term:
    subject, object, bearer (the term describes it or belongs to it) or "".
    """

    word: str
    start: int
    end: int
    kind: str
    polarity: float
    falls_on: str
    negated: bool
    modal: bool
    conditional: bool
    reported: bool
    quoted: bool
    side: str
    distance: int
    same_clause: bool
    role: str

    @property
    def aimed(self) -> bool:
        """Whether the polarity falls on the actor, by the actor's role."""
        if self.role == "bearer":
            return self.falls_on != "object"
        return bool(self.role) and self.falls_on in (self.role, "both")


def read(text: str, spans: Sequence[Sequence[int]] = (), own: Own = ((), ())) -> list[Cue]:
    """Read a sentence from the side of the actor at ``spans`` (offsets inside the text).

    Without spans the cues have no side and no role.

    >>> [(c.word, c.role) for c in read("Protesters blasted the deal.", [(23, 27)])]
    [('blast', 'object')]
    """
    sentence = scan(text, own)
    places = []
    for start, end in spans:
        first = bisect_right(sentence.ends, start)
        places.append(_phrase(sentence, first, max(bisect_left(sentence.starts, end), first + 1)))
    return [_cue(sentence, hit, places) for hit in sentence.hits]


def table(mentions: pd.DataFrame, own: Own = ((), ())) -> pd.DataFrame:
    """Read every mention (``mention, text, spans``): one row per mention and cue.

    Columns are ``mention``, the fields of ``Cue``, and ``aimed``.
    """
    import pandas as pd

    columns = (mentions["mention"], mentions["text"], mentions["spans"])
    rows = [
        (mention, *cue, cue.aimed)
        for mention, text, spans in zip(*columns, strict=True)
        for cue in read(text, spans, own)
    ]
    return pd.DataFrame(rows, columns=["mention", *Cue._fields, "aimed"])


def _phrase(s: Sentence, first: int, last: int) -> tuple[int, int]:
    """Widen the actor to what stands for it: "the work of X", "X's policy"."""
    for _ in range(4):
        for of in range(first - 1, max(first - 5, 0), -1):
            if s.tokens[of] == "of" and s.tokens[of - 1] in FACETS:
                first = of - 1
                break
            if s.tokens[of] in PREPOSITIONS or not s.tokens[of].isalpha():
                break
    if s.tokens[last : last + 1] == ["'s"]:
        for head in range(last + 1, min(last + 4, len(s.tokens))):
            if s.tokens[head] in FACETS:
                return first, head + 1
    return first, last


def _cue(s: Sentence, hit: Hit, places: list[tuple[int, int]]) -> Cue:
    """See a hit from the actor's place that has a role in it, or else from the nearest."""
    seen = ("", 0, True, "")
    for n, (first, last) in enumerate(places):
        view = _view(s, hit, first, last)
        if n == 0 or (bool(view[3]), -view[1]) > (bool(seen[3]), -seen[1]):
            seen = view
    term = hit.term
    start, end = s.starts[hit.first], s.ends[hit.last - 1]
    flags = (hit.negated, hit.modal, hit.conditional, hit.reported, hit.quoted)
    return Cue(term.word, start, end, term.kind, hit.polarity, term.falls_on, *flags, *seen)


def _view(s: Sentence, hit: Hit, first: int, last: int) -> tuple[str, int, bool, str]:
    """Side, distance, same clause, and role of the actor at tokens ``first`` to ``last``."""
    same = s.clauses[hit.first] == s.clauses[last - 1]
    if hit.last <= first:
        return "before", first - hit.last, same, _after_term(s, hit, first, same)
    if hit.first >= last:
        return "after", hit.first - last, same, _before_term(s, hit, first, last, same)
    return "inside", 0, True, ""


def _after_term(s: Sentence, hit: Hit, first: int, same: bool) -> str:
    """Role of an actor that stands after the term: "blasted X", "criticism of X", "corrupt X"."""
    gap = s.tokens[hit.last : first]
    names = all(
        s.capital[i] or s.tokens[i] in (",", "and", "the", ".", "both", "president", "former")
        for i in range(hit.last, first)
    )
    if len(gap) > 6 and not names:
        return ""
    lead = gap[0] if gap else ""
    noun = hit.noun or hit.term.part == "noun"
    if hit.term.falls_on in ("subject", "object", "both"):
        if lead == "by" or (noun and lead == "from"):
            return "subject"
        if noun and hit.term.part != "phrase":
            return "object" if lead in TOWARD and len(gap) < 5 else ""
        if hit.term.form == "past" and _passive(s, hit):
            return ""
        inner = gap[1:] if lead in TOWARD else gap
        return "object" if (same or names) and not (PREPOSITIONS - {"of"}) & set(inner) else ""
    if hit.term.part == "phrase":
        return ""
    if not gap or (len(gap) < 3 and names and "," not in gap):
        return "bearer"
    return "bearer" if lead == "of" and len(gap) < 3 and noun else ""


def _before_term(s: Sentence, hit: Hit, first: int, last: int, same: bool) -> str:
    """Role of an actor that stands before the term: "X failed", "X was blasted", "X is corrupt"."""
    gap = s.tokens[last : hit.first]
    noun = hit.noun or hit.term.part == "noun"
    owner = gap[:1] in (["'s"], ["'"]) or s.tokens[last - 1] in OWNERS
    if owner and (noun or hit.term.part == "adjective"):
        if len(gap) > 3 or (set(gap) & (PREPOSITIONS | AUXILIARIES) - BE) or not same:
            return ""
        return "subject" if hit.term.falls_on == "object" else "bearer"
    before, before_that = ["", "", *s.tokens[:first]][-1], ["", "", *s.tokens[:first]][-2]
    if before in ("the", "a", "this", "these"):
        before = before_that
    relative = gap[:1] in (["who"], ["which"], ["that"]) or gap[:2] in (
        [",", "who"],
        [",", "which"],
    )
    if gap[:1] == [","] and len(gap) < 4 and (noun or hit.term.part != "verb"):
        return "bearer"  # an apposition
    if owner or not (same or relative) or len(gap) > 10:
        return ""
    if before in CALLING and len(gap) < 5 and (noun or hit.term.part != "verb"):
        return "bearer"
    joining = ("after", "before", "than", "as", "like")
    if before in PREPOSITIONS and before not in joining and not relative and gap[:1] != ["to"]:
        return ""
    if gap[:1] == ["and"] and _governed(s, first):
        return ""
    if hit.term.part in ("verb", "phrase") and hit.term.falls_on != "bearer" and not hit.noun:
        return "object" if hit.term.form == "past" and _passive(s, hit) else "subject"
    near = gap[-5:]
    link = max((n for n, word in enumerate(near) if word in LINKS), default=None)
    if link is not None and not PREPOSITIONS & set(near[link + 1 :]):
        return "bearer"
    if hit.term.part == "phrase" and AUXILIARIES.issuperset(gap):
        return "bearer"
    return ""


def _governed(s: Sentence, first: int) -> bool:
    """Whether a verb of the lexicon stands just before the actor: "they praised X and left"."""
    return any(
        0 <= first - other.last < 4 and other.term.part == "verb" and other.term.kind != "report"
        for other in s.hits
    )


def _passive(s: Sentence, hit: Hit) -> bool:
    """Whether a past form is a passive: "was sharply criticized", "was mocked and criticized"."""
    for word in reversed(s.tokens[max(hit.first - 5, 0) : hit.first]):
        if word in BE:
            return True
        if word not in AUXILIARIES and word not in ("and", "or") and word[-2:] not in ("ly", "ed"):
            break
    return s.tokens[hit.last : hit.last + 1] == ["by"]
