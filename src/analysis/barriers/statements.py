"""What do firms say of themselves? Statements on barriers, agreement, and one score of how held back a firm is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.survey import SurveyDesign
from analysis.survey.codebook import Codebook, load_codebook
from analysis.survey.indices import with_score
from analysis.survey.scales import agreement as agreeing

__all__ = ["ITEMS", "agreement", "held_back", "statements"]

SCALE = "barriers"
ITEMS = tuple(item.name for item in load_codebook() if item.scale == SCALE and item.type == "scale")
By = str | Sequence[str] | None


def _items(codebook: Codebook | None) -> list[str]:
    book = codebook or load_codebook()
    return [item.name for item in book if item.scale == SCALE and item.type == "scale"]


def statements(
    design: SurveyDesign, by: By = None, *, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms that give each answer to each statement on barriers.

    Parameters
    ----------
    design : SurveyDesign
        The survey; the items of the scale `barriers`.
    by : str or list of str, optional
        Columns to group by.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `item, level` (1 to 5, as asked), then as `SurveyDesign.proportion`.

    Raises
    ------
    ParameterError, DataError
        When an item is not in the data, or holds another answer.

    Notes
    -----
    Items are as they were asked: agreeing that one is at ease is the opposite of being held back.

    References
    ----------
    Claim D2. Heiberger & Robbins (2014), *Journal of Statistical Software* 57(5).

    Examples
    --------
    >>> from analysis.catalog import load
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> len(statements(design)) == 5 * len(ITEMS)
    True
    """
    return agreeing.answers(design, _items(codebook), None, by, codebook=codebook, level=level)


def agreement(
    design: SurveyDesign, by: By = None, *, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms that agree with each statement, and its mean answer.

    Parameters
    ----------
    design, by, codebook, level
        As for `statements`.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `item`, then as `SurveyDesign.proportion` for the two highest answers, and the mean answer
        (1 to 5) with its interval: `mean, mean_low, mean_high`; `reversed`: agreeing means being less held back.

    Raises
    ------
    ParameterError, DataError
        As `statements`.

    Notes
    -----
    A mean of answers takes the steps of a scale as equal; the share in agreement does not.

    References
    ----------
    Claim D2.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> agreement(design).query("reversed")["item"].tolist()
    ['barrier_easy']
    """
    book = codebook or load_codebook()
    items = _items(book)
    table = agreeing.top_two(design, items, None, by, codebook=book, level=level)
    means = pd.concat([design.mean(item, by, level=level) for item in items], ignore_index=True)
    named = {"mean": "estimate", "mean_low": "low", "mean_high": "high"}
    return table.assign(
        **{name: means[source] for name, source in named.items()},
        reversed=[book[item].reversed for item in table["item"]],
    )


def held_back(
    design: SurveyDesign, by: By = None, *, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate how held back firms feel, from 0 to 100.

    Parameters
    ----------
    design, by, codebook, level
        As for `statements`.

    Returns
    -------
    pandas.DataFrame
        As `SurveyDesign.mean` of the score: mean of the statements answered (two thirds at least), those marked
        `reversed` turned round, from 0 to 100.

    Raises
    ------
    ParameterError
        When an item is not in the data.

    Notes
    -----
    The score is only worth its reliability: see `analysis.survey.indices.reliability`.

    References
    ----------
    Claim D2; DeVellis & Thorpe (2021), *Scale Development*, ch. 5.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> bool(0 < held_back(design)["estimate"].item() < 100)
    True
    """
    return with_score(design, SCALE, codebook=codebook).mean(f"{SCALE}_score", by, level=level)
