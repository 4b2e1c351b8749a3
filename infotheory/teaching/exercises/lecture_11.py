"""The exercises of lecture 11: three slips, a page to review, a proof, the best of k runs, and a false claim."""

from dataclasses import replace
from math import comb

import numpy as np

import infotheory as it

from ..exercise import Exercise, Experiment, ProofExercise
from ..solutions import lecture_11 as solutions
from . import judging_report as judge

# ---- 1: find the slip, three times


slips = Experiment(
    task="the line that does not follow",
    answer=solutions.slips,
    judge=judge.judge_slips,
    success=judge.success_slips,
    slips={
        "both sums are entropies; it inherits an error": lambda: (4, 5, 3),
        "B: line 4 follows from the line above": lambda: (3, 4, 3),
        "C: line 4 follows from the line above": lambda: (3, 5, 4),
        "A has lines 1 to 4; found 0": lambda: (0, 5, 3),
        "expected three numbers": lambda: 3,
    },
    hints=(
        "Compute the lines on one table each: the weather for A and B, with Q = [[.6, .4, .2], [.4, .6, .8]].",
        "For C take p(z) = (½, ½), p(x|z) = (0.9, 0.1) and q = (0.7, 0.3).",
        "A line may be wrong and still follow from the line above it.",
        "One slip is a wrong sign, one is a wrong direction of an inequality, and one is a wrong draw.",
    ),
)

# ---- 2: review a page


def _noisy_sum() -> np.ndarray:
    """x states how many of two bits are 1, so that each latent alone carries information too."""
    p = np.zeros((2, 2, 3))
    for z_1, z_2 in np.ndindex(2, 2):
        p[z_1, z_2, z_1 + z_2] = 1 / 4
    return p


page = Experiment(
    task="the page under review",
    answer=solutions.page,
    judge=judge.judge_page,
    success=judge.success_page,
    slips={
        "line 3 follows": lambda: (3, solutions.page()[1]),
        "line 7 follows": lambda: (7, solutions.page()[1]),
        "the page assumes independent latents": lambda: (6, np.eye(2)[:, :, None] * np.eye(2) / 2),
        "the conclusion is not refuted yet": lambda: (6, _noisy_sum()),
        "expected a joint pmf p[z1, z2, x]": lambda: (6, np.full((2, 2), 0.25)),
        "expected the number of a line": lambda: 6,
    },
    hints=(
        "Which lines are chain rules? They hold for every pmf. Which line uses the assumption?",
        "Independent variables can become dependent once a third variable is known. Which table of lecture 2 shows it?",
    ),
)

# ---- 3: a proof


def _draw_lemma(rng):
    """p(x, y), the product of its marginals and f; in one draw of four, all inequalities are nearly tight."""
    p, f = rng.dirichlet(np.ones(6)).reshape(2, 3), rng.normal(size=(2, 3))
    if rng.random() < 0.25:  # weak dependence, with p/apart = 1 ± ε and f of the same signs
        f = np.array([[1.0, -1.0, -1.0], [-1.0, 1.0, 1.0]])
        p = np.outer([0.5, 0.5], [0.5, 0.25, 0.25]) * (1 + rng.uniform(0.05, 0.2) * f)
    return {"p": p, "apart": np.outer(p.sum(axis=1), p.sum(axis=0)), "f": f}


def _ends(p, apart, f):
    x_given_y = p / p.sum(axis=0)  # E f(x,y) as a mean over y of a mean over x
    first = abs(p.sum(axis=0) @ np.sum((x_given_y - p.sum(axis=1, keepdims=True)) * f, axis=0))
    return first, abs(f).max() * np.sqrt(2 * it.kl_divergence(p, apart, axis=(0, 1)))


def _with_line(line, **changed):
    """The right proof with one line changed."""
    steps = solutions.error_of_the_lemma()
    steps[line - 1] = replace(steps[line - 1], **changed)
    return steps


error_of_the_lemma = ProofExercise(
    task="the error of the printed lemma",
    answer=solutions.error_of_the_lemma,
    draw=_draw_lemma,
    ends=_ends,
    claim="<=",
    least=5,
    slips={
        "expected 5 or more": lambda: solutions.error_of_the_lemma()[::6],
        "not every line follows": lambda: _with_line(6, value=lambda p, apart, f: abs(f).max() * np.sqrt(
            it.mutual_information(p) / 2)),
        "line 6 fails": lambda: _with_line(6, value=lambda p, apart, f: 0.99 * abs(f).max() * np.sqrt(
            2 * it.kl_divergence(p, apart, axis=(0, 1)))),
        "line 3 has no reason": lambda: _with_line(3, reason=" "),
        "your last line gives": lambda: solutions.error_of_the_lemma()[:5],
    },
    hints=(
        "Both means are sums over the same f with different weights. Join them, and take the absolute value inside.",
        "Σ |p(x,y) - p(x)p(y)| is twice a total variation. Pinsker: TV ≤ √(KL/2). Both take axis=(0, 1).",
    ),
)  # fmt: skip

# ---- 4: the best of k runs


def _weighted(scores, k, shift=0, total=None):
    """The sum over the places of the scores; `shift` moves the number of scores below, `total` replaces C(n, k)."""
    n = len(scores)
    return float(sum(comb(i + shift, k - 1) * s for i, s in enumerate(scores)) / (total or comb(n, k)))


def _with_replacement(scores, k):
    shares = (np.arange(len(scores) + 1) / len(scores)) ** k
    return float(np.diff(shares) @ np.sort(scores))


best_of = Exercise(
    task="the expected best of k runs",
    answer=solutions.best_of,
    cases=[([0.362, 0.368, 0.179], 2), ([0.264, 0.284, 0.279, 0.262, 0.24], 1), ([0.5, 0.1, 0.3, 0.3], 4),
           *((np.random.default_rng(k).random(7).round(2).tolist(), k) for k in (2, 3, 5))],
    others=[([0.7, 0.1, 0.4, 0.4], 2), ([0.2, 0.9, 0.5], 3)],
    slips={
        "You choose with replacement: a run may then be chosen twice, and the mean is too low.": _with_replacement,
        "Your scores are not sorted: the place of a score must be its rank.": _weighted,
        "Divide by the number of subsets, C(n, k).": lambda scores, k: _weighted(np.sort(scores), k, total=1),
        "Off by one: the k − 1 other scores lie among those below, without the score itself.": lambda scores, k: (
            _weighted(np.sort(scores), k, shift=1)
        ),
        "That is the best of all runs, whatever k is.": lambda scores, k: float(np.max(scores)),
        "That is the mean of the k best runs: average the best of each subset.": lambda scores, k: (
            float(np.sort(scores)[-k:].mean())
        ),
        "That is the mean of one run: for k > 1 the best of k is larger.": lambda scores, k: float(np.mean(scores)),
    },
    hints=(
        "For few runs, itertools.combinations(scores, k) lists all subsets.",
        "After sorting, in how many subsets of k is the score at place i the largest?",
    ),
)  # fmt: skip

# ---- 5: a false claim that random tables accept

rarely_refuted = Experiment(
    task="false, and not refuted by a thousand tables",
    answer=solutions.rarely_refuted,
    judge=judge.judge_claim,
    success=judge.success_claim,
    slips={
        "a claim is needed that is false": lambda: "I(X;Y|Z) <= H(X|Z)",
        "random tables refute": lambda: "I(X;Y) <= 1/4 H(X)",
        "is `I(X;Y) <= 1/2 H(X)` of section 11.2": lambda: "I(X;Y) <= H(X|Y)",
        "is `H(X) <= 2 H(Y)` of section 11.2": lambda: "1/2 H(B) <= H(A)",
        "is `H(X|Y,Z) >= 1/2 H(X|Y)` of section 11.2": lambda: "H(X|Z,Y) >= 1/2 H(X|Z)",
        "this cannot be read": lambda: "I(X;Y) <=",
        "expected a claim as text": lambda: 3,
        "expected two or three": lambda: "I(A;B|C,D) <= H(A|B)",
    },
    hints=(
        "Random tables have little dependence and much noise. Which claims fail only for strong dependence?",
        "Compare an information with a conditional entropy. If X is a copy of Y, the second one is 0.",
        "With two variables, I(X;Y) <= H(X|Y) is a claim of 11.2, rearranged. Put a third variable into one side.",
    ),
)
