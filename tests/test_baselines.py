import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from stance import baselines, model
from stance.errors import StanceError
from stance.features import Words

TEXTS = ("The mission helped us.", "The mission failed us.", "The mission came in May.")
EXAMPLES = pd.DataFrame(
    [
        {
            **{"mention": f"{d}{i}", "document": d, "actor": "mission", "text": text},
            **{"spans": [[4, 11]], "label": "neutral", "label_source": "rules"},
            **{"gold": gold, "weight": 1.0, "before": "", "after": ""},
        }
        for d in "abc"
        for i, (text, gold) in enumerate(zip(TEXTS, ("favor", "against", "neutral"), strict=True))
    ]
)
FOLDS = [(np.arange(3, 9), np.arange(3)), (np.arange(3), np.arange(3, 9))]
PIPE = model.pipeline(Words(min_df=1), LogisticRegression(C=100))


def test_majority_is_the_most_frequent_label_of_the_training_rows():
    assert set(baselines.majority(EXAMPLES, FOLDS)["predicted"]) == {"neutral"}


def test_rules_predict_the_rows_that_the_model_is_tested_on():
    found = baselines.rules(EXAMPLES, FOLDS[:1], {})
    assert found["mention"].tolist() == ["a0", "a1", "a2"]
    assert found["predicted"].tolist() == ["favor", "against", "neutral"]
    assert found["gold"].tolist() == ["favor", "against", "neutral"]


def test_gold_trains_the_same_pipeline_on_peoples_labels():
    found = baselines.gold(EXAMPLES, FOLDS, PIPE)
    assert found["predicted"].tolist() == found["gold"].tolist()


def test_gold_needs_people():
    with pytest.raises(StanceError, match="names 'gold', but not every row has a gold stance"):
        baselines.gold(EXAMPLES.assign(gold=""), FOLDS, PIPE)


def test_an_unknown_baseline_is_told():
    with pytest.raises(StanceError, match="names 'rule'. Did you mean 'rules'"):
        baselines.predict(["rule"], EXAMPLES, FOLDS, PIPE)
