"""Do firms take up networks of their own, reserved for a group of firms, what for, and do they co-operate more?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from analysis.errors import DataError
from analysis.survey import SurveyDesign, multiple
from analysis.survey.margin_contrasts import margin_contrasts

__all__ = ["conversion", "cooperation", "functions", "funnel"]

QUESTION = "internal_network"
ANSWERS = ("unknown", "aware", "tried", "uses", "regular")
STAGES = ANSWERS[1:]
CONTROLS = ("sector", "size_class")
By = str | Sequence[str] | None


def _staged(design: SurveyDesign) -> SurveyDesign:
    """Add one 0/1 column per stage: whether the firm got that far."""
    if QUESTION not in design.data.columns:
        raise DataError(f'The survey has no column "{QUESTION}": networks between firms were not asked.')
    strange = set(design.data[QUESTION].dropna().astype(str)) - set(ANSWERS)
    if strange:
        raise DataError(
            f'Column "{QUESTION}" holds {sorted(strange)[0]!r}, which is not one of {", ".join(ANSWERS)}.'
        )

    def stages(data: pd.DataFrame) -> pd.DataFrame:
        reached = data[QUESTION].map({answer: place for place, answer in enumerate(ANSWERS)}).astype("Int64")
        made = {
            f"internal_{stage}": (reached >= place).astype("Int64")
            for place, stage in enumerate(STAGES, start=1)
        }
        return data.assign(**made)

    return design.transform(stages)


def funnel(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms that know, tried, use and regularly use a network reserved for firms.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `internal_network`, the furthest stage reached, asked of connected firms.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `stage` (aware, tried, uses, regular), then as `SurveyDesign.proportion`, all of the same
        firms: those that answered.

    Raises
    ------
    DataError
        When it was not asked, or holds another answer.

    Notes
    -----
    One moment, not a history: firms that stopped are counted at the stage they answered.

    References
    ----------
    Claim D9. Rogers (2003), *Diffusion of Innovations*, ch. 5.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "internal_network": ["unknown", "aware", "uses", "regular"]})
    >>> funnel(SurveyDesign(firms, weights="w"))[["stage", "estimate"]].values.tolist()
    [['aware', 0.75], ['tried', 0.5], ['uses', 0.5], ['regular', 0.25]]
    """
    ready = _staged(design)
    tables = [_stage(ready.proportion(f"internal_{s}", by, level=level), by, s) for s in STAGES]
    return pd.concat(tables, ignore_index=True)


def _stage(table: pd.DataFrame, by: By, stage: str) -> pd.DataFrame:
    table = table.copy()
    places = 0 if by is None else 1 if isinstance(by, str) else len(by)
    table.insert(places, "stage", pd.Series(stage, index=table.index, dtype="string"))
    return table


def conversion(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms at each stage that went on to the next.

    Parameters
    ----------
    design, by, level
        As for `funnel`.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `stage` reached (tried, uses, regular), then as `SurveyDesign.proportion` of the firms that
        reached the stage before, named in `base`.

    Raises
    ------
    DataError
        As `funnel`.

    Notes
    -----
    The firms of a stage have got there: the conversion of the others is not known.

    References
    ----------
    Claim D9.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "internal_network": ["unknown", "aware", "uses", "regular"]})
    >>> conversion(SurveyDesign(firms, weights="w"))[["stage", "estimate", "base", "n"]].round(2).values.tolist()
    [['tried', 0.67, 'aware', 3], ['uses', 1.0, 'tried', 2], ['regular', 0.5, 'uses', 2]]
    """
    ready, tables = _staged(design), []
    for before, stage in pairwise(STAGES):
        there = ready.data[f"internal_{before}"].eq(1).fillna(False).astype(bool)
        if not there.any():
            break
        table = ready.subset(there).proportion(f"internal_{stage}", by, level=level)
        tables.append(_stage(table, by, stage).assign(base=before))
    if not tables:
        raise DataError("No firm has heard of such a network: there is no passage to estimate.")
    return pd.concat(tables, ignore_index=True).astype({"base": "string"})


def functions(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate what firms use such a network for.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `internal_functions__*`, asked of firms that use one.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `function`, then as `SurveyDesign.proportion`: shares of the firms that use one.

    Raises
    ------
    ParameterError, DataError
        When it was not asked.

    Notes
    -----
    Several may be named: the shares add up to more than 100 %.

    References
    ----------
    Claim D9.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "internal_functions__quotes": [1, 0, None]})
    >>> functions(SurveyDesign(firms, weights="w"))[["function", "estimate", "n"]].values.tolist()
    [['quotes', 0.5, 2]]
    """
    return multiple.shares(design, "internal_functions", by=by, level=level).rename(
        columns={"option": "function"}
    )


def cooperation(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate with how many firms those on such a network work, and how many more than the others.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `internal_network` and `coop_firms`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `quantity`: without and with (mean number of firms worked with last year, by use of a network), difference
        (with less without, adjusted for sector and size where they were asked); then `estimate, se, low, high` in
        firms, `n, df`, `p` (difference only), `method, flag`.

    Raises
    ------
    DataError
        When one of the two was not asked.

    Notes
    -----
    Firms that work together may take up a network because of it: the difference has no direction.

    References
    ----------
    Claim D9. Graubard & Korn (1999), *Biometrics* 55:652, for the adjusted difference of a Poisson model.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "internal_network": ["unknown", "uses"] * 6, "coop_firms": [1, 2, 0, 4] * 3})
    >>> cooperation(SurveyDesign(firms, weights="w"))[["quantity", "estimate"]].round(2).values.tolist()
    [['without', 0.5], ['with', 3.0], ['difference', 2.5]]
    """
    if "coop_firms" not in design.data.columns:
        raise DataError('The survey has no column "coop_firms": how many firms they work with was not asked.')
    ready = _staged(design)
    means = ready.mean("coop_firms", "internal_uses", level=level)
    means = means.assign(quantity=means["internal_uses"].map({0: "without", 1: "with"}))
    controls = [name for name in CONTROLS if name in design.data.columns]
    model = ready.glm("coop_firms", ["internal_uses", *controls], family="poisson", level=level)
    gap = margin_contrasts(model, "internal_uses", {"difference": {1: 1.0, 0: -1.0}})
    table = pd.concat([means, gap.rename(columns={"contrast": "quantity"})], ignore_index=True)
    columns = ["quantity", "estimate", "se", "low", "high", "n", "df", "p", "method", "flag"]
    return table[columns].astype({"quantity": "string"})
