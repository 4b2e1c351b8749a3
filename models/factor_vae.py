"""FactorVAE: a VAE that pays for the total correlation of its latents, as a discriminator estimates it.

Kim & Mnih, Disentangling by Factorising (2018), eq. 2 and algorithm 2.
"""

from typing import NamedTuple

import torch

from . import gan
from .data.arguments import require_numbers
from .model import Player, Terms, wins_outright
from .networks import latent_discriminator
from .training.history import History
from .vae import VAE, reparameterise


class Draw(NamedTuple):
    """What one step plays with: images and their posteriors, one z for each, and permuted z of other images."""

    images: torch.Tensor
    mean: torch.Tensor
    log_variance: torch.Tensor
    latents: torch.Tensor
    permuted: torch.Tensor


class FactorVAE(VAE):
    """The VAE's loss is -ELBO + γ TC(z), with TC(z) = E_q(z) log D(z)/(1 - D(z)) by the density-ratio trick.

    The discriminator D learns to tell z ~ q(z) from z ~ Π_j q(z_j), which come of a second batch by `permute`. One batch of
    training is therefore two: its first half is reconstructed, its second half permuted. D is at its best the ratio
    q(z)/(q(z) + Π_j q(z_j)), whence the estimate; before that the estimate is no bound.
    """

    discriminator_betas = (0.5, 0.9)
    remedy = "a smaller gamma, or another learning_rate"

    def __init__(
        self, latent_dim: int = 10, *, gamma: float = 35.0, discriminator_learning_rate: float = 1e-4, width: int = 1000,
        **keywords,
    ):  # fmt: skip
        super().__init__(latent_dim, **keywords)
        require_numbers(gamma=gamma, width=width)
        if gamma < 0 or width < 1:
            raise ValueError(f"found gamma={gamma}, width={width}, expected gamma >= 0 and width >= 1")
        self.config |= dict(gamma=gamma, discriminator_learning_rate=discriminator_learning_rate, width=width)
        self.gamma, self.discriminator_learning_rate = gamma, discriminator_learning_rate
        self.batch_size *= 2
        self.discriminator = latent_discriminator(latent_dim, width)

    def check(self, images: torch.Tensor) -> None:
        super().check(images)
        if len(images) < 4 or len(images) % 2:
            raise ValueError(
                f"found a batch of {len(images)}, expected an even number, 4 or more: one half is permuted, "
                "and of one z there is no permutation"
            )

    def draw(self, images: torch.Tensor) -> Draw:
        first, second = images.chunk(2)
        mean, log_variance = self.encode(first)
        with torch.no_grad():
            permuted = permute(reparameterise(*self.encode(second)))
        return Draw(first, mean, log_variance, reparameterise(mean, log_variance), permuted)

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        tc = self.discriminator(latents).float().mean()  # the logit of D is log D/(1 - D)
        return kl + self.gamma * tc, {"tc": tc}

    def vae_loss(self, draw: Draw) -> Terms:
        """-ELBO + γ TC(z): moves encoder and decoder; the discriminator is only asked."""
        return self.objective(draw.images, draw.mean, draw.log_variance, draw.latents)

    def discriminator_loss(self, draw: Draw) -> Terms:
        """-½ (E log D(z) + E log(1 - D(permuted z))): moves the discriminator alone."""
        value = gan.value(self.discriminator(draw.latents.detach()).float(), self.discriminator(draw.permuted).float())
        return {"loss": -value / 2}

    def watch(self, history: History) -> str | None:
        if not wins_outright(history["discriminator loss"]):
            return super().watch(history)
        return (
            f"the discriminator wins outright: its loss has stayed below 0.05 nats, at step {len(history)}, so its total "
            "correlation is no estimate but grows without end. Try a larger gamma, a smaller discriminator_learning_rate, "
            "or a smaller learning_rate of the VAE"
        )

    def players(self) -> list[Player]:
        vae, discriminator = super().players()[0].parameters, list(self.discriminator.parameters())
        of_discriminator = set(map(id, discriminator))
        vae = [parameter for parameter in vae if id(parameter) not in of_discriminator]
        return [
            Player("vae", vae, self.vae_loss, self.scheduled_rate),
            Player(
                "discriminator",
                discriminator,
                self.discriminator_loss,
                self.discriminator_learning_rate,
                self.discriminator_betas,
            ),
        ]


def permute(latents: torch.Tensor) -> torch.Tensor:
    """Each latent of [n, d] in an order of its own: from a sample of q(z), nearly one of Π_j q(z_j). Algorithm 1."""
    orders = torch.rand_like(latents).argsort(dim=0)
    return latents.gather(0, orders)
