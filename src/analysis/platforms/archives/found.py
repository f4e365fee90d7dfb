"""Which archives lie among these names: an archive is known by its members, and only some may be opened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.yaml_files import from_yaml

__all__ = ["Found", "archives", "may_open"]

MEMBERS = Path(__file__).with_name("members.yml")
OWN = re.compile(r".*\.(?:json|js|html)", re.IGNORECASE)
TABLE = re.compile(r".*\.(?:csv|tsv|txt|xlsx?|xlsm|zip|tar|gz|tgz|nd?jsonl?|jsonl|ya?ml)", re.IGNORECASE)
HELPING = re.compile(r"(?:.*/)?(?:account\.js|note-tweets?\.js|actor\.json)")
COPY = re.compile(r" ?\(\d+\)(?=\.)")


@dataclass
class Found:
    """Name one archive among many files.

    Attributes
    ----------
    kind : {"meta", "x", "mastodon", "bluesky", "google"}
    root : str
        The folder it lies in, with its closing slash; empty at the top.
    wanted : list of str
        The members that hold posts, followers or figures: the only ones that may be opened.
    others : list of str
        The rest, media and private matters, never opened.
    pages : bool
        It was downloaded as HTML pages, not as JSON.
    """

    kind: str
    root: str
    wanted: list[str]
    others: list[str]
    pages: bool = False


@cache
def _patterns(use: str) -> dict[str, re.Pattern]:
    """Load one use of the members file: kind of archive → pattern of a whole path, its folder as `root`."""
    raw = from_yaml(MEMBERS.read_text(encoding="utf-8"))
    known = {kind: "|".join(item.get(use, ())) for kind, item in raw["archives"].items()}
    return {
        kind: re.compile(rf"(?P<root>(?:[^/]+/)*?)(?:{paths.replace('{room}', raw['room'])})")
        for kind, paths in known.items()
        if paths
    }


def may_open(name: str) -> bool:
    """Tell whether a JSON, JS or CAR file standing alone is one that holds posts, by its name.

    Parameters
    ----------
    name : str
        Name of a file, with or without folders.

    Returns
    -------
    bool
        False for anything private or unknown: such a file is not even opened.

    Examples
    --------
    >>> may_open("exports/posts_1 (2).json"), may_open("message_1.json"), may_open("direct-messages.js")
    (True, False, False)
    """
    base = COPY.sub("", name.rsplit("/", 1)[-1])
    return any(pattern.fullmatch(base) for pattern in _patterns("alone").values())


def archives(names: Iterable[str]) -> tuple[list[Found], list[str]]:
    """Part names into archives and the files that belong to none.

    Parameters
    ----------
    names : iterable of str
        Files of a ZIP, a tar or a folder.

    Returns
    -------
    tuple of (list of Found, list of str)
        Archives in the order of their folders, and the other names as they came.

    Examples
    --------
    >>> found, rest = archives(["x/data/tweets.js", "x/data/direct-messages.js", "sales.csv"])
    >>> found[0].root, found[0].wanted, found[0].others, rest
    ('x/', ['x/data/tweets.js'], ['x/data/direct-messages.js'], ['sales.csv'])
    """
    names = list(names)
    roots = {
        key: wanted
        for key, wanted in _roots(names, "wanted").items()
        if not all(HELPING.fullmatch(name) for name in wanted)
    }
    free = set(names) - {name for wanted in roots.values() for name in wanted}
    for use in ("pages", "rooms"):
        for key in sorted(_roots(names, use), key=lambda item: len(item[1])):
            if not any(key[1].startswith(root) and kind == key[0] for kind, root in roots):
                roots[key] = []
    found = []
    for (kind, root), wanted in sorted(roots.items(), key=lambda item: (-len(item[0][1]), item[0])):
        others = _belonging(sorted(free), root, wanted)
        free -= set(others)
        found.append(Found(kind, root, sorted(wanted), others, not wanted and _pages(kind, root, others)))
    taken = {name for item in found for name in (*item.wanted, *item.others)}
    found += _strays([name for name in names if name not in taken])
    taken |= {name for item in found for name in item.wanted}
    found = sorted((f for f in found if f.wanted or f.others), key=lambda item: (item.root, item.kind))
    return found, [name for name in names if name not in taken]


def _roots(names: list[str], use: str) -> dict[tuple[str, str], list[str]]:
    """Find the folder each archive lies in: what stands before the first part its members are known by."""
    roots: dict[tuple[str, str], list[str]] = {}
    for kind, pattern in _patterns(use).items():
        for name in names:
            match = pattern.fullmatch(name)
            if match:
                roots.setdefault((kind, match["root"]), []).append(name)
    return roots


def _strays(names: list[str]) -> list[Found]:
    """Gather members that stand alone, folder by folder: an archive someone has taken apart."""
    groups: dict[tuple[str, str], list[str]] = {}
    for name in sorted(names):
        root, base = name[: name.rfind("/") + 1], COPY.sub("", name.rsplit("/", 1)[-1])
        kind = next((k for k, pattern in _patterns("alone").items() if pattern.fullmatch(base)), None)
        if kind:
            groups.setdefault((kind, root), []).append(name)
    return [Found(kind, root, wanted, []) for (kind, root), wanted in groups.items()]


def _pages(kind: str, root: str, others: list[str]) -> bool:
    pattern = _patterns("pages").get(kind)
    return pattern is not None and any(pattern.fullmatch(name[len(root) :]) for name in others)


def _belonging(free: list[str], root: str, wanted: list[str]) -> list[str]:
    """List what belongs to an archive: all of its own folder, else the folders that hold files of its kind.

    Tables beside it, and members of other archives, do not: a client's folder holds many things.
    """
    below = [name for name in free if name.startswith(root)]
    loose = bool(wanted) and all("/" not in name[len(root) :] for name in wanted)
    rooms = {
        name[len(root) :].split("/")[0] for name in below if "/" in name[len(root) :] and OWN.fullmatch(name)
    }

    def belongs(name: str) -> bool:
        inside = name[len(root) :]
        if not loose and (root or ("/" in inside and inside.split("/")[0] in rooms)):
            return True
        return not TABLE.fullmatch(name) and not may_open(name)

    return [name for name in below if belongs(name)]
