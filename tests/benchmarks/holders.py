"""How often the holder of a stance is found in SEESAW (Zhang, Beauchamp, Wang 2022).

    python tests/benchmarks/holders.py PATH [train|dev]

PATH holds ``dev.articles.jsonl`` and ``dev.stances.csv`` (or train.*). One case is a sentence ×
actor with an annotated stance. A predicted holder is right when both it and the annotation are the
author (the annotation names nobody), or when it shares a word or initials with an annotated holder;
case does not matter, nor does what follows a word's sixth letter. Cases whose only holders are
"Not in the list" cannot be judged and are left out. SEESAW also annotates stances that a holder
shows by deeds ("X vetoed Y") and stances inside other people's quotations; both are the author's
or the speaker's here, so that perfect agreement is not to be expected.
"""

import json
import re
import sys
import time
from pathlib import Path

import pandas as pd

from stance.holders import attribute
from stance.mentions import given
from stance.tables import AUTHOR

UNLISTED = "Not in the list"
SMALL = set(
    [
        "the",
        "of",
        "and",
        "for",
        "in",
        "a",
        "an",
        "mr",
        "mrs",
        "ms",
        "united",
        "states",
        "party",
        "president",
        "house",
        "us",
    ]
)


def words(name):
    """The words by which two names are compared."""
    found = re.findall(r"\w+", name.lower())
    initials = {"".join(word[0] for word in found)} if len(found) > 2 else set()
    return initials | ({word.rstrip("s")[:6] for word in found if word not in SMALL} or set(found))


def same(holder, annotated):
    if AUTHOR in (holder, annotated):
        return holder == annotated
    return bool(words(holder) & words(annotated))


def load(folder, part):
    """The articles' sentences and the cases: document, sentence, actor, set of holders."""
    rows = []
    for line in (folder / f"{part}.articles.jsonl").open(encoding="utf-8"):
        article = json.loads(line)
        texts, start = [article["title"], *article["sentences"]], 0
        for number, text in enumerate(texts, start=-1):
            kind = "headline" if number < 0 else "body"
            rows.append((article["doc_id"], number, start, start + len(text), text, kind, ""))
            start += len(text) + 1
    columns = ["document", "number", "start", "end", "text", "kind", "quote"]
    sentences = pd.DataFrame(rows, columns=columns)
    sentences["sentence"] = sentences["document"] + ":" + sentences["number"].astype(str)
    stances = pd.read_csv(folder / f"{part}.stances.csv", keep_default_na=False)
    stances["holder"] = stances["holder"].replace("", AUTHOR)
    cases = stances.groupby(["doc_id", "sentence", "actor"])["holder"].agg(set).reset_index()
    cases = cases[(cases["holder"] != {UNLISTED}) & (cases["actor"] != UNLISTED)]
    cases["sentence"] = cases["doc_id"] + ":" + cases["sentence"].astype(str)
    return sentences, cases.rename(columns={"holder": "annotated"}).drop(columns="doc_id")


def nearest_name(sentences, mentions):
    """A floor: the nearest capitalised name before the actor, in the sentence or before it."""
    texts = {d: part.set_index("sentence")["text"] for d, part in sentences.groupby("document")}
    names = []
    for row in mentions.itertuples():
        before = texts[row.document].loc[: row.sentence].tolist()
        before[-1] = before[-1][: row.spans[0][0] if row.spans else None]
        found = (re.findall(r"(?<=\s)[A-Z]\w+(?: [A-Z]\w+)*", text) for text in reversed(before))
        names.append(next((hits[-1] for hits in found if hits), AUTHOR))
    return names


def main(path, part="dev"):
    sentences, cases = load(Path(path), part)
    ready = cases.merge(sentences[["sentence", "document", "text"]], on="sentence")
    mentions = given(ready.assign(id=ready["sentence"]))
    mentions["sentence"] = mentions["id"]
    began = time.perf_counter()
    found = attribute(mentions, sentences)
    seconds = time.perf_counter() - began
    methods = {
        "always the author": [AUTHOR] * len(found),
        "nearest preceding name": nearest_name(sentences, mentions),
        "stance.holders": found["holder"],
    }
    authored = [AUTHOR in annotated for annotated in found["annotated"]]
    table = {}
    for name, holders in methods.items():
        hits = pd.Series(
            [
                any(same(h, a) for a in annotated)
                for h, annotated in zip(holders, found["annotated"], strict=True)
            ]
        )
        table[name] = {
            "accuracy": hits.mean(),
            "author": hits[authored].mean(),
            "others": hits[[not a for a in authored]].mean(),
        }
    print(pd.DataFrame(table).T.round(3).to_string())
    print(f"n = {len(found)} sentence × actor cases of {part} ({sum(authored)} the author's); ")
    print(f"{len(sentences)} sentences in {seconds:.1f} s")
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
