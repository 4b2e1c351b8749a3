"""What every lecture uses: a comparison of an equation's two sides, a figure style legible in a hall, exercises."""

from . import exercises as exercises


def compare(left: str, left_value: float, right: str, right_value: float, atol: float = 1e-12) -> None:
    """Print both sides of an equation with their numbers, and ✓ if they agree within `atol`, else ✗."""
    left_value, right_value = float(left_value), float(right_value)
    agree = left_value == right_value or abs(left_value - right_value) <= atol  # inf is inf
    verdict = "✓" if agree else "✗"
    print(f"{left} = {left_value:z.6f}    {right} = {right_value:z.6f}    {verdict}")


def use_lecture_style() -> None:
    """Set matplotlib's defaults: large type, no boxes, and colours that colour-blind readers can distinguish."""
    from matplotlib import cycler, rcParams

    rcParams.update(STYLE | {"axes.prop_cycle": cycler(color=COLOURS)})


# Okabe & Ito's palette, without its yellow: colour-blind readers can distinguish it, also on a projector.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]

STYLE = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 90,
    "figure.figsize": (9.0, 4.0),
    "font.size": 13,
    "axes.titlesize": 14,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.3,
    "image.cmap": "gray",
    "legend.frameon": False,
    "lines.linewidth": 2.0,
}
