"""Who may import whom: steps do not know each other, each heavy library has one door."""

import ast
import subprocess
import sys

import pytest

import stance

PACKAGE = stance.CONF.parent / "stance" if (stance.CONF.parent / "stance").is_dir() else None
FILES = sorted((PACKAGE or stance.CONF.parent).rglob("*.py"))
PAGES = {  # they compose the steps
    *("annotate", "label", "run", "baselines", "outcome", "reuse", "predict", "comparison"),
    *("cli", "__main__", "__init__"),
}
SHARED = {"stance", "stance.tables", "stance.errors", "stance.lexicon"}
ALLOWED = {  # what a step may know beside SHARED and the modules of its own folder
    "documents": {"stance.files", "stance.columns"},
    "columns": {"stance.files"},
    "ledger": {"stance.columns", "stance.files", "stance.labels"},
    "agreement": {"stance.evaluate"},
    "duplicates": {"stance.views"},
    "split": {"stance.duplicates"},
    "leaks": {"stance.duplicates", "stance.split"},
    "evaluate": {"stance.intervals"},
    "paired": {"stance.evaluate", "stance.intervals"},
    "explain": {"stance.faces"},
    "store": {"stance.reuse", "stance.faces"},  # a run shows itself and its model
    "cues": {"stance.scope"},
    "features": {"stance.cues", "stance.trace", "stance.views"},
    "views": {"stance.cues", "stance.grammar"},
    "grammar": {"stance.cues"},
    "model": {"stance.tune"},
    "classifiers": {"stance.labels"},
    "labels": {"stance.cues", "stance.views"},
}
LIBRARIES = {
    "datasets": {"documents"},
    "trafilatura": {"files"},
    "markdown_it": {"files"},
    "sentencex": {"sentences.cutting"},
    "matplotlib": {"figures", "comparison.draw"},
    "skops": {"store"},
    "jinja2": {"report"},
    "hydra": {"cli", "config", "run"},
    "rich": {"screen"},
    "openpyxl": {"annotate.sheets"},
}


def name(path):
    return ".".join(path.relative_to(FILES[0].parent).with_suffix("").parts)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "stance":
            yield from (f"stance.{a.name}" if a.name.islower() else "stance" for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=name)
def test_steps_do_not_know_each_other(path):
    step = name(path).split(".")[0]
    if step in PAGES:
        return
    ours = {module for module in imports(path) if module.split(".")[0] == "stance"}
    strange = {module for module in ours if module.split(".")[1:2] != [step]}
    assert strange <= SHARED | ALLOWED.get(step, set())


@pytest.mark.parametrize("path", FILES, ids=name)
def test_each_heavy_library_has_one_door(path):
    for module in imports(path):
        owners = LIBRARIES.get(module.split(".")[0])
        assert owners is None or name(path) in owners


def test_the_list_of_commands_loads_nothing_heavy():
    heavy = ["sklearn", "pandas", "numpy", "datasets", "matplotlib", "hydra", "skops"]
    code = (
        "import sys, stance.cli; print(stance.cli.listing());"
        f"sys.exit(str([m for m in {heavy} if m in sys.modules] or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stderr.strip(), "stance run" in done.stdout) == ("", True)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_modules_stay_small(path):
    assert len(path.read_text("utf-8").splitlines()) <= 350
