"""Convert the data of `train`, images in any usual container, to one data set of checked float32 images.

Images that are in memory are converted and checked once, before training. A data set that reads or renders its images
on request is checked batch by batch.
"""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset

from .images import (
    LabelledImages,
    Range,
    as_images,
    as_labels,
    as_rows,
    in_range,
    in_words,
    require_images,
    require_labels,
    stack_images,
)
from .sprites import SomeSprites, Sprites


def training_data(data: Any, *, labelled: bool | None, pixels: Range | None, n_labels: int | None = None) -> Any:
    """A data set with a length, of which `data[rows]` is a batch: images, or a pair of images and labels.

    `data` may be a tensor or numpy array of any real dtype, a list of them, or a pair or a list of pairs of images and
    labels. It may be a `TensorDataset`, `Subset`, `LabelledImages`, `Sprites`, or any other map-style data set of
    images, or of pairs of an image and its label. It may also be an object whose `data[rows]` is a batch of these.
    Images become float32, labels int64; the caller's own tensors stay as they are.
    `labelled=False` leaves labels out. `pixels` is the range that every image must keep to; None allows every finite
    number. Labels must be in 0 … `n_labels` - 1, if that is given.
    Raises ValueError, with a remedy, for anything else. `Sprites` are right by construction and are not checked.
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


def batch_of(data: Any, rows: torch.Tensor, device: torch.device) -> Any:
    """The batch of these rows, which are on the CPU, on the device."""
    batch = data[rows] if isinstance(data, CheckedBatches) else data[rows.to(device)]
    if isinstance(batch, tuple):
        return tuple(part.to(device, non_blocking=True) for part in batch)
    return batch.to(device, non_blocking=True)


class CheckedBatches:
    """A data set that makes its images on request; each batch is converted and checked on the way.

    A faulty batch on the CPU raises at once. Waiting for another device at each step would be slow, so the check of its
    images and labels is recorded there, and `settle` raises.
    """

    def __init__(self, data: Any, labelled: bool | None, pixels: Range | None, n_labels: int | None):
        self.data, self.labelled, self.pixels, self.n_labels = data, labelled, pixels, n_labels
        self.rows_on = torch.device("cpu")
        self.faults: torch.Tensor | None = None
        self.one_by_one = _is_read_one_by_one(data, labelled)

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, rows: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
        if self.one_by_one:
            images, labels = _stacked([self.data[row] for row in rows.tolist()], self.labelled)
        else:
            images, labels = _converted(self.data[rows.to(self.rows_on)], self.labelled)
        if images.device.type == "cpu":
            require_images(images, self.pixels, rows)
            require_labels(labels, self.n_labels)
        else:
            faulty = ~in_range(images, self.pixels)
            if labels is not None and self.n_labels is not None:
                faulty = faulty | ~in_range(labels, (0, self.n_labels - 1))
                labels = labels.clamp(0, self.n_labels - 1)  # a class that does not exist would stop the device itself
            self.faults = faulty if self.faults is None else self.faults | faulty
        return images if labels is None else (images, labels)

    def to(self, device: torch.device) -> "CheckedBatches":
        """The same, after the data have moved to the device if they can; it is told of rows there."""
        if hasattr(self.data, "to"):
            self.data, self.rows_on = self.data.to(device), device
        return self

    def settle(self) -> None:
        """Raise ValueError if an image since the last call was out of range; this waits for the device."""
        if self.faults is not None and bool(self.faults):
            labels = "" if self.n_labels is None else f", or labels outside 0 … {self.n_labels - 1}"
            raise ValueError(
                f"found images outside the range, {in_words(self.pixels)}{labels}, in a batch of the last "
                "steps; they were trained on, so build the model afresh or go back to its last checkpoint"
            )
        self.faults = None


def _as_data_set(data: Any, labelled: bool | None) -> Any:
    """A tensor, `LabelledImages` or `Sprites` if the data are plainly one of these, else another data set."""
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
    """The rows of a `Subset` taken out of what is in memory, or of `Sprites`; else the `Subset` itself."""
    whole = _as_data_set(data.dataset, labelled)
    rows = as_rows(data.indices, len(whole))
    if isinstance(whole, Sprites):
        return SomeSprites(whole, rows)
    if isinstance(whole, torch.Tensor | LabelledImages):
        return _in_memory(*parts_of(whole[rows]))
    _require_data_set(data)
    return data


def _of_list(data: list | tuple, labelled: bool | None) -> tuple[torch.Tensor, Any]:
    """Images and labels, or None for them, of a list of images, a list of pairs, or a pair of images and labels."""
    if not data:
        raise ValueError("found an empty list, expected images")
    if not _are_images_and_labels(data):
        return _stacked(data, labelled)
    images, labels = data
    images = stack_images(images) if isinstance(images, list | tuple) else as_images(images)
    n = len(labels) if _axes(labels) else 1
    if len(images) != n:
        raise ValueError(f"found {len(images)} images and {n} labels, expected a label for each image")
    return images, None if labelled is False else labels


def _are_images_and_labels(data: list | tuple) -> bool:
    """Whether these are two things, all images and all labels, not two images; labels may be one-hot or miscounted."""
    if len(data) != 2 or isinstance(data[0], str | os.PathLike) or _axes(data[0]) < 2:
        return False
    of_images, of_labels = map(_axes, data)
    if of_labels < 2:
        return of_labels < of_images
    return of_labels == 2 and (of_images > 3 or (of_images == 3 and len(data[0]) == len(data[1])))


def _in_memory(images: torch.Tensor, labels: Any) -> torch.Tensor | LabelledImages:
    if images.ndim == 0:
        raise ValueError("found a single number, expected images")
    return images if labels is None else LabelledImages(images, labels)


def parts_of(batch: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Images and labels of a batch, or of a whole data set in memory; None where there are no labels."""
    if isinstance(batch, LabelledImages):
        return batch.images, batch.labels
    return batch if isinstance(batch, tuple) else (batch, None)


def _stacked(examples: Sequence[Any], labelled: bool | None) -> tuple[torch.Tensor, torch.Tensor | None]:
    """One batch of examples, each an image, alone or in a tuple of its own, or a pair of an image and its label."""
    examples = [example[0] if isinstance(example, tuple) and len(example) == 1 else example for example in examples]
    if not all(_is_pair(example) for example in examples):
        return stack_images(examples), None
    images = stack_images([image for image, _ in examples])
    return images, None if labelled is False else as_labels([label for _, label in examples])


def _converted(batch: Any, labelled: bool | None) -> tuple[torch.Tensor, torch.Tensor | None]:
    """A batch that a data set gave for several rows at once."""
    if isinstance(batch, list | tuple) and len(batch) == 2:
        return as_images(batch[0]), None if labelled is False else as_labels(batch[1])
    return as_images(batch), None


def _is_pair(example: Any) -> bool:
    """Whether this is an image and what belongs to it: two things, of which the second has fewer axes, at most one."""
    if not isinstance(example, list | tuple) or len(example) != 2:
        return False
    return _axes(example[1]) < min(2, _axes(example[0]))


def _axes(value: Any) -> int:
    if isinstance(value, list | tuple):
        return 1 + (_axes(value[0]) if value else 0)
    return value.ndim if hasattr(value, "ndim") else np.ndim(value)


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


def _is_read_one_by_one(data: Any, labelled: bool | None) -> bool:
    """Whether `data[0]` is one example, as of a map-style data set; or `data[rows]` a batch, as of `Sprites`."""

    def one() -> bool:
        _stacked([data[0]], labelled)
        return True

    def several() -> bool:
        n = min(2, len(data))
        images, _ = _converted(data[torch.arange(n)], labelled)
        if images.ndim < 2 or len(images) != n:
            raise ValueError(f"found {tuple(images.shape)} for {n} rows")
        return False

    ways, refused = (one, several) if isinstance(data, Dataset) else (several, one), []
    for way in ways:
        try:
            with torch.random.fork_rng(devices=[]):
                return way()
        except Exception as error:  # whatever a data set of the user's raises for the other kind of row
            refused.append(error)
    reason = next((error for error in refused if isinstance(error, ValueError)), refused[0])  # a sentence of ours
    raise ValueError(
        f"found a {type(data).__name__} that gives no images, expected an image (or an image and its label) for "
        f"data[0], or a batch for data[rows]: {reason}"
    ) from reason
