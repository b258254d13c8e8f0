"""Do intervals cover what they promise, and do the tests err as seldom as they say?

    python tests/benchmarks/intervals.py [--datasets 2000] [--resamples 2000]

Data are simulated: documents of 2 to 40 sentences, each document with its own share of stances and
its own confusions, so that its sentences lean together; the true value is known. Printed are, for
macro-F1, the coverage of the 95 % interval of a score and of a paired difference; how often the
paired tests find a difference at 5 % where there is none, for two systems and for the best of four;
and how long 10,000 resamples of 20,000 rows take beside a loop over scikit-learn's f1_score.
"""

from __future__ import annotations

import argparse
import time
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from stance import STANCES, evaluate, intervals, paired

SHARES = np.array([0.36, 0.30, 0.34])
CONFUSION = np.array([[0.62, 0.20, 0.18], [0.28, 0.50, 0.22], [0.18, 0.14, 0.68]])
WORSE = np.array([[0.56, 0.24, 0.20], [0.30, 0.46, 0.24], [0.22, 0.16, 0.62]])
LEAN, STYLE = 3.0, 8.0
"""How alike the stances, and the confusions, of one document are: the smaller, the more alike."""

MACRO = ("f1_macro", "")


def documents(
    count: int, confusions: list[np.ndarray], generator: np.random.Generator
) -> list[np.ndarray]:
    """Simulate documents that several systems predict: per system, document × the 9 counts.

    Systems share the gold labels, and half of each document's manner of being confusing: gamma
    draws that add up to Dirichlet ones.
    """
    lengths = np.clip(generator.negative_binomial(2, 2 / 14, count), 2, 40)
    gold = generator.multinomial(lengths, generator.dirichlet(LEAN * SHARES, count))
    half = STYLE * CONFUSION / 2
    shared = generator.gamma(half, size=(count, 3, 3))
    systems = []
    for confusion in confusions:
        chance = shared + generator.gamma(STYLE * confusion - half, size=(count, 3, 3))
        chance /= chance.sum(2, keepdims=True)
        systems.append(generator.multinomial(gold, chance).reshape(count, 9).astype(float))
    return systems


def truth(confusion: np.ndarray) -> float:
    """Macro-F1 of endlessly many documents."""
    many = (SHARES[:, None] * confusion).reshape(1, 9)
    return float(evaluate.measure(many)[MACRO][0])


def coverage(count: int, datasets: int, resamples: int, method: str) -> tuple[float, float]:
    """How often the interval of a score, and of a difference, holds the true value."""
    generator = np.random.default_rng(count)
    wanted = truth(CONFUSION), truth(CONFUSION) - truth(WORSE)
    held = np.zeros(2)
    for dataset in range(datasets):
        systems = documents(count, [CONFUSION, WORSE], generator)
        drawn = [[], []]
        for weights in intervals.resample(count, resamples, dataset):
            for place, sums in enumerate(systems):
                drawn[place].append(evaluate.measure(weights @ sums)[MACRO])
        spread = [np.concatenate(part) for part in drawn]
        value = [evaluate.measure(sums.sum(0)[None])[MACRO][0] for sums in systems]
        left = [evaluate.measure(sums.sum(0) - sums)[MACRO] for sums in systems]
        ends = [
            intervals.interval(spread[0], 0.95, method, value[0], left[0]),
            intervals.interval(
                spread[0] - spread[1], 0.95, method, value[0] - value[1], left[0] - left[1]
            ),
        ]
        held += [low <= true <= high for (low, high), true in zip(ends, wanted, strict=True)]
    return tuple(held / datasets)


def false_alarms(count: int, datasets: int, resamples: int) -> tuple[float, float, float]:
    """How often a difference is found at 5 % where there is none.

    By randomisation and by McNemar's test, for two systems; and by randomisation adjusted for all
    pairs, for the best of four systems against the others.
    """
    generator = np.random.default_rng(count)
    found = np.zeros(3)
    for dataset in range(datasets):
        systems = documents(count, [CONFUSION] * 4, generator)
        named, pairs = dict(zip("abcd", systems, strict=True)), list(combinations("abcd", 2))
        chances = paired.randomisation(named, pairs, MACRO, resamples, dataset)
        hits = [sums[:, ::4].sum(1) for sums in systems[:2]]
        values = [evaluate.measure(sums.sum(0)[None])[MACRO][0] for sums in systems]
        best = "abcd"[int(np.argmax(values))]
        adjusted = paired.holm(chances)
        with_best = [p for p, pair in zip(adjusted, pairs, strict=True) if best in pair]
        mcnemar = paired.mcnemar(hits[0] - hits[1])
        found += [chances[0] <= 0.05, mcnemar <= 0.05, min(with_best) <= 0.05]
    return tuple(found / datasets)


def speed(
    rows: int = 20_000, resamples: int = 10_000, per_document: int = 20
) -> tuple[float, float]:
    """Seconds for an interval of macro-F1 by sums, and (from 20 rounds) by a loop over f1_score."""
    generator = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "mention": np.arange(rows).astype(str),
            "document": np.arange(rows) // per_document,
            "gold": generator.choice(STANCES, rows),
            "predicted": generator.choice(STANCES, rows),
        }
    )
    clock = time.perf_counter()
    sums = pd.DataFrame(evaluate.tally(table)).groupby(table["document"]).sum().to_numpy()
    drawn = [
        evaluate.measure(weights @ sums)[MACRO]
        for weights in intervals.resample(len(sums), resamples, seed=0)
    ]
    intervals.interval(np.concatenate(drawn))
    ours = time.perf_counter() - clock
    gold, predicted = (table[name].to_numpy(str) for name in ("gold", "predicted"))
    inside = [group.to_numpy() for _, group in table.index.to_series().groupby(table["document"])]
    clock = time.perf_counter()
    for _ in range(20):
        places = np.concatenate(
            [inside[d] for d in generator.integers(len(inside), size=len(inside))]
        )
        f1_score(gold[places], predicted[places], labels=list(STANCES), average="macro")
    return ours, (time.perf_counter() - clock) * resamples / 20


def main() -> None:
    """Print coverage, false alarms and times."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--datasets", type=int, default=2000)
    parser.add_argument("--resamples", type=int, default=2000)
    chosen = parser.parse_args()
    print(f"{chosen.datasets} datasets, {chosen.resamples} resamples each")
    for count in (15, 40, 64, 150):
        for method in intervals.METHODS:
            score, difference = coverage(count, chosen.datasets, chosen.resamples, method)
            print(f"{count:>4} documents, {method:<10}  95 % interval of the score holds "
                  f"{score:.1%}, of the difference {difference:.1%}")  # fmt: skip
    for count in (15, 40, 64):
        two, mcnemar, four = false_alarms(count, chosen.datasets, chosen.resamples)
        print(f"{count:>4} documents, no difference: found at 5 % by randomisation {two:.1%}, "
              f"McNemar {mcnemar:.1%}; best of four, adjusted {four:.1%}")  # fmt: skip
    ours, loop = speed()
    print(f"10,000 resamples of 20,000 rows: {ours:.2f} s; a loop over f1_score: {loop:,.0f} s, "
          f"{loop / ours:,.0f} times as long")  # fmt: skip


if __name__ == "__main__":
    main()
