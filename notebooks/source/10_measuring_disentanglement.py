# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 · Measuring disentanglement
#
# **Which of these nine codes are disentangled?** Each table shows one code of the same five factors. A dark cell
# marks a latent that carries much information about a factor. Two published scores are printed above each table. MIG
# is zero for noise, and for a code that contains every latent twice. The FactorVAE score is nearly 1 for a code that
# mixes all latents. What does a score measure?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import math

import numpy as np
import torch
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.svm import LinearSVC

import infotheory as it
from infotheory import Step
from infotheory.teaching import compare, measured
from models import Sprites, decompose, load_pretrained, sweeps
from models.evaluation import held_out_terms, metrics
from models.explore import RotationExplorer
from models.teaching.exercises import lecture_10 as exercises
from models.teaching.figures import lecture_10 as figures
from models.teaching.known_codes import CODES, NAMES, ROTATIONS, SIZES, Factors, aligned, noise

factors, codes = figures.opening()

# %% [markdown]
# After this lecture you can
#
# - write seven scores of disentanglement in a few lines each;
# - predict the value of a score on a code whose truth is known;
# - name for each score what it ignores;
# - recognise the effect of bins, outliers, dependent factors and few images;
# - choose what to report if no factor is known.
#
# | | |
# |---|---|
# | Needs | [lecture 2](02_mutual_information_and_kl.ipynb) (information from samples), [lecture 5](05_beta_vae.ipynb) |
# | Time | 44 minutes to read, 68 for the exercises; a minute to run |
# | Report | section 1: independent variables that are often interpretable; it names no measure |
# | Sources | Chen et al. 2018, Eastwood & Williams 2018, Locatello et al. 2019; full list at the end |
#
# ## 10.1 Codes whose truth is known (4 minutes)
#
# <!-- claim: A rotated code is explicit, but neither modular nor compact; doubled latents are modular, not compact. -->
#
# The factors $v$ of dSprites are shape, scale, orientation, posX and posY, with 3, 6, 40, 32 and 32 levels. They are
# independent and uniform. A code $z$ is a function of $v$.
#
# | code | latents |
# |---|---|
# | aligned | one for each factor, with variance 1, and five collapsed latents |
# | no collapsed latents | one for each factor |
# | permuted, scaled | aligned, reordered, times constants |
# | positions turned | aligned, posX and posY rotated |
# | all turned | aligned, all ten rotated at random |
# | every latent twice | two for each factor |
# | two factors in one | one for shape and scale; one for each other factor |
# | pure noise | ten, independent of the factors |
#
# A **collapsed** latent has a standard deviation of 0.01 here. A code is
#
# - **modular** if a latent depends on at most one factor;
# - **compact** if at most one latent encodes a factor;
# - **explicit** if every factor can be computed by a simple predictor.
#
# **Predict.** Which of the nine codes lack which property?
#
# <details><summary>Explanation</summary>
#
# "Every latent twice" is not compact. A rotated code is neither modular nor compact, but it is explicit. "Two factors
# in one" is neither modular nor explicit. Pure noise lacks only explicitness.
# </details>
#
# ## 10.2 Scores from information (9 minutes)
#
# <!-- claim: MIG ignores that two factors share a latent; the modularity of a collapsed latent is about 0.68. -->
#
# **MIG.** Since $I(z_j;v_k)\le H(v_k)$, latent $j$ carries a share of the entropy of factor $k$. The **mutual information
# gap** (Chen et al., 2018) compares the two latents $z_{(1)}$ and $z_{(2)}$ with the largest shares of each of $K$
# factors:
#
# $$\mathrm{MIG}=\frac1K\sum_k\frac{I(z_{(1)};v_k)-I(z_{(2)};v_k)}{H(v_k)}.\qquad(1)$$
#
# Chen et al. estimate $I$ from $q(z\mid x)$. We follow Locatello et al. (2019) and use plug-in estimates (lecture 2)
# in 20 bins of equal width.
#
# **Predict, then run.** Why is the MIG of the aligned code 0.89, not 1?


# %%
def information_table(z, v):  # I(z_j; v_k) in nats: [d, k]
    joints = [[it.empirical_joint(z_j, v_k, bins=(20, None)) for v_k in v.T] for z_j in z.T]
    return np.array([[it.mutual_information(joint) for joint in row] for row in joints])


tables = {name: information_table(z, factors) for name, z in codes.items()}
H = np.array([it.entropy(it.empirical_pmf(v_k)) for v_k in factors.T])
for name in ("aligned", "positions turned 30°", "every latent twice", "two factors in one"):
    in_order = np.sort(tables[name], axis=0)
    by_hand = np.mean((in_order[-1] - in_order[-2]) / H)
    compare(f"{name:20s} (1)", by_hand, "metrics.mig", metrics.mig(codes[name], factors))
ceiling = [it.entropy(np.histogram(np.arange(size), 20)[0] / size) / math.log(size) for size in SIZES]
of_factors = zip(NAMES, ceiling, strict=True)
print("largest share per factor:", ", ".join(f"{name} {share:.3f}" for name, share in of_factors))
print(f"their mean: {np.mean(ceiling):.3f}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# A latent in 20 bins carries at most $\log20$, but a position has 32 levels. The mean of the largest shares, 0.902, is
# the ceiling. The remaining 0.008 is the second best share, the largest of nine latents. It therefore exceeds
# the bias (3) below. Two factors in one latent do not lower MIG, which compares only entries of one column.
# </details>
#
# **Modularity** (Ridgeway & Mozer, 2018) uses the rows. Let $m$ be the factor with the largest $I(z_j;v_m)$.
#
# $$\text{modularity}=\frac1d\sum_j\Big(1-\frac{\sum_{k\ne m}I(z_j;v_k)^2}{(K-1)\,I(z_j;v_m)^2}\Big).\qquad(2)$$
#
# **Predict, then run.** Which is more modular by (2), the aligned code or a random rotation of it?


# %%
def modularity_of_latents(table):  # (2) before the mean: [d]
    squares = np.sort(table**2, axis=1)
    return 1 - squares[:, :-1].sum(axis=1) / ((table.shape[1] - 1) * squares[:, -1])


for name in ("aligned", "all turned", "every latent twice", "two factors in one", "pure noise"):
    by_hand = modularity_of_latents(tables[name]).mean()
    compare(f"{name:18s} (2)", by_hand, "metrics.modularity", metrics.modularity(codes[name], factors))
rotated = np.array([metrics.modularity(codes["aligned"] @ rotation.T, factors) for rotation in ROTATIONS])
larger = np.sum(rotated > metrics.modularity(codes["aligned"], factors))
measured("of 20 random rotations, those above the aligned code", larger, between=(15, 20), digits=0)
of_nothing = modularity_of_latents((SIZES - 1.0)[None])[0]
print(f"(2) of a row that is proportional to K_k − 1: {of_nothing:.3f}")
print(f"five latents with 1 and five with this value: {(5 + 5 * of_nothing) / 10:.3f}")
for name in ("aligned", "all turned"):
    print(f"without collapsed latents, {name}: {metrics.active_modularity(codes[name], factors):.3f}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Most rotations have a larger modularity, because the mean in (2) contains collapsed latents. Their information is 0,
# but the estimate has a bias, for 20 bins, $K_k$ levels and $n$ images:
#
# $$\mathbb E\,\hat I(z_j;v_k)\approx\frac{19\,(K_k-1)}{2n}.\qquad(3)$$
#
# In (2), $n$ and the number of bins cancel. A latent without information therefore has a modularity of 0.679. The
# aligned code's modularity is the mean of this value and 1. After a rotation no latent is collapsed.
# `active_modularity`, an addition of this package, excludes collapsed latents.
# </details>

# %% [markdown]
# ### Exercise 1 ★☆☆ · compute · essential · 8 minutes · MIG from a table
#
# Given the table $I(z_j;v_k)$ (a row for each latent) and the entropies $H(v_k)$, return the MIG.
#
# <details><summary>Hint 1</summary>
#
# `np.sort(table, axis=0)` sorts down the columns. The best latent of each factor comes last.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Divide each gap by the entropy of its own factor, then take the mean.
#
# </details>


# %% tags=["exercise"]
def my_mig(table, entropies):
    """The MIG; table is an array [latents, factors], entropies [factors]."""
    ...


exercises.mig.check(my_mig)

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · useful · 10 minutes · predict the modularity
#
# In a code, $a$ latents each determine one factor and are independent of the other factors, and $b$ latents have
# collapsed. The factors have $K_1,\dots,K_m$ levels. Predict the modularity from the bias (3) alone. A latent of the
# first kind has modularity 1.
#
# <details><summary>Hint</summary>
#
# By (3) the row of a collapsed latent is proportional to $K_k-1$. Apply (2) to that row.
#
# </details>


# %% tags=["exercise"]
def my_modularity(a, b, levels):
    """The modularity of a clean and b collapsed latents; levels is a list of K_1 … K_m."""
    ...


exercises.modularity.check(my_modularity)

# %% [markdown]
# ### Exercise 3 ★★☆ · prove · essential · 15 minutes · what one latent can hold
#
# Let $V$ and $W$ be two factors and $Z$ the bin of a latent. Prove that $I(V;Z)+I(W;Z)\le H(Z)$ if $V$ and $W$ are
# independent. With 20 bins, this sum is at most $\log20=3.00$ nats. Return all lines from `first` to `last`, at
# least four, with the relations "=" and "<=", and the number of the one line that needs independence. `p` is the joint
# pmf $p(v,w,z)$. The check evaluates your lines with independent factors, and then with dependent ones.
#
# <details><summary>Hint 1</summary>
#
# Compare $I(W;Z)$ with $I(W;V,Z)$. The chain rule splits the latter in two ways.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A value may be `lambda p: it.evaluate("I(V;Z) + I(W;V,Z)", p)`, if the text contains all three letters.
#
# </details>


# %% tags=["exercise"]
first = Step("I(V;Z) + I(W;Z)", "", lambda p: it.evaluate("I(V;Z) + I(W;Z)", p), "both informations")
last = Step("H(Z)", "<=", lambda p: it.entropy(p.sum(axis=(0, 1))), "an information is at most an entropy")


def my_budget():
    """The lines [first, …, last], and the number of one of them."""
    ...


exercises.budget.check(my_budget)

# %% [markdown]
# ## 10.3 Scores from predictors (8 minutes)
#
# <!-- claim: The aligned code has a SAP of only about a quarter; DCI's $D$ detects that two factors share a latent. -->
#
# A classifier, tested on new images, replaces the bins.
#
# **SAP**, separated attribute predictability (Kumar et al., 2018), is the gap of (1) with the test accuracy of one latent
# in place of its share. Locatello et al. (2019) use linear support vector machines.
#
# **Predict, then run.** The aligned latent of a position determines its 32 levels. How often is the classifier right?

# %%
z, n_train = codes["aligned"], 6_000
accuracy = np.zeros((10, 5))  # of each latent and factor
for j, k in np.ndindex(10, 5):
    machine = LinearSVC(C=0.01, class_weight="balanced", random_state=0)
    machine.fit(z[:n_train, [j]], factors[:n_train, k])
    accuracy[j, k] = machine.score(z[n_train:, [j]], factors[n_train:, k])
in_order = np.sort(accuracy, axis=0)
compare("SAP by hand", np.mean(in_order[-1] - in_order[-2]), "metrics.sap", metrics.sap(z, factors))
ranges = [(0.95, 1.001), (0.5, 0.8), *3 * [(0.03, 0.1)]]
for name, share, between in zip(NAMES, in_order[-1], ranges, strict=True):
    measured(f"accuracy of the best latent, {name}", share, between=between, digits=2)
measured("SAP, aligned", metrics.sap(z, factors), between=(0.22, 0.27), digits=2)
rescaled = metrics.sap(codes["permuted, scaled"], factors)
measured("SAP, permuted and scaled", rescaled, between=(0.15, 0.21), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The accuracy for a position is below 0.1. Each level has one threshold, which separates an outermost level from the
# others, but not a middle level. So the ceiling of SAP is about a quarter here. SAP also changes with the scale of
# latents, because the effect of $C$ does.
# </details>
#
# **Explicitness** (Ridgeway & Mozer, 2018) fits a logistic regression on all latents. The area under a level's ROC
# curve is the probability that an image with this level gets a larger value than one without it. The score is the
# mean area. We compute it for posX.

# %%
scaled = (z - z[:n_train].mean(axis=0)) / z[:n_train].std(axis=0)
classifier = LogisticRegression().fit(scaled[:n_train], factors[:n_train, 3])
value, x = classifier.predict_proba(scaled[n_train:]), factors[n_train:, 3]
pairs = [value[x == level, level][:, None] - value[x != level, level] for level in range(32)]
areas = [np.mean(difference > 0) + np.mean(difference == 0) / 2 for difference in pairs]
reference = roc_auc_score(x, value, multi_class="ovr", average="macro")
measured("explicitness of posX, by all pairs", np.mean(areas), between=(0.93, 0.98), digits=2)
measured("its difference from scikit-learn", abs(np.mean(areas) - reference), between=(0, 1e-9), digits=10)

# %% [markdown]
# **DCI** (Eastwood & Williams, 2018) fits one predictor for each factor on all latents. Let $R_{jk}\ge0$ be the
# importance of latent $j$ for factor $k$. A normalised row is a pmf over factors, and a normalised column is one over
# latents. Let $H_b$ be the entropy to the base $b$, and $\rho$ the share of a row or column in the total.
#
# $$D=\sum_j\rho_j\big(1-H_K(R_{j\cdot})\big),\qquad C=\sum_k\rho_k\big(1-H_d(R_{\cdot k})\big),\qquad
# I=\text{mean test accuracy}.\qquad(4)$$
#
# The **disentanglement** $D$ is high for modular codes, the **completeness** $C$ for compact codes, and the
# **informativeness** $I$ for explicit codes. The weights in $C$ and the accuracy are those of Locatello et al. (2019). We compute $D$ and $C$ for shape and scale with boosted trees.


# %%
def concentration(importance):  # Σ ρ (1 − H) over the rows
    weights = importance.sum(axis=1) / importance.sum()
    rows = importance[weights > 0] / importance[weights > 0].sum(axis=1, keepdims=True)
    return weights[weights > 0] @ (1 - it.entropy(rows, base=rows.shape[1]))


for name in ("aligned", "two factors in one"):
    z, v = codes[name][:600, :4], factors[:600, :2]
    trees = [GradientBoostingClassifier(random_state=0).fit(z[:400], v[:400, k]) for k in range(2)]
    importance = np.stack([tree.feature_importances_ for tree in trees], axis=1)
    D, C, _ = metrics.dci(z, v)
    print(name)
    compare("  D by (4)", concentration(importance), "metrics.dci", D, atol=1e-6)
    compare("  C by (4)", concentration(importance.T), "metrics.dci", C, atol=1e-6)

# %% [markdown]
# If both factors share a latent, $D$ is 0, because its row is uniform, but $C$ stays 1. An importance measures
# what a predictor *used*. Trees split along axes, so a rotated code has a smaller $I$.
#
# ## 10.4 Scores from interventions (8 minutes)
#
# <!-- claim: When the positions are rotated, MIG falls at once, but both intervention scores stay near 1 up to 35°. -->
#
# Two scores, like IRS (`metrics.irs`), fix factor $k$ and vary the others, which needs a simulator or labels.
#
# **β-VAE score** (Higgins et al., 2017). One point is the mean of $|z-z'|$ over 64 pairs of images that share $v_k$. A
# linear classifier predicts $k$ from the point, and its test accuracy is the score.


# %%
def beta_vae_points(represent, n, rng):
    fixed, points = rng.integers(5, size=n), []
    for k in fixed:
        v, w = rng.integers(SIZES, size=(2, 64, 5))
        w[:, k] = v[:, k]
        points.append(abs(represent(v) - represent(w)).mean(axis=0))
    return np.array(points), fixed


sample = dict(n_train=2_000, n_test=1_000, n_images=50_000)
rng = np.random.default_rng(0)
for name in ("aligned", "all turned", "pure noise"):
    (x, k), (x_new, k_new) = (beta_vae_points(CODES[name], n, rng) for n in (1_500, 1_000))
    accuracy = LogisticRegression(max_iter=1_000).fit(x, k).score(x_new, k_new)
    of_package = metrics.beta_vae_score(CODES[name], Factors(), **sample)
    between = (0.12, 0.28) if name == "pure noise" else (0.96, 1.001)
    measured(f"{name}: β-VAE score by hand", accuracy, between=between, digits=2)
    measured(f"{name}: metrics.beta_vae_score", of_package, between=between, digits=2)

# %% [markdown]
# The score is nearly 1 for the aligned code *and the rotated code*. A linear classifier distinguishes the five mean
# vectors of the points, and no rule requires a small value in *one* entry.
#
# **FactorVAE score** (Kim & Mnih, 2018). Fix one value of $v_k$ in 64 images. Divide each latent's variance among
# them by its overall variance. The latent with the smallest ratio gets a vote. Each latent is assigned the factor for
# which it gets most votes, and the score is the accuracy of this rule on new votes.


# %%
def factor_vae_votes(represent, n, rng):
    overall = represent(rng.integers(SIZES, size=(10_000, 5))).std(axis=0)
    active = overall >= 0.05  # collapsed latents are left out
    fixed, least = rng.integers(5, size=n), []
    for k in fixed:
        v = rng.integers(SIZES, size=(64, 5))
        v[:, k] = v[0, k]
        least.append((represent(v).var(axis=0) / overall**2)[active].argmin())
    return np.array(least), fixed


for name in ("aligned", "all turned", "pure noise"):
    (least, k), (new, k_new) = (factor_vae_votes(CODES[name], n, rng) for n in (1_500, 1_000))
    counts = np.zeros((10, 5), int)  # [latent, factor]
    np.add.at(counts, (least, k), 1)
    between = (0.12, 0.28) if name == "pure noise" else (0.94, 1.001)
    right = np.mean(counts.argmax(1)[new] == k_new)
    measured(f"{name}: FactorVAE score by hand", right, between=between, digits=2)

# %% [markdown]
# For a linear code $z=Wv$ with $v_k$ fixed, latent $j$ keeps the share $1-s_{jk}$ of its variance, with
#
# $$s_{jk}=\frac{W_{jk}^2\operatorname{Var}v_k}{\sum_lW_{jl}^2\operatorname{Var}v_l}.\qquad(5)$$
#
# The largest $s_{jk}$ of the *column* gets the vote. The score is 1 if each factor has a different winner, however
# small its share is.

# %% [markdown]
# ### Exercise 4 ★★☆ · compute · useful · 15 minutes · the vote, predicted
#
# Return the FactorVAE score, given $W$ (a row for each latent) and the variances of the factors. The batches are so
# large that all variances are exact. All factors are equally often fixed.
#
# <details><summary>Hint 1</summary>
#
# For each factor find the latent that wins, the `argmax` of $s_{jk}$ over the latents.
#
# </details>
# <details><summary>Hint 2</summary>
#
# A latent that wins for two factors can be assigned to one of them only. The number of right votes, of $K$, is the
# number of *different* winners.
#
# </details>


# %% tags=["exercise"]
def my_vote(W, variances):
    """The FactorVAE score; W is an array [latents, factors], variances [factors]."""
    ...


exercises.vote.check(my_vote)

# %% [markdown]
# **Predict, then move.** Rotate the two positions. Which scores change, and at which angle?

# %%
explorer = RotationExplorer(aligned, Factors(), latents=(3, 4), angle=30)
explorer

# %%
curves = explorer.curves
measured("MIG at 0° less MIG at 5°", curves["MIG"][0] - curves["MIG"][1], between=(0.05, 0.3), digits=2)
for name in ("BetaVAE", "FactorVAE"):
    measured(f"{name}, smallest value up to 35°", curves[name][:8].min(), between=(0.96, 1.001), digits=2)
    measured(f"{name} at 45°", curves[name][9], between=(0.7, 0.9), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# MIG falls at once, because a small rotation already mixes neighbouring levels. At 30° the shares (5) are
# $\cos^230°=\tfrac34$ and $\tfrac14$, and both scores from interventions are 1. At 45° all four are ½. Three of five
# factors are assigned correctly, and a guess decides the others: $\tfrac35+\tfrac25\cdot\tfrac12=0.8$.
# </details>
#
# ## 10.5 All scores of all codes (3 minutes)
#
# <!-- claim: None of the ten scores gives its largest value to the first three codes alone. -->
#
# For DCI, orientation and positions have 6 levels each, since trees for more take minutes.
#
# **Predict, then run.** Which column shows a higher value for each of the first three codes than for all six others?


# %%
coarse = (factors * np.minimum(SIZES, 6) // SIZES)[:1_500]


def all_scores(represent):
    z = represent(factors)
    D, C, I = metrics.dci(z[:1_500], coarse, booster="histogram")
    return {
        "MIG": metrics.mig(z, factors), "SAP": metrics.sap(z, factors), "DCI: C": C, "DCI: D": D,
        "modularity": metrics.modularity(z, factors), "active mod.": metrics.active_modularity(z, factors),
        "β-VAE": metrics.beta_vae_score(represent, Factors(), **sample),
        "FactorVAE": metrics.factor_vae_score(represent, Factors(), **sample),
        "DCI: I": I, "explicitness": metrics.explicitness(z, factors),
    }  # fmt: skip


found = {name: all_scores(represent) for name, represent in CODES.items()}
matrix, columns = np.array([list(row.values()) for row in found.values()]), list(found["aligned"])
figures.scores(matrix, list(found), columns, "Nine codes, ten scores", boundaries=(2.5, 5.5, 7.5))

# %%
for name, column, between in (
    ("all turned", "β-VAE", (0.96, 1.001)), ("all turned", "FactorVAE", (0.94, 1.001)),
    ("two factors in one", "MIG", (0.88, 0.91)), ("two factors in one", "DCI: D", (0.75, 0.9)),
    ("two factors in one", "FactorVAE", (0.75, 0.85)), ("every latent twice", "MIG", (0, 0.01)),
    ("every latent twice", "DCI: C", (0.65, 0.75)), ("pure noise", "modularity", (0.62, 0.72)),
    ("pure noise", "explicitness", (0.45, 0.55)),
):  # fmt: skip
    measured(f"{name}: {column}", found[name][column], between=between, digits=2)
print(f"1 − log 2/log 10 = {1 - math.log(2) / math.log(10):.2f}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# To two decimals, none does. The groups measure compactness, modularity, effects of interventions, and
# explicitness.
#
# - MIG ignores that two factors share a latent. DCI's $D$ and the FactorVAE score detect this.
# - Both scores from interventions ignore rotations.
# - Doubled latents have a completeness of $1-\log2/\log10=0.70$.
# - Noise has the chance level: $\tfrac15$ for interventions, ½ for explicitness, and 0.68 for modularity.
# </details>

# %% [markdown]
# ### Exercise 5 ★★☆ · do · essential · 20 minutes · an entangled code with a high MIG
#
# Return a function from factors $[n,5]$ to codes $[n,d]$, $d\ge2$, with a MIG above 0.6, which a person would call
# entangled. For each factor, consider the latent with the largest share of its entropy. For at least four of the five
# factors, this share must be a quarter or more. The same latent must also carry a quarter of the entropy of a
# different factor. The check draws 20,000 new factors and computes MIG and the shares itself.
#
# <details><summary>Hint 1</summary>
#
# Which of the nine codes has the MIG of the aligned code without being modular?
#
# </details>
# <details><summary>Hint 2</summary>
#
# By exercise 3, a latent in 20 bins carries at most 3.00 nats about two factors together. Two positions fit into a
# latent if you keep only a few levels of each.
#
# </details>


# %% tags=["exercise"]
def my_entangled_code():
    """Return a function from factors [n, 5] to codes [n, d]."""
    ...


exercises.entangled.check(my_entangled_code)

# %% [markdown]
# ## 10.6 Outliers, dependent factors, few images (4 minutes)
#
# <!-- claim: An outlier lowers the MIG of a perfect code from 0.895 to 0.145; equal factors and few images lower it. -->
#
# **Predict, then run.** We change the code without collapsed latents. In *one* of 9,000 images every latent becomes
# 50. A second change applies the invertible map $z\mapsto e^{3z}$. What happens to MIG? Do ranks help?

# %%
z = codes["no collapsed latents"]
outlier = z.copy()
outlier[0] = 50
ranked = np.argsort(np.argsort(outlier, axis=0, kind="stable"), axis=0)
altered_codes = {"as it is": z, "one outlier": outlier, "exp(3z)": np.exp(3 * z), "outlier, ranks": ranked}
for name, altered in altered_codes.items():
    print(f"{name:15s} MIG {metrics.mig(altered, factors):.3f}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# One outlier stretches the bins, and all other images fall into two of them. Ranks remove this effect at a small cost.
# </details>
#
# **Predict, then run.** Let posY equal posX in a share of the images. What is the MIG of the aligned code, and of a
# code that ignores posY?

# %%
equal, both, one = np.array([0, 0.25, 0.5, 0.75, 0.9, 1]), [], []
for share in equal:
    v = factors.copy()
    copied = np.random.default_rng(2).random(len(v)) < share
    v[copied, 4] = v[copied, 3]
    without_y = aligned(v)
    without_y[:, 4] = noise(v, 6, 0.01)[:, 5]
    both.append(metrics.mig_per_factor(aligned(v), v)[3:].mean())
    one.append(metrics.mig_per_factor(without_y, v)[3:].mean())
figures.dependent(equal, both, one)
print(f"aligned: {both[0]:.3f} without copies, {both[-1]:.3f} with copies alone")
print(f"posY ignored: {one[0]:.3f} without copies, {one[-1]:.3f} with copies alone")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# With equal positions, two latents of the aligned code are copies. The code that ignores posY has a larger MIG.
# </details>
#
# A score also depends on the sample size.

# %%
for n in (300, 1_000, 3_000, 9_000):
    z, v = codes["no collapsed latents"][:n], factors[:n]
    print(f"{n:5d} images: MIG {metrics.mig(z, v):.3f}, modularity {metrics.modularity(z, v):.3f}")

# %% [markdown]
# The bias (3) raises the second latent, while the best is at its ceiling, so few images lower MIG.
#
# ## 10.7 Trained encoders (4 minutes)
#
# <!-- claim: The four models without KL annealing have a MIG below 0.1, but a β-VAE score above 0.6. -->
#
# We score the posterior means of 3,000 sprites. The KL of FactorVAE, DIP-VAE and the last model was annealed
# ([lecture 9](09_regularisers.ipynb)).
#
# **Predict, then run.** Do the scores agree on the best model?

# %%
trained = {f"32×32, β = {beta}": f"beta-vae-dsprites-32-beta-{beta}" for beta in ("0.25", "1", "4")}
trained |= {"32×32, FactorVAE": "factor-vae-dsprites-32", "32×32, DIP-VAE": "dip-vae-dsprites-32"}
trained |= {"64×64, β = 4": "beta-vae-dsprites-plain", "64×64, β = 4, annealed": "beta-vae-dsprites"}
encoders = {name: load_pretrained(file) for name, file in trained.items()}
few, means, log_variances, real = dict(n_train=1_000, n_test=500, n_images=2_000), {}, {}, {}
for name, model in encoders.items():
    sprites = Sprites(model.size)
    v, images = sprites.sample(3_000, seed=1)  # the same factors for each size
    with torch.no_grad():
        encoded = [model.encode(batch) for batch in images.split(250)]
    means[name], log_variances[name] = (torch.cat(parts) for parts in zip(*encoded, strict=True))
    real[name] = {
        "MIG": metrics.mig(means[name], v), "active mod.": metrics.active_modularity(means[name], v),
        "β-VAE": metrics.beta_vae_score(model, sprites, **few),
        "FactorVAE": metrics.factor_vae_score(model, sprites, **few),
        "explicitness": metrics.explicitness(means[name], v),
    }  # fmt: skip
values, columns = np.array([list(row.values()) for row in real.values()]), list(real["32×32, β = 1"])
figures.scores(values, list(real), columns, "Seven trained encoders, five scores", best=True)

# %%
v, H = v.numpy(), np.array([it.entropy(it.empirical_pmf(v_k)) for v_k in v.numpy().T])
kl = {name: it.diagonal_gaussian_kl(means[name], log_variances[name]).mean(0) for name in means}
order = {name: of.argsort(descending=True) for name, of in kl.items()}
active = {name: int((of > 0.1).sum()) for name, of in kl.items()}
chosen = ("32×32, β = 4", "64×64, β = 4", "32×32, DIP-VAE")
figures.information({n: information_table(means[n][:, order[n]].numpy(), v) / H for n in chosen}, active)
for name, between in zip(
    real, ((0, 0.05), (0, 0.06), (0, 0.05), *2 * [(0.2, 0.45)], (0, 0.1), (0.2, 0.4)), strict=True
):
    measured(f"{name}: MIG", real[name]["MIG"], between=between, digits=2)
    measured("  β-VAE score", real[name]["β-VAE"], between=(0.6, 1), digits=2)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The models without annealing are almost fully entangled by MIG and mostly disentangled by the β-VAE score. Where
# MIG is small, several latents encode the positions.
# </details>
#
# These are single runs. `infotheory study` repeats the comparison of Locatello et al. (2019) on a small scale: six
# models, two strengths of their penalties, three seeds. The share of a score's variance between groups of runs is
#
# $$R^2=\frac{\sum_gn_g(\bar s_g-\bar s)^2}{\sum_i(s_i-\bar s)^2}.\qquad(6)$$
#
# **Predict, then run.** Which decides the MIG, the model or the seed?

# %%
study = sweeps.read_study()
runs, names = (np.array([run[column] for run in study]) for column in ("mig", "model"))
of_model = [runs[names == name].mean() for name in names]
compare("R² by model, (6)", np.var(of_model) / np.var(runs), "explained", sweeps.explained(runs, names))
figures.study(study)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The seed decides half of the variance of MIG, and the model a tenth, less than by chance.
# </details>
#
# ## 10.8 Without known factors (4 minutes)
#
# <!-- claim: ELBO and TC do not select the model with the best MIG, but 100 labels select it in most draws. -->
#
# | quantity | in code | what it measures |
# |---|---|---|
# | active latents | `diagonal_gaussian_kl` | how many latents carry information |
# | ELBO and rate | `held_out_terms` | the fit, and its cost in nats |
# | total correlation (7) | `decompose` | dependence of the latents |
# | traversals | `TraversalExplorer` | what a person recognises |
# | agreement of runs, UDR | [further/10](further/10_definition_and_impossibility.ipynb) | whether runs find the same latents |
#
# $$\mathrm{TC}(z)=\mathrm{KL}\Big(q(z)\,\Big\|\,\prod_jq(z_j)\Big),\qquad
# q(z)=\frac1N\sum_nq(z\mid x_n).\qquad(7)$$
#
# **Predict, then run.** Which models at 32×32 have the best ELBO and the smallest total correlation?

# %%
_, images = Sprites(32).sample(1_000, seed=1)
ranges = [((34, 37), (14, 17)), ((31, 33.5), (4, 5.2)), ((38, 40), (0.3, 0.7)), *2 * [((34, 37), (0.7, 1.3))]]
for name, (of_elbo, of_tc) in zip(list(trained)[:5], ranges, strict=True):
    terms = held_out_terms(encoders[name], images)
    tc = decompose(means[name], log_variances[name], n_samples=500)["total_correlation"]
    print(f"{name}: {active[name]} active latents")
    measured("  −ELBO", terms["kl"] + terms["reconstruction"], "nats", between=of_elbo, digits=1)
    measured("  rate", terms["kl"], "nats", between=(6, 25), digits=1)
    measured("  total correlation", tc.value, "nats", error=tc.error, between=of_tc, digits=2)
for name in ("64×64, β = 4", "64×64, β = 4, annealed"):
    terms = encoders[name].card["terms"]
    print(f"{name}: D + 4 R = {terms['reconstruction'] + 4 * terms['kl']:.1f} nats by its card")
two = {name: encoders[name] for name in chosen[::2]}
figures.traversals(two, means, {name: order[name][: active[name]] for name in two})

# %% [markdown]
# <details><summary>Explanation</summary>
#
# β = 1 gives the best ELBO, and β = 4 gives the smallest TC. Both have a MIG below 0.05. With fewer images than in
# lecture 9, the TCs are larger. At 64×64 the annealed model has the larger MIG, but also the larger loss.
# </details>
#
# **A few labels** can choose a model (Locatello et al., 2020). We compute all seven MIGs from 100 of the 3,000 sprites.
# How often is the best of these also best on all 3,000?

# %%
rng, agree = np.random.default_rng(0), []
best = max(real, key=lambda name: real[name]["MIG"])
for _ in range(20):
    rows = rng.choice(3_000, 100, replace=False)
    of_few = {name: metrics.mig(means[name][rows], v[rows]) for name in means}
    agree.append(max(of_few, key=of_few.get) == best)
measured(f"{best}: share of draws in which 100 labels choose it", np.mean(agree), between=(0.6, 1), digits=2)
measured("its MIG from 100 labels", of_few[best], between=(0.1, 0.26), digits=2)

# %% [markdown]
# **The report's claim.** Section 1 calls independent variables disentangled. A rotation of $\mathcal N(0,I)$ has
# independent latents, but it mixes all factors.
#
# ## Summary
#
# | score | measures | ignores | depends on |
# |---|---|---|---|
# | MIG | compactness | two factors in one latent | bins, outliers |
# | SAP | compactness | the same, and inner levels | scale of a latent |
# | modularity | modularity | copies, missing factors | collapsed latents |
# | DCI | all three | what the predictor does not use | the predictor |
# | β-VAE | whether $k$ can be predicted | rotations | |
# | FactorVAE | whether one latent stays constant | what else it carries | |
# | explicitness | linear readability | where a factor is encoded | |
#
# > - Report several scores, with $n$ and the bins.
# > - ELBO and TC do not select the best code, but a hundred labels usually do.
#
# **You can now** write and predict seven scores, name what each ignores, and choose what to report without factors.
#
# **Sources.** R. T. Q. Chen et al. 2018, *Isolating sources of disentanglement in variational
# autoencoders*, [arXiv:1802.04942](https://arxiv.org/abs/1802.04942) · K. Ridgeway, M. Mozer 2018, *Learning deep
# disentangled embeddings with the F-statistic loss*, [arXiv:1802.05312](https://arxiv.org/abs/1802.05312) · A. Kumar et
# al. 2018, *Variational inference of disentangled latent concepts from unlabeled observations*,
# [arXiv:1711.00848](https://arxiv.org/abs/1711.00848) · C. Eastwood, C. Williams 2018, *A framework for the
# quantitative evaluation of disentangled representations*, ICLR · I. Higgins et al. 2017, *β-VAE*, ICLR · H. Kim, A. Mnih
# 2018, *Disentangling by factorising*, [arXiv:1802.05983](https://arxiv.org/abs/1802.05983) · F. Locatello et al. 2019,
# *Challenging common assumptions in the unsupervised learning of disentangled representations*,
# [arXiv:1811.12359](https://arxiv.org/abs/1811.12359) · F. Locatello et al. 2020, *Disentangling factors of variation
# using few labels*, [arXiv:1905.01258](https://arxiv.org/abs/1905.01258)
#
# **Further reading.** ★☆☆ Eastwood & Williams. ★★☆ Locatello et al. (2019). ★★★ Locatello et al. (2020).
#
# **Next.** [further/10](further/10_definition_and_impossibility.ipynb) defines disentanglement by symmetries, and
# shows why no objective on $p(x)$ identifies it. [Lecture 11](11_reading_the_report.ipynb) rereads the report.
