# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 7 · Other bounds on mutual information
#
# **Why do straight lines bound a curve, and which bounds remain if $H(c)$ is unknown?** A generator
# shows one of ten classes, and it shows a wrong one with probability ε. The black curve is its mutual information. Each
# straight line on the left is the bound $L_I$ of one $Q$, for all these generators. On the right the generator is
# fixed, and $Q$ changes. All these bounds require that $H(c)$ is known. Two other bounds, InfoNCE and NWJ, do not
# require it. What is their disadvantage?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import itertools
import math

import numpy as np
import torch
from scipy.special import log_softmax
from scipy.stats import norm

import infotheory as it
from infotheory import Step
from infotheory.explore import InfoGANBoundExplorer
from infotheory.teaching import compare, evaluate_lines, measured
from models.teaching.exercises import further_07 as exercises
from models.teaching.figures import further_07 as figures

figures.opening()

# %% [markdown]
# After this notebook you can
#
# - explain why $L_I$ is a tangent of $I$ in the generator, and concave in the logits of $Q$;
# - train $Q$ from samples alone, and state how reliable the bound of a single batch is;
# - compute $I$ and $L_I$ in closed form for a continuous image;
# - derive NWJ and InfoNCE from $L_I$, and choose between the three bounds;
# - compute how much information a $Q$ loses if it sees only a function of the image.
#
# | | |
# |---|---|
# | Needs | [lecture 7](../07_infogan_bound.ipynb): the bound $L_I$ and its gap; lecture 2: data processing |
# | Time | 36 minutes to read, 55 for the exercises; 20 seconds to run, without a GPU |
# | Report | beyond section 4.1.1, which stops at $L_I$ |
# | Sources | Barber & Agakov 2003, Nguyen et al. 2010, van den Oord et al. 2018, Poole et al. 2019; full list at the end |
#
# ## F7.1 The bound is a tangent (6 minutes)
#
# Let $Q$ be fixed while the generator changes, and let $p(c)$ be fixed too. Then
# $L_I=H(c)+\sum_{c,x}p(c)\,p(x\mid c)\log Q(c\mid x)$ is **linear** in $p(x\mid c)$. Mutual information is the largest of
# these linear functions, $I=\max_QL_I$, and is therefore **convex** in $p(x\mid c)$. A linear function that never exceeds
# a convex one and touches it is a tangent. If $Q$ is the posterior of some generator, $L_I$ is the tangent of $I$ there.
#
# In the opening figure there are ten classes. The generator shows each of the nine wrong classes with probability ε/9,
# and $Q$ assumes the error rate δ. Then
#
# $$L_I(\varepsilon,\delta)=\log10+(1-\varepsilon)\log(1-\delta)+\varepsilon\log\tfrac\delta9,\qquad
# I(\varepsilon)=L_I(\varepsilon,\varepsilon),\qquad(1)$$
#
# and the gap is $\mathrm{KL}\big((1-\varepsilon,\varepsilon)\,\|\,(1-\delta,\delta)\big)$.
#
# **Predict, then run.** Let ε = 0.3. Which $Q$ has the larger gap: one that assumes 0.1, or one that assumes
# 0.5?


# %%
def bound(epsilon, delta):
    """Line (1)."""
    return math.log(10) + (1 - epsilon) * np.log(1 - delta) + epsilon * np.log(delta / 9)


epsilon, delta = 0.3, 0.05
table = (1 - epsilon) * np.eye(10) / 10 + epsilon * (1 - np.eye(10)) / 90
assumed = (1 - delta) * np.eye(10) + delta * (1 - np.eye(10)) / 9
compare("line (1)", bound(epsilon, delta), "it.barber_agakov_bound", it.barber_agakov_bound(table, assumed))
gap = it.kl_divergence([1 - epsilon, epsilon], [1 - delta, delta])
compare("I − L_I", it.mutual_information(table) - bound(epsilon, delta), "KL", gap)
for delta in (0.1, 0.5):
    print(f"δ = {delta}: gap {bound(0.3, 0.3) - bound(0.3, delta):.4f} nats")
slope = (bound(0.3 + 1e-6, 0.3 + 1e-6) - bound(0.3 - 1e-6, 0.3 - 1e-6)) / 2e-6
print(f"slope at ε = 0.3: of I {slope:.4f}, of L_I with δ = 0.3 {bound(1, 0.3) - bound(0, 0.3):.4f} nats per unit of ε")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Too much confidence costs more: the gaps are 0.1537 and 0.0823 nats.
# </details>
#
# Where a line touches the curve, it has the slope of the curve. While $Q$ is the posterior, a small step of the generator
# along the gradient of $L_I$ is therefore a step along the gradient of $I$.
#
# In the explorer, four codes pass through a channel, and $Q$ assumes the noise 0.05.

# %%
InfoGANBoundExplorer(noise=0.3, believed=0.05)

# %% [markdown]
# **Predict, then run.** How does $L_I$ change if the noise of the channel rises in equal steps?

# %%
for noise in (0.1, 0.2, 0.3, 0.4):
    print(f"noise {noise}: {InfoGANBoundExplorer(noise=noise, believed=0.05).describe()}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Each step of 0.1 lowers $L_I$ by 0.404 nats, because $L_I$ is linear in the noise. The steps of $I$ become smaller,
# because $I$ is convex.
# </details>
#
# ## F7.2 Training $Q$ (5 minutes)
#
# Let $Q(\cdot\mid x)=\operatorname{softmax}(r_{\cdot x})$. We differentiate $L_I=H(c)+\sum_{c,x}p(c,x)\log Q(c\mid x)$:
#
# $$
# \begin{aligned}
# \frac{\partial L_I}{\partial r_{cx}}&=p(c,x)-p(x)\,Q(c\mid x) &&(2)\ \text{derivative of the log-softmax}\\
# &=p(x)\big(p(c\mid x)-Q(c\mid x)\big) &&(3)\ p(c,x)=p(x)\,p(c\mid x)
# \end{aligned}
# $$
#
# By (3), the gradient is 0 only if $Q$ is the posterior wherever $p(x)>0$. Since $L_I$ is concave in $r$, gradient ascent
# finds no other maximum. By (2), samples $(c,x)$ suffice to estimate the gradient. Training finds the posterior,
# although the gradient does not use it.
#
# We maximise $L_I$ for the generator of lecture 7, with the exact gradient and with batches of 64 new samples.

# %%
G = np.stack([np.repeat([0, 1, 2], [18, 3, 3]), np.repeat([0, 1, 2], [4, 8, 12])], axis=1)  # images G[z, c]
p_c = np.array([0.4, 0.6])
p_x_given_c = (G[:, :, None] == np.arange(3)).mean(axis=0)
p_cx = it.joint(p_c, p_x_given_c)
p_x, posterior = p_cx.sum(axis=0), it.conditional(p_cx)
H_c, I = it.entropy(p_c), it.mutual_information(p_cx)
Q = np.array([[0.6, 0.4, 0.2], [0.4, 0.6, 0.8]])
r = torch.tensor(np.log(Q), requires_grad=True)
it.barber_agakov_bound(torch.tensor(p_cx), r.softmax(0)).backward()
compare("(3) at c = 0, x = 0", (p_x * (posterior - Q))[0, 0], "autograd", r.grad[0, 0])

# %%
torch.manual_seed(0)
exact_p, images, curves = torch.tensor(p_cx), torch.tensor(G), {}
for name in ("exact gradient", "batches of 64"):
    r = torch.zeros(2, 3, dtype=torch.float64, requires_grad=True)  # Q = 1/2 everywhere
    curve = []
    for _ in range(250):
        if name == "exact gradient":
            L_I = it.barber_agakov_bound(exact_p, r.softmax(0))
        else:
            c, z = (torch.rand(64) > p_c[0]).long(), torch.randint(24, (64,))  # a code and a noise,
            L_I = it.mutual_information_bound(r.log_softmax(0)[c, images[z, c]], H_c)  # and Q at that code
        (gradient,) = torch.autograd.grad(L_I, r)
        curve.append((L_I.item(), it.barber_agakov_bound(exact_p, r.softmax(0).detach()).item()))
        with torch.no_grad():
            r += 0.5 * gradient
    curves[name] = np.array(curve).T
    assert curves[name][1].max() <= I

# %% [markdown]
# **Predict, then run.** Where does each curve start? Can the estimate from a batch exceed $I(c;x)$?

# %%
figures.ascent(curves, I)
compare("first value", curves["exact gradient"][0, 0], "H(c) − log 2", H_c - math.log(2))
for name, (_, exact) in curves.items():
    measured(f"{name}: gap after 250 steps", I - exact[-1], "nats", between=(0, 0.01), digits=4)
above = 100 * (curves["batches of 64"][0, -150:] > I).mean()
measured("of the last 150 batches above I", above, "%", between=(35, 65), digits=0)
measured("their standard deviation", curves["batches of 64"][0, -150:].std(), "nats", between=(0.05, 0.11))

# %% [markdown]
# $L_I$ is a bound in *expectation*. Near the end about half of the batches exceed $I$. So report the mean over many
# batches, never the best batch.
#
# ## F7.3 Overlapping classes, in closed form (5 minutes)
#
# Let $m$ classes $c=0,\dots,m-1$ be equally likely, and let $x\sim\text{Uniform}(c,c+2)$. Neighbours overlap by half. For
# $x$ in $(0,1)$ only class 0 is possible, and in $(m,m+1)$ only class $m-1$. Between 1 and $m$ exactly two classes are
# possible, with equal posteriors ½, and $H(c\mid x)=\log2$ there. Each of the two ends has probability $\frac1{2m}$, so
# that the middle has $1-\frac1m$:
#
# $$H(c\mid x)=\frac{m-1}m\log2,\qquad I(c;x)=\log m-\frac{m-1}m\log2.\qquad(4)$$
#
# Let $Q$ exclude the impossible classes, and let it give the lower of two possible classes the probability $a$. Each of
# the two is right in half of the cases:
#
# $$L_I(a)=\log m+\frac{m-1}m\cdot\tfrac12\big(\log a+\log(1-a)\big)\ \le\ L_I(\tfrac12)=I(c;x).\qquad(5)$$
#
# **Predict, then run.** Let $m=5$. Which $Q$ has the larger bound: $a=0.99$, or a $Q$ that always gives every class the
# probability $1/m$?

# %%
m, n, rng = 5, 200_000, np.random.default_rng(0)
information = math.log(m) - (m - 1) / m * math.log(2)
c = rng.integers(m, size=n)
x = c + 2 * rng.random(n)
two = (x >= 1) & (x < m)  # where two classes are possible


def overlap_bound(a):
    """Line (5)."""
    return math.log(m) + (m - 1) / m * (np.log(a) + np.log(1 - a)) / 2


for a in (0.5, 0.9, 0.99):
    log_q = np.where(two, np.log(np.where(c == np.floor(x), 1 - a, a)), 0)  # floor(x) is the upper of the two
    exact, error = overlap_bound(a), log_q.std() / math.sqrt(n)
    print(f"a = {a:4.2f}: L_I = {exact:z.6f} nats", end=";  ")
    ends = exact - 4 * error - 1e-9, exact + 4 * error + 1e-9
    estimate = it.mutual_information_bound(log_q, math.log(m))
    measured("from samples", estimate, "nats", between=ends, error=error, digits=4)
uniform = it.mutual_information_bound(np.full(n, -math.log(m)), math.log(m))
print(f"Q = 1/m: L_I = {uniform:z.6f} nats;  I(c;x) = {information:.6f} nats")
beliefs = np.linspace(0.001, 0.999, 500)
figures.overlaps(m, beliefs, overlap_bound(beliefs), information)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With 0.99 the bound is −0.237 nats. It is lower than 0, the bound of $Q=1/m$, although this $Q$ excludes three or four
# of the five classes correctly. With 0.9 it is 0.646 nats. A negative bound is a property of $Q$, not of the image.
# </details>

# %% [markdown]
# ### Exercise 1 ★★☆ · compute · useful · 12 minutes · less overlap
#
# Now $x\sim\text{Uniform}(c,c+w)$ with a width $1\le w\le2$. Write $I(c;x)$ in nats as a function of $m$ and $w$.
#
# <details><summary>Hint 1</summary>
#
# How many overlaps are there? How long is each, and what is the density of $x$ in it?
#
# </details>
# <details><summary>Hint 2</summary>
#
# There are $m-1$ overlaps of length $w-1$. In each, two classes contribute the density $\frac1m\cdot\frac1w$. The entropy
# $H(c\mid x)$ is $\log2$ in an overlap, and 0 elsewhere.
#
# </details>


# %% tags=["exercise"]
def my_information(m, w):
    """I(c;x) in nats."""
    ...


exercises.information.check(my_information)

# %% [markdown]
# ## F7.4 Two bounds without $H(c)$ (8 minutes)
#
# $L_I$ needs $H(c)$ and a normalised $Q$. For two views of one photograph neither marginal is known. One then trains a
# **critic** $f(x,c)$, which is any real function that scores how well the two match.
#
# **NWJ** (Nguyen, Wainwright and Jordan 2010) is $\mathbb E_{p(c,x)}f-e^{-1}\mathbb E_{p(c)p(x)}e^f$. We insert
# $f=1+\log\frac{Q(c\mid x)}{p(c)}+a$ with a normalised $Q$ and a number $a$.
#
# $$
# \begin{aligned}
# I_\text{NWJ}&=\mathbb E_{p(c,x)}f-e^{-1}\,\mathbb E_{p(c)p(x)}e^f &&(6)\ \text{definition}\\
# &=1+a+\mathbb E_{p(c,x)}\log\frac{Q(c\mid x)}{p(c)}-e^a\,\mathbb E_{p(c)p(x)}\frac{Q(c\mid x)}{p(c)} &&(7)\ \text{insert }f\\
# &=1+a+L_I-e^a\,\mathbb E_x\sum_cQ(c\mid x) &&(8)\ H(c)=-\mathbb E\log p(c)\\
# &=L_I+1+a-e^a &&(9)\ Q\text{ sums to }1
# \end{aligned}
# $$
#
# Since $e^a\ge1+a$, NWJ never exceeds $L_I$, and it equals $L_I$ if $a=0$. Every critic has this form with a number
# $a(x)$ for each image: normalise $p(c)\,e^f$ to get $Q$. Therefore NWJ is a lower bound for every critic.
#
# **Predict, then run.** Which $a$ lowers the bound more, ½ or −½?


# %%
def nwj_lines(a):
    """The values of lines (6) to (9) for our generator and Q."""
    f, L_I = 1 + np.log(Q / p_c[:, None]) + a, it.barber_agakov_bound(p_cx, Q)
    log_ratio, apart = np.sum(p_cx * np.log(Q / p_c[:, None])), np.outer(p_c, p_x)
    second = np.sum(p_cx * f) - np.sum(apart * np.exp(f)) / math.e
    third = 1 + a + log_ratio - math.exp(a) * np.sum(apart * Q / p_c[:, None])
    return second, third, 1 + a + L_I - math.exp(a) * p_x @ Q.sum(axis=0), L_I + 1 + a - math.exp(a)


names = "(6) E f − E exp f / e", "(7) f inserted", "(8) with L_I", "(9) L_I + 1 + a − exp a"
evaluate_lines(dict(zip(names, nwj_lines(0.5), strict=True)))
for a in (-0.5, 0, 0.5):
    print(f"a = {a:4.1f}: NWJ = {nwj_lines(a)[0]:z.6f} nats;  L_I = {it.barber_agakov_bound(p_cx, Q):.6f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The loss is $e^a-1-a$, which is 0.149 nats for $a=\frac12$ and 0.107 nats for $a=-\frac12$. A critic that is too large
# by ½ loses more than one that is too small by ½.
# </details>
#
# **InfoNCE** (van den Oord, Li and Vinyals 2018) takes an image and $K$ codes. The code of this image stands at a
# random place $J$, and the other $K-1$ codes are drawn independently. A softmax over the critic estimates the place.
# This is $L_I$ for the "code" $J$, which is uniform on $1,\dots,K$ and has the entropy $\log K$. With
# $c_{1:K}=(c_1,\dots,c_K)$,
#
# $$
# \begin{aligned}
# I_\text{NCE}&=\log K+\mathbb E\log\frac{e^{f(x,c_J)}}{\sum_je^{f(x,c_j)}} &&(10)\ \text{definition}\\
# &\le I(J;x,c_{1:K}) &&(11)\ L_I\le I\text{ for the code }J\\
# &=I(J;x\mid c_{1:K}) &&(12)\ \text{chain rule; }I(J;c_{1:K})=0\\
# &\le I(J,c_{1:K};x) &&(13)\ \text{chain rule; }I(c_{1:K};x)\ge0\\
# &=I(c;x) &&(14)\ x\text{ depends on }(J,c_{1:K})\text{ through }c_J\text{ alone}
# \end{aligned}
# $$
#
# The logarithm in (10) is never positive, so InfoNCE never exceeds $\log K$ either. With the best critic,
# $f=\log p(c\mid x)-\log p(c)$, line (11) is an equality. For our generator, all expectations are finite sums over $2^K$
# lists of codes.


# %%
def exact_infonce(scores, K):
    """Line (10) for a critic as a table [c, x]; by symmetry the right place is the first."""
    codes = np.array(list(itertools.product(range(2), repeat=K)))  # [lists, K]
    weight = p_c[codes].prod(axis=1)[:, None] * p_x_given_c[codes[:, 0]]  # p(c_1, …, c_K) p(x|c_1): [lists, x]
    return math.log(K) + np.sum(weight * log_softmax(scores[codes], axis=1)[:, 0])


K, best = 3, np.log(posterior / p_c[:, None])
p = np.zeros((K, 3) + (2,) * K)  # p(J, x, c_1, c_2, c_3)
for J, x, *codes in np.ndindex(p.shape):
    p[(J, x, *codes)] = p_c[codes].prod() * p_x_given_c[codes[J], x] / K
evaluate_lines({
    "(10) InfoNCE with the best critic, K = 3": exact_infonce(best, K),
    "(11) I(J; x, c_1, c_2, c_3)": it.mutual_information(p.reshape(3, 24)),
    "(12) I(J; x | c_1, c_2, c_3)": it.conditional_mutual_information(p.reshape(3, 3, 8)),
})  # fmt: skip
print(f"InfoNCE with our Q as critic: {exact_infonce(np.log(Q / p_c[:, None]), K):.6f} nats")
compare("(13) I(J, c_1, c_2, c_3; x)", it.mutual_information(np.moveaxis(p, 1, -1).reshape(24, 3)), "I(c;x)", I)
for K in (2, 4, 8, 12):
    print(f"K = {K:2d}: InfoNCE with the best critic {exact_infonce(best, K):.6f} nats")

# %% [markdown]
# With the best critic InfoNCE rises towards $I(c;x)=0.179436$ nats as $K$ grows. From samples,
# `it.infonce_bound(scores)` takes a batch of $K$ pairs and uses the codes of the other pairs as the other $K-1$ codes.

# %%
K = 64
c = rng.choice(2, size=K, p=p_c)
x = G[rng.integers(24, size=K), c]
scores = np.log(Q[c[None, :], x[:, None]] / p_c[c])  # scores[i, j] = f(x_i, c_j)
log_right_place = np.diagonal(log_softmax(scores, axis=1))  # log Q(J = i | x_i, c_1 … c_K)
as_L_I = it.mutual_information_bound(log_right_place, math.log(K))
compare("it.infonce_bound", it.infonce_bound(scores), "L_I of the place J", as_L_I)

# %% [markdown]
# ### Exercise 2 ★★☆ · do · essential · 25 minutes · a critic of two views
#
# `draw(n)` returns `n` pairs of views, two tensors $[n,2]$. They share 2 nats of information, and you know neither
# marginal. Train a critic: a function of `x` $[K,2]$ and `y` $[K,2]$ that returns the scores $[K,K]$ of all pairs. On new
# batches of 256 pairs its InfoNCE must reach 1.85 nats. The check also shuffles the views. Return the critic.
#
# <details><summary>Hint 1</summary>
#
# Row $i$ of the scores is a classifier with $K$ classes, and its right class is $i$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Use the scalar products of two networks with two hidden layers, `g(x) @ h(y).T`, and 500 steps of Adam.
#
# </details>


# %% tags=["exercise"]
def my_critic(draw):
    """Train on pairs x, y = draw(256); return a function of x and y that gives scores [K, K]."""
    ...


exercises.critic.check(my_critic)

# %% [markdown]
# ## F7.5 The limit of InfoNCE and the scatter of NWJ (8 minutes)
#
# Now let $c\sim\mathcal N(0,I)$ have $d=10$ dimensions, and let $x=\rho c+\sqrt{1-\rho^2}\,\varepsilon$. Each dimension
# contributes $-\frac12\log(1-\rho^2)$ nats. We give InfoNCE and NWJ their best critics, $\log w$ and $1+\log w$ with
# $w=\frac{p(c\mid x)}{p(c)}$, and we give $L_I$ the posterior. Training cannot remove the remaining errors. The second
# mean of NWJ is then the mean of $w$ over independent pairs. It equals 1. Its variance follows from
#
# $$
# \begin{aligned}
# \mathbb E_{p(c)p(x)}w^2&=\mathbb E_{p(c,x)}w &&(15)\ p(c)\,p(x)\,w=p(c,x)\\
# &=(1-\rho^2)^{-d}=e^{2I} &&(16)\ \text{Gaussian integral}
# \end{aligned}
# $$
#
# Hence $\operatorname{Var}w=e^{2I}-1$. The mean over the $K(K-1)$ pairs of a batch has at least the standard deviation
# $\sqrt{(e^{2I}-1)/K(K-1)}$ (Poole et al. 2019 compare these bounds in general). We check (16) for $d=1$ and $\rho=0.8$.

# %%
line = np.linspace(-20, 20, 801)
p_code_given_x = norm.pdf(line, 0.8 * line[:, None], 0.6)  # rows x, columns c
w = p_code_given_x / norm.pdf(line)
mean_w_squared = np.sum(norm.pdf(line)[:, None] * p_code_given_x * w) * 0.05**2  # (15), by a sum over a grid
I_1 = it.gaussian_mutual_information([[1, 0.8], [0.8, 1]], 1)
compare("d = 1, ρ = 0.8: E w²", mean_w_squared, "exp 2I", math.exp(2 * I_1))

# %%
d = 10


def estimates(information, K, batches):
    """L_I, InfoNCE and NWJ from each batch, [3, batches]."""
    rho = math.sqrt(1 - math.exp(-2 * information / d))
    all_three = []
    for _ in range(batches):
        c = rng.normal(size=(K, d))
        x = rho * c + math.sqrt(1 - rho**2) * rng.normal(size=(K, d))
        c_2, x_2 = (c**2).sum(1), (x**2).sum(1)
        squares = (c_2 - 2 * rho * x @ c.T + rho**2 * x_2[:, None]) / (1 - rho**2) - c_2  # [x_i, c_j]
        f = information - squares / 2  # log w of x_i and c_j
        log_q = np.diagonal(f) + norm.logpdf(c).sum(1)  # log p(c_i|x_i), the posterior
        L_I = it.mutual_information_bound(log_q, it.gaussian_entropy(np.eye(d)))
        all_three.append((L_I, it.infonce_bound(f), it.nwj_bound(1 + f)))
    return np.array(all_three).T


# %% [markdown]
# **Predict, then run.** We draw batches of $K=64$ pairs for a true $I$ from 0.5 to 9 nats. Which estimate has an upper
# limit, and which one scatters? At $I=5$, how large must $K$ be for an InfoNCE of nearly 5?

# %%
truths, sizes = np.linspace(0.5, 9, 18), 2 ** np.arange(2, 11)
over_information = np.array([estimates(information, 64, 300) for information in truths])
over_size = np.array([estimates(5, size, 40) for size in sizes])
figures.three_bounds(truths, over_information, sizes, over_size)
spread = over_information.std(axis=2)
assert over_information[:, 1].max() <= math.log(64)
print(f"log 64 = {math.log(64):.3f} nats, and e⁵ = {math.exp(5):.1f} pairs")
measured("I = 9: largest InfoNCE of 300 batches", over_information[-1, 1].max(), "nats", between=(4.1, 4.159))
measured("I = 5: mean of InfoNCE at K = 64", over_size[4, 1].mean(), "nats", between=(3.45, 3.65))
measured("I = 5: mean of InfoNCE at K = 1024", over_size[-1, 1].mean(), "nats", between=(4.55, 4.72))
above = 100 * (over_information[-1, 2] > 9).mean()
measured("I = 9: batches whose NWJ exceeds I", above, "%", between=(65, 90), digits=0)
for name, i, ends in (("L_I", 0, (0.24, 0.35)), ("NWJ", 2, (0.5, 30))):
    measured(f"I = 9: standard deviation of {name}", spread[-1, i], "nats", between=ends)
print(f"I = 9: standard deviation of NWJ's second mean, at least {math.sqrt(math.expm1(18) / 64 / 63):.1f} nats")
ratio = spread[:, 0].max() / spread[:, 0].min()
measured("scatter of L_I, its largest divided by its smallest", ratio, between=(1, 1.3))

# %% [markdown]
# InfoNCE scatters little, but it is limited: to come near 5 nats it needs many more than $e^5\approx148$ pairs. NWJ has
# no limit, and its *mean* is right. At large $I$ this mean depends on rare and huge values of $w$. Most batches contain
# none of them and exceed the truth; a few are far below it. From $I\approx4$ on, even 300 batches do not show the
# scatter that NWJ must have, so its curve leaves the dotted one. $L_I$ has neither problem, although it scatters most
# where $I$ is small.
#
# **Which bound when?**
#
# | situation | bound | reason |
# |---|---|---|
# | you draw one variable yourself and can normalise Q | L_I | no limit, and here no growing scatter |
# | no marginal is known; a stable training signal counts more than the value | InfoNCE | little scatter; for the value, K must be well above exp I |
# | no marginal is known, and I is small | NWJ | no limit, and its scatter is small too |
#
# InfoGAN is the first case, and contrastive learning is the second. For large $I$ no estimator from samples alone
# avoids the limit. A lower bound that uses only $N$ samples, and holds with high confidence for every distribution,
# cannot exceed $O(\log N)$ (McAllester and Stratos 2020). $L_I$ avoids this limit because it uses $H(c)$.
#
# ## F7.6 A $Q$ that sees a function of the image (4 minutes)
#
# In lecture 8, $Q$ sees the features $t=t(x)$ of the discriminator, not the pixels. Each $Q(c\mid t(x))$ is also a
# $Q(c\mid x)$ that is equal for some images. So its bound holds, and the largest value it can reach is $I(c;t)$. Data
# processing (lecture 2) gives $I(c;t)\le I(c;x)$, and the prover confirms it for every $t$.
#
# **Predict, then run.** The function $t$ merges two of our three images. Which merger loses the least information? For
# the overlapping classes of F7.3, what does a $Q$ lose that sees only $\lfloor x\rfloor$, or only whether $x>3$?

# %%
print(repr(it.Statement("I(C;T) <= I(C;X)", given=["C -> X -> T"]).verdict()), end="\n\n")
print(f"all images: I(c;x) = {I:.6f} nats")
for name, labels in {"0 and 1": [0, 0, 1], "0 and 2": [0, 1, 0], "1 and 2": [0, 1, 1]}.items():
    p_ct = p_cx @ np.eye(2)[labels]
    best_Q = it.conditional(p_ct)[:, labels]  # the posterior given t, as a Q(c|x)
    compare(f"merged {name}: I(c;t)", it.mutual_information(p_ct), "best L_I", it.barber_agakov_bound(p_cx, best_Q))
floor = np.array([[0.5 if x in (k, k + 1) else 0 for x in range(6)] for k in range(5)]) / 5  # p(c, ⌊x⌋)
compare("m = 5, from ⌊x⌋: I", it.mutual_information(floor), "I(c;x)", math.log(5) - 4 / 5 * math.log(2))
halves = np.stack([floor[:, :3].sum(axis=1), floor[:, 3:].sum(axis=1)], axis=1)
print(f"m = 5, from whether x > 3: I = {it.mutual_information(halves):.6f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Merging images 1 and 2 loses the least information, 0.002 nats, because their posteriors are close. $\lfloor x\rfloor$
# loses nothing, although many $x$ have the same floor: the posterior depends on $x$ through it alone. It is a
# *sufficient statistic*. The indicator of $x>3$ keeps 0.555 of 1.055 nats.
# </details>

# %% [markdown]
# ### Exercise 3 ★★★ · prove · useful · 18 minutes · what features lose
#
# Let $Q$ see only $t=t(x)$. Prove
#
# $$I(c;x)-L_I=I(c;x)-I(c;t)+\mathbb E_t\,\mathrm{KL}\big(p(c\mid t)\,\|\,Q(c\mid t)\big).$$
#
# Return all lines from `first` to `last`, four or more, and the number of one line. This line
# holds only if $Q$ depends on $t$ alone. `p_cx` and `Q` are arrays $[c,x]$, and `merge` $[x,t]$ is 1 where $t(x)=t$.
# Thus `p_cx @ merge` is $p(c,t)$, and `given_t(p_cx, merge)` is $p(c\mid t(x))$ for each $x$. The check evaluates your
# lines for such a $Q$, and then for any $Q$.
#
# <details><summary>Hint 1</summary>
#
# Write $I-L_I$ as one sum over $p(c,x)$. Multiply and divide by $p(c\mid t)$ inside the logarithm.
#
# </details>
# <details><summary>Hint 2</summary>
#
# The first of the two sums is $H(c\mid t)-H(c\mid x)$. When can the second be written as a sum over $t$?
#
# </details>


# %% tags=["exercise"]
def given_t(p_cx, merge):
    """p(c|t(x)) for each x, [c, x]."""
    return it.conditional(p_cx @ merge) @ merge.T


def features(p_cx, merge, Q):
    """I(c;x) − I(c;t) + E_t KL(p(c|t) ‖ Q(c|t)), where Q(c|t) is the mean of Q over the images with this t."""
    p_ct, of_t = p_cx @ merge, Q @ merge / merge.sum(axis=0)
    kl = it.kl_divergence(it.conditional(p_ct), of_t, axis=0)
    return it.mutual_information(p_cx) - it.mutual_information(p_ct) + p_ct.sum(axis=0) @ kl


def gap(p_cx, merge, Q):
    return it.mutual_information(p_cx) - it.barber_agakov_bound(p_cx, Q)


first = Step("I(c;x) − L_I", "", gap, "given")
last = Step("I(c;x) − I(c;t) + E_t KL(p(c|t) ‖ Q(c|t))", "=", features, "Q(c|x) = Q(c|t)")


def my_merged():
    """Lines such as Step("Σ p(c,x) log …", "=", lambda p_cx, merge, Q: np.sum(p_cx * np.log(…)), "…")."""
    ...  # return [first, …, last], the number of one of them


exercises.merged.check(my_merged)

# %% [markdown]
# ## Summary
#
# > - For a fixed $Q$, $L_I$ is a tangent of $I$ in $p(x\mid c)$. For a fixed generator it is concave in the logits of $Q$, and its
# >   gradient can be estimated from samples.
# > - $L_I$ is a bound in expectation. About half of the batches exceed $I$ when $Q$ is nearly the posterior.
# > - NWJ is $L_I$ with a $Q$ that need not be normalised, and InfoNCE is $L_I$ for the place of one code among $K$.
# > - InfoNCE never exceeds $\log K$. NWJ has a scatter that grows like $e^I$. $L_I$ has neither problem, but requires $H(c)$.
# > - A $Q$ that sees $t(x)$ reaches at most $I(c;t)\le I(c;x)$.
#
# **You can now** explain the tangent, train $Q$ from samples, and compute a bound in closed form. You can derive NWJ and
# InfoNCE from $L_I$, choose between them, and compute what features lose.
#
# **Sources.** D. Barber, F. Agakov 2003, *The IM algorithm: a variational approach to information maximization*, NeurIPS
# 16 · X. Nguyen, M. Wainwright, M. Jordan 2010, *Estimating divergence functionals and the likelihood ratio by convex
# risk minimization*, IEEE Transactions on Information Theory 56(11) · A. van den Oord, Y. Li, O. Vinyals 2018,
# *Representation learning with contrastive predictive coding*, [arXiv:1807.03748](https://arxiv.org/abs/1807.03748) · B.
# Poole, S. Ozair, A. van den Oord, A. Alemi, G. Tucker 2019, *On variational bounds of mutual information*, ICML,
# [arXiv:1905.06922](https://arxiv.org/abs/1905.06922) · D. McAllester, K. Stratos 2020, *Formal limitations on the
# measurement of mutual information*, AISTATS, [arXiv:1811.04251](https://arxiv.org/abs/1811.04251)
#
# **Further reading.** ★☆☆ Poole et al. 2019, sections 1 and 2. ★★☆ van den Oord et al. 2018. ★★★ McAllester & Stratos
# 2020, on the limits of all estimators.
#
# **Next.** [Lecture 8](../08_infogan.ipynb) trains $G$, $D$ and $Q$ together on digits.
