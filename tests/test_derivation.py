"""`Derivation` on small chains whose truth is known: what passes, what fails, what is printed."""

import numpy as np
import pytest

from infotheory.derivation import Derivation, Step, cell, holds, number


def draw(rng):
    return {"a": rng.uniform(1, 2), "b": rng.uniform(1, 2)}


def chain(*steps):
    return Derivation("a chain", "section 0", [Step("s", relation, value, "why") for relation, value in steps], draw)


SQUARE = (("", lambda a, b: (a + b) ** 2), ("=", lambda a, b: a**2 + 2 * a * b + b**2), (">=", lambda a, b: 4 * a * b))


def test_a_true_chain_holds_on_every_draw():
    check = chain(*SQUARE).check(trials=1000)
    assert check and check.trials == 1000 and check.failures == ()
    assert str(check) == "✓ a chain: 3 lines hold on 1000 draws"


def test_a_false_line_is_named_with_the_draw_and_both_numbers():
    check = chain(SQUARE[0], ("=", lambda a, b: a**2 + b**2), SQUARE[2]).check(trials=10, seed=3)
    assert not check
    inputs = draw(np.random.default_rng(3))
    left, right = (inputs["a"] + inputs["b"]) ** 2, inputs["a"] ** 2 + inputs["b"] ** 2
    for part in ("line 2 fails on draw 0 of seed 3", f"{left:.6f}", f"{right:.6f}"):
        assert part in str(check)


def test_the_draw_that_fails_is_the_one_named():
    only_large = chain(("", lambda a, b: a), ("<=", lambda a, b: 1.9))
    failure = only_large.check(trials=100).failures[0]
    rng = np.random.default_rng(0)
    drawn = [draw(rng)["a"] for _ in range(failure.draw + 1)]
    assert drawn[-1] > 1.9 and max(drawn[:-1]) <= 1.9 and failure.above_value == drawn[-1]


def test_a_check_raises_only_when_asked():
    assert chain(*SQUARE).check(trials=2).or_raise()
    with pytest.raises(AssertionError, match="line 2 fails on draw 0"):
        chain(SQUARE[0], ("=", lambda a, b: 0.0)).check(trials=2).or_raise()


def test_the_same_seed_gives_the_same_table():
    assert repr(chain(*SQUARE).show(seed=5)) == repr(chain(*SQUARE).show(seed=5))
    assert repr(chain(*SQUARE).show(seed=5)) != repr(chain(*SQUARE).show(seed=6))


def test_a_false_line_shows_a_cross_and_a_true_one_a_tick():
    table = chain(*SQUARE, ("=", lambda a, b: 0.0)).show()
    assert [row[-1] for row in table.rows] == ["", "✓", "✓", "✗"]


@pytest.mark.parametrize(
    ("relation", "smaller", "equal", "larger"),
    [("=", 0, 1, 0), ("<=", 1, 1, 0), (">=", 0, 1, 1), ("!=", 1, 0, 1), ("<", 1, 0, 0), (">", 0, 0, 1)],
)
def test_relations(relation, smaller, equal, larger):
    assert [holds(relation, left, 1.0) for left in (0.5, 1.0, 1.5)] == [bool(v) for v in (smaller, equal, larger)]
    assert holds(relation, 1 + 1e-12, 1.0) == bool(equal)  # within the tolerance
    assert not holds(relation, np.nan, 1.0)


def test_infinity_equals_itself_and_exceeds_all_numbers():
    assert holds("=", np.inf, np.inf) and holds(">=", np.inf, 1.0) and holds("<", 1.0, np.inf)
    assert not holds("=", np.inf, -np.inf) and not holds("=", np.inf, 1.0) and not holds("<=", np.inf, 1.0)


def test_the_tolerance_grows_with_the_numbers():
    assert holds("=", 1e9, 1e9 + 0.5) and not holds("=", 1.0, 1 + 1e-8)


def candidates(above, this, best="min", relation="equivalent"):
    steps = [Step("x", "", lambda v: above, "first"), Step("y", relation, lambda v: this, "second", best)]
    return Derivation("candidates", "section 0", steps, lambda rng: {"v": 0})


def test_equivalent_lines_have_the_same_best_candidate_whatever_their_values():
    v = np.array([0.3, 0.9, 0.5])
    assert candidates(v, 7 - 2 * v).check(1)
    assert candidates(v, np.exp(v), best="max").check(1)
    assert not candidates(v, v).check(1)  # its least is another candidate
    assert not candidates(v, np.array([7.0, 6.0, 5.0])).check(1)


def test_a_tie_must_be_a_tie_in_both_lines():
    assert candidates(np.array([1.0, 2.0, 2.0]), np.array([5.0, 1.0, 1.0 + 1e-14])).check(1)
    assert not candidates(np.array([1.0, 2.0, 2.0]), np.array([5.0, 1.0, 3.0])).check(1)
    assert not candidates(np.array([1.0, 2.0, 1.0]), np.array([5.0, 1.0, 1.0])).check(1)
    assert not candidates(np.array([1.0, 2.0, 2.0]), np.array([0.0, 1.0, 3.0])).check(1)


def test_candidates_without_numbers_have_no_best():
    assert not candidates(np.array([np.nan, 1.0]), np.array([np.nan, 1.0])).check(1)


def test_equal_lines_of_candidates_agree_at_every_candidate():
    v = np.array([0.3, 0.9, 0.5])
    assert candidates(v, v.copy(), "max", "=").check(1)
    assert not candidates(v, v + np.array([0, 0, 0.1]), "max", "=").check(1)


def test_a_line_of_candidates_shows_the_best_value_and_its_place():
    rows = candidates(np.array([0.3, 0.9, 0.5]), np.array([4.0, 1.0, 2.0])).show().rows
    assert rows[0][2] == "0.900000 (max, at candidate 2 of 3)" and rows[1][2] == "1.000000 (min, at candidate 2 of 3)"


def test_bad_chains_are_refused_with_the_line():
    with pytest.raises(ValueError, match="a chain has 1 lines, expected at least two"):
        chain(SQUARE[0])
    with pytest.raises(ValueError, match=r"a chain, line 2: found relation '<', expected \['=', '<=', '>=', 'equi"):
        chain(SQUARE[0], ("<", lambda a, b: 9.0))
    with pytest.raises(ValueError, match='line 2: found best=\'most\', expected "max" or "min"'):
        candidates([1], [1], best="most")


def test_a_bar_does_not_end_a_cell_of_the_table():
    assert cell(r"$H(X|Y)\|q$ is H(X|Y)") == r"$H(X\vert Y)\Vert q$ is H(X\|Y)"


def test_numbers_have_six_decimals_and_no_minus_before_a_zero():
    assert [number(v) for v in (1 / 3, -1e-17, -0.5, np.inf)] == ["0.333333", "0.000000", "-0.500000", "inf"]
