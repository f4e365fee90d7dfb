"""Who is interviewed: towns, then firms in them, then who answers, who comes back, and with which weight.

The model
---------
Strata are region × size class. A primary unit is the firms of one size class in one town, so it lies in one
stratum only. In each stratum towns are drawn with equal probability without replacement; the stratum's
interviews are spread over them in proportion to their firms. Within a town, firms answer in proportion to a
propensity that depends on owner's age, sector and employees (never directly on social networks). Later
waves lose firms by the same kind of propensity; a firm lost does not come back. One firm at least per town
is kept, as a field manager would see to.

Weights: inverse of the town's and the firm's chance, then raked within each wave to the population's counts
by stratum, sector and owner's age band. True by construction: in each wave the weights add up to the
population, and to each stratum's population.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.population import SIZES, largest_remainder

__all__ = ["AGE_BANDS", "WAVES", "draw_panel", "retention", "weigh"]

WAVES = [2022, 2024, 2026]
AGE_BANDS = [0, 30, 35, 40, 45, 50, 55, 60, 65, 120]
INTERVIEW_SHARES = np.array([0.45, 0.30, 0.14, 0.11])
FIRMS_PER_TOWN = {"0": 12, "1-4": 10, "5-9": 7, "10-49": 6}
CONTACT = {"accommodation_food": -0.35, "construction": -0.30, "transport": -0.20, "services": 0.20}


def _willingness(firms: pd.DataFrame) -> np.ndarray:
    """Give the log of the odds-like propensity to answer."""
    age = (firms["owner_age"].to_numpy() - 47) / 11
    return 0.20 * age + 0.10 * np.log1p(firms["employees"]) + firms["sector"].map(CONTACT).fillna(0)


def _towns_drawn(cells: pd.DataFrame, interviews: int, rng: np.random.Generator) -> pd.DataFrame:
    size = cells["size_class"].iloc[0]
    wanted = int(np.clip(round(interviews / FIRMS_PER_TOWN[size]), 2, len(cells)))
    drawn = cells.iloc[np.sort(rng.choice(len(cells), size=wanted, replace=False))]
    shares = drawn["firms_in_town"].to_numpy()
    wanted_firms = np.minimum(largest_remainder(interviews, shares, least=1), shares)
    return drawn.assign(interviews=wanted_firms, towns_drawn=wanted)


def draw_panel(firms: pd.DataFrame, interviews: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the firms interviewed at the first wave.

    Parameters
    ----------
    firms : pandas.DataFrame
        The population.
    interviews : int
        Number of interviews wanted (a little fewer where towns hold fewer firms).
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        Rows of the population (its index kept) with `firm`, an identifier, and `base_weight` (firms).

    Notes
    -----
    Answering depends on covariates: unweighted shares of this panel are not shares of the population.

    Examples
    --------
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> panel = draw_panel(firms, 120, np.random.default_rng(2))
    >>> len(panel), int(panel.groupby("stratum")["town"].nunique().min())
    (120, 2)
    """
    columns = ["stratum", "size_class", "town", "firms_in_town"]
    cells = firms[columns].drop_duplicates("town").reset_index(drop=True)
    by_size = largest_remainder(interviews, INTERVIEW_SHARES)
    regions = firms["region"].nunique()
    frames = []
    for stratum, group in cells.groupby("stratum", sort=True):
        size = SIZES.index(group["size_class"].iloc[0])
        extra = int(int(stratum[1]) <= by_size[size] % regions)
        frames.append(_towns_drawn(group, by_size[size] // regions + extra, rng).assign(towns=len(group)))
    drawn = pd.concat(frames).set_index("town")
    pool = firms[firms["town"].isin(drawn.index)]
    key = _willingness(pool) + rng.gumbel(size=len(pool))
    rank = key.groupby(pool["town"]).rank(ascending=False, method="first")
    chosen = pool[rank <= pool["town"].map(drawn["interviews"])]
    place = drawn.loc[chosen["town"]]
    base = (place["towns"] / place["towns_drawn"]) * (place["firms_in_town"] / place["interviews"])
    return chosen.assign(firm=[f"F{i:05d}" for i in range(1, len(chosen) + 1)], base_weight=base.to_numpy())


def retention(panel: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Say which firms answer at each wave.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms of the first wave.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        Boolean, indexed as `panel`, one column per wave.

    Examples
    --------
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> stay = retention(draw_panel(firms, 120, np.random.default_rng(2)), np.random.default_rng(3))
    >>> bool((stay[2024] | ~stay[2026]).all())
    True
    """
    stay = pd.DataFrame({WAVES[0]: np.ones(len(panel), dtype=bool)}, index=panel.index)
    will = _willingness(panel)
    for before, wave, level in [(2022, 2024, 1.45), (2024, 2026, 1.75)]:
        key = level + 1.3 * (will - will.mean()) + rng.logistic(size=len(panel))
        stays = (key > 0) & stay[before]
        candidates = key.where(stay[before])
        last = candidates.groupby(panel["town"]).transform("max")
        stay[wave] = stays | (stay[before] & (candidates == last))
    return stay


def weigh(panel: pd.DataFrame, firms: pd.DataFrame, rounds: int = 60) -> np.ndarray:
    """Rake the weights of one wave's firms to the population's counts.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms that answered, with `base_weight, stratum, sector, owner_age`.
    firms : pandas.DataFrame
        The population.
    rounds : int
        Number of passes over the three margins.

    Returns
    -------
    numpy.ndarray
        Firms of the population each answer stands for; the sums by stratum are exact.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when
    the expected marginal totals are known. Annals of Mathematical Statistics 11, 427-444.

    Examples
    --------
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> panel = draw_panel(firms, 120, np.random.default_rng(2))
    >>> round(weigh(panel, firms).sum())
    3600
    """
    weight = panel["base_weight"].astype(float)
    band = pd.cut(panel["owner_age"], AGE_BANDS, right=False, labels=False)
    bands = pd.cut(firms["owner_age"], AGE_BANDS, right=False, labels=False)
    margins = [
        (band, bands.value_counts()),
        (panel["sector"], firms["sector"].value_counts()),
        (panel["stratum"], firms["stratum"].value_counts()),
    ]
    for _ in range(rounds):
        for groups, totals in margins:
            weight = weight * groups.map(totals) / weight.groupby(groups).transform("sum")
    return weight.to_numpy()
