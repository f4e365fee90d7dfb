"""How does a user describe a file no format knows: a small `columns.yml` says which heading is which column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from analysis.errors import DataError, did_you_mean
from analysis.platforms.contracts import KINDS
from analysis.platforms.layout.headers import Match
from analysis.platforms.layout.rows import SUMS
from analysis.platforms.networks import network
from analysis.platforms.specification import Field, Format, fold, formats
from analysis.yaml_files import from_yaml

__all__ = ["FIELDS", "Columns", "beside", "is_mapping", "load_columns"]

NAME = "columns.yml"
COUNTS = (
    "followers", "reach", "views", "reactions", "comments", "shares", "saves", "clicks", "link_clicks",
    "interactions", "impressions",
)  # fmt: skip
WHOSE = {"platform": "text", "account": "text"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "posts": {
        **WHOSE, "post_id": "id", "published": "date", "kind": "text", "text": "text", "url": "text",
        "paid": "flag", "is_share": "flag", "duration": "duration", "exported": "date", "campaign": "text",
        **dict.fromkeys(COUNTS, "count"),
    },
    "daily": {
        **WHOSE, "date": "day", "new_followers": "count", "lost_followers": "count", "visits": "count",
        "posts": "count", **dict.fromkeys(COUNTS, "count"),
    },
    "audience": {**WHOSE, "dimension": "text", "level": "text"},
    "reviews": {
        **WHOSE, "review_id": "id", "published": "date", "rating": "number", "text": "text", "language": "text",
        "answered": "date", "url": "text",
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


@dataclass(frozen=True)
class Columns:
    """Hold what one `columns.yml` says.

    Attributes
    ----------
    file : str
        Its name, for messages.
    text : str
        As written, so that it can be kept with the files it explains.
    entries : tuple of (patterns, Format)
        Which file names an entry is for (none: any file no known format reads), and what it makes of them.
    own : bool
        It was given for one file, whatever its name.
    """

    file: str
    text: str
    entries: tuple[tuple[tuple[str, ...], Format], ...]
    own: bool = False

    def meant(self, name: str) -> Format | None:
        """Give the entry meant for a file even where a format knows it; None where there is none."""
        named = next((known for files, known in self.entries if _fits(name, files)), None)
        return named or ((self.other() or self.entries[0][1]) if self.own else None)

    def other(self) -> Format | None:
        """Give the entry for any file no known format reads."""
        return next((known for files, known in self.entries if not files), None)


def load_columns(source: str | Path | Mapping[str, object]) -> Columns:
    """Read a mapping of headings to columns.

    Parameters
    ----------
    source : path or mapping
        A `columns.yml`, or the same as a dictionary. One mapping, or a list of them, each for its `files`.

    Returns
    -------
    Columns

    Raises
    ------
    DataError
        When it is not YAML, a key or column is not known, a heading stands for two columns, or what every file
        of that kind needs is not named.

    Notes
    -----
    A mapping is believed: two headings exchanged in it exchange two columns. Compare one row with the file.

    Examples
    --------
    >>> said = load_columns({"platform": "instagram", "columns": {"published": "Date", "reactions": "Likes"}})
    >>> said.other().kind, sorted(said.other().fields)
    ('posts', ['published', 'reactions'])
    >>> load_columns({"platform": "instagram", "columns": {"published": "Date", "reations": "Likes"}})
    Traceback (most recent call last):
    analysis.errors.DataError: columns.yml: "reations" is no column of posts. Did you mean "reactions"? ...
    """
    if isinstance(source, Mapping):
        return Columns(NAME, yaml.safe_dump(dict(source), allow_unicode=True), (_entry(dict(source), NAME),))
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8 text: save it as UTF-8.") from error
    return _columns(text, path.name)


@lru_cache(maxsize=32)
def _columns(text: str, file: str) -> Columns:
    try:
        _refuse_repeated(yaml.compose(text, yaml.SafeLoader), file)
        raw = from_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise DataError(
            f"{file}{where}: this is not YAML ({getattr(error, 'problem', None) or 'unreadable'}). Quote headings "
            "that hold a colon, a comma or an apostrophe."
        ) from error
    entries = raw if isinstance(raw, list) else [raw]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise DataError(
            f'{file} must say "platform: ..." and "columns: ..."; see data/README.md for an example.'
        )
    return Columns(file, text, tuple(_entry(entry, file) for entry in entries))


def _refuse_repeated(node: yaml.Node | None, file: str) -> None:
    """Refuse a key given twice: YAML would silently keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise DataError(
                    f'{file}, line {line}: "{key.value}" is given twice (first on line {seen[key.value]}). Keep one; '
                    "several possible headings of one column are written [one, other]."
                )
            seen[key.value] = line
            _refuse_repeated(value, file)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_repeated(item, file)


def _entry(raw: dict, file: str) -> tuple[tuple[str, ...], Format]:
    """Check one mapping and make a format of it."""
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


def _fits(name: str, files: Sequence[str]) -> bool:
    own = name.rsplit("/", 1)[-1].casefold()
    return any(fnmatchcase(own, pattern.casefold()) for pattern in files)


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


STEPS = (
    ("platform", "networks_named"),
    ("impressions", "views_from_impressions"),
    ("is_share", "reposts_apart"),
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


def is_mapping(name: str) -> bool:
    """Tell the name of a mapping: `columns.yml` for a folder, `NAME.columns.yml` for one file.

    Parameters
    ----------
    name : str
        Of a file, with or without its folder.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_mapping("exports/columns.yml"), is_mapping("posts.csv.columns.yml"), is_mapping("brand.yml")
    (True, True, False)
    """
    own = name.rsplit("/", 1)[-1].casefold()
    return own == NAME or own.endswith(f".{NAME}")


def beside(path: Path) -> Columns | None:
    """Find the mapping that lies beside a file: its own first, then that of its folder.

    Parameters
    ----------
    path : path
        The file to be read.

    Returns
    -------
    Columns or None
        None where there is no mapping.

    Raises
    ------
    DataError
        When the mapping has a mistake.

    Examples
    --------
    >>> beside(Path("nowhere/posts.csv")) is None
    True
    """
    own, shared = path.with_name(f"{path.name}.{NAME}"), path.with_name(NAME)
    if own.is_file():
        return replace(load_columns(own), own=True)
    return load_columns(shared) if shared.is_file() else None


def refuse_incomplete(match: Match, row: Sequence[object], file: str) -> None:
    """Refuse a file that lacks a heading the mapping names, or has two for one column.

    Parameters
    ----------
    match : Match
        What was recognised.
    row : sequence
        The row of headings.
    file : str
        Name of the file, for messages.

    Raises
    ------
    DataError
        Only where the format is a mapping.
    """
    known = match.format
    if known.name != "columns":
        return
    there = {fold(cell): str(cell).strip() for cell in row if fold(cell)}
    for name, field in known.fields.items():
        found = [word for word in field.names["en"] if fold(word) in there]
        if len(found) > 1:
            raise DataError(
                f'{file} has two headings for "{name}" in {known.title}: {", ".join(found)}. Keep one of them.'
            )
        if not found and name not in known.optional:
            words = " or ".join(f'"{word}"' for word in field.names["en"])
            near = did_you_mean(fold(field.names["en"][0]), there)
            raise DataError(
                f'{file} has no heading {words}, which {known.title} gives for "{name}".{_as_written(near, there)} '
                f"Headings of the file: {', '.join(list(there.values())[:40])}."
            )


def _as_written(near: str, there: Mapping[str, str]) -> str:
    """Write a suggestion in the letters of the file."""
    for folded, written in there.items():
        near = near.replace(f'"{folded}"', f'"{written}"')
    return near
