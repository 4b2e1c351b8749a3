"""A student's function is called, and what it returns is compared with what is right."""

import copy
import inspect
import traceback
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

NOTHING = "your function returns nothing yet; end it with `return`."


class Fault(Exception):
    """A sentence for the student about a function that could not be judged by its value."""


class NothingYet(Fault):
    """The function returns nothing: the exercise is not begun."""


class NoFunction(Fault):
    """What was given cannot be called."""


def called(function: Callable, arguments: tuple) -> Any:
    """What the function returns for these arguments, without numpy's warnings.

    Raises `Fault` if the function raises or changes an argument, `NothingYet` if it returns None, and `NoFunction` for
    what cannot be called.
    """
    if not callable(function):
        raise NoFunction(f"found {_kind(function)}, expected a function: check(my_function), without its parentheses.")
    given = copy.deepcopy(arguments)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = function(*given)
    except Exception as error:  # whatever a student's function may raise
        raise Fault(f"your function raises {type(error).__name__}{place(function, error)}: {error}") from error
    if value is None or value is ...:
        raise NothingYet(NOTHING)
    for name, before, after in zip(parameters(function, len(arguments)), arguments, given, strict=True):
        if not unchanged(before, after):
            raise Fault(f"your function changes its argument {name}: work on a copy, np.array({name}).")
    return value


def place(function: Callable, error: Exception) -> str:
    """Where a function raised an error: the last line of its own file, as text. Empty if its source is unknown."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f" in `{lines[-1].strip()}`" if lines and lines[-1] else ""


def parameters(function: Callable, n: int) -> list[str]:
    """The names of the first n parameters, or numbers where there are none."""
    try:
        names = [name for name, p in inspect.signature(function).parameters.items() if p.kind != p.VAR_POSITIONAL]
    except (TypeError, ValueError):
        names = []
    return names[:n] if len(names) >= n else [f"number {i + 1}" for i in range(n)]


def agree(value: Any, expected: Any, tolerance: float = 1e-9) -> bool:
    """Whether two numbers, arrays, texts, or sequences and dicts of them are equal up to `tolerance`."""
    try:
        if isinstance(expected, str):
            return isinstance(value, str) and value == expected
        if isinstance(expected, Mapping):
            return value.keys() == expected.keys() and all(agree(value[k], expected[k], tolerance) for k in expected)
        if isinstance(expected, list | tuple):
            return len(value) == len(expected) and all(map(lambda a, b: agree(a, b, tolerance), value, expected))
        value, expected = array(value), array(expected)
        return value.shape == expected.shape and np.allclose(value, expected, tolerance, tolerance, equal_nan=True)
    except (TypeError, ValueError, AttributeError):
        return False


def unchanged(before: Any, after: Any) -> bool:
    """Whether an argument is what it was. What cannot be compared counts as unchanged."""
    if isinstance(before, Mapping):
        return (
            isinstance(after, Mapping)
            and before.keys() == after.keys()
            and all(unchanged(before[key], after[key]) for key in before)
        )
    if isinstance(before, list | tuple):
        return isinstance(after, list | tuple) and len(before) == len(after) and all(map(unchanged, before, after))
    try:
        before = array(before)
    except (TypeError, ValueError):
        return True
    try:
        after = array(after)
    except (TypeError, ValueError):
        return False
    return before.shape == after.shape and np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")


def array(value: Any) -> np.ndarray:
    """A number, array or tensor as a numpy array of numbers. Raises TypeError for anything else."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    value = np.asarray(value)
    if value.dtype.kind not in "biufc":
        raise TypeError(f"found {value.dtype}")
    return value


def misshapen(value: Any, expected: Any) -> str:
    """What is wrong with the form of a value, such as an array for a number; an empty text if nothing is."""
    if isinstance(expected, str):
        return "" if isinstance(value, str) else f"returns {_kind(value)}, expected a text"
    if isinstance(expected, Mapping):
        if not isinstance(value, Mapping) or value.keys() != expected.keys():
            return f"returns {_kind(value)}, expected a dict with the keys {', '.join(map(repr, expected))}"
        return next(filter(None, (misshapen(value[key], expected[key]) for key in expected)), "")
    if isinstance(expected, list | tuple):
        if not isinstance(value, list | tuple) or len(value) != len(expected):
            return f"returns {_kind(value)}, expected {len(expected)} values: `return first, second`"
        return next(filter(None, map(misshapen, value, expected)), "")
    try:
        shape, right = array(value).shape, array(expected).shape
    except (TypeError, ValueError):
        return f"returns {_kind(value)}, expected {'a number' if np.ndim(expected) == 0 else 'an array of numbers'}"
    if shape == right:
        return ""
    if right == ():
        return f"returns an array of shape {shape}, expected a number; a sum or a mean may be missing"
    return f"returns {'a number' if shape == () else f'an array of shape {shape}'}, expected an array of shape {right}"


def text(value: Any, digits: int = 6) -> str:
    """A value as a line of text."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text(each, digits)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(text(each, digits) for each in value)
    if isinstance(value, str):
        return repr(value)
    value = array(value)
    if value.ndim == 0:
        return f"{value.item():z.{digits}f}" if value.dtype.kind == "f" else str(value.item())
    written = np.array2string(value, precision=digits, separator=", ", threshold=24, suppress_small=True)
    return " ".join(written.split())


def shown(function: Callable, case: tuple) -> str:
    """The arguments of a case, with the names of the function's parameters."""
    return ", ".join(f"{n} = {_argument(v)}" for n, v in zip(parameters(function, len(case)), case, strict=True))


def _argument(value: Any) -> str:
    try:
        return " ".join(np.array2string(array(value), precision=3, separator=", ", threshold=24).split())
    except (TypeError, ValueError):  # a text, a function, or parts of different lengths
        return getattr(value, "__name__", None) or repr(value)


def _kind(value: Any) -> str:
    name = type(value).__name__
    length = f" of {len(value)}" if isinstance(value, list | tuple | dict) else ""
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}{length}"
