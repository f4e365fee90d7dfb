"""How is a file opened: as text, workbook, archive, JSON or lines, in memory and no more of it than is wanted."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import partial
from pathlib import Path

from analysis.errors import DataError
from analysis.platforms.archives.container import Container, is_packed, packed
from analysis.platforms.archives.found import may_open
from analysis.platforms.archives.reading import read_member
from analysis.platforms.cells.dates import period_in_name
from analysis.platforms.cells.years import YearUnknown
from analysis.platforms.company import networks, span
from analysis.platforms.export import Export, Exports, Notice
from analysis.platforms.gathering import gather_archives
from analysis.platforms.layout.grid import FILE_LIMIT
from analysis.platforms.layout.headers import said_by_user
from analysis.platforms.layout.reading import Options
from analysis.platforms.mappings.mapping import Columns, beside
from analysis.platforms.recognition import UnknownFormat, from_text, from_workbook
from analysis.platforms.records.ndjson import read_ndjson
from analysis.platforms.specification import Format

TEXT = {".csv", ".tsv", ".txt"}
WORKBOOKS = {".xlsx", ".xls", ".xlsm"}
LINES = {".ndjson", ".jsonl"}
MEMBERS = {".json", ".js", ".car"}
NESTED = 2


def read_path(path: Path, name: str, columns: Columns | None = None, **choices: object) -> Export | Exports:
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


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise DataError(
                f"{path.name} is larger than {FILE_LIMIT:,} bytes: no platform writes such an export."
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened: {error.strerror or error}.") from error


def readable(name: str) -> bool:
    """Tell by its name whether a file may be opened: any table, and JSON known to hold posts."""
    suffix = Path(name).suffix.casefold()
    return suffix in TEXT | WORKBOOKS | LINES or is_packed(name) or (suffix in MEMBERS and may_open(name))


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
        return from_workbook(data, options, digest)
    return from_text(data, options, digest)


def _archive(container: Container, options: Options) -> Exports:
    """Read the members of a ZIP or tar in memory, all or none; members that are no exports are reported."""
    gathered, rest = gather_archives(container, container.names)
    waiting = []
    deep = len(re.findall(r"\.(?:zip|tar|tgz|tar\.gz)/", f"{options.file}/", re.IGNORECASE)) >= NESTED
    for place, member in enumerate(container.names):
        name = container.called(member)
        if member not in rest:
            continue
        if not readable(member) or (deep and is_packed(member)):
            why = "lies too deep" if is_packed(member) else "is not a table or a workbook"
            gathered.strange.append(Notice("not_an_export", f"{name} {why}: not read."))
            continue
        content = container.read(member)
        if gathered.take(place, name, partial(_member, content, name, options, options.near)):
            waiting.append((place, name, content))
    near = span(gathered.ordered()) or options.near
    yearless = [
        name
        for place, name, content in waiting
        if gathered.take(place, name, partial(_member, content, name, options, near))
    ]
    if gathered.refused:
        kind = YearUnknown if len(yearless) == len(gathered.refused) else DataError
        raise kind(_refused(gathered.refused, options.file, bool(gathered.found)))
    exports = gathered.ordered()
    if not exports:
        why = " ".join(gathered.strange) or "It is empty."
        raise UnknownFormat(f"{options.file} holds no export that can be read. {why}")
    return Exports(networks(exports), gathered.strange)


def _refused(refused: dict[str, str], file: str, others: bool) -> str:
    """Word every mistake of an archive: it is read whole or not at all."""
    advice = f"Nothing of {file} was read. Unpack it and give the folder: the other files in it can be read."
    return "\n".join([*refused.values(), *([advice] if others else [])])


def _member(content: bytes, name: str, options: Options, near: tuple[date, date] | None) -> Export | Exports:
    return read_bytes(
        content,
        name,
        dayfirst=options.dayfirst,
        year=options.year,
        duplicates=options.duplicates,
        near=near,
    )
