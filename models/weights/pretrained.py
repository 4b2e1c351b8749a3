"""Load shipped weights by name, or the model of a checkpoint."""

import json
import os
from pathlib import Path
from typing import Any

import torch

from ..adversarial_autoencoder import AdversarialAutoencoder
from ..beta_tc_vae import BetaTCVAE
from ..data.files import read_json
from ..dip_vae import DIPVAE
from ..factor_vae import FactorVAE
from ..gan import GAN, ConditionalGAN
from ..infogan import InfoGAN
from ..model import Model
from ..training.checkpoint import Tensors, read_weights, require_layout
from ..training.device import choose_device
from ..vae import VAE, BetaVAE

FOLDER = Path(__file__).parent
MODELS = {
    model.__name__: model
    for model in (VAE, BetaVAE, FactorVAE, DIPVAE, BetaTCVAE, AdversarialAutoencoder, GAN, ConditionalGAN, InfoGAN)
}


def pretrained_names() -> list[str]:
    """The names that `load_pretrained` takes."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load_pretrained(name: str, device: str | torch.device = "cpu") -> Model:
    """A shipped model in eval mode, with its `card`: data, steps, seed, training time, device and terms.

    Raises ValueError for an unknown name, listing the known ones, and for a damaged file.
    """
    if name not in pretrained_names():
        raise ValueError(f"found no pretrained {name!r}, expected one of {', '.join(pretrained_names())}")
    path = FOLDER / f"{name}.json"
    card = read_json(path)
    model = load_model(FOLDER / f"{name}.safetensors", device)
    described = {"name": name, "model": type(model).__name__, "config": json.loads(json.dumps(model.config))}
    found = {key: card.get(key) for key in described} if isinstance(card, dict) else card
    if found != described:
        raise ValueError(f"{path} is the card of {found}, expected that of the weights beside it, {described}")
    model.card = card
    return model


def load_model(path: str | os.PathLike, device: str | torch.device = "cpu") -> Model:
    """The model of a checkpoint or of published weights, in eval mode.

    Raises ValueError for an unknown device, for a damaged file, and for a model that is not one of this package or has
    networks of its own, which only the code that built it can build again.
    """
    device = choose_device(device)
    name, config, weights = read_weights(path)
    require_fit(path, name, config, weights)
    model = MODELS[name](**config)
    model.load_state_dict(weights)  # converts half precision
    return model.to(device).eval()


def require_fit(path: str | os.PathLike, name: str, config: dict[str, Any], weights: Tensors) -> None:
    """Raise ValueError unless `name` and `config` make a model of this package whose weights are `weights`."""
    own = [network for network in ("encoder", "decoder", "generator", "discriminator") if network in config]
    if name in MODELS and own:
        arguments = ", ".join(["…", *(f"{network}=…" for network in own)])
        raise ValueError(
            f"{path} holds a {name} whose {' and '.join(own)} came from outside this package, so build it in code: "
            f"`train({name}({arguments}), data, steps=…, checkpoint={str(path)!r})` continues from the file"
        )
    if name not in MODELS:
        raise ValueError(
            f"{path} holds the model {name!r}, expected one of {', '.join(MODELS)}; a model of your own class is built "
            f"and trained on with the same checkpoint: `train({name}(…), data, steps=…, checkpoint={str(path)!r})` "
            "continues from it"
        )
    try:
        with torch.device("meta"):  # takes no memory, however wide a network the file asks for
            expected = MODELS[name](**config).state_dict()
    except Exception as error:  # a constructor may raise anything at a configuration from elsewhere
        raise ValueError(f"{path} holds a {name} that cannot be built from {config}: {error}") from error
    require_layout(path, weights, expected, name, any_precision=True)
