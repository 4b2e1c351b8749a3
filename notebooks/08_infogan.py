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
# **After this lecture you can** derive the bound $L_I \le I(c;x)$ and say what its gap is made of; write InfoGAN's game
# as a loop of a dozen lines, and say which network is trained on which term; train it on digits, read its curves, and
# judge its codes by what they mean and not by $L_I$.
#
# | | |
# |---|---|
# | You need first | entropy, KL divergence and mutual information (lectures 1 and 2); gradient descent on a network |
# | Time | 60 minutes to read; a minute to run on 2 CPU cores; the same cells use a GPU where there is one |
# | Report | section 4.1 |
#
# | symbol | meaning | in code |
# |---|---|---|
# | $z$ | noise, incompressible: no part of it need mean anything | `noise` |
# | $c \sim p(c)$ | the code, structured, drawn by us | `codes`, one tensor for each code |
# | $x = G(z,c)$ | the generated image | `model.generate(noise, codes)` |
# | $D(x)$ | the discriminator's probability that $x$ is real | `model.critic(x)[0]`, its logit |
# | $Q(c\mid x)$ | the recognition network's guess of the code | `model.recognise(x)`, its parameters |
# | $L_I$ | lower bound on $I(c;x)$ | `mutual_information_bound` |

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.special import log_softmax, softmax, xlogy  # xlogy(x, y) = x log y, and 0 where x = 0
from torch.nn.functional import logsigmoid, one_hot

import infotheory as it
from infotheory.exercises import Exercise
from infotheory.teaching import compare, use_lecture_style
from models import Categorical, InfoGAN, Uniform, choose_device, load_mnist, train
from models.figures import show_images

use_lecture_style()

# %% [markdown]
# ## 8.1 A generator that must not waste its code
#
# A GAN turns noise $z$ into an image, and nothing asks that a coordinate of $z$ mean anything. InfoGAN feeds the
# generator a second input, a **code** $c$ with a simple distribution of our choice: ten classes, and two numbers in
# $[-1,1]$. A generator could ignore it. So InfoGAN demands that $c$ can be read back from the image: $I(c;\,G(z,c))$
# shall be large. That quantity needs the posterior $p(c\mid x)$, which we cannot compute; a network $Q(c\mid x)$ takes
# its place, and $I$ is replaced by a lower bound $L_I(G,Q)$. The game is
#
# $$\min_{G,\,Q}\;\max_{D}\;\; V(D,G) \;-\; \lambda\, L_I(G,Q),$$
#
# $$V(D,G) = \mathbb{E}_{x\sim p_\text{data}}\log D(x) + \mathbb{E}_{z,\,c}\log\big(1 - D(G(z,c))\big),
# \qquad
# L_I(G,Q) = H(c) + \mathbb{E}_{c\sim p(c),\; x\sim G(z,c)}\log Q(c\mid x).$$
#
# Beside the report, section 4.1, note four corrections:
#
# - the minimum is over $G$ **and** $Q$;
# - $I \ge L_I$, with equality iff $Q$ is the posterior; "$I = L_I$" is not a definition one may choose;
# - $\lambda = 1$ in the paper for discrete codes, and for all the codes of its digits; it advises a smaller $\lambda$
#   where a differential entropy would put $\lambda L_I$ on another scale than $V$;
# - $c$ holds no "features for the label", and $z$ no "features for $x$": no label is ever seen. $c$ is what we
#   structured, $z$ is the rest. A *conditional* GAN is given a label with every real image; here no real image has a
#   code.
#
# ## 8.2 The bound, line by line
#
# A generator so small that everything is exact: three codes, five values of the noise, four images. Row $c$ of the
# table lists the image $G(z,c)$ for $z = 0,\dots,4$, and all codes and all noises are equally likely.
#
# The derivation, for any $Q$ whose columns sum to 1:
#
# $$\begin{aligned}
# I(c;x) &= H(c) - H(c\mid x) && (1)\\
# &= H(c) + \mathbb{E}_{x}\,\mathbb{E}_{c'\sim p(c'\mid x)} \log p(c'\mid x) && (2)\;\text{definition of } H(c\mid x)\\
# &= H(c) + \mathbb{E}_{x}\,\mathbb{E}_{c'\sim p(c'\mid x)} \log \tfrac{p(c'\mid x)}{Q(c'\mid x)}
#    + \mathbb{E}_{x}\,\mathbb{E}_{c'\sim p(c'\mid x)} \log Q(c'\mid x) && (3)\;\text{multiply and divide by } Q\\
# &= H(c) + \mathbb{E}_x\,\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big)
#    + \mathbb{E}_{c,\,x}\log Q(c\mid x) && (4)\;\text{definition of KL; } p(x)\,p(c'\mid x) = p(c',x)\\
# &\ge H(c) + \mathbb{E}_{c,\,x} \log Q(c\mid x) = L_I && (5)\;\mathrm{KL}\ge 0
# \end{aligned}$$
#
# In the last expectation of line 4 the pair is drawn from $p(c)\,p(x\mid c)$: first a code, then the image made from
# it. That is what the report's lemma is for. The code inside $\log Q$ is **the very code that made $x$**, so nothing is
# ever drawn from the posterior.

# %%
G_table = np.array([[0, 0, 0, 0, 1], [1, 1, 1, 2, 0], [2, 2, 3, 3, 3]])

p_c = np.ones(3) / 3
p_x_given_c = (G_table[:, :, None] == np.arange(4)).mean(axis=1)  # rows c, columns x
p_cx = it.joint(p_c, p_x_given_c)
p_x = it.marginal(p_cx, of="y")  # infotheory calls rows x and columns y; here the rows are c, the columns x
p_c_given_x = it.conditional(p_cx, given="y")  # the posterior: each column sums to 1
H_c = it.entropy(p_c)
print("p(c|x), rows c, columns x:")
print(p_c_given_x.round(3))

# %%
Q = np.array([[0.7, 0.2, 0.1, 0.1], [0.2, 0.6, 0.3, 0.1], [0.1, 0.2, 0.6, 0.8]])  # a fairly wrong Q

line_1 = H_c - it.conditional_entropy(p_cx)
line_2 = H_c + np.sum(xlogy(p_cx, p_c_given_x))
line_3 = H_c + np.sum(xlogy(p_cx, p_c_given_x / Q)) + np.sum(xlogy(p_cx, Q))
E_KL = p_x @ it.kl_divergence(p_c_given_x, Q, axis=0)
line_4 = H_c + E_KL + np.sum(xlogy(p_cx, Q))
L_I_exact = H_c + np.sum(xlogy(p_cx, Q))

compare("I(c;x)", it.mutual_information(p_cx), "line 1", line_1)
compare("line 1", line_1, "line 2", line_2)
compare("line 2", line_2, "line 3", line_3)
compare("line 3", line_3, "line 4", line_4)
compare("line 4 − E KL", line_4 - E_KL, "L_I", L_I_exact)
print(f"I(c;x) − L_I = {line_4 - L_I_exact:.6f} = E KL, and it is not negative: {E_KL >= 0}")

# %% [markdown]
# **Predict, then run.** Which number is $L_I$ if $Q$ is (a) the posterior, (b) uniform, $Q = 1/3$, whatever the image?


# %%
def exact_bound(Q):
    return H_c + np.sum(xlogy(p_cx, Q))


compare("(a) L_I", exact_bound(p_c_given_x), "I(c;x)", it.mutual_information(p_cx))
compare("(b) L_I − H(c)", exact_bound(np.full((3, 4), 1 / 3)) - H_c, "−H(c)", -H_c)

# %% [markdown]
# With the posterior the bound is tight. With $Q = p(c)$, which never looks at $x$, it is $H(c) - \log 3 = 0$:
# nothing was read. (Any other blind guess is below 0.)
#
# ### What is missing to $H(c)$
#
# Line 4 and $I = H(c) - H(c\mid x)$ together split the distance from the ceiling into two parts:
#
# $$H(c) - L_I \;=\; \underbrace{H(c\mid x)}_{\text{the generator's fault}} \;+\;
# \underbrace{\mathbb{E}_x\,\mathrm{KL}\big(p(c\mid x)\,\|\,Q(c\mid x)\big)}_{\text{the bound's fault}}.$$
#
# Only the second part is a gap of the bound. The first is there even with a perfect $Q$, because different codes make
# the same image. Training $Q$ closes the second; the first only $G$ can close, and it moves both. In the figure: on the left $Q$ moves
# from uniform to the posterior while $G$ stays; on the right $Q$ is always the posterior while $G$ moves from pure
# noise to one image for each code.

# %%
t = np.linspace(0, 1, 101)
Q_path = (1 - t)[:, None, None] / 3 + t[:, None, None] * p_c_given_x
KL_path = it.kl_divergence(p_c_given_x, Q_path, axis=-2) @ p_x
left_parts = [H_c - it.conditional_entropy(p_cx) - KL_path, KL_path, np.full(101, it.conditional_entropy(p_cx))]

G_path = (1 - t)[:, None, None] / 4 + t[:, None, None] * np.eye(3, 4)
p_path = it.joint(p_c, G_path)
right_parts = [it.mutual_information(p_path), np.zeros(101), it.conditional_entropy(p_path)]

_, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
names = ["$L_I$", "E KL, the bound's fault", "H(c|x), the generator's fault"]
for ax, parts in zip(axes, [left_parts, right_parts], strict=True):
    ax.stackplot(t, *parts, labels=names, colors=["#0072B2", "#E69F00", "#999999"], alpha=0.85)
    ax.axhline(H_c, color="black", linestyle="--", label="H(c) = log 3")
    ax.set(xlim=(0, 1), ylim=(0, 1.25))
axes[0].set(title="Q learns, G stays", xlabel="Q: uniform (0) to posterior (1)", ylabel="nats")
axes[1].set(title="G learns, Q is the posterior", xlabel="G: ignores c (0) to keeps c apart (1)")
axes[0].figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
plt.show()
whole = [np.allclose(sum(parts), H_c) for parts in (left_parts, right_parts)]
print(f"on both roads the three parts sum to H(c): {all(whole)}")

# %% [markdown]
# ### From samples
#
# In training there are no tables. Draw a code, draw noise, make the image, look up $\log Q$ at that code, average: this
# is `mutual_information_bound`, the function that also trains the network below. With $n$ samples its standard error is
# the standard deviation of $\log Q$ over $\sqrt n$; we grant four of them.
#
# **Predict, then run.** (a) We look up $\log Q$ at a *fresh* code, drawn independently of $x$. Is the result above
# or below 0? (b) With $Q$ the posterior and a batch of only 64 pairs, can the estimate exceed $I(c;x)$? Can it exceed
# $H(c)$?

# %%
rng = np.random.default_rng(0)
n = 100_000
c, z = rng.integers(3, size=n), rng.integers(5, size=n)
x = G_table[c, z]
log_q = np.log(Q[c, x])  # at the very code that made x
tolerance = 4 * log_q.std() / math.sqrt(n)
compare("L_I from samples", it.mutual_information_bound(log_q, H_c), "exact", L_I_exact, atol=tolerance)
print(f"tolerance: {tolerance:.6f}")

fresh = rng.integers(3, size=n)
print(f"(a) at a fresh code: {it.mutual_information_bound(np.log(Q[fresh, x]), H_c):.3f} nats")

c, z = rng.integers(3, size=(2_000, 64)), rng.integers(5, size=(2_000, 64))
small_batches = it.mutual_information_bound(np.log(p_c_given_x[c, G_table[c, z]]), H_c)
print(f"(b) share of 2,000 batches above I(c;x): {(small_batches > it.mutual_information(p_cx)).mean():.2f}")
print(f"    largest estimate: {small_batches.max():.3f},  H(c) = {H_c:.3f}")

# %% [markdown]
# (a) Below: with independent codes the mean is $H(c) + \mathbb{E}_x\mathbb{E}_{c}\log Q(c\mid x) =
# -\mathbb{E}_x\mathrm{KL}(p(c)\,\|\,Q(c\mid x)) \le 0$. The report's lemma, read with an independent draw, would give
# this instead of $L_I$. (b) About half of the batches: the *expectation* is a lower bound, a single estimate scatters
# around it. Above $H(c)$ no estimate can go, because $\log Q \le 0$ for a discrete code.
#
# ## 8.3 The ceiling, and how to miss it
#
# For ten equally likely classes the ceiling is $H(c) = \log 10 = 2.303$ nats: every class read, always and with
# certainty.
#
# **A popular mistake.** $Q$'s last layer gives *logits*, and a cross-entropy takes the softmax itself. Who puts a
# softmax before it feeds probabilities in $[0,1]$ where logits in $(-\infty,\infty)$ belong. **Predict**: how high can
# $L_I$ then climb, if $Q$ is right and ever more certain?

# %%
compare("H(Categorical(10))", Categorical(10).entropy, "log 10", math.log(10))
scale = torch.linspace(0, 12, 121)
logits = scale[:, None] * one_hot(torch.tensor([0]), 10)  # the true class is 0; its logit grows
right = math.log(10) + logits.log_softmax(1)[:, 0]
wrong = math.log(10) + logits.softmax(1).log_softmax(1)[:, 0]

_, ax = plt.subplots(figsize=(8, 4))
ax.plot(scale, right, label="logits to log-softmax: right")
ax.plot(scale, wrong, label="softmax to log-softmax: wrong")
ax.axhline(math.log(10), color="black", linestyle="--", label="H(c) = log 10")
ax.set(title="A softmax too many caps the bound", xlabel="logit of the true class", ylabel="$L_I$ (nats)")
ax.legend(loc="center right", bbox_to_anchor=(1, 0.62))
plt.show()
cap = math.log(10) + 1 - math.log(math.e + 9)
print(f"the cap: log 10 + 1 − log(e + 9) = {cap:.6f} of {math.log(10):.6f} nats")

# %% [markdown]
# The wrong curve still rises, so the network still trains, and nobody notices: a plateau near 0.84 is the mark of it.
#
# ### Exercise 1 (★☆☆): $L_I$ from logits
#
# Write $L_I$ in nats with numpy alone, for a code with $k$ equally likely classes. `codes` are one-hot rows `[n, k]`,
# `logits` are $Q$'s outputs for the images made from them, `[n, k]`. The check says what went wrong.
#
# <details><summary>Hint 1</summary> $\log Q(c\mid x)$ is the logit of $c$ minus the log of the sum of all exponentials
# of the row; <code>(codes * logits).sum(axis=1)</code> picks the logit.</details>
# <details><summary>Hint 2</summary> $e^{1000}$ overflows. Subtract each row's largest logit first: the softmax does not
# change.</details>


# %% tags=["exercise"]
def my_L_I(codes, logits):
    ### BEGIN SOLUTION
    logits = logits - logits.max(axis=1, keepdims=True)
    log_q = (codes * logits).sum(axis=1) - np.log(np.exp(logits).sum(axis=1))
    return np.log(logits.shape[1]) + log_q.mean()
    ### END SOLUTION


# %%
def bound_of(case, twice=False):
    codes, logits = torch.tensor(case, dtype=torch.float64)
    code = Categorical(codes.shape[1])
    return it.mutual_information_bound(code.log_q(codes, logits.softmax(1) if twice else logits), code.entropy).item()


rng = np.random.default_rng(1)
cases = [np.array([np.eye(3)[rng.integers(3, size=2)], 2 * rng.normal(size=(2, 3))]) for _ in range(10)]
cases.append(np.array([np.eye(3)[[0, 1]], 1000 * np.eye(3)[[0, 1]]]))  # certain, and right
BOUND = Exercise(
    task="L_I from logits, in nats",
    solution=bound_of,
    cases=tuple(cases),
    mistakes={
        "That is softmax applied twice: pass the logits as they are.": lambda case: bound_of(case, twice=True),
        "That is E log Q alone: H(c) = log k is missing.": lambda case: bound_of(case) - math.log(3),
        "H(c) has the wrong sign: add log k.": lambda case: bound_of(case) - 2 * math.log(3),
        "E log Q has the wrong sign: log Q ≤ 0, so L_I ≤ log k.": lambda case: 2 * math.log(3) - bound_of(case),
        "That is a sum over the batch: take the mean.": lambda case: 2 * bound_of(case) - math.log(3),
        "That is in bits: use the natural logarithm.": lambda case: bound_of(case) / math.log(2),
        "The logits are not normalised: subtract the log of the sum of their exponentials.": lambda case: (
            math.log(3) + (case[0] * case[1]).sum(axis=1).mean()
        ),
        "exp overflowed: subtract the largest logit of each row first.": lambda case: math.nan,
    },
)
assert BOUND.check(lambda case: my_L_I(*case))


# %%
def softmax_twice(case):  # what the check says to two students who slipped
    codes, logits = case
    return math.log(3) + (codes * log_softmax(softmax(logits, axis=1), axis=1)).sum(axis=1).mean()


def without_entropy(case):
    codes, logits = case
    return (codes * log_softmax(logits, axis=1)).sum(axis=1).mean()


for wrong_answer in (softmax_twice, without_entropy):
    BOUND.check(wrong_answer)

# %% [markdown]
# ## 8.4 Codes are data
#
# In `models` a code is a small object that knows its prior $p(c)$, its entropy, and the family of $Q$. A model takes a
# list of them. The paper's list for digits has ten classes, for which we hope to get digits, and two numbers, for which
# we hope to get style. Nothing in the list says so.
#
# **A vacuous bound.** For a continuous code $H(c)$ is a *differential* entropy $h(c)$ and $Q(c\mid x)$ a density. The
# paper lets the network give $\mu$ and $\sigma$ (its appendix C); its authors' code for digits, and ours, fix
# $\sigma = 1$: $\mathcal N(\mu(x), 1)$. With $c$ uniform on $(-1,1)$, $h(c) = \log 2$, and
#
# $$L_I = \log 2 - \tfrac12\log 2\pi - \tfrac12\,\mathbb{E}\,(c - \mu(x))^2
# \;\le\; \log 2 - \tfrac12 \log 2\pi = -0.226 < 0 .$$
#
# **Predict, then run.** $Q$ reads every number without any error: what does $L_I$ say? And if $Q$ always answers
# $\mu = 0$?

# %%
codes = [Categorical(10), Uniform(-1, 1), Uniform(-1, 1)]
torch.manual_seed(0)
for code in codes:
    one = [round(value, 2) for value in code.sample(1)[0].tolist()]
    print(f"{code!s:26s} H(c) = {code.entropy:.3f} nats, {code.n_parameters:2d} parameters of Q, one draw: {one}")
print(f"input of G: {sum(code.size for code in codes)} numbers of code and 62 of noise")

number = Uniform(-1, 1)
c = ((torch.arange(100_000, dtype=torch.float64) + 0.5) / 50_000 - 1)[:, None]  # evenly over (−1, 1)
perfect = it.mutual_information_bound(number.log_q(c, c), number.entropy).item()
not_read = it.mutual_information_bound(number.log_q(c, 0 * c), number.entropy).item()
compare("μ(x) = c: L_I", perfect, "log 2 − ½ log 2π", math.log(2) - math.log(2 * math.pi) / 2)
compare("μ(x) = 0: L_I", not_read, "log 2 − ½ log 2π − 1/6", perfect - 1 / 6, atol=1e-9)

# %% [markdown]
# The true $I(c;x)$ is never negative, and $+\infty$ when $x$ determines a continuous $c$. "$I \ge -0.226$" says
# nothing: the bound is **vacuous**. It trains all the same, because constants have no gradient: what is left is
# $-\tfrac12(c-\mu)^2$, least squares. So look for $-0.392$ early in training and for nearly $-0.226$ at its end. With a
# smaller $\sigma$ the same $\mu$ would give a bound that says something: exercise 2.
#
# ## 8.5 The game in the open
#
# Two networks: the generator $G$, and a critic that holds $D$ and $Q$ as two heads on one shared trunk. Every step
# plays two moves on the same codes and noise:
#
# - **$D$ and $Q$ move**, on $-V - \lambda L_I$. The image is detached, so that $G$ stays. $D$'s head learns from $V$,
#   $Q$'s head from $L_I$, and the trunk from both (as in the authors' code; a pure $\max_D V$ would not touch it with
#   $L_I$).
# - **$G$ moves**, on $-\mathbb{E}\log D(G(z,c)) - \lambda L_I$. The first term is the *non-saturating* loss: instead of
#   lowering $\mathbb{E}\log(1-D)$, whose gradient dies while $D$ wins, it raises $\mathbb{E}\log D$.
#
# The two terms of the game, by hand, for our list of codes: of $Q$'s twelve parameters the first ten are logits, the
# last two are means. $V$ is checked on two pmfs over four images. There the best discriminator is
# $D^* = p_\text{data}/(p_\text{data} + p_G)$, and putting it into $V$ gives
#
# $$V(D^*,G) = 2\,\mathrm{JSD}(p_\text{data}\,\|\,p_G) - \log 4 ,$$
#
# so a perfect generator leaves $V = -\log 4 = -1.386$, and what is above that is what $D$ still sees.
# Then the loop: one epoch, with $\lambda = 1$, on networks of a quarter of the paper's width.


# %%
def V(real_logits, fake_logits):  # log D = logsigmoid(logit), log(1 − D) = logsigmoid(−logit)
    return logsigmoid(real_logits).mean() + logsigmoid(-fake_logits).mean()


def L_I(classes, numbers, parameters):
    log_q_class = parameters[:, :10].log_softmax(1).gather(1, classes[:, None])
    log_q_numbers = -((numbers - parameters[:, 10:]) ** 2) / 2 - math.log(2 * math.pi) / 2
    return math.log(10) + log_q_class.mean() + (math.log(2) + log_q_numbers.mean(0)).sum()


p_data, p_G = np.array([4, 3, 2, 1]) / 10, np.array([1, 2, 3, 4]) / 10
logits = torch.tensor(np.log(p_data / p_G))  # D* = sigmoid(log p_data − log p_G)
real, fake = (logits.repeat_interleave(torch.tensor(times)) for times in ([4, 3, 2, 1], [1, 2, 3, 4]))
compare("V(D*, G)", V(real, fake), "2 JSD − log 4", 2 * it.js_divergence(p_data, p_G) - math.log(4))
compare("V(½, G)", V(0 * real, 0 * fake), "−log 4", -math.log(4))

# %%
digits = load_mnist()
print(digits)
torch.manual_seed(0)
model = InfoGAN(width=0.25).to(choose_device())
images = digits.train_images.to(model.device)
G, D_and_Q = model.generator, model.critic
critic_optimizer = torch.optim.Adam(D_and_Q.parameters(), lr=2e-4, betas=(0.5, 0.999))
generator_optimizer = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
curve = []
for real in images[: 31 * 128].split(128):
    classes = torch.randint(10, (128,), device=model.device)
    numbers = 2 * torch.rand(128, 2, device=model.device) - 1
    noise = torch.randn(128, 62, device=model.device)
    fake = G(torch.cat([noise, one_hot(classes, 10), numbers], dim=1))

    fake_logits, parameters = D_and_Q(fake.detach())  # D and Q move
    loss = -V(D_and_Q(real)[0], fake_logits) - L_I(classes, numbers, parameters)
    critic_optimizer.zero_grad()
    loss.backward()
    critic_optimizer.step()

    fake_logits, parameters = D_and_Q(fake)  # G moves
    loss = -logsigmoid(fake_logits).mean() - L_I(classes, numbers, parameters)
    generator_optimizer.zero_grad()
    loss.backward()
    generator_optimizer.step()
    curve.append(L_I(classes, numbers, parameters).item())
print(f"L_I of all codes rose by more than 0.1 nats in {len(curve)} steps: {curve[-1] - curve[0] > 0.1}")

# %% [markdown]
# The second `backward` also fills the critic's gradients, which nobody uses: the next `zero_grad` discards them. The
# package computes only the gradients of the player that moves. Otherwise it does the same: on one draw, its losses are
# ours.

# %%
draw = model.draw(images[:128])  # real images, codes, and the images made of them
classes, numbers = draw.codes[0].argmax(dim=1), torch.cat(draw.codes[1:], dim=1)
real_logits, _ = D_and_Q(draw.real)
fake_logits, parameters = D_and_Q(draw.fake)

by_hand = {
    "critic_loss": -V(real_logits, fake_logits) - L_I(classes, numbers, parameters),
    "generator_loss": -logsigmoid(fake_logits).mean() - L_I(classes, numbers, parameters),
}
for name, value in by_hand.items():
    difference = abs(value - getattr(model, name)(draw)["loss"]).item()
    print(f"{name:15s} by hand and by the package within 1e-5: {difference < 1e-5}")

# %% [markdown]
# **Predict, then run.** Four parts, $G$, trunk, head of $D$, head of $Q$; four terms, two in each move. Fill in the
# table: which term moves which part, and where does a gradient arrive that moves nothing?

# %%
parts = {"G": G, "trunk": D_and_Q.trunk, "head of D": D_and_Q.discriminate, "head of Q": D_and_Q.recognise}
detached_logits, detached_parameters = D_and_Q(draw.fake.detach())
moves = {
    "D and Q": {
        "−V": -V(real_logits, detached_logits),
        "−λ L_I": -L_I(classes, numbers, detached_parameters),
    },
    "G": {
        "−E log D": -logsigmoid(fake_logits).mean(),
        "−λ L_I": -L_I(classes, numbers, parameters),
    },
}
movers = {player.name: {id(parameter) for parameter in player.parameters} for player in model.players()}
print(f"{'move':10s}{'term':10s}" + "".join(f"{part:>12s}" for part in parts))
for move, terms in moves.items():
    for term, value in terms.items():
        row = f"{move:10s}{term:10s}"
        for part in parts.values():
            weight = next(part.parameters())
            (gradient,) = torch.autograd.grad(value, weight, retain_graph=True, allow_unused=True)
            row += f"{'–' if gradient is None else 'moved' if id(weight) in movers[move] else 'unused':>12s}"
        print(row)

# %% [markdown]
# $Q$'s head is moved only in the critic's turn; $G$'s turn sees a fixed $Q$. Both turns raise $L_I$, which is the
# "$\min$ over $G$ *and* $Q$" of the objective.
#
# ## 8.6 Train
#
# The same game with `train`, afresh, for 1,000 steps. The first weights are drawn when the model is built, so the seed
# comes before; `train` has a seed of its own for batches, codes and noise. It picks the best device and leaves the
# model there. With a GPU use the paper's size: `InfoGAN()`, `load_mnist(folder)` with all 60,000
# digits and `steps=20_000`, or `python -m models train infogan --steps 20000` in a shell.
#
# **Predict, while it runs.** Sketch three curves over the steps: $L_I$ of the ten classes, $L_I$ of the two numbers,
# and $V$. Where do they begin? Which line bounds each? Will $V$ end above or below $-\log 4$?

# %%
torch.manual_seed(0)  # the first weights
model = InfoGAN(width=0.25)
history = train(model, digits.train_images, steps=1_000, seed=0)
H_c = model.codes[0].entropy
print(f"L_I of the ten classes above 2.0 nats: {history.mean('L_I[0]') > 2.0}")
print(f"never above H(c): {bool(history['L_I[0]'].max() <= H_c + 1e-5)}")

# %%
_, axes = plt.subplots(1, 3, figsize=(13, 4))
history.plot("L_I[0]", smooth=20, ax=axes[0])
axes[0].axhline(H_c, color="black", linestyle="--", label="H(c) = log 10")
axes[0].set(title="Ten classes", ylabel="$L_I$ (nats)", ylim=(-0.1, 2.5))
history.plot("L_I[1]", "L_I[2]", smooth=20, ax=axes[1])
axes[1].axhline(perfect, color="black", linestyle="--", label="read perfectly")
axes[1].axhline(not_read, color="black", linestyle=":", label="not read, μ = 0")
axes[1].set(title="Two numbers, σ = 1 in Q", ylabel="$L_I$ (nats)", ylim=(-0.6, -0.18))
history.plot("V", smooth=20, ax=axes[2])
axes[2].axhline(-math.log(4), color="black", linestyle="--", label="−log 4: D knows nothing")
axes[2].set(title="The game's value", ylabel="V(D, G) (nats)")
axes[2].set_ylim(bottom=-1.75)
for ax in axes:
    ax.legend(fontsize=11, loc="lower right")
plt.show()
last = {name: history.mean(name) for name in ("L_I[1]", "L_I[2]", "V")}
print(f"both numbers' bounds between −0.392 and −0.226: {all(-0.392 < last[f'L_I[{i}]'] < -0.226 for i in (1, 2))}")
print(f"V above −log 4: {last['V'] > -math.log(4)}")

# %% [markdown]
# $L_I$ climbs from 0 towards $H(c)$. The two numbers climb from "not read" to their ceiling, negative all the while.
# $V$ starts near $-\log 4$, when $D$ knows nothing, and ends above it: the discriminator can tell, at first because the
# generator draws badly, later because 4,000 images can be learnt by heart. Unlike a loss, $V$ does not say how good
# the images are: it rises when $D$ gets better *or* when $G$ gets worse.
#
# ### What $L_I$ promises about the code
#
# If $Q$'s favourite class is wrong, then $Q(c\mid x) \le \tfrac12$, so $-\log_2 Q(c\mid x) \ge 1$. Hence
#
# $$P(\text{Q misreads } c) \;\le\; \mathbb{E}\,[-\log_2 Q(c\mid x)] \;=\; \frac{H(c) - L_I}{\log 2}.$$

# %%
with torch.no_grad():
    torch.manual_seed(1)
    draw = model.draw(digits.train_images[:2_000].to(model.device))  # fresh codes, noise and images
    readings = model.recognise(draw.fake)
    fresh_bound = it.mutual_information_bound(model.codes[0].log_q(draw.codes[0], readings[0]), H_c).item()
misread = (readings[0].argmax(1) != draw.codes[0].argmax(1)).float().mean().item()
print(f"misread ≤ (H(c) − L_I)/log 2: {misread <= (H_c - fresh_bound) / math.log(2)}")
print(f"fewer than 1 generated image in 20 is misread: {misread < 0.05}")

# %% [markdown]
# ## 8.7 Look at the codes
#
# Each row has one noise vector, each column one class; the two numbers are 0. **Predict**: what should be the same
# along a column, and what along a row?

# %% tags=["picture"]
with torch.no_grad():
    torch.manual_seed(2)
    noise = torch.randn(6, model.noise_dim).to(model.device)
    classes = torch.eye(10, device=model.device)
    middle = torch.zeros(60, 1, device=model.device)
    grid = model.generate(noise.repeat_interleave(10, 0), [classes.repeat(6, 1), middle, middle])
    read = model.recognise(grid)[0].argmax(1).view(6, 10).cpu()
ax = show_images(grid, 10, title="One class for each column, one noise for each row", rows=[f"z {i}" for i in range(6)])
ax.set_xticks([30 * (i + 0.5) for i in range(10)], range(10))
ax.set(xlabel="class of the code", ylabel="noise")
plt.show()
print(f"Q reads the column in at least 55 of the 60 images: {int((read == torch.arange(10)).sum()) >= 55}")

# %% [markdown]
# $Q$ reads the column whatever the noise, and that is all that $L_I$ asked for. That most columns look like *digits* is
# due to $V$: images must look like real ones, and between real ones the digit is a difference that is easy to read.
# Still two columns may share a digit, in two ways to write it, and one column may mix two.
#
# Now each number swept from $-2$ to $2$, twice as far as it went in training, with noise and the other number fixed.

# %%
sweep = torch.linspace(-2, 2, 11, device=model.device)[:, None]
shown = [0, 2, 4, 6, 8]
_, axes = plt.subplots(1, 2, figsize=(13, 3.7))
with torch.no_grad():
    for which, ax in enumerate(axes):
        numbers = [torch.zeros(55, 1, device=model.device), torch.zeros(55, 1, device=model.device)]
        numbers[which] = sweep.repeat(5, 1)
        swept = model.generate(noise[:1].expand(55, -1), [classes[shown].repeat_interleave(11, 0), *numbers])
        show_images(swept, 11, title=f"Number {which + 1} swept", rows=[f"class {k}" for k in shown], ax=ax)
        ax.set_xticks([30 * (i + 0.5) for i in (0, 2.5, 5, 7.5, 10)], ["−2", "−1", "0", "1", "2"])
        ax.set(xlabel="value of the number (trained on −1 … 1)")
plt.show()

# %% [markdown]
# Compare the two ends: slant, stroke width, size, or a mixture of them; here and there the digit itself turns into
# another. Beyond $\pm1$ the generator extrapolates, and breaks up. $L_I$ asks that the number be readable, not that it
# be one factor of variation that has a name.
#
# ### Exercise 2 (★★☆): a continuous bound that says something
#
# Let $Q(c\mid x) = \mathcal N(\mu(x), \sigma^2)$ with one $\sigma$ for all $x$, let $c$ be uniform on $(-1,1)$, and let
# $m = \mathbb{E}\,(c-\mu(x))^2$ be the mean squared error of the readings. Write the largest $L_I$ that any $\sigma$
# gives, as a function of $m > 0$. Then: how small must $m$ be for the bound to be positive? The check knows no formula:
# it maximises over $\sigma$ numerically. After it your function meets the trained model.
#
# <details><summary>Hint 1</summary> $L_I(\sigma) = \log 2 - \tfrac12\log 2\pi\sigma^2 - m/(2\sigma^2)$.</details>
# <details><summary>Hint 2</summary> Set the derivative in $\sigma^2$ to 0: the best $\sigma^2$ is the error that $Q$
# really makes.</details>


# %% tags=["exercise"]
def my_best_bound(m):
    ### BEGIN SOLUTION
    return math.log(2) - math.log(2 * math.pi * math.e * m) / 2  # σ² = m
    ### END SOLUTION


# %%
from scipy.optimize import minimize_scalar


def bound_at(log_variance, m):
    return math.log(2) - (math.log(2 * math.pi) + log_variance) / 2 - m / (2 * math.exp(log_variance))


BEST_BOUND = Exercise(
    task="the best L_I at mean squared error m",
    solution=lambda m: -minimize_scalar(lambda s: -bound_at(s, m), bracket=(-8, 0)).fun,
    cases=(0.01, 0.05, 0.2, 1 / 3, 1.5),
    mistakes={
        "That is the bound at σ = 1: choose σ for this m.": lambda m: bound_at(0, m),
        "The term m/(2σ²) is missing: at the best σ² it is ½.": lambda m: bound_at(math.log(m), 0),
        "You set σ = m: the best σ² is m, not the best σ.": lambda m: bound_at(2 * math.log(m), m),
        "h(c) = log 2 is missing: c is uniform on an interval of length 2.": lambda m: (
            bound_at(math.log(m), m) - math.log(2)
        ),
        "The logarithm of 2πσ² has a factor ½.": lambda m: math.log(2) - math.log(2 * math.pi * m) - 0.5,
        "That is in bits: use the natural logarithm.": lambda m: bound_at(math.log(m), m) / math.log(2),
    },
)
assert BEST_BOUND.check(my_best_bound)

for i in (1, 2):
    m = ((draw.codes[i] - readings[i]) ** 2).mean().item()
    print(f"number {i}: negative at σ = 1: {bound_at(0, m) < 0};  at the best σ above 0.3: {my_best_bound(m) > 0.3}")
print(f"positive iff m < 4/(2πe) = {4 / (2 * math.pi * math.e):.6f}")

# %% [markdown]
# The very same network and the same readings: with $\sigma = 1$ the bound is vacuous, with the best $\sigma$ it proves
# that each number is really in the image.
#
# ## 8.8 Codes against real digits
#
# Now a question that $L_I$ never asked. Give $Q$ *real* images. Its favourite class is a number from 0 to 9 that means
# nothing until we name it, so we look for the naming, one digit for each class, that is right most often **on the
# training images**: an assignment problem. Only this step sees labels. Then we count errors on the test images.
#
# **Predict, then run.** A blind guess errs on 90 %. What will this error be, after a minute, with 4,000 images and no
# labels?

# %%
from scipy.optimize import linear_sum_assignment


def favourite(images):
    with torch.no_grad():
        return model.recognise(images.to(model.device))[0].argmax(1).cpu().numpy()


def counts(rows, columns):
    table = np.zeros((10, 10), int)
    np.add.at(table, (rows, columns), 1)
    return table


train_table = counts(favourite(digits.train_images), digits.train_labels.numpy())
_, digit_of = linear_sum_assignment(train_table, maximize=True)  # digit_of[class]
named = digit_of[favourite(digits.test_images)]
labels = digits.test_labels.numpy()
test_error = (named != labels).mean()
print(f"every class names one digit, no digit twice: {sorted(digit_of.tolist()) == list(range(10))}")
print(f"test error below 0.6, against 0.9 by chance: {test_error < 0.6}")

# %%
confusion = counts(labels, named)
percent = (100 * confusion / confusion.sum(axis=1, keepdims=True)).round().astype(int)
_, ax = plt.subplots(figsize=(7.2, 6))
picture = ax.imshow(percent, cmap="Blues", vmin=0, vmax=100)
for row, column in np.argwhere(percent):
    ink = "white" if percent[row, column] > 55 else "black"
    ax.text(column, row, percent[row, column], ha="center", va="center", fontsize=11, color=ink)
ax.set(title="Codes against digits, test images", xticks=range(10), yticks=range(10))
ax.set(xlabel="digit that names Q's favourite class", ylabel="true digit")
ax.grid(False)
ax.figure.colorbar(picture, label="share of the true digit's images (%)")
plt.show()
I_code_digit = it.mutual_information(confusion / confusion.sum())
print(f"I(code; digit) on the test images above 0.5 of at most 2.303 nats: {I_code_digit > 0.5}")

# %%
with torch.no_grad():
    log_q = model.recognise(digits.train_images.to(model.device))[0].log_softmax(1)
surest = log_q.topk(12, dim=0).indices.T.cpu()  # 12 training images for each class
names = [f"class {k}, named {digit_of[k]}" for k in range(10)]
ax = show_images(digits.train_images[surest.flatten()], 12, title="Real digits of which Q is surest", rows=names)
ax.set(xlabel="surest first")
plt.show()

# %% [markdown]
# About half of the digits are right. In the first figure the diagonal is strong for some digits; others share a class,
# such as 4, 7 and 9, or fill two, and then one of the two is named after a digit that had no class of its own. In the
# second figure look for a class whose images are all alike and whose name is wrong.
#
# ## 8.9 Why $L_I$ cannot choose
#
# In this run $L_I$ came near its ceiling while the digits came half right. Train on and $L_I$ gets to 2.28 and more
# whatever the classes mean, so it cannot tell a good run from a bad one. The reason is no weakness of the bound.
# $I(c;x)$ itself is blind to meaning. Exactly, in a toy: the image shows a digit *and* a stamp in the corner; the
# generator copies $c$ into the stamp and draws the digit at random.

# %%
p_digit = np.ones(10) / 10
p_c_digit_stamp = np.einsum("c,d,cs->cds", p_digit, p_digit, np.eye(10))  # stamp = c, digit independent
I_image = it.mutual_information(p_c_digit_stamp.reshape(10, 100))  # x = (digit, stamp)
I_digit = it.mutual_information(p_c_digit_stamp.sum(axis=2))
compare("I(c; image)", I_image, "H(c)", math.log(10))
compare("I(c; digit)", I_digit, "nothing", 0)

# %% [markdown]
# $L_I$ is at its maximum, $H(c\mid x) = 0$ and $\mathrm{KL} = 0$, and the code says nothing about the digit.
# What makes codes of real GANs meaningful is what surrounds the bound: images must look real (a stamp would betray
# them), the network prefers smooth and strong differences, and ten equally likely classes fit ten about equally
# frequent digits. These are *inductive biases*, and they can fail. So:
#
# - choose between runs by looking, or with a few labels, never by $L_I$;
# - say how many runs you made, and on which images the naming was found;
# - more images, small random shifts and rotations of the real ones (they keep $D$ from learning them by heart) and
#   longer training help: with all 60,000 digits the paper reports an error of 5 %.
#
# ## What to remember
#
# - $\min_{G,Q}\max_D\, V - \lambda L_I$: $D$ against $G$, while $G$ and $Q$ cooperate.
# - $I(c;x) \ge L_I = H(c) + \mathbb{E}\log Q(c\mid x)$, at the very code that made $x$; the gap is
#   $\mathbb{E}_x\mathrm{KL}(p(c\mid x)\,\|\,Q(c\mid x))$, zero iff $Q$ is the posterior.
# - $H(c) - L_I = H(c\mid x) + \mathbb{E}\,\mathrm{KL}$: only the second part is the bound's fault.
# - Ten classes: at most $\log 10 = 2.303$; a plateau at 0.84 is a softmax too many. A number read
#   with $\sigma = 1$: at most $-0.226$, vacuous, and it trains all the same.
# - $L_I$ measures whether the code can be read, not what it means.
#
# **Next**: the other road to codes that mean something: an encoder trained on the ELBO (lecture 4) and what its
# regularisers ask of the codes (lecture 9). How to measure what was found is lecture 10.
