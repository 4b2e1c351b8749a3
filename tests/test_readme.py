"""The README is true: its examples run, its names import, its links exist, and it stays short."""

import ast
import re
import shlex
import warnings
from importlib import import_module
from pathlib import Path

import build
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from infotheory.__main__ import main
from models import load_model

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
CONCEPTS = re.findall(r"^\| ([^|]+) \| `([\w.]+)` \| ((?:further/)?\d\d) \|$", README, re.MULTILINE)
LECTURES = {path.name[:2]: path for path in build.sources() if path.parent == build.SOURCE and path.name[0].isdigit()}


def imported(name: str):
    """What a dotted name stands for: a module, or an attribute of one."""
    first, *parts = name.split(".")
    thing, module = import_module(first), first
    for part in parts:
        module = f"{module}.{part}"
        thing = getattr(thing, part) if hasattr(thing, part) else import_module(module)
    return thing


def check(value, comment: str) -> None:
    """Compare a value with the number or the verdict that a comment begins with; other comments are free."""
    number = re.match(r"(about )?(-?\d+(?:\.(\d+))?)\b", comment)
    if number:
        about, text, decimals = number.groups()
        tolerance = 0.06 * abs(float(text)) if about else 0.5 * 10 ** -len(decimals or "")
        assert abs(float(value) - float(text)) <= tolerance, f"found {float(value)}, the README has {comment}"
    elif comment in ("proved", "refuted", "open"):
        assert str(value) == comment


def run(block: str, names: dict) -> None:
    """Run a block statement by statement, and check what the comments behind its expressions promise."""
    for statement in ast.parse(block).body:
        source = ast.get_source_segment(block, statement)
        comment = block.splitlines()[statement.end_lineno - 1].partition("  # ")[2]
        if comment.startswith("ValueError: "):
            with pytest.raises(ValueError, match=re.escape(comment.removeprefix("ValueError: "))):
                exec(source, names)
        elif isinstance(statement, ast.Expr):
            check(eval(source, names), comment)
        else:
            exec(source, names)


def own_data(folder: Path) -> None:
    """What a reader has: colour photographs in a folder, and squares with known factors in an archive."""
    rng = np.random.default_rng(0)
    (folder / "photos").mkdir()
    for i in range(200):
        pixels = rng.integers(256, size=(4, 4, 3)).astype(np.uint8)
        Image.fromarray(pixels).resize((48, 48), Image.Resampling.BICUBIC).save(folder / "photos" / f"{i}.png")
    factors = np.stack([rng.integers(n, size=3000) for n in (25, 25, 4)], axis=1)
    images = np.zeros((3000, 32, 32), np.uint8)
    for image, (x, y, side) in zip(images, factors, strict=True):
        image[y : y + side + 4, x : x + side + 4] = 255
    np.savez(folder / "squares.npz", images=images, factors=factors)


@pytest.fixture(scope="module")
def after_reading(tmp_path_factory):
    """The folder and the names after every block of Python was run in it."""
    folder = tmp_path_factory.mktemp("readme")
    own_data(folder)
    names: dict = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.chdir(folder)
        warnings.filterwarnings("ignore", "continuous_mig is left out")
        for block in BLOCKS:
            run(block, names)
    plt.close("all")
    return folder, names


def test_the_examples_run_and_their_comments_are_true(after_reading):
    folder, names = after_reading
    assert len(BLOCKS) >= 6 and names["digits"].shape == (4_000, 1, 28, 28)
    assert (folder / "infovae.safetensors").is_file() and len(names["history"]) == 1_000
    model, digits = names["model"], names["digits"]
    assert type(model).__name__ == "InfoVAE" and not model.training
    assert len(names["train"](model, digits, steps=0, checkpoint=folder / "infovae.safetensors")) == 1_000


def test_the_recipes_for_own_data_give_what_they_say(after_reading):
    folder, names = after_reading
    assert names["images"].shape == (200, 3, 32, 32) and names["data"].factor_sizes == (25, 25, 4)
    with Image.open(folder / "traversal.png") as picture:
        assert picture.size[0] > 500
    assert load_model(folder / "mine.safetensors").shape == (3, 32, 32)
    assert {"mig", "sap", "dci_disentanglement", "irs", "factor_vae"} <= names["found"].keys()
    table = names["it"].mutual_information_table(names["table"], bins={"x": 4}, base=2)
    assert list(table.columns) == list(table.index) == ["coin", "name", "x"]
    assert abs(table.loc["coin", "name"] - 1) < 0.01 and abs(table.loc["x", "x"] - 2) < 0.03


def test_the_recipe_for_a_shell_runs_as_printed(tmp_path, monkeypatch):
    own_data(tmp_path)
    monkeypatch.chdir(tmp_path)
    [block] = [block for block in re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S) if "--images photos" in block]
    for line in block.splitlines():
        assert main(shlex.split(line)[1:]) == 0, line
    with Image.open(tmp_path / "traversal.gif") as picture:
        assert picture.n_frames == 20


def test_every_recipe_for_own_data_has_at_most_five_lines():
    section = README.partition("## Use it on your own data")[2].partition("## A model of your own")[0]
    recipes = re.findall(r"^```\w+\n(.*?)^```", section, re.M | re.S)
    assert len(recipes) == 4 and all(len(re.findall(r".+\n", recipe)) <= 5 for recipe in recipes)
    own_model = next(block for block in BLOCKS if "class InfoVAE" in block)
    lines = [line for line in own_model.splitlines() if line.strip() and not line.startswith(("from", "import"))]
    assert len(lines) <= 12  # ten of the model and its training, a look, and the way back from the file


def test_a_comment_that_is_wrong_is_found():
    for block in ("1 + 1  # 3", "1.04  # about 2", "2.0  # 2.1 nats", "'open'  # proved", "1  # ValueError: x"):
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            run(block, {})
    run("x = 0.27\nx  # about 0.26 nats\n'proved'  # proved\nint('y')  # ValueError: invalid literal", {})


@pytest.mark.parametrize(("concept", "name", "lecture"), CONCEPTS, ids=[name for _, name, _ in CONCEPTS])
def test_every_concept_has_a_function_that_its_lecture_uses(concept, name, lecture):
    assert imported(name) is not None
    word = name.rpartition(".")[2][:-1]  # without its last letter, so that "reparameterisation" counts
    [source] = build.SOURCE.glob(f"{lecture}_*.py")
    assert re.search(rf"\b{word}", source.read_text()), f"{name} in lecture {lecture}"


def test_the_table_of_concepts_was_read():
    assert 18 <= len(CONCEPTS) <= 22 and len({name for _, name, _ in CONCEPTS}) == len(CONCEPTS)
    rows = README.partition("| concept | function | lecture |\n|---|---|---|\n")[2].partition("\n\n")[0]
    assert len(rows.splitlines()) == len(CONCEPTS)


def test_every_lecture_is_listed_once_with_its_minutes():
    rows = re.findall(r"^\| (\d\d) \| \[[^]]+\]\(notebooks/(\S+)\.ipynb\) \| .+ \| \d\.\d \|$", README, re.MULTILINE)
    assert rows == [(number, path.stem) for number, path in LECTURES.items()]


def test_every_link_and_every_path_exists():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    paths = re.findall(r"`((?:models|infotheory|notebooks|tests)/[\w./-]*)`", README)
    assert len(links) >= 12 and len(paths) >= 2
    for path in links + paths:
        assert (ROOT / path.partition("#")[0]).exists(), path


def test_every_model_of_the_results_is_shipped():
    names = re.findall(r"^\| `([a-z][\w-]+)` \|", README, re.MULTILINE)
    assert len(names) >= 15 and all((ROOT / "models" / "weights" / f"{name}.safetensors").is_file() for name in names)


def test_it_is_shorter_than_1600_words():
    """As `tr -d '|' < README.md | wc -w` counts them: code, commands and the numbers of the tables are words too."""
    assert len(README.replace("|", "").split()) < 1_600
