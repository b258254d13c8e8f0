import numpy as np
import pandas as pd
import pytest

from stance.errors import StanceError
from stance.split import split


def examples(documents: int = 6, labels: tuple[str, ...] = ("favor", "against", "neutral")):
    rows = [(f"d{d}", label) for d in range(documents) for label in labels]
    return pd.DataFrame(rows, columns=["document", "label"])


def test_every_row_is_tested_once_and_no_document_sits_on_both_sides():
    table = examples()
    folds = split(table, {"by": "document", "folds": 3}, seed=1)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(18))
    for train, test in folds:
        sides = [set(table["document"].iloc[side]) for side in (train, test)]
        assert not sides[0] & sides[1]
        assert len(sides[1]) == 2


def test_one_seed_cuts_one_way():
    table = examples(12)
    cuts = [split(table, {"by": "document", "folds": 3}, seed) for seed in (1, 1, 2)]
    tests = [[tuple(test) for _, test in cut] for cut in cuts]
    assert tests[0] == tests[1] != tests[2]


def test_given_parts_are_kept():
    table = examples(3).assign(part=["train"] * 6 + ["test"] * 3)
    ((train, test),) = split(table, {"by": "given"}, 0)
    assert (train.tolist(), test.tolist()) == ([0, 1, 2, 3, 4, 5], [6, 7, 8])


def test_dev_is_the_test_where_there_is_no_test():
    table = examples(3).assign(part=["train"] * 6 + ["dev"] * 3)
    ((_, test),) = split(table, {"by": "given"}, 0)
    assert test.tolist() == [6, 7, 8]


@pytest.mark.parametrize(
    ("table", "choices", "words"),
    [
        (examples(3), {"by": "document", "folds": 5}, "needs at least 5 documents .* found 3"),
        (examples(3), {"by": "document", "folds": 1}, "split.folds=1: at least 2 folds"),
        (examples(3), {"by": "documnt", "folds": 2}, "Did you mean 'document'"),
        (examples(3), {"by": "given"}, "wants a column `part`"),
        (
            examples(4, ("favor",)),
            {"by": "document", "folds": 2},
            r"one stance only \(favor 2, against 0, neutral 0\)",
        ),
        (
            pd.DataFrame({"document": list("abcd"), "label": ["favor"] * 2 + ["against"] * 2}).assign(
                part=["train", "train", "test", "test"]
            ),
            {"by": "given"},
            "no row labelled 'against' .*label more documents",
        ),
    ],
)
def test_bad_input_is_told(table, choices, words):
    with pytest.raises(StanceError, match=words):
        split(table, choices, 0)
