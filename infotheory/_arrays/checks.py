"""Checks that an array is a pmf, logits or a covariance, and that keywords have the right types and values."""

import math
from functools import cache

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from .inputs import Array, as_numpy, in_one_dtype
from .sums import total

Axis = int | tuple[int, ...]


def check_keywords(base: float | None, check: bool) -> None:
    """Raise unless `check` is a bool and `base` is None (nats) or a positive, finite number other than 1."""
    if not isinstance(check, bool | np.bool_):
        raise TypeError(f"found check={check!r}, expected True or False")
    if base is None:
        return
    if not isinstance(base, int | float | np.integer | np.floating) or isinstance(base, bool):
        raise TypeError(f"found base={base!r}, expected None (nats) or a positive number other than 1 (2 for bits)")
    if not (base > 0 and base != 1 and base != math.inf):
        raise ValueError(f"found base={base}, expected None (nats) or a positive number other than 1 (2 for bits)")


def whole(number: int, name: str) -> int:
    """Return `number` as an int. Raise TypeError unless it is an integer; True and 2.0 are not."""
    if not _is_whole(number):
        raise TypeError(f"found {name}={number!r}, expected a whole number, of type int")
    return int(number)


def _is_whole(number) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def normalise_axis(array: Array, axis: Axis, name: str) -> tuple[int, ...]:
    """Return `axis` as a tuple of distinct negative ints. Raise ValueError for an axis that `array` does not have."""
    axes = axis if isinstance(axis, tuple) else (axis,)
    if array.ndim == 0:
        raise ValueError(f"{name} is a single number, expected a pmf: at least one axis, [1.0] for a certain outcome")
    if not all(_is_whole(a) for a in axes):
        raise TypeError(f"found axis={axis!r}, expected an int or a tuple of ints")
    axes = tuple(map(int, axes))
    for a in axes:
        if not -array.ndim <= a < array.ndim:
            raise ValueError(f"found axis {a}, but {name} has shape {tuple(array.shape)}: {array.ndim} axes")
    negative = tuple(a - array.ndim if a >= 0 else a for a in axes)
    if not negative or len(set(negative)) < len(negative):
        raise ValueError(f"found axis={axis}, expected one or more different axes")
    return negative


def require_axes(array: Array, n: int, name: str) -> None:
    """Raise ValueError unless `array` has at least `n` axes, as a joint pmf of n variables has."""
    if array.ndim < n:
        raise ValueError(
            f"{name} has shape {tuple(array.shape)}, expected at least {n} axes: "
            "one for each variable, after any batch axes"
        )


def require_same_outcomes(p: Array, q: Array, axes: tuple[int, ...], names: tuple[str, str] = ("p", "q")) -> None:
    """Raise ValueError unless two arrays have equal outcome axes and batch axes that broadcast."""
    shapes = tuple(p.shape), tuple(q.shape)
    if shapes[0] == shapes[1] and len(shapes[0]) >= len(axes):
        return
    found = f"found {names[0]} of shape {shapes[0]} and {names[1]} of shape {shapes[1]}"
    sizes = [[shape[a] for a in axes if -a <= len(shape)] for shape in shapes]
    if sizes[0] != sizes[1] or len(sizes[0]) < len(axes):
        which = "axis" if len(axes) == 1 else "axes"
        raise ValueError(f"{found}, expected the same outcomes on {which} {', '.join(map(str, axes))}")
    require_broadcast(dict(zip(names, shapes, strict=True)))


def require_broadcast(shapes: dict[str, tuple[int, ...]]) -> None:
    """Raise ValueError unless these shapes, under their names, broadcast."""
    different = {tuple(shape) for shape in shapes.values()} - {()}
    try:
        if len(different) > 1:
            np.broadcast_shapes(*different)
    except ValueError:
        found = " and ".join(f"{name} of shape {tuple(shape)}" for name, shape in shapes.items())
        raise ValueError(f"found {found}, expected batch axes that broadcast") from None


def check_pmf(p: Array, axes: tuple[int, ...], name: str) -> None:
    """Raise ValueError, with the place and the value, unless `p` is a pmf over `axes`.

    A pmf has at least one outcome, no negative or NaN entry, and a sum within sqrt(eps) of 1,
    where eps is the machine epsilon of its dtype.
    """
    xp, shape = array_namespace(p), tuple(p.shape)
    if any(shape[a] == 0 for a in axes):
        raise ValueError(f"{name} is empty: it has shape {shape}, expected at least one outcome")
    if math.prod(shape) == 0:  # an empty batch
        return
    tolerance = _sqrt_eps(xp, p.dtype)
    if is_torch_array(p):
        p = p.detach()
    (p,) = in_one_dtype(p)
    totals = total(p, axes)
    if bool(xp.min(p) >= 0) and bool(xp.max(xp.abs(totals - 1)) <= tolerance):
        return
    p, totals = as_numpy(p), np.expand_dims(as_numpy(totals), axes)
    _refuse_entries(p, ~(p >= 0), name)
    first = tuple(np.argwhere(~(abs(totals - 1) <= tolerance))[0])
    where = tuple(":" if a - p.ndim in axes else int(i) for a, i in enumerate(first))
    place = f"{name}[{', '.join(map(str, where))}]" if p.ndim > len(axes) else name
    raise ValueError(
        f"{place} sums to {totals[first]:.6g}, expected 1 (within {tolerance:.1e}); "
        f"nothing is normalised silently: {_hint(p, axes, tolerance)}"
    )


def _hint(p: np.ndarray, axes: tuple[int, ...], tolerance: float) -> str:
    """A guess why the entries are not a pmf over `axes`, from other sums that equal 1."""

    def sums_to_one(*axes: int) -> bool:
        return p.ndim >= -min(axes) and bool(np.all(abs(p.sum(axis=axes) - 1) <= tolerance))

    if not np.isfinite(p).all():
        return "an entry is infinite"
    if not p.any():
        return "all entries are 0"
    if len(axes) == 2 and all(_ends_in_sums(p, axis) for axis in axes):
        return "its last row and column are the sums of the others: leave out these margins"

    if len(axes) < p.ndim and sums_to_one(*range(-p.ndim, 0)):
        return "all entries together do sum to 1: is it a joint pmf? See marginal, conditional and joint_entropy"
    if axes == (-2, -1):
        if sums_to_one(-1):
            return "each row does sum to 1: is it p(y|x)? See joint(p_x, p_y_given_x)"
        if sums_to_one(-2):
            return "each column does sum to 1: is it p(x|y)? Multiply it by p(y) for the joint"
    if len(axes) > 2:
        for condition in axes:
            if sums_to_one(*(a for a in axes if a != condition)):
                return f"it does sum to 1 for each index of axis {condition}: is it a pmf given that variable?"
    if axes == (-1,) and sums_to_one(-2):
        return "each column does sum to 1: is the array transposed?"
    if axes == (-2,) and sums_to_one(-1):
        return "each row does sum to 1: is the array transposed?"
    return "divide by the sum if you mean its shares"


def _ends_in_sums(p: np.ndarray, axis: int) -> bool:
    """Whether the last entries along an axis equal the sums of the others, as the margins of a crosstab do."""
    last, others = np.split(np.moveaxis(p, axis, 0), [-1])[::-1]
    return len(others) > 1 and bool(np.allclose(last[0], others.sum(axis=0)))


@cache
def _sqrt_eps(xp, dtype) -> float:
    return math.sqrt(xp.finfo(dtype).eps)


def check_probability(p: Array, name: str) -> None:
    """Raise ValueError, with the place and the value, unless every entry is in [0, 1]."""
    p = as_numpy(p)
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        _refuse_entries(p, ~(p >= 0), name)
        _refuse_entries(p, p > 1, name)


def check_log_weights(values: Array, name: str) -> None:
    """Raise ValueError if there are no values, or if one is NaN or +inf."""
    values = as_numpy(values)
    if values.shape[-1] == 0:
        raise ValueError(f"{name} is empty: it has shape {values.shape}, expected at least one outcome")
    _refuse_entries(values, ~(values < np.inf), name, expected="a finite number or -inf")


def check_logits(logits: Array, name: str) -> None:
    """Raise ValueError as `check_log_weights` does, and if all entries of a row are -inf."""
    check_log_weights(logits, name)
    largest = as_numpy(logits).max(axis=-1)
    _refuse_entries(largest, largest == -np.inf, f"the largest of {name}", expected="a finite number")


def check_no_nan(array: Array, name: str) -> None:
    """Raise ValueError, with the place, if an entry is NaN."""
    array = as_numpy(array)
    _refuse_entries(array, np.isnan(array), name, expected="a number")


def check_finite(array: Array, name: str) -> None:
    """Raise ValueError, with the place, if an entry is NaN or infinite."""
    array = as_numpy(array)
    _refuse_entries(array, np.isnan(array), name, expected="a number")
    _refuse_entries(array, np.isinf(array), name, expected="a finite number")


def require_square(matrix: Array, name: str) -> None:
    """Raise ValueError unless `matrix` is [..., d, d] with d at least 1."""
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or matrix.shape[-1] == 0:
        raise ValueError(f"{name} has shape {tuple(matrix.shape)}, expected a square matrix, [..., d, d]")


def check_symmetric(matrix: Array, name: str) -> None:
    """Raise ValueError, with the place, unless each matrix equals its transpose to sqrt(eps) of its largest entry."""
    relative, matrix = _sqrt_eps(array_namespace(matrix), matrix.dtype), as_numpy(matrix)
    transpose = np.swapaxes(matrix, -1, -2)
    tolerance = relative * np.abs(matrix).max(axis=(-2, -1), keepdims=True)
    wrong = np.argwhere(np.abs(matrix - transpose) > tolerance)
    if len(wrong):
        index = tuple(map(int, wrong[0]))
        raise ValueError(
            f"{name}[{', '.join(map(str, index))}] is {matrix[index]:.6g} and its mirror image "
            f"{transpose[index]:.6g}, expected a symmetric covariance"
        )


def _refuse_entries(p: np.ndarray, wrong: np.ndarray, name: str, expected="a probability, in [0, 1]") -> None:
    if not wrong.any():
        return
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    more = f" (and {wrong.sum() - 1} more)" if wrong.sum() > 1 else ""
    value = p[index]
    what = "NaN" if np.isnan(value) else f"{value:.6g}"
    raise ValueError(f"{place} is {what}{more}, expected {expected}")
