"""How well rules alone label public stance data, beside the majority and VADER as stance.

    python tests/benchmarks/rules.py ../shared/benchmarks/{newsmtsc_rw,seesaw}/dev.csv FILE...

Files are CSV with ``text, target, stance`` (favor, against, none or neutral) and, where known,
``target_from, target_to`` and ``further_mentions``. VADER (Hutto and Gilbert 2014) calls a sentence
favor above a compound score of 0.05, against below -0.05. Each system is scored by macro-F1 over
the three stances: on all rows; where a rule that gives the actor a role fires (or the sentence does
not name its actor, so that all of it counts); where any rule fires; and on the rest of both.
Settings were chosen on the train parts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd
from sklearn.metrics import accuracy_score, f1_score

from stance import STANCES, StanceError
from stance.labels import rules
from stance.labels.analysis import analysis

BACKGROUND = {"near", "tone"}
TOPICS = {  # words of our own for targets that a sentence does not name
    "global warming is a serious concern": {
        "favor": [
            *("rising sea", "sea levels", "carbon emissions", "greenhouse gas", "greenhouse gases"),
            *("fossil fuels", "scientific consensus", "climate crisis", "climate emergency"),
            *("man - made", "human activity", "human activities", "caused by humans", "humans are"),
            *("warming is real", "change is real", "act now", "urgent", "threat", "dangerous"),
            *("melting", "extreme weather", "droughts", "floods", "heat waves", "wildfires"),
            *("reduce emissions", "cut emissions", "renewable energy", "clean energy", "warmer"),
            *("hotter", "record heat", "warmest", "hottest", "catastrophic", "irreversible"),
            *("climate deniers", "deniers", "paris agreement", "future generations", "extinction"),
        ],
        "against": [
            *("hoax", "alarmist", "alarmists", "alarmism", "exaggerated", "so - called", "myth"),
            *("natural cycles", "natural variability", "skeptic", "skeptics", "sceptics", "scam"),
            *("cooling", "global cooling", "has stopped", "no evidence", "no warming", "hiatus"),
            *("pause", "hysteria", "scare", "fraud", "junk science", "not settled", "religion"),
            *("job - killing", "cost jobs", "war on coal", "climategate", "conspiracy", "unproven"),
            *("has always changed", "always been changing", "models are wrong", "propaganda"),
        ],
    }
}


def load(path: Path) -> pd.DataFrame:
    """Read one file: adds ``gold`` and the ``spans`` of the target."""
    table = pd.read_csv(path, keep_default_na=False, encoding="utf-8")
    table["gold"] = table["stance"].replace("none", "neutral")
    table["spans"] = [_spans(row) for row in table.to_dict("records")]
    return table


def _spans(row: dict) -> list[list[int]]:
    first, last = row.get("target_from", ""), row.get("target_to", "")
    spans = [[int(float(first)), int(float(last))]] if first != "" else []
    return sorted(spans + [span[:2] for span in json.loads(row.get("further_mentions", "[]"))])


def label(table: pd.DataFrame) -> pd.DataFrame:
    """Label by rules, with the words of a topic where there are some."""
    parts = [
        rules.label(part, words=TOPICS.get(target))
        for target, part in table.groupby(table["target"].where(table["target"].isin(TOPICS), ""))
    ]
    return pd.concat(parts).loc[table.index]


def vader(texts: pd.Series) -> pd.Series:
    """The polarity of each sentence, taken for a stance."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError as error:
        raise SystemExit("VADER is missing; install it: pip install vaderSentiment") from error
    score = SentimentIntensityAnalyzer().polarity_scores
    compound = texts.map(lambda text: score(text)["compound"])
    return compound.map(lambda c: "favor" if c >= 0.05 else "against" if c <= -0.05 else "neutral")


def compare(table: pd.DataFrame) -> pd.DataFrame:
    """Macro-F1 and accuracy of each system on each part of the rows."""
    labelled = label(table)
    fired = [{vote.strip("-=") for vote in row.split(", ") if vote} for row in labelled["rules"]]
    role = pd.Series([bool(f - BACKGROUND) for f in fired]) | (table["spans"].map(len) == 0)
    some = pd.Series([bool(f) for f in fired])
    systems = {
        "majority": pd.Series(table["gold"].mode()[0], index=table.index),
        "vader": vader(table["text"]),
        "rules": labelled["label"],
    }
    parts = {"all": some | True, "a role rule fires": role, "no role rule": ~role}
    parts |= {"any rule fires": some, "silent": ~some}
    rows = []
    for part, chosen in parts.items():
        if not chosen.any():
            continue
        gold = table["gold"][chosen]
        row = {"part": part, "rows": len(gold), "share": chosen.mean()}
        for name, predicted in systems.items():
            labels = predicted[chosen]
            row[f"f1 {name}"] = f1_score(
                gold, labels, labels=list(STANCES), average="macro", zero_division=0
            )
            row[f"acc {name}"] = accuracy_score(gold, labels)
        rows.append(row)
    result = pd.DataFrame(rows)
    result["gain"] = result["f1 rules"] - result["f1 vader"]
    return result


def main() -> None:
    """Print the comparison of every file, and with --rules the table of its rules."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--rules", action="store_true", help="print how each rule does, too")
    chosen = parser.parse_args()
    for path in chosen.paths:
        table = load(path)
        print(f"\n{path.parent.name}/{path.name}: {len(table)} rows")
        print(compare(table).round(3).to_string(index=False))
        if chosen.rules:
            print(analysis(label(table)).round(2).to_string(index=False))


if __name__ == "__main__":
    try:
        main()
    except StanceError as error:
        raise SystemExit(str(error)) from error
