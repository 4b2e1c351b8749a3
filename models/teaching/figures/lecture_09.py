"""The figures of lecture 9: KL against log N, its three parts, a discriminator, a penalised training, and scores."""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch

import infotheory as it
from infotheory.teaching import COLOURS, show_figure, use_lecture_style

from ...data import Sprites
from ...figures import show_images
from ...weights import load_pretrained

FILES = {
    "VAE": "beta-vae-dsprites-32-beta-1",
    "β-VAE": "beta-vae-dsprites-32-beta-4",
    "β-TCVAE": "beta-tc-vae-dsprites-32",
    "FactorVAE": "factor-vae-dsprites-32",
    "DIP-VAE": "dip-vae-dsprites-32",
    "AAE": "aae-dsprites-32",
}
PARTS = ("I(x; z)", "TC(z)", r"$\sum_j$ KL($q(z_j)$‖$p(z_j)$)")
SHOWN = 16  # nats; the AAE's bar is cut here


def grid_of_sprites() -> torch.Tensor:
    """9,216 factors [N, 5]: all shapes and scales, every fifth orientation, every fourth position."""
    return torch.cartesian_prod(*(torch.arange(0, n, k) for n, k in ((3, 1), (6, 1), (40, 5), (32, 4), (32, 4))))


@torch.no_grad()
def encode(model, images) -> tuple[torch.Tensor, torch.Tensor]:
    """μ and log σ² of all images, [N, d] each."""
    return tuple(torch.cat(part) for part in zip(*[model.encode(batch) for batch in images.split(512)], strict=True))


@torch.no_grad()
def traversal(model, image, latents, values=9):
    """One image's code, with one latent at a time moved from −2 to 2: a row of images for each latent."""
    code = model.encode(image[None])[0].repeat(len(latents), values, 1)
    for row, latent in enumerate(latents):
        code[row, :, latent] = torch.linspace(-2, 2, values)
    return model.decode(code.flatten(0, 1))


def sampler(mean, log_variance, device="cpu"):
    """draw(n): n samples of the aggregate posterior, drawn on the CPU."""

    def draw(n):
        rows = torch.randint(len(mean), (n,))
        return (mean[rows] + (log_variance[rows] / 2).exp() * torch.randn(n, mean.shape[1])).to(device)

    return draw


def opening():
    """Draw the opening picture; return the images, the six encoders and their codes."""
    use_lecture_style()
    sprites = Sprites(32)
    images = sprites.images(grid_of_sprites())
    encoders = {name: load_pretrained(file) for name, file in FILES.items()}
    codes = {name: encode(model, images) for name, model in encoders.items()}
    kl = {name: it.diagonal_gaussian_kl(*code).mean(0) for name, code in codes.items()}
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2), width_ratios=(1.15, 1))
    pictures, rows, image = [], [], sprites.images([[2, 4, 5, 14, 18]])[0]
    for name in ("VAE", "FactorVAE"):
        latents = kl[name].argsort(descending=True)[:3].tolist()
        pictures.append(traversal(encoders[name], image, latents))
        rows += [f"{name}, $z_{{{j}}}$: {kl[name][j]:.1f}" for j in latents]
    show_images(torch.cat(pictures), 9, ax=left, rows=rows, title="One latent moved from −2 to 2, and its KL (nats)")
    totals = [float(each.sum()) for each in kl.values()]
    bars = right.barh(list(kl), np.minimum(totals, SHOWN), color=COLOURS[0], height=0.6)
    labels = [f"{total:.1f}" if total < SHOWN else f"{total:.1f} →" for total in totals]
    right.bar_label(bars, labels, padding=-46, color="white", fontweight="bold")
    right.axvline(math.log(len(images)), color=COLOURS[1], linestyle="--", label=f"log {len(images):,}")
    right.set(title="Mean KL(q(z|x)‖p(z)) of 9,216 images", xlabel="nats per image", xlim=(0, SHOWN))
    right.invert_yaxis()
    right.grid(axis="y", visible=False)
    right.legend(loc="lower right", bbox_to_anchor=(1, 0.12), facecolor="white", frameon=True)
    show_figure(
        figure,
        "Left: sprites, while one latent of a VAE or of a FactorVAE moves. Right: the mean KL of six encoders. It is "
        f"{totals[0]:.1f} nats for the VAE and {totals[-1]:.1f} for the AAE, above log N = 9.1; four are below it.",
    )
    return images, encoders, codes


def shrinking(scales, parts, log_n) -> None:
    """The three parts of the toy's KL, stacked, while all σ grow."""
    figure, ax = plt.subplots(figsize=(9, 4))
    ax.stackplot(scales, np.transpose(parts), labels=PARTS, colors=COLOURS)
    ax.axhline(log_n, color="black", linestyle="--", label="log 4")
    ax.set(title="The three parts of the KL, four examples", xlabel="all σ multiplied by", ylabel="nats", xscale="log")
    ax.set(xlim=(scales[0], scales[-1]))
    ax.set_xticks([0.25, 0.5, 1, 2, 3], ["¼", "½", "1", "2", "3"])
    ax.minorticks_off()
    ax.legend()
    show_figure(
        figure,
        "Three stacked areas against the factor of σ. At a quarter, the information has reached log 4, and TC and the "
        "marginal KL are as large. At one, all parts are small. At three, only the marginal KL is left, and grows.",
    )


def parts_of_models(parts, log_n) -> None:
    """A stacked bar for each encoder: the three parts of its KL, with the total beside it."""
    figure, ax = plt.subplots(figsize=(10.5, 3.8))
    values = np.array([[part.value for part in list(found.values())[:3]] for found in parts.values()])
    start = np.zeros(len(values))
    for k, (label, colour) in enumerate(zip(PARTS, COLOURS, strict=False)):
        ax.barh(list(parts), values[:, k], left=start, color=colour, label=label, height=0.6)
        start += values[:, k]
    for place, found in enumerate(parts.values()):
        total, cut = found["kl"].value, found["kl"].value > SHOWN
        label = f"TC {values[place, 1]:.1f}, total {total:.1f} →" if cut else f"total {total:.1f}"
        ax.text(SHOWN - 0.2, place, label, va="center", ha="right", color="white" if cut else "black", fontsize=12)
    ax.axvline(log_n, color="black", linestyle="--", label="log N")
    ax.set(title="The KL of six encoders on 9,216 sprites, in three parts", xlabel="nats per image", xlim=(0, SHOWN))
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    show_figure(
        figure,
        "Stacked bars of information, total correlation and marginal KL for six encoders. Only the VAE and the AAE "
        "exceed log N, and most of the excess is total correlation.",
    )


def discriminator(steps, estimates, exact) -> None:
    """Both estimates of a discriminator after each number of steps, and the exact total correlation."""
    figure, ax = plt.subplots(figsize=(9, 3.6))
    ax.plot(steps, estimates[:, 0], "o-", label="E log D/(1 − D), FactorVAE's estimate")
    ax.plot(steps, estimates[:, 1], "s--", label="lower bound (15), same discriminator")
    ax.axhline(exact, color="black", linestyle="--", label="exact, −½ log det P")
    ax.set(title="A discriminator learns a total correlation", xlabel="training steps", ylabel="TC (nats)")
    ax.set_xscale("symlog", linthresh=10)
    ax.set_xlim(-0.5, 1.1 * max(steps))
    ax.set_xticks(steps, steps)
    ax.minorticks_off()
    ax.legend()
    show_figure(
        figure,
        "Two curves against the training steps, FactorVAE's estimate and the lower bound. Both start at 0 and rise to "
        f"about the exact total correlation, {exact:.2f} nats.",
    )


def training(exact, estimates, log_n) -> None:
    """Left: the parts before and after two trainings. Right: the estimated TC during both."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 3.8), width_ratios=(1.2, 1))
    start = np.zeros(len(exact))
    for k, (label, colour) in enumerate(zip(PARTS, COLOURS, strict=False)):
        widths = np.array([list(found.values())[k].value for found in exact.values()])
        left.barh(list(exact), widths, left=start, color=colour, label=label, height=0.6)
        start += widths
    left.axvline(log_n, color="black", linestyle="--", label="log N")
    left.set(title="Exact parts on 9,216 sprites", xlabel="nats per image", xlim=(0, 14))
    left.invert_yaxis()
    left.grid(axis="y", visible=False)
    left.legend(ncols=2, fontsize=11, loc="upper center", bbox_to_anchor=(0.5, -0.2))
    for (name, values), colour in zip(estimates.items(), COLOURS[3:], strict=False):
        right.plot(values, color=colour, linewidth=1.2, label=name)
    right.axhline(0, color="black", linewidth=1)
    right.set(title="TC as the training estimates it", xlabel="training step", ylabel="nats")
    right.legend(fontsize=11)
    show_figure(
        figure,
        "Left: stacked bars before a training, after one with β = 1 and after one with β = 6. The last has much less "
        "total correlation and less information. Right: the estimated TC during both trainings. With β = 6 it is "
        "negative.",
    )


def scores(tc, mig) -> None:
    """MIG against the total correlation of each encoder."""
    figure, ax = plt.subplots(figsize=(8, 3.8))
    shifts = {"DIP-VAE": (8, 8), "FactorVAE": (8, -16)}
    for (name, x), colour in zip(tc.items(), COLOURS, strict=False):
        ax.plot(x, mig[name], "o", color=colour, markersize=10)
        ax.annotate(name, (x, mig[name]), shifts.get(name, (9, -4)), textcoords="offset points", fontsize=12)
    ax.set(title="Total correlation against a score", xlabel="TC(z) on the grid (nats), logarithmic", ylabel="MIG")
    ax.set(xscale="log", xlim=(0.04, 200), ylim=(-0.02, 0.42))
    show_figure(
        figure,
        "Six points, MIG against total correlation. The VAE and the β-VAE have nearly the same MIG, although their "
        "total correlations differ sevenfold. The three annealed models have the highest scores.",
    )
