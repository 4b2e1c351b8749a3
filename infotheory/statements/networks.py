"""Random Bayesian networks, and gradient descent on their tables.

A network is a factorisation p(u, x1, …, xn) = p(u) Π p(xi | parents) with a hidden u. The independences that follow
from its graph, and the tables that are functions, remain while the numbers in other tables change. So conditions of
these kinds hold by construction.
"""

from collections.abc import Callable
from functools import reduce
from math import prod

import numpy as np

from .expression import Claim
from .form import largest

Network = list[np.ndarray]  # the tables of u, x1, …, xn; table i has size 1 on the axes of neither xi nor a parent

RESTARTS, SPREAD = 32, 3.0  # parallel starts of a descent, and the standard deviation of their logits
STEPS, RATE = 400, 0.05  # of Adam


def random_network(n: int, size: int, rng: np.random.Generator) -> Network:
    """A random graph, and tables whose rows are multiples of 1, 1/2 or 1/16: functions, coins, and other pmfs."""
    network, order = [np.ones([1] * (n + 1))] * (n + 1), [0, *(1 + rng.permutation(n))]
    for place, i in enumerate(order):
        parents = [j for j in order[:place] if rng.random() < 0.6]
        shape = [size if j in parents else 1 for j in range(n + 1) if j != i]
        grains = rng.choice([1, 2, 16])
        rows = rng.multinomial(grains, rng.dirichlet(np.ones(size)), prod(shape)) / grains
        network[i] = np.moveaxis(rows.reshape(*shape, size), -1, i)
    return network


def complete_network(n: int, size: int) -> Network:
    """A network that can represent any joint pmf: u is constant, and each variable depends on all before it."""
    tables = [np.full([1] + [size if j <= i else 1 for j in range(n)], 1 / size) for i in range(n)]
    return [np.ones([1] * (n + 1)), *tables]


def joint(network: Network) -> np.ndarray:
    """The pmf of x1, …, xn: the product of the tables, summed over u; leading axes of the tables are a batch."""
    n = len(network) - 1
    return reduce(np.multiply, network).sum(axis=-n - 1)


def loosened(network: Network, share: float, rng: np.random.Generator) -> tuple[Network, list[int]]:
    """A batch of networks with the same graph and functions, and the tables that are redrawn: a share of the others."""
    free = [i for i, table in enumerate(network) if not np.isin(table, (0, 1)).all() and rng.random() < share]
    batch = [np.repeat(table[None], RESTARTS, axis=0) for table in network]
    for i in free:
        batch[i] = softmax(SPREAD * rng.normal(size=batch[i].shape), 1 + i)
    return batch, free


def descend(claim: Claim, batch: Network, free: list[int], sign: np.ndarray) -> Network:
    """The batch, with its free tables changed so that `sign` times the line, per nat of joint entropy, rises.

    Each table is a softmax of logits, which Adam moves along the gradient. Source: Kingma & Ba (2015).
    """
    batch, axes = list(batch), range(1, len(batch) + 1)
    shared = [tuple(axis for axis in axes if batch[i].shape[axis] == 1) for i in free]
    logits = [np.log(batch[i]) for i in free]
    mean, square = [0 * x for x in logits], [0 * x for x in logits]
    slope_per_nat = objective(claim)
    for step in range(1, STEPS + 1):
        product = reduce(np.multiply, batch)
        flow = product * (sign.reshape(-1, *[1] * (len(batch) - 1)) * slope_per_nat(product.sum(axis=1)))[:, None]
        for k, i in enumerate(free):
            gradient = flow.sum(axis=shared[k], keepdims=True)
            gradient = gradient - batch[i] * gradient.sum(axis=1 + i, keepdims=True)  # through the softmax
            mean[k] = 0.9 * mean[k] + 0.1 * gradient
            square[k] = 0.99 * square[k] + 0.01 * gradient**2
            rate = RATE / (np.sqrt(square[k] / (1 - 0.99**step)) + 1e-9)
            logits[k] = logits[k] + rate * mean[k] / (1 - 0.9**step)
            batch[i] = softmax(logits[k], 1 + i)
    return batch


def softmax(logits: np.ndarray, axis: int) -> np.ndarray:
    """Softmax over an axis: with that of scipy.special, a descent on these small tables takes 15 % longer."""
    weights = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def objective(claim: Claim) -> Callable[[np.ndarray], np.ndarray]:
    """The gradient in p [batch, x1, …, xn] of (left - right) / H(all), for a largest coefficient of 1."""
    names, everything = claim.variables, frozenset(claim.variables)
    unit = largest(claim.form)
    coefficients = {everything: 0.0} | {group: float(c / unit) for group, c in claim.form.items()}
    others = {group: tuple(1 + i for i, x in enumerate(names) if x not in group) for group in coefficients}

    def slope_per_nat(p: np.ndarray) -> np.ndarray:
        axes, line, slope = tuple(range(1, p.ndim)), 0.0, np.zeros_like(p)
        for group, coefficient in coefficients.items():
            q = p.sum(axis=others[group], keepdims=True)
            log = np.log(np.maximum(q, 1e-300))
            entropy = -(q * log).sum(axis=axes, keepdims=True)
            line, slope = line + coefficient * entropy, slope - coefficient * (log + 1)
            if group == everything:
                size, size_slope = np.maximum(entropy, 1e-3), -log - 1
        return (slope - line / size * size_slope) / size

    return slope_per_nat


def rounded(table: np.ndarray, axis: int | None, whole: int) -> np.ndarray:
    """Integers near `whole` times a table that sum to `whole` over an axis (over all axes, if None)."""
    ends = np.rint(whole * np.cumsum(table, axis)).astype(int)
    counts = np.diff(ends, axis=axis or 0, prepend=0)
    return counts.reshape(table.shape) if axis is None else counts
