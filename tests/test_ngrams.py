"""Whatever CountVectorizer would return, raise or warn of, NgramCounter does too."""

import pickle
import re
import warnings

import numpy as np
import pytest
import sklearn
import skops.io
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.pipeline import make_pipeline

from stance import ngrams
from stance.ngrams import PATTERNS, NgramCounter

SPACES = "".join(
    map(chr, [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B)])
)
SPACES += "\u2028\u2029\u202f\u205f\u3000"
ODD = (
    "İIıiſßẞΣσςŒœ'’_-.,01\0\x01\x1f\ud83d\udc00\ufeff\u200b\u200d\u00ad\u0301\u0307\u0345é🙂न्中国한"
)
LETTERS = st.one_of(
    st.sampled_from("aabbcAB  "),
    st.sampled_from(SPACES),
    st.sampled_from(ODD),
    st.characters(categories=("L", "M", "N", "P", "S", "Z", "C")),
)
TEXTS = st.lists(st.text(LETTERS, max_size=25), max_size=7)
LIMITS = st.one_of(st.integers(1, 3), st.floats(0, 1))


@st.composite
def choices(draw):
    """Parameters, mostly the usual ones."""
    low = draw(st.integers(1, 4))
    analyzer = draw(st.sampled_from(["word", "char", "char_wb"]))
    return {
        "analyzer": analyzer,
        "ngram_range": (low, low + draw(st.integers(0, 3))),
        "token_pattern": draw(st.sampled_from(PATTERNS)) if analyzer == "word" else None,
        "lowercase": draw(st.booleans()),
        "binary": draw(st.booleans()),
        "min_df": draw(st.just(1) | LIMITS),
        "max_df": draw(st.just(1.0) | LIMITS),
        "max_features": draw(st.none() | st.integers(1, 9)),
        "dtype": draw(st.sampled_from([np.int64, np.float32, np.float64])),
    }


def result(do):
    """What comes of a call: its value, or the kind and words of its error, and its warnings."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            value = do()
        except Exception as error:
            value = type(error), re.sub("NgramCounter|CountVectorizer", "", str(error))
    return value, {str(warning.message) for warning in told}


def same(ours, theirs):
    """Two results are equal; matrices in values, types and shape."""
    (ours, told), (theirs, told_by_them) = ours, theirs
    assert told == told_by_them
    if not sparse.issparse(theirs):
        assert ours == theirs
        return
    assert (type(ours), ours.shape, ours.dtype) == (type(theirs), theirs.shape, theirs.dtype)
    ours, theirs = ours.copy(), theirs.copy()  # scikit-learn leaves rows unsorted after fit
    ours.sort_indices(), theirs.sort_indices()
    for part in ("indptr", "indices", "data"):
        assert np.array_equal(getattr(ours, part), getattr(theirs, part)), part
        assert getattr(ours, part).dtype == getattr(theirs, part).dtype, part


def equal(texts, others=(), **parameters):
    """Fit both on the texts and compare all that a user sees; returns ours."""
    ours, theirs = NgramCounter(**parameters), CountVectorizer(**parameters)
    first = result(lambda: theirs.fit_transform(texts))
    same(result(lambda: ours.fit_transform(texts)), first)
    for more in (texts, list(others), []):
        same(
            result(lambda more=more: ours.transform(more)),
            result(lambda more=more: theirs.transform(more)),
        )
    assert vars(theirs).get("vocabulary_") == getattr(ours, "vocabulary_", None)
    if sparse.issparse(first[0]):
        names = ours.get_feature_names_out(), theirs.get_feature_names_out()
        assert names[0].tolist() == names[1].tolist()
        assert names[0].dtype == names[1].dtype == object
    return ours


@given(TEXTS, TEXTS, choices(), st.sampled_from([1, 5, 2**18]))
@settings(max_examples=200, deadline=None)
@example(["İi I", "ΑΣ ΑΣ.", "ΑΣ\u0301Α Σ"], [], {"analyzer": "char_wb", "ngram_range": (1, 3)}, 5)
@example(
    ["a\x1b a", "a b a b"],
    ["a\x1b"],
    {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\S+"},
    1,
)
def test_any_text_and_parameters_give_what_scikit_learn_gives(texts, others, parameters, block):
    kept, ngrams.BLOCK = ngrams.BLOCK, block
    try:
        equal(texts, others, **parameters)
    finally:
        ngrams.BLOCK = kept


@given(TEXTS, st.lists(st.text(LETTERS, max_size=6), max_size=9), choices(), st.randoms())
@settings(max_examples=60, deadline=None)
def test_a_given_vocabulary_keeps_its_columns(texts, terms, parameters, random):
    terms = [*dict.fromkeys([*terms, *(text[:3].lower() for text in texts), "a b", "ab"])]
    places = random.sample(range(len(terms)), len(terms))
    for vocabulary in (terms, set(terms), dict(zip(terms, places, strict=True))):
        equal(texts, **parameters | {"vocabulary": vocabulary})


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("unit", ["a", "ab ", "İ\u0307 ", "don’t  go\n", "\ud800Σ"])
def test_texts_of_a_hundred_thousand_characters(analyzer, unit):
    long = (unit * 100_000)[:100_000]
    equal([long, "", "ab", long[1:]], [long], analyzer=analyzer, ngram_range=(1, 3))


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
def test_every_character_that_python_can_hold(analyzer):
    planes = [
        *range(0x3000),
        *range(0xA000, 0xB000),
        *range(0xD700, 0xE100),
        *range(0xF900, 0x11000),
    ]
    texts = [
        "".join(chr(p) + " A" * (p % 3 == 0) for p in planes[i : i + 64])
        for i in range(0, len(planes), 64)
    ]
    equal(texts, texts[::-1], analyzer=analyzer, ngram_range=(1, 2), token_pattern=PATTERNS[0])
    equal(texts, [], analyzer=analyzer, ngram_range=(2, 2), lowercase=False, max_features=500)


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("limit", [1, 3, 10, 11, 60, 10_000])
def test_ties_for_the_last_feature_fall_as_in_scikit_learn(analyzer, limit):
    letters = np.random.default_rng(limit).choice([*"abcdefgh  "], (40, 30))
    texts = ["".join(row) for row in letters]
    equal(
        texts, analyzer=analyzer, ngram_range=(1, 3), max_features=limit, token_pattern=PATTERNS[1]
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {"ngram_range": (2, 1)},
        {"ngram_range": (0, 2)},
        {"ngram_range": [1, 2]},
        {"ngram_range": (1.0, 2)},
        {"ngram_range": (1, 40)},
        {"ngram_range": (1, 10**9)},
        {"analyzer": "char", "ngram_range": (2, 10**9), "vocabulary": ["we", "bo"]},
        {"analyzer": "char", "ngram_range": (3, 90)},
        {"analyzer": "words"},
        {"analyzer": "char", "token_pattern": "a"},
        {"analyzer": "char_wb", "stop_words": ["we"]},
        {"analyzer": str.split},
        {"analyzer": lambda text: [(1, text), (2, text[:2])]},
        {"analyzer": lambda text: [*map(len, text.split())]},
        {"tokenizer": str.split, "token_pattern": None},
        {"tokenizer": lambda text: ["a b", "a", "b", "a\x1f"], "ngram_range": (1, 2)},
        {"preprocessor": str.swapcase},
        {"stop_words": "english", "ngram_range": (1, 2)},
        {"stop_words": ["We're"]},
        {"strip_accents": "unicode"},
        {"strip_accents": "ascii", "analyzer": "char_wb", "ngram_range": (2, 3)},
        {"token_pattern": r"[a-z ]+", "ngram_range": (1, 2)},
        {"token_pattern": r"(w)(e)"},
        {"token_pattern": None},
        {"min_df": -1},
        {"min_df": 4, "max_df": 3},
        {"min_df": 4},
        {"max_features": 0},
        {"input": "file"},
        {"vocabulary": ["We", "the border"], "ngram_range": (1, 2)},
        {"vocabulary": ["we", "we"]},
        {"vocabulary": []},
        {"vocabulary": {"we": 1}},
        {"vocabulary": {"we": 3, "the": 3}},
        {"vocabulary": ["we", "one two three four"]},
        {"vocabulary": [1, "we"]},
        {"dtype": np.uint8, "binary": True},
        {"dtype": bool},
    ],
    ids=str,
)
def test_what_is_not_counted_here_is_scikit_learns(parameters):
    texts = [
        "We're at the border, we and they; déjà vu",
        "the Border\u2028closes",
        "",
        "at the border we",
    ]
    equal(texts, ["The border: we"], **parameters)


@pytest.mark.parametrize(
    "texts",
    [
        *(
            "one text",
            [],
            [""],
            ["", " \n"],
            ["a b"],
            np.array(["the patrol", "left"]),
            ("the", "a"),
        ),
        *([b"the patrol", "the patrol"], [b"\xff"], [1, "a"], ["the", None], ["the", np.nan]),
    ],
    ids=str,
)
@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("lowercase", [True, False])
def test_odd_texts_give_scikit_learns_answer_or_error(texts, analyzer, lowercase):
    equal(texts, ["the"], analyzer=analyzer, lowercase=lowercase)
    equal(["the patrol left"], texts, analyzer=analyzer, lowercase=lowercase)


def test_a_generator_is_read_once():
    counter = NgramCounter()
    assert counter.fit_transform(text for text in ["aa bb", "bb"]).toarray().tolist() == [
        [1, 1],
        [0, 1],
    ]
    assert counter.transform(text for text in ["bb bb cc"]).toarray().tolist() == [[0, 2]]


def test_before_fit():
    with pytest.raises(NotFittedError, match="Vocabulary not fitted or provided"):
        NgramCounter().transform(["a"])
    with pytest.raises(NotFittedError):
        NgramCounter().get_feature_names_out()
    given = NgramCounter(vocabulary=["bb", "aa"])
    assert given.transform(["aa aa bb"]).toarray().tolist() == [[1, 2]]
    assert given.get_feature_names_out().tolist() == ["bb", "aa"]


def test_fitting_again_forgets_what_was_learned():
    counter = NgramCounter().fit(["old words"])
    for analyzer, texts in ((len, ["a", "bb"]), ("char", ["ba"]), ("word", ["new words"])):
        counter.set_params(analyzer=analyzer if isinstance(analyzer, str) else lambda t: [len(t)])
        theirs = CountVectorizer(**counter.get_params()).fit(texts)
        assert counter.fit(texts).vocabulary_ == theirs.vocabulary_


@pytest.mark.parametrize(
    "after", [{"ngram_range": (1, 1)}, {"ngram_range": (1, 3)}, {"analyzer": "char"}]
)
def test_parameters_changed_after_fit_act_as_in_scikit_learn(after):
    texts = ["a bb a", "bb a bb"]
    both = [
        kind(ngram_range=(1, 2)).fit(texts).set_params(**after)
        for kind in (NgramCounter, CountVectorizer)
    ]
    same(*(result(lambda counter=counter: counter.transform(texts)) for counter in both))


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
def test_fitted_state_is_plain_and_survives(analyzer, tmp_path):
    texts = ["The patrol\ud800 left", "the\0 patrol İ"]
    counter = NgramCounter(analyzer=analyzer, ngram_range=(1, 2)).fit(texts)
    counter.transform(texts)
    learned = {name: value for name, value in vars(counter).items() if name.endswith("_")}
    assert {type(value) for value in learned.values()} <= {np.ndarray, str, bool}
    assert all(v.dtype.kind in "iu" for v in learned.values() if isinstance(v, np.ndarray))
    skops.io.dump(counter, tmp_path / "counter.skops")
    kinds = skops.io.get_untrusted_types(file=tmp_path / "counter.skops")
    assert kinds == ["stance.ngrams.NgramCounter"]
    loaded = skops.io.load(tmp_path / "counter.skops", trusted=kinds)
    for copy in (loaded, pickle.loads(pickle.dumps(counter))):
        assert (copy.transform(texts) != counter.transform(texts)).nnz == 0
        assert copy.vocabulary_ == counter.vocabulary_
    assert not hasattr(clone(counter), "digits_")


@pytest.mark.parametrize("sublinear", [True, False])
@pytest.mark.parametrize(
    "parameters", [{"ngram_range": (1, 2)}, {"analyzer": "char_wb", "ngram_range": (2, 5)}]
)
def test_with_a_tfidf_transformer_it_is_a_tfidf_vectorizer(parameters, sublinear):
    texts = [
        "The patrol saved the village.",
        "The treaty failed us; the patrol too.",
        "",
        "Nothing",
    ]
    counter = NgramCounter(**parameters, min_df=2, dtype=np.float64)
    ours = make_pipeline(counter, TfidfTransformer(sublinear_tf=sublinear))
    theirs = TfidfVectorizer(**parameters, min_df=2, sublinear_tf=sublinear)
    matrix, expected = ours.fit_transform(texts), theirs.fit_transform(texts)
    assert matrix.dtype == expected.dtype
    assert ours[:-1].get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    np.testing.assert_array_equal(ours[-1].idf_, theirs.idf_)
    np.testing.assert_allclose(matrix.toarray(), expected.toarray(), rtol=1e-15, atol=0)
    same(result(lambda: ours.transform(texts)), result(lambda: theirs.transform(texts)))
    same(result(lambda: matrix), result(lambda: ours.transform(texts)))


@pytest.mark.skipif(
    "sparse_interface" not in sklearn.get_config(), reason="scikit-learn before 1.9"
)
@pytest.mark.parametrize("kind", ["spmatrix", "sparray"])
def test_the_matrix_has_the_form_that_scikit_learn_is_set_to(kind):
    with sklearn.config_context(sparse_interface=kind):
        equal(["a bb a", "bb"], analyzer="char_wb", ngram_range=(1, 2))


def test_large_alphabets_are_counted_here_until_keys_are_too_long(monkeypatch):
    texts = ["".join(map(chr, range(start, start + 3000))) for start in (0x4E00, 0x5A00, 0x6600)]
    here, learn = [], NgramCounter._learn
    monkeypatch.setattr(NgramCounter, "_learn", lambda *of: here.append(learn(*of)) or here[-1])
    for longest in (4, 5):
        equal(texts, analyzer="char", ngram_range=(longest, longest))
    assert [matrix is not None for matrix in here] == [True, False]


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
def test_columns_are_sorted_within_rows(analyzer):
    texts = ["we the border", "border the we", "the border we we"]
    counter = NgramCounter(analyzer=analyzer, ngram_range=(1, 2))
    assert counter.fit_transform(texts).has_canonical_format
    assert counter.transform(texts).has_canonical_format
