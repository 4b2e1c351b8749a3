"""Functions of a whole joint pmf, each with its gradient in closed form: conditional pmfs and informations.

Autograd would add a gradient through the numerator to one through the marginals. Both overflow where a marginal is
subnormal, and inf - inf is NaN. The closed form takes their difference first. At p = 0 the derivative is one-sided:
only the probability of this cell rises.
"""

import math
from functools import partial

from .autograd import Differentiable
from .inputs import Array
from .sums import total
from .terms import kl_from_product


def shares(p: Array, axis: int) -> Array:
    """p / Σ p over `axis`; 0 where that sum is 0."""
    return Differentiable(partial(_shares, axis=axis), partial(_shares_gradient, axis=axis))(p)


def pointwise_information(p_xy: Array) -> Array:
    """log [p(x, y) / (p(x) p(y))]; -inf where p(x, y) = 0, NaN where p(x) or p(y) is 0 too."""
    return Differentiable(_pointwise_information, _pointwise_information_gradient)(p_xy)


def total_correlation(p: Array, n: int) -> Array:
    """Σ p log [p / Π p_i] over the last `n` axes; for two it is the mutual information."""
    return Differentiable(partial(_total_correlation, n=n), partial(_total_correlation_gradient, n=n))(p)


def conditional_information(p_xyz: Array) -> Array:
    """Σ p(x, y, z) log [p(x, y|z) / (p(x|z) p(y|z))]."""
    return Differentiable(_conditional_information, _conditional_information_gradient)(p_xyz)


def _positive(xp, p):
    """p with 1 in the place of 0, as a divisor or in a logarithm."""
    return xp.where(p == 0, 1, p)


def _shares(xp, p, axis):
    sums = xp.sum(p, axis=axis, keepdims=True)
    return p / _positive(xp, sums)


def _shares_gradient(xp, upstream, p, axis):
    """(u - Σ u s) / Σ p, for the shares s."""
    sums, share = xp.sum(p, axis=axis, keepdims=True), _shares(xp, p, axis)
    mean = xp.sum(xp.where(share == 0, 0, upstream * share), axis=axis, keepdims=True)
    return (xp.where(sums == 0, 0, (upstream - mean) / _positive(xp, sums)),)


def _marginals(xp, p_xy):
    """p(x) and p(y), with 1 in the place of 0, and where one of them is 0."""
    p_x, p_y = xp.sum(p_xy, axis=-1, keepdims=True), xp.sum(p_xy, axis=-2, keepdims=True)
    return _positive(xp, p_x), _positive(xp, p_y), (p_x == 0) | (p_y == 0)


def _pointwise_information(xp, p_xy):
    p_x, p_y, never = _marginals(xp, p_xy)
    return xp.where(never, xp.nan, xp.log(p_xy) - xp.log(p_x) - xp.log(p_y))


def _pointwise_information_gradient(xp, upstream, p_xy):
    """(u - p(y|x) Σ_y u - p(x|y) Σ_x u) / p(x, y); at p(x, y) = 0, ±inf by the sign of u, or without the u if u = 0."""
    p_x, p_y, never = _marginals(xp, p_xy)
    upstream = xp.where(never, 0, upstream)
    of_x, of_y = xp.sum(upstream, axis=-1, keepdims=True), xp.sum(upstream, axis=-2, keepdims=True)
    impossible = p_xy == 0
    possible = (upstream - p_xy / p_x * of_x - p_xy / p_y * of_y) / _positive(xp, p_xy)
    through_marginals = of_x / p_x + of_y / p_y
    through_marginals = xp.where(xp.isnan(through_marginals), 0, -through_marginals)
    alone = xp.where(upstream == 0, through_marginals, xp.copysign(xp.full_like(upstream, math.inf), upstream))
    return (xp.where(impossible, alone, possible),)


def _total_correlation(xp, p, n):
    """The chain I(X1;X2) + I(X1,X2;X3) + …, each summed from terms p log(p/q) - p + q with q = a b."""
    if n == 1:
        return 0 * xp.sum(p, axis=-1)
    batch, chain = p.shape[: p.ndim - n], 0
    for k in range(n, 2, -1):
        earlier = math.prod(p.shape[-k:-1])  # not -1, which an empty batch leaves open
        chain = chain + _mutual_information(xp.reshape(p, (*batch, earlier, p.shape[-1])))
        p = xp.sum(p, axis=-1)
    return chain + _mutual_information(p)


def _mutual_information(p_xy):
    p_x, p_y = total(p_xy, (-1,))[..., :, None], total(p_xy, (-2,))[..., None, :]
    return kl_from_product.sum((-2, -1), p_xy, p_x, p_y)


def _total_correlation_gradient(xp, upstream, p, n):
    """u log [p / Π p_i], as the chain of log [p(x1, …, xk) / (p(x1, …, xk-1) p(xk))].

    The terms -p + q add 2 (Σ p - 1) for each link of the chain, which is 0 on the simplex.
    """
    variables = tuple(range(-n, 0))
    everything = xp.sum(p, axis=variables, keepdims=True)
    finite, zeros, first = 2 * (n - 1) * (everything - 1), 0 * everything, p
    for k in reversed(variables[1:]):
        earlier = xp.sum(first, axis=k, keepdims=True)
        alone = xp.sum(first, axis=tuple(range(-n, k)), keepdims=True)
        log_ratio, count = _log_ratio_in_the_limit(xp, first, earlier, alone, xp.ones_like(everything))
        finite, zeros, first = finite + log_ratio, zeros + count, earlier
    return (_times_slope(xp, upstream, xp.broadcast_to(finite, p.shape), zeros, n),)


def _conditional_information(xp, p):
    p_x_given_z, p_yz = _shares(xp, xp.sum(p, axis=-2, keepdims=True), -3), xp.sum(p, axis=-3, keepdims=True)
    return kl_from_product.sum((-3, -2, -1), p, p_x_given_z, p_yz)


def _conditional_information_gradient(xp, upstream, p):
    """u log [p(x, y, z) p(z) / (p(x, z) p(y, z))]."""
    p_xz, p_yz = xp.sum(p, axis=-2, keepdims=True), xp.sum(p, axis=-3, keepdims=True)
    finite, zeros = _log_ratio_in_the_limit(xp, p, p_xz, p_yz, xp.sum(p_yz, axis=-2, keepdims=True))
    return (_times_slope(xp, upstream, finite, zeros, 3),)


def _log_ratio_in_the_limit(xp, p, a, b, c):
    """log [p c / (a b)] for 0 <= p <= a, b <= c, with 1 in the place of each 0, and the count of these zeros.

    The count has the signs of the logarithms. If this cell alone rises from 0 to ε, each number that was 0 equals ε.
    The ratio is then the one returned times ε to the power of the count.
    """
    log_p, log_a, log_b, log_c = (xp.log(_positive(xp, part)) for part in (p, a, b, c))
    zero_p, zero_a, zero_b, zero_c = (xp.astype(part == 0, p.dtype) for part in (p, a, b, c))
    log_ratio, zeros = log_p - log_a - (log_b - log_c), zero_p - zero_a - (zero_b - zero_c)
    # Where p/a is near b/c, this keeps the relative precision.
    base = b / _positive(xp, c)
    difference = p / _positive(xp, a) - base
    near = abs(difference) < base / 2
    precise = xp.log1p(xp.where(near, difference, 0) / xp.where(near, base, 1))
    return xp.where(near, precise, log_ratio), zeros


def _times_slope(xp, upstream, finite, zeros, n):
    """`upstream` times the slope `finite` + `zeros` log ε at ε = 0; 0 where `upstream` is 0."""
    slope = xp.where(zeros > 0, -math.inf, xp.where(zeros < 0, math.inf, finite))
    upstream = upstream[(..., *(None,) * n)]
    return xp.where(upstream == 0, 0, upstream * slope)
