"""The search for a joint pmf that breaks a statement: functions of two coins, random networks, the best improved.

A network is a factorisation p(u, x1, …, xn) = p(u) Π p(xi | parents) with a hidden u. What its graph makes
independent, or a function, is so whatever the numbers in its tables, and improving changes only these: conditions
hold by construction. All numbers are sixteenths, so probabilities are exact in floating point. A pmf counts only if
each condition holds to 1e-12.
"""

from collections.abc import Iterator
from functools import reduce
from itertools import islice, product
from math import prod

import numpy as np

from .statement import Statement, evaluate

SLACK = 1e-12  # nats by which a condition may fail
VISIBLE = 1e-4  # nats by which the statement must, a nat of joint entropy, for a largest coefficient of 1
BATCH, ROUNDS, CLIMBS, STEPS = 256, 10, 8, 40

# What a variable may be when a and b are fair bits: a constant, one, XOR, AND, OR, both. First come the simplest.
A, B = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
FUNCTIONS = [0 * A, A, B, A ^ B, A & B, A | B, 2 * A + B]

Network = list[np.ndarray]  # tables of u, x1, …, xn: all axes in this order, of size 1 for what is not xi or a parent


def search(statement: Statement, seed: int = 0) -> np.ndarray | None:
    """A joint pmf that keeps the conditions of `statement` and breaks it, or None if none is found."""
    rng, n = np.random.default_rng(seed), len(statement.variables)
    enough = VISIBLE * float(max(map(abs, statement.form.values()), default=1))
    best = []
    for batch in batches(n, rng):
        scores = violations(statement, batch)
        if scores.max() > enough:
            return without_impossible(joint(batch[(scores > enough).argmax()]))
        best.append((scores.max(), batch[scores.argmax()]))
    for score, network in sorted(best, key=lambda pair: -pair[0])[:CLIMBS]:
        for _ in range(STEPS):
            nearby = [nudged(network, rng) for _ in range(8 * n)]
            scores = violations(statement, nearby)
            if scores.max() > enough:
                return without_impossible(joint(nearby[scores.argmax()]))
            if scores.max() >= score:
                score, network = scores.max(), nearby[scores.argmax()]
    return None


def violations(statement: Statement, networks: list[Network]) -> np.ndarray:
    """By how much each breaks the statement, a nat of joint entropy; -inf if a condition fails or all is constant."""
    p, names = np.stack([joint(network) for network in networks]), statement.variables
    residual = evaluate(statement.form, names, p)
    broken = {"=": abs(residual), "<=": residual, ">=": -residual}[statement.line.relation]
    size = evaluate({frozenset(names): 1}, names, p)
    kept = size > 1e-3
    for line in statement.given:
        kept &= abs(evaluate(line.form, names, p)) <= SLACK
    return np.where(kept, broken / np.where(kept, size, 1), -np.inf)


def batches(n: int, rng: np.random.Generator) -> Iterator[list[Network]]:
    """Every choice of functions of two fair coins, then random networks of variables with 2 and 3 values."""
    size, functions = (4, FUNCTIONS) if n < 5 else (2, FUNCTIONS[:-1])
    coins = np.full((4, *[1] * n), 1 / 4)
    shapes = [[size if j == i else 1 for j in range(n)] for i in range(n)]
    choices = product(*([np.eye(size)[f].reshape(4, *shape) for f in functions] for shape in shapes))
    while batch := [[coins, *tables] for tables in islice(choices, BATCH)]:
        yield batch
    for size in (2, 3) * ROUNDS:
        yield [random_network(n, size, rng) for _ in range(BATCH)]


def random_network(n: int, size: int, rng: np.random.Generator) -> Network:
    """A random graph, and tables whose rows share 1, 2 or 16 grains: functions, coins, and anything."""
    network, order = [np.ones([1] * (n + 1))] * (n + 1), 1 + rng.permutation(n)
    for place, i in enumerate(order):
        parents = [j for j in order[:place] if rng.random() < 0.6]
        shape = [size if j in parents else 1 for j in range(n + 1) if j != i]
        grains = rng.choice([1, 2, 16])
        rows = rng.multinomial(grains, rng.dirichlet(np.ones(size)), prod(shape)) / grains
        network[i] = np.moveaxis(rows.reshape(*shape, size), -1, i)
    return network


def nudged(network: Network, rng: np.random.Generator) -> Network:
    """The same graph, with up to 4 grains moved within one row of one table."""
    i = rng.integers(len(network))
    table = network[i].copy()
    source = [rng.integers(size) for size in table.shape]
    target = source.copy()
    target[i] = rng.integers(table.shape[i])
    moved = min(table[*source], rng.choice([1, 4]) / 16)
    table[*source] -= moved
    table[*target] += moved
    return [*network[:i], table, *network[i + 1 :]]


def joint(network: Network) -> np.ndarray:
    """The pmf of x1, …, xn: the product of the tables, summed over u."""
    return reduce(np.multiply, network).sum(axis=0)


def without_impossible(p: np.ndarray) -> np.ndarray:
    """The pmf without the values that no variable ever takes."""
    for axis in range(p.ndim):
        p = np.compress(p.any(axis=tuple(a for a in range(p.ndim) if a != axis)), p, axis=axis)
    return p
