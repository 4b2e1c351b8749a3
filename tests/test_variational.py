"""Bounds on log p(x) and on mutual information: worked values, exact enumeration, and samples of a known truth."""

from functools import partial
from math import e, inf, log

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import norm
from strategies import joints, pmfs
from torch import tensor
from torch.autograd import gradcheck

from infotheory import (
    barber_agakov_bound,
    conditional,
    cross_entropy,
    elbo,
    entropy,
    gaussian_entropy,
    gaussian_mutual_information,
    infonce_bound,
    kl_divergence,
    log_evidence,
    marginal,
    mutual_information,
    mutual_information_bound,
    nwj_bound,
    posterior,
)

pytestmark = pytest.mark.filterwarnings("error")

close = partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-12)
P = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])  # c rows, x columns
Q = np.array([[0.6, 0.4, 0.2], [0.4, 0.6, 0.8]])
LOG_JOINT = np.log([0.1, 0.2, 0.05])
GUESS = [0.5, 0.25, 0.25]
SCORES = [[1, 0, -1], [0.5, 2, 0], [0, 0, 3]]

LIBRARIES = {
    "numpy float64": lambda a: np.array(a, np.float64),
    "numpy float32": lambda a: np.array(a, np.float32),
    "torch float64": lambda a: torch.tensor(np.array(a), dtype=torch.float64),
    "torch float32": lambda a: torch.tensor(np.array(a), dtype=torch.float32),
    "torch float64 with gradients": lambda a: torch.tensor(np.array(a, float), requires_grad=True),
}
library = pytest.mark.parametrize("array", LIBRARIES.values(), ids=LIBRARIES)

WORKED = {
    "log p(x)": (log_evidence, [LOG_JOINT], -1.0498221245),
    "ELBO": (elbo, [LOG_JOINT, GUESS], -1.2628643222),
    "Barber-Agakov": (barber_agakov_bound, [P, Q], 0.1327402843),
    "InfoNCE": (infonce_bound, [SCORES], 0.8289840776),
    "NWJ": (nwj_bound, [SCORES], 1.6311027154),
    "InfoGAN": (mutual_information_bound, [[-1.0, -0.5], 1.25], 0.5),
}
worked = pytest.mark.parametrize("bound, arguments, expected", WORKED.values(), ids=WORKED)


@library
@worked
def test_worked_values(bound, arguments, expected, array):
    arguments = [array(a) for a in arguments]
    found = bound(*arguments)
    assert found.dtype == arguments[0].dtype and found.shape == ()
    assert isinstance(found, (type(arguments[0]), np.generic))
    found = found.detach() if torch.is_tensor(found) else found
    assert float(found) == pytest.approx(expected, abs=1e-9 if "64" in str(found.dtype) else 1e-6)


@worked
def test_worked_values_of_lists_in_bits(bound, arguments, expected):
    arguments = [np.asarray(a).tolist() for a in arguments]
    assert bound(*arguments, base=2) == pytest.approx(expected / log(2), abs=2e-10)
    assert bound(*arguments, base=10, check=False) == pytest.approx(expected / log(10), abs=1e-10)


@library
@worked
def test_a_batch_equals_a_loop(bound, arguments, expected, array):
    batch = [array(np.stack([a] * 6).reshape(2, 3, *np.shape(a))) for a in arguments]
    found = bound(*batch)
    assert found.shape == (2, 3) and found.dtype == batch[0].dtype
    np.testing.assert_allclose(found.detach() if torch.is_tensor(found) else found, expected, rtol=1e-5)


@pytest.mark.parametrize("bound, shape", [(log_evidence, (4,)), (posterior, (4,)), (infonce_bound, (4, 4))])
def test_rows_of_a_batch_do_not_mix(bound, shape):
    batch = np.random.default_rng(0).normal(size=(3, *shape))
    close(bound(batch), [bound(row) for row in batch])
    close(bound(torch.tensor(batch)), bound(batch))


def test_one_q_serves_a_batch_of_joints():
    close(elbo(np.stack([LOG_JOINT, LOG_JOINT + 1]), GUESS), elbo(LOG_JOINT, GUESS) + np.array([0, 1]))
    close(barber_agakov_bound(np.stack([P, P]), Q), [barber_agakov_bound(P, Q)] * 2)
    close(mutual_information_bound(np.zeros((2, 3)), np.array([1.0, 2.0])), [1, 2])


# The evidence and its lower bound


@st.composite
def latents(draw):
    """log p(x, z) over a few latents, some of them impossible, and a q(z) that rules those out."""
    log_joint = np.array(draw(st.lists(st.floats(-20, 0) | st.just(-inf), min_size=1, max_size=5)))
    q = draw(pmfs(len(log_joint))) * (log_joint > -inf)
    assume(q.sum() > 0)
    return log_joint, q / q.sum()


@given(latents())
def test_evidence_is_the_sum_of_the_joint(drawn):
    log_joint, _ = drawn
    close(log_evidence(log_joint), np.log(np.exp(log_joint).sum()))
    close(log_evidence(log_joint), logsumexp(log_joint))


@given(latents())
def test_posterior_is_bayes(drawn):
    log_joint, _ = drawn
    p_xz = np.exp(log_joint)
    close(posterior(log_joint), p_xz / p_xz.sum())
    assert (posterior(log_joint)[log_joint == -inf] == 0).all()


@given(latents())
def test_elbo_falls_short_of_the_evidence_by_the_divergence_from_the_posterior(drawn):
    log_joint, q = drawn
    close(elbo(log_joint, q) + kl_divergence(q, posterior(log_joint)), log_evidence(log_joint))


@given(latents())
def test_elbo_is_at_most_the_evidence_with_equality_at_the_posterior(drawn):
    log_joint, q = drawn
    assert elbo(log_joint, q) <= log_evidence(log_joint) + 1e-12
    close(elbo(log_joint, posterior(log_joint)), log_evidence(log_joint))


@given(latents())
def test_elbo_is_the_expected_joint_and_the_entropy_of_q(drawn):
    log_joint, q = drawn
    close(elbo(log_joint, q), (q[q > 0] * log_joint[q > 0]).sum() + entropy(q))


@given(latents())
def test_elbo_is_reconstruction_less_the_divergence_from_the_prior(drawn):
    """log p(x, z) = log p(x|z) + log p(z): E_q log p(x|z) - KL(q(z) ‖ p(z)), as in a VAE."""
    log_joint, q = drawn
    prior = np.full(len(q), 1 / len(q))
    reconstruction = -cross_entropy(q, np.exp(np.minimum(log_joint, 0)), check=False)
    close(elbo(log_joint + np.log(prior), q), reconstruction - kl_divergence(q, prior))


@pytest.mark.parametrize("kind", [np.array, torch.tensor], ids=["numpy", "torch"])
def test_impossible_latents(kind):
    log_joint = kind([log(0.1), -inf, log(0.3)])
    assert float(log_evidence(log_joint)) == pytest.approx(log(0.4))
    np.testing.assert_allclose(posterior(log_joint), [0.25, 0, 0.75], rtol=1e-6)
    assert float(elbo(log_joint, kind([0.25, 0, 0.75]))) == pytest.approx(log(0.4))
    assert elbo(log_joint, kind([0.25, 0.25, 0.5])) == -inf
    assert log_evidence(kind([-inf, -inf])) == -inf
    assert log_evidence(kind([[0.0, -inf], [-inf, -inf]])).tolist() == [0, -inf]


@pytest.mark.parametrize("shift", [-1e4, 1e4])
@library
def test_evidence_neither_overflows_nor_underflows(array, shift):
    assert log_evidence(array([shift, shift])).tolist() == pytest.approx(shift + log(2), rel=1e-7)


@pytest.mark.parametrize("shift", [-1e4, 1e4])
@library
def test_posterior_is_exact_whatever_the_size_of_the_evidence(array, shift):
    eps = 1e-6 if "32" in str(array([0]).dtype) else 1e-15
    assert posterior(array([shift, shift])).tolist() == pytest.approx([0.5, 0.5], rel=eps, abs=0)


def test_posterior_keeps_kind_and_dtype():
    for array in LIBRARIES.values():
        log_joint = array(LOG_JOINT)
        found = posterior(log_joint)
        assert type(found) is type(log_joint) and found.dtype == log_joint.dtype
    assert posterior(LOG_JOINT.tolist()) == pytest.approx([2 / 7, 4 / 7, 1 / 7])
    assert posterior(LOG_JOINT, check=False) == pytest.approx([2 / 7, 4 / 7, 1 / 7])


# Barber and Agakov


@st.composite
def joints_and_guesses(draw):
    """A joint p(c, x), and Q(c|x) whose columns are pmfs."""
    p = draw(joints())
    n_c, n_x = p.shape
    return p, draw(pmfs(n_c, batch=(n_x,))).T


def gap(p, q):
    """E_x KL(p(c|x) ‖ Q(c|x)), over the x that happen."""
    p_x = marginal(p, of="y")
    happens = p_x > 0
    return (p_x[happens] * kl_divergence(conditional(p)[:, happens], q[:, happens], axis=0)).sum()


def test_worked_gap_of_barber_and_agakov():
    assert gap(P, Q) == pytest.approx(0.0466960075, abs=1e-10)
    assert mutual_information(P) - barber_agakov_bound(P, Q) == pytest.approx(0.0466960075, abs=1e-10)


@given(joints_and_guesses())
def test_barber_and_agakov_fall_short_by_the_mean_divergence_from_the_posterior(drawn):
    p, q = drawn
    close(barber_agakov_bound(p, q), mutual_information(p) - gap(p, q), rtol=1e-9)


@given(joints_and_guesses())
def test_barber_and_agakov_are_tight_at_the_posterior(drawn):
    p, q = drawn
    exact = np.where(marginal(p, of="y") > 0, conditional(p), q)
    close(barber_agakov_bound(p, exact), mutual_information(p))
    assert barber_agakov_bound(p, q) <= mutual_information(p) + 1e-12


@given(joints())
def test_barber_and_agakov_with_the_prior_for_q_say_nothing(p):
    prior = np.repeat(marginal(p)[:, None], p.shape[1], axis=1)
    assert barber_agakov_bound(p, prior) == pytest.approx(0, abs=1e-12)


def test_barber_and_agakov_with_a_q_that_rules_out_what_happens():
    assert barber_agakov_bound(P, [[1, 1, 0], [0, 0, 1]]) == -inf
    assert barber_agakov_bound([[0.5, 0], [0, 0.5]], np.eye(2)) == pytest.approx(log(2))


# InfoNCE and NWJ: whatever the scores


@st.composite
def scores(draw, at_least=1):
    n = draw(st.integers(at_least, 5))
    return np.array(draw(st.lists(st.floats(-50, 50), min_size=n * n, max_size=n * n))).reshape(n, n)


@given(scores())
def test_infonce_never_exceeds_log_k(s):
    assert infonce_bound(s) <= log(len(s))
    assert infonce_bound(torch.tensor(s, dtype=torch.float32)) <= np.float32(log(len(s)))


def test_infonce_reaches_log_k_where_pairs_are_told_apart_and_zero_where_not():
    for k in (1, 2, 5):
        close(infonce_bound(1e5 * np.eye(k)), log(k))
        close(infonce_bound(np.full((k, k), 1e5)), 0, atol=1e-9)


@given(st.data())
def test_infonce_does_not_move_when_a_row_does(data):
    s = data.draw(scores())
    g = data.draw(st.lists(st.floats(-50, 50), min_size=len(s), max_size=len(s)))
    close(infonce_bound(s + np.array(g)[:, None]), infonce_bound(s), atol=1e-11)


@given(scores())
def test_infonce_is_a_cross_entropy_of_telling_the_partner(s):
    target = torch.arange(len(s))
    expected = log(len(s)) - torch.nn.functional.cross_entropy(torch.tensor(s), target)
    close(infonce_bound(s), expected, atol=1e-11)


@given(scores(at_least=2))
def test_nwj_is_two_means(s):
    k = len(s)
    pairs = [(i, j) for i in range(k) for j in range(k)]
    apart = np.mean([np.exp(s[i, j] - 1) for i, j in pairs if i != j])
    together = np.mean([s[i, i] for i in range(k)])
    biggest = np.exp(np.abs(s).max())  # see the test below for what rounding does beside a large diagonal
    close(nwj_bound(s), together - apart, rtol=1e-12, atol=1e-12 * (1 + biggest))


@given(scores(at_least=2), st.permutations(range(5)))
def test_bounds_do_not_depend_on_the_order_of_the_pairs(s, order):
    order = [i for i in order if i < len(s)]
    close(infonce_bound(s[np.ix_(order, order)]), infonce_bound(s), atol=1e-11)


@pytest.mark.parametrize("large", [40.0, 800.0])
def test_nwj_is_right_beside_a_large_diagonal(large):
    with np.errstate(all="ignore"):
        assert nwj_bound([[large, 0], [0, large]]) == pytest.approx(large - 1 / e, rel=1e-12)


def test_nwj_of_excluded_pairs_counts_them_as_zero():
    assert nwj_bound([[1, -inf], [-inf, 1]]) == pytest.approx(1)
    assert infonce_bound([[1, -inf], [-inf, 1]]) == pytest.approx(log(2))
    assert nwj_bound([[-inf, 0], [0, 0]]) == infonce_bound([[-inf, 0], [0, 0]]) == -inf


# InfoNCE and NWJ: in expectation over every draw of K pairs from P, exactly


def expectation(bound, critic, p=P, k=2):
    """E bound over all draws of k pairs from p, each weighted by how likely it is."""
    x, y = (index.ravel() for index in np.indices(p.shape))
    draws = np.indices((p.size,) * k).reshape(k, -1).T  # [draws, k]: which pairs were drawn
    weight = p.ravel()[draws].prod(axis=-1)
    return weight @ bound(critic[x[draws][:, :, None], y[draws][:, None, :]])


RATIO = np.log(P / np.outer(marginal(P), marginal(P, of="y")))


def test_nwj_is_tight_in_expectation_at_the_optimal_critic():
    for k in (2, 3):
        assert expectation(nwj_bound, 1 + RATIO, k=k) == pytest.approx(mutual_information(P), abs=1e-12)


@given(st.lists(st.floats(-3, 3), min_size=6, max_size=6))
def test_nwj_is_a_lower_bound_in_expectation_whatever_the_critic(entries):
    critic = np.array(entries).reshape(P.shape)
    apart = np.outer(marginal(P), marginal(P, of="y"))
    found = expectation(nwj_bound, critic)
    close(found, (P * critic).sum() - (apart * np.exp(critic)).sum() / e, rtol=1e-10)
    assert found <= mutual_information(P) + 1e-12


@given(st.lists(st.floats(-3, 3), min_size=6, max_size=6))
def test_infonce_is_a_lower_bound_in_expectation_whatever_the_critic(entries):
    for k in (2, 3):
        assert expectation(infonce_bound, np.array(entries).reshape(P.shape), k=k) <= mutual_information(P) + 1e-12


def test_infonce_nears_the_information_with_more_pairs_at_the_optimal_critic():
    bounds = [expectation(infonce_bound, RATIO, k=k) for k in (1, 2, 3, 4)]
    assert bounds[0] == 0 and (np.diff(bounds) > 0).all()
    assert bounds[-1] < mutual_information(P)


# From samples of a known truth


def correlated_gaussians(n, rho=0.8, seed=0):
    """Two independent pairs of unit Gaussians of correlation rho: c [n, 2] and x [n, 2]."""
    c, noise = np.random.default_rng(seed).normal(size=(2, n, 2))
    return c, rho * c + np.sqrt(1 - rho**2) * noise


def log_posterior(c, x, rho=0.8):
    """log p(c|x) of those."""
    return norm.logpdf(c, rho * x, np.sqrt(1 - rho**2)).sum(axis=-1)


def overlapping_intervals(n, m, seed=0):
    """Categories c in 0..m-1, equally likely, and x ~ Uniform(c, c + 2)."""
    rng = np.random.default_rng(seed)
    c = rng.integers(m, size=n)
    return c, c + rng.uniform(0, 2, size=n)


def log_ratio(c, x, m):
    """log p(x|c) / p(x): p(x) is 1/2m in the first and last unit of [0, m + 1], 1/m between."""
    density = np.where((x < 1) | (x >= m), 1, 2) / (2 * m)
    return np.where((c <= x) & (x < c + 2), np.log(0.5 / density), -inf)


def mean_and_error(values):
    return np.mean(values), np.std(values, ddof=1) / np.sqrt(len(values))


GAUSSIAN = -log(1 - 0.8**2)


def information_of_intervals(m):
    return log(m) - (m - 1) / m * log(2)


def test_the_closed_form_of_the_gaussians_is_that_of_the_package():
    cov = np.block([[np.eye(2), 0.8 * np.eye(2)], [0.8 * np.eye(2), np.eye(2)]])
    assert gaussian_mutual_information(cov, 2) == pytest.approx(GAUSSIAN, rel=1e-12)


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor], ids=["numpy", "torch"])
def test_infogan_bound_is_the_information_of_gaussians_at_the_posterior(kind):
    log_q = log_posterior(*correlated_gaussians(50_000))
    found = float(mutual_information_bound(kind(log_q), gaussian_entropy(kind(np.eye(2)))))
    _, error = mean_and_error(log_q)
    assert abs(found - GAUSSIAN) < 4 * error < 0.03


def test_infogan_bound_of_a_wrong_q_falls_short_of_the_information_of_gaussians():
    c, x = correlated_gaussians(50_000)
    found = mutual_information_bound(log_posterior(c, x, rho=0.5), gaussian_entropy(np.eye(2)))
    s, t = 1 - 0.8**2, 1 - 0.5**2  # E KL between Gaussians of variance s and t whose means lie 0.3 x apart
    expected = GAUSSIAN - (s / t + 0.3**2 / t - 1 + log(t / s))
    assert found == pytest.approx(expected, abs=0.03) and expected < GAUSSIAN - 0.1


@pytest.mark.parametrize("m", [1, 2, 5, 10])
def test_infogan_bound_is_the_information_of_intervals_at_the_posterior(m):
    c, x = overlapping_intervals(50_000, m)
    log_q = log_ratio(c, x, m) - log(m)  # p(c|x) = p(x|c) p(c) / p(x)
    found = mutual_information_bound(log_q, log(m))
    assert set(np.round(np.exp(log_q), 12)) <= {0.5, 1}
    assert abs(found - information_of_intervals(m)) <= 4 * mean_and_error(log_q)[1] + 1e-12
    in_bits = mutual_information_bound(log_q, log(m), base=2)
    assert in_bits == pytest.approx(found / log(2), abs=1e-12)


def sampled(bound, critic, c, x, k):
    """The bound on every k pairs: its mean, and the error of that."""
    c, x = (a.reshape(-1, k, *a.shape[1:]) for a in (c, x))
    return mean_and_error(bound(critic(c[:, :, None], x[:, None, :])))


@pytest.mark.parametrize("m", [2, 5])
def test_sampled_bounds_of_intervals_at_the_optimal_critic(m):
    c, x = overlapping_intervals(10_000, m)
    truth = information_of_intervals(m)
    found, error = sampled(nwj_bound, lambda c, x: 1 + log_ratio(c, x, m), c, x, k=100)
    assert abs(found - truth) < 4 * error < 0.1
    found, error = sampled(infonce_bound, lambda c, x: log_ratio(c, x, m), c, x, k=100)
    assert truth - 0.05 < found < truth + 4 * error and error < 0.02


def test_sampled_bounds_of_gaussians_at_the_optimal_critic():
    def ratio(c, x):
        return log_posterior(c, x) - norm.logpdf(c).sum(axis=-1)

    c, x = correlated_gaussians(10_000)
    found, error = sampled(nwj_bound, lambda c, x: 1 + ratio(c, x), c, x, k=100)
    assert abs(found - GAUSSIAN) < 4 * error < 0.1
    found, error = sampled(infonce_bound, ratio, c, x, k=100)
    assert GAUSSIAN - 0.1 < found < GAUSSIAN + 4 * error and error < 0.05
    found, _ = sampled(infonce_bound, ratio, c, x, k=2)
    assert found < log(2) < GAUSSIAN


# Gradients


def drawn(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, *shape, dtype=torch.float64, generator=generator).requires_grad_()


def pmf(*shape, axes=(-1,), seed=0):
    weights = drawn(*shape, seed=seed).detach().exp()
    return (weights / weights.sum(axes, keepdim=True)).requires_grad_()


def test_gradients_agree_with_finite_differences():
    assert gradcheck(lambda a: log_evidence(a, base=2), drawn(4))
    assert gradcheck(posterior, drawn(4))
    assert gradcheck(lambda a, q: elbo(a, q, check=False), (drawn(4), pmf(4)))
    joint, guess = pmf(2, 3, axes=(-2, -1)), pmf(2, 3, axes=(-2,), seed=1)
    assert gradcheck(lambda p, q: barber_agakov_bound(p, q, base=2, check=False), (joint, guess))
    assert gradcheck(infonce_bound, drawn(3, 3))
    assert gradcheck(lambda s: nwj_bound(s, base=2), drawn(3, 3))
    assert gradcheck(lambda s, h: mutual_information_bound(s, h, base=2), (drawn(3), drawn()))


def test_gradients_beside_an_impossible_latent():
    log_joint = tensor([0.0, 1.0, -inf], dtype=torch.float64)
    guess = tensor([0.3, 0.7, 0.0], dtype=torch.float64)
    for function in (log_evidence, lambda a: posterior(a)[0], lambda a: elbo(a, guess[: len(a)])):
        whole, part = log_joint.clone().requires_grad_(), log_joint[:2].clone().requires_grad_()
        function(whole).backward()
        function(part).backward()
        torch.testing.assert_close(whole.grad[:2], part.grad)
        assert whole.grad[2] == 0


def test_gradient_of_the_evidence_is_the_posterior_and_of_the_elbo_is_q():
    log_joint, q = drawn(4), pmf(4)
    torch.testing.assert_close(torch.autograd.grad(log_evidence(log_joint).sum(), log_joint)[0], posterior(log_joint))
    torch.testing.assert_close(torch.autograd.grad(elbo(log_joint, q).sum(), log_joint)[0], q)


def test_gradient_of_the_elbo_in_q_on_the_corners():
    q = tensor([0.0, 0.5, 0.5, 0.0], dtype=torch.float64, requires_grad=True)
    elbo(tensor([0.0, -1.0, -2.0, -inf], dtype=torch.float64), q).backward()
    torch.testing.assert_close(q.grad, tensor([inf, log(2) - 2, log(2) - 3, -inf], dtype=torch.float64))


CORNERS = {
    "log p(x)": (log_evidence, [[[0, -inf], [-inf, 1], [1, 1]]]),
    "posterior": (lambda a: posterior(a)[..., 0], [[[0, -inf], [-inf, 1], [1e30, 1e30]]]),
    "ELBO, q rules out": (elbo, [[0, 1, -1], [0, 1, 0]]),
    "ELBO, p and q rule out": (elbo, [[0, 1, -inf], [0.5, 0.5, 0]]),
    "ELBO, p alone rules out": (elbo, [[0, -inf, -inf], [0, 0.5, 0.5]]),
    "Barber-Agakov, tight": (barber_agakov_bound, [[[0, 0.5], [0.5, 0]], [[0, 1], [1, 0]]]),
    "Barber-Agakov, wrong": (barber_agakov_bound, [[[0, 0.5], [0.5, 0]], [[1, 0], [0, 1]]]),
    "Barber-Agakov, an x that never comes": (barber_agakov_bound, [[[0, 0.5], [0, 0.5]], [[1, 0.5], [0, 0.5]]]),
    "InfoNCE, equal": (infonce_bound, [[[1, 1], [1, 1]]]),
    "InfoNCE, excluded": (infonce_bound, [[[0, -inf], [-inf, 1]]]),
    "InfoNCE, positives excluded": (infonce_bound, [[[-inf, 0], [0, 1]]]),
    "InfoNCE, huge": (infonce_bound, [[[1e30, -1e30], [1e30, -1e30]]]),
    "InfoNCE, one pair": (infonce_bound, [[[3]]]),
    "NWJ, excluded": (nwj_bound, [[[0, -inf], [-inf, 1]]]),
    "NWJ, positives excluded": (nwj_bound, [[[-inf, 0], [0, 1]]]),
    "NWJ, overflow off the diagonal": (nwj_bound, [[[0, 1000], [0, 0]]]),
    "InfoGAN, ruled out": (mutual_information_bound, [[0, -inf], 1]),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("bound, arrays", CORNERS.values(), ids=CORNERS)
def test_gradients_are_never_nan(bound, arrays, dtype):
    arrays = [tensor(a, dtype=dtype, requires_grad=True) for a in arrays]
    value = bound(*arrays)
    assert not value.isnan().any()
    value.sum().backward()
    assert not any(a.grad.isnan().any() for a in arrays)


@pytest.mark.parametrize("rows", [slice(None), 0], ids=["back-propagated", "not back-propagated"])
def test_gradients_of_the_evidence_of_what_cannot_happen_are_not_nan(rows):
    log_joint = tensor([[0.0, 1.0], [-inf, -inf]], requires_grad=True)
    log_evidence(log_joint)[rows].sum().backward()
    assert not log_joint.grad.isnan().any()


def test_gradients_of_nwj_beside_a_large_diagonal_are_not_nan():
    s = tensor([[800.0, 0.0], [0.0, 800.0]], requires_grad=True)
    nwj_bound(s).backward()
    assert not s.grad.isnan().any()
