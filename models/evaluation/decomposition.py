"""The KL of the ELBO in three parts: mutual information, total correlation, and the KL of each latent's marginal.

    E_x KL(q(z|x) ‖ p(z))  =  I(x; z)  +  KL(q(z) ‖ Π_j q(z_j))  +  Σ_j KL(q(z_j) ‖ p(z_j))

for x uniform on N examples, with the aggregate posterior q(z) = 1/N Σ_n q(z|x_n) and a prior that factorises.
Hoffman & Johnson, ELBO surgery (2016); Chen et al., Isolating Sources of Disentanglement in VAEs (2018), eq. 2.
"""

import math
from typing import NamedTuple

import torch

import infotheory

from ..beta_tc_vae import LOG_2_PI, KLParts, log_normal, parts_of
from ..data.float64 import in_float64
from ..data.images import as_floats


class Estimate(NamedTuple):
    """A Monte Carlo mean, in nats, and its standard error."""

    value: float
    error: float


@torch.no_grad()
def decompose(
    mean: torch.Tensor, log_variance: torch.Tensor, *, n_samples: int = 2000, seed: int = 0
) -> dict[str, Estimate]:
    """The parts of the KL on a finite data set, from the posteriors of all N examples, [N, d] each.

    The mixture q(z) is exact. The expectation is a Monte Carlo mean over `n_samples` pairs of an example and a z, and
    comes with its standard error. "kl" is in closed form, with error 0. I(x; z) is at most log N.

    The tensors may be on any device; the log-variances are moved to that of the means. The noise is the same on all.
    The computation is in float64 if float32 does not suffice for the means or log-variances. On MPS, which has no
    float64, it is then done on the CPU.
    Raises ValueError for shapes that differ, fewer than two samples, means of 1e100 or more in size, and log-variances
    outside -600 … 600.
    """
    mean, log_variance = as_floats(mean, "means"), as_floats(log_variance, "log-variances")
    if mean.ndim != 2 or mean.shape != log_variance.shape or not len(mean) or n_samples < 2:
        raise ValueError(
            f"found mean {tuple(mean.shape)}, log_variance {tuple(log_variance.shape)} and n_samples={n_samples}, "
            "expected two of one shape [N, d], and at least 2 samples"
        )
    log_variance = log_variance.to(mean.device)
    farthest, widest = mean.abs().max().item(), log_variance.abs().max().item()
    if not (farthest < 1e100 and widest <= 600):
        raise ValueError(
            f"found means up to {farthest:g} and log-variances up to {widest:g}, expected finite means, and "
            "log-variances between -600 and 600"
        )
    if farthest > 1e4 or widest > 30:
        mean, log_variance = in_float64(mean), in_float64(log_variance)
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(len(mean), (n_samples,), generator=generator).to(mean.device)
    noise = torch.randn(n_samples, mean.shape[1], generator=generator).to(mean)
    own_mean, own_spread = mean[rows], (log_variance[rows] / 2).exp() * noise
    log_posterior = -(noise**2 + log_variance[rows] + LOG_2_PI).sum(1) / 2
    uniform = torch.full((1, len(mean)), -math.log(len(mean)), dtype=mean.dtype, device=mean.device)

    found = []
    for part in torch.arange(n_samples, device=mean.device).split(max(1, 4_000_000 // mean.numel())):
        distance = (
            own_mean[part][:, None] - mean + own_spread[part][:, None]
        )  # z - μ; computed from z, it would lose σ ε to rounding
        log_densities = log_normal(distance, torch.zeros_like(mean), log_variance)
        latents = own_mean[part] + own_spread[part]
        found.append(torch.stack(parts_of(latents, log_posterior[part], log_densities, uniform), dim=1))
    parts = in_float64(torch.cat(found))
    errors = (parts.std(0) / math.sqrt(n_samples)).tolist()
    estimates = dict(zip(KLParts._fields, map(Estimate, parts.mean(0).tolist(), errors), strict=True))
    kl = in_float64(infotheory.diagonal_gaussian_kl(mean, log_variance).sum(1)).mean().item()
    return estimates | {"kl": Estimate(kl, 0.0)}
