"""Many clients' reports in one go: each is tried, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import pandas as pd

from analysis.catalog import data_path
from analysis.errors import AnalysisError
from analysis.reports.rendering import USUAL, render_client

__all__ = ["render_batch"]


def render_batch(
    clients: Sequence[str] | None = None,
    *,
    period: str = "2025-Q4",
    formats: Sequence[str] = USUAL,
    output: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Render the reports of several clients, one after the other, each in its own language.

    Parameters
    ----------
    clients : sequence of str, optional
        Ids; every folder of `data/clients` when left out.
    period : str
        `2025-Q4`, `2025-11` or `2025`.
    formats : sequence of str
        Any of `html`, `pdf`.
    output : str or pathlib.Path, optional
        Root of the tree; `reports` when left out.
    progress : callable, optional
        Told one line after each client.

    Returns
    -------
    pandas.DataFrame
        One row per client: `client`, `outcome` (`rendered` or `failed`), `seconds`, `cause` (empty when rendered).

    Notes
    -----
    A failure is a row, not an exception: look at `outcome`.

    Examples
    --------
    >>> render_batch(["nobody-here"])["outcome"].tolist()
    ['failed']
    """
    known = sorted(path.parent.name for path in data_path("clients").glob("*/client.yml"))
    rows = []
    for client in clients or known:
        start = perf_counter()
        try:
            outcome, cause = "rendered", ""
            render_client(client, period=period, formats=formats, output=output)
        except AnalysisError as error:
            outcome, cause = "failed", str(error)
        seconds = round(perf_counter() - start, 1)
        rows.append((client, outcome, seconds, cause))
        if progress is not None:
            progress(f"{client}: {outcome} in {seconds} s" + (f" ({cause})" if cause else ""))
    return pd.DataFrame(rows, columns=["client", "outcome", "seconds", "cause"])
