"""Files as Label Studio 1.23 and doccano 1.8 write them, cut down to two or three items."""

import json
import zipfile

import pytest

from stance.annotate import answers
from stance.errors import StanceError

A, B = "a:0-29:patrol", "a:30-51:patrol"
TIME = "2026-03-01T10:00:00.186024Z"


def annotation(user, *labels, note=None, cancelled=False):
    """One annotation with every key that Label Studio gives it."""
    shared = {"to_name": "sentence", "origin": "manual"}
    choice = {"from_name": "stance", "type": "choices", "value": {"choices": list(labels)}}
    remark = {"from_name": "note", "type": "textarea", "value": {"text": [note]}}
    return {
        **{"id": 3, "completed_by": user, "was_cancelled": cancelled, "ground_truth": False},
        "result": [{**choice, **shared}] * bool(labels) + [{**remark, **shared}] * bool(note),
        **{"created_at": "2026-03-01T09:59:00.186007Z", "updated_at": TIME, "lead_time": 4.2},
        **{"draft_created_at": None, "prediction": {"id": 2, "result": [], "task": 2},
           "result_count": 1, "unique_id": "235a2296-322d-4e60-a966-ad42b8c703ea",
           "import_id": None, "last_action": None, "bulk_created": False, "task": 2, "project": 1,
           "updated_by": 1, "parent_prediction": None, "parent_annotation": None,
           "last_created_by": None},
    }  # fmt: skip


def task(number, mention, *annotations):
    """One task with every key that Label Studio gives it; its own id is not ours."""
    data = {"mention": mention, "actor": "Patrol", "holder": "author", "html": "<p>…</p>"}
    return {
        **{"id": number, "annotations": list(annotations), "drafts": [], "predictions": [2]},
        **{"data": data | {"probability": 0.25}, "meta": {}, "created_at": TIME},
        **{"updated_at": TIME, "allow_skip": True, "inner_id": number, "total_annotations": 2,
           "cancelled_annotations": 0, "total_predictions": 1, "comment_count": 0,
           "unresolved_comment_count": 0, "last_comment_updated_at": None, "project": 1,
           "updated_by": 2, "comment_authors": []},
    }  # fmt: skip


def read(folder, name, content, **choices):
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, "utf-8")
    return answers.read(path, **choices)


def short(votes):
    """The votes as (mention, annotator, label, note), those of untouched items left out."""
    given = votes.dropna(subset="label")
    return given[["mention", "annotator", "label", "note"]].values.tolist()


# Label Studio -------------------------------------------------------------------------------


def test_label_studio_json_with_two_annotators_and_a_note(tmp_path):
    content = [
        task(502, B, annotation(1, "against", note="irony?"), annotation(2, "neutral")),
        task(501, A, annotation(1, "favor")),
    ]
    votes = read(tmp_path, "project-1.json", content)
    assert short(votes) == [
        [B, "user-1", "against", "irony?"],
        [B, "user-2", "neutral", ""],
        [A, "user-1", "favor", ""],
    ]
    assert set(votes["time"]) == {TIME} and set(votes["probability"]) == {"0.25"}


def test_label_studio_users_are_emails_or_get_names(tmp_path):
    users = [{"id": n, "email": f"{n}@x.org", "first_name": "", "last_name": ""} for n in (1, 2)]
    content = [task(1, A, *(annotation(user, "favor") for user in users))]
    found = short(read(tmp_path, "x.json", content, annotators={"2@x.org": "ben"}))
    assert [row[1] for row in found] == ["1@x.org", "ben"]
    content = [task(1, A, annotation(7, "favor"))]
    assert short(read(tmp_path, "x.json", content, annotators={7: "gil"}))[0][1] == "gil"


def test_cancelled_and_skipped_are_kept_apart_and_untouched_is_no_vote(tmp_path):
    content = [
        task(1, A, annotation(1, "favor", cancelled=True), annotation(2, note="unclear")),
        task(2, B),
    ]
    votes = read(tmp_path, "x.json", content)
    assert short(votes) == [[A, "user-1", "", "cancelled"], [A, "user-2", "", "skipped: unclear"]]
    assert votes["label"].isna().sum() == 1


def test_label_studio_json_min_and_csv_say_the_same(tmp_path):
    rest = {"id": 1, "annotator": 2, "annotation_id": 9, "created_at": TIME, "updated_at": TIME}
    rows = [
        {"mention": A, "probability": 0.25, "stance": "favor", "note": "sure", **rest},
        {"mention": B, "probability": 0.25, **rest},  # submitted without a choice
    ]
    wanted = [[A, "user-2", "favor", "sure"], [B, "user-2", "", "skipped"]]
    assert short(read(tmp_path, "min.json", rows)) == wanted
    table = (
        '"annotation_id","annotator","id","mention","note","probability","stance","updated_at"\n'
        f'9,"2",1,"{A}","sure",0.25,"favor","{TIME}"\n9,"2",1,"{B}","",0.25,"","{TIME}"\n'
    )
    votes = read(tmp_path, "ls.csv", table)
    assert short(votes) == wanted and set(votes["time"]) == {TIME}


# doccano ------------------------------------------------------------------------------------

LINES = [  # its own ids, another order than ours, meta data flat, labels always in a list
    {"id": 2993, "text": "…", "mention": B, "probability": 0.25, "label": [], "Comments": []},
    {"id": 2992, "text": "…", "mention": A, "probability": 0.25, "suggested": "neutral",
     "label": ["favor"], "Comments": ["or neutral"]},
]  # fmt: skip


def jsonl(rows):
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def test_doccano_jsonl_is_of_whom_the_file_is_named_after(tmp_path):
    votes = read(tmp_path, "anna.jsonl", jsonl(LINES))
    assert short(votes) == [[A, "anna", "favor", "or neutral"]]
    assert votes["label"].isna().sum() == 1  # doccano does not say whether it was skipped


def test_doccano_zip_has_a_file_for_each_annotator(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as pack:
        pack.writestr("ben.jsonl", jsonl([LINES[1] | {"label": ["skip"], "Comments": []}]))
        pack.writestr("anna.jsonl", jsonl(LINES))
        pack.writestr("admin.jsonl", jsonl(LINES[:1]))
    votes = answers.read(tmp_path / "d.zip")
    assert short(votes) == [[A, "anna", "favor", "or neutral"], [A, "ben", "", "skipped"]]
    votes = answers.read(tmp_path / "d.zip", annotators={"ben": "Ben R."})
    assert short(votes)[1][1] == "Ben R."


def test_doccano_all_in_one_file_needs_an_annotator(tmp_path):
    with pytest.raises(StanceError, match=r"all\.jsonl does not say whose votes it holds"):
        read(tmp_path, "all.jsonl", jsonl(LINES))
    found = read(tmp_path, "all.jsonl", jsonl(LINES), annotator="team")
    assert short(found)[0][1] == "team"


def test_older_doccano_nests_the_meta_data(tmp_path):
    row = {"id": 5, "text": "…", "metadata": {"mention": A}, "label": ["against"]}
    assert short(read(tmp_path, "anna.jsonl", jsonl([row]))) == [[A, "anna", "against", ""]]


def test_doccano_json_and_csv(tmp_path):
    assert short(read(tmp_path, "anna.json", LINES)) == [[A, "anna", "favor", "or neutral"]]
    table = f"id,text,mention,label,Comments\n2992,…,{A},favor,or neutral\n"
    assert short(read(tmp_path, "anna.csv", table)) == [[A, "anna", "favor", "or neutral"]]


def test_labels_that_doccano_joined_cannot_be_told_apart(tmp_path):
    both = jsonl([LINES[1] | {"label": ["against", "favor"]}])
    with pytest.raises(StanceError, match=r"row 1 \(a:0-29:patrol\) has 2 labels: against, favor"):
        read(tmp_path, "all.jsonl", both)


# Sheets -------------------------------------------------------------------------------------


def test_a_sheet_in_any_case_sorted_anew_with_the_marks_of_another_country(tmp_path):
    table = f"label;note;mention;probability\nNeutral ;;{B};0,5\n FAVOR;;{A};0,25\nskip;;{A};1\n"
    votes = read(tmp_path, "anna.csv", "\ufeff" + table)
    assert [row[2:] for row in short(votes)] == [["neutral", ""], ["favor", ""], ["", "skipped"]]
    assert votes["probability"].tolist() == ["0.5", "0.25", "1"]


def test_a_sheet_may_say_whose_each_row_is_and_when(tmp_path):
    table = f"mention,label,annotator,time\n{A},favor,ann,2026-03-01\n{A},neutral,,\n"
    votes = read(tmp_path, "ben.csv", table)
    assert votes["annotator"].tolist() == ["ann", "ben"]
    assert votes["time"].tolist() == ["2026-03-01", ""]


def test_a_workbook(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (
        ["mention", "label", "note", "probability", None],
        [A, "favor", None, 0.25],
        [None],
    ):
        book.active.append(row)
    book.save(tmp_path / "anna.xlsx")
    votes = answers.read(tmp_path / "anna.xlsx")
    assert short(votes) == [[A, "anna", "favor", ""]] and votes["probability"].tolist() == ["0.25"]


def test_a_word_that_a_program_emptied_is_no_skipped_item(tmp_path):
    table = f"mention,label\n{A},favor\n{B},\n"
    with pytest.raises(
        StanceError, match=r"row 2 \(a:30.*label is empty \(1 of 2.*\"None\" or \"N"
    ):
        read(tmp_path, "anna.csv", table)
    votes = read(tmp_path, "anna.csv", table, partial=True)
    assert short(votes) == [[A, "anna", "favor", ""]]


def test_the_word_none_is_what_the_corpus_says_it_is(tmp_path):
    table = f"mention,label\n{A},None\n"
    assert short(read(tmp_path, "a.csv", table, labels={"none": "neutral"}))[0][2] == "neutral"
    with pytest.raises(StanceError, match="row 1 .*unknown label 'None'"):
        read(tmp_path, "a.csv", table)


# Errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", [task(1, "", annotation(1, "favor"))], "x.json, row 1, has no `mention`.*anoth"),
        ("x.csv", "text,label\nhi,favor\n", "has no `mention`.*found: text, label"),
        ("x.csv", f"mention,labels\n{A},favor\n", "no column 'label'. Did you mean 'labels'"),
        ("x.json", [task(1, A, annotation(1, "favour"))], "unknown label 'favour'.*mean 'favor'"),
        ("x.json", {"tasks": []}, "x.json is no list of items"),
        ("x.json", "[{]", "x.json is no JSON"),
        ("x.json", [], "x.json holds no items"),
        ("x.docx", "hello", "x.docx is no file that can be imported. Wanted an export of Label"),
        ("x.zip", "hello", "x.zip cannot be unpacked"),
        ("x.xlsx", "hello", "x.xlsx is no workbook|pip install 'stance"),
    ],
)
def test_what_cannot_be_read_is_told(name, content, words, tmp_path):
    with pytest.raises(StanceError, match=words):
        read(tmp_path, name, content)
