"""What GAN, conditional GAN and InfoGAN share: two networks that move in turn, their settings, an eye on the run."""

import torch
from torch import nn

from .data.arguments import require_integers, require_numbers
from .data.augment import random_affine
from .data.images import require_images, require_shape
from .model import Model, Player, Terms, wins_outright
from .training.history import History


class AdversarialModel(Model):
    """A `generator` G and a `discriminator` D for digits [n, 1, 28, 28] in [0, 1]. A subclass builds both, and has two losses.

    - `noise_dim`: z ~ N(0, I) of so many numbers.
    - `width` scales the hidden layers; 1 is the paper's network, 0.25 trains on a CPU.
    - `adversarial`: G's loss, "non-saturating" or "minimax"; see `gan`.
    - `normalisation`: D's, "batch" as in the paper, or "spectral" (Miyato et al., 2018): each layer's weight divided
      by its largest singular value, so that the slope of D's logit is bounded and D wins outright less easily.
    - `augmentation`: the strength of `random_affine` on all that D sees, real or generated; 0, the paper's, for none.
    """

    batch_size = 128
    pixels = (0.0, 1.0)  # what the generator's sigmoid makes
    labelled: bool | None = False
    betas = (0.5, 0.999)
    generator: nn.Module
    discriminator: nn.Module

    def __init__(
        self,
        *,
        noise_dim: int = 62,
        width: float = 1.0,
        adversarial: str = "non-saturating",
        normalisation: str = "batch",
        augmentation: float = 0.0,
        discriminator_learning_rate: float = 2e-4,
        generator_learning_rate: float = 1e-3,
    ):
        super().__init__()
        require_integers(noise_dim=noise_dim)
        require_numbers(
            width=width, augmentation=augmentation, discriminator_learning_rate=discriminator_learning_rate,
            generator_learning_rate=generator_learning_rate,
        )  # fmt: skip
        if noise_dim < 0 or not width > 0 or augmentation < 0:
            raise ValueError(
                f"found noise_dim={noise_dim}, width={width}, augmentation={augmentation}, expected >= 0, > 0 and >= 0"
            )
        if adversarial not in ("non-saturating", "minimax"):
            raise ValueError(f'found adversarial={adversarial!r}, expected "non-saturating" or "minimax"')
        if normalisation not in ("batch", "spectral"):
            raise ValueError(f'found normalisation={normalisation!r}, expected "batch" or "spectral"')
        self.config = dict(
            noise_dim=noise_dim, width=width, adversarial=adversarial, normalisation=normalisation,
            augmentation=augmentation, discriminator_learning_rate=discriminator_learning_rate,
            generator_learning_rate=generator_learning_rate,
        )  # fmt: skip
        self.noise_dim, self.width, self.adversarial = noise_dim, width, adversarial
        self.normalisation, self.augmentation = normalisation, augmentation
        self.discriminator_learning_rate, self.generator_learning_rate = (
            discriminator_learning_rate,
            generator_learning_rate,
        )

    def check(self, images: torch.Tensor) -> None:
        """Raise ValueError unless this is a batch of images [n, 1, 28, 28] in [0, 1], n at least 2."""
        if not isinstance(images, torch.Tensor):
            raise ValueError(f"found a batch of {type(images).__name__}, expected a tensor of images alone")
        require_shape(images, (1, 28, 28))
        if len(images) < 2:
            raise ValueError("found a batch of 1, expected at least 2: batch normalisation needs two")
        require_images(images, self.pixels)

    def draw_noise(self, n: int) -> torch.Tensor:
        """z ~ N(0, I): [n, noise_dim]."""
        require_integers(0, n=n)
        return torch.randn(n, self.noise_dim, device=self.device)

    def shown(self, images: torch.Tensor) -> torch.Tensor:
        """T(x): what D is shown of an image, real or generated."""
        return random_affine(images, self.augmentation)

    def discriminator_loss(self, draw) -> Terms:
        raise NotImplementedError

    def generator_loss(self, draw) -> Terms:
        raise NotImplementedError

    def players(self) -> list[Player]:
        """D moves first; then G, against the D that has just moved."""
        discriminator, generator = list(self.discriminator.parameters()), list(self.generator.parameters())
        return [
            Player("D", discriminator, self.discriminator_loss, self.discriminator_learning_rate, self.betas),
            Player("G", generator, self.generator_loss, self.generator_learning_rate, self.betas),
        ]

    def watch(self, history: History) -> str | None:
        if not wins_outright(-history["V"]):
            return None
        return (
            f"the discriminator wins outright: its loss -V has stayed below 0.05 nats, at step {len(history)}, so the "
            'generator learns little. Try a smaller discriminator_learning_rate, normalisation="spectral", augmentation=1, '
            'or adversarial="non-saturating"'
        )
