"""The explorer of two dependent latents, without a browser: its parts against closed forms, and what is blind."""

import math

import numpy as np
import pytest

from infotheory.explore import DependenceExplorer


def test_parts_add_up_to_the_kl_in_closed_form_and_information_is_at_most_log_n():
    for family in DependenceExplorer.families:
        explorer = DependenceExplorer(family, 0.7, 0.4)
        second_moments = (explorer.mean**2).mean(axis=0) + 0.4**2
        kl = (second_moments - 1 - math.log(0.4**2)).sum() / 2
        assert sum(explorer.parts.values()) == pytest.approx(kl, abs=1e-6)
        assert 0 < explorer.parts["I(x; z)"] < math.log(len(explorer.mean))
        assert min(explorer.parts.values()) > -1e-6


def test_correlated_gaussian_has_the_total_correlation_of_its_formula():
    explorer = DependenceExplorer("correlated Gaussian", 0.8, 0.3)
    rho = 0.76 * (1 - 0.3**2)
    assert np.cov(explorer.mean.T, bias=True)[0, 1] == pytest.approx(rho)
    assert explorer.parts["TC(z)"] == pytest.approx(-math.log(1 - rho**2) / 2, abs=0.01)
    assert explorer.penalties["DIP-II, off-diagonal"] == pytest.approx(2 * rho**2)


@pytest.mark.parametrize("family", ["turned square", "ring", "parabola"])
def test_covariance_is_blind_where_total_correlation_is_not(family):
    none, much = DependenceExplorer(family, 0.0, 0.2), DependenceExplorer(family, 1.0, 0.2)
    assert none.parts["TC(z)"] == pytest.approx(0, abs=5e-3)
    assert much.parts["TC(z)"] > 0.1
    for explorer in (none, much):
        assert explorer.penalties["DIP-II, off-diagonal"] == pytest.approx(0, abs=1e-12)
        assert explorer.penalties["DIP-II, diagonal"] == pytest.approx(0, abs=1e-12)


def test_a_turned_square_trades_marginal_kl_for_total_correlation_and_a_turned_gaussian_nothing():
    straight, turned = DependenceExplorer("turned square", 0.0, 0.2), DependenceExplorer("turned square", 1.0, 0.2)
    assert turned.penalties["AAE: KL(q(z)‖p(z))"] == pytest.approx(straight.penalties["AAE: KL(q(z)‖p(z))"], abs=1e-3)
    assert turned.parts["TC(z)"] > straight.parts["TC(z)"] + 0.1
    straight, turned = DependenceExplorer("turned Gaussian", 0.0), DependenceExplorer("turned Gaussian", 1.0)
    assert list(turned.penalties.values()) == pytest.approx(list(straight.penalties.values()), abs=5e-3)


def test_moving_a_control_redraws_and_tells():
    explorer = DependenceExplorer("ring", 0.5)
    controls, text, image = explorer.widget().children
    family, amount, _ = controls.children
    before = image.value
    amount.value = 1.0
    assert explorer.amount == 1.0 and image.value != before and "ring at 1.00" in text.value
    family.value = "parabola"
    assert explorer.family == "parabola" and "parabola" in text.value
    amount.value, family.value = 0.5, "ring"
    assert image.value == before == DependenceExplorer("ring", 0.5).png()


@pytest.mark.parametrize("state", [("cube", 0.5, 0.3), ("ring", 1.1, 0.3), ("ring", 0.5, 0.0)])
def test_impossible_states_are_refused(state):
    with pytest.raises(ValueError, match="expected"):
        DependenceExplorer(*state)
