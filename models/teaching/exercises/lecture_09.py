"""The exercises of lecture 9: a floor, a proof, weights of a mixture, the TC of a Gaussian, and a penalty."""

import math

import numpy as np
import torch

import infotheory as it
from infotheory import Step, diagonal_gaussian_kl
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ..solutions import lecture_09 as solutions
from .judging_regularisers import judge_penalty, success_of_penalty

# ---- 1: the floor of KL(q(z)‖p(z))

floor = Exercise(
    task="a lower bound on KL(q(z)‖p(z))",
    answer=solutions.floor,
    cases=[(24.0, 737280), (12.5, 9216), (6.3, 9216), (3.0, 4)],
    others=[(9.0, 1000), (1.5, 50)],
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
        "That is the mean KL itself: subtract the largest value that I can have.": lambda kl, n_examples: kl,
    },
    hints=["How large can the other part of the KL be? Can your bound be worse than a trivial one?"],
)

# ---- 2: total correlation is redundancy


def _encoder(rng) -> dict:
    """q(z|x) of five x, [x, z_1, z_2], whose latents are independent given x."""
    return {"q": rng.dirichlet(np.ones(3), size=5)[:, :, None] * rng.dirichlet(np.ones(4), size=5)[:, None, :]}


def _dependent(rng) -> dict:
    return {"q": rng.dirichlet(np.ones(12), size=5).reshape(5, 3, 4)}


def _by_the_package(q) -> tuple[float, float]:
    p = q / len(q)
    single = [it.mutual_information(p.sum(axis)) for axis in (2, 1)]
    return it.mutual_information(p.reshape(len(p), -1)) + it.total_correlation(p.sum(0)), sum(single)


redundancy = ProofExercise(
    task="I(x;z) + TC(z) = Σ I(x;z_j)",
    answer=solutions.redundancy,
    draw=_encoder,
    otherwise=_dependent,
    ends=_by_the_package,
    hints=(
        "Write both parts as expectations of a logarithm, and add them. One density cancels.",
        "q(z_1|x) is q.sum(axis=2), and q(z_1) is its mean over x. Which line replaces q(z|x) by a product?",
    ),
    slips={
        "without the assumption lines [4] fail": lambda: (solutions.redundancy()[0], 3),
        "expected 4 or more": lambda: (solutions.redundancy()[0][::2], 2),
        "your last line gives": lambda: (
            [*solutions.redundancy()[0][:-1], Step("I(x;z)", "=", lambda q: 0.0, "the information")],
            4,
        ),
    },
)

# ---- 3: weights of your own


def _weighted(a, b):
    """The mean of q̂(z_i) with the weights a(B, N) of the own example and b(B, N) of each other."""

    def mean(densities, n_examples):
        B, own = len(densities), np.trace(densities)
        return (a(B, n_examples) * own + b(B, n_examples) * (np.sum(densities) - own)) / B

    return mean


def _column(densities, n_examples):
    """The mean of q̂(z_i) with the weight 1/N in column 0 instead of the diagonal."""
    B, first = len(densities), np.sum(densities[:, 0])
    other = (n_examples - 1) / (n_examples * (B - 1))
    return (first / n_examples + other * (np.sum(densities) - first)) / B


_rng = np.random.default_rng(0)

mixture = Exercise(
    task="the mean of an unbiased q̂(z_i)",
    answer=solutions.mixture,
    cases=[
        ((_rng.uniform(0, 1, (B, B)) + 3 * np.eye(B)).round(2), N) for B, N in ((3, 4), (3, 100), (4, 4), (5, 1000))
    ],
    others=[
        ((np.random.default_rng(B).uniform(0, 1, (B, B)) + 2 * np.eye(B)).round(2), N) for B, N in ((3, 7), (4, 50))
    ],
    slips={
        "Those are equal weights: x_i has the weight 1/B instead of 1/N.": _weighted(
            lambda B, N: 1 / B, lambda B, N: 1 / B
        ),
        "Those are the minibatch weights 1/(NB): they do not sum to 1.": _weighted(
            lambda B, N: 1 / (N * B), lambda B, N: 1 / (N * B)
        ),
        "x_i needs the weight 1/N, because it is one of the N examples.": _weighted(
            lambda B, N: 0, lambda B, N: 1 / (B - 1)
        ),
        "The weights sum to more than 1: the other B − 1 examples have the total weight (N − 1)/N.": _weighted(
            lambda B, N: 1 / N, lambda B, N: 1 / (B - 1)
        ),
        "The weights sum to less than 1: B − 1 other examples share (N − 1)/N, not B.": _weighted(
            lambda B, N: 1 / N, lambda B, N: (N - 1) / (N * B)
        ),
        "That has 1/N in column 0: row i belongs to z_i, so 1/N belongs on the diagonal.": _column,
        "That is the sum over i: take the mean.": lambda densities, n_examples: (
            len(densities) * solutions.mixture(densities, n_examples)
        ),
    },
    hints=["What is the weight of x_i in the true q(z_i)?", "The B − 1 other examples represent N − 1 examples."],
)

# ---- 4: the total correlation of a Gaussian


def by_entropies(covariance):
    """TC as the marginals' entropies less the joint entropy, by the package."""
    marginals = sum(it.gaussian_entropy([[variance]]) for variance in np.diag(covariance))
    return marginals - it.gaussian_entropy(np.asarray(covariance))


def _without_root(covariance):
    """−½ log det of Σ_ij / (Σ_ii Σ_jj)."""
    variances = np.diag(covariance)
    return -np.linalg.slogdet(covariance / np.outer(variances, variances))[1] / 2


gaussian_tc = Exercise(
    task="TC of a Gaussian",
    unit="nats",
    answer=solutions.gaussian_tc,
    cases=[
        (np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.9], [0.0, 0.9, 0.7]]),),
        (np.array([[1.0, 0.8], [0.8, 1.0]]),),
        (np.array([[4.0, 1.0], [1.0, 0.5]]),),
        (np.array([[2.0, 0.0], [0.0, 3.0]]),),
    ],
    others=[(np.array([[2.0, -0.6], [-0.6, 1.0]]),), (np.array([[1.0, 0.3, 0.2], [0.3, 1.0, 0.0], [0.2, 0.0, 2.0]]),)],
    slips={
        "The ½ is missing: the entropy of a Gaussian is ½ log det 2πeΣ.": lambda c: 2 * by_entropies(c),
        "The sign is wrong: det P is at most 1, so log det P ≤ 0, and TC ≥ 0.": lambda c: -by_entropies(c),
        "That is −½ log det Σ: divide by the variances first.": lambda c: -np.linalg.slogdet(c)[1] / 2,
        "That is the entropy of z: the entropies of the marginals are missing.": lambda c: it.gaussian_entropy(c),
        "The root is missing: divide Σ_ij by √(Σ_ii Σ_jj), not by Σ_ii Σ_jj.": _without_root,
        "slogdet returns the sign first: take its second value, log |det P|.": lambda c: -0.5,
        "slogdet returns the sign first: take its second value, log |det Σ|.": lambda c: (
            (np.log(np.diag(c)).sum() - np.linalg.slogdet(c)[0]) / 2
        ),
    },
    hints=["P_ij = Σ_ij / √(Σ_ii Σ_jj); or write out both entropies."],
)

# ---- 5: a penalty on the total correlation


def _penalty(function):
    """A slip: this penalty of mean, log-variance and z."""
    return lambda: function


def _covariance(mean, log_variance, z):
    return 20 * (torch.cov(z.T) - torch.eye(2)).square().sum()


def _kl(mean, log_variance, z):
    return 8 * diagonal_gaussian_kl(mean, log_variance, check=False).sum(1).mean()


def _negative(mean, log_variance, z):
    return -solutions.tc_penalty()(mean, log_variance, z)


def _collapsing(mean, log_variance, z):
    """It makes the second latent collapse, and keeps the information in the first one."""
    kl = diagonal_gaussian_kl(mean, log_variance, check=False)
    return 10 * kl[:, 1].mean() + 0.3 * log_variance[:, 0].mean()


tc_penalty = Experiment(
    task="a penalty on the total correlation",
    answer=solutions.tc_penalty,
    judge=judge_penalty,
    success=success_of_penalty,
    hints=(
        "log q(z) and log q(z_j) are logarithms of means over the batch's posteriors; logsumexp computes them.",
        "log_normal(z[:, None], mean, log_variance) has the shape [i, m, j]. Try a weight of 5.",
    ),
    slips={
        "expected a function": lambda: 0.1,
        "expected one number as a tensor": _penalty(lambda mean, log_variance, z: 1.0),
        "has no gradient": _penalty(lambda mean, log_variance, z: torch.zeros(())),
        "Does your penalty measure more than a covariance": _penalty(_covariance),
        "lowers the information too": _penalty(_kl),
        "The TC has increased": _penalty(_negative),
        "expected at least 0.5 nats in each latent": _penalty(_collapsing),
    },
)
