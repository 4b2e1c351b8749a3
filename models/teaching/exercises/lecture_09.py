"""The exercises of lecture 9, on the regularisers of the VAE."""

import math

import numpy as np

import infotheory as it
from infotheory.teaching.exercise import Exercise

from ..solutions import lecture_09 as solutions

# ---- 1: the floor of KL(q(z)‖p(z))

floor = Exercise(
    task="a lower bound on KL(q(z)‖p(z))",
    answer=solutions.floor,
    cases=[(24.0, 737280), (12.5, 9216), (6.3, 9216), (3.0, 4)],
    slips={
        "Below 0 the bound is weaker than Gibbs' inequality: take the larger of the two.": lambda kl, n_examples: (
            kl - math.log(n_examples)
        ),
        "That is log N in bits: these are nats, so take the natural logarithm.": lambda kl, n_examples: max(
            0.0, kl - math.log2(n_examples)
        ),
        "I is at most log N, so KL(q(z)‖p(z)) is at least KL minus log N, not log N minus KL.": lambda kl, n_examples: (
            max(0.0, math.log(n_examples) - kl)
        ),
        "That is the bound on I: return the bound on the other part of the KL.": lambda kl, n_examples: math.log(
            n_examples
        ),
    },
    hints=["How large can the other part of the KL be? And is your bound ever worse than a trivial one?"],
)

# ---- 2: weights of your own


def _weighted(a, b):
    """The mean of q̂(z_i) with the weights a(B, N) of the own example and b(B, N) of each other."""

    def mean(densities, n_examples):
        B, own = len(densities), np.trace(densities)
        return (a(B, n_examples) * own + b(B, n_examples) * (np.sum(densities) - own)) / B

    return mean


_rng = np.random.default_rng(0)

mixture = Exercise(
    task="the mean of an unbiased q̂(z_i)",
    answer=solutions.mixture,
    cases=[
        ((_rng.uniform(0, 1, (B, B)) + 3 * np.eye(B)).round(2), N) for B, N in ((3, 4), (3, 100), (4, 4), (5, 1000))
    ],
    slips={
        "Those are the naive weights: x_i would count 1/B, but it is one of N.": _weighted(
            lambda B, N: 1 / B, lambda B, N: 1 / B
        ),
        "Those are the minibatch weights 1/(NB): they do not even sum to 1.": _weighted(
            lambda B, N: 1 / (N * B), lambda B, N: 1 / (N * B)
        ),
        "x_i must count too, with 1/N: it is one of the N.": _weighted(lambda B, N: 0, lambda B, N: 1 / (B - 1)),
        "With 1/(B−1) for the others the weights sum to more than 1: the others stand for N − 1 of N.": _weighted(
            lambda B, N: 1 / N, lambda B, N: 1 / (B - 1)
        ),
        "That is the sum over i: take the mean.": lambda densities, n_examples: (
            len(densities) * solutions.mixture(densities, n_examples)
        ),
    },
    hints=["How much does x_i count in the true q(z_i)?", "The B − 1 others stand for N − 1 examples."],
)

# ---- 3: the total correlation of a Gaussian


def by_entropies(covariance):
    """TC as the marginals' entropies less the joint entropy, by the package."""
    marginals = sum(it.gaussian_entropy([[variance]]) for variance in np.diag(covariance))
    return marginals - it.gaussian_entropy(np.asarray(covariance))


gaussian_tc = Exercise(
    task="TC of a Gaussian",
    unit="nats",
    answer=solutions.gaussian_tc,
    cases=[
        (np.array([[1.0, 0.8], [0.8, 1.0]]),),
        (np.array([[4.0, 1.0], [1.0, 0.5]]),),
        (np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.9], [0.0, 0.9, 0.7]]),),
        (np.array([[2.0, 0.0], [0.0, 3.0]]),),
    ],
    slips={
        "The ½ is missing: the entropy of a Gaussian is ½ log det 2πeΣ.": lambda c: 2 * by_entropies(c),
        "The sign is wrong: det P is at most 1, so log det P ≤ 0, and TC ≥ 0.": lambda c: -by_entropies(c),
        "That is −½ log det Σ: divide by the variances first.": lambda c: -np.linalg.slogdet(c)[1] / 2,
        "That is the entropy of z: the entropies of the marginals are missing.": lambda c: it.gaussian_entropy(c),
    },
    hints=["P_ij = Σ_ij / √(Σ_ii Σ_jj); or write out both entropies."],
)

# ---- 4: the DIP-II penalty


def _variances(log_variance):
    return np.diag(np.exp(log_variance).mean(axis=0))


def _penalty(added=_variances, pairs=1.0, bias=False):
    """The penalty with something else in the place of E[Σ], a weight of the pairs, or a division by B."""

    def penalty(mean, log_variance):
        covariance = np.cov(np.transpose(mean), bias=bias) + added(log_variance)
        off_diagonal = covariance - np.diag(np.diag(covariance))
        return pairs * np.sum(off_diagonal**2) + np.sum((np.diag(covariance) - 1) ** 2)

    return penalty


_rng = np.random.default_rng(1)

dip_penalty = Exercise(
    task="the DIP-II penalty",
    answer=solutions.dip_penalty,
    cases=[
        (_rng.normal(size=(B, d)).round(2), _rng.uniform(-3, 0, (B, d)).round(2)) for B, d in ((4, 2), (6, 3), (5, 4))
    ],
    slips={
        "That is DIP-I: the variance of the posteriors, E[Σ], is missing.": _penalty(lambda lv: 0),
        "Those are log-variances: take the exponential first.": _penalty(lambda lv: np.diag(lv.mean(axis=0))),
        "That has standard deviations where variances belong.": _penalty(
            lambda lv: np.diag(np.exp(lv / 2).mean(axis=0))
        ),
        "E[Σ] is a diagonal matrix: your vector was added to every row.": _penalty(lambda lv: np.exp(lv).mean(axis=0)),
        "That adds one mean to all entries: each latent has its own expected variance, on the diagonal.": _penalty(
            lambda lv: np.exp(lv).mean()
        ),
        "Each pair counts twice in the sum over i ≠ j.": _penalty(pairs=0.5),
        "Divide by B − 1 in the covariance of the means, not by B.": _penalty(bias=True),
    },
    hints=[
        "np.cov expects variables in rows.",
        "E[Σ] is a diagonal matrix, with a different entry for each latent.",
    ],
)

# ---- 5: the square at any angle


def by_quadrature(angle):
    """TC of the turned square: the length of its cut at each z_1 is the marginal density there."""
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
    task="TC of a turned square",
    unit="nats",
    answer=solutions.square_tc,
    tolerance=1e-7,  # numerical integrals are right too
    cases=[(45.0,), (10.0,), (30.0,), (75.0,)],
    slips={
        "That is the entropy of one marginal: there are two, and h(z) is 0 for side 1.": _trapezoid(1.0, 0.5),
        "The ramps add w'/2w to each marginal's entropy, hence w'/w to the sum.": _trapezoid(2.0, 0.5),
        "That takes cos for the larger width: above 45° the sine is larger.": lambda angle: (
            2 * math.log(math.cos(math.radians(angle))) + math.tan(math.radians(angle))
        ),
        "The logarithm has the wrong sign: the plateau is 1/w high, and −log(1/w) is log w.": _trapezoid(-2.0),
        "That is the plateau alone: the ramps have an entropy too.": _trapezoid(2.0, 0.0),
    },
    hints=[
        "With side 1, z₁ = cu − sv with independent uniform u and v: the sum of two uniforms of widths c and s.",
        "Let w ≥ w' be the widths. The plateau is 1/w high and w − w' wide, and each ramp is w' wide.",
    ],
)
