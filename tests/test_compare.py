"""Runs side by side: found, pooled, named, compared, refused, drawn and written."""

import json
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from browser import look
from omegaconf import OmegaConf

import stance
from stance import evaluate
from stance.comparison import curves, draw, lineup, views
from stance.errors import StanceError
from stance.tables import STANCES

CONFIG = {
    "corpus": {"name": "toy", "path": "here"},
    "actors": {"patrol": {"name": "Border <b>patrol</b>"}, "treaty": {"name": "Border treaty"}},
    "labels": {"name": "gold"},
    "features": {"blocks": ["words"]},
    "model": {"_target_": "sklearn.linear_model.LogisticRegression", "C": 1.0, "random_state": 1},
    "evaluation": {"resamples": 10},
    "seed": 1,
    "name": "toy",
    "out": "experiments",
}
FACTS = {
    "name": "toy",
    "overrides": [],
    "status": "finished",
    "seed": 1,
    "code": "abc",
    "data": "d1",
    "versions": {"scikit-learn": "1.9"},
    "signature": "labels:favor,against,neutral|split:document-5|gold:gold",
}


def predict(skill, seed=1, documents=12, each=6) -> pd.DataFrame:
    """Predictions that are right with probability ``skill``, about gold that is always the same."""
    count = documents * each
    gold = np.random.default_rng(0).choice(STANCES, count)
    generator = np.random.default_rng(seed)
    right = generator.random(count) < skill
    predicted = np.where(right, gold, generator.choice(STANCES, count))
    chance = 0.2 + 0.4 * (predicted[:, None] == np.array(STANCES))
    return pd.DataFrame(chance, columns=list(STANCES)).assign(
        mention=[f"m{place:03}" for place in range(count)],
        document=[f"d{place % documents}" for place in range(count)],
        actor=["patrol" if place % 3 else "treaty" for place in range(count)],
        gold=gold,
        predicted=predicted,
        fold=0,
    )


def majority(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(predicted=table["gold"].mode()[0], favor=0.4, against=0.3, neutral=0.3)


def make(
    home: Path, identity: str, overrides=(), skill=0.6, seed=1, facts=(), config=(), table=None
):
    """Write a finished run of a made-up model."""
    folder = home / identity
    folder.mkdir(parents=True)
    chosen = CONFIG | {"seed": seed, "model": CONFIG["model"] | {"random_state": seed}}
    told = FACTS | {"id": identity, "seed": seed, "overrides": [*overrides, f"seed={seed}"]}
    merged = OmegaConf.merge(chosen, dict(config))
    OmegaConf.save(merged, folder / "config.yaml")
    (folder / "run.json").write_text(json.dumps(told | dict(facts)))
    table = predict(skill, seed) if table is None else table
    table.to_parquet(folder / "predictions.parquet")
    majority(table).assign(system="majority").to_parquet(folder / "baselines.parquet")
    return folder


SVM = {"overrides": ["model=svm"], "config": {"model": {"C": 9.0}}}
BAYES = {"overrides": ["model=bayes"], "config": {"model": {"_target_": "Bayes"}}}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Five runs of three systems: svm is good, logistic with two seeds middling, bayes bad."""
    home = tmp_path_factory.mktemp("experiments") / "toy"
    make(home, "2026-01", **SVM, skill=0.9)
    make(home, "2026-02", skill=0.6, seed=1)
    make(home, "2026-03", skill=0.6, seed=2)
    make(home, "2026-04", **BAYES, skill=0.1)
    (home / "latest").symlink_to("2026-04")
    make(home, ".2026-05.part", **BAYES)
    (home / "2026-06-unfinished").mkdir()
    return home


@pytest.fixture(scope="module")
def found(home):
    return stance.compare(home / "*", resamples=400)


@pytest.fixture(scope="module")
def saved(found, tmp_path_factory):
    return found.save(tmp_path_factory.mktemp("saved") / "one")


# --- which runs ---------------------------------------------------------------------------------


def ids(runs):
    return [run.folder.name for run in runs]


def test_a_pattern_skips_what_is_hidden_unfinished_or_linked(home):
    assert ids(lineup.find(f"{home}/*")) == ["2026-01", "2026-02", "2026-03", "2026-04"]


def test_runs_are_found_by_folder_list_link_and_run(home):
    assert ids(lineup.find(home)) == ids(lineup.find(f"{home}/*"))
    assert ids(lineup.find([home / "2026-02", f"{home}/2026-0[12]"])) == ["2026-01", "2026-02"]
    assert ids(lineup.find(home / "latest")) == ["2026-04"]
    assert ids(lineup.find([stance.load(home / "2026-03")])) == ["2026-03"]


def test_seeds_are_pooled_and_systems_named_by_what_differs(home):
    systems, repeated = lineup.systems(lineup.find(home))
    assert {name: ids(runs) for name, runs in systems.items()} == {
        "model=svm": ["2026-01"],
        "model=logistic": ["2026-02", "2026-03"],
        "model=bayes": ["2026-04"],
    }
    assert repeated == 0


def test_of_a_run_repeated_seed_and_all_the_newest_counts(tmp_path, capsys):
    for identity in ("2026-01", "2026-02"):
        make(tmp_path, identity)
    make(tmp_path, "2026-03", **SVM)
    found = stance.compare(tmp_path, resamples=10)
    assert ids(found.systems["model=logistic"]) == ["2026-02"]
    assert (
        "Note: 1 of 3 runs repeat another, seed and all; the newest counts."
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("two", "names"),
    [
        ({"overrides": ["model.C=3"], "config": {"model": {"C": 3}}}, ["model.C=1.0", "model.C=3"]),
        ({"config": {"model": {"C": 3}}}, ["model.C=1.0", "model.C=3"]),
        ({"facts": {"code": "def"}}, ["code=abc", "code=def"]),
        ({"facts": {"versions": {"scikit-learn": "2"}}}, ["scikit-learn=1.9", "scikit-learn=2"]),
        (
            {"overrides": ["experiment=weak"], "config": {"labels": {"name": "rules"}}},
            ["default", "experiment=weak"],
        ),
        ({"facts": {"data": "d2"}}, ["data=d1", "data=d2"]),
    ],
)
def test_names_say_what_differs(tmp_path, two, names):
    make(tmp_path, "1")
    make(tmp_path, "2", **two)
    assert list(lineup.systems(lineup.find(tmp_path))[0]) == names


def test_how_much_was_resampled_and_where_it_lay_makes_no_other_system(tmp_path):
    make(tmp_path, "1", seed=1)
    more = {"evaluation": {"resamples": 99}, "name": "else", "corpus": {"path": "there"}}
    make(tmp_path, "2", ["evaluation.resamples=99"], seed=2, config=more)
    systems, _ = lineup.systems(lineup.find(tmp_path))
    assert list(map(len, systems.values())) == [2]


# --- what is said -------------------------------------------------------------------------------


def test_the_table_ranks_systems_and_puts_baselines_last(found):
    table = found.table
    assert table["run"].tolist() == ["model=svm", "model=logistic", "model=bayes", "majority"]
    assert table["seeds"].tolist() == [1, 2, 1, 1]
    assert table["seed_sd"].notna().tolist() == [False, True, False, False]
    assert found.reference == "model=svm"
    assert table["difference"].isna().tolist() == [True, False, False, False]
    assert (table["low"] <= table["value"]).all() and (table["value"] <= table["high"]).all()


def test_a_score_is_that_of_the_run(found, home):
    run = stance.load(home / "2026-01")
    choices = {"resamples": 400, "seed": 2020, "method": "expanded"}
    own = evaluate.scores(run.predictions, **choices).set_index(["metric", "scope", "group"])
    ours = found.scores[found.scores["run"] == "model=svm"].drop(columns="run")
    ours = ours.set_index(["metric", "scope", "group"])
    pd.testing.assert_frame_equal(own, ours.loc[own.index])


def test_a_loss_ranks_the_other_way_round(home):
    found = stance.compare(home, metric="brier", resamples=400)
    assert found.table["value"].iloc[:3].is_monotonic_increasing
    assert found.table["run"].iloc[0] == "model=svm"
    worse = found.differences.query("reference == 'model=svm' and run == 'model=bayes'")
    assert worse["difference"].iloc[0] > 0
    assert "Worse: model=logistic; model=bayes; majority." in repr(found)


def test_the_best_is_compared_with_all_and_every_pair_counts(found):
    assert len(found.differences) == 2 + 1 + 1 + 2  # with the best, with majority, the rest
    assert found.differences["reference"].tolist()[:3] == ["model=svm"] * 3
    assert found.facts["adjusted"] == 6
    assert "majority" not in set(found.differences["reference"])


@pytest.mark.parametrize("word", ["model=bayes", "bayes", "2026-04", "folder"])
def test_a_reference_chosen_by_people_is_compared_with_each(home, word):
    word = str(home / "2026-04") if word == "folder" else word
    found = stance.compare(home, reference=word, resamples=50)
    assert found.reference == "model=bayes"
    assert found.differences["reference"].tolist() == ["model=bayes"] * 3
    assert set(found.differences["run"]) == {"model=svm", "model=logistic", "majority"}


def test_a_baseline_can_be_the_reference(home):
    found = stance.compare(home, reference="majority", resamples=50)
    assert found.differences["run"].tolist() == ["model=svm", "model=logistic", "model=bayes"]


def test_too_few_resamples_for_so_many_comparisons_are_told(home, capsys):
    stance.compare(home, resamples=50)
    assert "Note: 6 comparisons need more than resamples=50" in capsys.readouterr().err


def test_the_verdict_names_the_sure_and_the_unsure(found):
    told = " ".join(views.verdict(found))
    assert told.startswith("The best is model=svm, macro F1 0.")
    assert "Worse: model=logistic; model=bayes; majority." in told
    assert repr(found) == f"Comparison: {told}"


def test_one_stance_may_be_the_metric(home):
    found = stance.compare(home, metric="f1:favor", resamples=50)
    scores = found.scores.query("metric == 'f1' and scope == 'stance' and group == 'favor'")
    assert found.table["value"].tolist() == sorted(scores["value"].head(3), reverse=True) + (
        scores["value"].tail(1).tolist()
    )
    assert set(views.by_actor(found)["group"]) == {"patrol", "treaty"}


def test_runs_without_probabilities_or_baselines_can_be_compared(tmp_path):
    bare = predict(0.9).assign(**dict.fromkeys(STANCES, np.nan))
    for identity, more in (("1", SVM), ("2", {})):
        folder = make(tmp_path, identity, **more, table=bare)
        kept = folder / "baselines.parquet"
        pd.read_parquet(kept).head(0).to_parquet(kept)
        if identity == "2":  # as a run of an older version
            kept.unlink()
    found = stance.compare(tmp_path, resamples=20)
    assert set(found.figures) == {"scores", "differences", "actors"}
    assert found.baselines == []


def test_the_same_twice_is_the_same(found, home):
    again = stance.compare(home, resamples=400)
    for name in ("table", "differences", "scores"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(again, name))
    other = stance.compare(home, resamples=400, seed=1)
    assert not other.table["low"].equals(found.table["low"])


# --- refused ------------------------------------------------------------------------------------


def test_other_mentions_are_refused_and_counted(tmp_path):
    table = predict(0.5)
    make(tmp_path, "1", table=table)
    make(tmp_path, "2", **SVM, table=table)
    odd = pd.concat([table.iloc[3:], table.head(1).assign(mention="new")])
    make(tmp_path, "3", **BAYES, table=odd)
    with pytest.raises(StanceError) as error:
        stance.compare(tmp_path)
    assert (
        "different mentions: 2 of 3 runs on the same 72, but model=bayes (3) lacks 3 of them "
        "(first 'm000') and has 1 others (first 'new')."
    ) in str(error.value)


def test_other_gold_is_refused_and_counted(tmp_path):
    table = predict(0.5)
    make(tmp_path, "1", table=table)
    turned = table["gold"].map(dict(zip(STANCES, STANCES[1:] + STANCES[:1], strict=True)))
    other = table["gold"].where(table.index > 1, turned)
    make(tmp_path, "2", **SVM, table=table.assign(gold=other))
    with pytest.raises(StanceError, match="different gold for 2 of 72 mentions: first 'm000'"):
        stance.compare(tmp_path)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"runs": "nowhere/*"}, "No finished run found in runs=nowhere/*"),
        ({"runs": []}, "No finished run found in runs=an empty list"),
        ({"runs": "nowhere"}, "nowhere is no finished run"),
        ({"runs": "2026-01"}, "found 1 run ("),
        ({"runs": "2026-0[23]"}, "found 2 runs that differ in nothing but their seeds"),
        ({"metric": "f1_marco"}, "Did you mean 'f1_macro'?"),
        ({"metric": "f1:favour"}, "Did you mean 'f1:favor'?"),
        ({"reference": "forest"}, "names none of the runs. Give a whole name, or enough"),
        ({"reference": "model"}, "could mean 3 of the runs"),
        ({"interval": "bc"}, "Did you mean 'bca'?"),
        ({"resamples": 0}, "at least 1 resample"),
    ],
)
def test_bad_input_is_told_in_one_message(home, monkeypatch, asked, words):
    monkeypatch.chdir(home)
    with pytest.raises(StanceError) as error:
        stance.compare(**{"runs": home, "resamples": 10} | asked)
    assert words in str(error.value)


# --- figures ------------------------------------------------------------------------------------


def test_figures_are_told_in_words_and_stay_inside(found):
    assert list(found.figures) == [
        *("scores", "differences", "actors", "reliability", "precision_recall"),
    ]
    before = dict(matplotlib.rcParams)
    for figure in found.figures.values():
        assert "model=svm" in figure.get_label()
        box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
        assert box.x0 > -0.01 and box.y0 > -0.01
        assert box.x1 < width + 0.01 and box.y1 < height + 0.01
        assert width in (3.4, 7.0)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("width", [3.4, 7.0])
def test_every_figure_fits_one_column_and_two(found, width):
    rows = curves.rows(found.predictions)
    against = found.differences[found.differences["reference"] == found.reference]
    for figure in (
        draw.scores(found.table, "macro F1", found.seeds, found.baselines, width),
        draw.differences(against, "macro F1", found.reference, width=width),
        draw.groups(views.by_actor(found), "macro F1", width=width),
        draw.reliability(curves.reliability(rows), width),
        draw.precision_recall(*curves.precision_recall(rows), width),
    ):
        assert figure.get_figwidth() == width
        box = figure.get_tightbbox()
        assert box.x0 > -0.01 and box.x1 < width + 0.01


def test_no_system_has_a_stances_colour():
    from stance.figures import COLOURS

    assert not {colour for colour, _ in draw.LOOKS} & set(COLOURS.values())


def test_reliability_counted_by_hand():
    table = predict(0.5).head(10).assign(favor=0.64, against=0.2, neutral=0.16)
    table["gold"] = ["favor"] * 7 + ["neutral"] * 3
    [row] = curves.reliability({"a": table}).to_dict("records")
    assert (row["bin"], row["probability"], row["share"], row["n"]) == (
        6,
        pytest.approx(0.64),
        0.7,
        10,
    )
    assert row["low"] < 0.7 < row["high"]


def test_average_precision_is_scikit_learns():
    from sklearn.metrics import average_precision_score

    table = predict(0.6).assign(favor=np.random.default_rng(3).choice([0.1, 0.2, 0.5, 0.7], 72))
    _, areas = curves.precision_recall({"a": table})
    ours = areas.set_index("stance").loc["favor"]
    theirs = average_precision_score(table["gold"] == "favor", table["favor"])
    assert ours["value"] == pytest.approx(theirs)
    assert ours["low"] < theirs < ours["high"]


def test_a_stance_absent_from_gold_has_no_curve():
    table = predict(0.6)
    table = table[table["gold"] != "against"]
    points, areas = curves.precision_recall({"a": table})
    assert set(areas["stance"]) == set(points["stance"]) == {"favor", "neutral"}
    assert "absent from gold" in [
        text.get_text() for text in draw.precision_recall(points, areas).axes[1].texts
    ]


# --- files --------------------------------------------------------------------------------------

FILES = {
    "comparison.json",
    "table.csv",
    "differences.csv",
    "scores.csv",
    "table.tex",
    "report.html",
}


def test_the_folder_is_whole_and_its_bytes_are_the_same_each_time(saved, home, tmp_path):
    again = stance.compare(home, resamples=400).save(tmp_path / "again")
    assert {path.name for path in saved.iterdir()} == FILES | {"figures"}
    assert len(list((saved / "figures").iterdir())) == 10
    for path in saved.rglob("*.*"):
        assert path.read_bytes() == (again / path.relative_to(saved)).read_bytes(), path.name
    assert not list(tmp_path.glob(".*"))
    assert stance.runs(saved.parent).empty


def test_an_older_comparison_gives_way_and_nothing_else_does(found, tmp_path):
    (tmp_path / "out").mkdir()
    for name in ("comparison.json", "old.txt"):
        (tmp_path / "out" / name).write_text("{}")
    assert {path.name for path in found.save(tmp_path / "out").iterdir()} == FILES | {"figures"}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("dear")
    with pytest.raises(StanceError, match="holds other things than a comparison"):
        found.save(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.tex").read_text() == "dear"


def test_the_page_needs_nothing_and_escapes_everything(found, saved):
    html = (saved / "report.html").read_text()
    assert "<script" not in html and "default-src 'none'" in html
    assert "<b>patrol</b>" not in html and "Border &lt;b&gt;patrol&lt;/b&gt;" in html
    assert html.count("<img") == html.count("data:image/svg+xml") == 5
    assert found.facts["signature"] in html
    assert "all pairs, since the data chose the reference" in html


def test_latex_escapes_names_and_keeps_math_plain(found, home):
    text = views.latex(found)
    assert text.count(r"\\") == 5 and text.count("{tabular}") == 2
    assert "−" not in text and r"95\,\%" in text
    assert "model=svm & 1 & $0." in text


def test_a_notebook_sees_tables_and_figures(found):
    html = found._repr_html_()
    assert html.count("<img") == 5 and html.count("<table") == 2
    assert "<b>patrol" not in html


def test_the_signature_says_how(found):
    for part in ("split:document-5", "metric:f1_macro", "adjusted:holm-6", "runs:4", "n:72"):
        assert part in found.facts["signature"].split("|")


# --- the command --------------------------------------------------------------------------------


def command(*words, cwd):
    base = [sys.executable, "-m", "stance", "compare"]
    return subprocess.run([*base, *words], capture_output=True, text=True, cwd=cwd)


def test_the_command_takes_a_pattern_and_writes_a_folder(home):
    done = command("runs=toy/*", "resamples=50", cwd=home.parent)
    assert done.returncode == 0, done.stderr
    assert "model=svm" in done.stdout and "The best is model=svm" in done.stdout
    [folder] = (home.parent / "experiments" / "comparisons").iterdir()
    assert {path.name for path in folder.iterdir()} == FILES | {"figures"}


def test_the_command_takes_a_list_and_a_reference_with_an_equals_sign(home, tmp_path):
    words = [f"runs=[{home}/2026-01,{home}/latest]", "reference='model=bayes'", "out=here"]
    done = command(*words, "resamples=50", "metric=accuracy", "interval=bca", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "here" / "comparison.json").read_text())
    assert (facts["reference"], facts["method"]) == ("model=bayes", "bca")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "runs has no default; give it"),
        (["runs=toy/*", "metric=acuracy"], "Did you mean 'accuracy'?"),
        (["runs=toy/*", "out=toy"], "out=toy holds other things than a comparison"),
    ],
)
def test_bad_words_get_one_message_and_exit_code_2(home, words, told):
    done = command(*words, cwd=home.parent)
    assert done.returncode == 2
    assert told in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1200])
def test_a_browser_shows_the_page_whole(saved, tmp_path, width):
    seen = look((saved / "report.html").read_text(), width, tmp_path)
    assert seen.pop("text") > 1000
    assert seen == {"over": 0, "missing": [], "images": 5, "errors": []}
