"""Images that stay as they are stored, bytes in memory or in a file, and become float32 batch by batch."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .images import as_labels
from .sprites import free_memory

MOST_LEVELS = 100  # of a factor whose values are not whole numbers


def layout(shape: Sequence[int]) -> str:
    """The order of the axes of images: "hw" for [n, height, width], "chw" or "hwc" with 1 or 3 channels.

    Raises ValueError for any other shape.
    """
    shape = tuple(shape)
    if len(shape) == 3:
        return "hw"
    if len(shape) == 4 and shape[1] in (1, 3) and (shape[3] not in (1, 3) or shape[2] == shape[3]):
        return "chw"
    if len(shape) == 4 and shape[3] in (1, 3):
        return "hwc"
    hint = ": leave out the alpha channel first" if len(shape) == 4 and 4 in (shape[1], shape[3]) else ""
    raise ValueError(
        f"found images of shape {shape}, expected [n, height, width], [n, channels, height, width] or [n, height, "
        f"width, channels] with 1 or 3 channels{hint}"
    )


class StoredImages:
    """Images as a data set that leaves them where they are: in an array, a memory-mapped file or an HDF5 file.

    `images` are in any `layout`, as bytes 0 … 255, bools, or floats in [0, 1]. `data[rows]` is a batch float32
    [m, channels, height, width] in [0, 1], or a pair of it and their labels if `labels` [n] are given, with `names`.
    Raises ValueError for other shapes and dtypes.
    """

    def __init__(self, images: Any, labels: Any = None, names: Sequence[str] = ()):
        self.stored, self.layout, kind = images, layout(images.shape), _kind(images.dtype)
        if kind is None:
            raise ValueError(f"found images of {images.dtype}, expected bytes (uint8), bools, or floats in [0, 1]")
        self.is_bytes = kind == "bytes"
        self.labels, self.names = None if labels is None else as_labels(labels), tuple(names)
        if self.labels is not None and len(self.labels) != len(images):
            raise ValueError(f"found {len(images):,} images and {len(self.labels):,} labels, expected as many")

    def __len__(self) -> int:
        return len(self.stored)

    def __repr__(self) -> str:
        channels, height, width = self.shape
        return f"{type(self).__name__}({len(self):,} images of {channels}×{height}×{width}, {self.stored.dtype})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """The channels, height and width of an image."""
        _, *shape = self.stored.shape
        return {"hw": lambda h, w: (1, h, w), "chw": lambda *s: s, "hwc": lambda h, w, c: (c, h, w)}[self.layout](
            *shape
        )

    @property
    def nbytes(self) -> int:
        """The bytes of all images as they are stored."""
        return len(self) * int(np.prod(self.shape)) * self.stored.dtype.itemsize

    def __getitem__(self, rows) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
        """The images of rows [m], integers; with their labels if there are some."""
        rows = torch.as_tensor(rows)
        images = self._floats(rows)
        return images if self.labels is None else (images, self.labels[rows.to(self.labels.device)])

    def _floats(self, rows: torch.Tensor) -> torch.Tensor:
        if isinstance(self.stored, torch.Tensor):
            found = self.stored[rows.to(self.stored.device)]
        elif isinstance(self.stored, np.ndarray):
            found = torch.from_numpy(np.ascontiguousarray(self.stored[rows.cpu().numpy()]))
        else:  # HDF5 reads rows in increasing order, each once
            different, places = np.unique(rows.cpu().numpy(), return_inverse=True)
            found = torch.from_numpy(self.stored[different][places])
        found = found[:, None] if self.layout == "hw" else found
        found = found.permute(0, 3, 1, 2) if self.layout == "hwc" else found
        found = found.to(torch.float32, memory_format=torch.contiguous_format)
        return found.div_(255) if self.is_bytes else found

    def to(self, device: str | torch.device) -> "StoredImages":
        """The same data set for a device: an accelerator holds the stored images if half of its free memory suffices.

        Otherwise, and on a CPU, batches are read where the images lie, and moved.
        """
        device = torch.empty(0, device=device).device
        moved = copy.copy(self)
        moved.labels = None if self.labels is None else self.labels.to(device)
        if device.type != "cpu" and 2 * self.nbytes <= free_memory(device):
            moved.stored = torch.as_tensor(self.stored[:]).to(device)
        return moved


def _kind(dtype: Any) -> str | None:
    """Whether pixels of this dtype, numpy's or torch's, are "bytes", "bools" or "floats"; None for others."""
    if dtype in (torch.bool, np.bool_):
        return "bools"
    if dtype in (torch.uint8, np.uint8):
        return "bytes"
    floats = dtype.is_floating_point if isinstance(dtype, torch.dtype) else dtype.kind == "f"
    return "floats" if floats else None


class FactorImages:
    """Images with known factors: the data set for scores of disentanglement, as `Sprites` are for dSprites.

    `images` are in any form that `StoredImages` takes, n of them, and `factors` [n, k] hold the value of every factor
    of each: numbers, or strings. A factor's levels are its different values in increasing order. Combinations of levels
    may be missing or occur several times; scores then draw among the images that exist.

    `levels` [n, k] are integers, and `values(name)` the value of each level. `images(factors)` takes levels, as that of
    `Sprites` does. `data[rows]` is the batch of these row numbers, so the object is data for `train`, too.
    Raises ValueError for lengths that differ, missing values, a factor with a single value, and a continuous one.
    """

    def __init__(self, images: Any, factors: Any, names: Sequence[str] | None = None):
        self.stored = images if isinstance(images, StoredImages) else StoredImages(images)
        factors = np.asarray(factors)
        factors = factors[:, None] if factors.ndim == 1 else factors
        if factors.ndim != 2 or len(factors) != len(self.stored):
            raise ValueError(
                f"found {len(self.stored):,} images and factors of shape {factors.shape}, expected a row of factors "
                "for each image"
            )
        columns = [np.unique(column, return_inverse=True) for column in factors.T]
        self.factor_names = tuple(names) if names is not None else tuple(f"factor {i}" for i in range(len(columns)))
        if len(self.factor_names) != len(columns):
            raise ValueError(
                f"found {len(self.factor_names)} names of {len(columns)} factors, expected a name for each"
            )
        for name, (values, _) in zip(self.factor_names, columns, strict=True):
            if len(values) < 2 or values[-1] != values[-1]:
                found = "a missing value (NaN)" if values[-1] != values[-1] else f"the single value {values[0]!r}"
                raise ValueError(f"found {found} of the factor {name!r}, expected two known values of it or more")
            if factors.dtype.kind == "f" and len(values) > MOST_LEVELS and (values != values.round()).any():
                raise ValueError(
                    f"found {len(values):,} values of the factor {name!r} in {len(factors):,} images, expected a few "
                    "levels: bin a continuous factor first, np.digitize(v, np.quantile(v, np.arange(1, 10) / 10))"
                )
        self._values = {name: values for name, (values, _) in zip(self.factor_names, columns, strict=True)}
        self.levels = np.stack([places for _, places in columns], axis=1)
        self.factor_sizes = tuple(len(values) for values, _ in columns)
        self._cells, self._rows = np.unique(self._cell(self.levels), return_index=True)

    def __len__(self) -> int:
        return len(self.stored)

    def __repr__(self) -> str:
        factors = ", ".join(f"{n} {size}" for n, size in zip(self.factor_names, self.factor_sizes, strict=True))
        return f"FactorImages({len(self):,} images of {'×'.join(map(str, self.shape))}; {factors})"

    @property
    def shape(self) -> tuple[int, int, int]:
        """The channels, height and width of an image."""
        return self.stored.shape

    def values(self, name: str) -> np.ndarray:
        """The values of a factor, one for each level. Raises KeyError for an unknown name."""
        if name not in self._values:
            raise KeyError(f"found no factor {name!r}, expected one of {', '.join(self.factor_names)}")
        return self._values[name].copy()

    def __getitem__(self, rows) -> torch.Tensor:
        """The images float32 [m, channels, height, width] of rows [m]."""
        return self.stored[rows]

    def images(self, factors) -> torch.Tensor:
        """An image of each combination of levels, integers [m, k]; the first in the data if there are several.

        Raises ValueError for a combination that no image has.
        """
        return self[self.rows(factors)]

    def factors(self, rows) -> torch.Tensor:
        """The levels [m, k] of rows [m]."""
        return torch.from_numpy(self.levels[np.asarray(rows)])

    def rows(self, factors) -> torch.Tensor:
        """The row [m] of the first image of each combination of levels [m, k]. Raises ValueError as `images` does."""
        factors = np.asarray(torch.as_tensor(factors).cpu())
        if factors.ndim != 2 or factors.shape[1] != len(self.factor_sizes) or factors.dtype.kind not in "iu":
            raise ValueError(
                f"found factors of shape {factors.shape} and {factors.dtype}, expected integers "
                f"[m, {len(self.factor_sizes)}]"
            )
        inside = ((factors >= 0) & (factors < np.array(self.factor_sizes))).all(axis=1)
        cells = np.where(inside, self._cell(factors), -1)
        places = np.searchsorted(self._cells, cells).clip(max=len(self._cells) - 1)
        missing = self._cells[places] != cells
        if missing.any():
            levels = dict(zip(self.factor_names, factors[missing.argmax()].tolist(), strict=True))
            raise ValueError(f"found no image with the levels {levels}, expected a combination that the data hold")
        return torch.from_numpy(self._rows[places])

    def _cell(self, levels: np.ndarray) -> np.ndarray:
        """A number for each combination of levels: its place in the full grid."""
        cell = np.zeros(len(levels), dtype=object if np.prod(self.factor_sizes, dtype=float) >= 2**62 else np.int64)
        for column, size in zip(levels.T, self.factor_sizes, strict=True):
            cell = cell * size + column
        return cell

    def sample(self, n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
        """The levels [n, k] and images of `n` rows drawn with replacement."""
        rows = torch.randint(len(self), (n,), generator=torch.Generator().manual_seed(seed))
        return self.factors(rows), self[rows]

    def to(self, device: str | torch.device) -> "FactorImages":
        """The same data set for a device, see `StoredImages.to`."""
        moved = copy.copy(self)
        moved.stored = self.stored.to(device)
        return moved
