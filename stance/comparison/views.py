"""A comparison in words and tables: for the screen, for a page, for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from stance.evaluate import LESS_IS_BETTER
from stance.report import METRICS

if TYPE_CHECKING:
    from stance.comparison import Comparison


def title(metric: str) -> str:
    """What readers call a metric.

    >>> title("f1_macro"), title("f1:favor")
    ('macro F1', 'F1 of favor')
    """
    name, _, stance = metric.partition(":")
    return METRICS[name] + (f" of {stance}" if stance else "")


def less_is_better(metric: str) -> bool:
    """Whether the metric is a loss."""
    return metric.partition(":")[0] in LESS_IS_BETTER


def by_actor(found: Comparison) -> pd.DataFrame:
    """The metric of each system for each actor: `run, group, value, low, high, n`."""
    name, _, stance = found.metric.partition(":")
    rows = found.scores[found.scores["metric"] == name]
    rows = rows[rows["scope"] == ("actor_stance" if stance else "actor")]
    if stance:
        rows = rows[rows["group"].str.endswith(f":{stance}")]
        rows = rows.assign(group=rows["group"].str.removesuffix(f":{stance}"))
    return rows[["run", "group", "value", "low", "high", "n"]]


def table(found: Comparison, short: bool = False) -> pd.DataFrame:
    """One row per system, as text: score and difference with intervals, and what the tests say.

    For the screen, ``short`` leaves out what is not adjusted, and McNemar's test.
    """
    interval = f"{100 * found.facts['confidence']:g} %"
    rows = []
    for row in found.table.to_dict("records"):
        tested = row["difference"] == row["difference"]
        words = "reference" if row["run"] == found.reference else "–"
        ends = row["difference"], row["difference_low"], row["difference_high"]
        told = {
            "run": row["run"],
            "seeds": str(row["seeds"]),
            f"{title(found.metric)} [{interval}]": bracketed(row["value"], row["low"], row["high"]),
            "sd of seeds": f"{row['seed_sd']:.3f}" if row["seed_sd"] == row["seed_sd"] else "",
            f"difference [{interval}]": bracketed(*ends, sign="+") if tested else words,
            "p": chance(row["p"]) if tested else "",
            "p (Holm)": chance(row["p_holm"]) if tested else "",
            "right alone": f"{row['gained']:.0f} : {row['lost']:.0f}" if tested else "",
            "McNemar (Holm)": chance(row["mcnemar_holm"]) if tested else "",
        }
        rows.append(told)
    table = pd.DataFrame(rows)
    return table.drop(columns=["p", "right alone", "McNemar (Holm)"]) if short else table


def pairs(found: Comparison) -> pd.DataFrame:
    """One row per pair that is not about the reference, as text."""
    rest = found.differences[found.differences["reference"] != found.reference]
    interval = f"{100 * found.facts['confidence']:g} %"
    return pd.DataFrame(
        {
            "run": rest["run"],
            "compared with": rest["reference"],
            f"difference [{interval}]": [
                bracketed(row["difference"], row["low"], row["high"], sign="+")
                for row in rest.to_dict("records")
            ],
            "p (Holm)": rest["p_holm"].map(chance),
            "McNemar (Holm)": rest["mcnemar_holm"].map(chance),
        }
    )


def verdict(found: Comparison) -> list[str]:
    """What the comparison says, in two to four sentences."""
    rows = {row["run"]: row for row in found.table.to_dict("records")}
    own = rows.pop(found.reference)
    best = "The best" if found.facts["reference"] is None else "The reference"
    lead = (
        f"{best} is {found.reference}, {title(found.metric).removesuffix(' ↓')} "
        f"{bracketed(own['value'], own['low'], own['high'])}."
    )
    told: dict[str, list[str]] = {"better": [], "worse": [], "not told apart": []}
    sign = -1 if less_is_better(found.metric) else 1
    for name, row in rows.items():
        if row["p_holm"] != row["p_holm"]:
            continue
        sure = row["p_holm"] <= 1 - found.facts["confidence"]
        word = ("better" if sign * row["difference"] > 0 else "worse") if sure else [*told][-1]
        told[word].append(str(name))
    parts = [f"{word}: {'; '.join(names)}" for word, names in told.items() if names]
    return [lead, *(f"{part[0].upper()}{part[1:]}." for part in parts)]


def latex(found: Comparison) -> str:
    """The table for a paper, with booktabs: score and difference with intervals, adjusted p."""
    interval = f"[{100 * found.facts['confidence']:g}\\,\\%]"
    heads = ["Run", "Seeds", f"{_escaped(title(found.metric))} {interval}"]
    heads += [f"Difference {interval}", "$p$"]
    lines = []
    for place, row in enumerate(found.table.to_dict("records")):
        tested = row["difference"] == row["difference"]
        ends = row["difference"], row["difference_low"], row["difference_high"]
        difference = f"${bracketed(*ends, sign='+', minus='-')}$" if tested else "--"
        score = f"${bracketed(row['value'], row['low'], row['high'], minus='-')}$"
        p = f"${chance(row['p_holm'])}$" if tested else ""
        if row["run"] == found.reference:
            difference = "reference"
        rule = ["\\midrule"] if found.baselines[:1] == [row["run"]] and place else []
        cells = [_escaped(row["run"]), str(row["seeds"]), score, difference, p]
        lines += [*rule, " & ".join(cells) + r" \\"]
    return "\n".join(
        [
            r"% needs \usepackage{booktabs}",
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{_caption(found)}}}",
            r"\label{tab:comparison}",
            r"\begin{tabular}{lrlll}",
            r"\toprule",
            " & ".join(heads) + r" \\",
            r"\midrule",
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def _caption(found: Comparison) -> str:
    n = int(found.scores["n"].max())
    facts, name = found.facts, title(found.metric)
    return (
        f"{_escaped(name[0].upper() + name[1:])} on {n:,} mentions, with "
        f"{100 * facts['confidence']:g}\\,\\% intervals from a bootstrap over documents "
        f"({facts['resamples']:,} resamples). Differences are paired; $p$ by approximate "
        f"randomisation over documents, Holm-adjusted for {facts['adjusted']} comparisons."
    )


def bracketed(value: float, low: float, high: float, sign: str = "", minus: str = "−") -> str:
    """A value with its interval.

    >>> bracketed(-0.0314, -0.06, 0.002, sign="+")
    '−0.031 [−0.060, +0.002]'
    >>> bracketed(0.5, float("nan"), float("nan"))
    '0.500'
    """
    if value != value:
        return "–"
    one, *ends = (f"{number:{sign}.3f}".replace("-", minus) for number in (value, low, high))
    return f"{one} [{', '.join(ends)}]" if low == low else one


def chance(p: float) -> str:
    """A p-value as papers print it.

    >>> chance(0.0004), chance(0.0312), chance(1.0)
    ('< 0.001', '0.031', '1.000')
    """
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _escaped(text: Any) -> str:
    """A text whose special characters LaTeX prints.

    >>> print(_escaped("features=words_2 & 5%"))
    features=words\\_2 \\& 5\\%
    """
    words = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    words |= {mark: f"\\{mark}" for mark in "&%$#_{}"} | {"↓": r"$\downarrow$"}
    return "".join(words.get(mark, mark) for mark in str(text))
