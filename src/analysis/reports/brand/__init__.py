"""Whose report it is: the consultant's name, colours, fonts, logo and contact, from one file, for every format."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from analysis.catalog import project_root
from analysis.charts.tokens import PALETTE, SANS_PRINT, SERIF_PRINT
from analysis.errors import DataError, did_you_mean
from analysis.reports.brand.contrasts import checked_palette

__all__ = ["CONTACT", "Brand", "read_brand"]

FIELDS = ("consultant", "legal", "contact", "colours", "fonts", "logo", "templates")
CONTACT = ("name", "email", "phone", "site", "address")
ROLES, TEMPLATES = ("serif", "sans"), ("docx", "pptx")
SAVED_AS = {"docx": (".docx", ".dotx"), "pptx": (".pptx", ".potx")}
EMPTY = ("", "~", "null")
EMAIL = re.compile(r"[^@\s<>\"']+@[\w-]+(?:\.[\w-]+)+")
SITE = re.compile(r"https?://[\w.-]+(?:/[^\s<>\"']*)?")


@dataclass(frozen=True, slots=True)
class Brand:
    """Who signs the report, and how it looks.

    Parameters
    ----------
    consultant, legal : str
        Name, and the line the law asks for.
    contact : mapping
        Any of `name`, `email`, `phone`, `site`, `address`.
    colours : mapping
        `light` and `dark`: every role of the palette with its hex; `accent` as given, for formats with one palette.
    fonts : mapping
        `serif` and `sans` (family names), and `files`: the brand's own font files of each, from the project's root.
    logo : mapping or None
        `type`, `data` (base64), `alt`, `ratio`.
    templates : mapping
        `docx`, `pptx`: files, from the project's root.
    files : tuple of str
        Every file the brand was read from, from the project's root.
    """

    consultant: str = ""
    legal: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, Any] = field(
        default_factory=lambda: {**PALETTE, "accent": PALETTE["light"]["accent"]}
    )
    fonts: Mapping[str, Any] = field(
        default_factory=lambda: {"serif": SERIF_PRINT, "sans": SANS_PRINT, "files": {"serif": [], "sans": []}}
    )
    logo: Mapping[str, Any] | None = None
    templates: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """Give the brand as plain data, for the opening block of a report."""
        names = ("consultant", "legal", "contact", "colours", "fonts", "logo", "templates")
        return {name: getattr(self, name) for name in names}


def read_brand(client: Mapping[str, Any], folder: Path | None = None) -> Brand:
    """Read the brand a report is signed with.

    Parameters
    ----------
    client : mapping
        The client's own fields; its `consultant` is used where the brand gives none.
    folder : pathlib.Path, optional
        The client's folder. A `brand.yml` in it stands in the place of the one at the project's root, whole: no
        field of one consultant's brand is ever filled from another's.

    Returns
    -------
    Brand
        The suite's own look when there is no `brand.yml`.

    Raises
    ------
    DataError
        For an unknown field, a colour that cannot be read on its ground, a missing file, or an unsafe logo.

    Examples
    --------
    >>> read_brand({"consultant": "Cabinet Exemple"}).consultant
    'Cabinet Exemple'
    """
    path = next((path for path in _places(folder) if path.is_file()), None)
    signed = {"consultant": str(client.get("consultant") or "")}
    if path is None:
        return Brand(**signed)
    given = _given(path)
    _check_names(given, FIELDS, _called(path), "field")
    return Brand(**{**signed, **_Reader(path).fields(given)})


def _places(folder: Path | None) -> list[Path]:
    return [place / "brand.yml" for place in (folder, project_root()) if place is not None]


def _given(path: Path) -> dict[str, Any]:
    """Read every value as it is written: a telephone number or a registration is text, whatever YAML makes of it."""
    try:
        given = yaml.load(path.read_text(encoding="utf-8-sig"), yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1
        raise DataError(f"{_called(path)} cannot be read: line {line}: {error.problem}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{_called(path)} cannot be read: {' '.join(str(error).split())}") from None
    return _mapping(given, _called(path), "the file")


def _called(path: Path) -> str:
    """Say which of several brands is meant: its file, from the project's root."""
    full, root = path.resolve(), project_root().resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else path.name


def _mapping(given: Any, file: str, what: str) -> dict[str, Any]:
    if given is None or given == "":
        return {}
    if not isinstance(given, dict):
        raise DataError(f'{file}: {what} holds "{given}"; write lines “name: value”.')
    return {str(name): value for name, value in given.items() if value not in EMPTY}


def _check_names(given: Mapping[str, Any], allowed: tuple[str, ...], file: str, what: str) -> None:
    for name in given:
        if name not in allowed:
            raise DataError(
                f'{file}: unknown {what} "{name}".{did_you_mean(name, allowed)} '
                f"{what.capitalize()}s: {', '.join(allowed)}."
            )


class _Reader:
    """Reads the fields of one brand file, and remembers which files it names."""

    def __init__(self, path: Path) -> None:
        self.folder, self.file = path.parent, _called(path)
        self.files = [self._label(path)]

    def fields(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Read every field that is given."""
        readers = {
            "contact": self._contact,
            "fonts": self._fonts,
            "templates": self._templates,
        }
        read = {name: self._line(name, given[name]) for name in ("consultant", "legal") if name in given}
        read |= {
            name: reader(_mapping(given[name], self.file, name))
            for name, reader in readers.items()
            if name in given
        }
        if "colours" in given:
            read["colours"] = self._colours(given["colours"])
        if "logo" in given:
            read["logo"] = self._logo(given["logo"], str(given.get("consultant") or ""))
        return {**read, "files": tuple(self.files)}

    def _line(self, name: str, value: Any) -> str:
        if isinstance(value, list | dict):
            raise DataError(f"{self.file}: {name} is one line of text, not a list.")
        return str(value).strip()

    def _contact(self, given: dict[str, Any]) -> dict[str, str]:
        _check_names(given, CONTACT, self.file, "contact field")
        read = {name: self._line(f"contact.{name}", given[name]) for name in CONTACT if name in given}
        for name, pattern, example in (
            ("email", EMAIL, "name@example.org"),
            ("site", SITE, "https://example.org"),
        ):
            if name in read and not pattern.fullmatch(read[name]):
                raise DataError(f'{self.file}: contact.{name} "{read[name]}" is not like {example}.')
        return read

    def _colours(self, given: Any) -> dict[str, Any]:
        """Read the colours; one that is empty was most likely written without quotation marks."""
        if bare := [name for name, value in given.items() if value == ""] if isinstance(given, dict) else []:
            raise DataError(
                f"{self.file}: colours.{bare[0]} is empty. Put the colour between quotation marks, "
                'as in "#0A4F73": what follows a bare # is a comment.'
            )
        palette = checked_palette(_mapping(given, self.file, "colours"), self.file)
        return {**palette, "accent": palette["light"]["accent"]}

    def _fonts(self, given: dict[str, Any]) -> dict[str, Any]:
        from analysis.reports.brand.lettering import read_faces

        _check_names(given, ROLES, self.file, "font")
        read: dict[str, Any] = {"serif": SERIF_PRINT, "sans": SANS_PRINT, "files": {"serif": [], "sans": []}}
        for role, value in given.items():
            if not isinstance(value, str | list) or not value:
                raise DataError(f"{self.file}: fonts.{role} is the name of a font, or a list of font files.")
            named = isinstance(value, str) and not value.lower().endswith((".ttf", ".otf", ".woff", ".woff2"))
            paths = (
                []
                if named
                else [self._beside(name) for name in ([value] if isinstance(value, str) else value)]
            )
            read[role] = read_faces(value if named else paths, role, self.file)
            read["files"][role] = [self._label(path) for path in paths]
            self.files += read["files"][role]
        return read

    def _logo(self, given: Any, consultant: str) -> dict[str, Any]:
        from analysis.reports.brand.logos import read_logo

        given = {"file": given} if isinstance(given, str) else _mapping(given, self.file, "logo")
        _check_names(given, ("file", "alt"), self.file, "logo field")
        alt = str(given.get("alt") or consultant)
        if "file" not in given or not alt:
            raise DataError(
                f"{self.file}: logo needs {'alt' if 'file' in given else 'file'}: {{file: …, alt: …}}."
            )
        path = self._beside(given["file"])
        logo = read_logo(path, alt, self.file)
        self.files.append(self._label(path))
        return logo

    def _templates(self, given: dict[str, Any]) -> dict[str, str]:
        _check_names(given, TEMPLATES, self.file, "template")
        read = {}
        for kind, value in given.items():
            path = self._beside(value)
            if not path.is_file() or path.suffix.lower() not in SAVED_AS[kind]:
                raise DataError(
                    f'{self.file}: templates.{kind}: there is no {" or ".join(SAVED_AS[kind])} file "{path.name}".'
                )
            read[kind] = self._label(path)
        self.files += read.values()
        return read

    def _beside(self, name: Any) -> Path:
        """Find a file named in the brand, counted from its folder and never outside the project."""
        path = (self.folder / str(name)).resolve()
        if not path.is_relative_to(project_root().resolve()):
            raise DataError(
                f'{self.file}: "{path.name}" lies outside the project. Put it beside {self.file}.'
            )
        return path

    def _label(self, path: Path) -> str:
        return path.resolve().relative_to(project_root().resolve()).as_posix()
