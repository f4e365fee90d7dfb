"""Does the method follow the objective, and do online means reproduce the methods known face to face?"""

from __future__ import annotations

import pandas as pd

from analysis.community.paired import paired
from analysis.errors import DataError
from analysis.survey import SurveyDesign, multiple
from analysis.survey.estimation.comparisons import holm

__all__ = ["MODES", "by_objective", "methods", "modes", "objective_tests", "reproduced"]

MODES = {"offline": "methods_offline", "online": "methods_online"}


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
        table = paired(kept, f"methods_offline__{method}", f"methods_online__{method}", level)
        table.insert(0, "practice", pd.Series(method, index=table.index, dtype="string"))
        tables.append(table)
    table = pd.concat(tables, ignore_index=True)
    return table.assign(p_adjusted=holm(table["p"].tolist()))


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
