"""`IDENTITIES`: every property that the report states, by section.

A property of entropies is a `Statement`, whose `.prove()` holds for every distribution. A property of KL, of generators
or with "if and only if" is a function that draws a random case and yields the facts that must hold.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..bounds import barber_agakov_bound, mutual_information_bound
from ..divergences import kl_divergence, total_variation
from ..evidence import elbo, log_evidence, posterior
from ..measures import conditional, conditional_entropy, entropy, joint, marginal, mutual_information, self_information
from ..statements import Statement
from .derivations.draws import random_pmf
from .derivations.game import (
    N_C,
    N_X,
    N_Z,
    code_and_output,
    code_output_and_posterior,
    draw_channel,
    mean_log_q,
    random_generator,
)
from .facts import Fact


@dataclass(frozen=True)
class Identity:
    """A property that the report states: its `statements`, and the `facts(rng)` that must hold on a random case."""

    name: str
    section: str
    claim: str
    statements: tuple[Statement, ...] = ()
    facts: Callable[[np.random.Generator], Iterable[Fact]] = lambda rng: ()
    equations: tuple[str, ...] = ()

    def draw(self, rng: np.random.Generator) -> list[Fact]:
        """All that is claimed, on one random case."""
        drawn = []
        for statement in self.statements:
            residual = statement.residual(random_pmf(rng, *[3] * len(statement.variables)))
            drawn.append(Fact(f"left minus right of “{statement.text}”", residual, statement.line.relation, "0", 0))
        return [*drawn, *self.facts(rng)]

    def check(self, trials: int = 100, seed: int = 0) -> list[Fact]:
        """The facts that fail on `trials` random cases: none if the property holds."""
        rng = np.random.default_rng(seed)
        return [fact for _ in range(trials) for fact in self.draw(rng) if not fact]


class Columns(NamedTuple):
    """p(x, y) with the marginals as a column and a row."""

    p_xy: np.ndarray
    p_x: np.ndarray
    p_y: np.ndarray


def random_joint(rng) -> Columns:
    p_xy = random_pmf(rng, 3, 3)
    return Columns(p_xy, p_xy.sum(axis=1, keepdims=True), p_xy.sum(axis=0, keepdims=True))


def rare_and_likely(rng):
    rare, likely = np.sort(rng.uniform(0.01, 1, 2))
    yield Fact("I of the rarer event", self_information(rare), ">", "I of the likelier", -np.log(likely))


def product_rule(rng):
    p_xy, _, p_y = random_joint(rng)
    largest = abs(joint(p_y[0], conditional(p_xy).T).T - p_xy).max()
    yield Fact("largest |p(y) p(x|y) - p(x,y)|", largest, "=", "0", 0)


def marginalisation(rng):
    p_xy = random_pmf(rng, 3, 3)
    largest = max(abs(marginal(p_xy, of="y")[y] - sum(p_xy[x, y] for x in range(3))) for y in range(3))
    yield Fact("largest |p(y) - Σ_x p(x,y)|", largest, "=", "0", 0)


def determined(rng):
    x_of_y = rng.integers(0, 3, size=4)
    p_xy = np.eye(3)[:, x_of_y] * random_pmf(rng, 4)
    yield Fact("H(X|Y) of X = f(Y)", conditional_entropy(p_xy), "=", "0", 0)
    p_xy = rng.dirichlet(np.full(12, 0.1)).reshape(3, 4)  # sparse: all but determined
    error = 1 - p_xy.max(axis=0).sum()
    yield Fact("P(X is not the likeliest x given Y)", error, "<=", "½ H₂(X|Y)", conditional_entropy(p_xy, base=2) / 2)


def independent(rng):
    p_x, p_y = random_pmf(rng, 3), random_pmf(rng, 4)
    h_x = -np.sum(p_x * np.log(p_x))
    yield Fact("H(X|Y) of p(x)p(y)", conditional_entropy(np.outer(p_x, p_y)), "=", "H(X)", h_x)
    p_xy, p_x, p_y = random_joint(rng)
    gap = entropy(p_x[:, 0]) - conditional_entropy(p_xy)
    distance = abs(p_xy - p_x * p_y).sum() / 2
    yield Fact("TV(p(x,y), p(x)p(y))", distance, "<=", "√(½ (H(X) - H(X|Y)))", np.sqrt(gap / 2))


def less_dependence_less_information(rng):
    p_xy, p_x, p_y = random_joint(rng)
    less, more = np.sort(rng.uniform(0, 1, 2))
    information = [mutual_information((1 - t) * p_xy + t * p_x * p_y) for t in (less, more)]
    yield Fact("I nearer to independence", information[1], "<=", "I farther from it", information[0])
    yield Fact("I of p(x)p(y)", mutual_information(p_x * p_y), "=", "0", 0)


def non_negative(rng):
    p, q = random_pmf(rng, 4), random_pmf(rng, 4)
    yield Fact("KL(p‖q)", np.sum(p * np.log(p / q)), ">=", "0", 0)
    yield Fact("KL(p‖q)", kl_divergence(p, q), ">=", "2 TV(p,q)²", abs(p - q).sum() ** 2 / 2)


def non_symmetric(rng):
    p, q = random_pmf(rng, 4), random_pmf(rng, 4)
    yield Fact("KL(p‖q)", kl_divergence(p, q), "!=", "KL(q‖p)", np.sum(q * np.log(q / p)))
    coin = rng.uniform(0.05, 0.45)
    p, q = np.array([coin, 1 - coin]), np.array([1 - coin, coin])
    yield Fact("KL(p‖q), q the coin p turned over", kl_divergence(p, q), "=", "KL(q‖p)", np.sum(q * np.log(q / p)))


def zero_iff_equal(rng):
    p, q = random_pmf(rng, 4), random_pmf(rng, 4)
    yield Fact("KL(p‖p)", kl_divergence(p, p.copy()), "=", "0", 0)
    q = p + (q - p) * 10.0 ** rng.uniform(-2, 0)  # from close to far
    yield Fact("TV(p,q)", total_variation(p, q), "<=", "√(½ KL(p‖q))", np.sqrt(np.sum(p * np.log(p / q)) / 2))
    yield Fact("KL(p‖q), p ≠ q", kl_divergence(p, q), ">", "0", 0)


def constant_entropy_of_the_code(rng):
    p_z, p_c = random_pmf(rng, N_Z), random_pmf(rng, N_C)
    one, other = (marginal(code_and_output(p_z, p_c, random_generator(rng))) for _ in range(2))
    yield Fact("H(c) under one generator", entropy(one), "=", "H(c) under another", -np.sum(other * np.log(other)))


def code_read_from_the_output(rng):
    p_z, p_c = random_pmf(rng, N_Z), random_pmf(rng, N_C)
    faithful = code_and_output(p_z, p_c, np.tile(rng.permutation(N_X), (N_Z, 1)))
    yield Fact("H(c|G(z,c)), G tells c", conditional_entropy(faithful), "=", "0", 0)
    blurred = code_and_output(p_z, p_c, random_generator(rng))
    error, bits = 1 - blurred.max(axis=0).sum(), -np.sum(blurred * np.log2(blurred / blurred.sum(axis=0)))
    yield Fact("P(c is not the likeliest c given G(z,c))", error, "<=", "½ H₂(c|G(z,c))", bits / 2)


def logarithms(rng):
    a, b, c = rng.uniform(0.01, 1, 3)
    yield Fact("log(AB/C)", -self_information(a * b) - np.log(c), "=", "log(A/C) + log B", np.log(a / c) + np.log(b))


def tight_at_the_posterior(rng):
    game = draw_channel(rng)
    game |= code_output_and_posterior(**game)
    p_cx = game["p_cx"]
    information = np.sum(p_cx * np.log(p_cx / np.outer(game["p_c"], game["p_x"])))
    yield Fact("L_I at Q = p(c|x)", barber_agakov_bound(p_cx, game["posterior"]), "=", "I(c; x)", information)
    gap = game["p_x"] @ kl_divergence(game["posterior"], game["Q"], axis=0)
    yield Fact("I(c; x) - L_I", information - barber_agakov_bound(p_cx, game["Q"]), "=", "E_x KL(p(c|x)‖Q(c|x))", gap)


def sampled_without_a_posterior(rng):
    game, n = draw_channel(rng), 2_000
    z, c = rng.choice(N_Z, n, p=game["p_z"]), rng.choice(N_C, n, p=game["p_c"])
    log_q = np.log(game["Q"][c, game["G"][z, c]])
    estimate = mutual_information_bound(log_q, entropy(game["p_c"]))
    exact = entropy(game["p_c"]) + mean_log_q(game["p_z"], game["p_c"], game["G"], game["Q"])
    error = log_q.std() / np.sqrt(n)
    yield Fact("|L_I from 2,000 draws of (z, c) - L_I|", abs(estimate - exact), "<=", "6 standard errors", 6 * error)


def elbo_and_evidence(rng):
    p_xz, q = random_pmf(rng, 4) * rng.uniform(0.01, 1, 4), random_pmf(rng, 4)
    log_joint, log_p_x = np.log(p_xz), np.log(p_xz.sum())
    yield Fact("ELBO", elbo(log_joint, q), "<=", "log p(x)", log_p_x)
    yield Fact("ELBO at q = p(z|x)", elbo(log_joint, posterior(log_joint)), "=", "log p(x)", log_p_x)
    gap = np.sum(q * np.log(q / (p_xz / p_xz.sum())))
    yield Fact("log p(x) - ELBO", log_evidence(log_joint) - elbo(log_joint, q), "=", "KL(q(z)‖p(z|x))", gap)


IDENTITIES: tuple[Identity, ...] = (
    Identity("surprise", "3", "unlikely events carry more information than likely ones", facts=rare_and_likely),
    Identity(
        "product rule", "3", "p(x,y) = p(y) p(x|y)", (Statement("H(X,Y) = H(Y) + H(X|Y)"),), product_rule,
        ("3 product rule",)
    ),
    Identity("marginalisation", "3", "p(y) = Σ_x p(x,y)", facts=marginalisation, equations=("3 marginalisation",)),
    Identity(
        "conditional entropy", "3", "H(X|Y) = H(X,Y) - H(Y)",
        (Statement("H(X|Y) = H(X,Y) - H(Y)"), Statement("H(Y|X) = H(X,Y) - H(X)")),
        equations=("3 conditional entropy, transformed",)
    ),
    Identity(
        "determined", "3", "H(X|Y) = 0 iff X is determined by Y",
        (Statement("H(X|Y) >= 0"), Statement("H(X|X) = 0")), determined, ("3 determined",)
    ),
    Identity(
        "independent", "3", "H(X|Y) = H(X) iff X and Y are independent",
        (Statement("H(X|Y) <= H(X)"), Statement("H(X) - H(X|Y) = I(X;Y)")), independent, ("3 independent",)
    ),
    Identity(
        "forms of mutual information", "3", "I(X;Y) = H(X) + H(Y) - H(X,Y) = H(X) - H(X|Y) = H(Y) - H(Y|X)",
        (
            Statement("I(X;Y) = H(X) + H(Y) - H(X,Y)"),
            Statement("I(X;Y) = H(X) - H(X|Y)"),
            Statement("I(X;Y) = H(Y) - H(Y|X)"),
            Statement("I(X;Y) = I(Y;X)")
        ),
        equations=("3 mutual information",)
    ),
    Identity(
        "range of mutual information", "3", "0 ≤ I(X;Y) ≤ H(X), and 0 ≤ I(X;Y) ≤ H(Y)",
        (Statement("I(X;Y) >= 0"), Statement("I(X;Y) <= H(X)"), Statement("I(X;Y) <= H(Y)"))
    ),
    Identity(
        "dependence", "3", "the more independent, the less mutual information", facts=less_dependence_less_information
    ),
    Identity("KL is non-negative", "3", "KL(p‖q) ≥ 0", facts=non_negative, equations=("3 KL non-negative",)),
    Identity(
        "KL is non-symmetric", "3", "KL(p‖q) ≠ KL(q‖p), in general", facts=non_symmetric,
        equations=("3 KL non-symmetric",)
    ),
    Identity(
        "KL of equals", "3", "KL(p‖q) = 0 iff p = q", facts=zero_iff_equal, equations=("3 KL of equals",)
    ),
    Identity("H(c) is constant", "4.1.1", "the generator does not move H(c)", facts=constant_entropy_of_the_code),
    Identity(
        "code read from the output", "4.1.1", "H(c|G(z,c)) = 0 iff c is determined by G(z,c)",
        facts=code_read_from_the_output, equations=("4.1.1 determined code",)
    ),
    Identity(
        "logarithms", "4.1.1", "log AB/C = log A/C + log B", facts=logarithms,
        equations=("4.1.1 log of a product",)
    ),
    Identity(
        "tight at the posterior", "4.1.1", "I = L_I iff Q(c|x) = p(c|x); else E_x KL is missing",
        facts=tight_at_the_posterior
    ),
    Identity(
        "no posterior to sample", "4.1.1", "L_I needs draws of z and c alone", facts=sampled_without_a_posterior
    ),
    Identity("ELBO", "4.2.1", "ELBO ≤ log p(x), by KL(q(z)‖p(z|x))", facts=elbo_and_evidence)
)  # fmt: skip
"""Properties in the report's order."""
