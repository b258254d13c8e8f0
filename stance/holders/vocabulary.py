"""The words by which speech and speakers are known: reporting verbs, titles, roles, small words."""

from __future__ import annotations

import re
from collections.abc import Iterator


def listed(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


TITLES = listed(
    """mr mrs ms miss dame dr prof professor sir lady lord lt col gen maj capt sgt brig adm cpl pvt
    lieutenant colonel general major captain sergeant brigadier admiral corporal private officer
    commander sen senator rep reps representative congressman congresswoman gov governor mayor
    president premier chancellor minister ministers secretary ambassador ambassador-at-large envoy
    consul counselor counsellor attorney judge justice speaker deputy chairman chairwoman chair
    leader director chief commissioner spokesman spokeswoman spokesperson adviser advisor analyst
    expert economist lawyer engineer father mother sister brother grandmother grandfather bishop
    rabbi pope imam king queen prince princess whip candidate nominee lawmaker headmistress
    headmaster physician nurse host strategist"""
)
"""Words that stand before a person's name and are no part of it."""

SHORT = {
    **{"lt": "lieutenant", "col": "colonel", "gen": "general", "maj": "major", "capt": "captain"},
    **{"sgt": "sergeant", "brig": "brigadier", "sen": "senator", "rep": "representative"},
    **{"gov": "governor", "prof": "professor", "dr": "doctor"},
}

ROLES = {
    "diplomat envoy negotiator": "ambassador ambassador-at-large counselor consul foreign embassy",
    "lawmaker legislator deputy parliamentarian mp senator congressman congresswoman": "parliament "
    "parliamentary representative assembly duma speaker faction committee",
    "official": "minister ministry deputy head director adviser advisor secretary chief mayor "
    "governor spokesman spokeswoman commissioner agency authority department council",
    "analyst expert scholar scientist researcher": "economist institute centre center professor "
    "forum follows studies",
    "officer commander": "lieutenant colonel general major captain brigadier commanded sergeant",
    "lawyer jurist attorney": "law legal counsel",
    "doctor physician": "surgeon anaesthetist anesthetist",
    "leader": "chairman chairwoman head heads chairs chair president speaker",
    "spokesperson spokesman spokeswoman": "",
    "teacher headmistress headmaster schoolmaster": "teaches taught",
    "soldier": "private corporal sergeant captain lieutenant major",
    "driver": "drives",
    "priest": "father reverend",
    "imam mullah": "hajji",
}
"""Role nouns → further words of a title or an apposition that make one."""
SAME = {role: listed(f"{roles} {more}") for roles, more in ROLES.items() for role in roles.split()}

ROLE = re.compile(
    r"(?:.{2,}(?:er|or|ist|ian|ant|man|woman|yst|eer|arian|ician)|diplomat|official|deputy|envoy|"
    r"chief|head|judge|nurse|mp|spokesperson|pilot|refugee|father|mother|general|colonel|captain|"
    r"widow|priest|imam|scholar|guide|boss|host|aide|coach|youth|private|guard|corporal|lieutenant|"
    r"jurist|sceptic|skeptic|critic|president|justice|representative|expert|democrat|republican|"
    r"medic|clerk|cook|boy|girl|neighbour|friend|colleague|cousin|wife|husband|"
    r"(?:grand)?(?:son|daughter)|(?:\w+)-in-law|brother|sister|uncle|aunt)$"
)
THINGS = listed(
    """paper newspaper letter order center centre ledger courier quarter number matter river tower
    error war law power border career charter answer newsletter poster chapter member water minor
    summer winter filter computer author restaurant grant covenant quorum
    september october november december"""
)
"""Nouns that look like roles and are none."""

WOMEN = listed(
    """ms mrs miss she her woman mother sister daughter grandmother aunt wife widow spokeswoman
    chairwoman congresswoman headmistress lady queen princess businesswoman seamstress girl"""
)
MEN = listed(
    """mr sir he his man father brother son grandfather uncle husband widower spokesman chairman
    congressman headmaster lord king prince businessman boy"""
)
WOMAN_NAME = re.compile(r"\w+(?:ova|eva|ina|skaya|aya|ovna|evna)$")
MAN_NAME = re.compile(r"\w+(?:ov|ev|sky|skiy|ovich|evich)$")

AGE = re.compile(
    r"\d\d|(?:six|seven|eigh|nine)teen|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?"
)
NATIONS = listed(
    """russian armenian turkish azerbaijani georgian iranian american european western eastern
    british french german ukrainian chinese israeli democratic republican"""
)
BODIES = NATIONS | listed(
    """ministry council party committee house court department university institute bank agency
    service union center centre post times news press wire street avenue road river sea
    corridor republic state states district districts region regions kingdom nations
    association commission forum church cross school college hospital company group bureau act
    law office force forces army guard congress senate parliament assembly security island
    valley county city airport square caucus foundation amendment world war january february
    march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday america europe asia africa north south east west
    new journal herald report statement agreement accord ledger courier dispatch campaign
    administration line workshop society network defense defence tv radio democrats
    republicans one two three four five six seven eight nine ten"""
)
"""Words that make a run of capitals something other than a person."""
LINKS = listed("de del della di da la le van von der den bin ibn al el ben ter")
AFTER = listed("jr jr. sr sr. ii iii iv")
PREPOSITIONS = listed(
    """of in at on from for with to by about into over under against during after before through
    between among without within near toward towards via per amid despite outside inside"""
)
JOINTS = listed(
    """that which who whom whose where when while as because since so though although if unless
    until than and but or nor yet what why how whether before after once"""
)
"""Words at which a noun phrase ends."""
PRONOUNS = listed("i we he she they it")
GENERIC = listed("official man woman leader author speaker president")
HE = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}
NOBODY = listed(
    """you one nobody none no who there this that which what anyone everyone anybody everybody
    someone somebody neither"""
)
"""Subjects that hold nothing: "Nobody can claim that …"."""
TEXTS = listed(
    """statement statements agreement agreements point clause article paragraph text document
    treaty mandate law report reports bulletin letter message release
    column newspaper figures data"""
)
"""What speaks for its owner ("the ministry's statement"), else for the author who cites it."""
HERE = listed("here there now then dear sir also still even perhaps dearest hello yes no")
ARTICLES = listed("the a an one this that these those his her its their our my your another")
SMALL = JOINTS | PREPOSITIONS | ARTICLES | HERE
"""Words that begin no name, though they begin a sentence."""

SAY = """say tell add explain stress emphasize emphasise reiterate argue claim insist believe think
    admit acknowledge concede complain recall remark reply declare contend assert allege
    predict conclude suspect doubt deny fear hope warn caution joke quip tweet retort counter
    testify lament boast announce confirm reckon suggest maintain underline underscore inform
    assure remind hint"""
"""Verbs of speech and belief; whatever follows them is reported."""

SPEAK = """note observe answer respond continue state report hold find feel know write ask wonder
    agree disagree promise pledge vow propose object protest expect wish estimate charge point
    repeat laugh sigh shrug shout muse begin murmur smile go put ponder speculate guess dream
    concur learn understand realize realise remember forget pretend swear inquire accept see"""
"""Verbs that report only before "that", beside a quotation or after the reported clause."""

ACT = """praise blame thank accuse criticize criticise condemn denounce hail welcome support back
    endorse oppose reject dismiss defend fault attack slam blast mock applaud commend credit
    call describe label brand regard consider compare liken trust distrust favor favour
    deplore deride ridicule scold admonish rebuke rip assail decry dispute question challenge
    demand urge want chide tout lambaste berate bash salute congratulate laud appreciate
    respect admire resent hate detest love dislike disparage belittle castigate excoriate pan
    rebuff protest threaten view prefer mourn regret vilify demonize taunt insult disavow
    repudiate cheer champion advocate vouch voice express embrace honor honour celebrate rail
    lash tear side"""
"""Verbs by which their subject takes a stance toward their object."""

IRREGULAR = {
    **{"said": "say", "told": "tell", "thought": "think", "held": "hold", "found": "find"},
    **{"felt": "feel", "knew": "know", "known": "know", "wrote": "write", "written": "write"},
    **{"went": "go", "began": "begin", "saw": "see", "seen": "see", "swore": "swear"},
    **{"understood": "understand", "forgot": "forget", "meant": "mean", "shown": "show"},
    **{"quipped": "quip", "ripped": "rip", "slammed": "slam", "panned": "pan"},
}
PARTICLE = {
    **{"point": "out", "go": "on", "put": "it", "rail": "against", "lash": "out", "tear": "into"},
    **{"side": "with", "see": "it"},
}
"""Verbs that report only with their particle."""

FEELING = listed(
    """grateful thankful critical proud wary sceptical skeptical opposed glad happy convinced
    certain confident adamant doubtful suspicious disappointed"""
)
"""Adjectives that tell their subject's stance: "X is grateful to …"."""

VIEW = listed(
    """view views opinion words reading experience judgment judgement estimation estimate eyes
    mind"""
)
"""Nouns of "in X's view"."""

CLAIM = listed(
    """claim claims remark remarks charge charges view argument assertion warning statement
    belief accusation accusations allegation allegations insistence suggestion conviction
    complaint fear promise contention"""
)
"""Nouns of "X's claim that …"."""

BE = listed("am is was are were be been being isn't wasn't aren't weren't am")
FINITE = BE | listed(
    """has have had do does did will would shall should can could may might must cannot don't
    doesn't didn't hasn't haven't hadn't won't wouldn't can't couldn't shouldn't"""
)
ADVERBS = listed(
    """not never also then later once again further still even already now only too often always
    just simply sometimes ever long no longer however instead therefore largely thus indeed
    perhaps"""
)
CONTROL = listed(
    """refuse refuses refused decline declines declined want wants wanted wish wishes wished come
    came like likes liked went go tend tends tended has have had seem seems seemed continue
    continues continued prefer prefers preferred begin began begun used try tries tried appear
    appears ought quick happy rushed expected forced"""
)
"""Words between a subject and "to say"."""
DETERMINERS = listed(
    """the a an this that these those his her its their our my your any no some one another"""
)
TIME = listed(
    """monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow later
    earlier last late early this recently here there again afterwards aloud bluntly"""
)
ASIDE = TIME | listed(
    """however too instead therefore though meanwhile for his her their its part in turn all the
    same of course nonetheless nevertheless then on that"""
)
"""Words that may stand between commas inside a verb phrase: "He did, however, credit …"."""
PLURAL = listed(
    """i we you they people police men women children many some few most both others those"""
)
TELL = listed("tell warn inform assure remind")
STOPS = frozenset(",;:—–()\x01?!.")


def _forms(verbs: str) -> Iterator[tuple[str, str]]:
    """Each verb's forms with the verb: say, says, saying, and said by rule or as irregular."""
    listed = verbs.split()
    for verb in listed:
        stem = verb[:-1] if verb.endswith("e") else verb
        soft = bool(re.search("[^aeiou]y$", verb))
        sibilant = bool(re.search("(s|x|sh|ch|o)$", verb))
        third = verb[:-1] + "ies" if soft else verb + ("es" if sibilant else "s")
        past = verb[:-1] + "ied" if soft else stem + "ed"
        yield from ((form, verb) for form in (verb, third, past, stem + "ing"))
    yield from ((form, verb) for form, verb in IRREGULAR.items() if verb in listed)


VERBS = {
    form: (verb, kind)
    for kind, listed in (("act", ACT), ("speak", SPEAK), ("say", SAY))
    for form, verb in _forms(listed)
}
"""Every form of every reporting verb → the verb and its kind."""


def is_role(word: str) -> bool:
    """Whether a noun says what somebody is.

    >>> [word for word in ("driver", "diplomat", "paper", "road") if is_role(word)]
    ['driver', 'diplomat']
    """
    return word in SAME or (bool(ROLE.match(word)) and word not in THINGS)
