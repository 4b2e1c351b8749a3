# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 5 · Rate and distortion, solved
#
# **Why can a β choose a point on the left curve, and none on the right?** Both black lines show the smallest distortion at
# each rate. On the left the decoder is a Gaussian with a fixed variance. Each β has its own point there, and the slope of the
# curve at this point is −β. On the right the decoder may be any distribution, and the curve is a straight line of slope −1.
# The shaded region is impossible for every encoder and decoder.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.optimize import minimize

import infotheory as it
from infotheory import Step
from infotheory.teaching import compare, evaluate_lines, measured
from models import BetaVAE, Sprites
from models.teaching.exercises import further_05 as exercises
from models.teaching.figures import further_05 as figures

figures.opening()

# %% [markdown]
# After this notebook you can
#
# - compute how much information an image of dSprites contains;
# - prove $H(x)-D\le I_q(x;z)\le R$, and state when each bound is an equality;
# - explain which points of a rate–distortion curve a β can reach;
# - solve the linear β-VAE: its threshold of collapse, its distance from $h(x)$, and its stationary points;
# - predict the rate of a β-VAE with a capacity.
#
# | | |
# |---|---|
# | Needs | [lecture 5](../05_beta_vae.ipynb); differential entropy of a Gaussian |
# | Time | 35 minutes to read, 50 for the exercises; half a minute to run on one CPU core |
# | Report | section 4.2; the report does not solve a β-VAE |
# | Sources | Alemi et al. 2018, Burgess et al. 2018, Higgins et al. 2017; full list at the end |
#
# ## F5.1 How much information does a sprite contain? (4 minutes)
#
# The five factors $v$ of dSprites (Matthey et al., 2017) are independent and uniform, so $H(v)=\log737{,}280=13.51$ nats.
# An image is a function of its factors, hence $H(x\mid v)=0$ and
#
# $$I(x;v)=H(x)-H(x\mid v)=H(x)\le H(v).\qquad(1)$$
#
# We count all images. Each image gets a 64-bit hash, which consists of two random weighted sums of its pixels. Equal
# images have equal hashes. The probability that at least two different images share a hash is about $10^{-8}$.
#
# **Predict, then run.** Is $H(x)=H(v)$? This holds only if every combination gives a different image.

# %%
sprites = Sprites(32)
rng = np.random.default_rng(0)
weights = torch.from_numpy(rng.integers(0, 2**42, size=(32 * 32, 2)).astype(float))  # sums below 2⁵³ are exact
sums = torch.cat([batch.flatten(1).double() @ weights for batch in sprites.stream(4096)]).long().numpy()
_, image, copies = np.unique(sums[:, 0] * 2_654_435_761 + sums[:, 1], return_inverse=True, return_counts=True)
H_x = it.entropy(copies / len(sprites))
print(f"{len(copies):,} different images; H(x) = {H_x:.3f} nats")

# %% [markdown]
# **Predict, then run.** Which factor cannot be determined from every image?

# %%
factors = sprites.factors(torch.arange(len(sprites))).numpy()
for k, (name, size) in enumerate(zip(sprites.factor_names, sprites.factor_sizes, strict=True)):
    _, pairs = np.unique(image * 40 + factors[:, k], return_counts=True)  # how often each (image, value) occurs
    I_k = H_x + math.log(size) - it.entropy(pairs / len(sprites))  # H(x) + H(v_k) − H(x, v_k)
    print(f"I(x; {name:11s}) = {I_k:.3f} of {math.log(size):.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Orientation 39 equals orientation 0, which lowers $H(x)$ by $\tfrac2{40}\log2=0.035$ nats. The remaining loss comes
# from the coarse grid and from symmetry. A small rotation of a small sprite may change no pixel. A quarter turn of a
# square or half a turn of an ellipse changes few pixels or none.
# </details>
#
# So $H(x)=13.31$ nats, and no code can carry more information about an image. Even a perfect code carries at most 3.50
# of the 3.69 nats about the orientation.
#
# ## F5.2 Two bounds on the information of a code (8 minutes)
#
# In coding, sending $z$ costs $R$ nats on average, and $D$ further nats turn the decoder's prediction into $x$. Let
# $q(z)=\mathbb E_{p(x)}q(z\mid x)$ be the **aggregate posterior** and $q(x\mid z)$ the inverse of the encoder by Bayes'
# rule. All expectations are under $p(x)\,q(z\mid x)$.
#
# $$
# \begin{aligned}
# R&=\mathbb E\log\frac{q(z\mid x)}{p(z)} &&(2)\ \text{definition}\\
# &=\mathbb E\log\frac{q(z\mid x)}{q(z)}+\mathbb E\log\frac{q(z)}{p(z)} &&(3)\ \text{multiply and divide by }q(z)\\
# &=I_q(x;z)+\mathrm{KL}\big(q(z)\,\|\,p(z)\big)\ \ge\ I_q(x;z) &&(4)\ \text{definitions; a KL is never negative}
# \end{aligned}
# $$
#
# $$
# \begin{aligned}
# D&=-\mathbb E\log p_\theta(x\mid z) &&(5)\ \text{definition}\\
# &=-\mathbb E\log q(x\mid z)+\mathbb E\log\frac{q(x\mid z)}{p_\theta(x\mid z)} &&(6)\ \text{multiply and divide by }q(x\mid z)\\
# &=H_q(x\mid z)+\mathbb E_{q(z)}\mathrm{KL}\big(q(x\mid z)\,\|\,p_\theta(x\mid z)\big)\ \ge\ H(x)-I_q(x;z)
# &&(7)\ H_q(x\mid z)=H(x)-I_q(x;z)
# \end{aligned}
# $$
#
# The two inequalities give (Alemi et al., 2018)
#
# $$H(x)-D\le I_q(x;z)\le R.\qquad(8)$$
#
# We evaluate all lines for a toy example with four images and three codes.

# %%
rng = np.random.default_rng(0)
q_z_given_x = rng.dirichlet(np.ones(3), size=4)  # the encoder: a row for each x
p_x_given_z = rng.dirichlet(4 * np.ones(4), size=3)  # a decoder: a row for each z
p_x, p_z = np.full(4, 1 / 4), np.full(3, 1 / 3)
p_xz = it.joint(p_x, q_z_given_x)  # p(x) q(z|x)
q_z = it.marginal(p_xz, of="y")
q_x_given_z = it.conditional(p_xz, given="y").T  # the inverse of the encoder, a row for each z
H, I = it.entropy(p_x), it.mutual_information(p_xz)

# %%
evaluate_lines({
    "(2)  R = E log q(z|x)/p(z)": p_x @ it.kl_divergence(q_z_given_x, p_z),
    "(3)  E log q(z|x)/q(z) + E log q(z)/p(z)": np.sum(p_xz * (np.log(q_z_given_x / q_z) + np.log(q_z / p_z))),
    "(4)  I + KL(q(z)‖p(z))": I + it.kl_divergence(q_z, p_z),
})  # fmt: skip
ratio = np.log(q_x_given_z / p_x_given_z).T
evaluate_lines({
    "(5)  D = −E log p(x|z)": -np.sum(p_xz * np.log(p_x_given_z.T)),
    "(6)  −E log q(x|z) + E log q(x|z)/p(x|z)": np.sum(p_xz * (-np.log(q_x_given_z.T) + ratio)),
    "(7)  H(x) − I + E KL(q(x|z)‖p(x|z))": H - I + q_z @ it.kl_divergence(q_x_given_z, p_x_given_z),
})  # fmt: skip
R, D = p_x @ it.kl_divergence(q_z_given_x, p_z), -np.sum(p_xz * np.log(p_x_given_z.T))
print(f"H − D = {H - D:.3f}  ≤  I = {I:.3f}  ≤  R = {R:.3f} nats")

# %% [markdown]
# Here $H-D$ is negative: with a poor decoder the lower bound guarantees nothing, although the code has 0.39 nats of
# information. Both bounds are equalities exactly if $p(z)=q(z)$ and the decoder is the inverse of the encoder. For every
# model, $D+R\ge H(x)$.

# %% [markdown]
# ### Exercise 1 ★★☆ · prove · essential · 15 minutes · the distance from the bound
#
# Prove that $D+R-H(x)$ equals the KL divergence between the two joint distributions $p(x)\,q(z\mid x)$ and
# $p(z)\,p_\theta(x\mid z)$. Return all lines from `first` to `last`, at least four. A value is a function of `p_x` $[4]$,
# `q_z_given_x` $[4,3]$, `p_z` $[3]$ and `p_x_given_z` $[3,4]$. The check evaluates your lines on 100 random toys.
#
# <details><summary>Hint</summary>
#
# All three terms are expectations under $p(x)\,q(z\mid x)$. Write them as the expectation of one sum, and then of one
# logarithm.
# </details>


# %% tags=["exercise"]
def excess_over_entropy(p_x, q_z_given_x, p_z, p_x_given_z):
    distortion = -np.sum(it.joint(p_x, q_z_given_x) * np.log(p_x_given_z.T))
    return distortion + p_x @ it.kl_divergence(q_z_given_x, p_z) - it.entropy(p_x)


def divergence(p_x, q_z_given_x, p_z, p_x_given_z):
    return it.kl_divergence(it.joint(p_x, q_z_given_x), it.joint(p_z, p_x_given_z).T, axis=(0, 1))


first = Step("D + R − H(x)", "", excess_over_entropy, "given")
last = Step("KL(p(x) q(z|x) ‖ p(z) p(x|z))", "=", divergence, "definition of KL")


def my_distance():
    """The lines [first, …, last]."""
    ...


exercises.distance.check(my_distance)

# %% [markdown]
# ## F5.3 An unrestricted decoder (3 minutes)
#
# **Predict, then run.** Let the decoder be any distribution, so that it can be the inverse of the encoder, and let the
# prior be $q(z)$. Four encoders range from one that ignores $x$ to one with a code for each image. Which of them
# minimises $D+\beta R$ at β = ½, at β = 1, and at β = 2?

# %%
for name, sure in {"ignores x": 0.0, "depends on x a little": 0.4, "depends more": 0.8, "one code each": 1.0}.items():
    p_xz = it.joint(p_x, sure * np.eye(4) + (1 - sure) / 4)
    D, R = it.conditional_entropy(p_xz, given="y"), it.mutual_information(p_xz)
    print(f"{name:22s} D + R/2 = {D + R / 2:.3f}   D + R = {D + R:.3f}   D + 2R = {D + 2 * R:.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With such a decoder, $D=H(x\mid z)=H(x)-R$. Every pair $(R,D)$ lies on one straight line, and
# $D+\beta R=H(x)+(\beta-1)R$. Below β = 1 the encoder with a code for each image is best, and above it the encoder that
# ignores $x$ is best. At β = 1, the ELBO, *all encoders are equally good*.
# </details>
#
# In a β-VAE, β selects a point only because the decoder is restricted: its pixels are independent given $z$. On the
# left of the first picture, the curve is then convex.
#
# ## F5.4 β is a slope (3 minutes)
#
# Lecture 5 shows for minima at $\beta_1<\beta_2$ that
#
# $$\beta_1\,(R_1-R_2)\le D_2-D_1\le\beta_2\,(R_1-R_2),\qquad(9)$$
#
# and $\beta=-dD/dR$ where the curve is smooth. Higgins et al. (2017) introduce β as the multiplier of a constraint
# $R\le\varepsilon$. You may choose $\varepsilon$ or β, and the other number follows. The constraint limits the *mean*
# rate, and not the rate of each image.
#
# If a chord of two trained models violates (9), an optimiser has not converged. A line $D+\beta R=\text{const}$ touches
# the *lower convex hull* of the possible points. If a part of the curve lies above this hull, no β reaches it.
#
# **Predict, then run.** Which of five points minimise $D+\beta R$ for some β?

# %%
points = np.array([[0.0, 4.0], [1.0, 3.6], [2.0, 1.5], [3.0, 0.9], [4.0, 0.5]])  # R and D
chosen = np.unique([(points @ [beta, 1]).argmin() for beta in np.geomspace(0.01, 100, 1_000)])
figures.dent(points, chosen)
print("points that some β chooses:", *(f"R = {points[k, 0]:g}" for k in chosen), sep="  ")

# %% [markdown]
# ## F5.5 The linear case: the smallest distortion at a rate (5 minutes)
#
# Let $x\sim\mathcal N(0,\lambda)$ be one number, with the prior $\mathcal N(0,1),$ the encoder
# $q(z\mid x)=\mathcal N(ax,s^2)$ and the decoder $\mathcal N(wz,\sigma^2)$ with fixed $\sigma^2.$ With the squared error
# $d=\mathbb E(x-wz)^2,$ the distortion is $D=\frac d{2\sigma^2}+\tfrac12\log2\pi\sigma^2.$ What is the smallest rate at an
# error $d\le\lambda?$ Let $h$ be the differential entropy.
#
# $$
# \begin{aligned}
# R&\ge I(x;z) &&(10)\ \text{(4)}\\
# &=h(x)-h(x-wz\mid z)\ \ge\ h(x)-h(x-wz) &&(11)\ \text{a shift keeps }h\text{; conditioning reduces it}\\
# &\ge\tfrac12\log2\pi e\lambda-\tfrac12\log2\pi e\,d &&(12)\ \text{a Gaussian has the largest }h\\
# &=\tfrac12\log\frac\lambda d &&(13)\ \text{logarithm of a quotient}
# \end{aligned}
# $$
#
# The choice $s^2=d/\lambda,$ $a^2\lambda=1-s^2$ and $w=a\lambda$ turns all of these into equalities. We check it for λ = 1 and
# $d=0.4,$ and then minimise $\frac d{2\sigma^2}+\frac\beta2\log\frac\lambda d$ over $0<d\le\lambda.$ Its derivative
# $\frac1{2\sigma^2}-\frac\beta{2d}$ vanishes at $d=\beta\sigma^2,$ so that
#
# $$d=\min(\lambda,\beta\sigma^2),\qquad R=\tfrac12\Big[\log\frac\lambda{\beta\sigma^2}\Big]_+,\qquad
# s^2=\min\Big(1,\frac{\beta\sigma^2}\lambda\Big).\qquad(14)$$
#
# **The latent collapses, $q(z\mid x)=p(z),$ exactly if $\beta\sigma^2\ge\lambda.$**

# %%
variance, d, sigma_squared = 1.0, 0.4, 0.1
s2 = d / variance
a = math.sqrt((1 - s2) / variance)
w = a * variance
error = variance * (1 - w * a) ** 2 + w**2 * s2  # E(x − wz)²
compare("E(x − wz)²", error, "d", d)
rho_squared = a**2 * variance / (a**2 * variance + s2)  # of x and z
evaluate_lines({
    "R": it.diagonal_gaussian_kl([a * math.sqrt(variance)], [math.log(s2)])[0],  # E μ² = a²λ
    "(10)  I(x;z)": -math.log(1 - rho_squared) / 2,
    "(11)  h(x) − h(x − wz)": it.gaussian_entropy([[variance]]) - it.gaussian_entropy([[error]]),
    "(13)  ½ log λ/d": math.log(variance / d) / 2,
})  # fmt: skip

# %% [markdown]
# An optimiser that has only the loss as a function of $(a,\log s^2,w)$ finds the same.


# %%
def terms(parameters, variances):
    """Distortion and rate of each latent: exact, without sampling."""
    a, log_s2, w = parameters
    squared_error = variances * (1 - w * a) ** 2 + w**2 * log_s2.exp()
    distortion = squared_error / (2 * sigma_squared) + math.log(2 * math.pi * sigma_squared) / 2
    return distortion, it.diagonal_gaussian_kl(a * variances.sqrt(), log_s2)


def optimise(beta, variances):
    start = torch.tensor([[0.5], [-1.0], [0.5]], dtype=torch.float64).repeat(1, len(variances))
    parameters, settings = start.requires_grad_(), dict(tolerance_grad=1e-12, tolerance_change=1e-15)
    optimizer = torch.optim.LBFGS([parameters], max_iter=500, line_search_fn="strong_wolfe", **settings)

    def closure():
        optimizer.zero_grad()
        distortion, rate = terms(parameters, variances)
        loss = (distortion + beta * rate).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return parameters.detach()


# %%
def rate_of(variances, beta):
    return np.maximum(np.log(variances / (beta * sigma_squared)) / 2, 0)


one = torch.ones(1, dtype=torch.float64)  # λ = 1
for beta in (0.5, 1.0, 4.0, 20.0):
    found = optimise(beta, one)
    compare(f"β = {beta:4.1f}:  R", terms(found, one)[1], "(14)", rate_of(1.0, beta), atol=1e-6)
    compare("           s²", found[1].exp(), "(14)", min(1, beta * sigma_squared), atol=1e-6)

# %% [markdown]
# **β and $\sigma^2$ enter (14) only as their product.** This holds for every VAE with a Gaussian decoder of fixed
# $\sigma^2,$ because $\sigma^2\mathcal L_\beta=\tfrac12\mathbb E|x-\hat x|^2+\beta\sigma^2R+\text{const}.$ The report's loss
# $|x-\hat x|^2+\beta\,\mathrm{KL}$ has the weight $\beta/2\sigma^2$ on the KL, when it is divided by $2\sigma^2$
# (lecture 4). We compare two losses of the package with the same weights, noise and $\beta\sigma^2=2.$

# %%
x = torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0))
scaled = []
for beta, decoder_variance in [(4.0, 0.5), (20.0, 0.1)]:
    torch.manual_seed(0)
    of_batch = BetaVAE(10, beta=beta, likelihood="gaussian", variance=decoder_variance).loss(x)
    constant = 28 * 28 / 2 * math.log(2 * math.pi * decoder_variance)
    error = 2 * decoder_variance * (of_batch["reconstruction"].item() - constant)  # the squared error
    report = (error + 2 * decoder_variance * beta * of_batch["kl"].item()) / (2 * decoder_variance)
    difference, name = abs(report + constant - of_batch["loss"].item()), f"β = {beta:g}, σ² = {decoder_variance}"
    measured(f"{name}: the report's form less the loss", difference, "nats", between=(0, 0.01))
    scaled.append(decoder_variance * (of_batch["loss"].item() - constant))
measured("σ² (loss − constant): difference of the two", abs(scaled[0] - scaled[1]), between=(0, 0.01))

# %% [markdown]
# ## F5.6 The distance from the bound, and collapse (6 minutes)
#
# In the first picture the curve touches the bound $D+R\ge h(x)$ at β = 1. The distance from it follows from (14).

# %%
h_x, log_term = it.gaussian_entropy([[1.0]]), math.log(2 * math.pi * sigma_squared) / 2
for beta in (0.25, 1, 4):
    R = rate_of(1.0, beta)
    D = math.exp(-2 * R) / (2 * sigma_squared) + log_term
    compare(f"β = {beta:4.2f}:  D + R − h(x)", D + R - h_x, "½(β − 1 − log β)", (beta - 1 - math.log(beta)) / 2)

# %% [markdown]
# At β = 1 the ELBO equals $\log p(x)$, and the model's $p(x)$ is right. With $w^2=\lambda-\beta\sigma^2$, the variance of a
# generated $x$ is
#
# $$w^2+\sigma^2=\lambda-(\beta-1)\sigma^2.\qquad(15)$$
#
# For β > 1 the generated data have too small a variance. If $\sigma^2$ is trained too, then $\sigma^2=d$ and $D=h(x)-R$
# at every rate. This is the straight line of F5.3, and β > 1 collapses all latents.

# %% [markdown]
# ### Exercise 2 ★★☆ · prove · useful · 15 minutes · the excess of a β
#
# Prove that $D+R-h(x)=\tfrac12(\beta-1-\log\beta)$ for an active latent. Start from `first`, in which
# $d=\min(\lambda,\beta\sigma^2)$. Return all lines, at least four, and the number of the one line that needs an *active*
# latent. A value is a function of `variance` (λ), `sigma2` and `beta`. The check evaluates your lines for active latents,
# and then for collapsed ones.
#
# <details><summary>Hint</summary>
#
# Collect the logarithms first; λ and $2\pi$ cancel. Insert $d=\beta\sigma^2$ only then.
# </details>


# %% tags=["exercise"]
def from_the_start(variance, sigma2, beta):
    d = np.minimum(variance, beta * sigma2)
    distortion, rate = d / (2 * sigma2) + np.log(2 * np.pi * sigma2) / 2, np.log(variance / d) / 2
    return distortion + rate - np.log(2 * np.pi * np.e * variance) / 2


first = Step("d/2σ² + ½ log 2πσ² + ½ log λ/d − ½ log 2πeλ", "", from_the_start, "given")
last = Step("½(β − 1 − log β)", "=", lambda beta, **_: (beta - 1 - np.log(beta)) / 2, "common factor")


def my_excess():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.excess.check(my_excess)

# %% [markdown]
# **Collapse is always a stationary point.** At $a=w=0$ and $s=1$ the gradient of the loss vanishes for every β. If the decoder
# ignores $z$, the best encoder ignores $x$, and conversely. The point is a minimum only if no curvature is negative. In
# $(a,w)$ the Hessian is
#
# $$\begin{pmatrix}\beta\lambda & -\lambda/\sigma^2\\ -\lambda/\sigma^2 & 1/\sigma^2\end{pmatrix},\qquad
# \det=\frac\lambda{\sigma^4}\,(\beta\sigma^2-\lambda).\qquad(16)$$

# %%
for beta in (1.0, 9.0, 11.0):

    def loss(parameters, beta=beta):
        distortion, rate = terms(parameters, one)
        return (distortion + beta * rate).sum()

    hessian = torch.autograd.functional.hessian(loss, torch.zeros(3, 1, dtype=torch.float64)).reshape(3, 3)
    compare(f"β = {beta:4.1f}:  det", hessian[::2, ::2].det(), "(16)", (beta * 0.1 - 1) / 0.01, atol=1e-9)
    print(f"           smallest curvature: {torch.linalg.eigvalsh(hessian)[0]:.3f}")

# %% [markdown]
# The smallest curvature changes its sign at $\beta\sigma^2=\lambda$, the threshold of (14). Here the collapsed point is a saddle
# whenever the optimum is elsewhere, and gradient descent leaves it. For deep networks this need not hold.
#
# **Several components.** Let the components of $x$ be independent with the variances $\lambda_j$, and let each have its
# own latent. The same level $\beta\sigma^2$ holds for all components. As β rises, the level rises like water, and the
# latents collapse in the order of increasing variance. This is *reverse water-filling* (Cover & Thomas, 2006).

# %%
variances = np.array([4.0, 2.0, 1.0, 0.5, 0.25])
betas, marks = np.geomspace(0.2, 60, 300), (0.5, 2, 8, 30)
rates = rate_of(variances[:, None], betas)
distortion = (np.minimum(variances[:, None], betas * sigma_squared) / (2 * sigma_squared) + log_term).sum(axis=0)
figures.water_filling(variances, betas, rates, distortion, marks)
found = terms(optimise(8.0, torch.from_numpy(variances)), torch.from_numpy(variances))[1]
compare("β = 8: total R of the optimiser", found.sum(), "(14)", rate_of(variances, 8.0).sum(), atol=1e-6)
print(f"active latents at β = 8: {int((found > 1e-6).sum())} of 5")

# %% [markdown]
# ## F5.7 A capacity: the rate instead of β (6 minutes)
#
# Burgess et al. (2018) choose the rate. They minimise
#
# $$D+\gamma\,|R-C|\qquad(17)$$
#
# with a large γ, and raise the *capacity* $C$ slowly from 0. Where is the minimum? Let $-D'(R)$ be the slope of the optimal
# curve.
#
# - For $R<C$ the loss is $D-\gamma R$ + const. Both terms fall with $R$, so the rate rises at least to $C$.
# - For $R>C$ the loss is $D+\gamma R$ + const, that of a β-VAE with β = γ. Its rate is $R_\gamma$.
#
# Hence
#
# $$R=\max(C,R_\gamma).\qquad(18)$$
#
# **γ must exceed the slope $-D'(C)$**, or the capacity has no effect. For the five latents above, each with
# $D_j=\lambda_je^{-2R_j}/2\sigma^2$ + const, we minimise $D+\gamma t$ subject to $t\ge\pm(R-C)$, which is smooth.


# %%
def capacity_optimum(capacity, gamma, start):
    def loss(v):  # the rates, and t at the end
        return np.sum(variances * np.exp(-2 * v[:-1])) / (2 * sigma_squared) + gamma * v[-1]

    def gradient(v):
        return np.append(-variances * np.exp(-2 * v[:-1]) / sigma_squared, gamma)

    above = [{"type": "ineq", "fun": lambda v, sign=sign: v[-1] - sign * (v[:-1].sum() - capacity)} for sign in (1, -1)]
    settings = dict(method="SLSQP", bounds=[(0, None)] * len(start), options={"ftol": 1e-12, "maxiter": 500})
    return minimize(loss, start, jac=gradient, constraints=above, **settings).x


capacities, paths = np.linspace(0, 6, 61), {}
for gamma in (100, 5):
    at, path = np.append(np.full(5, 0.5), 3.0), []
    for capacity in capacities:
        at = capacity_optimum(capacity, gamma, at)
        path.append(at[:-1])
    paths[gamma] = np.array(path)

# %% [markdown]
# **Predict, then run.** With γ = 100 and $C$ rising from 0, in which order do the latents become active? At which $C$
# does the second latent become active?

# %%
figures.capacity(capacities, paths, variances, rate_of(variances, 5.0).sum())
for gamma, path in paths.items():
    expected = np.maximum(capacities, rate_of(variances, gamma).sum())
    difference = np.abs(path.sum(axis=1) - expected).max()
    measured(f"γ = {gamma}: largest difference from (18)", difference, "nats", between=(0, 1e-3), digits=5)
print(f"½ log(λ₁/λ₂) = {math.log(4 / 2) / 2:.3f} nats")
for k, between in ((3, (0, 1e-3)), (4, (0.02, 0.04))):
    measured(f"C = {capacities[k]:.1f}: rate of the second latent", paths[100][k, 1], "nats", between=between)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# This is F5.6 in the other direction: the component with the largest variance comes first. One latent has the whole
# rate until its slope has fallen to that of the second latent, at $\lambda_1e^{-2C}=\lambda_2$. Beyond this $C$, both
# latents share the rate.
# </details>
#
# The method relies on the hope that factors have different slopes. If so, they may be encoded one at a time, in different
# latents.
# `BetaVAE(capacity=25, gamma=1000)` trains with this loss.

# %% [markdown]
# ### Exercise 3 ★★★ · compute · useful · 20 minutes · the β of a capacity
#
# For a capacity $C>0$, variances $\lambda_j$ in any order, and $\sigma^2$, return the β whose β-VAE has the total rate $R=C$. Some latents
# may have collapsed.
#
# <details><summary>Hint 1</summary>
#
# With the $k$ largest latents active, $C=\sum_{j\le k}\tfrac12\log\frac{\lambda_j}{\beta\sigma^2}$. Solve for the level
# $\beta\sigma^2$.
# </details>
#
# <details><summary>Hint 2</summary>
#
# Try $k=1,2,\dots$ and stop at the first $k$ whose level is at least $\lambda_{k+1}$. All further latents have then
# collapsed, as assumed. Why is latent $k$ active?
# </details>


# %% tags=["exercise"]
def my_beta_of_capacity(capacity, variances, sigma_squared):
    """The β whose total rate is the capacity, in nats."""
    ...


exercises.beta_of_capacity.check(my_beta_of_capacity)

# %% [markdown]
# ## Summary
#
# > - An image of dSprites at 32×32 contains 13.31 nats of information, and no code can carry more.
# > - $R$ exceeds $I_q(x;z)$ by $\mathrm{KL}(q(z)\|p(z))$, and $D$ exceeds $H(x)-I_q(x;z)$ by the distance of the decoder from
# >   the inverse of the encoder.
# > - A β reaches points of the lower convex hull. With an unrestricted decoder this is a straight line.
# > - In the linear case $d=\min(\lambda,\beta\sigma^2)$; the distance from $h(x)$ is $\tfrac12(\beta-1-\log\beta)$ for an active
# >   latent.
# > - Collapse is a stationary point for every β, and a minimum in the linear case only if $\beta\sigma^2\ge\lambda$.
# > - With a capacity, $R=\max(C,R_\gamma)$.
#
# **You can now** compute the information of a data set, prove both bounds, explain what a β reaches, solve the linear
# β-VAE, and predict the rate of a capacity.
#
# **Sources.** A. A. Alemi et al. 2018, *Fixing a broken ELBO*, ICML, [arXiv:1711.00464](https://arxiv.org/abs/1711.00464) ·
# C. P. Burgess et al. 2018, *Understanding disentangling in β-VAE*, [arXiv:1804.03599](https://arxiv.org/abs/1804.03599) · I.
# Higgins et al. 2017, *β-VAE: Learning basic visual concepts with a constrained variational framework*, ICLR · J. Lucas, G.
# Tucker, R. Grosse, M. Norouzi 2019, *Don't blame the ELBO! A linear VAE perspective on posterior collapse*, NeurIPS,
# [arXiv:1911.02469](https://arxiv.org/abs/1911.02469) · T. M. Cover, J. A. Thomas 2006, *Elements of Information Theory*,
# Wiley · L. Matthey, I. Higgins, D. Hassabis, A. Lerchner 2017, *dSprites: Disentanglement testing sprites dataset*
#
# **Further reading.** ★☆☆ Burgess et al. (2018), on the capacity. ★★☆ Alemi et al. (2018), on the plane of rate and
# distortion. ★★★ Cover and Thomas (2006), chapter 10, on rate–distortion theory.
#
# **Next.** [Lecture 6](../06_gan.ipynb) studies an objective without a likelihood, and
# [lecture 9](../09_regularisers.ipynb) splits the rate into parts.
