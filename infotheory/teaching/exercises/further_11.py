"""The exercises of further 11: a proof as a sum of rows, a claim refuted twice, and a conjecture with its condition."""

import numpy as np

from ..exercise import Experiment
from ..solutions import further_11 as solutions
from .judging_statements import (
    ROWS,
    judge_certificate,
    judge_conjecture,
    judge_tables,
    success_certificate,
    success_conjecture,
    success_tables,
)

# ---- 1: a certificate

certificate = Experiment(
    task="a proof as a sum of elemental inequalities",
    answer=solutions.certificate,
    judge=judge_certificate,
    success=success_certificate,
    arguments=({name: np.array(factors, float) for name, factors in ROWS.items()},),
    slips={
        "your rows sum to": lambda rows: {"I(X;Y|Z)": 1, "I(X;Z)": 1, "I(Y;Z)": 1},
        "is negative: that reverses the inequality": lambda rows: {"I(X;Y|Z)": 1, "I(X;Z)": -1},
        "is none of the nine elemental inequalities": lambda rows: {"I(X;Y,Z)": 1},
        "your rows sum to - H(Z) + H(X,Z)": lambda rows: {"I(Y;X|Z)": 1},
        "expected multipliers by name": lambda rows: [1, 1, 1],
    },
    hints=(
        "H(X,Y,Z) = H(X|Y,Z) + H(Y,Z). Subtract H(Y|X,Z) from H(Y|Z), and H(Z|X,Y) from H(Z).",
        "I(Z;X,Y) is not elemental. The chain rule splits it into two terms that are.",
    ),
)

# ---- 2: refute it twice


def _swapped():
    return solutions.refuted_twice()[::-1]


refuted_twice = Experiment(
    task="two tables that refute the sum",
    answer=solutions.refuted_twice,
    judge=judge_tables,
    success=success_tables,
    slips={
        "It must be positive": _swapped,
        "It must be negative": lambda: (solutions.refuted_twice()[0],) * 2,
        "“more” is not a joint pmf of three variables": lambda: (np.zeros((2, 2, 2)), np.zeros((2, 2, 2))),
        "expected two joint pmfs": lambda: solutions.refuted_twice()[0],
    },
    hints=(
        "By the chain rule, left minus right is I(Y;Z|X) − I(Y;Z). Make one of the two terms 0.",
        "More: take two fair coins and a bit that shows whether they differ. Less: take three copies of one coin.",
    ),
)

# ---- 3: a conjecture and its condition


conjecture = Experiment(
    task="a conjecture and its condition",
    answer=solutions.conjecture,
    judge=judge_conjecture,
    success=success_conjecture,
    slips={
        "alone it is proved: it needs no condition": lambda: ("I(X;Y,Z) >= I(X;Y)", "I(Y;Z) = 0"),
        "the condition does not repair it": lambda: ("I(X;Y,Z) >= I(X;Y) + I(X;Z)", "I(X;Y) = I(X;Z)"),
        "the condition is the claim itself": lambda: ("I(X;Y) = 0", "I(X;Y) = 0"),
        "condition is the claim itself: find": lambda: ("H(X) <= H(Y)", "2 H(Y) = 2 H(X)"),
        "the condition makes X constant": lambda: ("H(X) = 0", "H(X,Y) = 0"),
        "it is the data processing inequality": lambda: ("2 I(A;C) <= 2 I(A;B)", "A -> B -> C"),
        "it is the example above the exercise": lambda: ("I(A;B) <= I(C;A) + I(C;B)", "I(A;B|C) = 0"),
        "this cannot be read": lambda: ("I(X;Y) >", "I(X;Y) = 0"),
        "expected two strings": lambda: "I(X;Y) = 0",
    },
    hints=(
        "Start from one of the refuted claims of the notebook. When would it be true?",
        "Independence is I(X;Y) = 0, a function is H(Y|X) = 0, and a Markov chain is I(X;Z|Y) = 0.",
    ),
)
