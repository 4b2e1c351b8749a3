"""β-TCVAE: a VAE that weighs one part of its KL, the total correlation of the aggregate posterior.

Chen et al., Isolating Sources of Disentanglement in Variational Autoencoders (2018), eq. 4 with α = γ = 1.
"""

from functools import lru_cache

import torch

from .decomposition import kl_parts, log_normal
from .model import Terms
from .vae import VAE


class BetaTCVAE(VAE):
    """The loss is reconstruction + I(x; z) + β TC(z) + Σ_j KL(q(z_j) ‖ p(z_j)); with β = 1 it is a plain VAE's.

    The three parts are estimated on the batch, by mixtures with the weights of `stratified_log_weights`, for which the
    size of the data set, `n_examples`, must be known. Small batches find too little total correlation, once I(x; z)
    is more than the logarithm of their size: its estimate may be below 0. Needs batches of two or more.
    """

    def __init__(self, latent_dim: int = 10, *, n_examples: int, beta: float = 6.0, **keywords):
        super().__init__(latent_dim, **keywords)
        if beta < 0 or n_examples < 2:
            raise ValueError(f"found beta={beta}, n_examples={n_examples}, expected beta >= 0 and n_examples >= 2")
        self.config |= dict(beta=beta, n_examples=n_examples)
        self.beta, self.n_examples = beta, n_examples
        self.batch_size = 256  # the paper's is 2,048

    def check(self, images: torch.Tensor) -> None:
        super().check(images)
        stratified_log_weights(len(images), self.n_examples)

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        log_weights = stratified_log_weights(len(latents), self.n_examples).to(latents)
        log_posterior = log_normal(latents, mean, log_variance).sum(1)
        parts = kl_parts(latents, log_posterior, mean, log_variance, log_weights)
        information, tc, dimension_wise = (part.mean() for part in parts)
        terms = {"information": information, "tc": tc, "dimension-wise kl": dimension_wise}
        return information + self.beta * tc + dimension_wise, terms


@lru_cache(maxsize=8)
def stratified_log_weights(batch_size: int, n_examples: int) -> torch.Tensor:
    """log w [i, m]: how much the posterior of example m counts in q(z_i), when z_i comes from example i of the batch.

        w_ii = 1/N,    one other (N - M)/(N M),    the M - 1 others 1/M,    M = batch_size - 1

    Each row sums to 1, and Σ_m w_im q(z|x_m) is an unbiased estimate of q(z): z_i's own example is there for certain,
    though it is but one of N, and the others stand for all. Source: Chen et al. (2018), appendix C.2.

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
