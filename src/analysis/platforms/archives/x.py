"""What did the account publish on X: `tweets.js` of its archive, replies marked, retweets of others apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from analysis.platforms.archives.texts import unescaped
from analysis.platforms.records.parts import Part, moment

__all__ = ["knows", "notes", "tweets", "username"]

SITE = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/", re.IGNORECASE)
RETWEET = re.compile(r"RT @\w+: ?")
KINDS = {"photo": "photo", "video": "video", "animated_gif": "video"}
WORDS = {
    "post_id": "id_str", "published": "created_at", "text": "full_text", "reactions": "favorite_count",
    "shares": "retweet_count", "kind": "extended_entities.media.type",
}  # fmt: skip


def knows(content: Any) -> bool:
    """Tell a list of tweets, wrapped in `tweet` or bare.

    Parameters
    ----------
    content : object
        Parsed JSON.

    Returns
    -------
    bool

    Examples
    --------
    >>> knows([{"tweet": {"id_str": "1", "created_at": ""}}]), knows([{"dmConversation": {}}])
    (True, False)
    """
    tweets = [_bare(item) for item in content[:5]] if isinstance(content, list) else []
    return bool(tweets) and all("created_at" in t and ("id_str" in t or "id" in t) for t in tweets)


def username(content: Any) -> str | None:
    """Take the account's name, and nothing else, from `account.js`.

    Parameters
    ----------
    content : object
        Parsed JSON.

    Returns
    -------
    str or None

    Examples
    --------
    >>> username([{"account": {"email": "a@b.fr", "username": "le_fournil"}}])
    'le_fournil'
    """
    for item in content if isinstance(content, list) else []:
        account = item.get("account") if isinstance(item, dict) else None
        if isinstance(account, dict) and account.get("username"):
            return str(account["username"])
    return None


def notes(content: Any) -> dict[datetime, str]:
    """Take the full words of long posts from `note-tweet.js`, by their moment.

    Parameters
    ----------
    content : object
        Parsed JSON.

    Returns
    -------
    dict of datetime to str
        `tweets.js` cuts such posts at 280 characters.

    Examples
    --------
    >>> note = {"createdAt": "2024-05-01T10:00:00.000Z", "core": {"text": "Long"}}
    >>> notes([{"noteTweet": note}])
    {datetime.datetime(2024, 5, 1, 10, 0): 'Long'}
    """
    found = {}
    for item in content if isinstance(content, list) else []:
        note = item.get("noteTweet") if isinstance(item, dict) else None
        when = moment(note.get("createdAt")) if isinstance(note, dict) else None
        core = note.get("core") if isinstance(note, dict) else None
        if when and isinstance(core, dict) and isinstance(core.get("text"), str):
            found[when.replace(microsecond=0)] = core["text"]
    return found


def tweets(
    content: list, account: str | None, file: str, long: Mapping[datetime, str] = MappingProxyType({})
) -> Part:
    """Make the table of posts of a list of tweets.

    Parameters
    ----------
    content : list
        What `tweets.js` holds.
    account : str or None
        The user name, where `account.js` is beside it.
    file : str
        For messages.
    long : mapping, optional
        Full words of long posts, as `notes` gives them.

    Returns
    -------
    Part
        Posts, `reply_to` (the tweet answered) and `quote`; retweets of others are apart. Impressions and
        followers are not in this archive: missing.

    Examples
    --------
    >>> tweet = {"id_str": "1", "created_at": "Wed Oct 19 20:07:25 +0000 2022", "full_text": "Bonjour"}
    >>> tweets([tweet], None, "tweets.js").rows[0]["kind"]
    'text'
    """
    part = Part("x", "x_archive", "posts", "x_archive_tweets", columns=dict(WORDS))
    seen: set[str | None] = set()
    for item in content:
        tweet = _bare(item)
        if not tweet:
            part.dropped += 1
            continue
        row = _lengthened(_row(tweet, account, part), long)
        if row["post_id"] in seen:
            part.dropped += 1
            part.unreadable["_twice"] += 1
            continue
        seen |= {row["post_id"]} - {None}
        (part.apart if _retweet(tweet) else part.rows).append(row)
    _notices(part, file)
    return part


def _bare(item: Any) -> dict:
    inner = item.get("tweet", item) if isinstance(item, dict) else None
    return inner if isinstance(inner, dict) else {}


def _row(tweet: dict, account: str | None, part: Part) -> dict:
    number = tweet.get("id_str") or tweet.get("id")
    text = tweet.get("full_text", tweet.get("text"))
    addresses = _addresses(tweet)
    return {
        "account": account,
        "post_id": None if number is None else str(number),
        "published": part.time(tweet.get("created_at")),
        "kind": _kind(tweet, addresses),
        "text": unescaped(text) if isinstance(text, str) else None,
        "url": f"https://x.com/{account or 'i'}/status/{number}" if number else None,
        "reactions": part.number("reactions", tweet.get("favorite_count")),
        "shares": part.number("shares", tweet.get("retweet_count")),
        "reply_to": tweet.get("in_reply_to_status_id_str") or tweet.get("in_reply_to_status_id"),
        "quote": any(SITE.match(u) and "/status/" in u for u in addresses),
        "language": tweet.get("lang"),
    }


def _lengthened(row: dict, long: Mapping[datetime, str]) -> dict:
    """Give a post its full words where the archive keeps them apart and they begin as the cut ones do."""
    words, start = long.get(row["published"]), (row["text"] or "")[:100]
    return row | {"text": unescaped(words)} if words and start and unescaped(words).startswith(start) else row


def _entities(tweet: dict, name: str) -> list[dict]:
    for place in ("extended_entities", "entities"):
        inside = tweet.get(place)
        found = inside.get(name) if isinstance(inside, dict) else None
        if isinstance(found, list) and found:
            return [item for item in found if isinstance(item, dict)]
    return []


def _kind(tweet: dict, addresses: list[str]) -> str:
    media = [KINDS.get(str(item.get("type")), "other") for item in _entities(tweet, "media")]
    if media:
        return "video" if "video" in media else media[0]
    outside = [u for u in addresses if not SITE.match(u)]
    return "link" if outside else "text"


def _addresses(tweet: dict) -> list[str]:
    return [str(item.get("expanded_url") or item.get("url") or "") for item in _entities(tweet, "urls")]


def _retweet(tweet: dict) -> bool:
    """Tell a retweet: the archive writes it as a text that begins with `RT @name:` and names the author."""
    text = tweet.get("full_text", tweet.get("text"))
    return "retweeted_status" in tweet or (isinstance(text, str) and bool(RETWEET.match(text)))


def _notices(part: Part, file: str) -> None:
    twice = part.unreadable.pop("_twice", 0)
    if twice:
        part.notice("duplicates", f"{file}: posts that stand twice, one of each was kept: {twice}.")
    if part.dropped > twice:
        part.notice("unreadable", f"{file}: entries that are no posts, not read: {part.dropped - twice}.")
    if part.apart:
        part.notice(
            "reposts", f"Retweets of other accounts set apart, as they are not own posts: {len(part.apart)}."
        )
    replies = sum(row["reply_to"] is not None for row in part.rows)
    if replies:
        part.notice(
            "replies", f"Posts that answer another post: {replies} of {len(part.rows)}, see reply_to."
        )
