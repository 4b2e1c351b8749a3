# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8 · InfoGAN
#
# **Which loss makes a generator draw one digit in each column?** This generator was trained on 60,000 handwritten digits
# without their labels. Its inputs are noise and a code, which we choose. The code consists of one of ten classes and
# two numbers. At the left, each column has one class, and each row has one noise vector. At the right, one number rises
# along each row. The loss adds one term to that of a GAN: the error of a second network that infers the code from the
# image. (Labels were used only after the training, to choose the best of five runs and to name the columns.)

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from scipy.optimize import minimize
from torch import nn
from torch.nn.functional import logsigmoid, one_hot

import infotheory as it
from infotheory import Step
from infotheory.teaching import compare, measured
from models import Categorical, InfoGAN, Uniform, choose_device, load_mnist, train
from models.teaching.exercises import lecture_08 as exercises
from models.teaching.figures import lecture_08 as figures
from models.training.randomness import batches, mix

published = figures.opening()

# %% [markdown]
# After this lecture you can
#
# - write both moves of an InfoGAN as a loop of a dozen lines, with its networks;
# - state which term of the loss trains the generator, the trunk, the head of $D$ and the head of $Q$;
# - follow $L_I$ and $I(c;x)$ in a game where both are known;
# - explain what $\lambda$ costs;
# - read the curves of a training: where $L_I$ starts, what bounds it, and how many codes are misread.
#
# | | |
# |---|---|
# | Needs | the game of [lecture 6](06_gan.ipynb) (6.1, 6.2) and the bound of [lecture 7](07_infogan_bound.ipynb) |
# | Time | 39 minutes to read, 77 for the exercises; a minute to run on two CPU cores |
# | Report | section 4.1: the objective of InfoGAN, a bound on I(c; G(z, c)), and "λ < 1 as recommended in the original paper" |
# | Sources | Chen et al. 2016, Goodfellow et al. 2014; full list at the end |
#
# `device` is the GPU if there is one (lecture 4). The small games of 8.3 stay on the CPU.

# %%
device = choose_device()

# %% [markdown]
# ## 8.1 A code that can be read (4 minutes)
#
# <!-- claim: InfoGAN rewards $L_I\le I(c;x)$, in which $Q(c\mid x)$ replaces the intractable $p(c\mid x)$. -->
#
# A GAN transforms noise $z$ into an image. Its objective gives no coordinate of $z$ a meaning. Chen et al. (2016) give
# the generator a second input, a **code** $c$ with a simple distribution $p(c)$. A generator could ignore the code.
# InfoGAN therefore rewards the mutual information $I(c;x)$ of the code and the image $x=G(z,c)$.
#
# This information contains the posterior $p(c\mid x)$, which is intractable. A **recognition network** $Q(c\mid x)$
# replaces it, and lecture 7 derived the lower bound $L_I\le I(c;x)$. The game is
#
# $$\min_{G,\,Q}\;\max_D\;\;V(D,G)-\lambda\,L_I(G,Q),\qquad(1)$$
#
# $$V=\mathbb E_{x\sim p_{\text{data}}}\log D(x)+\mathbb E_{z,c}\log\big(1-D(G(z,c))\big),\qquad
# L_I=H(c)+\mathbb E_{z,c}\log Q(c\mid G(z,c)).\qquad(2)$$
#
# For every $G$ and every $Q$, lecture 7 splits the gap between the bound and its ceiling $H(c)$:
#
# $$
# \begin{aligned}
# I(c;x)&=L_I+\mathbb E_x\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big),\\
# H(c)-L_I&=H(c\mid x)+\mathbb E_x\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big).
# \end{aligned}\qquad(3)
# $$
#
# The first part, $H(c\mid x)$, depends on the generator alone: it is positive if different codes can give the same
# image. Only the KL depends on $Q$.
#
# We draw the code ourselves. In a *conditional* GAN each real image has a label; here the training uses images alone.
#
# ## 8.2 Two moves (4 minutes)
#
# <!-- claim: $D$ and $G$ are opponents in $V$, whereas $Q$ and $G$ both raise $L_I$. -->
#
# Every training step makes two moves on the same images, codes and noise:
#
# | move | what moves | loss |
# |---|---|---|
# | 1 | D and Q | −V − λ L_I, for images that are *detached* from G |
# | 2 | G | −E log D(G(z, c)) − λ L_I |
#
# The first term of move 2 is the non-saturating loss (Goodfellow et al. 2014). The generator raises $\mathbb E\log D$,
# because the gradient of $\mathbb E\log(1-D)$ is tiny while $D$ is near 0 on generated images. $D$ and $G$ are
# opponents in $V$, whereas $Q$ and $G$ both raise $L_I$.
#
# Lecture 6 derives the optimal discriminator, $D^*=p_{\text{data}}/(p_{\text{data}}+p_G)$. Its value is
#
# $$V(D^*,G)=2\,\mathrm{JSD}(p_{\text{data}},p_G)-\log4.\qquad(4)$$
#
# For a perfect generator $D^*=\tfrac12$ and $V=-\log4$.


# %%
def V(real_logits, fake_logits):  # log D = logsigmoid(logit) and log(1 − D) = logsigmoid(−logit)
    return logsigmoid(real_logits).mean() + logsigmoid(-fake_logits).mean()


p_data, p_G = np.array([4, 3, 2, 1]) / 10, np.array([1, 2, 3, 4]) / 10
logits = torch.tensor(np.log(p_data / p_G))  # D* = sigmoid(log p_data − log p_G)
real, fake = (logits.repeat_interleave(torch.tensor(times)) for times in ([4, 3, 2, 1], [1, 2, 3, 4]))
compare("V(D*, G)", V(real, fake), "2 JSD − log 4", 2 * it.js_divergence(p_data, p_G) - math.log(4))
compare("V(½, G)", V(0 * real, 0 * fake), "−log 4", -math.log(4))

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 10 minutes · the two losses
#
# Write both losses with numpy alone. `real` and `fake` are arrays of $D$'s *logits* on real and on generated images;
# `L_I` and `weight` $=\lambda$ are numbers. Return the loss of $D$ and $Q$, and the loss of $G$.
#
# <details><summary>Hint 1</summary>
#
# $D=1/(1+e^{-\ell})$, so $\log D=-\log(1+e^{-\ell})$ and $\log(1-D)=-\log(1+e^{\ell})$. `np.logaddexp(0, -l)` is
# $\log(1+e^{-\ell})$ without overflow.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Losses are minimised. $D$ maximises $V$, so its loss contains $-V$. $Q$ and $G$ maximise $L_I$, so both losses contain
# $-\lambda L_I$.
#
# </details>


# %% tags=["exercise"]
def my_losses(real, fake, L_I, weight):
    """The loss of D and Q, and the loss of G."""
    ...


exercises.losses.check(my_losses)

# %% [markdown]
# ## 8.3 A game where the truth is known (10 minutes)
#
# <!-- claim: With $\lambda=1$ each code covers one heap, but the exact optimum narrows from $s=0.6$ to $s=0.440$. -->
#
# For images $I(c;x)$ is unknown, but in one dimension we can compute it. The data are a mixture of four Gaussians
# ("heaps") of standard deviation 0.6 around −3, −1, 1 and 3. The code has four classes, and the generator has five
# parameters:
#
# $$G(z,c)=m_c+s\,z,\quad z\sim\mathcal N(0,1),\qquad\text{so that}\qquad p(x\mid c)=\mathcal N(m_c,s^2).\qquad(5)$$
#
# $D$ and $Q$ are small networks, which receive samples alone. On a grid of $x$ we compute $I(c;x),$ $L_I$ and the KL of
# (3) exactly.

# %%
heaps, H_toy = torch.tensor([-3.0, -1, 1, 3]), math.log(4)
x_grid = torch.linspace(-12, 12, 1201, dtype=torch.float64)


def joint(m, s):  # p(c, x) on the grid: rows c, columns x
    p = torch.exp(-((x_grid - m[:, None]) ** 2) / (2 * s**2))
    return p / p.sum(1, keepdim=True) / 4


def truth(m, s, Q):  # in nats: I(c;x), L_I and E KL; and Q(c|x) on the grid
    p_cx = joint(m.double(), s)
    with torch.no_grad():
        guess = Q(x_grid[:, None].float()).double().softmax(1).T
    E_KL = it.kl_divergence(it.conditional(p_cx), guess, axis=0) @ p_cx.sum(0)
    return it.mutual_information(p_cx).item(), it.barber_agakov_bound(p_cx, guess).item(), E_KL.item(), guess


def network(n_outputs):
    return nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, n_outputs))


# %% [markdown]
# The function `move` changes the parameters of one optimiser. The loop `play` is the whole of InfoGAN.


# %%
def L_I(Q, x, c):  # c is the code from which x was generated
    return H_toy + Q(x).log_softmax(1).gather(1, c[:, None]).mean()


def move(optimizer, loss):
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    optimizer.zero_grad()
    loss.backward(inputs=parameters)
    optimizer.step()


# %%
def play(weight, m, s, steps, seed=0, n=256):
    torch.manual_seed(seed)
    D, Q = network(1), network(4)
    m, log_s = nn.Parameter(m + 0.1 * torch.randn(4)), nn.Parameter(torch.tensor(math.log(s)))
    optimizer_DQ = torch.optim.Adam([*D.parameters(), *Q.parameters()], lr=5e-3, betas=(0.5, 0.999))
    optimizer_G = torch.optim.Adam([m, log_s], lr=1e-2, betas=(0.5, 0.999))
    for _ in range(steps):
        real = (heaps[torch.randint(4, (n,))] + 0.6 * torch.randn(n))[:, None]
        c = torch.randint(4, (n,))
        x = (m[c] + log_s.exp() * torch.randn(n))[:, None]  # G(z, c)
        move(optimizer_DQ, -V(D(real), D(x.detach())) - weight * L_I(Q, x.detach(), c))
        bound = L_I(Q, x, c)
        move(optimizer_G, -logsigmoid(D(x)).mean() - weight * bound)
        yield m.detach(), log_s.exp().item(), Q, bound.item()


# %% [markdown]
# **Predict, then run.** At the start all $m_c$ are near 0, and $s=1.$ (a) With $\lambda=0$ this is a plain GAN. Does it
# use its code? (b) With $\lambda=1,$ do the four codes find the four heaps?

# %%
curves, fits = {}, {}
for weight in (0, 1):
    rows = []
    for step, (m, s, Q, batch) in enumerate(play(weight, torch.zeros(4), 1, steps=600)):
        if step % 4 == 0:
            rows.append([batch, *truth(m, s, Q)[:3]])
    curves[weight] = dict(zip(("batch", "I", "L_I", "E KL"), np.array(rows).T, strict=True))
    fits[weight] = joint(m.double(), s).numpy(), truth(m, s, Q)[3].numpy()
    print(f"λ = {weight}")
    measured("  I(c;x) at the end", curves[weight]["I"][-1], "nats", between=[(0, 0.3), (1.3, H_toy)][weight])
    difference = curves[weight]["I"] - curves[weight]["L_I"] - curves[weight]["E KL"]
    measured("  largest |I − L_I − E KL|", np.abs(difference).max(), "nats", between=(0, 1e-9), digits=6)
figures.games(curves, 4, H_toy)
measured("λ = 1: H(c|x) at the start", H_toy - curves[1]["I"][0], "nats", between=(1.3, H_toy))
share = curves[1]["E KL"] / (H_toy - curves[1]["L_I"])
measured("λ = 1: largest share of E KL in the gap", 100 * share.max(), "%", between=(30, 75), digits=0)
above = (curves[1]["batch"] > curves[1]["I"]).mean()
measured("λ = 1: batches with an L_I above I", 100 * above, "%", between=(15, 60), digits=0)

# %%
figures.heaps(x_grid.numpy(), joint(heaps.double(), 0.6).sum(0).numpy(), fits)
distance = (m.sort().values - heaps).abs().max()
measured("λ = 1: largest distance of a code from its heap", distance, between=(0, 0.4), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# (a) With $\lambda=0$ the codes overlap, and $I$ stays low. Four separate heaps would have a smaller $V,$ but no term
# rewards the use of $c$ as such. The training does not find them in 600 steps. (b) With $\lambda=1$
# each code covers one heap.
#
# At first almost the whole gap to $H(c)$ is $H(c\mid x).$ When the heaps separate, the KL is about half of the small
# remaining gap. The $L_I$ of a *batch* can exceed $I,$ because the inequality holds for the expectation.
# </details>
#
# **The term $L_I$ changes the optimum.** With $\lambda=1,$ each $p(x\mid c)$ is narrower than its heap. Is $L_I$ the
# cause? For the optimal $D$ and $Q,$ the generator minimises $2\,\mathrm{JSD}-\log4-\lambda\,I(c;x).$ We minimise this
# exactly, on the grid.

# %%
data = joint(heaps.double(), 0.6).sum(0).numpy()


def objective(theta, weight, saturating=True):  # theta = m and log s
    p_cx = joint(torch.tensor(theta[:4]), math.exp(theta[4])).numpy()
    JSD, KL = it.js_divergence(data, p_cx.sum(0)), it.kl_divergence(p_cx.sum(0), data)
    return (2 * JSD if saturating else KL - 2 * JSD) - weight * it.mutual_information(p_cx)


exact, start = [], [*heaps.tolist(), math.log(0.55)]
for weight in (0, 0.25, 0.5, 1, 2):
    best = minimize(objective, start, args=(weight,)).x
    p_cx = joint(torch.tensor(best[:4]), math.exp(best[4])).numpy()
    JSD, I = it.js_divergence(data, p_cx.sum(0)), it.mutual_information(p_cx)
    exact.append((weight, math.exp(best[4]), JSD, I))
    print(f"λ = {weight:<4g}  s = {math.exp(best[4]):.3f},  JSD = {JSD:.4f},  I(c;x) = {I:.3f} nats")
print(f"λ = 1, non-saturating: s = {math.exp(minimize(objective, start, args=(1, False)).x[4]):.3f}")

# %% [markdown]
# With $\lambda=0$ the optimum is the distribution of the data, with $s=0.6$ and $I=1.203$ nats. Each larger $\lambda$
# gives up similarity to the data for information. The last line replaces $2\,\mathrm{JSD}$ by
# $\mathrm{KL}(p_G\|p_{\text{data}}) -2\,\mathrm{JSD},$ which belongs to the non-saturating loss (lecture 6, (15)). A
# finite training may narrow the heaps for other reasons, so we need a *control* with $\lambda=0.$ All six runs below
# start at the heaps of the data with $s=0.6.$
#
# **Predict, then run.** Do the runs without $L_I$ stay at 0.6?

# %%
trained, second_half = {}, {}
for weight, expected in ((0, (0.45, 0.75)), (1, (0.24, 0.44))):
    runs = [play(weight, heaps, 0.6, steps=1_000, seed=seed) for seed in range(3)]
    trained[weight] = [[s for _, s, *_ in run] for run in runs]
    second_half[weight] = np.array(trained[weight])[:, 500:].mean(axis=1)  # the mean s of each run
    measured(f"λ = {weight}: smallest s of three runs", second_half[weight].min(), between=expected, digits=2)
    measured(f"λ = {weight}: largest s of three runs", second_half[weight].max(), between=expected, digits=2)
missing = {weight: 0.6 - s.mean() for weight, s in second_half.items()}
share = 100 * missing[0] / missing[1]
measured("share of 0.6 − s that occurs without L_I", share, "%", between=(-50, 50), digits=0)
figures.likeness(exact, trained)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Without $L_I,$ the mean $s$ of each run stays within 0.15 of 0.6. It varies because $D$ is trained on samples and is
# never optimal. With $L_I,$ every run is narrower than every run of the control. At least half of the shortfall is the effect
# of $L_I.$ The non-saturating loss has its optimum at $s=0.425$ instead of 0.440. The runs approach it slowly from below,
# and the mean over steps 500 to 1,000 contains a part of this approach.
# </details>
#
# ## 8.4 Codes and their bounds (5 minutes)
#
# <!-- claim: The bound of ten classes is at most $\log10=2.303$ nats; a second softmax limits it to 0.841 nats. -->
#
# In the package a code is an object that contains its prior $p(c)$, its entropy and the family of $Q$. Chen et al.
# (2016) use for digits:

# %%
codes = [Categorical(10), Uniform(-1, 1), Uniform(-1, 1)]
for code in codes:
    print(f"{type(code).__name__:12s} H(c) = {code.entropy:.3f} nats, parameters of Q: {code.n_parameters}")
compare("H(Categorical(10))", codes[0].entropy, "log 10", math.log(10))

# %% [markdown]
# **Classes.** The ceiling is $H(c)=\log10=2.303$ nats. The last layer of $Q$ returns *logits*, and a
# cross-entropy applies the softmax itself. A common mistake is to apply a softmax first.
#
# **Predict, then run.** How large can $L_I$ become with this mistake, if the logit of the right class grows without
# limit?

# %%
scale = torch.linspace(0, 12, 121)
logits = scale[:, None] * torch.eye(10)[:1]  # the true class is 0, and its logit rises
right = math.log(10) + logits.log_softmax(1)[:, 0]
wrong = math.log(10) + logits.softmax(1).log_softmax(1)[:, 0]
figures.two_softmaxes(scale, right, wrong)
print(f"log 10 + 1 − log(e + 9) = {math.log(10) + 1 - math.log(math.e + 9):.6f} of {math.log(10):.6f} nats")

# %% [markdown]
# The wrong curve still rises. A plateau near 0.84 nats is its mark.

# %% [markdown]
# ### Exercise 2 ★☆☆ · compute · essential · 10 minutes · $L_I$ from logits
#
# Write $L_I$ in nats with numpy alone, for a code with $k$ equally likely classes. `codes` are one-hot rows `[n, k]`, and
# `logits` are $Q$'s outputs `[n, k]` for the images that were generated from them.
#
# <details><summary>Hint 1</summary>
#
# $\log Q(c\mid x)$ is the logit of $c$ minus the log of the sum of all exponentials of the row.
# `(codes * logits).sum(axis=1)` selects the logit of $c$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $e^{1000}$ overflows. Subtract the largest logit of each row first. The softmax does not change.
#
# </details>


# %% tags=["exercise"]
def my_information_bound(codes, logits):
    """L_I in nats, from two arrays [n, k]."""
    ...


exercises.information_bound.check(my_information_bound)

# %% [markdown]
# **Numbers.** For a continuous code, $H(c)$ is a differential entropy, and $Q$ is a density. The code of Chen et al. for
# digits uses $Q(c\mid x)=\mathcal N(\mu(x),1)$. For $c$ uniform on $(-1,1)$,
#
# $$L_I=\log2-\tfrac12\log2\pi-\tfrac12\,\mathbb E\,(c-\mu(x))^2\;\le\;\log2-\tfrac12\log2\pi<0.\qquad(6)$$

# %%
number = Uniform(-1, 1)
c = ((torch.arange(100_000, dtype=torch.float64) + 0.5) / 50_000 - 1)[:, None]  # evenly over (−1, 1)
perfect, not_read = ((number.entropy + number.log_q(c, mean).mean()).item() for mean in (c, 0 * c))
compare("μ(x) = c: L_I", perfect, "log 2 − ½ log 2π", math.log(2) - math.log(2 * math.pi) / 2)
compare("μ(x) = 0: L_I", not_read, "the same − 1/6", perfect - 1 / 6, atol=1e-9)

# %% [markdown]
# The true $I(c;x)$ is never negative, so a bound of −0.226 nats is **vacuous**. It still trains the networks, because its
# gradient is that of a squared error. Expect $L_I$ near −0.392 early in the training and a rise towards −0.226.

# %% [markdown]
# ### Exercise 3 ★★☆ · compute · useful · 12 minutes · the best bound for a continuous code
#
# Let $Q(c\mid x)=\mathcal N(\mu(x),\sigma^2)$ with one $\sigma$ for all $x$, let $c$ be uniform on $(-1,1)$, and let
# $m=\mathbb E\,(c-\mu(x))^2$ be the mean squared error. Return the largest $L_I$ over all $\sigma$, as a function of
# $m>0$. How small must $m$ be for a positive bound? Section 8.6 evaluates the best bound for a trained model.
#
# <details><summary>Hint 1</summary>
#
# $L_I(\sigma)=\log2-\tfrac12\log2\pi\sigma^2-m/(2\sigma^2)$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Set the derivative in $\sigma^2$ to 0. Which mean squared error does $Q$ make?
#
# </details>


# %% tags=["exercise"]
def my_best_bound(m):
    """The largest L_I over all σ, in nats."""
    ...


exercises.best_bound.check(my_best_bound)

# %% [markdown]
# ## 8.5 The networks, and what trains them (8 minutes)
#
# <!-- claim: $V$ alone trains the head of $D$, $L_I$ alone trains the head of $Q$, and both train the trunk. -->
#
# These are the networks of Chen et al. for digits, at a quarter of their width. *Batch norm* subtracts the mean of the
# batch and divides by its standard deviation; after the training it uses stored averages. $D$ and $Q$ are two *heads* of one
# *trunk*, so that $Q$ adds few weights. The ten classes and two numbers make 12 inputs of $G$ and 12 outputs of $Q$.


# %%
def networks():
    G = nn.Sequential(
        nn.Linear(62 + 12, 256), nn.BatchNorm1d(256), nn.ReLU(),
        nn.Linear(256, 1568), nn.BatchNorm1d(1568), nn.ReLU(), nn.Unflatten(1, (32, 7, 7)),
        nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
        nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1), nn.Sigmoid(),
    )  # fmt: skip
    trunk = nn.Sequential(
        nn.Conv2d(1, 16, 4, stride=2, padding=1), nn.LeakyReLU(0.1),
        nn.Conv2d(16, 32, 4, stride=2, padding=1), nn.BatchNorm2d(32), nn.LeakyReLU(0.1), nn.Flatten(),
        nn.Linear(1568, 256), nn.BatchNorm1d(256), nn.LeakyReLU(0.1),
    )  # fmt: skip
    D = nn.Linear(256, 1)
    Q = nn.Sequential(nn.Linear(256, 32), nn.BatchNorm1d(32), nn.LeakyReLU(0.1), nn.Linear(32, 12))
    return {"G": G, "trunk": trunk, "D's head": D, "Q's head": Q}


# %% [markdown]
# The package builds the same networks. From the same seed, they have the same first weights.

# %%
torch.manual_seed(0)
parts = networks()
torch.manual_seed(0)
model = InfoGAN(width=0.25)
heads = model.discriminator.discriminate, model.discriminator.recognise
of_package = model.generator, model.discriminator.trunk, *heads
for (name, part), other in zip(parts.items(), of_package, strict=True):
    pairs = list(zip(part.parameters(), other.parameters(), strict=True))
    difference = max((a - b).abs().max().item() for a, b in pairs)
    print(f"{name:9s} {sum(a.numel() for a, _ in pairs):7,} weights, largest difference {difference:.1f}")

# %% [markdown]
# Of $Q$'s twelve outputs, the first ten are logits, and the last two are means.


# %%
def bound(classes, numbers, outputs):  # L_I of all codes: the sum of (2) over the codes
    log_q_class = outputs[:, :10].log_softmax(1).gather(1, classes[:, None])
    log_q_numbers = -((numbers - outputs[:, 10:]) ** 2) / 2 - math.log(2 * math.pi) / 2
    return math.log(10) + log_q_class.mean() + (math.log(2) + log_q_numbers.mean(0)).sum()


def draw(n):  # classes [n], numbers [n, 2] in (−1, 1), and the inputs of G [n, 74]
    classes = torch.randint(10, (n,), device=device)
    numbers = 2 * torch.cat([torch.rand(n, 1, device=device) for _ in range(2)], 1) - 1
    return classes, numbers, torch.cat([torch.randn(n, 62, device=device), one_hot(classes, 10), numbers], 1)


# %% [markdown]
# Both moves use the same draw. The second loss is computed only when the loop asks for it, after $D$ and $Q$ have moved.


# %%
def losses(parts, real, weight=1.0):
    """The terms of both moves on one draw: {move: {term: value}}."""
    G, trunk, D, Q = parts.values()
    classes, numbers, inputs = draw(len(real))
    fake = G(inputs)
    own = trunk(fake.detach())  # the features of move 1, which send no gradient to G
    yield {"−V": -V(D(trunk(real)), D(own)), "−λ L_I": -weight * bound(classes, numbers, Q(own))}
    seen = trunk(fake)
    yield {"−E log D": -logsigmoid(D(seen)).mean(), "−λ L_I": -weight * bound(classes, numbers, Q(seen))}


# %% [markdown]
# **Predict, then run.** *Is $D$ trained on $L_I$?* Four parts and four terms give 16 gradients. Which are zero? The table
# shows the norm of each gradient at the first weights.

# %%
digits = load_mnist()
print(digits)
for part in parts.values():
    part.to(device)
torch.manual_seed(1)
print(f"{'':18s}" + "".join(f"{name:>10s}" for name in parts))
for turn, terms in enumerate(losses(parts, digits.train_images[:64].to(device)), start=1):
    for term, value in terms.items():
        norms = []
        for part in parts.values():
            weights = list(part.parameters())
            found = torch.autograd.grad(value, weights, retain_graph=True, allow_unused=True)
            norms.append(math.sqrt(sum(g.square().sum().item() for g in found if g is not None)))
        print(f"move {turn}: {term:10s}" + "".join(f"{norm:10.3f}" if norm else f"{0:10d}" for norm in norms))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The head of $D$ is not trained on $L_I$: the formula of $L_I$ does not contain it, and the gradient is exactly 0. In the
# same way, $V$ does not train the head of $Q$. The trunk is trained on both terms in move 1, since both heads read it. If
# you want a $D$ that does not depend on $L_I$, give $Q$ a network of its
# own, as in 8.3. Move 1 sends no gradient to $G$, because the image is detached. In move 2 only $G$ moves.
# </details>
#
# The training loop alternates losses and moves.

# %%
adam = {"betas": (0.5, 0.999)}
of_D_and_Q = [weight for name, part in parts.items() if name != "G" for weight in part.parameters()]
optimizer_DQ = torch.optim.Adam(of_D_and_Q, lr=2e-4, **adam)
optimizer_G = torch.optim.Adam(parts["G"].parameters(), lr=1e-3, **adam)
by_hand = []
for step, rows in zip(range(5), batches(len(digits.train_images), 64, seed=0), strict=False):
    torch.manual_seed(mix(0, 0, step))
    moves = losses(parts, digits.train_images[rows].to(device))
    for optimizer in (optimizer_DQ, optimizer_G):
        loss = sum(next(moves).values())
        move(optimizer, loss)
        by_hand.append(loss.item())

# %% [markdown]
# ## 8.6 Train for a minute (6 minutes)
#
# <!-- claim: Within 600 steps, $L_I$ of the ten classes rises from 0 to about 2.0 of at most 2.303 nats. -->
#
# The function `train` makes the same moves without labels, here 600 times on batches of 64 digits. Its first losses equal
# those of the five steps by hand up to rounding errors, which grow from step to step. On a GPU, take the
# full width, `InfoGAN()`, all 60,000 digits, `load_mnist(FOLDER)`, and `steps=20_000`.
#
# **Predict, then run.** Sketch $L_I$ of the ten classes, $L_I$ of the two numbers, and $V$. Where do they start?
# Which line bounds each? Does $V$ end above or below $-\log4$?

# %%
history = train(model, digits.train_images, steps=600, batch_size=64, seed=0, device=device)
both = np.stack([history["D and Q loss"], history["G loss"]], axis=1)[:5].ravel()
difference = np.abs(both - by_hand).max()
measured("difference of a loss in the five steps by hand", difference, "nats", between=(0, 0.1), digits=4)
figures.training(history, math.log(10), perfect, not_read)
measured("L_I of the classes, last 100 steps", history.mean("L_I[0]"), "nats", between=(1.9, 2.2), digits=2)
for i in (1, 2):
    measured(f"L_I of number {i}", history.mean(f"L_I[{i}]"), "nats", between=(not_read, perfect))
measured("V", history.mean("V"), "nats", between=(-1.25, -0.7), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# $L_I$ of the classes rises from 0 towards $H(c)$; the curves are running means, which start higher. The bounds of both numbers rise towards their ceiling and stay negative.
# $V$ starts near $-\log4$ and ends above it: $D$ can distinguish the images. $V$ is not a measure of quality, because it
# rises if $D$ improves, and also if $G$ becomes worse.
# </details>
#
# **How many codes are misread?** If the most probable class under $Q$ is not the true class $c$, then the true class has
# $Q(c\mid x)\le\tfrac12$, and $-\log_2Q(c\mid x)\ge1$. It follows that
#
# $$P(\text{Q misreads }c)\;\le\;\mathbb E\big[-\log_2Q(c\mid x)\big]=\frac{H(c)-L_I}{\log2}.\qquad(7)$$
#
# We evaluate (7) on new images. For the numbers, we compare $\sigma=1$ with the best $\sigma$ of exercise 3.

# %%
with torch.no_grad():
    torch.manual_seed(1)
    new_codes = model.sample_codes(2_000)
    readings = model.recognise(model.generate(model.draw_noise(2_000), new_codes))
L_I_new = math.log(10) + codes[0].log_q(new_codes[0], readings[0]).mean().item()
misread = (readings[0].argmax(1) != new_codes[0].argmax(1)).float().mean().item()
assert misread <= (math.log(10) - L_I_new) / math.log(2)
measured("L_I of the classes on new images", L_I_new, "nats", between=(1.5, 2.25), digits=2)
measured("misread codes", 100 * misread, "%", between=(0, 20), digits=1)
measured("bound (7)", 100 * (math.log(10) - L_I_new) / math.log(2), "%", between=(8, 116), digits=1)
for i in (1, 2):
    m = ((new_codes[i] - readings[i]) ** 2).mean().item()
    best = math.log(2) - math.log(2 * math.pi * math.e * m) / 2
    measured(f"number {i}: L_I at σ = 1", perfect - m / 2, "nats", between=(not_read, perfect))
    measured(f"number {i}: L_I at the best σ", best, "nats", between=(0.2, 1.5))

# %% [markdown]
# Far fewer codes are misread than (7) allows. $Q$ is right, but not yet confident. For the numbers, the
# bound at $\sigma=1$ is vacuous. At the best $\sigma$, the same readings give a positive bound.
#
# **The published run** of the first picture was trained longer, on all digits, with small random changes of all images.

# %%
card = published.card
run = card["seeds"][str(card["seed"])]
errors = [each["test_error"] for each in card["seeds"].values()]
print(f"{card['steps']:,} steps on {card['examples']:,} digits: L_I of the classes {run['L_I[0]']:.3f} nats")
print(f"class and digit disagree on {run['test_error']:.1%} of the 10,000 test digits", end="; ")
print(f"median of {len(errors)} runs: {np.median(errors):.1%}")

# %% [markdown]
# The loss contains no digits, so why do the classes agree with them? [further/08](further/08_what_codes_mean.ipynb)
# examines this.

# %% [markdown]
# ### Exercise 4 ★★☆ · prove · essential · 15 minutes · misread codes
#
# Prove (7). `p` is a joint pmf $p(c,x)$ $[k,\text{images}]$, and `Q` holds $Q(c\mid x)$ $[k,\text{images}]$. Return all
# lines from `first` to `last`, at least four, with the relations "=" and "<=". Also return the number of the one line
# that needs $\sum_cQ(c\mid x)=1$, beside $Q\le1$. The check evaluates your lines with 100 such `Q`, and then with columns whose sums
# exceed 1.
#
# <details><summary>Hint 1</summary>
#
# Write the probability as a sum of $p(c,x)$ over the pairs with $\hat c(x)\ne c$, with $\hat c(x)=\arg\max_cQ(c\mid x)$.
# Which condition on $Q(c\mid x)$ do all these pairs fulfil?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The indicator of $Q\le\tfrac12$ is at most $-\log_2Q$. The lines are functions such as
# `lambda p, Q: np.sum(p * (Q <= 0.5))`.
#
# </details>


# %% tags=["exercise"]
def share_misread(p, Q):
    return p.sum() - p[Q.argmax(axis=0), np.arange(p.shape[1])].sum()


def open_gap(p, Q):  # L_I = H(c) + E log Q(c|x)
    H_c = it.entropy(p.sum(axis=1))
    return (H_c - (H_c + np.sum(p * np.log(Q)))) / np.log(2)


first = Step("P(ĉ ≠ c)", "", share_misread, "the share of misread codes")
last = Step("(H(c) − L_I)/log 2", "=", open_gap, "definition of L_I")


def my_misreading():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.misreading.check(my_misreading)

# %% [markdown]
# ### Exercise 5 ★★☆ · do · essential · 30 minutes · an InfoGAN on other data
#
# The points $[3000,2]$ form six clusters of equal probability. Train an InfoGAN whose code has six classes, without
# labels. Return two modules. The `generator` maps rows of four noise variables $\mathcal N(0,1)$ and a one-hot code,
# $[n,4+6]$, to points $[n,2]$. The `recogniser` maps points to logits $[n,6]$. Half a minute is enough.
#
# The check draws new codes, noise and points. A separate classifier assigns each generated point to a cluster, and
# $I(c;\text{cluster})$ must be at least 90 % of $\log6$. Within a class the points must vary. The $L_I$ of your recogniser must reach the same value. On new
# *data*, it must give 90 % of the points the class of their cluster, under the best naming of the classes.
#
# <details><summary>Hint 1</summary>
#
# Take the loop of 8.3, and replace (5) by a network with two hidden layers. Concatenate `torch.randn(n, 4)` and
# `one_hot(c, 6).float()`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Adam with a learning rate of $10^{-3}$, 64 hidden units, and 1,000 steps with batches of 256 are enough. If $D$ and $Q$
# share a trunk, return `nn.Sequential(trunk, Q)`.
#
# </details>


# %% tags=["exercise"]
def my_clusters(points):
    """Train on points [3000, 2]; return generator, recogniser."""
    ...


exercises.clusters.check(my_clusters)

# %% [markdown]
# ## 8.7 What the report claims, and what is right (2 minutes)
#
# <!-- claim: The original paper sets $\lambda=1$ for discrete codes and advises a smaller λ for continuous codes. -->
#
# | claim of section 4.1 | verdict |
# |---|---|
# | V − λ I(c; G(z, c)), and H(c) is constant | right |
# | min over G, max over D | incomplete: the minimum is over G *and Q* |
# | λ < 1 "as recommended in the original paper" | wrong: λ = 1 for discrete codes, and a smaller λ for continuous ones |
# | I is "replaced" by the bound, I = L_I | wrong: I ≥ L_I, with equality if and only if Q is the posterior |
# | p(z\|x) is intractable | a slip: the objective contains p(c\|x) |
# | z: features of x; c: features of its label | loose: no label is used; c is the structured input, z the remaining noise |
#
# > **Summary**
# > - InfoGAN plays $\min_{G,Q}\max_DV-\lambda L_I$.
# > - The head of $D$ is trained on $V$ alone, the head of $Q$ on $L_I$ alone, and their trunk and $G$ on both.
# > - The gap to $H(c)$ is $H(c\mid x)$ plus a KL. In one dimension both are known exactly.
# > - The term $L_I$ changes the optimum: with $\lambda=1$ the exact optimum has $s=0.440$ instead of 0.6.
# > - Ten classes allow at most $\log10=2.303$ nats. The bound of a number is vacuous at $\sigma=1$, but it still trains
# >   the networks.
#
# **You can now** write an InfoGAN, state what each term trains, compare $L_I$ with the exact information, explain the
# cost of $\lambda$, and read the curves of a training.
#
# **Sources.** X. Chen, Y. Duan, R. Houthooft, J. Schulman, I. Sutskever, P. Abbeel 2016, *InfoGAN: Interpretable
# representation learning by information maximizing generative adversarial nets*, NeurIPS,
# [arXiv:1606.03657](https://arxiv.org/abs/1606.03657) · I. Goodfellow et al. 2014, *Generative adversarial nets*, NeurIPS,
# [arXiv:1406.2661](https://arxiv.org/abs/1406.2661) · D. Barber, F. Agakov 2003, *The IM algorithm: a variational approach
# to information maximization*, NeurIPS · Y. LeCun et al. 1998, *Gradient-based learning applied to document recognition*,
# Proceedings of the IEEE 86(11)
#
# **Further reading.** ★☆☆ Chen et al. (2016), sections 4 to 7. ★★☆ B. Poole et al. 2019, *On variational
# bounds of mutual information*, ICML, [arXiv:1905.06922](https://arxiv.org/abs/1905.06922). ★★★ Z. Lin, K. Thekumparampil,
# G. Fanti, S. Oh 2020, *InfoGAN-CR and ModelCentrality: self-supervised model training and selection for disentangling
# GANs*, ICML, [arXiv:1906.06034](https://arxiv.org/abs/1906.06034).
#
# **Next.** [further/08](further/08_what_codes_mean.ipynb) asks what the codes mean. [Lecture 9](09_regularisers.ipynb)
# returns to encoders.
