"""What nbval does not notice: a pair that drifted apart, a lecture that was saved without being run."""

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

    assert cells(build.read(source)) == cells(nbformat.read(source.with_suffix(".ipynb"), as_version=4))


@pytest.mark.parametrize("source", LECTURES, ids=lambda path: path.stem)
def test_notebook_was_run_from_top_to_bottom(source):
    notebook = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("source", LECTURES, ids=lambda path: path.stem)
def test_student_copy_has_no_solution(source):
    student = build.for_students(build.read(source))
    assert not any("SOLUTION" in cell.source for cell in student.cells)
