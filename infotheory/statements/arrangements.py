"""Counterexamples whose variables are all functions of one random point of a small set, up to symmetry.

A function of the point divides the points into blocks, and several functions together divide them into the common
refinement. So two tables give all entropies of an arrangement of variables: the refinement of two partitions, and the
entropy of a partition under each weighting of the points. Three kinds of arrangement are searched.

- Linear functions of a uniform point of F₂³ or F₃²: entropies are ranks of subspaces times log 2 or log 3, integers
  that are compared exactly. Source: Hammer, Romashchenko, Shen & Vereshchagin (2000).
- For five variables also sums of four fair coins, modulo 2: single bits, linear in F₂⁴.
- All functions of one of four points, such as two coins, fair or not, with weights that are small fractions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from math import gcd, lcm

import numpy as np

from .expression import Claim
from .form import Form, largest

ROWS, TRIES = 1024, 20  # arrangements at a time, for memory, and candidates of these to be checked
ROUNDING = 1e-14  # bounds that of a sum of nats on four points, about 6e-15, for coefficients whose sizes sum to 1

Partition = tuple[int, ...]  # the block of each point, numbered as they appear


@dataclass(frozen=True, eq=False)
class Lattice:
    """Partitions of a few points, with the common refinement of every two, and weightings of the points.

    `partitions` [k, points] holds blocks; `refinement` [k, k] and `symmetries` [g, k] hold numbers of partitions, of
    which one variable may be any of the first `single`; `weights` [w, points] are integers, and `entropies` [k, w] are
    ranks, if `exact`, or nats.
    """

    name: str
    exact: bool
    single: int
    partitions: np.ndarray
    refinement: np.ndarray
    symmetries: np.ndarray
    weights: np.ndarray
    entropies: np.ndarray


def generated(
    name: str, functions: Iterable, maps: Iterable, weights: np.ndarray, rank: int = 0, single: int = 0
) -> Lattice:
    """The lattice that functions of the points generate. `maps` are permutations of the points that map it to itself.

    With `rank`, a partition into rank^r equal blocks has entropy r; otherwise entropies are in nats. The constant and
    then the functions are the first partitions, so `single` = 1 + their number admits these only.
    """
    found = [blocks([0] * weights.shape[1])]
    generators = [blocks(function) for function in functions]
    for partition in found:  # which grows meanwhile
        finer = dict.fromkeys(blocks(zip(partition, other, strict=True)) for other in generators)
        found += [partition for partition in finer if partition not in found]
    number = {partition: i for i, partition in enumerate(found)}
    refinement = [[number[blocks(zip(a, b, strict=True))] for b in found] for a in found]
    symmetries = {tuple(number[blocks([a[i] for i in points])] for a in found) for points in maps}
    partitions = np.array(found)
    if rank:
        entropies = np.log(partitions.max(axis=1, keepdims=True) + 1) / np.log(rank)
        entropies = np.rint(entropies).astype(int)
    else:
        shares = weights / weights.sum(axis=1, keepdims=True)
        q = np.stack([shares @ (partition[:, None] == range(len(partition))) for partition in partitions])
        entropies = -(q * np.log(np.where(q > 0, q, 1))).sum(axis=-1)
    tables = partitions, np.array(refinement), np.array(sorted(symmetries)), weights, entropies
    return Lattice(name, bool(rank), single or len(found), *tables)


def blocks(values: Iterable) -> Partition:
    """The partition of the points by equal values."""
    numbers: dict = {}
    return tuple(numbers.setdefault(value, len(numbers)) for value in values)


@cache
def linear(q: int, d: int) -> Lattice:
    """Linear functions of a uniform point of F_q^d, q prime: one for each subspace of the dual space."""
    points = np.array(list(product(range(q), repeat=d)))
    matrices = np.array(list(product(range(q), repeat=d * d))).reshape(-1, d, d)
    images = points @ matrices % q @ q ** np.arange(d)[::-1]
    invertible = (image for image in images if len(set(image)) == len(points))
    functions = (points @ function % q for function in points)
    name = f"arrangements of subspaces of F{'₀₁₂₃₄₅'[q]}{'⁰¹²³'[d]}"
    return generated(name, functions, invertible, np.ones((1, len(points)), int), rank=q)


@cache
def coins(d: int) -> Lattice:
    """Sums modulo 2 of some of d fair coins, one bit each."""
    points = np.array(list(product((0, 1), repeat=d)))
    images = (points[:, order] @ 2 ** np.arange(d)[::-1] for order in map(list, permutations(range(d))))
    functions = (points @ function % 2 for function in points[1:])
    name, weights = f"arrangements of sums of {d} coins", np.ones((1, len(points)), int)
    return generated(name, functions, images, weights, rank=2, single=len(points))


@cache
def four_points(*wholes: int) -> Lattice:
    """All functions of one of four points, weighted by n-ths for each n in `wholes`: small denominators first."""
    shares = {tuple(c // gcd(*counts) for c in counts) for whole in wholes for counts in compositions(whole, 4)}
    weights = np.array(sorted(shares, key=lambda counts: (sum(counts), -counts.count(0), counts)))
    functions = product((0, 1), repeat=4)
    return generated("pmfs on four points", functions, permutations(range(4)), weights)


def compositions(whole: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to share a whole among parts, in order."""
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        yield from ((first, *rest) for rest in compositions(whole - first, parts - 1))


@cache
def arrangements(lattice: Lattice, n: int) -> np.ndarray:
    """The partition of each group of n variables: [m, 2ⁿ]. Column i is for the group of all j with bit 2ʲ set in i.

    There is one row for each orbit of arrangements under the symmetries; those with few outcomes come first.
    """
    k, chosen = lattice.single, np.zeros((1, 0), int)
    for j in range(n):
        chosen = np.hstack([chosen.repeat(k, axis=0), np.tile(np.arange(k), len(chosen))[:, None]])
        images = sum(lattice.symmetries[:, chosen[:, i]] * k**i for i in range(j + 1))
        chosen = chosen[np.unique(images.min(axis=0), return_index=True)[1]]
    groups = np.zeros((len(chosen), 1), int)  # partition 0 has one block
    for j in range(n):
        groups = np.hstack([groups, lattice.refinement[groups, chosen[:, [j]]]])
    sizes = lattice.partitions.max(axis=1)[groups]
    return groups[np.lexsort([sizes.sum(axis=1), sizes[:, -1]])]


def refutations(lattice: Lattice, claim: Claim) -> Iterator[np.ndarray]:
    """Integer pmfs that satisfy the conditions and violate the line up to rounding errors, simple ones first."""
    n = len(claim.variables)
    table = arrangements(lattice, n)
    for start in range(0, len(table), ROWS):
        rows = table[start : start + ROWS]
        kept = np.ones((len(rows), len(lattice.weights)), bool)
        for line in claim.given:
            nats, error = values(line.form, claim, lattice, rows)
            kept &= abs(nats) <= error
        nats, error = values(claim.form, claim, lattice, rows)
        broken = claim.line.violation(nats)
        row, weighting = np.nonzero(kept & (broken > error))
        outcomes = lattice.partitions.max(axis=1)[rows[row, -1]]
        sizes = broken[row, weighting].astype(float).round(9)  # equal ones stay in order, whatever the rounding errors
        order = np.lexsort([-sizes, outcomes, weighting])
        for i in order[:TRIES]:
            yield integer_pmf(lattice, rows[row[i], 2 ** np.arange(n)], lattice.weights[weighting[i]])


def values(form: Form, claim: Claim, lattice: Lattice, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray | int]:
    """The form of each arrangement and weighting, [m, w], and its rounding errors, [m, 1], at most.

    It is an exact integer, or nats for a largest coefficient of 1. The coefficients of groups that have the same
    partition are summed exactly first, so that H(A|B), say, is exactly 0 where A is a function of B.
    """
    unit = lcm(*(coefficient.denominator for coefficient in form.values()))
    whole = int(largest(form) * unit)
    dtype = int if whole < 2**40 else object  # Python's integers, where int64 is too small
    totals = np.zeros((len(rows), len(lattice.partitions)), dtype)
    for group, coefficient in form.items():
        column = sum(2 ** claim.variables.index(name) for name in group)
        totals[np.arange(len(rows)), rows[:, column]] += int(coefficient * unit)
    if lattice.exact:
        return totals @ lattice.entropies, 0
    totals = (totals / whole).astype(float)
    return totals @ lattice.entropies, ROUNDING * abs(totals).sum(axis=1, keepdims=True)


def integer_pmf(lattice: Lattice, chosen: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The joint pmf of the chosen partitions as integers, to be divided by their sum."""
    outcomes = lattice.partitions[chosen]
    counts = np.zeros(outcomes.max(axis=1) + 1, int)
    np.add.at(counts, tuple(outcomes), weights)
    return counts
