"""Explorers: figures with sliders. Each loads when it is first used.

An explorer is a small class with public state, whose `draw()` gives a figure without any widget. A notebook with a
kernel shows live widgets; every other reader shows a picture and a line of text. To write an explorer, derive from
`LiveExplorer` and define `build` (the figure), `update` (what a move changes in it), `describe` (the numbers in one
line) and `controls` (the widgets).
"""

from .._lazy import lazily

_WHERE = {
    "ConjectureExplorer": "conjecture", "DependenceExplorer": "dependence", "ELBOExplorer": "elbo", "EntropyExplorer":
    "entropy", "Explorer": "base", "GameExplorer": "game", "InfoGANBoundExplorer": "infogan_bound", "JointExplorer":
    "joint", "KLExplorer": "kl", "LiveExplorer": "base", "huffman_lengths": "entropy"
}  # fmt: skip

__all__ = sorted(_WHERE)
__getattr__, __dir__ = lazily(__name__, _WHERE)
