# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 6 · Mode collapse
#
# **Which of these four generators has lost modes, and which number shows it?** The data, in grey, are eight narrow
# Gaussians on a ring. Generator A covers all eight modes, but its samples are blurred. B covers one mode, and C covers
# every other mode. Generator D has a single point in each mode. No term of a GAN's loss counts modes, so we need
# measures of variety. There is a second question. Why does one game end in a single mode, while a game with the same
# networks covers all eight?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.special import expit, softmax
from scipy.stats import norm
from torch import nn

import infotheory as it
from infotheory.teaching import compare, measured
from models import Model, Player, choose_device, load_mnist, train
from models.evaluation.digit_classifier import train_classifier
from models.evaluation.digits import log_inception_score
from models.gan import non_saturating_loss, value
from models.teaching.exercises import further_06 as exercises
from models.teaching.figures import further_06 as figures

points = figures.opening()

# %% [markdown]
# After this notebook you can
#
# - judge a generator by the quality and the variety of its samples, and state which failures each measure misses;
# - define a game with networks of your own, and train it with the package;
# - explain why a game of networks collapses and a game of pmfs does not;
# - choose a remedy: a faster discriminator, or one that sees several samples at once.
#
# | | |
# |---|---|
# | Needs | [lecture 6](../06_gan.ipynb), with its exercise 5 |
# | Time | 30 minutes to read, 52 for the exercises; a minute to run on two CPU cores |
# | Report | section 4.1 uses the game of a GAN, and does not mention mode collapse |
# | Sources | Salimans et al. 2016, Metz et al. 2017, Heusel et al. 2017, Lin et al. 2018; full list at the end |
#
# `device` is the GPU if there is one; to use the CPU, set the environment variable `INFOTHEORY_DEVICE=cpu` before you
# start Jupyter.

# %%
device = choose_device()

# %% [markdown]
# ## F6.1 Quality and variety (6 minutes)
#
# A sample is *good* if it lies within 0.35 of a centre, which is 3.5 standard deviations. A mode is *covered* if at least
# 1 % of all samples are good and belong to it. For a finer measure we assign every sample to its nearest centre, and
# compute the **entropy** $H$ of the pmf over the eight centres. It is at most $\log8=2.079$ nats, and it is 0 if all
# samples belong to one mode. A uniform pmf over $e^H$ modes has the same entropy.

# %%
angles = torch.arange(8) * math.pi / 4
centres = 2 * torch.stack([angles.cos(), angles.sin()], dim=1)


def judge(points):
    """The share of good points, the covered modes, and H in nats."""
    distance, nearest = torch.cdist(points, centres).min(dim=1)
    good = distance < 0.35
    covered = np.bincount(nearest[good].numpy(), minlength=8) >= 0.01 * len(points)
    return good.float().mean().item(), int(covered.sum()), it.entropy(it.empirical_pmf(nearest.numpy()))


for name, some in points.items():
    good, covered, H = judge(some)
    print(f"{name:4s}  good {good:4.0%}   modes {covered}   H = {H:.3f} nats,  e^H = {math.exp(H):.2f}")

# %% [markdown]
# These measures need a list of the modes, and images come without one. The **Fréchet distance** of Heusel et al. (2017)
# needs no list. It compares the means $\mu$ and the covariances $\Sigma$ of two sets of features, as if both were Gaussian:
#
# $$F=|\mu_1-\mu_2|^2+\operatorname{tr}\big(\Sigma_1+\Sigma_2-2(\Sigma_1\Sigma_2)^{1/2}\big).\qquad(1)$$
#
# The features of images are activations of the Inception network, and $F$ is then the *Fréchet Inception distance*, FID. For
# points in the plane we take the points themselves as features. The densities are known here, so we also compute the JSD,
# which follows from the value of the optimal discriminator (lecture 6).
#
# **Predict, then run.** Which of the generators A, B, C and D has the smallest $F$? Which one has the largest JSD?

# %%
axis = np.linspace(-4, 4, 401)
plane = np.stack(np.meshgrid(axis, axis), axis=-1)  # [401, 401, 2]


def density(modes, stride, spread):
    """The pmf over the cells of the plane of every `stride`-th mode."""
    chosen = centres.numpy()[::stride][:modes]
    total = sum(norm.pdf(plane, centre, spread).prod(axis=-1) for centre in chosen)
    return (total / total.sum()).ravel()


def moments(some):
    return some.mean(dim=0).numpy(), torch.cov(some.T).numpy()


forms = {"A": (8, 1, 0.3), "B": (1, 1, 0.1), "C": (4, 2, 0.1)}
JSD = {name: it.js_divergence(density(8, 1, 0.1), density(*form)) for name, form in forms.items()}
JSD["D"] = math.log(2)  # under the data, its eight points have probability 0
for name, divergence in JSD.items():
    F = exercises.frechet_distance(*moments(points["data"]), *moments(points[name]))
    print(f"{name}  F = {F:.3f}   JSD = {divergence:.3f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# C misses half of the modes, yet its $F$ is 0 up to sampling noise. Three or more equally spaced points on a circle of radius
# $R$ have mean 0 and covariance $\frac{R^2}2I$, whatever their number. So (1) cannot distinguish four modes from eight.
# Generator D has memorised one point for each mode. Its $F$ is only 0.002 and its $H$ is $\log8$, although its JSD has
# the largest possible value, $\log2$.
# </details>
#
# No single number suffices. $H$ ignores variety *within* a mode, $F$ depends on two moments only, and the JSD requires known
# densities.

# %% [markdown]
# ### Exercise 1 ★★☆ · compute · useful · 12 minutes · the divergence of a collapsed generator
#
# The data have $k$ equally likely modes that do not overlap. The generator covers $j\le k$ of them, all equally often,
# and matches each of them exactly. Return $\mathrm{JSD}(p,g)$ in nats as a function of $k$ and $j$.
#
# <details><summary>Hint 1</summary>
#
# On a mode that both distributions cover, $p=1/k$ and $g=1/j$. On a mode that only the data cover, $g=0$, and
# $p\log\frac p{(p+g)/2}=\frac1k\log2$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $\frac{1/k}{(1/k+1/j)/2}=\frac{2j}{j+k}$, and with the data and the generator exchanged it is $\frac{2k}{j+k}$.
#
# </details>


# %% tags=["exercise"]
def my_collapse(k, j):
    """JSD(p, g) in nats."""
    ...


exercises.collapse.check(my_collapse)

# %%
for j in (1, 4, 7, 8):
    made = np.where(np.arange(8) < j, 1 / j, 0)  # j of eight modes, equally often
    print(f"{j} of 8 modes: JSD = {it.js_divergence(np.full(8, 1 / 8), made):.3f} nats")

# %% [markdown]
# One mode of eight has a JSD of 0.497 of at most 0.693 nats, and seven of eight have 0.045 nats. The last missing modes hardly
# change the loss.

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · useful · 15 minutes · the Fréchet distance
#
# Write (1) for two means $[d]$ and two covariances $[d,d]$, with numpy alone. The matrix $(\Sigma_1\Sigma_2)^{1/2}$ is a
# root of the matrix, and not of its entries.
#
# <details><summary>Hint</summary>
#
# You need only the trace of the root. The eigenvalues of a root are the roots of the eigenvalues, and those of
# $\Sigma_1\Sigma_2$ are not negative. Rounding can make a zero slightly negative.
# </details>


# %% tags=["exercise"]
def my_frechet(mean_1, covariance_1, mean_2, covariance_2):
    """The Fréchet distance of two Gaussians."""
    ...


exercises.frechet.check(my_frechet)

# %% [markdown]
# ## F6.2 A game with networks of your own (4 minutes)
#
# In the package, a game is a `Model` with **players**. A player has a name, the parameters that it updates, a loss and a
# learning rate. In every step, `train` calls `draw` once; then each player in turn makes a step on that draw. The function
# `shown` maps a batch of points to the inputs of $D$. By default, $D$ sees single points.


# %%
def network(n_in, n_out, hidden=64):
    first, second = nn.Linear(n_in, hidden), nn.Linear(hidden, hidden)
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.Linear(hidden, n_out))


class RingGAN(Model):
    batch_size = 128

    def __init__(self, D_rate, shown=lambda points: points, n_shown=2):
        super().__init__()
        self.generator, self.discriminator = network(2, 2), network(n_shown, 1)
        self.D_rate, self.shown, self.snapshots = D_rate, shown, {}

    def samples(self, n, seed=1):  # G(z), with the same z in every call
        z = torch.randn(n, 2, generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            return self.generator(z.to(self.device)).cpu()

    def at_step(self, step):
        if step % 20 == 0:
            self.snapshots[step] = self.samples(1_000)

    def draw(self, real):
        return real, self.generator(torch.randn(len(real), 2, device=self.device))

    def logits(self, points):
        return self.discriminator(self.shown(points))

    def D_loss(self, draw):
        real, fake = draw
        return {"loss": -value(self.logits(real), self.logits(fake.detach()))}

    def G_loss(self, draw):
        return {"loss": non_saturating_loss(self.logits(draw[1]))}

    def players(self):
        D, G = list(self.discriminator.parameters()), list(self.generator.parameters())
        betas = (0.5, 0.999)
        return [Player("D", D, self.D_loss, self.D_rate, betas), Player("G", G, self.G_loss, 2e-3, betas)]


# %% [markdown]
# ## F6.3 A slow and a fast discriminator (5 minutes)
#
# Two games differ in one number, the learning rate of $D$: 0.0002 or 0.003. The rate of $G$ is 0.002 in both. The theory of
# lecture 6 assumes the optimal $D$ at every step of $G$, which is the order $\min_G\max_D$.
#
# **Predict, then run.** Where are the samples of $G$ after 600 steps against a $D$ that hardly changes? How does $D$
# change then?

# %%
generator = torch.Generator().manual_seed(0)
ring = centres[torch.randint(8, (20_000,), generator=generator)]
ring = ring + 0.1 * torch.randn(20_000, 2, generator=generator)
rates, runs = {"slow D": 2e-4, "fast D": 3e-3}, {}
for name, rate in rates.items():
    for seed in range(3):
        torch.manual_seed(seed)
        runs[name, seed] = RingGAN(rate)
        train(runs[name, seed], ring, steps=600, seed=seed, device=device)
shown_at = (260, 380, 480, 580)
figures.games(ring, {name: {at: runs[name, 0].snapshots[at] for at in shown_at} for name in rates})

# %%
of_runs = {name: np.array([judge(runs[name, seed].samples(4_000)) for seed in range(3)]).T for name in rates}
_, covered, H = of_runs["slow D"]
measured("slow D: most covered modes of three seeds", covered.max(), "of 8", between=(0, 3), digits=0)
measured("slow D: largest H", H.max(), "nats", between=(-1e-9, 1.4))
good, covered, H = of_runs["fast D"]
measured("fast D: fewest covered modes of three seeds", covered.min(), "of 8", between=(6.5, 8), digits=0)
measured("fast D: smallest H", H.min(), "nats", between=(1.85, 2.08))
measured("fast D: smallest share of good samples", 100 * good.min(), "%", between=(50, 95), digits=0)
means = torch.stack([at.mean(dim=0) for step, at in runs["slow D", 0].snapshots.items() if step >= 300])
way = means.diff(dim=0).norm(dim=1).sum()
measured("slow D: length of the path of the mean sample, steps 300 to 580", way, between=(4, 80), digits=1)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Against the slow $D$, all samples gather in one place, where $D$ is largest. With a delay, $D$ becomes small in this
# place. Then all samples move to a different place, and the first one is empty again. The mean sample travels farther
# than the diameter of the ring. The game has an equilibrium at $g=p$, but these runs do not approach it. With the fast
# $D$, all three seeds cover at least seven modes.
# </details>
#
# Heusel et al. (2017) call a pair of such rates a *two time-scale update rule*. Under assumptions, they prove that it
# converges to a local Nash equilibrium. A faster $D$ is a remedy in this game. This does not guarantee success in other
# games.
#
# ## F6.4 Full and pathwise gradients (7 minutes)
#
# Against a fixed $D$, the best response of a generator is to generate only the image with the largest $D$:
#
# $$\mathbb E_g\log(1-D(x))\ge\min_x\log(1-D(x)),\qquad(2)$$
#
# with equality if $g$ has all its mass there. If $G$ learns faster than $D$, the game resembles $\max_D\min_G$, and
# collapse is the best response of $G$ (Goodfellow 2016). For pmfs, both orders have the same value $-\log4$, because
# $V$ is concave in $D$ and linear in $g$. Does the best response alone explain the collapse?
#
# We play the game of eight modes once more, with a pmf as generator: $g=\operatorname{softmax}(\theta)$. $D$ has one logit for
# each mode. Both players follow their full gradients. The non-saturating loss $L=-\sum_xg(x)\log D(x)$ has the gradient
#
# $$\frac{\partial L}{\partial\theta_x}=g(x)\big(-\log D(x)-L\big).\qquad(3)$$
#
# **Predict, then run.** The generator starts nearly collapsed, with 89 % of its mass on one mode. Does it cover the
# other seven if $D$ is a hundred times slower?


# %%
def pmf_game(D_rate, G_rate=2.0, steps=10_000):
    p, theta, ell = np.full(8, 1 / 8), np.array([4.0, 0, 0, 0, 0, 0, 0, 0]), np.zeros(8)
    entropies = []
    for _ in range(steps):
        g = softmax(theta)
        entropies.append(it.entropy(g, check=False))
        ell = ell + D_rate * (p * (1 - expit(ell)) - g * expit(ell))  # ∂V/∂ℓ
        loss = np.logaddexp(0, -ell)  # −log D
        theta = theta - G_rate * g * (loss - g @ loss)
    return np.array(entropies)


pmf_games = {"slow D": pmf_game(0.02), "fast D": pmf_game(2.0)}
for name, H in pmf_games.items():
    print(f"{name}: H = {H[0]:.3f} at the start, {H[99]:.3f} after 100 steps, {H[-1]:.3f} nats at the end")
network_games = {
    name: [
        (list(of.snapshots), [judge(at)[2] for at in of.snapshots.values()])
        for of in (runs[name, seed] for seed in range(3))
    ]
    for name in rates
}
figures.entropies(pmf_games, network_games)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The pmf covers all eight modes with both rates. $D$ is large at the seven missing modes. The full gradient (3) has a
# component for each of them, since it contains the value of $D$ at *every* mode. The slow game oscillates before it
# converges.
# </details>
#
# So a slow $D$ alone does not explain the collapse. A network receives $\nabla_x\log D$ at its own samples. If all samples lie
# in one place, they receive nearly the same gradient and move together. Section 6.6 of lecture 6 computed this for one
# missing mode. The full derivative of $V$ in the share of this mode is −30.9 nats, and the pathwise derivative is 0.
# The score function estimator of lecture 4 needs no derivative of $D$, but it too averages over samples of $g$.
#
# **Predict, then run.** Does the score function estimator return −30.9 at the collapsed generator
# $\mathcal N(2,\frac14)$?

# %%
x = 2 + 0.5 * np.random.default_rng(0).normal(size=1_000_000)  # samples of g at m = 2, s = ½, w = 0
log_here, log_there = norm.logpdf(x, 2, 0.5), norm.logpdf(x, -2, 0.5)
log_data = np.logaddexp(log_here, log_there) - math.log(2)
reward = log_here - np.logaddexp(log_here, log_data)  # log(1 − D*)
score = np.exp(log_there - log_here) - 1  # ∂ log g/∂w at w = 0
estimate = (score * reward).mean()
print(f"score function estimate of ∂V/∂w from a million samples: {estimate:.3f} nats")
compare("−log ⅔", -math.log(2 / 3), "the estimate, without the missing mode", -reward.mean(), atol=1e-3)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The estimate is 0.403 nats, with the wrong sign. The estimator is unbiased, but its expectation depends on samples
# near −2, which is eight standard deviations away. A sample below −2 has the probability $6\cdot10^{-16}$. In practice,
# no average over the generator's own samples contains the missing mode.
# </details>

# %% [markdown]
# ### Exercise 3 ★★☆ · do · essential · 25 minutes · what D should see
#
# Cure the slow game without changing its rates, its 600 steps or its hidden layers. Write `shown(points)`, which maps a
# batch of points $[128,2]$ to the inputs $[m,d]$ of $D$, with $m\ge8$, and return this function. The check plays the
# slow game with new networks and applies your `shown` to real and to generated points. The entropy $H$ of 4,000 new
# points must be at least 1.9 nats. Predict first: which property of a collapsed batch is invisible in a single point?
#
# <details><summary>Hint</summary>
#
# A single point cannot show that all points are alike. Two points can.
# </details>


# %% tags=["exercise"]
def my_view_of_D():
    def shown(points): ...  # [128, 2] -> [m, d]

    ...  # return shown


exercises.what_D_sees.check(my_view_of_D)

# %% [markdown]
# ## F6.5 Remedies (5 minutes)
#
# Salimans et al. (2016) give $D$ features of the whole batch (*minibatch discrimination*). Lin et al. (2018) give it several
# samples side by side (*packing*). By lecture 6, $V(D^*,G)$ measures the information that the input of $D$ carries about the
# source $r$. Several samples carry more information than one. A generator that covers $j$ of $k$ modes covers $j^m$ of
# the $k^m$ tuples of $m$ modes.

# %%
for m in (1, 2, 3, 4):
    made = np.where(np.arange(8**m) < 4**m, 0.25**m, 0)  # tuples of m samples, of 4 modes of 8
    print(f"samples at a time: {m}   JSD = {it.js_divergence(np.full(8**m, 0.125**m), made):.3f} nats")

# %% [markdown]
# Four modes of eight have a JSD of 0.216 nats for single samples, and of 0.574 nats for four samples at a time. We train the
# slow game with two different inputs of $D$, and compare it with the fast game.


# %%
def with_statistics(points):
    statistics = torch.cat([points.mean(dim=0), points.std(dim=0)])
    return torch.cat([points, statistics.expand(len(points), 4)], dim=1)


views = {"pairs": (lambda points: points.reshape(-1, 4), 4), "statistics": (with_statistics, 6)}
compared = {"slow D": runs["slow D", 0]}
for name, (shown, n_shown) in views.items():
    torch.manual_seed(0)
    compared[f"slow D, {name}"] = RingGAN(2e-4, shown, n_shown)
    train(compared[f"slow D, {name}"], ring, steps=600, seed=0, device=device)
compared["fast D"] = runs["fast D", 0]
made = {name: model.samples(4_000) for name, model in compared.items()}
figures.remedies(ring, made)
ranges = [((-1e-9, 1.4), (0, 90)), ((1.9, 2.08), (8, 60)), ((1.9, 2.08), (20, 70)), ((1.85, 2.08), (50, 95))]
for (name, some), (of_H, of_good) in zip(made.items(), ranges, strict=True):
    good, _, H = judge(some)
    measured(f"{name}: H", H, "nats", between=of_H)
    measured("  good samples", 100 * good, "%", between=of_good, digits=0)

# %% [markdown]
# Both inputs cure the collapse with the slow rates: $H$ is within 0.2 nats of $\log8$. In the recorded run, fewer samples are good
# than in the fast game. Some points between the modes are inevitable in all games. A continuous map of a connected set is connected, so some
# samples of a network must fall between the modes.
#
# | remedy | what it changes |
# |---|---|
# | faster D, or several steps of D for each of G (Goodfellow et al. 2014, Heusel et al. 2017) | D stays near D* |
# | unrolled GAN (Metz et al. 2017) | the loss of G is evaluated after k further steps of D |
# | minibatch features, packing (Salimans et al. 2016, Lin et al. 2018) | D sees several samples at once |
# | spectral normalisation (Miyato et al. 2018), `normalisation="spectral"` in `GAN` | D is smooth |
# | noise on the inputs of D (Arjovsky & Bottou 2017) | both distributions overlap |
#
# None of these remedies is a guarantee.
#
# ## F6.6 What the Inception Score misses (3 minutes)
#
# For digits, a classifier names the modes. Its log Inception Score $I(y;x)$ combines quality and variety (section 6.7 of
# lecture 6). Like $H$, it ignores variety within a mode.
#
# **Predict, then run.** A "generator" has memorised ten test images, one of each digit, and repeats them. Is its $I(y;x)$ smaller
# than that of real digits?

# %%
digits = load_mnist()
classifier = train_classifier(digits, steps=400)
probabilities = classifier.probabilities(digits.test_images)
certain = [int((probabilities[:, label] * (digits.test_labels == label)).argmax()) for label in range(10)]
memorised = probabilities[certain].repeat(100, 1)
measured("I(y;x), 1,000 real digits", log_inception_score(probabilities), "nats", between=(2.1, 2.29))
measured("I(y;x), ten memorised digits", log_inception_score(memorised), "nats", between=(2.295, 2.303))
print(f"log 10 = {math.log(10):.3f} nats, the largest possible value")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The ten memorised images have a larger score than the data, because the classifier is certain of each. All digits are
# also equally frequent. So look at the images as well as the score, and use a second measure such as the Fréchet
# distance of features.
# </details>
#
# ## Summary
#
# > - Quality and variety are different properties, and each measure misses failures. $H$ and the Inception Score ignore variety
# >   within a mode. The Fréchet distance ignores modes that do not change two moments.
# > - The last missing modes hardly change the loss: seven modes of eight have a JSD of 0.045 nats.
# > - A game of pmfs with full gradients left its collapsed start with both rates of $D$. Networks receive pathwise gradients at
# >   their own samples, and collapse if $G$ learns faster than $D$.
# > - A faster $D$ cures this game, and so does a slow $D$ that receives pairs of samples or statistics of the batch.
#
# **You can now** judge quality and variety, define a game of your own, explain a collapse by its gradients, and choose a
# remedy.
#
# **Sources.** I. Goodfellow et al. 2014, *Generative adversarial nets*, NeurIPS,
# [arXiv:1406.2661](https://arxiv.org/abs/1406.2661) · I. Goodfellow 2016, *NIPS 2016 tutorial: Generative adversarial networks*,
# [arXiv:1701.00160](https://arxiv.org/abs/1701.00160) · T. Salimans et al. 2016, *Improved techniques for training GANs*, NeurIPS,
# [arXiv:1606.03498](https://arxiv.org/abs/1606.03498) · M. Arjovsky, L. Bottou 2017, *Towards principled methods for training
# generative adversarial networks*, ICLR, [arXiv:1701.04862](https://arxiv.org/abs/1701.04862) · M. Heusel et al. 2017, *GANs
# trained by a two time-scale update rule converge to a local Nash equilibrium*, NeurIPS,
# [arXiv:1706.08500](https://arxiv.org/abs/1706.08500) · L. Metz, B. Poole, D. Pfau, J. Sohl-Dickstein 2017, *Unrolled generative
# adversarial networks*, ICLR, [arXiv:1611.02163](https://arxiv.org/abs/1611.02163) · Z. Lin, A. Khetan, G. Fanti, S. Oh 2018,
# *PacGAN: The power of two samples in generative adversarial networks*, NeurIPS,
# [arXiv:1712.04086](https://arxiv.org/abs/1712.04086) · T. Miyato et al. 2018, *Spectral normalization for generative adversarial
# networks*, ICLR, [arXiv:1802.05957](https://arxiv.org/abs/1802.05957) · Y. LeCun et al. 1998, *Gradient-based learning applied to
# document recognition*, Proc. IEEE 86(11)
#
# **Further reading.** ★☆☆ Goodfellow (2016), the part on mode collapse. ★★☆ Lin et al. (2018). ★★★ Metz et al. (2017), with
# a ring of eight Gaussians.
#
# **Next.** [Lecture 7](../07_infogan_bound.ipynb) adds a code to the noise, and bounds its information.
