"""The explorer of the game on a line, without a browser: numbers against quadrature, slopes against differences."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from infotheory.explore import GameExplorer


def densities(mean, width, share):
    """p and g as functions of one x."""
    p = lambda x: (norm.pdf(x, -2, 0.5) + norm.pdf(x, 2, 0.5)) / 2  # noqa: E731
    g = lambda x: (1 - share) * norm.pdf(x, mean, width) + share * norm.pdf(x, -mean, width)  # noqa: E731
    return p, g


def integral(function):
    return quad(function, -12, 12, points=[-4, -2, 0, 2, 4], limit=400, epsabs=1e-11)[0]


def jsd(p, g):
    def at(x):
        half = (p(x) + g(x)) / 2
        return sum(f(x) * math.log(f(x) / half) for f in (p, g) if f(x) > 0) / 2

    return integral(at)


def reverse_kl(p, g):
    return integral(lambda x: g(x) * math.log(g(x) / p(x)) if g(x) > 0 and p(x) > 0 else 0.0)


STATES = [(1.0, 0.8, 0.0), (-0.7, 1.2, 0.3), (2.6, 0.5, 0.9)]


@pytest.mark.parametrize("state", STATES)
def test_jsd_and_value_are_those_of_adaptive_quadrature(state):
    p, g = densities(*state)
    explorer = GameExplorer(*state)
    value = integral(
        lambda x: p(x) * math.log(p(x) / (p(x) + g(x))) + (g(x) * math.log(g(x) / (p(x) + g(x))) if g(x) > 0 else 0)
    )
    assert explorer.jsd == pytest.approx(jsd(p, g), abs=1e-8)
    assert explorer.value == pytest.approx(value, abs=1e-7)
    at = np.searchsorted(explorer.x, 0.5)
    x = explorer.x[at]
    assert explorer.discriminator[at] == pytest.approx(p(x) / (p(x) + g(x)))


@pytest.mark.parametrize("state", STATES)
def test_slopes_are_those_of_twice_jsd_and_of_reverse_kl_minus_twice_jsd(state):
    mean, width, share = state
    h, found = 1e-3, {}
    for side in (-h, h):
        p, g = densities(mean + side, width, share)
        found[side] = np.array([2 * jsd(p, g), reverse_kl(p, g) - 2 * jsd(p, g)])
    by_differences = (found[h] - found[-h]) / (2 * h)
    slope = GameExplorer(*state).slope
    assert [slope["minimax"], slope["non-saturating"]] == pytest.approx(by_differences, abs=1e-4)


@pytest.mark.parametrize("state", [state for state in STATES if state[2]] + [(2.0, 0.5, 0.1)])
def test_slopes_in_the_share_are_those_of_twice_jsd_and_of_reverse_kl_minus_twice_jsd(state):
    mean, width, share = state
    h, found = 1e-3, {}
    for side in (-h, h):
        p, g = densities(mean, width, share + side)
        found[side] = np.array([2 * jsd(p, g), reverse_kl(p, g) - 2 * jsd(p, g)])
    by_differences = (found[h] - found[-h]) / (2 * h)
    slope = GameExplorer(*state).share_slope
    assert [slope["minimax"], slope["non-saturating"]] == pytest.approx(by_differences, abs=1e-3)


def test_a_collapsed_generator_is_pulled_to_the_missing_mode_by_its_share_alone():
    """At m = 2, s = ½, w = 0 the mean rests, and D* = 1/3 at m, D* = 1 - 2 exp(16 x) at -m."""
    collapsed = GameExplorer(2.0, 0.5, 0.0)
    assert list(collapsed.slope.values()) == pytest.approx([0, 0], abs=1e-3)
    assert collapsed.share_slope["minimax"] == pytest.approx(-32 + math.log(2) - math.log(2 / 3), abs=0.01)
    assert collapsed.share_slope["non-saturating"] == pytest.approx(-math.log(3), abs=1e-2)
    assert GameExplorer(2.0, 0.5, 0.1).value < collapsed.value - 0.2


def test_the_curves_over_means_and_shares_pass_through_the_state():
    explorer = GameExplorer(1.0, 0.8, 0.25)
    assert explorer.jsd_at[50] == explorer.jsd_at_share[20] == explorer.jsd
    for name in explorer.slope:
        assert explorer.slope_at[name][50] == explorer.slope[name]
        assert explorer.share_slope_at[name][20] == explorer.share_slope[name]


def test_a_pull_beyond_the_frame_is_marked_at_its_edge():
    dots = [line for line in GameExplorer(2.0, 0.5, 0.0).draw().axes[5].lines if len(line.get_xdata()) == 1]
    assert [dot.get_marker() for dot in dots] == ["^", "o"] and dots[0].get_ydata() == [3.0]


def test_a_perfect_generator_leaves_half_minus_log_four_and_no_pull():
    explorer = GameExplorer(2.0, 0.5, 0.5)
    assert explorer.jsd == pytest.approx(0, abs=1e-12) and explorer.value == pytest.approx(-math.log(4))
    assert np.allclose(explorer.discriminator, 0.5)
    assert [*explorer.slope.values(), *explorer.share_slope.values()] == pytest.approx([0] * 4, abs=1e-12)


def test_one_bump_of_two_costs_what_a_coin_says():
    """A generator on one of two bumps that do not touch: p = (½, ½) and g = (0, 1)."""
    explorer = GameExplorer(2.0, 0.5, 0.0)
    coin = -0.25 * math.log(0.25) - 0.75 * math.log(0.75) - math.log(2) / 2
    assert explorer.jsd == pytest.approx(coin, abs=1e-3)


def test_far_away_the_minimax_pull_fades_and_the_other_grows():
    near, far = GameExplorer(2.8, 0.3), GameExplorer(4.0, 0.3)
    assert abs(far.slope["minimax"]) < abs(near.slope["minimax"]) / 5
    assert far.slope["non-saturating"] > near.slope["non-saturating"] > 0


def test_moving_a_control_redraws_and_tells():
    explorer = GameExplorer(1.0, 0.8, 0.0)
    controls, text, image = explorer.widget().children
    mean, width, share = controls.children
    before = image.value
    share.value = 0.5
    assert explorer.share == 0.5 and image.value != before and "w 0.50" in text.value
    share.value, mean.value, width.value = 0.0, 2.0, 0.5
    assert "m 2.00, s 0.50" in text.value and image.value == GameExplorer(2.0, 0.5, 0.0).png()
    mean.value, width.value = 1.0, 0.8
    assert image.value == before


@pytest.mark.parametrize("state", [(4.5, 0.8, 0.0), (1.0, 0.1, 0.0), (1.0, 0.8, 1.5), (math.nan, 0.8, 0.0)])
def test_impossible_states_are_refused(state):
    with pytest.raises(ValueError, match=r"found (mean|width|share)=.* expected"):
        GameExplorer(*state)
