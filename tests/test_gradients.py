"""Gradients: right off the corners of the simplex, never NaN on them."""

from math import inf, log

import pytest
import torch
from torch import tensor
from torch.autograd import gradcheck

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

ONE = [self_information, entropy]
TWO = [cross_entropy, kl_divergence, js_divergence, total_variation]
JOINT = [
    marginal,
    conditional,
    joint_entropy,
    conditional_entropy,
    mutual_information,
    pointwise_mutual_information,
    total_correlation,
]
THREE = [conditional_mutual_information, total_correlation]


def simplex(*shape, seed=0):
    """A float64 pmf over the last axes beyond the batch of 2, well inside the simplex."""
    logits = torch.randn(2, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return logits.flatten(1).softmax(-1).reshape(2, *shape).requires_grad_()


def gradients(function, *arrays, weights=None):
    """The gradient of the sum of the values (or of these weights times them) in each array."""
    arrays = [torch.as_tensor(a, dtype=torch.float64).detach().clone().requires_grad_() for a in arrays]
    values = function(*arrays)
    values.backward(torch.ones_like(values) if weights is None else weights)
    return [a.grad for a in arrays]


# Off the corners: against finite differences, which leave the simplex, hence check=False


@pytest.mark.parametrize("measure", ONE)
def test_gradients_of_one_pmf(measure):
    assert gradcheck(lambda p: measure(p, base=2, check=False), simplex(4))


@pytest.mark.parametrize("measure", TWO)
def test_gradients_of_two_pmfs(measure):
    assert gradcheck(lambda p, q: measure(p, q, base=2, check=False), (simplex(4), simplex(4, seed=1)))


@pytest.mark.parametrize("measure", TWO)
def test_gradients_of_two_pmfs_that_broadcast(measure):
    one = simplex(4, seed=1)[0].detach().requires_grad_()
    assert gradcheck(lambda p, q: measure(p, q, check=False), (simplex(4), one))
    assert gradcheck(lambda p, q: measure(p, q, check=False), (one, simplex(4)))


@pytest.mark.parametrize("measure", JOINT)
def test_gradients_of_a_joint(measure):
    assert gradcheck(lambda p: measure(p, check=False), simplex(2, 3))


@pytest.mark.parametrize("measure", [marginal, conditional, conditional_entropy])
def test_gradients_of_a_joint_the_other_way(measure):
    assert gradcheck(lambda p: measure(p, "y" if measure is marginal else "x", check=False), simplex(2, 3))


@pytest.mark.parametrize("measure", THREE)
def test_gradients_of_three_variables(measure):
    assert gradcheck(lambda p: measure(p, check=False), simplex(2, 2, 2))


def test_gradients_of_the_product_rule():
    assert gradcheck(lambda p, w: joint(p, w, check=False), (simplex(3), simplex(3, 2)))


def test_gradients_of_logits():
    a, b = (simplex(4, seed=s).detach().mul(5).requires_grad_() for s in (0, 1))
    assert gradcheck(entropy_from_logits, a)
    assert gradcheck(kl_from_logits, (a, b))
    assert gradcheck(lambda a, b: kl_from_logits(3 * a, -3 * b), (a, b))
    assert gradcheck(lambda a: mutual_information(a.flatten(1).softmax(-1).reshape(2, 2, 2)), a)


def test_gradients_of_gaussians_and_bounds():
    assert gradcheck(diagonal_gaussian_kl, (simplex(4), simplex(4, seed=1)))
    assert gradcheck(mutual_information_bound, (simplex(4), simplex(1)))


def test_gradient_of_divergence_in_p_leaves_out_the_one_of_the_textbook():
    p, q = simplex(4), simplex(4, seed=1)
    found, _ = gradients(kl_divergence, p, q)
    torch.testing.assert_close(found, (p / q).log().detach())


@pytest.mark.parametrize("measure", [entropy, joint_entropy, mutual_information, total_correlation])
def test_values_are_the_same_with_and_without_gradients(measure):
    p = simplex(2, 3)[0]
    assert torch.equal(measure(p, check=False), measure(p.detach(), check=False))


def test_gradients_under_vmap_equal_a_loop():
    p = simplex(4).detach()
    gradient = torch.func.grad(lambda row: entropy(row, check=False))
    assert torch.equal(torch.func.vmap(gradient)(p), torch.stack([gradient(row) for row in p]))


# On the corners: the mathematics' own limits


@pytest.mark.parametrize(
    "measure, arrays, expected",
    [
        (self_information, [[0, 1]], [[-inf, -1]]),
        (entropy, [[0, 1]], [[inf, -1]]),
        (cross_entropy, [[0, 1], [0, 1]], [[inf, 0], [0, -1]]),
        (cross_entropy, [[0.5, 0.5], [0, 1]], [[inf, 0], [-inf, -0.5]]),
        (kl_divergence, [[0, 1], [0.5, 0.5]], [[-inf, log(2)], [1, -1]]),
        (kl_divergence, [[0.5, 0.5], [0, 1]], [[inf, -log(2)], [-inf, 0.5]]),
        (kl_divergence, [[0, 1], [0, 1]], [[0, 0], [1, 0]]),
        (js_divergence, [[0, 1], [0.5, 0.5]], [[-inf, log(4 / 3) / 2], [log(2) / 2, log(2 / 3) / 2]]),
        (total_variation, [[0, 1], [1, 0]], [[-0.5, 0.5], [0.5, -0.5]]),
        (joint_entropy, [[[0, 1]]], [[[inf, -1]]]),
        (conditional_entropy, [[[0, 0.5], [0, 0.5]]], [[[0, log(2)], [0, log(2)]]]),
        (conditional_entropy, [[[0, 0.5], [0.5, 0]]], [[[inf, 0], [0, inf]]]),
        (mutual_information, [[[0, 0.5], [0.5, 0]]], [[[-inf, log(2)], [log(2), -inf]]]),
        (total_correlation, [[[0, 0.5], [0.5, 0]]], [[[-inf, log(2)], [log(2), -inf]]]),
        (conditional_mutual_information, [[[[0], [0.5]], [[0.5], [0]]]], [[[[-inf], [log(2)]], [[log(2)], [-inf]]]]),
    ],
)
def test_gradients_on_the_corners(measure, arrays, expected):
    for found, value in zip(gradients(measure, *arrays), expected, strict=True):
        torch.testing.assert_close(found, tensor(value, dtype=torch.float64))


CORNERS = {
    "zeros": [[0, 0.5, 0], [0.25, 0, 0.25]],
    "a zero row": [[0.5, 0.2, 0.3], [0, 0, 0]],
    "a zero column": [[0.5, 0, 0.1], [0.3, 0, 0.1]],
    "one outcome": [[0, 0, 0], [0, 1, 0]],
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("measure", JOINT)
@pytest.mark.parametrize("corner", CORNERS.values(), ids=CORNERS)
def test_gradients_of_a_joint_are_never_nan(measure, corner, dtype):
    p = tensor(corner, dtype=dtype, requires_grad=True)
    measure(p).sum().backward()
    assert not p.grad.isnan().any()
    assert p.grad[p > 0].isfinite().all()


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("measure", THREE)
@pytest.mark.parametrize("corner", CORNERS.values(), ids=CORNERS)
def test_gradients_of_three_variables_are_never_nan(measure, corner, axis):
    (found,) = gradients(measure, tensor(corner).unsqueeze(axis))
    assert not found.isnan().any()
    assert found[tensor(corner).unsqueeze(axis) > 0].isfinite().all()


@pytest.mark.parametrize("measure", [*TWO, kl_from_logits])
def test_gradients_of_a_row_that_is_not_back_propagated_are_zero(measure):
    p, q = [[0.3, 0.7], [0.5, 0.5], [0, 1]], [[0.4, 0.6], [1, 0], [0, 1]]
    if measure is kl_from_logits:
        p, q = torch.log(tensor(p)), torch.log(tensor(q))
    for found in gradients(measure, p, q, weights=tensor([1.0, 0, 0])):
        assert found[0].isfinite().all() and found[0].any()
        assert not found[1:].any()


@pytest.mark.parametrize("measure", [entropy, mutual_information, conditional_entropy, pointwise_mutual_information])
def test_gradients_of_a_joint_that_is_not_back_propagated_are_zero(measure):
    p = [[[0.1, 0.2], [0.3, 0.4]], [[0, 1], [0, 0]]]
    value = (lambda p: measure(p, axis=(1, 2))) if measure is entropy else measure
    weights = torch.zeros_like(value(tensor(p)))
    weights[0] = 1
    (found,) = gradients(value, p, weights=weights)
    assert found[0].isfinite().all() and found[0].any()
    assert not found[1].any()


def test_gradients_at_zero_beside_a_tiny_mass_are_never_nan():
    p, q = tensor([0.0, 1.0], requires_grad=True), tensor([1e-30, 1.0], requires_grad=True)
    kl_divergence(p, q).backward()
    assert p.grad.tolist() == [-inf, 0] and q.grad.tolist() == [1, 0]


def test_gradients_of_the_information_in_a_tiny_mass_are_never_nan():
    p = tensor([[1, 0], [0, 1e-38]], requires_grad=True)
    mutual_information(p).backward()
    assert not p.grad.isnan().any()


# Logits: finite everywhere

LOGITS = {
    "-inf in neither": ([0, 1, 2], [2, 1, 0]),
    "-inf in both": ([0, 1, -inf], [1, 0, -inf]),
    "-inf in a": ([0, 1, -inf], [1, 0, 0]),
    "-inf in b": ([0, 1, 0], [1, 0, -inf]),
    "disjoint": ([0, -inf, -inf], [-inf, 0, 0]),
    "one outcome": ([0, -inf, -inf], [0, -inf, -inf]),
    "huge": ([0, 1e30, -1e30], [1e30, 0, -1e30]),
}


@pytest.mark.parametrize("a, b", LOGITS.values(), ids=LOGITS)
def test_gradients_of_logits_are_finite(a, b):
    for found in [*gradients(entropy_from_logits, a), *gradients(kl_from_logits, a, b)]:
        assert found.isfinite().all()


def test_gradients_of_logits_are_those_of_the_outcomes_that_can_come():
    (found,) = gradients(entropy_from_logits, [0, 1, -inf])
    torch.testing.assert_close(found, torch.cat([*gradients(entropy_from_logits, [0, 1]), torch.zeros(1)]))
    found, _ = gradients(kl_from_logits, [0, 1, -inf], [1, 0, 0])
    torch.testing.assert_close(found[:2], gradients(lambda a: kl_from_logits(a, [1, 0]), [0, 1])[0])
    assert found[2] == 0


def test_gradient_of_a_uniform_entropy_is_zero():
    assert gradients(entropy_from_logits, [1, 1, 1])[0].abs().max() < 1e-15


@pytest.mark.parametrize(
    "p_xy, cell",
    [([[0.5, 0.5], [0, 0]], (1, 0)), ([[0.5, 0], [0.5, 0]], (1, 1)), ([[0.2, 0.3, 0], [0.4, 0.1, 0]], (0, 2))],
)
def test_mutual_information_rises_by_minus_log_of_the_other_marginal_where_mass_comes_to_an_impossible_row(p_xy, cell):
    p = torch.tensor(p_xy, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(mutual_information(p), p)
    step = torch.zeros_like(p)
    step[cell] = 1e-7
    rise = (mutual_information(p + step, check=False) - mutual_information(p)) / 1e-7
    assert slope.isfinite().all() and slope[cell].item() == pytest.approx(rise.item(), abs=1e-5)
