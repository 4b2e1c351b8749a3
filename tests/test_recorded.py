"""A recorded check gives the verdicts of the exercise that it was made from, and holds no solution."""

import json
import subprocess
import sys

import numpy as np
import pytest
from test_exercises import EXERCISES

from infotheory.teaching.exercise import Exercise, Experiment, ProofExercise
from infotheory.teaching.recorded import decoded, encoded, load, record

KINDS = {name: exercise for name, (_, _, exercise) in EXERCISES.items()}
FUNCTIONS = {name: exercise for name, exercise in KINDS.items() if isinstance(exercise, Exercise)}
PROOFS = {name: exercise for name, exercise in KINDS.items() if isinstance(exercise, ProofExercise)}
EXPERIMENTS = {name: exercise for name, exercise in KINDS.items() if isinstance(exercise, Experiment)}


def released(exercise, tmp_path):
    """The exercise, written down and read again."""
    (tmp_path / "checks.json").write_text(record({"it": exercise}))
    return load(tmp_path / "checks.json").it


def raises(*arguments):
    return 1 / 0


@pytest.mark.parametrize("exercise", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_the_verdicts_on_a_function_are_the_same(exercise, tmp_path):
    copy = released(exercise, tmp_path)
    assert copy.assess(exercise.answer).right
    for wrong in (*exercise.slips.values(), lambda *a: 17.25, lambda *a: None, raises):
        assert copy.assess(wrong) == exercise.assess(wrong)


@pytest.mark.parametrize("exercise", PROOFS.values(), ids=PROOFS.keys())
def test_a_proof_is_checked_on_recorded_inputs(exercise, tmp_path):
    copy = released(exercise, tmp_path)
    assert copy.assess(exercise.answer).right
    for remark, slip in exercise.slips.items():
        verdict = copy.assess(slip)
        assert not verdict.right and remark in verdict.text


@pytest.mark.parametrize("exercise", EXPERIMENTS.values(), ids=EXPERIMENTS.keys())
def test_an_experiment_keeps_its_judge(exercise, tmp_path):
    copy = released(exercise, tmp_path)
    for name in ("judge", "success", "seconds", "calls", "errors", "task"):
        assert getattr(copy, name) == getattr(exercise, name)
    assert encoded(copy.arguments) == encoded(exercise.arguments)


def test_a_judge_needs_no_module_of_solutions():
    judges = sorted({exercise.judge.__module__ for exercise in EXPERIMENTS.values()})
    code = f"import sys, importlib; [importlib.import_module(m) for m in {judges}]; print('\\n'.join(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert set(judges) <= set(found) and not [module for module in found if "teaching.solutions" in module]


def test_a_record_has_numbers_and_no_code(tmp_path):
    found = json.loads(record({"elbo": KINDS["lecture_03.elbo"]}))["elbo"]
    assert set(found) == {"kind", "task", "hints", "unit", "tolerance", "errors", "parameters", "cases"}
    assert found["parameters"] == ["log_joint", "q"] and len(found["cases"]) == 12
    for row in found["cases"]:
        assert isinstance(row["right"], float) and set(row["slips"]) == set(KINDS["lecture_03.elbo"].slips)


def test_a_released_exercise_has_hints_and_no_solution(tmp_path, capsys):
    for name in ("lecture_03.elbo", "lecture_03.left_out_mass", "lecture_03.best_gaussian"):
        copy = released(KINDS[name], tmp_path)
        copy.hint()
        copy.solution()
        first, last = capsys.readouterr().out.splitlines()
        assert first.startswith("Hint 1 of ") and last == "This copy of the exercise holds no solution."


def test_a_missing_file_of_checks_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"found no checks.json in .*: it belongs beside the notebook"):
        load(tmp_path / "checks.json")


def test_a_function_without_a_name_cannot_be_recorded():
    exercise = Experiment(task="t", answer=raises, judge=lambda result: "", success=str)
    with pytest.raises(ValueError, match="it: found <lambda>, expected a function that test_recorded offers by its"):
        record({"it": exercise})


@pytest.mark.parametrize(
    "value",
    [1, 2.5, float("inf"), "a", True, None, (1, 2.0), [1, [2]], {"a": (1,)}, np.float64(0.1), np.eye(2)],
    ids=str,
)
def test_values_survive(value):
    found = decoded(json.loads(json.dumps(encoded(value))))
    np.testing.assert_equal(found, value)
    assert type(found) is (float if isinstance(value, np.floating) else type(value))


@pytest.mark.parametrize("exercise", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_grading_asks_cases_that_the_check_does_not_show(exercise):
    assert len(exercise.others) >= 2, "add `others`, cases for grading"
    shown = {json.dumps(encoded(case)) for case in exercise.cases}
    others = {json.dumps(encoded(case)) for case in exercise.others}
    assert not shown & others and len(exercise.unseen().cases) == len(exercise.cases) + len(exercise.others)
    table = {json.dumps(encoded(case)): exercise.answer(*case) for case in exercise.cases}

    def remembers(*arguments):
        return table.get(json.dumps(encoded(arguments)), 0.125)

    assert exercise.assess(remembers).right and not exercise.unseen().assess(remembers).right


def test_a_graded_answer_raises_its_verdict(capsys):
    exercise = KINDS["lecture_03.elbo"]
    exercise.grade(exercise.answer)
    assert capsys.readouterr().out.startswith("✓ the ELBO: right on ")
    with pytest.raises(AssertionError, match="The entropy of q is missing"):
        exercise.grade(lambda log_joint, q: np.dot(q, log_joint))


def test_a_graded_answer_may_write_to_standard_error(capsys):
    exercise = KINDS["lecture_03.largest_fall"]

    def noisy(a, b, g):
        print("a progress bar", file=sys.stderr)
        return exercise.answer(a, b, g)

    exercise.grade(noisy)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("how", "expected"), [("autograde", ""), ("", "✗"), ("validate", None)])
def test_a_check_knows_how_nbgrader_runs_it(how, expected, monkeypatch, capsys):
    monkeypatch.setenv("NBGRADER_EXECUTION", how)
    exercise = KINDS["lecture_03.largest_fall"]
    if expected is None:
        with pytest.raises(AssertionError, match="expected"):
            exercise.check(lambda a, b, g: 17.0)
    else:
        exercise.check(lambda a, b, g: 17.0)
        assert capsys.readouterr().out[:1] == expected
