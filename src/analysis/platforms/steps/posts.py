"""What must still be done to a table of posts: its text, its figures, what is paid, what is somebody else's."""

from __future__ import annotations

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.export import counted, grouped
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []

EXPECTED = ("views", "reach", "reactions", "comments", "shares")


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
    blank = frame["impressions"].isna()
    plays = frame.get("plays", pd.Series(pd.NA, index=frame.index, dtype="Int64")).where(blank)
    reading.frame = frame.assign(views=frame["impressions"].fillna(plays))
    reels = int(plays.notna().sum())
    films = f" (plays stand in for those of {counted(reels, 'reel')})" if reels else ""
    reading.notice(
        "views_are_impressions",
        f"This file counts impressions{films}, which Meta replaced by views: do not join the two series.",
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
def youtube_url(reading: Reading) -> None:
    """Write the address of each video from its identifier."""
    reading.frame = reading.frame.assign(url="https://www.youtube.com/watch?v=" + reading.frame["post_id"])


@step
def post_id_from_urn(reading: Reading) -> None:
    """Take the identifier at the end of a LinkedIn address."""
    found = reading.frame["url"].str.extract(r"(?:activity|share|ugcPost)[:-](\d+)", expand=False)
    reading.frame = reading.frame.assign(post_id=found.astype("string"))
