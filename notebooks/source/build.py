"""Execute the lectures: NN_name.py (py:percent, the source) -> NN_name.ipynb, the same bytes each time.

python notebooks/source/build.py                  every lecture
python notebooks/source/build.py 04_vae           one of them
python notebooks/source/build.py --student DIR    copies for students in DIR, without outputs and without solutions
"""

import argparse
import ast
import base64
import io
import os
import re
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from PIL import Image

SOURCE = Path(__file__).parent
NOTEBOOKS = SOURCE.parent

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

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION\n?", re.DOTALL | re.MULTILINE)


# The first lines of a check in a student's copy. IPython's own error would not say what to do.
FOLDER_OF_CHECKS = """
from pathlib import Path
assert Path("{path}").exists(), "found no {path}; copy the folder checks to where this notebook is"
""".strip()


def sources() -> list[Path]:
    """The lectures' sources, in order."""
    return [*sorted(SOURCE.glob("[0-9]*.py")), *sorted(SOURCE.glob("further/*.py")), SOURCE / "explore.py"]


def name_of(source: Path) -> str:
    """The name of a lecture, such as 04_vae or further/04_vae_solved."""
    return source.relative_to(SOURCE).with_suffix("").as_posix()


def notebook_of(source: Path) -> Path:
    """The notebook that is made from a source."""
    return NOTEBOOKS / f"{name_of(source)}.ipynb"


def read(source: Path) -> nbformat.NotebookNode:
    """A lecture without outputs, its cells named by their position."""
    notebook = jupytext.read(source)
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:03d}"
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def execute(notebook: nbformat.NotebookNode, folder: Path = NOTEBOOKS) -> nbformat.NotebookNode:
    """Run every cell in a fresh kernel, in the lectures' folder; an exception stops the build."""
    client = NotebookClient(
        notebook, timeout=600, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(folder)}}
    )
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
                    output.data["image/png"] = in_256_colours(output.data["image/png"])
    notebook.metadata["language_info"] = {"name": "python"}
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


def in_256_colours(png: str) -> str:
    """A picture in base64 as one with a palette: no difference that one sees, and a third to a half of the bytes."""
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    palette = picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    written = io.BytesIO()
    palette.save(written, "PNG", optimize=True)
    return base64.b64encode(written.getvalue()).decode()


def save_picture(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write the figure of the cell tagged `picture`, if there is one, for the README."""
    for cell in notebook.cells:
        if "picture" in cell.metadata.get("tags", []):
            png = next(output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(base64.b64decode(png))


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


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write under a temporary name, then rename."""
    temporary = path.with_name(f".{path.name}.tmp")
    nbformat.write(notebook, temporary)
    temporary.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectures", nargs="*", help="names such as 04_vae; all by default")
    parser.add_argument("--student", metavar="DIR", type=Path, help="write copies without solutions there")
    arguments = parser.parse_args()
    known = {name_of(source): source for source in sources()}
    names = arguments.lectures or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"found no lecture {', '.join(unknown)}; there are {', '.join(known)}")
    if arguments.student:
        taken = [name for name in names if (arguments.student / f"{name}.ipynb").exists()]
        if taken:
            parser.error(f"{arguments.student} holds {', '.join(taken)} already, maybe with a student's answers")
    for name in names:
        start, notebook = time.perf_counter(), read(known[name])
        if arguments.student:
            copy, checks = for_students(notebook, name)
            for path, source in checks.items():
                (arguments.student / path).parent.mkdir(parents=True, exist_ok=True)
                (arguments.student / path).write_text(source)
            arguments.student.mkdir(parents=True, exist_ok=True)
            write(copy, arguments.student / f"{name}.ipynb")
        else:
            write(execute(notebook), notebook_of(known[name]))
            save_picture(notebook, SOURCE / "pictures" / f"{known[name].stem}.png")
        print(f"{name}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
