"""Which rows below the headings are data? Descriptions, footers, cut and repeated rows are counted and set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.errors import DataError
from analysis.platforms.export import rows_text
from analysis.platforms.layout.grid import Grid
from analysis.platforms.layout.headers import Match
from analysis.platforms.layout.reading import Reading
from analysis.platforms.specification import NUMERIC, fold

TELLING = NUMERIC | {"id", "date", "day"}
LABELS = {"id", "text", "date", "day"}
SUMS = {"total", "totals", "totaux", "total général", "grand total", "sum", "somme"}
FIGURE = re.compile(r"[\d\s.,]*\d")


def data_rows(grid: Grid, reading: Reading) -> list[tuple[int, Sequence]]:
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
        elif not kept and not is_total(row, match) and _is_description(row, match):
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
    """Recognise the line of explanations some exports put below the headings: words where figures must be."""
    fields = match.format.fields
    said = {n: fold(_cell(row, place)) for n, place in match.places.items() if fields[n].type in TELLING}
    telling = [n for n in match.format.required if n in said and fields[n].type != "id"] or list(said)
    if any(re.search(r"\d", said[name]) for name in telling):
        return False
    if any(FIGURE.fullmatch(said[name]) for name in said if fields[name].type in NUMERIC):
        return False
    return any(text and (fields[name].type != "id" or " " in text) for name, text in said.items())


def _is_footer(filled: list, row: Sequence, match: Match) -> bool:
    if len(filled) > 1:
        return False
    text = re.sub(r"\d+", "#", fold(filled[0]))
    known = {re.sub(r"\d+", "#", footer) for footer in match.format.footers}
    place = match.places.get(match.format.identity)
    odd = place is not None and place < len(row) and " " in fold(row[place])
    return text in known | SUMS or odd or bool(match.format.dimension and " " in text)


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


def is_total(row: Sequence, match: Match) -> bool:
    names = [n for n in match.places if match.format.fields[n].type in LABELS]
    own = [match.places[match.format.required[0]]] if match.format.required else []
    telling = {min((match.places[n] for n in names), default=0), *own}
    said = any(fold(_cell(row, place)) in match.format.totals for place in telling)
    labels = {fold(_cell(row, match.places[name])) for name in names} - {""}
    if labels and labels <= set(match.format.totals):
        return True
    identity = match.places.get(match.format.identity)
    if said and identity is not None and fold(_cell(row, identity)):
        said = fold(_cell(row, identity)) in match.format.totals
    return (bool(match.format.totals) and said) or _is_sum(row, match, names)


def _cell(row: Sequence, place: int) -> object:
    return row[place] if place < len(row) else None


def _is_sum(row: Sequence, match: Match, names: list[str]) -> bool:
    """Recognise the sum a client has put below posts: figures, and no label but the word for a total."""
    if match.format.kind != "posts" or len(names) < 3:
        return False
    labels = {fold(_cell(row, match.places[name])) for name in names} - {""}
    counts = [n for n in match.places if match.format.fields[n].type == "count"]
    figures = [fold(cell) for name in counts if _filled(cell := _cell(row, match.places[name]))]
    return labels <= SUMS and bool(figures) and all(FIGURE.fullmatch(figure) for figure in figures)
