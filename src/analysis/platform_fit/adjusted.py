"""Does a platform still help more often among firms alike in sector, size and hours?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.platform_fit.fit import FEWEST, refuse_other
from analysis.survey import SurveyDesign

__all__ = ["adjusted_fit"]


def adjusted_fit(
    uses: SurveyDesign,
    *,
    objective: str | None = None,
    controls: Sequence[str] = ("sector", "size_class", "hours_per_week"),
    fewest: int = FEWEST,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how often each platform helps among firms alike in sector, size and hours.

    Parameters
    ----------
    uses : SurveyDesign
        A design of the rows of `platform_uses`, the firm being one of its clusters.
    objective : str, optional
        Uses for this objective only; all, with the objective among the controls, when left out.
    controls : sequence of str
        What is held equal, as far as it was asked.
    fewest : int
        Uses below which a platform is left out of the model.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `platform`, then `estimate, se, low, high, n` (uses in the model), `df, method, flag`: the mean prediction if
        all these uses were on the platform.

    Raises
    ------
    DataError
        When fewer than two platforms have enough uses.
    ParameterError
        When the rows are not those of `platform_uses`.

    Notes
    -----
    Alike in what was asked is not alike: firms chose where to go.

    References
    ----------
    Claim D7. Graubard & Korn (1999), *Biometrics* 55:652.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "firm": range(80), "w": 1.0, "purpose_x": "sell", "helps_x": [1, 0] * 40,
    ...     "purpose_youtube": "sell", "helps_youtube": [1, 1, 1, 0] * 20,
    ... })
    >>> from analysis.platform_fit import platform_uses
    >>> design = SurveyDesign(platform_uses(firms), weights="w", clusters="firm")
    >>> adjusted_fit(design, objective="sell")[["platform", "estimate", "n"]].round(2)
      platform  estimate    n
    0        x      0.50  160
    1  youtube      0.75  160
    """
    refuse_other(uses, "adjusted_fit")
    for name in ("platform", "objective", "helps"):
        if name not in uses.data.columns:
            raise ParameterError(
                f'adjusted_fit() needs a design of platform_uses(): the column "{name}" is missing.'
            )
    chosen = uses.subset(lambda data: _is(data, "objective", objective))
    counts = chosen.data["platform"].value_counts()
    enough = sorted(counts.index[counts >= fewest])
    if len(enough) < 2:
        raise DataError(
            f"Fewer than two platforms have {fewest} uses{f' for {objective}' if objective else ''}: nothing to "
            "compare."
        )
    compared = chosen.subset(lambda data: data["platform"].isin(enough).fillna(False).astype(bool))
    held = [name for name in controls if name in uses.data.columns and compared.data[name].nunique() > 1]
    predictors = ["platform", *([] if objective else ["objective"]), *held]
    model = compared.glm("helps", predictors, family="binomial", level=level)
    return model.predictive_margins("platform").drop(columns=["t", "p"])


def _is(data: pd.DataFrame, column: str, value: Any) -> pd.Series:
    rows = data[column].notna()
    return rows if value is None else rows & (data[column] == value).fillna(False).astype(bool)
