"""Models and training runs as safetensors files, written to a temporary name and renamed: whole or not at all."""

import json
import os
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from .history import History
from .model import Model


def save_checkpoint(path, model: Model, optimizers: dict, run: dict, step: int, history: History) -> None:
    """Write the model, its optimisers, the step and the history to `path`."""
    tensors = {f"model/{name}": value for name, value in model.state_dict().items()}
    for player, optimizer in optimizers.items():
        for i, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{player}/{i}/{key}": value for key, value in state.items()}
    tensors["history"] = torch.from_numpy(history.values)
    metadata = _identity(model) | {
        "run": run, "step": step, "terms": history.names, "seconds": history.seconds, "device": model.device.type
    }  # fmt: skip
    write_safetensors(path, tensors, metadata)


def load_checkpoint(path, model: Model, optimizers: dict, run: dict) -> tuple[int, History]:
    """Put a checkpoint's state into the model and its optimisers; return its step and history.

    Raises ValueError, before anything is changed, for a damaged file and for one of another model or run.
    """
    tensors, metadata = read_safetensors(path)
    for what, expected in (_identity(model) | {"run": run}).items():
        found = metadata.get(what)
        if found != expected:
            if isinstance(found, dict) and isinstance(expected, dict):  # name only what differs
                different = {key for key in found | expected if found.get(key) != expected.get(key)}
                found, expected = ({k: v for k, v in d.items() if k in different} for d in (found, expected))
            raise ValueError(
                f"{path} is a checkpoint of another {what}: found {found}, expected {expected}; "
                "choose another file, or delete this one to start afresh"
            )
    model.load_state_dict(_below("model/", tensors))
    for player, optimizer in optimizers.items():
        parameters = optimizer.param_groups[0]["params"]
        state: dict[int, dict] = {}
        for name, value in _below(f"optimizer/{player}/", tensors).items():
            i, key = name.split("/")
            if value.ndim:  # fused Adam reads its moments in the memory order of the parameter
                value = torch.empty_like(parameters[int(i)], device="cpu").copy_(value)
            state.setdefault(int(i), {})[key] = value
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    return metadata["step"], History(metadata["terms"], tensors["history"].numpy(), metadata["seconds"])


def _identity(model: Model) -> dict:
    """What says whose weights these are, as JSON gives it back."""
    return {"model": type(model).__name__, "config": json.loads(json.dumps(model.config))}


def require_writable(path) -> None:
    """Make the file's folder if need be; raise OSError, before any work is lost, if nothing can be written there."""
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, expected the name of a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(f"{path.parent} cannot be written to")


def write_safetensors(path, tensors: dict[str, torch.Tensor], metadata: dict) -> None:
    """Write tensors and JSON-able metadata; a file that was there before stays until the new one is whole."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.write(save(tensors, {key: json.dumps(value) for key, value in metadata.items()}))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_safetensors(path) -> tuple[dict[str, torch.Tensor], dict]:
    """Read what `write_safetensors` wrote. Raises ValueError for a file that is damaged or something else."""
    if Path(path).is_dir():
        raise ValueError(f"{path} is a folder, expected a safetensors file")
    try:
        with safe_open(path, "pt") as file:
            metadata = {key: json.loads(value) for key, value in (file.metadata() or {}).items()}
            return {name: file.get_tensor(name) for name in file.keys()}, metadata  # noqa: SIM118
    except (SafetensorError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no whole safetensors file: {error}") from None


def _below(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
