"""The loop: bit-exact resume, whole files or none, and errors before any work is lost."""

import math
import signal

import numpy as np
import pytest
import torch

from models import VAE, Categorical, History, InfoGAN, Model, Player, Uniform, choose_device, load_mnist, train
from models.__main__ import main
from models.data.files import read_safetensors, write_safetensors
from models.training.checkpoint import save_checkpoint
from models.training.randomness import batches

IMAGES = (torch.rand(300, 1, 28, 28, generator=torch.Generator().manual_seed(0)) < 0.2).float()


def small_vae(seed=0, **keywords):
    torch.manual_seed(seed)
    return VAE(2, hidden=16, **keywords)


def small_infogan():
    torch.manual_seed(0)
    return InfoGAN([Categorical(3), Uniform(-1, 1)], noise_dim=4, width=0.0625)


def same_weights(a, b):
    return all(
        torch.equal(x.cpu(), y.cpu()) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    )


@pytest.mark.parametrize("make", [small_vae, small_infogan])
@pytest.mark.parametrize("stop", [1, 5, 7])
def test_a_resumed_run_continues_bit_for_bit(make, stop, tmp_path, device):
    whole, pieces = make(), make()
    history = train(whole, IMAGES, steps=12, batch_size=32, device=device)
    train(pieces, IMAGES, steps=stop, batch_size=32, device=device, checkpoint=tmp_path / "run.safetensors")
    again = make()
    resumed = train(again, IMAGES, steps=12, batch_size=32, device=device, checkpoint=tmp_path / "run.safetensors")
    assert same_weights(whole, again)
    assert resumed.names == history.names and np.array_equal(resumed.values, history.values)


def test_the_seed_decides_the_run_and_the_callers_random_state_stays(device):
    torch.manual_seed(5)
    expected = torch.rand(1)
    first, second, other = small_vae(), small_vae(), small_vae()
    torch.manual_seed(5)
    train(first, IMAGES, steps=3, device=device)
    assert torch.equal(torch.rand(1), expected)
    train(second, IMAGES, steps=3, device=device)
    train(other, IMAGES, steps=3, seed=1, device=device)
    assert same_weights(first, second) and not same_weights(first, other)


def test_every_epoch_is_another_permutation_and_batches_start_anywhere():
    steps = batches(10, 5, seed=0)
    first, second = torch.cat([next(steps), next(steps)]), torch.cat([next(steps), next(steps)])
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(10)) and first.tolist() != second.tolist()
    assert torch.equal(next(batches(10, 5, seed=0, first=3)), second[5:])


def test_training_lowers_the_loss_and_records_every_step(device):
    history = train(small_vae(), IMAGES, steps=120, device=device, batch_size=50)
    assert len(history) == 120 and history.names == ["loss", "reconstruction", "kl"]
    assert history["loss"][-10:].mean() < history["loss"][:10].mean() - 50
    assert np.allclose(history["loss"], history["reconstruction"] + history["kl"], rtol=1e-5)


class Diverging(Model):
    """A loss that is NaN from the third step on."""

    batch_size = 10

    def __init__(self):
        super().__init__()
        self.config, self.weight, self.steps = {}, torch.nn.Parameter(torch.zeros(())), 0

    def loss(self, images):
        self.steps += 1
        bad = self.weight * (math.nan if self.steps > 2 else 1.0)
        return {"loss": bad, "fine": self.weight * 0, "bad": bad}

    def players(self):
        return [Player("only", [self.weight], self.loss, 1e-3)]


def test_a_loss_that_turns_nan_stops_with_the_step_the_term_and_the_last_checkpoint(tmp_path, device):
    path = tmp_path / "run.safetensors"
    with pytest.raises(FloatingPointError, match=r"loss is nan at step 2; the last checkpoint, .*run"):
        train(Diverging(), IMAGES, steps=20, device=device, checkpoint=path, checkpoint_every=2)
    assert read_safetensors(path)[1]["step"] == 2


def test_checkpoints_of_another_model_configuration_or_run_are_refused_untouched(tmp_path, device):
    path = tmp_path / "run.safetensors"
    train(small_vae(), IMAGES, steps=2, device=device, checkpoint=path)
    before = path.read_bytes()
    infogan = small_infogan()
    with pytest.raises(ValueError, match="another model: found VAE, expected InfoGAN"):
        train(infogan, IMAGES, steps=4, device=device, checkpoint=path)
    assert same_weights(infogan, small_infogan())
    with pytest.raises(ValueError, match="another config"):
        train(small_vae(likelihood="gaussian"), IMAGES, steps=4, device=device, checkpoint=path)
    with pytest.raises(ValueError, match="another run"):
        train(small_vae(), IMAGES, steps=4, device=device, seed=1, checkpoint=path)
    assert path.read_bytes() == before


def test_other_data_of_the_same_length_are_refused_untouched(tmp_path, device):
    path, other = tmp_path / "run.safetensors", 1 - IMAGES
    train(small_vae(), IMAGES, steps=2, device=device, checkpoint=path)
    before, model = path.read_bytes(), small_vae()
    with pytest.raises(ValueError, match=r"other data: found the fingerprint .*; give the data that it began"):
        train(model, other, steps=4, device=device, checkpoint=path)
    assert same_weights(model, small_vae()) and path.read_bytes() == before
    assert len(train(small_vae(), IMAGES.clone(), steps=4, device=device, checkpoint=path)) == 4


@pytest.mark.parametrize("damage", [lambda raw: raw[: len(raw) // 2], lambda raw: b"hello", lambda raw: b""])
def test_damaged_checkpoints_are_refused(damage, tmp_path, device):
    path = tmp_path / "run.safetensors"
    train(small_vae(), IMAGES, steps=2, device=device, checkpoint=path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(ValueError, match=r"run.safetensors is not a complete safetensors file"):
        train(small_vae(), IMAGES, steps=4, device=device, checkpoint=path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "file.safetensors"
    write_safetensors(path, {"a": torch.ones(3)}, {})
    monkeypatch.setattr("models.data.files.os.fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_safetensors(path, {"a": torch.zeros(3)}, {})
    assert read_safetensors(path)[0]["a"].tolist() == [1, 1, 1]
    assert [file.name for file in tmp_path.iterdir()] == ["file.safetensors"]


@pytest.mark.parametrize("name", ["gpu", "cuda:99", "meta"])
def test_unknown_devices_are_refused_with_those_that_are_here(name):
    with pytest.raises(ValueError, match=r"found device .*cpu"):
        choose_device(name)


@pytest.mark.parametrize(("name", "found"), [("gpu", "found device 'gpu'"), ("meta", "found device 'meta'")])
def test_a_faulty_environment_variable_is_named_and_only_it(name, found, monkeypatch):
    monkeypatch.setenv("INFOTHEORY_DEVICE", name)
    with pytest.raises(ValueError, match=f"^{found} in the environment variable INFOTHEORY_DEVICE, .*cpu"):
        choose_device()
    assert choose_device("cpu") == torch.device("cpu")
    with pytest.raises(ValueError, match=f"^{found}, "):
        choose_device(name)
    monkeypatch.setenv("INFOTHEORY_DEVICE", "cpu")
    assert choose_device() == torch.device("cpu")


@pytest.mark.parametrize(
    "keywords",
    [
        {"steps": -1},
        {"steps": 1, "batch_size": 301},
        {"steps": 1, "batch_size": 0},
        {"steps": 1, "seed": -1},
        {"steps": 1, "checkpoint_every": 0},
    ],
)
def test_impossible_runs_are_refused(keywords, device):
    with pytest.raises(ValueError, match="expected"):
        train(small_vae(), IMAGES, device=device, **keywords)


@pytest.mark.parametrize(
    "keywords, message",
    [
        ({"steps": 2.5}, "steps=2.5, a float, expected an integer"),
        ({"steps": "2"}, "steps='2', a str, expected an integer"),
        ({"batch_size": 16.5}, "batch_size=16.5, a float, expected an integer"),
        ({"seed": 1.5}, "seed=1.5, a float, expected an integer"),
        ({"checkpoint_every": 1.5}, "checkpoint_every=1.5, a float, expected an integer"),
        ({"checkpoint": 3}, "checkpoint=3, expected the path of a file"),
        ({"precision": 32}, 'precision=32, expected "float32", "ieee" or "bf16"'),
        ({"device": 2.5}, 'device 2.5, expected "auto" or one of'),
        ({"device": None}, 'device None, expected "auto" or one of'),
    ],
)
def test_arguments_of_other_types_are_refused_in_a_sentence(keywords, message, device):
    with pytest.raises(ValueError, match=message):
        train(small_vae(), IMAGES, **{"steps": 1, "device": device} | keywords)


def test_the_integers_of_numpy_are_integers(tmp_path, device):
    settings = dict(batch_size=np.int64(32), seed=np.int8(0), device=device, checkpoint=tmp_path / "run")
    history = train(small_vae(), IMAGES, steps=np.int32(2), **settings)
    settings |= dict(batch_size=32, seed=0)
    assert np.array_equal(train(small_vae(), IMAGES, steps=2, **settings).values, history.values)


def test_history_plots_the_terms_it_is_asked_for():
    history = History(["loss", "kl"], np.arange(40.0).reshape(20, 2))
    axes = history.plot("kl", smooth=1)
    assert [line.get_label() for line in axes.lines] == ["kl"]
    assert np.array_equal(axes.lines[0].get_ydata(), history["kl"])
    assert axes.get_ylabel() == "nats per example"
    with pytest.raises(KeyError, match="expected one of loss, kl"):
        history["elbo"]


@pytest.mark.parametrize("model", ["vae", "infogan"])
def test_command_line_trains_and_resumes(model, tmp_path, capsys, device):
    out = tmp_path / "run.safetensors"
    options = ["train", model, "--seed", "1", "--device", str(device), "--out", str(out), "--steps"]
    assert main([*options, "2"]) == 0 and main([*options, "3"]) == 0
    assert read_safetensors(out)[1]["step"] == 3
    assert "History(3 steps" in capsys.readouterr().out


def test_command_line_says_in_one_line_what_is_wrong(tmp_path, capsys):
    assert main(["train", "vae", "--device", "abacus", "--out", str(tmp_path / "x")]) == 1
    assert capsys.readouterr().err.startswith("infotheory: found device 'abacus'")
    assert main(["train", "vae", "--data", str(tmp_path / "nowhere")]) == 1
    assert "no folder" in capsys.readouterr().err


def signalled(*numbers):
    """An InfoGAN whose fourth step is interrupted in its middle by these signals."""
    infogan = small_infogan()
    steps, generator_loss = [], infogan.generator_loss

    def interrupting(draw):
        steps.append(None)
        if len(steps) == 4:
            for number in numbers:
                signal.raise_signal(number)
        return generator_loss(draw)

    infogan.generator_loss = interrupting
    return infogan


@pytest.fixture
def hang_up_ends_the_process():
    """As in a terminal; `nohup` starts processes that ignore it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(
    ("numbers", "ends"),
    [
        ([signal.SIGINT], KeyboardInterrupt),
        ([signal.SIGTERM], SystemExit),
        ([signal.SIGHUP], SystemExit),
        ([signal.SIGTERM, signal.SIGTERM], SystemExit),
        ([signal.SIGINT, signal.SIGTERM], SystemExit),
    ],
)
@pytest.mark.usefixtures("hang_up_ends_the_process")
def test_a_signal_waits_for_the_end_of_the_step_and_the_run_goes_on_bit_for_bit(
    numbers, ends, tmp_path, capsys, device
):
    path, handlers = tmp_path / "run.safetensors", [signal.getsignal(number) for number in numbers]
    with pytest.raises(ends) as stopped:
        train(signalled(*numbers), IMAGES, steps=10, batch_size=32, device=device, checkpoint=path)
    said = str(stopped.value) if ends is KeyboardInterrupt else capsys.readouterr().err
    assert f"stopped after step 4, saved in {path}; the same call goes on from there" in said
    assert ends is KeyboardInterrupt or stopped.value.code == 128 + numbers[-1]
    assert [signal.getsignal(number) for number in numbers] == handlers
    whole, resumed = small_infogan(), small_infogan()
    train(whole, IMAGES, steps=10, batch_size=32, device=device)
    train(resumed, IMAGES, steps=10, batch_size=32, device=device, checkpoint=path)
    assert same_weights(whole, resumed)


def test_a_later_ctrl_c_does_not_wait(tmp_path, monkeypatch, device):
    monkeypatch.setattr("models.training.stopping.REPEATED", 0)
    path = tmp_path / "run.safetensors"
    with pytest.raises(KeyboardInterrupt):
        train(signalled(signal.SIGINT, signal.SIGINT), IMAGES, steps=10, batch_size=32, device=device, checkpoint=path)
    assert not path.exists()


def test_a_signal_that_the_caller_ignores_or_handles_stays_the_callers(device):
    seen = []
    before = signal.signal(signal.SIGTERM, lambda *_: seen.append(1)), signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        history = train(signalled(signal.SIGTERM, signal.SIGINT), IMAGES, steps=5, batch_size=32, device=device)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert len(history) == 5 and seen == [1]


def test_a_signal_during_the_last_save_still_ends_the_run(tmp_path, monkeypatch, device):
    def saving(*arguments):
        save_checkpoint(*arguments)
        signal.raise_signal(signal.SIGTERM)

    path = tmp_path / "run.safetensors"
    monkeypatch.setattr("models.training.loop.save_checkpoint", saving)
    with pytest.raises(SystemExit):
        train(small_vae(), IMAGES, steps=3, device=device, checkpoint=path)
    assert read_safetensors(path)[1]["step"] == 3


def test_a_file_that_cannot_be_written_is_refused_before_training(tmp_path, device):
    model = small_vae()
    with pytest.raises(IsADirectoryError, match="is a folder"):
        train(model, IMAGES, steps=1, device=device, checkpoint=tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        train(model, IMAGES, steps=1, device=device, checkpoint=tmp_path / "file" / "run.safetensors")
    assert same_weights(model, small_vae())


def test_a_run_that_is_done_says_so(tmp_path, capsys, device):
    options = ["train", "vae", "--device", str(device), "--out", str(tmp_path / "run.safetensors"), "--steps"]
    assert main([*options, "2"]) == 0 and main([*options, "1"]) == 0
    assert "already past step 1: nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (load_mnist(), "found MNIST, expected images, .*: of MNIST, its train_images"),
        (iter(IMAGES), "expected images, or a data set with a length and rows$"),
    ],
)
def test_what_is_no_data_set_is_refused(data, message, device):
    with pytest.raises(ValueError, match=message):
        train(small_vae(), data, steps=1, device=device)


@pytest.mark.parametrize("settings", [{"learning_rate": -1}, {"learning_rate": float("nan")}, {"half_life": 0}])
def test_rates_are_positive(settings):
    with pytest.raises(ValueError, match="expected > 0, > 0, >= 1 and >= 1"):
        VAE(2, **settings)
