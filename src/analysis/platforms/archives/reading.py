"""What do the archives among a client's files hold: each wanted member is read, and nothing else is opened."""

from __future__ import annotations

import gc
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.archives import bluesky, google, insights, mastodon, meta, x
from analysis.platforms.archives.container import Container
from analysis.platforms.archives.found import Found, archives
from analysis.platforms.archives.texts import Repair, load
from analysis.platforms.export import Export, Exports, Notice, counted
from analysis.platforms.records.parts import Part

__all__ = ["read_archives", "read_found", "read_member"]

NAMES = (
    r"(?:instagram|facebook)-(?P<account>[\w.]+)-(?P<day>20\d\d-\d\d-\d\d)(?!\d).*",
    r"takeout-(?P<account>)(?P<day>20\d{6})(?!\d).*",
    r"(?:twitter|archive|x)-(?P<account>)(?P<day>20\d\d-\d\d-\d\d|20\d{6}).*",
    r"(?:instagram|facebook)-(?P<account>[\w.]+?)(?P<day>)(?:-\d+)?(?:\.zip)?",
    r"(?P<account>[\w.]+)_(?P<day>20\d{6})(?:_part_\d+)?(?:\.zip)?",
)
DAY = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)")


class NotKnown(DataError):
    """Say that a file holds no list this suite knows, although its JSON is sound."""


def read_archives(
    container: Container, names: list[str]
) -> tuple[dict[int, list[Export]], list[Notice], dict[str, str], set[str]]:
    """Read the archives among the files, and say which files belong to none.

    Parameters
    ----------
    container : Container
        Where the files lie.
    names : list of str
        Their names, in the order their tables are wanted.

    Returns
    -------
    tuple of (dict, list of Notice, dict of str to str, set of str)
        Exports by the place of the archive's first member, what was noticed, mistakes by file, and the other
        files.

    Examples
    --------
    >>> read_archives(Container("a.zip"), ["sales.csv"])
    ({}, [], {}, {'sales.csv'})
    """
    found, strange, refused = {}, [], {}
    known, rest = archives(names)
    for archive in known:
        read = read_found(archive, container)
        found.setdefault(names.index((archive.wanted or archive.others)[0]), []).extend(read)
        strange += read.unrecognised
        refused |= read.refused
    return {place: exports for place, exports in found.items() if exports}, strange, refused, set(rest)


def read_found(found: Found, container: Container) -> Exports:
    """Read one archive: every wanted member becomes an export, the others are counted.

    Parameters
    ----------
    found : Found
        Which archive, and which members may be opened.
    container : Container
        Where it lies.

    Returns
    -------
    Exports
        `refused` holds each damaged member; the whole archive where it was downloaded as HTML pages, or where
        the member that tells about the others is damaged.

    Examples
    --------
    >>> pages = Found("meta", "", [], ["posts/your_posts.html"], pages=True)
    >>> read_found(pages, Container("facebook.zip")).refused
    {'facebook.zip': 'facebook.zip is an archive of HTML pages. Download it again ... as JSON.'}
    """
    place = container.called(found.root.rstrip("/")).strip("/") or container.file or "The folder"
    if found.pages:
        said = (
            "is an archive of HTML pages. Download it again from the platform and choose the format as JSON."
        )
        return Exports(refused={place: f"{place} {said}"})
    if not found.wanted:
        names = f"{counted(len(found.others), 'file')}, none opened"
        return Exports(
            unrecognised=[
                Notice("set_aside", f"{place} is part of an archive without posts: set aside ({names}).")
            ]
        )
    about = _About(found, container)
    if about.refused:
        return Exports(refused=about.refused)
    parts, strange, refused, repeated = {}, [], {}, _repeated(found.wanted)
    for name in found.wanted:
        if name in repeated:
            continue
        try:
            parts |= {} if name in about.helping else about.part(name)
        except NotKnown as error:
            strange.append(Notice("unknown_format", str(error)))
        except DataError as error:
            refused[container.called(name)] = str(error)
    insights.join([part for part, _ in parts.values()])
    google.join([part for _, (part, _) in sorted(parts.items())])
    exports = [
        part.export(container.called(name), digest, about.exported)
        for name, (part, digest) in sorted(parts.items(), key=lambda item: (_order(item[1][0]), item[0]))
    ]
    said = [
        Notice("set_aside", f"{container.called(name)} repeats the posts of the numbered files: set aside.")
        for name in sorted(repeated)
    ]
    noticed = [*container.notices, *said, *strange, *_unopened(found, place)]
    return Exports(exports, noticed, refused=refused)


def _order(part: Part) -> tuple[int, bool]:
    """Put posts before the other tables, and the archive's own list before the figures counted on it."""
    return ("posts", "daily", "audience", "followers", "reviews").index(part.kind), part.format.endswith(
        "_insights"
    )


def _repeated(wanted: list[str]) -> set[str]:
    """Name the newer list of Instagram posts where the numbered ones, which hold the same, stand beside it."""
    numbered = {name.rsplit("/", 1)[0] for name in wanted if re.search(r"/posts_\d+\.json$", name)}
    return {name for name in wanted if name.endswith("/posts.json") and name.rsplit("/", 1)[0] in numbered}


def _unopened(found: Found, place: str) -> list[Notice]:
    if not found.others:
        return []
    kinds = Counter(name.rsplit(".", 1)[-1].casefold() if "." in name else "other" for name in found.others)
    listed = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    return [
        Notice(
            "not_opened",
            f"{place}: other files of the archive (messages, contacts, media...), never opened: "
            f"{len(found.others)} ({listed}).",
        )
    ]


class _About:
    """Holds what the archive says about itself: its account, the day of export, long texts."""

    def __init__(self, found: Found, container: Container) -> None:
        self.found, self.container = found, container
        self.helping = {
            n for n in found.wanted if re.search(r"(?:account|note-tweets?)\.js$|actor\.json$", n)
        }
        self.account, self.exported = named(*container.places(found.root, found.wanted[0]))
        self.actor, self.long, self.refused = None, {}, {}
        for name in sorted(self.helping):
            try:
                self._help(name, load(container.read(name), container.called(name)))
            except DataError as error:
                self.refused[container.called(name)] = str(error)

    def _help(self, name: str, content: Any) -> None:
        if name.endswith("actor.json"):
            self.actor = content
        elif name.endswith("account.js"):
            self.account = x.username(content)
        else:
            self.long = x.notes(content)

    def part(self, name: str) -> dict[str, tuple[Part, str]]:
        """Read one member; give its table and the sha256 of its bytes."""
        data, file = self.container.read(name), self.container.called(name)
        part = read_member(data, file, account=self.account, actor=self.actor, long=self.long)
        return {name: (part, hashlib.sha256(data).hexdigest())}


def named(*places: str) -> tuple[str | None, pd.Timestamp | None]:
    """Take the account and the day of export from the name platforms give an archive.

    Parameters
    ----------
    places : str
        Names of the folder and of the file it lies in.

    Returns
    -------
    tuple of (str or None, pandas.Timestamp or None)

    Examples
    --------
    >>> named("instagram-le_fournil-2025-03-04-aBc9.zip")
    ('le_fournil', Timestamp('2025-03-04 00:00:00'))
    >>> named("facebook-lefournil.zip"), named("exports")
    (('lefournil', None), (None, None))
    """
    found = next((m for place in places for m in (re.fullmatch(p, place) for p in NAMES) if m), None)
    if found is None:
        return None, None
    day = DAY.fullmatch(found["day"])
    try:
        exported = pd.Timestamp(*map(int, day.groups())) if day else None
    except ValueError:
        exported = None
    return found["account"] or None, exported


def read_member(
    data: bytes,
    file: str,
    *,
    account: str | None = None,
    actor: Any = None,
    long: dict | None = None,
) -> Part:
    """Read one file of an archive by what is in it, whatever its name.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name, for messages.
    account : str, optional
        The account, where the archive names it elsewhere.
    actor : dict, optional
        `actor.json` of a Mastodon archive.
    long : dict, optional
        Long texts of an X archive.

    Returns
    -------
    Part

    Raises
    ------
    DataError
        When the file is damaged or holds nothing known.

    Examples
    --------
    >>> data = b'{"ig_stories": [{"uri": "a.jpg", "creation_timestamp": 1700000000}]}'
    >>> read_member(data, "stories.json").rows[0]["kind"]
    'story'
    """
    if file.casefold().endswith(".car"):
        return bluesky.repository(data, file)
    notices: list[Notice] = []
    with _uncollected():
        part = _known(load(data, file, notices), file, account, actor, long or {})
    part.notices = [*notices, *part.notices]
    return part


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no cycles among objects meanwhile: JSON has none, and looking takes a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _known(content: Any, file: str, account: str | None, actor: Any, long: dict) -> Part:
    if x.knows(content) or (content == [] and file.casefold().endswith(".js")):
        return x.tweets(content, account, file, long)
    if mastodon.knows(content):
        return mastodon.outbox(content, actor, file)
    if google.knows(content):
        return google.reviews(content, file)
    return _meta(content, account, file)


def _meta(content: Any, account: str | None, file: str) -> Part:
    repair = Repair()
    content = meta.listed(repair.all(content))
    part = _part(content, account, file)
    if repair.repaired:
        part.notice(
            "mojibake", f"{file}: texts written in a broken encoding and repaired: {repair.repaired}."
        )
    if repair.suspect:
        part.notice(
            "mojibake_left", f"{file}: texts that look broken and could not be repaired: {repair.suspect}."
        )
    return part


def _empty(file: str) -> str:
    """Tell by its name what an empty list is a list of."""
    base = file.rsplit("/", 1)[-1]
    if base.startswith("followers"):
        return "followers"
    return "facebook" if re.match(r"(?:your|profile)_posts", base) else "instagram"


def _part(content: Any, account: str | None, file: str) -> Part:
    known = insights.knows(content)
    if known:
        return (insights.posts if known == "posts" else insights.audience)(content, account, file)
    known = _empty(file) if content == [] else meta.knows(content)
    if known == "followers":
        return meta.followers(
            content, "facebook" if "facebook" in file.casefold() else "instagram", account, file
        )
    if known:
        return meta.posts(content, known, account, file)
    raise NotKnown(
        f"{file}: no known list of posts, followers or figures is in this file. Give the archive as it was downloaded."
    )
