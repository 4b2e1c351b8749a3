"""How trained VAEs and refined codes are judged: on new digits and new noise, whatever a student reports."""

import math
from functools import cache

import torch
from torch import nn
from torch.nn import functional as F

import infotheory as it

from ...data import binarize, load_mnist
from ...vae import VAE
from ...weights import load_pretrained

ENOUGH = -111.5  # nats


@cache
def grey_digits() -> tuple[torch.Tensor, torch.Tensor]:
    digits = load_mnist()
    return digits.train_images[:4_000], digits.test_images[:1_000]


@torch.no_grad()
def test_elbo(encoder: nn.Module, decoder: nn.Module) -> float | str:
    """The ELBO on new binary test digits with new noise, or what is wrong with the shapes.

    All codes come before the first decoding, and are decoded in a different order and batch size, so that a decoder
    cannot use an image that the encoder saw.
    """
    generator = torch.Generator().manual_seed(20260404)
    for network in (encoder, decoder):
        network.eval().cpu()
    x = torch.bernoulli(grey_digits()[1], generator=generator)
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


def judge_elbo(result) -> str:
    if not (isinstance(result, tuple | list) and len(result) == 2 and all(isinstance(n, nn.Module) for n in result)):
        return "expected two modules: end your function with `return encoder, decoder`."
    elbo = test_elbo(*result)
    if isinstance(elbo, str):
        return elbo
    if not math.isfinite(elbo):
        return "the ELBO of your networks on test digits is not a finite number: the training has diverged."
    if elbo >= ENOUGH:
        return ""
    found = f"your networks have a test ELBO of {elbo:.1f} nats, expected {ENOUGH:.1f} or more."
    if elbo < -300:
        return f"{found} They are hardly trained: does the encoder return μ and log σ²?"
    if elbo < -195:
        return (
            f"{found} A model without latents reaches -206: the latents have collapsed. Did you average where (5) sums?"
        )
    if elbo < -120:
        return f"{found} Train for more steps."
    return f"{found} Does the loss on training digits still fall? Then draw new training data in every step."


# ---- the code of one digit

NEAR = 0.3  # nats by which a refined ELBO may still rise


@cache
def digit_to_refine() -> tuple[VAE, torch.Tensor, torch.Tensor]:
    """The full-length VAE, a binary test digit, and 200 rows of noise."""
    noise = torch.randn(200, 20, generator=torch.Generator().manual_seed(0))
    return load_pretrained("vae-mnist"), binarize(grey_digits()[1], seed=1)[5:6], noise


def elbo_tensor(mean: torch.Tensor, log_variance: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    vae, x, _ = digit_to_refine()
    z = mean + (log_variance / 2).exp() * noise
    log_p = vae.log_likelihood(x.expand(len(z), -1, -1, -1), z).mean()
    return log_p - it.diagonal_gaussian_kl(mean, log_variance, check=False).sum()


@torch.no_grad()
def elbo_of(mean: torch.Tensor, log_variance: torch.Tensor, noise: torch.Tensor) -> float:
    return elbo_tensor(mean, log_variance, noise).item()


@cache
def _new_noise() -> torch.Tensor:
    return torch.randn(4_000, 20, generator=torch.Generator().manual_seed(404))


def possible_rise(mean: torch.Tensor, log_variance: torch.Tensor) -> float:
    """About how far the ELBO can still rise: one Newton step in each number, with the curvature of a Gaussian.

    A mean with gradient g gives ½ σ² g², and a log-variance gives g².
    """
    mean, log_variance = (part.clone().requires_grad_() for part in (mean, log_variance))
    of_mean, of_log_variance = torch.autograd.grad(elbo_tensor(mean, log_variance, _new_noise()), [mean, log_variance])
    return float((log_variance.detach().exp() * of_mean**2 / 2 + of_log_variance**2).sum())


def judge_refinement(result) -> str:
    if not (isinstance(result, tuple | list) and len(result) == 4):
        return "expected four values: end your function with `return mean, log_variance, before, after`."
    mean, log_variance, before, after = result
    if not all(torch.is_tensor(part) and part.shape == (1, 20) for part in (mean, log_variance)):
        return f"found {_form(mean)} and {_form(log_variance)}, expected the mean and log-variance [1, 20]."
    if not all(bool(part.isfinite().all()) for part in (mean, log_variance)):
        return "the mean or the log-variance is not finite: is the learning rate too large?"
    mean, log_variance = (part.detach().cpu().float() for part in (mean, log_variance))
    vae, x, noise = digit_to_refine()
    recomputed = elbo_of(*vae.encode(x), noise), elbo_of(mean, log_variance, noise)
    for name, claimed, right in zip(("before", "after"), (before, after), recomputed, strict=True):
        if not math.isclose(float(claimed), right, abs_tol=0.01):
            return f"the ELBO {name} is {right:.2f} nats with the 200 rows of epsilon, but you return {claimed:.2f}."
    new, of_encoder = elbo_of(mean, log_variance, _new_noise()), elbo_of(*vae.encode(x), _new_noise())
    if new < of_encoder + 0.2:
        return f"on new noise your ELBO is {new:.2f} nats, and the encoder's {of_encoder:.2f}. Do you minimise −ELBO?"
    if (rise := possible_rise(mean, log_variance)) > NEAR:
        remark = (
            "Optimise the log-variance too" if torch.allclose(log_variance, vae.encode(x)[1]) else "Take more steps"
        )
        return f"on new noise your ELBO is {new:.2f} nats, and about {new + rise:.1f} is possible. {remark}."
    return ""


@torch.no_grad()
def gap_in_parts(result) -> str:
    (mean, log_variance, *_), (vae, x, _) = result, digit_to_refine()
    z = mean + (log_variance / 2).exp() * _new_noise()
    log_ratio = ((z - mean) ** 2 / log_variance.exp() + log_variance - z**2).sum(1) / 2  # log p(z)/q(z)
    log_w = vae.log_likelihood(x.expand(len(z), -1, -1, -1), z) + log_ratio
    bound, new = float(log_w.logsumexp(0)) - math.log(len(z)), elbo_of(mean, log_variance, _new_noise())
    before = elbo_of(*vae.encode(x), _new_noise())
    return (
        f"on new noise the ELBO rises from {before:.1f} to {new:.1f} nats; the bound with 4,000 weights is {bound:.1f}."
        f"\n  The encoder's part of the gap is {new - before:.1f} nats, and the family's is about {bound - new:.1f}."
    )


def training_digits() -> tuple[torch.Tensor]:
    return (grey_digits()[0],)


def success_elbo(result) -> str:
    return f"your networks have a test ELBO of {test_elbo(*result):.1f} nats on new binary digits."
