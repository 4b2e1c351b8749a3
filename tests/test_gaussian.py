"""Gaussian entropy, divergence and information: worked values, torch, scipy, quadrature, and what must hold."""

from functools import partial
from math import log

import numpy as np
import pytest
import strategies  # noqa: F401  loads the hypothesis profile
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm
from torch.autograd import gradcheck
from torch.distributions import MultivariateNormal

from infotheory import diagonal_gaussian_kl, gaussian_entropy, gaussian_kl, gaussian_mutual_information

pytestmark = pytest.mark.filterwarnings("error")

close = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-11)
CORRELATED = [[1, 0.8], [0.8, 1]]

LIBRARIES = {
    "numpy float64": lambda a: np.array(a, np.float64),
    "numpy float32": lambda a: np.array(a, np.float32),
    "torch float64": lambda a: torch.tensor(np.array(a), dtype=torch.float64),
    "torch float32": lambda a: torch.tensor(np.array(a), dtype=torch.float32),
    "torch float64 with gradients": lambda a: torch.tensor(np.array(a, float), requires_grad=True),
}
library = pytest.mark.parametrize("array", LIBRARIES.values(), ids=LIBRARIES)

half = partial(gaussian_mutual_information, dim_x=1)  # of two coordinates
WORKED = {
    "h of a narrow one": (gaussian_entropy, [[[0.01]]], -0.8836465598),
    "h of a unit one": (gaussian_entropy, [[[1.0]]], 1.4189385332),
    "KL": (gaussian_kl, [[1.0], [[4.0]], [0.0], [[1.0]]], 1.3068528194),
    "KL of numbers": (gaussian_kl, [1.0, 4.0, 0.0, 1.0], 1.3068528194),
    "I": (half, [CORRELATED], 0.5108256238),
    "I of independent coordinates": (half, [[[4, 0], [0, 9]]], 0),
}
worked = pytest.mark.parametrize("measure, arguments, expected", WORKED.values(), ids=WORKED)


@library
@worked
def test_worked_values(measure, arguments, expected, array):
    arguments = [array(a) for a in arguments]
    found = measure(*arguments)
    assert found.dtype == arguments[0].dtype and found.shape == ()
    assert isinstance(found, (type(arguments[0]), np.generic))
    found = found.detach() if torch.is_tensor(found) else found
    assert float(found) == pytest.approx(expected, abs=1e-9 if "64" in str(found.dtype) else 1e-6)


@worked
def test_worked_values_of_lists_in_bits(measure, arguments, expected):
    assert measure(*arguments, base=2) == pytest.approx(expected / log(2), abs=2e-10)
    assert measure(*arguments, base=10, check=False) == pytest.approx(expected / log(10), abs=1e-10)


def test_covariances_of_whole_numbers_and_float32_beside_float64_are_promoted():
    assert gaussian_entropy(np.eye(2, dtype=int)).dtype == np.float64
    assert gaussian_entropy(torch.eye(2, dtype=torch.int64)).dtype == torch.float32
    assert gaussian_kl([0], np.eye(1, dtype=np.float32), [0], np.eye(1)).dtype == np.float64
    found = gaussian_kl([1], torch.tensor([[4.0]], dtype=torch.float64), [0], [[1]])
    assert found.dtype == torch.float64 and found.item() == pytest.approx(1.3068528194, abs=1e-9)


# What hypothesis draws


def matrices(d, size):
    entries = st.lists(st.floats(-size, size), min_size=d * d, max_size=d * d)
    return entries.map(lambda a: np.array(a).reshape(d, d))


def covariances(d):
    return matrices(d, 2).map(lambda a: a @ a.T + np.eye(d) / 4)


def means(d):
    return st.lists(st.floats(-5, 5), min_size=d, max_size=d).map(np.array)


@st.composite
def maps(draw, d):
    """An invertible linear map, of either orientation."""
    a = draw(matrices(d, 1)) + 4 * np.eye(d)
    a[0] *= draw(st.sampled_from([-1, 1]))
    return draw(st.floats(0.1, 10)) * a


@st.composite
def gaussians(draw, k=1, d=None):
    """The means and covariances of k Gaussians in d dimensions (1 to 3 when it is not given), in one list."""
    d = d or draw(st.integers(1, 3))
    return [draw(one(d)) for _ in range(k) for one in (means, covariances)]


@st.composite
def jointly(draw):
    """The covariance of (X, Y), and the dimensions of X and of Y."""
    nx, ny = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    return draw(covariances(nx + ny)), nx, ny


def blocks(a, b):
    """The block diagonal matrix of two."""
    return np.block([[a, np.zeros((len(a), len(b)))], [np.zeros((len(b), len(a))), b]])


# Entropy


@given(gaussians())
def test_entropy_agrees_with_scipy_and_torch(gaussian):
    mean, cov = gaussian
    close(gaussian_entropy(cov), multivariate_normal(mean, cov).entropy())
    close(gaussian_entropy(cov), MultivariateNormal(torch.tensor(mean), torch.tensor(cov)).entropy())


@pytest.mark.parametrize("variance", [0.01, 1, 7.5])
def test_entropy_agrees_with_quadrature(variance):
    p = norm(0, np.sqrt(variance))
    reach = 12 * np.sqrt(variance)
    expected, _ = quad(lambda x: -p.pdf(x) * p.logpdf(x), -reach, reach)
    assert gaussian_entropy([[variance]]) == pytest.approx(expected, rel=1e-9)


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.sampled_from([-1, 1]))
def test_entropy_of_a_scaled_variable_moves_by_log_of_the_scale(variance, scale, sign):
    a = sign * scale
    close(gaussian_entropy([[a * variance * a]]), gaussian_entropy([[variance]]) + log(abs(a)))


@given(st.data())
def test_entropy_of_a_linear_map_moves_by_log_of_its_determinant(data):
    _, cov = data.draw(gaussians())
    a = data.draw(maps(len(cov)))
    close(gaussian_entropy(a @ cov @ a.T), gaussian_entropy(cov) + np.linalg.slogdet(a)[1])


def test_entropy_in_many_dimensions_neither_overflows_nor_underflows():
    for scale in (1e-5, 1e5):  # the determinant is 1e-2000 or 1e+2000
        close(gaussian_entropy(scale * np.eye(400)), 200 * (1 + log(2 * np.pi * scale)))


@given(gaussians(2))
def test_entropy_of_independent_blocks_is_the_sum(gaussian):
    _, a, _, b = gaussian
    close(gaussian_entropy(blocks(a, b)), gaussian_entropy(a) + gaussian_entropy(b))


def test_entropy_can_be_negative_and_that_of_a_condition_too():
    """H(X|Y) >= 0 is a theorem of discrete variables only: here h(X|Y) = h(X,Y) - h(Y) < 0."""
    cov = np.array([[1, 0.999], [0.999, 1]])
    assert gaussian_entropy(cov) - gaussian_entropy(cov[1:, 1:]) < 0


# Divergence


@given(gaussians(2))
def test_divergence_agrees_with_torch(gaussian):
    mean_p, cov_p, mean_q, cov_q = map(torch.tensor, gaussian)
    expected = torch.distributions.kl_divergence(MultivariateNormal(mean_p, cov_p), MultivariateNormal(mean_q, cov_q))
    close(gaussian_kl(*gaussian), expected, rtol=1e-8, atol=1e-10)
    close(gaussian_kl(mean_p, cov_p, mean_q, cov_q), gaussian_kl(*gaussian))


@pytest.mark.parametrize("p, q", [((1, 4), (0, 1)), ((0, 1), (1, 4)), ((-2, 0.1), (0.5, 3)), ((0.3, 2), (0.3, 2))])
def test_divergence_agrees_with_quadrature(p, q):
    (mean_p, variance_p), (mean_q, variance_q) = p, q
    density_p, density_q = norm(mean_p, np.sqrt(variance_p)), norm(mean_q, np.sqrt(variance_q))
    expected, _ = quad(
        lambda x: density_p.pdf(x) * (density_p.logpdf(x) - density_q.logpdf(x)), -30, 30, points=[mean_p]
    )
    assert gaussian_kl(*p, *q) == pytest.approx(expected, rel=1e-8, abs=1e-12)


@given(gaussians(2))
def test_divergence_is_not_negative_and_zero_of_a_gaussian_from_itself(gaussian):
    mean_p, cov_p, mean_q, cov_q = gaussian
    assert gaussian_kl(*gaussian) >= -1e-12
    assert gaussian_kl(mean_p, cov_p, mean_p, cov_p) == pytest.approx(0, abs=1e-12)
    if not np.allclose(mean_p, mean_q, atol=1e-3) or not np.allclose(cov_p, cov_q, atol=1e-3):
        assert gaussian_kl(*gaussian) > 0


@given(st.data())
def test_divergence_does_not_move_under_an_affine_map(data):
    mean_p, cov_p, mean_q, cov_q = gaussian = data.draw(gaussians(2))
    a, b = data.draw(maps(len(mean_p))), data.draw(means(len(mean_p)))
    moved = a @ mean_p + b, a @ cov_p @ a.T, a @ mean_q + b, a @ cov_q @ a.T
    close(gaussian_kl(*moved), gaussian_kl(*gaussian), rtol=1e-7, atol=1e-9)


@given(gaussians(2, d=2), gaussians(2, d=1))
def test_divergence_of_independent_blocks_is_the_sum(one, other):
    means_and_covariances = [
        np.concatenate(pair) if pair[0].ndim == 1 else blocks(*pair) for pair in zip(one, other, strict=True)
    ]
    close(gaussian_kl(*means_and_covariances), gaussian_kl(*one) + gaussian_kl(*other), atol=1e-10)


@given(gaussians(2, d=3))
def test_divergence_obeys_the_chain_rule(gaussian):
    """KL of (X, Y) = KL of X + E_p KL of Y given X; the mean of the last is its value at X's mean and a quadratic."""
    mean_p, cov_p, mean_q, cov_q = gaussian
    slope_p, slope_q = (cov[2:, :2] @ np.linalg.inv(cov[:2, :2]) for cov in (cov_p, cov_q))
    left_p, left_q = (cov[2:, 2:] - s @ cov[:2, 2:] for cov, s in ((cov_p, slope_p), (cov_q, slope_q)))
    at_mean = mean_q[2:] + slope_q @ (mean_p[:2] - mean_q[:2])  # what q says of Y where X is its mean under p
    given_mean = gaussian_kl(mean_p[2:], left_p, at_mean, left_q)
    around_mean = ((slope_p - slope_q) @ cov_p[:2, :2] @ (slope_p - slope_q).T / left_q).item() / 2
    of_x = gaussian_kl(mean_p[:2], cov_p[:2, :2], mean_q[:2], cov_q[:2, :2])
    close(gaussian_kl(*gaussian), of_x + given_mean + around_mean, rtol=1e-7, atol=1e-9)


@given(means(3), st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array))
def test_divergence_of_a_diagonal_gaussian_is_the_sum_over_latents(mean, log_variance):
    expected = diagonal_gaussian_kl(mean, log_variance).sum()
    close(gaussian_kl(mean, np.diag(np.exp(log_variance)), np.zeros(3), np.eye(3)), expected)


# Mutual information


@pytest.mark.parametrize("rho", [-0.95, -0.3, 0, 0.8])
def test_information_of_two_coordinates_is_its_closed_form_and_quadrature(rho):
    found = gaussian_mutual_information([[1, rho], [rho, 1]], 1)
    assert found == pytest.approx(-np.log1p(-(rho**2)) / 2, rel=1e-12, abs=1e-15)
    grid = np.arange(-9, 9, 0.05)
    x, y = np.meshgrid(grid, grid)
    log_p = multivariate_normal(cov=[[1, rho], [rho, 1]]).logpdf(np.stack([x, y], -1))
    by_quadrature = (np.exp(log_p) * (log_p - norm.logpdf(x) - norm.logpdf(y))).sum() * 0.05**2
    assert found == pytest.approx(by_quadrature, abs=1e-9)


@given(jointly())
def test_information_is_the_entropies_of_the_parts_less_that_of_both(joint):
    cov, nx, _ = joint
    parts = gaussian_entropy(cov[:nx, :nx]) + gaussian_entropy(cov[nx:, nx:])
    close(gaussian_mutual_information(cov, nx), parts - gaussian_entropy(cov))


@given(jointly())
def test_information_is_the_divergence_from_independence(joint):
    cov, nx, ny = joint
    zero = np.zeros(nx + ny)
    apart = blocks(cov[:nx, :nx], cov[nx:, nx:])
    close(gaussian_mutual_information(cov, nx), gaussian_kl(zero, cov, zero, apart), atol=1e-10)


@given(st.data())
def test_information_does_not_move_under_invertible_maps_of_x_and_y(data):
    cov, nx, ny = data.draw(jointly())
    a = blocks(data.draw(maps(nx)), data.draw(maps(ny)))
    close(gaussian_mutual_information(a @ cov @ a.T, nx), gaussian_mutual_information(cov, nx), atol=1e-9)


@given(jointly())
def test_information_is_symmetric_and_not_negative(joint):
    cov, nx, ny = joint
    found = gaussian_mutual_information(cov, nx)
    assert found >= -1e-12
    turned = np.roll(cov, (ny, ny), (0, 1))
    close(gaussian_mutual_information(turned, ny), found)


@given(covariances(4))
def test_information_obeys_the_chain_rule(cov):
    """I(X;Y,Z) = I(X;Y) + I(X;Z|Y), the last from the covariance that is left when Y is known."""
    x, y, z = [0], [1, 2], [3]
    xz = x + z
    left = cov[np.ix_(xz, xz)] - cov[np.ix_(xz, y)] @ np.linalg.solve(cov[np.ix_(y, y)], cov[np.ix_(y, xz)])
    one_by_one = gaussian_mutual_information(cov[:3, :3], 1) + gaussian_mutual_information((left + left.T) / 2, 1)
    close(gaussian_mutual_information(cov, 1), one_by_one, atol=1e-10)


@given(gaussians(2))
def test_information_of_independent_blocks_is_zero(gaussian):
    _, a, _, b = gaussian
    assert gaussian_mutual_information(blocks(a, b), len(a)) == pytest.approx(0, abs=1e-12)


# Batches


def drawn(*batch, d=3, seed=0):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(*batch, d, d))
    return rng.normal(size=(*batch, d)), a @ np.swapaxes(a, -1, -2) + np.eye(d)


KINDS = pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor], ids=["numpy", "torch"])


@KINDS
@pytest.mark.parametrize("batch", [(2, 4), (3,), (1,), (0,)])
def test_a_batch_equals_a_loop(batch, kind):
    (mean_p, cov_p), (mean_q, cov_q) = drawn(*batch), drawn(*batch, seed=1)
    for measure, arrays in (
        (gaussian_entropy, [cov_p]),
        (partial(gaussian_mutual_information, dim_x=2), [cov_p]),
        (gaussian_kl, [mean_p, cov_p, mean_q, cov_q]),
    ):
        found = measure(*map(kind, arrays))
        assert found.shape == batch
        for i in np.ndindex(batch):
            close(found[i], measure(*(a[i] for a in arrays)))


@KINDS
@pytest.mark.parametrize("n", [1, 2, 3])  # 3 are as many as the dimensions: a batch of vectors looks like a matrix
def test_divergence_of_a_batch_from_one_gaussian_and_back(n, kind):
    (mean, cov), (mean_one, cov_one) = drawn(n), drawn(seed=1)
    found = gaussian_kl(*map(kind, (mean, cov, mean_one, cov_one)))
    back = gaussian_kl(*map(kind, (mean_one, cov_one, mean, cov)))
    assert found.shape == back.shape == (n,)
    for i in range(n):
        close(found[i], gaussian_kl(mean[i], cov[i], mean_one, cov_one))
        close(back[i], gaussian_kl(mean_one, cov_one, mean[i], cov[i]))
    close(gaussian_kl(*map(kind, (mean, cov_one, mean_one, cov_one))).shape, (n,))


# Gradients


def tensors(*shape, n=1):
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(*shape, dtype=torch.float64, generator=generator).requires_grad_() for _ in range(n)]


def spd(a):
    return a @ a.mT + torch.eye(a.shape[-1], dtype=a.dtype)


def test_gradients_agree_with_finite_differences():
    a, b = tensors(2, 3, 3, n=2)
    mean_p, mean_q = tensors(2, 3, n=2)
    assert gradcheck(lambda a: gaussian_entropy(spd(a), base=2), a)
    assert gradcheck(lambda a: gaussian_mutual_information(spd(a), 1), a)
    assert gradcheck(lambda m, a, n, b: gaussian_kl(m, spd(a), n, spd(b)), (mean_p, a, mean_q, b))


def test_gradients_are_those_of_the_textbook():
    """The slope of ½ log det Σ is ½ Σ⁻¹, and that of the divergence in the mean is Σq⁻¹ (μp - μq)."""
    mean_p, mean_q = tensors(3, n=2)
    cov = spd(tensors(3, 3)[0]).detach().requires_grad_()
    inverse = torch.linalg.inv(cov.detach())
    torch.testing.assert_close(torch.autograd.grad(gaussian_entropy(cov), cov)[0], inverse / 2)
    (found,) = torch.autograd.grad(gaussian_kl(mean_p, torch.eye(3), mean_q, cov), mean_p)
    torch.testing.assert_close(found, inverse @ (mean_p - mean_q).detach())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_vanish_where_two_gaussians_agree(dtype):
    mean, cov = (torch.tensor(a, dtype=dtype, requires_grad=True) for a in drawn())
    for found in torch.autograd.grad(gaussian_kl(mean, cov, mean.detach(), cov.detach()), (mean, cov)):
        torch.testing.assert_close(found, torch.zeros_like(found), rtol=0, atol=1e-5)
