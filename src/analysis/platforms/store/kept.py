"""Have these files been read before? Exports kept beside the data while the files and this code stay the same."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.catalog import data_path
from analysis.errors import DataError
from analysis.platforms.export import Export, Exports, Notice

__all__ = ["BROKEN", "current", "digest", "kept", "seal_manifest", "store_of", "whole", "write_parquet"]

PACKAGE = Path(__file__).parents[1]
MANIFEST = "manifest.json"
BROKEN = (OSError, ValueError, KeyError, TypeError, pa.ArrowException)
ARROW = {
    pa.string(): pd.StringDtype(),
    pa.large_string(): pd.StringDtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
NULLABLE = {"string", "Int64", "Float64", "boolean", "datetime64[us]"}
PLAIN = ("platform", "tool", "kind", "sha256", "file", "part", "format", "rows_read", "rows_dropped")


def kept(
    folder: Path,
    files: Sequence[tuple[str, Path | None]],
    choices: Mapping[str, object],
    read: Callable[[], Exports],
) -> Exports:
    """Give the exports of a folder below `data/`, read once for all reports that ask for them.

    Parameters
    ----------
    folder : path
        The folder with the exports. What lies elsewhere is read each time, and nothing of it is kept.
    files : sequence of tuple of str and path
        Every file of the folder, by name; no path for one that is named only and never opened.
    choices : mapping
        What the user chose (`dayfirst`, `year`, `duplicates`), in plain values.
    read : callable
        Reads the files.

    Returns
    -------
    Exports
        What `read` gives, or gave when the files, the choices and the code were the same to the byte. A copy that
        is damaged or was made from something else is made again, never used.

    Notes
    -----
    Copies lie in `data/store`, which can be deleted at any time; where it cannot be written, nothing is kept, nor
    where a file was refused.

    Examples
    --------
    >>> kept(Path("elsewhere"), [], {}, Exports)
    []
    """
    place = store_of(folder)
    if place is None:
        return read()
    place = place / _slug(choices)
    try:
        key = current(files, choices)
    except OSError:
        return read()
    try:
        return _load(place, key)
    except BROKEN:
        exports = read()
    if exports and not exports.refused:
        _keep(exports, place, key)
    return exports


def store_of(folder: Path) -> Path | None:
    """Give the folder below `data/store` that belongs to a folder of data.

    Parameters
    ----------
    folder : path

    Returns
    -------
    pathlib.Path or None
        None for folders that do not lie below the `data/` of a project, and for the store itself.

    Examples
    --------
    >>> store_of(data_path("clients", "a", "exports")).relative_to(data_path("store")).as_posix()
    'clients/a/exports'
    """
    try:
        data = data_path().resolve()
        inside = folder.resolve().relative_to(data)
    except (DataError, ValueError):
        return None
    return None if inside.parts[:1] in {(), ("store",)} else data / "store" / inside


def current(files: Sequence[tuple[str, Path | None]], choices: Mapping[str, object]) -> str:
    """Hash everything a reading depends on: names and bytes of the files, the choices, the code, its libraries.

    Parameters
    ----------
    files, choices
        As for `kept`.

    Returns
    -------
    str

    Examples
    --------
    >>> current([], {"year": 2025}) == current([], {"year": 2024})
    False
    """
    told = hashlib.sha256(_code() + json.dumps(dict(choices), sort_keys=True, default=str).encode())
    for name, path in sorted(files, key=lambda item: item[0]):
        told.update(f"{name}\0{'' if path is None else digest(path)}\0".encode())
    return told.hexdigest()


def digest(path: Path) -> str:
    """Give the sha256 of a file.

    Parameters
    ----------
    path : path

    Returns
    -------
    str

    Examples
    --------
    >>> digest(data_path("codebook", "questionnaire.yml")) == digest(data_path("codebook", "questionnaire.yml"))
    True
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def _code() -> bytes:
    """Hash the code that reads files, and the libraries it stands on."""
    libraries = " ".join(version(name) for name in ("pandas", "pyarrow", "python-calamine", "PyYAML"))
    told = hashlib.sha256(libraries.encode())
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".yml"}):
        told.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return told.digest()


def _slug(choices: Mapping[str, object]) -> str:
    told = json.dumps(dict(choices), sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _load(place: Path, key: str) -> Exports:
    told = whole(place, key)
    exports = [_export(item, place, told) for item in told["exports"]]
    unrecognised = [Notice(code, text) for code, text in told["unrecognised"]]
    return Exports(exports, unrecognised, told["drafts"])


def whole(place: Path, key: str) -> dict:
    """Read the manifest of a store, refusing one that was changed or made from something else.

    Parameters
    ----------
    place : path
        Folder with a manifest.
    key : str
        What it must have been made from.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        When the manifest is damaged or of another key.
    OSError
        When there is none.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> place = Path(mkdtemp())
    >>> seal_manifest(place, {"key": "of these files"})
    >>> whole(place, "of others")
    Traceback (most recent call last):
    ValueError: the store was made from something else, or is damaged
    """
    told = json.loads((place / MANIFEST).read_bytes())
    seal = told.pop("seal")
    if told["key"] != key or seal != _seal(told):
        raise ValueError("the store was made from something else, or is damaged")
    return told


def _seal(told: dict) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _table(name: str, place: Path, told: dict, types: Mapping[str, str]) -> pd.DataFrame:
    data = (place / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != told["tables"][name]:
        raise ValueError("a table of the store is damaged")
    table = pq.ParquetFile(pa.BufferReader(data)).read(use_threads=False)
    frame = table.to_pandas(use_threads=False, **(_typed(table) if set(types.values()) <= NULLABLE else {}))
    other = {name: types[name] for name, dtype in frame.dtypes.items() if str(dtype) != types[name]}
    return frame.astype(other) if other else frame


def _typed(table: pa.Table) -> dict:
    """Say how columns of the contracts' types are read without going through what Parquet holds for pandas."""
    index = table.schema.pandas_metadata["index_columns"]
    counted = [{"kind": "range", "name": None, "start": 0, "stop": len(table), "step": 1}]
    return {"ignore_metadata": True, "types_mapper": ARROW.get} if index == counted else {}


def _export(item: dict, place: Path, told: dict) -> Export:
    types, apart = item["types"], item["apart"]
    return Export(
        **{name: item[name] for name in PLAIN},
        table=_table(item["table"], place, told, types["table"]),
        warnings=tuple(Notice(code, text) for code, text in item["warnings"]),
        exported=pd.Timestamp(item["exported"]) if item["exported"] else None,
        columns=dict(item["columns"]),
        accounts=tuple(item["accounts"]),
        totals=dict(item["totals"]),
        apart=_table(apart, place, told, types["apart"]) if apart else None,
    )


def _keep(exports: Exports, place: Path, key: str) -> None:
    """Write a copy beside the old one and put it in its place; where it cannot be written, nothing is lost."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".") as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            _write(exports, fresh, key)
            _load(fresh, key)
            if place.exists():
                place.replace(Path(scratch) / "old")
            fresh.replace(place)
    except BROKEN:
        return


def _write(exports: Exports, folder: Path, key: str) -> None:
    tables: dict[str, str] = {}
    items = [_item(number, export, folder, tables) for number, export in enumerate(exports)]
    unrecognised = [[notice.code, str(notice)] for notice in exports.unrecognised]
    told = {"exports": items, "unrecognised": unrecognised, "drafts": exports.drafts, "tables": tables}
    seal_manifest(folder, {"key": key, **told})


def seal_manifest(folder: Path, told: dict) -> None:
    """Write a manifest with its own seal.

    Parameters
    ----------
    folder : path
    told : dict
        Plain values; `key` among them.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> place = Path(mkdtemp())
    >>> seal_manifest(place, {"key": "of these files"})
    >>> whole(place, "of these files")
    {'key': 'of these files'}
    """
    sealed = told | {"seal": _seal(json.loads(json.dumps(told)))}
    text = json.dumps(sealed, sort_keys=True, ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def _item(number: int, export: Export, folder: Path, tables: dict[str, str]) -> dict:
    frames = {"table": export.table} | ({} if export.apart is None else {"apart": export.apart})
    names = {part: f"{number:04d}-{part}.parquet" for part in frames}
    for part, frame in frames.items():
        tables[names[part]] = write_parquet(frame, folder / names[part])
    return {name: getattr(export, name) for name in PLAIN} | {
        "table": names["table"],
        "apart": names.get("apart"),
        "types": {part: _types(frame) for part, frame in frames.items()},
        "warnings": [[notice.code, str(notice)] for notice in export.warnings],
        "exported": None if export.exported is None else export.exported.isoformat(),
        "columns": dict(export.columns),
        "accounts": list(export.accounts),
        "totals": dict(export.totals),
    }


def _types(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def write_parquet(frame: pd.DataFrame, path: Path) -> str:
    """Write a table as Parquet, the same bytes for the same table.

    Parameters
    ----------
    frame : pandas.DataFrame
    path : path

    Returns
    -------
    str
        The sha256 of the file.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "a.parquet"
    >>> write_parquet(pd.DataFrame({"views": [1]}), path) == digest(path)
    True
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, compression="zstd")
    return digest(path)
