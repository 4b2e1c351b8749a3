"""Forms: a linear combination of joint entropies, as an exact fraction for each group of variables.

    I(A;B|C) = H(A,C) + H(B,C) - H(C) - H(A,B,C)    and    H(A|C) = I(A;A|C)

Every information measure of Shannon's is such a sum, so the form of a line is exact, and that of an identity is empty.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from array_api_compat import array_namespace

from .._arrays.inputs import Array

Group = frozenset[str]
Form = dict[Group, Fraction]


def combine(terms: Iterable[tuple[Fraction | int, Form]]) -> Form:
    """The sum of forms, each times its factor, in exact fractions."""
    total: Form = {}
    for factor, form in terms:
        for group, coefficient in form.items():
            total[group] = total.get(group, 0) + Fraction(factor) * coefficient
    return {group: coefficient for group, coefficient in total.items() if group and coefficient}  # H of nothing is 0


def largest(form: Form) -> Fraction | int:
    """The size of the largest coefficient, by which a form is divided before anything counts as 0."""
    return max(map(abs, form.values()), default=1)


def information(groups: Sequence[Group], given: Group) -> Form:
    """The form of H(A|K), I(A;B|K), and the co-information I(A;B;C|K) of three groups or more.

    Each further group subtracts the measure given that group: I(A;…;B;C|K) = I(A;…;B|K) - I(A;…;B|C,K). So
    co-information is positive for redundancy, and -log 2 for three fair bits whose XOR is 0.
    """
    form = {given: -1, groups[0] | given: 1} if not groups[0] <= given else {}
    for group in groups[1:]:
        left = dict(form)
        for others, coefficient in form.items():
            left[others | group] = left.get(others | group, 0) - coefficient
        form = left
    return combine([(1, form)])


def value(form: Form, variables: Sequence[str], p: Array) -> Array:
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


def written(form: Form) -> str:
    """The form as text, small groups first."""
    text = ""
    for group, coefficient in sorted(form.items(), key=lambda item: (len(item[0]), sorted(item[0]))):
        size = "" if abs(coefficient) == 1 else f"{abs(coefficient)} "
        text += f" {'-' if coefficient < 0 else '+'} {size}H({','.join(sorted(group))})"
    return text.removeprefix(" + ").strip() or "0"
