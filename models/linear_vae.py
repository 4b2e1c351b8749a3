"""A linear VAE; its optimum is known to be probabilistic PCA.

Tipping & Bishop, Probabilistic principal component analysis (1999); Lucas et al., Don't blame the ELBO! (2019).
"""

import math
from typing import NamedTuple

import torch
from torch import nn

import infotheory

from .data.arguments import require_integers, require_tensor
from .data.float64 import in_float64
from .data.images import require_images
from .model import Terms
from .vae import VAE


class LinearVAE(VAE):
    """x = W z + b + ε in `dim` dimensions, with ε ~ N(0, σ² I), and q(z|x) = N(V x + v, diag s²), s the same for all x.

    A step on a batch of vectors x [n, dim]:

        1. μ = V x + v, and log s² is a parameter.
        2. E_q |x - W z - b|² = |x - W μ - b|² + Σ_j s_j² |W_j|², without a sample of z.
        3. loss = -E_q log p(x|z) + KL(q(z|x) ‖ p(z)) = -ELBO, exactly.
        4. Adam moves W, b, σ, V, v and s to lower the loss.

    log p(x), the posterior p(z|x) and the ELBO have closed forms, which a VAE's do not.
    """

    pixels = None
    networks = per_example = ()  # the loss reads the weights themselves

    def __init__(self, dim: int, latent_dim: int, *, learning_rate: float = 1e-2, half_life: int | None = 1000):
        require_integers(1, dim=dim)
        super().__init__(
            latent_dim, likelihood="gaussian", variance=1.0, learn_variance=True,
            learning_rate=learning_rate, half_life=half_life,
        )  # fmt: skip
        self.config = dict(dim=dim, latent_dim=latent_dim, learning_rate=learning_rate, half_life=half_life)
        self.encoder, self.decoder, self.shape = nn.Linear(dim, latent_dim), nn.Linear(latent_dim, dim), (dim,)
        self.log_variance = nn.Parameter(torch.zeros(latent_dim))

    def check(self, images: torch.Tensor) -> None:
        """Raise ValueError unless `images` are vectors [n, dim] of finite numbers."""
        if images.ndim != 2 or images.shape[1] != self.config["dim"]:
            raise ValueError(f"found data of shape {tuple(images.shape)}, expected [n, {self.config['dim']}]")
        require_images(images, None)

    def encode(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The mean and log-variance of q(z|x), each [n, latents]. Raises ValueError for another device or dtype."""
        require_tensor("images", images, self.log_variance)
        mean = self.encoder(images)
        return mean, self.log_variance.expand_as(mean)

    def loss(self, x: torch.Tensor) -> Terms:
        """-ELBO, without a sample."""
        mean, log_variance = self.encode(x)
        squared_error = ((x - self.decoder(mean)) ** 2).sum(1) + log_variance.exp() @ (self.decoder.weight**2).sum(0)
        log_scale = math.log(2 * math.pi) + self.log_decoder_variance
        reconstruction = (squared_error / self.log_decoder_variance.exp() + x.shape[1] * log_scale).mean() / 2
        kl = infotheory.diagonal_gaussian_kl(mean, log_variance, check=False).sum(1).mean()
        return {"loss": reconstruction + kl, "reconstruction": reconstruction, "kl": kl}

    @torch.no_grad()
    def log_evidence(self, x: torch.Tensor) -> torch.Tensor:
        """log p(x) = log N(x; b, W Wᵀ + σ² I), exactly, in nats: [n]. Raises ValueError as `encode` does."""
        require_tensor("x", x, self.log_variance)
        return gaussian_log_density(x, self.decoder.bias, self.covariance())

    @torch.no_grad()
    def covariance(self) -> torch.Tensor:
        """The covariance W Wᵀ + σ² I of p(x)."""
        weight = self.decoder.weight
        return weight @ weight.T + self.log_decoder_variance.exp() * identity(len(weight), weight)

    @torch.no_grad()
    def posterior(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The true p(z|x) = N(M⁻¹ Wᵀ (x - b), σ² M⁻¹) with M = Wᵀ W + σ² I: its means [n, latents] and covariance.

        Raises ValueError as `encode` does.
        """
        require_tensor("x", x, self.log_variance)
        weight, variance = self.decoder.weight, self.log_decoder_variance.exp()
        inverse = torch.linalg.inv(weight.T @ weight + variance * identity(self.latent_dim, weight))
        return (x - self.decoder.bias) @ weight @ inverse, variance * inverse

    @torch.no_grad()
    def elbo(self, x: torch.Tensor) -> torch.Tensor:
        """The ELBO without sampling, log p(x) - KL(q(z|x) ‖ p(z|x)), in nats: [n]."""
        mean, log_variance = self.encode(x)
        true_mean, true_covariance = self.posterior(x)
        gap = infotheory.gaussian_kl(
            mean, torch.diag(log_variance[0].exp()).expand(len(x), -1, -1), true_mean, true_covariance, check=False
        )
        return self.log_evidence(x) - gap


class PPCA(NamedTuple):
    """The maximum-likelihood p(x) = N(mean, W Wᵀ + σ² I); W up to a rotation of its columns."""

    mean: torch.Tensor
    weight: torch.Tensor
    variance: torch.Tensor

    def log_evidence(self, x: torch.Tensor) -> torch.Tensor:
        """log p(x) of each row, in nats: [n]. Raises ValueError unless `x` has the device and dtype of the weights."""
        require_tensor("x", x, self.weight)
        covariance = self.weight @ self.weight.T + self.variance * identity(len(self.weight), self.weight)
        return gaussian_log_density(x, self.mean, covariance)


def ppca(x: torch.Tensor, latent_dim: int) -> PPCA:
    """The closed form: W = U (Λ - σ² I)^½ of the largest eigenvalues of the covariance; σ² is the mean of the others.

    `x` [n, d]. Raises ValueError unless it is finite and 0 < latent_dim < d. The result has the
    dtype and device of `x`; the computation is in float64. Source: Tipping & Bishop, eq. 7-8.
    """
    if x.ndim != 2 or not 0 < latent_dim < x.shape[1]:
        raise ValueError(
            f"found x of shape {tuple(x.shape)} and latent_dim={latent_dim}, expected [n, d], 0 < latents < d"
        )
    if not x.isfinite().all():
        raise ValueError("found entries of x that are NaN or infinite, expected numbers")
    exact = in_float64(x)  # in float32, eigh fails on an ill-conditioned covariance
    mean = exact.mean(0)
    centred = exact - mean
    eigenvalues, vectors = torch.linalg.eigh(centred.T @ centred / len(x))  # in increasing order
    variance = eigenvalues[:-latent_dim].mean()
    weight = vectors[:, -latent_dim:] * (eigenvalues[-latent_dim:] - variance).sqrt()
    return PPCA(*(part.to(x.dtype).to(x.device) for part in (mean, weight, variance)))  # MPS has no float64


def identity(n: int, like: torch.Tensor) -> torch.Tensor:
    """The identity matrix [n, n], of the dtype and device of `like`."""
    return torch.eye(n, dtype=like.dtype, device=like.device)


def gaussian_log_density(x: torch.Tensor, mean: torch.Tensor, covariance: torch.Tensor) -> torch.Tensor:
    """log N(x; mean, covariance) of each row, in nats: [n]."""
    cholesky = torch.linalg.cholesky(covariance)
    whitened = torch.linalg.solve_triangular(cholesky, (x - mean).T, upper=False)
    log_det = 2 * cholesky.diagonal().log().sum()
    return -((whitened**2).sum(0) + log_det + x.shape[1] * math.log(2 * math.pi)) / 2
