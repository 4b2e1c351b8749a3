"""One training loop for every model: VAEs, and adversarial models whose players move in turn.

The randomness of step t is a function of (seed, t) alone. A run that is resumed from a checkpoint therefore continues
bit for bit on the same machine, and the caller's random state does not change. On CUDA this needs kernels that add in
a fixed order, as those of this package's networks do; torch.use_deterministic_algorithms finds those that do not.

Data in memory are checked before training, other data batch by batch. Data with a method `to`, as a tensor has, are
moved to the device once. Each epoch is a new permutation; rows that do not fill its last batch are left out.

The state is saved every `checkpoint_every` steps, or else once a minute, and at the end. Ctrl-C, SIGTERM and SIGHUP
wait for the end of the step, save, and then raise KeyboardInterrupt, SystemExit(143) and SystemExit(129); see
`PostponedStop`.
"""

import contextlib
import os
import time
from collections.abc import Iterator

import torch

from ..model import Model
from .checkpoint import resume, run_of, save_checkpoint
from .checks import checked_data, checked_settings, ready_players, require_graph, require_model, require_place
from .device import choose_device
from .graph import launched
from .history import History
from .processes import agreed, rank, require_share, shared_batches
from .randomness import batches, own_randomness, seed_step
from .recorder import Recorder
from .step import Step, adam
from .stopping import PostponedStop

SAVE_SECONDS = 60.0  # between checkpoints, unless their number of steps is given


def train(
    model: Model, data, *, steps: int, batch_size: int | None = None, seed: int = 0,
    device: str | torch.device = "auto", precision: str = "float32", graph: bool | str = "auto",
    checkpoint: str | os.PathLike | None = None, checkpoint_every: int | None = None,
) -> History:  # fmt: skip
    """Train `model` on `data` up to step `steps`, return the history, and leave it in eval mode on the device.

    `data` are images in any container that `inputs.training_data` takes, with labels if the model takes labels.
    The run is saved in the file `checkpoint`, every `checkpoint_every` steps or once a minute, and continues from it.

    - `precision`: "float32"; on CUDA, convolutions then round their inputs to TF32, with 10 bits of mantissa, unless
      torch.backends.cudnn.allow_tf32 is False. "ieee": float32 without that rounding, also of matrix products.
      "bf16": networks compute in bfloat16, and losses in float32.
    - `graph`: whether a step on CUDA is captured as a CUDA graph, which launches all its kernels in one call, with the
      same bits; see `CapturedStep` for what a model must not do. "auto" trains without a graph, and warns of the
      reason, if the step cannot be captured.

    Raises ValueError, before a weight or a file changes, for arguments, data or a checkpoint that cannot be used, and
    during training for faulty data that are read batch by batch, and for a step that `graph=True` cannot capture.
    Raises FloatingPointError if a term is NaN or infinite. Warns once of what `Model.watch` finds.
    """
    signals = PostponedStop()
    run = training(
        model, data, signals, steps=steps, batch_size=batch_size, seed=seed, device=device, precision=precision,
        graph=graph, checkpoint=checkpoint, checkpoint_every=checkpoint_every,
    )  # fmt: skip
    history = next(run)
    with signals, contextlib.closing(run):
        for _ in run:
            pass
    signals.stop(stopped(history, checkpoint))
    return history


def training(
    model: Model, data, signals: PostponedStop, *, steps, batch_size=None, seed=0, device="auto", precision="float32",
    graph="auto", checkpoint=None, checkpoint_every=None,
) -> Iterator[History]:  # fmt: skip
    """The run of `train`, as an iterator over its history: once all is ready, and then after every step."""
    # 1. What came in: all that is wrong is found here, before a weight or a file changes.
    require_model(model, data)
    steps, batch_size, seed = checked_settings(model, steps, batch_size, seed, precision, checkpoint, checkpoint_every)
    device, data = choose_device(device), checked_data(model, data, batch_size)
    require_graph(graph, device)
    require_share(batch_size)
    require_place(checkpoint, model)

    # 2. Where and with whom: everything on one device, and an optimiser for each player that can move.
    data = data.to(device) if hasattr(data, "to") else data
    model.to(device, memory_format=torch.channels_last)
    players = ready_players(model)  # of the parameters that are there now
    optimizers = {player.name: adam(player, device) for player in players if player.parameters}

    # 3. Where it starts: at step 0, or at the step of the checkpoint.
    run = run_of(data, seed=seed, batch_size=batch_size, precision=precision) if checkpoint else {}
    first, history = resume(checkpoint, model, optimizers, run)
    yield history

    # 4. The steps: rows, their batch, a move of every player; the terms are recorded, and now and then all is saved.
    model.train()
    recorder = Recorder(model, data, history, steps, checkpoint)
    take, saved_at = Step(model, players, optimizers, data, device, precision), time.monotonic()
    rows_of_steps = batches(len(data), batch_size, seed, first, take.rows_on)
    with (
        recorder.bar, shared_batches(model), own_randomness(device) as generators,
        launched(take, generators[-1], graph) as one,
    ):  # fmt: skip
        for step, rows in zip(range(first, steps), rows_of_steps, strict=False):
            take.set_schedules(step)
            seed_step(generators, seed, step)
            values = one(take.inputs(rows), check=step == first)
            asked = agreed(signals)  # read once: a signal from here on waits for the next step
            last = step + 1 == steps or asked
            saves = checkpoint and (last or _is_due(step + 1, checkpoint_every, saved_at))
            recorder.add(take.names, values, flush=saves or last)
            if saves and rank() == 0:
                save_checkpoint(checkpoint, model, optimizers, run, step + 1, history)
                saved_at = time.monotonic()
            yield history
            if asked:
                break

    # 5. The end: the model is ready for use.
    model.eval()


def _is_due(step: int, every: int | None, saved_at: float) -> bool:
    """Whether a checkpoint is due after this many steps: by their number if `every` is given, else by the clock."""
    return step % every == 0 if every else time.monotonic() - saved_at >= SAVE_SECONDS


def stopped(history: History, checkpoint: str | os.PathLike | None) -> str:
    """What a run that was asked to stop says of itself."""
    kept = f"saved in {checkpoint}; the same call goes on from there" if checkpoint else "nothing was saved"
    return f"stopped after step {len(history):,}, {kept}"
