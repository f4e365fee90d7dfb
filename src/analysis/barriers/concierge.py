"""Can a small firm afford a digital concierge? What help costs, what firms could pay, and what a result costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.columns import refuse_negative
from analysis.survey.scales import agreement

__all__ = ["affordability", "budgets", "cost_per_result", "intention"]

By = str | Sequence[str] | None
AMOUNTS = {"support_price": "price", "support_budget": "budget"}
PRICES = (25, 50, 100, 150, 200, 300)
QUARTILES = (0.25, 0.5, 0.75)
WEEKS = 52 / 12


def budgets(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the quartiles of what firms pay for outside help and of what they could pay.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `support_price`, `support_budget`, in euros a month.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `amount` (price: of firms that pay for help; budget: of connected firms that gave one),
        `probability` (0.25, 0.5, 0.75), then as `SurveyDesign.quantile`, in euros a month.

    Raises
    ------
    DataError
        When neither was asked, or an amount is below 0.

    Notes
    -----
    The two are not of the same firms: those that pay are those that could.

    References
    ----------
    Claim D6. Woodruff (1952), *JASA* 47:635.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "support_price": [100, 200, None], "support_budget": [20, 50, 90]})
    >>> budgets(SurveyDesign(firms, weights="w")).query("probability == 0.5")[["amount", "estimate"]].values.tolist()
    [['price', 100.0], ['budget', 50.0]]
    """
    asked = {column: name for column, name in AMOUNTS.items() if column in design.data.columns}
    if not asked:
        raise DataError(
            f"The survey has none of the columns {', '.join(AMOUNTS)}: what help costs was not asked."
        )
    refuse_negative(design.data[list(asked)])
    tables = [
        _named(design.quantile(column, QUARTILES, by, level=level), by, "amount", name)
        for column, name in asked.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _named(table: pd.DataFrame, by: By, column: str, value: object) -> pd.DataFrame:
    """Put a column that says what the rows are about after the grouping columns."""
    places = 0 if by is None else 1 if isinstance(by, str) else len(by)
    labelled = table.copy()
    kind = "string" if isinstance(value, str) else None
    labelled.insert(places, column, pd.Series([value] * len(table), index=table.index, dtype=kind))
    return labelled


def affordability(
    design: SurveyDesign, prices: Sequence[float] = PRICES, by: By = None, *, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms that could pay a price: a demand curve with its intervals.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `support_budget`, in euros a month.
    prices : sequence of float
        Prices a month, in euros, above 0.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `price`, then as `SurveyDesign.proportion`: the share of firms whose stated budget reaches it.

    Raises
    ------
    ParameterError
        When the budget was not asked, or a price is not above 0.
    DataError
        When a budget is below 0.

    Notes
    -----
    A budget stated in a survey is not a purchase: real demand is usually lower. Each interval holds for its own price.

    References
    ----------
    Claim D6. Carson & Groves (2007), *Environmental and Resource Economics* 37:181, on stated and real payments.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "support_budget": [20, 50, 90, None]})
    >>> affordability(SurveyDesign(firms, weights="w"), [50])[["price", "estimate", "n"]].round(2)
       price  estimate  n
    0     50      0.67  3
    """
    if any(not price > 0 for price in prices):
        raise ParameterError(f"prices={list(prices)}: give amounts above 0, in euros a month.")
    if "support_budget" not in design.data.columns:
        raise ParameterError('affordability() needs the column "support_budget" (euros a month).')
    refuse_negative(design.data[["support_budget"]])
    tables = []
    for price in prices:
        able = design.transform(lambda data, price=price: data.assign(support_budget=_reaches(data, price)))
        tables.append(_named(able.proportion("support_budget", by, level=level), by, "price", price))
    return pd.concat(tables, ignore_index=True)


def _reaches(data: pd.DataFrame, price: float) -> pd.Series:
    return (data["support_budget"].astype("Float64") >= price).astype("Int64")


def intention(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms that would take a digital concierge at the price they named.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `support_intention`, 1 to 5.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `item`, then as `SurveyDesign.proportion`, for "agree" and "strongly agree".

    Raises
    ------
    ParameterError, DataError
        When the question was not asked.

    Notes
    -----
    Saying so costs nothing: read it as an upper limit.

    References
    ----------
    Claim D6.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "support_intention": [5, 4, 1, None]})
    >>> intention(SurveyDesign(firms, weights="w"))[["estimate", "n"]].round(2)
       estimate  n
    0      0.67  3
    """
    return agreement.top_two(design, "support_intention", by=by, level=level)


def cost_per_result(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate what an enquiry from social networks costs, in money and in time.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `leads` (enquiries a month), and `spend` (euros a month), `hours_per_week` or one of them.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `measure` (euros_per_lead, hours_per_lead), then as `SurveyDesign.ratio`: all that firms on a
        network spend over all their enquiries.

    Raises
    ------
    DataError
        When enquiries, or both money and time, were not asked, or an amount is below 0.

    Notes
    -----
    A ratio of totals: firms with many enquiries count more. An enquiry is no sale, and owners count them from memory.

    References
    ----------
    Claims D6 and D17. Särndal, Swensson & Wretman (1992), §5.6.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "leads": [2, 8], "spend": [30, 20], "hours_per_week": [3.0, 3.0]})
    >>> cost_per_result(SurveyDesign(firms, weights="w"))[["measure", "estimate"]].values.tolist()
    [['euros_per_lead', 5.0], ['hours_per_lead', 2.6]]
    """
    asked = [name for name in ("spend", "hours_per_week") if name in design.data.columns]
    if "leads" not in design.data.columns or not asked:
        raise DataError("The survey lacks leads, or both spend and hours_per_week: a cost needs both sides.")
    refuse_negative(design.data[["leads", *asked]])
    monthly = design.transform(
        lambda data: data.assign(**{name: data[name].astype("Float64") for name in ["leads", *asked]})
    )
    monthly = monthly.transform(_per_month)
    measures = {"spend": "euros_per_lead", "hours_per_week": "hours_per_lead"}
    tables = [
        _named(monthly.ratio(name, "leads", by, level=level), by, "measure", measures[name]) for name in asked
    ]
    return pd.concat(tables, ignore_index=True)


def _per_month(data: pd.DataFrame) -> pd.DataFrame:
    if "hours_per_week" not in data.columns:
        return data
    return data.assign(hours_per_week=data["hours_per_week"] * WEEKS)
