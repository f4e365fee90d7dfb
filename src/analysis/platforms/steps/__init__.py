"""What must still be done to one format's table: each step has a name and is asked for by the format file.

Every module of this package is loaded, so a new subject is a new module and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import STEPS

__all__ = ["STEPS"]

for _found in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_found}")


def apply_steps(reading: Reading) -> None:
    """Apply the steps of the reading's format, in the order the format file gives.

    Parameters
    ----------
    reading : Reading
        Changed in place.
    """
    for name in reading.match.format.steps:
        STEPS[name](reading)
