"""`Derivation` on small chains whose truth is known: what passes, what fails, what is printed."""

from html.parser import HTMLParser

import numpy as np
import pytest

from infotheory.derivation import Derivation, Step, holds, number
from infotheory.derivation.table import Table, cell, html, plain
from infotheory.report import DERIVATIONS


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
    assert rows[0][3] == "0.900000 (max, at candidate 2 of 3)" and rows[1][3] == "1.000000 (min, at candidate 2 of 3)"


def test_bad_chains_are_refused_with_the_line():
    with pytest.raises(ValueError, match="a chain has 1 lines, expected at least two"):
        chain(SQUARE[0])
    with pytest.raises(ValueError, match=r"a chain, line 2: found relation '<', expected \['=', '<=', '>=', 'equi"):
        chain(SQUARE[0], ("<", lambda a, b: 9.0))
    with pytest.raises(ValueError, match='line 2: found best=\'most\', expected "max" or "min"'):
        candidates([1], [1], best="most")


def test_numbers_have_six_decimals_and_no_minus_before_a_zero():
    assert [number(v) for v in (1 / 3, -1e-17, -0.5, np.inf)] == ["0.333333", "0.000000", "-0.500000", "inf"]


# On inputs that are given

P = [[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]]
THREE = {"p_z": [0.2, 0.5, 0.3], "p_x_given_z": [0.5, 0.4, 1 / 6], "q": [0.5, 0.25, 0.25]}  # p(x, z) = .1, .2, .05


@pytest.mark.parametrize(
    ("name", "inputs", "values"),
    [
        ("entropy", {"p_x": [0.5, 0.25, 0.25]}, [1.039721] * 3),  # 1.5 log 2
        ("joint entropy", {"p_xy": P}, [1.574103] * 3),
        ("conditional entropy", {"p_xy": P}, [0.493575] * 3),
        ("conditional entropy, transformed", {"p_xy": P}, [0.493575] * 7),
        ("mutual information", {"p_xy": P}, [0.179436] * 6),
        ("KL divergence", {"p": [0.5, 0.5], "q": [0.9, 0.1]}, [0.510826] * 4),  # log 5/3
        ("Gibbs' inequality", {"p": [0.5, 0.5], "q": [0.9, 0.1]}, [-0.510826, -0.510826, 0, 0]),
        ("the posterior", THREE, [0.285714] * 3),  # 2/7
        ("KL to the posterior", THREE, [0.213042] * 9),
        ("log evidence", THREE, [-1.049822] * 2),  # log 0.35
        ("evidence lower bound", THREE, [-1.262864, -1.049822]),
        ("ELBO", THREE, [-1.262864] * 6),
        ("ELBO by Jensen's inequality", THREE, [-1.049822] * 3 + [-1.262864] * 2),
    ],
)
def test_a_chain_shows_its_values_on_the_inputs_of_a_lecture(name, inputs, values):
    table = DERIVATIONS[name].show(on=inputs)
    assert [row[0] for row in table.rows] == [str(line) for line in range(1, len(values) + 1)]
    assert [row[3] for row in table.rows] == [f"{value:.6f}" for value in values]
    assert [row[4] for row in table.rows] == [""] + ["✓"] * (len(values) - 1)


def test_the_vae_loss_is_least_where_the_bound_is_largest():
    """One pixel, one latent, W = 1, q(z|x) = N(m, 1): the loss is (x - m)² + 1 + m²/2; at x = 3, m = 2 it is 4."""
    networks = {"W": np.ones((2, 1, 1)), "b": np.zeros((2, 1)), "mean": [[2.0], [1.0]], "log_variance": [[0.0], [0.0]]}
    rows = DERIVATIONS["VAE loss"].show(on={"x": [3.0], **networks}).rows
    assert [row[3] for row in rows] == [
        "-4.572365 (max, at candidate 1 of 2)",  # -4 - ½ log π
        "-4.572365 (max, at candidate 1 of 2)",
        "4.000000 (min, at candidate 1 of 2)",
    ]


def test_a_false_line_has_a_cross_on_given_inputs_too():
    table = chain(*SQUARE, ("=", lambda a, b: 0.0)).show(on={"a": 1, "b": 2})
    assert [row[3:] for row in table.rows] == [
        ("9.000000", ""), ("9.000000", "✓"), ("8.000000", "✓"), ("0.000000", "✗")
    ]  # fmt: skip


def test_lines_may_use_what_is_derived_from_the_inputs():
    steps = [Step("s", "", lambda total, **_: total, "why"), Step("a+b", "=", lambda a, b, **_: a + b, "why")]
    derivation = Derivation("sum", "section 0", steps, draw, derive=lambda a, b: {"total": a + b})
    assert derivation.check(10) and derivation.inputs == {"a": (), "b": ()}
    assert derivation.show(on={"a": 1, "b": 2}).rows[0][3] == "3.000000"
    with pytest.raises(ValueError, match=r"found the inputs a, total, expected a, b \(total is computed from these\)"):
        derivation.show(on={"a": 1, "total": 3})


@pytest.mark.parametrize(
    ("name", "on", "message"),
    [
        ("mutual information", P, r"mutual information: found on=list, expected a dict with the names p_xy"),
        ("mutual information", {}, r"found the inputs \(none\), expected p_xy"),
        ("mutual information", {"p": P}, r"found the inputs p, expected p_xy"),
        ("KL divergence", {"p": [0.5, 0.5]}, r"found the inputs p, expected p, q"),
        ("mutual information", {"p_xy": P[0]}, r"input p_xy: found shape \(3,\), expected 2 axes, such as \(2, 3\)"),
        ("mutual information", {"p_xy": "P"}, r"input p_xy: found 'P', expected an array of numbers"),
        ("mutual information", {"p_xy": [[0.5], [0.25, 0.25]]}, r"expected an array of numbers"),
        ("mutual information", {"p_xy": [[0.5, 0.6]]}, r"cannot be evaluated on these inputs: .*1\.1"),
        ("KL divergence", {"p": [0.5, 0.5], "q": [0.2, 0.3, 0.5]}, r"cannot be evaluated on these inputs"),
        ("entropy", {"p_x": [1.0, 0.0]}, r"entropy, line 2: found NaN. .* give inputs without zeros"),
        ("β-VAE loss", {"beta": 1}, r"expected x, W, b, mean, log_variance, beta, variance"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_with_what_was_found_and_expected(name, on, message):
    with pytest.raises(ValueError, match=message):
        DERIVATIONS[name].show(on=on)


def test_tables_of_outputs_hold_integers_and_scalars_are_numbers():
    derivation = DERIVATIONS["InfoGAN objective"]
    drawn = derivation.draw(np.random.default_rng(0))
    with pytest.raises(ValueError, match="input G: found numbers of type float64, expected integers"):
        derivation.show(on={**drawn, "G": drawn["G"] / 2})
    with pytest.raises(ValueError, match=r"input weight: found shape \(1,\), expected a number"):
        derivation.show(on={**drawn, "weight": [1.0]})


# Tables


class Elements(HTMLParser):
    """The elements of a text in HTML, as (name, attributes), and its characters."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.characters = [], [], ""
        self.feed(text)
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.open += [tag] if tag != "br" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.characters += data


def test_html_has_a_caption_and_header_cells_for_columns_and_rows():
    table = DERIVATIONS["mutual information"].show(on={"p_xy": P})
    elements = Elements(table._repr_html_())
    tags = [tag for tag, _ in elements.found]
    assert tags.count("caption") == tags.count("table") == 1 and table.title in elements.characters
    scopes = [attributes["scope"] for tag, attributes in elements.found if tag == "th"]
    assert scopes == ["col"] * 5 + ["row"] * 6 and tags.count("td") == 6 * 4
    for step in DERIVATIONS["mutual information"].steps:
        assert step.latex in elements.characters


def test_html_escapes_what_is_no_mathematics_and_what_is():
    assert html(r"a < b & $p<q\|r$<br>\"x\" <b>") == r'a &lt; b &amp; \(p&lt;q\|r\)<br>"x" &lt;b&gt;'.replace(
        '"', '\\"'
    )


def test_html_is_typeset_where_sphinx_leaves_out_what_it_does_not_know():
    assert 'class="tex2jax_process mathjax_process"' in Table("t", ("a",), [("1",)])._repr_html_()


def test_a_bar_does_not_end_a_cell_of_the_table():
    assert cell(r"$H(X|Y)\|q$ is H(X|Y)") == r"$H(X\vert Y)\Vert q$ is H(X\|Y)"


def test_latex_is_legible_as_text():
    assert (
        plain(r"$\displaystyle = -\sum_z q(z)\log\frac{p(x,z)/p(x)}{q(z)}$") == "= -Σ_z q(z) log ((p(x,z)/p(x))/q(z))"
    )
    assert plain(r"at $H(X|\hat X)\ge\beta\,\mathrm{KL}(p\|q)$<br>") == "at H(X|X̂)≥ β KL(p‖q); "


def test_text_has_aligned_columns_unless_they_are_too_wide():
    narrow = repr(Table("title", ("a", "b"), [("1", "one", "I"), ("10", "ten", "X")]))
    assert narrow == "title\n1   one  I\n10  ten  X"
    wide = repr(Table("title", ("a", "b"), [("1", "x" * 100, "y" * 20, "z"), ("10", "one", "two", "")]))
    assert wide == f"title\n1   {'x' * 100}\n      {'y' * 20}  z\n10  one\n      two"


def test_lines_have_the_numbers_of_the_equations_in_the_text():
    table = DERIVATIONS["mutual information"].show(on={"p_xy": [[0.3, 0.2], [0.1, 0.4]]}, equations=7)
    assert [row[0] for row in table.rows] == ["", "(7)", "(8)", "(9)", "(10)", "(11)"]
