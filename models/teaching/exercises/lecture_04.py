"""The exercises of lecture 4: a proof, a variance, a VAE to train, the β of a code, and a refined code."""

import itertools
import math

import numpy as np
import torch
from torch import nn

from infotheory import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ...data import binarize
from ...vae import VAE
from ..solutions import lecture_04 as solutions
from .judging_vaes import (
    ENOUGH,
    digit_to_refine,
    elbo_of,
    gap_in_parts,
    judge_elbo,
    judge_refinement,
    success_elbo,
    training_digits,
)

# ---- 1: a diagonal Gaussian's KL


def _diagonal(rng) -> dict:
    return {"mean": rng.normal(size=3), "covariance": np.diag(rng.gamma(2, 0.5, size=3) + 0.01)}


def _full(rng) -> dict:
    root = rng.normal(size=(3, 3))
    return {"mean": rng.normal(size=3), "covariance": root @ root.T + 0.1 * np.eye(3)}


def _both_kls(mean, covariance) -> tuple[float, float]:
    variance = np.diag(covariance)
    whole = (np.trace(covariance) + mean @ mean - 3 - np.linalg.slogdet(covariance)[1]) / 2
    return whole, ((mean**2 + variance - np.log(variance) - 1) / 2).sum()


diagonal_kl = ProofExercise(
    task="the KL of a diagonal Gaussian",
    answer=solutions.diagonal_kl,
    draw=_diagonal,
    otherwise=_full,
    ends=_both_kls,
    hints=(
        "The entropy of a Gaussian is ½ log det(2πeΣ), and -E log p(z) needs only E|z|² = |μ|² + tr Σ.",
        "The trace is a sum of variances for every Σ. When is the determinant a product of variances?",
    ),
    slips={
        "without the assumption lines [4] fail": lambda: (solutions.diagonal_kl()[0], 3),
        "expected 4 or more": lambda: (solutions.diagonal_kl()[0][::4], 2),
        "your last line gives": lambda: (
            [*solutions.diagonal_kl()[0][:-1], Step("0", "=", lambda **_: 0.0, "0")],
            4,
        ),
        "the number of one of them": lambda: solutions.diagonal_kl()[0],
    },
)

# ---- 2: a decoder's variance

best_variance = Exercise(
    task="the variance that minimises a Gaussian's -log p",
    answer=solutions.best_variance,
    cases=[(25.0, 784), (3.0, 2), (0.5, 10), (100.0, 50)],
    others=[(7.0, 3), (40.0, 100)],
    hints=("Set the derivative of s/2v + (d/2) log v with respect to v to zero.",),
    slips={
        "That is the standard deviation; the variance is its square.": lambda s, d: math.sqrt(s / d),
        "Both terms carry a factor ½, so it cancels: your variance is half the right one.": lambda s, d: s / (2 * d),
        "Both terms carry a factor ½, so it cancels: your variance is twice the right one.": lambda s, d: 2 * s / d,
        "That is the inverse: a larger error needs a larger variance.": lambda s, d: d / s,
        "That is the whole squared error: divide it by the number of pixels.": lambda s, d: s,
    },
)

# ---- 3: train a VAE


def _untrained(digits):
    vae = VAE()
    return vae.encoder, vae.decoder


def _collapsed(digits):
    encoder, decoder = _untrained(digits)
    with torch.no_grad():
        decoder[-2].weight.zero_()
        decoder[-2].bias.copy_(digits.mean(0).clamp(0.001, 0.999).logit().flatten())
        encoder[-1].weight.zero_()
        encoder[-1].bias.zero_()
    return encoder, decoder


def _diverged(digits):
    encoder, decoder = _untrained(digits)
    nn.init.constant_(encoder[-1].bias, math.nan)
    return encoder, decoder


def _fixed_digits(digits):
    torch.manual_seed(0)
    vae, x = VAE(), binarize(digits)
    optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3)
    for rows in itertools.islice(itertools.cycle(torch.arange(4_000).split(128)), 300):
        optimizer.zero_grad()
        vae.loss(x[rows])["loss"].backward()
        optimizer.step()
    return vae.encoder, vae.decoder


better_elbo = Experiment(
    task=f"a test ELBO of {ENOUGH:.1f} nats or more",
    answer=solutions.better_elbo,
    arguments=training_digits,
    judge=judge_elbo,
    success=success_elbo,
    seconds=180,
    hints=(
        "After 1,500 steps on fixed binary digits, the training loss still falls, but the test ELBO hardly rises.",
        "`torch.bernoulli(digits[rows])` gives new binary digits in every step. One hidden layer is enough.",
    ),
    slips={
        "They are hardly trained": _untrained,
        "the latents have collapsed": _collapsed,
        "the training has diverged": _diverged,
        "Train for more steps.": _fixed_digits,
        "the encoder gives a tensor [1000, 15]": lambda digits: (
            nn.Sequential(nn.Flatten(), nn.Linear(784, 15)),
            VAE().decoder,
        ),
        "expected two modules": lambda digits: VAE(),
        "the decoder gives a tensor [173, 784]": lambda digits: (VAE().encoder, VAE().decoder[:-1]),
    },
)

# ---- 4: the β of a code


def _beta(pixel_mean, latent_mean, of_error=lambda variance: 2 * variance, weighs=True):
    """A slip: which divisor a mean over pixels or latents stands for, and what a squared error is divided by."""

    def slip(n_pixels, n_latents, pixels, latents, weight, loss, variance):
        a = pixel_mean(n_pixels) if pixels == "mean" else 1
        b = latent_mean(n_latents) if latents == "mean" else 1
        return (weight if weighs else 1) * a / b / (of_error(variance) if loss == "squared error" else 1)

    return slip


def _itself(n):
    return n


beta_of_code = Exercise(
    task="the β of a code",
    answer=solutions.beta_of_code,
    cases=[
        *((784, 20, pixels, latents, 3.0, "nll", 1.0) for pixels in ("sum", "mean") for latents in ("sum", "mean")),
        (4096, 10, "mean", "mean", 4 * 10 / 4096, "nll", 1.0),
        (784, 20, "sum", "sum", 4.0, "squared error", 0.1),
        (4096, 10, "mean", "sum", 0.001, "squared error", 0.1),
        (784, 20, "mean", "mean", 2.0, "squared error", 0.1),
        (784, 20, "sum", "sum", 2.0, "nll", 0.1),
    ],
    others=[(1024, 16, "mean", "sum", 1.0, "nll", 1.0), (784, 8, "sum", "mean", 2.0, "squared error", 0.1)],
    hints=("Multiply the loss by the factor that turns its reconstruction term into -log p(x|z), up to a constant.",),
    slips={
        "A mean over latents divides the KL by their number: β becomes smaller.": _beta(_itself, lambda n: 1 / n),
        "A mean over pixels divides the reconstruction term, so the KL weighs more: multiply by N.": _beta(
            lambda n: 1 / n, _itself
        ),
        "A likelihood needs no variance: divide by 2σ² for a squared error only.": lambda *code: solutions.beta_of_code(
            *code[:5], "squared error", code[6]
        ),
        "You ignore the mean over pixels.": _beta(lambda n: 1, _itself),
        "You ignore the mean over latents.": _beta(_itself, lambda n: 1),
        "You ignore the weight that the code puts on the KL.": _beta(_itself, _itself, weighs=False),
        "A squared error must be divided by 2σ² to become -log p(x|z), and so must the KL.": _beta(
            _itself, _itself, lambda variance: 1
        ),
        "Divide by 2σ² instead of σ²: the density has a factor ½.": _beta(_itself, _itself, lambda variance: variance),
        "Multiply by 1/2σ² instead of 2σ²: σ² stands in the denominator.": _beta(
            _itself, _itself, lambda variance: 1 / (2 * variance)
        ),
    },
)

# ---- 5: the encoder's part of the gap


def _changed(**changes):
    """A slip: the encoder's own answer with something changed."""

    def slip(vae, x, epsilon):
        with torch.no_grad():
            mean, log_variance = vae.encode(x)
        before = elbo_of(mean, log_variance, epsilon)
        found = {"mean": mean, "log_variance": log_variance, "before": before, "after": before} | changes
        return tuple(found.values())

    return slip


def _mean_alone(vae, x, epsilon):
    (mean, *_, before, _), log_variance = solutions.refinement(vae, x, epsilon), vae.encode(x)[1].detach()
    return mean, log_variance, before, elbo_of(mean, log_variance, epsilon)


refinement = Experiment(
    task="the encoder's part of the gap",
    answer=solutions.refinement,
    arguments=digit_to_refine,
    judge=judge_refinement,
    success=gap_in_parts,
    hints=(
        "Make mean and log_variance leaf tensors with .clone().requires_grad_(), and give only these two to Adam.",
        "A learning rate of 0.02 and 200 steps are enough; use the same `epsilon` in every step.",
    ),
    slips={
        "expected four values": lambda vae, x, epsilon: (0.0, 1.0),
        "but you return 0.00": _changed(before=0.0, after=1.0),
        "the ELBO after is": _changed(after=-1.0),
        "Do you minimise −ELBO?": _changed(),
        "expected the mean and log-variance [1, 20]": _changed(mean=torch.zeros(20)),
        "is the learning rate too large?": _changed(log_variance=torch.full((1, 20), math.nan)),
        "is possible. Optimise the log-variance too": _mean_alone,
    },
)
