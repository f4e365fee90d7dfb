"""Where the data are: the project's own folders, its bundled tables and the open data sets a user may fetch."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from analysis.errors import DataError, did_you_mean

__all__ = ["data_path", "load", "project_root"]

DATES = {
    "posts": ["published", "exported"],
    "daily": ["date"],
    "reviews": ["published", "answered"],
    "messages": ["received", "answered"],
    "programme": ["start"],
}
TEXT = {"post_id": "string", "review_id": "string", "thread_id": "string", "size_class": "string"}


def project_root() -> Path:
    """Find the folder that holds `data/` and `notebooks/`.

    The folder named by the environment variable `ANALYSIS_HOME` comes first, then the current folder and
    those above it, then the checkout this package was installed from.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DataError
        When none of these holds the project.

    Examples
    --------
    >>> (project_root() / "data").is_dir()
    True
    """
    home = os.environ.get("ANALYSIS_HOME")
    here = Path.cwd()
    candidates = [Path(home)] if home else [here, *here.parents, Path(__file__).resolve().parents[2]]
    for folder in candidates:
        if (folder / "data" / "codebook").is_dir() and (folder / "notebooks").is_dir():
            return folder
    raise DataError(
        "The project's data folder was not found from here. Run the command inside the project, "
        "or set ANALYSIS_HOME to the folder that holds data/ and notebooks/."
    )


def data_path(*parts: str) -> Path:
    """Give the path of something under `data/`.

    Parameters
    ----------
    *parts : str
        Folder and file names below `data/`.

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> data_path("codebook", "questionnaire.yml").name
    'questionnaire.yml'
    """
    return project_root().joinpath("data", *parts)


def load(name: str) -> pd.DataFrame:
    """Read one bundled table of the simulated sample.

    Parameters
    ----------
    name : str
        `survey`, `ties`, `histories`, `programme`, `accounts`, `posts`, `daily`, `reviews` or `messages`.

    Returns
    -------
    pandas.DataFrame
        Columns as described in `data/dictionary.yml`; missing values are missing, never 0.

    Raises
    ------
    DataError
        When no bundled table has that name.

    Notes
    -----
    The sample is simulated: never report its figures as facts about real firms.
    """
    folder = data_path("sample")
    files = {p.stem: p for p in sorted(folder.iterdir()) if p.suffix in {".csv", ".parquet"}}
    if name not in files:
        raise DataError(
            f'There is no bundled table "{name}".{did_you_mean(name, files)} Tables: {", ".join(files)}.'
        )
    if files[name].suffix == ".parquet":
        return pd.read_parquet(files[name], dtype_backend="numpy_nullable")
    data = pd.read_csv(files[name], dtype=TEXT, dtype_backend="numpy_nullable")
    dates = [column for column in DATES.get(name, []) if column in data]
    return data.assign(**{column: pd.to_datetime(data[column]) for column in dates})
