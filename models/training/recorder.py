"""What `train` records and shows of each step: the loss terms, the time, the progress bar and the model's warning."""

import os
import time
import warnings
from typing import Any

import numpy as np
import torch
from tqdm.auto import tqdm

from ..data.batches import CheckedBatches
from ..model import Model
from .history import History

FLUSH_EVERY = 50  # steps; each transfer waits for the device


class Recorder:
    """Keeps the terms of each step on the device, and moves them into `history` every 50 steps."""

    def __init__(self, model: Model, data: Any, history: History, steps: int, checkpoint=None):
        self.model, self.data, self.history = model, data, history
        self.names, self.rows, self.warned, self.checkpoint = list(history.names), [], False, checkpoint
        silent = bool(os.environ.get("TQDM_DISABLE"))  # where output is recorded; tqdm's notebook bar does not read it
        where = dict(desc=type(model).__name__, initial=len(history), total=steps, unit="step")
        self.bar = tqdm(**where, leave=False, disable=silent)
        self.since = time.perf_counter()

    def add(self, names: list[str], values: torch.Tensor, *, flush: bool = False) -> None:
        """Keep the terms of one step [terms], and move them into the history if `flush` or every 50 steps.

        Raises ValueError for names that differ from those of the step before, and for data that were faulty.
        Raises FloatingPointError at the first term that is NaN or infinite. Warns once of what `Model.watch` finds.
        """
        self.names = self.names or names
        if names != self.names:
            step = len(self.history) + len(self.rows)
            raise ValueError(f"found the terms {names} at step {step}, expected those before it, {self.names}")
        self.rows.append(values)
        self.bar.update()
        if not flush and len(self.rows) < FLUSH_EVERY:
            return
        if isinstance(self.data, CheckedBatches):
            self.data.settle()
        self._move()
        if not self.warned and (trouble := self.model.watch(self.history)):
            warnings.warn(trouble, RuntimeWarning, stacklevel=4)  # at the caller of `train`
            self.warned = True
        self.bar.set_postfix({name: f"{self.history[name][-1]:.2f}" for name in self.names})
        now = time.perf_counter()
        self.history.seconds, self.since = self.history.seconds + now - self.since, now

    def _move(self) -> None:
        values = torch.stack(self.rows).cpu().numpy()
        self.rows.clear()
        wrong = np.argwhere(~np.isfinite(values))
        if len(wrong):
            row, term = wrong[0]
            before = f"the last checkpoint, {self.checkpoint}, is from before"
            raise FloatingPointError(
                f"{self.names[term]} is {values[row, term]} at step {len(self.history) + row}; "
                f"{before if self.checkpoint else 'no checkpoint was kept'}. "
                "Try a smaller learning rate, or look for a logarithm of zero."
            )
        self.history.extend(self.names, values)
