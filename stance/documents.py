"""Read a corpus: files, a table or a hub data set → documents.

A row is one article (`document, text`) or, in a table of ready sentences, one sentence with the
actor it is about (`document, text, actor` and, where known, `start, end, gold, holder, part`).
Raw data is only read. Line ends become ``\\n`` once, here; every later offset counts from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from stance import DATA
from stance.errors import StanceError, nearest
from stance.tables import STANCES, check

EMBEDDED = "stance:"
TEXTS = (".txt", ".md", ".html", ".htm")
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
PARTS = ("train", "dev", "test")


def read(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """Read the corpus that a `corpus=` option describes.

    ``corpus`` holds `reader` (files, table or hub), `path` and the reader's own choices; see the
    comments in `conf/corpus/`. Returns documents, with all further columns of the source.

    Raises StanceError for a path that is missing or empty, bytes that are no text, a column that
    the table lacks, a label word without a stance, or two documents with one id.
    """
    reader = READERS.get(corpus["reader"])
    if reader is None:
        raise StanceError(f"corpus.reader={corpus['reader']}: {nearest(corpus['reader'], READERS)}")
    table = reader(corpus)
    if corpus.get("metadata"):
        table = _join(table, locate(corpus["metadata"]))
    return check(table, "documents", str(corpus["path"])).reset_index(drop=True)


def annotations(corpus: Mapping[str, Any]) -> pd.DataFrame | None:
    """Read the corpus's gold annotations, or give None where it names none.

    Columns: `document, start, end, actor, stance, holder`; offsets are the sentence's.
    """
    if not corpus.get("annotations"):
        return None
    path = locate(corpus["annotations"])
    table = _read_table(path, "auto")
    wanted = ["document", "start", "end", "actor", "stance"]
    _require(table, wanted, path)
    table["stance"] = stances(table["stance"], corpus.get("labels") or {}, str(path))
    return table.astype({"start": int, "end": int})


def stances(words: pd.Series, labels: Mapping[str, str], where: str) -> pd.Series:
    """Translate a corpus's own label words into stances; an unknown word is an error.

    >>> stances(pd.Series(["pro", "neutral"]), {"pro": "favor"}, "x.csv").tolist()
    ['favor', 'neutral']
    >>> stances(pd.Series(["pro"]), {}, "x.csv")
    Traceback (most recent call last):
    ...
    stance.errors.StanceError: Unknown label 'pro' in x.csv, row 1 (1 row in all). Known: ...
    """
    mapping = {stance: stance for stance in STANCES} | dict(labels)
    wrong = sorted(set(mapping.values()) - set(STANCES))
    if wrong:
        raise StanceError(f"corpus.labels maps to {wrong[0]!r}. {nearest(wrong[0], STANCES)}")
    unknown = words[~words.isin(list(mapping))]
    if len(unknown):
        word, rows = unknown.iloc[0], (words == unknown.iloc[0]).sum()
        raise StanceError(
            f"Unknown label {word!r} in {where}, row {words.index.get_loc(unknown.index[0]) + 1} "
            f"({rows} row{'s' * (rows > 1)} in all). {nearest(word, mapping)} "
            f"Map it with corpus.labels, as in +corpus.labels.{word or 'WORD'}=neutral."
        )
    return words.map(mapping)


def locate(path: str) -> Path:
    """Find a path; ``stance:karabakh/articles`` lies in the data that come with the package."""
    inside = str(path).startswith(EMBEDDED)
    return DATA / str(path).removeprefix(EMBEDDED) if inside else Path(path).expanduser()


def decode(path: Path, encoding: str = "auto") -> str:
    """Read a file as text: UTF-8 with or without a mark, else the legacy encoding detected.

    Raises StanceError for bytes that are no text in any encoding, or not in the one given.
    """
    from charset_normalizer import from_bytes

    raw = path.read_bytes()
    try:
        if encoding != "auto":
            text = raw.decode(encoding)
        elif raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = raw.decode("utf-16")
        else:
            text = raw.decode("utf-8-sig")
    except LookupError:
        raise StanceError(
            f"corpus.encoding={encoding} is no encoding; try auto or cp1251."
        ) from None
    except UnicodeDecodeError as error:
        best = from_bytes(raw).best() if encoding == "auto" and b"\0" not in raw else None
        if best is None:
            raise StanceError(
                f"{path} is no readable text: byte {error.start} does not fit {error.encoding}. "
                "Save it as UTF-8 or name its encoding with corpus.encoding=."
            ) from None
        text = str(best)
    if "\0" in text:
        raise StanceError(f"{path} is no readable text: it holds NUL bytes. Save it as UTF-8.")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _files(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """One article per text, Markdown or HTML file of a file, a folder or a glob."""
    path = locate(corpus["path"])
    base, found = _find(path, TEXTS)
    rows = [_article(file, corpus.get("encoding", "auto")) for file in found]
    names = [file.relative_to(base).with_suffix("").as_posix() for file in found]
    for row, name, file in zip(rows, names, found, strict=True):
        twins = names.count(name) > 1  # a.txt beside a.md keep their endings
        row["document"] = file.relative_to(base).as_posix() if twins else name
    blank = [row["document"] for row in rows if not row["text"].strip()]
    if len(blank) == len(rows):
        raise StanceError(f"No text in {path}: every file found there is blank ({blank[0]}, …).")
    return pd.DataFrame([row for row in rows if row["text"].strip()])


def _find(path: Path, endings: tuple[str, ...]) -> tuple[Path, list[Path]]:
    """The files meant by a path, and the folder their names count from."""
    wanted = ", ".join(endings)
    if path.is_file():
        return path.parent, [path]
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.suffix.lower() in endings and p.is_file())
        if not found:
            raise StanceError(f"No file to read in the folder {path}; wanted: {wanted}.")
        return path, found
    base = path
    while re.search(r"[*?\[]", str(base)):
        base = base.parent
    found = sorted(p for p in base.glob(str(path.relative_to(base))) if p.is_file())
    if path == base or not found:
        raise StanceError(
            f"corpus.path={path} does not exist (looked in {Path.cwd()}); "
            f"give a file, a folder or a glob of {wanted} files."
        )
    return base, found


def _article(path: Path, encoding: str) -> dict[str, Any]:
    """One file as a row; of a web page only the article, its title, date and site are kept."""
    text = decode(path, encoding)
    if path.suffix.lower() not in (".html", ".htm"):
        return {"text": text}
    from trafilatura import bare_extraction

    page = bare_extraction(text, include_comments=False, include_tables=False, with_metadata=True)
    if page is None or not page.text:
        raise StanceError(f"No article found in the web page {path}; save its text as .txt.")
    known = {"title": page.title, "source": page.sitename, "date": page.date, "url": page.url}
    title = page.title or ""
    body = page.text if page.text.startswith(title) else f"{title}\n\n{page.text}"
    return {"text": body.replace("\n", "\n\n")} | {k: v for k, v in known.items() if v}


def _table(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """A table, or a folder with train, dev and test tables; columns renamed, labels translated."""
    path = locate(corpus["path"])
    encoding = corpus.get("encoding", "auto")
    if not path.is_dir():
        _, found = _find(path, TABLES)
        return _rename(pd.concat([_read_table(file, encoding) for file in found]), corpus, path)
    parts = {
        part: file
        for part in PARTS
        for file in sorted(path.glob(f"{part}.*"))
        if file.name.removeprefix(part).removesuffix(".gz") in TABLES
    }
    if not parts:
        _, found = _find(path, TABLES)
        return _rename(pd.concat([_read_table(file, encoding) for file in found]), corpus, path)
    tables = [_read_table(file, encoding).assign(part=part) for part, file in parts.items()]
    return _rename(pd.concat(tables), corpus, path)


def _read_table(path: Path, encoding: str) -> pd.DataFrame:
    """Read cells as they stand: the label "None" stays a word, an empty cell an empty string."""
    if not path.is_file():
        raise StanceError(f"The table {path} does not exist (looked in {Path.cwd()}).")
    kind = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    try:
        if kind == "parquet":
            return pd.read_parquet(path)
        if path.suffix == ".gz" or kind == "jsonl":
            read = pd.read_json if kind == "jsonl" else pd.read_csv
            choices: dict[str, Any] = {"lines": True, "dtype": False, "convert_dates": False}
            if kind != "jsonl":
                choices = {"dtype": str, "keep_default_na": False, "sep": _separator(kind)}
            return read(path, **choices)
        from io import StringIO

        text = StringIO(decode(path, encoding))
        return pd.read_csv(text, dtype=str, keep_default_na=False, sep=_separator(kind))
    except (ValueError, OSError, pd.errors.ParserError) as error:
        raise StanceError(f"{path} is no readable {kind} table: {error}") from None


def _separator(kind: str) -> str:
    return "\t" if kind == "tsv" else ","


def _hub(corpus: Mapping[str, Any]) -> pd.DataFrame:
    """A data set of the Hugging Face hub, every split of it, by its name."""
    import datasets

    name = corpus["path"]
    try:
        loaded = datasets.load_dataset(name, corpus.get("configuration"))
    except Exception as error:  # the hub's client raises dozens of kinds; all mean the same here
        reason = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        raise StanceError(
            f"The data set {name!r} could not be loaded from the hub: {reason}. "
            "It needs the network or an earlier download; "
            "offline, save it as a file and read it with corpus=table."
        ) from None
    parts = {"validation": "dev"}
    tables = [t.to_pandas().assign(part=parts.get(p, p)) for p, t in loaded.items()]
    return _rename(pd.concat(tables), corpus, Path(name))


def _rename(table: pd.DataFrame, corpus: Mapping[str, Any], path: Path) -> pd.DataFrame:
    """Give the columns our names, the labels our words, and every row its document."""
    table = table.reset_index(drop=True)
    columns = {ours: theirs for ours, theirs in (corpus.get("columns") or {}).items() if theirs}
    sentences = corpus.get("rows", "documents") == "sentences"
    if sentences and corpus.get("actor"):
        table["actor"] = corpus["actor"]
    defaults = ["text"] + ["actor"] * sentences
    _require(table, list(columns.values()), path)
    table = table.drop(columns=[c for c in columns if c in table and c not in columns.values()])
    table = table.rename(columns={theirs: ours for ours, theirs in columns.items()})
    _require(table, defaults, path)
    if "document" not in table:
        names = table["id"] if "id" in table else pd.Series(range(1, len(table) + 1)).map(str)
        table["document"] = names.astype(str)
    if not sentences:
        twins = table["document"][table["document"].duplicated()]
        if len(twins):
            raise StanceError(
                f"Two rows of {path} have the document id {twins.iloc[0]!r}; ids name one article "
                "each. For rows that are sentences of articles set corpus.rows=sentences."
            )
    elif "gold" in table:
        table["gold"] = stances(table["gold"].astype(str), corpus.get("labels") or {}, str(path))
    return table


def _require(table: pd.DataFrame, columns: list[str], path: Path) -> None:
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise StanceError(
            f"{path} has no column {missing[0]!r}. {nearest(missing[0], table.columns)} "
            "Name the right one with corpus.columns, as in corpus.columns.text=body."
        )


def _join(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Add what a metadata table knows of each document (title, source, date, …)."""
    known = _read_table(path, "auto")
    _require(known, ["document"], path)
    fresh = [column for column in known if column == "document" or column not in table]
    return table.merge(known[fresh], on="document", how="left", validate="one_to_one")


READERS: dict[str, Callable[[Mapping[str, Any]], pd.DataFrame]] = {
    "files": _files,
    "table": _table,
    "hub": _hub,
}
