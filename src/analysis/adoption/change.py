"""Did use change between two waves? Differences that count the firms asked at both."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.adoption.answers import ANY, Base, label_rows, stage_columns, with_base
from analysis.errors import ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.estimation.comparisons import holm

__all__ = ["platform_change", "presence_change"]


def presence_change(
    design: SurveyDesign, *, start: Any, end: Any, base: Base = "all", level: float = 0.95
) -> pd.DataFrame:
    """Estimate by how much the share of firms on at least one platform changed between two waves.

    Parameters
    ----------
    design : SurveyDesign
        The survey, all waves; columns `wave` and `platforms__*`.
    start, end : value of `wave`
        The two waves.
    base : {"all", "connected"}
        Among all firms, or those with internet.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: `group_1, group_2` (the waves), `base`, then `estimate` (later less earlier, a difference of shares),
        `se, low, high, n, df, p, p_adjusted, method, flag`.

    Raises
    ------
    ParameterError
        When a wave is not in the data.

    Notes
    -----
    A change of the share is not a count of firms that began: some began, some stopped.

    References
    ----------
    Lumley (2010), *Complex Surveys*, §2.5: the covariance of waves that share towns and firms.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "wave": [1] * 4 + [2] * 4, "platforms__x": [0, 0, 0, 1, 0, 1, 1, 1]})
    >>> presence_change(SurveyDesign(firms, weights="w"), start=1, end=2)["estimate"].item()
    0.5
    """
    table = _change(with_base(design, base), ANY["uses"], start, end, level)
    return label_rows(table, ["group_1", "group_2"], base=base)


def platform_change(
    design: SurveyDesign, *, start: Any, end: Any, base: Base = "all", level: float = 0.95
) -> pd.DataFrame:
    """Estimate by how much the share of firms on each platform changed between two waves.

    Parameters
    ----------
    design : SurveyDesign
        The survey, all waves; columns `wave` and `platforms__*`.
    start, end : value of `wave`
        The two waves.
    base : {"all", "connected"}
        Among all firms, or those with internet.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `platform, base`, the waves, then as `presence_change`; `p_adjusted` (Holm) counts the platforms compared.

    Raises
    ------
    ParameterError
        When a wave is not in the data.

    Notes
    -----
    A platform that opened between the waves rises from nothing: its change is its share.

    References
    ----------
    Lumley (2010), *Complex Surveys*, §2.5; Holm (1979), *Scandinavian Journal of Statistics* 6:65.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "wave": [1] * 4 + [2] * 4, "platforms__x": [0, 0, 0, 1, 0, 1, 1, 1]})
    >>> platform_change(SurveyDesign(firms, weights="w"), start=1, end=2)[["platform", "estimate"]].values.tolist()
    [['x', 0.5]]
    """
    ready = with_base(design, base)
    tables = [
        label_rows(
            _change(ready, column, start, end, level), None, platform=column.split("__", 1)[1], base=base
        )
        for column in stage_columns(ready.data, "uses")
    ]
    table = pd.concat(tables, ignore_index=True)
    return table.assign(p_adjusted=holm(table["p"].tolist()))


def _change(ready: SurveyDesign, column: str, start: Any, end: Any, level: float) -> pd.DataFrame:
    table = ready.compare(column, "wave", reference=start, level=level)
    chosen = table[table["group_2"] == end].reset_index(drop=True)
    if chosen.empty:
        waves = [start, *table["group_2"]]
        raise ParameterError(f"end={end!r} is no wave beside {start!r}. Waves: {', '.join(map(str, waves))}.")
    return chosen.assign(p_adjusted=chosen["p"])
