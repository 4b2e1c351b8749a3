"""Explorers: figures whose quantities one moves by sliders.

An explorer is a small class with public state and a `draw()` that gives a figure without any widget. Shown in a
notebook it is a bundle: live widgets where there is a kernel, and a picture and a line of text for every other reader.
"""

import base64
import heapq
import io
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .measures import entropy, self_information
from .teaching import COLOURS, STYLE


class Explorer:
    """The widget face: controls above, the figure below, and a line of text with its numbers."""

    caption = "Move the sliders in JupyterLab to see it change."

    def draw(self) -> Figure:
        """The figure of the present state."""
        raise NotImplementedError

    def describe(self) -> str:
        """The numbers of the present state, in one line."""
        raise NotImplementedError

    def controls(self) -> list[widgets.Widget]:
        """Widgets that change the state and then call `refresh`."""
        raise NotImplementedError

    def png(self) -> bytes:
        """The figure as PNG, the same bytes for the same state."""
        buffer = io.BytesIO()
        FigureCanvasAgg(figure := self.draw())
        figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    def widget(self) -> widgets.Widget:
        """The live face; made once, so that every view of it moves together."""
        if not hasattr(self, "_widget"):
            width = f"{int(self.draw().get_figwidth() * 100)}px"  # as drawn: stretched, it would blur
            self._image, self._text = widgets.Image(format="png", width=width), widgets.HTML()
            self._widget = widgets.VBox([*self.controls(), self._text, self._image])
            self.refresh()
        return self._widget

    def refresh(self) -> None:
        """Draw the present state into the live face."""
        self._text.value, self._image.value = self.describe(), self.png()

    def _repr_mimebundle_(self, **kwargs) -> dict:
        return {
            "text/plain": f"{type(self).__name__}: {self.describe()}. {self.caption}",
            "image/png": base64.b64encode(self.png()).decode(),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.widget().model_id,
            },
        }


class EntropyExplorer(Explorer):
    """A pmf by sliders that stay on the simplex, with its entropy, the surprise of each outcome, and a best code."""

    def __init__(self, p: Sequence[float] = (0.5, 0.25, 0.125, 0.125), names: Sequence[str] = "abcdefgh"):
        entropy(p)  # refuses what is no pmf
        if not 2 <= len(p) <= len(names):
            raise ValueError(f"found {len(p)} outcomes, expected 2 to {len(names)}")
        self.p, self.names = np.array(p, float), list(names)[: len(p)]
        self.shares = np.array(p, float)  # the proportions to come back to, once all others are 0

    def move(self, outcome: int, probability: float) -> None:
        """Set one probability; the others keep their proportions and share what is left."""
        others = np.arange(len(self.p)) != outcome
        if self.p[others].sum() > 0:
            self.shares = self.p.copy()
        rest = self.shares[others].sum()
        shares = self.shares[others] / rest if rest > 0 else np.full(others.sum(), 1 / others.sum())
        self.p[others] = (1 - probability) * shares
        self.p[outcome] = probability

    def describe(self) -> str:
        mean_length = float(self.p @ huffman_lengths(self.p))
        return f"H(X) = {entropy(self.p, base=2):.3f} bits, best prefix code {mean_length:.3f} bits a symbol"

    def draw(self) -> Figure:
        with rc_context(STYLE):
            figure = Figure(figsize=(9, 3.9), layout="constrained")
            left, right = figure.subplots(1, 2)
            place = np.arange(len(self.p))
            left.bar(place, self.p, color=COLOURS[0])
            left.set(title="the pmf", ylabel="probability p(x)", ylim=(0, 1))
            surprise = self_information(self.p, base=2)
            for x in place[surprise > 8]:
                right.text(x - 0.2, 7.95, "∞" if np.isinf(surprise[x]) else "↑", ha="center", va="top", color="white")
            right.bar(place - 0.2, np.minimum(surprise, 8), 0.4, color=COLOURS[1], label="surprise −log₂ p(x)")
            right.bar(place + 0.2, huffman_lengths(self.p), 0.4, color=COLOURS[2], label="length of its code word")
            mean = float(entropy(self.p, base=2))
            right.axhline(mean, color="black", linestyle="--", linewidth=1.5, label=f"mean surprise H(X) = {mean:.3f}")
            right.set(title="surprise and code length", ylabel="bits", ylim=(0, 8))
            figure.legend(loc="outside lower center", ncols=3, fontsize=11)
            for axes in (left, right):
                axes.set_xticks(place, self.names)
                axes.set_xlabel("outcome x")
        return figure

    def controls(self) -> list[widgets.Widget]:
        step = 0.01
        sliders = [
            widgets.FloatSlider(p, min=0, max=1, step=step, description=f"p({name})", readout_format=".3f")
            for p, name in zip(self.p, self.names, strict=True)
        ]

        def moved(change):
            outcome = sliders.index(change.owner)
            if abs(change.new - self.p[outcome]) <= step / 2 + 1e-9:
                return  # not a hand: a slider that followed another, and snapped to its steps
            self.move(outcome, change.new)
            for slider, p in zip(sliders, self.p, strict=True):
                slider.value = p
            self.refresh()

        for slider in sliders:
            slider.observe(moved, "value")
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
