"""A lecture as graded coursework, from nbgrader's release to its feedback, with made-up students."""

import csv
import json
import os
import shutil
import subprocess
import sys

import build
import grading
import nbformat
import pytest

NAME = "03_variational_inference"
WRONG = "\n\ndef my_elbo(log_joint, q):\n    return np.dot(q, log_joint)\n"
LOOP = "\n\ndef my_largest_fall(a, b, g):\n    while True:\n        pass\n"
NOISY = """

def my_elbo(log_joint, q):
    print("loading …", file=__import__("sys").stderr)
    log_joint, q = np.asarray(log_joint), np.asarray(q)
    return np.nansum(q * (log_joint - np.log(q)))  # warns where q = 0
"""


def nbgrader(folder, *arguments):
    """Run an app of nbgrader in the folder of a course."""
    command = [sys.executable, "-m", "nbgrader", *arguments, "--log-level=WARN"]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]


TASKS = build.solutions.tasks(build.read(build.SOURCE / f"{NAME}.py"))
STARS = {task.name: build.solutions.EXERCISE.search(task.text)[2].count("★") for task in TASKS}
RIGHT = {
    f"answer-{task.name}": f"\n\nfrom infotheory.teaching.solutions.lecture_03 import {task.name} as {task.answer}\n"
    for task in TASKS
}
STUDENTS = {  # what each writes below the empty functions of the lecture, {grade_id: code}
    "right": RIGHT | {"answer-elbo": NOISY},
    "wrong": RIGHT | {"answer-elbo": WRONG, "answer-largest_fall": LOOP},
    "cheats": {},  # leaves the functions empty, and overwrites the checks
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that was released, worked on, graded, and given feedback."""
    pytest.importorskip("nbgrader")
    folder = tmp_path_factory.mktemp("course")
    grading.write_course(folder, {NAME: build.read(build.SOURCE / f"{NAME}.py")})
    nbgrader(folder, "generate_assignment", NAME, "--create")
    for student, written in STUDENTS.items():
        submitted = folder / "submitted" / student / NAME
        shutil.copytree(folder / "release" / NAME, submitted)
        notebook = nbformat.read(submitted / f"{NAME}.ipynb", 4)
        for cell in notebook.cells:
            cell.source += written.get(cell.metadata.get("nbgrader", {}).get("grade_id"), "")
            if student == "cheats" and cell.metadata.get("nbgrader", {}).get("grade"):
                cell.source = "assert True"
        if student == "cheats":
            (submitted / "checks.json").write_text("{}")
        nbformat.write(notebook, submitted / f"{NAME}.ipynb")
    short = ("--ExecutePreprocessor.timeout=15", "--ExecutePreprocessor.interrupt_on_timeout=True")
    nbgrader(folder, "autograde", NAME, *short)
    nbgrader(folder, "generate_feedback", NAME)
    nbgrader(folder, "export", "--to", "grades.csv")
    return folder


@pytest.fixture(scope="module")
def scores(course):
    with open(course / "grades.csv", newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def feedback(course, student) -> str:
    return (course / "feedback" / student / NAME / f"{NAME}.html").read_text()


def test_right_answers_get_all_points_whatever_they_write_to_standard_error(scores):
    assert scores["right"] == sum(STARS.values()) == 8


def test_a_wrong_answer_and_an_endless_loop_lose_their_points_only(course, scores):
    assert scores["wrong"] == scores["right"] - STARS["elbo"] - STARS["largest_fall"]
    assert "The entropy of q is missing" in feedback(course, "wrong")
    assert "timed out" in feedback(course, "wrong").lower() or "KeyboardInterrupt" in feedback(course, "wrong")


def test_empty_functions_get_nothing_and_what_a_student_overwrites_is_put_back(course, scores):
    assert scores["cheats"] == 0
    graded = course / "autograded" / "cheats" / NAME
    assert (graded / "checks.json").read_bytes() == (course / "source" / NAME / "checks.json").read_bytes()
    assert "assert True" not in (graded / f"{NAME}.ipynb").read_text()


def test_the_release_holds_no_answer(course):
    released = course / "release" / NAME
    assert sorted(path.name for path in released.iterdir()) == [f"{NAME}.ipynb", "checks.json"]
    text = (released / f"{NAME}.ipynb").read_text() + (released / "checks.json").read_text()
    assert "teaching.solutions" not in text and "HIDDEN" not in text and "SOLUTION" not in text
    assert "exercises import lecture_03" not in text


def test_a_release_runs_where_the_solutions_are_missing(course, tmp_path):
    shutil.copytree(course / "release" / NAME, tmp_path / NAME)
    notebook = nbformat.read(tmp_path / NAME / f"{NAME}.ipynb", 4)
    absent = "import sys\nsys.modules['infotheory.teaching.solutions'] = None"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(absent))
    build.execute(notebook, tmp_path / NAME)
    written = [o.text for cell in notebook.cells for o in cell.get("outputs", []) if o.output_type == "stream"]
    assert sum(text.count("returns nothing yet") for text in written) == len(TASKS)


def test_a_lecture_that_is_there_is_not_replaced(course):
    lecture = build.read(build.SOURCE / f"{NAME}.py")
    with pytest.raises(FileExistsError, match=r"03_variational_inference\.ipynb; --force replaces"):
        grading.write_course(course, {NAME: lecture})


def test_an_exercise_without_stars_is_named():
    lecture = build.read(build.SOURCE / f"{NAME}.py")
    for cell in lecture.cells:
        cell.source = cell.source.replace("★", "")
    with pytest.raises(ValueError, match="found no stars in the heading above 'def my_elbo"):
        grading.release(lecture)


@pytest.mark.parametrize("name", [build.name_of(source) for source in build.solutions_of().values()])
def test_every_lecture_can_be_released(name):
    notebook, checks = grading.release(build.read(build.SOURCE / f"{name}.py"))
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert ".answer(" not in source  # a released check has no answers
    assert set(grading.USED.findall(source)) <= set(json.loads(checks))
    graded = [cell.metadata.nbgrader for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert len(graded) == len(build.solutions.tasks(build.read(build.SOURCE / f"{name}.py"))) >= 1
    assert all(1 <= cell["points"] <= 3 for cell in graded)
    assert len({cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata}) == sum(
        "nbgrader" in cell.metadata for cell in notebook.cells
    )
