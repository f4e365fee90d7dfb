"""Is a notebook fit to be committed and rendered? Each rule a program, each finding with its place and its remedy.

`python -m analysis lint` looks at every notebook of the project, or at those named, and ends with exit code 2 when it
finds something. Lessons are built from their sources: they are held to what matters in a built notebook.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.catalog import project_root
from analysis.errors import ParameterError, did_you_mean
from analysis.reports.linting.cells import cell_findings, file_findings
from analysis.reports.linting.code import code_findings
from analysis.reports.linting.findings import Finding, Opened
from analysis.reports.linting.parameters import parameter_findings
from analysis.reports.linting.texts import text_findings

__all__ = ["lint", "notebooks"]

COLUMNS = ("notebook", "cell", "line", "rule", "finding")
RULES: tuple[Callable[[Opened], Iterable[Finding]], ...] = (
    file_findings,
    cell_findings,
    code_findings,
    parameter_findings,
    text_findings,
)


def lint(paths: Sequence[str | Path] = ()) -> pd.DataFrame:
    """Look through notebooks and their text files.

    Parameters
    ----------
    paths : sequence of str or pathlib.Path
        Notebooks, and folders of them; every notebook of the project when left out.

    Returns
    -------
    pandas.DataFrame
        One row per finding: `notebook` (from the project's root), `cell` (`code cell 3`, as the reader counts;
        empty for the whole file or its texts), `line` (in the cell or the text file; missing for the whole of it),
        `rule`, `finding` (what is wrong and what to do). Empty when all is well.

    Raises
    ------
    ParameterError
        When there is no such notebook, or a file is not one.

    Notes
    -----
    Code is read, never run: what a notebook hides in a text it evaluates is not seen.

    Examples
    --------
    >>> lint(["notebooks/00_start_here.ipynb"]).empty
    True
    """
    listed = [one for path in map(Path, paths) for one in (notebooks(path) if path.is_dir() else [path])]
    looked_at = listed if paths else notebooks()
    found = [(_shown(path), *finding) for path in looked_at for finding in _findings(path)]
    found = list(dict.fromkeys(found))
    return pd.DataFrame(found, columns=list(COLUMNS)).astype({"line": "Int64"})


def notebooks(folder: str | Path | None = None) -> list[Path]:
    """List the notebooks of the project, lessons too.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Those below it only.

    Returns
    -------
    list of pathlib.Path
        Checkpoints are left out.

    Raises
    ------
    ParameterError
        When the folder holds none.

    Examples
    --------
    >>> "client_report.ipynb" in [path.name for path in notebooks()]
    True
    """
    place = Path(folder or project_root() / "notebooks")
    found = sorted(path for path in place.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if not found:
        raise ParameterError(f"There is no notebook in {place.name}/.")
    return found


def _findings(path: Path) -> Iterator[tuple[Any, ...]]:
    opened = _opened(path)
    for rule in RULES:
        for finding in rule(opened):
            yield finding.cell, finding.line, finding.rule, finding.text


def _opened(path: Path) -> Opened:
    """Read a notebook as it is written."""
    if not path.is_file() or path.suffix != ".ipynb":
        near = did_you_mean(path.stem, {known.stem for known in notebooks()})
        raise ParameterError(f'There is no notebook "{path.name}".{near}')
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
        content["cells"], content["metadata"]
    except (ValueError, KeyError, TypeError):
        raise ParameterError(
            f"{path.name} is not a notebook: it cannot be read as JSON with cells."
        ) from None
    return Opened(path, text, content)


def _shown(path: Path) -> str:
    full, root = path.resolve(), project_root().resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else path.name
