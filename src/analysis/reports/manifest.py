"""What a report was made from and what came out, as hashes: enough to tell whether two reports are the same."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.catalog import project_root

__all__ = ["code_hash", "labelled", "manifest", "sha256", "to_json"]

PACKAGES = ("babel", "ipykernel", "jinja2", "markdown-it-py", "matplotlib", "narwhals", "nbclient", "numpy")
PACKAGES += ("pandas", "papermill", "scipy", "svy", "typst")


def sha256(content: bytes) -> str:
    """Hash bytes.

    Parameters
    ----------
    content : bytes
        What to hash.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


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
    root = Path(__file__).resolve().parents[1]
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda p: p.relative_to(root).as_posix()):
        if path.is_file() and "__pycache__" not in path.parts:
            whole.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


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
    return {
        "notebook": {"file": labelled(notebook.resolve()), "sha256": sha256(notebook.read_bytes())},
        "parameters": {name: _plain(value) for name, value in parameters.items()},
        "inputs": {name: _described(path.read_bytes()) for name, path in files.items() if path.is_file()},
        "outputs": {name: _described(content) for name, content in outputs.items()},
        "code": code_hash(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


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
