"""How many firms agree? Answers on a scale as shares: every step, the top two, and agreement less disagreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.survey import columns
from analysis.survey.codebook import Codebook, load_codebook
from analysis.survey.reasons import DONT_KNOW, reason_column

if TYPE_CHECKING:
    from analysis.survey.design import SurveyDesign

__all__ = ["answers", "net_agreement", "top_two"]

Names = str | Sequence[str]


def top_two(
    design: SurveyDesign,
    items: Names,
    points: Sequence[Any] | None = None,
    by: Names | None = None,
    *,
    codebook: Codebook | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share of firms that give one of the two highest answers of a scale.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    items : str or list of str
        Columns of the items.
    points : sequence, optional
        The answers of the scale from lowest to highest; those of the codebook when left out.
    by : str or list of str, optional
        Columns to group by.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `item`, then as `SurveyDesign.proportion`: `estimate, low, high` from 0 to 1 of the
        `n` firms that answered the item ("don't know" is no answer to the scale).

    Raises
    ------
    ParameterError
        When an item does not exist or its scale is not known.
    DataError
        When an item holds an answer that is not on its scale.

    Notes
    -----
    On a reversed item a high share means less of what the scale measures: the item is taken as it was asked.

    References
    ----------
    Lumley (2010), *Complex Surveys*, ch. 2: a share of those who answered is a domain estimate.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "ready": [5, 1, 4, None]})
    >>> top_two(SurveyDesign(firms, weights="w"), "ready", range(1, 6))[["item", "estimate", "n"]]
        item  estimate  n
    0  ready      0.75  3
    """

    def share(item: str, steps: list[Any]) -> pd.DataFrame:
        scored = _score(design, item, dict.fromkeys(steps[-2:], 1.0))
        return scored.proportion(item, by, level=level)

    return _by_item(design, items, points, by, codebook, share)


def net_agreement(
    design: SurveyDesign,
    items: Names,
    points: Sequence[Any] | None = None,
    by: Names | None = None,
    *,
    codebook: Codebook | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share of the two highest answers less the share of the two lowest.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    items : str or list of str
        Columns of the items.
    points : sequence, optional
        The answers of the scale from lowest to highest, four or more; those of the codebook when left out.
    by : str or list of str, optional
        Columns to group by.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `item`, then as `SurveyDesign.mean`; `estimate` from −1 (all disagree) to 1.

    Raises
    ------
    ParameterError, DataError
        As `top_two`; also when the scale has fewer than four points.

    Notes
    -----
    A net agreement of 0 may be indifference or a quarrel: look at all answers (`answers`).

    References
    ----------
    R survey, `svycontrast`, gives the same standard error from the covariance of the two shares.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "ready": [5, 1, 4, 3]})
    >>> net_agreement(SurveyDesign(firms, weights="w"), "ready", range(1, 6))["estimate"].round(3).item()
    0.333
    """

    def balance(item: str, steps: list[Any]) -> pd.DataFrame:
        if len(steps) < 4:
            raise ParameterError(f'net_agreement() needs four points or more; "{item}" has {len(steps)}.')
        scored = _score(design, item, dict.fromkeys(steps[-2:], 1.0) | dict.fromkeys(steps[:2], -1.0))
        return scored.mean(item, by, level=level)

    return _by_item(design, items, points, by, codebook, balance)


def answers(
    design: SurveyDesign,
    items: Names,
    points: Sequence[Any] | None = None,
    by: Names | None = None,
    *,
    codebook: Codebook | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share of firms that give each answer of a scale, "don't know" apart.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    items : str or list of str
        Columns of the items.
    points : sequence, optional
        The answers of the scale from lowest to highest; those of the codebook when left out.
    by : str or list of str, optional
        Columns to group by.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `item`, `level` (each point, met or not, in order), then as `SurveyDesign.proportion`,
        and `base`: `answered`, of the firms that chose a point; the shares of an item add up to 1. Where the
        data say why answers are missing (`read_survey(..., why_missing=True)`), a row `dont_know` follows, whose
        base is `asked`: the firms that chose a point or said they do not know.

    Raises
    ------
    ParameterError, DataError
        As `top_two`.

    Notes
    -----
    The `dont_know` row has another base than the points: do not add it to them.

    References
    ----------
    Heiberger & Robbins (2014), *J. of Statistical Software* 57(5): diverging bars of such answers.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "ready": [3, 1, 3, None]})
    >>> answers(SurveyDesign(firms, weights="w"), "ready", [1, 2, 3])[["item", "level", "estimate", "n"]]
        item level  estimate  n
    0  ready     1      0.25  3
    1  ready     2      0.00  3
    2  ready     3      0.75  3
    """

    def shares(item: str, steps: list[Any]) -> pd.DataFrame:
        tables = []
        for step in steps:
            scored = _score(design, item, {step: 1.0})
            tables.append(scored.proportion(item, by, level=level).assign(level=step, base="answered"))
        unsure = _unsure(design, item)
        if unsure is not None:
            tables.append(unsure.proportion(item, by, level=level).assign(level=DONT_KNOW, base="asked"))
        return pd.concat(tables, ignore_index=True).astype({"level": object, "base": "string"})

    names = columns.group_names(design.data, by)
    table = _by_item(design, items, points, by, codebook, shares)
    first = [*names, "item", "level"]
    return table[[*first, *(name for name in table if name not in first)]]


def _by_item(
    design: SurveyDesign,
    items: Names,
    points: Sequence[Any] | None,
    by: Names | None,
    codebook: Codebook | None,
    estimate: Callable[[str, list[Any]], pd.DataFrame],
) -> pd.DataFrame:
    """Put the estimates of several items into one table, the item named after the groups."""
    wanted = [items] if isinstance(items, str) else list(items)
    if not wanted:
        raise ParameterError("No item is named: give one column of answers or more.")
    book = None if points is not None else codebook or load_codebook()
    places = len(columns.group_names(design.data, by))
    tables = []
    for item in wanted:
        steps = _points(design, item, points, book)
        table = estimate(item, steps)
        table.insert(places, "item", item)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _points(
    design: SurveyDesign, item: str, points: Sequence[Any] | None, book: Codebook | None
) -> list[Any]:
    found = columns.column(design.data, item)
    if book is not None and (item not in book or book[item].type != "scale"):
        raise ParameterError(
            f'The points of "{item}" are not known, for {book.file} has no scale of that name. Give them from lowest '
            "to highest, such as points=[1, 2, 3, 4, 5]."
        )
    steps = list(book.options(item)) if book is not None else list(points or [])
    if len(steps) < 3:
        raise ParameterError(
            f'"{item}": a scale has three points or more, not {len(steps)}. Give points=[1, …, 5].'
        )
    strange = found.dropna()[~found.dropna().isin(steps)]
    if len(strange):
        raise DataError(
            f'"{item}" holds {strange.iloc[0]} on {len(strange)} row(s), which is not a point of its scale '
            f"({', '.join(map(str, steps))}). Leave it missing, or give its points."
        )
    return steps


def _score(design: SurveyDesign, item: str, scores: dict[Any, float]) -> SurveyDesign:
    """Put a score in the place of each answer: 0 where none is given for it, missing where there is none."""

    def scored(data: pd.DataFrame) -> pd.DataFrame:
        found = data[item]
        return data.assign(
            **{item: found.map(lambda x: scores.get(x, 0.0), na_action="ignore").astype("Float64")}
        )

    return design.transform(scored)


def _unsure(design: SurveyDesign, item: str) -> SurveyDesign | None:
    """Say of each firm that was asked whether it did not know."""
    place = reason_column(item)
    if place not in design.data:
        return None

    def marked(data: pd.DataFrame) -> pd.DataFrame:
        unknown = (data[place] == DONT_KNOW).fillna(False).astype(bool)
        return data.assign(**{item: unknown.astype("Float64").mask(~unknown & data[item].isna())})

    return design.transform(marked)
