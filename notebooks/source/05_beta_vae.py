# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 · β-VAE: rate, distortion, and what a weight on the KL does
#
# **After this lecture you can** read a VAE's two terms as a rate and a distortion, and β as the price of one in the
# other; prove $H(x)-D\le I_q(x;z)\le R$ and say what it allows; derive when a latent switches off, exactly, in the
# linear case; read a sweep over β as a rate–distortion curve, its KL per latent, and its traversals; say what the
# capacity form changes, and why none of this *proves* disentanglement.
#
# | | |
# |---|---|
# | You need first | lectures 2 and 4 |
# | Time | 75 minutes to read; half a minute to run on 2 CPU cores |
# | Report | section 4.2 |
#
# `device` is the GPU if there is one. To use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you start
# Jupyter. Only the training of 5.5 runs on it. A GPU has different random draws and therefore different losses, within the ranges
# that the lecture checks. To train in full, raise `steps` to 10,000, or run `infotheory train beta-vae-dsprites-32-beta-4`.
# The published models stay on the CPU.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.optimize import minimize

import infotheory as it
from infotheory.teaching import COLOURS, compare, use_lecture_style
from models import BetaVAE, Sprites, choose_device, load_pretrained, train
from models.evaluation import held_out_terms
from models.figures import show_images
from models.teaching.exercises import lecture_05 as exercises

use_lecture_style()
device = choose_device()

# %% [markdown]
# ## 5.1 Data whose factors are known: dSprites
#
# White shapes on black: 3 shapes, 6 scales, 40 orientations, 32 × 32 positions, every combination once. `Sprites`
# renders them from their geometry, as they are asked for. A pixel is on iff its centre lies inside the shape; there
# is no randomness. One factor a row, from one end to the other, the others held:

# %%
sprites = Sprites(32)
print(sprites)
middle = torch.tensor([2, 5, 0, 16, 16])
rows = []
for k, size in enumerate(sprites.factor_sizes):
    settings = middle.repeat(10, 1)
    settings[:, k] = torch.linspace(0, size - 1, 10).round().long()
    rows.append(sprites.images(settings))
ax = show_images(torch.cat(rows), 10, rows=sprites.factor_names, title="Each factor swept, the others held")
ax.set(xlabel="ten of its values, first to last (shape has three)")
plt.show()

# %% [markdown]
# **How much is there to know?** The five factors are independent and uniform, so their entropies add up to
# $\log737{,}280=13.51$ nats. An image is a function of its factors $v$, so $H(x\mid v)=0$ and
#
# $$I(x;v) = H(x) - H(x\mid v) = H(x) \;\le\; H(v) = 13.51 \text{ nats}.$$
#
# **Predict, then run.** Is $H(x)=H(v)$? That needs every setting to give an image of its own. Which factor cannot be
# read back from every image?
#
# There are few enough images to count them all. Each gets a 64-bit name made of two random weighted sums of its pixels.
# Equal images get equal names; that any two different ones share a name has probability about $10^{-8}$.

# %%
per_factor = [it.entropy(np.full(size, 1 / size)) for size in sprites.factor_sizes]
compare("Σ H(v_k)", sum(per_factor), "log 737,280", math.log(len(sprites)), atol=1e-9)

rng = np.random.default_rng(0)
weights = torch.from_numpy(rng.integers(0, 2**42, size=(32 * 32, 2)).astype(float))  # sums below 2⁵³ are exact
sums = torch.cat([batch.flatten(1).double() @ weights for batch in sprites.stream(4096)]).long().numpy()
_, image, copies = np.unique(sums[:, 0] * 2_654_435_761 + sums[:, 1], return_inverse=True, return_counts=True)
H_x = it.entropy(copies / len(sprites))
print(f"{len(copies):,} different images; H(x) = {H_x:.3f} nats")

all_factors = sprites.factors(torch.arange(len(sprites))).numpy()
for k, name in enumerate(sprites.factor_names):
    _, pairs = np.unique(image * 40 + all_factors[:, k], return_counts=True)  # how often each (image, value) occurs
    I_k = H_x + per_factor[k] - it.entropy(pairs / len(sprites))  # H(x) + H(v_k) − H(x, v_k)
    print(f"I(x; {name:11s}) = {I_k:.3f} of {per_factor[k]:.3f} nats")

# %% [markdown]
# Orientation 39 *is* orientation 0, which alone costs $\tfrac2{40}\log2=0.035$ nats. The rest is the coarse grid: a
# small turn of a small sprite may change no pixel, nor does about a quarter turn of a square or half a turn of an
# ellipse. So $H(x)=13.31$ nats is what there is to know about an image, and no code, however long, can hold more of
# it. About its orientation even a perfect code holds at most 3.50 of the 3.69 nats.
#
# ## 5.2 Rate and distortion
#
# $$\mathcal L_\beta =
# \underbrace{-\,\mathbb E_{p(x)}\mathbb E_{q(z\mid x)}\log p_\theta(x\mid z)}_{\text{distortion } D}
# \;+\; \beta\,\underbrace{\mathbb E_{p(x)}\,\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)}_{\text{rate } R}.$$
#
# At β = 1 it is $-\text{ELBO}$, so $-\mathbb E\log p_\theta(x)\le D+R$ (lecture 4). The words come from coding: sending
# $z$ costs $R$ nats on average, and $D$ nats more are needed to turn what the decoder expects into $x$ itself.
#
# **As a constraint.** Higgins et al. (2017) ask for the best reconstruction from a limited code: minimise $D$ subject
# to $R\le\varepsilon$. With a multiplier $\beta\ge0$ the Lagrangian is $D+\beta(R-\varepsilon)$, and the constant
# $-\beta\varepsilon$ moves no minimum. Either one chooses the rate and the price follows, or the price and the rate
# follows. (One β for all images: what is limited is the *mean* rate, not that of each image.)
#
# **Three numbers that one should not confuse.** Let $I_q(x;z)$ be the mutual information under $p(x)\,q(z\mid x)$: what
# the encoder's code really says about $x$. For every encoder, decoder and prior (Alemi et al., 2018):
#
# $$H(x)-D\;\le\; I_q(x;z)\;\le\; R .$$
#
# *Right.* With the aggregate posterior $q(z)=\mathbb E_{p(x)}q(z\mid x)$, insert $q(z)/q(z)$ in the logarithm of $R$:
#
# $$R=\mathbb E\log\frac{q(z\mid x)}{q(z)}+\mathbb E\log\frac{q(z)}{p(z)}
# =I_q(x;z)+\mathrm{KL}\big(q(z)\,\|\,p(z)\big).$$
#
# *Left.* With $q(x\mid z)$, Bayes' inverse of the encoder, insert $q(x\mid z)/q(x\mid z)$ in the logarithm of $D$:
#
# $$D=H_q(x\mid z)+\mathbb E_{q(z)}\mathrm{KL}\big(q(x\mid z)\,\|\,p_\theta(x\mid z)\big)\ \ge\ H_q(x\mid z)
# =H(x)-I_q(x;z).$$
#
# On a finite toy with four images and three codes both lines are sums:

# %%
rng = np.random.default_rng(0)
q_z_given_x = rng.dirichlet(np.ones(3), size=4)  # the encoder: a row for each x
p_x_given_z = rng.dirichlet(4 * np.ones(4), size=3)  # a decoder: a row for each z
p_x, p_z = np.full(4, 1 / 4), np.full(3, 1 / 3)

p_xz = it.joint(p_x, q_z_given_x)  # p(x) q(z|x)
q_z = it.marginal(p_xz, of="y")
q_x_given_z = it.conditional(p_xz, given="y").T  # Bayes' inverse, a row for each z
R = p_x @ it.kl_divergence(q_z_given_x, p_z)
D = -np.sum(p_xz * np.log(p_x_given_z.T))
H, I = it.entropy(p_x), it.mutual_information(p_xz)

compare("R", R, "I + KL(q(z)‖p(z))", I + it.kl_divergence(q_z, p_z))
compare("D", D, "H(x|z) + E KL(q(x|z)‖p(x|z))", H - I + q_z @ it.kl_divergence(q_x_given_z, p_x_given_z))
print(f"H − D = {H - D:.3f}  ≤  I = {I:.3f}  ≤  R = {R:.3f}")

# %% [markdown]
# $H-D$ is negative here: a poor decoder guarantees nothing, although the code says 0.39 nats. Both ends close iff
# $p(z)=q(z)$ and the decoder is Bayes' inverse. Put together, the two ends give a floor that no model gets under:
# $\;D+R\ge H(x)$.
#
# **Predict, then run.** Suppose the decoder may be *any* distribution, so that we may give it Bayes' inverse, and the
# prior is $q(z)$. Four encoders, from one that ignores $x$ to one that gives each image its own code. Which of them
# minimises $D+\beta R$ at β = ½, at β = 1, at β = 2?

# %%
for name, sure in {"ignores x": 0.0, "says a little": 0.4, "says more": 0.8, "says all": 1.0}.items():
    p_xz = it.joint(p_x, sure * np.eye(4) + (1 - sure) / 4)
    D, R = it.conditional_entropy(p_xz, given="y"), it.mutual_information(p_xz)
    print(f"{name:14s} D + R/2 = {D + R / 2:.3f}   D + R = {D + R:.3f}   D + 2R = {D + 2 * R:.3f}")

# %% [markdown]
# With a free decoder $D=H(x\mid z)=H-R$: every trade lies on one straight line of slope −1, and
# $D+\beta R=H+(\beta-1)R$. Below β = 1 the code says all, above it nothing, and at β = 1, the ELBO, *all encoders are
# equally good*, also the one that ignores $x$. That a β-VAE has anything to choose is due to its decoder being
# restricted: given $z$, its pixels are independent. Then the curve bends.
#
# ## 5.3 β is a slope
#
# Let $(R_1,D_1)$ and $(R_2,D_2)$ be *minimisers* of $\mathcal L_{\beta_1}$ and $\mathcal L_{\beta_2}$,
# $\beta_1<\beta_2$, over any one set of models. Neither gains by taking the other's place:
#
# $$D_1+\beta_1R_1\le D_2+\beta_1R_2,\qquad D_2+\beta_2R_2\le D_1+\beta_2R_1$$
# $$\Longrightarrow\qquad \beta_1\,(R_1-R_2)\;\le\;D_2-D_1\;\le\;\beta_2\,(R_1-R_2).$$
#
# So $R_1\ge R_2$, and $D_1\le D_2$ if $\beta_1\ge 0$: a larger β never buys more rate. The chord between the two
# points has a slope between $-\beta_2$ and $-\beta_1$, and where the curve is smooth,
#
# $$\beta=-\frac{dD}{dR}:\quad\text{the nats of distortion that the last nat of rate saves.}$$
#
# A line $D+\beta R=\text{const}$ only touches the *convex hull* of what is possible: if the curve has a dent, no β
# leads there. And the chords are a test: one that leaves its interval proves that an optimiser did not finish. We
# shall use it.
#
# ## 5.4 A case that is solved: when does a latent switch off?
#
# One Gaussian number $x\sim\mathcal N(0,\lambda)$, prior $\mathcal N(0,1)$, encoder $q(z\mid x)=\mathcal N(ax,s^2)$,
# decoder $\mathcal N(wz,\sigma^2)$ with σ² fixed. Write $d=\mathbb E(x-wz)^2$ for the squared error; then
# $D=\frac{d}{2\sigma^2}+\tfrac12\log2\pi\sigma^2$.
#
# *What is the least rate at error $d\le\lambda$?* With $h$ for differential entropy, which is largest for a Gaussian,
#
# $$R\ge I(x;z)\ge h(x)-h(x-wz)\ge\tfrac12\log2\pi e\lambda-\tfrac12\log2\pi e\,d=\tfrac12\log\frac\lambda d,$$
#
# and $s^2=d/\lambda$, $a^2\lambda=1-s^2$, $w=a\lambda$ makes all of these equalities. So what is left to minimise is
# $\frac{d}{2\sigma^2}+\frac\beta2\log\frac\lambda d$ over $0<d\le\lambda$. Its derivative
# $\frac1{2\sigma^2}-\frac{\beta}{2d}$ vanishes at $d=\beta\sigma^2$, hence
#
# $$d=\min(\lambda,\beta\sigma^2),\qquad R=\tfrac12\Big[\log\frac{\lambda}{\beta\sigma^2}\Big]_+,\qquad
# s^2=\min\Big(1,\frac{\beta\sigma^2}{\lambda}\Big).$$
#
# **The latent is off, $q(z\mid x)=p(z)$, exactly when $\beta\sigma^2\ge\lambda$**: when the variance that it explains
# is not worth its price. This is *posterior collapse*. Against an optimiser that knows only the loss in
# $(a,\log s^2,w)$:


# %%
def toy_terms(parameters, variance, sigma_squared=0.1):
    """Distortion and rate of each latent; exact, no sampling."""
    a, log_s2, w = parameters
    squared_error = variance * (1 - w * a) ** 2 + w**2 * log_s2.exp()
    distortion = squared_error / (2 * sigma_squared) + math.log(2 * math.pi * sigma_squared) / 2
    return distortion, it.diagonal_gaussian_kl(a * variance.sqrt(), log_s2)  # E μ² = a² λ


def optimise(beta, variance):
    start = torch.tensor([[0.5], [-1.0], [0.5]], dtype=torch.float64).repeat(1, len(variance))
    parameters = start.requires_grad_()
    optimizer = torch.optim.LBFGS(
        [parameters], max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-15, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        distortion, rate = toy_terms(parameters, variance)
        loss = (distortion + beta * rate).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return parameters.detach()


def rate_of(variance, beta, sigma_squared=0.1):
    return np.maximum(np.log(variance / (beta * sigma_squared)) / 2, 0)


one = torch.ones(1, dtype=torch.float64)  # λ = 1
for beta in (0.5, 1.0, 4.0, 20.0):
    found = optimise(beta, one)
    compare(f"β = {beta:4.1f}:  R", toy_terms(found, one)[1], "½ [log λ/βσ²]₊", rate_of(1.0, beta), atol=1e-6)
    compare("           s²", found[1].exp(), "min(1, βσ²/λ) ", min(1, beta * 0.1), atol=1e-6)

# %% [markdown]
# **β and σ² enter $d$, $R$ and $s^2$ only as their product.** That holds for any VAE with a Gaussian decoder of fixed
# σ², not only for this one (lecture 4):
# $\sigma^2\mathcal L_\beta=\tfrac12\mathbb E|x-\hat x|^2+\beta\sigma^2R+\text{const}$. And the loss that the report
# prints, $|x-\hat x|^2+\beta\,\mathrm{KL}$, divided by $2\sigma^2$ is $D+\frac{\beta}{2\sigma^2}R$ up to a constant:
# an ELBO with the weight $\beta/2\sigma^2$ on its KL. On the package's own losses, same weights and same noise:

# %%
pixels = 28 * 28
x = torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0))
scaled = []
for beta, sigma_squared in [(4.0, 0.5), (20.0, 0.1)]:  # βσ² = 2 in both
    torch.manual_seed(0)
    terms = BetaVAE(10, beta=beta, likelihood="gaussian", variance=sigma_squared).loss(x)
    constant = pixels / 2 * math.log(2 * math.pi * sigma_squared)
    squared_error = 2 * sigma_squared * (terms["reconstruction"].item() - constant)
    printed = squared_error + 2 * sigma_squared * beta * terms["kl"].item()  # |x − x̂|² + 2σ²β KL
    same = abs(printed / (2 * sigma_squared) + constant - terms["loss"].item()) < 1e-2
    print(
        f"β = {beta:4.1f}, σ² = {sigma_squared}: the printed loss with weight 2σ²β on the KL is 2σ² of this one: {same}"
    )
    scaled.append(sigma_squared * (terms["loss"].item() - constant))
print(f"σ² (loss − constant) is the same for both: {abs(scaled[0] - scaled[1]) < 1e-2}")

# %% [markdown]
# **In the plane.** The floor $D+R\ge h(x)$ is a line of slope −1 (with $h$ in place of $H$). **Predict**: for which β
# does the toy touch it?

# %%
rate = np.linspace(0, 2.6, 200)
h_x = it.gaussian_entropy([[1.0]])
log_term = math.log(2 * math.pi * 0.1) / 2
_, ax = plt.subplots(figsize=(8, 4.6))
ax.plot(rate, np.exp(-2 * rate) / 0.2 + log_term, color="black", label="σ² = 0.1: least D at rate R")
ax.plot(rate, h_x - rate, "--", color=COLOURS[1], label="floor D = h(x) − R")
ax.fill_between(rate, h_x - rate, -1.5, color=COLOURS[1], alpha=0.12)
step = np.array([-0.3, 0.3])
for beta, colour in zip((0.25, 1, 4), COLOURS[2:], strict=False):
    R = rate_of(1.0, beta)
    D = np.exp(-2 * R) / 0.2 + log_term
    ax.plot(R, D, "o", color=colour, markersize=9)
    ax.plot(R + step, D - beta * step, color=colour, label=f"β = {beta:g}, slope −{beta:g}")
    compare(f"β = {beta:4.2f}:  D + R − h(x)", D + R - h_x, "½(β − 1 − log β)", (beta - 1 - math.log(beta)) / 2)
ax.set(title="The solved case", xlabel="rate R (nats)", ylabel="distortion D (nats)", ylim=(-1.5, 5), xlim=(0, 2.6))
ax.legend(fontsize=11)
plt.show()

# %% [markdown]
# Only at β = 1, where $d=\sigma^2$: there the ELBO is $\log p(x)$ and the model is right about $p(x)$. Any other β
# pays. With $w^2=\lambda-\beta\sigma^2$ the model's own $x$ has variance $w^2+\sigma^2=\lambda-(\beta-1)\sigma^2$, so
# for β > 1 it generates too little of it. And if σ² is *learnt* too, then $\sigma^2=d$ and $D=h(x)-R$ at every rate:
# the straight line of 5.2, on which β > 1 collapses everything.
#
# **Collapse is always a stationary point.** At $a=w=0$, $s=1$ the gradient of $\mathcal L_\beta$ vanishes for every
# β: with a decoder that does not listen, an encoder that says nothing is right, and the other way round. It is a
# *minimum* only if the curvature is nowhere negative. In $(a,w)$ the Hessian there is
#
# $$\begin{pmatrix}\beta\lambda & -\lambda/\sigma^2\\ -\lambda/\sigma^2 & 1/\sigma^2\end{pmatrix},\qquad
# \det=\frac{\lambda}{\sigma^4}\,(\beta\sigma^2-\lambda).$$

# %%
for beta in (1.0, 9.0, 11.0):

    def loss(parameters, beta=beta):
        distortion, rate = toy_terms(parameters, one)
        return (distortion + beta * rate).sum()

    hessian = torch.autograd.functional.hessian(loss, torch.zeros(3, 1, dtype=torch.float64)).reshape(3, 3)
    compare(f"β = {beta:4.1f}:  det", hessian[::2, ::2].det(), "λ(βσ² − λ)/σ⁴", (beta * 0.1 - 1) / 0.01, atol=1e-9)
    print(f"           collapse is a minimum: {bool(torch.linalg.eigvalsh(hessian)[0] > 0)}")

# %% [markdown]
# The same condition once more: here the collapsed point is a saddle, which gradient descent leaves, whenever the
# optimum is elsewhere. With deep networks there is no such promise.
#
# **Several directions.** Let $x$ have independent components of variance $\lambda_j$, a latent each. All pay the same
# price. As β rises the level $\beta\sigma^2$ rises like water, and the latents drown in the order of their variance:
# *reverse water-filling*. **Predict** how the total rate falls with $\log\beta$: in one smooth curve, or with kinks?

# %%
variances = np.array([4.0, 2.0, 1.0, 0.5, 0.25])
betas = np.geomspace(0.2, 60, 300)
rates = rate_of(variances[:, None], betas)
distortion = (np.minimum(variances[:, None], betas * 0.1) / 0.2 + log_term).sum(axis=0)
_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2))
left.stackplot(betas, rates, labels=[f"λ = {v:g}" for v in variances], colors=COLOURS)
for v, colour in zip(variances, COLOURS, strict=False):
    left.plot([v / 0.1] * 2, [0, 5.5], color=colour, linestyle=":", linewidth=1.8)
left.set(title="Latents switch off at β = λ/σ² (dotted)", xlabel="β", ylabel="rate (nats)", xscale="log")
left.legend(fontsize=11)
right.plot(rates.sum(axis=0), distortion, color="black")
for beta, colour in zip((0.5, 2, 8, 30), COLOURS, strict=False):
    at = np.abs(betas - beta).argmin()
    right.plot(rates[:, at].sum(), distortion[at], "o", color=colour, markersize=9, label=f"β = {beta:g}")
right.set(title="One convex curve", xlabel="rate R (nats)", ylabel="distortion D (nats)")
right.legend()
plt.show()
found = toy_terms(optimise(8.0, torch.from_numpy(variances)), torch.from_numpy(variances))[1]
compare("β = 8: optimiser's total R", found.sum(), "closed form", rate_of(variances, 8.0).sum(), atol=1e-6)
print(f"latents on at β = 8: {int((found > 1e-6).sum())} of 5")

# %% [markdown]
# With kinks: against $\log\beta$ the rate is piecewise linear. Each latent that is on gives up half a nat when β
# grows by a factor $e$, and at each kink one drops out.

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 8 minutes · the β that leaves $k$ latents
#
# The $\lambda_j$ are given in any order, and all are different. Given σ², return the *smallest* β at which at most $k$
# latents are on, for $1\le k<$ their number.
#
# <details><summary>Hint</summary>
#
# Which latent is the first that must be off? It goes off at $\lambda=\beta\sigma^2$.
#
# </details>


# %% tags=["exercise"]
def my_beta_for(variances, sigma_squared, k):
    """The smallest β at which at most k latents are on."""
    ...


exercises.beta_for.check(my_beta_for)

# %% [markdown]
# ## 5.5 The loss in the open
#
# In code a β-VAE is a VAE with one number more. Five steps by hand on sprites, $D$ and $R$ by their names, and the
# package's loss on the same noise:

# %%
torch.manual_seed(0)
model = BetaVAE(10, beta=4.0, network="conv", size=32, learning_rate=5e-4)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
differences, losses = [], []
for step in range(5):
    _, x = sprites.sample(64, seed=step)
    torch.manual_seed(step)
    mean, log_variance = model.encode(x)
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
    D = torch.nn.functional.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum") / len(x)
    R = it.diagonal_gaussian_kl(mean, log_variance).sum() / len(x)
    loss = D + 4.0 * R
    torch.manual_seed(step)
    differences.append(abs(model.loss(x)["loss"].item() - loss.item()))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"by hand and by the package within 0.001 nats at every step: {max(differences) < 1e-3}")
print(f"the loss fell: {losses[-1] < losses[0]}")

# %% [markdown]
# `train` is that loop with shuffling and a device. Two hundred steps take some seconds. **Predict**: how low can the
# loss get as long as $z$ says nothing?
#
# Exactly: with $R=0$ the decoder gives every image the same independent pixels, and the best it can do is to know how
# often each pixel is on. Then $D$ is the sum of the pixels' entropies. This is the left end of the curve.

# %%
pixel_mean = sum(batch.sum(dim=0) for batch in sprites.stream(4096)).double() / len(sprites)
D_at_zero = it.entropy(torch.stack([pixel_mean, 1 - pixel_mean], dim=-1)).sum().item()
print(f"least D at R = 0: {D_at_zero:.1f} nats")

torch.manual_seed(0)
model = BetaVAE(10, beta=4.0, network="conv", size=32, learning_rate=5e-4)
history = train(model, sprites, steps=200, seed=0, device=device)
_, ax = plt.subplots(figsize=(8, 3.6))
history.plot("loss", smooth=10, ax=ax)
ax.axhline(D_at_zero, color="black", linestyle="--", label="least D at R = 0")
ax.set(title="β = 4: the first 200 steps", ylim=(100, 400))
ax.legend()
plt.show()
print(f"rate below 0.1 nats after 200 steps: {history.mean('kl', 50) < 0.1}")
print(f"loss within 20 nats of the least D at R = 0: {abs(history.mean('loss', 50) - D_at_zero) < 20}")

# %% [markdown]
# First the network learns how often each pixel is on, whatever $z$. It sits near a collapsed point, as in 5.4, and
# leaves it later. The package ships five models that went on for 10,000 steps
# (`infotheory train beta-vae-dsprites-32-beta-1`, and so on), each with a card that says how.
#
# ## 5.6 A sweep over β
#
# **Predict** before you run: in which order do the five lie in the plane of $R$ and $D$? Which has the best ELBO? How
# many of the ten latents does each use? There are five factors.
#
# We measure on 2,000 images drawn with a seed. They are not new to the models, whose 640,000 training images were
# most of all there are; but each of those was seen once only, so there is little to be known by heart.

# %%
sweep = {beta: load_pretrained(f"beta-vae-dsprites-32-beta-{beta:g}") for beta in (0.25, 0.5, 1, 2, 4)}
settings = [
    {key: trained.card[key] for key in ("data", "steps", "batch_size", "seed", "precision")}
    for trained in sweep.values()
]
print(settings[0])
print(f"the five cards agree in these: {all(other == settings[0] for other in settings)}")

factors, images = sprites.sample(4_000, seed=1)
R, D, codes, samples, kl_per_latent, order = {}, {}, {}, {}, {}, {}
for beta, trained in sweep.items():
    terms = held_out_terms(trained, images[:2_000])  # trained.loss, batch by batch
    R[beta], D[beta] = terms["kl"], terms["reconstruction"]
    with torch.no_grad():
        encoded = [trained.encode(batch) for batch in images.split(500)]
    mean, log_variance = (torch.cat(parts) for parts in zip(*encoded, strict=True))
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    codes[beta], samples[beta] = (mean, log_variance), mean + (log_variance / 2).exp() * noise
    kl_per_latent[beta], order[beta] = it.diagonal_gaussian_kl(mean, log_variance).mean(0).sort(descending=True)

print("   β      R      D  D + R   on the cards, of 10,000 images, in nats")
for beta, trained in sweep.items():
    kl, reconstruction = trained.card["terms"]["kl"], trained.card["terms"]["reconstruction"]
    print(f"{beta:4} {kl:6.1f} {reconstruction:6.1f} {kl + reconstruction:6.1f}")
    assert abs(R[beta] - kl) < 1 and abs(D[beta] - reconstruction) < 1  # ours, on 2,000 others
rate, distortion = np.array(list(R.values())), np.array(list(D.values()))
print(f"rate falls as β grows: {bool((np.diff(rate) < 0).all())}")
print(f"distortion grows: {bool((np.diff(distortion) > 0).all())}")
print(f"β = 1 has the best ELBO: {(rate + distortion).argmin() == 2}")

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(13, 4.6), width_ratios=[1.1, 1])
left.plot(rate, distortion, "o-", color="black")
for beta in sweep:
    beside = (-58, -16) if beta == 1 else (9, 5)
    left.annotate(f"β = {beta:g}", (R[beta], D[beta]), beside, textcoords="offset points")
best = (rate + distortion).min()
left.plot([0, best], [best, 0], "--", color=COLOURS[0], label="D + R of the best ELBO")
left.plot([0, H_x], [H_x, 0], color=COLOURS[1], label="floor D + R = H(x)")
left.fill_between([0, H_x], [H_x, 0], color=COLOURS[1], alpha=0.12)
left.axvline(H_x, color=COLOURS[2], linestyle=":", label="R = H(x)")
left.set(title="The sweep as a rate–distortion curve", xlabel="rate R (nats)", ylabel="distortion D (nats)")
left.set(xlim=(0, 28), ylim=(0, 37))
left.legend(fontsize=11, loc="upper right")
for offset, (beta, kl) in enumerate(kl_per_latent.items()):
    right.bar(np.arange(1, 11) + 0.16 * (offset - 2), kl, 0.16, label=f"β = {beta:g}")
right.set(title="KL per latent, sorted", xlabel="rank of the latent", ylabel="KL (nats)", xticks=range(1, 11))
right.legend()
plt.show()
print("latents with more than 0.1 nats:", {beta: int((kl > 0.1).sum()) for beta, kl in kl_per_latent.items()})
print(f"H(x) − D is positive at β = 0.25 alone: {[H_x - D[beta] > 0 for beta in sweep] == [True] + 4 * [False]}")
print(f"R − H(x) above 10 nats at β = 0.25: {R[0.25] - H_x > 10}")

# %% [markdown]
# Read the left figure with 5.2 and 5.3 in hand.
#
# - **The slope** falls along the curve as β says: near β = 4 a nat of rate saves more than two nats of distortion, at
#   the other end half a nat. The first nats are worth far more: from $R=0$, $D=141$ to β = 4, six nats save 109.
# - **The price of β ≠ 1.** The dashed line is the best ELBO; both arms bend away from it, as in the solved case.
# - **The floor.** No model lies below $D+R=H(x)$, and the best is some 19 nats above it. $H(x)-D$ is negative for all
#   but the smallest β, so the left end guarantees almost nothing here: pixels that are independent given $z$ are a
#   costly way to draw an outline that is not quite where it should be.
# - **The rate is not the information.** Right of the dotted line $R>H(x)\ge I_q(x;z)$. Hence at β = 0.25
#   $\mathrm{KL}(q(z)\,\|\,p(z))\ge R-H(x)$, more than 10 nats: its codes are not distributed like the prior.
#
# The right figure: as β grows latents go off, all the way. Those are *collapsed*: their $q(z_j\mid x)$ is the prior for
# every $x$, up to what training left over. At β = 4 four are left, for five factors.
#
# **Predict, then run.** Now give the decoders $z\sim\mathcal N(0,I)$. From which of three models do you expect the best
# sprites, from which the most alike ones?

# %%
torch.manual_seed(0)
noise = torch.randn(14, 10)
with torch.no_grad():
    generated = [sweep[beta].decode(noise) for beta in (0.25, 1, 4)]
show_images(torch.cat(generated), 14, rows=["β = 0.25", "β = 1", "β = 4"], title="Samples, z ~ N(0, I)")
plt.show()

# %% [markdown]
# Small β: sharp outlines where the decoder draws anything, but shapes that no factor allows, and blank images. The
# prior lands where $q(z)$ has next to nothing, and there the decoder was never trained. β = 4: a blurred disc in nearly
# every image, as its reconstructions are (5.8). A cheap code is spread like the prior, and says less. By the bound on
# $\log p(x)$, β = 1 is the best of them.
#
# **Did the optimiser finish?** Put each model into each $\mathcal L_\beta$. If all five were minimisers, each row would
# have its smallest entry on the diagonal (5.3).

# %%
cross = distortion[None, :] + np.array(list(sweep))[:, None] * rate[None, :]  # [β of the loss, model]
excess = cross - cross.min(axis=1, keepdims=True)
_, ax = plt.subplots(figsize=(6.6, 4.4))
picture = ax.imshow(excess, cmap="Blues", vmax=20)
for row, column in np.ndindex(excess.shape):
    ink = "white" if excess[row, column] > 10 else "black"
    ax.text(column, row, f"{excess[row, column]:.1f}", ha="center", va="center", color=ink)
ax.set(title="Excess over the row's best model", xlabel="model trained at β", ylabel="loss at β")
ax.set_xticks(range(5), sweep)
ax.set_yticks(range(5), sweep)
ax.grid(False)
ax.figure.colorbar(picture, label="nats", extend="max")
plt.show()
firm = [0, 2, 3, 4]
print(f"smallest on the diagonal at β = 0.25, 1, 2, 4: {bool((cross[firm].argmin(axis=1) == firm).all())}")
print(f"at β = 0.5 the models of 0.25 and 0.5 within 0.5 nats: {abs(cross[1, 0] - cross[1, 1]) < 0.5}")

# %% [markdown]
# The row of β = 0.5 fails, by a few tenths of a nat: the model that was trained for 0.25 is the better one there. So
# the model of 0.5 is not the optimum of its own loss, and the chord from 0.25 to 0.5 is steeper than 0.5. A curve of
# *trained* models lies on or above the best one.
#
# ## 5.7 What do the latents know?
#
# $I(z_j;v_k)$ between a latent and a factor, plug-in with 20 bins, by the functions of lecture 2: the raw material of
# the scores of lecture 10. Such a score asks of each column: is *one* cell dark and the second far behind? Above, the
# latent is the encoder's mean $\mu_j(x)$; below, it is a sample of $q(z_j\mid x)$, which is what the decoder gets.
#
# **Predict**: which factor is read most clearly? Is a larger β more orderly? And why might the two rows of figures
# differ?


# %%
def information_table(latents, factors):
    return np.array(
        [
            [it.mutual_information(it.empirical_joint(z, v, bins=(20, None))).item() for v in factors.unbind(1)]
            for z in latents.unbind(1)
        ]
    )


shown = (0.25, 1, 2, 4)
of_means = {beta: information_table(codes[beta][0][:, order[beta]], factors) for beta in shown}
of_samples = {beta: information_table(samples[beta][:, order[beta]], factors) for beta in shown}
figure, panels = plt.subplots(2, 4, figsize=(13, 7.2), sharex=True, sharey=True)
for line, tables, name in zip(panels, (of_means, of_samples), ("means μ", "samples z"), strict=True):
    for ax, beta in zip(line, shown, strict=True):
        picture = ax.imshow(tables[beta], cmap="Blues", vmin=0, vmax=0.8, aspect="auto")
        ax.axhline((kl_per_latent[beta] > 0.1).sum() - 0.5, color=COLOURS[1])  # below it: collapsed
        ax.set(title=f"{name}, β = {beta:g}", yticks=range(10), yticklabels=range(1, 11))
        ax.set_xticks(range(5), ["shape", "scale", "orient.", "posX", "posY"], rotation=30, fontsize=11)
        ax.grid(False)
    line[0].set_ylabel("latent, by KL")
figure.colorbar(picture, ax=panels, label="I(latent; factor) (nats)")
plt.show()

bias = 19 * 31 / (2 * len(images))  # of a plug-in estimate with 20 × 32 cells, lecture 2
print(f"a latent that knows nothing seems to know a position by about {bias:.2f} nats")
position = {beta: table[:, 3:].max(axis=0).sum() for beta, table in of_means.items()}  # best latent for each of two
print(f"the positions' best latents know more at β = 2 than at 0.25: {position[2] > position[0.25]}", end="; ")
print(f"than at 4: {position[2] > position[4]}")
dead_mean, dead_sample = of_means[4][4:].max(), of_samples[4][4:].max()
print(f"β = 4, collapsed: means above 0.2 nats: {dead_mean > 0.2};  samples below 0.12: {dead_sample < 0.12}")
print(f"their means move by less than 0.05: {codes[4][0][:, order[4][4:]].std(0).max().item() < 0.05}")

# %% [markdown]
# Position is read first: it moves many pixels, so it is worth many nats. Scale comes next. Of shape and orientation no
# single latent says much at any β; orientation is a circle, which no single Gaussian latent can follow.
#
# β = 2 is more orderly than β = 0.25: a position is in one or two latents more than in all the others. But β = 4 is
# *not* more orderly than β = 2. Order does not simply grow with the price. (One run each: another seed gives other
# tables.)
#
# And the collapsed latents, below the line: their means still move a little with position, by hundredths, while their
# noise has $\sigma\approx1$. Equal-width bins stretch to any range, so the mean seems to know a lot. In a sample,
# which is all that the decoder ever gets in training, the noise drowns it, and the bias is what remains. A score that
# reads means must look at the KL first.
#
# ## 5.8 Look at them
#
# Reconstructions through the mean, $x\to\mu(x)\to\hat x$. **Predict**: which factor goes first as β grows?

# %%
originals = images[:12]
with torch.no_grad():
    lines = [originals] + [sweep[beta].decode(sweep[beta].encode(originals)[0]) for beta in (0.25, 1, 4)]
names = ["x", "β = 0.25", "β = 1", "β = 4"]
show_images(torch.cat(lines), 12, rows=names, title="Sprites and their reconstructions")
plt.show()
wrong = [((line > 0.5) != (originals > 0.5)).sum().item() for line in lines[1:]]
print(f"more wrong pixels with more β: {wrong == sorted(wrong)}")

# %% [markdown]
# At β = 1 corners and notches are gone; at β = 4 place and size are right and everything else has become a disc. The
# model did not choose "position" over "shape": it spent its nats where they save most.
#
# **Traversals**: one image's code, one latent at a time moved from −2 to 2, the others held. A row for each latent, by
# KL, which stands beside it in nats.


# %% tags=["picture"]
def traversal(trained, image, latents, values=9):
    with torch.no_grad():
        code = trained.encode(image[None])[0].repeat(len(latents), values, 1)
        for row, latent in enumerate(latents):
            code[row, :, latent] = torch.linspace(-2, 2, values)
        return trained.decode(code.flatten(0, 1))


start = sprites.images([[2, 4, 5, 14, 18]])[0]
_, panels = plt.subplots(1, 2, figsize=(13, 4.4))
for ax, beta in zip(panels, (0.25, 4), strict=True):
    latents = order[beta][:6].tolist()
    names = [f"z{j}: {nats:.1f}" for j, nats in zip(latents, kl_per_latent[beta], strict=False)]
    pictures = traversal(sweep[beta], start, latents)
    show_images(pictures, 9, ax=ax, title=f"β = {beta:g}", rows=names, xlabel="value of the latent, −2 to 2")
    ax.set_ylabel("latent: its KL in nats")
plt.show()

# %% [markdown]
# Left, many latents that each turn, shift and resize the shape at once. Right, fewer and broader ones: mostly they
# move a blob about, and the last two rows, collapsed, do nothing at all.

# %% [markdown]
# **Predict, then move.** As β grows, which latents are given up first, and what did they draw? The dashed line has the slope
# −β: why does it nearly touch the curve?

# %%
from models.explore import BetaExplorer

BetaExplorer(beta=1)

# %% [markdown]
# **β has no meaning without the size of the image.** $D$ is a sum over pixels, $R$ is not: on a grid twice as fine an
# error of the same shape covers four times as many pixels. So one expects β at 32×32 to ask for about what $4\beta$
# asks for at 64×64. (Somewhat less than four: an outline that is off by one pixel costs by its length, not by an
# area.) The package's pair at 64×64 had β = 1 and β = 4, and 30,000 steps. **Predict** the two rates from the table
# of 5.6.

# %%
large = Sprites(64)
_, large_images = large.sample(1_000, seed=2)
start = large.images([[2, 4, 5, 14, 18]])[0]
_, panels = plt.subplots(1, 2, figsize=(13, 4.8))
for ax, beta, name in zip(panels, (1, 4), ("vae-dsprites", "beta-vae-dsprites-plain"), strict=True):
    trained = load_pretrained(name)
    terms = held_out_terms(trained, large_images)
    with torch.no_grad():
        kl = torch.cat([it.diagonal_gaussian_kl(*trained.encode(batch)) for batch in large_images.split(500)]).mean(0)
    latents = kl.argsort(descending=True)[:7].tolist()
    names = [f"z{j}: {kl[j]:.1f}" for j in latents]
    pictures = traversal(trained, start, latents)
    show_images(pictures, 9, ax=ax, title=f"64×64, β = {beta}", rows=names, xlabel="value of the latent, −2 to 2")
    ax.set_ylabel("latent: its KL in nats")
    small, more = beta / 4, terms["reconstruction"] / D[beta / 4]
    print(
        f"β = {beta} at 64×64 against β = {small:g} at 32×32: rates within 2 nats: {abs(terms['kl'] - R[small]) < 2};",
        end=" ",
    )
    print(f"2 to 4 times the distortion: {2 < more < 4};  latents with more than 0.1 nats: {(kl > 0.1).sum().item()}")
plt.show()

# %% [markdown]
# Compare rates, then, not betas. A "β = 4" of one paper and a "β = 4" of another are the same setting only if image
# size, likelihood and the sums in the loss are the same. And where a row of the figure fades to black, as one does on
# the right, the path leads through a place where the decoder met no codes in training: $q(z)$ has a hole there, the
# prior has none.

# %% [markdown]
# **Predict, then move.** The same loss and network as on the right, β = 4 at 64×64, but trained so that its latents woke
# one by one (lecture 9 says how). Move each of the first four: which change one factor only? Then choose
# `beta-vae-dsprites-plain`, the model on the right: do its latents?

# %%
from models.explore import TraversalExplorer

TraversalExplorer("beta-vae-dsprites", image=2)

# %% [markdown]
# ## 5.9 Capacity: a rate instead of a price
#
# Burgess et al. (2018) choose the rate and let the price follow: they minimise $D+\gamma\,|R-C|$ with a large γ, and
# raise the *capacity* $C$ slowly from 0. Where does the minimum lie? Let $-D'(R)$ be the price along the optimal
# curve.
#
# - Left of $C$ the loss is $D-\gamma R$ + const: both parts want more rate, so $R$ goes up to $C$ at least.
# - Right of $C$ it is $D+\gamma R$ + const: a β-VAE with β = γ, which stops where the price has fallen to γ.
#
# So $R=\max\big(C,\ R_\gamma\big)$, with $R_\gamma$ the rate of the β-VAE at β = γ. **γ must exceed the price at
# $C$**, or the capacity has no effect. On the five latents of 5.4, each with its own
# $D_j=\lambda_je^{-2R_j}/2\sigma^2$ + const, numerically: minimise $D+\gamma t$ subject to $t\ge\pm(R-C)$, which is
# smooth.
#
# **Predict**: with γ = 100 and $C$ rising from 0, in which order do the latents come on? At which $C$ does the second?


# %%
def capacity_optimum(capacity, gamma, variances, start, sigma_squared=0.1):
    def loss(v):  # the rates, and t at the end
        return np.sum(variances * np.exp(-2 * v[:-1])) / (2 * sigma_squared) + gamma * v[-1]

    def gradient(v):
        return np.append(-variances * np.exp(-2 * v[:-1]) / sigma_squared, gamma)

    above = [{"type": "ineq", "fun": lambda v, sign=sign: v[-1] - sign * (v[:-1].sum() - capacity)} for sign in (1, -1)]
    options = {"ftol": 1e-12, "maxiter": 500}
    bounds = [(0, None)] * len(start)
    return minimize(loss, start, jac=gradient, bounds=bounds, constraints=above, method="SLSQP", options=options).x


capacities = np.linspace(0, 6, 61)
paths = {}
for gamma in (100, 5):
    at, path = np.append(np.full(5, 0.5), 3.0), []
    for capacity in capacities:
        at = capacity_optimum(capacity, gamma, variances, at)
        path.append(at[:-1])
    paths[gamma] = np.array(path)

_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), width_ratios=[1.2, 1])
left.stackplot(capacities, paths[100].T, labels=[f"λ = {v:g}" for v in variances], colors=COLOURS)
left.set(title="γ = 100: latents come on one by one", xlabel="capacity C (nats)", ylabel="rate (nats)")
left.legend(fontsize=11, loc="upper left")
for (gamma, path), style in zip(paths.items(), ("-", "--"), strict=True):
    right.plot(capacities, path.sum(axis=1), style, label=f"γ = {gamma}", linewidth=3)
right.axhline(rate_of(variances, 5.0).sum(), color="black", linestyle=":", label="β-VAE at β = 5")
right.set(
    title="Below $R_\\gamma$ the capacity has no effect", xlabel="capacity C (nats)", ylabel="total rate R (nats)"
)
right.legend()
plt.show()
for gamma, path in paths.items():
    expected = np.maximum(capacities, rate_of(variances, gamma).sum())
    print(f"γ = {gamma:3}: R = max(C, R_γ) at all 61 capacities: {bool(abs(path.sum(axis=1) - expected).max() < 1e-3)}")
second = np.log(4 / 2) / 2
print(f"the second latent is off at every C below ½ log(λ₁/λ₂) = {second:.3f}, and on above:", end=" ")
print(bool((paths[100][capacities < second, 1] < 1e-3).all() and (paths[100][capacities > second, 1] > 1e-3).all()))

# %% [markdown]
# 5.4 run backwards: the most valuable direction first. A single one takes everything until its price has fallen to
# that of the second, at $\lambda_1e^{-2C}=\lambda_2$; then they share. The hope of the method is that factors of
# variation differ in value and so get latents one after another. `BetaVAE(capacity=25, gamma=1000)` trains with this
# loss.

# %% [markdown]
# ### Exercise 2 ★★★ · compute · useful · 20 minutes · the β of a capacity
#
# For capacity $C>0$, variances $\lambda_j$ and σ², return the β whose β-VAE has total rate $R=C$. Some latents may be
# off.
#
# <details><summary>Hint 1</summary>
#
# With the $k$ largest latents on, $C=\sum_{j\le k}\tfrac12\log\frac{\lambda_j}{\beta\sigma^2}$. Solve for the level
# $\beta\sigma^2$.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Try $k=1,2,\dots$ and stop at the first whose level is at least $\lambda_{k+1}$. All further latents are then off, as
# assumed. Why is latent $k$ then on?
#
# </details>


# %% tags=["exercise"]
def my_beta_of_capacity(capacity, variances, sigma_squared):
    """The β whose total rate is the capacity, in nats."""
    ...


exercises.beta_of_capacity.check(my_beta_of_capacity)

# %% [markdown]
# ## 5.10 What it does not prove
#
# The report says that β > 1 is *proved* to disentangle. The paper shows it in experiments, on some data and with some
# seeds. Look at what the loss can see. Turn all codes by an orthogonal matrix $Q$, mean and covariance, and let the
# decoder turn them back first: $z'=Qz$, $\;p'(x\mid z')=p(x\mid Q^\top z')$. Then
#
# - $D$ is the same: the decoder is given the same $z$;
# - $R$ is the same: $\mathrm{KL}\big(\mathcal N(Q\mu,Q\Sigma Q^\top)\,\|\,\mathcal N(0,I)\big)$ does not depend on $Q$;
# - $I_q(x;z')$ is the same: $Q$ can be undone;
# - the prior $\mathcal N(0,I)$, and with it the model's $p(x)$, is the same.
#
# **Predict, then run.** What happens to the table of 5.7?

# %%
mean, log_variance = codes[2]
Q = torch.linalg.qr(torch.randn(10, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))[0]
covariance = torch.diag_embed(log_variance[:500].double().exp())
zero, identity = torch.zeros(10, dtype=torch.float64), torch.eye(10, dtype=torch.float64)
turned = it.gaussian_kl(mean[:500].double() @ Q.T, Q @ covariance @ Q.T, zero, identity)
straight = it.diagonal_gaussian_kl(mean[:500], log_variance[:500]).sum(1)
print(f"KL of 500 images, one by one, the same after the turn: {(turned - straight).abs().max().item() < 1e-3}")

before = information_table(samples[2], factors)
after = information_table(samples[2] @ Q.T.float(), factors)
for name, k in (("posX", 3), ("posY", 4)):
    lost = before[:, k].max() - after[:, k].max()
    print(f"the best latent for {name} lost more than 0.1 nats: {lost > 0.1}")

# %% [markdown]
# Nothing that the loss computes has changed, at any β, and the order is gone. No term of $\mathcal L_\beta$ mentions
# factors. One thing only stands against the turn: the encoder's covariance must be *diagonal*, and $Q\Sigma Q^\top$
# is not. (The linear layers next to $z$ could take up $Q$ exactly.) That is lecture 4's accident: the linear VAE
# turned its latents to the principal axes for this reason, and a larger β makes it matter more. The axes it finds are
# those of *pixel variance*. Where the factors of variation are such axes, as positions nearly are, they can be found;
# where they are not, as shape and orientation, they are not.
#
# The general statement is stronger: for every prior density with two or more independent latents there are infinitely
# many bijections of the latent space that leave $p(z)$ as it is and mix all latents, so that no look at $p(x)$ alone
# can tell which latents are the factors (Locatello et al., 2019; lecture 10). Something beyond the data must: the
# family of $q$, the networks, a few labels.
#
# ## What to remember
#
# - $D+\beta R$: a distortion and a rate, in nats per example. $H(x)-D\le I_q(x;z)\le R$, so $D+R\ge H(x)$; a rate is
#   not an information.
# - β is minus the slope of the rate–distortion curve; only its convex hull can be reached, and with a free decoder it
#   is straight.
# - In the linear case a latent is on iff what it explains is worth its price, $\lambda>\beta\sigma^2$. Collapse is
#   always a stationary point; there it is a minimum just when it is the optimum.
# - More β: fewer latents, less rate, coarser images. More order only up to a point, and by no theorem.
# - β depends on image size, likelihood and σ²: compare rates, not betas. Capacity chooses the rate instead.
#
# **Next**: objectives without a likelihood, in lectures 6 to 8; which part of the KL one should have weighed, in
# lecture 9.
