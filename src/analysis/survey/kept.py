"""Has this file been read before? Answers kept beside the data while file, codebook and this code stay the same."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from pyarrow import ArrowInvalid

from analysis.catalog import data_path
from analysis.errors import DataError
from analysis.survey.codebook import Codebook

__all__ = ["kept"]

PACKAGE = Path(__file__).parent


def kept(
    path: str | Path,
    codebook: Codebook,
    read: Callable[[], pd.DataFrame],
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Give the answers of a file below `data/`, read once for all reports that ask for them.

    Parameters
    ----------
    path : str or path
        The survey file. Files that lie elsewhere are read each time, and nothing of them is kept.
    codebook : Codebook
        What the file was read against.
    read : callable
        Reads and checks the file.
    columns : sequence of str, optional
        The columns to give; all when left out.

    Returns
    -------
    pandas.DataFrame
        What `read` gives, or gave when file, codebook and code were the same to the byte. It is kept as Parquet in
        `data/store`, which can be deleted at any time; where that folder cannot be written, nothing is kept.

    Examples
    --------
    >>> from analysis.survey.codebook import load_codebook
    >>> kept("elsewhere.csv", load_codebook(), lambda: pd.DataFrame({"firm": ["F1"]}))["firm"].tolist()
    ['F1']
    """
    file = Path(path).resolve()
    if not file.is_file() or not _belongs(file):
        return _some(read(), columns)
    place = data_path("store", "surveys", f"{_key(file, codebook)}.parquet")
    try:
        return pd.read_parquet(place, columns=columns)
    except (OSError, ArrowInvalid):
        answers = read()
    _keep(answers, place)
    return _some(answers, columns)


def _some(answers: pd.DataFrame, columns: Sequence[str] | None) -> pd.DataFrame:
    return answers if columns is None else answers[list(columns)]


def _belongs(file: Path) -> bool:
    """Say whether a file lies below the data folder of a project; outside any project none does."""
    try:
        return file.is_relative_to(data_path().resolve())
    except DataError:
        return False


def _key(file: Path, codebook: Codebook) -> str:
    told = hashlib.sha256(_code() + repr(codebook).encode())
    told.update(file.suffix.encode() + b"\0" + file.read_bytes())
    return told.hexdigest()[:32]


@cache
def _code() -> bytes:
    """Hash the code that reads files, and the libraries it stands on."""
    whole = hashlib.sha256(f"{version('pandas')} {version('pyarrow')}".encode())
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".yml"}):
        whole.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return whole.digest()


def _keep(answers: pd.DataFrame, place: Path) -> None:
    """Write a copy in one step; a folder that cannot be written keeps nothing, and nothing is lost by it."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=".") as scratch:
            written = Path(scratch) / place.name
            answers.to_parquet(written)
            written.replace(place)
    except OSError:
        return
