"""Do two answers go together, does a spread fit, do measures differ between groups? Tests under a design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import columns, inference
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.inference import Score

__all__ = ["Association", "DesignTest", "Independence", "Statistic"]

Statistic = Literal["F", "chisq", "wald", "adjusted wald"]


@dataclass(frozen=True)
class DesignTest:
    """Hold a test: its statistic, the degrees of freedom of the law it is held against, and p.

    With `df2` infinite the statistic is held against a chi-square of `df1`, else against an F.
    """

    statistic: float
    df1: float
    df2: float
    p: float
    method: str


@dataclass(frozen=True)
class Independence(DesignTest):
    """Hold a test of independence, with how close the two answers are: Cramér's V, from 0 to 1."""

    cramers_v: float
    n: int


class Association(Drawn):
    """Answer whether answers go together."""

    def independence(self, rows: str, columns: str, *, statistic: Statistic = "F") -> Independence:
        """Test whether two answers are independent of each other among the firms.

        Parameters
        ----------
        rows, columns : str
            Columns of answers; a firm counts when it gave both.
        statistic : {"F", "chisq", "wald", "adjusted wald"}
            Pearson's chi-square with Rao and Scott's second-order correction against an F law (`F`), or their
            first-order correction against a chi-square law (`chisq`); Wald's statistic, and the same adjusted
            for few degrees of freedom.

        Returns
        -------
        Independence
            `statistic, df1, df2, p, method, cramers_v, n` (answers).

        Raises
        ------
        ParameterError
            When a column or option does not exist.
        DataError
            When an answer is given by all, or the table is too sparse.

        Notes
        -----
        A small p says the two go together, not how much: read Cramér's V and the shares.

        References
        ----------
        Rao & Scott (1984), *Annals of Statistics* 12:46. Koch, Freeman & Freeman (1975), *International
        Statistical Review* 43:59 (Wald). R survey 4.4, `svychisq`.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": 2.0, "trade": list("aaaabbbb"), "uses": [1, 1, 1, 0, 0, 0, 1, 0]})
        >>> test = SurveyDesign(firms, weights="w").independence("uses", "trade")
        >>> round(test.statistic, 3), test.df1, test.df2, round(test.p, 3)
        (1.75, 1.0, 7.0, 0.227)
        """
        if statistic not in get_args(Statistic):
            raise ParameterError(
                f'statistic="{statistic}" is not a choice.{did_you_mean(str(statistic), get_args(Statistic))} '
                f"Choices: {', '.join(get_args(Statistic))}."
            )
        cells, shape, answered = self._joint_cells(rows, columns)
        scored = [inference.mean_score(answered, cell, self._weights) for cell in cells]
        shares = np.array([share for share, _ in scored])
        covariance = self._covariance([score for _, score in scored])
        pearson = _pearson(shares.reshape(shape))
        close = math.sqrt(pearson / (min(shape) - 1))
        if statistic in ("wald", "adjusted wald"):
            counted = [inference.total_score(answered, cell, self._weights) for cell in cells]
            counts = np.array([count for count, _ in counted])
            covariance = self._covariance([score for _, score in counted])
            found = _wald_independence(counts, covariance, shape, self.degf, statistic)
        else:
            found = _rao_scott(pearson, shares, covariance, shape, self.degf, statistic)
        return Independence(*found, cramers_v=close, n=len(answered))

    def _joint_cells(self, rows: str, columns_: str) -> tuple[list[np.ndarray], tuple[int, int], np.ndarray]:
        """Give the cells of a two-way table as 0/1 variables on the rows that gave both answers."""
        codes = [self._answer_codes(name) for name in (rows, columns_)]
        answered = self._domain[(codes[0][0][self._domain] >= 0) & (codes[1][0][self._domain] >= 0)]
        found = [np.unique(code[answered]) for code, _ in codes]
        for name, levels in zip((rows, columns_), found, strict=True):
            if len(levels) < 2:
                raise DataError(
                    f'independence(): those who gave both answers all gave the same one for "{name}", so nothing '
                    "can go together with it."
                )
        cells = [
            ((codes[0][0][answered] == one) & (codes[1][0][answered] == two)).astype(float)
            for one in found[0]
            for two in found[1]
        ]
        return cells, (len(found[0]), len(found[1])), answered

    def _answer_codes(self, name: str) -> tuple[np.ndarray, list[Any]]:
        answers = self._column(name)
        levels = columns.levels(answers, self._domain)
        return columns.codes(answers, levels), levels

    def goodness_of_fit(self, variable: str, shares: Mapping[Any, float]) -> DesignTest:
        """Test whether the firms are spread over answers as given shares say.

        Parameters
        ----------
        variable : str
            A column of answers; missing ones are left out.
        shares : mapping
            For each answer, the share of firms expected, above 0; they are scaled to add up to 1.

        Returns
        -------
        DesignTest
            The statistic is Pearson's over its Satterthwaite scale, against a chi-square of `df1`.

        Raises
        ------
        ParameterError
            When the answers named are not those met, or a share is not above 0.

        Notes
        -----
        Do not test a variable the weights were raked to: it fits by construction.

        References
        ----------
        Rao & Scott (1981), *JASA* 76:221; R survey 4.4, `svygofchisq`.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": 2.0, "trade": list("aaaabbbbbb")})
        >>> test = SurveyDesign(firms, weights="w").goodness_of_fit("trade", {"a": 0.5, "b": 0.5})
        >>> round(test.statistic, 3), round(test.df1, 3), round(test.p, 3)
        (0.375, 1.0, 0.54)
        """
        codes, levels = self._answer_codes(variable)
        expected = _expected(variable, shares, levels)
        answered = self._domain[codes[self._domain] >= 0]
        scored = [
            inference.total_score(answered, (codes[answered] == code).astype(float), self._weights)
            for code in range(len(levels))
        ]
        totals = np.array([total for total, _ in scored])
        wanted = expected * totals.sum()
        pearson = float(((totals - wanted) ** 2 / wanted).sum())
        from scipy import stats

        slope = (np.eye(len(levels)) - expected[:, None]) / np.sqrt(wanted)[:, None]
        slope -= ((totals - wanted) / (2 * wanted**1.5) * expected)[:, None]
        spread = slope @ self._covariance([score for _, score in scored]) @ slope.T
        scale = np.trace(spread @ spread) / np.trace(spread)
        df = float(np.trace(spread) / scale)
        return DesignTest(
            float(pearson / scale),
            df,
            math.inf,
            float(stats.chi2.sf(pearson / scale, df)),
            "Rao-Scott goodness of fit",
        )

    def _same(self, values: Sequence[float], scores: Sequence[Score], df2: int, method: str) -> DesignTest:
        """Test that estimates are all the same, by Wald's statistic against an F law with `df2`."""
        contrast = np.column_stack([-np.ones(len(values) - 1), np.eye(len(values) - 1)])
        away = contrast @ np.asarray(values)
        return _f_test(away, contrast @ self._covariance(scores) @ contrast.T, 1 / len(away), df2, method)


def _f_test(away: np.ndarray, covariance: np.ndarray, factor: float, df2: float, method: str) -> DesignTest:
    """Hold Wald's distance of estimates from nought, times a factor, against an F law."""
    from scipy import stats

    if df2 <= 0:
        raise DataError(
            f"{method}: the design leaves too few degrees of freedom ({df2:g}) for this test. Compare fewer answers "
            "or groups."
        )
    statistic, df1 = _quadratic(away, covariance) * factor, len(away)
    return DesignTest(statistic, df1, df2, float(stats.f.sf(statistic, df1, df2)), method)


def _quadratic(away: np.ndarray, covariance: np.ndarray) -> float:
    """Give the squared distance of estimates from nought in the metric of their covariance."""
    if np.linalg.matrix_rank(covariance) < len(away):
        raise DataError(
            "The differences cannot be told apart in this sample: a group or answer is too rare, or does not vary. "
            "Merge it with another."
        )
    return float(away @ np.linalg.solve(covariance, away))


def _pearson(shares: np.ndarray) -> float:
    """Give Pearson's statistic of a table of shares, per answer."""
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    return float(((shares - expected) ** 2 / expected).sum())


def _interaction(shape: tuple[int, int]) -> np.ndarray:
    """Give a basis of what in a table is not explained by its two margins."""
    sides = [np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, 1:]]))[0][:, 1:] for k in shape]
    return np.kron(*sides)


def _rao_scott(
    pearson: float,
    shares: np.ndarray,
    covariance: np.ndarray,
    shape: tuple[int, int],
    df: int,
    statistic: str,
) -> tuple[float, float, float, float, str]:
    """Correct Pearson's statistic by the design effects of the table."""
    from scipy import stats

    basis = _interaction(shape)
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)[:, None] * basis
    simple = basis.T @ inverse
    if np.linalg.matrix_rank(simple) < len(simple):
        raise DataError("independence(): the table has too many empty cells. Merge rare answers.")
    effects = np.linalg.solve(simple, inverse.T @ covariance @ inverse)
    size, second = float(np.trace(effects)), float(np.trace(effects @ effects))
    if statistic == "chisq":
        held, df1 = pearson * len(effects) / size, float(len(effects))
        return held, df1, math.inf, float(stats.chi2.sf(held, df1)), "Rao-Scott chi-square"
    df1 = size**2 / second
    held = pearson / size
    if df <= 0:
        raise DataError("independence(): the design leaves no degrees of freedom for a test.")
    return held, df1, df1 * df, float(stats.f.sf(held, df1, df1 * df)), "Rao-Scott F"


def _wald_independence(
    counts: np.ndarray, covariance: np.ndarray, shape: tuple[int, int], df: int, statistic: str
) -> tuple[float, float, float, float, str]:
    """Hold the distances of estimated counts from independence against their own covariance."""
    table, everyone = counts.reshape(shape), counts.sum()
    in_row = np.kron(np.eye(shape[0]), np.ones((shape[1], shape[1])))
    in_column = np.kron(np.ones((shape[0], shape[0])), np.eye(shape[1]))
    row, column = table.sum(axis=1).repeat(shape[1]), np.tile(table.sum(axis=0), shape[0])
    slope = np.eye(len(counts)) - (in_row * column[:, None] + in_column * row[:, None]) / everyone
    slope += (row * column)[:, None] / everyone**2
    used = np.arange(len(counts)).reshape(shape)[1:, 1:].ravel()
    away = (counts - row * column / everyone)[used]
    away_covariance, df1 = (slope @ covariance @ slope.T)[np.ix_(used, used)], len(used)
    if statistic == "wald":
        test = _f_test(away, away_covariance, 1 / df1, df, "Wald")
    else:
        left = df - df1 + 1
        test = _f_test(away, away_covariance, left / (df1 * df), left, "adjusted Wald")
    return test.statistic, test.df1, test.df2, test.p, test.method


def _expected(variable: str, shares: Mapping[Any, float], levels: list[Any]) -> np.ndarray:
    unknown = [answer for answer in shares if answer not in levels]
    absent = [answer for answer in levels if answer not in shares]
    if unknown or absent:
        named = ", ".join(map(str, unknown or absent))
        what = "is no answer to" if unknown else "has no expected share for"
        raise ParameterError(f'goodness_of_fit(): {named} {what} "{variable}" (answers: {levels}).')
    expected = np.array([float(shares[answer]) for answer in levels])
    if not (np.isfinite(expected) & (expected > 0)).all():
        raise ParameterError("goodness_of_fit(): every expected share must be a number above 0.")
    return expected / expected.sum()
