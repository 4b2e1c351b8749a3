# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7 · The InfoGAN bound
#
# **After this lecture you can** say why InfoGAN wants a large $I(c;x)$ and why it cannot compute it; derive
# $I(c;x)\ge L_I$ line by line, with the logarithm that the report's print lost; prove and test lemma 5.1; say when the
# bound is tight, and what its gap is made of when not; raise it by a better $Q$ and by a better generator; judge a
# bound on a continuous code; say what InfoNCE and NWJ have in common with $L_I$, and when to use which.
#
# | | |
# |---|---|
# | You need first | entropy, mutual information, KL divergence (lectures 1 and 2); the ELBO (lecture 3) helps |
# | Time | 75 minutes to read; seconds to run, and no GPU is needed |
# | Report | section 4.1.1 |
#
# | symbol | meaning | in code |
# |---|---|---|
# | $z\sim p(z)$ | noise | `z`, rows of `G` |
# | $c\sim p(c)$ | the code, drawn by us | `c`, columns of `G`, rows of every joint pmf |
# | $x=G(z,c)$ | the generated image | `G[z, c]` |
# | $p(c\mid x)$ | the posterior of the code | `posterior`, each column sums to 1 |
# | $Q(c\mid x)$ | any guess of it | `Q`, each column sums to 1 |
# | $L_I$ | the bound, $H(c)+\mathbb E\log Q(c\mid x)$ | `barber_agakov_bound`, `mutual_information_bound` |

# %%
import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.special import log_softmax
from scipy.stats import norm, truncnorm

import infotheory as it
from infotheory.teaching import COLOURS, compare, use_lecture_style
from models import Uniform
from models.teaching.exercises import lecture_07 as exercises

use_lecture_style()

# %% [markdown]
# ## 7.1 What is wanted
#
# A generator $x=G(z,c)$ gets noise $z$ and a code $c$, both drawn by us. It shall not ignore the code. InfoGAN measures
# that by the mutual information $I(c;x)$ and subtracts it from the game:
#
# $$\min_G\max_D\; V(D,G)-\lambda\,I(c;G(z,c)).$$
#
# Why mutual information?
#
# - It is $0$ iff the images say nothing about the code, and $H(c)$, its maximum for a discrete code, iff every image
#   gives its code away.
# - It sees *every* dependence, not only a straight line (lecture 2), so the generator may show the code in any way.
# - It does not change when images or codes are renamed, and it asks for no label.
#
# Our generator for this lecture has two codes, 24 equally likely noises and three images. Column $c$ of the table lists
# $G(z,c)$. The joint pmf that comes out is the table of lecture 1, which the lemma below needs too.
#
# ### What is in the way
#
# $I(c;x)=H(c)-H(c\mid x)$, and $H(c\mid x)$ needs the posterior $p(c\mid x)$: which codes could have made *this* image?
#
# $$p(c\mid x)=\frac{p(c)\,P\big(G(z,c)=x\big)}{\sum_{c'}p(c')\,P\big(G(z,c')=x\big)}.$$
#
# Here we try all 48 pairs $(z,c)$. With 62 Gaussian noises and a network for $G$ nobody can. A GAN is an *implicit*
# model: we can draw from $p(x\mid c)$, but there is no formula to put an $x$ into. (The report names $p(z\mid x)$ as
# the obstacle. No line of the derivation contains it.) Drawing is all that we may do, and the bound will ask for no
# more.

# %%
G = np.stack([np.repeat([0, 1, 2], [18, 3, 3]), np.repeat([0, 1, 2], [4, 8, 12])], axis=1)  # G[z, c], an image
p_c = np.array([0.4, 0.6])
p_x_given_c = (G[:, :, None] == np.arange(3)).mean(axis=0)  # rows c, columns x: the share of noises that give x
p_cx = it.joint(p_c, p_x_given_c)
H_c, I = it.entropy(p_c), it.mutual_information(p_cx)
print("p(c, x) =", p_cx.round(6).tolist())
print(f"H(c) = {H_c:.6f},  I(c;x) = {I:.6f}:  the images tell {I / H_c:.0%} of the code")

posterior = np.array([[p_c[c] * np.mean(G[:, c] == x) for x in range(3)] for c in range(2)])  # all noises are tried
posterior /= posterior.sum(axis=0)
p_x = p_cx.sum(axis=0)
print(f"p(c|x), columns sum to 1: {posterior.round(3).tolist()}")
print(f"equal to it.conditional(p_cx): {np.allclose(posterior, it.conditional(p_cx))}")

# %% [markdown]
# ## 7.2 The largest $I$ is the smallest $H(c\mid x)$
#
# We chose $p(c)$, so $H(c)$ is a constant, and the generator that has the largest $I$ is the one that has the smallest
# $H(c\mid x)$. The report writes this as $\max I=\max H(c)-H(c\mid G)=\min H(c\mid G)$. The last sign is no equality of
# values. It is an equality of *optimisers*. The values sum to $H(c)$:
#
# $$\arg\max_G I=\arg\min_G H(c\mid x),\qquad \max_G I+\min_G H(c\mid x)=H(c).$$
#
# **Predict, then run.** 500 random generators, three codes, four images. Where do the points $(H(c\mid x), I)$ lie if
# $p(c)$ is uniform? And if $p(c)$ too is drawn at random, does the smallest $H(c\mid x)$ still find the largest $I$?
#
# Below the figure stands the package's derivation. It may say "has the same optimiser", $\Longleftrightarrow$, and is
# then checked as such, on five generators that compete.

# %%
rng = np.random.default_rng(0)
channels = rng.dirichlet(0.4 * np.ones(4), size=(500, 3))  # p(x|c)
priors = rng.dirichlet(0.6 * np.ones(3), size=500)
panels = {"p(c) fixed by us": np.full((500, 3), 1 / 3), "p(c) free": priors}
_, axes = plt.subplots(1, 2, figsize=(10.5, 4.2), sharey=True)
for ax, (title, prior) in zip(axes, panels.items(), strict=True):
    games = it.joint(prior, channels)
    information, left_open = it.mutual_information(games), it.conditional_entropy(games)
    best, quiet = information.argmax(), left_open.argmin()
    ax.scatter(left_open, information, s=10, alpha=0.5)
    ax.plot([0, math.log(3)], [math.log(3), 0], "k--", linewidth=1.5, label="sum = log 3")
    ax.plot(left_open[best], information[best], "^", color=COLOURS[1], markersize=12, label="largest I")
    ax.plot(left_open[quiet], information[quiet], "v", color=COLOURS[2], markersize=12, label="smallest H(c|x)")
    ax.set(title=title, xlabel="H(c|x) (nats)", xlim=(-0.03, 1.15), ylim=(-0.05, 1.15))
    print(f"{title:17s} same winner: {best == quiet};  max I + min H(c|x) = {information[best] + left_open[quiet]:.6f}")
axes[0].set(ylabel="I(c;x) (nats)")
axes[0].legend()
plt.show()
print(f"log 3 = {math.log(3):.6f}")
it.report.DERIVATIONS["maximal information"].show()

# %% [markdown]
# On the left all points lie on one line of slope $-1$, so one winner wins both. On the right they do not: a code that
# is nearly always the same is easily read and tells nothing. "Since $H(c)$ is constant" is the whole argument, so it
# must *be* constant. InfoGAN never trains $p(c)$.
#
# ## 7.3 The bound, line by line
#
# The idea (Barber & Agakov, 2003): let some $Q(c\mid x)$ guess the posterior, and see what guessing badly costs. First
# each line by hand, on our generator and for one $Q$. Below, the report's chain, corrected, with a reason for every
# line and its number on a random game: its integrals are sums there, and its two ways to write line 4 are two lines.
#
# Line 4 draws $c'$ *afresh* from the posterior of the $x$ at hand. The report calls that a change of variable, $c=c'$.
# It is a second draw, which often differs from $c$.

# %%
Q = np.array([[0.6, 0.4, 0.2], [0.4, 0.6, 0.8]])  # a guess; each column sums to 1


def E_x(values):  # the mean over images
    return values @ p_x


line_1 = np.sum(p_cx * np.log(p_cx / np.outer(p_c, p_x)))  #                     I(c;x), definition
line_2 = H_c - it.conditional_entropy(p_cx)  #                                   H(c) − H(c|x)
line_3 = H_c + np.sum(p_cx * np.log(posterior))  #                               definition of H(c|x)
line_4 = H_c + E_x(np.sum(posterior * np.log(posterior), axis=0))  #             p(c',x) = p(x) p(c'|x)
line_5 = H_c + E_x(np.sum(posterior * np.log(posterior / Q * Q), axis=0))  #     multiplied and divided by Q
ratio, guess = np.log(posterior / Q), np.log(Q)
line_6 = H_c + E_x(np.sum(posterior * ratio, axis=0)) + E_x(np.sum(posterior * guess, axis=0))  # log of a product
E_KL = E_x(it.kl_divergence(posterior, Q, axis=0))  #                            one KL for each x, averaged
line_7 = H_c + E_KL + E_x(np.sum(posterior * guess, axis=0))  #                  definition of KL
L_I = H_c + E_x(np.sum(posterior * guess, axis=0))  #                            E KL ≥ 0 is left out

compare("line 1, I(c;x)", line_1, "line 2", line_2)
compare("line 2", line_2, "line 3", line_3)
compare("line 3", line_3, "line 4", line_4)
compare("line 4", line_4, "line 5", line_5)
compare("line 5", line_5, "line 6", line_6)
compare("line 6", line_6, "line 7", line_7)
print(f"I(c;x) = {line_1:.6f} ≥ L_I = {L_I:.6f}: {line_1 >= L_I};  left out: E KL = {E_KL:.6f}")
it.report.DERIVATIONS["variational information maximisation"].show()

# %% [markdown]
# ### The missing logarithm
#
# In the report the third line reads $H(c)+\iint p(c=c',X=G(z,c))\,dc'\,dz$. What belongs beside $H(c)$ is
# $-H(c\mid x)=\mathbb E\log p(c'\mid x)$, the mean of a *log* probability, over $c'$ and $x$.
#
# **Predict, then run.** What is the value of the line without its logarithm, whatever the generator? (Integrate over
# $c'$ and $x$.) The package's check, on the chain with that one line put back as printed, says the same.

# %%
compare("without the logarithm", H_c + np.sum(p_cx), "H(c) + 1", H_c + 1)
chain = it.report.DERIVATIONS["variational information maximisation"]
as_printed = replace(
    chain.steps[2],
    latex=r"H(c)+\iint p(c',x)\,dc'\,dx",
    value=lambda p_c, p_cx, **_: it.entropy(p_c) + np.sum(p_cx),
)
print(replace(chain, steps=[*chain.steps[:2], as_printed, *chain.steps[3:]]).check())
print(chain.check(1_000))

# %% [markdown]
# One nat above $H(c)$, for every generator: no information can be that large. The next line of the report has its
# logarithm again, so nothing after it is harmed.
#
# ## 7.4 What was left out is exactly the gap
#
# Up to line 7 nothing was approximated. It is an *equation*, for every $Q$:
#
# $$I(c;x)=\underbrace{H(c)+\mathbb E_{c,x}\log Q(c\mid x)}_{L_I}
# +\underbrace{\mathbb E_x\,\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big)}_{\ge0,\text{ lecture 2}} .$$
#
# The report says only that the KL term is "omitted". A term may be left out of a bound because its *sign* is known. And
# by the converse of Gibbs' inequality the bound is tight **iff** $Q(c\mid x)=p(c\mid x)$ for every $x$ that occurs.
# The report's "replace $I=L_I$" is true there and nowhere else.
#
# | | lecture 3 | here |
# |---|---|---|
# | equation | $\log p(x)=\text{ELBO}+\text{gap}$ | $I=L_I+\text{gap}$ |
# | gap | $\mathrm{KL}(q\,\Vert\,p(z\mid x))$ | $\mathbb E_x\,\mathrm{KL}(p(c\mid x)\,\Vert\,Q(c\mid x))$ |
# | the guess stands | first: reverse KL, seeks a mode | second: forward KL, covers |
# | because we can draw from | $q$, not the posterior | the posterior (7.5 says how) |
# | holds for | one $x$ | the mean over $x$ |
#
# **Predict, then run.** For our generator draw a thousand random $Q$s, and a thousand near the posterior. Where do the
# points $(\mathbb E\,\mathrm{KL},\,I-L_I)$ lie? Has a typical random $Q$ a bound above or below 0?

# %%
random_Q = np.moveaxis(rng.dirichlet(np.ones(2), size=(1_000, 3)), -1, -2)  # columns sum to 1
share = np.geomspace(1e-3, 1, 1_000)[:, None, None]
near_Q = (1 - share) * posterior + share * random_Q

_, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.2))
worst = 0
for some, label, colour in ((random_Q, "random Q", COLOURS[0]), (near_Q, "near the posterior", COLOURS[1])):
    bounds, mean_KL = it.barber_agakov_bound(p_cx, some), it.kl_divergence(posterior, some, axis=-2) @ p_x
    left.loglog(mean_KL, I - bounds, ".", color=colour, markersize=4, label=label)
    worst = max(worst, abs(I - bounds - mean_KL).max())
left.loglog([1e-8, 10], [1e-8, 10], "k--", linewidth=1, label="equal")
left.set(title="The gap is the mean KL", xlabel="E KL(p(c|x) ‖ Q(c|x)) (nats)", ylabel="I − $L_I$ (nats)")
left.legend()
bounds = it.barber_agakov_bound(p_cx, random_Q)
right.hist(bounds, bins=np.linspace(-2.5, 0.5, 61), color=COLOURS[0])
right.axvline(I, color="black", linestyle="--", label=f"I(c;x) = {I:.3f}")
right.axvline(0, color="0.4", linestyle=":", label="nothing read")
right.set(title="A random Q is a poor reader", xlabel="$L_I$ (nats)", ylabel="number of Q (of 1000)")
right.legend(loc="upper left")
plt.show()
print(f"I = L_I + E KL to 1e-12, for all 2,000: {worst < 1e-12};  none above I: {bool((bounds <= I).all())}")
print(f"share of random Q with a negative bound: {(bounds < 0).mean():.2f}")

# %% [markdown]
# Any $Q$ is allowed and none is ever above $I$. But most random ones have a *negative* bound: true, since $I\ge0$, and
# useless. A bound is worth what its $Q$ is worth.
#
# **Predict, then run.** Put in order: $Q$ the posterior; $Q=p(c)$, which never looks at $x$; $Q=\tfrac12$; a reader who
# is always *sure* of the likelier code, $0.99$; and one who is certain, $1$. Which has $L_I=0$? Which $-\infty$?

# %%
sure = np.where(posterior == posterior.max(axis=0), 0.99, 0.01)
readers = {
    "the posterior": posterior,
    "our guess": Q,
    "p(c)": np.repeat(p_c[:, None], 3, axis=1),
    "1/2": np.full((2, 3), 1 / 2),
    "0.99 on the likelier": sure,
    "1 on the likelier": sure.round(),
}
for name, reader in readers.items():
    gap = p_x @ it.kl_divergence(posterior, reader, axis=0)
    print(f"{name:21s} L_I = {it.barber_agakov_bound(p_cx, reader):z9.6f},  I − L_I = {gap:.6f}")

# %% [markdown]
# $Q=p(c)$ has exactly $0$: nothing read, nothing claimed. The two sure readers name the likeliest code of each image.
# No reader errs less often; still they err in one image of five, and the bound charges $-\log0.01=4.6$ nats for each
# error, or $+\infty$. It is misplaced *confidence* that it punishes. The posterior names the same codes, and says how
# sure one may be.

# %% [markdown]
# **Predict, then move.** The channel errs with 0.2. Which costs more: a reader who believes in 0.1, or in 0.3? And in 0?

# %%
from infotheory.explore import InfoGANBoundExplorer

InfoGANBoundExplorer(noise=0.2, believed=0.3)

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 10 minutes · $L_I$ of a table
#
# Write $L_I$ in nats for a joint pmf `p_cx` (rows $c$) and a `Q` (columns sum to 1), with numpy alone. Both may hold
# zeros. A pair that never happens adds nothing. A pair that happens although $Q$ excludes it makes the bound $-\infty$.
#
# <details><summary>Hint 1</summary>
#
# $H(c)$ needs the row sums. The second term is one sum over the table.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Select the pairs with $p(c,x)>0$ by a mask. If $Q$ is 0 at one of them, return `-np.inf` before you take a logarithm.
#
# </details>


# %% tags=["exercise"]
def my_bound(p_cx, Q):
    """L_I in nats; p_cx and Q are arrays [codes, images]."""
    ...


exercises.bound.check(my_bound)

# %% [markdown]
# ## 7.5 Lemma 5.1: whose $c$?
#
# One thing is left to do. $L_I$ is now a mean over $c'\sim p(c\mid x)$, and it was the posterior that we do not have.
# The paper's lemma: for random variables $X,Y$ and any $f$ with $\mathbb E|f(X,Y)|<\infty$,
#
# $$\mathbb E_{x\sim p(x),\;y\sim p(y\mid x)}\,f(x,y)\;=\;
# \mathbb E_{x\sim p(x),\;y\sim p(y\mid x),\;x'\sim p(x\mid y)}\,f(x',y).$$
#
# *Proof*, by swapping sums (integrals, for densities). On the right, $x$ occurs nowhere but in the law of the draws:
#
# $$\begin{aligned}
# \sum_x p(x)\sum_y p(y\mid x)\sum_{x'}p(x'\mid y)\,f(x',y)
# &=\sum_{x'}\sum_y f(x',y)\,p(x'\mid y)\sum_x p(x,y) &&\text{swap; } p(x)\,p(y\mid x)=p(x,y)\\
# &=\sum_{x'}\sum_y f(x',y)\,p(x'\mid y)\,p(y) &&\text{sum out } x\\
# &=\sum_{x'}\sum_y f(x',y)\,p(x',y) &&\text{product rule.}\;\square
# \end{aligned}$$
#
# In words: the pair $(x',y)$ has the law of the pair $(x,y)$. The report prints $x'\sim p(x,y)$, which does not say how
# $x'$ depends on $y$; if it is drawn without regard to $y$, the lemma is false. Exactly, with the whole
# joint pmf of $(x,y,x')$ as an array:

# %%
p = p_cx  # the lemma's p(x, y): x in rows, y in columns
f = np.array([[1.0, -2.0, 3.0], [0.0, 5.0, -1.0]])
triple = p[:, :, None] * it.conditional(p).T[None]  # p(x, y) p(x'|y), axes x, y, x'
apart = p[:, :, None] * p.sum(axis=1)[None, None]  # p(x, y) p(x'): x' drawn without regard to y
compare("E f(x, y)", np.sum(p * f), "x′ ~ p(x|y): E f(x′, y)", np.sum(triple * f.T))
compare("law of (x′, y) at (0, 2)", triple.sum(axis=0)[2, 0], "p(x, y) there", p[0, 2])
print(f"x′ independent of y: E f(x′, y) = {np.sum(apart * f.T):.6f}")

# %% [markdown]
# **Predict, then run.** Now with dice: 100,000 draws of $x,y$, and of $x'$ both ways. Where do the three running means
# go? How often is $x'=x$, if $x'\sim p(x\mid y)$?

# %%
n = 100_000
cells = rng.choice(6, size=n, p=p.ravel())
x, y = cells // 3, cells % 3  # pairs from p(x, y)
again = (rng.random(n) > it.conditional(p)[0, y]).astype(int)  # x' ~ p(x|y)
stranger = (rng.random(n) > p.sum(axis=1)[0]).astype(int)  # x' ~ p(x)
draws = {
    "f(x, y)": (f[x, y], 1.05),
    "f(x′, y),  x′ ~ p(x|y)": (f[again, y], 1.05),
    "f(x′, y),  x′ independent": (f[stranger, y], 0.92),
}

shown = np.unique(np.geomspace(100, n, 400).astype(int))
_, ax = plt.subplots(figsize=(9, 4.2))
for (name, (values, mean)), style in zip(draws.items(), ("-", "--", "-"), strict=True):
    ax.semilogx(shown, np.cumsum(values)[shown - 1] / shown, style, label=name)
    ax.axhline(mean, color="black", linewidth=1, linestyle=":")
    ax.text(1.1 * n, mean, f"{mean:.2f}", va="center")
ax.set(title="Lemma 5.1 by Monte Carlo", xlabel="number of draws", ylabel="running mean of f", ylim=(0.45, 1.5))
ax.legend(loc="upper right", ncols=3, fontsize=11)
plt.show()
for name, (values, mean) in draws.items():
    within = abs(values.mean() - mean) < 4 * values.std() / math.sqrt(n)
    print(f"{name:27s} {mean:.2f} within four standard errors: {within}")
print(f"share of draws with x′ = x, for x′ ~ p(x|y): {(again == x).mean():.2f}")

# %% [markdown]
# $x'$ is not $x$: it differs in about a third of the draws. Only the *law* of the pair is the same, and a mean needs no
# more. (Nor need $f$ be integrable if it has one sign. For a discrete code $\log Q\le0$, and both sides may be
# $-\infty$.)
#
# ### What it is for
#
# Read it with the code as $x$, the image as $y$, and $f=\log Q$. The fresh posterior draw $c'$ may be replaced by **the
# very code that made the image**. That code *is* a draw from $p(c\mid x)$, and we have it for free, because we drew it
# before the image:
#
# $$L_I=H(c)+\mathbb E_{x}\,\mathbb E_{c'\sim p(c\mid x)}\log Q(c'\mid x)
# =H(c)+\mathbb E_{c\sim p(c),\;z\sim p(z)}\log Q\big(c\mid G(z,c)\big).$$
#
# The step is an equality. The report prints a second $\ge$, keeps $c'$ at the end where the whole point is $c$, and
# forgets that $z$ is drawn too. From scratch, on our generator: all 48 pairs $(z,c)$ exactly, then samples;
# `mutual_information_bound` is the function that trains the networks of lecture 8. Below, the chain with its reasons.

# %%
exactly = H_c + sum(p_c[c] / 24 * math.log(Q[c, G[z, c]]) for z in range(24) for c in range(2))
compare("H(c) + Σ p(z)p(c) log Q(c|G(z,c))", exactly, "it.barber_agakov_bound", it.barber_agakov_bound(p_cx, Q))

n = 100_000
c, z = (rng.random(n) > p_c[0]).astype(int), rng.integers(24, size=n)  # first the code and the noise,
log_q = np.log(Q[c, G[z, c]])  # then the image, and Q at the very code that made it
compare("H(c) + mean log Q", H_c + log_q.mean(), "it.mutual_information_bound", it.mutual_information_bound(log_q, H_c))
print(f"exact within four standard errors: {abs(H_c + log_q.mean() - exactly) < 4 * log_q.std() / math.sqrt(n)}")
it.report.DERIVATIONS["final lower bound"].show()

# %% [markdown]
# ## 7.6 The bound is a tangent
#
# Hold $Q$ fixed and change the generator. With $p(c)$ fixed, $L_I$ is **linear** in $p(x\mid c)$. Mutual information is
# **convex** in it, as a maximum of linear functions, $I=\max_Q L_I$. A linear function that never exceeds a convex one
# and touches it is a tangent. So if $Q$ is the posterior of some generator, $L_I$ is the tangent of $I$ there.
#
# One dial for each side: ten classes; the generator shows a wrong class with probability ε, each of the nine equally
# often; the reader *believes* that this happens with probability δ. Then
#
# $$L_I(\varepsilon,\delta)=\log10+(1-\varepsilon)\log(1-\delta)+\varepsilon\log\tfrac\delta9,\qquad
# I(\varepsilon)=L_I(\varepsilon,\varepsilon),\qquad
# I-L_I=\mathrm{KL}\big((1-\varepsilon,\varepsilon)\,\|\,(1-\delta,\delta)\big).$$
#
# *This is the place of the bound explorer, with a slider for ε and one for δ.* Until it stands here, change the two
# numbers in the first line and run again. **Predict, then run.** With ε fixed, which costs more: a δ that is too small,
# or one that is too large by as much?

# %%
epsilon, delta = 0.3, 0.05  # the generator's dial, and the reader's


def bound(epsilon, delta):
    return math.log(10) + (1 - epsilon) * np.log(1 - delta) + epsilon * np.log(delta / 9)


dial = np.linspace(0.0005, 0.9, 400)
gap = it.kl_divergence([1 - epsilon, epsilon], [1 - delta, delta])
_, (left, right) = plt.subplots(1, 2, figsize=(11.5, 4.6), sharey=True)
left.plot(dial, bound(dial, dial), color="black", label="I(c;x)")
for i, believed in enumerate((delta, 0.3, 0.6)):
    left.plot(dial, bound(dial, believed), color=COLOURS[i], linewidth=1.5, label=f"$L_I$, Q believes δ = {believed}")
    left.plot(believed, bound(believed, believed), "o", color=COLOURS[i])
left.set(title="Fix Q, move the generator: tangents", xlabel="ε, how often the generator errs", ylabel="nats")
right.plot(dial, bound(epsilon, dial), color=COLOURS[3], label=f"$L_I$ at ε = {epsilon}")
right.axhline(bound(epsilon, epsilon), color="black", linestyle="--", label=f"I(c;x) at ε = {epsilon}")
right.set(title="Fix the generator, move Q: one hill", xlabel="δ, how often Q believes it errs", ylim=(-0.7, 2.4))
for ax, place in ((left, epsilon), (right, delta)):
    ends = bound(epsilon, delta), bound(epsilon, epsilon)
    arrow = {"arrowstyle": "<->", "lw": 1.5, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (place, ends[0]), (place, ends[1]), arrowprops=arrow)
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    ax.text(place + 0.025, sum(ends) / 2 - 0.02, f"E KL = {gap:.2f}", va="center", fontsize=11, bbox=white)
    ax.axhline(0, color="0.4", linewidth=1, linestyle=":")
    ax.legend(fontsize=11)
plt.show()
table = (1 - epsilon) * np.eye(10) / 10 + epsilon * (1 - np.eye(10)) / 90
believes = (1 - delta) * np.eye(10) + delta * (1 - np.eye(10)) / 9
compare("formula", bound(epsilon, delta), "it.barber_agakov_bound", it.barber_agakov_bound(table, believes))
compare("I − L_I", it.mutual_information(table) - bound(epsilon, delta), "KL", gap)
small, large = bound(0.3, 0.3) - bound(0.3, 0.1), bound(0.3, 0.3) - bound(0.3, 0.5)
print(f"at ε = 0.3, δ too small by 0.2 costs {small:.4f} nats, too large by 0.2 costs {large:.4f}")

# %% [markdown]
# Too confident costs more. On the left each line touches the curve where the reader's belief is right, and lies below
# it elsewhere. Where it touches it has the curve's slope: while $Q$ is the posterior, a small step of $G$ along $L_I$
# is a step along $I$ itself.
#
# ## 7.7 A better $Q$: climb
#
# Let $Q(\cdot\mid x)=\operatorname{softmax}(r_{\cdot x})$. Differentiating $L_I=H(c)+\sum p(c,x)\log Q(c\mid x)$,
#
# $$\frac{\partial L_I}{\partial r_{cx}}=p(c,x)-p(x)\,Q(c\mid x)=p(x)\,\big(p(c\mid x)-Q(c\mid x)\big).$$
#
# The second form: the gradient points from the guess to the posterior, and vanishes only there, and as $L_I$ is concave
# in $r$ there is no false summit. The first form: to *estimate* it, samples $(c,x)$ suffice. So the posterior is found
# without ever being used.
#
# **Predict, then run.** The loop below, once with the exact gradient and once from batches of 64 fresh samples. Where
# does each curve start? Can a point of the second lie above $I(c;x)$?

# %%
r = torch.tensor(np.log(Q), requires_grad=True)
it.barber_agakov_bound(torch.tensor(p_cx), r.softmax(0)).backward()
print(f"autograd is p(x)(p(c|x) − Q(c|x)): {np.allclose(r.grad, p_x * (posterior - Q), rtol=0, atol=1e-12)}")

P = torch.tensor(p_cx)
torch.manual_seed(0)
curves = {}
for name in ("exact", "from batches"):
    r = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)  # Q = 1/2 everywhere
    curve = []
    for _ in range(250):
        if name == "exact":
            objective = it.barber_agakov_bound(P, r.softmax(0))
        else:
            c, z = (torch.rand(64) > p_c[0]).long(), torch.randint(24, (64,))  # a code and a noise,
            x = torch.tensor(G)[z, c]  # the image made from them,
            objective = it.mutual_information_bound(r.log_softmax(0)[c, x], H_c)  # and Q at that code
        (gradient,) = torch.autograd.grad(objective, r)
        with torch.no_grad():
            r += 0.5 * gradient
        curve.append((objective.item(), it.barber_agakov_bound(P, r.softmax(0).detach()).item()))
    curves[name] = np.array(curve)

_, axes = plt.subplots(1, 2, figsize=(10.5, 4), sharey=True)
for ax, (name, curve) in zip(axes, curves.items(), strict=True):
    if name != "exact":
        ax.plot(curve[:, 0], ".", color=COLOURS[5], markersize=4, label="what a batch of 64 says")
    ax.plot(curve[:, 1], color=COLOURS[0], label="$L_I$, exact")
    ax.axhline(I, color="black", linestyle="--", label="I(c;x)")
    ax.set(title=f"Climbing, gradient {name}", xlabel="gradient step", ylim=(-0.24, 0.38))
    ax.legend(loc="lower right", fontsize=11, markerscale=2.5)
axes[0].set_ylabel("nats")
plt.show()
compare("first value", curves["exact"][0, 0], "H(c) − log 2", H_c - math.log(2))
for name, curve in curves.items():
    print(f"gradient {name:13s} I − L_I at the end below 0.01: {I - curve[-1, 1] < 0.01};  never above I: ", end="")
    print(bool((curve[:, 1] <= I).all()))
above = (curves["from batches"][-150:, 0] > I).mean()
print(f"of the last 150 batches between 35 % and 65 % say more than I: {0.35 < above < 0.65}")

# %% [markdown]
# $L_I$ is a bound in *expectation*. A batch of 64 scatters around it, and near the end about half of the batches lie
# above $I$. Never report the best batch; average.
#
# ## 7.8 Whose fault?
#
# Subtract the equation of 7.4 from $H(c)$, with $I=H(c)-H(c\mid x)$:
#
# $$H(c)-L_I=\underbrace{H(c\mid x)}_{\text{the generator's}}
# +\underbrace{\mathbb E_x\,\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big)}_{\text{the reader's, and the bound's}} .$$
#
# Training $Q$ alone lowers the second part only, and $L_I$ stops at $I$. To go on towards $H(c)$ the *generator* must
# change. Let it be a table of logits too, $p(x\mid c)=\operatorname{softmax}(g_{c\cdot})$. Then
#
# $$\frac{\partial L_I}{\partial g_{cx}}
# =p(c)\,p(x\mid c)\Big(\log Q(c\mid x)-\mathbb E_{x'\sim p(x\mid c)}\log Q(c\mid x')\Big):$$
#
# an image is made more often if the present $Q$ reads the code from it better than from the average image of that code.
# No gradient comes through $p(c\mid x)$. The generator, too, needs only $Q$.
#
# **Predict, then run.** Four codes, six images, a random start. For 100 steps $Q$ learns alone, then $G$ joins. Sketch
# $L_I$ and $I$, and the two parts. When $G$ joins, which part can *rise* for a while?


# %% tags=["picture"]
def climb(seed, alone=100, steps=500):
    torch.manual_seed(seed)
    g = torch.randn(4, 6, dtype=torch.float64, requires_grad=True)  # logits of p(x|c)
    r = torch.zeros(4, 6, dtype=torch.float64, requires_grad=True)  # logits of Q(c|x)
    players = {"Q": torch.optim.Adam([r], lr=0.05), "G": torch.optim.Adam([g], lr=0.05)}
    curve = []
    for step in range(steps):
        p = it.joint(torch.full((4,), 0.25, dtype=torch.float64), g.softmax(1))
        objective = it.barber_agakov_bound(p, r.softmax(0))
        curve.append((objective.item(), it.mutual_information(p.detach()).item()))
        for optimizer in players.values():
            optimizer.zero_grad()
        (-objective).backward()
        players["Q"].step()
        if step >= alone:
            players["G"].step()
    return np.array(curve).T, g.softmax(1).detach().numpy()


g = torch.tensor(np.log(p_x_given_c), requires_grad=True)  # the formula, on our generator
it.barber_agakov_bound(it.joint(torch.tensor(p_c), g.softmax(1)), torch.tensor(Q)).backward()
by_hand = p_cx * (np.log(Q) - np.sum(p_x_given_c * np.log(Q), axis=1, keepdims=True))
print(f"autograd is the formula: {np.allclose(g.grad, by_hand, rtol=0, atol=1e-12)}")

(L, information), _ = climb(0)
left_open, mean_KL = math.log(4) - information, information - L
_, (left, right) = plt.subplots(1, 2, figsize=(10.5, 4.2))
left.axhline(math.log(4), color="black", linestyle="--", label="H(c) = log 4")
left.plot(information, color=COLOURS[1], label="I(c;x)")
left.plot(L, color=COLOURS[0], label="$L_I$")
left.set(title="Q reaches I, only G reaches H(c)", xlabel="gradient step", ylabel="nats")
right.semilogy(left_open, color=COLOURS[4], label="H(c|x), the generator's")
right.semilogy(mean_KL, color=COLOURS[0], label="E KL, the reader's")
right.set(title="The two parts of H(c) − $L_I$", xlabel="gradient step", ylabel="nats", ylim=(1e-4, 3))
for ax, place in ((left, "center right"), (right, "upper right")):
    ax.axvline(100, color="0.4", linewidth=1, linestyle=":")
    ax.legend(loc=place, fontsize=11)
left.text(104, 0.02, "G joins", fontsize=11)
plt.show()
print(f"L_I never above I: {bool((mean_KL >= -1e-12).all())}")
print(f"Q alone, 100 steps: E KL below 0.001: {mean_KL[99] < 0.001};  H(c|x) above 1: {left_open[99] > 1}")
print(f"when G joins E KL rises more than tenfold: {mean_KL[100:200].max() > 10 * mean_KL[100]}")
print(f"at the end H(c) − L_I below 0.02: {math.log(4) - L[-1] < 0.02}")

# %% [markdown]
# $Q$ alone stops at $I$. When $G$ joins, the reader's part *rises*: the generator moves and $Q$ has to follow. In the
# end both are nearly gone and $L_I\approx H(c)=\log4$. In this toy there is no $D$. In InfoGAN, $V$ also asks that
# images look real, and the compromise may stop short of $H(c)$.
#
# **Predict, then run.** The same training from four random starts. All reach $H(c)$. Do they agree on which code makes
# which image?

# %%
_, axes = plt.subplots(1, 4, figsize=(12.5, 3), sharey=True)
finals, favourites = [], []
for seed, ax in enumerate(axes):
    (L, _), table = climb(seed)
    finals.append(L[-1])
    favourites.append(tuple(table.argmax(axis=1).tolist()))
    picture = ax.imshow(table, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    ax.set(title=f"start {seed}", xlabel="image x", xticks=range(6), yticks=range(4))
    ax.grid(False)
axes[0].set_ylabel("code c")
axes[-1].figure.colorbar(picture, ax=axes, label="p(x|c)", pad=0.01)
plt.show()
print(f"all within 0.05 of log 4: {min(finals) > math.log(4) - 0.05};  different pairings: {len(set(favourites))} of 4")

# %% [markdown]
# Every pairing reaches the maximum, because $I$ does not change when images or codes are renamed. A code may even own
# two images. That freedom is why InfoGAN's classes come out in any order, and why $L_I$ cannot say whether they are
# digits (lecture 8).
#
# ## 7.9 A continuous $x$, by a closed form
#
# $m$ equally likely classes $c=0,\dots,m-1$, and $x\sim\text{Uniform}(c,c+2)$: neighbours overlap by half. Where is
# anything left open? For $x$ in $(0,1)$ only class 0 is possible, in $(m,m+1)$ only class $m-1$. Between 1 and $m$
# exactly two are possible, with equal posterior ½ (equal priors, equal densities ½), and $H(c\mid x)=\log2$ there. The
# two ends have probability $\tfrac1m\cdot\tfrac12$ each, so the middle has $1-\tfrac1m$:
#
# $$H(c\mid x)=\frac{m-1}m\log2,\qquad I(c;x)=\log m-\frac{m-1}m\log2 .$$
#
# Let $Q$ know the possible classes, and give the lower of the two the probability $a$. Each is right half the time:
#
# $$L_I(a)=\log m+\frac{m-1}m\cdot\tfrac12\big(\log a+\log(1-a)\big),
# \qquad\text{largest at } a=\tfrac12,\text{ where it is } I.$$
#
# **Predict, then run.** $m=5$. Which has the larger bound: a reader who is 99 % sure of the lower class, or one who is
# unsure of everything and says $1/m$ whatever the image?

# %%
m, n = 5, 200_000
exact = math.log(m) - (m - 1) / m * math.log(2)
c = rng.integers(m, size=n)
x = c + 2 * rng.random(n)
two = (x >= 1) & (x < m)  # where two classes are possible


def log_q(a):
    return np.where(two, np.log(np.where(c == np.floor(x), 1 - a, a)), 0.0)  # floor(x) is the upper of the two


def overlap_bound(a):
    return math.log(m) + (m - 1) / m * (np.log(a) + np.log(1 - a)) / 2


for a in (0.5, 0.9, 0.99):
    estimate = it.mutual_information_bound(log_q(a), math.log(m))
    error = 4 * log_q(a).std() / math.sqrt(n)
    print(f"a = {a:4.2f}:  formula {overlap_bound(a):9.6f},  samples within four standard errors: ", end="")
    print(abs(estimate - overlap_bound(a)) < error)
compare("a = 1/2: L_I", overlap_bound(0.5), "I(c;x)", exact)
print(f"1/m whatever the image: L_I = {it.mutual_information_bound(np.full(n, -math.log(m)), math.log(m)):z.6f}")

belief = np.linspace(0.001, 0.999, 500)
_, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
segment = np.arange(m + 1)
below = np.zeros(m + 1)
for k in range(m):
    height = ((segment == k) | (segment == k + 1)) / (2 * m)
    left.bar(segment + 0.5, height, 1, bottom=below, color=COLOURS[k], alpha=0.7, edgecolor="white", label=f"c = {k}")
    below = below + height
left.set(title="The density of x, by its class", xlabel="x", ylabel="density p(c, x) (1/unit of x)", ylim=(0, 0.29))
left.legend(ncols=5, fontsize=10, columnspacing=0.8, handlelength=1)
right.plot(belief, overlap_bound(belief), label="$L_I(a)$")
right.axhline(exact, color="black", linestyle="--", label=f"I(c;x) = {exact:.3f}")
right.axhline(0, color="0.4", linestyle=":", label="1/m: nothing read")
right.set(title="Tight at a = ½ only", xlabel="a, Q's belief in the lower class", ylabel="nats", ylim=(-0.9, 1.3))
right.legend(loc="lower center")
plt.show()

# %% [markdown]
# At 99 % the reader is *below* the one who never looks, although it rules out at least three classes of five
# correctly. At 90 % it is far ahead. A bound below 0 is a verdict on $Q$, not on the image.

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · useful · 12 minutes · less overlap
#
# Now $x\sim\text{Uniform}(c,c+w)$ with a width $1\le w\le2$. Write $I(c;x)$ in nats as a function of $m$ and $w$.
#
# <details><summary>Hint 1</summary>
#
# How many overlaps are there? How long is each, and what is the density of $x$ in it?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# There are $m-1$ overlaps of length $w-1$. In each, two classes contribute the density $\tfrac1m\cdot\tfrac1w$. So
# $H(c\mid x)$ is one bit in an overlap, and 0 outside.
#
# </details>


# %% tags=["exercise"]
def my_information(m, w):
    """I(c;x) in nats."""
    ...


exercises.information.check(my_information)

# %% [markdown]
# ## 7.10 A continuous code: below zero, and it trains
#
# Let $c\sim\text{Uniform}(-1,1)$. Now $H(c)$ is a *differential* entropy, $h(c)=\log2$, and $Q$ a density. The
# derivation does not change, since its KL is a mean of log *ratios*. With $Q=\mathcal N(\mu(x),\sigma^2)$,
#
# $$L_I=\log2-\tfrac12\log2\pi\sigma^2-\frac{\mathbb E\,(c-\mu(x))^2}{2\sigma^2}.$$
#
# With σ fixed at 1, as in the authors' code for digits, even a reader without any error gets
# $\log2-\tfrac12\log2\pi=-0.226$. **The bound is vacuous**: we knew $I\ge0$. But in μ its gradient is that of least
# squares, so it *trains*. With σ fixed the number depends on the unit of the code, too: on $(-2,2)$ it may reach
# $+0.467$.
#
# How far is it from the truth? Take $x=c+s\,\epsilon$ with $\epsilon\sim\mathcal N(0,1)$. Here
# $I=h(x)-\tfrac12\log2\pi es^2$ is an integral over one number, and the posterior is a Gaussian cut off at $\pm1$, of
# variance $v(x)$. The best Gaussian $Q$ has the posterior's mean and variance (forward KL matches moments, lecture 2):
#
# | $Q$ | the best $L_I$ |
# |---|---|
# | the posterior | $I$ |
# | $\mathcal N(\mu(x),\sigma^2(x))$, as in the paper's appendix | $\log2-\tfrac12\mathbb E\log2\pi e\,v(x)$ |
# | $\mathcal N(\mu(x),\sigma^2)$, one σ | $\log2-\tfrac12\log2\pi e\,\mathbb E\,v(x)$ |
# | $\mathcal N(\mu(x),1)$ | $\log2-\tfrac12\log2\pi-\tfrac12\mathbb E\,v(x)$ |
#
# From the second row to the third it is Jensen, to the fourth $\log t\le t-1$ at $t=\mathbb E\,v$.
#
# **Predict, then run.** As the noise $s$ goes to 0, which rows go to $+\infty$? As it grows, which go to 0?

# %%
ceiling = math.log(2) - math.log(2 * math.pi) / 2
for code in (Uniform(-1, 1), Uniform(-2, 2)):
    drawn = torch.linspace(code.low, code.high, 101, dtype=torch.float64)[:, None]
    read = it.mutual_information_bound(code.log_q(drawn, drawn), code.entropy).item()
    compare(f"{code}, μ = c, σ = 1", read, "log(2a) − ½ log 2π", math.log(2 * code.high) - math.log(2 * math.pi) / 2)

noises, rows = np.geomspace(0.02, 5, 24), []
for s in noises:
    grid = np.linspace(-1 - 8 * s, 1 + 8 * s, 1_001)
    density = (norm.cdf((grid + 1) / s) - norm.cdf((grid - 1) / s)) / 2  # p(x)
    weight = density * (grid[1] - grid[0])  # of each grid point in the integral over x
    variance = truncnorm.var((-1 - grid) / s, (1 - grid) / s, loc=grid, scale=s)  # v(x)
    log_2_pi_e = math.log(2 * math.pi * math.e)
    truth = -weight @ np.log(density) - log_2_pi_e / 2 - math.log(s)
    each_sigma = math.log(2) - log_2_pi_e / 2 - weight @ np.log(variance) / 2
    one_sigma = math.log(2) - log_2_pi_e / 2 - math.log(weight @ variance) / 2
    rows.append((truth, each_sigma, one_sigma, ceiling - weight @ variance / 2))
rows = np.array(rows).T

_, ax = plt.subplots(figsize=(9, 4.6))
names = ["I(c;x)", "Gaussian Q, σ(x)", "Gaussian Q, one σ", "Gaussian Q, σ = 1"]
for values, name, style, colour in zip(rows, names, ("-", "-", "--", "-"), ("black", *COLOURS[:3]), strict=True):
    ax.semilogx(noises, values, style, color=colour, label=name)
ax.axhline(0, color="0.4", linewidth=1, linestyle=":")
ax.annotate("−0.226, the most that σ = 1 can say", (0.03, ceiling), (0.03, 0.35), arrowprops={"arrowstyle": "->"})
ax.set(title="Reading c ~ Uniform(−1, 1) from x = c + s ε", xlabel="noise s (units of c)", ylabel="nats")
ax.legend()
plt.show()
print(f"in this order at every s: {bool((np.diff(rows, axis=0) <= 1e-6).all())}")
for i in (0, -1):
    values = ",  ".join(f"{name}: {value:.2f}" for name, value in zip(names, rows[:, i], strict=True))
    print(f"s = {noises[i]:.2f}:  {values}")

# %% [markdown]
# With little noise a free σ makes the bound nearly tight, and the fixed one hides everything. With much noise $I\to0$,
# but every Gaussian ends *below* 0: the posterior is then nearly the flat prior, no Gaussian is flat, and
# $\mathrm{KL}(\text{Uniform}\,\|\,\mathcal N)=\tfrac12\log\tfrac{\pi e}6=0.176$ is missing. A gap that comes from the
# family of $Q$ is not cured by training.
#
# **Predict, then run.** Train $\mu(x)=\alpha x+\beta$ by gradient ascent at $s=0.1$, once with σ = 1, once with σ
# learnt. Which of the two reads the code better in the end?

# %%
s, results = 0.1, {}
for learn_sigma in (False, True):
    torch.manual_seed(0)
    weights = torch.zeros(3, requires_grad=True)  # α, β, log σ
    optimizer = torch.optim.Adam([weights], lr=0.02)
    curve = []
    for _ in range(500):
        c = 2 * torch.rand(256) - 1
        x = c + s * torch.randn(256)
        sigma = weights[2].exp() if learn_sigma else torch.tensor(1.0)
        log_q = torch.distributions.Normal(weights[0] * x + weights[1], sigma).log_prob(c)
        objective = it.mutual_information_bound(log_q, math.log(2))
        optimizer.zero_grad()
        (-objective).backward()
        optimizer.step()
        curve.append(objective.item())
    results["σ learnt" if learn_sigma else "σ = 1"] = curve, weights.detach()

truth = np.interp(math.log(s), np.log(noises), rows[0])
_, ax = plt.subplots(figsize=(8.5, 4.2))
for (name, (curve, _)), colour in zip(results.items(), (COLOURS[2], COLOURS[1]), strict=True):
    ax.plot(curve, color=colour, linewidth=1.5, label=f"$L_I$ of a batch, {name}")
ax.axhline(truth, color="black", linestyle="--", label=f"I(c;x) = {truth:.2f}")
ax.axhline(ceiling, color=COLOURS[2], linestyle=":", label="−0.226")
ax.set(title="Two readers alike, two bounds (s = 0.1)", xlabel="gradient step", ylabel="nats")
ax.legend(loc="center right")
plt.show()
best_slope = (1 / 3) / (1 / 3 + s**2)  # of least squares: Var c / (Var c + s²)
for name, (curve, weights) in results.items():
    near = abs(weights[0].item() - best_slope) < 0.05
    print(
        f"{name:9s} slope α within 0.05 of the best, {best_slope:.2f}: {near};  L_I above 0: {np.mean(curve[-50:]) > 0}"
    )
print(f"σ learnt: within 0.02 of s: {abs(results['σ learnt'][1][2].exp().item() - s) < 0.02}")

# %% [markdown]
# They read alike: both slopes are the least-squares one. Only what the bound *says* differs. So do not judge continuous
# codes by $L_I$ at σ = 1. Measure the error, or fit σ afterwards (exercise 3 of lecture 8).
#
# ## 7.11 Other bounds, the same idea
#
# $L_I$ needs $H(c)$, known because *we* drew $c$, and a normalised $Q$. If $p(c)$ is unknown, say for two views of one
# photograph, one uses a **critic** $f(x,c)$, any real function, that scores how well the two belong together.
#
# **NWJ** (Nguyen, Wainwright & Jordan): $\;I\ge\mathbb E_{p(c,x)}f-e^{-1}\,\mathbb E_{p(c)p(x)}e^f$. Take
# $f=1+\log\frac{Q(c\mid x)}{p(c)}+a$. Then $e^{-1}\mathbb E_{p(c)p(x)}e^f=e^a\,\mathbb E_x\sum_cQ(c\mid x)=e^a$, and
#
# $$I_\text{NWJ}=L_I+\underbrace{1+a-e^a}_{\le0,\ =0\text{ iff }a=0}.$$
#
# At $a=0$ NWJ *is* $L_I$. Its second mean is the price for a critic that is not normalised.
#
# **InfoNCE**: show an image and $K$ codes, its own and $K-1$ others drawn apart, and let a softmax over $f$ guess which
# is its own. That is $L_I$ again, for another code: the *place* $J$ of the right one, uniform on $1,\dots,K$, so
# $H(J)=\log K$:
#
# $$I_\text{NCE}=\log K+\mathbb E\log\frac{e^{f(x,c_J)}}{\sum_je^{f(x,c_j)}}
# \;\le\; I(J;x,c_1,\dots,c_K)\;\le\;\min\{\log K,\;I(c;x)\}.$$
#
# The last step: the list alone says nothing of $J$, so $I(J;x,c_{1:K})=I(J;x\mid c_{1:K})\le I(J,c_{1:K};x)$, by the
# chain rule twice; and $x$ depends on all that only through $c_J$, which leaves $I(c;x)$.
#
# **Predict, then run**, on our generator. What is $I_\text{NWJ}$ at $a=0$? Which costs more, $a=\tfrac12$ or
# $a=-\tfrac12$?

# %%
for a in (-0.5, 0, 0.5):
    critic = 1 + np.log(Q / p_c[:, None]) + a
    nwj = np.sum(p_cx * critic) - np.sum(np.outer(p_c, p_x) * np.exp(critic)) / math.e
    compare(f"a = {a:4.1f}: NWJ", nwj, "L_I + 1 + a − exp a", it.barber_agakov_bound(p_cx, Q) + 1 + a - math.exp(a))

K = 64
c = rng.choice(2, size=K, p=p_c)
x = G[rng.integers(24, size=K), c]
scores = np.log(Q[c[None, :], x[:, None]] / p_c[c])  # scores[i, j] = f(x_i, c_j)
log_right_place = np.diagonal(log_softmax(scores, axis=1))  # log Q(J = i | x_i, c_1 … c_K)
as_L_I = it.mutual_information_bound(log_right_place, math.log(K))
compare("it.infonce_bound", it.infonce_bound(scores), "L_I of the place J", as_L_I)

# %% [markdown]
# ### The cap and the scatter
#
# Now Gaussians: $c\sim\mathcal N(0,\mathbf 1_d)$ and $x=\rho c+\sqrt{1-\rho^2}\,\epsilon$, where
# $I=-\tfrac12\log(1-\rho^2)$ for each of $d=10$ dimensions. We grant both the best critic, $\log w$ with
# $w=\frac{p(c\mid x)}{p(c)}$ (NWJ: plus 1), and $L_I$ the posterior. What remains is what no training can cure. NWJ's
# second mean is then that of $w$ over independent pairs. It is 1, and since
# $\mathbb E_{p(c)p(x)}w^2=\mathbb E_{p(c,x)}w=(1-\rho^2)^{-d}$, the variance of a single $w$ is
#
# $$\operatorname{Var} w=e^{2I}-1 .$$
#
# The mean over the $K(K-1)$ pairs of a batch has at least the standard deviation $\sqrt{(e^{2I}-1)/K(K-1)}$.
#
# **Predict, then run.** Batches of $K=64$, true $I$ from 0.5 to 9: which estimate meets a ceiling, and where? Which
# scatters? And at $I=5$, how large must $K$ be for InfoNCE to say 5?

# %%
d = 10


def estimates(information, K, batches):
    rho = math.sqrt(1 - math.exp(-2 * information / d))
    all_three = []
    for _ in range(batches):
        c = rng.normal(size=(K, d))
        x = rho * c + math.sqrt(1 - rho**2) * rng.normal(size=(K, d))
        c_2, x_2 = (c**2).sum(1), (x**2).sum(1)
        squares = (c_2 - 2 * rho * x @ c.T + rho**2 * x_2[:, None]) / (1 - rho**2) - c_2  # [x_i, c_j]
        f = information - squares / 2  # log p(c_j|x_i)/p(c_j)
        log_q = np.diagonal(f) + norm.logpdf(c).sum(1)  # log p(c_i|x_i), the posterior
        L_I = it.mutual_information_bound(log_q, it.gaussian_entropy(np.eye(d)))
        all_three.append((L_I, it.infonce_bound(f), it.nwj_bound(1 + f)))
    return np.array(all_three).T


truths, sizes, K = np.linspace(0.5, 9, 18), 2 ** np.arange(2, 11), 64
over_I = np.array([estimates(information, K, 300) for information in truths])
over_K = np.array([estimates(5, size, 40) for size in sizes])
spread = over_I.std(axis=2)

_, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 4.8))
colours = {"$L_I$": COLOURS[2], "InfoNCE": COLOURS[0], "NWJ": COLOURS[1]}
for i, (name, colour) in enumerate(colours.items()):
    for ax, places, values in ((left, truths, over_I), (middle, sizes, over_K)):
        ax.plot(places, np.median(values[:, i], axis=1), color=colour, label=name)
        ax.fill_between(places, *np.quantile(values[:, i], [0.05, 0.95], axis=1), color=colour, alpha=0.22, linewidth=0)
    right.semilogy(truths, spread[:, i], color=colour, label=name)
left.plot(truths, truths, "k--", linewidth=1.5, label="the truth")
left.axhline(math.log(K), color=COLOURS[0], linestyle=":", label="log K")
left.set(title="K = 64: median, 5 % to 95 %", xlabel="true I(c;x) (nats)", ylabel="estimate (nats)", ylim=(0, 12))
left.legend(loc="upper left", fontsize=11)
middle.axhline(5, color="black", linestyle="--", linewidth=1.5)
middle.plot(sizes, np.log(sizes), ":", color=COLOURS[0])
middle.set(title="True I = 5: median, 5 % to 95 %", xlabel="pairs K in a batch", ylabel="estimate (nats)", ylim=(0, 12))
middle.set_xscale("log", base=2)
right.semilogy(truths, np.sqrt(np.expm1(2 * truths) / (K * (K - 1))), "k:", label="NWJ's second mean, at least")
right.set(title="K = 64: scatter of one batch", xlabel="true I(c;x) (nats)", ylabel="standard deviation (nats)")
right.legend(loc="upper left", fontsize=11)
plt.show()

line = np.linspace(-20, 20, 801)
p_code_given_x = norm.pdf(line, 0.8 * line[:, None], 0.6)  # d = 1, ρ = 0.8: rows x, columns c
w = p_code_given_x / norm.pdf(line)
mean_w_squared = np.sum(norm.pdf(line)[:, None] * p_code_given_x * w) * 0.05**2
I_1 = it.gaussian_mutual_information([[1, 0.8], [0.8, 1]], 1)
compare("d = 1, ρ = 0.8: E w²", mean_w_squared, "exp 2I", math.exp(2 * I_1))
print(f"InfoNCE never above log K: {bool((over_I[:, 1] <= math.log(K) + 1e-9).all())}")
print(f"I = {truths[-1]:.0f}: share of NWJ's batches above the truth: {(over_I[-1, 2] > 9).mean():.1f}")
print(f"I = 5: mean of InfoNCE below 4 at K = 64: {over_K[4, 1].mean() < 4};  above 4.5 at K = 1024: ", end="")
print(over_K[-1, 1].mean() > 4.5)
steady = spread[:, 0].max() < 2 * spread[:, 0].min()
print(f"from I = 0.5 to 9 the scatter of L_I changes by less than a factor 2: {steady}")

# %% [markdown]
# InfoNCE is steady and capped: to say nearly 5 nats it needs many more than $e^5\approx148$ pairs. NWJ has no cap, and
# its *mean* is right. But at large $I$ the mean is carried by rare, huge $w$. Most batches miss them and lie *above*
# the truth, some fall far below, and from $I\approx4$ on even 300 batches no longer show the scatter that NWJ's second
# mean has at least: its curve leaves the dotted one. $L_I$ has neither trouble, though where $I$ is small it is the
# noisiest of the three.
#
# **When which?** If you draw one of the two variables yourself, so that you know its entropy, and can write a
# normalised $Q$, use $L_I$: no pairs drawn apart, no cap, and here a scatter that does not grow with $I$. That is
# InfoGAN's case. If you know neither marginal, use InfoNCE when steadiness counts more than the value, as in
# contrastive learning; take $K$ well above $e^I$ if the value is to be believed. Use NWJ where $I$ is small, so that
# its scatter is too. There is no way around for large $I$: a lower bound that knows nothing of the distributions and
# holds with high confidence on $N$ samples cannot exceed $O(\log N)$ (McAllester & Stratos, 2020). $L_I$ escapes
# because it knows $p(c)$.
#
# ## 7.12 Reading from less
#
# In lecture 8 $Q$ reads the features of a shared trunk, not the pixels: $t=t(x)$. Any $Q(c\mid t(x))$ *is* a
# $Q(c\mid x)$, one that treats some images alike. So its bound holds, and the best that it can reach is
# $I(c;t)\le I(c;x)$: data processing (lecture 2). The package proves it, for every $t$.
#
# **Predict, then run.** Our three images, of which $t$ merges two: which merger costs least? And for the overlapping
# classes of 7.9, $m=5$: what does reading only $\lfloor x\rfloor$ cost? Only whether $x>3$?

# %%
print(repr(it.Statement("I(C;T) <= I(C;X)", given=["C -> X -> T"]).verdict()), end="\n\n")

mergers = {"0 and 1": [0, 0, 1], "0 and 2": [0, 1, 0], "1 and 2": [0, 1, 1]}
print(f"all images:     I(c;x) = {I:.6f}")
for name, merged in mergers.items():
    p_ct = p_cx @ np.eye(2)[merged]
    best_Q = it.conditional(p_ct)[:, merged]  # the posterior given t, as a Q(c|x)
    compare(f"merged {name}: I(c;t)", it.mutual_information(p_ct), "best L_I", it.barber_agakov_bound(p_cx, best_Q))

floor = np.array([[0.5 if x in (k, k + 1) else 0 for x in range(6)] for k in range(5)]) / 5  # p(c, ⌊x⌋)
compare("m = 5, reading ⌊x⌋: I", it.mutual_information(floor), "I(c;x)", math.log(5) - 4 / 5 * math.log(2))
halves = np.stack([floor[:, :3].sum(axis=1), floor[:, 3:].sum(axis=1)], axis=1)
print(f"reading whether x > 3: I = {it.mutual_information(halves):.6f}")

# %% [markdown]
# Merging images 1 and 2 costs least: their posteriors are the closest. $\lfloor x\rfloor$ costs *nothing*, although it
# throws nearly all of $x$ away, because the posterior depends on $x$ through it alone. It is a sufficient statistic,
# and such a one is what a good trunk must find.
#
# ## 7.13 The objective
#
# Put $L_I$ in the place of $I$. As $I\ge L_I$, what stands there is never below the true objective, and the minimum is
# over $G$ **and** $Q$, since a fixed $Q$ would leave the bound loose:
#
# $$\min_{G,Q}\max_D\;V(D,G)-\lambda L_I(G,Q).$$
#
# Every chain of the report's section 4.1, as corrected, each on a thousand random games; and the last of them in full:

# %%
for derivation in it.report.DERIVATIONS.values():
    if any(equation.startswith("4.1") for equation in derivation.equations):
        print(derivation.check(1_000))
it.report.DERIVATIONS["final InfoGAN objective"].show()

# %% [markdown]
# ## What to remember
#
# - $\max I$ and $\min H(c\mid x)$ have the same optimiser, as $p(c)$ is fixed; their values sum to $H(c)$.
# - $I=L_I+\mathbb E_x\mathrm{KL}(p(c\mid x)\,\|\,Q(c\mid x))$, exactly, for every $Q$; tight iff $Q$ is the posterior.
# - Lemma 5.1 is an equality, with $x'\sim p(x\mid y)$. The $c$ in $\log Q(c\mid x)$ is the one that made $x$: a draw
#   from the posterior, for free.
# - $H(c)-L_I=H(c\mid x)+\mathbb E_x\mathrm{KL}$: the generator's part and the reader's. Training $Q$ reaches $I$; only
#   $G$ can go on to $H(c)$.
# - In the generator $L_I$ is a tangent of $I$, in $Q$'s logits one hill. It punishes misplaced confidence.
# - A continuous code on $(-1,1)$ with σ = 1: never above $-0.226$, vacuous, and it trains. With σ learnt it speaks.
# - InfoNCE is $L_I$ for a place among $K$, hence the cap $\log K$. NWJ is $L_I$ without a normalised $Q$, hence a
#   scatter that grows like $e^I$.
# - From a function of $x$ one reads at most as much.
#
# **Next**: lecture 8 plays the whole game on digits, and asks what the codes mean.
