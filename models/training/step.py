"""One training step: one draw, on which every player moves once."""

import contextlib
from typing import Any

import torch

from ..data.batches import CheckedBatches
from ..model import Model, Player, Terms
from .checks import check_terms
from .processes import sum_gradients

Optimizers = dict[str, torch.optim.Adam]


class Step:
    """A step on the rows of a data set, as a function of its schedule and its randomness, which are set before.

    `set_schedules(step)` and a seed of the random generators come first. Then `step(step.inputs(rows))` moves every
    player. If the data lie on the device, the step itself neither copies from the host nor waits for the device; a
    model's own loss may, as `.item()` does.
    """

    def __init__(
        self, model: Model, players: list[Player], optimizers: Optimizers, data: Any, device: torch.device,
        precision: str,
    ):  # fmt: skip
        self.model, self.players, self.optimizers, self.data = model, players, optimizers, data
        self.device, self.precision, self.names = device, precision, None
        self.on_request = isinstance(data, CheckedBatches)  # read by code of the caller, which may do anything
        self.rows_on = data.rows_on if self.on_request else device

    def set_schedules(self, step: int) -> None:
        """Set what depends on the step's number: the model's annealed weights, and every learning rate."""
        self.model.at_step(step)
        for player in self.players:
            if player.parameters:
                set_rate(self.optimizers[player.name], player, step)

    def inputs(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """What a call starts from: the rows, or the batch itself if the caller's own code reads it."""
        if not self.on_request:
            return (rows,)
        batch = self.data[rows]
        return batch if isinstance(batch, tuple) else (batch,)

    def __call__(self, inputs: tuple[torch.Tensor, ...], *, check: bool = False) -> torch.Tensor:
        """Move every player once on the batch of these inputs; the values of the terms, side by side.

        `names` are then those of the terms. With `check`, the terms of each player are checked before it moves.
        """
        with numerics(self.device, self.precision):
            terms = train_step(self.model, self.players, self.optimizers, self._batch(inputs), check=check)
        self.names = list(terms)
        return torch.stack([value.detach() for value in terms.values()])

    def _batch(self, inputs: tuple[torch.Tensor, ...]) -> Any:
        if not self.on_request:
            return self.data[inputs[0]]
        parts = tuple(part.to(self.device, non_blocking=True) for part in inputs)
        return parts if len(parts) > 1 else parts[0]


def train_step(model: Model, players: list[Player], optimizers: Optimizers, batch: Any, *, check=False) -> Terms:
    """Move every player once, in their order, on one draw; return the terms of all of them.

    With `check`, the terms of each player are checked before it moves; see `check_terms`.
    """
    draw = model.draw(batch)
    terms: Terms = {}
    for player in players:
        named = player.loss(draw)
        if check:
            check_terms(player, named)
        if player.parameters:
            move(model, player, optimizers[player.name], named["loss"])
        if len(players) > 1:
            named = {f"{player.name} loss" if name == "loss" else name: value for name, value in named.items()}
        terms |= named
    return terms


def move(model: Model, player: Player, optimizer: torch.optim.Adam, loss: torch.Tensor) -> None:
    """One step of Adam on the player's own parameters; no gradient of other parameters is computed."""
    optimizer.zero_grad()
    with torch.autocast(loss.device.type, enabled=False):  # else float32 products of the loss go back in bfloat16
        loss.backward(inputs=player.parameters)
    sum_gradients(model, player.parameters)
    optimizer.step()
    torch.clear_autocast_cache()  # it holds weights in bfloat16 as they were before this step


def adam(player: Player, device: torch.device | None = None) -> torch.optim.Adam:
    """The optimiser of a player. On CUDA its state and its learning rate lie on the device, where a graph sees them."""
    keywords: dict = dict(betas=player.betas, fused=True)
    if device is not None and device.type == "cuda":
        keywords |= dict(lr=torch.tensor(0.0, device=device), capturable=True)
    optimizer = torch.optim.Adam(player.parameters, **keywords)
    optimizer._warned_capturable_if_run_uncaptured = True  # the first steps run before the capture, as they should
    set_rate(optimizer, player, step=0)
    return optimizer


def set_rate(optimizer: torch.optim.Adam, player: Player, step: int) -> None:
    """Set the learning rate of a step; one that lies on the device is filled there."""
    rate, group = player.learning_rate, optimizer.param_groups[0]
    rate = rate(step) if callable(rate) else rate
    if isinstance(group["lr"], torch.Tensor):
        group["lr"].fill_(rate)
    else:
        group["lr"] = rate


@contextlib.contextmanager
def numerics(device: torch.device, precision: str):
    """The context in which a step computes, by the `precision` of `train`."""
    exact = precision == "ieee" and device.type == "cuda"
    with (
        torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"),
        without_tf32() if exact else contextlib.nullcontext(),
    ):
        yield


@contextlib.contextmanager
def without_tf32():
    """A context in which matrix products and convolutions on CUDA keep all 24 bits of float32's mantissa."""
    products, cudnn = torch.backends.cuda.matmul, torch.backends.cudnn
    if hasattr(products, "fp32_precision"):  # from PyTorch 2.9 on; its older settings then raise where this is used
        settings = [(products, "fp32_precision", "ieee"), (cudnn.conv, "fp32_precision", "ieee")]
    else:
        settings = [(products, "allow_tf32", False), (cudnn, "allow_tf32", False)]
    before = [getattr(backend, name) for backend, name, _ in settings]
    try:
        for backend, name, value in settings:
            setattr(backend, name, value)
        yield
    finally:
        for (backend, name, _), value in zip(settings, before, strict=True):
            setattr(backend, name, value)
