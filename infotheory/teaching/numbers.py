"""Numbers that a lecture prints, with the check that its sentences about them are true."""

from collections.abc import Mapping

from ..derivation import TOLERANCE, holds


def compare(left: str, left_value: float, right: str, right_value: float, atol: float = 1e-12) -> None:
    """Print both sides of an equation with their numbers, and ✓ if they agree within `atol`, else ✗."""
    left_value, right_value = float(left_value), float(right_value)
    agree = left_value == right_value or abs(left_value - right_value) <= atol  # inf is inf
    verdict = "✓" if agree else "✗"
    print(f"{left} = {left_value:z.6f}    {right} = {right_value:z.6f}    {verdict}")


def evaluate_lines(lines: Mapping[str, float], atol: float = TOLERANCE) -> None:
    """Print each line of a derivation with its number: {the line as text: its value on the lecture's example}.

    Raises AssertionError if a line differs from the one above by more than `atol`, relative to numbers above 1.
    """
    width, above = max(map(len, lines)), None
    for line, value in lines.items():
        value = float(value)
        print(f"{line.ljust(width)}  =  {value:z.6f}")
        if above is not None and not holds("=", above, value, atol):
            raise AssertionError(f"{line}: found {value:.9g}, expected {above:.9g}, the value of the line above")
        above = value


def measured(
    name: str,
    value: float,
    unit: str = "",
    *,
    between: tuple[float, float],
    error: float | None = None,
    digits: int = 3,
) -> None:
    """Print `name ≈ value unit`, or `name ≈ value ± error unit`, of something that depends on the machine.

    `between` is the range in which the value must lie for the text beneath to be true. Tests of notebooks ignore the
    number after ≈, so this range is its only check. Raises AssertionError for a value outside it, or NaN, and
    ValueError unless the range has two ends in order.
    """
    value, (low, high) = float(value), between
    if not low < high:
        raise ValueError(f"found between=({low}, {high}), expected (low, high)")
    number = f"{value:z.{digits}f}" + ("" if error is None else f" ± {float(error):.{digits}f}")
    print(f"{name} ≈ {number} {unit}".rstrip())
    if not low <= value <= high:
        raise AssertionError(f"{name}: found {value:.6g} {unit}, expected a value from {low:g} to {high:g}")
