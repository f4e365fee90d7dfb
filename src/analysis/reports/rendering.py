"""From a parameterised notebook to a folder of finished files: run once, write every format, replace at the end."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat

from analysis.catalog import project_root
from analysis.errors import DataError, ParameterError, ReportError, did_you_mean
from analysis.language import LANGUAGES, check_language, period_bounds
from analysis.reports import parameters as asked
from analysis.reports.document import Document
from analysis.reports.execution import inject, normalise
from analysis.reports.manifest import manifest, to_json
from analysis.reports.secrecy import HIDDEN, Secrets
from analysis.reports.session import client_folder, read_client

__all__ = ["FORMATS", "Rendered", "opened", "render", "render_client"]

FORMATS = ("html", "pdf")
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
    """

    folder: Path
    paths: tuple[Path, ...]
    summary: str
    seconds: float
    warnings: tuple[str, ...] = ()


def render(
    notebook: str | Path,
    parameters: Mapping[str, Any] | None = None,
    formats: Sequence[str] = FORMATS,
    output: str | Path | None = None,
) -> Rendered:
    """Render any parameterised notebook that makes a report.

    Parameters
    ----------
    notebook : str or pathlib.Path
        The notebook.
    parameters : mapping, optional
        Parameter name to value, or to text as typed on a command line.
    formats : sequence of str
        Any of `html`, `pdf`.
    output : str or pathlib.Path, optional
        Folder for the files; `reports/<family>/<name>` when left out.

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
    path = _notebook(notebook)
    _check_formats(formats)
    source = nbformat.read(path, as_version=4)
    given = asked.check(source, path.name, parameters or {})
    target = Path(output) if output is not None else _folder(path, source, given)
    return _render(path, source, given, formats, target)


def render_client(
    client: str,
    *,
    period: str = "2025-Q4",
    language: str | None = None,
    formats: Sequence[str] = FORMATS,
    output: str | Path | None = None,
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
        Any of `html`, `pdf`.
    output : str or pathlib.Path, optional
        Root of the tree `client/<client>/<period>/<language>`; `reports` when left out.

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
    _check_formats(formats)
    about = read_client(client)
    language = check_language(language or about["language"])
    period_bounds(period)
    exports = client_folder(client) / "exports"
    if not exports.is_dir() or not any(path.is_file() for path in exports.rglob("*")):
        raise DataError(
            f"data/clients/{client}/exports holds no file. Put the platforms' exports there, as downloaded, "
            f"or run: analysis import FILE --client {client}"
        )
    path = _notebook(project_root() / "notebooks" / f"{CLIENT_REPORT}.ipynb")
    source = nbformat.read(path, as_version=4)
    wanted = {"client": client, "period": period, "language": language}
    given = asked.check(source, path.name, wanted)
    root = Path(output) if output is not None else project_root() / "reports"
    return _render(path, source, given, formats, root / "client" / client / period / language)


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
        When there is no such notebook.

    Examples
    --------
    >>> opened("notebooks/research/01_adoptoin.ipynb")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ...
    analysis.errors.ParameterError: There is no notebook "01_adoptoin.ipynb". ...
    """
    path = _notebook(notebook)
    return path, nbformat.read(path, as_version=4)


def _notebook(notebook: str | Path) -> Path:
    path = Path(notebook)
    if path.is_file() and path.suffix == ".ipynb":
        return path
    folder = project_root() / "notebooks"
    known = sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*.ipynb") if ".ipynb_" not in p.parts
    )
    stems = {Path(name).stem: name for name in known}
    near = did_you_mean(path.stem, stems)
    raise ParameterError(
        f'There is no notebook "{path.name}".{near} Notebooks: {", ".join(known) or "none"}.'
    )


def _check_formats(formats: Sequence[str]) -> None:
    for name in formats:
        if name not in FORMATS:
            raise ParameterError(
                f'Unknown format "{name}".{did_you_mean(str(name), FORMATS)} Formats: {", ".join(FORMATS)}.'
            )
    if not formats:
        raise ParameterError(f"No format was asked for. Formats: {', '.join(FORMATS)}.")


def _folder(path: Path, source: Any, given: Mapping[str, Any]) -> Path:
    """Place a report by its notebook's room, then by client and period where it has them."""
    values = _all_values(path, source, given)
    parts = [path.resolve().parent.name]
    parts += [str(values[name]) for name in ("client", "period") if values.get(name)] or [path.stem]
    parts += [str(values["language"])] if values.get("language") else []
    return project_root().joinpath("reports", *parts)


def _all_values(path: Path, source: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {parameter.name: parameter.default for parameter in asked.parameters(source, path.name)}
    return {**defaults, **given, **dict.fromkeys(asked.secret_names(source, path.name), HIDDEN)}


def _render(
    path: Path, source: Any, given: Mapping[str, Any], formats: Sequence[str], target: Path
) -> Rendered:
    clock: dict[str, float] = {}
    executed = _timed(clock, "run", lambda: _run(path, source, given))
    seen = executed.metadata.pop("analysis")
    values = _all_values(path, source, given)
    language = values.get("language")
    document = Document.from_notebook(
        executed, name=path.name, language=language if language in LANGUAGES else "en"
    )
    files: dict[str, bytes] = {}
    for name in FORMATS:
        if name in formats:
            writer = import_module(f"analysis.reports.writers.{name}")
            files[f"report.{name}"] = _timed(clock, name, lambda writer=writer: writer.write(document))
    inputs = [*document.inputs, *seen["files"], *(v for v in values.values() if isinstance(v, Path))]
    text = nbformat.writes(executed, ensure_ascii=False, sort_keys=True) + "\n"
    files["report.ipynb"] = _without_places(text, inputs).encode()
    files["manifest.json"] = to_json(manifest(notebook=path, parameters=values, inputs=inputs, outputs=files))
    paths = tuple(target / name for name in files)
    _replace(target, {**files, "timings.json": to_json({k: round(v, 3) for k, v in clock.items()})})
    seconds = sum(clock.values())
    return Rendered(target, paths, _summary(document, seconds), seconds, tuple(seen["warnings"]))


def _without_places(text: str, inputs: Sequence[str | Path]) -> str:
    """Keep only the name of a file that lies outside the project: its folders say whose machine this is."""
    for place in sorted({Path(place).as_posix() for place in inputs}, key=len, reverse=True):
        path = Path(place)
        if path.is_absolute() or ".." in path.parts:
            text = text.replace(json.dumps(place, ensure_ascii=False)[1:-1], path.name)
    return text


def _timed(clock: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    result = work()
    clock[name] = time.perf_counter() - start
    return result


def _run(path: Path, source: Any, given: Mapping[str, Any]) -> Any:
    """Let papermill run the notebook on the project's engine; its secrets come in by the environment only."""
    names = asked.secret_names(source, path.name)
    secrets = Secrets.taken(names, given)
    open_values = {name: value for name, value in given.items() if name not in names}
    notebook = inject(source, asked.injected_source(open_values, list(secrets.values)))
    try:
        return secrets.redacted(_executed(path, notebook, secrets.environment))
    except Exception as error:
        if not secrets.values:
            raise
        raise secrets.failure(error, path.name) from None


def _executed(path: Path, notebook: Any, environment: Mapping[str, str]) -> Any:
    from papermill import execute_notebook

    logging.getLogger("papermill").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="run-") as scratch:
        copy = Path(scratch) / path.name
        nbformat.write(notebook, copy)
        executed = execute_notebook(
            copy,
            None,
            engine_name="analysis",
            kernel_name="python3",
            progress_bar=False,
            environment=environment,
        )
    seen = executed.metadata["analysis"]
    normalise(executed, project_root().resolve())
    executed.metadata["analysis"] = seen
    return executed


def _replace(target: Path, files: Mapping[str, bytes]) -> None:
    """Put finished files in place, each in one step and the manifest after the others."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".writing-", dir=target.parent))
    try:
        for name, content in files.items():
            (scratch / name).write_bytes(content)
        target.mkdir(exist_ok=True)
        (target / "manifest.json").unlink(missing_ok=True)
        for name in sorted(files, key=lambda name: name == "manifest.json"):
            (scratch / name).replace(target / name)
        for name in (f"report.{kind}" for kind in FORMATS):
            if name not in files:
                (target / name).unlink(missing_ok=True)
    except OSError as error:
        raise ReportError(f"{target.name}: the report could not be written: {error.strerror}.") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _summary(document: Document, seconds: float) -> str:
    counts = {
        kind: sum(b["block"] == kind for b in document.blocks) for kind in ("figure", "table", "section")
    }
    about = ", ".join(part.replace("\u00a0", " ") for part in document.footer)
    simulated = "; simulated data" if document.simulated else ""
    said = ", ".join(f"{n} {kind}{'s' if n != 1 else ''}" for kind, n in counts.items())
    return f"{about}: {said}, in {seconds:.1f} s{simulated}."
