"""What one running notebook knows of the report it makes: language, client, period, texts and files read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from analysis.catalog import data_path, project_root
from analysis.errors import DataError, ParameterError, ReportError, did_you_mean
from analysis.language import LANGUAGES, check_language
from analysis.reports.brand import Brand, read_brand
from analysis.reports.claims import field_claims
from analysis.reports.document import MIME
from analysis.reports.text import TextBlock, Texts
from analysis.yaml_files import from_yaml

__all__ = ["Session", "client_folder", "current", "read_client", "uses"]


@dataclass(slots=True)
class Session:
    """The report that the running notebook is writing."""

    language: str
    texts: Texts | None = None
    client: Mapping[str, Any] = field(default_factory=dict)
    period: str | None = None
    simulated: bool = False
    brand: Brand = field(default_factory=Brand)
    facts: dict[str, Any] = field(default_factory=dict)
    inputs: list[str] = field(default_factory=list)
    findings: int = 0
    shown: dict[tuple[str, str], int] = field(default_factory=dict)

    def fill(self, name: str, values: Mapping[str, Any]) -> TextBlock:
        """Fill one text block with the report's facts and the values given."""
        if self.texts is None:
            raise ReportError(
                f'Text block "{name}": start() named no text file. Write start("FOLDER/NAME", language=…).'
            )
        return self.texts.fill(name, {**self.facts, **values})

    def before(self, block: Mapping[str, Any]) -> int:
        """Count the blocks of a kind shown earlier; one shown again, as when its cell is run again, keeps its place."""
        kind = block["block"]
        earlier = sum(shown == kind for shown, _ in self.shown)
        return self.shown.setdefault((kind, str(block.get("title", ""))), earlier)

    @contextmanager
    def worded(self, texts: str) -> Iterator[None]:
        """Take text blocks from another file below `notebooks/` for a while."""
        own, path = self.texts, _text_file(texts, self.language)
        self.texts = Texts.read(path, self.language)
        self.inputs.append(_label(path))
        try:
            yield
        finally:
            self.texts = own


_running: list[Session] = []


def current() -> Session:
    """Give the report being written.

    Returns
    -------
    Session

    Raises
    ------
    ReportError
        When the notebook has not called `start` yet.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="fr")
    >>> current().language
    'fr'
    """
    if not _running:
        raise ReportError("Call start(…) before any other part of the report.")
    return _running[-1]


def begin(
    texts: str | None,
    language: str,
    client: str | Mapping[str, Any] | None,
    period: str | None,
    simulated: bool | None,
    facts: Mapping[str, Any],
) -> Session:
    """Open the report: find its texts, its client and its brand."""
    check_language(language)
    about = read_client(client) if isinstance(client, str) else dict(client or {})
    folder = client_folder(client) if isinstance(client, str) else None
    simulated = bool(about.get("simulated")) if simulated is None else simulated
    session = Session(
        language=language,
        client=about,
        period=period,
        simulated=simulated,
        brand=read_brand(about, folder),
        facts={"client": about, "period": period, "language": language, "simulated": simulated, **facts},
    )
    session.inputs.extend(session.brand.files)
    if texts is not None:
        path = _text_file(texts, language)
        session.texts = Texts.read(path, language)
        session.inputs.append(_label(path))
    if folder is not None:
        session.inputs.append(_label(folder / "client.yml"))
    _running[:] = [session]
    return session


def _text_file(texts: str, language: str) -> Path:
    root = project_root()
    places = [folder / f"{texts}.{language}.md" for folder in (root / "notebooks", root, Path())]
    for path in places:
        if path.is_file():
            return path
    raise ReportError(
        f'start: no text file "{texts}.{language}.md" under notebooks/. '
        "Each language of a report has its own file beside the notebook."
    )


def client_folder(client: str) -> Path:
    """Find a client's folder.

    Parameters
    ----------
    client : str
        The client's id, the name of a folder of `data/clients`.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ParameterError
        When there is no such client; the message lists those there are.

    Examples
    --------
    >>> client_folder("nobody-here")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: client: there is no client "nobody-here" in data/clients. ...
    """
    folder = data_path("clients")
    if Path(client).name != client or not (folder / client / "client.yml").is_file():
        known = sorted(path.parent.name for path in folder.glob("*/client.yml"))
        raise ParameterError(
            f'client: there is no client "{client}" in data/clients.{did_you_mean(str(client), known)} '
            f"Clients: {', '.join(known) or 'none yet'}."
        )
    return folder / client


def read_client(client: str) -> dict[str, Any]:
    """Read what is known of a client.

    Parameters
    ----------
    client : str
        The client's id.

    Returns
    -------
    dict
        The fields of `client.yml`; at least `id`, `name`, `trade` and `language`.

    Raises
    ------
    ParameterError
        When there is no such client.
    DataError
        When `client.yml` cannot be read, lacks a field, is another client's, or asks for an unknown language.

    Examples
    --------
    >>> read_client("nobody-here")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: client: there is no client "nobody-here" in data/clients. ...
    """
    path = client_folder(client) / "client.yml"
    file = f"data/clients/{client}/client.yml"
    about = _card(path, file)
    lacking = [name for name in ("id", "name", "trade", "language") if not about.get(name)]
    if lacking:
        raise DataError(f"{file} lacks {', '.join(lacking)}. Add what is missing.")
    if str(about["id"]) != client:
        raise DataError(
            f'{file} says id: {about["id"]}, but its folder is called "{client}". '
            "Was it copied from another client? Give both the same name."
        )
    if about["language"] not in LANGUAGES:
        raise DataError(f"{file} says language: {about['language']}. Languages: {', '.join(LANGUAGES)}.")
    return about


def _card(path: Path, file: str) -> dict[str, Any]:
    try:
        about = from_yaml(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        raise DataError(
            f"{file} cannot be read, line {error.problem_mark.line + 1}: {error.problem}. "
            "Put text that holds : # [ { or quotation marks between quotation marks."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(f"{file} cannot be read: {' '.join(str(error).split())}") from None
    return about if isinstance(about, dict) else {}


def uses(*paths: str | Path) -> None:
    """Declare files the report is made from, so that its manifest lists them.

    Parameters
    ----------
    *paths : str or pathlib.Path
        Files, or folders whose files all count.

    Notes
    -----
    Files below `data/` that Python itself opens are noticed without this; declare what a compiled reader
    opens (Parquet, workbooks) and what lies elsewhere.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> uses("pyproject.toml")
    """
    session, root = current(), project_root().resolve()
    for path in map(Path, paths):
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        session.inputs.extend(_label(file, root) for file in files)


def _label(path: Path, root: Path | None = None) -> str:
    """Name a file from the project's root, so that no path of this machine is kept."""
    full, root = path.resolve(), root or project_root().resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else full.as_posix()


def emit(block: dict[str, Any], text: str) -> None:
    """Show one block: as data for the writers, as HTML for the reader of the notebook."""
    from IPython import get_ipython
    from IPython.display import display

    from analysis.reports.writers.html import preview

    session = current()
    block = {**block, "inputs": sorted(set(session.inputs)), "claims": field_claims(block)}
    session.inputs.clear()
    clean = json.loads(json.dumps(block, ensure_ascii=False, sort_keys=True))
    shown = {
        MIME: clean,
        "text/html": preview(clean, session.language, session.before(clean)),
        "text/plain": text,
    }
    if get_ipython() is not None:
        display(shown, raw=True)
