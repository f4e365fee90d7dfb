"""What do the lines of an NDJSON file hold: one record a line, read by the source that knows such records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from analysis.errors import DataError
from analysis.platforms.export import Export, Notice, rows_text
from analysis.platforms.layout.encoding import decode
from analysis.platforms.records.parts import Part

__all__ = ["Record", "Source", "read_ndjson", "source"]

SUSPECT = 0.1


@dataclass(frozen=True)
class Record:
    """Hold one line: the platform's own object, and what the collecting tool added about it.

    Attributes
    ----------
    data : dict
        The object as the platform gave it.
    meta : dict
        `source_platform`, `timestamp_collected`... as Zeeschuimer and 4CAT note them; empty where they do not.
    row : int
        Line of the file.
    """

    data: dict
    meta: dict
    row: int


@dataclass(frozen=True)
class Source:
    """Know one kind of record: `knows` tells it from one record, `read` makes a table of all of them."""

    name: str
    knows: Callable[[Record], bool]
    read: Callable[[list[Record]], Part]


SOURCES: dict[str, Source] = {}


def source(name: str, knows: Callable[[Record], bool]) -> Callable:
    """Register a function that makes a table of records.

    Parameters
    ----------
    name : str
        Name of the format, as in `Export.format`.
    knows : callable
        Tells from one record whether it is of this source.

    Returns
    -------
    callable
        A decorator that gives the function back.

    Examples
    --------
    >>> @source("nothing", lambda record: "nothing" in record.data)
    ... def nothing(records):
    ...     return Part("x", "none", "posts", "nothing")
    >>> SOURCES.pop("nothing").read([]).format
    'nothing'
    """

    def register(read: Callable[[list[Record]], Part]) -> Callable[[list[Record]], Part]:
        SOURCES[name] = Source(name, knows, read)
        return read

    return register


def read_ndjson(data: bytes, file: str) -> Export | list[Export]:
    """Read a file of one JSON object a line.

    Parameters
    ----------
    data : bytes
        The file as downloaded.
    file : str
        Its name, for messages.

    Returns
    -------
    Export or list of Export
        One per source; lines that are no JSON object are counted in its notices.

    Raises
    ------
    DataError
        When no line is an object of a known source, or more than a tenth of the lines is damaged.

    Examples
    --------
    >>> read_ndjson(b'{"a": 1}\\n', "a.ndjson")
    Traceback (most recent call last):
    analysis.errors.DataError: a.ndjson: no known export has these fields: a. Known sources: ...
    """
    import_module("analysis.platforms.sources")

    records, notices = _records(data, file)
    groups: dict[str, list[Record]] = {}
    for record in records:
        known = next((name for name in sorted(SOURCES) if SOURCES[name].knows(record)), "")
        groups.setdefault(known, []).append(record)
    strange = groups.pop("", [])
    if not groups:
        raise _unknown(strange, file)
    if strange:
        rows = rows_text([record.row for record in strange])
        notices.append(Notice("unreadable", f"{file}, {rows}: of no known source; not read."))
    digest = hashlib.sha256(data).hexdigest()
    exports = [_export(SOURCES[name].read(group), notices, file, digest) for name, group in groups.items()]
    return exports[0] if len(exports) == 1 else exports


def _export(part: Part, notices: list[Notice], file: str, digest: str) -> Export:
    part.notices = [*notices, *part.notices]
    return part.export(file, digest)


def _unknown(records: list[Record], file: str) -> DataError:
    fields = ", ".join(sorted({str(key) for record in records[:20] for key in record.data})[:20])
    return DataError(
        f"{file}: no known export has these fields: {fields or 'none'}. "
        f"Known sources: {', '.join(sorted(SOURCES))}."
    )


def _records(data: bytes, file: str) -> tuple[list[Record], list[Notice]]:
    """Parse the lines; a cut last line and a few damaged ones are set aside and said."""
    decoded = decode(data, file)
    lines = [(row, line) for row, line in enumerate(decoded.text.split("\n"), start=1) if line.strip()]
    records, bad = [], []
    for row, line in lines:
        record = _record(line, row)
        if record is None:
            bad.append(row)
        else:
            records.append(record)
    if not records or len(bad) > max(1, SUSPECT * len(lines)):
        raise DataError(
            f"{file}, {rows_text(bad or [1])}: not a JSON object per line. The file is damaged or is not NDJSON; "
            "download it again."
        )
    notices = list(decoded.notices)
    if bad:
        where = "the last one, is cut" if bad == [lines[-1][0]] else "damaged lines"
        notices.append(Notice("cut", f"{file}, {rows_text(bad)}, {where}: not read; download it again."))
    return records, notices


def _record(line: str, row: int) -> Record | None:
    """Take a line apart: the raw form of Zeeschuimer wraps the object, 4CAT writes its notes inside it."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    if isinstance(found.get("data"), dict) and "source_platform" in found:
        meta = {key: value for key, value in found.items() if key != "data"}
        return Record(found["data"], meta, row)
    meta = found.get("__import_meta")
    return Record(found, meta if isinstance(meta, dict) else {}, row)
