# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 · β-VAE: rate, distortion, and what a weight on the KL does
#
# **After this lecture you can** read a VAE's two terms as a rate and a distortion, and β as the price between them; derive
# when a latent switches off, exactly, in the linear case; read a sweep over β as a rate–distortion curve, its KL per latent,
# and its traversals; say what the capacity form changes, and why none of it *proves* disentanglement.
#
# | | |
# |---|---|
# | You need first | lectures 2 and 4 |
# | Time | 60 minutes to read; half a minute to run on 2 CPU cores |
# | Report | section 4.2 |

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.optimize import minimize

import infotheory as it
from infotheory.exercises import Exercise
from infotheory.teaching import COLOURS, compare, use_lecture_style
from models import BetaVAE, Sprites, load_pretrained
from models.figures import show_images

use_lecture_style()

# %% [markdown]
# ## 5.1 Data whose factors are known: dSprites
#
# White shapes on black: 3 shapes, 6 scales, 40 orientations, 32 × 32 positions, every combination once. `Sprites` renders them
# from their geometry, pixel for pixel. One factor a row, from one end to the other, the others held:

# %%
sprites = Sprites(32)
print(sprites, sprites.factor_names)
middle = torch.tensor([2, 5, 0, 16, 16])
rows = []
for factor, size in enumerate(sprites.factor_sizes):
    factors = middle.repeat(8, 1)
    factors[:, factor] = torch.linspace(0, size - 1, 8).round().long()
    rows.append(sprites.images(factors))
show_images(torch.cat(rows), 8, rows=sprites.factor_names, title="Each factor swept")
plt.show()

# %% [markdown]
# **Predict, then run.** How many nats does it take to name one of these images? The five factors are independent and uniform,
# so their entropies add up. Is that also the entropy of the *image*?

# %%
per_factor = [it.entropy(np.full(size, 1 / size)) for size in sprites.factor_sizes]
for name, nats in zip(sprites.factor_names, per_factor, strict=True):
    print(f"{name:12s} {nats:.3f} nats")
compare("sum", sum(per_factor), "log 737,280", math.log(len(sprites)), atol=1e-9)
quarter_turn = sprites.images([[0, 5, 0, 16, 16], [0, 5, 39, 16, 16]])
print(f"two settings, one image: {bool((quarter_turn[0] == quarter_turn[1]).all())}")

# %% [markdown]
# An upper bound: orientation 39 *is* orientation 0, and a square looks the same after a quarter turn. So
# $H(x)<\log 737{,}280=13.5$ nats, and no code can ever hold more than that about $x$.
#
# ## 5.2 Rate and distortion
#
# $$\mathcal L_\beta = \underbrace{-\mathbb E_x\mathbb E_{q(z\mid x)}\log p(x\mid z)}_{\text{distortion } D}
# + \beta\,\underbrace{\mathbb E_x\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)}_{\text{rate } R}.$$
#
# β = 1 is the ELBO, of lecture 4. The words come from coding: $R$ nats are paid to send $z$, and $D$ nats to repair $\hat x$ into
# $x$. What do they have to do with the mutual information $I_q(x;z)$ that the encoder really gives? Two sandwiches (Alemi et
# al., 2018):
#
# $$H(x)-D\;\le\; I_q(x;z)\;\le\; R.$$
#
# *Right*: with the aggregate posterior $q(z)=\mathbb E_xq(z\mid x)$, $R=I_q(x;z)+\mathrm{KL}(q(z)\,\|\,p(z))$. *Left*: a cross-entropy
# is at least the entropy, $D\ge H_q(x\mid z)$, and $I=H(x)-H(x\mid z)$. On a finite toy, exactly: four images, three codes.

# %%
rng = np.random.default_rng(0)
q_z_given_x = rng.dirichlet(np.ones(3), size=4)  # the encoder: a row for each x
p_x_given_z = rng.dirichlet(np.ones(4), size=3)  # a decoder, not the right one
p_x, p_z = np.full(4, 1 / 4), np.full(3, 1 / 3)
p_xz = it.joint(p_x, q_z_given_x)
R = p_x @ it.kl_divergence(q_z_given_x, p_z)
D = -np.sum(p_xz * np.log(p_x_given_z.T))
I = it.mutual_information(p_xz)
compare("R", R, "I + KL(q(z)‖p(z))", I + it.kl_divergence(it.marginal(p_xz, of="y"), p_z))
print(f"H − D = {math.log(4) - D:.3f}  ≤  I = {I:.3f}  ≤  R = {R:.3f}")
right_decoder = it.conditional(p_xz, given="y")  # p(x|z) by Bayes
compare("best D", -np.sum(p_xz * np.log(right_decoder)), "H(x|z) = H − I", math.log(4) - I)

# %% [markdown]
# Both ends close for the best decoder and a prior equal to $q(z)$. So a model is a point in the plane of $R$ and $D$, the ELBO is
# constant on lines of slope −1, and every trade between them lies above a convex curve. **β is minus the slope at which a model
# touches it.** Small β buys detail, large β a cheap code.
#
# ## 5.3 A case that is solved: when does a latent switch off?
#
# One Gaussian number $x\sim\mathcal N(0,\lambda)$, encoder $q=\mathcal N(ax,s^2)$, decoder $\mathcal N(wz,\sigma^2)$ with σ fixed. At
# the best prior match the rate is the information, and the question is the classical one: squared error $d$ for how many nats?
#
# $$R=\tfrac12\log\frac{\lambda}{d},\qquad \frac{d}{2\sigma^2}+\beta\,\tfrac12\log\frac{\lambda}{d}\ \to\ \min_d
# \quad\Longrightarrow\quad d=\min(\lambda,\ \beta\sigma^2),\qquad R=\Big[\tfrac12\log\frac{\lambda}{\beta\sigma^2}\Big]_+ .$$
#
# **The latent is off exactly when $\lambda\le\beta\sigma^2$**: when the variance that it explains is not worth its price. Note that
# β and σ² enter only as a product, lecture 4's point. Against the optimiser on the full loss in $(a,s,w)$:


# %%
def loss_terms(parameters, variance, sigma_squared):
    a, log_s2, w = parameters
    squared_error = variance * (1 - w * a) ** 2 + w**2 * np.exp(log_s2)
    rate = 0.5 * (a**2 * variance + np.exp(log_s2) - log_s2 - 1)
    return squared_error / (2 * sigma_squared), rate


def best_rate(variance, beta, sigma_squared=0.1):
    def objective(parameters):
        distortion, rate = loss_terms(parameters, variance, sigma_squared)
        return distortion + beta * rate

    return loss_terms(minimize(objective, [0.5, -1.0, 0.5], method="BFGS").x, variance, sigma_squared)[1]


def closed_form(variance, beta, sigma_squared=0.1):
    return np.maximum(0.5 * np.log(variance / (beta * sigma_squared)), 0)


for beta in (0.5, 1.0, 4.0, 20.0):
    compare(f"β={beta:4.1f}: optimiser's R", best_rate(1.0, beta), "closed form", closed_form(1.0, beta), atol=1e-3)

# %% [markdown]
# With several independent directions of variance $\lambda_j$, each has its own latent, and all pay the same price. As β rises the
# level $\beta\sigma^2$ rises like water, and the latents drown in the order of their variance: *reverse water-filling*.
# **Predict** how the total rate falls: in one smooth curve, or with kinks?

# %%
variances = np.array([4.0, 2.0, 1.0, 0.5, 0.25])
betas = np.geomspace(0.2, 60, 300)
rates = closed_form(variances[:, None], betas)
_, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
left.stackplot(betas, rates, labels=[f"λ = {v:g}" for v in variances], colors=COLOURS)
left.set(title="Latents switch off one by one", xlabel="β", ylabel="rate (nats)", xscale="log")
left.legend(fontsize=11)
distortion = np.minimum(variances[:, None], betas * 0.1).sum(axis=0) / 0.2
right.plot(rates.sum(axis=0), distortion, color="black")
for beta in (0.5, 2, 8, 30):
    at = np.abs(betas - beta).argmin()
    right.plot(rates.sum(axis=0)[at], distortion[at], "o", label=f"β = {beta:g}")
right.set(title="One convex curve", xlabel="rate R (nats)", ylabel="distortion D (nats, up to a constant)")
right.legend()
plt.show()
total_rate = rates.sum(axis=0)
slope = (distortion[21] - distortion[19]) / (total_rate[21] - total_rate[19])
print(f"at β = {betas[20]:.2f} the slope is {slope:.2f}")

# %% [markdown]
# ### Exercise 1 (★★☆): the β that leaves $k$ latents
#
# Given variances $\lambda_1>\lambda_2>\dots$ and σ², return the *smallest* β at which at most $k$ latents are on.
#
# <details><summary>Hint</summary> Latent $k+1$ must be off, and it goes off at $\lambda_{k+1}=\beta\sigma^2$.</details>


# %% tags=["exercise"]
def beta_for(variances, sigma_squared, k):
    ### BEGIN SOLUTION
    return sorted(variances, reverse=True)[k] / sigma_squared
    ### END SOLUTION


# %%
LATENTS = Exercise(
    task="the β that leaves k latents",
    solution=lambda case: sorted(case[0], reverse=True)[case[2]] / case[1],
    cases=tuple(([4.0, 2.0, 1.0, 0.5], sigma_squared, k) for sigma_squared in (0.1, 0.5) for k in (1, 2, 3)),
    mistakes={
        "That one switches off latent k itself: k + 1 is the first that must be off.": lambda case: (
            sorted(case[0], reverse=True)[case[2] - 1] / case[1]
        ),
        "Upside down: λ = βσ².": lambda case: case[1] / sorted(case[0], reverse=True)[case[2]],
        "σ² is missing.": lambda case: sorted(case[0], reverse=True)[case[2]],
        "σ² divides, λ = βσ².": lambda case: sorted(case[0], reverse=True)[case[2]] * case[1],
    },
)
assert LATENTS.check(lambda case: beta_for(*case))

# %% [markdown]
# ## 5.4 The loss in the open
#
# In code a β-VAE is a VAE with one number more. Two steps by hand on sprites, and the package's loss on the same noise:

# %%
torch.manual_seed(0)
model = BetaVAE(10, beta=4.0, network="conv", size=32, learning_rate=5e-4)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
for step in range(2):
    _, x = sprites.sample(64, seed=step)
    torch.manual_seed(step)
    mean, log_variance = model.encode(x)
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
    D = torch.nn.functional.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum") / len(x)
    R = it.diagonal_gaussian_kl(mean, log_variance).sum() / len(x)
    loss = D + 4.0 * R
    torch.manual_seed(step)
    difference = abs(model.loss(x)["loss"].item() - loss.item())
    print(f"step {step}: by hand and by the package within 0.001 nats: {difference < 1e-3}")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %% [markdown]
# `train(model, Sprites(32), steps=10_000)` would go on from here for some minutes. The package ships five models that did, alike
# but for β (`python -m models train beta-vae-dsprites-32-beta-1`, and so on; each has a card).
#
# ## 5.5 A sweep over β
#
# **Predict** before you run: in which order do the five lie on the plane? Which has the best ELBO? How many of the ten latents
# does each use? There are five factors.

# %%
sweep = {beta: load_pretrained(f"beta-vae-dsprites-32-beta-{beta:g}") for beta in (0.25, 0.5, 1, 2, 4)}
factors, images = sprites.sample(4_000, seed=1)
points, kl_per_latent, means = {}, {}, {}
with torch.no_grad():
    for beta, trained in sweep.items():
        torch.manual_seed(0)
        terms = trained.loss(images)
        points[beta] = terms["kl"].item(), terms["reconstruction"].item()
        mean, log_variance = trained.encode(images)
        kl_per_latent[beta] = it.diagonal_gaussian_kl(mean, log_variance).mean(0).sort(descending=True)
        means[beta] = mean
R, D = np.array(list(points.values())).T
print(f"the rate falls with β: {bool((np.diff(R) < 0).all())};  the distortion rises: {bool((np.diff(D) > 0).all())}")
print(f"β = 1 has the best ELBO: {(R + D).argmin() == 2}")
chords = -np.diff(D) / np.diff(R)
between = [
    bool(low <= chord <= high) for chord, low, high in zip(chords, (0.25, 0.5, 1, 2), (0.5, 1, 2, 4), strict=True)
]
print(f"slope of each chord between its ends' β, from β = 0.5 on: {between[1:]}")

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4), width_ratios=[1, 1.2])
left.plot(R, D, "o-", color="black")
for beta, (rate, distortion) in points.items():
    left.annotate(f" β = {beta:g}", (rate, distortion), va="bottom")
best = (R + D).min()
left.plot([2, best - 8], [best - 2, 8], "--", color=COLOURS[1], label="the best ELBO here")
left.axvline(math.log(len(sprites)), color=COLOURS[0], linestyle=":", label="log 737,280")
left.set(
    title="The sweep as a rate–distortion curve",
    xlabel="rate R (nats)",
    ylabel="distortion D (nats)",
    ylim=(5, 36),
    xlim=(2, 28),
)
left.legend(fontsize=11)
for offset, (beta, (kl, _)) in enumerate(kl_per_latent.items()):
    right.bar(np.arange(10) + 0.16 * (offset - 2), kl, 0.16, label=f"β = {beta:g}")
right.set(title="KL per latent, sorted", xlabel="latent, by KL", ylabel="KL (nats)", xticks=range(10))
right.legend()
plt.show()
active = {beta: int((kl > 0.1).sum()) for beta, (kl, _) in kl_per_latent.items()}
print(f"latents with more than 0.1 nats: {active}")

# %% [markdown]
# The rate passes $\log737{,}280$ on the right: $R$ bounds $I_q(x;z)$ from above, and the rest, at least $ $ nats, is
# $\mathrm{KL}(q(z)\,\|\,p(z))$: latents that no longer look like the prior. On the left latents go off as in 5.3: they are
# *collapsed*, their $q(z_j\mid x)$ is the prior for every $x$. At β = 4 four are left for five factors: which one is given up?
#
# ## 5.6 What do the latents know?
#
# $I(z_j;v_k)$ between a latent's mean (20 bins) and a factor, by the functions of lecture 2: the raw material of every score of
# lecture 10. **Predict**: is a larger β more orderly?

# %%
_, panels = plt.subplots(1, 3, figsize=(12, 4.2), sharey=True)
tables = {}
for axes, beta in zip(panels, (0.25, 1, 4), strict=True):
    order = kl_per_latent[beta][1]
    tables[beta] = np.array(
        [[it.mutual_information(it.empirical_joint(means[beta][:, j], factors[:, k])) for k in range(5)] for j in order]
    )
    shown = axes.imshow(tables[beta], cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set(title=f"β = {beta:g}", xlabel="factor", yticks=range(10))
    axes.set_xticks(range(5), ["shape", "scale", "orient.", "posX", "posY"], fontsize=11)
    axes.grid(False)
panels[0].set_ylabel("latent, by KL")
panels[-1].figure.colorbar(shown, label="I(latent; factor) (nats)")
plt.show()
best_position = {beta: table[:, 3:].max() for beta, table in tables.items()}
print(
    f"at β = 4 some latent knows more of a position than any does at β = 0.25: {best_position[4] > best_position[0.25]}"
)
dead = means[4][:, kl_per_latent[4][1][4:]]
print(f"β = 4, switched off: their means move by less than 0.05: {dead.std(0).max().item() < 0.05}")

# %% [markdown]
# Position is read off first: it moves many pixels, so it is worth many nats. Scale comes next. Shape and orientation move few
# pixels, and orientation is a circle, which no single Gaussian latent can follow: they are what a large β gives up.
#
# Look at the lower rows for β = 4. These latents are switched off, and still there is some blue: their means move by
# hundredths at most, far less than their noise, but equal-width bins stretch to any range. Mutual information of the *mean* does not
# see the noise; lecture 10 comes back to it.
#
# ## 5.7 Traversals
#
# One image's code, one latent at a time moved from −2 to 2, the others held; each row one latent, by KL. Small β on the left,
# β = 4 on the right.


# %% tags=["picture"]
def traversal(trained, image, order, n_rows=5, values=9):
    with torch.no_grad():
        code = trained.encode(image[None])[0].repeat(n_rows, values, 1)
        for row, latent in enumerate(order[:n_rows].tolist()):
            code[row, :, latent] = torch.linspace(-2, 2, values)
        return trained.decode(code.flatten(0, 1))


start = sprites.images([[2, 4, 5, 14, 18]])[0]
_, panels = plt.subplots(1, 2, figsize=(12, 3.8))
for axes, beta in zip(panels, (0.25, 4), strict=True):
    show_images(
        traversal(sweep[beta], start, kl_per_latent[beta][1]), 9, ax=axes, title=f"β = {beta:g}",
        rows=[f"z{j}" for j in kl_per_latent[beta][1][:5].tolist()], xlabel="value of the latent, −2 to 2",
    )  # fmt: skip
plt.show()

# %% [markdown]
# And the pair at 64×64: a plain VAE, and β = 4, which with four times the pixels is as strict as β = 1 at 32×32, because $D$ is a
# sum over pixels and $R$ is not. **β has no meaning without the size of the image and the likelihood.**

# %%
large = Sprites(64)
_, large_images = large.sample(1_000, seed=2)
start = large.images([[2, 4, 5, 14, 18]])[0]
_, panels = plt.subplots(1, 2, figsize=(12, 4.2))
for axes, (name, title) in zip(
    panels, {"vae-dsprites": "VAE, 64×64", "beta-vae-dsprites": "β = 4, 64×64"}.items(), strict=True
):
    trained = load_pretrained(name)
    with torch.no_grad():
        kl = it.diagonal_gaussian_kl(*trained.encode(large_images)).mean(0)
    order = kl.argsort(descending=True)
    show_images(
        traversal(trained, start, order, n_rows=6),
        9,
        ax=axes,
        title=title,
        rows=[f"z{j}" for j in order[:6].tolist()],
        xlabel="value of the latent, −2 to 2",
    )
    print(f"{title}: {int((kl > 0.1).sum())} latents with more than 0.1 nats")
plt.show()

# %% [markdown]
# ## 5.8 Capacity: a rate instead of a price
#
# Burgess et al. (2018) fix the rate and let the price follow: $D+\gamma\,|R-C|$ with a large γ, and $C$ raised slowly from 0. In
# the solved case of 5.3 the minimum is at $R=C$ as long as γ is above the price, $\gamma>\beta(C)=\lambda e^{-2C}/\sigma^2$.
#
# **Predict, then run.** What happens with γ below that price?


# %%
def rate_at_capacity(capacity, gamma, variance=1.0, sigma_squared=0.1):
    grid = np.linspace(0, 5, 50_001)
    return grid[(variance * np.exp(-2 * grid) / (2 * sigma_squared) + gamma * np.abs(grid - capacity)).argmin()]


for capacity in (0.5, 1.0, 2.0):
    price = np.exp(-2 * capacity) / 0.1
    reached = [rate_at_capacity(capacity, gamma) for gamma in (2 * price, price / 2)]
    print(
        f"C = {capacity}: price {price:.2f};  γ twice the price: R = {reached[0]:.2f};  half the price: R = {reached[1]:.2f}"
    )

# %% [markdown]
# With γ too small the model overspends: it stops where the price has fallen to γ. Raising $C$ from 0 lets the latents come on
# one by one, the most valuable first, which is 5.3 run backwards.
#
# ### Exercise 2 (★★☆): β of a capacity
#
# In the solved case with variances $\lambda_j$ all on, the total rate is $C$. Which β has the same optimum?
#
# <details><summary>Hint</summary> $C=\sum_j\tfrac12\log\frac{\lambda_j}{\beta\sigma^2}$. Solve for β.</details>


# %% tags=["exercise"]
def beta_of_capacity(capacity, variances, sigma_squared):
    ### BEGIN SOLUTION
    n = len(variances)
    return math.exp((sum(math.log(v) for v in variances) - 2 * capacity) / n) / sigma_squared
    ### END SOLUTION


# %%
def _beta(capacity, variances, sigma_squared, factor=2.0):
    return math.exp((sum(map(math.log, variances)) - factor * capacity) / len(variances)) / sigma_squared


PRICE = Exercise(
    task="the β of a capacity",
    solution=lambda case: _beta(*case),
    cases=((3.0, [4.0, 2.0, 1.0], 0.1), (1.0, [1.0], 0.1), (4.0, [4.0, 3.0], 0.05)),
    mistakes={
        "The ½ of each latent is lost: C = Σ ½ log λ/βσ².": lambda case: _beta(*case, factor=1.0),
        "σ² is missing.": lambda case: _beta(*case) * case[2],
        "That is one latent's share: divide by their number inside the exponent.": lambda case: (
            math.exp(sum(map(math.log, case[1])) - 2 * case[0]) / case[2]
        ),
    },
)
assert PRICE.check(lambda case: beta_of_capacity(*case))

# %% [markdown]
# ## 5.9 What it does not prove
#
# The report says that the paper's experiments *prove* that β > 1 disentangles. They show it, on some data, with some seeds. Why
# should a price on the rate line latents up with factors at all? Because $q$ is diagonal: lecture 4's linear VAE turned its
# latents to the principal axes for that reason, and a β makes the turning more urgent. The axes it finds are those of *pixel
# variance*. Where factors of variation are such axes, position and scale, they are found; where they are not, shape and
# orientation, they are not. No term of $\mathcal L_\beta$ mentions factors, and a rotation of the latents leaves $p(x)$ and $p(z)$
# untouched (Locatello et al., 2019; lecture 10).
#
# ## What to remember
#
# - $D+\beta R$; $H-D\le I_q(x;z)\le R$; β is minus the slope of the curve.
# - A latent is on iff what it explains is worth its price: $\lambda>\beta\sigma^2$ in the linear case.
# - More β: fewer latents, less rate, more blur, and more order up to a point.
# - β depends on image size and likelihood; compare rates, not betas.
#
# **Next**: objectives without a likelihood, in lectures 6 to 8; which part of the KL one should have weighed, in lecture 9.
