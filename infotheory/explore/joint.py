"""A joint pmf edited by hand: its entropies and mutual information as circles and as bars."""

import math
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.patches import Circle, Polygon

from ..measures import (
    conditional_entropy,
    conditional_mutual_information,
    entropy,
    joint_entropy,
    marginal,
    mutual_information,
)
from ..teaching import COLOURS
from .base import LiveExplorer, figure

PRESETS = {
    "weather": [[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]],
    "independent": [[0.12, 0.28], [0.18, 0.42]],
    "Y determined by X": [[0.2, 0, 0], [0, 0.3, 0], [0, 0, 0.2], [0, 0, 0.3]],
    "noisy copy": [[0.28, 0.03, 0.03], [0.03, 0.28, 0.03], [0.02, 0.02, 0.28]],
    "XOR: two coins, Z = X + Y mod 2": [[0.25, 0.25], [0.25, 0.25]],
}
HIGHEST = 2 * math.log(4)  # nats: H(X,Y) of sixteen equal cells


class JointExplorer(LiveExplorer):
    """A joint pmf p(x, y), 2×2 to 4×4, typed cell by cell, with H(X), H(Y), H(X|Y), H(Y|X) and I(X;Y) in nats.

        H(X,Y) = H(X|Y) + I(X;Y) + H(Y|X)

    The circles have the areas H(X) and H(Y), and share the area I(X;Y). With `third`, Z = X + Y mod 2 is
    added, and I(X;Y|Z) is shown: for two fair coins it equals log 2, although I(X;Y) = 0.
    State: `weights`, the table as typed, and `third`; `p` is the table divided by its sum, which `describe` gives.
    Raises ValueError for a table of another shape, or with an entry that is negative or no number, or all 0.
    """

    caption = "Type into the table in JupyterLab to see it change."

    def __init__(self, table: str | Sequence[Sequence[float]] = "weather", third: bool | None = None):
        if isinstance(table, str):
            self.preset(table)
        else:
            self.weights, self.third = _checked(table), False
        self.third = self.third if third is None else third

    p = property(lambda self: self.weights / self.weights.sum(), doc="The joint pmf: the table divided by its sum.")

    def preset(self, name: str) -> None:
        """Take one of the tables of PRESETS. Raises ValueError for another name."""
        if name not in PRESETS:
            raise ValueError(f"found the preset {name!r}, expected one of {', '.join(PRESETS)}")
        self.weights, self.third = np.array(PRESETS[name], float), name.startswith("XOR")

    def put(self, row: int, column: int, weight: float) -> None:
        """Type one cell. Raises ValueError, and changes nothing, if the table could not be normalised then."""
        weights = self.weights.copy()
        weights[row, column] = weight
        self.weights = _checked(weights)

    def resize(self, rows: int, columns: int) -> None:
        """Keep the cells that both tables have; new ones are 0, or all are 1 if nothing else is left."""
        weights = np.zeros((rows, columns))
        kept = self.weights[:rows, :columns]
        weights[: kept.shape[0], : kept.shape[1]] = kept
        self.weights = _checked(weights if weights.any() else np.ones((rows, columns)))

    def numbers(self) -> dict[str, float]:
        """Each quantity by name, in nats."""
        p = self.p
        values = {
            "H(X)": entropy(marginal(p, of="x")),
            "H(Y)": entropy(marginal(p, of="y")),
            "H(X,Y)": joint_entropy(p),
            "H(X|Y)": conditional_entropy(p, given="y"),
            "H(Y|X)": conditional_entropy(p, given="x"),
            "I(X;Y)": mutual_information(p),
        }
        if self.third:
            x, y = np.indices(p.shape)
            values["I(X;Y|Z)"] = conditional_mutual_information(
                np.stack([np.where((x + y) % 2 == z, p, 0) for z in (0, 1)], axis=-1)
            )
        return {name: float(value) for name, value in values.items()}

    def describe(self) -> str:
        total = self.weights.sum()
        says = "" if abs(total - 1) < 1e-9 else f"The table sums to {total:.4g}, and each cell was divided by that. "
        return says + ", ".join(f"{name} = {value:z.3f}" for name, value in self.numbers().items()) + " nats"

    def build(self):
        fig, table, circles, bars = figure(
            11, 4.1, (0.05, 0.15, 0.25, 0.73), (0.33, 0.08, 0.27, 0.8), (0.67, 0.15, 0.32, 0.73)
        )
        rows, columns = self.weights.shape
        self._cells = table.imshow(self.p, cmap="Blues", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
        self._values = [table.text(j, i, "", ha="center", va="center") for i in range(rows) for j in range(columns)]
        table.set(title="p(x, y), summing to 1", xlabel="y", ylabel="x", xticks=range(columns), yticks=range(rows))
        table.grid(False)
        widest = sum(_radius(math.log(n)) for n in self.weights.shape)
        tall = widest * (0.8 * 4.1) / (0.27 * 11)  # one scale along both axes, so that circles are round
        circles.set(title="areas in nats", xlim=(-widest, widest), ylim=(-1.25 * tall, 0.75 * tall))
        circles.axis("off")
        look = dict(alpha=0.35, linewidth=2)
        self._circles = [circles.add_patch(Circle((0, 0), 0, color=colour, **look)) for colour in COLOURS[:2]]
        self._lens = circles.add_patch(Polygon(np.zeros((3, 2)), color=COLOURS[2], alpha=0.6))
        self._labels = [circles.text(0, 0, "", ha="center", va="center", fontsize=12) for _ in range(3)]
        look = dict(transform=circles.transAxes, ha="center", fontsize=14)
        self._heads = [circles.text(x, 0.03, "", color=COLOURS[i], **look) for i, x in enumerate((0.25, 0.75))]
        names = list(self.numbers())
        colours = [COLOURS[0], COLOURS[1], "0.5", COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[3]]
        self._bars = bars.barh(range(len(names)), 0, color=colours[: len(names)], height=0.7)
        self._lengths = [bars.text(0, i, "", va="center") for i in range(len(names))]
        bars.set(title="the same as bars", xlabel="nats", xlim=(0, HIGHEST), ylim=(len(names) - 0.4, -0.6))
        bars.set_yticks(range(len(names)), names)
        bars.grid(False, axis="y")
        moving = [self._cells, *self._values, *self._circles, self._lens, *self._labels, *self._heads]
        return fig, [*moving, *self._bars, *self._lengths]

    def update(self):
        self._cells.set_data(self.p)
        for text, value in zip(self._values, self.p.flat, strict=True):
            text.set_text(f"{value:.3g}")
            text.set_color("white" if value > 0.5 else "black")
        numbers = self.numbers()
        for bar, text, value in zip(self._bars, self._lengths, numbers.values(), strict=True):
            bar.set_width(value)
            text.set(text=f"{value:z.3f}", x=value + 0.03)
        self._draw_circles(*(numbers[name] for name in ("H(X)", "H(Y)", "I(X;Y)")))

    def _draw_circles(self, h_x: float, h_y: float, shared: float) -> None:
        radii = [_radius(h) for h in (h_x, h_y)]
        distance = circle_distance(*radii, shared)
        left = -(radii[0] + distance + radii[1]) / 2 + radii[0]
        centres = (left, left + distance)
        for circle, centre, radius in zip(self._circles, centres, radii, strict=True):
            circle.set(center=(centre, 0), radius=radius)
        self._lens.set_xy(_lens(centres, radii))
        ends = (centres[0] - radii[0], centres[1] - radii[1], centres[0] + radii[0], centres[1] + radii[1])
        places = ((ends[0] + ends[1]) / 2, (max(ends[:2]) + min(ends[2:])) / 2, (ends[2] + ends[3]) / 2)
        widths = (abs(ends[1] - ends[0]), min(ends[2:]) - max(ends[:2]), abs(ends[3] - ends[2]))
        names = ("H(X|Y)", "I", "H(Y|X)")
        values = (h_x - shared, shared, h_y - shared)
        for text, name, value, place, width in zip(self._labels, names, values, places, widths, strict=True):
            text.set(text=f"{name}\n{value:.2f}" if width > 0.28 and value > 0.005 else "", x=place)
        self._heads[0].set_text(f"H(X) = {h_x:.2f}")
        self._heads[1].set_text(f"H(Y) = {h_y:.2f}")

    def controls(self) -> list[widgets.Widget]:
        rows, columns = self.weights.shape
        narrow = {"width": "12em"}
        preset = widgets.Dropdown(options=["choose …", *PRESETS], description="table", layout={"width": "26em"})
        height = widgets.Dropdown(options=[2, 3, 4], value=rows, description="values of x", layout=narrow)
        width = widgets.Dropdown(options=[2, 3, 4], value=columns, description="values of y", layout=narrow)
        third = widgets.Checkbox(self.third, description="with Z = X + Y mod 2", indent=False)
        cells = [[widgets.FloatText(step=0.05, layout={"width": "5.5em"}) for _ in range(4)] for _ in range(4)]
        grid = widgets.VBox([widgets.HBox(row) for row in cells], layout={"margin": "0 0 0 2em"})

        def show():
            height.value, width.value = self.weights.shape
            third.value = self.third
            for i, row in enumerate(cells):
                for j, cell in enumerate(row):
                    inside = i < height.value and j < width.value
                    cell.layout.display = None if inside else "none"
                    if inside:
                        cell.value = float(self.weights[i, j])
            self.rebuild()

        def chosen(change):
            if change.owner is preset and preset.value in PRESETS:
                self.preset(preset.value)
            elif change.owner in (height, width):
                self.resize(height.value, width.value)
            self.third = self.third if change.owner is preset else third.value
            show()

        def typed(change):
            place = next((i, row.index(change.owner)) for i, row in enumerate(cells) if change.owner in row)
            preset.value = "choose …"  # so that the same can be chosen again
            self.put(*place, change.new)

        show()
        self.listen([preset, height, width, third], chosen)
        self.listen([cell for row in cells for cell in row], typed)
        return [widgets.HBox([widgets.VBox([preset, widgets.HBox([height, width]), third]), grid])]


def _radius(area: float) -> float:
    return math.sqrt(max(area, 0) / math.pi)


def circle_distance(r: float, s: float, shared: float) -> float:
    """The distance of the centres of two circles with radii r and s that share an area, by bisection."""
    low, high = abs(r - s), r + s
    if shared >= math.pi * min(r, s) ** 2 * (1 - 1e-9):
        return low
    if shared <= 1e-9:
        return high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if shared_area(r, s, middle) > shared else (low, middle)
    return (low + high) / 2


def shared_area(r: float, s: float, distance: float) -> float:
    """The area that two circles share: two circular segments."""
    if distance >= r + s:
        return 0.0
    if distance <= abs(r - s):
        return math.pi * min(r, s) ** 2

    def segment(radius, to_chord):  # to_chord < 0 if the chord lies behind the centre
        angle = 2 * math.acos(max(-1.0, min(1.0, to_chord / radius)))
        return radius**2 * (angle - math.sin(angle)) / 2

    to_chord = (distance**2 + r**2 - s**2) / (2 * distance)
    return segment(r, to_chord) + segment(s, distance - to_chord)


def _lens(centres, radii) -> np.ndarray:
    """The outline [n, 2] of what two circles share; from where each is inside the other."""
    angles, points = np.linspace(0, 2 * np.pi, 121), []
    for one, other in ((0, 1), (1, 0)):
        x, y = centres[one] + radii[one] * np.cos(angles), radii[one] * np.sin(angles)
        inside = (x - centres[other]) ** 2 + y**2 <= radii[other] ** 2 * (1 + 1e-9)
        points.append(np.stack([x, y], axis=1)[inside])
    points = np.concatenate(points)
    if len(points) < 3:
        return np.zeros((3, 2))
    middle = points.mean(axis=0)  # the lens is convex: in order of angle around a point inside
    return points[np.argsort(np.arctan2(*(points - middle).T[::-1]))]


def _checked(table) -> np.ndarray:
    weights = np.array(table, float)
    if weights.ndim != 2 or not all(2 <= n <= 4 for n in weights.shape):
        raise ValueError(f"found a table of shape {weights.shape}, expected 2×2 to 4×4")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise ValueError(
            f"found {weights[~(weights >= 0) | np.isinf(weights)][0]:g} in the table, expected numbers >= 0"
        )
    if not weights.sum() > 0:
        raise ValueError("found a table that is all 0, expected at least one number above 0: type one")
    return weights
