"""What do customers say of a business on Google: the reviews of a Takeout archive, without their authors' names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from analysis.platforms.records.parts import Part

__all__ = ["join", "knows", "reviews"]

STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
FORMAT = "google_takeout_reviews"
WORDS = {
    "review_id": "name", "published": "createTime", "rating": "starRating", "text": "comment",
    "answered": "reviewReply.updateTime",
}  # fmt: skip
LONG_AGO = datetime.min
TRANSLATED = "(Translated by Google)"
ORIGINAL = "(Original)"


def knows(content: Any) -> bool:
    """Tell a page of reviews: a list of them, each with stars.

    Parameters
    ----------
    content : object
        Parsed JSON.

    Returns
    -------
    bool

    Examples
    --------
    >>> knows({"reviews": [{"starRating": "FIVE"}]}), knows({"reviews": ["good"]}), knows([])
    (True, False, False)
    """
    items = content.get("reviews") if isinstance(content, dict) else None
    return isinstance(items, list) and all(isinstance(item, dict) and "starRating" in item for item in items)


def reviews(content: dict, file: str) -> Part:
    """Make the table of one page of reviews.

    Parameters
    ----------
    content : dict
        What `reviews.json` or one of its further pages holds.
    file : str
        For messages; its folder names the location where the reviews do not.

    Returns
    -------
    Part
        Reviews with `rating` (1–5), `text` in the author's own language (missing where only stars were given) and
        `answered` (missing: no answer); `account` is the location's number. Authors are not kept.

    Examples
    --------
    >>> page = {"reviews": [{"name": "accounts/1/locations/2/reviews/3", "starRating": "FOUR",
    ...                      "createTime": "2024-05-01T10:00:00.123Z", "reviewer": {"displayName": "A. B."}}]}
    >>> row = reviews(page, "reviews.json").rows[0]
    >>> row["account"], row["rating"], row["published"].year, "reviewer" in row
    ('2', 4.0, 2024, False)
    """
    part = Part("google_business", "google_takeout", "reviews", FORMAT, columns=dict(WORDS))
    folder = re.search(r"location-(\d+)/", file)
    for item in content["reviews"]:
        part.rows.append(_row(item, folder[1] if folder else None, part))
    translated = sum(TRANSLATED in str(item.get("comment") or "") for item in content["reviews"])
    if translated:
        part.notice(
            "translations_left_out",
            f"{file}: reviews Google had translated, of which only the author's own words are kept: {translated}.",
        )
    return part


def _row(item: dict, folder: str | None, part: Part) -> dict:
    name = str(item.get("name") or "")
    reply = item.get("reviewReply")
    place = re.search(r"locations/([^/]+)", name)
    return {
        "account": place[1] if place else folder,
        "review_id": name.rsplit("/", 1)[-1] or None,
        "published": part.time(item.get("createTime")),
        "rating": _stars(item["starRating"], part),
        "text": _own_words(item.get("comment")),
        "answered": part.time(reply.get("updateTime")) if isinstance(reply, dict) else None,
    }


def _stars(said: object, part: Part) -> float | None:
    found = STARS.get(said) if isinstance(said, str) else part.number("rating", said)
    if isinstance(said, str) and found is None:
        part.unreadable["rating"] += 1
    return None if found is None else float(found)


def _own_words(comment: object) -> str | None:
    """Keep what the author wrote of a comment that also holds its translation, which may stand first or last."""
    text = comment if isinstance(comment, str) else ""
    if ORIGINAL in text and TRANSLATED in text:
        text = text.split(ORIGINAL, 1)[1]
    elif TRANSLATED in text:
        text = text.split(TRANSLATED, 1)[0]
    return text.strip() or None


def join(parts: Iterable[Part]) -> None:
    """Keep each review once where the pages of an archive repeat it: the copy with the last answer.

    Parameters
    ----------
    parts : iterable of Part
        Tables of one archive, in order; only those of reviews are changed.

    Examples
    --------
    >>> page = {"reviews": [{"name": "accounts/1/locations/2/reviews/3", "starRating": "ONE"}]}
    >>> pages = [reviews(page, "reviews.json"), reviews(page, "reviews-b.json")]
    >>> join(pages)
    >>> [len(part.rows) for part in pages]
    [1, 0]
    """
    pages = [part for part in parts if part.format == FORMAT]
    best: dict[tuple, dict] = {}
    for row in (row for part in pages for row in part.rows):
        key = (row["account"], row["review_id"] or id(row))
        if key not in best or (row["answered"] or LONG_AGO) > (best[key]["answered"] or LONG_AGO):
            best[key] = row
    kept = {id(row) for row in best.values()}
    for part in pages:
        rows = [row for row in part.rows if id(row) in kept]
        twice = len(part.rows) - len(rows)
        if twice:
            part.rows, part.dropped = rows, part.dropped + twice
            part.notice(
                "duplicates",
                f"Reviews that stand on several pages, the last answered kept: {twice} left out.",
            )
