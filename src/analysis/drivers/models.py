"""What goes with use, other things equal? Models by blocks, their effects, tests and variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.adoption.answers import COUNT
from analysis.drivers.characteristics import ATTITUDES, CONTEXT, asked, connected
from analysis.errors import ParameterError, did_you_mean
from analysis.survey import SurveyDesign
from analysis.survey.modelling.regression import Regression

__all__ = ["block_tests", "drivers", "effects", "sensitivity"]

Outcome = Literal["uses_any", "regular_any", "platform_count"]
FAMILIES = {"uses_any": "binomial", "regular_any": "binomial", COUNT: "poisson"}


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
    return ready.glm(outcome, asked(ready, blocks), family=family, reference=reference, level=level)


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
    from statsmodels.stats.multitest import multipletests

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
    from statsmodels.stats.multitest import multipletests

    present = set(model.marginal_effects["term"].str.partition("[")[0])
    rows = []
    for block, names in blocks.items():
        if named := [name for name in names if name in present]:
            test = model.wald(named)
            rows.append((block, test.statistic, test.df1, test.df2, test.p))
    table = pd.DataFrame(rows, columns=["block", "statistic", "df1", "df2", "p"])
    return table.assign(p_adjusted=multipletests(table["p"], method="holm")[1], n=model.fit.n)


def sensitivity(
    design: SurveyDesign,
    outcome: Literal["uses_any", "regular_any"] = "uses_any",
    *,
    terms: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Say whether the marginal effects hold when the model is made otherwise.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    outcome : {"uses_any", "regular_any"}
        Use of any platform, or weekly use.
    terms : sequence of str, optional
        Terms to follow; all those of the main model when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `variant` (`main`; `linear`: shares instead of log odds; `trimmed`: weights cut at three times their median;
        `attitudes`: with attitudes; `weekly`: weekly use instead of any, or `any` the other way round), `term,
        estimate, se, low, high, n, p, flag`.

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
    main, ready = drivers(design, outcome, level=level), connected(design)
    linear = ready.glm(outcome, asked(ready, CONTEXT), family="gaussian", level=level)
    cut = design.trim(upper=3 * float(design.weights.median()), strict=False)
    variants = {
        "main": main.marginal_effects,
        "linear": linear.marginal_effects,
        "trimmed": drivers(cut, outcome, level=level).marginal_effects,
        "attitudes": drivers(design, outcome, blocks=CONTEXT | ATTITUDES, level=level).marginal_effects,
    }
    other: Outcome = "regular_any" if outcome == "uses_any" else "uses_any"
    if other in ready.data.columns:
        name = "weekly" if other == "regular_any" else "any"
        variants[name] = drivers(design, other, level=level).marginal_effects
    table = pd.concat([effect.assign(variant=name) for name, effect in variants.items()], ignore_index=True)
    followed = set(variants["main"]["term"] if terms is None else terms)
    kept = ["variant", "term", "estimate", "se", "low", "high", "n", "p", "flag"]
    return table.loc[table["term"].isin(followed), kept].reset_index(drop=True)
