"""Statements about entropies, in the notation of the lectures: proved for every distribution, or refuted by one.

    Statement("I(X;Z) <= I(X;Y)", given=["I(X;Z|Y) = 0"]).verdict()

Whatever a statement names is a sum of joint entropies,

    I(A;B|C) = H(A,C) + H(B,C) - H(C) - H(A,B,C)    and    H(A|C) = I(A;A|C),

so left minus right has one exact `form`: a fraction for each group of variables; that of an identity is empty.
The variables are discrete: H(X|Y) >= 0, for one, is false for differential entropy.
"""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from array_api_compat import array_namespace

from ._arrays import Array, in_units, joint_pmf

Group = frozenset[str]
Form = dict[Group, Fraction]

AT_MOST = 5  # variables: a proof of six would weigh 246 inequalities, one of five 85
RELATION = "<=|>=|[=≤≥<>]"
NUMBER = r"[0-9]+/0*[1-9][0-9]*|[0-9]+\.?[0-9]*|\.[0-9]+"
TOKEN = re.compile(rf"(?P<number>{NUMBER})|(?P<name>[^\W\d]\w*)|(?P<relation>{RELATION})|\S")


def combine(terms: Iterable[tuple[Fraction | int, Form]]) -> Form:
    """The sum of forms, each times its factor, in exact fractions."""
    total: Form = {}
    for factor, form in terms:
        for group, coefficient in form.items():
            total[group] = total.get(group, 0) + Fraction(factor) * coefficient
    return {group: coefficient for group, coefficient in total.items() if group and coefficient}  # H of nothing is 0


def information(a: Group, b: Group, c: Group) -> Form:
    """The form of I(A;B|C)."""
    return combine([(1, {a | c: 1}), (1, {b | c: 1}), (-1, {c: 1}), (-1, {a | b | c: 1})])


def evaluate(form: Form, variables: Sequence[str], p: Array) -> Array:
    """The value in nats of a form at a joint pmf whose last axes are the variables."""
    xp, n = array_namespace(p), len(variables)
    axes, smallest = tuple(range(-n, 0)), xp.finfo(p.dtype).smallest_normal
    nats = 0 * xp.sum(p, axis=axes)
    for group, coefficient in form.items():
        others = tuple(i - n for i, name in enumerate(variables) if name not in group)
        q = xp.sum(p, axis=others, keepdims=True) if others else p
        # At q = 0 the slope of -q log q is kept finite, though large: inf - inf would make the gradient NaN.
        nats = nats - float(coefficient) * xp.sum(q * xp.log(xp.where(q > 0, q, smallest)), axis=axes)
    return nats


class StatementError(ValueError):
    """A statement that cannot be read: what stands there, what would be right, and a caret under the place."""


class Line:
    """What one line of text says: `left`, `relation` and `right`, read from left to right.

    `names` gathers the variables, which the lines of one statement share.
    """

    def __init__(self, text: str, names: set[str], condition: bool = False):
        self.text, self.names = text, names
        self.tokens = [(match.lastgroup, match[0], match.start()) for match in TOKEN.finditer(text)]
        self.tokens.append(("end", "", len(text)))
        self.left = self.sum()
        self.relation = self.read_relation(condition)
        self.right = self.sum()
        if self.kind == "relation":
            self.fail("but a statement has one relation: make two statements of a chain")
        if self.kind != "end":
            self.fail("expected + or - and one more term, or the end")
        if not names:
            self.fail("but no variable: expected a term such as H(X)")
        self.form = combine([(1, self.left), (-1, self.right)])

    kind, token, place = (property(lambda self, i=i: self.tokens[0][i]) for i in range(3))  # of what comes next

    def fail(self, problem: str):
        text = re.sub(r"\s", " ", self.text)
        raise StatementError(f"found {self.token or 'the end'}, {problem}\n    {text}\n    {' ' * self.place}^")

    def take(self, *tokens: str) -> str:
        """Step over the next token if it is one of these, and return it."""
        return self.tokens.pop(0)[1] if self.token in tokens else ""

    def read_relation(self, condition: bool) -> str:
        if self.token in ("<", ">"):
            self.fail(f"but a strict inequality cannot be proved, constants break it: write {self.token}=")
        if self.kind != "relation":
            self.fail("expected + or - and one more term, or one of = <= >=")
        if condition and self.token != "=":
            self.fail("but a condition is an equality: write =")
        return self.tokens.pop(0)[1].replace("≤", "<=").replace("≥", ">=")

    def sum(self) -> Form:
        terms, sign = [], self.take("+", "-") or "+"
        while sign:
            terms.append((1 if sign == "+" else -1, self.term()))
            sign = self.take("+", "-")
        return combine(terms)

    def term(self) -> Form:
        factor = Fraction(1)
        if self.kind == "number":
            factor = Fraction(self.tokens.pop(0)[1])
            if not self.take("*") and factor == 0 and self.kind != "name":
                return {}
        measure = self.take("H", "I") or self.fail("expected H(…) or I(…): the only constant is 0")
        self.take("(") or self.fail(f"expected ( after {measure}")
        a = b = self.group()
        if measure == "I":
            self.take(";") or self.fail("expected ; and a second group, I(X;Y): the entropy of one group is H(X)")
            b = self.group()
        c = self.group() if self.take("|") else frozenset()
        if self.token == ";":
            self.fail({"H": "but H has one group: H(X,Y)", "I": "but I has two: write I(X;Y) - I(X;Y|Z)"}[measure])
        self.take(")") or self.fail("expected a comma and one more name, or )" + ("" if c else ", or | and a group"))
        return combine([(factor, information(a, b, c))])

    def group(self) -> Group:
        group = set()
        while not group or self.take(","):
            if self.kind != "name":
                self.fail("expected the name of a variable: a letter or _, then letters, digits and _")
            if len(self.names | {self.token}) > AT_MOST:
                self.fail(f"but a statement has at most {AT_MOST} variables: {', '.join(sorted(self.names))}")
            group.add(self.tokens.pop(0)[1])
            self.names |= group
        return frozenset(group)


class Statement:
    """A line such as `2 H(X,Y) - 1/2 I(X;Y|Z) <= H(Z)` and its conditions, `given=["I(X;Z|Y) = 0"]`.

    A side is 0 or a sum of H(group), H(group|group), I(group;group), I(group;group|group) with factors; a group is
    names with commas between; the relation is =, <= or >=, that of a condition =. `variables` are all names, sorted,
    five at most. Raises `StatementError`, a ValueError that points at the character.
    """

    def __init__(self, text: str, given: Sequence[str] = ()):
        names: set[str] = set()
        self.line = Line(text, names)
        self.given = tuple(Line(condition, names, True) for condition in ([given] if isinstance(given, str) else given))
        self.text, self.form, self.variables = text, self.line.form, tuple(sorted(names))

    def residual(self, p: Array, *, base: float | None = None, check: bool = True) -> Array:
        """Left minus right at `p` [..., one axis for each of `variables`] -> [...].

        On tensors it is differentiable; where the slope is infinite, at p = 0, the gradient is large but finite.
        """
        p = joint_pmf(p, base, check, len(self.variables), f"p({', '.join(self.variables)})")
        return in_units(evaluate(self.form, self.variables, p), base)

    def holds(self, p: Array, atol: float = 1e-9) -> bool:
        """Whether the line, whatever its conditions, is true at `p` (at each, in a batch) up to `atol` nats."""
        residual = self.residual(p)
        broken = {"=": abs(residual), "<=": residual, ">=": -residual}[self.line.relation]
        return bool((broken <= atol).all())

    def prove(self):
        """A `Proof` that the statement holds for every distribution, or None if it is not a Shannon-type one."""
        from .proof import prove

        return prove(self)

    def counterexample(self, seed: int = 0) -> np.ndarray | None:
        """A joint pmf that keeps the conditions and breaks the statement, or None if there or found is none."""
        from .counterexample import search

        return None if self.prove() else search(self, seed)

    def verdict(self, seed: int = 0) -> "Verdict":
        """Proved, with the proof; refuted, with a pmf; or open."""
        if proof := self.prove():
            return Verdict(self, "proved", proof=proof)
        pmf = self.counterexample(seed)
        return Verdict(self, "open" if pmf is None else "refuted", pmf=pmf)

    def __str__(self):
        return self.text + (f"  given  {', '.join(line.text for line in self.given)}" if self.given else "")

    def __repr__(self):
        return f"Statement({self.text!r}" + (f", given={[line.text for line in self.given]})" if self.given else ")")

    def _repr_latex_(self) -> str:
        given = r",\; ".join(latex(line.text) for line in self.given)
        return f"${latex(self.text)}" + (rf"\quad\text{{given }} {given}$" if given else "$")


class Verdict(str):
    """ "proved", "refuted" or "open"; `.proof` is the proof, `.pmf` the joint pmf that refutes."""

    def __new__(cls, statement: Statement, word: str, proof=None, pmf: np.ndarray | None = None):
        self = super().__new__(cls, word)
        self.statement, self.proof, self.pmf = statement, proof, pmf
        return self

    def __repr__(self):
        if self.proof:
            return f"proved\n{self.proof}"
        if self.pmf is None:
            return "open: not a Shannon-type inequality; no counterexample found"
        names, line = self.statement.variables, self.statement.line
        rows = [f"  {'  '.join(names)}   probability"]
        for outcome in np.argwhere(self.pmf):
            cells = (str(x).rjust(len(name)) for x, name in zip(outcome, names, strict=True))
            rows.append(f"  {'  '.join(cells)}   {self.pmf[*outcome]:.6g}")
        sides = (f"{evaluate(form, names, self.pmf):z.6f}" for form in (line.left, line.right))
        sums = "  left {} nats, right {} nats".format(*sides)
        return "\n".join([f"refuted: {self.statement}", *rows, sums, *_one_or_several(names)])


def _one_or_several(names: Sequence[str]) -> list[str]:
    """A remark on every name that is others written together: H(XY) is often meant as H(X,Y)."""
    remarks = []
    for name in names:
        shorter = [re.escape(other) for other in names if len(other) < len(name)]
        others = "|".join(sorted(shorter, key=len, reverse=True))
        if others and re.fullmatch(f"(?:{others})+", name):
            together = ",".join(re.findall(others, name))
            remarks.append(f"  {name} is a variable of its own here; write {together} for several together")
    return remarks


def latex(text: str) -> str:
    """The notation in LaTeX: X1 becomes X_{1}, a name of more letters is set upright."""

    def name(match):
        letters, _, digits = re.fullmatch(r"(.+?)(_?(\d+))?", match[0]).groups()
        letters = letters if letters.isalpha() and len(letters) == 1 else rf"\mathrm{{{letters}}}".replace("_", r"\_")
        return letters + (f"_{{{digits}}}" if digits else "")

    text = re.sub(r"[^\W\d]\w*", name, text)
    text = re.sub(r"(\d+)/(\d+)", r"\\tfrac{\1}{\2}", text).replace("<=", "≤").replace(">=", "≥")
    return text.translate(str.maketrans({"≤": r"\leq ", "≥": r"\geq ", "|": r"\mid ", "*": r"\cdot ", "×": r"\times "}))
