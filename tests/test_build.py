"""The builder: pictures, solutions, and notebooks that are the same bytes each time."""

import base64
import io
import subprocess
import sys

import build
import images
import nbformat
import numpy as np
import pytest
import recording
import solutions
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

LECTURE = new_notebook(
    cells=[
        new_markdown_cell("# 1 · A lecture"),
        new_code_cell("from infotheory.teaching.exercises import lecture_01 as exercises"),
        new_markdown_cell("### Exercise 1\n\nAdd.\n\n<details><summary>Hint</summary>\n\nTry.\n\n</details>"),
        new_code_cell(
            "def my_sum(a, b):\n    ...  # your code\n\n\nexercises.total.check(my_sum)",
            metadata={"tags": ["exercise"]},
        ),
        new_markdown_cell("### Exercise 2\n\nDouble."),
        new_code_cell(
            "def my_double(a):\n    ...\n\n\nexercises.double.check(my_double)", metadata={"tags": ["exercise"]}
        ),
    ]
)
MODULE = '''"""Solutions."""

import math

import numpy as np

# two
TWO = 2


def helper(total):
    """A parameter that has the name of an exercise."""
    return total


def total(a, b):
    r"""The *sum* $a+b$.

    Twice.
    """

    # add
    return np.add(a, b)


def double(a):
    """Use the first."""
    return helper(total(a, a)) if "ü" and total else total(a, TWO * a)
'''


def png(image: np.ndarray) -> str:
    written = io.BytesIO()
    Image.fromarray(image.astype(np.uint8)).save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def pixels(picture: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB"), dtype=int)


def test_a_picture_of_few_colours_gets_a_palette_and_no_other_pixels():
    image = np.zeros((60, 80, 3))
    image[10:20, :, 0], image[:, 30:33, 1] = 200, 77
    small = images.small(png(image))
    assert Image.open(io.BytesIO(base64.b64decode(small))).mode == "P"
    assert np.array_equal(pixels(small), image)


def test_a_picture_in_which_a_palette_would_be_seen_keeps_its_colours():
    x = np.linspace(0, 255, 120)
    image = np.stack([np.add.outer(x, 0 * x), np.add.outer(0 * x, x), np.add.outer(x, -x) / 2 + 127], axis=-1)
    assert np.array_equal(pixels(images.small(png(image))), image.astype(np.uint8))


def test_a_local_picture_becomes_part_of_the_notebook_and_of_its_html(tmp_path):
    (tmp_path / "pictures").mkdir()
    picture = base64.b64decode(png(np.full((4, 4, 3), 99)))
    (tmp_path / "pictures" / "x.png").write_bytes(picture)
    cell = new_markdown_cell("See ![a grey square](pictures/x.png) and ![far](https://example.org/y.png).")
    images.attach(cell, tmp_path)
    assert cell.source == "See ![a grey square](attachment:x.png) and ![far](https://example.org/y.png)."
    encoded = base64.b64encode(picture).decode()
    assert cell.attachments == {"x.png": {"image/png": encoded}}

    nbformat.write(new_notebook(cells=[cell]), tmp_path / "one.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--stdout", str(tmp_path / "one.ipynb")]
    page = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
    assert f'src="data:image/png;base64,{encoded}"' in page and 'alt="a grey square"' in page


def test_a_picture_in_a_table_is_narrower(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (300, 960, 1)).repeat(3, axis=2)
    (tmp_path / "x.png").write_bytes(base64.b64decode(png(noise)))
    alone, in_table = new_markdown_cell("![noise](x.png)"), new_markdown_cell("| a |\n|---|\n| ![noise](x.png) |")
    for cell, width in ((alone, 960), (in_table, 480)):
        images.attach(cell, tmp_path)
        assert pixels(cell.attachments["x.png"]["image/png"]).shape[1] == width


def test_a_picture_that_is_not_there_and_two_of_one_name_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError):
        images.attach(new_markdown_cell("![gone](pictures/gone.png)"), tmp_path)
    with pytest.raises(ValueError, match=r"two pictures called x\.png"):
        images.attach(new_markdown_cell("![a](a/x.png) ![b](b/x.png)"), tmp_path)


@pytest.fixture
def made(monkeypatch, tmp_path) -> nbformat.NotebookNode:
    """The notebook of solutions of LECTURE and MODULE."""
    monkeypatch.setattr(solutions, "ROOT", tmp_path)
    path = solutions.module_of(LECTURE)
    assert path == tmp_path / "infotheory" / "teaching" / "solutions" / "lecture_01.py"
    path.parent.mkdir(parents=True)
    path.write_text(MODULE)
    return solutions.make(LECTURE, "../01_lecture.ipynb")


def test_solutions_are_the_tasks_without_hints_the_explanations_and_the_answers_under_the_students_names(made):
    sources = [cell.source for cell in made.cells]
    assert "# Solutions · 1 · A lecture" in sources[0] and "](../01_lecture.ipynb)" in sources[0]
    assert sources[1].startswith("import math\n\nimport numpy as np\nfrom infotheory.teaching.exercises import")
    assert sources[2].startswith("# two\nTWO = 2\n\n\ndef helper(total):\n") and "return total" in sources[2]
    assert sources[3:5] == ["### Exercise 1\n\nAdd.", "#### Solution\n\nThe *sum* $a+b$.\n\nTwice."]
    assert sources[5] == "def my_sum(a, b):\n    # add\n    return np.add(a, b)\n\n\nexercises.total.check(my_sum)"
    assert 'helper(my_sum(a, a)) if "ü" and my_sum else my_sum(a, TWO * a)\n\n\nexercises.double.' in sources[8]


def test_links_of_a_lecture_are_moved_with_its_text():
    text = "[a](02_kl.ipynb#2.1) [b](../05_b.ipynb) [c](#1.2-Title) [d](https://x.org/y#z) ![e](pictures/e.png)"
    moved = (
        "[a](../further/02_kl.ipynb#2.1) [b](../05_b.ipynb) [c](../further/01_a.ipynb#1.2-Title) "
        "[d](https://x.org/y#z) ![e](pictures/e.png)"
    )
    assert solutions.moved(text, "../further/01_a.ipynb") == moved


def test_an_exercise_without_a_solution_is_refused(made, tmp_path):
    path = solutions.module_of(LECTURE)
    path.write_text(MODULE.replace('    """Use the first."""\n', ""))
    with pytest.raises(ValueError, match="found no function double with a docstring"):
        solutions.make(LECTURE, "../01_lecture.ipynb")


def test_a_lecture_without_exercises_of_a_package_has_no_solutions():
    assert solutions.module_of(new_notebook(cells=LECTURE.cells[:3])) is None


def test_a_student_gets_a_line_for_the_body_of_a_function(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "SOURCE", tmp_path)
    source = tmp_path / "1.py"
    source.write_text('# %% tags=["exercise"]\ndef mine(p=(1, 2)) -> float: ...  # your code\n\n\nx.check(mine)\n')
    cell = build.read(source).cells[0]
    assert "def mine(p=(1, 2)) -> float:\n    ...  # your code\n\n\nx.check(mine)" in cell.source


@pytest.mark.parametrize("verdict", ["✗ wrong", "○ nothing yet"])
def test_a_solution_that_its_check_refuses_stops_the_build(verdict, monkeypatch, tmp_path):
    notebook = new_notebook(cells=[new_code_cell(f"# exercises.x.check(y)\nprint('✓ right')\nprint({verdict!r})")])
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(build, "make", lambda name: notebook)
    with pytest.raises(ValueError, match=f"solutions/x: found the verdicts ✓ {verdict[0]}, expected ✓ alone"):
        build.build("solutions/x")
    assert list((tmp_path / "solutions").iterdir()) == []


def test_a_notebook_is_the_same_bytes_each_time(monkeypatch, tmp_path):
    """With a widget, a figure and streams that the kernel cuts as it likes."""
    source = """
import sys, ipywidgets, matplotlib.pyplot as plt
plt.plot([0, 1]); plt.show()
for i in range(5):
    print(i, flush=True)
ipywidgets.IntSlider()
"""
    written = []
    for folder in ("a", "b"):
        monkeypatch.setattr(build, "NOTEBOOKS", tmp_path / folder)
        monkeypatch.setattr(
            build,
            "make",
            lambda name: new_notebook(cells=[new_code_cell(source, id="cell-000")], metadata=recording.KERNEL),
        )
        monkeypatch.setattr(build, "SOURCE", tmp_path)
        build.build("x")
        written.append((tmp_path / folder / "x.ipynb").read_bytes())
    assert written[0] == written[1] and b"widget-view" in written[0] and b"image/png" in written[0]
    assert b"widget-state" not in written[0]  # an exported page would show it, empty, in the place of the picture


def test_a_name_that_is_unknown_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["build.py", "--only", "01_entropy", "12_nothing"])
    with pytest.raises(SystemExit):
        build.main()
    assert "found no notebook 12_nothing; there are 00_start_here, 01_entropy, " in capsys.readouterr().err
