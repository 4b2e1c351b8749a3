# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 12 · Facts used
#
# **How well can you guess $X$ if you know only $H(X\mid Y)$?** Each point is a random table with three values of $X$.
# It shows the conditional entropy and the error of the best guess of $X$ from $Y$. No point lies below the curve or
# above the line. The line is a bound of lecture 1, and the curve is Fano's inequality. Fano's inequality is one of
# seven facts that the lectures use. This notebook proves each of them in a few lines, with a number beside it.

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import numpy as np
from scipy.special import xlogy
from scipy.stats import binom, laplace, logistic, multivariate_normal, norm, uniform

import infotheory as it
from infotheory import Step
from infotheory.report import DERIVATIONS
from infotheory.teaching import compare, evaluate_lines
from infotheory.teaching.exercises import further_12 as exercises
from infotheory.teaching.figures import further_12 as figures

figures.opening()

# %% [markdown]
# After this notebook you can
#
# - prove Jensen's inequality, and derive the log-sum inequality from it;
# - prove which density or pmf has the largest entropy under a constraint;
# - derive the mutual information and the posterior of Gaussian variables;
# - prove Pinsker's and Fano's inequalities, and the bias of an estimated entropy.
#
# | | |
# |---|---|
# | Needs | lectures 1 to 3; matrices for F12.4 |
# | Time | 30 minutes to read, 50 for the exercises; a few seconds to run |
# | Report | it uses Jensen's inequality and Gaussian variables without a proof |
# | Sources | Jensen 1906, Shannon 1948, Fano 1961, Miller 1955, Cover & Thomas 2006; full list at the end |
#
# | fact | used in |
# |---|---|
# | Jensen's inequality | lecture 3 (the ELBO), further/02 (the bias) |
# | the Gaussian has the largest entropy | further/05 (rate and distortion) |
# | I = −½ log(1 − ρ²) | lecture 11, further/02, further/05, further/07 |
# | the posterior of a Gaussian model | lecture 3 (the toy), further/04 (PPCA) |
# | Pinsker's inequality | lecture 2, lecture 11 (exercise 3) |
# | Fano's inequality | lecture 7 (a hint) |
# | Miller's bias | lecture 1, further/02, lecture 10 |
#
# ## F12.1 Jensen's inequality (4 minutes)
#
# Let $\varphi$ be concave and differentiable, and let $T$ be a random variable with mean $m$.
#
# $$
# \begin{aligned}
# \varphi(t)&\le\varphi(m)+\varphi'(m)\,(t-m) &&(1)\ \text{a concave function lies below its tangents}\\
# \mathbb E\,\varphi(T)&\le\varphi(m)+\varphi'(m)\,(\mathbb E\,T-m) &&(2)\ \text{take the mean of both sides}\\
# &=\varphi(\mathbb E\,T) &&(3)\ \mathbb E\,T=m
# \end{aligned}
# $$
#
# If $\varphi$ is strictly concave, equality holds if and only if $T$ is constant (Jensen 1906). For a convex function
# the sign is reversed. The logarithm is concave; with $T=p(x,z)/q(z)$ and $z\sim q$ the inequality gives the ELBO.

# %%
p_xz, q = np.array([0.10, 0.20, 0.05]), np.array([0.50, 0.25, 0.25])  # p(x, z) at one x, and a q(z)
t = p_xz / q
evaluate_lines({
    "(2)  log m + (E T − m)/m": np.log(q @ t) + (q @ t - q @ t) / (q @ t),
    "(3)  log E T": np.log(q @ t),
    "log p(x)": it.log_evidence(np.log(p_xz)),
})  # fmt: skip
print(f"E log T = {q @ np.log(t):.6f},  ELBO = {it.elbo(np.log(p_xz), q):.6f} nats")
figures.jensen(t, q)

# %% [markdown]
# ### Exercise 1 ★★☆ · prove · essential · 15 minutes · the log-sum inequality
#
# Let $a_i,b_i>0$ with the sums $A$ and $B$. Prove
#
# $$\sum_ia_i\log\frac{a_i}{b_i}\ge A\log\frac AB.$$
#
# Return four or more lines, from `first` to `last`, with relations `"="` and `">="`. The check evaluates them on 100
# random arrays `a` and `b`.
#
# <details><summary>Hint 1</summary>
#
# Write the left side as $B$ times a mean of $\varphi(t)=t\log t$. What are the weights, and what is $t$?
#
# </details>
# <details><summary>Hint 2</summary>
#
# The weights are $b_i/B$. Since $\varphi''(t)=1/t$, $\varphi$ is convex.
#
# </details>

# %% tags=["exercise"]
first = Step("Σ a log a/b", "", lambda a, b: np.sum(a * np.log(a / b)), "given")
last = Step("A log A/B", "=", lambda a, b: a.sum() * np.log(a.sum() / b.sum()), "Σ β t = A/B")


def my_log_sum():
    """Lines such as Step("B Σ …", "=", lambda a, b: b.sum() * np.sum(…), "why")."""
    ...  # return [first, …, last]


exercises.log_sum.check(my_log_sum)

# %% [markdown]
# ## F12.2 The Gaussian has the largest entropy (4 minutes)
#
# Let $f$ be a density with mean $\mu$ and variance $\sigma^2$, and let $g=\mathcal N(\mu,\sigma^2)$. Shannon (1948) proved
# that no such $f$ has a larger differential entropy than $g$:
#
# $$
# \begin{aligned}
# 0\le\mathrm{KL}(f\|g)&=-h(f)-\int f(x)\log g(x)\,dx &&(4)\ \text{Gibbs' inequality; definition}\\
# &=-h(f)+\tfrac12\log2\pi\sigma^2+\frac1{2\sigma^2}\int f(x)\,(x-\mu)^2\,dx &&(5)\ \text{logarithm of }g\\
# &=-h(f)+\tfrac12\log2\pi e\sigma^2=h(g)-h(f) &&(6)\ \text{the variance of }f\text{ is }\sigma^2
# \end{aligned}
# $$
#
# Equality holds if and only if $f=g$. The proof works because $\log g$ is a quadratic function, whose mean is known.
#
# **Predict, then run.** Order four densities of variance 1 by their entropy: Gaussian, logistic, Laplace, uniform.

# %%
root = np.sqrt(3)
laws = {"Gaussian": norm(), "logistic": logistic(scale=root / np.pi), "Laplace": laplace(scale=np.sqrt(0.5)),
        "uniform": uniform(-root, 2 * root)}  # fmt: skip
x = np.linspace(-30, 30, 600_001)
entropies = {name: float(law.entropy()) for name, law in laws.items()}
figures.largest_entropy(x[::100], {name: law.pdf(x[::100]) for name, law in laws.items()}, entropies)
for name, law in laws.items():
    f = law.pdf(x)
    KL = np.sum(xlogy(f, f) - f * norm.logpdf(x)) * (x[1] - x[0])
    print(f"{name:9s} variance {law.var():.3f}, h = {entropies[name]:.6f}, KL to the Gaussian {KL:.4f} nats")
compare("h(Gaussian)", entropies["Gaussian"], "it.gaussian_entropy", it.gaussian_entropy([[1.0]]))

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The order is Gaussian, logistic, Laplace, uniform. By (6), each entropy is smaller than that of the Gaussian by the
# KL.
# </details>
#
# Under other constraints, another distribution has the largest entropy. On $[a,b]$ without further constraints it is
# the uniform density. On the nonnegative integers with a given mean it is the geometric pmf.

# %% [markdown]
# ### Exercise 2 ★★☆ · prove · essential · 20 minutes · the largest entropy with a given mean
#
# Let $q$ be a pmf on $0,1,2,\dots$ with mean $m$. Prove that $H(q)\le\log(1+m)+m\log\frac{1+m}m$, which is the
# entropy of the geometric pmf $g(k)=\frac1{1+m}\big(\frac m{1+m}\big)^k$. Return the lines from `first` to `last`,
# four or more, and the number of the one line that needs the mean. `q` is an array of $q(0),q(1),\dots$, and `m` is a
# number. The check also takes pmfs whose mean is not `m`.
#
# <details><summary>Hint</summary>
#
# Use Gibbs' inequality, $-\sum_kq(k)\log q(k)\le-\sum_kq(k)\log g(k)$. What is $\log g(k)$?
#
# </details>

# %% tags=["exercise"]
first = Step("H(q)", "", lambda q, m: it.entropy(q), "given")
last = Step(
    "log(1+m) + m log((1+m)/m)", "=", lambda q, m: np.log(1 + m) + m * np.log((1 + m) / m), "the entropy of g"
)  # fmt: skip


def my_largest_entropy():
    """Lines such as Step("-Σ q log g", "<=", lambda q, m: -np.sum(q * …), "Gibbs' inequality")."""
    ...  # return [first, …, last], the number of the line that needs the mean


exercises.largest_entropy.check(my_largest_entropy)

# %% [markdown]
# ## F12.3 Two jointly Gaussian variables: $I=-\frac12\log(1-\rho^2)$ (3 minutes)
#
# $I$ does not change if each variable is shifted and scaled, so let both have mean 0 and variance 1. Given $X=x$, the
# variable $Y$ has the distribution $\mathcal N(\rho x,1-\rho^2)$.
#
# $$
# \begin{aligned}
# I(X;Y)&=h(Y)-h(Y\mid X) &&(7)\ \text{chain rule}\\
# &=\tfrac12\log2\pi e-\tfrac12\log2\pi e\,(1-\rho^2) &&(8)\ \text{both are Gaussian, with variances }1\text{ and }1-\rho^2\\
# &=-\tfrac12\log(1-\rho^2) &&(9)\ \text{logarithm of a quotient}
# \end{aligned}
# $$
#
# By F12.2, a second fact follows. If $X$ is Gaussian, then $I(X;Y)\ge-\frac12\log(1-\rho^2)$ for *every* $Y$ with
# correlation ρ. The error $X-aY$ of the best linear prediction has the variance $1-\rho^2$, so that $h(X\mid Y)\le
# h(X-aY)\le\frac12\log2\pi e(1-\rho^2)$.

# %%
rho, width = 0.8, 0.02
cells = np.arange(-6 + width / 2, 6, width)
p_xy = norm.pdf(cells)[:, None] * norm.pdf(cells, rho * cells[:, None], np.sqrt(1 - rho**2)) * width**2
h_Y, h_Y_given_X = it.gaussian_entropy([[1.0]]), it.gaussian_entropy([[1 - rho**2]])
evaluate_lines({
    "(7)  h(Y) − h(Y|X)": h_Y - h_Y_given_X,
    "(9)  −½ log(1 − ρ²)": -np.log(1 - rho**2) / 2,
    "it.gaussian_mutual_information": it.gaussian_mutual_information([[1, rho], [rho, 1]], 1),
})  # fmt: skip
I_cells = it.mutual_information(p_xy / p_xy.sum())
print(f"a table of {len(cells)} × {len(cells)} cells: I = {I_cells:.4f} nats")

# %% [markdown]
# ## F12.4 The posterior of a Gaussian model (6 minutes)
#
# Let $z\sim\mathcal N(0,I)$ and $x=Wz+b+\sigma\eta$ with $\eta\sim\mathcal N(0,I)$. This is probabilistic PCA
# ([further/04](04_vae_solved.ipynb)). With one latent, $W=1$, $b=0$ and $\sigma=1$ it is the toy of
# [lecture 3](../03_variational_inference.ipynb). Let $M=W^\top W+\sigma^2I$. We guess the posterior mean
# $m=M^{-1}W^\top(x-b)$, and consider the error $r=z-m$.
#
# $$
# \begin{aligned}
# \operatorname{Cov}(r,x)&=\operatorname{Cov}(z,x)-M^{-1}W^\top\operatorname{Cov}(x) &&(10)\ r=z-M^{-1}W^\top(x-b)\\
# &=W^\top-M^{-1}W^\top(WW^\top+\sigma^2I) &&(11)\ \text{covariances of the model}\\
# &=W^\top-M^{-1}MW^\top=0 &&(12)\ W^\top(WW^\top+\sigma^2I)=MW^\top\\
# \operatorname{Cov}(r)&=\operatorname{Cov}(r,z)=I-M^{-1}W^\top W &&(13)\ \text{(12): }r\text{ is uncorrelated with }m\\
# &=M^{-1}(M-W^\top W)=\sigma^2M^{-1} &&(14)\ \text{definition of }M
# \end{aligned}
# $$
#
# Jointly Gaussian variables that are uncorrelated are independent. So $r$ is independent of $x$, and given $x$ the
# latent $z=m+r$ has the distribution $\mathcal N(m,\sigma^2M^{-1})$. For the toy this is $\mathcal N(x/2,\frac12)$.
# Further/04 derives the same posterior by completing the square.

# %%
rng = np.random.default_rng(0)
W, b, variance = rng.normal(size=(4, 2)), rng.normal(size=4), 0.3
M, C = W.T @ W + variance * np.eye(2), W @ W.T + variance * np.eye(4)
covariance_r = np.eye(2) - np.linalg.solve(M, W.T @ W)  # (13)
print(f"(12) largest entry of Cov(r, x): {abs(W.T - np.linalg.solve(M, W.T @ C)).max():.6f}")
print(f"(14) largest difference: {abs(covariance_r - variance * np.linalg.inv(M)).max():.6f}")
x, z = rng.normal(size=4), rng.normal(size=2)  # Bayes' rule at one x and one z
log_N = multivariate_normal.logpdf
log_joint = log_N(z, [0, 0]) + log_N(x, W @ z + b, variance * np.eye(4))
log_posterior = log_N(z, np.linalg.solve(M, W.T @ (x - b)), variance * np.linalg.inv(M))
compare("log p(x,z) − log p(z|x)", log_joint - log_posterior, "log p(x)", log_N(x, b, C), atol=1e-9)

# %%
z = rng.normal(size=40_000)  # the toy
x = z + rng.normal(size=40_000)
near = z[abs(x - 1.5) < 0.1]
figures.posterior(z, x, 0.75, np.sqrt(0.5), 1.5, 0.1)
print(f"x near 1.5: {len(near)} samples, mean {near.mean():.2f}, variance {near.var():.2f}")

# %% [markdown]
# ## F12.5 Pinsker's inequality (4 minutes)
# The inequality is $\mathrm{KL}(p\|q)\ge2\,\mathrm{TV}(p,q)^2$ (Cover & Thomas 2006, lemma 11.6.1). We first take
# **two coins** with the probabilities $p$ and $q$ of heads. Let $D(q)=\mathrm{KL}(p\|q)-2(p-q)^2$, as a function of
# $q$.
#
# $$D'(q)=\frac{q-p}{q(1-q)}-4(q-p)=(q-p)\Big(\frac1{q(1-q)}-4\Big),\qquad q(1-q)\le\tfrac14.\qquad(15)$$
#
# The bracket is not negative. So $D$ falls for $q<p$, rises for $q>p$, and its minimum is $D(p)=0$. For **any two pmfs**, let
# $A$ be the event on which $p(x)>q(x)$. The indicator of $A$ is a coin, and it is a function of $x$.

# %%
grid = np.linspace(0.01, 0.99, 197)
coins_q, heads = np.stack([grid, 1 - grid], axis=-1), (0.2, 0.5, 0.9)
coins_p = [np.broadcast_to([p, 1 - p], coins_q.shape) for p in heads]
excess = [it.kl_divergence(coin, coins_q) - 2 * (coin[:, 0] - grid) ** 2 for coin in coins_p]
figures.two_coins(grid, heads, excess)
print("smallest D for p = 0.2, 0.5, 0.9:", ", ".join(f"{curve.min():z.6f}" for curve in excess), "nats")

# %%
DERIVATIONS["Pinsker's inequality"].show(on={"p": [0.5, 0.3, 0.2], "q": [0.2, 0.3, 0.5]})

# %% [markdown]
# ## F12.6 Fano's inequality (5 minutes)
#
# Let $\hat X$ be a guess of $X$, which has $n$ values, and let $e=P(\hat X\ne X)$ be the error. With the entropy
# $h(e)$ of a coin, Fano (1961) proved
#
# $$H(X\mid\hat X)\;\le\;h(e)+e\log(n-1).\qquad(16)$$
#
# The proof introduces the variable $E=[\hat X\ne X]$, which $X$ and $\hat X$ determine. The table shows the four steps.
# In the example the guess is right with probability 0.8.

# %%
guess = np.array([[0.40, 0.05, 0.05], [0.02, 0.25, 0.03], [0.03, 0.02, 0.15]])  # p(x, x̂)
DERIVATIONS["Fano's inequality"].show(on={"p": guess})

# %% [markdown]
# For a guess from $Y$, data processing gives $H(X\mid Y)\le H(X\mid\hat X)$. A large $H(X\mid Y)$ therefore forces a
# large error, for *every* method of guessing. Hellman and Raviv's bound of [lecture 1](../01_entropy.ipynb) is the
# converse for the best guess. The two bounds are the curve and the line of the opening figure. In InfoGAN, few codes
# are misread if $L_I$ is close to $H(c)$. If $I(c;x)$ is small, many codes must be misread.

# %%
equal_errors = np.eye(3) * 0.7 / 3 + (1 - np.eye(3)) * 0.15 / 3
for name, p in {"the guess above": guess, "equal errors": equal_errors}.items():
    e, H = 1 - np.trace(p), it.conditional_entropy(p)
    right = it.entropy([e, 1 - e]) + e * np.log(2)
    print(f"{name:16s} e = {e:.2f}:  H(X|X̂) = {H:.6f} ≤ {right:.6f} nats")

# %% [markdown]
# Equality holds if every guess has the same error, and all its wrong values are equally likely.

# %% [markdown]
# ### Exercise 3 ★★☆ · compute · useful · 15 minutes · the smallest error
#
# Write a function that returns the smallest error $e$ that (16) allows, from $H=H(X\mid\hat X)$ in nats, with $0\le H<\log
# n$, and the number $n\ge2$ of values.
#
# <details><summary>Hint</summary>
#
# The right side rises with $e$ up to $e=(n-1)/n$. Solve for equality with `scipy.optimize.brentq`.
#
# </details>


# %% tags=["exercise"]
def my_smallest_error(H, n):
    """The smallest e with h(e) + e log(n − 1) ≥ H."""
    ...


exercises.smallest_error.check(my_smallest_error)

# %% [markdown]
# ## F12.7 Miller's bias (4 minutes)
#
# $N$ independent samples give the shares $\hat p$, and $\hat H=H(\hat p)$ is too small on average. Let
# $\varphi(t)=-t\log t$, so that $\varphi''(t)=-1/t$, and let $n$ outcomes have $p(x)>0$. Taylor's formula gives
#
# $$
# \begin{aligned}
# \mathbb E\,\hat H&=\sum_x\mathbb E\,\varphi(\hat p(x)) &&(17)\ \text{definition}\\
# &\approx\sum_x\Big[\varphi(p(x))+\tfrac12\varphi''(p(x))\operatorname{Var}\hat p(x)\Big] &&(18)\ \mathbb E\,\hat p=p\text{: no first-order term}\\
# &=H(p)-\frac1{2N}\sum_x\big(1-p(x)\big) &&(19)\ \operatorname{Var}\hat p(x)=p(x)(1-p(x))/N\\
# &=H(p)-\frac{n-1}{2N} &&(20)\ \text{the probabilities sum to 1}
# \end{aligned}
# $$
#
# The neglected terms fall as $1/N^2$ (Miller 1955). The **Miller–Madow** estimate adds $(K-1)/2N$, where $K$ is the number
# of outcomes seen. [Further/02](02_estimation.ipynb) compares it with other corrections. Each count is binomial, so we
# compute both means exactly: $\mathbb E\,K$ is the sum of the probabilities that an outcome is seen.


# %%
def exact_means(p, N):
    """The means of the plug-in entropy and of the Miller-Madow estimate over N samples from p."""
    count = np.arange(N + 1)[:, None]
    plug_in = np.sum(binom.pmf(count, N, p) * -xlogy(count / N, count / N))
    return plug_in, plug_in + (np.sum(1 - (1 - p) ** N) - 1) / (2 * N)


pmfs = {"fair coin": np.array([0.5, 0.5]), "four outcomes": np.array([0.4, 0.3, 0.2, 0.1]),
        "eight outcomes": np.full(8, 1 / 8)}  # fmt: skip
sizes = np.unique(np.geomspace(4, 2_000, 25).astype(int))
exact = {name: [N * (it.entropy(p) - exact_means(p, N)[0]) for N in sizes] for name, p in pmfs.items()}
figures.bias(sizes, exact, {name: (len(p) - 1) / 2 for name, p in pmfs.items()})
for name, p in pmfs.items():
    plug_in, corrected = exact_means(p, 100)
    H, formula = it.entropy(p), -(len(p) - 1) / 200
    print(f"{name:14s} N = 100: bias {plug_in - H:.6f}, formula {formula:.6f}", end=", ")
    print(f"bias of Miller-Madow {corrected - H:z.6f} nats")
by_hand = it.entropy([0.5, 0.3, 0.2]) + (3 - 1) / (2 * 10)
compare("counts 5, 3, 2", by_hand, "it.miller_madow_entropy", it.miller_madow_entropy(np.array([5, 3, 2])))

# %% [markdown]
# ## Summary
#
# > - A concave function lies below its tangents: $\mathbb E\,\varphi(T)\le\varphi(\mathbb E\,T)$.
# > - Under a constraint on the mean of $\log g$, the pmf or density $g$ itself has the largest entropy.
# > - Two jointly Gaussian variables have $I=-\frac12\log(1-\rho^2)$. A linear Gaussian model has the posterior
# >   $\mathcal N(M^{-1}W^\top(x-b),\sigma^2M^{-1})$.
# > - $\mathrm{KL}\ge2\,\mathrm{TV}^2$, and $H(X\mid\hat X)\le h(e)+e\log(n-1)$.
# > - The plug-in entropy is too small by about $(n-1)/2N$.
#
# **You can now** prove these facts, and use each of them where a lecture cites it.
#
# **Sources.** J. Jensen 1906, *Sur les fonctions convexes et les inégalités entre les valeurs moyennes*, Acta Mathematica
# 30 · C. Shannon 1948, *A mathematical theory of communication*, Bell System Technical Journal 27,
# [doi:10.1002/j.1538-7305.1948.tb01338.x](https://doi.org/10.1002/j.1538-7305.1948.tb01338.x) · G. Miller 1955, *Note on the
# bias of information estimates*, in: Information Theory in Psychology: Problems and Methods, Free Press · R. Fano 1961,
# *Transmission of Information*, MIT Press · M. Hellman, J. Raviv 1970, *Probability of error, equivocation, and the
# Chernoff bound*, IEEE Trans. Inf. Theory 16(4),
# [doi:10.1109/TIT.1970.1054466](https://doi.org/10.1109/TIT.1970.1054466) · M. Tipping, C. Bishop 1999, *Probabilistic
# principal component analysis*, J. Royal Statistical Society B 61(3) · T. Cover, J. Thomas 2006, *Elements of
# Information Theory*, 2nd edition, Wiley
#
# **Further reading.** ★☆☆ Cover & Thomas 2006, chapter 2, on Jensen and Fano. ★★☆ Cover & Thomas 2006, chapters 12 and 17,
# on maximum entropy and inequalities. ★★★ Shannon (1948), part III, on continuous variables.
#
# **Next.** [Lecture 11](../11_reading_the_report.ipynb) uses these facts to review the report.
