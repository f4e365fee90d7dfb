"""What lies in a ZIP, a tar or a folder: names first, and only the members asked for are ever opened."""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Self

from analysis.errors import DataError
from analysis.platforms.export import Notice, counted

__all__ = ["Container", "folder", "is_packed", "packed"]

MEMBER_LIMIT = 2_000_000_000
OPENED_LIMIT = 4_000_000_000
NAMES_LIMIT = 1_000_000
RATIO_LIMIT = 300
SMALL = 100_000
UNPACKING = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
)


@dataclass
class Container:
    """List the files of an archive or folder, and open those that are asked for.

    Attributes
    ----------
    file : str
        Name of the archive, for messages; empty for a folder.
    names : list of str
        Every file inside, with `/` between folders, in the order of the names; hidden files are left out.
    opened : list of str
        The names that were opened, in order.
    notices : list of Notice
    """

    file: str
    names: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    spent: int = 0

    def read(self, name: str) -> bytes:
        """Open one file and give its bytes."""
        self.opened.append(name)
        data = self._content(name)
        self.spent += len(data)
        if self.spent > OPENED_LIMIT:
            raise DataError(
                f"{self.file} unpacks to more than {OPENED_LIMIT:,} bytes: it is refused as unsafe."
            )
        return data

    def called(self, name: str) -> str:
        """Name a member together with its archive, as messages and `Export.file` do."""
        return f"{self.file}/{name}" if self.file else name

    def places(self, root: str, name: str) -> list[str]:
        """Name the folder an archive lies in, and the file that holds it."""
        return [root.rstrip("/").rsplit("/", 1)[-1], self.file.rsplit("/", 1)[-1]]

    def _content(self, name: str) -> bytes:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        archive = getattr(self, "archive", None)
        if archive is not None:
            archive.close()


@dataclass
class Folder(Container):
    """Hold files on disk under the names they are known by."""

    paths: dict[str, Path] = field(default_factory=dict)

    def places(self, root: str, name: str) -> list[str]:
        """Name the folder on disk, which the names inside may not tell."""
        return [self.paths[name].parents[name[len(root) :].count("/")].name]

    def _content(self, name: str) -> bytes:
        path = self.paths[name]
        try:
            if path.stat().st_size > MEMBER_LIMIT:
                raise DataError(
                    f"{name} is larger than {MEMBER_LIMIT:,} bytes: no platform writes such an export."
                )
            return path.read_bytes()
        except OSError as error:
            raise DataError(f"{name} cannot be opened: {error.strerror or error}.") from error


@dataclass
class Zip(Container):
    """Hold an open ZIP."""

    archive: zipfile.ZipFile | None = None
    infos: dict[str, zipfile.ZipInfo] = field(default_factory=dict)

    def _content(self, name: str) -> bytes:
        info = self.infos[name]
        if info.flag_bits & 1:
            raise DataError(
                f'{self.file}: the member "{name}" is protected by a password. '
                "Save the archive again without one, or unpack it and give the folder."
            )
        _reasonable(info.file_size, info.compress_size, name, self.file)
        try:
            with self.archive.open(info) as stream:
                content = stream.read(info.file_size + 1)
        except UNPACKING as error:
            raise _damaged(name, self.file, error) from error
        if len(content) > info.file_size:
            raise DataError(f'{self.file}: the member "{name}" is larger than the archive says: refused.')
        return content


@dataclass
class Tar(Container):
    """Hold an open tar, compressed or not."""

    archive: tarfile.TarFile | None = None
    infos: dict[str, tarfile.TarInfo] = field(default_factory=dict)

    def _content(self, name: str) -> bytes:
        try:
            return self.archive.extractfile(self.infos[name]).read()
        except (*UNPACKING, AttributeError) as error:
            raise _damaged(name, self.file, error) from error


def folder(files: Iterable[tuple[str, Path]]) -> Container:
    """Take files on disk as the members of an archive that was unpacked.

    Parameters
    ----------
    files : iterable of (str, pathlib.Path)
        The name each is known by, and where it lies.

    Returns
    -------
    Container

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "tweets.js"
    >>> _ = path.write_bytes(b"window.YTD")
    >>> folder([("data/tweets.js", path)]).read("data/tweets.js")
    b'window.YTD'
    """
    paths = dict(files)
    return Folder(file="", names=sorted(paths), paths=paths)


def packed(source: Path | bytes, file: str) -> Container:
    """Open a ZIP or a tar and list what is in it; nothing is unpacked to disk.

    Parameters
    ----------
    source : pathlib.Path or bytes
        The archive, on disk or in memory.
    file : str
        Its name, for messages.

    Returns
    -------
    Container

    Raises
    ------
    DataError
        When the archive is damaged, holds names that leave it, or unpacks to an unreasonable size.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> with zipfile.ZipFile(stream, "w") as archive:
    ...     archive.writestr("data/tweets.js", "window.YTD")
    >>> packed(stream.getvalue(), "twitter.zip").names
    ['data/tweets.js']
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        found = _tar(stream, file) if _tarred(file) else _zip(stream, file)
    except UNPACKING as error:
        if isinstance(error, DataError):
            raise
        kind = "tar" if _tarred(file) else "ZIP"
        raise DataError(f"{file} is not a complete {kind} archive ({error}); download it again.") from error
    found.names.sort()
    return found


def _tarred(file: str) -> bool:
    return file.casefold().endswith((".tar", ".tar.gz", ".tgz"))


def is_packed(file: str) -> bool:
    """Tell a ZIP or a tar by its name.

    Parameters
    ----------
    file : str
        Name of a file.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_packed("Archive.ZIP"), is_packed("archive-2022.tar.gz"), is_packed("a.csv")
    (True, True, False)
    """
    return file.casefold().endswith(".zip") or _tarred(file)


def _zip(stream: io.BytesIO | Path, file: str) -> Zip:
    archive = zipfile.ZipFile(stream)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _few(len(infos), file)
    total, room = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if total > max(room, SMALL) * RATIO_LIMIT:
        raise DataError(
            f"{file} would unpack to {total:,} bytes in {counted(len(infos), 'file')} from {room:,}: "
            "it is refused as unsafe."
        )
    found = Zip(file=file, archive=archive)
    found.infos = _named([(_plain(info.filename, file), info) for info in infos], found)
    return found


def _tar(stream: io.BytesIO | Path, file: str) -> Tar:
    inside = isinstance(stream, io.BytesIO)
    room = len(stream.getbuffer()) if inside else stream.stat().st_size
    archive = tarfile.open(fileobj=stream) if inside else tarfile.open(stream)  # noqa: SIM115
    found, listed, total = Tar(file=file, archive=archive), [], 0
    for number, info in enumerate(archive, start=1):
        total += info.size
        _few(number, file)
        if total > max(room, SMALL) * RATIO_LIMIT:
            raise DataError(
                f"{file} would unpack to more than {total:,} bytes from {room:,}: it is refused as unsafe."
            )
        if info.isfile():
            listed.append((_plain(info.name, file), info))
    found.infos = _named(listed, found)
    return found


def _few(number: int, file: str) -> None:
    if number > NAMES_LIMIT:
        raise DataError(f"{file} holds more than {NAMES_LIMIT:,} files: it is refused as unsafe.")


def _reasonable(size: int, room: int, name: str, file: str) -> None:
    if size > MEMBER_LIMIT or size > max(room, SMALL) * RATIO_LIMIT:
        raise DataError(
            f'{file}: the member "{name}" would unpack to {size:,} bytes from {room:,}: it is refused as unsafe.'
        )


def _plain(name: str, file: str) -> str:
    """Give a member's name with plain slashes; refuse one that leaves the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name[:3]:
        raise DataError(f'{file} holds a member named "{name}" that leaves the archive: refused.')
    return path.as_posix()


def _named(listed: list[tuple[str, object]], found: Container) -> dict:
    """Keep the visible members, the last of each name, as unpacking would leave them."""
    listed = [(name, info) for name, info in listed if not _hidden(name)]
    twice = sorted(name for name, number in Counter(name for name, _ in listed).items() if number > 1)
    if twice:
        names = ", ".join(twice[:3])
        found.notices.append(
            Notice(
                "member_twice", f"{found.file} holds members of the same name; the last was read: {names}."
            )
        )
    infos = dict(listed)
    found.names = list(infos)
    return infos


def _hidden(name: str) -> bool:
    parts = name.split("/")
    return any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts)


def _damaged(name: str, file: str, error: Exception) -> DataError:
    return DataError(f'{file}: the member "{name}" cannot be unpacked ({error}); download the archive again.')
