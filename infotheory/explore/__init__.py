"""Explorers: figures whose quantities one moves by sliders. Each loads when it is first used.

An explorer is a small class with public state and a `draw()` that gives a figure without any widget. Shown in a
notebook it is a bundle: live widgets where there is a kernel, and a picture and a line of text for every other reader.
To write one, derive from `LiveExplorer`: say what stands (`build`), what a move changes (`update`), what the numbers
are (`describe`) and which controls there are (`controls`).
"""

from importlib import import_module

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


def __getattr__(name: str):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
