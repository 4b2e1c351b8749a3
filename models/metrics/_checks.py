"""What all scores ask of their input."""

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.masked import MaskedTensor

BINS = 20  # of a latent, for plug-in mutual information; no score takes fewer rows
Array = Any  # a numpy.ndarray, a torch.Tensor or a list


def checked(codes: Array, factors: Array, latents: int = 1, factors_needed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays, the codes in float64; ValueError for what the module says."""
    codes, factors = as_array(codes), as_array(factors)
    if codes.ndim != 2 or codes.dtype.kind not in "fiub":
        raise ValueError(f"found codes of shape {codes.shape} and {codes.dtype}, expected real numbers [n, d]")
    factors = _as_levels(factors)
    if len(codes) != len(factors):
        raise ValueError(f"found {len(codes)} rows of codes and {len(factors)} of factors, expected one for each image")
    if len(codes) < BINS:
        raise ValueError(f"found {len(codes)} rows, expected at least {BINS}")
    if codes.shape[1] < latents or factors.shape[1] < factors_needed:
        raise ValueError(
            f"found {codes.shape[1]} latents and {factors.shape[1]} factors, "
            f"expected at least {latents} and {factors_needed}"
        )
    if not np.isfinite(codes).all():
        row, column = np.argwhere(~np.isfinite(codes))[0]
        raise ValueError(f"found {codes[row, column]} in row {row}, latent {column} of the codes, expected numbers")
    require_levels(factors, "all rows")
    return _shrunk(codes.astype(np.float64)), factors


def _as_levels(factors: np.ndarray) -> np.ndarray:
    """Factors as integers; whole numbers in floats and bools are levels, too."""
    if factors.ndim != 2:
        raise ValueError(
            f"found factors of shape {factors.shape} and {factors.dtype}, expected integers [n, k]: of one factor, "
            "factors[:, None]"
        )
    if factors.dtype.kind == "b":
        return factors.astype(np.int64)
    if factors.dtype.kind == "f":
        whole = np.isfinite(factors) & (factors == np.round(factors)) & (abs(factors) < 2.0**53)
        if not whole.all():
            row, column = np.argwhere(~whole)[0]
            raise ValueError(
                f"found {factors[row, column]:g} in row {row}, factor {column} of the factors, expected integers, the "
                "levels: bin a continuous factor first, np.digitize(v, np.quantile(v, np.arange(1, 10) / 10))"
            )
        return factors.astype(np.int64)
    if factors.dtype.kind not in "iu":
        raise ValueError(
            f"found factors of {factors.dtype}, expected integers [n, k]: "
            "np.unique(v, return_inverse=True)[1] numbers the levels of a factor"
        )
    return factors


def _shrunk(codes: np.ndarray) -> np.ndarray:
    """Codes whose squares can be summed: a latent beyond 1e100 is scaled down to that."""
    largest = abs(codes).max(axis=0, initial=0)
    return codes * np.where(largest > 1e100, 1e100 / np.maximum(largest, 1), 1)


def require_levels(factors: np.ndarray, where: str) -> None:
    constant = (factors == factors[0]).all(axis=0)
    if constant.any():
        k = int(constant.argmax())
        raise ValueError(f"found factor {k} = {factors[0, k]} in {where}, expected two values of it or more")


def require_factors(data: Any) -> None:
    """Raise ValueError unless `data` is a data set with known factors."""
    if not hasattr(data, "factor_sizes") or not hasattr(data, "images"):
        raise ValueError(
            f"found a {type(data).__name__} as data, expected a data set with factor_sizes and images(factors), such "
            "as Sprites"
        )


def require(least: int, **numbers: int) -> None:
    for name, n in numbers.items():
        if n < least:
            raise ValueError(f"found {name}={n}, expected at least {least}")


def as_array(values: Array) -> np.ndarray:
    """A numpy array of an array, a tensor of any device and real dtype, a table or a list; ValueError if masked."""
    if isinstance(values, MaskedTensor) or np.ma.is_masked(values):
        raise ValueError("found masked entries, expected all to be known: leave out the rows that have some")
    if isinstance(values, torch.Tensor):
        if values.layout != torch.strided or values.device.type == "meta":
            raise ValueError(f"found a tensor of layout {values.layout} on {values.device}, expected a dense one")
        values = values.detach().cpu()
        return (values.float() if values.dtype == torch.bfloat16 else values).numpy()
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, RuntimeError):
        raise ValueError(f"found a {type(values).__name__} that is no rectangular array, expected [n, d]") from None
    if array.dtype == object:
        with contextlib.suppress(ValueError, TypeError):  # a table of several dtypes, or of a pandas one
            array = array.astype(np.float64)
    return array


def grid(factor_sizes: Sequence[int], n_images: int | None, seed: int) -> np.ndarray:
    """The factors of all images in order, or of `n_images` different ones at random: [n, k]."""
    total = math.prod(factor_sizes)
    if n_images is None or n_images >= total:
        rows = np.arange(total)
    else:
        require(1, n_images=n_images)
        rows = np.random.default_rng([seed, 1]).choice(total, n_images, replace=False)
    return np.stack(np.unravel_index(rows, tuple(factor_sizes)), axis=1)


def parts(*arrays: np.ndarray, size: int = 500) -> Iterator[tuple[np.ndarray, ...]]:
    """The arrays, `size` rows at a time."""
    return (tuple(array[i : i + size] for array in arrays) for i in range(0, len(arrays[0]), size))
