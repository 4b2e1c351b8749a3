# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 4 · The solved VAE: probabilistic PCA
#
# **Why does the ELBO depend on the axes of the latent space, if the likelihood does not?** The left panel shows data in
# the plane. The arrows are the columns of the matrices $W$ of two decoders. Those of the first decoder lie along the
# principal axes; those of the second belong to a latent space that is rotated by 30°. Both decoders define the same
# $p(x)$. In the right panel the latent space is rotated through 180°. The log-likelihood remains constant, and the best
# ELBO of a diagonal encoder reaches it only at multiples of 90°.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import copy
import math

import numpy as np
import torch
from scipy.stats import multivariate_normal

import infotheory as it
from infotheory import Step
from infotheory.teaching import evaluate_lines, measured
from models import LinearVAE, choose_device, ppca, train
from models.teaching.exercises import further_04 as exercises
from models.teaching.figures import further_04 as figures

figures.opening()

# %% [markdown]
# After this notebook you can
#
# - derive $p(x)$ and the posterior of a linear Gaussian VAE, and check each line with numbers;
# - compute its best $W$ and $\sigma^2$ from the eigenvalues of the data;
# - prove by how much a rotation of the latent space lowers the ELBO;
# - predict which latents collapse from the decoder's variance alone.
#
# | | |
# |---|---|
# | Needs | [lecture 4](../04_vae.ipynb); eigenvalues and determinants |
# | Time | 28 minutes to read, 40 for the exercises; half a minute to run on one CPU core |
# | Report | sections 4.2 and 4.2.1; the report does not solve a VAE |
# | Sources | Tipping & Bishop 1999, Lucas et al. 2019, Rolínek et al. 2019; full list at the end |
#
# `device` is the GPU if there is one; to use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you
# start Jupyter. The closed forms below are computed on the CPU.

# %%
device = choose_device()

# %% [markdown]
# ## F4.1 A VAE with closed forms (6 minutes)
#
# For the VAE of lecture 4 we can bound $\log p(x)$, but we cannot compute it. Let both networks be linear and the
# decoder Gaussian:
#
# $$x=Wz+b+\sigma\eta,\qquad z\sim\mathcal N(0,I),\quad\eta\sim\mathcal N(0,I),\qquad q(z\mid x)=\mathcal N\big(Vx+v,\operatorname{diag}s^2\big).\qquad(1)$$
#
# A linear function of Gaussian variables is Gaussian. Here its mean is $b$ and its covariance is $WW^\top+\sigma^2I$,
# so that
#
# $$p(x)=\mathcal N\big(b,\;WW^\top+\sigma^2I\big).\qquad(2)$$
#
# Let $M=W^\top W+\sigma^2I$. For the posterior we collect the terms of $\log p(x,z)$ that contain $z$:
#
# $$
# \begin{aligned}
# \log p(z\mid x)&=-\tfrac12|z|^2-\tfrac1{2\sigma^2}|x-b-Wz|^2+c &&(3)\ \text{Bayes' rule; }c\text{ contains no }z\\
# &=-\tfrac1{2\sigma^2}z^\top Mz+\tfrac1{\sigma^2}z^\top W^\top(x-b)+c' &&(4)\ \text{expand the square}\\
# &=-\tfrac1{2\sigma^2}(z-m)^\top M(z-m)+c'',\quad m=M^{-1}W^\top(x-b) &&(5)\ \text{complete the square}
# \end{aligned}
# $$
#
# Hence $p(z\mid x)=\mathcal N(m,\sigma^2M^{-1})$. To check it, we use Bayes' rule once more:
# $\log p(x\mid z)+\log p(z)-\log p(z\mid x)$ must equal $\log p(x)$ for *every* $z$.

# %%
rng = np.random.default_rng(0)
W, b, variance, x = rng.normal(size=(4, 2)), rng.normal(size=4), 0.3, rng.normal(size=4)
M = W.T @ W + variance * np.eye(2)
mean, covariance = np.linalg.solve(M, W.T @ (x - b)), variance * np.linalg.inv(M)
lines = {"log N(x; b, WWᵀ + σ²I)": multivariate_normal.logpdf(x, b, W @ W.T + variance * np.eye(4))}
for z in rng.normal(size=(3, 2)):
    joint = multivariate_normal.logpdf(x, W @ z + b, variance * np.eye(4))
    joint += multivariate_normal.logpdf(z, [0, 0])
    name = f"log p(x|z) p(z)/p(z|x) at z = ({z[0]:.2f}, {z[1]:.2f})"
    lines[name] = joint - multivariate_normal.logpdf(z, mean, covariance)
evaluate_lines(lines)

# %% [markdown]
# ## F4.2 The best decoder (5 minutes)
#
# The likelihood depends on $W$ only through $WW^\top$. For a rotation $R$, the decoder $WR$ with the latent $R^\top z$
# has the same $p(x)$. Let $\lambda_1\ge\dots\ge\lambda_d$ be the eigenvalues of the data's covariance, let $U$ hold
# the first $k$ eigenvectors, and let $\Lambda=\operatorname{diag}(\lambda_1,\dots,\lambda_k)$. Tipping and Bishop
# (1999) proved that the likelihood is largest for $b$ equal to the mean of the data and
#
# $$\sigma^2=\frac1{d-k}\sum_{j>k}\lambda_j,\qquad W=U(\Lambda-\sigma^2I)^{1/2}R\qquad\text{with any rotation }R.\qquad(6)$$
#
# The noise variance is the mean of the eigenvalues that are left out. This model is called **probabilistic PCA**. The
# data below have eight dimensions and three strong directions.

# %%
torch.manual_seed(0)
mixing = torch.randn(3, 8) * torch.tensor([[2.0], [1.2], [0.7]])
data = torch.randn(1_000, 3) @ mixing + 0.5 * torch.randn(1_000, 8)
eigenvalues = torch.linalg.eigvalsh(torch.cov(data.T, correction=0)).flip(0)
optimum = ppca(data, 3)
print("eigenvalues:", *(f"{value:.3f}" for value in eigenvalues))
print(f"σ² of ppca: {optimum.variance:.4f}, mean of the last five eigenvalues: {eigenvalues[3:].mean():.4f}")
print(f"log p(x) at the optimum: {optimum.log_evidence(data).mean():.3f} nats")
for name, weight in {"W 10 % larger": 1.1 * optimum.weight, "W 10 % smaller": 0.9 * optimum.weight}.items():
    print(f"  {name}: {optimum._replace(weight=weight).log_evidence(data).mean():.3f} nats")
noisier = optimum._replace(variance=1.1 * optimum.variance)
print(f"  σ² 10 % larger: {noisier.log_evidence(data).mean():.3f} nats")

# %% [markdown]
# ### Exercise 1 ★★☆ · compute · essential · 15 minutes · the best decoder
#
# Write a function for (6). From the covariance $[d,d]$ of the data and $k$, it returns $\sigma^2$ and the matrix
# $WW^\top$ $[d,d]$. The matrix $W$ itself is determined only up to a rotation.
#
# <details><summary>Hint</summary>
#
# `np.linalg.eigh` returns the eigenvalues in *ascending* order, and the eigenvectors as the columns of a matrix.
# </details>


# %% tags=["exercise"]
def my_best_decoder(covariance, k):
    """The noise variance, and W @ W.T [d, d]."""
    ...


exercises.best_decoder.check(my_best_decoder)

# %% [markdown]
# ## F4.3 Adam finds the principal axes (6 minutes)
#
# **Predict, then run.** We train the linear VAE with Adam on the ELBO, from random weights. Does it reach the optimum
# of (6)? Is its ELBO equal to $\log p(x)$, although the covariance of $q$ is only diagonal? What happens to the ELBO
# and to $\log p(x)$ if we rotate the latent space, $W\to WR$ and $V\to R^\top V$?

# %%
torch.manual_seed(0)
linear = LinearVAE(8, 3, learning_rate=0.05, half_life=800)
train(linear, data, steps=3_000, batch_size=1_000, device=device)
linear.cpu()
rotation = torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(5)))[0]
order = linear.decoder.weight.norm(dim=0).argsort(descending=True)
rotation = torch.eye(3)[:, order] @ rotation  # the same result, whatever the order of the trained latents
turned = copy.deepcopy(linear)
with torch.no_grad():
    turned.decoder.weight.copy_(linear.decoder.weight @ rotation)
    turned.encoder.weight.copy_(rotation.T @ linear.encoder.weight)
    turned.encoder.bias.copy_(rotation.T @ linear.encoder.bias)
    turned.log_variance.copy_(linear.log_variance[order])
best, reached = optimum.log_evidence(data).mean().item(), linear.log_evidence(data).mean().item()
measured("log p(x), distance from the optimum", best - reached, "nats", between=(-0.0005, 0.003), digits=4)
measured("gap of the ELBO", reached - linear.elbo(data).mean(), "nats", between=(-0.0005, 0.003), digits=4)
change = (turned.log_evidence(data) - linear.log_evidence(data)).abs().max()
measured("after the rotation, largest change of log p(x)", change, "nats", between=(0, 1e-3), digits=4)
measured("after the rotation, gap of the ELBO", reached - turned.elbo(data).mean(), "nats", between=(3.6, 3.8))
found = linear.log_decoder_variance.exp().item()
measured("trained σ², divided by that of (6)", found / optimum.variance.item(), between=(0.99, 1.01))

# %%
W = linear.decoder.weight.detach()
figures.gram_and_eigenvalues(W.T @ W, rotation.T @ W.T @ W @ rotation, eigenvalues, found)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Adam reaches the optimum. The posterior's covariance $\sigma^2M^{-1}$ is diagonal exactly when $W^\top W$ is diagonal.
# The ELBO is below $\log p(x)$ by the KL to the posterior, and the training has rotated $W$ until this KL is zero. Up
# to order and sign, the columns of $W$ then point along the principal axes.
# </details>
#
# The likelihood cannot distinguish rotations of the latent space, but the ELBO of a diagonal encoder can. Lucas et al.
# (2019) prove for the linear VAE that its ELBO has no local maxima other than those of $\log p(x)$. Rolínek et al.
# (2019) show that the diagonal covariance acts in the same way on nonlinear decoders. It tends to make the columns of
# the decoder's Jacobian orthogonal. The preferred axes are those of the data's *variance*; they need not be the factors
# that generated the data ([further/10](10_definition_and_impossibility.ipynb)).
#
# ## F4.4 The gap after a rotation (6 minutes)
#
# Let $P=M/\sigma^2$ be the precision of the posterior, and let $q$ have the posterior's mean and the variances $s^2$.
# Then
#
# $$\mathrm{KL}\big(q\,\|\,p(z\mid x)\big)=\tfrac12\Big(\sum_j P_{jj}s_j^2-k-\sum_j\log s_j^2-\log\det P\Big).\qquad(7)$$
#
# Its derivative with respect to $s_j^2$ is zero at $s_j^2=1/P_{jj}$. The best diagonal encoder therefore has the gap
#
# $$\text{gap}=\tfrac12\Big(\sum_j\log M_{jj}-\log\det M\Big)\ge0.\qquad(8)$$
#
# The inequality is Hadamard's, with equality if and only if $M$ is diagonal. At the optimum (6), $M=R^\top\Lambda R$.
# For two latents that are rotated by an angle $\varphi$, both diagonal entries follow from $\lambda_1$, $\lambda_2$ and
# $\varphi$. At 45° both equal $(\lambda_1+\lambda_2)/2$, and the gap is
#
# $$-\tfrac12\log\Big(1-\Big(\frac{\lambda_1-\lambda_2}{\lambda_1+\lambda_2}\Big)^2\Big).\qquad(9)$$


# %%
def gap(M):
    return (np.log(np.diag(M)).sum() - np.linalg.slogdet(M)[1]) / 2


first, second = 4.0, 1.0
angles = np.radians(np.arange(0, 91, 15))
turns = [np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]) for a in angles]
gaps = [gap(R.T @ np.diag([first, second]) @ R) for R in turns]
print("  ".join(f"{math.degrees(a):.0f}°: {value:.3f}" for a, value in zip(angles, gaps, strict=True)), "nats")
print(f"(9) at 45°: {-math.log(1 - ((first - second) / (first + second)) ** 2) / 2:.3f} nats")
M = (W.T @ W + found * torch.eye(3)).double().numpy()
R = rotation.double().numpy()
measured("gap (8) of the trained model", gap(M), "nats", between=(-1e-4, 0.003), digits=4)
measured("gap (8) of the rotated model", gap(R.T @ M @ R), "nats", between=(0.56, 0.585))

# %% [markdown]
# The gap (8) of the rotated model is smaller than that of F4.3, because there the encoder kept the variances of the
# unrotated model. If the encoder can adapt its variances, only the gap (8) remains. If $\lambda_1=\lambda_2$, the gap
# is zero for every angle: two directions of equal variance stay unidentified.

# %% [markdown]
# ### Exercise 2 ★★☆ · prove · essential · 15 minutes · the gap of the best diagonal encoder
#
# Prove (8) from (7). `P` is the precision $[k,k]$ of the posterior and `s2` holds the variances $s_j^2$ of $q$. Return
# all lines from `first` to `last`, at least four, and the number of the one line that needs $s_j^2=1/P_{jj}$. The
# check evaluates your lines with these variances, and then with different ones.
#
# <details><summary>Hint</summary>
#
# Both Gaussians have the same mean. Start from $\tfrac12(\operatorname{tr}PS-k-\log\det S-\log\det P)$ with
# $S=\operatorname{diag}s^2$, and write the trace and the log-determinant of diagonal matrices as sums.
# </details>

# %% tags=["exercise"]
first = Step("KL(q‖p(z|x))", "", lambda P, s2: it.gaussian_kl(0 * s2, np.diag(s2), 0 * s2, np.linalg.inv(P)), "given")
last = Step(
    "½(Σ log P_jj − log det P)", "=",
    lambda P, s2: (np.log(np.diag(P)).sum() - np.linalg.slogdet(P)[1]) / 2, "k − k = 0",
)  # fmt: skip


def my_gap():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.diagonal_gap.check(my_gap)

# %% [markdown]
# ## F4.5 Which latents collapse (5 minutes)
#
# Many VAEs have a *fixed* decoder variance. If $\sigma^2$ is fixed, the best $W$ is $U(\Lambda-\sigma^2I)_+^{1/2}$: a
# direction whose eigenvalue is below $\sigma^2$ gets a zero column, and its latent collapses. Let $\mu_j$ be the mean
# of $q(z_j\mid x)$. The optimum has $\mathbb E\mu_j^2=1-\sigma^2/\lambda_j$ and $s_j^2=\sigma^2/\lambda_j$ for each
# active latent. Hence
#
# $$
# \begin{aligned}
# \mathbb E_x\,\mathrm{KL}(q(z_j\mid x)\,\|\,p(z_j))&=\tfrac12\big(\mathbb E\mu_j^2+s_j^2-\log s_j^2-1\big) &&(10)\ \text{lecture 4, (9)}\\
# &=\tfrac12\log\frac{\lambda_j}{\sigma^2} &&(11)\ \mathbb E\mu_j^2+s_j^2=1
# \end{aligned}
# $$
#
# The KL of an active latent equals half the logarithm of the ratio of total variance to noise variance. If the data are
# Gaussian, the aggregate posterior of $z_j$ equals the prior, since $\mathbb E\mu_j^2+s_j^2=1$. The KL (11) then equals
# $I(x;z_j)$.
#
# **Predict, then run.** We fix $\sigma^2$ at three values and train. How many of the three latents stay active?

# %%
predicted, trained = {}, {}
for variance in (1.0, 4.0, 16.0):
    torch.manual_seed(0)
    model = LinearVAE(8, 3, learning_rate=0.05, half_life=800)
    with torch.no_grad():
        model.log_decoder_variance.fill_(math.log(variance)).requires_grad_(False)
    train(model, data, steps=3_000, batch_size=1_000, device=device)
    with torch.no_grad():
        of_latent = it.diagonal_gaussian_kl(*model.cpu().encode(data)).mean(0)
    trained[variance] = of_latent.sort(descending=True).values.numpy()
    predicted[variance] = np.log(np.maximum(eigenvalues[:3].numpy() / variance, 1)) / 2
    difference = np.abs(trained[variance] - predicted[variance]).max()
    print(f"σ² = {variance:g}: predicted", *(f"{kl:.3f}" for kl in predicted[variance]), "nats")
    measured("  largest difference of a trained KL", difference, "nats", between=(0, 0.005), digits=4)
figures.collapse(predicted, trained)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The number of active latents equals the number of eigenvalues above $\sigma^2$: three, two and one. The collapse is a
# property of the model with this $\sigma^2$, and not a failure of the training. Lucas et al. (2019) use this case to
# show that the ELBO does not cause collapse here. A decoder that learns its variance keeps all three latents active,
# as in F4.3.
# </details>

# %% [markdown]
# ### Exercise 3 ★☆☆ · compute · useful · 10 minutes · active latents
#
# Return the KL of each of $k$ latents, in nats, for a linear VAE at its optimum with a *fixed* decoder variance. The
# eigenvalues of the data's covariance come in any order; return the largest KL first.
#
# <details><summary>Hint</summary>
#
# Use (11) for the $k$ largest eigenvalues. What is the KL of a collapsed latent?
# </details>


# %% tags=["exercise"]
def my_kl_of_latents(eigenvalues, variance, k):
    """The KL of each latent in nats, an array [k]."""
    ...


exercises.kl_of_latents.check(my_kl_of_latents)

# %% [markdown]
# ## Summary
#
# > - A linear VAE with a Gaussian decoder has a Gaussian $p(x)$ and a Gaussian posterior in closed form.
# > - Its optimum is probabilistic PCA: $\sigma^2$ is the mean of the eigenvalues that are left out.
# > - Rotations of the latent space do not change the likelihood. They lower the best ELBO of a diagonal encoder by
# >   $\tfrac12(\sum_j\log M_{jj}-\log\det M)$.
# > - With a fixed $\sigma^2$, a latent is active if and only if its eigenvalue exceeds $\sigma^2$; its KL is
# >   $\tfrac12\log(\lambda_j/\sigma^2)$.
#
# **You can now** derive the closed forms of a linear VAE, compute its optimum, prove the gap after a rotation, and
# predict which latents collapse.
#
# **Sources.** M. E. Tipping, C. M. Bishop 1999, *Probabilistic principal component analysis*, Journal of the Royal
# Statistical Society B 61(3) · J. Lucas, G. Tucker, R. Grosse, M. Norouzi 2019, *Don't blame the ELBO! A linear VAE
# perspective on posterior collapse*, NeurIPS, [arXiv:1911.02469](https://arxiv.org/abs/1911.02469) · M. Rolínek, D.
# Zietlow, G. Martius 2019, *Variational autoencoders pursue PCA directions (by accident)*, CVPR,
# [arXiv:1812.06775](https://arxiv.org/abs/1812.06775)
#
# **Further reading.** ★☆☆ C. M. Bishop 2006, *Pattern Recognition and Machine Learning*, section 12.2. ★★☆ Lucas et
# al. (2019). ★★★ Rolínek et al. (2019), sections 3 and 4.
#
# **Next.** [Lecture 5](../05_beta_vae.ipynb) changes the weight of the KL, and with it the threshold of the collapse.
