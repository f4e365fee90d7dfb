"""What do the texts of an archive say once broken encodings, entities and tags are undone."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from analysis.errors import DataError
from analysis.platforms.export import Notice
from analysis.platforms.layout.encoding import decode

__all__ = ["Repair", "links", "load", "plain"]

SUSPECT = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")
ASSIGNED = re.compile(r"\s*[\w.$\[\]\"']+\s*=\s*")
BLOCKS = {"p", "div", "li", "blockquote", "pre", "h1", "h2", "h3"}
TAG = re.compile(
    r"<(/?)(p|br|a|span|strong|em|b|i|u|del|code|pre|blockquote|ul|ol|li|div|h[1-6])"
    r'((?: [a-z][a-z-]*="[^"<>&]*")*) ?/?>'
)
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
TOLD = {"a", "br", *BLOCKS}
ASIDE = re.compile(r"\b(?:mention|hashtag)\b")


class Repair:
    """Undo UTF-8 bytes written as if each were a letter, string by string, and count what was undone.

    Attributes
    ----------
    repaired : int
        Strings repaired.
    suspect : int
        Strings that look broken and cannot be repaired; left as they are.
    """

    def __init__(self) -> None:
        self.repaired = self.suspect = 0

    def text(self, text: str) -> str:
        """Repair one string; a string written correctly is left as it is."""
        if text.isascii():
            return text
        try:
            fixed = text.encode("latin-1").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            self.suspect += bool(SUSPECT.search(text))
            return text
        self.repaired += 1
        return fixed

    def all(self, value: Any) -> Any:
        """Repair every string of a JSON value where it stands, keys included; give the value."""
        whole = [value]
        waiting: list[Any] = [whole]
        while waiting:
            inside = waiting.pop()
            for place, item in inside.items() if type(inside) is dict else enumerate(inside):
                kind = type(item)
                if kind is dict or kind is list:
                    waiting.append(item)
                elif kind is str and not item.isascii():
                    inside[place] = self.text(item)
            if type(inside) is dict and not "".join(inside).isascii():
                self._keys(inside)
        return whole[0]

    def _keys(self, inside: dict[str, Any]) -> None:
        repaired = [(self.text(key), item) for key, item in inside.items()]
        inside.clear()
        inside.update(repaired)


def load(data: bytes, file: str, notices: list[Notice] | None = None) -> Any:
    """Parse JSON, also where a script assigns it to a name as the archive of X does.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for messages.
    notices : list of Notice, optional
        Takes what was noticed about the encoding.

    Returns
    -------
    object
        Lists that stand twice under one key are joined: a Mastodon archive can hold `orderedItems` twice.

    Raises
    ------
    DataError
        When the file is empty, cut, damaged or no JSON; the message says where.

    Examples
    --------
    >>> load(b'window.YTD.tweets.part0 = [{"tweet": {"id_str": "1"}}]', "tweets.js")
    [{'tweet': {'id_str': '1'}}]
    >>> load(b'{"a": [1], "a": [2]}', "a.json")
    {'a': [1, 2]}
    """
    decoded = decode(data, file)
    text = decoded.text
    if notices is not None:
        notices += decoded.notices
    if not text or text.isspace():
        raise DataError(f"{file} is empty: there is nothing to read. Download it again.")
    start = ASSIGNED.match(text)
    body = text[start.end() :] if start else text
    try:
        return json.loads(body.rstrip().rstrip(";"), object_pairs_hook=_joined, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        line = text[: len(text) - len(body) + error.pos].count("\n") + 1
        cut = "cut or damaged" if error.pos >= len(body.rstrip()) - 1 else "damaged"
        raise DataError(
            f"{file}, line {line}: no JSON can be read there ({error.msg}). The file is {cut}; download it again."
        ) from error
    except (RecursionError, ValueError) as error:
        raise DataError(
            f"{file}: no JSON can be read ({error}). The file is damaged; download it again."
        ) from error


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no figure")


def _joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for key, value in pairs:
        twice = isinstance(value, list) and isinstance(found.get(key), list)
        found[key] = [*found[key], *value] if twice else value
    return found


class _Words(HTMLParser):
    """Collects the words of a post, its paragraphs and line breaks, and the links that are neither name nor tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        known = dict(attrs)
        if tag == "br":
            self.words.append("\n")
        elif tag in BLOCKS and self.words:
            self.words.append("\n\n" if tag == "p" else "\n")
        elif (
            tag == "a" and known.get("href") and not ASIDE.search(f"{known.get('class')} {known.get('rel')}")
        ):
            self.links.append(known["href"])

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@lru_cache(maxsize=4)
def _parsed(text: str) -> _Words:
    words = _Words()
    if not _simple(text, words):
        words = _Words()
        words.feed(text)
        words.close()
    return words


def _simple(text: str, words: _Words) -> bool:
    """Take the tags as a server writes them, which is what a parser of any HTML would do; say if all were such."""
    pieces = TAG.split(text)
    data = pieces[::4]
    if any("<" in piece for piece in data):
        return False
    for place, piece in enumerate(data):
        if piece:
            words.handle_data(html.unescape(piece))
        closing, tag, attributes = pieces[place * 4 + 1 : place * 4 + 4] or ("/", "", "")
        if not closing and tag in TOLD:
            words.handle_starttag(tag, ATTRIBUTE.findall(attributes))
    return True


def plain(text: str) -> str:
    """Take the words out of a post written in HTML.

    Parameters
    ----------
    text : str
        As Mastodon stores it.

    Returns
    -------
    str

    Examples
    --------
    >>> plain("<p>Pain &amp; café<br />chaud</p><p>Demain</p>")
    'Pain & café\\nchaud\\n\\nDemain'
    """
    return "".join(_parsed(text).words).strip()


def links(text: str) -> list[str]:
    """List the addresses a post written in HTML links to, without mentions and hashtags.

    Parameters
    ----------
    text : str
        As Mastodon stores it.

    Returns
    -------
    list of str

    Examples
    --------
    >>> links('<a href="https://x.org/@a" class="u-url mention">@a</a> <a href="https://shop.example">shop</a>')
    ['https://shop.example']
    """
    return _parsed(text).links


def unescaped(text: str) -> str:
    """Undo HTML entities in a plain text, as X writes `&amp;`.

    Parameters
    ----------
    text : str
        As stored.

    Returns
    -------
    str

    Examples
    --------
    >>> unescaped("Thé &amp; café &lt;3")
    'Thé & café <3'
    """
    return html.unescape(text)
