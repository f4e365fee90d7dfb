"""What the firms answer at each wave: the survey table, one row per firm and wave.

The model
---------
Design columns and platform use come from the population, without error. Scale items have one factor each:
readiness items load `READINESS_LOADINGS` on latent readiness (the last one reversed), barrier items load
`BARRIER_LOADINGS` on a latent hold-back that falls with readiness and rises with age (the last one
reversed); the rest of each item is independent noise, so the reliability of both scales is known. The other
answers are in `answers.py`. Firms not connected are asked only what concerns the firm; for them use is a
known no (0). Firms on no platform are not asked about effort and results (missing, not 0).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.draws import agree, asked, pick, several, yes
from analysis.sample.panel import WAVES
from analysis.sample.uptake import PLATFORMS, Uptake

__all__ = ["BARRIER_LOADINGS", "READINESS_LOADINGS", "Interviews"]

READINESS_LOADINGS = {
    "ready_goal": 0.75,
    "ready_content": 0.65,
    "ready_time": 0.80,
    "ready_person": 0.75,
    "ready_answer": 0.70,
    "ready_trade": 0.45,
    "ready_promise": 0.40,
    "ready_fashion": -0.40,
}
READINESS_LEVELS = [-0.55, 0.25, -0.45, -0.05, 0.35, 0.75, 0.90, -0.60]
BARRIER_LOADINGS = {
    "barrier_time": 0.60,
    "barrier_private": 0.60,
    "barrier_change": 0.65,
    "barrier_taste": 0.70,
    "barrier_skill": 0.80,
    "barrier_content": 0.70,
    "barrier_shop": 0.50,
    "barrier_cost": 0.45,
    "barrier_easy": -0.75,
}
BARRIER_LEVELS = [0.75, -0.30, 0.25, -0.05, 0.0, 0.05, 0.35, 0.10, -0.10]
SCALE_SPREAD = 1.1


class Interviews:
    """Hold what is known of each interview before answers are drawn: one row per firm and wave."""

    def __init__(self, panel: pd.DataFrame, positions: np.ndarray, world: Uptake) -> None:
        n = len(panel)
        self.firms = pd.concat([panel] * len(WAVES), ignore_index=True)
        self.wave = np.repeat(WAVES, n)
        take = (np.tile(positions, len(WAVES)), np.repeat(np.arange(len(WAVES)), n))
        self.internet = world.internet[take]
        self.ready = world.readiness[take]
        self.uses, self.regular = world.uses[take], world.regular[take]
        self.tried, self.aware = world.tried[take], world.aware[take]
        self.hours, self.posts = world.hours[take], world.posts[take]
        self.user = self.uses.any(axis=1)
        self.everyone = np.ones(n * len(WAVES), dtype=bool)
        self.age = (self.firms["owner_age"].to_numpy() - 47 + (self.wave - 2022)) / 11
        self.sector = self.firms["sector"].to_numpy()

    def on(self, platform: str) -> np.ndarray:
        """Say which firms use a platform at that interview."""
        return self.uses[:, PLATFORMS.index(platform)]

    def repeated(self, values: np.ndarray) -> np.ndarray:
        """Give one value per interview from one value per firm."""
        return np.tile(values, len(WAVES))


def firm_columns(at: Interviews, weight: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Give the columns of the survey design and of the firm.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    weight : numpy.ndarray
        Weight of each interview, missing where there was none.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        The first two sections of the questionnaire.
    """
    firms, n = at.firms, len(at.wave) // len(WAVES)
    design = firms[
        ["region", "size_class", "stratum", "town", "town_name", "towns_in_stratum", "firms_in_town"]
    ]
    growth = np.round(firms["employees"] * np.exp(rng.normal(0, 0.08, len(firms)))).astype(int)
    employees = np.where(at.wave == 2022, firms["employees"], growth)
    gender = at.repeated(rng.choice(["woman", "man", "other"], size=n, p=[0.385, 0.61, 0.005]))
    age_2022 = firms["owner_age"].to_numpy()
    founded = 2021 - np.floor(at.repeated(rng.random(n)) * np.minimum(age_2022 - 20, 40)).astype(int)
    web = (
        0.1
        + 0.8 * at.ready
        + 0.6 * np.isin(at.sector, ["accommodation_food"])
        - 0.7 * (at.sector == "transport")
    )
    local = {"food_shop": 88, "accommodation_food": 62, "services": 70, "construction": 75, "crafts": 52}
    share = pd.Series(at.sector).map(local).fillna(72) + at.repeated(rng.normal(0, 15, n))
    return pd.concat(
        [
            firms[["firm"]].assign(wave=at.wave),
            design.assign(weight=weight),
            pd.DataFrame(
                {
                    "interview_mode": pick(
                        rng, at.everyone, {"web": 0.6 * at.ready - 0.3 * at.age, "phone": 0.2}, 0
                    ),
                    "sector": at.sector,
                    "trade": firms["trade"],
                    "employees": np.clip(employees, 0, 80),
                    "owner_age": age_2022 + at.wave - 2022,
                    "owner_gender": gender,
                    "founded": founded,
                    "internet": at.internet.astype(int),
                    "website": asked(
                        (rng.random(len(web)) < 1 / (1 + np.exp(0.65 - web))).astype(int), at.internet, rng
                    ),
                    "local_share": asked(
                        np.clip(np.round(share / 5) * 5, 0, 100).astype(int), at.everyone, rng, 0.03
                    ),
                    "niche": agree(
                        rng,
                        at.everyone,
                        0.4 * (at.sector == "crafts") + at.repeated(rng.normal(0, 0.8, n)),
                        0.5,
                    ),
                    "web_strategy": yes(rng, at.internet, -1.3 + 0.9 * at.ready),
                }
            ),
        ],
        axis=1,
    )


def platform_columns(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Give the four platform questions and the main platform.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `aware__*` (connected firms), `tried__*`, `platforms__*`, `regular__*` (0 for firms not connected) and
        `main_platform` (users).
    """
    frames = [_platform_set("aware", at.aware, at.internet, rng)]
    for name, values in [("tried", at.tried), ("platforms", at.uses), ("regular", at.regular)]:
        frames.append(_platform_set(name, values, at.everyone, rng))
    liking = np.where(at.uses, 0.8 * at.regular + rng.gumbel(size=at.uses.shape), -np.inf)
    liking[:, PLATFORMS.index("facebook")] += 0.9
    liking[:, PLATFORMS.index("instagram")] += 0.5
    main = np.array(PLATFORMS, dtype=object)[liking.argmax(axis=1)]
    return pd.concat([*frames, asked(main, at.user, rng).rename("main_platform")], axis=1)


def _platform_set(name: str, values: np.ndarray, base: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    columns = {f"{name}__{p}": asked(values[:, i].astype(int), base, rng) for i, p in enumerate(PLATFORMS)}
    return pd.DataFrame(columns)


def readiness_items(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the readiness items of connected firms.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        Columns `ready_*`, 1 to 5 or missing.
    """
    columns = {}
    for (name, loading), level in zip(READINESS_LOADINGS.items(), READINESS_LEVELS, strict=True):
        latent = level + SCALE_SPREAD * loading * at.ready
        columns[name] = agree(rng, at.internet, latent, SCALE_SPREAD * np.sqrt(1 - loading**2), 0.015)
    return pd.DataFrame(columns)


def barrier_columns(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the barriers ticked, the barrier items and the writing habit.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `barriers__*` (0/1), `barrier_*` (1 to 5) and `writing_habit`; connected firms only.
    """
    n = len(at.wave) // len(WAVES)
    held = (-0.55 * at.ready + 0.30 * at.age + at.repeated(rng.normal(0, 0.75, n))) / 1.05
    items = {}
    for (name, loading), level in zip(BARRIER_LOADINGS.items(), BARRIER_LEVELS, strict=True):
        latent = level + SCALE_SPREAD * loading * held
        items[name] = agree(rng, at.internet, latent, SCALE_SPREAD * np.sqrt(1 - loading**2), 0.015)
    ticked = {"no_time": 0.5, "private": -1.2, "changes": -0.4, "no_taste": -0.8, "no_skill": -0.7}
    ticked |= {"nothing_to_show": -0.5, "tied_to_shop": -0.6, "cost": -1.0, "bad_reviews": -1.1}
    ticked |= {"what_to_answer": -1.2}
    odds = {option: level + 0.9 * held for option, level in ticked.items()}
    writing = {
        "never": 0.2 - 0.5 * at.ready,
        "monthly": 0.3,
        "weekly": 0.3 * at.ready,
        "daily": -0.6 + 0.6 * at.ready,
    }
    return pd.concat(
        [
            several(rng, at.internet, "barriers", odds),
            pd.DataFrame(items),
            pick(rng, at.internet, writing).rename("writing_habit"),
        ],
        axis=1,
    )
