"""Read a corpus: files, a table or a hub data set → documents.

A row is one article (`document, text`) or, in a table of ready sentences, one sentence with the
actor it is about (`document, text, actor` and, where known, `start, end, gold, holder, part`).
Raw data is only read. The line ends of articles become ``\\n`` once, here; every later offset
counts from there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from stance import columns, files
from stance.errors import StanceError, nearest
from stance.tables import check

PART = re.compile(r"(train|dev|validation|test)(-\d+-of-\d+)?(?=\.(csv|tsv|jsonl|parquet)(\.gz)?$)")
"""A table that is a part of its data set, by its file's name; some sets number their shards."""
MENTIONED = ("actor", "start", "end", "gold", "holder")
"""What a row says of one actor: columns of ready sentences only."""


def read(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """Read the corpus that a `corpus=` option describes.

    ``corpus`` holds `reader` (files, table or hub), `path` and the reader's own choices; see the
    comments in `conf/corpus/`. Returns documents, with all further columns of the source. Blank
    ones are left out; ``.attrs["blank"]`` counts them.

    Raises StanceError for a path that is missing or empty, bytes that are no text, a column that
    the table lacks, a label word without a stance, or two documents with one id.
    """
    reader = READERS.get(corpus["reader"])
    if reader is None:
        raise StanceError(f"corpus.reader={corpus['reader']}: {nearest(corpus['reader'], READERS)}")
    if not str(corpus["path"] or "").strip():
        raise StanceError("corpus.path is empty; give a file, a folder or a data set's name.")
    table = check(reader(corpus), "documents", str(corpus["path"]))
    blank = table["text"].str.strip() == ""
    if blank.all():
        raise StanceError(f"No text in {corpus['path']}; documents found: {len(table)}, all blank.")
    table = table[~blank]
    if corpus.get("metadata"):
        table = _join(table, files.locate(corpus["metadata"]))
    first = ["document", "text"]
    table = table[first + [column for column in table if column not in first]]
    table = table.reset_index(drop=True)
    table.attrs["blank"] = int(blank.sum())
    return table


def annotated(corpus: Mapping[str, Any]) -> pd.DataFrame | None:
    """Read the corpus's gold annotations, or give None where it names none.

    Columns: `document, start, end, actor, stance` and, if known, `holder`; offsets are the
    sentence's. Raises StanceError for a missing column or offset and an unknown label word.
    """
    if not corpus.get("annotations"):
        return None
    path = files.locate(corpus["annotations"])
    wanted = ["document", "start", "end", "actor", "stance"]
    columns.require(table := columns.read(path), wanted, path)
    table = columns.strings(table, path)
    table["stance"] = columns.stances(table["stance"], corpus.get("labels") or {}, path)
    for column in ("start", "end"):
        table[column] = columns.offsets(table[column], path)
    columns.filled(table, wanted[:-1], path)
    return table.astype({"start": "int64", "end": "int64"})


# Articles in files --------------------------------------------------------------------------


def _files(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """One article per text, Markdown or HTML file of a file, a folder or a glob."""
    base, found = files.find(files.locate(corpus["path"]), files.ARTICLES)
    rows = [files.article(path, corpus.get("encoding") or "auto") for path in found]
    table = pd.DataFrame(rows).fillna("")
    return table.assign(document=files.names(base, found))


# Tables and data sets -----------------------------------------------------------------------


def _table(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """A table, all tables of a folder or glob, or only its train, dev and test tables, if any."""
    path, encoding = files.locate(corpus["path"]), corpus.get("encoding") or "auto"
    _, found = files.find(path, files.TABLES)
    parts = {file: match for file in found if (match := PART.match(file.name))}
    if path.is_file() or not parts:
        return _join_up([(columns.read(file, encoding), file, "") for file in found], corpus)
    times = Counter((file.parent, match[0]) for file, match in parts.items())
    if twins := [key for key in times if times[key] > 1]:
        folder, part = twins[0]
        raise StanceError(f"{folder} holds two tables named {part!r}; keep one of them there.")
    return _join_up([(columns.read(f, encoding), f, m[1]) for f, m in parts.items()], corpus)


def _hub(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """A data set of the Hugging Face hub by its name, every split of it; or one saved in a folder.

    Numbered labels become the words that the data set gives them.
    """
    name = str(corpus["path"])
    folder = files.locate(name)
    saved = (folder / "dataset_dict.json").exists() or (folder / "state.json").exists()
    if folder.is_dir() and not saved:
        return _table(corpus)
    import datasets

    try:
        if saved:
            loaded = datasets.load_from_disk(str(folder))
        else:
            loaded = _download(name, corpus.get("configuration"))
    except Exception as error:  # the hub's client raises dozens of kinds; all mean the same here
        reason = (str(error).strip() or repr(error)).splitlines()[0].rstrip(".")
        raise StanceError(
            f"The data set {name!r} could not be loaded from the hub: {reason}. "
            "It needs the network or an earlier download; check the name, or, offline, save it "
            "as a file and read it with corpus=table."
        ) from None
    splits = loaded.items() if isinstance(loaded, dict) else [("", loaded)]
    return _join_up([(_spell_out(split), name, str(part)) for part, split in splits], corpus)


def _download(name: str, configuration: str | None) -> Any:
    """Load a hub data set; where the hub does not answer, what an earlier download left."""
    import datasets
    from huggingface_hub import dataset_info
    from huggingface_hub.errors import HfHubHTTPError

    offline = datasets.config.HF_HUB_OFFLINE
    try:
        dataset_info(name, timeout=10)
    except HfHubHTTPError:
        pass  # it answers, so loading can say better what is wrong
    except Exception:
        datasets.config.HF_HUB_OFFLINE = True  # or it would try again for half a minute
    try:
        return datasets.load_dataset(name, configuration)
    finally:
        datasets.config.HF_HUB_OFFLINE = offline


def _spell_out(split: Any) -> pd.DataFrame:
    """A split as a table, numbered labels as words."""
    table = split.to_pandas()
    for column, feature in split.features.items():
        if names := getattr(feature, "names", None):
            table[column] = table[column].map(dict(enumerate(names)))
    return table


def _join_up(
    tables: Sequence[tuple[pd.DataFrame, object, str]], corpus: Mapping[str, Any]
) -> pd.DataFrame:
    """Tables (table, where it was found, its part) → one, each row with its document."""
    arrange = _sentences if _ready(corpus) else _articles
    arranged = []
    for table, where, part in tables:
        table = columns.rename(table, corpus.get("columns") or {}, where)
        table = arrange(table, corpus, where)
        arranged.append(table.assign(part=part) if part and "part" not in table else table)
    table = pd.concat(arranged, ignore_index=True)
    if "document" not in table:
        table["document"] = table.get("id", pd.Series(range(1, len(table) + 1)))
    table = columns.strings(table, corpus["path"])
    if "part" in table:
        table["part"] = table["part"].replace("validation", "dev")
    columns.filled(table, ["document", *(["actor"] * _ready(corpus))], corpus["path"])
    twins = table["document"][table["document"].duplicated()]
    if len(twins) and not _ready(corpus):
        raise StanceError(
            f"Two rows of {corpus['path']} have the document id {twins.iloc[0]!r}; ids name one "
            "article each. For rows that are sentences of articles set corpus.rows=sentences."
        )
    return table


def _ready(corpus: Mapping[str, Any]) -> bool:
    """Whether the rows of a table are ready sentences."""
    rows = corpus.get("rows") or "documents"
    if rows not in ("documents", "sentences"):
        raise StanceError(f"corpus.rows={rows}: {nearest(rows, ('documents', 'sentences'))}")
    return rows == "sentences"


def _articles(table: pd.DataFrame, corpus: Mapping[str, Any], where: object) -> pd.DataFrame:
    """Rows as whole articles; what they say of single mentions is none of theirs."""
    mapped = corpus.get("columns") or {}
    if said := [column for column in MENTIONED if mapped.get(column)]:
        raise StanceError(
            f"corpus.columns.{said[0]} is for rows that are sentences; set corpus.rows=sentences, "
            "or leave it out to read whole articles."
        )
    columns.require(table, ["text"], where)
    table = columns.strings(table, where).drop(columns=list(MENTIONED), errors="ignore")
    return table.assign(text=table["text"].map(files.lines))


def _sentences(table: pd.DataFrame, corpus: Mapping[str, Any], where: object) -> pd.DataFrame:
    """Rows as ready sentences: labels in our words, offsets as whole numbers."""
    mapped = corpus.get("columns") or {}
    if corpus.get("actor") and not mapped.get("actor"):
        table = table.assign(actor=corpus["actor"])
    columns.require(table, ["text"], where)
    if "actor" not in table:
        raise StanceError(
            f"{where} has no column 'actor'. {nearest('actor', table.columns)} Name it with "
            "corpus.columns.actor=, or give all rows one actor with corpus.actor=."
        )
    table = columns.strings(table, where)
    if "gold" in table:
        table["gold"] = columns.stances(table["gold"], corpus.get("labels") or {}, where)
    for column in [column for column in ("start", "end") if column in table]:
        table[column] = columns.offsets(table[column], where)
    return table


def _join(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Add what a metadata table knows of each document (title, source, date, …); it knows best."""
    columns.require(known := columns.read(path), ["document"], path)
    known = columns.strings(known, path).drop(columns="text", errors="ignore")
    twins = known["document"][known["document"].duplicated()]
    if len(twins):
        raise StanceError(f"{path} tells of the document {twins.iloc[0]!r} twice; keep one row.")
    if not known["document"].isin(table["document"]).any():
        raise StanceError(
            f"{path} tells of none of the documents. Its column document should hold names such "
            f"as {table['document'].iloc[0]!r}; found: {', '.join(known['document'][:3])}."
        )
    shared = [column for column in known if column != "document" and column in table]
    joined = table.drop(columns=shared).merge(known, on="document", how="left")
    return columns.strings(joined, path)


READERS: dict[str, Callable[[Mapping[str, Any]], pd.DataFrame]] = {
    "files": _files,
    "table": _table,
    "hub": _hub,
}
