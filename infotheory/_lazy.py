"""Names of a package that load when they are first used."""

from collections.abc import Callable
from importlib import import_module


def lazily(package: str, where: dict[str, str]) -> tuple[Callable, Callable]:
    """The `__getattr__` and `__dir__` of a package: {name: the module inside it that holds the name, or is it}."""

    def __getattr__(name: str):
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(f".{where[name]}", package)
        return module if where[name] == name else getattr(module, name)

    def __dir__() -> list[str]:
        return sorted(where)

    return __getattr__, __dir__
