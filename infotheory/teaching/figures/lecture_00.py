"""The map of the course: which lecture needs which."""

import matplotlib.pyplot as plt

from ..style import COLOURS, show_figure, use_lecture_style

# Number: (title, column, row). A lecture stands to the right of those that it needs.
LECTURES = {
    1: ("Entropy", 0, 1),
    2: ("Mutual information,\nKL divergence", 1, 1),
    3: ("Variational\ninference", 2, 0),
    4: ("VAE", 3, 0),
    5: ("β-VAE", 4, 0),
    6: ("GAN", 2, 2.9),
    7: ("The InfoGAN\nbound", 3, 1.8),
    8: ("InfoGAN", 4, 2.25),
    9: ("Regularisers", 5, 1),
    10: ("Measuring\ndisentanglement", 5, 0),
    11: ("Reading\nthe report", 4, 1),
}
NEEDS = {2: (1,), 3: (2,), 4: (3,), 5: (4,), 6: (2,), 7: (2,), 8: (6,), 9: (5,), 10: (5,), 11: (3, 7)}
HELPS = {7: (3,), 8: (7,), 9: (6,)}
PATH = (1, 2, 3, 4, 7, 8)
WIDTH, HEIGHT = 0.82, 0.62


def course_map() -> None:
    """Draw the lectures with an arrow from each to those that build on it."""
    use_lecture_style()
    figure, axes = plt.subplots(figsize=(12, 5))
    for arrows, style in ((NEEDS, "-"), (HELPS, ":")):
        for lecture, sources in arrows.items():
            for source in sources:
                _arrow(axes, source, lecture, style)
    for number, (title, column, row) in LECTURES.items():
        on_path = number in PATH
        place = (column - WIDTH / 2, row - HEIGHT / 2)
        axes.add_patch(
            plt.Rectangle(place, WIDTH, HEIGHT, facecolor=COLOURS[0] if on_path else "white", edgecolor=COLOURS[0])
        )
        colour = "white" if on_path else "black"
        axes.text(column, row, f"{number}\n{title}", ha="center", va="center", fontsize=11.5, color=colour)
    axes.set(title="What builds on what", xlim=(-0.5, 5.5), ylim=(3.3, -0.4))
    axes.axis("off")
    show_figure(figure, _described())


def _arrow(axes, source: int, lecture: int, style: str) -> None:
    """An arrow from right to left side; below boxes on its way, or from the lower side, if those are in between."""
    (_, x, y), (_, to_x, to_y) = LECTURES[source], LECTURES[lecture]
    start, end, bend = (x + WIDTH / 2, y), (to_x - WIDTH / 2, to_y), "arc3"
    if (source, lecture) in ((3, 7), (3, 11)):
        start = (x + WIDTH / 4, y + HEIGHT / 2)
    if (source, lecture) == (6, 9):
        end, bend = (to_x, to_y + HEIGHT / 2), "angle,angleA=0,angleB=90,rad=12"
    line = {"arrowstyle": "-|>", "color": "0.35", "linestyle": style, "linewidth": 1.6, "connectionstyle": bend}
    axes.annotate("", end, start, arrowprops=line | {"shrinkA": 0, "shrinkB": 0})


def _described() -> str:
    """The map in words."""
    needs = ", ".join(f"{lecture} needs {' and '.join(map(str, sources))}" for lecture, sources in NEEDS.items())
    helps = ", ".join(f"{sources[0]} helps with {lecture}" for lecture, sources in HELPS.items())
    path = ", ".join(map(str, PATH))
    return (
        f"A graph shows how the eleven lectures depend on each other: {needs}. Dotted arrows show that {helps}. "
        f"The short path leads through the filled boxes of lectures {path}."
    )
