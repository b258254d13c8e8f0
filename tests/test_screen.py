import pandas as pd

from stance import screen


def test_a_table_stands_aligned_and_whole(capsys):
    table = pd.DataFrame({"actor": ["peacekeeping_mission"], "mentions": [12]})
    screen.show(table, title="One actor")
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[0] == "One actor"
    assert lines[-1].split() == ["peacekeeping_mission", "12"]


def test_progress_is_silent_where_nobody_watches(capsys):
    assert list(screen.progress([1, 2], "Folds")) == [1, 2]
    assert capsys.readouterr() == ("", "")


def test_what_is_set_aside_is_counted_on_standard_error(capsys):
    screen.note(0, "of 3 mentions have no label")
    screen.note(2, "of 3 mentions have no label")
    assert capsys.readouterr() == ("", "Note: 2 of 3 mentions have no label.\n")
