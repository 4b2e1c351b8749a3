"""The exercises of lecture 6, on generative adversarial networks."""

import math

import numpy as np
from scipy.special import expit, log_expit

import infotheory as it
from infotheory.teaching.exercise import Exercise

from ..solutions import lecture_06 as solutions

# ---- 1: V from logits

_rng = np.random.default_rng(0)
_SURE = (np.array([1000.0, 2.0, 0.0]), np.array([-1000.0, 800.0, 0.0]))  # D is sure, and once wrong


def _overflowing(real, fake):
    return np.log(1 / (1 + np.exp(-real))).mean() + np.log(1 - 1 / (1 + np.exp(-fake))).mean()


value = Exercise(
    task="V from logits",
    unit="nats",
    answer=solutions.value,
    cases=[*(tuple(_rng.normal([[1.0], [-1.0]], 2, size=(2, 3))) for _ in range(10)), _SURE],
    slips={
        "Real and generated are swapped: log D is averaged over the real images.": lambda real, fake: (
            log_expit(fake).mean() + log_expit(-real).mean()
        ),
        "That is −V, what D minimises: V itself is at most 0.": lambda real, fake: (
            -log_expit(real).mean() - log_expit(-fake).mean()
        ),
        "That is V/2, the mean log-likelihood of an image: V is the sum of two means.": lambda real, fake: (
            (log_expit(real).mean() + log_expit(-fake).mean()) / 2
        ),
        "The second term is log D of the generated images: it must be log(1 − D).": lambda real, fake: (
            log_expit(real).mean() + log_expit(fake).mean()
        ),
        "Those are sums over the batches: take the mean of each.": lambda real, fake: (
            log_expit(real).sum() + log_expit(-fake).sum()
        ),
        "An exponential overflowed, or a logarithm is of 0: use np.logaddexp(0, t) for log(1 + eᵗ).": _overflowing,
    },
    hints=[
        "An expectation over a batch is a mean. There are two of them, each over its own batch.",
        "e^1000 overflows; np.logaddexp(0, t) is log(1 + e^t) and does not.",
    ],
)

# ---- 2: the JSD after collapse


def mode_pmfs(k, j):
    """The data's pmf over k modes, and that of a generator that makes the first j of them."""
    return np.full(k, 1 / k), np.where(np.arange(k) < j, 1 / j, 0)


def _jsd(k, j):
    return it.js_divergence(*mode_pmfs(k, j))


collapse = Exercise(
    task="JSD of k modes and j of them",
    unit="nats",
    answer=solutions.collapse,
    cases=[(10, 1), (10, 5), (8, 2), (4, 4), (3, 2)],
    slips={
        "That is 2 JSD: the definition has a factor ½.": lambda k, j: 2 * _jsd(k, j),
        "That is V(D*, G) = 2 JSD − log 4.": lambda k, j: 2 * _jsd(k, j) - math.log(4),
        "That is KL(g‖p) = log k/j, the reverse KL: JSD compares both with their mean.": lambda k, j: math.log(k / j),
        "The modes that the generator misses are missing: each adds (1/k) log 2 before the ½.": lambda k, j: (
            _jsd(k, j) - (1 - j / k) * math.log(2) / 2
        ),
    },
    hints=[
        "A mode that both have: p = 1/k and g = 1/j. A mode that only the data have adds (1/k) log 2 to KL(p‖(p+g)/2).",
        "(1/k) / ((1/k + 1/j)/2) = 2j/(j + k), and the other way round 2k/(j + k).",
    ],
)

# ---- 3: the density ratio

ratio = Exercise(
    task="p/g from D and the share of real images",
    answer=solutions.ratio,
    cases=[(0.9, 0.5), (0.5, 0.2), (0.3, 0.8), (0.05, 0.1)],
    slips={
        "That is D/(1 − D), right for a fair coin: divide by the odds π/(1 − π).": lambda D, pi: D / (1 - D),
        "The prior odds went the wrong way: divide by π/(1 − π).": lambda D, pi: D / (1 - D) * pi / (1 - pi),
        "That is g/p: the data's density stands above.": lambda D, pi: (1 - D) / D * pi / (1 - pi),
        "That is the logarithm of the ratio.": lambda D, pi: math.log(D / (1 - D)) - math.log(pi / (1 - pi)),
        "That divides by π alone: (1 − π) belongs to g.": lambda D, pi: D / (1 - D) / pi,
    },
    hints=["D = πp / (πp + (1 − π)g). What is D/(1 − D)?", "With π = ½ your formula must give D/(1 − D)."],
)

# ---- 4: the generator's gradient


def _slope(part):
    """The mean of `part(D, u, z)` over the noises."""

    def mean(z, a, b, u, v):
        return np.mean(part(expit(u * (a * z + b) + v), u, z))

    return mean


gradient = Exercise(
    task="∂L/∂a of the non-saturating loss",
    answer=solutions.gradient,
    cases=[(case[:3], *case[3:].tolist()) for case in np.random.default_rng(2).normal(size=(10, 7))],
    slips={
        "The sign is wrong: L falls as D rises.": _slope(lambda D, u, z: (1 - D) * u * z),
        "That is the slope of the minimax loss, −D: here it is −(1 − D).": _slope(lambda D, u, z: -D * u * z),
        "The factor ∂ℓ/∂x = u is missing.": _slope(lambda D, u, z: -(1 - D) * z),
        "That is ∂L/∂b: the factor ∂x/∂a = z is missing.": _slope(lambda D, u, z: -(1 - D) * u),
        "That is a sum over the noises: take the mean.": lambda z, *rest: len(z) * solutions.gradient(z, *rest),
        "That differentiates D, not −log D: divide by D.": _slope(lambda D, u, z: -D * (1 - D) * u * z),
    },
    hints=["The chain rule has three factors: ∂L/∂ℓ, ∂ℓ/∂x and ∂x/∂a.", "They are −(1 − D), u and z."],
)
