"""How a run, predictions and an explanation show themselves in a notebook: as plain HTML.

No script and no style sheet, so that it looks alike in Jupyter, in an exported page and on a code
host; all text from articles is escaped. Colours are half transparent, to be read on dark and light.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from stance.tables import AUTHOR, STANCES

COLOURS = {"favor": "0, 114, 178", "against": "213, 94, 0", "neutral": "111, 111, 111"}
"""Those of the figures, as red, green, blue."""

ROWS = 25
"""Rows shown of a long table."""

SOFT = "opacity: .65; font-size: .9em"


def predictions(table: pd.DataFrame) -> str:
    """Sentences with their actor marked, the holder, and a bar for each stance's probability."""
    rows = "".join(_prediction(row) for row in table.head(ROWS).to_dict("records"))
    more = len(table) - ROWS
    note = f'<p style="{SOFT}">… and {more} more rows</p>' if more > 0 else ""
    return f'<table style="width: 100%; max-width: 60em">{rows}</table>{note}'


def lines(table: pd.DataFrame) -> str:
    """Predictions as plain text: stance, probability, sentence with its actor marked, holder."""
    told = []
    for row in table.head(ROWS).to_dict("records"):
        stance = str(row["predicted"])
        said = pieces(str(row["text"]), row["spans"])
        text = "".join(f"[{part}]" if actor else part for part, actor in said)
        holder = f", {row['holder']}" if row.get("holder") else ""
        told.append(
            f"{stance:<8}{float(row[stance]):.2f}  {text}  ({row.get('actor', '')}{holder})"
        )
    more = len(table) - ROWS
    return "\n".join(told + [f"… and {more} more rows"] * (more > 0)) or "(no predictions)"


def _prediction(row: Mapping[Any, Any]) -> str:
    holder = row.get("holder") or ""
    by = f", held by {'the author' if holder == AUTHOR else escape(str(holder))}" if holder else ""
    about = f'<div style="{SOFT}">toward {escape(str(row.get("actor", "")))}{by}</div>'
    said = marked(str(row["text"]), row["spans"])
    return (
        f'<tr style="vertical-align: top"><td style="text-align: left; width: 65%">{said}{about}'
        f'</td><td style="text-align: left">{bars(row, str(row["predicted"]))}</td></tr>'
    )


def marked(text: str, spans: Iterable[Sequence[int]]) -> str:
    """A text, escaped, with the actor's mentions marked.

    >>> marked("A <b> UN", [[6, 8]])
    'A &lt;b&gt; <mark>UN</mark>'
    """
    cut = ((escape(part), actor) for part, actor in pieces(text, spans))
    return "".join(f"<mark>{part}</mark>" if actor else part for part, actor in cut)


def pieces(text: str, spans: Iterable[Sequence[int]]) -> Iterator[tuple[str, bool]]:
    """Cut a text at the actor's mentions, and say which pieces are one.

    >>> list(pieces("The UN.", [[4, 6]]))
    [('The ', False), ('UN', True), ('.', False)]
    """
    last = 0
    for start, end in sorted((int(a), int(b)) for a, b in spans):
        if start >= last:
            yield text[last:start], False
            yield text[start:end], True
            last = end
    yield text[last:], False


def bars(chances: Mapping[Any, Any], predicted: str) -> str:
    """A bar per stance as long as its probability, the predicted one in bold."""
    lines = []
    for stance in STANCES:
        chance = float(chances[stance])
        weight = "bold" if stance == predicted else "normal"
        bar = _bar(chance, COLOURS[stance])
        lines.append(
            f'<div style="white-space: nowrap; font-weight: {weight}">{bar} '
            f"{chance:.2f} {stance}</div>"
        )
    return "".join(lines)


def _bar(share: float, colour: str, width: float = 6.0) -> str:
    """A horizontal bar in a field of ``width`` em."""
    return (
        f'<span style="display: inline-block; width: {width}em; '
        f'background: rgba(127, 127, 127, .15)"><span style="display: inline-block; '
        f"width: {100 * min(abs(share), 1):.1f}%; height: .7em; "
        f'background: rgba({colour}, .8)"></span></span>'
    )


def explanation(found: Any) -> str:
    """The sentence, each word as deep in colour as it moved the stance, and a list of the sum."""
    stance, top = found.predicted, found.top()
    most = max(found.words[stance].abs().max() if len(found.words) else 0.0, 1e-9)
    actor = {(start, end) for start, end in found.spans}
    pieces, last = [], 0
    for row in found.words.to_dict("records"):
        start, end, number = row["start"], row["end"], row[stance]
        word = f"<b>{escape(row['text'])}</b>" if (start, end) in actor else escape(row["text"])
        style = _shade(number, 0.6 * abs(number) / most, stance)
        pieces += [escape(found.text[last:start])]
        pieces += [f'<span title="{number:+.3f}" {style}>{word}</span>']
        last = end
    said = "".join([*pieces, escape(found.text[last:])])
    longest = max(top["contribution"].abs().max() if len(top) else 0.0, 1e-9)
    rows = "".join(_term(row, longest, stance) for row in top.itertuples(index=False))
    start, end = found.intercept[stance], found.decision[stance]
    other = end - start - top["contribution"].sum()
    return (
        f'<p style="line-height: 1.8">{said}</p>'
        f'<p style="{SOFT}">toward {escape(found.actor)}. Coloured: speaks for {stance}; dotted: '
        f"for another stance</p>{bars(found.chances, stance) if found.chances else ''}"
        f'<table>{rows}</table><p style="{SOFT}">{other:+.3f} all else, {start:+.3f} intercept; '
        f"all together {end:+.3f} for {stance}</p>"
    )


def _shade(number: float, depth: float, stance: str) -> str:
    """The style of a word that speaks for a stance or, dotted, for another."""
    if number < 0:
        return f'style="border-bottom: 2px dotted rgba(127, 127, 127, {min(1.0, 2 * depth):.2f})"'
    return f'style="background: rgba({COLOURS[stance]}, {depth:.2f})"'


def _term(row: Any, longest: float, stance: str) -> str:
    """One line of the sum; what speaks for another stance has a pale bar."""
    colour = COLOURS[stance] if row.contribution >= 0 else "180, 180, 180"
    return (
        f'<tr><td style="text-align: left">{escape(str(row.what))}</td>'
        f'<td style="text-align: left">{_bar(row.contribution / longest, colour)} '
        f"{row.contribution:+.3f}</td></tr>"
    )


def run(name: str, scores: pd.DataFrame, signature: str, figures: Mapping[str, bytes]) -> str:
    """The headline score of a run and of its baselines, with intervals, and its figures (PNG)."""
    best = scores[(scores["metric"] == "f1_macro") & scores["scope"].str.endswith("overall")]
    rows = "".join(
        f'<tr><td style="text-align: left">'
        f"{escape(row.scope.removesuffix('overall').rstrip('.') or 'model')}</td>"
        f'<td style="text-align: left">{_bar(row.value, COLOURS["favor"], 12)} '
        f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]</td></tr>"
        for row in best.itertuples(index=False)
    )
    drawn = "".join(
        f'<img alt="{escape(name)}" style="max-width: 100%; max-height: 22em; margin: .5em" '
        f'src="data:image/png;base64,{b64encode(image).decode()}">'
        for name, image in figures.items()
    )
    return (
        f"<h3>{escape(name)}</h3><table><tr><th></th><th>macro F1 over the three stances</th></tr>"
        f'{rows}</table><p style="{SOFT}">{escape(signature)}</p><div>{drawn}</div>'
    )
