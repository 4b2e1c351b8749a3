"""The base of explorers of trained VAEs: shipped models, images to start from, and a message if weights are missing."""

import json
from pathlib import Path
from typing import Any

import torch

from infotheory.explore import LiveExplorer
from infotheory.explore.base import figure

from ..data.mnist import binarize, load_mnist
from ..data.sprites import Sprites
from ..vae import VAE
from ..weights import pretrained
from ..weights.rebuilding import MODELS

SHIPPED = {(1, 28, 28), (1, 32, 32), (1, 64, 64)}  # the shapes of images that shipped models are made for


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
        hint = "; of a file, load_model(file)" if Path(name).is_file() else ""
        raise ValueError(f"found {name!r}, expected one of {', '.join(names)}{hint}")
    try:
        model = pretrained.load_pretrained(name)
    except (OSError, ValueError) as error:
        raise MissingWeights(name) from error
    return model


def require_vae(model: Any) -> VAE:
    """The model. Raises ValueError unless it is a VAE of images in eval mode."""
    if not isinstance(model, VAE):
        raise ValueError(
            f"found a {type(model).__name__}, expected a VAE, or the name of a shipped one: only an encoder gives the "
            "latents of an image"
        )
    if len(model.shape) != 3 or model.shape[0] not in (1, 3):
        raise ValueError(
            f"found a {type(model).__name__} of data of shape {list(model.shape)}, expected a VAE of images of one or "
            "three channels"
        )
    if model.training:
        raise ValueError("found a model that is training, expected model.eval(): its layers may be random in training")
    return model


def pictures(model: VAE, latents: torch.Tensor) -> torch.Tensor:
    """The mean images of latents [n, d], to draw: [n, height, width] on the CPU, or [n, height, width, 3] in colour."""
    return as_pictures(model.decode(latents.to(model.log_decoder_variance)))


def as_pictures(images: torch.Tensor) -> torch.Tensor:
    """Images [n, channels, height, width] in [0, 1] as matplotlib draws them: channels last, or none if grey."""
    images = images.detach().float().cpu().clamp(0, 1)
    return images[:, 0] if images.shape[1] == 1 else images.permute(0, 2, 3, 1)


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
