"""False statements are refuted by pmfs that an independent computation confirms; true ones never are."""

import re
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import gcd, log

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_statement import FALSE, MARKOV, ZHANG_YEUNG

from infotheory.statements import Statement, counterexample, networks
from infotheory.statements.arrangements import arrangements, coins, four_points, linear, refutations, values
from infotheory.statements.counterexample import exponents, refutes, sign, violations
from infotheory.statements.networks import complete_network, descend, joint, loosened, objective, random_network
from infotheory.statements.proof import elemental

false = pytest.mark.parametrize("text, conditions", FALSE)


def exactly(text, variables, p):
    """Left minus right of a line, to 60 digits, from a pmf in fractions: {outcome: probability}."""

    def entropy(group):
        marginal = {}
        for outcome, q in p.items():
            key = tuple(x for x, name in zip(outcome, variables, strict=True) if name in group)
            marginal[key] = marginal.get(key, 0) + q
        shares = [mpmath.mpf(q.numerator) / q.denominator for q in marginal.values()]
        return -mpmath.fsum(q * mpmath.log(q) for q in shares)

    with mpmath.workdps(60):
        form = Statement(text).form
        return mpmath.fsum(mpmath.mpf(c.numerator) / c.denominator * entropy(g) for g, c in form.items())


def in_fractions(pmf):
    """The pmf as fractions, which must sum to 1."""
    p = {tuple(x): Fraction(float(pmf[tuple(x)])).limit_denominator(10**6) for x in np.argwhere(pmf)}
    assert sum(p.values()) == 1 and all(q > 0 and float(q) == pmf[x] for x, q in p.items())
    return p


def confirm(statement):
    """Assert that the statement is refuted, and that fractions and 60 digits confirm it; return the verdict."""
    verdict = statement.verdict()
    assert verdict == "refuted" and verdict.proof is None
    p = in_fractions(verdict.pmf)
    size = float(max(map(abs, statement.form.values())))
    residual = float(exactly(statement.text, statement.variables, p)) / size
    assert {"=": abs(residual), "<=": residual, ">=": -residual}[statement.line.relation] > 1e-9
    assert all(abs(exactly(line.text, statement.variables, p)) < 1e-50 for line in statement.given)
    return verdict


@false
def test_a_counterexample_keeps_the_conditions_and_breaks_the_statement(text, conditions):
    statement = Statement(text, conditions)
    p = confirm(statement).pmf
    assert all(np.moveaxis(p, axis, 0).reshape(size, -1).any(axis=1).all() for axis, size in enumerate(p.shape))
    np.testing.assert_array_equal(p, statement.counterexample())


def test_a_refutation_prints_its_outcomes_in_fractions():
    assert repr(Statement("I(X;Y|Z) <= I(X;Y)").verdict()).split("\n") == [
        "refuted: I(X;Y|Z) <= I(X;Y)",
        "  X  Y  Z   probability",
        "  0  0  0   1/4",
        "  0  1  1   1/4",
        "  1  0  1   1/4",
        "  1  1  0   1/4",
        "  left 0.693147 nats, right 0.000000 nats",
    ]
    assert "  left 6.93147e-13 nats, right 0.000000 nats" in repr(Statement("1e-12 H(X) <= 0").verdict())


def test_letters_written_together_are_one_variable_and_the_verdict_says_so():
    verdict = Statement("H(XY) <= H(X) + H(Y)").verdict()
    assert verdict == "refuted" and "XY is a variable of its own here; write X,Y for several together" in repr(verdict)
    assert "of its own" not in repr(Statement("H(X,Y) <= H(X)").verdict())


def test_zhang_and_yeung_is_open_and_says_what_was_searched():
    verdict = Statement(ZHANG_YEUNG).verdict()
    assert verdict == "open" and verdict.proof is None and verdict.pmf is None and verdict.seconds > 0
    head, among, *searched = repr(verdict).split("\n")
    assert head == "open: no sum of Shannon's inequalities proves it"
    assert among == "no counterexample was found, up to rounding errors, among"
    assert [re.sub(r"[\d,]+ ", "", line, count=1) for line in searched] == [
        "  arrangements of subspaces of F₂³",
        "  arrangements of subspaces of F₃²",
        "  pmfs on four points",
        "  gradient descents",
    ]
    assert repr(Statement(ZHANG_YEUNG).verdict()) == repr(verdict)


@pytest.mark.parametrize(
    "text, conditions",
    [
        ("I(C;D) <= I(C;D|A) + I(C;D|B)", ("I(A;B) = 0", "I(A;B|C) = 0")),  # Zhang & Yeung (1997)
        ("I(C;D) <= I(C;D|A) + I(C;D|B) + I(A;B)", ("I(A;B|C) = 0", "I(B;D|C) = 0")),  # Kaced & Romashchenko (2013)
    ],
)
def test_true_inequalities_that_are_not_shannons_are_never_refuted(text, conditions):
    assert Statement(text, conditions).verdict() != "refuted"


@given(st.data())
def test_look_ups_refute_no_sum_of_shannons_inequalities(data):
    names = "ABCD"
    inequalities = st.sampled_from([line.text.removesuffix(" >= 0") for line in elemental(tuple(names))[0]])
    size = st.sampled_from(["1", "1/3", "2", "0.1", "1e9"])
    terms = st.builds("{} {}".format, size, inequalities)
    condition = data.draw(inequalities)
    extra = f"{data.draw(st.sampled_from('+-'))} {data.draw(size)} {condition}"  # any multiple of what is 0
    right = " + ".join(data.draw(st.lists(terms, min_size=1, max_size=4)))
    claim = Statement(f"0 <= {right} {extra} + 0 H(A,B,C,D)", given=f"{condition} = 0")
    assert claim.prove()
    for lattice in (linear(2, 3), linear(3, 2), four_points(16)):
        assert not any(refutes(claim, counts) for counts in refutations(lattice, claim))


def test_a_theorem_has_no_counterexample():
    assert Statement("I(X;Z) <= I(X;Y)", MARKOV).counterexample() is None
    assert Statement("I(X;Y|Z) <= I(X;Y)").prove() is None


# Arrangements


def spans():
    """The 16 subspaces of F₂³ as sets of vectors, by brute force."""
    subspaces = set()
    for vectors in product(range(8), repeat=3):
        span = {0}
        for vector in vectors:
            span |= {vector ^ other for other in span}
        subspaces.add(frozenset(span))
    return sorted(subspaces, key=sorted)


@cache
def ranks_of_all(n):
    """The rank of the sum of each group of n subspaces, [·, 2ⁿ]: every one that occurs among all 16ⁿ choices."""
    subspaces = spans()
    number = {space: i for i, space in enumerate(subspaces)}
    both = [[number[frozenset(a ^ b for a in one for b in other)] for other in subspaces] for one in subspaces]
    both, rank = np.array(both), np.array([round(log(len(space), 2)) for space in subspaces])
    choices = np.array(list(product(range(16), repeat=n)))
    sums = np.full((len(choices), 1), number[frozenset({0})])
    for j in range(n):
        sums = np.hstack([sums, both[sums, choices[:, [j]]]])
    return np.unique(rank[sums], axis=0)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_arrangements_of_subspaces_up_to_symmetry_have_the_ranks_of_all(n):
    lattice = linear(2, 3)
    assert len(lattice.partitions) == 16 and len(lattice.symmetries) == 168
    ranks = lattice.entropies[arrangements(lattice, n), 0]
    np.testing.assert_array_equal(np.unique(ranks, axis=0), ranks_of_all(n))


def test_five_variables_have_as_many_arrangements_up_to_symmetry_as_burnside_counts():
    for lattice in (linear(2, 3), linear(3, 2), coins(4), four_points(16)):
        k = lattice.single
        fixed = [(symmetry[:k] == np.arange(k)).sum() ** 5 for symmetry in lattice.symmetries]
        assert len(arrangements(lattice, 5)) == sum(map(int, fixed)) / len(lattice.symmetries)


@pytest.mark.parametrize("lattice", [linear(2, 3), linear(3, 2), four_points(16)], ids=lambda lattice: lattice.name)
def test_a_value_from_look_ups_is_that_of_the_pmf(lattice):
    statement = Statement("3 I(A;B|C) - 1/2 H(D|A) + I(A;B;D) >= 0")
    rng, table = np.random.default_rng(0), arrangements(lattice, 4)
    rows = table[rng.integers(len(table), size=20)]
    looked_up, error = values(statement.form, statement, lattice, rows)
    assert np.all(error == 0) if lattice.exact else np.all((error >= 0) & (error < 1e-12))
    unit = {"F₂³": log(2) / 2, "F₃²": log(3) / 2}.get(lattice.name[-3:], 3 + 1 / 2)
    for row, found in zip(rows, looked_up, strict=True):
        w = rng.integers(len(lattice.weights))
        outcomes = lattice.partitions[row[[1, 2, 4, 8]]]
        p = np.zeros(outcomes.max(axis=1) + 1)
        np.add.at(p, tuple(outcomes), lattice.weights[w] / lattice.weights[w].sum())
        largest = float(max(map(abs, statement.form.values())))
        assert statement.residual(p) == pytest.approx(found[w] * (unit if lattice.exact else largest), abs=1e-12)


def random_independence(rng, names):
    """I(A;B|C) = 0 of random disjoint groups, as a text."""
    places = [""]
    while not {"A", "B"} <= set(places):
        places = rng.choice(list("ABC-"), size=len(names))
    a, b, c = (",".join(x for x, place in zip(names, places, strict=True) if place == group) for group in "ABC")
    return f"I({a};{b}{'|' + c if c else ''}) = 0"


def false_over_subspaces(statement):
    """Whether some choice of subspaces of F₂³ keeps the conditions and breaks the line, by brute force."""
    ranks = ranks_of_all(len(statement.variables))

    def form(line):
        groups = {sum(2 ** statement.variables.index(x) for x in group): int(c) for group, c in line.form.items()}
        return sum((c * ranks[:, group] for group, c in groups.items()), np.zeros(len(ranks), int))

    kept = np.all([form(line) == 0 for line in statement.given], axis=0)
    return bool((kept & (form(statement.line) != 0)).any())


@pytest.mark.parametrize("n", [150, pytest.param(3_828, marks=pytest.mark.fuzz)])
def test_implications_that_are_false_over_f2_are_refuted(n):
    rng, false = np.random.default_rng(0), 0
    for _ in range(n):
        conclusion, *conditions = (random_independence(rng, "WXYZ") for _ in range(rng.integers(2, 7)))
        statement = Statement(conclusion, conditions)
        if false_over_subspaces(statement):
            confirm(statement)
            false += 1
    assert false > n / 3


def test_what_only_f3_refutes_is_refuted():
    names = "ABCD"
    pairs = [f"I({x};{y}) = 0" for i, x in enumerate(names) for y in names[i + 1 :]]
    rest = [
        f"H({z}|{x},{y}) = 0" for z in names for i, x in enumerate(names) for y in names[i + 1 :] if z not in (x, y)
    ]
    statement = Statement("H(D) = 0", [*pairs, *rest])  # over F₂ there are too few lines in a plane
    assert not false_over_subspaces(statement)
    assert confirm(statement).pmf.max() == 1 / 9


@pytest.mark.parametrize("factor", ["1000000000000", "1e-12", "1e30", "1e-30"])
def test_verdicts_do_not_depend_on_the_unit_of_a_line(factor):
    assert Statement(f"{factor} I(X;Y) >= 0").verdict() == "proved"
    assert Statement("H(X|Y) = H(X)", f"{factor} I(X;Y) = 0").verdict() == "proved"
    assert Statement("I(X;Z) = 0", (f"{factor} I(X;Y) = 0", "I(Y;Z) = 0")).verdict() == "refuted"
    assert Statement(f"{factor} I(X;Y|Z) <= {factor} I(X;Y)").verdict() == "refuted"
    assert Statement("I(X;Y|Z) <= I(X;Y)", f"H(X) + {factor} H(W|X) = H(X)").verdict() == "refuted"


# What counts


def test_a_condition_that_fails_by_a_little_fails():
    statement = Statement("H(X) <= 0", "I(X;Y) = 0")
    assert refutes(statement, np.full((2, 2), 10**9))
    assert not refutes(statement, np.full((2, 2), 10**9) + np.array([[1, -1], [-1, 1]]))  # I(X;Y) is about 2e-18
    for tilt, kept in [(1e-5, False), (1e-7, True)]:  # floating point sees the square of the tilt, and no less
        p = 1 / 4 + tilt * np.array([[[1, -1], [-1, 1]]])
        assert np.isfinite(violations(statement, p)) == kept
        for factor in ("1000000000000", "1e-12"):
            assert np.isfinite(violations(Statement("H(X) <= 0", f"{factor} I(X;Y) = 0"), p)) == kept


@given(st.lists(st.integers(0, 5), min_size=8, max_size=8).filter(sum))
def test_a_pmf_that_is_accepted_is_confirmed_by_another_computation(counts):
    counts = np.array(counts).reshape(2, 2, 2)
    statement = Statement("I(X;Y) <= I(X;Z) + 1/7 H(Z)", "I(X;Y|Z) = 0")
    p = {x: Fraction(int(counts[x]), int(counts.sum())) for x in np.ndindex(2, 2, 2) if counts[x]}
    kept = abs(exactly("I(X;Y|Z) = 0", "XYZ", p)) < 1e-50
    assert refutes(statement, counts) == (kept and exactly(statement.text, "XYZ", p) > 1e-50)


def test_a_true_statement_is_not_refuted_whatever_the_sizes_of_the_factors():
    # The condition sets a sum of two terms to 0. One is 1e29 times Zhang and Yeung's inequality and so >= 0, and the
    # other is 1e-96 H(A,B,C,D). So all variables are constant. A fair coin A misses the condition by 1e-96 log 2.
    zhang_yeung = "1e29 I(A;B) + 1e29 I(A;C,D) + 3e29 I(C;D|A) + 1e29 I(C;D|B) - 2e29 I(C;D)"
    condition = f"{zhang_yeung} + 1.{'0' * 95}1 H(A,B,C,D) - H(A,B,C,D) = 0"
    statement = Statement("H(A) <= 0", condition)
    assert statement.given[0].form[frozenset("ABCD")] == Fraction(1, 10**96)
    coin = np.ones((2, 1, 1, 1), int)
    assert not refutes(statement, coin) and refutes(Statement("H(A) <= 0", f"{zhang_yeung} = 0"), coin)
    assert statement.verdict() == "open"


@pytest.mark.parametrize("factor", ["1", "1e8", "1e10", "1e30"])
def test_a_term_that_is_exactly_0_hides_no_counterexample_whatever_its_factor(factor):
    statement = Statement(f"I(C;D) <= I(C;D|A) + I(C;D|B) + I(A;B) + {factor} H(A|B,C,D)")
    verdict = statement.verdict()
    # Two fair coins A, B with C = A and B, D = A or B: I(C;D) is 2 (2 log 2 - 3/4 log 3) - 3/2 log 2, the rest is 0
    assert verdict == "refuted" and verdict.pmf[verdict.pmf > 0].tolist() == [1 / 4] * 4
    assert float(exactly(statement.text, "ABCD", in_fractions(verdict.pmf))) == pytest.approx(log(32 / 27) / 2)


@given(
    st.lists(st.sampled_from([1, 2, 3, 4, 6, 30, 49]), min_size=8, max_size=8),
    st.lists(st.integers(-3, 3), min_size=3, max_size=3),
)
def test_a_form_is_a_sum_of_logarithms_of_coprime_integers(counts, factors):
    text = "{} H(X) + {} H(Y,Z) + {} I(X;Y|Z) = 0 H(X,Y,Z)".format(*factors).replace("+ -", "- ")
    claim, counts = Statement(text), np.array(counts).reshape(2, 2, 2)
    p = {x: Fraction(int(counts[x]), int(counts.sum())) for x in np.ndindex(2, 2, 2)}
    coprime = exponents(claim.form, claim, counts)
    residual = exactly(claim.text, "XYZ", p)
    assert all(gcd(a, b) == 1 for a, b in combinations(coprime, 2))
    assert sum(k * log(b) for b, k in coprime.items()) == pytest.approx(float(residual * counts.sum()), abs=1e-9)
    assert sign(coprime) == (0 if abs(residual) < 1e-50 else mpmath.sign(residual))


def test_the_sign_of_a_sum_of_logarithms_takes_as_many_digits_as_it_needs():
    assert sign({}) == 0 and sign({2: 1}) == 1 and sign({3: -1}) == -1
    assert sign({2: 19, 3: -12}) == -1  # 3¹² is Pythagoras' comma above 2¹⁹
    assert sign({10**200 + 1: 1, 10**200: -1}) == 1  # differ by 1e-200
    assert sign({10**200 + 1: -(10**30), 10**200: 10**30}) == -1


# Networks and descent


@pytest.fixture
def no_look_ups(monkeypatch):
    monkeypatch.setattr(counterexample, "refutations", lambda lattice, claim: iter(()))


@pytest.mark.parametrize(
    "text, conditions, seed",
    [
        ("H(X) <= 0.6 I(X;Y) + 0.7 H(X|Y) + 0.3 H(Y|X)", (), 0),
        ("2 I(X;Y|Z) <= 3 I(X;Y) + H(X|Y,Z)", ("H(Z|X,Y) = 0", "I(X;Z) = 0"), 0),
        ("I(X;Y) <= 1.1 I(X;Z)", (*MARKOV, "H(X|Y) = 0", "H(X|Z) = I(X;Y|Z)"), 0),
        ("I(A;B) <= I(A;B|C) + I(A;B|D) + I(C;D)", (), 0),
        ("I(A;B) <= 2 I(A;B|C) + I(B;C|A) + I(A;B|D) + I(C;D)", (), 0),
        ("I(A;B) <= 2 I(A;B|C) + I(B;C|A) + I(A;B|D) + I(C;D)", (), 1),
        ("I(A;B) <= 2 I(A;B|C) + I(B;C|A) + I(A;B|D) + I(C;D)", (), 2),
    ],
)
def test_networks_and_descent_refute_without_look_ups(text, conditions, seed, no_look_ups):
    statement = Statement(text, conditions)
    p = in_fractions(statement.counterexample(seed))
    residual = float(exactly(text, statement.variables, p))
    assert abs(residual) > 1e-9 and all(abs(exactly(line, statement.variables, p)) < 1e-50 for line in conditions)


def test_descent_refutes_what_look_ups_do_not():
    # Zhang and Yeung's inequality with 2 for 1: false by little, on six points
    verdict = confirm(Statement("I(C;D) <= I(C;D|A) + I(A;C|D) + I(A;D|C) + I(C;D|B) + I(A;B)"))
    assert len(verdict.searched) == 3 and (verdict.pmf > 0).sum() > 4
    assert max(q.denominator for q in in_fractions(verdict.pmf).values()) <= 64


@pytest.mark.parametrize("size", [2, 3])
def test_the_slope_of_a_descent_is_a_difference_quotient(size):
    claim = Statement("2 I(A;B|C) - 1/3 H(A|B) <= H(C)")
    p = np.random.default_rng(0).dirichlet(np.ones(size**3)).reshape(1, size, size, size)
    unit = float(max(map(abs, claim.form.values())))

    def per_nat(p):
        whole = Statement("H(A,B,C) >= 0").residual(p, check=False)
        return claim.residual(p, check=False) / whole / unit

    slope = objective(claim)(p)
    for place in np.ndindex(p.shape):
        step = np.zeros_like(p)
        step[place] = 1e-6
        assert slope[place] == pytest.approx((per_nat(p + step) - per_nat(p - step))[0] / 2e-6, rel=1e-3, abs=1e-6)


def test_a_descent_keeps_the_conditions_of_its_graph_and_improves():
    claim, rng = Statement("I(X;Y) <= I(X;Z)", "X -> Y -> Z"), np.random.default_rng(0)
    x, y, z = np.full((1, 2, 1, 1), 1 / 2), np.full((1, 2, 2, 1), 1 / 2), np.full((1, 1, 2, 2), 1 / 2)
    batch, free = loosened([np.ones((1, 1, 1, 1)), x, y, z], 1, rng)
    better = descend(claim, batch, free, np.ones(len(joint(batch))))
    before, after = violations(claim, joint(batch)), violations(claim, joint(better))
    assert free == [1, 2, 3] and np.isfinite(after).all() and (after > before).mean() > 0.9
    np.testing.assert_allclose(joint(better).sum(axis=(1, 2, 3)), 1)


def test_a_complete_network_is_any_pmf_and_a_random_one_is_a_pmf():
    rng = np.random.default_rng(0)
    batch, free = loosened(complete_network(3, 2), 1, rng)
    assert free == [1, 2, 3] and joint(batch).shape == (networks.RESTARTS, 2, 2, 2)
    for n, size in product([1, 3, 5], [2, 3]):
        p = joint(random_network(n, size, rng))
        assert p.ndim == n and p.sum() == pytest.approx(1) and (p >= 0).all()
