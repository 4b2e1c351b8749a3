"""How outputs are recorded: the environment, the kernel, and how outputs become the same bytes each time."""

import os
import platform
from pathlib import Path

import images
import nbformat
from nbclient import NotebookClient

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


def execute(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
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


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Write under a temporary name, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    nbformat.write(notebook, temporary)
    temporary.replace(path)
