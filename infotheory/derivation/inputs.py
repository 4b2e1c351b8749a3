"""The inputs of a derivation, compared with an example of them."""

from typing import Any

import numpy as np


def shapes(value: Any) -> Any:
    """The shape of an array, or the list of the shapes of a list of arrays."""
    return [np.shape(part) for part in value] if isinstance(value, list) else np.shape(value)


def as_input(name: str, value: Any, example: Any) -> Any:
    """A value as an array like the example: integers or floats, with as many axes. Raises ValueError otherwise."""
    if isinstance(example, list):
        if not isinstance(value, list | tuple) or len(value) != len(example):
            raise ValueError(f"{name}: found {value!r}, expected a list of {len(example)} arrays")
        return [as_input(f"{name}[{i}]", *pair) for i, pair in enumerate(zip(value, example, strict=True))]
    integers = np.issubdtype(np.asarray(example).dtype, np.integer)
    try:
        array = np.asarray(value)
        array = array if integers else array.astype(float)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: found {value!r}, expected an array of numbers") from None
    if integers and not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name}: found numbers of type {array.dtype}, expected integers")
    if array.ndim != np.ndim(example):
        expected = f"{np.ndim(example)} axes, such as {np.shape(example)}" if np.ndim(example) else "a number"
        raise ValueError(f"{name}: found shape {array.shape}, expected {expected}")
    return array
