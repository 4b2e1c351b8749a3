"""The one face that every model shows to the training loop: what it draws, who plays, what each player loses."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from torch import nn

from .history import History

Terms = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Player:
    """One optimiser's share of a model: the parameters that it moves and the loss that it moves them by.

    `loss(draw)` returns named terms, each a mean in nats per example; the one named "loss" is minimised (by Adam).
    `learning_rate` is a number, or a schedule: a function of the step.
    """

    name: str
    parameters: list[nn.Parameter]
    loss: Callable[[Any], Terms]
    learning_rate: float | Callable[[int], float]
    betas: tuple[float, float] = (0.9, 0.999)


class Model(nn.Module):
    """A network, or several, with players that train it.

    A subclass keeps in `config` the JSON-able keyword arguments that rebuild it, and defines `players`.
    """

    config: dict[str, Any]
    batch_size = 64
    pixels: tuple[float, float] | None = None  # the range of the data, which `train` checks; None for any finite number
    labelled: bool | None = None  # whether a batch is (images, labels); False leaves labels out, None takes both
    n_labels: int | None = None  # of which labels are 0 … n_labels - 1

    def check(self, images: torch.Tensor) -> None:
        """Look at one batch before training: raise ValueError for images that the model cannot take."""

    def prepare(self, n_examples: int) -> None:
        """Take note of the size of the data set before training: raise ValueError if it is not the expected one."""

    def at_step(self, step: int) -> None:
        """Set what is annealed, a function of the step alone; nothing by default."""

    def draw(self, images: torch.Tensor) -> Any:
        """Everything random in one step that the players share; by default the images alone."""
        return images

    def watch(self, history: History) -> str | None:
        """Look at the run so far, every few steps: a sentence on what is going wrong and what to do, else None.

        The loop warns of the first such sentence, once in a run.
        """

    def players(self) -> list[Player]:
        """The players, in the order in which they move."""
        raise NotImplementedError

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device


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


def require_integers(least: int | None = None, **numbers: Any) -> None:
    """Raise ValueError, with the name, unless all are integers, numpy's included, and at least `least` if given."""
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, Integral):
            raise ValueError(f"found {name}={value!r}, a {type(value).__name__}, expected an integer")
        if least is not None and value < least:
            raise ValueError(f"found {name}={value}, expected {least} or more")


def require_tensor(name: str, values: Any, weights: torch.Tensor) -> None:
    """Raise ValueError unless `values` is a tensor that a network with these weights takes; it is not read."""
    if not isinstance(values, torch.Tensor):
        raise ValueError(
            f"found {name} as a {type(values).__name__}, expected a tensor: torch.as_tensor({name}).float()"
        )
    if values.device != weights.device:
        raise ValueError(
            f"found {name} on {values.device} and the model on {weights.device}, expected one device: "
            f"{name}.to(model.device)"
        )
    narrow = values.dtype in (torch.bfloat16, torch.float16) and torch.is_autocast_enabled(values.device.type)
    if values.dtype != weights.dtype and not narrow:
        hint = " / 255 if they are bytes" if values.dtype == torch.uint8 and name == "images" else ""
        raise ValueError(f"found {name} of {values.dtype}, expected {weights.dtype}: {name}.to({weights.dtype}){hint}")


def require_numbers(**numbers: Any) -> None:
    """Raise ValueError, with the name, unless all are real numbers, numpy's included."""
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ValueError(f"found {name}={value!r}, a {type(value).__name__}, expected a number")


def stayed_below(values: np.ndarray, bound: float, steps: int = 500, after: int = 0) -> bool:
    """Whether `steps` values or more follow step `after`, and the median of the last `steps` is below `bound`."""
    return len(values) - after >= steps and bool(np.median(values[-steps:]) < bound)


def wins_outright(critic_loss: np.ndarray, below: float = 0.05, steps: int = 500) -> bool:
    """Whether a critic's loss, a positive number of nats at each step, had a median < `below` in the last `steps`.

    Such a critic is always sure and right: whoever learns from it sees hardly a gradient, or a wild one.
    """
    return stayed_below(critic_loss, below, steps)
