"""Every latent of a VAE moved alone, from the posterior mean of one image: a figure, or a file with an animation."""

import io
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from infotheory import diagonal_gaussian_kl
from infotheory.teaching.style import STYLE

from ..data.arguments import require_integers, require_numbers
from ..data.files import write_whole
from ..data.images import as_images, require_images
from ..figures import show_images
from ..vae import VAE
from .trained import as_pictures, load, require_vae

FIXED = STYLE | {"figure.constrained_layout.use": False}  # every place is given in inches
SIDE, TITLE = 1.3, 0.3  # inches: a panel with one image, and the title above it
MILLISECONDS = 100  # of a frame


@dataclass(frozen=True)
class _Start:
    """An image, the mean of its posterior, and the latents to move, with the KL of each in nats."""

    model: VAE
    image: torch.Tensor  # [1, channels, size, size]
    mean: torch.Tensor  # [1, d]
    latents: list[int]
    labels: list[str]

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Mean images of latents [n, d] in [0, 1], on the CPU: [n, channels, size, size]."""
        return self.model.decode(latents.to(self.model.log_decoder_variance)).float().clamp(0, 1).cpu()

    def moved(self, values: Sequence[float]) -> torch.Tensor:
        """Each latent at each value, the others at the mean: [latents · values, channels, size, size]."""
        z = self.mean.repeat(len(self.latents), len(values), 1)
        for row, latent in enumerate(self.latents):
            z[row, :, latent] = torch.as_tensor(values, dtype=z.dtype)
        return self.decode(z.flatten(0, 1))


def latent_traversal(
    model: VAE | str, image: Any, *, latents: Sequence[int] | None = None, n_values: int = 9, furthest: float = 3.0
) -> Figure:
    """A figure with a row for each latent, which moves from -furthest to furthest (standard deviations of the prior).

    All other latents stay at μ(x), the mean of q(z|x) of the image x. A row is labelled with its KL(q(z_j|x) ‖ p(z_j))
    for this image, in nats. The largest KL is first, unless `latents` lists which ones to move, in which order. The
    image and its reconstruction from μ(x) are at the left.

    `model` is a VAE in eval mode, or the name of a shipped one. `image` is [channels, size, size], or a batch of one.
    Raises ValueError for a model without an encoder or in training mode, for an image of a shape or range that the
    model does not take, for a latent that does not exist, fewer than two values and a `furthest` of 0 or less.
    """
    start = _start(model, image, latents, n_values, furthest)
    values = np.linspace(-furthest, furthest, n_values)
    tile, left, rows = 0.62, SIDE + 1.5, len(start.latents)
    wide, high = max(tile * n_values, 4.7), tile * rows  # narrower, the label below would be cut
    width, height = left + wide + 0.15, max(2 * (SIDE + TITLE), TITLE + high + 0.55) + 0.1
    with rc_context(FIXED):
        figure = plt.figure(figsize=(width, height))
        _show_start(figure, start)
        place = (left / width, 1 - (TITLE + 0.02 + high) / height, tile * n_values / width, high / height)
        ax = show_images(start.moved(values), n_values, rows=start.labels, ax=figure.add_axes(place))
        size = start.image.shape[3] + 2
        ax.set_xticks(size * (np.arange(n_values) + 0.5) - 1.5, [f"{value:z.3g}" for value in values], fontsize=11)
        ax.tick_params(axis="y", labelsize=11)
        ax.set_title("each latent moved, the others at μ(x)", loc="left", fontsize=13)
        ax.set_xlabel("value of the latent (standard deviations of the prior)", loc="left", fontsize=12)
    plt.close(figure)  # so that a notebook shows it once, as the value of the cell
    return figure


def save_traversal(
    model: VAE | str,
    image: Any,
    path: str | os.PathLike,
    *,
    latents: Sequence[int] | None = None,
    n_values: int | None = None,
    furthest: float = 3.0,
) -> None:
    """Write the traversal of `latent_traversal` as a PNG, or as a GIF in which all latents sweep there and back.

    The suffix of `path` decides. A PNG holds `n_values` columns, by default 9. A GIF passes `n_values` values on its
    way, by default 11, so that 20 frames make a loop. The file is written whole or not at all.
    Raises ValueError for a different suffix and as `latent_traversal` does, and OSError if the file cannot be written.
    """  # fmt: skip
    suffix, buffer = Path(path).suffix.lower(), io.BytesIO()
    if suffix not in (".png", ".gif"):
        raise ValueError(
            f"found the file {os.fspath(path)!r}, expected a name that ends in .png, or .gif to see it move"
        )
    if suffix == ".png":
        figure = latent_traversal(
            model, image, latents=latents, n_values=9 if n_values is None else n_values, furthest=furthest
        )
        figure.savefig(buffer, format="png", dpi=120, metadata={"Software": None})
    else:
        n_values = 11 if n_values is None else n_values
        first, *others = _frames(_start(model, image, latents, n_values, furthest), n_values, furthest)
        first.save(buffer, format="GIF", save_all=True, append_images=others, duration=MILLISECONDS, loop=0, disposal=1)
    write_whole(path, buffer.getvalue())


def _start(model: VAE | str, image: Any, latents: Sequence[int] | None, n_values: int, furthest: float) -> _Start:
    """Check all arguments, and encode the image. Raises ValueError as `latent_traversal` does."""
    model = load(model) if isinstance(model, str) else require_vae(model)
    require_integers(2, n_values=n_values)
    require_numbers(furthest=furthest)
    if not 0 < furthest < math.inf:
        raise ValueError(f"found furthest={furthest}, expected a finite number above 0, in standard deviations")
    images = _one_image(as_images(image), model.shape)
    require_images(images, model.pixels)
    with torch.no_grad():
        mean, log_variance = (part.cpu() for part in model.encode(images.to(model.log_decoder_variance)))
    kl = diagonal_gaussian_kl(mean, log_variance)[0].tolist()
    order = sorted(range(len(kl)), key=lambda j: -kl[j]) if latents is None else _existing(latents, len(kl))
    return _Start(model, images, mean, order, [f"z{j}: {kl[j]:.1f} nats" for j in order])


def _one_image(images: torch.Tensor, shape: tuple[int, int, int]) -> torch.Tensor:
    """An image of this shape as a batch of one. Raises ValueError, with a remedy, for others."""
    found, (channels, height, width) = tuple(images.shape), shape
    if found == shape:
        return images[None]
    if found == (1, *shape):
        return images
    hint = ""
    if found[1:] == shape and found[0]:
        hint = ": one image of the batch, images[0]"
    elif found == (height, width) and channels == 1:
        hint = ": add the axis of channels, image[None]"
    elif found == (height, width, channels):
        hint = ": move the axis of channels, image.swapaxes(1, 2).swapaxes(0, 1)"
    raise ValueError(f"found an image of shape {list(found)}, expected {list(shape)}, as the model takes it{hint}")


def _existing(latents: Sequence[int], n: int) -> list[int]:
    """The latents as a list of integers. Raises ValueError unless all are in 0 … n - 1, and there is one."""
    if not isinstance(latents, Sequence | np.ndarray | torch.Tensor) or isinstance(latents, str) or not len(latents):
        raise ValueError(f"found latents={latents!r}, expected a list of one or more of 0 … {n - 1}")
    latents = latents.tolist() if hasattr(latents, "tolist") else list(latents)
    for j in latents:
        if isinstance(j, bool) or not isinstance(j, Integral) or not 0 <= j < n:
            raise ValueError(f"found the latent {j!r}, expected integers in 0 … {n - 1}")
    return [int(j) for j in latents]


def _show_start(figure: Figure, start: _Start) -> None:
    """The image and its reconstruction, one above the other, at the top left."""
    width, height = figure.get_size_inches()
    for i, (title, images) in enumerate((("image x", start.image), ("from μ(x)", start.decode(start.mean)))):
        bottom = height - (i + 1) * (SIDE + TITLE) - 0.02
        ax = figure.add_axes((0.1 / width, bottom / height, SIDE / width, SIDE / height))
        show_images(images.cpu().clamp(0, 1), 1, ax=ax)
        ax.set_title(title, fontsize=13)


def _frames(start: _Start, n_values: int, furthest: float) -> list[Image.Image]:
    """A panel for each latent, at the values from -furthest to furthest and back: 2 · n_values - 2 frames."""
    there = np.linspace(-furthest, furthest, n_values)
    n, cell = len(start.latents), (SIDE + 0.12, SIDE + TITLE)
    columns = max(min(5, math.ceil(n / 2)), math.ceil(math.sqrt(n)))
    left, top = SIDE + 0.5, 0.4
    width, height = left + columns * cell[0], top + max(2, math.ceil(n / columns)) * cell[1] + 0.1
    figure = Figure(figsize=(max(width, 5.6), height), dpi=100)
    moved = as_pictures(start.moved(there)).unflatten(0, (n, n_values)).numpy()
    canvas, frames = FigureCanvasAgg(figure), []
    with rc_context(FIXED):
        width = figure.get_size_inches()[0]
        _show_start(figure, start)
        title = figure.text(left / width, 1 - 0.3 / height, "", fontsize=13)
        panels = []
        for i, (pictures, label) in enumerate(zip(moved, start.labels, strict=True)):
            x, y = left + i % columns * cell[0], height - top - (i // columns + 1) * cell[1]
            ax = figure.add_axes((x / width, y / height, SIDE / width, SIDE / height))
            panels.append(ax.imshow(pictures[0], cmap="gray", vmin=0, vmax=1))
            ax.set_title(label, fontsize=11)
            ax.axis("off")
        for k in [*range(n_values), *range(n_values - 2, 0, -1)]:
            title.set_text(f"each latent at {there[k]:+z.2f}, the others at μ(x)")
            for panel, pictures in zip(panels, moved, strict=True):
                panel.set_data(pictures[k])
            canvas.draw()
            frame = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
            grey = start.image.shape[1] == 1
            frames.append(frame.convert("L") if grey else frame.quantize(dither=Image.Dither.NONE))
    return frames
