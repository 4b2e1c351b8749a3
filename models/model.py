"""The one face that every model shows to the training loop: what it draws, who plays, what each player loses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

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

    def check(self, images: torch.Tensor) -> None:
        """Look at one batch before training: raise ValueError for images that the model cannot take."""

    def at_step(self, step: int) -> None:
        """Set what is annealed, a function of the step alone; nothing by default."""

    def draw(self, images: torch.Tensor) -> Any:
        """Everything random in one step that the players share; by default the images alone."""
        return images

    def players(self) -> list[Player]:
        """The players, in the order in which they move."""
        raise NotImplementedError

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device
