"""What the figures say, that they leave no trace, and that equal figures are equal bytes."""

import subprocess
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from stance import figures
from stance.errors import StanceError
from stance.tables import STANCES

COUNTS = pd.DataFrame([[8, 1, 1], [0, 0, 0], [2, 3, 5]], index=STANCES, columns=STANCES)
NAMES = {"mission": "The very long name of a $5 peacekeeping mission, in full"}


def score_table(systems=("", "majority.", "rules."), actors=("mission", "accords")) -> pd.DataFrame:
    rows = []
    for place, system in enumerate(systems):
        value = 0.6 - 0.2 * place
        rows.append(("f1_macro", f"{system}overall", "all", value, value - 0.1, value + 0.1, 20))
        rows.append(("accuracy", f"{system}overall", "all", 0.9, 0.8, 1.0, 20))
        for actor in actors:
            rows.append(("f1_macro", f"{system}actor", actor, value, value - 0.2, value + 0.2, 10))
        for stance, n in zip(STANCES, (10, 0, 10), strict=True):
            low, high = (0.0, 0.95) if n else (np.nan, np.nan)
            rows.append(("f1", f"{system}stance", stance, value * (n > 0), low, high, n))
    return pd.DataFrame(rows, columns=["metric", "scope", "group", "value", "low", "high", "n"])


def weights() -> pd.DataFrame:
    rows = [("kept the road open", "favor", 1.5), ("needed", "favor", 0.9), ("map", "favor", -1.0)]
    rows += [("failed", "against", 2.0), ("a feature far too long to be printed", "against", 0.2)]
    return pd.DataFrame(rows, columns=["feature", "stance", "weight"])


def drawn() -> dict[str, Figure]:
    return {
        "confusion": figures.confusion(COUNTS),
        "scores": figures.scores(score_table(), NAMES),
        "words": figures.words(weights()),
    }


def texts(figure: Figure) -> list[str]:
    found = figure.findobj(matplotlib.text.Text)
    return [text.get_text() for text in found if text.get_text() and text.get_visible()]


def test_confusion_shows_counts_shares_and_the_absent_stance():
    figure = figures.confusion(COUNTS)
    words = texts(figure)
    assert {"8\n80%", "3\n30%", "favor\nn = 10", "against\nn = 0"} <= set(words)
    assert words.count("0") == 3
    assert figure.get_label() == (
        "Confusion matrix of 20 rows. Gold favor (10): predicted favor 8, against 1, neutral 1. "
        "Gold against (0): predicted favor 0, against 0, neutral 0. "
        "Gold neutral (10): predicted favor 2, against 3, neutral 5."
    )


def test_confusion_keeps_the_order_of_stances():
    shuffled = COUNTS.iloc[::-1, ::-1]
    assert texts(figures.confusion(shuffled)) == texts(figures.confusion(COUNTS))


def test_scores_name_every_system_once_and_say_what_is_absent():
    figure = figures.scores(score_table(), NAMES)
    words = texts(figure)
    for name in ("model", "majority", "rules", "absent from gold", "accords", "all actors"):
        assert words.count(name) == 1
    assert "The very long name\nof a $5 peacekeeping\nmission, in full" in words
    told = figure.get_label()
    assert "macro F1, all actors: model 0.60 (0.50 to 0.70), majority 0.40 (0.30 to 0.50)" in told
    assert "F1 of each stance, against: absent from gold." in told


def test_scores_draw_every_interval():
    figure = figures.scores(score_table())
    lines = [line.get_xdata() for line in figure.axes[0].get_lines()]
    assert sum(len(ends) == 2 for ends in lines) == 3 * (1 + 2 + 2)


def test_scores_without_intervals_or_baselines():
    table = score_table(systems=("",)).assign(low=np.nan, high=np.nan)
    figure = figures.scores(table)
    assert "macro F1, all actors: model 0.60. " in figure.get_label()


def test_scores_grow_with_the_actors_and_keep_their_width():
    few, many = (
        figures.scores(score_table(actors=[f"actor {i}" for i in range(n)])) for n in (1, 6)
    )
    assert few.get_figwidth() == many.get_figwidth() == figures.ONE_COLUMN
    assert few.get_figheight() < many.get_figheight()


def test_stances_have_their_colours_everywhere():
    for figure in drawn().values():
        for text in figure.findobj(matplotlib.text.Text):
            stance = text.get_text().split("\n")[0]
            if stance in STANCES and text.get_visible():
                assert text.get_color() == figures.COLOURS[stance]


def test_words_take_the_largest_positive_weights():
    figure = figures.words(weights(), top=1)
    favor, against, neutral = figure.axes
    assert [tick.get_text() for tick in favor.get_yticklabels()] == ["kept the road open"]
    assert len(against.patches) == 1
    assert "no feature above 0" in [text.get_text() for text in neutral.texts]
    assert figure.get_label() == (
        "Features of most weight. favor: kept the road open; against: failed; neutral: none."
    )


def test_words_cut_what_is_too_long():
    assert "a feature far too long to…" in texts(figures.words(weights()))


def test_nothing_reaches_beyond_the_figure():
    for figure in drawn().values():
        box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
        assert box.x0 > 0 and box.y0 > 0 and box.x1 < width and box.y1 < height


def test_figures_fit_into_the_callers_axes():
    figure = Figure(figsize=(7, 3))
    left, right = figure.subplots(1, 2)
    assert figures.confusion(COUNTS, ax=left) is figure
    assert figures.scores(score_table(), ax=right) is figure
    assert figures.words(weights(), axes=Figure().subplots(1, 3)).axes[0].get_title("left")
    assert figure.get_figheight() == 3


def test_saved_twice_gives_equal_bytes(tmp_path):
    for name, figure in drawn().items():
        figures.save(figure, tmp_path / name)
    for name, figure in drawn().items():
        for _ in ("a new figure", "the same figure"):
            for again in figures.save(figure, tmp_path / "again"):
                first = tmp_path / f"{name}{again.suffix}"
                assert first.read_bytes() == again.read_bytes()
                assert first.stat().st_size > 2000


def test_a_dot_in_the_name_is_kept(tmp_path):
    saved = figures.save(figures.confusion(COUNTS), tmp_path / "seed1.5")
    assert [path.name for path in saved] == ["seed1.5.png", "seed1.5.svg"]


def test_saved_file_names_no_date_and_no_program(tmp_path):
    _, svg = figures.save(figures.confusion(COUNTS), tmp_path / "confusion")
    assert "Matplotlib" not in svg.read_text() and "<dc:date>" not in svg.read_text()


def test_global_settings_stay_untouched_and_pyplot_unloaded(tmp_path):
    before = dict(matplotlib.rcParams)
    for name, figure in drawn().items():
        figures.save(figure, tmp_path / name)
    assert dict(matplotlib.rcParams) == before
    code = "import sys, stance.figures; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: figures.confusion(COUNTS.head(2)), "has the rows and columns favor, against"),
        (lambda: figures.scores(score_table().query("metric == 'accuracy'")), "metrics accuracy."),
        (lambda: figures.words(weights().drop(columns="stance")), "missing: stance. Found: featur"),
        (lambda: figures.save(figures.confusion(COUNTS), "/nowhere/at/all"), "to /nowhere/at: No"),
    ],
)
def test_errors(draw, words):
    with pytest.raises(StanceError) as error:
        draw()
    assert words in str(error.value)
