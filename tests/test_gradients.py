"""Gradients: right off the corners of the simplex, never NaN on them."""

from decimal import Decimal, localcontext
from functools import partial
from itertools import permutations, product
from math import inf, log, prod

import numpy as np
import pytest
import torch
from torch import tensor
from torch.autograd import gradcheck

from infotheory import (
    co_information,
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


# Where a marginal is 0: against difference quotients of the definitions, in decimal numbers of 50 digits

SIGNED_ENTROPIES = {  # the groups of axes and the sign of their entropy in the measure
    "mutual_information": {(0,): 1, (1,): 1, (0, 1): -1},
    "conditional_mutual_information": {(0, 2): 1, (1, 2): 1, (2,): -1, (0, 1, 2): -1},
    "total_correlation of 2": {(0,): 1, (1,): 1, (0, 1): -1},
    "total_correlation of 3": {(0,): 1, (1,): 1, (2,): 1, (0, 1, 2): -1},
    "total_correlation of 4": {(0,): 1, (1,): 1, (2,): 1, (3,): 1, (0, 1, 2, 3): -1},
    "co_information of 2": {(0,): 1, (1,): 1, (0, 1): -1},
    "co_information of 3": {(0,): 1, (1,): 1, (2,): 1, (0, 1): -1, (0, 2): -1, (1, 2): -1, (0, 1, 2): 1},
}
MEASURES = {
    "mutual_information": mutual_information,
    "conditional_mutual_information": conditional_mutual_information,
    "total_correlation": total_correlation,
    "co_information": co_information,
}


def from_entropies(signs, weights):
    """The measure of the pmf proportional to these weights, a dictionary of cells."""
    everything, value = sum(weights.values()), Decimal(0)
    for group, sign in signs.items():
        marginal = {}
        for cell, weight in weights.items():
            outcome = tuple(cell[axis] for axis in group)
            marginal[outcome] = marginal.get(outcome, 0) + weight / everything
        value -= sign * sum(p * p.ln() for p in marginal.values() if p > 0)
    return value


def limit(quotient):
    """Of quotient(ε) as ε falls to 0, if it behaves as a number plus a whole multiple of log ε."""
    near, nearer = quotient(Decimal("1e-20")), quotient(Decimal("1e-23"))
    power = float(nearer - near) / log(1e-3)
    assert power == pytest.approx(round(power), abs=1e-9)
    return -inf * round(power) if round(power) else float(nearer)


def slopes_from_entropies(signs, weights):
    """At each cell the derivative as mass comes into it and all others shrink, which stays on the simplex."""
    with localcontext() as context:
        context.prec = 50
        everything = int(weights.sum())
        p = {cell: Decimal(int(weights[cell])) / everything for cell in np.ndindex(weights.shape)}
        here, slopes = from_entropies(signs, p), np.empty(weights.shape)
        for cell in p:

            def quotient(step, cell=cell):
                moved = {c: mass * (1 - step) + (step if c == cell else 0) for c, mass in p.items()}
                return (from_entropies(signs, moved) - here) / step

            slopes[cell] = limit(quotient)
    return slopes


def assert_gradient_has_the_slopes(name, weights):
    measure, signs = MEASURES[name.split()[0]], SIGNED_ENTROPIES[name]
    p = torch.tensor(weights / weights.sum(), requires_grad=True)
    value = measure(p)
    (found,) = torch.autograd.grad(value, p)
    here = (p * found)[p > 0].sum().item()  # along the simplex the derivative is that of the cell less the mean of all
    np.testing.assert_allclose(found - here, slopes_from_entropies(signs, weights), rtol=1e-9, atol=1e-9)
    if name != "co_information of 3":  # the convention, as for KL: the measure is the mean of its gradient
        assert here == pytest.approx(value.item(), abs=1e-12)


@pytest.mark.parametrize("name", SIGNED_ENTROPIES)
@pytest.mark.parametrize("seed", range(12))
def test_gradients_at_all_cells_of_sparse_joints_are_one_sided_difference_quotients(name, seed):
    n = max(map(len, SIGNED_ENTROPIES[name]))
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 5 if n == 2 else 4, size=n) if n < 4 else (2, 2, 2, 2)
    weights = rng.integers(1, 6, size=shape) * (rng.random(shape) < rng.choice([0.15, 0.3, 0.6]))
    weights.ravel()[rng.integers(weights.size)] = 1
    assert_gradient_has_the_slopes(name, weights)


@pytest.mark.parametrize("name", ["mutual_information", "conditional_mutual_information", "total_correlation of 3"])
def test_gradients_are_one_sided_difference_quotients_on_every_support_of_bits(name):
    shape = (2,) * max(map(len, SIGNED_ENTROPIES[name]))
    for support in product((0, 1), repeat=prod(shape)):
        if any(support):
            assert_gradient_has_the_slopes(name, (np.arange(1, prod(shape) + 1) * support).reshape(shape))


def test_total_correlation_falls_to_no_minus_infinity_where_the_infinities_of_its_chain_cancel():
    p = torch.zeros(2, 2, 2, dtype=torch.float64)
    p[0, 1, 0] = p[1, 0, 0] = 0.5
    for order in permutations(range(3)):
        (found,) = gradients(total_correlation, p.permute(order))
        cell = tuple((0, 0, 1)[axis] for axis in order)
        assert found[cell].item() == pytest.approx(log(4), abs=1e-15)


def test_conditional_information_rises_by_minus_log_of_the_other_conditional_where_mass_comes_to_an_impossible_x():
    p = torch.zeros(2, 2, 2, dtype=torch.float64)
    p[0, 0, 0] = p[0, 1, 0] = 0.25
    p[0, 0, 1] = 0.5
    (found,) = gradients(conditional_mutual_information, p)
    (swapped,) = gradients(conditional_mutual_information, p.transpose(0, 1))
    assert found[1, 0, 0].item() == swapped[0, 1, 0].item() == pytest.approx(log(2), abs=1e-15)


def test_conditional_information_does_not_change_where_mass_comes_to_one_cell_of_an_impossible_z():
    p = torch.zeros(2, 2, 2, dtype=torch.float64)
    p[..., 0] = 0.25
    (found,) = gradients(conditional_mutual_information, p)
    assert not found.any()


@pytest.mark.parametrize("measure", [mutual_information, total_correlation, co_information])
def test_information_rises_infinitely_fast_where_mass_comes_to_an_impossible_row_and_column(measure):
    (found,) = gradients(measure, [[1, 0], [0, 0]])
    assert found.tolist() == [[0, 0], [0, inf]]


@pytest.mark.parametrize("name", SIGNED_ENTROPIES)
@pytest.mark.parametrize("seed", range(4))
def test_gradients_of_information_do_not_depend_on_the_order_of_the_variables(name, seed):
    n = max(map(len, SIGNED_ENTROPIES[name]))
    rng = np.random.default_rng(seed)
    p = torch.tensor(rng.dirichlet(np.ones(3**n)).reshape((3,) * n) * (rng.random((3,) * n) < 0.3))
    p /= p.sum()
    (found,) = gradients(MEASURES[name.split()[0]], p)
    for order in [(1, 0, 2)] if name.startswith("conditional") else permutations(range(n)):
        (permuted,) = gradients(MEASURES[name.split()[0]], p.permute(order))
        torch.testing.assert_close(permuted, found.permute(order), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_gradients_of_pointwise_information_at_all_cells_of_sparse_joints_are_one_sided_difference_quotients(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(2, 5, size=2))
    weights = rng.integers(1, 6, size=shape) * (rng.random(shape) < 0.4)
    weights.ravel()[rng.integers(weights.size)] = 1
    upstream = rng.integers(-3, 4, size=shape) * (weights > 0)
    everything = int(weights.sum())

    def value(cell, step):
        p = np.array([Decimal(int(w)) / everything for w in weights.ravel()]).reshape(shape)
        p[cell] += step
        p_x, p_y = p.sum(axis=1), p.sum(axis=0)
        support = zip(*np.nonzero(weights), strict=True)
        return sum(int(upstream[x, y]) * (p[x, y] / p_x[x] / p_y[y]).ln() for x, y in support)

    def at(cell):
        return limit(lambda step: (value(cell, step) - value(cell, 0)) / step)

    (found,) = gradients(
        pointwise_mutual_information, weights / everything, weights=torch.tensor(upstream, dtype=torch.float64)
    )
    with localcontext() as context:
        context.prec = 50
        expected = [at(cell) for cell in np.ndindex(shape)]
    np.testing.assert_allclose(found.ravel(), expected, rtol=1e-9, atol=1e-9)


INFORMATIONS = [
    (mutual_information, (2, 3)),
    (total_correlation, (2, 3)),
    (conditional_mutual_information, (2, 2, 3)),
    (partial(total_correlation, n_variables=3), (2, 2, 3)),
    (partial(total_correlation, n_variables=1), (3,)),
]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16])
@pytest.mark.parametrize("measure, shape", INFORMATIONS[:1] + INFORMATIONS[2:])
def test_gradients_of_information_in_a_batch_and_under_vmap_equal_a_loop(measure, shape, dtype):
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(prod(shape)), size=5).reshape(5, *shape) * (rng.random((5, *shape)) < 0.5)
    p[:, ..., 0] += 0.1
    p = torch.tensor(p / p.sum(axis=tuple(range(1, p.ndim)), keepdims=True), dtype=dtype)
    gradient = torch.func.grad(lambda p: measure(p, check=False))
    loop = torch.stack([gradient(row) for row in p])
    batch = p.clone().requires_grad_()
    measure(batch).sum().backward()
    torch.testing.assert_close(batch.grad, loop)
    torch.testing.assert_close(torch.func.vmap(gradient)(p), loop)
    assert loop.dtype == dtype and not loop.isnan().any()


@pytest.mark.parametrize("measure, shape", INFORMATIONS)
def test_second_derivatives_of_information_are_right_also_off_the_simplex(measure, shape):
    p = simplex(*shape)[0].detach().requires_grad_()
    for q in (p, (0.7 * p).detach().requires_grad_()):
        if q is p or measure is not total_correlation:
            assert gradcheck(partial(measure, check=False), q)
        assert torch.autograd.gradgradcheck(partial(measure, check=False), q)


def test_second_derivatives_of_information_are_right_at_independence():
    p = torch.full((2, 2), 0.25, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(partial(mutual_information, check=False), p, atol=1e-4)


def test_gradients_of_conditional_information_in_subnormal_masses_are_those_of_the_same_conditional_pmf():
    tiny = torch.zeros(2, 2, 3, dtype=torch.float64)
    tiny[:, :, 0] = tensor([[3.0, 1], [0, 4]], dtype=torch.float64) * 2.0**-1070
    tiny[0, 0, 1] = 1
    (found,) = gradients(conditional_mutual_information, tiny)
    (expected,) = gradients(conditional_mutual_information, tensor([[[3.0], [1]], [[0], [4]]]) / 8)
    torch.testing.assert_close(found[:, :, :1], expected)


@pytest.mark.parametrize("measure", [mutual_information, conditional_mutual_information, total_correlation])
@pytest.mark.parametrize("dtype, tiny", [(torch.float64, 5e-324), (torch.float32, 1e-45), (torch.float32, 1e-40)])
def test_gradients_of_information_beside_subnormal_masses_are_never_nan(measure, dtype, tiny):
    for support in product((0, tiny), repeat=7):
        p = tensor([*support, 1], dtype=dtype).reshape(2, 2, 2).requires_grad_()
        (found,) = torch.autograd.grad(measure(p, check=False).sum(), p)
        assert not found.isnan().any() and found[p > 0].isfinite().all()


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
