"""How a penalty on the latents is judged: a small VAE is trained with it, and measured on new points."""

import copy
import math
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from infotheory import diagonal_gaussian_kl

from ...evaluation.decomposition import decompose

MIXING = torch.tensor([[1.0, 0.3], [0.3, 1.0]])
VARIANCE = 0.02  # of the decoder
BATCH, FIRST_STEPS, STEPS = 128, 800, 400
LARGEST_TC, LEAST_I, LEAST_KL = 0.05, 2.8, 0.5  # nats; the KL is that of each latent


class Measured(NamedTuple):
    """I(x;z), TC(z) and the smaller KL of the two latents, in nats, on new points."""

    I: float
    tc: float
    least_kl: float


def draw_points(n: int, generator: torch.Generator) -> Tensor:
    """Points [n, 2]: two independent uniform factors of variance 1, mixed linearly."""
    return math.sqrt(3) * (2 * torch.rand(n, 2, generator=generator) - 1) @ MIXING.T


def networks() -> tuple[nn.Module, nn.Module]:
    """An encoder of points into the means and log-variances of two latents, and a decoder."""
    encoder, decoder = (
        nn.Sequential(nn.Linear(2, 32), nn.ELU(), nn.Linear(32, 32), nn.ELU(), nn.Linear(32, outputs))
        for outputs in (4, 2)
    )
    return encoder, decoder


def train_points(encoder, decoder, penalty: Callable | None, steps: int, seed: int) -> str:
    """Minimise D + KL, plus the penalty, over both networks; return what is wrong with a penalty, or an empty text."""
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=3e-3)
    generator = torch.Generator().manual_seed(seed)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 3e-3 * math.sqrt(1 - step / steps)
        x = draw_points(BATCH, generator)
        mean, log_variance = encoder(x).chunk(2, dim=1)
        z = mean + (log_variance / 2).exp() * torch.randn(mean.shape, generator=generator)
        D = (x - decoder(z)).square().sum(1).mean() / (2 * VARIANCE)
        loss = D + diagonal_gaussian_kl(mean, log_variance, check=False).sum(1).mean()
        if penalty is not None:
            value = penalty(mean, log_variance, z)
            if not torch.is_tensor(value) or value.numel() != 1:
                form = f"a tensor {list(value.shape)}" if torch.is_tensor(value) else f"a {type(value).__name__}"
                return f"your penalty gives {form}, expected one number as a tensor."
            if not value.requires_grad:
                return "your penalty has no gradient: compute it from its arguments with torch, without detach."
            if not bool(value.isfinite()):
                return f"your penalty is {value.item()} at step {step}."
            loss = loss + value.squeeze()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if not all(bool(parameter.isfinite().all()) for parameter in parameters):
        return "a weight is not finite: the training with your penalty has diverged."
    return ""


@torch.no_grad()
def parts_on_new_points(encoder) -> Measured:
    """I(x;z), TC(z) and the smaller KL for 2,000 points that no training has drawn."""
    x = draw_points(2_000, torch.Generator().manual_seed(20260909))
    code = encoder(x).chunk(2, dim=1)
    found, kl = decompose(*code, n_samples=2_000, seed=1), diagonal_gaussian_kl(*code, check=False).mean(0)
    return Measured(found["mutual_information"].value, found["total_correlation"].value, float(kl.min()))


@cache
def plain() -> tuple[nn.Module, nn.Module, Measured]:
    """The networks of a plain VAE after training, and their values on new points."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        encoder, decoder = networks()
    train_points(encoder, decoder, None, FIRST_STEPS, seed=1)
    return encoder, decoder, parts_on_new_points(encoder)


def trained_with(penalty: Callable) -> Measured | str:
    """The values on new points after a further training of the plain VAE with a penalty, or what is wrong with it."""
    encoder, decoder = map(copy.deepcopy, plain()[:2])
    if fault := train_points(encoder, decoder, penalty, STEPS, seed=2):
        return fault
    return parts_on_new_points(encoder)


_judged: dict[Callable, Measured] = {}  # so that the sentence of success does not train again


def judge_penalty(penalty) -> str:
    if not callable(penalty):
        return f"your function returns a {type(penalty).__name__}, expected a function: end it with `return penalty`."
    found = trained_with(penalty)
    if isinstance(found, str):
        return found
    _judged.clear()
    _judged[penalty] = found
    (I, tc, least_kl), (I_plain, tc_plain, _) = found, plain()[2]
    told = f"after the training with your penalty, TC = {tc:.2f} and I = {I:.2f} nats on new points"
    if tc <= LARGEST_TC and I >= LEAST_I:
        if least_kl >= LEAST_KL:
            return ""
        return (
            f"{told}, but the KL of one latent is {least_kl:.2f}, expected at least {LEAST_KL} nats in each latent. "
            "A collapsed latent makes the TC small, whatever the code is. Penalise the TC, so that both stay active."
        )
    expected = f"expected TC ≤ {LARGEST_TC} and I ≥ {LEAST_I}"
    if I < LEAST_I and tc < 0.7 * tc_plain:
        return (
            f"{told}, {expected}. Your penalty lowers the information too: does it contain more than the TC, as a "
            "weight on the KL does, or is its weight too large?"
        )
    if I < LEAST_I:
        return f"{told}, {expected}. The information falls, and the TC does not: what does your penalty measure?"
    if tc > tc_plain + 0.05:
        return f"{told}, {expected}. The TC has increased. Is its sign right?"
    return (
        f"{told}, {expected}; without a penalty TC = {tc_plain:.2f} and I = {I_plain:.2f}. These latents "
        "are dependent, but not correlated. Does your penalty measure more than a covariance? Is its weight large "
        "enough?"
    )


def success_of_penalty(penalty) -> str:
    (I, tc, _), (I_plain, tc_plain, _) = _judged.get(penalty) or trained_with(penalty), plain()[2]
    return (
        f"your penalty lowers TC from {tc_plain:.2f} to {tc:.2f} nats on new points.\n"
        f"  I falls from {I_plain:.1f} to {I:.1f} nats: less TC has cost some information."
    )
