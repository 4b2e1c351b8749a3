"""Students' copies of the lectures whose solutions stand in their source."""

import sys
from pathlib import Path

import build
import nbformat
import pytest
import student

OLD = [source for source in build.sources() if "BEGIN SOLUTION" in source.read_text()]


@pytest.mark.parametrize("source", OLD, ids=build.name_of)
def test_student_copy_has_no_solution(source):
    notebook = build.read(source)
    exercises = sum("exercise" in cell.metadata.get("tags", []) for cell in notebook.cells)
    copy, checks = student.for_students(notebook, source.stem)
    code = [cell.source for cell in copy.cells if cell.cell_type == "code"]
    assert not any(word in source for source in code for word in ("SOLUTION", "solution=", "mistakes="))
    assert sum("...  # your solution" in source for source in code) == exercises
    for path, definition in checks.items():
        assert "Exercise(" in definition and any(f"%run -i {path}\n" in source for source in code)


@pytest.fixture
def copied(monkeypatch, tmp_path) -> Path:
    """A folder with the student's copy of lecture 7."""
    monkeypatch.setattr(sys, "argv", ["build.py", "--only", "07_infogan_bound", "--student", str(tmp_path)])
    build.main()
    return tmp_path


def test_student_copies_overwrite_nothing(copied, capsys):
    file = copied / "07_infogan_bound.ipynb"
    file.write_text("answers")
    with pytest.raises(SystemExit):
        build.main()
    assert file.read_text() == "answers"
    assert "maybe with a student's answers" in capsys.readouterr().err


def test_a_student_copy_runs_to_its_end_before_any_exercise_is_solved(copied):
    copy = build.execute(nbformat.read(copied / "07_infogan_bound.ipynb", as_version=4), copied)
    outputs = [output for cell in copy.cells for output in cell.get("outputs", [])]
    assert {output.ename for output in outputs if "ename" in output} == {"AssertionError"}
    said = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "your function returns nothing yet" in said


def test_a_student_copy_without_its_checks_says_which_folder_to_copy(tmp_path):
    copy, checks = student.for_students(build.make("07_infogan_bound"), "07_infogan_bound")
    path = next(iter(checks))
    copy.cells = [cell for cell in copy.cells if path in cell.source]
    (output,) = build.execute(copy, tmp_path).cells[0].outputs
    assert output.evalue == f"found no {path}; copy the folder checks to where this notebook is"
