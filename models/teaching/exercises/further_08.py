"""The exercises of further/08: names for classes, the information after a blur, a proof, and a T to choose."""

import math

import numpy as np

import infotheory as it
from infotheory.teaching.exercise import Exercise

from ...evaluation.digits import code_error, match_codes
from ..solutions import further_08 as solutions

# ---- 1: name the classes


def error_of(counts):
    """The error under the best naming, by the package."""
    counts = np.asarray(counts)
    return code_error(counts, match_codes(counts))


def _greedy(counts):
    left, right = np.array(counts, float), 0
    for _ in range(len(left)):
        i, j = np.unravel_index(left.argmax(), left.shape)
        right += left[i, j]
        left[i], left[:, j] = -1, -1
    return 1 - right / np.sum(counts)


_rng = np.random.default_rng(3)
_BLOCKED = np.array([[5, 6, 5], [6, 2, 10], [1, 5, 3]])  # each slip gives a different number

naming_error = Exercise(
    task="the error under the best naming",
    answer=solutions.naming_error,
    cases=[(_BLOCKED,), *((_rng.integers(0, 40, size=(k, k)),) for k in (3, 3, 4, 4, 5))],
    slips={
        "A digit was used twice: every class needs one of its own.": lambda n: 1 - np.max(n, axis=1).sum() / np.sum(n),
        "Every digit took its most frequent class, so a class got two digits.": lambda n: (
            1 - np.max(n, axis=0).sum() / np.sum(n)
        ),
        "The largest count first is not always part of the best naming.": _greedy,
        "That is the share named right: the error is 1 minus this share.": lambda n: 1 - error_of(n),
        "That is a number of images: divide by their sum.": lambda n: error_of(n) * np.sum(n),
        "Class i was named digit i; the order of the classes means nothing.": lambda n: 1 - np.trace(n) / np.sum(n),
        "That is the worst naming: ask for the maximum.": lambda n: code_error(n, match_codes(-n)),
    },
    hints=[
        "If each class takes its most frequent digit, a digit may be used twice.",
        "itertools.permutations(range(k)) lists all namings; scipy.optimize.linear_sum_assignment finds the best.",
    ],
)

# ---- 2: the information after a blur


def on_a_ring(k, r):
    """I(c; T(x)) from the joint pmf of the class and the moved level."""
    return it.mutual_information(
        sum(np.roll(np.eye(k), shift, axis=1) for shift in range(-r, r + 1)) / (k * (2 * r + 1))
    )


blurred_information = Exercise(
    task="I(c; T(x)) of k levels, moved by up to r",
    unit="nats",
    answer=solutions.blurred_information,
    cases=[(10, 2), (10, 1), (9, 4), (12, 3), (10, 0)],
    slips={
        "That is H(c): T loses some information.": lambda k, r: math.log(k),
        "That is the information that T loses: return what remains.": lambda k, r: math.log(k) - on_a_ring(k, r),
        "T moves both ways, and may stay: count the levels from −r to r.": lambda k, r: math.log(k / (r + 1)),
        "T may also leave the level as it is.": lambda k, r: math.log(k / max(2 * r, 1)),
    },
    hints=[
        "I = H(T(x)) − H(T(x)|c). Both are entropies of uniform distributions.",
        "Given c there are 2r + 1 levels; without c all k levels are equally likely.",
    ],
)
