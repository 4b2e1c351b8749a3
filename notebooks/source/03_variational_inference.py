# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3 · Variational inference
#
# **After this lecture you can** derive the ELBO by two roads and say what each of them drops; show on exact models that
# the gap is $\mathrm{KL}(q\,\|\,p(z\mid x))$ to twelve digits; explain EM as climbing one bound from two sides; say why a
# rising ELBO need not mean a rising $\log p(x)$, what a too small family of $q$ costs, and what amortisation adds.
#
# | | |
# |---|---|
# | You need first | lectures 1 and 2: entropy, KL divergence, Gibbs' inequality |
# | Time | 60 minutes to read; seconds to run |
# | Report | section 4.2.1 |

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from scipy.stats import norm

import infotheory as it
from infotheory.teaching import COLOURS, compare, use_lecture_style
from infotheory.teaching.exercises import Exercise

use_lecture_style()

# %% [markdown]
# ## 3.1 The problem
#
# A model with a latent variable says how data come about: draw $z\sim p(z)$, then $x\sim p(x\mid z)$. We see $x$ and want
# to know two things: how probable it was, the **evidence** $p(x)=\sum_z p(x,z)$, and what $z$ was, the **posterior**
#
# $$p(z\mid x)=\frac{p(x\mid z)\,p(z)}{\sum_{z'} p(x\mid z')\,p(z')}.$$
#
# Both hang on one sum. With ten binary latents it has a thousand terms, with a hundred $10^{30}$: this is all that
# "intractable" means here. In this lecture $z$ has three states, so everything can be computed and nothing is hidden.
#
# Our running example: a disease ($z$: none, mild, severe) and one observed test result $x$.

# %%
p_z = np.array([0.5, 0.4, 0.1])
p_x_given_z = np.array([0.2, 0.5, 0.5])  # the probability of the result that we saw, in each state
log_joint = np.log(p_z * p_x_given_z)  # log p(x, z) at the x that we saw

log_p_x, posterior = it.log_evidence(log_joint), it.posterior(log_joint)
print(f"log p(x) = {log_p_x:.6f} nats,  p(z|x) = {posterior.round(3).tolist()}")

# %% [markdown]
# ## 3.2 First road: the KL to the posterior
#
# Choose any pmf $q(z)$, and ask how far it is from the posterior. The report's derivation, each line with its reason and
# its value at a random model:

# %%
it.report.DERIVATIONS["KL to the posterior"].show()

# %% [markdown]
# Rearranged, it is the central equation of this course:
#
# $$\log p(x) \;=\; \underbrace{\sum_z q(z)\log\frac{p(x,z)}{q(z)}}_{\text{ELBO}(q)} \;+\;
# \underbrace{\mathrm{KL}\big(q(z)\,\|\,p(z\mid x)\big)}_{\ge\,0,\ \text{lecture 2}}.$$
#
# The left side does not depend on $q$. So a larger ELBO means a smaller KL, and the ELBO needs only $p(x,z)$, not the
# posterior. On our example, for one $q$, and then for a thousand random models and $q$ at once:

# %%
q = np.array([0.3, 0.5, 0.2])
gap = it.kl_divergence(q, posterior)
compare("log p(x)", log_p_x, "ELBO + KL", it.elbo(log_joint, q) + gap)

rng = np.random.default_rng(0)
many_log_joints = np.log(rng.dirichlet(np.ones(5), size=1_000) * rng.random((1_000, 1)))
many_q = rng.dirichlet(0.5 * np.ones(5), size=1_000)
elbos, evidences = it.elbo(many_log_joints, many_q), it.log_evidence(many_log_joints)
gaps = it.kl_divergence(many_q, it.posterior(many_log_joints))
print(f"the gap is the KL, to 1e-12, in all 1,000: {np.allclose(evidences - elbos, gaps, rtol=0, atol=1e-12)}")

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
left.scatter(evidences, elbos, s=8, alpha=0.5)
ends = [evidences.min(), evidences.max()]
left.plot(ends, ends, "k--", label="ELBO = log p(x)")
left.set(title="Never above the line", xlabel="log p(x) (nats)", ylabel="ELBO (nats)", ylim=(-9, 0.5))
left.legend()
right.scatter(gaps, evidences - elbos, s=8, alpha=0.5, color=COLOURS[1])
right.set(title="The gap is the KL", xlabel="KL(q ‖ p(z|x)) (nats)", ylabel="log p(x) − ELBO (nats)")
plt.show()
print(f"smallest gap: {gaps.min():.3f} nats, not negative: {gaps.min() >= 0}")

# %% [markdown]
# **Predict, then run.** Three $q$'s for the patient: the posterior, the prior, and a doctor who is certain of "mild".
# Which has the smallest gap? Which the largest? Can a gap be infinite?

# %%
candidates = {"posterior": posterior, "prior": p_z, "certain of mild": np.array([0.0, 1.0, 0.0]), "q above": q}
values = {name: it.elbo(log_joint, candidate) for name, candidate in candidates.items()}
_, axes = plt.subplots(figsize=(8, 3.6))
for row, value in enumerate(values.values()):
    axes.barh(row, value, color=COLOURS[0], label="ELBO" if row == 0 else None)
    axes.barh(row, log_p_x - value, left=value, color=COLOURS[1], label="KL(q ‖ p(z|x))" if row == 1 else None)
axes.axvline(log_p_x, color="black", linestyle="--", label="log p(x)")
axes.set(title="One log p(x), four lower bounds", xlabel="nats", yticks=range(4), yticklabels=values)
axes.invert_yaxis()
axes.legend(loc="lower left", fontsize=11)
plt.show()
for name, value in values.items():
    print(f"{name:16s} ELBO = {value:.6f}, gap = {log_p_x - value:z.6f}")

# %% [markdown]
# The gap is infinite only if $q$ claims a state that the posterior excludes. The other direction, a state that $q$ leaves
# out, costs little: reverse KL is mode-seeking (lecture 2).
#
# ## 3.3 Second road: Jensen's inequality
#
# Multiply and divide by $q$ inside the evidence, and pull the concave logarithm under the mean:
#
# $$\log p(x)=\log\sum_z q(z)\,\frac{p(x,z)}{q(z)} = \log\,\mathbb E_q\,w(z)\;\ge\;\mathbb E_q\log w(z)=\text{ELBO}(q),
# \qquad w(z)=\frac{p(x,z)}{q(z)}.$$
#
# It is shorter and says less: *that* there is a gap, not what it is. Jensen is an equality iff $w$ is constant where
# $q>0$: iff $p(x,z)\propto q(z)$, so again iff $q$ is the posterior (if $q$ leaves out no possible state).

# %%
it.report.DERIVATIONS["ELBO by Jensen's inequality"].show()

# %% [markdown]
# ## 3.4 What the ELBO asks for
#
# $$\text{ELBO} = \underbrace{\mathbb E_q\log p(x\mid z)}_{\text{explain } x} - \underbrace{\mathrm{KL}\big(q(z)\,\|\,p(z)\big)}_{\text{stay near the prior}}
# = \underbrace{\mathbb E_q\log p(x,z)}_{\text{energy}} + \underbrace{H(q)}_{\text{entropy}}.$$
#
# Neither part is to be had alone. Only the first: put all of $q$ on the state that explains $x$ best. Only the second:
# $q(z)=p(z)$ for every $x$, *posterior collapse*, and $z$ says nothing about $x$. (The report's sub-objective ii, "make $q$
# as similar as possible to $p$", is this one.)

# %%
reconstruction, kl_to_prior = np.sum(q * np.log(p_x_given_z)), it.kl_divergence(q, p_z)
compare("ELBO", it.elbo(log_joint, q), "reconstruction − KL", reconstruction - kl_to_prior)
compare("ELBO", it.elbo(log_joint, q), "energy + entropy", np.sum(q * log_joint) + it.entropy(q))

# %% [markdown]
# ### Exercise 1 (★☆☆): the ELBO by hand
#
# Write the ELBO of a pair (`log_joint`, `q`) with numpy alone. $q$ may hold zeros.
#
# <details><summary>Hint</summary> Keep the states with $q(z)>0$, and sum $q\,(\log p(x,z)-\log q)$ over them.</details>


# %% tags=["exercise"]
def my_elbo(log_joint, q):
    log_joint, q = np.asarray(log_joint), np.asarray(q)
    ### BEGIN SOLUTION
    used = q > 0
    return np.sum(q[used] * (log_joint[used] - np.log(q[used])))
    ### END SOLUTION


# %%
case_rng = np.random.default_rng(1)
cases = [(np.log([0.1, 0.2, 0.05]).tolist(), [0.5, 0.5, 0.0])]
cases += [
    (np.log(case_rng.dirichlet(np.ones(4)) / 2).tolist(), case_rng.dirichlet(np.ones(4)).tolist()) for _ in range(9)
]
ELBO = Exercise(
    task="the ELBO, in nats",
    solution=lambda case: it.elbo(*case),
    cases=tuple(cases),
    mistakes={
        "That is log p(x): q has no part in it yet.": lambda case: it.log_evidence(case[0]),
        "That is minus the ELBO.": lambda case: -it.elbo(*case),
        "The entropy of q is missing.": lambda case: np.dot(case[1], case[0]),
        "The entropy has the wrong sign: subtract log q.": lambda case: np.dot(case[1], case[0]) - it.entropy(case[1]),
        "That is KL(q‖p(z|x)), the gap.": lambda case: it.kl_divergence(case[1], it.posterior(case[0])),
        "0 · log 0 came out as NaN: leave out the states with q = 0.": lambda case: (
            np.nan if 0 in case[1] else it.elbo(*case)
        ),
        "That is in bits.": lambda case: it.elbo(*case, base=2),
    },
)
assert ELBO.check(lambda case: my_elbo(*case))

# %% [markdown]
# ## 3.5 Inference by optimisation
#
# Now climb. Let $q=\operatorname{softmax}(\lambda)$ and follow the gradient of the ELBO in λ. The posterior is never used,
# and yet it is what comes out.

# %%
logits = torch.zeros(3, dtype=torch.float64, requires_grad=True)
target = torch.tensor(log_joint)
optimizer = torch.optim.Adam([logits], lr=0.1)
curve = []
for _ in range(400):
    bound = it.elbo(target, logits.softmax(0), check=False)
    optimizer.zero_grad()
    (-bound).backward()
    optimizer.step()
    curve.append(bound.item())

_, axes = plt.subplots(figsize=(7, 3.6))
axes.plot(curve, label="ELBO")
axes.axhline(log_p_x, color="black", linestyle="--", label="log p(x)")
axes.set(title="Climbing the bound", xlabel="gradient step", ylabel="nats")
axes.legend()
plt.show()
found = logits.softmax(0).detach().numpy()
print(
    f"q is the posterior to 1e-4: {np.allclose(found, posterior, atol=1e-4)};  gap below 1e-6: {log_p_x - curve[-1] < 1e-6}"
)

# %% [markdown]
# ## 3.6 Two sides of one bound: EM
#
# $\log p_\theta(x)$ is constant in $q$. It is **not** constant in the parameters θ of the model, and these are usually to
# be learnt too. The ELBO is a function of both, and climbing it in turn is the EM algorithm:
#
# - **E step**: $q\leftarrow p_\theta(z\mid x)$. The gap closes; $\log p_\theta(x)$ stays.
# - **M step**: $\theta\leftarrow\arg\max_\theta \mathbb E_q\log p_\theta(x,z)$. The ELBO rises, and as it was tight,
#   $\log p_\theta(x)$ rises at least as much.
#
# Twenty people each threw one of two coins ten times; we see the heads, not which coin. θ: both coins' probabilities.

# %%
heads = np.random.default_rng(2).binomial(10, np.repeat([0.3, 0.75], 10))
theta, responsibility = np.array([0.45, 0.55]), None
steps = []
for step in range(6):
    log_p = np.log(0.5) + heads[:, None] * np.log(theta) + (10 - heads[:, None]) * np.log(1 - theta)  # [people, coins]
    if step:
        steps.append(("M", it.elbo(log_p, responsibility).sum(), it.log_evidence(log_p).sum()))
    responsibility = it.posterior(log_p)  # E step
    steps.append(("E", it.elbo(log_p, responsibility).sum(), it.log_evidence(log_p).sum()))
    theta = (responsibility * heads[:, None]).sum(0) / (10 * responsibility.sum(0))  # M step

names, bounds, logs = zip(*steps, strict=True)
_, axes = plt.subplots(figsize=(9, 3.8))
axes.plot(logs, "o-", label="log p(x)", color="black", markersize=5)
axes.plot(bounds, "o-", label="ELBO", color=COLOURS[0], markersize=5)
axes.set(title="EM: the E step closes the gap, the M step raises both", xlabel="half step", ylabel="nats, all people")
axes.set_xticks(range(len(names)), names)
axes.legend()
plt.show()
print(f"log p(x) never falls: {bool((np.diff(logs) > -1e-9).all())};  after each E step the gap is 0: ", end="")
print(np.allclose([b - a for name, b, a in steps if name == "E"], 0, atol=1e-9))
print(f"coins found: {np.sort(theta).round(1).tolist()}")

# %% [markdown]
# ## 3.7 A rising bound, a falling $\log p(x)$
#
# The report says: "If one is maximizing the lower bound of a function, then one ends up maximizing the function." **Predict**:
# can the ELBO rise while $\log p_\theta(x)$ falls? Take two states, and move $q$ and θ at once.

# %%
before = np.log([0.30, 0.30]), np.array([0.99, 0.01])  # log p(x, z) and q
after = np.log([0.45, 0.05]), np.array([0.90, 0.10])
for name, (log_p, guess) in {"before": before, "after": after}.items():
    parts = it.log_evidence(log_p), it.elbo(log_p, guess), it.kl_divergence(guess, it.posterior(log_p))
    print(f"{name:7s} log p(x) = {parts[0]:.6f},  ELBO = {parts[1]:.6f},  gap = {parts[2]:.6f}")
rises = it.elbo(*after) > it.elbo(*before)
falls = it.log_evidence(after[0]) < it.log_evidence(before[0])
print(f"the ELBO rose: {rises};  log p(x) fell: {falls}")

# %% [markdown]
# **Predict, then move.** "Improve q" and "improve p" both raise the bound. Put $q(\text{none})$ to 0.9 and improve $p$ first:
# what does $\log p(x)$ do? And if you improve $q$ before?

# %%
from infotheory.explore import ELBOExplorer

ELBOExplorer(p_z, p_x_given_z, q=[1 / 3, 1 / 3, 1 / 3])

# %% [markdown]
# The bound rose because the gap shrank faster than $\log p(x)$ fell: the model was changed to suit the poor $q$. EM is safe
# because its E step closes the gap each time. A VAE, which moves $q$ and θ together by one gradient, is not; what it
# maximises is the ELBO, and that is all one may say.
#
# ### Exercise 2 (★★☆): how far can it fall?
#
# In one step the ELBO rises from $a$ to $b>a$, and the gap was $g$ before the step. What is the largest possible fall of $\log p(x)$?
# Write it as a function of $a$, $b$, $g$ (0 if it cannot fall).
#
# <details><summary>Hint</summary> Before: $\log p(x) = a+g$. After, the gap is at least 0.</details>


# %% tags=["exercise"]
def largest_fall(a, b, g):
    ### BEGIN SOLUTION
    return max(0.0, (a + g) - b)  # after the step log p(x) is at least b
    ### END SOLUTION


# %%
FALL = Exercise(
    task="the largest fall of log p(x)",
    solution=lambda case: max(0.0, case[0] + case[2] - case[1]),
    cases=((-5.0, -4.5, 2.0), (-5.0, -4.0, 0.5), (-1.2, -1.1, 0.1), (-3.0, -1.0, 5.0)),
    mistakes={
        "It cannot fall by a negative amount: where the bound rises by more than g, log p(x) must rise.": lambda case: (
            case[0] + case[2] - case[1]
        ),
        "That is the gap before: the rise of the bound eats into it.": lambda case: case[2],
        "That is the rise of the bound, not a fall of log p(x).": lambda case: case[1] - case[0],
    },
)
assert FALL.check(lambda case: largest_fall(*case))

# %% [markdown]
# ## 3.8 What a family costs
#
# Usually $q$ is restricted. The commonest restriction is **mean field**: $q(z_1,z_2)=q_1(z_1)\,q_2(z_2)$. If the posterior
# makes the latents dependent, a gap stays. Coordinate ascent, each factor in turn: $q_1\propto\exp\mathbb E_{q_2}\log p(x,z)$.
#
# **Predict, then run.** Two binary latents that must agree ("both 0" or "both 1", rarely otherwise), both cases equally
# likely. Which $q$ does mean field find? Does the answer depend on where it starts?

# %%
agree = np.log(np.array([[0.49, 0.01], [0.01, 0.49]]) * 0.5)


def mean_field(log_p, q_1, rounds=200):
    for _ in range(rounds):
        q_2 = it.posterior(q_1 @ log_p)  # softmax of the expected log joint
        q_1 = it.posterior(log_p @ q_2)
    return np.outer(q_1, q_2)


for start in ([0.5, 0.5], [0.6, 0.4], [0.4, 0.6]):
    factorised = mean_field(agree, np.array(start))
    cost = it.log_evidence(agree.ravel()) - it.elbo(agree.ravel(), factorised.ravel())
    print(f"start {start}: q = {factorised.round(3).tolist()}, gap {cost:.3f} nats")

# %% [markdown]
# Started at the symmetric point it stays there, a saddle: it gives each of the four cases ¼, and pays for two that hardly
# ever happen. From anywhere else it picks one of the two modes, for a smaller gap of about $\log 2$, and is sure of half of
# the truth. The ELBO improves $q$ by the *reverse* KL.
#
# ## 3.9 The Gaussian toy, where every gap is a formula
#
# $z\sim\mathcal N(0,1)$ and $x=z+\varepsilon$ with $\varepsilon\sim\mathcal N(0,1)$. Then $x\sim\mathcal N(0,2)$, the posterior is
# $\mathcal N(x/2,\tfrac12)$, and for $q=\mathcal N(m,v)$ the ELBO is a closed form:
#
# $$\text{ELBO}(m,v)=-\tfrac12\log2\pi-\tfrac12\big((x-m)^2+v\big)-\tfrac12\big(m^2+v-\log v-1\big).$$

# %%
x = 1.5


def gaussian_elbo(m, v):
    reconstruction = -0.5 * np.log(2 * np.pi) - 0.5 * ((x - m) ** 2 + v)
    return reconstruction - it.diagonal_gaussian_kl(m, np.log(v))


log_p_x = norm.logpdf(x, 0, np.sqrt(2))
compare("ELBO at N(x/2, 1/2)", gaussian_elbo(np.array(x / 2), np.array(0.5)), "log N(x; 0, 2)", log_p_x)
for m, v in [(0.0, 1.0), (1.5, 0.5), (0.75, 0.1)]:
    missed = log_p_x - gaussian_elbo(np.array(m), np.array(v))
    compare(f"m={m:.2f}, v={v:.1f}: missed", missed, "KL(q ‖ N(x/2, 1/2))", it.gaussian_kl(m, v, x / 2, 0.5))

# %%
means, variances = np.meshgrid(np.linspace(-1, 2.5, 141), np.geomspace(0.05, 3, 121))
_, axes = plt.subplots(figsize=(7.5, 4.4))
filled = axes.contourf(
    means,
    variances,
    log_p_x - gaussian_elbo(means, variances),
    levels=[0, 0.05, 0.1, 0.25, 0.5, 1, 2, 4],
    cmap="Blues_r",
    extend="max",
)
axes.figure.colorbar(filled, label="log p(x) − ELBO (nats)")
axes.plot(x / 2, 0.5, "o", color=COLOURS[1], label="the posterior: gap 0")
axes.plot(0, 1, "s", color=COLOURS[4], label="the prior: posterior collapse")
axes.set(title="The gap for every Gaussian q, at x = 1.5", xlabel="mean of q", ylabel="variance of q", yscale="log")
axes.grid(False)
axes.legend(frameon=True)
plt.show()

# %% [markdown]
# ## 3.10 Amortisation: one network for all $x$
#
# So far $q$ was made for one $x$. The report writes $q(z)$ in the derivation and $q(z\mid x)$ in the loss; between the two
# lies a decision. A VAE's encoder is *one* function $x\mapsto q(z\mid x)$ for every $x$, and what it cannot represent is lost
# for all of them: the **amortisation gap**. In the toy the best encoder is linear, $m(x)=x/2$, $v=\tfrac12$.
#
# **Predict, then run.** Four encoders, all with the right variance. What is the mean gap of each over
# $x\sim\mathcal N(0,2)$?

# %%
xs = np.random.default_rng(3).normal(0, np.sqrt(2), 20_000)
encoders = {
    "m = x/2": xs / 2,
    "m = 0.4 x": 0.4 * xs,
    "m = x": xs,
    "one q for all: m = 0": 0 * xs,
}
for name, m in encoders.items():  # all with v = 1/2
    mean_gap = np.mean((m - xs / 2) ** 2)  # KL(N(m, ½) ‖ N(x/2, ½)) = (m − x/2)²
    print(f"{name:30s} mean gap {mean_gap:.2f} nats")

# %% [markdown]
# The constant encoder misses half a nat on average: exactly $\mathbb E(x/2)^2=\tfrac12$. Lecture 4's exercise measures the
# amortisation gap of a trained network.
#
# ## 3.11 More samples, a tighter bound
#
# Average the weights $w(z)=p(x,z)/q(z)$ over $K$ draws *before* the logarithm:
# $\mathcal L_K=\mathbb E\log\frac1K\sum_k w(z_k)$. Then $\text{ELBO}=\mathcal L_1\le\mathcal L_2\le\dots\le\log p(x)$ (Burda et al.,
# 2016). With three states and $K$ up to 6 the expectation is a finite sum over all $3^K$ draws:


# %%
def importance_bound(log_joint, q, K):
    draws = np.stack(np.meshgrid(*[np.arange(len(q))] * K, indexing="ij"), -1).reshape(-1, K)
    probability = q[draws].prod(axis=1)
    weights = np.exp(log_joint)[draws] / q[draws]
    return probability @ np.log(weights.mean(axis=1))


tight = [importance_bound(log_joint, q, K) for K in range(1, 7)]
compare("L_1", tight[0], "ELBO", it.elbo(log_joint, q))
print("L_1 … L_6 =", np.round(tight, 4).tolist(), f"  log p(x) = {it.log_evidence(log_joint):.4f}")
print(f"rising: {tight == sorted(tight)};  below log p(x): {tight[-1] <= it.log_evidence(log_joint)}")

# %% [markdown]
# ## What to remember
#
# - $\log p(x)=\text{ELBO}(q)+\mathrm{KL}(q\,\|\,p(z\mid x))$: exact, for every $q$. Jensen gives the inequality only.
# - In $q$, a higher ELBO *is* a better posterior. In θ it may be a model bent to a poor $q$.
# - EM alternates the two sides; after each E step the bound is tight.
# - A restricted family leaves a gap, a shared encoder another; more samples close part of both.
#
# **Next**: lecture 4 makes $q$ and $p$ networks, and the ELBO a loss.
