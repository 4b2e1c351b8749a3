"""What all scores ask of their input."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

BINS = 20  # of a latent, for plug-in mutual information; no score takes fewer rows
Array = Any  # a numpy.ndarray, a torch.Tensor or a list


def checked(codes: Array, factors: Array, latents: int = 1, factors_needed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays, the codes in float64; ValueError for what the module says."""
    codes, factors = as_array(codes), as_array(factors)
    if codes.ndim != 2 or codes.dtype.kind not in "fiu":
        raise ValueError(f"found codes of shape {codes.shape} and {codes.dtype}, expected real numbers [n, d]")
    if factors.ndim != 2 or factors.dtype.kind not in "iu":
        raise ValueError(f"found factors of shape {factors.shape} and {factors.dtype}, expected integers [n, k]")
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
    return codes.astype(np.float64), factors


def require_levels(factors: np.ndarray, where: str) -> None:
    constant = (factors == factors[0]).all(axis=0)
    if constant.any():
        k = int(constant.argmax())
        raise ValueError(f"found factor {k} = {factors[0, k]} in {where}, expected two values of it or more")


def require(least: int, **numbers: int) -> None:
    for name, n in numbers.items():
        if n < least:
            raise ValueError(f"found {name}={n}, expected at least {least}")


def as_array(values: Array) -> np.ndarray:
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


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
