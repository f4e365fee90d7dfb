"""What does a link say: the account, the post and its kind, where no column names them."""

from __future__ import annotations

import re

import pandas as pd

from analysis.platforms.export import rows_text
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__ = ["account_in_name"]

ACCOUNT = re.compile(r"(?:(?:twitter|x)\.com/([^/?#@]+)/status/|tiktok\.com/@([^/?#]+))", re.IGNORECASE)
POST = re.compile(r"/(?:status|video|photo|pin)/(?:[^/?#]*--)?(\d+)", re.IGNORECASE)
NAMELESS = {"i", "web", "anyuser"}
ARCHIVE = (
    re.compile(r"(?:^|/)[^/]*? ?\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2} ([^/]+?)(?: \(\d+\))?(?:\.zip)?/"),
    re.compile(r"(?:^|/)(?:Overview|Viewers)_\d{4}-\d{2}-\d{2}_\d{9,11}_([^/]+?)(?: \(\d+\))?(?:\.zip)?/"),
    re.compile(r"(?:^|/)(?:Content|Followers|Viewers|Overview)_(?!\d)([^/]+?)(?: \(\d+\))?(?:\.zip)?/"),
)


@step
def account_from_link(reading: Reading) -> None:
    """Take the account from the addresses of its posts on X or TikTok; an address without one leaves it missing."""
    if "url" not in reading.frame:
        return
    found = reading.frame["url"].map(_account, na_action="ignore").astype("string")
    reading.frame = reading.frame.assign(account=found)


def _account(link: str) -> str | None:
    match = ACCOUNT.search(link)
    name = (match[1] or match[2]) if match else None
    return None if name is None or name.casefold() in NAMELESS else name


@step
def post_id_from_link(reading: Reading) -> None:
    """Take the number at the end of a post's address, where no column gives it or a spreadsheet has ruined it."""
    frame = reading.frame
    if "url" not in frame:
        return
    found = frame["url"].str.extract(POST.pattern, flags=re.IGNORECASE, expand=False).astype("string")
    if "post_id" not in frame:
        reading.frame = frame.assign(post_id=found)
        return
    lost = frame["post_id"].isna() & found.notna()
    reading.frame = frame.assign(post_id=frame["post_id"].fillna(found))
    if lost.any():
        reading.notice(
            "id_from_link",
            f"Identifiers taken from the address of the post: {rows_text(frame.loc[lost, '_row'])}.",
        )


@step
def kind_from_tiktok_link(reading: Reading) -> None:
    """Call a TikTok post a photo where its address says so, else a video."""
    links = reading.frame.get("url", pd.Series(pd.NA, index=reading.frame.index, dtype="string"))
    photo = links.str.contains("/photo/", na=False)
    reading.frame = reading.frame.assign(kind=photo.map({True: "photo", False: "video"}).astype("string"))


def account_in_name(file: str) -> str | None:
    """Find the account in the name of the archive or folder a file lies in.

    Parameters
    ----------
    file : str
        Path with `/` between folders.

    Returns
    -------
    str or None

    Examples
    --------
    >>> account_in_name("Content 2025-01-01_2026-01-01 Atelier du Bois.zip/Table data.csv")
    'Atelier du Bois'
    """
    found = next((match for pattern in ARCHIVE if (match := pattern.search(file))), None)
    return found[1] if found else None


@step
def account_from_archive_name(reading: Reading) -> None:
    """Take the account from the archive or folder the file lies in, as YouTube and TikTok name them."""
    found = account_in_name(reading.options.file)
    if found is None:
        return
    name = pd.Series(found, index=reading.frame.index, dtype="string")
    frame = reading.frame
    reading.frame = frame.assign(account=frame["account"].fillna(name) if "account" in frame else name)
