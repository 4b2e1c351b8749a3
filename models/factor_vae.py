"""FactorVAE: a VAE with a penalty on the total correlation of its latents, which a discriminator estimates.

Kim & Mnih, Disentangling by Factorising (2018), eq. 2 and algorithm 2.
"""

from typing import TYPE_CHECKING, NamedTuple

import torch

from . import gan
from .adversarial import WON
from .data.arguments import require_numbers
from .model import Player, Terms
from .networks import latent_discriminator
from .vae import VAE, reparameterise

if TYPE_CHECKING:
    from .training.history import History


class PosteriorAndPermuted(NamedTuple):
    """Images with their posteriors and one z of each, and permuted z of other images."""

    images: torch.Tensor
    mean: torch.Tensor
    log_variance: torch.Tensor
    latents: torch.Tensor
    permuted: torch.Tensor


class FactorVAE(VAE):
    """A VAE with the loss -ELBO + γ TC(z), where a discriminator D of latents estimates TC(z).

    A step on a batch, whose two halves are the paper's two batches x and x' (algorithm 2):

        1. Draw z' ~ q(z|x'), and permute each latent over the batch on its own (algorithm 1),
           which gives nearly a sample of Π_j q(z_j).
        2. Draw z ~ q(z|x), a sample of q(z).
        3. VAE: loss = -log p(x|z) + KL(q(z|x) ‖ p(z)) + γ log D(z)/(1 - D(z))    (eqs. 2 and 3)
        4. Adam moves encoder and decoder; D stays.
        5. D: loss = -½ [log D(z) + log(1 - D(permuted z'))], with the z and z' of 1 and 2
        6. Adam moves D. (The paper draws z' only now, with the encoder that has moved.)

    The best D is q(z)/(q(z) + Π_j q(z_j)), and then the mean of log D(z)/(1 - D(z)) is TC(z). For any other D it is an
    estimate, not a bound.
    """

    discriminator_betas = (0.5, 0.9)
    for_training = ("discriminator",)
    remedy = "a smaller gamma, or another learning_rate"

    def __init__(
        self, latent_dim: int = 10, *, gamma: float = 35.0, discriminator_learning_rate: float = 1e-4,
        width: int = 1000, **keywords,
    ):  # fmt: skip
        super().__init__(latent_dim, **keywords)
        require_numbers(gamma=gamma, width=width)
        if gamma < 0 or width < 1:
            raise ValueError(f"found gamma={gamma}, width={width}, expected gamma >= 0 and width >= 1")
        self.config |= dict(gamma=gamma, discriminator_learning_rate=discriminator_learning_rate, width=width)
        self.gamma, self.discriminator_learning_rate = gamma, discriminator_learning_rate
        self.batch_size = 2 * self.batch_size  # x and x'
        self.discriminator = latent_discriminator(latent_dim, width)

    def check(self, images: torch.Tensor) -> None:
        super().check(images)
        if len(images) < 4 or len(images) % 2:
            raise ValueError(
                f"found a batch of {len(images)}, expected an even number, 4 or more: one half is permuted, "
                "and of one z there is no permutation"
            )

    def draw(self, images: torch.Tensor) -> PosteriorAndPermuted:
        first, second = images.chunk(2)
        mean, log_variance = self.encode(first)
        with torch.no_grad():
            permuted = permute(reparameterise(*self.encode(second)))
        return PosteriorAndPermuted(first, mean, log_variance, reparameterise(mean, log_variance), permuted)

    def vae_loss(self, draw: PosteriorAndPermuted) -> Terms:
        """-ELBO + γ TC(z)."""
        return self.objective(draw.images, draw.mean, draw.log_variance, draw.latents)

    def regulariser(self, kl, mean, log_variance, latents) -> tuple[torch.Tensor, Terms]:
        tc = self.discriminator(latents).float().mean()  # the logit of D is log D/(1 - D)
        return kl + self.gamma * tc, {"tc": tc}

    def discriminator_loss(self, draw: PosteriorAndPermuted) -> Terms:
        """-½ [E log D(z) + E log(1 - D(permuted z'))]."""
        value = gan.value(self.discriminator(draw.latents.detach()).float(), self.discriminator(draw.permuted).float())
        return {"loss": -value / 2}

    def players(self) -> list[Player]:
        """The VAE, with every parameter outside the discriminator, and the discriminator."""
        vae = [p for name, p in self.named_parameters() if p.requires_grad and not name.startswith("discriminator.")]
        discriminator, rate = list(self.discriminator.parameters()), self.discriminator_learning_rate
        return [
            Player("vae", vae, self.vae_loss, self.scheduled_rate),
            Player("discriminator", discriminator, self.discriminator_loss, rate, self.discriminator_betas),
        ]

    def watch(self, history: "History") -> str | None:
        if not history.median("discriminator loss") < WON:
            return super().watch(history)
        return (
            f"the discriminator wins outright: its loss has stayed below 0.05 nats, at step {len(history)}, so its "
            "total correlation is no estimate but grows without end. Try a larger gamma, a smaller "
            "discriminator_learning_rate, or a smaller learning_rate of the VAE"
        )


def permute(latents: torch.Tensor) -> torch.Tensor:
    """Algorithm 1: each latent of [n, d] in a random order of its own, which makes q(z) nearly Π_j q(z_j)."""
    orders = torch.rand_like(latents).argsort(dim=0)
    return latents.gather(0, orders)
