"""Which reports are there, and which could not be made? One page for the consultant, at the root of the tree.

The page holds no clock and no address: the same reports give the same page. What it shows of each report (its name,
a small picture of its first page) is kept beside it under the hash of the executed notebook, drawn once.
"""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import AnalysisError
from analysis.reports.cache import PACKAGE, Checks, manifest_of
from analysis.reports.formats import FORMATS
from analysis.reports.hashes import sha256
from analysis.reports.publication import publish_file

if TYPE_CHECKING:
    from analysis.reports.document import Document

__all__ = [
    "Entry",
    "expect_listing",
    "index_is_current",
    "keep_card",
    "listing_expected",
    "refresh_index",
    "write_index",
]

INDEX, CARDS, FAILED = "index.html", ".cards", "failed.json"
MARK = '<meta name="made-from" content="'


@dataclass(frozen=True, slots=True)
class Entry:
    """One report of the list, or one that could not be made."""

    folder: str
    client: bool
    card: Mapping[str, Any]
    formats: tuple[str, ...] = ()
    cause: str = ""
    damaged: bool = False


def expect_listing(checks: Checks, clients: Iterable[str]) -> None:
    """Say, before reports are made, that they will be listed: each then keeps its picture while it is at hand.

    Parameters
    ----------
    checks : Checks
        The tree.
    clients : iterable of str
        Whose reports will be made; nothing is done for names that are no client.

    Examples
    --------
    >>> expect_listing(Checks("nowhere"), ["nobody-here"])
    """
    if set(clients) & set(checks.clients()):
        (checks.root / CARDS).mkdir(parents=True, exist_ok=True)


def listing_expected(root: Path) -> bool:
    """Say whether the reports of a tree are listed.

    Parameters
    ----------
    root : pathlib.Path
        Root of the tree.

    Returns
    -------
    bool

    Examples
    --------
    >>> listing_expected(Path("nowhere"))
    False
    """
    return (root / CARDS).is_dir()


def refresh_index(checks: Checks, rows: Iterable[Any]) -> None:
    """Write the page that lists the reports where it is not up to date.

    Parameters
    ----------
    checks : Checks
        The tree.
    rows : iterable
        What became of the clients of the last run.

    Examples
    --------
    >>> refresh_index(Checks("nowhere"), [])
    """
    rows = list(rows)
    checks.hashes.forget()
    idle = all(row.outcome == "unchanged" for row in rows)
    if listing_expected(checks.root) and not (idle and index_is_current(checks)):
        write_index(checks.root, rows)


def index_is_current(checks: Checks) -> bool:
    """Say whether the page lists the reports as they are.

    Parameters
    ----------
    checks : Checks
        What has been looked at of the tree.

    Returns
    -------
    bool

    Examples
    --------
    >>> index_is_current(Checks("nowhere"))
    False
    """
    try:
        with (checks.root / INDEX).open(encoding="utf-8") as page:
            head = page.read(600)
    except (OSError, UnicodeDecodeError):
        return False
    return f'{MARK}{_key(checks)}"' in head


def write_index(root: str | Path, rows: Iterable[Any] = ()) -> Path:
    """Write the page that lists the reports of a tree.

    Parameters
    ----------
    root : str or pathlib.Path
        Root of the tree, `reports` for example.
    rows : iterable
        What became of the clients of the last run: objects with `client`, `outcome` and `cause`. A failure stays on
        the page until that client's report is made.

    Returns
    -------
    pathlib.Path
        `index.html`, which needs no other file but the reports it leads to.

    Notes
    -----
    It names every client of the tree: it is the consultant's own and not for a client.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_index(folder).name
    'index.html'
    """
    checks = Checks(root)
    failed = _failures(checks.root, rows)
    entries = [_entry(checks, folder, failed) for folder in _folders(checks.root)]
    made = {Path(entry.folder).parts[1] for entry in entries if entry.client}
    entries += [_never_made(client, cause) for client, cause in failed.items() if client not in made]
    _forget_cards(checks.root, entries)
    publish_file(checks.root / INDEX, _page(entries, _key(checks)).encode("utf-8"))
    return checks.root / INDEX


def keep_card(root: Path, document: Document, notebook: str, report: bytes = b"") -> dict[str, Any]:
    """Keep what the list shows of a report.

    Parameters
    ----------
    root : pathlib.Path
        Root of the tree.
    document : Document
        The report.
    notebook : str
        Hash of the executed notebook.
    report : bytes
        The document as PDF, where it is written already.

    Returns
    -------
    dict
        `title`, `about`, `language`, `simulated`, and `picture` (a PNG in base64).

    Examples
    --------
    >>> import tempfile
    >>> from analysis.reports.document import Document
    >>> section = {"block": "section", "id": "a", "title": "A", "kicker": "", "lead": "", "content": []}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     keep_card(Path(folder), Document("en", "Trial", (section,)), "0" * 64)["title"]
    'Trial'
    """
    from analysis.reports.writers.pdf import first_page, write

    card = {
        "title": document.footer[0] if document.footer else document.title,
        "about": ", ".join(document.footer[1:]),
        "language": document.language,
        "simulated": document.simulated,
        "picture": b64encode(first_page(report or write(document))).decode("ascii"),
        "notebook": notebook,
    }
    publish_file(_card_file(root, notebook), json.dumps(card, ensure_ascii=False, sort_keys=True).encode())
    return card


def _card_file(root: Path, notebook: str) -> Path:
    return root / CARDS / f"{notebook[:20]}.json"


def _card(root: Path, folder: Path, made: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is kept of a report, or gather it from the executed notebook."""
    notebook = made["outputs"]["report.ipynb"]["sha256"]
    kept = _read(_card_file(root, notebook))
    if kept.get("notebook") == notebook:
        return kept
    return keep_card(root, _document(folder / "report.ipynb", made), notebook)


def _read(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _document(path: Path, made: Mapping[str, Any]) -> Document:
    from analysis.reports.document import Document

    notebook = json.loads(path.read_bytes())
    language = made["parameters"].get("language") or "en"
    return Document.from_notebook(notebook, name=Path(made["notebook"]["file"]).name, language=language)


def _folders(root: Path) -> list[str]:
    """List the folders of finished reports, from the root, in the order of their names."""
    found = []
    for place, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if "manifest.json" in files and "report.ipynb" in files:
            found.append(Path(place).relative_to(root).as_posix())
    return sorted(found)


def _entry(checks: Checks, folder: str, failed: Mapping[str, str]) -> Entry:
    """Describe one report; one whose own files were damaged since is listed without them, and stops no other."""
    made, place = manifest_of(checks.root / folder), checks.root / folder
    client = folder.startswith("client/") and folder.count("/") == 3
    cause = failed.get(folder.split("/")[1], "") if client else ""
    try:
        formats = tuple(name for name in FORMATS if f"report.{name}" in made["outputs"])
        card = _card(checks.root, place, made)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, AnalysisError):
        name = folder.split("/")[1] if client else folder
        return Entry(folder, client, _bare(name), (), cause, damaged=True)
    return Entry(
        folder, client, card, tuple(name for name in formats if (place / f"report.{name}").is_file()), cause
    )


def _never_made(client: str, cause: str) -> Entry:
    return Entry(f"client/{client}", True, _bare(client), (), cause)


def _bare(title: str) -> dict[str, Any]:
    return {"title": title, "about": "", "language": "", "simulated": False, "picture": ""}


def _failures(root: Path, rows: Iterable[Any]) -> dict[str, str]:
    """Bring the list of what could not be made up to date with the last run."""
    path = root / CARDS / FAILED
    kept = _read(path)
    told = {row.client: row.cause if row.outcome == "failed" else "" for row in rows}
    known = set(Checks(root).clients())
    failed = {
        client: cause for client, cause in sorted({**kept, **told}.items()) if cause and client in known
    }
    if failed != kept:
        publish_file(path, json.dumps(failed, ensure_ascii=False).encode())
    return failed


def _forget_cards(root: Path, entries: Iterable[Entry]) -> None:
    """Take away what is kept of reports that are no more."""
    used = {_card_file(root, entry.card["notebook"]).name for entry in entries if entry.card["picture"]}
    for path in (root / CARDS).glob("*.json"):
        if path.name not in used | {FAILED}:
            path.unlink(missing_ok=True)


def _key(checks: Checks) -> str:
    """Say in one hash what the page is made from: the manifests, the failures, the brand and the code."""
    places = [checks.root / folder / "manifest.json" for folder in _folders(checks.root)]
    places += [checks.root / CARDS / FAILED, checks.project / "brand.yml"]
    names = [os.path.relpath(path, checks.root) for path in places[:-1]]
    told = [[name, checks.hashes.of(path)] for name, path in zip([*names, "brand"], places, strict=True)]
    return sha256(json.dumps([told, checks.hashes.tree(PACKAGE)]).encode())


def _page(entries: list[Entry], key: str) -> str:
    from markupsafe import Markup

    from analysis import language as words
    from analysis.reports.brand import read_brand
    from analysis.reports.writers import html

    spoken = Counter(entry.card["language"] for entry in entries if entry.card["language"])
    language = min(spoken, key=lambda name: (-spoken[name], name), default="en")
    brand = read_brand({}).data()
    sheet = (Path(html.__file__).parent / "index.css").read_text(encoding="utf-8")
    return (
        html.environment()
        .get_template("index.html")
        .render(
            key=key,
            language=language,
            style=Markup(html.style(brand) + sheet),
            consultant=brand["consultant"],
            groups=list(_groups(entries, language)),
            count=len(entries),
            words=lambda name, **values: words.word(f"index.{name}", language, **values),
            simulated=words.word("report.simulated", language),
        )
    )


def _groups(entries: list[Entry], language: str) -> Iterator[dict[str, Any]]:
    """Part the clients' reports, by name and latest period first, from the others."""
    from analysis.language import word

    ordered = sorted(entries, key=lambda entry: entry.folder, reverse=True)
    ordered = sorted(ordered, key=lambda entry: (entry.card["title"].casefold(), entry.folder.split("/")[:2]))
    for client, title in ((True, ""), (False, word("index.others", language))):
        held = [entry for entry in ordered if entry.client == client]
        if held:
            yield {"title": title, "entries": held}
