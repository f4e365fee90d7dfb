"""What did the account publish on Mastodon: `outbox.json` of its archive, boosts apart, direct messages never kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from analysis.platforms.archives.texts import links, plain
from analysis.platforms.export import counted
from analysis.platforms.records.parts import Part, count

__all__ = ["address", "knows", "outbox"]

PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
WORDS = {
    "post_id": "object.id", "published": "published", "text": "object.content", "url": "object.url",
    "kind": "object.attachment.mediaType",
}  # fmt: skip


def knows(content: Any) -> bool:
    """Tell an outbox: a collection of activities.

    Parameters
    ----------
    content : object
        Parsed JSON.

    Returns
    -------
    bool

    Examples
    --------
    >>> knows({"type": "OrderedCollection", "orderedItems": []}), knows({"orderedItems": ["https://a.b/1"]})
    (True, False)
    """
    items = content.get("orderedItems") if isinstance(content, dict) else None
    return isinstance(items, list) and (not items or any(isinstance(item, dict) for item in items))


def address(actor: Any) -> str | None:
    """Write an account as `name@server`, from `actor.json` or from the actor's address in the outbox.

    Parameters
    ----------
    actor : dict or str
        The actor, or its address.

    Returns
    -------
    str or None

    Examples
    --------
    >>> address({"id": "https://mastodon.example/users/fournil", "preferredUsername": "Fournil"})
    'Fournil@mastodon.example'
    >>> address("https://mastodon.example/users/fournil")
    'fournil@mastodon.example'
    """
    whole = actor.get("id") if isinstance(actor, dict) else actor
    if not isinstance(whole, str) or "://" not in whole:
        return None
    place = urlsplit(whole)
    name = actor.get("preferredUsername") if isinstance(actor, dict) else None
    name = name or place.path.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
    return f"{name}@{place.hostname}" if name and place.hostname else None


def outbox(content: dict, actor: Any, file: str) -> Part:
    """Make the table of posts of an outbox.

    Parameters
    ----------
    content : dict
        What `outbox.json` holds.
    actor : dict or None
        What `actor.json` holds.
    file : str
        For messages.

    Returns
    -------
    Part
        Posts anyone or the followers may see, `visibility` (public, unlisted, followers), `reply_to`,
        `content_warning`; boosts are apart; direct messages are counted and not kept. No counts: missing.

    Examples
    --------
    >>> note = {"id": "https://a.b/1", "content": "<p>Pain</p>", "published": "2024-05-01T10:00:00Z"}
    >>> item = {"type": "Create", "actor": "https://a.b/users/c", "to": ["as:Public"], "object": note}
    >>> outbox({"orderedItems": [item]}, None, "outbox.json").rows[0]["text"]
    'Pain'
    """
    part = Part("mastodon", "mastodon_archive", "posts", "mastodon_archive_outbox", columns=dict(WORDS))
    items = content["orderedItems"]
    account = address(actor) or next((a for a in map(_actor, items) if a), None)
    direct, strange, seen, twice = 0, 0, set(), 0
    for item in items:
        kind = item.get("type") if isinstance(item, dict) else None
        note = item.get("object") if isinstance(item, dict) else None
        identity = _identity(note)
        if (
            kind not in ("Create", "Announce")
            or identity is None
            or (kind == "Create" and isinstance(note, str))
        ):
            strange += 1
        elif (audience := _audience(item, note)) is None:
            direct += 1
        elif (kind, identity) in seen:
            twice += 1
        elif kind == "Announce":
            seen.add((kind, identity))
            part.apart.append(_boost(item, identity, account, part))
        else:
            seen.add((kind, identity))
            part.rows.append(_row(item, note, account, audience, part))
    part.dropped = direct + strange + twice
    _notices(part, direct, strange, twice, file)
    _compare(part, content.get("totalItems"), len(items), file)
    return part


def _actor(item: Any) -> str | None:
    return address(item.get("actor")) if isinstance(item, dict) else None


def _identity(note: Any) -> str | None:
    found = note.get("id") if isinstance(note, dict) else note
    return found if isinstance(found, str) and found else None


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _audience(item: dict, note: Any) -> str | None:
    """Tell who may see a post; None for a direct message."""
    inner = note if isinstance(note, dict) else {}
    to = {*_listed(item.get("to")), *_listed(inner.get("to"))}
    copy = {*_listed(item.get("cc")), *_listed(inner.get("cc"))}
    if to & PUBLIC:
        return "public"
    if copy & PUBLIC:
        return "unlisted"
    return "followers" if any(name.rstrip("/").endswith("/followers") for name in to | copy) else None


def _boost(item: dict, identity: str, account: str | None, part: Part) -> dict:
    when = part.time(item.get("published"))
    return {"account": account, "post_id": identity, "published": when, "kind": "other", "url": identity}


def _row(item: dict, note: dict, account: str | None, audience: str, part: Part) -> dict:
    content = note.get("content") if isinstance(note.get("content"), str) else ""
    return {
        "account": account,
        "post_id": note["id"],
        "published": part.time(note.get("published") or item.get("published")),
        "kind": _kind(note, content),
        "text": plain(content) or None,
        "url": note.get("url") if isinstance(note.get("url"), str) else note["id"],
        "reply_to": note.get("inReplyTo") if isinstance(note.get("inReplyTo"), str) else None,
        "visibility": audience,
        "content_warning": note.get("summary") if isinstance(note.get("summary"), str) else None,
        "media": len(_attached(note)),
        **_figures(note, part),
    }


def _figures(note: dict, part: Part) -> dict:
    """Take the counts newer servers write into the collections of a post; an archive rarely has them."""
    found = {}
    for name, word in (("reactions", "likes"), ("shares", "shares")):
        inside = note.get(word)
        if isinstance(inside, dict) and "totalItems" in inside:
            found[name] = part.number(name, inside["totalItems"])
    return found


def _attached(note: dict) -> list[str]:
    items = note.get("attachment")
    items = items if isinstance(items, list) else [items]
    return [str(item.get("mediaType") or "") for item in items if isinstance(item, dict)]


def _kind(note: dict, content: str) -> str:
    kinds = [name.split("/")[0] for name in _attached(note)]
    if kinds:
        return "video" if "video" in kinds else "photo" if "image" in kinds else "other"
    if note.get("type") == "Question":
        return "other"
    return "link" if links(content) else "text"


def _notices(part: Part, direct: int, strange: int, twice: int, file: str) -> None:
    if direct:
        part.notice("private", f"{file}: direct messages, counted and not kept: {direct}.")
    if strange:
        part.notice("unreadable", f"{file}: entries that are neither posts nor boosts, not read: {strange}.")
    if twice:
        part.notice("duplicates", f"{file}: entries that stand twice, one of each was kept: {twice}.")
    if part.apart:
        part.notice(
            "reposts", f"Boosts of other posts set apart, as they are not own posts: {len(part.apart)}."
        )
    replies = sum(row["reply_to"] is not None for row in part.rows)
    if replies:
        part.notice(
            "replies", f"Posts that answer another post: {replies} of {len(part.rows)}, see reply_to."
        )
    if part.rows and not any("reactions" in row or "shares" in row for row in part.rows):
        part.notice(
            "figures_absent", "The archive holds no favourites, boosts or views received: missing, not 0."
        )


def _compare(part: Part, said: Any, found: int, file: str) -> None:
    total = count(said)
    if total is not None and total != found:
        part.totals["posts"] = float(total)
        says = counted(total, "entry", "entries")
        part.notice("totals_differ", f"{file} says {says} and holds {found}: what it holds was read.")
