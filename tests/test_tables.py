import pandas as pd
import pytest

from stance.errors import StanceError
from stance.tables import STANCES, check


def test_the_order_of_the_stances_is_fixed():
    assert STANCES == ("favor", "against", "neutral")


def test_missing_columns_are_named_with_those_found():
    words = r"documents in a\.csv lacks the column 'text'; found: x, document"
    with pytest.raises(StanceError, match=words):
        check(pd.DataFrame(columns=["x", "document"]), "documents", "a.csv")


def test_an_empty_table_is_refused():
    with pytest.raises(StanceError, match="The table of documents has no rows"):
        check(pd.DataFrame(columns=["document", "text"]), "documents")


def test_further_columns_travel_along():
    table = pd.DataFrame({"document": ["a"], "text": ["b"], "mood": ["c"]})
    assert check(table, "documents") is table
