"""All measures of a trained model: the terms of the ELBO and every score, or the report on a model of digits."""

from typing import Any

import torch

from infotheory import diagonal_gaussian_kl

from ..data.mnist import load_mnist
from ..data.stored import FactorImages
from ..gan import GAN, ConditionalGAN
from ..infogan import InfoGAN
from ..model import Model
from ..recipes import load_data
from ..vae import VAE, reparameterise
from .digit_reports import evaluate_digits, numbers, to_text
from .metrics import scores


def is_of_digits(model: Model) -> bool:
    """Whether `evaluate` measures the model on MNIST's digits; it measures other models on sprites."""
    return not isinstance(model, VAE) or model.size == 28


def require_known_images(name: str, model: Model) -> None:
    """Raise ValueError for a model of images that are neither digits nor sprites."""
    shape = getattr(model, "shape", None)
    if shape is not None and shape not in ((1, 28, 28), (1, 32, 32), (1, 64, 64)):
        raise ValueError(
            f"found {name}, a model of images {'×'.join(map(str, shape))}, which digits and sprites are not, expected "
            "the images to measure it on: --images FOLDER"
        )


def evaluate(model: Model, folder: str | None = None, **settings) -> tuple[dict[str, float], str]:
    """The numbers of `evaluate_vae`, with its `settings`, or of `evaluate_digits` with its report as text.

    Raises ValueError for a model of a different class, and for images that the model cannot take.
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


def evaluate_own(model: Model, data: Any, **settings) -> dict[str, float]:
    """The numbers of a model on images of your own: the terms of its ELBO, and the scores if their factors are known.

    The terms are means over 10,000 of the images, evenly spaced; only a VAE has them. `data` are images as
    `load_images` gives them; of `FactorImages`, all scores that the model's codes allow, with the `settings` of
    `metrics.scores`. Raises ValueError for images that the model cannot take, and if there is nothing to measure.
    """
    rows = torch.linspace(0, len(data) - 1, min(len(data), 10_000), dtype=torch.float64).long()
    images = data[rows]
    images = images[0] if isinstance(images, tuple) else images
    model.check(images)
    found = held_out_terms(model, images) if isinstance(model, VAE) else {}
    if isinstance(data, FactorImages) and hasattr(model, "encode"):
        found |= scores(model, data, **settings)
    if not found:
        raise ValueError(
            f"found a {type(model).__name__} and {type(data).__name__}, expected a VAE, or a model with `encode` and "
            "images with known factors"
        )
    return found


def evaluate_vae(
    model: VAE, folder: str | None = None, *, seed: int = 0, booster: str = "histogram", n_images: int | None = 200_000
) -> dict[str, float]:
    """ELBO, reconstruction term and KL, in nats per image; for a model of sprites also all `metrics.scores`.

    The terms are means over 10,000 sprites, or over MNIST's test digits (from `folder`, see `load_mnist`), binarised
    with a fixed seed. An adversarial autoencoder has an ELBO, too, although it minimises a different loss.
    Raises ValueError unless the model is a VAE of such images, and for a `folder` with a model of sprites.
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
    """The ELBO and its terms on the given images: means in nats per example, from one sample of z each.

    The images may be on any device; they are moved to the model's. The samples of z come from that device's generator,
    so two devices agree within the Monte Carlo error.
    """
    found, sizes = [], []
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        for batch in images.to(model.device).split(500):
            mean, log_variance = model.encode(batch)
            reconstruction = -model.log_likelihood(batch, reparameterise(mean, log_variance)).mean()
            kl = diagonal_gaussian_kl(mean, log_variance, check=False).sum(1).mean()
            found.append(torch.stack([reconstruction, kl]))
            sizes.append(len(batch))
    reconstruction, kl = 0.0, 0.0
    values = torch.stack(found).tolist()  # read once, since the host waits for the device here
    for (of_reconstruction, of_kl), n in zip(values, sizes, strict=True):
        reconstruction += of_reconstruction * n / len(images)
        kl += of_kl * n / len(images)
    return {"elbo": -reconstruction - kl, "reconstruction": reconstruction, "kl": kl}
