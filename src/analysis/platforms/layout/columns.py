"""What does a column say: its cells read by type, with every dropped or doubtful one reported."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.cells.dates import dates
from analysis.platforms.cells.numbers import SPREADSHEET_ERRORS, Numbers, durations, numbers
from analysis.platforms.cells.years import YearHint, hint, moments_in
from analysis.platforms.export import counted, rows_text
from analysis.platforms.layout.reading import Reading
from analysis.platforms.specification import NUMERIC, fold

RUINED = re.compile(r"[+-]?(?:\d[.,]\d+E\+?|\dE\+)\d+", re.IGNORECASE)
DATED = re.compile(
    r"\d{1,2}[.\- ][^\W\d_]{3,5}\.?|[^\W\d_]{3,5}\.?-\d{2}|\d{4}-\d{2}-\d{2}(?: 00:00:00)?", re.IGNORECASE
)
YES, NO = {"1", "1.0", "true", "yes", "oui", "vrai"}, {"0", "0.0", "false", "no", "non", "faux"}
GUARD = re.compile(r"^'(?=[=+\-@])")
EXACT = 2**53
LARGEST = 10**14


def typed_columns(numbered: list, reading: Reading, keep: list[bool]) -> pd.DataFrame:
    """Parse each recognised column by its type."""
    match, rows = reading.match, [number for number, _ in numbered]
    cells = {name: [row[place] for _, row in numbered] for name, place in match.places.items()}
    if {"published", "time"} <= set(cells):
        cells["published"] = [_at(*pair) for pair in zip(cells["published"], cells["time"], strict=True)]
    columns: dict[str, pd.Series] = {}
    parsed = _parse_numbers(
        {n: c for n, c in cells.items() if match.format.fields[n].type in NUMERIC}, reading
    )
    for name in match.places:
        kind = match.format.fields[name].type
        if kind in NUMERIC:
            columns[name] = _number_series(name, parsed[name], rows, reading)
        elif kind in {"date", "day"}:
            known = replace(_year_hint(reading), each=moments_in(cells.get(match.format.years_from, ())))
            columns |= _date_columns(name, cells[name], rows, keep, known, reading)
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


def _at(day: object, clock: object) -> object:
    """Put a day and the hour another column gives together, as text or as a workbook's own moment."""
    hour = "" if clock is None else str(clock).strip()
    if not hour or fold(day) == "":
        return day
    if isinstance(day, date):
        day = day.isoformat() if not isinstance(day, datetime) else day.date().isoformat()
    return f"{str(day).strip()} {hour}"


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
            "rounded",
            f"{heading}: {counted(result.rounded, 'figure is', 'figures are')} abbreviated (1.2K): rounded.",
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
    if what == "a number" and all(DATED.fullmatch(text.strip()) for _, text in bad):
        reading.notice(
            "figures_dated",
            f'{where}: a spreadsheet has turned figures into dates ("{bad[0][1][:40]}"); they are missing: use the '
            "file as downloaded.",
        )
        return
    if len(bad) > filled:
        raise DataError(
            f'{where}: "{bad[0][1][:40]}" is not {what}. Most of the column is not what its heading says; '
            "check the columns or export the file again."
        )
    reading.notice("unreadable", f'{where}: "{bad[0][1][:40]}" is not {what}; such cells are missing.')


def _year_hint(reading: Reading) -> YearHint:
    options = reading.options
    return hint(options.file, options.year, options.period, options.near)


def _date_columns(
    name: str, cells: list, rows: list[int], keep: list[bool], known_years: YearHint, reading: Reading
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
        hint=known_years,
        consecutive=reading.match.format.fields[name].type == "day",
    )
    reading.notices += result.notices
    reading.order = reading.order or result.order
    _unreadable(
        heading, result.unreadable, sum(v is not None for v in result.values), rows, "a date", reading
    )
    values = result.days() if reading.match.format.fields[name].type == "day" else result.values
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
        if text and (_ruined(text) or (isinstance(cell, float) and abs(cell) >= EXACT)):
            ruined.append((row, text))
            text = None
        values.append(text or None)
    if ruined:
        gone = counted(len(ruined), "identifier, rounded", "identifiers, rounded")
        reading.notice(
            "id_ruined",
            f"{reading.heading(name)}: {gone} or lost by a spreadsheet ({ruined[0][1]}, "
            f"{rows_text([row for row, _ in ruined])}), missing here: use the file as downloaded.",
        )
    return pd.Series(values, dtype="string")


def _ruined(text: str) -> bool:
    return bool(RUINED.fullmatch(text)) or text.casefold() in SPREADSHEET_ERRORS or not text.strip("#")


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
    text = "" if cell is None else GUARD.sub("", str(cell))
    return text if text.strip() else None


def _report_words(parsed: dict[str, Numbers], reading: Reading) -> None:
    met = [
        f'"{word}" in {reading.heading(name)} ({count})'
        for name, result in parsed.items()
        for word, count in sorted(result.words.items())
    ]
    if met:
        reading.notice("missing_words", f"Missing, not 0: {', '.join(met)}.")
