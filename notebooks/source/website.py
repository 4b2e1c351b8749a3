"""A static site of all notebooks, made by Sphinx from what was executed. All that a page loads lies beside it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from projection import COMMENT, copy_mathjax
from solutions import EXERCISE

from models.evaluation.table import to_markdown
from models.sweeps import read_study, save_figures
from models.sweeps.comparison import medians, variances

HERE = Path(__file__).parent
PAGES = HERE / "site"
DETAILS = re.compile(r"<details><summary>(.*?)</summary>\s*(.*?)\s*</details>", re.DOTALL)
CONCEPTS = re.compile(r"^\| concept \| function \| lecture \|\n(?:\|.*\n)+", re.MULTILINE)
CARD = """:::{{grid-item-card}} {title}
:link: {name}
:link-type: doc
:img-top: pictures/{stem}.png
:img-alt: The opening figure of the lecture.

{question}
:::
"""


def write_site(folder: Path, notebooks: dict[str, Path], readme: Path) -> int:
    """Build the site of executed notebooks {name: path} in `folder`, and return the number of its pages.

    Raises FileExistsError if the folder holds something else, and RuntimeError with what Sphinx says if it fails or
    warns. The folder is replaced at the end, by a site that is complete.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "searchindex.js").exists():
        raise FileExistsError(f"found files in {folder} that are no site, expected an empty or a new folder")
    with tempfile.TemporaryDirectory() as temporary:
        source, built = Path(temporary, "source"), Path(temporary, "built")
        prepare(source, notebooks, readme)
        sphinx(source, built)
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(built, folder, ignore=shutil.ignore_patterns(".buildinfo*", "*webpack-macros.html"))
    return len([*folder.rglob("*.html")])


def sphinx(source: Path, built: Path) -> None:
    """Run Sphinx; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-j", "2"]
    done = subprocess.run(
        [*command, "-d", str(source.parent / "doctrees"), str(source), str(built)],
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"Sphinx says\n{done.stderr.strip()}")


def prepare(source: Path, notebooks: dict[str, Path], readme: Path) -> None:
    """Write what Sphinx reads: the pages of `site`, the notebooks, their pictures, and MathJax."""
    shutil.copytree(PAGES, source)
    shutil.copyfile(HERE / "references.bib", source / "references.bib")
    shutil.copytree(HERE / "pictures", source / "pictures")
    rows = read_study()
    (source / "study").mkdir()
    save_figures(rows, source / "study")
    fill(source / "study.md", medians=to_markdown(medians(rows)), variances=to_markdown(variances(rows)))
    copy_mathjax(source / "_static" / "mathjax")
    lectures = {name: nbformat.read(path, 4) for name, path in notebooks.items()}
    for name, notebook in lectures.items():
        target = source / f"{name}.ipynb"
        target.parent.mkdir(exist_ok=True)
        nbformat.write(page(name, notebook), target)
    core = {name: notebook for name, notebook in lectures.items() if re.match(r"(?!00)\d\d_", name)}
    fill(source / "index.md", cards="\n".join(card(name, notebook) for name, notebook in core.items()))
    for part in ("further", "solutions"):
        names = sorted(name for name in lectures if name.startswith(f"{part}/"))
        fill(source / f"{part}.md", pages="\n".join(names))
    fill(source / "concepts.md", table=linked(CONCEPTS.search(readme.read_text(encoding="utf-8"))[0], [*lectures]))


def fill(path: Path, **parts: str) -> None:
    """Replace `{{name}}` in a page by a text that is made from the notebooks."""
    text = path.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(f"{{{{{name}}}}}", part)
    path.write_text(text, encoding="utf-8")


def linked(table: str, names: list[str]) -> str:
    """The table of concepts, in which the number of a lecture leads to it."""

    def link(match: re.Match) -> str:
        [name] = [name for name in names if name.startswith(f"{match[1]}_")]
        return f"| [{match[1]}]({name}.ipynb) |"

    return re.sub(r"\| ((?:further/)?\d\d) \|$", link, table, flags=re.MULTILINE)


def card(name: str, lecture: NotebookNode) -> str:
    """A lecture on the start page: its title, its opening figure and its question."""
    text = COMMENT.sub("", lecture.cells[0].source)
    title, question = re.search(r"^# (.+)$", text, re.MULTILINE), re.search(r"\*\*(.+?)\*\*", text, re.DOTALL)
    return CARD.format(title=title[1], name=name, stem=Path(name).name, question=" ".join(question[1].split()))


def page(name: str, notebook: NotebookNode) -> NotebookNode:
    """A notebook as the site shows it: attached pictures are files, and the code of solutions is folded."""
    pictures = f"]({'../' * name.count('/')}pictures/"
    folded = name.startswith("solutions/")
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            text = COMMENT.sub("", cell.source).replace("](attachment:", pictures)
            cell.source = EXERCISE.sub(
                r"### Exercise \1 · \6\n\n\2 · \3 · \4 · \5 minutes", DETAILS.sub(open_details, text)
            )
            cell.pop("attachments", None)
        elif folded and i > 1:
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "hide-input"]
    return notebook


def open_details(match: re.Match) -> str:
    """A folded hint between blank lines, so that its formulas are seen."""
    return f"<details><summary>{match[1]}</summary>\n\n{match[2]}\n\n</details>\n"
