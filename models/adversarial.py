"""What GAN, conditional GAN and InfoGAN share: their settings, the two players, and a warning when D wins outright."""

from typing import TYPE_CHECKING

import torch
from torch import nn

from .data.arguments import require_integers, require_numbers
from .data.augment import random_affine
from .data.images import require_images, require_shape
from .model import Model, Player, Terms
from .networks import DOUBLINGS, outlines, require_image_shape, shaped

if TYPE_CHECKING:
    from .training.history import History

WON = 0.05  # nats of D's loss; below, D is almost always sure and right, and its gradient is of little use to others


class AdversarialModel(Model):
    """A `generator` G and a `discriminator` D of images [n, channels, size, size] in [0, 1].

    - `noise_dim`: the dimension of z ~ N(0, I).
    - `size` is 28, 32, 64 or 128, and `channels` 1 (grey) or 3 (colour).
    - `width` scales the hidden layers; 1 is the paper's network, 0.25 trains on a CPU.
    - `adversarial`: G's loss, "non-saturating" or "minimax"; see `gan`.
    - `normalisation`: D's, "batch" as in the paper, or "spectral" (Miyato et al., 2018): the weight of each layer of
      D's trunk is divided by its largest singular value, so that D wins outright less easily.
    - `augmentation`: the strength of `random_affine` on all images that D sees, real or generated; the paper's is 0.
    - `generator` and `discriminator`: modules of your own, whose inputs and outputs each model states. `width` and
      `normalisation` are then ignored, and with both `size` is any positive integer. The model trains these very
      modules, so build new ones for every model.

    A subclass builds the networks that are not given, and defines `draw` and two losses.
    """

    batch_size = 128
    pixels = (0.0, 1.0)  # the range of the generator's sigmoid
    labelled: bool | None = False
    betas = (0.5, 0.999)
    discriminating = "D"  # the name of the player that moves first

    def __init__(
        self, *, noise_dim: int = 62, width: float = 1.0, adversarial: str = "non-saturating",
        normalisation: str = "batch", augmentation: float = 0.0, discriminator_learning_rate: float = 2e-4,
        generator_learning_rate: float = 1e-3, size: int = 28, channels: int = 1,
        generator: nn.Module | None = None, discriminator: nn.Module | None = None,
    ):  # fmt: skip
        super().__init__()
        rates = dict(
            discriminator_learning_rate=discriminator_learning_rate, generator_learning_rate=generator_learning_rate
        )
        require_integers(noise_dim=noise_dim)
        require_numbers(width=width, augmentation=augmentation, **rates)
        if noise_dim < 0 or not width > 0 or augmentation < 0:
            raise ValueError(f"found {noise_dim=}, {width=}, {augmentation=}, expected >= 0, > 0 and >= 0")
        if adversarial not in ("non-saturating", "minimax"):
            raise ValueError(f'found {adversarial=}, expected "non-saturating" or "minimax"')
        if normalisation not in ("batch", "spectral"):
            raise ValueError(f'found {normalisation=}, expected "batch" or "spectral"')
        own = outlines(generator=generator, discriminator=discriminator)
        self.shape = require_image_shape(channels, size)
        if size not in DOUBLINGS and len(own) < 2:
            sizes = ", ".join(map(str, DOUBLINGS))
            raise ValueError(f"found {size=}, expected {sizes}, or a generator and a discriminator of your own")
        self.config = dict(
            noise_dim=noise_dim, width=width, adversarial=adversarial, normalisation=normalisation,
            augmentation=augmentation, **rates,
        )  # fmt: skip
        # older files know neither the size of digits nor channels
        self.config |= own | (dict(size=size) if own or size != 28 else {})
        self.config |= {} if channels == 1 else dict(channels=channels)
        self.noise_dim, self.width, self.adversarial = noise_dim, width, adversarial
        self.normalisation, self.augmentation = normalisation, augmentation
        self.discriminator_learning_rate, self.generator_learning_rate = rates.values()
        self.generator, self.discriminator = generator, discriminator

    def check(self, images: torch.Tensor) -> None:
        """Raise ValueError unless `images` is a batch [n, channels, size, size] in [0, 1], with n at least 2."""
        if not isinstance(images, torch.Tensor):
            raise ValueError(f"found a batch of {type(images).__name__}, expected a tensor of images alone")
        require_shape(images, self.shape)
        if len(images) < 2:
            raise ValueError("found a batch of 1, expected at least 2: batch normalisation needs two")
        require_images(images, self.pixels)

    def draw_noise(self, n: int) -> torch.Tensor:
        """z ~ N(0, I): [n, noise_dim]."""
        require_integers(0, n=n)
        return torch.randn(n, self.noise_dim, device=self.device)

    def generated(self, *inputs: torch.Tensor) -> torch.Tensor:
        """G's images [n, channels, size, size] of its inputs side by side: noise, and codes or labels."""
        return shaped("generator's output", self.generator(torch.cat(inputs, dim=1)), (len(inputs[0]), *self.shape))

    def shown(self, images: torch.Tensor) -> torch.Tensor:
        """T(x): what D sees of an image, real or generated."""
        return random_affine(images, self.augmentation)

    def discriminator_loss(self, draw) -> Terms:
        raise NotImplementedError

    def generator_loss(self, draw) -> Terms:
        raise NotImplementedError

    def players(self) -> list[Player]:
        D, G = list(self.discriminator.parameters()), list(self.generator.parameters())
        return [
            Player(self.discriminating, D, self.discriminator_loss, self.discriminator_learning_rate, self.betas),
            Player("G", G, self.generator_loss, self.generator_learning_rate, self.betas),
        ]

    def watch(self, history: "History") -> str | None:
        """Warn of a discriminator that wins outright."""
        if not -history.median("V") < WON:
            return None
        return (
            f"the discriminator wins outright: its loss -V has stayed below 0.05 nats, at step {len(history)}, so the "
            'generator learns little. Try a smaller discriminator_learning_rate, normalisation="spectral", '
            'augmentation=1, or adversarial="non-saturating"'
        )
