"""Read a corpus: files, a table or a hub data set → documents.

A row is one article (`document, text`) or, in a table of ready sentences, one sentence with the
actor it is about (`document, text, actor` and, where known, `start, end, gold, holder, part`).
Raw data is only read. The line ends of articles become ``\\n`` once, here; every later offset
counts from there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from stance import files
from stance.errors import StanceError, nearest
from stance.tables import STANCES, check

ARTICLES = (".txt", ".md", ".html", ".htm")
PART = re.compile(r"(train|dev|validation|test)(-\d+-of-\d+)?(?=\.(csv|tsv|jsonl|parquet)(\.gz)?$)")
"""A table that is a part of its data set, by its file's name; some sets number their shards."""
KNOWN = ("title", "source", "date", "url", "language")
WORDS = ("document", "text", *KNOWN, "id", "part", "actor", "gold", "holder")
"""Columns that hold strings, "" where nothing is known, in whatever form a source keeps them."""
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
        raise StanceError(f"No text in {corpus['path']}: all {len(table)} documents are blank.")
    table = table[~blank]
    if corpus.get("metadata"):
        table = _join(table, files.locate(corpus["metadata"]))
    table = table.reset_index(drop=True)
    table.attrs["blank"] = int(blank.sum())
    return table


def annotations(corpus: Mapping[str, Any]) -> pd.DataFrame | None:
    """Read the corpus's gold annotations, or give None where it names none.

    Columns: `document, start, end, actor, stance` and, if known, `holder`; offsets are the
    sentence's. Raises StanceError for a missing column or offset and an unknown label word.
    """
    if not corpus.get("annotations"):
        return None
    path = files.locate(corpus["annotations"])
    table = files.table(path)
    _require(table, ["document", "start", "end", "actor", "stance"], path)
    table = _words(table, ("document", "actor", "stance", "holder"), path)
    table["stance"] = stances(table["stance"], corpus.get("labels") or {}, str(path))
    for column in ("start", "end"):
        table[column] = _offsets(table[column], path)
        if len(empty := table[column][table[column].isna()]):
            raise StanceError(f"{path}, row {empty.index[0] + 1} has no {column} offset.")
    return table.astype({"start": "int64", "end": "int64"})


def stances(words: pd.Series, labels: Mapping[Any, str], where: str) -> pd.Series:
    """Translate a corpus's own label words into stances, in any case; "" stays: no label there.

    Raises StanceError for a word that is neither a stance nor among ``labels``.

    >>> stances(pd.Series(["Pro", "neutral", ""]), {"pro": "favor"}, "x.csv").tolist()
    ['favor', 'neutral', '']
    >>> stances(pd.Series(["pro"]), {}, "x.csv")
    Traceback (most recent call last):
    ...
    stance.errors.StanceError: Unknown label 'pro' in x.csv, row 1 (1 row in all). Known: ...
    """
    wrong = [stance for stance in labels.values() if stance not in STANCES]
    if wrong:
        raise StanceError(f"corpus.labels maps to {wrong[0]!r}. {nearest(wrong[0], STANCES)}")
    mapping = {stance: stance for stance in STANCES}
    mapping |= {str(word).strip().casefold(): stance for word, stance in labels.items()}
    found = words.str.strip().str.casefold().map({"": ""} | mapping)
    if found.isna().any():
        row = int(found.isna().to_numpy().argmax())
        word, rows = words.iloc[row], (words == words.iloc[row]).sum()
        raise StanceError(
            f"Unknown label {word!r} in {where}, row {row + 1} "
            f"({rows} row{'s' * (rows > 1)} in all). {nearest(word, mapping)} {_map_hint(word)}"
        )
    return found


def _map_hint(word: str) -> str:
    """How to map a label word: on the command line, if Hydra's grammar can say it."""
    if re.fullmatch(r"(?!null$)[A-Za-z_][\w ./|%-]*|-?[1-9]\d*|0", word, re.ASCII | re.IGNORECASE):
        return f"Map it to a stance, as in '+corpus.labels={{{word}: neutral}}'."
    return f"Map it in a corpus file of your own, as in labels: {{{word!r}: neutral}}."


# Articles in files --------------------------------------------------------------------------


def _files(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """One article per text, Markdown or HTML file of a file, a folder or a glob."""
    base, found = files.find(files.locate(corpus["path"]), ARTICLES)
    rows = [_article(path, corpus.get("encoding") or "auto") for path in found]
    table = pd.DataFrame(rows).fillna("")
    names = [path.relative_to(base).as_posix() for path in found]
    short = [re.sub(r"\.(txt|md|html?)$", "", name, flags=re.IGNORECASE) for name in names]
    times = Counter(short)  # a.txt beside a.md keep their endings
    pairs = zip(names, short, strict=True)
    table["document"] = [name if times[cut] > 1 else cut for name, cut in pairs]
    return table


def _article(path: Path, encoding: str) -> dict[str, str]:
    """One file as a row: its text and, of a web page or a Markdown header, what it tells."""
    ending = path.suffix.lower()
    if ending in files.TABLES:
        raise StanceError(f"{path} is a table, not an article. Read it with corpus=table.")
    text = files.lines(files.text(path, encoding))
    if ending not in ARTICLES[1:] or not text.strip():
        return {"text": text}
    known = _markdown(text, path) if ending == ".md" else _web_page(text, path)
    known = {name: str(value) for name, value in known.items() if value}
    title, body = known.get("title", ""), known.get("text", "")
    if not body.casefold().startswith(title.casefold()):
        body = f"{title}\n\n{body}"
    return known | {"text": body}


def _web_page(text: str, path: Path) -> dict[str, Any]:
    """The article of a web page, without menus, notices and footers, a paragraph to a block."""
    from trafilatura import bare_extraction

    page = bare_extraction(
        text,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},  # no guesses
    )
    if page is None or not page.text:
        raise StanceError(f"No article found in the web page {path}. Save its text as .txt.")
    known = {"title": page.title, "source": page.sitename, "date": page.date, "url": page.url}
    return known | {"language": page.language, "text": page.text.replace("\n", "\n\n")}


def _markdown(text: str, path: Path) -> dict[str, Any]:
    """The headings, paragraphs and list items of Markdown, without marks, pictures and HTML."""
    from markdown_it import MarkdownIt

    known, text = _header(text, path)
    blank = {"softbreak": " ", "hardbreak": "\n"}
    blocks = []
    for token in MarkdownIt().parse(text):
        if token.type == "inline":
            kept = [c for c in token.children or () if c.type not in ("image", "html_inline")]
            blocks.append("".join(blank.get(child.type, child.content) for child in kept))
        elif token.type in ("code_block", "fence"):  # an indented paragraph counts as code
            blocks.append(token.content)
    return known | {"text": "\n\n".join(block.strip() for block in blocks if block.strip())}


def _header(text: str, path: Path) -> tuple[dict[str, Any], str]:
    """What the YAML header of a Markdown text, between two ``---``, tells; and the text below."""
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if not match:
        return {}, text
    import yaml

    try:
        known = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        why = " ".join(str(error).split())
        raise StanceError(f"The header of {path} is no YAML ({why}). Mend or remove it.") from None
    if not isinstance(known, dict):
        return {}, text
    return {name: known[name] for name in KNOWN if name in known}, text[match.end() :]


# Tables and data sets -----------------------------------------------------------------------


def _table(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """A table, all tables of a folder or glob, or only its train, dev and test tables, if any."""
    path, encoding = files.locate(corpus["path"]), corpus.get("encoding") or "auto"
    _, found = files.find(path, files.TABLES)
    parts = {file: match for file in found if (match := PART.match(file.name))}
    if path.is_file() or not parts:
        return _join_up([(files.table(file, encoding), file, "") for file in found], corpus)
    for (folder, part), times in Counter(
        (f.parent, match[0]) for f, match in parts.items()
    ).items():
        if times > 1:
            raise StanceError(
                f"{folder} holds {times} tables named {part}; keep one of them there."
            )
    return _join_up([(files.table(f, encoding), f, m[1]) for f, m in parts.items()], corpus)


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


# Columns ------------------------------------------------------------------------------------


def _join_up(
    tables: Sequence[tuple[pd.DataFrame, Path | str, str]], corpus: Mapping[str, Any]
) -> pd.DataFrame:
    """Tables (table, where it was found, part) → one, and every row with its document."""
    arranged = [
        _arrange(table, corpus, where).assign(**({"part": part} if part else {}))
        for table, where, part in tables
    ]
    table = pd.concat(arranged, ignore_index=True)
    if "document" not in table:
        rows = pd.Series(range(1, len(table) + 1), dtype=str)
        table["document"] = table["id"] if "id" in table else rows
    strings = [column for column in WORDS if column in table]
    table[strings] = table[strings].fillna("")
    if "part" in table:
        table["part"] = table["part"].replace("validation", "dev")
    _check_names(table, corpus)
    return table


def _arrange(table: pd.DataFrame, corpus: Mapping[str, Any], where: Path | str) -> pd.DataFrame:
    """Give the columns our names, the labels our words and the offsets whole numbers."""
    columns = {ours: theirs for ours, theirs in (corpus.get("columns") or {}).items() if theirs}
    rows = corpus.get("rows") or "documents"
    if rows not in ("documents", "sentences"):
        raise StanceError(f"corpus.rows={rows}: {nearest(rows, ('documents', 'sentences'))}")
    _require(table, columns.values(), where)
    taken = {ours: table[theirs] for ours, theirs in columns.items()}
    table = table.drop(columns=[c for c in table if c in taken or c in columns.values()])
    table = table.assign(**taken)
    if rows == "documents":
        if said := [name for name in MENTIONED if name in taken]:
            raise StanceError(
                f"corpus.columns.{said[0]} is for rows that are sentences; set "
                "corpus.rows=sentences, or leave it out to read whole articles."
            )
        _require(table, ["text"], where)
        table = table.drop(columns=[name for name in MENTIONED if name in table])
        table = _words(table, WORDS, where)
        return table.assign(text=table["text"].map(files.lines))
    if corpus.get("actor") and "actor" not in taken:
        table = table.assign(actor=corpus["actor"])
    _require(table, ["text", "actor"], where)
    table = _words(table, WORDS, where)
    if "gold" in table:
        table["gold"] = stances(table["gold"], corpus.get("labels") or {}, str(where))
    for column in ("start", "end"):
        if column in table:
            table[column] = _offsets(table[column], where)
    return table


def _require(table: pd.DataFrame, columns: Iterable[str], where: Path | str) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        raise StanceError(
            f"{where} has no column {missing[0]!r}. {nearest(missing[0], table.columns)} "
            "A corpus table's own names are mapped as in corpus.columns.text=body."
        )


def _words(table: pd.DataFrame, columns: Iterable[str], where: Path | str) -> pd.DataFrame:
    """Make strings of ids and words: 7 and 7.0 become "7", a missing value ""."""
    found = {}
    for column in [column for column in columns if column in table]:
        values = table[column].tolist()
        nested = [row for row, value in enumerate(values, 1) if not pd.api.types.is_scalar(value)]
        if nested:
            raise StanceError(
                f"{where}, row {nested[0]}: {column} should be a text, found a "
                f"{type(values[nested[0] - 1]).__name__}. Join its parts into one text first."
            )
        found[column] = pd.Series(map(_word, values), index=table.index, dtype=object)
    return table.assign(**found)


def _word(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if pd.isna(value) else str(value)


def _offsets(values: pd.Series, where: Path | str) -> pd.Series:
    """Whole numbers, None where a cell is empty."""
    blank = values.isna() | (values.astype(str).str.strip() == "")
    numbers = pd.to_numeric(values.where(~blank), errors="coerce")
    wrong = ~blank & ~(numbers % 1 == 0)
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise StanceError(
            f"{where}, row {row + 1}: {values.name} is {values.iloc[row]!r}; offsets are whole "
            "numbers, counted in characters from 0, or empty."
        )
    found = [None if empty else int(n) for n, empty in zip(numbers, blank, strict=True)]
    return pd.Series(found, index=values.index, dtype=object)


def _check_names(table: pd.DataFrame, corpus: Mapping[str, Any]) -> None:
    """Every row needs its document and, if it is a sentence, its actor; a document has one row."""
    sentences = corpus.get("rows") == "sentences"
    for column in ["document", "actor"] if sentences else ["document"]:
        if (blank := table[column] == "").any():
            raise StanceError(
                f"Row {int(blank.to_numpy().argmax()) + 1} of {corpus['path']} has no {column}; "
                "fill it in or leave the row out."
            )
    twins = table["document"][table["document"].duplicated()]
    if len(twins) and not sentences:
        raise StanceError(
            f"Two rows of {corpus['path']} have the document id {twins.iloc[0]!r}; ids name one "
            "article each. For rows that are sentences of articles set corpus.rows=sentences."
        )


def _join(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Add what a metadata table knows of each document (title, source, date, …); it knows best."""
    known = files.table(path)
    _require(known, ["document"], path)
    known = _words(known, WORDS, path).drop(columns="text", errors="ignore")
    twins = known["document"][known["document"].duplicated()]
    if len(twins):
        raise StanceError(f"{path} tells of the document {twins.iloc[0]!r} twice; keep one row.")
    if not known["document"].isin(table["document"]).any():
        raise StanceError(
            f"{path} tells of none of the documents: it names {known['document'].iloc[0]!r}, the "
            f"corpus {table['document'].iloc[0]!r}. Its column document must hold the same names."
        )
    shared = [column for column in known if column != "document" and column in table]
    joined = table.drop(columns=shared).merge(known, on="document", how="left")
    strings = [column for column in KNOWN if column in joined]
    joined[strings] = joined[strings].fillna("")
    return joined


READERS: dict[str, Callable[[Mapping[str, Any]], pd.DataFrame]] = {
    "files": _files,
    "table": _table,
    "hub": _hub,
}
