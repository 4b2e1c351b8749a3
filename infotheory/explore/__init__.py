"""Explorers: figures whose quantities one moves by sliders. Each loads when it is first used.

An explorer is a small class with public state and a `draw()` that gives a figure without any widget. Shown in a
notebook it is a bundle: live widgets where there is a kernel, and a picture and a line of text for every other reader.
To write one, derive from `LiveExplorer`: say what stands (`build`), what a move changes (`update`), what the numbers
are (`describe`) and which controls there are (`controls`).
"""

from .._lazy import lazily

_WHERE = {
    "ConjectureExplorer": "conjecture",
    "DependenceExplorer": "dependence",
    "ELBOExplorer": "elbo",
    "EntropyExplorer": "entropy",
    "Explorer": "base",
    "GameExplorer": "game",
    "InfoGANBoundExplorer": "infogan_bound",
    "JointExplorer": "joint",
    "KLExplorer": "kl",
    "LiveExplorer": "base",
    "huffman_lengths": "entropy",
}

__all__ = sorted(_WHERE)
__getattr__, __dir__ = lazily(__name__, _WHERE)
