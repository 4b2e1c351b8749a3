# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 2 · Continuous variables and estimation
#
# **Why does counting give the same mutual information for independent and for dependent data?** Each data set below has
# 1,000 pairs. In the first one, $x$ and $y$ are independent, and $I(X;Y)=0$. In the second one, they are Gaussian with
# correlation 0.8, and $I(X;Y)=0.511$ nats. The right panel sorts each variable into groups of equal size and estimates
# $I(X;Y)$ from the counts of pairs. Both estimates rise with the number of groups. If each number is a group of its own,
# both equal $\log1000=6.908$ nats. When can you trust an estimate?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
from functools import partial

import numpy as np
from scipy.spatial import KDTree
from scipy.special import digamma, xlogy
from scipy.stats import binom, norm

import infotheory as it
from infotheory import Step
from infotheory.teaching import compare, evaluate_lines, measured
from infotheory.teaching.exercises import further_02 as exercises
from infotheory.teaching.figures import further_02 as figures

x, unrelated, related = figures.opening()

# %% [markdown]
# After this notebook you can
#
# - say what remains of entropy and mutual information for continuous variables, and what depends on the unit;
# - derive the mutual information of two Gaussian variables;
# - derive the bias of an entropy that is estimated from samples, and correct it;
# - test for dependence by shuffling;
# - choose bins for an estimate, and say when no choice helps.
#
# | | |
# |---|---|
# | Needs | [lecture 1](../01_entropy.ipynb) and [lecture 2](../02_mutual_information_and_kl.ipynb); integrals and Taylor's formula |
# | Time | 45 minutes to read, 75 for the exercises; a few seconds to run |
# | Report | section 3 writes all quantities as sums over outcomes; the report estimates none of them from samples |
# | Sources | Shannon 1948, Miller 1955, Paninski 2003, Kraskov et al. 2004; full list at the end |
#
# ## F2.1 A density has a unit (5 minutes)
#
# The **differential entropy** of a variable with density $f$ is
#
# $$h(X)=-\int f(x)\log f(x)\,dx.\qquad(1)$$
#
# A density has the unit $1/(\text{unit of }x)$, so that its value depends on the unit of $x$. Let $Y=aX$ with $a\ne0$,
# for example the same length in a different unit. Its density is $g(y)=f(y/a)/|a|$.
#
# $$
# \begin{aligned}
# h(aX)&=-\int g(y)\log g(y)\,dy &&(2)\ \text{definition}\\
# &=-\int\frac{f(y/a)}{|a|}\log\frac{f(y/a)}{|a|}\,dy &&(3)\ \text{density of }aX\\
# &=-\int f(x)\log\frac{f(x)}{|a|}\,dx &&(4)\ x=y/a,\ dx=dy/|a|\\
# &=-\int f(x)\log f(x)\,dx+\log|a|\int f(x)\,dx &&(5)\ \text{logarithm of a quotient}\\
# &=h(X)+\log|a| &&(6)\ f\text{ integrates to }1
# \end{aligned}
# $$
#
# For a Gaussian variable, $-\log f(x)=\frac12\log2\pi\sigma^2+(x-\mu)^2/2\sigma^2$. The mean of the last term is
# $\frac12$, and therefore
#
# $$h(X)=\tfrac12\log2\pi\sigma^2+\tfrac12=\tfrac12\log2\pi e\sigma^2.\qquad(7)$$
#
# **Predict, then run.** Heights of people have $\sigma=0.07$ m, which is 7 cm. What is the sign of $h$ in metres? What
# changes in centimetres? Do KL and $I$ change?

# %%
x_grid, dx = np.linspace(1.08, 2.48, 2_001, retstep=True)  # metres, ten standard deviations to each side
f, a = norm.pdf(x_grid, 1.78, 0.07), 100
y_grid, dy = a * x_grid, a * dx
g = norm.pdf(y_grid, 178, 7)
h_metres = it.gaussian_entropy([[0.07**2]])
evaluate_lines({
    "(2)  −∫ g log g dy": -np.sum(g * np.log(g)) * dy,
    "(3)  −∫ f(y/a)/a log(f(y/a)/a) dy": -np.sum(f / a * np.log(f / a)) * dy,
    "(4)  −∫ f log(f/a) dx": -np.sum(f * np.log(f / a)) * dx,
    "(5)  −∫ f log f dx + log a ∫ f dx": -np.sum(f * np.log(f)) * dx + np.log(a) * np.sum(f) * dx,
    "(6)  h(X) + log a": h_metres + np.log(a),
    "(7)  in centimetres": it.gaussian_entropy([[7.0**2]]),
})  # fmt: skip
print(f"h in metres: {h_metres:.6f} nats")

# %%
KL_m = it.gaussian_kl([1.78], [[0.07**2]], [1.65], [[0.065**2]])  # heights of two groups
KL_cm = it.gaussian_kl([178.0], [[7.0**2]], [165.0], [[6.5**2]])
compare("KL in metres", KL_m, "KL in centimetres", KL_cm, atol=1e-9)
cov_m = np.array([[0.07**2, 0.8 * 0.07 * 0.08], [0.8 * 0.07 * 0.08, 0.08**2]])  # height and arm span, ρ = 0.8
I_m, I_cm = it.gaussian_mutual_information(cov_m, 1), it.gaussian_mutual_information(100**2 * cov_m, 1)
compare("I in metres", I_m, "I in centimetres", I_cm)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The entropy is −1.240 nats in metres and 3.365 nats in centimetres. It is negative in metres, because the density
# exceeds 1 per metre for most people. A *ratio* of densities has no unit. KL and $I$ are means of logarithms of ratios,
# so they do not change.
#
# </details>
#
# ## F2.2 Narrow bins (5 minutes)
#
# How is $h$ related to the entropy of lecture 1? Let $f$ be continuous, divide the line into bins of width $\Delta$, and
# let $X_\Delta$ be the bin of $X$. By the mean value theorem, bin $i$ contains a point $x_i$ such that
# the bin has the probability $p_i=f(x_i)\Delta$.
#
# $$
# \begin{aligned}
# H(X_\Delta)&=-\sum_ip_i\log p_i &&(8)\ \text{definition}\\
# &=-\sum_if(x_i)\,\Delta\,\log\big(f(x_i)\,\Delta\big) &&(9)\ \text{mean value theorem}\\
# &=-\sum_i\Delta\,f(x_i)\log f(x_i)-\log\Delta &&(10)\ \text{logarithm of a product; }\textstyle\sum_ip_i=1\\
# &\approx h(X)-\log\Delta &&(11)\ \text{Riemann sum of (1), if the integral exists}
# \end{aligned}
# $$
#
# The entropy of the bin tends to infinity as $\Delta\to0$: an exact real number has infinitely many digits. The cells
# of a pair have the area $\Delta^2$, so that $H(X_\Delta,Y_\Delta)\approx h(X,Y)-2\log\Delta$. The terms with $\Delta$
# cancel in the mutual information, and the limit is the mean of $\log\frac{f(x,y)}{f(x)f(y)}$:
#
# $$I(X_\Delta;Y_\Delta)=H(X_\Delta)+H(Y_\Delta)-H(X_\Delta,Y_\Delta)\;\to\;h(X)+h(Y)-h(X,Y)=I(X;Y).\qquad(12)$$
#
# The bin is a function of the variable. By data processing ([lecture 2](../02_mutual_information_and_kl.ipynb)), the
# limit is approached from below: $I(X_\Delta;Y_\Delta)\le I(X;Y)$ for every $\Delta$.

# %%
step = 0.01  # the width of fine cells of x and y, from −6 to 6, which are then merged to bins
centres = np.arange(-6 + step / 2, 6, step)
conditional = norm.pdf(centres[None, :], 0.8 * centres[:, None], 0.6)  # p(y|x) for ρ = 0.8
p_xy = norm.pdf(centres)[:, None] * conditional * step**2
h = float(it.gaussian_entropy([[1.0]]))
for merged in (200, 100, 50, 25, 5):
    n = len(centres) // merged
    cells = p_xy.reshape(n, merged, n, merged).sum(axis=(1, 3))
    H_bin, I_bin, width = it.entropy(cells.sum(axis=1)), it.mutual_information(cells), merged * step
    print(f"Δ = {width:4.2f}:  H = {H_bin:.4f},  h − log Δ = {h - np.log(width):.4f},  I = {I_bin:.4f} nats")

# %% [markdown]
# The exact value is $I(X;Y)=0.5108$ nats. Bins of width 2 lose more than half of the information, and bins of width 0.5
# lose 7 %.
#
# ## F2.3 Two Gaussian variables (5 minutes)
#
# Let $(X,Y)$ be Gaussian with variances $\sigma_x^2,\sigma_y^2$, correlation $\rho$ and covariance matrix $\Sigma$. The
# mean of $-\log f(x,y)$ is $\frac12\log\big((2\pi)^2\det\Sigma\big)+\frac12\mathbb E\,u^\top\Sigma^{-1}u$, where $u$ is
# the deviation from the mean. The last expectation equals $\operatorname{tr}\Sigma^{-1}\Sigma=2$, so that
# $h(X,Y)=\frac12\log\big((2\pi e)^2\det\Sigma\big)$.
#
# $$
# \begin{aligned}
# I(X;Y)&=h(X)+h(Y)-h(X,Y) &&(13)\ \text{by (12)}\\
# &=\tfrac12\log2\pi e\sigma_x^2+\tfrac12\log2\pi e\sigma_y^2-\tfrac12\log\big((2\pi e)^2\det\Sigma\big)
# &&(14)\ \text{(7), and }h(X,Y)\text{ above}\\
# &=\tfrac12\log\frac{\sigma_x^2\,\sigma_y^2}{\det\Sigma} &&(15)\ \text{one logarithm; }(2\pi e)^2\text{ cancels}\\
# &=\tfrac12\log\frac{\sigma_x^2\,\sigma_y^2}{\sigma_x^2\,\sigma_y^2\,(1-\rho^2)}
# &&(16)\ \det\Sigma=\sigma_x^2\sigma_y^2-(\rho\,\sigma_x\sigma_y)^2\\
# &=-\tfrac12\log(1-\rho^2) &&(17)\ \text{both variances cancel}
# \end{aligned}
# $$

# %%
var_x, var_y, det = cov_m[0, 0], cov_m[1, 1], np.linalg.det(cov_m)  # height and arm span
c, rho = 2 * np.pi * np.e, 0.8
h_x, h_y, h_xy = it.gaussian_entropy([[var_x]]), it.gaussian_entropy([[var_y]]), it.gaussian_entropy(cov_m)
evaluate_lines({
    "(13)  h(X) + h(Y) − h(X,Y)": h_x + h_y - h_xy,
    "(14)  ½ log 2πeσx² + ½ log 2πeσy² − ½ log (2πe)² det Σ":
        np.log(c * var_x) / 2 + np.log(c * var_y) / 2 - np.log(c**2 * det) / 2,
    "(15)  ½ log σx²σy²/det Σ": np.log(var_x * var_y / det) / 2,
    "(16)  ½ log σx²σy²/(σx²σy²(1 − ρ²))": np.log(var_x * var_y / (var_x * var_y * (1 - rho**2))) / 2,
    "(17)  −½ log(1 − ρ²)": -np.log(1 - rho**2) / 2,
    "it.gaussian_mutual_information": I_m,
})  # fmt: skip
truth = -np.log(1 - rho**2) / 2

# %% [markdown]
# **Predict, then run.** Let $Y=X+\text{noise}$, with $X\sim\mathcal N(0,1)$ and independent Gaussian noise. To which
# limits do $I(X;Y)$ and $h(X\mid Y)=h(X)-I(X;Y)$ tend as the noise vanishes?

# %%
widths = np.geomspace(0.05, 8, 40)
edges = [width * np.arange(-np.ceil(10 / width), np.ceil(10 / width) + 1) for width in widths]
H_binned = np.array([it.entropy(np.diff(norm.cdf(each))) for each in edges])
sigmas = np.geomspace(0.02, 10, 100)
I_noisy = np.log(1 + 1 / sigmas**2) / 2  # (17) with ρ² = 1/(1 + σ²)
figures.limits(widths, H_binned, sigmas, I_noisy)
for i in (0, -1):
    print(f"width {widths[i]:.2f}: H = {H_binned[i]:.4f}, h − log Δ = {h - np.log(widths[i]):.4f} nats")
print(f"noise σ = 0.02: I = {I_noisy[0]:.4f}, h(X|Y) = {h - I_noisy[0]:.4f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# As the noise vanishes, $Y$ determines $X$. Then $I\to\infty$, and $h(X\mid Y)\to-\infty$, not 0. In the left panel,
# (11) is right for narrow bins. With wide bins, two bins hold nearly all samples, since 0 is an edge, and
# $H\approx\log2$.
#
# </details>
#
# | true for discrete and continuous variables | true for discrete variables only |
# |---|---|
# | the chain rules, where all terms are finite | H(X) ≥ 0 and H(X\|Y) ≥ 0 |
# | I ≥ 0 and KL ≥ 0, with equality iff the densities agree almost everywhere | H(X\|Y) = 0 iff X is determined by Y |
# | h(X\|Y) ≤ h(X) | I(X;Y) ≤ min{H(X), H(Y)}, and I(X;X) = H(X) |
# | data processing | H(X,Y) ≥ H(X); an invertible map keeps H |
#
# The proofs about entropies in these lectures hold for discrete variables. InfoGAN also has continuous codes ([lecture
# 7](../07_infogan_bound.ipynb)). They have a differential entropy, and a bound that may be negative. A bound by one
# entropy requires only that *its* variable is discrete: $I(c;x)\le H(c)$ for a discrete code $c$ and any image $x$.
#
# ## F2.4 An estimated entropy is too small on average (5 minutes)
#
# The share $\hat p(x)$ of an outcome among $N$ independent samples estimates its probability. If we insert the shares
# into the formulas, we get the **plug-in estimates** $\hat H=H(\hat p)$ and $\hat I$. The function $\varphi(t)=-t\log
# t$ is concave and therefore lies below each of its tangents. We use the tangent at $t=p(x)$, for every $x$ with
# $p(x)>0$.
#
# $$
# \begin{aligned}
# \mathbb E\,H(\hat p)&=\mathbb E\sum_x\varphi(\hat p(x)) &&(18)\ \text{definition}\\
# &\le\mathbb E\sum_x\Big[\varphi(p(x))+\varphi'(p(x))\,\big(\hat p(x)-p(x)\big)\Big] &&(19)\ \text{tangent of a concave function}\\
# &=\sum_x\varphi(p(x))+\sum_x\varphi'(p(x))\,\big(\mathbb E\,\hat p(x)-p(x)\big) &&(20)\ \text{the mean is linear}\\
# &=H(p) &&(21)\ \mathbb E\,\hat p(x)=p(x)
# \end{aligned}
# $$
#
# This is Jensen's inequality. The mean can be computed exactly, because each count is binomial.


# %%
def phi(t):
    return -xlogy(t, t)  # −t log t, and 0 for t = 0


def mean_plug_in(p, N):
    """E H(p̂) for N samples from p, in nats."""
    count = np.arange(N + 1)[:, None]
    return np.sum(binom.pmf(count, N, p) * phi(count / N))


p, N = np.array([0.5, 0.25, 0.25]), 10
count = np.arange(N + 1)[:, None]
law, slope = binom.pmf(count, N, p), -np.log(p) - 1  # the binomial law of each count, and φ'(p)
print(f"(18)  E Σ φ(p̂) = {mean_plug_in(p, N):.6f}, which is below")
evaluate_lines({
    "(19)  E Σ [φ(p) + φ'(p) (p̂ − p)]": np.sum(law * (phi(p) + slope * (count / N - p))),
    "(20)  Σ φ(p) + Σ φ'(p) (E p̂ − p)": phi(p).sum() + slope @ (np.sum(law * count / N, axis=0) - p),
    "(21)  H(p)": it.entropy(p),
})  # fmt: skip

# %% [markdown]
# **The largest value.** At most $N$ different outcomes are seen, and so $\hat H\le\log N$. If no value occurs twice,
# then $\hat H(X)$, $\hat H(Y)$ and $\hat H(X,Y)$ all equal $\log N$. In this case $\hat I=\log N+\log N-\log N=\log N$,
# whatever the truth. This is why both curves of the opening figure end at 6.908 nats.


# %%
def grouped_information(x, y, groups):
    """The plug-in estimate of I, with each variable sorted into groups of equal size."""
    x, y = (values.argsort().argsort() * groups // len(values) for values in (x, y))
    return float(it.mutual_information(it.empirical_joint(x, y)))


for name, y in {"independent": unrelated, "ρ = 0.8": related}.items():
    compare(f"{name}, 1000 groups: Î", grouped_information(x, y, 1_000), "log N", np.log(1_000))

# %% [markdown]
# ### Exercise 1 ★★☆ · prove · essential · 20 minutes · the bias is a KL divergence
#
# Jensen's inequality shows that $\hat H$ is too small on average, but not by how much. Prove that $H(p)-\mathbb
# E\,H(\hat p)=\mathbb E\,\mathrm{KL}(\hat p\,\|\,p)$. Return all lines from `first` to `last`, at least four, and the
# number of the one line that needs $\mathbb E\,\hat p=p$. `p_hat` holds all possible shares of five samples, one in
# each row, and `weight` their probabilities. The check also takes samples from a different pmf.
#
# <details><summary>Hint 1</summary>
#
# Write both entropies as sums. `weight @ v` is the mean of `v`, and `xlogy(s, t)` is $s\log t$, also for $s=0$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Replace $p(x)$ by $\mathbb E\,\hat p(x)$ where it is a factor, but keep $\log p(x)$.
#
# </details>

# %% tags=["exercise"]
first = Step(
    "H(p) − E H(p̂)", "",
    lambda p, p_hat, weight: it.entropy(p) - weight @ it.entropy(p_hat),
    "given",
)  # fmt: skip
last = Step(
    "E KL(p̂‖p)", "=",
    lambda p, p_hat, weight: weight @ it.kl_divergence(p_hat, np.broadcast_to(p, p_hat.shape)),
    "definition of KL",
)  # fmt: skip


def my_bias_is_a_divergence():
    """Lines such as Step("E Σ …", "=", lambda p, p_hat, weight: weight @ xlogy(…).sum(axis=1), "why")."""
    ...  # return [first, …, last], 2


exercises.bias_is_a_divergence.check(my_bias_is_a_divergence)

# %% [markdown]
# ## F2.5 The size of the bias (6 minutes)
#
# Miller (1955) computed the bias for large $N$. We expand $\varphi$ to second order about $p(x)$, with
# $\varphi''(t)=-1/t$. Each count is binomial, so that $\hat p(x)$ has the variance $p(x)(1-p(x))/N$. Let $n$ be the
# number of outcomes with $p(x)>0$.
#
# $$
# \begin{aligned}
# \mathbb E\,H(\hat p)&=\sum_x\mathbb E\,\varphi(\hat p(x)) &&(22)\ \text{definition}\\
# &\approx\sum_x\Big[\varphi(p(x))+\varphi'(p(x))\,\mathbb E(\hat p(x)-p(x))+\tfrac12\varphi''(p(x))\,\mathbb E(\hat p(x)-p(x))^2\Big]
# &&(23)\ \text{Taylor, second order}\\
# &=H(p)-\frac12\sum_x\frac1{p(x)}\,\frac{p(x)\,(1-p(x))}N &&(24)\ \text{mean, second derivative, variance}\\
# &=H(p)-\frac{n-1}{2N} &&(25)\ \textstyle\sum_x(1-p(x))=n-1
# \end{aligned}
# $$
#
# The terms that are left out are of order $1/N^2$. They are small if $Np(x)$ is large for every outcome.

# %%
deviation = count / N - p
evaluate_lines({
    "(23)  Σ [φ + φ' E(p̂ − p) + ½ φ'' E(p̂ − p)²]":
        np.sum(phi(p) + np.sum(law * (slope * deviation - deviation**2 / p / 2), axis=0)),
    "(24)  H(p) − ½ Σ p(1 − p)/(pN)": it.entropy(p) - np.sum(p * (1 - p) / (p * N)) / 2,
    "(25)  H(p) − (n − 1)/2N": it.entropy(p) - (len(p) - 1) / (2 * N),
})  # fmt: skip
for N in (10, 100, 1_000):
    print(f"N = {N:5,}: exact bias {mean_plug_in(p, N) - it.entropy(p):.6f}, −(n − 1)/2N = {-1 / N:.6f} nats")

# %% [markdown]
# **Mutual information.** We insert (25) into $I=H(X)+H(Y)-H(X,Y)$. If all $n_xn_y$ cells are possible,
#
# $$\mathbb E\,\hat I\approx I+\frac{-(n_x-1)-(n_y-1)+(n_xn_y-1)}{2N}=I+\frac{(n_x-1)(n_y-1)}{2N}.\qquad(26)$$
#
# The estimate is too *large* on average. Impossible cells can change the sign: for $Y=X$, $\hat I=\hat H(X)$ is too
# small.
#
# **Predict, then run.** $X$ and $Y$ are independent, with 5 and 4 outcomes, and we see 200 pairs. In how many of 2,000
# such data sets is $\hat I$ equal to 0? What is its mean?

# %%
rng = np.random.default_rng(0)
N, n_x, n_y = 200, 5, 4
uniform = np.full((n_x, n_y), 1 / (n_x * n_y))
counts = rng.multinomial(N, uniform.ravel(), size=2_000).reshape(-1, n_x, n_y)
I_hat = it.mutual_information(counts / N)
exact = mean_plug_in(uniform.sum(1), N) + mean_plug_in(uniform.sum(0), N) - mean_plug_in(uniform.ravel(), N)
print(f"Î is 0 in {(I_hat == 0).sum()} of {len(I_hat):,} data sets")
measured("mean of Î", I_hat.mean(), "nats", between=(0.0295, 0.0315), digits=4)
print(f"exact mean {exact:.4f} nats, by (26) {(n_x - 1) * (n_y - 1) / (2 * N):.4f} nats")
figures.chance(I_hat, (n_x - 1) * (n_y - 1), N)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Every estimate is positive, although the variables are independent. $\hat I$ is 0 only if
# $\hat p(x,y)=\hat p(x)\,\hat p(y)$ in every cell. The mean agrees with (26). The statistic of the likelihood-ratio test of
# independence equals $2N\hat I$. For large $N$, its distribution is nearly χ² with $(n_x-1)(n_y-1)$ degrees of freedom. The
# mean of this distribution, divided by $2N$, is (26) with $I=0$.
#
# </details>

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · useful · 10 minutes · take the bias out
#
# From a table of counts, $x$ in rows and $y$ in columns, return the plug-in estimate of $I(X;Y)$ less its first-order
# bias, in nats. Every row and column has been seen, and all cells are possible. May the result be negative?
#
# <details><summary>Hint 1</summary>
#
# `counts / counts.sum()` is the empirical joint pmf, and `it.mutual_information` gives the plug-in estimate.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $n_x$ and $n_y$ are `counts.shape`, and $N$ is `counts.sum()`.
#
# </details>


# %% tags=["exercise"]
def my_corrected_information(counts): ...  # your code


exercises.corrected_information.check(my_corrected_information)

# %% [markdown]
# ## F2.6 Corrections (5 minutes)
#
# The number $n$ of possible outcomes is seldom known. The **Miller–Madow** estimate adds $(K-1)/2N$ to $\hat H$, where
# $K$ is the number of outcomes that were *seen*.
#
# The **jackknife** (Zahl, 1977) needs no $n$. Let $\hat H_{-i}$ be the plug-in estimate without sample $i$, and
# $\hat H_J=N\hat H-(N-1)\frac1N\sum_i\hat H_{-i}$. Let the mean of $\hat H$ from $N$ samples be $H+a/N+b/N^2+\dots$
#
# $$
# \begin{aligned}
# \mathbb E\,\hat H_J&=N\,\mathbb E\,H(\hat p_N)-(N-1)\,\mathbb E\,H(\hat p_{N-1}) &&(27)\ \text{each }\hat H_{-i}\text{ has }N-1\text{ samples}\\
# &\approx N\Big(H+\frac aN+\frac b{N^2}\Big)-(N-1)\Big(H+\frac a{N-1}+\frac b{(N-1)^2}\Big) &&(28)\ \text{expansion}\\
# &=H+\frac bN-\frac b{N-1} &&(29)\ N-(N-1)=1\text{, and }a-a=0\\
# &=H-\frac b{N(N-1)} &&(30)\ \text{common denominator}
# \end{aligned}
# $$
#
# The bias of order $1/N$ vanishes. By (27), the bias of the jackknife is exact in the figure. That of Miller–Madow is
# exact too, since $\mathbb E\,K=\sum_x\big(1-(1-p(x))^N\big)$.

# %%
zipf = 1 / np.arange(1, 51)
zipf /= zipf.sum()  # 50 outcomes, some of them common and many rare
H, sizes = it.entropy(zipf), np.geomspace(10, 10_000, 16).astype(int)
plug_in = np.array([mean_plug_in(zipf, N) for N in sizes])
of_fewer = np.array([mean_plug_in(zipf, N - 1) for N in sizes])
seen = np.array([np.sum(1 - (1 - zipf) ** N) for N in sizes])  # E K
of_each = {
    "plug-in": plug_in - H,
    "Miller–Madow": plug_in + (seen - 1) / (2 * sizes) - H,
    "jackknife": sizes * plug_in - (sizes - 1) * of_fewer - H,
    "−(n − 1)/2N": -49 / (2 * sizes),
}
for i in (0, 3, 5, 8):
    biases = ", ".join(f"{name} {values[i]:.3f}" for name, values in of_each.items())
    print(f"N = {sizes[i]:3d}, E K = {seen[i]:4.1f}: {biases} nats")
figures.bias(sizes, of_each)
sample = rng.multinomial(100, zipf)
H_hat, corrected = it.entropy(sample / 100), it.miller_madow_entropy(sample)
compare("it.miller_madow_entropy", corrected, "Ĥ + (K − 1)/2N", H_hat + (np.count_nonzero(sample) - 1) / 200)

# %% [markdown]
# Both corrections remove most of the bias once each outcome is seen a few times. Neither helps enough while most
# outcomes are unseen, since their share must be assumed and cannot be counted. With 10 samples, every estimate is too
# small by more than 0.6 nats on average. No estimate is free of bias for all pmfs. Its mean is a polynomial of the
# probabilities, of degree $N$ at most, and the entropy is not a polynomial.

# %% [markdown]
# ### Exercise 3 ★★☆ · compute · useful · 15 minutes · the jackknife
#
# From the counts of the outcomes, some of them 0, return the jackknife estimate $\hat H_J$ in nats. There are two or
# more samples.
#
# <details><summary>Hint</summary>
#
# All samples with the same outcome leave the same counts behind, so you need one estimate for each outcome that was
# seen. Its weight in the mean is the share of this outcome.
#
# </details>


# %% tags=["exercise"]
def my_jackknife_entropy(counts): ...  # your code


exercises.jackknife_entropy.check(my_jackknife_entropy)

# %% [markdown]
# ## F2.7 Is there any dependence? Shuffle (4 minutes)
#
# A positive $\hat I$ proves nothing, as section F2.5 showed. We must compare it with the estimates that independent
# variables give. Shuffle the samples of $y$ and keep those of $x$. Both marginals stay the same, but each $x$ gets a
# random partner. If $X$ and $Y$ are independent, all pairings are equally probable, so that $\hat I$ is one of $B+1$
# exchangeable numbers. Under independence, the **p-value**
#
# $$\frac{1+\text{number of shuffles with an estimate of at least }\hat I}{1+B}\qquad(31)$$
#
# is at most $\alpha$ with probability at most $\alpha$. The pairs must be independent of each other, which is not the
# case in a time series.
#
# **Predict, then run.** For which data sets of the opening figure do you expect a small p-value, with 10 groups? And
# with 250 groups, where both estimates are about 4.15 nats?

# %%
of_pairs = {}
for groups in (10, 50, 250):
    for name, y in {"independent": unrelated, "ρ = 0.8": related}.items():
        estimate = grouped_information(x, y, groups)
        shuffled = np.array([grouped_information(x, rng.permutation(y), groups) for _ in range(99)])
        of_pairs[f"{name}, {groups} groups"] = estimate, shuffled
        p_value = (1 + np.sum(shuffled >= estimate - 1e-9)) / 100  # (31)
        means = f"Î = {estimate:.3f} nats, mean of the shuffles {shuffled.mean():.3f} nats"
        print(f"{groups:3d} groups, {name:11s}: {means}, p-value {p_value:.2f}")
figures.shuffles({name: of_pairs[name] for name in list(of_pairs)[2:4]})

# %% [markdown]
# <details><summary>Explanation</summary>
#
# For $\rho=0.8$, no shuffle reaches $\hat I$ with any of the three numbers of groups. The p-value is 0.01, the smallest
# value that 99 shuffles allow. For the independent data it is 0.45 or more. With 1,000 groups, each shuffle would give
# $\log1000$ as well. The p-value would be 1 for both data sets.
#
# </details>
#
# The mean of the shuffles also estimates the bias, but *of independent data only*. It is not the bias of dependent
# data, as the next section shows.
#
# ## F2.8 Bins: too few and too many (6 minutes)
#
# For Gaussian variables the truth is known, by (17). Binned estimates make two errors of opposite sign. **Predict, then
# run.** Which error is larger with 3 bins, and which with 100? Do more samples remove both?


# %%
def gaussian_pairs(rho, N):
    x, noise = rng.standard_normal((2, N))
    return x, rho * x + np.sqrt(1 - rho**2) * noise


bins = np.array([2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 100])
estimates = {}
for N in (300, 3_000, 30_000, 300_000):
    pairs = gaussian_pairs(rho, N)
    tables = [it.empirical_joint(*pairs, bins=int(k)) for k in bins]
    estimates[N] = [float(it.mutual_information(table)) for table in tables]
    print(f"N = {N:7,}: " + ", ".join(f"{bins[i]} bins {estimates[N][i]:.3f}" for i in (1, 4, 7, 11)), "nats")
    excess, formula, seen = estimates[N][-1] - truth, 99**2 / (2 * N), np.mean(tables[-1] > 0)
    print(f"  100 bins: excess {excess:.3f} nats, {excess / formula:.2f} times 99²/2N = {formula:.3f} nats;")
    print(f"  share of the cells seen {seen:.3f}")
figures.bins(bins, estimates, truth)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# **Few bins.** Binning is data processing. With fixed bins, even infinitely many samples give a value *below* the
# truth. **Many bins.** The bias is larger, and the estimate lies above the truth. More samples remove the second error
# only. Finer bins reduce the first error if the number of samples rises too. With 3 bins, the largest sample is even
# the worst, because its extreme values stretch the bins. Nearly all samples fall into the middle bin.
#
# </details>
#
# **How large is the excess?** If all cells were possible and $N$ were large enough, (26) would give the bias $99^2/2N$
# for 100 bins. For $N=3{,}000$ and $N=30{,}000$, the excess over the truth is only 0.31 of this value. Almost no sample
# can fall into the cells far from the diagonal, and even 300,000 samples reach only 29 % of the cells. For $N=300$ the
# excess is 0.13 of the formula, which gives 16.335 nats and thus exceeds $\log N=5.704$ nats. For $N=300{,}000$ the
# excess is 0.004 nats, so small that the random error of a single data set matters. If we subtracted (26), or the mean
# of the shuffles, we would correct too much.
#
# **Without bins.** Kraskov, Stögbauer and Grassberger (2004) estimate $I$ from distances. Around each pair they draw a
# square that reaches to its $k$-th nearest neighbour, with the larger of both coordinate differences as the distance.
# They count the samples $n_x$ and $n_y$ that are strictly closer in $x$ alone and in $y$ alone. With the digamma
# function $\psi(n)\approx\log n$, the estimate is
#
# $$\hat I=\psi(k)+\psi(N)-\frac1N\sum_{i=1}^N\big[\psi(n_x(i)+1)+\psi(n_y(i)+1)\big].\qquad(32)$$
#
# The squares are small where samples are dense. The errors of the three entropies then cancel in part. We compare it
# with bins, and with (17) for the correlation $r$ of the samples, which requires Gaussian variables.


# %%
def neighbour_information(x, y, k=3):
    """The estimate (32)."""
    pairs = np.stack([x, y], axis=1)
    distance = KDTree(pairs).query(pairs, k + 1, p=np.inf)[0][:, -1]  # a pair is its own nearest neighbour
    closer = np.nextafter(distance, 0)
    columns = x[:, None], y[:, None]
    near = [KDTree(v).query_ball_point(v, closer, return_length=True) for v in columns]  # n_x + 1, n_y + 1
    return digamma(k) + digamma(len(x)) - np.mean(digamma(near[0]) + digamma(near[1]))


def binned_information(x, y, k):
    return it.mutual_information(it.empirical_joint(x, y, bins=k))


# %%
ways = {f"{k} bins": partial(binned_information, k=k) for k in (8, 16, 32)}
ways |= {"neighbours (32)": neighbour_information}
ways |= {"−½ log(1 − r²)": lambda x, y: -np.log(1 - np.corrcoef(x, y)[0, 1] ** 2) / 2}
for rho in (0.0, 0.8):
    data = [gaussian_pairs(rho, 1_000) for _ in range(40)]
    for name, way in ways.items():
        errors = np.array([way(*pairs) for pairs in data]) + np.log(1 - rho**2) / 2
        numbers = f"mean error {errors.mean():z6.3f}, standard deviation {errors.std():.3f} nats"
        print(f"ρ = {rho}, {name:15s}: {numbers}")

# %% [markdown]
# With bins, the mean error depends on $\rho$. With 16 bins it is 0.096 nats for $\rho=0$ and 0.037 nats for $\rho=0.8$.
# With 8 bins it is 0.025 and −0.065 nats. The mean error of the neighbours is at most 0.017 nats, and no bins need to
# be chosen. The formula with $r$ has the smallest errors, but it is right for Gaussian variables only. Each estimate
# assumes something. Bins and neighbours assume that the density changes little within a small square, and (17) assumes
# the form of the density.

# %% [markdown]
# ### Exercise 4 ★★★ · do · essential · 30 minutes · unknown scales
#
# Two sensors record Gaussian variables $X$ and $Y$ with an unknown correlation. Each sensor applies an increasing
# function of its own to its variable, such as $e^x$ or $x^3$, and you do not know which. Write an estimator of $I(X;Y)$
# in nats from 1,000 recorded pairs. The check draws 25 new data sets for each $\rho\in\{0,0.3,0.6,0.9\}$. Your root
# mean squared error must be at most 0.05 nats for each of them.
#
# <details><summary>Hint 1</summary>
#
# An increasing function has an inverse. What does this imply for $I(X;Y)$? Which numbers do all increasing functions
# leave as they are?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The ranks are `np.argsort(np.argsort(x))`. Either group them and correct the bias, or turn them into numbers that are
# distributed like $\mathcal N(0,1)$; `scipy.special.ndtri` gives its quantiles.
#
# </details>


# %% tags=["exercise"]
def my_information_on_unknown_scales():
    def estimate(x, y):
        """I(X;Y) in nats from the samples x and y, arrays of 1,000 numbers."""
        ...

    ...  # return estimate


exercises.information_on_unknown_scales.check(my_information_on_unknown_scales)

# %% [markdown]
# ## F2.9 Why the later lectures bound I (4 minutes)
#
# In most data sets, no image occurs twice. The plug-in estimate between two images is then $\log N$, and between an image
# and its label it is $\hat H(\text{label})$, whatever the truth is. Bins do not help, because the number of cells is
# exponential in the number of pixels.
#
# A **bound** replaces the counts by a model $q(x\mid y)$, for the price of an inequality:
#
# $$I(X;Y)=\mathbb E\log\frac{p(x\mid y)}{p(x)}=\mathbb E\log\frac{q(x\mid y)}{p(x)}+\mathbb E\,\mathrm{KL}\big(p(x\mid y)\,\|\,q(x\mid y)\big)\ge\mathbb E\log\frac{q(x\mid y)}{p(x)}.\qquad(33)$$
#
# The right side is the mean of one function of the pair. We fit $q$ to one half of the pairs, and take the average over
# the other half. It estimates the right side for this $q$ without bias, and it has a standard error. Then we exchange
# the halves. The bound needs $p(x)$, which is $\mathcal N(0,1)$ here.


# %%
def log_ratios(x, y, half):
    """log q(x|y)/p(x) of the pairs outside `half`, for a Gaussian q(x|y) that is fitted to those in it."""
    slope, intercept = np.polyfit(y[half], x[half], 1)
    spread = np.std(x[half] - slope * y[half] - intercept)
    return norm.logpdf(x[~half], slope * y[~half] + intercept, spread) - norm.logpdf(x[~half])


half = np.arange(1_000) < 500
ranges = {"independent": (-0.02, 0.005), "ρ = 0.8": (0.45, 0.55)}
for (name, between), y in zip(ranges.items(), (unrelated, related), strict=True):
    terms = np.concatenate([log_ratios(x, y, half), log_ratios(x, y, ~half)])
    measured(f"{name}: bound", terms.mean(), "nats", between=between, error=terms.std() / np.sqrt(1_000))

# %% [markdown]
# This answers the opening question. Counting gave 6.908 nats for both data sets. The bound gives −0.003 ± 0.004 nats
# for the independent data and 0.484 ± 0.024 nats for $\rho=0.8$. Both agree with the truth, 0 and 0.511 nats, within
# about one standard error. A bound can be negative, because $q$ may predict worse than $p(x)$.
#
# InfoGAN chooses the distribution of its code $c$ itself, so that $p(c)$ is known, and a network is the model
# $q(c\mid x)$ ([lecture 7](../07_infogan_bound.ipynb)). A bound has a limit too. McAllester and Stratos (2020) prove that a
# lower bound which holds with high confidence for *every* distribution cannot exceed a value of order $\log N$. A code
# with ten values has at most $\log10=2.303$ nats, far below $\log N$ for a usual $N$.
#
# ## Summary
#
# > - Differential entropy depends on the unit, $h(aX)=h(X)+\log|a|$, and can be negative. KL and $I$ have no unit.
# > - Bins of width $\Delta$ have $H\approx h-\log\Delta$. The information of bins is at most $I(X;Y)$, and tends to it.
# > - Two jointly Gaussian variables have $I=-\frac12\log(1-\rho^2)$.
# > - The plug-in $\hat H$ is too small by $\mathbb E\,\mathrm{KL}(\hat p\,\|\,p)$ on average, about $(n-1)/2N$. If all cells are possible,
# >   $\hat I$ is too large by about $(n_x-1)(n_y-1)/2N$. Neither estimate exceeds $\log N$.
# > - Corrections help once most outcomes are seen. Shuffling tests for dependence, whatever the bias.
# > - Few bins lose information, and many bins add bias. A bound by a model is estimated by an average, which has no such bias.
#
# **You can now** say what remains of entropy for continuous variables, and derive the information of two Gaussian
# variables. You can derive and correct the bias of an estimate, test for dependence, and choose bins.
#
# **Sources.** C. Shannon 1948, *A mathematical theory of communication*, Bell System Technical Journal 27,
# [doi:10.1002/j.1538-7305.1948.tb01338.x](https://doi.org/10.1002/j.1538-7305.1948.tb01338.x) · G. Miller 1955, *Note
# on the bias of information estimates*, in: Information Theory in Psychology: Problems and Methods, Free Press · S.
# Zahl 1977, *Jackknifing an index of diversity*, Ecology 58 · L. Paninski 2003, *Estimation of entropy and mutual
# information*, Neural Computation 15(6), [doi:10.1162/089976603321780272](https://doi.org/10.1162/089976603321780272) ·
# A. Kraskov, H. Stögbauer, P. Grassberger 2004, *Estimating mutual information*, Physical Review E 69,
# [arXiv:cond-mat/0305641](https://arxiv.org/abs/cond-mat/0305641) · D. McAllester, K. Stratos 2020, *Formal limitations
# on the measurement of mutual information*, AISTATS, [arXiv:1811.04251](https://arxiv.org/abs/1811.04251)
#
# **Further reading.** ★☆☆ T. Cover, J. Thomas 2006, *Elements of Information Theory*, chapter 8, on differential
# entropy. ★★☆ Kraskov et al. (2004). ★★★ Paninski (2003), on the bias if there are about as many outcomes as samples.
#
# **Next.** [Lecture 3](../03_variational_inference.ipynb) bounds $\log p(x)$, which cannot be computed either.
