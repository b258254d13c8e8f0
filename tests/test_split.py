import numpy as np
import pandas as pd
import pytest

from stance.errors import StanceError
from stance.split import split

STANCES = ("favor", "against", "neutral")
COPY = "The mission reopened the only road to the northern villages on Monday, as it had promised."


def examples(documents: int = 6, labels: tuple[str, ...] = STANCES, **columns):
    """Documents d0, d1, … with a sentence of its own per label; columns by document."""
    rows = [
        (f"d{d}", f"Sentence {d} {label} text", label) for d in range(documents) for label in labels
    ]
    table = pd.DataFrame(rows, columns=["document", "text", "label"])
    table["spans"] = [[[0, 8]] for _ in rows]
    table["actor"] = "mission"
    for name, values in columns.items():
        table[name] = values if isinstance(values, str) else np.repeat(values, len(labels))
    return table


def say(table, text, *rows):
    """The same text in several rows."""
    return table.assign(text=[text if n in rows else own for n, own in enumerate(table["text"])])


def sides(table, folds, column="document"):
    return [tuple(sorted(set(table[column].iloc[side])) for side in fold) for fold in folds]


def test_every_row_is_tested_once_and_no_document_sits_on_both_sides():
    table = examples()
    folds = split(table, {"by": "document", "folds": 3}, seed=1)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(18))
    for train, test in sides(table, folds):
        assert not set(train) & set(test)
        assert len(test) == 2


def test_one_seed_cuts_one_way():
    table = examples(12)
    cuts = [split(table, {"by": "document", "folds": 3}, seed) for seed in (1, 1, 2)]
    tests = [[tuple(test) for _, test in cut] for cut in cuts]
    assert tests[0] == tests[1] != tests[2]


@pytest.mark.parametrize("seed", range(5))
def test_documents_that_repeat_each_other_stay_together(seed):
    table = say(examples(6), "The village thanked the mission.", 0, 15)  # d0 and d5
    table = say(table, COPY, 3)  # d1 and d2 hold little but the two copies
    table = say(table, COPY.replace("Monday", "Tuesday"), 6).drop([4, 5, 7, 8])
    extra = examples(8).iloc[18:]  # two documents that train in any case
    table = pd.concat([table, extra], ignore_index=True)
    for train, test in sides(
        table, split(table, {"by": "document", "folds": 3, "near": 0.5}, seed)
    ):
        for side in (train, test):
            assert ("d0" in side) == ("d5" in side)
            assert ("d1" in side) == ("d2" in side)


def test_a_stock_phrase_leaves_documents_apart_and_training_clean():
    labels = (*STANCES, "neutral")
    table = say(examples(12, labels), "The mission came in May.", *range(3, 48, 4))
    folds = split(table, {"by": "document", "folds": 2}, 0)
    assert [(len(train), len(test)) for train, test in folds] == [(18, 24), (18, 24)]
    for train, test in folds:
        assert not set(table["text"].iloc[train]) & set(table["text"].iloc[test])


def test_each_source_is_tested_by_the_others():
    table = examples(6, source=list("aabbcc"))
    folds = split(table, {"by": "source", "folds": None}, 0)
    expected = [(["b", "c"], ["a"]), (["a", "c"], ["b"]), (["a", "b"], ["c"])]
    assert sides(table, folds, "source") == expected


def test_sources_share_folds():
    table = examples(8, source=list("aabbccdd"))
    folds = split(table, {"by": "source", "folds": 2}, 0)
    assert [len(test) for _, test in sides(table, folds, "source")] == [2, 2]
    for train, test in sides(table, folds, "source"):
        assert not set(train) & set(test)


def test_a_wire_copy_in_another_source_does_not_train():
    table = say(examples(6, source=list("aabbcc")), COPY, 0, 6)  # d0 of a, d2 of b
    (train, test), *_ = sides(table, split(table, {"by": "source", "folds": None}, 0))
    assert (train, test) == (["d3", "d4", "d5"], ["d0", "d1"])


def test_rows_of_an_unknown_source_are_on_neither_side():
    table = examples(4, source=["a", "b", "b", None])
    folds = split(table, {"by": "source", "folds": None}, 0)
    assert sides(table, folds) == [(["d1", "d2"], ["d0"]), (["d0"], ["d1", "d2"])]


def test_a_document_trains_for_an_actor_with_its_other_sentences():
    treaty = examples(2).assign(actor="treaty", text=[f"Article {n} stands." for n in range(6)])
    table = pd.concat([examples(2), treaty], ignore_index=True)
    table = say(table, "The mission kept the treaty.", 0, 6)  # of d0, about both
    first, second = split(table, {"by": "actor", "folds": None}, 0)
    assert (first[0].tolist(), first[1].tolist()) == ([7, 8, 9, 10, 11], [0, 1, 2, 3, 4, 5])
    assert (second[0].tolist(), second[1].tolist()) == ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11])


DAYS = ["2021-01-01", "2021-02-01", "2021-03-01", "2021-04-01", "2021-05-01", "2021-06-01"]


def test_the_latest_documents_are_tested_by_older_ones():
    table = examples(6, date=DAYS[::-1])
    assert sides(table, split(table, {"by": "time", "test": 0.34, "folds": 1}, 0)) == [
        (["d3", "d4", "d5"], ["d0", "d1", "d2"])
    ]
    assert sides(table, split(table, {"by": "time", "test": "2021-05-02", "folds": 1}, 0)) == [
        (["d1", "d2", "d3", "d4", "d5"], ["d0"])
    ]


def test_later_folds_train_on_all_before():
    table = examples(6, date=DAYS)
    assert sides(table, split(table, {"by": "time", "test": 0.5, "folds": 3}, 0)) == [
        (["d0", "d1", "d2"], ["d3"]),
        (["d0", "d1", "d2", "d3"], ["d4"]),
        (["d0", "d1", "d2", "d3", "d4"], ["d5"]),
    ]


def test_one_day_is_never_on_both_sides():
    table = examples(6, date=[*DAYS[:2], "2021-03-01T08:00", "2021-03-01 20:15", *DAYS[4:]])
    assert sides(table, split(table, {"by": "time", "test": 0.5, "folds": 1}, 0)) == [
        (["d0", "d1"], ["d2", "d3", "d4", "d5"])
    ]


def test_the_past_of_a_later_copy_does_not_train_and_undated_rows_neither():
    table = say(examples(6, date=["", *DAYS[1:]]), COPY, 3, 17)  # d1 and d5
    assert sides(table, split(table, {"by": "time", "test": "2021-05-01", "folds": 1}, 0)) == [
        (["d2", "d3"], ["d4", "d5"])
    ]


def test_given_parts_are_kept():
    table = examples(3).assign(part=["train"] * 6 + ["test"] * 3)
    ((train, test),) = split(table, {"by": "given"}, 0)
    assert (train.tolist(), test.tolist()) == ([0, 1, 2, 3, 4, 5], [6, 7, 8])


def test_dev_is_the_test_where_there_is_no_test():
    table = examples(3).assign(part=["train"] * 6 + ["dev"] * 3)
    ((_, test),) = split(table, {"by": "given"}, 0)
    assert test.tolist() == [6, 7, 8]


def test_training_rows_that_repeat_a_given_test_row_are_dropped():
    table = say(examples(4), "The mission left.", 0, 1, 2, 9).assign(
        part=["train"] * 9 + ["test"] * 3
    )
    table["holder"] = ["author", "author", "Ann", *["author"] * 9]
    table.loc[1, "actor"] = "treaty"
    ((train, test),) = split(table, {"by": "given"}, 0)  # row 1 is of another actor, 2 of a holder
    assert (train.tolist(), test.tolist()) == ([1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11])


DOCUMENT = {"by": "document", "folds": 2}
SOURCE = {"by": "source", "folds": None}
TIME = {"by": "time", "test": 0.5, "folds": 1}


@pytest.mark.parametrize(
    ("table", "choices", "words"),
    [
        (examples(3), DOCUMENT | {"folds": 5}, "needs at least 5 documents .* found 3. Lower"),
        (
            say(examples(3), COPY, 0, 3, 6),
            DOCUMENT,
            "found 3, 1 of them once those that repeat each other are joined. Lower",
        ),
        (examples(3), DOCUMENT | {"folds": 1}, "split.folds=1: at least 2 folds are needed"),
        (examples(3), {"by": "documnt", "folds": 2}, "Did you mean 'document'"),
        (examples(3), DOCUMENT | {"near": 2}, "split.near=2: .* at most 1; null compares none"),
        (examples(3), {"by": "given"}, "wants a column `part`"),
        (
            examples(4, ("favor",)),
            DOCUMENT,
            r"one stance only \(favor 2, against 0, neutral 0\)",
        ),
        (
            examples(2, ("favor", "against")).assign(
                label=["favor"] * 2 + ["against"] * 2, part=["train", "train", "test", "test"]
            ),
            {"by": "given"},
            "no row labelled 'against' .*label more documents",
        ),
        (
            examples(3),
            SOURCE,
            "split=sources wants a column `source` that is not empty; found the columns: document, "
            ".*corpus.columns.source.*table of document and source",
        ),
        (
            examples(3, source=" "),
            SOURCE,
            "split=sources wants a column `source` that is not empty",
        ),
        (
            examples(3, source="Wire"),
            SOURCE,
            "split=sources needs at least two sources.* one: 'Wire'",
        ),
        (
            examples(3),
            {"by": "actor", "folds": None},
            "split=actors needs at least two actors.*'mission'",
        ),
        (
            examples(3, source=list("abc")),
            SOURCE | {"folds": 4},
            "split.folds=4 needs at least 4 sources; found 3. .*null to leave out each",
        ),
        (
            examples(60, source=[f"s{n}" for n in range(60)]),
            SOURCE,
            "would train 60 models, one without each source; set split.folds",
        ),
        (examples(3), TIME, "split=time wants a column `date`.*corpus.columns.date"),
        (
            examples(3, date=["2021-01-01", "3/4/2021", "2021-05-01"]),
            TIME,
            "cannot read 3 of 9 dates, such as '3/4/2021' of the document 'd1'. Write .*2021-06-30",
        ),
        (examples(3, date=DAYS[:3]), TIME | {"test": 2}, "split.test=2: wanted a share"),
        (examples(3, date=DAYS[:3]), TIME | {"test": "May"}, "split.test=May: wanted a share"),
        (
            examples(3, date=DAYS[:3]),
            TIME | {"test": "2022"},
            "leaves no documents from 2022-01-01; their dates run from 2021-01-01 to 2021-03-01",
        ),
        (examples(3, date="2021-01-01"), TIME, "leaves no documents before 2021-01-01"),
        (
            examples(4, date=[DAYS[0], *[DAYS[3]] * 3]),
            TIME | {"folds": 3},
            "needs at least 3 periods; the 3 tested documents have 1 dates",
        ),
        (
            examples(3, date=DAYS[:3]),
            TIME | {"folds": 0},
            "split.folds=0: at least 1 fold is needed",
        ),
    ],
)
def test_bad_input_is_told(table, choices, words):
    with pytest.raises(StanceError, match=words):
        split(table, choices, 0)
