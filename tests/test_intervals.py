"""Intervals read off resamples, against the bootstrap of scipy and against counting."""

import numpy as np
import pytest
from scipy import stats

from stance.errors import StanceError
from stance.intervals import METHODS, blocks, interval, known, resample


def means(sample, resamples=4000):
    [weights] = resample(len(sample), resamples, seed=1)
    left_out = (sample.sum() - sample) / (len(sample) - 1)
    return weights @ sample / len(sample), sample.mean(), left_out


def test_percentiles_and_bca_are_scipys():
    sample = np.random.default_rng(0).exponential(size=30)
    drawn, value, left_out = means(sample)
    for method, name in (("percentile", "percentile"), ("bca", "BCa")):
        theirs = stats.bootstrap(
            (sample,), np.mean, n_resamples=4000, method=name, rng=np.random.default_rng(1)
        ).confidence_interval
        ours = interval(drawn, 0.95, method, value, left_out)
        assert ours == pytest.approx((theirs.low, theirs.high), rel=0.03)


def test_bca_moves_an_interval_of_skewed_data_toward_the_long_tail():
    drawn, value, left_out = means(np.random.default_rng(0).exponential(size=30))
    plain, moved = (interval(drawn, 0.95, m, value, left_out) for m in ("percentile", "bca"))
    assert moved[0] > plain[0] and moved[1] > plain[1]


def test_expanded_is_wider_with_few_documents_only():
    widths = []
    for size in (6, 600):
        drawn, value, left_out = means(np.random.default_rng(0).normal(size=size))
        (a, b), (c, d) = (
            interval(drawn, 0.95, m, value, left_out) for m in ("expanded", "percentile")
        )
        widths.append((b - a) / (d - c))
    assert widths[0] > 1.2 and widths[1] == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("method", METHODS)
def test_a_value_that_never_changes_has_no_width(method):
    same = np.full(50, 0.5)
    assert interval(same, 0.95, method, 0.5, same) == (0.5, 0.5)


def test_blocks_add_up(monkeypatch):
    monkeypatch.setattr("stance.intervals.BLOCK", 30)
    assert list(blocks(documents=7, resamples=10)) == [4, 4, 2]
    assert list(blocks(documents=99, resamples=2)) == [1, 1]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("bc", 10, 0.95), "interval=bc is no way to make one. Did you mean 'bca'?"),
        (("bca", 0, 0.95), "at least 1 resample"),
        (("bca", 10, 95), "confidence between 0 and 1; found resamples=10, confidence=95"),
    ],
)
def test_what_cannot_be_made_is_told(asked, words):
    with pytest.raises(StanceError) as error:
        known(*asked)
    assert words in str(error.value)
