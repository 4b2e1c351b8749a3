"""How a certificate, two counterexamples and a conjecture are judged: by exact fractions, and by the prover."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

import infotheory as it

# ---- a sum of elemental inequalities

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


def judge_certificate(result) -> str:
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


def success_certificate(result) -> str:
    return f"{len([f for f in result.values() if f])} rows sum to the goal, in exact fractions."


# ---- two joint pmfs


def _difference(p):
    """I(Y;Z|X) and I(Y;Z) of p[x, y, z]."""
    return it.conditional_mutual_information(np.moveaxis(p, 0, -1)), it.mutual_information(np.sum(p, axis=0))


def judge_tables(result) -> str:
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


def success_tables(result) -> str:
    more, less = ("{:.6f} − {:.6f}".format(*_difference(np.asarray(p))) for p in result)
    return f"I(Y;Z|X) − I(Y;Z) is {more} nats for “more” and {less} nats for “less”."


# ---- a conjecture and its condition


def judge_conjecture(result) -> str:
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


def success_conjecture(result) -> str:
    return f"{result[0]} is refuted alone, and proved given {result[1]}."
