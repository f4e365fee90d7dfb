"""Which records does a repository of the AT protocol hold: a CAR file of DAG-CBOR blocks, read from its root."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from analysis.errors import DataError

__all__ = ["Link", "cbor", "records"]

DEEPEST = 200


@dataclass(frozen=True)
class Link:
    """Point to another block by its content identifier."""

    cid: bytes


class _Bytes:
    """Reads a run of bytes forwards; running past the end is an error."""

    def __init__(self, data: bytes) -> None:
        self.data, self.place = data, 0

    def take(self, length: int) -> bytes:
        found = self.data[self.place : self.place + length]
        if length < 0 or len(found) < length:
            raise ValueError(f"the data ends at byte {len(self.data)}")
        self.place += length
        return found

    def varint(self) -> int:
        number = shift = 0
        while shift < 64:
            byte = self.take(1)[0]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
            shift += 7
        raise ValueError(f"no length at byte {self.place}")

    def cid(self) -> bytes:
        """Take one content identifier: version, codec, and a hash with its length."""
        start = self.place
        if self.data[start : start + 2] == b"\x12\x20":
            return self.take(34)
        for _ in range(3):
            self.varint()
        self.take(self.varint())
        return self.data[start : self.place]


def cbor(data: bytes) -> Any:
    """Decode one DAG-CBOR value.

    Parameters
    ----------
    data : bytes
        The whole of one block.

    Returns
    -------
    object
        Maps, lists, text, bytes, numbers, None, booleans, and `Link` for tag 42.

    Raises
    ------
    ValueError
        When the bytes are no such value or go on after it.

    References
    ----------
    RFC 8949, section 3; the DAG-CBOR codec of IPLD (definite lengths, tag 42 only).

    Examples
    --------
    >>> cbor(bytes.fromhex("a2616101616282f5f6"))
    {'a': 1, 'b': [True, None]}
    """
    stream = _Bytes(data)
    value = _value(stream, 0)
    if stream.place != len(data):
        raise ValueError(f"data go on after byte {stream.place}")
    return value


def _value(stream: _Bytes, depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError("values lie too deep in one another")
    first = stream.take(1)[0]
    kind, short = first >> 5, first & 0x1F
    if kind == 7:
        return _simple(short, stream)
    number = _argument(short, stream)
    if kind in (0, 1):
        return number if kind == 0 else -1 - number
    if kind in (2, 3):
        content = stream.take(number)
        return content if kind == 2 else content.decode("utf-8")
    if kind == 4:
        return [_value(stream, depth + 1) for _ in range(number)]
    if kind == 5:
        return dict(_pair(stream, depth) for _ in range(number))
    return _link(number, _value(stream, depth + 1))


def _pair(stream: _Bytes, depth: int) -> tuple[str, Any]:
    key = _value(stream, depth + 1)
    if not isinstance(key, str):
        raise ValueError("a key is no text")
    return key, _value(stream, depth + 1)


def _argument(short: int, stream: _Bytes) -> int:
    if short < 24:
        return short
    if short > 27:
        raise ValueError("a length is not given")
    return int.from_bytes(stream.take(1 << (short - 24)), "big")


def _simple(short: int, stream: _Bytes) -> Any:
    if short in (20, 21, 22):
        return {20: False, 21: True, 22: None}[short]
    if short == 27:
        return struct.unpack(">d", stream.take(8))[0]
    raise ValueError(f"the simple value {short} is not used here")


def _link(tag: int, content: Any) -> Link:
    if tag != 42 or not isinstance(content, bytes) or content[:1] != b"\x00":
        raise ValueError(f"the tag {tag} is not used here")
    return Link(content[1:])


def records(data: bytes, file: str) -> tuple[str | None, Iterator[tuple[str, dict]]]:
    """List the records that can be reached from the root of a repository.

    Parameters
    ----------
    data : bytes
        A CAR file.
    file : str
        Its name, for messages.

    Returns
    -------
    tuple of (str or None, iterator of (str, dict))
        The account's permanent identifier (DID), and key → record in the order of the keys
        (`app.bsky.feed.post/3k...`).

    Raises
    ------
    DataError
        When the file is no CAR, is cut, or a block is missing.

    References
    ----------
    CARv1 (IPLD); AT Protocol, repository specification (commit, Merkle search tree).

    Examples
    --------
    >>> records(b"no archive", "a.car")
    Traceback (most recent call last):
    analysis.errors.DataError: a.car is not a complete CAR file (...); download it again. ...
    """
    try:
        root, blocks = _blocks(data)
        commit = cbor(blocks[root])
        keys = list(_walk(commit["data"], blocks, 0))
        did = commit.get("did")
        return did if isinstance(did, str) else None, iter([(key, cbor(blocks[cid])) for key, cid in keys])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise DataError(
            f"{file} is not a complete CAR file ({error}); download it again. In Bluesky: Settings, Account, "
            "Export my data."
        ) from error


def _blocks(data: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    stream = _Bytes(data)
    header = cbor(stream.take(stream.varint()))
    if not isinstance(header, dict) or header.get("version") != 1:
        raise ValueError("the header is not that of version 1")
    blocks = {}
    while stream.place < len(data):
        block = _Bytes(stream.take(stream.varint()))
        cid = block.cid()
        blocks[cid] = block.data[block.place :]
    return header["roots"][0].cid, blocks


def _walk(node: Link | None, blocks: dict[bytes, bytes], depth: int) -> Iterator[tuple[str, bytes]]:
    """Walk the tree in the order of its keys; each key shares its first letters with the one before."""
    if node is None:
        return
    if depth > DEEPEST:
        raise ValueError("the tree goes round in a circle")
    found, key = cbor(blocks[node.cid]), b""
    yield from _walk(found.get("l"), blocks, depth + 1)
    for entry in found["e"]:
        key = key[: entry["p"]] + entry["k"]
        yield key.decode("utf-8"), entry["v"].cid
        yield from _walk(entry.get("t"), blocks, depth + 1)
