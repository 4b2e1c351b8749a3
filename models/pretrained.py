"""Trained weights that the package ships: half-precision safetensors with a JSON card each, in `pretrained/`."""

import json
import platform
from pathlib import Path

import torch

from .adversarial_autoencoder import AdversarialAutoencoder
from .beta_tc_vae import BetaTCVAE
from .checkpoint import read_safetensors, write_safetensors
from .dip_vae import DIPVAE
from .factor_vae import FactorVAE
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
    model = load_model(FOLDER / f"{name}.safetensors", device)
    model.card = json.loads((FOLDER / f"{name}.json").read_text())
    return model


def load_model(path, device: str | torch.device = "cpu") -> Model:
    """The model of a checkpoint or of published weights, in eval mode. Raises ValueError for another kind of file."""
    tensors, metadata = read_safetensors(path)
    if metadata.get("model") not in MODELS:
        raise ValueError(f"{path} holds the model {metadata.get('model')!r}, expected one of {', '.join(MODELS)}")
    model = MODELS[metadata["model"]](**metadata["config"])
    weights = {name.removeprefix("model/"): value for name, value in tensors.items() if name.startswith("model/")}
    model.load_state_dict({name: value.to(model.state_dict()[name].dtype) for name, value in weights.items()})
    return model.to(choose_device(device)).eval()


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


def publish(name: str, checkpoint, data: str, results: dict[str, float], folder: Path = FOLDER, **more: object) -> Path:
    """Write a checkpoint's weights in half precision, and its card, under `name`; return the card's path.

    The card says how the weights came about, with `results` and what `more` there is to say, such as the other seeds.
    """
    tensors, metadata = read_safetensors(checkpoint)
    weights = {
        key: value.half() if value.is_floating_point() else value
        for key, value in tensors.items()
        if key.startswith("model/")
    }
    write_safetensors(folder / f"{name}.safetensors", weights, {key: metadata[key] for key in ("model", "config")})
    card = {
        "name": name,
        "model": metadata["model"],
        "config": metadata["config"],
        "data": data,
        "steps": metadata["step"],
        **metadata["run"],
        "minutes": round(metadata["seconds"] / 60, 1),
        "device": metadata["device"],
        "torch": torch.__version__,
        "python": platform.python_version(),
        "terms": rounded(results),
        "command": f"python -m models train {name} --seed {metadata['run']['seed']}",
        **more,
    }
    path = folder / f"{name}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(card, indent=2) + "\n")
    temporary.replace(path)
    return path


def seed_of(checkpoint) -> int:
    """The seed that a checkpoint was trained from."""
    return read_safetensors(checkpoint)[1]["run"]["seed"]


def rounded(results: dict[str, float]) -> dict[str, float]:
    return {key: round(value, 3) for key, value in results.items()}
