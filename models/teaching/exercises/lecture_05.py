"""The exercises of lecture 5: the β that leaves k latents, two trainings, and the cost of a turn."""

import numpy as np
import torch

from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ...data import Sprites
from ...training import train
from ...vae import VAE, BetaVAE
from ...weights import load_pretrained
from ..solutions import lecture_05 as solutions
from .judging_beta_vaes import (
    BETTER,
    RATE,
    judge_better_at_half,
    judge_rate,
    success_at_half,
    success_of_rate,
    training_digits,
)

# ---- 1: the β that leaves k latents


def _switched(shift=0, power=-1):
    """The right function with a different place in the order, or a different power of σ²."""

    def beta(variances, sigma_squared, k):
        return sorted(variances, reverse=True)[k + shift] * sigma_squared**power

    return beta


beta_for = Exercise(
    task="the β that leaves k latents",
    answer=solutions.beta_for,
    cases=[
        *(([2.0, 0.3, 4.0, 1.0], sigma_squared, k) for k in (1, 2, 3) for sigma_squared in (0.1, 0.4)),
        ([0.7, 5.0, 3.0], 0.2, 2),
    ],
    others=[([3.0, 0.5, 1.5], 0.3, 1), ([6.0, 0.2, 2.0, 2.5], 0.1, 2)],
    slips={
        "That collapses latent k too: the first that must collapse is number k + 1, at index k.": _switched(shift=-1),
        "Sort the variances first, from the largest down.": lambda variances, sigma_squared, k: (
            variances[k] / sigma_squared
        ),
        "That order is reversed: the smallest λ collapses first.": lambda variances, sigma_squared, k: (
            sorted(variances)[k] / sigma_squared
        ),
        "That is 1/β: solve λ = βσ² for β.": lambda *case: 1 / _switched()(*case),
        "σ² is missing: the threshold is λ = βσ².": _switched(power=0),
        "Divide by σ²: solve λ = βσ² for β.": _switched(power=1),
        "That has σ where σ² belongs.": _switched(power=-0.5),
    },
    hints=("Which latent is the first that must collapse? It does so at λ = βσ².",),
)

# ---- 2: a better model at β = 0.5


def _published(beta):
    return lambda: load_pretrained(f"beta-vae-dsprites-32-beta-{beta:g}")


def _weight_unchanged():
    """The published model of 0.25, trained further at its own β."""
    model = _published(0.25)()
    model.half_life = 20
    train(model, Sprites(32), steps=60, seed=1, device="cpu")
    return model


def _diverged():
    model = load_pretrained("beta-vae-dsprites-32-beta-0.5")
    torch.nn.init.constant_(model.encoder[-1].bias, np.nan)
    return model


better_at_half = Experiment(
    task=f"a loss at β = 0.5 that is {BETTER} nats smaller",
    answer=solutions.better_at_half,
    judge=judge_better_at_half,
    success=success_at_half,
    seconds=180,
    hints=(
        "Start from a published model and set its `beta` to 0.5. Which of the two has the smaller loss there?",
        "Train for about 100 steps, and halve the learning rate every 30 steps: set `half_life` to 30.",
    ),
    slips={
        "Let the learning rate fall": _published(0.5),
        "Its slope is": _published(1),
        "small enough, but its slope is": _weight_unchanged,
        "It is hardly trained": lambda: BetaVAE(10, beta=0.5, network="conv", size=32),
        "expected 32×32": lambda: VAE(10),
        "the training has diverged": _diverged,
        "end it with `return model`": lambda: load_pretrained("beta-vae-dsprites-32-beta-0.5").decoder,
    },
)

# ---- 3: a rate of five nats


def _trained(beta, steps=60):
    def slip(digits):
        torch.manual_seed(0)
        model = BetaVAE(10, hidden=100, beta=beta, learning_rate=3e-3)
        train(model, digits, steps=steps, seed=0, device="cpu")
        return model

    return slip


def _noisy(digits):
    """An untrained model whose every latent has a mean of 0 and a KL of 0.5 nats."""
    model = BetaVAE(10)
    torch.nn.init.zeros_(model.encoder[-1].weight)
    with torch.no_grad():
        model.encoder[-1].bias.copy_(torch.tensor([0.0, -1.84]).repeat_interleave(10))
    return model


rate_of_five = Experiment(
    task=f"a rate of {RATE:g} nats",
    answer=solutions.rate_of_five,
    arguments=training_digits,
    judge=judge_rate,
    success=success_of_rate,
    seconds=180,
    hints=(
        "Train, measure the rate, change `model.beta`, and train the same model on. How does R depend on β?",
        "The rate keeps changing while a model trains, so measure it again after the last change of β.",
    ),
    slips={
        "all latents have collapsed": lambda digits: BetaVAE(10),
        "A larger β reduces the rate": _trained(0.1),
        "A smaller β raises the rate, and so do more steps": _trained(3.0, steps=80),
        "Train for more steps": _noisy,
        "expected 28×28": lambda digits: BetaVAE(10, network="conv", size=32),
        "end it with `return model`": lambda digits: 3.0,
    },
)

# ---- 4: the cost of a turn


def _two_latents(rng) -> dict:
    beta, sigma2 = rng.uniform(0.5, 4), rng.uniform(0.1, 0.5)
    return {"variances": beta * sigma2 * np.array([rng.uniform(3, 6), rng.uniform(1.2, 2)]), "sigma2": sigma2,
            "beta": beta, "angle": rng.uniform(0.3, 1.2)}  # fmt: skip


def _one_latent(rng) -> dict:
    inputs = _two_latents(rng)
    inputs["variances"] = inputs["variances"] * np.array([1, rng.uniform(0.2, 0.5)])
    return inputs


def _losses(variances, sigma2, beta, angle) -> tuple[float, float]:
    """The increase of D + βR by its definition, and the closed form."""

    def loss(turn):
        weight = np.diag(np.sqrt(np.maximum(variances - beta * sigma2, 0))) @ turn.T
        gram = weight.T @ weight + beta * sigma2 * np.eye(2)
        encoder, spread = np.linalg.solve(gram, weight.T), beta * sigma2 / np.diag(gram)
        left_over = (np.eye(2) - weight @ encoder) ** 2 @ variances
        error = left_over.sum() + np.diag(weight.T @ weight) @ spread
        return error / (2 * sigma2) + beta * np.sum(encoder**2 @ variances + spread - np.log(spread) - 1) / 2

    c, s = np.cos(angle), np.sin(angle)
    sine = np.sin(2 * angle) * (variances[0] - variances[1])
    closed = beta / 2 * np.log1p(sine**2 / (4 * variances[0] * variances[1]))
    return loss(np.array([[c, -s], [s, c]])) - loss(np.eye(2)), closed


def _proof(change):
    """A slip: the right proof after `change` of its lines and its named line."""
    return lambda: change(*solutions.cost_of_turn())


cost_of_turn = ProofExercise(
    task="the cost of a turn",
    answer=solutions.cost_of_turn,
    draw=_two_latents,
    otherwise=_one_latent,
    ends=_losses,
    hints=(
        "det M is the product of the eigenvalues of M, for every angle.",
        "If both latents are active, M = QΛQᵀ. Write its diagonal with cos²φ and sin²φ; sin 2φ = 2 sin φ cos φ.",
    ),
    slips={
        "without the assumption lines [3] fail": _proof(lambda lines, named: (lines, 2)),
        "expected 4 or more": _proof(lambda lines, named: (lines[::4], 2)),
        "your last line gives": _proof(
            lambda lines, named: ([*lines[:-1], Step("0", "=", lambda **_: 0.0, "equal variances")], named)
        ),
        "the number of one of them": _proof(lambda lines, named: lines),
    },
)
