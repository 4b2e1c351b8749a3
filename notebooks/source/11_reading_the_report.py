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
# **After this lecture you can** read a paper with a computer beside it: turn a claim about entropies into a statement
# that is proved, refuted or left open, and say how such a proof is found; check a derivation line by line on random
# inputs, and say what the check is worth; tell a wrong line from a missing condition, a slip of notation and a loose
# word; and go through your own next derivation with a short list in hand.
#
# | | |
# |---|---|
# | You need first | lectures 1 to 3 and 7 |
# | Time | 75 minutes to read; 20 seconds to run |
# | Report | all of it |
#
# The report is a student's term paper: clear, honest about its sources, and right in its main lines. All the lectures
# so far grew out of it. Every text of ten pages has slips, and so surely have these lectures. To find them is not to
# find fault: it is the closest reading that a text can get.

# %%
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import linprog

import infotheory as it
from infotheory.report import Errata
from infotheory.teaching import COLOURS, compare, use_lecture_style
from infotheory.teaching.exercises import lecture_11 as exercises

use_lecture_style()
rng = np.random.default_rng(0)
weather = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])  # p(x, y) of lecture 1: x the morning, y the evening

# %% [markdown]
# ## 11.1 Three kinds of sentence
#
# | a sentence that says | ask | the tool |
# |---|---|---|
# | "this holds for all distributions" | is it proved, refuted or open? | `Statement` |
# | "this line follows from that line" | do the two numbers agree, on a thousand inputs? | `Derivation` |
# | "this is called, or means, that" | what would the words give on a small case? | a table of six probabilities |
#
# The third is the cheapest. The report writes the joint entropy as $-\sum_{y\sim p(y)}p(x,y)\log p(x,y)$.
#
# On what does this depend, that $H(X,Y)$ cannot depend on? On $x$, which nobody fixed: for the weather of lecture 1
# it is 0.660765 at $x=$ dry and 0.913338 at $x=$ wet, and only their sum is $H(X,Y)=1.574103$. A *free variable* on
# one side of an equation that the other side does not have is the commonest sign of a slip, and you see it without
# any computer. The formula beside it, $E_{x,y}[\dots]$, is right, so the reader loses nothing. Let us now be
# systematic.
#
# ## 11.2 Claims: proved, refuted, open
#
# Every property that the report states. Those of entropies are put to the prover, and "proved" means: for *every*
# joint distribution of discrete variables. The rest, about KL, an "if and only if", or generators and codes, is put
# to the test on 1,000 random cases each, some of it through a theorem that says more. (For "$H(X\mid Y)=0$ *only if*
# determined": the error of the best guess is at most $\tfrac12H_2(X\mid Y)$, lecture 1.)

# %%
for identity in it.report.IDENTITIES:
    failures = len(identity.check(1_000))
    print(f"§ {identity.section:6s}{identity.claim:76s} failures in 1,000 cases: {failures}")
    for statement in identity.statements:
        print(f"{'':8s}{statement.verdict()!s}: {statement}")

# %% [markdown]
# ### What such a proof is
#
# Take **Han's inequality**: a pair out of three variables has, on average, at least two thirds of the entropy of all
# three,
#
# $$H(X,Y,Z)\;\le\;\tfrac12\big[H(X,Y)+H(X,Z)+H(Y,Z)\big].$$
#
# Whatever we say about three variables is a row of seven factors, one for each joint entropy:
# $I(X;Y\mid Z)=H(X,Z)+H(Y,Z)-H(Z)-H(X,Y,Z)$, and $H(X\mid Z)=I(X;X\mid Z)$. Nine such rows are known to be $\ge0$:
# $H(X_i\mid\text{the rest})$ and $I(X_i;X_j\mid K)$, the **elemental inequalities**. If the goal's row is a sum of
# them with factors $\ge0$, then it is $\ge0$ too. To look for such factors is a *linear program*. It computes with
# floating point numbers, and "up to rounding" is no proof. So the factors are turned into fractions and the rows are
# added up again, exactly; only then it counts. All of it, in the open. (In the picture: multiply the framed rows by
# their factors, add up each column, and you have the last row.)

# %%
groups = ["X", "Y", "Z", "XY", "XZ", "YZ", "XYZ"]


def information(a, b, given=""):
    """The row of I(a;b|given): its factors of the seven joint entropies."""
    row = np.zeros(7, dtype=int)
    for sign, letters in ((1, a + given), (1, b + given), (-1, given), (-1, a + b + given)):
        if letters:  # the entropy of nothing is 0
            row[groups.index("".join(sorted(set(letters))))] += sign
    return row


elemental = {f"H({x}|{y},{z})": information(x, x, y + z) for x, y, z in ("XYZ", "YXZ", "ZXY")}
elemental |= {f"I({x};{y})": information(x, y) for x, y in ("XY", "XZ", "YZ")}
elemental |= {f"I({x};{y}|{z})": information(x, y, z) for x, y, z in ("XYZ", "XZY", "YZX")}
rows = np.array(list(elemental.values()))
goal = np.array([0, 0, 0, 1 / 2, 1 / 2, 1 / 2, -1])  # right minus left of Han's inequality

program = linprog(np.ones(9), A_eq=rows.T, b_eq=goal, bounds=(0, None), method="highs-ds")
factors = [Fraction(factor).limit_denominator(100) for factor in program.x]
for name, factor in zip(elemental, factors, strict=True):
    if factor:
        print(f"{factor} × {name} ≥ 0")
total = [sum(factor * int(entry) for factor, entry in zip(factors, column, strict=True)) for column in rows.T]
print(f"the sum is the goal, in exact fractions: {total == [Fraction(entry) for entry in goal]}")

picture = np.vstack([rows, goal])
labels = [f"{factor} ×  {name}" if factor else name for name, factor in zip(elemental, factors, strict=True)]
_, axes = plt.subplots(figsize=(8.5, 6))
axes.imshow(picture, cmap="PuOr", vmin=-2, vmax=2, aspect="auto")
for i, j in np.ndindex(picture.shape):
    used = i == 9 or bool(factors[i])
    text = f"{Fraction(picture[i, j])}" if picture[i, j] else "·"
    axes.text(j, i, text, ha="center", va="center", weight="bold" if used else "normal", alpha=1 if used else 0.45)
for i, factor in enumerate(factors):
    if factor:
        axes.add_patch(plt.Rectangle((-0.5, i - 0.46), 7, 0.92, fill=False, edgecolor=COLOURS[2], linewidth=3))
axes.axhline(8.5, color="black", linewidth=2)
axes.set(title="Nine inequalities, and Han's as a sum of three of them", xlabel="joint entropy")
axes.set_xticks(range(7), [f"H({','.join(group)})" for group in groups], fontsize=11)
axes.set_yticks(range(10), [*labels, "Han: right − left"])
axes.grid(False)
plt.show()

# %% [markdown]
# The package does the same for up to five variables and for conditions, and prints each line also in joint entropies,
# where the columns can be added by hand. A certificate is worth as much as the check that it passes: `verify()` adds
# the lines up again. Let someone tamper with it: drop a line, or "prove" a false statement with the same lines.

# %%
han = it.Statement("H(X,Y,Z) <= 1/2 H(X,Y) + 1/2 H(X,Z) + 1/2 H(Y,Z)")
proof = han.prove()
print(proof, end="\n\n")
one_line_less = replace(proof, parts=(proof.parts[0][1:],))
too_strong = replace(proof, statement=it.Statement("H(X,Y,Z) <= 1/3 H(X,Y) + 1/3 H(X,Z) + 1/3 H(Y,Z)"))
for name, certificate in {"the proof": proof, "a line less": one_line_less, "another goal": too_strong}.items():
    print(f"{name:13s} verifies: {certificate.verify()}")

# %% [markdown]
# ### Refuted
#
# **Predict, then run.** Six plausible conjectures. Which ones are false? A false one is refuted by a joint pmf, which
# is printed: check one by hand. ($H(Z)$ in the last: can learning one bit raise what $Y$ tells about $X$ by more than
# a bit?)

# %%
conjectures = (
    "I(X;Y|Z) <= I(X;Y)",
    "I(X;Y|Z) >= I(X;Y)",
    "I(X;Y,Z) = I(X;Y) + I(X;Z)",
    "H(X|Y) = H(Y|X)",
    "H(X,Y) = H(X) + H(Y)",
    "I(X;Y|Z) <= I(X;Y) + H(Z)",
)
for claim in conjectures:
    print(repr(it.Statement(claim).verdict()), end="\n\n")

# %% [markdown]
# The two standard examples of lecture 2 come back: XOR, where a third variable creates dependence, and the copy, where
# it explains dependence away. Keep these two at hand; they refute most false claims about three variables.
#
# ### Open
#
# For up to three variables the elemental inequalities give *all* the linear inequalities that entropies obey, so
# without conditions a claim has a proof or a counterexample. With four it is otherwise. In 1998 Zhang and Yeung found
# an inequality that holds for every distribution and is *not* a sum of elemental ones, the first **non-Shannon
# inequality**. More followed; Matúš (2007) showed that with four variables no finite list of linear inequalities is
# enough. So there is no complete prover of this kind, and the honest answer to Zhang and Yeung's inequality is
# *open*. That is a statement about the prover, not about the inequality. The verdict lists where the prover searched
# for a counterexample:
#
# - It tries linear functions of three fair coins, or of two fair three-sided dice. Their entropies are *ranks* of
#   subspaces of $F_2^3$ or $F_3^2$, times $\log 2$ or $\log 3$. XOR is one of these arrangements.
# - It tries all functions of a random point among four, such as the outcomes of two coins, fair or not. The four
#   probabilities are multiples of 1/16, 1/20 or 1/24.
# - It follows the gradient of the joint pmf, a softmax, from random starts. If there are conditions, it tries random
#   networks before.
#
# Floating point finds the candidates, so a counterexample that is smaller than the rounding errors is missed. Each
# candidate is then decided exactly. At fractions, an expression in entropies is a sum of multiples of logarithms of
# integers, and it is 0 if and only if every prime cancels.
#
# The inequality can also be written as $I(C;D)\le 2I(C;D\mid A)+I(A;C\mid D)+I(A;D\mid C)+I(C;D\mid B)+I(A;B)$. No
# term is superfluous: without the second on the right, for example, four points refute it.
#
# Its authors' idea was to bring in a fifth variable that is always there to be had: a **copy** $E$ of $A$, drawn
# afresh from
# $p(a\mid c,d)$. Then $(E,C,D)$ has the law of $(A,C,D)$, and given $C,D$ it is independent of $A$ and $B$. Such an $E$ exists for
# *every* $p(a,b,c,d)$, and the inequality does not mention it: so what holds given the copy holds always.
#
# **Predict, then run.** With the copy, is the inequality a sum of elemental inequalities in *five* variables?

# %%
zhang_yeung = "2 I(C;D) <= I(A;B) + I(A;C,D) + 3 I(C;D|A) + I(C;D|B)"
print(it.Statement(zhang_yeung))
print(repr(it.Statement(zhang_yeung).verdict()), end="\n\n")
other_form = it.Statement("I(C;D) <= 2 I(C;D|A) + I(A;C|D) + I(A;D|C) + I(C;D|B) + I(A;B)")
assert other_form.form == it.Statement(zhang_yeung).form  # the same sum of joint entropies
print(repr(it.Statement(other_form.text.replace("I(A;C|D) + ", "")).verdict()), end="\n\n")

copy = ["H(E) = H(A)", "H(E,C) = H(A,C)", "H(E,D) = H(A,D)", "H(E,C,D) = H(A,C,D)", "I(E;A,B|C,D) = 0"]
with_copy = it.Statement(zhang_yeung, given=copy).prove()
print(f"with the copy: {'proved' if with_copy else 'open'};  certificate verifies: {with_copy.verify()}")

p_abcd = rng.dirichlet(np.ones(16)).reshape(2, 2, 2, 2)
a_given_cd = p_abcd.sum(axis=1) / p_abcd.sum(axis=(0, 1))  # p(a|c,d), [a, c, d]
p_abcde = np.einsum("abcd,ecd->abcde", p_abcd, a_given_cd)
a_copy = np.allclose(p_abcde.sum(axis=(0, 1)), np.moveaxis(p_abcd.sum(axis=1), 0, -1), rtol=0, atol=1e-12)
grouped = p_abcde.transpose(0, 1, 4, 2, 3).reshape(4, 2, 4)  # (a,b), e, (c,d)
print(f"on a random pmf: (E,C,D) has the law of (A,C,D): {a_copy}", end=";  ")
compare("I(A,B;E|C,D)", it.conditional_mutual_information(grouped), "0", 0)

# %% [markdown]
# A famous theorem, re-proved by a linear program of a few milliseconds: the machine added up the lines, a person had
# the idea. (Print `with_copy` to read them.)
#
# ### All verdicts so far, and yours
#
# **Type your own.** Choose any names for up to five variables. Factors are written as in `2 H(A)`, conditions as
# `given=[...]`. A condition is an equality or a Markov chain, `X -> Y -> Z`. Change the last lines and run.

# %%
markov = ["X -> Y -> Z"]
table = [
    it.Statement("H(X1,X2,X3,X4) = H(X1) + H(X2|X1) + H(X3|X1,X2) + H(X4|X1,X2,X3)"),
    it.Statement("I(X;Y1,Y2,Y3) = I(X;Y1) + I(X;Y2|Y1) + I(X;Y3|Y1,Y2)"),
    it.Statement("I(X;Z) <= I(X;Y)", given=markov),
    it.Statement("I(X;Y|Z) <= I(X;Y)", given=markov),
    it.Statement("H(A,C) + H(B,C) >= H(A,B,C) + H(C)"),
    han,
    *(it.Statement(claim) for claim in conjectures),
    it.Statement(zhang_yeung),
    it.Statement(zhang_yeung, given=copy),
    it.Statement("H(X|Z) <= H(X|Y) + H(Y|Z)"),  # yours
    it.Statement("I(X;Y) <= I(X;Z) + I(Y;Z)"),  # yours
]
for statement in sorted(table, key=lambda statement: ["proved", "refuted", "open"].index(statement.verdict())):
    print(f"{statement.verdict():8s} {statement.text}{'   given ' if statement.given else ''}", end="")
    print(", ".join(line.text for line in statement.given))

# %% [markdown]
# **Predict, then type.** Is the last line true if $Z$ is all that connects $X$ and $Y$? Type `I(X;Y|Z) = 0` as given.

# %%
from infotheory.explore import ConjectureExplorer

ConjectureExplorer("I(X;Y) <= I(X;Z) + I(Y;Z)")

# %% [markdown]
# ### Exercise 1 ★★☆ · do · essential · 12 minutes · refute it twice
#
# "The information of $Y$ and $Z$ together about $X$ is the sum of their separate informations." This claim,
# $I(X;Y,Z)=I(X;Y)+I(X;Z)$, is false in both directions. Return two joint pmfs of three bits, `p[x, y, z]`: `more`, where
# the pair has *more* information than the sum, and `less`, where it has *less*.
#
# <details><summary>Hint 1</summary>
#
# By the chain rule, left minus right is $I(X;Z\mid Y)-I(X;Z)$. It is also $I(Y;Z\mid X)-I(Y;Z)$. Make one of the two
# terms 0.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# More: two fair coins, and whether they differ. Less: the same coin, three times.
#
# </details>


# %% tags=["exercise"]
def my_refuted_twice():
    """Two arrays p[x, y, z] of shape (2, 2, 2): more, less."""
    ...


exercises.refuted_twice.check(my_refuted_twice)

# %% [markdown]
# ## 11.3 Derivations: every line on random inputs
#
# A derivation is a chain of lines with a relation between neighbours. Draw a random input, compute *every* line by
# its own formula, and compare neighbours. Ten lines do it; here is the report's chain for mutual information on a
# thousand tables. The last line is the package's: the same loop, on a `Derivation` that holds each line's LaTeX,
# relation, formula and *reason*. It can show itself on one input, as the report's first long chain does below.

# %%
p_xy = rng.dirichlet(np.ones(6), size=1_000).reshape(-1, 2, 3)  # a batch of 1,000 tables
p_x, p_y = p_xy.sum(axis=2, keepdims=True), p_xy.sum(axis=1, keepdims=True)


def mean(log):
    return np.sum(p_xy * log, axis=(1, 2))


lines = {
    "Σ p(x,y) log p(x,y)/(p(x)p(y))": mean(np.log(p_xy / (p_x * p_y))),
    "three sums": mean(np.log(p_xy)) - mean(np.log(p_x)) - mean(np.log(p_y)),
    "−H(X,Y) + H(X) + H(Y)": -it.joint_entropy(p_xy) + it.entropy(p_x[..., 0]) + it.entropy(p_y[:, 0]),
    "H(X) − H(X|Y)": it.entropy(p_x[..., 0]) - it.conditional_entropy(p_xy),
    "H(Y) − H(Y|X)": it.entropy(p_y[:, 0]) - it.conditional_entropy(p_xy, given="x"),
}
above = None
for name, value in lines.items():
    verdict = (
        ""
        if above is None
        else f"equals the line above within 1e-12 on all: {bool((abs(value - above) < 1e-12).all())}"
    )
    print(f"{name:32s} {verdict}")
    above = value
print(it.report.DERIVATIONS["mutual information"].check(trials=1_000))
it.report.DERIVATIONS["conditional entropy, transformed"].show()

# %% [markdown]
# ### What is a check worth?
#
# It depends on the relation. Both sides of our lines are *analytic* in the probabilities, as long as none is 0. Two
# analytic functions that differ anywhere differ almost everywhere: so a false **equality** betrays itself at the
# first random input (if the difference is not as small as rounding). An **inequality** can be false in a corner that
# random inputs never visit.
#
# **Predict, then run.** All but two of these eight claims are false. Which false ones survive a thousand random tables?

# %%
claims = (
    "H(X|Y) = H(Y|X)",
    "I(X;Y,Z) = I(X;Y) + I(X;Z)",
    "I(X;Y|Z) >= I(X;Y)",
    "I(X;Y) <= 1/2 H(X)",
    "H(X) <= 2 H(Y)",
    "H(X|Y,Z) >= 1/2 H(X|Y)",
    "H(X|Z) <= H(X|Y) + H(Y|Z)",
    "H(X,Y) <= H(X) + H(Y)",
)
broken, verdicts = [], []
for claim in claims:
    statement = it.Statement(claim)
    n = len(statement.variables)
    tables = rng.dirichlet(np.ones(3**n), size=1_000).reshape(-1, *[3] * n)  # each variable has three values
    broken.append(sum(not statement.holds(p) for p in tables))
    verdicts.append(statement.verdict())
    print(f"{claim:28s} broken by {broken[-1]:4d} of 1,000 random tables;  the prover: {verdicts[-1]!s}")

_, axes = plt.subplots(figsize=(9.5, 4.6))
colours = [COLOURS[2] if verdict == "proved" else COLOURS[1] for verdict in verdicts]
axes.barh(range(8), broken, color=colours)
for i, count in enumerate(broken):
    axes.text(count + 10, i, str(count), va="center")
axes.set_yticks(range(8), [f"{claim}  ({verdict!s})" for claim, verdict in zip(claims, verdicts, strict=True)])
axes.set(
    title="How often a random table notices", xlabel="random tables, of 1,000, that break the claim", xlim=(0, 1_090)
)
axes.invert_yaxis()
plt.show()

# %% [markdown]
# Random tables have much noise and little dependence; $X=Y$, a constant, an XOR have probability 0. So a check of an
# inequality needs two more things: the *tight* cases (in the checks below $Q$ is the posterior in one draw of four: a
# bound that is too high by a hair then fails) and the *special* cases, which the prover's search for counterexamples
# tries first.
#
# ### Every chain of the report
#
# All that the report prints, corrected where it slips, and ten chains that go beyond it, on 1,000 random inputs each:

# %%
signs = {"=": "=", "<=": "≤", ">=": "≥", "equivalent": "⇔"}
section = None
for derivation in it.report.DERIVATIONS.values():
    if derivation.section != section:
        section = derivation.section
        print(f"{section}\n{'':3s}{'chain':38s}{'lines':>6s}   relations")
    relations = Counter(signs[step.relation] for step in derivation.steps[1:])
    counted = ",  ".join(f"{count} {sign}" for sign, count in relations.items())
    check = derivation.check(trials=1_000)
    print(f" {'✓' if check else '✗'} {derivation.name:38s}{len(derivation.steps):6d}   {counted}")
    for failure in check.failures:
        print(failure)

# %% [markdown]
# **Predict, then run.** The report's print of the third line is $H(c)+\iint p(c=c',X=G(z,c))\,dc'\,dz$, without a
# logarithm. Put it back (with $dx$ for $dz$). Which lines does the check blame? (Below it, the chain in full, as it
# should be.)

# %%
bound = it.report.DERIVATIONS["variational information maximisation"]
as_printed = it.Step(
    r"H(c)+\iint p(c',x)\,dc'\,dx", "=", lambda p_c, p_cx, **_: it.entropy(p_c) + p_cx.sum(), "as printed"
)
altered = replace(bound, name="with the printed line", steps=[*bound.steps[:2], as_printed, *bound.steps[3:]])
print(altered.check(trials=1_000))
bound.show()

# %% [markdown]
# Two: the way into the printed line and the way out of it. *All the other lines hold*, the next one included: so this
# is a slip of the pen, and the report's result is untouched. A check of the two ends alone would never have seen it.
#
# ### What "equivalent" means (the story of the values that sum to $H(c)$)
#
# The report goes on from $I=H(c)-H(c\mid x)$ to
#
# $$\max_G I(c;x)=\max_G H(c)-H(c\mid x)=\min_G H(c\mid x).$$
#
# As numbers the two ends differ. What is meant, and is right, is that *the same generator* is best. So there is a
# fourth relation, "has the same optimiser", shown as $\Longleftrightarrow$ and checked on candidates that compete:
# here five generators, of which the same one must win on both lines. In the picture, two hundred generators.

# %%
p_c = np.full(3, 1 / 3)
generators = it.joint(p_c, rng.dirichlet(0.4 * np.ones(4), size=(200, 3)))  # 200 random p(x|c)
information_c, left_open = it.mutual_information(generators), it.conditional_entropy(generators)
best = information_c.argmax()
_, axes = plt.subplots(figsize=(7.5, 4.4))
axes.scatter(left_open, information_c, s=14, color=COLOURS[0], alpha=0.6, label="200 generators")
axes.plot([0, np.log(3)], [np.log(3), 0], "--", color="0.4", linewidth=1.5, label="I + H(c|x) = H(c)")
axes.plot(left_open[best], information_c[best], "*", color=COLOURS[1], markersize=18, label="best by either measure")
axes.set(title="One optimiser, two values", xlabel="H(c|x) (nats)", ylabel="I(c; x) (nats)")
axes.set(xlim=(0, 1.15), ylim=(0, 1.15))
axes.legend()
plt.show()
print(f"same best generator: {best == left_open.argmin()};  max I = {information_c.max():.6f}", end=",  ")
print(f"min H(c|x) = {left_open.min():.6f}")
compare("max I + min H(c|x)", information_c.max() + left_open.min(), "H(c)", np.log(3))
it.report.DERIVATIONS["maximal information"].show()

# %% [markdown]
# A factor $>0$ and a constant keep the optimiser, a minus exchanges max and min; that is how a log-likelihood becomes a
# squared error (story 5). But a constant must be constant in *what is optimised* (story 4).

# %% [markdown]
# ### Exercise 2 ★★☆ · compute · essential · 15 minutes · find the slip, three times
#
# In each chain exactly one line does not stand in its printed relation to the line above it. Return its number for
# each chain.
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
# Compute the lines on one table each. Take the weather for A and B, with $Q=$ `[[.6, .4, .2], [.4, .6, .8]]`. For C take
# $p(z)=(½,½)$, $p(x\mid z)=(0.9,0.1)$ and $q=(0.7,0.3)$.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# A line may be wrong and still follow from the line above it.
#
# </details>
#
# <details><summary>Hint 3</summary>
#
# One slip is a sign, one a direction, one a draw.
#
# </details>


# %% tags=["exercise"]
def my_slips():
    """Three numbers: the line of A, of B and of C."""
    ...


exercises.slips.check(my_slips)

# %% [markdown]
# ## 11.4 The errata
#
# Each row has what was printed, what is right, and one small case in numbers: what the print claims is false there
# (✗), what the correction claims is true (✓). In square brackets is the value of what stands before. We go in the
# report's order; above each table stands the story of an instructive entry.
#
# ### Sections 1 and 2: what is disentanglement?
#
# **Story 1: a rotation stays independent, and entangles.** The report, like much of the literature of its time,
# describes disentanglement as *independent* latents. Let the true factors $f$ be two independent standard normals,
# and let a model find $z=R_\theta f$, the factors turned by an angle θ. Again $z\sim\mathcal N(0,I)$: independent
# at *every* angle. But
#
# $$I(z_1;f_1)=-\tfrac12\log(1-\cos^2\theta),\qquad I(z_1;f_2)=-\tfrac12\log(1-\sin^2\theta),\qquad I(z_1;z_2)=0.$$
#
# **Predict, then run.** At which angle does $z_1$ tell as much about one factor as about the other? What happens at
# 90°?

# %%
angles = np.radians(np.linspace(2, 88, 87))


def informations(theta):
    turn = np.array([[np.cos(theta), np.sin(theta)], [-np.sin(theta), np.cos(theta)]])
    cov = np.block([[np.eye(2), turn.T], [turn, turn @ turn.T]])  # of (f₁, f₂, z₁, z₂)
    pairs = ((0, 2), (1, 2), (2, 3))
    return [it.gaussian_mutual_information(cov[np.ix_(pair, pair)], 1) for pair in pairs]


curves = np.array([informations(theta) for theta in angles])
f = rng.normal(size=(1_500, 2))
z = f @ np.array([[1, -1], [1, 1]]) / np.sqrt(2)
_, panels = plt.subplots(1, 3, figsize=(13, 4.2), width_ratios=(1, 1, 1.35))
for axes, points, name in ((panels[0], f, "f"), (panels[1], z, "z")):
    dots = axes.scatter(*points.T, c=f[:, 0], cmap="coolwarm", s=7, vmin=-2.5, vmax=2.5)
    title = "the factors" if name == "f" else "latents, turned by 45°"
    axes.set(title=title, xlabel=f"${name}_1$", ylabel=f"${name}_2$", aspect="equal", xlim=(-4, 4), ylim=(-4, 4))
plt.colorbar(dots, ax=panels[1], label="factor $f_1$", shrink=0.8)
for curve, name, style in zip(
    curves.T, ("$I(z_1; f_1)$", "$I(z_1; f_2)$", "$I(z_1; z_2)$"), ("-", "--", ":"), strict=True
):
    panels[2].plot(np.degrees(angles), curve, style, label=name)
panels[2].set(title="what $z_1$ tells", xlabel="angle θ (degrees)", ylabel="nats", xticks=range(0, 91, 15))
panels[2].legend()
plt.show()
at_45 = informations(np.pi / 4)
compare("45°: I(z₁; f₁)", at_45[0], "I(z₁; f₂)", at_45[1])
compare("I(z₁; f₁)", at_45[0], "½ log 2", np.log(2) / 2)
print(f"I(z₁; z₂) below 1e-12 at all angles: {bool((curves[:, 2] < 1e-12).all())}")

errata = it.report.ERRATA
Errata(erratum for erratum in errata if erratum.section in ("1", "2.1"))

# %% [markdown]
# The two clouds have the same law; only the colours, which the model never sees, tell them apart. At 90° the latents
# are the factors again, exchanged, one with its sign turned. So no criterion on $p(z)$ alone can find the right angle (lecture 10). Independence is
# a condition that latents may have to meet, not what disentanglement *is*.
#
# ### Section 3: the background
#
# **Story 2: dependence is not correlation.** $I$ "is a measure of how correlated two random variables are". In
# everyday words, yes. In the technical sense correlation sees only what a straight line predicts. Let $x$ be uniform
# on $\{-1,0,1\}$ and $y=x^2$.
#
# **Predict, then run.** What is the covariance of $x$ and $y$, and what is $I(x;y)$? In which of the four clouds is the
# correlation near 0, and in which is $I$?

# %%
p_square = np.array([[0, 1], [1, 0], [0, 1]]) / 3  # rows x = −1, 0, 1; columns y = 0, 1
values_x, values_y = np.array([-1, 0, 1]), np.array([0, 1])
covariance = values_x @ p_square @ values_y - (p_square.sum(1) @ values_x) * (p_square.sum(0) @ values_y)
compare("covariance of x and x²", covariance, "0", 0)
compare("I(x; x²)", it.mutual_information(p_square), "H(x²)", it.entropy([1 / 3, 2 / 3]))

n, bins = 2_000, 8
t = np.linspace(-1, 1, n)
clouds = {
    "line": (t, t + 0.25 * rng.normal(size=n)),
    "parabola": (t, t**2 + 0.1 * rng.normal(size=n)),
    "ring": (np.cos(np.pi * t) + 0.1 * rng.normal(size=n), np.sin(np.pi * t) + 0.1 * rng.normal(size=n)),
    "cloud": (rng.normal(size=n), rng.normal(size=n)),
}
_, panels = plt.subplots(1, 4, figsize=(13, 3.8))
for axes, (name, (x, y)) in zip(panels, clouds.items(), strict=True):
    correlation = np.corrcoef(x, y)[0, 1]
    estimate = it.mutual_information(it.empirical_joint(x, y, bins=bins))
    axes.scatter(x, y, s=4, color=COLOURS[0], alpha=0.5)
    axes.set(title=f"{name}\nρ = {correlation:z.1f},  Î = {estimate:.1f} nats", xlabel="x", ylabel="y")
    print(f"{name:9s} |correlation| above 0.1: {abs(correlation) > 0.1!s:6s} Î above 0.1 nats: {estimate > 0.1}")
plt.show()

Errata(erratum for erratum in errata if erratum.section == "3")

# %% [markdown]
# (ρ is the correlation; Î the plug-in estimate of lecture 2, with $8\times8$ bins; its bias is about $49/4000=0.01$
# nats.) This is more than a matter of words: a penalty on *correlations*, as in the report's [5], leaves parabolas
# and rings alone, and a penalty on total correlation, as in its [3], does not.
#
# ### Sections 4.1 and 4.1.1: InfoGAN
#
# **Story 3: a lemma with a wrong draw.** Most of these entries vanish once one asks of every expectation: *who is
# drawn, in which order, given what?* Lemma 5.1 says $E\,f(x,y)=E\,f(x',y)$, with $x'$ drawn afresh *given the same*
# $y$, $x'\sim p(x\mid y)$. The report prints $x'\sim p(x,y)$: a draw that does not know $y$. On the weather table,
# with
# $f=\begin{pmatrix}1&-2&3\\0&5&-1\end{pmatrix}$:
#
# **Predict, then run.** Both draws give $x'$ the marginal $p(x)$ and $y$ the marginal $p(y)$. Which of the two gives
# $E f(x',y)=E f(x,y)$?

# %%
f_table = np.array([[1.0, -2.0, 3.0], [0.0, 5.0, -1.0]])
P_x, P_y = weather.sum(axis=1), weather.sum(axis=0)
given_y = it.conditional(weather, given="y") * P_y  # law of (x′, y), x′ ~ p(x|y)
apart = np.outer(P_x, P_y)  # law of (x′, y), x′ drawn without regard to y
compare("E f(x,y)", np.sum(weather * f_table), "E f(x′,y), x′ ~ p(x|y)", np.sum(given_y * f_table))
compare("E f(x,y)", np.sum(weather * f_table), "E f(x′,y), x′ drawn apart", np.sum(apart * f_table))

n = 200_000
pair = rng.choice(6, size=n, p=weather.ravel())
x, y = np.divmod(pair, 3)
fresh = (rng.random(n) > it.conditional(weather, given="y")[0, y]).astype(int)  # x′ ~ p(x|y)
stray = rng.choice(6, size=n, p=weather.ravel()) // 3  # the x of another pair
shown = np.unique(np.geomspace(100, n, 400).astype(int)) - 1
_, panels = plt.subplots(1, 3, figsize=(13, 4), width_ratios=(1, 1, 1.9))
for axes, law, title in ((panels[0], given_y, "law of (x′, y), x′ ~ p(x|y)"), (panels[1], apart, "x′ drawn apart")):
    axes.imshow(law, cmap="Blues", vmin=0, vmax=0.6, aspect="auto")
    for i, j in np.ndindex(law.shape):
        axes.text(j, i, f"{law[i, j]:.2f}", ha="center", va="center", fontsize=15)
    axes.set(title=title, xlabel="y", ylabel="x′", xticks=range(3), yticks=range(2))
    axes.grid(False)
runs = {"f(x, y)": (x, "-"), "f(x′, y), x′ ~ p(x|y)": (fresh, "--"), "f(x′, y), x′ drawn apart": (stray, ":")}
for name, (drawn, style) in runs.items():
    panels[2].semilogx(shown + 1, np.cumsum(f_table[drawn, y])[shown] / (shown + 1), style, label=name)
for value in (1.05, 0.92):
    panels[2].axhline(value, color="black", linewidth=1)
    panels[2].text(n * 1.1, value, f"{value:.2f}", va="center")
panels[2].set(title="running means", xlabel="draws", ylabel="mean of f", xlim=(100, n), ylim=(0.75, 1.4))
panels[2].legend(fontsize=11)
plt.show()

Errata(erratum for erratum in errata if erratum.section in ("4.1", "4.1.1"))

# %% [markdown]
# The first table *is* the weather, the second is $p(x)\,p(y)$: the marginals are right, and the dependence, which is
# all that InfoGAN is about, is gone. With the draw corrected the lemma is an equality, so the report's second "$\ge$"
# is one too, and what remains at the end is $\log Q(c\mid x)$ at the very $c$ that made $x$. The algorithm that the
# report describes does just that.
#
# ### Sections 4.2 and 4.2.1: the variational autoencoder
#
# **Story 4: a bound that rises while its function falls.** "If one is maximizing the lower bound of a function, then
# one ends up maximizing the function." It sounds right, and everyone has believed it for a day. But
# $\log p(x)=\mathcal L+\mathrm{KL}(q\,\|\,p(z\mid x))$: $\mathcal L$ may rise *because the gap shrinks*.
#
# One $x$, a latent of two values, $q=(½,½)$ held fixed. Training moves the decoder along a line, from
# $p(x,z)=(0.40,0.10)$ to
# $(0.22,0.22)$.
#
# **Predict, then run.** Where does the gap vanish? What happens to $\log p(x)$ on the way there?

# %%
t = np.linspace(0, 1, 101)[:, None]
p_xz = (1 - t) * np.array([0.40, 0.10]) + t * np.array([0.22, 0.22])
q = np.broadcast_to([0.5, 0.5], p_xz.shape)
evidence, bound_t = it.log_evidence(np.log(p_xz)), it.elbo(np.log(p_xz), q)
gap = it.kl_divergence(q, it.posterior(np.log(p_xz)))
_, axes = plt.subplots(figsize=(8.5, 4.4))
axes.plot(t, evidence, color=COLOURS[1], label="log p(x)")
axes.plot(t, bound_t, color=COLOURS[0], label="ELBO")
axes.fill_between(t[:, 0], bound_t, evidence, color=COLOURS[2], alpha=0.2, label="the gap, KL(q ‖ p(z|x))")
peak = bound_t.argmax()
axes.axvline(t[peak, 0], color="0.4", linestyle=":", linewidth=1.5)
axes.set(
    title="Up to the dotted line the ELBO rises and log p(x) falls",
    xlabel="way from the first decoder to the second",
    ylabel="nats",
)
axes.legend(loc="lower right")
plt.show()
print(f"ELBO rises up to t = {t[peak, 0]:.2f}: {bool((np.diff(bound_t[: peak + 1]) > 0).all())}", end=", ")
print(f"from {bound_t[0]:.6f} to {bound_t[peak]:.6f}")
print(f"log p(x) falls all the way: {bool((np.diff(evidence) < 0).all())}", end=", ")
print(f"there from {evidence[0]:.6f} to {evidence[peak]:.6f}")
print(f"ELBO + KL = log p(x) within 1e-12 everywhere: {bool((abs(bound_t + gap - evidence) < 1e-12).all())}")

# %% [markdown]
# On more than two thirds of the way, whoever climbs the ELBO makes $\log p(x)$ worse. Where the gap is 0 the two curves
# *touch*: near a tight bound they rise and fall together.
#
# What one may say: the ELBO is a *guarantee*, $\log p(x)\ge\mathcal L$, whatever the gap. And if the gap is 0
# before a step (the E step of EM, lecture 3), then what $\mathcal L$ gains, $\log p(x)$ gains at least. It is the
# same slip as "$\log p(x)$ is constant": constant in $q$, yes; not in the decoder's parameters, and both are
# trained.
#
# **Story 5: a squared error hides a variance.** The report prints $p(x\mid\hat x)=e^{-|x-\hat x|^2}$.
#
# **Predict, then run.** What does this integrate to over one $x$? Which σ² makes it a Gaussian? And with a decoder of
# variance σ², of *which* ELBO is the β-VAE loss $|x-\hat x|^2+\beta\,\mathrm{KL}$ a multiple?

# %%
grid = np.linspace(-3, 3, 601)
printed = np.exp(-(grid**2))


def normal(variance):
    return np.exp(-(grid**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


compare("∫ exp(−x²) dx", np.trapezoid(printed, grid), "√π", np.sqrt(np.pi), atol=1e-4)
compare("largest |exp(−x²)/√π − N(0, ½)|", abs(printed / np.sqrt(np.pi) - normal(1 / 2)).max(), "0", 0)

sigma = np.geomspace(0.1, 3, 100)
_, (left, right) = plt.subplots(1, 2, figsize=(12, 4.4))
left.plot(grid, printed, label="exp(−x²), as printed: area √π")
left.plot(grid, normal(1 / 2), "--", label="N(0, ½)")
left.plot(grid, normal(1), ":", label="N(0, 1), with ½x²")
left.set(title="Which variance is in |x − x̂|²?", xlabel="x − x̂ (units of x)", ylabel="density (1 / unit of x)")
left.set(ylim=(0, 1.55))
left.legend(fontsize=11, loc="upper left")
for beta, style in ((1, "-"), (4, "--")):
    right.loglog(sigma, beta / (2 * sigma**2), style, label=f"printed β = {beta}")
right.axhline(1, color="black", linewidth=1)
right.plot(np.sqrt([1 / 2, 2]), [1, 1], "o", color="black", label="the plain ELBO")
right.set(title="The weight that the ELBO's KL really gets", xlabel="σ of the decoder", ylabel="β / 2σ²")
right.set_xticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
right.legend(fontsize=11)
plt.show()
for beta, variance in ((1, 1 / 2), (4, 2), (4, 1 / 2), (1, 0.01)):
    print(f"printed β = {beta}, decoder variance {variance:4.2f}: the ELBO's KL weighs {beta / (2 * variance):g}")

Errata(erratum for erratum in errata if erratum.section in ("4.2", "4.2.1"))

# %% [markdown]
# Divide $|x-\hat x|^2+\beta\,\mathrm{KL}$ by $2\sigma^2$: it is, up to a constant, the negative ELBO with weight
# $\beta/2\sigma^2$ on the KL. So a "β-VAE with β = 4" and σ² = 2 *is* the plain VAE, and a "plain" loss whose pixels
# deserve σ = 0.1 is a β-VAE of β = 50. A value of β says little unless σ², or the way the error is summed over
# pixels, is told with it (lectures 4 and 5). Dropping
# $\tfrac d2\log2\pi\sigma^2$ is harmless while σ is fixed, and fatal once σ is learnt.
#
# ## 11.5 Where slips sit, and of what kind
#
# | kind | meaning |
# |---|---|
# | wrong | as printed it is false, under any kind reading |
# | missing condition | true with something that is not said: a condition, a convention, half of an "iff" |
# | notation | what is meant is right and can be guessed; the symbols say something else |
# | wording | a word names another thing than the one meant |
#
# The sorting is ours, and a few could go elsewhere. (Sort them yourself before you look: the letters stand in the
# tables' order.)
#
# **Predict, then run.** Which section has the most? Which kind is the most frequent?

# %% tags=["picture"]
kinds = {"w": "wrong", "c": "missing condition", "n": "notation", "t": "wording"}
sorting = {"1": "cn", "2.1": "tt", "3": "ntncctccw", "4.1": "tw", "4.1.1": "cnctwnnnncwnwwwc", "4.2": "tnc"}
sorting |= {"4.2.1": "nnncwncnwwww"}
counts = Counter(erratum.section for erratum in errata)
assert {section: len(letters) for section, letters in sorting.items()} == dict(counts), "an erratum is not sorted yet"

_, axes = plt.subplots(figsize=(9.5, 4.6))
below = np.zeros(len(sorting))
print(f"{'':18s}" + "".join(f"{'§ ' + section:>9s}" for section in sorting) + f"{'all':>7s}")
for (letter, kind), hatch in zip(kinds.items(), ("", "//", "..", "xx"), strict=True):
    number = np.array([letters.count(letter) for letters in sorting.values()])
    axes.bar(list(sorting), number, bottom=below, label=kind, hatch=hatch, edgecolor="white")
    below += number
    print(f"{kind:18s}" + "".join(f"{k:9d}" for k in number) + f"{number.sum():7d}")
print(f"{'all':18s}" + "".join(f"{int(k):9d}" for k in below) + f"{int(below.sum()):7d}")
axes.set(title=f"{len(errata)} errata by section and kind", xlabel="section of the report", ylabel="number of errata")
axes.legend()
plt.show()
supported = [erratum for erratum in errata if erratum.evidence()]
print(f"entries whose print fails and whose correction holds, in numbers: {len(supported)} of {len(errata)}")

# %% [markdown]
# They sit where expectations are nested, in 4.1.1 and 4.2.1: it is the same everywhere, also in published papers.
# Sums and logarithms are checked by habit; *draws* are not. And about three quarters are not wrong but incomplete, or
# loosely said. None of them touches the report's conclusions: the bound is a bound, and the losses train.
#
# ## 11.6 A checklist
#
# For the next derivation that you read, or write. Each question would have caught an entry above.
#
# | | ask | it would have caught |
# |---|---|---|
# | 1 | **What is averaged over?** Write each $E$ with its draw, in order, and given what | the lemma; $E_xE_c$; $q(z)\sim Q$ |
# | 2 | **Which variables are free?** The same on both sides | $\sum_y$ for $\sum_{x,y}$ |
# | 3 | **Which way does the inequality go,** why, and when is it tight? | "omitting the KL"; the second $\ge$ |
# | 4 | **What is constant, in what?** In $q$, or in θ? | $\log p(x)$ is constant; $H(c)$ |
# | 5 | **Values or optimisers?** | $\max I=\min H(c\mid x)$; $I=\mathcal L_I$ |
# | 6 | **Units.** Is it a density? Does it sum to 1? Does every term scale if the base changes? | $e^{-\lvert x-\hat x\rvert^2}$; the lost logarithm |
# | 7 | **Special cases.** Independent, equal, determined, one outcome, $p=0$, XOR | $x^2$; $0\log0$; the rotation |
# | 8 | **Discrete or continuous?** $H\ge0$ and $I\le H$ are for discrete variables | $H(X\mid Y)=0$; λ |
# | 9 | **Is the converse needed?** | $\mathrm{KL}=0$ only if $p=q$ |
# | 10 | **One number.** A table of six probabilities tests a line in a minute | all of them |
#
# Number 6 is a physicist's habit, and works for information too: nats and bits are units. Change the base of the
# logarithm, and every term of a true line is multiplied by $1/\ln2=1.442695$. A term that is not had no logarithm.
# And number 7, on the same line: make $x$ independent of $c$, and nothing should be left.


# %%
def right_line(p_cx, base=None):
    return it.entropy(p_cx.sum(axis=1), base=base) - it.conditional_entropy(p_cx, base=base)


def printed_line(p_cx, base=None):
    return it.entropy(p_cx.sum(axis=1), base=base) + p_cx.sum()


alone = np.outer(weather.sum(axis=1), weather.sum(axis=0))  # the code leaves no trace in x
for name, line in {"H(c) − H(c|x)": right_line, "as printed": printed_line}.items():
    ratio, special = line(weather, base=2) / line(weather), line(alone)
    print(f"{name:14s} bits over nats {ratio:.6f} (1.442695?);  x independent of c: {special:z.6f} (0?)")

# %% [markdown]
# ### Exercise 3 ★★☆ · prove · useful · 15 minutes · state a conjecture, then settle it
#
# A false claim is often a true one that lost its condition. Find a statement in two to four variables that is *refuted*
# alone and *proved* given one equality. Return both as strings. Do not take the data processing inequality, nor the
# condition itself.
#
# <details><summary>Hint 1</summary>
#
# Start from one of the refuted claims above. When would it be true?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# Independence is `I(X;Y) = 0`, a function is `H(Y|X) = 0`, and a Markov chain is `I(X;Z|Y) = 0`.
#
# </details>


# %% tags=["exercise"]
def my_conjecture():
    """Two strings: the claim, and its condition."""
    ...


exercises.conjecture.check(my_conjecture)

# %% [markdown]
# ## What to remember
#
# - Ask of a sentence which kind it is: a claim for all distributions, a step, or a name. Each has its tool.
# - A Shannon-type proof is a sum of elemental inequalities with factors $\ge0$: a linear program finds it, exact
#   fractions make it a proof. Where there is none, a pmf may refute, or the claim stays open; with four variables,
#   open happens.
# - A thousand random inputs expose a false *equality* at once. For an *inequality* add the tight and the special cases.
# - "$=$" between two maxima may mean "has the same optimiser". Say so.
# - Most slips are draws, conditions and constants. XOR, the copy, $x^2$ and the rotation refute most false claims.
# - A counterexample is worth more than an objection, and a correction more than both.
#
# ## A final word
#
# Forty-six entries is a long list, and it is a compliment: only a text that says precisely what it means can be
# corrected so precisely. The report chose the right questions, followed them from $-\log p$ to two working models,
# and wrote down every step; that is why every step could be run. Read your own work like this before others do. And
# should you find slip number forty-seven, in the report or in these lectures, write it down with a number that shows
# it.
#
# The last word is the report's, and it stands: disentanglement is a promising future direction for explainable and
# interpretable machine learning.
