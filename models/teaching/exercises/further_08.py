"""The exercises of further/08: names for classes, the information after a blur, a proof, and a T to choose."""

import math

import numpy as np
import torch

import infotheory as it
from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ...data.augment import random_affine
from ...evaluation.digits import code_error, match_codes
from ..solutions import further_08 as solutions
from .judging_transforms import judge_transform, some_bars, what_remains

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
    others=[(np.random.default_rng(1).integers(0, 40, size=(k, k)),) for k in (3, 4, 5)],
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
    others=[(11, 3), (7, 1)],
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

# ---- 3: what T costs


def _chain(rng) -> dict:
    """p(c, x, t) of a Markov chain c → x → t, and a Q(c|t)."""
    p = rng.dirichlet(np.ones(12)).reshape(3, 4, 1) * rng.dirichlet(np.ones(5), size=4)
    return {"p": p, "Q": rng.dirichlet(np.ones(3), size=5).T}


def _no_chain(rng) -> dict:
    return {"p": rng.dirichlet(np.ones(60)).reshape(3, 4, 5), "Q": rng.dirichlet(np.ones(3), size=5).T}


def _of_the_chain(p, Q) -> tuple[float, float]:
    """I(c; x), and the sum of L_I, E KL and I(c; x|T(x)), each as a sum of logarithms."""
    cx, ct, xt, c, x, t = p.sum(2), p.sum(1), p.sum(0), p.sum((1, 2)), p.sum((0, 2)), p.sum((0, 1))
    I = np.sum(cx * np.log(cx / np.outer(c, x)))
    L_I = np.sum(ct * np.log(Q / c[:, None]))
    E_KL = np.sum(ct * np.log(ct / t / Q))
    lost = np.sum(p * np.log(p * t / (ct[:, None] * xt[None])))
    return I, L_I + E_KL + lost


cost_of_T = ProofExercise(
    task="what T costs",
    answer=solutions.cost_of_T,
    draw=_chain,
    otherwise=_no_chain,
    ends=_of_the_chain,
    hints=(
        "In a Markov chain c → x → t, T(x) adds nothing to x: I(c;x) = I(c;x,t).",
        "Split I(c;x,t) by the chain rule in the other order, and I(c;t) by the gap of Q.",
    ),
    slips={
        "without the assumption lines [2] fail": lambda: (solutions.cost_of_T()[0], 3),
        "expected 4 or more": lambda: (solutions.cost_of_T()[0][::3], 2),
        "your last line gives": lambda: (
            [*solutions.cost_of_T()[0][:-1], Step("L_I", "=", lambda p, Q: 0.0, "the bound")],
            2,
        ),
    },
)

# ---- 4: choose T


def _of_images(change):
    """A slip: a T that the student's function returns."""
    return lambda images: change


choose_T = Experiment(
    task="a T for bars",
    answer=solutions.choose_T,
    arguments=some_bars,
    judge=judge_transform,
    success=what_remains,
    hints=(
        "A translation changes the position alone. Which linear map changes the thickness but not the slant?",
        "F.affine_grid takes a matrix [n, 2, 3] for each image: scale 0 shift, 0 scale 0. F.grid_sample applies it.",
    ),
    slips={
        "expected a function of images": lambda images: images,
        "T gives a tensor [4000, 64, 64]": _of_images(lambda images: images[:, 0]),
        "T(x) has pixels outside [0, 1]": _of_images(lambda images: 2 * images),
        "almost empty after T": _of_images(torch.zeros_like),
        "does T turn, shear or mirror?": _of_images(lambda images: random_affine(images, 1.0)),
        "The position may keep": _of_images(lambda images: images),
        "The thickness may keep": _of_images(
            lambda images: torch.stack([image.roll(int(torch.randint(-16, 17, ())), 2) for image in images])
        ),
    },
)
