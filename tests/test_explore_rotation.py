"""Explorers of models and codes, without a browser: their state, their numbers and their pictures."""

import base64

import numpy as np
import pytest
from pictures import differing

from models.evaluation.metrics import mig, modularity
from models.explore import RotationExplorer

SIZES = (3, 4, 16, 16)


class Grid:
    """A data set whose images are the factors themselves."""

    factor_sizes, factor_names = SIZES, ("shape", "scale", "posX", "posY")

    def images(self, factors):
        return factors


def aligned(factors):
    """A latent of variance 1 for each factor, and a constant one."""
    sizes = np.array(SIZES)
    return np.c_[(factors - (sizes - 1) / 2) / np.sqrt((sizes**2 - 1) / 12), np.zeros(len(factors))]


@pytest.fixture(scope="module")
def explorer():
    return RotationExplorer(aligned, Grid(), latents=(2, 3))


def test_a_turn_moves_two_latents_and_keeps_distances(explorer):
    turned = explorer.turned(30)
    assert np.array_equal(turned[:, [0, 1, 4]], explorer.codes[:, [0, 1, 4]])
    assert np.allclose((turned**2).sum(axis=1), (explorer.codes**2).sum(axis=1), atol=1e-5)
    first, second = explorer.codes[:, 2:4].T
    assert np.allclose(turned[:, 2], np.sqrt(3) / 2 * first - second / 2, atol=1e-6)
    assert np.allclose(explorer.turned(90)[:, 2:4], np.stack([-second, first], axis=1), atol=1e-6)


def test_curves_are_the_scores_of_the_turned_codes(explorer):
    for at, angle in enumerate(explorer.angles[::6]):
        turned = explorer.turned(angle)
        assert explorer.curves["MIG"][6 * at] == mig(turned, explorer.factors)
        assert explorer.curves["modularity"][6 * at] == modularity(turned, explorer.factors)


def test_a_turn_by_30_degrees_is_seen_by_mig_and_not_by_the_scores_from_interventions(explorer):
    none, thirty, half = (explorer.scores(angle) for angle in (0, 30, 45))
    assert none["MIG"] - thirty["MIG"] > 0.2
    for name in ("BetaVAE", "FactorVAE"):
        assert none[name] == 1 and thirty[name] > 0.97
        assert half[name] == pytest.approx(0.75, abs=0.06)  # two of four factors cannot be told apart


def test_moving_the_angle_redraws_and_tells(explorer):

    angle, factor = explorer.widget().children[0].children
    angle.value = 0
    before, text = explorer._image.value, explorer._text.value
    angle.value = 45
    assert explorer.angle == 45 and explorer._image.value != before and explorer._text.value != text
    assert f"turned by 45°: MIG {explorer.curves['MIG'][9]:.2f}" in explorer._text.value
    before = explorer._image.value
    factor.value = 0
    assert explorer.factor == 0 and explorer._image.value != before


def test_codes_are_coloured_by_what_the_first_latent_holds():
    assert RotationExplorer(aligned, Grid(), latents=(1, 2)).factor == 1


def test_the_figure_marks_the_present_angle(explorer):
    explorer.set(angle=30)
    left, right = explorer.draw().axes
    assert explorer._here.get_xdata() == [30, 30]
    legend = [text.get_text() for text in right.get_legend().get_texts()]
    assert legend == list(explorer._dots) == list(explorer.curves)
    assert all(dot.get_xydata().tolist() == [[30, explorer.now()[name]]] for name, dot in explorer._dots.items())
    assert len(left.collections[0].get_offsets()) == 1000
    assert all(axes.get_title() and axes.get_xlabel() and axes.get_ylabel() for axes in (left, right))


def test_pixels_that_were_kept_are_those_of_a_figure_drawn_as_a_whole(explorer):
    for angle, factor in ((0, 2), (60, 0)):
        explorer.set(angle=angle, factor=factor)
        assert differing(explorer) < 1e-4


def test_a_notebook_gets_the_widget_a_picture_and_a_line(explorer):
    bundle = explorer._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.widget().model_id
    assert "MIG" in bundle["text/plain"] and explorer.png() == explorer.png()


def test_a_turn_or_a_factor_out_of_range_is_refused(explorer):
    before = explorer.png()
    for wrong in ({"angle": 91}, {"angle": float("nan")}, {"factor": 4}):
        with pytest.raises(ValueError, match="expected 0 to"):
            explorer.set(**wrong)
    assert explorer.png() == before


@pytest.mark.parametrize("latents", [(0, 0), (0, 5), (-1, 0), (0, 1, 2)])
def test_what_is_no_pair_of_latents_is_refused(latents):
    with pytest.raises(ValueError, match="expected two different ones"):
        RotationExplorer(aligned, Grid(), latents=latents)
