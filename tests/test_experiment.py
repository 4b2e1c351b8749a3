"""The template of an experiment draws any model."""

import matplotlib
import pytest
import torch

import models
from models.recipes import RECIPES
from models.teaching.figures import further_00 as figures

SMALL = dict(width=0.05)
DRAWN = {
    "vae": (lambda: models.VAE(3), 3),
    "factor-vae": (lambda: models.FactorVAE(8, width=10), 6),
    "gan": (lambda: models.GAN(**SMALL), 5),
    "conditional-gan": (lambda: models.ConditionalGAN(**SMALL), 5),
    "infogan": (lambda: models.InfoGAN(**SMALL), 5),
    "infogan of seven classes": (lambda: models.InfoGAN([models.Categorical(7)], **SMALL), 5),
    "infogan without classes": (lambda: models.InfoGAN([models.Uniform(-1, 1)], **SMALL), 5),
}


@pytest.fixture
def shown(monkeypatch):
    """The figures that are shown, with their descriptions."""
    matplotlib.use("agg")
    found = []
    monkeypatch.setattr(figures, "show_figure", lambda figure, alt: found.append((figure, alt)))
    return found


@pytest.mark.parametrize(("make", "rows"), DRAWN.values(), ids=DRAWN)
def test_any_model_is_drawn(make, rows, shown):
    torch.manual_seed(0)
    model = make().eval()
    figures.drawn(model, torch.rand(20, 1, 28, 28).round())
    ((figure, alt),) = shown
    assert figure.axes[0].images[0].get_array().shape == (30 * rows - 2, 30 * figures.COLUMNS - 2)
    assert len(alt.split()) >= 3


def test_a_latent_moves_along_its_row_alone():
    """The rows are sorted by KL, and the first image of a row has the latent at -2."""
    torch.manual_seed(0)
    model = models.VAE(3).eval()
    seen = []
    model.decode = lambda latents: seen.append(latents) or torch.zeros(len(latents), 1, 28, 28)
    with torch.no_grad():
        _, rows, _ = figures._traversals(model, torch.rand(50, 1, 28, 28).round())
    (latents,) = seen
    for row, name in enumerate(rows):
        moved = latents[row * 10 : (row + 1) * 10]
        latent = int(name[4])
        assert torch.allclose(moved[:, latent], torch.linspace(-2, 2, 10))
        others = [other for other in range(3) if other != latent]
        assert (moved[:, others] == moved[:1, others]).all()
    values = [float(name.split(", ")[1].split()[0]) for name in rows]
    assert values == sorted(values, reverse=True)


def test_every_recipe_is_of_a_kind_that_is_drawn():
    for recipe in RECIPES.values():
        assert isinstance(recipe.make(), models.VAE | models.GAN | models.ConditionalGAN | models.InfoGAN)


def test_a_model_of_a_different_kind_is_refused():
    with pytest.raises(TypeError, match="found a Linear, expected a VAE, a GAN"):
        figures.drawn(torch.nn.Linear(2, 2), torch.rand(3, 1, 28, 28))
