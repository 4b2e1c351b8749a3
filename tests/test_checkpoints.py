"""Checkpoints and published weights: what is not whole, or not of this model and run, changes and publishes nothing."""

import copy
import json
import os
import random

import numpy as np
import pytest
import torch

from models import VAE, History, Model, Player, load_model, load_pretrained, train
from models.commands.evaluate import examples_of
from models.data.files import read_safetensors, write_safetensors
from models.training.checkpoint import load_checkpoint, read_checkpoint
from models.weights.publishing import publish, seed_of

IMAGES = (torch.rand(20, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()


def small_vae():
    torch.manual_seed(0)
    return VAE(2, hidden=4)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory, device):
    """The path of a run of three steps, which no test changes."""
    path = tmp_path_factory.mktemp("runs") / "run.safetensors"
    train(small_vae(), IMAGES, steps=3, batch_size=8, device=device, checkpoint=path)
    return path


@pytest.fixture
def resumes(checkpoint):
    """A function that gives a file to `load_checkpoint`, and demands that nothing changes where that raises."""
    run, model = read_checkpoint(checkpoint).run, small_vae()
    optimizers = {player.name: torch.optim.Adam(player.parameters, fused=True) for player in model.players()}
    before = copy.deepcopy((model.state_dict(), {name: o.state_dict() for name, o in optimizers.items()}))

    def read(path):
        try:
            return load_checkpoint(path, model, optimizers, run)
        except ValueError:
            assert all(torch.equal(value, before[0][name]) for name, value in model.state_dict().items())
            assert {name: o.state_dict() for name, o in optimizers.items()} == before[1]
            raise

    return read


def test_200_of_200_flipped_bits_are_noticed_before_anything_changes(checkpoint, resumes, tmp_path):
    raw, rng, noticed = checkpoint.read_bytes(), random.Random(0), 0
    header = 8 + int.from_bytes(raw[:8], "little")
    places = [rng.randrange(header) for _ in range(60)] + [rng.randrange(header, len(raw)) for _ in range(140)]
    places[:4] = 0, 7, header - 1, len(raw) - 1
    for place in places:
        damaged = bytearray(raw)
        damaged[place] ^= 1 << rng.randrange(8)
        (tmp_path / "run.safetensors").write_bytes(damaged)
        with pytest.raises(ValueError, match=r"run\.safetensors"):
            resumes(tmp_path / "run.safetensors")
        noticed += 1
    assert noticed == 200


WEIGHT, MOMENT = "model/decoder.0.weight", "optimizer/vae/0/exp_avg"


def without(name):
    return lambda tensors, metadata: tensors.pop(name)


def tensor(name, *shape, dtype=torch.float32):
    return lambda tensors, metadata: tensors.update({name: torch.ones(shape, dtype=dtype)})


def says(**changes):
    return lambda tensors, metadata: metadata.update(changes)


def forged(checkpoint, path, change):
    """A copy of a whole checkpoint with one change, and a right checksum."""
    tensors, metadata = read_safetensors(checkpoint)
    change(tensors, metadata)
    write_safetensors(path, tensors, metadata)
    return path


OF_THE_MODEL = [
    (says(model="Nothing"), "expected one of VAE|another model: found Nothing"),
    (says(model=["VAE"]), r"holds model = \['VAE'\]"),
    (says(model=None), "holds model = None"),
    (says(config=7), "holds config = 7"),
    (says(config={"hidden": "many"}), "cannot be built|another config"),
    (says(config={"surprise": 1}), "cannot be built|another config"),
    (says(config={"latent_dim": 2, "hidden": 10**9}), r"expected .*1000000000.* of torch|another config"),
    (without(WEIGHT), f"lacks {WEIGHT.removeprefix('model/')}|lacks {WEIGHT}"),
    (tensor("model/more", 1), "has also (model/)?more"),
    (tensor(WEIGHT, 4, 3), r"decoder.0.weight \(4, 3\) of torch.float32, expected \(4, 2\) of torch.float32"),
    (tensor(WEIGHT, 4, 2, dtype=torch.int64), r"of torch.int64, expected \(4, 2\) of torch.float32"),
]
OF_THE_RUN = [
    (says(run=7), "holds run = 7"),
    (says(run={"batch_size": 8, "examples": 20, "precision": "float32"}), "holds seed = None"),
    (says(run={"seed": True, "batch_size": 8, "examples": 20, "precision": "float32"}), "holds seed = True"),
    (says(step="3"), "holds step = '3', expected an entry of type int of 0 or more"),
    (says(step=-3), "holds step = -3"),
    (says(step=4), r"history \(3, 3\) .* each of its 4 steps and 3 terms"),
    (says(terms=["loss", "kl"]), r"history \(3, 3\) .* 3 steps and 2 terms"),
    (says(terms=["loss", "kl", "kl"]), "expected different words"),
    (says(terms=["loss", "kl", 7]), "expected different words"),
    (says(terms=None), "holds terms = None"),
    (says(seconds=float("nan")), "holds seconds = nan"),
    (says(seconds="long"), "holds seconds = 'long'"),
    (says(device=0), "holds device = 0"),
    (without("history"), r"history \(0,\)"),
    (tensor("history", 9), r"history \(9,\)"),
    (tensor("history", 3, 3, dtype=torch.int64), "of torch.int64"),
]
OF_THE_OPTIMISER = [
    (without(MOMENT), f"lacks {MOMENT}"),
    (tensor(MOMENT, 2, 9), rf"{MOMENT} \(2, 9\)"),
    (tensor("optimizer/vae/0/step", 1), r"optimizer/vae/0/step \(1,\)"),
    (tensor("optimizer/vae/0/step", dtype=torch.int64), "of torch.int64"),
    (tensor("optimizer/vae/0/surprise", 1), "has also optimizer/vae/0/surprise"),
    (tensor("optimizer/vae/99/step"), "has also optimizer/vae/99/step"),
    (tensor("optimizer/x"), "has also optimizer/x"),
    (tensor("stranger", 1), "has also stranger"),
]


@pytest.mark.parametrize(("change", "message"), OF_THE_MODEL + OF_THE_RUN + OF_THE_OPTIMISER)
def test_a_checkpoint_with_a_right_checksum_and_wrong_content_does_not_resume(
    change, message, checkpoint, resumes, tmp_path
):
    with pytest.raises(ValueError, match=message):
        resumes(forged(checkpoint, tmp_path / "run.safetensors", change))


@pytest.mark.parametrize(("change", "message"), OF_THE_MODEL)
def test_a_file_whose_weights_are_not_the_models_neither_loads_nor_is_published(change, message, checkpoint, tmp_path):
    path = forged(checkpoint, tmp_path / "run.safetensors", change)
    with pytest.raises(ValueError, match=message):
        load_model(path)
    with pytest.raises(ValueError, match=message):
        publish("vae", path, "noise", {}, folder=tmp_path)
    assert os.listdir(tmp_path) == ["run.safetensors"]


@pytest.mark.parametrize(("change", "message"), OF_THE_RUN)
def test_a_file_without_a_whole_run_has_no_seed_and_is_not_published(change, message, checkpoint, tmp_path):
    path = forged(checkpoint, tmp_path / "run.safetensors", change)
    for read in (seed_of, lambda path: publish("vae", path, "noise", {}, folder=tmp_path)):
        with pytest.raises(ValueError, match=message):
            read(path)
    assert os.listdir(tmp_path) == ["run.safetensors"]


def test_published_weights_have_no_run(checkpoint, resumes, tmp_path):
    publish("vae", checkpoint, "noise", {"elbo": -1.0}, folder=tmp_path)
    for read in (seed_of, resumes, read_checkpoint):
        with pytest.raises(ValueError, match="holds published weights of a VAE, expected a checkpoint"):
            read(tmp_path / "vae.safetensors")
    assert examples_of(str(tmp_path / "vae.safetensors")) == 0 and examples_of(str(checkpoint)) == 20


def test_what_half_precision_or_json_cannot_hold_is_not_published(checkpoint, tmp_path):
    path = forged(checkpoint, tmp_path / "run.safetensors", lambda tensors, _: tensors[WEIGHT].fill_(7e4))
    with pytest.raises(ValueError, match=r"up to 7e\+04 in decoder.0.weight, expected numbers below 65,504"):
        publish("vae", path, "noise", {}, folder=tmp_path)
    with pytest.raises(ValueError, match="elbo = nan"):
        publish("vae", checkpoint, "noise", {"elbo": float("nan")}, folder=tmp_path)
    with pytest.raises(TypeError):
        publish("vae", checkpoint, "noise", {}, folder=tmp_path, remark=object())
    assert os.listdir(tmp_path) == ["run.safetensors"]


def test_a_whole_checkpoint_resumes_to_every_bit(checkpoint, resumes):
    step, history = resumes(checkpoint)
    assert step == len(history) == 3 and history.names == ["loss", "reconstruction", "kl"]
    model = load_model(checkpoint)
    tensors, _ = read_safetensors(checkpoint)
    assert all(torch.equal(tensors[f"model/{name}"], value) for name, value in model.state_dict().items())


class Unusual(Model):
    """Tied weights, a parameter that the loss never reaches, and a setting of numpy's."""

    batch_size = 4

    def __init__(self, rate=0.5):
        super().__init__()
        self.config = {"rate": np.float32(rate) if rate == 0.5 else rate}
        self.first, self.second = torch.nn.Linear(784, 1), torch.nn.Linear(784, 1)
        self.second.weight, self.unused = self.first.weight, torch.nn.Parameter(torch.ones(3))

    def players(self):
        def loss(images):
            return {"loss": (self.first(images.flatten(1)) + self.second(images.flatten(1))).square().mean()}

        return [Player("only", list(self.parameters()), loss, 0.01)]


def test_an_unusual_model_resumes_bit_for_bit(tmp_path, device):
    def run(*stops, path=None):
        for stop in stops:
            torch.manual_seed(0)
            model = Unusual()
            train(model, IMAGES, steps=stop, device=device, checkpoint=path)
        return model.state_dict()

    whole, pieces = run(6), run(2, 6, path=tmp_path / "run.safetensors")
    assert all(torch.equal(value, pieces[name]) for name, value in whole.items())


def test_a_configuration_that_no_file_can_hold_is_refused_before_training(tmp_path, device):
    model = Unusual(rate=object())
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(TypeError, match="expected a value that JSON can hold"):
        train(model, IMAGES, steps=1, device=device, checkpoint=tmp_path / "run.safetensors")
    assert all(torch.equal(value.cpu(), before[name]) for name, value in model.state_dict().items())
    assert not os.listdir(tmp_path)


def test_a_history_of_other_terms_is_not_mixed_in():
    history = History(["loss", "kl"], np.zeros((3, 2)))
    for names in (["loss", "penalty"], ["loss"], ["kl", "loss"]):
        with pytest.raises(ValueError, match="expected loss, kl as in the 3 steps before"):
            history.extend(names, np.ones((1, len(names))))
    assert len(history) == 3


def test_the_card_of_other_weights_is_refused(checkpoint, tmp_path, monkeypatch):
    monkeypatch.setattr("models.weights.pretrained.FOLDER", tmp_path)
    card = publish("vae", checkpoint, "noise", {}, folder=tmp_path)
    assert load_pretrained("vae").card["seed"] == 0
    for change in ({"config": {}}, {"model": "BetaVAE"}, {"name": "vae-mnist"}):
        card.write_text(json.dumps(json.loads(card.read_text()) | change))
        with pytest.raises(ValueError, match=r"vae\.json is the card of"):
            load_pretrained("vae")
    card.write_text("[]")
    with pytest.raises(ValueError, match=r"vae\.json is the card of"):
        load_pretrained("vae")


@pytest.mark.parametrize(
    ("every", "seconds", "saved"),
    [(None, 60, [7]), (None, 0, [1, 2, 3, 4, 5, 6, 7]), (3, 0, [3, 6, 7]), (1, 60, [*range(1, 8)])],
)
def test_a_run_is_saved_by_the_clock_unless_a_number_of_steps_is_given(
    tmp_path, monkeypatch, every, seconds, saved, device
):
    found = []
    monkeypatch.setattr("models.training.loop.SAVE_SECONDS", seconds)
    monkeypatch.setattr("models.training.loop.save_checkpoint", lambda *arguments: found.append(arguments[4]))
    where = dict(device=device, checkpoint=tmp_path / "run.safetensors", checkpoint_every=every)
    train(small_vae(), IMAGES, steps=7, batch_size=8, **where)
    assert found == saved
