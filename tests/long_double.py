"""The textbook's formulas in extended precision, one line each: what the fuzz test compares with.

Every function takes `numpy.longdouble` arrays (64 bits of mantissa and 15 of exponent on x86) and is written from
the definition, not from the package. Where terms of opposite sign may cancel, the reference comes with the sum of
their sizes, which is the scale that its error is measured on.
"""

from itertools import combinations

import numpy as np

quiet = np.errstate(all="ignore")


def xlogy(x, y):
    """x log y, with 0 log 0 = 0."""
    return np.where(x == 0, 0, x * np.log(np.where(x == 0, 1, y)))


@quiet
def self_information(p):
    return -np.log(p)


@quiet
def entropy(p, axis=-1):
    return -xlogy(p, p).sum(axis)


@quiet
def cross_entropy(p, q, axis=-1):
    return -xlogy(p, q).sum(axis)


@quiet
def kl_divergence(p, q, axis=-1):
    return xlogy(p, p / q).sum(axis)


@quiet
def js_divergence(p, q, axis=-1):
    m = (p + q) / 2
    return (kl_divergence(p, m, axis) + kl_divergence(q, m, axis)) / 2


@quiet
def total_variation(p, q, axis=-1):
    return abs(p - q).sum(axis) / 2


@quiet
def joint(p_x, p_y_given_x):
    return p_x[..., None] * p_y_given_x


def marginal(p, of="x"):
    return p.sum(-1 if of == "x" else -2)


@quiet
def conditional(p, given="y"):
    return p / p.sum(-2 if given == "y" else -1, keepdims=True)


def joint_entropy(p):
    return entropy(p, (-2, -1))


def conditional_entropy(p, given="y"):
    return -xlogy(p, conditional(p, given)).sum((-2, -1))


@quiet
def mutual_information(p):
    product = p.sum(-1, keepdims=True) * p.sum(-2, keepdims=True)
    return xlogy(p, p / product).sum((-2, -1))


@quiet
def pointwise_mutual_information(p):
    p_x, p_y = p.sum(-1, keepdims=True), p.sum(-2, keepdims=True)
    return np.where((p_x == 0) | (p_y == 0), np.nan, np.log(p) - np.log(p_x) - np.log(p_y))


@quiet
def conditional_mutual_information(p):
    p_xz, p_yz, p_z = p.sum(-2, keepdims=True), p.sum(-3, keepdims=True), p.sum((-3, -2), keepdims=True)
    return xlogy(p, (p / p_xz) * (p_z / p_yz)).sum((-3, -2, -1))


@quiet
def total_correlation(p, n_variables):
    axes = tuple(range(-n_variables, 0))
    others = (tuple(a for a in axes if a != axis) for axis in axes)
    return sum(entropy(p.sum(other, keepdims=True), axes) for other in others) - entropy(p, axes)


def co_information(p, n_variables):
    axes = set(range(-n_variables, 0))
    value = 0
    for size in range(1, n_variables + 1):
        for group in combinations(axes, size):
            marginal = p.sum(tuple(axes - set(group)), keepdims=True)
            value = value - (-1) ** size * entropy(marginal, tuple(axes))
    return value


def log_softmax(a):
    """From the largest, beside which a long double could not hold log Σ exp."""
    shifted = a - a.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


@quiet
def entropy_from_logits(logits):
    log_p = log_softmax(logits)
    return -np.where(log_p == -np.inf, 0, np.exp(log_p) * log_p).sum(-1)


@quiet
def kl_from_logits(a, b):
    log_p, log_q = log_softmax(a), log_softmax(b)
    terms = np.where(log_p == -np.inf, 0, np.exp(log_p) * (log_p - log_q))
    return np.where((log_p > -np.inf) & (log_q == -np.inf), np.inf, terms).sum(-1)


@quiet
def log_evidence(log_joint):
    largest = log_joint.max(-1)
    return np.where(largest == -np.inf, largest, largest - log_softmax(log_joint).max(-1))


@quiet
def posterior(log_joint):
    return np.exp(log_softmax(log_joint))


@quiet
def elbo(log_joint, q):
    terms = np.where(q == 0, 0, q * (log_joint - np.log(q)))
    return terms.sum(-1), abs(terms).sum(-1)


@quiet
def barber_agakov_bound(p, q):
    return entropy(p.sum(-1)) + xlogy(p, q).sum((-2, -1))


@quiet
def mutual_information_bound(log_q, entropy_c):
    return entropy_c + log_q.mean(-1), abs(entropy_c) + abs(log_q).mean(-1)


@quiet
def infonce_bound(scores):
    positive = np.diagonal(log_softmax(scores), axis1=-2, axis2=-1)
    return positive.mean(-1) + np.log(np.longdouble(scores.shape[-1]))


@quiet
def nwj_bound(scores):
    k = scores.shape[-1]
    together = np.diagonal(scores, axis1=-2, axis2=-1).mean(-1)
    apart = np.where(np.eye(k) == 1, 0, np.exp(scores - 1)).sum((-2, -1)) / (k * (k - 1))
    return together - apart, abs(together) + apart


def symmetric(cov):
    """The lower triangle, mirrored."""
    return np.tril(cov) + np.swapaxes(np.tril(cov, -1), -1, -2)


def cholesky(cov):
    """The lower triangular factor of one covariance, row by row."""
    factor = np.zeros_like(cov)
    for i, j in zip(*np.tril_indices(len(cov)), strict=True):
        rest = cov[i, j] - (factor[i, :j] * factor[j, :j]).sum()
        factor[i, j] = np.sqrt(rest) if i == j else rest / factor[j, j]
    return factor


def log_det(cov):
    return 2 * np.log(np.diag(cholesky(cov))).sum()


def forward(factor, b):
    """The solution of `factor` x = b, for a lower triangular factor."""
    x = np.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - factor[i, :i] @ x[:i]) / factor[i, i]
    return x


def condition(cov):
    """The condition number of a covariance: its rounding errors grow by this."""
    return np.linalg.cond(cov.astype(float))


@quiet
def gaussian_entropy(cov):
    value = (len(cov) * (1 + np.log(8 * np.arctan(np.longdouble(1)))) + log_det(cov)) / 2
    return value, abs(value) + condition(cov)


@quiet
def gaussian_kl(mean_p, cov_p, mean_q, cov_q):
    chol_p, chol_q = cholesky(cov_p), cholesky(cov_q)
    trace, distance = (forward(chol_q, chol_p) ** 2).sum(), (forward(chol_q, mean_q - mean_p) ** 2).sum()
    log_ratio = log_det(cov_q) - log_det(cov_p)
    value = (trace - len(cov_p) + distance + log_ratio) / 2
    return value, (1 + trace + distance) * (condition(cov_p) + condition(cov_q))


@quiet
def gaussian_mutual_information(cov, dim_x):
    return (log_det(cov[:dim_x, :dim_x]) + log_det(cov[dim_x:, dim_x:]) - log_det(cov)) / 2, condition(cov)


@quiet
def diagonal_gaussian_kl(mean, log_variance):
    """Where log σ² is near 0, as the series of e^t - 1 - t: the difference itself would lose its digits."""
    t = log_variance
    difference = np.exp(t) - 1 - t
    series = sum(t**k / np.longdouble(np.prod(np.arange(1.0, k + 1))) for k in range(2, 12))
    excess = np.where(abs(t) < 1e-2, series, np.where(np.isinf(t), np.inf, difference))
    return (mean**2 + excess) / 2
