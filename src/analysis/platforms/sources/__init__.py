"""Which records does a line of NDJSON hold: one module per source, each registers its own reader."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

__all__: list[str] = []

for module in sorted(found.name for found in iter_modules(__path__)):
    import_module(f"{__name__}.{module}")
