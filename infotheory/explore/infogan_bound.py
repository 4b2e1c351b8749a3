"""A noisy channel from code to image, and a Q that may be wrong: I(c;x), L_I and the gap between them."""

import math
from typing import ClassVar

import ipywidgets as widgets
import numpy as np

from ..bounds import barber_agakov_bound
from ..measures import joint, mutual_information
from ..teaching import COLOURS
from .base import LiveExplorer, figure

LOWEST = -1.5  # nats that the right panel shows


class InfoGANBoundExplorer(LiveExplorer):
    """Four equally likely codes pass a noisy channel; Q assumes a different amount of noise, or confuses two codes.

        p(x|c) = 1 - noise at x = c, else noise/3,    L_I = H(c) + E log Q(c|x) = I(c;x) - E_x KL(p(c|x) ‖ Q(c|x))

    Q is the posterior of a channel with `believed` noise, whose codes 0 and 1 are exchanged with the share `mixed`.
    Where Q excludes a pair that happens, L_I = -∞. In nats.
    State: `noise`, `believed` and `mixed`, changed by `set`, which raises ValueError for a value outside [0, 1].
    """

    limits: ClassVar = {"noise": (0, 1), "believed": (0, 1), "mixed": (0, 1)}
    beliefs = np.linspace(0, 1, 101)
    n = 4

    def __init__(self, noise: float = 0.1, believed: float = 0.5, mixed: float = 0.0):
        self.set(noise=noise, believed=believed, mixed=mixed)

    def channel(self, noise) -> np.ndarray:
        """p(x|c) [..., c, x]; being symmetric, it is also p(c|x), since codes are equally likely."""
        noise = np.asarray(noise, float)[..., None, None]
        return np.where(np.eye(self.n) == 1, 1 - noise, noise / (self.n - 1))

    def q(self, believed) -> np.ndarray:
        """Q(c|x) [..., c, x], columns summing to 1."""
        right = self.channel(believed)
        exchanged = right[..., [1, 0, *range(2, self.n)], :]
        return (1 - self.mixed) * right + self.mixed * exchanged

    def numbers(self) -> dict[str, float]:
        """H(c), I(c;x), L_I and E KL, in nats."""
        p_cx = joint(np.full(self.n, 1 / self.n), self.channel(self.noise))
        information, bound = float(mutual_information(p_cx)), float(barber_agakov_bound(p_cx, self.q(self.believed)))
        return {"H(c)": math.log(self.n), "I(c;x)": information, "L_I": bound, "E KL": information - bound}

    def describe(self) -> str:
        return ", ".join(f"{name} = {_number(value)}" for name, value in self.numbers().items()) + " nats"

    def build(self):
        fig, channel, reader, right = figure(
            11, 4.1, (0.05, 0.17, 0.2, 0.68), (0.3, 0.17, 0.2, 0.68), (0.585, 0.17, 0.395, 0.73)
        )
        look = dict(cmap="Blues", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        self._tables = [axes.imshow(np.zeros((self.n, self.n)), **look) for axes in (channel, reader)]
        self._cells = [
            [axes.text(x, c, "", ha="center", va="center", fontsize=12) for c in range(self.n) for x in range(self.n)]
            for axes in (channel, reader)
        ]
        for axes, name in ((channel, "the truth, p(c|x)"), (reader, "Q(c|x)")):
            axes.set(title=name, xlabel="image x", ylabel="code c", xticks=range(self.n), yticks=range(self.n))
            axes.grid(False)
        right.axhline(math.log(self.n), color="black", linestyle="--", linewidth=1.5)
        right.text(1, math.log(self.n) + 0.03, "H(c) = log 4", ha="right", va="bottom", fontsize=12)
        self._information = right.axhline(0, color=COLOURS[1], label="I(c;x)")
        self._curve = right.plot([], [], color=COLOURS[0], label="$L_I$ for the noise that Q assumes")[0]
        self._gap = right.plot([], [], color=COLOURS[4], linewidth=5, label="E KL, the gap")[0]
        self._dot = right.plot([], [], "o", color=COLOURS[0], markersize=8)[0]
        right.set(title="a bound that touches", xlabel="noise that Q assumes (probability)", ylabel="nats")
        right.set(xlim=(0, 1), ylim=(LOWEST, 1.7))
        right.legend(loc="lower center", fontsize=11)
        cells = [cell for table in self._cells for cell in table]
        return fig, [*self._tables, *cells, self._information, self._curve, self._gap, self._dot]

    def update(self):
        p_cx = joint(np.full(self.n, 1 / self.n), self.channel(self.noise))
        numbers = self.numbers()
        for table, cells, values in zip(
            self._tables, self._cells, (self.channel(self.noise), self.q(self.believed)), strict=True
        ):
            table.set_data(values)
            for cell, value in zip(cells, values.flat, strict=True):
                cell.set(text=f"{value:.2f}", color="white" if value > 0.5 else "black")
        bounds = barber_agakov_bound(p_cx, self.q(self.beliefs))
        self._curve.set_data(self.beliefs, np.maximum(bounds, LOWEST - 1))
        self._information.set_ydata([numbers["I(c;x)"]] * 2)
        shown = max(numbers["L_I"], LOWEST)
        self._gap.set_data([self.believed] * 2, [shown, numbers["I(c;x)"]])
        self._dot.set_data([self.believed], [shown])

    def controls(self) -> list[widgets.Widget]:
        return [
            widgets.HBox(
                [
                    self.slider("noise", "noise of the channel", 0.01),
                    self.slider("believed", "noise Q assumes", 0.01),
                    self.slider("mixed", "Q mixes up 0 and 1", 0.01),
                ],
                layout={"flex_flow": "row wrap"},
            )
        ]


def _number(value: float) -> str:
    return f"{value:z.3f}" if math.isfinite(value) else "∞" if value > 0 else "−∞"
