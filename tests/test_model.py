import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Perceptron

from stance import model
from stance.errors import StanceError
from stance.features import Words, union
from stance.tables import STANCES

GOOD, BAD, PLAIN = "The mission helped.", "The mission failed.", "The mission arrived."
LABELS = {GOOD: "favor", BAD: "against", PLAIN: "neutral"}


def examples(texts=(GOOD, BAD, PLAIN) * 2, weight=1.0):
    rows = [
        {
            **{"mention": f"m{i}", "document": f"d{i // 3}", "actor": "mission", "text": text},
            **{"spans": [[4, 11]], "label": LABELS[text], "gold": "", "weight": weight},
        }
        for i, text in enumerate(texts)
    ]
    return pd.DataFrame(rows)


def words():
    return model.pipeline(union({"words": Words(min_df=1)}), LogisticRegression())


def test_probabilities_stand_in_the_order_of_the_stances_and_sum_to_one():
    found = model.predict(model.fit(words(), examples()), examples())
    assert found.columns.tolist() == [*STANCES, "predicted"]
    assert np.allclose(found[list(STANCES)].sum(axis=1), 1)
    assert found["predicted"].tolist() == ["favor", "against", "neutral"] * 2


def test_a_stance_never_seen_has_probability_zero():
    trained = model.fit(words(), examples((GOOD, BAD)))
    assert model.predict(trained, examples())["neutral"].tolist() == [0.0] * 6


def test_every_row_is_predicted_by_a_model_that_did_not_see_its_document():
    table = examples((GOOD, BAD, PLAIN) * 3)
    folds = [(np.flatnonzero(table["document"] != d), np.flatnonzero(table["document"] == d))
             for d in ("d2", "d0", "d1")]  # fmt: skip
    found = model.cross_predict(words(), table, folds)
    assert found["mention"].tolist() == table["mention"].tolist()
    assert found["fold"].tolist() == [1] * 3 + [2] * 3 + [0] * 3
    assert found["gold"].tolist() == table["label"].tolist()


def test_scores_are_against_gold_where_there_is_one():
    table = examples((GOOD, BAD)).assign(gold=["neutral", ""])
    assert model.truth(table)["gold"].tolist() == ["neutral", "against"]


def test_fitting_leaves_the_given_pipeline_as_it_was():
    pipe = words()
    assert model.fit(pipe, examples()) is not pipe
    assert not hasattr(pipe.named_steps["classifier"], "coef_")


def test_weights_count():
    table = examples((GOOD, BAD)).assign(text=GOOD, weight=[9.0, 1.0])
    table["label"] = ["favor", "against"]
    found = model.predict(model.fit(words(), table), table)
    assert found["favor"].iloc[0] == pytest.approx(0.9, abs=0.02)


def test_weights_of_a_linear_model_are_told_by_feature_and_stance():
    table = model.weights(model.fit(words(), examples()))
    best = table.sort_values("weight").groupby("stance")["feature"].last()
    assert "helped" in best["favor"] and "failed" in best["against"]


def test_two_stances_have_opposite_weights():
    table = model.weights(model.fit(words(), examples((GOOD, BAD))))
    wide = table.pivot(index="feature", columns="stance", values="weight")
    assert np.allclose(wide["favor"], -wide["against"])


def test_a_model_without_weights_has_none():
    trained = model.fit(model.pipeline("passthrough", DummyClassifier()), examples())
    assert model.weights(trained).empty


def test_a_classifier_without_probabilities_is_told():
    trained = model.fit(model.pipeline(Words(min_df=1), Perceptron()), examples())
    with pytest.raises(StanceError, match="Perceptron gives no probabilities; wrap it"):
        model.predict(trained, examples())


def test_a_classifier_that_cannot_be_trained_is_told():
    bad = model.pipeline(Words(min_df=1), LogisticRegression(C=-1))
    with pytest.raises(StanceError, match="LogisticRegression could not be trained on 6 examples"):
        model.fit(bad, examples())


def test_with_one_fold_the_model_kept_is_the_one_that_was_tested():
    table = examples((GOOD, BAD, PLAIN) * 3)
    fold = (np.arange(6), np.arange(6, 9))
    found, trained = model.learn(words(), table, [fold])
    assert found["mention"].tolist() == ["m6", "m7", "m8"]
    pd.testing.assert_frame_equal(
        model.predict(trained, table.iloc[6:])[list(STANCES)].reset_index(drop=True),
        found[list(STANCES)],
    )


def test_with_several_folds_the_model_kept_has_learned_from_all():
    table = examples((GOOD, BAD, PLAIN) * 3)
    folds = [(np.arange(3, 9), np.arange(3)), (np.arange(6), np.arange(6, 9))]
    found, trained = model.learn(words(), table, folds)
    assert found["fold"].tolist() == [0] * 3 + [1] * 3
    alone = model.fit(words(), table)
    assert np.allclose(trained.predict_proba(table), alone.predict_proba(table))
