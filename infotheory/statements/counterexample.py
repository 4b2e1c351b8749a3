"""The search for a joint pmf that keeps the conditions of a statement and breaks it.

It looks through linear functions of uniform points, through all functions of four points, through random networks,
and last along the gradient. Candidates are integers, to be divided by their sum: one counts only after its entropies
have been computed to 150 digits, in which each condition must hold to 100 and the statement must fail.
"""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from functools import cache, reduce
from math import gcd

import numpy as np

from .arrangements import arrangements, four_points, linear, refutations
from .expression import Claim
from .form import Form, value
from .networks import Network, complete_network, descend, joint, loosened, random_network, rounded

SLACK, VISIBLE = 1e-12, 1e-9  # by which a condition may fail, and the statement must, for a largest coefficient of 1
BATCH, ROUNDS, GRAPHS = 256, 8, 12
DENOMINATORS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 100, 128, 256, 1000, 10**4, 10**6)


def search(claim: Claim, seed: int = 0) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """A pmf that keeps the conditions of a claim and breaks it, or None; and what was looked through."""
    searched: list[str] = []
    for counts in candidates(claim, np.random.default_rng(seed), searched):
        if refutes(claim, counts):
            return without_impossible(counts / counts.sum()).astype(float), tuple(searched)
    return None, tuple(searched)


def candidates(claim: Claim, rng: np.random.Generator, searched: list[str]) -> Iterator[np.ndarray]:
    """Integer pmfs that break the line as far as floating point can tell, the simplest first."""
    n = len(claim.variables)
    for world in (linear(2, 3), linear(3, 2), four_points()):
        yield from refutations(world, claim)
        weightings = f" at {len(world.weights):,} weightings" if len(world.weights) > 1 else ""
        searched.append(f"{len(arrangements(world, n)):,} arrangements of {world.name}{weightings}")
    graphs: list[tuple[float, Network]] = []
    for size in (2, 3) * ROUNDS:
        networks = [random_network(n, size, rng) for _ in range(BATCH)]
        scores = violations(claim, np.stack([joint(network) for network in networks]))
        for i in np.argsort(-scores)[:GRAPHS]:
            if scores[i] > VISIBLE:
                yield from small_fractions(claim, networks[i])
            if scores[i] > -np.inf:
                graphs.append((scores[i], networks[i]))
    searched.append(f"{2 * ROUNDS * BATCH:,} random networks")
    graphs = [network for _, network in sorted(graphs, key=lambda pair: -pair[0])[:GRAPHS]]
    yield from descents(claim, graphs if claim.given else [complete_network(n, size) for size in (2, 3)], rng, searched)


def descents(claim: Claim, graphs: list[Network], rng: np.random.Generator, searched: list[str]) -> Iterator:
    """Integer pmfs from gradient descent on the tables of each graph in which the conditions hold by construction."""
    started = 0
    for network in graphs:
        batch, free = loosened(network, rng)
        scores = violations(claim, joint(batch))
        if not free or not np.isfinite(scores).all():
            continue
        started += len(scores)
        residual = value(claim.form, claim.variables, joint(batch))
        sign = {"=": np.where(residual < 0, -1, 1), "<=": 1, ">=": -1}[claim.line.relation] + 0 * np.sign(residual)
        batch = descend(claim, batch, free, sign)
        scores = violations(claim, joint(batch))
        for i in np.argsort(-scores)[:3]:
            if scores[i] > VISIBLE:
                yield from small_fractions(claim, [table[i] for table in batch])
    searched.append(f"{started:,} gradient descents")


def violations(claim: Claim, p: np.ndarray) -> np.ndarray:
    """By how much each pmf breaks the line, a nat of joint entropy and for a largest coefficient of 1.

    It is -inf where a condition fails or all variables are constant.
    """
    size = value({frozenset(claim.variables): 1}, claim.variables, p)
    kept = size > 1e-3
    for line in claim.given:
        kept &= abs(value(line.form, claim.variables, p)) <= SLACK * largest(line.form)
    residual = value(claim.form, claim.variables, p) / largest(claim.form)
    broken = {"=": abs(residual), "<=": residual, ">=": -residual}[claim.line.relation]
    return np.where(kept, broken / np.where(kept, size, 1), -np.inf)


def largest(form: Form) -> float:
    return float(max(map(abs, form.values()), default=1))


def small_fractions(claim: Claim, network: Network) -> Iterator[np.ndarray]:
    """The network with its tables rounded to fractions, as integers: the smallest denominators first."""
    for whole in DENOMINATORS:
        if claim.given:
            tables = [rounded(table, axis, whole).astype(object) for axis, table in enumerate(network)]
            counts = joint(tables)
            counts //= gcd(*counts.flat)
        else:
            counts = rounded(joint(network), None, whole)
        if violations(claim, (counts / counts.sum()).astype(float)[None])[0] > VISIBLE:
            yield counts


def refutes(claim: Claim, counts: np.ndarray) -> bool:
    """Whether the pmf that is proportional to the integers keeps the conditions and breaks the line, to 100 digits."""
    with localcontext(prec=150):

        @cache
        def entropy(group: frozenset[str]) -> Decimal:
            others = tuple(i for i, name in enumerate(claim.variables) if name not in group)
            marginal = [int(count) for count in counts.sum(axis=others).flat if count > 0]
            total = sum(marginal)
            return log(total) - sum(count * log(count) for count in marginal) / total

        def exact(form: Form) -> Decimal:
            unit = max(map(abs, form.values()), default=1)
            shares = ((group, coefficient / unit) for group, coefficient in form.items())
            return sum(entropy(group) * share.numerator / share.denominator for group, share in shares)

        log, tiny = cache(lambda count: Decimal(count).ln()), Decimal(10) ** -100
        if any(abs(exact(line.form)) > tiny for line in claim.given):
            return False
        residual = exact(claim.form)
        return {"=": abs(residual), "<=": residual, ">=": -residual}[claim.line.relation] > tiny


def without_impossible(p: np.ndarray) -> np.ndarray:
    """The pmf without the values that no variable ever takes."""
    for axis in range(p.ndim):
        p = np.compress(p.any(axis=tuple(a for a in range(p.ndim) if a != axis)), p, axis=axis)
    return p
