"""The one face that every model shows to the training loop: what it draws, who plays, what each player loses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from .training.history import History

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


def stayed_below(values: np.ndarray, bound: float, steps: int = 500, after: int = 0) -> bool:
    """Whether `steps` values or more follow step `after`, and the median of the last `steps` is below `bound`."""
    return len(values) - after >= steps and bool(np.median(values[-steps:]) < bound)


def wins_outright(discriminator_loss: np.ndarray, below: float = 0.05, steps: int = 500) -> bool:
    """Whether a discriminator's loss, a positive number of nats at each step, had a median < `below` in the last `steps`.

    Such a discriminator is always sure and right: whoever learns from it sees hardly a gradient, or a wild one.
    """
    return stayed_below(discriminator_loss, below, steps)
