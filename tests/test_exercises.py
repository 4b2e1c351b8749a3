"""The check of an exercise accepts what is right and recognises what is wrong."""

import numpy as np
import pytest

from infotheory.teaching import exercises
from infotheory.teaching.exercises import CONDITIONAL_ENTROPY, Exercise

EXERCISES = [value for value in vars(exercises).values() if isinstance(value, Exercise)]


def by_hand(p, log=np.log, axis=0):
    p = np.asarray(p)
    given = np.broadcast_to(p.sum(axis=axis, keepdims=True), p.shape)
    return -np.sum(p[p > 0] * log(p[p > 0] / given[p > 0]))


def nan_at_zero(p):
    with np.errstate(all="ignore"):
        return -np.sum(p * np.log(np.asarray(p) / np.sum(p, axis=0)))


def test_a_right_answer_is_accepted(capsys):
    assert CONDITIONAL_ENTROPY.check(by_hand)
    assert "✓" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer, remark",
    [
        (lambda p: by_hand(p, log=np.log2), "in bits"),
        (lambda p: by_hand(p, axis=1), "is H(Y|X)"),
        (lambda p: -by_hand(p), "sign is wrong"),
        (nan_at_zero, "came out as NaN"),
        (lambda p: by_hand(np.asarray(p) + 1e-9), "small number inside the logarithm"),
        (lambda p: np.asarray(p).sum(0), "array of shape (3,): is a sum missing?"),
        (lambda p: 17, "none of the usual slips"),
        (lambda p: None, "returns nothing yet"),
        (lambda p: p[5], "raises IndexError"),
    ],
    ids=["bits", "axis", "sign", "zero", "epsilon", "array", "nonsense", "empty", "error"],
)
def test_a_wrong_answer_is_told_why(answer, remark, capsys):
    assert not CONDITIONAL_ENTROPY.check(answer)
    assert remark in capsys.readouterr().out


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.task)
def test_every_exercise_accepts_its_solution_and_names_each_of_its_mistakes(exercise, capsys):
    assert exercise.check(exercise.solution)
    for remark, mistaken in exercise.mistakes.items():
        capsys.readouterr()
        assert not exercise.check(mistaken)
        assert remark in capsys.readouterr().out


def test_a_case_of_uneven_parts_is_shown_when_an_answer_is_wrong(capsys):
    exercise = Exercise(task="a sum", solution=lambda case: sum(case[0]), cases=(([1.0, 2.0], [3.0]),), mistakes={})
    assert not exercise.check(lambda case: 0.0)
    assert "on ([1.0, 2.0], [3.0])" in capsys.readouterr().out
