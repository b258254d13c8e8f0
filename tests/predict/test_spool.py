import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stance.errors import StanceError
from stance.predict import spool

KNOWN = {"read": 2}


def kept(folder, *tables):
    for number, table in enumerate(tables):
        spool.keep(folder, number, pa.table(table), [], KNOWN)


def test_a_batch_is_finished_when_its_note_is_written(tmp_path):
    folder = spool.begin(tmp_path / "a.csv", {"x": 1}, resume=False)
    assert spool.finished(folder, 0) is None
    spool.keep(folder, 0, None, [], KNOWN)
    assert spool.finished(folder, 0) == KNOWN and spool.count(folder) == 1


def test_work_goes_on_only_where_it_is_the_same(tmp_path):
    folder = spool.begin(tmp_path / "a.csv", {"x": 1, "y": 2}, resume=False)
    kept(folder, {"a": [1]})
    assert spool.count(spool.begin(tmp_path / "a.csv", {"x": 1, "y": 2}, resume=True)) == 1
    with pytest.raises(StanceError, match=r"since then, y changed\. Start anew with resume=false"):
        spool.begin(tmp_path / "a.csv", {"x": 1, "y": 3}, resume=True)
    assert spool.count(spool.begin(tmp_path / "a.csv", {"x": 1, "y": 3}, resume=False)) == 0


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl"])
def test_batches_become_one_output(tmp_path, ending):
    out = tmp_path / f"a.{ending}"
    folder = spool.begin(out, {}, resume=False)
    kept(folder, {"text": ["é"], "n": [1]}, {"text": ["x, y"], "spans": [[[0, 1]]]})
    assert spool.gather(folder, out) is None
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    if ending == "csv":
        assert out.read_text("utf-8") == 'text,n,spans\né,1,\n"x, y",,"[[0, 1]]"\n'
    else:
        found = (
            pq.read_table(out).to_pylist()
            if ending == "parquet"
            else [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        )
        assert found == [
            {"text": "é", "n": 1, "spans": None},
            {"text": "x, y", "n": None, "spans": [[0, 1]]},
        ]


def test_a_column_takes_the_type_that_holds_all_of_its_values(tmp_path):
    out = tmp_path / "a.parquet"
    folder = spool.begin(out, {}, resume=False)
    nothing = pa.nulls(1)
    kept(folder, {"n": [1], "t": [7], "z": nothing}, {"n": [0.5], "t": ["x"], "z": ["y"]})
    spool.gather(folder, out)
    found = pd.read_parquet(out)
    assert found["n"].tolist() == [1.0, 0.5] and found["t"].tolist() == ["7", "x"]
    assert found["z"].fillna("").tolist() == ["", "y"]


def test_what_was_set_aside_lies_beside_the_output(tmp_path):
    out = tmp_path / "a.csv"
    for rejects in ([{"row": 2, "reason": "no text"}], []):
        folder = spool.begin(out, {}, resume=False)
        spool.keep(folder, 0, pa.table({"a": [1]}), rejects, KNOWN)
        aside = spool.gather(folder, out)
        assert aside == (tmp_path / "a.rejects.jsonl" if rejects else None)
        assert (tmp_path / "a.rejects.jsonl").exists() == bool(rejects)
