"""Statements about entropies, in the notation of the lectures: proved for every distribution, or refuted by one.

    Statement("I(X;Z) <= I(X;Y)", given=["X -> Y -> Z"]).verdict()

Left minus right of a statement is a sum of joint entropies (`form`). A linear program looks for a sum of Shannon's
inequalities that proves it (`proof`). Where there is none, `counterexample` looks for a pmf that breaks it.
The variables are discrete: H(X|Y) >= 0, for one, is false for differential entropy.
"""

import re
import time
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from .._arrays.arguments import array_function, in_units
from .._arrays.inputs import Array
from .counterexample import search
from .expression import Claim, table
from .form import Form, largest, value
from .notation import latex
from .proof import Proof, prove


class Statement(Claim):
    """A line such as `2 H(X,Y) - 1/2 I(X;Y|Z) <= H(Z)` and its conditions, `given=["I(X;Z|Y) = 0"]`.

    A side is 0 or a sum of H(group), H(group|group), I(group;group), I(group;group|group) with factors such as 2, 1/3,
    0.5 or 1e-3. A group is one name or several, separated by commas. The relation is =, <= or >=; a condition has =.
    `variables` are all names, sorted, at most five. Three more notations are read:

    - `X -> Y -> Z`, a Markov chain of three groups or more: given each inner group, the groups before it and those
      after it are independent;
    - `I(X;Y;Z)`, the co-information I(X;Y) - I(X;Y|Z) of three groups or more, also given a group. It is positive for
      redundancy, and -log 2 for XOR;
    - `I(X:Y)`, which is I(X;Y).

    Raises `StatementError`, a ValueError that points at the character.
    """

    @array_function
    def residual(self, p: Array, *, base: float | None = None, check: bool = True) -> Array:
        """Left minus right at `p` [..., one axis for each of `variables`] -> [...].

        On tensors it is differentiable; where the slope is infinite, at p = 0, the gradient is large but finite.
        """
        return in_units(value(self.form, self.variables, table(p, self.variables, base, check)), base)

    def holds(self, p: Array, atol: float = 1e-9) -> bool:
        """Whether the line, without its conditions, is true at `p` (at each pmf of a batch) up to `atol` nats.

        The line is divided by its largest coefficient first, so that a multiple of a line holds iff the line does.
        """
        residual = self.residual(p) / float(largest(self.form))
        return bool((self.line.violation(residual) <= atol).all())

    def prove(self) -> Proof | None:
        """A `Proof` by Shannon's inequalities that the statement holds for every pmf, or None if none is found."""
        return prove(self)

    def counterexample(self, seed: int = 0) -> np.ndarray | None:
        """A joint pmf that satisfies the conditions and violates the line, or None if none is found."""
        return None if self.prove() else search(self, seed)[0]

    def verdict(self, seed: int = 0) -> "Verdict":
        """The verdict: proved, with a proof; refuted, with a pmf; or open, with a list of the sets searched for one."""
        start = time.perf_counter()
        if proof := self.prove():
            return Verdict(self, "proved", proof=proof, seconds=time.perf_counter() - start)
        pmf, searched = search(self, seed)
        word = "open" if pmf is None else "refuted"
        if word == "open" and (proof := prove(self, exactly=True)):
            word = "proved"
        return Verdict(self, word, proof, pmf, searched, time.perf_counter() - start)

    def _repr_latex_(self) -> str:
        given = r",\; ".join(latex(line.text) for line in self.given)
        return f"${latex(self.text)}" + (rf"\quad\text{{given }} {given}$" if given else "$")


class Verdict(str):
    """ "proved", "refuted" or "open"; `.proof` is the proof, `.pmf` the joint pmf that refutes.

    `.searched` lists the sets of pmfs that were searched without success, and `.seconds` is the time that it all took.
    """

    def __new__(
        cls, statement: Statement, word: str, proof: Proof | None = None, pmf: np.ndarray | None = None, searched:
        Sequence[str] = (), seconds: float = 0.0,
    ):  # fmt: skip
        self = super().__new__(cls, word)
        self.statement, self.proof, self.pmf, self.searched, self.seconds = statement, proof, pmf, searched, seconds
        return self

    def __bool__(self):  # that of a str would be True for a refuted statement too
        raise TypeError('found a verdict where True or False is needed, expected a comparison: verdict == "proved"')

    def __getnewargs__(self):  # for pickle and copy
        return self.statement, str(self), self.proof, self.pmf, self.searched, self.seconds

    def __repr__(self):
        if self.proof:
            return f"proved\n{self.proof}"
        if self.pmf is None:
            searched = [f"  {line}" for line in self.searched]
            among = "no counterexample was found, up to rounding errors, among"
            return "\n".join(["open: no sum of Shannon's inequalities proves it", among, *searched])
        names, line = self.statement.variables, self.statement.line
        rows = [f"  {'  '.join(names)}   probability"]
        for outcome in np.argwhere(self.pmf):
            cells = (str(x).rjust(len(name)) for x, name in zip(outcome, names, strict=True))
            rows.append(f"  {'  '.join(cells)}   {fraction(self.pmf[*outcome])}")
        sides = "  left {} nats, right {} nats".format(
            *(nats(form, names, self.pmf) for form in (line.left, line.right))
        )
        return "\n".join([f"refuted: {self.statement}", *rows, sides, *_one_or_several(names)])


def fraction(probability: float) -> str:
    """A probability as the fraction that it is, if its denominator is small."""
    exact = Fraction(probability).limit_denominator(9999)
    return str(exact) if float(exact) == probability else f"{probability:.6g}"


def nats(form: Form, names: Sequence[str], p: np.ndarray) -> str:
    """The value of one side to six decimals, or to six digits if it is small; rounding errors of a sum are 0."""
    number = float(value(form, names, p))
    if abs(number) < 1e-12 * float(largest(form)):
        number = 0.0
    return f"{number:.6g}" if 0 < abs(number) < 1e-3 else f"{number:.6f}"


def _one_or_several(names: Sequence[str]) -> list[str]:
    """A remark on each name that joins other names: H(XY) is often meant as H(X,Y)."""
    remarks = []
    for name in names:
        shorter = [re.escape(other) for other in names if len(other) < len(name)]
        others = "|".join(sorted(shorter, key=len, reverse=True))
        if others and re.fullmatch(f"(?:{others})+", name):
            together = ",".join(re.findall(others, name))
            remarks.append(f"  {name} is a variable of its own here; write {together} for several together")
    return remarks
