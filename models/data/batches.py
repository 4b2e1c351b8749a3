"""Batches on their way from a data set to the model, converted and checked if they are read or made on request."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset

from .images import (
    LabelledImages,
    Range,
    as_images,
    as_labels,
    in_range,
    in_words,
    require_images,
    require_labels,
    stack_images,
)


def batch_of(data: Any, rows: torch.Tensor, device: torch.device) -> Any:
    """The batch of these rows, on the device; `rows` is on the CPU."""
    batch = data[rows] if isinstance(data, CheckedBatches) else data[rows.to(device)]
    if isinstance(batch, tuple):
        return tuple(part.to(device, non_blocking=True) for part in batch)
    return batch.to(device, non_blocking=True)


class CheckedBatches:
    """A data set that makes its images on request; each batch is converted and checked.

    A faulty batch on the CPU raises ValueError at once. On another device the result of the check stays there, since
    waiting for it at each step would be slow; `settle` reads it and raises.
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
            images, labels = stacked([self.data[row] for row in rows.tolist()], self.labelled)
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
        """This data set, moved to the device if it has a method `to`; its rows are then asked for on that device."""
        if hasattr(self.data, "to"):
            self.data, self.rows_on = self.data.to(device), device
        return self

    def settle(self) -> None:
        """Raise ValueError if an image or label since the last call was out of range; this waits for the device."""
        if self.faults is not None and bool(self.faults):
            labels = "" if self.n_labels is None else f", or labels outside 0 … {self.n_labels - 1}"
            raise ValueError(
                f"found images outside the range, {in_words(self.pixels)}{labels}, in a batch of the last "
                "steps; they were trained on, so build the model afresh or go back to its last checkpoint"
            )
        self.faults = None


def parts_of(batch: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The images and labels of a batch, or of a data set in memory; None instead of labels if there are none."""
    if isinstance(batch, LabelledImages):
        return batch.images, batch.labels
    return batch if isinstance(batch, tuple) else (batch, None)


def stacked(examples: Sequence[Any], labelled: bool | None) -> tuple[torch.Tensor, torch.Tensor | None]:
    """One batch of examples, each an image, a tuple of one image, or a pair of an image and its label."""
    examples = [example[0] if isinstance(example, tuple) and len(example) == 1 else example for example in examples]
    if not all(_is_pair(example) for example in examples):
        return stack_images(examples), None
    images = stack_images([image for image, _ in examples])
    return images, None if labelled is False else as_labels([label for _, label in examples])


def _converted(batch: Any, labelled: bool | None) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The images and labels (or None) of a batch that a data set returned for several rows at once."""
    if isinstance(batch, list | tuple) and len(batch) == 2:
        return as_images(batch[0]), None if labelled is False else as_labels(batch[1])
    return as_images(batch), None


def _is_pair(example: Any) -> bool:
    """Whether this is a pair of an image and its label: the second has fewer axes than the first, and at most one."""
    if not isinstance(example, list | tuple) or len(example) != 2:
        return False
    return axes(example[1]) < min(2, axes(example[0]))


def axes(value: Any) -> int:
    """The number of axes of an array, a tensor, a number or nested lists."""
    if isinstance(value, list | tuple):
        return 1 + (axes(value[0]) if value else 0)
    return value.ndim if hasattr(value, "ndim") else np.ndim(value)


def _is_read_one_by_one(data: Any, labelled: bool | None) -> bool:
    """True if `data[0]` is one example, as in a map-style data set; False if `data[rows]` is a batch.

    Raises ValueError if neither holds.
    """

    def one() -> bool:
        stacked([data[0]], labelled)
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
        except Exception as error:  # a data set may raise any type for the kind of row that it does not take
            refused.append(error)
    reason = next((error for error in refused if isinstance(error, ValueError)), refused[0])  # a sentence of ours
    raise ValueError(
        f"found a {type(data).__name__} that gives no images, expected an image (or an image and its label) for "
        f"data[0], or a batch for data[rows]: {reason}"
    ) from reason
