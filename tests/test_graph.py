"""The step that a CUDA graph holds, without CUDA: every operation of a step is taped, and the tape is run again.

A tape, like a graph, keeps the tensors and the Python numbers of the step that it recorded. If later steps come out
right, each thing that changes between steps is in a tensor.
"""

import contextlib
import warnings
from functools import lru_cache
from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from models import GAN, VAE, BetaVAE, Sprites, train
from models.recipes import RECIPES, load_data
from models.training.checks import ready_players
from models.training.graph import CapturedStep, noting
from models.training.held import Held
from models.training.randomness import batches, generators, seed_step
from models.training.step import Step

CPU = torch.device("cpu")
IMAGES = torch.rand(64, 1, 28, 28, generator=torch.Generator().manual_seed(0)).round()
WAITING = {torch.ops.aten._local_scalar_dense.default, torch.ops.aten.nonzero.default, torch.ops.aten.equal.default}


class Tape(TorchDispatchMode):
    """Runs operations and records them; `play` runs them again, on the same tensors."""

    def __init__(self):
        super().__init__()
        self.operations = []

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        assert function not in WAITING, f"{function} needs a value on the host, for which a device would be waited for"
        result = function(*arguments, **(keywords or {}))
        if not function.is_view and not function._schema.name.startswith("aten::empty"):
            self.operations.append((function, arguments, keywords or {}, result))
        return result

    @torch.no_grad()
    def play(self):
        for function, arguments, keywords, result in self.operations:
            again = function(*arguments, **keywords)
            if not function._schema.is_mutable:
                for old, new in zip(tree_leaves(result), tree_leaves(again), strict=True):
                    if isinstance(old, torch.Tensor):
                        old.copy_(new)


def steps_of(model, data, *, batch_size, precision="float32", taped_at=None, n=6):
    """The terms of some steps, one thousand apart in the schedules; from `taped_at` on by the tape of that step."""
    model.prepare(len(data))
    model.to(memory_format=torch.channels_last).train()
    players = ready_players(model)
    optimizers = {
        p.name: torch.optim.Adam(p.parameters, lr=torch.tensor(0.0), betas=p.betas, fused=True) for p in players
    }
    step, tape, terms = Step(model, players, optimizers, data, CPU, precision), Tape(), []
    for t, rows in zip(range(n), batches(len(data), batch_size, seed=0), strict=False):
        step.set_schedules(1000 * t)
        seed_step(generators(CPU), 0, t)
        if taped_at is None or t < taped_at:
            values = step((rows,))
        elif t == taped_at:
            taped = rows.clone()
            with tape:
                values = step((taped,))
        else:
            taped.copy_(rows)
            tape.play()
        terms.append(values.tolist())
    return terms


@lru_cache
def data_of(name):
    """The training data of a recipe; of sprites a few, in memory, as a device holds them all."""
    return Sprites(int(name[8:])).sample(128, seed=0)[1] if name.startswith("sprites") else load_data(name)[0]


@pytest.mark.parametrize("name", RECIPES)
def test_a_recorded_step_gives_the_later_ones(name):
    recipe, found = RECIPES[name], []
    for taped_at in (None, 2):
        torch.manual_seed(0)
        model = recipe.make()
        keywords = dict(batch_size=min(16, recipe.batch_size or 16), precision=recipe.precision, taped_at=taped_at)
        found.append(steps_of(model, data_of(recipe.data), **keywords))
    assert found[0] == found[1]
    assert len(set(map(tuple, found[0]))) == len(found[0])


class Recording:
    """A stand-in for torch.cuda.graph: records a step on a tape and, as a capture computes nothing, undoes it."""

    def __init__(self, graph, stream, capture_error_mode):
        assert capture_error_mode == "thread_local"  # other threads may do what a capture forbids
        self.graph = graph

    def __enter__(self):
        self.before = [(tensor, tensor.clone()) for tensor in self.graph.state()]
        self.graph.tape = Tape()
        self.graph.tape.__enter__()

    def __exit__(self, *raised):
        self.graph.tape.__exit__(*raised)
        with torch.no_grad():
            for tensor, value in self.before:
                tensor.copy_(value)


class State:
    """A random state, which keeps its `value` while the generator draws from another one."""

    def __init__(self, generator, value=None):
        self.generator, self.value = generator, value

    def clone_state(self):
        in_use = self.generator.state is self
        return State(self.generator, self.generator.get_state() if in_use else self.value)


class Exchanging:
    """torch.default_generator, whose state can be exchanged for another one, as that of a generator on CUDA."""

    get_state, set_state = staticmethod(torch.get_rng_state), staticmethod(torch.set_rng_state)

    def __init__(self):
        self.state = State(self)

    def graphsafe_get_state(self):
        return self.state

    def graphsafe_set_state(self, state):
        self.state.value = self.get_state()
        self.state = state
        self.set_state(state.value)


@pytest.fixture
def captured(monkeypatch):
    """A function that makes a `CapturedStep` on the CPU, whose graph is a tape."""

    def make(model, *, required=False, data=IMAGES):
        model.train()
        players = ready_players(model)
        optimizers = {
            p.name: torch.optim.Adam(p.parameters, lr=torch.tensor(0.0), betas=p.betas, fused=True) for p in players
        }
        step = Step(model, players, optimizers, data, CPU, "float32")

        class Graph:
            def state(self):
                moments = [v for o in optimizers.values() for state in o.state.values() for v in state.values()]
                return [*model.state_dict().values(), *moments]

            def replay(self):
                self.tape.play()

        monkeypatch.setattr(torch.cuda, "CUDAGraph", Graph)
        return CapturedStep(step, Exchanging(), required=required)

    stream = SimpleNamespace(wait_stream=lambda other: None)
    monkeypatch.setattr("models.training.graph.capturing_stream", lambda device: stream)
    for name, stand_in in dict(
        current_stream=lambda device: stream, graph=Recording,
        stream=lambda stream: contextlib.nullcontext(), get_sync_debug_mode=int, set_sync_debug_mode=lambda mode: None,
    ).items():  # fmt: skip
        monkeypatch.setattr(torch.cuda, name, stand_in)
    return make


def run(take, step, n=8):
    terms = []
    for t, rows in zip(range(n), batches(len(IMAGES), 16, seed=0), strict=False):
        step.set_schedules(1000 * t)
        seed_step(generators(CPU), 0, t)
        terms.append(take(step.inputs(rows)).tolist())
    return terms


@pytest.mark.parametrize("make", [lambda: BetaVAE(2, kl_start=5, hidden=8), lambda: GAN(width=0.05, augmentation=1.0)])
def test_replays_of_a_captured_step_are_its_steps(make, captured):
    found = []
    for capture in (False, True):
        torch.manual_seed(0)
        take = captured(make())
        state = take.generator.state
        found.append(run(take if capture else take.step, take.step))
    assert found[0] == found[1] and take.graph is not None and take.names == take.step.names
    assert take.generator.state is not state  # the graph has one of its own, whose place does not change
    take.close()
    assert take.graph is None and all(p.grad is None for p in take.step.model.parameters())
    assert take.generator.state is state


def test_a_batch_of_another_shape_is_a_step_without_the_graph(captured):
    found = []
    for capture in (False, True):
        torch.manual_seed(0)
        take = captured(VAE(2, hidden=8))
        terms = run(take if capture else take.step, take.step, n=5)
        short = (take if capture else take.step)(take.step.inputs(torch.arange(7)))
        found.append([*terms, short.tolist(), *run(take if capture else take.step, take.step, n=5)])
    assert found[0] == found[1] and take.graph is not None


class Weighted(BetaVAE):
    def at_step(self, step):
        super().at_step(step)
        self.weight = 1 + step / 1000  # a Python number, which a graph holds constant

    def regulariser(self, kl, mean, log_variance, latents):
        return self.weight * kl, {}


def test_a_python_number_that_changes_is_found_and_would_give_wrong_terms():
    found = []
    for taped_at in (None, 2):
        torch.manual_seed(0)
        found.append(steps_of(Weighted(2, hidden=8), IMAGES, batch_size=16, taped_at=taped_at))
    assert found[0][:3] == found[1][:3] and found[0][3:] != found[1][3:]


class Replaced(Weighted):
    def at_step(self, step):
        self.weight = torch.tensor(1 + step / 1000)


class InAModule(Weighted):
    def at_step(self, step):
        self.encoder[2].weight_of_kl = 1 + step / 1000

    @property
    def weight(self):
        return self.encoder[2].weight_of_kl


class Reassigned(Weighted):
    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.register_buffer("weight", torch.tensor(1.0))

    def at_step(self, step):
        self.weight = torch.tensor(1 + step / 1000)


class OnTheHost(Weighted):
    """A VAE that says it is on CUDA, with a weight on the CPU that is filled."""

    device = torch.device("cuda")

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.weight = torch.tensor(1.0)

    def at_step(self, step):
        self.weight.fill_(1 + step / 1000)


class Switched(Weighted):
    def at_step(self, step):
        self.weight = None if step == 0 else 1 + step / 1000

    def regulariser(self, kl, mean, log_variance, latents):
        return kl if self.weight is None else self.weight * kl, {}


class Exchanged(Weighted):
    """A VAE with another decoder from the second step on."""

    weight = 1.0

    def at_step(self, step):
        self.decoder = torch.nn.Sequential(*self.decoder) if step == 1000 else self.decoder


CHANGING = {
    Weighted: "weight", Replaced: "weight", InAModule: "encoder.2.weight_of_kl", Reassigned: "weight",
    OnTheHost: "weight", Switched: "weight", Exchanged: "decoder",
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGING)
def test_a_change_that_a_graph_would_not_see_is_named(kind):
    model = kind(2, hidden=8)
    model.at_step(0)
    held = Held(model)
    assert held.changed() == ""
    model.at_step(1000)
    assert held.changed() == CHANGING[kind]


def test_a_new_and_a_missing_attribute_are_named_and_a_filled_tensor_is_no_change():
    model = VAE(2, hidden=8)
    model.factors = [1.0]
    held = Held(model)
    with torch.no_grad():
        for tensor in (*model.parameters(), *model.buffers()):
            tensor.fill_(3)
    assert held.changed() == ""
    model.encoder.scale = 2.0
    assert held.changed() == "encoder.scale"
    del model.encoder.scale
    assert held.changed() == ""
    del model.factors
    assert held.changed() == "factors"


class Uncapturable(VAE):
    """A VAE whose step fails while it is recorded, as an operation does that CUDA forbids there."""

    def draw(self, images):
        if torch.utils._python_dispatch._get_current_dispatch_mode():
            raise RuntimeError("operation not permitted\nCUDA kernel errors might be reported later")
        return images


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        *[
            (kind, f"{kind.__name__} changes {name} between steps, which a graph would hold constant; make it a buffer")
            for kind, name in CHANGING.items()
        ],
        (Uncapturable, "the step of Uncapturable cannot be captured: operation not permitted"),
    ],
)
def test_what_cannot_be_captured_goes_on_without_a_graph_and_says_why(kind, reason, captured):
    torch.manual_seed(0)
    plain = captured(kind(2, hidden=8)).step
    expected = run(plain, plain)
    torch.manual_seed(0)
    take = captured(kind(2, hidden=8))
    state = take.generator.state
    with pytest.warns(RuntimeWarning, match=f"training without a CUDA graph, which is slower: {reason}"):
        found = run(take, take.step)
    assert found == expected and take.graph is None and take.generator.state is state
    take = captured(kind(2, hidden=8), required=True)
    with pytest.raises(ValueError, match=f"found graph=True, but {reason}"):
        run(take, take.step)


def test_the_annealed_weights_are_tensors_that_are_filled():
    model = BetaVAE(2, capacity=20.0, capacity_steps=100, kl_start=10, kl_steps=100, hidden=8)
    held = Held(model)
    model.at_step(50)
    assert held.changed() == ""
    assert model.capacity_now.item() == 10 and model.extra_kl.item() == pytest.approx(10**0.5 - 1)
    assert "extra_kl" not in model.state_dict() and "capacity_now" not in model.state_dict()


def test_a_wait_is_noted_with_its_line_and_other_warnings_go_on(monkeypatch):
    modes = []
    monkeypatch.setattr(torch.cuda, "get_sync_debug_mode", lambda: 0)
    monkeypatch.setattr(torch.cuda, "set_sync_debug_mode", modes.append)
    waits = []
    with pytest.warns(UserWarning, match="something else"), noting(waits):
        warnings.warn("something else", stacklevel=1)
        warnings.warn("called a synchronizing CUDA operation", stacklevel=1)
    assert len(waits) == 1 and waits[0].endswith("test_graph.py") and modes == ["warn", 0]


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (True, 'found graph=True on cpu, expected "auto" or False'),
        ("yes", "found graph='yes', expected True, False or \"auto\""),
        (None, "found graph=None"),
    ],
)
def test_graph_is_refused_in_a_sentence(graph, message):
    with pytest.raises(ValueError, match=message):
        train(VAE(2, hidden=8), IMAGES, steps=1, device="cpu", batch_size=16, graph=graph)
