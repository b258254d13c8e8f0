"""Work on batches, spread over the cores or a cluster; results come in the order of the tasks.

`local` uses processes of this machine, `dask` the workers of a Dask cluster (its own scheduler, or
one started here), which does the work of a lost worker again. Only a few tasks more than there are
workers wait at any time, so that memory stays flat.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any

from stance.errors import StanceError, nearest

Submit = Callable[..., Any]


def spread(
    work: Callable[[Any], Any], tasks: Iterable[Any], choices: Mapping[str, Any]
) -> Iterator:
    """Do the work on each task; ``choices`` are those of `engine=`: name, workers, address, load.

    With one worker the work is done here, without further processes.

    >>> list(spread(len, ["a", "bcd"], {"name": "local", "workers": 1}))
    [1, 3]
    """
    if choices["name"] not in ENGINES:
        raise StanceError(f"engine.name={choices['name']}: {nearest(choices['name'], ENGINES)}")
    workers = cores() if choices["workers"] is None else choices["workers"]
    if not isinstance(workers, int) or workers < 1:
        raise StanceError(f"engine.workers={workers}: wanted at least 1, or null for all cores.")
    if choices["name"] == "local" and workers == 1:
        yield from map(work, tasks)
        return
    with ENGINES[choices["name"]](workers, choices) as (submit, ahead):
        try:
            yield from _in_order(partial(submit, work), tasks, ahead)
        except BrokenProcessPool:
            raise StanceError(
                "A worker process was killed, most likely for want of memory. Use fewer workers "
                "or smaller batches; resume=true goes on where it stopped."
            ) from None


def _in_order(submit: Submit, tasks: Iterable[Any], ahead: int) -> Iterator[Any]:
    """The results of the tasks, of which only a few are submitted ahead."""
    waiting: deque[Any] = deque()
    for task in tasks:
        waiting.append(submit(task))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def cores() -> int:
    """How many cores this process may use."""
    known = getattr(os, "sched_getaffinity", None)
    return len(known(0)) if known else os.cpu_count() or 1


@contextmanager
def _local(workers: int, choices: Mapping[str, Any]) -> Iterator[tuple[Submit, int]]:
    """Processes that start clean; what they load is loaded once, and shared where forks are."""
    kinds = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
    if "forkserver" in kinds:
        context.set_forkserver_preload(list(choices.get("load") or []))
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    try:
        yield pool.submit, 2 * workers
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end with it even where it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def wait() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=wait, daemon=True).start()


@contextmanager
def _dask(workers: int, choices: Mapping[str, Any]) -> Iterator[tuple[Submit, int]]:
    try:
        from distributed import Client
    except ImportError:
        raise StanceError("engine=dask needs Dask: pip install 'stance[dask]'.") from None
    address = choices.get("address")
    try:
        if address:
            client = Client(address, timeout=10)
        else:
            client = Client(n_workers=workers, threads_per_worker=1, dashboard_address=None)
    except OSError as error:
        raise StanceError(
            f"No Dask scheduler answers at engine.address={address}: {error}"
        ) from None
    with client:
        threads = sum(client.nthreads().values()) or workers
        yield lambda work, task: client.submit(work, task, pure=False), 2 * threads


ENGINES = {"local": _local, "dask": _dask}
