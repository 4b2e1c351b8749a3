# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 · Regularisers: which part of the KL, and what a surrogate misses
#
# **After this lecture you can** split the KL of the ELBO into information, total correlation and the KL of each latent,
# and prove every step; compute the three on a data set with a stated error; say which of them a β-VAE, a β-TCVAE, a
# FactorVAE, a DIP-VAE and an adversarial autoencoder pay for; derive how β-TCVAE estimates its term from a batch and
# FactorVAE from a discriminator, and measure how wrong each is; give for every surrogate a distribution that it cannot
# see; and say why a low total correlation does not mean disentangled.
#
# | | |
# |---|---|
# | You need first | lectures 2, 4 and 5, and for 9.7 the game of lecture 6; the bounds of lecture 7 help |
# | Time | 90 minutes to read; about a minute to run on 2 CPU cores |
# | Report | section 2.1, and its references [3], [4] and [5] |
#
# `device` is the GPU if there is one. To use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you start
# Jupyter. Only the discriminators that this lecture trains run on it. They have the same draws there, so their estimates differ
# slightly. The published encoders stay on the CPU; `infotheory train factor-vae-dsprites-32`, and so on, trains one in full.

# %%
import itertools
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import logsumexp, ndtri
from scipy.stats import norm
from torch import nn

import infotheory as it
from infotheory.explore import DependenceExplorer
from infotheory.teaching import COLOURS, compare, use_lecture_style
from models import DIPVAE, BetaTCVAE, FactorVAE, Sprites, choose_device, decompose, gan, load_pretrained
from models.beta_tc_vae import kl_parts, log_normal, stratified_log_weights
from models.evaluation.metrics import mig
from models.factor_vae import permute
from models.figures import show_images
from models.teaching.exercises import lecture_09 as exercises

use_lecture_style()
device = choose_device()

# %% [markdown]
# ## 9.1 One KL, three parts
#
# A data set of $N$ examples, each of weight $1/N$; an encoder $q(z\mid x)$, a diagonal Gaussian over latents
# $z_1,\dots,z_d$; a prior that factorises, $p(z)=\prod_jp(z_j)$. Pick an example, then a $z$ from its posterior: the
# $z$ so drawn has the density
#
# $$q(z)=\frac1N\sum_{n=1}^N q(z\mid x_n),$$
#
# the **aggregate posterior**, with marginals $q(z_j)$. (The report calls it the "variational prior".)
#
# The VAE pays $\mathbb E_x\,\mathrm{KL}(q(z\mid x)\,\|\,p(z))$. *Step 1*: multiply and divide by $q(z)$ inside the
# logarithm.
#
# $$\mathbb E_x\mathbb E_{q(z\mid x)}\log\frac{q(z\mid x)}{p(z)}
# =\underbrace{\mathbb E_x\mathbb E_{q(z\mid x)}\log\frac{q(z\mid x)}{q(z)}}_{I(x;z)}
# +\underbrace{\mathbb E_{q(z)}\log\frac{q(z)}{p(z)}}_{\mathrm{KL}(q(z)\|p(z))}.$$
#
# In the second term nothing but $z$ is left, and $z$ has the density $q(z)$. *Step 2*: multiply and divide that one by
# $\prod_jq(z_j)$; the prior factorises, so the last logarithm is a sum.
#
# $$\mathrm{KL}(q(z)\|p(z))
# =\underbrace{\mathbb E_{q(z)}\log\frac{q(z)}{\prod_jq(z_j)}}_{\mathrm{TC}(z)}
# +\sum_j\underbrace{\mathbb E_{q(z_j)}\log\frac{q(z_j)}{p(z_j)}}_{\mathrm{KL}(q(z_j)\|p(z_j))}.$$
#
# So there are three parts, each at least 0: what the code says of $x$; how the latents depend on each other; how far
# each latent, alone, is from its prior.
#
# *And a third line, which needs $q(z\mid x)=\prod_jq(z_j\mid x)$.* Add the first two parts; $q(z)$ cancels:
#
# $$I(x;z)+\mathrm{TC}(z)=\mathbb E\log\frac{\prod_jq(z_j\mid x)}{\prod_jq(z_j)}=\sum_jI(x;z_j).$$
#
# **Total correlation is redundancy**: what the latents say of $x$ one by one, minus what they say together.
#
# Four examples, two latents; every integral is a sum on a fine grid. The two sides of each line are computed
# separately:

# %%
mean = np.array([[-1.2, -0.9], [-0.4, -0.6], [0.5, 0.8], [1.1, 0.4]])  # μ(x_n): [N, d]
sigma = np.array([[0.4, 0.5], [0.5, 0.3], [0.6, 0.4], [0.3, 0.5]])  # σ(x_n)
line = np.linspace(-8, 8, 401)  # the places of z_1 and of z_2
cell = (line[1] - line[0]) ** 2


def log_densities(mean, sigma):
    """log q(z_j|x) [d, N, place], log q(z|x) [N, place, place], and the same of q(z_j), q(z), p(z)."""
    log_q_j_x = norm.logpdf(line, mean.T[..., None], sigma.T[..., None])
    log_q_x = log_q_j_x[0][:, :, None] + log_q_j_x[1][:, None, :]
    log_q_j, log_q = (
        logsumexp(log_q_j_x, axis=1) - math.log(len(mean)),
        logsumexp(log_q_x, axis=0) - math.log(len(mean)),
    )
    log_p = norm.logpdf(line)[:, None] + norm.logpdf(line)[None, :]
    return log_q_j_x, log_q_x, log_q_j, log_q, log_p


def toy_parts(mean, sigma):
    """I(x; z), TC(z), and KL(q(z_j) ‖ p(z_j)) of each latent, by quadrature."""
    _, log_q_x, log_q_j, log_q, _ = log_densities(mean, sigma)
    information = np.sum(np.exp(log_q_x) * (log_q_x - log_q)) * cell / len(mean)
    log_product = log_q_j[0][:, None] + log_q_j[1][None, :]
    tc = np.sum(np.exp(log_q) * (log_q - log_product)) * cell
    return information, tc, np.sum(np.exp(log_q_j) * (log_q_j - norm.logpdf(line)), axis=1) * math.sqrt(cell)


log_q_j_x, log_q_x, log_q_j, log_q, log_p = log_densities(mean, sigma)
I, TC, KL_j = toy_parts(mean, sigma)
KL = it.diagonal_gaussian_kl(mean, 2 * np.log(sigma)).sum(axis=1).mean()  # closed form
KL_of_q = np.sum(np.exp(log_q) * (log_q - log_p)) * cell
I_j = np.sum(np.exp(log_q_j_x) * (log_q_j_x - log_q_j[:, None]), axis=(1, 2)) * math.sqrt(cell) / len(mean)

compare("E KL(q(z|x)‖p(z))", KL, "I + KL(q(z)‖p(z))    ", I + KL_of_q, atol=1e-9)
compare("KL(q(z)‖p(z))    ", KL_of_q, "TC + Σ KL(q(z_j)‖p(z_j))", TC + KL_j.sum(), atol=1e-9)
compare("I + TC           ", I + TC, "Σ I(x; z_j)          ", I_j.sum(), atol=1e-9)
print(f"parts: I = {I:.3f}, TC = {TC:.3f}, Σ KL = {KL_j.sum():.3f} nats;  log N = {math.log(4):.3f}")

# %% [markdown]
# The same two steps for pmfs, line by line, as the package keeps them; `check` runs each on a hundred random inputs.

# %%
it.report.DERIVATIONS["ELBO surgery"].show()

# %%
it.report.DERIVATIONS["split into total correlation"].show()

# %%
for name in ("ELBO surgery", "split into total correlation"):
    print(it.report.DERIVATIONS[name].check())

# %% [markdown]
# For two latents the difference $\sum_j I(x;z_j)-I(x;z)$ is the co-information of $x$, $z_1$ and $z_2$ (lecture 2). It
# equals $I(z_1;z_2)-I(z_1;z_2\mid x)$, and the second term is 0 because $q(z\mid x)$ factorises. So the co-information
# of a factorised encoder is TC, which is never negative: synergy cannot exceed redundancy. If $q(z\mid x)$ does not
# factorise, the third identity above, $I+\mathrm{TC}=\sum_j I(x;z_j)$, fails.
#
# **Predict, then run.** A fair bit $x$ is encoded as $z_1$, a fair coin, and $z_2=x\oplus z_1$. What are TC and the
# co-information? (All variables are discrete here, so that both are exact.)

# %%
q_1 = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.1, 0.9]])  # q(z_1|x): a row for each of four examples
q_2 = np.array([[0.7, 0.3], [0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])  # q(z_2|x)
factorised = q_1[:, :, None] * q_2[:, None, :] / 4  # p(x, z_1, z_2)
exclusive_or = np.array([[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]])
for name, p_xz in {"factorised": factorised, "XOR": exclusive_or}.items():
    one_by_one = it.mutual_information(p_xz.sum(axis=2)) + it.mutual_information(p_xz.sum(axis=1))
    together = it.mutual_information(p_xz.reshape(len(p_xz), 4))
    compare(f"{name:10s} co-information", it.co_information(p_xz), "Σ I(x; z_j) − I(x; z)", one_by_one - together)
    print(f"{name:10s} TC(z)          = {it.total_correlation(p_xz.sum(axis=0)):.6f}")

# %% [markdown]
# The latents of the XOR encoder are independent, so TC is 0, and neither carries information about $x$ alone. Together
# they determine $x$, so the co-information is $-\log 2$. A penalty on TC cannot detect this. A VAE excludes it, because
# its $q(z\mid x)$ is diagonal.
#
# **What can $I$ be at most?** $x$ is one of $N$ examples, so $I(x;z)\le H(x)=\log N$. **Predict, then run.** Shrink all
# four $\sigma$ together. The KL grows without bound. Which part takes it, once $I$ has reached $\log 4$?

# %%
scales = np.geomspace(0.25, 3, 40)
found = [toy_parts(mean, scale * sigma) for scale in scales]
parts = np.array([[information, tc, marginal.sum()] for information, tc, marginal in found])
_, ax = plt.subplots(figsize=(9, 4.2))
ax.stackplot(scales, parts.T, labels=["I(x; z)", "TC(z)", r"Σ KL($q(z_j)$‖$p(z_j)$)"], colors=COLOURS)
ax.axhline(math.log(4), color="black", linestyle="--", label="log N")
ax.set(title="The three parts of the KL, four examples", xlabel="all σ multiplied by", ylabel="nats", xscale="log")
ax.set_xticks([0.25, 0.5, 1, 2, 3], ["¼", "½", "1", "2", "3"])
ax.minorticks_off()
ax.legend()
plt.show()
print(f"at σ/4: I = {parts[0, 0]:.2f} of {math.log(4):.2f}, TC = {parts[0, 1]:.2f}, Σ KL = {parts[0, 2]:.2f} nats")
print(f"I falls as σ grows: {bool((np.diff(parts[:, 0]) < 0).all())}; TC too: {bool((np.diff(parts[:, 1]) < 0).all())}")

# %% [markdown]
# Both others. Four separate spikes are four points: who sees $z_1$ knows $z_2$. With tiny noise every latent says all
# of $x$, so $\mathrm{TC}=\sum_jI(x;z_j)-I(x;z)\to(d-1)\log N$, here $\log4$. And each marginal, being spikes too, is far
# from a smooth prior. Far right the posteriors are wider than the prior, and the per-latent KL pays for that.

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 6 minutes · what a KL and a number of examples prove
#
# You know only the mean KL of an encoder, in nats, and the number of examples. Return the best lower bound on
# $\mathrm{KL}(q(z)\|p(z))=\mathrm{TC}+\sum_j\mathrm{KL}(q(z_j)\|p(z_j))$ that follows.
#
# <details><summary>Hint</summary>
#
# How large can the other part of the KL be? And is your bound ever worse than a trivial one?
#
# </details>


# %% tags=["exercise"]
def my_floor(kl, n_examples):
    """A lower bound on KL(q(z)‖p(z)), in nats."""
    ...


exercises.floor.check(my_floor)

# %% [markdown]
# ## 9.2 On trained encoders, with an error
#
# In ten dimensions no grid of places works. But with a finite data set $q(z)$ is a *known* mixture of $N$ Gaussians,
# and only the outer mean must be sampled: draw pairs of an example and a $z$, average $\log q(z\mid x)-\log q(z)$ and
# so on. The error is that of a mean, $s/\sqrt n$. In the open, and `decompose`, which does it in pieces that fit in
# memory, against the exact toy:

# %%
toy_mean, toy_log_variance = torch.from_numpy(mean), torch.from_numpy(2 * np.log(sigma))
generator = torch.Generator().manual_seed(0)
n = torch.randint(4, (20_000,), generator=generator)
z = toy_mean[n] + (toy_log_variance[n] / 2).exp() * torch.randn(20_000, 2, generator=generator).double()
log_q_z_x = log_normal(z[:, None], toy_mean, toy_log_variance)  # log q(z_j | x_m): [sample, N, d]
log_own = log_normal(z, toy_mean[n], toy_log_variance[n]).sum(1)  # log q(z|x)
log_q_z = log_q_z_x.sum(2).logsumexp(1) - math.log(4)
log_q_z_j = log_q_z_x.logsumexp(1) - math.log(4)
by_hand = [log_own - log_q_z, log_q_z - log_q_z_j.sum(1), log_q_z_j.sum(1) - log_normal(z, 0 * z, 0 * z).sum(1)]
found = decompose(toy_mean, toy_log_variance, n_samples=20_000, seed=1)
for name, samples, exact in zip(("I", "TC", "Σ KL_j"), by_hand, (I, TC, KL_j.sum()), strict=True):
    ours, error = samples.mean().item(), samples.std().item() / math.sqrt(len(samples))
    print(
        f"{name:6s} by hand  {ours:.3f} ± {error:.3f}: "
        f"within 3 errors of the exact {exact:.3f}: {abs(ours - exact) < 3 * error}"
    )
for name, (value, error), exact in zip(("I", "TC", "Σ KL_j"), found.values(), (I, TC, KL_j.sum()), strict=False):
    print(f"{name:6s} decompose {value:.3f} ± {error:.3f}: within 3 errors too: {abs(value - exact) < 3 * error}")

# %% [markdown]
# **The encoders of this lecture.** All were trained on dSprites at 32×32 with ten latents, the same networks, the same
# optimiser; their cards say how. They differ in the regulariser. The first two are lecture 5's.

# %%
encoders = {
    "VAE": load_pretrained("beta-vae-dsprites-32-beta-1"),
    "β-VAE": load_pretrained("beta-vae-dsprites-32-beta-4"),
    "β-TCVAE": load_pretrained("beta-tc-vae-dsprites-32"),
    "FactorVAE": load_pretrained("factor-vae-dsprites-32"),
    "DIP-VAE": load_pretrained("dip-vae-dsprites-32"),
    "AAE": load_pretrained("aae-dsprites-32"),
}
settings = ("beta", "sampling", "gamma", "kind", "off_diagonal", "diagonal", "kl_start", "kl_steps")
for name, model in encoders.items():
    shown = {key: model.config[key] for key in settings if key in model.config}
    if shown.get("kl_start") == 1:
        del shown["kl_start"], shown["kl_steps"]
    if type(model).__name__ == "BetaVAE":
        shown.pop("gamma", None)  # the price of a capacity, which is not used here
    print(f"{name:10s} {model.card['steps']:6,} steps of {model.card['batch_size']:3}  {shown}")

# %% [markdown]
# `kl_start` and `kl_steps`: three were trained with a KL that is at first `kl_start` times dearer and falls to its own
# price over `kl_steps` steps. With a dear KL only the most useful latent pays (lecture 5), so latents wake one after
# another, and what is read first tends to get a latent of its own. When all wake at once, a factor may be smeared over
# several, and no term of these losses must undo that. It is not a regulariser: the loss at the end is the model's own. But
# it decides at which of many ends a training stops, and these need not be equally good: by their cards, of the two β-VAEs
# at 64×64 the one with a `kl_start` has the higher MIG (lecture 10: is a factor known to *one* latent? 1 is best, 0 worst)
# and the *worse* loss, reconstruction + 4 KL = 140 against 113
# nats. So a comparison of models compares such details too.
#
# The data set: a grid over all shapes and scales and every fifth orientation and fourth position.

# %%
sprites = Sprites(32)


def grid(scale_step, orientation_step, position_step):
    axes = [
        torch.arange(0, size, step) for size, step in zip((3, 6, 40), (1, scale_step, orientation_step), strict=True)
    ]
    return torch.cartesian_prod(*axes, *2 * [torch.arange(0, 32, position_step)])


@torch.no_grad()
def encode(model, factors):
    """μ and log σ² of the images with these factors, [N, d] each."""
    encoded = [model.encode(sprites.images(batch)) for batch in factors.split(512)]
    return tuple(torch.cat(parts) for parts in zip(*encoded, strict=True))


examples = grid(1, 5, 4)
N = len(examples)
codes = {name: encode(model, examples) for name, model in encoders.items()}
print(f"N = {N:,} examples, log N = {math.log(N):.2f} nats")
parts = {name: decompose(*codes[name], n_samples=1_000) for name in ("VAE", "β-VAE")}
for name, found in parts.items():
    I, TC, KL_j, KL = found.values()
    print(
        f"{name:6s} I = {I.value:.2f} ± {I.error:.2f}, TC = {TC.value:.2f} ± {TC.error:.2f}, "
        f"Σ KL_j = {KL_j.value:.2f} ± {KL_j.error:.2f} nats"
    )
    sum_of_parts = I.value + TC.value + KL_j.value
    error = I.error + TC.error + KL_j.error
    print(f"       they add up to the closed-form KL within the errors: {abs(sum_of_parts - KL.value) < 3 * error}")

# %% [markdown]
# **Whose $q(z)$?** The three parts belong to an encoder *and a data set*. **Predict, then run.** The same VAE on a
# coarser and on a finer grid. The mean KL hardly changes. What do $I$ and TC do?

# %%
model, by_size = encoders["VAE"], {}
for steps, n_samples in (((2, 10, 8), 1_000), ((1, 5, 4), 1_000), ((1, 4, 2), 300)):
    factors = grid(*steps)
    by_size[len(factors)] = decompose(*encode(model, factors), n_samples=n_samples)
for size, (I, TC, KL_j, KL) in ((size, found.values()) for size, found in by_size.items()):
    print(
        f"N = {size:6,}: log N = {math.log(size):5.2f}, KL = {KL.value:4.1f}, I = {I.value:.2f} ± {I.error:.2f},",
        end=" ",
    )
    print(f"TC = {TC.value:.2f} ± {TC.error:.2f}, Σ KL_j = {KL_j.value:.2f} ± {KL_j.error:.2f}")
informations, tcs = (
    [found[part].value for found in by_size.values()] for part in ("mutual_information", "total_correlation")
)
print(f"I rises: {informations == sorted(informations)}; TC falls: {tcs == sorted(tcs, reverse=True)}")

# %% [markdown]
# $I$ rises, TC falls. On a coarse grid the posteriors are separate spikes, as in the toy: $I$ is stuck at $\log N$, and
# the rest of the KL must go to the other two parts. On finer grids the posteriors begin to overlap. So compare models
# on one data set only, and read "TC = 4 nats" as "on this grid". Training used all 737,280 images, and the trend says
# that the TC there is lower still.
#
# ## 9.3 Who pays for what
#
# | model | $I(x;z)$ | $\mathrm{TC}(z)$ | $\sum_j\mathrm{KL}(q(z_j)\Vert p(z_j))$ | besides | how it is got |
# |---|:---:|:---:|:---:|---|---|
# | VAE | 1 | 1 | 1 | | closed form of the sum |
# | β-VAE | β | β | β | | closed form of the sum |
# | β-TCVAE | 1 | **β** | 1 | | mixture over the batch |
# | FactorVAE | 1 | **1 + γ** | 1 | | 1's: closed form; γ's: a discriminator |
# | DIP-VAE | 1 | 1 | 1 | λ · squared errors of a covariance | closed form; moments of the batch |
# | AAE | **0** | – | – | $\mathrm{JSD}(q(z),p(z))$ for both | a discriminator |
#
# β-TCVAE and FactorVAE pay for a *term*, and estimate it. DIP-VAE and the AAE pay for a *surrogate*: a number that is 0
# when what they want is true. The question for an estimate is how wrong it is. The question for a surrogate is what
# else makes it 0.
#
# (The report says that [3] uses "the correlation among the latent variables". It is the *total* correlation. And [5],
# which wants a covariance of $I$, is what uses correlation.)
#
# The weights, read off the losses as the package computes them; a batch of the VAE's codes serves as input:

# %%
mean, log_variance = (part[::144] for part in codes["VAE"])  # 64 examples
torch.manual_seed(0)
z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
KL = it.diagonal_gaussian_kl(mean, log_variance).sum(1).mean()
sizes = dict(network="conv", size=32)


def same(left, right):
    return abs(float(left) - float(right)) < 1e-3


with torch.no_grad():
    value, terms = BetaTCVAE(10, n_examples=N, beta=6.0, **sizes).regulariser(KL, mean, log_variance, z)
    information, tc, marginal = terms.values()
    print(f"β-TCVAE, β = 6: its regulariser is I + 6 TC + Σ KL_j: {same(value, information + 6 * tc + marginal)}")
    log_ratio = log_normal(z, mean, log_variance).sum(1) - log_normal(z, 0 * z, 0 * z).sum(1)
    print(
        f"  with β = 1 it is the sample mean of log q(z|x)/p(z): {same(information + tc + marginal, log_ratio.mean())}"
    )
    value, terms = FactorVAE(10, gamma=6.0, width=8, **sizes).regulariser(KL, mean, log_variance, z)
    print(f"FactorVAE, γ = 6: KL + 6 TC, the TC by its discriminator: {same(value, KL + 6 * terms['tc'])}")
    value, terms = DIPVAE(10, off_diagonal=2.0, diagonal=3.0, **sizes).regulariser(KL, mean, log_variance, z)
    moments = 2 * terms["off-diagonal"] + 3 * terms["diagonal"]
    print(f"DIP-VAE, λ_od = 2, λ_d = 3: KL + 2 Σ C_ij² + 3 Σ (C_ii − 1)²: {same(value, KL + moments)}")

# %% [markdown]
# In FactorVAE's row a detail: the KL holds one TC already, and the discriminator's comes on top. A β-TCVAE with β has
# the same *objective* as a FactorVAE with γ = β − 1. They differ in how they estimate.
#
# ## 9.4 β-TCVAE: a mixture from one batch
#
# $\log q(z_i)$ needs all $N$ posteriors, and a step has a batch of $B$. Chen et al. (2018) take a mixture of the
# batch's own posteriors with weights $w_{im}$:
#
# $$\hat q(z_i)=\sum_{m=1}^B w_{im}\,q(z_i\mid x_m),\qquad \hat q(z_{ij})=\sum_{m=1}^B w_{im}\,q(z_{ij}\mid x_m).$$
#
# The catch: the batch is no fair sample for $q(z_i)$, for it always holds $x_i$, the example that $z_i$ came from, and
# whose posterior is so high there. Three choices, with $M=B-1$:
#
# - **naive**: $w_{im}=1/B$;
# - **minibatch-weighted**: $w_{im}=1/(NB)$;
# - **stratified**: $w_{ii}=1/N$, one other $(N-M)/(NM)$, and the $M-1$ that are left $1/M$.
#
# *Is the stratified one right on average?* Given $i$, the others of a random batch are a uniform sample of the
# $N-1$ other examples. Write $\bar q$ for the mean of $q(z_i\mid x_m)$ over all those. In expectation
#
# $$\mathbb E\,\hat q(z_i)=\frac{q(z_i\mid x_i)}N+\Big(\frac{N-M}{NM}+\frac{M-1}M\Big)\bar q
# =\frac{q(z_i\mid x_i)}N+\frac{N-1}N\,\bar q=q(z_i).$$
#
# Few enough examples can be enumerated: all batches of 3 from the toy's 4 examples that hold example 0, at a fixed $z$.

# %%
B, at = 3, torch.tensor([[-1.0, -0.5]]).double()
densities = log_normal(at, toy_mean, toy_log_variance).sum(1).exp()  # q(z | x_m) of all four
weights = {
    "naive": torch.full((B,), 1 / B),
    "minibatch-weighted": torch.full((B,), 1 / (4 * B)),
    "stratified": stratified_log_weights(B, 4)[0].exp(),
}
batches = [(0, *others) for others in itertools.permutations([1, 2, 3], B - 1)]
for name, w in weights.items():
    average = sum((w.double() * densities[list(batch)]).sum() for batch in batches) / len(batches)
    compare(f"{name:18s} E q̂(z)", average, "q(z)", densities.mean(), atol=1e-7)

# %% [markdown]
# Only the stratified weights are right. *Minibatch-weighted against naive*: their weights differ by one factor, $1/N$.
# It comes out of the logarithms once for $q(z)$ and once for each of the $d$ marginals, so
# $\widehat{\mathrm{TC}}$ differs by the constant $(d-1)\log N$, and **their gradients are the same**:

# %%
log_posterior = log_normal(z, mean, log_variance).sum(1)
tc_of = {
    name: kl_parts(z, log_posterior, mean, log_variance, torch.full((1, 1), -math.log(c))).total_correlation.mean()
    for name, c in {"naive": 64, "minibatch-weighted": 64 * N}.items()
}
print(f"TC estimates differ by 9 log N: {same(tc_of['minibatch-weighted'] - tc_of['naive'], 9 * math.log(N))}")

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · useful · 12 minutes · weights of your own
#
# The paper gives one of the other examples a different weight, which is not necessary. Find weights $w_{ii}=a$, and
# $w_{im}=b$ for all $m\ne i$, for which $\hat q(z_i)$ is unbiased. Given `densities` $[B,B]$ with $q(z_i\mid x_m)$ in row
# $i$, column $m$, and $N$, return the mean over $i$ of $\hat q(z_i)$.
#
# <details><summary>Hint 1</summary>
#
# How much does $x_i$ count in the true $q(z_i)$?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The $B-1$ others stand for $N-1$ examples.
#
# </details>


# %% tags=["exercise"]
def my_mixture(densities, n_examples):
    """The mean of the estimates of q(z_i); densities is an array [B, B]."""
    ...


exercises.mixture.check(my_mixture)

# %% [markdown]
# ### Unbiased, and yet
#
# The loss needs $\log\hat q$. By Jensen $\mathbb E\log\hat q(z_i)\le\log\mathbb E\hat q(z_i)=\log q(z_i)$: the logarithm
# is too small, the more so the more $\hat q$ varies. In ten dimensions it varies far more than in one.
#
# **Predict, then run.** Is the estimated TC, $\mathbb E[\log\hat q(z)-\sum_j\log\hat q(z_j)]$, then too large or too
# small? And the estimated $I$? We hold the estimates against 9.2's exact values on the β-VAE's codes; the table of 9.9
# has all encoders.


# %%
def from_batches(mean, log_variance, batch_size, n_batches, log_weights=None, seed=0):
    """Means of the three parts as a training with these batches sees them, and their errors: [3], [3]."""
    generator, found = torch.Generator().manual_seed(seed), []
    log_weights = stratified_log_weights(batch_size, len(mean)).float() if log_weights is None else log_weights
    for _ in range(n_batches):
        rows = torch.randperm(len(mean), generator=generator)[:batch_size]
        mu, lv = mean[rows], log_variance[rows]
        z = mu + (lv / 2).exp() * torch.randn(mu.shape, generator=generator)
        kl = kl_parts(z, log_normal(z, mu, lv).sum(1), mu, lv, log_weights)
        found.append([part.mean().item() for part in kl])
    return np.mean(found, axis=0), np.std(found, axis=0) / math.sqrt(n_batches)


name = "β-VAE"
exact = np.array([part.value for part in parts[name].values()][:3])
batch_sizes = np.array([16, 64, 256, 1024])
repeats = [128, 64, 16, 3]
estimates = np.array([from_batches(*codes[name], B, n)[0] for B, n in zip(batch_sizes, repeats, strict=True)])
naive = np.array(
    [
        from_batches(*codes[name], B, n // 2 + 1, torch.full((1, B), -math.log(B)))[0]
        for B, n in zip(batch_sizes.tolist(), repeats, strict=True)
    ]
)
print("   B      I     TC   Σ KL_j   by the stratified estimate, nats")
for B, (information, tc, marginal) in zip(batch_sizes, estimates, strict=True):
    print(f"{B:5} {information:6.1f} {tc:z6.1f} {marginal:z6.1f}")
print(f"exact {exact[0]:6.1f} {exact[1]:z6.1f} {exact[2]:z6.1f}")

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
for k, (label, colour) in enumerate(zip(("I(x; z)", "TC(z)", "Σ KL$_j$"), COLOURS, strict=False)):
    left.plot(batch_sizes, estimates[:, k], "o-", color=colour, label=label)
    left.axhline(exact[k], color=colour, linestyle="--")
left.axhline(math.log(N), color="black", linestyle=":", label="log N")
left.set(title="Stratified (dashed: exact)", ylabel="nats")
right.plot(batch_sizes, naive[:, 1], "s-", color=COLOURS[3], label="naive")
right.plot(batch_sizes, estimates[:, 1], "o-", color=COLOURS[1], label="stratified")
right.axhline(exact[1], color="black", linestyle="--", label="exact")
right.axhline(0, color="black", linewidth=1)
right.set(title="Total correlation, two estimates", ylabel="nats")
for ax in (left, right):
    ax.set(xlabel="batch size B", xscale="log")
    ax.set_xticks(batch_sizes, batch_sizes)
    ax.minorticks_off()
    ax.legend(fontsize=11)
plt.show()
at_64 = estimates[1]
print(
    f"B = 64: I too large by more than a nat: {at_64[0] - exact[0] > 1}; TC too small by more: {at_64[1] - exact[1] < -1}"
)
print(
    f"estimated TC, a KL divergence, below 0 at B = 64: {at_64[1] < 0}; naive above the exact one: {naive[1, 1] > exact[1]}"
)
below = (estimates[:, 0] <= math.log(N)).all() and (naive[:, 0] <= np.log(batch_sizes)).all()
print(f"I at most log N by the stratified estimate, at most log B by the naive one: {bool(below)}")
print(f"their sum, Σ I(x; z_j), wrong by less than a nat: {abs(at_64[:2].sum() - exact[:2].sum()) < 1}")

# %% [markdown]
# From B = 64 on both errors are those of $\log\hat q(z)$, with opposite signs. The marginals, in one dimension each, are
# estimated well by then (at B = 16 not even they are), and hence the sum $\hat I+\widehat{\mathrm{TC}}$, from which
# $\hat q(z)$ cancels. Ever larger batches help, and slowly.
#
# ### What is really penalised
#
# In short: where a batch says little of $q(z)$, the estimated $I$ is a constant, and the estimated TC is a price on *all*
# that the latents know. Whoever wants only this may go on to 9.5.
#
# Look at one $z_i$. In ten dimensions its neighbours are mostly not in the batch. Then only
# its own posterior is left in $\hat q(z_i)$, with its weight $1/N$:
#
# $$\log\hat q(z_i)\approx\log q(z_i\mid x_i)-\log N
# \quad\Longrightarrow\quad\hat I\approx\log N,\qquad
# \widehat{\mathrm{TC}}\approx\mathbb E\Big[\log q(z\mid x)-\sum_j\log\hat q(z_j)\Big]-\log N
# \approx\sum_jI(x;z_j)-\log N .$$
#
# There $\hat I$ is a constant, which has no gradient, and "β TC" is $\beta\sum_jI(x;z_j)=\beta\,(I+\mathrm{TC})$ up to a
# constant: a price on **information** too, by the third line of 9.1. A β-VAE in all but the per-latent KL.
# (With naive weights $\log B$ stands for $\log N$: an estimate that is too large, and the same gradient, as long as each
# $I(x;z_j)$ stays below $\log B$.)
#
# And why does it get there? Write the loss by the same line: $\;\hat I+\beta\,\widehat{\mathrm{TC}}
# =\beta\sum_j\hat I(x;z_j)-(\beta-1)\,\hat I$. The estimated information is *rewarded* (so is the exact $I$, but that is
# paid for in $\sum_jI(x;z_j)$; $\hat I$ grows by the mere sparsity of a batch). So training can pull the posteriors of a
# batch apart until $\hat I$ is at its ceiling. That is $\log\frac1{w_{ii}}$, since
# $\hat q(z_i)\ge w_{ii}\,q(z_i\mid x_i)$: $\log N$ with the stratified weights, and only $\log B$ with the naive ones,
# which a batch reaches soon, and from where on there is nothing more to gain.
# So one expects the unbiased weights to have the worse incentive; this lecture does not train with both. The package has
# them, `sampling="stratified"` and `"weighted"`; the β-TCVAE of 9.2 was trained with the second, on larger batches.
#
# How often does that happen? The share of $z_i$'s own example in $\hat q(z_i)$, with a batch of 64, and in the true
# $q(z)$:

# %%
mean, log_variance = codes[name]
generator = torch.Generator().manual_seed(0)
own = {"in q̂(z), B = 64": [], "in q(z)": []}
for _ in range(10):
    rows = torch.randperm(N, generator=generator)[:64]
    mu, lv = mean[rows], log_variance[rows]
    z = mu + (lv / 2).exp() * torch.randn(mu.shape, generator=generator)
    log_own = log_normal(z, mu, lv).sum(1) - math.log(N)
    in_batch = (stratified_log_weights(64, N).float() + log_normal(z[:, None], mu, lv).sum(2)).logsumexp(1)
    in_all = log_normal(z[:, None], mean, log_variance).sum(2).logsumexp(1) - math.log(N)
    own["in q̂(z), B = 64"].append((log_own - in_batch).exp())
    own["in q(z)"].append((log_own - in_all).exp())
for where, shares in own.items():
    often = (torch.cat(shares) > 0.5).float().mean().item()
    print(f"share of z's own example {where:17s} above ½ for more than 40 % of all z: {often > 0.4}", end="; ")
    print(f"for more than 5 %: {often > 0.05}")

# %% [markdown]
# So for more than 40 % of all $z$ the batch holds next to nothing but their own example, although in $q(z)$ the others,
# together, outweigh it nearly always. To see what that does to a gradient, take a step along one: multiply all σ by a
# factor, and follow the exact TC, its estimate, and $\sum_jI(x;z_j)$.
#
# **Predict, then run.** As σ shrinks below what was learnt, the exact TC rises. With what slope does the estimate?

# %%
factors_of_sigma = np.array([0.5, 0.7, 1.0, 1.4, 2.0])
exact_path, estimated_path = [], []
for factor in factors_of_sigma:
    wider = log_variance + 2 * math.log(factor)
    found = decompose(mean, wider, n_samples=300)
    exact_path.append([found["mutual_information"].value, found["total_correlation"].value])
    estimated_path.append(from_batches(mean, wider, 64, 64)[0][:2])
exact_path, estimated_path = np.array(exact_path), np.array(estimated_path)
_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
left.plot(factors_of_sigma, exact_path[:, 1], "--", color="black", label="TC, exact")
left.plot(factors_of_sigma, estimated_path[:, 1], "o-", color=COLOURS[1], label="TC, estimated, B = 64")
left.plot(
    factors_of_sigma, exact_path.sum(1) - math.log(N), ":", color=COLOURS[2], label="Σ I(x; $z_j$) − log N, exact"
)
left.set(title="The penalty", ylabel="nats")
right.plot(factors_of_sigma, exact_path.sum(1), "--", color="black", label="Σ I(x; $z_j$), exact")
right.plot(factors_of_sigma, estimated_path.sum(1), "o-", color=COLOURS[2], label="the same, estimated")
right.plot(factors_of_sigma, estimated_path[:, 0], "s-", color=COLOURS[0], label="I(x; z), estimated")
right.axhline(math.log(N), color="black", linestyle=":", label="log N")
right.set(title="Why", ylabel="nats")
for ax in (left, right):
    ax.set(xlabel="all σ multiplied by", xscale="log")
    ax.set_xticks(factors_of_sigma, factors_of_sigma)
    ax.minorticks_off()
    ax.legend(fontsize=11)
plt.show()
of_tc, of_sum, of_estimate = (path[0] - path[1] for path in (exact_path[:, 1], exact_path.sum(1), estimated_path[:, 1]))
nearer = abs(of_estimate - of_sum) < abs(of_estimate - of_tc)
print(f"from 0.7 σ to 0.5 σ the estimate's rise is nearer to that of Σ I(x; z_j) than to that of TC: {nearer}")
opposite = estimated_path[4, 1] > estimated_path[3, 1] and exact_path[4, 1] < exact_path[3, 1]
print(f"from 1.4 σ to 2 σ the estimate rises while the TC falls: {opposite}")
print(f"at σ/2 the estimated I is within 0.6 nats of log N: {math.log(N) - estimated_path[0, 0] < 0.6}")

# %% [markdown]
# At the left the estimate takes the slope of $\sum_jI(x;z_j)$, steeper than that of the TC: codes that say more pay for
# it. At the right, where posteriors overlap, it does not even have the sign of the TC's slope. The name of a term is
# not yet the term.
#
# ## 9.5 FactorVAE: a ratio from a discriminator
#
# Kim & Mnih (2018) need no density, only samples: $z\sim q(z)$, and $z\sim\bar q(z)=\prod_jq(z_j)$, the product of the
# marginals. A discriminator $D(z)$ learns to tell which of the two a $z$ came from. At one $z$ it maximises
# $q\log D+\bar q\log(1-D)$; the derivative $\frac qD-\frac{\bar q}{1-D}$ vanishes at
#
# $$D^*(z)=\frac{q(z)}{q(z)+\bar q(z)}\quad\Longrightarrow\quad
# \log\frac{D^*(z)}{1-D^*(z)}=\log\frac{q(z)}{\bar q(z)},\qquad
# \mathrm{TC}(z)=\mathbb E_{q(z)}\log\frac{D^*(z)}{1-D^*(z)}.$$
#
# The logit of the best discriminator *is* the log density ratio: the **density-ratio trick**. And samples of $\bar q$?
# Shuffle each latent of a batch by itself. Row $i$ keeps $z_1$ and $z_2$ of one example only by chance, with
# probability $1/B$. So for two latents the shuffled pairs have the density $(1-\frac1B)\,\bar q+\frac1B\,q$:

# %%
print(it.report.DERIVATIONS["optimal discriminator"].check())
rho, B = 0.8, 8
torch.manual_seed(0)
pairs = torch.randn(40_000, B, 2) @ torch.linalg.cholesky(torch.tensor([[1, rho], [rho, 1]])).T
shuffled = torch.stack([permute(batch) for batch in pairs])
correlation = (shuffled[..., 0] * shuffled[..., 1]).mean()
print(
    f"B = {B}: correlation after the shuffle within 0.01 of ρ/B = {rho / B}: {abs(correlation.item() - rho / B) < 0.01}"
)

# %% [markdown]
# **A case that is known.** For $z\sim\mathcal N(0,\Sigma)$ with correlation matrix $P$, differential entropies give
#
# $$\mathrm{TC}=\sum_j\tfrac12\log2\pi e\,\Sigma_{jj}-\tfrac12\log\det2\pi e\,\Sigma=-\tfrac12\log\det P.$$
#
# Five latents in a chain, neighbours correlated by 0.7, and a discriminator trained in the open. **Predict, then run.**
# Before training its logit is about 0 everywhere. From which side will it come to the TC?

# %%
correlations = 0.7 ** np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
entropies = sum(it.gaussian_entropy([[1.0]]) for _ in range(5))
exact_tc = -np.linalg.slogdet(correlations)[1] / 2
compare("Σ h(z_j) − h(z)", entropies - it.gaussian_entropy(correlations), "−½ log det P", exact_tc, atol=1e-9)
root = torch.linalg.cholesky(torch.tensor(correlations).float())


def new_discriminator(d, width=128):
    layers = [nn.Linear(d, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, 1), nn.Flatten(0))


def train_discriminator(draw, d, reports, batch_size=256, seed=0):
    """D of draw(n), n samples of z, against shuffled ones; its estimate of TC after each number of steps in `reports`."""
    torch.manual_seed(seed)
    discriminator, estimates, n_test = new_discriminator(d).to(device), [], 10_000
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-3)
    for step in range(max(reports) + 1):
        if step in reports:
            with torch.no_grad():
                real, shuffled = draw(n_test), permute(draw(n_test))  # drawn on the CPU, on every device
                joint, product = discriminator(real.to(device)), discriminator(shuffled.to(device))
            nwj = joint.mean() - product.exp().mean() + 1
            estimates.append((joint.mean().item(), nwj.item()))
        real, shuffled = draw(batch_size), permute(draw(batch_size))
        loss = -gan.value(discriminator(real.to(device)), discriminator(shuffled.to(device)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return np.array(estimates)


reports = (0, 5, 10, 20, 40, 80, 160, 320, 800)
of_chain = train_discriminator(lambda n: torch.randn(n, 5) @ root.T, 5, reports)
_, ax = plt.subplots(figsize=(8, 3.8))
ax.plot(reports, of_chain[:, 0], "o-", label="E log D/(1 − D), FactorVAE's estimate")
ax.plot(reports, of_chain[:, 1], "s--", label="the lower bound from the same discriminator")
ax.axhline(exact_tc, color="black", linestyle="--", label="−½ log det P")
ax.set(title="A discriminator learns a total correlation", xlabel="steps of the discriminator", ylabel="TC (nats)")
ax.set_xscale("symlog", linthresh=10)
ax.set_xlim(-1, 900)
ax.set_xticks(reports, reports)
ax.minorticks_off()
ax.legend(fontsize=11)
plt.show()
print(f"after 5 steps less than half of it: {of_chain[1, 0] < exact_tc / 2}")
print(f"after 800 steps within 0.25 nats: {abs(of_chain[-1, 0] - exact_tc) < 0.25}")
print(f"the lower bound within 0.25 nats too: {abs(of_chain[-1, 1] - exact_tc) < 0.25}")

# %% [markdown]
# From below: **an under-trained discriminator underestimates**, so a model may look independent because nobody has
# learnt to see its dependence. But FactorVAE's estimate is *no bound*: a discriminator that is wrong in the other
# direction overestimates. Lecture 7 has a bound for any critic $f=\log\frac D{1-D}$,
# $\;\mathrm{TC}\ge\mathbb E_qf-\mathbb E_{\bar q}e^f+1$, which equals the TC iff $f$ is the log ratio.
# (That bound may lie above FactorVAE's estimate, as it does here in places: of the two it is the safer one.)
#
# **Why a second batch?** In the paper the shuffled sample comes of another batch than the $z$ it is compared with. Each
# of the two means in the discriminator's loss is unbiased either way. But a shuffled batch consists of the very
# coordinates of the batch itself. **Predict, then run**: on pairs, with the best discriminator, do the two means of one
# step move together?

# %%
torch.manual_seed(0)
first, second = (
    torch.randn(4_000, 64, 2) @ torch.linalg.cholesky(torch.tensor([[1, rho], [rho, 1]])).T for _ in range(2)
)


def best_logit(z):
    quadratic = (z[..., 0] ** 2 - 2 * rho * z[..., 0] * z[..., 1] + z[..., 1] ** 2) / (1 - rho**2)
    return (z**2).sum(-1) / 2 - quadratic / 2 - math.log(1 - rho**2) / 2


log_d = nn.functional.logsigmoid(best_logit(first)).mean(1)  # E log D(z), batch by batch
for where, batch in {"the same batch": first, "a second batch": second}.items():
    shuffled = torch.stack([permute(b) for b in batch])
    log_not_d = nn.functional.logsigmoid(-best_logit(shuffled)).mean(1)
    correlation = torch.corrcoef(torch.stack([log_d, log_not_d]))[0, 1].item()
    print(f"{where}: correlation of the two means above 0.04: {correlation > 0.04}, above 0.15: {correlation > 0.15}")

# %% [markdown]
# They do, a little: the two are not the independent samples that the derivation speaks of. Two batches make them so, at
# the price of a second encoding. On this toy it matters little.
#
# ### On the trained encoders
#
# Now codes whose TC 9.2 computed: a fresh discriminator, trained on samples of exactly that $q(z)$, and the
# discriminator that FactorVAE was trained against. **Predict, then run**: does a discriminator find the TC of the VAE,
# of FactorVAE?


# %%
def sampler(name):
    """n samples of q(z), the mixture over the grid."""
    mean, log_variance = codes[name]

    def draw(n):
        rows = torch.randint(N, (n,))
        return mean[rows] + (log_variance[rows] / 2).exp() * torch.randn(n, mean.shape[1])

    return draw


parts["FactorVAE"] = decompose(*codes["FactorVAE"], n_samples=1_000)
by_fresh_D = {name: train_discriminator(sampler(name), 10, (800,))[0] for name in ("VAE", "FactorVAE")}
torch.manual_seed(0)
with torch.no_grad():
    own_D = encoders["FactorVAE"].discriminator(sampler("FactorVAE")(10_000)).mean().item()
by_batch = {name: from_batches(*codes[name], 64, 64)[0][1] for name in by_fresh_D}
print("TC on the grid, nats   exact              fresh D  batches of 64")
for name, (estimate, _) in by_fresh_D.items():
    value, error = parts[name]["total_correlation"]
    print(f"{name:21s} {value:5.2f} ± {error:.2f} {estimate:z12.0f} {by_batch[name]:z15.1f}")
missed = {name: parts[name]["total_correlation"].value - estimate for name, (estimate, _) in by_fresh_D.items()}
print(
    f"of the VAE's TC a fresh D misses more than a nat: {missed['VAE'] > 1}, but it sees some: {by_fresh_D['VAE'][0] > 0.3}"
)
print(f"of FactorVAE's it sees less than 0.1 nats: {by_fresh_D['FactorVAE'][0] < 0.1};  its own D: {own_D < 0.1}")

# %% [markdown]
# The discriminator sees the coarse shape of $q(z)$ and not its spikes: a smooth function of ten numbers, trained for
# some hundred steps, cannot know where each of 9,216 narrow bells stands. For FactorVAE it reports about 0 where the
# grid has some TC. That is not only a fault. The spikes are an accident of the grid (9.2), and a discriminator that
# ignores them may tell more of what we care about. But it is an estimate of a *smoothed* TC, and each of the three
# columns answers another question.

# %% [markdown]
# ### Exercise 3 ★☆☆ · compute · useful · 8 minutes · the total correlation of a Gaussian
#
# Return the TC, in nats, of $z\sim\mathcal N(0,\Sigma)$, given `covariance` $=\Sigma$. The variances need not be 1.
#
# <details><summary>Hint</summary>
#
# $P_{ij}=\Sigma_{ij}/\sqrt{\Sigma_{ii}\Sigma_{jj}}$, or write out both entropies.
#
# </details>


# %% tags=["exercise"]
def my_gaussian_tc(covariance):
    """TC in nats; covariance is an array [d, d]."""
    ...


exercises.gaussian_tc.check(my_gaussian_tc)

# %% [markdown]
# ## 9.6 DIP-VAE: two moments
#
# Kumar et al. (2018) note that all we want is $q(z)=p(z)$, and that in a VAE $p(z)=\mathcal N(0,I)$ has covariance $I$.
# So they add to the KL
#
# $$\lambda_{od}\sum_{i\ne j}C_{ij}^2+\lambda_d\sum_i(C_{ii}-1)^2,$$
#
# with $C=\mathrm{Cov}_x[\mu(x)]$ in **DIP-I**, and in **DIP-II** the covariance of $z$ under $q(z)$. Why are they
# different? The *law of total covariance*. Write $z-\mathbb Ez=(z-\mu(x))+(\mu(x)-\mathbb Ez)$; the first bracket has
# mean 0 given $x$, so the cross terms vanish, and
#
# $$\mathrm{Cov}_{q(z)}[z]=\mathbb E_x[\mathrm{diag}\,\sigma^2(x)]+\mathrm{Cov}_x[\mu(x)].$$
#
# Both sides on the toy, by quadrature, and $C$ by the package:

# %%
z_1, z_2, q = line[:, None], line[None, :], np.exp(log_q) * cell
center = [(z_1 * q).sum(), (z_2 * q).sum()]
by_quadrature = np.array(
    [[(a * b * q).sum() for b in (z_1 - center[0], z_2 - center[1])] for a in (z_1 - center[0], z_2 - center[1])]
)
of_means = np.cov(toy_mean.numpy().T, bias=True)
expected_variance = np.diag((sigma**2).mean(axis=0))
for i, j in ((0, 0), (0, 1), (1, 1)):
    right_side = (expected_variance + of_means)[i, j]
    compare(f"Cov[z]_{i + 1}{j + 1}", by_quadrature[i, j], "(E[Σ] + Cov[μ])", right_side, atol=1e-9)
for kind, expected in {"I": np.cov(toy_mean.T), "II": np.cov(toy_mean.T) + expected_variance}.items():
    package = DIPVAE(2, kind=kind, **sizes).covariance(toy_mean, toy_log_variance)
    print(f"DIP-{kind}: the package's C is this one (its Cov divides by B − 1): {np.allclose(package, expected)}")

# %% [markdown]
# DIP-I with $C_{ii}=1$ asks the *means* for variance 1, so that $z$ has $1+\mathbb E\sigma^2$, more than the prior. DIP-II
# asks it of $z$. Off the diagonal the two are the same, because the posterior noise is independent.
#
# **What does it miss? 1: dependence without correlation** (lecture 2). A covariance is one number of each pair of
# latents. Take a square, $z$ uniform on it, with variance 1 along each side, and turn it by θ. At θ = 0 the latents are
# independent. The covariance is $I$ and stays so: $QIQ^\top=I$. At 45° the square stands on a corner:
#
# $$h(z)=\log a^2\ \text{ (area }a^2\text{, whatever θ)},\qquad
# h(z_j)=\tfrac12+\log\tfrac a{\sqrt2}\ \text{ (a triangle of half width }\tfrac a{\sqrt2}),$$
# $$\mathrm{TC}=2\big(\tfrac12+\log\tfrac a{\sqrt2}\big)-2\log a=1-\log2=0.307\text{ nats}.$$

# %%
side = math.sqrt(12)  # variance 1
places = np.linspace(-side, side, 200_001)
height = np.maximum(0, 1 - np.abs(places) * math.sqrt(2) / side) * math.sqrt(2) / side
triangle = -np.sum(height * np.log(np.maximum(height, 1e-300))) * (places[1] - places[0])
compare("H of the triangle, by quadrature", triangle, "½ + log a/√2", 0.5 + math.log(side / math.sqrt(2)), atol=1e-6)
compare("TC at 45°", 2 * triangle - 2 * math.log(side), "1 − log 2", 1 - math.log(2), atol=1e-6)

# %% [markdown]
# Three more pairs of latents, all with covariance $I$, as 2,500 examples with posteriors of one σ, so that
# $q(z)$ is a mixture again. `DependenceExplorer` computes all parts and penalties by quadrature; 9.8 shows it.

# %%
print("                         TC   Σ KL_j   DIP-II penalty")
for family, amount in (
    ("turned square", 0),
    ("turned square", 1),
    ("ring", 1),
    ("parabola", 1),
    ("turned Gaussian", 1),
    ("correlated Gaussian", 0.6),
):
    pair = DependenceExplorer(family, amount, sigma=0.2)
    _, TC, KL_j = pair.parts.values()
    penalty = pair.penalties["DIP-II, off-diagonal"] + pair.penalties["DIP-II, diagonal"]
    print(f"{family:20s} {amount:3.1f} {TC:z7.2f} {KL_j:z7.2f} {penalty:z9.2f}")

# %% [markdown]
# DIP-VAE sees the last line only. In the parabola $z_2$ is $z_1^2$ but for the noise, in the ring $z_1^2+z_2^2$ is
# nearly constant. (The KL, which DIP-VAE keeps, pays for both other columns, at the plain price.) And the
# turned Gaussian, whose axes mix two factors, is invisible to *every* column: all parts depend on $q(z)$ only through
# densities that the turn does not change.
#
# **What does it miss? 2: its own noise.** $C$ is estimated on a batch. For independent means of variance 1 each
# $\hat C_{ij}$ has mean 0 and variance $1/(B-1)$, so the off-diagonal penalty is not 0 but $d(d-1)/(B-1)$ on average.
# That floor falls with the variances of the means (in DIP-II the noise of the posteriors may take their place), not with
# the dependence.

# %%
torch.manual_seed(0)
B, d = 64, 10
batches = torch.randn(4_000, B, d)
centred = batches - batches.mean(1, keepdim=True)
covariances = centred.transpose(1, 2) @ centred / (B - 1)
off_diagonal = (covariances - torch.diag_embed(torch.diagonal(covariances, dim1=1, dim2=2))).square().sum((1, 2))
floor = d * (d - 1) / (B - 1)
found = off_diagonal.mean().item()
print(f"mean penalty of independent latents within 0.03 of d(d−1)/(B−1) = {floor:.2f}: {abs(found - floor) < 0.03}")

# %% [markdown]
# ### Exercise 4 ★★☆ · compute · useful · 12 minutes · the DIP-II penalty
#
# Given `mean` and `log_variance` of a batch, $[B,d]$ each, return $\sum_{i\ne j}C_{ij}^2+\sum_i(C_{ii}-1)^2$ with DIP-II's
# $C$. Divide by $B-1$ in the covariance.
#
# <details><summary>Hint 1</summary>
#
# `np.cov` expects variables in rows.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# $\mathbb E[\Sigma]$ is a diagonal *matrix*, with a different entry for each latent.
#
# </details>


# %% tags=["exercise"]
def my_dip_penalty(mean, log_variance):
    """The penalty without its weights; mean and log_variance are arrays [B, d]."""
    ...


exercises.dip_penalty.check(my_dip_penalty)

# %% [markdown]
# ### Exercise 5 ★★★ · compute · extra · 20 minutes · the square at any angle
#
# Return the TC, in nats, of $z$ uniform on a square turned by `angle` degrees, $0\le$ `angle` $\le90$. At 45 it must be
# $1-\log2$, and at 0 and 90 it must be 0.
#
# <details><summary>Hint 1</summary>
#
# With side 1, $z_1=c\,u-s\,v$ with $u,v$ independent and uniform, $c=\cos\theta$ and $s=\sin\theta$. This is the sum of
# two uniforms of widths $c$ and $s$. Its density is a trapezoid.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Let $w\ge w'$ be the two widths. The plateau is $1/w$ high and $w-w'$ wide. Each ramp is $w'$ wide and rises to $1/w$.
# The entropy is $\log w+\frac{w'}{2w}$.
#
# </details>


# %% tags=["exercise"]
def my_square_tc(angle):
    """TC in nats; the angle is in degrees."""
    ...


exercises.square_tc.check(my_square_tc)

# %% [markdown]
# ## 9.7 The adversarial autoencoder: $q(z)$ alone
#
# Makhzani et al. (2016) drop the KL. An autoencoder lowers $-\mathbb E\log p(x\mid z)$, and a discriminator of
# *latents* learns to tell $z\sim p(z)$ from $z\sim q(z)$, which the encoder tries to prevent. Against the best
# discriminator that is $2\,\mathrm{JSD}(p(z),q(z))-\log4$ (lecture 6), least iff $q(z)=p(z)$. There
# $\mathrm{KL}(q(z)\|p(z))=0$, and with it TC and every per-latent KL. (The report's "[2] and [4]" are these two: a KL for
# each $q(z\mid x)$, or for their mean $q(z)$.)
#
# **What is gone is $I(x;z)$.** No term of the loss bounds it, only $\log N$ does. **Predict, then run.** One latent, $N=10{,}000$ examples with means
# at the quantiles of $\mathcal N(0,1)$, shrunk by $\sqrt{1-\sigma^2}$, and noise σ: so $q(z)$ is nearly the prior,
# whatever σ. How do $I$ and $\mathrm{KL}(q(z)\|p(z))$ change as σ falls?

# %%
levels = ndtri((np.arange(10_000) + 0.5) / 10_000)
z = np.linspace(-6, 6, 2_401)
worst = 0.0
for s in (0.9, 0.5, 0.2, 0.05):
    q = norm.pdf(z[:, None], math.sqrt(1 - s**2) * levels / levels.std(), s).mean(axis=1)
    step = z[1] - z[0]
    log_of_q = np.log(np.maximum(q, 1e-300))
    I = -np.sum(q * log_of_q) * step - it.gaussian_entropy([[s**2]])
    KL_of_q = np.sum(q * (log_of_q - norm.logpdf(z))) * step
    worst = max(worst, abs(KL_of_q))
    print(f"σ = {s:4.2f}:  I = {I:.2f} nats,  −log σ = {-math.log(s):.2f}")
print(f"KL(q(z)‖p(z)) below 0.01 nats for all of them: {worst < 0.01}")

# %% [markdown]
# $I=-\log\sigma$ as for a Gaussian channel, and the AAE pays nothing for it. What keeps σ from falling to 0? Only that
# $N$ examples are in the end $N$ spikes, *if* a discriminator can see spikes.
#
# **A discriminator of finite strength.** How much it sees is a matter of what functions it can form. Give it
# $D(z)=\mathrm{sigmoid}(w\cdot\phi(z))$ with φ all monomials up to some degree. Its best value is
#
# $$\max_w\ \mathbb E_{p}\log D+\mathbb E_{q}\log(1-D)\;\le\;2\,\mathrm{JSD}-\log4,$$
#
# a concave problem, on the explorer's grid without any sampling. $q(z)$ is the ring of 9.6. **Predict**: what does
# degree 2 see?

# %%
ring = DependenceExplorer("ring", 1.0, sigma=0.2)
z_1, z_2 = np.meshgrid(ring.grid, ring.grid, indexing="ij")
q = (ring.density / ring.density.sum()).ravel()
p = (norm.pdf(z_1) * norm.pdf(z_2)).ravel()
p /= p.sum()
jsd = it.js_divergence(p, q)


def best_value(degree):
    """max_w V of a discriminator with all monomials z_1^a z_2^b, a + b ≤ degree."""
    powers = [(a, b) for a in range(degree + 1) for b in range(degree + 1 - a)]
    features = np.stack([(z_1**a * z_2**b).ravel() for a, b in powers], axis=1)
    features /= np.sqrt(p @ features**2 + 1e-12)

    def loss(w):
        logit = features @ w
        D = 1 / (1 + np.exp(-np.clip(logit, -500, 500)))
        value = -p @ np.logaddexp(0, -logit) - q @ np.logaddexp(0, logit)
        return -value, -features.T @ (p * (1 - D) - q * D)

    return -minimize(loss, np.zeros(len(powers)), jac=True, method="L-BFGS-B", options={"maxiter": 2_000}).fun


gaps = {degree: (best_value(degree) + math.log(4)) / 2 for degree in (1, 2, 4, 6)}
for degree, gap in gaps.items():
    print(f"monomials up to degree {degree}: sees {gap:z.3f} of JSD = {jsd:.3f} nats")

# %% [markdown]
# Degree 2 sees nothing. At $w=0$, where $D=\tfrac12$, the gradient is $\tfrac12(\mathbb E_p\phi-\mathbb E_q\phi)$. It vanishes
# when all moments up to degree 2 agree, and in a concave problem that is the maximum. So **such a discriminator sees
# means and covariances, what DIP-VAE sees, and no more.** The ring has other fourth moments, which degree 4 finds. A
# network finds more, and how much is known only for the network at hand: "the discriminator is fooled" is a statement
# about the discriminator.
#
# **The trained AAE.** Its own discriminator, and what the encoder did:

# %%
parts["AAE"] = decompose(*codes["AAE"], n_samples=1_000)
torch.manual_seed(0)
with torch.no_grad():
    discriminator = encoders["AAE"].discriminator
    V = gan.value(discriminator(torch.randn(10_000, 10)), discriminator(sampler("AAE")(10_000))).item()
I, TC, KL_j, KL = parts["AAE"].values()
print(
    f"its discriminator sees a JSD of {(V + math.log(4)) / 2:.1f} nats; 0 when fooled, at most log 2 = {math.log(2):.1f}"
)
print(f"I = {I.value:.2f} ± {I.error:.2f} of at most log N = {math.log(N):.2f}; KL = {KL.value:.0f} nats")
print(f"so KL(q(z)‖p(z)) is at least KL − log N = {KL.value - math.log(N):.0f} nats on this grid")
narrow = (codes["AAE"][1] / 2).exp() < codes["AAE"][0].std(0) / 10
print(f"σ(x) below a tenth of the spread of the means for more than half: {narrow.float().mean().item() > 0.5}")

# %% [markdown]
# As predicted, nothing holds $I$ back: it is close to $\log N$, and the posteriors are narrow. So on this grid $q(z)$ is
# many nats from the prior, as the exercise of 9.1 says, whatever the discriminator reports. Two facts keep that from
# it. A JSD is at most $\log2$, however far apart the two are. And its discriminator, like that of 9.5, compares coarse
# shapes, not spikes. What it does not see the encoder does not pay for.
#
# And a turn is invisible to the *best* discriminator: with $p(z)=\mathcal N(0,I)$, turning $q(z)$ turns nothing in
# $p(z)$, so $\mathrm{JSD}(p,q)$ is the same (5.7 has the turn). A given $D$ notices, until it has learnt anew.
#
# ## 9.8 Move a slider: which penalty notices what?
#
# Two latents. Left, $q(z)$ with its two marginals; right, what each penalty says. Choose a family, then move the
# amount. **Predict** before you move:
#
# - *turned square*: which bars change? Which stay, although $q(z)$ turns?
# - *turned Gaussian*: which bars change?
# - *correlated Gaussian*: at which amount do you first see it in each bar?
# - *ring* and *parabola*: which of them is seen better by the AAE than by TC?
# - the noise σ: which bar answers to it most? Which model would let it fall to 0?
#
# (The AAE's bar is $\mathrm{KL}(q(z)\|p(z))$. Its own JSD is another number, 0 for the same $q(z)$.)

# %% tags=["picture"]
explorer = DependenceExplorer("turned square", 1.0, sigma=0.2)
explorer

# %%
straight, turned = (DependenceExplorer("turned square", amount, sigma=0.2).penalties for amount in (0.0, 1.0))
for name in straight:
    print(f"{name:26s} at 0°: {straight[name]:z.2f}   at 45°: {turned[name]:z.2f}")

# %% [markdown]
# Turning the square changes the TC alone, among all penalties. $\mathrm{KL}(q(z)\|p(z))$ is the same at every angle,
# because the prior has no axes; what the TC gains the marginals lose, being rounder. So a β-VAE and an AAE do not care
# how the square stands, a DIP-VAE does not either; **only a different weight on TC than on the per-latent KL has a
# preferred angle**. That is what β-TCVAE and FactorVAE add. And for a *round* Gaussian not even they have one.
#
# ## 9.9 All encoders in one table
#
# **Predict**: order the six by TC, by $I$, by MIG (lecture 10: how far the best latent of a factor is ahead of the second;
# 1 is best). Then run.

# %%
parts |= {name: decompose(*codes[name], n_samples=1_000) for name in encoders if name not in parts}
factors, images = sprites.sample(5_000, seed=3)
rows = {}
for name, model in encoders.items():
    mean, log_variance = codes[name]
    of_means = torch.cov(mean.T)
    of_z = of_means + log_variance.exp().mean(0).diag()
    mean_5000, log_variance_5000 = encode(model, factors)
    kl = it.diagonal_gaussian_kl(mean_5000, log_variance_5000).sum(1).mean().item()
    with torch.no_grad():
        torch.manual_seed(0)
        z = mean_5000[:2_000] + (log_variance_5000[:2_000] / 2).exp() * torch.randn(2_000, 10)
        batches = zip(images[:2_000].split(500), z.split(500), strict=True)
        distortion = -torch.cat([model.log_likelihood(*batch) for batch in batches]).mean().item()
    rows[name] = {
        "TC, B = 64": from_batches(mean, log_variance, 64, 32)[0][1],
        "D": distortion,
        "KL": kl,
        "DIP off-diagonal": (of_z - of_z.diagonal().diag()).square().sum().item(),
        "DIP-I diagonal": (of_means.diagonal() - 1).square().sum().item(),
        "DIP-II diagonal": (of_z.diagonal() - 1).square().sum().item(),
        "MIG": mig(mean_5000, factors),
    }
print("on the grid, nats:  I            TC          Σ KL_j       TC, stratified, B = 64")
for name, row in rows.items():
    estimates = "  ".join(f"{part.value:5.2f} ± {part.error:.2f}" for part in list(parts[name].values())[:3])
    print(f"{name:10s} {estimates} {row['TC, B = 64']:z14.1f}")
print("\npenalties:  off-diagonal   diagonal I  diagonal II | random images:  D    KL (nats)   MIG")
for name, row in rows.items():
    print(
        f"{name:10s} {row['DIP off-diagonal']:10.2f} {row['DIP-I diagonal']:13.2f} {row['DIP-II diagonal']:12.2f}  "
        f"| {row['D']:18.1f} {row['KL']:6.1f} {row['MIG']:10.2f}"
    )

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6), width_ratios=[1.3, 1])
bottom = np.zeros(len(encoders))
for k, label in enumerate(("I(x; z)", "TC(z)", r"Σ KL($q(z_j)$‖$p(z_j)$)")):
    heights = np.array([list(found.values())[k].value for found in (parts[name] for name in encoders)])
    left.bar(list(encoders), heights, bottom=bottom, color=COLOURS[k], label=label)
    bottom += heights
left.axhline(math.log(N), color="black", linestyle="--", label="log N")
for place, total in enumerate(bottom):
    left.text(place, min(total, 18.6) + 0.2, f"{total:.0f}", ha="center")
left.set(title="The KL on the grid, in its three parts", ylabel="nats", ylim=(0, 20))
left.tick_params(axis="x", labelrotation=20)
left.legend(fontsize=11)
for (name, row), colour in zip(rows.items(), COLOURS, strict=False):
    right.plot(parts[name]["total_correlation"].value, row["MIG"], "o", color=colour, markersize=10, label=name)
right.set(title="Total correlation against a score", xlabel="TC(z) on the grid (nats)", ylabel="MIG")
right.set_xscale("symlog", linthresh=0.1)
right.set_ylim(0, None)
right.legend(fontsize=11)
plt.show()
active = {name: int((it.diagonal_gaussian_kl(*codes[name]).mean(0) > 0.1).sum()) for name in encoders}
print("latents with more than 0.1 nats:", active)
tc = {name: found["total_correlation"].value for name, found in parts.items()}
information = {name: found["mutual_information"].value for name, found in parts.items()}
print(f"β-VAE has less than a quarter of the VAE's TC: {tc['β-VAE'] < tc['VAE'] / 4};", end=" ")
print(f"is its MIG higher by more than 0.02? {rows['β-VAE']['MIG'] - rows['VAE']['MIG'] > 0.02}")
print(f"the AAE has the largest I: {max(information, key=information.get) == 'AAE'};", end=" ")
print(f"and the largest TC: {max(tc, key=tc.get) == 'AAE'}")
dead = {name: 10 - active[name] for name in ("VAE", "β-VAE", "β-TCVAE", "FactorVAE")}
print(
    f"the VAE's off-diagonal penalty is below 0.5: {rows['VAE']['DIP off-diagonal'] < 0.5}, its TC above 3: {tc['VAE'] > 3}"
)
print("less I than the VAE:", {name: value < information["VAE"] - 0.1 for name, value in information.items()})
close = all(abs(rows[name]["DIP-I diagonal"] - n) < 0.6 for name, n in dead.items())
print(f"of these four, DIP-I's diagonal is the number of dead latents, within 0.6: {close}")

# %% [markdown]
# Read it column by column.
#
# - **$I$.** The AAE pays nothing for it and has nearly all there is on this grid. The VAE pays the plain price, the β-VAE
#   four times that. A model whose objective names only the TC may also say less than the VAE: see 9.4, and for any code
#   $\mathrm{TC}=\sum_jI(x;z_j)-I(x;z)$ is cheapest where little is said.
# - **TC.** It is large where $I$ is near $\log N$, as in the toy: what the grid cannot hold as information it counts as
#   dependence. So read the AAE's with care, and compare the four in the middle. Beside it what a batch of 64 makes of
#   it.
# - **Off the diagonal** the VAE's covariances are small, and its TC is not. A penalty on them has next to nothing to push
#   against.
# - **DIP-I's diagonal counts dead latents.** The mean of a dead latent does not move, so $C_{ii}=0$, and it costs
#   $(0-1)^2=1$. DIP-I wants every latent used; in DIP-II the posterior's own variance fills the gap. Two versions of one
#   surrogate, and they disagree about a whole latent.
# - **MIG against TC**, right: the β-VAE has a fraction of the VAE's TC and no better score. A low TC is not what
#   separates the scores.
#
# And what the table does *not* say: that this or that term made a score. One run each, of different lengths, and three
# with a KL that starts dear (9.2). To credit a term one would have to change it alone, over many seeds. The large study
# that did so found that seed and price explain more than the choice of model (Locatello et al., 2019).
#
# ## 9.10 Look at them
#
# One image's code, one latent at a time moved from −2 to 2, the others held. The five latents of largest KL of each
# model, in nats beside the row.


# %%
def traversal(model, image, latents, values=7):
    with torch.no_grad():
        code = model.encode(image[None])[0].repeat(len(latents), values, 1)
        for row, latent in enumerate(latents):
            code[row, :, latent] = torch.linspace(-2, 2, values)
        return model.decode(code.flatten(0, 1))


start = sprites.images([[2, 4, 5, 14, 18]])[0]
_, panels = plt.subplots(2, 3, figsize=(13, 7.4))
for ax, (name, model) in zip(panels.flat, encoders.items(), strict=True):
    kl = it.diagonal_gaussian_kl(*codes[name]).mean(0)
    latents = kl.argsort(descending=True)[:5].tolist()
    shown = traversal(model, start, latents)
    show_images(shown, 7, ax=ax, title=name, rows=[f"z{j}: {kl[j]:.1f}" for j in latents])
    ax.set_xlabel("value of the latent, −2 to 2")
panels[0, 0].set_ylabel("latent: its KL in nats")
panels[1, 0].set_ylabel("latent: its KL in nats")
plt.show()

# %% [markdown]
# Rows with KL 0.0 do nothing. In the others ask whether *one* thing moves. A row that shifts the sprite along one axis,
# and another along the other, is what MIG rewards; a row that shifts, turns and resizes at once is what it punishes.
# No term of 9.3 mentions either.
#
# ## 9.11 What the terms know about axes
#
# Turn an encoder's codes, $z'=Qz$, with $Q$ orthogonal. $I(x;z')=I(x;z)$, and $\mathrm{KL}(q(z')\|p(z'))$ is the same too,
# since the prior is round. So what one of the two remaining parts loses, the other gains, and
#
# $$\mathrm{TC}(z')\;\le\;\mathrm{TC}(z')+\sum_j\mathrm{KL}(q(z'_j)\|p(z'_j))
# \;=\;\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j)).$$
#
# **The nearer $q(z)$ is to the prior, the less can TC tell one set of axes from another.** For FactorVAE the right side
# is in the table. **Predict, then run.** Ten random turns of all ten latents: what happens to TC, and to MIG? Does a
# fresh discriminator notice?
#
# (The turned posteriors are no longer diagonal, but the marginal of $z'_j$ is still a mixture of Gaussians, with means
# $(Q\mu)_j$ and variances $\sum_kQ_{jk}^2\sigma_k^2$. So $\mathrm{KL}(q(z'_j)\|p)$ is computed as before, and TC follows
# from the sum.)

# %%
name = "FactorVAE"
mean, log_variance = codes[name]
I, TC, KL_j, _ = (part.value for part in parts[name].values())
means_5000 = encode(encoders[name], factors)[0]
generator, turned_tc, turned_mig = torch.Generator().manual_seed(0), [], []
for _ in range(10):
    Q = torch.linalg.qr(torch.randn(10, 10, generator=generator))[0]
    new_mean, new_log_variance = mean @ Q.T, (log_variance.exp() @ (Q**2).T).log()
    # right for each marginal by itself, and only the marginals are read
    turned_kl_j = decompose(new_mean, new_log_variance, n_samples=200)["dimension_wise_kl"].value
    turned_tc.append(TC + KL_j - turned_kl_j)
    turned_mig.append(mig(means_5000 @ Q.T, factors))
draw = sampler(name)
turned_D = train_discriminator(lambda n: draw(n) @ Q.T, 10, (800,))[0, 0]
print(f"as trained: TC = {TC:.2f}, bound TC + Σ KL_j = {TC + KL_j:.2f} nats, MIG = {rows[name]['MIG']:.2f}")
print(
    f"turned:     TC from {min(turned_tc):.2f} to {max(turned_tc):.2f} nats, "
    f"MIG from {min(turned_mig):.2f} to {max(turned_mig):.2f}"
)
print(f"every turn loses more than half of the MIG: {max(turned_mig) < rows[name]['MIG'] / 2}")
print(f"every turn raises the TC: {min(turned_tc) > TC}; a fresh D sees it: {turned_D > 0.05}", end="; ")
print(f"it sees less than half: {turned_D < np.mean(turned_tc) / 2}")
z = draw(20_000)[:, it.diagonal_gaussian_kl(mean, log_variance).mean(0).argsort(descending=True)[:2]]
kurtosis = (((z - z.mean(0)) / z.std(0)) ** 4).mean(0)
print(
    f"the two latents of most KL have a kurtosis below 2.6 (Gaussian: 3, uniform: 1.8): {bool((kurtosis < 2.6).all())}"
)

# %% [markdown]
# It is the square of 9.8 again. The two strongest latents are flatter than the prior, as codes of a uniform position
# tend to be. Turned, the marginals become rounder, and what they gain the TC pays. *Exactly computed, TC does prefer
# the trained axes*, and a discriminator sees a part of that. So a weight on TC has something to say about axes, just as
# far as $q(z)$ is not yet the prior; and the terms beside it pull it there.
#
# For a round $q(z)$ the difference is 0, and *no* weighting of the three parts, no covariance and no discriminator of
# $q(z)$ has a preference. And a low TC alone is met by the β-VAE of the table too, whose axes MIG does not like. What
# else chooses them lies outside all these terms: the diagonal $q(z\mid x)$ (5.7), the networks, and the order in which
# the latents woke (9.2).
#
# ## What to remember
#
# - $\mathbb E\,\mathrm{KL}(q(z\mid x)\|p(z))=I(x;z)+\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j))$, and
#   $I+\mathrm{TC}=\sum_jI(x;z_j)$. All of it belongs to an encoder *and a data set*; $I\le\log N$.
# - β-VAE pays β times for all three, β-TCVAE and FactorVAE once for all and more for TC, the AAE for TC and the marginals
#   and not for $I$, DIP-VAE for two moments.
# - An unbiased $\hat q$ has a biased logarithm. Where a batch knows little of $q(z)$, the stratified "TC" of a β-TCVAE goes
#   towards $\sum_jI(x;z_j)-\log N$: it can be below 0, and is a price on information.
# - The best discriminator's logit is a log density ratio. A discriminator that has not learnt underestimates; a smooth
#   one does not see spikes.
# - Moments miss dependence without correlation. A discriminator misses what its functions cannot form. Nothing in
#   the AAE bounds $I$.
# - TC tells axes apart only as far as $q(z)$ is not round; a turn moves it by at most
#   $\sum_j\mathrm{KL}(q(z_j)\|p(z_j))$ upwards. For a round $q(z)$ no term prefers an axis.
#
# **Next**: what the scores see that the terms do not, in lecture 10.
