import subprocess
import sys

import pytest

from stance.cli import COMMANDS, listing


def stance(*words, cwd=None):
    command = [sys.executable, "-m", "stance", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


def test_alone_it_lists_every_command_in_a_line():
    assert stance().stdout.strip() == listing()
    assert all(f"stance {command}" in listing() for command in COMMANDS)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "compare"])  # it has no groups
def test_help_names_every_group_with_its_options(command):
    text = stance(command, "--help").stdout
    assert "corpus: files, hub, karabakh, table" in text
    assert "labels: gold, rules" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["rnu"],
            "stance: 'rnu' is no command. Did you mean 'run'? Known: annotate, compare, label, pre",
        ),
        (["run", "modle=svm"], "stance: modle is no key of `stance run`. Did you mean 'model'?"),
        (["run", "model=smv"], "stance: model=smv is no option. Did you mean 'svm'?"),
        (["label", "model=svm"], "stance: model is no key of `stance label`. Known: actors"),
        (["label", "actors=x"], "stance: actors=x is no option. Known: "),
        (["label", "corpus=files"], "stance: corpus.path has no default; give it"),
        (["run", "-m", "model=smv,bayes"], "stance: model=smv is no option."),
        (["label", "corpus=files", "corpus.path=nowhere"], "stance: nowhere does not exist (looke"),
        (["run", "name=a/b"], "stance: name='a/b' cannot name a folder"),
        (["run", "features.blocks=[wrds]"], "features.blocks names 'wrds'. Did you mean 'words'?"),
    ],
)
def test_bad_input_gets_one_message_and_exit_code_2(words, told, tmp_path):
    done = stance(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    written = [path for path in tmp_path.rglob("*.*") if ".sweeps" not in path.parts]
    assert not written, "nothing half-written"
