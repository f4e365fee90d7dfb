"""Which bytes does a file hold? Read once, then trusted for as long as its size and times stay the same."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

__all__ = ["Hashes", "sha256"]

NAME = ".hashes.json"
GRAIN = (
    20_000_000  # nanoseconds: a change this soon after the last save may leave the file's times as they were
)


def sha256(content: bytes) -> str:
    """Hash bytes.

    Parameters
    ----------
    content : bytes
        What to hash.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


class Hashes:
    """Remember the hash of each file under its size and times.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where `.hashes.json` is kept between runs; nothing is kept when left out.

    Notes
    -----
    A file rewritten with its old size, time of writing and time of change is not seen as changed; no ordinary
    program does that. Whoever must be sure reads the file again, as `verify` does.

    Examples
    --------
    >>> Hashes().of(Path("nowhere.csv")) is None
    True
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._place = folder / NAME if folder is not None else None
        self._known = _kept(self._place)
        self._asked: dict[str, str | None] = {}
        self._changed = False

    def of(self, path: str | Path) -> str | None:
        """Give a file's hash, or nothing when it is not there or cannot be read."""
        path = os.path.abspath(path)  # noqa: PTH100 — asked thousands of times; pathlib is ten times slower
        if path not in self._asked:
            self._asked[path] = self._current(path)
        return self._asked[path]

    def tree(self, folder: str | Path) -> str:
        """Give one hash over every file below a folder, by name."""
        whole = hashlib.sha256()
        for name, path in _below(str(folder)):
            whole.update(f"{name}\0{self.of(path)}\n".encode())
        return whole.hexdigest()

    def forget(self) -> None:
        """Look at every file again from here on, as they may have changed."""
        self._asked.clear()

    def save(self) -> None:
        """Keep what was learnt for the next run, where that may be written; no path is kept, only hashes of paths."""
        if self._place is None or not self._changed or not os.access(self._place.parent, os.W_OK | os.X_OK):
            return
        partial = self._place.with_name(f"{NAME}.{os.getpid()}")
        partial.write_text(json.dumps(self._known, separators=(",", ":")), encoding="ascii")
        partial.replace(self._place)
        self._changed = False

    def _current(self, path: str) -> str | None:
        try:
            seen = os.stat(path)  # noqa: PTH116
        except OSError:
            return None
        key, state = sha256(os.fsencode(path))[:16], [seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns]
        known = self._known.get(key)
        if known is None or known[:3] != state:
            found = _read(path)
            if found is None:
                return None
            known = self._known[key] = [*state, found]
            self._changed = True
        return known[3]


def _kept(place: Path | None) -> dict[str, list]:
    """Read what the last run learnt, without what may have changed in the very moment it was written."""
    if place is None or not place.is_file():
        return {}
    try:
        entries = json.loads(place.read_text(encoding="ascii"))
        settled = place.stat().st_mtime_ns - GRAIN
        return {key: entry for key, entry in entries.items() if max(entry[1], entry[2]) < settled}
    except (OSError, ValueError, TypeError, IndexError, AttributeError):
        return {}


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _below(folder: str) -> list[tuple[str, str]]:
    """List files below a folder with their names from it, in a fixed order, compiled and hidden ones left out."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        for name in (name for name in files if not name.startswith(".")):
            path = os.path.join(place, name)  # noqa: PTH118
            found.append((os.path.relpath(path, folder).replace(os.sep, "/"), path))
    return sorted(found)
