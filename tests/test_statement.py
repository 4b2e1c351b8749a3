"""Statements are read, evaluated, proved, refuted or left open as they should be."""

import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import joints

from infotheory import conditional_entropy, conditional_mutual_information, entropy, mutual_information
from infotheory.statements.counterexample import violations
from infotheory.statements.proof import Proof, elemental
from infotheory.statements import Statement, StatementError

MARKOV = ("I(X;Z|Y) = 0",)
PROVABLE = [
    # Section 3 of the report, with what it uses
    ("H(X|Y) = H(X,Y) - H(Y)", ()),
    ("I(X;Y) = -H(X,Y) + H(X) + H(Y)", ()),
    ("I(X;Y) = H(X) - H(X|Y)", ()),
    ("I(X;Y) = H(Y) - H(Y|X)", ()),
    ("H(X) - H(X|Y) = H(Y) - H(Y|X)", ()),
    ("H(X|Y) = H(X)", ("I(X;Y) = 0",)),
    ("I(X;Y) = 0", ("H(X|Y) = H(X)",)),
    ("I(X;Y) = H(X)", ("H(X|Y) = 0",)),
    # Chain rules
    ("H(A,B,C,D) = H(A) + H(B|A) + H(C|A,B) + H(D|A,B,C)", ()),
    ("I(A,B,C;D) = I(A;D) + I(B;D|A) + I(C;D|A,B)", ()),
    # Inequalities
    ("I(X;Y) <= H(X)", ()),
    ("I(X;Y) ≤ H(Y)", ()),
    ("0 <= H(X|Y)", ()),
    ("H(X|Y,Z) <= H(X|Y)", ()),
    ("H(X,Z) + H(Y,Z) >= H(X,Y,Z) + H(Z)", ()),  # submodularity
    ("H(X,Y) + H(Y,Z) + H(X,Z) >= 2 H(X,Y,Z)", ()),  # Han
    ("1/3 H(X) + 1/3 H(Y) + 1/3 H(Z) >= 1/6 H(X,Y) + 1/6 H(Y,Z) + 1/6 H(X,Z)", ()),
    ("0.333 H(X,Y) <= 0.333 H(X) + .333*H(Y)", ()),
    ("0.0000000001 H(X) >= 0", ()),
    ("I(X;Z) <= I(X;Y)", MARKOV),  # data processing
    ("I(A;D) <= I(B;C)", ("I(A;C|B) = 0", "I(A,B;D|C) = 0")),
    ("H(X|Z) = 0", ("H(X|Y) = 0", "H(Y|Z) = 0")),
    ("H(A,B,C,D,E) <= H(A) + H(B) + H(C) + H(D) + H(E)", ()),
]
FALSE = [
    ("I(X;Y|Z) <= I(X;Y)", ()),
    ("I(X;Y|Z) >= I(X;Y)", ()),
    ("H(X|Y) = H(Y|X)", ()),
    ("H(X,Y) = H(X) + H(Y)", ()),
    ("I(X;Y,Z) = I(X;Y) + I(X;Z)", ()),
    ("H(X) <= 0", ()),
    ("I(X;Y) <= I(X;Z)", MARKOV),
    ("H(X|Z) = 0", ("H(X|Y) = 0", "I(X;Z|Y) = 0")),
    ("I(X,Y;Z) = 0", ("I(X;Y) = 0", "I(X;Z) = 0", "I(Y;Z) = 0")),
    ("H(X|Y) = 0", ("I(X;Z|Y) = 0", "I(X;Y) = 0")),
    ("I(A;B) <= I(A;B|C) + I(A;B|D) + I(C;D)", ()),  # Ingleton
    ("H(X,Y) <= 1.9 I(X;Y) + 0.95 H(X|Y) + 0.95 H(Y|X)", ()),
]
ZHANG_YEUNG = "2 I(C;D) <= I(A;B) + I(A;C,D) + 3 I(C;D|A) + I(C;D|B)"

provable = pytest.mark.parametrize("text, conditions", PROVABLE)
false = pytest.mark.parametrize("text, conditions", FALSE)


# Reading and evaluating


def test_the_form_is_exact():
    form = Statement("0.1 H(X|Y) + 1/3 I(X;Y) + 2*H(X) <= H(X,X)").form
    x, y, xy = frozenset("X"), frozenset("Y"), frozenset("XY")
    assert form == {x: Fraction(4, 3), y: Fraction(7, 30), xy: Fraction(-7, 30)}
    assert all(type(coefficient) is Fraction for coefficient in form.values())


def test_variables_are_sorted_and_those_of_conditions_belong():
    assert Statement("H(b_2,A) >= 0", given="I(θ;A|b_2) = 0").variables == ("A", "b_2", "θ")


@given(joints(3))
def test_the_residual_is_what_the_measures_give(p):
    terms = {
        "H(Y)": entropy(p.sum(axis=(0, 2))),
        "H(Z|Y,X)": conditional_entropy(p.reshape(-1, p.shape[2]), given="x"),
        "I(X,Y;Z)": mutual_information(p.reshape(-1, p.shape[2])),
        "I(Z;X)": mutual_information(p.sum(axis=1)),
        "I(Y;X|Z)": conditional_mutual_information(p),
        "I(Z;Z|X)": conditional_entropy(p.sum(axis=1), given="x"),
    }
    factors = [Fraction(k, 2) for k in range(1, 7)]
    text = " - ".join(f"{factor} {term}" for factor, term in zip(factors, terms, strict=True))
    signs = [1, -1, -1, -1, -1, -1]
    expected = sum(float(f) * s * value for f, s, value in zip(factors, signs, terms.values(), strict=True))
    statement = Statement(f"{text} <= H(Z,X)")
    assert statement.residual(p) == pytest.approx(expected - entropy(p.sum(axis=1).ravel()), abs=1e-12)
    assert statement.residual(p, base=2) == pytest.approx(statement.residual(p) / np.log(2), abs=1e-12)


def test_a_batch_of_tensors_has_a_residual_each_and_finite_gradients():
    p = torch.tensor([[[0.5, 0.5], [0, 0]], [[0.5, 0], [0, 0.5]]], requires_grad=True)
    residual = Statement("I(X;Y) >= 0").residual(p)
    assert residual.dtype == torch.float32
    torch.testing.assert_close(residual, torch.tensor([0, np.log(2)], dtype=torch.float32))
    residual.sum().backward()
    assert p.grad.isfinite().all()


def test_the_gradient_of_mutual_information_is_its_pointwise_ratio():
    p = torch.tensor([[0.1, 0.2], [0.3, 0.4]], dtype=torch.float64, requires_grad=True)
    Statement("I(X;Y) = 0").residual(p).backward()
    q = p.detach()
    ratio = torch.log(q / (q.sum(1, keepdim=True) * q.sum(0)))
    torch.testing.assert_close(p.grad - p.grad.mean(), ratio - ratio.mean())


def test_holds_allows_atol_on_the_broken_side_only():
    skewed = np.array([[0.5, 0.1], [0.1, 0.3]])
    information = mutual_information(skewed)
    for text, true in [("I(X;Y) = 0", False), ("I(X;Y) <= 0", False), ("I(X;Y) >= 0", True)]:
        assert Statement(text).holds(skewed) == true
        assert Statement(text).holds(skewed, atol=1.001 * information)
        assert Statement(text).holds(skewed, atol=0.999 * information) == true
    assert not Statement("I(X;Y) <= 0").holds(np.stack([np.full((2, 2), 1 / 4), skewed]))


@pytest.mark.parametrize(
    "text, place, remedy",
    [
        ("", 0, "expected H(…) or I(…)"),
        ("H(X|Y = 3", 6, "one more name, or )"),
        ("I(X)", 3, "a second group, I(X;Y)"),
        ("H(X) > 0", 5, "write >="),
        ("H(X) < 0", 5, "write <="),
        ("H(A,B) + H(C,D,E|F) >= 0", 17, "at most 5 variables: A, B, C, D, E"),
        ("H(2X) = 0", 2, "the name of a variable"),
        ("H(X') = 0", 3, "a comma and one more name"),
        ("H() = 0", 2, "the name of a variable"),
        ("H(X;Y) = 0", 3, "H(X,Y)"),
        ("I(X;Y;Z) = 0", 5, "write I(X;Y) - I(X;Y|Z)"),
        ("H(X) = 1", 8, "the only constant is 0"),
        ("1/0 H(X) = 0", 1, "expected H(…) or I(…)"),
        ("0 = 0", 5, "but no variable"),
        ("H(X)", 4, "one of = <= >="),
        ("H(X) <= H(Y) <= H(Z)", 13, "two statements"),
        ("I(X;Y) <= min(H(X), H(Y))", 10, "expected H(…) or I(…)"),
        ("H(X) = H(Y) H(Z)", 12, "expected + or -"),
        ("H X = 0", 2, "expected ( after H"),
    ],
)
def test_an_error_points_at_the_character_and_says_what_would_be_right(text, place, remedy):
    with pytest.raises(StatementError) as error:
        Statement(text)
    problem, line, caret = str(error.value).split("\n")
    assert remedy in problem
    assert (line, caret) == (f"    {text}", " " * (4 + place) + "^")
    assert isinstance(error.value, ValueError)


def test_a_condition_must_be_an_equality():
    with pytest.raises(StatementError, match=r"a condition is an equality(.|\n)*\n {13}\^$"):
        Statement("I(X;Z) <= I(X;Y)", given=["I(X;Z|Y) <= 0"])


def test_a_pmf_must_have_an_axis_for_each_variable():
    statement = Statement("I(X;Z) <= I(X;Y)", MARKOV)
    with pytest.raises(ValueError, match=re.escape("p(X, Y, Z) has shape (2, 2), expected at least 3 axes")):
        statement.residual(np.full((2, 2), 1 / 4))
    with pytest.raises(ValueError, match=re.escape("p(X, Y, Z)[0, :, :, :] sums to 0.5")):
        statement.holds(np.full((2, 2, 2, 2), 1 / 16))


# Proofs


@provable
def test_a_theorem_is_proved_and_its_certificate_is_exact(text, conditions):
    verdict = Statement(text, conditions).verdict()
    assert verdict == "proved"
    assert verdict.proof.verify()
    assert all(isinstance(multiplier, Fraction) for steps in verdict.proof.parts for multiplier, _ in steps)
    assert repr(verdict).startswith("proved") and repr(verdict).endswith("QED")


@given(st.data())
@pytest.mark.parametrize("text, conditions", [line for line in PROVABLE if not line[1]])
def test_what_is_proved_holds(text, conditions, data):
    statement = Statement(text)
    assert statement.holds(data.draw(joints(len(statement.variables))))


@provable
def test_the_lines_of_a_proof_sum_to_its_goal_on_a_random_pmf(text, conditions):
    statement = Statement(text, conditions)
    p = np.random.default_rng(0).dirichlet(np.ones(2 ** len(statement.variables)) / 2)
    p = p.reshape([2] * len(statement.variables))
    at_p = [(float(m), numbers(line, statement.variables, p)) for m, line in statement.prove().parts[0]]
    goal = statement.residual(p) * (-1 if statement.line.relation == "<=" else 1)
    assert sum(m * value for m, value in at_p) == pytest.approx(goal, abs=1e-12)


def numbers(text, variables, p):
    """Left minus right of a line in some of the variables."""
    line = Statement(text)
    return line.residual(p.sum(axis=tuple(i for i, name in enumerate(variables) if name not in line.variables)))


@pytest.mark.parametrize("n, inequalities", [(1, 1), (2, 3), (3, 9), (4, 28), (5, 85)])
def test_there_are_as_many_elemental_inequalities_as_yeung_counts(n, inequalities):
    lines, matrix = elemental(tuple("ABCDE"[:n]))
    assert len({frozenset(line.form.items()) for line in lines}) == inequalities == n + n * (n - 1) // 2 * 2**n // 4
    assert matrix.shape == (2**n - 1, inequalities)


@pytest.mark.parametrize(
    "text, conditions",
    [
        ("I(X;Z) <= I(X;Y)", MARKOV),
        ("H(X|Z) = 0", ("H(X|Y) = 0", "H(Y|Z) = 0")),
        ("H(X,Y) + H(Y,Z) + H(X,Z) >= 2 H(X,Y,Z)", ()),
    ],
)
def test_a_tampered_certificate_is_rejected(text, conditions):
    proof = Statement(text, conditions).prove()
    for part, steps in enumerate(proof.parts):
        for i, (multiplier, line) in enumerate(steps):
            for changed in [
                [],  # dropped
                [(multiplier + Fraction(1, 10**12), line)],
                [(-multiplier, line)],
                [(multiplier, line), (Fraction(1), "I(X;Y) >= 0")],
                [(multiplier, line.replace("I(X;", "I(X,Y;").replace("H(X|", "H(X,Y|"))],
            ]:
                tampered = (*steps[:i], *changed, *steps[i + 1 :])
                if tampered != steps:
                    assert not replace(proof, parts=(*proof.parts[:part], tampered, *proof.parts[part + 1 :])).verify()
    assert not replace(proof, parts=proof.parts[:-1]).verify()
    assert not replace(proof, statement=Statement("H(X|Y,Z) >= 2 H(X)", conditions)).verify()


def test_a_proof_under_conditions_proves_nothing_without_them():
    proof = Statement("I(X;Z) <= I(X;Y)", MARKOV).prove()
    assert not replace(proof, statement=Statement("I(X;Z) <= I(X;Y) + 0 H(Z)")).verify()


def test_a_false_statement_has_no_certificate_with_negative_multipliers_or_lines_of_its_own():
    statement = Statement("H(X) <= 0")
    assert not Proof(statement, (((Fraction(-1), "H(X) >= 0"),),)).verify()
    assert not Proof(statement, (((Fraction(1), "0 >= H(X)"),),)).verify()
    assert not Proof(Statement("H(X) = 0"), (((Fraction(1), "H(X) >= 0"),),)).verify()


def test_a_certificate_counts_only_once_verified(monkeypatch):
    monkeypatch.setattr("infotheory.statements.proof.solve", lambda forms, target: [Fraction(999, 1000)] * len(forms))
    assert Statement("I(X;Y) >= 0").prove() is None


def test_a_proof_is_readable():
    proof = Statement("I(X;Z) <= I(X;Y)", MARKOV).prove()
    assert str(proof).split("\n") == [
        "I(X;Z) <= I(X;Y)  given  I(X;Z|Y) = 0",
        "Proof, each line also in joint entropies:",
        " 1 ×  I(X;Y|Z) >= 0           - H(Z) + H(X,Z) + H(Y,Z) - H(X,Y,Z)",
        "-1 ×  I(X;Z|Y) = 0            H(Y) - H(X,Y) - H(Y,Z) + H(X,Y,Z)",
        " sum  I(X;Y) - I(X;Z) >= 0    H(Y) - H(Z) - H(X,Y) + H(X,Z)",
        "QED",
    ]
    assert r"I(X;Y\mid Z) \geq  0 & - H(Z)" in proof.latex()


def test_a_statement_is_set_in_latex():
    statement = Statement("1/2 H(x_1|code2) ≤ 2*H(x_1)", "I(x_1;Z) = 0")
    expected = r"$\tfrac{1}{2} H(x_{1}\mid \mathrm{code}_{2}) \leq  2\cdot H(x_{1})\quad\text{given } I(x_{1};Z) = 0$"
    assert statement._repr_latex_() == expected


# Counterexamples


@false
def test_a_counterexample_keeps_the_conditions_and_breaks_the_statement(text, conditions):
    statement = Statement(text, conditions)
    verdict = statement.verdict()
    assert verdict == "refuted"
    p = verdict.pmf
    assert p.sum() == 1 and (p >= 0).all()
    assert all(np.moveaxis(p, axis, 0).reshape(size, -1).any(axis=1).all() for axis, size in enumerate(p.shape))
    assert not statement.holds(p, atol=1e-6)
    assert all(abs(numbers(line, statement.variables, p)) <= 1e-12 for line in conditions)
    np.testing.assert_array_equal(p, statement.counterexample())


@pytest.mark.parametrize("tilt, kept", [(1e-5, False), (1e-7, True)])  # I(X;Y) is about twice its square
def test_a_condition_that_fails_by_a_little_fails(tilt, kept):
    network = [np.ones((1, 1, 1)), np.full((1, 2, 1), 1 / 2), 1 / 2 + tilt * np.array([[[1, -1], [-1, 1]]])]
    assert np.isfinite(violations(Statement("H(X) <= 0", "I(X;Y) = 0"), [network])) == kept


@pytest.mark.parametrize("seed", range(3))
def test_improving_finds_what_neither_coins_nor_chance_find(seed, monkeypatch):
    statement = Statement("I(A;B) <= I(A;B|C) + I(A;B|D) + I(C;D) + 0.08 H(A,B,C,D)")
    p = statement.counterexample(seed)
    assert p.sum() == 1 and not statement.holds(p, atol=1e-4)
    monkeypatch.setattr("infotheory.statements.counterexample.STEPS", 0)
    assert statement.counterexample(seed) is None


@pytest.mark.parametrize(
    "text, conditions",
    [
        ("H(X) <= 0.6 I(X;Y) + 0.7 H(X|Y) + 0.3 H(Y|X)", ()),
        ("2 I(X;Y|Z) <= 3 I(X;Y) + H(X|Y,Z)", ("H(Z|X,Y) = 0", "I(X;Z) = 0")),
        ("I(X;Y) <= 1.1 I(X;Z)", (*MARKOV, "H(X|Y) = 0", "H(X|Z) = I(X;Y|Z)")),
    ],
)
def test_networks_keep_conditions_that_coins_do_not_decide(text, conditions, monkeypatch):
    monkeypatch.setattr("infotheory.statements.counterexample.FUNCTIONS", [np.zeros(4, int)] * 2)
    test_a_counterexample_keeps_the_conditions_and_breaks_the_statement(text, conditions)


def test_a_refutation_prints_its_outcomes():
    assert repr(Statement("I(X;Y|Z) <= I(X;Y)").verdict()).split("\n") == [
        "refuted: I(X;Y|Z) <= I(X;Y)",
        "  X  Y  Z   probability",
        "  0  0  0   0.25",
        "  0  1  1   0.25",
        "  1  0  1   0.25",
        "  1  1  0   0.25",
        "  left 0.693147 nats, right 0.000000 nats",
    ]


def test_letters_written_together_are_one_variable_and_the_verdict_says_so():
    verdict = Statement("H(XY) <= H(X) + H(Y)").verdict()
    assert verdict == "refuted" and "XY is a variable of its own here; write X,Y for several together" in repr(verdict)
    assert "of its own" not in repr(Statement("H(X,Y) <= H(X)").verdict())


def test_zhang_and_yeung_is_open_since_no_shannon_inequalities_imply_it():
    verdict = Statement(ZHANG_YEUNG).verdict()
    assert verdict == "open" and verdict.proof is None and verdict.pmf is None
    assert repr(verdict) == "open: not a Shannon-type inequality; no counterexample found"


def test_a_theorem_has_no_counterexample():
    assert Statement("I(X;Z) <= I(X;Y)", MARKOV).counterexample() is None
    assert Statement("I(X;Y|Z) <= I(X;Y)").prove() is None


def test_the_solver_is_loaded_only_for_a_proof():
    code = "import infotheory.statements, sys; assert not {'scipy.optimize', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
