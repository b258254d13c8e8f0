import pandas as pd

from stance.card import card

FACTS = {
    **{"name": "toy", "id": "2026", "signature": "n:2|seed:1", "data": "0123456789abcdef99"},
    **{"versions": {"stance": "0.1.0", "scikit-learn": "1.9", "python": "3.11"}},
    **{"code": "abc", "seed": 1},
}
CONFIG = {
    **{"corpus": {"name": "toy"}, "labels": {"name": "gold"}, "features": {"blocks": ["words"]}},
    **{"model": {"_target_": "sklearn.svm.LinearSVC"}, "actors": {"patrol": {"name": "Patrol"}}},
}
EXAMPLES = pd.DataFrame(
    {"document": ["a", "b"], "actor": "patrol", "label": ["favor", "against"], "source": "Post"}
)
SCORES = pd.DataFrame(
    [
        ("f1_macro", "overall", "all", 0.5, 0.4, 0.6, 2),
        ("f1_macro", "majority.overall", "all", 0.2, 0.1, 0.3, 2),
        ("f1_macro", "actor", "patrol", 0.5, 0.4, 0.6, 2),
        ("f1_macro", "majority.actor", "patrol", 0.2, 0.1, 0.3, 2),
        ("log_loss", "overall", "all", 1.0, 0.9, 1.1, 2),
    ],
    columns=["metric", "scope", "group", "value", "low", "high", "n"],
)


def test_every_figure_comes_from_the_run_and_no_place_is_left_empty():
    text = card(FACTS, CONFIG, EXAMPLES, SCORES)
    assert "2 sentence × actor rows in 2 documents from 1 sources" in text
    assert "favor 1, against 1, neutral 0" in text
    assert "| Metric | model | majority |" in text
    assert "| f1_macro | 0.500 [0.400, 0.600] | 0.200 [0.100, 0.300] |" in text
    assert "| log_loss | 1.000 [0.900, 1.100] | – |" in text
    assert "| Patrol | 0.500 [0.400, 0.600] | 0.200 | 2 |" in text
    assert "{" not in text and "None" not in text and "nan" not in text
