"""The stances people gave: annotations → gold, matched by document, place and actor."""

from __future__ import annotations

import pandas as pd

from stance.errors import StanceError


def attach(mentions: pd.DataFrame, annotations: pd.DataFrame | None) -> pd.DataFrame:
    """Give every mention its `gold` stance and `gold_holder`, empty where nobody annotated it.

    An annotation (`document, start, end, actor, stance` and, if known, `holder`) belongs to the
    mention of its actor whose sentence shares the most characters with it, so that small changes
    of sentence ends do not lose it. A table that brought its own `gold` keeps it.
    """
    if annotations is None:
        return mentions.assign(gold=mentions.get("gold", ""))
    best = pairs(mentions, annotations).set_index("mention")
    known = {"gold": best["stance"]}
    if "holder" in annotations:
        known["gold_holder"] = best["holder" if "holder_gold" not in best else "holder_gold"]
    return mentions.assign(
        **{name: mentions["mention"].map(value).fillna("") for name, value in known.items()}
    )


def unmatched(mentions: pd.DataFrame, annotations: pd.DataFrame) -> pd.DataFrame:
    """The annotations that no mention of their actor meets, to be told rather than lost."""
    return annotations.drop(pairs(mentions, annotations)["row"])


def label(mentions: pd.DataFrame) -> pd.DataFrame:
    """Take the gold stance as the label; mentions without one are left out.

    Raises StanceError where no mention has one.
    """
    labelled = mentions[mentions["gold"] != ""]
    if labelled.empty:
        raise StanceError(
            f"labels=gold found no annotation for any of the {len(mentions)} mentions. Name the "
            "annotations with corpus.annotations= (or corpus.columns.gold=), or use labels=rules."
        )
    return labelled.assign(label=labelled["gold"], label_source="gold", weight=1.0)


def pairs(mentions: pd.DataFrame, annotations: pd.DataFrame) -> pd.DataFrame:
    """Each annotation beside the one mention it belongs to; `row` is the annotation's index."""
    columns = ["mention", "document", "actor", "start", "end"]
    numbered = annotations.assign(row=annotations.index)
    pairs = mentions[columns].merge(numbered, on=["document", "actor"], suffixes=("", "_gold"))
    ends = pairs[["end", "end_gold"]].min(axis=1)
    pairs["shared"] = ends - pairs[["start", "start_gold"]].max(axis=1)
    pairs = pairs[pairs["shared"] > 0].sort_values("shared", ascending=False, kind="stable")
    return pairs.drop_duplicates("row").drop_duplicates("mention")
