"""The exercises of further 12: the log-sum inequality, the largest entropy for a given mean, and Fano's error."""

from dataclasses import replace

import numpy as np

from ...derivation import Step
from ...measures import entropy
from ..exercise import Exercise, ProofExercise
from ..solutions import further_12 as solutions

# ---- 1: the log-sum inequality


def _draw_sums(rng):
    """Positive a and b; in one draw of four the ratio is constant, and the inequality is tight."""
    tight, b = rng.random() < 0.25, rng.uniform(0.1, 2, size=4)
    return {"a": 1.7 * b if tight else rng.uniform(0.1, 2, size=4), "b": b}


def _ends_of_sums(a, b):
    return float(a @ (np.log(a) - np.log(b))), float(a.sum() * (np.log(a.sum()) - np.log(b.sum())))


def _sums_with_line(line, **changed):
    steps = solutions.log_sum()
    steps[line - 1] = replace(steps[line - 1], **changed)
    return steps


log_sum = ProofExercise(
    task="the log-sum inequality",
    answer=solutions.log_sum,
    draw=_draw_sums,
    ends=_ends_of_sums,
    claim=">=",
    least=4,
    slips={
        "expected 4 or more": lambda: solutions.log_sum()[::3],
        "not every line follows": lambda: _sums_with_line(
            3,
            value=lambda a, b: b.sum() * np.mean(a / b) * np.log(np.mean(a / b)),  # equal weights
        ),
        "line 3: found the relation '<='": lambda: _sums_with_line(3, relation="<="),
    },
    hints=(
        "Write the left side as B times a mean of φ(t) = t log t. What are the weights, and what is t?",
        "The weights are b/B. Is φ convex or concave?",
    ),
)

# ---- 2: the largest entropy with a given mean


def _draw_mean(rng):
    """q on 0 to 7 with its mean; in one draw of four it is geometric up to rounding, and the bound is tight."""
    q = rng.dirichlet(np.ones(8))
    if rng.random() < 0.25:
        ratio = rng.uniform(0.01, 0.05)
        q = ratio ** np.arange(8) / np.sum(ratio ** np.arange(8))
    return {"q": q, "m": float(np.arange(8) @ q)}


def _another_mean(rng):
    drawn = _draw_mean(rng)
    return drawn | {"m": drawn["m"] * rng.uniform(1.1, 2)}


def _ends_of_entropy(q, m):
    return entropy(q), -np.log(1 / (1 + m)) - m * np.log(m / (1 + m))


def _entropy_with_line(line, **changed):
    steps, named = solutions.largest_entropy()
    steps[line - 1] = replace(steps[line - 1], **changed)
    return steps, named


def _too_small(factor):
    """A line of 0.95 times the right one, which is false at q = g."""
    steps, named = solutions.largest_entropy()
    smaller = Step("0.95 (-Σ q log g)", "<=", lambda q, m: factor * steps[2].value(q, m), "Gibbs' inequality")
    return [*steps[:2], smaller, replace(steps[2], latex="-Σ q log g", relation="<="), *steps[3:]], named + 1


largest_entropy = ProofExercise(
    task="the geometric pmf has the largest entropy",
    answer=solutions.largest_entropy,
    draw=_draw_mean,
    otherwise=_another_mean,
    ends=_ends_of_entropy,
    claim="<=",
    least=4,
    slips={
        "You name line 3 as the one that needs it": lambda: (solutions.largest_entropy()[0], 3),
        "expected the lines and the number": lambda: solutions.largest_entropy()[0],
        "not every line follows": lambda: _entropy_with_line(3, relation="="),
        "line 3 fails": lambda: _too_small(0.95),
    },
    hints=(
        "Gibbs' inequality: -Σ q log q ≤ -Σ q log g for the geometric g with mean m.",
        "log g(k) = k log(m/(1+m)) - log(1+m). What is the mean of k under q?",
    ),
)

# ---- 3: the smallest error


def _weak(H, n):
    return max(0.0, (H - np.log(2)) / np.log(n))


def _solved(H, log_wrong, in_units=1.0):
    """The smallest e with (h(e) + e log_wrong) / in_units ≥ H, on a grid."""
    grid = np.linspace(0, 1, 200_001)[1:-1]
    right = (-grid * np.log(grid) - (1 - grid) * np.log1p(-grid) + grid * log_wrong) / in_units
    return float(np.interp(H, right[: right.argmax()], grid[: right.argmax()]))


def _all_n(H, n):
    """Fano's inequality with log n in place of log(n - 1)."""
    return _solved(H, np.log(n))


smallest_error = Exercise(
    task="the smallest error that Fano's inequality allows",
    answer=solutions.smallest_error,
    cases=[(0.5, 3), (0.6, 2), (2.2, 10), (0.0, 4), (1.0, 10), (2.0, 100), (0.05, 2)],
    others=[(1.5, 6), (0.3, 3)],
    tolerance=1e-7,
    slips={
        "That is the weak form (H − log 2)/log n: h(e) is not replaced by log 2 here.": _weak,
        "A wrong guess leaves n − 1 values, not n.": _all_n,
        "You solve in bits, but H is in nats: take natural logarithms.": lambda H, n: _solved(
            H, np.log(max(n - 1, 1)), np.log(2)
        ),
        "That is half of the entropy in bits, an upper bound for the best guess.": lambda H, n: H / np.log(2) / 2,
    },
    errors={
        "different signs": "brentq finds no change of sign: search from 0 up to (n − 1)/n. For H = 0 the error is 0.",
    },
    hints=(
        "The right side of Fano's inequality rises with e up to e = (n − 1)/n. Solve for equality there.",
        "scipy.optimize.brentq(f, 0, (n − 1)/n) finds a zero. For H = 0 the error is 0.",
    ),
)
