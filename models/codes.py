"""The distributions of InfoGAN's codes, each with samples, an entropy, log p(c) and log Q(c|x)."""

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import torch

import infotheory

MOST_CLASSES = 100_000  # a layer of the generator has 1024 weights for each


@dataclass(frozen=True)
class Categorical:
    """One of `n` classes, each with probability 1/n, as a one-hot vector. Q(c|x) is a softmax of n logits."""

    n: int

    def __post_init__(self):
        if isinstance(self.n, bool) or not isinstance(self.n, Integral):
            raise ValueError(f"found Categorical({self.n!r}), expected the number of classes, an int")
        object.__setattr__(self, "n", int(self.n))
        if self.n < 2:
            raise ValueError(
                f"found Categorical({self.n}), expected at least 2 classes: a single class has no information"
            )
        if self.n > MOST_CLASSES:
            raise ValueError(f"found Categorical({self.n}), expected at most {MOST_CLASSES:,} classes, one input each")

    @property
    def size(self) -> int:
        """The number of inputs of the generator for this code."""
        return self.n

    @property
    def n_parameters(self) -> int:
        """The number of Q's outputs for this code."""
        return self.n

    @property
    def entropy(self) -> float:
        """H(c) = log n, in nats."""
        return float(infotheory.entropy([1 / self.n] * self.n))

    @property
    def ignored(self) -> float:
        """The largest L_I of a Q that ignores the image, in nats: 0."""
        return 0.0

    def sample(self, n: int, device: torch.device | None = None) -> torch.Tensor:
        """Draw [n, size] codes from p(c)."""
        return one_hot(torch.randint(self.n, (n,), device=device), self.n)

    def log_prob(self, code: torch.Tensor) -> torch.Tensor:
        """log p(c) of each row, in nats."""
        return torch.full(code.shape[:1], -math.log(self.n), device=code.device)

    def log_q(self, code: torch.Tensor, parameters: torch.Tensor) -> torch.Tensor:
        """log Q(c|x) of each row, in nats. `parameters` are logits; this is the only place that normalises them."""
        return (code * parameters.log_softmax(1)).sum(1)


def one_hot(classes: torch.Tensor, n: int) -> torch.Tensor:
    """Integers [batch] in 0 … n - 1 as rows of zeros with a single 1, float32 [batch, n]; they are not checked."""
    return (classes[:, None] == torch.arange(n, device=classes.device)).float()


LEAST_LOG_SIGMA = -5  # of a learned σ, so that a single step cannot diverge


class _Continuous:
    """A scalar code; Q(c|x) is a Gaussian N(μ(x), σ²).

    σ is 1, as in the authors' code for digits, or with `learn_sigma` the exponential of a second output of Q, as in the
    paper's appendix C. With σ = 1 the bound is loose. With a learned σ it is tight if p(c|x) is Gaussian; log σ >= -5.
    """

    size = 1
    learn_sigma: bool
    variance: float  # of p(c)
    entropy: float

    @property
    def ignored(self) -> float:
        """The largest L_I of a Q that ignores the image, in nats: h(c) - ½ log 2πσ² - Var c / 2σ².

        The best learned σ² is Var c, unless that lies below the smallest σ that Q gives.
        """
        sigma_squared = max(self.variance, math.exp(2 * LEAST_LOG_SIGMA)) if self.learn_sigma else 1.0
        return self.entropy - (math.log(2 * math.pi * sigma_squared) + self.variance / sigma_squared) / 2

    @property
    def n_parameters(self) -> int:
        """The number of Q's outputs for this code: μ, and log σ if it is learned."""
        return 2 if self.learn_sigma else 1

    def log_q(self, code: torch.Tensor, parameters: torch.Tensor) -> torch.Tensor:
        """log Q(c|x) of each row, a log density in nats; log σ is at least `LEAST_LOG_SIGMA`."""
        mean, log_sigma = parameters[:, :1], parameters[:, 1:].clamp(min=LEAST_LOG_SIGMA)
        if not self.learn_sigma:
            log_sigma = torch.zeros_like(mean)
        return (-(((code - mean) / log_sigma.exp()) ** 2) / 2 - log_sigma - math.log(2 * math.pi) / 2).sum(1)


@dataclass(frozen=True)
class Uniform(_Continuous):
    """A number between `low` and `high`.

    With σ = 1 in Q its L_I is at most log(high - low) - ½ log 2π. On (-1, 1) this is negative, but Q still learns.
    """

    low: float = -1.0
    high: float = 1.0
    learn_sigma: bool = False

    def __post_init__(self):
        for name, bound in (("low", self.low), ("high", self.high)):
            if isinstance(bound, bool) or not isinstance(bound, Real) or not math.isfinite(bound):
                raise ValueError(f"found Uniform({self.low!r}, {self.high!r}), expected two finite numbers")
            if type(bound) not in (int, float):
                object.__setattr__(self, name, float(bound))
        if not isinstance(self.learn_sigma, bool):
            raise ValueError(f"found learn_sigma={self.learn_sigma!r} of a Uniform, expected True or False")
        if not self.low < self.high:
            raise ValueError(f"found Uniform({self.low}, {self.high}), expected low < high")

    @property
    def variance(self) -> float:
        """(high - low)² / 12."""
        return (self.high - self.low) ** 2 / 12

    @property
    def entropy(self) -> float:
        """h(c) = log(high - low), a differential entropy in nats."""
        return math.log(self.high - self.low)

    def sample(self, n: int, device: torch.device | None = None) -> torch.Tensor:
        """Draw [n, 1] codes from p(c)."""
        return self.low + (self.high - self.low) * torch.rand(n, 1, device=device)

    def log_prob(self, code: torch.Tensor) -> torch.Tensor:
        """log p(c) of each row, a log density in nats."""
        inside = (code >= self.low) & (code <= self.high)
        return torch.where(inside, -self.entropy, -math.inf).sum(1)


@dataclass(frozen=True, init=False)
class Normal(_Continuous):
    """A standard normal number."""

    learn_sigma: bool
    variance = 1.0

    def __init__(self, learn_sigma: bool = False, *others: Any):
        if others or not isinstance(learn_sigma, bool):
            found = ", ".join(map(repr, (learn_sigma, *others)))
            raise ValueError(
                f"found Normal({found}), expected Normal() or Normal(learn_sigma=True): it has mean 0 and variance 1"
            )
        object.__setattr__(self, "learn_sigma", learn_sigma)

    @property
    def entropy(self) -> float:
        """h(c) = ½ log 2πe, a differential entropy in nats."""
        return math.log(2 * math.pi * math.e) / 2

    def sample(self, n: int, device: torch.device | None = None) -> torch.Tensor:
        """Draw [n, 1] codes from p(c)."""
        return torch.randn(n, 1, device=device)

    def log_prob(self, code: torch.Tensor) -> torch.Tensor:
        """log p(c) of each row, a log density in nats."""
        return (-(code**2) / 2 - math.log(2 * math.pi) / 2).sum(1)


Code = Categorical | Uniform | Normal
KINDS = {kind.__name__: kind for kind in (Categorical, Uniform, Normal)}


def describe(codes: list[Code]) -> list[list]:
    """Codes as JSON-able lists, `[["Categorical", 10], ["Uniform", -1.0, 1.0]]`."""
    return [[type(code).__name__, *vars(code).values()] for code in codes]


def parse(description: Any) -> list[Code]:
    """The inverse of `describe`, which also takes codes. Raises ValueError unless it is a list of one or more."""
    if not isinstance(description, list | tuple):
        raise ValueError(f"found codes={description!r}, expected a list of codes, such as [Categorical(10)]")
    codes = [_parsed(item) for item in description]
    if not codes:
        raise ValueError("found no codes, expected at least one, such as Categorical(10)")
    return codes


def _parsed(item: Any) -> Code:
    if isinstance(item, list) and item and item[0] in KINDS:
        return KINDS[item[0]](*item[1:])
    needed = ("size", "n_parameters", "entropy", "sample", "log_q")
    if isinstance(item, type) or not all(hasattr(item, name) for name in needed):
        found = item.__name__ if isinstance(item, type) else repr(item)
        raise ValueError(f"found {found} among the codes, expected {', '.join(KINDS)} objects, such as Categorical(10)")
    return item
