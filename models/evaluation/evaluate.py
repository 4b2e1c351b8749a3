"""Trained models side by side: the terms of the ELBO and every score, or what a model of digits does, as one table."""

from pathlib import Path

import torch

from ..data.mnist import load_mnist
from ..gan import GAN, ConditionalGAN
from ..infogan import InfoGAN
from ..model import Model
from ..recipes import load_data
from ..training.checkpoint import read_checkpoint
from ..vae import VAE
from ..weights.pretrained import load_model, load_pretrained, pretrained_names
from .digits import evaluate_digits, numbers, to_text
from .metrics import scores


def find_model(name: str, device="cpu") -> Model:
    """The model that was published under this name, or a checkpoint's, by its file. Raises ValueError for neither."""
    if name in pretrained_names():
        return load_pretrained(name, device)
    if Path(name).is_file():
        return load_model(name, device)
    raise ValueError(f"found neither a file nor a model {name!r}, expected one of {', '.join(pretrained_names())}")


def examples_of(name: str) -> int:
    """How many examples `find_model(name)` was trained on; 0 for a file of published weights, which lacks it."""
    if name in pretrained_names():
        return load_pretrained(name).card["examples"]
    try:
        return read_checkpoint(name).run["examples"]
    except ValueError:  # `find_model` has read the file, so it is whole
        return 0


def is_of_digits(model: Model) -> bool:
    """Whether `evaluate` measures the model on MNIST's digits, and not on sprites."""
    return not isinstance(model, VAE) or model.size == 28


def evaluate(model: Model, folder: str | None = None, **settings) -> tuple[dict[str, float], str]:
    """The numbers of `evaluate_vae`, which takes the settings, or of `evaluate_digits`; and the latter's whole report.

    Raises ValueError for another model, and for images that the model cannot take.
    """
    if isinstance(model, VAE):
        return evaluate_vae(model, folder, **settings), ""
    if not isinstance(model, InfoGAN | ConditionalGAN | GAN):
        hint = "; metrics.scores(model, data) takes any encoder" if hasattr(model, "encode") else ""
        raise ValueError(
            f"found a {type(model).__name__}, expected a VAE, InfoGAN, ConditionalGAN or GAN, or one's subclass{hint}"
        )
    report = evaluate_digits(model, load_mnist(folder))
    return numbers(report), to_text(report)


def evaluate_vae(
    model: VAE, folder: str | None = None, *, seed: int = 0, booster: str = "histogram", n_images: int | None = 200_000
) -> dict[str, float]:
    """ELBO, reconstruction and KL, in nats per image; for a model of sprites all `metrics.scores` too.

    The terms are those of 10,000 sprites, or of MNIST's test digits (from `folder`, see `load_mnist`), binarised with
    a fixed seed. An adversarial autoencoder has an ELBO as well, though none of its losses is that.
    Raises ValueError unless the model is a VAE of such images, and for a `folder` if it is one of sprites, which are
    rendered.
    """
    if not isinstance(model, VAE):
        raise ValueError(
            f"found a {type(model).__name__}, expected a VAE; metrics.scores(model, data) takes any encoder"
        )
    data, images = load_data(f"sprites-{model.size}" if model.size > 28 else "binary digits", folder, model.device)
    model.check(images[:4])
    terms = held_out_terms(model, images)
    if model.size == 28:
        return terms
    return terms | scores(model, data, seed, booster=booster, n_images=n_images)


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
