"""Bring a client's files into the client's folder: recognised first, copied as downloaded, never twice."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.archives.filing import together
from analysis.platforms.company import BESIDE, IN_PATH
from analysis.platforms.export import Exports
from analysis.platforms.mappings.mapping import Columns, beside, load_columns
from analysis.platforms.opening import hidden
from analysis.platforms.posts import summary
from analysis.platforms.read import read_files
from analysis.platforms.steps.links import account_in_name
from analysis.platforms.store.answers import answers, remember
from analysis.platforms.store.dataset import refresh
from analysis.platforms.store.kept import store_of

__all__ = ["import_files"]


def import_files(
    paths: Iterable[str | Path],
    client_folder: str | Path | None = None,
    dayfirst: bool | None = None,
    dry_run: bool = False,
    year: int | None = None,
    columns: str | Path | None = None,
) -> pd.DataFrame:
    """Recognise platform exports, say what was read, and copy the raw files into a client's `exports/`.

    Parameters
    ----------
    paths : iterable of path
        Files and folders as downloaded.
    client_folder : path, optional
        `data/clients/<id>`; without it nothing is written.
    dayfirst, year
        As for `read_export`.
    dry_run : bool
        Write nothing; `action` then says what would be done.
    columns : path, optional
        A `columns.yml` for what no format knows; it is copied beside each file it explains.

    Returns
    -------
    pandas.DataFrame
        The columns of `summary` and `action` for each table: `copied`, `already there`, `would copy`, or
        `read` when no client is named. Files that are no exports have kind `not read`; those with a mistake have
        kind `refused`, their mistakes in `warnings`, and are not copied. `attrs["drafts"]` holds a mapping to be
        corrected for each file whose headings no format knows.

    Raises
    ------
    DataError
        When a path is absent, nothing is recognised, or every recognised file has a mistake. Nothing is written
        then.

    Notes
    -----
    Each file is imported whole or not at all; the same file twice changes nothing, so that a folder can be given
    again once the refused files in it are mended or their dates answered for. A file of the same name and other
    content gets a numbered name: both are kept, and `posts` takes the newest figures of each post. What was said
    of dates is written into `answers.yml` beside the copies, for those that need it, and the derived store is
    brought up to date.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> _ = (folder / "Totals.csv").write_text("Date,Views\\n2025-01-01,4\\n", encoding="utf-8")
    >>> import_files([folder], folder / "client")["action"].tolist()
    ['copied']
    >>> import_files([folder / "Totals.csv"], folder / "client")["action"].tolist()
    ['already there']
    """
    files = dict(_files([paths] if isinstance(paths, str | Path) else paths))
    said = _said(columns, alone=len(files) == 1)
    found = read_files(files.items(), dayfirst=dayfirst, year=year, duplicates="drop", columns=said)
    if not found:
        raise DataError(_nothing(found))
    table = summary(found)
    table.attrs["drafts"] = found.drafts
    if client_folder is None:
        return table.assign(action=["read" if kind != "not read" else "" for kind in table["kind"]])
    target = Path(client_folder) / "exports"
    plan = _plan(files, found, target)
    if not dry_run:
        _copy(plan, target)
        _keep_mappings(plan, found, files, target, said)
        _keep_answers(plan, files, target, dayfirst, year)
        _keep_years(plan, found, files, target)
        _refresh(target)
    words = {name: _action(destination, dry_run) for name, (_, destination) in plan.items()}
    return table.assign(action=[words.get(_root(file, files), "") for file in table["file"]])


def _said(columns: str | Path | None, *, alone: bool) -> Columns | None:
    """Load a mapping; given with a single file it is meant for that file."""
    return None if columns is None else replace(load_columns(columns), own=alone)


def _nothing(found: Exports) -> str:
    """Say why nothing at all was read."""
    if found.refused:
        return "\n".join(found.refused.values())
    said = " ".join(["No platform export was recognised.", *found.unrecognised])
    return "\n\n".join([said, *_invitations(found)])


def _invitations(found: Exports) -> list[str]:
    return [f"To read {name} all the same:\n{draft}" for name, draft in found.drafts.items()]


def _keep_mappings(
    plan: dict[str, tuple[Path, Path | None]],
    found: Exports,
    files: dict[str, Path],
    target: Path,
    said: Columns | None,
) -> None:
    """Write the mapping a file was read by beside its copy, so that it is read the same way from there."""
    explained = {_root(export.file, files) for export in found if export.format == "columns"}
    present = {_digest(p): p.name for p in sorted(target.iterdir()) if p.is_file()}
    for name in sorted(explained):
        used = said or beside(files[name])
        place = plan[name][1] or target / present[_digest(files[name])]
        if used:
            place.with_name(f"{place.name}.columns.yml").write_text(used.text, encoding="utf-8")


def _keep_answers(
    plan: dict[str, tuple[Path, Path | None]],
    files: dict[str, Path],
    target: Path,
    dayfirst: bool | None,
    year: int | None,
) -> None:
    """Write down what was said of the files that cannot be read without it, so that nobody is asked twice."""
    if dayfirst is None and year is None:
        return
    present = {_digest(p): p for p in sorted(target.rglob("*")) if p.is_file()}
    places = {name: plan[name][1] or present[_digest(files[name])] for name in plan}
    asked = [
        place.relative_to(target).as_posix() for name, place in places.items() if _open(name, files[name])
    ]
    remember(target, asked, dayfirst, year)


def _keep_years(
    plan: dict[str, tuple[Path, Path | None]], found: Exports, files: dict[str, Path], target: Path
) -> None:
    """Write down the year the files beside one gave it: in the client's folder others lie beside it."""
    known = answers(target)
    for export in found:
        name = _root(export.file, files)
        place = plan[name][1]
        inferred = "year_inferred" in {notice.code for notice in export.warnings}
        column = {"daily": "date", "posts": "published"}.get(export.kind)
        alone = inferred and export.file == name and place is not None and column is not None
        if not alone or "year" in known.get(_at(place, target), {}):
            continue
        remember(target, [_at(place, target)], None, int(export.table[column].min().year))


def _at(place: Path, target: Path) -> str:
    return place.relative_to(target).as_posix()


def _open(name: str, path: Path) -> bool:
    """Say whether a file leaves a question open when nothing is said of it."""
    return bool(read_files([(name, path)], dayfirst=None, year=None, duplicates="drop").refused)


def _refresh(target: Path) -> None:
    """Bring the derived store up to date; a file that cannot be read with the others says so when they are read."""
    if store_of(target) is None:
        return
    with suppress(DataError):
        refresh(target)


def _files(paths: Iterable[str | Path]) -> Iterable[tuple[str, Path]]:
    """List files, and those of folders, under names that tell them apart."""
    seen: set[str] = set()
    for path in map(Path, paths):
        if not path.exists():
            raise DataError(f"There is no file or folder {path.name}.")
        inside = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
        for file in inside:
            relative = Path(file.name) if path.is_file() else file.relative_to(path)
            relative = _placed(file) if relative.parent == Path() else relative
            name = (
                relative.as_posix() if relative.as_posix() not in seen else f"{file.parent.name}/{file.name}"
            )
            if not hidden(relative) and name not in seen:
                seen.add(name)
                yield name, file


def _placed(path: Path) -> Path:
    """Keep the folder of a file where the platform has written the account into its name."""
    folder = path.resolve().parent.name
    return Path(folder, path.name) if account_in_name(f"{folder}/{path.name}") else Path(path.name)


def _root(file: str, files: dict[str, Path]) -> str:
    """Name the file on disk a table came from: the archive itself for its members."""
    return next((name for name in files if file == name or file.startswith(f"{name}/")), file)


def _plan(files: dict[str, Path], found: Exports, target: Path) -> dict[str, tuple[Path, Path | None]]:
    """Decide for each recognised file where it goes; None when the same bytes are there already."""
    there = [p for p in sorted(target.rglob("*")) if p.is_file()] if target.is_dir() else []
    present = {p.relative_to(target).as_posix(): _digest(p) for p in there}
    plan: dict[str, tuple[Path, Path | None]] = {}
    filed = _settled(files, found) | together(files, found.refused)
    for name in dict.fromkeys([*(_root(export.file, files) for export in found), *filed]):
        digest = _digest(files[name])
        if digest in present.values():
            plan[name] = (files[name], None)
            continue
        free = _free_name(filed.get(name, _placed(files[name]).as_posix()), present)
        present[free] = digest
        plan[name] = (files[name], target / free)
    return plan


def _settled(files: dict[str, Path], found: Exports) -> dict[str, str]:
    """Keep a file whose network its folder or its neighbours said in a folder of that name: alone it says none."""
    return {
        root: f"{export.platform}/{files[root].name}"
        for export in found
        if {BESIDE, IN_PATH} & {notice.code for notice in export.warnings}
        for root in [_root(export.file, files)]
    }


def _free_name(name: str, present: dict[str, str]) -> str:
    whole, number = Path(name), 2
    free = name
    while free in present:
        free = whole.with_name(f"{whole.stem} ({number}){whole.suffix}").as_posix()
        number += 1
    return free


def _copy(plan: dict[str, tuple[Path, Path | None]], target: Path) -> None:
    """Copy every file, or none: what was copied is removed again when one copy fails."""
    done: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for source, destination in plan.values():
            if destination is not None:
                done.append(destination)
                destination.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, destination)
    except OSError as error:
        for path in done:
            path.unlink(missing_ok=True)
        raise DataError(f"The files could not be copied into {target.name}/: {error.strerror}.") from error


def _action(destination: Path | None, dry_run: bool) -> str:
    if destination is None:
        return "already there"
    return "would copy" if dry_run else "copied"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
