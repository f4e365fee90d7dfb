"""What does a table say: the rows below its headings as typed columns, compared with its own totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from analysis.platforms.export import counted, grouped, rows_text
from analysis.platforms.layout.bilingual import in_one_language
from analysis.platforms.layout.columns import typed_columns
from analysis.platforms.layout.grid import Grid
from analysis.platforms.layout.headers import Match
from analysis.platforms.layout.reading import Options, Reading
from analysis.platforms.layout.rows import LABELS, data_rows, is_total
from analysis.platforms.specification import NUMERIC, fold


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
    noticed, grid = len(grid.notices), in_one_language(grid, match)
    above = [row for row in grid.rows[: match.row] if any(fold(cell) for cell in row)]
    reading = Reading(match, options, pd.DataFrame(), above=above, platform=match.format.platform)
    reading.notices += grid.notices[noticed:]
    reading.title = next((str(c).strip() for row in reversed(above) for c in row if fold(c)), "")
    reading.header = grid.rows[match.row]
    _repeated_headings(reading.header, reading)
    unread_headings(reading.header, reading)
    _guessed_language(reading)
    numbered = data_rows(grid, reading)
    reading.raw = dict(numbered)
    totals = [is_total(row, match) for _, row in numbered]
    reading.frame = _unnamed_sum(typed_columns(numbered, reading, keep=[not t for t in totals]), match)
    totals = reading.frame["_total"].tolist()
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


def _unnamed_sum(frame: pd.DataFrame, match: Match) -> pd.DataFrame:
    """Mark a last line that names nothing and whose figures are the sums of the lines above as their total."""
    body, fields = frame[~frame["_total"]], match.format.fields
    names = [n for n in match.places if n in frame and fields[n].type in LABELS]
    counts = [n for n in match.places if n in frame and fields[n].type == "count"]
    if match.format.kind not in {"posts", "daily"} or len(body) < 3 or body.iloc[-1][names].notna().any():
        return frame
    last, above = body.iloc[-1][counts].dropna(), body.iloc[:-1]
    if not last.any() or any(above[name].sum() != value for name, value in last.items()):
        return frame
    return frame.assign(_total=frame["_total"] | (frame.index == body.index[-1]))


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
                f"{counted(complete.sum(), 'row')} ({rows_text(rows)}).",
            )
