"""What are weak ties good for? Success and unease of requests, by purpose, through weak ties and strong ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign
from analysis.survey.estimation.comparisons import holm
from analysis.ties.table import ordered, refuse_absent
from analysis.ties.told import numbers_told, yes_or_no

__all__ = ["ENDS", "request_model", "request_outcomes", "requests", "weak_advantage"]

ENDS = ("job", "prospecting", "reputation", "creation")
MARGINS = {"helped": 0.10, "unease": 0.5}
FEW = 30

Outcome = Literal["helped", "unease"]


def requests(
    ties: pd.DataFrame, *, weak: float = 3, weight: str = "closeness", purposes: Sequence[str] | None = ENDS
) -> pd.DataFrame:
    """Keep what was asked of contacts, one row per request, and say whether through a weak or a strong tie.

    Parameters
    ----------
    ties : pandas.DataFrame
        With `ego, alter, purpose, asked, helped, unease` and the strength of the tie.
    weak : float
        A tie is weak when its strength is at most this.
    weight : str
        Column with the strength of a tie.
    purposes : sequence of str, optional
        Purposes to keep: the four professional ends by default; all when None.

    Returns
    -------
    pandas.DataFrame
        The rows that were asked and whose strength and purpose are known, each ego, alter and purpose once, with
        `strength` ("weak" or "strong") and `is_weak` (0 or 1).

    Raises
    ------
    ParameterError
        When it is no table of ties.
    DataError
        When a column is missing, an answer is not 0 or 1, a strength or unease is no number, or nothing is left.

    Notes
    -----
    A tie kept on several channels has several rows but is one request; the greatest strength told counts.

    Examples
    --------
    >>> table = pd.DataFrame({"ego": ["a", "a"], "alter": ["b", "c"], "purpose": "job", "asked": [1, 0],
    ...                       "closeness": [2, 5], "helped": [1, None], "unease": [3, None]})
    >>> requests(table)["strength"].tolist()
    ['weak']
    """
    refuse_absent(ties, ("ego", "alter", "purpose", "asked", "helped", "unease", weight))
    yes_or_no(ties["helped"], "helped")
    for column in ("unease", weight):
        numbers_told(ties[column], column)
    asked = yes_or_no(ties["asked"], "asked").eq(1).fillna(False)
    told = ties[asked.to_numpy(dtype=bool)].dropna(subset=["purpose", weight])
    told = told if purposes is None else told[told["purpose"].isin(list(purposes))]
    if told.empty:
        raise DataError(f"No tie was asked for any of: {', '.join(purposes or ['any purpose'])}.")
    kept = told.sort_values(["ego", "alter", "purpose", weight], kind="stable").drop_duplicates(
        ["ego", "alter", "purpose"], keep="last"
    )
    is_weak = kept[weight].astype(float) <= weak
    return kept.assign(strength=np.where(is_weak, "weak", "strong"), is_weak=is_weak.astype(int)).reset_index(
        drop=True
    )


def request_outcomes(
    ties: pd.DataFrame,
    outcome: Outcome = "helped",
    *,
    weak: float = 3,
    weight: str = "closeness",
    purposes: Sequence[str] | None = ENDS,
    design: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Give how often requests succeed, or how uneasy they are, by purpose and strength of the tie.

    Parameters
    ----------
    ties, weak, weight, purposes
        As given to `requests`.
    outcome : {"helped", "unease"}
        Share of requests that were met, or mean unease felt (1 to 5).
    design : mapping, optional
        Columns `weights, strata, clusters` of the sampling of egos; egos are clusters by default.
    level : float

    Returns
    -------
    pandas.DataFrame
        `purpose` ("all" first), `strength` (weak, strong), `estimate, se, low, high, n` (requests), `method`,
        `flag` (`n<30`).

    Raises
    ------
    DataError
        When a column is missing or nothing was asked.
    ParameterError
        When the outcome is not known.

    Notes
    -----
    Owners choose whom they ask: success through weak ties that were asked says nothing of those that were not.

    References
    ----------
    Granovetter, M. S. (1973). The strength of weak ties. American Journal of Sociology 78, 1360-1380.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> found = request_outcomes(load("ties"))
    >>> found.loc[found["purpose"] == "job", ["strength", "estimate"]].round(2).values.tolist()
    [['weak', 0.49], ['strong', 0.35]]
    """
    told = _answered(requests(ties, weak=weak, weight=weight, purposes=purposes), outcome)
    survey = _survey(told, design)
    of_all = _outcome(survey, outcome, ["strength"], level).assign(purpose="all")
    each = _outcome(survey, outcome, ["purpose", "strength"], level)
    table = pd.concat([of_all, each], ignore_index=True)
    place = {name: i for i, name in enumerate(["all", *_in_order(told, purposes)])}
    order = table.assign(_p=table["purpose"].map(place), _s=table["strength"].eq("strong"))
    few = np.where(table["n"] < FEW, f"n<{FEW}", "")
    columns = ["purpose", "strength", "estimate", "se", "low", "high", "n", "method", "flag"]
    return (
        table.assign(flag=[_joined(one, two) for one, two in zip(few, table["flag"], strict=True)])
        .loc[order.sort_values(["_p", "_s"], kind="stable").index, columns]
        .reset_index(drop=True)
    )


def weak_advantage(
    ties: pd.DataFrame,
    outcome: Outcome = "helped",
    *,
    margin: float | None = None,
    weak: float = 3,
    weight: str = "closeness",
    purposes: Sequence[str] | None = ENDS,
    design: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare weak ties with strong ones for each purpose, and say what can be told.

    Parameters
    ----------
    ties, weak, weight, purposes
        As given to `requests`.
    outcome, design, level
        As given to `request_outcomes`.
    margin : float, optional
        Differences smaller than this do not matter: 0.10 of success, 0.5 on the scale of unease by default.

    Returns
    -------
    pandas.DataFrame
        `purpose` ("all" first), `estimate` (weak − strong), `se, low, high, n` (requests), `df, p`, `p_adjusted`
        (Holm, over the purposes), `p_alike` (the larger of two one-sided tests that the difference is within the
        margin), `answer`: "weak more", "strong more", "alike" (within the margin), or "cannot tell"; `method`,
        `flag`.

    Raises
    ------
    DataError
        When a column is missing, or no purpose was asked of both weak and strong ties.
    ParameterError
        When the outcome is not known or the margin is not above 0.

    Notes
    -----
    "Cannot tell" is an answer: an interval that holds 0 does not show that strong ties do as well. A purpose
    asked through one kind of tie only has no row but its flag. Who is asked is chosen, so a difference is no
    promise of what asking otherwise would bring.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6,
    65-70. Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure. Journal of
    Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> found = weak_advantage(load("ties"))
    >>> found.loc[found["purpose"] == "job", ["estimate", "answer"]].round(2).values.tolist()
    [[0.14, 'weak more']]
    """
    told = _answered(requests(ties, weak=weak, weight=weight, purposes=purposes), outcome)
    bound = MARGINS[outcome] if margin is None else margin
    if not bound > 0:
        raise ParameterError(f"margin={margin}: the difference that matters must be above 0.")
    rows = [_difference(told, "all", outcome, design, level)]
    rows += [_difference(told, name, outcome, design, level) for name in _in_order(told, purposes)]
    table = pd.DataFrame(rows)
    if table["estimate"].isna().all():
        raise DataError("No purpose was asked of both weak and strong ties: there is nothing to compare.")
    table["p_adjusted"] = np.concatenate([table["p"].iloc[:1], holm(table["p"].iloc[1:].tolist())])
    table["p_alike"] = _alike(table, bound)
    table["answer"] = [_answer(row, 1 - level) for row in table.itertuples()]
    last = ["df", "p", "p_adjusted", "p_alike", "answer", "method", "flag"]
    return table[["purpose", "estimate", "se", "low", "high", "n", *last]]


def request_model(
    ties: pd.DataFrame,
    covariates: Sequence[str] = ("unease",),
    *,
    weak: float = 3,
    weight: str = "closeness",
    purposes: Sequence[str] | None = ENDS,
    design: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Model the success of requests on strength within purpose, other things equal.

    A logistic regression with a level for each purpose and an effect of weak ties within each, and
    errors clustered by ego.

    Parameters
    ----------
    ties, weak, weight, purposes
        As given to `requests`.
    covariates : sequence of str
        Other columns to hold equal, such as `unease`; text columns by level.
    design, level
        As given to `request_outcomes`.

    Returns
    -------
    pandas.DataFrame
        `term` ("weak" within each purpose, covariates, then "strength x purpose"), `purpose`, `estimate` (log
        odds; `odds_ratio` with it), `se, low, high, n` (requests), `df, p, method`, `flag`. The last row tests
        whether the effect of weak ties differs between purposes (Wald).

    Raises
    ------
    DataError
        When a column is missing, or a purpose was asked through one kind of tie only.

    Notes
    -----
    Unease may come from the strength of the tie and lead to the failure: holding it equal then takes away a part
    of what strength does. Compare with `weak_advantage`, which does not.

    References
    ----------
    Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear models. Biometrika 73,
    13-22.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> found = request_model(load("ties"))
    >>> found.loc[found["purpose"] == "job", ["term", "odds_ratio"]].round(2).values.tolist()
    [['weak', 1.84]]
    """
    told = requests(ties, weak=weak, weight=weight, purposes=purposes)
    for column in covariates:
        if column not in told:
            raise DataError(
                f'The table of ties has no column "{column}".{did_you_mean(column, map(str, told.columns))}'
            )
    told = told.dropna(subset=["helped", *covariates]).reset_index(drop=True)
    names = _in_order(told, purposes)
    for name in names:
        if told.loc[told["purpose"] == name, "is_weak"].nunique() < 2:
            raise DataError(f'"{name}" was asked through one kind of tie only: leave it out of purposes.')
    within = {name: f"_weak_{i}" for i, name in enumerate(names)}
    is_weak = told["is_weak"].to_numpy(dtype=bool)
    columns = {
        column: (is_weak & told["purpose"].eq(name).to_numpy(dtype=bool)).astype(int)
        for name, column in within.items()
    }
    levels = ["purpose"] if len(names) > 1 else []
    survey = _survey(told.assign(helped=told["helped"].astype(int), **columns), design)
    fitted = survey.glm("helped", [*levels, *within.values(), *covariates], family="binomial", level=level)
    found = fitted.coefficients
    rows = found[~found["term"].str.startswith(("intercept", "purpose["))]
    named = {column: name for name, column in within.items()}
    purpose = rows["term"].map(named)
    table = rows.assign(
        term=rows["term"].where(purpose.isna(), "weak"),
        purpose=purpose.fillna(""),
        odds_ratio=np.exp(rows["estimate"]),
        n=len(told),
        method="logit, clusters",
    )
    table = pd.concat([table, _interaction(fitted, list(within.values()), len(told))], ignore_index=True)
    front = ["term", "purpose", "estimate", "odds_ratio", "se", "low", "high"]
    return table.assign(flag=table["flag"].fillna(""))[[*front, "n", "df", "p", "method", "flag"]]


def _answered(told: pd.DataFrame, outcome: str) -> pd.DataFrame:
    if outcome not in MARGINS:
        raise ParameterError(
            f'outcome="{outcome}" is not a choice.{did_you_mean(str(outcome), MARGINS)} Choices: helped, unease.'
        )
    known = told.dropna(subset=[outcome]).reset_index(drop=True)
    if known.empty:
        raise DataError(f'No request has an answer in "{outcome}".')
    return known.assign(**{outcome: known[outcome].astype(int if outcome == "helped" else float)})


def _in_order(told: pd.DataFrame, purposes: Sequence[str] | None) -> list[str]:
    found = ordered(told["purpose"])
    return found if purposes is None else [name for name in purposes if name in found]


def _survey(told: pd.DataFrame, design: Mapping[str, str] | None) -> SurveyDesign:
    columns = {"clusters": "ego", "weights": "_equal"} | dict(design or {})
    return SurveyDesign(told.assign(_equal=1.0), **columns)


def _outcome(survey: SurveyDesign, outcome: str, by: list[str], level: float) -> pd.DataFrame:
    if outcome == "helped":
        return survey.proportion(outcome, by=by, level=level)
    return survey.mean(outcome, by=by, level=level).assign(
        method="mean", flag=lambda d: d.get("flag", pd.Series("", index=d.index))
    )


def _difference(
    told: pd.DataFrame, purpose: str, outcome: str, design: Mapping[str, str] | None, level: float
) -> dict[str, Any]:
    here = told if purpose == "all" else told[told["purpose"] == purpose]
    counts = here["strength"].value_counts()
    smaller = int(min(counts.get("weak", 0), counts.get("strong", 0)))
    head = {"purpose": purpose, "n": len(here), "method": "t, clusters"}
    empty = dict.fromkeys(["estimate", "se", "low", "high", "df", "p"], np.nan)
    if not smaller:
        return head | empty | {"flag": "one kind of tie only"}
    survey = _survey(told, design)
    domain = survey if purpose == "all" else survey.subset(told["purpose"] == purpose)
    row = domain.compare(outcome, by="strength", reference="strong", level=level).iloc[0]
    found = {name: float(row[name]) for name in empty}
    return head | found | {"flag": _joined(f"n<{FEW}" if smaller < FEW else "", row["flag"])}


def _alike(table: pd.DataFrame, margin: float) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        above = special.stdtr(table["df"], -(table["estimate"] + margin) / table["se"])
        below = special.stdtr(table["df"], (table["estimate"] - margin) / table["se"])
    return np.maximum(above, below)


def _answer(row: Any, alpha: float) -> str:
    if np.isfinite(row.p_adjusted) and row.p_adjusted < alpha:
        return "weak more" if row.estimate > 0 else "strong more"
    return "alike" if row.p_alike < alpha else "cannot tell"


def _interaction(fitted: Any, terms: list[str], n: int) -> pd.DataFrame:
    """Test whether the effects of weak ties are all the same."""
    if len(terms) < 2:
        return pd.DataFrame()
    from scipy.stats import f as fisher

    found = fitted.coefficients.set_index("term")
    positions = [list(found.index).index(term) for term in terms]
    covariance = np.asarray(fitted.covariance)[np.ix_(positions, positions)]
    contrast = np.eye(len(terms))[1:] - np.eye(len(terms))[0]
    apart = contrast @ found.loc[terms, "estimate"].to_numpy(dtype=float)
    statistic = float(apart @ np.linalg.solve(contrast @ covariance @ contrast.T, apart)) / len(apart)
    df = float(found["df"].iloc[0])
    row = {"term": "strength x purpose", "purpose": "", "n": n, "df": df, "method": "Wald"}
    return pd.DataFrame([row | {"p": float(fisher.sf(statistic, len(apart), df)), "flag": ""}])


def _joined(one: Any, two: Any) -> str:
    parts = [str(part) for part in (one, two) if isinstance(part, str) and part]
    return ", ".join(dict.fromkeys(parts))
