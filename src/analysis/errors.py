"""What can go wrong, in the user's words, and the exit code each kind of mistake leads to."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "AnalysisError",
    "DataError",
    "ParameterError",
    "ReportError",
    "ReproducibilityError",
    "did_you_mean",
]


class AnalysisError(Exception):
    """Stop with one readable message that says what is wrong, where, and what to do.

    Catch this class to catch every error the suite raises on purpose.
    """

    exit_code = 1


class ParameterError(AnalysisError, ValueError):
    """Refuse a wrong command, option or notebook parameter (exit code 2)."""

    exit_code = 2


class DataError(AnalysisError, ValueError):
    """Refuse a file or table that cannot be read as what it claims to be (exit code 3)."""

    exit_code = 3


class ReportError(AnalysisError):
    """Say which report, notebook and cell failed, and why (exit code 4).

    `outcome` tells how a run ended: `error`, `timeout`, `memory` (too little of it), or `died` (the kernel).
    """

    exit_code = 4
    outcome = "error"


class ReproducibilityError(AnalysisError):
    """Say what differs between two renderings of one report (exit code 5)."""

    exit_code = 5


def did_you_mean(given: str, allowed: Iterable[str]) -> str:
    """Name the closest allowed word, ready to be added to an error message.

    Parameters
    ----------
    given : str
        The word that was not recognised.
    allowed : iterable of str
        The words that would have been.

    Returns
    -------
    str
        A sentence with a leading space, or an empty string when nothing is close.

    Examples
    --------
    >>> did_you_mean("perod", ["client", "period"])
    ' Did you mean "period"?'
    >>> did_you_mean("zzz", ["client", "period"])
    ''
    """
    words = list(allowed)
    folded = {word.casefold(): word for word in words}
    close = get_close_matches(given, words, n=1)
    close = close or [folded[word] for word in get_close_matches(given.casefold(), folded, n=1)]
    return f' Did you mean "{close[0]}"?' if close else ""
