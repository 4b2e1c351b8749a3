"""The exercises of further/05: the distance from the bound, the excess of a β, and the β of a capacity."""

import math

import numpy as np
from scipy.optimize import brentq

from infotheory import Step
from infotheory.teaching.exercise import Exercise, ProofExercise

from ..solutions import further_05 as solutions

# ---- 1: the distance from the bound


def _toys(rng) -> dict:
    """An encoder, a decoder and a prior, with four images and three codes."""
    return {
        "p_x": rng.dirichlet(np.ones(4)),
        "q_z_given_x": rng.dirichlet(np.ones(3), size=4),
        "p_z": rng.dirichlet(np.ones(3)),
        "p_x_given_z": rng.dirichlet(np.ones(4), size=3),
    }


def _both_distances(p_x, q_z_given_x, p_z, p_x_given_z) -> tuple[float, float]:
    q, p = p_x[:, None] * q_z_given_x, p_z * p_x_given_z.T
    rate = sum(p_x[i] * (q_z_given_x[i] @ np.log(q_z_given_x[i] / p_z)) for i in range(4))
    distortion, entropy = -np.sum(q * np.log(p_x_given_z.T)), -p_x @ np.log(p_x)
    return distortion + rate - entropy, np.sum(q * np.log(q / p))


def _zero(lines):
    return [*lines[:-1], Step("0", "=", lambda **_: 0.0, "p and q are equal")]


distance = ProofExercise(
    task="D + R − H(x) is a KL divergence",
    answer=solutions.distance,
    draw=_toys,
    ends=_both_distances,
    hints=(
        "All three terms are expectations under q(x,z) = p(x) q(z|x). Write them as one expectation of a logarithm.",
        "The numerator is p(x) q(z|x), the denominator p(z) p(x|z).",
    ),
    slips={
        "expected 4 or more": lambda: solutions.distance()[::3],
        "your last line gives": lambda: _zero(solutions.distance()),
        "line 3 repeats line 2": lambda: [solutions.distance()[k] for k in (0, 1, 1, 2, 3)],
        "not every line follows": lambda: [
            *solutions.distance()[:2],
            Step("R", "=", lambda p_x, q_z_given_x, **_: -p_x @ np.log(p_x), "definition"),
            *solutions.distance()[2:],
        ],
    },
)

# ---- 2: the excess of a β


def _active(rng) -> dict:
    beta, sigma2 = rng.uniform(0.3, 5), rng.uniform(0.05, 1)
    return {"variance": beta * sigma2 * rng.uniform(1.2, 5), "sigma2": sigma2, "beta": beta}


def _collapsed(rng) -> dict:
    inputs = _active(rng)
    return inputs | {"variance": inputs["beta"] * inputs["sigma2"] * rng.uniform(0.2, 0.8)}


def _both_excesses(variance, sigma2, beta) -> tuple[float, float]:
    rate = max(math.log(variance / (beta * sigma2)) / 2, 0)
    error = variance * math.exp(-2 * rate)
    distortion = error / (2 * sigma2) + math.log(2 * math.pi * sigma2) / 2
    return distortion + rate - math.log(2 * math.pi * math.e * variance) / 2, (beta - 1 - math.log(beta)) / 2


excess = ProofExercise(
    task="the excess of a β",
    answer=solutions.excess,
    draw=_active,
    otherwise=_collapsed,
    ends=_both_excesses,
    hints=(
        "h(x) = ½ log 2πeλ. Collect the logarithms before you insert d: λ cancels.",
        "Only if the latent is active, d = βσ².",
    ),
    slips={
        "without the assumption lines [3] fail": lambda: (solutions.excess()[0], 2),
        "expected 4 or more": lambda: (solutions.excess()[0][::4], 2),
        "your last line gives": lambda: (_zero(solutions.excess()[0]), 3),
        "the number of one of them": lambda: solutions.excess()[0],
    },
)


# ---- 3: the β of a capacity
def level_of(capacity, variances, sigma_squared=None):
    """The level βσ² at which the rates add up to the capacity, by root finding."""
    logs = np.log(variances)

    def surplus(log_level):
        return np.maximum(logs - log_level, 0).sum() / 2 - capacity

    return math.exp(brentq(surplus, logs.max() - 2 * capacity - 1, logs.max(), xtol=1e-14))


def _all_on(capacity, variances, sigma_squared, factor=2):
    return math.exp((np.log(variances).sum() - factor * capacity) / len(variances)) / sigma_squared


def _unsorted(capacity, variances, sigma_squared):
    logs = np.log(variances)
    for k in range(1, len(logs) + 1):
        level = (logs[:k].sum() - 2 * capacity) / k
        if k == len(logs) or level >= logs[k]:
            return math.exp(level) / sigma_squared


def _undivided(capacity, variances, sigma_squared):
    return math.exp(np.log(variances).sum() - 2 * capacity) / sigma_squared


beta_of_capacity = Exercise(
    task="the β of a capacity",
    answer=solutions.beta_of_capacity,
    cases=[
        (3.0, [4.0, 2.0, 1.0], 0.1),
        (1.0, [1.0], 0.1),
        (0.5, [1.0, 4.0, 0.01], 0.1),
        (0.2, [0.5, 4.0, 2.0], 0.1),
        (1.0, [4.0, 2.0, 1.0, 0.01], 0.05),
        (0.5, [4.0, 3.0, 0.5], 0.05),
    ],
    others=[(2.0, [3.0, 1.5], 0.2), (0.7, [2.0, 6.0, 0.8], 0.1)],
    slips={
        "Here some latents have collapsed: a latent below the level adds 0, and not a negative rate.": _all_on,
        "Sort the variances first, from the largest down.": _unsorted,
        "That is the level βσ²: divide by σ².": level_of,
        "The factor ½ of each latent is missing: C = Σ ½ log λ/βσ².": lambda *case: _all_on(*case, factor=1),
        "That is log β: take the exponential.": lambda capacity, variances, sigma_squared: math.log(
            level_of(capacity, variances) / sigma_squared
        ),
        "Divide by the number of active latents, inside the exponent.": _undivided,
    },
    hints=(
        "With the k largest latents active, C = Σ ½ log λ_j/βσ² over these. Solve for the level βσ².",
        "Try k = 1, 2, … and stop at the first whose level is at least λ_{k+1}.",
    ),
)
