"""The commands on images and classes of a user's own."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from models import FactorImages, load_images, load_model, train
from models.__main__ import main
from models.evaluation.reports import evaluate_own

RNG = np.random.default_rng(0)
LEVELS = np.stack([RNG.permutation(np.arange(256) % size) for size in (4, 3)], axis=1)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setenv("INFOTHEORY_DEVICE", "cpu")


def squares(channels):
    """Squares of three sizes at four places, uint8 [256, 32, 32] or [256, 32, 32, 3]."""
    images = np.zeros((256, 32, 32), np.uint8)
    for image, (place, size) in zip(images, LEVELS, strict=True):
        image[12 - size : 16 + size, 4 * place + 6 - size : 4 * place + 10 + size] = 255
    return images if channels == 1 else images[..., None] // np.array([1, 2, 4], np.uint8)


def folder(channels, place=Path("images")):
    for i, (image, (label, _)) in enumerate(zip(squares(channels), LEVELS, strict=True)):
        path = place / str(label) / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    return str(place)


@pytest.mark.parametrize(
    ("name", "channels", "size", "said"),
    [
        ("vae", 1, 28, "256 images of 28×28 in grey, a Gaussian likelihood"),
        ("vae", 1, 32, "256 images of 32×32 in grey, a Bernoulli likelihood"),
        ("beta-vae-dsprites-32-beta-4", 3, None, "256 images of 32×32 in colour, a Gaussian likelihood"),
        ("beta-tc-vae-dsprites-32", 1, None, "256 images of 32×32 in grey, a Bernoulli likelihood"),
        ("infogan-quarter", 3, 32, "256 images of 32×32 in colour\n"),
        ("conditional-gan-mnist", 3, 32, "256 images of 32×32 in colour\n"),
    ],
)
def test_a_recipe_is_trained_on_a_folder(name, channels, size, said, capsys):
    command = ["train", name, "--images", folder(channels), "--steps", "2", "--out", "run.safetensors"]
    assert main(command + (["--size", str(size)] if size else [])) == 0
    assert said in capsys.readouterr().out
    model = load_model("run.safetensors")
    assert model.shape == (channels, size or 32, size or 32) and getattr(model, "n_labels", None) in (None, 4)


def test_a_model_of_own_images_is_measured_on_them(capsys):
    assert (
        main(["train", "vae", "--images", folder(3), "--size", "32", "--steps", "3", "--out", "run.safetensors"]) == 0
    )
    assert main(["evaluate", "run.safetensors"]) == 1
    assert "a model of images 3×32×32, which digits and sprites are not" in capsys.readouterr().err
    assert main(["evaluate", "run.safetensors", "--images", "images", "--out", "table"]) == 0
    header, row = Path("table.csv").read_text().splitlines()
    found = dict(zip(header.split(","), row.split(","), strict=True))
    assert header == "model,elbo,reconstruction,kl"
    model, images = load_model("run.safetensors"), load_images("images", 32)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        loss = model.loss(images)["loss"].item()
    assert abs(float(found["elbo"]) + loss) < 1e-3 * abs(loss)


def test_images_with_factors_give_every_score():
    np.savez("squares.npz", images=squares(1), factors=LEVELS)
    data = load_images("squares.npz", 32)
    assert isinstance(data, FactorImages) and data.factor_sizes == (4, 3)
    assert main(["train", "vae", "--images", "squares.npz", "--size", "32", "--steps", "100", "--out", "run"]) == 0
    found = evaluate_own(load_model("run"), data, n_images=100)
    assert {"elbo", "mig", "sap", "dci_disentanglement", "beta_vae", "factor_vae"} <= found.keys()
    assert 0 <= found["mig"] <= 1 and found["beta_vae"] > 0.5


CLASSES = """
from models import VAE


class Halved(VAE):
    def __init__(self, weight=0.5, **keywords):
        super().__init__(2, size=32, channels=3, **keywords)
        self.config |= dict(weight=weight)
        self.weight = weight

    def regulariser(self, kl, mean, log_variance, latents):
        return self.weight * kl, {}


number = 3
"""


def test_a_file_of_an_own_class_is_measured_by_the_name_of_its_class(monkeypatch, capsys):
    folder(3)
    Path("mymodels.py").write_text(CLASSES)
    monkeypatch.syspath_prepend(str(Path.cwd()))
    train(
        import_module("mymodels").Halved(weight=0.25),
        load_images("images", 32),
        steps=2,
        checkpoint="own.safetensors",
        device="cpu",
    )
    command = ["evaluate", "own.safetensors", "--images", "images"]
    assert main(command) == 1 and "`--classes module:Halved`" in capsys.readouterr().err
    for classes, said in (
        ("mymodels", "found 'mymodels', expected module:Class"),
        ("mymodels:Other", "found no class Other in mymodels"),
        ("nothing:Other", "found no class Other in nothing (No module named 'nothing')"),
        ("mymodels:number", "found mymodels:number, a int, expected a subclass of models.Model"),
    ):
        with pytest.raises(SystemExit):
            main([*command, "--classes", classes])
        assert said in capsys.readouterr().err
    told = subprocess.run(  # in a process of its own, whose path does not hold this folder
        [sys.executable, "-m", "infotheory", *command, "--classes", "mymodels:Halved"], capture_output=True, text=True
    )
    assert told.returncode == 0 and "own" in told.stdout and "saved as runs/evaluation.csv" in told.stdout


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["train", "vae", "--size", "64", "--crop"], "found --size and --crop without --images, expected the images"),
        (["train", "vae", "--images", "images", "--data", "x"], "found --data and --images, expected one of them"),
        (["train", "vae", "--images", "nowhere"], "found neither a folder nor a file nowhere"),
        (
            ["train", "vae", "--images", "one", "--size", "32"],
            "found 1 image in one, expected at least one batch, 128: batch_size=1 (--batch-size)",
        ),
        (["train", "vae", "--images", "one", "--size", "64"], "0.png of 32×32, expected 64×64 or more: use size=32"),
        (["train", "conditional-gan-mnist", "--images", "one", "--size", "32"], "found one/0.png without a label"),
        (["train", "vae", "--images", "one", "--size", "30"], "found 1 image in one"),
        (["evaluate", "vae-dsprites", "--images", "images"], "0.png of 32×32, expected 64×64 or more"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(command, said, capsys):
    folder(1)
    Path("one").mkdir()
    Image.fromarray(squares(1)[0]).save("one/0.png")
    assert main(command) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("file", ["own.png", "own.gif"])
def test_a_model_of_own_images_is_traversed(file):
    assert (
        main(["train", "vae", "--images", folder(3), "--size", "32", "--steps", "3", "--out", "run.safetensors"]) == 0
    )
    assert main(["traverse", "run.safetensors", "--images", "images", "--image", "9", "--out", file]) == 0
    with Image.open(file) as picture:
        assert picture.size[0] > 500 and getattr(picture, "n_frames", 1) == (20 if file.endswith("gif") else 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["run.safetensors", "--out", "x.png"],
            "images 3×32×32, which digits and sprites are not, expected the images",
        ),
        (["run.safetensors", "--images", "images", "--image", "256", "--out", "x.png"], "--image 256 of 256 images"),
        (["vae-mnist", "--image", "-1", "--out", "x.png"], "found --image -1, expected 0 or more"),
        (["gan-mnist", "--out", "x.png"], "found a GAN, expected a VAE"),
        (["vae-mnist", "--out", "x.jpg"], "found the file 'x.jpg', expected a name that ends in .png, or .gif"),
    ],
)
def test_what_cannot_be_traversed_is_refused(options, said, capsys):
    if options[0] == "run.safetensors":
        main(["train", "vae", "--images", folder(3), "--size", "32", "--steps", "1", "--out", "run.safetensors"])
    assert main(["traverse", *options]) == 1
    assert said in capsys.readouterr().err
