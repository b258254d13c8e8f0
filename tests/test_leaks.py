import numpy as np
import pandas as pd

from stance.leaks import leaks, together
from stance.split import split

COPY = "The mission reopened the only road to the northern villages on Monday, as it had promised."
OTHER = COPY.replace("Monday", "Tuesday")
TEXTS = {  # a, b: near-duplicates; b, c: one sentence in common; d, e: alone
    "a": (COPY, "favor"),
    "b": (OTHER, "favor"),
    "c": (OTHER, "favor"),
    "d": ("The mission failed us.", "against"),
    "e": ("The mission left again.", "against"),
}


def examples():
    rows = [(name, text, label) for name, (text, label) in TEXTS.items()]
    table = pd.DataFrame(rows, columns=["document", "text", "label"])
    table["spans"] = [[[4, 11]]] * 5
    return table.assign(
        actor="mission", source=["X", "Y", "X", "X", "Y"], holder=["author"] * 4 + ["Ann"]
    )


def test_what_training_and_test_share_is_counted():
    folds = [(np.array([0, 1, 3]), np.array([2, 4]))]  # tested: c, which repeats b, and e
    first, total = leaks(examples(), folds, {"by": "document"}).to_dict("records")
    assert first == {
        **{"fold": "0", "tested": "2 documents", "train": 3, "test": 2, "kept_out": 0},
        **{"sentence": 1, "copy": 1, "document": 0, "actor": 2, "source": 2, "holder": 0},
    }
    assert (total["fold"], total["train"], total["copy"]) == ("all", 3, 1)


def test_a_document_is_no_copy_of_itself():
    folds = [(np.array([0, 1]), np.array([0, 4]))]
    table = examples().assign(document=["a", "d", "c", "d", "e"])
    found = leaks(table, folds, {"by": "actor"}).iloc[0]
    assert (found["copy"], found["document"]) == (1, 1)  # a stands in training, and d, its copy
    found = leaks(
        table, [(np.array([0, 3]), np.array([0, 4]))], {"by": "actor", "near": None}
    ).iloc[0]
    assert (found["copy"], found["document"]) == (0, 1)


def test_rows_kept_out_of_training_are_counted():
    choices = {"by": "source", "folds": None}
    folds = [(np.array([4]), np.array([0, 2, 3]))]  # X is tested: b of Y is a copy of its a
    found = leaks(examples(), folds, choices).iloc[0]
    assert (found["tested"], found["kept_out"], found["copy"]) == ("X", 1, 0)


def test_a_clean_split_has_nothing_in_common():
    table = pd.concat([examples(), examples().assign(document=list("fghij"))], ignore_index=True)
    table["text"] = [
        f"{text} {n // 5}" if n % 5 > 2 else text for n, text in enumerate(table["text"])
    ]
    table.loc[[3, 4, 8, 9], "label"] = ["favor", "against"] * 2
    table.loc[[5, 6, 7], ["text", "label"]] = [
        [f"Text {n} stands alone.", "against"] for n in "uvw"
    ]
    choices = {"by": "document", "folds": 2, "near": 0.5}
    found = leaks(table, split(table, choices, 0), choices).iloc[-1]
    assert found[["sentence", "copy", "document", "kept_out"]].tolist() == [0, 0, 0, 0]
    assert found["test"] == len(table)


def test_columns_that_the_table_lacks_are_left_out():
    table = examples().drop(columns=["source", "holder"])
    found = leaks(table, [(np.array([0]), np.array([4]))], {"by": "given"})
    assert list(found) == [
        *("fold", "tested", "train", "test", "kept_out", "sentence", "copy", "document", "actor")
    ]


def test_tested_days_and_actors_are_named():
    folds = [(np.array([0]), np.array([3, 4]))]
    table = examples().assign(date=["2021-01-01"] * 3 + ["2021-03-02T10:00", "2021-02-01"])
    assert leaks(table, folds, {"by": "time"})["tested"][0] == "2021-02-01 to 2021-03-02"
    table["actor"] = list("vwxyz")
    assert leaks(table, folds, {"by": "actor"})["tested"][0] == "y, z"


def test_documents_that_repeat_each_other_are_listed_with_the_reason():
    (group,) = together(examples(), {"near": 0.5}).to_dict("records")
    assert group == {
        **{"because": "near-duplicates and same sentence", "documents": 3, "rows": 3},
        **{"names": "a, b, c", "sentence": OTHER},
    }
    assert together(examples(), {"near": None})["because"].tolist() == ["same sentence"]
    assert together(examples().iloc[[0, 3, 4]], {}).empty


def test_a_stock_phrase_is_listed_too():
    rows = pd.DataFrame(
        {"document": [f"d{n}" for n in range(12)], "text": "The mission came in May."}
    )
    table = rows.assign(spans=[[[4, 11]]] * 12)
    (group,) = together(table, {}).to_dict("records")
    assert (group["because"], group["documents"]) == ("stock phrase", 12)
    assert group["names"] == "d0, d1, d2, d3, d4, …"
