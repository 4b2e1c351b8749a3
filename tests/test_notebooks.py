"""What nbval does not notice: a pair that drifted apart, a lecture that was saved without being run."""

import re

import build
import nbformat
import pytest

LECTURES = build.sources()


def test_there_are_lectures():
    assert LECTURES


@pytest.mark.parametrize("source", LECTURES, ids=lambda path: path.stem)
def test_notebook_and_source_agree_cell_by_cell(source):
    def cells(notebook):
        return [(cell.cell_type, cell.source, sorted(cell.metadata.get("tags", []))) for cell in notebook.cells]

    assert cells(build.read(source)) == cells(nbformat.read(build.notebook_of(source), as_version=4))


@pytest.mark.parametrize("source", LECTURES, ids=lambda path: path.stem)
def test_notebook_was_run_from_top_to_bottom(source):
    notebook = nbformat.read(build.notebook_of(source), as_version=4)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("source", LECTURES, ids=lambda path: path.stem)
def test_student_copy_has_no_solution(source):
    notebook = build.read(source)
    exercises = sum("exercise" in cell.metadata.get("tags", []) for cell in notebook.cells)
    student, checks = build.for_students(notebook, source.stem)
    code = [cell.source for cell in student.cells if cell.cell_type == "code"]
    assert not any(word in source for source in code for word in ("SOLUTION", "solution=", "mistakes="))
    assert sum("...  # your solution" in source for source in code) == exercises
    for path, definition in checks.items():
        assert "Exercise(" in definition and any(f"%run -i {path}\n" in source for source in code)


@pytest.mark.parametrize("source", LECTURES, ids=lambda path: path.stem)
def test_hints_are_html_and_mathematics_alone(source):
    """Markdown inside <details> is shown as it is typed."""
    hints = re.findall(
        r"<details>.*?</details>", "\n".join(cell.source for cell in build.read(source).cells), re.DOTALL
    )
    for hint in hints:
        assert not re.search(r"`|\*\w", re.sub(r"\$.*?\$|<code>.*?</code>", "", hint, flags=re.DOTALL)), hint


def test_student_copies_overwrite_nothing(tmp_path, monkeypatch, capsys):
    (tmp_path / "01_entropy.ipynb").write_text("answers")
    monkeypatch.setattr("sys.argv", ["build.py", "01_entropy", "--student", str(tmp_path)])
    with pytest.raises(SystemExit):
        build.main()
    assert (tmp_path / "01_entropy.ipynb").read_text() == "answers"
    assert "maybe with a student's answers" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["01_entropy", "07_infogan_bound"])
def test_a_student_copy_runs_to_its_end_before_any_exercise_is_solved(name, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["build.py", name, "--student", str(tmp_path)])
    build.main()
    student = build.execute(nbformat.read(tmp_path / f"{name}.ipynb", as_version=4), tmp_path)
    outputs = [output for cell in student.cells for output in cell.get("outputs", [])]
    assert {output.ename for output in outputs if "ename" in output} == {"AssertionError"}
    said = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "your function returns nothing yet" in said
