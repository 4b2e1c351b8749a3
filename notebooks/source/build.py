"""Make the notebooks: NN_name.py (py:percent, the source) -> ../NN_name.ipynb, executed, the same bytes each time.

python notebooks/source/build.py                                   every notebook
python notebooks/source/build.py --only 04_vae solutions/04_vae    some of them
python notebooks/source/build.py --nbgrader DIR                    graded coursework, see grading.md
python notebooks/source/build.py --slides DIR                      slides of the core lectures, see projection.py
python notebooks/source/build.py --site DIR                        a static site of all notebooks, see website.py

Solutions are made from a lecture and its module of solutions, see solutions.py.
"""

import argparse
import base64
import re
import time
from itertools import pairwise
from pathlib import Path

import images
import jupytext
import nbformat
import solutions
from recording import KERNEL, execute, write

SOURCE = Path(__file__).parent
NOTEBOOKS = SOURCE.parent
ROOT = NOTEBOOKS.parent

# An empty function as `ruff format` writes it; students get a line for its body.
PREDICTION = re.compile(r"\*\*Predict, then run\.\*\*(?:(?!\n\n).)*\Z", re.DOTALL)  # in the last paragraph of a cell
STUB = re.compile(r"^(\S.*\)(?: -> .+)?): (\.\.\..*)$", re.MULTILINE)

# Where one finds what to edit: in the first cell when it is edited, and at the end of the page.
NOTE = "<!-- Made from {sources} by {command}: edit the source, not this notebook. -->\n\n"
FOOTER = (
    "---\n<small>This notebook is made from {sources} by `{command}`. To change the course, edit the source.</small>"
)


def sources() -> list[Path]:
    """The sources of lectures, in order, and of the gallery."""
    return [*sorted(SOURCE.glob("[0-9]*.py")), *sorted(SOURCE.glob("further/[0-9]*.py")), SOURCE / "explore.py"]


def name_of(source: Path) -> str:
    """The name of the notebook that is made from a source, such as 04_vae or further/04_vae_solved."""
    return source.relative_to(SOURCE).with_suffix("").as_posix()


def notebook_of(source: Path) -> Path:
    """The notebook that is made from a source."""
    return path_of(name_of(source))


def path_of(name: str) -> Path:
    """The file of a notebook."""
    return NOTEBOOKS / f"{name}.ipynb"


def solutions_of() -> dict[str, Path]:
    """The names of the notebooks of solutions, each with the source of its lecture."""
    return {f"solutions/{path.stem}": path for path in sources() if solutions.module_of(jupytext.read(path))}


def names() -> list[str]:
    """The names of all notebooks. 00_start_here is the last, since it shows pictures of the others."""
    lectures = sorted(sources(), key=lambda source: source.name.startswith("00"))
    return [*solutions_of(), *map(name_of, lectures)]


def make(name: str) -> nbformat.NotebookNode:
    """A notebook by its name, without outputs."""
    if not name.startswith("solutions/"):
        return read(SOURCE / f"{name}.py")
    source = solutions_of()[name]
    lecture = jupytext.read(source)
    notebook = solutions.make(lecture, f"../{name_of(source)}.ipynb")
    return complete(notebook, name, [source, solutions.module_of(lecture)])


def read(source: Path) -> nbformat.NotebookNode:
    """A lecture without outputs."""
    lecture = jupytext.read(source)
    for cell in lecture.cells:
        if "exercise" in cell.metadata.get("tags", []):
            cell.source = STUB.sub(r"\1:\n    \2", cell.source)
    return complete(lecture, name_of(source), [source])


def complete(notebook: nbformat.NotebookNode, name: str, made_from: list[Path]) -> nbformat.NotebookNode:
    """Add what every notebook has: cells named by position, attached pictures, and where to edit it."""
    paths = [path.relative_to(ROOT).as_posix() for path in made_from]
    command = f"python notebooks/source/build.py --only {name}"
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own
        if cell.cell_type == "markdown":
            images.attach(cell, made_from[0].parent)
    for question, cell in pairwise(notebook.cells):
        if cell.cell_type == "code" and PREDICTION.search(question.source):
            cell.metadata["jupyter"] = cell.metadata.get("jupyter", {}) | {"outputs_hidden": True}  # until it is run
    first = notebook.cells[0]
    first.source = NOTE.format(sources=" and ".join(paths), command=command) + first.source
    quoted = " and ".join(f"`{path}`" for path in paths)
    notebook.cells.append(nbformat.v4.new_markdown_cell(FOOTER.format(sources=quoted, command=command)))
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:03d}"
    notebook.metadata = nbformat.from_dict(KERNEL | {"infotheory": {"generated_from": paths, "command": command}})
    return notebook


def verdicts(notebook: nbformat.NotebookNode) -> list[str]:
    """The first character of each verdict on an exercise: ✓, ✗, or ○ for an empty answer."""
    lines = [
        line
        for cell in notebook.cells
        if cell.cell_type == "code" and re.search(r"\bexercises\.\w+\.check\(", cell.source)
        for output in cell.outputs
        if output.output_type == "stream"
        for line in output.text.splitlines()
    ]
    return [line[0] for line in lines if line.startswith(("✓", "✗", "○"))]


def save_picture(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write the figure of the cell tagged `picture`, if there is one, for the README and 00_start_here."""
    for cell in notebook.cells:
        if "picture" in cell.metadata.get("tags", []):
            png = next(output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(base64.b64decode(png))


def build(name: str) -> None:
    """Make, execute and write one notebook. Raises ValueError if a solution is not accepted by its check."""
    path, notebook = path_of(name), make(name)
    path.parent.mkdir(exist_ok=True)
    execute(notebook, path.parent)
    if name.startswith("solutions/"):
        if set(verdicts(notebook)) != {"✓"}:
            raise ValueError(f"{name}: found the verdicts {' '.join(verdicts(notebook))}, expected ✓ alone")
    else:
        save_picture(notebook, SOURCE / "pictures" / f"{path.stem}.png")
    write(notebook, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names such as 04_vae, further/04_vae_solved")
    parser.add_argument("--nbgrader", type=Path, metavar="DIR", help="write an nbgrader course to DIR instead")
    parser.add_argument("--slides", type=Path, metavar="DIR", help="write slides of the core lectures to DIR instead")
    parser.add_argument("--site", type=Path, metavar="DIR", help="write a site of all notebooks to DIR instead")
    parser.add_argument("--force", action="store_true", help="replace lectures that are in DIR already")
    parser.add_argument("names", nargs="*", metavar="NAME", help="the same as --only")
    arguments = parser.parse_args()
    known = names()
    asked = [*(arguments.only or []), *arguments.names]
    unknown = [name for name in asked if name not in known]
    if unknown:
        parser.error(f"found no notebook {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    chosen = [name for name in known if name in asked or not asked]
    if arguments.nbgrader:
        grade(chosen, arguments.nbgrader, arguments.force)
    if arguments.slides:
        project(chosen, arguments.slides)
    if arguments.site:
        publish(arguments.site)
    if arguments.nbgrader or arguments.slides or arguments.site:
        return
    for name in chosen:
        start = time.perf_counter()
        build(name)
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)


def grade(chosen: list[str], folder: Path, force: bool) -> None:
    """Write the lectures that have exercises as an nbgrader course."""
    import grading

    with_exercises = {name_of(path): path for path in solutions_of().values()}
    lectures = {Path(name).name: read(with_exercises[name]) for name in chosen if name in with_exercises}
    for name, points in grading.write_course(folder, lectures, force).items():
        print(f"{name}: {len(points)} exercises, {sum(points)} points")


def project(chosen: list[str], folder: Path) -> None:
    """Write slides of the core lectures, all but 00_start_here."""
    import projection

    core = {name: path_of(name) for name in chosen if re.match(r"(?!00)\d\d_", name)}
    for name, count in projection.write_slides(folder, core).items():
        print(f"{name}: {count} slides")


def publish(folder: Path) -> None:
    """Write the site of all notebooks."""
    import website

    start = time.perf_counter()
    count = website.write_site(folder, {name: path_of(name) for name in sorted(names())}, ROOT / "README.md")
    print(f"{count} pages in {time.perf_counter() - start:.0f} s: open {folder / 'index.html'}")


if __name__ == "__main__":
    main()
