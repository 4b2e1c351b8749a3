# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 9 · What estimates and surrogates miss
#
# **In all four pictures the two latents are dependent. Why is DIP-VAE's penalty 0 for three of them?** Each picture
# shows an aggregate posterior $q(z)$ of two latents. The first three have the covariance $I$, and the penalty is a
# function of the covariance. Other penalties have gaps of a different kind. A mixture over a batch can be biased so
# much that it penalises information. A discriminator of limited capacity does not detect everything.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import itertools
import math

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import norm
from torch import nn

import infotheory as it
from infotheory.explore import DependenceExplorer
from infotheory.teaching import compare, measured
from models import DIPVAE, BetaTCVAE, FactorVAE, Sprites, choose_device, decompose, gan
from models.beta_tc_vae import kl_parts, log_normal, stratified_log_weights
from models.evaluation.metrics import mig
from models.factor_vae import permute
from models.teaching.exercises import further_09 as exercises
from models.teaching.figures import further_09 as figures

encoders, codes = figures.opening()

# %% [markdown]
# After this notebook you can
#
# - prove that the stratified weights are unbiased, and explain why the estimated TC is still too small;
# - explain when a penalty on an estimated TC penalises information;
# - construct, for a covariance or for a weak discriminator, a dependence that it cannot detect;
# - explain why an adversarial autoencoder does not penalise $I(x;z)$;
# - state for which $q(z)$ a regulariser depends on the axes.
#
# | | |
# |---|---|
# | Needs | [lecture 9](../09_regularisers.ipynb); the game of [lecture 6](../06_gan.ipynb) for F9.6 |
# | Time | 56 minutes to read, 52 for the exercises; a minute to run on two CPU cores |
# | Report | section 2.1: its references [2] to [5] are a β-VAE, a FactorVAE, an AAE and a DIP-VAE |
# | Sources | Chen et al. 2018, Kim & Mnih 2018, Kumar et al. 2018, Makhzani et al. 2015; full list at the end |
#
# `device` is the GPU if there is one; to use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you
# start Jupyter. Only the discriminator of F9.9 runs on it.

# %%
device = choose_device()
N = len(codes["VAE"][0])
log_N = math.log(N)
print(f"N = {N:,} sprites, log N = {log_N:.2f} nats")

# %% [markdown]
# ## F9.1 What a factorised encoder excludes (4 minutes)
#
# Lecture 9 proves $I(x;z)+\mathrm{TC}(z)=\sum_jI(x;z_j)$ for a factorised encoder. For two latents,
# $\sum_jI(x;z_j)-I(x;z)$ is the co-information of $x$, $z_1$ and $z_2$ ([lecture
# 2](../02_mutual_information_and_kl.ipynb)):
#
# $$\sum_jI(x;z_j)-I(x;z)=I(z_1;z_2)-I(z_1;z_2\mid x).\qquad(1)$$
#
# If $q(z\mid x)$ factorises, the last term is 0, so the co-information equals the TC and is never negative. Synergy
# cannot then exceed redundancy.
#
# **Predict, then run.** A fair bit $x$ is encoded by a fair coin $z_1$ and by $z_2=x\oplus z_1$. What are the TC and
# the co-information?

# %%
q_1 = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.1, 0.9]])  # q(z_1|x): a row for each of four examples
q_2 = np.array([[0.7, 0.3], [0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])  # q(z_2|x)
factorised = q_1[:, :, None] * q_2[:, None, :] / 4  # p(x, z_1, z_2)
exclusive_or = np.array([[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]])
for name, p_xz in {"factorised": factorised, "XOR": exclusive_or}.items():
    single = it.mutual_information(p_xz.sum(axis=2)) + it.mutual_information(p_xz.sum(axis=1))
    together = it.mutual_information(p_xz.reshape(len(p_xz), 4))
    compare(f"{name:10s} co-information", it.co_information(p_xz), "Σ I(x;z_j) − I(x;z)", single - together)
    print(f"{name:10s} TC(z)          = {it.total_correlation(p_xz.sum(axis=0)):.6f}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The latents of the XOR encoder are independent, so the TC is 0. Neither latent alone carries information about $x$,
# but together they determine $x$. The co-information is $-\log2$. A penalty on the TC cannot detect this. A VAE
# excludes such an encoder, because its $q(z\mid x)$ is diagonal.
# </details>
#
# **The weights of lecture 9, in code.** The package's losses contain exactly the terms of the table in 9.3. We
# evaluate them on 64 codes of the VAE.

# %%
mean, log_variance = (part[::144] for part in codes["VAE"])  # 64 examples
torch.manual_seed(0)
z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
KL, sizes = it.diagonal_gaussian_kl(mean, log_variance).sum(1).mean(), dict(network="conv", size=32)
with torch.no_grad():
    value, parts = BetaTCVAE(10, n_examples=N, beta=6.0, **sizes).regulariser(KL, mean, log_variance, z)
    I, TC, KL_j = parts.values()
    measured("β-TCVAE with β = 6, less (I + 6 TC + Σ KL)", value - I - 6 * TC - KL_j, between=(-1e-3, 1e-3))
    log_ratio = log_normal(z, mean, log_variance).sum(1) - log_normal(z, 0 * z, 0 * z).sum(1)
    difference = I + TC + KL_j - log_ratio.mean()
    measured("I + TC + Σ KL, less the mean of log q(z|x)/p(z)", difference, between=(-1e-3, 1e-3))
    value, parts = FactorVAE(10, gamma=6.0, width=8, **sizes).regulariser(KL, mean, log_variance, z)
    difference = value - KL - 6 * parts["tc"]
    measured("FactorVAE with γ = 6, less (KL + 6 TC of its D)", difference, between=(-1e-3, 1e-3))
    value, parts = DIPVAE(10, off_diagonal=2.0, diagonal=3.0, **sizes).regulariser(KL, mean, log_variance, z)
    moments = 2 * parts["off-diagonal"] + 3 * parts["diagonal"]
    measured("DIP-VAE, less (KL + 2 Σ C_ij² + 3 Σ (C_ii − 1)²)", value - KL - moments, between=(-1e-3, 1e-3))

# %% [markdown]
# ## F9.2 Unbiased weights, a biased logarithm (9 minutes)
#
# β-TCVAE estimates $q(z_i)$ by $\hat q(z_i)=\sum_mw_{im}\,q(z_i\mid x_m)$ over a batch of $B$ examples (Chen et al.,
# 2018). The batch always contains $x_i$, from which $z_i$ was drawn. With $M=B-1$, three choices of the weights are
#
# - **equal**: $w_{im}=1/B$;
# - **minibatch-weighted**: $w_{im}=1/(NB)$;
# - **stratified**: $w_{ii}=1/N$, one other weight $(N-M)/(NM)$, and the other $M-1$ weights $1/M$.
#
# Given $i$, the other members of the batch are a uniform sample of the $N-1$ other examples. Let $q_{-i}$ be the mean
# of $q(z_i\mid x_m)$ over these other examples. For the stratified weights,
#
# $$
# \begin{aligned}
# \mathbb E\,\hat q(z_i)&=\frac{q(z_i\mid x_i)}N+\Big(\frac{N-M}{NM}+\frac{M-1}M\Big)q_{-i} &&(2)\ \text{expectation of the sample}\\
# &=\frac{q(z_i\mid x_i)}N+\frac{N-1}N\,q_{-i} &&(3)\ N-M+N(M-1)=M(N-1)\\
# &=q(z_i) &&(4)\ \text{definition of }q(z)
# \end{aligned}
# $$
#
# Four examples are few enough to enumerate all batches of three that contain example 0.

# %%
toy_mean = torch.tensor([[-1.2, -0.9], [-0.4, -0.6], [0.5, 0.8], [1.1, 0.4]]).double()
toy_sigma = torch.tensor([[0.4, 0.5], [0.5, 0.3], [0.6, 0.4], [0.3, 0.5]]).double()
B, at = 3, torch.tensor([[-1.2, -0.9]]).double()
q_at = log_normal(at, toy_mean, 2 * toy_sigma.log()).sum(1).exp()  # q(z|x_m) of all four examples, at one z
weights = {
    "equal": torch.full((B,), 1 / B).double(),
    "minibatch-weighted": torch.full((B,), 1 / (4 * B)).double(),
    "stratified": stratified_log_weights(B, 4)[0].exp(),
}
batches = [[0, *others] for others in itertools.permutations([1, 2, 3], B - 1)]
print(f"q(z) = {q_at.mean():.6f}")
for name, w in weights.items():
    print(f"{name:18s} mean of the estimate {np.mean([(w @ q_at[batch]).item() for batch in batches]):.6f}")

# %% [markdown]
# Only the stratified weights are unbiased. The minibatch weights are the equal weights divided by $N$. In the TC,
# this factor contributes $-\log N$ through $\log\hat q(z)$, and $+\log N$ through each of the $d$ marginals. So the
# two estimates of the TC differ by the constant $(d-1)\log N$, and **their gradients are the same**.

# %%
log_posterior = log_normal(z, mean, log_variance).sum(1)
tc_of = {}
for name, each in (("equal", 1 / 64), ("minibatch-weighted", 1 / (64 * N))):
    log_weights = torch.full((1, 64), math.log(each))
    tc_of[name] = kl_parts(z, log_posterior, mean, log_variance, log_weights).total_correlation.mean()
difference = tc_of["minibatch-weighted"] - tc_of["equal"] - 9 * log_N
measured("difference of both TCs, less 9 log N", difference, "nats", between=(-1e-3, 1e-3))

# %% [markdown]
# The loss needs $\log\hat q$. By Jensen's inequality,
#
# $$\mathbb E\log\hat q(z_i)\le\log\mathbb E\,\hat q(z_i)=\log q(z_i).\qquad(5)$$
#
# The logarithm is too small on average, and the error grows with the variance of $\hat q$. This variance is far
# larger in ten dimensions than in one.
#
# **Predict, then run.** The estimated TC is the mean of $\log\hat q(z)-\sum_j\log\hat q(z_j)$. Is it too large or too
# small? Is the estimated $I$ too large or too small? We compare with the exact values of the β-VAE's codes.


# %%
def from_batches(mean, log_variance, batch_size, n_batches, log_weights=None):
    """Means of the three parts as a training with these batches estimates them: [3]."""
    generator, found = torch.Generator().manual_seed(0), []
    log_weights = stratified_log_weights(batch_size, N).float() if log_weights is None else log_weights
    for _ in range(n_batches):
        rows = torch.randperm(N, generator=generator)[:batch_size]
        mu, lv = mean[rows], log_variance[rows]
        z = mu + (lv / 2).exp() * torch.randn(mu.shape, generator=generator)
        kl = kl_parts(z, log_normal(z, mu, lv).sum(1), mu, lv, log_weights)
        found.append([part.mean().item() for part in kl])
    return np.mean(found, axis=0)


# %%
code = codes["β-VAE"]
exact = np.array([part.value for part in decompose(*code, n_samples=500).values()][:3])
sizes_of_batch, repeats = (16, 64, 256, 1024), (128, 64, 16, 3)
stratified = np.array([from_batches(*code, B, n) for B, n in zip(sizes_of_batch, repeats, strict=True)])
equal = [torch.full((1, B), -math.log(B)) for B in sizes_of_batch]
naive = np.array([from_batches(*code, w.shape[1], n, w) for w, n in zip(equal, repeats, strict=True)])
figures.estimates(sizes_of_batch, stratified, naive, exact, log_N)
ranges = (-1.1, -0.3), (-1.5, -0.6), (-0.6, 0.2), (0, 0.7)
for B, (I, TC, _), between in zip(sizes_of_batch, stratified, ranges, strict=True):
    measured(f"B = {B}: TC, stratified", TC, "nats", between=between, digits=2)
    measured(f"B = {B}: I, stratified", I, "nats", between=(5.7, log_N), digits=2)
measured("exact TC", exact[1], "nats", between=(0.4, 0.8), digits=2)
sums = stratified[1, :2].sum() - exact[:2].sum()
measured("B = 64: error of I + TC = Σ I(x;z_j)", sums, "nats", between=(-0.6, 0.6), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The estimated $I$ is too large, and the estimated TC is too small. Both errors come from $\log\hat q(z)$, with
# opposite signs. The marginals are densities in one dimension. At B = 16 even they are estimated badly, but from B =
# 64 on they are estimated well. So the sum $\hat I+\widehat{\mathrm{TC}}$, in which $\hat q(z)$ cancels, is nearly
# right. The errors fall slowly with the size of the batch.
# </details>
#
# ## F9.3 What is really penalised (7 minutes)
#
# In ten dimensions the neighbours of most $z_i$ are not in the batch. Then only $z_i$'s own posterior remains in
# $\hat q(z_i)$, with its weight $1/N$:
#
# $$
# \begin{aligned}
# \log\hat q(z_i)&\approx\log q(z_i\mid x_i)-\log N &&(6)\ \text{only the own posterior is left}\\
# \hat I&\approx\log N &&(7)\ \hat I\text{ is the mean of }\log q(z_i\mid x_i)-\log\hat q(z_i)\\
# \widehat{\mathrm{TC}}&\approx\mathbb E\Big[\log q(z\mid x)-\sum_j\log\hat q(z_j)\Big]-\log N &&(8)\ \text{insert (6)}\\
# &\approx\sum_jI(x;z_j)-\log N &&(9)\ q(z\mid x)=\prod_jq(z_j\mid x)\text{; marginals estimated well}
# \end{aligned}
# $$
#
# So $\hat I$ is a constant without a gradient. The term β TC is $\beta\sum_jI(x;z_j)=\beta\,(I+\mathrm{TC})$ up to a
# constant, and this penalises **information** too. The model then differs from a β-VAE only in the marginal KL. With
# equal weights $\log B$ replaces $\log N$. The estimate is larger, and its gradient is the same as long as each
# $I(x;z_j)$ is below $\log B$.
#
# The identity of F9.1 also shows an incentive:
#
# $$\hat I+\beta\,\widehat{\mathrm{TC}}=\beta\sum_j\hat I(x;z_j)-(\beta-1)\,\hat I.\qquad(10)$$
#
# The estimated information is *rewarded*. The exact $I$ is rewarded too, but it also occurs in $\sum_jI(x;z_j)$. In
# contrast, $\hat I$ grows if the posteriors of a batch move apart, until it reaches its ceiling $\log\frac1{w_{ii}}$.
# The ceiling follows from $\hat q(z_i)\ge w_{ii}\,q(z_i\mid x_i)$. It is $\log N$ with stratified weights, and only
# $\log B$ with equal weights. We therefore expect the unbiased weights to have the worse incentive. We have not
# trained both to compare them. The β-TCVAE of lecture 9 was trained with `sampling="weighted"` and batches of 256.
#
# **How often does this happen?** We compute the share of $z_i$'s own example in $\hat q(z_i)$ and in $q(z_i)$.

# %%
mean, log_variance = code
generator, shares = torch.Generator().manual_seed(0), []
for _ in range(10):
    rows = torch.randperm(N, generator=generator)[:64]
    mu, lv = mean[rows], log_variance[rows]
    z = mu + (lv / 2).exp() * torch.randn(mu.shape, generator=generator)
    log_own = log_normal(z, mu, lv).sum(1) - log_N
    in_batch = (stratified_log_weights(64, N).float() + log_normal(z[:, None], mu, lv).sum(2)).logsumexp(1)
    in_all = log_normal(z[:, None], mean, log_variance).sum(2).logsumexp(1) - log_N
    shares.append(torch.stack([log_own - in_batch, log_own - in_all]).exp())
often = (torch.cat(shares, dim=1) > 0.5).float().mean(1)
measured("own share above ½ in q̂(z), B = 64", 100 * often[0], "% of all z", between=(40, 70), digits=0)
measured("own share above ½ in q(z)", 100 * often[1], "% of all z", between=(0, 5), digits=0)

# %% [markdown]
# For about half of all $z$, the own example contributes more than half of $\hat q(z)$. In $q(z)$ the other examples
# nearly always outweigh it.
#
# **Predict, then run.** We multiply all σ by a factor. As σ falls, the exact TC rises. With which slope does the
# estimate rise?

# %%
factors_of_sigma, exact_path, estimated_path = np.array([0.5, 0.7, 1.0, 1.4, 2.0]), [], []
for factor in factors_of_sigma:
    wider = log_variance + 2 * math.log(factor)
    exact_path.append([part.value for part in decompose(mean, wider, n_samples=300).values()][:2])
    estimated_path.append(from_batches(mean, wider, 64, 64)[:2])
exact_path, estimated_path = np.array(exact_path), np.array(estimated_path)
figures.path(factors_of_sigma, exact_path, estimated_path, log_N)
rises = [path[0] - path[1] for path in (exact_path[:, 1], exact_path.sum(1), estimated_path[:, 1])]
ranges = {"exact TC": (0.35, 0.9), "Σ I(x;z_j)": (1, 1.6), "estimated TC": (1, 1.5)}
for (name, between), rise in zip(ranges.items(), rises, strict=True):
    measured(f"from 0.7 σ to 0.5 σ: rise of the {name}", rise, "nats", between=between, digits=2)
for name, path, between in (("exact", exact_path, (-0.35, -0.02)), ("estimated", estimated_path, (0.2, 0.8))):
    change = path[4, 1] - path[3, 1]
    measured(f"from 1.4 σ to 2 σ: change of the {name} TC", change, "nats", between=between, digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# For small σ the estimate has the slope of $\sum_jI(x;z_j)$, which is steeper than that of the TC. Codes with more
# information have a larger penalty. For large σ the posteriors overlap, and the estimate even has the opposite sign
# of slope. A term in a loss can therefore differ from the quantity that it is named after.
# </details>
#
# ## F9.4 FactorVAE's two batches (4 minutes)
#
# `permute` shuffles each latent of a batch separately. Row $i$ keeps $z_1$ and $z_2$ of one example with probability
# $1/B$. The shuffled pairs of two latents have the density $(1-\frac1B)\,\bar q+\frac1B\,q$, so a correlation ρ
# becomes $\rho/B$.
#
# In the paper, the shuffled sample comes from a *second* batch (Kim & Mnih, 2018). With one batch, each mean in the
# discriminator's loss has the same expectation. But a shuffled batch consists of the same coordinates as the batch
# itself.
#
# **Predict, then run.** With the optimal discriminator for two correlated latents, are the two means of one step
# correlated?

# %%
rho = 0.8
root = torch.linalg.cholesky(torch.tensor([[1, rho], [rho, 1]]))
torch.manual_seed(0)
shuffled = torch.stack([permute(batch) for batch in torch.randn(40_000, 8, 2) @ root.T])
correlation = (shuffled[..., 0] * shuffled[..., 1]).mean()
measured("B = 8: correlation after the shuffle, less ρ/8", correlation - rho / 8, between=(-0.01, 0.01))


def best_logit(z):  # log q(z)/q̄(z) of two standard normal latents with correlation ρ
    quadratic = (z[..., 0] ** 2 - 2 * rho * z[..., 0] * z[..., 1] + z[..., 1] ** 2) / (1 - rho**2)
    return (z**2).sum(-1) / 2 - quadratic / 2 - math.log(1 - rho**2) / 2


first, second = (torch.randn(20_000, 64, 2) @ root.T for _ in range(2))
log_d = nn.functional.logsigmoid(best_logit(first)).mean(1)  # E log D(z), batch by batch
of_batch = {"the same batch": (first, (0.05, 0.13)), "a second batch": (second, (-0.03, 0.03))}
for name, (batch, between) in of_batch.items():
    log_not_d = nn.functional.logsigmoid(-best_logit(torch.stack([permute(b) for b in batch]))).mean(1)
    correlation = torch.corrcoef(torch.stack([log_d, log_not_d]))[0, 1]
    measured(f"{name}: correlation of both means", correlation, between=between, digits=2)

# %% [markdown]
# With one batch the two means are correlated, so they do not come from independent samples, as the derivation
# assumes. A second batch removes the correlation, but it must be encoded too. In this toy example the effect is
# small.
#
# ## F9.5 DIP-VAE: two moments (10 minutes)
#
# Kumar et al. (2018) aim for $q(z)=p(z)=\mathcal N(0,I)$, whose covariance is $I$. DIP-VAE adds to the KL
#
# $$\lambda_{od}\sum_{i\ne j}C_{ij}^2+\lambda_d\sum_i(C_{ii}-1)^2.\qquad(11)$$
#
# In **DIP-VAE-I**, $C=\mathrm{Cov}_x[\mu(x)]$. In **DIP-VAE-II**, $C$ is the covariance of $z$ under $q(z)$. Write
# $z-\mathbb Ez=(z-\mu(x))+(\mu(x)-\mathbb Ez)$. The first bracket has mean 0 given $x$, so the cross terms vanish:
#
# $$\mathrm{Cov}_{q(z)}[z]=\mathbb E_x[\mathrm{diag}\,\sigma^2(x)]+\mathrm{Cov}_x[\mu(x)].\qquad(12)$$
#
# This is the law of total covariance. We check (12) on the four examples by quadrature.

# %%
line, width = np.linspace(-8, 8, 401, retstep=True)
places = np.stack(np.meshgrid(line, line, indexing="ij"))  # z_1 and z_2: [2, line, line]
q_jx = norm.pdf(line, toy_mean.T[..., None], toy_sigma.T[..., None])  # q(z_j|x): [j, x, line]
q = np.einsum("xa,xb->ab", *q_jx) * width**2 / 4
centred = places - (places * q).sum((1, 2), keepdims=True)
by_quadrature = np.einsum("iab,jab,ab->ij", centred, centred, q)
of_noise, of_means = np.diag((toy_sigma**2).mean(0)), np.cov(toy_mean.T, bias=True)
for i, j in ((0, 0), (0, 1), (1, 1)):
    right_side = of_noise[i, j] + of_means[i, j]
    compare(f"Cov[z]_{i + 1}{j + 1}", by_quadrature[i, j], "(E[Σ] + Cov[μ])", right_side, atol=1e-9)
for kind, expected in {"I": np.cov(toy_mean.T), "II": np.cov(toy_mean.T) + of_noise}.items():
    package = DIPVAE(2, kind=kind, **sizes).covariance(toy_mean, 2 * toy_sigma.log()).numpy()  # 1/(B − 1)
    difference = abs(package - expected).max()
    measured(f"DIP-{kind}: largest difference of the package's C", difference, between=(0, 1e-6), digits=6)

# %% [markdown]
# DIP-VAE-I with $C_{ii}=1$ requires *means* of variance 1, so $z$ has the variance $1+\mathbb E\sigma^2$, which
# exceeds that of the prior. DIP-VAE-II requires that $z$ has variance 1. The entries off the diagonal are the same in
# both.
#
# **Dependence without correlation.** Let $z$ be uniform on a square of side $a$ and variance 1 along each side,
# rotated by an angle. At 0° the latents are independent. The covariance stays $I$, since $QIQ^\top=I$. At 45° each
# marginal is a triangle of half width $a/\sqrt2$, and
#
# $$
# \begin{aligned}
# h(z)&=\log a^2 &&(13)\ \text{a rotation preserves areas}\\
# h(z_j)&=\tfrac12+\log\tfrac a{\sqrt2} &&(14)\ \text{entropy of a triangle}\\
# \mathrm{TC}&=2\big(\tfrac12+\log\tfrac a{\sqrt2}\big)-2\log a=1-\log2=0.307\text{ nats} &&(15)\ h(z_1)+h(z_2)-h(z)
# \end{aligned}
# $$

# %%
side = math.sqrt(12)  # variance 1
z_1 = np.linspace(-side, side, 200_001)
height = np.maximum(0, 1 - np.abs(z_1) * math.sqrt(2) / side) * math.sqrt(2) / side
triangle = -np.sum(height * np.log(np.maximum(height, 1e-300))) * (z_1[1] - z_1[0])
by_formula = 0.5 + math.log(side / math.sqrt(2))
compare("h of the triangle, by quadrature", triangle, "½ + log a/√2", by_formula, atol=1e-6)
compare("TC at 45°", 2 * triangle - 2 * math.log(side), "1 − log 2", 1 - math.log(2), atol=1e-6)

# %% [markdown]
# `DependenceExplorer` makes such pairs of latents from 2,500 examples. Their posteriors have one σ, so $q(z)$ is a
# mixture, and all parts are computed by quadrature. This noise lowers the TC of the square.

# %%
print("                         TC   Σ KL_j   DIP-II penalty")
for family, amount in (
    ("turned square", 0),
    *((family, 1) for family in ("turned square", "ring", "parabola", "turned Gaussian")),
    ("correlated Gaussian", 0.6),
):
    pair = DependenceExplorer(family, amount, sigma=0.2)
    _, TC, KL_j = pair.parts.values()
    penalty = pair.penalties["DIP-II, off-diagonal"] + pair.penalties["DIP-II, diagonal"]
    print(f"{family:20s} {amount:3.1f} {TC:z7.2f} {KL_j:z7.2f} {penalty:z9.2f}")

# %% [markdown]
# The penalty is positive for the last line only. In the parabola $z_2$ is a function of $z_1$ except for the noise,
# and in the ring $z_1^2+z_2^2$ is nearly constant. The KL, which DIP-VAE keeps, contains both other columns with the
# weight 1. The turned Gaussian, whose axes mix two factors, has the value 0 in *every* column. A rotation does not
# change $\mathcal N(0,I)$, and all columns are functions of $q(z)$.
#
# **A floor from the noise of a batch.** For independent means of variance 1 each $\hat C_{ij}$ has mean 0 and
# variance $1/(B-1)$. The mean of the off-diagonal penalty is therefore $d(d-1)/(B-1)$ instead of 0. This floor falls
# with the variances of the means, but not with the dependence.

# %%
torch.manual_seed(0)
B, d = 64, 10
batches = torch.randn(4_000, B, d)
centred = batches - batches.mean(1, keepdim=True)
C = centred.transpose(1, 2) @ centred / (B - 1)
off_diagonal = C.square().sum((1, 2)) - torch.diagonal(C, dim1=1, dim2=2).square().sum(1)
print(f"d(d − 1)/(B − 1) = {d * (d - 1) / (B - 1):.3f}")
measured("mean penalty of independent latents", off_diagonal.mean(), between=(1.4, 1.46))

# %% [markdown]
# ### Exercise 1 ★★☆ · compute · useful · 12 minutes · the penalty of DIP-VAE-II
#
# Given `mean` and `log_variance` of a batch, $[B,d]$ each, return $\sum_{i\ne j}C_{ij}^2+\sum_i(C_{ii}-1)^2$ with the
# $C$ of DIP-VAE-II. Divide by $B-1$ in the covariance.
#
# <details><summary>Hint 1</summary>
#
# `np.cov` expects variables in rows.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $\mathbb E[\Sigma]$ is a diagonal *matrix*, with a different entry for each latent.
#
# </details>


# %% tags=["exercise"]
def my_dip_penalty(mean, log_variance):
    """The penalty without its weights; mean and log_variance are arrays [B, d]."""
    ...


exercises.dip_penalty.check(my_dip_penalty)

# %% [markdown]
# ### Exercise 2 ★★★ · compute · extra · 20 minutes · the square at any angle
#
# Return the TC, in nats, of $z$ uniform on a square rotated by `angle` degrees, $0\le$ `angle` $\le90$. At 45 it must
# be $1-\log2$, and at 0 and 90 it must be 0.
#
# <details><summary>Hint 1</summary>
#
# With side 1, $z_1=c\,u-s\,v$ with $u,v$ independent and uniform, $c=\cos\theta$ and $s=\sin\theta$. This is the sum of
# two uniforms of widths $c$ and $s$. Its density is a trapezoid.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Let $w\ge w'$ be the two widths. The plateau is $1/w$ high and $w-w'$ wide. Each ramp is $w'$ wide and rises to $1/w$.
# The entropy is $\log w+\frac{w'}{2w}$.
#
# </details>


# %% tags=["exercise"]
def my_square_tc(angle):
    """TC in nats; the angle is in degrees."""
    ...


exercises.square_tc.check(my_square_tc)

# %% [markdown]
# ## F9.6 The adversarial autoencoder: $q(z)$ alone (8 minutes)
#
# Makhzani et al. (2015) remove the KL. An autoencoder minimises $-\mathbb E\log p(x\mid z)$. A discriminator of
# *latents* learns to distinguish $z\sim p(z)$ from $z\sim q(z)$, and the encoder learns to prevent this. For the
# optimal discriminator the value of the game is $2\,\mathrm{JSD}(p(z),q(z))-\log4$, which is smallest exactly if
# $q(z)=p(z)$. There $\mathrm{KL}(q(z)\|p(z))=0$, so the TC and every marginal KL are 0 too. The report's references
# [2] and [4] differ in this respect. In [2] each $q(z\mid x)$ has a KL, and in [4] only their mean $q(z)$ is compared
# with the prior.
#
# **$I(x;z)$ is not penalised.** Only $\log N$ bounds it. **Predict, then run.** One latent encodes $N=10{,}000$
# examples. The means are the quantiles of $\mathcal N(0,1)$, shrunk by $\sqrt{1-\sigma^2}$, and the noise has the
# standard deviation σ. So $q(z)$ is nearly the prior for every σ. How do $I$ and $\mathrm{KL}(q(z)\|p(z))$ change as
# σ falls?

# %%
levels = ndtri((np.arange(10_000) + 0.5) / 10_000)
z_1, step = np.linspace(-6, 6, 2_401, retstep=True)
for s in (0.9, 0.5, 0.2, 0.05):
    q = norm.pdf(z_1[:, None], math.sqrt(1 - s**2) * levels / levels.std(), s).mean(axis=1)
    log_q = np.log(np.maximum(q, 1e-300))
    I = -np.sum(q * log_q) * step - it.gaussian_entropy([[s**2]])
    KL_of_q = np.sum(q * (log_q - norm.logpdf(z_1))) * step
    print(f"σ = {s:4.2f}:  I = {I:.2f}, −log σ = {-math.log(s):.2f}, KL(q(z)‖p(z)) = {KL_of_q:z.3f} nats")

# %% [markdown]
# $I=-\log\sigma$, as for a Gaussian channel, and the loss of an AAE does not contain it. What prevents σ from falling
# to 0? In the limit $q(z)$ consists of $N$ narrow peaks. A discriminator prevents this only *if* it can detect them.
#
# **A discriminator of limited capacity.** Let $D(z)=\mathrm{sigmoid}(w\cdot\phi(z))$, where φ contains all monomials
# up to some degree. Its best value is
#
# $$\max_w\ \mathbb E_{p}\log D+\mathbb E_{q}\log(1-D)\;\le\;2\,\mathrm{JSD}-\log4.\qquad(16)$$
#
# The problem is concave, and we solve it on the explorer's grid without sampling. **Predict, then run.** $q(z)$ is
# the ring of F9.5. How much of the JSD does a discriminator of degree 2 detect?

# %%
ring = DependenceExplorer("ring", 1.0, sigma=0.2)
z_1, z_2 = np.meshgrid(ring.grid, ring.grid, indexing="ij")
q = (ring.density / ring.density.sum()).ravel()
p = (norm.pdf(z_1) * norm.pdf(z_2)).ravel()
p /= p.sum()


def best_value(degree):
    """max_w V of a discriminator with all monomials z_1^a z_2^b, a + b ≤ degree."""
    powers = [(a, b) for a in range(degree + 1) for b in range(degree + 1 - a)]
    phi = np.stack([(z_1**a * z_2**b).ravel() for a, b in powers], axis=1)
    phi /= np.sqrt(p @ phi**2 + 1e-12)

    def loss(w):
        logit = phi @ w
        D = 1 / (1 + np.exp(-np.clip(logit, -500, 500)))
        value = -p @ np.logaddexp(0, -logit) - q @ np.logaddexp(0, logit)
        return -value, -phi.T @ (p * (1 - D) - q * D)

    return -minimize(loss, np.zeros(len(powers)), jac=True, method="L-BFGS-B", options={"maxiter": 2_000}).fun


# %%
print(f"JSD(p, q) = {it.js_divergence(p, q):.3f} nats")
for degree in (1, 2, 4, 6):
    detected = (best_value(degree) + math.log(4)) / 2
    print(f"monomials up to degree {degree}: (V + log 4)/2 = {detected:z.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# A discriminator of degree 2 detects nothing. At $w=0$, where $D=\tfrac12$, the gradient is $\tfrac12(\mathbb
# E_p\phi-\mathbb E_q\phi)$. It is 0 if all moments up to degree 2 agree, and in a concave problem this is the
# maximum. So **this discriminator detects means and covariances, as DIP-VAE does, and nothing else.** The ring has
# different fourth moments, which a discriminator of degree 4 detects. A network detects more, but how much it detects
# depends on the network. If a discriminator detects no difference, the two distributions can still differ.
# </details>
#
# **The trained AAE.** We evaluate its own discriminator and its code.

# %%
AAE = decompose(*codes["AAE"], n_samples=300)
torch.manual_seed(0)
with torch.no_grad():
    D = encoders["AAE"].discriminator
    V = gan.value(D(torch.randn(10_000, 10)), D(figures.sampler(*codes["AAE"])(10_000))).item()
I, TC, KL_j, KL = AAE.values()
print(f"log 2 = {math.log(2):.3f} nats, the largest JSD")
measured("JSD by its own discriminator", (V + math.log(4)) / 2, "nats", between=(0.06, 0.19), digits=2)
measured("I", I.value, "nats", error=I.error, between=(8.9, log_N), digits=2)
measured("KL, less log N", KL.value - log_N, "nats", between=(64, 67), digits=1)
narrow = (codes["AAE"][1] / 2).exp() < codes["AAE"][0].std(0) / 10
share = 100 * narrow.float().mean()
measured("σ(x) below a tenth of the spread of the means", share, "%", between=(50, 100), digits=0)

# %% [markdown]
# As predicted, $I$ is close to $\log N$, and the posteriors are narrow. By exercise 1 of lecture 9,
# $\mathrm{KL}(q(z)\|p(z))$ is at least 64 nats on these images, but the discriminator reports a JSD of about 0.12.
# There are two reasons. A JSD is at most $\log2$ for any two distributions. And this discriminator, like that of
# FactorVAE, compares coarse shapes and not peaks. The loss penalises only differences that the discriminator detects.
#
# Even the *optimal* discriminator cannot detect a rotation. With $p(z)=\mathcal N(0,I)$, a rotation of $q(z)$ does
# not change $\mathrm{JSD}(p,q)$. The value of a fixed $D$ changes with the rotation until $D$ is trained again.

# %% [markdown]
# ### Exercise 3 ★★★ · do · essential · 20 minutes · an unseen dependence
#
# Construct a dependence that DIP-VAE-II and a discriminator of degree four cannot detect. Return the means $\mu(x)$
# of at most 5,000 examples, an array $[n,2]$. All posteriors have σ = 0.2. All moments $\mathbb E\,z_1^az_2^b$ with
# $1\le a+b\le4$ must agree with those of $\mathcal N(0,I)$ to 0.02, and the TC must be at least 0.15 nats. The check
# computes the moments exactly, and the TC by quadrature.
#
# <details><summary>Hint 1</summary>
#
# Let $z=\sqrt{1-\sigma^2}\,u+\sigma\varepsilon$. If $u$ has the moments of $\mathcal N(0,I)$, then $z$ has them too.
# Try a $u$ whose direction is uniform.
#
# </details>
# <details><summary>Hint 2</summary>
#
# For an isotropic $u$ of length $r$, only $\mathbb E\,r^2=2$ and $\mathbb E\,r^4=8$ are needed. Let $r$ have two
# values, one of which is 0.
#
# </details>


# %% tags=["exercise"]
def my_unseen():
    """The means of the examples: an array [n, 2]."""
    ...


exercises.unseen.check(my_unseen)

# %% [markdown]
# ## F9.7 Which penalty reacts? (5 minutes)
#
# The explorer shows two latents. The left side shows $q(z)$ and its two marginals, and the right side shows the value
# of each penalty. Choose a family, then move the amount. **Predict** before you move:
#
# - *turned square*: which bars change, and which do not, although $q(z)$ rotates?
# - *turned Gaussian*: which bars change?
# - *correlated Gaussian*: at which amount does each bar become visible?
# - *ring* and *parabola*: which has the larger AAE bar, compared with its TC?
# - the noise σ: which bar changes most? Which model would let σ fall to 0?
#
# The AAE's bar is $\mathrm{KL}(q(z)\|p(z))$. Its own JSD is a different number, but both are 0 for the same $q(z)$.

# %%
explorer = DependenceExplorer("turned square", 1.0, sigma=0.2)
explorer

# %%
straight, turned = (DependenceExplorer("turned square", amount, sigma=0.2).penalties for amount in (0.0, 1.0))
for name in straight:
    print(f"{name:26s} at 0°: {straight[name]:z.2f}   at 45°: {turned[name]:z.2f}")

# %% [markdown]
# Of the penalties, only the TC changes when the square is rotated. $\mathrm{KL}(q(z)\|p(z))$ is the same at every
# angle, because the prior is invariant under rotations. The marginals become more Gaussian, so their KL falls by as
# much as the TC rises. Apart from the diagonal $q(z\mid x)$, a β-VAE and an AAE thus have no preferred angle. **A
# weighted sum of the three parts has a preferred angle only if the weights of the TC and of the marginal KL differ.**
# These weights differ in β-TCVAE and FactorVAE. For an isotropic Gaussian they have no preferred angle either.
#
# DIP-VAE's penalty (11) is not such a sum. It is the same at every angle if $C$ is a multiple of $I$, as here. It is
# also the same if $\lambda_{od}=\lambda_d$, since $\sum_{ij}(C-I)_{ij}^2$ is invariant under rotations. Otherwise
# DIP-VAE has a preferred angle.

# %%
for weights in ((1, 1), (1, 10)):  # λ_od and λ_d
    for angle in (0, math.pi / 4):
        Q = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        C = Q @ np.diag([1.5, 0.5]) @ Q.T
        penalty = weights[0] * 2 * C[0, 1] ** 2 + weights[1] * ((C.diagonal() - 1) ** 2).sum()
        print(f"λ_od = {weights[0]}, λ_d = {weights[1]:2d}, at {math.degrees(angle):2.0f}°: penalty {penalty:z.2f}")

# %% [markdown]
# ## F9.8 All encoders, by all penalties (5 minutes)
#
# **Predict, then run.** Which encoder has the largest off-diagonal penalty? Which model leaves most latents unused,
# and which penalty counts them?

# %%
factors, images = Sprites(32).sample(3_000, seed=3)
exact_TC = {name: decompose(*code, n_samples=500)["total_correlation"].value for name, code in codes.items()}
print("penalties       off-diagonal   diagonal I  diagonal II  unused latents  exact TC")
diagonal, unused = {}, {}
for name, (mean, log_variance) in codes.items():
    of_means = torch.cov(mean.T)
    of_z = of_means + log_variance.exp().mean(0).diag()
    off = (of_z - of_z.diagonal().diag()).square().sum().item()
    diagonal[name] = [(C.diagonal() - 1).square().sum().item() for C in (of_means, of_z)]
    unused[name] = int((it.diagonal_gaussian_kl(mean, log_variance).mean(0) < 0.1).sum())
    numbers = "".join(f"{value:13.2f}" for value in (off, *diagonal[name]))
    print(f"{name:12s} {numbers} {unused[name]:13d} {exact_TC[name]:13.2f}")
ranges = {"VAE": (3.5, 5), "β-VAE": (-1.5, -0.6), "FactorVAE": (-0.7, 0), "AAE": (70, 85)}
for name, between in ranges.items():
    TC = from_batches(*codes[name], 64, 32)[1]
    measured(f"{name}: TC, stratified, B = 64", TC, "nats", between=between, digits=1)

# %% [markdown]
# - **Off the diagonal** the AAE has the largest penalty, 0.73. The VAE's covariances are small, although its TC is
#   about 4 nats. A penalty on them has little to reduce.
# - **The diagonal of DIP-VAE-I counts unused latents.** β-TCVAE, FactorVAE and DIP-VAE leave most latents unused, seven
#   each, and their penalties are about 7. The mean of a collapsed latent is constant, so $C_{ii}=0$
#   adds $(0-1)^2=1$. DIP-VAE-I rewards the use of every latent. In DIP-VAE-II the variance of the posterior, 1, is
#   added, and the term is 0. So the two versions differ by 1 for each collapsed latent.
# - **The TC** is large where $I$ is near its ceiling $\log N$, because all further information of single latents is
#   redundant. Interpret the TC of the AAE with care.
#
# The table does not show that a term *caused* a score. These are single runs of different lengths, three of which
# used KL annealing. To attribute a score to a term, change this term alone, and use many seeds (Locatello et al.,
# 2019).
#
# KL annealing is not part of the final loss, but it selects one of many minima, and these need not be equally good.
# According to the cards of the two β-VAEs at 64×64, the annealed one has the higher MIG and the *worse* loss,
# $D+4R=140$ nats instead of 113.
#
# **Traversals.** One latent moves from −2 to 2, and the others are fixed. The rows show the five latents with the
# largest KL.

# %%
figures.traversals(encoders, codes)

# %% [markdown]
# FactorVAE and DIP-VAE have nearly the same rows. Their penalties differ, and their annealing is the same. In rows
# with a KL of 0.0, nothing changes. In the other rows, ask whether *one* factor changes. A row that shifts the sprite
# along one axis raises the MIG. A row that shifts, rotates and resizes it at once lowers the MIG. No term of the
# losses depends on this.
#
# ## F9.9 How the terms depend on the axes (4 minutes)
#
# Rotate the codes of an encoder, $z'=Qz$ with $Q$ orthogonal. Then $I(x;z')=I(x;z)$, and $\mathrm{KL}(q(z')\|p(z'))$
# is the same, since the prior is invariant under rotations. If one of the two remaining parts falls, the other rises
# by the same amount, and
#
# $$\mathrm{TC}(z')\;\le\;\mathrm{TC}(z')+\sum_j\mathrm{KL}(q(z'_j)\|p(z'_j))
# \;=\;\mathrm{TC}(z)+\sum_j\mathrm{KL}(q(z_j)\|p(z_j)).\qquad(17)$$
#
# **The nearer $q(z)$ is to the prior, the less the TC depends on the axes.**
#
# **Predict, then run.** We rotate all ten latents of FactorVAE five times at random. What happens to TC and MIG? Does
# a new discriminator detect the change? (The rotated posteriors are not diagonal. But the marginal of $z'_j$ is a
# mixture of Gaussians with the means $(Q\mu)_j$ and the variances $\sum_kQ_{jk}^2\sigma_k^2$. So its KL is computed
# as before, and TC follows from (17).)

# %%
mean, log_variance = codes["FactorVAE"]
_, TC, KL_j, _ = (part.value for part in decompose(mean, log_variance, n_samples=1_000).values())
means_new = figures.encode(encoders["FactorVAE"], images)[0]
generator, turned_tc, turned_mig = torch.Generator().manual_seed(0), [], []
for _ in range(5):
    Q = torch.linalg.qr(torch.randn(10, 10, generator=generator))[0]
    variances = log_variance.exp() @ (Q**2).T
    turned_KL_j = decompose(mean @ Q.T, variances.log(), n_samples=300)["dimension_wise_kl"].value
    turned_tc.append(TC + KL_j - turned_KL_j)
    turned_mig.append(mig(means_new @ Q.T, factors))
measured("as trained: TC", TC, "nats", between=(0.35, 0.6), digits=2)
measured("as trained: TC + Σ KL, the bound (17)", TC + KL_j, "nats", between=(1.1, 1.5), digits=2)
measured("as trained: MIG", mig(means_new, factors), between=(0.26, 0.34), digits=2)
measured("turned: smallest TC", min(turned_tc), "nats", between=(0.9, 1.45), digits=2)
measured("turned: largest TC", max(turned_tc), "nats", between=(0.9, 1.5), digits=2)
measured("turned: largest MIG", max(turned_mig), between=(0.02, 0.15), digits=2)

# %%
draw = figures.sampler(mean, log_variance)
torch.manual_seed(0)
layers = [nn.Linear(10, 128), nn.LeakyReLU(0.2), nn.Linear(128, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1)]
D = nn.Sequential(*layers).to(device)
optimizer = torch.optim.Adam(D.parameters(), lr=1e-3)
for _ in range(800):
    z, other = (draw(256) @ Q.T for _ in range(2))
    loss = -gan.value(D(z.to(device)), D(permute(other).to(device)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
with torch.no_grad():
    TC = D((draw(10_000) @ Q.T).to(device)).mean()
measured("turned: TC by a new discriminator", TC, "nats", between=(0.01, 0.3), digits=2)

# %%
strongest = it.diagonal_gaussian_kl(mean, log_variance).mean(0).argsort(descending=True)[:2]
z = draw(20_000)[:, strongest]
for j, value in zip(strongest.tolist(), (((z - z.mean(0)) / z.std(0)) ** 4).mean(0), strict=True):
    measured(f"kurtosis of latent {j} (Gaussian: 3, uniform: 1.8)", value, between=(1.8, 2.6), digits=1)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# This is the effect of the square in F9.7. The two latents with the largest KL are flatter than the prior, as codes
# of a uniform position tend to be. After a rotation the marginals are more Gaussian, and the TC rises by as much as
# their KL falls. *The exact TC is smaller on the trained axes*, and a discriminator detects a part of this
# difference.
# </details>
#
# So a weight on the TC distinguishes axes only as far as $q(z)$ differs from the prior, and the other terms reduce
# this difference. If $q(z)$ is invariant under rotations, the three parts, the covariance and a discriminator of
# $q(z)$ do not depend on the axes. A low TC alone is not enough, since the β-VAE has a low TC and a low MIG. The
# remaining causes lie outside these terms: the diagonal $q(z\mid x)$ ([lecture 5](../05_beta_vae.ipynb), 5.7), the
# networks, and the order in which the latents become active.
#
# ## Summary
#
# > - The stratified weights are unbiased, but the logarithm of their mixture is too small. If a batch contains few neighbours, the
# >   estimated TC tends to $\sum_jI(x;z_j)-\log N$: it can be negative, and it penalises information.
# > - A covariance does not detect dependence without correlation. A discriminator does not detect what its functions cannot
# >   represent.
# > - The loss of an AAE does not contain $I(x;z)$. Its discriminator does not detect narrow peaks.
# > - A rotation raises the TC by at most $\sum_j\mathrm{KL}(q(z_j)\|p(z_j))$. If $q(z)$ is invariant under rotations,
# >   no term depends on the axes.
#
# **You can now** prove that the weights are unbiased, and explain why the estimate is not. You can say when it
# penalises information, construct dependences that a surrogate misses, and state for which $q(z)$ a regulariser
# depends on the axes.
#
# **Sources.** R. T. Q. Chen, X. Li, R. Grosse, D. Duvenaud 2018, *Isolating sources of disentanglement in variational
# autoencoders*, NeurIPS, [arXiv:1802.04942](https://arxiv.org/abs/1802.04942) · H. Kim, A. Mnih 2018, *Disentangling
# by factorising*, ICML, [arXiv:1802.05983](https://arxiv.org/abs/1802.05983) · A. Kumar, P. Sattigeri, A.
# Balakrishnan 2018, *Variational inference of disentangled latent concepts from unlabeled observations*, ICLR,
# [arXiv:1711.00848](https://arxiv.org/abs/1711.00848) · A. Makhzani et al. 2015, *Adversarial autoencoders*,
# [arXiv:1511.05644](https://arxiv.org/abs/1511.05644) · F. Locatello et al. 2019, *Challenging common assumptions in the
# unsupervised learning of disentangled representations*, ICML, [arXiv:1811.12359](https://arxiv.org/abs/1811.12359) ·
# L. Matthey, I. Higgins, D. Hassabis, A. Lerchner 2017, *dSprites: Disentanglement testing sprites dataset*
#
# **Further reading.** ★☆☆ Kumar et al. (2018). ★★☆ Chen et al. (2018), appendix on the weights. ★★★ B. Poole et al.
# 2019, *On variational bounds of mutual information*, ICML, [arXiv:1905.06922](https://arxiv.org/abs/1905.06922), on
# estimates from batches.
#
# **Next.** [Lecture 10](../10_measuring_disentanglement.ipynb) defines scores that detect what the terms do not.
