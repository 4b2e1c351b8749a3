"""The samples of one variable, of any kind, as levels 0, 1, … or as bins, which `estimate` counts."""

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from numbers import Real

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from .inputs import Array

MAX_CELLS = 2**27  # of a table: 1 GiB of float64
LAST_WHOLE = 2.0**53  # float64 skips whole numbers beyond it
LARGE = 2.0**1000  # the range of values beyond it might overflow float64
DROP = "drop missing samples first, in all variables together"
REMEDY = "give bins (such as bins=20) for values on a scale, or np.unique(x, return_inverse=True)[1] for labels"


def levels(x: Array, name: str, bins: int | None) -> tuple[np.ndarray, int]:
    """The level of each sample in `x` [N], counted from 0, and how many levels there are.

    Floats that are not all whole numbers need `bins`, and fall in these.
    """
    values, last_whole = _one_row(x, name)
    if isinstance(values, list):
        distinct = _distinct(values, name)
        if not (_are_numbers(distinct) and any(isinstance(value, float | np.floating) for value in distinct)):
            _require_labels(values, distinct, name)
            return _counted(values, distinct)
        values = _as_floats(values, name)
    _refuse_missing(values, name)
    if _is_numeric(x, values) and not _are_levels(values, name, last_whole, bins):
        return _bin_of_each(values, bins), bins
    distinct, codes = np.unique(values, return_inverse=True)
    return codes, len(distinct)


def binned(x: Array, name: str, bins: int) -> tuple[np.ndarray, int]:
    """The bin of each number in `x` [N], counted from 0, and how many bins there are. Labels raise ValueError."""
    values, _ = _one_row(x, name)
    if isinstance(values, list):
        distinct = _distinct(values, name)
        if not _are_numbers(distinct):
            _require_labels(values, distinct, name)
            _refuse_bins(name, bins)
        values = _as_floats(values, name)
    _refuse_missing(values, name)
    if not _is_numeric(x, values):
        _refuse_bins(name, bins)
    return _bin_of_each(values, bins), bins


def require_room(sizes: Sequence[int]) -> None:
    """Raise ValueError if a table with these numbers of levels has too many cells."""
    cells = math.prod(sizes)
    if cells > MAX_CELLS:
        raise ValueError(
            f"found {' × '.join(f'{n:,}' for n in sizes)} levels: {cells:,} cells, {8 * cells // 10**9:,} GB, "
            f"expected at most {MAX_CELLS:,} cells; use fewer bins, or, for labels, "
            "empirical_pmf(list(zip(x.tolist(), y.tolist()))), which holds only the pairs that occur: "
            "its entropy is H(X,Y), and I(X;Y) = H(X) + H(Y) - H(X,Y)"
        )


def like_samples(values: np.ndarray, samples: Sequence[Array]) -> Array:
    """`values` in the dtype of the float samples; as a tensor, on their device, if one of the samples is a tensor."""
    tensors = [x for x in samples if is_torch_array(x)]
    if tensors:
        torch = array_namespace(*tensors)
        floats = [x.dtype for x in tensors if x.dtype.is_floating_point]
        dtype = torch.result_type(*floats) if floats else torch.get_default_dtype()
        return torch.asarray(values, dtype=dtype, device=tensors[0].device)
    floats = [x.dtype for x in samples if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
    return values.astype(np.result_type(*floats).newbyteorder("=")) if floats else values


def _one_row(x: Array, name: str) -> tuple[np.ndarray | list, float]:
    """The samples as an array, or a list if they may be labels, and the last whole number before the type skips one."""
    if np.ma.isMaskedArray(x):
        raise TypeError(f"{name} is a masked array, expected samples without a mask: {DROP}")
    if isinstance(x, str | bytes | Set | Mapping | Iterator):
        found = type(x).__name__
        raise TypeError(f"{name} is of type {found}, expected an array, a tensor, a Series or a list of samples")
    if isinstance(x, Sequence):
        values = list(x)
        if not values:
            raise ValueError(f"{name} has shape (0,), expected [N] with at least one sample")
        return values, LAST_WHOLE
    values = _numpy_of_tensor(x, name) if is_torch_array(x) else _codes(x) if _is_categorical(x) else np.asarray(x)
    if values.ndim != 1 or len(values) == 0:
        columns = "; pass the columns of a table one by one" if values.ndim == 2 else ""
        raise ValueError(f"{name} has shape {values.shape}, expected [N] with at least one sample{columns}")
    if values.dtype.kind == "c":
        raise TypeError(f"found entries of type {values.dtype}, expected real numbers or labels")
    if values.dtype.kind == "f":
        precision = array_namespace(x).finfo(x.dtype) if is_torch_array(x) else np.finfo(values.dtype)
        if values.dtype == np.longdouble:
            with np.errstate(over="ignore"):  # to inf, which is refused
                values = values.astype(np.float64)
        return values, min(2 / float(precision.eps), LAST_WHOLE)
    return values.tolist() if values.dtype.kind in "OTV" else values, LAST_WHOLE


def _numpy_of_tensor(x, name: str) -> np.ndarray:
    try:
        x = x.detach().resolve_neg().cpu()
        narrow = x.dtype.is_floating_point and x.dtype.itemsize < 4
        return (x.float() if narrow else x).numpy()  # numpy has no bfloat16
    except (TypeError, RuntimeError) as error:
        raise TypeError(f"{name} is a tensor without a numpy array: expected a dense one with values") from error


def _is_categorical(x: Array) -> bool:
    """Whether it is a Categorical of pandas, or a Series or Index of one."""
    return hasattr(getattr(x, "dtype", None), "categories") and hasattr(getattr(x, "array", x), "codes")


def _codes(x) -> np.ndarray:
    """The places of a Categorical's samples among its categories, NaN where a sample is missing."""
    codes = np.asarray(getattr(x, "array", x).codes)
    return np.where(codes < 0, np.nan, codes)


def _distinct(values: list, name: str) -> list:
    """The distinct values, in the order in which they first appear."""
    try:
        return list(dict.fromkeys(values))
    except TypeError:
        i, value = next((i, value) for i, value in enumerate(values) if not _is_hashable(value))
        raise ValueError(
            f"{name}[{i}] is of type {type(value).__name__}, expected a number or a hashable label: "
            "samples are one row [N]; pass the columns of a table one by one"
        ) from None


def _is_hashable(value) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _require_labels(values: list, distinct: list, name: str) -> None:
    """Raise ValueError, with the place, for a label that is missing, a fraction or not comparable."""
    for value in distinct:
        if wrong := _flaw(value):
            first = next(i for i, other in enumerate(values) if other is value)
            raise ValueError(f"{name}[{first}] is {value!r}, {wrong}")


def _flaw(label) -> str | None:
    """What is wrong with a label, or with a part of one that is a tuple."""
    if isinstance(label, str | int):
        return None
    if isinstance(label, tuple):
        return next((wrong for part in label if (wrong := _flaw(part))), None)
    if is_torch_array(label):  # equal tensors have different hashes
        return "expected numbers, as tensor.tolist() gives, or one tensor"
    if isinstance(label, complex | np.complexfloating):
        return "expected a real number or a label"
    if _is_missing(label):
        return f"expected a number or a label: {DROP}"
    if isinstance(label, float | np.floating) and not float(label).is_integer():
        return f"expected labels, but {label!r} is not a whole number: {REMEDY}"
    return None


def _is_missing(label) -> bool:
    """Whether it is None, NaN, NaT or pandas.NA, which is neither equal nor unequal to itself."""
    try:
        return label is None or bool(label != label)
    except (TypeError, ValueError):
        return True


def _counted(values: list, distinct: list) -> tuple[np.ndarray, int]:
    """The levels in increasing order if the labels can be sorted, else in the order of `distinct`."""
    with suppress(TypeError):
        distinct = sorted(distinct)
    place = {value: i for i, value in enumerate(distinct)}
    return np.fromiter(map(place.__getitem__, values), np.int64, len(values)), len(distinct)


def _as_floats(values: list, name: str) -> np.ndarray:
    try:
        return np.array(values, np.float64)
    except OverflowError:
        raise ValueError(
            f"{name} has a whole number that is too large for floats, expected whole numbers only"
        ) from None


def _refuse_missing(values: np.ndarray, name: str) -> None:
    kind = values.dtype.kind
    wrong = ~np.isfinite(values) if kind == "f" else np.isnat(values) if kind in "mM" else np.zeros(1, bool)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ValueError(f"{name}[{first}] is {values[first]}, expected a finite number or a label: {DROP}")


def _refuse_bins(name: str, bins: int) -> None:
    raise ValueError(f"found bins={bins} for {name}, which holds labels: expected None there")


def _are_numbers(distinct: list) -> bool:
    return all(isinstance(value, Real) for value in distinct)


def _is_numeric(x: Array, values: np.ndarray) -> bool:
    """Whether the samples are numbers, and not dates or codes of categories."""
    return values.dtype.kind in "biuf" and not _is_categorical(x)


def _are_levels(values: np.ndarray, name: str, last_whole: float, bins: int | None) -> bool:
    """Whether all are whole numbers that the type holds. Raise ValueError if some are not and `bins` is None."""
    if values.dtype.kind != "f":
        return True
    whole = (values == np.floor(values)) & (np.abs(values) <= last_whole)
    if not whole.all() and bins is None:
        first = int(np.argmin(whole))
        wrong = "which is not a whole number"
        if abs(values[first]) > last_whole:
            wrong = f"beyond {last_whole:.6g}, where its type skips whole numbers"
        raise ValueError(f"{name}[{first}] is {values[first]:.6g}, {wrong}: {REMEDY}")
    return bool(whole.all())


def _bin_of_each(values: np.ndarray, bins: int) -> np.ndarray:
    """The bin of each value; a bin includes its left edge, and the last bin its right edge too."""
    require_room([bins])
    values = values.astype(np.float64)  # the range may overflow a narrower type
    if np.abs(values).max() > LARGE:
        values *= 0.25  # a power of 2, so that only the exponents change
    edges = np.linspace(values.min(), values.max(), bins + 1)
    return np.searchsorted(edges[1:-1], values, side="right")
