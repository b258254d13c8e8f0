import csv
import io
import json
import sys
from xml.etree import ElementTree

import pandas as pd
import pytest

from stance.annotate import tasks
from stance.errors import StanceError

ITEMS = pd.DataFrame(
    [
        {
            **{"mention": "a:0-29:patrol", "actor": "Border patrol", "holder": "author"},
            **{"text": "The patrol saved the village.", "spans": [[4, 10]]},
            **{"before": "", "after": "It <b>left</b> & won.", "label": "favor"},
            "probability": 0.25,
        },
        {
            **{"mention": "a:30-51:patrol", "actor": "Border patrol", "holder": "Ann Bly"},
            **{"text": "=<i>patrol</i> – patrol!", "spans": [[4, 10], [17, 23]]},
            **{"before": "- So.", "after": "", "label": "", "probability": float("nan")},
        },
    ]
)


def written(folder, form, **choices):
    return [path.read_bytes() for path in tasks.write(ITEMS, folder, form, **choices)]


def test_label_studio_gets_tasks_with_our_label_as_prediction(tmp_path):
    first, second = json.loads(written(tmp_path, "labelstudio")[0])
    assert first["data"] == {
        **{"mention": "a:0-29:patrol", "actor": "Border patrol", "holder": "author"},
        "probability": 0.25,
        "html": "<p>The <mark>patrol</mark> saved the village.</p>"
        "<p><small>It &lt;b&gt;left&lt;/b&gt; &amp; won.</small></p>",
    }
    (result,) = first["predictions"][0]["result"]
    assert result == {
        **{"from_name": "stance", "to_name": "sentence", "type": "choices"},
        "value": {"choices": ["favor"]},
    }
    assert second["predictions"] == [] and "probability" not in second["data"]


def test_no_text_can_bring_html_of_its_own(tmp_path):
    second = json.loads(written(tmp_path, "labelstudio")[0])[1]["data"]["html"]
    assert second == (
        "<p><small>- So.</small></p>"
        "<p>=&lt;i&gt;<mark>patrol</mark>&lt;/i&gt; – <mark>patrol</mark>!</p>"
    )


def test_the_interface_names_what_the_tasks_use(tmp_path):
    found, interface = written(tmp_path, "labelstudio")
    view = ElementTree.fromstring(interface)
    data = json.loads(found)[0]["data"]
    used = {w.strip(":,") for e in view.iter() for w in e.get("value", "").split() if w[0] == "$"}
    assert {word[1:] for word in used} <= set(data)
    choices = view.find("Choices")
    assert (choices.get("name"), choices.get("toName")) == ("stance", "sentence")
    assert [c.get("value") for c in choices] == ["favor", "against", "neutral"]
    assert not {e.get("name") for e in view.iter()} & set(data)  # JSON-MIN mixes the two


def test_doccano_gets_lines_with_meta_data_and_no_label_of_ours(tmp_path):
    lines, labels = written(tmp_path, "doccano")
    assert lines.isascii()
    first, second = map(json.loads, lines.decode().splitlines())
    assert first == {
        "text": "The [[patrol]] saved the village.\n\nIt <b>left</b> & won.",
        **{"label": [], "mention": "a:0-29:patrol", "actor": "Border patrol", "holder": "author"},
        **{"probability": 0.25, "suggested": "favor"},
    }
    assert set(second) == {"text", "label", "mention", "actor", "holder"}
    words = [(label["text"], label["suffix_key"]) for label in json.loads(labels)]
    assert words == [("favor", "f"), ("against", "a"), ("neutral", "n"), ("skip", "s")]


def test_a_sheet_suggests_beside_an_empty_label(tmp_path):
    (content,) = written(tmp_path, "csv")
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert first["sentence"] == "The [[patrol]] saved the village."
    assert [first[key] for key in ("suggested", "label", "probability")] == ["favor", "", "0.25"]
    assert [second[key] for key in ("before", "probability")] == ["' - So.", ""]
    assert second["sentence"].startswith("' =<i>")


@pytest.mark.parametrize("form", ["labelstudio", "doccano", "csv"])
def test_people_can_be_kept_unswayed(form, tmp_path):
    assert b"favor" in written(tmp_path, form)[0]
    (tmp_path / "blind").mkdir()
    assert b"favor" not in written(tmp_path / "blind", form, suggest=False)[0]


def test_a_workbook_has_a_list_to_choose_from_and_a_header_that_stays(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    (path,) = tasks.write(ITEMS, tmp_path, "xlsx")
    page = openpyxl.load_workbook(path).active
    names = [cell.value for cell in page[1]]
    assert names == list(tasks.SHEET) and page.freeze_panes == "A2"
    (rule,) = page.data_validations.dataValidation
    letter = "ABCDEFGHIJ"[names.index("label")]
    assert (rule.formula1, str(rule.sqref)) == (
        '"favor,against,neutral,skip"',
        f"{letter}2:{letter}3",
    )
    sentence = page.cell(3, names.index("sentence") + 1)
    assert (sentence.data_type, sentence.value[0]) == ("s", "=")
    assert page.column_dimensions["D"].width == tasks.SHEET["sentence"]


def test_a_control_character_does_not_spoil_a_workbook(tmp_path):
    pytest.importorskip("openpyxl")
    tasks.write(ITEMS.assign(before="a\x0bb"), tmp_path, "xlsx")


def test_without_openpyxl_the_line_that_installs_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(StanceError, match=r"pip install 'stance\[annotate\]'"):
        tasks.write(ITEMS, tmp_path, "xlsx")


def test_what_somebody_may_have_labelled_in_is_not_overwritten(tmp_path):
    tasks.write(ITEMS, tmp_path, "csv")
    with pytest.raises(StanceError, match=r"sheet\.csv exists, and somebody may have labelled"):
        tasks.write(ITEMS, tmp_path, "csv")


def test_an_unknown_format_is_told(tmp_path):
    with pytest.raises(StanceError, match="format=label_studio is no format. Did you mean 'labels"):
        tasks.write(ITEMS, tmp_path, "label_studio")
    assert not list(tmp_path.iterdir())
