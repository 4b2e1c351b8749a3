"""Judges of lecture 11: three chains with a slip each, a page with an error, and a claim that random tables accept."""

from itertools import permutations

import numpy as np

import infotheory as it

from .judging_statements import goal, renamed

# ---- chains


def _chain(name, draw, *lines):
    return it.Derivation(name, "exercise 1", [it.Step(f"line {i}", *line) for i, line in enumerate(lines, 1)], draw)


def _draw_table(rng):
    p = rng.dirichlet(np.ones(6)).reshape(2, 3)
    return {"p": p, "p_y": p.sum(axis=0)}


def _draw_Q(rng):
    p = rng.dirichlet(np.ones(6)).reshape(2, 3)
    return {"p": p, "r": p / p.sum(axis=0), "Q": rng.dirichlet(np.ones(2), size=3).T, "H": it.entropy(p.sum(axis=1))}


def _draw_latent(rng):
    return {"z": rng.dirichlet(np.ones(2)), "x": rng.uniform(0.01, 1, 2), "q": rng.dirichlet(np.ones(2))}


CHAINS = [  # a reason states why a line follows, or what is wrong with it
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


def judge_slips(result) -> str:
    if np.shape(result) != (3,):
        return "expected three numbers, of one line in each chain: `return a, b, c`."
    for chain, line in zip(CHAINS, result, strict=True):
        if line not in range(1, len(chain.steps) + 1):
            return f"{chain.name} has lines 1 to {len(chain.steps)}; found {line!r}."
        if line != chain.check(1_000).failures[0].line:
            reason = chain.steps[int(line) - 1].reason
            return f"{chain.name}: line {int(line)} follows from the line above on 1,000 random inputs ({reason})."
    return ""


def success_slips(result) -> str:
    lines = [f"{chain.name}{int(n)}: {chain.steps[int(n) - 1].reason}" for chain, n in zip(CHAINS, result, strict=True)]
    return f"each fails on a random input. {'; '.join(lines)}."


# ---- a page

RELATIONS = ("", "=", "=", "=", "=", "=", "<=")  # of each line of the page to the line above


def lines_of_the_page(p: np.ndarray) -> list[float]:
    """The seven lines of the page at p[z1, z2, x]; the value of a line is that of its formula."""
    H = {"1": it.entropy(p.sum(axis=(1, 2))), "2": it.entropy(p.sum(axis=(0, 2)))}
    I_1, I_2, I_12 = (it.mutual_information(p.sum(axis=axis)) for axis in (1, 0, 2))
    both = it.mutual_information(p.reshape(-1, p.shape[2]))
    second_given_first = it.conditional_mutual_information(np.moveaxis(p, 0, -1))
    second_of_pair = it.mutual_information(np.moveaxis(p, 1, 0).reshape(p.shape[1], -1))  # I(z2; x, z1)
    given_image = it.conditional_mutual_information(p)
    return [
        both, I_1 + second_given_first, I_1 + second_of_pair - I_12, I_1 + second_of_pair, I_1 + I_2 + given_image,
        I_1 + I_2, H["1"] + H["2"],
    ]  # fmt: skip


def judge_page(result) -> str:
    if not isinstance(result, tuple | list) or len(result) != 2:
        return "expected the number of a line and a joint pmf p[z1, z2, x]: `return line, p`."
    line, p = result
    if not isinstance(line, int | np.integer) or line not in range(2, 8):
        return f"found line {line!r}, expected one of the lines 2 to 7."
    p = np.asarray(p, float)
    if p.ndim != 3 or not np.isfinite(p).all() or (p < 0).any() or abs(p.sum() - 1) > 1e-9:
        return f"found an array of shape {p.shape} with sum {p.sum():.6g}, expected a joint pmf p[z1, z2, x]."
    if (shared := it.mutual_information(p.sum(axis=2))) > 1e-9:
        return f"the page assumes independent latents, but in your table I(z1;z2) = {shared:.6f} nats."
    values = lines_of_the_page(p)
    above, value = values[line - 2], values[line - 1]
    if value >= above - 1e-9 if RELATIONS[line - 1] == "<=" else abs(value - above) < 1e-9:
        return f"at your table line {line - 1} is {above:.6f} and line {line} is {value:.6f} nats: line {line} follows."
    alone = [it.mutual_information(p.sum(axis=axis)) for axis in (1, 0)]
    if max(alone) > 1e-9 or values[0] < 0.5:
        return (
            f"line {line} fails, but the conclusion is not refuted yet: I(x;z1) = {alone[0]:.6f}, I(x;z2) = "
            f"{alone[1]:.6f} and I(x;z1,z2) = {values[0]:.6f} nats, expected 0, 0 and at least 0.5."
        )
    return ""


def success_page(result) -> str:
    values = lines_of_the_page(np.asarray(result[1], float))
    return (
        f"line {result[0]} fails at your table, {values[result[0] - 2]:.6f} against {values[result[0] - 1]:.6f} nats. "
        f"Each latent alone carries 0 nats about x, and both carry {values[0]:.6f}."
    )


# ---- a claim

TABLES = 1_000
SHOWN = (  # the claims of section 11.2
    "H(X|Y) = H(Y|X)", "I(X;Y,Z) = I(X;Y) + I(X;Z)", "I(X;Y|Z) >= I(X;Y)", "I(X;Y) <= 1/2 H(X)", "H(X) <= 2 H(Y)",
    "H(X|Y,Z) >= 1/2 H(X|Y)", "H(X|Z) <= H(X|Y) + H(Y|Z)", "H(X,Y) <= H(X) + H(Y)",
)  # fmt: skip


def broken(statement, seed: int = 11) -> int:
    """How many of 1,000 random tables, with three values for each variable, violate the statement."""
    n = len(statement.variables)
    tables = np.random.default_rng(seed).dirichlet(np.ones(3**n), size=TABLES).reshape(-1, *[3] * n)
    return sum(not statement.holds(table) for table in tables)


def shown_as(statement) -> str:
    """The claim of section 11.2 that the statement is, after renaming its variables and up to a factor; or ""."""
    found = goal(statement.form, statement.line.relation)
    for text in SHOWN:
        other = it.Statement(text)
        if len(other.variables) == len(statement.variables):
            for names in permutations(statement.variables):
                form = renamed(other.form, {old: [new] for old, new in zip(other.variables, names, strict=True)})
                if goal(form, other.line.relation) == found:
                    return text
    return ""


def judge_claim(text) -> str:
    if not isinstance(text, str):
        return f'found {type(text).__name__}, expected a claim as text, such as "I(X;Y) <= H(X)".'
    try:
        statement = it.Statement(text)
        shown = shown_as(statement)
    except ValueError as error:
        return f"this cannot be read: {error}"
    if shown:
        return f"{text} is `{shown}` of section 11.2, rearranged or with other names: find a different claim."
    if len(statement.variables) > 3:
        return f"found {len(statement.variables)} variables, expected two or three."
    verdict = statement.verdict()
    if verdict != "refuted":
        return f"{text} is {verdict}: a claim is needed that is false for some table."
    if count := broken(statement):
        return f"{count} of {TABLES:,} random tables refute {text}: weaken it, so that none of them does."
    return ""


def success_claim(text) -> str:
    statement = it.Statement(text)
    residual = abs(statement.residual(statement.verdict().pmf))
    return (
        f"none of {TABLES:,} random tables refutes {text}, and the prover's table violates it by {residual:.3f} nats."
    )
