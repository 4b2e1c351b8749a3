"""Keywords of another type, batches that do not go together, and numbers that must be finite."""

import inspect
from math import nan

import numpy as np
import pytest
import torch
from calls import CALLS, name_of, numpy_of

import infotheory as it

pytestmark = pytest.mark.filterwarnings("error")

calls = pytest.mark.parametrize("function, arguments", CALLS.items(), ids=name_of)


def refused(message, error=TypeError):
    return pytest.raises(error, match=message)


# Keywords


@calls
@pytest.mark.parametrize("base", ["2", True, [2], np.array(2.0), torch.tensor(2.0), 2j])
def test_a_base_is_a_number(function, arguments, base):
    if name_of(function) != "posterior":
        with refused("found base=.*, expected None"):
            function(*arguments, base=base)


@pytest.mark.parametrize("base", [2, 2.0, np.float32(2), np.int64(2), np.longdouble(2)])
def test_a_base_is_any_kind_of_number(base):
    assert it.entropy([0.5, 0.5], base=base) == pytest.approx(1)
    assert it.entropy([0.5, 0.5], base=10**400) == pytest.approx(np.log(2) / (400 * np.log(10)))


@calls
@pytest.mark.parametrize("check", ["no", 1, None, np.array([True, False])])
def test_check_is_true_or_false(function, arguments, check):
    with refused("found check=.*, expected True or False"):
        function(*arguments, check=check)
    function(*arguments, check=np.False_)


@pytest.mark.parametrize("number", [1.0, 2.0, True, "1", None, np.array(1), torch.tensor(1), nan])
def test_counts_and_axes_are_whole_numbers(number):
    for measure, p in (
        (it.entropy, [[0.5, 0.5]] * 2),
        (lambda p, axis: it.kl_divergence(p, p, axis=axis), [[1.0], [1.0]]),
    ):
        with refused("found axis=.*, expected an int or a tuple of ints"):
            measure(p, axis=number)
    with refused("found axis=.*, expected an int or a tuple of ints"):
        it.entropy([[0.5, 0.5]], axis=(0, number))
    with refused("found dim_x=.*, expected a whole number"):
        it.gaussian_mutual_information(np.eye(2), number)
    if number is not None:
        with refused("found n_variables=.*, expected a whole number"):
            it.total_correlation([[0.5, 0.5]], n_variables=number)


def test_numpy_integers_are_whole_numbers():
    assert it.entropy([[0.5, 0.5]], axis=np.int64(1)).shape == (1,)
    assert it.gaussian_mutual_information(np.eye(2), np.int8(1)) == 0
    assert it.total_correlation([[0.5, 0.5]], n_variables=np.uint8(2)) == 0
    assert it.entropy([[0.5, 0.5]], axis=np.uint8(1)).shape == (1,)


@pytest.mark.parametrize("given", [0, None, True, "X", ["x"], np.array(["x", "y"])])
def test_a_variable_is_named(given):
    for measure, keyword in ((it.conditional, "given"), (it.conditional_entropy, "given"), (it.marginal, "of")):
        with refused(f'found {keyword}=.*, expected "x" or "y"', ValueError):
            measure([[0.5, 0.5]], **{keyword: given})


@calls
def test_arguments_may_come_by_their_names(function, arguments):
    names = list(inspect.signature(function).parameters)
    found = function(**dict(zip(names, map(np.float16, arguments), strict=False)))
    assert found.dtype == np.float16 and np.isfinite(numpy_of(found)).all()


# Batches that do not go together


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_batches_that_do_not_broadcast_are_refused_in_our_words(kind):
    with refused("found p_x.* and p_y_given_x.*, expected batch axes that broadcast", ValueError):
        it.joint(kind([[0.5, 0.5]] * 2), kind([[[1.0], [1.0]]] * 3))
    with refused("found log_q.* and entropy_c.*, expected batch axes that broadcast", ValueError):
        it.mutual_information_bound(kind([[0.0]] * 2), kind([1.0] * 3))


@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
def test_means_covariances_and_entropies_are_finite(infinity):
    for arguments in ((infinity, 1, 0, 1), (0, 1, infinity, 1)):
        with refused(r"mean_.\[0\] is -?inf, expected a finite number", ValueError):
            it.gaussian_kl(*arguments)
    with refused(r"cov\[0, 0\] is -?inf, expected a finite number", ValueError):
        it.gaussian_entropy([[infinity]])
    with refused("entropy_c is -?inf, expected a finite number", ValueError):
        it.mutual_information_bound([0.0], infinity)
    with refused(r"log_q\[0\] is inf, expected a finite number or -inf", ValueError):
        it.mutual_information_bound([abs(infinity)], 0.0)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_an_unchecked_covariance_of_nan_gives_nan_or_our_words(kind):
    for cov in ([[nan]], [[1.0, nan], [nan, 1.0]]):
        try:
            assert np.isnan(it.gaussian_entropy(kind(cov), check=False))
        except ValueError as error:
            assert "is NaN" in str(error)
