"""The figures of lecture 8: the grid of digits, a game whose truth is known, two bounds, and a training."""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import load_mnist
from ...evaluation.digits import confusion, match_codes, read_codes
from ...figures import show_images
from ...weights import load_pretrained

SHOWN = [2, 3, 5, 7, 9]  # the classes whose numbers are swept


@torch.no_grad()
def opening():
    """Draw the grid of digits of the full-length InfoGAN; return it."""
    use_lecture_style()
    model, digits = load_pretrained("infogan-mnist"), load_mnist()
    digit_of = match_codes(confusion(read_codes(model, digits.train_images), digits.train_labels))
    classes = torch.eye(10)[np.argsort(digit_of)]  # row: the class named digit 0, 1, …
    torch.manual_seed(2)
    noise, middle = torch.randn(10, model.noise_dim), torch.zeros(100, 1)
    grid = model.generate(noise.repeat_interleave(10, 0), [classes.repeat(10, 1), middle, middle])

    figure = plt.figure(figsize=(13, 6.4))
    left, right = figure.subfigures(1, 2, width_ratios=(1, 1.08))
    title = "InfoGAN: a class for each column, noise for each row"
    axes = show_images(grid, 10, title=title, ax=left.subplots())
    axes.set_xticks([30 * (i + 0.5) for i in range(10)], range(10))
    axes.set(xlabel="class of the code, by the digit that names it", ylabel="noise z")
    for which, axes in enumerate(right.subplots(2, 1)):
        swept = _swept(model, noise[:1], classes[SHOWN], which)
        title, rows = f"Number {which + 1} swept, all else held", [f"class {digit}" for digit in SHOWN]
        show_images(swept, 11, title=title, rows=rows, ax=axes)
        axes.set_xticks([30 * (i + 0.5) for i in (0, 5 / 3, 5, 25 / 3, 10)], ["−1.5", "−1", "0", "1", "1.5"])
        axes.set(xlabel="value of the number (trained on −1 … 1)")
    show_figure(
        figure,
        "Left: ten columns of ten generated digits. Each column shows one digit, 0 to 9, in ten different hands. "
        "Right: rows of five digits. A number of the code rises along each row, and size, slant and stroke change.",
    )
    return model


def _swept(model, noise, classes, which):
    """Images of five classes while one number rises: 11 for each class."""
    numbers = [torch.zeros(55, 1), torch.zeros(55, 1)]
    numbers[which] = torch.linspace(-1.5, 1.5, 11)[:, None].repeat(5, 1)
    return model.generate(noise.expand(55, -1), [classes.repeat_interleave(11, 0), *numbers])


def games(curves, every, ceiling) -> None:
    """I(c;x), L_I and the L_I of each batch during both games; and the two parts of the gap."""
    figure, axes = plt.subplots(1, 3, figsize=(14, 4.2))
    for ax, (weight, curve) in zip(axes, curves.items(), strict=False):
        steps = every * np.arange(len(curve["I"]))
        ax.plot(steps, curve["batch"], ".", color=COLOURS[5], markersize=4, label="$L_I$ of a batch of 256")
        ax.plot(steps, curve["I"], color="black", label="I(c;x), exact")
        ax.plot(steps, curve["L_I"], "--", color=COLOURS[1], label="$L_I$, exact")
        ax.axhline(ceiling, color="0.4", linestyle=":", label="H(c) = log 4")
        ax.set(title=f"λ = {weight}", xlabel="training step", ylabel="nats", ylim=(-0.25, 1.55))
    axes[0].legend(fontsize=11, loc="upper right", bbox_to_anchor=(1, 0.88))
    axes[2].semilogy(steps, ceiling - curves[1]["I"], color=COLOURS[4], label="H(c|x), of the generator")
    axes[2].semilogy(steps, curves[1]["E KL"], color=COLOURS[0], label="E KL, of Q")
    axes[2].set(title="λ = 1: the gap to H(c)", xlabel="training step", ylabel="nats", ylim=(2e-4, 4))
    axes[2].legend(fontsize=11, loc="upper right")
    show_figure(
        figure,
        "Three panels against the training step. With λ = 0, I(c;x) stays near 0. With λ = 1, I and its bound rise to "
        "about 1.36 nats, just below log 4. The third panel shows both parts of the gap on a logarithmic scale.",
    )


def heaps(x, data, fits) -> None:
    """p(c, x) of each code above p(c|x) and Q(c|x), for each game."""
    figure, axes = plt.subplots(2, 2, figsize=(12, 5.4), sharex=True, sharey="row", height_ratios=(2, 1))
    for column, (weight, (p_cx, guess)) in enumerate(fits.items()):
        top, bottom = axes[:, column]
        posterior, width = p_cx / p_cx.sum(0), x[1] - x[0]
        top.plot(x, data / width, "k--", label="data")
        for k, colour in enumerate(COLOURS[:4]):
            top.fill_between(x, p_cx[k] / width, color=colour, alpha=0.6, label=f"code {k}")
            bottom.plot(x, posterior[k], color=colour, linewidth=1.5)
            bottom.plot(x, guess[k], ":", color="black", linewidth=1.5)
        top.set(title=f"λ = {weight}: p(c, x) of each code, and the data", xlim=(-6, 6), ylabel="density")
        bottom.set(xlabel="x", ylabel="probability", ylim=(-0.05, 1.05), title="p(c|x) in colour, Q(c|x) dotted")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=5)
    show_figure(
        figure,
        "Left, λ = 0: all four codes form the same broad heap over the four heaps of the data. Right, λ = 1: each code "
        "covers one heap, and is narrower than it. Below, the posterior p(c|x) and Q(c|x) agree for λ = 1.",
    )


def likeness(exact, trained) -> None:
    """JSD and I at the exact optimum for each λ; and s during training, from the data's 0.6."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2))
    weights, widths, jsd, information = np.array(exact).T
    left.plot(jsd, information, "o-", color=COLOURS[0])
    for weight, s, x, y in exact:
        left.annotate(f"λ = {weight:g}, s = {s:.2f}", (x, y), (8, -12), textcoords="offset points", fontsize=11)
    left.set(title="Exact: likeness against readability", xlabel="JSD(data ‖ generator) (nats)", ylabel="I(c;x) (nats)")
    left.set(xlim=(-0.002, 0.042), ylim=(1.19, 1.38))
    for weight, colour in ((0, COLOURS[2]), (1, COLOURS[1])):
        for i, s in enumerate(trained[weight]):
            right.plot(s, color=colour, linewidth=1, label=f"λ = {weight}, three runs" if i == 0 else None)
        width = dict(zip(weights, widths, strict=True))[weight]
        right.axhline(width, color=colour, linestyle="--", label=f"exact optimum for λ = {weight}")
    right.set(title="Trained, from the data's own heaps", xlabel="training step", ylabel="s", ylim=(0, 1))
    right.legend(fontsize=11, ncols=2, loc="lower right")
    show_figure(
        figure,
        "Left: a rising curve. As λ rises from 0 to 2, I(c;x) rises from 1.20 to 1.37 nats, the JSD from 0 to 0.03, "
        "and s falls from 0.6 to 0.4. Right: three runs without L_I vary around 0.6; three with λ = 1 settle near 0.4.",
    )


def two_softmaxes(scale, right, wrong) -> None:
    """L_I against the logit of the true class, with one softmax and with two."""
    figure, axes = plt.subplots(figsize=(8, 3.8))
    axes.plot(scale, right, label="logits → log-softmax: right")
    axes.plot(scale, wrong, label="softmax → log-softmax: wrong")
    axes.axhline(math.log(10), color="black", linestyle="--", label="H(c) = log 10")
    axes.set(title="A second softmax caps the bound", xlabel="logit of the true class", ylabel="$L_I$ (nats)")
    axes.legend(loc="center right", bbox_to_anchor=(1, 0.62))
    show_figure(
        figure,
        "Two rising curves against the logit of the true class. With one softmax L_I tends to log 10; with two it "
        "stays below 0.84 nats.",
    )


def training(history, ceiling, perfect, not_read) -> None:
    """L_I of the classes, L_I of both numbers, and V, at each training step."""
    figure, axes = plt.subplots(1, 3, figsize=(14, 4.2))
    history.plot("L_I[0]", smooth=20, ax=axes[0])
    axes[0].axhline(ceiling, color="black", linestyle="--", label="H(c) = log 10")
    axes[0].set(title="Ten classes", ylabel="$L_I$ (nats)", ylim=(-0.1, 2.5))
    history.plot("L_I[1]", "L_I[2]", smooth=20, ax=axes[1])
    axes[1].axhline(perfect, color="black", linestyle="--", label="μ(x) = c")
    axes[1].axhline(not_read, color="black", linestyle=":", label="μ(x) = 0")
    axes[1].set(title="Two numbers, σ = 1 in Q", ylabel="$L_I$ (nats)", ylim=(-0.6, -0.18))
    history.plot("V", smooth=20, ax=axes[2])
    axes[2].axhline(-math.log(4), color="black", linestyle="--", label="−log 4: D = ½ everywhere")
    axes[2].set(title="The value of the game", ylabel="V(D, G) (nats)")
    axes[2].set_ylim(bottom=-1.75)
    names = {"L_I[0]": "classes", "L_I[1]": "number 1", "L_I[2]": "number 2"}
    for ax in axes:
        for line in ax.lines:
            line.set_label(names.get(line.get_label(), line.get_label()))
        ax.set_xlabel("training step (running means of 20)")
        ax.legend(fontsize=11, loc="lower right")
    show_figure(
        figure,
        "Three panels against the step. L_I of the classes rises from 0 to about 2.1 of 2.3 nats. L_I of both numbers "
        "rises from -0.39 towards -0.23 nats. V starts near -log 4 = -1.39 and ends above it.",
    )
