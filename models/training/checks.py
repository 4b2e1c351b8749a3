"""What `train` asks of its arguments before training, and of a player's terms at the first step."""

import os
import warnings
from dataclasses import replace
from typing import Any

import torch

from ..data.arguments import require_integers, require_numbers
from ..data.files import require_writable
from ..data.inputs import training_data
from ..model import Model, Player
from .checkpoint import identity
from .own_models import require_config, require_own_class

PRECISIONS = ("float32", "ieee", "bf16")


def require_model(model: Any, data: Any) -> None:
    """Raise ValueError unless `model` is a Model, with a remedy for a class and for arguments in reverse order."""
    if isinstance(model, type):
        raise ValueError(f"found the class {model.__name__}, expected a model: make one, {model.__name__}(…)")
    if isinstance(model, Model):
        require_own_class(model)
        return
    if isinstance(data, Model):
        raise ValueError(
            f"found a {type(model).__name__} as the model and a {type(data).__name__} as the data, expected them the "
            "other way round: train(model, data, steps=…)"
        )
    raise ValueError(
        f"found a {type(model).__name__} as the model, expected one of this package, such as VAE(10), or a subclass of "
        "models.Model with players of your own"
    )


def checked_settings(
    model: Model, steps, batch_size, seed, precision, checkpoint, checkpoint_every
) -> tuple[int, int, int]:
    """`steps`, `batch_size` (by default the model's) and `seed` as plain integers, since no checkpoint holds numpy's.

    Raises ValueError unless these arguments of `train` have the right type and range.
    """
    batch_size = model.batch_size if batch_size is None else batch_size
    require_integers(0, steps=steps, seed=seed)
    require_integers(1, batch_size=batch_size, checkpoint_every=1 if checkpoint_every is None else checkpoint_every)
    if precision not in PRECISIONS:
        raise ValueError(f'found precision={precision!r}, expected "float32", "ieee" or "bf16"')
    if checkpoint is not None and not isinstance(checkpoint, str | os.PathLike):
        raise ValueError(f"found checkpoint={checkpoint!r}, expected the path of a file, or None")
    return int(steps), int(batch_size), int(seed)


def checked_data(model: Model, data: Any, batch_size: int) -> Any:
    """The data as `training_data` converts them. Raises ValueError unless they fill a batch that the model takes."""
    data = training_data(data, labelled=model.labelled, pixels=model.pixels, n_labels=model.n_labels)
    if len(data) < batch_size:
        hint = f": pass batch_size={len(data)} or less" if len(data) else ""
        raise ValueError(f"found {len(data):,} examples, expected at least one whole batch, {batch_size:,}{hint}")
    with torch.random.fork_rng(devices=[]):  # data that augment themselves may draw random numbers
        model.check(data[torch.arange(batch_size)])
    model.prepare(len(data))
    return data


def require_graph(graph: Any, device: torch.device) -> None:
    """Raise ValueError unless `graph` is "auto" or False, or True on CUDA."""
    if not isinstance(graph, bool) and graph != "auto":
        raise ValueError(f'found graph={graph!r}, expected True, False or "auto"')
    if graph is True and device.type != "cuda":
        raise ValueError(f'found graph=True on {device}, expected "auto" or False: a CUDA graph needs a CUDA device')


def require_place(checkpoint: str | os.PathLike | None, model: Model) -> None:
    """Raise OSError if the file cannot be written, and TypeError if it cannot hold the model's configuration."""
    if checkpoint:
        require_writable(checkpoint)
        require_config(model)
        identity(model)


def ready_players(model: Model) -> list[Player]:
    """The model's players, each with its trainable parameters alone.

    A player without a trainable parameter does not move, but its loss is recorded; a RuntimeWarning names it.
    Raises ValueError unless there are players of different names, at least one of which can move.
    """
    players = model.players()
    if not isinstance(players, list | tuple) or not all(isinstance(player, Player) for player in players):
        found = [type(p).__name__ for p in players] if isinstance(players, list | tuple) else type(players).__name__
        raise ValueError(f"found {found} from {type(model).__name__}.players, expected a list of Player")
    names = [player.name for player in players]
    if not all(isinstance(name, str) for name in names):
        raise ValueError(f"found players {names}, expected a str as the name of each")
    if not names or len(set(names)) < len(names):
        raise ValueError(f"found players {names}, expected one or more, of different names")
    ready = [_ready(player) for player in players]
    frozen = [player.name for player in ready if not player.parameters]
    if len(frozen) == len(ready):
        raise ValueError(f"found no trainable parameter in {type(model).__name__}, expected at least one to move")
    if frozen:
        warnings.warn(
            f"the player {' and '.join(frozen)} has no trainable parameter; its loss is recorded but moves nothing",
            RuntimeWarning,
            stacklevel=4,  # at the caller of `train`
        )
    return ready


def _ready(player: Player) -> Player:
    parameters = list(player.parameters)
    if not all(isinstance(parameter, torch.Tensor) for parameter in parameters):
        raise ValueError(f"found {parameters!r} as parameters of the player {player.name!r}, expected tensors")
    if not callable(player.loss):
        raise ValueError(
            f"found {player.loss!r} as the loss of the player {player.name!r}, expected a function of a draw"
        )
    if not callable(player.learning_rate):
        require_numbers(**{f"learning_rate of the player {player.name!r}": player.learning_rate})
    return replace(player, parameters=[parameter for parameter in parameters if parameter.requires_grad])


def check_terms(player: Player, terms: Any) -> None:
    """Raise ValueError unless these are the terms of a loss: tensors with one number each, one of them "loss"."""
    found = f"found {{}} from the loss of {player.name!r}, expected "
    if not isinstance(terms, dict):
        raise ValueError(found.format(f"a {type(terms).__name__}") + 'a dict of named terms, {"loss": …}')
    if "loss" not in terms:
        raise ValueError(found.format(f"the terms {', '.join(map(str, terms))}") + 'one that is named "loss"')
    made = "torch.full((), value, device=self.device)"
    for name, value in terms.items():
        if not isinstance(name, str):
            raise ValueError(found.format(f"a term named {name!r}, a {type(name).__name__},") + "a str as its name")
        if not isinstance(value, torch.Tensor):
            raise ValueError(found.format(f"{name!r} as a {type(value).__name__}") + f"a tensor: {made}")
        if value.ndim or value.is_complex():
            shape = f"{name!r} of shape {tuple(value.shape)} and {value.dtype}"
            raise ValueError(found.format(shape) + "one real number: a mean over the batch")
        if value.device != terms["loss"].device:
            where = f"{name!r} on {value.device} and the loss on {terms['loss'].device}"
            raise ValueError(found.format(where) + f"all on one device: {made}")
    if player.parameters and not terms["loss"].requires_grad:
        raise ValueError(found.format('a "loss" without gradient') + "one that depends on the player's parameters")
