r"""A titled table with mathematics: HTML, markdown and text, of which each front end shows the one that it prefers.

JupyterLab, Voilà, nbconvert and MyST-NB prefer the HTML and typeset its \(LaTeX\) with MathJax. Front ends without
HTML get the markdown, a terminal the text.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

LEFT = ' style="text-align: left; padding: 0.3em 0.8em 0.3em 0"'  # JupyterLab aligns cells to the right
MATHJAX = "tex2jax_process mathjax_process"  # on a static site, Sphinx typesets only elements of these classes


@dataclass(frozen=True)
class Table:
    """A title, a header, and rows of cells: text in which $LaTeX$ and <br> may occur. The first cell names its row.

    `widths` gives columns a part of the table's width, in percent. MathJax 2, which nbconvert uses, breaks formulas in
    cells without a width as if these were narrow.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Mapping[int, int] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col"{LEFT}>{html(text)}</th>' for text in self.header)
        body = "\n".join(f"<tr>{self._html_row(row)}</tr>" for row in self.rows)
        caption = '<caption style="text-align: left; font-weight: bold">' + html(self.title) + "</caption>"
        return (
            f'<div style="overflow-x: auto">\n<table class="{MATHJAX}" style="margin: 0">\n{caption}\n'
            f"<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
        )

    def _html_row(self, row: Sequence[str]) -> str:
        name, *others = row
        styles = [LEFT[:-1] + f'; width: {self.widths[i]}%"' if i in self.widths else LEFT for i in range(len(row))]
        cells = [f"<td{style}>{html(text)}</td>" for style, text in zip(styles[1:], others, strict=True)]
        return f'<th scope="row"{LEFT}>{html(name)}</th>' + "".join(cells)

    def _repr_markdown_(self) -> str:
        rows = [" | ".join(map(cell, row)) for row in (self.header, *self.rows)]
        head, *body = [f"| {row} |" for row in rows]
        return "\n".join([f"**{self.title}**", "", head, "|---" * len(self.header) + "|", *body])

    def __repr__(self) -> str:
        """Aligned columns, if they fit into 120 characters; else a line for the first two cells, and one for others."""
        rows = [[plain(text) for text in row] for row in self.rows]
        widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
        if sum(widths) + 2 * len(widths) <= 120:
            lines = ["  ".join(map(padded, row, widths)) for row in rows]
        else:
            lines = [
                line
                for name, first, *others in rows
                for line in (f"{padded(name, widths[0])}  {first}", " " * (widths[0] + 4) + "  ".join(others))
            ]
        return "\n".join([plain(self.title), *(line.rstrip() for line in lines)])


def html(text: str) -> str:
    r"""A cell as HTML: &, < and > are escaped, $LaTeX$ becomes \(LaTeX\), and <br> stays."""
    parts = text.split("$")
    parts[::2] = [escape(part, quote=False).replace("&lt;br&gt;", "<br>") for part in parts[::2]]
    parts[1::2] = [rf"\({escape(part, quote=False)}\)" for part in parts[1::2]]
    return "".join(parts)


def cell(text: str) -> str:
    """A cell of a markdown table. A bare | would end it, so it is replaced in the $LaTeX$ and outside."""
    parts = text.split("$")
    parts[::2] = (part.replace("|", r"\|") for part in parts[::2])
    parts[1::2] = (part.replace(r"\|", r"\Vert ").replace("|", r"\vert ") for part in parts[1::2])
    return "$".join(parts)


SYMBOLS = {
    "sum": "Σ", "prod": "∏", "int": "∫", "iint": "∬", "le": "≤ ", "ge": "≥ ", "ne": "≠", "neq": "≠", "lt": "<",
    "gt": ">", "sim": "~", "cdot": "·", "times": "×", "to": "→", "Longleftrightarrow": "⇔ ", "infty": "∞", "quad": " ",
    "in": "∈", "theta": "θ", "phi": "φ", "beta": "β", "lambda": "λ", "sigma": "σ", "pi": "π", "mu": "μ", "ast": "*",
    "mathrm": "", "mathcal": "", "text": "", "textstyle": "", "displaystyle": "", "underbrace": "", "big": "",
    "Big": "", "left": "", "right": "", "log": " log ", "min": "min", "max": "max", "sqrt": "√",
}  # fmt: skip
FRACTION = re.compile(r"(\\log\s*)?\\frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))")
SINGLE = re.compile(r"[\w.\\^']+|\w+\([^()]*\)")  # what needs no brackets above or below a stroke
GROUP = re.compile(r"([_^]|\\sqrt)\{([^{}]*)\}")
COMMAND = re.compile(r"\\([A-Za-z]+)\s*")


def plain(text: str) -> str:
    """A cell as text for a terminal: the LaTeX of sums, fractions and Greek letters becomes characters."""
    parts = text.replace("<br>", "; ").split("$")
    parts[1::2] = map(_plain_latex, parts[1::2])
    return "".join(parts)


def _plain_latex(latex: str) -> str:
    latex = re.sub(r"\\hat\s*\{?(\w)\}?", " \\1\N{COMBINING CIRCUMFLEX ACCENT}", latex.replace(r"\|", "‖"))
    latex = re.sub(r"\\(mathrm|mathcal|text)\s*\{([^{}]*)\}", r"\2", latex)
    latex = latex.replace(r"\{", "⦃").replace(r"\}", "⦄")  # a set, whose braces are not a group
    while (simpler := FRACTION.sub(_quotient, GROUP.sub(_index, latex))) != latex:  # the innermost first
        latex = simpler
    latex = re.sub(r"\\[,;!]", " ", COMMAND.sub(lambda found: SYMBOLS.get(found[1], found[1]), latex))
    latex = latex.translate(str.maketrans("{}⦃⦄", "(){}"))
    latex = re.sub(r"((?:Σ|∏|E|min|max)_(?:\w|\((?:[^()]|\([^()]*\))*\)))(?=\w)", r"\1 ", latex)
    latex = re.sub(r"(?<=[(\[|]) +| +(?=[)\]|,])", "", re.sub(r"\s+", " ", latex))
    return re.sub(r"^([=≤≥⇔]) *", r"\1 ", latex.strip())


def _index(found: re.Match) -> str:
    return found[1] + (found[2] if re.fullmatch(r"\w", found[2]) and found[1] in "_^" else f"({found[2]})")


def _quotient(found: re.Match) -> str:
    log, above, below = found[1], found[2] or found[3], found[4] or found[5]
    quotient = f"{_bracketed(above)}/{_bracketed(below)}"
    return rf"\log ({quotient})" if log else f" {quotient} "


def _bracketed(text: str) -> str:
    return text.strip() if SINGLE.fullmatch(text.strip()) else f"({text.strip()})"


def width(text: str) -> int:
    """The number of columns of a text, in which accents have none."""
    return sum(not unicodedata.combining(character) for character in text)


def padded(text: str, columns: int) -> str:
    """A text filled with spaces on its right."""
    return text + " " * (columns - width(text))
