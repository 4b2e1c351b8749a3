"""Explorers of models and codes: figures whose quantities one moves by sliders. Each loads when it is asked for."""

from importlib import import_module

_WHERE = {
    "BetaExplorer": "beta",
    "InfoGANExplorer": "infogan",
    "RotationExplorer": "rotation",
    "TraversalExplorer": "traversal",
}

__all__ = list(_WHERE)


def __getattr__(name: str):
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
