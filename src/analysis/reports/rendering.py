"""From a parameterised notebook to a folder of finished files: run once, write every format, replace at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from analysis.catalog import project_root
from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.language import check_language, period_bounds
from analysis.reports import parameters as asked
from analysis.reports.cache import Checks, manifest_of, reports_root
from analysis.reports.document import Document
from analysis.reports.formats import FORMATS, USUAL, check_formats
from analysis.reports.hashes import sha256
from analysis.reports.making import all_values, document_of, make, written
from analysis.reports.manifest import described, to_json
from analysis.reports.overview import keep_card, listing_expected
from analysis.reports.publication import check_place, publish
from analysis.reports.session import client_folder, read_client

__all__ = ["FORMATS", "USUAL", "Rendered", "opened", "render", "render_client"]

CLIENT_REPORT = "client/client_report"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished report.

    Parameters
    ----------
    folder : pathlib.Path
        Where its files are.
    paths : tuple of pathlib.Path
        The formats asked for, the executed notebook and the manifest.
    summary : str
        One line: what it is about, how much it holds, how long it took.
    seconds : float
        Time taken.
    warnings : tuple of str
        What the notebook printed on standard error.
    outcome : str
        `rendered`, or `unchanged` when the report was already what it would have been.
    """

    folder: Path
    paths: tuple[Path, ...]
    summary: str
    seconds: float
    warnings: tuple[str, ...] = ()

    @property
    def warned(self) -> str:
        """What cells warned of, without where in the code."""
        return " ".join(
            text.partition("Warning: ")[2].partition("\n")[0] or text.strip() for text in self.warnings
        )

    outcome: str = "rendered"


def render(
    notebook: str | Path,
    parameters: Mapping[str, Any] | None = None,
    formats: Sequence[str] = USUAL,
    output: str | Path | None = None,
    *,
    cold: bool = False,
) -> Rendered:
    """Render any parameterised notebook that makes a report.

    Parameters
    ----------
    notebook : str or pathlib.Path
        The notebook.
    parameters : mapping, optional
        Parameter name to value, or to text as typed on a command line.
    formats : sequence of str
        Any of `html`, `pdf`, `docx`, `pptx`, `xlsx`; the first two when left out.
    output : str or pathlib.Path, optional
        Folder for the files; `reports/<family>/<name>` when left out.
    cold : bool
        Run it in an ordinary kernel in the place of a fork of the warm process; slower, the same bytes.

    Returns
    -------
    Rendered

    Raises
    ------
    ParameterError
        For an unknown notebook, format or parameter, or a wrong value; before a kernel starts.
    DataError
        When the data cannot be read.
    ReportError
        When a cell fails. Nothing is written then, and an earlier report stays as it was.

    Examples
    --------
    >>> render("notebooks/research/01_adoptoin.ipynb")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: There is no notebook "01_adoptoin.ipynb". ...
    """
    check_formats(formats)
    path, source = opened(notebook)
    given = asked.check(source, path.name, parameters or {})
    target = Path(output) if output is not None else _folder(path, source, given)
    return _render(path, source, given, formats, target, cold)


def render_client(
    client: str,
    *,
    period: str = "2025-Q4",
    language: str | None = None,
    formats: Sequence[str] = USUAL,
    output: str | Path | None = None,
    force: bool = True,
    cold: bool = False,
) -> Rendered:
    """Render one client's report.

    Parameters
    ----------
    client : str
        Id of a folder of `data/clients`.
    period : str
        `2025-Q4`, `2025-11` or `2025`.
    language : str, optional
        `en` or `fr`; the client's own when left out.
    formats : sequence of str
        Any of `html`, `pdf`, `docx`, `pptx`, `xlsx`; the first two when left out.
    output : str or pathlib.Path, optional
        Root of the tree `client/<client>/<period>/<language>`; `reports` when left out.
    force : bool
        Run the notebook also when nothing it is made from has changed. Otherwise only the formats that are missing
        are written, from the notebook as it was executed.
    cold : bool
        Run it in an ordinary kernel in the place of a fork of the warm process; slower, the same bytes.

    Returns
    -------
    Rendered

    Raises
    ------
    ParameterError
        For an unknown client, period, language or format; before a kernel starts.
    DataError
        When the client has no exports, or they cannot be read.
    ReportError
        When the report fails.

    Examples
    --------
    >>> render_client("nobody-here")
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: client: there is no client "nobody-here" in data/clients. ...
    """
    check_formats(formats)
    about = read_client(client)
    language = check_language(language or about["language"])
    period_bounds(period)
    exports = client_folder(client) / "exports"
    if not exports.is_dir() or not any(path.is_file() for path in exports.rglob("*")):
        raise DataError(
            f"data/clients/{client}/exports holds no file. Put the platforms' exports there, as downloaded, "
            f"or run: analysis import FILE --client {client}"
        )
    path, source = opened(project_root() / "notebooks" / f"{CLIENT_REPORT}.ipynb")
    wanted = {"client": client, "period": period, "language": language}
    given = asked.check(source, path.name, wanted)
    folder = reports_root(output) / "client" / client / period / language
    if not force and Checks(output).has_run(client, period=period, language=language):
        return _completed(path, source, given, formats, folder)
    return _render(path, source, given, formats, folder, cold, cards=reports_root(output))


def opened(notebook: str | Path) -> tuple[Path, Any]:
    """Open a notebook, or say which ones there are.

    Parameters
    ----------
    notebook : str or pathlib.Path
        The notebook.

    Returns
    -------
    tuple
        Its path and its content (nbformat 4).

    Raises
    ------
    ParameterError
        When there is no such notebook, the file is not one, or it is written in another language than Python.

    Examples
    --------
    >>> opened("notebooks/research/01_adoptoin.ipynb")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: There is no notebook "01_adoptoin.ipynb". ...
    """
    path = _notebook(notebook)
    try:
        content = nbformat.read(path, as_version=4)
    except (ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError):
        content = None
    if content is None or not isinstance(content.get("cells"), list):
        raise ParameterError(f"{path.name} is not a notebook: it cannot be read as JSON with cells.")
    named = [("kernelspec", "language"), ("language_info", "name")]
    tongues = [content.metadata.get(where, {}).get(what) for where, what in named]
    if foreign := [tongue for tongue in tongues if tongue and "python" not in tongue.lower()]:
        raise ParameterError(f"{path.name} is written in {foreign[0]}: reports are made by Python notebooks.")
    return path, content


def _notebook(notebook: str | Path) -> Path:
    path = Path(notebook)
    if path.is_file() and path.suffix == ".ipynb":
        return path
    if path.is_file():
        raise ParameterError(f"{path.name} is not a notebook: its name must end in .ipynb.")
    folder = project_root() / "notebooks"
    known = sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*.ipynb") if ".ipynb_" not in p.parts
    )
    stems = {Path(name).stem: name for name in known}
    near = did_you_mean(path.stem, stems)
    for stem, name in stems.items():
        near = near.replace(f'"{stem}"', f'"notebooks/{name}"')
    raise ParameterError(
        f'There is no notebook "{path.name}".{near} Notebooks: {", ".join(known) or "none"}.'
    )


def _folder(path: Path, source: Any, given: Mapping[str, Any]) -> Path:
    """Place a report by its notebook's room, then by client and period where it has them."""
    values = all_values(path, source, given)
    parts = [path.resolve().parent.name]
    parts += [str(values[name]) for name in ("client", "period") if values.get(name)] or [path.stem]
    parts += [str(values["language"])] if values.get("language") else []
    return project_root().joinpath("reports", *parts)


def _render(
    path: Path,
    source: Any,
    given: Mapping[str, Any],
    formats: Sequence[str],
    target: Path,
    cold: bool,
    cards: Path | None = None,
) -> Rendered:
    check_place(target)
    made = make(path, source, given, formats, cold=cold)
    publish(target, {**made.files, "timings.json": to_json(made.timings)})
    if cards is not None and listing_expected(cards):
        notebook, pdf = made.files["report.ipynb"], made.files.get("report.pdf", b"")
        keep_card(cards, made.document, sha256(notebook), pdf)
    paths = tuple(target / name for name in made.files)
    seconds = sum(made.timings.values())
    return Rendered(target, paths, _summary(made.document, seconds), seconds, made.warnings)


def _completed(
    path: Path, source: Any, given: Mapping[str, Any], formats: Sequence[str], target: Path
) -> Rendered:
    """Write the formats that are missing from a report that is up to date, without running it again."""
    listing = manifest_of(target)
    missing = [name for name in formats if f"report.{name}" not in listing["outputs"]]
    names = (*(f"report.{name}" for name in formats), "report.ipynb", "claims.json", "manifest.json")
    if not missing:
        said = "unchanged since it was rendered (--force renders it again)."
        return Rendered(target, tuple(target / name for name in names), said, 0.0, outcome="unchanged")
    clock: dict[str, float] = {}
    executed = nbformat.read(target / "report.ipynb", as_version=4)
    document = document_of(path, executed, all_values(path, source, given))
    files = {name: (target / name).read_bytes() for name in listing["outputs"]}
    files |= written(document, missing, clock)
    listing["outputs"] = described(files)
    files["manifest.json"] = to_json(listing)
    publish(
        target, {**files, "timings.json": to_json({name: round(took, 3) for name, took in clock.items()})}
    )
    seconds = sum(clock.values())
    return Rendered(target, tuple(target / name for name in names), _summary(document, seconds), seconds)


def _summary(document: Document, seconds: float) -> str:
    counts = {
        kind: sum(b["block"] == kind for b in document.blocks) for kind in ("figure", "table", "section")
    }
    about = ", ".join(part.replace("\u00a0", " ") for part in document.footer)
    simulated = "; simulated data" if document.simulated else ""
    said = ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts.items())
    return f"{about}: {said}, in {seconds:.1f} s{simulated}."
