"""Does a report come out the same when it is made again, and if not, which cell differs and why?"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from analysis.catalog import project_root
from analysis.errors import DataError, ParameterError, ReproducibilityError
from analysis.reports import parameters as asked
from analysis.reports.cache import LOCK, PACKAGE, cells_hash, listed, manifest_of, version_of
from analysis.reports.causes import Cell, causes, differing_cells
from analysis.reports.formats import FORMATS
from analysis.reports.hashes import Hashes, sha256
from analysis.reports.making import make
from analysis.reports.rendering import opened
from analysis.reports.running.secrecy import variable

__all__ = ["Verification", "verify"]


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of making a report again.

    Parameters
    ----------
    report : str
        Where the report is, from the tree's root.
    compared : tuple of str
        Files compared byte for byte.
    changed_inputs : tuple of str
        What the report was made from and is no longer the same.
    altered : tuple of str
        Files of the report that are not as its manifest says: changed after they were made.
    different : tuple of str
        Files that came out otherwise.
    cells : tuple of Cell
        The cells whose outputs differ, each with the likely cause.
    """

    report: str
    compared: tuple[str, ...]
    changed_inputs: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()

    @property
    def reproduced(self) -> bool:
        """Say whether every file came out the same, byte for byte."""
        return not self.different and not self.altered

    @property
    def message(self) -> str:
        """Tell in one paragraph what was found."""
        return " ".join(_told(self))

    def check(self) -> None:
        """Stop when the report was not reproduced.

        Raises
        ------
        ReproducibilityError
            When a file differs.
        """
        if not self.reproduced:
            raise ReproducibilityError(self.message)


def verify(folder: str | Path) -> Verification:
    """Make a report again from its manifest, elsewhere, and compare every file byte for byte.

    Parameters
    ----------
    folder : str or pathlib.Path
        The report's folder, the one that holds `manifest.json`, or that file.

    Returns
    -------
    Verification
        `reproduced` says whether all is the same; `message` says what differs, where and why. Nothing is written.

    Raises
    ------
    DataError
        When the folder holds no report, or a file it was made from cannot be found.
    ParameterError
        When the report was made with a secret that the environment does not hold.
    ReportError
        When the report can no longer be made.

    Notes
    -----
    The same bytes say that the same was computed, not that it is right. The cause of a difference is a guess from
    the code and from what differs; the cell is not.

    Examples
    --------
    >>> verify("nowhere")
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: nowhere holds no report: ...
    """
    folder = Path(folder)
    folder = folder.parent if folder.name == "manifest.json" else folder
    made = manifest_of(folder)
    if not {"notebook", "parameters", "inputs", "outputs"} <= made.keys():
        raise DataError(
            f"{folder.name} holds no report: it has no manifest.json that can be read. "
            "Give the folder of one report, for example reports/client/CLIENT/PERIOD/LANGUAGE."
        )
    again = _again(made)
    altered = tuple(name for name, file in made["outputs"].items() if _hash(folder / name) != file["sha256"])
    different = tuple(
        name for name, file in made["outputs"].items() if sha256(again.get(name, b"")) != file["sha256"]
    )
    result = Verification(_name(made), tuple(made["outputs"]), tuple(_changed(made)), altered, different)
    return _explained(result, folder, made, again) if different else result


def _again(made: Mapping[str, Any]) -> Mapping[str, bytes]:
    """Make every file of a report again."""
    path = project_root() / made["notebook"]["file"]
    if not path.is_file():
        path = Path(made["notebook"]["file"])
        if not path.is_file():
            raise DataError(
                f"The report was made from {path.name}, which is not there. "
                "Put it back, or, when it lies outside the project, run verify from its folder."
            )
    path, source = opened(path)
    secret = asked.secret_names(source, path.name)
    told = set(made.get("given", made["parameters"]))
    _check_secrets(sorted(told & set(secret)))
    names = told - set(secret)
    given = {name: value for name, value in made["parameters"].items() if name in names}
    formats = [name for name in FORMATS if f"report.{name}" in made["outputs"]]
    return make(path, source, asked.check(source, path.name, given), formats).files


def _check_secrets(names: Sequence[str]) -> None:
    lacking = [name for name in names if not os.environ.get(variable(name))]
    if lacking:
        raise ParameterError(
            f"The report was made with a secret that no file keeps: {', '.join(lacking)}. "
            f"Set {', '.join(map(variable, lacking))} in the environment, then verify again."
        )


def _explained(
    result: Verification, folder: Path, made: Mapping[str, Any], again: Mapping[str, bytes]
) -> Verification:
    """Find the cells that differ; make the report a third time to tell chance from change."""
    if "report.ipynb" in result.altered or "report.ipynb" not in result.different:
        return result
    first = nbformat.read(folder / "report.ipynb", as_version=4)
    second = nbformat.reads(again["report.ipynb"].decode(), as_version=4)
    third = nbformat.reads(_again(made)["report.ipynb"].decode(), as_version=4)
    cells = differing_cells(second, third) or differing_cells(first, second)
    steady = not differing_cells(second, third)
    return Verification(
        result.report,
        result.compared,
        result.changed_inputs,
        result.altered,
        result.different,
        tuple(causes(cells, second, steady=steady)),
    )


def _changed(made: Mapping[str, Any]) -> Iterator[str]:
    """Name what a report was made from that is no longer the same."""
    hashes, root = Hashes(), project_root().resolve()
    yield from _changed_inputs(made, hashes, root)
    notebook = root / made["notebook"]["file"]
    if notebook.is_file() and cells_hash(notebook.read_bytes()) != made["notebook"].get("cells"):
        yield made["notebook"]["file"]
    if hashes.tree(PACKAGE) != made["code"]:
        yield "the code of the package (src/analysis)"
    if hashes.of(root / LOCK) != made.get("lock"):
        yield LOCK
    yield from _changed_versions({**made["packages"], "Python": made["python"]})


def _changed_versions(made: Mapping[str, str]) -> Iterator[str]:
    for name, was in made.items():
        now = platform.python_version() if name == "Python" else version_of(name)
        if now != was:
            yield f"{name} {was} (now {now or 'not installed'})"


def _changed_inputs(made: Mapping[str, Any], hashes: Hashes, root: Path) -> Iterator[str]:
    for name, file in made["inputs"].items():
        found = hashes.of(root / name)
        if found != file["sha256"]:
            yield name if found else f"{name} (no longer there)"
    for name, held in made.get("folders", {}).items():
        yield from (f"{name}/{new} (new)" for new in sorted(set(listed(root / name) or ()) - set(held)))
    yield from (f"{name} (new)" for name in made.get("absent", ()) if (root / name).exists())


def _told(result: Verification) -> Iterator[str]:
    if result.changed_inputs:
        yield f"{result.report}: the inputs changed since it was made: {', '.join(result.changed_inputs)}."
    if result.altered:
        yield f"{result.report}: changed by hand after it was made: {', '.join(result.altered)}."
    if result.different:
        yield f"{result.report} was not reproduced: {', '.join(result.different)} came out otherwise."
        if "report.ipynb" not in result.different:
            yield "The cells came out the same: the difference is in how the report is written (code, packages)."
    elif not result.altered:
        yield f"{result.report}: reproduced byte for byte ({', '.join(result.compared)})."
    yield from (f"{cell.name}: {cell.cause}." for cell in result.cells)


def _name(made: Mapping[str, Any]) -> str:
    values = made["parameters"]
    whose = [str(values[name]) for name in ("client", "period") if values.get(name)]
    language = [str(values["language"])] if values.get("language") else []
    return " ".join([*(whose or [Path(made["notebook"]["file"]).stem]), *language])


def _hash(path: Path) -> str | None:
    return sha256(path.read_bytes()) if path.is_file() else None
