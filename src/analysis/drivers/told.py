"""How are effects told? In points, and by their names."""

from __future__ import annotations

import pandas as pd

from analysis.language import label, number

__all__ = ["effect_names", "in_points", "written_p"]


def in_points(table: pd.DataFrame) -> pd.DataFrame:
    """State differences of shares in points, for sentences and tables.

    Parameters
    ----------
    table : pandas.DataFrame
        Estimates in shares.

    Returns
    -------
    pandas.DataFrame
        The same rows, `estimate, se, low, high` in points (hundredths of a share).

    Notes
    -----
    A point is not a per cent: from 40 % to 44 % is four points, and a rise of ten per cent.

    Examples
    --------
    >>> in_points(pd.DataFrame({"estimate": [0.25], "se": [0.125], "low": [0.0], "high": [0.5]}))
       estimate    se  low  high
    0      25.0  12.5  0.0  50.0
    """
    return table.assign(**{name: 100 * table[name] for name in ("estimate", "se", "low", "high")})


def effect_names(table: pd.DataFrame, language: str) -> dict[str, str]:
    """Name the effects of a table and their blocks in the reader's words.

    Parameters
    ----------
    table : pandas.DataFrame
        From `effects`.
    language : {"en", "fr"}
        Language wanted.

    Returns
    -------
    dict
        Term to name, block to name.

    Examples
    --------
    >>> row = pd.DataFrame({"block": ["owner"], "variable": ["woman"], "level": [""], "term": ["woman"]})
    >>> effect_names(row, "fr")["woman"]
    'Dirigeante'
    """
    blocks = {block: label("block", block, language) for block in table["block"].unique()}
    terms = {
        row.term: label(row.variable, row.level, language)
        if row.level
        else label("driver", row.term, language)
        for row in table.itertuples(index=False)
    }
    return blocks | terms


def written_p(p: float, language: str) -> str:
    """Write a p-value as papers do: three decimals, and the smallest as below a thousandth.

    Parameters
    ----------
    p : float
        The p-value.
    language : {"en", "fr"}
        Language wanted.

    Returns
    -------
    str
        A dash where there is none.

    Notes
    -----
    A p-value is no measure of size: see the interval.

    Examples
    --------
    >>> written_p(0.00002, "en"), written_p(0.0416, "fr")
    ('< 0.001', '0,042')
    """
    least = 0.001
    return f"< {number(least, language, decimals=3)}" if p < least else number(p, language, decimals=3)
