# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · Mutual information and KL divergence
#
# **After this lecture you can** write mutual information in all its forms and pass from one to the next; prove that KL
# divergence is never negative, and say when it is 0, infinite, or equal in both directions; tell a forward fit from a
# reverse one by its picture; say why maximum likelihood is a KL; prove the data processing inequality; say which of all
# this survives for continuous variables, and how far to trust an estimate from samples.
#
# | | |
# |---|---|
# | You need first | lecture 1: entropy, conditional entropy, the chain rule |
# | Time | 90 minutes to read; seconds to run |
# | Report | section 3, second half |

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from scipy.stats import binom, chi2, norm

import infotheory as it
from infotheory.teaching import COLOURS, compare, use_lecture_style
from infotheory.teaching.exercises import lecture_02 as exercises

use_lecture_style()

# %% [markdown]
# ## 2.1 What one variable tells about another
#
# In lecture 1, $H(X\mid Y)$ was what $Y$ leaves open about $X$. What $Y$ *tells* about $X$ is the rest,
# $H(X)-H(X\mid Y)$. We start from another end: how far is the joint pmf from the one that independent variables with
# the same marginals would have? The **mutual information** is the Kullback–Leibler divergence between the two (sections
# 2.5 to 2.7 are all about it):
#
# $$I(X;Y) \;=\; \mathrm{KL}\big(p(x,y)\,\|\,p(x)\,p(y)\big) \;=\; \sum_{x,y} p(x,y)\,\log\frac{p(x,y)}{p(x)\,p(y)}.$$
#
# The report goes from here to entropies. Each of its lines, on the weather of lecture 1 ($X$ the morning, in rows: dry,
# wet; $Y$ the evening, in columns: sun, cloud, rain):

# %%
p_xy = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
p_x, p_y = it.marginal(p_xy, of="x"), it.marginal(p_xy, of="y")
product = np.outer(p_x, p_y)  # p(x) p(y)

line_1 = np.sum(p_xy * np.log(p_xy / product))  #                     Σ p(x,y) log p(x,y)/(p(x)p(y))
log_p_x, log_p_y = np.log(p_x)[:, None], np.log(p_y)[None, :]
line_2 = np.sum(p_xy * np.log(p_xy)) - np.sum(p_xy * log_p_x) - np.sum(p_xy * log_p_y)  # log of a quotient
line_3 = -it.joint_entropy(p_xy) + it.entropy(p_x) + it.entropy(p_y)  # Σ_y p(x,y) = p(x)       marginalise
line_4 = it.entropy(p_x) - it.conditional_entropy(p_xy, given="y")  #   H(X|Y) = H(X,Y) − H(Y)  chain rule
line_5 = it.entropy(p_y) - it.conditional_entropy(p_xy, given="x")  #   H(Y|X) = H(X,Y) − H(X)  chain rule

compare("KL(p(x,y) ‖ p(x)p(y))", it.kl_divergence(p_xy, product, axis=(-2, -1)), "line 1", line_1)
compare("line 1", line_1, "line 2", line_2)
compare("line 2", line_2, "H(X) + H(Y) − H(X,Y)", line_3)
compare("line 3", line_3, "H(X) − H(X|Y)", line_4)
compare("line 4", line_4, "H(Y) − H(Y|X)", line_5)
compare("line 5", line_5, "it.mutual_information", it.mutual_information(p_xy))

# %% [markdown]
# Four facts can be read off, each from the form that shows it best:
#
# - **symmetric**: line 3 does not change when $X$ and $Y$ change places;
# - **never negative**, and **0 iff independent**: it is a KL divergence, which is 0 only if $p(x,y)=p(x)\,p(y)$ (2.6);
# - **at most** $\min\{H(X), H(Y)\}$: in lines 4 and 5 a quantity $\ge 0$ is subtracted;
# - $I(X;X)=H(X)$: nothing is left open about $X$ by $X$. Entropy is *self*-information for this reason too.
#
# Ten thousand random tables, a thousand independent pairs, and a copy:

# %%
rng = np.random.default_rng(0)
many = rng.dirichlet(0.3 * np.ones(12), size=10_000).reshape(-1, 3, 4)
I = it.mutual_information(many)
H_X, H_Y = it.entropy(it.marginal(many, "x")), it.entropy(it.marginal(many, "y"))
a, b = rng.dirichlet(np.ones(3), size=1_000), rng.dirichlet(np.ones(4), size=1_000)
independent = a[:, :, None] * b[:, None, :]

print(f"I(X;Y) = I(Y;X):           {np.allclose(I, it.mutual_information(np.swapaxes(many, -1, -2)), atol=1e-12)}")
slack = np.minimum(H_X, H_Y) - I
print(f"0 ≤ I ≤ min(H(X), H(Y)):   {bool((I >= 0).all() and (slack >= -1e-12).all())}")
print(f"I = 0 when independent:    {np.allclose(it.mutual_information(independent), 0, atol=1e-12)}")
compare("I(X;X)", it.mutual_information(np.diag(p_x)), "H(X)", it.entropy(p_x))

# %% [markdown]
# ### The information diagram
#
# All six quantities of a pair fit in one picture. $H(X)$ starts at the left, $H(Y)$ ends at the right, together they
# span $H(X,Y)$, and where they overlap is $I(X;Y)$. The last row cuts $H(X,Y)$ into its parts.
#
# **Predict, then run.** How does the picture look when morning and evening are independent? And when the evening
# determines the morning?


# %%
def information_diagram(axes, table, title):
    H_X, H_Y = it.entropy(it.marginal(table, "x")), it.entropy(it.marginal(table, "y"))
    H_XY, I = it.joint_entropy(table), it.mutual_information(table)
    axes.barh(0, H_XY, color="0.75")
    axes.barh(1, H_X, color=COLOURS[0])
    axes.barh(2, H_Y, left=H_XY - H_Y, color=COLOURS[1])
    parts = {"H(X|Y)": (0, H_X - I, "#b3d4e8"), "I(X;Y)": (H_X - I, I, COLOURS[2]), "H(Y|X)": (H_X, H_Y - I, "#f2c7a8")}
    for name, (start, width, colour) in parts.items():
        axes.barh(3, width, left=start, color=colour)
        if width > 0.1:
            axes.text(start + width / 2, 3, f"{name}\n{width:.3f}", ha="center", va="center", fontsize=11)
    for edge in (H_X - I, H_X):
        axes.plot([edge, edge], [-0.4, 3.5], color="black", linewidth=1, linestyle=":")
    labels = [f"H(X,Y) = {H_XY:.3f}", f"H(X) = {H_X:.3f}", f"H(Y) = {H_Y:.3f}", "parts of H(X,Y)"]
    axes.set(title=title, yticks=range(4), yticklabels=labels, xlim=(0, 1.8))
    axes.invert_yaxis()
    axes.grid(False)


determined = np.array([[0.40, 0.00, 0.00], [0.00, 0.25, 0.35]])  # a sunny evening means that the morning was dry
cases = {"independent": product, "the weather": p_xy, "X determined by Y": determined}
_, panels = plt.subplots(3, 1, figsize=(9, 8.5), sharex=True)
for axes, (name, table) in zip(panels, cases.items(), strict=True):
    information_diagram(axes, table, name)
panels[-1].set_xlabel("information (nats)")
plt.show()

# %% [markdown]
# The marginals are the same in all three; only the overlap moves. Independent: no overlap, and $H(X,Y)=H(X)+H(Y)$.
# Determined: $H(X)$ lies wholly inside $H(Y)$, and $I=H(X)$, the most it can be.

# %% [markdown]
# **Predict, then move.** Two fair coins, and $Z$ their XOR: how much do they tell of each other, before $Z$ is known and
# after? Which single cell must you change to make them dependent at once?

# %%
from infotheory.explore import JointExplorer

JointExplorer("XOR: two coins, Z = X + Y mod 2")

# %% [markdown]
# ### Pointwise: which pairs attract each other?
#
# $I$ is the mean of $\log\frac{p(x,y)}{p(x)p(y)}$, the **pointwise mutual information** of a pair of outcomes.
#
# **Predict, then run.** Can the pointwise value be negative? Can its mean?


# %%
def show_table(axes, table, title, **colours):
    axes.imshow(table, aspect="auto", **colours)
    for x, y in np.ndindex(table.shape):
        axes.text(y, x, f"{table[x, y]:.3f}", ha="center", va="center", fontsize=15)
    axes.set(title=title, xticks=range(3), xticklabels=["sun", "cloud", "rain"], xlabel="evening y")
    axes.set(yticks=range(2), yticklabels=["dry", "wet"])
    axes.grid(False)


pmi = it.pointwise_mutual_information(p_xy)
_, panels = plt.subplots(1, 3, figsize=(11, 3.2), sharey=True)
show_table(panels[0], p_xy, "p(x,y)", cmap="Blues", vmin=0, vmax=0.6)
show_table(panels[1], product, "p(x) p(y)", cmap="Blues", vmin=0, vmax=0.6)
show_table(panels[2], pmi, "pointwise MI (nats)", cmap="PuOr", vmin=-1.5, vmax=1.5)
panels[0].set_ylabel("morning x")
plt.show()
compare("Σ p(x,y) pmi(x,y)", np.sum(p_xy * pmi), "I(X;Y)", it.mutual_information(p_xy))

# %% [markdown]
# Dry mornings and sunny evenings occur together more often than by chance (positive), dry mornings and rainy evenings
# less (negative). A single value may have either sign; the mean is a KL divergence, so it may not.
#
# ## 2.2 Dependence is not correlation
#
# The report calls $I$ a measure of "how correlated" two variables are. It measures *dependence*; correlation sees only
# what a straight line could predict.
#
# **Predict, then run.** $X$ is uniform on $\{-1,0,1\}$ and $Y=X^2$. What is their correlation? What is $I(X;Y)$?

# %%
x_values, y_values = np.array([-1, 0, 1]), np.array([0, 1])
p_square = np.array([[0, 1 / 3], [1 / 3, 0], [0, 1 / 3]])  # rows x = −1, 0, 1; columns y = 0, 1
mean_x, mean_y = x_values @ it.marginal(p_square, "x"), y_values @ it.marginal(p_square, "y")
covariance = (x_values - mean_x) @ p_square @ (y_values - mean_y)
print(f"|covariance| = {abs(covariance):.6f}")
compare("I(X;Y)", it.mutual_information(p_square), "H(Y)", it.entropy(it.marginal(p_square, "y")))
compare("I(X;Y)", it.mutual_information(p_square), "log 3 − ⅔ log 2", np.log(3) - 2 / 3 * np.log(2))

# %% [markdown]
# $Y$ is a function of $X$, so $I(X;Y)=H(Y)$, while the correlation is 0. The other direction holds: independent
# variables of finite variance are uncorrelated. A method that makes the *covariance* of its latents diagonal (DIP-VAE,
# lecture 9) asks for less than independence.
#
# ## 2.3 With a third variable: conditional mutual information
#
# What $Y$ tells about $X$ when $Z$ is known already:
#
# $$I(X;Y\mid Z) = H(X\mid Z) - H(X\mid Y,Z) = \sum_z p(z)\,I(X;Y\mid Z=z)\;\ge 0,$$
#
# a mean of mutual informations, and 0 iff $X$ and $Y$ are independent given $Z$. Its **chain rule** is that of the
# entropy, used twice: $I(X;Y,Z) = I(X;Z) + I(X;Y\mid Z)$.
#
# The difference $I(X;Y)-I(X;Y\mid Z)$ does not depend on which of the three variables is called $Z$. It is the
# **co-information** (Bell, 2003), and it equals the sum of the entropies of all groups with alternating signs:
#
# $$H(X)+H(Y)+H(Z)-H(X,Y)-H(X,Z)-H(Y,Z)+H(X,Y,Z).$$
#
# The code checks all three on a random table.
#
# **Predict, then run.** Entropy can only fall, on average, when we condition. Can *mutual information* rise? $X$ and
# $Y$ are two fair coins and $Z = X\oplus Y$ says whether they differ.

# %%
xor = np.zeros((2, 2, 2))  # p(x, y, z)
for x in (0, 1):
    for y in (0, 1):
        xor[x, y, x ^ y] = 1 / 4

copies = np.zeros((2, 2, 2))  # the opposite case: X and Y are noisy copies of Z, each wrong with probability 0.1
for x, y, z in np.ndindex(2, 2, 2):
    copies[x, y, z] = 1 / 2 * (0.9 if x == z else 0.1) * (0.9 if y == z else 0.1)

for name, p_xyz in {"Z = X xor Y": xor, "common cause Z": copies}.items():
    I_XY, I_XY_given_Z = it.mutual_information(p_xyz.sum(axis=2)), it.conditional_mutual_information(p_xyz)
    print(f"{name:15s} I(X;Y) = {I_XY:.6f},  I(X;Y|Z) = {I_XY_given_Z:.6f}", end=",  ")
    print(f"co-information {it.co_information(p_xyz):+.6f}")

# a random table: the mean over z from scratch, the chain rule in both orders, and co-information
p_xyz = rng.dirichlet(np.ones(8)).reshape(2, 2, 2)
p_xzy = np.swapaxes(p_xyz, 1, 2)
p_z = p_xyz.sum(axis=(0, 1))
each_z = [it.mutual_information(p_xyz[:, :, z] / p_z[z]) for z in range(2)]
compare("Σ p(z) I(X;Y|Z=z)", p_z @ each_z, "I(X;Y|Z)", it.conditional_mutual_information(p_xyz))

I_X_YZ = it.mutual_information(p_xyz.reshape(2, 4))  # (y, z) as one variable with four outcomes
z_first = it.mutual_information(p_xyz.sum(axis=1)) + it.conditional_mutual_information(p_xyz)
y_first = it.mutual_information(p_xyz.sum(axis=2)) + it.conditional_mutual_information(p_xzy)
compare("I(X;Y,Z)", I_X_YZ, "I(X;Z) + I(X;Y|Z)", z_first)
compare("I(X;Y,Z)", I_X_YZ, "I(X;Y) + I(X;Z|Y)", y_first)
difference = it.mutual_information(p_xyz.sum(axis=2)) - it.conditional_mutual_information(p_xyz)
compare("I(X;Y) − I(X;Y|Z)", difference, "it.co_information", it.co_information(p_xyz))

# %% [markdown]
# It can move either way. Two coins know nothing of each other, but once we are told whether they differ, each
# determines the other: $I(X;Y\mid Z)=\log 2$. Two copies of one cause are dependent until the cause is known.
#
# A positive co-information is called **redundancy**: the copies carry the same information. A negative one is called
# **synergy**: in XOR no variable alone carries information about another, but any two together determine the third.
# ("Interaction information", McGill, 1954, has the opposite sign for three variables; check before you compare.)
#
# So beware of the picture with *three* overlapping circles: its middle is the co-information, which for XOR equals
# $-\log 2$. The diagram of two variables is always right; with three, an area may be negative.
#
# ## 2.4 Many variables: total correlation
#
# For latents $z_1,\dots,z_d$ the same comparison, joint against product of the marginals, is the **total correlation**
#
# $$\mathrm{TC} = \mathrm{KL}\Big(p(z_1,\dots,z_d)\,\Big\|\,\prod_j p(z_j)\Big)
# = \sum_j H(Z_j) - H(Z_1,\dots,Z_d)\;\ge 0,$$
#
# 0 iff they are *jointly* independent. For $d=2$ it is $I$; in general it is a chain,
# $\mathrm{TC} = I(Z_1;Z_2) + I(Z_1,Z_2;Z_3)+\dots$. With differential entropies, and for the aggregate posterior
# $q(z)$, it is the term that FactorVAE and β-TCVAE penalise (lecture 9).
#
# **Predict, then run.** In XOR every *pair* of the three variables is independent. What is the total correlation?

# %%
pairs = [it.mutual_information(xor.sum(axis=axis)) for axis in range(3)]
print("I of the three pairs:", np.round(pairs, 6))
compare("TC", it.total_correlation(xor), "Σ H − H(X,Y,Z)", 3 * np.log(2) - it.entropy(xor, axis=(0, 1, 2)))
chain = it.mutual_information(xor.sum(axis=2)) + it.mutual_information(xor.reshape(4, 2))
compare("TC", it.total_correlation(xor), "I(X;Y) + I(X,Y;Z)", chain)

# %% [markdown]
# Uncorrelated is weaker than pairwise independent, which is weaker than independent. And even independent is weaker
# than *disentangled*: turn $\mathcal N(0, I)$ by 45°, say, and its coordinates are still independent, while each
# now mixes the old ones (lecture 10).
#
# ## 2.5 KL divergence
#
# The report writes it in three forms, and calls it a dissimilarity:
#
# $$\mathrm{KL}(p\,\|\,q) = -\sum_x p(x)\log q(x) + \sum_x p(x)\log p(x) = \sum_x p(x)\log\frac{p(x)}{q(x)}
# = -\sum_x p(x)\log\frac{q(x)}{p(x)}.$$
#
# The first is cross-entropy minus entropy: how many nats per symbol one wastes by coding $p$ with the code made for
# $q$.

# %%
p, q = np.array([0.1, 0.4, 0.3, 0.2]), np.array([0.3, 0.15, 0.2, 0.35])
form_1 = -np.sum(p * np.log(q)) + np.sum(p * np.log(p))
form_2 = np.sum(p * np.log(p / q))
form_3 = -np.sum(p * np.log(q / p))
compare("−Σ p log q + Σ p log p", form_1, "Σ p log p/q", form_2)
compare("Σ p log p/q", form_2, "−Σ p log q/p", form_3)
compare("H(p,q) − H(p)", it.cross_entropy(p, q) - it.entropy(p), "it.kl_divergence", it.kl_divergence(p, q))

# %% [markdown]
# ## 2.6 Never negative: Gibbs' proof by a tangent
#
# Single terms $p\log\frac pq$ are negative wherever $q>p$. Why not the sum? The logarithm lies below its tangent at 1,
# $\log t\le t-1$, and touches it at $t=1$ only. Take $t=q(x)/p(x)$ and multiply by $p(x)>0$:
#
# $$p\,\log\frac qp \le q-p
# \qquad\Longrightarrow\qquad p\,\log\frac pq - p + q \;\ge\; 0,\quad \text{with equality iff } p=q.$$
#
# (Where $p(x)=0$ the term is $q(x)\ge0$, and again 0 iff $q(x)=p(x)$; where $q(x)=0<p(x)$ it is $+\infty$.) Now sum
# over $x$. Both pmfs sum to 1, so what we added cancels, and
#
# $$\mathrm{KL}(p\,\|\,q)=\sum_x \Big(p\log\frac pq - p + q\Big)\;\ge\;0,
# \qquad\text{with equality iff } p(x)=q(x)\text{ for every } x.$$
#
# The report states one half of the second part, that equal pmfs have $\mathrm{KL}=0$. Every bound of the later lectures
# needs the *converse* too: it is why a bound that is tight has found the right distribution. The package sums these
# very terms.

# %%
raw, lifted = p * np.log(p / q), p * np.log(p / q) - p + q
t = np.linspace(0.05, 3.2, 300)
_, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
left.plot(t, t - 1, color=COLOURS[1], label="t − 1")
left.plot(t, np.log(t), color=COLOURS[0], label="log t")
left.fill_between(t, np.log(t), t - 1, alpha=0.15, color=COLOURS[2], label="the gap, ≥ 0")
left.plot(q / p, np.log(q / p), "o", color="black", label="t = q(x)/p(x)")
left.set(title="The logarithm lies below its tangent", xlabel="t", ylabel="value", ylim=(-3, 2.4))
left.legend(loc="lower right")
place = np.arange(len(p))
right.bar(place - 0.2, raw, 0.4, color=COLOURS[4], label="p log(p/q)")
right.bar(place + 0.2, lifted, 0.4, color=COLOURS[2], label="p log(p/q) − p + q")
right.axhline(0, color="black", linewidth=1)
right.set(title="The same sum, term by term", xlabel="outcome x", ylabel="term (nats)", xticks=place)
right.legend()
plt.show()
print("p log(p/q):        ", raw.round(3))
print("p log(p/q) − p + q:", lifted.round(3))
compare("sum of the first", raw.sum(), "sum of the second", lifted.sum())

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 10 minutes · KL divergence by hand
#
# Write $\mathrm{KL}(p\,\|\,q)$ in nats with numpy alone. The pmfs may hold zeros. Since $0\log 0=0$, an outcome with
# $p(x)=0$ contributes nothing. An outcome with $q(x)=0<p(x)$ makes the divergence infinite.
#
# <details><summary>Hint 1</summary>
#
# Only outcomes with $p(x)>0$ contribute: select them with a mask.
# </details>
# <details><summary>Hint 2</summary>
#
# If $q$ is 0 for one of these, return `np.inf` before you divide.
# </details>


# %% tags=["exercise"]
def my_kl(p, q): ...  # your code


exercises.kl_divergence.check(my_kl)

# %% [markdown]
# ## 2.7 What KL is, and what it is not
#
# | property | holds? |
# |---|---|
# | $\mathrm{KL}(p\,\|\,q)\ge0$ | yes |
# | $\mathrm{KL}(p\,\|\,q)=0$ iff $p=q$ | yes, both directions |
# | $\mathrm{KL}(p\,\|\,q)=\mathrm{KL}(q\,\|\,p)$ | not in general |
# | finite | iff $q(x)>0$ wherever $p(x)>0$ (finitely many outcomes) |
# | triangle inequality | no |
#
# So it is no distance. The report prints the third line as $\mathrm{KL}(p\,\|\,q)\ne\mathrm{KL}(q\,\|\,p)$. **Predict,
# then run.** Take two coins with heads probabilities $a\ne b$. For which pairs are the two directions *equal*?

# %%
heads = np.linspace(0.02, 0.98, 97)
coin = np.stack([heads, 1 - heads], axis=-1)
KL = it.kl_divergence(coin[:, None], coin[None, :])  # KL(a‖b), a in rows
difference = KL - KL.T

_, axes = plt.subplots(figsize=(6.4, 5.2))
image = axes.pcolormesh(heads, heads, difference.T, cmap="PuOr", vmin=-1, vmax=1)
axes.contour(heads, heads, difference.T, levels=[0], colors="black", linewidths=1.5)
axes.set(title="KL(a‖b) − KL(b‖a) for two coins", xlabel="heads probability a", ylabel="heads probability b")
axes.grid(False)
plt.colorbar(image, label="difference (nats)", extend="both")
plt.show()
a, b, c = [0.3, 0.7], [0.7, 0.3], [0.1, 0.9]
compare("KL(.3‖.7)", it.kl_divergence(a, b), "KL(.7‖.3)", it.kl_divergence(b, a))
print(f"KL(.3‖.1) = {it.kl_divergence(a, c):.6f}    KL(.1‖.3) = {it.kl_divergence(c, a):.6f}    differ")

# %% [markdown]
# On both diagonals. On one $a=b$; on the other $b=1-a$, where swapping the coins is the same as renaming heads and
# tails, and KL does not care about names.
#
# **Infinite.** If $p$ allows what $q$ forbids, one observation refutes $q$ for ever. The other direction may be finite.
#
# **No triangle inequality.** Is the way over $q$ never shorter than the direct one? For unit Gaussians
# $\mathrm{KL}=\tfrac12(\mu_p-\mu_q)^2$, a *squared* distance, and two short steps squared are less than one long one.
#
# **"Preserves local information"** is no property of KL, although the report says so. The sum knows no neighbours:
# rename the outcomes of both pmfs by one permutation and nothing changes. The phrase belongs to t-SNE, where $p$ is
# *built* from distances. **Predict, then run.** A twentieth of the mass moves to the next place, or to the far end:
# which KL is larger?

# %%
p, q = [0.5, 0.3, 0.2], [0.5, 0.5, 0.0]
print(f"support:      KL(p‖q) = {it.kl_divergence(p, q)},  KL(q‖p) = {it.kl_divergence(q, p):.3f}")

one = [[1.0]]  # a variance
direct = it.gaussian_kl([0.0], one, [2.0], one)
detour = it.gaussian_kl([0.0], one, [1.0], one) + it.gaussian_kl([1.0], one, [2.0], one)
print(f"Gaussians at 0, 1, 2:   direct {direct:.3f} > detour {detour:.3f}")
p_1, p_2, p_3 = np.array([[0.1, 0.9], [0.3, 0.7], [0.5, 0.5]])
direct, detour = it.kl_divergence(p_1, p_3), it.kl_divergence(p_1, p_2) + it.kl_divergence(p_2, p_3)
print(f"coins with .1, .3, .5:  direct {direct:.3f} > detour {detour:.3f}")

start = np.array([0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1])
next_door = start + np.array([0, 0, -0.05, 0.05, 0, 0, 0])
far_away = start + np.array([0, 0, -0.05, 0, 0, 0, 0.05])
compare("KL, mass moved by 1", it.kl_divergence(start, next_door), "moved by 4", it.kl_divergence(start, far_away))

# %% [markdown]
# **But a small KL does mean close.** The total variation $\tfrac12\sum|p-q|$ is the most by which the two probabilities
# of any event differ, and it *is* a distance. **Pinsker's inequality** (Cover & Thomas, lemma 11.6.1), in nats,
#
# $$\mathrm{KL}(p\,\|\,q)\;\ge\;2\,\mathrm{TV}(p,q)^2,$$
#
# is the useful form of "0 only if equal", for use where nothing is exactly 0. Random pairs of pmfs, and pairs of coins
# near ½:

# %%
pairs = rng.dirichlet(np.ones(3), size=(4_000, 2))
near_half = 0.5 + np.linspace(0.01, 0.45, 45)
coins = np.stack([np.stack([near_half, 1 - near_half], -1), np.stack([1 - near_half, near_half], -1)], 1)

_, axes = plt.subplots(figsize=(7.5, 4.4))
all_ratios = []
for some, label, size in ((pairs, "random pmfs of 3 outcomes", 5), (coins, "a coin and its mirror image", 22)):
    TV, KL = it.total_variation(some[:, 0], some[:, 1]), it.kl_divergence(some[:, 0], some[:, 1])
    axes.scatter(TV, KL, size, alpha=0.6, label=label, linewidths=0)
    all_ratios.append((KL / (2 * TV**2)).min())
TV = np.linspace(0, 1, 101)
axes.plot(TV, 2 * TV**2, color="black", label="2 TV², Pinsker's bound")
axes.set(title="No pair lies below the parabola", xlabel="total variation", ylabel="KL (nats)", ylim=(0, 3))
axes.legend(loc="upper left")
plt.show()
print(f"smallest KL / 2 TV²: random {all_ratios[0]:.3f}, coins {all_ratios[1]:.3f}")

# %% [markdown]
# There is no such bound from above: KL can be infinite while TV is as small as you like.
#
# ## 2.8 Forward against reverse
#
# Direction matters most when $q$ cannot equal $p$. Fit one Gaussian $q$ to a $p$ with two modes, on a grid, by
# minimising
#
# - the **forward** $\mathrm{KL}(p\,\|\,q)=\mathbb E_p\log\frac pq$: large where $p$ has mass and $q$ has none;
# - the **reverse** $\mathrm{KL}(q\,\|\,p)=\mathbb E_q\log\frac qp$: large where $q$ has mass and $p$ has none.
#
# **Predict, then run.** Which of the two fits sits on a single mode? Which puts its peak where $p$ has hardly any mass?

# %%
x = np.linspace(-15, 15, 601)
density = 0.6 * norm.pdf(x, -3, 1) + 0.4 * norm.pdf(x, 3, 0.8)
two_modes = density / density.sum()  # p, a pmf on the grid
mean_p = two_modes @ x
sigma_p = np.sqrt(two_modes @ (x - mean_p) ** 2)


def gaussian_logits(mean, log_sigma):  # q = softmax of these: a Gaussian on the grid
    return -(((x - mean) / np.exp(log_sigma)) ** 2) / 2


def forward(theta):
    return float(it.kl_from_logits(np.log(two_modes), gaussian_logits(*theta)))


def reverse(theta):
    return float(it.kl_from_logits(gaussian_logits(*theta), np.log(two_modes)))


fits = {
    "forward KL": minimize(forward, [0, 0]).x,
    "reverse KL, from the left": minimize(reverse, [-2, 0]).x,
    "reverse KL, from the right": minimize(reverse, [2, 0]).x,
}
print("                             mean  sigma   KL(p‖q)   KL(q‖p)")
for name, (mean, log_sigma) in fits.items():
    theta = mean, log_sigma
    print(f"{name:27s} {mean:5.2f}  {np.exp(log_sigma):5.2f}  {forward(theta):8.2f}  {reverse(theta):8.2f}")
print(f"{'p itself':27s} {mean_p:5.2f}  {sigma_p:5.2f}")

# %%
means, log_sigmas = np.linspace(-6, 6, 121), np.log(np.linspace(0.5, 5, 46))
logits = -(((x - means[:, None, None]) / np.exp(log_sigmas)[:, None]) ** 2) / 2  # [mean, sigma, grid]
landscape = {
    "forward KL(p‖q)": it.kl_from_logits(np.log(two_modes), logits).min(axis=1),
    "reverse KL(q‖p)": it.kl_from_logits(logits, np.log(two_modes)).min(axis=1),
}
_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
left.fill_between(x, density, color="0.8", label="p, two modes")
for (name, (mean, log_sigma)), style in zip(fits.items(), ("-", "-", "--"), strict=True):
    left.plot(x, norm.pdf(x, mean, np.exp(log_sigma)), style, label=name)
left.set(title="The best single Gaussian", xlabel="x", ylabel="density (1/unit of x)", xlim=(-9, 9), ylim=(0, 0.8))
left.legend(fontsize=11, loc="upper right")
for name, best in landscape.items():
    right.plot(means, best, label=name)
right.set(title="The best over σ, for each mean of q", xlabel="mean of q", ylabel="KL (nats)", ylim=(0, 3))
right.legend()
plt.show()

# %% [markdown]
# Forward is **mode-covering**: it must not miss any of $p$, so it spreads over the valley. In an exponential family its
# optimum matches the moments: mean and σ above are those of $p$. Reverse is **mode-seeking**: it must not claim what
# $p$ denies. Across a valley as deep as this it takes one mode, and which one depends on where it starts; modes closer
# together it would cover too. The right panel shows why: one valley against two.
#
# Both will return. Maximum likelihood, next, is the forward KL. The ELBO of lecture 3 improves its $q$ by the reverse
# KL, since only an expectation under $q$ can be computed there.

# %% [markdown]
# **Predict, then move.** Push the modes together: from which distance on does the reverse fit cover both? Then place $q$ by
# hand: can you beat either fit at its own number?

# %%
from infotheory.explore import KLExplorer

KLExplorer(distance=6, weight=0.6)

# %% [markdown]
# ## 2.9 Maximum likelihood is a KL
#
# Let $\hat p$ be the empirical pmf of $N$ samples. Grouping equal samples turns the mean log-likelihood into a sum over
# outcomes:
#
# $$\frac1N\sum_{i=1}^N\log q_\theta(x_i) = \sum_x \hat p(x)\log q_\theta(x)
# = -\,H(\hat p) - \mathrm{KL}(\hat p\,\|\,q_\theta).$$
#
# $H(\hat p)$ does not depend on θ. So maximising the likelihood *is* minimising the forward KL from the data to the
# model. (For a density $q_\theta$ the samples' $\hat p$ has no such KL; there the *expected* log-likelihood is
# $-h(p)-\mathrm{KL}(p\,\|\,q_\theta)$.) **Predict, then run.** Draw both as curves over θ: how do they differ?

# %%
samples = rng.binomial(4, 0.35, size=500)
p_hat = it.empirical_pmf(samples)  # all five outcomes 0 … 4 occur
theta = np.linspace(0.1, 0.7, 121)
model = binom.pmf(np.arange(5), 4, theta[:, None])  # q_θ, a batch of 121 pmfs

negative_log_likelihood = -np.array([binom.logpmf(samples, 4, value).mean() for value in theta])
KL = it.kl_divergence(p_hat, model)

_, axes = plt.subplots(figsize=(7.5, 4.2))
axes.plot(theta, negative_log_likelihood, label="−mean log-likelihood")
axes.plot(theta, KL, label="KL(p̂ ‖ q_θ)")
axes.axvline(samples.mean() / 4, color="black", linestyle=":", label="sample mean / 4")
axes.annotate("", (0.6, KL[100]), (0.6, negative_log_likelihood[100]), arrowprops={"arrowstyle": "<->", "lw": 1.5})
axes.text(0.61, (KL[100] + negative_log_likelihood[100]) / 2, "H(p̂)", va="center")
axes.set(title="One minimum, two names: Binomial(4, θ)", ylim=(-0.1, 3.3))
axes.set(xlabel="θ, the probability of success", ylabel="nats per sample")
axes.legend(loc="upper left")
plt.show()
compare("−mean log q − KL at θ = 0.1", negative_log_likelihood[0] - KL[0], "H(p̂)", it.entropy(p_hat))
compare("−mean log q − KL at θ = 0.7", negative_log_likelihood[-1] - KL[-1], "H(p̂)", it.entropy(p_hat))
print(f"same minimiser on the grid: {negative_log_likelihood.argmin() == KL.argmin()}")

# %% [markdown]
# ## 2.10 Data processing: no function makes information
#
# Let $Z$ be made from $Y$ alone, by any function, with any noise of its own: $X - Y - Z$ is a **Markov chain**, $I(X;Z\mid Y)=0$.
# Write $I(X;Y,Z)$ in both orders of the chain rule:
#
# $$I(X;Y) + \underbrace{I(X;Z\mid Y)}_{=0} \;=\; I(X;Y,Z) \;=\; I(X;Z) + \underbrace{I(X;Y\mid Z)}_{\ge 0}
# \qquad\Longrightarrow\qquad I(X;Z)\le I(X;Y).$$
#
# Whatever a network computes from an image, it cannot know more of the label than the image does.

#
# **For KL the same.** Send $p$ and $q$ through one channel $K(y\mid x)$. The joint pmfs $p(x)K(y\mid x)$ and
# $q(x)K(y\mid x)$ have the divergence of $p$ and $q$, since $K$ cancels in the ratio; split the joints the other way,
# by $y$ first:
#
# $$\mathrm{KL}(p\,\|\,q) = \mathrm{KL}(pK\,\|\,qK)
# + \sum_y (pK)(y)\;\mathrm{KL}\big(p(x\mid y)\,\|\,q(x\mid y)\big)\;\ge\;\mathrm{KL}(pK\,\|\,qK).$$
#
# Both on the weather, where an observer writes down $Z$: the evening $Y$, misread now and then.

# %%
misread = np.array([[0.80, 0.15, 0.05], [0.10, 0.80, 0.10], [0.05, 0.15, 0.80]])  # p(z|y), rows sum to 1
p_xyz = p_xy[:, :, None] * misread
I_XY, I_XZ = it.mutual_information(p_xy), it.mutual_information(p_xy @ misread)
print(f"I(X;Z|Y) = {it.conditional_mutual_information(np.swapaxes(p_xyz, 1, 2)):.6f}")
compare("I(X;Y)", I_XY, "I(X;Z) + I(X;Y|Z)", I_XZ + it.conditional_mutual_information(p_xyz))
print(f"I(X;Z) = {I_XZ:.6f} ≤ I(X;Y) = {I_XY:.6f}: {bool(I_XZ <= I_XY)}")

p, q, K = np.array([0.7, 0.2, 0.1]), np.array([0.2, 0.3, 0.5]), misread
joint_p, joint_q = it.joint(p, K), it.joint(q, K)
compare("KL(p‖q)", it.kl_divergence(p, q), "KL of the joints", it.kl_divergence(joint_p, joint_q, axis=(-2, -1)))
inside = it.kl_divergence(it.conditional(joint_p), it.conditional(joint_q), axis=-2)  # one for each y
compare("KL(p‖q)", it.kl_divergence(p, q), "KL(pK‖qK) + mean", it.kl_divergence(p @ K, q @ K) + (p @ K) @ inside)

# %% [markdown]
# Pass through the channel again and again: both fall, step by step, towards 0.
#
# **Predict, then run.** Which maps of $Y$ lose nothing? Renaming the three evenings? Calling cloud and rain both
# "grey"?

# %%
steps = range(9)
powers = [np.linalg.matrix_power(misread, k) for k in steps]
_, axes = plt.subplots(figsize=(7.5, 4))
axes.plot(steps, [it.kl_divergence(p @ power, q @ power) for power in powers], "o-", label="KL(pKᵏ ‖ qKᵏ)")
axes.plot(steps, [it.mutual_information(p_xy @ power) for power in powers], "s-", label="I(X; Y after k steps)")
axes.set(title="Processing only loses", xlabel="passes k through the noisy channel", ylabel="nats")
axes.legend()
plt.show()
rename = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
grey = np.array([[1, 0], [0, 1], [0, 1]])
I_grey = it.mutual_information(p_xy @ grey)
compare("I(X;Y)", I_XY, "I(X; renamed Y)", it.mutual_information(p_xy @ rename))
compare("KL(p‖q)", it.kl_divergence(p, q), "KL of both renamed", it.kl_divergence(p @ rename, q @ rename))
print(f"I(X; sun or grey) = {I_grey:.6f}, lost {I_XY - I_grey:.6f}")

# %% [markdown]
# An invertible map loses nothing: undo it, and the inequality holds in the other direction too. Merging loses exactly
# $I(X;Y\mid Z)$, here little, because $p(x\mid\text{cloud})$ and $p(x\mid\text{rain})$ are close. If they were equal,
# nothing would be lost: $Z$ would be a *sufficient* statistic of $Y$ for $X$. So invertible is enough for equality, but
# not needed.
#
# **Settled by machine.** Data processing is a statement about entropies with a condition, and `Statement` (lecture 1) proves
# it for every Markov chain, which is written `X -> Y -> Z` or `I(X;Z|Y) = 0`. Without this condition data processing is
# refuted. So are both claims about conditioning (2.3): that it never raises $I$, and that it never lowers $I$.

# %%
print(repr(it.Statement("I(X;Z) <= I(X;Y)", given=["X -> Y -> Z"]).verdict()), end="\n\n")
for claim in ("I(X;Z) <= I(X;Y)", "I(X;Y|Z) <= I(X;Y)", "I(X;Y|Z) >= I(X;Y)"):
    print(repr(it.Statement(claim).verdict()), end="\n\n")

# %% [markdown]
# ## 2.11 Continuous variables: differential entropy
#
# For a density $f$ the same formula, $h(X)=-\int f\log f$, gives another kind of quantity. For a Gaussian
# $h=\tfrac12\log 2\pi e\sigma^2$.
#
# **Predict, then run.** Heights of people have σ = 0.07 m, that is 7 cm. What is the sign of $h$ in metres? What
# changes in centimetres? And do KL and $I$ change?

# %%
in_metres, in_centimetres = it.gaussian_entropy([[0.07**2]]), it.gaussian_entropy([[7.0**2]])
print(f"h in metres {in_metres:.6f}, in centimetres {in_centimetres:.6f}")
compare("h(100 X)", in_centimetres, "h(X) + log 100", in_metres + np.log(100))

KL_m = it.gaussian_kl([1.78], [[0.07**2]], [1.65], [[0.065**2]])
KL_cm = it.gaussian_kl([178.0], [[7.0**2]], [165.0], [[6.5**2]])
compare("KL in metres", KL_m, "KL in centimetres", KL_cm, atol=1e-9)
cov_m = np.array([[0.07**2, 0.8 * 0.07 * 0.08], [0.8 * 0.07 * 0.08, 0.08**2]])  # height and arm span, ρ = 0.8
I_m, I_cm = it.gaussian_mutual_information(cov_m, 1), it.gaussian_mutual_information(100**2 * cov_m, 1)
compare("I in metres", I_m, "I in centimetres", I_cm)

# %% [markdown]
# A density has a unit, and $h(aX)=h(X)+\log|a|$ moves with it. A *ratio* of densities has none: KL and $I$, made of
# ratios, keep their meaning. They are also the limits of their discrete versions, while entropy is not: bins of width Δ
# give $H\approx h-\log\Delta\to\infty$. (An infinitely fine reading of $X$ costs infinitely many bits.)

# %%
widths = np.geomspace(0.05, 8, 40)
H_binned = []
for width in widths:
    n = int(np.ceil(10 / width))
    H_binned.append(it.entropy(np.diff(norm.cdf(width * np.arange(-n, n + 1)))))
h = float(it.gaussian_entropy([[1.0]]))

sigmas = np.geomspace(0.02, 10, 100)  # Y = X + noise of this σ, X ~ N(0, 1)
covs = np.stack([np.stack([np.ones(100), np.ones(100)], -1), np.stack([np.ones(100), 1 + sigmas**2], -1)], -2)
I_noisy = it.gaussian_mutual_information(covs, 1)

_, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2))
left.semilogx(widths, H_binned, label="H of the binned variable")
left.semilogx(widths, h - np.log(widths), "--", label="h − log Δ")
left.set(title="Binning N(0, 1)", xlabel="bin width Δ (units of X)", ylabel="entropy (nats)")
left.legend()
right.semilogx(sigmas, I_noisy, label="I(X;Y)")
right.semilogx(sigmas, h - I_noisy, label="h(X|Y) = h(X) − I(X;Y)")
right.axhline(h, color="0.4", linestyle="--", linewidth=1.5, label="h(X)")
right.axhline(0, color="black", linewidth=1)
right.set(title="Y = X + noise, X ~ N(0, 1)", xlabel="σ of the noise (units of X)", ylabel="nats")
right.legend(fontsize=11)
plt.show()
for i in (0, -1):
    print(f"bins of width {widths[i]:.2f}: H = {H_binned[i]:.4f}, h − log Δ = {h - np.log(widths[i]):.4f}")
print(f"noise σ = 0.02: I = {I_noisy[0]:.4f}, h(X|Y) = {h - I_noisy[0]:.4f}")

# %% [markdown]
# As the noise vanishes, $Y$ comes to determine $X$. Then $h(X\mid Y)\to-\infty$, not 0, and $I\to\infty$.
# Keep the two lists apart:
#
# | true for discrete *and* continuous | true for discrete only |
# |---|---|
# | chain rules (where finite) | $H(X)\ge0$ and $H(X\mid Y)\ge0$ |
# | $I\ge0$, $\mathrm{KL}\ge0$, equality conditions (almost everywhere) | $H(X\mid Y)=0$ iff $X$ is determined by $Y$ |
# | $h(X\mid Y)\le h(X)$ | $I(X;Y)\le \min\{H(X),H(Y)\}$, $I(X;X)=H(X)$ |
# | data processing | $H(X,Y)\ge H(X)$; $H$ unchanged by an invertible map |
#
# Wherever these lectures *prove* a statement about entropies, it is for discrete variables. The continuous codes of
# InfoGAN (lectures 7 and 8) bring a differential entropy in, and a bound that may be negative. A bound by *one* entropy
# needs only that variable discrete: $I(c;x)\le H(c)$ for a discrete code $c$ and any image $x$.
#
# ## 2.12 Estimates from samples, and their bias
#
# Put the shares $\hat p$ of $N$ samples into the formulas: the **plug-in** estimates. Entropy is concave, so by Jensen
# $\mathbb E\,H(\hat p)\le H(\mathbb E\,\hat p)=H(p)$: chance makes a sample look more orderly than its source. For $n$
# outcomes and large $N$ (Miller, 1955)
#
# $$\mathbb E\,\hat H \approx H - \frac{n-1}{2N},\qquad
# \mathbb E\,\hat I \approx I + \frac{(n_x-1)(n_y-1)}{2N}\quad\text{(nats)}.$$
#
# The second follows from the first by $I=H(X)+H(Y)-H(X,Y)$ if all cells are possible:
# $-(n_x-1)-(n_y-1)+(n_xn_y-1)=(n_x-1)(n_y-1)$. (Impossible cells can turn the sign: for
# $Y=X$, $\hat I=\hat H$ is too *small*.) And no plug-in estimate of either exceeds $\log N$: $N$ samples show at most
# $N$ outcomes.
#
# The number $n$ of possible outcomes is seldom known. The **Miller–Madow** estimate therefore adds $(K-1)/2N$ to the
# plug-in estimate, where $K$ is the number of outcomes that were *seen*.
#
# **Predict, then run.** $X$ and $Y$ are independent, with 5 and 4 outcomes; we see 200 pairs. Of 2000 such data sets,
# in how many is $\hat I$ exactly 0? What is its mean?

# %%
zipf = 1 / np.arange(1, 51)
zipf /= zipf.sum()  # 50 outcomes, some common, many rare
H_true = it.entropy(zipf)
sizes = np.geomspace(10, 10_000, 16).astype(int)
plug_in, corrected = [], []
for N in sizes:
    counts = rng.multinomial(N, zipf, size=400)
    H_hat = it.entropy(counts / N)
    plug_in.append(H_hat.mean())
    corrected.append(it.miller_madow_entropy(counts).mean())  # H_hat + (seen − 1)/2N, where `seen` outcomes occurred

N, n_x, n_y = 200, 5, 4
uniform = np.full((n_x, n_y), 1 / (n_x * n_y))
I_hat = it.mutual_information(rng.multinomial(N, uniform.ravel(), size=2_000).reshape(-1, n_x, n_y) / N)
bias = (n_x - 1) * (n_y - 1) / (2 * N)

_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
left.axhline(H_true, color="black", linewidth=1.5, label="true H")
left.semilogx(sizes, plug_in, "o-", markersize=5, label="plug-in, mean of 400")
left.semilogx(sizes, corrected, "s-", markersize=5, label="Miller–Madow")
left.semilogx(sizes, H_true - 49 / (2 * sizes), "--", label="H − (n − 1)/2N")
left.semilogx(sizes, np.log(sizes), ":", color="0.4", label="log N, the cap")
left.set(title="Entropy of 50 outcomes", xlabel="samples N", ylabel="entropy (nats)", ylim=(1, 4))
left.legend(fontsize=11)
right.hist(I_hat, bins=40, density=True, color=COLOURS[5], label="2000 data sets, N = 200")
grid = np.linspace(0.0005, 0.085, 300)
right.plot(grid, 2 * N * chi2.pdf(2 * N * grid, (n_x - 1) * (n_y - 1)), color=COLOURS[0], label="χ² law of 2N·Î")
right.axvline(bias, color="black", linestyle=":", label="$(n_x-1)(n_y-1)/2N$")
right.set(title="Î of independent X, Y; the truth is 0", xlabel="Î (nats)", ylabel="density (1/nat)")
right.legend(fontsize=11)
plt.show()
print(f"entropy at N = {sizes[5]}: true {H_true:.3f}, plug-in {plug_in[5]:.3f}, Miller–Madow {corrected[5]:.3f}")
print(f"independent: Î = 0 in {(I_hat == 0).sum()} of {len(I_hat)}; mean {I_hat.mean():.3f}, predicted {bias:.3f}")
never_twice = it.empirical_joint(rng.permutation(1_000), rng.permutation(1_000))  # no value of x or y occurs twice
compare("Î of two shuffled lists", it.mutual_information(never_twice), "log N", np.log(1_000))

# %% [markdown]
# Every estimate is positive, though nothing is there. Before you believe an $\hat I$, compare it with the bias, or with
# the $\hat I$ of shuffled pairs. ($2N\hat I$ is the statistic of the likelihood-ratio test of independence, for large
# $N$ with a χ² law of $(n_x-1)(n_y-1)$ degrees of freedom, whose mean over $2N$ is the bias formula.) The correction repairs most of the bias
# once each outcome is seen a few times. It cannot help much while most outcomes are unseen: what
# they hold must then be assumed, not counted.
#
# The last line printed is the cap at work: two shuffled lists of 1000 different numbers look fully dependent. Images
# never repeat either. Between two images the plug-in $\hat I$ is $\log N$, between an image and its label it is
# $\hat H(\text{label})$, whatever the truth: one reason why the later lectures *bound* mutual information instead of
# counting.

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · useful · 10 minutes · take the bias out
#
# From a table of counts, $x$ in rows and $y$ in columns, return the plug-in estimate of $I(X;Y)$ less its first-order
# bias, in nats. Every row and column has been seen, and all cells are possible. May the result be negative?
#
# <details><summary>Hint 1</summary>
#
# `counts / counts.sum()` is the empirical joint pmf, and `it.mutual_information` gives the plug-in estimate.
# </details>
# <details><summary>Hint 2</summary>
#
# $n_x$ and $n_y$ are `counts.shape`, and $N$ is `counts.sum()`.
# </details>


# %% tags=["exercise"]
def my_corrected_information(counts): ...  # your code


exercises.corrected_information.check(my_corrected_information)

# %% [markdown]
# ### Bins: too few and too many
#
# For jointly Gaussian $X,Y$ the truth is known, $I=-\tfrac12\log(1-\rho^2)$. Binning the samples and plugging in makes
# two errors of opposite sign. **Predict, then run.** Which one rules with 3 bins? Which with 100? Can more samples cure
# both?

# %%
rho = 0.8
truth = float(it.gaussian_mutual_information([[1, rho], [rho, 1]], 1))
compare("it.gaussian_mutual_information", truth, "−½ log(1 − ρ²)", -np.log(1 - rho**2) / 2)

bins = np.array([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100])
_, axes = plt.subplots(figsize=(8.5, 4.6))
for N, marker in ((300, "o"), (3_000, "s"), (30_000, "^"), (300_000, "D")):
    x, y = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=N).T
    estimates = [it.mutual_information(it.empirical_joint(x, y, bins=int(k))) for k in bins]
    axes.semilogx(bins, estimates, marker + "-", markersize=5, label=f"N = {N:,}")
    print(f"N = {N:7,}:  " + ",  ".join(f"{bins[i]} bins {estimates[i]:.2f}" for i in (1, 4, 7, 11)))
axes.axhline(truth, color="black", linestyle="--", linewidth=1.5, label=f"truth, {truth:.3f}")
axes.set(title="Binned estimates of I, ρ = 0.8", xlabel="bins on each axis", ylabel="Î (nats)", ylim=(0, 2.6))
axes.set_xticks(bins, bins)
axes.minorticks_off()
axes.legend()
plt.show()

# %% [markdown]
# Few bins: binning is data processing, so with fixed bins even endless samples give a value *below* the truth. Many
# bins: the bias takes over, and the value lies above. (It is less than $(k-1)^2/2N$, here about a third of it: almost no
# sample can fall in the cells far from the diagonal.) More samples cure the second error only. (With
# 3 bins the largest sample is even the worst: its extremes stretch the bins, and nearly everything falls in the middle
# one.) Finer bins cure the first error, if the samples keep pace. In high dimension they never do.
#
# ## What to remember
#
# - $I(X;Y)=\mathrm{KL}(p(x,y)\,\|\,p(x)p(y))=H(X)+H(Y)-H(X,Y)=H(X)-H(X\mid Y)$: symmetric, 0 iff independent, and for
#   discrete variables at most the smaller entropy. It measures dependence, not correlation.
# - Conditioning can raise or lower $I$ (XOR, common cause), so co-information has either sign. Pairwise independent is
#   not independent: total correlation.
# - $\mathrm{KL}\ge0$ term by term, by $\log t\le t-1$; 0 *iff* equal; not symmetric in general, sometimes infinite, no
#   distance.
# - Forward KL covers, reverse KL seeks a mode. Maximum likelihood minimises $\mathrm{KL}(\hat p\,\|\,q_\theta)$.
# - Processing never raises $I$ or KL; invertible maps keep both.
# - Differential entropy may be negative and moves with units; KL and $I$ do not.
# - On average the plug-in $\hat H$ is too small (Jensen) and, for large $N$ with all cells possible, $\hat I$ too large;
#   neither passes $\log N$.
#
# **Next**: $\log p(x)$ that cannot be computed, and the KL that turns it into a bound which can: variational inference,
# in lecture 3.
