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
# **How can one maximise a quantity that one cannot compute?** A generator receives one of four codes and generates one of
# six images. The tables show the frequencies before and after a training. At first an image can come from several
# codes; at the end each code has its own image. The orange curve is the mutual information of code and image, which is
# intractable for a real generator. The training maximised the blue curve, which needs samples alone. Why does it never
# cross the orange curve, and why do both stop at $\log4$?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.stats import norm, truncnorm

import infotheory as it
from infotheory import Step
from infotheory.explore import InfoGANBoundExplorer
from infotheory.teaching import compare, measured
from models import Uniform
from models.teaching.exercises import lecture_07 as exercises
from models.teaching.figures import lecture_07 as figures

figures.opening()

# %% [markdown]
# After this lecture you can
#
# - explain why InfoGAN maximises $I(c;x)$, and what makes this intractable;
# - derive $I(c;x)\ge L_I$ line by line, and say when the bound is tight;
# - prove lemma 5.1, and estimate $L_I$ from samples of the generator alone;
# - split $H(c)-L_I$ into a part of the generator and a part of $Q$, and train both;
# - judge the bound of a continuous code.
#
# | | |
# |---|---|
# | Needs | lectures 1 and 2: entropy, mutual information, KL divergence; lectures 3 (the ELBO) and 6 (GANs) help |
# | Time | 44 minutes to read, 77 for the exercises; half a minute to run, without a GPU |
# | Report | section 4.1.1: it derives the bound $L_I$ and puts it into the objective of InfoGAN |
# | Sources | Barber & Agakov 2003, Chen et al. 2016; full list at the end |
#
# ## 7.1 Why InfoGAN maximises mutual information (5 minutes)
#
# <!-- claim: InfoGAN rewards $I(c;G(z,c))$, which needs the intractable posterior $p(c\mid x)$. -->
#
# A GAN turns noise $z\sim p(z)$ into an image. In InfoGAN (Chen et al. 2016) the generator has a second input, a
# **code** $c$. We draw it from a known $p(c)$. The loss of a GAN does not prevent $G$ from ignoring $c$. InfoGAN
# therefore rewards the mutual information of code and image:
#
# $$\min_G\max_D\;V_I(D,G)=V_{\text{GAN}}(D,G)-\lambda\,I(c;G(z,c)),\qquad(1)$$
#
# $$V_{\text{GAN}}(D,G)=\mathbb E_{x\sim p_{\text{data}}}\log D(x)+\mathbb E_{z\sim p(z),\,c\sim p(c)}\log\big(1-D(G(z,c))\big).\qquad(2)$$
#
# Mutual information suits this purpose:
#
# - It is 0 if and only if image and code are independent. For a discrete code its maximum is $H(c)$, and then the image
#   determines the code.
# - It measures every kind of dependence, so the generator may show the code in any way (lecture 2).
# - It does not change if codes are renamed, so it relates $c$ to no label.
#
# **The obstacle.** $I(c;x)=H(c)-H(c\mid x)$ needs the posterior of the code,
#
# $$p(c\mid x)=\frac{p(c)\,P(G(z,c)=x)}{\sum_{c'}p(c')\,P(G(z,c')=x)}.\qquad(3)$$
#
# The report names $p(z\mid x)$ here, but $I(c;x)$ needs only $p(c\mid x)$. The generator of this lecture has two codes,
# 24 equally likely noises and three images, so its 48 pairs $(z,c)$ can be enumerated. A network is an *implicit* model: we can sample from $p(x\mid c)$, but we cannot evaluate it.

# %%
G = np.stack([np.repeat([0, 1, 2], [18, 3, 3]), np.repeat([0, 1, 2], [4, 8, 12])], axis=1)  # images G[z, c]
p_z, p_c = np.full(24, 1 / 24), np.array([0.4, 0.6])
p_x_given_c = (G[:, :, None] == np.arange(3)).mean(axis=0)  # [c, x]: the share of noises that give x
p_cx = it.joint(p_c, p_x_given_c)
p_x, posterior = p_cx.sum(axis=0), p_cx / p_cx.sum(axis=0)
H_c, I = it.entropy(p_c), it.mutual_information(p_cx)
print("p(c, x) =", p_cx.round(6).tolist())
print("p(c|x)  =", posterior.round(3).tolist())
print(f"H(c) = {H_c:.6f} nats,  I(c;x) = {I:.6f} nats, which is {I / H_c:.0%} of H(c)")

# %% [markdown]
# ## 7.2 The largest $I$ and the smallest $H(c\mid x)$ (4 minutes)
#
# <!-- claim: For a fixed $p(c)$, the generator with the largest $I(c;x)$ is the one with the smallest $H(c\mid x)$. -->
#
# $$
# \begin{aligned}
# \max_GI(c;G(z,c))&=\max_G\big[H(c)-H(c\mid G(z,c))\big] &&(4)\ I(X;Y)=H(X)-H(X\mid Y)\\
# &\Longleftrightarrow\ \min_GH(c\mid G(z,c)) &&(5)\ H(c)\text{ is constant, so the same }G\text{ is best}
# \end{aligned}
# $$
#
# The report prints "$=$" in (5). The optimisers are equal, but the values are not: they sum to $H(c)$. The table compares three
# generators: the one above, one whose images almost determine the code, and one that ignores the code.

# %%
legible = np.array([[0.38, 0.01, 0.01], [0.02, 0.24, 0.34]])
generators = np.stack([p_cx, legible, np.outer(p_c, p_x)])
it.report.DERIVATIONS["maximal information"].show(on={"p_c": p_c, "p_cx": generators}, equations=4)

# %% [markdown]
# **Predict, then run.** We draw 500 random generators with three codes and four images. Where do the points
# $(H(c\mid x),I)$ lie if $p(c)$ is uniform? If $p(c)$ is drawn at random too, does the smallest $H(c\mid x)$ still give
# the largest $I$?

# %%
rng = np.random.default_rng(0)
channels = rng.dirichlet(0.4 * np.ones(4), size=(500, 3))  # p(x|c)
priors, panels = rng.dirichlet(0.6 * np.ones(3), size=500), {}
for title, prior in {"p(c) fixed": np.full((500, 3), 1 / 3), "p(c) free": priors}.items():
    tables = it.joint(prior, channels)
    panels[title] = left_open, information = it.conditional_entropy(tables), it.mutual_information(tables)
    most, least = information.argmax(), left_open.argmin()
    print(f"{title:10s} generator {most} has the largest I, generator {least} the smallest H(c|x)", end="; ")
    print(f"max I + min H(c|x) = {information[most] + left_open[least]:.3f} nats")
figures.optimisers(panels, math.log(3))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With a fixed $p(c)$ all points lie on one line of slope −1, so one generator is best by both criteria. With a free
# $p(c)$ the smallest $H(c\mid x)$ belongs to a code that is nearly constant and carries no information. InfoGAN never
# trains $p(c)$.
# </details>
#
# ## 7.3 The bound, line by line (7 minutes)
#
# <!-- claim: Every $Q$ gives a lower bound, $I(c;G(z,c))\ge H(c)+\mathbb E_x\mathbb E_{c'}\log Q(c'\mid x)$. -->
#
# Barber and Agakov (2003) replace the posterior by any conditional pmf $Q(c\mid x).$ Let $c'$ be a new draw from
# $p(c\mid x).$
#
# $$
# \begin{aligned}
# I(c;G(z,c))&=H(c)-H(c\mid G(z,c)) &&(6)\ I(X;Y)=H(X)-H(X\mid Y)\\
# &=H(c)+\iint p(c',x)\log p(c'\mid x)\,dc'\,dx &&(7)\ \text{definition of }H(c\mid x)\\
# &=H(c)+\mathbb E_{x=G(z,c),\,c'\sim p(c\mid x)}\log p(c'\mid x) &&(8)\ p(c',x)=p(x)\,p(c'\mid x)\\
# &=H(c)+\mathbb E_x\mathbb E_{c'\sim p(c\mid x)}\log p(c'\mid x) &&(9)\ \text{split the mean}\\
# &=H(c)+\mathbb E_x\mathbb E_{c'}\log\Big(\frac{p(c'\mid x)}{Q(c'\mid x)}\cdot Q(c'\mid x)\Big) &&(10)\ \text{multiply and divide by }Q\\
# &=H(c)+\mathbb E_x\mathbb E_{c'}\log\frac{p(c'\mid x)}{Q(c'\mid x)}+\mathbb E_x\mathbb E_{c'}\log Q(c'\mid x) &&(11)\ \text{logarithm of a product}\\
# &=H(c)+\mathbb E_x\mathrm{KL}\big(p(\cdot\mid x)\|Q(\cdot\mid x)\big)+\mathbb E_x\mathbb E_{c'}\log Q(c'\mid x) &&(12)\ \text{definition of KL}\\
# &\ge H(c)+\mathbb E_x\mathbb E_{c'}\log Q(c'\mid x) &&(13)\ \text{a KL is never negative}
# \end{aligned}
# $$
#
# We evaluate the lines for our generator and one $Q.$ Integrals are sums here. In the tables, as in the report, $\hat x$ is
# the generated image, and $\mathcal L_I(c,G(z,c))$ is $L_I(G,Q).$

# %%
Q = np.array([[0.6, 0.4, 0.2], [0.4, 0.6, 0.8]])  # Q(c|x): each column sums to 1
game = {"p_z": p_z, "p_c": p_c, "G": G, "Q": Q}
it.report.DERIVATIONS["variational information maximisation"].show(on=game, equations=6)

# %%
it.report.DERIVATIONS["lower bound on the information"].show(on=game, equations=13)

# %% [markdown]
# All lines up to (12) equal 0.179436 nats, and the bound is 0.132740 nats. The report's argument is the same and
# right. Its print has three slips:
#
# - The logarithm is missing in line (7), which then equals $H(c)+1$ for every generator. Its $dz$ should be $dx.$
# - It calls $c=c'$ a change of variable. But $c'$ is a second draw, which often differs from $c.$
# - The KL is written with $\mathbb E_c,$ but $c'$ comes from $p(c\mid x)$ and not from the prior.

# %%
print(f"without the logarithm: {H_c + np.sum(p_cx):.6f} nats;  H(c) + 1 = {H_c + 1:.6f} nats")
print(f"probability of c' = c: {np.sum(p_cx * posterior):.3f}")
log_ratio = np.log(posterior / Q)
print(f"E log p/Q with c' from the posterior: {np.sum(p_cx * log_ratio):.6f} nats", end="; ")
print(f"with c from the prior: {p_c @ log_ratio @ p_x:.6f} nats")

# %% [markdown]
# ## 7.4 The gap is a mean KL (6 minutes)
#
# <!-- claim: $I$ exceeds $L_I$ by the mean KL of $p(c\mid x)$ to $Q(c\mid x)$, which is 0 iff $Q$ is the posterior. -->
#
# Nothing was approximated in line (12), so it is an equation for every $Q$:
#
# $$I(c;x)=\underbrace{H(c)+\mathbb E_{c,x}\log Q(c\mid x)}_{L_I}
# +\underbrace{\mathbb E_x\,\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big)}_{\text{gap}\ \ge\ 0}.\qquad(14)$$
#
# The report "omits" the KL term. This is allowed because its *sign* is known. By the converse of Gibbs' inequality,
# $L_I=I$ **if and only if** $Q(c\mid x)=p(c\mid x)$ wherever $p(x)>0$. The report's replacement $I=L_I$ holds only
# then. The equation resembles that of the ELBO:
#
# | | lecture 3 | here |
# |---|---|---|
# | equation | log p(x) = ELBO + gap | I = L_I + gap |
# | gap | KL(q(z) ‖ p(z\|x)): reverse, mode-seeking | E KL(p(c\|x) ‖ Q(c\|x)): forward, mode-covering |
# | samples come from | q | the posterior (section 7.5) |
#
# **Predict, then run.** We draw 1,000 random $Q$ for our generator, and 1,000 mixtures of such a $Q$ with the posterior,
# most of them near it. Where do the points $(\mathbb E\,\mathrm{KL},\,I-L_I)$ lie? Is the bound of a typical random $Q$ positive?

# %%
random_Q = np.moveaxis(rng.dirichlet(np.ones(2), size=(1_000, 3)), -1, -2)  # columns sum to 1
share = np.geomspace(1e-3, 1, 1_000)[:, None, None]
near_Q, groups = (1 - share) * posterior + share * random_Q, {}
for name, some in {"random Q": random_Q, "near the posterior": near_Q}.items():
    mean_KL = it.kl_divergence(posterior, some, axis=-2) @ p_x
    groups[name] = mean_KL, I - it.barber_agakov_bound(p_cx, some)
    assert np.allclose(*groups[name], rtol=0, atol=1e-12)
    print(f"{name:19s} E KL from {mean_KL.min():.6f} to {mean_KL.max():.3f} nats")
bounds = it.barber_agakov_bound(p_cx, random_Q)
figures.gap(groups, bounds, I)
print(f"largest bound of a random Q: {bounds.max():.6f} nats;  negative bounds: {(bounds < 0).mean():.0%}")

# %% [markdown]
# No bound exceeds $I$, but 78 % of the random $Q$ have a negative bound, which is useless.
#
# **Predict, then run.** Order these $Q$ by their bound: the posterior, ours, $p(c)$, ½, and two with the probability
# 0.99 or 1 for the likelier code.

# %%
likelier = posterior == posterior.max(axis=0)
readers = {"the posterior": posterior, "our Q": Q, "p(c)": np.repeat(p_c[:, None], 3, axis=1),
           "1/2": np.full((2, 3), 1 / 2), "0.99 on the likelier": np.where(likelier, 0.99, 0.01),
           "1 on the likelier": likelier.astype(float)}  # fmt: skip
for name, reader in readers.items():
    gap = p_x @ it.kl_divergence(posterior, reader, axis=0)
    print(f"{name:21s} L_I = {it.barber_agakov_bound(p_cx, reader):z9.6f},  gap = {gap:.6f} nats")
print(f"error of the likelier code: {np.sum(p_cx[~likelier]):.0%} of the images")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# $Q=p(c)$ has the bound 0. The last two name the likelier code, as the posterior does. They err in 20 % of the images,
# and each error costs $-\log0.01=4.6$ nats or infinitely many. Overconfidence lowers the bound.
# </details>
#
# In the explorer four codes pass through a channel that errs with probability 0.2, and $Q$ assumes 0.6.

# %%
InfoGANBoundExplorer(noise=0.2, believed=0.6)

# %% [markdown]
# **Predict, then run.** Which $Q$ has the larger gap: one that assumes 0.1, or one that assumes 0.3?

# %%
for believed in (0.1, 0.3, 0.0):
    print(f"Q assumes {believed}: {InfoGANBoundExplorer(noise=0.2, believed=believed).describe()}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Too much confidence costs more: the gap is 0.044 nats for 0.1, and 0.026 for 0.3. For 0 it is infinite.
# </details>

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 10 minutes · $L_I$ of a table
#
# Write $L_I$ in nats for a joint pmf `p_cx` (rows $c$) and a `Q` (columns sum to 1), with numpy alone. Both may contain
# zeros. A pair with probability 0 contributes nothing. A pair that occurs although $Q$ excludes it makes the bound
# $-\infty$.
#
# <details><summary>Hint 1</summary>
#
# $H(c)$ needs the row sums. The second term is one sum over the table.
#
# </details>
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
# ### Exercise 2 ★☆☆ · do · useful · 10 minutes · accurate, and yet a negative bound
#
# Design a fair code with two values and a $Q$ without zeros. The code that $Q$ considers more likely is right in 95 % of
# the images or more, yet $L_I<0$. Return `p_cx` and `Q`, arrays with two rows. Which of the two numbers, accuracy or $L_I$,
# gives the better lower bound on $I(c;x)$ here?
#
# <details><summary>Hint 1</summary>
#
# Let $Q$ err rarely. How improbable must it make the right code in these cases, so that their mean exceeds $\log2$?
#
# </details>
# <details><summary>Hint 2</summary>
#
# A fair code that can be read with the error rate $\varepsilon\le\tfrac12$ has
# $I\ge\log2+\varepsilon\log\varepsilon+(1-\varepsilon)\log(1-\varepsilon)$ (Fano's inequality). Compare this with $L_I$.
#
# </details>


# %% tags=["exercise"]
def my_accurate_and_negative(): ...  # return p_cx, Q


exercises.accurate_and_negative.check(my_accurate_and_negative)

# %% [markdown]
# ## 7.5 Lemma 5.1 and samples (8 minutes)
#
# <!-- claim: The code that generated $x$ is a draw from $p(c\mid x)$, so $L_I$ needs only samples of $c$ and $z$. -->
#
# The bound (13) is a mean over $c'\sim p(c\mid x)$, and we cannot sample from the posterior. Lemma 5.1 of Chen et al.
# (2016) solves this. For random variables $X$, $Y$ and any $f$ with $\mathbb E|f(X,Y)|<\infty$,
#
# $$
# \begin{aligned}
# &\phantom{=}\ \mathbb E_{x\sim p(x),\,y\sim p(y\mid x)}\,f(x,y)\\
# &=\mathbb E_{x\sim p(x),\,y\sim p(y\mid x),\,x'\sim p(x\mid y)}\,f(x',y) &&(15)\ (x',y)\text{ has the distribution of }(x,y)
# \end{aligned}
# $$
#
# The report prints $x'\sim p(x,y)$. If this $x'$ does not depend on $y$, the lemma is false. We evaluate it on the joint
# pmf of our table, with $x$ in rows and $y$ in columns.

# %%
f = np.array([[1.0, -2.0, 3.0], [0.0, 5.0, -1.0]])
print(f"E f(x', y) with an independent x': {p_cx.sum(axis=1) @ f @ p_cx.sum(axis=0):.6f}")
it.report.DERIVATIONS["lemma 5.1"].show(on={"p_x": p_c, "p_y_given_x": p_x_given_c, "f": f}, equations=15)

# %% [markdown]
# **Predict, then run.** We draw 100,000 pairs $(x,y)$, and $x'$ in both ways. What do the three means approach?

# %%
n = 100_000
cells = rng.choice(6, size=n, p=p_cx.ravel())
x, y = cells // 3, cells % 3  # pairs from p(x, y)
again = (rng.random(n) > posterior[0, y]).astype(int)  # x' ~ p(x|y)
apart = (rng.random(n) > p_c[0]).astype(int)  # x' ~ p(x)
draws = {"f(x, y)": f[x, y], "f(x′, y), x′ ~ p(x|y)": f[again, y], "f(x′, y), x′ independent": f[apart, y]}
figures.running_means(draws, (1.05, 0.92))
for (name, values), mean in zip(draws.items(), (1.05, 1.05, 0.92), strict=True):
    error = values.std() / math.sqrt(n)
    ends = mean - 4 * error, mean + 4 * error
    measured(f"mean of {name}", values.mean(), between=ends, error=error, digits=4)
measured("share of draws with x′ = x", (again == x).mean(), between=(0.67, 0.69))

# %% [markdown]
# The draw $x'$ differs from $x$ in a third of the cases. But the pair has the same *distribution*, and a mean depends on
# nothing else.

# %% [markdown]
# ### Exercise 3 ★★☆ · prove · essential · 20 minutes · lemma 5.1
#
# Let $x'$ have any distribution $r(x'\mid y).$ Start from $\mathbb E\,f(x',y),$ and show that it equals $\mathbb E\,f(x,y)$
# if $r(x'\mid y)=p(x'\mid y).$ Return all lines from `first` to `last`, four or more, and the number of the one line that
# needs this assumption. `p` and `f` are arrays $[x,y],$ and `r` is an array $[x',y]$ whose columns sum to 1. The check
# evaluates your lines for the posterior, and then for other $r.$
#
# <details><summary>Hint 1</summary>
#
# The index $x$ occurs in $p(x,y)$ alone. Change the order of the sums, and sum over $x$ first.
#
# </details>
# <details><summary>Hint 2</summary>
#
# This leaves $r(x'\mid y)\,p(y).$ Which product of two probabilities is $p(x',y)?$
#
# </details>

# %% tags=["exercise"]
first = Step("Σ_x Σ_y Σ_x' p(x,y) r(x'|y) f(x',y)", "", lambda p, r, f: np.einsum("xy,ky,ky->", p, r, f), "given")
last = Step("E f(x,y)", "=", lambda p, r, f: np.sum(p * f), "rename x'")


def my_lemma():
    """Lines such as Step("Σ_x' Σ_y …", "=", lambda p, r, f: np.sum(…), "sum over x")."""
    ...  # return [first, …, last], the number of the line that needs r(x'|y) = p(x'|y)


exercises.lemma.check(my_lemma)

# %% [markdown]
# **What the lemma gives.** Let the code be its $x$, the image its $y$, and $f=\log Q$. Then $c'$ may be replaced by the
# code that generated the image. This code *is* a draw from $p(c\mid x)$, and we know it, because we drew it first.
#
# $$
# \begin{aligned}
# I(c;G(z,c))&\ge H(c)+\mathbb E_{c\sim p(c)}\mathbb E_{x\sim p(x\mid c)}\mathbb E_{c'\sim p(c\mid x)}\log Q(c'\mid x) &&(16)\ \text{(13), with }x\text{ from a code}\\
# &=H(c)+\mathbb E_{c\sim p(c),\,z\sim p(z)}\log Q\big(c\mid G(z,c)\big) &&(17)\ \text{lemma 5.1 with }f=\log Q\\
# &=L_I(G,Q) &&(18)\ \text{definition}
# \end{aligned}
# $$

# %%
it.report.DERIVATIONS["final lower bound"].show(on=game, equations=16)

# %% [markdown]
# Line (17) needs samples of $c$ and $z$ alone. The report prints a second "$\ge$" for it, but the lemma is an equality.
# Its last line keeps $c'$, where $c$ belongs, and omits $z\sim p(z)$. `mutual_information_bound` estimates $L_I$ from
# samples; it trains the networks of [lecture 8](08_infogan.ipynb).

# %%
exactly = it.barber_agakov_bound(p_cx, Q)
all_pairs = H_c + sum(p_c[c] / 24 * math.log(Q[c, G[z, c]]) for z in range(24) for c in range(2))
compare("(17), all 48 pairs", all_pairs, "it.barber_agakov_bound", exactly)
print(f"with a code that did not generate x: {H_c + p_c @ np.log(Q) @ p_x:.6f} nats")
print(f"with z = 0 alone: {H_c + sum(p_c[c] * math.log(Q[c, G[0, c]]) for c in range(2)):.6f} nats")
c, z = (rng.random(n) > p_c[0]).astype(int), rng.integers(24, size=n)  # first the code and the noise,
log_q = np.log(Q[c, G[z, c]])  # then the image, and Q at the code that generated it
estimate, error = it.mutual_information_bound(log_q, H_c), log_q.std() / math.sqrt(n)
ends = exactly - 4 * error, exactly + 4 * error
measured("L_I from 100,000 samples", estimate, "nats", between=ends, error=error, digits=4)

# %% [markdown]
# ## 7.6 Two parts of $H(c)-L_I$ (6 minutes)
#
# <!-- claim: $H(c)-L_I$ is $H(c\mid x)$, which only $G$ can reduce, plus a mean KL, which training $Q$ reduces. -->
#
# Insert $I=H(c)-H(c\mid x)$ into (14):
#
# $$H(c)-L_I=\underbrace{H(c\mid x)}_{\text{the generator's part}}
# +\underbrace{\mathbb E_x\,\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big)}_{Q\text{'s part}}.\qquad(19)$$
#
# If only $Q$ is trained, the second part falls, and $L_I$ stops at $I$. Then the *generator* must change. Let it be a
# table, $p(x\mid c)=\operatorname{softmax}(g_{c\cdot})$. Its gradient
#
# $$\frac{\partial L_I}{\partial g_{cx}}=p(c)\,p(x\mid c)\Big(\log Q(c\mid x)-\mathbb E_{x'\sim p(x\mid c)}\log Q(c\mid x')\Big)\qquad(20)$$
#
# makes an image more frequent if $Q$ assigns it to $c$ with more confidence than the average image of $c$. It does not
# contain the posterior.
#
# This loop trained the generator of the first figure. It trains $Q$ alone for 100 steps, and then both.


# %%
def climb(seed, alone=100, steps=500):
    torch.manual_seed(seed)
    g = torch.randn(4, 6, dtype=torch.float64, requires_grad=True)  # logits of p(x|c)
    r = torch.zeros(4, 6, dtype=torch.float64, requires_grad=True)  # logits of Q(c|x)
    of_Q, of_G = torch.optim.Adam([r], lr=0.05), torch.optim.Adam([g], lr=0.05)
    curves = []
    for step in range(steps):
        p_cx = it.joint(torch.full((4,), 0.25, dtype=torch.float64), g.softmax(1))
        L_I = it.barber_agakov_bound(p_cx, r.softmax(0))
        curves.append((L_I.item(), it.mutual_information(p_cx.detach()).item()))
        of_Q.zero_grad()
        of_G.zero_grad()
        (-L_I).backward()
        of_Q.step()
        if step >= alone:
            of_G.step()
    return np.array(curves).T, g.softmax(1).detach().numpy()


# %% [markdown]
# **Predict, then run.** Which of the two parts can *rise* when $G$ is trained too?

# %%
g = torch.tensor(np.log(p_x_given_c), requires_grad=True)  # line (20) on our generator, against autograd
it.barber_agakov_bound(it.joint(torch.tensor(p_c), g.softmax(1)), torch.tensor(Q)).backward()
by_hand = p_cx * (np.log(Q) - np.sum(p_x_given_c * np.log(Q), axis=1, keepdims=True))
compare("(20) at c = 0, x = 0", by_hand[0, 0], "autograd", g.grad[0, 0])
runs = [climb(seed) for seed in range(4)]
(L_I, information), _ = runs[0]
left_open, mean_KL = math.log(4) - information, information - L_I
assert mean_KL.min() > -1e-12
figures.two_parts(left_open, mean_KL)
measured("after 100 steps of Q alone, E KL", mean_KL[99], "nats", between=(0, 1e-3), digits=6)
measured("after 100 steps of Q alone, H(c|x)", left_open[99], "nats", between=(1.0, 1.3))
measured("largest E KL after G is trained too", mean_KL[100:].max(), "nats", between=(0.008, 0.05))
measured("H(c) − L_I after 500 steps", math.log(4) - L_I[-1], "nats", between=(0, 0.02), digits=4)

# %% [markdown]
# This answers the opening question. The bound cannot cross $I$, and training $Q$ raises it to $I$. Training $G$ raises
# both to the limit $H(c)=\log4$, because $H(c\mid x)\ge0$. At first $Q$'s part rises, because $Q$ lags behind $G$.
#
# **Predict, then run.** Do four random starts give each code the same image?

# %%
figures.pairings([table for _, table in runs])
for start, (curve, _) in enumerate(runs):
    measured(f"start {start}: L_I", curve[0, -1], "nats", between=(math.log(4) - 0.05, math.log(4)))
pairs = {tuple(table.argmax(axis=1).tolist()) for _, table in runs}
measured("different assignments of images to codes", len(pairs), "of 4", between=(2, 4), digits=0)

# %% [markdown]
# Every start comes within 0.05 nats of the maximum. A code may have two images, as in start 3, without lowering $I$. All
# renamings of the codes have the same $I$, so $L_I$
# does not show whether the classes of an InfoGAN are digits (lecture 8).

# %% [markdown]
# ### Exercise 4 ★★☆ · do · essential · 25 minutes · train a $Q$
#
# A generator places four equally likely codes on four arms that wind around each other in the plane. `draw(n)` returns
# `n` codes, integers $[n]$, and their points $[n,2]$. The posterior is not given. Train a network `Q` from points to
# logits $[n,4]$ whose $L_I$ on new pairs is within 0.05 nats of $I$. Return the network. A minute is enough.
#
# <details><summary>Hint 1</summary>
#
# Minimise $-\mathbb E\log Q(c\mid x)$. Which loss of PyTorch is this?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Draw 512 new pairs in every step. Two hidden layers of 64 units and 1,000 steps of Adam with learning rate 0.003 suffice.
#
# </details>


# %% tags=["exercise"]
def my_trained_reader(draw):
    """Train on pairs c, x = draw(512); return a network from points [n, 2] to logits [n, 4]."""
    ...


exercises.trained_reader.check(my_trained_reader)

# %% [markdown]
# ### Exercise 5 ★★☆ · do · useful · 12 minutes · the same images, a readable code
#
# A discriminator sees $p(x)$ alone. Design a different generator `G` $[24,2]$ for our codes, $p(c)=(0.4,0.6)$. Its $p(x)$
# must still be $(0.40,0.25,0.35)$, and its $L_I$ must equal $H(c)$. Return `G` and the `Q` $[2,3]$ that reaches this
# bound.
#
# <details><summary>Hint</summary>
#
# If the images determine the code, no image belongs to both codes. Which image has the probability of code 0? How many
# of the 24 noises give the others?
#
# </details>


# %% tags=["exercise"]
def my_readable_code(): ...  # return G, Q


exercises.readable_code.check(my_readable_code)

# %% [markdown]
# ## 7.7 A continuous code (6 minutes)
#
# <!-- claim: With $\sigma=1$ the bound of a uniform code on $(-1,1)$ is at most $-0.226$ nats, but $Q$ learns. -->
#
# Let $c\sim\text{Uniform}(-1,1)$. Now $h(c)=\log2$ is a differential entropy, and $Q$ is a density. The derivation
# remains valid. For $Q=\mathcal N(\mu(x),\sigma^2)$,
#
# $$L_I=\log2-\tfrac12\log2\pi\sigma^2-\frac{\mathbb E\,(c-\mu(x))^2}{2\sigma^2}.\qquad(21)$$
#
# The authors' code for digits fixes σ at 1. Then even a $Q$ without error has
# $L_I=\log2-\tfrac12\log2\pi=-0.226$ nats. This bound is **vacuous**, since $I\ge0$. But its gradient in μ is that of
# least squares, so $Q$ still learns. The limit depends on the unit of the code: on $(-2,2)$ it is 0.467.

# %%
ceiling = math.log(2) - math.log(2 * math.pi) / 2
for code in (Uniform(-1, 1), Uniform(-2, 2)):
    drawn = torch.linspace(code.low, code.high, 101, dtype=torch.float64)[:, None]
    read = it.mutual_information_bound(code.log_q(drawn, drawn), code.entropy).item()
    formula = math.log(code.high - code.low) - math.log(2 * math.pi) / 2
    compare(f"({code.low}, {code.high}), μ = c, σ = 1: L_I", read, "h(c) − ½ log 2π", formula)

# %% [markdown]
# Let $x=c+s\,\varepsilon$ with $\varepsilon\sim\mathcal N(0,1)$. The posterior is a Gaussian
# truncated to $(-1,1)$; let $v(x)$ be its variance. The best Gaussian $Q$ matches the moments of the posterior (lecture 2):
#
# | Q | the best L_I |
# |---|---|
# | the posterior | I |
# | N(μ(x), σ²(x)), as in the paper's appendix | log 2 − ½ E log(2πe v(x)) |
# | N(μ(x), σ²), one σ for all x | log 2 − ½ log(2πe E v(x)) |
# | N(μ(x), 1) | log 2 − ½ log 2π − ½ E v(x) |
#
# **Predict, then run.** Which rows go to $+\infty$ as the noise $s$ goes to 0? Which go to 0 as it grows?

# %%
noises, columns, log_2_pi_e = np.geomspace(0.02, 5, 24), [], math.log(2 * math.pi * math.e)
for s in noises:
    grid = np.linspace(-1 - 8 * s, 1 + 8 * s, 1_001)
    density = (norm.cdf((grid + 1) / s) - norm.cdf((grid - 1) / s)) / 2  # p(x)
    weight = density * (grid[1] - grid[0])  # of each point in the integral over x
    variance = truncnorm.var((-1 - grid) / s, (1 - grid) / s, loc=grid, scale=s)  # v(x)
    truth = -weight @ np.log(density) - log_2_pi_e / 2 - math.log(s)  # h(x) − h(x|c)
    each_sigma = math.log(2) - log_2_pi_e / 2 - weight @ np.log(variance) / 2
    one_sigma = math.log(2) - log_2_pi_e / 2 - math.log(weight @ variance) / 2
    columns.append((truth, each_sigma, one_sigma, ceiling - weight @ variance / 2))
names = "I(c;x)", "Gaussian Q, σ(x)", "Gaussian Q, one σ", "Gaussian Q, σ = 1"
rows = dict(zip(names, np.array(columns).T, strict=True))
figures.continuous_code(noises, rows)
for i in (0, -1):
    values = ",  ".join(f"{name} {row[i]:.2f}" for name, row in rows.items())
    print(f"s = {noises[i]:.2f}:  {values} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With little noise a free σ makes the bound nearly tight, while σ = 1 leaves a gap of 3.4 nats. With much noise $I$ goes
# to 0, but every Gaussian $Q$ ends below 0. The posterior is then nearly uniform, and
# $\mathrm{KL}(\text{Uniform}\|\mathcal N)=\frac12\log\frac{\pi e}6=0.176$ nats. Training cannot close a gap that the
# family of $Q$ causes.
# </details>
#
# We train $\mu(x)=\alpha x+\beta$ at $s=0.1$, with σ = 1 and with a learned σ.

# %%
s, curves, slopes, best_slope = 0.1, {}, {}, (1 / 3) / (1 / 3 + 0.1**2)  # Var c / (Var c + s²)
for name in ("σ = 1", "σ learned"):
    torch.manual_seed(0)
    weights = torch.zeros(3, requires_grad=True)  # α, β, log σ
    optimizer, curves[name] = torch.optim.Adam([weights], lr=0.02), []
    for _ in range(500):
        c = 2 * torch.rand(256) - 1
        x = c + s * torch.randn(256)
        sigma = weights[2].exp() if name == "σ learned" else torch.tensor(1.0)
        log_q = torch.distributions.Normal(weights[0] * x + weights[1], sigma).log_prob(c)
        L_I = it.mutual_information_bound(log_q, math.log(2))
        optimizer.zero_grad()
        (-L_I).backward()
        optimizer.step()
        curves[name].append(L_I.item())
    slopes[name] = weights[0].item()

# %% [markdown]
# **Predict, then run.** Which has the smaller error in the end, and which the larger bound?

# %%
truth = np.interp(math.log(s), np.log(noises), rows["I(c;x)"])
figures.two_readers(curves, truth)
for name, ends in {"σ = 1": (-0.24, -0.226), "σ learned": (1.5, 1.66)}.items():
    measured(f"{name}: L_I, mean of the last 50 batches", np.mean(curves[name][-50:]), "nats", between=ends)
    ratio = slopes[name] / best_slope
    measured(f"{name}: slope α divided by that of least squares", ratio, between=(0.95, 1.05))
measured("learned σ", sigma.item(), between=(0.08, 0.12))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The errors are equal, because both slopes approach that of least squares. The bounds differ by 1.8 nats.
# </details>
#
# So do not judge a continuous code by $L_I$ at σ = 1. Fit σ first (lecture 8).
#
# ## 7.8 The objective, and what the report claims (2 minutes)
#
# <!-- claim: InfoGAN minimises $V_{\text{GAN}}(D,G)-\lambda\,L_I(G,Q)$ over $G$ and $Q$, not over $G$ alone. -->
#
# $$\min_{G,Q}\max_D\;V_{\text{GAN}}(D,G)-\lambda\,L_I(G,Q)\qquad(22)$$
#
# Since $I\ge L_I$, this is never below (1). The minimum is over $G$ *and* $Q$, because a fixed $Q$ leaves the gap (14). We
# evaluate both for our generator and $\lambda=1$.

# %%
data = np.array([0.5, 0.3, 0.2])
D = data / (data + p_x)
V = data @ np.log(D) + p_x @ np.log(1 - D)
print(f"(22) at the best Q, the posterior: {V - it.barber_agakov_bound(p_cx, posterior):.6f} nats")
print(f"h(c) of a uniform code on (−1, 1): {math.log(2):.3f} nats; on (−100, 100): {math.log(200):.3f} nats")
more = {"p_data": data, "D": D, "weight": np.array(1.0)}
it.report.DERIVATIONS["final InfoGAN objective"].show(on=game | more, equations=22)

# %% [markdown]
# | claim of section 4.1 | verdict |
# |---|---|
# | the objective (1), lines (6)–(12), the bound (13) | right, apart from the slips of 7.3 |
# | max I = min H(c\|x) | equal optimisers; the values sum to H(c) |
# | the lemma with x′ ∼ p(x, y) | x′ ∼ p(x\|y): 1.05 against 0.92 in 7.5 |
# | a second "≥", and log Q(c′\|x) | an equality, with the c that generated x |
# | I = L_I | I ≥ L_I, equal iff Q is the posterior |
# | min over G | min over G and Q: at this G, −1.537 nats instead of −1.490 |
# | λ < 1 as in the paper | λ = 1 there for discrete codes; smaller for continuous ones |
#
# > **Summary**
# > - InfoGAN rewards $I(c;x)$. Since $p(c)$ is fixed, this minimises $H(c\mid x)$, which needs the intractable posterior $p(c\mid x)$.
# > - $I=L_I+\mathbb E_x\mathrm{KL}(p(c\mid x)\|Q(c\mid x))$ for every $Q$. The bound is tight if and only if $Q$ is the posterior.
# > - Lemma 5.1 is an equality with $x'\sim p(x\mid y)$. Therefore $L_I$ needs only $\log Q$ at the code that generated $x$.
# > - $H(c)-L_I=H(c\mid x)+\mathbb E_x\mathrm{KL}$. Training $Q$ raises $L_I$ to $I$; only the generator can raise both to $H(c)$.
# > - For a continuous code with σ = 1 the bound is vacuous, but $Q$ still learns. A learned σ makes it informative.
#
# **You can now** explain the reward, derive the bound, prove the lemma that makes it computable, train both parts of
# $H(c)-L_I$, and judge a continuous code.
#
# **Sources.** D. Barber, F. Agakov 2003, *The IM algorithm: a variational approach to information maximization*, NeurIPS
# 16 · X. Chen, Y. Duan, R. Houthooft, J. Schulman, I. Sutskever, P. Abbeel 2016, *InfoGAN: interpretable representation
# learning by information maximizing generative adversarial nets*, NeurIPS 29,
# [arXiv:1606.03657](https://arxiv.org/abs/1606.03657) · B. Poole, S. Ozair, A. van
# den Oord, A. Alemi, G. Tucker 2019, *On variational bounds of mutual information*, ICML,
# [arXiv:1905.06922](https://arxiv.org/abs/1905.06922)
#
# **Further reading.** ★☆☆ Chen et al. 2016, sections 3 to 5. ★★☆ Barber & Agakov 2003. ★★★ Poole et al. 2019.
#
# **Going on**: [other bounds](further/07_other_bounds.ipynb) derives two bounds without $H(c)$ (Poole et al. 2019).
# **Next**: [InfoGAN](08_infogan.ipynb) trains on this bound.
