"""What may a mapping say: its keys and columns are checked one by one, and a format is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from analysis.errors import DataError, did_you_mean
from analysis.platforms.contracts import KINDS
from analysis.platforms.layout.rows import SUMS
from analysis.platforms.networks import network
from analysis.platforms.specification import Field, Format, fold, formats

__all__ = ["FIELDS", "entry"]

COUNTS = (
    "followers", "reach", "views", "reactions", "comments", "shares", "saves", "clicks", "link_clicks",
    "interactions", "impressions",
)  # fmt: skip
WHOSE = {"platform": "text", "account": "text"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "posts": {
        **WHOSE, "post_id": "id", "published": "date", "time": "text", "kind": "text", "text": "text", "url": "text",
        "paid": "flag", "is_share": "flag", "duration": "duration", "exported": "date", "campaign": "text",
        **dict.fromkeys(COUNTS, "count"),
    },
    "daily": {
        **WHOSE, "date": "day", "new_followers": "count", "lost_followers": "count", "visits": "count",
        "posts": "count", **dict.fromkeys(COUNTS, "count"),
    },
    "audience": {**WHOSE, "dimension": "text", "level": "text"},
    "reviews": {
        **WHOSE, "review_id": "id", "published": "date", "time": "text", "rating": "number", "text": "text",
        "language": "text", "answered": "date", "url": "text",
    },
    "messages": {**WHOSE, "thread_id": "id", "received": "date", "answered": "date"},
}  # fmt: skip
NEEDED = {
    "posts": ("published",), "daily": ("date",), "audience": ("level",), "reviews": ("text",),
    "messages": ("received",),
}  # fmt: skip
OPEN = {"daily": "metric", "audience": "unit"}
IDENTITY = {"posts": "post_id", "reviews": "review_id", "messages": "thread_id"}
KEYS = (
    "platform", "tool", "kind", "account", "columns", "kinds", "files", "optional", "dayfirst", "decimal", "zone",
    "dimension",
)  # fmt: skip
METRIC = re.compile(r"[a-z][a-z0-9_]*")
STEPS = (
    ("platform", "networks_named"),
    ("impressions", "views_from_impressions"),
    ("is_share", "reposts_apart"),
)


def entry(raw: dict, file: str) -> tuple[tuple[str, ...], Format]:
    """Check one mapping and make a format of it.

    Parameters
    ----------
    raw : dict
        What it says, as parsed.
    file : str
        Its name, for messages.

    Returns
    -------
    tuple of (tuple of str, Format)
        Patterns of the file names it is for (none: any file no known format reads), and the format.

    Raises
    ------
    DataError
        When a key or column is not known, is given twice, or is lacking.

    Examples
    --------
    >>> patterns, known = entry({"platform": "x", "columns": {"published": "Date"}, "files": "a-*.csv"}, "columns.yml")
    >>> patterns, known.kind, known.one_of
    (('a-*.csv',), 'posts', ('published',))
    """
    for key in raw:
        _known(str(key), KEYS, f"{file}: ", "is not something a mapping says")
    kind = str(raw.get("kind", "posts"))
    _known(kind, FIELDS, f"{file}, kind: ", "is no kind of table")
    columns = raw.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise DataError(f'{file}: "columns" must list column: heading, one a line.')
    fields = {str(name): _field(str(name), heading, kind, file) for name, heading in columns.items()}
    _refuse_shared(fields, file)
    for name in NEEDED[kind]:
        if name not in fields:
            raise DataError(f'{file}: a table of {kind} needs the column "{name}". Say which heading it has.')
    if "platform" not in raw and "platform" not in fields:
        raise DataError(f'{file}: say "platform: ..." (facebook, instagram...) or map a column to it.')
    return _patterns(raw, file), _format(raw, kind, fields, file)


def _known(word: str, allowed: Iterable[str], where: str, what: str) -> None:
    allowed = list(allowed)
    if word not in allowed:
        raise DataError(
            f'{where}"{word}" {what}.{did_you_mean(word, allowed)} Choices: {", ".join(sorted(allowed))}.'
        )


def _field(name: str, heading: object, kind: str, file: str) -> Field:
    allowed = FIELDS[kind]
    if name not in allowed:
        near = did_you_mean(name, allowed)
        if kind not in OPEN or near or not METRIC.fullmatch(name):
            more = " Other names are metrics, in small letters and underscores." if kind in OPEN else ""
            raise DataError(
                f'{file}: "{name}" is no column of {kind}.{near} Columns: {", ".join(sorted(allowed))}.{more}'
            )
    words = heading if isinstance(heading, list) else [heading]
    if not words or any(word is None or isinstance(word, (list, dict)) for word in words):
        raise DataError(f'{file}: "{name}" needs the heading its column has in the file.')
    measured = kind in OPEN and name not in {*WHOSE, "date", "dimension", "level"}
    return Field(
        name=name,
        type=allowed.get(name, "fraction"),
        names={"en": tuple(str(word) for word in words)},
        metric=name if measured and kind == "daily" else "",
        unit=name if measured and kind == "audience" else "",
    )


def _refuse_shared(fields: Mapping[str, Field], file: str) -> None:
    owner: dict[str, str] = {}
    for field in fields.values():
        for word in field.names["en"]:
            other = owner.setdefault(fold(word), field.name)
            if other != field.name:
                raise DataError(
                    f'{file}: the heading "{word}" is given for both "{other}" and "{field.name}". Keep one of them.'
                )


def _patterns(raw: dict, file: str) -> tuple[str, ...]:
    files = raw.get("files", [])
    files = [files] if isinstance(files, str) else files
    if not isinstance(files, list) or not all(isinstance(item, str) for item in files):
        raise DataError(f'{file}: "files" must be names such as "posts-*.csv".')
    return tuple(files)


def _format(raw: dict, kind: str, fields: Mapping[str, Field], file: str) -> Format:
    optional = raw.get("optional", [])
    for name in optional if isinstance(optional, list) else [optional]:
        _known(str(name), fields, f"{file}, optional: ", "is not among the columns")
    steps = [step for name, step in STEPS if name in fields]
    return Format(
        name="columns",
        title=f"the mapping {file}",
        platform=network(raw["platform"]) if "platform" in raw else "",
        tool=str(raw.get("tool", "other")),
        kind=kind,
        required=(),
        one_of=tuple(fields),
        fields=fields,
        kinds=_kinds(raw, file),
        constants={"account": str(raw["account"])} if "account" in raw and "account" not in fields else {},
        totals=tuple(sorted(SUMS)) if kind in OPEN else (),
        footers=(),
        checks=(),
        steps=tuple(dict.fromkeys(steps)),
        identity=IDENTITY.get(kind, "") if IDENTITY.get(kind) in fields else "",
        dimension=str(raw.get("dimension", "level")) if kind == "audience" else "",
        titles={},
        levels={},
        set_aside="",
        exported_in_name="",
        zone=_zone(raw, file),
        decimal=_decimal(raw, file),
        dayfirst=_dayfirst(raw, file),
        optional=tuple(str(name) for name in (optional if isinstance(optional, list) else [optional])),
    )


def _kinds(raw: dict, file: str) -> dict[str, str]:
    """Take every word known formats have for the kind of a post, then the user's own."""
    said = raw.get("kinds", {})
    if not isinstance(said, dict):
        raise DataError(f'{file}: "kinds" must list word: kind, one a line.')
    for word, kind in said.items():
        _known(str(kind), KINDS, f'{file}, kinds, "{word}": ', "is no kind of post")
    known = {word: kind for item in formats() for word, kind in item.kinds.items() if kind != "other"}
    return known | {kind: kind for kind in KINDS} | {fold(word): str(kind) for word, kind in said.items()}


def _zone(raw: dict, file: str) -> str:
    zone = str(raw.get("zone", ""))
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DataError(
            f'{file}: "{zone}" is no time zone. Write one such as Europe/Paris or UTC.'
        ) from error
    return zone


def _decimal(raw: dict, file: str) -> str:
    decimal = str(raw.get("decimal", ""))
    if decimal not in {"", ".", ","}:
        raise DataError(f'{file}: decimal "{decimal}" is neither "." nor ",". Write one of them, quoted.')
    return decimal


def _dayfirst(raw: dict, file: str) -> bool | None:
    dayfirst = raw.get("dayfirst")
    if dayfirst is not None and not isinstance(dayfirst, bool):
        raise DataError(f'{file}: dayfirst "{dayfirst}" is neither true nor false.')
    return dayfirst
