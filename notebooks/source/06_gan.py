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
# **Which ten of these twenty digits are handwritten?** A network generated the other ten from noise. It was trained
# against a second network, which answers this question for every image. The right panel shows the best answer for points
# on a line: the probability $D^*$ that a point is real depends on both densities. How can this answer train a generator
# whose density cannot be computed?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.special import expit  # the sigmoid
from scipy.stats import norm
from torch import nn
from torch.nn.functional import logsigmoid

import infotheory as it
from infotheory.explore import GameExplorer
from infotheory.teaching import compare, evaluate_lines, measured
from models import GAN, choose_device, load_mnist, load_pretrained, train
from models.evaluation.digit_classifier import train_classifier
from models.evaluation.digits import log_inception_score, read_as_asked
from models.teaching.exercises import lecture_06 as exercises
from models.teaching.figures import lecture_06 as figures
from models.training.randomness import batches, mix

gan = figures.opening()

# %% [markdown]
# <details><summary>Answer</summary>
#
# B1, B3, B4, B5, C1, C4, C5, D2, D4 and D5 are handwritten.
# </details>
#
# After this lecture you can
#
# - derive the optimal discriminator of a GAN and its value, in nats;
# - use a discriminator as a density ratio, and its loss as a bound on a mutual information;
# - write the training loop of both networks in a dozen lines;
# - explain which divergence the generator minimises, and which gradient a collapsed generator does not receive;
# - judge generated digits by the Inception Score, and explain what a label changes.
#
# | | |
# |---|---|
# | Needs | lecture 2 (mutual information, KL divergence), [lecture 4](04_vae.ipynb) (pathwise gradients; PyTorch) |
# | Time | 46 minutes to read, 88 for the exercises; a minute to run on two CPU cores |
# | Report | section 4.1 states the game and the contrast to conditional GANs; it derives nothing about V |
# | Sources | Goodfellow et al. 2014, Mirza & Osindero 2014, Arjovsky & Bottou 2017; full list at the end |
#
# `device` is the GPU if there is one; to use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you
# start Jupyter.

# %%
device = choose_device()

# %% [markdown]
# ## 6.1 A game in nats (3 minutes)
#
# <!-- claim: $V(D,G)$ equals $-2$ times the cross-entropy of $D$ as a classifier of real and generated images. -->
#
# A VAE maximises a lower bound on its likelihood. A **generator** $x=G(z)$ with noise $z\sim\mathcal N(0,I)$ has no
# formula for the density $g(x)$ of its images, but we can draw from it. Goodfellow et al. (2014) train a second network, the
# **discriminator** $D(x)$, which estimates the probability that an image is real. Real images have the density $p$. $D$
# maximises and $G$ minimises
#
# $$V(D,G)=\mathbb E_{x\sim p}\log D(x)+\mathbb E_{z}\log\big(1-D(G(z))\big).\qquad(1)$$
#
# Let a fair coin $r$ choose a real image ($r=1$) or a generated one ($r=0$). $D$ is a classifier of $r$, and its
# cross-entropy, in nats for each image, is
#
# $$-\mathbb E\log P_D(r\mid x)=-\tfrac12\,\mathbb E_p\log D(x)-\tfrac12\,\mathbb E_g\log(1-D(x))=-\tfrac12V(D,G).\qquad(2)$$
#
# So $V\le0$, and $D$ maximises a log-likelihood. With four images, expectations are sums.

# %%
p, g = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.1, 0.2, 0.3, 0.4])


def V(D, p=p, g=g):
    return np.sum(p * np.log(D)) + np.sum(g * np.log(1 - D))


D = np.array([0.9, 0.5, 0.4, 0.3])  # some discriminator
p_rx = np.stack([g, p]) / 2  # r = 0 generated, r = 1 real, in rows
compare("V(D, G)", V(D), "−2 · cross-entropy", 2 * np.sum(p_rx * np.log([1 - D, D])))

# %% [markdown]
# **Predict, then run.** One $D$ returns ½ for every image, a second one 0.9. A bold $D$ returns 0.9 for the two images that
# are more often real, and 0.1 for the others. Which $V$ is the largest?

# %%
for name, D_x in {"½": [0.5] * 4, "0.9": [0.9] * 4, "bold": [0.9, 0.9, 0.1, 0.1]}.items():
    print(f"{name:5s} V = {V(np.array(D_x)):.3f} nats")
print(f"−log 4 = {-math.log(4):.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# $D=\tfrac12$ has $V=-\log4$ for all $p$ and $g$. The bold $D$ is on the right side of ½ for every image, but its
# overconfidence makes $V$ smaller.
# </details>

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 8 minutes · V from logits
#
# A network returns a logit $\ell=\log\frac{D}{1-D}$, so $\log D=-\log(1+e^{-\ell})$ and $\log(1-D)=-\log(1+e^{\ell})$.
# Compute $V$ from the logits of a batch of real and a batch of generated images, with numpy alone.
#
# <details><summary>Hint 1</summary>
#
# An expectation over a batch is a mean. There are two of them, each over its own batch.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $e^{1000}$ overflows. `np.logaddexp(0, t)` is $\log(1+e^t)$ and does not overflow.
#
# </details>


# %% tags=["exercise"]
def my_value(real_logits, fake_logits):
    """V in nats, from two arrays of logits."""
    ...


exercises.value.check(my_value)

# %% [markdown]
# ## 6.2 The optimal discriminator (5 minutes)
#
# <!-- claim: The optimal discriminator is $D^*=p/(p+g)$, so its logit is the log density ratio $\log p/g$. -->
#
# $V$ is a sum over images, and $D(x)$ can be chosen for each image separately. The term of one image is
#
# $$f(D)=p\log D+g\log(1-D),\qquad f'(D)=\frac pD-\frac g{1-D},\qquad f''(D)=-\frac p{D^2}-\frac g{(1-D)^2}<0.\qquad(3)$$
#
# $f$ is concave, so its only maximum is at $f'(D)=0$, where $p(1-D)=gD$. Hence
#
# $$D^*(x)=\frac{p(x)}{p(x)+g(x)},\qquad\log\frac{D^*(x)}{1-D^*(x)}=\log\frac{p(x)}{g(x)}.\qquad(4)$$
#
# By Bayes' rule, $D^*(x)$ is the posterior $P(r=1\mid x)$. A well-trained discriminator therefore estimates a **density
# ratio** from samples, although neither density is known.

# %%
D_star = p / (p + g)
print("D*            ", *(f"{value:.3f}" for value in D_star))
print("P(r = 1 | x)  ", *(f"{value:.3f}" for value in it.conditional(p_rx, given="y")[1]))
print("logit of D*   ", *(f"{value:+.3f}" for value in np.log(D_star / (1 - D_star))))
print("log p/g       ", *(f"{value:+.3f}" for value in np.log(p / g)))
figures.share_of_value(p, g)

# %% [markdown]
# With $\mathrm{KL}(D^*\|D)$ for the divergence of two coins with these probabilities of heads,
#
# $$V(D,G)=V(D^*,G)-\sum_x\big(p(x)+g(x)\big)\,\mathrm{KL}\big(D^*(x)\,\|\,D(x)\big).\qquad(5)$$
#
# Exercise 2 asks for a proof.


# %%
def coins(D):
    """D(x) as a pmf over real and generated, in the last axis."""
    return np.stack([D, 1 - D], axis=-1)


compare("V(D, G)", V(D), "(5)", V(D_star) - (p + g) @ it.kl_divergence(coins(D_star), coins(D)))

# %% [markdown]
# ### Exercise 2 ★★☆ · prove · essential · 15 minutes · the loss of a worse discriminator
#
# Prove (5). Return all lines from `first` to `last`, at least four. Each line is `it.Step(text, "=", value, reason)`, and
# `value` is a function of the arrays `p`, `g` and `D`. The check evaluates your lines on 100 draws.
#
# <details><summary>Hint 1</summary>
#
# $p=(p+g)D^*$ and $g=(p+g)(1-D^*)$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $-D^*\log D-(1-D^*)\log(1-D)$ is a cross-entropy of coins, and so entropy plus KL: `it.entropy(coins(D_star))`.
#
# </details>

# %% tags=["exercise"]
first = it.Step("Σ p log D + g log(1 − D)", "", lambda p, g, D: V(D, p, g), "given")
last = it.Step(
    "V(D*, G) − Σ (p + g) KL(D*‖D)", "=",
    lambda p, g, D: V(p / (p + g), p, g) - (p + g) @ it.kl_divergence(coins(p / (p + g)), coins(D)), "D = D* in V",
)  # fmt: skip


def my_worse_discriminator():
    """The lines [first, …, last]."""
    ...


exercises.worse_discriminator.check(my_worse_discriminator)

# %% [markdown]
# ### Exercise 3 ★★☆ · compute · useful · 10 minutes · the density ratio after an unequal share
#
# $D^*=p/(p+g)$ holds for a fair coin. Let a share $\pi$ of the images be real, and let $D$ be the posterior
# $P(r=1\mid x)$ under that prior. Return the density ratio $p(x)/g(x)$ as a function of $D$ and $\pi$.
#
# <details><summary>Hint 1</summary>
#
# $D=\dfrac{\pi p}{\pi p+(1-\pi)g}$. What is $D/(1-D)$?
#
# </details>
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
# ## 6.3 The value is a divergence, and an information (6 minutes)
#
# <!-- claim: $V(D^*,G)$ equals $2\,\mathrm{JSD}(p,g)-\log4$, and the JSD equals the mutual information $I(r;x)$. -->
#
# With the optimal discriminator, the value is
#
# $$
# \begin{aligned}
# V(D^*,G)&=\sum_xp\log\frac p{p+g}+\sum_xg\log\frac g{p+g} &&(6)\ \text{(1) with }D^*\\
# &=\sum_xp\log\frac p{(p+g)/2}+\sum_xg\log\frac g{(p+g)/2}-2\log2 &&(7)\ \text{a factor 2 in both logarithms}\\
# &=\mathrm{KL}\big(p\,\|\,\tfrac{p+g}2\big)+\mathrm{KL}\big(g\,\|\,\tfrac{p+g}2\big)-\log4 &&(8)\ \text{definition of KL}\\
# &=2\,\mathrm{JSD}(p,g)-\log4 &&(9)\ \text{definition of JSD}
# \end{aligned}
# $$
#
# The **Jensen–Shannon divergence** (Lin 1991) is never negative, and 0 if and only if $g=p$. So the best generator against
# the optimal discriminator has $g=p$. There $D^*=\tfrac12$ and $V=-\log4$.

# %%
half = (p + g) / 2
evaluate_lines({
    "(6)  Σ p log p/(p+g) + Σ g log g/(p+g)": np.sum(p * np.log(p / (p + g)) + g * np.log(g / (p + g))),
    "(7)  a factor 2": np.sum(p * np.log(p / half) + g * np.log(g / half)) - 2 * math.log(2),
    "(8)  KL + KL − log 4": it.kl_divergence(p, half) + it.kl_divergence(g, half) - math.log(4),
    "(9)  2 JSD − log 4": 2 * it.js_divergence(p, g) - math.log(4),
})  # fmt: skip

# %% [markdown]
# The JSD is also a mutual information, because $(p+g)/2$ is the distribution of $x$ if the coin is unknown:
#
# $$\mathrm{JSD}(p,g)=\mathbb E_r\,\mathrm{KL}\big(p(x\mid r)\,\|\,p(x)\big)=I(r;x)\le H(r)=\log2.\qquad(10)$$
#
# By (5) and (9), every discriminator gives a lower bound on it:
#
# $$\log2+\tfrac12V(D,G)\le I(r;x),\qquad\text{with equality if and only if }D=D^*.\qquad(11)$$
#
# [Lecture 7](07_infogan_bound.ipynb) uses the same bound for the code $c$ of InfoGAN, with a network $Q(c\mid x)$ in the
# place of $D$. InfoGAN's generator *raises* the information about $c$. Every GAN's generator *lowers* the information
# about $r$.
#
# **Predict, then run.** What are the JSD and $V(D^*,G)$ if $p$ and $g$ have no image in common? What are they if $g=p$?

# %%
compare("JSD(p, g)", it.js_divergence(p, g), "I(r;x)", it.mutual_information(p_rx))
Q = coins(D)[:, ::-1].T  # rows r = 0 and 1, as lecture 7 has them
compare("log 2 + V(D, G)/2", math.log(2) + V(D) / 2, "bound of lecture 7", it.barber_agakov_bound(p_rx, Q))
for name, (one, two) in {"apart": ([0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5]), "g = p": (p, p)}.items():
    JSD = it.js_divergence(one, two)
    print(f"{name}: JSD = {JSD:.3f} nats, V(D*, G) = {2 * JSD - math.log(4):z.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# If every image identifies its source, $I(r;x)=H(r)=\log2=0.693$ nats, and $V$ has its maximum 0. If $g=p$, an image
# carries no information about the coin, and $V=-\log4=-1.386$ nats.
# </details>
#
# ## 6.4 Training both networks (8 minutes)
#
# <!-- claim: Alternating steps of $D$ and $G$ reduce the JSD of data and generator from about 0.66 to 0.03 nats. -->
#
# The data are points on a line, $p=0.7\,\mathcal N(-1.5,0.6^2)+0.3\,\mathcal N(2,0.5^2)$. At first, the generator
# $g=\mathcal N(0.5,1.2^2)$ is fixed, so that we know $D^*$. A small network learns $D$ from samples.

# %%
x, dx = np.linspace(-10, 10, 4001, retstep=True)
p_x, g_x = 0.7 * norm.pdf(x, -1.5, 0.6) + 0.3 * norm.pdf(x, 2, 0.5), norm.pdf(x, 0.5, 1.2)


def draw_real(n):
    right = torch.rand(n, 1) < 0.3
    return torch.where(right, 2 + 0.5 * torch.randn(n, 1), -1.5 + 0.6 * torch.randn(n, 1))


def network(n_in, n_out, hidden=64):
    first, second = nn.Linear(n_in, hidden), nn.Linear(hidden, hidden)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.Linear(hidden, n_out))


# %%
torch.manual_seed(0)
logit = network(1, 1)
optimizer = torch.optim.Adam(logit.parameters(), lr=3e-3)
for _ in range(600):
    real, fake = draw_real(512), 0.5 + 1.2 * torch.randn(512, 1)
    loss = -(logsigmoid(logit(real)).mean() + logsigmoid(-logit(fake)).mean())  # −V
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

# %% [markdown]
# **Predict, then run.** Where will the trained $D$ be wrong?

# %%
with torch.no_grad():
    ell = logit(torch.tensor(x[:, None], dtype=torch.float32))[:, 0].double().numpy()
best = p_x / (p_x + g_x)
figures.discriminator(x, p_x, g_x, best, expit(ell))
JSD = it.js_divergence(p_x * dx, g_x * dx)
trained = np.sum(-p_x * np.logaddexp(0, -ell) - g_x * np.logaddexp(0, ell)) * dx  # V(D, G)
loss = np.sum((p_x + g_x) * it.kl_divergence(coins(best), coins(expit(ell)))) * dx
print(f"V(D*, G) = {2 * JSD - math.log(4):.4f} nats, JSD = {JSD:.4f} nats")
measured("V(D*, G) − V(D, G)", 2 * JSD - math.log(4) - trained, "nats", between=(0, 0.02), digits=4)
measured("loss of the trained D by (5)", loss, "nats", between=(0, 0.02), digits=4)
bound = math.log(2) + trained / 2
measured("lower bound (11) on the JSD", bound, "nats", between=(JSD - 0.01, JSD), digits=4)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# $D$ is accurate where there are samples. Elsewhere its errors hardly change the loss.
# </details>
#
# Now we train both networks. $D$ makes a step on samples that are **detached**, so that its loss sends no gradient to $G$.
# Then $G$ makes a step on $-\mathbb E\log D(G(z))$, which section 6.5 explains. Its gradient flows through $D$, but only
# the weights of $G$ change.


# %%
def one_step(real, noise, G, D, G_optimizer, D_optimizer):
    fake = G(noise)
    D_loss = -(logsigmoid(D(real)).mean() + logsigmoid(-D(fake.detach())).mean())  # −V
    D_optimizer.zero_grad()
    D_loss.backward()
    D_optimizer.step()
    G_loss = -logsigmoid(D(fake)).mean()  # −E log D(G(z)), with the D that has just moved
    G_optimizer.zero_grad()
    G_loss.backward()
    G_optimizer.step()
    return D_loss.item(), G_loss.item()


def adam(network, lr):
    return torch.optim.Adam(network.parameters(), lr=lr, betas=(0.5, 0.999))


# %%
def binned(points):
    counts = np.histogram(points.detach().numpy().clip(-4.99, 4.99), edges)[0]
    return counts / counts.sum()


torch.manual_seed(0)
edges = np.linspace(-5, 5, 41)
G, D = network(4, 1), network(1, 1)
G_optimizer, D_optimizer = adam(G, 1e-3), adam(D, 2e-3)
untrained, data = binned(G(torch.randn(20_000, 4))), binned(draw_real(20_000))
for _ in range(1_000):
    D_loss, _ = one_step(draw_real(256), torch.randn(256, 4), G, D, G_optimizer, D_optimizer)
generated = binned(G(torch.randn(20_000, 4)))
figures.two_modes(edges, data, generated)
measured("JSD of the bins, untrained", it.js_divergence(data, untrained), "nats", between=(0.55, 0.69))
measured("JSD of the bins, trained", it.js_divergence(data, generated), "nats", between=(0, 0.05))
measured("V of the last batch", -D_loss, "nats", between=(-1.45, -1.3))

# %% [markdown]
# $V$ is near $-\log4=-1.386$ nats, as it is for an untrained $D$. By (11), a large $V$ proves that $g$ differs from $p$; a
# small $V$ proves nothing, unless $D$ is nearly optimal.
#
# The package's `GAN` has convolutional networks for digits, and `train` plays this game. From the same seed, 20 calls of
# `one_step` give the same losses up to rounding errors, which grow from step to step.

# %%
digits = load_mnist()
images = digits.train_images
torch.manual_seed(0)
ours = GAN(width=0.25).to(device)
G_optimizer, D_optimizer = adam(ours.generator, 1e-3), adam(ours.discriminator, 2e-4)
losses = []
for step, rows in zip(range(20), batches(len(images), 64, seed=0), strict=False):
    torch.manual_seed(mix(0, 0, step))  # the noise depends on the seed and the step alone
    real, noise = images[rows].to(device), torch.randn(64, 62, device=device)
    losses.append(one_step(real, noise, ours.generator, ours.discriminator, G_optimizer, D_optimizer))
torch.manual_seed(0)
theirs = GAN(width=0.25)
history = train(theirs, images, steps=20, batch_size=64, seed=0, device=device)
for i, (name, term) in enumerate({"D": "D loss", "G": "G loss"}.items()):
    difference = np.abs(history[term] - np.array(losses)[:, i]).max()
    measured(f"largest difference of a loss of {name}", difference, "nats", between=(0, 0.05), digits=4)

# %% [markdown]
# ## 6.5 What the generator minimises (6 minutes)
#
# <!-- claim: With $D^*$ fixed the non-saturating loss has the gradient of $\mathrm{KL}(g\|p)-2\,\mathrm{JSD}(p,g)$. -->
#
# The generator's term in (1) is the **minimax** loss $\mathbb E\log(1-D(G(z)))$. In practice, Goodfellow et al. (2014)
# use the **non-saturating** loss $-\mathbb E\log D(G(z))$. Both fall if $D(G(z))$ rises. For the logit $\ell$ of one
# image,
#
# $$\frac{\partial}{\partial\ell}\log(1-D)=-D,\qquad\frac{\partial}{\partial\ell}(-\log D)=-(1-D).\qquad(12)$$
#
# **Predict, then run.** Early in training, $D$ recognises every generated image: $\ell=-5$. How large is the slope of each
# loss? The right panel compares uniform distributions on $[0,1]$ and on $[\theta,1+\theta]$. What is their JSD at
# $\theta=\frac12$?

# %%
ell = torch.linspace(-6, 6, 241, dtype=torch.float64, requires_grad=True)
values = {"minimax": logsigmoid(-ell), "non-saturating": -logsigmoid(ell)}
slopes = {name: torch.autograd.grad(value.sum(), ell)[0] for name, value in values.items()}
theta = np.linspace(-2.5, 2.5, 201)
common = np.maximum(1 - abs(theta), 0)  # the part of each uniform that lies in the other
real, fake = np.stack([common, 1 - common, 0 * common]), np.stack([common, 0 * common, 1 - common])
JSD = it.js_divergence(real, fake, axis=0)  # of three cells: common, only real, only generated
figures.losses(ell.detach(), {name: value.detach() for name, value in values.items()}, slopes, theta, JSD)
for name, slope in slopes.items():
    print(f"ℓ = −5: slope of the {name} loss {slope[20]:.4f}; ℓ = 0: {slope[120]:.4f}")
print(f"JSD at θ = ½: {JSD[120]:.3f}, at θ = 1: {JSD[140]:.3f}, at θ = 2: {JSD[180]:.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# At $\ell=-5$, the slope of the non-saturating loss is 148 times as large. The JSD is $|\theta|\log2$ up to $|\theta|=1$,
# since only points outside the common part identify $r$. Then it is constant.
# </details>
#
# If the supports are disjoint, the gradient of the JSD is zero. This matters, because images lie near low-dimensional
# surfaces in 784 dimensions, and two such surfaces rarely overlap (Arjovsky & Bottou 2017).
#
# **Which divergence?** Let $D^*$ be optimal for the present $g_0$ and stay fixed. All gradients are taken at $g=g_0$.
# The minimax loss then has the gradient of $2\,\mathrm{JSD}(p,g)$, because $D^*$ maximises $V$. For the non-saturating
# loss,
#
# $$
# \begin{aligned}
# -\nabla\,\mathbb E_g\log D^*&=\nabla\,\mathbb E_g\log\frac{p+g_0}p &&(13)\ D^*=p/(p+g_0)\\
# &=\nabla\,\mathbb E_g\log\frac{g_0}p-\nabla\,\mathbb E_g\log\frac{g_0}{p+g_0} &&(14)\ \text{multiply and divide by }g_0\\
# &=\nabla\,\mathrm{KL}(g\|p)-2\,\nabla\,\mathrm{JSD}(p,g) &&(15)\ \textstyle\sum\nabla g=0;\ \log\frac{g_0}{p+g_0}=\log(1-D^*)
# \end{aligned}
# $$
#
# So the second mean in (14) is the minimax loss. This is a theorem of Arjovsky and Bottou (2017). Both gradients are zero
# at $g=p$. Elsewhere they differ: the reverse KL
# seeks modes ([lecture 2](02_mutual_information_and_kl.ipynb)), and the JSD has a negative sign. We check both by
# finite differences in $m$, for $g=\mathcal N(m,0.8^2)$ and
# $p=\frac12\mathcal N(-2,\frac14)+\frac12\mathcal N(2,\frac14)$.


# %%
def divergences(m):
    game = GameExplorer(mean=m, width=0.8)
    log_g, dx = game.log_g(m), game.x[1] - game.x[0]
    return np.array([2 * game.jsd, np.sum(np.exp(log_g) * (log_g - game.log_p())) * dx])  # 2 JSD, KL(g‖p)


h = 1e-4
d_jsd, d_kl = (divergences(1 + h) - divergences(1 - h)) / (2 * h)
slope = GameExplorer(mean=1, width=0.8).slope  # d/dm of both losses at m = 1, with D* fixed
compare("d/dm 2 JSD", d_jsd, "minimax loss", slope["minimax"], atol=1e-6)
compare("d/dm (KL − 2 JSD)", d_kl - d_jsd, "non-saturating loss", slope["non-saturating"], atol=1e-6)

# %% [markdown]
# ### Exercise 4 ★★★ · compute · useful · 15 minutes · the gradient of the generator by hand
#
# Let $G(z)=az+b$, and let the discriminator have the logit $\ell(x)=ux+v$. Compute $\partial L/\partial a$ of the
# non-saturating loss $L=-\frac1n\sum_i\log D(G(z_i))$ for given noises $z_i$. This is back-propagation through $D$ into $G$.
#
# <details><summary>Hint 1</summary>
#
# The chain rule has three factors: $\frac{\partial L}{\partial\ell}$, $\frac{\partial\ell}{\partial x}$ and
# $\frac{\partial x}{\partial a}$.
#
# </details>
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
# ## 6.6 The gradient of a collapsed generator (7 minutes)
#
# <!-- claim: A collapsed generator has $\partial V/\partial w=-30.9$ nats, but its pathwise gradient in $w$ is 0. -->
#
# A generator that covers only some modes has **collapsed**. For $p=\frac12\mathcal N(-2,\frac14)+\frac12\mathcal N(2,\frac14)$ of 6.5, let
#
# $$g(x)=(1-w)\,\mathcal N(x;m,s^2)+w\,\mathcal N(x;-m,s^2).\qquad(16)$$
#
# It is perfect at $m=2$, $s=\frac12$, $w=\frac12$, and collapsed at $w=0$. The explorer shows $D^*$, $V(D^*,G)$ and the
# "pull" of both losses, their negative derivatives with respect to $m$ and $w$.
#
# **Predict, then move.** Does $D^*$ signal the missing mode? Which of the two pulls is zero?

# %%
GameExplorer(mean=2.0, width=0.5, share=0.0)

# %% [markdown]
# $D^*$ is near 1 around $-2$, so it signals the missing mode. Does the signal reach the generator? The mean of the reward
# $\rho(x)=\log(1-D^*(x))$, with $D^*$ fixed, can be differentiated in two ways ([lecture 4](04_vae.ipynb), 4.3):
#
# $$\nabla_\theta\,\mathbb E_g\,\rho=\int\nabla_\theta\,g_\theta(x)\,\rho(x)\,dx,\qquad\text{or pathwise}\qquad
# \mathbb E_\varepsilon\big[\rho'(x)\,\nabla_\theta\,x_\theta(\varepsilon)\big].\qquad(17)$$
#
# The first is the full gradient of $V(D^*,G)$. The second moves the samples, as training does, and agrees if these
# depend smoothly on $\theta$. Here $x=-m+s\varepsilon$ if a uniform number $u$ is below $w$, and $x=m+s\varepsilon$
# otherwise.


# %%
Normal = torch.distributions.Normal


def log_g(x, m, s, w):
    return torch.log((1 - w) * Normal(m, s).log_prob(x).exp() + w * Normal(-m, s).log_prob(x).exp())


def gradients(state, n=200_000):
    theta = torch.tensor(state, dtype=torch.float64, requires_grad=True)  # m, s, w
    data = torch.tensor([2.0, 0.5, 0.5], dtype=torch.float64)

    def reward(x):  # log(1 − D*), of the present generator
        log_g0 = log_g(x, *theta.detach())
        return log_g0 - torch.logaddexp(log_g0, log_g(x, *data))

    line = torch.linspace(-7, 7, 5_601, dtype=torch.float64)
    full = (log_g(line, *theta).exp() * reward(line)).sum() * (line[1] - line[0])
    u, epsilon = torch.rand(n).double(), torch.randn(n).double()
    samples = torch.where(u < theta[2], -theta[0], theta[0]) + theta[1] * epsilon
    return [torch.autograd.grad(mean, theta)[0].numpy() for mean in (full, reward(samples).mean())]


# %%
torch.manual_seed(0)
for state in ((1.0, 0.8, 0.2), (2.0, 0.5, 0.0)):
    full, pathwise = gradients(state)
    print("m = {}, s = {}, w = {}".format(*state))
    for name, exact, estimate in zip("msw", full, pathwise, strict=True):
        between = (-1e-9, 1e-9) if name == "w" else (exact - 0.02, exact + 0.02)
        measured(f"  ∂V/∂{name} = {exact:z.3f}, pathwise", estimate, between=between)
shares = np.linspace(0, 1, 101)
values = np.array([GameExplorer(2.0, 0.5, w).value for w in shares])
print(f"V = {values[0]:.3f} at w = 0, {values[10]:.3f} at w = 0.1, {values[50]:.3f} at w = ½")
figures.missing_mode(shares, values, full, pathwise)

# %% [markdown]
# For $m$ and $s$, the pathwise gradient estimates the full one. For $w$ it is exactly 0, because a small change of $w$ moves
# almost no sample. At the collapsed generator, $\partial V/\partial m$ and $\partial V/\partial s$ are nearly 0, but
# $\partial V/\partial w=-30.9$ nats. At $w=0.1$, $V$ has already fallen from −0.955 to −1.183 nats.
# Pathwise gradients do not contain this signal: all samples lie near 2, where $D^*$ is flat and equals $\frac13$.
#
# A network has no parameter $w$, but its gradient also contains $\rho'$ only at its own samples.
# [further/06](further/06_mode_collapse.ipynb) makes a game of eight modes collapse, and compares remedies.

# %% [markdown]
# ### Exercise 5 ★★☆ · do · essential · 25 minutes · make a GAN collapse, and cure it
#
# The points `ring` are samples of eight Gaussians, $\sigma=0.1$, whose centres lie on a circle of radius 2. Write a function
# `play(G, D, ring, …)` that trains both networks in place, for at most 1,000 steps. Find two settings for it, as
# dictionaries of keyword arguments. With the first, $G$ collapses: the entropy $H$ of the nearest centre of its points
# is below 1.2 nats, far below $\log8=2.079$. With the second, $G$ covers at least seven modes, and more than half of
# its points lie within 0.35 of a centre. A mode counts if at least 1 % of the points lie that close. The check plays
# both games with new networks, `network(2, 2)` and `network(2, 1)`, and draws 4,000 points $G(z)$ with new
# $z\sim\mathcal N(0,I)$.
#
# <details><summary>Hint 1</summary>
#
# `one_step` and `adam` of 6.4 make one step, and `ring[torch.randint(len(ring), (128,))]` is a batch. Which learning rate
# decides how close $D$ stays to $D^*$?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Use `adam` of 6.4; its betas (0.5, 0.999) matter here. With a learning rate of 0.002 for $G$, try a rate of $D$ that is
# ten times smaller, and one that is larger.
#
# </details>


# %% tags=["exercise"]
ring = exercises.ring_of_gaussians()  # points [20000, 2] to try your games on


def my_two_games():
    def play(G, D, ring, D_rate=1e-3): ...  # train both networks

    ...  # return play, {"D_rate": …}, {"D_rate": …}


exercises.two_games.check(my_two_games)

# %% [markdown]
# ## 6.7 Digits (5 minutes)
#
# <!-- claim: The log Inception Score is about 2.15 nats for the trained GAN and 2.24 nats for real digits. -->
#
# A GAN has no test likelihood. Salimans et al. (2016) judge images by a classifier $p(y\mid x)$ that was trained on real
# images. Their **Inception Score** is $e^{I(y;x)}$ with
#
# $$I(y;x)=H\big(\mathbb E\,p(y\mid x)\big)-\mathbb E\,H\big(p(y\mid x)\big)\le\log10.\qquad(18)$$
#
# The first entropy is small if digits are missing, and the second is large if images are illegible. The paper uses the
# Inception network; our classifier uses MNIST (LeCun et al. 1998). The FID of Heusel et al. (2017) compares features of
# real and generated images instead.
#
# **Predict, then run.** What is $I(y;x)$ for real digits, and for 100 copies of one image?

# %%
classifier = train_classifier(digits, steps=400)
accuracy = classifier.accuracy(digits.test_images, digits.test_labels)
measured("test digits that the classifier reads correctly", 100 * accuracy, "%", between=(93, 99), digits=1)
print(f"log 10 = {math.log(10):.3f} nats")
copies = digits.test_images[:1].expand(100, -1, -1, -1)
for name, x, between in (("real digits", digits.test_images, (2.1, 2.3)), ("copies", copies, (-1e-6, 1e-3))):
    measured(f"I(y;x), {name}", log_inception_score(classifier.probabilities(x)), "nats", between=between)

# %% [markdown]
# We train a GAN for 500 steps, and compare it with the GAN of the first picture. To train in full, raise `steps` to 3,000,
# or run `infotheory train gan-mnist --data FOLDER`.

# %%
torch.manual_seed(0)
short = GAN(width=0.25)
train(short, images, steps=500, batch_size=64, seed=0, device=device)
torch.manual_seed(1)
noise = torch.randn(2_000, 62)
with torch.no_grad():
    made = {"500 steps": short.cpu().generate(noise), "full-length training": gan.generate(noise)}
figures.generated(made)
read = {name: classifier.probabilities(x) for name, x in made.items()}
for (name, probabilities), between in zip(read.items(), ((1.7, 2.1), (2.0, 2.25)), strict=True):
    measured(f"I(y;x), {name}", log_inception_score(probabilities), "nats", between=between)
digit = read["full-length training"].argmax(1).numpy()
share = np.bincount(digit, minlength=10) / 2_000
measured("smallest share of a digit, full-length", 100 * share.min(), "%", between=(4, 9), digits=1)

# %% [markdown]
# After 500 steps $I(y;x)$ is already large, because the classifier is certain of many illegible images.
#
# **Predict, then run.** How much information about the digit does the sign of one of the 62 numbers of the noise carry?

# %%
signs = (noise > 0).long().numpy()
information = [it.mutual_information(it.empirical_joint(signs[:, j], digit)) for j in range(62)]
measured("largest I(sign of a number; digit)", max(information), "nats", between=(0.005, 0.1))
way = torch.linspace(0, 1, 11)[:, None] * math.pi / 2  # along a circle: the noise keeps its variance
with torch.no_grad():
    walks = [gan.generate(way.cos() * noise[i] + way.sin() * noise[i + 1]) for i in range(4)]
figures.walks(torch.cat(walks), 4)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# It carries at most 0.1 nats. The noise as a whole determines the image, but (1) rewards no order in the noise. Along a
# walk, one digit changes into another.
# </details>
#
# ## 6.8 The condition (6 minutes)
#
# <!-- claim: A $D$ that sees only $x$ cannot detect a generator that ignores $y$; a $D$ that sees $(x,y)$ can. -->
#
# The report contrasts InfoGAN with a **conditional GAN** (Mirza & Osindero 2014), whose condition is a label $y$ from the
# data. $G(z,y)$ generates an image of label $y$, and $D(x,y)$ judges the pair. If both
# kinds of pairs have the same $p(y)$, then
#
# $$V(D^*,G)=\mathbb E_y\big[2\,\mathrm{JSD}\big(p(x\mid y),g(x\mid y)\big)\big]-\log4.\qquad(19)$$
#
# **Predict, then run.** One generator obeys its label. A second one ignores it and draws from $g(x\mid y)=p(x)$. A
# third one exchanges the labels. What is $V$ against a $D$ that sees only $x$, and against one that sees $(x,y)$?

# %%
p_y = np.array([0.5, 0.3, 0.2])
p_x_given_y = np.array([[0.7, 0.2, 0.1, 0.0], [0.1, 0.6, 0.2, 0.1], [0.0, 0.1, 0.1, 0.8]])  # rows y
ignores, exchanges = np.tile(p_y @ p_x_given_y, (3, 1)), p_x_given_y[[1, 2, 0]]
for name, g_x in {"obeys": p_x_given_y, "ignores y": ignores, "exchanged": exchanges}.items():
    of_x = 2 * it.js_divergence(p_y @ p_x_given_y, p_y @ g_x) - math.log(4)
    of_pair = 2 * p_y @ it.js_divergence(p_x_given_y, g_x) - math.log(4)
    print(f"{name:10s} V of a D that sees x: {of_x:.3f};  that sees (x, y): {of_pair:.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# A $D$ that sees only $x$ cannot detect the generator that ignores $y$, so that $V=-\log4$. Exchanged labels change the
# mixture of images a little, since $p(y)$ is not uniform, so $V$ is larger. By data processing (lecture 2),
# the pair carries at least as much information about $r$. $D$ can use it because every real image has a label.
# </details>

# %% [markdown]
# ### Exercise 6 ★★☆ · prove · useful · 15 minutes · the value of the conditional game
#
# Prove (19). The real pairs have the pmf $p(y)\,p(x\mid y)$ and the generated pairs $q(y)\,g(x\mid y)$. Return all lines from
# `first` to `last`, at least four, and the number of the one line that needs $q(y)=p(y)$. Inputs are `p_y` and `q_y` $[y]$,
# `p_x` and `g_x` $[y,x]$ with rows $p(x\mid y)$ and $g(x\mid y)$.
#
# <details><summary>Hint</summary>
#
# Write both joint pmfs as products. If $q=p$, the factor $p(y)$ cancels in each logarithm. Then use (6) to (9) for each $y$.
# </details>

# %% tags=["exercise"]
first = it.Step(
    "Σ p(x,y) log p(x,y)/(p(x,y) + g(x,y)) + Σ g(x,y) log g(x,y)/(p(x,y) + g(x,y))", "",
    lambda p_y, q_y, p_x, g_x: 2 * it.js_divergence((p_y[:, None] * p_x).ravel(), (q_y[:, None] * g_x).ravel())
    - np.log(4), "(6) for pairs",
)  # fmt: skip
last = it.Step(
    "E_y 2 JSD − log 4", "=", lambda p_y, q_y, p_x, g_x: 2 * p_y @ it.js_divergence(p_x, g_x) - np.log(4),
    "Σ p(y) = 1",
)  # fmt: skip


def my_conditional_value():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.conditional_value.check(my_conditional_value)

# %%
conditional = load_pretrained("conditional-gan-mnist")
torch.manual_seed(2)
labels = torch.arange(10).repeat(5)
with torch.no_grad():
    figures.labels(conditional.generate(torch.randn(5, 62).repeat_interleave(10, 0), labels))
counts = read_as_asked(conditional, classifier.probabilities, n_each=200)  # [asked, read]
obeyed = counts.trace() / counts.sum()
measured("images that are read as asked", 100 * obeyed, "%", between=(93, 99.5), digits=1)
information = it.mutual_information(counts / counts.sum())
measured("I(asked; read)", information, "nats", between=(2.0, 2.25))
measured("H(y) − I(asked; read)", math.log(10) - information, "nats", between=(0.05, 0.3))

# %% [markdown]
# Label and image share about two nats, although this information is not in the loss. A real digit shows its label, and
# generated pairs must resemble real pairs.
#
# | | plain GAN | conditional GAN | InfoGAN (lectures 7 and 8) |
# |---|---|---|---|
# | input of G | z | z and a label y | z and a code c |
# | why G obeys | – | D compares pairs | the term −λ L_I, with L_I ≤ I(c;x) |
#
# No real image has a code, so InfoGAN's $D$ sees only $x$ and accepts a generator that ignores $c$. Even if
# $I(c;x)=H(c)$, the code may mean anything, like the exchanged labels.
#
# ## Summary
#
# > - $V$ is −2 times the cross-entropy of a classifier of real and generated images.
# > - The logit of $D^*=p/(p+g)$ is $\log p/g$. A worse $D$ loses $\sum(p+g)\,\mathrm{KL}(D^*\|D)$.
# > - $V(D^*,G)=2\,\mathrm{JSD}(p,g)-\log4$, and $\mathrm{JSD}=I(r;x)$. Every $D$ gives a lower bound on it.
# > - The non-saturating loss has the gradient of $\mathrm{KL}(g\|p)-2\,\mathrm{JSD}(p,g)$.
# > - $D^*$ signals a missing mode, and $V$ falls as soon as $G$ covers it. Pathwise gradients at the generator's own samples
# >   do not contain this signal.
# > - The log Inception Score is the $I(y;x)$ of a classifier. $G$ obeys a label if $D$ sees it.
#
# **You can now** derive $D^*$ and its value, use $D$ as a density ratio and a bound, and write the training loop. You can
# explain the generator's gradient, and judge generated digits.
#
# **Sources.** I. Goodfellow et al. 2014, *Generative adversarial nets*, NeurIPS,
# [arXiv:1406.2661](https://arxiv.org/abs/1406.2661) · M. Mirza, S. Osindero 2014, *Conditional generative adversarial nets*,
# [arXiv:1411.1784](https://arxiv.org/abs/1411.1784) · T. Salimans et al. 2016, *Improved techniques for training GANs*,
# NeurIPS, [arXiv:1606.03498](https://arxiv.org/abs/1606.03498) · M. Arjovsky, L. Bottou 2017, *Towards principled methods for
# training generative adversarial networks*, ICLR, [arXiv:1701.04862](https://arxiv.org/abs/1701.04862) · M. Heusel et al. 2017,
# *GANs trained by a two time-scale update rule converge to a local Nash equilibrium*, NeurIPS,
# [arXiv:1706.08500](https://arxiv.org/abs/1706.08500) · J. Lin 1991, *Divergence measures based on the Shannon entropy*, IEEE
# Trans. Information Theory 37(1) · Y. LeCun et al. 1998, *Gradient-based learning applied to document recognition*,
# Proc. IEEE 86(11)
#
# **Further reading.** ★☆☆ I. Goodfellow 2016, *NIPS 2016 tutorial: Generative adversarial networks*,
# [arXiv:1701.00160](https://arxiv.org/abs/1701.00160). ★★☆ Goodfellow et al. (2014), section 4. ★★★ Arjovsky & Bottou (2017).
#
# **Next.** [Lecture 7](07_infogan_bound.ipynb) derives InfoGAN's bound on $I(c;x)$.
