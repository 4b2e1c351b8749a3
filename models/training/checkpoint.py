"""Models and training runs as safetensors files, which are compared with a model before it changes."""

import json
import math
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ..data.files import read_safetensors, to_json, write_safetensors
from ..model import Model
from .fingerprint import fingerprint
from .history import History
from .processes import number_of_processes

Tensors = dict[str, torch.Tensor]
AFRESH = "choose another file, or delete this one to start afresh"


@dataclass(frozen=True)
class Saved:
    """The contents of a checkpoint: `tensors` are "model/…", "optimizer/PLAYER/PARAMETER/…" and "history"."""

    model: str
    config: dict[str, Any]
    run: dict[str, Any]  # seed, batch size, number of examples, precision, and the data's fingerprint
    step: int
    terms: list[str]
    seconds: float
    device: str
    processes: int  # that shared each batch
    tensors: Tensors


def save_checkpoint(
    path: str | os.PathLike, model: Model, optimizers: dict, run: dict, step: int, history: History
) -> None:
    """Write the model, its optimisers, the step and the history to `path`."""
    metadata = identity(model) | {
        "run": run, "step": step, "terms": history.names, "seconds": history.seconds, "device": model.device.type,
        "processes": number_of_processes(),
    }  # fmt: skip
    tensors = _state(model, optimizers) | {"history": torch.from_numpy(history.values)}
    write_safetensors(path, tensors, metadata)


def load_checkpoint(path: str | os.PathLike, model: Model, optimizers: dict, run: dict) -> tuple[int, History]:
    """Load a checkpoint's state into the model and its optimisers; return its step and history.

    Raises ValueError, before anything changes, for a damaged file and for a file of a different model or run.
    """
    saved = read_checkpoint(path)
    for what, expected in (identity(model) | {"run": run}).items():
        found = getattr(saved, what)
        if found != expected:
            raise ValueError(_difference(path, what, found, expected))
    state = {name: value for name, value in saved.tensors.items() if name != "history"}
    require_layout(path, state, _state(model, optimizers), type(model).__name__, remedy=AFRESH)
    if saved.processes != number_of_processes():
        warnings.warn(
            f"{path} was written by {saved.processes} process(es), and {number_of_processes()} continue: its batches, "
            "random numbers and losses are the same, but sums are rounded in another order, so the bits differ",
            stacklevel=2,
        )

    model.load_state_dict(below("model/", state))
    for player, optimizer in optimizers.items():
        moments = {}
        for i, parameter in enumerate(optimizer.param_groups[0]["params"]):
            moments[i] = below(f"optimizer/{player}/{i}/", state)
            for key, value in moments[i].items():
                if value.ndim:  # fused Adam reads its moments in the memory order of the parameter
                    moments[i][key] = torch.empty_like(parameter, device="cpu").copy_(value)
        optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
    return saved.step, History(saved.terms, saved.tensors["history"].numpy(), saved.seconds)


def run_of(data: Any, **settings: Any) -> dict[str, Any]:
    """What identifies a run in its checkpoint: the settings, the number of examples and the data's fingerprint."""
    return settings | {"examples": len(data), "fingerprint": fingerprint(data)}


def resume(path: str | os.PathLike | None, model: Model, optimizers: dict, run: dict) -> tuple[int, History]:
    """The step and history to start from: those of `load_checkpoint` if the file exists, else 0 and an empty one."""
    if path and Path(path).exists():
        return load_checkpoint(path, model, optimizers, run)
    return 0, History()


def read_checkpoint(path: str | os.PathLike) -> Saved:
    """Read a checkpoint of `train`. Raises ValueError for a damaged file and for a file without a training run."""
    tensors, metadata = read_safetensors(path)
    model, config = _model_and_config(path, metadata)
    if "run" not in metadata:
        raise ValueError(f"{path} holds published weights of a {model}, expected a checkpoint that `train` wrote")
    run, step = _field(path, metadata, "run", dict), _field(path, metadata, "step", int)
    for name, kind in (("seed", int), ("batch_size", int), ("examples", int), ("precision", str)):
        _field(path, run, name, kind)
    terms, seconds = _field(path, metadata, "terms", list), _field(path, metadata, "seconds", (int, float))
    history = tensors.get("history", torch.empty(0))
    if not all(isinstance(term, str) for term in terms) or len(set(terms)) < len(terms):
        raise ValueError(f"{path} names the terms {terms}, expected different words")
    if not history.is_floating_point() or history.shape != (step, len(terms)):
        raise ValueError(
            f"{path} holds a history {tuple(history.shape)} of {history.dtype}, expected a number for each of its "
            f"{step} steps and {len(terms)} terms"
        )
    if not 0 <= seconds < math.inf:
        raise ValueError(f"{path} holds seconds = {seconds}, expected a finite number of 0 or more")
    device, processes = (
        _field(path, metadata, "device", str),
        _field(path, {"processes": 1} | metadata, "processes", int),
    )
    return Saved(model, config, run, step, terms, seconds, device, processes, tensors)


@dataclass(frozen=True)
class Weights:
    """A model's class by name, its configuration and its tensors, and the networks that published weights leave out."""

    model: str
    config: dict[str, Any]
    tensors: Tensors
    without: tuple[str, ...] = ()

    def part(self, tensors: Tensors) -> Tensors:
        """Those of a whole model's tensors that the file should hold."""
        return {name: value for name, value in tensors.items() if name.partition(".")[0] not in self.without}


def read_weights(path: str | os.PathLike) -> Weights:
    """The model of a checkpoint or of published weights.

    Raises ValueError for a damaged file and for a file without a model.
    """
    tensors, metadata = read_safetensors(path)
    without = tuple(_field(path, {"without": []} | metadata, "without", list))
    return Weights(*_model_and_config(path, metadata), below("model/", tensors), without)


def identity(model: Model) -> dict[str, Any]:
    """The class and configuration of a model, as JSON returns them.

    Raises TypeError for a `config` that JSON cannot hold.
    """
    return {"model": type(model).__name__, "config": json.loads(to_json(model.config))}


def require_layout(
    path: str | os.PathLike, found: Tensors, expected: Tensors, model: str, *,
    any_precision: bool = False, remedy: str = "choose another file",
) -> None:  # fmt: skip
    """Raise ValueError unless names, shapes and dtypes agree; `any_precision` allows different floating dtypes."""
    for what, names in (("lacks", expected.keys() - found.keys()), ("has also", found.keys() - expected.keys())):
        if names:
            some = ", ".join(sorted(names)[:3]) + (", …" if len(names) > 3 else "")
            raise ValueError(f"{path} {what} {some}, expected the {len(expected)} tensors of this {model}; {remedy}")
    for name, value in found.items():
        other = expected[name]
        alike = value.dtype == other.dtype
        if any_precision:
            alike |= value.is_floating_point() and other.is_floating_point()
        if not alike or value.shape != other.shape:
            raise ValueError(
                f"{path} holds {name} {tuple(value.shape)} of {value.dtype}, expected {tuple(other.shape)} of "
                f"{other.dtype} in this {model}; {remedy}"
            )


def below(prefix: str, tensors: Tensors) -> Tensors:
    """The tensors whose names begin with `prefix`, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _state(model: Model, optimizers: dict) -> Tensors:
    """Every tensor that determines how the run continues, by its name in the file."""
    tensors = {f"model/{name}": value for name, value in model.state_dict().items()}
    for player, optimizer in optimizers.items():
        for i, parameter in enumerate(optimizer.param_groups[0]["params"]):
            # Before the first gradient of a parameter, Adam keeps no state, which is equivalent to these zeros.
            moments = optimizer.state.get(parameter) or {
                "step": torch.zeros(()), "exp_avg": torch.zeros_like(parameter),
                "exp_avg_sq": torch.zeros_like(parameter),
            }  # fmt: skip
            tensors |= {f"optimizer/{player}/{i}/{key}": value for key, value in moments.items()}
    return tensors


def _model_and_config(path, metadata: dict) -> tuple[str, dict[str, Any]]:
    if "model" not in metadata:
        raise ValueError(f"{path} holds no model, expected a checkpoint of `train` or weights of `publish`")
    return _field(path, metadata, "model", str), _field(path, metadata, "config", dict)


def _field(path, fields: dict, name: str, kind: type | tuple[type, ...]) -> Any:
    """An entry of the metadata. ValueError if it is missing, of a different type, or a negative integer."""
    value = fields.get(name)
    if not isinstance(value, kind) or isinstance(value, bool) or (kind is int and value < 0):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        expected = " or ".join(f"{kind.__name__}" for kind in kinds) + (" of 0 or more" if kind is int else "")
        raise ValueError(f"{path} holds {name} = {value!r}, expected an entry of type {expected}")
    return value


def _difference(path, what: str, found, expected) -> str:
    """The error text for a checkpoint whose model, configuration or run differs from the expected one."""
    if isinstance(found, dict) and isinstance(expected, dict):  # name only what differs
        different = {key for key in found | expected if found.get(key) != expected.get(key)}
        if different == {"fingerprint"}:
            return (
                f"{path} is a checkpoint of a run on other data: found the fingerprint {found.get('fingerprint')}, "
                f"expected {expected['fingerprint']}; give the data that it began with, {AFRESH}"
            )
        found, expected = ({k: v for k, v in d.items() if k in different} for d in (found, expected))
    return f"{path} is a checkpoint of another {what}: found {found}, expected {expected}; {AFRESH}"
