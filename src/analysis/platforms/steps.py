"""What must still be done to one format's table: each step has a name and is asked for by the format file."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.dates import dates
from analysis.platforms.export import grouped
from analysis.platforms.numbers import numbers
from analysis.platforms.tables import Reading

__all__ = ["STEPS"]

EXPECTED = ("views", "reach", "reactions", "comments", "shares")
STEPS: dict[str, Callable[[Reading], None]] = {}


def step(function: Callable[[Reading], None]) -> Callable[[Reading], None]:
    """Register a step under its own name."""
    STEPS[function.__name__] = function
    return function


def apply_steps(reading: Reading) -> None:
    """Apply the steps of the reading's format, in the order the format file gives.

    Parameters
    ----------
    reading : Reading
        Changed in place.
    """
    for name in reading.match.format.steps:
        STEPS[name](reading)


@step
def lifetime_only(reading: Reading) -> None:
    """Refuse a file broken down by day: reach by day cannot be added up."""
    if "span" not in reading.frame:
        return
    days = reading.frame["span"].str.contains(r"\d", na=False)
    if days.any():
        row = reading.frame.loc[days, "_row"].iloc[0]
        raise DataError(
            f"{reading.options.file}, row {row}: the column {reading.heading('span')} holds a day "
            f'("{reading.frame.loc[days, "span"].iloc[0]}"), so figures are by day and reach cannot be added up. '
            "Export the posts again with lifetime figures."
        )


@step
def text_from_title_and_description(reading: Reading) -> None:
    """Join title and description: which of them holds the words of a post depends on its type."""
    frame = reading.frame
    blank = pd.Series(pd.NA, index=frame.index, dtype="string")
    title, description = frame.get("title", blank), frame.get("description", blank)
    pairs = zip(title, description, strict=True)
    text = pd.Series([_joined(first, rest) for first, rest in pairs], index=frame.index, dtype="string")
    reading.frame = frame.assign(text=text)


def _joined(title: object, description: object) -> object:
    """Join two texts; where one is the beginning of the other, cut short, the longer says it all."""
    if pd.isna(title) or pd.isna(description):
        return description if pd.isna(title) else title
    for short, long in ((title, description), (description, title)):
        if _flat(long).startswith(_flat(short).removesuffix("…").removesuffix("...").rstrip()):
            return long
    return f"{title}\n\n{description}"


def _flat(text: object) -> str:
    return " ".join(str(text).split())


@step
def views_from_impressions(reading: Reading) -> None:
    """Take impressions where the file is older than Meta's views, and say so: the two are not one series."""
    frame = reading.frame
    if "impressions" not in frame or "views" in frame:
        return
    reading.frame = frame.assign(views=frame["impressions"])
    reading.notice(
        "views_are_impressions",
        "This file counts impressions, which Meta replaced by views: do not join the two series.",
    )


@step
def figures_absent(reading: Reading) -> None:
    """Name the figures no heading was recognised for: a garbled or renamed heading must not pass for a missing one."""
    fields = reading.match.format.fields
    absent = [name for name in EXPECTED if name in fields and name not in reading.frame]
    if not absent:
        return
    words = [fields[name].names.get(reading.match.language, fields[name].names["en"])[0] for name in absent]
    reading.notice(
        "figures_absent",
        f"No heading was recognised for: {', '.join(words)}. These figures are missing, not 0; compare with the "
        "headings of the file.",
    )


@step
def paid_from_boosted(reading: Reading) -> None:
    """Call a post paid when any of its reach or views came from a boost."""
    frame = reading.frame
    columns = [name for name in ("reach_boosted", "views_boosted") if name in frame]
    if not columns:
        return
    boosted = frame[columns]
    paid = (boosted.fillna(0) > 0).any(axis=1).astype("boolean").mask(boosted.isna().all(axis=1))
    reading.frame = frame.assign(paid=paid)


@step
def reposts_apart(reading: Reading) -> None:
    """Set apart posts that share somebody else's: they are not the account's own."""
    frame = reading.frame
    if "is_share" not in frame:
        return
    shared = frame["is_share"].fillna(False)
    if shared.any():
        reading.apart = frame[shared].drop(columns="_row").reset_index(drop=True)
        reading.frame = frame[~shared].reset_index(drop=True)
        reading.dropped += int(shared.sum())
        reading.notice(
            "reposts", f"Shares of other posts set apart, as they are not own posts: {grouped(shared.sum())}."
        )


@step
def account_from_username(reading: Reading) -> None:
    """Name an Instagram account by its user name, which is unique; where there is none, by its name or number."""
    known = [name for name in ("username", "account_name", "account_id") if name in reading.frame]
    reading.frame = reading.frame.assign(account=reading.frame[known].bfill(axis=1).iloc[:, 0])


@step
def account_from_post_id(reading: Reading) -> None:
    """Take the page from the first part of Facebook's `page_post` identifiers."""
    accounts = reading.frame["post_id"].str.extract(r"^(\d+)_", expand=False)
    reading.frame = reading.frame.assign(account=accounts)


@step
def account_from_file_name(reading: Reading) -> None:
    """Take the page's name from `... (Post Level) - <page> - <day>`: the table does not name it."""
    name = reading.options.file.rsplit("/", 1)[-1]
    found = re.search(r"\(Post Level\) - (.+) - \d{4}-\d{2}-\d{2}", name)
    if found:
        reading.frame = reading.frame.assign(account=found[1])


@step
def no_dates(reading: Reading) -> None:
    """Say that posts carry neither date nor identifier, so that nobody reads an order into them."""
    reading.notice(
        "no_dates",
        "The file gives month, weekday and hour of publication but no date and no identifier: "
        "posts cannot be placed in weeks nor matched with another file.",
    )


@step
def blank_by_type_is_zero(reading: Reading) -> None:
    """Read blanks of the "by action type" columns as 0, as the export means them; a column left out is 0 too."""
    names = ("reactions", "comments", "shares")
    present = [name for name in names if name in reading.frame]
    if not present:
        return
    zeros = pd.Series(0, index=reading.frame.index, dtype="Int64")
    filled = {n: reading.frame[n].fillna(0) if n in present else zeros for n in names}
    absent = [name for name in names if name not in present]
    more = f"; no column for {' and '.join(absent)}, so none happened" if absent else ""
    reading.frame = reading.frame.assign(**filled)
    reading.notice("blank_is_zero", f"Blank means 0 in the columns by action type of this export{more}.")


@step
def metric_from_title(reading: Reading) -> None:
    """Take network and metric from the line above the headings, never from the file's name."""
    known = reading.match.format.titles.get(reading.title.casefold(), {})
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
    elif "facebook" not in reading.title.casefold():
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
def youtube_url(reading: Reading) -> None:
    """Write the address of each video from its identifier."""
    reading.frame = reading.frame.assign(url="https://www.youtube.com/watch?v=" + reading.frame["post_id"])


@step
def level_from_name(reading: Reading) -> None:
    """Prefer a place's name to its code."""
    if "name" in reading.frame:
        reading.frame = reading.frame.assign(level=reading.frame["name"].fillna(reading.frame["level"]))


@step
def post_id_from_urn(reading: Reading) -> None:
    """Take the identifier at the end of a LinkedIn address."""
    found = reading.frame["url"].str.extract(r"(?:activity|share|ugcPost)[:-](\d+)", expand=False)
    reading.frame = reading.frame.assign(post_id=found.astype("string"))


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
