"""The notebook of solutions of a lecture: its exercises, each with the right answer, the reason for it, and the check.

A lecture imports its exercises with `from infotheory.teaching.exercises import lecture_01 as exercises`, and a cell
tagged `exercise` ends with `exercises.NAME.check(my_function)`. The answer is the function NAME of the module
`lecture_01` beside the exercises, in `solutions`. Its docstring is the explanation.
"""

import ast
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]
IMPORT = re.compile(r"^from ((?:infotheory|models)\.teaching)\.exercises import (\w+) as exercises$", re.MULTILINE)
EXERCISE = re.compile(r"^### Exercise (\d+) ([★☆]{3}) · (\w+) · (\w+) · (\d+) minutes · (\S.*)$", re.MULTILINE)
CHECK = re.compile(r"^exercises\.(\w+)\.check\((\w+)\)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)(\[[^\]]*\])\((?![a-z]+:)([^)#\s]*)(#[^)\s]*)?\)")  # to a notebook or a heading
HINT = re.compile(r"<details>.*?</details>\n*", re.DOTALL)


@dataclass(frozen=True)
class Task:
    """An exercise of a lecture: its text without hints, its name, the name of the student's function, its check."""

    text: str
    name: str
    answer: str
    check: str


def module_of(lecture: NotebookNode) -> Path | None:
    """The module of a lecture's solutions, or None for a lecture without exercises in a module."""
    found = IMPORT.search("\n".join(cell.source for cell in lecture.cells if cell.cell_type == "code"))
    if not found or not tasks(lecture):
        return None
    return ROOT / found[1].replace(".", "/") / "solutions" / f"{found[2]}.py"


def tasks(lecture: NotebookNode) -> list[Task]:
    """The exercises of a lecture, in order."""
    found, text = [], ""
    for cell in lecture.cells:
        if cell.cell_type == "markdown":
            text = HINT.sub("", cell.source).strip()
        elif "exercise" in cell.metadata.get("tags", []):
            found += [Task(text, check[1], check[2], check[0]) for check in CHECK.finditer(cell.source)]
    return found


def make(lecture: NotebookNode, link: str) -> NotebookNode:
    """The notebook of a lecture's solutions, without outputs; `link` leads back to the lecture.

    Raises ValueError if a solution is missing or has no docstring.
    """
    path, exercises = module_of(lecture), tasks(lecture)
    module = Module(path.read_text(), {task.name: task.answer for task in exercises})
    title = re.search(r"^# (.+)$", lecture.cells[0].source, re.MULTILINE)[1]
    source = "\n".join(cell.source for cell in lecture.cells if cell.cell_type == "code")
    cells = [
        new_markdown_cell(
            f"# Solutions · {title}\n\nEach exercise of the [lecture]({link}) is followed by a worked solution and its "
            "check. Try an exercise yourself before you read its solution."
        ),
        new_code_cell(f"{module.imports}\n{IMPORT.search(source)[0]}".strip()),
    ]
    if module.helpers:
        cells.append(new_code_cell(module.helpers))
    for task in exercises:
        if task.name not in module.explanations:
            raise ValueError(f"found no function {task.name} with a docstring in {path}, the solution of an exercise")
        for text in (task.text, f"#### Solution\n\n{module.explanations[task.name]}"):
            cells.append(new_markdown_cell(moved(text, link)))
        cells.append(new_code_cell(f"{module.functions[task.name]}\n\n\n{task.check}"))
    return new_notebook(cells=cells)


def moved(text: str, lecture: str) -> str:
    """A text whose links are relative to a lecture, with links that are relative to the notebook of solutions."""

    def link(match: re.Match) -> str:
        path = f"{posixpath.dirname(lecture)}/{match[2]}" if match[2] else lecture
        return f"{match[1]}({posixpath.normpath(path)}{match[3] or ''})"

    return LINK.sub(link, text)


class Module:
    """A module of solutions in parts; its exercises' functions have the names that the student gives them."""

    def __init__(self, source: str, names: dict[str, str]):
        tree = ast.parse(source)
        self.lines = rename(source, tree, names)
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        self.imports = "\n".join(self.lines[imports[0].lineno - 1 : imports[-1].end_lineno]) if imports else ""
        self.helpers, self.functions, self.explanations = "", {}, {}
        for node in tree.body:
            if node in imports:
                continue
            if getattr(node, "name", None) in names and (explanation := ast.get_docstring(node)):
                self.functions[node.name] = self.text(node, without=node.body[0])
                self.explanations[node.name] = explanation
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):  # the module's docstring
                gap = "\n\n\n" if isinstance(node, ast.FunctionDef | ast.ClassDef) else "\n"
                self.helpers = f"{self.helpers}{gap}{self.text(node)}".strip()

    def text(self, node: ast.stmt, without: ast.stmt | None = None) -> str:
        """The lines of a statement, with decorators and the comments right above, less those of a docstring."""
        start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        while start > 1 and self.lines[start - 2].startswith("#"):
            start -= 1
        lines = self.lines[start - 1 : node.end_lineno]
        if without:
            first, last = without.lineno - start, without.end_lineno - start
            while last + 1 < len(lines) and not lines[last + 1].strip():
                last += 1
            del lines[first : last + 1]
        return "\n".join(lines)


def rename(source: str, tree: ast.Module, names: dict[str, str]) -> list[str]:
    """The lines of a module in which functions, and what refers to them, have other names: {old: new}."""
    lines = [line.encode() for line in source.splitlines()]
    for row, column, name in sorted(references(tree, frozenset(names)), reverse=True):
        line, end = lines[row - 1], column + len(name.encode())
        lines[row - 1] = line[:column] + names[name].encode() + line[end:]
    return [line.decode() for line in lines]


def references(node: ast.AST, names: frozenset[str]) -> set[tuple[int, int, str]]:
    """(line, column in bytes, name) of each place below `node` that means one of these global names."""
    found = set()
    if isinstance(node, ast.Name) and node.id in names:
        found.add((node.lineno, node.col_offset, node.id))
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names:
        keyword = "def " if isinstance(node, ast.FunctionDef) else "class "
        found.add((node.lineno, node.col_offset + len(keyword), node.name))
    if isinstance(node, ast.FunctionDef | ast.Lambda):  # its parameters and variables hide globals of the same name
        own = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        own |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        names = names - own
    for child in ast.iter_child_nodes(node):
        found |= references(child, names)
    return found
