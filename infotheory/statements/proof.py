"""Shannon-type proofs: a linear program finds a certificate, exact fractions check it. Source: Yeung (1997).

Every Shannon inequality is a non-negative combination of the elemental ones, H(Xi | all others) >= 0 and
I(Xi;Xj|K) >= 0 for i != j and any group K of others. To prove a statement is to write it as such a combination plus
any multiples of its conditions. A statement without such a sum may still be true: Zhang & Yeung (1998).
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations

import numpy as np

from .exact import simplex, solve
from .expression import Claim, Line, read
from .form import Form, combine, largest, written
from .notation import latex

UNEVEN = 10**5  # the largest ratio of coefficients for floating point; HiGHS is exact to 1e-7
Steps = tuple[tuple[Fraction, str], ...]  # lines, each after its multiplier


@dataclass(frozen=True)
class Proof:
    """A certificate: for each form that must be >= 0, the lines that sum to it, each after its multiplier."""

    statement: Claim
    parts: tuple[Steps, ...]

    def verify(self) -> bool:
        """Whether each line is a fact, no inequality has a negative multiplier, and every sum is exact."""
        facts = self.facts()
        for multiplier, text in (step for steps in self.parts for step in steps):
            if text not in facts or (multiplier < 0 and facts[text].relation != "="):
                return False
        sums = [combine((multiplier, facts[text].form) for multiplier, text in steps) for steps in self.parts]
        return sums == [form for form, _ in goals(self.statement)]

    def facts(self) -> dict[str, Line]:
        """The lines that a proof may use, by their texts: the elemental inequalities and the conditions."""
        return {fact.text: fact for fact in (*elemental(self.statement.variables)[0], *self.statement.given)}

    def rows(self) -> list[tuple[str, str, str]]:
        """Multiplier, line and its form times the multiplier, for each step; then their sum, which is the goal."""
        rows, facts = [], self.facts()
        for (form, goal), steps in zip(goals(self.statement), self.parts, strict=True):
            for multiplier, text in steps:
                rows.append((f"{multiplier} ×", text, written(combine([(multiplier, facts[text].form)]))))
            inequality = any(facts[text].relation == ">=" for _, text in steps)
            rows.append(("sum", f"{goal} {'>=' if inequality else '='} 0", written(form)))
            if not inequality:  # the other direction of an equality is the same, negated
                break
        return rows

    def __str__(self):
        rows = self.rows()
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        table = [f"{label:>{widths[0]}}  {text:{widths[1]}}    {form}" for label, text, form in rows]
        return "\n".join([f"{self.statement}", "Proof, each line also in joint entropies:", *table, "QED"])

    __repr__ = __str__

    def latex(self) -> str:
        """The table of the proof in LaTeX."""
        rows = (" & ".join(map(latex, row)) for row in self.rows())
        return r"\begin{array}{rll} " + r" \\ ".join(rows) + r" \quad\blacksquare \end{array}"

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"


def prove(statement: Claim, exactly: bool = False) -> Proof | None:
    """A proof that the statement holds for every distribution that keeps its conditions, or None.

    With `exactly`, None means that no such proof exists. Otherwise it means that floating point found none.
    """
    parts = [certificate(form, statement, exactly) for form, _ in goals(statement)]
    if None in parts:
        return None
    proof = Proof(statement, tuple(parts))
    return proof if proof.verify() else None


def goals(statement: Claim) -> list[tuple[Form, str]]:
    """The forms that must be >= 0, with their texts: left - right, right - left, or, for an equality, both."""
    left, right = statement.line.sides
    forward = statement.form, difference(left, right)
    backward = combine([(-1, statement.form)]), difference(right, left)
    return {"=": [forward, backward], ">=": [forward], "<=": [backward]}[statement.line.relation]


def certificate(form: Form, statement: Claim, exactly: bool) -> Steps | None:
    """Lines and their multipliers, whose sum equals the form. A linear program chooses the lines; `solve` is exact.

    The program runs in floating point first. If coefficients differ much in size, or if a multiplier is wrong, the
    simplex method in exact fractions chooses instead, which is slower.
    """
    inequalities, given = elemental(statement.variables)[0], statement.given
    facts = [*inequalities, *given]
    if not exactly and not any(map(uneven, (form, *(fact.form for fact in given)))):
        weights = program(form, statement)
        if weights is None:
            return None
        steps = multiplied([fact for fact, weight in zip(facts, weights, strict=True) if abs(weight) > 1e-9], form)
        if steps is not None and all(m >= 0 or text in {fact.text for fact in given} for m, text in steps):
            return steps
    chosen = simplex([fact.form for fact in inequalities], [fact.form for fact in given], form)
    return None if chosen is None else multiplied([facts[j] for j in chosen], form)


def multiplied(lines: list[Line], form: Form) -> Steps | None:
    """The lines after the multipliers with which they sum to the form, or None unless these exist and are unique."""
    multipliers = solve([line.form for line in lines], form)
    if multipliers is None:
        return None
    return tuple((m, line.text) for m, line in zip(multipliers, lines, strict=True) if m)


def uneven(form: Form) -> bool:
    """Whether coefficients differ so much in size that the linear program could treat the smallest as 0."""
    sizes = [abs(coefficient) for coefficient in form.values()]
    return bool(sizes) and max(sizes) > UNEVEN * min(sizes)


def program(form: Form, statement: Claim) -> np.ndarray | None:
    """The weights in floating point with which the lines sum to the form, or None if there are none."""
    from scipy.optimize import linprog

    inequalities, matrix = elemental(statement.variables)
    free = [vector(fact.form, statement.variables) for fact in statement.given]
    solution = linprog(
        np.repeat([1, 0], [len(inequalities), len(free)]),  # few inequalities, small multipliers
        A_eq=np.column_stack([matrix, *free]),
        b_eq=vector(form, statement.variables),
        bounds=[(0, None)] * len(inequalities) + [(None, None)] * len(free),
        method="highs-ds",
    )
    return solution.x if solution.success else None


@cache
def elemental(variables: tuple[str, ...]) -> tuple[list[Line], np.ndarray]:
    """The elemental inequalities, and the matrix whose columns are their forms."""
    texts = []
    for i, x in enumerate(variables):
        others = ",".join(name for name in variables if name != x)
        texts.append(f"H({x}|{others}) >= 0" if others else f"H({x}) >= 0")
        for y in variables[i + 1 :]:
            rest = [name for name in variables if name not in (x, y)]
            groups = [",".join(group) for size in range(len(rest) + 1) for group in combinations(rest, size)]
            texts += [f"I({x};{y}|{group}) >= 0" if group else f"I({x};{y}) >= 0" for group in groups]
    lines = [read(text, set()) for text in texts]
    return lines, np.column_stack([vector(line.form, variables) for line in lines])


def vector(form: Form, variables: tuple[str, ...]) -> np.ndarray:
    """The form's coefficients of the joint entropies of all groups, the largest 1, for the linear program."""
    groups = (frozenset(group) for size in range(len(variables)) for group in combinations(variables, size + 1))
    unit = largest(form)
    shares = {group: float(coefficient / unit) for group, coefficient in form.items()}
    return np.array([shares.get(group, 0.0) for group in groups])


def difference(left: str, right: str) -> str:
    """Left minus right of two sums, as text."""
    if right == "0":
        return left
    right = f"[{right}]" if "+" in right or "-" in right else right
    return f"- {right}" if left == "0" else f"{left} - {right}"
