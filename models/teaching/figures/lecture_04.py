"""The figures of lecture 4: digits, two gradient estimators, a training, its images, and the bounds."""

import matplotlib.pyplot as plt
import numpy as np
import torch

from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import binarize, load_mnist
from ...figures import show_images
from ...weights import load_pretrained


@torch.no_grad()
def opening():
    """Draw digits, their reconstructions and samples of the full-length VAE; return the VAE."""
    use_lecture_style()
    vae, digits = load_pretrained("vae-mnist"), load_mnist()
    of_each = [int((digits.test_labels == label).nonzero()[0]) for label in range(10)]
    x = binarize(digits.test_images, seed=1)[of_each]
    torch.manual_seed(4)
    rows = ["written by people", "from its 20 numbers", "from 20 random numbers"]
    figure, axes = plt.subplots(figsize=(11, 3.3))
    show_images(torch.cat([x, vae.decode(vae.encode(x)[0]), vae.sample(10)]), 10, ax=axes, rows=rows)
    show_figure(
        figure,
        "Three rows show ten digits each. The first row is handwritten, 0 to 9. The second row, by the decoder, shows "
        "the same digits with smoother strokes. The third row shows new digits, and most of them are legible.",
    )
    return vae


def gradients(estimates, true_gradient) -> None:
    """Histograms of one-sample estimates of the same gradient."""
    figure, axes = plt.subplots(figsize=(9, 3.8))
    for name, estimate in estimates.items():
        axes.hist(estimate, np.linspace(-60, 10, 71), alpha=0.65, density=True, label=name)
    axes.axvline(true_gradient, color="black", linestyle="--", label=f"true gradient {true_gradient}")
    axes.set(title="Estimates of a gradient from one sample", xlabel="estimate of the gradient", ylabel="density")
    axes.legend()
    show_figure(
        figure,
        "Two histograms lie around the true gradient -6. Nearly all pathwise estimates lie between -12 and 0. The "
        "score function estimates have a peak near 4 and a tail down to -60.",
    )


def digits(grey, binary) -> None:
    """Ten digits, before and after they are binarised."""
    figure, axes = plt.subplots(figsize=(10, 2.3))
    show_images(torch.cat([grey, binary]), 10, ax=axes, rows=["grey", "binary"])
    show_figure(
        figure, "Ten handwritten digits are shown in grey, and below them the same digits with black and white pixels."
    )


def history(run) -> None:
    """The loss and its two terms at each step, and their running means."""
    figure, axes = plt.subplots(figsize=(9, 3.8))
    names = {"loss": "loss = −ELBO", "reconstruction": "reconstruction", "kl": "KL"}
    for (name, label), colour in zip(names.items(), COLOURS, strict=False):
        values = np.asarray(run[name])
        axes.plot(np.convolve(values, np.ones(25) / 25, "valid"), color=colour, label=label)
    axes.set(title="Training digits, mean of 25 steps", xlabel="step", ylabel="nats per digit", ylim=(0, 250))
    axes.legend(ncols=3, loc="upper right")
    show_figure(
        figure,
        "Three curves show the terms at each step. The loss and the reconstruction term fall, first fast and then "
        "slowly; the KL rises to about 17 nats.",
    )


def reconstructions_and_samples(x, reconstructed, samples) -> None:
    """Test digits above their reconstructions, and 20 samples."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 2.6))
    show_images(torch.cat([x, reconstructed]), 10, ax=left, rows=["x", "x̂"], title="Test digits, reconstructions")
    show_images(samples, 10, ax=right, title="Samples: z ~ N(0, I), decoded")
    show_figure(
        figure,
        "Left: ten test digits and their reconstructions, which are smoother. Right: twenty samples; most look like "
        "digits, and some lie between two digits.",
    )


def traversals(kl_of_latent, order, images) -> None:
    """The KL of each latent, and the images along the five latents of largest KL."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=(1, 1.9))
    names = [f"$z_{{{latent}}}$" for latent in order]
    bars = left.barh(names, kl_of_latent[order], color=[COLOURS[0]] * 5 + [COLOURS[5]] * 5)
    left.bar_label(bars, [f"{kl:.1f}" for kl in kl_of_latent[order]], padding=3)
    left.set(title="KL of each latent", xlabel="nats per test digit", xlim=(0, 1.2 * float(kl_of_latent.max())))
    left.invert_yaxis()
    left.grid(axis="y", visible=False)
    show_images(images, 10, ax=right, rows=names[:5], title="Traversals", xlabel="value of the latent, −3 to 3")
    show_figure(
        figure,
        "Left: bars show the KL of ten latents, most near 2 nats. Right: five rows show ten images each. Along each "
        "row one latent rises from -3 to 3, and slant, width and class of the digit change together.",
    )


def sum_or_mean(x, reconstructed) -> None:
    """Test digits, and their reconstructions by a model for each β."""
    images = torch.cat([x, *(images.cpu() for images in reconstructed.values())])
    names = {1: "sum, sum: β = 1", 784: "mean, sum: β = 784", 78.4: "mean, mean: β = 78.4", 0.1: "sum, mean: β = 0.1"}
    figure, axes = plt.subplots(figsize=(11, 5))
    rows = ["test digits", *(names[beta] for beta in reconstructed)]
    show_images(images, 10, ax=axes, rows=rows, title="Reconstructions after 400 steps (pixels, latents)")
    show_figure(
        figure,
        "Ten test digits stand above four rows of reconstructions. With two sums, and with a mean over latents only, "
        "they resemble the digits. In both rows with a mean over pixels, all ten images are the same grey blur.",
    )


def bounds(samples, values) -> None:
    """The importance-weighted bound against the number of samples."""
    figure, axes = plt.subplots(figsize=(8, 3.8))
    axes.semilogx(samples, values, "o-")
    axes.set_xticks(samples, samples)
    axes.minorticks_off()
    axes.set(title="The bound becomes tighter with K", xlabel="importance samples K", ylabel="bound (nats)")
    show_figure(
        figure,
        f"A curve rises from {values[0]:.0f} nats at K = 1, the ELBO, to {values[-1]:.0f} nats at K = {samples[-1]}, "
        "and flattens.",
    )
