"""DIP-VAE: a VAE that pulls the covariance of its posterior means (I) or aggregate posterior (II) towards the identity.

Kumar, Sattigeri & Balakrishnan, Variational Inference of Disentangled Latent Concepts from Unlabeled Observations
(2018), eqs. 6 and 7.
"""

import torch

from .data.arguments import require_numbers
from .model import Terms
from .vae import VAE


class DIPVAE(VAE):
    """A VAE with a penalty on the distance of a covariance C [d, d] from the identity.

    A step on a batch x:

        1. Encode x, draw z ~ q(z|x) and decode it, as in a `VAE`.
        2. Estimate on the batch C = Cov[μ(x)] (`kind` "I"), or C = Cov[μ(x)] + E[diag σ²(x)]
           ("II"), which is the covariance of z under the aggregate posterior q(z).
        3. loss = -log p(x|z) + KL(q(z|x) ‖ p(z)) + λ_od Σ_{i≠j} C_ij² + λ_d Σ_i (C_ii - 1)²
           (I: eq. 6, II: eq. 7)
        4. Adam moves encoder and decoder to lower the loss.

    `off_diagonal` is λ_od. `diagonal` is λ_d, by default 10 λ_od (I) or λ_od (II), as in Locatello et al. (2019). A
    batch needs two images or more.
    """

    remedy = "a smaller off_diagonal and diagonal, or another learning_rate"

    def __init__(
        self, latent_dim: int = 10, *, kind: str = "II", off_diagonal: float = 10.0, diagonal: float | None = None,
        **keywords,
    ):  # fmt: skip
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
        """C [d, d], estimated without bias: each latent is centred on its own mean over the batch."""
        with torch.autocast(mean.device.type, enabled=False):  # else a product of matrices is in bfloat16
            centred = mean - mean.mean(0)
            of_means = centred.T @ centred / (len(mean) - 1)
        return of_means if self.kind == "I" else of_means + log_variance.exp().mean(0).diag()

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        covariance = self.covariance(mean, log_variance)
        diagonal = covariance.diagonal()
        off_diagonal_penalty = (covariance - diagonal.diag()).square().sum()
        diagonal_penalty = (diagonal - 1).square().sum()
        terms = {"off-diagonal": off_diagonal_penalty, "diagonal": diagonal_penalty}
        return kl + self.off_diagonal * off_diagonal_penalty + self.diagonal * diagonal_penalty, terms
