"""How fast `stance predict` is, Parquet to Parquet, beside a plain script that predicts in one go.

    python tests/benchmarks/predict.py RUN [--rows 10000 100000] [--workers 2] [--repeat 3]

The plain script reads the whole table, loads the same pipeline, predicts and writes. Both start as
fresh processes, in turn; the best time of each counts. Memory is the peak of the whole process
tree, shared pages counted once (proportional set size, Linux). The sentences are made up, with the
actors of the run. `--rows 1000000` takes some minutes.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pandas as pd

import stance

PLAIN = """
import sys, pandas as pd
from stance import model, store
run, documents, out = sys.argv[1:]
pipeline = store.load_model(store.load(run).folder / "model.skops")
table = pd.read_parquet(documents)
table.join(model.predict(pipeline, table)).to_parquet(out, index=False)
"""
WHO = "Officials,Villagers,Two deputies,The minister,Farmers,Analysts,A spokesman,Families".split(
    ","
)
VERBS = "praised,blamed,blasted,welcomed,met,defended,criticised,thanked,watched,doubted".split(",")
WHY = (
    "for keeping the road to {} open,after the shelling of {},because nobody in {} trusts it,"
    "and called it vital for {},over the failed evacuation of {},while convoys reached {},"
    "who had saved lives near {},as the talks about {} went on"
).split(",")
PLACES = [
    f"{a}{b}"
    for a in "Al Bren Cor Dal Esk Fen Gor Har Ill Jor".split()
    for b in "mar dorf by ton".split()
]


def sentences(rows: int, actors: dict) -> pd.DataFrame:
    """Make up sentences about the actors, as an examples table."""
    draw = random.Random(2020)
    names = [(actor, entry["name"]) for actor, entry in actors.items()]
    table = []
    for _ in range(rows):
        actor, name = draw.choice(names)
        start = f"{draw.choice(WHO)} {draw.choice(VERBS)} the "
        clauses = [draw.choice(WHY).format(draw.choice(PLACES)) for _ in range(draw.randint(1, 3))]
        span = [[len(start), len(start) + len(name)]]
        table.append((f"{start}{name} {', '.join(clauses)}.", actor, span))
    found = pd.DataFrame(table, columns=["text", "actor", "spans"])
    return found.assign(holder="author", voice="author", kind="body", before="", after="", title="")


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of a command with all its processes."""
    began, peak, over = time.perf_counter(), [0.0], threading.Event()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def watch() -> None:
        while not over.wait(0.1):
            peak[0] = max(peak[0], sum(map(proportional, tree(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - began
    over.set()
    watcher.join()
    if code:
        raise SystemExit(f"{command[:4]} failed with {code}")
    return seconds, peak[0]


def tree(root: int) -> list[int]:
    """The process and all that descend from it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for parent in found:
        found += [child for child, of in parents.items() if of == parent]
    return found


def proportional(process: int) -> float:
    """Megabytes of a process, shared pages counted in part."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    except (OSError, StopIteration):
        return 0.0


def main() -> None:
    """Print a line per number of rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="a finished run")
    parser.add_argument("--rows", nargs="+", type=int, default=[10_000, 100_000])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    chosen = parser.parse_args()
    run = stance.load(chosen.run)
    print("rows        plain/s   stance/s   ratio   plain MB   stance MB")
    for rows in chosen.rows:
        with tempfile.TemporaryDirectory() as folder:
            documents, plain, ours = (str(Path(folder) / f"{n}.parquet") for n in "abc")
            sentences(rows, run.config["actors"]).to_parquet(documents, index=False)
            door = [sys.executable, "-m", "stance", "predict", f"run='{run.folder}'"]
            door += [f"documents={documents}", f"out={ours}", f"engine.workers={chosen.workers}"]
            script = [sys.executable, "-c", PLAIN, str(run.folder), documents, plain]
            times = [(timed(script), timed(door)) for _ in range(chosen.repeat)]
            one, two = pd.read_parquet(plain), pd.read_parquet(ours)
            assert (one["predicted"] == two["predicted"]).all()
        slow, fast = (min(pair[i][0] for pair in times) for i in (0, 1))
        heavy, light = (max(pair[i][1] for pair in times) for i in (0, 1))
        print(
            f"{rows:<10,} {rows / slow:>8,.0f} {rows / fast:>10,.0f} {slow / fast:>7.2f} "
            f"{heavy:>10,.0f} {light:>11,.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
