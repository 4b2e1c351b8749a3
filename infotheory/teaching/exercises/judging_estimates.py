"""How an estimate of I(X;Y) is judged: by its errors on new data, on scales that it does not know."""

from collections.abc import Callable

import numpy as np

CORRELATIONS, DATA_SETS, PAIRS, LARGEST = (0.0, 0.3, 0.6, 0.9), 25, 1_000, 0.05
SCALES = (np.exp, lambda x: x**3, lambda x: np.sinh(2 * x), np.arctan, lambda x: x)


def _data(rho: float, seed: int):
    """Data sets of pairs with correlation rho, each variable on a scale of its own."""
    rng = np.random.default_rng([seed, round(100 * rho)])
    for _ in range(DATA_SETS):
        x, noise = rng.standard_normal((2, PAIRS))
        first, second = rng.integers(len(SCALES), size=2)
        yield SCALES[first](x), SCALES[second](rho * x + np.sqrt(1 - rho**2) * noise)


def _errors(estimate: Callable) -> list[tuple[float, float, float]]:
    """For each correlation: the root mean squared error, rho, and the mean error."""
    found = []
    for rho in CORRELATIONS:
        errors = np.array([float(estimate(x, y)) for x, y in _data(rho, 2004)]) + np.log(1 - rho**2) / 2
        found.append((float(np.sqrt(np.mean(errors**2))), rho, float(errors.mean())))
    return found


def of_raw_samples(x, y) -> float:
    return -np.log(1 - np.corrcoef(x, y)[0, 1] ** 2) / 2


def judge_estimate(estimate) -> str:
    if not callable(estimate):
        return "expected a function of x and y: end yours with `return estimate`."
    x, y = next(_data(0.9, 1955))
    value = estimate(x.copy(), y.copy())
    if np.ndim(value) or not np.isfinite(value):
        return f"your estimate is {value}, expected one finite number."
    if abs(value - of_raw_samples(x, y)) < 1e-9:
        return "−½ log(1 − r²) needs Gaussian samples, and these are not: what stays the same on each scale?"
    error, rho, mean = max((_nan_first(each) for each in _errors(estimate)), key=lambda each: each[0])
    if error <= LARGEST:
        return ""
    numbers = f"at ρ = {rho} the root mean squared error is {error:.3f} nats and the mean error {mean:.3f} nats"
    high = "too large on average: use fewer bins, correct the bias, and check the unit"
    way = high if mean > 0 else "too small on average: bins are too few or badly placed, or the unit is wrong"
    return f"{numbers}; expected an error of {LARGEST} or less. The estimate is {way}."


def _nan_first(each: tuple[float, float, float]) -> tuple[float, float, float]:
    """An error that is not a number counts as infinite."""
    return each if np.isfinite(each[0]) else (np.inf, *each[1:])


def success_estimate(estimate) -> str:
    error, rho, _ = max(_errors(estimate))
    numbers = f"the largest root mean squared error is {error:.3f} nats, at ρ = {rho}"
    return f"{numbers}, on {DATA_SETS * len(CORRELATIONS)} new data sets of {PAIRS:,} pairs."
