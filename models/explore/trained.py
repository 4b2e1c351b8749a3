"""The base of explorers of trained VAEs: shipped models, images to start from, and a message if weights are missing."""

import json

import torch

from infotheory.explore import LiveExplorer
from infotheory.explore.base import figure

from ..data.mnist import binarize, load_mnist
from ..data.sprites import Sprites
from ..vae import VAE
from ..weights import pretrained
from ..weights.rebuilding import MODELS


class MissingWeights(ValueError):
    """Weights that cannot be read, and what to do."""

    def __init__(self, name: str):
        super().__init__(
            f"found no weights of {name}: install the package again (pip install --force-reinstall --no-deps .), "
            f"or train them (infotheory train {name})"
        )


def vae_names() -> list[str]:
    """The names of pretrained models that are VAEs or subclasses of VAE; read from their cards, without loading any."""
    cards = [json.loads((pretrained.FOLDER / f"{name}.json").read_text()) for name in pretrained.pretrained_names()]
    return [card["name"] for card in cards if issubclass(MODELS.get(card["model"], object), VAE)]


def examples(size: int, n: int) -> torch.Tensor:
    """Images that a pretrained model of this size was made for: sprites drawn with a seed, or binarised test digits."""
    if size == 28:
        return binarize(load_mnist().test_images[:n])
    return Sprites(size).sample(n, seed=1)[1]


def load(name: str) -> VAE:
    """A pretrained VAE. Raises ValueError for another name, MissingWeights if its weights cannot be read."""
    names = vae_names()
    if names and name not in names:
        raise ValueError(f"found {name!r}, expected one of {', '.join(names)}")
    try:
        model = pretrained.load_pretrained(name)
    except (OSError, ValueError) as error:
        raise MissingWeights(name) from error
    return model


class Trained(LiveExplorer):
    """An explorer of trained weights. Without them its picture is `problem`, a text that says what to do."""

    problem = ""

    def panels(self):
        """As `build`, called only if the weights were found."""
        raise NotImplementedError

    def build(self):
        if not self.problem:
            return self.panels()
        fig, axes = figure(10, 2, (0, 0, 1, 1))
        axes.axis("off")
        axes.text(0.5, 0.5, self.problem, ha="center", va="center", wrap=True, fontsize=14)
        return fig, []
