"""What the loop asks of the players of a model before and at the first step, and how a player moves."""

import warnings
from dataclasses import replace
from typing import Any

import torch

from ..data.arguments import require_numbers
from ..model import Model, Player


def ready_players(model: Model) -> list[Player]:
    """The model's players, each with its trainable parameters alone.

    A player without a trainable parameter does not move, though its loss is recorded; RuntimeWarning says so.
    Raises ValueError unless there are players of different names, of which one can move.
    """
    players = model.players()
    if not isinstance(players, list | tuple) or not all(isinstance(player, Player) for player in players):
        raise ValueError(f"found {players!r} from {type(model).__name__}.players, expected a list of Player")
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
            stacklevel=3,
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
    for name, value in terms.items():
        if not isinstance(name, str):
            raise ValueError(found.format(f"a term named {name!r}, a {type(name).__name__},") + "a str as its name")
        if not isinstance(value, torch.Tensor):
            raise ValueError(found.format(f"{name!r} as a {type(value).__name__}") + "a tensor: torch.as_tensor(value)")
        if value.ndim or value.is_complex():
            shape = f"{name!r} of shape {tuple(value.shape)} and {value.dtype}"
            raise ValueError(found.format(shape) + "one real number: a mean over the batch")
    if player.parameters and not terms["loss"].requires_grad:
        raise ValueError(found.format('a "loss" without gradient') + "one that depends on the player's parameters")


def adam(player: Player) -> torch.optim.Adam:
    return torch.optim.Adam(player.parameters, betas=player.betas, fused=True)


def move(player: Player, optimizer: torch.optim.Optimizer, loss: torch.Tensor, step: int) -> None:
    """One step of the player's own parameters; the gradients of the others are not even computed."""
    rate = player.learning_rate
    optimizer.param_groups[0]["lr"] = rate(step) if callable(rate) else rate
    optimizer.zero_grad()
    loss.backward(inputs=player.parameters)
    optimizer.step()
    torch.clear_autocast_cache()  # of the weights in bfloat16: the next player meets those that have just moved
