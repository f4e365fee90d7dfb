"""Do kinds of posts differ at all: one test over all groups at once, on means or on ranks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.engagement.tables.interactions import choices
from analysis.engagement.tables.observed import observed
from analysis.engagement.tables.values import names_given

__all__ = ["differences"]


def differences(
    posts: Any,
    columns: str | Iterable[str] = ("reactions", "comments", "shares"),
    by: str = "kind",
    *,
    method: Literal["anova", "kruskal"] = "anova",
) -> pd.DataFrame:
    """Test whether groups of posts differ, as published studies do.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    columns : str or iterable of str
        Columns of counts, `interactions`, or `engagement by reach`.
    by : str
        Grouping column.
    method : {"anova", "kruskal"}
        One-way analysis of variance (means), or Kruskal–Wallis (ranks, corrected for ties).

    Returns
    -------
    pandas.DataFrame
        One row per column: `column`, `statistic` (F or H), `df1`, `df2` (missing for H), `p`, `n`, `n_missing`,
        `groups`, `method`, `flag` (`groups<2`: nothing to compare).

    Raises
    ------
    ParameterError
        When the method is not one of its choices.
    DataError
        When a column is absent.

    Notes
    -----
    Both tests take posts as unrelated, though those of one week or account are alike: p is too small. They are
    here to reproduce published values; `content_effects` and `contrast` give honest intervals.

    References
    ----------
    Kruskal and Wallis (1952), Journal of the American Statistical Association 47.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["a", "a", "b", "b"], "reactions": [1, 2, 3, 4]})
    >>> differences(table, "reactions")[["statistic", "df1", "df2", "n"]].to_dict("records")
    [{'statistic': 8.0, 'df1': 1, 'df2': 2, 'n': 4}]
    """
    choices("method", [method], ("anova", "kruskal"))
    rows = []
    for name in names_given("columns", columns):
        seen = observed(posts, name, needed=names_given("by", by), days=None)
        table = seen.posts.dropna(subset=[by])
        parts = [np.sort(part.to_numpy()) for _, part in table.groupby(by, sort=True)["_value"]]
        facts = {"n": len(table), "n_missing": seen.n_missing, "groups": len(parts), "method": method}
        rows.append(
            {"column": name} | _tested(parts, method) | facts | {"flag": "" if len(parts) > 1 else "groups<2"}
        )
    names = ["column", "statistic", "df1", "df2", "p", "n", "n_missing", "groups", "method", "flag"]
    return pd.DataFrame(rows, columns=names).astype({"df1": "Int64", "df2": "Int64"})


def _tested(parts: list[np.ndarray], method: str) -> dict:
    if len(parts) < 2:
        return {"statistic": np.nan, "df1": None, "df2": None, "p": np.nan}
    free, left = len(parts) - 1, sum(map(len, parts)) - len(parts)
    alike = np.ptp(np.concatenate(parts)) == 0
    if alike or (method == "anova" and left < 1):
        return {"statistic": np.nan, "df1": free, "df2": left if method == "anova" else None, "p": np.nan}
    from scipy import stats

    statistic, p = stats.f_oneway(*parts) if method == "anova" else stats.kruskal(*parts)
    df2 = left if method == "anova" else None
    return {"statistic": float(statistic), "df1": free, "df2": df2, "p": float(p)}
