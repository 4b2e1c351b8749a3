"""The arguments and results that all measures share: checked pmfs and their axes, units and dtypes."""

import inspect
import math
from collections.abc import Callable
from functools import wraps

import numpy as np

from .checks import Axis, check_keywords, check_pmf, normalise_axis, require_axes, require_same_outcomes, whole
from .inputs import Array, as_arrays, in_one_dtype, narrowed


def array_function(function: Callable) -> Callable:
    """Silence numpy's floating-point warnings, and round the result to the dtype of 16-bit arguments.

    The function computes in float32 for these. Its arrays are the parameters that are annotated `Array`.
    """
    parameters = inspect.signature(function).parameters
    arrays = {name: i for i, name in enumerate(parameters) if parameters[name].annotation is Array}
    by_position = sum(parameter.kind is parameter.POSITIONAL_OR_KEYWORD for parameter in parameters.values())

    @wraps(function)
    def call(*arguments, **keywords):
        if len(arguments) > by_position:
            raise TypeError(
                f"found {len(arguments)} arguments by position, expected {function.__name__}({', '.join(arrays)}); "
                "samples drawn together become a joint pmf by empirical_joint(x, y)"
            )
        with np.errstate(all="ignore"):
            answer = function(*arguments, **keywords)
            values = [arguments[i] for i in arrays.values() if i < len(arguments)]
            return narrowed(answer, values + [keywords[name] for name in arrays if name in keywords])

    return call


def one_pmf(p: Array, axis: Axis, base: float | None, check: bool) -> tuple[Array, tuple[int, ...]]:
    """Check a pmf. Return it as an array, and the axes of its outcomes."""
    _, p = as_arrays(p)
    axes = normalise_axis(p, axis, "p")
    check_keywords(base, check)
    if check:
        check_pmf(p, axes, "p")
    return *in_one_dtype(p), axes


def two_pmfs(p: Array, q: Array, axis: Axis, base: float | None, check: bool) -> tuple[Array, Array, tuple[int, ...]]:
    """Check two pmfs over the same outcomes. Return them as arrays, and the axes of the outcomes."""
    _, p, q = as_arrays(p, q)
    axes = normalise_axis(max(p, q, key=lambda array: array.ndim), axis, "p")
    require_same_outcomes(p, q, axes)
    check_keywords(base, check)
    if check:
        check_pmf(p, axes, "p")
        check_pmf(q, axes, "q")
    return *in_one_dtype(p, q), axes


def joint_pmf(p: Array, base: float | None, check: bool, n: int = 2, name: str = "p_xy") -> Array:
    """Check a joint pmf of variables on the last `n` axes. Return it as an array."""
    _, p = as_arrays(p)
    require_axes(p, n, name)
    check_keywords(base, check)
    if check:
        check_pmf(p, tuple(range(-n, 0)), name)
    (p,) = in_one_dtype(p)
    return p


def joint_of_all(p: Array, n_variables: int | None, base: float | None, check: bool) -> tuple[Array, int]:
    """Check a joint pmf. Return it as an array, and how many of its last axes are variables: by default all."""
    _, p = as_arrays(p)
    n = p.ndim if n_variables is None else whole(n_variables, "n_variables")
    if n < 1:
        raise ValueError(f"found {n} variables, expected at least one, with an axis for each")
    return joint_pmf(p, base, check, n, "p"), n


def in_units(nats: Array, base: float | None) -> Array:
    """Convert nats to units of log `base`."""
    return nats if base is None else nats / math.log(base)
