"""An nbgrader course from the lectures: a point a star, checks that know numbers only, and hidden tests on other cases.

A lecture becomes `source/NAME/NAME.ipynb` and `checks.json`. Each exercise is two cells: the student's function, whose
right answer nbgrader cuts out of the release, and its check. The check of the release prints the verdicts of the
lecture. When a submission is graded, the hidden test judges the function on further cases, and its verdict stands in
the feedback. All other code is locked.
"""

import importlib
import re
from pathlib import Path

import solutions
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from recording import write

from infotheory.teaching import recorded

HERE = Path(__file__).parent
USED = re.compile(r"\bexercises\.(\w+)")
CONFIG = '''"""nbgrader's settings for this course."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "disentanglement"
c.ClearSolutions.code_stub = {"python": ""}  # the empty function stands above
c.ExecutePreprocessor.timeout = 600  # seconds a cell; the default of 30 is too short for a training
c.ExecutePreprocessor.startup_timeout = 120
'''


def write_course(folder: Path, lectures: dict[str, NotebookNode], force: bool = False) -> dict[str, list[int]]:
    """Write lectures {name: notebook without outputs} as nbgrader's source, and return the points of each exercise.

    Raises FileExistsError if a lecture is there already, unless `force`; nothing is written then.
    """
    targets = {name: folder / "source" / name / f"{name}.ipynb" for name in lectures}
    if there := [str(path) for path in targets.values() if path.exists() and not force]:
        raise FileExistsError(f"found {', '.join(there)}; --force replaces what you may have changed there")
    graded = {name: release(lecture) for name, lecture in lectures.items()}
    points = {}
    for name, (notebook, checks) in graded.items():
        targets[name].parent.mkdir(parents=True, exist_ok=True)
        (targets[name].parent / "checks.json").write_text(checks, encoding="utf-8")
        write(notebook, targets[name])
        found = [cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata]
        points[name] = [cell["points"] for cell in found if cell["grade"]]
    for name, text in {"nbgrader_config.py": CONFIG, "README.md": (HERE / "grading.md").read_text()}.items():
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8")
    return points


def release(lecture: NotebookNode) -> tuple[NotebookNode, str]:
    """A lecture as nbgrader's source, and the records of its checks.

    Raises ValueError for an exercise whose heading has no stars.
    """
    source = "\n".join(cell.source for cell in lecture.cells if cell.cell_type == "code")
    found = solutions.IMPORT.search(source)
    package, module = found[1], found[2]
    exercises = importlib.import_module(f"{package}.exercises.{module}")
    used = {name: getattr(exercises, name) for name in USED.findall(source)}
    cells, stars = [], 0
    for cell in lecture.cells:
        if cell.cell_type == "markdown" and (heading := solutions.EXERCISE.search(cell.source)):
            stars = heading[2].count("★")
        if "exercise" not in cell.metadata.get("tags", []):
            if cell.cell_type == "code":
                cell.source = solutions.IMPORT.sub(
                    'from infotheory.teaching import recorded\n\nexercises = recorded.load("checks.json")', cell.source
                )
                cell.metadata["nbgrader"] = _nbgrader(cell.id)
            cells.append(cell)
            continue
        if not stars:
            raise ValueError(f"found no stars in the heading above {cell.source!r}, expected ★, ★★ or ★★★")
        cells += _graded(cell, stars, package, module)
        stars = 0
    lecture.cells = cells
    return lecture, recorded.record(used)


def _graded(cell: NotebookNode, stars: int, package: str, module: str) -> list[NotebookNode]:
    """The two cells of an exercise: the function, and its check."""
    check = solutions.CHECK.search(cell.source)
    exercise, answer = check[1], check[2]
    stub = cell.source[: check.start()].rstrip()
    right = f"from {package}.solutions.{module} import {exercise} as {answer}"
    cell.source = f"{stub}\n\n\n### BEGIN SOLUTION\n{right}\n### END SOLUTION"
    cell.metadata["nbgrader"] = _nbgrader(f"answer-{exercise}", solution=True, locked=False)
    hidden = f"from {package}.exercises import {module} as complete\n\ncomplete.{exercise}.grade({answer})"
    tested = new_code_cell(f"{check[0]}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS", id=f"check-{cell.id}")
    tested.metadata["nbgrader"] = _nbgrader(f"check-{exercise}", grade=True, points=stars)
    return [cell, tested]


def _nbgrader(
    grade_id: str, *, grade: bool = False, solution: bool = False, locked: bool = True, **points: int
) -> dict:
    """The metadata by which nbgrader knows a cell. A grade_id must not change once a course has begun."""
    return {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
        **points,
    }
