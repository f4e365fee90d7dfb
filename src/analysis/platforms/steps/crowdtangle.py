"""What must still be done to CrowdTangle's tables: reactions added up, views of films only, data in the headings."""

from __future__ import annotations

import re

import pandas as pd

from analysis.platforms.cells.dates import dates
from analysis.platforms.export import grouped
from analysis.platforms.layout.reading import Reading
from analysis.platforms.layout.tables import unread_headings
from analysis.platforms.steps.registry import step

__all__: list[str] = []

REACTIONS = ("likes", "loves", "wows", "hahas", "sads", "angrys", "cares")
FILMS = {"video", "reel", "live", "story"}
OWNER = re.compile(r"facebook\.com/([^/?#]+)/(?:posts|videos|photos)/")
ADDRESS = re.compile(r"https?://\S+")


@step
def reactions_from_kinds(reading: Reading) -> None:
    """Add the kinds of reaction up; one of them missing leaves the sum missing."""
    parts = [name for name in REACTIONS if name in reading.frame]
    total = reading.frame[parts].sum(axis=1, skipna=False).astype("Int64")
    reading.frame = reading.frame.assign(reactions=total)


@step
def views_of_videos_only(reading: Reading) -> None:
    """Call the views of what is no film missing: CrowdTangle counts views of films and prints 0 elsewhere."""
    frame = reading.frame
    if "views" not in frame or "kind" not in frame:
        return
    known = reading.match.format.kinds
    film = frame["kind"].map(lambda word: known.get(" ".join(word.split()).casefold()), na_action="ignore")
    still = ~film.astype("string").isin(FILMS) & frame["views"].eq(0).fillna(False)
    names = [name for name in frame if name.startswith("views")]
    if still.any():
        reading.frame = frame.assign(
            **{n: frame[n].mask(still & frame[n].eq(0).fillna(False)) for n in names}
        )
        reading.notice(
            "views_of_films",
            f"Views are counted for films only; other posts that show 0 (missing, not 0): {grouped(still.sum())}.",
        )


@step
def followers_from_likes(reading: Reading) -> None:
    """Take the page's likes at posting where the file is older than its followers at posting, and say so."""
    frame = reading.frame
    if "followers" in frame or "page_likes" not in frame:
        return
    reading.frame = frame.assign(followers=frame["page_likes"])
    reading.notice(
        "followers_are_likes",
        f"The file counts {reading.heading('page_likes')} and no followers: they were taken as followers.",
    )


@step
def paid_from_sponsor(reading: Reading) -> None:
    """Call a post paid where a sponsor is named; where none is, a boost may have gone unsaid."""
    names = [name for name in ("sponsor_id", "sponsor") if name in reading.frame]
    if names:
        named = reading.frame[names].notna().any(axis=1).astype("boolean")
        reading.frame = reading.frame.assign(paid=named.where(named))


def _whose(reading: Reading, url: object) -> None:
    """Take network and account from the address of the post."""
    if pd.isna(url):
        return
    if "instagram.com/" in url:
        reading.platform = "instagram"
    if owner := OWNER.search(url):
        reading.frame = reading.frame.assign(account=owner[1])


def _unseen(reading: Reading) -> None:
    """Call views missing where every reading prints 0 of every kind: the post is no film."""
    names = [name for name in reading.frame if name.startswith("views")]
    if names and reading.frame[names].eq(0).all(axis=None):
        reading.frame = reading.frame.assign(
            **{n: reading.frame[n].mask(reading.frame[n].eq(0)) for n in names}
        )
        reading.notice("views_of_films", "Views are counted for films only; all are 0 here: missing, not 0.")


@step
def history_from_header(reading: Reading) -> None:
    """Take the moment of publication and the address of the post from the row of headings."""
    cells = ["" if cell is None else str(cell).strip() for cell in reading.header]
    url = next((cell for cell in cells if ADDRESS.fullmatch(cell)), pd.NA)
    place = next((p for p, cell in enumerate(cells) if cell.casefold() == "post date (gmt)"), None)
    said = cells[place + 1] if place is not None and place + 1 < len(cells) else ""
    row = reading.match.row + 1
    read = dates([said], name="Post Date (GMT)", file=reading.options.file, rows=[row])
    day = pd.NaT if read.values[0] is None else pd.Timestamp(read.values[0])
    published = pd.Series(day, index=reading.frame.index, dtype="datetime64[us]")
    zoned = published.notna().astype("boolean").where(published.notna())
    reading.frame = reading.frame.assign(published=published, published_zone_known=zoned, url=url)
    reading.exported = reading.frame["exported"].max()
    _whose(reading, url)
    _unseen(reading)
    unread_headings(reading.header, reading, explained=["Post Date (GMT)", said, "" if pd.isna(url) else url])
    reading.notice(
        "history_of_a_post",
        f"Each of the {len(reading.frame)} rows is one reading of the same post: never add them up.",
    )
