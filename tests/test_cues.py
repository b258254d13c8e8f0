"""Cues: scope and role, each checked on a sentence of a few words."""

import pickle

import pandas as pd
import pytest

from stance import DATA
from stance.cues import Cue, read, table
from stance.errors import StanceError
from stance.lexicon import compile_lexicon, english, forms, tokens


def cues(text, actor="mission", own=((), ())):
    start = text.find(actor)
    spans = [[start, start + len(actor)]] if actor and start >= 0 else []
    return {cue.word: cue for cue in read(text, spans, own) if cue.polarity}


@pytest.mark.parametrize(
    ("text", "word", "role"),
    [
        ("They blasted the mission.", "blast", "object"),
        ("The mission was blasted.", "blast", "object"),
        ("The mission was sharply blasted by them.", "blast", "object"),
        ("They were blasted by the mission.", "blast", "subject"),
        ("The mission blasted them.", "blast", "subject"),
        ("The mission lied.", "lie", "subject"),
        ("The mission, which lied, left.", "lie", "subject"),
        ("The work of the mission has collapsed.", "collapse", "subject"),
        ("Sharp criticism of the mission grew.", "criticism", "object"),
        ("The mission's criticism of them grew.", "criticism", "subject"),
        ("Criticism from the mission grew.", "criticism", "subject"),
        ("The mission is corrupt.", "corrupt", "bearer"),
        ("The corrupt mission left.", "corrupt", "bearer"),
        ("The mission, a hypocrite, left.", "hypocrite", "bearer"),
        ("They called the mission corrupt.", "corrupt", "bearer"),
        ("The mission's corruption grew.", "corruption", "bearer"),
        ("The friend of the mission is corrupt.", "corrupt", ""),
        ("They met the mission, but the mayor lied.", "lie", ""),
    ],
)
def test_role(text, word, role):
    assert cues(text)[word].role == role


@pytest.mark.parametrize(
    ("text", "word", "sign"),
    [
        ("The mission is honest.", "honest", 1),
        ("The mission is not honest.", "honest", -1),
        ("The mission isn't honest.", "honest", -1),
        ("The mission is no longer honest.", "honest", -1),
        ("The mission is hardly honest.", "honest", -1),
        ("The mission is far from honest.", "honest", -1),
        ("The mission is not only honest.", "honest", 1),
        ("The mission is nothing but honest.", "honest", 1),
        ("Nobody says that the mission is honest.", "honest", -1),
        ("I would not say that the mission of these men has lied.", "lie", 1),
        ("Nobody can claim that the mission is not honest.", "honest", 1),
        ("The mission is not big, but honest.", "honest", 1),
        ("The mission came without honest men.", "honest", -1),
        ("The mission prevented bloodshed.", "prevent bloodshed", 1),
        ("The mission prevented peace.", "prevent peace", -1),
        ("The mission failed to protect them.", "fail to protect", -1),
        ("The mission brought peace.", "bring peace", 1),
        ("The mission brought chaos.", "bring chaos", -1),
        ("The mission did not bring peace.", "bring peace", -1),
    ],
)
def test_scope(text, word, sign):
    assert cues(text)[word].polarity * sign > 0


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("The mission might be corrupt.", "modal"),
        ("If the mission is corrupt, we leave.", "conditional"),
        ("They said that the mission is corrupt.", "reported"),
        ("A “corrupt” mission left.", "quoted"),
        ("The mission is not corrupt.", "negated"),
    ],
)
def test_flags(text, flag):
    cue = cues(text)["corrupt"]
    flags = ("negated", "modal", "conditional", "reported", "quoted")
    assert [name for name in flags if getattr(cue, name)] == [flag]


def test_place():
    cue = cues("The mission, they said, lied to us.")["lie to"]
    assert (cue.side, cue.distance, cue.same_clause) == ("after", 4, True)
    assert "The mission, they said, lied to us."[cue.start : cue.end] == "lied to"
    assert cues("Liars met the mission.")["liar"].side == "before"
    assert not cues("The mission left because they lied.")["lie"].same_clause


def test_without_an_actor_cues_have_no_side():
    cue = cues("They lied.", actor="")["lie"]
    assert (cue.side, cue.role, cue.aimed) == ("", "", False)


def test_aimed_joins_role_and_what_the_term_falls_on():
    assert cues("They blasted the mission.")["blast"].aimed
    assert not cues("The mission blasted them.")["blast"].aimed
    assert cues("They lied to the mission.")["lie to"].role == "object"


def test_names_are_no_cues():
    assert cues("The mission met Justice Brave of the Freedom Caucus.") == {}
    assert "brave" in cues("Brave men met the mission.")


def test_offsets_survive_letters_that_change_length():
    text = "In İzmir 🙂 the mission lied."
    cue = cues(text)["lie"]
    assert text[cue.start : cue.end] == "lied"
    assert cue.role == "subject"


def test_one_actor_named_twice_takes_the_place_with_a_role():
    text = "The mission came late and villagers blasted the mission."
    spans = [[4, 11], [48, 55]]
    assert [c.role for c in read(text, spans) if c.word == "blast"] == ["object"]


def test_own_words():
    assert cues("A Potemkin mission.", own=((), ("potemkin",)))["potemkin"].kind == "own"


@pytest.mark.parametrize("text", ["", " ", "…", "?!", "the", "“", "\n", "“Don’t", "'s", "a" * 5000])
def test_odd_sentences_have_no_cues(text):
    assert read(text, [[0, 1]]) == []


def test_table_has_a_row_per_mention_and_cue():
    mentions = pd.DataFrame(
        {
            "mention": ["m1", "m2"],
            "text": ["The mission lied and cheated.", "The mission left."],
            "spans": [[[4, 11]], [[4, 11]]],
        }
    )
    found = table(mentions)
    assert found["mention"].tolist() == ["m1", "m1"]
    assert found.columns.tolist() == ["mention", *Cue._fields, "aimed"]
    assert found["aimed"].tolist() == [True, True]


def test_cues_can_be_pickled():
    found = read("The mission lied.", [[4, 11]])
    assert pickle.loads(pickle.dumps(found)) == found


# ------------------------------------------------------------------------------- the lexicon


def test_the_lexicon_is_broad_and_has_no_twins():
    seen, twins = set(), []
    for name, family in families().items():
        if name == "irregular":
            continue
        for word in map(str.strip, family["terms"].split(",")):
            key = (word, family["part"], family.get("falls_on"), family["class"])
            twins += [word] * (key in seen)
            seen.add(key)
    assert twins == []
    assert len({word for word, *_ in seen}) > 4000


def families():
    import yaml

    return yaml.safe_load((DATA / "lexicon" / "english.yaml").read_text("utf-8"))


def test_every_term_is_short_and_in_range():
    odd = []
    for entries in english().values():
        for rest, term in entries:
            if len(rest) > 6 or not -1 <= term.polarity <= 1:
                odd.append(term)
    assert odd == []


@pytest.mark.parametrize(
    ("word", "part", "expected"),
    [
        ("fight", "verb", "fight fights fought fighting"),
        ("lie", "verb", "lie lies lied lying"),
        ("praise", "verb", "praise praises praised praising"),
        ("stop", "verb", "stop stops stopped stopping"),
        ("hero", "noun", "hero heroes"),
        ("lobby", "noun", "lobby lobbies"),
        ("tragic", "adjective", "tragic tragically"),
        ("ugly", "adjective", "ugly uglily uglier ugliest"),
    ],
)
def test_forms(word, part, expected):
    irregular = {"fight": ["fought"], "hero": ["heroes"]}
    assert " ".join(forms(word, part, irregular)) == expected


def test_tokens_split_possessives_negations_and_hyphens():
    assert tokens("Isn’t X's well-kept U.N. post") == [
        *("isn", "'t", "x", "'s", "well", "-", "kept", "u.n.", "post")
    ]


def test_ambiguous_words_count_only_inflected():
    lexicon = compile_lexicon({"f": {"class": "support", "part": "verb", "terms": "~back"}})
    assert sorted(lexicon) == ["backed", "backing"]


@pytest.mark.parametrize(
    ("family", "message"),
    [
        ({"part": "verb", "terms": "x"}, "family 'f' in the lexicon lacks 'class'"),
        (
            {"class": "c", "part": "verbs", "terms": "x"},
            "'f' in the lexicon has part 'verbs'. Did you mean 'verb'",
        ),
        (
            {"class": "c", "part": "verb", "falls_on": "objekt", "terms": "x"},
            "has falls_on 'objekt'. Did you mean 'object'",
        ),
    ],
)
def test_a_faulty_family_is_named(family, message):
    with pytest.raises(StanceError, match=message):
        compile_lexicon({"f": family})
