"""The people of an article: names, roles and pronouns, resolved to the name the article gives.

No model: a person is a run of capitalised words with a title, a role, an age, an initial or a
surname used alone somewhere; "the diplomat" is the last person spoken of whose title or apposition
makes one; "he" is the last person spoken of who is not known to be a woman.

>>> from stance.holders.phrases import tokens
>>> said = "Ambassador Ivan Petrov spoke. Ann Lee, a banker, left.".split(". ")
>>> people = People([(tokens(text), "body") for text in said])
>>> [person.name for person in people.all]
['Ivan Petrov', 'Ann Lee']
>>> people.resolve(tokens("the senior diplomat"), people.all[::-1])[0]
'Ivan Petrov'
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from stance.holders.phrases import Token
from stance.holders.vocabulary import (
    AFTER,
    AGE,
    ARTICLES,
    BODIES,
    GENERIC,
    HE,
    HERE,
    LINKS,
    MAN_NAME,
    MEN,
    NOBODY,
    PREPOSITIONS,
    SAME,
    SHORT,
    SMALL,
    TEXTS,
    TITLES,
    WOMAN_NAME,
    WOMEN,
    is_role,
)


class Person:
    """Someone the article names, with the words that say who it is."""

    def __init__(self, names: Sequence[str]) -> None:
        """Start with the name as first met; ``evident`` once something shows it is a person."""
        self.names = list(names)
        self.words: set[str] = set()
        self.evident = False

    @property
    def name(self) -> str:
        """The fullest name."""
        return " ".join(self.names)

    @property
    def gender(self) -> str:
        """Woman "f", man "m" or unknown "", by title, role, pronoun or the form of the name."""
        women, men = bool(self.words & WOMEN), bool(self.words & MEN)
        if women == men:
            women = any(WOMAN_NAME.fullmatch(name.lower()) for name in self.names[1:])
            men = any(MAN_NAME.fullmatch(name.lower()) for name in self.names[1:])
        return "f" if women else "m" if men else ""

    def begins(self, names: Sequence[str]) -> bool:
        """Whether these names begin with the person's, or the person's with these."""
        shorter = min(len(names), len(self.names))
        return shorter > 1 and self.names[:shorter] == list(names[:shorter])

    def learn(self, words: Sequence[str]) -> None:
        """Take in words said about the person."""
        said = {SHORT.get(word, word).removesuffix("-in-law") for word in words}
        self.words |= said | {word[:-1] for word in said if word.endswith("s")}

    def plays(self, role: str) -> bool:
        """Whether the article's words about the person make it "the <role>"."""
        return not self.words.isdisjoint(SAME.get(role, {role}))


class People:
    """Everyone an article names, in the order of appearance, the body before headline and caption.

    ``proper`` are the words it writes with a capital inside a sentence, ``common`` those small,
    ``shown`` the people of headlines and captions.
    """

    def __init__(self, sentences: Sequence[tuple[list[Token], str]]) -> None:
        """Read the tokens and the kind of each sentence; a headline in title case names nobody."""
        self.all: list[Person] = []
        self.surnames: dict[str, Person] = {}
        self.forenames: dict[str, Person] = {}
        self.whole: dict[tuple[str, str], Person] = {}
        clear = [(w, kind) for w, kind in sentences if kind == "body" or not _title_case(w)]
        self.common = {w.low for words, _ in clear for w in words if w.text[0].islower()}
        self.proper = {w.text for words, _ in clear for w in words[1:] if w.capital}
        clear.sort(key=lambda sentence: sentence[1] != "body")
        runs = [(words, span) for words, _ in clear for span in self._runs(words)]
        self.alone = {words[start].text for words, (start, end) in runs if end - start == 1}
        for words, (start, end) in runs:
            self._meet(words, start, end)
        aside = [self.find(words) for words, kind in clear if kind != "body"]
        self.shown = [person for found in aside for _, _, person in found]
        for words, (start, end) in runs:
            if end - start == 1 and (person := self.surnames.get(words[start].text)):
                person.evident = True

    def _runs(self, words: Sequence[Token]) -> list[tuple[int, int]]:
        """The runs of capitalised words that may be names, without titles, as token ranges."""
        found, i = [], 0
        while i < len(words):
            small = words[i].low in SMALL and words[i].text[-1] != "."
            if not words[i].capital or small or (i == 0 and self._ordinary(words[0])):
                i += 1
                continue
            j = i + 1
            while j < len(words) and words[j].start <= words[j - 1].end + 1:
                link = words[j].low in LINKS and j + 1 < len(words) and words[j + 1].capital
                if not words[j].capital and not link:
                    break
                j += 1
            before = [
                k for k in range(i, j - 1) if words[k].low in TITLES or words[k].low in BODIES
            ]
            start = before[-1] + 1 if before else i
            if words[start].low not in TITLES:
                found.append((start, j))
            i = j
        return found

    def _ordinary(self, word: Token) -> bool:
        """A sentence's first word that the article also writes small, and never big inside one."""
        return word.low in self.common and word.text not in self.proper

    def _meet(self, words: Sequence[Token], start: int, end: int) -> None:
        """Take in a run: a new person, or more of one already known by surname."""
        if end - start > 2 and start and words[start - 1].low in PREPOSITIONS:
            # "In Lachin Ann Lee …": a place named alone elsewhere, or a forename used alone
            start += words[start].text in self.alone or words[start + 1].text in self.alone
        names = [word.text for word in words[start:end]]
        if any(w.low in BODIES or re.fullmatch("[A-Z]{3,}", w.text) for w in words[start:end]):
            return
        titled = start > 0 and words[start - 1].capital and words[start - 1].low in TITLES
        if len(names) == 1 and not titled and not self._introduced(words, start, end):
            return
        surname = next((name for name in reversed(names) if name.lower() not in AFTER), names[-1])
        person = self.whole.get((names[0], surname)) or self.surnames.get(surname)
        if person is None and len(names) > 1:  # "Hajji Ali" and "Hajji Ali Nuri"
            person = next((p for p in self.all if p.begins(names)), None)
        if person is None or (len(names) > 1 < len(person.names) and names[0][0] != person.name[0]):
            person = Person(names)
            self.all.append(person)
        elif len(names) > len(person.names):
            person.names = names
        self.surnames[surname] = person
        if len(names) > 1:
            self.forenames.setdefault(names[0], person)
            self.whole[names[0], surname] = person
        self._learn(person, words, start, end)

    @staticmethod
    def _introduced(words: Sequence[Token], start: int, end: int) -> bool:
        """Whether an apposition makes a name a person: "Vugar, a driver", "our driver, Vugar,"."""
        before = [word.low for word in words[max(0, start - 2) : start]]
        after = [word.low for word in words[end : end + 7]]
        if after[:1] != [","] or (before and before[-1] in PREPOSITIONS):
            return False
        if before[1:] == [","] and is_role(before[0]):
            return True
        if len(after) < 3:
            return False
        clause = next((k for k in range(2, len(after)) if after[k] in (",", ".", ";", "of")), 7)
        role = after[1] in ("a", "an", "the") and any(map(is_role, after[2:clause]))
        return bool(AGE.fullmatch(after[1])) or after[1] in ("who", "whose") or role

    def _learn(self, person: Person, words: Sequence[Token], start: int, end: int) -> None:
        """Take in the title before the name and the apposition after it."""
        lead = start
        while lead > max(0, start - 6) and words[lead - 1].low not in ",;:()—–\x01.":
            lead -= 1
        before = [word.low for word in words[lead:start]]
        after: list[str] = []
        if end < len(words) and words[end].text in ",(":
            after = [word.low for word in words[end + 1 : end + 18]]
            stops = [k for k, word in enumerate(after) if word in ",.;:—)"] or [len(after)]
            aged = bool(after) and bool(AGE.fullmatch(after[0]))
            after = after[: stops[min(1, len(stops) - 1)] if aged else stops[0]]
            opening = after[0] if after else ""
            if aged or opening in ("a", "an", "the", "who", "whose", "of") or is_role(opening):
                person.evident = True
        initial = any(re.fullmatch(r"\w\.", name) for name in person.names)
        if initial or (before and (before[-1] in TITLES or is_role(before[-1]))):
            person.evident = True
        person.learn(before + after)

    def find(self, words: Sequence[Token]) -> list[tuple[int, int, Person]]:
        """The known people among the tokens, by full name, surname or forename."""
        found = []
        for start, end in self._runs(words):
            texts = [word.text for word in words[start:end] if word.text.lower() not in AFTER]
            person = self.surnames.get(texts[-1]) if texts else None
            if person and len(texts) > 1:  # two people may share a surname
                person = self.whole.get((texts[0], texts[-1]), person)
            if person is None and 0 < len(texts) <= 2:
                person = self.forenames.get(texts[0])
            if person:
                found.append((start, end, person))
        return found

    def resolve(
        self, phrase: Sequence[Token], recent: Sequence[Person], ahead: bool = False
    ) -> tuple[str, Person | None]:
        """The name behind a noun phrase, else the phrase without its article; "" for nobody.

        ``recent`` are the people spoken of, the latest first; ``ahead`` is for headlines, whose
        roles are explained by what follows.
        """
        inner = [k for k, word in enumerate(phrase) if k and word.low in PREPOSITIONS]
        core = phrase[: inner[0]] if inner else phrase
        owned = next((k for k in range(len(core) - 1, 0, -1) if core[k - 1].low == "'s"), 0)
        owner, core = core[: max(owned - 1, 0)], core[owned:]
        first, head = core[0].low.split("'")[0], core[-1].low
        if len(core) == 1 and first in HE:
            return self._pronoun(first, recent)
        comma = next((k for k, word in enumerate(phrase) if word.text == ","), len(phrase))
        if named := self.find(core) or self.find(phrase[comma:]):
            return named[-1][2].name, named[-1][2]
        if first in NOBODY and (len(core) == 1 or first not in ("this", "that", "one")):
            return "", None
        if head in TEXTS or first in TEXTS:
            return self.resolve(owner, recent, ahead) if owner else ("", None)
        name = self._phrase(phrase[owned:comma])
        if not is_role(head):
            return name, None
        later = (person for person in self.all if person.evident) if ahead else self.shown
        definite = not owner and (ahead or first in ("the", "this", "that", "his", "her", "their"))
        person = self._player(head, first, [*recent, *later]) if definite else None
        if person is None:
            person = Person([name])
            person.evident = True
            person.learn([word.low for word in core])
        return person.name, person

    def _pronoun(self, pronoun: str, recent: Sequence[Person]) -> tuple[str, Person | None]:
        """The last person spoken of whom "he" or "she" fits; the pronoun then tells the gender."""
        person = next((p for p in recent if p.gender in ("", HE[pronoun])), None)
        if person is None:
            return "", None
        person.words.add("he" if HE[pronoun] == "m" else "she")
        return person.name, person

    def _player(self, role: str, article: str, recent: Sequence[Person]) -> Person | None:
        """Whom "the <role>" means: the last who plays it, else the last one of unknown role."""
        exact = article in ("his", "her", "their")
        for person in recent:
            if role in person.words or (not exact and person.plays(role)):
                return person
        unknown = recent and (role in GENERIC or not any(map(is_role, recent[0].words)))
        return recent[0] if unknown and article == "the" else None

    def _phrase(self, phrase: Sequence[Token]) -> str:
        """A noun phrase as a name: no article, nothing after its head, ordinary words small."""
        kept = list(phrase)
        while kept and kept[0].low in ARTICLES:
            kept = kept[1:]
        for k in range(1, len(kept)):
            low, after = kept[k].low, kept[k + 1] if k + 1 < len(kept) else None
            proper = low == "of" and after and (after.capital or kept[k - 1].capital)
            tail = re.fullmatch(r"[a-z]{3,}ed", kept[k].text) and (
                after is None or after.capital or after.low in PREPOSITIONS
            )
            if (low in PREPOSITIONS and not proper) or tail or low in HERE:
                kept = kept[:k]
                break
        texts = [word.text for word in kept]
        if (
            kept
            and kept[0].start == 0
            and texts[0] not in self.proper
            and kept[0].low not in BODIES
            and (kept[0].low in self.common or len(kept) > 1 or kept[0].low.endswith("s"))
        ):
            texts[0] = texts[0].lower()
        return re.sub(r" ([’']s)\b", r"\1", " ".join(texts))


def _title_case(words: Sequence[Token]) -> bool:
    """Whether nearly every longer word has a capital, as in an American headline."""
    longer = [word for word in words if len(word.text) > 3 and word.text[0].isalpha()]
    return len(longer) > 3 and sum(word.capital for word in longer) > 0.7 * len(longer)
