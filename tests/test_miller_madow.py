"""The Miller-Madow estimate of an entropy, from counts."""

from functools import partial
from math import fsum, inf, log, nan

import numpy as np
import pytest
import strategies  # noqa: F401, its settings of hypothesis
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from infotheory import entropy, miller_madow_entropy

pytestmark = pytest.mark.filterwarnings("error")

close = partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)
counts_lists = st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any)


@given(counts_lists)
@example([4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1])
@example([7])
def test_miller_madow_is_the_plug_in_and_the_bias_of_the_outcomes_seen(counts):
    n, seen = sum(counts), [k for k in counts if k]
    expected = log(n) - fsum(k * log(k) for k in seen) / n + (len(seen) - 1) / (2 * n)
    for kind in (list, np.array, torch.tensor, partial(np.array, dtype=np.float32)):
        found = miller_madow_entropy(kind(counts))
        assert float(found) == pytest.approx(expected, rel=1e-6, abs=1e-6)
    close(miller_madow_entropy(counts), expected)
    close(miller_madow_entropy(counts, base=2), expected / log(2))


def test_miller_madow_of_a_batch_and_of_a_table():
    counts = np.array([[[3, 1], [0, 4]], [[2, 2], [1, 0]]])
    close(miller_madow_entropy(counts), [[miller_madow_entropy(row) for row in table] for table in counts])
    close(miller_madow_entropy(counts, axis=(-2, -1)), [miller_madow_entropy(table.ravel()) for table in counts])
    close(miller_madow_entropy(counts, axis=0), miller_madow_entropy(np.moveaxis(counts, 0, -1)))
    assert miller_madow_entropy(np.zeros((0, 3))).shape == (0,)


def test_miller_madow_keeps_kind_and_dtype():
    for dtype in ("float16", "bfloat16", "float32", "float64"):
        found = miller_madow_entropy(torch.tensor([3, 1], dtype=getattr(torch, dtype)))
        assert found.dtype == getattr(torch, dtype)
        assert found.item() == pytest.approx(0.6873351446188083, abs=5e-3)
    assert miller_madow_entropy(torch.tensor([3, 1])).dtype == torch.float32


@pytest.mark.parametrize("dtype, large", [(np.float64, 1e308), (np.float32, 2e38), (np.float16, 65504)])
def test_miller_madow_of_counts_whose_sum_the_dtype_cannot_hold(dtype, large):
    for counts in (np.full(4, large, dtype), torch.tensor(np.full(4, large, dtype))):
        assert float(miller_madow_entropy(counts)) == pytest.approx(log(4), abs=1e-3)


@pytest.mark.parametrize("kind", [list, np.array, torch.tensor], ids=["list", "numpy", "torch"])
@pytest.mark.parametrize(
    "counts, message",
    [
        ([[3, 1], [2, -1]], r"^counts\[1, 1\] is -1, expected a whole number of at least 0$"),
        ([0.5, 0.5], r"^counts\[0\] is 0.5, expected a whole number of at least 0$"),
        ([1.0, nan], r"^counts\[1\] is nan, expected"),
        ([inf, 1.0], r"^counts\[0\] is inf, expected"),
        ([[1, 2], [0, 0]], "^found counts that are all 0, expected at least one sample$"),
        ([[]], r"^counts is empty: it has shape \(1, 0\), expected at least one outcome$"),
    ],
)
def test_counts_are_whole_numbers_and_not_all_0(kind, counts, message):
    with pytest.raises(ValueError, match=message):
        miller_madow_entropy(kind(counts))


def test_miller_madow_has_a_smaller_bias_than_the_plug_in():
    rng = np.random.default_rng(0)
    p = np.arange(1, 11) / 55
    counts = rng.multinomial(100, p, size=20_000)
    plug_in, corrected = entropy(counts / 100) - entropy(p), miller_madow_entropy(counts) - entropy(p)
    assert plug_in.mean() == pytest.approx(-9 / 200, abs=0.003)  # -(n - 1)/2N, and terms of order 1/N²
    assert abs(corrected.mean()) < 0.003 and corrected.std() / 20_000**0.5 < 0.001
