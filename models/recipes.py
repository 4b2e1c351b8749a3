"""How each named model is made: its settings, its data, and how long it trains, for `python -m models train NAME`."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from .data import binarize, load_mnist
from .infogan import InfoGAN
from .model import Model
from .sprites import Sprites
from .vae import VAE, BetaVAE


@dataclass(frozen=True)
class Recipe:
    """A model to build, the name of its data (see `load_data`), and its training."""

    make: Callable[[], Model]
    data: str
    steps: int
    precision: str = "float32"


def _sweep(beta: float) -> Recipe:
    return Recipe(
        lambda: BetaVAE(10, beta=beta, network="conv", size=32, learning_rate=5e-4), "sprites-32", 10_000, "bf16"
    )


RECIPES = {
    "vae": Recipe(lambda: VAE(10), "binary digits", 5_000),
    "infogan": Recipe(InfoGAN, "digits", 5_000),
    "infogan-quarter": Recipe(lambda: InfoGAN(width=0.25), "digits", 1_000),
    "vae-mnist": Recipe(lambda: VAE(20, hidden=500, half_life=10_000), "binary digits", 40_000),
    "vae-dsprites": Recipe(
        lambda: VAE(10, network="conv", size=64, learning_rate=5e-4), "sprites-64", 30_000, "bf16"
    ),
    "beta-vae-dsprites": Recipe(
        lambda: BetaVAE(10, beta=4, network="conv", size=64, learning_rate=5e-4), "sprites-64", 30_000, "bf16"
    ),
    **{f"beta-vae-dsprites-32-beta-{beta:g}": _sweep(beta) for beta in (0.25, 0.5, 1, 2, 4)},
}  # fmt: skip


def load_data(name: str, folder: str | None = None, device: torch.device | None = None):
    """Training data, and images to evaluate on, by the name that a recipe gives.

    Test digits are held out. Sprites are not: the second is a fixed sample of the whole set, which is trained on.
    """
    if name.startswith("sprites-"):
        sprites = Sprites(int(name.removeprefix("sprites-")), device)
        return sprites, sprites.sample(10_000, seed=0)[1]
    digits = load_mnist(folder)
    if name == "binary digits":
        return binarize(digits.train_images, seed=0), binarize(digits.test_images, seed=1)
    return digits.train_images, digits.test_images
