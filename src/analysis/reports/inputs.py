"""What was read for this report, and what was noticed while reading, in the reader's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis import language as words
from analysis.reports.session import current
from analysis.reports.traces import claim_of, mark, said
from analysis.reports.values import computed

__all__ = ["files_read", "remarks"]


def files_read(exports: Iterable[Any]) -> pd.DataFrame:
    """List what each export held.

    Parameters
    ----------
    exports : iterable of analysis.platforms.Export
        What was read.

    Returns
    -------
    pandas.DataFrame
        `file`, `what` (platform and kind, in words), `rows`, `period` (first to last date, in words, with the year).

    Examples
    --------
    >>> files_read([]).columns.tolist()
    ['file', 'what', 'rows', 'period']
    """
    rows = [
        {
            "file": export.file,
            "what": f"{_word('platform', export.platform)}, {_word('export', export.kind)}",
            "rows": export.rows_read,
            "period": _span(export.table),
        }
        for export in exports
    ]
    return pd.DataFrame(rows, columns=["file", "what", "rows", "period"])


def remarks(exports: Iterable[Any]) -> list[str]:
    """Word what was dropped, repaired or suspected while reading, each kind of thing once.

    Parameters
    ----------
    exports : iterable of analysis.platforms.Export
        What was read; of `Exports`, what was left unread counts too.

    Returns
    -------
    list of str
        Sentences in the language of the report, each with how many files it concerns, files not read included.
        Exports that could not be read come first, by name.

    Notes
    -----
    The full list, with rows and values, is what `analysis import` prints.

    Examples
    --------
    >>> remarks([])
    []
    """
    language = current().language
    unread = [notice.code for notice in getattr(exports, "unrecognised", ())]
    files = Counter(code for export in exports for code in dict.fromkeys(n.code for n in export.warnings))
    files.update(unread)
    return _left_out(getattr(exports, "refused", ())) + [
        said(
            words.word(f"notice.{code}", language, files=_files(computed(count, of=exports, column=code))),
            language,
        )
        for code, count in files.items()
    ]


def _left_out(refused: Iterable[str]) -> list[str]:
    """Name the exports whose figures are missing from the report."""
    names = list(refused)
    key = "notice.refused_one" if len(names) == 1 else "notice.refused"
    language = current().language
    return [words.word(key, language, names=words.listing(names, language))] if names else []


def _files(count: int) -> str:
    """Say how many files, the number between marks that tell its source."""
    language = current().language
    number = mark(words.number(count, language), {**claim_of(count), "between": None})
    return words.word("notice.file" if count == 1 else "notice.files", language, n=number)


def _word(family: str, key: str) -> str:
    return words.word(f"{family}.{key}", current().language)


def _span(table: pd.DataFrame) -> str:
    """Write the first and last day of a table, or nothing when it has none."""
    column = next((name for name in ("published", "date") if name in table), None)
    days = () if column is None else table[column].dropna()
    if not len(days):
        return ""
    first, last = days.min(), days.max()
    begin = words.date(first, current().language, form="short")
    end = f"{words.date(last, current().language, form='short')} {last.year}"
    begin = begin if first.year == last.year else f"{begin} {first.year}"
    return words.word("report.from_to", current().language, first=begin, last=end)
