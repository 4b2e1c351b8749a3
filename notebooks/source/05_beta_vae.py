# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 · β-VAE
#
# **Both networks have ten latents. Why do two of the rows on the right change nothing?** Each row moves one latent of a
# trained network from −2 to 2, and the number beside it is its KL in nats. The trainings differ only in the weight β of
# the KL in the loss. Which latents collapse when β grows, and what do the active ones encode?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import numpy as np
import torch
from scipy.optimize import minimize_scalar
from torch.nn import functional as F

import infotheory as it
from infotheory import Step
from infotheory.teaching import compare, evaluate_lines, measured
from models import BetaVAE, Sprites, choose_device, load_pretrained, train
from models.evaluation import held_out_terms
from models.explore import BetaExplorer, TraversalExplorer
from models.teaching.exercises import lecture_05 as exercises
from models.teaching.figures import lecture_05 as figures

sweep = figures.opening()

# %% [markdown]
# After this lecture you can
#
# - read a VAE's loss as distortion and rate, and β as the slope of their curve;
# - derive at which β a latent of a linear VAE collapses;
# - read a sweep over β: its curve, the KL of each latent, images and traversals;
# - measure the slope of a trained VAE, and detect an unfinished training;
# - compute the cost of a rotation of the latents, and state what it does not prove.
#
# | | |
# |---|---|
# | Needs | [lecture 2](02_mutual_information_and_kl.ipynb): mutual information; [lecture 4](04_vae.ipynb): the VAE |
# | Time | 45 minutes to read, 75 for the exercises; a minute to run on two CPU cores |
# | Report | section 4.2: it says that experiments "prove" that β > 1 achieves disentanglement |
# | Sources | Higgins et al. 2017, Alemi et al. 2018, Rolínek et al. 2019; full list at the end |
#
# `device` is the GPU if there is one; to use the CPU, set the environment variable
# `INFOTHEORY_DEVICE=cpu` before you start Jupyter. Only the training of 5.3 runs on it.

# %%
device = choose_device()

# %% [markdown]
# ## 5.1 Images whose factors are known (3 minutes)
#
# <!-- claim: $H(x)=13.306$ nats is below $\sum_kH(v_k)=13.511$, because some combinations give the same image. -->
#
# dSprites (Matthey et al., 2017) contains white shapes on black. Every combination of 3 shapes, 6 scales, 40
# orientations and 32 × 32 positions occurs once. `Sprites` renders the images, here at 32×32 pixels.

# %%
sprites = Sprites(32)
settings = torch.tensor([2, 5, 0, 16, 16]).repeat(5, 10, 1)  # [factor that moves, value, factor]
for k, size in enumerate(sprites.factor_sizes):
    settings[k, :, k] = torch.linspace(0, size - 1, 10).round().long()
figures.factors(sprites.images(settings.flatten(0, 1)))
H_v = sum(it.entropy(np.full(size, 1 / size)) for size in sprites.factor_sizes)
compare("Σ H(v_k)", H_v, "log 737,280", np.log(len(sprites)), atol=1e-9)
H_x = 13.306  # nats: further/05 counts how often each image occurs
print(f"H(x) = {H_x:.3f} nats")

# %% [markdown]
# The factors are independent and uniform, so their entropies add up to 13.511 nats. Some combinations give the same
# image. [further/05](further/05_rate_and_distortion.ipynb) counts 643,859 different images with $H(x)=13.306$ nats.
#
# ## 5.2 Rate, distortion and β (9 minutes)
#
# <!-- claim: In the linear case, a latent is active iff the variance λ of its component exceeds $\beta\sigma^2$. -->
#
# A β-VAE (Higgins et al., 2017) minimises
#
# $$\mathcal L_\beta=
# \underbrace{-\mathbb E_{p(x)}\mathbb E_{q(z\mid x)}\log p_\theta(x\mid z)}_{\text{distortion }D}
# +\beta\,\underbrace{\mathbb E_{p(x)}\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)}_{\text{rate }R}.\qquad(1)$$
#
# At β = 1 the loss is −ELBO. Higgins et al. ask for the smallest distortion with a rate of at most $\varepsilon$. The
# Lagrangian is (1) up to a constant:
#
# $$D+\beta\,(R-\varepsilon),\qquad\beta\ge0.\qquad(2)$$
#
# **Rate is not information.** Let $I_q(x;z)$ be the mutual information of $x$ and its code under $p(x)\,q(z\mid x)$. For
# every encoder, decoder and prior (Alemi et al., 2018; proofs in further/05),
#
# $$H(x)-D\le I_q(x;z)\le R.\qquad(3)$$
#
# It follows that $D+R\ge H(x)$.
#
# **β is a slope.** Let $(R_1,D_1)$ and $(R_2,D_2)$ minimise the loss at $\beta_1<\beta_2$ over the same models. Each is
# at least as good as the other at its own β:
#
# $$
# \begin{aligned}
# D_1+\beta_1R_1&\le D_2+\beta_1R_2\quad\text{and}\quad D_2+\beta_2R_2\le D_1+\beta_2R_1\\
# \Longrightarrow\quad\beta_1(R_1-R_2)&\le D_2-D_1\le\beta_2(R_1-R_2).\qquad(4)
# \end{aligned}
# $$
#
# So $R_1\ge R_2$: a larger β never raises the rate of the minimum. Where the curve of the minima is smooth,
# $\beta=-dD/dR$, the distortion that one more nat of rate saves.
#
# **A solved case.** Let $x$ be Gaussian with variance λ, both networks linear, and the decoder's variance $\sigma^2$
# fixed. At rate $R$ the smallest mean squared error is $\lambda e^{-2R}$ (further/05). Then
#
# $$
# \begin{aligned}
# \mathcal L_\beta(R)&=\frac{\lambda e^{-2R}}{2\sigma^2}+\beta R+\text{const} &&(5)\ \text{smallest error at rate }R\\
# \frac{d\mathcal L_\beta}{dR}&=-\frac{\lambda e^{-2R}}{\sigma^2}+\beta &&(6)\ \text{differentiate}\\
# R&=\max\Big(\tfrac12\log\frac\lambda{\beta\sigma^2},\,0\Big) &&(7)\ \text{the zero of (6), if it is positive}
# \end{aligned}
# $$
#
# If $\lambda\le\beta\sigma^2$, the loss rises for all $R>0$, and the minimum is at $R=0$. **A latent is active exactly if
# $\lambda>\beta\sigma^2$.** For independent components with one latent each, (7) holds for every component.

# %%
variances, sigma2 = np.array([4.0, 2.0, 1.0, 0.5, 0.25]), 0.1


def rate_of(variances, beta):
    return np.maximum(np.log(variances / (beta * sigma2)) / 2, 0)


def loss(R, variance, beta):
    return variance * np.exp(-2 * R) / (2 * sigma2) + beta * R


for variance in variances[:3]:
    found = minimize_scalar(loss, (0, 1), args=(variance, 8)).x
    compare(f"λ = {variance:g}, β = 8: R by search", found, "(7)", rate_of(variance, 8), atol=1e-6)

# %% [markdown]
# **Predict, then run.** Five components have the variances 4, 2, 1, 0.5 and 0.25. How does their total rate fall with
# $\log\beta$: as a smooth curve, or with kinks?

# %%
betas, R = np.geomspace(0.2, 60, 300), np.linspace(0, 2.6, 100)
distortion_at = {beta: (rate_of(1, beta), min(1, beta * sigma2) / (2 * sigma2)) for beta in (4, 1, 0.25)}
curve = R, np.exp(-2 * R) / (2 * sigma2)
figures.solved(betas, rate_of(variances[:, None], betas), distortion_at, variances, curve)
for beta in (1, 4, 8, 30):
    rates = rate_of(variances, beta)
    print(f"β = {beta:2}: {np.sum(rates > 0)} active latents, R = {rates.sum():.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The total rate is piecewise linear in $\log\beta$. The rate of every active latent falls by half a nat when β grows by
# a factor $e$. At each kink one latent collapses, in the order of increasing variance.
# </details>
#
# Only the product $\beta\sigma^2$ matters, so a β has no meaning without the decoder's variance (lecture 4).

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 10 minutes · the β that leaves $k$ latents
#
# The $\lambda_j$ are given in any order, and all are different. Given $\sigma^2$, return the *smallest* β at which at
# most $k$ latents are active, for $1\le k<$ their number.
#
# <details><summary>Hint</summary>
#
# Which latent is the first that must collapse? It does so at $\lambda=\beta\sigma^2$.
# </details>


# %% tags=["exercise"]
def my_beta_for(variances, sigma_squared, k):
    """The smallest β at which at most k latents are active."""
    ...


exercises.beta_for.check(my_beta_for)

# %% [markdown]
# ## 5.3 The loss in the open (4 minutes)
#
# <!-- claim: A β-VAE first learns the pixel means; at $R=0$ the smallest possible $D$ is about 141.6 nats. -->
#
# A β-VAE is a VAE with one more number.

# %%
torch.manual_seed(0)
model = BetaVAE(10, beta=4.0, network="conv", size=32, learning_rate=5e-4)
_, x = sprites.sample(64, seed=0)
torch.manual_seed(1)
mean, log_variance = model.encode(x)
z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
D = F.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum") / len(x)
R = it.diagonal_gaussian_kl(mean, log_variance).sum() / len(x)
torch.manual_seed(1)
difference = (D + 4.0 * R - model.loss(x)["loss"]).abs().item()
measured("D + 4 R less the package's loss", difference, "nats", between=(0, 0.001), digits=4)

# %% [markdown]
# **Predict, then run.** How small can the loss become at $R=0$? The decoder then returns the same probabilities for
# every image. The best probability of a pixel is its mean, and $D$ is the sum of the entropies of the pixels.

# %%
pixel_mean = sprites.sample(20_000, seed=3)[1].mean(0).double()
D_at_zero = it.entropy(torch.stack([pixel_mean, 1 - pixel_mean], dim=-1)).sum().item()
history = train(model, sprites, steps=200, seed=0, device=device)
figures.first_steps(history, D_at_zero)
measured("least D at R = 0", D_at_zero, "nats", between=(140.5, 142.5), digits=1)
measured("loss, mean of the last 50 steps", history.mean("loss", 50), "nats", between=(140, 155), digits=1)
measured("R, mean of the last 50 steps", history.mean("kl", 50), "nats", between=(0, 0.1), digits=3)

# %% [markdown]
# The network first learns the mean of each pixel, near a collapsed point (further/05).
# For the full training, raise `steps` to 10,000, or run `infotheory train beta-vae-dsprites-32-beta-4`.
#
# ## 5.4 A sweep over β (9 minutes)
#
# <!-- claim: A larger β has a smaller rate and fewer active latents, four at $\beta=4$ instead of nine at 0.25. -->
#
# The package contains five models that were trained for 10,000 steps each. Only β differs.
#
# **Predict, then run.** Which model has the best ELBO? How many of the ten latents of each are active?

# %%
v, images = sprites.sample(4_000, seed=1)  # factors [4000, 5]; most images were seen once in training
R, D, codes, kl_of_latent, order = {}, {}, {}, {}, {}
for beta, model in sweep.items():
    terms = held_out_terms(model, images[:2_000])
    R[beta], D[beta] = terms["kl"], terms["reconstruction"]
    with torch.no_grad():
        encoded = [model.encode(batch) for batch in images.split(500)]
    codes[beta] = [torch.cat(parts) for parts in zip(*encoded, strict=True)]  # mean and log-variance
    kl_of_latent[beta], order[beta] = it.diagonal_gaussian_kl(*codes[beta]).mean(0).sort(descending=True)

figures.sweep(R, D, kl_of_latent, H_x)
active = {beta: int((kl > 0.1).sum()) for beta, kl in kl_of_latent.items()}
for beta in sweep:
    print(f"β = {beta:g}: {active[beta]} latents with a KL above 0.1 nats")
    kl, reconstruction = (sweep[beta].card["terms"][term] for term in ("kl", "reconstruction"))
    measured("  R", R[beta], "nats", between=(kl - 0.3, kl + 0.3), digits=1)
    measured("  D", D[beta], "nats", between=(reconstruction - 1, reconstruction + 1), digits=1)
    measured("  D + R = −ELBO", R[beta] + D[beta], "nats", between=(32, 40), digits=1)

# %% [markdown]
# - A larger β has a smaller rate and a larger distortion, and β = 1 has the best ELBO.
# - Nine latents are active at β = 0.25 and four at β = 4, for five factors.
# - At β = 0.25 the rate exceeds $H(x)$, and so the information, by 10 nats: $q(z)$ differs from the prior.
# - The best $D+R$ exceeds $H(x)$ by 19 nats, partly because the decoder's pixels are independent given $z$.
#
# **The slope, measured.** If all variances of $q(z\mid x)$ grow by the same factor, $R$ falls and $D$ rises. At a minimum
# of $D+\beta R$ no small change lowers the loss, so the ratio of the two changes equals β.


# %%
@torch.no_grad()
def rate_and_distortion(model, x, scale=1.0):
    mean, log_variance = model.encode(x)
    log_variance = log_variance + np.log(scale)
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    D = -model.log_likelihood(x, mean + (log_variance / 2).exp() * noise).mean()
    return it.diagonal_gaussian_kl(mean, log_variance).sum(1).mean(), D


for beta, model in sweep.items():
    (R_more, D_less), (R_less, D_more) = (rate_and_distortion(model, images[:1_000], s) for s in (0.9, 1.1))
    slope = (D_more - D_less) / (R_more - R_less)
    measured(f"β = {beta:g}: −dD/dR", slope, between=(0.85 * beta, 1.15 * beta))

# %% [markdown]
# In all five models, the slope equals β within 15 percent.
#
# **Did the trainings finish?** We evaluate each model at each β. If all five were minima, the smallest entry of every
# row would be on the diagonal.

# %%
rate, distortion = np.array(list(R.values())), np.array(list(D.values()))
losses = distortion + np.array(list(sweep))[:, None] * rate  # [β of the loss, model]
figures.excess(losses - losses.min(axis=1, keepdims=True))
difference = losses[1, 1] - losses[1, 0]
measured("at β = 0.5, its model less that of 0.25", difference, "nats", between=(0, 0.5))
chord = (distortion[1] - distortion[0]) / (rate[0] - rate[1])
measured("slope of the chord from β = 0.25 to 0.5", chord, between=(0.5, 0.6))

# %% [markdown]
# The row of β = 0.5 fails: the model that was trained at 0.25 is better by less than half a nat. The chord between the two is
# steeper than 0.5, which (4) excludes for minima. The curve of *trained* models is an upper bound on the best curve.

# %% [markdown]
# ### Exercise 2 ★★☆ · do · essential · 20 minutes · a better model at β = 0.5
#
# Return a model whose loss at β = 0.5 is at least 0.8 nats smaller than that of the published models for β = 0.25 and
# for β = 0.5. Its slope $-dD/dR$ must lie between 0.35 and 0.75. Use `load_pretrained`, `Sprites(32)` and `train`; half
# a minute of training is enough. The check draws new sprites and new noise, and computes $D+0.5R$ and the slope itself.
#
# <details><summary>Hint</summary>
#
# A loaded model can be trained further: set its `beta`, its `learning_rate` and its `half_life`, and call `train`. The
# published models had a constant learning rate.
# </details>


# %% tags=["exercise"]
def my_better_at_half():
    """Return a BetaVAE of 32×32 sprites."""
    ...


exercises.better_at_half.check(my_better_at_half)

# %% [markdown]
# ### Exercise 3 ★★☆ · do · useful · 25 minutes · a rate of five nats
#
# Train a β-VAE on 4,000 binary digits so that its rate on test digits is between 4.5 and 5.5 nats. Its distortion must be
# at most 148 nats. `BetaVAE(10, hidden=200, beta=…)` and 1,000 steps are enough, but you must find β. Return the model.
# The check measures $R$, $D$ and the slope on test digits.
#
# <details><summary>Hint</summary>
#
# Train for 200 steps, measure the rate with `model.loss(digits)["kl"]`, change `model.beta`, and train the same model on.
# Repeat this until the rate stays near 5.
# </details>


# %% tags=["exercise"]
def my_rate_of_five(digits):
    """Train on binary digits [4000, 1, 28, 28]; return a BetaVAE."""
    ...


exercises.rate_of_five.check(my_rate_of_five)

# %% [markdown]
# ## 5.5 What do the latents encode? (5 minutes)
#
# <!-- claim: Single latents encode the positions best; none carries more than 0.15 nats about shape or orientation. -->
#
# For each latent $z_j$ and factor $v_k$ we estimate $I(z_j;v_k)$ with 20 bins. The upper row uses the encoder's mean
# $\mu_j(x)$, the lower row a sample of $q(z_j\mid x)$.
#
# **Predict, then run.** Which factor is encoded most clearly? Why might the rows differ?


# %%
def information_table(latents, factors):
    bins = (20, None)  # of a latent; a factor is discrete
    joints = [[it.empirical_joint(z, f, bins=bins) for f in factors.unbind(1)] for z in latents.unbind(1)]
    return np.array([[it.mutual_information(p).item() for p in row] for row in joints])  # [latents, factors]


of_means, of_samples = {}, {}
for beta in (0.25, 1, 2, 4):
    mean, log_variance = (part[:, order[beta]] for part in codes[beta])  # sorted by KL
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    of_means[beta] = information_table(mean, v)
    of_samples[beta] = information_table(mean + (log_variance / 2).exp() * noise, v)
figures.information(of_means, of_samples, active)
best = {beta: table[: active[beta]].max(axis=0) for beta, table in of_means.items()}  # active latents
largest = np.max(list(best.values()), axis=0)
for k, between in enumerate([(0, 0.1), (0.15, 0.25), (0.09, 0.15)]):
    measured(f"largest I with {sprites.factor_names[k]}, at any β", largest[k], "nats", between=between)
for beta, of in best.items():
    between = (1.4, 1.6) if beta == 2 else (0.9, 1.25)
    measured(f"β = {beta:g}: largest I with posX plus with posY", of[3] + of[4], "nats", between=between)

# %%
collapsed_means, collapsed_samples = of_means[4][active[4] :].max(), of_samples[4][active[4] :].max()
measured("β = 4, collapsed latents: largest I of a mean", collapsed_means, "nats", between=(0.2, 0.6))
measured("largest I of a sample", collapsed_samples, "nats", between=(0.05, 0.12))
spread = codes[4][0][:, order[4][active[4] :]].std(0).max()
measured("largest standard deviation of these means", spread, between=(0, 0.05), digits=3)
print(f"bias of an estimate with 20 × 32 cells: {19 * 31 / (2 * len(images)):.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# A shift changes many pixels, so encoding the positions saves the most distortion, and the scale comes next. No latent
# carries more than 0.15 nats about shape or orientation. Orientation is periodic, and one Gaussian latent cannot
# represent a circle.
#
# The means of collapsed latents vary by a few hundredths, but the noise has standard deviation 1. Twenty bins cover any
# range, however small, so the mean seems informative. In a sample the noise hides the mean, and the bias of the
# estimate remains. Exclude collapsed latents before you compute a score from means
# ([lecture 10](10_measuring_disentanglement.ipynb)).
# </details>
#
# The positions are encoded best at β = 2, but one training of each β cannot establish a law.
#
# ## 5.6 Reconstructions, samples, and the size of the image (6 minutes)
#
# <!-- claim: A larger β blurs the images, and its effect depends on the image size, because $D$ sums over pixels. -->
#
# **Predict, then run.** We decode the mean code of each sprite, and then $z\sim\mathcal N(0,I)$. What is lost first when β
# grows? Which model generates the best sprites?

# %%
torch.manual_seed(0)
noise, rows, generated = torch.randn(12, 10), {"x": images[:12]}, {}
with torch.no_grad():
    for beta in (0.25, 1, 4):
        decoded = sweep[beta].decode(codes[beta][0][:2_000])
        wrong = ((decoded > 0.5) != (images[:2_000] > 0.5)).float().sum() / 2_000
        measured(f"β = {beta:g}: wrong pixels of a sprite", wrong, between=(3.5, 12), digits=1)
        rows[f"β = {beta:g}"], generated[f"β = {beta:g}"] = decoded[:12], sweep[beta].decode(noise)
figures.images(rows, "Sprites and their reconstructions")
figures.images(generated, "Generated images, z ~ N(0, I)")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# At β = 1 the corners are lost. At β = 4 position and size are right, and every sprite is a disc.
#
# The images of β = 0.25 have sharp outlines, but many shapes are not in the data, and several are almost empty.
# The prior has mass where $q(z)$ has almost none, and the decoder was not trained there. At β = 4 most images are
# blurred discs, but few are empty. So no model is best.
# </details>
#
# **Predict, then move.** The dashed line has the slope −β. Why does it nearly touch the curve?

# %%
BetaExplorer(beta=1)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# On the line, $D+\beta R$ is constant. The model of this β nearly minimises it, so no point lies far below the line.
# </details>
#
# **β depends on the size of the image.** $D$ is a sum over pixels and $R$ is not. An image of 64×64 has four times as many
# pixels, so β = 4 should correspond to β = 1 at 32×32. Both have the same $\beta_{\mathrm{norm}}=\beta M/N=0.0098$ for $M$
# latents and $N$ pixels (Higgins et al., 2017).

# %%
_, large = Sprites(64).sample(500, seed=2)
names = {"64×64, β = 1": "vae-dsprites", "64×64, β = 4": "beta-vae-dsprites-plain"}
pair = {name: load_pretrained(file) for name, file in names.items()}
figures.traversals(pair, rows=7)
for (name, model), beta in zip(pair.items(), (0.25, 1), strict=True):
    terms = held_out_terms(model, large)
    print(f"{name}, beside 32×32, β = {beta:g}")
    measured("  difference of the rates", terms["kl"] - R[beta], "nats", between=(0.3, 2), digits=1)
    measured("  ratio of the distortions", terms["reconstruction"] / D[beta], between=(2, 4))

# %% [markdown]
# The rates agree within 2 nats. The distortion grows less than fourfold, since an outline grows only twofold.
#
# **Predict, then move.** The KL of the next model was annealed ([lecture 9](09_regularisers.ipynb)). Does each of its active
# latents change one factor alone?

# %%
TraversalExplorer("beta-vae-dsprites", image=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Two latents change one position each, and the third changes the scale. None encodes shape or orientation.
# </details>
#
# ## 5.7 What the loss cannot distinguish (9 minutes)
#
# <!-- claim: A rotation mixes the latents but changes neither $D$ nor $R$, unless the encoder must be diagonal. -->
#
# The report says that experiments "prove" that β > 1 achieves disentanglement. Experiments show it for some data and
# seeds. Rotate all codes by an orthogonal matrix $Q$ to $z'=Qz,$ with mean $Q\mu$ and covariance $Q\Sigma Q^\top.$ The
# decoder rotates them back: $p'(x\mid z')=p(x\mid Q^\top z').$ Then
#
# - $D$ is the same, because the decoder receives the same $z;$
# - $R$ is the same, because $\mathrm{KL}\big(\mathcal N(Q\mu,Q\Sigma Q^\top)\,\|\,\mathcal N(0,I)\big)$ does not depend on $Q;$
# - $I_q(x;z'),$ the prior and the model's $p(x)$ are the same.
#
# **Predict, then run.** What happens to the information of single latents about the positions?

# %%
mean, log_variance = codes[2]
Q = torch.linalg.qr(torch.randn(10, 10, generator=torch.Generator().manual_seed(0)))[0].double()
covariance = Q @ torch.diag_embed(log_variance.double().exp()) @ Q.T
zero, identity = torch.zeros(10).double(), torch.eye(10).double()
turned = it.gaussian_kl(mean.double() @ Q.T, covariance, zero, identity)
change = (turned - it.diagonal_gaussian_kl(mean, log_variance).sum(1)).abs().max()
measured("largest change of the KL of an image", change, "nats", between=(0, 1e-3), digits=5)
noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
rotated = information_table((mean + (log_variance / 2).exp() * noise) @ Q.T.float(), v)
for k, name in ((3, "posX"), (4, "posY")):
    measured(f"largest I with {name}", of_samples[2][:, k].max(), "nats", between=(0.55, 0.9))
    measured("  after the rotation", rotated[:, k].max(), "nats", between=(0.15, 0.4))

# %% [markdown]
# The loss is the same for every β, but the positions are mixed. Only one property distinguishes the two codes: the
# encoder's covariance must be diagonal, and $Q\Sigma Q^\top$ is not.
#
# **The cost for a diagonal encoder.** Let the networks be linear and $\sigma^2$ fixed
# ([further/04](further/04_vae_solved.ipynb)). Divide the loss by β:
#
# $$\frac{D+\beta R}\beta=\frac{\mathbb E|x-Wz|^2}{2\beta\sigma^2}+R+\text{const}.\qquad(8)$$
#
# This is the negative ELBO of the same decoder with the variance $\beta\sigma^2.$ Let $M=W^\top W+\beta\sigma^2I,$ which is
# $\beta\sigma^2$ times the precision of the posterior. By further/04, the *gap* (9) is the loss of the best diagonal
# encoder minus that of the best Gaussian encoder. The latter loss does not change under a rotation. The best decoder has
# the diagonal $M=\Lambda=\operatorname{diag}(\lambda_1,\lambda_2),$ if both $\lambda_j>\beta\sigma^2,$ so its gap is 0. The
# cost of a rotation equals the gap of the rotated decoder $WQ^\top.$ At 45°, $M=Q\Lambda Q^\top$ has the
# diagonal entries $(\lambda_1+\lambda_2)/2,$ and
#
# $$
# \begin{aligned}
# \text{cost}&=\tfrac\beta2\big(\log M_{11}+\log M_{22}-\log\det M\big) &&(9)\ \text{gap of the rotated decoder, times }\beta\\
# &=\tfrac\beta2\Big(2\log\frac{\lambda_1+\lambda_2}2-\log\lambda_1\lambda_2\Big) &&(10)\ \text{45°; a rotation keeps the determinant}\\
# &=-\tfrac\beta2\log\frac{4\lambda_1\lambda_2}{(\lambda_1+\lambda_2)^2} &&(11)\ \text{logarithm of a quotient}\\
# &=-\tfrac\beta2\log\Big(1-\Big(\frac{\lambda_1-\lambda_2}{\lambda_1+\lambda_2}\Big)^2\Big) &&(12)\ 4\lambda_1\lambda_2=(\lambda_1+\lambda_2)^2-(\lambda_1-\lambda_2)^2
# \end{aligned}
# $$
#
# We evaluate the lines for $\lambda=(4,1),$ $\sigma^2=0.1$ and β = 4, and compute $D+\beta R$ by its definition.

# %%
two, turn = np.array([4.0, 1.0]), np.array([[1, -1], [1, 1]]) / np.sqrt(2)


def least_loss(W, beta):
    """D + βR of the best diagonal encoder N(Vx, diag s²) for the decoder W, without the constant of D."""
    M = W.T @ W + beta * sigma2 * np.eye(2)
    V, s2 = np.linalg.solve(M, W.T), beta * sigma2 / np.diag(M)
    error = np.sum((np.eye(2) - W @ V) ** 2 @ two) + np.diag(W.T @ W) @ s2  # E|x − Wz|²
    return error / (2 * sigma2) + beta * np.sum(V**2 @ two + s2 - np.log(s2) - 1) / 2


def cost_of_turn(beta):
    W = np.diag(np.sqrt(np.maximum(two - beta * sigma2, 0)))
    return least_loss(W @ turn.T, beta) - least_loss(W, beta)


# %%
M, total = turn @ np.diag(two) @ turn.T, two.sum()
evaluate_lines({
    "D + βR, turned less straight": cost_of_turn(4),
    "(9)   ½β (log M₁₁ + log M₂₂ − log det M)": 2 * (np.log(np.diag(M)).sum() - np.log(np.linalg.det(M))),
    "(10)  ½β (2 log ½(λ₁ + λ₂) − log λ₁λ₂)": 2 * (2 * np.log(total / 2) - np.log(two.prod())),
    "(11)  −½β log 4λ₁λ₂/(λ₁ + λ₂)²": -2 * np.log(4 * two.prod() / total**2),
    "(12)  −½β log(1 − ((λ₁ − λ₂)/(λ₁ + λ₂))²)": -2 * np.log(1 - ((two[0] - two[1]) / total) ** 2),
})  # fmt: skip
for beta in (1, 4, 8, 20, 40):
    print(f"β = {beta:2}: the turn costs {cost_of_turn(beta):z.3f} nats")

# %% [markdown]
# **And in the sweep?** We rotate all ten latents of each trained model. The encoder gets the best diagonal approximation of
# $Q\Sigma Q^\top,$ with the variances $1/(Q\Sigma^{-1}Q^\top)_{jj},$ and the decoder rotates back.


# %%
@torch.no_grad()
def increase(model, beta, x, Q):
    (mean, log_variance), generator = model.encode(x), torch.Generator().manual_seed(0)
    noise = torch.randn(mean.shape, generator=generator)
    diagonal = -((-log_variance).exp() @ Q.T**2).log()
    straight = mean + (log_variance / 2).exp() * noise
    back = (mean @ Q.T + (diagonal / 2).exp() * noise) @ Q
    D = model.log_likelihood(x, straight) - model.log_likelihood(x, back)
    R = it.diagonal_gaussian_kl(mean @ Q.T, diagonal) - it.diagonal_gaussian_kl(mean, log_variance)
    return (D + beta * R.sum(1)).mean().item()


random = [torch.randn(10, 10, generator=torch.Generator().manual_seed(seed)) for seed in range(3)]
rotations = [torch.linalg.qr(matrix)[0] for matrix in random]
costs = {}
for beta, model in sweep.items():
    costs[beta] = np.mean([increase(model, beta, images[:500], Q) for Q in rotations])
figures.turns((betas, [cost_of_turn(beta) for beta in betas]), costs)
for beta, cost in costs.items():
    measured(f"β = {beta:g}: mean cost of three rotations", cost, "nats", between=(4 * beta, 7.5 * beta))

# %% [markdown]
# In these models, the cost is roughly proportional to β. The result has four limits.
#
# - Equation (12) needs linear networks and two active latents. Beyond $\beta=\lambda_2/\sigma^2=10$ the weaker latent
#   collapses, and the cost falls to 0 at β = 40.
# - Divided by β, as in (8), the cost is 0.223 nats for each β up to 10.
# - If $\lambda_1=\lambda_2,$ the cost is 0 for every β.
# - The preferred axes are those of the variance of the *pixels* (Lucas et al., 2019; Rolínek et al., 2019).
#
# For a prior with independent latents, infinitely many bijections leave $p(z)$ and $p(x)$ unchanged and mix all latents
# (Locatello et al., 2019; [further/10](further/10_definition_and_impossibility.ipynb)). Without further assumptions, $p(x)$ cannot
# identify the factors, for any β.

# %% [markdown]
# ### Exercise 4 ★★★ · prove · essential · 20 minutes · the cost of a turn
#
# Two latents of a linear β-VAE are turned by an angle φ. Start from (9) and show that the cost is
# $\tfrac\beta2\log\big(1+\frac{(\lambda_1-\lambda_2)^2\sin^22\varphi}{4\lambda_1\lambda_2}\big)$. Return all lines from `first`
# to `last`, at least four, and the number of the one line that needs *both* latents to be active. A value is a function
# of `variances` $[2]$, `sigma2`, `beta` and `angle`. The check evaluates your lines for two active latents, and then for
# one.
#
# <details><summary>Hint</summary>
#
# A rotation keeps the eigenvalues of $M$, which are $\max(\lambda_j,\beta\sigma^2)$. Only then insert $M=Q\Lambda Q^\top$, and
# use $\cos^4\varphi+\sin^4\varphi=1-2\sin^2\varphi\cos^2\varphi$.
# </details>


# %% tags=["exercise"]
def M_of(variances, sigma2, beta, angle):
    """WᵀW + βσ²I of the best decoder, turned by the angle; a collapsed latent has λ_j ≤ βσ²."""
    Q = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return Q @ np.diag(np.maximum(variances, beta * sigma2)) @ Q.T


def equation_9(variances, sigma2, beta, angle):
    M = M_of(variances, sigma2, beta, angle)
    return beta / 2 * (np.log(np.diag(M)).sum() - np.linalg.slogdet(M)[1])


def closed_form(variances, sigma2, beta, angle):
    sine = (variances[0] - variances[1]) * np.sin(2 * angle)
    return beta / 2 * np.log(1 + sine**2 / (4 * variances.prod()))


first = Step("½β (log M₁₁ + log M₂₂ − log det M)", "", equation_9, "given")
last = Step("½β log(1 + (λ₁ − λ₂)² sin² 2φ/4λ₁λ₂)", "=", closed_form, "sin 2φ = 2 sin φ cos φ")


def my_cost_of_turn():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.cost_of_turn.check(my_cost_of_turn)

# %% [markdown]
# ## Summary
#
# > - The loss $D+\beta R$ is a distortion and a rate, in nats per image, and $H(x)-D\le I_q(x;z)\le R$.
# > - β is minus the slope of the best curve, and it can be measured on a trained model.
# > - In the linear case a latent is active exactly if $\lambda>\beta\sigma^2$; the smallest variance collapses first.
# > - A larger β leaves fewer active latents, a smaller rate and blurred images. Compare rates, since β depends on pixels
# >   and variance.
# > - A rotation of the latents changes no term of the loss. It has the cost (12) only for a diagonal encoder, so a larger β
# >   does not guarantee disentanglement.
#
# **You can now** read a loss as rate and distortion, derive when a latent collapses, read a sweep, measure a slope, and
# compute the cost of a rotation.
#
# **Sources.** I. Higgins et al. 2017, *β-VAE: Learning basic visual concepts with a constrained variational framework*,
# ICLR · C. P. Burgess et al. 2018, *Understanding disentangling in β-VAE*,
# [arXiv:1804.03599](https://arxiv.org/abs/1804.03599) · A. A. Alemi et al. 2018, *Fixing a broken ELBO*, ICML,
# [arXiv:1711.00464](https://arxiv.org/abs/1711.00464) · L. Matthey, I. Higgins, D. Hassabis, A. Lerchner 2017, *dSprites:
# Disentanglement testing sprites dataset* · J. Lucas et al. 2019, *Don't blame the ELBO!*, NeurIPS,
# [arXiv:1911.02469](https://arxiv.org/abs/1911.02469) · M. Rolínek, D. Zietlow, G. Martius 2019, *Variational autoencoders
# pursue PCA directions (by accident)*, CVPR, [arXiv:1812.06775](https://arxiv.org/abs/1812.06775) · F. Locatello et al.
# 2019, *Challenging common assumptions in the unsupervised learning of disentangled representations*, ICML,
# [arXiv:1811.12359](https://arxiv.org/abs/1811.12359)
#
# **Further reading.** ★☆☆ Burgess et al. (2018). ★★☆ Alemi et al. (2018). ★★★ Rolínek et al. (2019).
#
# **Next.** [further/05](further/05_rate_and_distortion.ipynb) proves the bounds, solves the linear case, and fixes the rate
# instead of β. [Lecture 6](06_gan.ipynb) trains without a likelihood.
