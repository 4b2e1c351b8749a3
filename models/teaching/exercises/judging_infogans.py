"""How an InfoGAN of six clusters is judged: on new codes, new noise and new data, with a classifier of its own.

Also the random tables on which a proof about misread codes is evaluated.
"""

import math
from functools import cache

import numpy as np
import torch
from torch import nn

import infotheory as it

from ...codes import one_hot
from ...evaluation.digits import code_error, confusion, match_codes

K, NOISE = 6, 4
CENTRES = torch.tensor([[-1.6, 1.3], [0.1, 1.7], [1.7, 0.9], [-0.5, 0.0], [-1.3, -1.5], [1.2, -1.1]])
SIGMAS = torch.tensor([0.20, 0.15, 0.22, 0.15, 0.20, 0.25])
ENOUGH = 0.9 * math.log(K)  # nats


def draw_points(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Points [n, 2] of six equally likely round clusters, and the cluster of each."""
    generator = torch.Generator().manual_seed(seed)
    cluster = torch.randint(K, (n,), generator=generator)
    return CENTRES[cluster] + SIGMAS[cluster, None] * torch.randn(n, 2, generator=generator), cluster


@cache
def unlabelled_points() -> tuple[torch.Tensor]:
    return (draw_points(3_000, seed=0)[0],)


def log_densities(points: torch.Tensor) -> torch.Tensor:
    """log p(x|cluster) of each point and cluster, up to a constant: [n, 6]."""
    return -torch.cdist(points, CENTRES).square() / (2 * SIGMAS**2) - 2 * SIGMAS.log()


def near_a_cluster(points: torch.Tensor) -> float:
    """The share of points within 3.5 standard deviations of a cluster; 99.8 % of the data are."""
    return float(((torch.cdist(points, CENTRES) / SIGMAS).min(1).values < 3.5).float().mean())


@torch.no_grad()
def measures(generator: nn.Module, recogniser: nn.Module) -> dict | str:
    """What the two networks do on new codes, noise and data, or what is wrong with their outputs."""
    source = torch.Generator().manual_seed(20260808)
    for network in (generator, recogniser):
        network.eval().cpu()
    codes = torch.arange(6_000) % K
    inputs = torch.cat([torch.randn(6_000, NOISE, generator=source), one_hot(codes, K)], dim=1)
    points, (real, cluster) = generator(inputs), draw_points(3_000, seed=1)
    if not torch.is_tensor(points) or points.shape != (6_000, 2):
        return f"the generator gives {_form(points)} for 6,000 rows of noise and codes, expected [6000, 2]."
    logits, of_real = recogniser(points), recogniser(real)
    if not torch.is_tensor(logits) or logits.shape != (6_000, K):
        return f"the recogniser gives {_form(logits)} for 6,000 points, expected [6000, 6]."
    if not bool(points.isfinite().all() and logits.isfinite().all()):
        return "a point or a logit is not finite: the training has diverged."
    table = confusion(codes, log_densities(points.float()).argmax(1), K, K)
    real_table = confusion(of_real.argmax(1), cluster, K, K)
    widths = torch.stack([points[codes == c].float().std(0).mean() for c in range(K)])
    return {
        "near": near_a_cluster(points.float()),
        "reached": int((table.sum(0) > 0.02 * len(points)).sum()),
        "spread": float((widths / SIGMAS[table.argmax(1)]).min()),
        "information": float(it.mutual_information(table / table.sum())),
        "L_I": math.log(K) + float(logits.log_softmax(1)[torch.arange(6_000), codes].mean()),
        "right": 1 - code_error(real_table, match_codes(real_table)),
    }


def _form(value) -> str:
    return f"a tensor {list(value.shape)}" if torch.is_tensor(value) else f"a {type(value).__name__}"


def judge_clusters(result) -> str:
    if not (isinstance(result, tuple | list) and len(result) == 2 and all(isinstance(n, nn.Module) for n in result)):
        return "expected two modules: end your function with `return generator, recogniser`."
    found = measures(*result)
    if isinstance(found, str):
        return found
    if found["near"] < 0.9:
        return (
            f"{found['near']:.0%} of your points lie near a cluster, expected 90 % or more. Is the generator trained "
            "on −log D, against a discriminator that moves too, and for enough steps? Is −λ L_I in both losses?"
        )
    if found["reached"] < K:
        return f"your points reach {found['reached']} of the six clusters. Is L_I in the generator's loss?"
    claimed = f"I(c; cluster) is {found['information']:.2f} nats, expected {ENOUGH:.2f} or more"
    if found["information"] < 0.1:
        return f"{claimed}: the generator ignores its code. Is −λ L_I in its loss?"
    if found["information"] < ENOUGH:
        return (
            f"{claimed}: some classes share a cluster. Train longer, or start again from a different seed. "
            "Is a softmax applied twice (8.4)?"
        )
    if found["spread"] < 0.1:
        return (
            f"the points of a class spread over {found['spread']:.1%} of their cluster's width, expected 10 % or more. "
            "Does the generator read its noise, and is −log D in its loss?"
        )
    if found["L_I"] < ENOUGH:
        return (
            f"I(c; cluster) is {found['information']:.2f} nats, but the L_I of your recogniser on new points is "
            f"{found['L_I']:.2f}, expected {ENOUGH:.2f} or more. Is −λ L_I in its loss? Does it return logits?"
        )
    if found["right"] < 0.9:
        return f"of new data points, {found['right']:.0%} get the class of their cluster, expected 90 % or more."
    return ""


def clusters_found(result) -> str:
    found = measures(*result)
    return (
        f"I(c; cluster) = {found['information']:.1f} of at most {math.log(K):.1f} nats by the check's classifier, and "
        f"L_I = {found['L_I']:.1f} by yours.\n  At least 90 % of new data points have the class of their cluster, "
        "although you used no label."
    )


# ---- tables of codes and images


def joint_and_q(rng) -> dict:
    """A joint pmf p(c, x) of four classes and seven images, and a Q(c|x) that is the posterior, roughly."""
    p = rng.dirichlet(np.ones(28) / 2).reshape(4, 7) + 1e-6
    q = (p + 0.02) ** rng.uniform(0.2, 2)
    return {"p": p / p.sum(), "Q": q / q.sum(axis=0)}


def without_normalisation(rng) -> dict:
    """The same pmf, and a `Q` whose columns sum to more than 1."""
    return joint_and_q(rng) | {"Q": rng.uniform(0.5, 1, size=(4, 7))}


def share_and_bound(p, Q) -> tuple[float, float]:
    """The share of misread codes, and its bound."""
    right = sum(p[Q[:, x].argmax(), x] for x in range(p.shape[1]))
    return 1 - right, -(p * np.log(Q)).sum() / math.log(2)


# ---- networks that are wrong in one way


class Placed(nn.Module):
    """A generator that puts class c into cluster `at[c]`, or with `at` None into a random one."""

    def __init__(self, at: list[int] | None, width: float = 1.0):
        super().__init__()
        self.at, self.width = at, width

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        noise, codes = inputs[:, :NOISE], inputs[:, NOISE:].argmax(1)
        if self.at is None:
            cluster = (K * torch.special.ndtr(noise[:, 2])).long().clamp(0, K - 1)
        else:
            cluster = torch.tensor(self.at)[codes]
        return CENTRES[cluster] + self.width * SIGMAS[cluster, None] * noise[:, :2]


class Posterior(nn.Module):
    """The exact posterior of the clusters, as logits."""

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        return log_densities(points)


def networks_of(at: list[int] | None, recogniser: nn.Module | None = None):
    """A slip: these networks, whatever the data."""
    return lambda points: (Placed(at), recogniser or Posterior())


def narrow(points):
    """One point for each class, in the right place."""
    return Placed(list(range(K)), width=0.0), Posterior()


def untrained(points):
    """Two networks with their first weights."""
    return nn.Linear(NOISE + K, 2), nn.Linear(2, K)


def not_detached(points):
    """Two backward passes through the same generated points."""
    generator, D = nn.Linear(NOISE + K, 2), nn.Linear(2, 1)
    fake = generator(torch.randn(8, NOISE + K))
    for _ in range(2):
        D(fake).mean().backward()


def constant(points):
    """Good points, and a Q that ignores them."""
    network = nn.Linear(2, K)
    with torch.no_grad():
        network.weight.zero_()
        network.bias.zero_()
    return Placed(list(range(K))), network
