"""Entropy, divergence and mutual information of Gaussians, in closed form, in nats.

Covariances lie on the last two axes, means on the last; axes before those are a batch. A covariance that is not finite,
square, symmetric and positive definite raises ValueError, as do shapes that do not match. Long doubles are computed
with in float64, since LAPACK has no wider type. The other conventions are those of `infotheory`. "C&T" is Cover &
Thomas (2006).
"""

import math

import numpy as np
from array_api_compat import is_torch_array

from ._arrays import terms
from ._arrays.arguments import array_function, in_units
from ._arrays.checks import (
    check_finite,
    check_keywords,
    check_no_nan,
    check_symmetric,
    require_broadcast,
    require_square,
    whole,
)
from ._arrays.inputs import Array, as_arrays, in_one_dtype


@array_function
def gaussian_entropy(cov: Array, *, base: float | None = None, check: bool = True) -> Array:
    """Differential entropy h(X) = ½ log det(2πe Σ) of N(μ, Σ). It can be negative, and it depends on the units of X.

    >>> cov = np.array([[1.0, 0.8], [0.8, 1.0]])
    >>> np.round([gaussian_entropy(cov), np.log(np.linalg.det(2 * np.pi * np.e * cov)) / 2], 6)
    array([2.327051, 2.327051])

    `cov` [..., d, d] -> [...]. Source: C&T theorem 8.4.1.
    """
    xp, cov = _covariance(base, check, cov)
    constant = cov.shape[-1] * (1 + math.log(2 * math.pi))
    return in_units((constant + _log_det(xp, _cholesky(xp, cov, "cov"))) / 2, base)


@array_function
def gaussian_kl(
    mean_p: Array, cov_p: Array, mean_q: Array, cov_q: Array, *, base: float | None = None, check: bool = True
) -> Array:
    """KL(N(μp, Σp) ‖ N(μq, Σq)) = ½ [tr(Σq⁻¹ Σp) - d + (μq - μp)ᵀ Σq⁻¹ (μq - μp) + log det Σq - log det Σp].

    >>> np.round([gaussian_kl(1.0, 4.0, 0.0, 1.0), (4.0 - 1 + (0.0 - 1.0) ** 2 - np.log(4.0)) / 2], 6)
    array([1.306853, 1.306853])

    `mean_p`, `mean_q` [..., d] and `cov_p`, `cov_q` [..., d, d] -> [...]. For d = 1 they can be numbers.
    Source: Rasmussen & Williams (2006), eq. A.23.
    """
    xp, mean_p, cov_p, mean_q, cov_q = as_arrays(mean_p, cov_p, mean_q, cov_q)
    mean_p, mean_q = (xp.reshape(m, (1,)) if m.ndim == 0 else m for m in (mean_p, mean_q))
    cov_p, cov_q = (xp.reshape(c, (1, 1)) if c.ndim == 0 else c for c in (cov_p, cov_q))
    check_keywords(base, check)
    _check_covariance(cov_p, "cov_p", check)
    _check_covariance(cov_q, "cov_q", check)
    dimensions = {mean_p.shape[-1], mean_q.shape[-1], cov_p.shape[-1], cov_q.shape[-1]}
    shapes = ", ".join(str(tuple(a.shape)) for a in (mean_p, cov_p, mean_q, cov_q))
    found = f"mean_p, cov_p, mean_q, cov_q of shapes {shapes}"
    if len(dimensions) > 1:
        raise ValueError(f"found {found}, expected one dimension d")
    batch = {"mean_p": mean_p.shape[:-1], "cov_p": cov_p.shape[:-2]}
    require_broadcast({**batch, "mean_q": mean_q.shape[:-1], "cov_q": cov_q.shape[:-2]})
    if check:
        check_finite(mean_p, "mean_p")
        check_finite(mean_q, "mean_q")
    mean_p, cov_p, mean_q, cov_q = _for_linalg(mean_p, cov_p, mean_q, cov_q)
    chol_p, chol_q = _cholesky(xp, cov_p, "cov_p"), _cholesky(xp, cov_q, "cov_q")
    half_trace = _half_square(xp, chol_q, chol_p)
    half_distance = 4 * _half_square(xp, chol_q, (mean_q / 2 - mean_p / 2)[..., None])  # mean_q - mean_p may overflow
    log_ratio = _log_det(xp, chol_q) - _log_det(xp, chol_p)
    return in_units(half_trace - cov_p.shape[-1] / 2 + half_distance + log_ratio / 2, base)


@array_function
def diagonal_gaussian_kl(mean: Array, log_variance: Array, *, base: float | None = None, check: bool = True) -> Array:
    """KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² - log σ² - 1) for each latent.

    >>> mean, log_variance = np.array([1.0, 0.0]), np.log([4.0, 0.01])
    >>> naive = (mean**2 + np.exp(log_variance) - log_variance - 1) / 2
    >>> np.round([diagonal_gaussian_kl(mean, log_variance).sum(), naive.sum()], 6)
    array([3.114438, 3.114438])

    `mean` and `log_variance` [..., latents] -> [..., latents]; the sum over the last axis is the KL of all latents.
    Written as ½ (μ² + expm1(log σ²) - log σ²), it is never negative, also near the prior and in float32.
    Source: Kingma & Welling (2014), appendix B.
    """
    _, mean, log_variance = as_arrays(mean, log_variance)
    check_keywords(base, check)
    if mean.shape != log_variance.shape:
        raise ValueError(
            f"found mean of shape {tuple(mean.shape)} and log_variance of shape {tuple(log_variance.shape)}, "
            "expected the same shape"
        )
    if check:
        check_no_nan(mean, "mean")
        check_no_nan(log_variance, "log_variance")
    return in_units(terms.gaussian_kl(*in_one_dtype(mean, log_variance)), base)


@array_function
def gaussian_mutual_information(cov: Array, dim_x: int, *, base: float | None = None, check: bool = True) -> Array:
    """I(X;Y) = ½ log (det Σx det Σy / det Σ) of jointly Gaussian X, the first `dim_x` coordinates, and Y, the others.

    >>> cov = np.array([[1.0, 0.8], [0.8, 1.0]])
    >>> np.round([gaussian_mutual_information(cov, 1), -np.log(1 - 0.8**2) / 2], 6)
    array([0.510826, 0.510826])

    `cov` [..., d, d] -> [...]; I >= 0, and unlike h it does not depend on units. For d = 2 it is -½ log(1 - ρ²).
    Source: C&T §8.5.
    """
    xp, cov = _covariance(base, check, cov)
    dim_x = whole(dim_x, "dim_x")
    if not 0 < dim_x < cov.shape[-1]:
        raise ValueError(f"found dim_x={dim_x} and {cov.shape[-1]} dimensions, expected 1 to {cov.shape[-1] - 1}")
    parts = (cov[..., :dim_x, :dim_x], cov[..., dim_x:, dim_x:], cov)
    x, y, both = (_log_det(xp, _cholesky(xp, part, "cov")) for part in parts)
    return in_units((x + y - both) / 2, base)


def _covariance(base, check, cov):
    xp, cov = as_arrays(cov)
    check_keywords(base, check)
    _check_covariance(cov, "cov", check)
    return xp, *_for_linalg(cov)


def _check_covariance(cov: Array, name: str, check: bool) -> None:
    require_square(cov, name)
    if check:
        check_finite(cov, name)
        check_symmetric(cov, name)


def _for_linalg(*arrays: Array) -> tuple[Array, ...]:
    """The arrays in the dtype to compute in, which is float64 for numpy's long doubles: LAPACK has no wider one."""
    arrays = in_one_dtype(*arrays)
    if arrays[0].dtype != np.longdouble:
        return arrays
    return tuple(array.astype(np.float64) for array in arrays)


def _cholesky(xp, cov: Array, name: str) -> Array:
    """The lower triangular factor; also the test of positive definiteness."""
    try:
        return xp.linalg.cholesky(cov)
    except Exception as error:
        if "LinAlgError" not in type(error).__name__:
            raise
        check_no_nan(cov, name)
        smallest = xp.min(xp.linalg.eigvalsh(cov)).tolist()
        raise ValueError(f"{name} has the eigenvalue {smallest:.6g}, expected a positive definite covariance") from None


def _half_square(xp, chol: Array, b: Array) -> Array:
    """½ ‖L⁻¹ b‖² = ½ tr(Σ⁻¹ b bᵀ). `b` is scaled to size 1 first, so that no overflow gives inf - inf."""
    size = xp.max(xp.abs(b.detach() if is_torch_array(b) else b), axis=(-2, -1), keepdims=True)
    size = xp.where(size == 0, 1, size)
    whitened = xp.linalg.solve(chol, b / size) * size
    return xp.sum(whitened * (whitened / 2), axis=(-2, -1))


def _log_det(xp, chol: Array) -> Array:
    return 2 * xp.sum(xp.log(xp.linalg.diagonal(chol)), axis=-1)
