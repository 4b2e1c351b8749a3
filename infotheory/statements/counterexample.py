"""The search for a joint pmf that satisfies the conditions of a statement and violates it.

The search goes through linear functions of uniform points, all functions of four points, random networks if there
are conditions, and gradient descents. A candidate is an array of integers, to be divided by their sum. It is accepted
only if each condition holds and the statement fails, which is decided exactly: a form is a sum of multiples of
logarithms of integers there, and it is 0 if and only if every prime cancels.
"""

from collections import Counter
from collections.abc import Generator, Iterator
from decimal import Decimal, localcontext
from math import gcd, lcm

import numpy as np

from .arrangements import arrangements, coins, four_points, linear, refutations
from .expression import Claim
from .form import Form, largest, value
from .networks import Network, complete_network, descend, joint, loosened, random_network, rounded

SLACK, VISIBLE = 1e-12, 1e-9  # how far a network may violate a condition, and must violate the line, at scale 1
BATCH, ROUNDS = 256, 8  # random networks at a time, and how often
GRAPHS, FULL = 6, 2  # how many of the best networks descend, and how often the joint pmf does without conditions
DENOMINATORS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 100, 128, 256, 1000, 10**4, 10**6)


def search(claim: Claim, seed: int = 0) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """A pmf that satisfies the conditions of a claim and violates it, or None; and the sets that were searched."""
    searched: list[str] = []
    for counts in candidates(claim, np.random.default_rng(seed), searched):
        if refutes(claim, counts):
            return without_impossible((counts / counts.sum()).astype(float)), tuple(searched)
    return None, tuple(searched)


def candidates(claim: Claim, rng: np.random.Generator, searched: list[str]) -> Iterator[np.ndarray]:
    """Integer pmfs that violate the line up to rounding errors, the simplest first."""
    n = len(claim.variables)
    few = (four_points(16, 20, 24),) if n < 5 else (coins(4), four_points(16))
    for lattice in (linear(2, 3), linear(3, 2), *few):
        yield from refutations(lattice, claim)
        searched.append(f"{len(arrangements(lattice, n)) * len(lattice.weights):,} {lattice.name}")
    graphs = [complete_network(n, size) for size in (2, 3)] * FULL
    if claim.given:
        graphs = yield from networks(claim, rng)
        searched.append(f"{2 * ROUNDS * BATCH:,} random networks")
    started = 0
    for network in graphs:
        started += yield from descents(claim, network, rng)
    searched.append(f"{started:,} gradient descents")


def networks(claim: Claim, rng: np.random.Generator) -> Generator[np.ndarray, None, list[Network]]:
    """Integer pmfs of random networks that violate the line. Returns the best networks, for the gradient descents."""
    best: list[tuple[float, Network]] = []
    for size in (2, 3) * ROUNDS:
        batch = [random_network(len(claim.variables), size, rng) for _ in range(BATCH)]
        scores = violations(claim, np.stack([joint(network) for network in batch]))
        for i in np.argsort(-scores)[:GRAPHS]:
            if scores[i] > VISIBLE:
                yield from small_fractions(claim, batch[i])
            if scores[i] > -np.inf:
                best.append((scores[i], batch[i]))
    return [network for _, network in sorted(best, key=lambda pair: -pair[0])[:GRAPHS]]


def descents(claim: Claim, network: Network, rng: np.random.Generator) -> Generator[np.ndarray, None, int]:
    """Integer pmfs from gradient descent on the tables, if their changes keep the conditions. Returns the descents."""
    # Under conditions a fair coin may have to stay fair, so some tables keep their numbers.
    batch, free = loosened(network, 0.8 if claim.given else 1, rng)
    if not free or not np.isfinite(violations(claim, joint(batch))).all():
        return 0
    residual = value(claim.form, claim.variables, joint(batch))
    upwards = {"=": np.where(residual < 0, -1, 1), "<=": np.ones(len(residual)), ">=": -np.ones(len(residual))}
    batch = descend(claim, batch, free, upwards[claim.line.relation])
    scores = violations(claim, joint(batch))
    for i in np.argsort(-scores)[:3]:
        if scores[i] > VISIBLE:
            yield from small_fractions(claim, [table[i] for table in batch])
    return len(scores)


def violations(claim: Claim, p: np.ndarray) -> np.ndarray:
    """By how much each pmf violates the line, per nat of joint entropy, with the largest coefficient scaled to 1.

    It is -inf if a condition fails or all variables are almost constant.
    """
    size = value({frozenset(claim.variables): 1}, claim.variables, p)
    kept = size > 1e-3
    for line in claim.given:
        kept &= abs(value(line.form, claim.variables, p)) <= SLACK * float(largest(line.form))
    residual = value(claim.form, claim.variables, p) / float(largest(claim.form))
    return np.where(kept, claim.line.violation(residual) / np.where(kept, size, 1), -np.inf)


def small_fractions(claim: Claim, network: Network) -> Iterator[np.ndarray]:
    """The network rounded to fractions, as integers that violate the line: the smallest denominators first.

    Under conditions the tables are rounded, so that these still hold; without any, the joint pmf is.
    """
    for whole in DENOMINATORS:
        if claim.given:
            tables = [rounded(table, axis, whole).astype(object) for axis, table in enumerate(network)]
            counts = joint(tables)
            counts //= gcd(*counts.flat)
        else:
            counts = climbed(claim, joint(network), whole)
        if violations(claim, (counts / counts.sum()).astype(float)[None])[0] > VISIBLE:
            yield counts


def climbed(claim: Claim, p: np.ndarray, whole: int) -> np.ndarray:
    """Integers near `whole` times p, improved by moving a count of 1 between outcomes while the violation rises."""
    counts, outcomes = rounded(p, None, whole), np.flatnonzero(p > 1e-4)
    score = violations(claim, counts[None] / whole)[0]
    steps = np.eye(p.size, dtype=int)[outcomes]
    moves = (steps[None] - steps[:, None]).reshape(-1, *p.shape)
    while True:
        nearby = counts + moves
        nearby = nearby[(nearby >= 0).reshape(len(nearby), -1).all(axis=1)]
        scores = violations(claim, nearby / whole)
        if scores.max() <= score:
            return counts
        score, counts = scores.max(), nearby[scores.argmax()]


def refutes(claim: Claim, counts: np.ndarray) -> bool:
    """Whether the pmf proportional to the integers satisfies the conditions and violates the line, exactly."""
    if any(exponents(line.form, claim, counts) for line in claim.given):
        return False
    return claim.line.violation(sign(exponents(claim.form, claim, counts))) > 0


def exponents(form: Form, claim: Claim, counts: np.ndarray) -> dict[int, int]:
    """{b: k} with coprime integers b > 1 and k != 0: a positive multiple of the form at the pmf equals Σ k log b.

    A group with the counts c, of sum N, has N · H = N log N - Σ c log c. No prime divides two of the b, so the sum
    of logarithms is 0 if and only if it is empty, by the fundamental theorem of arithmetic. As in Euclid's algorithm,
    common divisors are enough, and nothing is factorised: m^i b^k = d^(i + k) (m/d)^i (b/d)^k.
    """
    terms, coprime = Counter(), {}
    unit = lcm(*(coefficient.denominator for coefficient in form.values()))
    for group, coefficient in form.items():
        others = tuple(i for i, name in enumerate(claim.variables) if name not in group)
        marginal = [int(count) for count in counts.sum(axis=others).flat]
        terms[sum(marginal)] += int(coefficient * unit) * sum(marginal)
        for count in marginal:
            terms[count] -= int(coefficient * unit) * count
    todo = list(terms.items())
    while todo:
        m, i = todo.pop()
        if m < 2 or i == 0:
            continue
        b = next((b for b in coprime if gcd(m, b) > 1), None)
        if b is None:
            coprime[m] = i
        else:
            k, d = coprime.pop(b), gcd(m, b)
            todo += [(d, i + k), (m // d, i), (b // d, k)]
    return coprime


def sign(exponents: dict[int, int]) -> int:
    """The sign of Σ k log b. Only an empty sum is 0, so digits are doubled until it exceeds its rounding errors."""
    digits = 50
    while exponents:
        with localcontext(prec=digits):
            terms = [k * Decimal(b).ln() for b, k in exponents.items()]
            nats, error = sum(terms), (len(terms) + 2) * sum(map(abs, terms)).scaleb(1 - digits)
        if abs(nats) > error:
            return 1 if nats > 0 else -1
        digits *= 2
    return 0


def without_impossible(p: np.ndarray) -> np.ndarray:
    """The pmf without the values that no variable ever takes."""
    for axis in range(p.ndim):
        p = np.compress(p.any(axis=tuple(a for a in range(p.ndim) if a != axis)), p, axis=axis)
    return p
