"""How trained β-VAEs are judged: rate, distortion and slope on new images, whatever a student reports."""

import math
from functools import cache

import torch

from infotheory import diagonal_gaussian_kl

from ...data import Sprites, binarize, load_mnist
from ...vae import VAE
from ...weights import load_pretrained

BETTER = 0.8  # nats by which a model must be better than the published ones, at β = 0.5
RATE, SLACK, ENOUGH = 5.0, 0.5, 148.0  # nats: the rate to reach, its tolerance, and the largest distortion


@torch.no_grad()
def rate_and_distortion(model: VAE, images: torch.Tensor, noise: float = 0.0, draws: int = 1) -> tuple[float, float]:
    """R and D on images, in nats, with `noise` added to each log-variance; the same draws for the same images."""
    generator, rate, distortion = torch.Generator().manual_seed(20260505), 0.0, 0.0
    for x in images.split(500):
        mean, log_variance = model.encode(x)
        log_variance = log_variance + noise
        rate += diagonal_gaussian_kl(mean, log_variance, check=False).sum().item()
        for _ in range(draws):
            z = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=generator)
            distortion -= VAE.log_likelihood(model, x, z).sum().item() / draws
    return rate / len(images), distortion / len(images)


def slope(model: VAE, images: torch.Tensor, draws: int = 1) -> float:
    """−dD/dR when all the posterior's variances grow alike: β, if the model minimises its loss."""
    (R_less, D_more), (R_more, D_less) = (rate_and_distortion(model, images, s, draws) for s in (0.1, -0.1))
    return (D_more - D_less) / (R_more - R_less) if R_more > R_less else math.nan


def _fault(model, size: int) -> str:
    """What is wrong with a model before it is measured, or an empty text."""
    if not isinstance(model, VAE):
        return (
            f"your function returns a {type(model).__name__}, expected the trained model: end it with `return model`."
        )
    model.eval().cpu()
    if model.size != size:
        return f"the model takes images of {model.size}×{model.size}, expected {size}×{size}."
    if model.likelihood != "bernoulli":
        return f"the model has a {model.likelihood} likelihood, whose distortion cannot be compared: keep Bernoulli."
    if not all(bool(weight.isfinite().all()) for weight in model.parameters()):
        return "a weight is not finite: the training has diverged."
    return ""


# ---- a better model at β = 0.5


@cache
def new_sprites() -> torch.Tensor:
    return Sprites(32).sample(2_000, seed=20260505)[1]


@cache
def published() -> float:
    """The smallest loss at β = 0.5 of a published model."""
    models = [load_pretrained(f"beta-vae-dsprites-32-beta-{beta:g}") for beta in (0.25, 0.5)]
    return min(loss_at_half(model) for model in models)


def loss_at_half(model: VAE) -> float:
    R, D = rate_and_distortion(model, new_sprites())
    return D + 0.5 * R


def judge_better_at_half(model) -> str:
    if fault := _fault(model, size=32):
        return fault
    loss = loss_at_half(model)
    found = f"at β = 0.5 your model has a loss of {loss:.2f} nats, expected {published() - BETTER:.2f} or less."
    if loss > 2 * published():
        return f"{found} It is hardly trained: start from the weights of a published model."
    at, reached = slope(model, new_sprites()), loss <= published() - BETTER
    if not 0.35 < at < 0.75:
        found = f"the loss of {loss:.2f} nats at β = 0.5 is small enough, but its" if reached else f"{found} Its"
        return f"{found} slope is {at:.2f}: train the model with the weight 0.5, for example by `model.beta = 0.5`."
    return "" if reached else f"{found} Let the learning rate fall: small steps reduce the noise of the weights."


def success_at_half(model) -> str:
    R, D = rate_and_distortion(model, new_sprites())
    return (
        f"the loss is {D + 0.5 * R:.1f} nats on new sprites, {published() - D - 0.5 * R:.1f} less than before.\n"
        f"  The new point is R = {R:.1f}, D = {D:.1f}, with the slope {slope(model, new_sprites()):.2f}."
    )


# ---- a rate of five nats


@cache
def binary_digits() -> tuple[torch.Tensor, torch.Tensor]:
    """4,000 digits to train on, and 1,000 test digits, binarised with a different seed than in the lecture."""
    digits = load_mnist()
    return binarize(digits.train_images[:4_000], seed=0), binarize(digits.test_images[:1_000], seed=20260505)


def judge_rate(model) -> str:
    if fault := _fault(model, size=28):
        return fault
    R, D = rate_and_distortion(model, binary_digits()[1], draws=4)
    found = f"your model has R = {R:.2f} and D = {D:.1f} nats on test digits"
    if R < 0.1:
        return f"{found}: all latents have collapsed, or the model is not trained."
    if abs(R - RATE) > SLACK:
        remedy = "A larger β reduces the rate." if R > RATE else "A smaller β raises the rate."
        if R < RATE and D > ENOUGH:
            remedy = "A smaller β raises the rate, and so do more steps: early in the training, R is still rising."
        return f"{found}, expected R between {RATE - SLACK} and {RATE + SLACK}. {remedy}"
    if D > ENOUGH:
        return f"{found}; a distortion of {ENOUGH:.0f} is possible at this rate. Train for more steps."
    return ""


def success_of_rate(model) -> str:
    x = binary_digits()[1]
    R, D = rate_and_distortion(model, x, draws=4)
    with torch.no_grad():
        active = int((diagonal_gaussian_kl(*model.encode(x)).mean(0) > 0.1).sum())
    return (
        f"R = {R:.1f} and D = {D:.0f} nats on test digits, with {active} active latents.\n"
        f"  The slope of your model is {slope(model, x, draws=4):.1f}, so a β near this value leads to this rate."
    )


def training_digits() -> tuple[torch.Tensor]:
    return (binary_digits()[0],)
