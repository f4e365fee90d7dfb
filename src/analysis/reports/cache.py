"""Is a report still what it would be if it were rendered again?

A report's `manifest.json` lists all that it was made from: the notebook's cells, the parameters, every file read and
every folder listed, the files looked for in vain, the package's source, the lock and the versions. When all of it
is as it was, and the files that came out are too, there is nothing to do. Only the standard library is imported
here, so that a batch that has nothing to do answers at once.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from analysis.catalog import project_root
from analysis.reports.hashes import Hashes, sha256

__all__ = ["Checks", "cells_hash", "is_current", "listed", "manifest_of", "reports_root", "version_of"]

PACKAGE = Path(__file__).resolve().parents[1]
LOCK = "requirements.lock"


def is_current(
    client: str,
    period: str = "2025-Q4",
    language: str | None = None,
    formats: Sequence[str] = ("html", "pdf"),
    output: str | Path | None = None,
) -> bool:
    """Say whether a client's report needs no rendering.

    Parameters
    ----------
    client : str
        Id of a folder of `data/clients`.
    period : str
        `2025-Q4`, `2025-11` or `2025`.
    language : str, optional
        `en` or `fr`; the client's own when left out.
    formats : sequence of str
        Formats that must be there; others do no harm.
    output : str or pathlib.Path, optional
        Root of the tree; `reports` when left out.

    Returns
    -------
    bool
        False also for a client there is not: rendering says what is wrong.

    Notes
    -----
    To ask for many clients use one `Checks`, which looks at each shared file once.

    Examples
    --------
    >>> is_current("nobody-here")
    False
    """
    return Checks(output).is_current(client, period=period, language=language, formats=formats)


class Checks:
    """Look at what reports were made from, each file once.

    Parameters
    ----------
    output : str or pathlib.Path, optional
        Root of the tree of reports; `reports` when left out.

    Notes
    -----
    A file changed after it was looked at is not seen: make a new one, or call `forget`, after waiting.

    Examples
    --------
    >>> Checks().is_current("nobody-here", period="2025-Q4", language="fr", formats=["html"])
    False
    """

    def __init__(self, output: str | Path | None = None) -> None:
        self.project = project_root().resolve()
        self.root = reports_root(output)
        self.hashes = Hashes(self.root)

    def clients(self) -> list[str]:
        """List the ids of all clients."""
        folder = self.project / "data" / "clients"
        return sorted(path.parent.name for path in folder.glob("*/client.yml"))

    def folder(self, client: str, period: str, language: str | None = None) -> Path | None:
        """Give the folder of a client's report, or nothing when the client's language cannot be read."""
        spoken = language or self._language(client)
        return self.root / "client" / client / period / spoken if spoken else None

    def is_current(
        self, client: str, *, period: str, language: str | None = None, formats: Sequence[str]
    ) -> bool:
        """Say whether a client's report, in all the formats asked for, is what it would be made again."""
        folder = self.folder(client, period, language)
        outputs = manifest_of(folder).get("outputs", {}) if folder is not None else {}
        there = bool(formats) and all(f"report.{name}" in outputs for name in formats)
        return there and self.has_run(client, period=period, language=folder.name)

    def has_run(self, client: str, *, period: str, language: str | None = None) -> bool:
        """Say whether a client's report, in whatever formats it has, is what it would be made again."""
        folder = self.folder(client, period, language)
        if folder is None:
            return False
        made, wanted = manifest_of(folder), {"client": client, "period": period, "language": folder.name}
        given = made.get("parameters", {})
        return all(given.get(name) == value for name, value in wanted.items()) and self.stands(folder, made)

    def stands(self, folder: Path, made: dict[str, Any] | None = None) -> bool:
        """Say whether what a finished report was made from, and what came out, are as its manifest says."""
        made = manifest_of(folder) if made is None else made
        try:
            return bool(made) and all(
                (
                    made["code"] == self._code,
                    made["python"] == platform.python_version(),
                    made["lock"] == self.hashes.of(self.project / LOCK),
                    self._installed(made["packages"]),
                    made["notebook"]["cells"] == self._cells(made["notebook"]["file"]),
                    self._same(made["inputs"], self.project),
                    not any((self.project / name).exists() for name in made["absent"]),
                    all(listed(self.project / name) == held for name, held in made["folders"].items()),
                    self._same(made["outputs"], folder),
                )
            )
        except (KeyError, TypeError, AttributeError):
            return False

    def save(self) -> None:
        """Keep what was learnt of the files for the next run."""
        self.hashes.save()

    def _same(self, described: dict[str, dict[str, Any]], place: Path) -> bool:
        return all(self.hashes.of(place / name) == file["sha256"] for name, file in described.items())

    @cached_property
    def _code(self) -> str:
        return self.hashes.tree(PACKAGE)

    @cached_property
    def _versions(self) -> dict[str, str | None]:
        return {}

    def _installed(self, packages: dict[str, str]) -> bool:
        for name in packages.keys() - self._versions.keys():
            self._versions[name] = version_of(name)
        return all(self._versions[name] == wanted for name, wanted in packages.items())

    @cached_property
    def _notebooks(self) -> dict[str, str]:
        return {}

    def _cells(self, file: str) -> str:
        if file not in self._notebooks:
            path = self.project / file
            self._notebooks[file] = cells_hash(path.read_bytes()) if path.is_file() else ""
        return self._notebooks[file]

    def _language(self, client: str) -> str | None:
        import yaml

        from analysis.yaml_files import from_yaml

        path = self.project / "data" / "clients" / client / "client.yml"
        try:
            about = from_yaml(path.read_bytes())
            return str(about["language"])
        except (OSError, yaml.YAMLError, TypeError, KeyError):
            return None


def reports_root(output: str | Path | None = None) -> Path:
    """Give the folder that holds the tree of reports.

    Parameters
    ----------
    output : str or pathlib.Path, optional
        Another one than the project's own.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> reports_root().name
    'reports'
    """
    return Path(output) if output is not None else project_root() / "reports"


def manifest_of(folder: Path) -> dict[str, Any]:
    """Read a report's manifest.

    Parameters
    ----------
    folder : pathlib.Path
        The report's folder.

    Returns
    -------
    dict
        Empty when there is none that can be read.

    Examples
    --------
    >>> manifest_of(Path("nowhere"))
    {}
    """
    try:
        made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return made if isinstance(made, dict) else {}


def listed(folder: Path) -> list[str] | None:
    """List the names in a folder, hidden ones left out.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.

    Returns
    -------
    list of str or None
        Sorted; nothing when there is no such folder.

    Examples
    --------
    >>> listed(Path("nowhere")) is None
    True
    """
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208
    except OSError:
        return None


def cells_hash(notebook: bytes) -> str:
    """Hash what the author of a notebook wrote: its cells, not what they showed when they last ran.

    Parameters
    ----------
    notebook : bytes
        The file.

    Returns
    -------
    str
        64 hexadecimal digits; empty when it is not a notebook.

    Examples
    --------
    >>> fresh = b'{"cells": [{"cell_type": "code", "metadata": {}, "source": ["1"], "outputs": []}]}'
    >>> run = b'{"cells": [{"cell_type": "code", "metadata": {}, "source": "1", "outputs": [{}]}]}'
    >>> cells_hash(fresh) == cells_hash(run)
    True
    """
    try:
        cells = json.loads(notebook)["cells"]
        kept = [
            [cell["cell_type"], "".join(cell["source"]), sorted(cell.get("metadata", {}).get("tags", []))]
            for cell in cells
        ]
    except (ValueError, KeyError, TypeError):
        return ""
    return sha256(json.dumps(kept, ensure_ascii=True).encode())


def version_of(name: str) -> str | None:
    """Give the version of an installed package.

    Parameters
    ----------
    name : str
        The package.

    Returns
    -------
    str or None
        Nothing when it is not installed.

    Examples
    --------
    >>> version_of("no-such-package") is None
    True
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return None
