"""Students' copies of the lectures whose solutions stand in their source, between BEGIN SOLUTION and END SOLUTION."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import nbformat

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION\n?", re.DOTALL | re.MULTILINE)

# The first lines of a check in a student's copy. IPython's own error would not say what to do.
FOLDER_OF_CHECKS = """
from pathlib import Path
assert Path("{path}").exists(), "found no {path}; copy the folder checks to where this notebook is"
""".strip()


def write_copies(lectures: dict[str, nbformat.NotebookNode], folder: Path, write: Callable) -> None:
    """Write copies of these lectures into a folder. Raises FileExistsError if one is there already."""
    taken = [name for name in lectures if (folder / f"{name}.ipynb").exists()]
    if taken:
        raise FileExistsError(f"{folder} holds {', '.join(taken)} already, maybe with a student's answers")
    for name, lecture in lectures.items():
        copy, checks = for_students(lecture, name)
        for path, source in checks.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(source)
        write(copy, folder / f"{name}.ipynb")


def for_students(notebook: nbformat.NotebookNode, name: str) -> tuple[nbformat.NotebookNode, dict[str, str]]:
    """The same lecture with a line to fill in where each solution stands; a check that fails does not stop it.

    A check knows its solution and the usual slips, so what defines it moves into a file, which its cell runs. These
    files come second: {path beside the notebook: source}.
    """
    after_exercise, checks = False, {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = SOLUTION.sub(r"\1...  # your solution\n", cell.source).rstrip("\n")
            definition, rest = split_check(cell.source)
            if definition:
                path = f"checks/{name}_{len(checks) + 1}.py"
                checks[path] = definition + "\n"
                cell.source = f"{FOLDER_OF_CHECKS.format(path=path)}\n%run -i {path}\n{rest.strip()}"
            tags = cell.metadata.get("tags", [])
            if after_exercise:
                cell.metadata["tags"] = [*tags, "raises-exception"]
            after_exercise = "exercise" in tags
    return notebook, checks


def split_check(source: str) -> tuple[str, str]:
    """The lines of a cell down to its last `NAME = Exercise(…)`, none if it has no such, and the lines after them."""
    if "Exercise(" not in source:
        return "", source
    ends = [
        node.end_lineno
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("Exercise(")
    ]
    lines = source.splitlines(keepends=True)
    end = max(ends, default=0)
    return "".join(lines[:end]), "".join(lines[end:])
