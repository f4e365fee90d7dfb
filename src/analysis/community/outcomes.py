"""Is the result as good online as face to face, and does it depend on the method?"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from analysis.community.methods import MODES
from analysis.community.paired import paired
from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign, multiple
from analysis.survey.estimation.comparisons import holm

__all__ = ["method_outcomes", "outcome_modes"]

Mode = Literal["online", "offline"]
OUTCOMES = {"offline": "outcome_offline", "online": "outcome_online"}


def outcome_modes(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate how satisfied firms were with the result face to face and online: the same firms, two answers.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `outcome_offline`, `outcome_online`, 1 to 5.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `quantity`: offline, online (mean answers, 1 to 5), difference (online less offline), worse, same, better
        (shares of firms more, as and less satisfied face to face); then `estimate, se, low, high, n, df, p` (difference
        only), `method, flag`. All of the firms that rated both.

    Raises
    ------
    DataError
        When one was not asked, or no firm rated both.

    Notes
    -----
    Firms that tried both are not like the others, and each rated meetings it chose to hold in that mode.

    References
    ----------
    Claim D14.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "outcome_offline": [4, 5, 3, None], "outcome_online": [3, 5, 1, 4]})
    >>> outcome_modes(SurveyDesign(firms, weights="w"))[["quantity", "estimate", "n"]].round(2).values.tolist()[2]
    ['difference', -1.0, 3]
    """
    absent = [name for name in OUTCOMES.values() if name not in design.data.columns]
    if absent:
        raise DataError(
            f"The survey has no column {', '.join(absent)}: outcomes were not asked for both modes."
        )
    rated = design.data[list(OUTCOMES.values())].notna().all(axis=1)
    if not rated.any():
        raise DataError("No firm rated the result both face to face and online.")
    kept = design.subset(rated)
    means = [kept.mean(column, level=level).assign(quantity=mode) for mode, column in OUTCOMES.items()]
    gap = paired(kept, OUTCOMES["offline"], OUTCOMES["online"], level).assign(quantity="difference")
    table = pd.concat([*means, gap, *_sides(kept, level)], ignore_index=True)
    columns = ["quantity", "estimate", "se", "low", "high", "n", "df", "p", "method", "flag"]
    return table[columns].astype({"quantity": "string"})


def _sides(kept: SurveyDesign, level: float) -> list[pd.DataFrame]:
    """Give the shares of firms for which online did worse, the same and better."""

    def compared(data: pd.DataFrame) -> pd.DataFrame:
        gap = data[OUTCOMES["online"]].astype("Int64") - data[OUTCOMES["offline"]].astype("Int64")
        signs = {"worse": gap < 0, "same": gap == 0, "better": gap > 0}
        return data.assign(**{f"online_{name}": flag.astype("Int64") for name, flag in signs.items()})

    ready = kept.transform(compared)
    return [
        ready.proportion(f"online_{name}", level=level).assign(quantity=name)
        for name in ("worse", "same", "better")
    ]


def method_outcomes(design: SurveyDesign, mode: Mode = "online", *, level: float = 0.95) -> pd.DataFrame:
    """Estimate whether the result depends on the method, in one mode.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `methods_MODE__*`, `outcome_MODE`, asked of firms that used a method in that mode.
    mode : {"online", "offline"}
        Which mode.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `practice`, then `estimate` (satisfaction, 1 to 5, of firms that used it less that of firms that did not, the
        other methods equal), `se, low, high, n, df, p, p_adjusted` (Holm), `flag`.

    Raises
    ------
    ParameterError
        When the mode is unknown.
    DataError
        When the outcome was not asked.

    Notes
    -----
    A firm gives one mark for all its methods: with two of them, which one it speaks of is not known.

    References
    ----------
    Claim D14. Binder (1983), *International Statistical Review* 51:279.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": 1.0, "methods_online__barcamp": [1, 1, 0, 0] * 3, "methods_online__open_cafe": [0, 1, 1, 1] * 3,
    ...     "outcome_online": [3, 4, 2, 3, 4, 4, 3, 2, 4, 3, 2, 2],
    ... })
    >>> method_outcomes(SurveyDesign(firms, weights="w"))[["practice", "n"]].values.tolist()
    [['barcamp', 12], ['open_cafe', 12]]
    """
    if mode not in MODES:
        raise ParameterError(
            f'mode="{mode}" is not a choice.{did_you_mean(str(mode), MODES)} Choices: {", ".join(MODES)}.'
        )
    if OUTCOMES[mode] not in design.data.columns:
        raise DataError(f'The survey has no column "{OUTCOMES[mode]}": outcomes were not asked.')
    columns = multiple.option_columns(design.data, MODES[mode])
    rated = design.subset(design.data[OUTCOMES[mode]].notna())
    varied = {way: name for way, name in columns.items() if rated.data[name].nunique() > 1}
    effects = rated.glm(OUTCOMES[mode], list(varied.values()), level=level).marginal_effects
    practice = effects["term"].map({name: way for way, name in varied.items()})
    table = effects.assign(practice=practice.astype("string"), p_adjusted=holm(effects["p"].tolist()))
    return table[["practice", "estimate", "se", "low", "high", "n", "df", "p", "p_adjusted", "flag"]]
