"""The figures of further/08: five runs, what the numbers change, codes against digits, and what T leaves."""

import math

import matplotlib.pyplot as plt
import numpy as np

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import load_mnist
from ...evaluation.digits import confusion, match_codes, read_codes
from ...figures import show_images
from ...weights import load_pretrained

MEASURES = ["ink", "width", "height", "slant"]


def opening():
    """Draw L_I and error of five runs, and real digits by their class; return the model, the digits and the names."""
    use_lecture_style()
    model, digits = load_pretrained("infogan-mnist"), load_mnist()
    digit_of = match_codes(confusion(read_codes(model, digits.train_images), digits.train_labels))
    read = read_codes(model, digits.test_images)
    columns = [np.flatnonzero(read == code)[:6] for code in np.argsort(digit_of)]
    seeds, runs = zip(*model.card["seeds"].items(), strict=True)
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 3.8), width_ratios=(0.8, 0.8, 1.1))
    left.bar(seeds, [run["L_I[0]"] for run in runs], 0.6, color=COLOURS[0])
    left.axhline(math.log(10), color="black", linestyle="--", label="H(c) = log 10")
    left.set(title="$L_I$ of the classes", xlabel="seed of the run", ylabel="nats", ylim=(0, 3))
    left.legend(loc="upper left")
    middle.bar(seeds, [100 * run["test_error"] for run in runs], 0.6, color=COLOURS[1])
    middle.set(title="Classes against digits", xlabel="seed of the run", ylabel="error on test digits (%)", ylim=(0, 8))
    shown = digits.test_images[np.stack(columns, axis=1).ravel()]
    show_images(shown, 10, title="Real digits, by the class that Q reads", ax=right)
    show_figure(
        figure,
        "Left: five bars of equal height, the L_I of five runs, just below log 10. Middle: their errors on test digits,"
        " between 4 and 6 %. Right: real digits in ten columns; almost every column shows a single digit.",
    )
    return model, digits, digit_of


def moved(changes) -> None:
    """Bars of what each number changes: {number: {measure: change}}."""
    figure, axes = plt.subplots(figsize=(9, 3.8))
    places = np.arange(4)
    for i, (name, change) in enumerate(changes.items()):
        axes.bar(places + 0.4 * (i - 0.5), [change[measure] for measure in MEASURES], 0.38, label=name)
    axes.axhline(0, color="black", linewidth=1)
    axes.set_xticks(places, MEASURES)
    axes.set(title="What each number changes, from its 5 % to its 95 % quantile", xlabel="measure of the image")
    axes.set(ylabel="change (standard deviations)", ylim=(-2.6, 2.6))
    axes.legend()
    show_figure(
        figure,
        "Bars of four measures for two numbers. Number 1 raises ink and width, and lowers height and slant. Number 2 "
        "lowers ink and slant, and raises the height.",
    )


def tables(counts) -> None:
    """The share of each digit's images by the name of their class, in per cent: {title: table}."""
    figure, axes = plt.subplots(1, len(counts), figsize=(13, 5.8))
    for ax, (name, table) in zip(axes, counts.items(), strict=True):
        percent = (100 * table / table.sum(axis=1, keepdims=True)).round().astype(int)
        picture = ax.imshow(percent, cmap="Blues", vmin=0, vmax=100)
        for row, column in np.argwhere(percent):
            ink = "white" if percent[row, column] > 55 else "black"
            ax.text(column, row, percent[row, column], ha="center", va="center", fontsize=11, color=ink)
        ax.set(title=name, xticks=range(10), yticks=range(10), xlabel="digit that names the most probable class")
        ax.grid(False)
    axes[0].set_ylabel("true digit")
    figure.colorbar(picture, ax=axes, label="share of the true digit's images (%)", pad=0.01)
    show_figure(
        figure,
        "Two tables of true digits against names of classes. After 600 steps most digits are spread over several "
        "classes. For the published run almost all images lie on the diagonal.",
    )


def mistakes(images, names) -> None:
    """Twenty images, with the true digit and the name of the most probable class under Q."""
    figure, axes = plt.subplots(figsize=(11, 2.9))
    show_images(images, 10, title="Where Q is surest and the name is wrong", ax=axes)
    box = {"facecolor": "black", "edgecolor": "none", "pad": 1}
    for place, name in enumerate(names):
        corner = 30 * (place % 10) + 1, 30 * (place // 10) + 1
        axes.text(*corner, name, color="#F0E442", fontsize=12, va="top", bbox=box)
    axes.set(xlabel="true digit → name of the most probable class under Q")
    show_figure(
        figure,
        "Twenty real digits, each with its true digit and a wrong name. Many are written in an unusual way, such as a "
        "4 that resembles a 9.",
    )


def carriers(images, carried) -> None:
    """Digits and two draws of T; and the information of five codes before and after T."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2), width_ratios=(1, 1.25))
    title = "The same digits, changed by T twice"
    show_images(images, 8, title=title, rows=["x", "T(x)", "T(x) again"], ax=left)
    places = np.arange(len(carried))
    for i, label in enumerate(("read from x", "read from T(x)")):
        right.bar(places + 0.4 * (i - 0.5), [pair[i] for pair in carried.values()], 0.38, label=label)
    right.axhline(math.log(10), color="black", linestyle="--", label="log 10")
    right.set_xticks(places, carried)
    right.set(title="What T leaves of a code of ten values", xlabel="property that carries the code")
    right.set(ylabel="information (nats)", ylim=(0, 3.1))
    right.legend(ncols=3, fontsize=11, loc="upper center")
    show_figure(
        figure,
        "Left: eight digits, and two random changes of each. Right: bars of the information in slant, width, height, "
        "ink and digit. After T the bars of the first four are much smaller, and that of the digit stays near 2 nats.",
    )
