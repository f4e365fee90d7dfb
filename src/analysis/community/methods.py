"""Does the method follow the objective, and do online means reproduce the methods known face to face?"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign, multiple
from analysis.survey.estimation.comparisons import holm

__all__ = [
    "by_objective",
    "method_outcomes",
    "methods",
    "modes",
    "objective_tests",
    "outcome_modes",
    "reproduced",
]

Mode = Literal["online", "offline"]
RELATIVE = "cv>0.3"  # says nothing of a difference, whose estimate may be 0
MODES = {"offline": "methods_offline", "online": "methods_online"}
OUTCOMES = {"offline": "outcome_offline", "online": "outcome_online"}


def _both_asked(design: SurveyDesign) -> tuple[SurveyDesign, list[str]]:
    """Keep the firms that answered for both modes, and list the methods asked in both."""
    found = {mode: multiple.option_columns(design.data, stem) for mode, stem in MODES.items()}
    shared = [method for method in found["offline"] if method in found["online"]]
    if not shared:
        raise DataError("No method was asked both face to face and online: the two cannot be compared.")
    columns = [found[mode][method] for mode in MODES for method in shared]
    return design.subset(design.data[columns].notna().all(axis=1)), shared


def methods(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms that have used each way of running a meeting, face to face and online.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `methods_offline__*`, `methods_online__*`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `mode` (offline, online), `practice` (the way of running a meeting), then as `SurveyDesign.proportion`; all
        of the firms that answered for both modes.

    Raises
    ------
    ParameterError, DataError
        When one of the two was not asked, or they share no method.

    Notes
    -----
    Firms without internet are not asked about online means: they are out of both shares here.

    References
    ----------
    Claim D14.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "methods_offline__barcamp": [1, 1, 0], "methods_online__barcamp": [1, 0, None]})
    >>> methods(SurveyDesign(firms, weights="w"))[["mode", "practice", "estimate", "n"]].values.tolist()
    [['offline', 'barcamp', 1.0, 2], ['online', 'barcamp', 0.5, 2]]
    """
    kept, shared = _both_asked(design)
    tables = []
    for mode, stem in MODES.items():
        table = multiple.shares(kept, [f"{stem}__{method}" for method in shared], level=level)
        table.insert(0, "mode", pd.Series(mode, index=table.index, dtype="string"))
        tables.append(table.rename(columns={"option": "practice"}))
    return pd.concat(tables, ignore_index=True)


def modes(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate how much less, or more, each method is used online than face to face, by the same firms.

    Parameters
    ----------
    design, level
        As for `methods`.

    Returns
    -------
    pandas.DataFrame
        `practice`, `estimate` (share online less share face to face), `se, low, high, n, n_weighted, df, method, flag,
        p, p_adjusted` (Holm, over the practices).

    Raises
    ------
    ParameterError, DataError
        As `methods`.

    Notes
    -----
    A difference of shares is not a passage: see `reproduced` for the firms that went from one mode to the other.

    References
    ----------
    Claim D14. Lumley (2010), *Complex Surveys*, ch. 2 (contrasts).

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "methods_offline__barcamp": [1, 1, 0], "methods_online__barcamp": [1, 0, 0]})
    >>> modes(SurveyDesign(firms, weights="w"))[["practice", "estimate", "n"]].round(2).values.tolist()
    [['barcamp', -0.33, 3]]
    """
    kept, shared = _both_asked(design)
    tables = []
    for method in shared:
        table = _paired(kept, f"methods_offline__{method}", f"methods_online__{method}", level)
        table.insert(0, "practice", pd.Series(method, index=table.index, dtype="string"))
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    return table.assign(p_adjusted=holm(table["p"].tolist()))


def _paired(design: SurveyDesign, first: str, second: str, level: float) -> pd.DataFrame:
    """Estimate the mean of second less first over the firms that gave both, with the chance of none."""

    def subtract(data: pd.DataFrame) -> pd.DataFrame:
        return data.assign(paired_difference=data[second].astype("Float64") - data[first].astype("Float64"))

    ready = design.transform(subtract)
    table = ready.mean("paired_difference", level=level).drop(columns="deff")
    flags = table["flag"].str.split("; ").map(lambda doubts: "; ".join(d for d in doubts if d != RELATIVE))
    return table.assign(flag=flags.astype("string"), p=_two_sided(table))


def _two_sided(table: pd.DataFrame) -> np.ndarray:
    """Give the chance of a mean as far from 0 if there were no difference."""
    size = table["estimate"].abs() / table["se"].where(table["se"] > 0)
    return 2 * stats.t.sf(size, table["df"].where(table["df"] > 0))


def reproduced(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate, of the firms that used a method face to face, the share that also used it online.

    Parameters
    ----------
    design, level
        As for `methods`.

    Returns
    -------
    pandas.DataFrame
        `practice`, then as `SurveyDesign.proportion` of the firms that used it face to face. Those that no firm used
        are left out.

    Raises
    ------
    ParameterError, DataError
        As `methods`.

    Notes
    -----
    Rare methods rest on few firms: read the flag.

    References
    ----------
    Claim D14.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "methods_offline__barcamp": [1, 1, 0], "methods_online__barcamp": [1, 0, 0]})
    >>> reproduced(SurveyDesign(firms, weights="w"))[["practice", "estimate", "n"]].values.tolist()
    [['barcamp', 0.5, 2]]
    """
    kept, shared = _both_asked(design)
    tables = []
    for method in shared:
        used = kept.data[f"methods_offline__{method}"].eq(1).fillna(False).astype(bool)
        if used.any():
            table = kept.subset(used).proportion(f"methods_online__{method}", level=level)
            table.insert(0, "practice", pd.Series(method, index=table.index, dtype="string"))
            tables.append(table)
    if not tables:
        raise DataError("No firm has used any of these methods face to face.")
    return pd.concat(tables, ignore_index=True)


def outcome_modes(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate how satisfied firms were with the result face to face and online: the same firms, two answers.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `outcome_offline`, `outcome_online`, 1 to 5.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `quantity`: offline, online (mean answers, 1 to 5), difference (online less offline), worse, same, better
        (shares of firms more, as and less satisfied face to face); then `estimate, se, low, high, n, df, p` (difference
        only), `method, flag`. All of the firms that rated both.

    Raises
    ------
    DataError
        When one was not asked, or no firm rated both.

    Notes
    -----
    Firms that tried both are not like the others, and each rated meetings it chose to hold in that mode.

    References
    ----------
    Claim D14.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "outcome_offline": [4, 5, 3, None], "outcome_online": [3, 5, 1, 4]})
    >>> outcome_modes(SurveyDesign(firms, weights="w"))[["quantity", "estimate", "n"]].round(2).values.tolist()[2]
    ['difference', -1.0, 3]
    """
    absent = [name for name in OUTCOMES.values() if name not in design.data.columns]
    if absent:
        raise DataError(
            f"The survey has no column {', '.join(absent)}: outcomes were not asked for both modes."
        )
    rated = design.data[list(OUTCOMES.values())].notna().all(axis=1)
    if not rated.any():
        raise DataError("No firm rated the result both face to face and online.")
    kept = design.subset(rated)
    means = [kept.mean(column, level=level).assign(quantity=mode) for mode, column in OUTCOMES.items()]
    gap = _paired(kept, OUTCOMES["offline"], OUTCOMES["online"], level).assign(quantity="difference")
    table = pd.concat([*means, gap, *_sides(kept, level)], ignore_index=True)
    columns = ["quantity", "estimate", "se", "low", "high", "n", "df", "p", "method", "flag"]
    return table[columns].astype({"quantity": "string"})


def _sides(kept: SurveyDesign, level: float) -> list[pd.DataFrame]:
    """Give the shares of firms for which online did worse, the same and better."""

    def compared(data: pd.DataFrame) -> pd.DataFrame:
        gap = data[OUTCOMES["online"]].astype("Int64") - data[OUTCOMES["offline"]].astype("Int64")
        signs = {"worse": gap < 0, "same": gap == 0, "better": gap > 0}
        return data.assign(**{f"online_{name}": flag.astype("Int64") for name, flag in signs.items()})

    ready = kept.transform(compared)
    return [
        ready.proportion(f"online_{name}", level=level).assign(quantity=name)
        for name in ("worse", "same", "better")
    ]


def method_outcomes(design: SurveyDesign, mode: Mode = "online", *, level: float = 0.95) -> pd.DataFrame:
    """Estimate whether the result depends on the method, in one mode.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `methods_MODE__*`, `outcome_MODE`, asked of firms that used a method in that mode.
    mode : {"online", "offline"}
        Which mode.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `practice`, then `estimate` (satisfaction, 1 to 5, of firms that used it less that of firms that did not, the
        other methods equal), `se, low, high, n, df, p, p_adjusted` (Holm), `flag`.

    Raises
    ------
    ParameterError
        When the mode is unknown.
    DataError
        When the outcome was not asked.

    Notes
    -----
    A firm gives one mark for all its methods: with two of them, which one it speaks of is not known.

    References
    ----------
    Claim D14. Binder (1983), *International Statistical Review* 51:279.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": 1.0, "methods_online__barcamp": [1, 1, 0, 0] * 3, "methods_online__open_cafe": [0, 1, 1, 1] * 3,
    ...     "outcome_online": [3, 4, 2, 3, 4, 4, 3, 2, 4, 3, 2, 2],
    ... })
    >>> method_outcomes(SurveyDesign(firms, weights="w"))[["practice", "n"]].values.tolist()
    [['barcamp', 12], ['open_cafe', 12]]
    """
    if mode not in MODES:
        raise ParameterError(
            f'mode="{mode}" is not a choice.{did_you_mean(str(mode), MODES)} Choices: {", ".join(MODES)}.'
        )
    if OUTCOMES[mode] not in design.data.columns:
        raise DataError(f'The survey has no column "{OUTCOMES[mode]}": outcomes were not asked.')
    columns = multiple.option_columns(design.data, MODES[mode])
    rated = design.subset(design.data[OUTCOMES[mode]].notna())
    varied = {way: name for way, name in columns.items() if rated.data[name].nunique() > 1}
    effects = rated.glm(OUTCOMES[mode], list(varied.values()), level=level).marginal_effects
    practice = effects["term"].map({name: way for way, name in varied.items()})
    table = effects.assign(practice=practice.astype("string"), p_adjusted=holm(effects["p"].tolist()))
    return table[["practice", "estimate", "se", "low", "high", "n", "df", "p", "p_adjusted", "flag"]]


def by_objective(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate which methods firms use according to their objective.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `objective`, `methods_offline__*`, `methods_online__*`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `objective, practice`, then as `SurveyDesign.proportion` of the firms that used it in either mode.

    Raises
    ------
    ParameterError, DataError
        When one of the questions was not asked.

    Notes
    -----
    That a method goes with an objective does not show that it was chosen for it.

    References
    ----------
    Claim D14.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": 1.0, "objective": ["loyalty", "recruit"] * 20, "methods_offline__barcamp": [1, 0, 0, 0] * 10,
    ...     "methods_online__barcamp": [0, 0, 0, 1] * 10,
    ... })
    >>> by_objective(SurveyDesign(firms, weights="w"))[["objective", "practice", "estimate"]].values.tolist()
    [['loyalty', 'barcamp', 0.5], ['recruit', 'barcamp', 0.5]]
    """
    ready, used = _either_mode(design)
    shares = multiple.shares(ready, list(used.values()), by="objective", level=level)
    return shares.rename(columns={"option": "practice"})


def objective_tests(design: SurveyDesign) -> pd.DataFrame:
    """Test whether each method is used equally often whatever the objective.

    Parameters
    ----------
    design : SurveyDesign
        As for `by_objective`.

    Returns
    -------
    pandas.DataFrame
        `practice, statistic` (Rao–Scott F), `df1, df2, p, p_adjusted` (Holm, over the practices), `n`.

    Raises
    ------
    ParameterError, DataError
        As `by_objective`; also when all firms have one objective.

    Notes
    -----
    Rare methods may differ by more than such a survey can see.

    References
    ----------
    Claim D14. Rao & Scott (1984), *Annals of Statistics* 12:46.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": 1.0, "objective": ["loyalty", "recruit"] * 20, "methods_offline__barcamp": [1, 0, 0, 0] * 10,
    ...     "methods_online__barcamp": [0, 0, 0, 1] * 10,
    ... })
    >>> objective_tests(SurveyDesign(firms, weights="w"))[["practice", "p", "n"]].round(2).values.tolist()
    [['barcamp', 1.0, 40]]
    """
    ready, used = _either_mode(design)
    rows = []
    for practice, column in used.items():
        test = ready.independence(column, "objective")
        n = int(ready.data[[column, "objective"]].notna().all(axis=1).sum())
        rows.append((practice, test.statistic, float(test.df1), float(test.df2), test.p, n))
    tests = pd.DataFrame(rows, columns=["practice", "statistic", "df1", "df2", "p", "n"])
    return tests.assign(p_adjusted=holm(tests["p"].tolist())).astype({"practice": "string"})


def _either_mode(design: SurveyDesign) -> tuple[SurveyDesign, dict[str, str]]:
    kept, shared = _both_asked(design)
    ready = kept.transform(lambda data: data.assign(**{f"used__{way}": _either(data, way) for way in shared}))
    return ready, {way: f"used__{way}" for way in shared}


def _either(data: pd.DataFrame, method: str) -> pd.Series:
    return data[[f"{stem}__{method}" for stem in MODES.values()]].astype("Int64").max(axis=1, skipna=False)
