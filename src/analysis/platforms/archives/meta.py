"""What did the account publish on Facebook, Instagram and Threads: the JSON of "Download your information"."""

from __future__ import annotations

import re
from typing import Any

from analysis.platforms.records.parts import EPOCH, Part

__all__ = ["followers", "identified", "kind_of", "knows", "listed", "posts"]

INSTAGRAM = {
    "ig_reels_media": "reel", "ig_stories": "story", "ig_igtv_media": "video", "ig_other_media": "other",
}  # fmt: skip
THREADS = "text_post_app_text_posts"
BEFORE_2021 = {"photos": "photo", "videos": "video", "stories": "story"}
FOLLOWERS = ("relationships_followers", "followers_v3")
STATUSES = "status_updates"
FILM = re.compile(r".*\.(?:mp4|mov|m4v|webm|avi|3gp)", re.IGNORECASE)
SOUND = re.compile(r".*\.(?:mp3|m4a|wav|ogg)", re.IGNORECASE)
NUMBER = re.compile(r"(?:.*[_/])?(\d{15,20})\.\w+")
ELSEWHERE = re.compile(
    r"\b(?:wrote on|posted (?:something )?(?:on|to|in)|shared .* (?:to|in)) .*(?:timeline|group)\b"
    r"|\ba (?:écrit|publié|partagé) .*\b(?:journal|mur|groupe)\b",
    re.IGNORECASE,
)
WORDS = {
    "instagram": {"published": "creation_timestamp", "text": "title", "kind": "media.uri"},
    "facebook": {"published": "timestamp", "text": "data.post", "kind": "attachments"},
    "threads": {"published": "creation_timestamp", "text": "title", "kind": "media.uri"},
}


def knows(content: Any) -> str | None:
    """Tell which list of an archive this is, by what is in it and not by its name.

    Parameters
    ----------
    content : object
        Parsed and repaired JSON.

    Returns
    -------
    {"instagram", "facebook", "threads", "followers", "labels", "media", None}

    Examples
    --------
    >>> knows([{"media": [{"uri": "a.jpg", "creation_timestamp": 1}]}]), knows({"ig_stories": []})
    ('instagram', 'instagram')
    >>> knows([{"timestamp": 1, "data": [{"post": "Bonjour"}]}]), knows({"messages": []})
    ('facebook', None)
    """
    if isinstance(content, dict):
        return _known_key(content)
    items = [item for item in content[:20] if isinstance(item, dict)] if isinstance(content, list) else []
    if not items:
        return "instagram" if content == [] else None
    if all("string_list_data" in item for item in items):
        return "followers"
    if all("label_values" in item for item in items):
        return "labels"
    pictured = sum(isinstance(item.get("media"), list) for item in items)
    dated = sum("timestamp" in item and not isinstance(item.get("media"), list) for item in items)
    if max(pictured, dated) * 2 <= len(items):
        return None
    return "instagram" if pictured >= dated else "facebook"


def listed(content: Any) -> Any:
    """Put a lone post or follower in the list it stands in where there are several.

    Parameters
    ----------
    content : object
        Parsed and repaired JSON.

    Returns
    -------
    object
        A list of one, or the content itself where it is no lone entry.

    Examples
    --------
    >>> listed({"string_list_data": []}), listed({"messages": []})
    ([{'string_list_data': []}], {'messages': []})
    """
    alone = isinstance(content, dict) and (
        "string_list_data" in content
        or any("creation_timestamp" in picture for picture in _dicts(content.get("media")))
        or ("timestamp" in content and isinstance(content.get("data"), list))
    )
    return [content] if alone else content


def _known_key(content: dict) -> str | None:
    if any(key in content for key in INSTAGRAM):
        return "instagram"
    if any(_dicts(content.get(key)) and "taken_at" in content[key][0] for key in BEFORE_2021):
        return "media"
    if THREADS in content:
        return "threads"
    if any(key in content for key in FOLLOWERS):
        return "followers"
    return "facebook" if STATUSES in content else None


def posts(content: Any, platform: str, account: str | None, file: str) -> Part:
    """Make the table of posts of one file of the archive.

    Parameters
    ----------
    content : list or dict
        Parsed and repaired JSON.
    platform : {"instagram", "facebook", "threads", "labels", "media"}
        What `knows` said.
    account : str or None
        From the archive's name.
    file : str
        For messages.

    Returns
    -------
    Part
        Posts without likes, comments or reach: this archive does not hold them, so they are missing. `media`
        counts the pictures and films of a post.

    Notes
    -----
    Deleted posts are not in an archive: a year of which little is left is no quiet year.

    Examples
    --------
    >>> post = {"media": [{"uri": "media/posts/a.mp4", "creation_timestamp": 1700000000, "title": "Pain"}]}
    >>> row = posts([post], "instagram", "le_fournil", "posts_1.json").rows[0]
    >>> row["kind"], row["text"], row["post_id"]
    ('video', 'Pain', 'le_fournil-1700000000')
    """
    labelled = "facebook" if re.search(r"(?:your|profile)_posts", file) else "instagram"
    network = {"labels": labelled, "media": "instagram"}.get(platform, platform)
    part = Part(
        network, f"{network}_archive", "posts", f"{network}_archive_posts", columns=dict(WORDS[network])
    )
    read = {"facebook": _facebook, "labels": _labelled}.get(platform, _instagram)
    made, items = 0, _before_2021(content) if platform == "media" else _items(content)
    for item, kind in items:
        row = read(item, kind, part) if isinstance(item, dict) else None
        if row is None:
            part.dropped += 1
            continue
        (part.apart if row.pop("_elsewhere", False) else part.rows).append({"account": account, **row})
    for row in part.rows + part.apart:
        made += identified(row, account, network)
    _twice(part)
    _notices(part, made, file)
    return part


def _items(content: Any) -> list[tuple[Any, str | None]]:
    if isinstance(content, list):
        return [(item, None) for item in content]
    kinds = {**INSTAGRAM, THREADS: None, STATUSES: None}
    return [(item, kinds[key]) for key, value in content.items() if key in kinds for item in _list(value)]


def _before_2021(content: dict) -> list[tuple[Any, str | None]]:
    """Gather the pictures of the list archives had before 2021: those of one moment and caption are one post."""
    groups: dict[tuple, list[dict]] = {}
    for key, kind in BEFORE_2021.items():
        for place, item in enumerate(_dicts(content.get(key))):
            when, caption = str(item.get("taken_at") or ""), item.get("caption")
            same = (when, caption, kind if key == "stories" else None, place if key == "stories" else None)
            zoned = when if re.search(r"(?:Z|[+-]\d\d:?\d\d)$", when) else f"{when}+00:00"
            picture = {"uri": item.get("path"), "title": caption, "creation_timestamp": zoned}
            groups.setdefault(same, []).append(picture)
    return [({"media": media, "zoned": when == media[0]["creation_timestamp"]}, kind)
            for (when, _, kind, _), media in groups.items()]  # fmt: skip


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _instagram(item: dict, kind: str | None, part: Part) -> dict | None:
    """Read a post of Instagram or Threads: what it says stands beside its media, or in the only one."""
    media = _dicts(item.get("media")) or ([item] if "uri" in item else [])
    if not media and "creation_timestamp" not in item:
        return None
    first = media[0] if media else {}
    text = item.get("title") or next((m["title"] for m in media if m.get("title")), None)
    return {
        "published": part.time(item.get("creation_timestamp") or first.get("creation_timestamp")),
        "kind": kind or kind_of(media, part.platform),
        "text": text if isinstance(text, str) else None,
        "media": sum(bool(m.get("uri")) for m in media),
        "_uri": str(first.get("uri") or ""),
        **_threads(first),
        **({} if item.get("zoned", True) else {"published_zone_known": False}),
    }


def _threads(first: dict) -> dict:
    said = first.get("text_app_post")
    return {"reply": bool(said.get("is_reply"))} if isinstance(said, dict) else {}


def _labelled(item: dict, kind: str | None, part: Part) -> dict | None:
    """Read a post of the newer file whose fields carry localised labels."""
    said = {str(v.get("label", "")).casefold(): v for v in _dicts(item.get("label_values"))}
    hidden = [said[word].get("value", "") for word in ("published", "publié") if word in said]
    if any(str(value).casefold() in {"false", "faux"} for value in hidden):
        return None
    text = next((said[word].get("value") for word in ("caption", "légende") if word in said), None)
    media = [m for value in said.values() for m in _dicts(value.get("media"))]
    return {
        "post_id": str(item["fbid"]) if item.get("fbid") else None,
        "published": part.time(item.get("timestamp")),
        "kind": kind_of(media, "instagram"),
        "text": text or None,
        "media": len(media),
        "_uri": str(media[0].get("uri") or "") if media else "",
    }


def _facebook(item: dict, kind: str | None, part: Part) -> dict | None:
    if "timestamp" not in item:
        return None
    inside = [d for a in _dicts(item.get("attachments")) for d in _dicts(a.get("data"))]
    media = [d["media"] for d in inside if isinstance(d.get("media"), dict)]
    context = [d["external_context"] for d in inside if isinstance(d.get("external_context"), dict)]
    words = [d["post"] for d in _dicts(item.get("data")) if isinstance(d.get("post"), str)]
    described = [m["description"] for m in media if isinstance(m.get("description"), str)]
    texts = [text for text in words if text.strip()] or described[:1]
    title = item.get("title") if isinstance(item.get("title"), str) else ""
    return {
        "published": part.time(item.get("timestamp")),
        "kind": kind_of(media, "facebook")
        if media
        else ("link" if context else "text" if texts else "other"),
        "text": "\n".join(texts) or None,
        "media": len(media),
        "link": next((str(c["url"]) for c in context if c.get("url")), None),
        "_uri": str(media[0].get("uri") or "") if media else "",
        "_elsewhere": bool(ELSEWHERE.search(title)),
    }


def kind_of(media: list[dict], platform: str) -> str:
    """Tell the kind of post by its files: several are a carousel on Instagram, an album of photos on Facebook.

    Parameters
    ----------
    media : list of dict
        Its pictures and films, each with a `uri`.
    platform : str
        The network.

    Returns
    -------
    str

    Examples
    --------
    >>> kind_of([{"uri": "a.jpg"}, {"uri": "b.mp4"}], "instagram"), kind_of([], "instagram")
    ('carousel', 'text')
    """
    names = [str(m.get("uri") or "") for m in media if m.get("uri")]
    if not names:
        return "text"
    if len(names) > 1 and platform == "instagram":
        return "carousel"
    if any(FILM.fullmatch(name) for name in names):
        return "video"
    return "other" if all(SOUND.fullmatch(name) for name in names) else "photo"


def identified(row: dict, account: str | None, network: str) -> int:
    """Give a post its identifier: the number in its file's name, else its moment; say whether it was made.

    On Facebook that number is the picture's, not the post's.

    Parameters
    ----------
    row : dict
        With `published`, `kind` and `_uri`; `post_id` is added, `_uri` taken out.
    account : str or None
        Part of an identifier that is made.
    network : str
        The network.

    Returns
    -------
    int
        1 when the identifier was made, else 0.

    Examples
    --------
    >>> row = {"published": None, "kind": "photo", "_uri": "media/posts/18117474704481294.jpg"}
    >>> identified(row, None, "instagram"), row["post_id"]
    (0, '18117474704481294')
    """
    address = row.pop("_uri")
    number = NUMBER.fullmatch(address) if network != "facebook" else None
    if number and not row.get("post_id"):
        row["post_id"] = number[1]
    if row.get("post_id"):
        return 0
    when, story = row["published"], "story" if row["kind"] == "story" else None
    stamp = "" if when is None else str(int((when - EPOCH).total_seconds()))
    row["post_id"] = "-".join(filter(None, [account, stamp, story])) if stamp else None
    return int(bool(stamp))


def _twice(part: Part) -> None:
    """Tell posts of one second apart by a running number; drop those that stand twice in full."""
    seen: dict[str, list[dict]] = {}
    kept = []
    for row in part.rows:
        known = seen.setdefault(row["post_id"] or "", [])
        plain = dict(row)
        if row["post_id"] and plain in known:
            part.dropped += 1
            part.unreadable["_twice"] += 1
            continue
        known.append(plain)
        if row["post_id"] and len(known) > 1:
            row["post_id"] = f"{row['post_id']}-{len(known)}"
        kept.append(row)
    part.rows = kept


def _notices(part: Part, made: int, file: str) -> None:
    twice = part.unreadable.pop("_twice", 0)
    if twice:
        part.notice("duplicates", f"{file}: posts that stand twice in full, one of each was kept: {twice}.")
    if part.dropped > twice:
        part.notice(
            "unreadable", f"{file}: entries that are no published posts, not read: {part.dropped - twice}."
        )
    if part.apart:
        part.notice(
            "reposts", f"Posts on other people's pages and in groups set apart, as they are not the account's: "
            f"{len(part.apart)}.",
        )  # fmt: skip
    if made:
        part.notice(
            "id_made", f"{file}: posts without identifier, their moment of publication stands for it: {made}."
        )
    if any(row.get("published_zone_known") is False for row in part.rows):
        part.notice("zone_unknown", f"{file}: the time zone is not stated: wall clock as printed.")
    if part.rows:
        part.notice("figures_absent", "The archive holds no likes, comments or reach: missing, not 0.")


def followers(content: Any, platform: str, account: str | None, file: str) -> Part:
    """Make the table of the days on which today's followers came; their names are not kept.

    Parameters
    ----------
    content : list or dict
        Parsed and repaired JSON.
    platform : {"instagram", "facebook"}
        Whose followers.
    account : str or None
        From the archive's name.
    file : str
        For messages.

    Returns
    -------
    Part
        Kind `followers`: `date` (UTC) of each follow.

    Notes
    -----
    Who has left is not listed: the older a month, the more of its newcomers are gone. Do not read this as growth.

    Examples
    --------
    >>> entry = {"string_list_data": [{"value": "someone", "timestamp": 1700000000}]}
    >>> followers([entry], "instagram", None, "followers_1.json").rows
    [{'account': None, 'date': datetime.datetime(2023, 11, 14, 22, 13, 20)}]
    """
    part = Part(platform, f"{platform}_archive", "followers", f"{platform}_archive_followers")
    part.columns["date"] = "timestamp"
    entries = (
        content if isinstance(content, list) else [e for key in FOLLOWERS for e in _list(content.get(key))]
    )
    for entry in _dicts(entries):
        for said in _dicts(entry.get("string_list_data")) or [entry]:
            when = part.time(said.get("timestamp"))
            part.rows.append({"account": account, "date": when})
    part.dropped = len(entries) - len(_dicts(entries))
    part.notice(
        "followers_left",
        f"{file}: the dates on which those came who still follow ({len(part.rows)}); who has left since is not "
        "listed, and names are not kept.",
    )
    return part
