"""Where can a client's figures be queried: one Parquet store by platform and account, made again when it is stale."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.platforms.export import Exports
from analysis.platforms.posts import daily, history, posts
from analysis.platforms.read import folder_files, read_folder
from analysis.platforms.store.kept import (
    BROKEN,
    current,
    digest,
    seal_manifest,
    store_of,
    whole,
    write_parquet,
)

__all__ = ["KINDS", "dataset", "forget", "refresh", "write_dataset"]

KINDS = ("posts", "history", "daily", "audience")
NAMELESS = "unnamed"
LONGEST = 120


def dataset(
    folder: str | Path, kind: str = "posts", dayfirst: bool | None = None, year: int | None = None
) -> Path:
    """Give the Parquet store of a folder of exports, built from the raw files unless it is up to date.

    Parameters
    ----------
    folder : path
        A client's `exports/`, below the `data/` of a project.
    kind : {"posts", "history", "daily", "audience"}
        `posts` holds the newest figures of each post, `history` every reading with its day of export.
    dayfirst, year
        As for `read_folder`.

    Returns
    -------
    pathlib.Path
        A folder `platform/account/part.parquet`. pandas and Polars read the folder, DuckDB the pattern
        `**/*.parquet`, Spark the folder with `recursiveFileLookup`. Every column is in the files: accounts that
        look like numbers stay text.

    Raises
    ------
    DataError
        When the folder holds no such figures, or does not lie below `data/`.
    ParameterError
        When `kind` is none of the four.

    Notes
    -----
    Never edit a store: it is checked byte by byte and made again from the raw files when anything differs.

    Examples
    --------
    >>> from analysis.catalog import data_path
    >>> place = dataset(data_path("clients", "librairie-des-tilleuls", "exports"))
    >>> sorted(path.name for path in place.iterdir())
    ['facebook', 'instagram']
    """
    if kind not in KINDS:
        raise ParameterError(
            f'kind="{kind}" is not a choice.{did_you_mean(kind, KINDS)} Choices: {", ".join(KINDS)}.'
        )
    place = refresh(folder, dayfirst, year)
    if not (place / kind).is_dir():
        raise DataError(f"{Path(folder).name} holds no {kind}.")
    return place / kind


def refresh(folder: str | Path, dayfirst: bool | None = None, year: int | None = None) -> Path:
    """Bring the store of a folder up to date, where it is not.

    Parameters
    ----------
    folder, dayfirst, year
        As for `dataset`.

    Returns
    -------
    pathlib.Path
        The folder that holds every kind of figures.

    Raises
    ------
    DataError
        When the folder does not lie below `data/`, or cannot be read.

    Examples
    --------
    >>> from analysis.catalog import data_path
    >>> refresh(data_path("clients", "librairie-des-tilleuls", "exports")).name
    'dataset'
    """
    folder = Path(folder)
    place = store_of(folder)
    if place is None:
        raise DataError(
            f"{folder.name} does not lie below the project's data folder: nothing of it is stored."
        )
    place = place / "dataset"
    choices = {"dayfirst": dayfirst, "year": year, "duplicates": "drop"}
    key = current(folder_files(folder), choices)
    if not _fresh(place, key):
        _rebuild(read_folder(folder, dayfirst=dayfirst, year=year), place, key)
    return place


def _fresh(place: Path, key: str) -> bool:
    """Say whether every file of the store is there, whole, and made from these raw files by this code."""
    try:
        told = whole(place, key)
        found = {p.relative_to(place).as_posix() for kind in KINDS for p in (place / kind).rglob("*.parquet")}
        return found == set(told["tables"]) and all(
            digest(place / name) == known for name, known in told["tables"].items()
        )
    except BROKEN:
        return False


def _rebuild(exports: Exports, place: Path, key: str) -> None:
    """Build a store beside the old one and put it in its place in one step."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".") as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            seal_manifest(fresh, {"key": key, "tables": write_dataset(exports, fresh)})
            if place.exists():
                place.replace(Path(scratch) / "old")
            fresh.replace(place)
    except OSError as error:
        if not _fresh(place, key):
            raise DataError(
                f"The store of {place.parent.name} cannot be written: {error.strerror}."
            ) from error


def write_dataset(exports: Exports, folder: str | Path) -> dict[str, str]:
    """Write posts, their history, daily and audience figures as Parquet, parted by platform and account.

    Parameters
    ----------
    exports : Exports
        What `read_folder` gave.
    folder : path
        Where to write; it should be empty.

    Returns
    -------
    dict
        File name below the folder → its sha256. The same exports give the same bytes.

    Notes
    -----
    Folders are named after accounts as in web addresses (`Le%20Fournil`); the columns keep them as they are.

    Examples
    --------
    >>> write_dataset(Exports(), "unused")
    {}
    """
    listed = list(exports)
    tables = {"daily": daily(listed), "audience": _audience(listed)}
    if any(export.kind == "posts" for export in listed):
        tables |= {"posts": posts(listed), "history": history(listed)}
    written: dict[str, str] = {}
    for kind, table in sorted(tables.items()):
        for (platform, account), part in _parts(table):
            name = _free(f"{kind}/{_name(platform)}/{_name(account)}", written)
            written[name] = write_parquet(part.reset_index(drop=True), Path(folder) / name)
    return written


def _free(place: str, written: dict[str, str]) -> str:
    """Number a place that is taken, also by one that differs in capitals only: not every disk tells them apart."""
    taken = {name.casefold() for name in written}
    tried = [place, *(f"{place} {number}" for number in range(2, len(written) + 2))]
    return next(f"{name}/part.parquet" for name in tried if f"{name}/part.parquet".casefold() not in taken)


def _audience(exports: Sequence) -> pd.DataFrame:
    tables = [export.table for export in exports if export.kind == "audience" and len(export.table)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _parts(table: pd.DataFrame):
    return table.groupby(["platform", "account"], dropna=False, sort=True) if len(table) else ()


def _name(value: object) -> str:
    return NAMELESS if pd.isna(value) else quote(str(value), safe="").replace(".", "%2E")[:LONGEST]


def forget(folder: str | Path) -> None:
    """Delete what is stored of a folder of data; the raw files are not touched.

    Parameters
    ----------
    folder : path
        A client's folder, or its `exports/`.

    Examples
    --------
    >>> forget("elsewhere")
    """
    place = store_of(Path(folder))
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)
