"""Interventional robustness, and SAP of continuous factors: formulas, closed forms and what they miss."""

import warnings

import numpy as np
import pytest
import torch
from scipy.stats import norm, pearsonr

from models.evaluation.metrics import irs, sap

SIZES = np.array([3, 6, 40, 32, 32])


@pytest.fixture(scope="module")
def calibration(data_folder):
    with np.load(data_folder / "metrics" / "calibration.npz") as archive:
        return {name: archive[name][:10_000].astype(float if name != "factors" else int) for name in archive.files}


@pytest.fixture(scope="module")
def grid():
    """All combinations of three factors, so that every mean over the others is exact."""
    return np.stack(np.unravel_index(np.arange(4 * 5 * 6), (4, 5, 6)), axis=1)


def by_rows(codes, factors):
    """IRS with Python's loops over rows and a quantile by hand."""
    weights, best = [], []
    for z in codes.T.tolist():
        centre = sum(z) / len(z)
        largest = max(abs(x - centre) for x in z)
        robust = []
        for v in factors.T.tolist():
            at_levels = []
            for level in set(v):
                own = [x for x, its in zip(z, v, strict=True) if its == level]
                mean = sum(own) / len(own)
                in_order = sorted(abs(x - mean) for x in own)
                place = 0.99 * (len(in_order) - 1)
                low = int(place)
                high = min(low + 1, len(in_order) - 1)
                at_levels.append(in_order[low] + (place - low) * (in_order[high] - in_order[low]))
            robust.append(1 - sum(at_levels) / len(at_levels) / largest if largest else 0)
        weights.append(largest)
        best.append(max(robust))
    return sum(w * b for w, b in zip(weights, best, strict=True)) / sum(weights)


def test_irs_is_its_formula_row_by_row():
    rng = np.random.default_rng(0)
    factors = np.stack([rng.integers(size, size=400) * 7 - 3 for size in (2, 3, 5)], axis=1)
    codes = factors @ rng.normal(size=(3, 4)) + rng.normal(size=(400, 4))
    codes[:, 2] = 5  # a constant latent among the others
    assert irs(codes, factors) == pytest.approx(by_rows(codes, factors), abs=1e-12)


def test_irs_of_a_latent_for_each_factor_is_1_on_any_scale(calibration, grid):
    assert irs(grid * [1.0, 0.01, 300], grid) == pytest.approx(1, abs=1e-12)
    factors = calibration["factors"]
    assert irs((factors + 0.5) / SIZES, factors) == pytest.approx(1, abs=1e-12)


def test_irs_of_a_sum_is_a_closed_form():
    """z = 32 x + y, uniform: given x, the deviation is that of y; z's own is at most 1023 / 2. 99 % of y is 15.5."""
    x, y = np.indices((32, 32)).reshape(2, -1)
    factors = np.c_[x, y].repeat(10, axis=0)
    assert irs((32 * factors[:, :1] + factors[:, 1:]), factors) == pytest.approx(1 - 15.5 / 511.5)
    assert irs(factors.sum(axis=1, keepdims=True), factors) == pytest.approx(1 - 15.5 / 31)


def test_irs_of_noise_is_the_ratio_of_a_quantile_to_the_extreme():
    rng = np.random.default_rng(0)
    factors = rng.integers(2, size=(200_000, 2))
    gaussian, uniform = rng.normal(size=(200_000, 1)), rng.uniform(-1, 1, size=(200_000, 1))
    expected = 1 - norm.ppf(0.995) / abs(gaussian - gaussian.mean()).max()
    assert irs(gaussian, factors) == pytest.approx(expected, abs=0.01)
    assert irs(uniform, factors) == pytest.approx(0.01, abs=0.003)


def test_irs_sees_a_rotation_and_noise_in_the_calibration_data(calibration):
    factors = calibration["factors"]
    found = {name: irs(codes, factors) for name, codes in calibration.items() if name != "factors"}
    assert found["axis_aligned"] > found["partly_mixed"] > found["rotated"] > found["noise"] + 0.1
    assert found["axis_aligned"] == pytest.approx(0.81, abs=0.01)  # half of its ten latents are small noise
    assert irs(calibration["axis_aligned"][:, :5], factors) > 0.99


def test_irs_misses_duplicates_absent_factors_and_a_second_factor_that_moves_little(grid):
    assert irs(np.c_[grid, grid], grid) == pytest.approx(1) == irs(grid[:, :1], grid)
    assert irs(1000.0 * grid[:, :1] + grid[:, 1:2], grid) > 0.99


def test_constant_latents_have_no_weight_in_irs(grid):
    codes = grid @ [[1, 1], [0.2, 1], [0, 1]]
    assert irs(np.c_[codes, np.full((120, 2), 0.1)], grid) == pytest.approx(irs(codes, grid), abs=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert irs(np.full((120, 3), 0.1), grid) == 0


def test_irs_is_of_latents_whatever_their_order_place_sign_and_common_scale(grid):
    codes = grid @ np.random.default_rng(0).normal(size=(3, 4))
    expected = irs(codes, grid)
    assert irs(-3 * codes[:, [2, 0, 3, 1]] + 5, grid) == pytest.approx(expected, abs=1e-9)
    assert irs(codes * 2.0**300, grid) == pytest.approx(expected) == irs(codes * 2.0**-900, grid)


# SAP of continuous factors.


@pytest.fixture(scope="module")
def continuous():
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(600, 3)) * [1, 100, 1e-3] + [0, 5, 0]
    return factors @ rng.normal(size=(3, 5)) + rng.normal(size=(600, 5)), factors


def test_sap_of_continuous_factors_is_the_gap_of_squared_correlations_in_the_first_two_thirds(continuous):
    codes, factors = continuous
    gaps, later = [], []
    for v in factors.T:
        for found, rows in ((gaps, slice(400)), (later, slice(None))):
            squares = sorted(pearsonr(z[rows], v[rows]).statistic ** 2 for z in codes.T)
            found.append(squares[-1] - squares[-2])
    assert sap(codes, factors, continuous_factors=True) == pytest.approx(np.mean(gaps), abs=1e-12)
    assert np.mean(gaps) != pytest.approx(np.mean(later), abs=1e-6)
    matrix = np.corrcoef(codes[:400].T, factors[:400].T)[:5, 5:] ** 2
    assert np.mean(np.sort(matrix, axis=0)[-1] - np.sort(matrix, axis=0)[-2]) == pytest.approx(np.mean(gaps))


def test_a_latent_of_nearly_no_variance_has_no_correlation(continuous):
    _, factors = continuous
    v = factors[:, :1]
    assert sap(np.c_[v, 0 * v + 0.1], v, continuous_factors=True) == pytest.approx(1)
    assert sap(np.c_[v, 1e-7 * v], v, continuous_factors=True) == pytest.approx(1)  # its variance is about 1e-14
    assert sap(np.c_[v, 1e-5 * v], v, continuous_factors=True) == pytest.approx(0, abs=1e-9)
    assert sap(np.ones((600, 2)), factors, continuous_factors=True) == 0


@pytest.mark.parametrize("size", [1e-300, 1e-5, 1e300])
def test_continuous_factors_of_any_size_are_taken(continuous, size):
    codes, factors = continuous
    expected = sap(codes, factors, continuous_factors=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = sap(codes, torch.from_numpy(factors * size).requires_grad_(), continuous_factors=True)
    assert found == pytest.approx(expected)


def test_what_is_no_continuous_factor_is_refused_in_a_sentence(continuous):
    codes, factors = continuous
    bad = factors.copy()
    bad[7, 1] = np.nan
    for wrong, message in (
        (bad, "found nan in row 7, factor 1 of the factors, expected numbers: leave such rows out"),
        (factors[:, 0], r"expected real numbers \[n, k\]: of one factor"),
        (factors.astype(str), r"found factors of <U.*, expected real numbers \[n, k\]"),
        (np.where(np.arange(600)[:, None] < 400, 1.5, factors), "first 400 rows, from which correlations are computed"),
        (factors[:-1], "found 600 rows of codes and 599 of factors"),
    ):
        with pytest.raises(ValueError, match=message):
            sap(codes, wrong, continuous_factors=True)
    with pytest.raises(ValueError, match="expected integers, the levels"):
        sap(codes, factors)
