"""The exercises of lecture 8: two losses, two bounds, a proof about misread codes, and an InfoGAN to train."""

import math

import numpy as np
import torch
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax, softmax
from torch import nn

from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ... import Uniform
from ..solutions import lecture_08 as solutions
from .judging_infogans import (
    clusters_found,
    constant,
    joint_and_q,
    judge_clusters,
    narrow,
    networks_of,
    not_detached,
    share_and_bound,
    unlabelled_points,
    untrained,
    without_normalisation,
)

# ---- 1: the two losses


def _losses(of_D, of_G):
    """Both losses from V, −E log D(G), E log(1 − D(G)), L_I and λ."""

    def losses(real, fake, L_I, weight):
        V = log_expit(real).mean() + log_expit(-fake).mean()
        parts = V, -log_expit(fake).mean(), log_expit(-fake).mean(), L_I, weight
        return of_D(*parts), of_G(*parts)

    return losses


def _of_D(V, ns, minimax, L, w):
    return -V - w * L


def _of_G(V, ns, minimax, L, w):
    return ns - w * L


_rng = np.random.default_rng(2)

losses = Exercise(
    task="the losses of D and Q, and of G",
    answer=solutions.losses,
    cases=[
        (3 * _rng.normal(size=2), 3 * _rng.normal(size=3), *_rng.uniform(0.2, 2, size=2).tolist()) for _ in range(10)
    ],
    others=[
        (np.array([0.5, -2.0]), np.array([1.0, 0.3, -1.0]), 0.4, 1.0),
        (np.array([3.0]), np.array([-2.0]), 1.2, 0.3),
    ],
    slips={
        "The loss of D: V has the wrong sign. D maximises V, and a loss is minimised.": _losses(
            lambda V, ns, mm, L, w: V - w * L, _of_G
        ),
        "Return the pair in the order (D and Q, G).": _losses(_of_G, _of_D),
        "The loss of D: log D belongs to the real images and log(1 − D) to the generated ones.": lambda r, f, L, w: (
            solutions.losses(f, r, L, w)[0],
            solutions.losses(r, f, L, w)[1],
        ),
        "The loss of D and Q: λ L_I has the wrong sign. Q maximises L_I.": _losses(
            lambda V, ns, mm, L, w: -V + w * L, _of_G
        ),
        "The loss of D and Q: λ L_I is missing, so Q is not trained.": _losses(lambda V, ns, mm, L, w: -V, _of_G),
        "The loss of G is E log(1 − D), whose gradient vanishes where D is sure: take −E log D.": _losses(
            _of_D, lambda V, ns, mm, L, w: mm - w * L
        ),
        "The loss of G: log D has the wrong sign. G maximises D(G).": _losses(
            _of_D, lambda V, ns, mm, L, w: -ns - w * L
        ),
        "The loss of G has V in it: the real images do not depend on G.": _losses(
            _of_D, lambda V, ns, mm, L, w: V - w * L
        ),
        "The loss of G: λ L_I has the wrong sign. G maximises L_I.": _losses(_of_D, lambda V, ns, mm, L, w: ns + w * L),
        "The loss of G: λ L_I is missing. G, too, is trained on it.": _losses(_of_D, lambda V, ns, mm, L, w: ns),
        "λ L_I is missing in both losses: that is a plain GAN, whose generator may ignore its code.": _losses(
            lambda V, ns, mm, L, w: -V, lambda V, ns, mm, L, w: ns
        ),
        "That is V − λ L_I twice: D maximises V, so its loss has −V, and G minimises −E log D.": _losses(
            lambda V, ns, mm, L, w: V - w * L, lambda V, ns, mm, L, w: V - w * L
        ),
        "The loss of D has V/2: V is the sum of two means.": _losses(lambda V, ns, mm, L, w: -V / 2 - w * L, _of_G),
        "λ is missing in both losses: L_I is weighted by it.": _losses(
            lambda V, ns, mm, L, w: -V - L, lambda V, ns, mm, L, w: ns - L
        ),
        "λ L_I has the wrong sign in both losses: Q and G maximise L_I.": _losses(
            lambda V, ns, mm, L, w: -V + w * L, lambda V, ns, mm, L, w: ns + w * L
        ),
    },
    hints=[
        "log D = −log(1 + e^−ℓ) and log(1 − D) = −log(1 + e^ℓ); np.logaddexp(0, −ℓ) does not overflow.",
        "Losses are minimised. D maximises V, so its loss has −V; both losses have −λ L_I.",
    ],
)

# ---- 2: L_I from logits


def _rows(rng, n=2, classes=3):
    return np.eye(classes)[rng.integers(classes, size=n)], 2 * rng.normal(size=(n, classes))


def _mean_log_q(codes, logits):
    return (codes * log_softmax(logits, axis=1)).sum(axis=1).mean()


def _overflowing(codes, logits):
    q = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return math.log(3) + np.log((codes * q).sum(axis=1)).mean()


_rng = np.random.default_rng(1)

information_bound = Exercise(
    task="L_I from logits",
    unit="nats",
    answer=solutions.information_bound,
    cases=[
        *(_rows(_rng) for _ in range(10)),
        _rows(_rng, 3, 4),
        (np.eye(3)[[0, 1]], 1000 * np.eye(3)[[0, 1]]),
    ],  # certain, and right
    others=[_rows(np.random.default_rng(7)), _rows(np.random.default_rng(8), 4, 3)],
    slips={
        "That is softmax applied twice: pass the logits as they are.": lambda codes, logits: (
            math.log(3) + _mean_log_q(codes, softmax(logits, axis=1))
        ),
        "That is E log Q alone: H(c) = log k is missing.": _mean_log_q,
        "H(c) has the wrong sign: add log k.": lambda *case: _mean_log_q(*case) - math.log(3),
        "E log Q has the wrong sign: log Q ≤ 0, so L_I ≤ log k.": lambda *case: math.log(3) - _mean_log_q(*case),
        "That is a sum over the batch: take the mean.": lambda *case: math.log(3) + 2 * _mean_log_q(*case),
        "The logits are not normalised: subtract the log of the sum of their exponentials.": lambda codes, logits: (
            math.log(3) + (codes * logits).sum(axis=1).mean()
        ),
        "An exponential overflowed: subtract the largest logit of each row first.": _overflowing,
        "A sum of exponentials overflowed: subtract the largest logit of each row first.": lambda codes, logits: (
            math.log(logits.shape[1]) + ((codes * logits).sum(1) - np.log(np.exp(logits).sum(1))).mean()
        ),
    },
    hints=[
        "log Q(c|x) is the logit of c minus the log of the sum of all exponentials of the row.",
        "e^1000 overflows. Subtract the largest logit of each row first: the softmax does not change.",
    ],
)

# ---- 3: the best bound of a continuous code

_NUMBER = Uniform(-1, 1, learn_sigma=True)  # its Q has μ and log σ


def bound_at(log_sigma, m):
    """L_I for one code at 0, read with the error √m, by the package."""
    parameters = torch.tensor([[math.sqrt(m), log_sigma]], dtype=torch.float64)
    return _NUMBER.entropy + _NUMBER.log_q(torch.zeros(1, 1), parameters).item()


def by_search(m):
    """The largest L_I over σ, by a numerical search."""
    return -minimize_scalar(lambda log_sigma: -bound_at(log_sigma, m), bracket=(-4, 0)).fun


best_bound = Exercise(
    task="the best L_I at mean squared error m",
    unit="nats",
    answer=solutions.best_bound,
    cases=[(0.01,), (0.05,), (0.2,), (1 / 3,), (1.5,)],
    others=[(0.02,), (0.5,)],
    slips={
        "That is the bound at σ = 1: choose σ for this m.": lambda m: bound_at(0, m),
        "The last term was lost: at the best σ it is ½ for every m.": lambda m: solutions.best_bound(m) + 0.5,
        "That is the last term twice: it is ½, not 1.": lambda m: solutions.best_bound(m) - 0.5,
        "h(c) = log 2 is missing: c is uniform on an interval of length 2.": lambda m: (
            solutions.best_bound(m) - math.log(2)
        ),
        "h(c) has the wrong sign.": lambda m: solutions.best_bound(m) - 2 * math.log(2),
    },
    hints=[
        "L_I(σ) = log 2 − ½ log 2πσ² − m/2σ².",
        "Set the derivative in σ² to 0. Which mean squared error does Q make?",
    ],
)

# ---- 4: how often a code is misread

_QUARTER = [Step("Σ p(c,x) 1[Q(c|x) ≤ ¼]", "<=", lambda p, Q: (p * (Q <= 0.25)).sum(), "another class has more")]

misreading = ProofExercise(
    task="the share of misread codes",
    answer=solutions.misreading,
    draw=joint_and_q,
    otherwise=without_normalisation,
    ends=share_and_bound,
    claim="<=",
    hints=(
        "If another class is more probable, it has at least the probability Q(c|x). The two sum to at most 1.",
        "On which of the pairs (c, x) is 1 at most −log₂ Q(c|x)? Elsewhere, −log₂ Q(c|x) is at least 0.",
    ),
    slips={
        "without the assumption lines [2] fail": lambda: (solutions.misreading()[0], 3),
        "expected 4 or more": lambda: (solutions.misreading()[0][::3], 2),
        "your last line gives": lambda: (
            [*solutions.misreading()[0][:-1], Step("1", "<=", lambda p, Q: 99.0, "a probability")],
            2,
        ),
        "line 2 fails on draw": lambda: (solutions.misreading()[0][:1] + _QUARTER + solutions.misreading()[0][2:], 2),
    },
)

# ---- 5: an InfoGAN of six clusters

clusters = Experiment(
    task="an InfoGAN of six clusters",
    answer=solutions.clusters,
    arguments=unlabelled_points,
    judge=judge_clusters,
    success=clusters_found,
    errors={"second time": "D's loss went back into G: give D and Q the detached points, fake.detach()."},
    hints=(
        "Take the loop of 8.3 with noise and a one-hot code as inputs; D and Q may share a trunk or not.",
        "Two hidden layers of 64 units, Adam with 1e-3 and betas (0.5, 0.999), and 1,000 steps are enough.",
    ),
    slips={
        "expected two modules": lambda points: nn.Linear(10, 2),
        "the generator gives a tensor [6000, 3]": lambda points: (nn.Linear(10, 3), nn.Linear(2, 6)),
        "the recogniser gives a tensor [6000, 5]": lambda points: (nn.Linear(10, 2), nn.Linear(2, 5)),
        "lie near a cluster": untrained,
        "reach 1 of the six clusters": networks_of([0] * 6),
        "the generator ignores its code": networks_of(None),
        "reach 5 of the six clusters": networks_of([0, 1, 2, 3, 4, 4]),
        "Does the generator read its noise": narrow,
        "the L_I of your recogniser on new points": constant,
        "D's loss went back into G": not_detached,
    },
)
