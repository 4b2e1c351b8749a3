"""One training loop for every model: VAEs, and adversarial models as players that move in turn.

The randomness of step t is a function of (seed, t) alone, so a run resumed from a checkpoint continues
bit for bit on the same machine, and the caller's random state is left as it was.
"""

import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from tqdm.auto import tqdm

from ..data.arguments import require_integers
from ..data.files import require_writable
from ..data.inputs import CheckedBatches, batch_of, training_data
from ..model import Model, Player, Terms
from .checkpoint import identity, load_checkpoint, save_checkpoint
from .device import choose_device
from .fingerprint import fingerprint
from .history import History
from .players import adam, check_terms, move, ready_players
from .stopping import PostponedStop

FLUSH_EVERY = 50  # steps between transfers of the recorded terms off the device


def train(
    model: Model,
    data,
    *,
    steps: int,
    batch_size: int | None = None,
    seed: int = 0,
    device: str | torch.device = "auto",
    precision: str = "float32",
    checkpoint: str | os.PathLike | None = None,
    checkpoint_every: int = 1000,
) -> History:
    """Train `model` on `data` up to step `steps`, and leave it in eval mode on the device.

    `data` are images [n, channels, height, width] as a tensor, an array, a list or a data set, with labels where the
    model takes them; see `inputs.training_data`. They are converted to float32. Data in memory are all checked before
    training, others batch by batch. Data with a method `to`, as a tensor has, are moved to the device once; a data
    set that renders does so there. Each epoch is a new permutation, and rows that do not fill its last batch are left
    out. `precision="bf16"` runs networks in bfloat16 where that is safe, and losses in float32. On CUDA, convolutions
    in "float32" round their inputs to TF32, with 10 bits of mantissa, unless torch.backends.cudnn.allow_tf32 is False.
    With `checkpoint`, a file, the state is saved there every `checkpoint_every` steps and at the end, and a run
    that finds the file goes on from it. Ctrl-C waits for the end of the step, saves, and then raises
    KeyboardInterrupt. SIGTERM and SIGHUP do the same, and then raise SystemExit(143) and SystemExit(129), unless the
    caller ignores or handles them.

    Raises ValueError, before any weight or file changes, for an unknown device or precision, too little data, data
    that the model cannot take, and a checkpoint that is damaged or of another model, another run or other data (see
    `fingerprint`); at the first step, for losses that are not named numbers; FloatingPointError, naming the step and
    the term, as soon as a term is seen to be NaN or infinite. Warns once (RuntimeWarning) of what the model sees going
    wrong, such as posterior collapse, see `Model.watch`.
    """
    _require_model(model, data)
    batch_size = model.batch_size if batch_size is None else batch_size
    require_integers(0, steps=steps, seed=seed)
    require_integers(1, batch_size=batch_size, checkpoint_every=checkpoint_every)
    steps, seed, batch_size = int(steps), int(seed), int(batch_size)  # numpy's, too, which no checkpoint can hold
    device = choose_device(device)
    data = training_data(data, labelled=model.labelled, pixels=model.pixels, n_labels=model.n_labels)
    if len(data) < batch_size:
        hint = f": pass batch_size={len(data)} or less" if len(data) else ""
        raise ValueError(f"found {len(data):,} examples, expected at least one whole batch, {batch_size:,}{hint}")
    if precision not in ("float32", "bf16"):
        raise ValueError(f'found precision={precision!r}, expected "float32" or "bf16"')
    if checkpoint is not None and not isinstance(checkpoint, str | os.PathLike):
        raise ValueError(f"found checkpoint={checkpoint!r}, expected the path of a file, or None")
    if checkpoint:
        require_writable(checkpoint)
        identity(model)  # a configuration that no file can hold is found now, not at the first save
    with torch.random.fork_rng(devices=[]):  # which data that augment themselves may draw from
        model.check(data[torch.arange(batch_size)])
    model.prepare(len(data))
    players = ready_players(model)
    if hasattr(data, "to"):
        data = data.to(device)
    model.to(device, memory_format=torch.channels_last)
    optimizers = {player.name: adam(player) for player in players if player.parameters}
    run = {"seed": seed, "batch_size": batch_size, "examples": len(data), "precision": precision}
    first, history, warned = 0, History(), False
    if checkpoint:
        run["fingerprint"] = fingerprint(data)
        if Path(checkpoint).exists():
            first, history = load_checkpoint(checkpoint, model, optimizers, run)
    model.train()

    recorded: list[torch.Tensor] = []
    names = list(history.names)
    silent = bool(os.environ.get("TQDM_DISABLE"))  # where output is recorded; tqdm's notebook bar does not ask
    bar = tqdm(total=steps, initial=first, desc=type(model).__name__, unit="step", leave=False, disable=silent)
    clock = time.perf_counter()
    forked = torch.random.fork_rng(devices=[device] if device.type == "cuda" else [])
    with bar, forked, PostponedStop() as signals:
        for step, rows in zip(range(first, steps), batches(len(data), batch_size, seed, first), strict=False):
            torch.manual_seed(_mix(seed, 0, step))
            with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
                terms = _step(model, players, optimizers, batch_of(data, rows, device), step, check=step == first)
            names = names or list(terms)
            if list(terms) != names:
                raise ValueError(f"found the terms {list(terms)} at step {step}, expected those before it, {names}")
            recorded.append(torch.stack([value.detach() for value in terms.values()]))
            asked = signals.asked  # read once: a signal from here on waits for the next step
            last = step + 1 == steps or asked
            saves = checkpoint and ((step + 1) % checkpoint_every == 0 or last)
            if saves or len(recorded) == FLUSH_EVERY or last:
                if isinstance(data, CheckedBatches):
                    data.settle()
                _flush(history, names, recorded, checkpoint)
                if not warned and (trouble := model.watch(history)):
                    warnings.warn(trouble, RuntimeWarning, stacklevel=2)
                    warned = True
                history.seconds, clock = history.seconds + time.perf_counter() - clock, time.perf_counter()
            if saves:
                save_checkpoint(checkpoint, model, optimizers, run, step + 1, history)
            if asked:
                break
            if not recorded:
                bar.set_postfix({name: f"{history[name][-1]:.2f}" for name in history.names})
            bar.update()
    if signals.asked:
        where = f"saved in {checkpoint}; the same call goes on from there" if checkpoint else "nothing was saved"
        signals.stop(f"stopped after step {len(history):,}, {where}")
    model.eval()
    return history


def _require_model(model, data) -> None:
    """Raise ValueError unless `model` can be trained, with what to write for a class, or for arguments in reverse."""
    if isinstance(model, type):
        raise ValueError(f"found the class {model.__name__}, expected a model: make one, {model.__name__}(…)")
    if isinstance(model, Model):
        return
    if isinstance(data, Model):
        raise ValueError(
            f"found a {type(model).__name__} as the model and a {type(data).__name__} as the data, expected them the "
            "other way round: train(model, data, steps=…)"
        )
    raise ValueError(
        f"found a {type(model).__name__} as the model, expected one of this package, such as VAE(10), or a subclass of "
        "models.Model with players of your own"
    )


def _step(model: Model, players: list[Player], optimizers: dict, batch, step: int, *, check: bool = False) -> Terms:
    """One draw, on which every player moves once; the terms of all of them, checked if `check` says so."""
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


def _mix(*numbers: int) -> int:
    """A seed from several numbers, well mixed, for the generators that read only 32 bits of it."""
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def batches(n: int, batch_size: int, seed: int, first: int = 0) -> Iterator[torch.Tensor]:
    """The rows of each step's batch, from step `first` on without end: each epoch is a permutation of 0 … n-1."""
    per_epoch = n // batch_size
    epoch, batch = divmod(first, per_epoch)
    while True:
        order = torch.randperm(n, generator=torch.Generator().manual_seed(_mix(seed, 1, epoch)))
        yield from order[: per_epoch * batch_size].view(per_epoch, batch_size)[batch:]
        epoch, batch = epoch + 1, 0


def _flush(history: History, names: list[str], recorded: list[torch.Tensor], checkpoint) -> None:
    """Move the recorded terms into the history, and stop at the first that is no number."""
    values = torch.stack(recorded).cpu().numpy()
    recorded.clear()
    wrong = np.argwhere(~np.isfinite(values))
    if len(wrong):
        row, term = wrong[0]
        saved = f"the last checkpoint, {checkpoint}, is from before" if checkpoint else "no checkpoint was kept"
        raise FloatingPointError(
            f"{names[term]} is {values[row, term]} at step {len(history) + row}; {saved}. "
            "Try a smaller learning rate, or look for a logarithm of zero."
        )
    history.extend(names, values)
