"""How a game on a ring of eight modes is judged: it is played again with new networks, and new points are drawn."""

import math
import time
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import logsigmoid

import infotheory as it
from infotheory.teaching.answers import Fault

CENTRES = 2 * torch.stack([(torch.arange(8) * math.pi / 4).cos(), (torch.arange(8) * math.pi / 4).sin()], dim=1)
NEAR = 0.35  # of a centre: 3.5 standard deviations
FEW = 1.2  # nats: the largest H of a collapsed game
MOVED = 0.5  # the least mean distance that a collapsed game moves the points of G
MANY, GOOD = 7, 0.5  # a cured game: its least number of modes, and its least share of good points
VARIED = 1.9  # nats: the least H of a game whose D sees more than single points
SECONDS = 60.0  # for one game


class Score(NamedTuple):
    """The share of points near a centre, the modes with at least 1 % of all points, and H of the nearest centres."""

    good: float
    modes: int
    entropy: float

    def __str__(self) -> str:
        return f"{self.modes} of 8 modes, {self.good:.0%} good points, H = {self.entropy:.2f} nats"


def score(points: torch.Tensor) -> Score:
    distance, nearest = torch.cdist(points, CENTRES).min(dim=1)
    good = distance < NEAR
    modes = np.bincount(nearest[good].numpy(), minlength=8) >= 0.01 * len(points)
    H = it.entropy(it.empirical_pmf(nearest.numpy())).item()
    return Score(good.float().mean().item(), int(modes.sum()), H)


@cache
def ring_of_gaussians() -> torch.Tensor:
    """Eight Gaussians of standard deviation 0.1 around the centres: [20000, 2]."""
    generator = torch.Generator().manual_seed(6)
    modes = torch.randint(8, (20_000,), generator=generator)
    return CENTRES[modes] + 0.1 * torch.randn(20_000, 2, generator=generator)


def network(n_in: int, n_out: int, hidden: int = 64) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(n_in, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, n_out)
    )


def played(play, settings: dict, seed: int) -> tuple[Score, float]:
    """The score of new networks after `play`, and how far it moved the points. Raises `Fault` for no training."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        G, D = network(2, 2), network(2, 1)
        before = [weight.clone() for weight in (*G.parameters(), *D.parameters())]
        noise = torch.randn(4_000, 2)
        with torch.no_grad():
            untrained = G(noise)
        start = time.perf_counter()
        try:
            play(G, D, ring_of_gaussians().clone(), **settings)
        except RuntimeError as error:
            if "second time" not in str(error):
                raise
            raise Fault("D's loss went back into G: give D the detached points, fake.detach().") from error
        if time.perf_counter() - start > SECONDS:
            raise Fault(f"a game took more than {SECONDS:.0f} s: 1,000 steps are enough.")
        after = [*G.parameters(), *D.parameters()]
        for name, some in (("G", slice(6)), ("D", slice(6, None))):
            if all(torch.equal(one, other) for one, other in zip(before[some], after[some], strict=True)):
                raise Fault(f"play leaves the weights of {name} unchanged: train the network that it is given.")
        with torch.no_grad():
            points = G(noise)
    if not points.isfinite().all():
        raise Fault(f"with {settings} the generated points are not finite: is a learning rate too large?")
    return score(points), (points - untrained).norm(dim=1).mean().item()


def judge_games(result) -> str:
    """Two settings of a game: the first must collapse, the second must cover the ring."""
    kinds = isinstance(result, tuple | list) and len(result) == 3 and callable(result[0])
    if not (kinds and all(isinstance(settings, dict) for settings in result[1:])):
        return "expected three values: `return play, collapsing, curing`, a function and two dictionaries."
    play, collapsing, curing = result
    first, moved = played(play, collapsing, seed=61)
    if moved < MOVED:
        return f"with {collapsing} play moves the points of G by {moved:.2f} on average: train for more steps."
    if first.entropy > FEW:
        return f"with {collapsing} G makes {first}; expected H below {FEW} nats. Let G outrun D."
    second, _ = played(play, curing, seed=62)
    if second.modes < MANY or second.good <= GOOD:
        return (
            f"with {curing} G makes {second}; expected {MANY} modes or more, and more than {GOOD:.0%} good points. "
            "Is D close to the optimal one at every step of G, or are Adam's betas the default ones?"
        )
    return ""


def judge_view(shown) -> str:
    """What D sees of the points, in a game whose rates collapse if it sees single points."""
    if not callable(shown):
        return "expected a function of the points: end yours with `return shown`."
    points = torch.randn(128, 2, requires_grad=True)
    seen = shown(points)
    if not torch.is_tensor(seen) or seen.ndim != 2:
        return "expected a tensor [m, d] for the points [128, 2]."
    if len(seen) < 8:
        return f"found {len(seen)} rows of inputs for 128 points, expected 8 or more: the losses are means of rows."
    if not seen.requires_grad:
        return "no gradient reaches the points through shown: leave out detach."
    with torch.random.fork_rng():
        torch.manual_seed(63)
        G, D = network(2, 2), network(seen.shape[1], 1)
        slow_game(G, lambda x: D(shown(x)), D)
        with torch.no_grad():
            found = score(G(torch.randn(4_000, 2)))
    if not found.entropy >= VARIED:
        return (
            f"G makes {found}; expected H of {VARIED} nats or more. Which input of D shows that all points are alike?"
        )
    return ""


def slow_game(G, logit, D, steps: int = 600) -> None:
    """600 steps with the rates 0.002 for G and 0.0002 for D."""
    G_optimizer, D_optimizer = (
        torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.999)) for network, rate in ((G, 2e-3), (D, 2e-4))
    )
    for _ in range(steps):
        real, fake = ring_of_gaussians()[torch.randint(20_000, (128,))], G(torch.randn(128, 2))
        D_loss = -(logsigmoid(logit(real)).mean() + logsigmoid(-logit(fake.detach())).mean())
        D_optimizer.zero_grad()
        D_loss.backward()
        D_optimizer.step()
        G_loss = -logsigmoid(logit(fake)).mean()
        G_optimizer.zero_grad()
        G_loss.backward()
        G_optimizer.step()


def success_view(_) -> str:
    return f"H of new points is {VARIED} nats or more, with rates that collapse if D sees single points."


def success_games(_) -> str:
    return f"on new networks G collapses with the first settings, and makes at least {MANY} modes with the second."


def frechet_distance(mean, covariance, other_mean, other_covariance) -> float:
    """‖m₁ − m₂‖² + tr(C₁ + C₂ − 2 (C₁C₂)^½) of two Gaussians, for the lecture."""
    roots = np.sqrt(np.linalg.eigvals(covariance @ other_covariance).real.clip(min=0))
    difference = mean - other_mean
    return float(difference @ difference + np.trace(covariance + other_covariance) - 2 * roots.sum())
