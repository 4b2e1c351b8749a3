"""The elementwise functions that every measure sums, each with its partial derivatives beside it.

A kernel is written once, in operations that numpy and torch share. On tensors it is one node of the
autograd graph whose slopes are given in closed form: automatic differentiation of `-p * log(p)` gives
NaN at p = 0, where the slope is +inf. A zero that flows back through an infinite slope stays zero.
"""

import math
from functools import cache

import numpy as np
from array_api_compat import array_namespace, is_numpy_namespace, is_torch_array


class Kernel:
    """An elementwise function of broadcastable arrays: its `value` and its `slopes`, one for each array."""

    def __init__(self, value, slopes, doc):
        self.value, self.slopes, self.__doc__ = value, slopes, doc

    def __call__(self, *arrays):
        if any(is_torch_array(array) and array.requires_grad for array in arrays):
            return _autograd_node().apply(self, *arrays)
        with np.errstate(all="ignore"):
            return self.value(array_namespace(*arrays), *arrays)


@cache
def _autograd_node():
    import torch  # by now a tensor has been met, so this costs nothing

    class Elementwise(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(kernel, *arrays):
            return kernel.value(array_namespace(*arrays), *arrays)

        @staticmethod
        def setup_context(ctx, inputs, output):
            ctx.kernel, *arrays = inputs
            ctx.save_for_backward(*arrays)

        @staticmethod
        def backward(ctx, upstream):
            arrays = ctx.saved_tensors
            slopes = ctx.kernel.slopes(array_namespace(*arrays), *arrays)
            flows = [torch.where(upstream == 0, 0, upstream * slope) for slope in slopes]
            return None, *(flow.sum_to_size(array.shape) for flow, array in zip(flows, arrays, strict=True))

    return Elementwise


def kernel(slopes):
    """Make a `Kernel` of the decorated value function; `slopes` gives its partial derivatives."""
    return lambda value: Kernel(value, slopes, value.__doc__)


# In each pair the slopes come first, then the value. `0 - x` is -x without a minus sign on zero.


def _surprise_slopes(xp, p):
    return (-1 / p,)


@kernel(_surprise_slopes)
def surprise(xp, p):
    """-log p; +inf at p = 0."""
    return 0 - xp.log(p)


def _entropy_slopes(xp, p):
    return (-1 - xp.log(p),)


@kernel(_entropy_slopes)
def entropy_term(xp, p):
    """-p log p; 0 at p = 0, with slope +inf."""
    term = xp.log(xp.where(p == 0, 1, p))
    term *= p
    return 0 - term


def _cross_entropy_slopes(xp, p, q):
    return 0 - xp.log(q), xp.where(p == 0, 0, -p / q)


@kernel(_cross_entropy_slopes)
def cross_entropy_term(xp, p, q):
    """-p log q; 0 at p = 0, +inf where p > 0 and q = 0."""
    return xp.where(p == 0, 0, 0 - p * xp.log(q))


def _conditional_slopes(xp, p, given):
    never = given == 0
    return xp.where(never, 0, -1 - xp.log(p / given)), xp.where(never, 0, p / given)


@kernel(_conditional_slopes)
def conditional_term(xp, p, given):
    """-p log(p/given), for 0 <= p <= given; 0 at p = 0. Both slopes are 0 where `given` is."""
    return 0 - p * xp.log(xp.where(p == 0, 1, p / given))


def _kl_slopes(xp, p, q):
    neither = (p == 0) & (q == 0)
    return xp.where(neither, 0, 0 - _log_ratio(xp, p, q)), xp.where(neither, 1, (q - p) / q)


@kernel(_kl_slopes)
def kl_term(xp, p, q):
    """p log(p/q) - p + q, which is never negative: log t <= t - 1. It is q at p = 0; +inf where p > 0 = q.

    The slopes are log(p/q) and 1 - p/q; where p = q = 0 they are 0 and 1.
    """
    term = _log_ratio(xp, p, q)
    term *= -p
    term += q - p
    return xp.where(p == 0, q, xp.where(term < 0, 0, term))  # below 0 is rounding


def _log_ratio(xp, p, q):
    """log(q/p) = ±log1p(|q - p| / min(p, q)), which keeps its relative precision as q nears p."""
    difference = q - p
    distance, smaller = xp.abs(difference), xp.minimum(p, q)
    ratio = distance / smaller
    size = xp.log1p(ratio)
    overflow = ratio == math.inf  # `smaller` is 0, or subnormal: then take 2^64 out of the ratio
    if not is_numpy_namespace(xp) or overflow.any():
        size = xp.where(overflow, xp.log(distance * 2.0**-64 / smaller) + 64 * math.log(2), size)
    return xp.copysign(size, difference)


def _kl_slopes_from_logs(xp, log_p, log_q):
    p, q = xp.exp(log_p), xp.exp(log_q)
    return xp.where((p == 0) | (q == 0), 0, p * (log_p - log_q)), q - p


@kernel(_kl_slopes_from_logs)
def kl_term_from_logs(xp, log_p, log_q):
    """`kl_term` of p = exp(log_p) and q = exp(log_q), as p (e^d - 1 - d) with d = log q - log p.

    Its slopes are finite everywhere: 0 in log_p where p or q is 0, also where the term is +inf.
    """
    p, q, d = xp.exp(log_p), xp.exp(log_q), log_q - log_p
    near = xp.abs(d) < 1
    term = xp.where(near, p * (xp.expm1(xp.where(near, d, 0)) - d), q - p - p * d)
    return xp.where(p == 0, q, xp.where(term < 0, 0, term))


def log_softmax(xp, logits):
    """Logarithms of softmax(logits) over the last axis, finite wherever the logit is."""
    shifted = logits - xp.max(logits, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
