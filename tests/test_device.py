"""Training on a CUDA device: INFOTHEORY_DEVICE=cuda pytest -n 0 tests/test_device.py. Skipped on other devices.

A captured step has the bits of one kernel after the other, a step never waits for the device, and nothing stays behind.
"""

import contextlib
import gc
import signal
from functools import lru_cache

import numpy as np
import pytest
import torch
from test_graph import IMAGES, Weighted, data_of
from torch import nn

from models import GAN, VAE, BetaVAE, Model, Player, Sprites, metrics, train, train_together
from models.recipes import RECIPES, load_data
from models.training.checks import ready_players
from models.training.graph import WARM_UP, CapturedStep
from models.training.randomness import batches, generators, seed_step
from models.training.step import Step, adam

pytestmark = pytest.mark.cuda
every_recipe = pytest.mark.parametrize("name", RECIPES)
graph_or_not = pytest.mark.parametrize("graph", [True, False], ids=["graph", "eager"])


def made(name, seed=0):
    torch.manual_seed(seed)
    return RECIPES[name].make()


def trained(name, device, *, seed=0, **keywords):
    """A recipe's model, made with this seed, after some steps on few images in small batches; and its history."""
    model, recipe = made(name, seed), RECIPES[name]
    keywords = dict(batch_size=16, precision=recipe.precision, device=device) | keywords
    return model, train(model, data_of(recipe.data), **keywords)


def assert_same(one, other):
    """Two models and their histories are equal, bit for bit."""
    assert one[1].names == other[1].names and np.array_equal(one[1].values, other[1].values)
    assert same_weights(one[0], other[0])


def same_weights(a, b):
    return all(
        torch.equal(x.cpu(), y.cpu()) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    )


# A captured step


@every_recipe
def test_a_graph_gives_the_bits_of_one_kernel_after_the_other(name, device):
    assert_same(trained(name, device, steps=8, graph=True), trained(name, device, steps=8, graph=False))


@graph_or_not
@every_recipe
def test_a_stopped_run_continues_bit_for_bit(name, graph, device, tmp_path):
    where = dict(graph=graph, checkpoint=tmp_path / "run.safetensors")
    trained(name, device, steps=20, **where)
    assert_same(trained(name, device, steps=40, seed=1, **where), trained(name, device, steps=40, graph=graph))


@lru_cache
def all_data(name):
    """The training data of a recipe; recipes share what sprites keep on the device."""
    return Sprites(int(name[8:])) if name.startswith("sprites") else load_data(name)[0]


@every_recipe
def test_every_recipe_trains_as_it_is_published(name, device):
    model, recipe = made(name), RECIPES[name]
    keywords = dict(steps=20, batch_size=recipe.batch_size, precision=recipe.precision, device=device, graph=True)
    history = train(model, all_data(recipe.data), **keywords)
    assert len(history) == 20 and np.isfinite(history.values).all() and model.device.type == "cuda"


# Waits for the device


@contextlib.contextmanager
def no_waits():
    """A context in which every wait for the device is an error."""
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


def test_a_wait_would_be_found(device):
    with no_waits(), pytest.raises(RuntimeError, match="synchronizing"):
        torch.ones(1, device=device).item()


@graph_or_not
@every_recipe
def test_a_step_never_waits_for_the_device(name, graph, device):
    model, recipe = made(name), RECIPES[name]
    data = data_of(recipe.data).to(device)
    model.prepare(len(data))
    model.to(device, memory_format=torch.channels_last).train()
    players, those = ready_players(model), generators(device)
    step = Step(model, players, {p.name: adam(p, device) for p in players}, data, device, recipe.precision)
    take = CapturedStep(step, those[-1], required=True) if graph else step
    for t, rows in zip(range(WARM_UP + 4), batches(len(data), 16, seed=0, device=device), strict=False):
        ready = t > (WARM_UP if graph else 0)  # kernels are chosen in the first step, and the graph is captured
        with no_waits() if ready else contextlib.nullcontext():
            step.set_schedules(t)
            seed_step(those, 0, t)
            values = take(step.inputs(rows))
        assert values.isfinite().all()


class Waiting(VAE):
    def regulariser(self, kl, mean, log_variance, latents):
        return (kl if kl.item() > 0 else 0 * kl), {}


class Synchronizing(VAE):
    """A VAE whose loss waits for the device, which the warnings of PyTorch do not report but a capture forbids."""

    def regulariser(self, kl, mean, log_variance, latents):
        torch.cuda.synchronize()
        return kl, {}


class Replaced(Weighted):
    def at_step(self, step):
        self.weight = torch.tensor(1 + step / 1000, device=self.device)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (Waiting, r"the step of Waiting waits for the device, at line \d+ of .*test_device"),
        (Synchronizing, "the step of Synchronizing cannot be captured: "),
        (Weighted, "Weighted changes weight between steps, which a graph would hold constant; make it a buffer"),
        (Replaced, "Replaced changes weight between steps, which a graph would hold constant; make it a buffer"),
    ],
)
def test_what_a_graph_would_repeat_wrongly_trains_without_one_and_says_why(kind, reason, device):
    def run(graph):
        torch.manual_seed(0)
        model = kind(2, hidden=8)
        return model, train(model, IMAGES, steps=8, batch_size=16, device=device, graph=graph)

    with pytest.warns(RuntimeWarning, match=f"training without a CUDA graph, which is slower: {reason}"):
        found = run("auto")
    assert_same(found, run(False))
    with pytest.raises(ValueError, match=f"found graph=True, but {reason}"):
        run(True)


# Devices side by side


@pytest.mark.parametrize("name", ["vae", "infogan-mnist", "factor-vae-dsprites-32"])
@pytest.mark.parametrize("begins", ["cuda", "cpu"])
def test_a_checkpoint_continues_on_another_device(name, begins, device, tmp_path):
    first, second = (device, "cpu") if begins == "cuda" else ("cpu", device)
    path = tmp_path / "run.safetensors"
    begun = trained(name, first, steps=5, checkpoint=path)
    assert_same(trained(name, second, steps=5, seed=1, checkpoint=path), begun)
    model, history = trained(name, second, steps=12, seed=1, checkpoint=path)
    assert len(history) == 12 and np.isfinite(history.values).all() and model.device.type == torch.device(second).type


class Convolutions(Model):
    """A network without randomness: between devices, only the rounding differs."""

    batch_size = 32

    def __init__(self):
        super().__init__()
        layers = nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU()
        self.config, self.network = {}, nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 28**2, 8))

    def players(self):
        return [Player("only", list(self.parameters()), lambda x: {"loss": self.network(x).square().mean()}, 1e-3)]


def test_ieee_has_the_accuracy_of_the_cpu_and_float32_rounds_to_tf32(device):
    def loss(device, precision):
        torch.manual_seed(0)
        return train(Convolutions(), IMAGES, steps=1, device=device, precision=precision)["loss"][0]

    expected, exact, rounded = loss("cpu", "float32"), loss(device, "ieee"), loss(device, "float32")
    assert exact == pytest.approx(expected, rel=1e-5) and rounded == pytest.approx(expected, rel=1e-2)
    if torch.cuda.get_device_capability(device) >= (8, 0):  # older cards have no TF32
        assert abs(rounded - expected) > abs(exact - expected)


def test_runs_together_equal_one_after_the_other(device):
    def runs():
        torch.manual_seed(0)
        models = VAE(2, hidden=8), BetaVAE(3, hidden=8, beta=2, kl_start=5, kl_steps=10), GAN(width=0.05)
        shared = dict(data=IMAGES, batch_size=16, device=device)
        return [dict(model=model, steps=12 + i, seed=i) | shared for i, model in enumerate(models)]

    one, other = runs(), runs()
    expected = [train(**run) for run in one]
    for i, history in enumerate(train_together(other)):
        assert_same((other[i]["model"], history), (one[i]["model"], expected[i]))


def test_scores_of_codes_on_the_device_are_those_on_the_cpu(device):
    factors, images = Sprites(32).sample(500, seed=0)
    torch.manual_seed(0)
    model = VAE(4, network="conv", size=32).to(device).eval()
    codes = model.encode(images.to(device))[0].detach()
    assert codes.device.type == "cuda" and metrics.mig(codes, factors) == metrics.mig(codes.cpu(), factors) > 0


# What a run leaves behind


def held(device):
    """The bytes of live tensors on the device, without the workspaces that the libraries keep."""
    gc.collect()
    torch.cuda.synchronize(device)
    torch._C._cuda_clearCublasWorkspaces()
    return torch.cuda.memory_allocated(device)


def test_the_memory_of_a_graph_is_free_after_training(device):
    model = VAE(10, network="conv", size=32).to(device)
    images = torch.rand(256, 1, 32, 32, device=device).round()
    before = held(device)
    torch.cuda.reset_peak_memory_stats(device)
    train(model, images, steps=8, batch_size=256, device=device, graph=True)
    assert torch.cuda.max_memory_allocated(device) - before > 2**24
    assert held(device) - before < 2**20


@graph_or_not
def test_the_callers_random_state_stays(graph, device):
    model = VAE(2, hidden=8)
    torch.manual_seed(5)
    expected = torch.rand(3), torch.rand(3, device=device)
    torch.manual_seed(5)
    train(model, IMAGES, steps=6, batch_size=16, device=device, graph=graph)
    assert torch.equal(torch.rand(3), expected[0]) and torch.equal(torch.rand(3, device=device), expected[1])


class Interrupted(VAE):
    """A VAE whose seventh step is interrupted before it is launched."""

    at = 6

    def at_step(self, step):
        super().at_step(step)
        if step == self.at:
            signal.raise_signal(signal.SIGINT)


def test_ctrl_c_between_replays_saves_and_the_run_continues_bit_for_bit(device, tmp_path, monkeypatch):
    def run(**keywords):
        torch.manual_seed(0)
        model = Interrupted(2, hidden=8)
        return model, train(model, IMAGES, steps=12, batch_size=16, device=device, graph=True, **keywords)

    path = tmp_path / "run.safetensors"
    with pytest.raises(KeyboardInterrupt, match="stopped after step 7, saved in"):
        run(checkpoint=path)
    monkeypatch.setattr(Interrupted, "at", None)
    assert_same(run(checkpoint=path), run())
