"""A pmf by sliders that stay on the simplex."""

from collections.abc import Callable, Sequence

import ipywidgets as widgets
import numpy as np

from ..measures import entropy


class Simplex:
    """A pmf `p` of which one probability is moved at a time. Raises ValueError unless `p` is a pmf."""

    def __init__(self, p: Sequence[float]):
        self.put(p)

    def put(self, p: Sequence[float]) -> None:
        """Replace the pmf. Raises ValueError, before anything changes, unless `p` is a pmf."""
        entropy(p)
        self.p = np.array(p, float)
        self.shares = self.p.copy()  # the proportions to restore when all other probabilities were 0

    def move(self, outcome: int, probability: float) -> None:
        """Set one probability; the others keep their proportions and share what is left."""
        if not 0 <= outcome < len(self.p):
            raise ValueError(f"found the outcome {outcome}, expected 0 … {len(self.p) - 1}")
        if not 0 <= probability <= 1:
            raise ValueError(f"found the probability {probability:g}, expected 0 to 1")
        others = np.arange(len(self.p)) != outcome
        if self.p[others].sum() > 0:
            self.shares = self.p.copy()
        rest = self.shares[others].sum()
        shares = self.shares[others] / rest if rest > 0 else np.full(others.sum(), 1 / others.sum())
        self.p[others] = (1 - probability) * shares
        self.p[outcome] = probability

    def sliders(self, names: Sequence[str], moved: Callable[[int, float], None]) -> list[widgets.FloatSlider]:
        """A slider for each probability, which calls `moved` with an outcome and its new probability."""
        step = 0.005
        sliders = [
            widgets.FloatSlider(p, min=0, max=1, step=step, description=name, readout_format=".3f")
            for p, name in zip(self.p, names, strict=True)
        ]

        def changed(change):
            outcome = sliders.index(change.owner)
            if abs(change.new - self.p[outcome]) > step / 2 + 1e-9:  # else it follows another slider, rounded to a step
                moved(outcome, change.new)
                for slider, p in zip(sliders, self.p, strict=True):
                    slider.value = p

        for slider in sliders:
            slider.observe(changed, "value")
        return sliders

    def follow(self, sliders: list[widgets.FloatSlider]) -> None:
        """Set the sliders to the current pmf."""
        for slider, p in zip(sliders, self.p, strict=True):
            slider.value = p
