# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9 · Regularisers: which part of the KL?
#
# **All six encoders read the same 9,216 images. Why do three of them have KLs of 12.5, 6.0 and 74.6 nats?** A code
# that identifies each image needs log 9,216 = 9.1 nats, which is the dashed line. The networks are the same, and the
# losses differ in one term, the regulariser. What do the nats beyond the line measure, and which loss penalises them?
# The left panel moves single latents of two of the encoders.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.special import rel_entr
from scipy.stats import norm
from torch import nn

import infotheory as it
from infotheory import Step
from infotheory.teaching import compare, evaluate_lines, measured
from models import VAE, Sprites, choose_device, decompose, gan, load_pretrained, train
from models.beta_tc_vae import kl_parts, log_normal, stratified_log_weights
from models.evaluation.metrics import mig
from models.factor_vae import permute
from models.teaching.exercises import lecture_09 as exercises
from models.teaching.figures import lecture_09 as figures

images, encoders, codes = figures.opening()

# %% [markdown]
# After this lecture you can
#
# - split the KL of the ELBO into information, total correlation and marginal KL, and give the reason for each line;
# - compute the three parts of a trained encoder, with a standard error;
# - state which part each of seven models penalises, and by which estimator;
# - derive FactorVAE's optimal discriminator, and say when its estimate is too low;
# - write a penalty on the total correlation, and measure what it changes.
#
# | | |
# |---|---|
# | Needs | [lecture 2](02_mutual_information_and_kl.ipynb), [4](04_vae.ipynb) and [5](05_beta_vae.ipynb); the discriminator of [lecture 6](06_gan.ipynb) |
# | Time | 45 minutes to read, 68 for the exercises; a minute to run on two CPU cores |
# | Report | section 2.1: FactorVAE uses "the correlation among the latent variables"; q(z) is the "variational prior" |
# | Sources | Hoffman & Johnson 2016, Chen et al. 2018, Kim & Mnih 2018; full list at the end |
#
# `device` is the GPU if there is one; to use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you
# start Jupyter. Sections 9.5 and 9.6 use it for training.

# %%
device = choose_device()

# %% [markdown]
# ## 9.1 One KL, three parts (11 minutes)
#
# <!-- claim: If the prior factorises, the mean KL is $I(x;z)+\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j))$. -->
#
# Let $x$ be one of $N$ examples, each with probability $1/N$, and let $z\sim q(z\mid x)$ be its code with latents
# $z_1,\dots,z_d$. The **aggregate posterior** is $q(z)=\frac1N\sum_nq(z\mid x_n)$. We write $\mathbb E$ for the mean
# over $x$ and $z$, and $\bar q(z)=\prod_jq(z_j)$ for the product of the marginals. The prior factorises,
# $p(z)=\prod_jp(z_j)$.
#
# $$
# \begin{aligned}
# \mathbb E_x\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)&=\mathbb E\log\frac{q(z\mid x)}{p(z)} &&(1)\ \text{definition}\\
# &=\mathbb E\log\frac{q(z\mid x)}{q(z)}+\mathbb E\log\frac{q(z)}{p(z)} &&(2)\ \text{multiply and divide by }q(z)\\
# &=I(x;z)+\mathrm{KL}\big(q(z)\,\|\,p(z)\big) &&(3)\ \text{the second logarithm does not contain }x\\
# &=I(x;z)+\mathbb E_{q(z)}\log\frac{q(z)}{\bar q(z)}+\mathbb E_{q(z)}\log\frac{\bar q(z)}{p(z)}
# &&(4)\ \text{multiply and divide by }\bar q(z)\\
# &=I(x;z)+\mathrm{TC}(z)+\sum_j\mathrm{KL}\big(q(z_j)\,\|\,p(z_j)\big) &&(5)\ \text{both products factorise}
# \end{aligned}
# $$
#
# Line (3) is due to Hoffman & Johnson (2016), and Chen et al. (2018) use line (5). The **total correlation**
# $\mathrm{TC}(z)=\mathrm{KL}(q(z)\|\bar q(z))$ of Watanabe (1960) is 0 exactly if the latents are independent. Each
# part is a KL, so none is negative.
#
# We evaluate every line for four examples and two latents on a fine grid.

# %%
mean = np.array([[-1.2, -0.9], [-0.4, -0.6], [0.5, 0.8], [1.1, 0.4]])  # μ(x_n): [N, d]
sigma = np.array([[0.4, 0.5], [0.5, 0.3], [0.6, 0.4], [0.3, 0.5]])  # σ(x_n)
line, width = np.linspace(-8, 8, 401, retstep=True)  # the values of z_1 and of z_2


def densities(mean, sigma):  # on the grid: q(z_j|x) [d, N, line], q(z|x) [N, line, line], q(z_j) [d, line]
    q_jx = norm.pdf(line, mean.T[..., None], sigma.T[..., None])
    return q_jx, q_jx[0][:, :, None] * q_jx[1][:, None, :], q_jx.mean(1)


def parts_of(mean, sigma):  # I(x;z), TC(z) and Σ KL(q(z_j)‖p(z_j))
    _, q_zx, q_j = densities(mean, sigma)
    q_z, q_bar = q_zx.mean(0) + 1e-300, np.outer(*q_j) + 1e-300
    I, TC = rel_entr(q_zx, q_z).sum() * width**2 / len(mean), rel_entr(q_z, q_bar).sum() * width**2
    return I, TC, rel_entr(q_j, norm.pdf(line)).sum() * width


# %%
q_jx, q_zx, q_j = densities(mean, sigma)
q_z, q_bar, p_z = q_zx.mean(0), np.outer(*q_j), np.outer(norm.pdf(line), norm.pdf(line))
I, TC, KL_j = parts_of(mean, sigma)
under_q_zx, under_q_z = width**2 * q_zx / 4, width**2 * q_z  # the weights of E and of E_q(z)
evaluate_lines({
    "E KL(q(z|x)‖p(z)), closed form": it.diagonal_gaussian_kl(mean, 2 * np.log(sigma)).sum() / 4,
    "(1)  E log q(z|x)/p(z)": np.sum(under_q_zx * np.log(q_zx / p_z)),
    "(2)  E log q(z|x)/q(z) + E log q(z)/p(z)": I + np.sum(under_q_zx * np.log(q_z / p_z)),
    "(3)  I(x;z) + KL(q(z)‖p(z))": I + np.sum(under_q_z * np.log(q_z / p_z)),
    "(4)  I(x;z) + TC(z) + E log Π q(z_j)/p(z_j)": I + TC + np.sum(under_q_z * np.log(q_bar / p_z)),
    "(5)  I(x;z) + TC(z) + Σ KL(q(z_j)‖p(z_j))": I + TC + KL_j,
})  # fmt: skip
print(f"I = {I:.3f}, TC = {TC:.3f}, Σ KL = {KL_j:.3f} nats; log 4 = {math.log(4):.3f}")

# %% [markdown]
# **The information has a ceiling.** The $N$ examples are equally likely, and $H(x\mid z)\ge0$:
#
# $$I(x;z)=H(x)-H(x\mid z)\le H(x)=\log N.\qquad(6)$$
#
# **Total correlation is redundancy.** If the encoder factorises, $q(z\mid x)=\prod_jq(z_j\mid x)$, then
#
# $$I(x;z)+\mathrm{TC}(z)=\sum_jI(x;z_j).\qquad(7)$$
#
# The TC equals the sum of the single informations minus the joint information. Exercise 2 asks for the proof.

# %%
I_j = rel_entr(q_jx, q_j[:, None]).sum(axis=(1, 2)) * width / 4  # I(x;z_1) and I(x;z_2)
compare("I(x;z) + TC(z)", I + TC, "Σ I(x;z_j)", I_j.sum(), atol=1e-9)

# %% [markdown]
# **Predict, then run.** We multiply all σ by the same factor. As they shrink, the KL grows without limit. Which parts
# grow when $I(x;z)$ has reached $\log4$?

# %%
scales = np.geomspace(0.25, 3, 40)
by_scale = [parts_of(mean, scale * sigma) for scale in scales]
figures.shrinking(scales, by_scale, math.log(4))
for scale, (I, TC, KL_j) in zip(scales[[0, -1]], [by_scale[0], by_scale[-1]], strict=True):
    print(f"all σ times {scale:g}: I = {I:.3f}, TC = {TC:.3f}, Σ KL = {KL_j:.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Both other parts grow. With little noise each latent alone identifies $x$, and by (7) the TC tends to
# $(d-1)\log N$, here $\log4$. The marginals consist of narrow peaks, far from the smooth prior, so their KL grows
# without limit. For wide posteriors only the marginal KL remains.
# </details>

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 8 minutes · what a KL proves
#
# You know only the mean KL of an encoder, in nats, and the number of examples. Return the best lower bound on
# $\mathrm{KL}(q(z)\|p(z))=\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j))$ that follows.
#
# <details><summary>Hint</summary>
#
# How large can the other part of the KL be? Can your bound be worse than a trivial one?
#
# </details>


# %% tags=["exercise"]
def my_floor(kl, n_examples):
    """A lower bound on KL(q(z)‖p(z)), in nats."""
    ...


exercises.floor.check(my_floor)

# %% [markdown]
# ### Exercise 2 ★★☆ · prove · essential · 15 minutes · total correlation is redundancy
#
# Prove (7) for two discrete latents. `q` holds $q(z\mid x)$ $[x,z_1,z_2]$, and all $x$ are equally likely. Return all
# lines from `first` to `last`, at least four, and the number of the one line that needs $q(z\mid x)=q(z_1\mid
# x)\,q(z_2\mid x)$. The check evaluates your lines on 100 encoders that factorise, and then on 100 that do not.
#
# <details><summary>Hint 1</summary>
#
# Write both parts as expectations under $q(x,z)$, and add the logarithms. One density cancels.
#
# </details>
# <details><summary>Hint 2</summary>
#
# `q_1x(q)` is $q(z_1\mid x)$, and `q_1x(q).mean(0)` is $q(z_1)$. Both broadcast to the shape of `q`.
#
# </details>


# %% tags=["exercise"]
def E_log(q, ratio):  # the mean of log ratio over x and z
    return np.sum(q / len(q) * np.log(ratio))


def q_1x(q):
    return q.sum(axis=2, keepdims=True)


def q_2x(q):
    return q.sum(axis=1, keepdims=True)


def I_and_TC(q):
    return it.mutual_information((q / len(q)).reshape(len(q), -1)) + it.total_correlation(q.mean(0))


first = Step("I(x;z) + TC(z)", "", I_and_TC, "the two parts")
last = Step(
    "Σ I(x;z_j)", "=", lambda q: sum(E_log(q, r(q) / r(q).mean(0)) for r in (q_1x, q_2x)), "definition",
)  # fmt: skip


def my_redundancy():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.redundancy.check(my_redundancy)

# %% [markdown]
# ## 9.2 The parts of a trained encoder (7 minutes)
#
# <!-- claim: About 8.4 of the VAE's 12.5 nats are information and 4.0 are TC; with fewer images the TC rises. -->
#
# For ten latents no grid is fine enough. But $q(z)$ is known, since it is a mixture of $N$ Gaussians. Only the outer
# mean must be sampled. For $m$ pairs of an example $n_i$ and a $z_i\sim q(z\mid x_{n_i})$,
#
# $$
# I(x;z)\approx\frac1m\sum_i\log\frac{q(z_i\mid x_{n_i})}{q(z_i)},\qquad
# \mathrm{TC}(z)\approx\frac1m\sum_i\log\frac{q(z_i)}{\bar q(z_i)},\qquad
# \text{standard error}=\frac{\text{standard deviation}}{\sqrt m}.\qquad(8)
# $$
#
# Both estimates are unbiased, because the densities in the logarithms are exact. We test (8) on the four examples.

# %%
mu, log_variance = torch.tensor(mean), torch.tensor(2 * np.log(sigma))
torch.manual_seed(0)
n = torch.randint(4, (20_000,))
z = mu[n] + (log_variance[n] / 2).exp() * torch.randn(20_000, 2, dtype=torch.float64)
log_q_jx = log_normal(z[:, None], mu, log_variance)  # log q(z_ij|x_m): [i, m, j]
log_q_z = log_q_jx.sum(2).logsumexp(1) - math.log(4)
log_q_j = log_q_jx.logsumexp(1) - math.log(4)
log_q_zx = log_normal(z, mu[n], log_variance[n]).sum(1)
exact_I, exact_TC, _ = parts_of(mean, sigma)
for name, terms, exact in (
    ("I(x;z)", log_q_zx - log_q_z, exact_I),
    ("TC(z)", log_q_z - log_q_j.sum(1), exact_TC),
):
    near, error = (exact - 0.03, exact + 0.03), terms.std() / 20_000**0.5
    measured(f"{name} = {exact:.3f} nats, estimated", terms.mean(), "nats", error=error, between=near)

# %% [markdown]
# `decompose` computes both for any encoder. The six encoders have ten latents each, and all were trained on
# dSprites at 32×32 pixels (Matthey et al., 2017). The first two are those of lecture 5.
#
# **Predict, then run.** Which encoder carries the most information? Which part contains the nats beyond $\log N$?

# %%
parts = {name: decompose(*code, n_samples=500) for name, code in codes.items()}
log_N = math.log(len(images))
figures.parts_of_models(parts, log_N)
expected = {"VAE": (8.4, 4.0), "β-VAE": (5.6, 0.6), "β-TCVAE": (5.6, 0.07), "FactorVAE": (7.2, 0.46)}
expected |= {"DIP-VAE": (7.15, 0.34), "AAE": (9.04, 61.6)}
for name, (I, TC) in expected.items():
    for part, label, near in (("mutual_information", "I", I), ("total_correlation", "TC", TC)):
        value, error = parts[name][part]
        between = near - 0.05 - 5 * error, near + 0.05 + 5 * error
        measured(f"{name}: {label}", value, "nats", error=error, between=between, digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The VAE's 12.5 nats contain 8.4 nats of information, and 4.0 nats of TC. The AAE has almost all the information that
# is possible, and nearly all of its other nats are TC. The four other encoders have at most 0.6 nats of TC, and less
# information than the VAE.
# </details>
#
# **The images matter.** All three parts depend on the encoder *and the set of images*. **Predict, then run.** We take
# the same VAE and fewer of the images. The mean KL hardly changes. How do $I$ and TC change?

# %%
order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
for size, (I, TC) in {9216: (8.35, 4.1), 2304: (7.5, 5.05), 576: (6.3, 6.1)}.items():
    found = decompose(*(part[order[:size]] for part in codes["VAE"]), n_samples=500)
    for part, near in (("mutual_information", I), ("total_correlation", TC)):
        value, error = found[part]
        label = f"N = {size:,}, log N = {math.log(size):.2f}: {part.replace('_', ' ')}"
        measured(label, value, "nats", error=error, between=(near - 0.4, near + 0.4), digits=2)

# %% [markdown]
# With fewer images the posteriors overlap less. $I$ approaches its ceiling $\log N$, and the TC rises by about as
# much as $I$ falls. Compare models only on the same images.
#
# ## 9.3 Which part does each model penalise? (6 minutes)
#
# <!-- claim: A β-VAE multiplies all three parts by β; β-TCVAE and FactorVAE put more weight on the TC alone. -->
#
# All losses contain $-\mathbb E\log p(x\mid z)$. The table lists the weights and the estimators of the parts.
#
# | model | I(x;z) | TC(z) | marginal KL | other terms | estimator |
# |---|:---:|:---:|:---:|---|---|
# | VAE | 1 | 1 | 1 | | closed form of the sum |
# | β-VAE (Higgins et al., 2017) | β | β | β | | closed form of the sum |
# | β-TCVAE (Chen et al., 2018) | 1 | **β** | 1 | | a mixture over the batch |
# | FactorVAE (Kim & Mnih, 2018) | 1 | **1 + γ** | 1 | | closed form; γ's TC by a discriminator |
# | DIP-VAE (Kumar et al., 2018) | 1 | 1 | 1 | squared errors of a covariance | closed form; the batch's moments |
# | AAE (Makhzani et al., 2015) | **0** | – | – | JSD of q(z) and p(z) | a discriminator of latents |
# | InfoVAE (Zhao et al., 2019) | **1 − α** | λ | λ | | λ's KL(q(z)‖p(z)) may be another divergence |
#
# FactorVAE's KL already contains the TC once, so its weights follow from (5):
#
# $$\mathrm{KL}+\gamma\,\mathrm{TC}(z)=I(x;z)+(1+\gamma)\,\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j)).\qquad(9)$$
#
# A β-TCVAE with $\beta=1+\gamma$ has the same objective. The models differ in how they *estimate* the TC. DIP-VAE and
# the AAE penalise a **surrogate**, which is 0 if the latents have the desired distribution. A covariance or a weak
# discriminator can also give 0 if they do not. [further/09](further/09_what_surrogates_miss.ipynb) constructs such
# distributions.
#
# InfoVAE has the loss $(1-\alpha)\,\mathrm{KL}+(\alpha+\lambda-1)\,D(q(z),p(z))$, for example with the maximum mean
# discrepancy as $D$. If $D$ is the KL, (3) gives the weights in the table. The package does not train an InfoVAE.
#
# The report says that FactorVAE uses "the correlation among the latent variables". It uses the *total* correlation,
# which can be large for uncorrelated latents. DIP-VAE penalises correlations.
#
# ## 9.4 β-TCVAE: a mixture from one batch (6 minutes)
#
# <!-- claim: With the paper's weights $\hat q(z_i)$ is unbiased, but a TC of 0.6 nats is estimated as about $-1.0$. -->
#
# A training step uses a batch of $B$ examples, since all $N$ would take too long. Chen et al. (2018) estimate
#
# $$\hat q(z_i)=\sum_{m=1}^Bw_{im}\,q(z_i\mid x_m),\qquad\hat q(z_{ij})=\sum_{m=1}^Bw_{im}\,q(z_{ij}\mid x_m).\qquad(10)$$
#
# The batch always contains $x_i$, from which $z_i$ was drawn. Its posterior is large at $z_i$, but its weight in
# $q(z)$ is only $\frac1N$. With $M=B-1$, the **stratified** weights are
#
# $$w_{ii}=\frac1N,\qquad w_{im}=\frac{N-M}{NM}\ \text{for one other }m,\qquad w_{im}=\frac1M\ \text{for the other }M-1.\qquad(11)$$
#
# Each row sums to 1, and the mean of $\hat q(z_i)$ over all batches is $q(z_i)$. **The authors' code differs:** it
# writes $1/N$ into column 0 of the matrix instead of its diagonal. So $z_i$'s own example has the weight $1/M$ in
# nearly every row. A
# [pull request](https://github.com/rtqichen/beta-tcvae/pull/1) of 2019 reports this, and the ports that we read copy the
# error. We use the paper's formula.


# %%
def column_weights(B, N):  # as in the authors' code
    M = B - 1
    w = torch.full((B, B), 1 / M, dtype=torch.float64)
    w[:, 0], w[:, 1], w[M - 1, 0] = 1 / N, (N - M) / (N * M), (N - M) / (N * M)
    return w


q_at = log_normal(torch.tensor([[-1.2, -0.9]]), mu, log_variance).sum(1).exp()  # q(z|x_m) at z = μ(x_0)
batches = [b for b in np.ndindex(4, 4, 4) if len({*b}) == 3 and 0 in b]  # in all orders: B = 3, N = 4
print(f"q(z) = {q_at.mean():.6f}")
for name, w in {"paper": stratified_log_weights(3, 4).exp(), "authors' code": column_weights(3, 4)}.items():
    average = np.mean([(w[batch.index(0)] @ q_at[list(batch)]).item() for batch in batches])
    print(f"{name:13s}  mean of the estimate {average:.6f}, sums of the rows {w.sum(1).numpy().round(3)}")

# %% [markdown]
# The paper's weights are unbiased, and the code's estimate is too large. The sums hardly reveal the error. In the
# code's matrix all rows but one sum to 1, and that one to $1+\frac1M-\frac2N$, here 1. The *logarithm* of an unbiased
# estimate is still biased.
#
# **Predict, then run.** With batches of 64, is the estimated TC of the β-VAE's codes too large or too small?


# %%
def from_batches(mean, log_variance, log_weights, batches=64):
    """Means of I and TC as a training with these batches estimates them."""
    generator, found = torch.Generator().manual_seed(0), []
    for _ in range(batches):
        rows = torch.randperm(len(mean), generator=generator)[: log_weights.shape[1]]
        mu, lv = mean[rows], log_variance[rows]
        z = mu + (lv / 2).exp() * torch.randn(mu.shape, generator=generator)
        kl = kl_parts(z, log_normal(z, mu, lv).sum(1), mu, lv, log_weights.float())
        found.append([part.mean().item() for part in kl[:2]])
    return np.mean(found, axis=0)


# %%
of_weights = {
    "paper": (stratified_log_weights(64, len(images)), (-1.3, -0.7)),
    "authors' code": (column_weights(64, len(images)).log(), (1.8, 2.3)),
    "1/B for each": (torch.full((64, 64), -math.log(64)), (1.8, 2.3)),
}
for name, (log_weights, between) in of_weights.items():
    I, TC = from_batches(*codes["β-VAE"], log_weights)
    measured(f"{name}: TC in batches of 64", TC, "nats", between=between, digits=2)
measured("exact TC", parts["β-VAE"]["total_correlation"].value, "nats", between=(0.4, 0.8), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The paper's weights estimate −1.0 nats for a quantity that is never negative. In ten dimensions most neighbours
# of $z_i$ are not in the batch, so $\log\hat q(z_i)$ is far too small. The code's weights give 2.0 nats, almost the
# same as equal weights. [further/09](further/09_what_surrogates_miss.ipynb) examines both penalties.
# </details>

# %% [markdown]
# ### Exercise 3 ★★☆ · compute · useful · 12 minutes · simpler weights
#
# One of the other examples has a special weight in (11), which is not necessary. Find weights $w_{ii}=a$, and
# $w_{im}=b$ for all $m\ne i$, for which $\hat q(z_i)$ is unbiased. Row $i$, column $m$ of `densities` $[B,B]$ holds
# $q(z_i\mid x_m)$. Return the mean over $i$ of $\hat q(z_i)$.
#
# <details><summary>Hint</summary>
#
# What is the weight of $x_i$ in the true $q(z_i)$? The $B-1$ other examples represent $N-1$ examples.
#
# </details>


# %% tags=["exercise"]
def my_mixture(densities, n_examples):
    """The mean of the estimates of q(z_i); densities is an array [B, B]."""
    ...


exercises.mixture.check(my_mixture)

# %% [markdown]
# ## 9.5 FactorVAE: a discriminator estimates the TC (7 minutes)
#
# <!-- claim: The TC is the mean optimal logit under $q$; a trained $D$ finds about 0.6 of the VAE's 4.0 nats. -->
#
# Kim & Mnih (2018) need only samples. A discriminator $D(z)$ with logit $f=\log\frac D{1-D}$ learns to distinguish
# $z\sim q$ from $z\sim\bar q$.
#
# $$
# \begin{aligned}
# V(D)&=\mathbb E_q\log D(z)+\mathbb E_{\bar q}\log\big(1-D(z)\big) &&(12)\ \text{D maximises this, as in lecture 6}\\
# D^*(z)&=\frac{q(z)}{q(z)+\bar q(z)} &&(13)\ \text{the derivative }\tfrac{q}{D}-\tfrac{\bar q}{1-D}\text{ is 0}\\
# \mathrm{TC}(z)&=\mathbb E_q\log\frac{q(z)}{\bar q(z)}=\mathbb E_qf^*(z) &&(14)\ \text{the logit of (13)}\\
# \mathrm{TC}(z)&\ge\mathbb E_qf(z)-\mathbb E_{\bar q}e^{f(z)}+1
# &&(15)\ \text{every }f\text{; NWJ of further/07 for }f+1
# \end{aligned}
# $$
#
# Line (14) is the **density-ratio trick**. For a different $D$, $\mathbb E_qf$ is an estimate but not a bound.
# Samples of $\bar q$ come from a batch in which `permute` shuffles each latent separately.
#
# **A test case.** Let $z\sim\mathcal N(0,\Sigma)$ with correlation matrix $P$. Since $\det\Sigma=\det
# P\prod_j\Sigma_{jj}$,
#
# $$\mathrm{TC}=\sum_j\tfrac12\log(2\pi e\,\Sigma_{jj})-\tfrac12\log\big((2\pi e)^d\det\Sigma\big)=-\tfrac12\log\det P.\qquad(16)$$
#
# **Predict, then run.** Five latents form a chain with correlation 0.7 between neighbours. An untrained discriminator
# has a logit near 0. Does its estimate approach the TC from below or from above?

# %%
P = 0.7 ** np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
exact_tc, root = -np.linalg.slogdet(P)[1] / 2, torch.linalg.cholesky(torch.tensor(P)).float()
by_entropies = 5 * it.gaussian_entropy([[1.0]]) - it.gaussian_entropy(P)
compare("Σ h(z_j) − h(z)", by_entropies, "−½ log det P", exact_tc, atol=1e-9)


# %%
def train_discriminator(draw, d, reports):
    """Train D on draw(n), n samples of z; return E f and the bound (15) after some numbers of steps."""
    hidden = [nn.Linear(d, 128), nn.LeakyReLU(0.2), nn.Linear(128, 128), nn.LeakyReLU(0.2)]
    f, found = nn.Sequential(*hidden, nn.Linear(128, 1)).to(device), []
    optimizer = torch.optim.Adam(f.parameters(), lr=1e-3)
    for step in range(max(reports) + 1):
        if step in reports:
            with torch.no_grad():
                joint, product = f(draw(10_000)), f(permute(draw(10_000)))
            found.append([joint.mean().item(), (joint.mean() - product.exp().mean() + 1).item()])
        loss = -gan.value(f(draw(256)), f(permute(draw(256))))  # −V(D)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return np.array(found)


# %%
torch.manual_seed(0)
reports = (0, 5, 10, 20, 40, 80, 160, 320, 800)
estimates = train_discriminator(lambda n: (torch.randn(n, 5) @ root.T).to(device), 5, reports)
figures.discriminator(reports, estimates, exact_tc)
measured("after 5 steps: E f", estimates[1, 0], "nats", between=(-0.2, 0.4))
measured("after 800 steps: E f", estimates[-1, 0], "nats", between=(0.9, 1.6))
measured("after 800 steps: bound (15)", estimates[-1, 1], "nats", between=(1, 1.45))
for name, between in (("VAE", (0.2, 1)), ("FactorVAE", (-0.1, 0.1))):
    torch.manual_seed(0)
    E_f = train_discriminator(figures.sampler(*codes[name], device), 10, (800,))[0, 0]
    measured(f"{name}: E f after 800 steps", E_f, "nats", between=between, digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The logit starts near 0, so here the estimate approaches the TC from **below**. After 800 steps it finds about 0.6
# of the VAE's 4.0 nats, and almost none of the FactorVAE's 0.5. Here $q(z)$ has 9,216 narrow peaks, but the logit is
# smooth. A FactorVAE penalises only the dependence that its discriminator detects.
# </details>

# %% [markdown]
# ### Exercise 4 ★☆☆ · compute · useful · 8 minutes · the total correlation of a Gaussian
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
# ## 9.6 Train with a penalty (4 minutes)
#
# <!-- claim: A penalty with $\beta=6$ reduces the TC from 4.0 to about 1.6 nats, but also $I$ by about one nat. -->
#
# A new model overrides one method, `regulariser`. This one is a β-TCVAE with the weights (11).


# %%
class Penalised(VAE):
    beta, log_weights = 6.0, stratified_log_weights(64, len(Sprites(32))).float()

    def regulariser(self, kl, mean, log_variance, z):
        w = self.log_weights.to(z.device)
        log_q_jx = log_normal(z[:, None], mean, log_variance)  # log q(z_ij|x_m): [i, m, j]
        log_q_z = (w + log_q_jx.sum(2)).logsumexp(1)
        log_q_j = (w[..., None] + log_q_jx).logsumexp(1)
        tc = (log_q_z - log_q_j.sum(1)).mean()
        return kl + (self.beta - 1) * tc, {"tc": tc}


# %% [markdown]
# **Predict, then run.** We train the VAE for 100 more steps, once with β = 1 and once with β = 6. Which of
# its three parts change? To train in full, run `infotheory train beta-tc-vae-dsprites-32`.

# %%
before, after, estimated = encoders["VAE"], {"before": parts["VAE"]}, {}
for beta in (1.0, 6.0):
    model = Penalised(10, network="conv", size=32, learning_rate=5e-4)
    model.load_state_dict(before.state_dict())
    model.beta = beta
    history = train(model, Sprites(32), steps=100, batch_size=64, seed=0, device=device)
    estimated[f"β = {beta:g}"] = history["tc"]
    after[f"β = {beta:g}"] = decompose(*figures.encode(model.cpu(), images), n_samples=500)
figures.training(after, estimated, log_N)
ranges = {"β = 1": ((8.1, 8.7), (3.5, 4.9)), "β = 6": ((6.8, 7.8), (1.1, 2.2))}
for name, of_parts in ranges.items():
    for part, between in zip(("mutual_information", "total_correlation"), of_parts, strict=True):
        value, error = after[name][part]
        measured(f"{name}: {part.replace('_', ' ')}", value, "nats", error=error, between=between, digits=2)
estimate = estimated["β = 6"][-20:].mean()
measured("β = 6: TC that the training estimates", estimate, "nats", between=(-4, -2.3), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With β = 1 the parts hardly change. With β = 6 the exact TC falls from 4.0 to about 1.6 nats, but about one nat of
# information is lost too. The estimate that the training minimises is negative. An estimated penalty on the TC also
# penalises information.
# </details>

# %% [markdown]
# ### Exercise 5 ★★☆ · do · essential · 25 minutes · a penalty on the total correlation
#
# A small VAE encodes points $[n,2]$ by two latents. Its TC is 0.14 nats, although its latents are almost
# uncorrelated. Write a penalty. The check adds it to the loss $D+\mathrm{KL}$ and trains the VAE for 400 more steps,
# with batches of 128 points. On new points it computes TC and $I$ by (8). TC must be at most 0.05 nats, $I$ at
# least 2.8 nats, and the KL of each latent at least 0.5 nats. The check takes a few seconds, so try several
# penalties.
#
# <details><summary>Hint 1</summary>
#
# Which estimate of $\log q(z)$ and of $\log q(z_j)$ needs only the batch? `log_normal(z[:, None], mean,
# log_variance)` has the shape $[i,m,j]$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A weight of 1 is too small, since a rotation of the latents increases the other terms of the loss ([lecture
# 5](05_beta_vae.ipynb), section 5.7). Try 5.
#
# </details>


# %% tags=["exercise"]
def my_tc_penalty():
    """Return a function of mean, log_variance and z, each [n, 2], which returns a number with a gradient."""
    ...


exercises.tc_penalty.check(my_tc_penalty)

# %% [markdown]
# ## 9.7 What the shipped models show (4 minutes)
#
# <!-- claim: A low TC does not imply a high MIG; the β-VAE has 0.6 nats but a MIG below 0.05. -->
#
# Does a low TC mean that each latent encodes one factor? The **MIG** of lecture 10 compares the two latents with the
# most information about a factor. Its best value is 1.
#
# **Predict, then run.** Order the six encoders by their MIG. The cards measure $D$ and KL on 10,000 random
# sprites.

# %%
factors, new = Sprites(32).sample(3_000, seed=3)
scores = {name: mig(figures.encode(model, new)[0], factors) for name, model in encoders.items()}
tc = {name: found["total_correlation"].value for name, found in parts.items()}
figures.scores(tc, scores)
MIGS = {"VAE": (0.01, 0.06), "β-VAE": (0, 0.05), "β-TCVAE": (0.22, 0.3), "FactorVAE": (0.26, 0.34)}
MIGS |= {"DIP-VAE": (0.32, 0.42), "AAE": (0, 0.04)}
for name, model in encoders.items():
    D, KL = model.card["terms"]["reconstruction"], model.card["terms"]["kl"]
    print(f"{name:10s} D = {D:5.1f}, KL = {KL:5.1f} nats; kl_start = {model.config['kl_start']:2g}; ", end="")
    measured("MIG", scores[name], between=MIGS[name], digits=2)

# %% [markdown]
# The β-VAE has a seventh of the VAE's TC, but no higher MIG. So a low TC does not imply a high score. Three models
# were trained with **KL annealing**: the KL starts with `kl_start` = 30 times its final weight, which it reaches
# after some thousand steps. Latents then become active one at a time ([lecture 5](05_beta_vae.ipynb)). These three
# have the highest MIG. FactorVAE and DIP-VAE have the same annealing, and nearly the same $D$ and KL.
#
# Does annealing or the penalty cause the score? One run of each model cannot decide this. In the study of
# Locatello et al. (2019), the random seed and the weight of the penalty matter more than the model.
#
# The published DIP-VAE at 64×64 pixels has a MIG of 0.34 after 20,000 steps, with a loss of 111 nats. Its training is
# unfinished, since a run of 92,000 steps with the same penalty weights reached 61 nats. But the MIG of that run was
# 0.07. We do not know the reason.

# %%
for name in ("β-VAE", "β-TCVAE", "FactorVAE", "DIP-VAE"):
    card = load_pretrained(figures.FILES[name].split("-32")[0]).card
    each = [run["mig"] for run in card["seeds"].values()]
    print(f"{name:10s} 64×64, {card['steps']:,} steps: MIG of each seed", *(f"{value:.2f}" for value in each))

# %% [markdown]
# > **Summary**
# > - The KL of the ELBO equals $I(x;z)+\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j))$, and $I(x;z)\le\log N$. All
# >   parts depend on the encoder and the set of images.
# > - If the encoder factorises, the TC is the redundancy of the latents, $\sum_jI(x;z_j)-I(x;z)$.
# > - A β-VAE penalises all three parts. β-TCVAE and FactorVAE put more weight on the TC. DIP-VAE penalises two
# >   moments, and the AAE does not penalise the information.
# > - β-TCVAE's weights have $1/N$ on the diagonal; the authors' code has it in column 0. Even the unbiased mixture
# >   gives a biased TC, which can be negative.
# > - In our tests FactorVAE's discriminator starts near 0 and approaches the TC from below.
# > - A low TC does not imply a high MIG.
#
# **You can now** split a KL, compute its parts, state what each model penalises, derive FactorVAE's optimal
# discriminator, and test your own penalty.
#
# **Sources.** S. Watanabe 1960, *Information theoretical analysis of multivariate correlation*, IBM Journal of
# Research and Development 4(1), [doi:10.1147/rd.41.0066](https://doi.org/10.1147/rd.41.0066) · M. D. Hoffman, M. J.
# Johnson 2016, *ELBO surgery: yet another way to carve up the variational evidence lower bound*, NIPS workshop · R.
# T. Q. Chen, X. Li, R. Grosse, D. Duvenaud 2018, *Isolating sources of disentanglement in variational autoencoders*,
# NeurIPS,
# [arXiv:1802.04942](https://arxiv.org/abs/1802.04942) · H. Kim, A. Mnih 2018, *Disentangling by factorising*, ICML,
# [arXiv:1802.05983](https://arxiv.org/abs/1802.05983) · A. Kumar, P. Sattigeri, A. Balakrishnan 2018, *Variational inference of
# disentangled latent concepts from unlabeled observations*, ICLR,
# [arXiv:1711.00848](https://arxiv.org/abs/1711.00848) · A. Makhzani et al. 2015, *Adversarial autoencoders*,
# [arXiv:1511.05644](https://arxiv.org/abs/1511.05644) · S. Zhao, J. Song, S. Ermon 2019, *InfoVAE: Balancing learning
# and inference in variational autoencoders*, AAAI,
# [arXiv:1706.02262](https://arxiv.org/abs/1706.02262) · I. Higgins et al. 2017, *β-VAE*, ICLR · F. Locatello et al. 2019,
# *Challenging common assumptions in the unsupervised learning of disentangled representations*, ICML,
# [arXiv:1811.12359](https://arxiv.org/abs/1811.12359) · L. Matthey, I. Higgins, D. Hassabis, A. Lerchner 2017, *dSprites*
#
# **Further reading.** ★☆☆ Kim & Mnih (2018). ★★☆ Chen et al. (2018), with its appendix on the weights. ★★★ Locatello
# et al. (2019).
#
# **Next.** [further/09](further/09_what_surrogates_miss.ipynb) shows what each estimate and surrogate misses.
# [Lecture 10](10_measuring_disentanglement.ipynb) defines the scores.
