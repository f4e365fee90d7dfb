"""What must still be done to a table of days: its metric, its missing lines, the stock printed above it."""

from __future__ import annotations

import re

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.cells.dates import dates
from analysis.platforms.cells.numbers import numbers
from analysis.platforms.company import IN_PATH, in_path, named_in
from analysis.platforms.layout.reading import Reading
from analysis.platforms.specification import fold
from analysis.platforms.steps.registry import step

__all__: list[str] = []

NETWORK = re.compile(r"\b(?:sur |on |de la page |de |d')?(?:facebook|instagram)\b", re.IGNORECASE)


@step
def metric_from_title(reading: Reading) -> None:
    """Take network and metric from the line above the headings, never from the file's name.

    Where that line names no network, the folder may.
    """
    titles, title = reading.match.format.titles, fold(reading.title)
    known = titles.get(title) or {"metric": titles.get(fold(NETWORK.sub(" ", title)), {}).get("metric", "")}
    if not reading.title:
        raise DataError(
            f"{reading.options.file} does not say which figure it holds: the line above Date and Primary is "
            "missing. Export it again."
        )
    reading.metric = known.get("metric") or re.sub(r"\W+", "_", reading.title.casefold()).strip("_")
    if "platform" in known:
        reading.platform = known["platform"]
    elif "instagram" in reading.title.casefold():
        reading.platform = "instagram"
    elif "facebook" in reading.title.casefold():
        return
    elif named := named_in(reading.options.file.rpartition("/")[0]):
        reading.platform = named
        reading.notice(IN_PATH, in_path(reading.options.file, named))
    else:
        reading.notice("network_unsaid", f'"{reading.title}" does not name the network: read as Facebook.')


@step
def days_without_line(reading: Reading) -> None:
    """Count days without a line: Meta leaves some days of zero out, but they may also be unknown."""
    days = reading.frame["date"].dropna()
    if len(days) < 2:
        return
    absent = int((days.max() - days.min()).days + 1 - days.nunique())
    if absent:
        reading.notice(
            "days_absent",
            f"Days without a line between the first and the last: {absent}; they are missing, not 0.",
        )


@step
def followers_from_title(reading: Reading) -> None:
    """Read "Total followers on <day>" above the table: the stock on the day of export."""
    for row in reading.above:
        cells = [cell for cell in row if cell not in (None, "")]
        said = re.search(r"(\d{1,2}/\d{1,2}/\d{4})", str(cells[0])) if len(cells) > 1 else None
        stock = numbers([cells[1]]).values[0] if said else None
        if said and stock is not None:
            order = {"day": True, "month": False}.get(reading.order or reading.options.sibling or "")
            read = dates(
                [said[1]], name="Total followers", file=reading.options.file, rows=[1], dayfirst=order
            )
            day = pd.Timestamp(read.values[0])
            reading.totals["followers"] = float(stock)
            reading.exported = day
