"""Distributions from samples: the plug-in (maximum likelihood) estimates, and what their entropies get wrong.

Plugging counts into H is biased downwards: E Ĥ ≈ H - (n - 1)/2N nats for n outcomes in N samples (Miller, 1955). For
large N, and if all cells are possible, I(X;Y) = H(X) + H(Y) - H(X,Y) is biased upwards, by about (nx - 1)(ny - 1)/2N;
for Y = X it is biased downwards. No plug-in estimate of either exceeds log N. More bins see finer dependence and pay
for it in bias; equal-width bins stretch with the extremes, so with more samples they can get coarser.
"""

from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from ._arrays import as_arrays

Array = Any  # a numpy.ndarray, a torch.Tensor or a list


def empirical_pmf(x: Array) -> Array:
    """The share of each distinct value among the samples `x` [N], in increasing order of the values: [levels].

    Raises ValueError for another shape, no samples, and NaN or infinite ones.
    """
    levels, n = _levels(_samples(x, "x"), bins=None)
    return _like(np.bincount(levels, minlength=n) / len(levels), x)


def empirical_joint(x: Array, y: Array, bins: int = 20) -> Array:
    """The joint pmf of paired samples `x` [N] and `y` [N]: [x levels, y levels].

    Integers and booleans are their own levels, in increasing order; floats fall in `bins` bins of equal width
    from their least to their greatest value. Raises ValueError as `empirical_pmf` does, and for lengths that
    differ or fewer than one bin.
    """
    if bins < 1:
        raise ValueError(f"found bins={bins}, expected at least 1")
    as_arrays(x, y)  # refuses numpy beside torch, and two devices
    x_samples, y_samples = _samples(x, "x"), _samples(y, "y")
    if len(x_samples) != len(y_samples):
        raise ValueError(f"found {len(x_samples)} samples of x and {len(y_samples)} of y, expected pairs")
    (x_levels, n_x), (y_levels, n_y) = _levels(x_samples, bins), _levels(y_samples, bins)
    counts = np.bincount(x_levels * n_y + y_levels, minlength=n_x * n_y)
    return _like(counts.reshape(n_x, n_y) / len(x_levels), x)


def _samples(x: Array, name: str) -> np.ndarray:
    x = x.detach().cpu().numpy() if is_torch_array(x) else np.asarray(x)
    if x.ndim != 1 or len(x) == 0:
        raise ValueError(f"{name} has shape {x.shape}, expected [N] with at least one sample")
    if x.dtype.kind not in "fiub":
        raise TypeError(f"found entries of type {x.dtype}, expected real numbers")
    if not np.isfinite(x).all():
        raise ValueError(f"{name}[{int(np.argmin(np.isfinite(x)))}] is no finite number")
    return x


def _levels(x: np.ndarray, bins: int | None) -> tuple[np.ndarray, int]:
    """The level of each sample, and how many levels there are."""
    if bins is None or x.dtype.kind != "f":
        values, levels = np.unique(x, return_inverse=True)
        return levels, len(values)
    edges = np.linspace(float(x.min()), float(x.max()), bins + 1)  # as float64: the range may overflow float32
    return np.searchsorted(edges[1:-1], x, side="right"), bins


def _like(pmf: np.ndarray, x: Array) -> Array:
    """The pmf as an array of the kind, dtype and device of `x`; integers are promoted."""
    if not is_torch_array(x):
        return pmf.astype(x.dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else pmf
    torch = array_namespace(x)
    dtype = x.dtype if x.dtype.is_floating_point else torch.get_default_dtype()
    return torch.asarray(pmf, dtype=dtype, device=x.device)
