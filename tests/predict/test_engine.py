import os
import time

import pytest

from stance.errors import StanceError
from stance.predict import engine


def double(number):
    time.sleep(0.05 * (number % 3 == 0))
    return 2 * number


def die(number):
    os._exit(1)


def fail(number):
    raise StanceError(f"{number} is no good.")


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers):
    found = engine.spread(double, range(20), {"name": "local", "workers": workers})
    assert list(found) == list(range(0, 40, 2))


def test_only_a_few_tasks_wait():
    drawn = []

    def tasks():
        for number in range(100):
            drawn.append(number)
            yield number

    found = engine.spread(double, tasks(), {"name": "local", "workers": 2})
    assert [next(found) for _ in range(3)] == [0, 2, 4] and len(drawn) < 12
    found.close()


def test_what_a_worker_says_is_heard():
    with pytest.raises(StanceError, match=r"7 is no good\."):
        list(engine.spread(fail, [7], {"name": "local", "workers": 2}))


def test_a_killed_worker_is_told():
    with pytest.raises(StanceError, match=r"A worker process was killed.*resume=true"):
        list(engine.spread(die, [1], {"name": "local", "workers": 2}))


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"name": "locl", "workers": 1}, "engine.name=locl: Did you mean 'local'"),
        ({"name": "local", "workers": 0}, "engine.workers=0: wanted at least 1"),
    ],
)
def test_a_wrong_engine_is_told(choices, told):
    with pytest.raises(StanceError, match=told):
        list(engine.spread(double, [1], choices))


@pytest.mark.slow
def test_a_cluster_gives_the_same():
    pytest.importorskip("distributed")
    found = engine.spread(double, range(20), {"name": "dask", "workers": 2, "address": None})
    assert list(found) == list(range(0, 40, 2))
    with pytest.raises(StanceError, match="No Dask scheduler answers at engine.address=tcp://127"):
        choices = {"name": "dask", "workers": 1, "address": "tcp://127.0.0.1:1"}
        list(engine.spread(double, [1], choices))
