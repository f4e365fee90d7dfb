"""How much of a difference between two groups goes with what they are? The Oaxaca–Blinder decomposition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign, columns
from analysis.survey.estimation.linearised import from_influence
from analysis.survey.modelling.fitting import FAMILIES, Family, fit
from analysis.survey.modelling.outcomes import read_outcome
from analysis.survey.modelling.regression import coefficient_table
from analysis.survey.modelling.terms import INTERCEPT, dependent_columns, read_predictors

__all__ = ["oaxaca"]

Coefficients = Literal["group_1", "group_2", "pooled"]
COEFFICIENTS: tuple[str, ...] = ("group_1", "group_2", "pooled")


@dataclass(frozen=True)
class Sides:
    """Hold two groups' design matrices and answers; `second` says which rows belong to the second group."""

    family: Family
    matrix: np.ndarray
    answers: np.ndarray
    second: np.ndarray
    rows: np.ndarray

    @property
    def width(self) -> int:
        """Count the coefficients."""
        return self.matrix.shape[1]


def oaxaca(
    design: SurveyDesign,
    outcome: str,
    predictors: str | Sequence[str],
    *,
    by: str,
    family: Literal["gaussian", "binomial"] = "gaussian",
    coefficients: Coefficients = "pooled",
    parts: Literal["twofold", "threefold"] = "twofold",
    groups: tuple[Any, Any] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Split the difference between two groups' means by what the groups are and how the same traits pay.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    outcome : str
        A number, or 0/1 with `family="binomial"`.
    predictors : str or list of str
        Traits of firms, as for `SurveyDesign.glm`.
    by : str
        Column of the two groups.
    family : {"gaussian", "binomial"}
        Linear, or logit with Yun's weights for the contribution of each trait.
    coefficients : {"pooled", "group_1", "group_2"}
        By whose coefficients the twofold decomposition prices the traits: those of a model of both groups with an
        indicator of the group (Jann), or of one group.
    parts : {"twofold", "threefold"}
        Explained and unexplained; or endowments, coefficients and their interaction, from the first group's side.
    groups : tuple of two levels, optional
        The groups, when `by` has more than two; in sorted order when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `group_1, group_2, part, term`: `mean` of each group (`term` names it), `difference` (group_2 − group_1) and its
        parts, in all (`term` missing) and by term; then `estimate, se, low, high, n, t, p, df, method, flag`.

    Raises
    ------
    ParameterError
        When a column or option does not exist.
    DataError
        When there are not two groups, or a group's traits cannot be told apart.

    Notes
    -----
    The unexplained part is not discrimination nor effort: it holds every trait that was not measured. Contributions
    of levels to the unexplained part depend on the reference level.

    References
    ----------
    Oaxaca (1973), *International Economic Review* 14:693; Blinder (1973), *Journal of Human Resources* 8:436; Jann
    (2008), *Stata Journal* 8:453; Yun (2004), *Economics Letters* 82:275. Standard errors by linearisation, traits
    taken as a sample.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": [1.0] * 8, "size": ["micro"] * 4 + ["small"] * 4, "age": [1, 2, 3, 4, 2, 3, 4, 7],
    ...     "hours": [1.0, 3.0, 2.0, 4.0, 4.0, 4.0, 7.0, 9.0],
    ... })
    >>> table = oaxaca(SurveyDesign(firms, weights="w"), "hours", ["age"], by="size")
    >>> table.loc[table["term"].isna(), ["part", "estimate"]].round(3).values.tolist()
    [['difference', 3.5], ['explained', 1.5], ['unexplained', 2.0]]
    """
    _refuse_options(family, coefficients, parts)
    named, sides, names = _sides(design, outcome, predictors, by, family, groups)
    weights = design.weights.to_numpy()
    quantities, influence = _pieces(sides, weights)
    function = _split(sides, COEFFICIENTS.index(coefficients), parts)

    def again(other: np.ndarray) -> np.ndarray:
        return function(_pieces(sides, other)[0])

    made = from_influence(design, quantities, influence, function, again)
    keys = _keys(named, names, parts)
    mask = np.zeros(len(weights), dtype=bool)
    mask[sides.rows] = True
    n, df = len(sides.rows), design.subset(mask).degf
    table = coefficient_table(keys, *made, df, level, n, [""] * len(made.values))
    same = (table["term"] == INTERCEPT) & ~table["part"].isin(["unexplained", "coefficients"])
    return (
        table[~same]
        .reset_index(drop=True)
        .assign(method="Oaxaca–Blinder" if family == "gaussian" else "Oaxaca–Blinder (Yun)")
    )


def _refuse_options(family: str, coefficients: str, parts: str) -> None:
    given = {
        "family": (family, ("gaussian", "binomial")),
        "coefficients": (coefficients, COEFFICIENTS),
        "parts": (parts, ("twofold", "threefold")),
    }
    for name, (value, allowed) in given.items():
        if value not in allowed:
            raise ParameterError(
                f'oaxaca({name}="{value}") is not a choice.{did_you_mean(str(value), allowed)} '
                f"Choices: {', '.join(allowed)}."
            )


def _sides(
    design: SurveyDesign,
    outcome: str,
    predictors: str | Sequence[str],
    by: str,
    family: str,
    groups: tuple[Any, Any] | None,
) -> tuple[tuple[Any, Any], Sides, list[str]]:
    """Read both groups' answers and traits, with the same columns for both."""
    data = design.data
    named = [predictors] if isinstance(predictors, str) else list(predictors)
    single = {part for name in named for part in str(name).split(":")}
    if by in single or outcome in single:
        raise ParameterError(f'oaxaca(): "{by if by in single else outcome}" cannot be a predictor too.')
    known = np.all([columns.column(data, name).notna() for name in [outcome, by, *sorted(single)]], axis=0)
    pair = _pair(columns.column(data, by), np.flatnonzero(known), by, groups)
    rows = np.flatnonzero(known & data[by].isin(pair).to_numpy())
    answers, _ = read_outcome(data, rows, outcome, family)
    terms = read_predictors(data, rows, named)
    matrix = terms.matrix()
    second = (data[by].iloc[rows] == pair[1]).to_numpy(dtype=bool)
    for group, inside in zip(pair, (~second, second), strict=True):
        found = dependent_columns(matrix[inside], terms.names)
        if found:
            raise DataError(
                f'oaxaca(): in {by} {group}, "{found[0][0]}" is constant or determined by other predictors, so its '
                "part cannot be told. Leave it out, or join levels."
            )
    return pair, Sides(FAMILIES[family], matrix, answers, second, rows), terms.names


def _pair(answers: pd.Series, rows: np.ndarray, by: str, groups: tuple[Any, Any] | None) -> tuple[Any, Any]:
    if not len(rows):
        raise DataError(f"oaxaca(): no firm has an answer to {by}, the outcome and every predictor.")
    met = [level for level in columns.levels(answers, rows) if (answers.iloc[rows] == level).any()]
    chosen = met if groups is None else list(groups)
    strange = [group for group in chosen if group not in met]
    if len(chosen) != 2 or strange:
        raise DataError(
            f'oaxaca() compares two groups, and "{by}" has {", ".join(map(str, met))}. Name two of them with groups=.'
        )
    return chosen[0], chosen[1]


def _pieces(sides: Sides, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give what the decomposition is made of, with influence values on every row of the domain.

    In this order: three sets of coefficients (group 1, group 2, pooled), the two groups' mean traits, and the mean
    prediction of each group by each set.
    """
    inner = weights[sides.rows]
    inside = (~sides.second, sides.second)
    chosen, pulls = _coefficients(sides, inner)
    quantities, influence = [*chosen], [*pulls]
    for mask in inside:
        share = inner * mask / (inner * mask).sum()
        traits = np.concatenate([[1.0], share @ sides.matrix[:, 1:]])
        quantities.append(traits)
        influence.append(share[:, None] * (sides.matrix - traits))
    for mask in inside:
        share = inner * mask / (inner * mask).sum()
        for values, pull in zip(chosen, pulls, strict=True):
            index = sides.matrix @ values
            mean = sides.family.mean(index)
            slope = (share * sides.family.slope(index)) @ sides.matrix
            quantities.append(np.array([share @ mean]))
            influence.append((share * (mean - share @ mean) + pull @ slope)[:, None])
    full = np.zeros((len(weights), sum(len(part) for part in quantities)))
    full[sides.rows] = np.hstack(influence)
    return np.concatenate(quantities), full


def _coefficients(sides: Sides, weights: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Fit the model in each group, and in both with an indicator of the second."""
    chosen, pulls = [], []
    for mask in (~sides.second, sides.second):
        made = fit(sides.family, sides.matrix, sides.answers, weights * mask)
        chosen.append(made.coefficients)
        pulls.append(made.influence)
    both = np.column_stack([sides.matrix, sides.second.astype(float)])
    pooled = fit(sides.family, both, sides.answers, weights)
    return [*chosen, pooled.coefficients[:-1]], [*pulls, pooled.influence[:, :-1]]


def _split(sides: Sides, priced: int, parts: str) -> Callable[[np.ndarray], np.ndarray]:
    """Give the decomposition as a function of its pieces."""
    width, linear = sides.width, sides.family.name == "gaussian"

    def unpack(pieces: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
        vectors = [pieces[width * place : width * (place + 1)] for place in range(5)]
        return vectors[:3], vectors[3:], pieces[5 * width :].reshape(2, 3)

    def shared(contributions: np.ndarray, total: Any) -> np.ndarray:
        return contributions if linear else contributions * (total / contributions.sum())

    def twofold(pieces: np.ndarray) -> np.ndarray:
        (first, second, _), (low, high), means = unpack(pieces)
        price = unpack(pieces)[0][priced]
        explained = means[1, priced] - means[0, priced]
        rest = (means[1, 1] - means[1, priced]) + (means[0, priced] - means[0, 0])
        by_trait = shared((high - low) * price, explained)
        by_pay = shared(high * (second - price) + low * (price - first), rest)
        head = [means[0, 0], means[1, 1], means[1, 1] - means[0, 0], explained, rest]
        return np.concatenate([head, by_trait, by_pay])

    def threefold(pieces: np.ndarray) -> np.ndarray:
        (first, second, _), (low, high), means = unpack(pieces)
        gap = means[1, 1] - means[0, 0]
        endowments, pay = means[1, 0] - means[0, 0], means[0, 1] - means[0, 0]
        both = gap - endowments - pay
        terms = [
            shared((high - low) * first, endowments),
            shared(low * (second - first), pay),
            shared((high - low) * (second - first), both),
        ]
        return np.concatenate([[means[0, 0], means[1, 1], gap, endowments, pay, both], *terms])

    return twofold if parts == "twofold" else threefold


def _keys(pair: tuple[Any, Any], names: list[str], parts: str) -> dict[str, list[Any]]:
    named = (
        ["explained", "unexplained"] if parts == "twofold" else ["endowments", "coefficients", "interaction"]
    )
    part = ["mean", "mean", "difference", *named, *[name for name in named for _ in names]]
    term = [*map(str, pair), *[None] * (1 + len(named)), *names * len(named)]
    return {"group_1": [pair[0]] * len(part), "group_2": [pair[1]] * len(part), "part": part, "term": term}
