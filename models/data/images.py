"""Convert images and labels to tensors, and check their shapes and values."""

import copy
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .arguments import require_entries

Range = tuple[float, float]


def as_images(images: Any) -> torch.Tensor:
    """Images as a float32 tensor: the given one if it is float32 already. Raises ValueError as `as_floats` does."""
    if isinstance(images, str | os.PathLike):
        raise ValueError(
            f"found the path {str(images)!r}, expected images: read them first, as in load_images(path), "
            "load_mnist(folder).train_images or Sprites.from_npz(path)"
        )
    return as_floats(images, "images").float()


def as_floats(values: Any, name: str) -> torch.Tensor:
    """A tensor or array as a float32 tensor; float64 stays float64.

    Raises ValueError unless the values are real numbers in a dense, rectangular array without masked entries.
    """
    require_entries(values, name, remedy=f"leave these {name} out, or fill them")
    if not isinstance(values, torch.Tensor):
        return _from_numpy(values, name)
    if values.is_complex():
        raise ValueError(f"found {name} of {values.dtype}, expected real numbers: take their .real or .abs()")
    return values.detach() if values.dtype == torch.float64 else values.detach().float()


def as_labels(labels: Any) -> torch.Tensor:
    """Labels as an int64 tensor [n]. Raises ValueError unless they are integers (or bools), one for each image."""
    require_entries(labels, "labels", remedy="leave these images out")
    if not isinstance(labels, torch.Tensor):
        try:
            array = np.asarray(labels)
        except ValueError:
            array = np.empty((), object)
        if array.dtype.kind not in "iubf":
            raise ValueError(
                f"found labels of {array.dtype}, expected an integer for each image: "
                "np.unique(labels, return_inverse=True)[1] numbers them"
            )
        labels = torch.from_numpy(array.astype(np.float64 if array.dtype.kind == "f" else np.int64))
    if labels.ndim == 2 and labels.shape[1] > 1:
        raise ValueError(
            f"found labels {tuple(labels.shape)}, expected an integer for each image: of one-hot rows, labels.argmax(1)"
        )
    if labels.ndim != 1 or labels.is_floating_point() or labels.is_complex():
        hint = ": of a column, labels[:, 0]" if labels.ndim == 2 else ""
        raise ValueError(
            f"found labels {tuple(labels.shape)} of {labels.dtype}, expected an integer for each image, [n]{hint}"
        )
    return labels.detach().long()


def stack_images(images: Sequence[Any]) -> torch.Tensor:
    """Images of one shape as one tensor. Raises ValueError, naming it, for an example that is not an image."""
    wrong = next((image for image in images if isinstance(image, dict | str | os.PathLike | tuple)), None)
    if isinstance(wrong, tuple) and wrong and isinstance(wrong[0], str | os.PathLike):
        wrong = wrong[0]
    if isinstance(wrong, str | os.PathLike):
        raise ValueError(
            f"found the path {str(wrong)!r} as an example, expected an image, or a pair of an image and its label: "
            "load the images first: load_images(folder) reads a folder"
        )
    if wrong is not None:
        raise ValueError(
            f"found a {type(wrong).__name__} as an example, expected an image, or a pair of an image and its label"
        )
    images = [as_images(image) for image in images]
    if len({image.shape for image in images}) > 1:
        raise ValueError("found images of different shapes, expected one shape for all: resize or crop them")
    return torch.stack(images)


class LabelledImages:
    """Images and their labels as one data set: `data[rows]` is a pair of both, as a `ConditionalGAN` needs it.

    Images become float32, and labels [n] int64; `names` are what the labels 0, 1, … stand for, if that is known.
    Raises ValueError for lengths that differ, and as `as_images` and `as_labels` do.
    """

    def __init__(self, images: Any, labels: Any, names: Sequence[str] = ()):
        self.images, self.labels, self.names = as_images(images), as_labels(labels), tuple(names)
        if self.images.ndim < 1 or len(self.images) != len(self.labels):
            raise ValueError(
                f"found images {tuple(self.images.shape)} and labels {tuple(self.labels.shape)}, expected an integer "
                "for each image"
            )

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, rows) -> tuple[torch.Tensor, torch.Tensor]:
        return self.images[rows], self.labels[rows]

    def to(self, device: str | torch.device) -> "LabelledImages":
        """The same data set on a device, of the same class."""
        moved = copy.copy(self)
        moved.images, moved.labels = self.images.to(device), self.labels.to(device)
        return moved


def require_shape(images: torch.Tensor, shape: tuple[int, int, int]) -> None:
    """Raise ValueError, with a remedy, unless these are images [n, *shape]; `shape` is (channels, height, width)."""
    found, (channels, height, width) = tuple(images.shape), shape
    if found[1:] == shape and len(found) == 4:
        return
    if found == shape and channels > 1:
        steps = ["of one image, image[None]"]
    elif len(found) == 2 and found == (height, width):
        steps = ["of one image, image[None, None]"]
    elif len(found) == 2 and found[1] == channels * height * width:
        steps = [f"images.reshape(-1, {channels}, {height}, {width})"]
    else:
        steps = _steps(found, shape)
    hint = ": " + "; then ".join(steps) if steps else ""
    raise ValueError(f"found images of shape {found}, expected [n, {channels}, {height}, {width}]{hint}")


def _steps(found: tuple[int, ...], shape: tuple[int, int, int]) -> list[str]:
    """What makes images of a shape `found` those of `shape`, step by step; [] if they look like no images.

    Every expression holds for tensors and numpy arrays.
    """
    steps, (channels, height, width) = [], shape
    if len(found) == 3:
        steps.append("add the axis of channels, images[:, None]")
        found = (found[0], 1, *found[1:])
    elif len(found) == 4 and found[3] in (1, 3, 4) and found[1] not in (1, 3, 4):
        steps.append("move the axis of channels, images.swapaxes(2, 3).swapaxes(1, 2)")
        found = (found[0], found[3], *found[1:3])
    if len(found) != 4 or found[1] not in (1, 3, 4):
        return []
    if found[1] != channels:
        change = "make them grey, images[:, :3].mean(1)[:, None]"
        if channels == 3:
            change = "leave out alpha, images[:, :3]" if found[1] == 4 else "repeat the grey, images[:, [0, 0, 0]]"
        steps.append(change + (f", or make the model with channels={found[1]}" if found[1] in (1, 3) else ""))
    if found[2:] != (height, width):
        resized = f"interpolate(torch.as_tensor(images).float(), ({height}, {width}), mode='area')"
        steps.append(f"resize them, torch.nn.functional.{resized}")
    return steps


def require_images(images: torch.Tensor, pixels: Range | None, rows: torch.Tensor | None = None) -> None:
    """Raise ValueError, naming the first image, unless all are finite and, if given, in the range `pixels`.

    If the images are a batch of a data set, `rows` are their places in it.
    """
    if not images.numel() or bool(in_range(images, pixels)):
        return
    flat = images.flatten(1) if images.ndim > 1 else images[:, None]
    low, high = flat.aminmax(dim=1)
    first = int((~_within(low, high, pixels)).nonzero()[0])
    low, high = low[first].item(), high[first].item()
    first = first if rows is None else int(rows[first])
    raise ValueError(
        f"found pixels from {low:.3g} to {high:.3g} in image {first}, expected {in_words(pixels, low, high)}"
    )


def require_pair(batch: Any) -> None:
    """Raise ValueError for images without labels."""
    if not isinstance(batch, tuple):
        raise ValueError("found images without labels, expected both: train on LabelledImages(images, labels)")


def require_labels(labels: torch.Tensor | None, n_labels: int | None) -> None:
    """Raise ValueError unless all labels are in 0 … n_labels - 1. Nothing is checked if either argument is None."""
    if labels is None or n_labels is None or not labels.numel():
        return
    low, high = (bound.item() for bound in labels.aminmax())
    if low < 0 or high >= n_labels:
        raise ValueError(f"found labels from {low} to {high}, expected integers in 0 … {n_labels - 1}")


def in_range(images: torch.Tensor, pixels: Range | None) -> torch.Tensor:
    """Whether all images are finite and in the range, on their device: a bool []."""
    return _within(*images.aminmax(), pixels)


def in_words(pixels: Range | None, low: float = 0.0, high: float = 0.0) -> str:
    """The expected range of pixels in words, with a remedy for pixels from `low` to `high`."""
    if low != low or abs(low) == float("inf") or abs(high) == float("inf"):
        hint = ": some are not finite, so leave these images out"
    elif pixels != (0, 1):
        hint = ""
    elif low >= 0 and 100 < high <= 255:
        hint = ": divide by 255"
    elif low >= 0 and high > 2:
        largest = "65535 for 16 bits" if high > 255 else "255 for bytes, 100 for percentages"
        hint = f": divide by the largest value that a pixel can have, such as {largest}"
    elif -1 <= low < 0 and 0 <= high <= 1:
        hint = ": use (x + 1) / 2 if -1 is black"
    else:
        hint = ": rescale them" if (low, high) != (0, 0) else ""
    return ("finite numbers" if pixels is None else f"{pixels[0]:g} to {pixels[1]:g}") + hint


def _within(low: torch.Tensor, high: torch.Tensor, pixels: Range | None) -> torch.Tensor:
    if pixels is None:
        return low.isfinite() & high.isfinite()
    return (low >= pixels[0]) & (high <= pixels[1])  # false for NaN, which aminmax returns


def _from_numpy(values: Any, name: str) -> torch.Tensor:
    """A tensor of an array, or of nested lists of numbers; it shares the memory of a float array in native order."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"found {name} of different shapes, expected one shape for all: resize or crop them") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"found {type(values).__name__} of {array.dtype}, expected {name} as real numbers, a tensor or an array"
        )
    dtype = np.float64 if array.dtype in (np.float64, np.longdouble) else np.float32
    return torch.from_numpy(np.require(array, dtype, ["C", "W"]))
