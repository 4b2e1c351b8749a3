"""The adversarial autoencoder: in place of the KL, a discriminator pulls the aggregate posterior q(z) to the prior.

Makhzani et al., Adversarial Autoencoders (2016), §2.
"""

from typing import TYPE_CHECKING, NamedTuple

import torch

import infotheory

from . import gan
from .adversarial import WON
from .data.arguments import require_integers, require_numbers
from .model import Player, Terms
from .networks import latent_discriminator
from .vae import VAE

if TYPE_CHECKING:
    from .training.history import History


class NoiseAndPrior(NamedTuple):
    """Images, the noise ε of their z, and z from the prior."""

    images: torch.Tensor
    noise: torch.Tensor
    prior: torch.Tensor


class AdversarialAutoencoder(VAE):
    """An autoencoder with a noisy code z = μ(x) + σ(x) ε, the paper's Gaussian posterior, and a discriminator D of z.

    A step on a batch x has the paper's two phases (§2), in three moves:

        1. Draw ε ~ N(0, I), and z* ~ p(z) from the prior.
        2. Reconstruction: Adam moves encoder and decoder to lower -log p(x|z).
        3. Regularisation: Adam moves D to lower -V = -[log D(z*) + log(1 - D(z))].
        4. Regularisation: Adam moves the encoder, the generator of this game, to lower -log D(z).

    Each move encodes x again, with the same ε, since the encoder has moved. At the equilibrium q(z) = p(z), so
    TC(z) = 0. The loss has no KL, so it is not an ELBO, does not penalise I(x; z), and ignores `kl_start`.
    """

    remedy = "a smaller adversarial_learning_rate, or a larger learning_rate of the autoencoder"
    game_betas = (0.5, 0.9)
    for_training = ("discriminator",)

    def __init__(
        self, latent_dim: int = 10, *, discriminator_learning_rate: float = 1e-4,
        adversarial_learning_rate: float = 1e-4, width: int = 1000, **keywords,
    ):  # fmt: skip
        super().__init__(latent_dim, **keywords)
        require_integers(width=width)
        rates = dict(
            discriminator_learning_rate=discriminator_learning_rate, adversarial_learning_rate=adversarial_learning_rate
        )
        require_numbers(**rates)
        if width < 1 or not all(rate > 0 for rate in rates.values()):
            found = ", ".join(f"{name}={rate}" for name, rate in rates.items())
            raise ValueError(f"found width={width}, {found}, expected width >= 1 and rates > 0")
        self.config |= rates | dict(width=width)
        self.discriminator_learning_rate, self.adversarial_learning_rate = rates.values()
        self.discriminator = latent_discriminator(latent_dim, width)

    def draw(self, images: torch.Tensor) -> NoiseAndPrior:
        shape = len(images), self.latent_dim
        return NoiseAndPrior(images, torch.randn(shape, device=images.device), torch.randn(shape, device=images.device))

    def reconstruction_loss(self, draw: NoiseAndPrior) -> Terms:
        """-E log p(x|z). The KL is recorded beside it, though it is not part of the loss."""
        mean, log_variance = self.encode(draw.images)
        latents = mean + (log_variance / 2).exp() * draw.noise
        reconstruction = -self.log_likelihood(draw.images, latents).mean()
        kl = infotheory.diagonal_gaussian_kl(mean.detach(), log_variance.detach(), check=False).sum(1).mean()
        return {"loss": reconstruction, "reconstruction": reconstruction, "kl": kl}

    def discriminator_loss(self, draw: NoiseAndPrior) -> Terms:
        """-V(D, q) = -[E log D(z*) + E log(1 - D(z))]."""
        with torch.no_grad():
            latents = self.latents(draw)
        value = gan.value(self.discriminator(draw.prior).float(), self.discriminator(latents).float())
        return {"loss": -value, "V": value}

    def encoder_loss(self, draw: NoiseAndPrior) -> Terms:
        """-E log D(z), the non-saturating loss."""
        return {"loss": gan.non_saturating_loss(self.discriminator(self.latents(draw)).float())}

    def latents(self, draw: NoiseAndPrior) -> torch.Tensor:
        """z = μ(x) + σ(x) ε, by the encoder as it is now: [n, latent_dim]."""
        mean, log_variance = self.encode(draw.images)
        return mean + (log_variance / 2).exp() * draw.noise

    def players(self) -> list[Player]:
        encoder, discriminator = list(self.encoder.parameters()), list(self.discriminator.parameters())
        decoder = list(self.decoder.parameters())
        if self.log_decoder_variance.requires_grad:
            decoder.append(self.log_decoder_variance)
        rate, betas = self.discriminator_learning_rate, self.game_betas
        return [
            Player("autoencoder", encoder + decoder, self.reconstruction_loss, self.scheduled_rate),
            Player("discriminator", discriminator, self.discriminator_loss, rate, betas),
            Player("encoder", encoder, self.encoder_loss, self.adversarial_learning_rate, betas),
        ]

    def watch(self, history: "History") -> str | None:
        if not -history.median("V") < WON:
            return super().watch(history)
        return (
            f"the discriminator wins outright: its loss -V has stayed below 0.05 nats, at step {len(history)}, so q(z) "
            "is far from the prior. Try a larger adversarial_learning_rate, a smaller learning_rate of the "
            "autoencoder, or a smaller discriminator_learning_rate"
        )
