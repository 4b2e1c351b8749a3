"""Inclusion and exclusion: the entropies of all marginals of a joint pmf, summed with alternating signs."""

import math

from array_api_compat import array_namespace

from .inputs import Array
from .terms import with_slopes

CELLS = 2**22  # of the array that holds all marginals; a larger one is computed in parts


def alternating_sum(p: Array, n: int) -> Array:
    """Σ over all groups T of the last `n` variables of (-1)^|T| Σ p log p_T, where p_T is the marginal of T.

    The empty group is included: its p_T is the sum of p.

    Choose one variable X. The groups without X give the alternating sum of the table summed over X. The groups with X
    give minus the alternating sums of the tables for each outcome of X. A table whose marginals would need too much
    memory is therefore split along its shortest axis. It is not split if a gradient is needed: autograd would keep all
    parts, and infinite slopes that cancel would be added as inf - inf.
    """
    xp = array_namespace(p)
    large = math.prod(size + 1 for size in p.shape[-n:]) > CELLS
    if large and n > 1 and not getattr(p, "requires_grad", False):
        axis = min(range(-n, 0), key=lambda a: p.shape[a])
        after = (slice(None),) * (-1 - axis)
        parts = [alternating_sum(p[(..., i, *after)], n - 1) for i in range(p.shape[axis])]
        return alternating_sum(xp.sum(p, axis=axis), n - 1) - sum(parts)
    marginals = _all_marginals(xp, p, n)
    never = marginals == 0
    log_ratio = _over_groups(xp.log(xp.where(never, 1, marginals)), n)
    zeros = _over_groups(xp.astype(never, p.dtype), n)
    return _term.sum(tuple(range(-n, 0)), p, log_ratio, zeros)


def _all_marginals(xp, p, n):
    """[..., k_1 + 1, …, k_n + 1]: the last index of an axis stands for the sum over that variable."""
    for axis in range(-n, 0):
        p = xp.concat([p, xp.sum(p, axis=axis, keepdims=True)], axis=axis)
    return p


def _over_groups(values, n):
    """For each outcome the sum over groups T of (-1)^|T| times the value that `_all_marginals` has for T."""
    for axis in range(-n, 0):
        after = (slice(None),) * (-1 - axis)
        values = values[(..., slice(-1, None), *after)] - values[(..., slice(-1), *after)]
    return values


def _slopes(xp, p, log_ratio, zeros):
    diverges = xp.where(zeros > 0, -xp.inf, xp.where(zeros < 0, xp.inf, log_ratio))
    return diverges, p, 0 * p  # `zeros` is constant near p


@with_slopes(_slopes)
def _term(xp, p, log_ratio, zeros):
    """p times `log_ratio`, which sums ±log p_T over the groups T with p_T > 0.

    `zeros` counts the groups with p_T = 0, with the same signs. If p alone rises from 0, each of these p_T equals p.
    The slope there is `zeros` log p, which is infinite unless the signs cancel.
    """
    return p * log_ratio
