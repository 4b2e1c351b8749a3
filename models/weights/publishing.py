"""Publish trained weights: half precision, with a card of their origin and results."""

import json
import math
import os
import platform
from pathlib import Path

import torch

from ..data.files import write_safetensors, write_whole
from ..training.checkpoint import Weights, below, read_checkpoint
from .pretrained import FOLDER
from .rebuilding import MODELS, require_fit


def publish(
    name: str, checkpoint: str | os.PathLike, data: str, results: dict[str, float], folder: Path = FOLDER, *,
    whole: bool = False, **more: object,
) -> Path:  # fmt: skip
    """Write a checkpoint's weights in half precision, and their card, under `name`; return the card's path.

    Unless `whole`, networks that only training needs, the model's `for_training`, are left out, and the card says so.
    The card holds the origin of the weights, the `results`, and any `more` entries, such as the results of other seeds.
    Raises ValueError before anything is written: for a checkpoint that `load_model` refuses, for results that are not
    finite, and for weights outside the range of half precision.
    """
    saved = read_checkpoint(checkpoint)
    weights = below("model/", saved.tensors)
    require_fit(checkpoint, Weights(saved.model, saved.config, weights))
    without = [] if whole else list(MODELS[saved.model].for_training)
    kept = Weights(saved.model, saved.config, weights, tuple(without)).part(weights)
    halved = {f"model/{key}": _half(checkpoint, key, value) for key, value in kept.items()}
    for term, value in results.items():
        if not math.isfinite(value):
            raise ValueError(f"found {term} = {value} among the results of {checkpoint}, expected finite numbers")
    card = {
        "name": name,
        "model": saved.model,
        "config": saved.config,
        **({"without": without} if without else {}),
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
    metadata = {"model": saved.model, "config": saved.config} | ({"without": without} if without else {})
    write_safetensors(folder / f"{name}.safetensors", halved, metadata)
    write_whole(path, text.encode())
    return path


def _half(path: str | os.PathLike, name: str, value: torch.Tensor) -> torch.Tensor:
    """Floating weights in half precision. Raises ValueError for weights outside its range or not finite."""
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
