"""One training loop for every model: VAEs, and adversarial models whose players move in turn.

The randomness of step t is a function of (seed, t) alone. A run that is resumed from a checkpoint therefore continues
bit for bit on the same machine, and the caller's random state does not change.
"""

import os
import warnings
from collections.abc import Iterator

import numpy as np
import torch
from tqdm.auto import tqdm

from ..data.batches import batch_of, settle
from ..data.inputs import training_data
from ..model import Model
from .checkpoint import resume, save_checkpoint
from .checks import ready_players, require_batch, require_model, require_place, require_settings
from .device import choose_device
from .fingerprint import fingerprint
from .history import History
from .recorder import FLUSH_EVERY, Recorder
from .step import adam, train_step
from .stopping import PostponedStop


def train(
    model: Model, data, *, steps: int, batch_size: int | None = None, seed: int = 0,
    device: str | torch.device = "auto", precision: str = "float32",
    checkpoint: str | os.PathLike | None = None, checkpoint_every: int = 1000,
) -> History:  # fmt: skip
    """Train `model` on `data` up to step `steps`, and leave it in eval mode on the device.

    `data` are images [n, channels, height, width] as a tensor, an array, a list or a data set, with labels if the
    model takes them; see `inputs.training_data`. Data with a method `to`, as a tensor has, are moved to the device
    once. Each epoch is a new permutation; rows that do not fill its last batch are left out.

    `precision="bf16"` runs networks in bfloat16 and losses in float32. On CUDA, convolutions in "float32" round their
    inputs to TF32, with 10 bits of mantissa, unless torch.backends.cudnn.allow_tf32 is False.

    With the file `checkpoint`, the state is saved there every `checkpoint_every` steps and at the end. If the file
    exists, the run continues from it. Ctrl-C, SIGTERM and SIGHUP wait for the end of the step and save. They then
    raise KeyboardInterrupt, SystemExit(143) and SystemExit(129); see `PostponedStop`.

    Raises ValueError, before any weight or file changes, for arguments and data that the model cannot take. The same
    holds for a checkpoint that is damaged, or that belongs to another model, run or data; see `fingerprint`. At the
    first step, it raises ValueError unless losses are named numbers. Raises FloatingPointError, with the step and the
    name, if a term is NaN or infinite. Warns once (RuntimeWarning) of what `Model.watch` finds, such as posterior
    collapse.
    """
    # 1. What came in: everything that is wrong is found here, before a weight or a file changes.
    require_model(model, data)
    batch_size = model.batch_size if batch_size is None else batch_size
    require_settings(steps, batch_size, seed, precision, checkpoint, checkpoint_every)
    steps, batch_size, seed = int(steps), int(batch_size), int(seed)  # no checkpoint can hold numpy's integers
    device = choose_device(device)
    data = training_data(data, labelled=model.labelled, pixels=model.pixels, n_labels=model.n_labels)
    require_batch(model, data, batch_size)
    require_place(checkpoint, model)
    players = ready_players(model)

    # 2. Where the run computes, and the optimiser of each player.
    data = data.to(device) if hasattr(data, "to") else data
    model.to(device, memory_format=torch.channels_last)
    optimizers = {player.name: adam(player) for player in players if player.parameters}

    # 3. Where it starts: at step 0, or at the step of the checkpoint.
    run = {"seed": seed, "batch_size": batch_size, "examples": len(data), "precision": precision}
    if checkpoint:
        run["fingerprint"] = fingerprint(data)
    first, history = resume(checkpoint, model, optimizers, run)

    # 4. The steps: a batch, a move of every player, the terms. Now and then the terms are read and the state is saved.
    model.train()
    recorder, warned = Recorder(history, checkpoint), False
    forked = torch.random.fork_rng(devices=[device] if device.type == "cuda" else [])
    with _bar(model, first, steps) as bar, forked, PostponedStop() as signals:
        for step, rows in zip(range(first, steps), batches(len(data), batch_size, seed, first), strict=False):
            torch.manual_seed(_mix(seed, 0, step))
            with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
                batch = batch_of(data, rows, device)
                terms = train_step(model, players, optimizers, batch, step, check=step == first)
            recorder.add(terms)
            asked = signals.asked  # read once: a signal from here on waits for the next step
            last = step + 1 == steps or asked
            saves = checkpoint and ((step + 1) % checkpoint_every == 0 or last)
            if len(recorder.rows) == FLUSH_EVERY or saves or last:
                settle(data)
                recorder.flush()
                warned = warned or _warned(model, history)
                bar.set_postfix({name: f"{history[name][-1]:.2f}" for name in history.names})
            if saves:
                save_checkpoint(checkpoint, model, optimizers, run, step + 1, history)
            bar.update()
            if asked:
                break

    # 5. The end: a signal that waited is raised now; otherwise the model is ready for use.
    if signals.asked:
        where = f"saved in {checkpoint}; the same call goes on from there" if checkpoint else "nothing was saved"
        signals.stop(f"stopped after step {len(history):,}, {where}")
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


def _bar(model: Model, first: int, steps: int) -> tqdm:
    silent = bool(os.environ.get("TQDM_DISABLE"))  # where output is recorded; tqdm's notebook bar does not read it
    return tqdm(total=steps, initial=first, desc=type(model).__name__, unit="step", leave=False, disable=silent)


def _warned(model: Model, history: History) -> bool:
    """Warn the caller of `train` of what the model sees going wrong, and say whether there was anything."""
    trouble = model.watch(history)
    if trouble:
        warnings.warn(trouble, RuntimeWarning, stacklevel=3)
    return bool(trouble)
