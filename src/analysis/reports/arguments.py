"""How are the words of a command about reports read? Formats in any place, and values that begin with a minus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from analysis.errors import ParameterError, did_you_mean
from analysis.reports.formats import FORMATS, USUAL

__all__ = ["given", "in_order", "once"]

KEPT = "\0"  # before a value that begins with a minus; no word of a command line can hold it
OPTIONS = ("-p", "--parameter", "--format", "--output", "--cold", "-h", "--help")


def in_order(words: Sequence[str]) -> list[str]:
    """Order the words of a command so that `argparse` reads them as they are meant.

    Parameters
    ----------
    words : sequence of str
        The words after `analysis`.

    Returns
    -------
    list of str
        Formats last, so that a client or notebook may also follow them; values of parameters marked where they begin
        with a minus.

    Examples
    --------
    >>> in_order(["report", "--format", "html", "pdf", "le-fournil"])
    ['report', 'le-fournil', '--format', 'html', 'pdf']
    """
    return _values_kept(_formats_last(words))


def given(pairs: Iterable[Sequence[str]]) -> dict[str, str]:
    """Gather the values of `-p NAME VALUE`.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Names and values, as `in_order` left them.

    Returns
    -------
    dict of str to str

    Raises
    ------
    ParameterError
        When a name is given twice.

    Examples
    --------
    >>> given([("level", "0.9")])
    {'level': '0.9'}
    """
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise ParameterError(f"-p {name} is given twice: give it once.")
        values[name] = value.removeprefix(KEPT)
    return values


def once(formats: Iterable[str] | None) -> list[str]:
    """Name each format asked for once.

    Parameters
    ----------
    formats : iterable of str or None
        Formats, as often as they were asked for.

    Returns
    -------
    list of str
        In the order asked for; the usual ones when none was.

    Examples
    --------
    >>> once(["pdf", "html", "pdf"]), once(None)
    (['pdf', 'html'], ['html', 'pdf'])
    """
    return list(dict.fromkeys(formats or USUAL))


def _formats_last(arguments: Sequence[str]) -> list[str]:
    """Let a client or notebook also follow any list of formats, which would else take it for one more."""
    end = [*arguments, "--"].index("--")
    words, others, formats = list(arguments[:end]), [], []
    while "--format" in words:
        known = list(takewhile(FORMATS.__contains__, words[1:])) if words[0] == "--format" else []
        read, words = words[: len(known) + 1], words[len(known) + 1 :]
        whole = known and not (words and did_you_mean(words[0], FORMATS))
        (formats if whole else others).extend(read)
    return [*others, *words, *formats, *arguments[end:]]


def _values_kept(arguments: Sequence[str]) -> list[str]:
    """Let a value begin with a minus: `-p level -1e3`; what is an option stays one."""
    words = list(arguments)
    for place, word in enumerate(words[:-2]):
        value = words[place + 2]
        if word in ("-p", "--parameter") and value.startswith("-") and value not in OPTIONS:
            words[place + 2] = f"{KEPT}{value}"
    return words
