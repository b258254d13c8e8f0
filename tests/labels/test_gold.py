import pandas as pd
import pytest

from stance.errors import StanceError
from stance.labels import gold

MENTIONS = pd.DataFrame(
    [
        ("a:0-20:mission", "a", "mission", 0, 20),
        ("a:21-40:mission", "a", "mission", 21, 40),
        ("a:21-40:deal", "a", "deal", 21, 40),
    ],
    columns=["mention", "document", "actor", "start", "end"],
)


def annotations(*rows):
    return pd.DataFrame(rows, columns=["document", "start", "end", "actor", "stance", "holder"])


def test_an_annotation_finds_its_mention_by_place_and_actor():
    known = gold.attach(MENTIONS, annotations(("a", 21, 40, "deal", "favor", "Ann Lee")))
    assert known["gold"].tolist() == ["", "", "favor"]
    assert known["gold_holder"].tolist() == ["", "", "Ann Lee"]


def test_moved_sentence_ends_do_not_lose_an_annotation():
    known = gold.attach(MENTIONS, annotations(("a", 19, 39, "mission", "against", "author")))
    assert known["gold"].tolist() == ["", "against", ""]


def test_labels_are_the_annotated_mentions_only():
    known = gold.attach(MENTIONS, annotations(("a", 0, 20, "mission", "neutral", "author")))
    labelled = gold.label(known)
    assert labelled[["mention", "label", "label_source", "weight"]].values.tolist() == [
        ["a:0-20:mission", "neutral", "gold", 1.0]
    ]


def test_a_table_keeps_the_gold_it_brought():
    assert gold.attach(MENTIONS.assign(gold="favor"), None)["gold"].tolist() == ["favor"] * 3


def test_no_annotation_at_all_is_told():
    with pytest.raises(StanceError, match="no annotation for any of the 3 mentions.*labels=rules"):
        gold.label(gold.attach(MENTIONS, None))


def test_annotations_that_meet_no_mention_are_listed():
    rows = annotations(("a", 0, 20, "misson", "favor", ""), ("a", 0, 20, "mission", "favor", ""))
    assert gold.unmatched(MENTIONS, rows)["actor"].tolist() == ["misson"]
