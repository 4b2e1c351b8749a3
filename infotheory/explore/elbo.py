"""A latent of three states and one observation: log p(x), the ELBO, and the two ways in which a bound rises."""

from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np

from ..divergences import kl_divergence
from ..evidence import elbo, log_evidence, posterior
from ..measures import entropy
from ..teaching import COLOURS
from .base import LiveExplorer, figure
from .simplex import Simplex

LOWEST, SHOWN = -4.0, 8  # nats, and steps that the right panel shows


class ELBOExplorer(LiveExplorer):
    """q(z) by sliders, for a model p(z) p(x|z) and one observed x: log p(x) = ELBO + KL(q(z) ‖ p(z|x)), in nats.

    `improve_q` is an E step, q(z) ← p(z|x): the gap closes and log p(x) stays. `improve_p` is an M step for the prior,
    argmax_p(z) E_q log p(x, z) = q(z): the ELBO rises, and log p(x) may rise or, if q was poor, fall.
    State: `q`, `p_z`, `p_x_given_z` (at the observed x), and `history`: (what was done, ELBO, log p(x)) of each
    step. Raises ValueError unless p(z) and q are pmfs and each z has a likelihood in (0, 1].
    """

    def __init__(
        self, p_z: Sequence[float] = (0.5, 0.4, 0.1), p_x_given_z: Sequence[float] = (0.2, 0.5, 0.5), q: Sequence[float]
        = (0.7, 0.2, 0.1), names: Sequence[str] = ("none", "mild", "severe")
    ):  # fmt: skip
        entropy(p_z)
        self.simplex = Simplex(q)
        self.p_x_given_z, self.names = np.array(p_x_given_z, float), list(names)
        if not len(p_z) == len(q) == len(p_x_given_z) == len(names):
            raise ValueError(
                f"found {len(p_z)} priors, {len(q)} of q, {len(p_x_given_z)} likelihoods and {len(names)} names, "
                "expected one of each for each state of z"
            )
        if not ((self.p_x_given_z > 0) & (self.p_x_given_z <= 1)).all():
            raise ValueError(f"found the likelihoods {list(p_x_given_z)}, expected each above 0 and at most 1")
        self._start = tuple(p_z), tuple(q)
        self.p_z = np.array(p_z, float)
        self.history: list[tuple[str, float, float]] = []
        self._record("start")

    q = property(lambda self: self.simplex.p.copy(), doc="The current q(z).")

    def log_joint(self) -> np.ndarray:
        """log p(x, z) at the observed x, for each z; -inf where p(z) = 0."""
        with np.errstate(divide="ignore"):
            return np.log(self.p_z) + np.log(self.p_x_given_z)

    def numbers(self) -> tuple[float, float, float]:
        """log p(x), the ELBO and the gap KL(q(z) ‖ p(z|x)), in nats."""
        log_joint = self.log_joint()
        gap = kl_divergence(self.q, posterior(log_joint))
        return float(log_evidence(log_joint)), float(elbo(log_joint, self.q)), float(gap)

    def move(self, state: int, probability: float) -> None:
        """Set q of one state; the others keep their proportions. Moves by hand in a row are one step of `history`."""
        self.simplex.move(state, probability)
        if self.history[-1][0] == "hand":
            self.history.pop()
        self._record("hand")

    def improve_q(self) -> None:
        """An E step: q(z) ← p(z|x)."""
        self.simplex.put(posterior(self.log_joint()))
        self._record("q")

    def improve_p(self) -> None:
        """An M step: p(z) ← q(z), the prior under which E_q log p(x, z) is largest."""
        self.p_z = self.q
        self._record("p")

    def restart(self) -> None:
        """Return to the first model and q."""
        self.p_z, self.history = np.array(self._start[0], float), []
        self.simplex.put(self._start[1])
        self._record("start")

    def _record(self, what: str) -> None:
        log_p_x, bound, _ = self.numbers()
        self.history = [*self.history, (what, bound, log_p_x)][-SHOWN:]

    def describe(self) -> str:
        log_p_x, bound, gap = (_number(value) for value in self.numbers())
        return f"log p(x) = {log_p_x} = ELBO {bound} + gap {gap} nats"

    def build(self):
        fig, left, right = figure(10.5, 4.1, (0.07, 0.15, 0.38, 0.75), (0.54, 0.15, 0.45, 0.75))
        place = np.arange(len(self.p_z))
        look = (("q(z)", COLOURS[0]), ("p(z|x)", COLOURS[1]), ("p(z)", "0.7"))
        self._pmfs = [
            left.bar(place + 0.27 * (i - 1), 0, 0.25, color=colour, label=name) for i, (name, colour) in enumerate(look)
        ]
        left.set(title="the guess, the posterior, the prior", xlabel="state z", ylabel="probability", ylim=(0, 1.2))
        left.set(xticks=place, xticklabels=self.names, xlim=(-0.6, len(place) - 0.4), yticks=np.arange(0, 1.01, 0.25))
        left.legend(loc="upper center", ncols=3, fontsize=12)
        steps = np.arange(SHOWN)
        self._bounds = right.bar(steps, 0, 0.84, bottom=LOWEST, color=COLOURS[0], label="ELBO")
        self._gaps = right.bar(steps, 0, 0.84, color=COLOURS[4], label="gap KL(q(z) ‖ p(z|x))")
        self._evidence = [right.plot([], [], color="black", linewidth=2.5)[0] for _ in steps]
        self._evidence[0].set_label("log p(x)")
        self._names = [right.text(x, LOWEST + 0.08, "", ha="center", color="white", fontsize=10) for x in steps]
        self._elbos = [right.text(x, 0, "", ha="center", va="top", color="white", fontsize=10) for x in steps]
        right.set(title="step by step", xlabel="step: what was improved", ylabel="nats")
        right.set(ylim=(LOWEST, 0.9), xlim=(-0.6, SHOWN - 0.4), xticks=[], yticks=range(int(LOWEST), 1))
        right.legend(loc="upper center", ncols=3, fontsize=12, columnspacing=1)
        bars = [bar for bars in self._pmfs for bar in bars]
        return fig, [*bars, *self._bounds, *self._gaps, *self._evidence, *self._names, *self._elbos]

    def update(self):
        for bars, pmf in zip(self._pmfs, (self.q, posterior(self.log_joint()), self.p_z), strict=True):
            for bar, probability in zip(bars, pmf, strict=True):
                bar.set_height(probability)
        blank = [("", LOWEST, LOWEST)] * (SHOWN - len(self.history))
        for i, (what, bound, log_p_x) in enumerate([*self.history, *blank]):
            shown, top = max(bound, LOWEST), max(log_p_x, LOWEST)
            self._bounds[i].set_height(shown - LOWEST)
            self._gaps[i].set(y=shown, height=top - shown)
            self._evidence[i].set_data([i - 0.42, i + 0.42] if what else [], [top, top] if what else [])
            self._names[i].set_text(what)
            self._elbos[i].set(
                text=f"{bound:z.2f}".replace("-", "−") if what and shown > LOWEST + 0.6 else "", y=shown - 0.09
            )

    def controls(self) -> list[widgets.Widget]:
        def moved(state, probability):
            self.move(state, probability)
            self.refresh()

        sliders = self.simplex.sliders([f"q({name})" for name in self.names], moved)

        def after(press):
            def pressed():
                press()
                self.simplex.follow(sliders)

            return pressed

        buttons = [
            self.button("improve q (E step)", after(self.improve_q), "q(z) ← p(z|x)"),
            self.button("improve p (M step)", after(self.improve_p), "p(z) ← q(z)"),
            self.button("start again", after(self.restart)),
        ]
        return [widgets.HBox(sliders), widgets.HBox(buttons)]


def _number(value: float) -> str:
    return f"{value:z.3f}" if np.isfinite(value) else "∞" if value > 0 else "−∞"
