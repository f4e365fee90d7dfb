"""What must still be done to a professional dashboard's tables: whose they are, and what their figures really count."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

import pandas as pd

from analysis.platforms.company import IN_PATH, OPEN, in_path, named_in
from analysis.platforms.export import counted, grouped
from analysis.platforms.layout.reading import Reading
from analysis.platforms.specification import fold
from analysis.platforms.steps.registry import step

__all__: list[str] = []

TIKTOK_ARCHIVE = re.compile(r"(?:^|/)(?:Content|Followers|Overview|Viewers)_[^/]+\.zip/")
OTHERS = {"other", "others", "autre", "autres"}


@step
def network_by_trace(reading: Reading) -> None:
    """Take the network from a word of the file's path or from country codes; else leave it open and say so."""
    file = reading.options.file
    named = "tiktok" if TIKTOK_ARCHIVE.search(file) else named_in(file)
    network = named or _coded(reading)
    if network:
        reading.platform = network
        if named and not TIKTOK_ARCHIVE.search(file) and not named_in(PurePosixPath(file).name):
            reading.notice(IN_PATH, in_path(file, network))
        if network == "tiktok":
            studio = replace(reading.match.format, tool="tiktok_studio")
            reading.match = replace(reading.match, format=studio)
        return
    reading.notice(
        OPEN,
        f"{reading.options.file} names no network: Meta's dashboard and TikTok Studio write such a file. Read as "
        "Facebook; put it in a folder with other files of its network, or with its name, to settle it.",
    )


def _coded(reading: Reading) -> str | None:
    """Recognise TikTok by its two-letter country codes; Meta writes the names of countries."""
    if reading.match.format.dimension != "country" or reading.frame.empty:
        return None
    levels = [text.strip() for text in reading.frame["level"].dropna() if fold(text) not in OTHERS]
    return "tiktok" if levels and all(re.fullmatch("[A-Z]{2}", text) for text in levels) else None


@step
def change_to_next_day(reading: Reading) -> None:
    """Check the printed difference against the followers, and name it for the day it leads to."""
    table = reading.frame.dropna(subset=["date"]).sort_values("date", kind="stable")
    ahead, behind = _agreement(table, -1), _agreement(table, 1)
    if ahead[1] == 0:
        return
    heading = reading.heading("change")
    shifted = ahead[0] > behind[0]
    count, known = ahead if shifted else behind
    agrees = f"it agrees with the followers on {grouped(count)} of {counted(known, 'day')}"
    if shifted:
        reading.frame = reading.frame.rename(columns={"change": "change_next"})
        reading.notice(
            "difference_shifted",
            f'"{heading}" is the change to the NEXT day ({agrees}); that of the last line is not known yet.',
        )
    elif count < known:
        reading.notice("difference_unsure", f'"{heading}" is taken as its heading says; {agrees}.')


def _agreement(table: pd.DataFrame, step_: int) -> tuple[int, int]:
    """Count the days on which the difference is that to the next (-1) or from the last (1) day, and those known."""
    apart = (table["date"].shift(step_) - table["date"]).dt.days
    moved = (table["followers"].shift(step_) - table["followers"]) * -step_
    known = (apart == -step_) & moved.notna() & table["change"].notna()
    return int((moved == table["change"])[known].sum()), int(known.sum())


@step
def undefined_day(reading: Reading) -> None:
    """Take for missing the zeros printed beside an undefined total: that day was not over."""
    parts = [name for name in ("new_viewers", "returning_viewers") if name in reading.frame]
    frame = reading.frame
    unknown = frame["total_viewers"].isna() & (frame[parts].fillna(0) == 0).all(axis=1)
    if unknown.any():
        reading.frame = frame.assign(**{name: frame[name].mask(unknown) for name in parts})
        reading.notice(
            "undefined_day",
            f"{counted(unknown.sum(), 'day prints', 'days print')} no total and zeros beside it: "
            "not over yet, so missing, not 0.",
        )


@step
def unique_people(reading: Reading) -> None:
    """Say that people counted each day are not people of the period."""
    reading.notice(
        "unique_people", "People are counted once a day here: their daily numbers must not be added up."
    )


@step
def shares_of_whole(reading: Reading) -> None:
    """Say when the shares do not make a whole: the list may be cut, or fractions and percents mixed."""
    total = reading.frame["share"].sum(min_count=1)
    if pd.notna(total) and abs(total - 1) > 0.02:
        reading.notice("shares_partial", f"The shares add up to {total:.1%}: the list is not the whole.")
