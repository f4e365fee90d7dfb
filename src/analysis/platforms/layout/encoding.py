"""How is a file written: from bytes to text, by its byte order mark, its NUL bytes or its validity."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from analysis.errors import DataError
from analysis.platforms.export import Notice, counted

__all__ = ["Decoded", "decode"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROL = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13))
PART = 1 << 20


@dataclass(frozen=True)
class Decoded:
    """Hold a file's text, the encoding it was read with and what was noticed."""

    text: str
    encoding: str
    notices: tuple[Notice, ...] = ()


def decode(data: bytes, file: str) -> Decoded:
    """Turn the bytes of a text export into text.

    Parameters
    ----------
    data : bytes
        The file as downloaded.
    file : str
        Its name, for messages.

    Returns
    -------
    Decoded
        A byte order mark is obeyed and removed; without one, UTF-16 is known by its NUL bytes, then UTF-8 is
        tried, then Windows-1252, which is always reported: a wrong guess there garbles accents.

    Raises
    ------
    DataError
        When the bytes are not text.

    References
    ----------
    Unicode Standard, section 23.8 (byte order mark).

    Examples
    --------
    >>> decode("Durée".encode("utf-8-sig"), "a.csv").encoding
    'utf-8-sig'
    >>> decode("Durée".encode("cp1252"), "a.csv").notices[0].code
    'encoding'
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data[len(mark) :], encoding, file), encoding)
    guess = _utf16(data)
    if guess:
        note = Notice("encoding", f"{file} has no byte order mark; its NUL bytes show {guess.upper()}.")
        return Decoded(_strict(data, guess, file), guess, (note,))
    try:
        return Decoded(_plain(data.decode("utf-8"), file), "utf-8")
    except UnicodeDecodeError:
        note = Notice(
            "encoding", f"{file} is not UTF-8; it was read as Windows-1252: check the accents in texts."
        )
        return Decoded(_strict(data, "cp1252", file), "cp1252", (note,))


def _utf16(data: bytes) -> str | None:
    head = data[:2000]
    if len(head) < 4 or b"\x00" not in head:
        return None
    half = len(head) // 2
    if head[1::2].count(0) > 0.7 * half and head[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if head[0::2].count(0) > 0.7 * half and head[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _strict(data: bytes, encoding: str, file: str) -> str:
    try:
        return _plain(data.decode("utf-8" if encoding == "utf-8-sig" else encoding), file)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file} cannot be read as {encoding.upper()} text: byte {error.start} is not valid. "
            "The file is damaged or is not a text export; download it again."
        ) from error


def _plain(text: str, file: str) -> str:
    parts = (text[start : start + PART].encode() for start in range(0, len(text), PART))
    control = sum(len(part) - len(part.translate(None, CONTROL)) for part in parts)
    if control:
        raise DataError(
            f"{file} holds {counted(control, 'control character')}: it is not a text export, or it is damaged. "
            "Download it again."
        )
    return text
