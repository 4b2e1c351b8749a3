"""Data sets with known factors: what they must have, and the factors of the images that exist."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ...data.arguments import require_integers
from ._checks import as_array

Places = np.ndarray  # where images are found: factors [n, k], or rows [n] of a set that lists its images


def is_listed(data: Any) -> bool:
    """Whether a data set lists its images in `levels`, so that it need not have all combinations of its factors."""
    return getattr(data, "levels", None) is not None


def images_at(data: Any, places: Any) -> Any:
    """The images at these places."""
    return data[torch.as_tensor(places)] if is_listed(data) else data.images(places)


def levels_of(data: Any) -> np.ndarray:
    """The levels [n, k] of all images of a set that lists them.

    Raises ValueError unless they are integers in 0 … size - 1 of each factor, and two or more levels of each occur.
    """
    levels, sizes = as_array(data.levels), tuple(map(int, data.factor_sizes))
    if levels.ndim != 2 or levels.shape[1] != len(sizes) or levels.dtype.kind not in "iu" or not len(levels):
        raise ValueError(
            f"found levels of shape {levels.shape} and {levels.dtype}, expected integers [n, {len(sizes)}], a row for "
            "each image"
        )
    names = getattr(data, "factor_names", range(len(sizes)))
    for name, size, values in zip(names, sizes, levels.T, strict=True):
        if values.min() < 0 or values.max() >= size:
            raise ValueError(
                f"found levels of factor {name!r} from {values.min()} to {values.max()}, expected 0 … {size - 1}: its "
                f"size in factor_sizes is {size}"
            )
        if values.min() == values.max():
            raise ValueError(
                f"found factor {name!r} = {values[0]} in all {len(levels)} images, expected two levels or more: leave "
                "this factor out"
            )
    return levels.astype(np.int64)


def require_factors(data: Any) -> None:
    """Raise ValueError unless `data` is a data set with known factors."""
    if isinstance(data, type) and hasattr(data, "factor_sizes"):
        raise ValueError(f"found the class {data.__name__} as data, expected a data set: make one, {data.__name__}(…)")
    if not hasattr(data, "factor_sizes") or not (hasattr(data, "images") or is_listed(data)):
        raise ValueError(
            f"found a {type(data).__name__} as data, expected a data set with factor_sizes and images(factors), such "
            "as Sprites or FactorImages(images, factors); load_images reads them from a file. If these are factors, "
            "encode their images first, as in codes = encoder(images)"
        )
    sizes = data.factor_sizes
    if not isinstance(sizes, Sequence | np.ndarray) or isinstance(sizes, str) or not len(sizes):
        raise ValueError(
            f"found factor_sizes={sizes!r}, expected the number of values of each factor, as in (3, 6, 40)"
        )
    for size in sizes:
        require_integers(**{"an entry of factor_sizes": size})
    if is_listed(data) and not hasattr(data, "__getitem__"):
        raise ValueError(f"found a {type(data).__name__} with levels, expected that data[rows] gives its images, too")
