"""The answers to the exercises of lectures 5 to 11 are right: each is compared with a different way to compute it."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

import infotheory as it
from models import Categorical, gan
from models.evaluation import metrics
from models.teaching.exercises import (
    further_05,
    further_06,
    further_07,
    further_08,
    further_09,
    further_10,
    lecture_05,
    lecture_06,
    lecture_07,
    lecture_08,
    lecture_09,
    lecture_10,
)


def cases(exercise):
    return pytest.mark.parametrize("case", exercise.cases, ids=range(len(exercise.cases)))


def tensors(*arrays):
    return [torch.tensor(array, dtype=torch.float64) for array in arrays]


@cases(further_05.beta_of_capacity)
def test_the_beta_of_a_capacity_gives_this_rate(case):
    capacity, variances, sigma_squared = case
    level = further_05.beta_of_capacity.answer(*case) * sigma_squared
    assert np.maximum(np.log(np.array(variances) / level), 0).sum() / 2 == pytest.approx(capacity)
    assert level == pytest.approx(further_05.level_of(capacity, variances))


@cases(lecture_05.beta_for)
def test_at_this_beta_at_most_k_latents_are_on_and_below_it_more(case):
    variances, sigma_squared, k = case
    level = lecture_05.beta_for.answer(*case) * sigma_squared
    assert sum(v > level * (1 + 1e-9) for v in variances) <= k < sum(v > level * (1 - 1e-9) for v in variances)


@cases(lecture_06.value)
def test_the_value_of_the_game_is_that_of_the_package(case):
    assert lecture_06.value.answer(*case) == pytest.approx(gan.value(*tensors(*case)).item())


@cases(further_06.collapse)
def test_the_divergence_of_a_collapsed_generator_is_that_of_its_pmf(case):
    assert further_06.collapse.answer(*case) == pytest.approx(it.js_divergence(*further_06.mode_pmfs(*case)))


@cases(lecture_06.ratio)
def test_the_ratio_is_the_one_from_which_bayes_rule_makes_d(case):
    D, share = case
    ratio = lecture_06.ratio.answer(*case)
    assert share * ratio / (share * ratio + 1 - share) == pytest.approx(D)


@cases(lecture_06.gradient)
def test_the_gradient_by_hand_is_that_of_autograd(case):
    z, a, b, u, v = tensors(*case)
    a.requires_grad_()
    (slope,) = torch.autograd.grad(gan.non_saturating_loss(u * (a * z + b) + v), a)
    assert lecture_06.gradient.answer(*case) == pytest.approx(slope.item())


@cases(lecture_07.bound)
def test_the_bound_of_a_table_is_that_of_the_package(case):
    assert lecture_07.bound.answer(*case) == pytest.approx(it.barber_agakov_bound(*case))


@cases(further_07.information)
def test_the_information_of_overlapping_classes_is_that_of_a_table(case):
    assert further_07.information.answer(*case) == pytest.approx(further_07.by_pieces(*case))


@cases(lecture_08.losses)
def test_the_two_losses_are_those_of_the_package(case):
    real, fake = tensors(*case[:2])
    L_I, weight = case[2:]
    expected = -gan.value(real, fake) - weight * L_I, gan.non_saturating_loss(fake) - weight * L_I
    assert lecture_08.losses.answer(*case) == pytest.approx([loss.item() for loss in expected])


@cases(lecture_08.information_bound)
def test_the_bound_from_logits_is_that_of_the_package(case):
    codes, logits = tensors(*case)
    code = Categorical(codes.shape[1])
    expected = it.mutual_information_bound(code.log_q(codes, logits), code.entropy)
    assert lecture_08.information_bound.answer(*case) == pytest.approx(expected.item())


@cases(lecture_08.best_bound)
def test_the_best_bound_is_the_largest_that_a_search_finds(case):
    assert lecture_08.best_bound.answer(*case) == pytest.approx(lecture_08.by_search(*case))


@cases(further_08.naming_error)
def test_the_naming_error_is_that_of_the_assignment(case):
    assert further_08.naming_error.answer(*case) == pytest.approx(further_08.error_of(*case))


@cases(further_08.blurred_information)
def test_the_information_after_a_blur_is_that_of_the_joint_pmf(case):
    assert further_08.blurred_information.answer(*case) == pytest.approx(further_08.on_a_ring(*case))


@cases(lecture_09.mixture)
def test_the_mixture_is_unbiased_over_all_batches(case):
    """For N = B + 1 examples, the mean over the batches that hold x_i is q(z_i)."""
    densities, _ = case
    N = len(densities) + 1
    row = np.random.default_rng(0).uniform(size=N)  # q(z_0 | x_m), in which x_0 is the own example
    found = []
    for left_out in range(1, N):
        batch = np.zeros((N - 1, N - 1))
        batch[0] = np.delete(row, left_out)
        found.append(lecture_09.mixture.answer(batch, N) * (N - 1))  # the other rows are 0
    assert np.mean(found) == pytest.approx(row.mean())


@cases(lecture_09.gaussian_tc)
def test_the_total_correlation_is_the_difference_of_entropies(case):
    assert lecture_09.gaussian_tc.answer(*case) == pytest.approx(lecture_09.by_entropies(*case), abs=1e-12)


@cases(further_09.square_tc)
def test_the_total_correlation_of_a_square_is_that_of_quadrature(case):
    assert further_09.square_tc.answer(*case) == pytest.approx(further_09.by_quadrature(*case), abs=1e-8)


@cases(further_10.price_of_a_turn)
def test_the_price_of_a_turn_is_the_least_kl_that_a_search_finds(case):
    variances, R = case
    zero, turned = np.zeros(len(variances)), R @ np.diag(variances) @ R.T
    found = minimize(lambda log_s: it.gaussian_kl(zero, np.diag(np.exp(log_s)), zero, turned), np.log(variances))
    assert further_10.price_of_a_turn.answer(*case) == pytest.approx(found.fun, abs=1e-6)


def test_the_modularity_of_dead_latents_is_that_of_the_package_to_the_noise_of_its_estimate():
    rng = np.random.default_rng(0)
    factors = np.stack([rng.integers(size, size=20_000) for size in (3, 6, 40)], axis=1)
    codes = np.concatenate([factors + 0.0, rng.normal(size=(20_000, 40))], axis=1)
    predicted = lecture_10.modularity.answer(3, 40, [3, 6, 40])
    assert metrics.modularity(codes, factors) == pytest.approx(predicted, abs=0.02)
