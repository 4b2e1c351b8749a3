# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1 · Entropy
#
# **After this lecture you can** say what entropy measures and in which units; compute joint and conditional entropy by
# hand and by `infotheory`; prove the chain rule line by line; say exactly when $H(X|Y)$ is $0$ and when it is $H(X)$.
#
# | | |
# |---|---|
# | You need first | sums, logarithms, conditional probability |
# | Time | 45 minutes to read; seconds to run |
# | Report | section 3, first half |
#
# These lectures follow, run and sometimes correct a term report: Burak Yuva, *Disentanglement in Statistical Machine
# Learning* (EE410, Sabancı University). "The report" is always this one; lecture 11 reads it from end to end.
#
# **Notation, for all lectures.** Random variables are capital, $X$; their values small, $x$. Logarithms are natural and
# entropies in *nats*, unless a line says bits.
#
# | symbol | meaning | in code |
# |---|---|---|
# | $p(x)$ | probability mass function (pmf) of $X$ | `p_x`, last axis |
# | $p(x,y)$ | joint pmf, $x$ in rows and $y$ in columns | `p_xy`, last two axes |
# | $p(x\mid y)$ | conditional pmf | `conditional(p_xy, given="y")` |
# | $H(X)$, $H(X,Y)$, $H(X\mid Y)$ | entropy, joint, conditional | `entropy`, `joint_entropy`, `conditional_entropy` |
# | $I(X;Y)$ | mutual information | `mutual_information` |
# | $\mathrm{KL}(p\,\|\,q)$ | Kullback–Leibler divergence | `kl_divergence` |
# | $z$, $x$, $c$ | latent variable, observation, code | lectures 3, 4 and 8 |

# %%
import matplotlib.pyplot as plt
import numpy as np

import infotheory as it
from infotheory.teaching import compare, use_lecture_style

use_lecture_style()

# %% [markdown]
# ## 1.1 Surprise
#
# How much do you learn when an event happens? Three demands fix the answer up to a unit:
#
# 1. a certain event teaches nothing: $I(1) = 0$;
# 2. the rarer, the more: $I$ falls as $p$ grows;
# 3. two independent events teach the sum: $I(p\,q) = I(p) + I(q)$.
#
# The third turns products into sums; with the second, which makes $I$ monotone, only $-k\log p$ with $k>0$ is left, and
# the first follows. The factor $k$ is the unit. This is the **self-information**, or surprise:
#
# $$I(x) = -\log p(x).$$
#
# The base of the logarithm is the unit: $\log_2$ gives bits, $\ln$ gives nats, and 1 nat is $1/\ln 2 \approx 1.44$ bits.

# %%
compare("I(1/2 · 1/8)", it.self_information(1 / 2 * 1 / 8, base=2), "I(1/2) + I(1/8)", 1 + 3)

# %% [markdown]
# **Predict, then run.** A fair coin is thrown ten times. Which sequence surprises more: `HHHHHHHHHH` or `HTHHTTHTHT`?
# And the *event* "all heads" against the *event* "five heads"?

# %%
ten_throws = 0.5**10
five_heads = 252 * 0.5**10  # 252 sequences have five heads
print(f"either sequence: {it.self_information(ten_throws, base=2):.3f} bits")
print(f"all heads:       {it.self_information(ten_throws, base=2):.3f} bits")
print(f"five heads:      {it.self_information(five_heads, base=2):.3f} bits")

# %% [markdown]
# Every sequence is equally surprising. "Five heads" is less so only because 252 sequences answer to it: surprise belongs
# to events and their probabilities, not to how orderly they look.
#
# ## 1.2 Entropy is the mean surprise
#
# $$H(X) = \mathbb{E}\,[I(X)] = -\sum_x p(x)\log p(x).$$
#
# An outcome of probability 0 never happens, so it adds nothing: $0\log 0 = 0$, which is also the limit of $p\log p$.
# Here it is from scratch, and then the package's function on the same pmf.


# %%
def entropy_from_scratch(p):
    return -sum(p_x * np.log(p_x) for p_x in p if p_x > 0)


p = [0.5, 0.25, 0.25]
compare("from scratch", entropy_from_scratch(p), "it.entropy(p)", it.entropy(p))
print(f"in bits: {it.entropy(p, base=2):.3f}")

# %% [markdown]
# **What the number means.** Ask yes/no questions about $X$. With $p = (½, ¼, ¼)$ the best first question is "is it the
# first?": half the time you are done after one, otherwise after two, so 1.5 on average, and that *is* $H$ in bits.
# Shannon's source coding theorem says that this is no accident: no uniquely decodable code has a mean length below
# $H(X)$, and a Huffman code comes within one bit of it,
# $H(X) \le \bar\ell < H(X) + 1$ (in bits, for outcomes of positive probability).
#
# **Predict, then move.** Make one outcome almost certain: where does the mean code length stop falling, although $H$ goes
# on to 0? Which pmf has the largest $H$? When do surprise and code length agree for every outcome?

# %% tags=["picture"]
from infotheory.explore import EntropyExplorer

explorer = EntropyExplorer([0.5, 0.25, 0.125, 0.125])
explorer

# %% [markdown]
# A code word has at least one bit, so the mean length stops at 1 while $H \to 0$; coding several symbols at once closes
# the gap. The two agree everywhere exactly when all probabilities are powers of ½.
#
# **From data.** Probabilities are often estimated by the share of each outcome in a sample, which `empirical_pmf`
# computes. The outcomes may be labels of any kind. Here they are the characters of a sentence.

# %%
sentence = "entropy is the mean surprise of a random variable"
shares = it.empirical_pmf(list(sentence))
print(f"{len(sentence)} characters, {len(shares)} of them different")
print(f"H = {it.entropy(shares, base=2):.3f} bits a character, log₂ {len(shares)} = {np.log2(len(shares)):.3f} bits")

# %% [markdown]
# Some characters are more common than others, so $H$ lies below the logarithm. An entropy estimated from so few samples
# is too small on average; lecture 2 shows by how much, and corrects it.
#
# ## 1.3 Between certain and uniform
#
# For $n$ outcomes $0 \le H(X) \le \log n$. The left end: every term $-p\log p$ is $\ge 0$, and all vanish only if one
# outcome has probability 1. The right end uses $\log t \le t - 1$ (the tangent at $t=1$ lies above the logarithm):
#
# $$H(X) - \log n = \sum_x p(x)\,\log\frac{1}{n\,p(x)} \;\le\; \sum_x p(x)\Big(\frac{1}{n\,p(x)} - 1\Big) \le 1 - 1 = 0,$$
#
# (sums over $p(x)>0$; the second $\le$ is there because other outcomes are left out), with equality iff $n\,p(x) = 1$ for every $x$: the uniform distribution. We shall meet this tangent again: it is also
# why KL divergence is never negative (lecture 2), and so why the ELBO is a *lower* bound (lecture 3).

# %%
p_head = np.linspace(0, 1, 201)
coin = np.stack([p_head, 1 - p_head], axis=-1)  # a batch of 201 pmfs: outcomes on the last axis
H = it.entropy(coin, base=2)

rng = np.random.default_rng(0)
sizes = np.arange(2, 33)
random_H = [it.entropy(rng.dirichlet(np.ones(n), size=200)).mean() for n in sizes]

_, (left, right) = plt.subplots(1, 2)
left.plot(p_head, H)
left.set(title="A coin", xlabel="probability of heads", ylabel="entropy (bits)")
right.plot(sizes, np.log(sizes), label="log n, the bound")
right.plot(sizes, random_H, label="mean over 200 random pmfs")
right.set(title="n outcomes", xlabel="number of outcomes n", ylabel="entropy (nats)")
right.legend()
plt.show()
print(f"largest at p = {p_head[H.argmax()]:.2f}: {H.max():.3f} bits;  at the ends: {H[0]:.3f} and {H[-1]:.3f}")

# %% [markdown]
# ## 1.4 Two variables
#
# Our running example: $X$ is the weather in the morning (rows: dry, wet), $Y$ in the evening (columns: sun, cloud, rain).

# %%
p_xy = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
p_x, p_y = it.marginal(p_xy, of="x"), it.marginal(p_xy, of="y")
print("p(x) =", p_x)
print("p(y) =", p_y)
print("p(x|y), columns sum to 1:")
print(it.conditional(p_xy, given="y").round(3))

# %% [markdown]
# The **joint entropy** is the entropy of the pair. The report's sum runs over $y$ only; it must run over both:
#
# $$H(X,Y) = -\sum_{x,y} p(x,y)\log p(x,y).$$
#
# The **conditional entropy** is the entropy of $X$ once $Y = y$ is known, averaged over $y$. (The report calls it "the
# average conditional entropy of $Y$". It is the average *over* $Y$ of an entropy of $X$.)
#
# $$H(X\mid Y) = \sum_y p(y)\, H(X\mid Y=y) = -\sum_y p(y)\sum_x p(x\mid y)\log p(x\mid y).$$

# %%
entropy_given_each_y = it.entropy(it.conditional(p_xy, given="y"), axis=0)
for name, probability, H_y in zip(["sun", "cloud", "rain"], p_y, entropy_given_each_y, strict=True):
    print(f"evening {name:5s} (p = {probability:.2f}):  H(X | Y = {name}) = {H_y:.6f}")
compare("Σ p(y) H(X|Y=y)", p_y @ entropy_given_each_y, "H(X|Y)", it.conditional_entropy(p_xy))

# %% [markdown]
# ## 1.5 The chain rule, line by line
#
# Each line of the derivation beside the code that computes it. Start from the definition and use
# $p(y)\,p(x\mid y) = p(x,y)$:

# %%
p_x_given_y = it.conditional(p_xy, given="y")
line_1 = -np.sum(p_y * p_x_given_y * np.log(p_x_given_y))  #       −Σ p(y) p(x|y) log p(x|y)
line_2 = -np.sum(p_xy * np.log(p_x_given_y))  #                    −Σ p(x,y) log p(x|y)         product rule
line_3 = -np.sum(p_xy * np.log(p_xy / p_y))  #                     −Σ p(x,y) log p(x,y)/p(y)    p(x|y) = p(x,y)/p(y)
line_4 = -np.sum(p_xy * np.log(p_xy)) + np.sum(p_xy * np.log(p_y))  # log of a quotient
line_5 = it.joint_entropy(p_xy) + np.sum(p_y * np.log(p_y))  #     Σ_x p(x,y) = p(y)            marginalise
line_6 = it.joint_entropy(p_xy) - it.entropy(p_y)  #               H(X,Y) − H(Y)

compare("line 1", line_1, "line 2", line_2)
compare("line 2", line_2, "line 3", line_3)
compare("line 3", line_3, "line 4", line_4)
compare("line 4", line_4, "line 5", line_5)
compare("line 5", line_5, "H(X,Y) − H(Y)", line_6)

# %% [markdown]
# Read the other way round it is the **chain rule**: to learn the pair, learn $Y$, then what $Y$ leaves open about $X$,
#
# $$H(X,Y) = H(Y) + H(X\mid Y) = H(X) + H(Y\mid X).$$
#
# It holds for every joint pmf, not only for ours. Ten thousand random ones, at once:

# %%
many = rng.dirichlet(0.3 * np.ones(12), size=10_000).reshape(-1, 3, 4)
gap = it.joint_entropy(many) - it.entropy(it.marginal(many, of="y")) - it.conditional_entropy(many)
print(f"largest |H(X,Y) − H(Y) − H(X|Y)| below 1e-12: {abs(gap).max() < 1e-12}")

# %% [markdown]
# ### Exercise 1 (★☆☆): conditional entropy by hand
#
# Write $H(X\mid Y)$ in nats with numpy alone, for a joint pmf that may hold zeros. The check says what went wrong.
#
# <details><summary>Hint 1</summary> $p(y)$ is the sum over $x$, the rows: <code>p_xy.sum(axis=0)</code>.</details>
# <details><summary>Hint 2</summary> Line 3 of the derivation needs only $p(x,y)$ and $p(y)$. Where $p(x,y)=0$ the term
# is 0: select the other cells with a mask, and use <code>np.broadcast_to</code> to select from $p(y)$ alike.</details>


# %% tags=["exercise"]
def my_conditional_entropy(p_xy):
    p_xy = np.asarray(p_xy)
    ### BEGIN SOLUTION
    p_y = np.broadcast_to(p_xy.sum(axis=0), p_xy.shape)
    possible = p_xy > 0
    return -np.sum(p_xy[possible] * np.log(p_xy[possible] / p_y[possible]))
    ### END SOLUTION


# %%
from infotheory.teaching.exercises import CONDITIONAL_ENTROPY

assert CONDITIONAL_ENTROPY.check(my_conditional_entropy)


# %% [markdown]
# What the check says to a student who took the wrong logarithm, and to one who took the wrong axis:


# %%
def in_bits(p_xy):
    return it.conditional_entropy(p_xy, base=2)


def wrong_axis(p_xy):
    return it.conditional_entropy(p_xy, given="x")


for wrong in (in_bits, wrong_axis):
    CONDITIONAL_ENTROPY.check(wrong)

# %% [markdown]
# ## 1.6 The two special cases, and their converses
#
# **$H(X\mid Y) = 0$ iff $X$ is determined by $Y$.** It is an average of entropies that are each $\ge 0$, so it is 0 iff
# each $H(X\mid Y=y)$ with $p(y)>0$ is 0, and an entropy is 0 only for a certain outcome.
#
# **$H(X\mid Y) = H(X)$ iff $X$ and $Y$ are independent.** The difference $H(X) - H(X\mid Y)$ is the mutual information of
# lecture 2, a KL divergence, which is 0 only if $p(x,y) = p(x)\,p(y)$.
#
# Both ends, and the road between: send a fair $X\in\{0,1\}$ through a channel that flips it with probability $\varepsilon$.

# %%
flip = np.linspace(0, 0.5, 101)
channel = np.stack([np.stack([1 - flip, flip], -1), np.stack([flip, 1 - flip], -1)], -2)  # p(y|x), a batch of 101
p_channel = it.joint(np.array([0.5, 0.5]), channel)

_, axes = plt.subplots(figsize=(7, 4))
axes.plot(flip, it.conditional_entropy(p_channel, base=2), label="H(X|Y)")
axes.plot(flip, it.entropy(it.marginal(p_channel), base=2), "--", label="H(X)")
axes.set(title="A channel that flips one bit", xlabel="probability ε of a flip", ylabel="entropy (bits)")
axes.legend()
plt.show()
print(f"ε = 0:   H(X|Y) = {it.conditional_entropy(p_channel[0], base=2):.6f}   X is determined by Y")
print(f"ε = 1/2: H(X|Y) = {it.conditional_entropy(p_channel[-1], base=2):.6f}   independent: nothing was learnt")

# %% [markdown]
# **Predict, then move.** Type a table with $H(X\mid Y)=0$ but $H(Y\mid X)>0$. What must each column look like?

# %%
from infotheory.explore import JointExplorer

JointExplorer([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])

# %% [markdown]
# Both have a quantitative form, which is what one uses in practice, where nothing is exactly 0. The second's is Pinsker's
# inequality of lecture 2. The first's: if $H(X\mid Y)$ is small, then guessing the likeliest $x$ for each $y$ is seldom
# wrong, $P(\text{error}) \le \tfrac12 H_2(X\mid Y)$ with $H_2$ in bits (Hellman & Raviv, 1970). Checked on our ten thousand random tables:

# %%
error = 1 - many.max(axis=-2).sum(axis=-1)  # for each y the likeliest x is right with probability max_x p(x,y)
bound = it.conditional_entropy(many, base=2) / 2
print(f"error ≤ H(X|Y)/2 on all {len(many):,} tables: {bool((error <= bound + 1e-12).all())}")

# %% [markdown]
# ## 1.7 True or false?
#
# **Predict** for each claim whether it holds for *every* joint pmf, then let a thousand random tables try to break it.
# One counterexample refutes; surviving the search proves nothing.

# %%
tables = rng.dirichlet(0.5 * np.ones(4), size=1_000).reshape(-1, 2, 2)
H_X, H_Y = it.entropy(it.marginal(tables, "x")), it.entropy(it.marginal(tables, "y"))
H_XY, H_X_given_Y = it.joint_entropy(tables), it.conditional_entropy(tables)
claims = {
    "H(X|Y) ≤ H(X)": H_X - H_X_given_Y,
    "H(X,Y) ≤ H(X) + H(Y)": H_X + H_Y - H_XY,
    "H(X,Y) ≥ H(X)": H_XY - H_X,
    "H(X|Y) ≤ H(Y|X)": (H_XY - H_X) - H_X_given_Y,
    "H(X,Y) ≤ 2 H(X)": 2 * H_X - H_XY,
}
for claim, slack in claims.items():
    worst = slack.argmin()
    if slack[worst] >= -1e-12:
        print(f"{claim:22s} survived")
    else:
        print(f"{claim:22s} refuted by p = {tables[worst].round(3).tolist()}: short by {-slack[worst]:.3f} nats")

# %% [markdown]
# **Proofs.** `Statement` reads such a line and settles it for *every* distribution. Every linear inequality that
# holds for the entropies of up to three variables is a sum of two kinds of simple ones, $H(X_i\mid\text{the rest})\ge0$ and $I(X_i;X_j\mid\cdot)\ge0$ (mutual
# information, the subject of lecture 2); a linear program looks for the sum, and exact fractions check it. If there is none
# it looks for a pmf that breaks the claim. So the three survivors become theorems:

# %%
for claim in claims:
    print(repr(it.Statement(claim).verdict()), end="\n\n")

# %% [markdown]
# Type a conjecture of your own: names are yours, `H(A,B|C)`, `I(A;B)` and factors like `2 H(A)` are allowed, up to five
# variables. An error in the notation is marked with a caret. `evaluate` computes an expression at a joint pmf of yours,
# whose axes are the variables in alphabetical order.

# %%
try:
    it.Statement("H(X|Y <= H(X)")
except ValueError as error:
    print(error)
print(f"\nH(X,Y) - H(Y) of our weather: {it.evaluate('H(X,Y) - H(Y)', p_xy):.6f}")

# %% [markdown]
# The first claim says that *on average* knowing $Y$ cannot hurt. Can it hurt for a single $y$? **Predict**: does some
# evening of our weather leave the morning *less* certain than knowing nothing? Can you build a table where one does?

# %%
print(f"weather: H(X) = {it.entropy(p_x):.3f},  H(X | Y = y) = {entropy_given_each_y.round(3).tolist()}")
surprising = np.array([[0.0, 0.1], [0.8, 0.1]])  # mostly x = 1, but if y = 1 it is anyone's guess
print(f"a table: H(X) = {it.entropy(it.marginal(surprising)):.3f}", end=",  ")
print(f"H(X | Y = 1) = {it.entropy([0.5, 0.5]):.3f},  H(X|Y) = {it.conditional_entropy(surprising):.3f}")

# %% [markdown]
# In the weather no evening does. In the second table one does: there $H(X\mid Y=1) = \log 2 > H(X)$, and still
# $H(X\mid Y) < H(X)$.
#
# ## What to remember
#
# - Surprise is $-\log p$; entropy is its mean, and the limit of the mean code length for each symbol of a long message.
# - $0 \le H(X) \le \log n$; the right end by $\log t \le t-1$.
# - $H(X,Y) = H(Y) + H(X\mid Y)$, for every joint pmf.
# - $H(X\mid Y) = 0$ iff determined, $= H(X)$ iff independent; conditioning reduces entropy on average only.
# - All this is for discrete variables. Differential entropy can be negative (lecture 2).
#
# **Next**: mutual information and KL divergence, in lecture 2; or straight on to lecture 4, where the KL trains a network.
