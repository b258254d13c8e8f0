from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from stance import features, grammar, views
from stance.errors import StanceError
from stance.features import Actor, Cues, Holder, PerActor, Words

ROWS = pd.DataFrame(
    {
        "text": [
            "Ann Lee said the patrol saved the road.",
            "The patrol failed, but Ann Lee stayed.",
            "The treaty is no use.",
        ],
        "spans": [[[17, 23]], [[4, 10]], [[4, 10]]],
        "actor": ["patrol", "patrol", "treaty"],
        "holder": ["Ann Lee", "author", "author"],
        "voice": ["indirect", "author", "author"],
        "kind": "body",
    }
)
ROW = SimpleNamespace(**ROWS.iloc[0])
BLOCKS = [Words(min_df=1), Words("relations", min_df=1), Actor(), Cues(), Holder(),
          PerActor(Words(min_df=1))]  # fmt: skip


def view(name, row=ROW, size=2):
    return views.VIEWS[name](row, size)


def names_of(block, rows=ROWS):
    return set(clone(block).fit(rows).get_feature_names_out())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sentence", "Ann Lee said the patrol saved the road."),
        ("masked", "Ann Lee said the ACTOR saved the road."),
        ("names", "HOLDER said the ACTOR saved the road."),
        ("window", "said the ACTOR saved the"),
        ("between", "HOLDER said the ACTOR"),
    ],
)
def test_a_view_reads_the_row_from_its_actors_side(name, text):
    assert view(name) == text


def test_words_of_other_clauses_are_marked():
    assert view("clause", ROWS.iloc[1]) == "the ACTOR failed o_but o_ann o_lee o_stayed"


def test_a_row_whose_holder_or_actor_is_not_named_has_nothing_between():
    assert view("between", ROWS.iloc[1]) == ""
    assert view("between", SimpleNamespace(text="Lee left.", spans=[], holder="Lee")) == ""


@pytest.mark.parametrize(
    ("text", "span", "relation"),
    [
        ("The mission has not protected farmers.", [4, 11], "subject=not_protected"),
        ("The mission was welcomed in Baku.", [4, 11], "object=welcomed"),
        ("The mission was not useful.", [4, 11], "is=not_useful"),
        ("They blamed the mission.", [16, 23], "object=blamed"),
        ("They spoke of the mission.", [18, 25], "object=spoke_of"),
        ("The mission's failure is known.", [4, 11], "owner=failure"),
        ("The mission, a shield, stayed put.", [4, 11], "apposition=a"),
        ("The mission failed.", [4, 11], "after=failed"),
        ("The mission failed.", [4, 11], "right=subject-"),
    ],
)
def test_relations_tell_what_the_actor_does_and_suffers(text, span, relation):
    assert relation in grammar.relations(text, [span])


def test_an_owner_is_neither_subject_nor_object():
    found = grammar.relations("They blamed his deputy.", [[12, 15]])
    assert "owner=deputy" in found
    assert not [name for name in found if name.startswith(("subject", "object"))]


def test_a_span_beyond_the_words_has_no_relations():
    assert grammar.relations("Go.", [[3, 4]]) == []


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_a_block_gives_a_named_column_per_feature_and_keeps_to_what_it_learned(block):
    fitted = clone(block)
    seen = fitted.fit_transform(ROWS)
    again = clone(block).fit(ROWS).transform(ROWS)
    assert seen.shape == (3, len(fitted.get_feature_names_out()))
    assert np.allclose(seen.toarray(), again.toarray())
    assert fitted.transform(ROWS.iloc[:1]).shape == (1, seen.shape[1])


@pytest.mark.parametrize("block", [Words(min_df=1, weight=0.5), Actor(weight=0.5)])
def test_a_weight_multiplies_the_columns(block):
    whole = clone(block).set_params(weight=1).fit_transform(ROWS)
    assert np.allclose(clone(block).fit_transform(ROWS).toarray() * 2, whole.toarray())


def test_the_actor_block_tells_name_pronoun_and_possessive():
    row = pd.DataFrame({"text": ["Her plan failed."], "spans": [[[0, 3]]], "actor": ["Ann Lee"]})
    found = names_of(Actor(), row)
    assert {"actor=Ann Lee", "name=lee", "pronoun=her", "possessive", "place=0"} <= found
    assert names_of(Actor(), row.assign(spans=[[]])) == {
        "actor=Ann Lee",
        "name=ann",
        "name=lee",
        "absent",
    }


def test_evidence_is_signed_by_role():
    [saved, failed, useless] = Cues().describe(ROWS)
    assert saved["aimed leans+"] == failed["aimed leans-"] == 1
    assert any(name.startswith("fail subject-") for name in failed)
    assert useless["sum leans-"] == 1


def test_the_holder_block_tells_voice_order_and_what_the_holder_does():
    first, second, _ = Holder().describe(ROWS)
    assert first["voice=indirect"] == first["holder first"] == 1
    assert set(second) == {"voice=author", "kind=body"}


def test_every_actor_has_columns_of_its_own():
    block = PerActor(Words(min_df=1, ngram_range=(1, 1))).fit(ROWS)
    table = pd.DataFrame(block.transform(ROWS).toarray(), columns=block.get_feature_names_out())
    assert (table["patrol: the"] > 0).tolist() == [True, True, False]
    assert (table["treaty: the"] > 0).tolist() == [False, False, True]
    assert block.transform(ROWS.assign(actor="unknown")).nnz == 0


def test_names_start_with_their_block():
    joined = features.union({"who": Actor(), "say": Words(min_df=1)}).fit(ROWS)
    assert {"who__actor=patrol", "say__saved"} <= set(joined.get_feature_names_out())


def test_a_view_that_is_empty_everywhere_has_no_columns():
    block = Words("between").fit(ROWS.iloc[1:])
    assert block.transform(ROWS).shape == (3, 0)
    assert block.get_feature_names_out().tolist() == []


def test_too_few_words_are_told():
    with pytest.raises(StanceError, match=r"No word of the 3 training rows .*words.min_df=1"):
        Words(min_df=9).fit(ROWS)


def test_an_unknown_view_is_answered_with_the_nearest():
    with pytest.raises(StanceError, match="view=mask. Did you mean 'masked'"):
        Words("mask").fit(ROWS)


def test_a_view_of_a_column_that_is_not_there_is_told():
    with pytest.raises(StanceError, match="view=title needs the column 'title'"):
        Words("title").fit(ROWS)
