"""The exercises of lecture 5, on the β-VAE."""

import math

import numpy as np
from scipy.optimize import brentq

from infotheory.teaching.exercise import Exercise

from ..solutions import lecture_05 as solutions

# ---- 1: the β that leaves k latents


def _switched(shift=0, power=-1):
    """The right function with a different place in the order, or a different power of σ²."""

    def beta(variances, sigma_squared, k):
        return sorted(variances, reverse=True)[k + shift] * sigma_squared**power

    return beta


beta_for = Exercise(
    task="the β that leaves k latents",
    answer=solutions.beta_for,
    cases=[([2.0, 0.3, 4.0, 1.0], sigma_squared, k) for k in (1, 2, 3) for sigma_squared in (0.1, 0.4)],
    slips={
        "That switches off latent k too: the first that must be off is number k + 1, at index k.": _switched(shift=-1),
        "Sort the variances first, from the largest down.": lambda variances, sigma_squared, k: (
            variances[k] / sigma_squared
        ),
        "That order is upside down: the smallest λ goes off first.": lambda variances, sigma_squared, k: (
            sorted(variances)[k] / sigma_squared
        ),
        "That is 1/β: solve λ = βσ² for β.": lambda *case: 1 / _switched()(*case),
        "σ² is missing: the level is βσ².": _switched(power=0),
        "σ² divides: solve λ = βσ² for β.": _switched(power=1),
        "That has σ where σ² belongs.": _switched(power=-0.5),
    },
    hints=["Which latent is the first that must be off? It goes off at λ = βσ²."],
)

# ---- 2: the β of a capacity


def level_of(capacity, variances, sigma_squared=None):
    """The level βσ² at which the rates add up to the capacity, by root finding."""
    logs = np.log(variances)

    def surplus(log_level):
        return np.maximum(logs - log_level, 0).sum() / 2 - capacity

    return math.exp(brentq(surplus, logs.max() - 2 * capacity - 1, logs.max(), xtol=1e-14))


def _all_on(capacity, variances, sigma_squared, factor=2):
    return math.exp((np.log(variances).sum() - factor * capacity) / len(variances)) / sigma_squared


def _undivided(capacity, variances, sigma_squared):
    return math.exp(np.log(variances).sum() - 2 * capacity) / sigma_squared


beta_of_capacity = Exercise(
    task="the β of a capacity",
    answer=solutions.beta_of_capacity,
    cases=[
        (3.0, [4.0, 2.0, 1.0], 0.1),
        (1.0, [1.0], 0.1),
        (0.2, [0.5, 4.0, 2.0], 0.1),
        (1.0, [4.0, 2.0, 1.0, 0.01], 0.05),
        (0.5, [4.0, 3.0, 0.5], 0.05),
    ],
    slips={
        "Here some latents are off: a latent below the level adds 0, not a negative rate.": _all_on,
        "That is the level βσ²: divide by σ².": level_of,
        "The ½ of each latent is lost: C = Σ ½ log λ/βσ².": lambda *case: _all_on(*case, factor=1),
        "That is log β: take the exponential.": lambda capacity, variances, sigma_squared: math.log(
            level_of(capacity, variances) / sigma_squared
        ),
        "Divide by the number of latents that are on, inside the exponent.": _undivided,
    },
    hints=[
        "With the k largest latents on, C = Σ ½ log λ_j/βσ² over these. Solve for the level βσ².",
        "Try k = 1, 2, … and stop at the first whose level is at least λ_{k+1}.",
    ],
)
