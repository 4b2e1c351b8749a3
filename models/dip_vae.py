"""DIP-VAE: a VAE whose posterior means (I) or aggregate posterior (II) are pulled towards the covariance I.

Kumar, Sattigeri & Balakrishnan, Variational Inference of Disentangled Latent Concepts from Unlabeled Observations
(2018), eqs. 6 and 7.
"""

import torch

from .data.arguments import require_numbers
from .model import Terms
from .vae import VAE


class DIPVAE(VAE):
    """The loss is -ELBO + λ_od Σ_{i≠j} C_ij² + λ_d Σ_i (C_ii - 1)², C a covariance [d, d] estimated on the batch.

    `kind` "I": C = Cov[μ(x)], of the posterior means. "II": C = E[diag σ²(x)] + Cov[μ(x)], which is the covariance of
    z under the aggregate posterior q(z). `off_diagonal` is λ_od; `diagonal`, λ_d, is 10 λ_od (I) or λ_od (II) unless
    given, as in the paper. Needs batches of two or more.
    """

    remedy = "a smaller off_diagonal and diagonal, or another learning_rate"

    def __init__(
        self,
        latent_dim: int = 10,
        *,
        kind: str = "II",
        off_diagonal: float = 10.0,
        diagonal: float | None = None,
        **keywords,
    ):
        super().__init__(latent_dim, **keywords)
        if kind not in ("I", "II"):
            raise ValueError(f'found kind={kind!r}, expected "I" or "II"')
        require_numbers(off_diagonal=off_diagonal, diagonal=0 if diagonal is None else diagonal)
        if diagonal is None:
            diagonal = (10 if kind == "I" else 1) * off_diagonal
        if off_diagonal < 0 or diagonal < 0:
            raise ValueError(f"found off_diagonal={off_diagonal}, diagonal={diagonal}, expected >= 0")
        self.config |= dict(kind=kind, off_diagonal=off_diagonal, diagonal=diagonal)
        self.kind, self.off_diagonal, self.diagonal = kind, off_diagonal, diagonal

    def check(self, images: torch.Tensor) -> None:
        super().check(images)
        if len(images) < 2:
            raise ValueError(f"found a batch of {len(images)}, expected at least 2: one image has no covariance")

    def covariance(self, mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
        """C [d, d], unbiased: over the batch, each latent centred on its own mean."""
        of_means = torch.cov(mean.T).view(self.latent_dim, self.latent_dim)
        return of_means if self.kind == "I" else of_means + log_variance.exp().mean(0).diag()

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        covariance = self.covariance(mean, log_variance)
        diagonal = covariance.diagonal()
        off_diagonal_penalty = (covariance - diagonal.diag()).square().sum()
        diagonal_penalty = (diagonal - 1).square().sum()
        terms = {"off-diagonal": off_diagonal_penalty, "diagonal": diagonal_penalty}
        return kl + self.off_diagonal * off_diagonal_penalty + self.diagonal * diagonal_penalty, terms
