import numpy as np
import pandas as pd
import pytest

from stance.duplicates import STOCK, marks, stock
from stance.errors import StanceError


def examples(*rows, actor="UN"):
    """Rows of document and text; the actor stands where its name does."""
    table = pd.DataFrame(rows, columns=["document", "text"])
    found = [text.find(actor) for text in table["text"]]
    table["spans"] = [[[at, at + len(actor)]] if at >= 0 else [] for at in found]
    return table


def same(numbers) -> list[int]:
    return pd.factorize(numbers)[0].tolist()


def test_case_punctuation_and_spaces_do_not_make_another_sentence():
    table = examples(
        ("a", "“The UN  left,” he said."), ("b", 'The UN left", HE said'), ("c", "The EU left")
    )
    assert same(marks(table)["sentence"]) == [0, 0, 1]
    assert same(marks(table)["group"]) == [0, 0, 1]


def test_the_same_of_another_actor_is_the_same_once_masked():
    table = examples(("a", "The UN left."), ("b", "The EU left.")).assign(spans=[[[4, 6]]] * 2)
    found = marks(table)
    assert (same(found["sentence"]), same(found["masked"])) == ([0, 1], [0, 0])
    assert same(found["group"]) == [0, 0]


def test_a_caption_that_is_nothing_but_its_actor_joins_nothing():
    table = examples(("a", "Ann Lee"), ("b", "Bob Ray"), ("c", "…"), ("d", "!"))
    table["spans"] = [[[0, 7]], [[0, 7]], [], []]
    assert same(marks(table)["group"]) == [0, 1, 2, 3]


def test_one_of_two_shingles_in_common_is_a_third():
    table = examples(("a", "one two three four five"), ("b", "one two three four six"))
    assert same(marks(table, 0.33)["copy"]) == [0, 0]
    assert same(marks(table, 0.34)["copy"]) == [0, 1]


def test_no_shingle_reaches_into_the_next_sentence():
    table = examples(
        ("a", "one two three"), ("a", "four five six"), ("b", "one two three four five six")
    )
    assert same(marks(table, 0.01)["copy"]) == [0, 0, 1]


def test_documents_are_joined_from_one_to_the_next():
    texts = [
        "a b c d e f g h i j",
        "b c d e f g h i j k",
        "c d e f g h i j k l",
    ]  # 6 of 8, of 8; 5 of 9
    table = examples(*zip("abc", texts, strict=True))
    assert same(marks(table, 0.75)["copy"]) == [0, 0, 0]
    assert same(marks(table.iloc[[0, 2]], 0.75)["copy"]) == [0, 1]
    assert same(marks(table, None)["copy"]) == [0, 1, 2]


def test_a_near_copy_with_other_sentences_around_is_found():
    text = "The UN mission reopened the only road to the northern villages on Monday, he said."
    other = text.replace("Monday", "Tuesday")
    assert same(marks(examples(("a", text), ("b", other)))["group"]) == [0, 0]


@pytest.mark.parametrize(("documents", "groups"), [(STOCK, 1), (STOCK + 1, STOCK + 1)])
def test_a_stock_phrase_joins_nothing(documents, groups):
    table = examples(*((f"d{n}", "The UN has kept the peace since May.") for n in range(documents)))
    found = marks(table)
    assert found["group"].nunique() == groups
    assert found["sentence"].nunique() == 1
    assert stock(table, found["sentence"]).all() == (groups > 1)


def test_rows_keep_their_order_and_index():
    table = examples(("b", "The UN left."), ("a", "It rains."), ("b", "It snows.")).set_axis(
        [7, 3, 5]
    )
    found = marks(table)
    assert found.index.tolist() == [7, 3, 5]
    assert same(found["group"]) == [0, 1, 0]


@pytest.mark.parametrize("near", [0.2, 0.5, 2 / 3, 0.9, 1])
def test_every_pair_that_resembles_is_found(near):
    """Against the definition, pair by pair, on texts cut from few templates."""
    chance = np.random.default_rng(0)
    template = [list("abcdefghijkl"), list("abcdefgh"), list("mnopabcdefqr"), list("stuvwxyz")]
    rows = []
    for n in range(150):
        words = list(template[n % 4])
        for place in chance.integers(0, len(words), 1 + n % 3):
            words[place] = f"w{chance.integers(0, 5 * n + 1)}"
        rows.append((f"d{n}", " ".join(words)))
    table = examples(*rows)
    shingles = [
        {tuple(t.split()[i : i + 4]) for i in range(len(t.split()) - 3)} for t in table["text"]
    ]
    expected = list(range(len(rows)))
    for i, one in enumerate(shingles):
        for j, two in enumerate(shingles[:i]):
            if len(one & two) >= near * len(one | two) and expected[i] != expected[j]:
                expected = [expected[j] if e == expected[i] else e for e in expected]
    assert table["text"].value_counts().max() <= STOCK
    assert same(marks(table, near)["copy"]) == same(np.array(expected))


@pytest.mark.parametrize("texts", [["UN"], ["UN", "EU"], ["a b", "c"], ["", "..."]])
def test_texts_too_short_for_shingles_are_compared_as_sentences_only(texts):
    table = examples(*((str(n), text) for n, text in enumerate(texts)))
    assert same(marks(table)["copy"]) == list(range(len(texts)))


@pytest.mark.parametrize("near", [0, 1.5, -1, True, "half"])
def test_a_share_that_is_none_is_told(near):
    with pytest.raises(StanceError, match=f"split.near={near}: .* above 0 and at most 1"):
        marks(examples(("a", "The UN left.")), near)
