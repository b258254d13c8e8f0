"""How much faster NgramCounter counts than CountVectorizer, on made-up sentences.

    python tests/benchmarks/ngrams.py [sentences, 16384 unless given] [rounds, 3]

The sentences are random walks over the word pairs of the embedded corpus, with one word in twenty
ending in letters of its own, so that new words keep coming as in real text. Both count
alternately in one process; figures are the lowest CPU seconds of each. The matrices are compared.
"""

import random
import sys
import time
from itertools import pairwise

from sklearn.feature_extraction.text import CountVectorizer

from stance import DATA
from stance.ngrams import PATTERNS, NgramCounter

SETTINGS = {
    "char_wb 2–5": {"analyzer": "char_wb", "ngram_range": (2, 5)},
    "word 1–2": {"ngram_range": (1, 2)},
    "word 1–2, our pattern": {"ngram_range": (1, 2), "token_pattern": PATTERNS[1]},
    "char 2–5": {"analyzer": "char", "ngram_range": (2, 5)},
}
GOALS = {"char_wb 2–5": 6.0, "word 1–2": 2.5, "word 1–2, our pattern": 2.5}


def sentences(size: int, seed: int = 0) -> list[str]:
    """Walk from word to word as the articles of the embedded corpus do."""
    chance = random.Random(seed)
    after: dict[str, list[str]] = {}
    for path in sorted((DATA / "karabakh" / "articles").glob("*.txt")):
        words = path.read_text("utf-8").split()
        for word, following in pairwise(words):
            after.setdefault(word, []).append(following)
    starts = sorted(word for word in after if word[0].isupper())
    return [" ".join(walk(after, starts, chance)) for _ in range(size)]


def walk(after: dict[str, list[str]], starts: list[str], chance: random.Random):
    """The words of one sentence."""
    word = chance.choice(starts)
    for _ in range(chance.randint(8, 36)):
        rare = chance.random() < 0.05
        yield word[:4] + "".join(chance.choices("aeionrstl", k=4)) if rare else word
        word = chance.choice(after.get(word) or starts)


def seconds(do, texts: list[str]):
    """CPU seconds of a call, and what it returned."""
    start = time.process_time()
    value = do(texts)
    return time.process_time() - start, value


def same(ours, theirs) -> bool:
    return ours.shape == theirs.shape and ours.dtype == theirs.dtype and (ours != theirs).nnz == 0


def main(size: int = 16384, rounds: int = 3) -> None:
    texts = sentences(size)
    words = {word for text in texts for word in text.split()}
    print(f"{size} sentences of {sum(map(len, texts)) / size:.0f} characters, {len(words)} words")
    print(f"{'':22} {'step':10} {'scikit-learn':>12} {'ours':>8} {'ratio':>7} {'goal':>6}  equal")
    for name, settings in SETTINGS.items():
        theirs, ours = CountVectorizer(min_df=2, **settings), NgramCounter(min_df=2, **settings)
        for step in ("fit", "transform"):
            do = "fit_transform" if step == "fit" else "transform"
            slow = fast = float("inf")
            for _ in range(rounds):
                took, got = seconds(getattr(ours, do), texts)
                took_them, wanted = seconds(getattr(theirs, do), texts)
                fast, slow = min(fast, took), min(slow, took_them)
            equal = same(got, wanted) and ours.vocabulary_ == theirs.vocabulary_
            goal = f"{GOALS[name]:.1f}" if name in GOALS else ""
            figures = f"{slow:12.2f} {fast:8.2f} {slow / fast:6.1f}× {goal:>6}  {equal}"
            print(f"{name:22} {step:10} {figures}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
