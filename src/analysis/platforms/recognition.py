"""From the cells of a file to exports: which format each table is in, read, finished and signed."""

from __future__ import annotations

import re
from datetime import datetime

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.contracts import as_contract
from analysis.platforms.export import Export, Exports, Notice
from analysis.platforms.layout import workbook
from analysis.platforms.layout.blocks import blocks, one_network
from analysis.platforms.layout.grid import Grid, sheets, text_grid
from analysis.platforms.layout.headers import LOOK, Match, find, unknown_format
from analysis.platforms.layout.reading import Options, Reading, with_sibling
from analysis.platforms.layout.sisters import joined
from analysis.platforms.layout.tables import read_table
from analysis.platforms.layout.wide import widened
from analysis.platforms.mappings.mapping import refuse_incomplete
from analysis.platforms.mappings.scaffold import scaffold_columns
from analysis.platforms.networks import by_network
from analysis.platforms.specification import Format, fold
from analysis.platforms.steps import apply_steps

__all__ = ["SetAside", "UnknownFormat"]

DASHED = r"(20\d{2})-(\d{2})-(\d{2})"
DAYS_IN_NAME = {"first": DASHED, "last": DASHED, "created": r"created_on_(20\d{2})(\d{2})(\d{2})T"}


class SetAside(DataError):
    """Say that a file is known and holds nothing to read beside its sister files."""


class UnknownFormat(DataError):
    """Say that a table's headings belong to no known export; `draft` is a mapping the user may correct."""

    def __init__(self, message: str, draft: str = "") -> None:
        super().__init__(message)
        self.draft = draft


def from_text(data: bytes, options: Options, digest: str) -> Export | Exports:
    """Read a text file: one table, or several stacked."""
    parts = blocks(text_grid(data, options.file))
    exports, strange = [], []
    for block in parts:
        try:
            exports += by_network(_finish(_read_grid(block, options), options, digest))
        except UnknownFormat:
            if len(parts) == 1:
                raise
            first = next((str(cell) for row in block.rows for cell in row if fold(cell)), "")
            strange.append(
                Notice("block_unknown", f'{options.file}, block "{first[:60]}": no known headings; not read.')
            )
    return exports[0] if len(parts) == 1 and len(exports) == 1 else Exports(one_network(exports), strange)


def from_workbook(data: bytes, options: Options, digest: str) -> Exports:
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
