"""Bounds on log p(x) and on mutual information: exact on discrete latents, and from samples.

Values are in nats, and `base=2` gives bits. Batch axes come first. Shapes that do not match, NaN, and arrays that are
not pmfs where pmfs are expected raise ValueError. `check=False` skips validating the entries; use it in inner loops.
"""

import math

from ._arrays import terms
from ._arrays.arguments import array_function, in_units
from ._arrays.checks import (
    check_finite,
    check_keywords,
    check_log_weights,
    check_logits,
    check_pmf,
    require_axes,
    require_broadcast,
    require_same_outcomes,
)
from ._arrays.inputs import Array, as_arrays, in_one_dtype
from ._arrays.sums import mean, total


@array_function
def barber_agakov_bound(p_cx: Array, q_c_given_x: Array, *, base: float | None = None, check: bool = True) -> Array:
    """H(c) + E_p(c, x) log Q(c|x) <= I(c; x), exactly, for discrete c and x.

    `p_cx` [..., c, x] a joint pmf, `q_c_given_x` [..., c, x] with columns that sum to 1 -> [...]. The gap is
    E_x KL(p(c|x) ‖ Q(c|x)). The bound is -inf where Q excludes a pair that happens. Source: Barber & Agakov (2003).
    """
    xp, p, q = as_arrays(p_cx, q_c_given_x)
    require_axes(p, 2, "p_cx")
    require_axes(q, 2, "q_c_given_x")
    check_keywords(base, check)
    if check:
        check_pmf(p, (-2, -1), "p_cx")
    require_same_outcomes(p, q, (-2, -1), ("p_cx", "q_c_given_x"))
    if check:
        check_pmf(q, (-2,), "q_c_given_x")
    p, q = in_one_dtype(p, q)
    p_c = xp.sum(p, axis=-1, keepdims=True)
    return in_units(terms.barber_agakov.sum((-2, -1), p, q, p_c), base)


@array_function
def mutual_information_bound(log_q: Array, entropy_c: Array, *, base: float | None = None, check: bool = True) -> Array:
    """InfoGAN's lower bound L_I = H(c) + E[log Q(c|x)] <= I(c; x), from samples.

    `log_q` [..., n] holds log Q(c_i | x_i) in nats, at the very code c_i that made x_i; `entropy_c` is H(c) in nats
    -> [...]. The gap is E_x KL(p(c|x) ‖ Q(c|x)), so the bound is tight when Q is the posterior. For continuous
    codes log Q is a log density and H(c) a differential entropy. It holds in expectation: one estimate can lie above I.
    Source: Chen et al. (2016), eq. 4-5.
    """
    _, log_q, entropy_c = as_arrays(log_q, entropy_c)
    require_axes(log_q, 1, "log_q")
    check_keywords(base, check)
    require_broadcast({"log_q[..., n]": log_q.shape[:-1], "entropy_c": entropy_c.shape})
    if log_q.shape[-1] == 0:
        raise ValueError(f"log_q is empty: it has shape {tuple(log_q.shape)}, expected at least one sample")
    if check:
        check_log_weights(log_q, "log_q")
        check_finite(entropy_c, "entropy_c")
    log_q, entropy_c = in_one_dtype(log_q, entropy_c)
    return in_units(entropy_c + mean(log_q), base)


@array_function
def infonce_bound(scores: Array, *, base: float | None = None, check: bool = True) -> Array:
    """InfoNCE: mean_i (s_ii - log Σ_j exp s_ij) + log K, a lower bound on I(x; y) that never exceeds log K.

    `scores` [..., K, K] with s_ij = f(x_i, y_j), the pairs drawn together on the diagonal -> [...].
    It holds in expectation: one estimate can lie above I. Source: van den Oord et al. (2018); Poole et al. (2019), §2.
    """
    xp, scores, k = _scores(scores, base, check)
    positive = xp.linalg.diagonal(terms.log_softmax(xp, scores))
    return in_units(mean(positive) + math.log(k), base)


@array_function
def nwj_bound(scores: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Nguyen-Wainwright-Jordan: E_p(x, y) f - e⁻¹ E_p(x)p(y) exp f <= I(x; y); tight at f = 1 + log p(x|y)/p(x).

    `scores` [..., K, K] with s_ij = f(x_i, y_j) and K >= 2 -> [...]. The pairs on the diagonal are drawn together, the
    others independently. The bound holds in expectation: one estimate can lie above I.
    Source: Nguyen et al. (2010); Poole et al. (2019), §2.
    """
    xp, scores, k = _scores(scores, base, check)
    if k < 2:
        raise ValueError("found one pair, expected at least two: the second mean runs over pairs drawn apart")
    together = xp.eye(k, dtype=scores.dtype, device=scores.device) == 1
    root = xp.exp(xp.where(together, -math.inf, scores) / 2)  # exp(s) may overflow where its share of the mean does not
    apart = total(root / (k * (k - 1) * math.e) * root, (-2, -1))
    return in_units(mean(xp.linalg.diagonal(scores)) - apart, base)


def _scores(scores, base, check):
    xp, scores = as_arrays(scores)
    require_axes(scores, 2, "scores")
    check_keywords(base, check)
    if scores.shape[-1] != scores.shape[-2] or scores.shape[-1] == 0:
        raise ValueError(f"scores has shape {tuple(scores.shape)}, expected [..., K, K], pairs on the diagonal")
    if check:
        check_logits(scores, "scores")
    (scores,) = in_one_dtype(scores)
    return xp, scores, scores.shape[-1]
