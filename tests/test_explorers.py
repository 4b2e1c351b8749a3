"""Explorers without a browser: their state, their numbers and their pictures."""

import base64
import re
import subprocess
import sys

import numpy as np
import pytest
from pictures import differing, pixels
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.stats import entropy as scipy_entropy
from scipy.stats import norm

from infotheory import entropy
from infotheory.explore import (
    ConjectureExplorer,
    DependenceExplorer,
    ELBOExplorer,
    EntropyExplorer,
    GameExplorer,
    InfoGANBoundExplorer,
    JointExplorer,
    KLExplorer,
    huffman_lengths,
)
from infotheory.explore.conjecture import joint_entropies
from infotheory.explore.joint import shared_area


def sliders(explorer):
    return [slider for row in explorer.widget().children[:-2] for slider in row.children]


def test_moving_a_slider_redraws_and_keeps_the_pmf_on_the_simplex():
    explorer = EntropyExplorer([0.5, 0.25, 0.25])
    before, text = explorer._image.value if explorer.widget() else None, explorer._text.value
    sliders(explorer)[0].value = 0.2
    assert explorer.p.tolist() == pytest.approx([0.2, 0.4, 0.4])
    assert [slider.value for slider in sliders(explorer)] == pytest.approx([0.2, 0.4, 0.4])
    assert explorer._image.value != before and explorer._text.value != text
    assert f"{entropy([0.2, 0.4, 0.4], base=2):.3f} bits" in explorer._text.value


def test_what_is_no_outcome_is_refused_and_the_pmf_cannot_be_changed_in_place():
    explorer = EntropyExplorer()
    for outcome in (-1, 4):
        with pytest.raises(ValueError, match=f"found the outcome {outcome}, expected 0 … 3"):
            explorer.move(outcome, 0.3)
    explorer.p[0] = 0.9
    assert explorer.p.tolist() == [0.5, 0.25, 0.125, 0.125]
    with pytest.raises(ValueError, match="nothing is set by name; see the methods of EntropyExplorer"):
        explorer.set(p=[1, 0])
    with pytest.raises(ValueError, match="found 2 outcomes and 1 names"):
        EntropyExplorer([0.5, 0.5], names=["heads"])


def test_assigning_to_the_state_is_to_set_it():
    game, pair, kl = GameExplorer(), DependenceExplorer("ring"), KLExplorer()
    game.mean, pair.family, kl.distance = 2.0, "parabola", 2.0
    assert game.jsd == GameExplorer(2.0).jsd and pair.parts == DependenceExplorer("parabola").parts
    assert kl.divergences(0, 2) == KLExplorer(2.0).divergences(0, 2)
    with pytest.raises(ValueError, match="found mean=50, expected -6 to 6"):
        kl.mean = 50
    with pytest.raises(ValueError, match="found the fit 'both', expected one of forward, reverse"):
        kl.take("both")


def test_lazy_names_are_offered():
    import infotheory
    from infotheory import explore

    assert {"EntropyExplorer", "GameExplorer"} <= set(dir(explore))
    assert {"Statement", "explore", "report", "entropy"} <= set(dir(infotheory)) and infotheory.explore is explore


def test_certainty_can_be_reached_and_left():
    explorer = EntropyExplorer([0.5, 0.5])
    first, second = sliders(explorer)
    first.value = 1.0
    assert explorer.p.tolist() == [1, 0] and "H(X) = 0.000 bits" in explorer.describe()
    second.value = 0.5
    assert explorer.p.tolist() == [0.5, 0.5]


def test_proportions_come_back_after_certainty():
    explorer = EntropyExplorer([0.5, 0.25, 0.125, 0.125])
    explorer.move(0, 1.0)
    explorer.move(0, 0.5)
    assert explorer.p.tolist() == [0.5, 0.25, 0.125, 0.125]


def test_an_infinite_surprise_is_marked():
    right = EntropyExplorer([1.0, 0.0]).draw().axes[1]
    assert [text.get_text() for text in right.texts] == ["", "∞"]


def test_the_figure_shows_the_pmf_and_its_surprise():
    left, right = EntropyExplorer([0.5, 0.25, 0.125, 0.125]).draw().axes
    assert [bar.get_height() for bar in left.patches] == [0.5, 0.25, 0.125, 0.125]
    assert [bar.get_height() for bar in right.patches] == [1, 2, 3, 3, 1, 2, 3, 3]
    assert right.lines[0].get_ydata()[0] == pytest.approx(1.75)
    assert all(axes.get_title() and axes.get_xlabel() and axes.get_ylabel() for axes in (left, right))


def test_a_notebook_gets_the_widget_a_picture_and_a_line():
    explorer = EntropyExplorer([0.5, 0.5])
    bundle = explorer._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.widget().model_id
    assert "H(X) = 1.000 bits" in bundle["text/plain"]
    assert explorer.png() == EntropyExplorer([0.5, 0.5]).png()


@pytest.mark.parametrize("p", [[0.5, 0.4], [1.0], [1 / 9] * 9])
def test_what_is_no_pmf_of_two_to_eight_outcomes_is_refused(p):
    with pytest.raises(ValueError, match="expected"):
        EntropyExplorer(p)


def test_huffman_code_is_a_prefix_code_within_one_bit_of_the_entropy():
    rng = np.random.default_rng(0)
    for n in (2, 3, 5, 8):
        for p in rng.dirichlet(0.5 * np.ones(n), size=20):
            lengths = huffman_lengths(p)
            assert np.sum(2.0**-lengths) == 1  # Kraft's inequality, tight
            assert entropy(p, base=2) - 1e-12 <= p @ lengths < entropy(p, base=2) + 1


MOVES = {
    EntropyExplorer: lambda explorer: explorer.move(0, 0.8),
    JointExplorer: lambda explorer: explorer.put(0, 0, 2.0),
    ConjectureExplorer: lambda explorer: explorer.read("H(X|Y) <= H(Y|X)"),
    KLExplorer: lambda explorer: explorer.set(mean=1, distance=3),
    ELBOExplorer: lambda explorer: explorer.move(1, 0.8),
    InfoGANBoundExplorer: lambda explorer: explorer.set(noise=0.4),
    GameExplorer: lambda explorer: explorer.set(mean=-2, width=0.5, share=0.3),
    DependenceExplorer: lambda explorer: explorer.set(family="parabola", amount=0.6),
}


@pytest.mark.parametrize("kind", MOVES)
def test_every_explorer_gives_a_widget_a_picture_and_a_line(kind):
    explorer = kind()
    bundle = explorer._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG") and "\n" not in bundle["text/plain"]
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.widget().model_id
    assert explorer.png() == kind().png() == explorer._image.value
    for axes in explorer.draw().axes:
        named = axes.get_title() and axes.get_xlabel() and axes.get_ylabel() is not None
        assert named or not axes.axison  # circles and text have no scale


@pytest.mark.parametrize("kind", MOVES)
def test_pixels_that_were_kept_are_those_of_a_figure_drawn_as_a_whole(kind):
    explorer = kind()
    before = pixels(explorer.png())
    framed = kind in (JointExplorer, InfoGANBoundExplorer, DependenceExplorer)  # an image lies over frame or ticks
    most = 2e-3 if framed else 1e-4
    assert differing(explorer) < most
    MOVES[kind](explorer)
    assert differing(explorer) < most
    assert (pixels(explorer.png()) != before).any(axis=-1).mean() > 0.005


def press(explorer, description):
    def buttons(widget):
        inside = (button for child in getattr(widget, "children", []) for button in buttons(child))
        return [widget] if hasattr(widget, "click") else list(inside)

    next(button for button in buttons(explorer.widget()) if button.description.startswith(description)).click()


def number(explorer, name):
    return float(re.search(re.escape(name) + r" = (-?[\d.]+)", explorer._text.value).group(1))


# The joint pmf.


def test_bars_and_circles_show_the_entropies_of_the_table():
    explorer = JointExplorer([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    p = explorer.p
    expected = {
        "H(X)": scipy_entropy(p.sum(axis=1)),
        "H(Y)": scipy_entropy(p.sum(axis=0)),
        "H(X,Y)": scipy_entropy(p.ravel()),
    }
    expected["H(X|Y)"] = expected["H(X,Y)"] - expected["H(Y)"]
    expected["H(Y|X)"] = expected["H(X,Y)"] - expected["H(X)"]
    expected["I(X;Y)"] = expected["H(X)"] - expected["H(X|Y)"]
    bars = explorer.draw().axes[2].patches
    assert explorer.numbers() == pytest.approx(expected)
    assert [bar.get_width() for bar in bars] == pytest.approx(list(expected.values()))
    radii = [circle.get_radius() for circle in explorer._circles]
    assert [np.pi * r**2 for r in radii] == pytest.approx([expected["H(X)"], expected["H(Y)"]])
    distance = explorer._circles[1].center[0] - explorer._circles[0].center[0]
    assert shared_area(*radii, distance) == pytest.approx(expected["I(X;Y)"], abs=1e-9)


def test_shared_area_of_two_circles_against_a_count_of_points():
    x, y = np.meshgrid(np.linspace(-3, 3, 1501), np.linspace(-3, 3, 1501))
    for r, s, distance in ((1, 0.7, 0.9), (1, 0.5, 0.6), (0.4, 1.2, 1.1), (1, 1, 2.5), (1, 0.3, 0.1)):
        inside = (x**2 + y**2 <= r**2) & ((x - distance) ** 2 + y**2 <= s**2)
        assert shared_area(r, s, distance) == pytest.approx(inside.sum() * (6 / 1500) ** 2, abs=3e-3)


def test_two_coins_know_nothing_of_each_other_and_all_once_their_xor_is_known():
    numbers = JointExplorer("XOR: two coins, Z = X + Y mod 2").numbers()
    assert numbers["I(X;Y)"] == pytest.approx(0, abs=1e-12)
    assert numbers["I(X;Y|Z)"] == pytest.approx(np.log(2))


def test_presets_are_what_they_are_called():
    assert JointExplorer("independent").numbers()["I(X;Y)"] == pytest.approx(0, abs=1e-12)
    assert JointExplorer("Y determined by X").numbers()["H(Y|X)"] == pytest.approx(0, abs=1e-12)


def test_a_table_that_does_not_sum_to_1_is_normalised_in_the_open():
    explorer = JointExplorer([[1, 1], [1, 5]])
    assert explorer.p.tolist() == [[0.125, 0.125], [0.125, 0.625]]
    assert "The table sums to 8, and each cell was divided by that" in explorer.describe()
    assert "sums to" not in JointExplorer("independent").describe()


def test_typing_a_cell_redraws_and_a_bad_one_is_told_while_the_picture_stays():
    explorer = JointExplorer([[0.25, 0.25], [0.25, 0.25]])
    grid = explorer.widget().children[0].children[1]
    before, cell = explorer._image.value, grid.children[0].children[0]
    cell.value = 0.75
    assert explorer._image.value != before and explorer.p[0, 0] == pytest.approx(0.5)
    assert number(explorer, "I(X;Y)") == pytest.approx(explorer.numbers()["I(X;Y)"], abs=6e-4)
    kept = explorer._image.value
    cell.value = -1
    assert "found -1 in the table, expected numbers >= 0" in explorer._text.value.replace("&gt;", ">")
    assert explorer._image.value == kept and explorer.weights[0, 0] == 0.75
    cell.value = 0.25
    assert explorer._image.value == before


def test_a_preset_and_another_size_fill_the_table():
    explorer = JointExplorer("weather")
    left, grid = explorer.widget().children[0].children
    preset, (height, width), third = left.children[0], left.children[1].children, left.children[2]
    preset.value = "Y determined by X"
    assert (height.value, width.value) == (4, 3) and grid.children[3].children[2].value == 0.3
    assert grid.children[0].children[3].layout.display == "none" and grid.children[3].children[0].layout.display is None
    height.value = 2
    assert explorer.weights.tolist() == [[0.2, 0, 0], [0, 0.3, 0]]
    third.value = True
    assert "I(X;Y|Z)" in explorer._text.value


@pytest.mark.parametrize("table", [[[1, 1]], np.ones((5, 2)), [[0, 0], [0, 0]], [[np.nan, 1], [1, 1]], "coins"])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(ValueError, match="expected"):
        JointExplorer(table)


# Conjectures.


@pytest.mark.parametrize(
    ("text", "given", "verdict"),
    [
        ("H(X|Y) <= H(X)", "", "proved"),
        ("H(X|Y) <= H(Y|X)", "", "refuted"),
        ("I(X;Z) <= I(X;Y)", "I(X;Z|Y) = 0", "proved"),
        ("I(X;Z) = 0", "I(X;Y) = 0 and I(Y;Z) = 0", "refuted"),
        ("H(X,Y) = H(X) + H(Y|X)", "", "proved"),
        ("2 I(C;D) <= I(A;B) + I(A;C,D) + 3 I(C;D|A) + I(C;D|B)", "", "open"),  # true: Zhang & Yeung (1998)
    ],
)
def test_a_conjecture_is_settled_and_its_dots_agree(text, given, verdict):
    explorer = ConjectureExplorer(text, given)
    left, right = explorer.sides()
    assert explorer.verdict == explorer.statement.verdict() == verdict
    assert verdict in explorer.describe() and len(left) > 50
    if verdict == "proved":
        gap = left - right
        assert (abs(gap) if explorer.statement.line.relation == "=" else gap).max() < 1e-9


def test_dots_are_the_two_sides_at_random_distributions():
    entropies = joint_entropies(2)
    assert entropies.shape == (600, 3)
    h_x, h_y, h_xy = entropies.T
    assert (h_xy <= h_x + h_y + 1e-9).all() and (h_xy >= np.maximum(h_x, h_y) - 1e-9).all()
    left, right = ConjectureExplorer("I(X;Y) <= H(X)").sides()
    assert left == pytest.approx(h_x + h_y - h_xy) and right == pytest.approx(h_x)


def test_typing_points_at_what_cannot_be_read_and_the_picture_stays():
    explorer = ConjectureExplorer("H(X|Y) <= H(X)")
    text = explorer.widget().children[0].children[0]
    before = explorer._image.value
    text.value = "H(X|Y) <= "
    assert "found the end, expected H(…) or I(…)" in explorer._text.value and "          ^" in explorer._text.value
    assert explorer._image.value == before
    huge = f"{'9' * 310} H(X) >= 0"
    for nonsense in ("", "<b>", "H", "I(X)", "é(X) = 0", "H(X) < 1", "H(A,B,C,D,E,F) >= 0", "1e-401 H(X) >= 0", huge):
        text.value = nonsense
        assert "<b>" not in explorer._text.value and explorer.verdict is None
    assert "but a factor is 0 or between 1e-30 and 1e30" in explorer._text.value
    text.value = "H(X|Y) <= H(Y|X)"
    assert "refuted" in explorer._text.value and explorer._image.value != before


def test_a_conjecture_that_cannot_be_read_is_refused_at_the_start():
    with pytest.raises(ValueError, match="expected"):
        ConjectureExplorer("H(X")


# Forward and reverse KL.


def test_both_divergences_against_quadrature():
    explorer = KLExplorer(distance=4, weight=0.6, mean=0.5, sigma=1.7)

    def p(x):
        return 0.6 * norm.pdf(x, -2, 1) + 0.4 * norm.pdf(x, 2, 0.8)

    q = norm(0.5, 1.7)
    forward = quad(lambda x: p(x) * (np.log(p(x)) - q.logpdf(x)), -12, 12, limit=200)[0]
    reverse = quad(lambda x: q.pdf(x) * (q.logpdf(x) - np.log(p(x))), -12, 12, limit=200)[0]
    assert explorer.divergences(0.5, 1.7) == pytest.approx((forward, reverse), abs=1e-6)


def test_the_forward_fit_has_the_moments_of_p_and_no_other_is_better():
    explorer = KLExplorer(distance=4, weight=0.6)
    mean = 0.6 * -2 + 0.4 * 2
    variance = 0.6 * (1 + 4) + 0.4 * (0.64 + 4) - mean**2
    assert explorer.fits["forward"] == pytest.approx((mean, np.sqrt(variance)), abs=1e-6)
    for distance in (0, 1, 2, 3, 6, 8):
        explorer.set(distance=distance)
        forward, reverse = (explorer.divergences(*explorer.fits[name])[i] for i, name in enumerate(explorer.fits))
        for mean in np.linspace(-6, 6, 41):
            for sigma in np.linspace(0.3, 5, 30):
                others = explorer.divergences(mean, sigma)
                assert others[0] > forward - 1e-9 and others[1] > reverse - 1e-6


def test_the_reverse_fit_is_where_a_search_without_gradients_ends():
    explorer = KLExplorer()
    for distance in (1, 2.5, 4, 7):
        explorer.set(distance=distance)
        mean, sigma = explorer.fits["reverse"]
        start = (mean + 0.1, np.log(sigma) + 0.1)
        search = minimize(
            lambda theta: explorer.divergences(theta[0], np.exp(theta[1]))[1],
            start,
            method="Nelder-Mead",
            options={"xatol": 1e-7, "fatol": 1e-12},
        )
        assert (mean, np.log(sigma)) == pytest.approx(tuple(search.x), abs=1e-4)


def test_the_buttons_take_a_fit_and_the_sliders_follow():
    explorer = KLExplorer()
    mean = explorer.widget().children[0].children[0]
    before = explorer._image.value
    mean.value = 1.5
    assert explorer.mean == 1.5 and explorer._image.value != before
    press(explorer, "q ← reverse")
    assert (explorer.mean, explorer.sigma) == explorer.fits["reverse"] and mean.value == explorer.mean
    assert number(explorer, "KL(q‖p)") == pytest.approx(explorer.divergences(*explorer.fits["reverse"])[1], abs=6e-4)


@pytest.mark.parametrize("state", [{"sigma": 0}, {"mean": 9}, {"distance": -1}, {"width": 1}, {"mean": float("nan")}])
def test_a_state_beyond_its_limits_is_refused_and_nothing_changes(state):
    explorer = KLExplorer()
    before = explorer.png()
    with pytest.raises(ValueError, match="expected"):
        explorer.set(**state)
    assert explorer.png() == before


# The ELBO.


def test_log_evidence_is_elbo_plus_gap_whatever_is_pressed():
    explorer, rng = ELBOExplorer(), np.random.default_rng(0)
    for _ in range(40):
        [explorer.improve_q, explorer.improve_p, lambda: explorer.move(rng.integers(3), rng.uniform(0.05, 0.9))][
            rng.integers(3)
        ]()
        log_p_x, bound, gap = explorer.numbers()
        assert log_p_x == pytest.approx(np.log(explorer.p_z @ explorer.p_x_given_z))
        assert log_p_x == pytest.approx(bound + gap)


def test_e_steps_close_the_gap_and_m_steps_raise_the_bound():
    explorer = ELBOExplorer()
    before = explorer.numbers()
    explorer.improve_q()
    after = explorer.numbers()
    assert after[0] == pytest.approx(before[0]) and after[2] == pytest.approx(0, abs=1e-12)
    explorer.improve_p()
    assert explorer.numbers()[1] > after[1] and explorer.numbers()[0] >= explorer.numbers()[1]
    assert [what for what, _, _ in explorer.history] == ["start", "q", "p"]


def test_a_poor_q_makes_the_bound_rise_while_log_evidence_falls():
    explorer = ELBOExplorer(q=(0.9, 0.05, 0.05))
    before = explorer.numbers()
    explorer.improve_p()
    after = explorer.numbers()
    assert after[1] > before[1] and after[0] < before[0]


def test_sliders_of_q_follow_the_buttons():
    explorer = ELBOExplorer()
    sliders = explorer.widget().children[0].children
    sliders[0].value = 0.1
    assert explorer.q[0] == 0.1 and explorer.history[-1][0] == "hand"
    press(explorer, "improve q")
    assert [slider.value for slider in sliders] == pytest.approx(list(explorer.q))
    sliders[0].value = 0.5  # of the q that the button made
    assert explorer.q[0] == 0.5
    press(explorer, "start again")
    assert explorer.png() == ELBOExplorer().png()


def test_an_impossible_state_of_the_prior_makes_the_bound_infinite_and_nothing_breaks():
    explorer = ELBOExplorer(p_z=(0, 0.5, 0.5))
    assert "ELBO −∞ + gap ∞" in explorer.describe() and explorer.png()


@pytest.mark.parametrize(
    "state", [{"q": (0.5, 0.5)}, {"q": (0.5, 0.4, 0)}, {"p_z": (1, 1, 1)}, {"p_x_given_z": (0, 0.5, 0.5)}]
)
def test_what_is_no_model_is_refused(state):
    with pytest.raises(ValueError, match="expected"):
        ELBOExplorer(**state)


# The InfoGAN bound.


def test_information_of_the_channel_is_the_closed_form_and_the_gap_is_a_mean_divergence():
    explorer = InfoGANBoundExplorer(noise=0.2, believed=0.5, mixed=0.3)
    numbers = explorer.numbers()
    open_ = -0.8 * np.log(0.8) - 0.2 * np.log(0.2 / 3)
    assert numbers["I(c;x)"] == pytest.approx(np.log(4) - open_)
    gap = np.mean(scipy_entropy(explorer.channel(0.2), explorer.q(0.5)))  # over x, which are equally likely
    assert numbers["E KL"] == pytest.approx(gap) and numbers["L_I"] == pytest.approx(numbers["I(c;x)"] - gap)


def test_the_bound_touches_where_q_believes_what_is_true_and_nowhere_else():
    explorer = InfoGANBoundExplorer(noise=0.2)
    for believed in np.linspace(0.02, 0.98, 25):
        explorer.set(believed=believed)
        assert explorer.numbers()["E KL"] > 1e-5 or abs(believed - 0.2) < 0.01
    explorer.set(believed=0.2)
    assert explorer.numbers()["E KL"] == pytest.approx(0, abs=1e-12)
    explorer.set(mixed=0.5)
    assert explorer.numbers()["E KL"] > 0.1


def test_a_q_that_excludes_what_happens_is_told_as_infinite():
    explorer = InfoGANBoundExplorer(noise=0.2)
    believed = explorer.widget().children[0].children[1]
    believed.value = 0.0
    assert "L_I = −∞" in explorer._text.value and explorer.png() == explorer._image.value
    believed.value = 0.2
    assert number(explorer, "L_I") == pytest.approx(explorer.numbers()["I(c;x)"], abs=6e-4)


def test_importing_the_package_draws_and_shows_nothing():
    code = (
        "import sys, infotheory, infotheory.explore; heavy = 'matplotlib ipywidgets torch PIL scipy.optimize'.split();"
        "print([name for name in heavy if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
