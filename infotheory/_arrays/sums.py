"""Sums over the axes of arrays, fast for small pmfs and precise for large ones."""

import numpy as np
from array_api_compat import array_namespace

from .inputs import Array

LONGEST_SUM = 1024  # terms that a matrix product adds up in float32 without losing digits


def total(array: Array, axes: tuple[int, ...]) -> Array:
    """Sum over `axes`, without losing digits of float32 in long sums.

    A matrix product is several times faster than numpy's sum over one of the last two axes. It adds the numbers one
    after another, which loses digits on long axes. Long axes are therefore summed in parts.
    """
    if not isinstance(array, np.ndarray):
        return array_namespace(array).sum(array, axis=axes)
    if array.ndim > 1 and axes in ((-1,), (-2,)):
        return _product_with_ones(array, *axes)
    if array.dtype == np.float32 and array.size > LONGEST_SUM:
        return np.sum(array, axis=axes, dtype=np.float64).astype(np.float32)
    return np.sum(array, axis=axes)


def mean(array: Array) -> Array:
    """Mean over the last axis. Each number is divided before the sum, which might overflow otherwise."""
    return total(array / array.shape[-1], (-1,))


def _product_with_ones(array: np.ndarray, axis: int) -> np.ndarray:
    parts, rest = divmod(array.shape[axis], LONGEST_SUM)
    if parts == 0 or (parts, rest) == (1, 0):
        ones = np.ones(array.shape[axis], array.dtype)
        return array @ ones if axis == -1 else ones @ array
    head, tail = np.split(array, [parts * LONGEST_SUM], axis)
    batch, others = head.shape[: head.ndim + axis], head.shape[head.ndim + axis + 1 :]
    sums = _product_with_ones(head.reshape(*batch, parts, LONGEST_SUM, *others), axis)
    return _product_with_ones(sums, axis) + _product_with_ones(tail, axis)
