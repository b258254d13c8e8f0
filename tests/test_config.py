import pytest
from omegaconf import OmegaConf

from stance import CONF
from stance.config import build, compose, plain
from stance.errors import StanceError

GROUPS = sorted(path for path in CONF.glob("*/*.yaml") if path.parent.name != "experiment")


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: f"{path.parent.name}={path.stem}")
def test_every_option_composes_and_says_why_one_would_choose_it(path):
    command = "predict" if path.parent.name == "engine" else "run"
    compose(command, [f"{path.parent.name}={path.stem}"])
    assert path.read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("path", sorted(CONF.glob("experiment/*.yaml")), ids=lambda p: p.stem)
def test_every_experiment_composes_and_stands_under_its_command(path):
    compose("run", [f"experiment={path.stem}", "corpus.path=nowhere"])
    first, second, *_ = path.read_text("utf-8").splitlines()
    assert first == "# @package _global_" and second.startswith("# ")
    assert f"experiment={path.stem}" in path.read_text("utf-8")


@pytest.mark.parametrize("model", sorted(path.stem for path in CONF.glob("model/*.yaml")))
def test_every_model_can_be_built(model):
    choices = plain(compose("run", [f"model={model}"]).model)
    choices.pop("tune", None)
    assert hasattr(build(choices), "fit")


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["model=logistc"], "model=logistc is no option. Did you mean 'logistic'"),
        (["sed=1"], "sed is no key of `stance run`. Did you mean 'seed'"),
        (["split.fold=3"], "Did you mean 'split.folds'"),
        (["modle=svm"], "modle is no key of `stance run`. Did you mean 'model'"),
        (["experiment=none"], "experiment=none is no option"),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest(overrides, words):
    with pytest.raises(StanceError, match=words):
        compose("run", overrides)


def test_a_value_without_default_is_asked_for():
    with pytest.raises(StanceError, match=r"corpus\.path has no default; give it"):
        plain(compose("run", ["corpus=files"]).corpus)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({"_target_": "builtins.open", "file": "x"}, "_target_=builtins.open is not allowed"),
        ({"_target_": "joblib.load", "filename": "x"}, "is not allowed; wanted a class from sk"),
        ({"_target_": "sklearn.svm.LinearSVM"}, "_target_=sklearn.svm.LinearSVM does not exist"),
        ({"_target_": "sklearn.datasets.load_iris"}, "is no class of sklearn"),
        ({"_target_": "stance.documents.Path"}, "is no class of sklearn"),
        (
            {"_target_": "sklearn.svm.LinearSVC", "c": 1},
            "LinearSVC has no parameter 'c'.* Known: C, class_weight",
        ),
    ],
)
def test_only_known_classes_are_built(node, words):
    with pytest.raises(StanceError, match=words):
        build(node)


def test_lists_become_tuples_and_nested_targets_are_built():
    node = OmegaConf.create(
        {
            "_target_": "sklearn.calibration.CalibratedClassifierCV",
            "estimator": {"_target_": "stance.features.Words", "ngram_range": [1, 3]},
        }
    )
    assert build(node).estimator.ngram_range == (1, 3)


def test_a_users_own_library_is_allowed_knowingly():
    node = {"_target_": "fractions.Fraction"}
    with pytest.raises(StanceError, match="allow="):
        build(node)
    assert build(node, allow=("fractions.",)) == 0
