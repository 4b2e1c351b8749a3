"""Shipped weights: each loads, its card tells the truth, and publishing a checkpoint gives the same model back."""

import json
from functools import partial

import pytest
import torch

from models import VAE, FactorVAE, load_pretrained, pretrained_names, train
from models.__main__ import main
from models.data.files import read_safetensors, write_safetensors
from models.evaluation.reports import held_out_terms
from models.recipes import MEDIAN_MIG, RECIPES, load_data
from models.weights.pretrained import FOLDER, load_model
from models.weights.publishing import publish


@pytest.mark.parametrize("name", pretrained_names())
def test_every_shipped_model_loads_in_eval_mode_with_a_whole_card(name):
    model = load_pretrained(name)
    assert not model.training and model.device.type == "cpu"
    assert model.card.keys() >= {"data", "steps", "seed", "batch_size", "minutes", "device", "terms", "command"}
    assert model.card["config"] == json.loads(json.dumps(model.config))
    assert model.card["command"].split()[:3] == ["infotheory", "train", name] and name in RECIPES
    assert (FOLDER / f"{name}.safetensors").stat().st_size < 4_000_000


@pytest.mark.parametrize("name", [name for name in pretrained_names() if "dsprites" in name])
def test_the_card_of_a_sprite_model_states_its_elbo(name):
    model = load_pretrained(name)
    images = load_data(RECIPES[name].data)[1][:2000]
    terms = held_out_terms(model, images)
    assert terms["reconstruction"] == pytest.approx(model.card["terms"]["reconstruction"], rel=0.05)
    assert terms["kl"] == pytest.approx(model.card["terms"]["kl"], rel=0.03)


def test_vae_mnist_reaches_minus_100_nats_and_log_p_of_x_lies_above(data_folder):
    model, (_, images) = load_pretrained("vae-mnist"), load_data("binary digits", data_folder)
    terms = held_out_terms(model, images)
    assert terms["elbo"] >= -100 and terms["elbo"] == pytest.approx(model.card["terms"]["elbo"], abs=0.3)
    torch.manual_seed(0)
    some = images[:100]
    assert model.importance_weighted_bound(some, 500).mean() > held_out_terms(model, some)["elbo"] + 1


def test_publishing_and_loading_gives_the_same_model_back(tmp_path, device):
    torch.manual_seed(0)
    model, images = VAE(2, hidden=16), (torch.rand(100, 1, 28, 28) < 0.2).float()
    train(model, images, steps=3, batch_size=50, device=device, checkpoint=tmp_path / "run.safetensors")
    path = publish("vae", tmp_path / "run.safetensors", "noise", {"elbo": -1.23456}, folder=tmp_path)
    card = json.loads(path.read_text())
    assert card["steps"] == 3 and card["data"] == "noise" and card["terms"] == {"elbo": -1.235}
    for again, tolerance in ((tmp_path / "run.safetensors", 0), (tmp_path / "vae.safetensors", 1e-3)):
        assert torch.allclose(load_model(again).encode(images)[0], model.encode(images)[0], atol=tolerance)


def test_published_weights_leave_out_what_only_training_needs(tmp_path):
    images = torch.rand(64, 1, 28, 28).round()
    model = FactorVAE(2, hidden=8, width=8)
    train(model, images, steps=2, batch_size=16, checkpoint=tmp_path / "run.safetensors", device="cpu")
    publish("part", tmp_path / "run.safetensors", "random", {}, tmp_path)
    publish("whole", tmp_path / "run.safetensors", "random", {}, tmp_path, whole=True)
    part, whole = (load_model(tmp_path / f"{name}.safetensors") for name in ("part", "whole"))
    card = json.loads((tmp_path / "part.json").read_text())
    assert card["without"] == ["discriminator"] and "without" not in json.loads((tmp_path / "whole.json").read_text())
    assert held_out_terms(part, images) == held_out_terms(whole, images)
    assert part.state_dict().keys() == {k for k in whole.state_dict() if not k.startswith("discriminator.")}
    assert torch.equal(whole.discriminator[0].weight, model.discriminator[0].weight.half().float())
    for use in (lambda: part.discriminator(torch.zeros(2, 2)), lambda: train(part, images, steps=1, batch_size=16)):
        with pytest.raises(ValueError, match=r"found no discriminator in .*part.safetensors: published weights leave"):
            use()


def test_a_file_that_lacks_more_than_it_says_is_refused(tmp_path):
    train(FactorVAE(2, hidden=8, width=8), torch.rand(64, 1, 28, 28).round(), steps=1, batch_size=16,
          checkpoint=tmp_path / "run.safetensors")  # fmt: skip
    publish("part", tmp_path / "run.safetensors", "random", {}, tmp_path)
    tensors, metadata = read_safetensors(tmp_path / "part.safetensors")
    del tensors["model/decoder.0.weight"]
    write_safetensors(tmp_path / "part.safetensors", tensors, metadata)
    with pytest.raises(ValueError, match=r"lacks decoder.0.weight, expected the \d+ tensors of this FactorVAE"):
        load_model(tmp_path / "part.safetensors")


def test_unknown_names_and_foreign_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no pretrained 'resnet', expected one of"):
        load_pretrained("resnet")
    (tmp_path / "x.safetensors").write_bytes(b"12345678")
    with pytest.raises(ValueError, match="not a complete safetensors file"):
        load_model(tmp_path / "x.safetensors")


class W3(VAE):
    """A class that `load_model` does not know."""


def test_a_checkpoint_of_an_own_class_says_how_to_go_on_and_that_works(tmp_path, device):
    path, images = tmp_path / "own.safetensors", (torch.rand(8, 1, 28, 28) < 0.2).float()
    train(W3(2, hidden=4), images, steps=1, batch_size=4, device=device, checkpoint=path)
    with pytest.raises(
        ValueError, match=r"holds the model 'W3', expected one of VAE, .*own, load_model\(.*, classes=\[W3\]\)"
    ):
        load_model(path)
    assert len(train(W3(2, hidden=4), images, steps=2, batch_size=4, device=device, checkpoint=path)) == 2


def test_command_line_publishes_only_what_is_there(tmp_path, capsys):
    assert main(["publish", "vae", str(tmp_path / "nothing.safetensors")]) == 1
    assert "nothing.safetensors" in capsys.readouterr().err


def test_the_seed_with_the_median_mig_is_chosen_and_of_two_the_lower():
    def chosen(*migs):
        return MEDIAN_MIG.pick([{"mig": mig} for mig in migs])

    assert chosen(0.3) == 0 and chosen(0.1, 0.5, 0.3) == 2 and chosen(0.4, 0.2) == 1 and chosen(0.4, 0.1, 0.3, 0.2) == 3


def test_publishing_several_seeds_writes_every_result_and_the_weights_of_the_choice(tmp_path, monkeypatch, capsys):
    """With the scores of the seeds given; `evaluate_vae` itself has its own tests."""
    files = [tmp_path / f"run-{seed}.safetensors" for seed in (4, 5, 6)]
    for seed, file in zip((4, 5, 6), files, strict=True):
        torch.manual_seed(seed)
        train(VAE(2, hidden=8), torch.zeros(4, 1, 28, 28), steps=1, batch_size=2, seed=seed, checkpoint=file)
    found = iter([{"mig": 0.31}, {"mig": 0.11}, {"mig": 0.2222}])
    monkeypatch.setattr("models.commands.publish.evaluate", lambda *_: (next(found), ""))
    monkeypatch.setattr("models.commands.publish.publish", partial(publish, folder=tmp_path))
    assert main(["publish", "vae-dsprites", *map(str, files)]) == 0
    card = json.loads((tmp_path / "vae-dsprites.json").read_text())
    assert card["seed"] == 6 and card["seeds"] == {"4": {"mig": 0.31}, "5": {"mig": 0.11}, "6": {"mig": 0.222}}
    assert "median MIG" in card["choice"]
    weights = load_model(tmp_path / "vae-dsprites.safetensors").state_dict()
    assert all(torch.allclose(weights[k], v, atol=1e-3) for k, v in load_model(files[2]).state_dict().items())

    assert main(["publish", "vae", *map(str, files)]) == 1
    assert "found 3 files, expected one" in capsys.readouterr().err


def test_several_seeds_go_to_files_of_their_own(tmp_path, monkeypatch, capsys, device):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "vae", "--seeds", "0", "1", "--steps", "2", "--device", str(device)]) == 0
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["vae-0.safetensors", "vae-1.safetensors"]
    assert main(["train", "vae", "--seeds", "0", "1", "--out", "x"]) == 1
    assert "each seed has a file of its own" in capsys.readouterr().err
