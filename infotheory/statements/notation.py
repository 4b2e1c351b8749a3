"""The notation set in LaTeX."""

import re

from .expression import TOKEN

SYMBOLS = {"≤": r"\leq ", "<=": r"\leq ", "≥": r"\geq ", ">=": r"\geq ", "→": r"\to ", "->": r"\to "}
SYMBOLS |= {"|": r"\mid ", ":": ";", "*": r"\cdot ", "×": r"\times "}


def latex(text: str) -> str:
    """The notation in LaTeX: X1 becomes X_{1}, a name of more letters is set upright."""

    def symbol(match: re.Match) -> str:
        read = {"name": name, "number": number}.get(match.lastgroup)
        return read(match[0]) if read else SYMBOLS.get(match[0], match[0])

    return TOKEN.sub(symbol, text)


def name(text: str) -> str:
    letters, _, digits = re.fullmatch(r"(.+?)(_?(\d+))?", text).groups()
    letters = letters if letters.isalpha() and len(letters) == 1 else rf"\mathrm{{{letters}}}".replace("_", r"\_")
    return letters + (f"_{{{digits}}}" if digits else "")


def number(text: str) -> str:
    if "/" in text:
        return r"\tfrac{{{}}}{{{}}}".format(*text.split("/"))
    digits, _, exponent = text.lower().partition("e")
    return rf"{digits}\cdot 10^{{{int(exponent)}}}" if exponent else text
