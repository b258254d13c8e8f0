import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from stance import trace
from stance.features import WORD, Words

TEXT = "Ann Lee said the UN mission never helped the farmers, and the UN left."
SPANS = [[17, 27], [62, 64]]


def words(found):
    return {name: [TEXT[a:b] for a, b in spans] for name, spans in found.items()}


@pytest.mark.parametrize(("analyzer", "lengths"), [("word", (1, 2)), ("char_wb", (3, 5))])
def test_names_are_those_of_scikit_learn(analyzer, lengths):
    view = "The ACTOR's men didn’t  stay, o_he said: 7 km!"
    pattern = WORD if analyzer == "word" else None
    theirs = TfidfVectorizer(analyzer=analyzer, ngram_range=lengths, token_pattern=pattern)
    theirs.fit([view])
    ours = trace.locate(theirs, "The UN's men didn’t  stay, he said: 7 km!", [[4, 6]], view)
    assert set(ours) == set(theirs.vocabulary_)


def test_the_actor_is_found_wherever_it_is_masked():
    view = "Ann Lee said the ACTOR never helped the farmers, and the ACTOR left."
    found = words(trace.ngrams(TEXT, SPANS, view, "word", range(1, 3)))
    assert found["actor"] == ["UN mission", "UN"]
    assert found["never helped"] == ["never", "helped"]
    assert found["actor left"] == ["UN", "left"]


def test_a_masked_name_stands_for_the_words_it_hides():
    view = "HOLDER said the ACTOR never helped the farmers, and the ACTOR left."
    assert words(trace.ngrams(TEXT, SPANS, view, "word", range(1, 2)))["holder"] == ["Ann Lee"]


def test_a_window_is_found_beside_its_actor_not_at_the_first_such_word():
    found = trace.ngrams(TEXT, SPANS, "the ACTOR left .", "word", range(1, 2))
    assert found["the"] == [(58, 61)] and found["left"] == [(65, 69)]


def test_words_of_other_clauses_are_found_without_their_mark():
    view = "o_ann o_lee o_said the ACTOR never helped"
    assert words(trace.ngrams(TEXT, SPANS, view, "word", range(1, 2)))["o_lee"] == ["Lee"]


def test_what_the_sentence_lacks_has_no_place():
    assert trace.ngrams("The UN left.", [[4, 6]], "he|did", "word", range(1, 2)) == {
        "he": [],
        "did": [],
    }


@pytest.mark.parametrize("view", ["sentence", "masked", "names", "window", "clause", "between"])
def test_every_feature_of_a_row_has_a_place(view):
    table = {"text": [TEXT], "spans": [SPANS], "holder": ["Ann Lee"], "voice": ["indirect"]}
    rows = pd.DataFrame(table)
    block = Words(view=view, min_df=1).fit(rows)
    found = block.where(next(rows.itertuples(index=False)))
    assert set(block.get_feature_names_out()) <= {name for name in found if found[name]}
