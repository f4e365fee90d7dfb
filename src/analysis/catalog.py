"""Where the data are: the project's folders, its bundled tables, and open data sets to fetch."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["bundled", "data_path", "datasets", "fetch", "load", "project_root"]

CHECKOUT = Path(__file__).resolve().parents[2]
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
    candidates = [Path(home)] if home else [here, *here.parents, CHECKOUT]
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

    Examples
    --------
    >>> len(load("survey")["wave"].unique())
    3
    """
    import pandas as pd

    folder = data_path("sample")
    files = {p.stem: p for p in sorted(folder.iterdir()) if p.suffix in {".csv", ".parquet"}}
    if name not in files:
        raise DataError(
            f'There is no bundled table "{name}".{did_you_mean(name, files)} Tables: {", ".join(files)}.'
        )
    if files[name].suffix == ".parquet":
        return pd.read_parquet(files[name], dtype_backend="numpy_nullable")
    kinds = TEXT | dict.fromkeys(DATES.get(name, ()), "string")
    data = pd.read_csv(files[name], engine="pyarrow", dtype=kinds, dtype_backend="numpy_nullable")
    dates = [column for column in DATES.get(name, []) if column in data]
    return data.assign(**{column: pd.to_datetime(data[column]) for column in dates})


def bundled() -> pd.DataFrame:
    """List the tables that `load` reads.

    Returns
    -------
    pandas.DataFrame
        Columns `name`, `title`.

    Examples
    --------
    >>> "survey" in set(bundled()["name"])
    True
    """
    import pandas as pd

    titles = _catalogue()["bundled"]
    return pd.DataFrame({"name": list(titles), "title": list(titles.values())})


def datasets() -> pd.DataFrame:
    """List the open data sets that `fetch` brings from their publishers.

    Returns
    -------
    pandas.DataFrame
        Columns `name`, `title`, `publisher`, `licence`, `address`.

    Examples
    --------
    >>> "fb-live-sellers" in set(datasets()["name"])
    True
    """
    import pandas as pd

    entries = _catalogue()["fetched"]
    columns = ["title", "publisher", "licence", "address"]
    return pd.DataFrame([{"name": name} | {c: entry[c] for c in columns} for name, entry in entries.items()])


def fetch(name: str, folder: Path | None = None) -> list[Path]:
    """Bring one open data set from its publisher; the only function that uses the network.

    Parameters
    ----------
    name : str
        A name listed by `datasets`.
    folder : pathlib.Path, optional
        Where to put it; `data/store/fetched/NAME` when left out.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    DataError
        When the name is unknown, the address does not answer, a file is missing from the download, or a
        file is not the published one (its sha256 differs). Nothing is written then.

    Notes
    -----
    A file whose publisher updates it has no fixed sha256: cite the day you fetched it.

    Examples
    --------
    >>> try:
    ...     fetch("fb-live-seller")
    ... except DataError as error:
    ...     print(str(error)[:71])
    There is no data set "fb-live-seller". Did you mean "fb-live-sellers"?
    """
    entries = _catalogue()["fetched"]
    if name not in entries:
        raise DataError(
            f'There is no data set "{name}".{did_you_mean(name, entries)} Data sets: {", ".join(entries)}.'
        )
    entry = entries[name]
    contents = _unpack(name, _download(name, entry["address"]), list(entry["files"]))
    for file, expected in entry["files"].items():
        found = hashlib.sha256(contents[file]).hexdigest()
        if expected is not None and found != expected:
            raise DataError(
                f"{name}: {file} is not the published file (sha256 {found}, expected {expected}). "
                "Nothing was written. The publisher may have changed it: check its page before using it."
            )
    folder = folder or data_path("store", "fetched", name)
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        partial = folder / f"{file}.partial"
        partial.write_bytes(content)
        partial.replace(folder / file)
    return [folder / file for file in contents]


def _catalogue() -> dict[str, dict]:
    from analysis.yaml_files import from_yaml

    return from_yaml(data_path("reference", "datasets.yml").read_text(encoding="utf-8"))


def _download(name: str, address: str) -> bytes:
    import urllib.error
    import urllib.request

    request = urllib.request.Request(address, headers={"User-Agent": "small-business-social"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise DataError(
            f"{name}: {address} did not answer ({reason}). Nothing was written. Check the connection, or "
            f"download it in a browser and pass the file by its path."
        ) from error


def _unpack(name: str, content: bytes, files: list[str]) -> dict[str, bytes]:
    """Give the wanted files: members of a ZIP by their last name, else the download itself."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {files[0]: content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {Path(member).name: member for member in archive.namelist()}
        missing = [file for file in files if file not in members]
        if missing:
            raise DataError(f"{name}: the download holds no {', '.join(missing)}. Nothing was written.")
        return {file: archive.read(members[file]) for file in files}
