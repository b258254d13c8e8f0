"""What each feature block buys: all blocks, all but one, and each alone.

    python tests/benchmarks/ablation.py PATH [key=value …]

PATH is a folder of train.csv and dev.csv (columns id, text, target, stance and, where known,
doc_id, holder, target_from, target_to), or `karabakh` for the embedded corpus. Scores are macro-F1
by grouped cross-validation on the training rows (`cv`) and, where there are any, on the dev rows;
beside it the mean of favor and against F1, and macro-F1 of the two over the rows that have them.
Overrides are those of `stance run`, as in `experiment=dse model=svm features.blocks=[words,cues]`;
`blocks` then lists what is ablated.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedGroupKFold

import stance
from stance import label, run
from stance.tables import STANCES
from stance.tune import Search

EXPERIMENTS = {
    "newsmtsc": "newsmtsc",
    "semeval": "semeval2016",
    "gwsd": "gwsd",
    "seesaw": "seesaw",
    "dse": "dse",
}
FOLDS = 3


def configure(path, overrides):
    """The experiment that the folder's name tells, or the default for the embedded corpus."""
    if path == "karabakh":
        return stance.compose("run", overrides)
    known = [name for start, name in EXPERIMENTS.items() if Path(path).name.startswith(start)]
    named = [
        f"experiment={name}" for name in known if not any("experiment=" in o for o in overrides)
    ]
    return stance.compose("run", [*named, f"corpus.path={path}", *overrides])


def parts(table):
    """Pairs of training and tested rows by the name of the score."""
    part = table.get("part", pd.Series("train", index=table.index)).replace("", "train")
    train, dev = (np.flatnonzero(part == name) for name in ("train", "dev"))
    key = ["text", "actor", "holder"]
    seen = set(map(tuple, table.iloc[train][key].values))
    repeated = [tuple(row) in seen for row in table.iloc[dev][key].values]
    groups = table["story_id" if "story_id" in table else "document"].iloc[train]
    cutter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    folds = cutter.split(train, table["label"].iloc[train], groups)
    pairs = {"cv": [(train[a], train[b]) for a, b in folds]}
    if len(dev):
        pairs["dev"] = [(train, dev[~np.array(repeated)])]
        print(f"{sum(repeated)} of {len(dev)} dev rows repeat training rows and are left out")
    return pairs


def score(classifier, matrix, labels, pairs):
    gold, chances = [], []
    for train, test in pairs:
        fitted = clone(classifier).fit(matrix[train], labels[train])
        order = [list(fitted.classes_).index(stance) for stance in STANCES]
        chances.append(fitted.predict_proba(matrix[test])[:, order])
        gold.append(labels[test])
    gold, chances = np.concatenate(gold), np.vstack(chances)
    each = f1_score(gold, np.array(STANCES)[chances.argmax(1)], labels=STANCES, average=None)
    taken = gold != "neutral"
    two = np.array(STANCES[:2])[chances[taken][:, :2].argmax(1)]
    pair = f1_score(gold[taken], two, labels=STANCES[:2], average="macro")
    return [100 * each.mean(), 100 * each[:2].mean(), 100 * pair]


def main(path, *overrides):
    config = configure(path, list(overrides))
    table = label.examples(config)
    pipe = run._pipeline(config)
    pipe = pipe.pipeline if isinstance(pipe, Search) else pipe
    labels, pairs = table["label"].to_numpy(str), parts(table)
    # Vocabulary and idf are counted over all rows, labels are not looked at: quick, and the same
    # for every line of the table.
    blocks, columns = (
        {},
        [(n, s) for n in pairs for s in ("f1_macro", "f1_favor_against", "two only")],
    )
    for name, block in pipe.named_steps["features"].transformer_list:
        start = time.perf_counter()
        blocks[name] = sparse.csr_matrix(clone(block).fit_transform(table))
        print(f"{name:<22}{blocks[name].shape[1]:>8} columns {time.perf_counter() - start:6.1f} s")
    sets = {"all": list(blocks)}
    sets |= {
        f"all − {name}": [b for b in blocks if b != name] for name in blocks if len(blocks) > 1
    }
    sets |= {f"{name} alone": [name] for name in blocks}
    print(f"\n{'':<32}" + "".join(f"{name + ' ' + what:>22}" for name, what in columns))
    for title, used in sets.items():
        matrix = sparse.hstack([blocks[name] for name in used]).tocsr()
        if matrix.shape[1]:
            found = [
                score(pipe.named_steps["classifier"], matrix, labels, p) for p in pairs.values()
            ]
            cells = "".join(f"{value:22.1f}" for scores in found for value in scores)
            print(f"{title:<32}{cells}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
