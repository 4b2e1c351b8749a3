"""The exercises of further/09: two moments, a rotated square, and an unseen dependence."""

import math

import numpy as np

from infotheory.teaching.exercise import Exercise, Experiment

from ..solutions import further_09 as solutions
from .judging_moments import SIGMA, judge_unseen, success_of_unseen

# ---- 1: the DIP-II penalty


def _variances(log_variance):
    return np.diag(np.exp(log_variance).mean(axis=0))


def _penalty(added=_variances, pairs=1.0, bias=False, target=1.0):
    """The penalty with something else in the place of E[Σ], a weight of the pairs, or a division by B.

    `target` is what the diagonal should equal.
    """

    def penalty(mean, log_variance):
        covariance = np.cov(np.transpose(mean), bias=bias) + added(log_variance)
        off_diagonal = covariance - np.diag(np.diag(covariance))
        return pairs * np.sum(off_diagonal**2) + np.sum((np.diag(covariance) - target) ** 2)

    return penalty


def _all_entries(mean, log_variance):
    return np.sum((np.cov(np.transpose(mean)) + _variances(log_variance) - 1) ** 2)


_rng = np.random.default_rng(1)

dip_penalty = Exercise(
    task="the DIP-II penalty",
    answer=solutions.dip_penalty,
    cases=[
        (_rng.normal(size=(B, d)).round(2), _rng.uniform(-3, 0, (B, d)).round(2)) for B, d in ((4, 2), (6, 3), (5, 4))
    ],
    others=[
        (np.random.default_rng(7).normal(size=(B, d)).round(2), np.full((B, d), -0.7)) for B, d in ((5, 2), (3, 3))
    ],
    slips={
        "That is DIP-I: the variance of the posteriors, E[Σ], is missing.": _penalty(lambda lv: 0),
        "Those are log-variances: take the exponential first.": _penalty(lambda lv: np.diag(lv.mean(axis=0))),
        "Those are standard deviations: take the exponential of log_variance, not of its half.": _penalty(
            lambda lv: np.diag(np.exp(lv / 2).mean(axis=0))
        ),
        "E[Σ] is a diagonal matrix: your vector was added to every row.": _penalty(lambda lv: np.exp(lv).mean(axis=0)),
        "That adds one mean to all entries: each latent has its own expected variance, on the diagonal.": _penalty(
            lambda lv: np.exp(lv).mean()
        ),
        "Each pair counts twice in the sum over i ≠ j.": _penalty(pairs=0.5),
        "Divide by B − 1 in the covariance of the means, not by B.": _penalty(bias=True),
        "The diagonal should be 1: subtract 1 from C_ii before you square.": _penalty(target=0.0),
        "That subtracts 1 from all entries: only those on the diagonal should be 1.": _all_entries,
        "That is the sum of the variances over the batch: E[Σ] is their mean.": _penalty(
            lambda lv: np.diag(np.exp(lv).sum(axis=0))
        ),
    },
    hints=[
        "np.cov expects variables in rows.",
        "E[Σ] is a diagonal matrix, with a different entry for each latent.",
    ],
)

# ---- 2: the square at any angle


def by_quadrature(angle):
    """TC of the rotated square: the length of its cut at each z_1 is the marginal density there."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    places = np.linspace(-(c + s) / 2, (c + s) / 2, 400_001)
    height = np.clip(((c + s) / 2 - np.abs(places)) / max(c * s, 1e-12), 0, 1 / max(c, s))
    return -2 * np.trapezoid(height * np.log(np.maximum(height, 1e-300)), places)


def _trapezoid(of_height=2.0, of_ramps=1.0):
    def tc(angle):
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        return of_height * math.log(max(c, s)) + of_ramps * min(c, s) / max(c, s)

    return tc


square_tc = Exercise(
    task="TC of a rotated square",
    unit="nats",
    answer=solutions.square_tc,
    tolerance=1e-7,  # numerical integrals are right too
    cases=[(45.0,), (10.0,), (30.0,), (75.0,)],
    others=[(20.0,), (60.0,)],
    slips={
        "That is the entropy of one marginal: there are two, and h(z) is 0 for side 1.": _trapezoid(1.0, 0.5),
        "The ramps add w'/2w to each marginal's entropy, hence w'/w to the sum.": _trapezoid(2.0, 0.5),
        "That takes cos for the larger width: above 45° the sine is larger.": lambda angle: (
            2 * math.log(math.cos(math.radians(angle))) + math.tan(math.radians(angle))
        ),
        "The logarithm has the wrong sign: the plateau is 1/w high, and −log(1/w) is log w.": _trapezoid(-2.0),
        "That is the plateau alone: the ramps have an entropy too.": _trapezoid(2.0, 0.0),
        "The angle is in degrees: math.cos and math.sin take radians.": lambda angle: solutions.square_tc(
            math.degrees(angle)
        ),
    },
    hints=[
        "With side 1, z₁ = cu − sv with independent uniform u and v: the sum of two uniforms of widths c and s.",
        "Let w ≥ w' be the widths. The plateau is 1/w high and w − w' wide, and each ramp is w' wide.",
    ],
)

# ---- 3: a dependence that no moment up to degree four shows


def _points(draw):
    """A slip: u from these draws, with the mean 0 and the covariance I of the sample, shrunk for the noise."""

    def unseen():
        u = draw(np.random.default_rng(0))
        u = u - u.mean(axis=0)
        u = u @ np.linalg.inv(np.linalg.cholesky(np.cov(u.T, bias=True))).T
        return math.sqrt(1 - SIGMA**2) * u

    return unseen


def _ring(rng):
    angles = 2 * np.pi * np.arange(1_000) / 1_000
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _lattice(rng):
    """A product of two distributions with the first five moments of N(0, 1)."""
    line = np.repeat([-math.sqrt(3), 0, math.sqrt(3)], [1, 4, 1])
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


unseen = Experiment(
    task="an unseen dependence",
    answer=solutions.unseen,
    judge=judge_unseen,
    success=success_of_unseen,
    hints=(
        "Try a u whose direction is uniform. Only two moments of its length r are then fixed: E r² = 2 and E r⁴ = 8.",
        "Let r be 0 or a, with probabilities to choose. Shrink u by √(1 − σ²), so that the noise restores the moments.",
    ),
    slips={
        "expected an array": lambda: np.zeros(7),
        "E z₁⁴ = ": _points(_ring),
        "E z₁² = ": lambda: solutions.unseen() / math.sqrt(1 - SIGMA**2),
        "E z₁z₂ = ": lambda: _points(_ring)() @ np.array([[1, 0.3], [0, math.sqrt(1 - 0.09)]]),
        "almost independent": _points(_lattice),
    },
)
