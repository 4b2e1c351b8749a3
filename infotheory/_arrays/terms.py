"""The terms that measures sum: elementwise functions, each with its partial derivatives in closed form beside it.

A term is written once, in operations that numpy and torch share. A zero that flows back through an infinite slope
stays zero.
"""

import math

import numpy as np
from array_api_compat import array_namespace, is_numpy_namespace, is_torch_array

from .autograd import Differentiable
from .sums import total

BLOCK = 65_536  # entries that stay in the processor's cache
HUGE = 2.0**100  # a ratio above it may overflow, and in torch 2.6 its log1p does; there log1p(r) is log(r)
AWAY_FROM_SUBNORMAL = 2.0**64  # a positive subnormal number times this is a normal one, of full precision
SAFE_PRODUCT = 1e-30  # products above it are far from underflow, in float32 too


class Term(Differentiable):
    """An elementwise function of broadcastable arrays: its `value` and its `slopes`, one for each array."""

    def __init__(self, value, slopes):
        super().__init__(value, self._gradients if slopes else None)
        self.slopes, self.__doc__ = slopes, value.__doc__

    def _gradients(self, xp, upstream, *arrays):
        flows = [xp.where(upstream == 0, 0, upstream * slope) for slope in self.slopes(xp, *arrays)]
        return tuple(flow.sum_to_size(array.shape) for flow, array in zip(flows, arrays, strict=True))

    def sum(self, axes: tuple[int, ...], *arrays):
        """Σ over `axes`, which are negative. Large numpy arrays go by blocks that stay in the processor's cache."""
        shape = arrays[0].shape if len(arrays) == 1 else np.broadcast_shapes(*(array.shape for array in arrays))
        if is_torch_array(arrays[0]):
            return total(self(*arrays), axes)
        xp = array_namespace(*arrays)
        if math.prod(shape) <= BLOCK or shape[0] == 1:
            return total(self.value(xp, *arrays), axes)
        rows = max(1, BLOCK // math.prod(shape[1:]))
        whole = [array.ndim < len(shape) or array.shape[0] == 1 for array in arrays]
        sums = [
            total(self.value(xp, *(a if w else a[i : i + rows] for a, w in zip(arrays, whole, strict=True))), axes)
            for i in range(0, shape[0], rows)
        ]
        return np.sum(sums, axis=0, dtype=sums[0].dtype) if -len(shape) in axes else np.concatenate(sums)


def with_slopes(slopes):
    """Make a `Term` of the decorated value function; `slopes` gives its partial derivatives."""
    return lambda value: Term(value, slopes)


# In each pair the slopes come first, then the value. A slope divides by |p|, since p may be the number -0.0.


def negative(x):
    """-x, without a minus sign on zero."""
    return 0 - x


def _surprise_slopes(xp, p):
    return (-1 / abs(p),)


@with_slopes(_surprise_slopes)
def surprise(xp, p):
    """-log p; +inf at p = 0."""
    return negative(xp.log(p))


def _entropy_slopes(xp, p):
    return (-1 - xp.log(p),)


@with_slopes(_entropy_slopes)
def entropy(xp, p):
    """-p log p; 0 at p = 0, with slope +inf."""
    minus_term = xp.log(xp.where(p == 0, 1, p))
    minus_term *= p
    return negative(minus_term)


def _cross_entropy_slopes(xp, p, q):
    return negative(xp.log(q)), xp.where(p == 0, 0, -p / abs(q))


@with_slopes(_cross_entropy_slopes)
def cross_entropy(xp, p, q):
    """-p log q; 0 at p = 0, +inf where p > 0 and q = 0."""
    return xp.where(p == 0, 0, negative(p * xp.log(q)))


def _conditional_entropy_slopes(xp, p, given):
    never = given == 0
    return xp.where(never, 0, -1 - xp.log(p / given)), xp.where(never, 0, p / given)


@with_slopes(_conditional_entropy_slopes)
def conditional_entropy(xp, p, given):
    """-p log(p/given), for 0 <= p <= given; 0 at p = 0. Both slopes are 0 where `given` is 0."""
    return negative(p * xp.log(xp.where(p == 0, 1, p / given)))


def _kl_slopes(xp, p, q):
    neither = (p == 0) & (q == 0)
    return xp.where(neither, 0, negative(_log_ratio(xp, p, q))), xp.where(neither, 1, (q - p) / abs(q))


@with_slopes(_kl_slopes)
def kl(xp, p, q):
    """p log(p/q) - p + q, which is never negative: log t <= t - 1. It is q at p = 0; +inf where p > 0 = q.

    The slopes are log(p/q) and 1 - p/q; where p = q = 0 they are 0 and 1.
    """
    if is_numpy_namespace(xp) and (term := _kl_of_near(p, q)) is not None:
        return term
    term = _log_ratio(xp, p, q)
    term *= -p
    term += q - p
    return xp.where(p == 0, q, xp.where(term < 0, 0, term))  # below 0 is rounding


def _kl_of_near(p, q):
    """`kl` in half the passes over memory, as p (r - log1p(r)) with r = (q - p)/p. None if an r is extreme."""
    difference = q - p
    ratio = difference / p
    if ratio.size and not (ratio.min() > -0.99 and ratio.max() < math.inf):  # also where p = 0
        return None
    log_ratio = np.log1p(ratio, out=ratio)
    log_ratio *= p
    difference -= log_ratio
    return np.maximum(difference, 0, out=difference)


def _log_ratio(xp, p, q):
    """log(q/p) = ±log1p(|q - p| / min(p, q)), which keeps its relative precision as q nears p."""
    difference = q - p
    distance, smaller = xp.abs(difference), xp.minimum(p, q)
    ratio = distance / smaller
    size = xp.log1p(ratio)
    huge = xp.abs(ratio) > HUGE  # also if the smaller one is 0 or -0.0
    if not is_numpy_namespace(xp) or huge.any():
        scaled = distance / (smaller * AWAY_FROM_SUBNORMAL)
        size = xp.where(huge, xp.log(xp.abs(scaled)) + math.log(AWAY_FROM_SUBNORMAL), size)
    return xp.copysign(size, difference)


@with_slopes(None)  # the gradients of its sums are in `joints`
def kl_from_product(xp, p, a, b):
    """`kl(p, a b)` for 0 <= p <= a. The product may underflow, so it is computed as a times `kl(p/a, b)`."""
    if is_numpy_namespace(xp) and a.size and b.size and a.min() * b.min() > SAFE_PRODUCT:  # the faster way
        return kl.value(xp, p, np.einsum("...,...->...", a, b))  # a * b, in half its time
    return a * kl.value(xp, p / xp.where(a == 0, 1, a), b)


def _kl_from_logs_slopes(xp, log_p, log_q):
    p, q = xp.exp(log_p), xp.exp(log_q)
    return xp.where((p == 0) | (q == 0), 0, p * (log_p - log_q)), q - p


@with_slopes(_kl_from_logs_slopes)
def kl_from_logs(xp, log_p, log_q):
    """`kl` of p = exp(log_p) and q = exp(log_q), as p (e^d - 1 - d) with d = log q - log p.

    Its slopes are finite everywhere: 0 in log_p where p or q is 0, also where the term is +inf.
    """
    p, q, d = xp.exp(log_p), xp.exp(log_q), log_q - log_p
    near = xp.abs(d) < 1
    term = xp.where(near, p * (xp.expm1(xp.where(near, d, 0)) - d), q - p - p * d)
    return xp.where(p == 0, q, xp.where(term < 0, 0, term))


def _elbo_slopes(xp, q, log_joint):
    never = log_joint == -math.inf
    return xp.where(never, -math.inf, log_joint - xp.log(q) - 1), q


@with_slopes(_elbo_slopes)
def elbo(xp, q, log_joint):
    """q (log_joint - log q); 0 at q = 0, -inf where q > 0 and log_joint = -inf."""
    return xp.where(q == 0, 0, q * (log_joint - xp.log(q)))


def _barber_agakov_slopes(xp, p, q, prior):
    slope = xp.where(q == 0, -math.inf, xp.log(q) - xp.log(prior))
    return slope, xp.where(p == 0, 0, p / abs(q)), xp.where(p == 0, 0, -p / abs(prior))


@with_slopes(_barber_agakov_slopes)
def barber_agakov(xp, p, q, prior):
    """p log(q/prior) for 0 <= p <= prior; 0 at p = 0, -inf where p > 0 = q. The slope in p is -inf at q = 0."""
    return xp.where(p == 0, 0, p * (xp.log(q) - xp.log(prior)))


def _gaussian_kl_slopes(xp, mean, log_variance):
    return mean, xp.expm1(log_variance) / 2


@with_slopes(_gaussian_kl_slopes)
def gaussian_kl(xp, mean, log_variance):
    """½ (μ² + expm1(log σ²) - log σ²); +inf at an infinite variance."""
    excess = xp.expm1(log_variance) - log_variance
    return mean * (mean / 2) + xp.where(log_variance == math.inf, math.inf, excess / 2)  # mean**2 might overflow


def logsumexp(xp, values):
    """log Σ exp over the last axis, -inf where all values are; the slopes there are 0."""
    shifted, largest = _from_the_largest(xp, values)
    sums = xp.sum(xp.exp(shifted), axis=-1)
    never = sums == 0
    return xp.where(never, -math.inf, xp.log(xp.where(never, 1, sums)) + largest[..., 0])


def _from_the_largest(xp, values):
    """The values less the largest on the last axis (or less 0 where that is infinite), and the largest."""
    largest = xp.max(values, axis=-1, keepdims=True)
    largest = xp.where(xp.isfinite(largest), largest, 0)
    return values - largest, largest


def log_softmax(xp, logits):
    """Logarithms of softmax(logits) over the last axis, finite wherever the logit is."""
    shifted, _ = _from_the_largest(xp, logits)  # first, or log Σ exp is rounded at the size of the logits
    return shifted - logsumexp(xp, shifted)[..., None]
