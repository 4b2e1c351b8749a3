"""The size of each lecture: words, code, figures, and the minutes that they take to read.

python tests/lecture_form.py                  every lecture
python tests/lecture_form.py 01_entropy       some of them

Numbers of figures and of printed lines are those of the executed notebook, so build it first. Exercises have minutes
of their own: their text and cells count in none of the columns.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "notebooks" / "source"))

import build
import jupytext
import nbformat
from nbformat import NotebookNode
from solutions import EXERCISE

EQUATION = re.compile(r"\$\$.*?\$\$", re.DOTALL)
INLINE = re.compile(r"\$[^$]+\$")
TAG = re.compile(r"</?[a-zA-Z][^>]*>|<!--.*?-->|\]\([^)]*\)", re.DOTALL)
PLOT = re.compile(r"\bplt\.|\bax(?:es|is|s)?(?:\[[^]]*\])?\.\w+\(")


@dataclass(frozen=True)
class Form:
    """What a lecture consists of, without its exercises, and its exercises as (number, stars, kind, …)."""

    words: int
    code: int  # lines that are not empty
    longest_cell: int
    longest_line: int
    equations: int
    figures: int
    printed: int
    truths: int  # printed lines that hold True or False
    exercises: list[tuple[str, ...]]

    @property
    def minutes(self) -> float:
        """Minutes of reading: 150 words, or 15 lines of code, a minute; 0.7 for an equation or a figure."""
        return self.words / 150 + 0.7 * self.equations + self.code / 15 + 0.7 * self.figures

    @property
    def truths_in_percent(self) -> float:
        return 100 * self.truths / max(self.printed, 1)


def form(lecture: NotebookNode, outputs: list[list]) -> Form:
    """Count the cells of a lecture and the outputs of its code cells."""
    text = "\n\n".join(cell.source for cell in lecture.cells if is_prose(cell))
    code = [cell.source.strip() for cell in lecture.cells if cell.cell_type == "code" and not is_exercise(cell)]
    lines = [line for source in code for line in source.splitlines() if line.strip()]
    shown = [output for cell in outputs for output in cell]
    printed = [line for output in shown for line in printed_by(output).splitlines() if line.strip()]
    return Form(
        words=words(text),
        code=len(lines),
        longest_cell=max(len(source.splitlines()) for source in code),
        longest_line=max(map(len, lines)),
        equations=len(EQUATION.findall(text)),
        figures=sum("image/png" in output.get("data", {}) for output in shown),
        printed=len(printed),
        truths=sum(bool(re.search(r"\b(True|False)\b", line)) for line in printed),
        exercises=[found for cell in lecture.cells for found in EXERCISE.findall(cell.source)],
    )


def form_of(source: Path) -> Form:
    """The form of a lecture by its source; there are no figures and no printed lines before it is built."""
    built = build.notebook_of(source)
    notebook = nbformat.read(built, as_version=4) if built.exists() else nbformat.v4.new_notebook()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    return form(jupytext.read(source), outputs)


def is_exercise(cell: NotebookNode) -> bool:
    """Whether a cell is the text of an exercise, or the one in which its answer is written."""
    return "exercise" in cell.metadata.get("tags", []) or bool(re.match(r"### Exercise \d", cell.source))


def is_prose(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and not is_exercise(cell)


def words(markdown: str) -> int:
    """Words outside of equations. A formula in a sentence counts as one word, a mark such as | or - as none."""
    text = INLINE.sub("formula", EQUATION.sub(" ", markdown))
    return len(re.findall(r"\S*\w\S*", TAG.sub(" ", text)))


def printed_by(output: NotebookNode) -> str:
    """The text of an output; that of a picture is no printed line."""
    if output.output_type == "stream":
        return output.text
    data = output.get("data", {})
    return "" if "image/png" in data else data.get("text/plain", "")


def plotting_lines(source: str) -> int:
    """The number of lines of a cell that call matplotlib."""
    return sum(bool(PLOT.search(line.partition("#")[0])) for line in source.splitlines())


def main() -> None:
    chosen = [path for path in build.sources() if not sys.argv[1:] or build.name_of(path) in sys.argv[1:]]
    width = max((len(build.name_of(path)) for path in chosen), default=0)
    print(f"{'lecture':<{width}}  words  code  cell  line  equations  figures  minutes  printed  T/F %  exercises")
    for path in chosen:
        f = form_of(path)
        print(
            f"{build.name_of(path):<{width}}  {f.words:5d}  {f.code:4d}  {f.longest_cell:4d}  {f.longest_line:4d}  "
            f"{f.equations:9d}  {f.figures:7d}  {f.minutes:7.0f}  {f.printed:7d}  {f.truths_in_percent:5.1f}  "
            f"{len(f.exercises)}: {sum(int(each[4]) for each in f.exercises)} minutes"
        )


if __name__ == "__main__":
    main()
