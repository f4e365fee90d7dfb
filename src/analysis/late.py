"""How does a package offer its names without importing the modules that hold them before they are asked for?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["imported_late"]


def imported_late(
    package: str, modules: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Give a package its `__getattr__` and `__dir__`: each name is imported once, when it is first asked for.

    Parameters
    ----------
    package : str
        The `__name__` of the package.
    modules : mapping of str to iterable of str
        The names each of its modules offers.

    Returns
    -------
    tuple of callable
        `__getattr__` and `__dir__`.

    Raises
    ------
    ValueError
        When a module is called as a name offered: once imported, the module would stand in the name's place.

    Examples
    --------
    >>> attribute, names = imported_late("analysis.language", {"numbers": ["percent"]})
    >>> attribute("percent")(0.5, "en"), "percent" in names()
    ('50%', True)
    """
    home = {name: module for module, names in modules.items() for name in names}
    if hidden := sorted(set(home) & set(modules)):
        raise ValueError(f"{package}: modules called as a name of theirs: {', '.join(hidden)}")

    def attribute(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home})

    return attribute, names
