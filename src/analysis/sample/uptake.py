"""How firms take up social networks: the process behind every rate the survey measures.

The model
---------
Internet access in 2022 is set so that 94 % of employers and 75 % of other firms under ten people have it,
and never lost. Use of any platform in 2022: connected firms are ranked, in each sector, by a score of
readiness, age, employees, town and chance, and exactly the official share is taken (44 % of connected firms
under ten people, 66 % in hotels and restaurants, 28 % in construction, 22 % in transport; the other sectors
share one log-odds shift that makes the total hold). Later waves: non-users enter with a chance that rises
with readiness and with the share of their contacts who already use one (`EXPOSURE`, log-odds); users leave
with a chance that falls with readiness. The entry level is solved so that the stated rates come out.

Which platforms: a user takes each platform whose utility is positive; utilities share the tastes `local`,
`visual` and `expert`, so platforms go together, and keep most of their noise between waves.

True by construction: the rates in `ANY_2022`, `ANY_LATER` and `PLATFORM_SHARES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.sample.programme import EFFECT, treated

__all__ = ["ANY_2022", "ANY_LATER", "EXPOSURE", "PLATFORMS", "PLATFORM_SHARES", "Uptake", "uptake"]

ANY_2022 = {"all": 0.44, "accommodation_food": 0.66, "construction": 0.28, "transport": 0.22}
GUESSED = {"retail": 0.54, "food_shop": 0.47, "crafts": 0.46, "services": 0.46}
ANY_LATER = {2024: 0.49, 2026: 0.53}
EXPOSURE = 1.5
PLATFORM_SHARES = {
    "facebook": (0.80, 0.78, 0.74),
    "instagram": (0.46, 0.54, 0.60),
    "linkedin": (0.22, 0.25, 0.28),
    "x": (0.09, 0.06, 0.04),
    "youtube": (0.10, 0.11, 0.12),
    "tiktok": (0.05, 0.09, 0.13),
    "pinterest": (0.06, 0.06, 0.05),
    "google_business": (0.38, 0.45, 0.50),
    "whatsapp_business": (0.15, 0.20, 0.26),
    "snapchat": (0.03, 0.03, 0.03),
    "threads": (0.0, 0.02, 0.04),
    "mastodon": (0.003, 0.005, 0.004),
    "bluesky": (0.0, 0.004, 0.012),
}
PLATFORMS = list(PLATFORM_SHARES)
KNOWN = [3.6, 3.1, 2.2, 2.6, 3.4, 2.4, 0.9, 1.6, 1.8, 2.0, 0.2, -1.2, -1.0]
TASTES = {
    "local": ["facebook", "google_business", "whatsapp_business"],
    "visual": ["instagram", "pinterest", "tiktok", "youtube", "snapchat"],
    "expert": ["linkedin", "x", "mastodon", "bluesky", "threads"],
}
LEANINGS = {
    "accommodation_food": {"google_business": 0.8, "instagram": 0.5, "linkedin": -0.8},
    "retail": {"instagram": 0.4, "facebook": 0.2, "linkedin": -0.3},
    "food_shop": {"facebook": 0.3, "linkedin": -0.9, "whatsapp_business": 0.2},
    "construction": {"youtube": 0.5, "google_business": 0.3, "instagram": -0.2, "whatsapp_business": 0.3},
    "crafts": {"instagram": 0.6, "pinterest": 0.8, "youtube": 0.3},
    "transport": {"google_business": 0.4, "whatsapp_business": 0.5, "instagram": -0.5},
    "services": {"linkedin": 0.8, "x": 0.3},
}


@dataclass(frozen=True)
class Uptake:
    """Hold what every firm of the population does at each of the three waves.

    Arrays have one row per firm, then one column per wave, then one layer per platform. `readiness` is in
    standard deviations; `hours` and `posts` (a week) are missing for firms on no platform.
    """

    internet: np.ndarray
    readiness: np.ndarray
    uses: np.ndarray
    regular: np.ndarray
    tried: np.ndarray
    aware: np.ndarray
    hours: np.ndarray
    posts: np.ndarray
    levels: dict = field(default_factory=dict)

    @property
    def any(self) -> np.ndarray:
        """Say which firms use a platform, by wave."""
        return self.uses.any(axis=2)


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _top(score: np.ndarray, share: float) -> np.ndarray:
    """Take the best share of a group, to the nearest firm."""
    taken = np.zeros(len(score), dtype=bool)
    taken[np.argsort(-score, kind="stable")[: round(share * len(score))]] = True
    return taken


def _internet(firms: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    age = (firms["owner_age"].to_numpy() - 47) / 11
    score = 0.6 * firms["readiness"].to_numpy() - 0.4 * age + rng.logistic(size=len(firms))
    employers, micro = firms["employees"].to_numpy() > 0, firms["employees"].to_numpy() < 10
    connected = np.zeros((len(firms), 3), dtype=bool)
    for w, gain in enumerate([0.0, 0.03, 0.05]):
        for group, share in [(employers & micro, 0.94), (~employers, 0.75), (~micro, 0.99)]:
            connected[group, w] = _top(score[group], min(share + gain * (1 - share) * 5, 0.995))
    return connected


def _shares_2022(sector: np.ndarray, base: np.ndarray) -> dict[str, float]:
    """Shift the guessed sector shares, in log-odds, until the total is the official one."""
    counts = {name: int((base & (sector == name)).sum()) for name in np.unique(sector)}
    official = {name: ANY_2022[name] for name in counts if name in ANY_2022}
    low, high = -3.0, 3.0
    for _ in range(60):
        shift = (low + high) / 2
        guessed = {s: _logistic(np.log(p / (1 - p)) + shift) for s, p in GUESSED.items()}
        shares = {**guessed, **official}
        total = sum(counts[s] * shares[s] for s in counts)
        low, high = (shift, high) if total < ANY_2022["all"] * base.sum() else (low, shift)
    return shares


def _first_use(firms: pd.DataFrame, internet: np.ndarray, readiness: np.ndarray, rng) -> np.ndarray:
    age = (firms["owner_age"].to_numpy() - 47) / 11
    score = 0.9 * readiness - 0.35 * age + firms["climate"].to_numpy() + rng.logistic(size=len(firms))
    score = score + 0.15 * np.log1p(firms["employees"].to_numpy())
    sector, micro = firms["sector"].to_numpy(), firms["employees"].to_numpy() < 10
    shares = _shares_2022(sector, internet & micro)
    uses = np.zeros(len(firms), dtype=bool)
    for name, share in shares.items():
        for group, gain in [(micro, 0.0), (~micro, 0.13)]:
            here = np.flatnonzero(internet & group & (sector == name))
            uses[here[_top(score[here], share + gain)]] = True
    return uses


def _peers(firms: pd.DataFrame, used: np.ndarray, panel: np.ndarray, contacts) -> np.ndarray:
    """Give the share of users met: among named contacts in the panel, else in the town and sector."""
    places = firms["town_name"] + firms["sector"]
    sums = pd.Series(used.astype(float), index=firms.index).groupby(places).agg(["sum", "size"])
    share = (places.map(sums["sum"]) - used) / (places.map(sums["size"]) - 1).clip(lower=1)
    met = share.to_numpy(copy=True)
    named = contacts(used[panel])
    met[panel] = np.where(np.isnan(named), met[panel], named)
    return met


def _enter(
    score: np.ndarray, luck: np.ndarray, open_to: np.ndarray, stays: np.ndarray, base: np.ndarray, share
):
    """Find the entry level at which the wanted share of the base uses a platform."""
    low, high = -15.0, 10.0
    for _ in range(60):
        level = (low + high) / 2
        enters = open_to & (luck < _logistic(level + score))
        low, high = (level, high) if (stays | enters)[base].mean() < share else (low, level)
    return level


def _any_use(firms, internet, readiness, panel, contacts, levels, rng) -> np.ndarray:
    uses = np.zeros((len(firms), 3), dtype=bool)
    uses[:, 0] = _first_use(firms, internet[:, 0], firms["readiness"].to_numpy(), rng)
    micro = firms["employees"].to_numpy() < 10
    age = (firms["owner_age"].to_numpy() - 47) / 11
    for w, wave in [(1, 2024), (2, 2026)]:
        luck, exit_luck = rng.random(len(firms)), rng.random(len(firms))
        before = uses[:, w - 1]
        stays = before & (exit_luck >= _logistic(-2.7 - 0.7 * readiness[:, w]))
        met = _peers(firms, before, panel, contacts)
        score = 0.8 * readiness[:, w] - 0.2 * age + EXPOSURE * met
        open_to = internet[:, w] & ~before
        if wave not in levels:
            levels[wave] = _enter(score, luck, open_to, stays, internet[:, w] & micro, ANY_LATER[wave])
        uses[:, w] = stays | (open_to & (luck < _logistic(levels[wave] + score)))
    return uses


def _utilities(firms: pd.DataFrame, readiness: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    value = np.repeat(0.9 * rng.logistic(0, 0.55, (len(firms), len(PLATFORMS)))[:, None, :], 3, axis=1)
    value += rng.normal(0, 0.5, value.shape) + 0.35 * readiness[:, :, None]
    for taste, members in TASTES.items():
        for platform in members:
            value[:, :, PLATFORMS.index(platform)] += 0.7 * firms[taste].to_numpy()[:, None]
    sector, age = firms["sector"].to_numpy(), (firms["owner_age"].to_numpy() - 47) / 11
    for name, leanings in LEANINGS.items():
        for platform, gain in leanings.items():
            value[np.ix_(sector == name, range(3), [PLATFORMS.index(platform)])] += gain
    for platform, slope in [("instagram", -0.35), ("tiktok", -0.5), ("snapchat", -0.5), ("facebook", 0.15)]:
        value[:, :, PLATFORMS.index(platform)] += slope * age[:, None]
    return value


def _platforms(value: np.ndarray, anywhere: np.ndarray, levels: dict) -> np.ndarray:
    """Set each platform's level so that its stated share of users takes it."""
    uses = np.zeros(value.shape, dtype=bool)
    for w in range(3):
        for p, platform in enumerate(PLATFORMS):
            share = PLATFORM_SHARES[platform][w]
            key = (platform, w)
            if key not in levels:
                users = value[anywhere[:, w], w, p]
                levels[key] = np.inf if share == 0 else float(np.quantile(users, 1 - share))
            value[:, w, p] -= levels[key]
        uses[:, w, :] = anywhere[:, w, None] & (value[:, w, :] > 0)
        none = np.flatnonzero(anywhere[:, w] & ~uses[:, w, :].any(axis=1))
        uses[none, w, value[none, w, :].argmax(axis=1)] = True
    return uses


def uptake(
    firms: pd.DataFrame,
    start: pd.Series,
    panel: np.ndarray,
    contacts,
    rng: np.random.Generator,
    levels: dict | None = None,
    programme: bool = True,
) -> Uptake:
    """Run the population through the three waves.

    Parameters
    ----------
    firms : pandas.DataFrame
        The population.
    start : pandas.Series
        Date of entry into the programme, missing for never.
    panel : numpy.ndarray
        Positions of the firms interviewed.
    contacts : callable
        Takes the panel's use (boolean) and gives the share of users among each firm's named contacts.
    rng : numpy.random.Generator
        Source of chance. The same state gives the same luck with and without the programme.
    levels : dict, optional
        Solved levels of an earlier run, kept as they are.
    programme : bool
        Whether the programme changes anything: `False` gives the world in which it did not happen.

    Returns
    -------
    Uptake

    Notes
    -----
    Compare the two worlds only with the same levels and the same state of `rng`.

    Examples
    --------
    >>> from analysis.sample.population import population
    >>> from analysis.sample.programme import take_part
    >>> firms = population(3600, np.random.default_rng(1))
    >>> start = take_part(firms, np.random.default_rng(2))
    >>> def unknown(used):
    ...     return np.full(len(used), np.nan)
    >>> world = uptake(firms, start, np.arange(10), unknown, np.random.default_rng(3))
    >>> base = (firms["employees"] < 10).to_numpy() & world.internet[:, 0]
    >>> round(float(world.any[base, 0].mean()), 2)
    0.44
    """
    levels = dict(levels or {})
    internet = _internet(firms, rng)
    trend, raised = np.array([0.0, 0.10, 0.20]), EFFECT if programme else 0.0
    ready = np.stack([firms["readiness"] + trend[w] for w in range(3)], axis=1)
    ready += raised * np.stack([treated(start, wave) for wave in (2022, 2024, 2026)], axis=1)
    anywhere = _any_use(firms, internet, ready, panel, contacts, levels, rng)
    value = _utilities(firms, ready, rng)
    uses = _platforms(value, anywhere, levels)
    shape = uses.shape
    regular = uses & (0.6 * ready[:, :, None] + 0.45 + rng.logistic(size=shape) > 0)
    curious = rng.random(len(firms))[:, None] < _logistic(-1.0 + 0.7 * ready)
    curious = (internet & curious)[:, :, None] & (value > -0.3)
    tried = np.maximum.accumulate(uses | curious, axis=1) & internet[:, :, None]
    fame = np.array(KNOWN) + 0.4 * ready[:, :, None] + np.array([0, 0.3, 0.6])[None, :, None]
    heard = (rng.random((shape[0], 1, shape[2])) < _logistic(fame)) & np.isfinite(value)
    aware = np.maximum.accumulate(tried | heard, axis=1)
    hours, posts = _effort(uses, ready, rng)
    return Uptake(internet, ready, uses, regular, tried, aware, hours, posts, levels)


def _effort(uses: np.ndarray, ready: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw hours and posts a week; both grow with readiness and with the number of platforms."""
    count = uses.sum(axis=2)
    habit = rng.normal(0, 0.55, (len(uses), 1))
    log_hours = 0.25 + 0.40 * np.log(np.maximum(count, 1)) + 0.25 * ready + habit
    hours = np.round(np.exp(log_hours + rng.normal(0, 0.35, count.shape)) * 2) / 2
    posts = np.round(np.exp(log_hours - 0.05 + rng.normal(0, 0.45, count.shape)), 1)
    absent = count == 0
    hours = np.where(absent, np.nan, np.clip(hours, 0, 60))
    return hours, np.where(absent, np.nan, np.clip(posts, 0, 60))
