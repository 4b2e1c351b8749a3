"""One test a theorem, on distributions that hypothesis draws. C&T is Cover & Thomas (2006), chapter 2."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import channels, joints, pmfs, same_outcomes, sizes

from infotheory import (
    conditional,
    conditional_entropy,
    conditional_mutual_information,
    cross_entropy,
    entropy,
    joint,
    joint_entropy,
    js_divergence,
    kl_divergence,
    marginal,
    mutual_information,
    pointwise_mutual_information,
    self_information,
    total_correlation,
    total_variation,
)

SLACK = 1e-12  # what rounding may break an inequality by
close = partial(np.testing.assert_allclose, rtol=1e-9, atol=SLACK)
mixing = st.floats(0.01, 0.99)


def independent(p_xy):
    """The product of the marginals."""
    return np.outer(marginal(p_xy), marginal(p_xy, of="y"))


# Entropy


@given(pmfs())
def test_entropy_lies_between_zero_and_log_n(p):
    assert -SLACK <= entropy(p) <= np.log(len(p)) + SLACK


@given(sizes)
def test_entropy_is_log_n_for_the_uniform_and_zero_for_the_certain(n):
    close(entropy(np.full(n, 1 / n)), np.log(n))
    close(entropy(np.eye(n)), np.zeros(n))


@given(pmfs())
def test_entropy_falls_short_of_log_n_by_the_divergence_from_uniform(p):
    close(np.log(len(p)) - entropy(p), kl_divergence(p, np.full(len(p), 1 / len(p))))


@given(st.data())
def test_entropy_does_not_depend_on_the_names_of_the_outcomes(data):
    p = data.draw(pmfs())
    close(entropy(p[data.draw(st.permutations(range(len(p))))]), entropy(p))


@given(same_outcomes(2), mixing)
def test_entropy_is_concave(pair, t):
    p, q = pair
    assert entropy(t * p + (1 - t) * q) >= t * entropy(p) + (1 - t) * entropy(q) - SLACK


@given(pmfs())
def test_entropy_is_the_mean_self_information(p):
    seen = p > 0
    close(entropy(p), p[seen] @ self_information(p[seen]))


# Joint and conditional entropy


@given(joints())
def test_chain_rule_of_entropy(p):
    close(joint_entropy(p), entropy(marginal(p)) + conditional_entropy(p, given="x"))
    close(joint_entropy(p), entropy(marginal(p, of="y")) + conditional_entropy(p, given="y"))


@given(joints(3))
def test_chain_rule_of_entropy_for_three_variables(p):
    p_xy = p.sum(axis=-1)
    z_given_xy = conditional_entropy(p.reshape(-1, p.shape[-1]), given="x")
    close(entropy(p, axis=(0, 1, 2)), entropy(marginal(p_xy)) + conditional_entropy(p_xy, given="x") + z_given_xy)


@given(joints())
def test_conditional_entropy_is_the_mean_entropy_of_the_columns(p):
    p_y = marginal(p, of="y")
    columns = conditional(p)[:, p_y > 0]
    close(conditional_entropy(p), p_y[p_y > 0] @ entropy(columns, axis=0, check=False))


@given(joints())
def test_conditioning_reduces_entropy(p):
    assert -SLACK <= conditional_entropy(p) <= entropy(marginal(p)) + SLACK


@given(joints())
def test_entropy_is_subadditive(p):
    h_x, h_y = entropy(marginal(p)), entropy(marginal(p, of="y"))
    assert max(h_x, h_y) - SLACK <= joint_entropy(p) <= h_x + h_y + SLACK


@given(st.data())
def test_conditional_entropy_is_zero_when_y_determines_x(data):
    p_y = data.draw(pmfs())
    x_of_y = data.draw(st.lists(st.integers(0, 2), min_size=len(p_y), max_size=len(p_y)))
    close(conditional_entropy(joint(p_y, np.eye(3)[x_of_y]).T), 0)


@given(joints())
def test_small_conditional_entropy_means_that_y_all_but_determines_x(p):
    error = 1 - p.max(axis=0).sum()
    assert error <= conditional_entropy(p, base=2) / 2 + SLACK


@given(pmfs(), pmfs())
def test_conditional_entropy_is_the_whole_entropy_when_independent(p_x, p_y):
    p = np.outer(p_x, p_y)
    close(conditional_entropy(p), entropy(p_x))
    close(mutual_information(p), 0)


@given(joints())
def test_small_mutual_information_means_all_but_independent(p):
    assert total_variation(p, independent(p), axis=(0, 1)) <= np.sqrt(mutual_information(p) / 2) + 1e-8


@given(joints())
def test_fano(p):
    n = len(p)
    for guess in range(n):  # the best guess from y, and each guess that ignores it
        for right in (p.max(axis=0).sum(), p[guess].sum()):
            error = np.clip(1 - right, 0, 1)
            assert conditional_entropy(p) <= entropy([error, 1 - error]) + error * np.log(max(n - 1, 1)) + SLACK


# Mutual information


@given(joints())
def test_mutual_information_in_all_its_forms(p):
    h_x, h_y, i = entropy(marginal(p)), entropy(marginal(p, of="y")), mutual_information(p)
    close(i, h_x + h_y - joint_entropy(p))
    close(i, h_x - conditional_entropy(p, given="y"))
    close(i, h_y - conditional_entropy(p, given="x"))
    close(i, kl_divergence(p, independent(p), axis=(0, 1)))
    close(i, joint_entropy(p) - conditional_entropy(p, given="y") - conditional_entropy(p, given="x"))
    close(i, p[p > 0] @ pointwise_mutual_information(p)[p > 0])


@given(joints())
def test_mutual_information_is_symmetric_and_bounded_by_either_entropy(p):
    close(mutual_information(p), mutual_information(p.T))
    assert 0 <= mutual_information(p) <= min(entropy(marginal(p)), entropy(marginal(p, of="y"))) + SLACK


@given(pmfs())
def test_self_information_is_the_mutual_information_with_itself(p):
    close(mutual_information(np.diag(p)), entropy(p))


@given(st.data())
def test_data_processing_of_mutual_information(data):
    p = data.draw(joints())
    p_xz = p @ data.draw(channels(p.shape[1]))
    assert mutual_information(p_xz) <= mutual_information(p) + SLACK


@given(st.data())
def test_data_processing_loses_nothing_through_an_invertible_map(data):
    p = data.draw(joints())
    order = data.draw(st.permutations(range(p.shape[1])))
    close(mutual_information(p[:, order]), mutual_information(p))


@given(joints(3))
def test_conditional_mutual_information_in_all_its_forms(p):
    nx, ny, nz = p.shape
    i = conditional_mutual_information(p)
    p_xz, p_yz, p_z = p.sum(axis=1), p.sum(axis=0), p.sum(axis=(0, 1))
    assert i >= 0
    close(i, joint_entropy(p_xz) + joint_entropy(p_yz) - entropy(p, axis=(0, 1, 2)) - entropy(p_z))
    close(i, conditional_entropy(p_xz) - conditional_entropy(p.reshape(nx, ny * nz)))
    close(i, sum(p_z[z] * mutual_information(p[..., z] / p_z[z]) for z in range(nz) if p_z[z] > 0))


@given(joints(3))
def test_chain_rule_of_mutual_information(p):
    x_with_yz = mutual_information(p.reshape(p.shape[0], -1))
    close(x_with_yz, mutual_information(p.sum(axis=1)) + conditional_mutual_information(p))


@given(st.data())
def test_the_past_says_nothing_about_the_future_given_the_present(data):
    p_xy = data.draw(joints())
    p_xyz = p_xy[..., None] * data.draw(channels(p_xy.shape[1]))
    close(conditional_mutual_information(p_xyz.swapaxes(1, 2)), 0)


@given(joints(3))
def test_total_correlation_is_the_sum_of_entropies_less_the_joint(p):
    singles = sum(entropy(p.sum(axis=others)) for others in ((1, 2), (0, 2), (0, 1)))
    close(total_correlation(p), singles - entropy(p, axis=(0, 1, 2)))
    assert total_correlation(p) >= 0


@given(joints(3))
def test_chain_rule_of_total_correlation(p):
    z_with_xy = mutual_information(p.reshape(-1, p.shape[-1]))
    close(total_correlation(p), mutual_information(p.sum(axis=-1)) + z_with_xy)


@given(pmfs(), pmfs(), pmfs())
def test_total_correlation_is_zero_when_independent(p_x, p_y, p_z):
    close(total_correlation(p_x[:, None, None] * p_y[:, None] * p_z), 0)


# Divergences


@given(same_outcomes(2))
def test_gibbs_inequality(pair):
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    assert cross_entropy(p, q) >= entropy(p) - SLACK


@given(same_outcomes(2))
def test_cross_entropy_is_entropy_plus_divergence(pair):
    p, q = pair
    close(cross_entropy(p, q), entropy(p) + kl_divergence(p, q))


@given(same_outcomes(2))
def test_pinsker(pair):
    assert total_variation(*pair) <= np.sqrt(kl_divergence(*pair) / 2) + 1e-8


def test_pinsker_is_sharp():
    p, q = [0.5, 0.5], [0.501, 0.499]
    assert total_variation(p, q) == pytest.approx(np.sqrt(kl_divergence(p, q) / 2), rel=1e-5)


@given(same_outcomes(4), mixing)
def test_divergence_is_jointly_convex(four, t):
    p, q, r, s = four
    mixed = kl_divergence(t * p + (1 - t) * r, t * q + (1 - t) * s)
    assert mixed <= t * kl_divergence(p, q) + (1 - t) * kl_divergence(r, s) + SLACK


@given(st.data())
def test_chain_rule_of_divergence(data):
    p_x, q_x = data.draw(same_outcomes(2))
    m = data.draw(sizes)
    p_y_given_x, q_y_given_x = (data.draw(pmfs(m, batch=(len(p_x),))) for _ in range(2))
    seen = p_x > 0
    rows = p_x[seen] @ kl_divergence(p_y_given_x, q_y_given_x)[seen]
    whole = kl_divergence(joint(p_x, p_y_given_x), joint(q_x, q_y_given_x), axis=(-2, -1))
    close(whole, kl_divergence(p_x, q_x) + rows)


@given(st.data())
def test_data_processing_of_divergence(data):
    p, q = data.draw(same_outcomes(2))
    channel = data.draw(channels(len(p)))
    assert kl_divergence(p @ channel, q @ channel) <= kl_divergence(p, q) + SLACK


@given(same_outcomes(2))
def test_jensen_the_mean_surprise_is_at_least_the_surprise_of_the_mean(pair):
    p, q = pair
    assert cross_entropy(p, q) >= self_information(p @ q, check=False) - SLACK


@given(same_outcomes(2), st.floats(0.1, 10), st.floats(0.1, 10))
def test_log_sum_inequality(pair, a_total, b_total):
    a, b = a_total * pair[0], b_total * pair[1]  # any non-negative numbers; a log(a/b) - a + b keeps the inequality
    lumped = kl_divergence(a.sum(keepdims=True), b.sum(keepdims=True), check=False)
    assert kl_divergence(a, b, check=False) >= lumped - 1e-11


@given(same_outcomes(2))
def test_js_divergence_is_symmetric_and_at_most_log_2(pair):
    p, q = pair
    close(js_divergence(p, q), js_divergence(q, p))
    assert 0 <= js_divergence(p, q) <= np.log(2) + SLACK
    assert js_divergence(p, p) == 0


@given(same_outcomes(2))
def test_js_divergence_is_the_information_in_which_of_the_two_was_drawn(pair):
    close(js_divergence(*pair), mutual_information(np.stack(pair) / 2))


def test_js_divergence_is_log_2_on_disjoint_supports():
    close(js_divergence([1.0, 0.0], [0.0, 1.0]), np.log(2))


@given(same_outcomes(3))
def test_total_variation_is_a_metric(three):
    p, q, r = three
    assert 0 <= total_variation(p, q) <= 1 + SLACK
    assert total_variation(p, q) == total_variation(q, p)
    assert total_variation(p, r) <= total_variation(p, q) + total_variation(q, r) + SLACK


@given(same_outcomes(2))
def test_total_variation_is_the_largest_difference_over_events(pair):
    p, q = pair
    event = p > q
    close(total_variation(p, q), p[event].sum() - q[event].sum())
