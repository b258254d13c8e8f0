import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from stance import model, tune
from stance.errors import StanceError
from stance.features import Holder, Words, union

LABELS = {"helped": "favor", "failed": "against", "arrived": "neutral", "left": "neutral"}


def examples(documents=6):
    """In every document one sentence per verb; the verb alone tells the stance."""
    rows = [
        (f"The mission {verb} on day {number}.", f"d{number}", label)
        for number in range(documents)
        for verb, label in LABELS.items()
    ]
    table = pd.DataFrame(rows, columns=["text", "document", "label"])
    known = {"actor": "mission", "voice": "author", "kind": "body", "weight": 1.0}
    return table.assign(mention=table["text"], spans=[[[4, 11]]] * len(table), gold="", **known)


def search(grid):
    blocks = union({"words": Words(min_df=1), "holder": Holder()})
    return model.pipeline(blocks, LogisticRegression(C=1e-6), grid)


def test_the_value_that_scores_best_on_inner_folds_is_chosen():
    grid = {"C": [1e-6, 10.0], "words.view": ["between", "masked"]}
    trained = model.fit(search(grid), examples())
    assert tune.chosen(trained, grid) == {"C": 10.0, "words.view": "masked"}
    assert model.predict(trained, examples())["predicted"].tolist() == list(LABELS.values()) * 6


def test_the_first_of_equal_values_stays():
    grid = {"holder.weight": [0.5, 1.0]}
    assert tune.chosen(model.fit(search(grid), examples()), grid) == {"holder.weight": 0.5}


def test_lists_become_ranges():
    chosen = search({"words.ngram_range": [[1, 2], [1, 1]]}).choose(examples())
    assert chosen.get_params()["features__words__ngram_range"] in ((1, 2), (1, 1))


def test_choosing_leaves_the_given_pipeline_as_it_was():
    found = search({"C": [5.0]})
    assert found.choose(examples()).named_steps["classifier"].C == 5.0
    assert found.named_steps["classifier"].C == 1e-6


def test_the_test_rows_of_a_fold_are_never_looked_at():
    seen = []

    class Watched(tune.Search):
        def choose(self, rows):
            seen.append(set(rows["document"]))
            return super().choose(rows)

    table = examples()
    test = (table["document"] == "d5").to_numpy().nonzero()[0]
    train = (table["document"] != "d5").to_numpy().nonzero()[0]
    pipe = search({"C": [1.0]})
    model.cross_predict(Watched(pipe.pipeline, pipe.grid), table, [(train, test)])
    assert seen == [{"d0", "d1", "d2", "d3", "d4"}]


def test_without_a_grid_there_is_nothing_to_choose():
    assert tune.chosen(model.fit(search(None), examples()), {}) == {}


def test_an_unknown_parameter_is_answered_with_the_nearest():
    with pytest.raises(
        StanceError, match=r"model.tune names 'word.view'. Did you mean 'words.view'"
    ):
        search({"word.view": ["masked"]})


def test_too_few_documents_are_told():
    with pytest.raises(
        StanceError, match="model.tune needs at least 3 training documents; found 2"
    ):
        model.fit(search({"C": [1.0]}), examples(documents=2))
