"""The exercises of further 11: a proof as a sum of rows, a claim refuted twice, and a conjecture with its condition."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

import infotheory as it

from ..exercise import Experiment
from ..solutions import further_11 as solutions

# ---- 1: a certificate

GROUPS = ["X", "Y", "Z", "XY", "XZ", "YZ", "XYZ"]
GOAL = "H(X,Y,Z) - H(X|Y,Z) - H(Y|X,Z) - H(Z|X,Y) >= 0"
ELEMENTAL = ("H(X|Y,Z)", "H(Y|X,Z)", "H(Z|X,Y)", "I(X;Y)", "I(X;Z)", "I(Y;Z)", "I(X;Y|Z)", "I(X;Z|Y)", "I(Y;Z|X)")


def row(text: str) -> np.ndarray:
    """The factors of the seven joint entropies in an expression."""
    form = it.Statement(f"{text} >= 0").form
    return np.array([form.get(frozenset(group), Fraction(0)) for group in GROUPS])


ROWS = {name: row(name) for name in ELEMENTAL}


def _written(total) -> str:
    terms = [f"{factor} H({','.join(group)})" for group, factor in zip(GROUPS, total, strict=True) if factor]
    return " + ".join(terms) or "0"


def _judge_certificate(result) -> str:
    if not isinstance(result, Mapping):
        return 'expected multipliers by name: `return {"I(X;Y)": 1, …}`.'
    if unknown := [name for name in result if name not in ROWS]:
        return f"{unknown[0]!r} is none of the nine elemental inequalities: {', '.join(ROWS)}."
    factors = {name: Fraction(factor).limit_denominator(1_000) for name, factor in result.items()}
    if negative := [name for name, factor in factors.items() if factor < 0]:
        return f"the multiplier of {negative[0]} is negative: that reverses the inequality."
    total = sum((factor * ROWS[name] for name, factor in factors.items()), np.array([Fraction(0)] * 7))
    goal = row(GOAL.removesuffix(" >= 0"))
    if (total != goal).any():
        return f"your rows sum to {_written(total)}, expected {_written(goal)}."
    return ""


certificate = Experiment(
    task="a proof as a sum of elemental inequalities",
    answer=solutions.certificate,
    judge=_judge_certificate,
    success=lambda result: f"{len([f for f in result.values() if f])} rows sum to the goal, in exact fractions.",
    arguments=({name: np.array(factors, float) for name, factors in ROWS.items()},),
    slips={
        "your rows sum to": lambda rows: {"I(X;Y|Z)": 1, "I(X;Z)": 1, "I(Y;Z)": 1},
        "is negative: that reverses the inequality": lambda rows: {"I(X;Y|Z)": 1, "I(X;Z)": -1},
        "is none of the nine elemental inequalities": lambda rows: {"I(X;Y,Z)": 1},
        "expected multipliers by name": lambda rows: [1, 1, 1],
    },
    hints=(
        "H(X,Y,Z) = H(X|Y,Z) + H(Y,Z). Subtract H(Y|X,Z) from H(Y|Z), and H(Z|X,Y) from H(Z).",
        "I(Z;X,Y) is not elemental. The chain rule splits it into two terms that are.",
    ),
)

# ---- 2: refute it twice


def _difference(p):
    """I(Y;Z|X) and I(Y;Z) of p[x, y, z]."""
    return it.conditional_mutual_information(np.moveaxis(p, 0, -1)), it.mutual_information(np.sum(p, axis=0))


def _judge_tables(result) -> str:
    if not isinstance(result, tuple | list) or len(result) != 2:
        return "expected two joint pmfs: `return more, less`."
    for name, relation, p in (("more", "<=", result[0]), ("less", ">=", result[1])):
        try:
            refuted = not it.Statement(f"I(X;Y,Z) {relation} I(X;Y) + I(X;Z)").holds(p)
        except (TypeError, ValueError) as error:
            return f"“{name}” is not a joint pmf of three variables: {error}"
        if not refuted:
            given_x, alone = _difference(np.asarray(p))
            side = "positive" if name == "more" else "negative"
            return (
                f"“{name}”: left minus right is I(Y;Z|X) − I(Y;Z) = {given_x:.6f} − {alone:.6f}. "
                f"It must be {side}: which of the two terms must be 0?"
            )
    return ""


def _success_tables(result) -> str:
    more, less = ("{:.6f} − {:.6f}".format(*_difference(np.asarray(p))) for p in result)
    return f"I(Y;Z|X) − I(Y;Z) is {more} nats for “more” and {less} nats for “less”."


def _swapped():
    return solutions.refuted_twice()[::-1]


refuted_twice = Experiment(
    task="two tables that refute the sum",
    answer=solutions.refuted_twice,
    judge=_judge_tables,
    success=_success_tables,
    slips={
        "It must be positive": _swapped,
        "It must be negative": lambda: (solutions.refuted_twice()[0],) * 2,
        "“more” is not a joint pmf of three variables": lambda: (np.zeros((2, 2, 2)), np.zeros((2, 2, 2))),
        "expected two joint pmfs": lambda: solutions.refuted_twice()[0],
    },
    hints=(
        "By the chain rule, left minus right is I(Y;Z|X) − I(Y;Z). Make one of the two terms 0.",
        "More: two fair coins, and whether they differ. Less: the same coin, three times.",
    ),
)

# ---- 3: a conjecture and its condition


def _judge_conjecture(result) -> str:
    if not isinstance(result, tuple | list) or len(result) != 2 or not all(isinstance(text, str) for text in result):
        return "expected two strings, a statement and its condition: `return claim, condition`."
    claim, condition = result
    try:
        alone, repaired = it.Statement(claim).verdict(), it.Statement(claim, given=[condition]).verdict()
        restated = it.Statement(condition).form == it.Statement(claim).form
    except ValueError as error:
        return f"this cannot be read: {error}"
    if alone != "refuted":
        return f"alone it is {alone}: {'it needs no condition' if alone == 'proved' else 'simplify it'}."
    if repaired != "proved":
        return f"the condition does not repair it. With the condition:\n{repaired!r}"
    if restated:
        return "it is true, but the condition is the claim itself: find a different condition."
    return ""


conjecture = Experiment(
    task="a conjecture and its condition",
    answer=solutions.conjecture,
    judge=_judge_conjecture,
    success=lambda result: f"{result[0]} is refuted alone, and proved given {result[1]}.",
    slips={
        "alone it is proved: it needs no condition": lambda: ("I(X;Y,Z) >= I(X;Y)", "I(Y;Z) = 0"),
        "the condition does not repair it": lambda: ("I(X;Y,Z) >= I(X;Y) + I(X;Z)", "I(X;Y) = I(X;Z)"),
        "the condition is the claim itself": lambda: ("I(X;Y) = 0", "I(X;Y) = 0"),
        "this cannot be read": lambda: ("I(X;Y) >", "I(X;Y) = 0"),
        "expected two strings": lambda: "I(X;Y) = 0",
    },
    hints=(
        "Start from one of the refuted claims of the notebook. When would it be true?",
        "Independence is I(X;Y) = 0, a function is H(Y|X) = 0, and a Markov chain is I(X;Z|Y) = 0.",
    ),
)
