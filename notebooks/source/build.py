"""Make the notebooks: NN_name.py (py:percent, the source) -> ../NN_name.ipynb, executed, the same bytes each time.

python notebooks/source/build.py                                   every notebook
python notebooks/source/build.py --only 04_vae solutions/04_vae    some of them

Solutions are made from a lecture and its module of solutions, see solutions.py.
"""

import argparse
import base64
import os
import platform
import re
import time
from itertools import pairwise
from pathlib import Path

import images
import jupytext
import nbformat
import solutions
from nbclient import NotebookClient

SOURCE = Path(__file__).parent
NOTEBOOKS = SOURCE.parent
ROOT = NOTEBOOKS.parent

# How outputs are recorded, here and when the tests compare them: one thread (the order of additions decides
# the last digits), no progress bars, the packaged digits, and the CPU unless INFOTHEORY_DEVICE names another device.
DEVICE = os.environ.get("INFOTHEORY_DEVICE") or "cpu"
RECORDING = {
    "INFOTHEORY_DEVICE": DEVICE,
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TQDM_DISABLE": "1",
    "INFOTHEORY_DATA": "",
    **({"CUDA_VISIBLE_DEVICES": ""} if DEVICE == "cpu" else {}),
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def as_recorded() -> None:
    """Set this process's environment, and its children's, as outputs are recorded; keep the data folder's name."""
    os.environ.setdefault("INFOTHEORY_FULL_DATA", os.environ.get("INFOTHEORY_DATA", ""))
    os.environ.update(RECORDING)


# Widgets name their models by random ids; in a recording they are counted.
COUNTED_WIDGET_IDS = """
import itertools as _i, types as _t, comm.base_comm as _b
_ids = _i.count(1)
_b.uuid = _t.SimpleNamespace(uuid4=lambda: _t.SimpleNamespace(hex=f"{next(_ids):032x}"))
"""

# What JupyterLab writes into a notebook that it opens. A notebook that has it is not marked as changed.
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    },
}

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


def execute(notebook: nbformat.NotebookNode, folder: Path = NOTEBOOKS) -> nbformat.NotebookNode:
    """Run every cell in a fresh kernel, in a folder; an exception stops the build."""
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,  # without it an exported page shows the picture of an explorer
    )  # fmt: skip
    client.extra_arguments = ["--IPKernelApp.log_level=ERROR"]

    async def count_widget_ids(notebook):
        client.kc.execute(COUNTED_WIDGET_IDS, silent=True, store_history=False)

    client.on_notebook_start = count_widget_ids
    client.execute(env=os.environ | RECORDING)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = joined_streams(cell.outputs)
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    output.data["image/png"] = images.small(output.data["image/png"])
    notebook.metadata.update(KERNEL)
    return notebook


def joined_streams(outputs: list) -> list:
    """Outputs with neighbouring pieces of one stream joined, however the kernel happened to cut them."""
    joined: list = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


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


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write under a temporary name, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    nbformat.write(notebook, temporary)
    temporary.replace(path)


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
    parser.add_argument("names", nargs="*", metavar="NAME", help="the same as --only")
    arguments = parser.parse_args()
    known = names()
    asked = [*(arguments.only or []), *arguments.names]
    unknown = [name for name in asked if name not in known]
    if unknown:
        parser.error(f"found no notebook {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    chosen = [name for name in known if name in asked or not asked]
    for name in chosen:
        start = time.perf_counter()
        build(name)
        print(f"{name}: {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
