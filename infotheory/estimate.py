"""Distributions from samples: the plug-in (maximum likelihood) estimates, and the bias of their entropies.

The plug-in estimate of H is biased downwards: E Ĥ ≈ H - (n - 1)/2N nats for n outcomes in N samples (Miller, 1955). For
large N, and if all cells are possible, I(X;Y) = H(X) + H(Y) - H(X,Y) is biased upwards, by about (nx - 1)(ny - 1)/2N;
for Y = X it is biased downwards. Neither estimate exceeds log N. More bins resolve finer dependence but have a larger
bias. The width of the bins rises with the range of the samples, so more samples can make them coarser.
"""

import math
from collections.abc import Sequence
from numbers import Integral

import numpy as np
from array_api_compat import array_namespace, is_torch_array

from ._arrays.arguments import array_function, in_units
from ._arrays.checks import Axis, normalise_axis
from ._arrays.inputs import Array, as_arrays, in_one_dtype
from ._arrays.levels import binned, levels, like_samples, require_room
from .measures import entropy

Bins = int | Sequence[int | None] | None


def empirical_pmf(x: Array, *, bins: Bins = None) -> Array:
    """The share of each level among the samples `x` [N]: [levels]. See `empirical_joint` for levels and errors.

    >>> x = np.array([3, 1, 3, 3])
    >>> np.allclose(empirical_pmf(x), np.unique(x, return_counts=True)[1] / len(x))
    True

    Pairs are labels too. So `empirical_pmf(list(zip(x.tolist(), y.tolist())))` is the joint pmf of many levels without
    the cells that never occur, and its `entropy` is H(X,Y).
    """
    return _table((x,), ("x",), bins)


def empirical_joint(*samples: Array, bins: Bins = None) -> Array:
    """The joint pmf of variables whose `samples` [N] were drawn together: one axis of levels for each variable.

    >>> x, y = np.array([0, 1, 1, 1]), np.array([0, 1, 2, 1])
    >>> np.allclose(empirical_joint(x, y), np.histogram2d(x, y, bins=(2, 3))[0] / len(x))
    True

    Levels are whole numbers (also as floats), booleans, strings, dates, categories and all other hashable labels.
    They are in increasing order, as `np.unique(x)` or `sorted(set(x))` lists them; those of a pandas Categorical are in
    the order of its categories, as in `pd.factorize(x, sort=True)[1]`; labels that cannot be sorted are in the order in
    which they first appear.

    Other floats need `bins`, all of one width from the smallest value to the largest. A single number, `bins=20`, is
    for the variables that need bins; the others keep their levels. A list has an entry for each variable,
    `bins=[20, None]`: a number bins a variable even if all its values are whole, None asks for levels.

    If one of the samples is a tensor, the pmf is a tensor. The dtype is that of the float samples. Counting has no
    gradient.
    Raises ValueError for samples that are empty, missing (NaN, None), infinite or not one row, for different lengths,
    for floats without bins and for a table of more than 2^27 cells. Raises TypeError for masked and complex arrays, for
    numpy beside torch and for bins that are not whole numbers.
    """
    if not samples:
        raise ValueError("found no samples, expected those of at least one variable")
    return _table(samples, [f"samples[{i}]" for i in range(len(samples))], bins)


@array_function
def miller_madow_entropy(counts: Array, *, axis: Axis = -1, base: float | None = None) -> Array:
    """The Miller-Madow estimate of an entropy: the plug-in Ĥ plus (K - 1)/2N, where K of the counts are not 0.

    >>> counts = np.array([5, 3, 2])
    >>> p = counts / counts.sum()
    >>> np.round([miller_madow_entropy(counts), -(p * np.log(p)).sum() + (3 - 1) / (2 * 10)], 6)
    array([1.129653, 1.129653])

    This removes the plug-in's bias of first order, -(n - 1)/2N, with the number K of outcomes seen in place of the
    unknown number n of possible outcomes. While many are unseen, the estimate is too low on average. It can exceed
    log K.
    `counts` [..., n] -> [...]. Raises ValueError for counts that are negative, not whole, not finite or all 0.
    Source: Miller (1955), Note on the bias of information estimates.
    """
    xp, counts = as_arrays(counts)
    axes = normalise_axis(counts, axis, "counts")
    _check_counts(counts, axes)
    (counts,) = in_one_dtype(counts)
    largest = xp.max(counts, axis=axes, keepdims=True)
    shares = counts / largest  # the sum of the counts may overflow their dtype
    n = xp.sum(shares, axis=axes, keepdims=True)
    seen = xp.sum(xp.astype(counts > 0, counts.dtype), axis=axes, keepdims=True)
    plug_in = entropy(shares / n, axis=axes, base=base, check=False)
    return plug_in + in_units(xp.sum((seen - 1) / 2 / n / largest, axis=axes), base)


def _check_counts(counts: Array, axes: tuple[int, ...]) -> None:
    """Raise ValueError, with the place, unless `counts` are whole numbers of at least 0 and not all 0."""
    if any(counts.shape[a] == 0 for a in axes):
        raise ValueError(f"counts is empty: it has shape {tuple(counts.shape)}, expected at least one outcome")
    xp = array_namespace(counts)
    wrong = xp.logical_not(xp.isfinite(counts)) | (counts < 0) | (counts != xp.floor(counts))
    if bool(xp.any(wrong)):
        place = [int(index[0]) for index in xp.nonzero(wrong)]
        raise ValueError(f"counts{place} is {float(counts[tuple(place)]):.6g}, expected a whole number of at least 0")
    if bool(xp.any(xp.all(counts == 0, axis=axes))):
        raise ValueError("found counts that are all 0, expected at least one sample")


def _table(samples: Sequence[Array], names: Sequence[str], bins: Bins) -> Array:
    """The share of each combination of levels among the samples."""
    of_each = _bins_of_each(bins, len(samples))
    if any(is_torch_array(x) for x in samples):
        as_arrays(*(x for x in samples if is_torch_array(x) or isinstance(x, np.ndarray)))  # one library, one device
    one_for_all = isinstance(bins, Integral)  # then only the variables that need bins get them
    counted = [
        levels(x, name, k) if one_for_all or k is None else binned(x, name, k)
        for x, name, k in zip(samples, names, of_each, strict=True)
    ]
    codes, sizes = zip(*counted, strict=True)
    _require_drawn_together(samples, [len(code) for code in codes])
    require_room(sizes)
    cell = 0
    for code, size in zip(codes, sizes, strict=True):
        cell = cell * size + code
    pmf = np.bincount(cell, minlength=math.prod(sizes)).reshape(sizes) / len(cell)
    return like_samples(pmf, samples)


def _bins_of_each(bins: Bins, n: int) -> list[int | None]:
    """The number of bins of each of the n variables, or None."""
    of_each = bins.tolist() if isinstance(bins, np.ndarray) else bins
    of_each = list(of_each) if isinstance(of_each, list | tuple) else [of_each] * n
    for k in of_each:
        if k is not None and (isinstance(k, bool | np.bool_) or not isinstance(k, Integral)):
            raise TypeError(f"found bins={bins!r}, expected a whole number, or one for each variable (None for levels)")
        if k is not None and k < 1:
            raise ValueError(f"found bins={bins!r}, expected at least 1")
    if len(of_each) != n:
        raise ValueError(f"found bins={bins!r} for {n} variables, expected a number or None for each")
    return of_each


def _require_drawn_together(samples: Sequence[Array], lengths: Sequence[int]) -> None:
    """Raise ValueError unless all variables have the same number of samples, and all Series the same index."""
    if len(set(lengths)) > 1:
        raise ValueError(f"found {' and '.join(map(str, lengths))} samples, expected as many of each variable")
    indexes = [x.index for x in samples if hasattr(getattr(x, "index", None), "equals")]
    if not all(index.equals(indexes[0]) for index in indexes):
        raise ValueError(
            "found Series with different indexes, expected samples drawn together: "
            "align them with pd.concat([x, y], axis=1), or pass x.to_numpy() to pair them by place"
        )
