"""The parser: it reads an expression such as `2 H(X,Y|Z) - I(X;Y)`, or a line that relates two of them, into forms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .._arrays.arguments import array_function, in_units, joint_pmf
from .._arrays.inputs import Array
from .form import Form, Group, combine, information, value

AT_MOST = 5  # variables, with 85 elemental inequalities; six would have 246
LARGEST, LONGEST = 10**30, 100  # the largest factor, and the largest number of characters in one
RELATIONS = {"=": "=", "<=": "<=", "≤": "<=", ">=": ">=", "≥": ">="}
NUMBER = r"[0-9]+/0*[1-9][0-9]*|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
TOKEN = re.compile(
    rf"(?P<number>{NUMBER})|(?P<name>[^\W\d]\w*)|(?P<arrow>->|→)|(?P<relation><=|>=|[=≤≥<>])|(?P<other>\S)"
)


class StatementError(ValueError):
    """The statement cannot be read; the message gives what was found, what was expected, and a caret below it."""


@dataclass(frozen=True)
class Line:
    """One line of text as it was read: `form` is left minus right, `relation` relates it to 0, `sides` are texts."""

    text: str
    relation: str
    left: Form
    right: Form
    sides: tuple[str, str]
    form: Form

    def violation(self, residual):
        """By how much a residual, left minus right, violates the line; not positive where the line holds."""
        return {"=": abs(residual), "<=": residual, ">=": -residual}[self.relation]


@array_function
def evaluate(text: str, p: Array, *, base: float | None = None, check: bool = True) -> Array:
    """The value of an expression such as `"H(X,Y|Z) - I(X;Y)"` at a joint pmf `p` [..., x1, …, xn] -> [...].

    The last axes of `p` are the variables of the text in sorted order, up to five; leading axes are a batch. The value
    is in nats, or in units of log `base`. On tensors it is differentiable, with large but finite slopes at p = 0. The
    notation is that of `Statement`, without a relation; I(X;Y;Z) = I(X;Y) - I(X;Y|Z) is positive for redundancy.

    Raises `StatementError` if the text cannot be read and ValueError unless `p` is a pmf with such axes; `check=False`
    skips validating its entries.
    """
    names: set[str] = set()
    reader = Reader(text, names)
    form = reader.sum()
    if reader.kind in ("relation", "arrow"):
        reader.fail("but an expression has no relation: Statement(text).residual(p) is left minus right")
    reader.finish()
    variables = tuple(sorted(names))
    return in_units(value(form, variables, table(p, variables, base, check)), base)


def table(p: Array, variables: tuple[str, ...], base: float | None, check: bool) -> Array:
    """`p` as a joint pmf of the variables. Raises ValueError unless it is one with its axes in order."""
    axes = getattr(p, "dims", None) or [getattr(getattr(p, axis, None), "name", None) for axis in ("index", "columns")]
    if set(axes) == set(variables) and tuple(axes) != variables:
        raise ValueError(
            f"found the axes {', '.join(axes)}, expected the variables in sorted order, {', '.join(variables)}: "
            "transpose the table"
        )
    return joint_pmf(p, base, check, len(variables), f"p({', '.join(variables)})")


def read(text: str, names: set[str], condition: bool = False) -> Line:
    """The line of a text; its variables are added to `names`. A condition must be an equality or a Markov chain."""
    reader = Reader(text, names)
    if any(kind == "arrow" for kind, _, _ in reader.tokens):
        return reader.chain()
    left, place = reader.sum(), reader.place
    relation = reader.relation(condition)
    sides = text[:place].strip(), text[reader.after :].strip()
    right = reader.sum()
    if reader.kind == "relation":
        reader.fail("but a statement has one relation: make two statements of a chain")
    reader.finish()
    return Line(text, relation, left, right, sides, combine([(1, left), (-1, right)]))


class Reader:
    """A text as tokens. `kind`, `token` and `place` are those of the next token, from which the methods read on.

    `names` collects the variables, which the lines of one statement share.
    """

    def __init__(self, text: str, names: set[str]):
        if not isinstance(text, str):
            raise TypeError(f"found {type(text).__name__}, expected a text in the notation H(X,Y), I(X;Y|Z)")
        self.text, self.names = text, names
        tokens = [(match.lastgroup, match[0], match.start()) for match in TOKEN.finditer(text)]
        self.tokens = [*tokens, ("end", "", len(text))]
        self.after = self.index = 0  # where the last token ended, and which comes next
        self.kind, self.token, self.place = self.tokens[0]

    def fail(self, problem: str):
        """Raise the error: the token, what is wrong with it, and a caret under its place in the line."""
        token = self.token if len(self.token) <= 40 else f"{self.token[:20]}… ({len(self.token)} characters)"
        start = max(0, self.place - 80) if len(self.text) > 160 else 0  # a long line is shown around the place
        text = re.sub(r"\s", " ", self.text[start : start + 160])
        raise StatementError(f"found {token or 'the end'}, {problem}\n    {text}\n    {' ' * (self.place - start)}^")

    def step(self) -> str:
        """Return the next token and move past it."""
        token, self.after = self.token, self.place + len(self.token)
        self.index += 1
        self.kind, self.token, self.place = self.tokens[self.index]
        return token

    def take(self, *tokens: str) -> str:
        """Return the next token and move past it, if it is one of these."""
        return self.step() if self.token in tokens else ""

    def finish(self) -> None:
        """Fail unless this is the end and there is a variable."""
        if self.kind != "end":
            self.fail("expected + or - and one more term, or the end")
        if not self.names:
            self.fail("but no variable: expected a term such as H(X)")

    def relation(self, condition: bool) -> str:
        """The relation =, <= or >=; of a condition, =."""
        if self.token in ("<", ">"):
            self.fail(f"but a strict inequality is false for constants, so it cannot be proved: write {self.token}=")
        if self.kind != "relation":
            self.fail("expected + or - and one more term, or one of = <= >=")
        if condition and self.token != "=":
            self.fail("but a condition is an equality: write =")
        relation = RELATIONS[self.step()]
        if self.kind == "relation":
            self.fail("but a relation is one of = <= >=: write = for equality, and <= with the sign first")
        return relation

    def chain(self) -> Line:
        """A Markov chain A -> B -> C -> D: given each group between, those before and those after are independent.

        It is read as the one equality I(A;C|B) + I(A,B;D|C) = 0: the KL divergence of the joint pmf from
        p(a) p(b|a) p(c|b) p(d|c) is 0.
        """
        groups = [self.group()]
        while self.kind == "arrow":
            self.step()
            groups.append(self.group())
        if len(groups) == 2:
            self.fail("expected -> and one more group: a Markov chain has at least three, X -> Y -> Z")
        if self.kind != "end":
            self.fail("expected -> and one more group, or the end: a Markov chain is X -> Y -> Z")
        parts = []
        for i in range(1, len(groups) - 1):
            parts.append((frozenset().union(*groups[:i]), groups[i + 1], groups[i]))
        form = combine((1, information(part[:2], part[2])) for part in parts)
        texts = (tuple(",".join(sorted(group)) for group in part) for part in parts)
        left = " + ".join(f"I({before};{after}|{given})" for before, after, given in texts)
        return Line(self.text, "=", form, {}, (left, "0"), form)

    def sum(self) -> Form:
        """A sum of terms. Equal terms are counted first, so that a long sum takes little time."""
        factors: dict[tuple[tuple[Group, ...], Group], Fraction | int] = {}
        sign = self.take("+", "-") or "+"
        while sign:
            factor, measure = self.term()
            if measure:
                factors[measure] = factors.get(measure, 0) + (-factor if sign == "-" else factor)
            sign = self.take("+", "-")
        form = combine((factor, information(*measure)) for measure, factor in factors.items())
        if any(coefficient.denominator > 10**LONGEST for coefficient in form.values()):
            self.fail(f"but the common denominator of the factors has more than {LONGEST} digits")
        return form

    def term(self) -> tuple[Fraction | int, tuple[tuple[Group, ...], Group] | None]:
        """A factor and a measure: its groups and the given group. The constant 0 has no measure."""
        factor = 1
        if self.kind == "number":
            factor = self.factor()
            if not self.take("*") and factor == 0 and self.kind != "name":
                return 0, None
        measure = self.take("H", "I")
        if not measure:
            alone = "a variable stands in H(X) or I(X;Y), a Markov chain is X -> Y -> Z, independence is I(X;Y) = 0"
            self.fail(f"expected H(…) or I(…): {alone if self.kind == 'name' else 'the only constant is 0'}")
        self.take("(") or self.fail(f"expected ( after {measure}")
        groups = [self.group()]
        while measure == "I" and self.take(";", ":"):
            groups.append(self.group())
        if measure == "I" and len(groups) == 1:
            self.fail("expected ; and a second group, I(X;Y): the entropy of one group is H(X)")
        given = self.group() if self.take("|") else frozenset()
        if self.token in (";", ":"):
            self.fail("but H has one group: H(X,Y)" if measure == "H" else "but | comes last: I(X;Y|Z)")
        self.take(")") or self.fail(
            "expected a comma and one more name, or )" + ("" if given else ", or | and a group")
        )
        return factor, (tuple(groups), given)

    def factor(self) -> Fraction:
        """A number, exactly, of a size from 1e-30 to 1e30, or 0."""
        exponent = re.search(r"[eE][+-]?0*([0-9]*)$", self.token)
        if len(self.token) <= LONGEST and (not exponent or len(exponent[1]) < 4):
            number = Fraction(self.token)
            if not number or Fraction(1, LARGEST) <= number <= LARGEST:
                self.step()
                return number
        self.fail(f"but a factor is 0 or between 1e-30 and 1e30, in at most {LONGEST} characters")

    def group(self) -> Group:
        """Names that are separated by commas."""
        group: set[str] = set()
        while not group or self.take(","):
            if self.kind != "name":
                self.fail("expected the name of a variable: a letter or _, then letters, digits and _")
            if self.token not in self.names and len(self.names) == AT_MOST:
                self.fail(f"but a statement has at most {AT_MOST} variables: {', '.join(sorted(self.names))}")
            self.names.add(self.token)
            group.add(self.step())
        return frozenset(group)


class Claim:
    """A line and its conditions: `line` and `given` as they were read, the line's `form`, all `variables` sorted."""

    def __init__(self, text: str, given: str | Sequence[str] = ()):
        if not isinstance(given, str | Sequence):
            raise TypeError(f"found given of type {type(given).__name__}, expected a text or a list of texts")
        names: set[str] = set()
        self.line = read(text, names)
        self.given = tuple(read(condition, names, True) for condition in ([given] if isinstance(given, str) else given))
        self.text, self.form, self.variables = text, self.line.form, tuple(sorted(names))

    def __eq__(self, other):
        return isinstance(other, Claim) and (self.line, self.given) == (other.line, other.given)

    def __hash__(self):
        return hash((self.text, *(line.text for line in self.given)))

    def __str__(self):
        return self.text + (f"  given  {', '.join(line.text for line in self.given)}" if self.given else "")

    def __repr__(self):
        return f"Statement({self.text!r}" + (f", given={[line.text for line in self.given]})" if self.given else ")")
