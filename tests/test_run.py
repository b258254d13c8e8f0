import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import stance
from stance.errors import StanceError
from stance.tables import COLUMNS

FILES = {
    *("config.yaml", "run.json", "examples.parquet", "predictions.parquet", "scores.csv"),
    "behaviour.csv",
    *(
        "baselines.parquet",
        "leaks.csv",
        "together.csv",
        "model.skops",
        "model_card.md",
        "figures",
        "report.html",
    ),
}
FIGURES = {f"{name}.{kind}" for name in ("confusion", "scores", "words") for kind in ("png", "svg")}


def command(toy, out, *words, check=True):
    base = [sys.executable, "-m", "stance", "run", "--config-dir", str(toy / "conf")]
    chosen = ["corpus=toy", "actors=toy", "split.folds=3", "evaluation=quick", f"out={out}", *words]
    done = subprocess.run([*base, *chosen], capture_output=True, text=True)
    assert not check or done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def run(toy, tmp_path_factory):
    """A run of the toy corpus with the user's own configuration."""
    out = tmp_path_factory.mktemp("out")
    done = command(toy, out)
    assert "f1_macro" in done.stdout.replace(" ", "_")
    return stance.load(out / "toy" / "latest")


def test_the_run_folder_is_complete(run):
    assert {path.name for path in run.folder.iterdir()} == FILES
    assert {path.name for path in (run.folder / "figures").iterdir()} == FIGURES


def test_the_tables_have_the_promised_columns(run):
    assert tuple(run.scores.columns) == COLUMNS["scores"]
    assert tuple(run.predictions.columns) == COLUMNS["predictions"]
    assert set(COLUMNS["examples"]) <= set(run.examples.columns)
    assert len(run.predictions) == 18


def test_the_facts_say_how_it_was_made(run):
    facts = run.facts
    assert facts["status"] == "finished" and facts["seed"] == 2020
    assert "corpus=toy" in facts["overrides"]
    assert "split:document-3" in facts["signature"] and "n:18" in facts["signature"]
    assert {"python", "scikit-learn"} <= set(facts["versions"])


def test_every_score_has_its_baselines_beside_it(run):
    scopes = set(run.scores["scope"])
    assert {"overall", "actor", "stance", "majority.overall", "majority.actor"} <= scopes
    assert not run.scores.duplicated(["metric", "scope", "group"]).any()


def test_the_model_comes_back_and_predicts(run):
    assert run.model.predict(run.examples).tolist()


def test_the_same_run_twice_is_the_same_to_the_byte(run, toy, tmp_path):
    command(toy, tmp_path)
    again = stance.load(tmp_path / "toy" / "latest")
    for name in ("scores.csv", "predictions.parquet"):
        assert (again.folder / name).read_bytes() == (run.folder / name).read_bytes()


def test_a_sweep_makes_a_run_per_choice(toy, tmp_path):
    command(toy, tmp_path, "-m", "model=bayes,majority", "features=words")
    listed = stance.runs(tmp_path)
    assert len(listed) == 2
    assert {("model=bayes" in o, "model=majority" in o) for o in listed["overrides"]} == {
        (True, False),
        (False, True),
    }


def test_a_killed_run_leaves_nothing_that_looks_finished(toy, tmp_path):
    words = ["run", "--config-dir", str(toy / "conf"), "corpus=toy", "actors=toy"]
    words += ["split.folds=3", "evaluation.resamples=200000", f"out={tmp_path}"]
    process = subprocess.Popen([sys.executable, "-m", "stance", *words])
    while process.poll() is None and not list(tmp_path.glob("toy/.*.part/scores.csv")):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert stance.runs(tmp_path).empty
    assert not [path for path in tmp_path.glob("toy/*") if not path.name.startswith(".")]


def test_in_a_notebook_it_returns_the_run(toy, tmp_path):
    words = ["corpus=toy", "actors=toy", "split.folds=3", "evaluation=quick", f"out={tmp_path}"]
    run = stance.experiment(words, conf=toy / "conf")
    assert run.folder.parent == tmp_path / "toy"
    assert run.facts["overrides"] == words
    assert isinstance(run.scores, pd.DataFrame)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["split.folds=9"], "split.folds=9 needs at least 9 documents with examples; found 6"),
        (["+actors.moon={name: Moon, kind: place, aliases: [moon]}"], "The actor 'moon' is"),
        (["corpus.annotations=nowhere.csv"], "The table nowhere.csv does not exist"),
        (["corpus.annotations=null"], "labels=gold found no annotation for any of the 18"),
        (["actors.patrol.aliases=['re:(']"], "does not compile"),
        (["model._target_=os.system"], "_target_=os.system is not allowed"),
        (["+model.c=1"], "has no parameter 'c'"),
        (["evaluation.baselines=[majrity]"], "Did you mean 'majority'"),
        (["labels.name=glod"], "Did you mean 'gold'"),
        (["model.C=-1"], "LogisticRegression could not be trained"),
    ],
)
def test_bad_input_is_told_in_one_message(toy, tmp_path, words, told):
    done = command(toy, tmp_path, *words, check=False)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.rglob("run.json"))


def test_an_output_folder_that_cannot_be_written_is_told(toy, tmp_path):
    (tmp_path / "file").write_text("")
    done = command(toy, tmp_path / "file", check=False)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_a_user_hears_of_an_unfinished_run_in_words(tmp_path):
    with pytest.raises(StanceError, match="is no finished run"):
        stance.load(tmp_path)


def test_weak_supervision_shows_rules_the_model_and_what_gold_would_add(toy, tmp_path):
    done = command(toy, tmp_path, "experiment=weak", "evaluation.baselines=[majority,rules,gold]")
    run = stance.load(tmp_path / "weak" / "latest")
    assert set(run.examples["label_source"].str.split(":").str[0]) == {"rules"}
    assert set(run.examples["gold"]) == set(stance.STANCES)
    assert "gold:gold" in run.facts["signature"]
    assert {"overall", "majority.overall", "rules.overall", "gold.overall"} <= set(
        run.scores["scope"]
    )
    assert all(word in done.stdout for word in ("majority", "rules", "gold"))
