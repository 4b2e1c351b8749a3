"""A pmf by sliders: its entropy, the surprise of each outcome, and a best code."""

import heapq
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np

from ..measures import entropy, self_information
from ..teaching import COLOURS
from .base import LiveExplorer, figure
from .simplex import Simplex

HIGHEST = 8  # bits that the right panel shows


class EntropyExplorer(LiveExplorer):
    """A pmf by sliders that stay on the simplex, with its entropy, the surprise of each outcome, and a best code.

        H(X) = -Σ p(x) log₂ p(x) <= Σ p(x) ℓ(x) < H(X) + 1, in bits; ℓ are the lengths of a Huffman code.

    State: `p`, the pmf; `move(outcome, probability)` changes it. Raises ValueError unless `p` is a pmf
    of 2 to 8 outcomes.
    """

    def __init__(self, p: Sequence[float] = (0.5, 0.25, 0.125, 0.125), names: Sequence[str] = "abcdefgh"):
        self.simplex = Simplex(p)
        if not 2 <= len(p) <= 8 or len(names) < len(p):
            raise ValueError(f"found {len(p)} outcomes and {len(names)} names, expected 2 to 8, and a name for each")
        self.names = list(names)[: len(p)]

    p = property(lambda self: self.simplex.p.copy(), doc="The current pmf.")

    def move(self, outcome: int, probability: float) -> None:
        """Set one probability; the others keep their proportions and share what is left."""
        self.simplex.move(outcome, probability)

    def describe(self) -> str:
        mean_length = float(self.p @ huffman_lengths(self.p))
        return f"H(X) = {entropy(self.p, base=2):.3f} bits, best prefix code {mean_length:.3f} bits a symbol"

    def build(self):
        fig, left, right = figure(10, 4.1, (0.065, 0.25, 0.4, 0.65), (0.54, 0.25, 0.44, 0.65))
        place = np.arange(len(self.p))
        self._p = left.bar(place, 0, color=COLOURS[0])
        left.set(title="the pmf", ylabel="probability p(x)", ylim=(0, 1))
        self._surprise = right.bar(place - 0.2, 0, 0.4, color=COLOURS[1], label="surprise −log₂ p(x)")
        self._lengths = right.bar(place + 0.2, 0, 0.4, color=COLOURS[2], label="length of its code word")
        self._mean = right.axhline(0, color="black", linestyle="--", linewidth=1.5, label="mean surprise H(X)")
        marks = dict(ha="center", va="top", color="white")
        self._marks = [right.text(x - 0.2, HIGHEST - 0.05, "", **marks) for x in place]
        right.set(title="surprise and code length", ylabel="bits", ylim=(0, HIGHEST))
        fig.legend(handles=[self._surprise, self._lengths, self._mean], loc="lower center", ncols=3, fontsize=12)
        for axes in (left, right):
            axes.set_xticks(place, self.names)
            axes.set(xlabel="outcome x", xlim=(-0.6, len(place) - 0.4))
        return fig, [*self._p, *self._surprise, *self._lengths, self._mean, *self._marks]

    def update(self):
        surprise = self_information(self.p, base=2)
        for bars, heights in (
            (self._p, self.p),
            (self._surprise, np.minimum(surprise, HIGHEST)),
            (self._lengths, huffman_lengths(self.p)),
        ):
            for bar, height in zip(bars, heights, strict=True):
                bar.set_height(height)
        for mark, bits in zip(self._marks, surprise, strict=True):
            mark.set_text("" if bits <= HIGHEST else "∞" if np.isinf(bits) else "↑")
        self._mean.set_ydata([float(entropy(self.p, base=2))] * 2)

    def controls(self) -> list[widgets.Widget]:
        def moved(outcome, probability):
            self.move(outcome, probability)
            self.refresh()

        sliders = self.simplex.sliders([f"p({name})" for name in self.names], moved)
        return [widgets.HBox(sliders[i : i + 2]) for i in range(0, len(sliders), 2)]


def huffman_lengths(p: Sequence[float]) -> np.ndarray:
    """Code word lengths, in bits, of a Huffman code for `p`: no prefix code has a shorter mean. C&T §5.6, 5.8.

    An outcome of probability 0 gets a code word too.
    """
    lengths = np.zeros(len(p), int)
    heap = [(float(probability), [outcome]) for outcome, probability in enumerate(p)]
    heapq.heapify(heap)
    while len(heap) > 1:
        (a, rare), (b, next_rare) = heapq.heappop(heap), heapq.heappop(heap)
        lengths[rare + next_rare] += 1
        heapq.heappush(heap, (a + b, rare + next_rare))
    return lengths
