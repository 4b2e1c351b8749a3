"""How a joint pmf is judged in which one value of Y makes X less certain: by its two entropies."""

import numpy as np

from ...measures import conditional, conditional_entropy, entropy


def _entropies(table) -> tuple[float, float]:
    """H(X), and the largest H(X|Y=y) of all y that are possible."""
    p_xy = np.asarray(table, float)
    given = entropy(conditional(p_xy)[:, p_xy.sum(axis=0) > 0], axis=0)
    return float(entropy(p_xy.sum(axis=1))), float(given.max())


def judge_table(table) -> str:
    p_xy = np.asarray(table, float)
    if p_xy.ndim != 2:
        return f"found an array of shape {p_xy.shape}, expected a table with x in rows and y in columns."
    if not np.isfinite(p_xy).all() or (p_xy < 0).any() or abs(p_xy.sum() - 1) > 1e-9:
        return f"that is not a pmf: its smallest entry is {p_xy.min():.3f}, and its sum is {p_xy.sum():.3f}."
    h_x, largest = _entropies(p_xy)
    if h_x <= 1e-12:
        return "H(X) is 0 here: X is certain, and every H(X|Y=y) is 0 too. Make X only nearly certain."
    if largest < 10 * h_x:
        numbers = f"H(X) = {h_x:.3f} nats, and the largest H(X|Y=y) is {largest:.3f} nats"
        return f"{numbers}, which is {largest / h_x:.2f} times as large. Expected 10 times or more."
    return ""


def success_table(table) -> str:
    (h_x, largest), mean = _entropies(table), float(conditional_entropy(np.asarray(table, float)))
    numbers = f"one H(X|Y=y) = {largest:.3f} nats is {largest / h_x:.1f} times H(X) = {h_x:.3f} nats"
    return f"{numbers}. Yet the average H(X|Y) = {mean:.3f} nats is not larger than H(X)."
