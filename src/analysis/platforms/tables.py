"""What do the rows below the headings say: typed columns, with every dropped or doubtful cell reported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.dates import dates
from analysis.platforms.export import Notice, grouped, rows_text
from analysis.platforms.grid import Grid
from analysis.platforms.headers import Match
from analysis.platforms.numbers import Numbers, durations, numbers
from analysis.platforms.specification import fold
from analysis.platforms.years import hint

__all__ = ["Options", "Reading"]

RUINED = re.compile(r"[+-]?(?:\d[.,]\d+E\+?|\dE\+)\d+", re.IGNORECASE)
YES, NO = {"1", "1.0", "true", "yes", "oui", "vrai"}, {"0", "0.0", "false", "no", "non", "faux"}
NUMERIC = {"count", "number", "percent", "share", "fraction", "duration"}
TELLING = NUMERIC | {"id", "date", "day"}
LABELS = {"id", "text", "date", "day"}
SUMS = {"total", "totals", "totaux", "total général", "grand total", "sum", "somme"}
FIGURE = re.compile(r"[\d\s.,]*\d")
EXACT = 2**53
LARGEST = 10**14


@dataclass(frozen=True)
class Options:
    """Hold what the user said and what the file's name and sister tables show."""

    file: str
    dayfirst: bool | None = None
    year: int | None = None
    duplicates: str = "drop"
    period: tuple[date, date] | None = None
    sibling: str | None = None
    near: tuple[date, date] | None = None


@dataclass
class Reading:
    """Hold one table while it is being read.

    Attributes
    ----------
    match : Match
    options : Options
    frame : pandas.DataFrame
        One column per recognised heading, named as in the format file.
    title : str
        Text above the headings.
    above : list of rows
        The rows above the headings.
    notices : list of Notice
    totals : dict
        Printed totals, by column.
    dropped : int
        Rows not kept.
    order : {"day", "month", None}
        Order of dates shown by this table.
    platform : str
        May be corrected by the file's own words.
    metric : str
        Metric of a one-column daily file.
    apart : DataFrame or None
        Reposts of others.
    exported : Timestamp or None
    header : sequence
        The row of headings as it stands in the file, for what is no heading there.
    raw : mapping
        Row number → cells as they stand in the file, for headings no format can list.
    metrics : dict
        Columns a step found to be daily metrics → the metric's name.
    """

    match: Match
    options: Options
    frame: pd.DataFrame
    title: str = ""
    above: list = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)
    dropped: int = 0
    order: str | None = None
    platform: str = ""
    metric: str = ""
    apart: pd.DataFrame | None = None
    exported: pd.Timestamp | None = None
    header: Sequence = ()
    raw: Mapping[int, Sequence] = field(default_factory=dict)
    metrics: dict[str, str] = field(default_factory=dict)

    def notice(self, code: str, message: str) -> None:
        """Add one sentence to what was noticed."""
        self.notices.append(Notice(code, message))

    def heading(self, name: str) -> str:
        """Give the platform's own word for a column."""
        return self.match.headings.get(name, name)


def read_table(grid: Grid, match: Match, options: Options) -> Reading:
    """Read the rows below a matched heading row into typed columns.

    Parameters
    ----------
    grid : Grid
        The cells of one sheet or file.
    match : Match
        Which format it is and where its columns are.
    options : Options
        File name and the user's choices.

    Returns
    -------
    Reading
        With `frame`, `notices`, `totals`; the format's steps are still to be applied.

    Raises
    ------
    DataError
        When dates cannot be decided, or most of a column is not what its heading says.
    """
    above = [row for row in grid.rows[: match.row] if any(fold(cell) for cell in row)]
    reading = Reading(match, options, pd.DataFrame(), above=above, platform=match.format.platform)
    reading.title = next((str(c).strip() for row in reversed(above) for c in row if fold(c)), "")
    reading.header = grid.rows[match.row]
    _repeated_headings(reading.header, reading)
    unread_headings(reading.header, reading)
    _guessed_language(reading)
    numbered = _rows(grid, reading)
    reading.raw = dict(numbered)
    totals = [_is_total(row, match) for _, row in numbered]
    reading.frame = _columns(numbered, reading, keep=[not t for t in totals])
    _take_totals(totals, reading)
    _check_parts(reading)
    if reading.frame.empty:
        reading.notice("empty", f"{options.file} has headings and no rows.")
    return reading


def _repeated_headings(header: Sequence, reading: Reading) -> None:
    match = reading.match
    count = Counter(fold(cell) for cell in header[match.start : match.stop] if fold(cell))
    used = {fold(match.headings[name]): match.format.fields[name] for name in match.places}
    twice = [match.headings[f.name] for h, f in used.items() if count[h] > 1 and not f.described]
    if twice:
        reading.notice("heading_twice", f"Headings found twice, the first was used: {', '.join(twice)}.")


def _guessed_language(reading: Reading) -> None:
    """Say that the headings were recognised by a likely translation no public file has shown."""
    match = reading.match
    if match.language in match.format.guessed:
        found = ", ".join(list(match.headings.values())[:4])
        reading.notice(
            "headings_guessed",
            f"No public file of {match.format.title} in this language is known: headings read by their likely "
            f"meaning ({found}...). Compare a figure with the platform's screen.",
        )


def unread_headings(header: Sequence, reading: Reading, explained: Iterable[object] = ()) -> None:
    """Name the columns no heading of the format explains: a renamed one must not vanish unseen.

    Parameters
    ----------
    header : sequence
        The row of headings.
    reading : Reading
        Gets a notice, in place of an earlier one.
    explained : iterable
        Cells of the row that hold data, not headings.
    """
    match = reading.match
    reading.notices = [notice for notice in reading.notices if notice.code != "columns_unread"]
    known = {fold(heading) for heading in (*match.headings.values(), *explained)}
    cells = [header[place] for place in range(match.start, match.stop) if place not in match.places.values()]
    unread = [str(cell).strip()[:60] for cell in cells if fold(cell) and fold(cell) not in known]
    if unread:
        more = f" and {len(unread) - 5} more" if len(unread) > 5 else ""
        reading.notice("columns_unread", f"Columns not read: {', '.join(unread[:5])}{more}.")


def _rows(grid: Grid, reading: Reading) -> list[tuple[int, Sequence]]:
    """Keep the rows of data, numbered as in the file; count and report the others."""
    match, body = reading.match, grid.rows[reading.match.row + 1 :]
    first = grid.offset + match.row + 2
    header = grid.rows[match.row]
    alone = match.start == 0 and not any(fold(cell) for cell in header[match.stop :])
    kept: list[tuple[int, Sequence]] = []
    described, footers, long, short = [], [], [], []
    for number, row in enumerate(body, start=first):
        cells = list(row[match.start : match.stop])
        filled = [cell for cell in cells if _filled(cell)]
        if not filled:
            reading.dropped += 1
        elif not kept and not _is_total(row, match) and _is_description(row, match):
            described.append(number)
        elif _is_footer(filled, row, match):
            footers.append(number)
        elif alone and any(_filled(cell) for cell in row[match.stop :]):
            long.append(number)
        else:
            if len(row) < match.stop:
                short.append(number)
            kept.append((number, [*row, *[None] * (match.stop - len(row))]))
    kept = _short_rows(kept, short, reading)
    _report_rows(described, footers, long, len(kept), reading)
    kept = _double_rows(kept, reading)
    return kept


def _filled(cell: object) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace())


def _is_description(row: Sequence, match: Match) -> bool:
    """Recognise the line of explanations some exports put below the headings: no figure where one must be."""
    telling = [n for n in match.format.required if match.format.fields[n].type in TELLING]
    cells = [row[match.places[name]] if match.places[name] < len(row) else None for name in telling]
    return bool(cells) and not any(re.search(r"\d", fold(cell)) for cell in cells)


def _is_footer(filled: list, row: Sequence, match: Match) -> bool:
    if len(filled) > 1:
        return False
    text = re.sub(r"\d+", "#", fold(filled[0]))
    known = {re.sub(r"\d+", "#", footer) for footer in match.format.footers}
    place = match.places.get(match.format.identity)
    odd = place is not None and place < len(row) and " " in fold(row[place])
    return text in known or odd or bool(match.format.dimension and " " in text)


def _short_rows(kept: list, short: list[int], reading: Reading) -> list:
    """Drop a last row cut in the middle; keep other short rows with missing ends."""
    if not short:
        return kept
    file = reading.options.file
    if len(short) <= len(kept) / 2 and kept[-1][0] == short[-1]:
        reading.dropped += 1
        reading.notice(
            "cut", f"{file}, row {short[-1]}, the last one, is cut and was dropped: download it again."
        )
        kept, short = kept[:-1], short[:-1]
    if short:
        reading.notice(
            "short_rows", f"{file}, {rows_text(short)} end early; what is absent there is missing."
        )
    return kept


def _report_rows(described: list, footers: list, long: list, kept: int, reading: Reading) -> None:
    reading.dropped += len(described) + len(footers) + len(long)
    if described:
        reading.notice(
            "description", f"A description line below the headings ({rows_text(described)}) was set aside."
        )
    if footers:
        reading.notice("footer", f"A footer ({rows_text(footers)}) was set aside.")
    if long and len(long) > max(3, kept / 10):
        raise DataError(
            f"{reading.options.file}, {rows_text(long)} have more cells than there are headings: a delimiter "
            "inside an unquoted text has shifted them. Export the file again."
        )
    if long:
        reading.notice(
            "long_rows", f"{reading.options.file}, {rows_text(long)} have more cells than headings: not read."
        )


def _double_rows(kept: list, reading: Reading) -> list:
    """Count rows repeated in full, where rows are one post or one day each; drop them unless asked to keep them."""
    if not reading.match.format.identity and reading.match.format.kind != "daily":
        return kept
    seen: set[tuple] = set()
    twice = []
    for number, row in kept:
        key = tuple(row)
        twice += [number] if key in seen else []
        seen.add(key)
    if not twice:
        return kept
    plural = f"{len(twice)} duplicated rows were" if len(twice) > 1 else "1 duplicated row was"
    if reading.options.duplicates == "keep":
        reading.notice("duplicates", f"{plural} found and kept, as asked ({rows_text(twice)}).")
        return kept
    reading.dropped += len(twice)
    reading.notice("duplicates", f"{plural} dropped ({rows_text(twice)}).")
    gone = set(twice)
    return [(number, row) for number, row in kept if number not in gone]


def _is_total(row: Sequence, match: Match) -> bool:
    names = [n for n in match.places if match.format.fields[n].type in LABELS]
    own = [match.places[match.format.required[0]]] if match.format.required else []
    telling = {min((match.places[n] for n in names), default=0), *own}
    said = any(fold(_cell(row, place)) in match.format.totals for place in telling)
    return (bool(match.format.totals) and said) or _is_sum(row, match, names)


def _is_sum(row: Sequence, match: Match, names: list[str]) -> bool:
    """Recognise the sum a client has put below posts: figures, and no label but the word for a total."""
    if match.format.kind != "posts" or len(names) < 3:
        return False
    labels = {fold(_cell(row, match.places[name])) for name in names} - {""}
    counts = [n for n in match.places if match.format.fields[n].type == "count"]
    figures = [fold(cell) for name in counts if _filled(cell := _cell(row, match.places[name]))]
    return labels <= SUMS and bool(figures) and all(FIGURE.fullmatch(figure) for figure in figures)


def _cell(row: Sequence, place: int) -> object:
    return row[place] if place < len(row) else None


def _columns(numbered: list, reading: Reading, keep: list[bool]) -> pd.DataFrame:
    """Parse each recognised column by its type."""
    match, rows = reading.match, [number for number, _ in numbered]
    cells = {name: [row[place] for _, row in numbered] for name, place in match.places.items()}
    columns: dict[str, pd.Series] = {}
    parsed = _parse_numbers(
        {n: c for n, c in cells.items() if match.format.fields[n].type in NUMERIC}, reading
    )
    for name in match.places:
        kind = match.format.fields[name].type
        if kind in NUMERIC:
            columns[name] = _number_series(name, parsed[name], rows, reading)
        elif kind in {"date", "day"}:
            columns |= _date_columns(name, cells[name], rows, keep, reading)
        elif kind == "id":
            columns[name] = _ids(name, cells[name], rows, reading)
        elif kind == "flag":
            columns[name] = pd.Series([_flag(cell) for cell in cells[name]], dtype="boolean")
        else:
            columns[name] = pd.Series([_text(cell) for cell in cells[name]], dtype="string")
    _report_words(parsed, reading)
    return pd.DataFrame(columns, index=range(len(numbered))).assign(
        _row=rows, _total=pd.array([not k for k in keep], dtype=bool)
    )


def _parse_numbers(cells: dict[str, list], reading: Reading) -> dict[str, Numbers]:
    """Read every number column by its own evidence; open cases look at the other columns, then the language."""
    fields = reading.match.format.fields

    def read(name: str, hint: str | None) -> Numbers:
        kind = fields[name].type
        return (
            durations(cells[name])
            if kind == "duration"
            else numbers(cells[name], whole=kind == "count", hint=hint)
        )

    parsed = {name: read(name, None) for name in cells}
    shown = Counter(result.decimal for result in parsed.values() if result.decimal and not result.uncertain)
    told = reading.match.format.decimal
    default = told or ("." if reading.match.language == "en" else ",")
    for name, result in parsed.items():
        if not result.uncertain:
            continue
        hint = shown.most_common(1)[0][0] if shown and not told else default
        parsed[name] = read(name, hint)
        why = "the mapping" if told else "the other columns" if shown else "the language of the headings"
        reading.notice(
            "number_format",
            f"{reading.heading(name)}: {result.uncertain[0]} could be read in two ways; "
            f'"{hint}" was taken as the decimal mark, after {why}. Check one value.',
        )
    return parsed


def _number_series(name: str, result: Numbers, rows: list[int], reading: Reading) -> pd.Series:
    kind, heading = reading.match.format.fields[name].type, reading.heading(name)
    filled = sum(value is not None for value in result.values)
    _unreadable(heading, result.unreadable, filled, rows, "a number", reading)
    if result.mixed:
        reading.notice(
            "number_format", f"{heading}: one mark is used in two ways; unclear cells are missing."
        )
    if result.rounded:
        reading.notice(
            "rounded", f"{heading}: {result.rounded} figures are abbreviated (1.2K): rounded by the platform."
        )
    values = result.values
    if kind == "count" and all(value is None or isinstance(value, int) for value in values):
        large = [rows[p] for p, value in enumerate(values) if value is not None and abs(value) >= LARGEST]
        if large:
            raise DataError(
                f"{reading.options.file}, column {heading}, {rows_text(large)}: the count is impossibly large."
            )
        return pd.Series(values, dtype="Int64")
    series = pd.Series([None if v is None else float(v) for v in values], dtype="Float64")
    if kind == "percent":
        return series / 100
    if kind == "fraction":
        return series.mask(series.index.isin(result.percent), series / 100)
    return _shares(series, result.percent) if kind == "share" else series


def _shares(series: pd.Series, signed: set[int]) -> pd.Series:
    """Bring shares to 0–1: cells with a percent sign, and all the others where one of them is above 1."""
    sign = pd.Series([place in signed for place in range(len(series))], index=series.index)
    above = bool((series[~sign] > 1).any())
    return series.where(~sign & (not above), series / 100)


def _unreadable(heading: str, bad: list, filled: int, rows: list[int], what: str, reading: Reading) -> None:
    if not bad:
        return
    places = [rows[place] for place, _ in bad]
    where = f"{reading.options.file}, column {heading}, {rows_text(places)}"
    if len(bad) > filled:
        raise DataError(
            f'{where}: "{bad[0][1][:40]}" is not {what}. Most of the column is not what its heading says; '
            "check the columns or export the file again."
        )
    reading.notice("unreadable", f'{where}: "{bad[0][1][:40]}" is not {what}; such cells are missing.')


def _date_columns(
    name: str, cells: list, rows: list[int], keep: list[bool], reading: Reading
) -> dict[str, pd.Series]:
    options, heading = reading.options, reading.heading(name)
    cells = [cell if kept else None for cell, kept in zip(cells, keep, strict=True)]
    result = dates(
        cells,
        name=heading,
        file=options.file,
        rows=rows,
        dayfirst=reading.match.format.dayfirst if options.dayfirst is None else options.dayfirst,
        year=options.year,
        period=options.period,
        sibling=options.sibling,
        hint=hint(options.file, options.year, options.period, options.near),
        consecutive=reading.match.format.fields[name].type == "day",
    )
    reading.notices += result.notices
    reading.order = reading.order or result.order
    _unreadable(
        heading, result.unreadable, sum(v is not None for v in result.values), rows, "a date", reading
    )
    values = result.values
    if reading.match.format.fields[name].type == "day":
        values = [v and v.replace(hour=0, minute=0, second=0, microsecond=0) for v in values]
    series = pd.Series([pd.NaT if v is None else pd.Timestamp(v) for v in values], dtype="datetime64[us]")
    known = pd.Series([z if v else None for z, v in zip(result.zoned, values, strict=True)], dtype="boolean")
    if reading.match.format.zone and reading.match.format.fields[name].type == "date":
        series, known = _in_zone(series, known, reading.match.format.zone)
    return {name: series, f"{name}_zone_known": known} if name == "published" else {name: series}


def _in_zone(series: pd.Series, known: pd.Series, zone: str) -> tuple[pd.Series, pd.Series]:
    """Bring the wall clock of a zone the format names to UTC; an hour the clocks skip or repeat stays the first."""
    local = series.dt.tz_localize(zone, ambiguous=[True] * len(series), nonexistent="shift_forward")
    shifted = local.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]")
    return series.where(known.fillna(False), shifted), known.mask(known.notna(), True)


def _ids(name: str, cells: list, rows: list[int], reading: Reading) -> pd.Series:
    """Keep identifiers as text; one that a spreadsheet has rounded is no identifier any more."""
    values, ruined = [], []
    for row, cell in zip(rows, cells, strict=True):
        text = _identifier(cell)
        if text and (RUINED.fullmatch(text) or (isinstance(cell, float) and abs(cell) >= EXACT)):
            ruined.append((row, text))
            text = None
        values.append(text or None)
    if ruined:
        reading.notice(
            "id_ruined",
            f"{reading.heading(name)}: {len(ruined)} identifiers were rounded by a spreadsheet "
            f"({ruined[0][1]}, {rows_text([row for row, _ in ruined])}) and are missing: use the file as downloaded.",
        )
    return pd.Series(values, dtype="string")


def _identifier(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = "" if cell is None else str(cell).strip()
    protected = re.fullmatch(r'="(.*)"', text)
    return protected[1] if protected else text.lstrip("'")


def _flag(cell: object) -> bool | None:
    text = fold(cell)
    return True if text in YES else False if text in NO else None


def _text(cell: object) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    text = "" if cell is None else str(cell)
    return text if text.strip() else None


def _report_words(parsed: dict[str, Numbers], reading: Reading) -> None:
    met = [
        f'"{word}" in {reading.heading(name)} ({count})'
        for name, result in parsed.items()
        for word, count in sorted(result.words.items())
    ]
    if met:
        reading.notice("missing_words", f"Missing, not 0: {', '.join(met)}.")


def _take_totals(totals: list[bool], reading: Reading) -> None:
    """Set printed totals apart and compare them with the sum of the rows."""
    frame = reading.frame
    lines, body = frame[frame["_total"]], frame[~frame["_total"]]
    reading.frame = body.drop(columns="_total").reset_index(drop=True)
    if not any(totals):
        return
    reading.dropped += len(lines)
    counted = [n for n in reading.match.places if reading.match.format.fields[n].type in NUMERIC]
    reading.totals = {n: float(lines[n].iloc[0]) for n in counted if pd.notna(lines[n].iloc[0])}
    reading.notice(
        "total_row", f"A total line ({rows_text(lines['_row'])}) was set apart and is not in the table."
    )


def _check_parts(reading: Reading) -> None:
    """Compare a column that should be the sum of others with that sum."""
    for check in reading.match.format.checks:
        whole = check["whole"]
        parts = [*check["parts"], *(name for name in check.get("optional", ()) if name in reading.frame)]
        if not all(name in reading.frame for name in (whole, *parts)):
            continue
        table = reading.frame[[whole, *parts]].astype("Float64")
        complete = table.notna().all(axis=1)
        differs = complete & (table[parts].sum(axis=1, skipna=False) != table[whole]).fillna(False)
        if differs.any():
            rows = reading.frame.loc[differs, "_row"]
            names = " + ".join(reading.heading(name) for name in parts)
            reading.notice(
                "parts_differ",
                f"{reading.heading(whole)} is not {names} on {grouped(differs.sum())} of "
                f"{grouped(complete.sum())} rows ({rows_text(rows)}).",
            )


def with_sibling(options: Options, order: str | None) -> Options:
    """Add to the options the date order another table of the same file shows."""
    return replace(options, sibling=order)
