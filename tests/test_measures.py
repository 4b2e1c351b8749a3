"""Worked values, scipy's answers, batches and axes, and what happens at the edge of floating point."""

import subprocess
import sys
from math import inf, log

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.special import kl_div, rel_entr
from scipy.stats import entropy as scipy_entropy

from infotheory import (
    conditional,
    conditional_entropy,
    conditional_mutual_information,
    cross_entropy,
    diagonal_gaussian_kl,
    entropy,
    entropy_from_logits,
    joint,
    joint_entropy,
    js_divergence,
    kl_divergence,
    kl_from_logits,
    marginal,
    mutual_information,
    pointwise_mutual_information,
    self_information,
    total_correlation,
    total_variation,
)

pytestmark = pytest.mark.filterwarnings("error")


P = [[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]]
FAIR, BIASED = [0.5, 0.5], [0.9, 0.1]
XOR = np.array([[[1, 0], [0, 1]], [[0, 1], [1, 0]]]) / 4

LIBRARIES = {
    "numpy float64": lambda a: np.array(a, np.float64),
    "numpy float32": lambda a: np.array(a, np.float32),
    "torch float64": lambda a: torch.tensor(np.array(a), dtype=torch.float64),
    "torch float32": lambda a: torch.tensor(np.array(a), dtype=torch.float32),
    "torch float64 with gradients": lambda a: torch.tensor(np.array(a), dtype=torch.float64, requires_grad=True),
}
library = pytest.mark.parametrize("array", LIBRARIES.values(), ids=LIBRARIES)

WORKED = {
    "self-information": (self_information, [[0.5, 0.25, 0]], [log(2), log(4), inf]),
    "entropy": (entropy, [[0.5, 0.25, 0.25]], 1.0397207708),
    "H(X)": (lambda p, **k: entropy(marginal(p), **k), [P], 0.6730116670),
    "H(Y)": (lambda p, **k: entropy(marginal(p, of="y"), **k), [P], 1.0805276266),
    "H(X,Y)": (joint_entropy, [P], 1.5741030017),
    "H(X|Y)": (conditional_entropy, [P], 0.4935753751),
    "H(Y|X)": (lambda p, **k: conditional_entropy(p, given="x", **k), [P], 0.9010913347),
    "I(X;Y)": (mutual_information, [P], 0.1794362919),
    "KL": (kl_divergence, [FAIR, BIASED], 0.5108256238),
    "KL reversed": (kl_divergence, [BIASED, FAIR], 0.3680642072),
    "cross-entropy": (cross_entropy, [FAIR, BIASED], 1.2039728043),
    "JS": (js_divergence, [FAIR, BIASED], 0.1017492251),
    "XOR: I(X;Y)": (lambda p, **k: mutual_information(p.sum(-1), **k), [XOR], 0),
    "XOR: I(X;Y|Z)": (conditional_mutual_information, [XOR], 0.6931471806),
    "XOR: total correlation": (total_correlation, [XOR], 0.6931471806),
    "pointwise": (pointwise_mutual_information, [[[0.5, 0], [0, 0.5]]], [[log(2), -inf], [-inf, log(2)]]),
    "entropy from logits": (entropy_from_logits, [[log(2), 0, 0]], 1.0397207708),
    "KL from logits": (kl_from_logits, [[0, 0], [log(9), 0]], 0.5108256238),
}
worked = pytest.mark.parametrize("measure, arrays, nats", WORKED.values(), ids=WORKED)
RNG = np.random.default_rng(0)
PMFS = RNG.dirichlet([0.3] * 5, size=(4, 3))
OTHERS = RNG.dirichlet([1] * 5, size=(4, 3))
JOINTS = RNG.dirichlet([0.3] * 12, size=4).reshape(4, 3, 4)


def numpy_of(values):
    return values.detach().numpy() if torch.is_tensor(values) else np.asarray(values)


def close(found, expected, dtype="float64"):
    rtol = 1e-9 if "64" in str(dtype) else 2e-6
    np.testing.assert_allclose(numpy_of(found), numpy_of(expected), rtol=rtol, atol=rtol / 10)


@library
@worked
def test_worked_values_in_nats_and_bits(measure, arrays, nats, array):
    arrays = [array(a) for a in arrays]
    dtype = arrays[0].dtype
    close(measure(*arrays), nats, dtype)
    close(measure(*arrays, base=2), np.array(nats) / log(2), dtype)


@library
@worked
def test_kind_and_dtype_are_kept(measure, arrays, nats, array):
    given = [array(a) for a in arrays]
    for value in (measure(*given), measure(*given, base=2)):
        assert torch.is_tensor(value) == torch.is_tensor(given[0])
        assert value.dtype == given[0].dtype
        assert value.shape == np.shape(nats)


@worked
def test_check_false_gives_the_same_values(measure, arrays, nats):
    arrays = [np.array(a, float) for a in arrays]
    np.testing.assert_array_equal(measure(*arrays, check=False), measure(*arrays))


@library
def test_joint_marginal_and_conditional_in_every_library(array):
    p = array(P)
    expected = {
        "p(x)": (marginal(p), [0.4, 0.6]),
        "p(y)": (marginal(p, of="y"), [0.4, 0.25, 0.35]),
        "p(x|y)": (conditional(p), [[3 / 4, 1 / 5, 1 / 7], [1 / 4, 4 / 5, 6 / 7]]),
        "p(y|x)": (conditional(p, given="x"), [[3 / 4, 1 / 8, 1 / 8], [1 / 6, 1 / 3, 1 / 2]]),
        "p(x) p(y|x)": (joint(marginal(p), conditional(p, given="x")), P),
        "total variation": (total_variation(array(FAIR), array(BIASED)), 0.4),
    }
    for found, value in expected.values():
        assert found.dtype == p.dtype
        close(found, value, p.dtype)


def test_entropy_and_divergences_agree_with_scipy():
    close(entropy(PMFS), scipy_entropy(PMFS, axis=-1))
    close(entropy(PMFS, base=2), scipy_entropy(PMFS, axis=-1, base=2))
    close(kl_divergence(PMFS, OTHERS), rel_entr(PMFS, OTHERS).sum(-1))
    close(js_divergence(PMFS, OTHERS), jensenshannon(PMFS, OTHERS, axis=-1) ** 2)
    close(kl_from_logits(np.log(PMFS), np.log(OTHERS)), rel_entr(PMFS, OTHERS).sum(-1))


# Batches and axes


@pytest.mark.parametrize(
    "measure",
    [
        marginal,
        conditional,
        joint_entropy,
        conditional_entropy,
        mutual_information,
        pointwise_mutual_information,
        lambda p: total_correlation(p, n_variables=2),
    ],
)
def test_a_batch_of_joints_equals_a_loop(measure):
    close(measure(JOINTS), [measure(p) for p in JOINTS])
    close(measure(torch.tensor(JOINTS)), [measure(p) for p in JOINTS])


def test_a_batch_of_three_variables_equals_a_loop():
    p = JOINTS.reshape(4, 3, 2, 2)
    close(conditional_mutual_information(p), [conditional_mutual_information(each) for each in p])
    close(total_correlation(p, n_variables=3), [total_correlation(each) for each in p])
    assert total_correlation(p / 4).shape == ()


@pytest.mark.parametrize("measure", [cross_entropy, kl_divergence, js_divergence, total_variation])
def test_two_pmfs_broadcast_over_their_batch_axes(measure):
    close(measure(PMFS, OTHERS[0, 0]), [[measure(p, OTHERS[0, 0]) for p in row] for row in PMFS])
    close(measure(PMFS[0, 0], OTHERS), [[measure(PMFS[0, 0], q) for q in row] for row in OTHERS])


@library
@pytest.mark.parametrize("measure", [cross_entropy, kl_divergence, js_divergence, total_variation])
def test_the_outcomes_may_lie_on_any_axis_or_on_several(measure, array):
    p, q = JOINTS, JOINTS[::-1] / 2 + 1 / 24
    expected = measure(array(p.reshape(4, 12)), array(q.reshape(4, 12)))
    close(measure(array(p), array(q), axis=(1, 2)), expected, expected.dtype)
    close(measure(array(p.transpose(1, 0, 2)), array(q.transpose(1, 0, 2)), axis=(0, -1)), expected, expected.dtype)
    close(measure(array(p.reshape(4, 12).T), array(q.reshape(4, 12).T), axis=0), expected, expected.dtype)


@library
def test_entropy_over_any_axes(array):
    p = array(JOINTS)
    close(entropy(p, axis=(1, 2)), joint_entropy(p), p.dtype)
    close(entropy(array(JOINTS.transpose(1, 0, 2)), axis=(0, -1)), joint_entropy(p), p.dtype)
    close(entropy(array(PMFS.swapaxes(0, 2)), axis=0), entropy(array(PMFS.swapaxes(0, 1))), p.dtype)


def test_an_empty_batch_gives_an_empty_batch():
    assert entropy(np.zeros((0, 3))).shape == (0,)


# What comes in


def test_lists_integers_and_booleans_are_promoted():
    assert entropy([0.5, 0.5]).dtype == np.float64
    assert entropy([0, 1]).dtype == entropy(np.array([False, True])).dtype == np.float64
    assert entropy(torch.tensor([0, 1])).dtype == torch.float32
    assert kl_divergence(np.array(FAIR, np.float32), np.array(BIASED)).dtype == np.float64
    beside = kl_divergence(torch.tensor(FAIR), BIASED)
    assert torch.is_tensor(beside) and beside.dtype == torch.float32
    assert self_information(0.5) == log(2)


def test_what_comes_in_is_left_as_it_was():
    p, q = np.array(FAIR), np.array(BIASED)
    for measure in (kl_divergence, cross_entropy, js_divergence, total_variation):
        measure(p, q)
    entropy(p), mutual_information(p[None])
    assert p.tolist() == FAIR and q.tolist() == BIASED


def test_a_sum_within_sqrt_eps_of_one_is_a_pmf():
    entropy([0.5, 0.5 + 1.4e-8]), entropy(np.array([0.5, 0.5003], np.float32)), entropy(torch.tensor([0.5, 0.5003]))


# Zero probability


def test_zero_log_zero_is_zero():
    close(entropy([0, 0.5, 0.5]), log(2))
    close(cross_entropy([0, 0.5, 0.5], [0, 0.5, 0.5]), log(2))
    close(kl_divergence([0, 1], [0.5, 0.5]), log(2))
    close(mutual_information([[0.5, 0, 0], [0, 0.5, 0]]), log(2))
    close(conditional_mutual_information([[[1, 0], [0, 0]]]), 0)


def test_divergence_is_infinite_where_the_supports_say_so():
    for measure in (kl_divergence, cross_entropy):
        assert measure([0.5, 0.5], [1.0, 0.0]) == inf
        assert measure([1.0, 0.0], [0.5, 0.5]) < inf
    assert kl_from_logits([0.0, 0.0], [0.0, -inf]) == inf
    assert kl_from_logits([0.0, -inf], [0.0, -inf]) == 0


def test_a_condition_of_probability_zero_gives_nan_and_weighs_nothing():
    p = [[0.5, 0], [0.5, 0]]
    np.testing.assert_array_equal(conditional(p), [[0.5, np.nan], [0.5, np.nan]])
    close(conditional_entropy(p), log(2))


def test_certain_outcomes_give_zero_without_a_minus_sign():
    for value in (
        self_information(1.0),
        entropy([1.0, 0.0]),
        entropy_from_logits([0.0, -inf]),
        conditional_entropy([[1]]),
    ):
        assert value == 0 and not np.signbit(value)


def test_pointwise_mutual_information_of_an_outcome_that_never_comes_is_nan():
    np.testing.assert_array_equal(pointwise_mutual_information([[0.5, 0.5], [0, 0]]), [[0, 0], [np.nan, np.nan]])


# The edge of floating point


def float32(values):
    return np.array(values, np.float32)


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
def test_float32_divergence_from_a_subnormal_is_finite(kind):
    close(kl_divergence(kind(float32([0.5, 0.5])), kind(float32([1, 1e-40]))), 45.3585573, "float32")


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
@pytest.mark.parametrize("tiny", [1e-30, 1e-45])
def test_float32_divergence_is_infinite_where_a_tiny_mass_has_no_support(kind, tiny):
    assert kl_divergence(kind(float32([tiny, 1])), kind(float32([0, 1]))) == inf


@pytest.mark.parametrize("p", [float32([1e-45, 1]), np.array([5e-324, 1])])
def test_js_divergence_of_the_smallest_number_is_next_to_nothing(p):
    assert 0 <= js_divergence(p, np.array([0, 1], p.dtype)) < 1e-40


@pytest.mark.parametrize("tiny", [1e-20, 1e-35, 1e-38, 1e-44])
def test_float32_mutual_information_of_tiny_masses(tiny):
    p = float32([[1, 0], [0, tiny]])
    expected = pytest.approx(tiny * (1 - log(tiny)), rel=0.05, abs=0)  # to first order in the tiny mass
    assert mutual_information(p) == expected
    assert conditional_mutual_information(p[..., None]) == expected
    assert total_correlation(p) == expected


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
@pytest.mark.parametrize("distance", [1e-3, 1e-4, 1e-5, 1e-6])
def test_float32_divergence_of_near_equal_pmfs_is_not_negative_and_precise(kind, distance):
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), size=100_000)
    q = p * (1 + distance * rng.standard_normal(p.shape))
    p, q = float32(p), float32(q / q.sum(-1, keepdims=True))
    found = numpy_of(kl_divergence(kind(p), kind(q)))
    assert found.dtype == np.float32 and (found >= 0).all()
    exact = kl_div(p.astype(float), q.astype(float)).sum(-1)  # scipy's p log(p/q) - p + q, in float64
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=3e-7 * distance)  # the rounding of q - p


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
def test_float32_divergence_through_logits_is_not_negative_and_precise(kind):
    rng = np.random.default_rng(0)
    a = float32(rng.standard_normal((10_000, 4)))
    b = float32(a + 1e-3 * rng.standard_normal(a.shape))
    found = numpy_of(kl_from_logits(kind(a), kind(b)))
    assert (found >= 0).all()
    np.testing.assert_allclose(found, kl_from_logits(a.astype(float), b.astype(float)), rtol=2e-2, atol=1e-12)


def test_logits_that_no_exponential_could_hold():
    assert entropy_from_logits([1e4, 0.0]) == 0
    close(entropy_from_logits([1e4, 1e4]), log(2))
    close(kl_from_logits([0.0, -1e4], [-1e4, 0.0]), 1e4)


def test_gaussian_divergence_at_any_variance_warns_of_nothing():
    np.testing.assert_array_equal(diagonal_gaussian_kl(np.zeros(3), np.array([1000.0, -inf, inf])), [inf, inf, inf])


# Imports


def test_import_is_light():
    heavy = "torch matplotlib ipywidgets scipy.stats"
    code = f"""
import sys, infotheory
infotheory.mutual_information([[0.5, 0], [0, 0.5]])
print([name for name in "{heavy}".split() if name in sys.modules])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
