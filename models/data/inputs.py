"""Convert the data of `train`, images in any usual container, to one data set of checked float32 images.

Images in memory are converted and checked once, before training. A data set that reads or renders its images on request
is checked batch by batch; see `batches`.
"""

import os
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Subset, TensorDataset

from .batches import CheckedBatches, axes, parts_of, stacked
from .images import LabelledImages, Range, as_images, require_images, require_labels, stack_images
from .sprites import SomeSprites, Sprites


def training_data(data: Any, *, labelled: bool | None, pixels: Range | None, n_labels: int | None = None) -> Any:
    """A data set with a length whose `data[rows]` is a batch: images, or a pair of images and labels.

    `data` may be a tensor or numpy array of any real dtype, a list of them, or a pair or a list of pairs of images and
    labels. It may be a `TensorDataset`, `Subset`, `LabelledImages`, `Sprites`, or any other map-style data set of
    images, or of pairs of an image and its label. It may also be an object whose `data[rows]` is a batch of these.
    Images become float32, and labels int64; the caller's own tensors do not change. `train` moves data that have a
    method `to`; `Sprites` keep their copy on an accelerator for the next run, see `Sprites.to`.

    `labelled=False` leaves labels out. Every pixel must lie in the range `pixels`; None allows every finite number.
    Labels must be in 0 … `n_labels` - 1 if `n_labels` is given. Raises ValueError, with a remedy, for other data.
    `Sprites` are not checked.
    """
    data = _as_data_set(data, labelled)
    if isinstance(data, Sprites | SomeSprites):
        return data
    if isinstance(data, torch.Tensor | LabelledImages):
        images, labels = parts_of(data)
        require_images(images, pixels)
        require_labels(labels, n_labels)
        return data
    return CheckedBatches(data, labelled, pixels, n_labels)


def _as_data_set(data: Any, labelled: bool | None) -> Any:
    """A tensor, `LabelledImages` or `Sprites` if the data can be converted to one, else the data set itself."""
    if isinstance(data, LabelledImages):
        return data.images if labelled is False else data
    if isinstance(data, Sprites):
        return data
    if isinstance(data, TensorDataset):
        return _of_tensors(data.tensors, labelled)
    if isinstance(data, Subset):
        return _some(data, labelled)
    if isinstance(data, list | tuple):
        return _in_memory(*_of_list(data, labelled))
    if isinstance(data, torch.Tensor | np.ndarray | str | os.PathLike):
        return _in_memory(as_images(data), None)
    _require_data_set(data)
    return data


def _of_tensors(tensors: tuple[torch.Tensor, ...], labelled: bool | None) -> torch.Tensor | LabelledImages:
    if len(tensors) > 2:
        raise ValueError(f"found a TensorDataset of {len(tensors)} tensors, expected images, or images and labels")
    return _in_memory(as_images(tensors[0]), None if len(tensors) == 1 or labelled is False else tensors[1])


def _some(data: Subset, labelled: bool | None) -> Any:
    """The rows of a `Subset` of images in memory or of `Sprites`; the `Subset` itself for any other data set."""
    whole = _as_data_set(data.dataset, labelled)
    rows = _rows(data.indices, len(whole))
    if isinstance(whole, Sprites):
        return SomeSprites(whole, rows)
    if isinstance(whole, torch.Tensor | LabelledImages):
        return _in_memory(*parts_of(whole[rows]))
    _require_data_set(data)
    return data


def _of_list(data: list | tuple, labelled: bool | None) -> tuple[torch.Tensor, Any]:
    """The images and labels (or None) of a list of images, a list of pairs, or a pair of images and labels."""
    if not data:
        raise ValueError("found an empty list, expected images")
    if not _are_images_and_labels(data):
        return stacked(data, labelled)
    images, labels = data
    images = stack_images(images) if isinstance(images, list | tuple) else as_images(images)
    n = len(labels) if axes(labels) else 1
    if len(images) != n:
        raise ValueError(f"found {len(images)} images and {n} labels, expected a label for each image")
    return images, None if labelled is False else labels


def _are_images_and_labels(data: list | tuple) -> bool:
    """Whether these are all images and all labels, not two images; labels may be one-hot or of a wrong length."""
    if len(data) != 2 or isinstance(data[0], str | os.PathLike) or axes(data[0]) < 2:
        return False
    of_images, of_labels = map(axes, data)
    if of_labels < 2:
        return of_labels < of_images
    return of_labels == 2 and (of_images > 3 or (of_images == 3 and len(data[0]) == len(data[1])))


def _in_memory(images: torch.Tensor, labels: Any) -> torch.Tensor | LabelledImages:
    if images.ndim == 0:
        raise ValueError("found a single number, expected images")
    return images if labels is None else LabelledImages(images, labels)


def _require_data_set(data: Any) -> None:
    hint = ""
    if isinstance(data, DataLoader):
        hint = ": of a DataLoader, its dataset"
    elif hasattr(data, "train_images"):
        hint = ": of MNIST, its train_images"
    elif hasattr(data, "to_numpy"):
        hint = ": of a table, its to_numpy()"
    if hint or isinstance(data, dict) or not (hasattr(data, "__len__") and hasattr(data, "__getitem__")):
        raise ValueError(f"found {type(data).__name__}, expected images, or a data set with a length and rows{hint}")
    if not len(data):
        raise ValueError(f"found a {type(data).__name__} of 0 examples, expected at least one whole batch")


def _rows(indices: Any, n: int) -> torch.Tensor:
    """The indices of a `Subset` of n examples as integers in 0 … n - 1; negative ones count from the end."""
    rows = np.asarray(indices.cpu() if isinstance(indices, torch.Tensor) else list(indices))
    if rows.dtype == bool:
        raise ValueError(
            f"found a mask of {rows.size:,} entries as the indices of a Subset, expected row numbers below {n:,}: "
            "np.flatnonzero(mask)"
        )
    if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
        raise ValueError(
            f"found indices of shape {rows.shape} and {rows.dtype} of a Subset, expected integers, row numbers "
            f"below {n:,}"
        )
    rows = rows.astype(np.int64)
    wrong = rows[(rows < -n) | (rows >= n)]
    if wrong.size:
        raise ValueError(f"found row {wrong[0]:,} among the indices of a Subset, expected row numbers below {n:,}")
    return torch.from_numpy(np.where(rows < 0, rows + n, rows))
