"""A toy corpus readable by eye: six articles, two actors, every stance in every article."""

import pandas as pd
import pytest

ARTICLES = {
    "a": ("The patrol saved the village.", "The patrol failed us.", "The patrol left on Monday."),
    "b": ("The patrol saved the road.", "The patrol failed the farmers.", "The patrol has trucks."),
    "c": ("The patrol helped the school.", "The patrol ignored us.", "The patrol came in May."),
    "d": ("The treaty saved lives.", "The treaty failed.", "The treaty was signed on Monday."),
    "e": ("The treaty helped the town.", "The treaty ruined us.", "The treaty has nine points."),
    "f": ("The treaty saved the harvest.", "The treaty ignored us.", "The treaty is dated May."),
}
STANCES = ("favor", "against", "neutral")

ACTORS = """
patrol:
  name: Border patrol
  kind: organisation
  aliases: [patrol]
treaty:
  name: Border treaty
  kind: document
  aliases: [treaty]
"""

CORPUS = """
name: toy
reader: files
path: {path}/articles
metadata: null
annotations: {path}/annotations.csv
labels: {{}}
encoding: auto
kinds: [headline, standfirst, heading, body]
"""


@pytest.fixture(scope="session")
def toy(tmp_path_factory):
    """A user's project folder: articles, annotations and a conf folder of their own."""
    folder = tmp_path_factory.mktemp("toy")
    rows = []
    for name, lines in ARTICLES.items():
        text, actor = " ".join(lines), "patrol" if name in "abc" else "treaty"
        (folder / "articles").mkdir(exist_ok=True)
        (folder / "articles" / f"{name}.txt").write_text(text, "utf-8")
        for line, stance in zip(lines, STANCES, strict=True):
            start = text.index(line)
            rows.append((name, start, start + len(line), actor, stance, "author"))
    columns = ["document", "start", "end", "actor", "stance", "holder"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "annotations.csv", index=False)
    for group, text in (("actors", ACTORS), ("corpus", CORPUS.format(path=folder))):
        (folder / "conf" / group).mkdir(parents=True)
        (folder / "conf" / group / "toy.yaml").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def finished(toy, tmp_path_factory):
    """A finished run of the toy corpus."""
    import stance

    words = ["corpus=toy", "actors=toy", "split.folds=3", "evaluation=quick"]
    words += [f"out={tmp_path_factory.mktemp('runs')}"]
    return stance.experiment(words, conf=toy / "conf")
