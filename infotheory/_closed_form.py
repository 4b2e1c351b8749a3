"""Functions of a whole joint pmf whose gradient is given in closed form: conditional pmfs, pointwise information.

If autograd adds up the gradient through the numerator and through the marginals, both overflow where a marginal is
subnormal, and inf - inf is NaN. In closed form the difference is taken first.
"""

import math
from functools import cache, partial

from array_api_compat import array_namespace, is_torch_array

from ._inputs import Array


def shares(p: Array, axis: int) -> Array:
    """p / Σ p over `axis`; 0 where that sum is 0."""
    return _apply(partial(_shares, axis=axis), partial(_shares_gradient, axis=axis), p)


def pointwise(p_xy: Array) -> Array:
    """log [p(x, y) / (p(x) p(y))]; -inf where p(x, y) = 0, NaN where p(x) or p(y) is 0 too."""
    return _apply(_pointwise, _pointwise_gradient, p_xy)


def _shares(xp, p, axis):
    sums = xp.sum(p, axis=axis, keepdims=True)
    return p / xp.where(sums == 0, 1, sums)


def _shares_gradient(xp, p, upstream, axis):
    """(u - Σ u s) / Σ p, for the shares s."""
    sums, share = xp.sum(p, axis=axis, keepdims=True), _shares(xp, p, axis)
    mean = xp.sum(xp.where(share == 0, 0, upstream * share), axis=axis, keepdims=True)
    return xp.where(sums == 0, 0, (upstream - mean) / xp.where(sums == 0, 1, sums))


def _marginals(xp, p_xy):
    """p(x) and p(y), with 1 for 0, and where one of them is 0."""
    p_x, p_y = xp.sum(p_xy, axis=-1, keepdims=True), xp.sum(p_xy, axis=-2, keepdims=True)
    return xp.where(p_x == 0, 1, p_x), xp.where(p_y == 0, 1, p_y), (p_x == 0) | (p_y == 0)


def _pointwise(xp, p_xy):
    p_x, p_y, never = _marginals(xp, p_xy)
    return xp.where(never, xp.nan, xp.log(p_xy) - xp.log(p_x) - xp.log(p_y))


def _pointwise_gradient(xp, p_xy, upstream):
    """(u - p(y|x) Σ_y u - p(x|y) Σ_x u) / p(x, y); at p(x, y) = 0, ±inf by the sign of u."""
    p_x, p_y, never = _marginals(xp, p_xy)
    upstream = xp.where(never, 0, upstream)
    of_x, of_y = xp.sum(upstream, axis=-1, keepdims=True), xp.sum(upstream, axis=-2, keepdims=True)
    impossible = p_xy == 0
    possible = (upstream - p_xy / p_x * of_x - p_xy / p_y * of_y) / xp.where(impossible, 1, p_xy)
    through_marginals = of_x / p_x + of_y / p_y
    through_marginals = xp.where(xp.isnan(through_marginals), 0, -through_marginals)
    alone = xp.where(upstream == 0, through_marginals, xp.copysign(xp.full_like(upstream, math.inf), upstream))
    return xp.where(never, 0, xp.where(impossible, alone, possible))


def _apply(value, gradient, p):
    if is_torch_array(p) and p.requires_grad:
        return _autograd_node().apply(value, gradient, p)
    return value(array_namespace(p), p)


@cache
def _autograd_node():
    import torch  # by now a tensor has been met, so this costs nothing

    class Whole(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(value, gradient, p):
            return value(array_namespace(p), p)

        @staticmethod
        def setup_context(ctx, inputs, output):
            _, ctx.gradient, p = inputs
            ctx.save_for_backward(p)

        @staticmethod
        def backward(ctx, upstream):
            (p,) = ctx.saved_tensors
            return None, None, ctx.gradient(array_namespace(p), p, upstream)

    return Whole
