"""The variational autoencoder: an encoder q(z|x), a decoder p(x|z), and the ELBO that trains both.

Kingma & Welling, Auto-Encoding Variational Bayes (2014).
"""

import math

import torch
from torch.nn import functional as F

import infotheory

from .model import Model, Player, Terms
from .networks import mlp_decoder, mlp_encoder


class VAE(Model):
    """Images x [n, 1, 28, 28] and latents z [n, latent_dim] with the prior p(z) = N(0, I).

    The encoder gives q(z|x) = N(μ(x), diag σ²(x)); the decoder gives p(x|z), a Bernoulli for each pixel
    (`likelihood="bernoulli"`, for binary images) or a Gaussian of variance `variance` (`"gaussian"`).
    """

    batch_size = 128
    learning_rate = 1e-3

    def __init__(
        self, latent_dim: int = 10, *, hidden: int = 400, likelihood: str = "bernoulli", variance: float = 0.1
    ):
        super().__init__()
        if latent_dim < 1 or hidden < 1:
            raise ValueError(f"found latent_dim={latent_dim}, hidden={hidden}, expected both at least 1")
        if likelihood not in ("bernoulli", "gaussian"):
            raise ValueError(f'found likelihood={likelihood!r}, expected "bernoulli" or "gaussian"')
        if not variance > 0:
            raise ValueError(f"found variance={variance}, expected a positive number")
        self.config = dict(latent_dim=latent_dim, hidden=hidden, likelihood=likelihood, variance=variance)
        self.latent_dim, self.likelihood, self.variance = latent_dim, likelihood, variance
        self.encoder, self.decoder = mlp_encoder(2 * latent_dim, hidden), mlp_decoder(latent_dim, hidden)

    def encode(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The mean and log-variance of q(z|x), each [n, latent_dim]."""
        return self.encoder(images).chunk(2, dim=1)

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """The mean image of p(x|z), in [0, 1] for a Bernoulli."""
        output = self.decoder(latents)
        return output.sigmoid() if self.likelihood == "bernoulli" else output

    def log_likelihood(self, images: torch.Tensor, latents: torch.Tensor) -> torch.Tensor:
        """log p(x|z) of each example, in nats: [n]."""
        output = self.decoder(latents)
        if self.likelihood == "bernoulli":
            per_pixel = -F.binary_cross_entropy_with_logits(output, images, reduction="none")
        else:
            per_pixel = -((images - output) ** 2) / (2 * self.variance) - math.log(2 * math.pi * self.variance) / 2
        return per_pixel.flatten(1).sum(1)

    def loss(self, images: torch.Tensor) -> Terms:
        """-ELBO = -E_q(z|x) log p(x|z) + KL(q(z|x) ‖ p(z)), one sample of z for each example."""
        mean, log_variance = self.encode(images)
        latents = reparameterise(mean, log_variance)
        reconstruction = -self.log_likelihood(images, latents).mean()
        kl = infotheory.diagonal_gaussian_kl(mean, log_variance, check=False).sum(1).mean()
        return {"loss": reconstruction + kl, "reconstruction": reconstruction, "kl": kl}

    def players(self) -> list[Player]:
        return [Player("vae", list(self.parameters()), self.loss, self.learning_rate)]

    @torch.no_grad()
    def sample(self, n: int) -> torch.Tensor:
        """Images of n latents drawn from the prior."""
        return self.decode(torch.randn(n, self.latent_dim, device=self.device))


def reparameterise(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """z = μ + σ ε with ε ~ N(0, I): a sample of q(z|x) whose gradient reaches μ and σ."""
    return mean + (log_variance / 2).exp() * torch.randn_like(mean)
