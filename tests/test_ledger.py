import pandas as pd
import pytest

from stance import DATA, ledger
from stance.errors import StanceError

MENTIONS = pd.DataFrame(
    [
        ("a:0-20:mission", "a", "mission", 0, 20, "The mission stays on."),
        ("a:21-40:mission", "a", "mission", 21, 40, "No mission helps us."),
        ("a:21-40:deal", "a", "deal", 21, 40, "The deal is signed."),
    ],
    columns=["mention", "document", "actor", "start", "end", "text"],
).assign(spans=[[[4, 11]], [[3, 10]], [[4, 8]]], before="", after="", holder="author")


def votes(*rows, columns=("mention", "annotator", "label")):
    return ledger.check(pd.DataFrame(rows, columns=list(columns)))


def write(tmp_path, text):
    path = tmp_path / "votes.csv"
    path.write_text(text, "utf-8")
    return path


def test_a_ledger_has_its_columns_first_and_keeps_the_rest(tmp_path):
    path = write(tmp_path, "holder,label,annotator,mention\nauthor,Favor,ann,a:0-20:mission\n")
    table = ledger.read(path)
    assert list(table) == [*ledger.COLUMNS, "holder"]
    row = table.iloc[0].drop("probability").tolist()
    assert row == ["a:0-20:mission", "ann", "favor", "", "", "author"]
    assert table["probability"].isna().all()


def test_annotations_of_several_are_a_ledger(tmp_path):
    header = "document,start,end,actor,annotator,stance,holder,note\n"
    table = ledger.read(write(tmp_path, header + "a,0,20,mission,ann,favor,author,or neutral\n"))
    assert table[["mention", "label", "note"]].values.tolist() == [
        ["a:0-20:mission", "favor", "or neutral"]
    ]


def test_label_words_are_mapped(tmp_path):
    path = write(tmp_path, "mention;annotator;label\nm1;ann;Pro\nm1;bob;None\n")
    table = ledger.read(path, {"pro": "favor", "none": "neutral"})
    assert table["label"].tolist() == ["favor", "neutral"]


def test_an_empty_cell_is_a_skipped_item(tmp_path):
    path = write(tmp_path, "mention,annotator,label,note\nm1,ann,,cancelled\nm2,ann, ,\n")
    table = ledger.read(path)
    assert table["label"].tolist() == ["", ""]
    assert table["note"].tolist() == ["cancelled", ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mention,annotator,label\nm1,ann,favor\nm2,ann,None\n", "'None' in .*csv, row 2 .*Map it"),
        ("mention,annotator,label\nm1,,favor\n", "row 1, has no annotator"),
        ("mention,label\nm1,favor\n", "has no column 'annotator'"),
        (
            "mention,annotator,label\nm1,ann,favor\nm2,ann,favor\nm1,ann,against\n",
            r"'ann' voted twice on 'm1': favor \(row 1\) and against \(row 3\). Keep one",
        ),
        (
            "mention,annotator,label,probability\nm1,ann,favor,0.1\nm2,ann,favor,1.5\n",
            "row 2: the sampling probability is '1.5'; wanted a number above 0",
        ),
    ],
)
def test_bad_rows_are_named(text, words, tmp_path):
    with pytest.raises(StanceError, match=words):
        ledger.read(write(tmp_path, text))


def test_a_ledger_that_nobody_named_is_asked_for():
    with pytest.raises(StanceError, match="needs a ledger of votes, as in labels.path=votes.csv"):
        ledger.read(None)


def test_an_unknown_label_of_a_program_is_told():
    with pytest.raises(StanceError, match="row 1: unknown label 'favour'. Did you mean 'favor'"):
        votes(("m1", "ann", "favour"))


def test_a_skip_beside_a_later_vote_is_no_double_vote():
    assert len(votes(("m1", "ann", ""), ("m1", "ann", "favor"))) == 2


def test_votes_find_their_mentions_by_id_and_lost_ones_are_set_aside():
    cast = votes(
        ("a:0-20:mission", "ann", "favor"),
        ("a:90-99:mission", "ann", "favor"),
        ("b:0-20:mission", "bob", "favor"),
        ("no place", "bob", "favor"),
    )
    kept, lost = ledger.match(cast, MENTIONS)
    assert kept["mention"].tolist() == ["a:0-20:mission"]
    assert lost["mention"].tolist() == ["a:90-99:mission", "b:0-20:mission", "no place"]


def test_moved_sentence_ends_do_not_lose_a_vote():
    cast = votes(
        ("a:19-39:mission", "ann", "favor"),
        ("a:22-40:mission", "bob", "against"),
        ("a:22-40:deal", "bob", ""),
    )
    kept, lost = ledger.match(cast, MENTIONS)
    assert kept[["mention", "annotator", "label"]].values.tolist() == [
        ["a:21-40:mission", "ann", "favor"],
        ["a:21-40:mission", "bob", "against"],
        ["a:21-40:deal", "bob", ""],
    ]
    assert lost.empty


def test_a_moved_vote_never_doubles_another_of_its_annotator():
    cast = votes(
        ("a:0-20:mission", "ann", "favor"),
        ("a:1-9:mission", "ann", "against"),
        ("a:21-30:mission", "ann", "favor"),
        ("a:31-40:mission", "ann", "neutral"),
    )
    kept, lost = ledger.match(cast, MENTIONS)
    assert kept["mention"].tolist() == ["a:0-20:mission", "a:21-40:mission"]
    assert lost["mention"].tolist() == ["a:1-9:mission", "a:31-40:mission"]


def test_ready_sentences_are_matched_by_id_alone():
    given = pd.DataFrame(
        {"mention": ["a:7:mission"], "document": "a", "actor": "mission", "start": 0, "end": 30}
    )
    cast = votes(("a:7:mission", "ann", "favor"), ("a:0-9:mission", "ann", "favor"))
    kept, lost = ledger.match(cast, given)
    assert (kept["mention"].tolist(), lost["mention"].tolist()) == (
        ["a:7:mission"],
        ["a:0-9:mission"],
    )


def test_some_annotators_can_be_chosen():
    cast = votes(("m1", "ann", "favor"), ("m1", "bob", "favor"), ("m1", "rules", "against"))
    assert ledger.only(cast, ["ann", "bob"])["annotator"].tolist() == ["ann", "bob"]
    assert ledger.only(cast, None) is cast
    with pytest.raises(StanceError, match="'rule' is no annotator of the ledger. Did you mean 'ru"):
        ledger.only(cast, ["rule"])


def test_rules_are_one_more_annotator():
    labelled = pd.DataFrame({"mention": ["m1"], "label": ["favor"], "rules": ["need, credit"]})
    row = ledger.cast(labelled, "rules").iloc[0]
    assert row[["mention", "annotator", "label", "note"]].tolist() == [
        *("m1", "rules", "favor", "need, credit")
    ]
    assert pd.Timestamp(row["time"]).tzinfo


def test_votes_are_added_and_read_back(tmp_path):
    path = tmp_path / "votes.csv"
    ledger.append(path, votes(("m1", "ann", "favor"), ("m2", "ann", "")))
    rated = votes(("m1", "bob", "neutral", 0.25), columns=(*ledger.COLUMNS[:3], "probability"))
    table = ledger.append(path, rated.assign(holder="Ann Lee"))
    assert table["label"].tolist() == ["favor", "", "neutral"]
    assert table["probability"].tolist()[2] == 0.25
    pd.testing.assert_frame_equal(ledger.read(path), table.fillna({"holder": ""}))
    assert [file.name for file in tmp_path.iterdir()] == ["votes.csv"]


def test_the_same_skipped_items_are_listed_once(tmp_path):
    skipped = votes(("m1", "ann", ""))
    ledger.append(tmp_path / "votes.csv", skipped)
    assert len(ledger.append(tmp_path / "votes.csv", skipped)) == 1


def test_a_refused_vote_leaves_the_ledger_as_it_was(tmp_path):
    path = tmp_path / "votes.csv"
    ledger.append(path, votes(("m1", "ann", "favor")))
    before = path.read_bytes()
    with pytest.raises(StanceError, match=r"with the new votes: 'ann' voted twice on 'm1': favor"):
        ledger.append(path, votes(("m2", "ann", "favor"), ("m1", "ann", "neutral")))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["votes.csv"]


def test_two_cannot_add_at_once(tmp_path):
    (tmp_path / ".votes.csv.part").touch()
    with pytest.raises(StanceError, match="Somebody else is adding votes.*nothing was added"):
        ledger.append(tmp_path / "votes.csv", votes(("m1", "ann", "favor")))
    assert [file.name for file in tmp_path.iterdir()] == [".votes.csv.part"]


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(StanceError, match="cannot be written: No such file or directory"):
        ledger.append(tmp_path / "nowhere" / "votes.csv", votes(("m1", "ann", "favor")))


def test_the_queue_lists_disagreements_with_context_and_becomes_a_ledger(tmp_path):
    cast = votes(
        ("a:21-40:deal", "ann", "favor", ""),
        ("a:21-40:deal", "bob", "favor", ""),
        ("a:21-40:mission", "ann", "against", ""),
        ("a:21-40:mission", "bob", "neutral", "or against"),
        ("a:21-40:mission", "eve", "", "unclear"),
        columns=(*ledger.COLUMNS[:3], "note"),
    )
    queue = ledger.queue(cast, MENTIONS)
    assert queue[["mention", "text", "holder", "votes"]].values.tolist() == [
        [
            "a:21-40:mission",
            "No [[mission]] helps us.",
            "author",
            "ann: against; bob: neutral (or against); eve: skipped (unclear)",
        ]
    ]
    path = tmp_path / "queue.csv"
    queue.assign(label="against", note="rule 1").to_csv(path, index=False)
    settled = pd.concat([cast, ledger.read(path)[list(ledger.COLUMNS)]])
    assert ledger.queue(ledger.check(settled), MENTIONS).empty


def test_the_embedded_votes_are_a_ledger():
    table = ledger.read("stance:karabakh/votes.csv")
    assert (DATA / "karabakh" / "votes.csv").is_file()
    assert len(table) == 1600 and set(table["annotator"]) == {"a", "b"}
