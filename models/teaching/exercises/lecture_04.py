"""The exercises of lecture 4: a proof, a variance, a VAE to train, the β of a code, and the encoder's part of the gap."""

import itertools
import math
from functools import cache

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import infotheory as it
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise

from ...data import binarize, load_mnist
from ...vae import VAE
from ...weights import load_pretrained
from ..solutions import lecture_04 as solutions

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
        "your last line gives": lambda: (solutions.diagonal_kl()[0][:-2] * 2, 4),
        "the number of one of them": lambda: solutions.diagonal_kl()[0],
    },
)

# ---- 2: a decoder's variance

best_variance = Exercise(
    task="the variance that minimises a Gaussian's -log p",
    answer=solutions.best_variance,
    cases=[(25.0, 784), (3.0, 2), (0.5, 10), (100.0, 50)],
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

ENOUGH = -112.0  # nats


@cache
def _grey() -> tuple[torch.Tensor, torch.Tensor]:
    digits = load_mnist()
    return digits.train_images[:4_000], digits.test_images[:1_000]


@torch.no_grad()
def _test_elbo(encoder: nn.Module, decoder: nn.Module) -> float | str:
    """The ELBO on new binary test digits with new noise, or what is wrong with the shapes.

    All codes come before the first decoding, and are decoded in a different order and batch size, so that a decoder
    cannot use an image that the encoder saw.
    """
    generator = torch.Generator().manual_seed(20260404)
    for network in (encoder, decoder):
        network.eval().cpu()
    x = torch.bernoulli(_grey()[1], generator=generator)
    parameters = encoder(x)
    if not torch.is_tensor(parameters) or parameters.ndim != 2 or len(parameters) != len(x) or parameters.shape[1] % 2:
        return f"the encoder gives {_form(parameters)} for 1,000 digits, expected [1000, 2 · latents]."
    mean, log_variance = parameters.float().chunk(2, 1)
    z = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=generator)
    rows = torch.randperm(len(x), generator=generator)
    logits = [decoder(z[some]) for some in rows.split(173)]
    if not all(torch.is_tensor(part) and part.shape[1:] == (1, 28, 28) for part in logits):
        return f"the decoder gives {_form(logits[0])} for 173 codes, expected [173, 1, 28, 28]."
    nats = F.binary_cross_entropy_with_logits(torch.cat(logits), x[rows], reduction="sum")
    kl = (mean**2 + log_variance.exp() - log_variance - 1).sum() / 2
    return float(-(nats + kl) / len(x))


def _form(value) -> str:
    return f"a tensor {list(value.shape)}" if torch.is_tensor(value) else f"a {type(value).__name__}"


def _judge_elbo(result) -> str:
    if not (isinstance(result, tuple | list) and len(result) == 2 and all(isinstance(n, nn.Module) for n in result)):
        return "expected two modules: end your function with `return encoder, decoder`."
    elbo = _test_elbo(*result)
    if isinstance(elbo, str):
        return elbo
    if not math.isfinite(elbo):
        return "the ELBO of your networks on test digits is not a finite number: the training has diverged."
    if elbo >= ENOUGH:
        return ""
    found = f"your networks have a test ELBO of {elbo:.1f} nats, expected {ENOUGH:.0f} or more."
    if elbo < -300:
        return f"{found} They are hardly trained: is the last layer of the encoder μ and log σ²?"
    if elbo < -195:
        return f"{found} A model without latents reaches -207: the latents have collapsed. Is a sum a mean?"
    if elbo < -120:
        return f"{found} Train for more steps."
    return f"{found} Does the loss on training digits still fall? Then draw new training data in every step."


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
    task=f"a test ELBO of {ENOUGH:.0f} nats or more",
    answer=solutions.better_elbo,
    arguments=lambda: (_grey()[0],),
    judge=_judge_elbo,
    success=lambda result: f"your networks have a test ELBO of {_test_elbo(*result):.1f} nats, with new digits and noise.",
    seconds=180,
    hints=(
        "After 1,500 steps on fixed binary digits the training loss still falls, while the test ELBO hardly rises.",
        "`torch.bernoulli(digits[rows])` gives a new binary digit in every step. Let the learning rate fall at the end.",
    ),
    slips={
        "They are hardly trained": _untrained,
        "the latents have collapsed": _collapsed,
        "the training has diverged": _diverged,
        "Train for more steps.": _fixed_digits,
        "the encoder gives a tensor": lambda digits: _untrained(digits)[::-1],
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
        *((784, 20, pixels, latents, 2.0, "nll", 1.0) for pixels in ("sum", "mean") for latents in ("sum", "mean")),
        (4096, 10, "mean", "mean", 4 * 10 / 4096, "nll", 1.0),
        (784, 20, "sum", "sum", 4.0, "squared error", 0.1),
        (4096, 10, "mean", "sum", 0.001, "squared error", 0.5),
    ],
    hints=("Multiply the loss by the factor that turns its reconstruction term into -log p(x|z), up to a constant.",),
    slips={
        "That is 1/β for the averages: multiply the whole loss by the number of pixels, so that a mean becomes a sum.": _beta(
            lambda n: 1 / n, lambda n: 1 / n
        ),
        "A mean over latents divides the KL by their number: β becomes smaller.": _beta(_itself, lambda n: 1 / n),
        "A mean over pixels divides the reconstruction term, so that the KL weighs more: multiply by N.": _beta(
            lambda n: 1 / n, _itself
        ),
        "The mean over pixels is missing.": _beta(lambda n: 1, _itself),
        "The mean over latents is missing.": _beta(_itself, lambda n: 1),
        "The weight of the code is missing.": _beta(_itself, _itself, weighs=False),
        "A squared error must be divided by 2σ² to become -log p(x|z), and the KL with it.": _beta(
            _itself, _itself, lambda variance: 1
        ),
        "Divide by 2σ² instead of σ²: the density has a factor ½.": _beta(_itself, _itself, lambda variance: variance),
        "Multiply by 1/2σ² instead of 2σ².": _beta(_itself, _itself, lambda variance: 1 / (2 * variance)),
    },
)

# ---- 5: the encoder's part of the gap

NEAR = 0.5  # nats by which a refined ELBO may be below that of the model answer


@cache
def _digit() -> tuple[VAE, torch.Tensor, torch.Tensor]:
    """The full-length VAE, a binary test digit, and 200 rows of noise."""
    noise = torch.randn(200, 20, generator=torch.Generator().manual_seed(0))
    return load_pretrained("vae-mnist"), binarize(_grey()[1][2:3], seed=1), noise


@torch.no_grad()
def _elbo(mean: torch.Tensor, log_variance: torch.Tensor, noise: torch.Tensor) -> float:
    vae, x, _ = _digit()
    z = mean + (log_variance / 2).exp() * noise
    log_p = vae.log_likelihood(x.expand(len(z), -1, -1, -1), z).mean()
    return float(log_p - it.diagonal_gaussian_kl(mean, log_variance, check=False).sum())


@cache
def _new_noise() -> torch.Tensor:
    return torch.randn(4_000, 20, generator=torch.Generator().manual_seed(404))


@cache
def _reference() -> float:
    """The model answer's ELBO on new noise."""
    return _elbo(*solutions.refinement(*_digit())[:2], _new_noise())


def _judge_refinement(result) -> str:
    if not (isinstance(result, tuple | list) and len(result) == 4):
        return "expected four values: end your function with `return mean, log_variance, before, after`."
    mean, log_variance, before, after = result
    if not all(torch.is_tensor(part) and part.shape == (1, 20) for part in (mean, log_variance)):
        return f"found {_form(mean)} and {_form(log_variance)}, expected the mean and log-variance [1, 20]."
    if not all(bool(part.isfinite().all()) for part in (mean, log_variance)):
        return "the mean or the log-variance is not finite: is the learning rate too large?"
    mean, log_variance = (part.detach().cpu().float() for part in (mean, log_variance))
    vae, x, noise = _digit()
    recomputed = _elbo(*vae.encode(x), noise), _elbo(mean, log_variance, noise)
    for name, claimed, right in zip(("before", "after"), (before, after), recomputed, strict=True):
        if not math.isclose(float(claimed), right, abs_tol=0.01):
            return f"the ELBO {name} is {right:.2f} nats with the 200 rows of epsilon, but you return {claimed:.2f}."
    new = _elbo(mean, log_variance, _new_noise())
    if new < recomputed[0] + 0.5:
        return f"on new noise your ELBO is {new:.2f} nats, and the encoder's is {recomputed[0]:.2f}. Do you minimise −ELBO?"
    if new < _reference() - NEAR:
        remark = "Optimise the log-variance too" if torch.allclose(log_variance, vae.encode(x)[1]) else "Take more steps"
        return f"on new noise your ELBO is {new:.2f} nats, and {_reference():.2f} is possible. {remark}."
    return ""


@torch.no_grad()
def _success_refinement(result) -> str:
    (mean, log_variance, before, _), (vae, x, _) = result, _digit()
    z = mean + (log_variance / 2).exp() * _new_noise()
    log_ratio = ((z - mean) ** 2 / log_variance.exp() + log_variance - z**2).sum(1) / 2  # log p(z)/q(z)
    log_w = vae.log_likelihood(x.expand(len(z), -1, -1, -1), z) + log_ratio
    bound, new = float(log_w.logsumexp(0)) - math.log(len(z)), _elbo(mean, log_variance, _new_noise())
    return (
        f"the ELBO rises from {before:.1f} to {new:.1f} nats on new noise, and the bound with 4,000 weights is "
        f"{bound:.1f}.\n  The encoder's part of the gap is {new - before:.1f} nats, the family's part about {bound - new:.1f}."
    )


def _changed(**changes):
    """A slip: the encoder's own answer with something changed."""

    def slip(vae, x, epsilon):
        with torch.no_grad():
            mean, log_variance = vae.encode(x)
        before = _elbo(mean, log_variance, epsilon)
        found = {"mean": mean, "log_variance": log_variance, "before": before, "after": before} | changes
        return tuple(found.values())

    return slip


def _mean_alone(vae, x, epsilon):
    (mean, *_, before, _), log_variance = solutions.refinement(vae, x, epsilon), vae.encode(x)[1].detach()
    return mean, log_variance, before, _elbo(mean, log_variance, epsilon)


refinement = Experiment(
    task="the encoder's part of the gap",
    answer=solutions.refinement,
    arguments=_digit,
    judge=_judge_refinement,
    success=_success_refinement,
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
