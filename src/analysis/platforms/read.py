"""What is in these files: any known platform export is recognised by its headings and read to one contract."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.platforms import workbook
from analysis.platforms.answers import NAME as ANSWERS
from analysis.platforms.answers import answers
from analysis.platforms.archives.container import Container, folder, is_packed, packed
from analysis.platforms.archives.found import archives, may_open
from analysis.platforms.archives.reading import read_archives, read_member
from analysis.platforms.blocks import blocks, one_network
from analysis.platforms.company import networks, span
from analysis.platforms.contracts import as_contract
from analysis.platforms.dates import period_in_name
from analysis.platforms.export import Export, Exports, Notice
from analysis.platforms.grid import FILE_LIMIT, Grid, sheets, text_grid
from analysis.platforms.headers import LOOK, Match, find, said_by_user, unknown_format
from analysis.platforms.kept import kept
from analysis.platforms.mapping import Columns, beside, is_mapping, load_columns, refuse_incomplete
from analysis.platforms.ndjson import read_ndjson
from analysis.platforms.networks import by_network
from analysis.platforms.scaffold import scaffold_columns
from analysis.platforms.sisters import joined
from analysis.platforms.specification import Format, fold
from analysis.platforms.steps import apply_steps
from analysis.platforms.tables import Options, Reading, read_table, with_sibling
from analysis.platforms.wide import widened
from analysis.platforms.years import YearUnknown

__all__ = ["SetAside", "read_export", "read_folder"]

TEXT = {".csv", ".tsv", ".txt"}
WORKBOOKS = {".xlsx", ".xls", ".xlsm"}
LINES = {".ndjson", ".jsonl"}
MEMBERS = {".json", ".js", ".car"}
NESTED = 2
DUPLICATES = ("drop", "keep")
BESIDE_LIMIT = 40
DASHED = r"(20\d{2})-(\d{2})-(\d{2})"
DAYS_IN_NAME = {"first": DASHED, "last": DASHED, "created": r"created_on_(20\d{2})(\d{2})(\d{2})T"}


class SetAside(DataError):
    """Say that a file is known and holds nothing to read beside its sister files."""


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
    path = Path(path)
    if duplicates not in DUPLICATES:
        raise ParameterError(
            f'duplicates="{duplicates}" is not a choice.{did_you_mean(duplicates, DUPLICATES)} Choices: drop, keep.'
        )
    if path.is_dir():
        return read_folder(path, dayfirst=dayfirst, year=year, duplicates=duplicates, columns=columns)
    said = None if columns is None else replace(load_columns(columns), own=True)
    choices = {"dayfirst": dayfirst, "year": year, "duplicates": duplicates}
    try:
        return _read_path(path, path.name, said, **choices)
    except YearUnknown:
        near = _span_beside(path)
        if near is None:
            raise
        return _read_path(path, path.name, said, **choices, near=near)


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
            read = _read_path(other, other.name, dayfirst=None, year=None, duplicates="drop")
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
        was not read and why. Hidden files are passed over.

    Raises
    ------
    DataError
        When nothing in the folder can be read, or a recognised file has a mistake (all of them are listed).

    Notes
    -----
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
    folder = Path(path)
    choices = {"dayfirst": dayfirst, "year": year, "duplicates": duplicates}
    named = _named(folder)
    said = None if columns is None else load_columns(columns)
    chosen = choices if said is None else {**choices, "columns": said.text}
    told = answers(folder)
    found = kept(
        folder, folder_files(folder), chosen, lambda: read_files(named, **choices, columns=said, told=told)
    )
    if not found:
        why = " ".join(found.unrecognised) or "It is empty."
        raise DataError(f"{folder.name} holds no export that can be read. {why}")
    return found


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
    free = {name for name in rest if _readable(name)} | {name for found in known for name in found.wanted}
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
    """Read several files; collect what is not an export, and every mistake before stopping."""
    named = [(name, path) for name, path in named if not is_mapping(name) and name != ANSWERS]
    found, strange, mistakes, rest = read_archives(folder(named), [name for name, _ in named])
    waiting, drafts = [], {}
    for place, (name, path) in enumerate(named):
        if name not in rest:
            continue
        if not _readable(name):
            strange.append(
                Notice("not_an_export", f"{name} is not a table, a workbook or an archive: not read.")
            )
            continue
        try:
            said = _said_of(name, told or {}, dayfirst, year)
            read = _read_path(path, name, columns, **said, duplicates=duplicates)
        except SetAside as error:
            strange.append(Notice("set_aside", str(error)))
        except UnknownFormat as error:
            strange.append(Notice("unknown_format", str(error)))
            drafts |= {name: error.draft} if error.draft else {}
        except YearUnknown:
            waiting.append((place, name, path))
        except DataError as error:
            mistakes.append(str(error))
        else:
            found[place] = read if isinstance(read, Exports) else [read]
            strange += read.unrecognised if isinstance(read, Exports) else []
    dated = [export for exports in found.values() for export in exports]
    for place, name, path in waiting:
        near = span(export for export in dated if _folder(export.file) == _folder(name)) or span(dated)
        try:
            read = _read_path(
                path, name, columns, dayfirst=dayfirst, year=None, duplicates=duplicates, near=near
            )
            found[place] = read if isinstance(read, Exports) else [read]
        except DataError as error:
            mistakes.append(str(error))
    if mistakes:
        if found:
            mistakes.append(
                "Nothing was read: answer for these files, mend them or take them out; the others can be read."
            )
        raise DataError("\n".join(mistakes))
    ordered = [export for place in sorted(found) for export in found[place]]
    return Exports(_networks_compared(networks(ordered)), strange, drafts)


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _said_of(name: str, told: Mapping[str, dict], dayfirst: bool | None, year: int | None) -> dict:
    """Put together what is said now and what was said before of a file; what is said now goes first."""
    before = told.get(name, {})
    return {
        "dayfirst": before.get("dayfirst") if dayfirst is None else dayfirst,
        "year": before.get("year") if year is None else year,
    }


def _readable(name: str) -> bool:
    """Tell by its name whether a file may be opened: any table, and JSON known to hold posts."""
    suffix = Path(name).suffix.casefold()
    return suffix in TEXT | WORKBOOKS | LINES or is_packed(name) or (suffix in MEMBERS and may_open(name))


def _read_path(path: Path, name: str, columns: Columns | None = None, **choices: object) -> Export | Exports:
    """Read a file on disk, by the user's mapping where one is meant for it or no format knows it."""
    said = columns or beside(path)
    chosen = said and said.meant(name)
    if chosen:
        return _read_said(path, name, chosen, said, choices)
    try:
        return _read_known(path, name, **choices)
    except UnknownFormat:
        other = said and said.other()
        if not other:
            raise
    return _read_said(path, name, other, said, choices)


def _read_said(path: Path, name: str, known: Format, said: Columns, choices: dict) -> Export | Exports:
    """Read a file by a mapping alone; headings it names and the file lacks are refused in its words."""
    with said_by_user(known):
        try:
            return _read_known(path, name, **choices)
        except UnknownFormat as error:
            raise DataError(f"{name}: none of the headings {said.file} gives is in it. {error}") from error


def _read_known(path: Path, name: str, **choices: object) -> Export | Exports:
    """Read a file on disk; an archive is not loaded whole."""
    if not is_packed(name) or not path.is_file():
        return read_bytes(_bytes(path), name, **choices)
    if not path.stat().st_size:
        raise DataError(f"{name} is empty: there is nothing to read. Download it again.")
    with packed(path, name) as container:
        return _archive(container, Options(file=name, **choices))


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
                f"{differ} of {len(both)} common days: they are two networks or two accounts. Keep one of them.",
            )
            exports[place] = replace(export, warnings=(*export.warnings, notice))
    return exports


class UnknownFormat(DataError):
    """Say that a table's headings belong to no known export; `draft` is a mapping the user may correct."""

    def __init__(self, message: str, draft: str = "") -> None:
        super().__init__(message)
        self.draft = draft


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise DataError(
                f"{path.name} is larger than {FILE_LIMIT:,} bytes: no platform writes such an export."
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened: {error.strerror or error}.") from error


def hidden(path: Path) -> bool:
    """Tell hidden files and the leavings of archivers and spreadsheets."""
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.parts)


def read_bytes(
    data: bytes,
    name: str,
    *,
    dayfirst: bool | None = None,
    year: int | None = None,
    duplicates: str = "drop",
    near: tuple[date, date] | None = None,
) -> Export | Exports:
    """Read an export held in memory under the name of its file; see `read_export`."""
    file = name.rsplit("/", 1)[-1]
    options = Options(
        file=name,
        dayfirst=dayfirst,
        year=year,
        duplicates=duplicates,
        period=period_in_name(file),
        near=near,
    )
    digest = hashlib.sha256(data).hexdigest()
    suffix = Path(file).suffix.casefold()
    if not data.strip():
        raise DataError(f"{name} is empty: there is nothing to read. Download it again.")
    if is_packed(file):
        with packed(data, name) as container:
            return _archive(container, options)
    if suffix in LINES:
        read = read_ndjson(data, name)
        return Exports(read) if isinstance(read, list) else read
    if suffix in MEMBERS:
        return read_member(data, name).export(name, digest)
    if suffix in WORKBOOKS:
        return _workbook(data, options, digest)
    parts = blocks(text_grid(data, name))
    exports, strange = [], []
    for block in parts:
        try:
            exports += by_network(_finish(_read_grid(block, options), options, digest))
        except UnknownFormat:
            if len(parts) == 1:
                raise
            first = next((str(cell) for row in block.rows for cell in row if fold(cell)), "")
            strange.append(
                Notice("block_unknown", f'{name}, block "{first[:60]}": no known headings; not read.')
            )
    return exports[0] if len(parts) == 1 and len(exports) == 1 else Exports(one_network(exports), strange)


def _archive(container: Container, options: Options) -> Exports:
    """Read the members of a ZIP or tar in memory; members that are no exports are reported."""
    found, strange, mistakes, rest = read_archives(container, container.names)
    if mistakes:
        raise DataError("\n".join(mistakes))
    waiting = []
    deep = len(re.findall(r"\.(?:zip|tar|tgz|tar\.gz)/", f"{options.file}/", re.IGNORECASE)) >= NESTED
    for place, member in enumerate(container.names):
        name = container.called(member)
        if member not in rest:
            continue
        if not _readable(member) or (deep and is_packed(member)):
            why = "lies too deep" if is_packed(member) else "is not a table or a workbook"
            strange.append(Notice("not_an_export", f"{name} {why}: not read."))
            continue
        try:
            content = container.read(member)
            read = _member(content, name, options, options.near)
        except SetAside as error:
            strange.append(Notice("set_aside", str(error)))
        except UnknownFormat as error:
            strange.append(Notice("unknown_format", str(error)))
        except YearUnknown:
            waiting.append((place, name, content))
        else:
            found[place] = read if isinstance(read, Exports) else [read]
    near = span(export for exports in found.values() for export in exports) or options.near
    for place, name, content in waiting:
        read = _member(content, name, options, near)
        found[place] = read if isinstance(read, Exports) else [read]
    exports = [export for place in sorted(found) for export in found[place]]
    if not exports:
        why = " ".join(strange) or "It is empty."
        raise UnknownFormat(f"{options.file} holds no export that can be read. {why}")
    return Exports(networks(exports), strange)


def _member(content: bytes, name: str, options: Options, near: tuple[date, date] | None) -> Export | Exports:
    return read_bytes(
        content,
        name,
        dayfirst=options.dayfirst,
        year=options.year,
        duplicates=options.duplicates,
        near=near,
    )


def _read_grid(grid: Grid, options: Options) -> Reading:
    matches = find(grid.rows[:LOOK])
    if not matches:
        head = grid.rows[:LOOK]
        raise UnknownFormat(str(unknown_format(head, options.file)), scaffold_columns(head, options.file))
    refuse_incomplete(matches[0], grid.rows[matches[0].row], options.file)
    if matches[0].format.set_aside:
        known = matches[0].format
        raise SetAside(f"{options.file} is recognised ({known.title}) and not read: {known.set_aside}.")
    readings = [read_table(grid, widened(match, grid.rows), options) for match in matches]
    reading = workbook.side_by_side(readings) if len(readings) > 1 else readings[0]
    reading.notices = [*grid.notices, *reading.notices]
    apply_steps(reading)
    return reading


def _workbook(data: bytes, options: Options, digest: str) -> Exports:
    """Read every sheet; a sheet whose dates show no order takes the one its sister sheets show."""
    readings, strange, waiting = [], [], []
    known: list[tuple[Grid, list[Match]]] = [
        (grid, find(grid.rows[:LOOK])) for grid in joined(sheets(data, options.file))
    ]
    for position, (grid, matches) in enumerate(known):
        part = _part_options(options, grid)
        if not matches:
            strange.append((position, grid))
            continue
        try:
            readings.append((position, grid, _read_grid(grid, part)))
        except DataError:
            waiting.append((position, grid, part))
    order = next((reading.order for _, _, reading in readings if reading.order), None)
    readings += [(pos, grid, _read_grid(grid, with_sibling(part, order))) for pos, grid, part in waiting]
    if not readings:
        rows = [row for grid, _ in known for row in grid.rows[:LOOK]]
        refused = str(unknown_format(rows or [[]], options.file))
        raise UnknownFormat(refused, scaffold_columns(rows, options.file))
    readings.sort(key=lambda item: item[0])
    left = workbook.compare_overview([r for _, _, r in readings], [grid for _, grid in strange])
    exported = max((r.exported for _, _, r in readings if r.exported is not None), default=None)
    for _, _, reading in readings:
        reading.exported = reading.exported or exported
    exports = [
        part
        for _, grid, reading in readings
        for part in by_network(_finish(reading, _part_options(options, grid), digest, grid.part))
    ]
    unread = [
        Notice("sheet_unknown", f"{options.file}, sheet {grid.part}: no known headings; not read.")
        for grid in left
    ]
    return Exports(exports, unread)


def _part_options(options: Options, grid: Grid) -> Options:
    return Options(**{**vars(options), "file": f"{options.file}, sheet {grid.part}"})


def _finish(reading: Reading, options: Options, digest: str, part: str = "") -> Export:
    known = reading.match.format
    table = as_contract(reading)
    file = options.file.split(", sheet ")[0] if part else options.file
    exported = reading.exported or _exported(known, file)
    if known.kind == "posts":
        day = pd.NaT if exported is None else exported
        whole = pd.Series(day, index=table.index, dtype="datetime64[us]")
        table = table.assign(exported=table["exported"].fillna(whole))
        if exported is None and table["exported"].notna().any():
            exported = table["exported"].max()
        table = table.assign(source=pd.Series(file, index=table.index, dtype="string"))
        if table["published"].notna().any() and not table["published_zone_known"].fillna(True).all():
            reading.notice(
                "zone_unknown",
                "The time zone of the times of publication is not stated: wall clock as printed.",
            )
    accounts = tuple(sorted(table["account"].dropna().unique())) if "account" in table else ()
    return Export(
        platform=reading.platform,
        tool=known.tool,
        kind=known.kind,
        table=table,
        warnings=tuple(dict.fromkeys(reading.notices)),
        sha256=digest,
        exported=exported,
        columns=dict(reading.match.headings),
        accounts=accounts,
        file=file,
        part=part,
        format=known.name,
        rows_read=len(reading.frame),
        rows_dropped=reading.dropped,
        totals=dict(reading.totals),
        apart=reading.apart,
    )


def _exported(known: Format, file: str) -> pd.Timestamp | None:
    """Take the day of export from the file's name, where this export writes it there."""
    if not known.exported_in_name:
        return None
    found = re.findall(DAYS_IN_NAME[known.exported_in_name], file.rsplit("/", 1)[-1])
    place = 0 if known.exported_in_name == "first" else -1
    try:
        return pd.Timestamp(datetime(*map(int, found[place]))) if found else None
    except ValueError:
        return None
