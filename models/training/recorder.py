"""The terms of each step, on their way from the device into the history."""

import time

import numpy as np
import torch

from ..model import Terms
from .history import History

FLUSH_EVERY = 50  # steps; each transfer waits for the device


class Recorder:
    """Keeps the terms of each step on the device until `flush` moves them into `history`, and takes the time."""

    def __init__(self, history: History, checkpoint=None):
        self.history, self.checkpoint = history, checkpoint
        self.names = list(history.names)
        self.rows: list[torch.Tensor] = []
        self.since = time.perf_counter()

    def add(self, terms: Terms) -> None:
        """Keep the terms of one step. Raises ValueError for names that differ from those of the step before."""
        self.names = self.names or list(terms)
        if list(terms) != self.names:
            step = len(self.history) + len(self.rows)
            raise ValueError(f"found the terms {list(terms)} at step {step}, expected those before it, {self.names}")
        self.rows.append(torch.stack([value.detach() for value in terms.values()]))

    def flush(self) -> None:
        """Move the terms into the history. Raises FloatingPointError at the first that is NaN or infinite."""
        values = torch.stack(self.rows).cpu().numpy()
        self.rows.clear()
        wrong = np.argwhere(~np.isfinite(values))
        if len(wrong):
            row, term = wrong[0]
            before = f"the last checkpoint, {self.checkpoint}, is from before"
            saved = before if self.checkpoint else "no checkpoint was kept"
            raise FloatingPointError(
                f"{self.names[term]} is {values[row, term]} at step {len(self.history) + row}; {saved}. "
                "Try a smaller learning rate, or look for a logarithm of zero."
            )
        self.history.extend(self.names, values)
        now = time.perf_counter()
        self.history.seconds, self.since = self.history.seconds + now - self.since, now
