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
# **After this lecture you can** derive $I(c;x)\ge L_I$ line by line, with the logarithm that the report's print lost; prove
# and test lemma 5.1; say when the bound is tight and what its gap is made of; raise it by a better $Q$ and by a better
# generator; say what it means for a continuous code, and how InfoNCE and NWJ differ from it.
#
# | | |
# |---|---|
# | You need first | lectures 1 to 3 |
# | Time | 60 minutes to read; seconds to run |
# | Report | section 4.1.1 |

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import torch

import infotheory as it
from infotheory.exercises import Exercise
from infotheory.teaching import COLOURS, compare, use_lecture_style
from models import Uniform

use_lecture_style()

# %% [markdown]
# ## 7.1 What is wanted, and what is in the way
#
# A generator $x=G(z,c)$ gets noise $z$ and a code $c\sim p(c)$ of our choice. It shall not ignore the code: $I(c;x)$ shall be
# large. Since $I(c;x)=H(c)-H(c\mid x)$ and $H(c)$ is fixed by us,
#
# $$\arg\max_G I(c;x) = \arg\min_G H(c\mid x).$$
#
# The *optimisers* agree. The report prints an equality of the values, $\max I=\min H(c\mid x)$; but they **sum** to $H(c)$.
# A derivation whose relation is "has the same optimiser" is checked as such, on a family of generators:

# %%
it.report.DERIVATIONS["maximal information"].show()

# %%
rng = np.random.default_rng(0)
generators = it.joint(np.full(3, 1 / 3), rng.dirichlet(np.ones(4), size=(200, 3)))  # 200 random channels p(c) p(x|c)
information, left_open = it.mutual_information(generators), it.conditional_entropy(generators)
print(f"same best generator: {information.argmax() == left_open.argmin()}")
print(f"max I = {information.max():.6f},  min H(c|x) = {left_open.min():.6f}")
compare("max I + min H(c|x)", information.max() + left_open.min(), "H(c)", math.log(3))

# %% [markdown]
# In the way stands the posterior $p(c\mid x)$: to know $H(c\mid x)$ one must know which codes can make this very image. The
# idea (Barber & Agakov, 2003): let a network $Q(c\mid x)$ guess, and see what guessing badly costs.
#
# ## 7.2 The bound, line by line
#
# The report's chain, corrected. Its second line lost the logarithm: what stands beside $H(c)$ is $-H(c\mid x) =
# \mathbb E_x\,\mathbb E_{c'\sim p(c\mid x)}\log p(c'\mid x)$, the mean of a *log* probability.

# %%
it.report.DERIVATIONS["variational information maximisation"].show()

# %% [markdown]
# Nothing was approximated up to the last line but one: it is an **equation**,
#
# $$I(c;x) = \underbrace{H(c)+\mathbb E_{c,x}\log Q(c\mid x)}_{L_I} + \underbrace{\mathbb E_x\,\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big)}_{\ge 0}.$$
#
# It holds for every $Q$. Compare lecture 3: $\log p(x)=\text{ELBO}+\mathrm{KL}(q\,\|\,p(z\mid x))$. It is the same trick, with the
# KL the other way round: there $q$ stands first, here the true posterior does, because here we *can* sample from it.
#
# **Predict, then run.** For one channel, draw a thousand random $Q$'s. Where do the points ($\mathbb E\,\mathrm{KL}$, $I-L_I$) lie?

# %%
p_cx = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])  # rows c, columns x
posterior, p_x = it.conditional(p_cx, given="y"), p_cx.sum(axis=0)
I = it.mutual_information(p_cx)
many_Q = np.moveaxis(rng.dirichlet(np.ones(2), size=(1_000, 3)), -1, -2)  # columns sum to 1
bounds = it.barber_agakov_bound(p_cx, many_Q)
mean_KL = it.kl_divergence(posterior, many_Q, axis=-2) @ p_x

_, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
left.scatter(mean_KL, I - bounds, s=8, alpha=0.5)
left.set(title="I − L_I is the mean KL", xlabel="E KL(p(c|x) ‖ Q(c|x)) (nats)", ylabel="I − L_I (nats)")
right.hist(bounds, bins=np.linspace(-3, 0.5, 60), color=COLOURS[0])
right.axvline(I, color="black", linestyle="--", label=f"I(c;x) = {I:.3f}")
right.set(title="A random Q is a poor reader", xlabel="L_I (nats)", ylabel="number of Q")
right.legend(loc="upper left")
plt.show()
print(
    f"I = L_I + E KL to 1e-12: {np.allclose(I, bounds + mean_KL, rtol=0, atol=1e-12)};  never above I: {bool((bounds <= I).all())}"
)
compare("Q = posterior: L_I", it.barber_agakov_bound(p_cx, posterior), "I(c;x)", I)
compare("Q = p(c): L_I", it.barber_agakov_bound(p_cx, np.repeat(p_cx.sum(axis=1)[:, None], 3, axis=1)), "0", 0)

# %% [markdown]
# Most random $Q$'s have a *negative* bound: true ($I\ge0$) and useless. A bound is worth what its $Q$ is worth.
#
# ## 7.3 Lemma 5.1: whose $c$?
#
# The chain ends with an expectation over $c'\sim p(c\mid x)$, a posterior we cannot draw from. The paper's lemma:
#
# $$\mathbb E_{x\sim p(x),\,y\sim p(y\mid x)}\,f(x,y) = \mathbb E_{x\sim p(x),\,y\sim p(y\mid x),\,x'\sim p(x\mid y)}\,f(x',y).$$
#
# *Proof.* On the right $x$ appears nowhere but in the draw of $y$. Sum it out: $y\sim p(y)$, then $x'\sim p(x\mid y)$, and the pair
# $(x',y)$ has the law $p(x,y)$. $\square$ The report prints $x'\sim p(x,y)$. With an $x'$ drawn *independently* of $y$ the lemma is
# false:

# %%
f = np.array([[1.0, -2.0, 3.0], [0.0, 5.0, -1.0]])
p_row, p_column = p_cx.sum(axis=1), p_cx.sum(axis=0)
left_side = np.sum(p_cx * f)
right_side = sum(p_cx[a, b] * np.sum(posterior[:, b] * f[:, b]) for a in range(2) for b in range(3))
independent = np.sum(np.outer(p_row, p_column) * f)
compare("E f(x, y)", left_side, "with x′ ~ p(x|y)", right_side)
print(f"with an independent x′: {independent:.2f}")

# %% [markdown]
# For us: draw $c\sim p(c)$, make $x$ from it, and evaluate $\log Q(c\mid x)$ **at that very $c$**. It is a posterior sample,
# for free. So
#
# $$L_I = H(c)+\mathbb E_{c\sim p(c),\,x\sim G(z,c)}\,\log Q(c\mid x),$$
#
# and the step from the chain's last expectation to this one is an equality, where the report prints a second $\ge$.

# %%
it.report.DERIVATIONS["final lower bound"].show()

# %% [markdown]
# ### Exercise 1 (★★☆): $L_I$ of a table
#
# Write $L_I$ for a joint pmf `p_cx` (rows $c$) and a $Q$ (`Q[c, x]`, columns sum to 1), with numpy alone.
#
# <details><summary>Hint</summary> $H(c)$ needs the row sums; the second term is one sum over the table.</details>


# %% tags=["exercise"]
def my_bound(p_cx, Q):
    p_cx, Q = np.asarray(p_cx), np.asarray(Q)
    ### BEGIN SOLUTION
    p_c = p_cx.sum(axis=1)
    return -np.sum(p_c * np.log(p_c)) + np.sum(p_cx * np.log(Q))
    ### END SOLUTION


# %%
case_rng = np.random.default_rng(1)
cases = tuple(
    (case_rng.dirichlet(np.ones(6)).reshape(2, 3).tolist(), case_rng.dirichlet(np.ones(2), size=3).T.tolist())
    for _ in range(10)
)
BOUND = Exercise(
    task="L_I of a table, in nats",
    solution=lambda case: it.barber_agakov_bound(*case),
    cases=cases,
    mistakes={
        "H(c) is missing.": lambda case: np.sum(np.array(case[0]) * np.log(case[1])),
        "That is I(c;x): Q has no part in it.": lambda case: it.mutual_information(case[0]),
        "The second term has the wrong sign: log Q ≤ 0.": lambda case: (
            it.entropy(it.marginal(case[0])) - np.sum(np.array(case[0]) * np.log(case[1]))
        ),
        "That has H(x), of the columns, for H(c), of the rows.": lambda case: (
            it.entropy(it.marginal(case[0], of="y")) + np.sum(np.array(case[0]) * np.log(case[1]))
        ),
        "The mean of log Q was taken over independent pairs: the code must be the one that made x.": lambda case: (
            it.entropy(it.marginal(case[0]))
            + np.sum(np.outer(it.marginal(case[0]), it.marginal(case[0], of="y")) * np.log(case[1]))
        ),
        "That is in bits.": lambda case: it.barber_agakov_bound(*case, base=2),
    },
)
assert BOUND.check(lambda case: my_bound(*case))

# %% [markdown]
# ## 7.4 Two ways to raise it
#
# $$H(c)-L_I = \underbrace{H(c\mid x)}_{\text{the generator's}}+\underbrace{\mathbb E_x\,\mathrm{KL}(p(c\mid x)\,\|\,Q)}_{\text{the reader's}}.$$
#
# Train $Q$ with the generator fixed, and $L_I$ climbs to $I$. Train both, and $I$ itself climbs to $H(c)$. **Predict** the two
# curves. Four codes, six "images", both networks are tables of logits.


# %%
def climb(train_generator, steps=400):
    torch.manual_seed(0)
    g = torch.randn(4, 6, dtype=torch.float64, requires_grad=True)  # logits of p(x|c)
    r = torch.zeros(4, 6, dtype=torch.float64, requires_grad=True)  # logits of Q(c|x)
    optimizer = torch.optim.Adam([g, r] if train_generator else [r], lr=0.05)
    curve = []
    for _ in range(steps):
        p = it.joint(torch.full((4,), 0.25, dtype=torch.float64), g.softmax(1), check=False)
        bound = it.barber_agakov_bound(p, r.softmax(0), check=False)
        optimizer.zero_grad()
        (-bound).backward()
        optimizer.step()
        curve.append((bound.item(), it.mutual_information(p.detach()).item()))
    return np.array(curve)


_, panels = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
results = {}
for axes, both in zip(panels, (False, True), strict=True):
    results[both] = climb(both)
    axes.plot(results[both][:, 1], label="I(c;x)", color=COLOURS[1])
    axes.plot(results[both][:, 0], label="L_I", color=COLOURS[0])
    axes.axhline(math.log(4), color="black", linestyle="--", label="H(c) = log 4")
    axes.set(title="G and Q learn" if both else "only Q learns", xlabel="gradient step", ylabel="nats")
panels[0].legend(loc="center right")
plt.show()
print(f"only Q: I − L_I at the end below 0.01: {results[False][-1, 1] - results[False][-1, 0] < 0.01}")
print(f"both: H(c) − L_I at the end below 0.05: {math.log(4) - results[True][-1, 0] < 0.05}")

# %% [markdown]
# On the right $I$ rises *because* the generator is paid for being readable by the present $Q$. Nothing says which code goes
# to which image: any pairing reaches the maximum. That freedom is why InfoGAN's classes come out in any order, and why $L_I$
# cannot say whether they are digits (lecture 8).
#
# ## 7.5 A case with a continuous $x$
#
# $m$ classes, equally likely, and $x\sim\text{Uniform}(c,c+2)$ for $c=0,\dots,m-1$: neighbours overlap by half. Between 1 and
# $m$ two classes are possible and equally likely; at each end, on a length of 1 out of $m+1$, only one. Of a draw, the share
# that falls where two are possible is $(m-1)/m$, and there one bit is left open:
#
# $$I(c;x)=\log m-\frac{m-1}{m}\log2.$$
#
# **Predict, then run.** $Q$ is (a) the posterior; (b) sure of the lower class; (c) sure of nothing, $1/m$.

# %%
m, n = 5, 200_000
c = rng.integers(m, size=n)
x = c + 2 * rng.random(n)
exact = math.log(m) - (m - 1) / m * math.log(2)
two = (x >= 1) & (x < m)  # two classes are possible
estimates = {
    "(a) the posterior": np.where(two, math.log(1 / 2), 0.0),
    "(b) 0.9 on the lower class": np.where(two, np.where(c == np.floor(x) - 1, math.log(0.9), math.log(0.1)), 0.0),
    "(c) 1/m": np.full(n, -math.log(m)),
}
print(f"I(c;x) = {exact:.4f}")
for name, log_q in estimates.items():
    value = it.mutual_information_bound(log_q, math.log(m))
    print(f"{name:27s} L_I = {value:.2f}")
a = it.mutual_information_bound(estimates["(a) the posterior"], math.log(m))
print(
    f"(a) is I, within four standard errors: {abs(a - exact) < 4 * estimates['(a) the posterior'].std() / math.sqrt(n)}"
)

# %% [markdown]
# ## 7.6 A continuous code: a bound below zero that trains
#
# Let $c\sim\text{Uniform}(-1,1)$ and $Q(c\mid x)=\mathcal N(\mu(x),\sigma^2)$. The entropy of $c$ is now differential, $h(c)=\log2$,
# and
#
# $$L_I=\log2-\tfrac12\log2\pi\sigma^2-\frac{\mathbb E(c-\mu)^2}{2\sigma^2}.$$
#
# With σ fixed at 1, as in the authors' code for digits, a perfect reader reaches $\log 2-\tfrac12\log2\pi=-0.226$. The bound
# is vacuous, and its gradient in μ is that of least squares all the same. With σ free the best is $\sigma^2=\mathbb E(c-\mu)^2$.

# %%
noise = np.geomspace(0.01, 1, 60)  # E(c − μ)²
fixed = math.log(2) - 0.5 * math.log(2 * math.pi) - noise / 2
free = math.log(2) - 0.5 * np.log(2 * math.pi * noise) - 0.5
_, axes = plt.subplots(figsize=(8, 4))
axes.semilogx(noise, fixed, label="σ = 1")
axes.semilogx(noise, free, label="best σ")
axes.axhline(0, color="black", linewidth=1)
axes.axhline(math.log(2) - 0.5 * math.log(2 * math.pi), color="black", linestyle="--", label="log 2 − ½ log 2π")
axes.set(title="Reading a Uniform(−1, 1) code", xlabel="mean squared error E(c − μ)²", ylabel="L_I (nats)")
axes.legend()
plt.show()
code = Uniform(-1, 1)
drawn = torch.linspace(-1, 1, 1_001, dtype=torch.float64)[:, None]
compare(
    "read without error",
    it.mutual_information_bound(code.log_q(drawn, drawn), code.entropy),
    "log 2 − ½ log 2π",
    fixed[0] + noise[0] / 2,
)

# %% [markdown]
# As the error goes to 0 the second curve grows without limit: a noiseless continuous code carries infinite information. The
# first can never say so.
#
# ### Exercise 2 (★★☆): how much noise may a reader have?
#
# With the best σ, below which mean squared error is $L_I$ positive for a code uniform on $(-a,a)$? Write it as a function of $a$.
#
# <details><summary>Hint</summary> $h(c)=\log2a$. Solve $\log 2a-\tfrac12\log2\pi e\,v=0$ for $v$.</details>


# %% tags=["exercise"]
def largest_error(a):
    ### BEGIN SOLUTION
    return (2 * a) ** 2 / (2 * math.pi * math.e)
    ### END SOLUTION


# %%
ERROR = Exercise(
    task="the largest mean squared error with a positive bound",
    solution=lambda a: 4 * a**2 / (2 * math.pi * math.e),
    cases=(1.0, 0.5, 2.0, 3.0),
    mistakes={
        "That is the error itself; asked is its square.": lambda a: 2 * a / math.sqrt(2 * math.pi * math.e),
        "The length of (−a, a) is 2a.": lambda a: a**2 / (2 * math.pi * math.e),
        "The −½ is missing: at the best σ, E(c − μ)²/2σ² = ½, the e in 2πe.": lambda a: 4 * a**2 / (2 * math.pi),
    },
)
assert ERROR.check(largest_error)

# %% [markdown]
# ## 7.7 Other bounds on the same quantity
#
# $L_I$ needs $H(c)$, known because *we* chose $p(c)$. If neither marginal is known, other bounds are used. Both of these take
# a matrix of scores $f(x_i,y_j)$, with the pairs that belong together on the diagonal:
#
# $$I_\text{NCE}=\mathbb E\Big[\frac1K\sum_i\log\frac{e^{f(x_i,y_i)}}{\frac1K\sum_je^{f(x_i,y_j)}}\Big]\le\log K,
# \qquad I_\text{NWJ}=\mathbb E_{p(x,y)}f-e^{-1}\,\mathbb E_{p(x)p(y)}e^f .$$
#
# **Predict, then run.** Two Gaussians with correlation ρ in $d$ dimensions, $I=-\tfrac d2\log(1-\rho^2)$, and the best critic
# for each, batches of $K=64$. Which bound hits a ceiling? Which becomes noisy?

# %%
K, d = 64, 10
truth, nce, nwj = np.linspace(0.5, 9, 12), [], []
for information in truth:
    rho = math.sqrt(1 - math.exp(-2 * information / d))
    x = rng.normal(size=(200, K, d))
    y = rho * x + math.sqrt(1 - rho**2) * rng.normal(size=(200, K, d))
    squares = ((y[:, None] - rho * x[:, :, None]) ** 2).sum(-1) / (1 - rho**2) - (y[:, None] ** 2).sum(-1)
    log_ratio = -d / 2 * math.log(1 - rho**2) - squares / 2  # log p(y|x)/p(y), the best critic
    nce.append(it.infonce_bound(log_ratio))
    nwj.append(it.nwj_bound(1 + log_ratio))
nce, nwj = np.array(nce), np.array(nwj)

_, axes = plt.subplots(figsize=(8, 4.4))
axes.plot(truth, truth, "k--", label="the truth")
for values, name, colour in ((nce, "InfoNCE", COLOURS[0]), (nwj, "NWJ", COLOURS[1])):
    axes.plot(truth, np.median(values, axis=1), color=colour, label=f"{name}, median and middle half")
    axes.fill_between(truth, *np.quantile(values, [0.25, 0.75], axis=1), color=colour, alpha=0.25)
axes.axhline(math.log(K), color=COLOURS[0], linestyle=":", label="log K")
axes.set(
    title="Bounds with the best critic, batches of 64",
    xlabel="true I(x; y) (nats)",
    ylabel="estimate (nats)",
    ylim=(0, 11),
)
axes.legend(fontsize=11)
plt.show()
print(f"InfoNCE never above log K: {bool((nce <= math.log(K) + 1e-12).all())}")
print(f"standard deviations at I = 3.6: InfoNCE below NWJ: {nce[4].std() < nwj[4].std()}")

# %% [markdown]
# InfoNCE is steady and capped; NWJ has no cap, and a variance that grows like $e^{I}$: rare huge terms
# carry its mean, so that at large $I$ most estimates lie *above* the truth. $L_I$ has neither trouble, because it
# uses what the others do not have: $p(c)$. And all three obey data processing: whatever reads the code from a function of $x$
# can only find less.
#
# ## What to remember
#
# - $I = L_I+\mathbb E\,\mathrm{KL}(p(c\mid x)\,\|\,Q)$, exactly; tight iff $Q$ is the posterior.
# - The $c$ in $\log Q(c\mid x)$ is the one that made $x$: a posterior sample for free.
# - $H(c)-L_I$ is the generator's $H(c\mid x)$ plus the reader's KL.
# - For a continuous code with σ fixed at 1, $L_I\le-0.226$; it trains as least squares.
#
# **Next**: lecture 8 plays the game on real digits.
