import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from stance.label import coverage
from stance.tables import COLUMNS

SEED = Path(__file__).parents[2] / "shared" / "seed"


def label(*words):
    command = [sys.executable, "-m", "stance", "label", *words]
    return subprocess.run(command, capture_output=True, text=True)


def test_articles_become_sentences_by_actors_with_holder_and_stance(toy, tmp_path):
    done = label("--config-dir", f"{toy}/conf", "corpus=toy", "actors=toy", f"out={tmp_path}/new")
    assert done.returncode == 0, done.stderr
    found = pd.read_parquet(tmp_path / "new" / "examples.parquet")
    assert set(COLUMNS["examples"]) <= set(found.columns)
    assert found.groupby("actor").size().to_dict() == {"patrol": 9, "treaty": 9}
    assert set(found["holder"]) == {"author"}
    assert "18 mentions by actor" in done.stdout
    rules = pd.read_csv(tmp_path / "new" / "rules.csv").set_index("rule")
    assert rules.loc["all rules", "n"] <= 18 and {"coverage", "conflict", "accuracy"} <= set(rules)


def test_spans_in_csv_are_json(toy, tmp_path):
    label("--config-dir", f"{toy}/conf", "corpus=toy", "actors=toy", f"out={tmp_path}")
    first = pd.read_csv(tmp_path / "examples.csv").iloc[0]
    ((start, end),) = json.loads(first["spans"])
    assert first["text"][start:end] == "patrol"


def test_coverage_counts_by_actor():
    table = pd.DataFrame(
        [("m1", "d", "patrol", "direct", "favor"), ("m2", "d", "patrol", "author", "neutral")],
        columns=["mention", "document", "actor", "voice", "label"],
    )
    assert coverage(table).to_dict("records") == [
        {
            **{"actor": "patrol", "mentions": 2, "documents": 1, "quoted": 1, "reported": 0},
            **{"favor": 1, "against": 0, "neutral": 1},
        }
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["corpus=files", "corpus.path=nowhere"], "nowhere does not exist (looked in"),
        (["labels=gold", "corpus.annotations=null"], "no annotation for any"),
        (["labels=gold", "out=/dev/null/x"], "The output folder /dev/null/x cannot be written"),
    ],
)
def test_bad_input_is_told(words, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = label(*words)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert told in done.stderr
    assert not list(tmp_path.rglob("examples*"))


@pytest.mark.skipif(not SEED.is_dir(), reason="needs the seed article")
def test_the_seed_article(tmp_path):
    done = label("corpus=files", f"corpus.path={SEED}", "actors=karabakh", f"out={tmp_path}")
    assert done.returncode == 0, done.stderr
    found = pd.read_csv(tmp_path / "examples.csv").set_index("start")
    mission = found[found["actor"] == "peacekeeping_mission"]
    assert len(mission) == 12 and len(found) == 13
    assert set(found["holder"]) == {"Mikhail Galuzin", "author"}
    assert (found.loc[found["actor"] == "trilateral_agreements", "label"] == ["favor"]).all()
    usefulness = mission[mission["text"].str.contains("outlived")]
    assert usefulness[["label", "voice", "holder"]].values.tolist() == [
        ["favor", "direct", "Mikhail Galuzin"]
    ]
