"""How the simulated tables are written, so that the same simulation gives the same bytes anywhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from analysis.errors import DataError
from analysis.sample.simulation import Sample

__all__ = ["write"]

PARQUET = {"posts", "daily"}
NOTE = "# Simulated data: what is true in the population and in the processes that made these tables.\n"


def write(sample: Sample, folder: Path | str) -> list[Path]:
    """Write every table of a simulation and its truth into a folder.

    Parameters
    ----------
    sample : Sample
        What `simulate` returns.
    folder : pathlib.Path or str
        Where to; made when it does not exist. Files of an earlier run are replaced.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    DataError
        When the folder holds anything else, so that nobody's files are mixed with simulated ones.

    Notes
    -----
    CSV files are UTF-8 with LF ends and blank for missing; `posts` and `daily` are Parquet (zstd).

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from analysis.sample.simulation import simulate
    >>> [path.name for path in write(simulate(firms=120, seed=1), mkdtemp())][-2:]
    ['messages.csv', 'truth.yml']
    """
    folder = Path(folder)
    paths = {name: folder / f"{name}.{'parquet' if name in PARQUET else 'csv'}" for name in sample.tables}
    truth = folder / "truth.yml"
    _refuse_foreign(folder, {truth.name, *(path.name for path in paths.values())})
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in paths.items():
        _write_table(sample.tables[name], path)
    text = yaml.safe_dump(sample.truth, sort_keys=False, allow_unicode=True, width=100)
    truth.write_text(NOTE + text, encoding="utf-8", newline="\n")
    return [*paths.values(), truth]


def _refuse_foreign(folder: Path, ours: set[str]) -> None:
    if folder.exists() and not folder.is_dir():
        raise DataError(f'"{folder.name}" is a file: give a folder to write the sample into.')
    foreign = sorted(p.name for p in folder.iterdir() if p.name not in ours) if folder.exists() else []
    if foreign:
        raise DataError(
            f'The folder "{folder.name}" holds other files ({", ".join(foreign[:3])}'
            f"{', …' if len(foreign) > 3 else ''}). Give an empty folder, or one written by simulate."
        )


def _write_table(data: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        data.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", float_format="%.10g")
        return
    table = pa.Table.from_pandas(data, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd", compression_level=12, version="2.6")
