"""Distributions from samples, against counting by others, and what plugging counts into an entropy gets wrong."""

from collections import Counter
from functools import partial
from math import log

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score
from strategies import joints

from infotheory import (
    empirical_joint,
    empirical_pmf,
    entropy,
    joint_entropy,
    marginal,
    mutual_information,
)

pytestmark = pytest.mark.filterwarnings("error")

close = partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-15)
samples = st.lists(st.integers(-3, 3), min_size=1, max_size=30)
pairs = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2)), min_size=1, max_size=30)
floats = st.lists(
    st.tuples(st.floats(-10, 10).map(np.float64), st.floats(0, 1).map(np.float64)), min_size=2, max_size=30
)


# Counting


@given(samples)
def test_pmf_is_the_share_of_each_level_in_order(x):
    counts = Counter(x)
    close(empirical_pmf(x), [counts[level] / len(x) for level in sorted(counts)])


@given(st.lists(st.sampled_from([-3.0, 0.0, -0.0, 2.0, 2.0**53]), min_size=1))
def test_whole_numbers_as_floats_are_levels(x):
    counts = Counter(x)
    expected = [counts[level] / len(x) for level in sorted(counts)]
    for kind in (list, np.array, partial(torch.tensor, dtype=torch.float64), pd.Series):
        close(empirical_pmf(kind(x)), expected)
        close(empirical_joint(kind(x), bins=2), expected)  # one number of bins is for those that need it


@given(st.lists(st.tuples(*[st.integers(-2, 2)] * 4), min_size=1, max_size=30))
def test_joint_of_any_number_of_variables_is_the_share_of_each_tuple(rows):
    samples, counts = list(zip(*rows, strict=True)), Counter(rows)
    for n in (1, 3, 4):
        p = empirical_joint(*samples[:n])
        levels = [sorted(set(x)) for x in samples[:n]]
        assert p.shape == tuple(map(len, levels))
        expected = Counter(row[:n] for row in counts.elements())
        for index in np.ndindex(p.shape):
            assert p[index] == expected[tuple(of[i] for of, i in zip(levels, index, strict=True))] / len(rows)


@given(pairs)
def test_joint_of_integers_is_the_share_of_each_pair_in_order(drawn):
    x, y = zip(*drawn, strict=True)
    counts = Counter(drawn)
    expected = [[counts[i, j] / len(x) for j in sorted(set(y))] for i in sorted(set(x))]
    close(empirical_joint(x, y), expected)
    close(empirical_joint(x, y, bins=1), expected)  # whole numbers need no bins


@given(pairs)
def test_marginals_of_the_joint_are_the_pmfs(drawn):
    x, y = zip(*drawn, strict=True)
    close(marginal(empirical_joint(x, y)), empirical_pmf(x))
    close(marginal(empirical_joint(x, y), of="y"), empirical_pmf(y))
    close(empirical_joint(y, x), empirical_joint(x, y).T)


@given(pairs)
def test_information_of_integers_is_sklearns(drawn):
    x, y = zip(*drawn, strict=True)
    close(mutual_information(empirical_joint(x, y)), mutual_info_score(x, y), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("bins", [1, 2, 7, 20])
def test_joint_of_floats_is_numpys_histogram(bins):
    x, y = np.random.default_rng(0).normal(size=(2, 5000))
    counts, _, _ = np.histogram2d(x, y + x, bins=bins)
    close(empirical_joint(x, y + x, bins=bins), counts / 5000)
    close(empirical_joint(x, y + x, bins=[bins, bins]), counts / 5000)


def test_bins_of_each_variable():
    x, y, z = np.random.default_rng(0).normal(size=(3, 500))
    counts, _ = np.histogramdd([x, y, z > 0], bins=(3, 7, 2))
    for bins in ((3, 7, None), [3, 7, None], np.array([3, 7, 2])):
        close(empirical_joint(x, y, z > 0, bins=bins), counts / 500)


def test_a_number_of_its_own_bins_a_variable_of_whole_numbers_too():
    x = np.array([0, 1, 2, 10])
    for values in (x, x.astype(float), x.tolist(), torch.tensor(x), pd.Series(x)):
        assert empirical_pmf(values, bins=[2]).tolist() == [0.75, 0.25]
        assert empirical_pmf(values, bins=2).tolist() == [0.25] * 4


@given(floats, st.integers(1, 6))
def test_marginals_of_the_joint_of_floats_are_numpys_histograms(drawn, bins):
    x, y = map(np.array, zip(*drawn, strict=True))
    assume(min(np.ptp(x), np.ptp(y)) > 1e-3)  # numpy widens a constant column
    p = empirical_joint(x, y, bins=bins)
    assert p.shape == (bins, bins) and p.sum() == pytest.approx(1)
    close(marginal(p), np.histogram(x, bins)[0] / len(x))
    close(marginal(p, of="y"), np.histogram(y, bins)[0] / len(y))


def test_information_of_floats_is_sklearns_on_the_bins():
    x, y = np.random.default_rng(0).normal(size=(2, 2000))
    y += x
    labels = [np.digitize(a, np.linspace(a.min(), a.max(), 11)[1:-1]) for a in (x, y)]
    close(mutual_information(empirical_joint(x, y, bins=10)), mutual_info_score(*labels), rtol=1e-9)


def test_bins_are_of_equal_width_closed_on_the_left_and_the_last_at_both_ends():
    x = np.array([0, 0.24, 0.25, 0.5, 0.99, 1])
    first_bins = [0, 0, 1, 2, 3, 3]
    p = empirical_joint(x, np.arange(6), bins=4)
    assert p.shape == (4, 6)
    assert p.argmax(axis=0).tolist() == first_bins
    close(p.sum(axis=0), np.full(6, 1 / 6))


def test_bins_without_samples_are_kept():
    p = empirical_joint(np.array([0.0, 1.0]), np.array([0.0, 1.0]), bins=[3, 3])
    close(p, [[0.5, 0, 0], [0, 0, 0], [0, 0, 0.5]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_bins_do_not_depend_on_units(dtype):
    x, y = np.random.default_rng(0).integers(0, 33, size=(2, 500)) / dtype(32)  # on the edges, exactly
    p = empirical_joint(x.astype(dtype), y.astype(dtype), bins=[8, 8])
    moved = empirical_joint((4 * x - 2).astype(dtype), (y / 8).astype(dtype), bins=[8, 8])
    assert (p == moved).all()


def test_a_constant_float_column_is_in_one_bin_and_tells_nothing():
    x = np.full(10, 0.3)
    y = np.random.default_rng(0).normal(size=10)
    for p in (empirical_joint(x, y, bins=5), empirical_joint(y, x, bins=5).T):
        assert p.shape == (5, 5) and p.sum() == pytest.approx(1)
        assert (p.sum(axis=1) > 0).sum() == 1
        assert mutual_information(p) == pytest.approx(0, abs=1e-15)


def test_a_column_of_floats_beside_one_of_integers():
    p = empirical_joint(np.array([0.0, 0.1, 0.9, 1.0]), [7, 3, 3, 7], bins=2)
    close(p, [[0.25, 0.25], [0.25, 0.25]])
    assert empirical_joint([True, False, True], [0.1, 0.0, 1.0], bins=2).tolist() == [[1 / 3, 0], [1 / 3, 1 / 3]]


@pytest.mark.parametrize("dtype, large", [(np.float16, 40000), (np.float32, 3e38), (np.float64, 1.7e308)])
def test_bins_of_a_range_that_the_dtype_cannot_hold(dtype, large):
    p = empirical_joint(np.array([-large, 0.5, large], dtype), [0, 1, 2], bins=3)
    np.testing.assert_allclose(p, np.eye(3) / 3, rtol=1e-3)


# Kinds


DTYPES = ["float16", "bfloat16", "float32", "float64"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_kind_and_dtype_are_kept(dtype):
    tensor = torch.tensor([0, 0.5, 1, 1], dtype=getattr(torch, dtype))
    for x in [tensor] if dtype == "bfloat16" else [tensor, tensor.numpy()]:
        for found, expected in (
            (empirical_pmf(x, bins=3), [0.25, 0.25, 0.5]),
            (empirical_pmf(2 * x), [0.25, 0.25, 0.5]),
            (empirical_joint(x, x, bins=2), [[0.25, 0], [0, 0.75]]),
            (empirical_joint([1, 2, 2, 2], x, bins=2), [[0.25, 0], [0, 0.75]]),
        ):
            assert type(found) is type(x) and found.dtype == x.dtype
            assert found.tolist() == expected


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8", ">f8", "<i2", ">i2", ">u8"])
def test_layouts_do_not_matter(dtype):
    x = np.array([2, 9, 0, 9, 2, 9, 1, 9, 2], dtype)[::2]
    x.setflags(write=False)
    for y in (x, x[::-1]):
        p = empirical_pmf(y)
        close(p, [0.2, 0.2, 0.6], rtol=1e-7)
        assert p.dtype.isnative
        close(empirical_pmf(y, bins=[2]), [0.2, 0.8], rtol=1e-7)


def test_dtypes_that_differ_are_promoted():
    x = np.array([1, 2], np.float32)
    assert empirical_joint(x, x.astype(np.float64)).dtype == np.float64
    assert empirical_joint(torch.tensor(x), torch.tensor(x).bfloat16()).dtype == torch.float32


@pytest.mark.parametrize("x", [[3, 1, 3, 3], np.array([3, 1, 3, 3], np.uint8), [True, False, True, True]])
def test_whole_numbers_are_promoted(x):
    for found in (empirical_pmf(x), empirical_joint(x, x).diagonal()):
        assert found.dtype == np.float64 and found.tolist() == [0.25, 0.75]
    for found in (empirical_pmf(torch.tensor(x)), empirical_joint(torch.tensor(x), torch.tensor(x)).diagonal()):
        assert found.dtype == torch.get_default_dtype() and found.tolist() == [0.25, 0.75]


def test_counting_has_no_gradient_and_takes_tensors_that_do():
    x = torch.tensor([0.0, 1.0, 1.0], requires_grad=True)
    assert not empirical_pmf(x).requires_grad
    assert entropy(empirical_joint(x, x), axis=(0, 1)).item() == pytest.approx(0.6365142, abs=1e-6)


# What the plug-in gets wrong


@given(samples)
def test_entropy_of_samples_never_exceeds_log_of_their_number(x):
    assert entropy(empirical_pmf(x)) <= log(len(x)) + 1e-12
    assert entropy(empirical_pmf(np.arange(len(x)))) == pytest.approx(log(len(x)))


@given(floats)
def test_information_in_samples_never_exceeds_log_of_their_number(drawn):
    x, y = map(np.array, zip(*drawn, strict=True))
    p = empirical_joint(x, y, bins=100)
    assert mutual_information(p) <= joint_entropy(p) + 1e-12 <= log(len(x)) + 2e-12


@given(joints(), st.integers(1, 5))
def test_pmf_of_samples_in_the_right_proportion_is_exact(p, n):
    counts = np.round(p * 20).astype(int)
    assume(counts.any())
    x, y = (np.repeat(index.ravel(), n * counts.ravel()) for index in np.indices(counts.shape))
    happens = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    close(empirical_joint(x, y), happens / happens.sum())


def mean_and_error(values):
    return np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))


@pytest.mark.parametrize("n", [2, 5, 10])
def test_entropy_of_samples_is_too_low_by_miller_and_madows_bias(n):
    rng = np.random.default_rng(0)
    p, size = np.arange(1, n + 1) / (n * (n + 1) / 2), 200
    draws = rng.choice(n, p=p, size=(4000, size))
    mean, error = mean_and_error([entropy(empirical_pmf(x)) - entropy(p) for x in draws])
    bias = -(n - 1) / (2 * size)
    next_order = (1 - (1 / p).sum()) / (12 * size**2)
    assert abs(mean - bias - next_order) < 4 * error < abs(bias)


def test_information_in_samples_is_too_high():
    """Independent x and y: the plug-in finds about (nx - 1)(ny - 1)/2N nats where there are none."""
    rng = np.random.default_rng(0)
    n_x, n_y, size = 4, 5, 300
    draws = rng.integers((n_x, n_y), size=(2000, size, 2))
    mean, error = mean_and_error([mutual_information(empirical_joint(*d.T)) for d in draws])
    bias = (n_x - 1) * (n_y - 1) / (2 * size)
    assert abs(mean - bias) < 4 * error + 0.1 * bias and 10 * error < bias


def test_information_in_samples_grows_with_the_bins_and_falls_with_the_samples():
    x, y = np.random.default_rng(0).normal(size=(2, 4000))  # independent: the truth is 0
    by_bins = [mutual_information(empirical_joint(x, y, bins=bins)) for bins in (2, 5, 20, 80)]
    by_samples = [mutual_information(empirical_joint(x[:n], y[:n], bins=10)) for n in (100, 400, 4000)]
    assert (np.diff(by_bins) > 0).all() and (np.diff(by_samples) < 0).all()
