"""β-TCVAE: a VAE with a weight on one part of its KL, the total correlation of the aggregate posterior.

Chen et al., Isolating Sources of Disentanglement in Variational Autoencoders (2018), eq. 4 with α = γ = 1.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import torch

from .data.arguments import require_integers, require_numbers
from .model import Terms
from .vae import VAE


class BetaTCVAE(VAE):
    """A VAE whose KL is split into three parts, with the weight β on the total correlation.

    A step on a batch x of M images:

        1. Encode x, and draw z ~ q(z|x), as in a `VAE`.
        2. Estimate log q(z) and each log q(z_j) by a mixture of the M posteriors, see `kl_parts`.
        3. I = log q(z|x) - log q(z),  TC = log q(z) - Σ_j log q(z_j),
           DW = Σ_j [log q(z_j) - log p(z_j)], which sum to log q(z|x) - log p(z)    (eq. 2)
        4. loss = -log p(x|z) + I + β TC + DW                                       (eq. 4)
        5. Adam moves encoder and decoder to lower the loss.

    `sampling` selects the weights of the mixture:

    - "stratified": `stratified_log_weights`, which depend on the size N of the data set, `n_examples`. `train` sets it
      if it is None, and refuses data of a different size. The mixture is unbiased, but its logarithm is not: if
      I(x; z) exceeds log M, the estimate of I tends to log N, and that of TC becomes too small, even negative.
    - "weighted": 1/M for each posterior, z's own included; the paper's weights 1/(N M) differ by a constant. Neither
      I nor any I(x; z_j) can exceed log M. TC is too large if only I is capped; otherwise it can be too small.

    While the KL is annealed, its three parts keep their proportions. A batch needs two images or more.
    """

    remedy = "a smaller beta, or another learning_rate"

    def __init__(
        self, latent_dim: int = 10, *, beta: float = 6.0, sampling: str = "stratified", n_examples: int | None = None,
        **keywords,
    ):  # fmt: skip
        super().__init__(latent_dim, **keywords)
        if sampling not in ("stratified", "weighted"):
            raise ValueError(f'found sampling={sampling!r}, expected "stratified" or "weighted"')
        require_numbers(beta=beta)
        require_integers(n_examples=2 if n_examples is None else n_examples)
        if not beta >= 0 or (n_examples is not None and n_examples < 2):
            raise ValueError(
                f"found beta={beta}, n_examples={n_examples}, expected beta >= 0 and the number of examples in the "
                "data, 2 or more, or None"
            )
        self.config |= dict(beta=beta, sampling=sampling, n_examples=n_examples)
        self.beta, self.sampling, self.n_examples = beta, sampling, n_examples
        self._kept_weights: tuple = (None, None)

    def check(self, images: torch.Tensor) -> None:
        super().check(images)
        if len(images) < 2:
            raise ValueError(f"found a batch of {len(images)}, expected at least 2: of one image there is no mixture")
        if self.n_examples is not None:
            self.log_weights(len(images))

    def prepare(self, n_examples: int) -> None:
        """Set `n_examples` for stratified sampling. Raises ValueError if a different size was given."""
        if self.sampling == "weighted":
            return
        if self.n_examples not in (None, n_examples):
            raise ValueError(
                f"found {n_examples:,} examples in the data and n_examples={self.n_examples:,}, expected the same: the "
                "estimate of q(z) depends on it; with model.n_examples = None it is taken from the data"
            )
        self.n_examples = self.config["n_examples"] = n_examples

    def log_weights(self, batch_size: int) -> torch.Tensor:
        """log w [i, m] of the mixture that estimates q(z_i)."""
        if self.sampling == "stratified":
            if self.n_examples is None:
                raise ValueError("found no n_examples, expected the size of the data set: train sets it, or give it")
            return stratified_log_weights(batch_size, self.n_examples)
        if batch_size < 2:
            raise ValueError(f"found a batch of {batch_size}, expected at least 2")
        return torch.full((1, batch_size), -math.log(batch_size))

    def _log_weights_beside(self, latents: torch.Tensor) -> torch.Tensor:
        """`log_weights` on the device and in the dtype of the latents; kept, since a copy from the host waits."""
        key = len(latents), self.n_examples, latents.dtype, latents.device
        if self._kept_weights[0] != key:
            self._kept_weights = key, self.log_weights(len(latents)).to(latents)
        return self._kept_weights[1]

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        log_weights = self._log_weights_beside(latents)
        log_posterior = log_normal(latents, mean, log_variance).sum(1)
        parts = kl_parts(latents, log_posterior, mean, log_variance, log_weights)
        information, tc, dimension_wise = (part.mean() for part in parts)
        extra_tc = self.extra_kl * (self.beta - 1) * tc  # the annealing adds extra_kl · KL, whose TC has weight 1
        terms = {"information": information, "tc": tc, "dimension-wise kl": dimension_wise}
        return information + self.beta * tc + dimension_wise + extra_tc, terms


@lru_cache(maxsize=8)
def stratified_log_weights(batch_size: int, n_examples: int) -> torch.Tensor:
    """log w [i, m]: the weight of the posterior of example m in q(z_i), where z_i comes from example i of the batch.

        w_ii = 1/N,    one other (N - M)/(N M),    the M - 1 others 1/M,    M = batch_size - 1 here

    Each row sums to 1, and Σ_m w_im q(z|x_m) is an unbiased estimate of q(z). z_i's own example, one of N, is in the
    batch with certainty; the other examples represent the rest of the data. Source: Chen et al. (2018), appendix C.2.

    Raises ValueError for a batch of one, or one larger than the data.
    """
    if not 2 <= batch_size <= n_examples:
        raise ValueError(
            f"found a batch of {batch_size} from {n_examples} examples, expected at least 2 in a batch, "
            "and a batch that is no larger than the data"
        )
    n, m = n_examples, batch_size - 1
    weights = torch.full((batch_size, batch_size), 1 / m, dtype=torch.float64)
    rows = torch.arange(batch_size)
    weights[rows, rows] = 1 / n
    weights[rows, (rows + 1) % batch_size] = (n - m) / (n * m)
    return weights.log()


LOG_2_PI = math.log(2 * math.pi)


class KLParts(NamedTuple):
    """One number for each z [n], in nats. The means estimate the three parts of the KL, and their sum the KL."""

    mutual_information: torch.Tensor
    total_correlation: torch.Tensor
    dimension_wise_kl: torch.Tensor


def log_normal(latents: torch.Tensor, mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """log N(z; μ, σ²), elementwise on broadcast shapes, in nats."""
    standardised = (latents - mean) * (-log_variance / 2).exp()  # 1/σ does not overflow where 1/σ² would
    return -(standardised**2 + log_variance + LOG_2_PI) / 2


def kl_parts(
    latents: torch.Tensor, log_posterior: torch.Tensor, mean: torch.Tensor, log_variance: torch.Tensor, log_weights:
    torch.Tensor,
) -> KLParts:  # fmt: skip
    """The three parts at each z_i, where q(z) is estimated by a weighted mixture of m posteriors.

        log q(z_i) = log Σ_m w_im q(z_i|x_m),    log q(z_ij) = log Σ_m w_im q(z_ij|x_m)

        log q(z_i|x_i) - log q(z_i)   +   log q(z_i) - Σ_j log q(z_ij)   +   Σ_j log q(z_ij) - log p(z_ij)

    `latents` [n, d] and `log_posterior` [n], log q(z_i|x_i); `mean` and `log_variance` [m, d] of the mixture;
    `log_weights` [n, m] or what broadcasts to it. With all examples and weights 1/N, q(z) is the aggregate posterior.
    """
    log_densities = log_normal(latents[:, None], mean, log_variance)  # [n, m, d]
    return parts_of(latents, log_posterior, log_densities, log_weights)


def parts_of(latents, log_posterior, log_densities, log_weights) -> KLParts:
    log_prior = log_normal(latents, torch.zeros_like(latents), torch.zeros_like(latents)).sum(1)
    log_aggregate = (log_weights + log_densities.sum(2)).logsumexp(1)
    log_marginals = (log_weights[..., None] + log_densities).logsumexp(1).sum(1)
    return KLParts(log_posterior - log_aggregate, log_aggregate - log_marginals, log_marginals - log_prior)
