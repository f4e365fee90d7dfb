"""What do posts say that Zeeschuimer has collected in a browser: the networks' own objects, one a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from analysis.platforms.export import counted
from analysis.platforms.records.ndjson import Record, source
from analysis.platforms.records.parts import Part, moment

__all__: list[str] = []

IMAGE, FILM, ALBUM = 1, 2, 8
GRAPH = {"GraphImage": "photo", "GraphVideo": "video", "GraphSidecar": "carousel"}
MONTH, YEAR = timedelta(days=30.4375), timedelta(days=365.25)
AGO = {
    "s": timedelta(seconds=1), "m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1),
    "u": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1),
    "sem": timedelta(weeks=1), "mo": MONTH, "mnd": MONTH, "mois": MONTH, "yr": YEAR, "y": YEAR, "an": YEAR,
    "ans": YEAR,
}  # fmt: skip
WORDED = ("account", "text", "url")
WRITTEN_AGO = re.compile(r"(\d+)\s*([a-z]+)\.?")


def dig(found: Any, path: str) -> Any:
    """Follow a path through objects and lists; None where it ends early.

    Examples
    --------
    >>> dig({"a": [{"b": 4}]}, "a.0.b"), dig({"a": []}, "a.0.b")
    (4, None)
    """
    for key in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _from(record: Record, *places: str) -> bool:
    return str(record.meta.get("source_platform", "")).casefold().removeprefix("www.") in places


def _exported(record: Record) -> Any:
    return moment(record.meta.get("timestamp_collected"))


def _part(records: list[Record], platform: str, columns: Mapping[str, str], row: Callable) -> Part:
    """Make one row a post; of a post collected several times the last line is kept, as it is the newest."""
    part = Part(platform, "4cat", "posts", f"zeeschuimer_{platform}", columns=dict(columns))
    rows: dict[str, dict] = {}
    broken = []
    for record in records:
        made = _whole(row, record, part)
        if made is None:
            broken.append(record.row)
            continue
        rows.pop(made["post_id"], None)
        rows[made["post_id"]] = {**made, "exported": _exported(record)}
    part.rows = [found for found in rows.values() if not found.get("is_share")]
    part.apart = [found for found in rows.values() if found.get("is_share")]
    part.dropped = len(records) - len(part.rows)
    _say(part, len(records) - len(rows) - len(broken), broken)
    return part


def _whole(row: Callable, record: Record, part: Part) -> dict | None:
    """Make the row of one object; None where it is no post, or cut so that its parts are not what they should be."""
    try:
        made = row(record.data, part, record)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if not made or not isinstance(made["post_id"], str) or not made["post_id"]:
        return None
    return made | {name: _text(made[name]) for name in WORDED}


def _say(part: Part, twice: int, broken: list[int]) -> None:
    if twice:
        part.notice("duplicates", f"Posts that stand twice, the last line of each was kept: {twice}.")
    if broken:
        part.notice(
            "unreadable", f"Lines that hold no post (advertisements, cut objects): {len(broken)}; not read."
        )
    if part.apart:
        part.notice(
            "reposts", f"Shares of other posts set apart, as they are not own posts: {len(part.apart)}."
        )
    hidden = sum(bool(row.get("likes_hidden")) for row in part.rows)
    if hidden:
        part.notice("likes_hidden", f"Posts whose likes the account hides (missing, not 0): {hidden}.")
    if any(row.get("followers") is not None for row in part.rows):
        part.notice(
            "followers_now",
            "Followers are those of the day the posts were collected, not of the day each was published: a rate by "
            "followers is biased for old posts.",
        )


def _known_count(part: Part, name: str, value: Any) -> int | None:
    """Read a count; one below 0 is the network's sign for a figure it does not give."""
    found = part.number(name, value)
    return None if found is not None and found < 0 else found


# Instagram: two forms, of the page (graph) and of the application (list)


def _is_instagram(record: Record) -> bool:
    data = record.data
    if "text_post_app_info" in data:
        return False
    listed = "code" in data and "taken_at" in data and "media_type" in data
    graph = "shortcode" in data and "taken_at_timestamp" in data
    return listed or graph or (_from(record, "instagram.com") and ("code" in data or "shortcode" in data))


def _instagram_row(data: dict, part: Part, _: Record) -> dict | None:
    if data.get("product_type") == "ad" or str(data.get("link") or "").startswith(
        "https://www.facebook.com/ads/"
    ):
        return None
    graph = "shortcode" in data
    hidden = bool(data.get("like_and_view_counts_disabled"))
    code = data.get("shortcode" if graph else "code")
    caption = dig(data, "edge_media_to_caption.edges.0.node.text") if graph else dig(data, "caption.text")
    likes = dig(data, "edge_media_preview_like.count") if graph else data.get("like_count")
    comments = dig(data, "edge_media_preview_comment.count") if graph else data.get("comment_count")
    views = data.get("video_view_count") if graph else data.get("play_count", data.get("view_count"))
    return {
        "account": dig(data, "user.username") or dig(data, "owner.username"),
        "post_id": code,
        "published": part.time(data.get("taken_at_timestamp" if graph else "taken_at")),
        "kind": _instagram_kind(data),
        "text": _text(caption),
        "url": f"https://www.instagram.com/p/{code}",
        "reactions": None if hidden else _known_count(part, "reactions", likes),
        "comments": _known_count(part, "comments", comments),
        "views": _known_count(part, "views", views),
        "likes_hidden": hidden,
    }


def _instagram_kind(data: dict) -> str:
    if data.get("product_type") == "clips":
        return "reel"
    if data.get("__typename") in GRAPH:
        return GRAPH[data["__typename"]]
    return {IMAGE: "photo", FILM: "video", ALBUM: "carousel"}.get(data.get("media_type"), "other")


@source("zeeschuimer_instagram", knows=_is_instagram)
def instagram(records: list[Record]) -> Part:
    """Make the table of Instagram posts; hidden likes are missing."""
    words = {
        "reactions": "like_count",
        "comments": "comment_count",
        "published": "taken_at",
        "views": "play_count",
    }
    return _part(records, "instagram", words, _instagram_row)


# Threads


def _is_threads(record: Record) -> bool:
    return isinstance(record.data.get("text_post_app_info"), dict) and "code" in record.data


def _threads_row(data: dict, part: Part, _: Record) -> dict:
    info, code, account = data["text_post_app_info"], data.get("code"), dig(data, "user.username")
    kind = "carousel" if data.get("carousel_media") else "video" if data.get("video_versions") else "text"
    if kind == "text" and dig(data, "image_versions2.candidates.0"):
        kind = "photo"
    if kind == "text" and info.get("link_preview_attachment"):
        kind = "link"
    return {
        "account": account,
        "post_id": code,
        "published": part.time(data.get("taken_at")),
        "kind": kind,
        "text": _text(dig(data, "caption.text")),
        "url": f"https://www.threads.com/@{account}/post/{code}",
        "paid": True if data.get("is_paid_partnership") else None,
        "reactions": _known_count(part, "reactions", data.get("like_count")),
        "comments": _known_count(part, "comments", info.get("direct_reply_count")),
        "shares": _known_count(part, "shares", info.get("repost_count")),
        "quotes": _known_count(part, "quotes", info.get("quote_count")),
    }


@source("zeeschuimer_threads", knows=_is_threads)
def threads(records: list[Record]) -> Part:
    """Make the table of Threads posts."""
    words = {"reactions": "like_count", "comments": "direct_reply_count", "shares": "repost_count"}
    return _part(records, "threads", words, _threads_row)


# TikTok


def _is_tiktok(record: Record) -> bool:
    return (
        isinstance(record.data.get("stats"), dict) and "createTime" in record.data and "desc" in record.data
    )


def _tiktok_row(data: dict, part: Part, _: Record) -> dict:
    author = data.get("author")
    account = author.get("uniqueId") if isinstance(author, dict) else author
    counts = data["stats"]
    return {
        "account": account,
        "post_id": str(data.get("id") or "") or None,
        "published": part.time(data.get("createTime")),
        "kind": "carousel" if data.get("imagePost") else "video",
        "text": _text(data.get("desc")),
        "url": f"https://www.tiktok.com/@{account}/video/{data.get('id')}",
        "paid": bool(data["isAd"]) if "isAd" in data else None,
        "followers": _known_count(part, "followers", dig(data, "authorStats.followerCount")),
        "views": _known_count(part, "views", counts.get("playCount")),
        "reactions": _known_count(part, "reactions", counts.get("diggCount")),
        "comments": _known_count(part, "comments", counts.get("commentCount")),
        "shares": _known_count(part, "shares", counts.get("shareCount")),
        "saves": _known_count(part, "saves", counts.get("collectCount")),
    }


@source("zeeschuimer_tiktok", knows=_is_tiktok)
def tiktok(records: list[Record]) -> Part:
    """Make the table of TikTok videos."""
    words = {
        "reactions": "diggCount",
        "comments": "commentCount",
        "shares": "shareCount",
        "views": "playCount",
    }
    return _part(records, "tiktok", words, _tiktok_row)


# X


def _is_x(record: Record) -> bool:
    return isinstance(record.data.get("legacy"), dict) and "full_text" in record.data["legacy"]


def _x_row(data: dict, part: Part, _: Record) -> dict:
    told, user = data["legacy"], dig(data, "core.user_results.result") or {}
    account = (
        dig(user, "core.screen_name") or dig(user, "legacy.screen_name") or dig(data, "user.screen_name")
    )
    number = str(data.get("rest_id") or told.get("id_str") or "") or None
    media = told.get("extended_entities") or told.get("entities") or {}
    return {
        "account": account,
        "post_id": number,
        "published": part.time(told.get("created_at")),
        "kind": _x_kind([item.get("type") for item in media.get("media") or []], told),
        "text": _text(dig(data, "note_tweet.note_tweet_results.result.text")) or _text(told.get("full_text")),
        "url": f"https://x.com/{account}/status/{number}",
        "followers": _known_count(part, "followers", dig(user, "legacy.followers_count")),
        "views": _known_count(part, "views", dig(data, "views.count") or dig(data, "ext_views.count")),
        "reactions": _known_count(part, "reactions", told.get("favorite_count")),
        "comments": _known_count(part, "comments", told.get("reply_count")),
        "shares": _known_count(part, "shares", told.get("retweet_count")),
        "quotes": _known_count(part, "quotes", told.get("quote_count")),
        "saves": _known_count(part, "saves", told.get("bookmark_count")),
        "is_share": bool(told.get("retweeted_status_result")),
    }


def _x_kind(media: list, told: dict) -> str:
    if {"video", "animated_gif"} & set(media):
        return "video"
    if media:
        return "carousel" if len(media) > 1 else "photo"
    return "link" if dig(told, "entities.urls.0") else "text"


@source("zeeschuimer_x", knows=_is_x)
def x(records: list[Record]) -> Part:
    """Make the table of posts of X; retweets of others stand apart."""
    words = {
        "reactions": "favorite_count",
        "comments": "reply_count",
        "shares": "retweet_count",
        "views": "views.count",
    }
    return _part(records, "x", words, _x_row)


# LinkedIn


def _is_linkedin(record: Record) -> bool:
    return isinstance(record.data.get("actor"), dict) and "*socialDetail" in record.data


def _linkedin_row(data: dict, part: Part, record: Record) -> dict:
    urn = str(dig(data, "updateMetadata.urn") or data.get("preDashEntityUrn") or "")
    number = re.search(r"urn:li:activity:(\d+)", urn)
    ago = str(dig(data, "actor.subDescription.text") or "").split("•")[0].strip()
    counts = dig(data, "*socialDetail.*totalSocialActivityCounts") or {}
    owner = (
        str(dig(data, "actor.navigationContext.actionTarget") or "").split("linkedin.com/")[-1].split("?")[0]
    )
    return {
        "account": owner.strip("/") or _text(dig(data, "actor.name.text")),
        "post_id": number[1] if number else None,
        "published": _before(record, ago),
        "kind": _linkedin_kind(data.get("content") or {}),
        "text": _text(dig(data, "commentary.text.text")),
        "url": f"https://www.linkedin.com/feed/update/urn:li:activity:{number[1]}" if number else None,
        "paid": not re.search(r"\d", ago),
        "reactions": _known_count(part, "reactions", counts.get("numLikes")),
        "comments": _known_count(part, "comments", counts.get("numComments")),
        "shares": _known_count(part, "shares", counts.get("numShares")),
        "ago": ago or None,
    }


def _before(record: Record, ago: str) -> Any:
    """Count back from the moment of collection; a unit of another language leaves the time missing."""
    said, collected = WRITTEN_AGO.match(ago.casefold()), _exported(record)
    unit = AGO.get(said[2]) if said else None
    return collected - int(said[1]) * unit if unit and collected else None


def _linkedin_kind(content: dict) -> str:
    words = " ".join(key for key, value in content.items() if value)
    for part, kind in (("ideo", "video"), ("mage", "photo"), ("ocument", "carousel"), ("rticle", "link")):
        if part in words:
            return kind
    return "text"


@source("zeeschuimer_linkedin", knows=_is_linkedin)
def linkedin(records: list[Record]) -> Part:
    """Make the table of LinkedIn posts; their times are counted back from "2 w" and coarse."""
    words = {
        "reactions": "numLikes",
        "comments": "numComments",
        "shares": "numShares",
        "published": "subDescription",
    }
    part = _part(records, "linkedin", words, _linkedin_row)
    posts = counted(len(part.rows), "post")
    part.notice(
        "times_coarse",
        f'LinkedIn shows "2 w" and no time: the times were counted back from it ({posts}), off by up to '
        "half a month or half a year. Do not read hours, weekdays or gaps from them.",
    )
    return part


# Facebook


def _is_facebook(record: Record) -> bool:
    return isinstance(record.data.get("comet_sections"), dict)


def _facebook_row(data: dict, part: Part, _: Record) -> dict | None:
    story = dig(data, "comet_sections.content.story") or {}
    notes = dig(data, "comet_sections.context_layout.story.comet_sections.metadata") or []
    created = next((dig(n, "story.creation_time") for n in notes if dig(n, "story.creation_time")), None)
    targets = [dig(item, "target.__typename") for item in story.get("attachments") or []]
    return {
        "account": str(dig(story, "actors.0.url") or "").rstrip("/").split("/")[-1] or None,
        "post_id": str(story.get("post_id") or "") or None,
        "published": part.time(created),
        "kind": "video" if "Video" in targets else "photo" if "Photo" in targets else "text",
        "text": _text(dig(story, "message.text")),
        "url": _text(story.get("wwwURL")),
    }


@source("zeeschuimer_facebook", knows=_is_facebook)
def facebook(records: list[Record]) -> Part:
    """Make the table of Facebook posts; the collected objects carry no counts that can be relied on."""
    part = _part(records, "facebook", {"published": "creation_time"}, _facebook_row)
    part.notice(
        "figures_absent",
        "Reactions, comments and shares are not read from these objects; they are missing, not 0.",
    )
    return part
