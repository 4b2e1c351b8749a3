"""Explorers without a browser: their state, their numbers and their pictures."""

import base64

import numpy as np
import pytest

from infotheory import entropy
from infotheory.explore import EntropyExplorer, huffman_lengths


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
    assert [text.get_text() for text in right.texts] == ["∞"]


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
