"""How were the firms drawn and weighted? The facts and tables of a design, as an appendix states them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.survey.estimation.estimates import FEW, IMPRECISE
from analysis.survey.publication import LEAST

if TYPE_CHECKING:
    from analysis.survey.design import SurveyDesign

__all__ = ["DesignFacts", "design_facts", "strata_table", "weight_table"]

WEIGHTS = ("n", "weight_sum", "weight_min", "weight_max", "weight_ratio", "kish_deff", "effective_n")


@dataclass(frozen=True)
class DesignFacts:
    """Hold how a sample was drawn and how its precision is worked out.

    `n` answers of the domain and `rows` of the whole file; `population` the weights add up to; `stages`, `strata` and
    `units` of the first stage with an answer; `strata_column, weight_column, cluster_columns, fpc_columns` (empty
    where there are none); `variance` (`linearisation` or the replicate method) and `replicates`; `single_psu`, `df`,
    `adjustments` of weights made with known totals. `few`, `imprecise` and `least` are the rules of what is shown:
    below how many answers and above which coefficient of variation a number is flagged, below how many it is blanked.
    """

    n: int
    rows: int
    population: float
    stages: int
    strata: int
    units: int
    weight_column: str
    strata_column: str
    cluster_columns: tuple[str, ...]
    fpc_columns: tuple[str, ...]
    variance: str
    replicates: int
    single_psu: str
    df: int
    adjustments: int
    few: int = FEW
    imprecise: float = IMPRECISE
    least: int = LEAST


def design_facts(design: SurveyDesign) -> DesignFacts:
    """Say how a sample was drawn and how its precision is worked out.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or a domain of it.

    Returns
    -------
    DesignFacts

    Notes
    -----
    These are the facts declared: a design that was declared wrongly is described wrongly.

    References
    ----------
    Lumley (2010), *Complex Surveys*, ch. 2 and 3.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"town": [1, 1, 2, 3], "w": [10.0] * 4})
    >>> facts = design_facts(SurveyDesign(firms, weights="w", clusters="town"))
    >>> facts.units, facts.df, facts.population, facts.variance
    (3, 2, 40.0, 'linearisation')
    """
    layout, first, rows = design._layout, design._stages[0], design._domain
    made = design._replicates
    return DesignFacts(
        n=len(design),
        rows=len(design._data),
        population=float(design.weights.sum()),
        stages=max(len(layout.clusters), 1),
        strata=len(np.unique(first.strata[rows])),
        units=len(np.unique(first.units[rows])),
        weight_column=layout.weights or "",
        strata_column=layout.strata or "",
        cluster_columns=layout.clusters,
        fpc_columns=layout.fpc,
        variance="linearisation" if made is None else made.method,
        replicates=0 if made is None else made.weights.shape[1],
        single_psu=design._single_psu,
        df=design.degf,
        adjustments=len(design._calibrations),
    )


def strata_table(design: SurveyDesign) -> pd.DataFrame:
    """List the strata: how many firms they stand for, how many units were drawn, how many firms answered.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or a domain of it.

    Returns
    -------
    pandas.DataFrame
        `stratum`, `population` (weighted firms), `units_population` (units of the first stage in the stratum, missing
        where they were not told), `units` (those with an answer), `n`, `mean_weight`. One row where there are no
        strata, its `stratum` missing.

    Notes
    -----
    In a domain the counts are those of the domain; the design behind the precision is the whole one.

    References
    ----------
    PRICSSA (2023), items on sample selection and unweighted counts.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"zone": list("aab"), "town": [1, 2, 3], "w": [10.0, 20.0, 5.0]})
    >>> design = SurveyDesign(firms, weights="w", strata="zone", clusters="town", single_psu="certainty")
    >>> strata_table(design)[["stratum", "population", "units", "n", "mean_weight"]].values.tolist()
    [['a', 30.0, 2, 2, 15.0], ['b', 5.0, 1, 1, 5.0]]
    """
    rows, first, name = design._domain, design._stages[0], design._layout.strata
    known = first.population
    table = pd.DataFrame(
        {
            "stratum": pd.NA if name is None else design.data[name].astype("string").to_numpy(),
            "code": first.strata[rows],
            "unit": first.units[rows],
            "weight": design.weights.to_numpy(),
            "of": np.nan if known is None else np.where(np.isinf(known[rows]), np.nan, known[rows]),
        }
    )
    made = table.groupby("code", sort=True).agg(
        stratum=("stratum", "first"),
        population=("weight", "sum"),
        units_population=("of", "max"),
        units=("unit", "nunique"),
        n=("unit", "size"),
        mean_weight=("weight", "mean"),
    )
    return made.sort_values("stratum", kind="stable").reset_index(drop=True)


def weight_table(design: SurveyDesign) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Describe the weights, and the margins they were brought to.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or a domain of it.

    Returns
    -------
    tuple of pandas.DataFrame
        The weights: one row per `state` (`before`, `after`; only the latter where they were not changed here), its
        columns those of `WEIGHTS` (see `analysis.survey.weighting.diagnostics`). The margins: `variable, level, n,
        before, after, target, flag`; no rows where the weights were not changed here.

    Notes
    -----
    Kish's effect is what uneven weights alone cost; it leaves out strata, towns and what the margins gain.

    References
    ----------
    Kish (1992), *Journal of Official Statistics* 8:183.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> weights, margins = weight_table(SurveyDesign(pd.DataFrame({"w": [1.0, 1.0, 2.0]}), weights="w"))
    >>> weights[["state", "weight_max", "effective_n"]].round(2).values.tolist(), len(margins)
    ([['after', 2.0, 2.67]], 0)
    """
    told = design.diagnostics
    states = ["after"] if design._diagnostics is None else ["before", "after"]
    of_weights = told.set_index("measure").loc[list(WEIGHTS), states].T.astype(float)
    of_weights = of_weights.rename_axis("state").rename_axis(columns=None).reset_index()
    margins = told[told["measure"] == "population"].drop(columns="measure").reset_index(drop=True)
    return of_weights, margins
