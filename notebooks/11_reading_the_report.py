# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 · Reading the report
#
# **After this lecture you can** read a paper with a computer beside it: turn a claim into a statement that is proved,
# refuted or left open; check a derivation line by line on random inputs; and say of a slip whether it is wrong, loose, or
# only a matter of words, with a number that shows it.
#
# | | |
# |---|---|
# | You need first | lectures 1 to 3 and 7 |
# | Time | 60 minutes to read; seconds to run |
# | Report | all of it |
#
# The report is a student's term paper: clear, honest about its sources, and right in its main lines. Every text of ten
# pages has slips, this one too, and so surely have these lectures. Finding them is how one learns to read.

# %%
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import norm

import infotheory as it
from infotheory.exercises import Exercise
from infotheory.report.evidence import Errata
from infotheory.teaching import COLOURS, compare, use_lecture_style

use_lecture_style()

# %% [markdown]
# ## 11.1 Claims: proved, refuted, open
#
# Every property of entropies that the report's section 3 states, put to the prover. It knows that $H(X_i\mid\text{rest})\ge0$
# and $I(X_i;X_j\mid\cdot)\ge0$, and looks for a combination of these that gives the claim, for *every* distribution.

# %%
for identity in it.report.IDENTITIES:
    for statement in identity.statements:
        print(f"{statement.verdict()!s:8s} {statement}")

# %% [markdown]
# What a proof looks like: data processing, given a Markov chain $X-Y-Z$. Each line is an elemental inequality or a
# condition with its factor; beside it the same line in joint entropies, where the columns can be added by hand.

# %%
print(repr(it.Statement("I(X;Z) <= I(X;Y)", given=["I(X;Z|Y) = 0"]).verdict()))

# %% [markdown]
# The factors come from a linear program and are then solved for in exact fractions; `verify()` adds the lines up again. What
# if someone tampers with the certificate?

# %%
proof = it.Statement("H(X,Y,Z) <= H(X) + H(Y) + H(Z)").prove()
print(proof)
tampered = type(proof)(proof.statement, (proof.parts[0][1:],))  # one line dropped
print(f"\nverifies: {proof.verify()};  with one line dropped: {tampered.verify()}")

# %% [markdown]
# **Predict, then run.** Four plausible conjectures. Which ones are false? For a false one a pmf is printed that breaks it.

# %%
for claim in ("I(X;Y|Z) <= I(X;Y)", "I(X;Y|Z) >= I(X;Y)", "I(X;Y,Z) = I(X;Y) + I(X;Z)", "H(X|Y) = H(Y|X)"):
    print(repr(it.Statement(claim).verdict()), end="\n\n")

# %% [markdown]
# **Open.** Not every true inequality is a combination of the elemental ones. In 1998 Zhang and Yeung found the first that is
# not, in four variables. Of it the prover says the honest word:

# %%
zhang_yeung = "2 I(C;D) <= I(A;B) + I(A;C,D) + 3 I(C;D|A) + I(C;D|B)"
print(zhang_yeung)
print(repr(it.Statement(zhang_yeung).verdict()))

# %% [markdown]
# ### Exercise 1 (★☆☆): a conjecture of your own
#
# Find a statement in two or three variables that is *true only under a condition*: refuted alone, proved given one equality.
# Return both as strings. (Not the data processing of above.)
#
# <details><summary>Hint</summary> What does independence, <code>I(X;Y) = 0</code>, or a function, <code>H(Y|X) = 0</code>, make
# true?</details>


# %% tags=["exercise"]
def my_conjecture():
    ### BEGIN SOLUTION
    return "H(X,Y) = H(X)", "H(Y|X) = 0"
    ### END SOLUTION


# %%
answer = my_conjecture()
assert isinstance(answer, tuple), "return two strings: the statement and its condition"
claim, condition = answer
alone, given = it.Statement(claim).verdict(), it.Statement(claim, given=[condition]).verdict()
assert alone == "refuted", f"alone, your statement is {alone}; it should be refuted"
assert given == "proved", f"under the condition it is {given}; it should be proved"
print("✓ refuted alone, proved under the condition")

# %% [markdown]
# ## 11.2 Derivations: every line on random inputs
#
# A derivation is a chain of lines with a relation between neighbours. Draw random inputs, compute both sides of every
# relation, and a wrong line shows itself. Here are all the chains of the report, and ten that go beyond it, on 200 random
# inputs each:

# %%
for derivation in it.report.DERIVATIONS.values():
    print(derivation.check(200))

# %% [markdown]
# "Equivalent" is a relation too: *has the same optimiser*. The report's $\max I=\min H(c\mid x)$ is true in this sense only, so
# it is checked on a family of generators, whether the same one is best.
#
# A chain in full, with its reasons: the InfoGAN bound, whose print lost a logarithm.

# %%
it.report.DERIVATIONS["variational information maximisation"].show()

# %% [markdown]
# And one that the report does not have, but needs: what the KL term of a VAE is made of (lecture 9).

# %%
it.report.DERIVATIONS["ELBO surgery"].show()

# %% [markdown]
# ### Exercise 2 (★★☆): find the slip
#
# Somebody derives $H(X\mid Y)$ for the weather table of lecture 1. One line does not follow from the line above it. Which?
#
# 1. $H(X\mid Y)=-\sum_{x,y}p(x,y)\log p(x\mid y)$
# 2. $=-\sum_{x,y}p(x,y)\log\frac{p(x,y)}{p(y)}$
# 3. $=-\sum_{x,y}p(x,y)\log p(x,y)-\sum_{x,y}p(x,y)\log p(y)$
# 4. $=H(X,Y)+H(Y)$
#
# Compute each line, and return its number.
#
# <details><summary>Hint</summary> The last line follows from the third. Compute the second and the third.</details>


# %% tags=["exercise"]
def slip():
    ### BEGIN SOLUTION
    p_xy = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
    p_y = p_xy.sum(axis=0)
    lines = [
        it.conditional_entropy(p_xy),
        -np.sum(p_xy * np.log(p_xy / p_y)),
        -np.sum(p_xy * np.log(p_xy)) - np.sum(p_xy * np.log(p_y)),
        it.joint_entropy(p_xy) + it.entropy(p_y),
    ]
    return 2 + int(np.argmax(~np.isclose(lines[1:], lines[:-1])))
    ### END SOLUTION


# %%
SLIP = Exercise(
    task="the line that does not follow",
    solution=lambda case: 3,
    cases=("the derivation above",),
    mistakes={
        "Line 1 is the definition.": lambda case: 1,
        "Line 2 is p(x|y) = p(x,y)/p(y).": lambda case: 2,
        "Line 4 is wrong, but it follows from line 3.": lambda case: 4,
    },
)
assert SLIP.check(lambda case: slip())

# %% [markdown]
# ## 11.3 The errata, one by one
#
# Every slip with what was printed, what is right, and numbers on a concrete case: what was printed is false there (✗), the
# correction true (✓). First the background, section 3.

# %%
errata = it.report.ERRATA
Errata(erratum for erratum in errata if erratum.section == "3")

# %% [markdown]
# **Dependence is not correlation.** The most instructive of them. Let $x$ be uniform on $\{-1,0,1\}$ and $y=x^2$. The correlation
# is 0; the mutual information is not: to know $y$ is to know whether $x=0$.

# %%
p_square = np.array([[0, 1], [1, 0], [0, 1]]) / 3  # rows x = −1, 0, 1; columns y = 0, 1
values_x, values_y = np.array([-1, 0, 1]), np.array([0, 1])
covariance = values_x @ p_square @ values_y - (p_square.sum(1) @ values_x) * (p_square.sum(0) @ values_y)
rng = np.random.default_rng(0)
angle = np.linspace(0, 2 * np.pi, 400)
clouds = {
    "line": (angle - np.pi, angle - np.pi + rng.normal(size=400)),
    "parabola": (angle - np.pi, (angle - np.pi) ** 2 + rng.normal(size=400)),
    "ring": (np.cos(angle) + 0.1 * rng.normal(size=400), np.sin(angle) + 0.1 * rng.normal(size=400)),
    "cloud": (rng.normal(size=400), rng.normal(size=400)),
}
_, panels = plt.subplots(1, 4, figsize=(12, 3.4))
for axes, (name, (x, y)) in zip(panels, clouds.items(), strict=True):
    estimate = it.mutual_information(it.empirical_joint(x, y, bins=6)) - 25 / 800  # less its bias, lecture 2
    axes.scatter(x, y, s=5, color=COLOURS[0])
    axes.set(title=f"{name}\ncorrelation {np.corrcoef(x, y)[0, 1]:z.1f}, I ≈ {estimate:z.1f}", xlabel="x", ylabel="y")
plt.show()
compare("covariance of x and x²", covariance, "0", 0)
compare("I(x; x²)", it.mutual_information(p_square), "H(x²)", it.entropy([1 / 3, 2 / 3]))

# %% [markdown]
# Then InfoGAN, sections 4.1 and 4.1.1.

# %%
Errata(erratum for erratum in errata if erratum.section in ("4.1", "4.1.1"))

# %% [markdown]
# Most of these vanish once one asks of each expectation: *which variables are drawn, in which order, given what?* The lemma is
# the clearest: $x'\sim p(x\mid y)$ gives 1.05, an independent $x'$ gives 0.92 (lecture 7).
#
# And the variational autoencoder, sections 4.2 and 4.2.1.

# %%
Errata(erratum for erratum in errata if erratum.section in ("4.2", "4.2.1"))

# %% [markdown]
# **A squared error hides a variance.** The report prints $p(x\mid\hat x)=e^{-|x-\hat x|^2}$. That is no density in $x$ until it is
# normalised, and then it is a Gaussian with $\sigma^2=\tfrac12$. **Predict**: what does the printed expression integrate to in one
# dimension?

# %%
grid = np.linspace(-3, 3, 601)
printed = np.exp(-(grid**2))
print(f"integral of exp(−x²): {np.trapezoid(printed, grid):.3f} = √π = {np.sqrt(np.pi):.3f}")
same = np.allclose(printed / np.sqrt(np.pi), norm.pdf(grid, 0, np.sqrt(0.5)))
print(f"normalised, it is N(0, 1/2): {same}")
_, axes = plt.subplots(figsize=(7, 3.6))
axes.plot(grid, printed, label="exp(−x²), as printed")
axes.plot(grid, norm.pdf(grid, 0, np.sqrt(0.5)), "--", label="N(0, ½)")
axes.plot(grid, norm.pdf(grid), label="N(0, 1), whose −log p has ½x²")
axes.set(title="Which variance is in |x − x̂|²?", xlabel="x − x̂", ylabel="density (1 / unit of x)")
axes.legend()
plt.show()

# %% [markdown]
# The introduction and the survey, sections 1 and 2.1, have the deepest one: independence is taken for disentanglement.

# %%
Errata(erratum for erratum in errata if erratum.section in ("1", "2.1"))

# %% [markdown]
# **A rotation stays independent.** Two standard normal latents, turned by 45°: still two independent standard normals, and each
# now mixes both factors. No criterion that looks at $p(z)$ alone can see it (lecture 10).

# %%
factors = rng.normal(size=(100_000, 2))
turned = factors @ np.array([[1, -1], [1, 1]]) / np.sqrt(2)


def information(a, b):
    return it.mutual_information(it.empirical_joint(a, b, bins=20))


table = np.array(
    [[information(latents[:, i], factors[:, j]) for j in range(2)] for latents in (factors, turned) for i in range(2)]
)
_, axes = plt.subplots(figsize=(7, 3.2))
axes.bar(np.arange(4) - 0.2, table[:, 0], 0.4, label="about factor 1")
axes.bar(np.arange(4) + 0.2, table[:, 1], 0.4, label="about factor 2")
axes.set(title="What each latent tells, before and after a rotation", ylabel="I (nats)", xlabel="latent")
axes.set_xticks(range(4), ["z1", "z2", "z1, turned", "z2, turned"])
axes.legend()
plt.show()
print(f"independent before and after (I < 0.01): {information(*factors.T) < 0.01}, {information(*turned.T) < 0.01}")

# %% [markdown]
# ## 11.4 Where slips sit
#
# **Predict, then run.** In which section do you expect most of them?

# %%
sections = Counter(erratum.section for erratum in errata)
_, axes = plt.subplots(figsize=(8, 3.4))
names = sorted(sections, key=lambda section: [int(part) for part in section.split(".")])
axes.bar(names, [sections[name] for name in names], color=COLOURS[0])
axes.set(title=f"{len(errata)} errata by section", xlabel="section of the report", ylabel="number of errata")
plt.show()
print(f"all printed versions false and all corrections true: {all(erratum.evidence() for erratum in errata)}")

# %% [markdown]
# Where several expectations are nested. That is the rule everywhere: sums and logarithms are checked by habit, and draws are
# not. A list to go through, line by line:
#
# 1. **What is drawn from what?** Write every expectation with its draw, in order, with its conditions.
# 2. **Which way does the inequality go,** and where does it become an equality?
# 3. **What is held constant?** In $q$ or in θ? Optimisers or values?
# 4. **Special cases.** Independent, determined, equal, one outcome, two outcomes.
# 5. **Units and constants.** Is it a density? Does it sum to 1? Where did ½ and $2\pi\sigma^2$ go?
# 6. **Discrete or continuous?** $H\ge0$ and $I\le H$ are for discrete variables.
# 7. **One number.** A table of six probabilities tests a line in a minute.
#
# ## What to remember
#
# - A claim about entropies can be *decided* by machine, mostly; "open" is an answer.
# - A derivation is as good as its weakest line, and every line is a test.
# - A counterexample is worth more than an objection.
#
# **The last word** is the report's, and it stands: disentanglement is a promising direction for explainable models, and
# information theory is the language in which its promises can be checked.
