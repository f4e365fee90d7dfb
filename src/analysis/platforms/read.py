"""What is in these files: any known platform export is recognised by its headings and read to one contract."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.platforms.archives.container import folder
from analysis.platforms.archives.found import archives
from analysis.platforms.cells.years import YearUnknown
from analysis.platforms.company import networks, span
from analysis.platforms.export import Export, Exports, Notice, counted
from analysis.platforms.gathering import gather_archives
from analysis.platforms.mappings.mapping import Columns, is_mapping, load_columns
from analysis.platforms.opening import TEXT, WORKBOOKS, hidden, read_path, readable
from analysis.platforms.store.answers import NAME as ANSWERS
from analysis.platforms.store.answers import answers
from analysis.platforms.store.kept import kept

__all__ = ["read_export", "read_folder"]

DUPLICATES = ("drop", "keep")
BESIDE_LIMIT = 40


def read_export(
    path: str | Path,
    dayfirst: bool | None = None,
    year: int | None = None,
    duplicates: str = "drop",
    columns: str | Path | Mapping[str, object] | None = None,
) -> Export | Exports:
    """Read one file downloaded from a platform, whichever known format it is in.

    Parameters
    ----------
    path : str or pathlib.Path
        A CSV, a workbook, an archive (ZIP, tar), JSON or NDJSON as downloaded; a folder is read as by
        `read_folder`.
    dayfirst : bool, optional
        Order of day and month in columns whose dates do not show it themselves.
    year : int, optional
        Year of dates printed without one.
    duplicates : {"drop", "keep"}
        What to do with rows repeated in full; both count and report them.
    columns : path or mapping, optional
        A `columns.yml`, or the same as a dictionary, for a file no format knows. Without it, `columns.yml` or
        `NAME.columns.yml` beside the file is taken.

    Returns
    -------
    Export or Exports
        One export for a CSV; a list of them for a workbook, an archive or tables stacked in one CSV.
        `table` follows the contract of `kind`; counts are counts, shares lie in 0–1, durations are seconds.

    Raises
    ------
    DataError
        When the file is not a known export, is damaged, or leaves the order of its dates open.
    ParameterError
        When `duplicates` is neither of its two choices.

    Notes
    -----
    Figures per post are totals up to the day of export: two exports of one post must not be added.
    Read `warnings` before using the table.

    References
    ----------
    Headings and their sources are in `formats/*.yml`, beside this module.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "Table data.csv"
    >>> _ = file.write_text("Geography,Views\\nTotal,50\\nFR,30\\nDE,10\\n", encoding="utf-8")
    >>> export = read_export(file)
    >>> export.platform, export.kind, export.totals["views"]
    ('youtube', 'audience', 50.0)
    >>> print(export.warnings[1])
    The 2 countries sum to 40 views, less than the total 50 (80.0%): ...
    """
    _refuse(path, dayfirst, year, duplicates)
    path = Path(path)
    if path.is_dir():
        return read_folder(path, dayfirst=dayfirst, year=year, duplicates=duplicates, columns=columns)
    said = None if columns is None else replace(load_columns(columns), own=True)
    choices = {"dayfirst": dayfirst, "year": year, "duplicates": duplicates}
    try:
        return read_path(path, path.name, said, **choices)
    except YearUnknown:
        near = _span_beside(path)
        if near is None:
            raise
        return read_path(path, path.name, said, **choices, near=near)


def _span_beside(path: Path) -> tuple[date, date] | None:
    """Give the days the other files of a file's folder are about; those that cannot be read say nothing."""
    exports: list[Export] = []
    beside_it = [
        other for other in sorted(path.parent.iterdir()) if other.suffix.casefold() in TEXT | WORKBOOKS
    ]
    for other in beside_it[:BESIDE_LIMIT]:
        if other == path or hidden(Path(other.name)):
            continue
        with suppress(DataError):
            read = read_path(other, other.name, dayfirst=None, year=None, duplicates="drop")
            exports += read if isinstance(read, Exports) else [read]
    return span(exports)


def read_folder(
    path: str | Path,
    dayfirst: bool | None = None,
    year: int | None = None,
    duplicates: str = "drop",
    columns: str | Path | Mapping[str, object] | None = None,
) -> Exports:
    """Read every export of a folder and of the folders below it.

    Parameters
    ----------
    path : str or pathlib.Path
        The folder a client has filled; a single file is read as a folder of one.
    dayfirst, year, duplicates, columns
        As for `read_export`; `columns` is for the files no format knows, or those its `files` name.

    Returns
    -------
    Exports
        One export per table found, in the order of the file names; `unrecognised` tells, file by file, what
        is no export, `refused` what is wrong with those that were left out: each file is read whole or not at all.
        Hidden files are passed over.

    Raises
    ------
    DataError
        When nothing in the folder can be read (every mistake is listed).

    Notes
    -----
    Look at `refused` before counting (a warning names it): figures of the files in it are missing, not zero.
    A folder may hold several exports of one account: use `posts` to count each post once.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> _ = (folder / "Totals.csv").write_text("Date,Views\\n2025-01-01,4\\n", encoding="utf-8")
    >>> _ = (folder / "notes.md").write_text("to do", encoding="utf-8")
    >>> exports = read_folder(folder)
    >>> exports[0].kind, exports.unrecognised[0].code
    ('daily', 'not_an_export')
    """
    _refuse(path, dayfirst, year, duplicates)
    folder = Path(path)
    choices = {"dayfirst": dayfirst, "year": year, "duplicates": duplicates}
    named = _named(folder)
    said = None if columns is None else load_columns(columns)
    chosen = choices if said is None else {**choices, "columns": said.text}
    told = answers(folder)
    found = kept(
        folder, folder_files(folder), chosen, lambda: read_files(named, **choices, columns=said, told=told)
    )
    if not found and found.refused:
        raise DataError("\n".join(found.refused.values()))
    if not found:
        why = " ".join(found.unrecognised) or "It is empty."
        raise DataError(f"{folder.name} holds no export that can be read. {why}")
    if found.refused:
        causes = " ".join(" ".join(why.split()) for why in found.refused.values())
        warnings.warn(
            f"Figures are missing of {counted(len(found.refused), 'file')} refused: {causes}", stacklevel=2
        )
    return found


def _refuse(path: object, dayfirst: object, year: object, duplicates: object) -> None:
    """Refuse what cannot be a path, or an answer about dates, before a file is opened."""
    if not isinstance(path, str | Path):
        raise ParameterError(f"path={path!r} is no path. Give the name of a file or folder.")
    if not (dayfirst is None or isinstance(dayfirst, bool)):
        raise ParameterError(f"dayfirst={dayfirst!r}: give True (3/4 is 3 April), False (4 March) or None.")
    if not (year is None or (isinstance(year, int) and not isinstance(year, bool))):
        raise ParameterError(f"year={year!r}: give a year in figures, such as 2025.")
    if duplicates not in DUPLICATES:
        raise ParameterError(
            f'duplicates="{duplicates}" is not a choice.{did_you_mean(str(duplicates), DUPLICATES)} '
            "Choices: drop, keep."
        )


def _named(folder: Path) -> list[tuple[str, Path]]:
    """List the files of a folder by their names inside it; a file is a folder of one."""
    if not folder.exists():
        raise DataError(f"There is no file or folder {folder.name}.")
    if folder.is_file():
        return [(folder.name, folder)]
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and not hidden(p.relative_to(folder))]
    return [(p.relative_to(folder).as_posix(), p) for p in files]


def folder_files(folder: Path) -> list[tuple[str, Path | None]]:
    """List the files of a folder, with the paths of those that may be opened.

    Parameters
    ----------
    folder : path

    Returns
    -------
    list of tuple of str and path
        No path for what is never opened: private parts of archives, pictures.
    """
    named = _named(folder)
    known, rest = archives(name for name, _ in named)
    free = {name for name in rest if readable(name)} | {name for found in known for name in found.wanted}
    return [
        (name, path if name in free or name.casefold().endswith((".yml", ".yaml")) else None)
        for name, path in named
    ]


def read_files(
    named: Iterable[tuple[str, Path]],
    *,
    dayfirst: bool | None,
    year: int | None,
    duplicates: str,
    columns: Columns | None = None,
    told: Mapping[str, dict] | None = None,
) -> Exports:
    """Read several files, each whole or not at all; collect what is not an export, and what is wrong with others."""
    named = [(name, path) for name, path in named if not is_mapping(name) and name != ANSWERS]
    gathered, rest = gather_archives(folder(named), [name for name, _ in named])
    waiting = []
    for place, (name, path) in enumerate(named):
        if name not in rest:
            continue
        if not readable(name):
            gathered.strange.append(
                Notice("not_an_export", f"{name} is not a table, a workbook or an archive: not read.")
            )
            continue
        said = _said_of(name, told or {}, dayfirst, year)
        read = partial(read_path, path, name, columns, duplicates=duplicates)
        if gathered.take(place, name, partial(read, **said)):
            waiting.append((place, name, partial(read, dayfirst=said["dayfirst"], year=None)))
    dated = gathered.ordered()
    for place, name, read in waiting:
        near = span(export for export in dated if _folder(export.file) == _folder(name)) or span(dated)
        gathered.take(place, name, partial(read, near=near))
    ordered = _networks_compared(networks(gathered.ordered()))
    return Exports(ordered, gathered.strange, gathered.drafts, gathered.refused)


def _said_of(name: str, told: Mapping[str, dict], dayfirst: bool | None, year: int | None) -> dict:
    """Put together what is said now and what was said before of a file; what is said now goes first."""
    before = told.get(name, {})
    return {
        "dayfirst": before.get("dayfirst") if dayfirst is None else dayfirst,
        "year": before.get("year") if year is None else year,
    }


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _networks_compared(exports: list[Export]) -> list[Export]:
    """Warn of daily files of one metric that name no network and differ: one may be Instagram's."""
    unsaid: dict[str, Export] = {}
    for place, export in enumerate(exports):
        if (
            export.kind != "daily"
            or export.table.empty
            or "network_unsaid" not in {notice.code for notice in export.warnings}
        ):
            continue
        first = unsaid.setdefault(export.table["metric"].iloc[0], export)
        both = first.table.merge(export.table, on=["date", "metric"])
        differ = int((both["value_x"] != both["value_y"]).fillna(False).sum())
        if differ:
            notice = Notice(
                "networks_mixed",
                f"{first.file} and {export.file} hold the same metric without naming the network and differ on "
                f"{differ} of {counted(len(both), 'common day')}: they are two networks or two accounts. "
                "Keep one of them.",
            )
            exports[place] = replace(export, warnings=(*export.warnings, notice))
    return exports
