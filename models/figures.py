"""Images side by side."""

from collections.abc import Sequence
from typing import Any

import torch

from .data.arguments import require_integers
from .data.images import as_images, in_range, require_images

ROUNDING = 1e-3  # how far pixels may leave [0, 1]


def image_grid(images: Any, columns: int, *, gap: int = 2) -> torch.Tensor:
    """Tile images [n, channels, height, width] in rows of `columns` on white: [height, width], or [height, width, 3].

    One channel is grey, three are colour. Raises ValueError for other shapes, for images that do not fill their rows,
    and for pixels outside [0, 1].
    """
    images = as_images(images).cpu()
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        hint = ": add the axis of channels, images[:, None]" if images.ndim == 3 else ""
        if images.ndim == 4 and images.shape[3] in (1, 3):
            hint = ": move the axis of channels, images.swapaxes(2, 3).swapaxes(1, 2)"
        raise ValueError(
            f"found images {tuple(images.shape)}, expected [n, 1, height, width] (grey) or [n, 3, height, width] "
            f"(colour){hint}"
        )
    require_integers(columns=columns, gap=gap)
    n, channels, height, width = images.shape
    if columns < 1 or gap < 0 or not n or n % columns:
        raise ValueError(f"found {n} images, columns={columns} and gap={gap}, expected a multiple of columns, gap >= 0")
    if not in_range(images, (-ROUNDING, 1 + ROUNDING)):
        require_images(images, (0.0, 1.0))
    tiles = torch.ones(n, height + gap, width + gap, channels)
    tiles[:, :height, :width] = images.clamp(0, 1).permute(0, 2, 3, 1)
    rows = tiles.view(n // columns, columns, height + gap, width + gap, channels).transpose(1, 2)
    grid = rows.reshape(n // columns * (height + gap), columns * (width + gap), channels)
    grid = grid[: len(grid) - gap, : grid.shape[1] - gap]
    return grid[..., 0] if channels == 1 else grid


def show_images(
    images: Any, columns: int, *, title: str = "", rows: Sequence[str] = (), xlabel: str = "", ylabel: str = "",
    ax=None,
):  # fmt: skip
    """Draw a grid of images in [0, 1], with a name for each row if `rows` are given; return the axes.

    Raises ValueError as `image_grid` does.
    """
    import matplotlib.pyplot as plt

    grid = image_grid(images, columns)
    n_rows = len(images) // columns
    ax = ax or plt.subplots(figsize=(0.62 * columns + (1.6 if rows else 0.3), 0.62 * n_rows + 0.6))[1]
    ax.imshow(grid.numpy(), cmap="gray", vmin=0, vmax=1)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xticks=[], yticks=[])
    if rows:
        height = images.shape[2] + 2
        ax.set_yticks([height * (i + 0.5) for i in range(n_rows)], rows)
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return ax
