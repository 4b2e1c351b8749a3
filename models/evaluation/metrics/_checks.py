"""Checks of the codes and factors that the scores are given."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from ...data.arguments import require_entries

BINS = 20  # of a latent, for plug-in mutual information; no score takes fewer rows
Array = Any  # a numpy.ndarray, a torch.Tensor or a list


def as_levels(factors: np.ndarray) -> np.ndarray:
    """Factors as integers; bools and floats that are whole numbers are levels, too."""
    _require_columns(factors, "integers")
    if factors.dtype.kind == "b":
        return factors.astype(np.int64)
    if factors.dtype.kind == "f":
        whole = np.isfinite(factors) & (factors == np.round(factors)) & (abs(factors) < 2.0**53)
        if not whole.all():
            row, column = np.argwhere(~whole)[0]
            hint = "bin a continuous factor first, np.digitize(v, np.quantile(v, np.arange(1, 10) / 10))"
            if np.isnan(factors[row, column]):
                hint = "leave rows with a missing value out, of codes and factors"
            raise ValueError(
                f"found {factors[row, column]:g} in row {row}, factor {column} of the factors, expected integers, the "
                f"levels: {hint}"
            )
        return factors.astype(np.int64)
    if factors.dtype.kind not in "iu":
        raise ValueError(
            f"found factors of {factors.dtype}, expected integers [n, k]: "
            "np.unique(v, return_inverse=True)[1] numbers the levels of a factor"
        )
    return factors


def as_numbers(factors: np.ndarray) -> np.ndarray:
    """Continuous factors in float64, as small as `checked` makes codes."""
    _require_columns(factors, "real numbers")
    if factors.dtype.kind not in "fiub":
        raise ValueError(f"found factors of {factors.dtype}, expected real numbers [n, k]")
    if not np.isfinite(factors).all():
        row, column = np.argwhere(~np.isfinite(factors))[0]
        raise ValueError(
            f"found {factors[row, column]} in row {row}, factor {column} of the factors, expected numbers: leave such "
            "rows out, of codes and factors"
        )
    return _shrunk(factors.astype(np.float64))


def checked(
    codes: Array, factors: Array, latents: int = 1, factors_needed: int = 1, name: str = "codes",
    read: Callable[[np.ndarray], np.ndarray] = as_levels,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Both as arrays, the codes in float64, the factors as `read` makes them.

    Raises ValueError, which calls the codes `name`; see `metrics`.
    """
    require_same_index(codes, factors, name)
    codes, factors = as_array(codes), as_array(factors)
    if codes.ndim != 2 or codes.dtype.kind not in "fiub":
        raise ValueError(f"found {name} of shape {codes.shape} and {codes.dtype}, expected real numbers [n, d]")
    factors = read(factors)
    if len(codes) != len(factors):
        raise ValueError(
            f"found {len(codes)} rows of {name} and {len(factors)} of factors, expected one for each image"
        )
    if len(codes) < BINS:
        raise ValueError(f"found {len(codes)} rows, expected at least {BINS}")
    if codes.shape[1] < latents or factors.shape[1] < factors_needed:
        raise ValueError(
            f"found {codes.shape[1]} latents and {factors.shape[1]} factors, "
            f"expected at least {latents} and {factors_needed}"
        )
    if not np.isfinite(codes).all():
        row, column = np.argwhere(~np.isfinite(codes))[0]
        raise ValueError(f"found {codes[row, column]} in row {row}, latent {column} of the {name}, expected numbers")
    require_levels(factors, "all rows")
    return _shrunk(codes.astype(np.float64)), factors


def require_same_index(codes: Any, factors: Any, name: str) -> None:
    """Raise ValueError if both are pandas tables of one length whose row labels or their order differ."""
    ours, theirs = (getattr(values, "index", None) for values in (codes, factors))
    if not (hasattr(ours, "equals") and hasattr(theirs, "equals")) or len(ours) != len(theirs) or ours.equals(theirs):
        return
    if ours.sort_values().equals(theirs.sort_values()):
        found, remedy = "the same rows in another order", "use factors.loc[codes.index]"
    else:
        found, remedy = "tables with different indexes", "if the rows belong together as they stand, use to_numpy()"
    raise ValueError(
        f"found {found} as {name} and factors, expected one index for both, since row i of each is image i: {remedy}"
    )


def _require_columns(factors: np.ndarray, kind: str) -> None:
    """Raise ValueError unless factors have two axes."""
    if factors.ndim != 2:
        raise ValueError(
            f"found factors of shape {factors.shape} and {factors.dtype}, expected {kind} [n, k]: of one factor, "
            "factors[:, None]"
        )


def _shrunk(codes: np.ndarray) -> np.ndarray:
    """Codes whose squares can be summed: a latent beyond 1e100 is scaled down to 1e100."""
    largest = abs(codes).max(axis=0, initial=0)
    return codes * np.where(largest > 1e100, 1e100 / np.maximum(largest, 1), 1)


def require_levels(factors: np.ndarray, where: str) -> None:
    """Raise ValueError, which says `where`, if a factor is constant."""
    constant = (factors == factors[0]).all(axis=0)
    if constant.any():
        k = int(constant.argmax())
        raise ValueError(f"found factor {k} = {factors[0, k]} in {where}, expected two values of it or more")


def as_array(values: Array) -> np.ndarray:
    """A numpy array of an array, a tensor of any device and real dtype, a table or a list; ValueError if masked."""
    values = as_tensor_or_array(values)
    if isinstance(values, torch.Tensor):
        values = values.cpu()
        return (values.float() if values.dtype == torch.bfloat16 else values).numpy()
    return values


def as_tensor_or_array(values: Array) -> torch.Tensor | np.ndarray:
    """As `as_array`, but a tensor stays on its device, so that the host does not wait for it."""
    require_entries(values, "entries", remedy="leave out the rows that have some")
    if isinstance(values, torch.Tensor):
        return values.detach()
    table = values if hasattr(values, "to_numpy") else None
    if table is not None:
        values = table.to_numpy()
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, RuntimeError):
        raise ValueError(f"found a {type(values).__name__} that is not a rectangular array, expected [n, d]") from None
    if array.dtype == object:
        with contextlib.suppress(ValueError, TypeError):  # a table of several dtypes, or of a dtype of pandas
            return array.astype(np.float64)
        if table is not None:  # pandas has a missing value of its own, which numpy cannot convert
            with contextlib.suppress(ValueError, TypeError):
                return table.to_numpy(dtype=np.float64, na_value=np.nan)
    return array


def parts(*arrays: np.ndarray, size: int = 500) -> Iterator[tuple[np.ndarray, ...]]:
    """The arrays, `size` rows at a time."""
    return (tuple(array[i : i + size] for array in arrays) for i in range(0, len(arrays[0]), size))
