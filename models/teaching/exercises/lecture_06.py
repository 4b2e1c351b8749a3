"""The exercises of lecture 6: V and its best D, a density ratio, a gradient, a game that collapses, and a condition."""

import math

import numpy as np
from scipy.special import expit, log_expit

from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ..solutions import lecture_06 as solutions
from .judging_gans import judge_games, ring_of_gaussians, success_games  # noqa: F401, the second is for the lecture

# ---- 1: V from logits

_rng = np.random.default_rng(0)
_SURE = (np.array([1000.0, 2.0, 0.0]), np.array([-1000.0, 800.0, 0.0]))  # D is sure, and once wrong


def _overflowing(real, fake):
    return np.log(1 / (1 + np.exp(-real))).mean() + np.log(1 - 1 / (1 + np.exp(-fake))).mean()


def _one_mean(real, fake):
    return np.concatenate([log_expit(real), log_expit(-fake)]).mean()


value = Exercise(
    task="V from logits",
    unit="nats",
    answer=solutions.value,
    cases=[*((_rng.normal(1, 2, size=3), _rng.normal(-1, 2, size=4)) for _ in range(10)), _SURE],
    others=[(np.array([0.3, -1.0]), np.array([2.0, -0.5, 0.1])), (np.array([5.0]), np.array([-900.0, 1.0]))],
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
        "That is one mean over both batches together: each expectation is the mean of its own batch.": _one_mean,
        "The second term has the wrong sign: V is the sum of both means.": lambda real, fake: (
            log_expit(real).mean() - log_expit(-fake).mean()
        ),
        "An exponential overflowed, or a logarithm is of 0: use np.logaddexp(0, t) for log(1 + eᵗ).": _overflowing,
    },
    hints=[
        "An expectation over a batch is a mean. There are two of them, each over its own batch.",
        "e^1000 overflows; np.logaddexp(0, t) is log(1 + e^t) and does not.",
    ],
)

# ---- 2: a worse discriminator


def _pmfs_and_D(rng) -> dict:
    return {"p": rng.dirichlet(np.ones(5)), "g": rng.dirichlet(np.ones(5)), "D": rng.uniform(0.05, 0.95, 5)}


def _both_values(p, g, D) -> tuple[float, float]:
    ratio = np.log(p / g)  # the logit of D*
    loss = p * (-np.logaddexp(0, -ratio) - np.log(D)) + g * (-np.logaddexp(0, ratio) - np.log1p(-D))
    best = -p @ np.logaddexp(0, -ratio) - g @ np.logaddexp(0, ratio)
    return p @ np.log(D) + g @ np.log1p(-D), best - loss.sum()


def _only(*lines, end=()):
    """A slip: some of the solution's lines, counted from 1."""
    return lambda: [*(solutions.worse_discriminator()[line - 1] for line in lines), *end]


def _without_the_weights():
    steps = solutions.worse_discriminator()
    coin = Step("−Σ (H(D*) + KL(D*‖D))", "=", lambda p, g, D: steps[3].value(p=p, g=g, D=D) / 2, "cross-entropy")
    return [*steps[:3], coin, steps[4]]


worse_discriminator = ProofExercise(
    task="the loss of a worse discriminator",
    answer=solutions.worse_discriminator,
    draw=_pmfs_and_D,
    ends=_both_values,
    hints=(
        "p = (p + g) D* and g = (p + g)(1 − D*).",
        "−D* log D − (1 − D*) log(1 − D) is a cross-entropy of coins: it.entropy plus it.kl_divergence.",
    ),
    slips={
        "found 2 lines, expected 4 or more": _only(1, 5),
        "your last line gives": _only(1, 2, 3, end=[Step("0", "=", lambda **_: 0.0, "0")]),
        "line 4 fails": _without_the_weights,
    },
)

# ---- 3: the density ratio

ratio = Exercise(
    task="p/g from D and the share of real images",
    answer=solutions.ratio,
    cases=[(0.9, 0.5), (0.5, 0.2), (0.3, 0.8), (0.05, 0.1)],
    others=[(0.7, 0.4), (0.2, 0.6)],
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
    others=[(case[:3], *case[3:].tolist()) for case in np.random.default_rng(3).normal(size=(3, 7))],
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

# ---- 5: a game that collapses, and one that does not


def _games(collapsing, curing, play=None):
    """A slip: the solution's game with other settings, or a different game."""
    return lambda: (play or solutions.two_games()[0], collapsing, curing)


def _not_detached(G, D, ring):
    fake = G(ring[:128])
    D(fake).mean().backward()
    D(fake).mean().backward()


two_games = Experiment(
    task="a game that collapses and one that does not",
    answer=solutions.two_games,
    judge=judge_games,
    success=success_games,
    hints=(
        "`one_step` and `adam` of 6.4 make one step. Which learning rate decides how close D stays to D*?",
        "Use `adam` of 6.4; its betas (0.5, 0.999) matter here. With a learning rate of 0.002 for G, try a rate of D "
        "that is ten times smaller, and one that is larger.",
    ),
    slips={
        "expected H below 1.2 nats. Let G outrun D.": _games({"D_rate": 3e-3, "steps": 300}, {"D_rate": 2e-4}),
        "train for more steps": _games({"steps": 2}, {"D_rate": 3e-3}),
        "or are Adam's betas the default ones": _games({"D_rate": 2e-4, "steps": 300}, {"D_rate": 2e-4, "steps": 300}),
        "play leaves the weights of G unchanged": _games({}, {}, lambda G, D, ring: None),
        "give D the detached points": _games({}, {}, _not_detached),
        "`return play, collapsing, curing`": lambda: solutions.two_games()[0],
    },
)

# ---- 6: the value of the conditional game


def _pairs(rng) -> dict:
    rows = {"p_x": rng.dirichlet(np.ones(4), size=3), "g_x": rng.dirichlet(np.ones(4), size=3)}
    return {"p_y": rng.dirichlet(np.ones(3)), "q_y": rng.dirichlet(np.ones(3)), **rows}


def _same_labels(rng) -> dict:
    inputs = _pairs(rng)
    return inputs | {"q_y": inputs["p_y"].copy()}


def _conditional_values(p_y, q_y, p_x, g_x) -> tuple[float, float]:
    p, g = p_y[:, None] * p_x, q_y[:, None] * g_x
    whole = -np.sum(p * np.log1p(g / p) + g * np.log1p(p / g))
    return whole, -p_y @ np.sum(p_x * np.log1p(g_x / p_x) + g_x * np.log1p(p_x / g_x), axis=1)


conditional_value = ProofExercise(
    task="the value of the conditional game",
    answer=solutions.conditional_value,
    draw=_same_labels,
    otherwise=_pairs,
    ends=_conditional_values,
    hints=(
        "Write both joint pmfs as products of p(y) or q(y) and a conditional pmf.",
        "If q = p, the factor p(y) cancels in each logarithm. Then use (6) to (9) for each y.",
    ),
    slips={
        "without the assumption lines [3] fail": lambda: (solutions.conditional_value()[0], 2),
        "the number of one of them": lambda: solutions.conditional_value()[0],
        "expected 4 or more": lambda: (solutions.conditional_value()[0][::2], 2),
    },
)
