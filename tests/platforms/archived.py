"""Write archives as the platforms hand them out: paths, wrappers, broken encodings and private members included."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

EPOCH = datetime(1970, 1, 1)
PRIVATE = b"\xff\xfe this member is private and must never be opened"


def seconds(moment: datetime) -> int:
    """Write a naive UTC moment as Unix seconds."""
    return int((moment - EPOCH).total_seconds())


def broken(value):
    """Write every string as Meta does: each byte of its UTF-8 as a letter of its own."""
    if isinstance(value, str):
        return value.encode("utf-8").decode("latin-1")
    if isinstance(value, list):
        return [broken(item) for item in value]
    if isinstance(value, dict):
        return {broken(key): broken(item) for key, item in value.items()}
    return value


def meta_json(content) -> bytes:
    """Write a file of Meta: broken strings, escaped to ASCII."""
    return json.dumps(broken(content), indent=2).encode("ascii")


def zipped(members: dict[str, bytes]) -> bytes:
    """Write a ZIP."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    """Write a tar, compressed as Mastodon did."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def unpacked(members: dict[str, bytes], folder: Path) -> Path:
    """Write the members as files of a folder."""
    for name, content in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def instagram_post(post: dict) -> dict:
    """Write one post: its words stand in its only picture, or beside several."""
    when = seconds(post["published"])
    media = [
        {"uri": uri, "creation_timestamp": when, "media_metadata": {}, "title": "", "backup_uri": None}
        for uri in post["uris"]
    ]
    if len(media) == 1:
        media[0]["title"] = post["text"] or ""
        return {"media": media}
    return {"media": media, "title": post["text"] or "", "creation_timestamp": when}


def facebook_post(post: dict) -> dict:
    """Write one post of a profile or page."""
    when = seconds(post["published"])
    inside = [{"media": {"uri": uri, "creation_timestamp": when, "title": "Photos"}} for uri in post["uris"]]
    if post.get("link"):
        inside.append({"external_context": {"url": post["link"], "name": "Le site"}})
    words = [{"post": post["text"]}] if post["text"] else []
    return {
        "timestamp": when,
        "attachments": [{"data": inside}] if inside else [],
        "data": [*words, {"update_timestamp": when}],
        "title": post.get("title", "Le Fournil a mis à jour son statut."),
    }


def tweet(post: dict) -> dict:
    """Write one entry of `tweets.js`; every number is text."""
    media = [{"type": kind, "media_url": "http://pbs/x"} for kind in post.get("media", [])]
    urls = [{"url": "https://t.co/a", "expanded_url": link} for link in post.get("links", [])]
    made = {
        "id": post["post_id"],
        "id_str": post["post_id"],
        "created_at": post["published"].strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "full_text": post["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        "favorite_count": str(post["reactions"]),
        "retweet_count": str(post["shares"]),
        "retweeted": False,
        "lang": "fr",
        "entities": {"urls": urls, "media": media[:1], "hashtags": []},
    }
    if media:
        made["extended_entities"] = {"media": media}
    if post.get("reply_to"):
        made["in_reply_to_status_id_str"] = post["reply_to"]
    return {"tweet": made}


def script(name: str, content, part: int = 0) -> bytes:
    """Write a file of the X archive: JSON assigned to a name."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return f"window.YTD.{name}.part{part} = {text}".encode()


def activity(post: dict, server: str = "https://piaille.example", kind: str = "Create") -> dict:
    """Write one entry of `outbox.json`."""
    actor = f"{server}/users/fournil"
    when = post["published"].replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    followers, public = f"{actor}/followers", "https://www.w3.org/ns/activitystreams#Public"
    to, cc = {
        "public": ([public], [followers]),
        "unlisted": ([followers], [public]),
        "followers": ([followers], []),
        "direct": ([f"{server}/users/friend"], []),
    }[post.get("visibility", "public")]
    common = {"actor": actor, "published": when, "to": to, "cc": cc, "type": kind}
    if kind == "Announce":
        return {"id": f"{post['post_id']}/activity", "object": post["post_id"], **common}
    text = post["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    note = {
        "id": post["post_id"],
        "type": "Note",
        "summary": post.get("warning"),
        "inReplyTo": post.get("reply_to"),
        "published": when,
        "url": post["post_id"].replace("/users/fournil/statuses/", "/@fournil/"),
        "attributedTo": actor,
        "to": to,
        "cc": cc,
        "content": "<p>" + text.replace("\n", "<br />") + "</p>",
        "attachment": [{"type": "Document", "mediaType": m} for m in post.get("media", [])],
    }
    return {"id": f"{post['post_id']}/activity", "object": note, **common}


def outbox(activities: list[dict], total: int | None = None, twice: bool = False) -> bytes:
    """Write `outbox.json`; some servers write `orderedItems` twice, once empty."""
    said = len(activities) if total is None else total
    items = json.dumps(activities, ensure_ascii=False)
    first = '"orderedItems":[],' if twice else ""
    head = (
        '{"@context":"https://www.w3.org/ns/activitystreams","id":"outbox.json","type":"OrderedCollection",'
    )
    return f'{head}{first}"totalItems":{said},"orderedItems":{items}}}'.encode()


def cbor(value) -> bytes:
    """Encode a value as DAG-CBOR; a `Pointer` becomes a link."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(cbor, value))
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda item: (len(item[0].encode()), item[0].encode()))
        return _head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in pairs)
    return b"\xd8\x2a" + cbor(b"\x00" + value.cid)


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for short, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes([kind << 5 | short]) + number.to_bytes(size, "big")
    raise ValueError(number)


class Pointer:
    """A link to a block."""

    def __init__(self, cid: bytes) -> None:
        self.cid = cid


def varint(number: int) -> bytes:
    """Write an unsigned LEB128 number."""
    found = b""
    while number >= 0x80:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def car(records: dict[str, dict], did: str = "did:plc:fournil", fan: int = 4) -> bytes:
    """Write a repository: a commit, a tree of `fan` keys a node with the rest on its right, and the records."""
    blocks: dict[bytes, bytes] = {}

    def block(value) -> bytes:
        content = cbor(value)
        digest = len(blocks).to_bytes(32, "big")
        cid = b"\x01\x71\x12\x20" + digest
        blocks[cid] = content
        return cid

    def tree(keys: list[str]) -> Pointer | None:
        if not keys:
            return None
        entries, before = [], b""
        for key in keys[:fan]:
            whole = key.encode()
            shared = next((n for n, (a, b) in enumerate(zip(before, whole, strict=False)) if a != b), None)
            shared = min(len(before), len(whole)) if shared is None else shared
            value = Pointer(block(records[key]))
            entries.append({"p": shared, "k": whole[shared:], "v": value, "t": None})
            before = whole
        entries[-1]["t"] = tree(keys[fan:])
        return Pointer(block({"l": None, "e": entries}))

    root = tree(sorted(records)) or Pointer(block({"l": None, "e": []}))
    commit = block({"did": did, "version": 3, "data": root, "rev": "3k", "prev": None, "sig": b"\x01" * 64})
    header = cbor({"roots": [Pointer(commit)], "version": 1})
    body = b"".join(varint(len(cid) + len(data)) + cid + data for cid, data in blocks.items())
    return varint(len(header)) + header + body
