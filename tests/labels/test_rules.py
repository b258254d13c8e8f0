"""Rules label sentences in the manner of the news; the actor stands in <angle brackets>."""

import re

import pandas as pd
import pytest

from stance.errors import StanceError
from stance.labels import rules
from stance.labels.analysis import analysis

FAVOR = """
The <mission> in the valley is still needed because the conflict has not been resolved.
The <mission> remains more necessary than ever, the envoy said.
She noted that the set of <accords> between Arvenia, Tolmia and Belsk remains pertinent.
The operations of the <contingent> in the district are quite in demand.
The presence of the <peacekeepers> will be an additional security factor for these families.
I would not say that the work of the <contingent> has outlived its usefulness.
Nobody can claim that the <mission> has failed.
The <mission> is far from useless.
The <contingent> played an important part and has saved hundreds of lives.
The <peacekeepers> escorted the evacuation convoys and kept the road open.
The <mission> prevented bloodshed in the first winter.
Villagers thanked the <peacekeepers> for the bread.
The mayor praised the <mission> in front of the crowd.
The <contingent> was praised by both governments.
Lawmakers welcomed the extension of the <mission>.
The speaker of parliament defended the <accords> against the critics.
The <accords> must be implemented in full.
Both sides should return to the table because the <accords> must be respected.
Without the <peacekeepers> there would have been a massacre.
Thanks to the <mission> the school has reopened.
We are grateful to the <contingent> for the repaired bridge.
The <contingent> is the only guarantor of safe passage, she said.
The ambassador voiced full confidence in the <mission>.
There is no alternative to the <accords>.
The <accords> are not dead.
Nobody here doubts the <mission>.
The <mission> has never failed to protect the convoys.
The <peacekeepers>, brave and honest, shared their rations.
According to the farmer, the <contingent> ended the shelling.
Supporters of the <accords> gathered at the square.
The union called the <accords> a success.
"""

AGAINST = """
The <mission> has outlived its usefulness.
The <contingent> has become a bystander.
The <accords> are a dead letter, the lawmaker said.
The <accords> are nothing but a fig leaf.
The <mission> is no longer needed.
Nobody needs the <mission>.
The <peacekeepers> stood by while the village burned.
The <contingent> failed to protect the convoy.
The <mission> did not prevent the bloodshed.
The <accords> brought chaos to the valley.
The opposition accused the <contingent> of ignoring the shelling.
The <mission> was condemned by three parliaments.
Protesters blasted the <accords>.
The lawmaker's criticism of the <mission> was sharp.
The former envoy denounced the <accords> as a betrayal.
Residents complained about the <peacekeepers>.
The <contingent> refused to help the wounded.
She does not trust the <mission>.
I would not say that the <mission> is useful.
The committee lost confidence in the <contingent>.
The <mission> must leave.
The so-called <peacekeepers> took a nap.
The <contingent>, a useless ornament, sat in its barracks.
The columnist called the <accords> a fraud.
The <mission>'s failure cost the town its road.
The village is tired of the <peacekeepers>.
The government rejected the <accords>.
There is no need for the <mission>.
The <mission> turned a blind eye to the smugglers.
The <accords> hardly brought peace.
"""

NEUTRAL = """
The <contingent> was deployed in November under the statement.
The issue of the tour of duty of the <contingent> will be discussed and resolved later.
The <mission> has 27 posts along the road.
Officers of the <contingent> met the governor on Tuesday.
The talks were held with the participation of the command of the <contingent>.
A spokesman for the <mission> said that the column had reached the town.
The <accords> were signed on November 9.
The <mission>'s mandate runs until 2025.
"""

PAIRS = """
The <accords> still offer peace, but the <mission> has become an ornament. | favor against
The envoy praised the <mission> and condemned the <accords>. | favor against
The <mission> failed, while the <accords> remain indispensable. | against favor
While the <accords> are useless, the <contingent> saved the town. | against favor
"""


def mention(line):
    spans, text = [], ""
    for part in re.split(r"(<[^>]+>)", line):
        if part.startswith("<"):
            spans.append([len(text), len(text) + len(part) - 2])
        text += part.strip("<>")
    return text, spans


def lines(block):
    return [line for line in block.strip().splitlines() if line]


def label(*marked, **options):
    rows = [mention(line) for line in marked]
    return rules.label(pd.DataFrame(rows, columns=["text", "spans"]), **options)


@pytest.mark.parametrize("line", lines(FAVOR))
def test_favor(line):
    assert label(line)["label"].tolist() == ["favor"]


@pytest.mark.parametrize("line", lines(AGAINST))
def test_against(line):
    assert label(line)["label"].tolist() == ["against"]


@pytest.mark.parametrize("line", lines(NEUTRAL))
def test_neutral(line):
    assert label(line)["label"].tolist() == ["neutral"]


@pytest.mark.parametrize("line", lines(PAIRS))
def test_two_actors_in_one_sentence(line):
    marked, wanted = line.split(" | ")
    text, spans = mention(marked)
    table = pd.DataFrame({"text": text, "spans": [[span] for span in spans]})
    assert rules.label(table)["label"].tolist() == wanted.split()


def test_which_rules_fired_and_how():
    table = label("The <mission> is needed, the mayor said.", "The <mission> lied.")
    assert table["rules"].tolist() == ["need", "-failure"]
    assert table["leaning"].tolist() == [0.7, -1.4]
    assert table["label_source"].tolist() == ["rules", "rules"]
    assert table["weight"].tolist() == [1.0, 1.0]


def test_an_actor_who_only_speaks_is_neutral():
    assert label("The <envoy> said on Monday.")["rules"].tolist() == ["=speaker"]


def test_silence_is_neutral_or_dropped():
    lines = "The <mission> has 27 posts.", "The <mission> is useless."
    assert label(*lines)["label"].tolist() == ["neutral", "against"]
    assert label(*lines, abstain="drop")["label"].tolist() == ["against"]


def test_own_words_obey_negation():
    words = {"favor": ["green corridor"], "against": ["Potemkin village"]}
    table = label(
        "The <mission> is our green corridor.",
        "The <mission> is not a Potemkin village.",
        "The <mission> is a Potemkin village.",
        words=words,
    )
    assert table["label"].tolist() == ["favor", "favor", "against"]


def test_own_patterns_see_the_actor():
    table = label("Hands off the <mission>!", "Off it goes.", patterns={"favor": ["off the ACTOR"]})
    assert table["rules"].tolist() == ["patterns", ""]


def test_weights_and_choice_of_rules():
    line = "The honest <mission> lied."
    assert label(line, weights={"failure": 0.1})["label"].tolist() == ["favor"]
    assert label(line, rules=["failure"])["rules"].tolist() == ["-failure"]
    assert label(line, rules=["need"])["label"].tolist() == ["neutral"]


def test_a_rule_of_ones_own():
    @rules.rule(weight=2)
    def shouting(cues, text):
        return -1.0 if text.endswith("ACTOR!") else None

    try:
        assert label("Beautiful, this <mission>!")["label"].tolist() == ["against"]
    finally:
        del rules.RULES["shouting"]


def test_a_sentence_that_does_not_name_its_actor_counts_whole():
    assert label("They failed us.", "Thank them.")["label"].tolist() == ["against", "favor"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rules": ["nead"]}, r"no rule named 'nead'. Did you mean 'need'\? Known: blame, "),
        ({"weights": {"blam": 2}}, r"no rule named 'blam'. Did you mean 'blame'\?"),
        ({"words": {"favour": ["x"]}}, r"labels.words has 'favour'. Did you mean 'favor'\?"),
        ({"patterns": {"against": ["("]}}, r"pattern '\(' of labels.patterns is no regular"),
        ({"abstain": "skip"}, r"labels.abstain='skip'. Known: drop, neutral."),
    ],
)
def test_errors_name_the_option(options, message):
    with pytest.raises(StanceError, match=message):
        label("The <mission> left.", **options)


def test_analysis_counts():
    table = analysis(
        pd.DataFrame(
            {
                "rules": ["need, -blame", "need", "=speaker", ""],
                "label": ["against", "favor", "neutral", "neutral"],
                "gold": ["against", "favor", "favor", ""],
            }
        )
    ).set_index("rule")
    assert table.loc["need", ["favor", "against", "neutral"]].tolist() == [2, 0, 0]
    assert table.loc["need", ["coverage", "overlap", "conflict"]].tolist() == [0.5, 0.25, 0.25]
    assert table.loc["blame", ["accuracy", "n"]].tolist() == [1.0, 1]
    assert table.loc["speaker", ["neutral", "accuracy"]].tolist() == [1, 0.0]
    assert table.loc["all rules", "coverage"] == 0.75
    assert table.loc["all rules", "accuracy"] == pytest.approx(2 / 3)
    assert table.loc["all rules", "low"] < 2 / 3 < table.loc["all rules", "high"]


def test_analysis_without_gold_and_without_votes():
    table = analysis(pd.DataFrame({"rules": ["", ""], "label": ["neutral", "neutral"]}))
    assert table["rule"].tolist() == ["all rules"]
    assert table["coverage"].tolist() == [0.0]
    assert "accuracy" not in table


def test_no_mentions_no_rows():
    empty = pd.DataFrame({"text": [], "spans": []})
    assert rules.label(empty).columns[-3:].tolist() == ["label", "rules", "leaning"]


def test_a_python_file_of_the_users_own_adds_a_rule(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from stance.labels.rules import rule\n"
        "@rule(weight=5)\n"
        "def shouting(cues, text):\n"
        "    return -1.0 if text.endswith('!') else None\n"
    )
    rows = pd.DataFrame({"text": ["The guards are needed!"], "spans": [[[4, 10]]]})
    try:
        found = rules.label(rows, code=str(path))
        assert found[["label", "rules"]].values.tolist() == [["against", "need, -shouting"]]
    finally:
        rules.RULES.pop("shouting", None)


def test_a_missing_python_file_is_told():
    rows = pd.DataFrame({"text": ["x"], "spans": [[]]})
    with pytest.raises(StanceError, match=r"labels.code=mine.py does not exist"):
        rules.label(rows, code="mine.py")
