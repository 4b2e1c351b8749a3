"""Entropy and information of discrete variables. `divergences` compares two pmfs.

The conventions are those of `infotheory`: help(infotheory). "C&T" is Cover & Thomas, Elements of Information Theory,
2nd edition (2006).
"""

from array_api_compat import array_namespace

from ._arrays import joints, terms
from ._arrays.arguments import array_function, in_units, joint_of_all, joint_pmf, one_pmf
from ._arrays.checks import (
    Axis,
    check_keywords,
    check_logits,
    check_pmf,
    check_probability,
    require_axes,
    require_broadcast,
)
from ._arrays.inclusion_exclusion import alternating_sum
from ._arrays.inputs import Array, as_arrays, in_one_dtype
from ._arrays.sums import total

XY = (-2, -1)


@array_function
def self_information(p: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Self-information I(x) = -log p(x) of events, elementwise; +inf at p = 0.

    >>> np.round([self_information(0.25), -np.log(0.25)], 6)
    array([1.386294, 1.386294])

    `p` holds probabilities in [0, 1] in any shape; they need not sum to 1. Source: Fano (1961), ch. 2.
    """
    _, p = as_arrays(p)
    check_keywords(base, check)
    if check:
        check_probability(p, "p")
    (p,) = in_one_dtype(p)
    return in_units(terms.surprise(p), base)


@array_function
def entropy(p: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Entropy H(X) = -Σ p(x) log p(x): the mean self-information.

    >>> p = np.array([0.5, 0.25, 0.25])
    >>> np.round([entropy(p), -(p * np.log(p)).sum()], 6)
    array([1.039721, 1.039721])

    `p` [..., n] -> [...], between 0 (certain) and log n (uniform). In bits, H bounds the mean length of a prefix code
    from below; the best code is less than one bit longer. Source: C&T eq. 2.1 and theorem 5.4.1.
    """
    p, axes = one_pmf(p, axis, base, check)
    return in_units(terms.entropy.sum(axes, p), base)


@array_function
def entropy_from_logits(logits: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Entropy of softmax(logits); its gradients are finite, also where a logit is -inf. `logits` [..., n] -> [...].

    >>> logits = np.array([1.0, 0.0, -1.0])
    >>> p = np.exp(logits) / np.exp(logits).sum()
    >>> np.round([entropy_from_logits(logits), -(p * np.log(p)).sum()], 6)
    array([0.832396, 0.832396])
    """
    xp, logits = as_arrays(logits)
    require_axes(logits, 1, "logits")
    check_keywords(base, check)
    if check:
        check_logits(logits, "logits")
    log_p = terms.log_softmax(xp, *in_one_dtype(logits))
    p = xp.exp(log_p)
    return in_units(terms.negative(total(p * xp.where(p == 0, 0, log_p), (-1,))), base)


@array_function
def joint(p_x: Array, p_y_given_x: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Joint pmf p(x, y) = p(x) p(y|x): the product rule.

    >>> p_x, p_y_given_x = np.array([0.4, 0.6]), np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> np.allclose(joint(p_x, p_y_given_x), p_x[:, None] * p_y_given_x)
    True

    `p_x` [..., x], `p_y_given_x` [..., x, y] with rows that sum to 1 -> [..., x, y]. `base` is ignored.
    """
    _, p_x, p_y_given_x = as_arrays(p_x, p_y_given_x)
    require_axes(p_x, 1, "p_x")
    require_axes(p_y_given_x, 2, "p_y_given_x")
    check_keywords(base, check)
    if p_x.shape[-1] != p_y_given_x.shape[-2]:
        raise ValueError(
            f"found p_x of shape {tuple(p_x.shape)} and p_y_given_x of shape {tuple(p_y_given_x.shape)}, "
            "expected one row of p_y_given_x for each x"
        )
    if check:
        check_pmf(p_x, (-1,), "p_x")
        check_pmf(p_y_given_x, (-1,), "p_y_given_x")
    require_broadcast({"p_x[..., x]": p_x.shape[:-1], "p_y_given_x[..., x, y]": p_y_given_x.shape[:-2]})
    p_x, p_y_given_x = in_one_dtype(p_x, p_y_given_x)
    return p_x[..., None] * p_y_given_x


@array_function
def marginal(p_xy: Array, of: str = "x", *, base: float | None = None, check: bool = True) -> Array:
    """Marginal pmf p(x) = Σ_y p(x, y), or p(y) with of="y". `p_xy` [..., x, y] -> [..., x] or [..., y].

    >>> p = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    >>> marginal(p), p.sum(axis=1)
    (array([0.4, 0.6]), array([0.4, 0.6]))
    """
    p_xy = joint_pmf(p_xy, base, check)
    return total(p_xy, _other(of, "of"))


@array_function
def conditional(p_xy: Array, given: str = "y", *, base: float | None = None, check: bool = True) -> Array:
    """Conditional pmf p(x|y) = p(x, y) / p(y), or p(y|x) with given="x".

    >>> p = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    >>> np.allclose(conditional(p), p / p.sum(axis=0))
    True

    `p_xy` [..., x, y] -> [..., x, y] in the same layout: given y, its columns sum to 1. Entries are NaN
    where the condition has probability 0. `base` is ignored. Source: C&T §2.2.
    """
    p_xy = joint_pmf(p_xy, base, check)
    xp, (axis,) = array_namespace(p_xy), _other(given, "given")
    never = xp.sum(p_xy, axis=axis, keepdims=True) == 0
    return xp.where(never, xp.nan, joints.shares(p_xy, axis))


@array_function
def joint_entropy(p_xy: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Joint entropy H(X,Y) = -Σ p(x, y) log p(x, y). `p_xy` [..., x, y] -> [...]. Source: C&T eq. 2.8.

    >>> p = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    >>> np.round([joint_entropy(p), -(p * np.log(p)).sum()], 6)
    array([1.574103, 1.574103])
    """
    p_xy = joint_pmf(p_xy, base, check)
    return in_units(terms.entropy.sum(XY, p_xy), base)


@array_function
def conditional_entropy(p_xy: Array, given: str = "y", *, base: float | None = None, check: bool = True) -> Array:
    """Conditional entropy H(X|Y) = -Σ p(x, y) log p(x|y) = H(X,Y) - H(Y), or H(Y|X) with given="x".

    >>> p = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    >>> np.round([conditional_entropy(p), -(p * np.log(p / p.sum(axis=0))).sum()], 6)
    array([0.493575, 0.493575])

    It is the mean over y of the entropy of p(x|y), in which a y of probability 0 has no weight.
    `p_xy` [..., x, y] -> [...], between 0 (y determines x) and H(X) (independent). Source: C&T eq. 2.10.
    """
    p_xy = joint_pmf(p_xy, base, check)
    p_given = array_namespace(p_xy).sum(p_xy, axis=_other(given, "given"), keepdims=True)
    return in_units(terms.conditional_entropy.sum(XY, p_xy, p_given), base)


@array_function
def mutual_information(p_xy: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Mutual information I(X;Y) = KL(p(x, y) ‖ p(x) p(y)) = H(X) - H(X|Y) = H(X) + H(Y) - H(X,Y) >= 0.

    >>> p = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    >>> np.round([mutual_information(p), (p * np.log(p / np.outer(p.sum(axis=1), p.sum(axis=0)))).sum()], 6)
    array([0.179436, 0.179436])

    `p_xy` [..., x, y] -> [...]; 0 iff independent, at most min(H(X), H(Y)). Source: C&T eq. 2.28.
    """
    p_xy = joint_pmf(p_xy, base, check)
    return in_units(joints.total_correlation(p_xy, 2), base)


@array_function
def pointwise_mutual_information(p_xy: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Pointwise mutual information log [p(x, y) / (p(x) p(y))], whose mean is I(X;Y).

    >>> p = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    >>> np.allclose(pointwise_mutual_information(p), np.log(p / np.outer(p.sum(axis=1), p.sum(axis=0))))
    True

    `p_xy` [..., x, y] -> [..., x, y]; -inf where p(x, y) = 0, NaN where p(x) or p(y) is 0 too.
    Source: Fano (1961), Transmission of Information, ch. 2; Church & Hanks (1990).
    """
    p_xy = joint_pmf(p_xy, base, check)
    return in_units(joints.pointwise_information(p_xy), base)


@array_function
def conditional_mutual_information(p_xyz: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Conditional mutual information I(X;Y|Z) = Σ p(x, y, z) log [p(x, y|z) / (p(x|z) p(y|z))] >= 0.

    >>> p = np.array([[[0.3, 0.1], [0.1, 0.1]], [[0.1, 0.1], [0.1, 0.1]]])
    >>> ratio = p * p.sum(axis=(0, 1)) / (p.sum(axis=1, keepdims=True) * p.sum(axis=0))
    >>> np.round([conditional_mutual_information(p), (p * np.log(ratio)).sum()], 6)
    array([0.018345, 0.018345])

    `p_xyz` [..., x, y, z] -> [...]; 0 iff X and Y are independent given Z. Source: C&T eq. 2.60.
    """
    p = joint_pmf(p_xyz, base, check, 3, "p_xyz")
    return in_units(joints.conditional_information(p), base)


@array_function
def total_correlation(
    p: Array, *, n_variables: int | None = None, base: float | None = None, check: bool = True
) -> Array:
    """Total correlation KL(p(x1, …, xn) ‖ Π p(xi)) = Σ H(Xi) - H(X1, …, Xn) >= 0, also called multi-information.

    >>> p = np.array([[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]])  # the third variable is the XOR of two coins
    >>> np.round([total_correlation(p), 3 * np.log(2) + 4 * 0.25 * np.log(0.25)], 6)
    array([0.693147, 0.693147])

    The last `n_variables` axes of `p` are the variables (by default all), the others a batch. Source: Watanabe (1960).
    """
    p, n = joint_of_all(p, n_variables, base, check)
    return in_units(joints.total_correlation(p, n), base)


@array_function
def co_information(p: Array, *, n_variables: int | None = None, base: float | None = None, check: bool = True) -> Array:
    """Co-information: Σ (-1)^(|T|+1) H(T) over all non-empty groups T of the variables, by inclusion and exclusion.

    >>> p = np.array([[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]])  # the third variable is the XOR of two coins
    >>> np.round([co_information(p), 3 * np.log(2) - 3 * np.log(4) + np.log(4)], 6)
    array([-0.693147, -0.693147])

    It equals H(X) for one variable, I(X;Y) for two, and I(X;Y) - I(X;Y|Z) for three, in any order. For three it is
    positive for redundancy (log 2 for copies of a fair bit) and negative for synergy (-log 2 for XOR). For four, parity
    and copies both have log 2. "Interaction information" (McGill, 1954) has the opposite sign for odd numbers.

    The last `n_variables` axes of `p` are the variables (by default all), the others a batch. The cost is that of an
    array with one more outcome on each axis, 3^n cells for n bits. Source: Bell (2003), The co-information lattice.
    """
    p, n = joint_of_all(p, n_variables, base, check)
    if n == 1:
        return in_units(terms.entropy.sum((-1,), p), base)
    if n == 2:
        return in_units(joints.total_correlation(p, 2), base)
    of_no_group = terms.entropy(total(p, tuple(range(-n, 0))))  # 0, but for rounding
    return in_units(alternating_sum(p, n) + of_no_group, base)


def _other(variable: str, keyword: str) -> tuple[int]:
    """The axis to sum over so that `variable` is left."""
    if not isinstance(variable, str) or variable not in ("x", "y"):
        raise ValueError(f'found {keyword}={variable!r}, expected "x" or "y"')
    return (-1,) if variable == "x" else (-2,)
