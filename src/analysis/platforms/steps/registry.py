"""Which steps are there: each registers itself under its own name, for format files to ask for."""

from __future__ import annotations

from collections.abc import Callable

from analysis.platforms.layout.reading import Reading

__all__ = ["STEPS", "step"]

STEPS: dict[str, Callable[[Reading], None]] = {}


def step(function: Callable[[Reading], None]) -> Callable[[Reading], None]:
    """Register a step under its own name.

    Parameters
    ----------
    function : callable
        Changes a reading in place; its name is what format files ask for.

    Returns
    -------
    callable
        The same function.

    Raises
    ------
    ValueError
        When another step has the name already: one of the two would never run.

    Examples
    --------
    >>> step(STEPS["no_dates"]) is STEPS["no_dates"]
    True
    """
    known = STEPS.setdefault(function.__name__, function)
    if known is not function:
        raise ValueError(f"Two steps are named {function.__name__}: rename one of them.")
    return function
