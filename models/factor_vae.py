"""FactorVAE: a VAE that pays for the total correlation of its latents, as a critic estimates it.

Kim & Mnih, Disentangling by Factorising (2018), eq. 2 and algorithm 2.
"""

from typing import NamedTuple

import torch

from . import gan
from .data.arguments import require_numbers
from .model import Player, Terms, wins_outright
from .networks import latent_critic
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

    The critic D learns to tell z ~ q(z) from z ~ Π_j q(z_j), which come of a second batch by `permute`. One batch of
    training is therefore two: its first half is reconstructed, its second half permuted. D is at its best the ratio
    q(z)/(q(z) + Π_j q(z_j)), whence the estimate; before that the estimate is no bound.
    """

    critic_betas = (0.5, 0.9)
    remedy = "a smaller gamma, or another learning_rate"

    def __init__(
        self, latent_dim: int = 10, *, gamma: float = 35.0, critic_learning_rate: float = 1e-4, width: int = 1000,
        **keywords,
    ):  # fmt: skip
        super().__init__(latent_dim, **keywords)
        require_numbers(gamma=gamma, width=width)
        if gamma < 0 or width < 1:
            raise ValueError(f"found gamma={gamma}, width={width}, expected gamma >= 0 and width >= 1")
        self.config |= dict(gamma=gamma, critic_learning_rate=critic_learning_rate, width=width)
        self.gamma, self.critic_learning_rate = gamma, critic_learning_rate
        self.batch_size *= 2
        self.critic = latent_critic(latent_dim, width)

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
        tc = self.critic(latents).float().mean()  # the logit of D is log D/(1 - D)
        return kl + self.gamma * tc, {"tc": tc}

    def vae_loss(self, draw: Draw) -> Terms:
        """-ELBO + γ TC(z): moves encoder and decoder; the critic is only asked."""
        return self.objective(draw.images, draw.mean, draw.log_variance, draw.latents)

    def critic_loss(self, draw: Draw) -> Terms:
        """-½ (E log D(z) + E log(1 - D(permuted z))): moves the critic alone."""
        value = gan.value(self.critic(draw.latents.detach()).float(), self.critic(draw.permuted).float())
        return {"loss": -value / 2}

    def watch(self, history: History) -> str | None:
        if not wins_outright(history["critic loss"]):
            return super().watch(history)
        return (
            f"the critic wins outright: its loss has stayed below 0.05 nats, at step {len(history)}, so its total "
            "correlation is no estimate but grows without end. Try a larger gamma, a smaller critic_learning_rate, "
            "or a smaller learning_rate of the VAE"
        )

    def players(self) -> list[Player]:
        vae, critic = super().players()[0].parameters, list(self.critic.parameters())
        of_critic = set(map(id, critic))
        vae = [parameter for parameter in vae if id(parameter) not in of_critic]
        return [
            Player("vae", vae, self.vae_loss, self.scheduled_rate),
            Player("critic", critic, self.critic_loss, self.critic_learning_rate, self.critic_betas),
        ]


def permute(latents: torch.Tensor) -> torch.Tensor:
    """Each latent of [n, d] in an order of its own: from a sample of q(z), nearly one of Π_j q(z_j). Algorithm 1."""
    orders = torch.rand_like(latents).argsort(dim=0)
    return latents.gather(0, orders)
