import json
import pickle
import zipfile

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from stance import CONF, store
from stance.config import build, compose, plain
from stance.errors import StanceError
from stance.features import Cues, Words, union
from stance.model import pipeline

ROWS = pd.DataFrame(
    {"text": ["The mission helped.", "The mission failed."], "spans": [[[4, 11]], [[4, 11]]]}
)


def fitted():
    return pipeline(Words(min_df=1), LogisticRegression()).fit(ROWS, ["favor", "against"])


def write(folder):
    (folder / "run.json").write_text(
        json.dumps({"name": "toy", "id": "1", "start": "", "seconds": 1, "overrides": ["seed=1"]})
    )
    score = {"metric": "f1_macro", "scope": "overall", "group": "all", "value": 0.5, "low": 0.4}
    pd.DataFrame([score | {"high": 0.6, "n": 9}]).to_csv(folder / "scores.csv", index=False)


def test_a_run_appears_whole_and_latest_points_at_it(tmp_path):
    for identity in ("2026-01-01", "2026-01-02"):
        store.save(tmp_path, identity, write)
    assert store.load(tmp_path / "latest").folder.name == "2026-01-02"
    assert repr(store.load(tmp_path / "2026-01-01")).endswith("f1_macro=0.500 [0.400, 0.600], n=9)")


def test_latest_never_turns_to_an_older_run(tmp_path):
    for identity in ("2026-01-02", "2026-01-01"):
        store.save(tmp_path, identity, write)
    assert store.load(tmp_path / "latest").folder.name == "2026-01-02"


def test_without_links_latest_is_the_newest_by_name(tmp_path):
    for identity in ("2026-01-01", "2026-01-02"):
        store.save(tmp_path, identity, write)
    (tmp_path / "latest").unlink()
    assert store.load(tmp_path / "latest").folder.name == "2026-01-02"


def test_a_run_that_breaks_off_leaves_nothing(tmp_path):
    def broken(folder):
        write(folder)
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        store.save(tmp_path, "2026-01-01", broken)
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_folder_is_no_run(tmp_path):
    hidden = tmp_path / "a" / ".2026.part"
    hidden.mkdir(parents=True)
    write(hidden)
    assert store.runs(tmp_path).empty
    with pytest.raises(StanceError, match="is no finished run: it has no run.json"):
        store.load(tmp_path / "a" / "2026")
    with pytest.raises(StanceError, match="is no finished run: it was never finished"):
        store.load(hidden)


def test_a_run_that_was_copied_in_part_is_told(tmp_path):
    run = store.save(tmp_path, "2026-01-01", write)
    with pytest.raises(StanceError, match=r"lacks its predictions\.parquet; copy it again, whole"):
        run.predictions  # noqa: B018
    with pytest.raises(StanceError, match=r"model\.skops does not exist"):
        run.model  # noqa: B018


def test_a_run_shows_itself_with_its_figures(tmp_path):
    run = store.save(tmp_path, "2026-01-01", write)
    (run.folder / "figures").mkdir()
    (run.folder / "figures" / "scores.png").write_bytes(b"image")
    page = run._repr_html_()
    assert "toy, 1" in page and "0.500 [0.400, 0.600]" in page and "base64,aW1hZ2U=" in page


def test_runs_are_listed_with_their_scores(tmp_path):
    store.save(store.make(tmp_path / "toy"), "2026-01-01", write)
    listed = store.runs(tmp_path)
    assert listed[["name", "f1_macro", "n", "overrides"]].values.tolist() == [
        ["toy", 0.5, 9, "seed=1"]
    ]


def test_a_model_comes_back_as_it_was(tmp_path):
    store.save_model(fitted(), tmp_path / "model.skops")
    back = store.load_model(tmp_path / "model.skops")
    assert (back.predict_proba(ROWS) == fitted().predict_proba(ROWS)).all()


@pytest.mark.parametrize("name", sorted(path.stem for path in (CONF / "model").glob("*.yaml")))
def test_every_model_on_offer_comes_back_as_it_was(name, tmp_path):
    node = plain(compose("run", [f"model={name}"]).model)
    node.pop("tune", None)
    rows = pd.concat([ROWS] * 15, ignore_index=True)
    learner = pipeline(union({"words": Words(), "cues": Cues()}), build(node))
    trained = learner.fit(rows, ["favor", "against"] * 15)
    store.save_model(trained, tmp_path / "model.skops")
    back = store.load_model(tmp_path / "model.skops")
    assert (back.predict_proba(ROWS) == trained.predict_proba(ROWS)).all()


def test_a_missing_model_is_told(tmp_path):
    with pytest.raises(StanceError, match=r"model\.skops does not exist"):
        store.load_model(tmp_path / "model.skops")


def test_a_damaged_model_is_told(tmp_path):
    path = tmp_path / "model.skops"
    store.save_model(fitted(), path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(StanceError, match="is no model that can be read"):
        store.load_model(path)


def test_a_model_with_foreign_types_runs_nothing(tmp_path):
    path = tmp_path / "model.skops"
    store.save_model(fitted(), path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(files["schema.json"])
    schema["__module__"], schema["__class__"] = "os", "system"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (files | {"schema.json": json.dumps(schema)}).items():
            archive.writestr(name, content)
    with pytest.raises(StanceError, match=r"holds types that no model of stance holds: os\.system"):
        store.load_model(path)


def test_a_pickle_in_disguise_is_refused(tmp_path):
    path = tmp_path / "model.skops"
    path.write_bytes(pickle.dumps(fitted()))
    with pytest.raises(StanceError, match="is no model that can be read"):
        store.load_model(path)


def test_an_output_folder_that_cannot_be_written_is_told_before_the_work(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StanceError, match=r"file/x cannot be written: .*file is a file\. Choose"):
        store.writable(tmp_path / "file" / "x")
    assert store.writable(tmp_path / "new" / "deep") and not (tmp_path / "new").exists()


def test_an_output_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StanceError, match="file/x cannot be written: Not a directory"):
        store.make(tmp_path / "file" / "x")
