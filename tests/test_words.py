"""The words of the course: its glossary and its notation cover what the lectures use, and name what exists."""

import re
from collections.abc import Iterator

import build
import jupytext
import pytest
from test_exercises import EXERCISES
from test_readme import imported

import infotheory
import models
from infotheory.report import DERIVATIONS
from models import metrics

SITE = build.SOURCE / "site"
SOURCES = {build.name_of(path): path for path in build.sources()}  # by names such as 03_… and further/07_…
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in SOURCES.items()}
ALL = "\n".join(TEXTS.values())
WORDS = set(re.findall(r"\w+", ALL))
PUBLIC = [
    *(f"infotheory.{name}" for name in infotheory.__all__),
    *(f"models.{name}" for name in models.__all__),
    *(f"models.metrics.{name}" for name in metrics.__all__),
]

# An entry of the glossary: $equation$. Words. `name` · [lecture N](file.ipynb)
GLOSSARY = (SITE / "glossary.md").read_text(encoding="utf-8")
TERMS = GLOSSARY.partition("```{glossary}\n")[2].partition("```")[0]
ENTRIES = {
    term: " ".join(text.split()) for term, text in re.findall(r"^(\S.*)\n((?:[ ]{2}\S.*\n)+)", TERMS, re.MULTILINE)
}
ENTRY = re.compile(
    r"\$(?P<equation>[^$]+)\$\. (?P<words>\S.*\.) `(?P<name>[\w.]+)` · "
    r"\[(?P<kind>lecture|further) (?P<number>\d+)\]\((?P<file>(?:further/)?\d\d_\w+)\.ipynb\)"
)

LECTURERS = (SITE / "lecturers.md").read_text(encoding="utf-8")

# A row of the notation: | $symbol$, $symbol$ | meaning | lectures |
NOTATION = (SITE / "notation.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\$.*?\$) \| (.+) \| (.+) \|$", NOTATION, re.MULTILINE)

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$([^$]+?)\$", re.DOTALL)
LETTERS = re.compile(  # commands that are symbols
    "alpha|beta|gamma|delta|(var)?epsilon|zeta|eta|(var)?theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon|"
    "(var)?phi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|"
    "ell|nabla|partial|top|infty|oplus|circ"
)
ACCENTS = "hat|tilde|bar|vec|dot|overline|mathcal|mathbb|mathbf|boldsymbol|mathfrak"
TOKEN = re.compile(
    r"\\(?:operatorname|mathrm|text)\*?\s*\{(?P<named>[A-Za-z]+)\}"
    r"|\\(?:text|phantom|begin|end|tag)\s*\{(?:[^{}]|\{[^{}]*\})*\}"
    rf"|\\(?:wide)?(?P<accent>{ACCENTS})(?![A-Za-z])\s*\{{?\s*(?P<under>\\(?!math)[A-Za-z]+|[A-Za-z])"
    r"|\\(?P<command>[A-Za-z]+)|\\.|(?P<letter>[A-Za-z])"
)
TEXT_ONLY = re.compile(r"\\text\s*\{[^{}]*[a-z][^{}]*\}")  # words; \text{ELBO} is a symbol


def symbols(formula: str) -> Iterator[str]:
    """The symbols of a formula in LaTeX: letters, letters with an accent, Greek letters and named operators.

    Words in \\text, sizes, spaces, arrows, relations and functions such as \\log are left out.
    """
    for token in TOKEN.finditer(TEXT_ONLY.sub(" ", formula)):
        if token["named"]:
            yield rf"\mathrm{{{token['named']}}}"
        elif token["accent"]:
            yield rf"\{token['accent']}{{{token['under']}}}"
        elif token["command"] and LETTERS.fullmatch(token["command"]):
            yield rf"\{token['command']}"
        elif token["letter"]:
            yield token["letter"]


def formulas(name: str) -> Iterator[str]:
    """The formulas of a source's prose."""
    for cell in jupytext.read(SOURCES[name]).cells:
        if cell.cell_type == "markdown":
            for display, inline in FORMULA.findall(CODE.sub("", cell.source)):
                yield display or inline


USED = {name: {symbol for formula in formulas(name) for symbol in symbols(formula)} for name in SOURCES}
COVERED = [
    [symbol for formula in re.findall(r"\$([^$]+)\$", cell) for symbol in symbols(formula)] for cell, _, _ in ROWS
]


def lectures_of(cell: str) -> list[str]:
    """The sources that the last column names: `1–3, F7` are lectures 1 to 3 and further/07; `most` names none."""
    names = []
    for part in cell.split(", "):
        if part == "most":
            continue
        kind, first, last = re.fullmatch(r"(F?)(\d+)(?:–F?(\d+))?", part).groups()
        for number in range(int(first), int(last or first) + 1):
            start = f"{'further/' if kind else ''}{number:02d}_"
            names.append(next((name for name in SOURCES if name.startswith(start)), start))
    return names


# --- the glossary


def test_the_glossary_is_read_whole():
    assert len(ENTRIES) == len(re.findall(r"^\S", TERMS, re.MULTILINE)) >= 60


def test_terms_are_sorted_and_unique():
    terms = [term.casefold().replace("β", "beta") for term in re.findall(r"^(\S.*)$", TERMS, re.MULTILINE)]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("term", ENTRIES)
def test_an_entry_has_an_equation_a_definition_a_name_and_a_lecture(term):
    entry = ENTRY.fullmatch(ENTRIES[term])
    assert entry, f"expected $equation$. Words. `name` · [lecture N](file.ipynb), found {ENTRIES[term]}"
    file = entry["file"].removeprefix("further/")
    assert (entry["kind"] == "further") == (file != entry["file"]) and int(entry["number"]) == int(file[:2])


@pytest.mark.parametrize("term", ENTRIES)
def test_each_name_of_an_entry_exists(term):
    for name in re.findall(r"`((?:infotheory|models)\.[\w.]+)`", ENTRIES[term]):
        imported(name)


@pytest.mark.parametrize("term", ENTRIES)
def test_the_lecture_of_an_entry_exists_and_uses_its_name_or_its_term(term):
    entry = ENTRY.fullmatch(ENTRIES[term])
    assert entry["file"] in TEXTS, f"there is no notebook {entry['file']}"
    text = " ".join(TEXTS[entry["file"]].replace("\n#", "\n").split()).casefold()
    word = re.sub(r" \(\w+\)$", "", term).casefold()
    assert word in text or entry["name"].rpartition(".")[2].casefold() in text


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_is_in_the_glossary_or_in_a_lecture(name):
    last = name.rpartition(".")[2]
    assert f"`{name}`" in GLOSSARY or last in WORDS, f"no entry and no lecture uses {name}"


# --- the notation


def test_each_row_of_the_notation_is_read():
    assert len(ROWS) == len(re.findall(r"^\| (?!symbol)", NOTATION, re.MULTILINE)) and all(COVERED)
    for cell, _, _ in ROWS:
        assert re.fullmatch(r"\$[^$]+\$(?:, \$[^$]+\$)*", cell), f"expected formulas with commas, found {cell}"


def test_no_symbol_has_two_rows():
    symbols_of_rows = [symbol for row in COVERED for symbol in row]
    assert sorted(symbols_of_rows) == sorted(set(symbols_of_rows))


@pytest.mark.parametrize("name", SOURCES)
def test_each_symbol_of_a_lecture_is_in_the_notation(name):
    missing = USED[name] - {symbol for row in COVERED for symbol in row}
    assert not missing, f"notation.md has no row for {', '.join(sorted(missing))}"


def test_each_symbol_of_the_notation_is_used():
    unused = {symbol for row in COVERED for symbol in row} - set().union(*USED.values())
    assert not unused, f"no lecture uses {', '.join(sorted(unused))}"


def test_the_lectures_of_a_row_use_its_symbol():
    found = {(cell, name) for (cell, _, last), row in zip(ROWS, COVERED, strict=True) for name in lectures_of(last)
             if not set(row) & USED.get(name, set())}  # fmt: skip
    assert not found, f"notation.md names lectures that do not use the symbol: {sorted(found)}"


# --- the page for lecturers


@pytest.mark.parametrize("name", [name for name in SOURCES if re.match(r"(?!00)\d\d_", name)])
def test_the_plans_of_lecturers_have_the_minutes_of_the_head(name):
    read, solve = re.search(r"(\d+) minutes to read, (\d+) for the exercises", TEXTS[name]).groups()
    assert re.search(rf"\]\({name}\.ipynb\) \| {read} min \| {solve} min \| \d+ s \|", LECTURERS)


def test_the_plans_of_lecturers_sum_the_lectures_above():
    rows = re.findall(r"\]\((\d\d)_\w+\.ipynb\) \| (\d+) min \| (\d+) min \| (\d+) s \|", LECTURERS)
    time = {int(number): [int(read), int(solve), int(run)] for number, read, solve, run in rows}
    for first, last, *found in re.findall(
        r"lectures (\d) (?:to|and) (\d), as above \| (\d+) min \| (\d+) min \| (\d+) s", LECTURERS
    ):
        parts = [time[number] for number in range(int(first), int(last) + 1)]
        assert [int(number) for number in found] == [sum(column) for column in zip(*parts, strict=True)]


def test_each_section_that_lecturers_are_sent_to_exists():
    numbers = re.findall(
        r"\b\d{1,2}\.\d{1,2}\b", LECTURERS.partition("## What goes wrong")[2].partition("## How to")[0]
    )
    assert len(numbers) >= 10
    for number in set(numbers) - {"0.84", "0.68"}:  # nats, and a score
        assert f"\n# ## {number} " in ALL, f"no lecture has a section {number}"


# --- chains and exercises


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_chain_of_the_report_is_named_in_a_lecture(name):
    assert any(f"{mark}{name}{mark}" in ALL for mark in ('"', "'", "`"))


@pytest.mark.parametrize("name", [name for name in EXERCISES if not name.startswith("lecture_00")])
def test_an_exercise_has_hints_slips_and_a_heading_with_its_minutes(name):
    file, short, exercise = EXERCISES[name]
    assert exercise.hints and exercise.slips
    start = file.__name__.rpartition(".")[2].replace("lecture_", "").replace("further_", "further/") + "_"
    [text] = [text for source, text in TEXTS.items() if source.startswith(start)]
    before, found, _ = text.partition(f"exercises.{short}.check(")
    assert found, f"no cell of {start} checks {short}"
    heading = re.findall(r"^# #{2,4} .*$", before, re.MULTILINE)[-1]
    assert re.match(r"# ### Exercise \d+ .*· \d+ minutes · \S", heading), f"found the heading {heading}"
