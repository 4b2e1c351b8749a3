"""What a training run recorded: every loss term at every step."""

import math
from dataclasses import dataclass, field

import numpy as np


@dataclass
class History:
    """Named terms in nats per example, a row for each step: `history["kl"]` is an array over all steps."""

    names: list[str] = field(default_factory=list)
    values: np.ndarray = field(default_factory=lambda: np.empty((0, 0), np.float32))
    seconds: float = 0.0  # of training, resumed parts included

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.names:
            raise KeyError(f"found no term {name!r}, expected one of {', '.join(self.names) or 'none: nothing ran'}")
        return self.values[:, self.names.index(name)]

    def __repr__(self) -> str:
        last = ", ".join(f"{name} {self.mean(name):.3g}" for name in self.names)
        return f"History({len(self):,} steps; at the end {last})" if len(self) else "History(0 steps)"

    def extend(self, names: list[str], values: np.ndarray) -> None:
        """Append rows [steps, terms]. Raises ValueError unless the terms are those of the steps before."""
        if self.names and list(names) != self.names:
            found, expected = ", ".join(names), ", ".join(self.names)
            raise ValueError(f"found the terms {found}, expected {expected} as in the {len(self):,} steps before")
        self.values = np.concatenate([self.values, values]) if self.names else values
        self.names = list(names)

    def mean(self, name: str, last: int = 100) -> float:
        """The mean of a term over the last steps."""
        return float(self[name][-last:].mean())

    def median(self, name: str, steps: int = 500, after: int = 0) -> float:
        """The median of a term over the last `steps` steps; NaN before there are that many after step `after`."""
        values = self[name]
        return float(np.median(values[-steps:])) if len(values) - after >= steps else math.nan

    def plot(self, *names: str, smooth: int = 50, ax=None):
        """Plot the named terms (all by default) against the step, smoothed by a running mean; return the axes."""
        import matplotlib.pyplot as plt

        ax = ax or plt.subplots(figsize=(8, 4), layout="constrained")[1]
        width = max(1, min(smooth, len(self) // 10))
        for name in names or self.names:
            curve = np.convolve(self[name], np.ones(width) / width, mode="valid")
            ax.plot(np.arange(len(curve)) + width, curve, label=name)
        ax.set(xlabel="training step", ylabel="nats per example", title=f"Loss terms (running mean of {width} steps)")
        ax.legend()
        return ax
