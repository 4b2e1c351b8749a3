"""The exercises of lecture 7: L_I of a table, lemma 5.1, a trained reader, a readable code, misplaced confidence."""

import math

import numpy as np
import torch
from scipy.special import xlogy
from torch import nn

import infotheory as it
from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ..solutions import lecture_07 as solutions
from .judging_bounds import (
    N_CODES,
    draw_pairs,
    judge_accurate,
    judge_generator,
    judge_reader,
    success_accurate,
    success_generator,
    success_reader,
)

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
        (_ZEROS, np.array([[1.0, 0.5, 0.8], [0.0, 0.5, 0.2]])),  # Q excludes a pair that occurs
    ],
    others=[_random_table(np.random.default_rng(seed)) for seed in (11, 12, 13)],
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
        "log Q was averaged over independent pairs: the code must be the one that generated x.": _independent_pairs,
        "log Q was summed without its weights p(c,x).": _without_weights,
        "Q excludes a pair that occurs: there log Q = −∞, and so is the bound.": lambda p_cx, Q: it.barber_agakov_bound(
            p_cx, np.where(Q == 0, 1, Q), check=False
        ),
        "log(Q + 1e-12) is finite where Q excludes a pair that occurs: the bound must be −∞ there.": lambda p_cx, Q: (
            it.entropy(p_cx.sum(axis=1)) + np.sum(p_cx * np.log(Q + 1e-12))
        ),
    },
    hints=(
        "H(c) needs the row sums. The second term is one sum over the table.",
        "Select the pairs with p(c,x) > 0 by a mask. If Q is 0 at one of them, return -np.inf.",
    ),
)

# ---- 2: accurate, and yet a negative bound

_TWO = np.array([[0.49, 0.01], [0.01, 0.49]])

accurate_and_negative = Experiment(
    task="95 % right, and a negative bound",
    answer=solutions.accurate_and_negative,
    judge=judge_accurate,
    success=success_accurate,
    hints=(
        "Let Q err rarely. How improbable must it make the right code in these cases?",
        "A fair code that can be read with the error rate ε ≤ ½ has I ≥ log 2 + ε log ε + (1 − ε) log(1 − ε) (Fano).",
    ),
    slips={
        "is not negative": lambda: (_TWO, 2 * _TWO),
        "expected 95 % or more": lambda: (_TWO, 2 * _TWO[::-1]),
        "expected a fair code": lambda: (np.array([[0.9, 0.0], [0.0, 0.1]]), 2 * _TWO),
        "hold no zero": lambda: (_TWO, np.eye(2)),
        "expected [2, images] for both": lambda: (np.full(4, 0.25), np.full(4, 0.25)),
        "expected two arrays": lambda: _TWO,
    },
)

# ---- 3: lemma 5.1


def _any_draw(rng) -> dict:
    return {"p": rng.dirichlet(np.ones(6)).reshape(2, 3), "r": rng.dirichlet([1, 1], 3).T, "f": rng.normal(size=(2, 3))}


def _posterior_draw(rng) -> dict:
    drawn = _any_draw(rng)
    return drawn | {"r": drawn["p"] / drawn["p"].sum(axis=0)}


def _both_means(p, r, f) -> tuple[float, float]:
    cells = [(x, y, again) for x in range(2) for y in range(3) for again in range(2)]
    return sum(p[x, y] * r[again, y] * f[again, y] for x, y, again in cells), float(p.ravel() @ f.ravel())


def _with_line(number, value):
    """A slip: the model proof with the value of one line changed."""
    steps, named = solutions.lemma()
    steps[number - 1] = Step(steps[number - 1].latex, "=", value, "?")
    return steps, named


lemma = ProofExercise(
    task="lemma 5.1",
    answer=solutions.lemma,
    draw=_posterior_draw,
    otherwise=_any_draw,
    ends=_both_means,
    hints=(
        "x occurs in p(x,y) alone, so the sum over x can be done first.",
        "After that sum p(y) is left. Which product of two probabilities is p(x',y)?",
    ),
    slips={
        "without the assumption lines [4] fail": lambda: (solutions.lemma()[0], 3),
        "expected 4 or more": lambda: (solutions.lemma()[0][::4], 2),
        "the number of one of them": lambda: solutions.lemma()[0],
        "line 3 fails on draw 0": lambda: _with_line(3, lambda p, r, f: np.sum(f * r)),
        "line 4 fails on draw 0": lambda: _with_line(4, lambda p, r, f: p.sum(1) @ f @ p.sum(0)),
    },
)

# ---- 4: train a reader


def _network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, N_CODES))


def _trained(Q, draw, steps=300, batch=512):
    torch.manual_seed(0)
    optimizer = torch.optim.Adam(Q.parameters(), lr=3e-3)
    for _ in range(steps):
        c, x = draw(batch)
        loss = nn.functional.cross_entropy(Q(x), c)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return Q


def _on_fixed_pairs(draw):
    torch.manual_seed(0)
    pairs = draw(100)
    return _trained(_network(), lambda n: pairs, steps=1_000)


def _diverged(draw):
    Q = _network()
    nn.init.constant_(Q[-1].bias, math.nan)
    return Q


trained_reader = Experiment(
    task="a Q whose L_I is within 0.05 nats of I",
    answer=solutions.trained_reader,
    arguments=(draw_pairs,),
    judge=judge_reader,
    success=success_reader,
    hints=(
        "The mean of -log Q(c|x) is the cross-entropy of the codes: nn.functional.cross_entropy(Q(x), c).",
        "Draw 512 new pairs in each step. Two hidden layers of 64 units and 1,000 steps of Adam at 3e-3 are enough.",
    ),
    slips={
        "Use two hidden layers, or train for more steps.": lambda draw: _trained(nn.Linear(2, N_CODES), draw),
        "Your Q ignores the image, or is hardly trained.": lambda draw: _network(),
        "Your Q is sure and often wrong.": _on_fixed_pairs,
        "Your Q returns probabilities": lambda draw: nn.Sequential(_trained(_network(), draw), nn.Softmax(dim=1)),
        "the training has diverged": _diverged,
        "expected logits [20000, 4]": lambda draw: nn.Linear(2, 2),
        "expected a network": lambda draw: 1.18,
    },
)

# ---- 5: the same images, a readable code

_SPLIT, _GUESS = np.repeat([0, 1, 2], [18, 3, 3]), np.array([[0.6, 0.4, 0.2], [0.4, 0.6, 0.8]])
_OF_LECTURE = np.stack([_SPLIT, np.repeat([0, 1, 2], [4, 8, 12])], axis=1)

readable_code = Experiment(
    task="the same images, a readable code",
    answer=solutions.readable_code,
    judge=judge_generator,
    success=success_generator,
    hints=(
        "If no image belongs to both codes, the images determine the code. Which image has the probability of code 0?",
        "p(x=1|c=1) must be 0.25/0.60. How many of 24 noises is that?",
    ),
    slips={
        "both codes generate the images [0, 1, 2]": lambda: (_OF_LECTURE, _GUESS),
        "your generator has p(x) = [0.4, 0.6, 0.0]": lambda: (np.repeat([[0, 1]], 24, axis=0), _GUESS),
        "your Q is not the posterior": lambda: (solutions.readable_code()[0], _GUESS),
        "expected [24, 2] with the images 0, 1 and 2": lambda: (np.zeros((2, 24)), _GUESS),
        "expected [2, 3] with columns that are pmfs": lambda: (_OF_LECTURE, _GUESS.T),
        "expected two arrays": lambda: _OF_LECTURE,
    },
)
