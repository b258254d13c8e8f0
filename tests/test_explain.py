import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import SVC, LinearSVC

from stance import STANCES, StanceError, explain
from stance.features import Actor, Cues, Holder, PerActor, Words, union
from stance.model import pipeline
from stance.reuse import Model

LINE = 'Ann Lee said the patrol "saved the road", but the patrol failed <b>us</b>.'


def fitted(classifier, examples, stances=STANCES):
    blocks = {
        "words": Words(min_df=1),
        "window": Words(view="window", min_df=1, size=3),
        "characters": Words(analyzer="char_wb", ngram_range=(3, 4), min_df=1),
        "clause": Words(view="clause", min_df=1),
        "own": PerActor(Words(min_df=1)),
        "cues": Cues(),
        "holder": Holder(),
        "actor": Actor(),
    }
    rows = examples[examples["label"].isin(stances)]
    model = Model(pipeline(union(blocks), classifier).steps, actors=ACTORS)
    return model.fit(rows, rows["label"].to_numpy(str))


ACTORS = {"patrol": {"aliases": ["patrol"]}, "treaty": {"aliases": ["treaty"]}}
LINEAR = [
    LogisticRegression(),
    LinearSVC(),
    RidgeClassifier(),
    SGDClassifier(random_state=0),
    CalibratedClassifierCV(LinearSVC(), ensemble=False, cv=2),
]


def asked(model, line=LINE):
    return model._rows(model._asked(line, "patrol", None), None)


def decided(model):
    """The decision value of the machine itself, by scikit-learn."""
    inner = getattr(model.steps[-1][1], "calibrated_classifiers_", None)
    machine = inner[0].estimator if inner else model.steps[-1][1]
    found = machine.decision_function(model[:-1].transform(asked(model)))[0]
    values = found if np.ndim(found) else [-found, found]
    return dict(zip(model.classes_, values, strict=True))


@pytest.mark.parametrize("classifier", LINEAR, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("stances", [STANCES, STANCES[:2]], ids=["three", "two"])
def test_words_rest_and_intercept_are_the_decision_value(finished, classifier, stances):
    model = fitted(classifier, finished.examples, stances)
    found = model.explain(LINE, actor="patrol")
    for stance, value in decided(model).items():
        total = found.words[stance].sum() + found.rest[stance].sum() + found.intercept[stance]
        assert abs(total - value) < 1e-9 and abs(found.decision[stance] - value) < 1e-9


def test_the_words_are_those_of_the_sentence_and_carry_most(finished):
    found = fitted(LogisticRegression(), finished.examples).explain(LINE, actor="patrol")
    assert all(LINE[row.start : row.end] == row.text for row in found.words.itertuples())
    assert found.words["text"].tolist().count("patrol") == 2
    assert set(found.rest["feature"].str.partition("__")[0]) <= {"cues", "holder", "actor"}
    assert "cues__aimed by+" in set(found.rest["feature"])


def test_a_word_that_helped_stands_on_its_own(finished):
    found = finished.model.explain("The patrol saved the road.", actor="patrol")
    saved = found.words.set_index("text").loc["saved"]
    assert found.predicted == "favor" and saved["favor"] > 0 > saved["against"]
    assert saved["favor"] == found.words["favor"].max()


def test_an_explanation_shows_itself(finished):
    found = finished.model.explain(LINE, actor="patrol")
    page, text = found._repr_html_(), repr(found)
    assert "<b>patrol</b>" in page and "<b>us" not in page and "&lt;" in page
    assert text.splitlines()[0] == LINE and f"= {found.predicted}" in text.splitlines()[-1]
    numbers = [float(line.split()[0]) for line in text.splitlines()[2:]]
    assert abs(sum(numbers[:-1]) - numbers[-1]) < 0.01


def test_any_stance_can_be_asked_about(finished):
    found = finished.model.explain(LINE, actor="patrol")
    assert list(found.top("neutral", 3)) == ["what", "contribution"]
    with pytest.raises(StanceError, match="The model knows favor, against, neutral; found 'pro'"):
        found.top("pro")


def test_what_moves_a_whole_table(finished):
    found = finished.model.explain_table(finished.examples, top=3)
    assert found.groupby(["actor", "stance"], sort=False).size().max() <= 3
    assert list(found) == ["actor", "stance", "feature", "contribution", "rows"]
    one = finished.examples.head(1)
    whole = finished.model.explain_table(one, top=10**6)
    single = explain.explain(finished.model, one)
    for stance in STANCES:
        added = whole.loc[whole["stance"] == stance, "contribution"].sum()
        assert abs(added + single.intercept[stance] - single.decision[stance]) < 1e-9


@pytest.mark.parametrize(
    "classifier",
    [
        RandomForestClassifier(n_estimators=2),
        CalibratedClassifierCV(LinearSVC(), cv=2),
        ComplementNB(),
    ],
    ids=lambda c: type(c).__name__,
)
def test_models_that_are_no_sum_of_weights_are_told(finished, classifier):
    model = fitted(classifier, finished.examples)
    with pytest.raises(StanceError, match="cannot be explained word by word.*logistic, svm"):
        model.explain(LINE, actor="patrol")


def test_weights_that_are_not_of_stances_do_not_count(finished):
    model = fitted(SVC(kernel="linear"), finished.examples)  # one weight per pair of stances
    with pytest.raises(StanceError, match="SVC cannot be explained"):
        model.explain(LINE, actor="patrol")


def test_blocks_that_cannot_tell_places_go_by_name(finished, monkeypatch):
    monkeypatch.delattr(Words, "where")
    found = finished.model.explain(LINE, actor="patrol")
    assert "words__saved" in set(found.rest["feature"])
