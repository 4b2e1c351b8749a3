"""Load shipped weights by name, or the model of a checkpoint."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import nn

from ..data.files import read_json
from ..model import Model
from ..training.checkpoint import read_weights
from ..training.device import choose_device
from .rebuilding import rebuilt

FOLDER = Path(__file__).parent


def pretrained_names() -> list[str]:
    """The names that `load_pretrained` takes."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load_pretrained(name: str, device: str | torch.device = "cpu") -> Model:
    """A shipped model in eval mode, with its `card`: data, steps, seed, training time, device and terms.

    Raises ValueError for an unknown name, listing the known ones, and for a damaged file.
    """
    if name not in pretrained_names():
        hint = "; of a file, load_model(file)" if Path(name).is_file() else ""
        raise ValueError(f"found no pretrained {name!r}, expected one of {', '.join(pretrained_names())}{hint}")
    path = FOLDER / f"{name}.json"
    card = read_json(path)
    model = load_model(FOLDER / f"{name}.safetensors", device)
    described = {"name": name, "model": type(model).__name__, "config": json.loads(json.dumps(model.config))}
    found = {key: card.get(key) for key in described} if isinstance(card, dict) else card
    if found != described:
        raise ValueError(f"{path} is the card of {found}, expected that of the weights beside it, {described}")
    model.card = card
    return model


def load_model(
    path: str | os.PathLike, device: str | torch.device = "cpu", *, classes: Iterable[type[Model] | Model] = ()
) -> Model:
    """The model of a checkpoint or of published weights, in eval mode.

    A class of your own, and a model of networks of your own, stand in `classes`: subclasses of `Model`, which are built
    from the file's configuration, and models that you have built, into which the weights are put.
    A FactorVAE or an adversarial autoencoder from published weights cannot be trained on: it has no discriminator.
    Raises ValueError for an unknown device, for a damaged file, for a class that is not among them, and for a model
    that differs from the one in the file; then no weight has changed.
    """
    device = choose_device(device)
    weights = read_weights(path)
    model = rebuilt(path, weights, classes)
    model.load_state_dict(weights.tensors, strict=not weights.without)  # converts half precision
    for network in weights.without:
        setattr(model, network, LeftOut(network, path))
    return model.to(device).eval()


class LeftOut(nn.Module):
    """In place of a network that only training needs and that published weights leave out; it raises ValueError."""

    def __init__(self, name: str, path: str | os.PathLike):
        super().__init__()
        self.text = (
            f"found no {name} in {path}: published weights leave out what only training needs; `infotheory train` "
            "makes a checkpoint that has it"
        )

    def forward(self, *_):
        raise ValueError(self.text)

    def parameters(self, recurse: bool = True):
        raise ValueError(self.text)
