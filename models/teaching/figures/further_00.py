"""The figures of the experiment notebook: what a trained model of any kind draws, and its loss terms."""

import matplotlib.pyplot as plt
import torch

from infotheory.teaching.style import show_figure, use_lecture_style

from ...codes import Categorical
from ...figures import show_images
from ...gan import GAN, ConditionalGAN
from ...infogan import InfoGAN
from ...model import Model
from ...training.history import History
from ...vae import VAE

COLUMNS = 10


def opening(model: VAE, images: torch.Tensor) -> None:
    """The traversals of a published model."""
    use_lecture_style()
    drawn(model, images, title="A published VAE")


def curves(history: History) -> None:
    """All loss terms against the step."""
    figure, axes = plt.subplots(figsize=(9, 3.6))
    history.plot(ax=axes)
    show_figure(figure, f"Curves of {', '.join(history.names)} in nats per example over {len(history):,} steps.")


@torch.no_grad()
def drawn(model: Model, images: torch.Tensor, title: str = "What the model draws") -> None:
    """Traversals of a VAE around one image, or samples of a GAN, in columns by label or code if it has one."""
    if isinstance(model, VAE):
        pictures, rows, xlabel = _traversals(model, images)
    else:
        pictures, rows, xlabel = _samples(model)
    axes = show_images(pictures.cpu(), COLUMNS, rows=rows, title=title, xlabel=xlabel)
    words = f"Rows of {COLUMNS} images of the model" + (f": {', '.join(rows)}." if rows else ".")
    show_figure(axes.figure, f"{words} {xlabel}".strip())


def _traversals(model: VAE, images: torch.Tensor) -> tuple[torch.Tensor, list[str], str]:
    """A row for each latent, the largest mean KL first; along it the latent rises from -2 to 2."""
    mean, log_variance = model.encode(images[:500].to(model.device))
    kl = ((mean**2 + log_variance.exp() - log_variance - 1) / 2).mean(0)
    order = kl.argsort(descending=True).tolist()[:6]
    latents = mean[:1].repeat(len(order) * COLUMNS, 1)
    for row, latent in enumerate(order):
        steps = torch.linspace(-2, 2, COLUMNS, device=model.device)
        latents[row * COLUMNS : (row + 1) * COLUMNS, latent] = steps
    rows = [f"$z_{{{latent}}}$, {kl[latent]:.1f} nats" for latent in order]
    return model.decode(latents), rows, "value of the latent, −2 to 2"


def _samples(model: Model) -> tuple[torch.Tensor, list[str], str]:
    """Five rows of samples; a column has one label of a conditional GAN, or one class of an InfoGAN's first code."""
    if isinstance(model, ConditionalGAN):
        labels = torch.arange(COLUMNS, device=model.device).repeat(5)
        return model.sample(labels), [], "one label in each column"
    if isinstance(model, InfoGAN) and isinstance(model.codes[0], Categorical):
        codes = model.sample_codes(5 * COLUMNS)
        classes = torch.arange(5 * COLUMNS, device=model.device) % COLUMNS
        n = codes[0].shape[1]
        codes[0] = torch.eye(n, device=model.device)[classes % n]
        return model.generate(model.draw_noise(5 * COLUMNS), codes), [], "one class of the first code in each column"
    if isinstance(model, GAN | InfoGAN):
        return model.sample(5 * COLUMNS), [], "samples"
    raise TypeError(f"found a {type(model).__name__}, expected a VAE, a GAN, a ConditionalGAN or an InfoGAN")
