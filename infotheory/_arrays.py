"""What comes in: one array library, one floating dtype, and a pmf that is one.

Arrays keep their kind: numpy gives numpy back, torch gives torch back on the same device.
Torch is never imported here; `array_api_compat` knows a tensor by its type.
"""

import math
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device, is_torch_array

Array = Any  # a numpy.ndarray or a torch.Tensor, and a list or number where one comes in
Axis = int | tuple[int, ...]


def as_arrays(*values: Array) -> tuple[Any, ...]:
    """Return `(xp, *arrays)`: the array namespace, and every value as a floating array of it.

    Lists and numbers follow the arrays beside them and are float64 numpy where there are none;
    integers and booleans are promoted; float32 beside float64 gives float64.

    Raises TypeError for complex or non-numeric entries and for numpy beside torch,
    ValueError for ragged lists and for tensors on two devices.
    """
    tensors = [value for value in values if is_torch_array(value)]
    if not tensors:
        arrays = [_numpy_floating(value) for value in values]
        xp = array_namespace(arrays[0])
    else:
        if any(isinstance(value, np.ndarray) for value in values):
            raise TypeError(
                "found numpy beside torch, expected one kind: convert with torch.as_tensor(array) or tensor.numpy()"
            )
        devices = sorted({str(device(tensor)) for tensor in tensors})
        if len(devices) > 1:
            raise ValueError(f"found tensors on {' and '.join(devices)}, expected one device")
        xp = array_namespace(tensors[0])
        arrays = [_torch_floating(xp, value, tensors[0]) for value in values]
    if len({array.dtype for array in arrays}) > 1:
        common = xp.result_type(*arrays)
        arrays = [xp.astype(array, common) for array in arrays]
    return xp, *arrays


def _numpy_floating(value) -> np.ndarray:
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError("found rows of different lengths, expected a rectangular array") from None
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise TypeError(f"found entries of type {array.dtype}, expected real numbers")


def _torch_floating(torch, value, like):
    if not is_torch_array(value):
        dtype = like.dtype if like.dtype.is_floating_point else torch.get_default_dtype()
        return torch.asarray(_numpy_floating(value), dtype=dtype, device=like.device)
    if value.dtype.is_complex:
        raise TypeError(f"found entries of type {value.dtype}, expected real numbers")
    return value if value.dtype.is_floating_point else value.to(torch.get_default_dtype())


def one_pmf(p: Array, axis: Axis, base: float | None, check: bool) -> tuple[Array, tuple[int, ...]]:
    """Return a pmf as an array, checked, and the axes of its outcomes."""
    _, p = as_arrays(p)
    axes = normalise_axis(p, axis, "p")
    check_base(base)
    if check:
        check_pmf(p, axes, "p")
    return p, axes


def two_pmfs(p: Array, q: Array, axis: Axis, base: float | None, check: bool) -> tuple[Array, Array, tuple[int, ...]]:
    """Return two pmfs over the same outcomes as arrays, checked, and the axes of the outcomes."""
    _, p, q = as_arrays(p, q)
    axes = normalise_axis(max(p, q, key=lambda array: array.ndim), axis, "p")
    require_same_outcomes(p, q, axes)
    check_base(base)
    if check:
        check_pmf(p, axes, "p")
        check_pmf(q, axes, "q")
    return p, q, axes


def joint_pmf(p: Array, base: float | None, check: bool, n: int = 2, name: str = "p_xy") -> Array:
    """Return a joint pmf of the variables on the last `n` axes as an array, checked."""
    _, p = as_arrays(p)
    require_axes(p, n, name)
    check_base(base)
    if check:
        check_pmf(p, tuple(range(-n, 0)), name)
    return p


def normalise_axis(array: Array, axis: Axis, name: str) -> tuple[int, ...]:
    """Return `axis` as a tuple of distinct negative ints, or raise ValueError for one that `array` lacks."""
    axes = axis if isinstance(axis, tuple) else (axis,)
    if array.ndim == 0:
        raise ValueError(f"{name} is a single number, expected a pmf: at least one axis, [1.0] for a certain outcome")
    if not all(isinstance(a, int | np.integer) for a in axes):
        raise TypeError(f"found axis={axis!r}, expected an int or a tuple of ints")
    for a in axes:
        if not -array.ndim <= a < array.ndim:
            raise ValueError(f"found axis {a}, but {name} has shape {tuple(array.shape)}: {array.ndim} axes")
    negative = tuple(a - array.ndim if a >= 0 else a for a in axes)
    if not negative or len(set(negative)) < len(negative):
        raise ValueError(f"found axis={axis}, expected one or more different axes")
    return negative


def require_axes(array: Array, n: int, name: str) -> None:
    """Raise ValueError unless `array` has the last `n` axes that a joint pmf of n variables needs."""
    if array.ndim < n:
        raise ValueError(
            f"{name} has shape {tuple(array.shape)}, expected at least {n} axes: one a variable, batch axes before them"
        )


def require_same_outcomes(p: Array, q: Array, axes: tuple[int, ...], names: tuple[str, str] = ("p", "q")) -> None:
    """Raise ValueError unless two arrays have equal outcome axes and batch axes that broadcast."""
    shapes = tuple(p.shape), tuple(q.shape)
    found = f"found {names[0]} of shape {shapes[0]} and {names[1]} of shape {shapes[1]}"
    sizes = [[shape[a] for a in axes if -a <= len(shape)] for shape in shapes]
    if sizes[0] != sizes[1] or len(sizes[0]) < len(axes):
        which = "axis" if len(axes) == 1 else "axes"
        raise ValueError(f"{found}, expected the same outcomes on {which} {', '.join(map(str, axes))}")
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(f"{found}, expected batch axes that broadcast") from None


def check_pmf(p: Array, axes: tuple[int, ...], name: str) -> None:
    """Raise ValueError, with the place and what stands there, unless `p` is a pmf over `axes`.

    A pmf has at least one outcome, no negative or NaN entry, and a sum within sqrt(eps) of 1,
    where eps is the machine epsilon of its dtype.
    """
    xp = array_namespace(p)
    shape = tuple(p.shape)
    if any(shape[a] == 0 for a in axes):
        raise ValueError(f"{name} is empty: it has shape {shape}, expected at least one outcome")
    if math.prod(shape) == 0:  # a batch of no pmfs
        return
    if is_torch_array(p):
        p = p.detach()
    tolerance = math.sqrt(xp.finfo(p.dtype).eps)
    totals = total(p, axes)
    if bool(xp.min(p) >= 0) and bool(xp.max(xp.abs(totals - 1)) <= tolerance):
        return
    p, totals = _numpy(p), np.expand_dims(_numpy(totals), axes)
    _refuse_entries(p, ~(p >= 0), name)
    first = tuple(np.argwhere(~(abs(totals - 1) <= tolerance))[0])
    where = tuple(":" if a - p.ndim in axes else int(i) for a, i in enumerate(first))
    place = f"{name}[{', '.join(map(str, where))}]" if p.ndim > len(axes) else name
    hint = "divide by the sum if you mean its shares"
    if abs(p.sum() - 1) <= tolerance:
        hint = "all entries together do sum to 1: is it a joint pmf? See marginal, conditional and joint_entropy"
    elif axes == (-2, -1) and np.allclose(p.sum(axis=-1), 1):
        hint = "each row does sum to 1: is it p(y|x)? See joint(p_x, p_y_given_x)"
    raise ValueError(
        f"{place} sums to {totals[first]:.6g}, expected 1 (within {tolerance:.1e}); "
        f"nothing is normalised silently: {hint}"
    )


def check_probability(p: Array, name: str) -> None:
    """Raise ValueError, with the place and what stands there, unless every entry is in [0, 1]."""
    p = _numpy(p)
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        _refuse_entries(p, ~(p >= 0), name)
        _refuse_entries(p, p > 1, name)


def check_log_weights(values: Array, name: str) -> None:
    """Raise ValueError if there are none, or if one is NaN or +inf."""
    values = _numpy(values)
    if values.shape[-1] == 0:
        raise ValueError(f"{name} is empty: it has shape {values.shape}, expected at least one outcome")
    _refuse_entries(values, ~(values < np.inf), name, expected="a finite number or -inf")


def check_logits(logits: Array, name: str) -> None:
    """Raise ValueError as `check_log_weights` does, and if a whole row is -inf."""
    check_log_weights(logits, name)
    largest = _numpy(logits).max(axis=-1)
    _refuse_entries(largest, largest == -np.inf, f"the largest of {name}", expected="a finite number")


def check_no_nan(array: Array, name: str) -> None:
    """Raise ValueError, with the place, if an entry is NaN."""
    array = _numpy(array)
    _refuse_entries(array, np.isnan(array), name, expected="a number")


def require_square(matrix: Array, name: str) -> None:
    """Raise ValueError unless `matrix` is [..., d, d] with d at least 1."""
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or matrix.shape[-1] == 0:
        raise ValueError(f"{name} has shape {tuple(matrix.shape)}, expected a square matrix, [..., d, d]")


def check_symmetric(matrix: Array, name: str) -> None:
    """Raise ValueError, with the place, unless each matrix equals its transpose to sqrt(eps) of its largest entry."""
    matrix = _numpy(matrix)
    transpose = np.swapaxes(matrix, -1, -2)
    tolerance = math.sqrt(np.finfo(matrix.dtype).eps) * np.abs(matrix).max(axis=(-2, -1), keepdims=True)
    wrong = np.argwhere(np.abs(matrix - transpose) > tolerance)
    if len(wrong):
        index = tuple(map(int, wrong[0]))
        raise ValueError(
            f"{name}[{', '.join(map(str, index))}] is {matrix[index]:.6g} and its mirror image "
            f"{transpose[index]:.6g}, expected a symmetric covariance"
        )


def _numpy(array: Array) -> np.ndarray:
    return array.detach().cpu().numpy() if is_torch_array(array) else array


def _refuse_entries(p: np.ndarray, wrong: np.ndarray, name: str, expected="a probability, in [0, 1]") -> None:
    if not wrong.any():
        return
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = f"{name}[{', '.join(map(str, index))}]" if index else name
    more = f" (and {wrong.sum() - 1} more)" if wrong.sum() > 1 else ""
    value = p[index]
    what = "NaN" if np.isnan(value) else f"{value:.6g}"
    raise ValueError(f"{place} is {what}{more}, expected {expected}")


def check_base(base: float | None) -> None:
    """Raise ValueError unless `base` is None (nats) or the base of a logarithm: positive, finite, not 1."""
    if base is not None and not (base > 0 and base != 1 and math.isfinite(base)):
        raise ValueError(f"found base={base}, expected None (nats) or a positive number other than 1 (2 for bits)")


def in_units(nats: Array, base: float | None) -> Array:
    """Convert nats to units of log `base`."""
    return nats if base is None else nats / math.log(base)


def total(array: Array, axes: tuple[int, ...]) -> Array:
    """Sum over `axes`. A matrix product is several times faster than numpy's sum over one of the last two."""
    if isinstance(array, np.ndarray) and array.ndim > 1 and axes in ((-1,), (-2,)):
        ones = np.ones(array.shape[axes[0]], array.dtype)
        return array @ ones if axes == (-1,) else ones @ array
    return array_namespace(array).sum(array, axis=axes)
