"""What is refused, and that the message names the place and what stands there."""

from math import inf, nan

import numpy as np
import pytest
import torch

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
    mutual_information_bound,
    pointwise_mutual_information,
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
    "too little": ([0.5, 0.4], r"sums to 0.9, expected 1 \(within .*divide by the sum, or pass check=False"),
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
        with refused(f"found entries of type {found}, expected real numbers", TypeError):
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


@pytest.mark.parametrize("measure", [*TWO, joint, kl_from_logits, diagonal_gaussian_kl, mutual_information_bound])
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
    with refused(r"log_q\[1\] is NaN, expected a number"):
        mutual_information_bound(kind([0.0, nan]), 1.0)
    with refused("entropy_c is NaN, expected a number"):
        mutual_information_bound(kind([0.0]), nan)
    with refused(r"log_q has shape \(\)"):
        mutual_information_bound(kind(0.0), 1.0)
    with pytest.raises((ValueError, RuntimeError)):  # the library's own word for a batch that does not broadcast
        mutual_information_bound(kind([[0.0], [0.0]]), kind([1.0, 1.0, 1.0]))
