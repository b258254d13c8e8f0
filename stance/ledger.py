"""The ledger: who voted for which stance on which mention, and when.

People, rules and language models are annotators alike, and a row is one vote:
`mention, annotator, label, time, note, probability`. The label is a stance, or "" for an item that
was skipped or cancelled (`note` says why): that is never a vote for neutral. `probability` is the
chance with which the mention was drawn for labelling, missing where nobody recorded it. Further
columns, such as the holder an annotator named, travel along.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from stance import columns, files
from stance.errors import StanceError, nearest
from stance.labels import gold
from stance.tables import STANCES

COLUMNS = ("mention", "annotator", "label", "time", "note", "probability")
PLACE = ["document", "start", "end", "actor"]
"""What a mention's id is made of; a file of annotations holds these columns in its stead."""

ADJUDICATOR = "adjudicator"
"""The annotator who settles what others disagree about."""


def read(path: str | Path | None, labels: Mapping[Any, str] | None = None) -> pd.DataFrame:
    """Read a ledger as it stands → votes, checked.

    Needed are `mention` (or `document, start, end, actor`), `annotator` and `label` (or `stance`).
    ``labels`` maps other label words to stances, as a corpus's own `labels` do. An empty cell is a
    skipped item, also where a spreadsheet made it of the word "None".

    Raises StanceError for a missing file or column, an unknown label, and what `check` refuses.
    """
    if not path:
        raise StanceError(
            "labels=votes needs a ledger of votes, as in labels.path=votes.csv; its columns are "
            f"{', '.join(COLUMNS[:3])} and, if known, {', '.join(COLUMNS[3:])}."
        )
    file = files.locate(path)
    table = columns.read(file)
    if "label" not in table and "stance" in table:
        table = table.rename(columns={"stance": "label"})
    if "mention" not in table and set(PLACE) <= set(table):
        table["mention"] = _id(table)
        table = table.drop(columns=PLACE)
    columns.require(table, COLUMNS[:3], file)
    table["label"] = columns.stances(_words(table["label"]), labels or {}, file)
    return check(table, file)


def check(votes: pd.DataFrame, where: object = "the votes") -> pd.DataFrame:
    """Put the ledger's own columns first and return it, if every row is a vote or a skipped item.

    Raises StanceError for a row without mention or annotator, a label that is no stance, a
    probability that is none, and two votes of one annotator on one mention.

    >>> twice = pd.DataFrame({"mention": "m", "annotator": "ann", "label": ["favor", "neutral"]})
    >>> check(twice, "votes.csv")
    Traceback (most recent call last):
    ...
    stance.errors.StanceError: votes.csv: 'ann' voted twice on 'm': favor (row 1) and neutral
    (row 2). Keep one of them, or give the second reading an annotator name of its own.
    """
    columns.require(votes, COLUMNS[:3], where)
    table = votes.reset_index(drop=True)
    for column in COLUMNS[:5]:
        table[column] = _words(table[column]) if column in table else ""
    columns.filled(table, COLUMNS[:2], where)
    known = ("", *STANCES)
    if len(odd := table[~table["label"].isin(known)]):
        word = odd["label"].iloc[0]
        raise StanceError(
            f"{where}, row {odd.index[0] + 1}: unknown label {word!r}. {nearest(word, STANCES)} "
            "An item that was skipped has none."
        )
    table["probability"] = _probabilities(table, where)
    voted = table[table["label"] != ""]
    if len(again := voted[voted.duplicated(["mention", "annotator"])]):
        mention, annotator = again[["mention", "annotator"]].iloc[0]
        same = voted[(voted["mention"] == mention) & (voted["annotator"] == annotator)]
        first, second = (f"{row.label} (row {row.Index + 1})" for row in same[:2].itertuples())
        raise StanceError(
            f"{where}: {annotator!r} voted twice on {mention!r}: {first} and {second}. Keep one of "
            "them, or give the second reading an annotator name of its own."
        )
    return table[[*COLUMNS, *(column for column in table if column not in COLUMNS)]]


def match(votes: pd.DataFrame, mentions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tell the votes on mentions of this corpus from those on mentions it no longer has.

    A mention's id says its place. Where sentence ends moved and no mention has that id, the vote
    goes to the mention of its actor that shares the most characters, as annotations do. Returns
    the votes that found their mention, under its present id, and the lost ones as they were.
    """
    votes = votes.reset_index(drop=True)
    found = votes["mention"].where(votes["mention"].isin(mentions["mention"]))
    gone = votes[found.isna()]
    if len(gone):
        moved = pd.concat(
            [
                _nearest(part["mention"], mentions, taken=found[votes["annotator"] == annotator])
                for annotator, part in gone.groupby("annotator")
            ]
        )
        found = found.astype(object).where(found.notna(), moved)
    here = found.notna()
    return votes[here].assign(mention=found[here]), votes[~here]


def only(votes: pd.DataFrame, annotators: Sequence[str] | None) -> pd.DataFrame:
    """Keep the votes of some annotators; None keeps all. Raises StanceError for an unknown one."""
    if annotators is None:
        return votes
    known = set(votes["annotator"])
    for name in map(str, annotators):
        if name not in known:
            raise StanceError(f"{name!r} is no annotator of the ledger. {nearest(name, known)}")
    return votes[votes["annotator"].isin(list(map(str, annotators)))]


def cast(examples: pd.DataFrame, annotator: str) -> pd.DataFrame:
    """Make votes of labelled mentions: rules or a model as one more annotator.

    Which rules fired (the column `rules`) becomes the note; label with `abstain=drop`, so that
    silence casts no vote. The time is that of the call.
    """
    votes = examples[["mention", "label"]].assign(
        annotator=annotator,
        time=datetime.now().astimezone().isoformat(timespec="seconds"),
        note=examples.get("rules", ""),
    )
    return check(votes, f"the votes of {annotator}")


def append(path: str | Path, votes: pd.DataFrame) -> pd.DataFrame:
    """Add votes to a ledger (a new one if there is none) and return all it now holds.

    The file is written beside itself and swapped, so that it is never half there; meanwhile nobody
    else can add to it. Skipped items that it already lists are not listed again.

    Raises StanceError where a vote is there already, and where the file cannot be written.
    """
    target = Path(path).expanduser()
    hidden = target.with_name(f".{target.name}.part")
    try:
        with hidden.open("x", encoding="utf-8", newline="") as file:
            parts = [read(target), check(votes)] if target.exists() else [check(votes)]
            table = check(pd.concat(parts), f"{target} with the new votes")
            table = table[~((table["label"] == "") & table.duplicated())].reset_index(drop=True)
            table.to_csv(file, index=False, lineterminator="\n")
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(target)
    except FileExistsError:
        raise StanceError(
            f"Somebody else is adding votes to {target} right now; nothing was added. Try again, "
            f"or remove {hidden} if it was left by a process that was killed."
        ) from None
    except OSError as error:
        hidden.unlink(missing_ok=True)
        raise StanceError(f"{target} cannot be written: {error.strerror}.") from None
    except BaseException:
        hidden.unlink(missing_ok=True)
        raise
    return table


def queue(
    votes: pd.DataFrame, mentions: pd.DataFrame, adjudicator: str = ADJUDICATOR
) -> pd.DataFrame:
    """List every mention its annotators disagree about, in the corpus's order, to be settled.

    Columns: `mention, annotator, label, note` (label and note to be filled in, so that the table
    becomes a ledger of the adjudicator's votes), `document, actor`, `before`, `text` with the actor
    in [[ ]], `after`, `holder`, and `votes`: who said what, with their notes, skipped items too.
    Mentions that the adjudicator has settled are not listed again.

    >>> votes = pd.DataFrame({"mention": "m1", "annotator": ["ann", "bob"],
    ...     "label": ["favor", "neutral"], "note": ["", "or favor"]})
    >>> mentions = pd.DataFrame({"mention": ["m1"], "document": "a", "actor": "mission",
    ...     "text": "The mission stays.", "spans": [[[4, 11]]]})
    >>> queue(votes, mentions)[["text", "votes"]].values.tolist()
    [['The [[mission]] stays.', 'ann: favor; bob: neutral (or favor)']]
    """
    settled = votes.loc[(votes["annotator"] == adjudicator) & (votes["label"] != ""), "mention"]
    open_ = votes[(votes["annotator"] != adjudicator) & ~votes["mention"].isin(settled)]
    stances = open_[open_["label"] != ""].groupby("mention")["label"].nunique()
    torn = open_[open_["mention"].isin(stances.index[stances > 1])]
    said = torn["annotator"] + ": " + torn["label"].replace("", "skipped")
    if "note" in torn:
        said += (" (" + torn["note"] + ")").where(torn["note"] != "", "")
    table = mentions[mentions["mention"].isin(torn["mention"])].assign(
        annotator=adjudicator,
        label="",
        note="",
        text=lambda rows: [mark(*row) for row in zip(rows["text"], rows["spans"], strict=True)],
        votes=lambda rows: rows["mention"].map(said.groupby(torn["mention"]).agg("; ".join)),
    )
    order = ["mention", "annotator", "label", "note", "document", "actor"]
    order += [column for column in ("before", "text", "after", "holder") if column in table]
    return table[[*order, "votes"]].reset_index(drop=True)


def mark(
    text: str,
    spans: Sequence[Sequence[int]],
    marks: tuple[str, str] = ("[[", "]]"),
    plain: Callable[[str], str] = str,
) -> str:
    """Put marks around the actor; ``plain`` is done to the text inside and outside of them.

    >>> mark("The mission & us", [[4, 11]])
    'The [[mission]] & us'
    >>> from html import escape
    >>> mark("The mission & us", [[4, 11]], ("<mark>", "</mark>"), escape)
    'The <mark>mission</mark> &amp; us'
    """
    pieces, at = [], 0
    for start, end in sorted(map(tuple, spans)):
        if start >= at:
            pieces += [plain(text[at:start]), marks[0], plain(text[start:end]), marks[1]]
            at = end
    return "".join([*pieces, plain(text[at:])])


def listed(ids: Sequence[str], most: int = 5) -> str:
    """Name the first few of many, for a message.

    >>> listed(["m1", "m2", "m3"], most=2)
    'm1, m2 and 1 more'
    """
    names = list(ids)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(str, names[:most])) + more


def _nearest(ids: pd.Series, mentions: pd.DataFrame, taken: pd.Series) -> pd.Series:
    """The mention at the place of each id (one annotator's), by the ids' index; none twice."""
    free = mentions[(mentions["mention"] == _id(mentions)) & ~mentions["mention"].isin(taken)]
    place = ids.drop_duplicates().str.extract(r"^(.*):(\d+)-(\d+):(.*)$").dropna()
    place = place.set_axis(PLACE, axis=1).astype({"start": "int64", "end": "int64"})
    pairs = gold.pairs(free, place)
    return ids.map(dict(zip(ids.loc[pairs["row"]], pairs["mention"], strict=True)))


def _id(table: pd.DataFrame) -> pd.Series:
    """The mention's id that a place in a document makes, "a:0-20:mission"."""
    document, start, end, actor = (table[column].astype(str) for column in PLACE)
    return document + ":" + start + "-" + end + ":" + actor


def _words(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), "").astype(str).str.strip()


def _probabilities(table: pd.DataFrame, where: object) -> pd.Series:
    if "probability" not in table:
        return pd.Series(float("nan"), index=table.index)
    words = _words(table["probability"])
    numbers = pd.to_numeric(words, errors="coerce")
    wrong = (words != "") & (words != "nan") & ~((numbers > 0) & (numbers <= 1))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise StanceError(
            f"{where}, row {row + 1}: the sampling probability is {words.iloc[row]!r}; wanted a "
            "number above 0 and up to 1, or an empty cell."
        )
    return numbers.astype(float)
