"""From a notebook and its parameters to every file of its report, in memory: run once, write every format."""

from __future__ import annotations

import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat

from analysis.catalog import project_root
from analysis.errors import ReportError
from analysis.language import LANGUAGES
from analysis.reports import parameters as asked
from analysis.reports.claims import claims
from analysis.reports.document import MIME, Document
from analysis.reports.executed import without_places
from analysis.reports.formats import FORMATS
from analysis.reports.manifest import labelled, manifest, to_json
from analysis.reports.running.execution import inject
from analysis.reports.running.normal import unmark
from analysis.reports.running.secrecy import HIDDEN, Secrets

CODE = re.compile(r"(`+).+?\1", re.DOTALL)
DEFAULT = re.compile(r"""^(client\s*(?::[^=\n]*)?=\s*)(?:"[^"\n]*"|'[^'\n]*')""", re.MULTILINE)

__all__ = ["Made", "all_values", "document_of", "make", "written"]


def all_values(path: Path, source: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give every parameter of a notebook: the value given, else its default; of a secret, neither.

    Parameters
    ----------
    path : pathlib.Path
        The notebook's file.
    source : nbformat.NotebookNode
        What it holds.
    given : mapping
        Checked parameters.

    Returns
    -------
    dict
        Parameter name to value.

    Examples
    --------
    >>> all_values(Path("a.ipynb"), nbformat.v4.new_notebook(), {"wave": 2026})
    {'wave': 2026}
    """
    defaults = {parameter.name: parameter.default for parameter in asked.parameters(source, path.name)}
    return {**defaults, **given, **dict.fromkeys(asked.secret_names(source, path.name), HIDDEN)}


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a report, not yet in place."""

    document: Document
    files: Mapping[str, bytes]
    timings: Mapping[str, float]
    warnings: tuple[str, ...]


def make(
    path: Path, source: Any, given: Mapping[str, Any], formats: Sequence[str], *, cold: bool = False
) -> Made:
    """Run a notebook and write every format, in memory.

    Parameters
    ----------
    path : pathlib.Path
        The notebook's file.
    source : nbformat.NotebookNode
        What it holds.
    given : mapping
        Checked parameters.
    formats : sequence of str
        Formats to write.
    cold : bool
        Run it in an ordinary kernel in the place of a fork of the warm process.

    Returns
    -------
    Made
        `document`, `files` (name to content, the manifest too), `timings` in seconds, `warnings`.

    Raises
    ------
    ReportError
        When a cell fails, or a file changed while it was being read.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("print(1 + 1)")
    >>> notebook = nbformat.v4.new_notebook(cells=[cell])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "sum.ipynb"
    ...     nbformat.write(notebook, path)
    ...     sorted(make(path, notebook, {}, ["html"]).files)
    ['claims.json', 'manifest.json', 'report.html', 'report.ipynb']
    """
    clock: dict[str, float] = {}
    given = _ordered(path, source, given)
    begun = _moment()
    executed = _timed(clock, "run", lambda: _run(path, source, given, cold))
    seen = executed.metadata.pop("analysis")
    values = all_values(path, source, given)
    inputs = [*_declared(executed), *seen["files"], *(v for v in values.values() if isinstance(v, Path))]
    executed, text = without_places(executed, inputs)
    document = document_of(path, executed, values)
    files = written(document, formats, clock)
    files["report.ipynb"] = text.encode()
    files["claims.json"] = to_json(claims(document))
    _check_unchanged(inputs, begun)
    listing = manifest(
        notebook=path,
        parameters=values,
        given=list(given),
        inputs=inputs,
        outputs=files,
        folders=[path for path in seen.get("folders", ()) if labelled(path) != "data/clients"],
        sought=[*_sought(values), *(path for path in seen["files"] if not Path(path).exists())],
    )
    files["manifest.json"] = to_json(listing)
    return Made(
        document, files, {name: round(took, 3) for name, took in clock.items()}, tuple(seen["warnings"])
    )


def document_of(path: Path, executed: Any, values: Mapping[str, Any]) -> Document:
    """Gather what an executed notebook has shown.

    Parameters
    ----------
    path : pathlib.Path
        The notebook's file, for messages.
    executed : nbformat.NotebookNode
        The notebook.
    values : mapping
        Its parameters.

    Returns
    -------
    Document

    Examples
    --------
    >>> shown = nbformat.v4.new_output("stream", text="two")
    >>> cell = nbformat.v4.new_code_cell("print('two')", outputs=[shown])
    >>> document_of(Path("sum.ipynb"), nbformat.v4.new_notebook(cells=[cell]), {}).title
    'sum'
    """
    language = values.get("language")
    return Document.from_notebook(
        executed, name=path.name, language=language if language in LANGUAGES else "en"
    )


def written(document: Document, formats: Sequence[str], clock: dict[str, float]) -> dict[str, bytes]:
    """Write the formats asked for, in the order of all formats.

    Parameters
    ----------
    document : Document
        The report.
    formats : sequence of str
        Formats to write.
    clock : dict
        Takes the seconds each format took.

    Returns
    -------
    dict
        File name to content.

    Examples
    --------
    >>> written(Document("en", "Trial", ()), [], {})
    {}
    """
    files = {}
    for name in FORMATS:
        if name in formats:
            writer = import_module(f"analysis.reports.writers.{name}")
            files[f"report.{name}"] = _timed(clock, name, lambda writer=writer: writer.write(document))
    return files


def _ordered(path: Path, source: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Put values in the order the notebook declares them, whoever gave them in whatever order."""
    known = [parameter.name for parameter in asked.parameters(source, path.name)]
    return {name: given[name] for name in sorted(given, key=known.index)}


def _declared(executed: Any) -> list[str]:
    """List the files the blocks of a report say they were made from."""
    blocks = [
        output["data"].get(MIME, {})
        for cell in executed.cells
        for output in cell.get("outputs", ())
        if "data" in output
    ]
    return sorted({path for block in blocks for path in block.get("inputs", ())})


def _sought(values: Mapping[str, Any]) -> list[str]:
    """Name the files that would change the report once they were there."""
    own = [f"data/clients/{values['client']}/brand.yml"] if values.get("client") else []
    return ["brand.yml", *own]


def _moment() -> int:
    """Read the clock of the disk, by which files are dated."""
    with tempfile.TemporaryFile() as file:
        return os.fstat(file.fileno()).st_mtime_ns


def _check_unchanged(inputs: Sequence[str | Path], begun: int) -> None:
    """Refuse a report whose files changed while they were being read: no manifest could say which were meant."""
    root = project_root().resolve()
    for path in sorted({(root / path).resolve() for path in inputs}):
        derived = path.is_relative_to(root / "data" / "store")
        if not derived and path.is_file() and path.stat().st_mtime_ns > begun:
            raise ReportError(f"{path.name} changed while the report was being made. Render it again.")


def _timed(clock: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    result = work()
    clock[name] = time.perf_counter() - start
    return result


def _run(path: Path, source: Any, given: Mapping[str, Any], cold: bool) -> Any:
    """Let papermill run the notebook on the project's engine; its secrets come in by the environment only."""
    names = asked.secret_names(source, path.name)
    secrets = Secrets.taken(names, given)
    open_values = {name: value for name, value in given.items() if name not in names}
    notebook = inject(_own(path, source, given), asked.injected_source(open_values, list(secrets.values)))
    try:
        return secrets.redacted(_executed(path, notebook, secrets.environment, cold))
    except Exception as error:
        if not secrets.values:
            raise
        raise secrets.failure(error, path.name) from None


def _own(path: Path, source: Any, given: Mapping[str, Any]) -> Any:
    """Let the notebook of one client's report name no other: not the one it is written for by default."""
    usual, named = (str(all_values(path, source, values).get("client") or "") for values in ({}, given))
    if not usual or usual == named:
        return source
    copy = nbformat.from_dict(source)
    for cell in copy.cells:
        if cell.cell_type == "markdown":
            word = rf"(?<![\w-]){re.escape(usual)}(?![\w-])"
            cell["source"] = CODE.sub(lambda code, word=word: re.sub(word, named, code[0]), cell.source)
        elif "parameters" in cell.metadata.get("tags", []):
            cell["source"] = DEFAULT.sub(lambda line: line[1] + repr(named), cell.source, count=1)
    return copy


def _executed(path: Path, notebook: Any, environment: Mapping[str, str], cold: bool) -> Any:
    """Run a notebook on papermill's engine of this project, and write no file."""
    from papermill.engines import papermill_engines
    from papermill.iorw import load_notebook_node

    logging.getLogger("papermill").setLevel(logging.ERROR)
    loaded = load_notebook_node(notebook)
    loaded.metadata["papermill"]["input_path"] = path.name
    executed = papermill_engines.execute_notebook_with_engine(
        "analysis", loaded, "python3", progress_bar=False, environment=environment, cold=cold
    )
    unmark(executed)
    return executed
