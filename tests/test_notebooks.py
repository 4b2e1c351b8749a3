"""What nbval does not notice: notebooks that drifted apart from their sources, were saved without being run, or are
too long; verdicts, descriptions of figures, links and references."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import build
import jupytext
import nbformat
import pytest
import recording
import solutions
from lecture_form import form_of, plotting_lines

NAMES = build.names()
SOLUTIONS = build.solutions_of()
LECTURES = [build.name_of(source) for source in SOLUTIONS.values()]  # those with exercises
CORE = [name for name in LECTURES if "/" not in name and not name.startswith("00")]
BIBLIOGRAPHY = build.SOURCE / "references.bib"


def read(name: str) -> nbformat.NotebookNode:
    """A notebook as it lies in the repository."""
    return nbformat.read(build.path_of(name), as_version=4)


def prose(name: str) -> str:
    return "\n\n".join(cell.source for cell in build.make(name).cells if cell.cell_type == "markdown")


def test_every_notebook_has_a_source():
    files = [path for path in build.NOTEBOOKS.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    assert sorted(path.relative_to(build.NOTEBOOKS).with_suffix("").as_posix() for path in files) == sorted(NAMES)


def test_lectures_and_their_solutions_have_different_names():
    stems = [source.stem for source in build.sources()]
    assert len(set(stems)) == len(stems)


def test_a_file_browser_shows_notebooks_and_folders_alone():
    files = [path for folder in (build.NOTEBOOKS, build.NOTEBOOKS / "further") for path in folder.glob("[!.]*")]
    assert {path.suffix for path in files if path.is_file()} == {".ipynb"}


def test_a_single_lecture_is_checked_from_its_own_folder():
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "01_entropy.ipynb::Cell 0", "01_entropy.ipynb::Cell 1"]
    environment = os.environ | {"PYTHONPATH": str(build.ROOT)}
    told = subprocess.run(command, cwd=build.NOTEBOOKS, env=environment, capture_output=True, text=True)
    assert told.returncode == 0 and "2 passed" in told.stdout, told.stdout


def test_tests_run_as_notebooks_are_recorded(pytestconfig):
    assert recording.RECORDING.items() - {("MPLBACKEND", recording.RECORDING["MPLBACKEND"])} <= os.environ.items()
    assert Path(pytestconfig.option.nbval_sanitize_with).is_absolute()


@pytest.mark.parametrize("name", NAMES)
def test_notebook_and_source_agree_cell_by_cell(name):
    def cells(notebook):
        return [
            (cell.cell_type, cell.source, dict(cell.metadata), cell.get("attachments"), cell.id)
            for cell in notebook.cells
        ]

    found = read(name)
    for cell in found.cells:
        cell.metadata.pop("execution", None)
    assert cells(found) == cells(build.make(name))


@pytest.mark.parametrize("name", NAMES)
def test_notebook_was_run_from_top_to_bottom(name):
    counts = [cell.execution_count for cell in read(name).cells if cell.cell_type == "code" and cell.source.strip()]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_notebook_says_what_to_edit(name):
    notebook = read(name)
    made_from = notebook.metadata["infotheory"]["generated_from"]
    assert made_from and all((build.ROOT / path).is_file() for path in made_from)
    for cell in (notebook.cells[0], notebook.cells[-1]):
        assert all(path in cell.source for path in made_from) and f"--only {name}" in cell.source


@pytest.mark.parametrize("name", NAMES)
def test_hints_are_rendered(name):
    """Markdown inside <details> is rendered after an empty line; without one, mathematics and HTML alone are."""
    for hint in re.findall(r"<details>.*?</details>", prose(name), re.DOTALL):
        if not re.fullmatch(r"<details>\s*<summary>[^\n]*</summary>\n\n.*\n</details>", hint, re.DOTALL):
            assert not re.search(r"`|\*\w", re.sub(r"\$.*?\$|<code>.*?</code>", "", hint, flags=re.DOTALL)), hint


@pytest.mark.parametrize("name", LECTURES)
def test_every_exercise_of_a_lecture_awaits_its_answer(name):
    lecture = read(name)
    assert set(build.verdicts(lecture)) == {"○"}
    assert len(build.verdicts(lecture)) == len(solutions.tasks(lecture)) == len(form_of(source_of(name)).exercises)


@pytest.mark.parametrize("name", SOLUTIONS)
def test_every_solution_is_accepted(name):
    assert build.verdicts(read(name)) == ["✓"] * len(solutions.tasks(jupytext.read(SOLUTIONS[name])))


@pytest.mark.parametrize("name", LECTURES)
def test_every_figure_is_described_in_words(name):
    """An explorer is described by the text that it shows where there are no widgets."""
    for cell in read(name).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                explorer = "application/vnd.jupyter.widget-view+json" in output.data
                alt = output.data["text/plain"] if explorer else output.metadata.get("image/png", {}).get("alt", "")
                assert len(alt.split()) >= 3, cell.source


@pytest.mark.parametrize("name", NAMES)
def test_every_number_that_nbval_ignores_has_a_range(name):
    """What follows ≈ is not compared, see sanitize.cfg, so `measured` prints it and asserts its range."""
    for cell in read(name).cells:
        if cell.cell_type == "code" and re.search(r"≈ -?\d", "".join(map(str, cell.outputs))):
            assert "measured(" in cell.source, cell.source


@pytest.mark.parametrize("name", CORE)
def test_a_core_lecture_is_read_in_50_minutes(name):
    form = form_of(source_of(name))
    assert form.words <= 2_000 and form.code <= 220 and form.minutes <= 50
    assert form.longest_cell <= 20 and form.longest_line <= 110
    assert form.figures >= 1 and form.truths_in_percent <= 2


@pytest.mark.parametrize("name", CORE)
def test_the_head_of_a_core_lecture_sums_the_minutes_of_its_sections_and_exercises(name):
    form, text = form_of(source_of(name)), prose(name)
    read, solve = map(int, re.search(r"(\d+) minutes to read, (\d+) for the exercises", text).groups())
    assert read == sum(map(int, re.findall(r"^## .*\((\d+) minutes?\)$", text, re.MULTILINE))) >= form.minutes
    assert solve == sum(int(minutes) for *_, minutes, _ in form.exercises)


@pytest.mark.parametrize("name", [name for name in LECTURES if "/" not in name])
def test_lecture_00_states_the_minutes_of_each_lecture(name):
    row = re.search(rf"\({name}\.ipynb\).*?(\d+) minutes to read, (\d+) for (\d+) exercises", prose("00_start_here"))
    form, head = form_of(source_of(name)), re.search(r"(\d+) minutes to read", prose(name))
    assert int(row[1]) == int(head[1]) if name in CORE else abs(int(row[1]) - form.minutes) <= 1
    assert (int(row[2]), int(row[3])) == (sum(int(each[4]) for each in form.exercises), len(form.exercises))


@pytest.mark.parametrize("name", CORE)
def test_a_core_lecture_has_four_to_six_exercises_of_different_kinds(name):
    exercises = form_of(source_of(name)).exercises
    assert [int(number) for number, *_ in exercises] == list(range(1, len(exercises) + 1))
    assert 4 <= len(exercises) <= 6
    assert {"do", "prove"} <= {kind for _, _, kind, *_ in exercises} <= {"compute", "do", "prove"}
    assert {importance for _, _, _, importance, *_ in exercises} <= {"essential", "useful", "extra"}


@pytest.mark.parametrize("name", LECTURES)
def test_exercises_and_figures_of_a_lecture_lie_in_the_packages(name):
    for cell in build.make(name).cells:
        if cell.cell_type == "code":
            assert not re.search(r"\b(Proof)?Exercise\(|\bExperiment\(", cell.source), cell.source
            assert plotting_lines(cell.source) <= 3, cell.source


@pytest.mark.parametrize("name", NAMES)
def test_every_link_to_a_file_leads_to_a_notebook(name):
    text = prose(name)
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'href="([^"]+)"', text)
    for link in links:
        if not re.match(r"[a-z]+:|#", link):
            path = (build.path_of(name).parent / link.partition("#")[0]).resolve()
            assert path.suffix == ".ipynb" and path.is_file() and path.is_relative_to(build.NOTEBOOKS), link


@pytest.fixture(scope="module")
def bibliography() -> str:
    if not BIBLIOGRAPHY.exists():
        pytest.skip("there is no references.bib")
    return BIBLIOGRAPHY.read_text()


def test_every_key_of_the_bibliography_is_its_own(bibliography):
    keys = Counter(re.findall(r"^\s*@\w+\{\s*([^,\s]+)", bibliography, re.MULTILINE))
    assert keys and {key for key, count in keys.items() if count > 1} == set()


@pytest.mark.parametrize("source", build.sources(), ids=build.name_of)
def test_every_paper_of_a_lecture_is_in_the_bibliography(source, bibliography):
    text = source.read_text()
    numbers = re.findall(r"ar[Xx]iv(?:\.org/abs/|[: ]\s*)(\d{4}\.\d{4,5})", text)
    numbers += re.findall(r"\b(10\.\d{4,}/[^\s)\]>,;`|]*\w)", text)
    assert [number for number in numbers if number.lower() not in bibliography.lower()] == []


def source_of(name: str):
    return build.SOURCE / f"{name}.py"
