"""The interface between a model and the training loop: its random draw, its optimisers ("players") and their losses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from .training.history import History

Terms = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Player:
    """An optimiser's share of a model: the parameters that it moves, and the loss that it lowers.

    `loss(draw)` returns named terms, each a mean in nats per example (penalties aside). Adam lowers "loss".
    `learning_rate` is a number, or a schedule: a function of the step.
    """

    name: str
    parameters: list[nn.Parameter]
    loss: Callable[[Any], Terms]
    learning_rate: float | Callable[[int], float]
    betas: tuple[float, float] = (0.9, 0.999)


class Model(nn.Module):
    """One network or several, with the players that train them.

    In a step, `at_step(step)` sets what is annealed, and `draw(batch)` draws what the players share. Then each of
    `players()` lowers its loss on that draw, in order. A subclass defines `players`, and keeps in `config` the
    JSON-able keyword arguments that rebuild it: `self.config |= dict(strength=strength)` after super().__init__().
    With `encode(images)`, which returns codes or a pair of their means and log-variances, it can be scored; `evaluate`
    also asks for its `shape`, the (channels, height, width) of an image.
    """

    batch_size = 64
    pixels: tuple[float, float] | None = None  # the range of the data, which `train` checks; None: any finite number
    labelled: bool | None = None  # whether a batch is (images, labels); False: labels are left out; None: either
    n_labels: int | None = None  # of labels 0 … n_labels - 1
    networks = ("encoder", "decoder", "generator", "discriminator")  # what several processes share; see `processes`
    per_example: tuple[str, ...] = ()  # and methods that take and return a row for each example
    for_training: tuple[str, ...] = ()  # networks that only training needs; published weights leave them out

    def __new__(cls, *args: Any, **keywords: Any) -> "Model":
        model = super().__new__(cls)
        model._arguments = (args, keywords)  # compared with `config` before a checkpoint is written
        return model

    def __init__(self):
        super().__init__()
        self.config: dict[str, Any] = {}

    def check(self, images: torch.Tensor) -> None:
        """Check one batch before training. Raises ValueError for images that the model cannot take."""

    def prepare(self, n_examples: int) -> None:
        """Note the size of the data set before training. Raises ValueError unless it is the expected one."""

    def at_step(self, step: int) -> None:
        """Set what is annealed, as a function of the step alone. By default nothing is.

        Keep it in a buffer, and set that by `fill_`: a CUDA graph holds a Python number as it was in the capture.
        """

    def draw(self, images: torch.Tensor) -> Any:
        """Draw everything random in a step that the players share. By default this is the batch itself."""
        return images

    def watch(self, history: "History") -> str | None:
        """Look at the run so far, every few steps: a sentence on what goes wrong and what to try, or None.

        The loop warns of the first such sentence, once in a run.
        """

    def players(self) -> list[Player]:
        """The players, in the order in which they move, such as [Player("name", parameters, self.loss, 1e-3)].

        `self.loss(draw)` returns a dict of named terms, with "loss" among them.
        """
        raise NotImplementedError

    @property
    def device(self) -> torch.device:
        """The device of the parameters."""
        return next(self.parameters()).device


def require_regulariser(model: type, found: Any) -> tuple[torch.Tensor, Terms]:
    """What a VAE's `regulariser` returned. Raises ValueError unless it is a pair, with names of its own."""
    if not (isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], dict)):
        kind = f"a {type(found).__name__}"
        if isinstance(found, tuple):
            kind = f"({', '.join(type(part).__name__ for part in found)})"
        raise ValueError(
            f"found {kind} from {model.__name__}.regulariser, expected a pair: a scalar tensor to add to the "
            "loss, and a dict of named terms, {} for none"
        )
    penalty = found[0]
    if getattr(penalty, "ndim", 0):
        raise ValueError(
            f"found a tensor of shape {tuple(penalty.shape)} from {model.__name__}.regulariser, expected one number: a "
            "mean over the batch"
        )
    if not isinstance(penalty, torch.Tensor) and penalty != 0:
        raise ValueError(
            f"found the number {penalty} from {model.__name__}.regulariser, expected a tensor, since a number has no "
            "gradient: leave out .item() and float()"
        )
    if not found[1].keys().isdisjoint(("loss", "reconstruction", "kl")):
        raise ValueError(
            f"found the terms {', '.join(map(str, found[1]))} from {model.__name__}.regulariser, expected names other "
            "than loss, reconstruction and kl, which the model records itself"
        )
    return found
