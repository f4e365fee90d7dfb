"""What do files say of each other: the days beside a file without years, the network beside one that names none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

import pandas as pd

from analysis.platforms.export import Export, Notice

__all__ = ["BESIDE", "IN_PATH", "OPEN", "in_path", "named_in", "networks", "span"]

OPEN, BESIDE, IN_PATH = "network_open", "network_beside", "network_in_path"
MONTH = pd.Timedelta(days=31)
TRACES = {"tiktok": "tiktok", "instagram": "instagram", "facebook": "facebook", "meta": "facebook"}


def named_in(path: str) -> str | None:
    """Name the only network whose name is a word of a path.

    Parameters
    ----------
    path : str
        As seen from the folder that is read.

    Returns
    -------
    str or None

    Examples
    --------
    >>> named_in("TikTok 2025/Viewers.csv"), named_in("metadata/Viewers.csv"), named_in("meta/tiktok/a.csv")
    ('tiktok', None, None)
    """
    said = {own for word, own in TRACES.items() if re.search(rf"(?<![a-z]){word}(?![a-z])", path.casefold())}
    return said.pop() if len(said) == 1 else None


def in_path(file: str, network: str) -> str:
    """Word the notice of a network taken from the name of a folder.

    Parameters
    ----------
    file, network : str

    Returns
    -------
    str

    Examples
    --------
    >>> in_path("Instagram/Views.csv", "instagram")
    'Instagram/Views.csv names no network: instagram, after its folder.'
    """
    return f"{file} names no network: {network}, after its folder."


def span(exports: Iterable[Export]) -> tuple[date, date] | None:
    """Give the first and last day of the daily tables read, for files beside them that print no year.

    Posts of TikTok Studio that say when they were exported stand for the month before: its files are made together.

    Parameters
    ----------
    exports : iterable of Export

    Returns
    -------
    tuple of datetime.date or None
        None where no table says a day.

    Examples
    --------
    >>> span([]) is None
    True
    """
    exports = list(exports)
    tables = [export.table["date"].dropna() for export in exports if export.kind == "daily"]
    made = [e.exported for e in exports if e.tool == "tiktok_studio" and e.exported is not None]
    tables += [pd.Series([day - MONTH, day]) for day in made]
    days = pd.concat(tables) if tables else pd.Series(dtype="datetime64[us]")
    return (days.min().date(), days.max().date()) if len(days) else None


def networks(exports: list[Export]) -> list[Export]:
    """Give a table that fits two networks the one of the files in its own folder or archive.

    Parameters
    ----------
    exports : list of Export
        As read; those with the notice `network_open` wait for an answer.

    Returns
    -------
    list of Export
        The same, the open ones moved to the network beside them where that is one of the two and the only one.

    Notes
    -----
    A folder in which a client mixes files of several networks decides nothing: the notice stays.

    Examples
    --------
    >>> networks([])
    []
    """
    return [_settled(export, exports) if _open(export) else export for export in exports]


def _open(export: Export) -> bool:
    return OPEN in {notice.code for notice in export.warnings}


def _settled(export: Export, exports: list[Export]) -> Export:
    folder = PurePosixPath(export.file).parent
    beside = [other for other in exports if PurePosixPath(other.file).parent == folder and not _open(other)]
    found = {other.platform for other in beside} & {"facebook", "tiktok"}
    if len(found) != 1:
        return export
    network = found.pop()
    kept = tuple(notice for notice in export.warnings if notice.code != OPEN)
    said = Notice(BESIDE, f"{export.file} names no network: {network}, as the files beside it.")
    tool = {other.tool for other in beside if other.platform == network}
    return replace(
        export,
        platform=network,
        tool=min(tool) if len(tool) == 1 else export.tool,
        table=export.table.assign(platform=pd.Series(network, index=export.table.index, dtype="string")),
        warnings=(*kept, said),
    )
