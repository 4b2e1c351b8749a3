"""The adversarial autoencoder: no KL; a discriminator holds the aggregate posterior q(z) to the prior p(z).

Makhzani et al., Adversarial Autoencoders (2016), §2.
"""

from typing import NamedTuple

import torch

import infotheory

from . import gan
from .data.arguments import require_integers, require_numbers
from .model import Player, Terms, wins_outright
from .networks import latent_discriminator
from .training.history import History
from .vae import VAE


class Draw(NamedTuple):
    """What one step plays with: images, the noise of their z, and z from the prior."""

    images: torch.Tensor
    noise: torch.Tensor
    prior: torch.Tensor


class AdversarialAutoencoder(VAE):
    """An autoencoder with a noisy code z = μ(x) + σ(x) ε (the paper's Gaussian posterior), and a discriminator of z.

    Each step has the paper's two phases. Reconstruction: encoder and decoder lower -E log p(x|z). Regularisation: D
    learns to tell z ~ p(z) from z ~ q(z), then the encoder, the generator of this game, raises E log D(z). At the end
    of the game q(z) = p(z), hence TC(z) = 0; no term of the loss bounds I(x; z), so this is no ELBO.
    """

    remedy = "a smaller adversarial_learning_rate, or a larger learning_rate of the autoencoder"

    def __init__(
        self, latent_dim: int = 10, *, discriminator_learning_rate: float = 1e-4, adversarial_learning_rate: float = 1e-4,
        width: int = 1000, **keywords,
    ):  # fmt: skip
        super().__init__(latent_dim, **keywords)
        require_integers(width=width)
        require_numbers(
            discriminator_learning_rate=discriminator_learning_rate, adversarial_learning_rate=adversarial_learning_rate
        )
        if width < 1 or not discriminator_learning_rate > 0 or not adversarial_learning_rate > 0:
            raise ValueError(
                f"found width={width}, discriminator_learning_rate={discriminator_learning_rate}, "
                f"adversarial_learning_rate={adversarial_learning_rate}, expected width >= 1 and rates > 0"
            )
        self.config |= dict(
            discriminator_learning_rate=discriminator_learning_rate,
            adversarial_learning_rate=adversarial_learning_rate,
            width=width,
        )
        self.discriminator_learning_rate, self.adversarial_learning_rate = (
            discriminator_learning_rate,
            adversarial_learning_rate,
        )
        self.discriminator = latent_discriminator(latent_dim, width)

    def draw(self, images: torch.Tensor) -> Draw:
        shape = len(images), self.latent_dim
        return Draw(images, torch.randn(shape, device=images.device), torch.randn(shape, device=images.device))

    def latents(self, draw: Draw) -> torch.Tensor:
        """z = μ(x) + σ(x) ε: [n, latent_dim]. Each player asks anew, for the one before has moved the encoder."""
        mean, log_variance = self.encode(draw.images)
        return mean + (log_variance / 2).exp() * draw.noise

    def reconstruction_loss(self, draw: Draw) -> Terms:
        """-E log p(x|z): moves encoder and decoder. The KL is recorded beside it, though it is no part of the loss."""
        mean, log_variance = self.encode(draw.images)
        latents = mean + (log_variance / 2).exp() * draw.noise
        reconstruction = -self.log_likelihood(draw.images, latents).mean()
        kl = infotheory.diagonal_gaussian_kl(mean.detach(), log_variance.detach(), check=False).sum(1).mean()
        return {"loss": reconstruction, "reconstruction": reconstruction, "kl": kl}

    def discriminator_loss(self, draw: Draw) -> Terms:
        """-V(D, q): moves the discriminator, which raises E log D(z ~ p) + E log(1 - D(z ~ q))."""
        with torch.no_grad():
            latents = self.latents(draw)
        value = gan.value(self.discriminator(draw.prior).float(), self.discriminator(latents).float())
        return {"loss": -value, "V": value}

    def encoder_loss(self, draw: Draw) -> Terms:
        """-E log D(z ~ q), the non-saturating loss: moves the encoder alone."""
        return {"loss": gan.non_saturating_loss(self.discriminator(self.latents(draw)).float())}

    def watch(self, history: History) -> str | None:
        if not wins_outright(-history["V"]):
            return super().watch(history)
        return (
            f"the discriminator wins outright: its loss -V has stayed below 0.05 nats, at step {len(history)}, so q(z) "
            "is far from the prior. Try a larger adversarial_learning_rate, a smaller learning_rate of the "
            "autoencoder, or a smaller discriminator_learning_rate"
        )

    def players(self) -> list[Player]:
        encoder, discriminator = list(self.encoder.parameters()), list(self.discriminator.parameters())
        decoder = [*self.decoder.parameters()]
        if self.log_decoder_variance.requires_grad:
            decoder.append(self.log_decoder_variance)
        return [
            Player("autoencoder", encoder + decoder, self.reconstruction_loss, self.scheduled_rate),
            Player(
                "discriminator", discriminator, self.discriminator_loss, self.discriminator_learning_rate, (0.5, 0.9)
            ),
            Player("encoder", encoder, self.encoder_loss, self.adversarial_learning_rate, (0.5, 0.9)),
        ]
