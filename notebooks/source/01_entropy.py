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
# **How few yes/no questions determine the weather of a year?** In a dry place, one day in twenty is wet, independently
# of the other days. The left panel shows one such year. If you ask about each day, you ask 365 questions. The right
# panel shows the smallest mean numbers of questions if the year is asked in blocks of several days. With blocks of twelve
# days, about 105 questions are enough on average; no strategy needs fewer than 104.5. Where does this number come from?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
import heapq

import numpy as np

import infotheory as it
from infotheory import Step
from infotheory.explore import EntropyExplorer, JointExplorer
from infotheory.teaching import compare, evaluate_lines
from infotheory.teaching.exercises import lecture_01 as exercises
from infotheory.teaching.figures import lecture_01 as figures

year = figures.opening()

# %% [markdown]
# After this lecture you can
#
# - explain what entropy measures, in nats and in bits, and construct a code whose mean length is close to it;
# - prove $0\le H(X)\le\log n$ from one tangent;
# - compute joint and conditional entropy by hand and with `infotheory`;
# - derive the chain rule, with a reason for each line;
# - state exactly when $H(X\mid Y)$ is $0$ and when it is $H(X)$, and bound the error of a guess.
#
# | | |
# |---|---|
# | Needs | sums, logarithms, conditional probability |
# | Time | 42 minutes to read, 85 for the exercises; a few seconds to run |
# | Report | section 3, first half: it defines the entropies, derives the chain rule and states two special cases |
# | Sources | Shannon 1948, Huffman 1952, Hellman & Raviv 1970; full list at the end |
#
# "The report" is Burak Yuva's term report *Disentanglement in Statistical Machine Learning* (EE410, Sabancı
# University), which these lectures follow, check and sometimes correct. [Lecture 11](11_reading_the_report.ipynb)
# covers all of it.
#
# **Notation.** Random variables are capital letters, $X$, and their values are small letters, $x$. A *pmf* is a probability
# mass function, `p_x` in code. A joint pmf `p_xy` has $x$ in rows and $y$ in columns. Logarithms are natural and entropies are
# in *nats*, unless bits are stated. [Lecture 0](00_start_here.ipynb) lists all symbols.
#
# ## 1.1 Surprise (4 minutes)
#
# <!-- claim: Up to a unit, $-\log p$ is the only decreasing function that is additive over independent events. -->
#
# How much information does an event of probability $p$ carry? Three requirements fix the answer up to a unit:
#
# 1. A certain event carries no information, $I(1)=0$.
# 2. A rarer event carries more, so $I(p)$ falls as $p$ rises.
# 3. The information of two independent events is the sum, $I(p\,q)=I(p)+I(q)$.
#
# Among the monotone functions, only the multiples of the logarithm turn products into sums. Hence $I(p)=-k\log p$ with
# $k>0$, and the factor $k$ determines the unit. The **self-information**, or surprise, of $x$ is
#
# $$I(x)=-\log p(x).\qquad(1)$$
#
# The natural logarithm gives nats and $\log_2$ gives bits; 1 nat equals $1/\ln2\approx1.44$ bits.

# %%
compare("I(1/2 · 1/8)", it.self_information(1 / 2 * 1 / 8, base=2), "I(1/2) + I(1/8)", 1 + 3)
dry, wet = it.self_information(np.array([0.95, 0.05]), base=2)
print(f"a dry day: {dry:.3f} bits, a wet day: {wet:.3f} bits")
total = np.where(year, wet, dry).sum()
print(f"the year above: {365 - year.sum()} · {dry:.3f} + {year.sum()} · {wet:.3f} = {total:.1f} bits")

# %% [markdown]
# **Predict, then run.** A fair coin is thrown ten times. Which sequence has the larger surprise, `HHHHHHHHHH` or
# `HTHHTTHTHT`? Which *event* is more surprising, "all heads" or "five heads"?

# %%
for event, sequences in {"HHHHHHHHHH": 1, "HTHHTTHTHT": 1, "all heads": 1, "five heads": 252}.items():
    print(f"{event:10s}  {it.self_information(sequences * 0.5**10, base=2):6.3f} bits")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Every sequence has probability $2^{-10}$ and therefore 10 bits of surprise. The event "five heads" has only 2.023
# bits, because it consists of 252 sequences. Surprise depends on the probability of an event, not on how orderly it
# looks.
# </details>
#
# ## 1.2 Entropy is the mean surprise (4 minutes)
#
# <!-- claim: The entropy $-\sum_xp(x)\log p(x)$ is the mean surprise; it equals 104.5 bits for a year's weather. -->
#
# $$H(X)=\mathbb E\,[I(X)]=-\sum_xp(x)\log p(x).\qquad(2)$$
#
# An outcome of probability 0 contributes nothing: we set $0\log0=0$, which is also the limit of $p\log p$. In numpy the
# definition is a single line. It gives NaN if a probability is 0; `entropy` does not.

# %%
p = np.array([0.5, 0.25, 0.25])
compare("-(p * np.log(p)).sum()", -(p * np.log(p)).sum(), "it.entropy(p)", it.entropy(p))
print(f"in bits: {it.entropy(p, base=2):.3f}; with an impossible outcome {it.entropy([*p, 0], base=2):.3f}")
H_day = it.entropy([0.95, 0.05], base=2)
print(f"a day's weather: {H_day:.6f} bits; 365 independent days: {365 * H_day:.2f} bits")

# %% [markdown]
# This answers the opening question: the mean surprise of a year is 104.5 bits. The year above has 112.0 bits, because it has 20
# wet days instead of the average 18.25.
#
# **From data.** `empirical_pmf` estimates each probability by the share of its outcome in a sample.

# %%
sentence = "entropy is the mean surprise of a random variable"
shares = it.empirical_pmf(list(sentence))
print(f"{len(sentence)} characters, {len(shares)} of them different")
bits = it.entropy(shares, base=2)
print(f"H = {bits:.3f} bits a character, log₂ {len(shares)} = {np.log2(len(shares)):.3f} bits")

# %% [markdown]
# The entropy is below this logarithm because some characters are more frequent than others. An entropy estimated from
# so few samples is too small on average; [further/02](further/02_estimation.ipynb) corrects the bias.
#
# ## 1.3 Questions and codes (7 minutes)
#
# <!-- claim: For $n$ independent symbols, an optimal code needs $H(X)$ to $H(X)+\frac1n$ bits a symbol on average. -->
#
# In a strategy of yes/no questions, the answers for each outcome $x$ form a **code word** of zeros and ones. No word is
# a prefix of a different word, because the questions end once the outcome is known. Let $\ell(x)$ be the length of the
# word. If a fair coin gives the answers, they form the word of $x$ with probability $2^{-\ell(x)}$. These probabilities
# add up to at most 1, which is Kraft's inequality $\sum_x2^{-\ell(x)}\le1$. Huffman (1952) constructs a strategy with
# the smallest mean length, from its last question to its first. *Merge the two least probable groups of outcomes by a
# question, until one group is left.*


# %%
def huffman(p):
    """The words of a Huffman code for the pmf p, in the order of the outcomes."""
    groups, words = [(p_x, [x]) for x, p_x in enumerate(p)], [""] * len(p)
    heapq.heapify(groups)
    while len(groups) > 1:
        (p_0, zero), (p_1, one) = heapq.heappop(groups), heapq.heappop(groups)  # the two rarest
        for answer, group in (("0", zero), ("1", one)):
            for x in group:
                words[x] = answer + words[x]
        heapq.heappush(groups, (p_0 + p_1, zero + one))
    return words


# %%
words = huffman(p)
print(f"words for p = (½, ¼, ¼): {', '.join(words)}; mean length {p @ [*map(len, words)]:.4f} bits")
p_block = np.ones(1)
for days in range(1, 9):
    p_block = np.outer(p_block, [0.95, 0.05]).ravel()  # the pmf of the weather of one more day
    mean_length = p_block @ [*map(len, huffman(p_block))]
    rate = mean_length / days
    print(f"blocks of {days}: {rate:.4f} bits a day, {365 * rate:6.2f} bits a year")

# %% [markdown]
# For (½, ¼, ¼) the mean length equals the entropy, 1.5 bits. For a single day it is 1 bit, because a word has at least
# one bit; the entropy is only 0.286 bits. With blocks of eight days it is 0.299 bits a day. Shannon (1948) proved the
# general statement. An optimal code for the possible outcomes, and one for blocks of $n$ independent ones, satisfy
#
# $$H(X)\le\bar\ell<H(X)+1,\qquad\qquad H(X)\le\frac{\bar\ell_n}n<H(X)+\frac1n\qquad\text{(in bits)}.\qquad(3)$$
#
# The second statement is the first one for a block, whose entropy is $n\,H(X)$ by requirement 3. For $n=365$, the mean
# length is between 104.5 and 105.5 bits. The upper bound holds because the lengths $\lceil-\log_2p(x)\rceil$ satisfy
# Kraft's inequality, so that a code has them. Each exceeds the surprise by less than 1. Section 1.4 proves the lower bound.
#
# **Predict, then move.** Make one outcome almost certain. Where does the mean code length stop falling, although $H$ tends
# to 0? Which pmf has the largest $H$? When do surprise and code length agree for every outcome?

# %%
EntropyExplorer([0.5, 0.25, 0.125, 0.125])

# %% [markdown]
# <details><summary>Explanation</summary>
#
# The mean code length stops at 1 bit. The uniform pmf has the largest entropy. Surprise and length agree everywhere
# exactly when all probabilities are powers of ½.
# </details>

# %% [markdown]
# ### Exercise 1 ★★☆ · do · essential · 25 minutes · a year of weather in 115 bits
#
# Write a code for the weather of a year. `encode` takes a list of 365 zeros (dry) and ones (wet) and returns a string
# of `"0"` and `"1"`; `decode` restores the list. No encoding may be a prefix of a different one. The check draws 400
# new years with one wet day in twenty. Your code must restore each of them and use at most 115 bits on average.
#
# <details><summary>Hint 1</summary>
#
# A Huffman code for blocks of seven days suffices if you treat the last day separately. A shorter program encodes the
# lengths of the dry runs: a year is described completely by the number of dry days before each wet day.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Find a length $m$ that a dry run reaches with a probability of about one half. Ask first whether the run has $m$ or more days.
# Think of the last run, which no wet day ends.
#
# </details>


# %% tags=["exercise"]
def my_code_for_a_year():
    def encode(days):
        """A list of 365 zeros and ones -> a string of "0" and "1"."""
        ...

    def decode(bits):
        """That string -> the list of 365 zeros and ones."""
        ...

    ...  # return encode, decode


exercises.code_for_a_year.check(my_code_for_a_year)

# %% [markdown]
# ## 1.4 Between certain and uniform (5 minutes)
#
# <!-- claim: The entropy of $n$ outcomes is at least 0 and at most $\log n$, which only the uniform pmf attains. -->
#
# For $n$ outcomes, $0\le H(X)\le\log n$. **The lower end.** Every term $-p\log p$ is at least 0, and all are 0 only if one
# outcome has probability 1. **The upper end** follows from the tangent of the logarithm at $t=1$, $\log t\le t-1$, which
# touches it at $t=1$ only:
#
# $$
# \begin{aligned}
# H(X)-\log n&=\sum_xp(x)\log\frac1{p(x)}-\sum_xp(x)\log n &&(4)\ \text{definition; the probabilities add up to }1\\
# &=\sum_xp(x)\log\frac1{n\,p(x)} &&(5)\ \text{one logarithm; sums over }p(x)>0\\
# &\le\sum_xp(x)\Big(\frac1{n\,p(x)}-1\Big) &&(6)\ \text{tangent with }t=1/(n\,p(x))\\
# &=\sum_x\frac1n-1\ \le\ 0 &&(7)\ \text{at most }n\text{ outcomes have }p(x)>0
# \end{aligned}
# $$
#
# Equality holds exactly if $n\,p(x)=1$ for every $x$, so the pmf is uniform. With $2^{-\ell(x)}$ in place of $\frac1n$,
# the same lines and Kraft's inequality give $H(X)-\bar\ell\le0$, the lower bound in (3). The same tangent proves that
# KL divergence is never negative ([lecture 2](02_mutual_information_and_kl.ipynb)) and that the ELBO is a lower bound
# ([lecture 3](03_variational_inference.ipynb)).

# %%
p_head = np.linspace(0, 1, 201)
H = it.entropy(np.stack([p_head, 1 - p_head], axis=-1), base=2)  # a batch of pmfs, outcomes last
rng, sizes = np.random.default_rng(0), np.arange(2, 33)
random_H = [it.entropy(rng.dirichlet(np.ones(n), size=200)).mean() for n in sizes]
figures.bounds(p_head, H, sizes, random_H)
print(f"a coin: {H[0]:.3f} bits at p = 0, largest {H.max():.3f} at p = {p_head[H.argmax()]:.2f}")
print(f"32 outcomes: log n = {np.log(32):.3f} nats, mean of the random pmfs {random_H[-1]:.3f} nats")

# %% [markdown]
# ### Exercise 2 ★★★ · compute · extra · 20 minutes · the largest entropy with a given mean
#
# A die shows 4.5 on average. Among all pmfs with this mean, which has the largest entropy? Jaynes (1957) proposed to
# assume this pmf if only the mean is known. Write a function that returns it for any `values` and any `mean` between the
# smallest and the largest value, with an error below $10^{-6}$.
#
# <details><summary>Hint 1</summary>
#
# Maximise $H(p)+\lambda\sum_xp(x)\,v(x)+\mu\sum_xp(x)$. The derivative with respect to each $p(x)$ is 0; solve for
# $\log p(x)$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $p(x)\propto e^{\lambda v(x)}$. The mean rises with $\lambda$, so `scipy.optimize.brentq` finds $\lambda$.
#
# </details>


# %% tags=["exercise"]
def my_largest_entropy(values, mean):
    """The probabilities of the values, an array."""
    ...


exercises.largest_entropy.check(my_largest_entropy)

# %% [markdown]
# ## 1.5 Two variables (4 minutes)
#
# <!-- claim: $H(X\mid Y)$ is the mean over $y$ of the entropies $H(X\mid Y=y)$, with the weights $p(y)$. -->
#
# In our example, the rows are $X$, the weather in the morning (dry or wet). The columns are $Y$, the weather in the
# evening (sun, cloud or rain).

# %%
p_xy = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])
p_x, p_y = it.marginal(p_xy, of="x"), it.marginal(p_xy, of="y")
p_x_given_y = it.conditional(p_xy, given="y")
print("p(x) =", p_x, "  p(y) =", p_y)
print("p(x|y), whose columns add up to 1:")
print(p_x_given_y.round(3))

# %% [markdown]
# The **joint entropy** is the entropy of the pair. The **conditional entropy** is the entropy of $X$ when $Y=y$ is known,
# averaged over $y$:
#
# $$H(X,Y)=-\sum_{x,y}p(x,y)\log p(x,y),\qquad(8)$$
#
# $$H(X\mid Y)=\sum_yp(y)\,H(X\mid Y=y)=-\sum_yp(y)\sum_xp(x\mid y)\log p(x\mid y).\qquad(9)$$

# %%
H_given_each_y = it.entropy(p_x_given_y, axis=0)
for name, probability, H_y in zip(["sun", "cloud", "rain"], p_y, H_given_each_y, strict=True):
    print(f"evening {name:5s} (p = {probability:.2f}):  H(X | Y = {name}) = {H_y:.6f} nats")
compare("Σ p(y) H(X|Y=y)", p_y @ H_given_each_y, "H(X|Y)", it.conditional_entropy(p_xy))
print(f"H(X,Y) = {it.joint_entropy(p_xy):.6f},  H(Y|X) = {it.conditional_entropy(p_xy, given='x'):.6f} nats")

# %% [markdown]
# ## 1.6 The chain rule, line by line (5 minutes)
#
# <!-- claim: Every joint pmf satisfies the chain rule $H(X,Y)=H(Y)+H(X\mid Y)$. -->
#
# We start from definition (9).
#
# $$
# \begin{aligned}
# H(X\mid Y)&=-\sum_{y}\sum_xp(y)\,p(x\mid y)\log p(x\mid y) &&(10)\ p(y)\text{ inside the sum over }x\\
# &=-\sum_{x,y}p(x,y)\log p(x\mid y) &&(11)\ p(y)\,p(x\mid y)=p(x,y)\\
# &=-\sum_{x,y}p(x,y)\log\frac{p(x,y)}{p(y)} &&(12)\ \text{the same rule inside the logarithm}\\
# &=-\sum_{x,y}p(x,y)\log p(x,y)+\sum_{x,y}p(x,y)\log p(y) &&(13)\ \text{logarithm of a quotient}\\
# &=H(X,Y)+\sum_yp(y)\log p(y) &&(14)\ \text{definition (8); }\textstyle\sum_xp(x,y)=p(y)\\
# &=H(X,Y)-H(Y) &&(15)\ \text{definition of }H(Y)
# \end{aligned}
# $$

# %%
evaluate_lines({
    "(10)  −Σ p(y) p(x|y) log p(x|y)": -np.sum(p_y * p_x_given_y * np.log(p_x_given_y)),
    "(11)  −Σ p(x,y) log p(x|y)": -np.sum(p_xy * np.log(p_x_given_y)),
    "(12)  −Σ p(x,y) log p(x,y)/p(y)": -np.sum(p_xy * np.log(p_xy / p_y)),
    "(13)  −Σ p(x,y) log p(x,y) + Σ p(x,y) log p(y)":
        -np.sum(p_xy * np.log(p_xy)) + np.sum(p_xy * np.log(p_y)),
    "(14)  H(X,Y) + Σ p(y) log p(y)": it.joint_entropy(p_xy) + np.sum(p_y * np.log(p_y)),
    "(15)  H(X,Y) − H(Y)": it.joint_entropy(p_xy) - it.entropy(p_y),
})  # fmt: skip
H_y_given_x = it.conditional_entropy(p_xy, given="x")
figures.two_ways(it.entropy(p_x), it.entropy(p_y), it.conditional_entropy(p_xy), H_y_given_x)

# %% [markdown]
# Solved for $H(X,Y)$, this is the **chain rule**. To determine the pair, determine $Y$ first, and then $X$ given $Y$:
#
# $$H(X,Y)=H(Y)+H(X\mid Y)=H(X)+H(Y\mid X).\qquad(16)$$
#
# The derivation assumes nothing about the table. Ten thousand random tables confirm the rule:

# %%
many = rng.dirichlet(0.3 * np.ones(12), size=10_000).reshape(-1, 3, 4)
gap = it.joint_entropy(many) - it.entropy(it.marginal(many, of="y")) - it.conditional_entropy(many)
print(f"largest |H(X,Y) − H(Y) − H(X|Y)| of {len(many):,} tables: {abs(gap).max():.6f} nats")

# %% [markdown]
# ### Exercise 3 ★☆☆ · compute · essential · 10 minutes · conditional entropy by hand
#
# Write a function that computes $H(X\mid Y)$ in nats with numpy alone. The joint pmf may contain zeros. The check
# recognises the usual slips, such as bits instead of nats or the wrong axis.
#
# <details><summary>Hint 1</summary>
#
# $p(y)$ is the sum over $x$, that is, over the rows: `p_xy.sum(axis=0)`.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Line (12) needs only $p(x,y)$ and $p(y)$. Select the cells with $p(x,y)>0$ with a mask, and use `np.broadcast_to` to
# select from $p(y)$ in the same way.
#
# </details>


# %% tags=["exercise"]
def my_conditional_entropy(p_xy):
    p_xy = np.asarray(p_xy)
    ...  # your code


exercises.conditional_entropy.check(my_conditional_entropy)

# %% [markdown]
# ## 1.7 The two special cases, and their converses (5 minutes)
#
# <!-- claim: $H(X\mid Y)$ is 0 iff $Y$ determines $X$, and it is $H(X)$ iff $X$ and $Y$ are independent. -->
#
# **$H(X\mid Y)=0$ if and only if $X$ is determined by $Y$.** The conditional entropy is an average of nonnegative
# entropies. It is 0 if and only if $H(X\mid Y=y)=0$ for every $y$ with $p(y)>0$. By section 1.4, each such entropy is 0
# only if one value of $x$ is certain.
#
# **$H(X\mid Y)=H(X)$ if and only if $X$ and $Y$ are independent.** Exercise 4 shows that $H(X\mid Y)-H(X)\le0$ by the
# tangent with $t=p(x)p(y)/p(x,y)$. Equality requires $t=1$ where $p(x,y)>0$. There the products
# sum to 1, so all other cells have $p(x)\,p(y)=0$ too. The difference $H(X)-H(X\mid Y)$ is the mutual information of
# [lecture 2](02_mutual_information_and_kl.ipynb).
#
# A channel connects the two cases. Its output $Y$ is a fair bit $X$ that is flipped with probability $\varepsilon$.

# %%
flip = np.linspace(0, 0.5, 101)
channel = np.stack([1 - flip, flip, flip, 1 - flip], axis=-1).reshape(-1, 2, 2)  # p(y|x), a batch of 101
p_channel = it.joint(np.array([0.5, 0.5]), channel)
x_given_y = it.conditional_entropy(p_channel, base=2)
figures.channel(flip, x_given_y, it.entropy(it.marginal(p_channel), base=2))
for i in (0, 22, 100):
    print(f"ε = {flip[i]:.2f}:  H(X|Y) = {x_given_y[i]:.6f} bits")

# %% [markdown]
# **Predict, then move.** Enter a table with $H(X\mid Y)=0$ and $H(Y\mid X)>0$. What must each column look like?

# %%
JointExplorer(p_xy)

# %% [markdown]
# <details><summary>Explanation</summary>Each column has a single positive cell, and some row has two or more.</details>
#
# **Nearly determined.** In practice $H(X\mid Y)$ is often small, but not 0. Guess the most probable $x$ for each $y$.
# The guess is right with probability $\sum_y\max_xp(x,y)$. Hellman and Raviv (1970) proved
#
# $$P(\text{error})\le\tfrac12H(X\mid Y)\qquad\text{(in bits)}.\qquad(17)$$
#
# <details><summary>Proof</summary>
#
# Let $m=\max_xp(x\mid y)$ for one $y$. We show $2(1-m)\le H(X\mid Y=y)$ and average over $y$. If $m\ge\frac12$, the
# entropy is at least that of a coin with the probabilities $m$ and $1-m$. The latter is a concave function of $m$, so
# it lies above its chord $2(1-m)$ from $m=\frac12$ to $m=1$. If $m<\frac12$, every surprise is at least $-\log_2m$.
# This function is convex and lies above its tangent at $m=\frac12$, which lies above $2(1-m)$.
#
# </details>
#
# Equality holds if each column has one positive cell, or two equal ones. For nearly independent variables, Pinsker's
# inequality in lecture 2 is the corresponding bound.

# %%
error, H_bits = 1 - many.max(axis=-2).sum(axis=-1), it.conditional_entropy(many, base=2)
weather = it.conditional_entropy(p_xy, base=2), 1 - p_xy.max(axis=0).sum()
figures.guessing(H_bits, error, weather)
print(f"weather: P(error) = {weather[1]:.3f}, bound {weather[0] / 2:.3f}")
print(f"{len(many):,} tables: smallest bound − P(error) = {(H_bits / 2 - error).min():.6f}")
small = H_bits < 0.2
print(f"{small.sum()} tables have H(X|Y) < 0.2 bits: largest P(error) = {error[small].max():.3f}")

# %% [markdown]
# ### Exercise 4 ★★☆ · prove · essential · 20 minutes · conditioning reduces entropy
#
# Prove $H(X\mid Y)-H(X)\le0$. Return five or more lines, from `first` to `last`, each with one reason. A line is
# `Step(latex, relation, value, reason)`; its relation to the line above is `"="` or `"<="`. The check evaluates your
# lines on 100 random tables `p_xy`; `p_x` is a column and `p_y` a row, so `p_x * p_y` is a table too.
#
# <details><summary>Hint 1</summary>
#
# Write both entropies as sums over $x$ and $y$, and join them in one logarithm.
#
# </details>
# <details><summary>Hint 2</summary>
#
# Use the tangent $\log t\le t-1$ with $t=p(x)\,p(y)/p(x,y)$ in each term.
#
# </details>


# %% tags=["exercise"]
def difference(p_xy, p_x, p_y):
    return it.conditional_entropy(p_xy) - it.entropy(p_x[:, 0])


first = Step("H(X|Y) - H(X)", "", difference, "the quantity that we bound")
last = Step("0", "=", lambda p_xy, p_x, p_y: 0.0, "both sums are 1")


def my_conditioning_reduces_entropy():
    """Lines such as Step("Σ p(x,y) …", "=", lambda p_xy, p_x, p_y: np.sum(p_xy * …), "one logarithm")."""
    ...  # return [first, …, last]


exercises.conditioning_reduces_entropy.check(my_conditioning_reduces_entropy)

# %% [markdown]
# ## 1.8 True or false? (6 minutes)
#
# <!-- claim: $H(X\mid Y)\le H(X)$ holds for every joint pmf, but $H(X\mid Y=y)$ can exceed $H(X)$. -->
#
# **Predict** for each claim whether it holds for *every* joint pmf. We then search a thousand random tables for a
# counterexample. One counterexample refutes a claim; a failed search proves nothing.

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
    print(f"{claim:22s} smallest right side − left side: {slack.min():z9.6f} nats")

# %% [markdown]
# <details><summary>Explanation</summary>The last two claims are false. The fourth fails if $Y$ is constant and $X$ is not, and
# the fifth fails if $X$ is constant and $Y$ is not.</details>
#
# **Proofs.** A `Statement` settles such a claim for every discrete distribution. Every true linear inequality for the
# entropies of up to three variables is a weighted sum of elementary inequalities $H(X_i\mid\text{all others})\ge0$ and
# $I(X_i;X_j\mid\cdot)\ge0$. A linear program finds the weights, and exact fractions verify them. If there are none,
# `Statement` searches for a counterexample.

# %%
for claim in ("H(X|Y) ≤ H(X)", "H(X|Y) ≤ H(Y|X)"):
    print(repr(it.Statement(claim).verdict()), end="\n\n")
print(f"H(X,Y) - H(Y) of the weather: {it.evaluate('H(X,Y) - H(Y)', p_xy):.6f} nats")

# %% [markdown]
# Try a conjecture of your own, with up to five variables. Terms such as `H(A,B|C)` and `I(A;B)`, and factors as in
# `2 H(A)`, are allowed. [Lecture 11](11_reading_the_report.ipynb) uses this prover.

# %%
conjecture = "H(A) + H(B,C) >= H(A,B)"  # write your own here
print(repr(it.Statement(conjecture).verdict()))

# %% [markdown]
# **Discrete variables only.** $H(X\mid Y)\ge0$ is an elementary inequality, but it is false for the **differential
# entropy** $h(X)=-\int p(x)\log p(x)\,dx$ of a continuous variable. A density can exceed 1, and then its logarithm is
# positive. We take two Gaussian variables of variance 1 and correlation $\rho$. By the chain rule,
# $h(X\mid Y)=h(X,Y)-h(Y)=\frac12\log\big(2\pi e\,(1-\rho^2)\big)$.

# %%
for rho in (0.0, 0.9, 0.99, 0.999):
    h_xy, h_y = it.gaussian_entropy([[1, rho], [rho, 1]]), it.gaussian_entropy([[1.0]])
    print(f"ρ = {rho:5.3f}:  h(X|Y) = {h_xy - h_y:9.6f} nats")

# %% [markdown]
# At $\rho=0.99$ the conditional entropy is −0.540 nats, and it tends to −∞ as $X$ becomes determined by $Y$. The value 0 has
# no special meaning there. The chain rule and "conditioning reduces entropy" still hold.
#
# **On average only.** The first claim is about the average over $y$. **Predict, then run.** Is there an evening of our weather
# for which $H(X\mid Y=y)$ is larger than $H(X)$?

# %%
print(f"H(X) = {it.entropy(p_x):.3f} nats,  H(X | Y = y) = {H_given_each_y.round(3).tolist()} nats")

# %% [markdown]
# ### Exercise 5 ★☆☆ · do · useful · 10 minutes · a value that makes X less certain
#
# In the weather table, $H(X\mid Y=y)$ is smaller than $H(X)$ for every evening. Find a table in which one value $y$
# makes $X$ less certain: $H(X\mid Y=y)$ must be at least ten times $H(X)$. Return the joint pmf, with $x$ in rows and
# $y$ in columns.
#
# <details><summary>Hint</summary>
#
# Make $X$ nearly certain. For a rare value of $y$, both values of $x$ can be equally probable.
#
# </details>


# %% tags=["exercise"]
def my_uncertain_evening():
    """A joint pmf, x in rows and y in columns."""
    ...


exercises.uncertain_evening.check(my_uncertain_evening)

# %% [markdown]
# ## 1.9 What the report claims, and what is right (2 minutes)
#
# <!-- claim: $H(X\mid Y)$ is an average entropy of $X$, not of $Y$ as the report says. -->
#
# | claim of section 3 | verdict |
# |---|---|
# | self-information, entropy, $H(X\mid Y)=H(X,Y)-H(Y)$ | right; section 1.6 has the same lines |
# | $H(X,Y)=-\sum_{y}p(x,y)\log p(x,y)$ | wrong: a sum over $y$ only still depends on $x$, so it must run over both |
# | $H(X\mid Y)$ is "the average conditional entropy of $Y$" | wrong: it is the average over $Y$ of an entropy of $X$. Here $H(X\mid Y)=0.494$ nats and $H(Y\mid X)=0.901$ nats |
# | sums over "$y\sim p(y)$" with the weight $p(y)$ | notation: a mean over $y\sim p(y)$ has this weight already |
# | $H(X\mid Y)=0$ iff $X$ is determined by $Y$ | right for discrete variables; wrong for differential entropy |
# | $H(X\mid Y)=H(X)$ iff $X$ and $Y$ are independent | right; the report gives no proof |
#
# > **Summary**
# > - Surprise is $-\log p$, and entropy is its mean. The best mean code length per symbol tends to it for long blocks.
# > - $0\le H(X)\le\log n$, and the upper bound follows from $\log t\le t-1$.
# > - $H(X,Y)=H(Y)+H(X\mid Y)$ for every joint pmf.
# > - $H(X\mid Y)=0$ iff $X$ is determined by $Y$, and $H(X\mid Y)=H(X)$ iff $X$ and $Y$ are independent. Conditioning
# >   reduces entropy on average only.
# > - Differential entropy can be negative.
#
# **You can now** explain entropy, construct a code whose mean length is close to it, and prove its bounds. You can compute
# joint and conditional entropy, derive the chain rule, state both special cases, and bound the error of a guess.
#
# **Sources.** C. Shannon 1948, *A mathematical theory of communication*, Bell System Technical Journal 27,
# [doi:10.1002/j.1538-7305.1948.tb01338.x](https://doi.org/10.1002/j.1538-7305.1948.tb01338.x) · D. Huffman 1952, *A method for
# the construction of minimum-redundancy codes*, Proc. IRE 40(9),
# [doi:10.1109/JRPROC.1952.273898](https://doi.org/10.1109/JRPROC.1952.273898) · E. Jaynes 1957, *Information theory and
# statistical mechanics*, Physical Review 106(4), [doi:10.1103/PhysRev.106.620](https://doi.org/10.1103/PhysRev.106.620) ·
# S. Golomb 1966, *Run-length encodings*, IEEE Trans. Inf. Theory 12(3),
# [doi:10.1109/TIT.1966.1053907](https://doi.org/10.1109/TIT.1966.1053907) · M. Hellman, J. Raviv 1970,
# *Probability of error, equivocation, and the Chernoff bound*, IEEE Trans. Inf. Theory 16(4),
# [doi:10.1109/TIT.1970.1054466](https://doi.org/10.1109/TIT.1970.1054466)
#
# **Further reading.** ★☆☆ D. MacKay 2003, *Information Theory, Inference, and Learning Algorithms*, Cambridge University Press,
# chapters 2, 4 and 5. ★★☆ T. Cover, J. Thomas 2006, *Elements of Information Theory*,
# chapters 2 and 5. ★★☆ C. Shannon 1948, part I.
#
# **Next**: [mutual information and KL divergence](02_mutual_information_and_kl.ipynb).
