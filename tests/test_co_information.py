"""Co-information: against inclusion and exclusion, chains of conditional informations, dit, and its special cases."""

from functools import partial
from itertools import combinations, permutations
from math import log

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import joints

from infotheory import co_information, conditional_mutual_information, entropy, mutual_information
from infotheory._arrays import inclusion_exclusion

pytestmark = pytest.mark.filterwarnings("error")

close = partial(np.testing.assert_allclose, rtol=1e-9, atol=1e-13)
XOR = np.zeros((2, 2, 2))
XOR[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 1 / 4
COPIES = np.zeros((2, 2, 2))
COPIES[[0, 1], [0, 1], [0, 1]] = 1 / 2


def by_inclusion_and_exclusion(p):
    """The definition, one entropy after the other."""
    total = 0
    for size in range(1, p.ndim + 1):
        for group in combinations(range(p.ndim), size):
            marginal = p.sum(axis=tuple(set(range(p.ndim)) - set(group)))
            total += (-1) ** (size + 1) * -sum(x * log(x) for x in marginal.ravel().tolist() if x > 0)
    return total


@given(st.integers(1, 5).flatmap(joints))
def test_co_information_is_inclusion_and_exclusion(p):
    close(co_information(p), by_inclusion_and_exclusion(p))
    close(co_information(p, base=2), by_inclusion_and_exclusion(p) / log(2))


@given(joints(3))
def test_of_three_variables_it_is_information_less_conditional_information_in_any_order(p):
    for order in permutations(range(3)):
        q = p.transpose(order)
        close(co_information(p), mutual_information(q.sum(axis=2)) - conditional_mutual_information(q), atol=1e-12)


@given(joints(4))
def test_of_four_variables_it_is_that_of_three_less_that_of_three_given_the_fourth(p):
    p_w = p.sum(axis=(0, 1, 2))
    given_w = sum(p_w[w] * co_information(p[..., w] / p_w[w]) for w in range(len(p_w)) if p_w[w] > 0)
    close(co_information(p), co_information(p.sum(axis=3)) - given_w, atol=1e-11)


@given(joints(2))
def test_of_one_variable_it_is_entropy_and_of_two_mutual_information(p):
    assert co_information(p) == mutual_information(p)
    assert co_information(p.ravel()) == entropy(p.ravel())


def test_redundancy_is_positive_and_synergy_negative():
    assert co_information(XOR) == pytest.approx(-log(2), abs=1e-15)
    assert co_information(XOR, base=2) == pytest.approx(-1, abs=1e-15)
    assert co_information(COPIES) == pytest.approx(log(2), abs=1e-15)
    parity = np.array([(1 - sum(x) % 2) / 8 for x in np.ndindex(2, 2, 2, 2)]).reshape(2, 2, 2, 2)
    assert co_information(parity) == pytest.approx(log(2), abs=1e-15)  # of four variables the sign of parity is +


def test_a_variable_that_is_independent_of_all_others_leaves_none():
    p = np.random.default_rng(0).dirichlet(np.ones(12)).reshape(2, 3, 2)
    close(co_information(p[..., None] * [0.3, 0.7]), 0)
    close(co_information(p[..., None] * [1.0]), 0)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_co_information_is_dits_and_the_negative_of_its_interaction_information_for_odd_numbers(n):
    dit = pytest.importorskip("dit", reason="dit is not installed (pip install dit)")
    for seed in range(3):
        rng = np.random.default_rng(seed)
        p = rng.gamma(0.7, size=(2, 3, 2, 2, 2)[:n]) * (rng.random((2, 3, 2, 2, 2)[:n]) < 0.7)
        p /= p.sum()
        d = dit.Distribution(list(np.ndindex(p.shape)), p.ravel().tolist(), trim=False)
        found = co_information(p, base=2)
        assert found == pytest.approx(float(dit.multivariate.coinformation(d)), rel=1e-9, abs=1e-10)
        interaction = float(dit.multivariate.interaction_information(d))
        assert found == pytest.approx(interaction * (-1) ** n, rel=1e-9, abs=1e-10)


def test_a_batch_stays_and_kinds_are_kept():
    p = np.random.default_rng(0).dirichlet(np.ones(12), size=(4, 5)).reshape(4, 5, 2, 3, 2)
    found = co_information(p, n_variables=3)
    assert found.shape == (4, 5)
    close(found[1, 2], by_inclusion_and_exclusion(p[1, 2]))
    for n, shape in ((1, (4, 5, 2, 3)), (2, (4, 5, 2))):
        q = p / p.sum(axis=tuple(range(-n, 0)), keepdims=True)
        assert co_information(q, n_variables=n).shape == shape
    assert co_information(np.zeros((0, 2, 2, 2)), n_variables=3).shape == (0,)
    for dtype, precision in (
        (torch.float64, 1e-12),
        (torch.float32, 1e-5),
        (torch.float16, 2e-2),
        (torch.bfloat16, 4e-2),
    ):
        q = co_information(torch.tensor(p, dtype=dtype), n_variables=3)
        assert q.dtype == dtype
        np.testing.assert_allclose(q.double(), found, atol=precision)


def test_tables_that_are_split_have_the_same_co_information(monkeypatch):
    p = np.random.default_rng(0).dirichlet(0.3 * np.ones(48), size=3).reshape(3, 2, 3, 2, 2, 2)
    whole = co_information(p, n_variables=5)
    monkeypatch.setattr(inclusion_exclusion, "CELLS", 20)
    close(co_information(p, n_variables=5), whole)
    close(co_information(torch.tensor(p), n_variables=5), whole)


# Gradients


def test_gradients_are_right():
    p = torch.tensor(np.random.default_rng(0).dirichlet(np.ones(12), size=2).reshape(2, 2, 3, 2), requires_grad=True)
    for n in (1, 2, 3):
        q = (p.detach() / p.detach().sum(tuple(range(-n, 0)), keepdim=True)).requires_grad_()
        assert torch.autograd.gradcheck(partial(co_information, n_variables=n, check=False), q)
        assert torch.autograd.gradgradcheck(partial(co_information, n_variables=n, check=False), q)


@pytest.mark.parametrize(
    "p",
    [
        XOR,
        COPIES,
        np.array([[[0.25, 0], [0, 0.25]], [[0, 0], [0.25, 0.25]]]),
        np.array([[[0.5, 0], [0, 0]], [[0, 0.25], [0, 0.25]]]),
        np.array([[[1.0, -0.0], [-0.0, 0]], [[0, 0], [0, 0]]]),
    ],
)
def test_slopes_at_probability_0_are_the_limits_of_difference_quotients(p):
    tensor = torch.tensor(p, requires_grad=True)
    co_information(tensor).backward()
    assert not tensor.grad.isnan().any()

    def slope(index, step):
        moved = p.copy()
        moved[index] += step
        return (co_information(moved, check=False) - co_information(p, check=False)) / step

    for index in np.ndindex(p.shape):
        found, near, nearer = tensor.grad[index].item(), slope(index, 1e-6), slope(index, 1e-9)
        if np.isinf(found):  # then the quotient goes like a multiple of the logarithm of the step
            assert np.sign(found) == np.sign(nearer) == np.sign(nearer - near)
            assert abs(nearer - near) == pytest.approx(round(abs(nearer - near) / log(1e3)) * log(1e3), rel=1e-3)
        else:
            assert found == pytest.approx(nearer, abs=1e-5)


@given(st.integers(1, 4).flatmap(joints))
def test_gradients_are_never_nan(p):
    tensor = torch.tensor(p, requires_grad=True)
    co_information(tensor).backward()
    assert not tensor.grad.isnan().any()


def test_gradients_do_not_depend_on_the_size_that_is_split(monkeypatch):
    tensor = torch.tensor(COPIES, requires_grad=True)
    (whole,) = torch.autograd.grad(co_information(tensor), tensor)
    monkeypatch.setattr(inclusion_exclusion, "CELLS", 1)
    assert torch.equal(torch.autograd.grad(co_information(tensor), tensor)[0], whole)


# What is refused


@pytest.mark.parametrize("n", [2.0, True, "3", 1.5])
def test_the_number_of_variables_is_a_whole_number(n):
    with pytest.raises(TypeError, match=r"found n_variables=.*, expected a whole number"):
        co_information(XOR, n_variables=n)


def test_what_is_no_joint_pmf_is_refused():
    for n in (0, -1):
        with pytest.raises(ValueError, match=f"found {n} variables, expected at least one, with an axis for each"):
            co_information(XOR, n_variables=n)
    with pytest.raises(ValueError, match=r"p has shape \(2, 2, 2\), expected at least 4 axes"):
        co_information(XOR, n_variables=4)
    with pytest.raises(ValueError, match="p sums to 2, expected 1"):
        co_information(2 * XOR)
    with pytest.raises(ValueError, match=r"p\[0, 0, 0\] is -1, expected a probability"):
        co_information(XOR - (np.arange(8).reshape(2, 2, 2) == 0) * 1.25)
    with pytest.raises(ValueError, match="found base=1"):
        co_information(XOR, base=1)
    close(co_information(2 * XOR, check=False), by_inclusion_and_exclusion(2 * XOR))
