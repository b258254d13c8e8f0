"""The people of an article: names, roles and pronouns, resolved to the name the article gives.

No model: a name is a run of capitalised words, a person is a name with a title, a role, an age or
a surname used alone; "the diplomat" is the last person whose title or apposition makes one, "he"
the last person spoken of who is not known to be a woman.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir lady lord lt col gen maj capt sgt brig adm cpl pvt
    lieutenant colonel general major captain sergeant brigadier admiral corporal private officer
    commander sen senator rep reps representative congressman congresswoman gov governor mayor
    president premier chancellor minister ministers secretary ambassador ambassador-at-large envoy
    consul counselor counsellor attorney judge justice speaker deputy chairman chairwoman chair
    leader director chief commissioner spokesman spokeswoman spokesperson adviser advisor analyst
    expert economist lawyer engineer father mother sister brother grandmother grandfather bishop
    rabbi pope imam king queen prince princess whip candidate nominee lawmaker deputy-speaker
    headmistress headmaster physician nurse host strategist""".split()
)
"""Words that stand before a person's name and are no part of it."""

SAME = {
    "diplomat": "diplomat ambassador ambassador-at-large envoy counselor counsellor consul foreign embassy "
    "negotiator",
    "lawmaker": "lawmaker legislator deputy parliament parliamentary senator representative "
    "congressman congresswoman mp assembly duma speaker faction committee",
    "official": "official minister ministry deputy head director adviser advisor secretary chief "
    "mayor governor spokesman spokeswoman commissioner agency authority department council",
    "analyst": "analyst expert scholar scientist researcher economist institute centre center "
    "professor forum follows studies",
    "officer": "officer lieutenant colonel general major captain brigadier commander commanded "
    "sergeant",
    "lawyer": "lawyer attorney jurist law legal counsel",
    "doctor": "doctor physician surgeon anaesthetist anesthetist",
    "leader": "leader chairman chairwoman head heads chairs chair president speaker",
    "spokesperson": "spokesman spokeswoman spokesperson",
    "teacher": "teacher teaches headmistress headmaster schoolmaster taught",
    "soldier": "soldier private corporal sergeant captain lieutenant major",
    "driver": "driver drives hauling",
}
"""A role noun → the words of a title or an apposition that make one."""
for _role, _also in {
    "diplomat": "envoy negotiator",
    "lawmaker": "legislator deputy parliamentarian mp senator congressman congresswoman",
    "analyst": "expert scholar scientist researcher",
    "officer": "commander",
    "lawyer": "jurist attorney",
    "doctor": "physician",
    "spokesperson": "spokesman spokeswoman",
    "teacher": "headmistress headmaster schoolmaster",
}.items():
    for _word in _also.split():
        SAME[_word] = f"{_word} {SAME[_role]}"

ROLE = re.compile(
    r"(?:.{2,}(?:er|or|ist|ian|ant|man|woman|yst|eer|arian|ician)|diplomat|official|deputy|envoy|"
    r"chief|head|judge|nurse|mp|spokesperson|pilot|refugee|retiree|father|mother|general|colonel|"
    r"captain|widow|farmhand|priest|scholar|guide|boss|host|aide|coach|bride|youth|private|guard|"
    r"corporal|lieutenant|jurist|sceptic|skeptic|critic|president|justice|representative|expert)$"
)
THINGS = frozenset(
    """paper newspaper letter order center centre ledger courier quarter number matter river tower
    error war law power border career charter answer newsletter poster chapter member water minor
    summer winter filter computer author restaurant grant covenant quorum""".split()
)
"""Nouns that look like roles and are none."""

WOMEN = frozenset(
    """ms mrs miss she her woman mother sister daughter grandmother aunt wife widow spokeswoman
    chairwoman congresswoman headmistress lady queen princess businesswoman seamstress""".split()
)
MEN = frozenset(
    """mr sir he his man father brother son grandfather uncle husband widower spokesman chairman
    congressman headmaster lord king prince businessman""".split()
)
WOMAN_NAME = re.compile(r"\w+(?:ova|eva|ina|skaya|aya|ovna|evna)$")
MAN_NAME = re.compile(r"\w+(?:ov|ev|sky|skiy|ovich|evich)$")

BODIES = frozenset(
    """ministry council party committee house court department university institute bank agency
    service union center centre post times news press wire street avenue road river sea corridor
    republic states kingdom nations association commission forum church cross school college
    hospital company group bureau act law office force forces army guard congress senate parliament
    assembly security island valley county city airport square caucus foundation amendment world war
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday america europe asia africa north south east
    west new street journal herald report statement agreement accord ledger courier dispatch
    administration campaign line workshop society network defense defence tv radio""".split()
)
"""Words that make a run of capitals something other than a person."""

SHORT = {
    **{"lt": "lieutenant", "col": "colonel", "gen": "general", "maj": "major", "capt": "captain"},
    **{"sgt": "sergeant", "brig": "brigadier", "sen": "senator", "rep": "representative"},
    **{"gov": "governor", "prof": "professor", "dr": "doctor"},
}
LINKS = frozenset("de del della di da la le van von der den bin ibn al el ben ter".split())
PREPOSITIONS = frozenset(
    """of in at on from for with to by about into over under against during after before through
    between among without within near toward towards via per amid despite outside inside""".split()
)
DROPPED = frozenset("the a an this that these those his her its their our my your another".split())
AFTER = frozenset("jr jr. sr sr. ii iii iv".split())

TOKEN = re.compile(
    r"\x01+|(?:[A-Z]\.){2,}|\b(?:Mr|Mrs|Ms|Dr|Lt|Col|Gen|Maj|Capt|Sgt|Brig|Adm|Sen|Reps?|Gov|Prof|"
    r"St|Jr|Sr|[A-ZÀ-ÞА-Я])\.|\w+(?:[-’'](?!s\b)\w+)*|[’']s\b|[^\w\s]"
)
"""Words, abbreviations, the possessive, punctuation, and \\x01 for what is quoted."""


class Token(NamedTuple):
    """A word or a mark with its offsets; ``low`` without case, the dot of an abbreviation off."""

    text: str
    low: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it is a word with a capital letter."""
        return self.text[0].isupper()


def tokens(text: str) -> list[Token]:
    """The tokens of a text.

    >>> [token.low for token in tokens("Lt. Col. Ann Lee’s men left.")]
    ['lt', 'col', 'ann', 'lee', "'s", 'men', 'left', '.']
    """
    return [
        Token(
            match.group(),
            (match.group().rstrip(".") or ".").lower().replace("’", "'"),
            *match.span(),
        )
        for match in TOKEN.finditer(text)
    ]


class Person:
    """Someone the article names: the full name, the words that say who it is, and the gender."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.words: set[str] = set()
        self.evident = False

    @property
    def name(self) -> str:
        """The fullest name."""
        return " ".join(self.names)

    @property
    def surname(self) -> str:
        """The last name, without "Jr."."""
        kept = [name for name in self.names if name.lower() not in AFTER]
        return (kept or self.names)[-1]

    @property
    def gender(self) -> str:
        """ "f", "m" or "" by title, role or the form of the name."""
        women, men = bool(self.words & WOMEN), bool(self.words & MEN)
        if women != men:
            return "f" if women else "m"
        lowered = self.name.lower().split()
        if any(WOMAN_NAME.fullmatch(name) for name in lowered[1:]):
            return "f"
        return "m" if any(MAN_NAME.fullmatch(name) for name in lowered[1:]) else ""

    def plays(self, role: str) -> bool:
        """Whether the article's words about the person make it "the <role>"."""
        return bool(self.words & set(SAME.get(role, role).split()))


class People:
    """Everyone an article names, in the order of appearance."""

    def __init__(self, texts: Iterable[tuple[list[Token], str]]) -> None:
        """Read the tokens and the kind of each sentence; headlines in title case name nobody."""
        self.all: list[Person] = []
        self.surnames: dict[str, Person] = {}
        self.forenames: dict[str, Person] = {}
        running = [(words, kind) for words, kind in texts if not _title_case(words)]
        self.common = {w.low for words, _ in running for w in words if w.text[0].islower()}
        self.proper = {w.text for words, _ in running for w in words[1:] if w.capital}
        for body in (True, False):  # what the body says counts before captions and headlines
            for words, kind in running:
                if (kind == "body") == body:
                    for start, end in self.runs(words):
                        self._meet(words, start, end)
        for words, _ in running:
            for start, end in self.runs(words):
                if end - start == 1 and (person := self.surnames.get(words[start].text)):
                    person.evident = True
        self.alone = [person for person in self.all if person.evident]

    def runs(self, words: Sequence[Token]) -> list[tuple[int, int]]:
        """The runs of capitalised words that may be names, as token ranges without titles."""
        found, i = [], 0
        while i < len(words):
            if not words[i].capital or (i == 0 and self._ordinary(words[0])):
                i += 1
                continue
            j = i + 1
            while (
                j < len(words)
                and words[j].start <= words[j - 1].end + 1
                and (
                    words[j].capital
                    or (words[j].low in LINKS and j + 1 < len(words) and words[j + 1].capital)
                )
            ):
                j += 1
            titles = [k for k in range(i, j) if words[k].low in TITLES]
            start = titles[-1] + 1 if titles else i
            if start < j:
                found.append((start, j))
            i = j
        return found

    def _ordinary(self, word: Token) -> bool:
        """A sentence's first word that the article also writes small."""
        return word.low in self.common and word.text not in self.proper

    def _meet(self, words: Sequence[Token], start: int, end: int) -> None:
        names = [word.text for word in words[start:end]]
        titled = start > 0 and words[start - 1].low in TITLES
        if any(w.low in BODIES or (len(w.text) > 2 and w.text.isupper()) for w in words[start:end]):
            return
        if len(names) == 1 and not (titled and words[start - 1].capital):
            return
        person = self.surnames.get(Person(names).surname)
        if person is None or (
            len(names) > 1 and len(person.names) > 1 and (names[0][0] != person.names[0][0])
        ):
            person = Person(names)
            self.all.append(person)
        elif len(names) > len(person.names) or (len(names) > 1 and person.names[0][1:] == "."):
            person.names = names
        self.surnames[person.surname] = person
        if len(names) > 1:
            self.forenames.setdefault(names[0], person)
        self._learn(person, words, start, end)

    def _learn(self, person: Person, words: Sequence[Token], start: int, end: int) -> None:
        """Take in the title before the name and the apposition after it."""
        i = start
        while i > max(0, start - 6) and words[i - 1].low not in ",;:()—–\x01.":
            i -= 1
        before = [word.low for word in words[i:start]]
        after: list[str] = []
        if end < len(words) and words[end].text in ",(":
            stop = next(
                (k for k in range(end + 1, len(words)) if words[k].text in ".;:—)"), len(words)
            )
            after = [word.low for word in words[end + 1 : min(stop, end + 16)]]
            commas = [k for k, word in enumerate(after) if word == ","]
            first = after[0] if after else ""
            if (
                first.isdigit()
                or first in {"a", "an", "the", "who", "of", "whose"}
                or ROLE.match(first)
            ):
                person.evident = True
            after = after[
                : commas[1]
                if len(commas) > 1 and first.isdigit()
                else commas[0]
                if commas
                else len(after)
            ]
        near = before[-1:] if before else []
        if any(word in TITLES or (ROLE.match(word) and word not in THINGS) for word in near):
            person.evident = True
        if any(name.endswith(".") for name in person.names):
            person.evident = True
        person.words |= {SHORT.get(word, word) for word in before + after}
        person.words |= {word[:-1] for word in person.words if word.endswith("s")}

    def find(self, words: Sequence[Token]) -> list[tuple[int, int, Person]]:
        """The known people among the tokens, by full name, surname or forename."""
        found = []
        for start, end in self.runs(words):
            texts = [word.text for word in words[start:end]]
            kept = [text for text in texts if text.lower() not in AFTER]
            person = self.surnames.get(kept[-1]) if kept else None
            person = person or (self.forenames.get(texts[0]) if len(texts) <= 2 else None)
            if person:
                found.append((start, end, person))
        return found

    def resolve(
        self, words: Sequence[Token], recent: Sequence[Person], ahead: bool = False
    ) -> tuple[str, Person | None]:
        """The name behind a noun phrase, or the phrase without its article; "" for nobody.

        ``recent`` are the people spoken of, the latest first; ``ahead`` is for headlines, whose
        roles are explained by what follows.
        """
        cut = next((k for k in range(len(words) - 1, 0, -1) if words[k - 1].low == "'s"), 0)
        words = words[cut:]
        core = words[
            : next((k for k, w in enumerate(words) if k and w.low in PREPOSITIONS), len(words))
        ]
        if not core:
            return "", None
        head, first = core[-1].low, core[0].low
        if first in ("he", "she", "his", "her") and len(core) == 1:
            gender = "m" if first in ("he", "his") else "f"
            fitting = [p for p in recent if p.gender in ("", gender)]
            person = next(iter(fitting), None)
            if person:
                person.words.add({"m": "he", "f": "she"}[gender])
            return (person.name if person else ""), person
        if named := self.find(core):
            return named[-1][2].name, named[-1][2]
        person_like = self.role(head)
        if person_like and (ahead or first in ("the", "this", "that") or cut):
            pool = [*recent, *self.alone] if not cut else []
            person = next((p for p in pool if p.plays(head)), None)
            if person is None and recent and not ahead and first == "the":
                person = recent[0]
            if person:
                return person.name, person
        return self._phrase(words), None

    @staticmethod
    def role(word: str) -> bool:
        """Whether a noun says what somebody is: driver, diplomat, analyst."""
        return word in SAME or (bool(ROLE.match(word)) and word not in THINGS)

    def _phrase(self, words: Sequence[Token]) -> str:
        """A noun phrase as a name: no article, cut before its prepositions, ordinary words small."""
        kept = list(words)
        while kept and kept[0].low in DROPPED:
            kept = kept[1:]
        cut = next(
            (
                k
                for k, w in enumerate(kept)
                if k
                and w.low in PREPOSITIONS
                and not (
                    w.low == "of"
                    and k + 1 < len(kept)
                    and (kept[k + 1].capital or kept[k - 1].capital)
                )
            ),
            len(kept),
        )
        kept = kept[:cut]
        if not kept:
            return ""
        texts = [word.text for word in kept]
        if kept[0].start == 0 and (
            kept[0].low in self.common
            or (kept[0].low.endswith("s") and texts[0] not in self.proper)
        ):
            texts[0] = texts[0].lower()
        return re.sub(r" ([’']s)", r"\1", " ".join(texts))


def _title_case(words: Sequence[Token]) -> bool:
    """Whether nearly every longer word has a capital, as in an American headline."""
    longer = [word for word in words if len(word.text) > 3 and word.text[0].isalpha()]
    return len(longer) > 3 and sum(word.capital for word in longer) > 0.7 * len(longer)
