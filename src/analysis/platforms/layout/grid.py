"""What table is in a file: its rows of cells, whatever the delimiter, the workbook or the archive."""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import PurePosixPath

from python_calamine import CalamineError, load_workbook

from analysis.errors import DataError
from analysis.platforms.export import Notice, counted
from analysis.platforms.layout.encoding import decode
from analysis.platforms.layout.headers import LOOK, find
from analysis.platforms.layout.markup import is_markup, markup_sheets
from analysis.platforms.specification import fold

__all__ = ["ARCHIVE_LIMIT", "FILE_LIMIT", "Grid", "stacked", "text_grid"]

DELIMITERS = ",;\t|"
NARROW = 3
FILE_LIMIT = 2_000_000_000
ARCHIVE_LIMIT = 4_000_000_000
MEMBER_LIMIT = 10_000
RATIO_LIMIT = 300
PANIC = "PanicException"
BINARY = (b"PK", b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
UNPACKING = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


@dataclass(frozen=True)
class Grid:
    """Hold the cells of one table as they stand in the file.

    Attributes
    ----------
    rows : list of list
        Text from a CSV; text, numbers and dates from a workbook.
    offset : int
        Rows of the file before the first one held here.
    part : str
        Sheet or archive member.
    notices : tuple of Notice
    """

    rows: list[list[object]]
    offset: int = 0
    part: str = ""
    notices: tuple[Notice, ...] = field(default=())


def text_grid(data: bytes, file: str) -> Grid:
    """Split a text export into rows: a `sep=` line is obeyed, else the delimiter that shows known headings.

    Parameters
    ----------
    data : bytes
        The file as downloaded.
    file : str
        Its name, for messages.

    Returns
    -------
    Grid

    Raises
    ------
    DataError
        When the file is not text or ends inside a quoted cell.

    Examples
    --------
    >>> text_grid(b'sep=;\\nDate;Views\\n2025-01-01;"1;2"\\n', "a.csv").rows
    [['Date', 'Views'], ['2025-01-01', '1;2']]
    """
    decoded = decode(data, file)
    text, offset, said = _separator_line(decoded.text)
    delimiter = said or _delimiter(text)
    rows = list(_rows(text, delimiter, file, offset))
    if rows and rows[-1] == []:
        rows.pop()
    rows, notices = _unwrapped(rows)
    return Grid(rows, offset, notices=(*decoded.notices, *notices))


def stacked(grid: Grid) -> list[Grid]:
    """Split a file that holds several titled tables one below the other, each with the same headings.

    Parameters
    ----------
    grid : Grid
        The rows of a text export.

    Returns
    -------
    list of Grid
        One per table, from its title line on; the grid itself where headings stand once or need no title.

    Examples
    --------
    >>> rows = [["Views"], ["Date", "Primary"], ["2025-01-01", "1"], ["Visits"], ["Date", "Primary"]]
    >>> [part.rows[0] for part in stacked(Grid(rows))]
    [['Views'], ['Visits']]
    """
    matches = find(grid.rows[:LOOK])
    if len(matches) != 1 or not matches[0].format.titles:
        return [grid]
    header = [fold(cell) for cell in grid.rows[matches[0].row] if fold(cell)]
    again = [
        place for place, row in enumerate(grid.rows) if [fold(cell) for cell in row if fold(cell)] == header
    ]
    starts = [0, *(_title_above(grid.rows, place) for place in again[1:]), len(grid.rows)]
    return [
        Grid(grid.rows[start:stop], grid.offset + start, grid.part, grid.notices)
        for start, stop in pairwise(starts)
    ]


def _title_above(rows: list[list[object]], place: int) -> int:
    """Find where the table whose headings stand in a row begins: at its one-cell title, else at the headings."""
    filled = [fold(cell) for cell in rows[place - 1] if fold(cell)]
    return place - 1 if len(filled) == 1 else place


def _unwrapped(rows: list[list[str]]) -> tuple[list[list[str]], list[Notice]]:
    """Split lines again that a spreadsheet of another locale has quoted whole, where known headings then appear."""
    lone = [place for place, row in enumerate(rows) if row and row[0] and not any(row[1:])]
    if len(lone) < 2 or len(lone) * 2 < sum(any(row) for row in rows):
        return rows, []
    for mark in DELIMITERS:
        again = {place: _split(rows[place][0], mark) for place in lone}
        split = [again.get(place, row) for place, row in enumerate(rows)]
        matches = find(split[:LOOK])
        width = len(split[matches[0].row]) if matches else 0
        if width > NARROW and all(
            len(cells) in {1, width} for place, cells in again.items() if place > matches[0].row
        ):
            said = f"Lines a spreadsheet had quoted whole and that were split again: {len(lone)}."
            return split, [Notice("lines_unwrapped", said)]
    return rows, []


def _split(line: str, mark: str) -> list[str]:
    """Split one line; one that ends inside a quoted cell is no line of a table."""
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=mark, strict=True), [])
    except csv.Error:
        return []


def _separator_line(text: str) -> tuple[str, int, str | None]:
    """Take off Excel's `sep=,` line."""
    first, _, rest = text.partition("\n")
    plain = first.strip().strip('"')
    if plain.casefold().startswith("sep=") and len(plain) <= 5:
        return rest, 1, plain[4:] or "\t"
    return text, 0, None


def _delimiter(text: str) -> str:
    """Choose the delimiter under which a known heading row appears, else the one that makes most lines alike."""
    head = text[:200_000]
    tried = []
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            rows = list(islice(reader, LOOK))
        except csv.Error:
            rows = []
        score = sum(match.score for match in find(rows))
        widths = Counter(len(row) for row in rows if len(row) > 1)
        tried.append((score, max(widths.values(), default=0), max(widths, default=0), delimiter))
    return max(tried, key=lambda item: item[:3])[3]


def _rows(text: str, delimiter: str, file: str, offset: int) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = offset
    while True:
        number += 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"{file}, row {number}: the row cannot be split into cells ({error}). "
                "The file is cut or damaged there; download it again."
            ) from error


def sheets(data: bytes, file: str) -> list[Grid]:
    """Read every sheet of a workbook (.xlsx or .xls).

    Parameters
    ----------
    data : bytes
        The file as downloaded.
    file : str
        Its name, for messages.

    Returns
    -------
    list of Grid
        One per sheet that holds something.

    Raises
    ------
    DataError
        When the workbook is damaged, protected or unpacks to an unreasonable size.
    """
    if is_markup(data):
        return [Grid(rows, part=name) for name, rows in markup_sheets(data, file)]
    if _text_table(data):
        return [text_grid(data, file)]
    if data.startswith(b"PK"):
        with _archive(data, file) as archive:
            _check_archive(archive, file)
    try:
        grids = _calamine_grids(data)
    except (CalamineError, ValueError, OSError) as error:
        raise _damaged(file, error) from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise _damaged(file, error) from error
    return [grid for grid in grids if any(any(cell not in (None, "") for cell in row) for row in grid.rows)]


def _calamine_grids(data: bytes) -> list[Grid]:
    workbook = load_workbook(io.BytesIO(data))
    return [
        Grid([[_cell(c) for c in row] for row in workbook.get_sheet_by_name(name).to_python()], part=name)
        for name in workbook.sheet_names
    ]


def _damaged(file: str, error: BaseException) -> DataError:
    return DataError(
        f"{file} cannot be opened as a workbook ({error}). It is damaged or protected by a password; "
        "download it again."
    )


def _text_table(data: bytes) -> bool:
    """Tell delimited text that bears a workbook's name, as some platforms hand it out."""
    head = data[:4000].replace(b"\x00", b"")
    return not data.startswith(BINARY) and b"\n" in head and any(mark in head for mark in (b"\t", b",", b";"))


def _cell(cell: object) -> object:
    return None if cell == "" else cell


def _archive(data: bytes, file: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UNPACKING as error:
        raise DataError(f"{file} is not a complete ZIP archive ({error}); download it again.") from error


def _check_archive(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse an archive whose members leave it or unpack to far more than a platform ever writes."""
    infos = archive.infolist()
    total, packed = sum(i.file_size for i in infos), sum(i.compress_size for i in infos)
    if len(infos) > MEMBER_LIMIT or total > ARCHIVE_LIMIT or total > max(packed, 100_000) * RATIO_LIMIT:
        raise DataError(
            f"{file} would unpack to {total:,} bytes in {counted(len(infos), 'file')} from {packed:,}: "
            "it is refused as unsafe."
        )
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename[:3]:
            raise DataError(
                f'{file} holds a member named "{info.filename}" that leaves the archive: refused.'
            )


def members(data: bytes, file: str) -> Iterator[tuple[str, bytes]]:
    """Read the files inside a ZIP one by one, in memory, without unpacking anything to disk.

    Parameters
    ----------
    data : bytes
        The archive as downloaded.
    file : str
        Its name, for messages.

    Yields
    ------
    tuple of str and bytes
        Member name and content; folders and hidden files are passed over.

    Raises
    ------
    DataError
        When the archive is damaged, encrypted or unsafe (members outside it, unreasonable size).
    """
    with _archive(data, file) as archive:
        _check_archive(archive, file)
        for info in sorted(archive.infolist(), key=lambda item: item.filename):
            path = PurePosixPath(info.filename)
            if info.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
                continue
            yield info.filename, _member(archive, info, file)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> bytes:
    try:
        with archive.open(info) as stream:
            content = stream.read(info.file_size + 1)
    except UNPACKING as error:
        raise DataError(
            f'{file}: the member "{info.filename}" cannot be unpacked ({error}); download the archive again.'
        ) from error
    if len(content) > info.file_size:
        raise DataError(f'{file}: the member "{info.filename}" is larger than the archive says: refused.')
    return content
