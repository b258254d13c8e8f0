"""Holders: a table of hard cases, each a small article, and the parts that read it."""

from pathlib import Path

import pandas as pd
import pytest

from stance.errors import StanceError
from stance.holders import attribute
from stance.holders.dialogue import quotations
from stance.holders.people import People
from stance.holders.phrases import tokens
from stance.holders.speech import reports

KINDS = {"#": "headline", "^": "caption", "=": "heading", "~": "standfirst"}


def article(text):
    """A toy article as (mentions, sentences): one line a paragraph, " / " between sentences.

    Lines that begin with #, ~, ^ or = are headline, standfirst, caption and heading; [brackets]
    mark the actor.
    """
    rows, spans, start = [], [], 0
    for line in text.strip().splitlines():
        line = line.strip()
        kind = KINDS.get(line[0], "body")
        for sentence in line.lstrip("#~^= ").split(" / "):
            opening = sentence.find("[")
            words = sentence.replace("[", "").replace("]", "")
            spans.append([] if opening < 0 else [[opening, sentence.find("]") - 1]])
            end = start + len(words)
            rows.append((f"d:{start}-{end}", "d", start, end, words, kind, ""))
            start = end + 1
        start += 1
    columns = ["sentence", "document", "start", "end", "text", "kind", "quote"]
    sentences = pd.DataFrame(rows, columns=columns)
    mentions = sentences.assign(spans=spans, actor="a", mention=sentences["sentence"] + ":a")
    return mentions[[bool(span) for span in spans]], sentences


CASES = [
    # direct: attribution after, before, in the middle
    ('"The [guards] work," said Ann Lee.', "Ann Lee", "direct"),
    ('"The [guards] work," Ann Lee, a baker in Derby, told the Ledger.', "Ann Lee", "direct"),
    ('Ann Lee said: "The [guards] work."', "Ann Lee", "direct"),
    ('Ann Lee put it bluntly: "The [guards] sleep."', "Ann Lee", "direct"),
    ('"If they go," Ann Lee said, "the [guards] will be missed."', "Ann Lee", "direct"),
    ("“They stay”, said Ann Lee, “and the [guards] know it”.", "Ann Lee", "direct"),
    ('"The [guards]?" grower Ann Lee laughed. "Nobody saw them."', "Ann Lee", "direct"),
    ("The [guards], said Ann Lee, will stay.", "Ann Lee", "indirect"),
    # direct: over sentences and paragraphs
    (
        'Ann Lee spoke. / "It was cold. / The [guards] came. / We ate," she said.',
        "Ann Lee",
        "direct",
    ),
    ('"It was cold," said Ann Lee. / "The [guards] came late."', "Ann Lee", "direct"),
    (
        """Ann Lee remembers the night.
        "It was cold. / Nobody came.
        "Then the [guards] knocked.
        "We let them in," she said.""",
        "Ann Lee",
        "direct",
    ),
    (
        """"It was cold," said Ann Lee.
        "The [guards] came late.\"""",
        "Ann Lee",
        "direct",
    ),
    (
        """"It is a lock," said Ann Lee. / Ben Fox disagreed.
        "The [guards] are no lock," he said. / "They are a door.\"""",
        "Ben Fox",
        "direct",
    ),
    ("“My son says, ‘The [guards] left,’ and I believe him,” said Ann Lee.", "Ann Lee", "direct"),
    ('Ann Lee spoke: "The [guards] are honest, / and they stay', "Ann Lee", "direct"),
    # indirect: reporting verbs, before and after
    ("Ann Lee said that the [guards] had left.", "Ann Lee", "indirect"),
    ("Ann Lee did not say that the [guards] had failed.", "Ann Lee", "indirect"),
    ("The [guards] are needed, Foreign Minister Ann Lee said on Monday.", "Ann Lee", "indirect"),
    ("Without the [guards], Ann Lee believes, there would be war.", "Ann Lee", "indirect"),
    ("Ann Lee doubts that the [guards] help.", "Ann Lee", "indirect"),
    ("Ann Lee denied she had paid the [guards].", "Ann Lee", "indirect"),
    ("According to Ann Lee, the [guards] left.", "Ann Lee", "indirect"),
    ("The [guards] left, according to the town hall.", "town hall", "indirect"),
    ("Ann Lee spoke. / In her view, the [guards] are a wall.", "Ann Lee", "indirect"),
    ("In the opinion of Ann Lee the [guards] are a wall.", "Ann Lee", "indirect"),
    ("For Ann Lee, the [guards] are a wall.", "Ann Lee", "indirect"),
    ('Ann Lee said the [guards] were "a wall of straw".', "Ann Lee", "indirect"),
    (
        "Asked about Ann Lee's remark that the [guards] sleep, Ben Fox smiled.",
        "Ann Lee",
        "indirect",
    ),
    ("Ann Lee said that Ben Fox believes the [guards] sleep.", "Ben Fox", "indirect"),
    (
        "Ann Lee, who left in May, and Ben Fox met; Fox argued the [guards] help.",
        "Ben Fox",
        "indirect",
    ),
    ("Ann Lee rose late, and then insisted that the [guards] stay.", "Ann Lee", "indirect"),
    ("Ann Lee left, adding that the [guards] had not.", "Ann Lee", "indirect"),
    # judging verbs, active and passive
    ("Ann Lee praised the [guards] for their patience.", "Ann Lee", "indirect"),
    ("The lawmaker Ann Lee accused the [guards] of sleeping.", "Ann Lee", "indirect"),
    ("The [guards] were praised by Ann Lee.", "Ann Lee", "indirect"),
    ("Ann Lee did, however, thank the [guards].", "Ann Lee", "indirect"),
    ("Ann Lee was grateful to the [guards].", "Ann Lee", "indirect"),
    ("Ann Lee was cool about the [guards], whom she called a toll gate.", "Ann Lee", "indirect"),
    # what stands beside speech
    ("The [guards] said that the road was open.", "guards", "indirect"),
    ('"We sleep," said Ann Lee, who runs the canteen of the [guards].', "Ann Lee", "indirect"),
    # names, roles and pronouns
    ("Ambassador Ann Lee arrived. / The diplomat said the [guards] stay.", "Ann Lee", "indirect"),
    (
        "Ann Lee, a member of parliament, met Ben Fox. / The lawmaker thanked the [guards].",
        "Ann Lee",
        "indirect",
    ),
    ("Deputy Speaker Ann Lee came. / Lee said that the [guards] stay.", "Ann Lee", "indirect"),
    ("Mr. Fox and Ms. Lee met. / She said the [guards] sleep.", "Lee", "indirect"),
    (
        "Lt. Gen. A. V. Sorokin spoke. / The general noted that the [guards] stay.",
        "A. V. Sorokin",
        "indirect",
    ),
    (
        "A European diplomat was cool. / The [guards], he said, sleep.",
        "European diplomat",
        "indirect",
    ),
    (
        "Her brother-in-law, a mason, sighed. / “The [guards] slept,” he said.",
        "brother-in-law",
        "direct",
    ),
    ("The foreign ministry said that the [guards] stay.", "foreign ministry", "indirect"),
    (
        "The Foreign Ministry denied that. / It said the [guards] stay.",
        "Foreign Ministry",
        "indirect",
    ),
    ("Moscow says the [guards] stay.", "Moscow", "indirect"),
    ("Farmers in the valley complained that the [guards] sleep.", "farmers", "indirect"),
    ("The ministry's statement thanked the [guards].", "ministry", "indirect"),
    # headlines and captions
    (
        """# [Guards] still needed — senior diplomat
        The guards stay, Deputy Foreign Minister Ann Lee said.""",
        "Ann Lee",
        "indirect",
    ),
    (
        """# Minister: [guards] will stay
        Foreign Minister Ann Lee met the press. / She left at noon.""",
        "Ann Lee",
        "indirect",
    ),
    (
        """# Guards Out of Work
        ~ Ann Lee says the [guards] have no task
        The road is empty.""",
        "Ann Lee",
        "indirect",
    ),
    (
        """# Lawmaker Faults [Guards] Over Road
        Ann Lee, a member of parliament, spoke on Monday.""",
        "Ann Lee",
        "indirect",
    ),
    (
        """# Road closed
        ^ Ambassador Ann Lee at the bridge
        The diplomat said that the [guards] stay.""",
        "Ann Lee",
        "indirect",
    ),
    # interviews
    (
        """Ann Lee, a baker, talked to us.
        Question: Are the guards any good?
        Answer: The [guards] buy my bread.
        Question: Always?
        Answer: On most days.""",
        "Ann Lee",
        "direct",
    ),
    (
        """Ann Lee, a baker, talked to us.
        — Are the [guards] any good?
        — They buy my bread.
        — Always?
        — On most days.""",
        "author",
        "author",
    ),
    # the author speaks
    ("The [guards] arrived on Monday.", "author", "author"),
    ("I believe that the [guards] are brave.", "author", "author"),
    ("We do not say that the [guards] failed.", "author", "author"),
    ("It was said that the [guards] had failed.", "author", "author"),
    ("Nobody can claim that the [guards] failed.", "author", "author"),
    ('The [guards], our "heroes", slept.', "author", "author"),
    (
        "Western diplomats doubt it. / “The [guards] sleep,” one said.",
        "Western diplomats",
        "direct",
    ),
    ("Ann Lee met the [guards] at the bridge.", "author", "author"),
    ("The treaty says that the [guards] may stay.", "author", "author"),
]


@pytest.mark.parametrize(("text", "holder", "voice"), CASES)
def test_hard_cases(text, holder, voice):
    found = attribute(*article(text))
    assert found[["holder", "voice"]].values.tolist() == [[holder, voice]]


def test_two_actors_of_a_sentence_may_have_different_holders():
    mentions, sentences = article('Ben Fox met the [guards]; the pact, he said, "is dead".')
    pact = mentions.assign(spans=[[[28, 32]]], mention="x")
    found = attribute(pd.concat([mentions, pact]), sentences)
    assert found["holder"].tolist() == ["author", "Ben Fox"]


def test_a_mention_without_spans_takes_the_sentence_s_holder():
    mentions, sentences = article('"The [guards] sleep," said Ann Lee.')
    found = attribute(mentions.assign(spans=[[]]), sentences)
    assert found[["holder", "voice"]].values.tolist() == [["Ann Lee", "direct"]]


def test_quotation_ids_tell_where_an_unclosed_quotation_ends():
    mentions, sentences = article('Ann Lee said: "It is cold.\nThe [guards] came in May.')
    ids = ["d:q14", ""]
    assert attribute(mentions, sentences.assign(quote=ids))["holder"].tolist() == ["author"]


def test_documents_do_not_mix_and_rows_keep_their_order_and_index():
    one, first = article("Ann Lee spoke. / She praised the [guards].")
    two, second = article("Ben Fox spoke. / He praised the [guards].")
    sentences = pd.concat([first, second.assign(document="e", sentence="e" + second["sentence"])])
    other = two.assign(document="e", sentence="e" + two["sentence"], mention="y")
    found = attribute(pd.concat([other, one]).set_axis([7, 3]), sentences)
    assert found["holder"].tolist() == ["Ben Fox", "Ann Lee"] and found.index.tolist() == [7, 3]


def test_no_mentions_give_the_columns_all_the_same():
    mentions, sentences = article("The [guards] left.")
    assert {"holder", "voice"} <= set(attribute(mentions.iloc[:0], sentences).columns)


def test_tables_without_their_columns_are_refused():
    mentions, sentences = article("The [guards] left.")
    with pytest.raises(StanceError, match="sentences lacks the column 'quote'"):
        attribute(mentions, sentences.drop(columns="quote"))
    with pytest.raises(StanceError, match="mentions lacks the column 'spans'"):
        attribute(mentions.drop(columns="spans"), sentences)


ODD = [
    *(
        "",
        " ",
        '"',
        "”",
        "said",
        "said.",
        '" said',
        ", said he",
        "— ",
        ":",
        "Jr.",
        "' s's ’s",
        "by",
    ),
    *("According to", "In", "In view", "who said", ", who said", "X's claim that", "praised by"),
    *("“”“”", "Mr. said Mr.", "\x01", "to say", "the the said", "one, that one, said", "🕊 said 🕊"),
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_do_no_harm(text):
    row = {"sentence": "s", "document": "d", "start": 0, "end": len(text), "text": text}
    table = pd.DataFrame([{**row, "kind": "body", "quote": ""}])
    for kind in ("body", "headline", "caption"):
        mentions = table.assign(mention="m", actor="a", spans=[[[0, 1]]])
        assert len(attribute(mentions, table.assign(kind=kind))) == 1


def test_quotations_follow_curly_and_straight_marks_over_sentences():
    texts = ["He said: “One.", "“Two.", "Three.” Four."]
    assert quotations(texts, [0, 15, 21], ["", "", ""]) == [
        ([(9, 14)], False),
        ([(0, 5)], True),
        ([(0, 7)], True),
    ]


def test_an_unclosed_quotation_does_not_swallow_the_rest():
    texts = ['"One.', "Two.", 'He said "three".']
    assert [carried for _, carried in quotations(texts, [0, 6, 11], [""] * 3)] == [False] * 3


@pytest.mark.parametrize(
    ("text", "who", "kind"),
    [
        ("The deputy speaker said so.", "The deputy speaker", "say"),
        ("On Sunday Baku denied it.", "Baku", "say"),
        ("Critics in Yerevan say so.", "Critics in Yerevan", "say"),
        ("The official, who left, thanked them.", "The official", "act"),
        ("The stop was praised by the mayor.", "the mayor", "act"),
        ("Friends who say so err.", "Friends", "say"),
        ("The claims were false.", None, None),
        ("His praise for it was faint.", None, None),
        ("He pointed at the map.", None, None),
    ],
)
def test_reports_find_the_subject(text, who, kind):
    words = tokens(text)
    found = [(" ".join(w.text for w in words[r.who[0] : r.who[1]]), r.kind) for r in reports(words)]
    assert found[:1] == ([(who, kind)] if who else [])


def test_people_join_titles_full_names_and_surnames():
    texts = [
        "Russian Deputy Foreign Minister Ann Lee met Rep. Ben Fox Jr. in New York.",
        "Lee left.",
    ]
    people = People([(tokens(text), "body") for text in texts])
    assert [person.name for person in people.all if person.evident] == ["Ann Lee", "Ben Fox Jr."]
    assert people.find(tokens("Then Fox spoke."))[0][2].name == "Ben Fox Jr."


def test_people_who_share_a_surname_are_told_apart():
    mentions, sentences = article("Ann Lee met Ben Lee. / Ann Lee praised the [guards].")
    assert attribute(mentions, sentences)["holder"].tolist() == ["Ann Lee"]


def test_the_seed_article_has_one_holder():
    path = Path(__file__).parents[3] / "shared" / "seed" / "interview.txt"
    if not path.exists():
        pytest.skip("needs the shared seed article")
    from stance.mentions import find
    from stance.sentences import split

    text = path.read_text(encoding="utf-8")
    sentences = split(pd.DataFrame({"document": ["seed"], "text": [text]}))
    mentions = find(sentences, {"mission": {"aliases": ["mission", "contingent"]}}, ("body",))
    found = attribute(mentions, sentences)
    assert set(found["holder"]) == {"Mikhail Galuzin"}
    assert set(found["voice"]) == {"direct", "indirect"}
