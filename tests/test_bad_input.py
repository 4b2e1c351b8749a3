"""What is refused, and that the message names the place and what stands there."""

from math import inf, nan

import numpy as np
import pytest
import torch

from infotheory import (
    barber_agakov_bound,
    conditional,
    conditional_entropy,
    conditional_mutual_information,
    cross_entropy,
    diagonal_gaussian_kl,
    elbo,
    entropy,
    entropy_from_logits,
    gaussian_entropy,
    gaussian_kl,
    gaussian_mutual_information,
    infonce_bound,
    joint,
    joint_entropy,
    js_divergence,
    kl_divergence,
    kl_from_logits,
    log_evidence,
    marginal,
    mutual_information,
    mutual_information_bound,
    nwj_bound,
    pointwise_mutual_information,
    posterior,
    self_information,
    total_correlation,
    total_variation,
)

TWO = [cross_entropy, kl_divergence, js_divergence, total_variation]
JOINT = [
    marginal,
    conditional,
    joint_entropy,
    conditional_entropy,
    mutual_information,
    pointwise_mutual_information,
]
FAIR = [0.5, 0.5]
two = pytest.mark.parametrize("measure", TWO)
of_joint = pytest.mark.parametrize("measure", JOINT)
kinds = pytest.mark.parametrize("kind", [list, np.asarray, torch.tensor], ids=["list", "numpy", "torch"])


def refused(message, error=ValueError):
    return pytest.raises(error, match=message)


# Entries


WRONG = {
    "negative": ([-0.5, 1.5], r"\[0\] is -0.5, expected a probability"),
    "NaN": ([0.5, nan], r"\[1\] is NaN, expected a probability"),
    "two NaNs": ([nan, nan], r"\[0\] is NaN \(and 1 more\)"),
    "infinite": ([inf, 0.5], "sums to inf, expected 1"),
    "too little": ([0.5, 0.4], r"sums to 0.9, expected 1 \(within .*divide by the sum if you mean its shares"),
    "too much": ([0.5, 0.6], "sums to 1.1, expected 1"),
    "empty": ([], r"is empty: it has shape \(0,\), expected at least one outcome"),
    "a row of a batch": ([[0.5, 0.5], [0.5, 0.4]], r"\[1, :\] sums to 0.9"),
    "an entry of a batch": ([[0.5, 0.5], [1.5, -0.5]], r"\[1, 1\] is -0.5"),
}
wrong = pytest.mark.parametrize("p, message", WRONG.values(), ids=WRONG)


@kinds
@wrong
def test_entropy_refuses_what_is_not_a_pmf(p, message, kind):
    with refused("^p ?" + message):
        entropy(kind(p))


@two
@wrong
def test_each_of_two_pmfs_is_looked_at(measure, p, message):
    good = np.full(np.shape(p), 0.5)
    with refused("p.*" + message):
        measure(p, good)
    if np.size(p):
        with refused("q.*" + message):
            measure(good, p)


@of_joint
@kinds
@pytest.mark.parametrize(
    "p_xy, message",
    [
        ([[0.5, 0.4]], "p_xy sums to 0.9"),
        ([[0.5], [-0.5]], r"p_xy\[1, 0\] is -0.5"),
        ([[nan, 0.5]], r"p_xy\[0, 0\] is NaN"),
        ([[], []], r"p_xy is empty: it has shape \(2, 0\)"),
        ([[FAIR], [[0.5, 0.4]]], r"p_xy\[1, :, :\] sums to 0.9"),
        (FAIR, r"p_xy has shape \(2,\), expected at least 2 axes"),
        (0.5, r"p_xy has shape \(\), expected at least 2 axes"),
    ],
)
def test_measures_of_a_joint_refuse_what_is_not_one(measure, p_xy, message, kind):
    with refused(message):
        measure(p_xy if p_xy == 0.5 else kind(p_xy))


def test_measures_of_several_variables_refuse_what_is_not_a_joint():
    with refused("p_xyz sums to 0.9"):
        conditional_mutual_information([[[0.5, 0.4]]])
    with refused("p_xyz has shape .* expected at least 3 axes"):
        conditional_mutual_information([[0.5, 0.5]])
    with refused("p sums to 0.9"):
        total_correlation([[0.5, 0.4]])
    with refused(r"p\[1, :\] sums to 0.9"):
        total_correlation([FAIR, [0.5, 0.4]], n_variables=1)
    with refused(r"p has shape \(2,\), expected at least 3 axes"):
        total_correlation(FAIR, n_variables=3)
    with refused("found 0 variables"):
        total_correlation(1.0)


def test_the_row_is_named_on_whichever_axis_the_outcomes_lie():
    with refused(r"p\[:, 1\] sums to 0.9"):
        entropy([[0.5, 0.5], [0.5, 0.4]], axis=0)
    with refused(r"p\[:, 1, :\] sums to 0.9"):
        entropy([[[0.5], [0.5]], [[0.5], [0.4]]], axis=(0, 2))


@pytest.mark.parametrize("kind", [np.asarray, torch.as_tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize("dtype, beyond", [(np.float64, 3e-8), (np.float32, 5e-4)])
def test_a_sum_beyond_sqrt_eps_of_one_is_refused(dtype, beyond, kind):
    for total in (1 - beyond, 1 + beyond):
        with refused("expected 1"):
            entropy(kind(np.array([0.5, total - 0.5], dtype)))


def test_a_sum_on_the_edge_of_the_tolerance_is_accepted_or_refused():
    edge = 1 + np.sqrt(np.finfo(np.float64).eps)
    for p in np.random.default_rng(0).dirichlet(np.ones(50), size=50):
        try:
            entropy([p * edge / p.sum()])
        except ValueError as error:
            assert "expected 1" in str(error)


def test_self_information_takes_probabilities():
    for p, message in [
        ([0.5, 1.5], r"p\[1\] is 1.5"),
        ([-0.5], r"p\[0\] is -0.5"),
        (nan, "^p is NaN"),
        (torch.tensor([0.5, 1.5]), r"p\[1\] is 1.5"),
    ]:
        with refused(message + ", expected a probability"):
            self_information(p)


def test_the_product_rule_refuses_what_is_not_a_channel():
    with refused(r"p_x of shape \(2,\) and p_y_given_x of shape \(1, 2\), expected one row"):
        joint(FAIR, [FAIR])
    with refused("p_x sums to 0.9"):
        joint([0.5, 0.4], [FAIR, FAIR])
    with refused(r"p_y_given_x\[1, :\] sums to 0.9"):
        joint(FAIR, [FAIR, [0.5, 0.4]])
    with refused("p_y_given_x has shape"):
        joint(FAIR, FAIR)


def test_check_false_leaves_out_the_look_at_the_entries():
    unnormalised = [[0.5, 0.4]]
    for measure in (self_information, entropy, *JOINT, total_correlation):
        measure(unnormalised, check=False)
    for measure in TWO:
        measure(unnormalised, unnormalised, check=False)
    self_information(1.5, check=False)
    joint(FAIR, [[0.5, 0.4]] * 2, check=False)
    conditional_mutual_information([unnormalised], check=False)
    with np.errstate(invalid="ignore"):
        assert np.isnan(entropy_from_logits([nan, 0], check=False))
        assert np.isnan(kl_from_logits([nan, 0], [0, 0], check=False))
    assert np.isnan(diagonal_gaussian_kl([nan], [0.0], check=False))
    assert np.isnan(mutual_information_bound([nan], 0.0, check=False))


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize(
    "logits, message",
    [
        ([nan, 0], r"\[0\] is NaN, expected a finite number or -inf"),
        ([0, inf], r"\[1\] is inf, expected a finite number or -inf"),
        ([-inf, -inf], "is -inf, expected a finite number"),
        ([[0, 0], [-inf, -inf]], r"\[1\] is -inf, expected a finite number"),
        ([], "is empty"),
    ],
)
def test_logits_are_finite_or_minus_infinity(logits, message, kind):
    with refused("logits.*" + message):
        entropy_from_logits(kind(logits))
    with refused("a.*" + message):
        kl_from_logits(kind(logits), kind(logits))
    if len(logits):
        with refused("b.*" + message):
            kl_from_logits(kind(np.zeros(np.shape(logits)).tolist()), kind(logits))


# Shapes and axes


@pytest.mark.parametrize("measure", [*TWO, kl_from_logits])
def test_two_pmfs_have_the_same_outcomes(measure):
    with refused(r"of shape \(2,\) and . of shape \(3,\), expected the same outcomes on axis -1"):
        measure([0.5, 0.5], [0.5, 0.25, 0.25])
    with refused(r"of shape \(2,\) and . of shape \(1,\), expected the same outcomes"):
        measure([0.5, 0.5], [1.0])
    with refused(r"of shape \(2, 2\) and . of shape \(3, 2\), expected batch axes that broadcast"):
        measure([FAIR] * 2, [FAIR] * 3)


@two
def test_two_pmfs_over_several_axes_have_the_same_outcomes(measure):
    with refused("expected the same outcomes on axes -2, -1"):
        measure(np.full((2, 2), 0.25), np.full(4, 0.25), axis=(0, 1))


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_a_single_number_is_not_a_pmf(kind):
    with refused("p is a single number, expected a pmf"):
        entropy(kind(1.0))
    with refused("p is a single number, expected a pmf"):
        kl_divergence(kind(1.0), kind(1.0))
    with refused(r"logits has shape \(\)"):
        entropy_from_logits(kind(1.0))


@pytest.mark.parametrize(
    "axis, message",
    [
        (1, r"found axis 1, but p has shape \(2,\)"),
        (-2, r"found axis -2, but p has shape \(2,\)"),
        ((0, 1), "found axis 1"),
        ((0, -1), "expected one or more different axes"),
        ((), "expected one or more different axes"),
    ],
)
def test_an_axis_is_one_of_the_array(axis, message):
    with refused(message):
        entropy(FAIR, axis=axis)
    for measure in TWO:
        with refused(message):
            measure(FAIR, FAIR, axis=axis)


# Keywords


@pytest.mark.parametrize("base", [1, -2, 0, inf, nan])
def test_a_base_is_positive_finite_and_not_one(base):
    message = f"found base={base}, expected None .* or a positive number other than 1"
    for measure in (self_information, entropy, entropy_from_logits):
        with refused(message):
            measure([0.5, 0.5], base=base)
    for measure in (*JOINT, total_correlation):
        with refused(message):
            measure([[0.5, 0.5]], base=base)
    for measure in (*TWO, kl_from_logits):
        with refused(message):
            measure(FAIR, FAIR, base=base, check=False)
    with refused(message):
        joint(FAIR, [FAIR, FAIR], base=base)
    with refused(message):
        conditional_mutual_information([[FAIR]], base=base)


def test_a_variable_is_x_or_y():
    for measure in (conditional, conditional_entropy):
        with refused('found given=\'z\', expected "x" or "y"'):
            measure([[0.5, 0.5]], given="z")
    with refused('found of=\'z\', expected "x" or "y"'):
        marginal([[0.5, 0.5]], of="z")


# Types


@pytest.mark.parametrize(
    "p, found",
    [
        (np.array([0.5j, 0.5]), "complex128"),
        (torch.tensor([0.5j, 0.5]), "torch.complex64"),
        (np.array([0.5, 0.5], object), "object"),
        (np.array(["0.5", "0.5"]), "<U3"),
        (["heads", "tails"], "<U5"),
        (None, "object"),
        ([None, 1.0], "object"),
    ],
)
def test_entries_are_real_numbers(p, found):
    for measure in (entropy, self_information, mutual_information, total_correlation, entropy_from_logits):
        with refused(f"found entries of type {found}.*, expected real numbers", TypeError):
            measure(p)
    with refused(f"found entries of type {found}", TypeError):
        kl_divergence(p, p)


def test_entries_beside_a_tensor_are_real_numbers():
    with refused("expected real numbers", TypeError):
        kl_divergence(torch.tensor(FAIR), ["heads", "tails"])


def test_a_ragged_list_is_not_an_array():
    with refused("found rows of different lengths, expected a rectangular array"):
        entropy([[0.5, 0.5], [1.0]])
    with refused("length"):
        kl_divergence(torch.tensor(FAIR), [[0.5, 0.5], [1.0]])


@pytest.mark.parametrize(
    "measure",
    [*TWO, joint, kl_from_logits, diagonal_gaussian_kl, mutual_information_bound, elbo, barber_agakov_bound],
)
def test_numpy_and_torch_do_not_mix(measure):
    message = r"found numpy beside torch, expected one kind: convert with torch.as_tensor\(array\)"
    for arrays in ((np.array(FAIR), torch.tensor(FAIR)), (torch.tensor(FAIR), np.array(FAIR))):
        with refused(message, TypeError):
            measure(*arrays)


# Gaussians and bounds


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_diagonal_gaussian_kl_refuses_nan_and_shapes_that_differ(kind):
    with refused(r"found mean of shape \(2,\) and log_variance of shape \(1,\), expected the same shape"):
        diagonal_gaussian_kl(kind([0.0, 0.0]), kind([0.0]))
    with refused(r"mean\[1\] is NaN, expected a number"):
        diagonal_gaussian_kl(kind([0.0, nan]), kind([0.0, 0.0]))
    with refused(r"log_variance\[1, 0\] is NaN, expected a number"):
        diagonal_gaussian_kl(kind([[0.0], [0.0]]), kind([[0.0], [nan]]))


def test_diagonal_gaussian_kl_of_no_latents_is_empty():
    assert diagonal_gaussian_kl([], []).shape == (0,)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_mutual_information_bound_refuses_nan_and_no_samples(kind):
    with refused(r"log_q is empty: it has shape \(3, 0\), expected at least one sample"):
        mutual_information_bound(kind([[], [], []]), 1.0)
    with refused(r"log_q\[1\] is NaN, expected a finite number or -inf"):
        mutual_information_bound(kind([0.0, nan]), 1.0)
    with refused("entropy_c is NaN, expected a number"):
        mutual_information_bound(kind([0.0]), nan)
    with refused(r"log_q has shape \(\)"):
        mutual_information_bound(kind(0.0), 1.0)
    with pytest.raises((ValueError, RuntimeError)):  # the library's own word for a batch that does not broadcast
        mutual_information_bound(kind([[0.0], [0.0]]), kind([1.0, 1.0, 1.0]))


# Covariances


def kl_from_standard(cov, **keywords):
    """As `cov_p`, with means of the dimension that it seems to have."""
    d = np.shape(cov)[-1] if np.ndim(cov) else 1
    return gaussian_kl([0.0] * d, cov, [0.0] * d, np.eye(d).tolist(), **keywords)


def kl_to(cov, **keywords):
    """As `cov_q`."""
    d = np.shape(cov)[-1] if np.ndim(cov) else 1
    return gaussian_kl([0.0] * d, np.eye(d).tolist(), [0.0] * d, cov, **keywords)


def information(cov, **keywords):
    return gaussian_mutual_information(cov, 1, **keywords)


GAUSSIAN = {gaussian_entropy: "cov", information: "cov", kl_from_standard: "cov_p", kl_to: "cov_q"}
of_covariance = pytest.mark.parametrize("measure, name", GAUSSIAN.items(), ids=lambda a: getattr(a, "__name__", a))
arrays = pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
UNIT = [[1.0, 0.0], [0.0, 1.0]]
LOPSIDED = [[1.0, 0.5], [-0.5, 1.0]]


@kinds
@of_covariance
@pytest.mark.parametrize(
    "cov, message",
    [
        ([1.0, 1.0], r" has shape \(2,\), expected a square matrix"),
        ([[1.0, 0.0]], r" has shape \(1, 2\), expected a square matrix"),
        ([[1.0], [0.0]], r" has shape \(2, 1\), expected a square matrix"),
        ([[[1.0, 0.0]]] * 3, r" has shape \(3, 1, 2\), expected a square matrix"),
        (LOPSIDED, r"\[0, 1\] is 0.5 and its mirror image -0.5, expected a symmetric covariance"),
        ([UNIT, LOPSIDED], r"\[1, 0, 1\] is 0.5 and its mirror image -0.5"),
        ([[1.0, nan], [nan, 1.0]], r"\[0, 1\] is NaN \(and 1 more\), expected a number"),
        ([UNIT, [[1.0, 0.0], [0.0, nan]]], r"\[1, 1, 1\] is NaN, expected a number"),
        ([[1.0, 2.0], [2.0, 1.0]], " has the eigenvalue -1, expected a positive definite covariance"),
        ([[1.0, 1.0], [1.0, 1.0]], " has the eigenvalue .*, expected a positive definite covariance"),
        ([[0.0, 0.0], [0.0, 0.0]], " has the eigenvalue 0, expected a positive definite covariance"),
        ([UNIT, [[-3.0, 0.0], [0.0, 1.0]]], " has the eigenvalue -3, expected a positive definite covariance"),
    ],
)
def test_a_covariance_is_square_symmetric_and_positive_definite(measure, name, cov, message, kind):
    with refused("^" + name + message):
        measure(kind(cov))


def test_a_covariance_has_at_least_one_dimension():
    for measure in (gaussian_entropy, information):
        with refused(r"cov has shape \(0, 0\), expected a square matrix"):
            measure(np.zeros((0, 0)))
        with refused(r"cov has shape \(\), expected a square matrix"):
            measure(1.0)
    for arguments, name in ((([], np.zeros((0, 0)), 0.0, 1.0), "cov_p"), ((0.0, 1.0, [], np.zeros((0, 0))), "cov_q")):
        with refused(name + r" has shape \(0, 0\), expected a square matrix"):
            gaussian_kl(*arguments)


@of_covariance
@arrays
def test_an_asymmetry_of_rounding_is_accepted_and_one_beyond_it_refused(measure, name, kind):
    measure(kind([[1.0, 0.5], [0.5 + (1e-9 if kind is np.asarray else 1e-7), 1.0]]))
    with refused(name + r"\[0, 1\] is 0.5 and its mirror image 0.501"):
        measure(kind([[1.0, 0.5], [0.501, 1.0]]))


@of_covariance
def test_an_asymmetry_is_refused_whatever_stands_beside_it_in_the_batch(measure, name):
    with refused(name + r"\[0, 0, 1\] is 0.5 and its mirror image -0.5"):
        measure([LOPSIDED, [[1e10, 0.0], [0.0, 1e10]]])


@pytest.mark.filterwarnings("error")
def test_a_covariance_that_is_trained_is_refused_without_a_warning():
    with refused("cov has the eigenvalue -1"):
        gaussian_entropy(torch.tensor([[1.0, 2.0], [2.0, 1.0]], requires_grad=True))


@arrays
def test_check_false_leaves_out_the_look_at_a_covariance(kind):
    for measure in GAUSSIAN:
        measure(kind(LOPSIDED), check=False)
    assert np.isnan(float(gaussian_kl(kind([nan]), kind([[1.0]]), kind([0.0]), kind([[1.0]]), check=False)))
    with refused("cov has the eigenvalue -1"):  # there is no Cholesky factor to go on with
        gaussian_entropy(kind([[1.0, 2.0], [2.0, 1.0]]), check=False)


@arrays
def test_gaussian_kl_refuses_dimensions_that_differ_and_nan(kind):
    one, two = (kind(np.zeros(d).tolist()) for d in (1, 2))
    eye_one, eye_two = (kind(np.eye(d).tolist()) for d in (1, 2))
    for arguments, shapes in [
        ((one, eye_two, two, eye_two), r"\(1,\), \(2, 2\), \(2,\), \(2, 2\)"),
        ((two, eye_one, two, eye_two), r"\(2,\), \(1, 1\), \(2,\), \(2, 2\)"),
        ((two, eye_two, one, eye_two), r"\(2,\), \(2, 2\), \(1,\), \(2, 2\)"),
        ((two, eye_two, two, eye_one), r"\(2,\), \(2, 2\), \(2,\), \(1, 1\)"),
    ]:
        with refused(f"found mean_p, cov_p, mean_q, cov_q of shapes {shapes}, expected one dimension d"):
            gaussian_kl(*arguments)
    with refused(r"mean_p\[1\] is NaN, expected a number"):
        gaussian_kl(kind([0.0, nan]), eye_two, two, eye_two)
    with refused(r"mean_q\[0\] is NaN, expected a number"):
        gaussian_kl(two, eye_two, kind([nan, 0.0]), eye_two)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_gaussian_kl_refuses_batches_that_do_not_broadcast(kind):
    with pytest.raises(ValueError):
        gaussian_kl(kind([[0.0]] * 2), kind([[[1.0]]] * 3), kind([0.0]), kind([[1.0]]))


@pytest.mark.parametrize("dim_x", [-1, 0, 2, 3])
@arrays
def test_gaussian_mutual_information_takes_some_of_the_coordinates(dim_x, kind):
    with refused(f"found dim_x={dim_x} and 2 dimensions, expected 1 to 1"):
        gaussian_mutual_information(kind(UNIT), dim_x)


def test_gaussian_mutual_information_needs_two_coordinates():
    with refused("found dim_x=1 and 1 dimensions"):
        gaussian_mutual_information([[1.0]], 1)


# Evidence and posterior


@kinds
@pytest.mark.parametrize(
    "log_joint, message",
    [
        ([nan, 0.0], r"log_joint\[0\] is NaN, expected a finite number or -inf"),
        ([0.0, inf], r"log_joint\[1\] is inf, expected a finite number or -inf"),
        ([[0.0, 0.0], [0.0, nan]], r"log_joint\[1, 1\] is NaN"),
        ([], r"log_joint is empty: it has shape \(0,\)"),
    ],
)
def test_logarithms_of_a_joint_are_finite_or_minus_infinity(log_joint, message, kind):
    for function in (log_evidence, posterior):
        with refused(message):
            function(kind(log_joint))
    with refused(message):
        elbo(kind(log_joint), kind(FAIR[: len(log_joint)]))


def test_a_single_logarithm_is_not_a_joint():
    for function in (log_evidence, posterior, lambda log_joint: elbo(log_joint, [1.0])):
        with refused(r"log_joint has shape \(\), expected at least 1 axes"):
            function(0.0)


@arrays
def test_a_posterior_needs_something_that_happened(kind):
    with refused("the largest of log_joint is -inf, expected a finite number"):
        posterior(kind([-inf, -inf]))
    with refused(r"the largest of log_joint\[1\] is -inf, expected a finite number"):
        posterior(kind([[0.0, -inf], [-inf, -inf]]))


@arrays
def test_elbo_refuses_a_q_that_is_not_a_pmf_of_the_same_latents(kind):
    for q, message in [
        ([0.5, 0.4], "q sums to 0.9, expected 1"),
        ([1.5, -0.5], r"q\[1\] is -0.5, expected a probability"),
        ([nan, 1.0], r"q\[0\] is NaN, expected a probability"),
        ([[0.5, 0.5], [0.5, 0.4]], r"q\[1, :\] sums to 0.9"),
        ([1.0], r"found log_joint of shape \(2,\) and q of shape \(1,\), expected the same outcomes on axis -1"),
        ([], r"found log_joint of shape \(2,\) and q of shape \(0,\), expected the same outcomes"),
    ]:
        with refused(message):
            elbo(kind([0.0, 0.0]), kind(q))
    with refused("expected batch axes that broadcast"):
        elbo(kind([[0.0, 0.0]] * 3), kind([FAIR] * 2))
    with refused(r"q has shape \(\), expected at least 1 axes"):
        elbo(kind([0.0]), 1.0)


# Bounds on mutual information


@arrays
def test_barber_agakov_bound_refuses_what_is_no_joint_and_no_channel(kind):
    good, q = [[0.5, 0.0], [0.25, 0.25]], [[0.5, 0.1], [0.5, 0.9]]
    for p, message in [
        ([[0.5, 0.0], [0.25, 0.15]], "p_cx sums to 0.9"),
        ([[0.5, 0.0], [0.75, -0.25]], r"p_cx\[1, 1\] is -0.25"),
        ([[nan, 0.0], [0.25, 0.25]], r"p_cx\[0, 0\] is NaN"),
        (FAIR, r"p_cx has shape \(2,\), expected at least 2 axes"),
        ([[0.5, 0.5]], r"found p_cx of shape \(1, 2\) and q_c_given_x of shape \(2, 2\), expected the same outcomes"),
        ([[], []], r"p_cx is empty: it has shape \(2, 0\)"),
    ]:
        with refused(message):
            barber_agakov_bound(kind(p), kind(q))
    for guess, message in [
        ([[0.5, 0.1], [0.5, 0.8]], r"q_c_given_x\[:, 1\] sums to 0.9"),
        ([[0.5, 0.5], [0.1, 0.9]], r"q_c_given_x\[:, 0\] sums to 0.6"),  # rows that sum to 1 are not enough
        ([[1.5, 0.1], [-0.5, 0.9]], r"q_c_given_x\[1, 0\] is -0.5"),
        ([[nan, 0.1], [0.5, 0.9]], r"q_c_given_x\[0, 0\] is NaN"),
        ([q, [[0.5, 0.1], [0.5, 0.8]]], r"q_c_given_x\[1, :, 1\] sums to 0.9"),
        (FAIR, r"q_c_given_x has shape \(2,\), expected at least 2 axes"),
        ([[0.5], [0.5]], r"and q_c_given_x of shape \(2, 1\), expected the same outcomes on axes -2, -1"),
    ]:
        with refused(message):
            barber_agakov_bound(kind(good), kind(guess))
    with refused("expected batch axes that broadcast"):
        barber_agakov_bound(kind([good] * 2), kind([q] * 3))


@pytest.mark.parametrize("bound", [infonce_bound, nwj_bound])
@kinds
def test_scores_are_square(bound, kind):
    for scores, message in [
        ([0.0, 1.0], r"scores has shape \(2,\), expected at least 2 axes"),
        ([[0.0, 1.0]], r"scores has shape \(1, 2\), expected \[..., K, K\], pairs on the diagonal"),
        ([[[0.0], [1.0]]], r"scores has shape \(1, 2, 1\), expected \[..., K, K\]"),
        ([[0.0, nan], [0.0, 0.0]], r"scores\[0, 1\] is NaN"),
        ([[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [nan, nan]]], r"scores\[1, 1, 0\] is NaN \(and 1 more\)"),
    ]:
        with refused(message):
            bound(kind(scores))
    with refused(r"scores has shape \(0, 0\)"):
        bound(np.zeros((0, 0)))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("bound", [infonce_bound, nwj_bound])
def test_an_infinite_score_is_refused_or_gives_a_number(bound):
    try:
        assert not np.isnan(bound([[inf, 0.0], [0.0, 0.0]]))
    except ValueError as error:
        assert "scores[0, 0] is inf" in str(error)


@arrays
def test_nwj_needs_two_pairs_and_infonce_one(kind):
    with refused("found one pair, expected at least two"):
        nwj_bound(kind([[1.0]]))
    with refused("found one pair, expected at least two"):
        nwj_bound(kind([[[1.0]]] * 3))
    assert infonce_bound(kind([[1.0]])) == 0


# Keywords, types, libraries and devices of all these


CALLS = {
    gaussian_entropy: [UNIT],
    gaussian_kl: [[0.0, 0.0], UNIT, [0.0, 0.0], UNIT],
    information: [UNIT],
    diagonal_gaussian_kl: [[0.0], [0.0]],
    log_evidence: [[0.0, 0.0]],
    posterior: [[0.0, 0.0]],
    elbo: [[0.0, 0.0], FAIR],
    barber_agakov_bound: [[[0.5, 0.5]], [[1.0, 1.0]]],
    mutual_information_bound: [[0.0], 0.0],
    infonce_bound: [UNIT],
    nwj_bound: [UNIT],
}
calls = pytest.mark.parametrize("function, arguments", CALLS.items(), ids=lambda a: getattr(a, "__name__", None))


@pytest.mark.parametrize("base", [1, -2, 0, inf, nan])
@calls
def test_a_base_is_one_of_a_logarithm(function, arguments, base):
    if function is posterior:
        with refused("unexpected keyword argument 'base'", TypeError):
            function(*arguments, base=base)
    else:
        for check in (True, False):
            with refused(f"found base={base}, expected None .* or a positive number other than 1"):
                function(*arguments, base=base, check=check)


@pytest.mark.parametrize("imaginary", [lambda a: np.asarray(a, complex), lambda a: torch.tensor(a) + 0j])
@calls
def test_numbers_are_real(function, arguments, imaginary):
    for i in range(len(arguments)):
        with refused("found entries of type (torch.)?complex.*, expected real numbers", TypeError):
            function(*arguments[:i], imaginary(arguments[i]), *arguments[i + 1 :])


@calls
def test_numbers_are_numbers(function, arguments):
    for wrong, found in ((np.array(["a", "b"]), "<U1"), (["a", "b"], "<U1"), ([None, {}], "object")):
        for i in range(len(arguments)):
            with refused(f"found entries of type {found}.*, expected real numbers", TypeError):
                function(*arguments[:i], wrong, *arguments[i + 1 :])


@pytest.mark.parametrize(
    "function", [gaussian_kl, diagonal_gaussian_kl, elbo, barber_agakov_bound, mutual_information_bound]
)
def test_several_arrays_are_of_one_library_and_on_one_device(function):
    arguments = CALLS[function]
    for i in range(len(arguments)):
        mixed = [np.array(a) if i == j else torch.tensor(a) for j, a in enumerate(arguments)]
        with refused("found numpy beside torch, expected one kind", TypeError):
            function(*mixed)
        apart = [torch.tensor(a, device="meta" if i == j else "cpu") for j, a in enumerate(arguments)]
        with refused("found tensors on cpu and meta, expected one device"):
            function(*apart)


@pytest.mark.parametrize("measure", [*TWO, joint, kl_from_logits])
def test_two_pmfs_lie_on_one_device(measure):
    for devices in (("cpu", "meta"), ("meta", "cpu")):
        with refused("found tensors on cpu and meta, expected one device"):
            measure(*(torch.tensor(FAIR, device=device) for device in devices))
