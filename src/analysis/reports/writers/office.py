"""What texts, slides and workbooks share: a sealed archive without clock, clean text, and who made them for whom."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from analysis.errors import DataError, ReportError
from analysis.reports.document import Document

__all__ = ["FIXED_DATE", "LOCALE", "clean", "describe", "opened", "runs", "sealed"]

FIXED_DATE = datetime(1980, 1, 1)
LOCALE = {"fr": "fr-FR", "en": "en-GB"}
FIRST = "[Content_Types].xml"
TEMPLATES = {
    "wordprocessingml.template.main": "wordprocessingml.document.main",
    "presentationml.template.main": "presentationml.presentation.main",
}
MAIN = {"do": "wordprocessingml.document.main", "pp": "presentationml.presentation.main"}
MAIN["po"] = MAIN["pp"]
PREVIEW = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
ORDINAL = re.compile(r"\b(\d+)(er|e)\b")
APPLICATION = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/extended-properties"><Application>analysis</Application></Properties>'
)
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sealed(archive: bytes) -> bytes:
    """Store an Office file again with one date and one order of its members.

    Parameters
    ----------
    archive : bytes
        A ZIP archive.

    Returns
    -------
    bytes
        The same members, the list of content types first and the others by name, all of 1 January 1980.

    Raises
    ------
    ReportError
        When a member is there twice.

    Examples
    --------
    >>> import io, zipfile
    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("b.xml", "<b/>")
    ...     archive.writestr("a.xml", "<a/>")
    >>> [member.date_time[:3] for member in zipfile.ZipFile(io.BytesIO(sealed(made.getvalue()))).infolist()]
    [(1980, 1, 1), (1980, 1, 1)]
    """
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as given, zipfile.ZipFile(target, "w") as kept:
        names = given.namelist()
        if len(set(names)) < len(names):
            raise ReportError("An Office file would hold two members of one name.")
        for name in sorted(names, key=lambda name: (name != FIRST, name)):
            content = APPLICATION if name == "docProps/app.xml" else given.read(name)
            kept.writestr(_member(name), content, compresslevel=6)
    return target.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3
    member.external_attr = 0o600 << 16
    return member


def clean(text: str) -> str:
    """Leave out the signs an Office file cannot hold: control characters and halves of pairs.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> clean("Salon\\x00 de thé\\x1b")
    'Salon de thé'
    """
    return FORBIDDEN.sub("", str(text))


def runs(text: str, language: str) -> list[tuple[str, bool]]:
    """Part a text where the ending of a French ordinal is to be raised.

    Parameters
    ----------
    text : str
        Any text, without markup.
    language : str
        `en` or `fr`.

    Returns
    -------
    list of tuple of str and bool
        Pieces in order, and whether each is raised. Signs that cannot be stored are left out.

    Examples
    --------
    >>> runs("du 1er octobre", "fr")
    [('du 1', False), ('er', True), (' octobre', False)]
    >>> runs("the 1er", "en")
    [('the 1er', False)]
    """
    text = clean(text)
    pieces, last = [], 0
    for found in ORDINAL.finditer(text) if language == "fr" else ():
        pieces += [(text[last : found.start(2)], False), (found[2], True)]
        last = found.end()
    return [(piece, up) for piece, up in [*pieces, (text[last:], False)] if piece]


def opened(template: str | Path) -> io.BytesIO:
    """Open a Word or PowerPoint template, whether saved as a document or as a template.

    Parameters
    ----------
    template : str or pathlib.Path
        A `.docx`, `.dotx`, `.pptx` or `.potx` file.

    Returns
    -------
    io.BytesIO
        The file as a document.

    Raises
    ------
    DataError
        When the file is missing or is no such file.

    Examples
    --------
    >>> opened("none.dotx")
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: Template none.dotx: there is no such file. Correct its name in the brand's file.
    """
    name = Path(template).name
    target = io.BytesIO()
    try:
        with zipfile.ZipFile(template) as given, zipfile.ZipFile(target, "w") as kept:
            types = given.read(FIRST).decode()
            for old, new in TEMPLATES.items():
                types = types.replace(old, new)
            if MAIN[Path(template).suffix.lower()[1:3]] not in types:
                raise KeyError(name)
            for member in given.namelist():
                kept.writestr(member, types if member == FIRST else given.read(member))
    except FileNotFoundError:
        raise DataError(
            f"Template {name}: there is no such file. Correct its name in the brand's file."
        ) from None
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError):
        raise DataError(
            f"Template {name}: this is no Word or PowerPoint file of the kind its name says. Save it again from Office."
        ) from None
    target.seek(0)
    return target


def describe(properties: Any, document: Document) -> None:
    """Say in a file's properties what it is, for whom and in which language, at a fixed date.

    Parameters
    ----------
    properties : docx or pptx core properties
        Changed in place.
    document : Document
        The report.

    Examples
    --------
    >>> import types
    >>> report = Document("fr", "Essai", (), brand={"consultant": "Cabinet Exemple", "legal": ""})
    >>> describe(properties := types.SimpleNamespace(), report)
    >>> properties.title, properties.author, properties.language
    ('Essai', 'Cabinet Exemple', 'fr-FR')
    """
    properties.title = clean(document.title)[:255]
    properties.subject = clean(document.description)[:255]
    properties.author = properties.last_modified_by = clean(document.consultant)[:255]
    properties.language = LOCALE[document.language]
    properties.created = properties.modified = properties.last_printed = FIXED_DATE
    properties.comments = properties.keywords = properties.category = ""
    properties.revision = 1
