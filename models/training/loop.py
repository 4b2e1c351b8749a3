"""One training loop for every model: VAEs, and adversarial models whose players move in turn.

The randomness of step t is a function of (seed, t) alone. A run that is resumed from a checkpoint therefore continues
bit for bit on the same machine, and the caller's random state does not change.

Data in memory are checked before training, other data batch by batch. Data with a method `to`, as a tensor has, are
moved to the device once. Each epoch is a new permutation; rows that do not fill its last batch are left out.
Losses are computed in float32. On CUDA, convolutions in "float32" round their inputs to TF32, with 10 bits of mantissa,
unless torch.backends.cudnn.allow_tf32 is False.

The state is saved every `checkpoint_every` steps and at the end. Ctrl-C, SIGTERM and SIGHUP wait for the end of the
step, save, and then raise KeyboardInterrupt, SystemExit(143) and SystemExit(129); see `PostponedStop`.
"""

import os
from collections.abc import Iterator

import numpy as np
import torch

from ..data.batches import batch_of
from ..model import Model
from .checkpoint import resume, run_of, save_checkpoint
from .checks import checked_data, checked_settings, ready_players, require_model, require_place
from .device import choose_device
from .history import History
from .recorder import Recorder
from .step import adam, train_step
from .stopping import PostponedStop


def train(
    model: Model, data, *, steps: int, batch_size: int | None = None, seed: int = 0,
    device: str | torch.device = "auto", precision: str = "float32",
    checkpoint: str | os.PathLike | None = None, checkpoint_every: int = 1000,
) -> History:  # fmt: skip
    """Train `model` on `data` up to step `steps`, return the history, and leave it in eval mode on the device.

    `data` are images in any container that `inputs.training_data` takes, with labels if the model takes labels.
    `precision="bf16"` runs networks in bfloat16. The run is saved in the file `checkpoint` and continues from it.
    Raises ValueError, before a weight or a file changes, for arguments, data or a checkpoint that cannot be used, and
    FloatingPointError if a term is NaN or infinite. Warns once of what `Model.watch` finds, such as posterior collapse.
    """
    # 1. What came in: all that is wrong is found here, before a weight or a file changes.
    require_model(model, data)
    steps, batch_size, seed = checked_settings(model, steps, batch_size, seed, precision, checkpoint, checkpoint_every)
    device, data = choose_device(device), checked_data(model, data, batch_size)
    require_place(checkpoint, model)

    # 2. Where and with whom: everything on one device, and an optimiser for each player that can move.
    players = ready_players(model)
    data = data.to(device) if hasattr(data, "to") else data
    model.to(device, memory_format=torch.channels_last)
    optimizers = {player.name: adam(player) for player in players if player.parameters}

    # 3. Where it starts: at step 0, or at the step of the checkpoint.
    run = run_of(data, seed=seed, batch_size=batch_size, precision=precision) if checkpoint else {}
    first, history = resume(checkpoint, model, optimizers, run)

    # 4. The steps: rows, their batch, a move of every player; the terms are recorded, and now and then all is saved.
    model.train()
    recorder = Recorder(model, data, history, steps, checkpoint)
    with recorder.bar, _forked(device), PostponedStop() as signals:
        for step, rows in zip(range(first, steps), batches(len(data), batch_size, seed, first), strict=False):
            torch.manual_seed(_mix(seed, 0, step))
            with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
                terms = train_step(model, players, optimizers, batch_of(data, rows, device), step, check=step == first)
            asked = signals.asked  # read once: a signal from here on waits for the next step
            last = step + 1 == steps or asked
            saves = checkpoint and ((step + 1) % checkpoint_every == 0 or last)
            recorder.add(terms, flush=saves or last)
            if saves:
                save_checkpoint(checkpoint, model, optimizers, run, step + 1, history)
            if asked:
                break

    # 5. The end: a postponed signal raises its exception now; otherwise the model is ready for use.
    signals.stop(f"stopped after step {len(history):,}, " + _kept(checkpoint))
    model.eval()
    return history


def batches(n: int, batch_size: int, seed: int, first: int = 0) -> Iterator[torch.Tensor]:
    """The rows of each step's batch, endlessly from step `first` on: each epoch is a permutation of 0 … n-1."""
    per_epoch = n // batch_size
    epoch, batch = divmod(first, per_epoch)
    while True:
        order = torch.randperm(n, generator=torch.Generator().manual_seed(_mix(seed, 1, epoch)))
        yield from order[: per_epoch * batch_size].view(per_epoch, batch_size)[batch:]
        epoch, batch = epoch + 1, 0


def _mix(*numbers: int) -> int:
    """A seed from several numbers, well mixed, for the generators that read only 32 bits of it."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def _forked(device: torch.device):
    """A context that restores the caller's random state, of the CPU and of a CUDA device."""
    return torch.random.fork_rng(devices=[device] if device.type == "cuda" else [])


def _kept(checkpoint: str | os.PathLike | None) -> str:
    return f"saved in {checkpoint}; the same call goes on from there" if checkpoint else "nothing was saved"
