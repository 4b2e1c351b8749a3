"""The exercises of lecture 11, on reading the report."""

import numpy as np

import infotheory as it

from ..exercise import Experiment
from ..solutions import lecture_11 as solutions

# ---- 1: refute it twice


def _difference(p):
    """I(Y;Z|X) and I(Y;Z) of p[x, y, z]."""
    return it.conditional_mutual_information(np.moveaxis(p, 0, -1)), it.mutual_information(np.sum(p, axis=0))


def _judge_tables(result) -> str:
    if not isinstance(result, tuple | list) or len(result) != 2:
        return "expected two joint pmfs: `return more, less`."
    for name, relation, p in (("more", "<=", result[0]), ("less", ">=", result[1])):
        try:
            refuted = not it.Statement(f"I(X;Y,Z) {relation} I(X;Y) + I(X;Z)").holds(p)
        except (TypeError, ValueError) as error:
            return f"“{name}” is not a joint pmf of three variables: {error}"
        if not refuted:
            given_x, alone = _difference(np.asarray(p))
            side = "positive" if name == "more" else "negative"
            return (
                f"“{name}”: left minus right is I(Y;Z|X) − I(Y;Z) = {given_x:.6f} − {alone:.6f}. "
                f"It must be {side}: which of the two terms must be 0?"
            )
    return ""


def _success_tables(result) -> str:
    more, less = ("{:.6f} − {:.6f}".format(*_difference(np.asarray(p))) for p in result)
    return f"I(Y;Z|X) − I(Y;Z) is {more} nats for “more” and {less} nats for “less”."


def _swapped():
    return solutions.refuted_twice()[::-1]


refuted_twice = Experiment(
    task="two tables that refute the sum",
    answer=solutions.refuted_twice,
    judge=_judge_tables,
    success=_success_tables,
    slips={
        "It must be positive": _swapped,
        "It must be negative": lambda: (solutions.refuted_twice()[0],) * 2,
        "“more” is not a joint pmf of three variables": lambda: (np.zeros((2, 2, 2)), np.zeros((2, 2, 2))),
        "expected two joint pmfs": lambda: solutions.refuted_twice()[0],
    },
    hints=[
        "By the chain rule, left minus right is I(Y;Z|X) − I(Y;Z). Make one of the two terms 0.",
        "More: two fair coins, and whether they differ. Less: the same coin, three times.",
    ],
)

# ---- 2: find the slip, three times


def _chain(name, draw, *lines):
    return it.Derivation(name, "exercise 2", [it.Step(f"line {i}", *line) for i, line in enumerate(lines, 1)], draw)


def _draw_table(rng):
    p = rng.dirichlet(np.ones(6)).reshape(2, 3)
    return {"p": p, "p_y": p.sum(axis=0)}


def _draw_Q(rng):
    p = rng.dirichlet(np.ones(6)).reshape(2, 3)
    return {"p": p, "r": p / p.sum(axis=0), "Q": rng.dirichlet(np.ones(2), size=3).T, "H": it.entropy(p.sum(axis=1))}


def _draw_latent(rng):
    return {"z": rng.dirichlet(np.ones(2)), "x": rng.uniform(0.01, 1, 2), "q": rng.dirichlet(np.ones(2))}


CHAINS = [  # a reason tells why a line follows, or what is wrong with it
    _chain(
        "A",
        _draw_table,
        ("", lambda p, p_y: it.conditional_entropy(p), "it is the definition"),
        ("=", lambda p, p_y: -np.sum(p * np.log(p / p_y)), "p(x|y) = p(x,y)/p(y)"),
        ("=", lambda p, p_y: -np.sum(p * np.log(p)) - np.sum(p * np.log(p_y)), "the sign of the second sum"),
        ("=", lambda p, p_y: it.joint_entropy(p) + it.entropy(p_y), "both sums are entropies; it inherits an error"),
    ),
    _chain(
        "B",
        _draw_Q,
        ("", lambda p, r, Q, H: H - it.conditional_entropy(p), "it is the definition"),
        ("=", lambda p, r, Q, H: H + np.sum(p * np.log(r)), "it is the definition of H(c|x)"),
        ("=", lambda p, r, Q, H: H + np.sum(p * np.log(r / Q)) + np.sum(p * np.log(Q)), "p = (p/Q)·Q in the logarithm"),
        (">=", lambda p, r, Q, H: H + np.sum(p * np.log(Q)), "a mean KL, never negative, was left out"),
        ("=", lambda p, r, Q, H: H + p.sum(axis=1) @ np.log(Q) @ p.sum(axis=0), "c and x are drawn independently"),
    ),
    _chain(
        "C",
        _draw_latent,
        ("", lambda z, x, q: np.log(x @ z), "it is marginalisation"),
        ("=", lambda z, x, q: np.log(np.sum(q * (x * z / q))), "multiplied and divided by q(z)"),
        ("<=", lambda z, x, q: np.sum(q * np.log(x * z / q)), "Jensen's inequality, for the concave logarithm"),
        ("=", lambda z, x, q: q @ np.log(x) - it.kl_divergence(q, z), "p(x,z) = p(x|z) p(z), log of a product"),
    ),
]


def _judge_slips(result) -> str:
    if not isinstance(result, tuple | list) or len(result) != 3:
        return "expected three numbers, of one line in each chain: `return a, b, c`."
    for chain, line in zip(CHAINS, result, strict=True):
        if line not in range(1, len(chain.steps) + 1):
            return f"{chain.name} has lines 1 to {len(chain.steps)}; found {line!r}."
        if line != chain.check(1_000).failures[0].line:
            reason = chain.steps[line - 1].reason
            return f"{chain.name}: line {line} follows from the line above on 1,000 random inputs ({reason})."
    return ""


def _success_slips(result) -> str:
    lines = (f"{chain.name}{line}: {chain.steps[line - 1].reason}" for chain, line in zip(CHAINS, result, strict=True))
    return f"each fails on a random input. {'; '.join(lines)}."


slips = Experiment(
    task="the line that does not follow",
    answer=solutions.slips,
    judge=_judge_slips,
    success=_success_slips,
    slips={
        "both sums are entropies; it inherits an error": lambda: (4, 5, 3),
        "B: line 4 follows from the line above": lambda: (3, 4, 3),
        "C: line 4 follows from the line above": lambda: (3, 5, 4),
        "A has lines 1 to 4; found 0": lambda: (0, 5, 3),
        "expected three numbers": lambda: 3,
    },
    hints=[
        "Compute the lines on one table each: the weather for A and B, with Q = [[.6, .4, .2], [.4, .6, .8]].",
        "For C take p(z) = (½, ½), p(x|z) = (0.9, 0.1) and q = (0.7, 0.3).",
        "A line may be wrong and still follow from the line above it.",
        "One slip is a sign, one a direction, one a draw.",
    ],
)

# ---- 3: a conjecture and its condition


def _judge_conjecture(result) -> str:
    if not isinstance(result, tuple | list) or len(result) != 2 or not all(isinstance(text, str) for text in result):
        return "expected two strings, a statement and its condition: `return claim, condition`."
    claim, condition = result
    try:
        alone, repaired = it.Statement(claim).verdict(), it.Statement(claim, given=[condition]).verdict()
        restated = it.Statement(condition).form == it.Statement(claim).form
    except ValueError as error:
        return f"this cannot be read: {error}"
    if alone != "refuted":
        return f"alone it is {alone}: {'it needs no condition' if alone == 'proved' else 'simplify it'}."
    if repaired != "proved":
        return f"the condition does not repair it. With the condition:\n{repaired!r}"
    if restated:
        return "it is true, but the condition is the claim itself: find a different condition."
    return ""


conjecture = Experiment(
    task="a conjecture and its condition",
    answer=solutions.conjecture,
    judge=_judge_conjecture,
    success=lambda result: f"{result[0]} is refuted alone, and proved given {result[1]}.",
    slips={
        "alone it is proved: it needs no condition": lambda: ("I(X;Y,Z) >= I(X;Y)", "I(Y;Z) = 0"),
        "the condition does not repair it": lambda: ("I(X;Y,Z) >= I(X;Y) + I(X;Z)", "I(X;Y) = I(X;Z)"),
        "the condition is the claim itself": lambda: ("I(X;Y) = 0", "I(X;Y) = 0"),
        "this cannot be read": lambda: ("I(X;Y) >", "I(X;Y) = 0"),
        "expected two strings": lambda: "I(X;Y) = 0",
    },
    hints=[
        "Start from one of the refuted claims above. When would it be true?",
        "Independence is I(X;Y) = 0, a function is H(Y|X) = 0, and a Markov chain is I(X;Z|Y) = 0.",
    ],
)
