"""How does a user describe a file no format knows: a small `columns.yml` says which heading is which column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

import yaml

from analysis.errors import DataError, did_you_mean
from analysis.platforms.layout.headers import Match
from analysis.platforms.mappings.entries import FIELDS, entry
from analysis.platforms.specification import Format, fold
from analysis.yaml_files import from_yaml

__all__ = ["FIELDS", "Columns", "beside", "is_mapping", "load_columns"]

NAME = "columns.yml"


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
        return Columns(NAME, yaml.safe_dump(dict(source), allow_unicode=True), (entry(dict(source), NAME),))
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
    if not entries or not all(isinstance(item, dict) for item in entries):
        raise DataError(
            f'{file} must say "platform: ..." and "columns: ..."; see data/README.md for an example.'
        )
    return Columns(file, text, tuple(entry(item, file) for item in entries))


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


def _fits(name: str, files: Sequence[str]) -> bool:
    own = name.rsplit("/", 1)[-1].casefold()
    return any(fnmatchcase(own, pattern.casefold()) for pattern in files)


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
