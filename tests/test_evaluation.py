"""`infotheory evaluate`: its numbers are those of the functions, and its files are whole tables."""

import csv

import pytest
import torch

from models import VAE, BetaVAE, InfoGAN, LinearVAE, Model, Sprites, load_pretrained, train
from models.__main__ import main
from models.commands.options import find_model
from models.evaluation.digit_classifier import DigitClassifier
from models.evaluation.metrics import mig_per_factor
from models.evaluation.reports import evaluate, evaluate_vae, held_out_terms
from models.evaluation.table import to_csv, to_markdown, write_table
from models.recipes import load_data


@pytest.fixture
def checkpoint(tmp_path, device):
    digits, _ = load_data("binary digits", None)
    torch.manual_seed(0)
    path = tmp_path / "small.safetensors"
    train(VAE(2, hidden=8), digits, steps=3, checkpoint=path, device=device)
    return path


def test_evaluate_writes_the_terms_of_each_model_as_csv_and_markdown(checkpoint, tmp_path, capsys, device):
    out = tmp_path / "results" / "table"
    assert main(["evaluate", str(checkpoint), "vae-mnist", "--out", str(out), "--device", str(device)]) == 0
    with open(f"{out}.csv") as file:
        small, shipped = csv.DictReader(file)
    assert shipped["model"] == "vae-mnist" and small["model"] == str(checkpoint).removesuffix(".safetensors")
    images = load_data("binary digits", None)[1]
    for row, model in (small, find_model(str(checkpoint))), (shipped, load_pretrained("vae-mnist")):
        expected = held_out_terms(model, images)
        assert {name: float(row[name]) for name in expected} == pytest.approx(expected, abs=1e-4)
    printed = capsys.readouterr()
    assert printed.err.startswith("vae-mnist: measured on packaged digits")  # on which the small one was not trained
    table = (tmp_path / "results" / "table.md").read_text()
    assert table in printed.out and len(table.splitlines()) == 4
    assert list(out.parent.glob(".*")) == []  # no temporary file stays


def test_evaluate_a_model_of_sprites_gives_scores_that_one_can_compute_oneself():
    model, sprites = load_pretrained("beta-vae-dsprites-32-beta-1"), Sprites(32)
    found = evaluate_vae(model, n_images=2_000)
    factors, images = sprites.sample(10_000, seed=5)
    with torch.no_grad():
        gaps = mig_per_factor(model.encode(images)[0], factors)
    for name, gap in zip(sprites.factor_names, gaps, strict=True):
        assert found[f"mig[{name}]"] == pytest.approx(gap, abs=0.03)
    assert found["mig"] == pytest.approx(gaps.mean(), abs=0.015)
    assert {"elbo", "sap", "dci_disentanglement", "beta_vae", "factor_vae"} <= found.keys()


def test_table_leaves_empty_what_a_row_has_not_and_reads_back():
    rows = [{"model": "a", "kl": 12.345, "mig": 0.1}, {"model": "b", "kl": 7.0}]
    assert list(csv.DictReader(to_csv(rows).splitlines())) == [
        {"model": "a", "kl": "12.345", "mig": "0.1"},
        {"model": "b", "kl": "7.0", "mig": ""},
    ]
    assert to_markdown(rows).splitlines() == [
        "| model |   kl |   mig |",
        "| ----- | ---: | ----: |",
        "| a     | 12.3 | 0.100 |",
        "| b     |  7.0 |       |",
    ]


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    write_table([{"model": "a", "kl": 1.0}], tmp_path / "table")
    before = (tmp_path / "table.csv").read_text()
    monkeypatch.setattr("models.evaluation.table.to_csv", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_table([{"model": "b", "kl": 2.0}], tmp_path / "table")
    assert (tmp_path / "table.csv").read_text() == before


def test_evaluate_refuses_unknown_names_before_it_measures(tmp_path, capsys):
    assert main(["evaluate", "vae-mnist", "vae-nowhere", "--out", str(tmp_path / "table")]) == 1
    assert "vae-nowhere" in capsys.readouterr().err and not (tmp_path / "table.csv").exists()


def test_evaluate_refuses_a_model_without_q_of_z_given_x():
    with pytest.raises(ValueError, match="found a InfoGAN"):
        evaluate_vae(InfoGAN(width=0.1))


# Folders of data that would not be read.


@pytest.mark.parametrize("data", ["nowhere", "."])
@pytest.mark.parametrize(
    ("arguments", "instead"),
    [
        (["train", "beta-vae-dsprites", "--steps", "1"], "for images of your own, give --images"),
        (["evaluate", "vae-dsprites", "beta-vae-dsprites"], "or give --images for images of your own"),
    ],
)
def test_a_folder_for_models_of_sprites_is_refused(arguments, instead, data, tmp_path, monkeypatch, capsys, device):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("models.commands.evaluate.evaluate", lambda *_, **__: pytest.fail("measured before the check"))
    assert main([*arguments, "--data", data, "--device", str(device)]) == 1
    said = capsys.readouterr().err
    assert f"found the folder {data} for " in said and "which are rendered and read no files" in said
    assert instead in said and not (tmp_path / "runs" / "evaluation.csv").exists()


def test_publish_refuses_a_folder_for_models_of_sprites(tmp_path, capsys, device):
    torch.manual_seed(0)
    path = tmp_path / "run.safetensors"
    train(BetaVAE(2, network="conv", size=32), Sprites(32), steps=1, batch_size=4, checkpoint=path, device=device)
    assert main(["publish", "beta-vae-dsprites-32-beta-4", str(path), "--data", str(tmp_path)]) == 1
    assert "for sprites-32, which are rendered" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [["train", "vae"], ["evaluate", "vae-mnist"], ["evaluate", "vae-dsprites", "vae-mnist"]]
)
def test_a_folder_that_is_not_there_is_an_error_before_anything_is_measured(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([*command, "--data", str(tmp_path / "nowhere")]) == 1
    assert "found no folder" in capsys.readouterr().err
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


class OwnEncoder(Model):
    def encode(self, images):
        return images.flatten(1)[:, :3]


def test_other_models_are_refused_with_those_that_are_evaluated_and_what_to_do():
    with pytest.raises(
        ValueError, match=r"found a OwnEncoder, expected a VAE, .*; metrics.scores\(model, data\) takes"
    ):
        evaluate(OwnEncoder())
    with pytest.raises(ValueError, match="found a DigitClassifier, expected a VAE, InfoGAN, ConditionalGAN or GAN"):
        evaluate(DigitClassifier())
    with pytest.raises(ValueError, match=r"found data of shape .*, expected \[n, 4\]"):
        evaluate(LinearVAE(4, 2))
