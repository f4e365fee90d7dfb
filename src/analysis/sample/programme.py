"""Who takes part in the chamber's programme, and from when.

The model
---------
Eighteen territories of neighbouring towns. A third of them opens the programme on 1 January 2023, a third on
1 January 2025, a third never. Where it opens, firms choose to take part; the readier and the younger choose
it more often, so participants differ from others before anything has happened.

True by construction: taking part raises latent readiness by `EFFECT` standard deviations from then on, and
nothing else; without it everybody's readiness would have moved alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["EFFECT", "STARTS", "take_part", "treated"]

EFFECT = 0.5
STARTS = [pd.Timestamp("2023-01-01"), pd.Timestamp("2025-01-01"), pd.NaT]


def take_part(firms: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Say when each firm of the population entered the programme.

    Parameters
    ----------
    firms : pandas.DataFrame
        The population.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.Series
        Date, missing when the firm never took part.

    Examples
    --------
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> sorted(take_part(firms, np.random.default_rng(2)).dropna().dt.year.unique().tolist())
    [2023, 2025]
    """
    turn = firms["territory"].str[1:].astype(int) % 3
    opened = turn.map(dict(enumerate(STARTS)))
    age = (firms["owner_age"] - 47) / 11
    chance = 1 / (1 + np.exp(-(-0.65 + 0.5 * firms["readiness"] - 0.3 * age)))
    return opened.where(rng.random(len(firms)) < chance)


def treated(start: pd.Series, wave: int) -> np.ndarray:
    """Say which firms have entered by a wave.

    Parameters
    ----------
    start : pandas.Series
        Date of entry, missing for never.
    wave : int
        Year of the interview (in June).

    Returns
    -------
    numpy.ndarray
        Boolean.

    Examples
    --------
    >>> treated(pd.Series([pd.Timestamp("2023-01-01"), pd.NaT]), 2024)
    array([ True, False])
    """
    return (start < pd.Timestamp(wave, 6, 1)).fillna(False).to_numpy(dtype=bool)
