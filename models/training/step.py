"""One training step: one draw, on which every player moves once."""

from typing import Any

import torch

from ..model import Model, Player, Terms
from .checks import check_terms


def train_step(
    model: Model, players: list[Player], optimizers: dict[str, torch.optim.Adam], batch: Any, step: int, *, check=False
) -> Terms:
    """Move every player once, in their order, on one draw; return the terms of all of them.

    With `check`, the terms of each player are checked before it moves; see `check_terms`.
    """
    model.at_step(step)
    draw = model.draw(batch)
    terms: Terms = {}
    for player in players:
        named = player.loss(draw)
        if check:
            check_terms(player, named)
        if player.parameters:
            move(player, optimizers[player.name], named["loss"], step)
        if len(players) > 1:
            named = {f"{player.name} loss" if name == "loss" else name: value for name, value in named.items()}
        terms |= named
    return terms


def move(player: Player, optimizer: torch.optim.Adam, loss: torch.Tensor, step: int) -> None:
    """One step of Adam on the player's own parameters; no gradient of other parameters is computed."""
    rate = player.learning_rate
    optimizer.param_groups[0]["lr"] = rate(step) if callable(rate) else rate
    optimizer.zero_grad()
    loss.backward(inputs=player.parameters)
    optimizer.step()
    torch.clear_autocast_cache()  # it holds weights in bfloat16 as they were before this step


def adam(player: Player) -> torch.optim.Adam:
    """The optimiser of a player; `move` sets its learning rate at each step."""
    return torch.optim.Adam(player.parameters, betas=player.betas, fused=True)
