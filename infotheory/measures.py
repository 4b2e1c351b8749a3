"""Entropy, divergence and mutual information of discrete distributions, exact, on numpy and torch.

Conventions that hold for every function here:

- The outcomes of a pmf lie on the last axis, or on `axis`, which is an int or a tuple. A joint pmf p(x, y) lies on the
  last two axes, with x in rows and y in columns. Axes before those are a batch, and the result keeps them.
- Values are in nats, and `base=2` gives bits. 0 · log 0 is 0.
- The result has the kind, dtype and device of the arguments. 16-bit floats are computed with in float32, and the result
  is rounded to their dtype. A list takes the dtype of the array beside it.
- A pmf that is empty, has a negative or NaN entry, or does not sum to 1 within sqrt(eps) of its dtype raises ValueError
  with the place and the value; so do pandas objects whose labels differ. Entries that are not real numbers, masked and
  sparse arrays, and numpy beside torch raise TypeError. `check=False` skips validating the entries; use it in inner
  loops.
- Gradients are never NaN. They are ±inf where the derivative diverges. Where a marginal is 0, the derivative depends on
  the direction. The one given is one-sided: mass comes into this cell alone, while all others are held.

"C&T" is Cover & Thomas, Elements of Information Theory, 2nd edition (2006).
"""

from array_api_compat import array_namespace

from ._arrays import closed_form as closed_form
from ._arrays import kernels as kernels
from ._arrays import marginals as marginals
from ._arrays.checks import (
    Axis,
    check_keywords,
    check_logits,
    check_pmf,
    check_probability,
    require_axes,
    require_broadcast,
    require_same_outcomes,
    whole,
)
from ._arrays.function import array_function, in_units, joint_pmf, one_pmf, two_pmfs
from ._arrays.inputs import Array, as_arrays, in_one_dtype
from ._arrays.sums import total

XY = (-2, -1)


@array_function
def self_information(p: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Self-information I(x) = -log p(x) of events, elementwise; +inf at p = 0.

    `p` holds probabilities in [0, 1] in any shape; they need not sum to 1. Source: Fano (1961), ch. 2.
    """
    _, p = as_arrays(p)
    check_keywords(base, check)
    if check:
        check_probability(p, "p")
    (p,) = in_one_dtype(p)
    return in_units(kernels.surprise(p), base)


@array_function
def entropy(p: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Entropy H(X) = -Σ p(x) log p(x): the mean surprise. In bits, it bounds the mean length of a prefix code from
    below. The best code is less than one bit longer, and on long blocks its excess for each symbol vanishes.

    `p` [..., n] -> [...], between 0 (certain) and log n (uniform). Source: C&T eq. 2.1.
    """
    p, axes = one_pmf(p, axis, base, check)
    return in_units(kernels.entropy_term.sum(axes, p), base)


@array_function
def cross_entropy(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Cross-entropy -Σ p(x) log q(x) = H(p) + KL(p‖q): the mean length of an ideal code for q, on symbols from p.

    `p` [..., n], `q` [..., n] -> [...]; +inf where p(x) > 0 = q(x). Source: C&T §5.4, theorem 5.4.3.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    return in_units(kernels.cross_entropy_term.sum(axes, p, q), base)


@array_function
def kl_divergence(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Kullback-Leibler divergence KL(p‖q) = Σ p(x) log(p(x)/q(x)) >= 0, with equality iff p = q.

    `p` [..., n], `q` [..., n] -> [...]; +inf where p(x) > 0 = q(x). The terms summed are p log(p/q) - p + q. Each of
    them is >= 0 (Gibbs' proof), and the sums of p and q cancel. The gradient in p is therefore log(p/q), without
    the textbook's +1, which makes no difference along the simplex. Source: C&T eq. 2.26, theorem 2.6.3.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    return in_units(kernels.kl_term.sum(axes, p, q), base)


@array_function
def js_divergence(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Jensen-Shannon divergence ½ KL(p‖m) + ½ KL(q‖m) with m = ½(p + q): symmetric, at most log 2.

    `p` [..., n], `q` [..., n] -> [...]. Source: Lin (1991), Divergence measures based on the Shannon entropy.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    twice = p + q  # 2m: half of the smallest number would be 0
    return in_units(total(kernels.kl_term(2 * p, twice) + kernels.kl_term(2 * q, twice), axes) / 4, base)


@array_function
def total_variation(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Total variation distance ½ Σ |p(x) - q(x)|: the most by which an event's probability differs.

    `p` [..., n], `q` [..., n] -> [...], in [0, 1]; no logarithm, so `base` changes nothing. Source: C&T §11.6.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    return total(abs(p - q), axes) / 2


@array_function
def joint(p_x: Array, p_y_given_x: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Joint pmf p(x, y) = p(x) p(y|x): the product rule.

    `p_x` [..., x], `p_y_given_x` [..., x, y] with rows that sum to 1 -> [..., x, y]. `base` changes nothing.
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
    """Marginal pmf p(x) = Σ_y p(x, y), or p(y) with of="y". `p_xy` [..., x, y] -> [..., x] or [..., y]."""
    p_xy = joint_pmf(p_xy, base, check)
    return total(p_xy, _other(of, "of"))


@array_function
def conditional(p_xy: Array, given: str = "y", *, base: float | None = None, check: bool = True) -> Array:
    """Conditional pmf p(x|y) = p(x, y) / p(y), or p(y|x) with given="x".

    `p_xy` [..., x, y] -> [..., x, y] in the same layout: given y, its columns sum to 1. Entries are NaN
    where the condition has probability 0. `base` is ignored. Source: C&T §2.2.
    """
    p_xy = joint_pmf(p_xy, base, check)
    xp, (axis,) = array_namespace(p_xy), _other(given, "given")
    never = xp.sum(p_xy, axis=axis, keepdims=True) == 0
    return xp.where(never, xp.nan, closed_form.shares(p_xy, axis))


@array_function
def joint_entropy(p_xy: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Joint entropy H(X,Y) = -Σ p(x, y) log p(x, y). `p_xy` [..., x, y] -> [...]. Source: C&T eq. 2.8."""
    p_xy = joint_pmf(p_xy, base, check)
    return in_units(kernels.entropy_term.sum(XY, p_xy), base)


@array_function
def conditional_entropy(p_xy: Array, given: str = "y", *, base: float | None = None, check: bool = True) -> Array:
    """Conditional entropy H(X|Y) = -Σ p(x, y) log p(x|y) = H(X,Y) - H(Y), or H(Y|X) with given="x".

    It is the mean over y of the entropy of p(x|y), in which a y of probability 0 has no weight.
    `p_xy` [..., x, y] -> [...], between 0 (x determined by y) and H(X) (independent). Source: C&T eq. 2.10.
    """
    p_xy = joint_pmf(p_xy, base, check)
    p_given = array_namespace(p_xy).sum(p_xy, axis=_other(given, "given"), keepdims=True)
    return in_units(kernels.conditional_term.sum(XY, p_xy, p_given), base)


@array_function
def mutual_information(p_xy: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Mutual information I(X;Y) = KL(p(x, y) ‖ p(x) p(y)) = H(X) - H(X|Y) = H(X) + H(Y) - H(X,Y) >= 0.

    `p_xy` [..., x, y] -> [...]; 0 iff independent, at most min(H(X), H(Y)). Source: C&T eq. 2.28.
    """
    p_xy = joint_pmf(p_xy, base, check)
    return in_units(closed_form.total_correlation(p_xy, 2), base)


@array_function
def pointwise_mutual_information(p_xy: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Pointwise mutual information log [p(x, y) / (p(x) p(y))], whose mean is I(X;Y).

    `p_xy` [..., x, y] -> [..., x, y]; -inf where p(x, y) = 0, NaN where p(x) or p(y) is 0 too.
    Source: Fano (1961), Transmission of Information, ch. 2; Church & Hanks (1990).
    """
    p_xy = joint_pmf(p_xy, base, check)
    return in_units(closed_form.pointwise(p_xy), base)


@array_function
def conditional_mutual_information(p_xyz: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Conditional mutual information I(X;Y|Z) = Σ p(x, y, z) log [p(x, y|z) / (p(x|z) p(y|z))] >= 0.

    `p_xyz` [..., x, y, z] -> [...]; 0 iff X and Y are independent given Z. Source: C&T eq. 2.60.
    """
    p = joint_pmf(p_xyz, base, check, 3, "p_xyz")
    return in_units(closed_form.conditional_information(p), base)


@array_function
def total_correlation(
    p: Array, *, n_variables: int | None = None, base: float | None = None, check: bool = True
) -> Array:
    """Total correlation KL(p(x1, …, xn) ‖ Π p(xi)) = Σ H(Xi) - H(X1, …, Xn) >= 0, also called multi-information.

    The last `n_variables` axes of `p` are the variables (by default all), the others a batch. Source: Watanabe (1960).
    """
    _, p = as_arrays(p)
    n = p.ndim if n_variables is None else whole(n_variables, "n_variables")
    if n < 1:
        raise ValueError(f"found {n} variables, expected at least one axis a variable")
    p = joint_pmf(p, base, check, n, "p")
    return in_units(closed_form.total_correlation(p, n), base)


@array_function
def co_information(p: Array, *, n_variables: int | None = None, base: float | None = None, check: bool = True) -> Array:
    """Co-information: Σ (-1)^(|T|+1) H(T) over all non-empty groups T of the variables, by inclusion and exclusion.

    It equals H(X) for one variable, I(X;Y) for two, and I(X;Y) - I(X;Y|Z) for three, in any order. For three or more
    it can have either sign. Redundancy is positive: it is log 2 for three copies of a fair bit. Synergy is negative: it
    is -log 2 for XOR. "Interaction information" (McGill, 1954) has the opposite sign for an odd number of variables.

    The last `n_variables` axes of `p` are the variables (by default all), the others a batch. The cost is that of an
    array with one more outcome on each axis, 3^n cells for n bits. Source: Bell (2003), The co-information lattice.
    """
    _, p = as_arrays(p)
    n = p.ndim if n_variables is None else whole(n_variables, "n_variables")
    if n < 1:
        raise ValueError(f"found {n} variables, expected at least one axis a variable")
    p = joint_pmf(p, base, check, n, "p")
    if n == 1:
        return in_units(kernels.entropy_term.sum((-1,), p), base)
    if n == 2:
        return in_units(closed_form.total_correlation(p, 2), base)
    without_a_group = kernels.entropy_term(total(p, tuple(range(-n, 0))))  # 0, but for rounding
    return in_units(marginals.alternating_sum(p, n) + without_a_group, base)


@array_function
def entropy_from_logits(logits: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Entropy of softmax(logits), with gradients that are finite also where a logit is -inf.

    `logits` [..., n] -> [...].
    """
    xp, logits = as_arrays(logits)
    require_axes(logits, 1, "logits")
    check_keywords(base, check)
    if check:
        check_logits(logits, "logits")
    log_p = kernels.log_softmax(xp, *in_one_dtype(logits))
    p = xp.exp(log_p)
    return in_units(kernels.negative(total(p * xp.where(p == 0, 0, log_p), (-1,))), base)


@array_function
def kl_from_logits(a: Array, b: Array, *, base: float | None = None, check: bool = True) -> Array:
    """KL(softmax(a) ‖ softmax(b)); +inf where b alone has a logit of -inf. Gradients are finite everywhere.

    `a` [..., n], `b` [..., n] -> [...].
    """
    xp, a, b = as_arrays(a, b)
    require_same_outcomes(a, b, (-1,), ("a", "b"))
    check_keywords(base, check)
    if check:
        check_logits(a, "a")
        check_logits(b, "b")
    a, b = in_one_dtype(a, b)
    terms = kernels.kl_term_from_logs(kernels.log_softmax(xp, a), kernels.log_softmax(xp, b))
    excluded = xp.any((a > -xp.inf) & (b == -xp.inf), axis=-1)  # also where exp(a) underflows
    nats = total(terms, (-1,))
    return in_units(nats + xp.where(excluded, xp.inf, xp.zeros_like(nats)), base)


def _other(variable: str, keyword: str) -> tuple[int]:
    """The axis to sum over so that `variable` is left."""
    if not isinstance(variable, str) or variable not in ("x", "y"):
        raise ValueError(f'found {keyword}={variable!r}, expected "x" or "y"')
    return (-1,) if variable == "x" else (-2,)
