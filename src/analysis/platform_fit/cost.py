"""What does a result cost, in time and in money? Ratios over firms, an hour being worth a stated wage.

An hour of the owner is not free: its worth is a parameter, never hidden in the result.
"""

from __future__ import annotations

import pandas as pd

from analysis.adoption.answers import label_rows
from analysis.errors import DataError, ParameterError
from analysis.platform_fit.fit import By, amounts, refuse_other
from analysis.survey import SurveyDesign
from analysis.survey.columns import refuse_negative

__all__ = ["WAGE", "platform_costs", "result_costs"]

WAGE = 20.0
ASKED = ("leads", "hours_per_week", "spend")
WEEKS = 52 / 12
STEM = "platforms__"
MEASURES = {"hours_per_lead": "hours_month", "euros_per_lead": "spend", "cost_per_lead": "cost_month"}


def result_costs(
    design: SurveyDesign, by: By = None, *, wage: float = WAGE, level: float = 0.95
) -> pd.DataFrame:
    """Estimate what an enquiry from social networks costs: in hours, in euros, and in both at a wage.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `leads` (enquiries a month), `hours_per_week`, `spend` (euros a month).
    by : str or list of str, optional
        Columns to group by.
    wage : float
        What an hour is worth, in euros, 0 or more.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `measure` (`hours_per_lead`; `euros_per_lead`, advertising and tools; `cost_per_lead`, these
        and the hours at the wage), `wage`, then as `SurveyDesign.ratio`, over the same firms: those that answered all
        three.

    Raises
    ------
    DataError
        When one of the three was not asked, or is below 0 somewhere.
    ParameterError
        When the wage is below 0.

    Notes
    -----
    All that firms spend over all their enquiries: firms with many count more. Enquiries are counted from memory, and
    one is no sale. Firms without any enquiry add to the cost, as they should.

    References
    ----------
    Claim D17. Särndal, Swensson & Wretman (1992), *Model Assisted Survey Sampling*, §5.6.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "leads": [2, 8], "spend": [30, 20], "hours_per_week": [3.0, 3.0]})
    >>> result_costs(SurveyDesign(firms, weights="w"), wage=10)[["measure", "estimate"]].values.tolist()
    [['hours_per_lead', 2.6], ['euros_per_lead', 5.0], ['cost_per_lead', 31.0]]
    """
    refuse_other(design, "result_costs")
    missing = [name for name in ASKED if name not in design.data.columns]
    if missing:
        raise DataError(f"The survey lacks {', '.join(missing)}: a cost per result needs both sides.")
    if not wage >= 0:
        raise ParameterError(f"wage={wage}: give what an hour is worth in euros, 0 or more.")
    for name in ASKED:
        amounts(design.data, name)
    refuse_negative(design.data[[*ASKED]])
    priced = design.transform(lambda data: _priced(data, wage))
    tables = []
    for measure, cost in MEASURES.items():
        table = priced.ratio(cost, "leads_known", by, level=level)
        tables.append(label_rows(table, by, measure=measure))
    result = pd.concat(tables, ignore_index=True)
    result.insert(result.columns.get_loc("measure") + 1, "wage", float(wage))
    return result


def _priced(data: pd.DataFrame, wage: float) -> pd.DataFrame:
    """Work out monthly hours and costs of the firms that told hours, spending and enquiries."""
    known = data[[*ASKED]].astype("Float64")
    known = known.where(known.notna().all(axis=1), pd.NA)
    hours = known["hours_per_week"] * WEEKS
    cost = known["spend"] + wage * hours
    return data.assign(hours_month=hours, spend=known["spend"], cost_month=cost, leads_known=known["leads"])


def platform_costs(
    design: SurveyDesign, *, wage: float = WAGE, fewest: int = 30, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the cost per enquiry of the firms that are on each platform.

    Parameters
    ----------
    design : SurveyDesign
        As for `result_costs`, with `platforms__*`.
    wage : float
        As for `result_costs`.
    fewest : int
        Firms below which a platform is left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `platform`, then as `result_costs`.

    Raises
    ------
    DataError, ParameterError
        As `result_costs`; when no platform has enough firms.

    Notes
    -----
    Hours, spending and enquiries are told for all networks of a firm together: this is the cost of firms that are on
    the platform among others, not of the platform. A firm on three platforms is in three rows.

    References
    ----------
    Claim D17.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "platforms__x": 1, "leads": [2, 8], "spend": [30, 20], "hours_per_week": 3.0})
    >>> platform_costs(SurveyDesign(firms, weights="w"), fewest=2)[["platform", "measure"]].values.tolist()[0]
    ['x', 'hours_per_lead']
    """
    refuse_other(design, "platform_costs")
    columns = [name for name in map(str, design.data.columns) if name.startswith(STEM)]
    tables = []
    for column in columns:
        if (design.data[column] == 1).sum() >= fewest:
            users = design.subset(lambda data, column=column: (data[column] == 1).fillna(False).astype(bool))
            table = result_costs(users, wage=wage, level=level)
            tables.append(label_rows(table, None, platform=column.removeprefix(STEM)))
    if not tables:
        raise DataError(f"No platform is used by {fewest} firms or more: there is no cost to compare.")
    return pd.concat(tables, ignore_index=True)
