"""The exercises of further/07: overlapping classes, a critic of two views, and a Q that sees features."""

import math

import numpy as np
import torch
from torch import nn

import infotheory as it
from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ..solutions import further_07 as solutions
from .judging_bounds import BATCH, draw_views, judge_critic, success_critic

# ---- 1: less overlap


def by_pieces(m, w):
    """I(c;x) from a table: the line is cut into pieces on which the posterior is constant."""
    edges = np.unique(np.concatenate([np.arange(m), np.arange(m) + w]))
    middle = (edges[1:] + edges[:-1]) / 2
    inside = (middle > np.arange(m)[:, None]) & (middle < np.arange(m)[:, None] + w)
    return it.mutual_information(inside * np.diff(edges) / (m * w))


def _with_share(share):
    """log m, minus one bit in a share of the images."""
    return lambda m, w: math.log(m) - share(m, w) * math.log(2)


information = Exercise(
    task="I(c;x) of m classes of width w",
    unit="nats",
    answer=solutions.information,
    cases=[(4, 1.25), (5, 1.5), (3, 1.75), (5, 2.0), (7, 1.0), (2, 1.5)],
    others=[(6, 1.25), (4, 1.75)],
    slips={
        "That is H(c|x): I equals log m minus H(c|x).": lambda m, w: math.log(m) - by_pieces(m, w),
        "That is the case w = 2: the overlaps have length w − 1.": _with_share(lambda m, w: (m - 1) / m),
        "The two classes at the ends have one neighbour only.": _with_share(lambda m, w: 2 * (w - 1) / w),
        "Each overlap belongs to two classes: its density is 2/(mw).": _with_share(
            lambda m, w: (m - 1) * (w - 1) / (m * w)
        ),
        "That is the share of the line; the overlaps are twice as dense.": _with_share(
            lambda m, w: (m - 1) * (w - 1) / (m - 1 + w)
        ),
    },
    hints=(
        "How many overlaps are there? How long is each, and what is the density of x in it?",
        "There are m − 1 overlaps of length w − 1 with the density 2/(mw). H(c|x) is log 2 there, and 0 elsewhere.",
    ),
)

# ---- 2: a critic of two views


def _bilinear(draw):
    """x W y with a trained 2 × 2 matrix W."""
    W = torch.zeros(2, 2, requires_grad=True)
    optimizer = torch.optim.Adam([W], lr=0.05)
    torch.manual_seed(0)
    for _ in range(200):
        x, y = draw(BATCH)
        loss = nn.functional.cross_entropy(x @ W @ y.T, torch.arange(BATCH))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return lambda x, y: x @ W @ y.T


critic = Experiment(
    task="a critic of two views",
    answer=solutions.critic,
    arguments=(draw_views,),
    judge=judge_critic,
    success=success_critic,
    hints=(
        "Row i of the scores is a classifier with K classes, whose right class is i: cross_entropy(scores, arange(K)).",
        "Let the score be the scalar product g(x)·h(y) of two networks with two hidden layers.",
    ),
    slips={
        "The critic is hardly trained": lambda draw: lambda x, y: x @ y.T * 0,
        "Use hidden layers for both views": _bilinear,
        "depend on x_i and y_j alone": lambda draw: lambda x, y: 10 * torch.eye(len(x)),
        "expected scores [256, 256]": lambda draw: lambda x, y: (x * y).sum(1),
        "the scores are not finite": lambda draw: lambda x, y: x @ y.T / 0,
        "expected a critic": lambda draw: 1.9,
    },
)

# ---- 3: a Q that sees features


def _any_q(rng) -> dict:
    """p(c, x) of three codes and five images, a table that merges them into three features, and any Q(c|x)."""
    merge = np.eye(3)[rng.permutation([0, 0, 1, 1, 2])]
    return {"p_cx": rng.dirichlet(np.ones(15)).reshape(3, 5), "merge": merge, "Q": rng.dirichlet(np.ones(3), 5).T}


def _q_of_features(rng) -> dict:
    drawn = _any_q(rng)
    return drawn | {"Q": rng.dirichlet(np.ones(3), 3).T @ drawn["merge"].T}


def _both_gaps(p_cx, merge, Q) -> tuple[float, float]:
    """The gap from the table of images, and from that of features."""
    p_x, p_ct, p_c = p_cx.sum(axis=0), p_cx @ merge, p_cx.sum(axis=1, keepdims=True)
    of_images = np.sum(p_cx * (np.log(p_cx) - np.log(p_x) - np.log(Q)))
    log_ratio = np.log(Q[:, merge.argmax(axis=0)] / p_c)
    return of_images, np.sum(p_cx * np.log(p_cx / (p_c * p_x))) - np.sum(p_ct * log_ratio)


def _without(*lines):
    """A slip: the model proof without some of its lines."""
    steps, _ = solutions.merged()
    kept = [step for number, step in enumerate(steps, start=1) if number not in lines]
    return kept, len(kept)


merged = ProofExercise(
    task="a Q that sees features",
    answer=solutions.merged,
    draw=_q_of_features,
    otherwise=_any_q,
    ends=_both_gaps,
    hints=(
        "Write I − L_I as one sum over p(c,x), and multiply and divide by p(c|t) inside the logarithm.",
        "The first of the two sums is H(c|t) − H(c|x). When can the second be written as a sum over t?",
    ),
    slips={
        "without the assumption lines [5] fail": lambda: (solutions.merged()[0], 4),
        "expected 4 or more": lambda: _without(2, 3),
        "the number of one of them": lambda: solutions.merged()[0],
        "your last line gives": lambda: (
            [
                *solutions.merged()[0][:-1],
                Step("I(c;x) − I(c;t)", "=", lambda p_cx, merge, Q: 0.0, "Q is the posterior"),
            ],
            5,
        ),
    },
)
