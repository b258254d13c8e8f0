"""From several votes on a mention to one label, and how sure it is of that.

By majority, or weighed by how reliable each annotator proves to be (Dawid & Skene 1979, Maximum
likelihood estimation of observer error-rates using the EM algorithm, JRSS C 28(1), 20-28).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from stance.errors import StanceError, nearest
from stance.tables import STANCES

TIES = ("drop", "neutral")
ROUNDS, CLOSE = 1000, 1e-6
"""EM stops when no probability moves by more than CLOSE, at the latest after ROUNDS."""
MARGIN = {"majority": 0.0, "dawid_skene": 0.05}
"""By how much a stance must lead. Two annotators who differ leave a model a hair's breadth between
their stances; to call that a decision would hide the tie."""


def label(mentions: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """Give mentions the labels that `decide` found; mentions without one are left out.

    Raises StanceError where no mention has one.
    """
    settled = decided[decided["label"] != ""].drop(columns="outcome")
    taken = [column for column in settled if column in mentions and column != "mention"]
    labelled = mentions.drop(columns=taken).merge(settled, on="mention")
    if labelled.empty:
        raise StanceError(
            f"labels=votes found no label for any of the {len(mentions)} mentions: the ledger's "
            f"votes speak of {len(decided)} mentions and settle {len(settled)}. Check that ledger "
            "and corpus belong together; ties and skipped items have no label."
        )
    return labelled


def decide(
    votes: pd.DataFrame,
    method: str = "majority",
    ties: str = "drop",
    adjudicator: str | None = None,
    smoothing: float = 1.0,
) -> pd.DataFrame:
    """Decide on every mention of a ledger, in the order of its first row.

    Gives `mention, label, label_source, weight`, a probability per stance (its share of the votes,
    or the posterior by Dawid & Skene, see `dawid_skene` for ``smoothing``), `votes` (their number)
    and `outcome`:

    - ``settled``: ``weight`` is the probability of the label;
    - ``adjudicated``: the vote of ``adjudicator`` decided alone, with weight 1;
    - ``tie``: no stance leads (by `MARGIN`). ``ties="drop"`` leaves the label empty; ``"neutral"``
      sets neutral, with the probability of the first as weight;
    - ``skipped``: nobody voted, all rows are skipped items; the label is empty.

    Raises StanceError for an unknown method, way with ties or adjudicator, smoothing below 0, and
    a ledger without any vote.

    >>> votes = pd.DataFrame({"mention": ["m1", "m1", "m1", "m2", "m2", "m3"],
    ...     "annotator": ["ann", "bob", "eve", "ann", "bob", "ann"],
    ...     "label": ["favor", "favor", "neutral", "favor", "against", ""]})
    >>> decide(votes)[["mention", "label", "weight", "votes", "outcome"]].round(2)
      mention  label  weight  votes  outcome
    0      m1  favor    0.67      3  settled
    1      m2           0.00      2      tie
    2      m3           0.00      0  skipped
    """
    _known("method", method, MARGIN)
    _known("ties", ties, TIES)
    if not smoothing >= 0:
        raise StanceError(f"labels.smoothing={smoothing}; wanted 0 or more.")
    mentions = pd.Index(votes["mention"].unique())
    cast = votes[votes["label"] != ""]
    if cast.empty:
        raise StanceError(
            f"The ledger holds no vote: all of its {len(votes)} rows are skipped items. An empty "
            "label is a skipped item, not a vote for neutral."
        )
    last = cast["annotator"] == adjudicator
    if adjudicator is not None:
        _known("adjudicator", adjudicator, cast["annotator"].unique())
    chance = _chances(cast[~last], mentions, method, smoothing)
    final = mentions.get_indexer(cast.loc[last, "mention"])
    chance[final] = np.eye(len(STANCES))[_codes(cast.loc[last, "label"])]
    stance, weight, outcome = _settle(chance, ties, MARGIN[method])
    outcome[final] = "adjudicated"
    source = "votes:" + np.where(outcome == "settled", method, outcome).astype(object)
    table = {"mention": mentions, "label": stance, "label_source": source, "weight": weight}
    table |= dict(zip(STANCES, chance.T, strict=True))
    count = cast["mention"].value_counts().reindex(mentions, fill_value=0)
    return pd.DataFrame(table | {"votes": count.to_numpy(), "outcome": outcome})


class Estimate(NamedTuple):
    """What Dawid & Skene's model finds: items × classes, classes, annotators × true × said."""

    posterior: np.ndarray
    prior: np.ndarray
    confusion: np.ndarray


def dawid_skene(
    items: np.ndarray,
    annotators: np.ndarray,
    labels: np.ndarray,
    classes: int = len(STANCES),
    smoothing: float = 1.0,
) -> Estimate:
    """Estimate by EM what is true of each item, how frequent each class is and who errs how.

    The arrays are codes from 0, one entry per vote; an annotator may vote on an item repeatedly.
    Starts from the shares of votes (their eq. 3.1). ``smoothing`` is what is believed of annotators
    before their first vote (a Dirichlet prior): times one vote for each wrong class, three for the
    right one, and one item in each class. Without it an annotator of a few votes counts as
    infallible or perverse; 0 gives the maximum likelihood of the paper.

    Where two annotators disagree, only their habits and the class frequencies tell who is right;
    from three on the votes do. Annotators are taken to err independently of each other.

    >>> ann, bob, eve = [0, 0, 1, 1], [0, 0, 1, 1], [1, 0, 1, 0]  # what each says of four items
    >>> found = dawid_skene(np.tile(np.arange(4), 3), np.repeat(np.arange(3), 4),
    ...                     np.array([*ann, *bob, *eve]), classes=2, smoothing=0)
    >>> found.posterior.round(3).tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    >>> found.confusion[2].round(3).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    size, people = items.max() + 1, annotators.max() + 1
    belief = smoothing * (1 + 2 * np.eye(classes))
    answer = annotators * classes + labels
    truth = np.bincount(items * classes + labels, minlength=size * classes).reshape(size, classes)
    truth = truth / truth.sum(axis=1, keepdims=True)
    for _ in range(ROUNDS):
        prior = _shares(truth.sum(axis=0) + smoothing)
        said = [np.bincount(answer, share[items], people * classes) for share in truth.T]
        confusion = _shares(np.reshape(said, (classes, people, classes)).swapaxes(0, 1) + belief)
        chance = _log(confusion)[annotators, :, labels].T  # of each vote, class by class
        evidence = np.stack([np.bincount(items, row, size) for row in chance], axis=1)
        before, truth = truth, _softmax(evidence + _log(prior))
        if np.abs(truth - before).max() < CLOSE:
            break
    return Estimate(truth, prior, confusion)


def _softmax(logs: np.ndarray) -> np.ndarray:
    """Rows of logarithms → rows of probabilities."""
    chance = np.exp(logs - logs.max(axis=1, keepdims=True))
    return chance / chance.sum(axis=1, keepdims=True)


def _shares(counts: np.ndarray) -> np.ndarray:
    """Counts → shares along the last axis; equal ones where nothing was counted."""
    totals = counts.sum(axis=-1, keepdims=True)
    return np.divide(
        counts, totals, out=np.full(counts.shape, 1 / counts.shape[-1]), where=totals > 0
    )


def _log(chance: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(chance, np.finfo(float).tiny))


def _settle(
    chance: np.ndarray, ties: str, margin: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Label, weight and outcome of mentions from the probabilities of their stances."""
    second, top = np.sort(chance, axis=1)[:, -2:].T
    tied = top - second <= margin + 1e-9
    outcome = np.select([top == 0, tied], ["skipped", "tie"], "settled").astype(object)
    stance = np.array(STANCES, dtype=object)[chance.argmax(axis=1)]
    stance[outcome == "tie"] = "neutral" if ties == "neutral" else ""
    stance[outcome == "skipped"] = ""
    return stance, np.where(stance == "", 0.0, top), outcome


def _chances(votes: pd.DataFrame, mentions: pd.Index, method: str, smoothing: float) -> np.ndarray:
    """The probability of each stance of each mention, 0 where nobody voted: mentions × stances."""
    chance = np.zeros((len(mentions), len(STANCES)))
    if votes.empty:
        return chance
    items, voted = pd.factorize(votes["mention"])
    labels = _codes(votes["label"])
    if method == "dawid_skene":
        people, _ = pd.factorize(votes["annotator"], sort=True)
        found = dawid_skene(items, people, labels, smoothing=smoothing).posterior
    else:
        found = np.zeros((len(voted), len(STANCES)))
        np.add.at(found, (items, labels), 1)
        found /= found.sum(axis=1, keepdims=True)
    chance[mentions.get_indexer(voted)] = found
    return chance


def _codes(labels: pd.Series) -> np.ndarray:
    return pd.Categorical(labels, categories=STANCES).codes.astype(int)


def _known(key: str, value: str, known: Iterable[str]) -> None:
    if value not in (known := list(known)):
        raise StanceError(f"labels.{key}={value}: {nearest(value, known)}")
