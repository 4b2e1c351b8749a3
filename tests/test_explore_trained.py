"""Explorers of trained VAEs, without a browser: their state, their numbers and their pictures."""

import base64
import json
import shutil

import numpy as np
import pytest
import torch
from pictures import differing
from torch.distributions import Bernoulli, Normal, kl_divergence

from models import load_pretrained
from models.explore import BetaExplorer, TraversalExplorer
from models.explore.trained import MissingWeights, examples, load, vae_names
from models.weights import pretrained

SMALL = "beta-vae-dsprites-32-beta-1"


@pytest.fixture(scope="module")
def traversal():
    return TraversalExplorer(SMALL)


@pytest.fixture(scope="module")
def sweep():
    return BetaExplorer()


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A folder of weights that a test may damage."""
    shutil.copytree(pretrained.FOLDER, tmp_path / "pretrained")
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path / "pretrained")
    return tmp_path / "pretrained"


def test_every_pretrained_vae_is_offered_and_can_be_moved(traversal):
    for name in vae_names():
        explorer = TraversalExplorer(name)
        before, latent = explorer.png(), explorer.order[0]
        explorer.move(latent, float(explorer.z[latent]) + 2)
        assert explorer.png() != before and f"z{latent} = " in explorer.describe()
    assert SMALL in vae_names() and "vae-mnist" in vae_names()


def test_pixels_that_were_kept_are_those_of_a_figure_drawn_as_a_whole():
    traversal, sweep = TraversalExplorer(SMALL), BetaExplorer()
    assert max(differing(traversal), differing(sweep)) < 1e-4
    traversal.move(traversal.order[0], 2.0)
    sweep.choose(sweep.betas[1], 2)
    assert max(differing(traversal), differing(sweep)) < 1e-4


def test_latents_are_in_the_order_of_their_kl(traversal):
    mean, log_variance = traversal.model.encode(examples(32, 200))
    kl = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).mean(0).detach().numpy()
    assert traversal.kl == pytest.approx(kl, abs=1e-4)
    assert (np.diff(kl[traversal.order]) <= 1e-6).all() and sorted(traversal.order) == list(range(10))


def test_it_starts_at_the_posterior_mean_and_its_distortion_is_that_of_the_pixels(traversal):
    traversal.start_from(3)
    image = traversal.images[3]
    assert torch.allclose(traversal.z, traversal.model.encode(image[None])[0][0], atol=1e-5)
    pixels = Bernoulli(traversal.model.decode(traversal.z[None])[0])
    assert traversal.distortion(traversal.z) == pytest.approx(-pixels.log_prob(image).sum().item(), rel=1e-4)


def test_the_strip_holds_the_decoded_image_and_the_latent_that_was_moved(traversal):
    traversal.start_from(0)
    traversal.move(traversal.order[1], 0.75)
    strip = traversal.strip()
    assert strip.shape == (10, 32, 32)
    nearest = 1 + int(np.argmin(abs(np.linspace(-3, 3, 9) - 0.75)))
    assert torch.allclose(strip[0], strip[nearest], atol=1e-5)
    still = traversal.z.clone()
    still[traversal.latent] = -3
    assert torch.allclose(strip[1], traversal.model.decode(still[None])[0, 0], atol=1e-5)


def test_sliders_images_models_and_the_way_back():
    explorer = TraversalExplorer(SMALL)
    (model, image, back), latents = (box.children for box in explorer.widget().children[:2])
    assert len(latents) == 10 and latents[0].description.startswith(f"z{explorer.order[0]} (")
    before, text = explorer._image.value, explorer._text.value
    latents[1].value = 2.5
    assert explorer.z[explorer.order[1]] == 2.5 and explorer.latent == explorer.order[1]
    assert explorer._image.value != before and explorer._text.value != text
    back.click()
    assert torch.equal(explorer.z, explorer.means[0]) and latents[1].value != 2.5
    image.value = 4
    assert explorer.image == 4 and "image 4:" in explorer._text.value
    model.value = "vae-mnist"
    latents = explorer.widget().children[1].children
    assert len(latents) == len(explorer.z) == 20 and explorer.images.shape[-1] == 28
    before = explorer._image.value
    latents[19].value = 1.5
    assert explorer.latent == explorer.order[19] and explorer._image.value != before


def test_a_code_further_out_than_the_sliders_go_is_kept():
    explorer = TraversalExplorer(SMALL)
    explorer.means[0, 0] = 4.5
    explorer.start_from(0)
    explorer.widget()
    explorer.refresh()
    assert explorer.z[0] == 4.5
    explorer.widget().children[0].children[2].click()
    assert explorer.z[0] == 4.5


@pytest.mark.parametrize("state", [("nothing", 0), (SMALL, 12), (SMALL, -1)])
def test_what_is_no_model_or_image_is_refused(state):
    with pytest.raises(ValueError, match="expected"):
        TraversalExplorer(state[0], image=state[1])


@pytest.mark.parametrize(("latent", "value"), [(10, 0.0), (-1, 0.0), (0, float("nan")), (0, 11.0)])
def test_what_is_no_latent_is_refused(traversal, latent, value):
    with pytest.raises(ValueError, match="expected"):
        traversal.move(latent, value)


def test_weights_that_lack_are_named_and_the_picture_says_what_to_do(weights):
    (weights / "vae-mnist.safetensors").unlink()
    (weights / "vae-dsprites.safetensors").write_bytes(b"no weights")
    for name in ("vae-mnist", "vae-dsprites"):
        with pytest.raises(MissingWeights, match=f"infotheory train {name}"):
            load(name)
        explorer = TraversalExplorer(name)
        bundle = explorer._repr_mimebundle_()
        assert f"infotheory train {name}" in bundle["text/plain"] and explorer.png()
        explorer.widget().children[0].children[2].click()
        explorer.widget().children[0].children[1].value = 3
        explorer.widget().children[0].children[0].value = SMALL  # those that are there can still be chosen
        assert "image 0:" in explorer._text.value and len(explorer.widget().children[1].children) == 10
    explorer = TraversalExplorer(SMALL)
    model = explorer.widget().children[0].children[0]
    kept = explorer._image.value
    model.value = "vae-mnist"
    assert "install the package again" in explorer._text.value and explorer._image.value == kept
    model.value = "beta-vae-dsprites-32-beta-2"
    assert "beta-vae-dsprites-32-beta-2" in explorer._text.value


def test_no_weights_at_all_break_nothing(weights):
    for file in weights.iterdir():
        file.unlink()
    for explorer in (TraversalExplorer(), BetaExplorer()):
        assert "install the package again" in explorer._repr_mimebundle_()["text/plain"]


def test_rates_and_distortions_are_those_of_the_cards(sweep):
    assert sweep.betas == [0.25, 0.5, 1, 2, 4]
    for beta in sweep.betas:
        terms = json.loads((pretrained.FOLDER / f"{sweep.prefix}{beta:g}.json").read_text())["terms"]
        sweep.choose(beta, 0)
        says = (
            f"β = {beta:g}: rate {terms['kl']:.1f}, distortion {terms['reconstruction']:.1f}, ELBO {terms['elbo']:.1f}"
        )
        assert says in sweep.describe()
        assert sweep.draw().axes[0].lines[-1].get_xdata() == [terms["kl"]]


def test_the_rate_falls_with_beta_and_the_tangent_has_the_slope_minus_beta(sweep):
    rates = [sweep.terms[beta][0] for beta in sweep.betas]
    assert (np.diff(rates) < 0).all()
    for beta in sweep.betas:
        sweep.choose(beta, 0)
        (x0, x1), (y0, y1) = sweep.draw().axes[0].lines[-2].get_data()
        assert (y1 - y0) / (x1 - x0) == pytest.approx(-beta)


def test_a_row_of_the_grid_moves_one_latent(sweep):
    sweep.choose(2, 5)
    model, rows = load_pretrained(f"{sweep.prefix}2"), sweep.traversals()
    latent = int(sweep.kl[2].indices[1])
    z = model.encode(sweep.images[5, None])[0].detach()
    z[0, latent] = 0.5
    assert torch.allclose(rows[1, 5], model.decode(z)[0, 0], atol=1e-5)  # -2, -1.5, …: the sixth is 0.5


def test_moving_beta_redraws_and_tells():
    explorer = BetaExplorer()
    beta, image = explorer.widget().children[0].children
    before, text = explorer._image.value, explorer._text.value
    beta.value = 0.5
    assert explorer.beta == 0.5 and explorer._image.value != before and explorer._text.value != text
    before = explorer._image.value
    image.value = 7
    assert explorer.image == 7 and explorer._image.value != before
    with pytest.raises(ValueError, match=r"expected one of 0.25, 0.5, 1, 2, 4"):
        explorer.choose(3, 0)


def test_a_notebook_gets_the_widget_a_picture_and_a_line(traversal, sweep):
    for explorer in (traversal, sweep):
        bundle = explorer._repr_mimebundle_()
        assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG") and "nats" in bundle["text/plain"]
        assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.widget().model_id
        assert explorer.png() == explorer.png()
        assert all(axes.get_title() or axes.texts for axes in explorer.draw().axes)
