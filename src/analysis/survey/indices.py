"""How high does a firm stand on a scale? One score from 0 to 100 out of several statements, and whether to trust it."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.survey.codebook import Codebook, load_codebook
from analysis.survey.scales.items import ends, item_answers, item_values, items_of, scale_items
from analysis.survey.scales.omega import design_omega
from analysis.survey.scales.reliability import design_alpha

if TYPE_CHECKING:
    from analysis.survey.design import SurveyDesign

__all__ = ["ANSWERED", "reliability", "scale_score", "with_score"]

ANSWERED = 2 / 3


def scale_score(
    data: pd.DataFrame, scale: str, *, codebook: Codebook | None = None, answered: float = ANSWERED
) -> pd.Series:
    """Work out each firm's score on a scale, from 0 to 100.

    Parameters
    ----------
    data : pandas.DataFrame
        Survey microdata.
    scale : str
        Name of the scale in the codebook.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    answered : float
        Least share of the items that a firm must have answered, above 0 and up to 1.

    Returns
    -------
    pandas.Series
        Mean of the items answered, reversed ones turned round, from 0 (lowest answer to each) to 100; missing for a
        firm that answered fewer.

    Raises
    ------
    ParameterError
        When the codebook has no such scale, the data lack an item or hold words in it, or the share is none.
    DataError
        When the codebook gives an item fewer than two numbered answers, or an answer is not on its scale.

    Notes
    -----
    Fifty is the middle of the answers, not of the firms.

    References
    ----------
    Schafer & Graham (2002), *Psychological Methods* 7:147, on means of the items answered.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> score = scale_score(load("survey"), "readiness")
    >>> bool(score.dropna().between(0, 100).all())
    True
    """
    if not (isinstance(answered, Real) and 0 < answered <= 1):
        raise ParameterError(f"answered={answered}: give the share of the items to be answered, up to 1.")
    book = codebook or load_codebook()
    items = items_of(book, scale)
    answers = np.column_stack([item_values(item_answers(data, item)) for item in items])
    low, high = np.array([ends(item) for item in items]).T
    # Steps common to all items are whole numbers, so that their sum is exact in whatever order they come.
    steps = np.lcm.reduce(high - low)
    above = (answers - low) * (steps // (high - low))
    given = (~np.isnan(above)).sum(axis=1)
    mean = np.nansum(above, axis=1) * 100 / np.maximum(given * steps, 1)
    few = given < max(math.ceil(answered * len(items) - 1e-9), 1)
    return pd.Series(pd.arrays.FloatingArray(mean, few), index=data.index, name=scale)


def with_score(
    design: SurveyDesign, scale: str, *, codebook: Codebook | None = None, answered: float = ANSWERED
) -> SurveyDesign:
    """Add the score on a scale to a design, in a column `SCALE_score`.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    scale, codebook, answered
        As for `scale_score`.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    ParameterError
        As `scale_score`.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> from analysis.survey import SurveyDesign
    >>> design = SurveyDesign(load("survey"), weights="weight")
    >>> "readiness_score" in with_score(design, "readiness").data
    True
    """

    def scored(data: pd.DataFrame) -> pd.DataFrame:
        return data.assign(
            **{f"{scale}_score": scale_score(data, scale, codebook=codebook, answered=answered)}
        )

    return design.transform(scored)


def reliability(
    design: SurveyDesign, scale: str, *, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate how consistent the items of a scale are: Cronbach's alpha and McDonald's omega under the design.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    scale : str
        Name of the scale in the codebook.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `coefficient` (alpha, omega), then `estimate, se, low, high` (up to 1), `n` (firms that answered all items),
        `n_weighted, df, method, flag`. Items marked as reversed in the codebook are turned round first.

    Raises
    ------
    ParameterError, DataError
        When the codebook has no such scale, or nothing can be worked out from the answers.

    Notes
    -----
    Items that hang together need not measure what their name says.

    References
    ----------
    McDonald (1999), *Test Theory*, ch. 6, for why omega beside alpha.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> from analysis.survey import SurveyDesign
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> reliability(design, "readiness")["coefficient"].tolist()
    ['alpha', 'omega']
    """
    book = codebook or load_codebook()
    turned = design.transform(lambda data: data.assign(**scale_items(data, scale, book)))
    items = list(scale_items(design.data, scale, book))
    found = {"alpha": design_alpha, "omega": design_omega}
    tables = [measure(turned, items, level=level).assign(coefficient=name) for name, measure in found.items()]
    table = pd.concat(tables, ignore_index=True).astype({"coefficient": "string"})
    return table[["coefficient", *(name for name in table if name != "coefficient")]]
