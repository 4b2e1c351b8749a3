"""The exercises of lecture 2: a proof, a total correlation, a KL divergence, two close pmfs, and a reverse fit."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from ...derivation import Step
from ...divergences import cross_entropy
from ...divergences import kl_divergence as right_kl_divergence
from ...measures import entropy, mutual_information
from ..exercise import Exercise, Experiment, ProofExercise
from ..solutions import lecture_02 as solutions
from .judging_fits import judge_pair, judge_split, success_pair, success_split

# ---- 1: a proof


def _tables(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """p(x, y, z) with independent x and y."""
    p_x, p_y, p_z = rng.dirichlet(np.ones(2)), rng.dirichlet(np.ones(2)), rng.dirichlet(np.ones(3), size=(2, 2))
    return {"p": p_x[:, None, None] * p_y[:, None] * p_z}  # p_z given x and y


def _any_tables(rng: np.random.Generator) -> dict[str, np.ndarray]:
    return {"p": rng.dirichlet(np.ones(12)).reshape(2, 2, 3)}


def _ends(p: np.ndarray) -> tuple[float, float]:
    """I(X,Y;Z), and I(X;Z) + I(Y;Z)."""
    separate = mutual_information(p.sum(axis=1)) + mutual_information(p.sum(axis=0))
    return mutual_information(p.reshape(-1, p.shape[-1])), separate


def _with_line(line: int, **changed) -> tuple[list[Step], int]:
    """The right proof with one line changed."""
    steps, named = solutions.independent_causes()
    steps[line - 1] = replace(steps[line - 1], **changed)
    return steps, named


independent_causes = ProofExercise(
    task="I(X,Y;Z) is at least I(X;Z) + I(Y;Z) for independent X and Y",
    answer=solutions.independent_causes,
    draw=_tables,
    otherwise=_any_tables,
    ends=_ends,
    claim=">=",
    least=5,
    hints=(
        "Apply the chain rule to I(X,Y;Z), so that I(X;Z) appears.",
        "Write I(Y;X,Z) in both orders of the chain rule. One contains I(X;Y), and the other contains I(Y;Z).",
    ),
    slips={
        "expected 5 or more: one reason a line": lambda: (solutions.independent_causes()[0][::5], 2),
        "not every line follows from the one above": lambda: _with_line(
            2,
            value=lambda p: _ends(p)[1],  # I(Y;Z) for I(Y;Z|X)
        ),
        "You name line 5 as the one that needs it": lambda: (solutions.independent_causes()[0], 5),
        "line 5: found the relation '<='": lambda: _with_line(5, relation="<="),
        "expected the lines and the number": lambda: solutions.independent_causes()[0],
    },
)

# ---- 2: total correlation


XOR = [[[0.25, 0.0], [0.0, 0.25]], [[0.0, 0.25], [0.25, 0.0]]]


def _joint_pmfs(shapes: list[tuple[int, ...]], seed: int) -> list[tuple]:
    """Random joint pmfs of two and more variables."""
    rng = np.random.default_rng(seed)
    return [(rng.dirichlet(np.ones(np.prod(shape))).reshape(shape).tolist(),) for shape in shapes]


def _entropies(p) -> tuple[list[float], float]:
    """The entropies of the variables, and of all of them together."""
    p = np.asarray(p)
    axes = range(p.ndim)
    return [entropy(p.sum(axis=tuple({*axes} - {axis}))) for axis in axes], entropy(p.ravel())


def _of_pairs(p) -> float:
    p = np.asarray(p)
    axes = range(p.ndim)
    return sum(mutual_information(p.sum(axis=tuple({*axes} - {*pair}))) for pair in combinations(axes, 2))


total_correlation = Exercise(
    task="the total correlation of a joint pmf",
    unit="nats",
    answer=solutions.total_correlation,
    cases=[(XOR,), *_joint_pmfs([(2, 3), (2, 3, 4), (2, 2, 2, 2), (3, 2, 2), (4, 2)], seed=0)],
    others=[([[0.5, 0.0], [0.0, 0.5]],), *_joint_pmfs([(3, 3, 2), (2, 2, 3, 2)], seed=1)],
    slips={
        "That is the sum of I over all pairs: it is 0 for XOR, whose three variables are dependent.": _of_pairs,
        "That is the sum of the entropies of the variables: the joint entropy must be subtracted.": lambda p: sum(
            _entropies(p)[0]
        ),
        "You subtract the joint entropy once for each variable: subtract it only once.": lambda p: (
            sum(_entropies(p)[0]) - np.ndim(p) * _entropies(p)[1]
        ),
        "That is I between the first variable and all others: the dependence among the others is missing.": lambda p: (
            mutual_information(np.reshape(p, (np.shape(p)[0], -1)))
        ),
    },
    hints=(
        "The marginal of axis i is the sum over all axes except i.",
        "it.entropy(p.ravel()) is the entropy of all variables together.",
    ),
)

# ---- 3: KL divergence by hand


# Two pmfs that differ, two with p(x) = 0 for an outcome, and two with q(x) = 0 < p(x).
_SPECIAL = [
    ([0.6, 0.3, 0.1], [0.2, 0.3, 0.5]),
    ([0.0, 0.3, 0.7], [0.2, 0.4, 0.4]),
    ([0.5, 0.3, 0.2], [0.4, 0.6, 0.0]),
]


def _pairs_of_pmfs(n: int, seed: int) -> list[tuple]:
    rng = np.random.default_rng(seed)
    return [tuple(rng.dirichlet(np.ones(4), size=2).tolist()) for _ in range(n)]


def _where_both_are_possible(p, q) -> float:
    p, q = np.asarray(p), np.asarray(q)
    both = (p > 0) & (q > 0)
    return np.sum(p[both] * np.log(p[both] / q[both]))


kl_divergence = Exercise(
    task="KL(p‖q)",
    unit="nats",
    answer=solutions.kl_divergence,
    cases=[*_SPECIAL, *_pairs_of_pmfs(17, seed=0)],
    others=[([0.0, 1.0], [0.5, 0.5]), ([0.5, 0.5], [0.0, 1.0]), *_pairs_of_pmfs(5, seed=1)],
    slips={
        "That is KL(q‖p): the weights must be p, and p must be the numerator.": lambda p, q: right_kl_divergence(q, p),
        "That is the cross-entropy -Σ p log q: you must still subtract H(p).": lambda p, q: cross_entropy(p, q),
        "That is H(q) - H(p): both logarithms must be averaged under p.": lambda p, q: entropy(q) - entropy(p),
        "That is the mean of the terms: take their sum.": lambda p, q: right_kl_divergence(p, q) / len(p),
        "You leave out outcomes with q(x) = 0 < p(x): their terms are +inf, and so is KL.": _where_both_are_possible,
    },
    hints=(
        "Only outcomes with p(x) > 0 contribute: select them with a mask.",
        "If q is 0 for one of these, return np.inf before you divide.",
    ),
)

# ---- 4: close, and yet far


close_and_far = Experiment(
    task="two pmfs that are close and yet far",
    answer=solutions.close_and_far,
    judge=judge_pair,
    success=success_pair,
    hints=(
        "Two outcomes suffice. Let p have probability 0.01 where q has a very small one.",
        "The term of this outcome is 0.01 log(0.01/q). It is 5 nats or more if q is at most 0.01 exp(-500).",
    ),
    slips={
        "KL(p‖q) is infinite": lambda: ([0.01, 0.99], [0.0, 1.0]),
        "expected 5 or more": lambda: ([0.01, 0.99], [1e-9, 1 - 1e-9]),
        "exchange p and q": lambda: ([1e-250, 1.0], [0.01, 0.99]),
        "expected 0.01 or less": lambda: ([0.5, 0.5], [1e-5, 1 - 1e-5]),
    },
)

# ---- 5: where the reverse fit gives up a mode

distance_of_the_split = Experiment(
    task="where the reverse fit gives up a mode",
    answer=solutions.distance_of_the_split,
    judge=judge_split,
    success=success_split,
    hints=(
        "Write a function of d that returns the mean of the best fit, from two starts: the middle and a mode.",
        'The condition "the best mean is above 0.1" is false for small d and true for large d. Bisect an interval.',
    ),
    slips={
        "p becomes bimodal there": lambda: 2.0,
        "Compare the two minima": lambda: 4.83,
        "d is the distance between the modes": lambda: 2.8,
        "there is no fit to one mode yet": lambda: 4.0,
    },
)
