"""The exercises of lecture 7, on the InfoGAN bound."""

import math

import numpy as np
from scipy.special import xlogy

import infotheory as it
from infotheory.teaching.exercise import Exercise

from ..solutions import lecture_07 as solutions

# ---- 1: L_I of a table


def _random_table(rng):
    return rng.dirichlet(np.ones(6)).reshape(2, 3), rng.dirichlet([1, 1], 3).T


def _independent_pairs(p_cx, Q):
    p_cx = np.asarray(p_cx)
    return it.entropy(p_cx.sum(axis=1)) + np.sum(xlogy(np.outer(p_cx.sum(axis=1), p_cx.sum(axis=0)), Q))


def _without_weights(p_cx, Q):
    return it.entropy(np.sum(p_cx, axis=1)) + np.sum(np.log(Q))


_rng = np.random.default_rng(1)
_ZEROS = np.array([[0.25, 0.0, 0.25], [0.25, 0.25, 0.0]])

bound = Exercise(
    task="L_I of a table",
    unit="nats",
    answer=solutions.bound,
    cases=[
        *(_random_table(_rng) for _ in range(10)),
        (_ZEROS, np.array([[0.5, 0.0, 0.8], [0.5, 1.0, 0.2]])),  # Q excludes only what is impossible
        (_ZEROS, np.array([[1.0, 0.5, 0.8], [0.0, 0.5, 0.2]])),  # Q excludes a pair that happens
    ],
    slips={
        "That is E log Q alone: H(c) is missing.": lambda p_cx, Q: np.sum(xlogy(p_cx, Q)),
        "That is I(c;x), which does not depend on Q.": lambda p_cx, Q: it.mutual_information(p_cx),
        "That is the gap I − L_I.": lambda p_cx, Q: it.mutual_information(p_cx) - it.barber_agakov_bound(p_cx, Q),
        "E log Q has the wrong sign: log Q ≤ 0, so L_I ≤ H(c).": lambda p_cx, Q: (
            it.entropy(p_cx.sum(axis=1)) - np.sum(xlogy(p_cx, Q))
        ),
        "That has H(x), of the columns, where H(c), of the rows, belongs.": lambda p_cx, Q: (
            it.entropy(p_cx.sum(axis=0)) + np.sum(xlogy(p_cx, Q))
        ),
        "log Q was averaged over independent pairs: the code must be the one that made x.": _independent_pairs,
        "log Q was summed without its weights p(c,x).": _without_weights,
        "Q excludes a pair that happens: there log Q = −∞, and so is the bound.": lambda p_cx, Q: (
            it.barber_agakov_bound(p_cx, np.where(Q == 0, 1, Q), check=False)
        ),
    },
    hints=[
        "H(c) needs the row sums. The second term is one sum over the table.",
        "Select the pairs with p(c,x) > 0 by a mask. If Q is 0 at one of them, return -np.inf.",
    ],
)

# ---- 2: less overlap


def by_pieces(m, w):
    """I(c;x) from a table: the line is cut into pieces on which the posterior is constant."""
    edges = np.unique(np.concatenate([np.arange(m), np.arange(m) + w]))
    middle = (edges[1:] + edges[:-1]) / 2
    inside = (middle > np.arange(m)[:, None]) & (middle < np.arange(m)[:, None] + w)
    return it.mutual_information(inside * np.diff(edges) / (m * w))


def _with_share(share):
    """log m, less one bit in a share of the images."""
    return lambda m, w: math.log(m) - share(m, w) * math.log(2)


information = Exercise(
    task="I(c;x) of m classes of width w",
    unit="nats",
    answer=solutions.information,
    cases=[(4, 1.25), (5, 1.5), (3, 1.75), (5, 2.0), (7, 1.0), (2, 1.5)],
    slips={
        "That is H(c|x): I equals log m less H(c|x).": lambda m, w: math.log(m) - by_pieces(m, w),
        "That is the case w = 2: the overlaps have length w − 1.": _with_share(lambda m, w: (m - 1) / m),
        "The two classes at the ends have one neighbour only.": _with_share(lambda m, w: 2 * (w - 1) / w),
        "Each overlap belongs to two classes: its density is 2/(mw).": _with_share(
            lambda m, w: (m - 1) * (w - 1) / (m * w)
        ),
        "That is the share of the line; the overlaps are twice as dense.": _with_share(
            lambda m, w: (m - 1) * (w - 1) / (m - 1 + w)
        ),
    },
    hints=[
        "How many overlaps are there? How long is each, and what is the density of x in it?",
        "There are m − 1 overlaps of length w − 1, each with the density 2/(mw). H(c|x) is log 2 there, and else 0.",
    ],
)
