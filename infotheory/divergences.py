"""Cross-entropy, KL and other divergences between two discrete distributions over the same outcomes.

The conventions are those of `infotheory`: help(infotheory). "C&T" is Cover & Thomas, Elements of Information Theory,
2nd edition (2006).
"""

from ._arrays import terms
from ._arrays.arguments import array_function, in_units, two_pmfs
from ._arrays.checks import Axis, check_keywords, check_logits, require_same_outcomes
from ._arrays.inputs import Array, as_arrays, in_one_dtype
from ._arrays.sums import total


@array_function
def cross_entropy(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Cross-entropy -Σ p(x) log q(x) = H(p) + KL(p‖q): the mean length of an ideal code for q, on symbols from p.

    >>> p, q = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    >>> np.round([cross_entropy(p, q), -(p * np.log(q)).sum()], 6)
    array([1.203973, 1.203973])

    `p` [..., n], `q` [..., n] -> [...]; +inf where p(x) > 0 = q(x). Source: C&T §5.4, theorem 5.4.3.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    return in_units(terms.cross_entropy.sum(axes, p, q), base)


@array_function
def kl_divergence(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Kullback-Leibler divergence KL(p‖q) = Σ p(x) log(p(x)/q(x)) >= 0, with equality iff p = q.

    >>> p, q = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    >>> np.round([kl_divergence(p, q), (p * np.log(p / q)).sum()], 6)
    array([0.510826, 0.510826])

    `p` [..., n], `q` [..., n] -> [...]; +inf where p(x) > 0 = q(x). The terms summed are p log(p/q) - p + q. Each of
    them is >= 0 (Gibbs' proof), and the sums of p and q cancel. The gradient in p is therefore log(p/q), without
    the textbook's +1, which makes no difference along the simplex. Source: C&T eq. 2.26, theorem 2.6.3.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    return in_units(terms.kl.sum(axes, p, q), base)


@array_function
def js_divergence(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Jensen-Shannon divergence ½ KL(p‖m) + ½ KL(q‖m) with m = ½(p + q): symmetric, at most log 2.

    >>> p, q = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    >>> np.round([js_divergence(p, q), (p * np.log(p / ((p + q) / 2)) + q * np.log(q / ((p + q) / 2))).sum() / 2], 6)
    array([0.101749, 0.101749])

    `p` [..., n], `q` [..., n] -> [...]. Source: Lin (1991), Divergence measures based on the Shannon entropy.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    twice = p + q  # 2m: half of the smallest number would be 0
    return in_units(total(terms.kl(2 * p, twice) + terms.kl(2 * q, twice), axes) / 4, base)


@array_function
def total_variation(p: Array, q: Array, *, axis: Axis = -1, base: float | None = None, check: bool = True) -> Array:
    """Total variation distance ½ Σ |p(x) - q(x)|: the largest difference between the probabilities of one event.

    >>> p, q = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    >>> np.round([total_variation(p, q), abs(p - q).sum() / 2], 6)
    array([0.4, 0.4])

    `p` [..., n], `q` [..., n] -> [...], in [0, 1]. It has no logarithm, so `base` is ignored. Source: C&T §11.6.
    """
    p, q, axes = two_pmfs(p, q, axis, base, check)
    return total(abs(p - q), axes) / 2


@array_function
def kl_from_logits(a: Array, b: Array, *, base: float | None = None, check: bool = True) -> Array:
    """KL(softmax(a) ‖ softmax(b)); +inf where b alone has a logit of -inf. Its gradients are finite everywhere.

    >>> a, b = np.array([1.0, 0.0, -1.0]), np.array([0.0, 0.0, 0.0])
    >>> p, q = np.exp(a) / np.exp(a).sum(), np.exp(b) / np.exp(b).sum()
    >>> np.round([kl_from_logits(a, b), (p * np.log(p / q)).sum()], 6)
    array([0.266217, 0.266217])

    `a` [..., n], `b` [..., n] -> [...].
    """
    xp, a, b = as_arrays(a, b)
    require_same_outcomes(a, b, (-1,), ("a", "b"))
    check_keywords(base, check)
    if check:
        check_logits(a, "a")
        check_logits(b, "b")
    a, b = in_one_dtype(a, b)
    parts = terms.kl_from_logs(terms.log_softmax(xp, a), terms.log_softmax(xp, b))
    excluded = xp.any((a > -xp.inf) & (b == -xp.inf), axis=-1)  # also where exp(a) underflows
    nats = total(parts, (-1,))
    return in_units(nats + xp.where(excluded, xp.inf, xp.zeros_like(nats)), base)
