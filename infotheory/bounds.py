"""Lower bounds on mutual information: exact for a discrete joint pmf, and from samples.

The conventions are those of `infotheory`. A bound from samples holds in expectation: one estimate can exceed I.
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
    """The Barber-Agakov bound H(c) + E_p(c, x) log Q(c|x) <= I(c; x), exact for discrete c and x.

    >>> p = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    >>> q = np.array([[0.6, 0.4, 0.2], [0.4, 0.6, 0.8]])
    >>> np.round([barber_agakov_bound(p, q), (p * np.log(q / p.sum(axis=1, keepdims=True))).sum()], 6)
    array([0.13274, 0.13274])

    `p_cx` [..., c, x] is a joint pmf, `q_c_given_x` [..., c, x] has columns that sum to 1 -> [...]. The gap to I equals
    E_x KL(p(c|x) ‖ Q(c|x)). The bound is -inf if Q(c|x) = 0 < p(c, x) for some pair. Source: Barber & Agakov (2003).
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

    >>> log_q = np.log([0.9, 0.6, 0.8, 0.7])
    >>> np.round([mutual_information_bound(log_q, np.log(2)), np.log(2) + log_q.mean()], 6)
    array([0.394146, 0.394146])

    `log_q` [..., n] holds log Q(c_i|x_i) in nats, where x_i was generated from c_i; `entropy_c` is H(c) in nats
    -> [...]. The gap to I equals E_x KL(p(c|x) ‖ Q(c|x)), so the bound is tight iff Q is the posterior. For continuous
    codes log Q is a log density and H(c) a differential entropy. Source: Chen et al. (2016), eq. 4-5.
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

    >>> scores = np.array([[1, 0, -1], [0.5, 2, 0], [0, 0, 3]])
    >>> naive = (np.diag(scores) - np.log(np.exp(scores).sum(axis=1))).mean() + np.log(3)
    >>> np.round([infonce_bound(scores), naive], 6)
    array([0.828984, 0.828984])

    `scores` [..., K, K] with s_ij = f(x_i, y_j) of a critic f -> [...]. The pairs on the diagonal are drawn together.
    Source: van den Oord et al. (2018); Poole et al. (2019), §2.
    """
    xp, scores, k = _scores(scores, base, check)
    positive = xp.linalg.diagonal(terms.log_softmax(xp, scores))
    return in_units(mean(positive) + math.log(k), base)


@array_function
def nwj_bound(scores: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Nguyen-Wainwright-Jordan: E_p(x, y) f - e⁻¹ E_p(x)p(y) exp f <= I(x; y); tight at f = 1 + log p(x|y)/p(x).

    >>> scores = np.array([[1, 0, -1], [0.5, 2, 0], [0, 0, 3]])
    >>> apart = np.exp(scores[~np.eye(3, dtype=bool)])
    >>> np.round([nwj_bound(scores), np.diag(scores).mean() - apart.mean() / np.e], 6)
    array([1.631103, 1.631103])

    `scores` [..., K, K] with s_ij = f(x_i, y_j) of a critic f and K >= 2 -> [...]. The pairs on the diagonal are drawn
    together, the other pairs independently. Source: Nguyen et al. (2010); Poole et al. (2019), §2.
    """
    xp, scores, k = _scores(scores, base, check)
    if k < 2:
        raise ValueError("found one pair, expected at least two: the second mean is over pairs drawn independently")
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
