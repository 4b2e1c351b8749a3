# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · Generative adversarial networks
#
# **After this lecture you can** write the game of a GAN in nats and say what its value means; derive the optimal
# discriminator and $V(D^*,G)=2\,\mathrm{JSD}-\log 4$ line by line, and read both as statements about mutual
# information; train a discriminator and a whole game from scratch, and check them against densities that you know; say
# why the generator is not trained on $V$ itself, and what it then minimises; recognise mode collapse and measure it in
# nats; say what a label gives to a conditional GAN, and what InfoGAN has to find without it.
#
# | | |
# |---|---|
# | You need first | entropy, KL divergence and mutual information (lectures 1 and 2); gradient descent on a network |
# | Time | 75 minutes to read; under a minute to run on one CPU core; no GPU is needed |
# | Report | section 4.1, its first half |
#
# `device` is the GPU if there is one. To use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you start
# Jupyter. Only the GANs that `train` trains run on it. A GPU has different random draws and therefore different samples. To
# train the digits of 6.7 in full, raise `steps` to 3,000, or run `infotheory train gan-mnist`. The published models stay on
# the CPU.
#
# | symbol | meaning | in code |
# |---|---|---|
# | $p(x)$ | the data's distribution | `p` |
# | $z$, $x=G(z)$ | noise, and what the generator makes of it | `z`, `G(z)` |
# | $g(x)$ | the distribution of $G(z)$ | `g` |
# | $D(x)$ | the discriminator's probability that $x$ is real | `D`; the networks give its logit $\log\frac{D}{1-D}$ |
# | $D^*$ | the best discriminator against $g$ | `D_star` |
# | $V(D,G)$ | the value of the game, in nats | `V`, `value` |
# | $r$ | a fair coin: is the image shown real ($r=1$) or generated? | `r`, rows of `p_rx` |
# | $y$ | the digit of an image, read by a classifier (6.7) or given (6.8) | `labels` |

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.special import expit, xlogy  # expit is the sigmoid; xlogy(x, y) = x log y, and 0 where x = 0
from scipy.stats import norm
from torch import nn
from torch.nn.functional import logsigmoid

import infotheory as it
from infotheory.explore import GameExplorer
from infotheory.teaching import COLOURS, compare, use_lecture_style
from models import GAN, Model, Player, choose_device, load_mnist, load_pretrained, train
from models.evaluation.digit_classifier import train_classifier
from models.evaluation.digits import log_inception_score, read_as_asked
from models.figures import show_images
from models.gan import minimax_loss, non_saturating_loss, value
from models.teaching.exercises import lecture_06 as exercises

use_lecture_style()
device = choose_device()

# %% [markdown]
# ## 6.1 A game in nats
#
# A VAE (lecture 4) has a likelihood to raise. A generator $x=G(z)$ has none: we can draw from $g$, but there is no
# formula for $g(x)$. A GAN needs none. A second network, the discriminator $D$, sees images, half of them real and half
# generated, and says for each how probable it is that it is real. $D$ wants to be right. $G$ wants it to be wrong:
#
# $$\min_G\max_D\;V(D,G),\qquad
# V(D,G)=\mathbb E_{x\sim p}\log D(x)+\mathbb E_{z}\log\big(1-D(G(z))\big).$$
#
# $V$ is no new quantity. Let a fair coin $r$ choose whether we show a real image ($r=1$) or a generated one ($r=0$).
# $D$ is a classifier of $r$, and its cross-entropy, in nats per image shown, is
#
# $$-\mathbb E\log P_D(r\mid x)=-\tfrac12\,\mathbb E_{x\sim p}\log D(x)-\tfrac12\,\mathbb E_{x\sim g}\log(1-D(x))
# =-\tfrac12V(D,G).$$
#
# So $V\le 0$, and $D$ maximises a log-likelihood. A toy with four images, so that everything is a sum:

# %%
p = np.array([0.4, 0.3, 0.2, 0.1])
g = np.array([0.1, 0.2, 0.3, 0.4])


def V(D):  # any D(x), an array over the four images
    return np.sum(xlogy(p, D)) + np.sum(xlogy(g, 1 - D))


D = np.array([0.9, 0.5, 0.4, 0.3])  # some discriminator
p_rx = np.stack([g, p]) / 2  # r = 0 generated, r = 1 real; rows r, columns x
cross_entropy = -np.sum(p_rx * np.log(np.stack([1 - D, D])))
compare("V(D, G)", V(D), "−2 · cross-entropy", -2 * cross_entropy)

# %% [markdown]
# **Predict, then run.** What is $V$ if (a) $D=\tfrac12$ everywhere, (b) $D$ says 0.9 for every image, (c) $D$ says 0.9
# for the two images that are more often real and 0.1 for the others? Put them in order before you run.

# %%
for name, guess in {
    "(a) ½ everywhere": 0.5,
    "(b) 0.9 everywhere": 0.9,
    "(c) bold": np.array([0.9, 0.9, 0.1, 0.1]),
}.items():
    print(f"{name:20s} V = {V(guess + 0 * p):.3f}")
compare("V(½, G)", V(np.full(4, 0.5)), "−log 4", -math.log(4))

# %% [markdown]
# $D=\tfrac12$ gives $-\log 4=-1.386$ whatever $p$ and $g$ are. A bold $D$ is punished where it is wrong: (c) guesses
# the right side for every image, and is too sure of it to gain from that.

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 8 minutes · $V$ from logits
#
# A network gives a logit $\ell=\log\frac{D}{1-D}$, so $\log D=-\log(1+e^{-\ell})$ and $\log(1-D)=-\log(1+e^{\ell})$.
# Write $V$ from the logits of a batch of real and a batch of generated images, with numpy alone.
#
# <details><summary>Hint 1</summary>
#
# An expectation over a batch is a mean. There are two of them, each over its own batch.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# $e^{1000}$ overflows. `np.logaddexp(0, t)` is $\log(1+e^t)$, and does not overflow.
#
# </details>


# %% tags=["exercise"]
def my_value(real_logits, fake_logits):
    """V in nats, from two arrays of logits."""
    ...


exercises.value.check(my_value)


# %% [markdown]
# ## 6.2 The best discriminator
#
# $V$ is a sum over images, and $D(x)$ may be chosen for each image by itself. So look at one image. Its share of $V$ is
#
# $$f(D)=p\log D+g\log(1-D),\qquad f'(D)=\frac pD-\frac g{1-D},\qquad f''(D)=-\frac p{D^2}-\frac g{(1-D)^2}<0 .$$
#
# $f$ is concave, so its only maximum is where $f'=0$: $p(1-D)=gD$, hence
#
# $$D^*(x)=\frac{p(x)}{p(x)+g(x)} .$$
#
# This is Bayes' rule: with a fair coin $r$, $D^*(x)$ is the posterior $P(r=1\mid x)$. Its logit is
# $\log\frac{p(x)}{g(x)}$: whoever trains a discriminator well has estimated a **ratio of densities**, though neither
# density is known.

# %%
D_star = p / (p + g)
print(f"f'(D*) = 0 at all four images: {np.allclose(p / D_star - g / (1 - D_star), 0)}")
posterior = it.conditional(p_rx, given="y")[1]  # P(r = 1 | x)
print(f"D* is the posterior of r: {np.allclose(D_star, posterior)}")
print(f"its logit is log p/g: {np.allclose(np.log(D_star / (1 - D_star)), np.log(p / g))}")

grid = np.linspace(0.005, 0.995, 199)
_, ax = plt.subplots(figsize=(8.5, 4))
for x in range(4):
    ax.plot(grid, p[x] * np.log(grid) + g[x] * np.log(1 - grid), color=COLOURS[x], label=f"p = {p[x]}, g = {g[x]}")
    ax.plot(D_star[x], p[x] * np.log(D_star[x]) + g[x] * np.log(1 - D_star[x]), "o", color=COLOURS[x], markersize=10)
ax.set(
    title="One image's share of V, and its maximum at p/(p + g)", xlabel="D(x)", ylabel="f(D) (nats)", ylim=(-1.2, 0)
)
ax.legend(fontsize=11, ncols=2, loc="lower center")
plt.show()

# %% [markdown]
# How much does a worse $D$ lose? Line by line, with $D_1=D$, $D_0=1-D$, and the KL divergence of two coins for each
# image:
#
# $$\begin{aligned}
# V(D,G)&=\sum_x p\log D+g\log(1-D) && (1)\\
# &=\sum_x(p+g)\big[D^*\log D+(1-D^*)\log(1-D)\big] && (2)\;\; p=(p+g)D^*,\; g=(p+g)(1-D^*)\\
# &=-\sum_x(p+g)\big[H(D^*)+\mathrm{KL}(D^*\|D)\big] && (3)\;\;\text{cross-entropy = entropy + KL}\\
# &=V(D^*,G)-\sum_x(p+g)\,\mathrm{KL}(D^*\|D) && (4)\;\;\text{at } D=D^* \text{ the KL is 0}
# \end{aligned}$$
#
# Then the value that the best one reaches:
#
# $$\begin{aligned}
# V(D^*,G)&=\sum_x p\log\frac p{p+g}+\sum_x g\log\frac g{p+g} && (5)\\
# &=\sum_x p\log\frac p{(p+g)/2}+\sum_x g\log\frac g{(p+g)/2}-2\log 2 && (6)\;\;\text{a factor 2 in both}\\
# &=\mathrm{KL}\big(p\,\|\,\tfrac{p+g}2\big)+\mathrm{KL}\big(g\,\|\,\tfrac{p+g}2\big)-\log 4 && (7)\\
# &=2\,\mathrm{JSD}(p,g)-\log 4 && (8)\;\;\text{definition of JSD}
# \end{aligned}$$


# %%
def coins(D):  # D(x) as a pmf over real and generated, one row for each image
    return np.stack([D, 1 - D], axis=-1)


line_2 = np.sum((p + g) * (D_star * np.log(D) + (1 - D_star) * np.log(1 - D)))
line_3 = -(p + g) @ (it.entropy(coins(D_star)) + it.kl_divergence(coins(D_star), coins(D)))
line_4 = V(D_star) - (p + g) @ it.kl_divergence(coins(D_star), coins(D))
compare("line 1", V(D), "line 2", line_2)
compare("line 2", line_2, "line 3", line_3)
compare("line 3", line_3, "line 4", line_4)

middle = (p + g) / 2
line_5 = np.sum(p * np.log(p / (p + g))) + np.sum(g * np.log(g / (p + g)))
line_6 = np.sum(p * np.log(p / middle)) + np.sum(g * np.log(g / middle)) - 2 * math.log(2)
line_7 = it.kl_divergence(p, middle) + it.kl_divergence(g, middle) - math.log(4)
line_8 = 2 * it.js_divergence(p, g) - math.log(4)
compare("V(D*, G)", V(D_star), "line 5", line_5)
compare("line 5", line_5, "line 6", line_6)
compare("line 6", line_6, "line 7", line_7)
compare("line 7", line_7, "line 8", line_8)

# %% [markdown]
# The same chain as the package holds it, with another draw of $p$ and $g$ (there $q$ is the generator's), and one more
# line: $\mathrm{JSD}\ge 0$, with equality iff $g=p$. So **the best generator against the best discriminator has
# $g=p$**, and there $V=-\log 4$ and $D^*=\tfrac12$.

# %%
for name in ("optimal discriminator", "value of the optimal discriminator"):
    print(it.report.DERIVATIONS[name].check(trials=200).or_raise())
it.report.DERIVATIONS["value of the optimal discriminator"].show()

# %% [markdown]
# ### What a discriminator knows, as information
#
# With the fair coin $r$ the Jensen-Shannon divergence is a **mutual information**: $\mathrm{JSD}(p,g)=I(r;x)$, what an
# image tells about whether it is real. Therefore it is at most $H(r)=\log 2$. And any discriminator gives a lower
# bound:
#
# $$\log 2+\tfrac12V(D,G)\;\le\;I(r;x)=\mathrm{JSD}(p,g),\qquad\text{with equality iff }D=D^* .$$
#
# In lecture 7 a network $Q(c\mid x)$ will guess the code of an image, and $H(c)+\mathbb E\log Q(c\mid x)\le I(c;x)$
# will be the bound. It is the same bound: the discriminator guesses the code "real or generated". The difference is who
# wants what. InfoGAN's generator *raises* the information about $c$; every GAN's generator *lowers* the one about $r$.
#
# **Predict, then run.** $\mathrm{JSD}$ if $p$ and $g$ have no image in common? If $g=p$? And $V(D^*,G)$ in both cases?

# %%
compare("JSD(p, g)", it.js_divergence(p, g), "I(r;x)", it.mutual_information(p_rx))
compare(
    "log 2 + V(D)/2",
    math.log(2) + V(D) / 2,
    "the bound of lecture 7",
    it.barber_agakov_bound(p_rx, coins(D)[:, ::-1].T),
)
apart = it.js_divergence([0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5])
compare("nothing in common: JSD", apart, "log 2", math.log(2))
compare("nothing in common: V(D*, G)", 2 * apart - math.log(4), "its largest value", 0)
compare("g = p: V(D*, G)", 2 * it.js_divergence(p, p) - math.log(4), "−log 4", -math.log(4))

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · useful · 12 minutes · the divergence of a collapsed generator
#
# The data have $k$ equally likely modes that do not overlap. The generator makes only $j\le k$ of them, all equally
# often and each perfectly. Write $\mathrm{JSD}(p,g)$ as a function of $(k,j)$, in nats. One generator makes one digit of
# ten, and a second one makes five of ten. How far is each from $\log 2$?
#
# <details><summary>Hint 1</summary>
#
# On a mode that both have, $p=1/k$ and $g=1/j$. On a mode that only the data have, $p=1/k$, $g=0$, and
# $p\log\frac p{(p+g)/2}=\frac1k\log 2$.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# $\frac{1/k}{(1/k+1/j)/2}=\frac{2j}{j+k}$, and the other way round $\frac{2k}{j+k}$.
#
# </details>


# %% tags=["exercise"]
def my_collapse(k, j):
    """JSD(p, g) in nats."""
    ...


exercises.collapse.check(my_collapse)

# %%
for j in (1, 5, 9):
    made = np.where(np.arange(10) < j, 1 / j, 0)  # j of ten modes, equally often
    print(f"{j} of 10 modes: JSD = {it.js_divergence(np.full(10, 0.1), made):.3f} of at most {math.log(2):.3f} nats")

# %% [markdown]
# One digit out of ten is punished hard, nine out of ten hardly. Keep this for section 6.6.
#
# ## 6.3 A game on a line: everything known
#
# Now densities. The data are two bumps, $p=0.7\,\mathcal N(-1.5,0.6^2)+0.3\,\mathcal N(2,0.5^2)$. The generator is an
# affine map of noise, $G(z)=az+b$ with $z\sim\mathcal N(0,1)$, so $g=\mathcal N(b,a^2)$ is known, and with it $D^*$.
# Sums over a fine grid are the integrals.
#
# First only the discriminator moves: a small network, ten lines. It never sees a density, only samples.
# **Predict**: where will it be wrong?

# %%
x = np.linspace(-10, 10, 4001)
step = x[1] - x[0]
p_line = 0.7 * norm.pdf(x, -1.5, 0.6) + 0.3 * norm.pdf(x, 2, 0.5)
a, b = 1.2, 0.5
g_line = norm.pdf(x, b, a)


def draw_real(n):
    bump = torch.rand(n, 1) < 0.3
    return torch.where(bump, 2 + 0.5 * torch.randn(n, 1), -1.5 + 0.6 * torch.randn(n, 1))


def network(n_in, n_hidden, n_out):
    return nn.Sequential(
        nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_out)
    )


torch.manual_seed(0)
logit = network(1, 64, 1)
optimizer = torch.optim.Adam(logit.parameters(), lr=3e-3)
for _ in range(600):
    real, fake = draw_real(512), a * torch.randn(512, 1) + b
    loss = -(logsigmoid(logit(real)).mean() + logsigmoid(-logit(fake)).mean())  # −V
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %%
with torch.no_grad():
    trained = logit(torch.tensor(x, dtype=torch.float32)[:, None])[:, 0].double().numpy()
D_star_line = p_line / (p_line + g_line)


def V_line(log_D, log_not_D):  # from log D and log(1 − D) on the grid
    return np.sum(p_line * log_D + g_line * log_not_D) * step


V_best = V_line(np.log(D_star_line), np.log1p(-D_star_line))
V_trained = V_line(-np.logaddexp(0, -trained), -np.logaddexp(0, trained))
KL_line = it.kl_divergence(coins(D_star_line), coins(expit(trained)))
gap = np.sum((p_line + g_line) * KL_line) * step
jsd_line = it.js_divergence(p_line * step, g_line * step)

_, axes = plt.subplots(1, 2, figsize=(11.5, 4))
axes[0].fill_between(x, p_line, alpha=0.4, label="data p(x)")
axes[0].fill_between(x, g_line, alpha=0.4, label="generator g(x)")
axes[0].set(title="Two densities", xlabel="x", ylabel="density per unit of x", ylim=(0, 0.6), xlim=(-5, 5))
axes[1].plot(x, D_star_line, color="black", label="D* = p/(p + g)")
axes[1].plot(x, expit(trained), "--", color=COLOURS[1], label="trained D")
axes[1].set(title="The best discriminator and a trained one", xlabel="x", ylabel="probability of real", xlim=(-5, 5))
axes[1].set_ylim(-0.02, 1.25)
for ax in axes:
    ax.legend(loc="upper right", fontsize=11, ncols=2)
plt.show()
compare("V(D*, G) by quadrature", V_best, "2 JSD − log 4", 2 * jsd_line - math.log(4), atol=1e-9)
error = np.sum((p_line + g_line) / 2 * abs(expit(trained) - D_star_line)) * step
print(f"mean |D − D*| over the images shown below 0.05: {error < 0.05}")
print(f"V(D*, G) − V(D, G) = Σ (p + g) KL(D*‖D), to 1e-9: {abs(V_best - V_trained - gap) < 1e-9}")
print(f"so V(D, G) is below V(D*, G), by less than 0.02 nats: {0 < gap < 0.02}")
print(f"log 2 + V(D, G)/2 is a lower bound on JSD = {jsd_line:.3f}: {math.log(2) + V_trained / 2 <= jsd_line}")

# %% [markdown]
# Where samples fall, $D$ is right. Far outside, where neither $p$ nor $g$ puts any, it is free to say anything, and no
# loss complains. Remember that when the generator asks it for directions.
#
# ### Now both move
#
# The generator becomes a network too, so that it *can* make two bumps. Its loss is $-\mathbb E\log D(G(z))$; section
# 6.4 says why it is not $V$. $D$ moves on samples that are **detached**, so that $G$ stays; $G$ moves through $D$, and
# $D$ stays because its optimiser is not called.

# %%
torch.manual_seed(0)
G, D_logit = network(4, 64, 1), network(1, 64, 1)
D_optimizer = torch.optim.Adam(D_logit.parameters(), lr=2e-3, betas=(0.5, 0.999))
G_optimizer = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))


edges = np.linspace(-5, 5, 41)  # of bins of width ¼


def binned(samples):  # a pmf over the bins
    counts = np.histogram(samples.numpy().clip(-4.99, 4.99), edges)[0]
    return counts / counts.sum()


with torch.no_grad():
    before = binned(G(torch.randn(20_000, 4)))
for _ in range(1_000):
    real, fake = draw_real(256), G(torch.randn(256, 4))

    D_loss = -(logsigmoid(D_logit(real)).mean() + logsigmoid(-D_logit(fake.detach())).mean())  # −V
    D_optimizer.zero_grad()
    D_loss.backward()
    D_optimizer.step()

    G_loss = -logsigmoid(D_logit(fake)).mean()  # −E log D(G(z))
    G_optimizer.zero_grad()
    G_loss.backward()
    G_optimizer.step()

# %%
with torch.no_grad():
    after, data = binned(G(torch.randn(20_000, 4))), binned(draw_real(20_000))
middles = edges[:-1] + 0.125
_, ax = plt.subplots(figsize=(8.5, 4))
ax.bar(middles, data, 0.25, alpha=0.4, label="data")
ax.step(middles, before, where="mid", color=COLOURS[5], linestyle="--", label="generator, untrained")
ax.step(middles, after, where="mid", color=COLOURS[1], label="generator, trained")
ax.set(
    title="A generator learns two bumps from samples alone",
    xlabel="x",
    ylabel="share of samples in a bin of ¼",
    xlim=(-4.5, 4.5),
)
ax.set_ylim(0, 0.3)
ax.legend(fontsize=11)
plt.show()
print(f"JSD of the binned samples above 0.3 before: {it.js_divergence(data, before) > 0.3}")
print(f"JSD of the binned samples below 0.05 after: {it.js_divergence(data, after) < 0.05}")

# %% [markdown]
# ### The same with the package
#
# In `models` a game is a `Model` with two **players**. A player has a name, the parameters that it moves, and its loss.
# `train` knows neither GANs nor VAEs: in each step it lets `draw` make what is random, and then every player moves on
# that draw. Our game in this form, for points of any dimension; `value` and `non_saturating_loss` are the functions
# that train `GAN`. The data are now a fixed sample.


# %%
class Toy(Model):
    batch_size = 128

    def __init__(self, dimension, noise_dim, D_rate=2e-3, G_rate=1e-3):
        super().__init__()
        self.generator, self.discriminator = network(noise_dim, 64, dimension), network(dimension, 64, 1)
        self.noise_dim, self.D_rate, self.G_rate, self.snapshots = noise_dim, D_rate, G_rate, {}

    def samples(self, n, seed=1):  # G(z), the same z at every call
        with torch.no_grad():
            z = torch.randn(n, self.noise_dim, generator=torch.Generator().manual_seed(seed))
            return self.generator(z.to(self.device)).cpu()

    def at_step(self, step):  # keep some samples on the way
        if step % 50 == 0:
            self.snapshots[step] = self.samples(500)

    def draw(self, real):
        return real, self.generator(torch.randn(len(real), self.noise_dim, device=self.device))

    def D_loss(self, draw):
        real, fake = draw
        v = value(self.discriminator(real), self.discriminator(fake.detach()))
        return {"loss": -v, "V": v}

    def G_loss(self, draw):
        return {"loss": non_saturating_loss(self.discriminator(draw[1]))}

    def players(self):
        return [
            Player("D", list(self.discriminator.parameters()), self.D_loss, self.D_rate, (0.5, 0.999)),
            Player("G", list(self.generator.parameters()), self.G_loss, self.G_rate, (0.5, 0.999)),
        ]


torch.manual_seed(0)
sample = draw_real(10_000)
toy = Toy(dimension=1, noise_dim=4)
real, fake = toy.draw(sample[:128])
by_hand = {
    "D": -(logsigmoid(toy.discriminator(real)).mean() + logsigmoid(-toy.discriminator(fake)).mean()),
    "G": -logsigmoid(toy.discriminator(fake)).mean(),
}
for player in toy.players():
    loss = player.loss((real, fake))["loss"]
    mine = torch.autograd.grad(by_hand[player.name], player.parameters, retain_graph=True)
    theirs = torch.autograd.grad(loss, player.parameters, retain_graph=True)
    same = all(torch.allclose(one, other, atol=1e-6) for one, other in zip(mine, theirs, strict=True))
    print(
        f"{player.name}: loss equal to ours: {abs(loss - by_hand[player.name]).item() < 1e-6}, gradients equal: {same}"
    )
history = train(toy, sample, steps=1_000, device=device)
print(
    f"after `train`: JSD of the binned samples below 0.05: {it.js_divergence(data, binned(toy.samples(20_000))) < 0.05}"
)
print(f"V ends within 0.1 nats of −log 4: {abs(history.mean('V') + math.log(4)) < 0.1}")

# %% [markdown]
# **Read $V$ with care.** It came back to about $-\log 4$ because $D$ can no longer tell. But $V$ is also $-\log 4$
# before any training, when $D$ has learnt nothing. It bounds $\mathrm{JSD}$ from *below*: a high $V$ proves that the
# generator is bad; a low one proves nothing, unless $D$ is good.
#
# ## 6.4 What the generator minimises
#
# The generator's share of $V$ is the **minimax** loss $\mathbb E\log(1-D(G(z)))$. Goodfellow et al. propose it, and in
# the same paper the **non-saturating** loss, $-\mathbb E\log D(G(z))$, for practice. Both fall when $D(G(z))$ rises.
# With $\ell$ the logit of one generated image,
#
# $$\frac{\partial}{\partial\ell}\log(1-D)=-D,\qquad \frac{\partial}{\partial\ell}\big(-\log D\big)=-(1-D).$$
#
# **Predict, then run.** Early in training $D$ recognises every generated image: $\ell=-5$. How large is the slope of
# each loss? Which one still teaches?

# %%
ell = torch.linspace(-6, 6, 241, dtype=torch.float64, requires_grad=True)
losses = {"minimax": -torch.nn.functional.softplus(ell), "non-saturating": torch.nn.functional.softplus(-ell)}
slopes = {name: torch.autograd.grad(loss.sum(), ell)[0].numpy() for name, loss in losses.items()}
grid = ell.detach().numpy()
_, axes = plt.subplots(1, 2, figsize=(11.5, 4))
for name, loss in losses.items():
    axes[0].plot(grid, loss.detach(), label=name)
    axes[1].plot(grid, -slopes[name], label=name)
axes[0].set(title="Two losses of one generated image", xlabel="logit of D", ylabel="loss (nats)")
axes[1].set(title="How hard each pulls", xlabel="logit of D", ylabel="−dL/dℓ (nats per unit)")
for ax in axes:
    ax.legend(fontsize=11)
plt.show()
for at in (-5.0, 0.0, 5.0):
    one = torch.tensor([at], dtype=torch.float64, requires_grad=True)
    pair = [torch.autograd.grad(loss(one), one)[0].item() for loss in (minimax_loss, non_saturating_loss)]
    print(f"ℓ = {at:g}: D = {expit(at):.4f}, slope of minimax {pair[0]:.4f}, of non-saturating {pair[1]:.4f}")

# %% [markdown]
# At $\ell=-5$ the minimax loss has about 150 times less slope. It teaches most where $D$ is fooled already.
#
# ### When the supports do not touch
#
# There is a deeper reason. Let the data be uniform on $[0,1]$ and the generator uniform on $[\theta,1+\theta]$. For
# $|\theta|\ge 1$ they have nothing in common, $\mathrm{JSD}=\log 2$ however far they are apart, and a best
# discriminator is 0 on all that $G$ makes. A flat function has no gradient. Images are like this: they lie near thin
# surfaces in a space of 784 dimensions, and two such surfaces hardly meet. **Predict** the curve of $\mathrm{JSD}$ over
# $\theta$ between 0 and 1: which value at $\theta=\tfrac12$?

# %%
theta = np.linspace(-2.5, 2.5, 201)
shared = np.maximum(1 - abs(theta), 0)  # how much of each uniform lies in the other
only = 1 - shared
p_two, g_two = np.stack([shared, only, 0 * only], axis=-1), np.stack([shared, 0 * only, only], axis=-1)
jsd_theta = it.js_divergence(p_two, g_two)  # three cells: shared, only data, only generator

_, ax = plt.subplots(figsize=(8.5, 3.8))
ax.plot(theta, jsd_theta)
ax.axhline(math.log(2), color="black", linestyle="--", label="log 2")
ax.set(
    title="Two uniforms: beyond 1 the divergence is flat",
    xlabel="shift θ of the generator",
    ylabel="JSD (nats)",
    ylim=(0, 0.8),
)
ax.legend(loc="lower right")
plt.show()
compare("JSD at θ = ½", jsd_theta[theta.searchsorted(0.5)], "½ log 2", math.log(2) / 2)
compare("JSD at θ = 2", jsd_theta[theta.searchsorted(2.0)], "log 2", math.log(2))

# %% [markdown]
# Within, $\mathrm{JSD}=|\theta|\log 2$: only the images that cannot be mistaken tell anything, each $\log 2$.
#
# ### The loss that is used is not the divergence that was derived
#
# With $D=D^*$ and the minimax loss, $G$ descends $V(D^*,G)=2\,\mathrm{JSD}-\log 4$: at the maximum over $D$ the change
# of $D^*$ itself does not matter to first order. Now put $D^*=p/(p+g_0)$ into the non-saturating loss and let only
# $g$ move, away from the present $g_0$:
#
# $$-\mathbb E_g\log D^*=\mathbb E_g\log\frac{p+g_0}{p}
# =\underbrace{\mathbb E_g\log\frac{g_0}{p}}_{\text{slope of }\mathrm{KL}(g\|p)}
# -\underbrace{\mathbb E_g\log\frac{g_0}{p+g_0}}_{\text{slope of }2\,\mathrm{JSD}(p,g)}\quad\text{at } g=g_0 .$$
#
# So its gradient is that of $\mathrm{KL}(g\|p)-2\,\mathrm{JSD}(p,g)$ (Arjovsky & Bottou, 2017). Both vanish at $g=p$,
# the fixed point is the same. Elsewhere they differ. The reverse KL punishes a generator that leaves the data and
# forgives one that misses some of them (lecture 2), and the divergence that we wanted to lower enters with a minus.
#
# The chain in numbers, for $g=\mathcal N(m,0.8^2)$ on the line with two equal bumps at $\pm2$: derivatives by
# differences on the left, with $D^*$ held still on the right.


# %%
def game_at(mean, s=0.8):
    log_p = np.logaddexp(norm.logpdf(x, -2, 0.5), norm.logpdf(x, 2, 0.5)) - math.log(2)
    return log_p, norm.logpdf(x, mean, s)


def divergences(mean):  # 2 JSD(p, g) and KL(g‖p), by quadrature
    log_p, log_g = game_at(mean)
    log_sum = np.logaddexp(log_p, log_g)
    twice_jsd = np.sum(np.exp(log_p) * (log_p - log_sum) + np.exp(log_g) * (log_g - log_sum)) * step + math.log(4)
    return np.array([twice_jsd, np.sum(np.exp(log_g) * (log_g - log_p)) * step])


def losses_of(mean, D_at):  # minimax and non-saturating, with the D* of another mean
    (log_p, log_other), (_, log_g) = game_at(D_at), game_at(mean)
    log_sum = np.logaddexp(log_p, log_other)
    return np.array([np.sum(np.exp(log_g) * (log_other - log_sum)), -np.sum(np.exp(log_g) * (log_p - log_sum))]) * step


at, h = 1.0, 1e-4
d_twice_jsd, d_kl = (divergences(at + h) - divergences(at - h)) / (2 * h)
d_minimax, d_non_saturating = (losses_of(at + h, D_at=at) - losses_of(at - h, D_at=at)) / (2 * h)
compare("d/dm of 2 JSD", d_twice_jsd, "minimax, D* held", d_minimax, atol=1e-6)
compare("d/dm of KL(g‖p) − 2 JSD", d_kl - d_twice_jsd, "non-saturating, D* held", d_non_saturating, atol=1e-6)

# %% [markdown]
# ### Exercise 3 ★★☆ · compute · useful · 10 minutes · the density ratio after an unequal share
#
# $D^*=p/(p+g)$ holds for a fair coin. Let a share $\pi$ of the images shown be real, and let $D$ be the posterior
# $P(r=1\mid x)$ under that prior. Write the ratio of densities $p(x)/g(x)$ as a function of $(D,\pi)$.
#
# <details><summary>Hint 1</summary>
#
# $D=\dfrac{\pi p}{\pi p+(1-\pi)g}$. What is $D/(1-D)$?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# With $\pi=\tfrac12$ your formula must give $D/(1-D)$.
#
# </details>


# %% tags=["exercise"]
def my_ratio(D, pi):
    """p(x)/g(x), from D at x and the share of real images."""
    ...


exercises.ratio.check(my_ratio)

# %% [markdown]
# ## 6.5 Move the generator yourself
#
# The line with two bumps once more. The generator is $g=(1-w)\,\mathcal N(m,s^2)+w\,\mathcal N(-m,s^2)$, and you hold
# $m$, $s$ and $w$. The left panel has the densities and $D^*$. On the right are $V(D^*,G)$ and the pull of both losses,
# over all means. **Before you move**: where is the generator perfect? With $w=0$, at which means does no loss pull, and
# which of them are traps? At $s=0.3$ and $m=4$, which loss still pulls?

# %%
explorer = GameExplorer(mean=1.0, width=0.8, share=0.0)
explorer

# %%
by_quadrature = [d_twice_jsd, d_kl - d_twice_jsd]
for (name, slope), expected in zip(explorer.slope.items(), by_quadrature, strict=True):
    compare(f"explorer, slope of {name}", slope, "by differences, above", expected, atol=1e-6)
for state in ((2.0, 0.5, 0.5), (2.0, 0.5, 0.0), (0.0, 0.5, 0.0), (0.1, 0.5, 0.0), (4.0, 0.3, 0.0)):
    print(GameExplorer(*state).describe())

# %% [markdown]
# - First line: perfect, $V=-\log 4$ and no pull.
# - Second: one bump of two, made perfectly. No pull on $m$ is left, to three decimals: a **collapsed** generator is at
#   rest here, although $V=-0.955$ is far above $-\log 4$ ($\mathrm{JSD}$ is that of exercise 2 for one mode of two).
#   $D^*$ knows that something is missing at $-2$. But a pull acts on the points that the generator makes, and it makes
#   none there.
# - Third and fourth: exactly between the bumps the pull is 0 too, but no rest is possible: a little to the
#   right, and both losses pull to the right bump.
# - Fifth: far away the minimax pull has nearly gone, the other is a hundred times stronger.

# %% [markdown]
# ### Exercise 4 ★★★ · compute · useful · 15 minutes · the gradient of the generator by hand
#
# Let $G(z)=az+b$, and let the discriminator have the logit $\ell(x)=ux+v$. Write $\partial L/\partial a$ of the
# non-saturating loss $L=-\frac1n\sum_i\log D(G(z_i))$ for given noises $z$. This is back-propagation through $D$ into $G$.
#
# <details><summary>Hint 1</summary>
#
# The chain rule has three factors: $\frac{\partial L}{\partial\ell}$, $\frac{\partial\ell}{\partial x}$ and
# $\frac{\partial x}{\partial a}$.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# They are $-(1-D)$, $u$ and $z_i$.
#
# </details>


# %% tags=["exercise"]
def my_gradient(z, a, b, u, v):
    """The derivative of L in a; z is an array of noises."""
    ...


exercises.gradient.check(my_gradient)

# %% [markdown]
# ## 6.6 Mode collapse
#
# Eight narrow Gaussians on a ring. The generator has two numbers of noise. How good a generator is has two sides: are
# its points *good* (within 0.35 of a centre, three and a half standard deviations), and does it make *all eight* modes?
# For the second we give every point to its nearest centre and take the **entropy** of the pmf over the eight: at most
# $\log 8=2.079$ nats, and 0 if all points belong to one. $e^H$ is the number of modes that it is worth.
#
# Two games differ in one thing, how fast $D$ moves:
#
# | | learning rate of $D$ | of $G$ |
# |---|---|---|
# | slow $D$ | $0.0001$ | $0.001$ |
# | fast $D$ | $0.002$ | $0.001$ |
#
# The theory of 6.2 asks for the best $D$ at every step of $G$: $\min_G\max_D$. If instead $G$ runs ahead of a $D$ that
# hardly moves, the order is turned round, $\max_D\min_G$: against a fixed $D$ the best answer is to put *everything* on
# the one point where $D$ is highest. **Predict** what that looks like after 1,000 steps, and what $D$ does then.

# %%
angles = torch.arange(8) * math.pi / 4
centres = 2 * torch.stack([angles.cos(), angles.sin()], dim=1)
torch.manual_seed(0)
ring = centres[torch.randint(8, (20_000,))] + 0.1 * torch.randn(20_000, 2)


def judge(points):  # share of good points, modes with at least 1 % of all points, H of the pmf over nearest centres
    distance, nearest = torch.cdist(points, centres).min(dim=1)
    good = distance < 0.35
    covered = np.bincount(nearest[good].numpy(), minlength=8) >= 0.01 * len(points)
    return good.float().mean().item(), int(covered.sum()), it.entropy(it.empirical_pmf(nearest.numpy())).item()


good, covered, H = judge(ring)
print(f"the data: {good:.0%} good, {covered} modes, H = {H:.3f} of log 8 = {math.log(8):.3f} nats")

# %%
rates = {"slow D": 1e-4, "fast D": 2e-3}
runs = {}
for name, D_rate in rates.items():
    for seed in range(3):
        torch.manual_seed(seed)
        toy = Toy(dimension=2, noise_dim=2, D_rate=D_rate, G_rate=1e-3)
        train(toy, ring, steps=1_000, seed=seed, device=device)
        runs[name, seed] = toy
results = {name: np.array([judge(runs[name, seed].samples(4_000)) for seed in range(3)]).T for name in rates}
good, covered, H = results["slow D"]  # of each of the three runs
print(f"slow D: at most 2 modes in each run: {covered.max() <= 2};  H below 1 nat in each: {H.max() < 1}")
good, covered, H = results["fast D"]
print(f"fast D: at least 7 modes in each run: {covered.min() >= 7};  H above 1.6 nats in each: {H.min() > 1.6}")
print(f"        more than half of the points are good in each run: {good.min() > 0.5}")

# %% tags=["picture"]
_, axes = plt.subplots(2, 4, figsize=(12, 6.4), sharex=True, sharey=True)
for row, name in zip(axes, rates, strict=True):
    shown = runs[name, 0].snapshots | {1_000: runs[name, 0].samples(500)}
    for ax, at in zip(row, (100, 500, 950, 1_000), strict=True):
        ax.scatter(*ring[:400].T, s=4, color="#999999", alpha=0.4, label="data")
        ax.scatter(*shown[at].T, s=8, color=COLOURS[1], alpha=0.6, label="generator")
        ax.set(title=f"{name}, step {at:,}", aspect="equal", xlim=(-3.4, 3.4), ylim=(-3.4, 3.4))
    row[0].set_ylabel("$x_2$")
for ax in axes[1]:
    ax.set_xlabel("$x_1$")
axes[0, 0].figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2, markerscale=3)
plt.show()
moved = (runs["slow D", 0].snapshots[950] - runs["slow D", 0].samples(500)).norm(dim=1).mean().item()
spread = runs["slow D", 0].samples(500).std(dim=0).max().item()
print(f"slow D: the cloud's standard deviation is below half of the ring's radius: {spread < 1}")
print(f"slow D: in the last 50 steps the cloud has moved on by more than half of the radius: {moved > 1}")

# %% [markdown]
# With the slow $D$ the whole generator is one streak in one place. $D$ learns, in time, that this place is false; the
# generator leaves for another, and nobody keeps the old one. It goes on like this without end: no point of rest, in a game that
# has one. With the fast $D$ at least seven of the eight modes have 1 % of the points or more in each run, and the entropy is above 1.6 of $\log 8=2.08$
# nats, worth about five modes or more: letting $D$ learn faster than $G$ is a remedy **here**, in all three runs. (The points between the modes are no accident: a network is continuous, and
# the Gaussian noise is one piece, so its image is one piece too.) It is no theorem. Others: let $D$ see several samples
# at once, so that it notices that they are alike; keep $D$ smooth (`normalisation="spectral"` in `models`); average.
# None of them gives a guarantee.
#
# Note what told us. Neither loss has "modes" in it. One needs a *measurement* of variety, and to see it we had to know
# the modes. On digits, a classifier will name them.
#
# ## 6.7 Digits
#
# `GAN` has the networks of InfoGAN's digits. A short training on the 4,000 packaged digits, at a quarter of the InfoGAN paper's
# width, so that you see it move; then the long one, made beforehand by `infotheory train gan-mnist`. A
# classifier, trained on the same labelled digits, is the judge. With $p(y\mid x)$ its reading of an image,
#
# $$I(y;x)=H\big(\mathbb E\,p(y\mid x)\big)-\mathbb E\,H\big(p(y\mid x)\big)\;\le\;\log 10 .$$
#
# The first term is low if the generator makes few of the digits, the second high if one cannot read what it makes. One
# number for both of the sides of 6.6. **Predict** it for real digits, and for images that are all the same 3.

# %%
digits = load_mnist()
classifier = train_classifier(digits, steps=400)
accuracy = classifier.accuracy(digits.test_images, digits.test_labels)
print(f"the classifier reads at least 93 % of the test digits: {accuracy > 0.93}")
information = log_inception_score(classifier.probabilities(digits.test_images))
print(f"real digits: I(y;x) above 2.1 of log 10 = {math.log(10):.3f} nats: {information > 2.1}")
three = digits.test_images[digits.test_labels == 3][:1].expand(100, -1, -1, -1)
print(f"100 times the same 3: I(y;x) below 0.001 nats: {log_inception_score(classifier.probabilities(three)) < 1e-3}")

# %%
torch.manual_seed(0)  # the first weights
short = GAN(width=0.25)
train(short, digits.train_images, steps=500, batch_size=64, device=device)
short.cpu()  # beside the published model
gan = load_pretrained("gan-mnist")
torch.manual_seed(1)
noise = torch.randn(2_000, 62)
with torch.no_grad():
    images = {"after 500 steps": short.generate(noise), "the long training": gan.generate(noise)}
    read = {name: classifier.probabilities(made) for name, made in images.items()}

_, axes = plt.subplots(1, 2, figsize=(11, 4.2))
for ax, (name, made) in zip(axes, images.items(), strict=True):
    show_images(made[:50], 10, title=name, ax=ax, xlabel="50 draws of the noise")
plt.show()
digit = read["the long training"].argmax(1).numpy()
share = np.bincount(digit, minlength=10) / len(digit)
I_short, I_long = (log_inception_score(found) for found in read.values())
print(f"the long training: every digit has a share of at least 2 %: {share.min() > 0.02}")
print(f"the long training: H of the digits within 0.15 nats of log 10: {math.log(10) - it.entropy(share) < 0.15}")
print(f"the long training: I(y;x) above 1.8 nats: {I_long > 1.8};  more than after 500 steps: {I_long > I_short}")
print(f"after 500 steps: I(y;x) above 1.2 nats: {I_short > 1.2}")

# %% [markdown]
# The digits are all there. After 500 steps $I(y;x)$ is high already: the judge is sure of many a smudge. It sees
# whether digits can be told and whether all are made, not whether they are well drawn.
#
# Which noise makes a 7? Nobody said, and nothing in the game asks for an order: any way to
# spread the digits over the noise is as good as any other. **Predict**: how much does one of the 62 numbers of the
# noise, by its sign, tell about the digit? How much does a walk along a line in the noise change?

# %%
signs = (noise > 0).long().numpy()
tells = [it.mutual_information(it.empirical_joint(signs[:, j], digit)) for j in range(62)]
print(f"the best of the 62 numbers tells less than 0.1 of log 10 = {math.log(10):.3f} nats: {max(tells) < 0.1}")

way = torch.linspace(0, 1, 11)[:, None] * math.pi / 2  # along a circle: the noise keeps its variance
ends = noise[:6]
with torch.no_grad():
    walks = torch.cat([gan.generate(way.cos() * ends[i] + way.sin() * ends[(i + 1) % 6]) for i in range(6)])
ax = show_images(walks, 11, title="Six walks from one noise to another", rows=[f"walk {i + 1}" for i in range(6)])
ax.set_xticks([30 * (i + 0.5) for i in (0, 5, 10)], ["0", "½", "1"])
ax.set(xlabel="share of the way")
plt.show()

# %% [markdown]
# On the way a digit bends into another, often through images that are neither. The digit is *in* the noise, of course,
# since $G$ is a function; but no single number's sign shows it. To ask for a 7 one would have to search.
#
# ## 6.8 The condition
#
# The report's section 4.1 names the contrast to InfoGAN: in a conditional GAN the condition is a label that the data
# give. What that does to the game deserves a closer look. A **conditional GAN** gives the label to both players:
# $G(z,y)$ makes an image of label $y$, and $D(x,y)$ judges the pair. For every $y$ it is the game of before, so that
# with the best $D$
#
# $$V(D^*,G)=\mathbb E_y\big[2\,\mathrm{JSD}\big(p(x\mid y),\,g(x\mid y)\big)\big]-\log 4,$$
#
# which is $-\log 4$ only if $g(x\mid y)=p(x\mid y)$ for every label. That $D$ sees the label is all that matters.
# **Predict.** Three labels, four images. The generator ignores its label and draws from the right mixture, $g(x\mid
# y)=p(x)$. What is the value of the game for a $D$ that sees only $x$? And for one that sees the pair?

# %%
p_y = np.array([0.5, 0.3, 0.2])
p_x_given_y = np.array([[0.7, 0.2, 0.1, 0.0], [0.1, 0.6, 0.2, 0.1], [0.0, 0.1, 0.1, 0.8]])  # rows y
p_x = p_y @ p_x_given_y
ignores = np.tile(p_x, (3, 1))
swaps = p_x_given_y[[1, 2, 0]]  # obeys, but with the wrong names
generators = {"obeys": p_x_given_y, "ignores y": ignores, "wrong names": swaps}
for name, g_x_given_y in generators.items():
    blind = 2 * it.js_divergence(p_x, p_y @ g_x_given_y) - math.log(4)
    sees_pair = 2 * p_y @ it.js_divergence(p_x_given_y, g_x_given_y) - math.log(4)
    print(f"{name:12s} V of a D that sees x: {blind:.3f},  that sees (x, y): {sees_pair:.3f}")
pairs_p, pairs_g = p_y[:, None] * p_x_given_y, p_y[:, None] * ignores
as_pairs = 2 * it.js_divergence(pairs_p.ravel(), pairs_g.ravel()) - math.log(4)  # of the joint pmfs of (x, y)
compare(
    "E_y 2 JSD − log 4",
    2 * p_y @ it.js_divergence(p_x_given_y, ignores) - math.log(4),
    "2 JSD of the pairs − log 4",
    as_pairs,
)

# %% [markdown]
# A $D$ that sees only $x$ is content with a generator that ignores $y$. (The pair tells at least as much about "real or
# generated" as $x$ alone: data processing, lecture 2.) The label reaches $G$ through $D$, and it reaches $D$ because
# **every real image came with a label**.

# %%
conditional = load_pretrained("conditional-gan-mnist")
torch.manual_seed(2)
noise = torch.randn(6, 62)
labels = torch.arange(10).repeat(6)
with torch.no_grad():
    grid_images = conditional.generate(noise.repeat_interleave(10, 0), labels)
ax = show_images(
    grid_images, 10, title="One label for each column, one noise for each row", rows=[f"z {i}" for i in range(6)]
)
ax.set_xticks([30 * (i + 0.5) for i in range(10)], range(10))
ax.set(xlabel="label y that was asked for", ylabel="noise")
plt.show()
as_asked = (classifier.probabilities(grid_images).argmax(1) == labels).sum().item()
print(f"at least 50 of the 60 images are read as asked: {as_asked >= 50}")

# %% [markdown]
# Columns are digits, *with their right names*. Along a row the noise stays, and with it the style, more or less: stroke
# and slant. How much of the label is in the image? The pmf of (asked, read) has an $I(\text{asked};\text{read})\le
# I(y;x)\le H(y)$, by data processing.

# %%
counts = read_as_asked(conditional, classifier.probabilities, n_each=200)  # [asked, read]
I_asked_read = it.mutual_information(counts / counts.sum())
print(f"read as asked: more than 90 % of 2,000 images: {counts.trace() / counts.sum() > 0.9}")
print(f"H(y) − I(asked; read) below 0.4 of {math.log(10):.3f} nats: {math.log(10) - I_asked_read < 0.4}")

# %% [markdown]
# So $H(y)-I(y;x)$ is small, and no term of the loss asked for $I$. It is a by-product: real pairs have a small
# $H(y\mid x)$, since a digit shows what it is, and the generated pairs must look like them. The three models of this
# course, side by side:
#
# | | plain GAN | conditional GAN | InfoGAN (lectures 7 and 8) |
# |---|---|---|---|
# | input of $G$ | $z$ | $z$ and a label $y$ | $z$ and a code $c$ |
# | real images come with | nothing | $y$ | nothing |
# | $D$ sees | $x$ | $(x,y)$ | $x$ |
# | what makes $G$ obey | – | $D$ compares pairs | the term $-\lambda L_I$, with $L_I\le I(c;x)$ |
# | $I$ of input and image | not asked for, spread over $z$ | near $H(y)$, as in the data | near $H(c)$ |
# | who names the classes | – | the labels | nobody: we look afterwards |
#
# InfoGAN's $D$ is the one that "sees $x$", and would be content with a generator that ignores $c$. No real image has a
# code, so no pair could be compared. It therefore needs a term of its own for $I(c;x)$, and even with $I(c;x)=H(c)$ the
# code may mean anything: "wrong names" of the toy is no mistake there, since there are no names.
#
# ## What to remember
#
# - $V=-2\times$ the cross-entropy of a classifier of real against generated; $-\log 4$ where it knows nothing.
# - $D^*=\frac p{p+g}$, its logit is $\log\frac pg$; $V(D,G)=V(D^*,G)-\sum(p+g)\,\mathrm{KL}(D^*\|D)$.
# - $V(D^*,G)=2\,\mathrm{JSD}-\log 4$, and $\mathrm{JSD}=I(r;x)\le\log 2$: $D$ is a lower bound on an information, as
#   $Q$ will be.
# - Without overlap $\mathrm{JSD}$ is flat, and the best discriminator helps *neither* loss: the minimax loss has gradient
#   0, the non-saturating one is infinite. Where the overlap is
#   small but not nil, the non-saturating loss still pulls: its gradient is that of $\mathrm{KL}(g\|p)-2\,\mathrm{JSD}$,
#   with the same fixed point $g=p$.
# - Collapse comes where $G$ outruns $D$ ($\max\min$ in the place of $\min\max$), and where a generator that misses a mode
#   feels no pull from it even against the best $D$. Losses do not show it: measure variety, for instance by an entropy.
# - A label that $D$ sees makes $G$ obey. Without labels, something else has to.
#
# **Next**: that something, a lower bound on $I(c;x)$ (lecture 7).
