"""Random inputs for the fuzz test: good arguments for every public function of arrays."""

from dataclasses import dataclass, field
from math import inf, prod

import numpy as np

TINY = {"float64": 330, "float32": 46, "float16": 8, "bfloat16": 42}  # 10 to minus this is 0, or nearly
LARGEST = {"float64": 1.7e308, "float32": 3.4e38, "float16": 65504.0, "bfloat16": 3.3e38}


@dataclass
class Case:
    """Arguments for one call. `pmfs` are the places of those that must sum to 1, over `axes`."""

    arguments: list[np.ndarray]
    keywords: dict = field(default_factory=dict)
    pmfs: tuple[int, ...] = ()
    symmetric: tuple[int, ...] = ()


class Draw:
    """Random numbers of a dtype, with the values that are known to be awkward."""

    def __init__(self, rng: np.random.Generator, dtype: str):
        self.rng, self.dtype = rng, dtype

    def one_of(self, *values):
        return values[self.rng.integers(len(values))]

    def size(self, at_most=5) -> int:
        return int(self.rng.integers(1, at_most + 1))

    def batch(self) -> tuple[int, ...]:
        return self.one_of((), (), (), (1,), (self.size(),), (2, self.size(3)), (0,))

    def outcomes(self, n_axes=1) -> tuple[int, ...]:
        if n_axes < 3 and self.rng.random() < 0.01:
            return (*(self.size(3) for _ in range(n_axes - 1)), int(self.rng.integers(1000, 4000)))
        return tuple(self.size() for _ in range(n_axes))

    def pmf(self, batch, outcomes) -> np.ndarray:
        """A pmf over the last axes: spread, sparse, certain, uniform, or over all magnitudes of the dtype."""
        shape = (*batch, prod(outcomes))
        spread = self.rng.gamma(10 ** self.rng.uniform(-1.5, 1), size=shape) + 1e-300
        kind = self.one_of("spread", "spread", "sparse", "certain", "uniform", "magnitudes")
        if kind == "sparse":
            spread = spread * (self.rng.random(shape) < 0.5)
        elif kind == "uniform":
            spread = np.ones(shape)
        elif kind == "magnitudes":
            spread = 10 ** self.rng.uniform(-TINY[self.dtype], 0, size=shape)
        spread = spread.astype(np.longdouble)
        if spread.size:
            certain = np.arange(shape[-1]) == self.rng.integers(shape[-1], size=(*batch, 1))
            empty = spread.sum(-1, keepdims=True) == 0
            spread = np.where(certain | (empty if kind != "certain" else False), spread + (empty | certain), spread)
            if kind == "certain":
                spread = certain.astype(np.longdouble)
        p = spread / spread.sum(-1, keepdims=True)
        if self.rng.random() < 0.3:
            p = np.where((p == 0) & (self.rng.random(shape) < 0.5), -0.0, p)
        return p.reshape(*batch, *outcomes)

    def near(self, p: np.ndarray, n_axes=1) -> np.ndarray:
        """A pmf next to `p`."""
        q = p * (1 + 10 ** self.rng.uniform(-9, -1) * self.rng.uniform(-1, 1, size=p.shape))
        return q / q.sum(tuple(range(-n_axes, 0)), keepdims=True)

    def logs(self, *shape, rows_possible=True, to_the_end=False) -> np.ndarray:
        """Logits: finite or -inf, of any size. Few are so large that their differences nearly overflow, or do."""
        largest = LARGEST[self.dtype] / (1 if to_the_end else 2)
        size = 10 ** self.rng.uniform(-3, 2) if self.rng.random() < 0.95 else largest
        a = self.rng.uniform(-1, 1, size=shape) * size
        a = np.where(self.rng.random(shape) < self.one_of(0, 0, 0.3), -inf, a)
        if rows_possible and a.size:
            a[..., self.rng.integers(shape[-1])] = self.rng.uniform(-1, 1) * size
        return a

    def covariance(self, batch, d) -> np.ndarray:
        a = self.rng.normal(size=(*batch, d, d))
        reach = 0.5 if "16" in self.dtype else 2
        return (a @ np.swapaxes(a, -1, -2) + np.eye(d) / 4) * 10 ** self.rng.uniform(-reach, reach)

    def numbers(self, *shape) -> np.ndarray:
        extreme = self.rng.random() < 0.03
        return self.rng.normal(size=shape) * (LARGEST[self.dtype] / 8 if extreme else 10 ** self.rng.uniform(-3, 1.5))


def one(d: Draw) -> Case:
    n_axes = d.one_of(1, 1, 2)
    p = d.pmf(d.batch(), d.outcomes(n_axes))
    return Case([p], {"axis": d.one_of(-1, p.ndim - 1) if n_axes == 1 else (-2, -1)}, (0,))


def one_in_front(d: Draw) -> Case:
    return Case([np.moveaxis(d.pmf(d.batch(), d.outcomes()), -1, 0)], {"axis": 0}, (0,))


def two(d: Draw) -> Case:
    batch, outcomes = d.batch(), d.outcomes()
    p = d.pmf(batch, outcomes)
    q = d.near(p) if d.rng.random() < 0.3 else d.pmf(d.one_of(batch, ()), outcomes)
    return Case([p, q] if d.rng.random() < 0.5 else [q, p], {}, (0, 1))


def joints(d: Draw, n=2) -> Case:
    return Case([d.pmf(d.batch(), d.outcomes(n))], {}, (0,))


def some_variables(d: Draw) -> Case:
    n = d.size(4)
    return Case([d.pmf(d.batch(), tuple(d.size(3) for _ in range(n)))], {"n_variables": n}, (0,))


def probabilities(d: Draw) -> Case:
    return Case([d.one_of(d.pmf(d.batch(), d.outcomes()), d.rng.random(d.batch()))])


def channel(d: Draw) -> Case:
    batch, x, y = d.batch(), d.size(), d.size()
    return Case([d.pmf(batch, (x,)), d.pmf((*batch, x), (y,))], {}, (0, 1))


def bound(d: Draw) -> Case:
    batch, c, x = d.batch(), d.size(), d.size()
    return Case([d.pmf(batch, (c, x)), np.swapaxes(d.pmf((*batch, x), (c,)), -1, -2)], {}, (0, 1))


def joint_and_q(d: Draw) -> Case:
    batch, n = d.batch(), d.size()
    return Case([d.logs(*batch, n, rows_possible=False), d.pmf(batch, (n,))], {}, (1,))


def covariances(d: Draw) -> Case:
    return Case([d.covariance(d.one_of((), (2,)), d.size(3))], {}, (), (0,))


def parts(d: Draw) -> Case:
    n = d.size(2) + 1
    return Case([d.covariance(d.one_of((), (2,)), n)], {"dim_x": int(d.rng.integers(1, n))}, (), (0,))


def gaussians(d: Draw) -> Case:
    batch, n = d.one_of((), (2,)), d.size(3)
    mean_p, mean_q = d.numbers(*batch, n), d.numbers(*batch, n)
    return Case([mean_p, d.covariance(batch, n), mean_q, d.covariance(batch, n)], {}, (), (1, 3))


def latents(d: Draw) -> Case:
    shape = (*d.batch(), d.size())
    return Case([d.numbers(*shape), d.one_of(d.numbers(*shape), d.rng.normal(size=shape), d.logs(*shape))])


def logits(d: Draw, n=1) -> Case:
    batch, outcomes = d.batch(), d.outcomes()
    return Case([d.logs(*batch, *outcomes) for _ in range(n)])


def evidence(d: Draw) -> Case:
    return Case([d.logs(*d.batch(), d.size(), rows_possible=False, to_the_end=True)])


def from_samples(d: Draw) -> Case:
    batch = d.batch()
    return Case([d.logs(*batch, d.size(), to_the_end=True), d.numbers(*batch)])


def scores(d: Draw, at_least=1) -> Case:
    k = d.size(4) + at_least - 1
    return Case([d.logs(*d.batch(), k, k)])


TWO = ("cross_entropy", "kl_divergence", "js_divergence", "total_variation")
MAKERS = {
    "self_information": (probabilities,),
    "entropy": (one, one_in_front),
    **dict.fromkeys(TWO, (two,)),
    "joint": (channel,),
    **dict.fromkeys(("marginal", "conditional", "joint_entropy", "conditional_entropy"), (joints,)),
    **dict.fromkeys(("mutual_information", "pointwise_mutual_information"), (joints,)),
    "conditional_mutual_information": (lambda d: joints(d, 3),),
    **dict.fromkeys(("total_correlation", "co_information"), (some_variables,)),
    "entropy_from_logits": (logits,),
    "kl_from_logits": (lambda d: logits(d, 2),),
    "log_evidence": (evidence,),
    "posterior": (logits,),
    "elbo": (joint_and_q,),
    "barber_agakov_bound": (bound,),
    "mutual_information_bound": (from_samples,),
    "infonce_bound": (scores,),
    "nwj_bound": (lambda d: scores(d, 2),),
    "gaussian_entropy": (covariances,),
    "gaussian_mutual_information": (parts,),
    "gaussian_kl": (gaussians,),
    "diagonal_gaussian_kl": (latents,),
}
OTHER_WAY = {"marginal": "of", "conditional": "given", "conditional_entropy": "given"}
WITHOUT_UNITS = ("joint", "marginal", "conditional", "total_variation", "posterior")


def make(name: str, d: Draw) -> Case:
    """A good case for the function of this name."""
    case = d.one_of(*MAKERS[name])(d)
    if name in OTHER_WAY:
        case.keywords[OTHER_WAY[name]] = d.one_of("x", "y")
    if name not in WITHOUT_UNITS and d.rng.random() < 0.3:
        case.keywords["base"] = d.one_of(2, 10, 0.5, np.float32(3), np.int64(2))
    if d.rng.random() < 0.2:
        case.keywords["check"] = False
    return case
