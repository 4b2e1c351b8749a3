"""Images side by side."""

from collections.abc import Sequence

import torch


def image_grid(images: torch.Tensor, columns: int, *, gap: int = 2) -> torch.Tensor:
    """Tile images [n, 1, height, width] in rows of `columns` on white: one grey image [height, width]."""
    n, _, height, width = images.shape
    if n % columns:
        raise ValueError(f"found {n} images, expected a multiple of columns={columns}")
    tiles = torch.ones(n, height + gap, width + gap)
    tiles[:, :height, :width] = images.detach().cpu()[:, 0]
    rows = tiles.view(n // columns, columns, height + gap, width + gap).transpose(1, 2)
    return rows.reshape(n // columns * (height + gap), columns * (width + gap))[:-gap, :-gap]


def show_images(
    images: torch.Tensor,
    columns: int,
    *,
    title: str = "",
    rows: Sequence[str] = (),
    xlabel: str = "",
    ylabel: str = "",
    ax=None,
):
    """Draw a grid of images in [0, 1], with a name for each row if `rows` are given; return the axes."""
    import matplotlib.pyplot as plt

    n_rows = len(images) // columns
    ax = ax or plt.subplots(figsize=(0.62 * columns + (1.6 if rows else 0.3), 0.62 * n_rows + 0.6))[1]
    ax.imshow(image_grid(images, columns), cmap="gray", vmin=0, vmax=1)
    ax.set(title=title, xlabel=xlabel, ylabel=ylabel, xticks=[], yticks=[])
    if rows:
        height = images.shape[2] + 2
        ax.set_yticks([height * (i + 0.5) for i in range(n_rows)], rows)
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return ax
