"""What do posts of Bluesky say that 4CAT has collected: one object of the public interface a line."""

from __future__ import annotations

from typing import Any

from analysis.platforms.archives.bluesky import answered, embedded
from analysis.platforms.records.ndjson import Record, source
from analysis.platforms.records.parts import Part

__all__: list[str] = []

WORDS = {
    "post_id": "uri", "account": "author.handle", "published": "record.createdAt", "text": "record.text",
    "reactions": "likeCount", "shares": "repostCount", "comments": "replyCount", "quotes": "quoteCount",
}  # fmt: skip
FIGURES = {
    "reactions": ("like_count", "likeCount"),
    "shares": ("repost_count", "repostCount"),
    "comments": ("reply_count", "replyCount"),
    "quotes": ("quote_count", "quoteCount"),
}


def _first(found: dict, *names: str) -> Any:
    return next((found[name] for name in names if found.get(name) is not None), None)


def _post(record: Record) -> dict:
    """Take the post out of a line: bare, or wrapped as feeds wrap it."""
    inner = record.data.get("post")
    return inner if isinstance(inner, dict) and "uri" in inner else record.data


def _knows(record: Record) -> bool:
    post = _post(record)
    return str(post.get("uri", "")).startswith("at://") and isinstance(post.get("record"), dict)


@source("bluesky_ndjson", knows=_knows)
def posts(records: list[Record]) -> Part:
    """Make the table of posts of collected lines; each post once, its last line wins."""
    part = Part("bluesky", "4cat", "posts", "bluesky_ndjson", columns=dict(WORDS))
    rows: dict[str, dict] = {}
    for record in records:
        row = _row(_post(record), part)
        rows.pop(row["post_id"], None)
        rows[row["post_id"]] = row
    part.rows = list(rows.values())
    part.dropped = len(records) - len(rows)
    if part.dropped:
        part.notice("duplicates", f"Posts that stand twice, the last line of each was kept: {part.dropped}.")
    replies = sum(row["reply_to"] is not None for row in part.rows)
    if replies:
        part.notice(
            "replies", f"Posts that answer another post: {replies} of {len(part.rows)}, see reply_to."
        )
    return part


def _row(post: dict, part: Part) -> dict:
    record, author = post["record"], post.get("author")
    author = author if isinstance(author, dict) else {}
    uri, text = post["uri"], record.get("text")
    account = author.get("handle") or author.get("did") or uri.split("/")[2]
    shown = post if isinstance(post.get("embed"), dict) else record
    figures = {name: part.number(name, _first(post, *words)) for name, words in FIGURES.items()}
    return {
        "account": account,
        "post_id": uri,
        "published": part.time(
            _first(record, "created_at", "createdAt") or _first(post, "indexed_at", "indexedAt")
        ),
        "kind": embedded(shown),
        "text": text if isinstance(text, str) and text else None,
        "url": f"https://bsky.app/profile/{account}/post/{uri.rsplit('/', 1)[-1]}",
        "reply_to": answered(record),
        **figures,
    }
