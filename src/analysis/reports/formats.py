"""In which formats can a report be written?"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.errors import ParameterError, did_you_mean

__all__ = ["FORMATS", "USUAL", "check_formats"]

FORMATS = ("html", "pdf", "docx", "pptx", "xlsx")
USUAL = ("html", "pdf")


def check_formats(formats: Sequence[str]) -> None:
    """Refuse a format there is not, and none at all.

    Parameters
    ----------
    formats : sequence of str
        Formats asked for.

    Raises
    ------
    ParameterError
        The message lists those there are.

    Examples
    --------
    >>> check_formats(["html", "docx"])
    >>> check_formats(["dokx"])
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: Unknown format "dokx". Did you mean "docx"? Formats: html, pdf, docx, pptx, xlsx.
    """
    for name in formats:
        if name not in FORMATS:
            raise ParameterError(
                f'Unknown format "{name}".{did_you_mean(str(name), FORMATS)} Formats: {", ".join(FORMATS)}.'
            )
    if not formats:
        raise ParameterError(f"No format was asked for. Formats: {', '.join(FORMATS)}.")
