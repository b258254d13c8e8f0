"""One run as one page: self-contained HTML that opens anywhere, also on a phone.

No script, no address outside the page, every image inside it. All text from articles passes
through Jinja's autoescape, and the page forbids the browser to load or run anything else.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

import pandas as pd

from stance.errors import StanceError
from stance.tables import AUTHOR, STANCES, check

METRICS = {
    "f1_macro": "macro F1",
    "f1_favor_against": "F1 of favor and against",
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "matthews": "Matthews correlation",
    "log_loss": "log loss ↓",
    "brier": "Brier score ↓",
    "ece": "calibration error ↓",
}
"""What the page calls each metric; ↓ where less is better."""

GROUPED = ("f1_favor_against", "balanced_accuracy", "precision", "recall")
"""What the tables by group say of the model beside F1."""

ONE_COLUMN = 300
"""Points: a wider figure takes the width of the page, and on a phone scrolls within its box."""


def page(
    title: str,
    facts: Mapping[str, object],
    scores: pd.DataFrame,
    signature: str,
    figures: Sequence[Mapping[str, str]] = (),
    examples: pd.DataFrame | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    config: str = "",
    versions: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> str:
    """Compose the page of one run, as HTML.

    - ``facts``: what a reader wants to know first, such as {"corpus": "karabakh"}
    - ``scores``: the table of `evaluate.scores`; ``signature``: its line
    - ``figures``: each with the keys svg (the text of the file), caption and alt, none empty
    - ``examples``: predictions to read, with the columns ``text, spans, actor, gold, predicted``
      and where known ``holder`` and the three probabilities
    - ``tables``: further tables by their titles; ``config``: the resolved YAML
    - ``versions``: library → version; ``names``: actor → what readers call it

    Raises StanceError when the scores lack the overall f1_macro or a figure its words.
    """
    split = check(scores, "scores")["scope"].str.rpartition(".")
    scores = scores.assign(system=split[0].replace("", "model"), scope=split[2])
    headline = scores[(scores["metric"] == "f1_macro") & (scores["scope"] == "overall")]
    if headline.empty:
        raise StanceError("The report opens with the overall f1_macro, which the scores lack.")
    return _render(
        "report",
        title=title,
        facts=facts,
        headline=headline.to_dict("records"),
        figures=[_figure(figure) for figure in figures],
        grids=list(_grids(scores, names or {})),
        tables=tables or {},
        examples=[] if examples is None else list(_examples(examples, names or {})),
        signature=signature,
        config=config,
        versions=versions or {},
    )


def comparison(
    title: str,
    facts: Mapping[str, object],
    verdict: Sequence[str],
    table: pd.DataFrame,
    pairs: pd.DataFrame,
    scores: pd.DataFrame,
    signature: str,
    figures: Sequence[Mapping[str, str]] = (),
    names: Mapping[str, str] | None = None,
    **more: object,
) -> str:
    """Compose the page of a comparison, as HTML.

    - ``verdict``: what it says, sentence by sentence; ``table`` and ``pairs``: the differences, as
      text; ``scores``: `run, metric, scope, group, value, low, high, n`
    - ``more``: ``bars`` (`run, value, low, high` of scores between 0 and 1, ``beside`` naming the
      baselines), ``settings`` (what the systems differ in), ``folders`` (system → run folders),
      ``versions``, and how p-values were adjusted: ``adjusted`` (for how many), ``chosen``
      (whether people chose the reference)

    Raises StanceError for a figure without its words.
    """
    return _render(
        "comparison",
        title=title,
        facts=facts,
        verdict=verdict,
        table=table,
        pairs=pairs,
        grids=list(_side_by_side(scores, names or {})),
        signature=signature,
        figures=[_figure(figure) for figure in figures],
        **more,
    )


def _render(template: str, **given: object) -> str:
    """Fill one of the templates beside this module; whatever it needs must be given."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    here = files("stance")
    environment = Environment(
        loader=FunctionLoader(lambda name: here.joinpath(name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{template}.html.jinja").render(given)


def _figure(figure: Mapping[str, str]) -> dict:
    """The figure with its drawing as a data address, so that each keeps its ids to itself."""
    for key in ("svg", "caption", "alt"):
        if not figure.get(key):
            raise StanceError(
                f"A figure of the report needs svg, caption and alt; {key!r} is missing or empty "
                f"in the one with the caption {figure.get('caption', '')!r}."
            )
    data = b64encode(figure["svg"].encode()).decode()
    width = re.search(r'<svg[^>]*? width="([\d.]+)pt"', figure["svg"])
    wide = width is not None and float(width[1]) > ONE_COLUMN
    return {**figure, "src": f"data:image/svg+xml;base64,{data}", "wide": wide}


def _grids(scores: pd.DataFrame, names: Mapping[str, str]) -> Iterator[dict]:
    """One table per scope: metric × system overall, else group × F1 by system, then GROUPED."""
    for scope, part in scores.groupby("scope", sort=False):
        if scope == "overall":
            title, row, column = "Overall", "metric", "system"
            part = part.assign(metric=part["metric"].replace(METRICS))
        else:
            title, row, column = f"By {scope}".replace("_stance", " and stance"), "group", "metric"
            more = part["metric"].isin(GROUPED) & (part["system"] == "model")
            part = pd.concat([part[part["metric"].isin(["f1_macro", "f1"])], part[more]])
            words = part["metric"].replace(METRICS)
            words = words.where(part["system"] == "model", part["system"] + " " + words)
            part = part.assign(metric=words, group=[_called(g, names) for g in part["group"]])
        rows: dict[str, dict] = {}
        for record in part.to_dict("records"):
            rows.setdefault(record[row], {})[record[column]] = record
        yield {"title": title, "columns": list(dict.fromkeys(part[column])), "rows": rows}


def _side_by_side(scores: pd.DataFrame, names: Mapping[str, str]) -> Iterator[dict]:
    """One table per scope, a column per system: metrics overall, F1 of actors and stances."""
    overall = scores[scores["scope"] == "overall"]
    yield _grid("Overall", overall.assign(row=overall["metric"].replace(METRICS)))
    for scope, metric in (("actor", "f1_macro"), ("stance", "f1"), ("actor_stance", "f1")):
        part = scores[(scores["scope"] == scope) & (scores["metric"] == metric)]
        title = f"{METRICS[metric]} by {scope}".replace("_stance", " and stance")
        part = part.assign(row=[_called(group, names) for group in part["group"]])
        yield _grid(title[0].upper() + title[1:], part)


def _grid(title: str, part: pd.DataFrame) -> dict:
    """A table of the rows in `row` by the systems in `run`."""
    rows: dict[str, dict] = {}
    for record in part.to_dict("records"):
        rows.setdefault(record["row"], {})[record["run"]] = record
    return {"title": title, "columns": list(dict.fromkeys(part["run"])), "rows": rows}


def _called(group: str, names: Mapping[str, str]) -> str:
    """A group as readers call it.

    >>> _called("mission:favor", {"mission": "The mission"})
    'The mission, favor'
    """
    actor, _, stance = group.rpartition(":")
    if actor and stance in STANCES:
        return f"{names.get(actor, actor)}, {stance}"
    return names.get(group, group)


def _examples(examples: pd.DataFrame, names: Mapping[str, str]) -> Iterator[dict]:
    """Each row with its sentence cut at the actor's spans and the probability of its prediction."""
    for row in examples.to_dict("records"):
        yield {
            "pieces": _pieces(row["text"], row["spans"]),
            "actor": names.get(row["actor"], row["actor"]),
            "holder": "the author" if row.get("holder") == AUTHOR else row.get("holder"),
            "gold": row["gold"],
            "predicted": row["predicted"],
            "probability": row.get(row["predicted"]),
        }


def _pieces(text: str, spans: Sequence[Sequence[int]]) -> list[tuple[str, bool]]:
    """Cut a text at its spans; a piece is marked where the actor stands.

    >>> _pieces("The mission stays.", [[4, 11]])
    [('The ', False), ('mission', True), (' stays.', False)]
    """
    pieces, last = [], 0
    for start, end in spans:
        pieces += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [*pieces, (text[last:], False)]
