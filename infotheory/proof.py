"""Shannon-type proofs: a linear program finds a certificate, exact fractions check it. Source: Yeung (1997).

Every Shannon inequality is a non-negative combination of the elemental ones, H(Xi | all others) >= 0 and
I(Xi;Xj|K) >= 0 for i != j and any group K of others. To prove a statement is to write it as such a combination plus
any multiples of its conditions. What cannot be so written may still be true: Zhang & Yeung (1998).
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations

import numpy as np

from .statement import RELATION, Form, Line, Statement, combine, latex

Steps = tuple[tuple[Fraction, str], ...]  # lines, each after its multiplier


@dataclass(frozen=True)
class Proof:
    """A certificate: for each form that must be >= 0, the lines that sum to it, each after its multiplier."""

    statement: Statement
    parts: tuple[Steps, ...]

    def verify(self) -> bool:
        """Whether the lines are known, no inequality has a negative multiplier, and every sum is exactly right."""
        facts = {fact.text: fact for fact in (*elemental(self.statement.variables)[0], *self.statement.given)}
        for multiplier, text in (step for steps in self.parts for step in steps):
            if text not in facts or (multiplier < 0 and facts[text].relation != "="):
                return False
        sums = [combine((multiplier, facts[text].form) for multiplier, text in steps) for steps in self.parts]
        return sums == [form for form, _ in goals(self.statement)]

    def rows(self) -> list[tuple[str, str, str]]:
        """Multiplier, line and its form times the multiplier, for each step; then their sum, which is the goal."""
        rows = []
        for (form, goal), steps in zip(goals(self.statement), self.parts, strict=True):
            for multiplier, text in steps:
                rows.append((f"{multiplier} ×", text, written(combine([(multiplier, Line(text, set()).form)]))))
            inequality = any(text.endswith(">= 0") for _, text in steps)
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


def prove(statement: Statement) -> Proof | None:
    """A proof that the statement holds for every distribution that keeps its conditions, or None."""
    parts = [certificate(form, statement) for form, _ in goals(statement)]
    if None in parts:
        return None
    proof = Proof(statement, tuple(parts))
    return proof if proof.verify() else None


def goals(statement: Statement) -> list[tuple[Form, str]]:
    """The forms that must be >= 0, with their texts: left - right, right - left, or, for an equality, both."""
    forward = statement.form, difference(statement.text)
    backward = combine([(-1, statement.form)]), difference(statement.text, backward=True)
    return {"=": [forward, backward], ">=": [forward], "<=": [backward]}[statement.line.relation]


def certificate(form: Form, statement: Statement) -> Steps | None:
    """Lines whose sum is the form: the linear program chooses them, their multipliers are then solved exactly."""
    from scipy.optimize import linprog

    inequalities, matrix = elemental(statement.variables)
    facts = [*inequalities, *statement.given]
    vectors = [vector(fact.form, statement.variables) for fact in statement.given]
    free = len(statement.given)
    solution = linprog(
        np.repeat([1, 0], [len(inequalities), free]),  # few inequalities, small multipliers
        A_eq=np.column_stack([matrix, *vectors]),
        b_eq=vector(form, statement.variables) / float(max(map(abs, form.values()), default=1)),
        bounds=[(0, None)] * len(inequalities) + [(None, None)] * free,
        method="highs-ds",
    )
    if not solution.success:
        return None
    used = [fact for fact, weight in zip(facts, solution.x, strict=True) if abs(weight) > 1e-9]
    multipliers = solve([fact.form for fact in used], form)
    return None if multipliers is None else tuple(zip(multipliers, [fact.text for fact in used], strict=True))


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
    lines = [Line(text, set()) for text in texts]
    return lines, np.column_stack([vector(line.form, variables) for line in lines])


def vector(form: Form, variables: tuple[str, ...]) -> np.ndarray:
    """The form's coefficients of the joint entropies of all groups, as floats for the linear program."""
    groups = (frozenset(group) for size in range(len(variables)) for group in combinations(variables, size + 1))
    return np.array([float(form.get(group, 0)) for group in groups])


def solve(forms: list[Form], target: Form) -> list[Fraction] | None:
    """The multipliers with which the forms sum to the target, by Gauss-Jordan elimination in fractions, or None."""
    columns = [*forms, target]
    rows = [[Fraction(column.get(group, 0)) for column in columns] for group in set().union(*columns)]
    done = []
    for j in range(len(forms)):
        pivot = next((row for row in rows if row[j]), None)
        if pivot is None:
            return None
        rows.remove(pivot)
        pivot = [entry / pivot[j] for entry in pivot]
        rows, done = (
            [[a - row[j] * b for a, b in zip(row, pivot, strict=True)] for row in part] for part in (rows, done)
        )
        done.append(pivot)
    return None if any(any(row) for row in rows) else [row[-1] for row in done]


def written(form: Form) -> str:
    """The form as text, small groups first."""
    text = ""
    for group, coefficient in sorted(form.items(), key=lambda item: (len(item[0]), sorted(item[0]))):
        size = "" if abs(coefficient) == 1 else f"{abs(coefficient)} "
        text += f" {'-' if coefficient < 0 else '+'} {size}H({','.join(sorted(group))})"
    return text.removeprefix(" + ").strip() or "0"


def difference(text: str, backward: bool = False) -> str:
    """Left minus right of a line, or right minus left, as text."""
    left, right = (side.strip() for side in re.split(RELATION, text)[:: -1 if backward else 1])
    if right == "0":
        return left
    return f"{left} - {f'[{right}]' if '+' in right or '-' in right else right}".removeprefix("0 ")
