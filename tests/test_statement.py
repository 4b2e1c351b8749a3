"""Statements are read, evaluated and proved as they should be, and verdicts travel. See also test_counterexample.py."""

import copy
import pickle
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import joints

from infotheory import conditional_entropy, conditional_mutual_information, entropy, evaluate, mutual_information
from infotheory.statements import Statement, StatementError, proof
from infotheory.statements.proof import Proof, elemental

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
    ("1000000000 H(X) + H(Y) >= 0", ()),  # coefficients of very different sizes
    ("H(X) + 1e-12 H(X|Y) + 1000000 I(X;Y) >= 0", ()),
    ("H(X) <= 0", ("1/1000000000000 H(X) = 0",)),
    ("H(X) <= 0", ("1000000000000 H(X) = 0",)),
    ("I(X;Z) <= I(X;Y)", MARKOV),  # data processing
    ("I(A;D) <= I(B;C)", ("I(A;C|B) = 0", "I(A,B;D|C) = 0")),
    ("I(A;D) <= I(B;C)", "A -> B -> C -> D"),
    ("I(A;C,D|B) + I(A,B;D|C) = 0", "A -> B -> C -> D"),
    ("A -> B -> C -> D", ("I(A;C|B) = 0", "I(A,B;D|C) = 0")),
    ("A -> C,D -> E", "A,B -> C,D -> E"),
    ("I(X;Y;Z) = I(X;Y) - I(X;Y|Z)", ()),
    ("I(X;Y;Z) <= I(Y;Z)", ()),
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
    ("I(X;Y;Z) >= 0", ()),
    ("I(B;C) <= I(A;D)", "A -> B -> C -> D"),
    ("H(X) <= 0", ("1000000000000 I(X;Y) = 0",)),  # the slack of a condition grows with its coefficients
    ("H(X) <= 0", ("1e-12 I(X;Y) = 0",)),
    ("1e-12 H(X) <= 0", ()),
    # D = A + B + C
    ("I(A;B,C,D) = 0", ("I(A;B,C) = 0", "I(A;B,D) = 0", "I(A;C,D) = 0", "I(B;C,D) = 0")),
    # four coins W, X, Y, Z and V = W + X + Y + Z
    ("I(X;Z|V,W,Y) = 0", ("I(Z;V,X|W) = 0", "I(V;Y|X,Z) = 0", "I(Z;X,Y|W) = 0", "I(Y;X|W) = 0")),
    # Zhang and Yeung's inequality without a term
    ("I(A;B) <= 2 I(A;B|C) + I(B;C|A) + I(A;B|D) + I(C;D)", ()),
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


@pytest.mark.parametrize("factor", ["1", "1000000000000", "1e-12"])
def test_a_multiple_of_a_line_holds_where_the_line_does(factor):
    product = np.outer([0.1, 0.2, 0.7], [0.3, 0.6, 0.1])
    assert Statement(f"{factor} I(X;Y) = 0").holds(product)
    assert not Statement(f"{factor} H(X) <= 0").holds([0.1, 0.9])


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
        ("I(X;Y|Z;W) = 0", 7, "| comes last: I(X;Y|Z)"),
        ("X -> Y", 6, "a Markov chain has at least three, X -> Y -> Z"),
        ("X -> Y -> Z = 0", 12, "one more group, or the end"),
        ("I(X;Z) -> Y -> Z", 1, "expected -> and one more group"),
        ("X -> Y -> ", 10, "the name of a variable"),
        ("1e31 H(X) >= 0", 0, "between 1e-30 and 1e30"),
        ("H(X) + 1e-401 H(Y) >= 0", 7, "between 1e-30 and 1e30"),
        ("H(X) + 1e999999999 H(Y) >= 0", 7, "between 1e-30 and 1e30"),
        ("1/10000000000000000000000000000001 H(X) >= 0", 0, "between 1e-30 and 1e30"),
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


@pytest.mark.parametrize("number", ["1" * 310, "7" * 5_000, "0." + "0" * 400 + "1", "1/" + "3" * 5_000])
def test_a_factor_of_very_many_digits_is_refused_in_a_few_words(number):
    with pytest.raises(StatementError, match=r"characters\), but a factor is 0 or between 1e-30 and 1e30") as error:
        Statement(f"H(Y) <= {number} H(X)")
    _, line, caret = str(error.value).split("\n")
    assert len(line) < 200 and line[caret.index("^")] == number[0]


def test_factors_without_a_short_common_denominator_are_refused():
    text = " + ".join(f"1/{2 * k + 1} H(X)" for k in range(200))
    with pytest.raises(StatementError, match="the common denominator of the factors has more than 100 digits"):
        Statement(f"{text} >= 0")


@pytest.mark.parametrize("text, given", [(5, ()), (b"H(X) >= 0", ()), ("H(X) >= 0", None), ("H(X) >= 0", [5])])
def test_what_is_no_text_is_a_type_error_in_our_words(text, given):
    with pytest.raises(TypeError, match=r"found .* expected a text"):
        Statement(text, given)


def test_a_long_line_is_shown_around_the_place():
    text = " + ".join(["H(X)"] * 1_000)
    with pytest.raises(StatementError) as error:
        Statement(f"{text} + G(X) >= 0")
    _, line, caret = str(error.value).split("\n")
    assert len(line) < 200 and line[caret.index("^") :].startswith("G(X)")


def test_a_line_of_a_hundred_thousand_terms_is_read():
    text = " + ".join(["H(X,Y|Z) - 1/3 I(X;Y)", "0.5 H(Z)"] * 33_334)
    expected = Statement("33334 H(X,Y|Z) - 33334/3 I(X;Y) + 16667 H(Z) >= 0").form
    assert Statement(f"{text} >= 0").form == expected


TOKENS = ["H", "I", "(", ")", "X", "Y", "Zoë", ",", ";", ":", "|", "->", "→", "=", "<=", "≤", ">", "+", "-", "*", "/"]
TOKENS += ["0", "2", "1/3", "0.5", "1e5", "1e-400", ".", "e", "²", "H(X)", "I(X;Y|Z)", " ", "\n", "\x00", "9" * 400]


@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join), st.sampled_from(["", "X -> Y -> Z", "H(X) = 0"]))
def test_any_text_is_a_statement_or_a_statement_error(text, condition):
    try:
        statement = Statement(text, [condition] if condition else ())
    except StatementError as error:
        assert len(str(error).split("\n")) == 3
    else:
        assert statement.prove() is None or statement.prove().verify()
        assert statement._repr_latex_() and Statement(statement.text, [condition] if condition else ()) == statement


@given(st.text(max_size=30))
def test_any_characters_are_a_statement_error(text):
    with pytest.raises(StatementError):
        Statement(f"{text}!")


# Other notations


def test_a_colon_is_a_semicolon():
    assert Statement("I(X:Y,Z|W) = 0").form == Statement("I(X;Y,Z|W) = 0").form


@pytest.mark.parametrize("text", ["X -> Y -> Z", "X→Y→Z", " X ->Y\n-> Z "])
def test_a_markov_chain_of_three_is_a_conditional_independence(text):
    assert Statement("H(X) >= 0", given=text).given[0].form == Statement("I(X;Z|Y) = 0").form


def test_a_markov_chain_is_the_divergence_from_its_factorisation():
    p = np.random.default_rng(0).dirichlet(np.ones(24)).reshape(2, 3, 2, 2)  # of A, B, C, D
    a_b, b_c, c_d = p.sum((2, 3)), p.sum((0, 3)), p.sum((0, 1))
    chain = a_b[:, :, None, None] * b_c[None, :, :, None] * c_d[None, None]
    chain = chain / (p.sum((0, 2, 3))[:, None, None] * p.sum((0, 1, 3))[:, None])
    statement = Statement("A -> B -> C -> D")
    assert statement.residual(p) == pytest.approx((p * np.log(p / chain)).sum(), abs=1e-12)
    assert statement.residual(chain) == pytest.approx(0, abs=1e-12)


def test_a_chain_of_groups_names_what_its_proof_uses():
    verdict = Statement("I(A;D) <= I(B;C)", given="A -> B -> C -> D").verdict()
    assert "-1 ×  A -> B -> C -> D" in repr(verdict)
    assert "\nsum  I(X;Z|Y) = 0" in str(Statement("X -> Y -> Z", given="I(X;Z|Y) = 0").prove())


@pytest.mark.parametrize("n", [3, 4, 5])
@pytest.mark.parametrize("given", ["", "E"])
def test_co_information_is_inclusion_and_exclusion(n, given):
    groups = list("ABCDE"[:n]) if not given else ["A", "B,C", "D", "A,D"][: n - 1]
    text = f"I({';'.join(groups)}{'|' + given if given else ''})"
    terms = []
    for size in range(1, len(groups) + 1):
        for chosen in combinations(groups, size):
            terms.append(f"{'+' if size % 2 else '-'} H({','.join(chosen)}{'|' + given if given else ''})")
    assert Statement(f"{text} = 0").form == Statement(f"{' '.join(terms)} = 0").form


def test_co_information_of_a_xor_is_negative_and_of_a_copy_positive():
    xor, copy = np.zeros((2, 2, 2)), np.zeros((2, 2, 2))
    for x, y in np.ndindex(2, 2):
        xor[x, y, x ^ y] = 1 / 4
    copy[0, 0, 0] = copy[1, 1, 1] = 1 / 2
    assert evaluate("I(X;Y;Z)", xor, base=2) == pytest.approx(-1)
    assert evaluate("I(X;Y;Z)", copy, base=2) == pytest.approx(1)


@pytest.mark.parametrize("text", ["2e-1 H(X) >= 0", ".2 H(X) >= 0", "1/5 H(X) >= 0", "0.02E1*H(X) >= 0"])
def test_factors_may_have_exponents(text):
    assert Statement(text).form == {frozenset("X"): Fraction(1, 5)}


# The value of an expression


@given(joints(3))
def test_evaluate_is_what_the_measures_give(p):
    assert evaluate("I(X;Y|Z)", p) == pytest.approx(conditional_mutual_information(p), abs=1e-12)
    pairs = mutual_information(p.sum(axis=2)), mutual_information(p.sum(axis=1))
    assert evaluate("2 I(X;Y) - 1/2 I(X;Z) + 0 H(Y)", p, base=2) == pytest.approx(
        (2 * pairs[0] - pairs[1] / 2) / np.log(2), abs=1e-12
    )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_values_at_a_pmf_of_16_bits_are_computed_in_32_and_given_in_16(dtype):
    p = torch.tensor([[6.843e-5, 0, 1.073e-6], [0.5195, 0, 3.576e-6], [3.636e-6, 0, 0.4805]], dtype=dtype)
    for value in (evaluate("I(X;Y)", p), evaluate(p=p, text="I(X;Y)"), Statement("I(X;Y) >= 0").residual(p)):
        assert value.dtype == dtype and float(value) == pytest.approx(0.692, abs=4e-3)


def test_evaluate_takes_batches_and_tensors_and_is_differentiable():
    p = torch.softmax(torch.randn(5, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)), -1) / 3
    p.requires_grad_()
    values = evaluate("H(X|Y) - H(Y)", p)
    assert values.shape == (5,) and values.dtype == torch.float64
    np.testing.assert_allclose(values.detach(), evaluate("H(X|Y) - H(Y)", p.detach().numpy()), atol=1e-12)
    assert torch.autograd.gradcheck(lambda p: evaluate("H(X|Y) - H(Y)", p, check=False), p)


def test_evaluate_refuses_relations_and_bad_pmfs():
    p = np.full((2, 2), 1 / 4)
    for text, place in [("H(X|Y) <= H(X)", 7), ("X -> Y -> Z", 0), ("H(X) = 0", 5)]:
        with pytest.raises(StatementError) as error:
            evaluate(text, p)
        assert str(error.value).endswith("\n" + " " * (4 + place) + "^")
    with pytest.raises(StatementError, match=re.escape("Statement(text).residual(p) is left minus right")):
        evaluate("H(X,Y) >= 0", p)
    with pytest.raises(StatementError, match="but no variable"):
        evaluate("0", p)
    with pytest.raises(ValueError, match=re.escape("p(X, Y, Z) has shape (2, 2), expected at least 3 axes")):
        evaluate("I(X;Y|Z)", p)
    with pytest.raises(ValueError, match=re.escape("p(X, Y) sums to 2")):
        evaluate("I(X;Y)", 2 * p)
    with pytest.raises(ValueError, match="found base=1"):
        evaluate("I(X;Y)", p, base=1)


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
    assert sum(m * value for m, value in at_p) == pytest.approx(goal, rel=1e-12, abs=1e-12)


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


def test_other_notations_are_set_in_latex():
    statement = Statement("2e-05 I(X:Y;Z2) ≥ 0", ["X -> Y,Z2 → W"])
    assert statement._repr_latex_() == (
        r"$2\cdot 10^{-5} I(X;Y;Z_{2}) \geq  0\quad\text{given } X \to  Y,Z_{2} \to  W$"
    )


@provable
def test_the_simplex_method_in_fractions_proves_it_too(text, conditions):
    statement = Statement(text, conditions)
    assert proof.prove(statement, exactly=True).verify()


@given(st.data())
def test_floating_point_and_fractions_agree_on_what_has_a_proof(data):
    names = "ABCD"[: data.draw(st.integers(1, 4))]
    groups = st.lists(st.sampled_from(names), min_size=1, max_size=len(names)).map(",".join)
    measures = st.builds("H({}|{})".format, groups, groups) | st.builds("I({};{}|{})".format, groups, groups, groups)
    terms = st.builds("{} {}".format, st.sampled_from([1, 2, "1/3"]), measures)
    right = " + ".join(data.draw(st.lists(terms, min_size=1, max_size=4)))
    statement = Statement(f"{data.draw(measures)} <= {right} + 0 H({','.join(names)})")
    assert (proof.prove(statement) is None) == (proof.prove(statement, exactly=True) is None)


@provable
def test_ordinary_lines_are_proved_without_the_simplex_method(text, conditions, monkeypatch):
    monkeypatch.setattr(proof, "simplex", lambda *forms: pytest.fail("the simplex method is slower"))
    statement = Statement(text, conditions)
    if not any(map(proof.uneven, [statement.form, *(line.form for line in statement.given)])):
        assert statement.prove()


def test_a_proof_may_hang_on_the_smallest_coefficient():
    assert Statement("H(Y) <= 0", "H(X) + 1e-12 H(Y) = 0").prove().verify()
    assert Statement("H(Y) <= 0", "H(X) + 1e-30 H(Y) = 0").prove().verify()
    assert Statement("1e30 H(X) + 1e-30 H(Y) >= 0").prove().verify()
    assert Statement("1e30 H(X) - 1e-30 H(Y) >= 0").prove() is None


def test_a_line_that_floating_point_misses_is_proved_by_the_verdict(monkeypatch):
    monkeypatch.setattr(proof, "program", lambda form, statement: None)
    assert Statement("I(X;Z) <= I(X;Y)", MARKOV).prove() is None
    assert Statement("I(X;Z) <= I(X;Y)", MARKOV).verdict() == "proved"


def test_the_goal_of_a_line_that_starts_with_zero_keeps_its_terms():
    assert "sum  0 H(X) - I(X;Y) >= 0" not in str(Statement("0 <= H(X|Y)").prove())
    lines = str(Statement("0 H(X) + H(Y) >= I(X;Y)").prove())
    assert "sum  0 H(X) + H(Y) - I(X;Y) >= 0" in lines


# Verdicts travel


@pytest.mark.parametrize(
    "text, conditions", [("I(X;Z) <= I(X;Y)", "X -> Y -> Z"), ("I(X;Y|Z) <= I(X;Y)", ()), ("H(X) >= 0 H(Y)", ())]
)
def test_statements_proofs_and_verdicts_are_copied_and_pickled(text, conditions):
    verdict = Statement(text, conditions).verdict()
    for again in (pickle.loads(pickle.dumps(verdict)), copy.deepcopy(verdict), copy.copy(verdict)):
        assert again == verdict and type(again) is type(verdict) and repr(again) == repr(verdict)
        assert (again.proof, again.statement, again.seconds) == (verdict.proof, verdict.statement, verdict.seconds)
        assert again.searched == verdict.searched and hash(again.statement) == hash(verdict.statement)
        assert again.proof is None or again.proof.verify()
    assert Statement(text) != Statement(text, "H(X) = 0") and Statement(text, conditions) == verdict.statement


def test_a_verdict_comes_back_from_another_process():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        verdicts = list(pool.map(Statement.verdict, [Statement("I(X;Y) >= 0"), Statement("I(X;Y) <= 0")]))
    assert verdicts == ["proved", "refuted"] and verdicts[0].proof.verify() and verdicts[1].pmf.sum() == 1


def test_the_solver_is_loaded_only_for_a_proof():
    code = "import infotheory.statements, sys; assert not {'scipy.optimize', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_file_of_the_prover_imports_one_that_builds_on_it():
    order = ["form", "expression", "notation", "exact", "proof"]
    order += ["arrangements", "networks", "counterexample", "statement"]
    folder = Path(proof.__file__).parent
    assert {file.stem for file in folder.glob("*.py")} == {*order, "__init__"}
    for i, name in enumerate(order):
        imported = re.findall(r"^ *from \.(\w+) import", (folder / f"{name}.py").read_text(), re.MULTILINE)
        assert set(imported) <= set(order[:i])


def test_a_verdict_is_compared_and_is_neither_true_nor_false():
    for text in ("H(X) >= 0", "H(X) >= H(X,Y)"):
        verdict = Statement(text).verdict()
        assert (verdict == "proved") != (verdict == "refuted")
        with pytest.raises(TypeError, match='expected a comparison: verdict == "proved"'):
            bool(verdict)


def test_a_table_that_names_its_axes_must_name_them_in_the_order_of_the_text():
    pandas = pytest.importorskip("pandas")
    p = pandas.DataFrame([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]]).rename_axis(index="Y", columns="X")
    for at in (lambda p: evaluate("H(Y|X)", p), Statement("H(Y|X) >= 0").residual):
        with pytest.raises(ValueError, match="found the axes Y, X, expected the variables in sorted order, X, Y"):
            at(p)
        assert at(p.T) == pytest.approx(0.4935753751)  # H of the rows given the columns


@pytest.mark.parametrize(
    "text, hint",
    [
        ("I(X;Y) == H(X)", "write = for equality"),
        ("H(X) =< H(X,Y)", "<= with the sign first"),
        ("X - Y - Z", "a Markov chain is X -> Y -> Z"),
        ("X ⊥ Y", r"independence is I\(X;Y\) = 0"),
    ],
)
def test_notation_of_others_is_refused_with_ours(text, hint):
    with pytest.raises(StatementError, match=hint):
        Statement(text)
