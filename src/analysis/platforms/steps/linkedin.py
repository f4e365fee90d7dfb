"""What must still be done to a LinkedIn page's tables: whose they are, which total is new, which counts go below 0."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pandas as pd

from analysis.platforms.cells.dates import dates
from analysis.platforms.cells.years import hint
from analysis.platforms.export import rows_text
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []

FILE = re.compile(r"(.+?)[_-](?:content|updates|followers|visitors)[_-](\d{13})(?!\d)", re.IGNORECASE)
DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}")


@step
def page_from_file_name(reading: Reading) -> None:
    """Take the page and the day of export from `<page>_content_<milliseconds>`: the tables name neither."""
    found = FILE.match(reading.options.file.rsplit("/", 1)[-1])
    if found:
        moment = datetime.fromtimestamp(int(found[2]) / 1000, UTC)
        reading.exported = pd.Timestamp(moment.year, moment.month, moment.day)
        reading.frame = reading.frame.assign(
            account=pd.Series(found[1], index=reading.frame.index, dtype="string")
        )


@step
def negative_counts(reading: Reading) -> None:
    """Keep counts below 0 and say so: a reaction taken back is subtracted from the day it is taken back."""
    fields = reading.match.format.fields
    met = []
    for name in reading.frame:
        if name in fields and fields[name].type == "count":
            below = (reading.frame[name] < 0).fillna(False)
            if below.any():
                met.append(f"{reading.heading(name)} ({rows_text(reading.frame.loc[below, '_row'])})")
    if met:
        reading.notice(
            "negative_counts",
            f"Counts below 0, kept as printed, since what is taken back later is subtracted: {', '.join(met)}.",
        )


@step
def total_is_new(reading: Reading) -> None:
    """Say that the total of this sheet is of new followers: nobody may read it as the page's audience."""
    heading = reading.heading("new_followers")
    reading.notice(
        "total_is_new",
        f'"{heading}" counts the followers won each day, not those the page has: read as new_followers.',
    )


@step
def paid_from_delivery(reading: Reading) -> None:
    """Call a post paid when LinkedIn lists it as sponsored."""
    frame = reading.frame
    if "delivery" not in frame:
        return
    words = frame["delivery"].str.casefold()
    paid = words.str.contains("sponsor", na=False).astype("boolean").mask(words.isna())
    reading.frame = frame.assign(paid=paid)


@step
def rate_counts_clicks(reading: Reading) -> None:
    """Say what LinkedIn's own rate counts: it is no other network's engagement rate."""
    if "engagement_rate" in reading.frame:
        reading.notice(
            "rate_counts_clicks",
            "LinkedIn's engagement rate counts clicks and follows over impressions: not comparable with others.",
        )


@step
def period_above(reading: Reading) -> None:
    """Read the period printed above the headings, which every line of the table is about."""
    found = [
        day for row in reading.above for cell in row if cell is not None for day in DAY.findall(str(cell))
    ]
    if len(found) != 2:
        reading.notice(
            "period_unsaid", "The table does not say which period it is about, or not with two days."
        )
        return
    options = reading.options
    read = dates(
        found,
        name="period",
        file=options.file,
        rows=[1, 1],
        dayfirst=options.dayfirst,
        hint=hint(options.file, options.year),
    )
    first, last = read.values
    reading.notices += read.notices
    reading.frame = reading.frame.assign(first=pd.Timestamp(first), last=pd.Timestamp(last))
