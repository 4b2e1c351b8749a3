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
# **Which of these three claims can you trust?** The report claims that $I(c;x)$ is at least $L_I$ (left). It also
# states a lemma as an equation (middle), and claims $\mathrm{KL}(p\|q)\ne\mathrm{KL}(q\|p)$ (right). Each point shows
# the two sides of a claim on one random input. They are equal on the dashed line. One claim is right, one is
# wrong, and one is true except for special inputs. How can a reader find out which is right?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
from dataclasses import replace

import numpy as np

import infotheory as it
from infotheory.report import DERIVATIONS, ERRATA, IDENTITIES, Errata
from infotheory.teaching import compare, evaluate_lines
from infotheory.teaching.exercises import lecture_11 as exercises
from infotheory.teaching.figures import lecture_11 as figures
from models import load_pretrained

figures.opening()

# %% [markdown]
# After this lecture you can
#
# - test a derivation line by line on random inputs, and say what the test proves;
# - classify an error as wrong, loose, or a matter of notation;
# - refute a claim with a small counterexample, and correct it;
# - review a page of mathematics, or a table of experiments, with a checklist.
#
# | | |
# |---|---|
# | Needs | lectures 1 to 4 and 7; 9 and 10 for 11.4 and 11.6 |
# | Time | 38 minutes to read, 80 for the exercises; half a minute to run, without a GPU |
# | Report | all of it |
# | Sources | Yuva's report; Dodge et al. 2019, Locatello et al. 2019; full list at the end |
#
# ## 11.1 What the report gets right (6 minutes)
#
# <!-- claim: The report's main results are right; its 24 chains, once corrected, hold on 100 random inputs each. -->
#
# The report asks good questions, and it writes down each step from $-\log p$ to two losses. Therefore each step can
# be tested. Its main results are right: mutual information has five forms, $L_I$ is a lower bound, and the ELBO is
# the objective of a VAE. The table lists its 24 chains in corrected form, and ten further ones.
# `DERIVATIONS[name].show()` evaluates any of them line by line.
#
# | section | chains, by their names in `it.report.DERIVATIONS` |
# |---|---|
# | [1.1](01_entropy.ipynb), 1.2 | `self-information`; `entropy` |
# | 1.5, 1.6 | `joint entropy`, `conditional entropy`; `conditional entropy, transformed` |
# | [2.1](02_mutual_information_and_kl.ipynb), 2.5 | `mutual information`; `KL divergence`, `Gibbs' inequality` |
# | 2.9 | `data processing inequality` |
# | [3.1](03_variational_inference.ipynb), 3.2 | `the posterior`; `KL to the posterior`, `log evidence`, `evidence lower bound` |
# | 3.3, 3.4, 3.5 | `ELBO by Jensen's inequality`; `ELBO`; `objective of variational inference` |
# | [4.1](04_vae.ipynb), 4.4 | `VAE loss`; `Gaussian decoder`, `β-VAE loss` |
# | [6.2](06_gan.ipynb), 6.3 | `optimal discriminator`; `value of the optimal discriminator` |
# | [7.1](07_infogan_bound.ipynb), 7.2 | `InfoGAN objective`, `adversarial value`; `maximal information` |
# | 7.3 | `variational information maximisation`, `lower bound on the information` |
# | 7.5, 7.6, 7.8 | `lemma 5.1`, `final lower bound`; `what L_I leaves open`; `final InfoGAN objective` |
# | [9.1](09_regularisers.ipynb) | `ELBO surgery`, `split into total correlation` |
# | [further/12](further/12_facts_used.ipynb) | `Pinsker's inequality`, `Fano's inequality` |

# %%
print(f"{'':20s}{'chains':>8s}{'lines':>8s}{'lines that fail on one of 100 random inputs':>46s}")
for section in dict.fromkeys(chain.section for chain in DERIVATIONS.values()):
    chains = [chain for chain in DERIVATIONS.values() if chain.section == section]
    lines = sum(len(chain.steps) for chain in chains)
    failures = sum(len(chain.check(trials=100).failures) for chain in chains)
    print(f"{section:20s}{len(chains):8d}{lines:8d}{failures:46d}")

# %% [markdown]
# The report also states 18 properties. Those about entropies alone are *proved* for every discrete distribution by the
# prover of [further/11](further/11_the_prover.ipynb). All of them hold on random cases.

# %%
for identity in IDENTITIES:
    proved = {str(statement.verdict()) for statement in identity.statements} == {"proved"}
    print(f"§ {identity.section:6s}{identity.claim:68s}", end="")
    print(f"{len(identity.check(100))} of 100 cases fail{', proved' if proved else ''}")

# %% [markdown]
# ## 11.2 What a test of a line proves (6 minutes)
#
# <!-- claim: Both false equations fail on all 1,000 random tables, but two of four false inequalities fail on none. -->
#
# A test draws a random input, evaluates each line by its own formula, and compares neighbouring lines. Here is the
# test of the five forms of mutual information:

# %%
rng = np.random.default_rng(0)
p_xy = rng.dirichlet(np.ones(6), size=1_000).reshape(-1, 2, 3)  # a batch of 1,000 tables
p_x, p_y = p_xy.sum(axis=2, keepdims=True), p_xy.sum(axis=1, keepdims=True)
H_X, H_Y = it.entropy(p_x[..., 0]), it.entropy(p_y[:, 0])
forms = {
    "Σ p(x,y) log p(x,y)/p(x)p(y)": np.sum(p_xy * np.log(p_xy / (p_x * p_y)), axis=(1, 2)),
    "three sums": np.sum(p_xy * (np.log(p_xy) - np.log(p_x) - np.log(p_y)), axis=(1, 2)),
    "−H(X,Y) + H(X) + H(Y)": -it.joint_entropy(p_xy) + H_X + H_Y,
    "H(X) − H(X|Y)": H_X - it.conditional_entropy(p_xy),
    "H(Y) − H(Y|X)": H_Y - it.conditional_entropy(p_xy, given="x"),
}
evaluate_lines({line: values[0] for line, values in forms.items()})
differences = np.ptp([*forms.values()], axis=0)
print(f"{len(differences):,} tables: largest difference of two lines {differences.max():.6f} nats")

# %% [markdown]
# **Predict, then run.** In the third line of its bound, the report prints $H(c)+\iint p(c=c',X=G(z,c))\,dc'\,dz$,
# without a logarithm. We put this line into the chain of eight lines. Which lines does the test name?

# %%
bound = DERIVATIONS["variational information maximisation"]
printed = it.Step("H(c)+∬p", "=", lambda p_c, p_cx, **_: it.entropy(p_c) + p_cx.sum(), "as printed")
altered = replace(bound, name="with the printed line", steps=[*bound.steps[:2], printed, *bound.steps[3:]])
print(altered.check(trials=1_000))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# It names the printed line, and the line after it, which returns to the right value. All other lines hold, so the result
# does not depend on the misprint. A comparison of the first line with the last would not have found it.
# </details>
#
# **Equations and inequalities.** Both sides of our equations are analytic functions of positive probabilities. Two
# analytic functions that differ somewhere are equal only on a set of measure 0. A false *equation* therefore fails on
# the first random input, unless the difference is below the rounding errors. A false *inequality* may fail only in a
# corner that random inputs do not reach.
#
# **Predict, then run.** Six of these eight claims are false. How many of a thousand random tables break each of them?

# %%
claims = ("H(X|Y) = H(Y|X)", "I(X;Y,Z) = I(X;Y) + I(X;Z)", "I(X;Y|Z) >= I(X;Y)", "I(X;Y) <= 1/2 H(X)",
          "H(X) <= 2 H(Y)", "H(X|Y,Z) >= 1/2 H(X|Y)", "H(X|Z) <= H(X|Y) + H(Y|Z)",
          "H(X,Y) <= H(X) + H(Y)")  # fmt: skip
broken, verdicts = [], []
for claim in claims:
    statement = it.Statement(claim)
    n = len(statement.variables)
    tables = rng.dirichlet(np.ones(3**n), size=1_000).reshape(-1, *[3] * n)  # each variable has three values
    broken.append(sum(not statement.holds(p) for p in tables))
    verdicts.append(statement.verdict())
    print(f"{claim:28s} {broken[-1]:4d} of 1,000 tables break it; the prover: {verdicts[-1]!s}")
figures.noticed(claims, broken, verdicts)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Both false equations fail on every table. Of the four false inequalities, two fail on none, and the others on 11 and 2
# tables. A uniformly drawn table has little dependence. A copy $X=Y$, a constant and an XOR have probability 0. A test
# of an inequality needs such special cases, and inputs for which the inequality is tight.
# </details>

# %% [markdown]
# ### Exercise 1 ★★☆ · compute · essential · 15 minutes · find the slip, three times
#
# In each chain exactly one line does not stand in its printed relation to the line above. Return its number for each
# chain.
#
# **A** · conditional entropy
# 1. $H(X\mid Y)=-\sum_{x,y}p(x,y)\log p(x\mid y)$
# 2. $=-\sum_{x,y}p(x,y)\log\frac{p(x,y)}{p(y)}$
# 3. $=-\sum_{x,y}p(x,y)\log p(x,y)-\sum_{x,y}p(x,y)\log p(y)$
# 4. $=H(X,Y)+H(Y)$
#
# **B** · the InfoGAN bound
# 1. $I(c;x)=H(c)-H(c\mid x)$
# 2. $=H(c)+E_x\,E_{c'\sim p(c\mid x)}[\log p(c'\mid x)]$
# 3. $=H(c)+E_x\,\mathrm{KL}(p(\cdot\mid x)\,\|\,Q(\cdot\mid x))+E_x\,E_{c'\sim p(c\mid x)}[\log Q(c'\mid x)]$
# 4. $\ge H(c)+E_x\,E_{c'\sim p(c\mid x)}[\log Q(c'\mid x)]$
# 5. $=H(c)+E_x\,E_{c\sim p(c)}[\log Q(c\mid x)]$
#
# **C** · the ELBO
# 1. $\log p(x)=\log\sum_z p(x,z)$
# 2. $=\log\sum_z q(z)\,\frac{p(x,z)}{q(z)}$
# 3. $\le\sum_z q(z)\log\frac{p(x,z)}{q(z)}$
# 4. $=E_{z\sim q}[\log p(x\mid z)]-\mathrm{KL}(q(z)\,\|\,p(z))$
#
# <details><summary>Hint 1</summary>
#
# Compute the lines on one table each. Take the weather of lecture 1 for A and B, with
# $Q=$ `[[.6, .4, .2], [.4, .6, .8]]`. For C take $p(z)=(½,½)$, $p(x\mid z)=(0.9,0.1)$ and $q=(0.7,0.3)$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A line may be wrong and still follow from the line above it.
#
# </details>
# <details><summary>Hint 3</summary>
#
# One slip is a wrong sign, one is a wrong direction of an inequality, and one is a wrong draw.
#
# </details>


# %% tags=["exercise"]
def my_slips():
    """Three numbers: the line of A, of B and of C."""
    ...


exercises.slips.check(my_slips)

# %% [markdown]
# ### Exercise 2 ★★☆ · do · useful · 10 minutes · false, and not refuted by a thousand tables
#
# Find a claim about entropies in two or three variables that is *false*, although none of a thousand random tables of
# the check refutes it. Return it as a text, in the notation of the cell above. Do not use one of its eight claims,
# rearranged or renamed.
#
# <details><summary>Hint</summary>
#
# Random tables have little dependence. Which inequality in *three* variables fails only if $X$ is nearly a copy of $Y$?
#
# </details>


# %% tags=["exercise"]
def my_rarely_refuted(): ...  # return a claim such as "I(X;Y) <= H(X)"


exercises.rarely_refuted.check(my_rarely_refuted)

# %% [markdown]
# ## 11.3 Wrong (9 minutes)
#
# <!-- claim: In the report 14 statements are false as printed, and a small case refutes each of them. -->
#
# A careful reader finds errors in every text of this length, and surely in these lectures too. In the report we found
# 46, of three kinds:
#
# - **Wrong**: the statement is false as printed.
# - **Loose**: it is true after a condition is added, or a word is replaced by a narrower one.
# - **Notation**: the symbols denote something else, but the meaning is clear and right.
#
# The tables give one small case for each entry, where the printed version fails (✗) and the correction holds (✓). A
# number in brackets is the value of the expression before it. Read only a part of each table.

# %%
Errata(erratum for erratum in ERRATA if erratum.kind == "wrong")

# %% [markdown]
# **A draw.** Lemma 5.1 states $E\,f(x,y)=E\,f(x',y)$ for $x'\sim p(x\mid y)$. The report prints $x'\sim p(x,y)$, and
# such an $x'$ is independent of $y$. **Predict, then run.** In both versions $x'$ has the pmf $p(x)$, and $y$ has the
# pmf $p(y)$. Which version keeps the mean of $f$?

# %%
weather = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])  # p(x, y) of lecture 1
f = np.array([[1.0, -2.0, 3.0], [0.0, 5.0, -1.0]])
x_given_y = it.conditional(weather, given="y")
independent = np.outer(weather.sum(axis=1), weather.sum(axis=0))
laws = {"x′ ~ p(x|y)": x_given_y * weather.sum(axis=0), "x′ independent of y": independent}
means = [np.sum(law * f) for law in laws.values()]
print(f"E f(x,y) = {np.sum(weather * f):.6f};  E f(x′,y) = {means[0]:.6f} and {means[1]:.6f}")
n = 200_000
x, y = np.divmod(rng.choice(6, size=n, p=weather.ravel()), 3)
draws = {"f(x, y)": x, "f(x′, y), x′ ~ p(x|y)": (rng.random(n) > x_given_y[0, y]).astype(int),
         "f(x′, y), x′ independent": rng.choice(6, size=n, p=weather.ravel()) // 3}  # fmt: skip
shown = np.unique(np.geomspace(100, n, 400).astype(int))
runs = {name: np.cumsum(f[drawn, y])[shown - 1] / shown for name, drawn in draws.items()}
figures.lemma(laws, runs, shown, means)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With $x'\sim p(x\mid y)$ the pair $(x',y)$ has the joint pmf of $(x,y)$, and both means equal 1.05. With an
# independent $x'$ the dependence is lost, and the mean is 0.92. The corrected lemma is an equation, so the report's
# second "$\ge$" is an equality too. The algorithm that it describes uses the right draw.
# </details>
#
# **A bound.** "If one is maximizing the lower bound of a function, then one ends up maximizing the function." But
# $\log p(x)=\text{ELBO}+\mathrm{KL}(q\|p(z\mid x))$, and the ELBO may rise because the gap shrinks. **Predict, then
# run.** Hold $q=(½,½)$ fixed and move the decoder from $p(x,z)=(0.40,0.10)$ to $(0.22,0.22)$. Where is the gap 0?

# %%
t = np.linspace(0, 1, 101)[:, None]
p_xz = (1 - t) * np.array([0.40, 0.10]) + t * np.array([0.22, 0.22])
q = np.full(p_xz.shape, 0.5)
evidence, elbo = it.log_evidence(np.log(p_xz)), it.elbo(np.log(p_xz), q)
gap = it.kl_divergence(q, it.posterior(np.log(p_xz)))
figures.bound_rises(t[:, 0], evidence, elbo)
for i in (0, elbo.argmax(), 100):
    print(f"way {t[i, 0]:.2f}: log p(x) = {evidence[i]:.6f}, ELBO = {elbo[i]:.6f}, gap = {gap[i]:.6f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The gap is 0 at the end, where $p(x,z)$ is equal in both states. On the first 69 % of the way the ELBO rises, while
# $\log p(x)$ falls. If the gap is 0 *before* a step, as in EM, then $\log p(x)$ rises by at least as much as the ELBO.
# </details>
#
# **A constant.** The report prints $p(x\mid\hat x)=e^{-|x-\hat x|^2}$. **Predict, then run.** What is its integral
# for one pixel? For which variance is it a Gaussian density, up to a factor?

# %%
grid, sigma = np.linspace(-4, 4, 801), np.geomspace(0.1, 3, 100)
printed = np.exp(-(grid**2))
normal = {v: np.exp(-(grid**2) / (2 * v)) / np.sqrt(2 * np.pi * v) for v in (1 / 2, 1)}
densities = {"exp(−x²), as printed": printed, "N(0, ½)": normal[1 / 2], "N(0, 1), with ½x²": normal[1]}
figures.squared_error(grid, densities, sigma, {beta: beta / (2 * sigma**2) for beta in (1, 4)})
compare("∫ exp(−x²) dx", np.trapezoid(printed, grid), "√π", np.sqrt(np.pi), atol=1e-6)
print(f"largest |exp(−x²)/√π − N(0, ½)|: {abs(printed / np.sqrt(np.pi) - normal[1 / 2]).max():.6f}")
for beta, variance in ((1, 1 / 2), (4, 2), (4, 1 / 2), (1, 0.01)):
    print(f"printed β = {beta}, variance {variance:.2f}: KL weight {beta / (2 * variance):g} in the ELBO")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The integral is $\sqrt\pi=1.772$, and the variance is ½. For a decoder of variance $\sigma^2$, the printed loss is
# $2\sigma^2$ times the negative ELBO with weight $\beta/2\sigma^2$ on its KL, up to a constant. With β = 4 and
# $\sigma^2=2$ it is the loss of a plain VAE. The dropped constant matters only if $\sigma$ is trained.
# </details>

# %% [markdown]
# ### Exercise 3 ★★☆ · prove · essential · 20 minutes · how wrong is the printed lemma?
#
# Let $x'$ be independent of $y$, with $x'\sim p(x)$. Prove that the printed lemma errs by at most
#
# $$|E\,f(x,y)-E\,f(x',y)|\le\max|f|\,\sqrt{2\,I(X;Y)}.$$
#
# Return the lines from `first` to `last`, five or more; the relation of a line is `"="` or `"<="`. `p` is $p(x,y)$,
# `apart` is $p(x)\,p(y)$, and `f` is a table. You may use Pinsker's inequality,
# $\mathrm{TV}(p,q)\le\sqrt{\mathrm{KL}(p\|q)/2}$.
#
# <details><summary>Hint 1</summary>
#
# Both means are sums over the same `f` with different weights. Join them, and take the absolute value inside.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $\sum_{x,y}|p(x,y)-p(x)\,p(y)|$ is twice a total variation, `it.total_variation(p, apart, axis=(0, 1))`. For the KL
# use `it.kl_divergence` with the same axis.
#
# </details>

# %% tags=["exercise"]
first = it.Step(
    "|E f(x,y) - E f(x',y)|", "", lambda p, apart, f: abs(np.sum(p * f) - np.sum(apart * f)), "given"
)  # fmt: skip
last = it.Step(
    "max|f| √(2 I(X;Y))", "=",
    lambda p, apart, f: abs(f).max() * np.sqrt(2 * it.mutual_information(p)), "definition of I",
)  # fmt: skip


def my_error_of_the_lemma():
    """Lines such as it.Step("|Σ …|", "=", lambda p, apart, f: abs(np.sum(…)), "one sum")."""
    ...  # return [first, …, last]


exercises.error_of_the_lemma.check(my_error_of_the_lemma)

# %% [markdown]
# ## 11.4 Loose (6 minutes)
#
# <!-- claim: Independent latents can mix two factors equally, and uncorrelated variables can be dependent. -->
#
# A loose statement is nearly right, but its reader needs the condition or the narrower word.

# %%
Errata(erratum for erratum in ERRATA if erratum.kind == "loose")

# %% [markdown]
# **Independence.** The report describes disentanglement as independence of the latents. Let two factors be
# $f\sim\mathcal N(0,I)$, and let a model find $z=R_\theta f$, the factors rotated by θ. Then $z\sim\mathcal N(0,I)$ for
# every θ. **Predict, then run.** At which angle does $z_1$ carry equal information about both factors?

# %%
angles = np.linspace(2, 88, 87)
pairs = {"I(z₁; f₁)": (0, 2), "I(z₁; f₂)": (1, 2), "I(z₁; z₂)": (2, 3)}
curves = {name: [] for name in pairs}
for theta in np.radians(angles):
    R = np.array([[np.cos(theta), np.sin(theta)], [-np.sin(theta), np.cos(theta)]])
    covariance = np.block([[np.eye(2), R.T], [R, R @ R.T]])  # of (f₁, f₂, z₁, z₂)
    for name, pair in pairs.items():
        curves[name].append(it.gaussian_mutual_information(covariance[np.ix_(pair, pair)], 1))
factors = rng.normal(size=(1_500, 2))
figures.rotation(factors, factors @ np.array([[1, -1], [1, 1]]) / np.sqrt(2), angles, curves)
print("at 45°: " + ", ".join(f"{name} = {curve[43]:z.6f} nats" for name, curve in curves.items()))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# At 45° it carries $\frac12\log2=0.347$ nats about each factor, and the latents remain independent. Both clouds have
# the same distribution, so no criterion on $p(z)$ alone can identify the right angle ([lecture
# 10](10_measuring_disentanglement.ipynb)). Independence may be required, but it is not sufficient.
# </details>
#
# **Dependence.** The report calls $I$ a measure of "how correlated" two variables are. **Predict, then run.** For which
# of four clouds is the correlation near 0, and for which is $I$ near 0?

# %%
n, s = 2_000, np.linspace(-1, 1, 2_000)
noise = rng.normal(size=(6, n))
samples = {"line": (s, s + 0.25 * noise[0]), "parabola": (s, s**2 + 0.1 * noise[1]),
           "ring": (np.cos(np.pi * s) + 0.1 * noise[2], np.sin(np.pi * s) + 0.1 * noise[3]),
           "cloud": (noise[4], noise[5])}  # fmt: skip
correlations = [np.corrcoef(*pair)[0, 1] for pair in samples.values()]
estimates = [it.mutual_information(it.empirical_joint(*pair, bins=8)) for pair in samples.values()]
titles = [f"ρ = {rho:z.2f}, Î = {I:.2f} nats" for rho, I in zip(correlations, estimates, strict=True)]
figures.clouds(samples, titles)
for name, title in zip(samples, titles, strict=True):
    print(f"{name:9s} {title}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The parabola and the ring have a correlation near 0, but $\hat I$ is 0.74 and 0.52 nats. (The plug-in estimate with
# $8\times8$ bins has a bias of about $49/4000=0.01$ nats.) A penalty on correlations, as in the report's reference [5],
# ignores such dependence. A penalty on the total correlation, as in [3], detects it.
# </details>
#
# ## 11.5 Notation (4 minutes)
#
# <!-- claim: The 13 entries on notation change no result; units and a special case reveal a missing logarithm. -->
#
# The meaning is clear, so these entries change no result.

# %%
Errata(erratum for erratum in ERRATA if erratum.kind == "notation")

# %% [markdown]
# One case is common: "$\max_GI=\min_GH(c\mid x)$" equates two numbers, but it means that *the same $G$* is best. In
# `DERIVATIONS` this relation is $\Longleftrightarrow$, and a test compares the best of several candidates.

# %%
DERIVATIONS["maximal information"].show(on={"p_c": [0.4, 0.6], "p_cx": [weather, independent]})

# %% [markdown]
# Two tests need no theory. **Units**: change the base of the logarithm. Each term of a right line is then multiplied by
# $1/\log2=1.442695$. **A special case**: if $x$ is independent of $c$, the information must be 0. We apply both to the
# line of 11.2.


# %%
def right_line(p_cx, base=None):
    return it.entropy(p_cx.sum(axis=1), base=base) - it.conditional_entropy(p_cx, base=base)


def printed_line(p_cx, base=None):
    return it.entropy(p_cx.sum(axis=1), base=base) + p_cx.sum()


for name, line in {"H(c) − H(c|x)": right_line, "as printed": printed_line}.items():
    ratio = line(weather, base=2) / line(weather)
    print(f"{name:14s} bits / nats = {ratio:.6f};  x independent of c: {line(independent):z.6f} nats")

# %% [markdown]
# **Where are the errors?** Count them by section and kind.

# %%
sections = [f"§ {erratum.section}" for erratum in ERRATA]
counts = {kind: dict.fromkeys(sections, 0) for kind in ("wrong", "loose", "notation")}
for erratum in ERRATA:
    counts[erratum.kind][f"§ {erratum.section}"] += 1
figures.by_section_and_kind(counts)
for kind, numbers in counts.items():
    of_each = ", ".join(f"{section}: {number}" for section, number in numbers.items())
    print(f"{kind:9s}{sum(numbers.values()):3d}   ({of_each})")

# %% [markdown]
# Sections 4.1.1 and 4.2.1 have the most entries. Their expectations are nested, and draws are checked less often than
# sums. Loose statements and notation are 70 % of all entries. None of the wrong lines changes the two objectives of
# the report, apart from a variance and a constant.

# %% [markdown]
# ### Exercise 4 ★★☆ · do · essential · 20 minutes · review a page
#
# The following page is invented for this exercise. One of its lines does not follow.
#
# > **Latents that cannot be read.** Let $z_1$ and $z_2$ be independent latents, and let $x$ be an image that a generator
# > draws from $p(x\mid z_1,z_2)$.
# >
# > 1. $I(x;z_1,z_2)$
# > 2. $=I(x;z_1)+I(x;z_2\mid z_1)$, by the chain rule
# > 3. $=I(x;z_1)+I(x,z_1;z_2)-I(z_1;z_2)$, by the chain rule again
# > 4. $=I(x;z_1)+I(x,z_1;z_2)$, because the latents are independent
# > 5. $=I(x;z_1)+I(x;z_2)+I(z_1;z_2\mid x)$, by the chain rule in the other order
# > 6. $=I(x;z_1)+I(x;z_2)$, because the latents are independent
# > 7. $\le H(z_1)+H(z_2)$, since $I(x;z_j)\le H(z_j)$
# >
# > Hence, if no single latent can be read from the image, then no reader can recover anything from it.
#
# Return the number of the line, and a joint pmf `p[z1, z2, x]` as an array with three axes. In your table the latents
# are independent, the line fails, and so does the conclusion: $I(x;z_1)=I(x;z_2)=0$, but $I(x;z_1,z_2)\ge0.5$ nats. The
# check recomputes all lines.
#
# <details><summary>Hint 1</summary>
#
# Chain rules hold for every pmf. Which two lines use the assumption?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Which table of lecture 2 makes two independent variables dependent once a third one is known?
#
# </details>


# %% tags=["exercise"]
def my_page():
    """The number of a line, and p[z1, z2, x]."""
    ...


exercises.page.check(my_page)

# %% [markdown]
# ## 11.6 A table of experiments (4 minutes)
#
# <!-- claim: Three seeds do not separate mean MIGs of 0.285 and 0.303; the latter has a standard error of 0.062. -->
#
# The report says that experiments "prove" that $\beta>1$ disentangles. Experiments give examples, and Locatello et al.
# (2019) found that the seed and the weight of the penalty often matter more than the model. We take the MIG of three
# published models ([lecture 10](10_measuring_disentanglement.ipynb)), with one score for each seed.
#
# **Predict, then run.** How much does the expected best of three runs exceed a single run of the *same* model?
# Exercise 5 computes it.

# %%
models = ("beta-vae-dsprites", "beta-tc-vae-dsprites", "factor-vae-dsprites")
scores = {name: [seed["mig"] for seed in load_pretrained(name).card["seeds"].values()] for name in models}
best = figures.best_of_k(scores)
for name, migs in scores.items():
    error = np.std(migs, ddof=1) / np.sqrt(len(migs))
    print(f"{name:21s} {len(migs)} seeds: mean {np.mean(migs):.3f}, standard error {error:.3f}", end=", ")
    print(f"expected best of 3: {best[name][2]:.3f}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The means of the first two models are 0.285 and 0.303, and the second has a standard error of 0.062. Three seeds do
# not decide which model is better. If a paper compares the best of three β-TCVAEs with the mean of the β-VAEs, the
# difference grows from 0.018 to 0.083. Dodge et al. (2019) report the expected best as a function of the number of
# runs.
# </details>

# %% [markdown]
# ### Exercise 5 ★★☆ · compute · useful · 15 minutes · the best of k runs
#
# You know the scores of $n$ runs. Choose $k$ of them at random, all subsets being equally likely. Write a function that
# returns the mean of the largest chosen score. For $k=1$ it is the mean, and for $k=n$ the maximum.
#
# <details><summary>Hint</summary>
#
# Sort the scores. In how many subsets of $k$ is the score at place $i$ the largest? `math.comb` counts subsets.
#
# </details>


# %% tags=["exercise"]
def my_best_of(scores, k):
    """The mean of the largest of k scores, chosen without replacement."""
    ...


exercises.best_of.check(my_best_of)

# %% [markdown]
# ## 11.7 A checklist (3 minutes)
#
# <!-- claim: Each of the twelve questions, for example on draws, units or seeds, would have found an erratum. -->
#
# Each question would have found an entry above. Use them for the next paper.
#
# | | ask | it finds |
# |---|---|---|
# | 1 | **What is averaged?** Write each expectation with its draw, in order, and what is given | the lemma; $E_c$ for $E_{c'}$; $q(z)\sim Q$ |
# | 2 | **Which variables are free?** They must agree on both sides | $\sum_y$ for $\sum_{x,y}$ |
# | 3 | **Which way does an inequality go,** why, and when is it tight? | the omitted KL; the second ≥ |
# | 4 | **What is constant, and in what?** | log p(x), constant in q only |
# | 5 | **Are values meant, or optimisers?** | max I = min H(c\|x) |
# | 6 | **Do the units agree?** Is it a density? | exp(−\|x − x̂\|²); the missing logarithm |
# | 7 | **What happens in special cases?** Independent, equal, determined, p = 0, XOR | y = x²; the rotation; exercise 4 |
# | 8 | **Discrete or continuous?** | H(X\|Y) = 0; λ |
# | 9 | **Is the converse needed?** | KL = 0 only if p = q |
# | 10 | **Is there one number?** Six probabilities test a line in a minute | all of them |
# | 11 | **How many seeds,** how was the reported run chosen, and is there a control? | β > 1 "proves" |
# | 12 | **What does the source say?** Look it up | λ < 1 "as recommended" |
#
# ## Summary
#
# > - The report's results are right. Of its 46 errata, 14 are wrong, 19 are loose and 13 concern notation. A number
# >   shows each error.
# > - Random inputs find a false equation at once. An inequality needs tight and special cases as well.
# > - "$=$" between two maxima often means "has the same optimiser".
# > - XOR, the copy, $y=x^2$ and the rotation refute most false claims about dependence.
# > - Compare means and their standard errors, and never the best run of one model with the mean of a different one.
#
# **You can now** test a derivation and say what the test proves, classify an error, refute and correct a claim, and
# review mathematics and experiments. If you find error 47, in the report or in these lectures, write it down with a
# number that shows it.
#
# **Sources.** B. Yuva, *Disentanglement in Statistical Machine Learning*, term report, EE410, Sabancı University · X.
# Chen, Y. Duan, R. Houthooft, J. Schulman, I. Sutskever, P. Abbeel 2016, *InfoGAN*, NeurIPS,
# [arXiv:1606.03657](https://arxiv.org/abs/1606.03657) · F. Locatello et al. 2019, *Challenging common assumptions in the
# unsupervised learning of disentangled representations*, ICML, [arXiv:1811.12359](https://arxiv.org/abs/1811.12359) · J.
# Dodge, S. Gururangan, D. Card, R. Schwartz, N. A. Smith 2019, *Show your work: improved reporting of experimental
# results*, EMNLP, [arXiv:1909.03004](https://arxiv.org/abs/1909.03004) · R. Tang et al. 2020, *Showing your work doesn't
# always work*, ACL, [arXiv:2004.13705](https://arxiv.org/abs/2004.13705)
#
# **Further reading.** ★☆☆ The report, sections 3 and 4, beside the tables of this lecture. ★★☆ Dodge et al.
# (2019). ★★★ Locatello et al. (2019), who test the claims of their field.
#
# **Going on**: [the prover](further/11_the_prover.ipynb) proves inequalities by computer, and
# [facts used](further/12_facts_used.ipynb) proves the facts that the lectures cite.
