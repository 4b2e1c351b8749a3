"""Figures that are legible when they are projected, and that say in words what they show."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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


def use_lecture_style() -> None:
    """Set matplotlib's defaults: large type, no boxes, and colours that colour-blind readers can distinguish."""
    from matplotlib import cycler, rcParams

    rcParams.update(STYLE | {"axes.prop_cycle": cycler(color=COLOURS)})


def show_figure(figure: "Figure", alt: str) -> None:
    """Show a figure in a notebook, with the description `alt` for readers who cannot see it, and close it.

    Raises ValueError for a description of fewer than three words.
    """
    import matplotlib.pyplot as plt
    from IPython.display import display

    if len(alt.split()) < 3:
        raise ValueError(f"found alt={alt!r}, expected a sentence that says what the figure shows")
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)
