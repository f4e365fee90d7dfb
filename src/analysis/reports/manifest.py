"""What a report was made from and what came out, as hashes: enough to tell whether two reports are the same."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.catalog import project_root
from analysis.reports.cache import LOCK, cells_hash, listed
from analysis.reports.hashes import Hashes, sha256

__all__ = ["code_hash", "described", "labelled", "manifest", "sha256", "to_json"]

PACKAGES = ("babel", "ipykernel", "jinja2", "markdown-it-py", "matplotlib", "narwhals", "nbclient", "numpy")
PACKAGES += (
    "pandas",
    "papermill",
    "pyarrow",
    "python-docx",
    "python-pptx",
    "scipy",
    "svy",
    "typst",
    "xlsxwriter",
)


@cache
def code_hash() -> str:
    """Hash the source code and texts of the package.

    Returns
    -------
    str
        One hash over every file of `src/analysis`, by name.

    Examples
    --------
    >>> len(code_hash())
    64
    """
    return Hashes().tree(Path(__file__).resolve().parents[1])


def labelled(path: str | Path) -> str:
    """Name a file from the project's root, or by its name alone when it lies elsewhere.

    Parameters
    ----------
    path : str or pathlib.Path
        The file; relative paths count from the project's root.

    Returns
    -------
    str

    Examples
    --------
    >>> labelled("/elsewhere/Live.csv")
    'Live.csv'
    """
    root = project_root().resolve()
    full = (root / path).resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else full.name


def manifest(
    *,
    notebook: Path,
    parameters: Mapping[str, Any],
    inputs: Iterable[str | Path],
    outputs: Mapping[str, bytes],
    folders: Iterable[str | Path] = (),
    sought: Iterable[str | Path] = (),
    given: Iterable[str] = (),
) -> dict[str, Any]:
    """List what a report was made from and what came out.

    Parameters
    ----------
    notebook : pathlib.Path
        The notebook as its author wrote it.
    parameters : mapping
        Every parameter with its value.
    inputs : iterable of path
        Files read.
    outputs : mapping
        File name to content.
    folders : iterable of path
        Folders listed; their names are kept, so that a file that comes in is noticed.
    sought : iterable of path
        Files that count once they are there, such as `brand.yml`; those that are not are kept by name.
    given : iterable of str
        Names of the parameters that were given; the others have their defaults.

    Returns
    -------
    dict
        No clock, no user, no path of this machine; two equal reports have equal manifests.

    Notes
    -----
    An equal manifest says that the same was computed from the same, not that it is right.

    Examples
    --------
    >>> notebook = project_root() / "pyproject.toml"
    >>> made = manifest(notebook=notebook, parameters={"wave": 2026}, inputs=[], outputs={"report.html": b""})
    >>> made["outputs"]["report.html"]["bytes"]
    0
    """
    root = project_root().resolve()
    files = {labelled(path): (root / path).resolve() for path in inputs}
    places = {labelled(path): (root / path).resolve() for path in folders}
    wanted = {labelled(path): (root / path).resolve() for path in sought}
    return {
        "notebook": _notebook(notebook),
        "parameters": {name: _plain(value) for name, value in parameters.items()},
        "given": sorted(given),
        "inputs": {name: _described(path.read_bytes()) for name, path in files.items() if path.is_file()},
        "folders": {name: listed(path) for name, path in places.items() if path.is_dir()},
        "absent": sorted(name for name, path in wanted.items() if not path.exists()),
        "outputs": described(outputs),
        "code": code_hash(),
        "lock": Hashes().of(root / LOCK),
        "python": platform.python_version(),
        "packages": _versions(),
    }


def _notebook(path: Path) -> dict[str, str]:
    """Describe a notebook: the file as it is, and its cells whatever they showed."""
    content = path.read_bytes()
    return {"file": labelled(path.resolve()), "sha256": sha256(content), "cells": cells_hash(content)}


def described(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Give the size and hash of each file.

    Parameters
    ----------
    files : mapping
        File name to content.

    Returns
    -------
    dict
        File name to `bytes` and `sha256`.

    Examples
    --------
    >>> described({"a.txt": b"12"})["a.txt"]["bytes"]
    2
    """
    return {name: _described(content) for name, content in files.items()}


@cache
def _versions() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}


def _described(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": sha256(content)}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return labelled(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def to_json(content: Any) -> bytes:
    """Write plain data as readable JSON with sorted keys.

    Parameters
    ----------
    content : object
        Plain data.

    Returns
    -------
    bytes

    Examples
    --------
    >>> to_json({"b": 1, "a": "é"}).decode()
    '{\\n "a": "é",\\n "b": 1\\n}\\n'
    """
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
