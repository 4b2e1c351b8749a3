"""Traversals of any VAE: the figure, its files, the explorer of a model of one's own, and what is refused."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pictures import differing, pixels
from PIL import Image
from torch import nn
from torch.distributions import Normal, kl_divergence

import models
from models import GAN, VAE, BetaVAE, LinearVAE, latent_traversal, load_pretrained
from models.explore import TraversalExplorer, save_traversal
from models.explore.trained import examples, vae_names
from models.explore.traversal import YOURS

SMALL = "beta-vae-dsprites-32-beta-1"


class Subclass(BetaVAE):
    """A VAE of one's own class."""


def vae(channels=3, size=32, d=4, kind=VAE, **keywords):
    """A VAE with random weights, in eval mode, whose images are neither black nor white."""
    torch.manual_seed(0)
    model = kind(d, size=size, channels=channels, network="mlp", likelihood="gaussian", **keywords)
    for parameter in model.parameters():
        if parameter.ndim == 2:
            nn.init.normal_(parameter, std=1.5 / parameter.shape[1] ** 0.5)
    model.decoder[-1 if isinstance(model.decoder[-1], nn.Linear) else -2].bias.data += 0.5
    return model.eval()


def some_images(n, channels=3, size=32):
    return torch.rand(n, channels, size, size, generator=torch.Generator().manual_seed(1))


def tiles(figure, n_rows, n_values, size):
    """The images in the grid of a traversal: [n_rows, n_values, size, size] or [n_rows, n_values, size, size, 3]."""
    grid = np.asarray(figure.axes[2].images[0].get_array())
    step = size + 2
    return np.stack(
        [
            np.stack([grid[i * step : i * step + size, j * step : j * step + size] for j in range(n_values)])
            for i in range(n_rows)
        ]
    )


def kl_of(model, image):
    mean, log_variance = model.encode(image[None])
    return kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0))[0].tolist()


def channels_last(image):
    image = image.detach().clamp(0, 1)
    return (image[0] if len(image) == 1 else image.permute(1, 2, 0)).numpy()


# The figure


@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 32), (1, 48), (3, 20)])
def test_each_row_moves_one_latent_and_leaves_the_others_at_the_posterior_mean(channels, size):
    model, image = vae(channels, size), some_images(1, channels, size)[0]
    figure = latent_traversal(model, image, n_values=5, furthest=2)
    kl = kl_of(model, image)
    order = np.argsort(kl)[::-1]
    found = tiles(figure, 4, 5, size)
    for row, latent in enumerate(order):
        for column, value in enumerate((-2, -1, 0, 1, 2)):
            z = model.encode(image[None])[0].detach()
            z[0, latent] = value
            np.testing.assert_allclose(found[row, column], channels_last(model.decode(z)[0]), atol=1e-5)
    labels = [label.get_text() for label in figure.axes[2].get_yticklabels()]
    assert labels == [f"z{j}: {kl[j]:.1f} nats" for j in order]
    assert [label.get_text() for label in figure.axes[2].get_xticklabels()] == ["-2", "-1", "0", "1", "2"]


def test_image_and_reconstruction_stand_at_the_left_in_colour():
    model, image = vae(), some_images(1)[0]
    figure = latent_traversal(model, image[None].numpy())  # an array, as a batch of one
    shown = [np.asarray(ax.images[0].get_array()) for ax in figure.axes[:2]]
    np.testing.assert_allclose(shown[0], channels_last(image), atol=1e-6)
    np.testing.assert_allclose(shown[1], channels_last(model.decode(model.encode(image[None])[0])[0]), atol=1e-5)
    assert [ax.get_title() for ax in figure.axes[:2]] == ["image x", "from μ(x)"]


@pytest.mark.parametrize("latents", [[2, 0], (2, 0), np.array([2, 0]), torch.tensor([2, 0])])
def test_latents_are_those_listed_in_this_order(latents):
    model, image = vae(), some_images(1)[0]
    figure = latent_traversal(model, image, latents=latents)
    names = [label.get_text().partition(":")[0] for label in figure.axes[2].get_yticklabels()]
    assert names == ["z2", "z0"]
    everything = tiles(latent_traversal(model, image, latents=range(4)), 4, 9, 32)
    np.testing.assert_array_equal(tiles(figure, 2, 9, 32), everything[[2, 0]])


@pytest.mark.parametrize("name", [SMALL, "vae-mnist"])
def test_a_shipped_name_is_its_model(name):
    model = load_pretrained(name)
    image = examples(model.size, 1)[0]
    found, expected = (latent_traversal(of, image, latents=[1, 0]) for of in (name, model))
    np.testing.assert_array_equal(tiles(found, 2, 9, model.size), tiles(expected, 2, 9, model.size))


def boxes(figure):
    """The places of all texts that are drawn, in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = list(figure.texts)
    for ax in figure.axes:
        texts += [ax.title, ax._left_title, ax.xaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()]
    return [text.get_window_extent(renderer) for text in texts if text.get_text() and text.get_visible()]


@pytest.mark.parametrize(("d", "n_values", "latents"), [(20, 9, None), (10, 21, None), (1, 2, [0]), (12, 2, [11])])
def test_no_text_overlaps_or_is_cut(d, n_values, latents):
    model, image = vae(1, 28, d), some_images(1, 1, 28)[0]
    figure = latent_traversal(model, image, n_values=n_values, latents=latents)
    found = boxes(figure)
    assert len(found) >= n_values + 5
    for i, box in enumerate(found):
        assert not any(box.overlaps(other) for other in found[:i])
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1


def test_a_figure_is_closed_so_that_a_notebook_shows_it_once():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    latent_traversal(vae(), some_images(1)[0])
    assert plt.get_fignums() == before


def test_it_is_public_and_loads_when_it_is_first_used():
    assert models.latent_traversal is models.explore.latent_traversal
    code = "import sys, models; print(*{'ipywidgets', 'matplotlib'} & sys.modules.keys()); models.latent_traversal"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


# Files


@pytest.mark.parametrize("channels", [1, 3])
def test_a_gif_sweeps_there_and_back_and_loops(tmp_path, channels):
    model, image = vae(channels), some_images(1, channels)[0]
    save_traversal(model, image, tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 20 and gif.info["loop"] == 0
        frames = []
        for k in range(20):
            gif.seek(k)
            assert gif.info["duration"] == 100
            frames.append(np.asarray(gif.convert("RGB"), int))
    panels = [frame[45:] for frame in frames]  # below the line with the value
    for k in range(1, 10):
        assert abs(frames[k] - frames[20 - k]).mean() < 0.5  # the way back
        assert abs(panels[k] - panels[k - 1]).mean() > 0.5
    coloured = np.ptp(np.stack(frames), axis=-1).max()
    assert coloured > 50 if channels == 3 else coloured == 0


def test_a_gif_shows_the_decoded_images(tmp_path):
    model, image = vae(1, d=1), some_images(1, 1)[0]
    save_traversal(model, image, tmp_path / "a.gif", n_values=2, furthest=1.5)
    with Image.open(tmp_path / "a.gif") as gif:
        assert gif.n_frames == 2
        for k, value in enumerate((-1.5, 1.5)):
            gif.seek(k)
            frame = np.asarray(gif.convert("L"), float) / 255
            panel = frame[70:200, 180:310]  # 130 pixels at the place of the first latent
            small = panel[2::4, 2::4][:32, :32]
            decoded = model.decode(torch.tensor([[value]]))[0, 0].detach().clamp(0, 1).numpy()
            correlation = np.corrcoef(small.ravel(), decoded[: len(small), : small.shape[1]].ravel())[0, 1]
            assert correlation > 0.9


def test_a_png_is_the_figure(tmp_path):
    model, image = vae(), some_images(1)[0]
    save_traversal(model, image, tmp_path / "deeper" / "a.PNG", latents=[1], n_values=3, furthest=1)
    whole = io.BytesIO()
    latent_traversal(model, image, latents=[1], n_values=3, furthest=1).savefig(whole, format="png", dpi=120)
    np.testing.assert_array_equal(pixels((tmp_path / "deeper" / "a.PNG").read_bytes()), pixels(whole))


def test_files_are_written_whole_and_an_older_one_stays(tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(b"older")
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
        with pytest.raises(OSError, match=r"a.png cannot be written"):
            save_traversal(vae(), some_images(1)[0], path, latents=[0], n_values=2)
    assert path.read_bytes() == b"older" and os.listdir(tmp_path) == ["a.png"]
    save_traversal(vae(), some_images(1)[0], path, latents=[0], n_values=2)
    first = path.read_bytes()
    save_traversal(vae(), some_images(1)[0], path, latents=[0], n_values=2)
    assert first.startswith(b"\x89PNG") and path.read_bytes() == first


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.gif.txt", "png"])
def test_other_suffixes_are_refused(tmp_path, name):
    with pytest.raises(ValueError, match=rf"^found the file '.*{name}', expected a name that ends in .png, or .gif"):
        save_traversal(vae(), some_images(1)[0], tmp_path / name)
    assert not os.listdir(tmp_path)


# What is refused

IMAGE = some_images(1)[0]
REFUSED = {
    "a GAN": (
        dict(model=GAN(width=0.05).eval()),
        r"^found a GAN, expected a VAE, or the name of a shipped one: only an",
    ),
    "the name of a GAN": (dict(model="gan-mnist"), r"^found 'gan-mnist', expected one of aae-dsprites"),
    "no model": (dict(model=None), r"^found a NoneType, expected a VAE"),
    "vectors": (
        dict(model=LinearVAE(5, 2).eval()),
        r"^found a LinearVAE of data of shape \[5\], expected a VAE of images",
    ),
    "in training": (dict(model=vae().train()), r"^found a model that is training, expected model.eval\(\)"),
    "another size": (
        dict(image=torch.rand(3, 28, 28)),
        r"^found an image of shape \[3, 28, 28\], expected \[3, 32, 32\], as the model takes it$",
    ),
    "grey": (dict(image=torch.rand(32, 32)), r"^found an image of shape \[32, 32\], expected \[3, 32, 32\]"),
    "channels last": (
        dict(image=np.zeros((32, 32, 3))),
        r": move the axis of channels, image.swapaxes\(1, 2\).swapaxes\(0, 1\)$",
    ),
    "a batch": (dict(image=torch.rand(4, 3, 32, 32)), r"\[4, 3, 32, 32\], .*: one image of the batch, images\[0\]$"),
    "no image": (dict(image=torch.rand(0, 3, 32, 32)), r"^found an image of shape \[0, 3, 32, 32\]"),
    "no channels": (
        dict(model=vae(1), image=torch.rand(32, 32)),
        r"\[32, 32\], expected \[1, 32, 32\], .*: add the axis of channels, image\[None\]$",
    ),
    "bytes": (dict(image=255 * IMAGE), r"^found pixels from .* expected 0 to 1: divide by 255$"),
    "NaN": (dict(image=IMAGE * np.nan), r"^found pixels from nan .* not finite"),
    "a path": (dict(image="a.png"), r"^found the path 'a.png', expected images"),
    "one value": (dict(n_values=1), r"^found n_values=1, expected 2 or more$"),
    "half a value": (dict(n_values=2.5), r"^found n_values=2.5, a float, expected an integer$"),
    "no way": (dict(furthest=0), r"^found furthest=0, expected a finite number above 0, in standard deviations$"),
    "back": (dict(furthest=-1.0), r"^found furthest=-1.0, expected a finite number above 0"),
    "NaN as the furthest": (dict(furthest=float("nan")), r"^found furthest=nan, expected"),
    "infinitely far": (dict(furthest=float("inf")), r"^found furthest=inf, expected"),
    "a latent too many": (dict(latents=[0, 4]), r"^found the latent 4, expected integers in 0 … 3$"),
    "a latent before the first": (dict(latents=[-1]), r"^found the latent -1, expected integers in 0 … 3$"),
    "half a latent": (dict(latents=[0.5]), r"^found the latent 0.5, expected integers in 0 … 3$"),
    "no latents": (dict(latents=[]), r"^found latents=\[\], expected a list of one or more of 0 … 3$"),
    "a number of latents": (dict(latents=2), r"^found latents=2, expected a list of one or more of 0 … 3$"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("suffix", ["", ".png", ".gif"])
def test_what_cannot_be_traversed_is_refused_in_one_sentence(change, message, suffix, tmp_path):
    arguments = dict(model=vae(), image=IMAGE) | change
    with pytest.raises(ValueError, match=message):
        if suffix:
            save_traversal(path=tmp_path / f"a{suffix}", **arguments)
        else:
            latent_traversal(**arguments)
    assert not os.listdir(tmp_path)


# The explorer, of a model of one's own


@pytest.mark.parametrize(("channels", "size", "kind"), [(3, 32, VAE), (1, 48, Subclass), (3, 20, Subclass)])
def test_a_model_of_ones_own_is_explored_on_images_of_ones_own(channels, size, kind):
    model, images = vae(channels, size, 6, kind), some_images(230, channels, size)
    explorer = TraversalExplorer(model, image=2, images=images.numpy())
    assert len(explorer.images) == 12 and torch.equal(explorer.images, images[:12])
    kl = np.mean([kl_of(model, image) for image in images[:200]], axis=0)
    assert explorer.kl == pytest.approx(kl, rel=1e-4)
    explorer.move(explorer.order[1], 0.75)
    strip = explorer.strip()
    assert strip.shape == (10, size, size, 3)[: 3 + (channels == 3)]
    z = explorer.z.clone()
    z[explorer.latent] = -3
    np.testing.assert_allclose(strip[1], channels_last(model.decode(z[None])[0]), atol=1e-5)
    assert f"{YOURS}, image 2: z{explorer.latent} = 0.75" in explorer.describe()
    shown = explorer.draw().axes[0].images[0].get_array()
    np.testing.assert_allclose(shown, channels_last(images[2]), atol=1e-6)
    assert differing(explorer) < 1e-4
    assert np.ptp(pixels(explorer.png())[:200, :300], axis=-1).max() > 50 or channels == 1


def test_your_model_is_offered_beside_the_shipped_ones():
    explorer = TraversalExplorer(vae(d=25), images=some_images(3))
    (model, image, _), latents = (box.children for box in explorer.widget().children[:2])
    assert model.options == (YOURS, *vae_names()) and model.value == YOURS
    assert image.max == 2 and len(latents) == 25
    image.value = 2
    model.value = SMALL
    assert image.max == 11 and explorer.image == image.value == 2 and "image 2:" in explorer._text.value
    assert torch.equal(explorer.images, examples(32, 12)) and len(explorer.widget().children[1].children) == 10
    image.value = 9
    model.value = YOURS
    assert image.max == 2 and explorer.image == image.value == 2
    assert torch.equal(explorer.images, some_images(3)) and explorer.name == YOURS
    assert YOURS not in TraversalExplorer(SMALL).names()


def test_images_are_used_by_all_models_of_their_shape():
    images = examples(32, 40)[20:]
    explorer = TraversalExplorer(SMALL, images=images)
    assert torch.equal(explorer.images, images[:12])
    explorer.take("beta-vae-dsprites-32-beta-4")
    assert torch.equal(explorer.images, images[:12])
    explorer.take("vae-mnist")
    assert torch.equal(explorer.images, examples(28, 12))


def test_a_model_of_a_shipped_shape_needs_no_images():
    for channels, size in ((1, 28), (1, 32)):
        explorer = TraversalExplorer(vae(channels, size))
        assert torch.equal(explorer.images, examples(size, 12))


def test_a_model_in_float64_is_explored():
    model = vae().double()
    explorer = TraversalExplorer(model, images=some_images(3))
    assert explorer.png() and explorer.distortion(explorer.z) > 0
    assert latent_traversal(model, IMAGE)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((vae(),), r"^found a model of images \[3, 32, 32\], for which no examples are shipped, expected images=…, at"),
        ((vae(1, 48),), r"^found a model of images \[1, 48, 48\], for which no examples are shipped"),
        ((vae(), torch.rand(5, 1, 32, 32)), r"^found images of shape \(5, 1, 32, 32\), expected \[n, 3, 32, 32\]"),
        ((SMALL, torch.rand(5, 3, 32, 32)), r"^found images of shape \(5, 3, 32, 32\), expected \[n, 1, 32, 32\]"),
        ((vae(), 255 * some_images(2)), r"^found pixels from .* expected 0 to 1: divide by 255"),
        ((vae(), torch.zeros(0, 3, 32, 32)), r"^found no images, expected at least one: \[n, 3, 32, 32\]$"),
        ((vae(), some_images(3), 3), r"^found image 3, expected 0 … 2$"),
        ((vae(), 3), r"^found images=3, expected images \[n, channels, height, width\]: image=3 is one$"),
        ((vae().train(), some_images(3)), r"^found a model that is training, expected model.eval\(\)"),
        ((GAN(width=0.05).eval(),), r"^found a GAN, expected a VAE"),
    ],
)
def test_what_cannot_be_explored_is_refused(arguments, message):
    image = dict(image=arguments[2]) if len(arguments) == 3 else {}
    with pytest.raises(ValueError, match=message):
        TraversalExplorer(*arguments[:2], **image)
