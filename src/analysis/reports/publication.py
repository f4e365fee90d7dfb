"""How do a report's files come into place so that a reader never meets half of it, whenever the work is stopped?

All files are first written into a hidden folder beside the report's own; the two folders then change places in one
step. What an interrupted run leaves behind is a hidden folder nobody looks into, which the next run takes away: a
lock on the folder, which ends with the process that holds it, tells what is left behind from what is being written.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from analysis.errors import ReportError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

__all__ = ["check_place", "publish", "publish_file", "tidy"]

WRITING, PREVIOUS = ".writing-", ".previous-"
EXCHANGE, HERE = 2, -100  # RENAME_EXCHANGE and AT_FDCWD of Linux; RENAME_SWAP of macOS is 2 too
OWN = ("report.", "manifest.json", "timings.json", "claims.json")


def publish(target: Path, files: Mapping[str, bytes]) -> None:
    """Put the finished files of a report in place, all at once.

    Parameters
    ----------
    target : pathlib.Path
        The report's folder; what an earlier report left in it goes.
    files : mapping
        File name to content.

    Raises
    ------
    ReportError
        When they cannot be written; the earlier report then stays as it was.

    Notes
    -----
    A folder that also holds files of someone else is not exchanged: its files are replaced one by one, the manifest
    taken away first and put back last, so that an unfinished report has none.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     publish(Path(folder) / "report", {"report.html": b"<p>"})
    ...     [path.name for path in (Path(folder) / "report").iterdir()]
    ['report.html']
    """
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "it is a file, not a folder")
        tidy(target.parent, deep=False)
        shared = target.is_dir() and not all(path.name.startswith(OWN) for path in target.iterdir())
        with _scratch(target if shared else target.parent) as scratch:
            for name, content in files.items():
                (scratch / name).write_bytes(content)
            (_replace_files if shared else _exchange)(scratch, target)
    except OSError as error:
        raise _unwritten(target, error) from None


def check_place(target: Path) -> None:
    """Refuse a folder that cannot be written, before a report is made for it.

    Parameters
    ----------
    target : pathlib.Path
        The report's folder; nothing is made.

    Raises
    ------
    ReportError
        When what is there is a file, or may not be written to.

    Examples
    --------
    >>> check_place(Path("no/such/folder"))
    """
    there = next(path for path in (target.resolve(), *target.resolve().parents) if path.exists())
    number = (
        errno.ENOTDIR if not there.is_dir() else 0 if os.access(there, os.W_OK | os.X_OK) else errno.EACCES
    )
    if number:
        raise _unwritten(there, OSError(number, os.strerror(number)))


def _unwritten(target: Path, error: OSError) -> ReportError:
    """Name a folder: that of a client's report by whose it is, and not by its language alone."""
    own = target.parts[-4:]
    place = "/".join(own) if own[0] == "client" else target.name
    return ReportError(f"{place}: the report could not be written: {error.strerror}.")


def publish_file(path: Path, content: bytes) -> None:
    """Put one file in place in one step.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made where it is missing.
    content : bytes
        What it shall hold.

    Raises
    ------
    ReportError
        When it cannot be written; what was there then stays.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     publish_file(Path(folder) / "index.html", b"<p>")
    ...     [path.name for path in Path(folder).iterdir()]
    ['index.html']
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _scratch(path.parent) as scratch:
            (scratch / path.name).write_bytes(content)
            (scratch / path.name).replace(path)
    except OSError as error:
        raise ReportError(f"{path.name} could not be written: {error.strerror}.") from None


def tidy(root: Path, *, deep: bool = True) -> None:
    """Take away what interrupted runs left below a folder, and nothing that is still being written.

    Parameters
    ----------
    root : pathlib.Path
        A folder of reports.
    deep : bool
        Look into the folders below it too.

    Examples
    --------
    >>> tidy(Path("nowhere"))
    """
    for place, folders, _ in os.walk(root):
        for name in [name for name in folders if name.startswith((WRITING, PREVIOUS))]:
            folders.remove(name)
            _clear(Path(place, name))
        if not deep:
            return


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """Make a hidden folder that is ours for as long as this process lives."""
    folder, lock = _locked(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _release(lock)


def _locked(parent: Path) -> tuple[Path, int | None]:
    """Make and lock a folder; try again when another run is just clearing it away."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=WRITING, dir=parent))
        folder.chmod(0o777 & ~_umask())
        try:
            lock = _lock(folder)
        except (BlockingIOError, FileNotFoundError):
            continue
        if folder.is_dir():
            return folder, lock
        _release(lock)


def _lock(folder: Path) -> int | None:
    """Lock a folder until this process lets it go or ends; nothing where there are no such locks."""
    if fcntl is None:
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return descriptor


def _release(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _clear(folder: Path) -> None:
    """Take away a folder whose process has ended; put back a report that was about to be replaced."""
    try:
        lock = _lock(folder)
    except OSError:
        return
    if lock is None:
        return
    try:
        target = folder.with_name(folder.name.removeprefix(PREVIOUS))
        if folder.name.startswith(PREVIOUS) and not target.exists():
            folder.rename(target)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        _release(lock)


def _replace_files(scratch: Path, target: Path) -> None:
    (target / "manifest.json").unlink(missing_ok=True)
    names = sorted(path.name for path in scratch.iterdir())
    for name in sorted(names, key=lambda name: name == "manifest.json"):
        (scratch / name).replace(target / name)
    for path in target.iterdir():
        if path.name.startswith(OWN) and path.name not in names:
            path.unlink()


def _exchange(scratch: Path, target: Path) -> None:
    """Let the new folder take the place of the earlier one in one step, or in two where there is no such step."""
    if not target.exists():
        scratch.rename(target)
    elif not _swapped(scratch, target):
        previous = target.with_name(PREVIOUS + target.name)
        shutil.rmtree(previous, ignore_errors=True)
        lock = _lock(target)
        target.rename(previous)
        scratch.rename(target)
        shutil.rmtree(previous, ignore_errors=True)
        _release(lock)


def _swapped(first: Path, second: Path) -> bool:
    """Exchange two folders in one step; say whether the system could."""
    import ctypes

    names = os.fsencode(first), os.fsencode(second)
    with suppress(AttributeError, OSError):
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return system.renamex_np(*names, EXCHANGE) == 0
        return system.renameat2(HERE, names[0], HERE, names[1], EXCHANGE) == 0
    return False
