"""How a certificate, two counterexamples and a conjecture are judged: by exact fractions, and by the prover."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import numpy as np

import infotheory as it

from ...statements.form import written

# ---- a sum of elemental inequalities

GROUPS = ["X", "Y", "Z", "XY", "XZ", "YZ", "XYZ"]
GOAL = "H(X,Y,Z) - H(X|Y,Z) - H(Y|X,Z) - H(Z|X,Y) >= 0"
ELEMENTAL = ("H(X|Y,Z)", "H(Y|X,Z)", "H(Z|X,Y)", "I(X;Y)", "I(X;Z)", "I(Y;Z)", "I(X;Y|Z)", "I(X;Z|Y)", "I(Y;Z|X)")


def row(text: str) -> np.ndarray:
    """The factors of the seven joint entropies in an expression."""
    form = it.Statement(f"{text} >= 0").form
    return np.array([form.get(frozenset(group), Fraction(0)) for group in GROUPS])


ROWS = {name: row(name) for name in ELEMENTAL}


def elemental(name) -> str | None:
    """The elemental inequality that a name denotes, such as I(X;Y|Z) for I(Y;X|Z); None for a different text."""
    try:
        form = it.Statement(f"{name} >= 0").form
    except ValueError:
        return None
    return next((each for each in ELEMENTAL if it.Statement(f"{each} >= 0").form == form), None)


def _written(total) -> str:
    return written({frozenset(group): factor for group, factor in zip(GROUPS, total, strict=True) if factor})


def judge_certificate(result) -> str:
    if not isinstance(result, Mapping):
        return 'expected multipliers by name: `return {"I(X;Y)": 1, …}`.'
    if unknown := [name for name in result if elemental(name) is None]:
        return f"{unknown[0]!r} is none of the nine elemental inequalities: {', '.join(ROWS)}."
    factors = {name: Fraction(0) for name in ROWS}
    for name, factor in result.items():
        factors[elemental(name)] += Fraction(factor).limit_denominator(1_000)
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

TAUGHT = (  # claims of section F11.5 with their conditions, and what they are
    ("I(X;Z) <= I(X;Y)", "I(X;Z|Y) = 0", "the data processing inequality"),
    ("I(X;Y|Z) <= I(X;Y)", "I(X;Z|Y) = 0", "the data processing inequality"),
    ("I(X;W) <= I(Y;Z)", "X -> Y -> Z -> W", "the data processing inequality"),
    ("I(X;Y) <= I(X;Z) + I(Y;Z)", "I(X;Y|Z) = 0", "the example above the exercise"),
)


def up_to_scale(form) -> dict:
    """A form, divided by the factor of its first group."""
    first = min(form, key=sorted, default=None)
    return {group: factor / form[first] for group, factor in form.items()}


def goal(form, relation: str) -> tuple:
    """A line as (form, sign), with a largest factor of 1: the form is at least 0, or equal to 0."""
    if relation == "=":
        return frozenset(up_to_scale(form).items()), "="
    unit = max(map(abs, form.values()), default=1) * (-1 if relation == "<=" else 1)
    return frozenset((group, factor / unit) for group, factor in form.items()), ">="


def renamings(names, variables) -> Iterator[dict]:
    """All ways to replace each of the names by a group of the variables, each variable in one group."""
    for chosen in product(names, repeat=len(variables)):
        if set(chosen) == set(names):
            yield {name: [v for v, c in zip(variables, chosen, strict=True) if c == name] for name in names}


def renamed(form, groups: Mapping) -> dict:
    return {frozenset(v for name in group for v in groups[name]): factor for group, factor in form.items()}


def taught(claim, condition: str) -> str:
    """What a claim is, if it and a condition that implies the known one are in section F11.5; otherwise ""."""
    found = goal(claim.form, claim.line.relation)
    for text, known, name in TAUGHT:
        shown = it.Statement(text)
        for groups in renamings(shown.variables, claim.variables):
            if goal(renamed(shown.form, groups), shown.line.relation) != found:
                continue
            in_names = "".join(",".join(groups[letter]) if letter in groups else letter for letter in known)
            if it.Statement(in_names, given=[condition]).verdict() == "proved":
                return name
    return ""


def judge_conjecture(result) -> str:
    if not isinstance(result, tuple | list) or len(result) != 2 or not all(isinstance(text, str) for text in result):
        return "expected two strings, a statement and its condition: `return claim, condition`."
    claim, condition = result
    try:
        alone, repaired = it.Statement(claim).verdict(), it.Statement(claim, given=[condition]).verdict()
        statement, assumed = it.Statement(claim), it.Statement(condition)
    except ValueError as error:
        return f"this cannot be read: {error}"
    if alone != "refuted":
        return f"alone it is {alone}: {'it needs no condition' if alone == 'proved' else 'simplify it'}."
    if repaired != "proved":
        return f"the condition does not repair it. With the condition:\n{repaired!r}"
    if up_to_scale(assumed.form) == up_to_scale(statement.form):
        return "it is true, but the condition is the claim itself: find a different condition."
    constant = [v for v in assumed.variables if it.Statement(f"H({v}) = 0", given=[condition]).verdict() == "proved"]
    if constant:
        return f"it is true, but the condition makes {constant[0]} constant: find a weaker condition."
    if name := taught(statement, condition):
        return f"it is true, but it is {name}: find a different statement."
    return ""


def success_conjecture(result) -> str:
    return f"{result[0]} is refuted alone, and proved given {result[1]}."
