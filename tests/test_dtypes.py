"""Every floating dtype and memory layout: 16-bit floats, long doubles, strides, and empty batches."""

from functools import partial

import numpy as np
import pytest
import torch
from calls import CALLS, name_of, numpy_of

import infotheory as it

pytestmark = pytest.mark.filterwarnings("error")

calls = pytest.mark.parametrize("function, arguments", CALLS.items(), ids=name_of)
HALVES = {
    "numpy float16": partial(np.array, dtype=np.float16),
    "torch float16": partial(torch.tensor, dtype=torch.float16),
    "torch bfloat16": partial(torch.tensor, dtype=torch.bfloat16),
}
halves = pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
both = pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])


# 16-bit floats


@calls
@halves
def test_16_bit_floats_come_back_in_their_dtype_with_the_value_of_the_numbers_given(function, arguments, half):
    given = [half(a) for a in arguments]
    found, expected = function(*given), function(*(numpy_of(a) for a in given))
    assert found.dtype == given[0].dtype and type(found) in (np.float16, type(given[0]))
    np.testing.assert_allclose(numpy_of(found), expected, rtol=5e-3, atol=1e-3)


@calls
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_gradients_of_16_bit_floats_come_back_in_their_dtype(function, arguments, dtype):
    given = [torch.tensor(a, dtype=dtype, requires_grad=True) for a in arguments]
    exact = [torch.tensor(numpy_of(a), requires_grad=True) for a in given]
    for arrays in (given, exact):
        function(*arrays).sum().backward()
    for found, expected in zip(given, exact, strict=True):
        assert found.grad.dtype == dtype
        torch.testing.assert_close(found.grad.double(), expected.grad, rtol=1e-2, atol=5e-2)


@halves
def test_information_of_16_bit_floats_that_are_nearly_zero(half):
    p = half([[6.843e-5, 0, 1.073e-6], [0.5195, 0, 3.576e-6], [3.636e-6, 0, 0.4805]])
    assert float(it.mutual_information(p)) == pytest.approx(0.692, abs=4e-3)


@halves
def test_gaussians_of_16_bit_floats(half):
    assert float(it.gaussian_entropy(half([[0.01]]))) == pytest.approx(-0.8836, abs=5e-3)
    assert float(it.gaussian_kl(half([1.0]), half([[4.0]]), half([0.0]), half([[1.0]]))) == pytest.approx(
        1.3069, abs=5e-3
    )


@pytest.mark.parametrize("name, tolerance", [("float16", 2**-5), ("bfloat16", 2**-3.5)])
def test_16_bit_floats_may_sum_to_one_within_the_root_of_their_own_epsilon(name, tolerance):
    dtype = getattr(torch, name)
    it.entropy(torch.tensor([0.5, 0.5 + 0.9 * tolerance], dtype=dtype))
    with pytest.raises(ValueError, match=r"p sums to 1\.\d+, expected 1 \(within"):
        it.entropy(torch.tensor([0.5, 0.5 + 1.1 * tolerance], dtype=dtype))
    if name == "float16":
        it.entropy(np.array([0.5, 0.53], np.float16))


@halves
def test_errors_about_16_bit_floats_are_ours(half):
    for p, message in [
        ([0.5, 0.25], "p sums to 0.75"),
        ([1.5, -0.5], r"p\[1\] is -0.5"),
        ([0.5, float("nan")], r"p\[1\] is NaN"),
    ]:
        with pytest.raises(ValueError, match=message):
            it.entropy(half(p))
    with pytest.raises(ValueError, match=r"p\[0\] is 1.5"):
        it.self_information(half([1.5]))
    with pytest.raises(ValueError, match="eigenvalue -1"):
        it.gaussian_entropy(half([[1.0, 2.0], [2.0, 1.0]]))
    with pytest.raises(ValueError, match="mirror image"):
        it.gaussian_entropy(half([[1.0, 0.5], [0.25, 1.0]]))


def test_each_of_two_pmfs_is_held_to_the_tolerance_of_its_own_dtype():
    third = np.array([1 / 3, 1 / 3, 1 / 3], np.float32)
    near = np.array([1 / 3, 1 / 3, 1 / 3 + 1e-4], np.float32)
    assert it.kl_divergence(near, third.astype(np.float64) / third.sum(dtype=float)).dtype == np.float64


@pytest.mark.parametrize("name", ["float16", "float32"])
def test_lists_follow_the_dtype_of_the_array_beside_them(name):
    for array in (np.array([0.5, 0.5], name), torch.tensor([0.5, 0.5], dtype=getattr(torch, name))):
        assert it.kl_divergence(array, [0.25, 0.75]).dtype == array.dtype
        assert it.elbo([-1, -2], array).dtype == array.dtype


def test_16_bit_floats_beside_wider_ones_are_promoted():
    p = [0.5, 0.5]
    assert it.kl_divergence(np.array(p, np.float16), np.array(p, np.float32)).dtype == np.float32
    halves = torch.tensor(p, dtype=torch.float16), torch.tensor(p, dtype=torch.bfloat16)
    assert it.kl_divergence(*halves).dtype == torch.float32
    assert it.kl_divergence(halves[0], torch.tensor([1, 0])).dtype == torch.float32


@calls
def test_long_doubles_keep_their_dtype(function, arguments):
    given = [np.array(a, np.longdouble) for a in arguments]
    found = function(*given)
    assert found.dtype == np.longdouble or "gaussian" in name_of(function)
    np.testing.assert_allclose(found.astype(float), function(*arguments), rtol=1e-12, atol=1e-14)


# Layouts


def read_only(a):
    a.flags.writeable = False
    return a


LAYOUTS = {
    "Fortran": np.asfortranarray,
    "negative strides": lambda a: np.flip(np.flip(a).copy()),
    "gaps": lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if np.ndim(a) else np.asarray(a),
    "big-endian": lambda a: np.asarray(a).astype(">f8"),
    "permuted tensor": lambda a: torch.from_numpy(np.asfortranarray(a)),
    "negative bit": lambda a: torch.complex(torch.zeros(np.shape(a)).double(), -torch.tensor(a)).conj().imag,
    "parameter": lambda a: torch.nn.Parameter(torch.tensor(a)),
    "matrix": lambda a: a.view(np.matrix) if a.ndim == 2 else a,
    "read-only": read_only,
}


@calls
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_memory_layout_changes_nothing(function, arguments, layout):
    arrays = [LAYOUTS[layout](np.array(a, np.float64)) for a in arguments]
    found = function(*arrays)
    np.testing.assert_allclose(numpy_of(found), function(*arguments), rtol=1e-14, atol=1e-15)
    assert "big" not in layout or found.dtype.isnative


# Empty batches


@calls
@both
def test_an_empty_batch_gives_an_empty_batch(function, arguments, kind):
    arrays = [kind(np.zeros((0, *np.shape(a)))) for a in arguments]
    keywords = {"n_variables": 2} if function is it.total_correlation else {}
    assert function(*arrays, **keywords).shape[0] == 0


@both
def test_total_correlation_of_an_empty_batch(kind):
    assert it.total_correlation(kind(np.zeros((0, 2, 2))), n_variables=2).tolist() == []
    assert it.total_correlation(kind(np.zeros((3, 0, 2, 2, 2))), n_variables=3).shape == (3, 0)
