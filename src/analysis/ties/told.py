"""Who told of these ties? The survey's columns on each ego, and the ties both of whose ends were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, did_you_mean
from analysis.ties.table import refuse_absent

__all__ = ["between_asked", "ego_design", "numbers_told", "with_ego", "yes_or_no"]


def with_ego(
    ties: pd.DataFrame, firms: pd.DataFrame, columns: Sequence[str], *, firm: str = "firm"
) -> pd.DataFrame:
    """Add what the survey knows of each ego: its sector, its weight, the unit it was drawn in.

    Parameters
    ----------
    ties : pandas.DataFrame
        With `ego`.
    firms : pandas.DataFrame
        One row per firm, as answered in the wave of the ties.
    columns : sequence of str
        Columns of `firms` to add.
    firm : str
        Column of `firms` that identifies them.

    Returns
    -------
    pandas.DataFrame
        The ties in their order, with the columns.

    Raises
    ------
    DataError
        When a column is missing, a firm is there twice, or an ego is not among the firms.

    Notes
    -----
    An attribute of the wave in which ties were told: the firm may have another one later.

    Examples
    --------
    >>> firms = pd.DataFrame({"firm": ["a"], "sector": ["retail"]})
    >>> with_ego(pd.DataFrame({"ego": ["a"], "alter": ["b"]}), firms, ["sector"])["sector"].tolist()
    ['retail']
    """
    refuse_absent(ties, ["ego"])
    for name in (firm, *columns):
        if name not in firms:
            raise DataError(
                f'The survey has no column "{name}".{did_you_mean(name, map(str, firms.columns))}'
            )
    twice = firms.loc[firms[firm].duplicated(), firm]
    if len(twice):
        raise DataError(
            f'Firm "{twice.iloc[0]}" is in the survey several times: keep the answers of one wave.'
        )
    absent = ties.loc[~ties["ego"].isin(set(firms[firm])), "ego"]
    if len(absent):
        raise DataError(
            f'"{absent.iloc[0]}" tells of ties but is not among the firms of the survey '
            f"({absent.nunique()} such egos). Give the answers of the wave in which ties were asked."
        )
    return ties.merge(
        firms[[firm, *columns]].rename(columns={firm: "ego"}), on="ego", how="left", validate="many_to_one"
    )


def between_asked(ties: pd.DataFrame) -> pd.DataFrame:
    """Keep the ties both of whose ends were asked about their own ties.

    Parameters
    ----------
    ties : pandas.DataFrame
        With `ego` and `alter`.

    Returns
    -------
    pandas.DataFrame
        The rows whose alter is an ego too.

    Raises
    ------
    ParameterError
        When it is no table of ties.
    DataError
        When a column is missing.

    Notes
    -----
    Who else a contact knows is told by that contact: overlap and bridges can only be read on these ties.

    Examples
    --------
    >>> between_asked(pd.DataFrame({"ego": ["a", "a", "b"], "alter": ["b", "c", "a"]}))["alter"].tolist()
    ['b', 'a']
    """
    refuse_absent(ties, ["ego", "alter"])
    return ties[ties["alter"].isin(set(ties["ego"]))].reset_index(drop=True)


def numbers_told(values: pd.Series, name: str) -> pd.Series:
    """Read a column of numbers, refusing words and the infinite by their row.

    Parameters
    ----------
    values : pandas.Series
    name : str
        Of the column, for the message.

    Returns
    -------
    pandas.Series
        As float, missing where nothing was told.

    Raises
    ------
    DataError
        When a value is no finite number.

    Examples
    --------
    >>> numbers_told(pd.Series(["3", None]), "closeness").tolist()
    [3.0, nan]
    """
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = values.notna().to_numpy() & (numbers.isna() | numbers.abs().eq(np.inf)).to_numpy(dtype=bool)
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f'The table of ties has {name} "{values.iloc[row]}" in row {row + 1}: it must be a number.'
        )
    return numbers.astype("Float64").astype(float)


def yes_or_no(values: pd.Series, name: str) -> pd.Series:
    """Read a column of 0 and 1, missing where nothing was told.

    Parameters
    ----------
    values : pandas.Series
        0 and 1, or true and false.
    name : str
        Name of the column, for the message.

    Returns
    -------
    pandas.Series
        `Float64`, on the index of the values.

    Raises
    ------
    DataError
        When a cell holds something else.

    Examples
    --------
    >>> yes_or_no(pd.Series([True, False, None]), "asked").tolist()
    [1.0, 0.0, <NA>]
    """
    found = pd.to_numeric(values, errors="coerce").astype("Float64")
    wrong = (values.notna() & ~found.isin([0, 1])).to_numpy(dtype=bool)
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f'The table of ties has {name} "{values.iloc[row]}" in row {row + 1}: write 1 for yes and 0 for no, '
            "nothing where it is not known."
        )
    return found


def ego_design(sampling: Mapping[str, Any]) -> dict[str, str]:
    """Give how egos were drawn, for measures on ties: weight, stratum and the first sampling unit.

    Parameters
    ----------
    sampling : mapping
        How firms were drawn, as a codebook says (`Codebook.sampling`).

    Returns
    -------
    dict of str to str
        `weights, strata, clusters` where they apply; `clusters` is `ego` when firms were drawn one by one.

    Notes
    -----
    Later stages and finite populations are left out: intervals are a little too wide rather than too narrow.

    Examples
    --------
    >>> ego_design({"weights": "w", "clusters": ["town", "firm"], "fpc": ["towns", "firms"]})
    {'weights': 'w', 'clusters': 'town'}
    """
    clusters = sampling.get("clusters") or "ego"
    first = clusters if isinstance(clusters, str) else clusters[0]
    kept = {name: sampling[name] for name in ("weights", "strata") if sampling.get(name)}
    return kept | {"clusters": first}
