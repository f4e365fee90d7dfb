"""What is true in the simulated population: the values that estimates from the sample should come near."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.panel import WAVES
from analysis.sample.population import SECTORS, SIZES
from analysis.sample.programme import EFFECT, treated
from analysis.sample.survey import BARRIER_LOADINGS, READINESS_LOADINGS
from analysis.sample.ties import SUCCESS
from analysis.sample.uptake import EXPOSURE, PLATFORMS, Uptake

__all__ = ["population_truth", "programme_truth", "scale_truth"]


def _share(values: np.ndarray) -> float:
    return round(float(np.mean(values)), 5)


def population_truth(firms: pd.DataFrame, world: Uptake) -> dict:
    """Give the population's own rates and means, wave by wave.

    Parameters
    ----------
    firms : pandas.DataFrame
        The population.
    world : Uptake
        What it does.

    Returns
    -------
    dict
        By wave: shares (0 to 1) of firms connected and of connected firms using a platform, in all and by
        sector, size and platform, for firms under ten people (`micro`) and for all; mean number of platforms;
        mean hours and posts a week of users; the funnel.

    Notes
    -----
    Rates of use have the connected firms as their base unless the name says otherwise.

    Examples
    --------
    >>> from analysis.sample.population import population
    >>> from analysis.sample.programme import take_part
    >>> firms = population(3600, np.random.default_rng(1))
    >>> start = take_part(firms, np.random.default_rng(2))
    >>> from analysis.sample.uptake import uptake
    >>> def unknown(used):
    ...     return np.full(len(used), np.nan)
    >>> world = uptake(firms, start, np.arange(10), unknown, np.random.default_rng(3))
    >>> population_truth(firms, world)["waves"][2022]["internet"]["micro_non_employers"]
    0.75
    """
    micro = (firms["employees"] < 10).to_numpy()
    sector, size = firms["sector"].to_numpy(), firms["size_class"].to_numpy()
    truth: dict = {"firms": len(firms), "firms_under_ten": int(micro.sum()), "waves": {}}
    for w, wave in enumerate(WAVES):
        on, use = world.internet[:, w], world.any[:, w]
        under = on & micro
        user = use & on
        truth["waves"][wave] = {
            "internet": {
                "all": _share(on),
                "micro": _share(on[micro]),
                "micro_employers": _share(on[micro & (size != "0")]),
                "micro_non_employers": _share(on[size == "0"]),
            },
            "any_use": {
                "all": _share(use[on]),
                "micro": _share(use[under]),
                "all_firms_connected_or_not": _share(use),
                "by_sector": {s: _share(use[on & (sector == s)]) for s in SECTORS},
                "micro_by_sector": {s: _share(use[under & (sector == s)]) for s in SECTORS},
                "by_size_class": {s: _share(use[on & (size == s)]) for s in SIZES},
            },
            "platforms": {p: _share(world.uses[on, w, i]) for i, p in enumerate(PLATFORMS)},
            "mean_platforms": _share(world.uses[on, w].sum(axis=1)),
            "funnel": {
                "aware": _share(world.aware[on, w].any(axis=1)),
                "tried": _share(world.tried[on, w].any(axis=1)),
                "uses": _share(use[on]),
                "regular": _share(world.regular[on, w].any(axis=1)),
            },
            "hours_per_week_of_users": _share(world.hours[user, w]),
            "posts_per_week_of_users": _share(world.posts[user, w]),
        }
    return truth


def programme_truth(actual: Uptake, without: Uptake, positions: np.ndarray, start: pd.Series) -> dict:
    """Give the programme's true effect on those who took part, by comparing the two worlds.

    Parameters
    ----------
    actual, without : Uptake
        The world with and without the programme, same luck.
    positions : numpy.ndarray
        Positions of the firms interviewed.
    start : pandas.Series
        Date of entry of the population's firms.

    Returns
    -------
    dict
        Effect on latent readiness (standard deviations) and, by year of entry and wave, on the share of
        participants using a platform (0 to 1), in the population and among the firms interviewed.

    Notes
    -----
    The effect on use holds what comes back through contacts: non-participants are touched a little too, so a
    comparison with them gives slightly less.

    Examples
    --------
    >>> from analysis.sample.population import population
    >>> from analysis.sample.programme import take_part
    >>> firms = population(3600, np.random.default_rng(1))
    >>> start = take_part(firms, np.random.default_rng(2))
    >>> from analysis.sample.uptake import uptake
    >>> def unknown(used):
    ...     return np.full(len(used), np.nan)
    >>> world = uptake(firms, start, np.arange(10), unknown, np.random.default_rng(3))
    >>> programme_truth(world, world, np.arange(10), start)["by_start_and_wave"][0]["any_use"]
    0.0
    """
    effects = []
    year = start.dt.year.to_numpy()
    panel = np.zeros(len(start), dtype=bool)
    panel[positions] = True
    for entry in (2023, 2025):
        for w, wave in enumerate(WAVES):
            group = (year == entry) & treated(start, wave)
            if not group.any():
                continue
            gain = actual.any[:, w].astype(float) - without.any[:, w]
            row = {"start": entry, "wave": wave, "firms": int(group.sum()), "any_use": _share(gain[group])}
            mine = group & panel
            row |= {"firms_interviewed": int(mine.sum())}
            row |= {"any_use_interviewed": _share(gain[mine])} if mine.any() else {}
            effects.append(row)
    return {"latent_readiness": EFFECT, "by_start_and_wave": effects}


def _omega(loadings: dict[str, float]) -> float:
    values = np.abs(list(loadings.values()))
    return round(float(values.sum() ** 2 / (values.sum() ** 2 + (1 - values**2).sum())), 4)


def scale_truth() -> dict:
    """Give the loadings of the two scales and the reliability of their sums before rounding to five points.

    Returns
    -------
    dict
        `loadings` and `omega_before_rounding` by scale, the log-odds of peer exposure and the chances of success
        by tie strength.

    References
    ----------
    McDonald, R. P. (1999). Test Theory: A Unified Treatment. Lawrence Erlbaum.

    Examples
    --------
    >>> scale_truth()["readiness"]["omega_before_rounding"] > 0.8
    True
    """
    return {
        "readiness": {"loadings": READINESS_LOADINGS, "omega_before_rounding": _omega(READINESS_LOADINGS)},
        "barriers": {"loadings": BARRIER_LOADINGS, "omega_before_rounding": _omega(BARRIER_LOADINGS)},
        "peer_exposure_log_odds": EXPOSURE,
        "request_success": SUCCESS,
    }
