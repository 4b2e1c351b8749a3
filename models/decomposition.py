"""The KL of the ELBO taken apart: information, total correlation, and the KL of each latent's own marginal.

    E_x KL(q(z|x) ‖ p(z))  =  I(x; z)  +  KL(q(z) ‖ Π_j q(z_j))  +  Σ_j KL(q(z_j) ‖ p(z_j))

with x uniform on N examples, hence the aggregate posterior q(z) = 1/N Σ_n q(z|x_n), and a prior that factorises.
Hoffman & Johnson, ELBO surgery (2016); Chen et al., Isolating Sources of Disentanglement in VAEs (2018), eq. 2.
"""

import math
from typing import NamedTuple

import torch

import infotheory

from .images import as_floats

LOG_2_PI = math.log(2 * math.pi)


class KLParts(NamedTuple):
    """One number for each z [n], in nats: their means estimate the three parts, and their sum the KL."""

    mutual_information: torch.Tensor
    total_correlation: torch.Tensor
    dimension_wise_kl: torch.Tensor


class Estimate(NamedTuple):
    """A Monte Carlo mean, in nats, and its standard error."""

    value: float
    error: float


def log_normal(latents: torch.Tensor, mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """log N(z; μ, σ²), elementwise on broadcast shapes, in nats."""
    standardised = (latents - mean) * (-log_variance / 2).exp()  # 1/σ does not overflow where 1/σ² would
    return -(standardised**2 + log_variance + LOG_2_PI) / 2


def kl_parts(
    latents: torch.Tensor,
    log_posterior: torch.Tensor,
    mean: torch.Tensor,
    log_variance: torch.Tensor,
    log_weights: torch.Tensor,
) -> KLParts:
    """The three parts at each z_i, where q(z) is estimated by a weighted mixture of m posteriors.

        log q(z_i) = log Σ_m w_im q(z_i|x_m),    log q(z_ij) = log Σ_m w_im q(z_ij|x_m)

        log q(z_i|x_i) - log q(z_i)   +   log q(z_i) - Σ_j log q(z_ij)   +   Σ_j log q(z_ij) - log p(z_ij)

    `latents` [n, d] and `log_posterior` [n], log q(z_i|x_i); `mean` and `log_variance` [m, d] of the mixture;
    `log_weights` [n, m] or what broadcasts to it. With all examples and weights 1/N, q(z) is the aggregate posterior.
    """
    log_densities = log_normal(latents[:, None], mean, log_variance)  # [n, m, d]
    return _parts(latents, log_posterior, log_densities, log_weights)


def _parts(latents, log_posterior, log_densities, log_weights) -> KLParts:
    log_prior = log_normal(latents, torch.zeros_like(latents), torch.zeros_like(latents)).sum(1)
    log_aggregate = (log_weights + log_densities.sum(2)).logsumexp(1)
    log_marginals = (log_weights[..., None] + log_densities).logsumexp(1).sum(1)
    return KLParts(log_posterior - log_aggregate, log_aggregate - log_marginals, log_marginals - log_prior)


@torch.no_grad()
def decompose(
    mean: torch.Tensor, log_variance: torch.Tensor, *, n_samples: int = 2000, seed: int = 0
) -> dict[str, Estimate]:
    """The parts of the KL on a finite data set, all of whose posteriors are given: [N, d] each.

    The mixture is exact; what is left is Monte Carlo over `n_samples` pairs of an example and a z, whose standard
    error stands beside each mean. "kl" has none: it is a closed form. I(x; z) is at most log N.

    The computation is in float64 (except on MPS) if float32 does not suffice for the means or log-variances.
    Raises ValueError for shapes that differ, fewer than two samples, means that are not below 1e100 in size, and
    log-variances that are not between -600 and 600.
    """
    mean, log_variance = as_floats(mean, "means"), as_floats(log_variance, "log-variances")
    if mean.ndim != 2 or mean.shape != log_variance.shape or not len(mean) or n_samples < 2:
        raise ValueError(
            f"found mean {tuple(mean.shape)}, log_variance {tuple(log_variance.shape)} and n_samples={n_samples}, "
            "expected two of one shape [N, d], and at least 2 samples"
        )
    farthest, widest = mean.abs().max().item(), log_variance.abs().max().item()
    if not (farthest < 1e100 and widest <= 600):
        raise ValueError(
            f"found means up to {farthest:g} and log-variances up to {widest:g}, expected finite means, and "
            "log-variances between -600 and 600"
        )
    if (farthest > 1e4 or widest > 30) and mean.device.type != "mps":  # which has no float64
        mean, log_variance = mean.double(), log_variance.double()
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(len(mean), (n_samples,), generator=generator).to(mean.device)
    noise = torch.randn(n_samples, mean.shape[1], generator=generator).to(mean)
    own_mean, own_spread = mean[rows], (log_variance[rows] / 2).exp() * noise
    log_posterior = -(noise**2 + log_variance[rows] + LOG_2_PI).sum(1) / 2
    uniform = torch.full((1, len(mean)), -math.log(len(mean)), dtype=mean.dtype, device=mean.device)

    found = []
    for part in torch.arange(n_samples, device=mean.device).split(max(1, 4_000_000 // mean.numel())):
        distance = own_mean[part][:, None] - mean + own_spread[part][:, None]  # z - μ, where z would round off σ ε
        log_densities = log_normal(distance, torch.zeros_like(mean), log_variance)
        latents = own_mean[part] + own_spread[part]
        found.append(torch.stack(_parts(latents, log_posterior[part], log_densities, uniform), dim=1))
    parts = torch.cat(found).double()
    errors = (parts.std(0) / math.sqrt(n_samples)).tolist()
    estimates = dict(zip(KLParts._fields, map(Estimate, parts.mean(0).tolist(), errors), strict=True))
    kl = infotheory.diagonal_gaussian_kl(mean, log_variance).sum(1).double().mean().item()
    return estimates | {"kl": Estimate(kl, 0.0)}
