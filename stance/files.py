"""Read what lies on disk: a path → its files, a file → its text or its article.

Text may be UTF-8 or in an older encoding, and `stance:` leads into the data that come with the
package. Nothing is ever written.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from glob import glob
from pathlib import Path
from typing import Any

from stance import DATA
from stance.errors import StanceError

EMBEDDED = "stance:"
ARTICLES = (".txt", ".md", ".html", ".htm")
TABLES = (".csv", ".tsv", ".jsonl", ".parquet")

ENCODINGS = (
    *("cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("koi8_r", "koi8_u", "cp866", "iso8859_2", "iso8859_5", "iso8859_9", "latin_1"),
    *("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
)
"""The encodings news was kept in before UTF-8; the first wins where two fit equally well."""

FIELD = re.compile(r"^(title|source|date|url|language):[ \t]*([\"']?)(.+?)\2[ \t]*$", re.MULTILINE)
"""A line of the header that some Markdown texts carry between two ``---``."""


# Paths --------------------------------------------------------------------------------------


def locate(path: str | Path) -> Path:
    """Find a path; ``stance:karabakh/articles`` lies in the data that come with the package."""
    inside = str(path).startswith(EMBEDDED)
    return DATA / str(path).removeprefix(EMBEDDED) if inside else Path(str(path)).expanduser()


def find(path: Path, endings: Iterable[str]) -> tuple[Path, list[Path]]:
    """List the files that a path means, sorted, and the folder their names count from.

    A path is a file, a folder (searched below, too, for ``endings``) or a glob. Hidden files
    (``.DS_Store``, ``._a.txt``, ``.ipynb_checkpoints/``) are never meant, unless named outright.

    Raises StanceError where there is none.
    """
    wanted = ", ".join(endings)
    if path.is_file():
        return path.parent, [path]
    if path.is_dir():
        inside = [p for p in path.rglob("*") if not _hidden(p.relative_to(path))]
        found = sorted(p for p in inside if ending(p) in endings and p.is_file())
        if not found:
            raise StanceError(f"No file to read in the folder {path}; wanted: {wanted}.")
        return path, found
    if not re.search(r"[*?\[]", str(path)):
        raise StanceError(
            f"{path} does not exist (looked in {Path.cwd()}). "
            f"Give a file, a folder or a quoted glob of {wanted} files."
        )
    found = sorted(p for p in map(Path, glob(str(path), recursive=True)) if p.is_file())
    if not found:
        raise StanceError(
            f"No file matches {path} (looked in {Path.cwd()}); "
            f"wanted a file, a folder or a quoted glob of {wanted} files."
        )
    while re.search(r"[*?\[]", str(path)):
        path = path.parent
    return path, found


def names(base: Path, found: Sequence[Path]) -> list[str]:
    """Name articles by their place below a folder; a.txt beside a.md keep their endings.

    >>> names(Path("x"), [Path("x/a.txt"), Path("x/y/b.html")])
    ['a', 'y/b']
    """
    whole = [path.relative_to(base).as_posix() for path in found]
    short = [re.sub(r"\.(txt|md|html?)$", "", name, flags=re.IGNORECASE) for name in whole]
    times = Counter(short)
    return [name if times[cut] > 1 else cut for name, cut in zip(whole, short, strict=True)]


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def ending(path: Path) -> str:
    """The ending that tells the format: ``.csv`` for ``a.csv`` and for ``a.CSV.gz``."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


# Text ---------------------------------------------------------------------------------------


def read(path: Path, encoding: str = "auto") -> str:
    """Read a file as text: UTF-8 or UTF-16 as its first bytes say, else the encoding detected.

    Single bytes that spoil an otherwise sound UTF-8 become ``\\ufffd``. Raises StanceError for
    bytes that are no text, for none in the encoding given, and for a file that cannot be opened.
    """
    raw = _bytes(path)
    if encoding == "auto":
        found = _decode(raw)
    else:
        try:
            found = raw.decode(encoding)
        except LookupError:
            raise StanceError(
                f"corpus.encoding={encoding} is no encoding; try auto, cp1251 or latin-1."
            ) from None
        except UnicodeError:
            found = None
    if found is None or "\0" in found:
        known = "any usual encoding" if encoding == "auto" else encoding
        raise StanceError(
            f"{path} is no readable text in {known}. Leave the file out, save it as UTF-8 text, "
            "or name its encoding with corpus.encoding=."
        )
    return found.removeprefix("\ufeff")


def lines(found: str) -> str:
    r"""End every line with ``\n``, whatever system it was written on.

    >>> lines("one\r\ntwo\rthree")
    'one\ntwo\nthree'
    """
    return found.replace("\r\n", "\n").replace("\r", "\n")


def _bytes(path: Path) -> bytes:
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if path.suffix.lower() == ".gz" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise StanceError(f"{path} cannot be read: {error}.") from None


def _decode(raw: bytes) -> str | None:
    """Decode bytes of unknown encoding; None where they are no text."""
    name = guess(raw)
    return raw.decode(name, errors="replace") if name else None


def guess(raw: bytes) -> str | None:
    r"""Name the encoding of some bytes, UTF-8 also where a few of them are spoilt; None: no text.

    >>> guess("Brême".encode()), guess(b"\x00\xff")
    ('utf-8', None)
    """
    marked = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        raw.decode(marked)
        return marked
    except UnicodeDecodeError:
        if b"\0" in raw:
            return None
    nearly = raw.decode("utf-8", errors="replace")
    spoilt, letters = nearly.count("\ufffd"), sum(letter > "\x7f" for letter in nearly)
    if letters > 3 * spoilt:
        return "utf-8"

    from charset_normalizer import from_bytes

    fits = list(from_bytes(raw, cp_isolation=list(ENCODINGS)))
    best = [fit for fit in fits if (fit.chaos, fit.coherence) == (fits[0].chaos, fits[0].coherence)]
    return min((fit.encoding for fit in best), key=ENCODINGS.index, default=None)


# Articles -----------------------------------------------------------------------------------


def article(path: Path, encoding: str) -> dict[str, str]:
    """Read one article: its ``text``, and ``title, source, date, url, language`` where it tells.

    A web page tells them in its head, a Markdown text in a header between two ``---``; a title
    that the text does not open with becomes its headline. Raises StanceError for a table and for
    a web page without an article.
    """
    form = ending(path)
    if form in TABLES:
        raise StanceError(f"{path} is a table, not an article. Read it with corpus=table.")
    text = lines(read(path, encoding))
    if form not in ARTICLES[1:] or not text.strip():
        return {"text": text}
    known = _markdown(text) if form == ".md" else _web_page(text, path)
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
    if not page or isinstance(page, dict) or not page.text:
        raise StanceError(f"No article found in the web page {path}. Save its text as .txt.")
    known = {"title": page.title, "source": page.sitename, "date": page.date, "url": page.url}
    return known | {"language": page.language, "text": page.text.replace("\n", "\n\n")}


def _markdown(text: str) -> dict[str, Any]:
    """The headings, paragraphs and list items of Markdown, without marks, pictures and HTML."""
    from markdown_it import MarkdownIt

    header = re.match(r"---\n(\w+:.*?)\n---\n", text, re.DOTALL)
    known = {name: value for name, _, value in FIELD.findall(header[1])} if header else {}
    breaks = {"softbreak": " ", "hardbreak": "\n"}
    blocks = []
    for token in MarkdownIt().parse(text[header.end() :] if header else text):
        if token.type == "inline":
            kept = [c for c in token.children or () if c.type not in ("image", "html_inline")]
            blocks.append("".join(breaks.get(child.type, child.content) for child in kept))
        elif token.type in ("code_block", "fence"):  # an indented paragraph counts as code
            blocks.append(token.content)
    return known | {"text": "\n\n".join(block.strip() for block in blocks if block.strip())}
