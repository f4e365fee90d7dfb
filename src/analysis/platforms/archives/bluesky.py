"""What did the account publish on Bluesky: the posts of its repository, reposts apart, nothing else kept."""

from __future__ import annotations

from typing import Any

from analysis.platforms.archives.car import records
from analysis.platforms.records.parts import Part

__all__ = ["embedded", "repository"]

POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
KINDS = {
    "app.bsky.embed.images": "photo", "app.bsky.embed.video": "video", "app.bsky.embed.external": "link",
    "app.bsky.embed.record": "text",
}  # fmt: skip
WORDS = {"post_id": "uri", "published": "createdAt", "text": "text", "kind": "embed.$type"}


def embedded(record: dict) -> str:
    """Tell the kind of a post by what is embedded in it.

    Parameters
    ----------
    record : dict
        A post as the AT protocol stores it, keys in camel or snake case.

    Returns
    -------
    str
        `photo`, `video`, `link`, `text` or `other`.

    Examples
    --------
    >>> embedded({"embed": {"$type": "app.bsky.embed.images#view"}}), embedded({})
    ('photo', 'text')
    """
    embed = record.get("embed")
    if not isinstance(embed, dict):
        return "text"
    word = str(embed.get("$type") or embed.get("py_type") or "").split("#")[0]
    if word == "app.bsky.embed.recordWithMedia":
        return embedded({"embed": embed.get("media")})
    return KINDS.get(word, "other")


def repository(data: bytes, file: str) -> Part:
    """Make the table of posts of an account's own repository (`repo.car`).

    Parameters
    ----------
    data : bytes
        The CAR file.
    file : str
        For messages.

    Returns
    -------
    Part
        Posts with the day their author's app gave them; `reply_to`, `language`; reposts apart. What others did
        (likes, reposts, answers received) is not in one's own repository: missing.

    Notes
    -----
    The moment of a post is what the app wrote: posts brought over from elsewhere keep their old dates.

    Examples
    --------
    >>> repository(b"", "repo.car")
    Traceback (most recent call last):
    analysis.errors.DataError: repo.car is not a complete CAR file (...
    """
    part = Part("bluesky", "bluesky_archive", "posts", "bluesky_repository", columns=dict(WORDS))
    did, found = records(data, file)
    other = 0
    for key, record in found:
        collection = key.split("/")[0]
        if collection == POST and isinstance(record, dict):
            part.rows.append(_row(key, record, did, part))
        elif collection == REPOST and isinstance(record, dict):
            part.apart.append(_repost(key, record, did, part))
        else:
            other += 1
    part.dropped = other
    _notices(part, other, file)
    return part


def _row(key: str, record: dict, did: str | None, part: Part) -> dict:
    languages = record.get("langs")
    text = record.get("text")
    return {
        "account": did,
        "post_id": f"at://{did}/{key}",
        "published": part.time(record.get("createdAt")),
        "kind": embedded(record),
        "text": text if isinstance(text, str) and text else None,
        "url": f"https://bsky.app/profile/{did}/post/{key.split('/')[-1]}",
        "reply_to": answered(record),
        "language": languages[0] if isinstance(languages, list) and languages else None,
    }


def answered(record: dict) -> str | None:
    """Give the address of the post a post answers.

    Parameters
    ----------
    record : dict
        A post as the AT protocol stores it.

    Returns
    -------
    str or None

    Examples
    --------
    >>> answered({"reply": {"parent": {"uri": "at://a/app.bsky.feed.post/1"}}})
    'at://a/app.bsky.feed.post/1'
    """
    reply = record.get("reply")
    parent: Any = reply.get("parent") if isinstance(reply, dict) else None
    return parent.get("uri") if isinstance(parent, dict) else None


def _repost(key: str, record: dict, did: str | None, part: Part) -> dict:
    subject = record.get("subject")
    return {
        "account": did,
        "post_id": f"at://{did}/{key}",
        "published": part.time(record.get("createdAt")),
        "kind": "other",
        "url": subject.get("uri") if isinstance(subject, dict) else None,
    }


def _notices(part: Part, other: int, file: str) -> None:
    if part.apart:
        part.notice("reposts", f"Reposts of others set apart, as they are not own posts: {len(part.apart)}.")
    if other:
        part.notice("not_opened", f"{file}: other records (likes, follows, lists...), not kept: {other}.")
    replies = sum(row["reply_to"] is not None for row in part.rows)
    if replies:
        part.notice(
            "replies", f"Posts that answer another post: {replies} of {len(part.rows)}, see reply_to."
        )
    if part.rows:
        part.notice("figures_absent", "The repository holds no likes or reposts received: missing, not 0.")
