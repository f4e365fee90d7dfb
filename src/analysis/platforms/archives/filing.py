"""Where do the members of an unpacked archive go when a client's files are put away: together, nothing private."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from analysis.platforms.archives.container import folder
from analysis.platforms.archives.found import HELPING, archives

__all__ = ["together"]


def together(files: Mapping[str, Path], refused: Collection[str] = ()) -> dict[str, str]:
    """Say where each wanted member of an unpacked archive goes, below the archive's own folder.

    Parameters
    ----------
    files : mapping of str to pathlib.Path
        Every file at hand, by name.
    refused : collection of str, optional
        Files that cannot be read: they go nowhere, nor does an archive whose account cannot be told.

    Returns
    -------
    dict of str to str
        Name → place. Members standing alone are left out; so is all that may not be opened.

    Notes
    -----
    The folder's name tells the account and the day of the archive: without it they would be lost.

    Examples
    --------
    >>> place = Path("twitter-2024-06-01-x/data")
    >>> together({"data/tweets.js": place / "tweets.js", "data/like.js": place / "like.js"})
    {'data/tweets.js': 'twitter-2024-06-01-x/data/tweets.js'}
    """
    found, _ = archives(files)
    inside = folder(files.items())
    return {
        name: f"{inside.places(archive.root, name)[0]}/{name[len(archive.root) :]}".lstrip("/")
        for archive in found
        for name in archive.wanted
        if _whole(archive.root, archive.wanted)
        and name not in refused
        and not any(HELPING.fullmatch(member) and member in refused for member in archive.wanted)
    }


def _whole(root: str, wanted: list[str]) -> bool:
    """Tell an archive that kept its folders, or the member that names its account."""
    return any("/" in name[len(root) :] or HELPING.fullmatch(name) for name in wanted)
