"""The check of an exercise accepts what is right, and says what is wrong with everything else."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import infotheory as it
import infotheory.teaching.exercises
import models.teaching.exercises
from infotheory.derivation import Step
from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise
from infotheory.teaching.task import Task

ROOMS = (infotheory.teaching.exercises, models.teaching.exercises)
FILES = [
    importlib.import_module(f"{room.__name__}.{file.name}")
    for room in ROOMS
    for file in pkgutil.iter_modules(room.__path__)
]
EXERCISES = {
    f"{file.__name__.rpartition('.')[2]}.{name}": (file, name, value)
    for file in FILES
    for name, value in vars(file).items()
    if isinstance(value, Task)
}


@pytest.fixture(params=EXERCISES.values(), ids=EXERCISES.keys())
def of_a_lecture(request):
    return request.param


def test_every_lecture_has_its_exercises():
    assert {file.__name__.rpartition(".")[2] for file in FILES} >= {f"lecture_0{n}" for n in (1, 2, 3, 4)}


def test_its_answer_is_right(of_a_lecture):
    _, _, exercise = of_a_lecture
    if isinstance(exercise, Experiment) and exercise.seconds > 60:
        pytest.skip("a long training: the notebook of its solution runs it")
    verdict = exercise.assess(exercise.answer)
    assert verdict.right, verdict


def test_each_of_its_slips_meets_its_remark(of_a_lecture):
    _, _, exercise = of_a_lecture
    for remark, slip in exercise.slips.items():
        verdict = exercise.assess(slip)
        assert not verdict.right and remark in verdict.text, f"{remark}\n{verdict}"


def test_a_function_without_a_value_is_not_begun(of_a_lecture):
    _, _, exercise = of_a_lecture
    verdict = exercise.assess(lambda *arguments: ...)
    assert not verdict.begun and str(verdict).startswith("○")


def test_nonsense_and_an_exception_are_refused(of_a_lecture):
    _, _, exercise = of_a_lecture
    for nonsense in (lambda *a: "nonsense", lambda *a: np.nan, lambda *a: np.full((5, 7), 0.5), lambda *a: 1 / 0):
        assert not exercise.assess(nonsense).right


def test_its_solution_has_its_name_and_an_explanation(of_a_lecture):
    file, name, exercise = of_a_lecture
    assert exercise.answer.__name__ == name and inspect.getdoc(exercise.answer)
    assert exercise.answer.__module__ == file.__name__.replace("exercises", "solutions")


P = np.array([[0.30, 0.05, 0.05], [0.10, 0.20, 0.30]])


def conditional_entropy(p_xy):
    p_xy = np.asarray(p_xy)
    given = np.broadcast_to(p_xy.sum(0), p_xy.shape)
    return -np.sum(p_xy[p_xy > 0] * np.log(p_xy[p_xy > 0] / given[p_xy > 0]))


def changes_its_argument(p_xy):
    value = conditional_entropy(p_xy)
    p_xy[:] = 0
    return value


ENTROPY = Exercise(
    task="H(X|Y)",
    unit="nats",
    answer=conditional_entropy,
    cases=[(P,), (np.array([[0.5, 0.0, 0.25], [0.125, 0.125, 0.0]]),)],
    slips={"That is H(X,Y).": lambda p_xy: it.joint_entropy(p_xy)},
    hints=("First.", "Second."),
)


@pytest.mark.parametrize(
    ("answer", "remark"),
    {
        "bits": (lambda p: conditional_entropy(p) / np.log(2), "in bits: nats take the natural logarithm"),
        "sign": (lambda p: -conditional_entropy(p), "The sign is wrong"),
        "zero": (lambda p: -np.sum(p * np.log(p / p.sum(0))), "NaN comes from 0 · log 0"),
        "epsilon": (lambda p: conditional_entropy(p) + 1e-6, "a small number inside the logarithm"),
        "slip": (it.joint_entropy, "That is H(X,Y)."),
        "array": (lambda p: p.sum(0), "an array of shape (3,), expected a number; a sum or a mean may be missing"),
        "text": (lambda p: "0.49", "a str, expected a number"),
        "nonsense": (lambda p: 17, "gives 17 nats, expected 0.493575 nats"),
        "empty": (lambda p: None, "returns nothing yet"),
        "error": (lambda p: p[5], "raises IndexError in `"),
        "single": (lambda p: conditional_entropy(np.float32(p)), "the seven digits of float32"),
        "change": (changes_its_argument, "changes its argument p_xy"),
        "no function": (3, "found an int, expected a function"),
    }.values(),
)
def test_a_wrong_answer_is_told_why(answer, remark):
    verdict = ENTROPY.assess(answer)
    assert not verdict.right and remark in verdict.text


def test_check_prints_one_verdict_and_returns_nothing(capsys):
    assert ENTROPY.check(conditional_entropy) is None
    assert capsys.readouterr().out == "✓ H(X|Y): right on 2 cases.\n"


def test_hints_come_one_by_one_and_the_solution_is_its_source(capsys):
    for _ in range(3):
        ENTROPY.hint()
    ENTROPY.solution()
    told = capsys.readouterr().out
    assert told.index("Hint 1 of 2: First.") < told.index("Hint 2 of 2: Second.") < told.index("no further hint")
    assert "def conditional_entropy(p_xy):" in told


def test_lists_of_numbers_are_given_as_arrays_and_a_change_of_their_form_is_noticed():
    exercise = Exercise(task="a sum", answer=lambda a, b: sum(map(sum, b)), cases=[([1.0, 2.0], [[1.0], [2.0, 3.0]])])
    ((a, b),) = exercise.cases
    assert isinstance(a, np.ndarray) and b == [[1.0], [2.0, 3.0]]

    def number_for_a_list(a, b):
        b[0] = 6.0
        return 6.0

    assert "changes its argument b" in exercise.assess(number_for_a_list).text


def test_remarks_about_logarithms_are_for_nats():
    exercise = Exercise(task="a half", answer=lambda x: x / 2, cases=[(1.0,)])
    assert "logarithm." not in exercise.assess(lambda x: x / 2 + 1e-6).text
    assert "0/0" in exercise.assess(lambda x: float("nan")).text


def test_values_of_several_parts_are_compared_part_by_part():
    def both(p):
        return {"entropy": it.entropy(p), "share": np.asarray(p) / 2}

    exercise = Exercise(task="both", answer=both, cases=[([0.5, 0.25, 0.25],)])
    assert exercise.assess(both).right
    assert "expected a dict with the keys 'entropy', 'share'" in exercise.assess(lambda p: {"entropy": 1.0}).text
    assert "expected an array of shape (3,)" in exercise.assess(lambda p: both(p) | {"share": np.ones(2)}).text
    assert not exercise.assess(lambda p: both(p) | {"share": np.array(p)}).right


FIRST = Step("I(X;Y)", "=", lambda p: it.mutual_information(p), "definition")
MIDDLE = Step("H(X) - H(X|Y)", "=", lambda p: it.entropy(p.sum(1)) - it.conditional_entropy(p), "chain rule")
LAST = Step("0", "=", lambda p: 0.0, "independence")


def line_2(value):
    """A proof whose second line has this value."""
    return lambda: ([FIRST, Step("x", "=", value, "?"), LAST], 3)


PROOF = ProofExercise(
    task="I = 0",
    answer=lambda: ([FIRST, MIDDLE, LAST], 3),
    least=3,
    draw=lambda rng: {"p": np.outer(rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(4)))},
    otherwise=lambda rng: {"p": rng.dirichlet(np.ones(12)).reshape(3, 4)},
    ends=lambda p: (it.kl_divergence(p, np.outer(p.sum(1), p.sum(0)), axis=(0, 1)), 0.0),
)


@pytest.mark.parametrize(
    ("answer", "remark"),
    {
        "the wrong line": (lambda: ([FIRST, MIDDLE, LAST], 2), "without the assumption lines [3] fail"),
        "no line named": (lambda: [FIRST, MIDDLE, LAST], "expected the lines and the number of one of them"),
        "too short": (lambda: ([FIRST, LAST], 2), "found 2 lines, expected 3 or more"),
        "a step too far": (
            lambda: ([FIRST, Step("H(X)", "=", lambda p: it.entropy(p.sum(1)), "?"), LAST], 3),
            "line 2 fails on draw 0",
        ),
        "another end": (lambda: ([FIRST, MIDDLE, Step("1", "=", lambda p: 1.0, "")], 3), "has no reason"),
        "a wrong end": (lambda: ([MIDDLE, FIRST, Step("1", "=", lambda p: 1.0, "?")], 3), "last line gives 1.000000"),
        "a line that raises": (line_2(lambda p: p.total), "line 2 raises AttributeError"),
        "a line of other inputs": (line_2(lambda q: q), "does not take the inputs: begin it with `lambda p:`"),
        "a line without a value": (line_2(lambda p: None), "line 2 has a value that returns nothing"),
        "a sum that is missing": (
            line_2(lambda p: p * 2),
            "line 2 returns an array of shape (3, 4), expected a number",
        ),
        "a line that is NaN": (line_2(lambda p: np.nan), "line 2 gives NaN"),
        "a line that changes its inputs": (
            line_2(lambda p: p.fill(0) or 0.0),
            "line 2 changes one of its inputs, which later lines use",
        ),
        "a line twice": (lambda: ([FIRST, FIRST, LAST], 3), "line 2 repeats line 1"),
        "an inequality": (
            lambda: ([FIRST, MIDDLE, Step("0", ">=", lambda p: 0.0, "?")], 3),
            "found the relation '>=', expected =",
        ),
        "numbers": (lambda: ([1, 2, 3], 3), "expected a list of lines"),
    }.values(),
)
def test_a_wrong_proof_is_told_why(answer, remark):
    verdict = PROOF.assess(answer)
    assert not verdict.right and remark in verdict.text


def test_a_proof_names_the_line_that_needs_the_assumption():
    assert str(PROOF.assess(PROOF.answer)).startswith(
        "✓ I = 0: 3 lines hold on 100 draws. Without the assumption, line 3"
    )


def test_an_experiment_is_judged_by_what_it_gives():
    experiment = Experiment(
        task="a number above 1",
        answer=lambda: 2,
        judge=lambda x: "" if x > 1 else f"found {x}, expected more than 1",
        success=lambda x: f"{x} is above 1.",
    )
    assert str(experiment.assess(lambda: 2)) == "✓ a number above 1: 2 is above 1."
    assert "found 0, expected more than 1" in experiment.assess(lambda: 0).text
    assert "the check cannot use what your function returns, TypeError" in experiment.assess(lambda: "2").text
    slow = Experiment(task="slow", answer=lambda: 2, judge=lambda x: "", success=lambda x: "", seconds=-1.0)
    assert "your function takes 0 s, expected at most" in slow.assess(lambda: 2).text
