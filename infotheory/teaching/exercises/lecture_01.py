"""The exercises of lecture 1: a code, a largest entropy, a conditional entropy, a proof and a counterexample."""

from dataclasses import replace

import numpy as np

from ...derivation import Step
from ...measures import conditional, entropy, joint_entropy, marginal, mutual_information
from ...measures import conditional_entropy as right_conditional_entropy
from ..exercise import Exercise, Experiment, ProofExercise
from ..solutions import lecture_01 as solutions
from .judging_codes import DAYS, judge_code, success_code
from .judging_tables import judge_table, success_table

# ---- 1: a code for a year of weather

WEATHER = [[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]]  # p(x, y) of the lecture


def _one_bit_a_day():
    return lambda days: "".join(map(str, days)), lambda bits: list(map(int, bits))


def _numbers_of_days(end: str):
    def decode(bits):
        numbers = [int(bits[i : i + 9], 2) for i in range(0, len(bits), 9)]
        return [int(day in numbers) for day in range(DAYS)]

    return lambda days: "".join(format(day, "09b") for day in np.flatnonzero(days)) + end, decode


def _remembers(seen=None):
    seen = [] if seen is None else seen
    return lambda days: seen.append(days) or format(len(seen) - 1, "09b"), lambda bits: seen[int(bits, 2)]


code_for_a_year = Experiment(
    task="a code for a year of weather",
    answer=solutions.code_for_a_year,
    judge=judge_code,
    calls=2,
    success=success_code,
    hints=(
        "Long runs of dry days are common. Which numbers describe a year completely, besides the 365 days themselves?",
        "How long is a run of dry days? Find a length that a run reaches with a probability of about one half.",
    ),
    slips={
        "Ask about several days at once.": _one_bit_a_day,
        "Give frequent events shorter words.": lambda: _numbers_of_days("1" * 9),
        "one encoding is a prefix of a different one": lambda: _numbers_of_days(""),
        "decode(encode(days)) differs from days": lambda: (lambda days: "0", lambda bits: [0] * DAYS),
        "decode must return a list": lambda: (_one_bit_a_day()[0], lambda bits: bits),
        "Does it need more than the bits?": _remembers,
        "fewer than the entropy": lambda always=[]: _remembers(always),
    },
)

# ---- 2: the largest entropy


def _two_ends(values, mean):
    p = np.zeros(len(values))
    share = (mean - min(values)) / (max(values) - min(values))
    p[np.argmin(values)], p[np.argmax(values)] = 1 - share, share
    return p


def _straight(values, mean):
    deviation = np.asarray(values) - np.mean(values)
    return 1 / len(values) + (mean - np.mean(values)) * deviation / np.sum(deviation**2)


largest_entropy = Exercise(
    task="the pmf of largest entropy with a given mean",
    answer=solutions.largest_entropy,
    tolerance=1e-6,
    cases=[
        *(([*range(1, 7)], m) for m in (4.5, 3.5, 1.5, 5.99)),
        ([0, 1, 2, 5], 1.0),
        ([-2, 0, 3], 2.0),
        ([0, 1], 0.2),
    ],
    others=[([1, 2, 4], 1.5), ([-1, 0, 1, 3], 2.5)],
    slips={
        "That is the uniform pmf, which has a different mean.": lambda v, m: np.full(len(v), 1 / len(v)),
        "The mean is right, but only the smallest and the largest value are used.": _two_ends,
        "The mean is right, but p is linear in the values: log p must be linear instead.": _straight,
        "The sign of λ is wrong: p rises with the value if the mean is large.": lambda v, m: solutions.largest_entropy(
            v, m
        )[::-1],
    },
    hints=(
        "Maximise H(p) + λ Σ p(x) v(x) + μ Σ p(x): each derivative ∂/∂p(x) must be 0. Solve for log p(x).",
        "p(x) is proportional to exp(λ v(x)). The mean rises with λ, so `scipy.optimize.brentq` finds λ.",
    ),
)

# ---- 3: conditional entropy


def _joint_pmfs(n: int, seed: int) -> list[tuple]:
    rng = np.random.default_rng(seed)
    return [(rng.dirichlet(np.ones(6)).reshape(2, 3).tolist(),) for _ in range(n)]


conditional_entropy = Exercise(
    task="H(X|Y) of a joint pmf",
    unit="nats",
    answer=solutions.conditional_entropy,
    cases=[(WEATHER,), ([[0.5, 0.0, 0.25], [0.125, 0.125, 0.0]],), *_joint_pmfs(18, seed=0)],
    others=[([[0.25, 0.25], [0.0, 0.5]],), *_joint_pmfs(5, seed=1)],
    slips={
        "That is H(Y|X): to condition on y, divide by p(y), the sums of the columns (axis 0).": lambda p_xy: (
            right_conditional_entropy(p_xy, given="x")
        ),
        "That is H(X,Y): you must still subtract H(Y).": joint_entropy,
        "That is H(X): you have not conditioned on Y yet.": lambda p_xy: entropy(marginal(p_xy, of="x")),
        "That is I(X;Y) = H(X) - H(X|Y): subtract it from H(X) to get H(X|Y).": mutual_information,
        "You add the entropies of the columns p(x|y), but each must be weighted by p(y).": lambda p_xy: np.nansum(
            entropy(np.nan_to_num(conditional(p_xy)), axis=-2, check=False)
        ),
    },
    hints=(
        "p(y) is the sum over x, that is, over the rows: p_xy.sum(axis=0).",
        "Line (12) of the derivation needs only p(x,y) and p(y). Leave out the cells with p(x,y) = 0 with a mask.",
    ),
)

# ---- 4: a proof


def _draw(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """A joint pmf, x in rows; p(x) as a column and p(y) as a row."""
    p_xy = rng.dirichlet(np.ones(12)).reshape(3, 4)
    return {"p_xy": p_xy, "p_x": p_xy.sum(axis=1, keepdims=True), "p_y": p_xy.sum(axis=0, keepdims=True)}


def _with_line(line: int, **changed) -> list[Step]:
    """The right proof with one line changed."""
    steps = solutions.conditioning_reduces_entropy()
    steps[line - 1] = replace(steps[line - 1], **changed)
    return steps


conditioning_reduces_entropy = ProofExercise(
    task="H(X|Y) - H(X) is at most 0",
    answer=solutions.conditioning_reduces_entropy,
    draw=_draw,
    ends=lambda p_xy, **_: (-mutual_information(p_xy), 0.0),
    claim="<=",
    least=5,
    hints=(
        "Write both entropies as sums over x and y, and join them in one logarithm.",
        "Let t = p(x)p(y)/p(x,y), and use the tangent log t <= t - 1 under the sum.",
    ),
    slips={
        "expected 5 or more: one reason a line": lambda: solutions.conditioning_reduces_entropy()[::5],
        "not every line follows from the one above": lambda: _with_line(
            3, value=lambda p_xy, p_x, p_y: np.sum(p_xy * np.log(p_xy / (p_x * p_y)))
        ),
        "line 4: found the relation '>='": lambda: _with_line(4, relation=">="),
    },
)

# ---- 5: a counterexample


uncertain_evening = Experiment(
    task="a value y that makes X less certain",
    answer=solutions.uncertain_evening,
    judge=judge_table,
    success=success_table,
    hints=(
        "Make X nearly certain. Which rare evening would leave the morning uncertain?",
        "In the column of a rare y, both values of x are equally likely.",
    ),
    slips={
        "Expected 10 times or more": lambda: WEATHER,
        "that is not a pmf": lambda: [[0.0, 0.5], [1.0, 0.5]],
        "H(X) is 0 here": lambda: [[0.0, 0.0], [0.5, 0.5]],
    },
)
