"""The house, read from the sources: which way imports run, how long files and functions are, which names are public."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import infotheory
import models

ROOT = Path(__file__).parents[1]
PACKAGES = ("infotheory", "models")
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}
TREES = {module: ast.parse(path.read_text()) for module, path in FILES.items()}
COMMAND = "infotheory.__main__"  # the command line of both packages: it hands over to models once it is asked to


def imports_for_types(node: ast.AST) -> bool:
    """Whether a node is `if TYPE_CHECKING:`, whose imports never happen."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def nodes(tree: ast.AST, *, inside_functions: bool = True) -> Iterator[ast.AST]:
    """Every node below `tree`, without imports for types, and if asked without the insides of functions."""
    for node in ast.iter_child_nodes(tree):
        if imports_for_types(node) or (isinstance(node, ast.FunctionDef) and not inside_functions):
            continue
        yield node
        yield from nodes(node, inside_functions=inside_functions)


def imported(tree: ast.Module, module: str, *, is_package: bool, **keywords) -> set[str]:
    """The dotted names that the file of `module` imports, relative ones made absolute."""
    found = set()
    for node in nodes(tree, **keywords):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")[: None if is_package and node.level == 1 else -node.level + is_package]
            base = ".".join([*parts, node.module or ""]).rstrip(".") if node.level else node.module
            inside = {f"{base}.{alias.name}" for alias in node.names}
            found |= {name if name in FILES else base for name in inside}
    return found


def files_imported(module: str) -> set[str]:
    """The files that a file imports, and the `__init__.py` of their folders, which Python runs before them."""
    found = imported(TREES[module], module, is_package=FILES[module].name == "__init__.py") & FILES.keys()
    for name in list(found):
        while (name := name.rpartition(".")[0]) not in ("", *PACKAGES):
            found |= {name} - {module} if not module.startswith(f"{name}.") else set()
    return found


FILE_GRAPH = {module: files_imported(module) for module in FILES}


def room(module: str) -> str:
    """The folder of a file. A file at the top of a package is a room of its own, and an `__init__.py` a front door."""
    if FILES[module].name == "__init__.py":
        return f"{module}.__init__"
    return module if module.count(".") == 1 else module.rpartition(".")[0]


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The nodes of a circle, or [] if there is none."""
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return error.args[1]
    return []


def test_no_circle_of_imports_between_files():
    assert circle(FILE_GRAPH) == []


def test_no_circle_of_imports_between_rooms():
    rooms: dict[str, set[str]] = {}
    for module, names in FILE_GRAPH.items():
        rooms.setdefault(room(module), set()).update({room(name) for name in names} - {room(module)})
    assert circle(rooms) == []


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) and not circle({"a": {"b", "c"}, "b": {"c"}})


def test_relative_imports_are_made_absolute():
    tree = ast.parse("from .vae import VAE\nfrom ..bounds import x\nfrom . import gan\nif TYPE_CHECKING: import torch")
    assert imported(tree, "models.training", is_package=True) == {"models.training.vae", "models.bounds"} | {
        "models.training"
    }
    assert imported(tree, "models.a", is_package=False) == {"models.vae", "bounds", "models.gan"}


def test_imports_run_from_notebooks_to_models_to_infotheory():
    for module, tree in TREES.items():
        names = imported(tree, module, is_package=FILES[module].name == "__init__.py")
        tops = {name.split(".")[0] for name in names}
        assert "notebooks" not in tops and "build" not in tops, module
        assert not (module.startswith("infotheory") and "models" in tops and module != COMMAND), module
    at_import = imported(TREES[COMMAND], COMMAND, is_package=False, inside_functions=False)
    assert not any(name.startswith("models") for name in at_import)


def test_infotheory_imports_nothing_heavy():
    heavy = "{'torch', 'matplotlib', 'ipywidgets', 'scipy', 'sklearn', 'models'}"
    code = f"import sys, infotheory; print(*({heavy} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == ""


@pytest.mark.parametrize(("package", "most"), [("infotheory", 10), ("models", 16)])
def test_the_top_of_a_package_is_short(package, most):
    assert len(list((ROOT / package).glob("*.py"))) <= most


def test_no_file_is_longer_than_250_lines():
    lengths = {module: len(path.read_text().splitlines()) for module, path in FILES.items()}
    assert {module: n for module, n in lengths.items() if n > 250} == {}


def test_no_function_is_longer_than_50_lines():
    lengths = {
        f"{module}.{node.name}": node.end_lineno - node.lineno + 1
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: n for name, n in lengths.items() if n > 50} == {}


@pytest.mark.parametrize("package", [infotheory, models], ids=lambda package: package.__name__)
def test_every_public_name_resolves_and_has_a_docstring(package):
    assert len(set(package.__all__)) == len(package.__all__) > 0
    for name in package.__all__:
        thing = getattr(package, name)  # AttributeError for one that is gone
        assert name in dir(package) and thing.__doc__, name


GONE = [r"critic_loss", r"label_information", r"stayed_below", r"wins_outright", r"`variational|\bvariational\.\w"]


@pytest.mark.parametrize("name", GONE)
def test_names_of_the_past_are_nowhere(name):
    assert [module for module, path in FILES.items() if re.search(name, path.read_text())] == []
    assert not any(module.endswith(".variational") for module in FILES)
