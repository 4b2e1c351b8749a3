# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Further 11 · The prover
#
# **How can a computer prove a statement about *all* distributions?** It cannot try all of them. Each row of the table
# is an expression in the joint entropies of three variables. The first nine rows are known to be at least 0, whatever
# the distribution. The last row is the difference of the two sides of Han's inequality. It is a sum of the three
# framed rows with positive factors. Why is this a proof? How are the factors found? And is every true inequality such
# a sum?

# %% tags=["hide-input", "picture"] jupyter={"source_hidden": true}
from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

import infotheory as it
from infotheory.explore import ConjectureExplorer
from infotheory.teaching import compare
from infotheory.teaching.exercises import further_11 as exercises
from infotheory.teaching.figures import further_11 as figures

figures.opening()

# %% [markdown]
# After this notebook you can
#
# - write an inequality between entropies as a row, and prove it as a sum of elemental inequalities;
# - state what a verdict of the prover means: proved, refuted or open;
# - explain why a counterexample can be decided exactly;
# - explain the copy by which Zhang and Yeung proved an inequality that is not such a sum.
#
# | | |
# |---|---|
# | Needs | [lecture 1](../01_entropy.ipynb), [lecture 2](../02_mutual_information_and_kl.ipynb); [lecture 11](../11_reading_the_report.ipynb) uses the prover |
# | Time | 32 minutes to read, 45 for the exercises; half a minute to run |
# | Report | section 3 states properties of entropies; lecture 11 lists those that this prover proves |
# | Sources | Yeung 1997, Zhang & Yeung 1998, Matúš 2007; full list at the end |
#
# ## F11.1 An inequality is a row (6 minutes)
#
# **Han's inequality** (Han 1978) states that two of three variables have, on average, at least two thirds of the entropy of
# all three:
#
# $$H(X,Y,Z)\;\le\;\tfrac12\big[H(X,Y)+H(X,Z)+H(Y,Z)\big].\qquad(1)$$
#
# Every linear expression in entropies and informations of three variables is a row of seven factors, one for each joint
# entropy. Two identities suffice:
#
# $$I(X;Y\mid Z)=H(X,Z)+H(Y,Z)-H(Z)-H(X,Y,Z),\qquad H(X\mid Z)=I(X;X\mid Z).\qquad(2)$$
#
# The **elemental inequalities** state that $H(X_i\mid\text{all others})\ge0$ and $I(X_i;X_j\mid K)\ge0$ for every
# group $K$ of other variables. With three variables there are nine of them. A sum of nonnegative numbers with factors
# $\ge0$ is nonnegative. If the row of the goal is such a sum of the nine rows, the goal is therefore proved for
# *every* joint pmf. The next cell computes the nine rows.

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
print(f"{'':10s}", *(f"{group:>4s}" for group in groups))
for name, row in elemental.items():
    print(f"{name:10s}", *(f"{factor:4d}" for factor in row))

# %% [markdown]
# ### Exercise 1 ★★☆ · prove · essential · 20 minutes · a proof as a sum of rows
#
# Prove $H(X\mid Y,Z)+H(Y\mid X,Z)+H(Z\mid X,Y)\le H(X,Y,Z)$ by hand. Return a dict {name of an elemental inequality:
# factor}, such that the sum of these rows is the row of right minus left. The function receives `rows`, the nine rows
# of the cell above by their names. The check adds your rows in exact fractions.
#
# <details><summary>Hint 1</summary>
#
# Begin with $H(X,Y,Z)=H(X\mid Y,Z)+H(Y,Z)$. Subtract $H(Y\mid X,Z)$ from $H(Y\mid Z)$.
#
# </details>
# <details><summary>Hint 2</summary>
#
# $I(Z;X,Y)$ is not elemental. The chain rule splits it into two terms that are.
#
# </details>


# %% tags=["exercise"]
def my_certificate(rows):
    """A dict such as {"I(X;Y)": 1, …}."""
    ...


exercises.certificate.check(my_certificate)

# %% [markdown]
# ## F11.2 A linear program finds the factors (5 minutes)
#
# Yeung (1997) formulated the search for the factors $\lambda$ as a **linear program**. It finds $\lambda\ge0$ with
# $\lambda^\top R=g$, where $R$ contains the elemental rows and $g$ is the goal. The program computes in floating
# point, and "equal up to rounding" is not a proof. So the factors are converted to fractions, and the rows are added
# again, exactly.

# %%
rows = np.array(list(elemental.values()))
goal = np.array([0, 0, 0, 1 / 2, 1 / 2, 1 / 2, -1])  # right minus left of (1)
program = linprog(np.ones(9), A_eq=rows.T, b_eq=goal, bounds=(0, None), method="highs-ds")
factors = [Fraction(factor).limit_denominator(100) for factor in program.x]
for name, factor in zip(elemental, factors, strict=True):
    if factor:
        print(f"{factor} × {name} ≥ 0")
total = [sum(factor * int(entry) for factor, entry in zip(factors, column, strict=True)) for column in rows.T]
assert total == [Fraction(entry) for entry in goal]  # exactly
terms = [f"{factor} × H({group})" for factor, group in zip(total, groups, strict=True) if factor]
print("sum:", ", ".join(terms))

# %% [markdown]
# The package does the same for up to five variables and for conditions. It prints each line also in joint entropies,
# where you can add the columns by hand. The method `verify` checks a certificate by adding its lines again.
# **Predict, then run.** Which of these certificates does it accept: the proof, the proof without its first line, or
# its lines for a false statement?

# %%
han = it.Statement("H(X,Y,Z) <= 1/2 H(X,Y) + 1/2 H(X,Z) + 1/2 H(Y,Z)")
proof = han.prove()
print(proof, end="\n\n")
one_line_less = replace(proof, parts=(proof.parts[0][1:],))
too_strong = replace(proof, statement=it.Statement("H(X,Y,Z) <= 1/3 H(X,Y) + 1/3 H(X,Z) + 1/3 H(Y,Z)"))
for name, each in {"the proof": proof, "a line less": one_line_less, "a false statement": too_strong}.items():
    print(f"{name:18s}{'accepted' if each.verify() else 'refused'}")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Only the first is accepted. The sums of the other two do not equal their goals.
# </details>
#
# ## F11.3 Refuted by a table (7 minutes)
#
# **Predict, then run.** Which of these six conjectures are false? The prover prints a joint pmf for each false one. Check
# one of them by hand.

# %%
conjectures = ("I(X;Y|Z) <= I(X;Y)", "I(X;Y|Z) >= I(X;Y)", "I(X;Y,Z) = I(X;Y) + I(X;Z)", "H(X|Y) = H(Y|X)",
               "H(X,Y) = H(X) + H(Y)", "I(X;Y|Z) <= I(X;Y) + H(Z)")  # fmt: skip
for claim in conjectures:
    print(repr(it.Statement(claim).verdict()), end="\n\n")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Only the last one is true: a third variable raises the mutual information by at most its own entropy. The two examples of
# lecture 2 appear again. In XOR a third variable creates dependence, and in the copy it removes dependence. They refute
# most false claims about three variables.
# </details>
#
# **The search.** A counterexample must be found before it can be checked. The prover searches three sets:
#
# - linear functions of three fair coins, or of two fair three-sided dice. Linear functions of coins are sums modulo 2
#   of some of them ($F_2=\{0,1\}$ with this sum; $F_2^3$ contains the outcomes of three coins). Their entropies are
#   *ranks*, numbers of independent sums, times $\log2$, or $\log3$ for dice (modulo 3, $F_3^2$). XOR is one of them;
# - all functions of a random point among four, whose probabilities are multiples of 1/16, 1/20 or 1/24;
# - pmfs that gradient descent finds from random starts. The pmf is a softmax, and the loss is the left side minus the
#   right. If there are conditions, the search first tries random networks that satisfy them.
#
# The candidates are found in floating point, so a counterexample that is smaller than the rounding errors is missed.
# **Each candidate is then decided exactly.** If all probabilities are fractions, an expression in entropies is a sum
# of rational multiples of logarithms of integers. It equals $\log\prod_ip_i^{a_i}$ with primes $p_i$ and rational
# exponents. It is 0 if and only if all exponents are 0, since the factorisation into primes is unique.

# %% [markdown]
# ### Exercise 2 ★★☆ · do · essential · 10 minutes · refute it twice
#
# "The information of $Y$ and $Z$ together about $X$ is the sum of their separate informations." This claim,
# $I(X;Y,Z)=I(X;Y)+I(X;Z)$, is false in both directions. Return two joint pmfs of three bits, `p[x, y, z]`. In `more` the
# pair has *more* information than the sum, and in `less` it has *less*.
#
# <details><summary>Hint 1</summary>
#
# By the chain rule, left minus right is $I(X;Z\mid Y)-I(X;Z)$. It is also $I(Y;Z\mid X)-I(Y;Z)$. Make one of the two
# terms 0.
#
# </details>
# <details><summary>Hint 2</summary>
#
# For `more`, take two fair coins and a bit that shows whether they differ. For `less`, take three copies of one coin.
#
# </details>


# %% tags=["exercise"]
def my_refuted_twice():
    """Two arrays p[x, y, z] of shape (2, 2, 2): more, less."""
    ...


exercises.refuted_twice.check(my_refuted_twice)

# %% [markdown]
# ## F11.4 Open: an inequality that is not a sum (9 minutes)
#
# With up to three variables, all linear inequalities for entropies are sums of the elemental ones. Without conditions,
# each claim then has a proof or a counterexample. With four variables, this is no longer true.
#
# **Ranks.** Ingleton (1971) proved an inequality for the ranks of subspaces. It holds for linear functions of coins
# and dice, but not for all variables. Four points with the labels $(a,b,c,d)$ violate it. We vary their
# probabilities, and compare with the inequality of Zhang and Yeung (1998), which holds for *all* distributions.

# %%
ingleton = it.Statement("I(A;B) <= I(A;B|C) + I(A;B|D) + I(C;D)")
zhang_yeung_ab = it.Statement("2 I(A;B) <= I(C;D) + I(C;A,B) + 3 I(A;B|C) + I(A;B|D)")
t = np.linspace(0.01, 0.49, 97)
four_points = np.zeros((97, 2, 2, 2, 2))
four_points[:, 0, 0, 0, 0] = four_points[:, 0, 0, 1, 1] = 1 / 2 - t
four_points[:, 0, 1, 0, 1] = four_points[:, 1, 0, 1, 0] = t
statements = {"Ingleton": ingleton, "Zhang and Yeung": zhang_yeung_ab}
curves = {name: -statement.residual(four_points) for name, statement in statements.items()}
figures.slacks(t, curves)
for name, slack in curves.items():
    print(f"{name:16s} smallest right − left: {slack.min():9.6f} nats, at t = {t[slack.argmin()]:.3f}")

# %% [markdown]
# **A non-Shannon inequality.** The inequality of Zhang and Yeung is *not* a sum of elemental ones. It was the first
# *unconditional* **non-Shannon inequality**; in 1997 they had found one under conditions. Matúš (2007) proved that
# with four variables no finite list of linear inequalities is enough. So no prover of this kind is complete. For a
# non-Shannon inequality its verdict is *open*. This is a statement about the prover, not about the inequality. The
# verdict lists the sets that were searched. The cell uses the inequality with $(A,B)$ and $(C,D)$ exchanged, and its
# second form (Hammer et al. 2000):
#
# $$I(C;D)\le2\,I(C;D\mid A)+I(A;C\mid D)+I(A;D\mid C)+I(C;D\mid B)+I(A;B).\qquad(3)$$
#
# Without the second term on the right side of (3), four points refute it.

# %%
zhang_yeung = "2 I(C;D) <= I(A;B) + I(A;C,D) + 3 I(C;D|A) + I(C;D|B)"
print(repr(it.Statement(zhang_yeung).verdict()), end="\n\n")
other_form = it.Statement("I(C;D) <= 2 I(C;D|A) + I(A;C|D) + I(A;D|C) + I(C;D|B) + I(A;B)")
assert other_form.form == it.Statement(zhang_yeung).form  # the same sum of joint entropies
print(repr(it.Statement(other_form.text.replace("I(A;C|D) + ", "")).verdict()))

# %% [markdown]
# **The copy.** Zhang and Yeung introduce a fifth variable that always exists. The **copy** $E$ of $A$ is a new draw
# from $p(a\mid c,d)$. Then $(E,C,D)$ has the same distribution as $(A,C,D)$, and given $C,D$ it is independent of $A$
# and $B$. Such an $E$ exists for *every* $p(a,b,c,d)$, and the inequality does not contain it. If the inequality
# holds with the copy, it therefore always holds.
#
# **Predict, then run.** With the copy, is the inequality a sum of elemental inequalities in *five* variables?

# %%
copy = ["H(E) = H(A)", "H(E,C) = H(A,C)", "H(E,D) = H(A,D)", "H(E,C,D) = H(A,C,D)", "I(E;A,B|C,D) = 0"]
elemental_of_five = 5 + 10 * 2**3  # H(X_i|all others), and I(X_i;X_j|K) of ten pairs with eight groups K
with_copy = it.Statement(zhang_yeung, given=copy).prove()
assert with_copy.verify()  # the lines sum to the goal, in exact fractions
print(f"proved from {elemental_of_five} elemental inequalities and {len(copy)} conditions")
# %%
rng = np.random.default_rng(0)
p_abcd = rng.dirichlet(np.ones(16)).reshape(2, 2, 2, 2)
a_given_cd = p_abcd.sum(axis=1) / p_abcd.sum(axis=(0, 1))  # p(a|c,d), [a, c, d]
p_abcde = np.einsum("abcd,ecd->abcde", p_abcd, a_given_cd)
difference = p_abcde.sum(axis=(0, 1)) - np.moveaxis(p_abcd.sum(axis=1), 0, -1)  # p(c,d,e) − p(c,d,a)
print(f"a random pmf and its copy: largest |p(e,c,d) − p(a,c,d)| = {abs(difference).max():.6f}")
grouped = p_abcde.transpose(0, 1, 4, 2, 3).reshape(4, 2, 4)  # (a,b), e, (c,d)
compare("I(A,B;E|C,D)", it.conditional_mutual_information(grouped), "0", 0)

# %% [markdown]
# <details><summary>Explanation</summary>
#
# Yes, it is such a sum. A linear program finds the lines in a few milliseconds. The idea of the copy came from Zhang
# and Yeung, and the program would not have found it. `print(with_copy)` shows the lines.
# </details>
#
# ## F11.5 All verdicts, and yours (5 minutes)
#
# A condition can turn *refuted* into *proved*. A condition is an equation or a Markov chain, `X -> Y -> Z`. Use any
# names for up to five variables, and factors as in `2 H(A)`. Change the last two lines and run.

# %%
markov = ["X -> Y -> Z"]
table = [
    it.Statement("H(X1,X2,X3,X4) = H(X1) + H(X2|X1) + H(X3|X1,X2) + H(X4|X1,X2,X3)"),
    it.Statement("I(X;Y1,Y2,Y3) = I(X;Y1) + I(X;Y2|Y1) + I(X;Y3|Y1,Y2)"),
    it.Statement("I(X;Z) <= I(X;Y)", given=markov), it.Statement("I(X;Y|Z) <= I(X;Y)", given=markov),
    it.Statement("H(A,C) + H(B,C) >= H(A,B,C) + H(C)"), han, *(it.Statement(claim) for claim in conjectures),
    it.Statement(zhang_yeung), it.Statement(zhang_yeung, given=copy),
    it.Statement("H(X|Z) <= H(X|Y) + H(Y|Z)"),  # yours
    it.Statement("I(X;Y) <= I(X;Z) + I(Y;Z)"),  # yours
]  # fmt: skip
words = ["proved", "refuted", "open"]
for statement in sorted(table, key=lambda statement: words.index(statement.verdict())):
    print(f"{statement.verdict():8s} {statement.text}{'   given ' if statement.given else ''}", end="")
    print(", ".join(line.text for line in statement.given))

# %% [markdown]
# **Predict, then type.** Is the last claim true if $X$ and $Y$ are independent given $Z$? Enter `I(X;Y|Z) = 0` as a
# condition.

# %%
ConjectureExplorer("I(X;Y) <= I(X;Z) + I(Y;Z)")

# %% [markdown]
# <details><summary>Explanation</summary>
#
# It is proved. Given the condition, $X\to Z\to Y$ is a Markov chain, and by data processing $I(X;Y)\le I(X;Z)$.
# </details>
#
# **Discrete variables only.** The elemental inequality $H(X_i\mid\text{all others})\ge0$ is false for differential
# entropy, so a proof that uses it does not hold for densities ([further/02](02_estimation.ipynb)). A proof that uses
# only rows $I(X_i;X_j\mid K)\ge0$ also holds for densities with finite entropies.

# %% [markdown]
# ### Exercise 3 ★★☆ · do · useful · 15 minutes · state a conjecture, then settle it
#
# A false claim often becomes true under a condition. Find a statement in two to four variables that is *refuted*
# alone and *proved* given one equality. Return both as texts. Do not use the data processing inequality, the example
# above, the condition itself, or a condition that makes a variable constant.
#
# <details><summary>Hint 1</summary>
#
# Start from one of the refuted claims above. When would it be true?
#
# </details>
# <details><summary>Hint 2</summary>
#
# Independence is `I(X;Y) = 0`, a function is `H(Y|X) = 0`, and a Markov chain is `I(X;Z|Y) = 0`.
#
# </details>


# %% tags=["exercise"]
def my_conjecture():
    """Two texts: the claim, and its condition."""
    ...


exercises.conjecture.check(my_conjecture)

# %% [markdown]
# ## Summary
#
# > - A linear expression in entropies is a row of factors. A Shannon-type proof is a sum of elemental rows with factors
# >   $\ge0$.
# > - A linear program finds the factors, and exact fractions make them a proof.
# > - A counterexample with rational probabilities is decided exactly, by prime factors.
# > - With four variables there are true inequalities that are not such sums. The copy proves one of them, and its
# >   verdict without the copy is *open*.
#
# **You can now** prove an inequality as a sum of rows, read the three verdicts, explain how a counterexample is decided,
# and explain the copy.
#
# **Sources.** R. W. Yeung 1997, *A framework for linear information inequalities*, IEEE Trans. Inf. Theory 43 · Z.
# Zhang, R. W. Yeung 1997, *A non-Shannon-type conditional inequality of information quantities*, IEEE Trans. Inf.
# Theory 43(6) · Z. Zhang, R. W. Yeung 1998, *On characterization of entropy function via information inequalities*,
# IEEE Trans. Inf. Theory 44(4) · F. Matúš 2007, *Infinitely many information inequalities*, IEEE International
# Symposium on Information Theory · D. Hammer, A. Romashchenko, A. Shen, N. Vereshchagin 2000, *Inequalities for
# Shannon entropy and Kolmogorov complexity*, Journal of Computer and System Sciences 60 · A. Ingleton 1971,
# *Representation of matroids*, in: Combinatorial Mathematics and its Applications · T. S. Han 1978, *Nonnegative
# entropy measures of multivariate symmetric correlations*, Information and Control 36
#
# **Further reading.** ★☆☆ T. Cover, J. Thomas 2006, *Elements of Information Theory*, section 17.6, on Han's inequality.
# ★★☆ Yeung (1997). ★★★ Zhang & Yeung (1998), sections I to III.
#
# **Next.** [Facts used](12_facts_used.ipynb) proves the facts that the lectures cite.
