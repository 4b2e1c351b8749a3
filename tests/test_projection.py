"""Slides of every core lecture: each section has a claim, each slide fits, and nothing is loaded from a network."""

import re

import build
import nbformat
import projection
import pytest
from browser import CHROMIUM, browser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

CORE = {name: build.path_of(name) for name in build.names() if re.match(r"(?!00)\d\d_", name)}
MEASURE = """() => {
  const show = document.createElement("style");
  show.textContent = ".reveal .slides section { display: block !important; visibility: hidden; }";
  document.head.append(show);
  return [...document.querySelectorAll(".page")].map(page => {
    const parts = [...page.querySelectorAll(".shown, .question, .claim, h1, h2")];
    const size = parts.map(part => parseFloat(getComputedStyle(part.querySelector("table, .summary") || part).fontSize));
    const out = part => Math.max(part.scrollWidth - part.clientWidth, part.className == "shown" ? part.scrollHeight - part.clientHeight : 0);
    return [page.parentElement.offsetHeight, page.scrollHeight - page.clientHeight, Math.max(...parts.map(out)), Math.min(...size)];
  });
}"""  # noqa: E501


@pytest.fixture(scope="module")
def slides(tmp_path_factory):
    """A folder with the slides of all core lectures, and the number of slides of each."""
    folder = tmp_path_factory.mktemp("slides")
    return folder, projection.write_slides(folder, CORE)


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium: apt-get install chromium")
def test_every_slide_fits_and_loads_nothing_from_a_network(slides):
    folder, counts = slides
    with browser() as open_page:
        for name, count in counts.items():
            page, asked = open_page(), []
            page.set_viewport_size({"width": 1280, "height": 720})
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto((folder / f"{name}.html").as_uri())
            page.wait_for_function("document.body.dataset.ready == 'yes'", timeout=60_000)
            found = page.evaluate(MEASURE)
            assert len(found) == count
            for number, (height, taller, wider, smallest) in enumerate(found, start=1):
                assert height == 720 and taller <= 1 and wider <= 1 and smallest >= 13, f"{name}, slide {number}"
            formulas = page.locator("mjx-container").count(), page.locator("mjx-merror").count()
            assert formulas[0] > 10 and formulas[1] == 0, f"{name}: {formulas}"
            assert not page.errors and not [url for url in asked if not url.startswith(("file:", "data:"))]
            page.close()


@pytest.mark.parametrize("name", CORE)
def test_each_section_has_a_claim_that_fits_a_slide(name):
    _, sections = projection.sections(nbformat.read(CORE[name], 4))
    assert len(sections) >= 5
    for section in sections:
        assert section.claim.endswith("."), f"{section.title}: write <!-- claim: … --> below its heading"
        assert len(section.claim.split()) <= 25, section.claim


def test_prose_goes_to_the_notes_and_code_and_exercises_nowhere(slides):
    folder, _ = slides
    text = (folder / "03_variational_inference.html").read_text()
    shown = re.sub(r'<aside class="notes">.*?</aside>', "", text, flags=re.DOTALL)
    assert "rarely has a closed form" in text and "rarely has a closed form" not in shown
    assert "import infotheory" not in text and "Your code" not in text and "exercises.elbo" not in text
    assert text.count('<img class="figure"') == text.count("alt=") > 5 and 'alt=""' not in text


LECTURE = [
    new_markdown_cell("# 1 · A title\n\n**A question?** Words."),
    new_code_cell("figure", outputs=[new_output("display_data", {"image/png": "AAAA"})]),
    new_markdown_cell(
        "## 1.1 First (3 minutes)\n\n<!-- claim: One is $1$. -->\n\nProse. $$a=b$$\n\n"
        "**Predict, then run.** Which? Why?\n\nMore prose."
    ),
    new_code_cell("figure", outputs=[new_output("display_data", {"image/png": "BBBB"})]),
    new_markdown_cell("### Exercise 1 ★☆☆ · do · essential · 5 minutes · a thing\n\nIts text, $$c=d$$."),
    new_code_cell("def my_thing(): ...", metadata={"tags": ["exercise"]}),
    new_markdown_cell("## 1.2 Second (3 minutes)\n\nOnly prose.\n\n> **Summary**\n> - One.\n"),
]


def test_a_question_stands_before_the_claim_and_the_figure_that_answer_it():
    columns = projection.deck(new_notebook(cells=LECTURE))
    first = columns[1]
    assert [(slide.claim, slide.question) for slide in first] == [("", ""), ("", "Which? Why?"), ("One is $1$.", "")]
    assert "$$a=b$$" in first[0].shown and "BBBB" in first[2].shown and "c=d" not in str(columns)
    assert [column[0].title for column in columns] == ["1 · A title", "1.1 First", "1.2 Second", "Summary", "Exercises"]
    assert "a thing ★☆☆ (5 minutes)" in columns[-1][0].shown


def test_a_lecture_without_outputs_is_refused(tmp_path):
    nbformat.write(new_notebook(cells=LECTURE[:1]), tmp_path / "empty.ipynb")
    with pytest.raises(ValueError, match=r"found no figure in .*empty.ipynb, expected an executed lecture"):
        projection.write_slides(tmp_path / "slides", {"empty": tmp_path / "empty.ipynb"})
