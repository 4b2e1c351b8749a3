"""Slides of a lecture, from its executed notebook: the claim of each section, its question, equations and figures.

A section's claim is written in its source, `<!-- claim: … -->` below the heading. A question ("Predict, then run.")
stands on a slide before the claim, so that a class can answer it. The prose goes to the speaker's notes (key S), and
code and exercises are left out. reveal.js and MathJax lie beside the slides, so nothing is loaded from a network.
"""

import importlib.util
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from jinja2 import Template
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from solutions import EXERCISE

TEMPLATE = Path(__file__).parent / "slides" / "lecture.html.j2"
HEADING = re.compile(r"^## (.+?) \(\d+ minutes?\)$")
CLAIM = re.compile(r"<!-- claim: (.+?) -->")
DISPLAY = re.compile(r"\$\$.+?\$\$", re.DOTALL)
QUESTION = re.compile(r"^\*\*Predict, .+?(?=\n\n|\Z)", re.DOTALL | re.MULTILINE)
ASK = re.compile(r"\*\*Predict, [^*]+\*\*\s*")  # the slide is the question
DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
TABLE = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
SUMMARY = re.compile(r"^(?:> \*\*Summary\*\*|## Summary\n)\n((?:^>.*\n?)+)", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)
EXPLORER = "A figure with sliders, as it is at first."
MOST_ROWS = 8  # of a table that is projected


@dataclass
class Slide:
    """A slide: a title, then the claim or a question, and at most one equation, figure or table."""

    title: str
    claim: str = ""
    question: str = ""
    shown: str = ""  # HTML
    notes: str = ""

    @property
    def html(self) -> dict[str, str]:
        texts = {"title": self.title, "claim": self.claim, "question": self.question, "notes": self.notes}
        return {name: inline(text) if name == "title" else to_html(text) for name, text in texts.items()} | {
            "shown": self.shown
        }


@dataclass
class Section:
    """A section of a lecture: what one reads in it, and what is shown, in order."""

    title: str
    claim: str = ""
    prose: list[str] = field(default_factory=list)
    shown: list[tuple[str, str]] = field(default_factory=list)  # ("question", text) or ("shown", HTML)

    def slides(self) -> list[Slide]:
        """The claim stands on the slide after the last question, so that no question is answered before it is asked."""
        found = [Slide(self.title, **{kind: content}) for kind, content in self.shown]
        last = max((i for i, slide in enumerate(found) if slide.question), default=-1)
        if last + 1 == len(found):
            found.append(Slide(self.title))
        found[last + 1].claim = self.claim
        for slide in found:
            slide.notes = "\n\n".join(self.prose)
        return found


def to_html(text: str) -> str:
    """Markdown with formulas as HTML."""
    return markdown2html(text) if text else ""


def inline(text: str) -> str:
    """A line of markdown as HTML, without a paragraph around it."""
    return re.sub(r"^<p>|</p>$", "", to_html(text).strip())


def pictures(cell: NotebookNode) -> list[str]:
    """The figures of a code cell as HTML, each with its description."""
    found = []
    for output in cell.get("outputs", []):
        if png := output.get("data", {}).get("image/png"):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", EXPLORER).replace('"', "&quot;")
            found.append(f'<img class="figure" src="data:image/png;base64,{png.strip()}" alt="{alt}">')
    return found


def sections(lecture: NotebookNode) -> tuple[Slide, list[Section]]:
    """The title slide of an executed lecture, and its sections."""
    title = re.search(r"^# (.+)$", lecture.cells[0].source, re.MULTILINE)
    opening = COMMENT.sub("", lecture.cells[0].source[title.end() :]).strip()
    first = next(picture for cell in lecture.cells for picture in pictures(cell))
    found: list[Section] = []
    for cell in lecture.cells[1:]:
        if cell.cell_type == "code":
            if found and "exercise" not in cell.metadata.get("tags", []):
                found[-1].shown += [("shown", picture) for picture in pictures(cell)]
            continue
        for part in re.split(r"^(?=#{2,3} )", cell.source, flags=re.MULTILINE):
            heading, _, text = part.partition("\n")
            if match := HEADING.match(heading):
                claim = CLAIM.search(text)
                found.append(Section(match[1], claim[1] if claim else ""))
            elif heading.startswith("### "):
                continue
            else:
                text = part
            if found:
                read(found[-1], DETAILS.sub("", COMMENT.sub("", text)))
    question = re.search(r"\*\*(.+?)\*\*", opening, re.DOTALL)
    return Slide(title[1], question=question[1] if question else "", shown=first, notes=opening), found


def read(section: Section, text: str) -> None:
    """Add the text of a cell to a section: its questions, equations and tables in order, the rest as prose."""
    text = SUMMARY.split(text)[0]
    marks = [*QUESTION.finditer(text), *DISPLAY.finditer(text), *TABLE.finditer(text)]
    for mark in sorted(marks, key=re.Match.start):
        if mark.re is QUESTION:
            section.shown.append(("question", ASK.sub("", mark[0])))
        elif mark.re is DISPLAY:
            section.shown.append(("shown", f'<div class="equation">{to_html(mark[0])}</div>'))
        elif mark[0].count("\n") <= MOST_ROWS + 1:
            section.shown.append(("shown", to_html(mark[0])))
    section.prose.append(text.strip())


def deck(lecture: NotebookNode) -> list[list[Slide]]:
    """The slides of a lecture: a column for each section, between a title and a summary."""
    title, found = sections(lecture)
    text = "\n\n".join(cell.source for cell in lecture.cells if cell.cell_type == "markdown")
    columns = [[title], *(section.slides() for section in found)]
    if summary := SUMMARY.search(text):
        points = re.sub(r"^> ?", "", summary[1], flags=re.MULTILINE)
        columns.append([Slide("Summary", shown=f'<div class="summary">{to_html(points)}</div>')])
    if exercises := EXERCISE.findall(text):
        rows = "\n".join(
            f"{number}. {name} {stars} ({minutes} minutes)" for number, stars, _, _, minutes, name in exercises
        )
        columns.append([Slide("Exercises", shown=f'<div class="summary">{to_html(rows)}</div>')])
    return columns


def write_slides(folder: Path, lectures: dict[str, Path]) -> dict[str, int]:
    """Write the slides of executed lectures, with all that they need, and return the number of slides of each.

    Raises ValueError for a notebook that has no outputs.
    """
    template, counts = Template(TEMPLATE.read_text(encoding="utf-8"), trim_blocks=True), {}
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in lectures.items():
        lecture = nbformat.read(path, 4)
        if not any(pictures(cell) for cell in lecture.cells):
            raise ValueError(f"found no figure in {path}, expected an executed lecture: build it first")
        columns = [[slide.html for slide in column] for column in deck(lecture)]
        page = template.render(title=columns[0][0]["title"], columns=columns)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
        counts[name] = sum(map(len, columns))
    copy_assets(folder)
    return counts


def copy_assets(folder: Path) -> None:
    """Copy reveal.js and MathJax from the packages that carry them."""
    reveal = Path(importlib.util.find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"
    for part in ("dist/reveal.js", "dist/reveal.css", "dist/reset.css", "plugin/notes/notes.js", "LICENSE"):
        target = folder / "reveal.js" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(reveal / part, target)
    copy_mathjax(folder / "mathjax")


def copy_mathjax(folder: Path) -> None:
    """Copy MathJax for TeX with its fonts: a seventh of what its package holds."""
    mathjax = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    fonts = Path("output/chtml/fonts/woff-v2")
    (folder / fonts).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(mathjax / "tex-chtml-full.js", folder / "tex-chtml-full.js")
    shutil.copytree(mathjax / fonts, folder / fonts, dirs_exist_ok=True)
