"""Gaussian divergences against torch and quadrature; the bound on I(c; x) against an exact joint."""

import numpy as np
import pytest
import torch
from hypothesis import given
from scipy.integrate import quad
from scipy.stats import norm
from strategies import pmfs
from torch.distributions import Normal

from infotheory import (
    conditional,
    conditional_entropy,
    diagonal_gaussian_kl,
    entropy,
    kl_divergence,
    marginal,
    mutual_information,
    mutual_information_bound,
)

# 20 equally likely samples (c, x), so that the mean over them is exact: p(c, x) = COUNTS / 20.
COUNTS = np.array([[6, 1, 1], [2, 4, 6]])
P = COUNTS / 20
C, X = (np.repeat(index.ravel(), COUNTS.ravel()) for index in np.indices(COUNTS.shape))
H_C = entropy(marginal(P))
Q = np.array([[0.6, 0.4, 0.2], [0.4, 0.6, 0.8]])  # a guess at p(c|x): c rows, x columns


# Gaussians


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_diagonal_gaussian_kl_agrees_with_torch_distributions(dtype):
    mean, log_variance = torch.randn(2, 50, 3, dtype=dtype, generator=torch.Generator().manual_seed(0))
    expected = torch.distributions.kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0, 1))
    found = diagonal_gaussian_kl(mean, log_variance)
    torch.testing.assert_close(found, expected.to(dtype))
    torch.testing.assert_close(torch.as_tensor(diagonal_gaussian_kl(mean.numpy(), log_variance.numpy())), found)


@pytest.mark.parametrize("mean, variance", [(0, 1), (1, 4), (-2, 0.1), (0.5, 1)])
def test_diagonal_gaussian_kl_agrees_with_quadrature(mean, variance):
    p, q = norm(mean, np.sqrt(variance)), norm()
    expected, _ = quad(lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -30, 30, points=[mean])
    assert diagonal_gaussian_kl(mean, np.log(variance)) == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_diagonal_gaussian_kl_keeps_kind_dtype_and_shape():
    for dtype in (np.float32, np.float64):
        found = diagonal_gaussian_kl(np.zeros((2, 3), dtype), np.ones((2, 3), dtype))
        assert found.dtype == dtype and found.shape == (2, 3)
    assert diagonal_gaussian_kl(torch.zeros(2), torch.zeros(2)).dtype == torch.float32


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor])
def test_float32_diagonal_gaussian_kl_near_the_prior_is_not_negative(kind):
    near = np.random.default_rng(0).standard_normal(100_000).astype(np.float32)
    for distance in (1, 1e-2, 1e-4, 1e-6):
        found = diagonal_gaussian_kl(kind(0 * near), kind(np.float32(distance) * near))
        assert (found >= 0).all()


# The InfoGAN bound


def bound(q, entropy_c=H_C):
    """The bound from the 20 samples, at the very code that made each."""
    with np.errstate(divide="ignore"):
        return mutual_information_bound(np.log(q)[C, X], entropy_c)


def test_bound_from_samples_is_barber_and_agakov():
    assert bound(Q) == pytest.approx(H_C + (P * np.log(Q)).sum(), abs=1e-12)
    assert bound(Q) == pytest.approx(0.1327402843, abs=1e-9)


def test_bound_is_the_mutual_information_when_q_is_the_posterior():
    assert bound(conditional(P)) == pytest.approx(mutual_information(P), abs=1e-12)


@given(pmfs(2, batch=(3,)).map(np.transpose))
def test_bound_falls_short_by_the_mean_divergence_from_the_posterior(q):
    gap = marginal(P, of="y") @ kl_divergence(conditional(P), q, axis=0, check=False)
    assert gap >= 0
    assert bound(q) == pytest.approx(mutual_information(P) - gap, rel=1e-9, abs=1e-12)


def test_entropy_less_bound_is_conditional_entropy_and_gap():
    assert H_C - bound(Q) == pytest.approx(conditional_entropy(P) + 0.0466960075, abs=1e-9)


def test_bound_of_a_q_that_rules_out_what_happened_is_minus_infinity():
    assert bound(np.array([[1, 1, 0], [0, 0, 1]])) == -np.inf


def test_bound_takes_a_batch_and_keeps_kind_and_dtype():
    log_q = np.log(Q)[C, X]
    batch = mutual_information_bound(np.stack([log_q, 2 * log_q]), np.array([H_C, 0]))
    np.testing.assert_allclose(batch, [bound(Q), 2 * log_q.mean()])
    found = mutual_information_bound(torch.tensor(log_q, dtype=torch.float32), H_C)
    assert found.dtype == torch.float32 and found.item() == pytest.approx(bound(Q), abs=1e-6)
