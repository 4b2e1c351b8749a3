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
# **Both curves are best-fitting Gaussians for the same data. Why do they differ?** The grey density has two modes. The
# left panel shows the Gaussian $q$ with the smallest $\mathrm{KL}(p\|q)$ and the one with the smallest
# $\mathrm{KL}(q\|p)$. The first has its peak where the data are rare. The second leaves out 40 % of the data. For each
# mean, the right panel shows the smallest divergence of a $q$ with this mean. Maximum likelihood leads to the first
# fit, and variational inference leads to the second.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import numpy as np
from scipy.optimize import minimize
from scipy.stats import binom

import infotheory as it
from infotheory import Step
from infotheory.explore import JointExplorer, KLExplorer
from infotheory.teaching import compare, evaluate_lines
from infotheory.teaching.exercises import lecture_02 as exercises
from infotheory.teaching.figures import lecture_02 as figures

x, p_modes = figures.opening()

# %% [markdown]
# After this lecture you can
#
# - derive the five forms of mutual information, and use the form that shows the property you need;
# - decide whether a third variable adds redundancy or synergy, and compute a total correlation;
# - prove that KL divergence is never negative, and state when it is 0, infinite, or equal in both directions;
# - predict the forward and the reverse fit, and explain why maximum likelihood is a forward fit;
# - prove the data processing inequality, for mutual information and for KL.
#
# | | |
# |---|---|
# | Needs | [lecture 1](01_entropy.ipynb): entropy, conditional entropy, the chain rule |
# | Time | 43 minutes to read, 80 for the exercises; a few seconds to run |
# | Report | section 3, second half: it rewrites mutual information, and states three properties of KL divergence |
# | Sources | Kullback & Leibler 1951, Watanabe 1960, Bell 2003; full list at the end |
#
# ## 2.1 Five forms of mutual information (8 minutes)
#
# <!-- claim: $I(X;Y)=H(X)-H(X\mid Y)$ is symmetric, never negative, and 0 iff $X$ and $Y$ are independent. -->
#
# How far is a joint pmf from the pmf of independent variables with the same marginals? **Mutual information** is the
# divergence between the two. Sections 2.5 and 2.6 study this divergence.
#
# $$
# \begin{aligned}
# I(X;Y)&=\mathrm{KL}\big(p(x,y)\,\|\,p(x)\,p(y)\big)=\sum_{x,y}p(x,y)\log\frac{p(x,y)}{p(x)\,p(y)} &&(1)\ \text{definition}\\
# &=\sum_{x,y}p(x,y)\log p(x,y)-\sum_{x,y}p(x,y)\log p(x)-\sum_{x,y}p(x,y)\log p(y) &&(2)\ \text{log of a quotient}\\
# &=-H(X,Y)+H(X)+H(Y) &&(3)\ \text{marginal pmfs}\\
# &=H(X)-H(X\mid Y) &&(4)\ \text{chain rule}\\
# &=H(Y)-H(Y\mid X) &&(5)\ \text{the other order}
# \end{aligned}
# $$
#
# The table evaluates each line on the weather of lecture 1. In its joint pmf, the rows are the morning (dry, wet) and
# the columns are the evening (sun, cloud, rain).

# %%
p_xy = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
it.report.DERIVATIONS["mutual information"].show(on={"p_xy": p_xy}, equations=1)

# %% [markdown]
# Each of the following properties is visible in one of the forms.
#
# - Mutual information is **symmetric**, because (3) does not change if $X$ and $Y$ are exchanged.
# - It is **never negative**, and 0 if and only if $X$ and $Y$ are independent, because (1) is a KL divergence (section
#   2.5).
# - It is **at most** $\min\{H(X),H(Y)\}$, because (4) and (5) subtract conditional entropies, which are not negative.
# - $I(X;X)=H(X)$, because $H(X\mid X)=0$ in (4).
#
# **Predict, then run.** In the figure, $H(X)$ starts at the left end of $H(X,Y)$, and $H(Y)$ ends at its right end.
# Their overlap is $I(X;Y)$. How long is it if the variables are independent? How long is it if the evening determines
# the morning?

# %%
p_x, p_y = it.marginal(p_xy, of="x"), it.marginal(p_xy, of="y")
product = np.outer(p_x, p_y)
determined = np.array([[0.40, 0.00, 0.00], [0.00, 0.25, 0.35]])  # sun in the evening: the morning was dry
tables = {"independent": product, "the weather": p_xy, "X determined by Y": determined}
entropies = [(it.entropy(p_x), it.entropy(p_y), it.joint_entropy(p)) for p in tables.values()]
figures.information_diagrams(list(tables), entropies)
for name, p in tables.items():
    print(f"{name:18s} I(X;Y) = {it.mutual_information(p):.6f} nats,  H(X) = {it.entropy(p_x):.6f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The marginals are equal in all three tables, so only the overlap changes. It is 0 for independent variables. If $Y$
# determines $X$, the bar of $H(X)$ lies inside the bar of $H(Y)$, and $I(X;Y)=H(X)$.
# </details>
#
# **Pointwise.** $I(X;Y)$ is the mean of $\log\frac{p(x,y)}{p(x)\,p(y)}$, the *pointwise* mutual information of a pair
# of outcomes. A single value may be negative, but the mean cannot be negative.

# %%
pmi = it.pointwise_mutual_information(p_xy)
figures.pointwise(p_xy, product, pmi)
compare("Σ p(x,y) pmi(x,y)", np.sum(p_xy * pmi), "I(X;Y)", it.mutual_information(p_xy))
print(f"dry and sun {pmi[0, 0]:+.3f}, dry and rain {pmi[0, 2]:+.3f} nats")

# %% [markdown]
# ## 2.2 Dependence is not correlation (2 minutes)
#
# <!-- claim: Uncorrelated variables can be dependent, as $X$ and $Y=X^2$ are here with $I(X;Y)=0.637$ nats. -->
#
# The report calls $I(X;Y)$ a measure of "how correlated" two variables are. **Predict, then run.** $X$ is uniform on
# $\{-1,0,1\}$, and $Y=X^2$. What is their covariance, and what is $I(X;Y)$?

# %%
x_values, y_values = np.array([-1, 0, 1]), np.array([0, 1])
p_square = np.array([[0, 1 / 3], [1 / 3, 0], [0, 1 / 3]])  # rows x = −1, 0, 1; columns y = 0, 1
mean_x, mean_y = p_square.sum(axis=1) @ x_values, p_square.sum(axis=0) @ y_values
print(f"covariance = {(x_values - mean_x) @ p_square @ (y_values - mean_y):z.6f}")
compare("I(X;Y)", it.mutual_information(p_square), "H(Y)", it.entropy(p_square.sum(axis=0)))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# $Y$ is a function of $X$, so $I(X;Y)=H(Y)=0.637$ nats. Yet the covariance is 0, because $x$ and $-x$ have the same
# square.
# </details>
#
# Independent variables are uncorrelated, but the converse fails. A penalty on the covariance of the latents, as in
# DIP-VAE ([lecture 9](09_regularisers.ipynb)), therefore demands less than independence.
#
# ## 2.3 A third variable (5 minutes)
#
# <!-- claim: Conditioning on $Z$ can raise or lower $I(X;Y)$, so the co-information can have either sign. -->
#
# **Conditional mutual information** is the mutual information given $Z=z$, averaged over $z$. It is never negative, and
# its chain rule follows from that of the entropy, used twice:
#
# $$I(X;Y\mid Z)=\sum_zp(z)\,I(X;Y\mid Z=z)=H(X\mid Z)-H(X\mid Y,Z),\qquad(6)$$
#
# $$I(X;Y,Z)=I(X;Z)+I(X;Y\mid Z)=I(X;Y)+I(X;Z\mid Y).\qquad(7)$$
#
# The difference $I(X;Y)-I(X;Y\mid Z)$ does not change if the three variables are permuted. It is the **co-information**
# (Bell 2003). McGill (1954) called its negative the *interaction information*.
#
# **Predict, then run.** Conditioning reduces entropy on average. Can it raise mutual information? In the first table,
# $X$ and $Y$ are independent fair coins, and $Z$ states whether they differ. In the second, $X$ and $Y$ are noisy
# copies of $Z$.

# %%
xor, copies = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))  # p(x, y, z)
for x_, y_, z_ in np.ndindex(2, 2, 2):
    xor[x_, y_, z_] = 1 / 4 if z_ == x_ ^ y_ else 0
    copies[x_, y_, z_] = 1 / 2 * (0.9 if x_ == z_ else 0.1) * (0.9 if y_ == z_ else 0.1)

for name, p_xyz in {"Z = X xor Y": xor, "copies of Z": copies}.items():
    I_XY, I_XY_given_Z = it.mutual_information(p_xyz.sum(axis=2)), it.conditional_mutual_information(p_xyz)
    print(f"{name}:  I(X;Y) = {I_XY:.3f},  I(X;Y|Z) = {I_XY_given_Z:z.3f}", end=",  ")
    print(f"co-information {it.co_information(p_xyz):+.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Conditioning can change mutual information in both directions. The two coins are independent; if $Z$ is known, each of
# them determines the other, and $I(X;Y\mid Z)=\log2$. The two copies are dependent, but independent given their cause.
# </details>
#
# A positive co-information is called **redundancy**, because the variables share information. A negative one is called
# **synergy**: in XOR, two variables determine the third, although no single one carries information about it. A diagram
# of three circles is therefore misleading. Its middle is the co-information, and this "area" may be negative.
#
# **Predict, then move.** Change one cell of the table. How do $I(X;Y)$ and $I(X;Y\mid Z)$ change?

# %%
JointExplorer("XOR: two coins, Z = X + Y mod 2")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Any change of a single cell makes the coins dependent, so $I(X;Y)$ rises from 0. $I(X;Y\mid Z)$ falls below $\log2$,
# because $X$ is then less uncertain if $Z$ is known.
# </details>

# %% [markdown]
# ### Exercise 1 ★★☆ · prove · essential · 25 minutes · independent causes
#
# Two independent causes $X$ and $Y$ have a common effect $Z$. Prove
#
# $$I(X,Y;Z)\ge I(X;Z)+I(Y;Z).$$
#
# Return all lines from `first` to `last`, five or more, and the number of the line that needs the independence. The
# first line has number 1. The check evaluates your lines on 100 tables with independent $X$ and $Y$, and then on 100
# arbitrary tables. `information(p, "xy", "z")` computes $I(X,Y;Z)$ from the table `p`, and
# `information(p, "x", "y", "z")` computes $I(X;Y\mid Z)$.
#
# <details><summary>Hint 1</summary>
#
# Apply the chain rule to $I(X,Y;Z)$, so that $I(X;Z)$ appears.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Write $I(Y;X,Z)$ in both orders of (7). One order contains $I(X;Y)$, and the other order contains $I(Y;Z)$.
#
# </details>


# %% tags=["exercise"]
def H(p, names):
    """The entropy of some variables of p(x, y, z): "xy" are X and Y."""
    others = tuple(axis for axis, name in enumerate("xyz") if name not in names)
    return it.entropy(p.sum(axis=others).ravel())


def information(p, left, right, given=""):
    """Form (3), with the entropies of all given variables added: I(left; right | given)."""
    return H(p, left + given) + H(p, right + given) - H(p, left + right + given) - H(p, given)


first = Step("I(X,Y;Z)", "", lambda p: information(p, "xy", "z"), "the quantity that we bound")
last = Step(
    "I(X;Z)+I(Y;Z)", ">=", lambda p: information(p, "x", "z") + information(p, "y", "z"), "I(X;Y|Z) >= 0"
)  # fmt: skip


def my_independent_causes():
    """Lines such as Step("I(X;Z) + …", "=", lambda p: information(p, "x", "z") + …, "chain rule")."""
    ...  # return [first, …, last], the number of the line that needs independence


exercises.independent_causes.check(my_independent_causes)

# %% [markdown]
# ## 2.4 Many variables (3 minutes)
#
# <!-- claim: The total correlation is 0 iff the variables are jointly independent; pairwise independence is weaker. -->
#
# For latents $z_1,\dots,z_d$, the same comparison of the joint pmf with the product of its marginals gives the **total
# correlation** (Watanabe 1960),
#
# $$\mathrm{TC}(z)=\mathrm{KL}\Big(p(z_1,\dots,z_d)\,\Big\|\,\prod_jp(z_j)\Big)=\sum_jH(z_j)-H(z_1,\dots,z_d).\qquad(8)$$
#
# It is 0 if and only if the latents are jointly independent. By the chain rule,
# $\mathrm{TC}=I(z_1;z_2)+I(z_1,z_2;z_3)+\dots$, and for $d=2$ it is $I(z_1;z_2)$. FactorVAE and β-TCVAE penalise it
# (lecture 9). **Predict, then run.** In XOR every pair is independent. What is the total correlation?

# %%
pairs = [it.mutual_information(xor.sum(axis=axis)) for axis in range(3)]
print("I of the three pairs:", np.round(pairs, 3), "nats")
chain = it.mutual_information(xor.sum(axis=2)) + it.mutual_information(xor.reshape(4, 2))
compare("TC", it.total_correlation(xor), "I(X;Y) + I(X,Y;Z)", chain)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# It is $\log2=0.693$ nats, because $X$ and $Y$ together determine $Z$. Pairwise independence is therefore weaker than
# joint independence.
# </details>
#
# Independence is in turn weaker than disentanglement. Rotate $\mathcal N(0,I)$ by 45°: its coordinates are still
# independent, but each of them mixes two factors ([lecture 10](10_measuring_disentanglement.ipynb)).

# %% [markdown]
# ### Exercise 2 ★☆☆ · compute · useful · 10 minutes · total correlation
#
# Write a function that computes the total correlation of a joint pmf, in nats, for any number of variables. The pmf is
# an array with one axis per variable, and it may contain zeros.
#
# <details><summary>Hint</summary>
#
# The marginal of axis `i` is the sum over all axes except `i`. `it.entropy(p.ravel())` is the entropy of all variables
# together.
#
# </details>


# %% tags=["exercise"]
def my_total_correlation(p):
    p = np.asarray(p)
    ...  # your code


exercises.total_correlation.check(my_total_correlation)

# %% [markdown]
# ## 2.5 KL divergence, and why it is never negative (5 minutes)
#
# <!-- claim: $\mathrm{KL}(p\|q)$ is never negative, and it is 0 if and only if $p=q$. -->
#
# Kullback and Leibler (1951) introduced the divergence. The report writes it in three forms:
#
# $$\mathrm{KL}(p\|q)=-\sum_xp(x)\log q(x)+\sum_xp(x)\log p(x)=\sum_xp(x)\log\frac{p(x)}{q(x)}
# =-\sum_xp(x)\log\frac{q(x)}{p(x)}.\qquad(9)$$
#
# The first form is the cross-entropy minus the entropy. By lecture 1 it is the mean number of extra nats per symbol if
# data from $p$ are encoded with a code for $q$. Single terms are negative wherever $q(x)>p(x)$. The sum is not, by the
# tangent of lecture 1:
#
# $$
# \begin{aligned}
# -\mathrm{KL}(p\|q)&=\sum_xp(x)\log\frac{q(x)}{p(x)} &&(10)\ \text{third form; sum over }p(x)>0\\
# &\le\sum_xp(x)\Big(\frac{q(x)}{p(x)}-1\Big) &&(11)\ \log t\le t-1\text{ with }t=q(x)/p(x)\\
# &=\sum_{x:\,p(x)>0}q(x)-1\ \le\ 0 &&(12)\ p\text{ sums to }1,\text{ this part of }q\text{ to at most }1
# \end{aligned}
# $$
#
# This is **Gibbs' inequality**. The tangent touches the logarithm only at $t=1$, so equality holds **if and only if** $p=q$. The report states one
# direction: equal pmfs have a divergence of 0. The bounds of later lectures need the converse: if such a bound is
# tight, its $q$ is the right one.

# %%
p, q = np.array([0.1, 0.4, 0.3, 0.2]), np.array([0.3, 0.15, 0.2, 0.35])
evaluate_lines({
    "−Σ p log q + Σ p log p": -np.sum(p * np.log(q)) + np.sum(p * np.log(p)),
    "Σ p log p/q": np.sum(p * np.log(p / q)),
    "−Σ p log q/p": -np.sum(p * np.log(q / p)),
    "Σ (p log p/q − p + q)": np.sum(p * np.log(p / q) - p + q),
    "it.kl_divergence(p, q)": it.kl_divergence(p, q),
})  # fmt: skip
figures.gibbs(p, q, p * np.log(p / q), p * np.log(p / q) - p + q)

# %% [markdown]
# The right panel adds $q-p$ to each term. The sum remains 0.292 nats, because both pmfs sum to 1, but no term is
# negative any more.

# %% [markdown]
# ### Exercise 3 ★☆☆ · compute · essential · 10 minutes · KL divergence by hand
#
# Write a function that computes $\mathrm{KL}(p\|q)$ in nats with numpy alone. The pmfs may contain zeros. An outcome
# with $p(x)=0$ contributes nothing, because $0\log0=0$. An outcome with $q(x)=0<p(x)$ makes the divergence infinite.
#
# <details><summary>Hint 1</summary>
#
# Only outcomes with $p(x)>0$ contribute. Select them with a mask.
#
# </details>
# <details><summary>Hint 2</summary>
#
# If $q$ is 0 for one of these outcomes, return `np.inf` before you divide.
#
# </details>


# %% tags=["exercise"]
def my_kl(p, q):
    p, q = np.asarray(p), np.asarray(q)
    ...  # your code


exercises.kl_divergence.check(my_kl)

# %% [markdown]
# ## 2.6 KL divergence is not a metric (6 minutes)
#
# <!-- claim: KL violates symmetry and the triangle inequality, but $\mathrm{KL}(p\|q)\ge2\,\mathrm{TV}(p,q)^2$. -->
#
# | property | does it hold? |
# |---|---|
# | KL(p ‖ q) ≥ 0, and 0 if and only if p = q | yes |
# | KL(p ‖ q) = KL(q ‖ p) | only for some pairs p ≠ q |
# | KL(p ‖ q) is finite | if and only if q(x) > 0 wherever p(x) > 0 (finitely many outcomes) |
# | triangle inequality | no |
# | "preserves local information" | no: it does not change if the outcomes of both pmfs are renamed |
#
# The report claims the last property. The phrase belongs to t-SNE, where $p$ is computed from distances. **Predict,
# then run.** Two coins have different probabilities $a$ and $b$ of heads. For which pairs are the two directions equal?

# %%
heads = np.linspace(0.02, 0.98, 97)
coins = np.stack([heads, 1 - heads], axis=-1)
KL = it.kl_divergence(coins[:, None], coins[None, :])  # KL(a‖b), a in rows
figures.two_directions(heads, KL - KL.T)
for a, b in ((0.3, 0.7), (0.3, 0.1)):
    forward, reverse = it.kl_divergence([a, 1 - a], [b, 1 - b]), it.kl_divergence([b, 1 - b], [a, 1 - a])
    print(f"a = {a}, b = {b}:  KL(a‖b) = {forward:.6f},  KL(b‖a) = {reverse:.6f} nats")
print(f"p = (½, ½), q = (1, 0):  KL(p‖q) = {it.kl_divergence([0.5, 0.5], [1, 0])}", end=",  ")
print(f"KL(q‖p) = {it.kl_divergence([1, 0], [0.5, 0.5]):.6f} nats")
direct, detour = it.kl_divergence([0.1, 0.9], [0.5, 0.5]), it.kl_divergence([0.1, 0.9], [0.3, 0.7])
detour += it.kl_divergence([0.3, 0.7], [0.5, 0.5])
print(f"from a coin 0.1 to a coin 0.5: {direct:.3f} nats; by way of 0.3: {detour:.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# For $a\ne b$, the two directions are equal only if $b=1-a$. Exchanging heads and tails then renames the outcomes of
# both coins. The detour by way of a third coin is shorter than the direct path, so the triangle inequality fails.
# </details>
#
# A small divergence still means that $p$ and $q$ are close. The **total variation**
# $\mathrm{TV}=\frac12\sum_x|p(x)-q(x)|$ is a metric. It is the largest difference between the probabilities of one
# event under $p$ and $q$. In nats, Pinsker's inequality (Cover & Thomas 2006, lemma 11.6.1) states
#
# $$\mathrm{KL}(p\|q)\ge2\,\mathrm{TV}(p,q)^2.\qquad(13)$$

# %%
rng = np.random.default_rng(0)
random_pairs = rng.dirichlet(np.ones(3), size=(4_000, 2))
near_half = np.stack([0.5 + np.linspace(0.01, 0.45, 45), 0.5 - np.linspace(0.01, 0.45, 45)], axis=-1)
mirrored = np.stack([near_half, near_half[:, ::-1]], axis=1)
points = {}
for name, pairs in {"random pmfs of 3 outcomes": random_pairs, "a coin and its mirror": mirrored}.items():
    TV, KL = it.total_variation(pairs[:, 0], pairs[:, 1]), it.kl_divergence(pairs[:, 0], pairs[:, 1])
    points[name] = TV, KL
    print(f"{name}: smallest KL / 2 TV² = {(KL / (2 * TV**2)).min():.3f}")
figures.pinsker(points)

# %% [markdown]
# ### Exercise 4 ★☆☆ · do · useful · 10 minutes · close, and yet far
#
# Pinsker's inequality has no counterpart in the other direction. Find two pmfs with $\mathrm{TV}\le0.01$ and
# $5\le\mathrm{KL}(p\|q)<\infty$ nats. Return both. Which event makes the divergence large?
#
# <details><summary>Hint</summary>
#
# Two outcomes suffice. Let $p$ have probability 0.01 where $q$ has a very small one.
#
# </details>


# %% tags=["exercise"]
def my_close_and_far(): ...  # return p, q


exercises.close_and_far.check(my_close_and_far)

# %% [markdown]
# ## 2.7 Forward and reverse fits (5 minutes)
#
# <!-- claim: If two modes are far apart, the forward Gaussian fit covers both and the reverse fit covers one. -->
#
# The direction matters if $q$ cannot equal $p$. We fit a Gaussian to the two modes of the first figure.
#
# - The **forward** $\mathrm{KL}(p\|q)=\mathbb E_p\log\frac pq$ is large if $p$ has mass where $q$ has little.
# - The **reverse** $\mathrm{KL}(q\|p)=\mathbb E_q\log\frac qp$ is large if $q$ has mass where $p$ has little.


# %%
def gaussian(theta):
    """The logits of N(mean, σ²) on the grid x, where theta = (mean, log σ)."""
    return -(((x - theta[0]) / np.exp(theta[1])) ** 2) / 2


def forward(theta):
    return float(it.kl_from_logits(np.log(p_modes), gaussian(theta)))


def reverse(theta):
    return float(it.kl_from_logits(gaussian(theta), np.log(p_modes)))


fits = {"forward": minimize(forward, [0, 0]).x, "reverse, from the left": minimize(reverse, [-2, 0]).x,
        "reverse, from the right": minimize(reverse, [2, 0]).x}  # fmt: skip
mean = p_modes @ x
print(f"p itself: mean {mean:.2f}, σ {np.sqrt(p_modes @ (x - mean) ** 2):.2f}")
for name, theta in fits.items():
    print(f"{name:24s} mean {theta[0]:5.2f}, σ {np.exp(theta[1]):.2f}", end="   ")
    print(f"KL(p‖q) = {forward(theta):5.2f}, KL(q‖p) = {reverse(theta):.2f} nats")

# %% [markdown]
# This answers the opening question. The forward fit is **mode-covering**: its mean and σ equal those of $p$. In every
# exponential family, the forward fit matches the means of the sufficient statistics. The reverse fit is
# **mode-seeking**: it covers one mode, because the valley between the modes has almost no mass. The start determines
# which mode it finds.
#
# Maximum likelihood is a forward fit (section 2.8). Variational inference maximises the ELBO of [lecture
# 3](03_variational_inference.ipynb) over $q$, which minimises a reverse KL. It uses this direction because only
# expectations under $q$ can be computed.
#
# **Predict, then move.** Move the modes towards each other. At which distance does the reverse fit begin to cover both?

# %%
KLExplorer(distance=6, weight=0.6)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With weight 0.6, the reverse fit covers both modes if their distance is less than about 4.65.
# </details>

# %% [markdown]
# ### Exercise 5 ★★☆ · do · essential · 25 minutes · where the reverse fit gives up a mode
#
# Let $p=\frac12\mathcal N(-d/2,1)+\frac12\mathcal N(d/2,1)$. If $d$ is small, the best reverse fit has mean 0 and
# covers both modes. If $d$ is large, it covers one. Find the distance $d$ at which the mean of the *globally* best
# reverse fit jumps from 0 to a value near a mode. An error of 0.03 is allowed. Predict it first. Is it the distance 2
# at which $p$ becomes bimodal?
#
# <details><summary>Hint 1</summary>
#
# Write a function of $d$ that returns the mean of the best fit. Use a grid from −15 to 15, and start `minimize` from
# mean 0 and from mean $d/2$. Compare both minima.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The condition "the best mean is above 0.1" is false for small $d$ and true for large $d$. Bisect an interval until it
# is short.
#
# </details>


# %% tags=["exercise"]
def my_distance_of_the_split(): ...  # return d


exercises.distance_of_the_split.check(my_distance_of_the_split)

# %% [markdown]
# ## 2.8 Maximum likelihood is a forward fit (3 minutes)
#
# <!-- claim: Maximum likelihood minimises $\mathrm{KL}(\hat p\|q_\theta)$, the forward KL from data to model. -->
#
# Let $\hat p$ be the empirical pmf of $N$ samples. We group equal samples:
#
# $$\frac1N\sum_{i=1}^N\log q_\theta(x_i)=\sum_x\hat p(x)\log q_\theta(x)=-H(\hat p)-\mathrm{KL}(\hat p\|q_\theta).\qquad(14)$$
#
# The entropy $H(\hat p)$ does not depend on θ. Maximising the likelihood therefore minimises the forward KL from the
# data to the model.

# %%
samples = rng.binomial(4, 0.35, size=500)
p_hat, thetas = it.empirical_pmf(samples), np.linspace(0.1, 0.7, 121)
loss = -np.array([binom.logpmf(samples, 4, theta).mean() for theta in thetas])
KL = it.kl_divergence(p_hat, binom.pmf(np.arange(5), 4, thetas[:, None]))
figures.likelihood(thetas, loss, KL, samples.mean() / 4)
for i in (0, 60, 120):
    print(f"θ = {thetas[i]:.1f}: loss {loss[i]:.6f} − KL {KL[i]:.6f} = {loss[i] - KL[i]:.6f} nats")
print(f"H(p̂) = {it.entropy(p_hat):.6f} nats; both are smallest at θ = {thetas[loss.argmin()]:.3f}", end="")
print(f" and {thetas[KL.argmin()]:.3f}; sample mean / 4 = {samples.mean() / 4:.4f}")

# %% [markdown]
# ## 2.9 Data processing (5 minutes)
#
# <!-- claim: If $Z$ is computed from $Y$ alone, $I(X;Z)\le I(X;Y)$; no channel raises $\mathrm{KL}(p\|q)$ either. -->
#
# Let $Z$ be computed from $Y$ alone, possibly with noise. Then $X\to Y\to Z$ is a **Markov chain**, and
# $I(X;Z\mid Y)=0$.
#
# $$
# \begin{aligned}
# I(X;Y)&=I(X;Y)+I(X;Z\mid Y) &&(15)\ \text{Markov chain}\\
# &=I(X;Y,Z) &&(16)\ \text{chain rule (7)}\\
# &=I(X;Z)+I(X;Y\mid Z) &&(17)\ \text{chain rule in the other order}\\
# &\ge I(X;Z) &&(18)\ I(X;Y\mid Z)\ge0
# \end{aligned}
# $$
#
# No function of an image contains more information about its label than the image itself. In the example, $Z$ is the
# evening as an observer reports it.

# %%
misread = np.array([[0.80, 0.15, 0.05], [0.10, 0.80, 0.10], [0.05, 0.15, 0.80]])  # p(z|y)
it.report.DERIVATIONS["data processing inequality"].show(on={"p": p_xy[:, :, None] * misread}, equations=15)

# %% [markdown]
# **KL obeys the same inequality.** Let $p$ and $q$ pass through one channel $K(y\mid x)$. The channel cancels in the
# ratio of the joint pmfs, so their divergence is $\mathrm{KL}(p\|q)$. If we split this divergence by $y$ instead, we
# obtain
#
# $$\mathrm{KL}(p\|q)=\mathrm{KL}(pK\|qK)+\sum_y(pK)(y)\,\mathrm{KL}\big(p(x\mid y)\|q(x\mid y)\big)\ge\mathrm{KL}(pK\|qK).\qquad(19)$$
#
# **Predict, then run.** Which function of $Y$ loses information: one that renames the three evenings, or one that calls
# both cloud and rain "grey"?

# %%
p, q = np.array([0.7, 0.2, 0.1]), np.array([0.2, 0.3, 0.5])
joint_p, joint_q = it.joint(p, misread), it.joint(q, misread)
inside = it.kl_divergence(it.conditional(joint_p), it.conditional(joint_q), axis=-2)  # one for each y
output_p, output_q = p @ misread, q @ misread
compare("KL(p‖q)", it.kl_divergence(p, q), "(19)", it.kl_divergence(output_p, output_q) + output_p @ inside)
powers = [np.linalg.matrix_power(misread, k) for k in range(9)]
I_after = [it.mutual_information(p_xy @ power) for power in powers]
figures.processing(I_after, [it.kl_divergence(p @ power, q @ power) for power in powers])
rename, grey = np.eye(3)[[1, 2, 0]], np.array([[1, 0], [0, 1], [0, 1]])
for name, K in {"nothing": np.eye(3), "rename": rename, "grey": grey, "misread": misread}.items():
    print(f"{name:8s} I(X;Z) = {it.mutual_information(p_xy @ K):.6f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# An invertible function loses nothing, because its inverse is a function too. "Grey" loses $I(X;Y\mid Z)=0.002$ nats.
# This is little, since $p(x\mid\text{cloud})$ and $p(x\mid\text{rain})$ are close. If they were equal, $Z$ would be a
# *sufficient statistic*, and nothing would be lost.
# </details>
#
# The prover of lecture 1 confirms the inequality for every Markov chain. Without this condition, it finds a
# counterexample.

# %%
print(repr(it.Statement("I(X;Z) <= I(X;Y)", given=["X -> Y -> Z"]).verdict()), end="\n\n")
print(repr(it.Statement("I(X;Z) <= I(X;Y)").verdict()))

# %% [markdown]
# ## 2.10 What the report claims, and what is right (1 minute)
#
# <!-- claim: KL does not preserve local information; it is unchanged if the outcomes of both pmfs are renamed. -->
#
# | claim of section 3 | verdict |
# |---|---|
# | the five forms of I, the three forms of KL | right |
# | I is "how correlated" two variables are | loose: it measures dependence, see 2.2 |
# | KL(p ‖ q) ≠ KL(q ‖ p) | loose: the two differ in general, but they are equal for the coins 0.3 and 0.7 |
# | identical p and q give 0 | right, and the bounds need the converse too |
# | KL "preserves local information" | wrong: it is said of t-SNE, see 2.6 |
#
# > **Summary**
# > - $I(X;Y)=\mathrm{KL}(p(x,y)\|p(x)p(y))=H(X)+H(Y)-H(X,Y)=H(X)-H(X\mid Y)$. It is 0 if and only if the variables are
# >   independent.
# > - Conditioning can raise or lower $I$, so co-information has either sign. The total correlation is 0 if and only if
# >   all variables are jointly independent.
# > - $\mathrm{KL}(p\|q)\ge0$ with equality if and only if $p=q$. It is not symmetric, and it is infinite if $q$ is 0
# >   for an outcome that $p$ allows.
# > - The forward fit covers the modes; the reverse fit seeks one. Maximum likelihood is a forward fit.
# > - Processing never raises $I$ or KL, and an invertible function keeps both.
#
# **You can now** derive the five forms of $I$, tell redundancy from synergy, and compute a total correlation. You can
# prove $\mathrm{KL}\ge0$ and state when it is 0 or infinite, predict both fits, and prove that processing never adds
# information.
#
# **Sources.** S. Kullback, R. Leibler 1951, *On information and sufficiency*, Annals of Mathematical Statistics 22(1),
# [doi:10.1214/aoms/1177729694](https://doi.org/10.1214/aoms/1177729694) · W. McGill 1954, *Multivariate information
# transmission*, Psychometrika 19(2), [doi:10.1007/BF02289159](https://doi.org/10.1007/BF02289159) · S. Watanabe 1960,
# *Information theoretical analysis of multivariate correlation*, IBM Journal of Research and Development 4(1),
# [doi:10.1147/rd.41.0066](https://doi.org/10.1147/rd.41.0066) · A. Bell 2003, *The co-information lattice*, 4th
# International Symposium on Independent Component Analysis · T. Cover, J. Thomas 2006, *Elements of Information
# Theory*, 2nd edition, Wiley
#
# **Further reading.** ★☆☆ Cover & Thomas 2006, sections 2.3 to 2.8. ★★☆ Kullback & Leibler 1951, on the divergence and
# sufficient statistics. ★★★ Bell 2003, on information among many variables.
#
# **Going on**: [continuous variables and estimation](further/02_estimation.ipynb) shows which statements hold for
# densities, and how far to trust an estimate from samples. **Next**: [variational
# inference](03_variational_inference.ipynb) turns a KL into a bound on $\log p(x)$.
