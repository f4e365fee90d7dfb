"""What goes with being on social networks? Models of use by blocks of characteristics, other things equal.

Claims D2, D5 and D20. The context of adoption (technology, organisation, environment, and the owner, who in a small
firm decides alone) is told apart from attitudes: these may as well follow from use as lead to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from analysis.adoption import with_presence
from analysis.adoption.answers import COUNT
from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.language import label
from analysis.survey import SurveyDesign
from analysis.survey.modelling.regression import Regression

__all__ = [
    "ATTITUDES",
    "CONTEXT",
    "block_tests",
    "connected",
    "drivers",
    "effect_names",
    "effects",
    "in_points",
    "inventory",
    "sensitivity",
    "with_drivers",
]

CONTEXT = {
    "owner": ("age_decades", "woman", "writes_weekly"),
    "organisation": ("size_doubled", "young_in_firm", "coop_firms"),
    "technology": ("website", "customer_file"),
    "environment": ("sector", "group_member", "local_decile"),
}
ATTITUDES = {
    "effort": ("barrier_skill", "barrier_change"),
    "facilitation": ("support_used", "ready_time"),
    "expectancy": ("web_strategy",),
    "innovativeness": ("follows_news",),
}
Outcome = Literal["uses_any", "regular_any", "platform_count"]
FAMILIES = {"uses_any": "binomial", "regular_any": "binomial", COUNT: "poisson"}


def with_drivers(data: pd.DataFrame) -> pd.DataFrame:
    """Work out the characteristics that models of adoption use from the answers.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with columns `platforms__*`; others as far as they were asked.

    Returns
    -------
    pandas.DataFrame
        The answers with `uses_any` and its kin, and where asked `age_decades` (owner's age in tens of years),
        `woman` (1 for a woman), `writes_weekly` (1 for writing weekly or daily), `size_doubled` (log2 of 1 + employees:
        one more is twice as many people at work), `group_member` and `support_used` (1 when any is ticked),
        `local_decile` (local customers in tenths).

    Raises
    ------
    DataError
        When there is no column `platforms__*`.

    Notes
    -----
    Missing stays missing: a firm that skipped the question on groups is not a firm without groups.

    References
    ----------
    Tornatzky & Fleischer (1990), *The Processes of Technological Innovation*, for the three contexts; Venkatesh et al.
    (2003), *MIS Quarterly* 27:425, for effort and facilitating conditions.

    Examples
    --------
    >>> answers = pd.DataFrame({"platforms__x": [1, 0], "owner_age": [45, 60], "employees": [0, 3]})
    >>> with_drivers(answers)[["age_decades", "size_doubled"]].to_numpy().tolist()
    [[4.5, 0.0], [6.0, 2.0]]
    """
    ready = with_presence(data)
    made = {name: make(ready) for name, (column, make) in DERIVED.items() if column in ready.columns}
    for name, stem in (("group_member", "groups__"), ("support_used", "support__")):
        ticked = ready[[column for column in map(str, ready.columns) if column.startswith(stem)]]
        if not ticked.empty:
            made[name] = ticked.astype("Int64").max(axis=1).mask(ticked.isna().any(axis=1))
    return ready.assign(**made)


def _level(column: str, *levels: str) -> Any:
    def read(data: pd.DataFrame) -> pd.Series:
        return data[column].isin(levels).astype("Int64").mask(data[column].isna())

    return read


DERIVED = {
    "age_decades": ("owner_age", lambda data: data["owner_age"].astype("Float64") / 10),
    "woman": ("owner_gender", _level("owner_gender", "woman")),
    "writes_weekly": ("writing_habit", _level("writing_habit", "weekly", "daily")),
    "size_doubled": ("employees", lambda data: np.log2(1 + data["employees"].astype("Float64"))),
    "local_decile": ("local_share", lambda data: data["local_share"].astype("Float64") / 10),
}


def drivers(
    design: SurveyDesign,
    outcome: Outcome = "uses_any",
    *,
    blocks: Mapping[str, Sequence[str]] = CONTEXT,
    reference: Mapping[str, Any] | None = None,
    level: float = 0.95,
) -> Regression:
    """Fit a model of use on blocks of characteristics, among connected firms.

    Parameters
    ----------
    design : SurveyDesign
        The survey. Where `internet` was asked, firms without it are left to another question: they were not asked
        the others.
    outcome : {"uses_any", "regular_any", "platform_count"}
        Use of any platform, weekly use (logit models), or the number of platforms (a log-linear one).
    blocks : mapping of str to sequence of str
        Block to characteristics; those the survey did not ask are left out.
    reference : mapping, optional
        What each level is compared with.
    level : float
        Confidence level.

    Returns
    -------
    Regression
        See `effects` and `block_tests` for its tables; `.fit.n_missing` counts firms left out for a missing answer.

    Raises
    ------
    ParameterError
        When the outcome is not a choice.
    DataError
        When none of the characteristics was asked.

    Notes
    -----
    One cross-section: an effect is a difference between firms alike in the rest, not what a change would bring.

    References
    ----------
    Binder (1983), *International Statistical Review* 51:279.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> age = rng.integers(25, 70, 200)
    >>> used = (age + rng.normal(0, 20, 200) < 45).astype(int)
    >>> firms = pd.DataFrame({"w": 1.0, "owner_age": age, "platforms__x": used})
    >>> model = drivers(SurveyDesign(firms, weights="w"), blocks={"owner": ["age_decades"]})
    >>> bool(model.marginal_effects["high"].item() < 0)
    True
    """
    if outcome not in FAMILIES:
        raise ParameterError(
            f'outcome="{outcome}" is not a choice.{did_you_mean(str(outcome), FAMILIES)} '
            f"Choices: {', '.join(FAMILIES)}."
        )
    ready = connected(design)
    family: Any = FAMILIES[outcome]
    return ready.glm(outcome, _asked(ready, blocks), family=family, reference=reference, level=level)


def connected(design: SurveyDesign) -> SurveyDesign:
    """Add the characteristics to a survey, and keep the firms that were asked about networks.

    Parameters
    ----------
    design : SurveyDesign
        The survey.

    Returns
    -------
    SurveyDesign
        With the columns of `with_drivers`; the firms with internet where that was asked.

    Raises
    ------
    DataError
        When there is no column `platforms__*`.

    Notes
    -----
    What is found among connected firms says nothing of those without internet.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "internet": [1, 0], "owner_age": [45, 60], "platforms__x": [1, 0]})
    >>> connected(SurveyDesign(firms, weights="w")).data["age_decades"].tolist()
    [4.5]
    """
    ready = design.transform(with_drivers)
    if "internet" not in design.data.columns:
        return ready
    return ready.subset(ready.data["internet"].astype("Int64") == 1)


def _asked(design: SurveyDesign, blocks: Mapping[str, Sequence[str]]) -> list[str]:
    wanted = [name for names in blocks.values() for name in names]
    asked = [name for name in wanted if name in design.data.columns]
    if not asked:
        raise DataError(f"None of the characteristics was asked in this survey: {', '.join(wanted)}.")
    return asked


def inventory(
    design: SurveyDesign, *, blocks: Mapping[str, Sequence[str]] = CONTEXT | ATTITUDES
) -> pd.DataFrame:
    """List the characteristics by block: what was asked, of how many, and what is typical.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    blocks : mapping of str to sequence of str
        Block to characteristics.

    Returns
    -------
    pandas.DataFrame
        `block, variable`, `estimate, se, low, high` (weighted mean, or share where the answer is 0/1; missing for
        answers in words), `n` (answers), `missing` (connected firms without one).

    Notes
    -----
    A block is only as good as its characteristics: what was not asked is in none of them.

    References
    ----------
    Tornatzky & Fleischer (1990); Venkatesh et al. (2003), *MIS Quarterly* 27:425.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "owner_age": [40, 60, None], "platforms__x": [1, 0, 1]})
    >>> inventory(SurveyDesign(firms, weights="w"))[["block", "variable", "estimate", "n", "missing"]].values.tolist()
    [['owner', 'age_decades', 5.0, 2, 1]]
    """
    ready = connected(design)
    names = set(_asked(ready, blocks))
    rows = [
        {"block": block, "variable": name, **_typical(ready, name)}
        for block, wanted in blocks.items()
        for name in wanted
        if name in names
    ]
    return pd.DataFrame(rows)


def _typical(ready: SurveyDesign, name: str) -> dict[str, Any]:
    answers = ready.data[name]
    known = int(answers.notna().sum())
    counts = {"n": known, "missing": len(answers) - known}
    if not pd.api.types.is_numeric_dtype(answers):
        return dict.fromkeys(("estimate", "se", "low", "high"), np.nan) | counts
    row = ready.mean(name).iloc[0]
    return {key: float(row[key]) for key in ("estimate", "se", "low", "high")} | counts


def in_points(table: pd.DataFrame) -> pd.DataFrame:
    """State differences of shares in points, for sentences and tables.

    Parameters
    ----------
    table : pandas.DataFrame
        Estimates in shares.

    Returns
    -------
    pandas.DataFrame
        The same rows, `estimate, se, low, high` in points (hundredths of a share).

    Notes
    -----
    A point is not a per cent: from 40 % to 44 % is four points, and a rise of ten per cent.

    Examples
    --------
    >>> in_points(pd.DataFrame({"estimate": [0.25], "se": [0.125], "low": [0.0], "high": [0.5]}))
       estimate    se  low  high
    0      25.0  12.5  0.0  50.0
    """
    return table.assign(**{name: 100 * table[name] for name in ("estimate", "se", "low", "high")})


def effect_names(table: pd.DataFrame, language: str) -> dict[str, str]:
    """Name the effects of a table and their blocks in the reader's words.

    Parameters
    ----------
    table : pandas.DataFrame
        From `effects`.
    language : {"en", "fr"}
        Language wanted.

    Returns
    -------
    dict
        Term to name, block to name.

    Examples
    --------
    >>> row = pd.DataFrame({"block": ["owner"], "variable": ["woman"], "level": [""], "term": ["woman"]})
    >>> effect_names(row, "fr")["woman"]
    'Dirigeante'
    """
    blocks = {block: label("block", block, language) for block in table["block"].unique()}
    terms = {
        row.term: label(row.variable, row.level, language)
        if row.level
        else label("driver", row.term, language)
        for row in table.itertuples(index=False)
    }
    return blocks | terms


def effects(model: Regression, *, blocks: Mapping[str, Sequence[str]] = CONTEXT) -> pd.DataFrame:
    """Set the average marginal effect and the odds ratio of each characteristic side by side, by block.

    Parameters
    ----------
    model : Regression
        From `drivers`.
    blocks : mapping of str to sequence of str
        As given to `drivers`.

    Returns
    -------
    pandas.DataFrame
        `block, variable, level` (empty for numbers and 0/1), `term`, then the average marginal effect in shares:
        `estimate, se, low, high, n, t, p, p_adjusted` (Holm, over the table), `df`, and `odds_ratio, odds_ratio_low,
        odds_ratio_high`, `flag`. For a number of platforms the effect is in platforms, and the ratio, of mean numbers,
        is called `rate_ratio`.

    Notes
    -----
    The two speak of the same model: a marginal effect is in points of share, an odds ratio is not a ratio of shares.

    References
    ----------
    Norton & Dowd (2018), *Health Services Research* 53:859; Holm (1979), *Scand. J. Statistics* 6:65.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> age = rng.integers(25, 70, 200)
    >>> used = (age + rng.normal(0, 20, 200) < 45).astype(int)
    >>> firms = pd.DataFrame({"w": 1.0, "owner_age": age, "platforms__x": used})
    >>> table = effects(drivers(SurveyDesign(firms, weights="w")))
    >>> table[["block", "variable", "n"]].values.tolist()
    [['owner', 'age_decades', 200]]
    """
    block_of = {name: block for block, names in blocks.items() for name in names}
    ratio = "rate_ratio" if model.fit.family == "poisson" else "odds_ratio"
    ratios = (model.rate_ratios if ratio == "rate_ratio" else model.odds_ratios).set_index("term")
    table = model.marginal_effects
    variables = table["term"].str.partition("[")[0]
    tested = table["p"].notna()
    adjusted = pd.Series(np.nan, index=table.index)
    if tested.any():
        adjusted[tested] = multipletests(table.loc[tested, "p"], method="holm")[1]
    named = table.assign(
        block=variables.map(block_of),
        variable=variables,
        level=table["term"].str.extract(r"\[(.*)\]$")[0].fillna(""),
        p_adjusted=adjusted,
        **{
            ratio + end: table["term"].map(ratios[column])
            for end, column in (("", "estimate"), ("_low", "low"), ("_high", "high"))
        },
    )
    order = [list(block_of).index(name) for name in variables]
    kept = [
        "block",
        "variable",
        "level",
        "term",
        "estimate",
        "se",
        "low",
        "high",
        "n",
        "t",
        "p",
        "p_adjusted",
    ]
    kept += ["df", ratio, f"{ratio}_low", f"{ratio}_high", "flag"]
    return named.assign(_order=order).sort_values("_order", kind="stable")[kept].reset_index(drop=True)


def block_tests(model: Regression, *, blocks: Mapping[str, Sequence[str]] = CONTEXT) -> pd.DataFrame:
    """Test each block of characteristics as a whole.

    Parameters
    ----------
    model : Regression
        From `drivers`.
    blocks : mapping of str to sequence of str
        As given to `drivers`.

    Returns
    -------
    pandas.DataFrame
        `block, statistic` (F), `df1, df2, p, p_adjusted` (Holm), `n`; blocks of which nothing was asked are left out.

    Notes
    -----
    A block that is not established may matter: its characteristics may be few, coarse or measured badly.

    References
    ----------
    Korn & Graubard (1990), *American Statistician* 44:270.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> age = rng.integers(25, 70, 200)
    >>> used = (age + rng.normal(0, 20, 200) < 45).astype(int)
    >>> firms = pd.DataFrame({"w": 1.0, "owner_age": age, "platforms__x": used})
    >>> block_tests(drivers(SurveyDesign(firms, weights="w")))[["block", "df1", "df2"]].values.tolist()
    [['owner', 1, 198]]
    """
    present = set(model.marginal_effects["term"].str.partition("[")[0])
    rows = []
    for block, names in blocks.items():
        if asked := [name for name in names if name in present]:
            test = model.wald(asked)
            rows.append((block, test.statistic, test.df1, test.df2, test.p))
    table = pd.DataFrame(rows, columns=["block", "statistic", "df1", "df2", "p"])
    return table.assign(p_adjusted=multipletests(table["p"], method="holm")[1], n=model.fit.n)


def sensitivity(
    design: SurveyDesign, *, terms: Sequence[str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Say whether the marginal effects hold when the model is made otherwise.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    terms : sequence of str, optional
        Terms to follow; all those of the main model when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `variant` (`main`; `linear`: shares instead of log odds; `trimmed`: weights cut at three times their median;
        `attitudes`: with attitudes; `weekly`: weekly use instead of any), `term, estimate, se, low, high, n, p, flag`.

    Notes
    -----
    Variants that agree do not prove the model: they share the same answers and the same missing characteristics.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), *Nature Human Behaviour* 4:1208, for showing them all.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> age = rng.integers(25, 70, 200)
    >>> used = (age + rng.normal(0, 20, 200) < 45).astype(int)
    >>> firms = pd.DataFrame({"w": 1.0, "owner_age": age, "platforms__x": used, "regular__x": used})
    >>> sensitivity(SurveyDesign(firms, weights="w"))["variant"].tolist()
    ['main', 'linear', 'trimmed', 'attitudes', 'weekly']
    """
    main, ready = drivers(design, level=level), connected(design)
    linear = ready.glm("uses_any", _asked(ready, CONTEXT), family="gaussian", level=level)
    cut = design.trim(upper=3 * float(design.weights.median()), strict=False)
    variants = {
        "main": main.marginal_effects,
        "linear": linear.marginal_effects,
        "trimmed": drivers(cut, level=level).marginal_effects,
        "attitudes": drivers(design, blocks=CONTEXT | ATTITUDES, level=level).marginal_effects,
    }
    if "regular_any" in ready.data.columns:
        variants["weekly"] = drivers(design, "regular_any", level=level).marginal_effects
    table = pd.concat([effect.assign(variant=name) for name, effect in variants.items()], ignore_index=True)
    followed = set(variants["main"]["term"] if terms is None else terms)
    kept = ["variant", "term", "estimate", "se", "low", "high", "n", "p", "flag"]
    return table.loc[table["term"].isin(followed), kept].reset_index(drop=True)
