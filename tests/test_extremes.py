"""The edges of floating point: -0.0, subnormal numbers, overflow, and sums of millions of float32."""

from functools import partial
from math import inf, log

import numpy as np
import pytest
import torch
from calls import CALLS

import infotheory as it

pytestmark = pytest.mark.filterwarnings("error")

both = pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])


# Minus zero


def minus_zeros(a):
    """The number -0.0 where `a` is 0."""
    a = np.array(a, np.float64)
    return np.where(a == 0, -0.0, a)


CORNERS = {
    "self_information": [[0, 1]],
    "entropy": [[0, 1]],
    "cross_entropy": [[0.5, 0.5], [0, 1]],
    "kl_divergence": [[0.5, 0.5], [0, 1]],
    "kl_divergence of it": [[0, 1], [0.5, 0.5]],
    "kl_divergence from itself": [[0, 1], [0, 1]],
    "js_divergence": [[0.5, 0.5], [0, 1]],
    "total_variation": [[0.5, 0.5], [0, 1]],
    "joint": [[0, 1], [[0, 1], [0.5, 0.5]]],
    "conditional": [[[0, 0.5], [0, 0.5]]],
    "conditional_entropy": [[[0, 0.5], [0, 0.5]]],
    "joint_entropy": [[[0, 0.5], [0, 0.5]]],
    "mutual_information": [[[0, 0.5], [0, 0.5]]],
    "mutual_information of a permutation": [[[0, 0.5], [0.5, 0]]],
    "pointwise_mutual_information": [[[0, 0.5], [0, 0.5]]],
    "conditional_mutual_information": [[[[0, 0.5], [0, 0.5]]]],
    "total_correlation": [[[0, 0.5], [0.5, 0]]],
    "elbo": [[-1, -inf, -2], [0.5, 0, 0.5]],
    "barber_agakov_bound": [[[0, 0.5], [0, 0.5]], [[0, 0.5], [1, 0.5]]],
    "entropy_from_logits": [[0, 1]],
    "kl_from_logits": [[0, 1], [1, 0]],
    "nwj_bound": [[[0, 1], [1, 0]]],
    "diagonal_gaussian_kl": [[0], [0]],
}


@pytest.mark.parametrize("name, arguments", CORNERS.items(), ids=CORNERS)
def test_minus_zero_is_zero_in_value_and_gradient(name, arguments):
    function = getattr(it, name.split()[0])
    assert np.array_equal(function(*map(minus_zeros, arguments)), function(*arguments), equal_nan=True)
    gradients = []
    for make in (minus_zeros, partial(np.array, dtype=float)):
        tensors = [torch.tensor(make(a), requires_grad=True) for a in arguments]
        function(*tensors).sum().backward()
        gradients.append([t.grad for t in tensors])
    for found, expected in zip(*gradients, strict=True):
        assert not found.isnan().any()
        torch.testing.assert_close(found, expected)


@both
def test_divergence_from_minus_zero_is_infinite(kind):
    assert it.kl_divergence([0.5, 0.5], kind(np.round([-0.001, 1.001], 2))) == inf


def test_gradient_of_barber_and_agakov_at_a_code_that_never_comes_is_minus_infinity_where_q_excludes_it():
    """There the bound is -inf as soon as p(c, x) > 0; where Q is positive, it rises as -p log p does."""
    p = torch.tensor([[0.0], [1.0]], requires_grad=True)
    it.barber_agakov_bound(p, [[0.0], [1.0]]).backward()
    assert p.grad.tolist() == [[-inf], [-1]]
    p.grad = None
    it.barber_agakov_bound(p, [[0.5], [0.5]]).backward()
    assert p.grad[0].item() == inf


@pytest.mark.parametrize(
    "function", [it.conditional, it.pointwise_mutual_information, it.conditional_mutual_information]
)
def test_gradients_beside_a_subnormal_marginal_are_not_nan(function):
    p = torch.tensor([[[1e-40, 0.5], [2e-40, 0.5]]], requires_grad=True)
    function(p).sum().backward()
    assert not p.grad.isnan().any()


# Overflow


@both
def test_finite_numbers_of_any_size_give_the_value_or_infinity_without_a_warning(kind):
    def array(a):
        return kind(np.array(a, np.float64))

    assert it.log_evidence(array([-1.7e308, 1.7e308])) == 1.7e308
    assert it.posterior(array([-1.7e308, 1.7e308])).tolist() == [0, 1]
    assert it.nwj_bound(array([[0, 1000], [0, 0]])) == -inf
    assert it.nwj_bound(array([[0.0, 709.9], [0, 0]])) == pytest.approx(-0.5 * np.exp(708.9), rel=1e-12)
    assert it.gaussian_kl(1e200, 1, 0, array(1.0)) == inf
    assert it.gaussian_kl([1.7e308, 0], [[1, 0], [0, 1]], array([-1.7e308, 0]), [[1, 0.5], [0.5, 1]]) == inf
    assert (
        it.gaussian_kl(array([0.0, 0]), [[1e300, 5e299], [5e299, 1e300]], [0, 0], [[2e-300, 1e-300], [1e-300, 2e-300]])
        == inf
    )
    assert it.gaussian_kl(1.5e154, 1, 0, array(1.0)) == pytest.approx(1.125e308, rel=1e-12)
    assert it.diagonal_gaussian_kl(array(1.5e154), 0) == pytest.approx(1.125e308, rel=1e-12)
    assert it.diagonal_gaussian_kl(array([1e200, 0]), [0, 1e4]).tolist() == [inf, inf]
    assert it.mutual_information_bound(array([-1.7e308] * 3), 1) == pytest.approx(-1.7e308, rel=1e-15)
    assert it.entropy_from_logits(array([-1.7e308, 1.7e308])) == 0
    assert it.infonce_bound(array([[1.7e308, -1.7e308], [-1.7e308, 1.7e308]])) == pytest.approx(log(2))
    assert it.elbo(array([-1.7e308, 0]), [0.5, 0.5]) == pytest.approx(-0.85e308)


@both
def test_divergence_of_gaussians_that_overflows_on_the_way_is_infinite_and_not_nan(kind):
    cov = [[0.1261, -0.1061, -0.0617], [-0.1061, 0.3978, 0.0451], [-0.0617, 0.0451, 0.0876]]
    far = np.array([3.7292e307, -3.8573e307, 3.1712e307])
    assert it.gaussian_kl(kind(far), np.eye(3).tolist(), [0, 0, 0], cov) == inf
    assert it.gaussian_kl([0, 0, 0], kind(1e300 * np.eye(3)), [0, 0, 0], (1e-200 * np.array(cov)).tolist()) == inf


@both
def test_no_floating_point_error_is_raised_under_a_strict_numpy(kind):
    with np.errstate(all="raise"):
        for function, arguments in CALLS.items():
            function(*(kind(np.array(a)) for a in arguments))
        it.entropy(kind([1e-320, 1.0])), it.kl_divergence(kind([0.0, 1.0]), kind([1.0, 0.0]))


@both
def test_divergence_of_logits_is_infinite_where_only_the_second_excludes_whatever_underflows(kind):
    assert it.kl_from_logits(kind([0.0, 800.0]), kind([-inf, 0.0])) == inf
    assert it.kl_from_logits(kind([-1e38, 0.0]), kind([-inf, 0.0])) == inf
    assert it.kl_from_logits(kind([-inf, 800.0]), kind([-inf, 0.0])) == 0


# Long sums


LONG = 4_000_000


def test_a_float32_pmf_of_four_million_equal_outcomes_is_accepted_in_any_shape():
    p = np.full(LONG, 1 / LONG, np.float32)
    exact = float(-(p.astype(float) * np.log(p.astype(float))).sum())
    for value in (
        it.entropy(p),
        it.entropy(p[None])[0],
        it.entropy(p[:, None], axis=0)[0],
        it.entropy(p.reshape(2000, 2000), axis=(0, 1)),
        it.entropy(p.reshape(2, -1), axis=(0, 1)),
        it.entropy(np.asfortranarray(p.reshape(2000, 2000)), axis=(0, 1)),
        it.joint_entropy(p.reshape(1, -1)),
        it.joint_entropy(p.reshape(-1, 1)),
        it.entropy(torch.from_numpy(p)[None])[0],
        it.entropy(torch.from_numpy(p)[:, None], axis=0)[0],
    ):
        assert float(value) == pytest.approx(exact, rel=2e-6)


def test_measures_of_long_float32_rows_are_as_precise_as_in_one_dimension():
    rng = np.random.default_rng(0)
    p, q = (rng.dirichlet(np.ones(1_000_001)).astype(np.float32) for _ in range(2))
    for measure in (it.kl_divergence, it.cross_entropy, it.total_variation, it.js_divergence):
        exact = float(measure(p.astype(float), q.astype(float), check=False))
        for value in (measure(p, q), measure(p[None], q[None])[0], measure(p[:, None], q[:, None], axis=0)[0]):
            assert float(value) == pytest.approx(exact, rel=2e-6)
    joint = p[:-1].reshape(1000, 1000)
    assert it.mutual_information(joint) == pytest.approx(it.mutual_information(joint.astype(float), check=False), 1e-4)
    assert float(it.marginal(p[None])[0]) == pytest.approx(1, abs=1e-6)
    assert it.log_evidence(np.zeros((2, LONG), np.float32))[1] == pytest.approx(log(LONG), rel=1e-6)
