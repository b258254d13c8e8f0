import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.inspection import permutation_importance
from sklearn.model_selection import cross_val_score

import stance
from stance import STANCES, StanceError
from stance.reuse import Predictions

LINES = ["The patrol saved the road.", "The patrol failed us.", "The patrol came on Monday."]


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A run of ready sentences that name their actors themselves."""
    folder = tmp_path_factory.mktemp("ready")
    said = {
        "Ann Lee": ("saved the school.", "failed the miners in May.", "met a bishop."),
        "Bob Fox": ("helped our village a lot.", "ruined us.", "has two brothers in town."),
        "Carl Roe": ("kept his word to farmers.", "ignored every warning.", "came on Monday."),
    }
    rows = [
        (who, f"{who} {what}", who, stance)
        for who, lines in said.items()
        for what, stance in zip(lines, STANCES, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["document", "text", "actor", "gold"])
    table.to_csv(folder / "rows.csv", index=False)
    words = ["corpus=table", f"corpus.path={folder}/rows.csv", "corpus.rows=sentences"]
    words += ["corpus.columns.gold=gold", "split.folds=3", "evaluation=quick", f"out={folder}"]
    return stance.experiment(words)


# Sentences --------------------------------------------------------------------------------------


def test_sentences_are_predicted_toward_an_actor(finished):
    found = finished.model.predict(LINES, actor="patrol")
    assert found["predicted"].tolist() == ["favor", "against", "neutral"]
    assert found["spans"].tolist() == [[[4, 10]]] * 3
    assert found["holder"].tolist() == ["author"] * 3
    assert np.allclose(found[list(STANCES)].sum(axis=1), 1)


def test_one_sentence_may_stand_alone(finished):
    assert len(finished.model.predict(LINES[0], actor="patrol")) == 1


def test_who_is_quoted_or_reported_holds_the_view(finished):
    line = 'Ann Lee said the patrol "failed us", and left.'
    row = finished.model.predict(line, actor="patrol").iloc[0]
    assert (row["holder"], row["voice"]) == ("Ann Lee", "indirect")


def test_an_actor_the_model_never_saw_is_given_by_name_and_aliases(finished):
    guards = {"guards": {"name": "Border guards", "aliases": ["frontier guards", "re:guards?"]}}
    found = finished.model.predict("A guard saved the road.", actor="guards", actors=guards)
    assert found.iloc[0][["actor", "spans", "predicted"]].tolist() == ["guards", [[2, 7]], "favor"]


def test_a_new_actor_may_be_a_plain_name(finished):
    found = finished.model.predict("The guards saved the road.", actors="guards")
    assert found.iloc[0][["actor", "spans"]].tolist() == ["guards", [[4, 10]]]


def test_a_description_counts_since_the_actor_is_known(finished):
    unit = {"unit": {"aliases": ["Unit 7"], "descriptions": ["the unit"]}}
    assert finished.model.predict("The unit left.", actors=unit)["spans"][0] == [[0, 8]]


def test_an_actor_that_the_sentence_does_not_name_has_no_place(finished):
    found = finished.model.predict("It saved the road.", actor="patrol")
    assert found["spans"].tolist() == [[]] and found["predicted"][0] in STANCES


@pytest.mark.parametrize(
    ("X", "choices", "told"),
    [
        (LINES, {"actor": "patrl"}, "Row 1 of 3: the run does not know the actor 'patrl'. Did you"),
        (LINES, {}, "Toward whom? Give actor=. Known: patrol, treaty."),
        (["The patrol left.", " "], {"actor": "patrol"}, "Row 2 of 2: no text"),
        ([7], {"actor": "patrol"}, "Row 1 of 1: no text"),
        (LINES, {"actors": {"guards": {"name": "x"}}}, "Actor 'guards' has no aliases"),
    ],
)
def test_what_cannot_be_predicted_is_told(finished, X, choices, told):
    with pytest.raises(StanceError, match=told.replace("?", r"\?")):
        finished.model.predict(X, **choices)


# Tables -----------------------------------------------------------------------------------------


def test_a_table_keeps_its_order_and_index(finished):
    table = pd.DataFrame({"actor": "patrol", "text": LINES}, index=[7, 3, 5])
    found = finished.model.predict_table(table)
    assert list(found) == ["predicted", *STANCES]
    assert found["predicted"].to_dict() == {7: "favor", 3: "against", 5: "neutral"}
    assert table.join(found).loc[3, "text"] == LINES[1]


def test_a_table_says_best_where_its_actor_stands(finished):
    table = pd.DataFrame({"text": ["The moon and the patrol."], "actor": ["moon"]})
    for places in ({"spans": ["[[4, 8]]"]}, {"spans": [[[4, 8]]]}, {"start": [4], "end": ["8"]}):
        spans, wrong = finished.model.place(table.assign(**places))
        assert (spans, wrong) == ([[[4, 8]]], [""])


def test_the_examples_of_the_run_are_such_a_table(finished):
    found = finished.model.predict_table(finished.examples)
    assert (found["predicted"] == finished.model.predict(finished.examples)).all()


def test_an_empty_table_stays_empty(finished):
    table = pd.DataFrame({"text": [], "actor": []})
    assert finished.model.predict_table(table).shape == (0, 4)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"txt": "x", "actor": "patrol"}, "has no column 'text'; wanted text and actor. Did you"),
        ({"text": "x"}, "has no column 'actor'"),
        ({"text": None, "actor": "patrol"}, r"Row 1 of 1: no text \(None\)"),
        ({"text": "x", "actor": ""}, "Row 1 of 1: no actor"),
        ({"text": "x", "actor": "moon"}, "does not know the actor 'moon'. Known: patrol, treaty"),
        ({"text": "x", "actor": "patrol", "spans": "?"}, r"spans should be a list of \[from, to\]"),
        ({"text": "x", "actor": "patrol", "spans": [[0, 9]]}, "outside its text of 1 characters"),
        ({"text": "x", "actor": "moon", "start": 4, "end": 9}, "lie outside its text of 1"),
    ],
)
def test_a_bad_table_is_told(finished, row, told):
    with pytest.raises(StanceError, match=told):
        finished.model.predict_table(pd.DataFrame([row]))


# Articles ---------------------------------------------------------------------------------------


def test_articles_are_cut_as_in_training(finished):
    from stance import documents

    articles = documents.read(finished.config["corpus"])
    found = finished.model.read(articles)
    same = ["mention", "actor", "text", "holder", "voice", "kind", "quote", "before", "after"]
    ours = found.set_index("mention", drop=False).loc[finished.examples["mention"], same]
    theirs = finished.examples[same]
    assert ours.values.tolist() == theirs.values.tolist()
    assert {tuple(span) for spans in finished.examples["spans"] for span in spans} == {(4, 10)}
    assert {tuple(span) for spans in found["spans"] for span in spans} == {(4, 10)}


def test_an_article_may_be_a_text(finished):
    text = "Patrol leaves\n\nThe patrol saved the road. The sun rose. The treaty failed."
    found = finished.model.read(text)
    assert found[["actor", "kind"]].values.tolist() == [
        ["patrol", "headline"],
        ["patrol", "body"],
        ["treaty", "body"],
    ]


def test_what_is_known_of_articles_travels_along(finished):
    table = pd.DataFrame({"document": ["x"], "text": [LINES[0]], "source": ["Gazette"]})
    assert finished.model.read(table)["source"].tolist() == ["Gazette"]


def test_articles_about_nobody_give_no_rows(finished):
    for articles in ("The sun rose.", "", []):
        found = finished.model.read(articles)
        assert found.empty and {"actor", "predicted", *STANCES} <= set(found)


def test_articles_without_text_are_told(finished):
    with pytest.raises(StanceError, match="lacks 'document'; found: body"):
        finished.model.read(pd.DataFrame({"body": ["x"]}))


# Ready sentences --------------------------------------------------------------------------------


def test_a_run_of_ready_sentences_finds_an_actor_by_its_name(ready):
    row = ready.model.predict("Dan Poe failed us.", actor="Dan Poe").iloc[0]
    assert row[["spans", "voice", "predicted"]].tolist() == [[[0, 7]], "", "against"]


def test_it_needs_actors_to_read_articles(ready):
    with pytest.raises(StanceError, match="trained on ready sentences and has no actors"):
        ready.model.read("Dan Poe failed us.")
    assert ready.model.read("Dan Poe failed us.", actors="Dan Poe")["predicted"].tolist() == [
        "against"
    ]


# Scikit-learn -----------------------------------------------------------------------------------


def test_scikit_learn_sees_a_pipeline(finished):
    X, y = finished.examples, finished.examples["label"]
    copy = clone(finished.model)
    assert copy.get_params()["actors"] == finished.config["actors"]
    assert len(cross_val_score(copy, X, y, cv=3, scoring="f1_macro")) == 3
    assert copy.fit(X, y).score(X, y) > 0.9
    moved = permutation_importance(copy, X, y, n_repeats=1, random_state=0).importances_mean
    assert moved[X.columns.get_loc("text")] > 0 == moved[X.columns.get_loc("document")]
    assert copy[:-1].transform(X).shape[0] == len(X)


# Faces ------------------------------------------------------------------------------------------


def test_predictions_show_themselves(finished):
    found = finished.model.predict(["The <b>patrol</b> saved the road."], actor="patrol")
    page = found._repr_html_()
    assert "The &lt;b&gt;<mark>patrol</mark>&lt;/b&gt; saved" in page and "<b>" not in page
    assert "toward patrol, held by the author" in page and page.count("em;") >= 3
    assert repr(found).startswith("favor   0.")
    assert "The <b>[patrol]</b> saved the road.  (patrol, author)" in repr(found)


def test_parts_of_predictions_show_as_tables(finished):
    found = finished.model.predict(LINES, actor="patrol")
    assert isinstance(found[found["favor"] > 0.5], Predictions)
    assert "<table" in found[["actor", "favor"]]._repr_html_()
    assert "patrol" in repr(found[["actor", "favor"]])


def test_long_tables_are_shown_in_part(finished):
    found = finished.model.predict(LINES * 10, actor="patrol")
    assert "… and 5 more rows" in found._repr_html_() and "… and 5 more rows" in repr(found)


def test_a_run_shows_its_score_beside_the_baselines_and_its_figures(finished):
    page = finished._repr_html_()
    assert page.count("data:image/png;base64,") == len(finished.figures)
    assert "majority" in page and "1.000 [1.000, 1.000]" in page
