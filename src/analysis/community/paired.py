"""How much does the second of two answers of the same firms exceed the first?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from analysis.survey import SurveyDesign

__all__ = ["paired"]

RELATIVE = "cv>0.3"  # says nothing of a difference, whose estimate may be 0


def paired(design: SurveyDesign, first: str, second: str, level: float = 0.95) -> pd.DataFrame:
    """Estimate the mean of the second answer less the first, over the firms that gave both.

    Parameters
    ----------
    design : SurveyDesign
    first, second : str
        Columns of numbers.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row, as `SurveyDesign.mean` without `deff`, and `p` (two-sided: a mean as far from 0 if there were no
        difference).

    Raises
    ------
    DataError
        When a column is missing.

    Notes
    -----
    A mean of 0 may hide firms that went up and as many that went down.

    References
    ----------
    Lumley (2010), *Complex Surveys*, ch. 2 (contrasts).

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "before": [4, 5, 3, None], "after": [3, 5, 1, 4]})
    >>> paired(SurveyDesign(firms, weights="w"), "before", "after")[["estimate", "n"]].values.tolist()
    [[-1.0, 3.0]]
    """

    def subtract(data: pd.DataFrame) -> pd.DataFrame:
        return data.assign(paired_difference=data[second].astype("Float64") - data[first].astype("Float64"))

    ready = design.transform(subtract)
    table = ready.mean("paired_difference", level=level).drop(columns="deff")
    flags = table["flag"].str.split("; ").map(lambda doubts: "; ".join(d for d in doubts if d != RELATIVE))
    return table.assign(flag=flags.astype("string"), p=_two_sided(table))


def _two_sided(table: pd.DataFrame) -> np.ndarray:
    """Give the chance of a mean as far from 0 if there were no difference."""
    size = table["estimate"].abs() / table["se"].where(table["se"] > 0)
    return 2 * special.stdtr(table["df"].where(table["df"] > 0), -size)
