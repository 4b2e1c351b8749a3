"""Trained weights that the package ships: half-precision safetensors with a JSON card each, in `pretrained/`."""

import json
import math
import os
import platform
from pathlib import Path
from typing import Any

import torch

from .adversarial_autoencoder import AdversarialAutoencoder
from .beta_tc_vae import BetaTCVAE
from .checkpoint import Tensors, below, read_checkpoint, read_weights, require_layout
from .dip_vae import DIPVAE
from .factor_vae import FactorVAE
from .files import read_json, write_safetensors, write_whole
from .gan import GAN, ConditionalGAN
from .infogan import InfoGAN
from .model import Model
from .training import choose_device
from .vae import VAE, BetaVAE

FOLDER = Path(__file__).parent / "pretrained"
MODELS = {
    model.__name__: model
    for model in (VAE, BetaVAE, FactorVAE, DIPVAE, BetaTCVAE, AdversarialAutoencoder, GAN, ConditionalGAN, InfoGAN)
}


def pretrained_names() -> list[str]:
    """The names that `load_pretrained` knows."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load_pretrained(name: str, device: str | torch.device = "cpu") -> Model:
    """A trained model in eval mode, with its `card`: data, steps, seed, wall time, device and terms.

    Raises ValueError for an unknown name, with those that there are, and for a damaged file.
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

    Raises ValueError for a damaged file, for one that holds something else, and for an unknown device.
    """
    device = choose_device(device)
    name, config, weights = read_weights(path)
    _require_fit(path, name, config, weights)
    model = MODELS[name](**config)
    model.load_state_dict(weights)  # converts half precision
    return model.to(device).eval()


def _require_fit(path: str | os.PathLike, name: str, config: dict[str, Any], weights: Tensors) -> None:
    """Raise ValueError unless there is a model of this name and configuration, and `weights` are all of its own."""
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


@torch.no_grad()
def held_out_terms(model: VAE, images: torch.Tensor, seed: int = 0) -> dict[str, float]:
    """The ELBO's terms on the given images, means in nats per example, one sample of z each."""
    sums: dict[str, float] = {}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for batch in images.to(model.device).split(500):
            for name, value in model.loss(batch).items():
                sums[name] = sums.get(name, 0.0) + value.item() * len(batch) / len(images)
    return {"elbo": -sums["reconstruction"] - sums["kl"]} | {name: sums[name] for name in ("reconstruction", "kl")}


def publish(
    name: str,
    checkpoint: str | os.PathLike,
    data: str,
    results: dict[str, float],
    folder: Path = FOLDER,
    **more: object,
) -> Path:
    """Write a checkpoint's weights in half precision, and its card, under `name`; return the card's path.

    The card says how the weights came about, with `results` and what `more` there is to say, such as the other seeds.
    Raises ValueError, before anything is written, for a damaged checkpoint, for one of another kind of model, for
    results that are not finite, and for weights that half precision cannot hold.
    """
    saved = read_checkpoint(checkpoint)
    weights = below("model/", saved.tensors)
    _require_fit(checkpoint, saved.model, saved.config, weights)
    halved = {f"model/{key}": _half(checkpoint, key, value) for key, value in weights.items()}
    for term, value in results.items():
        if not math.isfinite(value):
            raise ValueError(f"found {term} = {value} among the results of {checkpoint}, expected finite numbers")
    card = {
        "name": name,
        "model": saved.model,
        "config": saved.config,
        "data": data,
        "steps": saved.step,
        **{key: saved.run[key] for key in ("seed", "batch_size", "examples", "precision")},
        "minutes": round(saved.seconds / 60, 1),
        "device": saved.device,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "terms": rounded(results),
        "command": f"infotheory train {name} --seed {saved.run['seed']}",
        **more,
    }
    text = json.dumps(card, indent=2) + "\n"
    path = folder / f"{name}.json"
    write_safetensors(folder / f"{name}.safetensors", halved, {"model": saved.model, "config": saved.config})
    write_whole(path, text.encode())
    return path


def _half(path: str | os.PathLike, name: str, value: torch.Tensor) -> torch.Tensor:
    """Floating weights in half precision. Raises ValueError for those beyond its range or not finite."""
    if not value.is_floating_point():
        return value
    half = value.half()
    if not half.isfinite().all():
        raise ValueError(
            f"{path} holds weights of up to {value.abs().max():.3g} in {name}, expected numbers below 65,504, the "
            "largest in half precision"
        )
    return half


def seed_of(checkpoint: str | os.PathLike) -> int:
    """The seed that a checkpoint was trained from. Raises ValueError for a file that is not a whole checkpoint."""
    return read_checkpoint(checkpoint).run["seed"]


def rounded(results: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 3) for key, value in results.items()}
