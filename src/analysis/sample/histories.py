"""When each firm joined and left each platform, closed ones included.

The model
---------
Current platforms: spells agree with the survey. A firm that uses a platform at one interview and not at the
next left in between, by choice; one that returns has a second spell. Firms founded early enough also have
old spells on forums, blogs, Flickr, Second Life, Viadeo and Google+; on Google+ and Viadeo those who were still
there at the platform's own end left because it closed. One reason in twelve is not known.

True by construction: a firm uses a platform at an interview exactly when a spell has `joined` ≤ the year of
the interview and `left` missing or later. Firms lost to the panel are known until their last interview.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.panel import WAVES
from analysis.sample.uptake import PLATFORMS

__all__ = ["CLOSED", "OPENED", "histories"]

OPENED = {
    "facebook": 2008,
    "instagram": 2012,
    "linkedin": 2009,
    "x": 2009,
    "youtube": 2008,
    "tiktok": 2019,
    "pinterest": 2012,
    "google_business": 2014,
    "whatsapp_business": 2018,
    "snapchat": 2014,
    "threads": 2023,
    "mastodon": 2017,
    "bluesky": 2023,
    "forums": 2000,
    "blogs": 2003,
    "flickr": 2005,
    "second_life": 2006,
    "viadeo": 2006,
    "google_plus": 2011,
}
CLOSED = {"google_plus": 2019, "viadeo": 2020}
OLD = {
    "forums": 0.05,
    "blogs": 0.09,
    "flickr": 0.03,
    "second_life": 0.012,
    "viadeo": 0.10,
    "google_plus": 0.10,
}
LAST_YEAR_OLD = {"forums": 2016, "blogs": 2018, "flickr": 2017, "second_life": 2012, "viadeo": 2020}
UNKNOWN_REASON = 1 / 12


def _spells(firm: np.ndarray, uses: np.ndarray, seen: np.ndarray, first: np.ndarray, rng) -> pd.DataFrame:
    """Turn presence at the interviews into spells of one platform."""
    waves = len(WAVES)
    last_seen = seen.sum(axis=1) - 1
    frames = []
    for w in range(waves):
        known = seen[:, w]
        here = known & uses[:, w]
        starts = here if w == 0 else here & ~uses[:, w - 1]
        end = np.full(len(firm), np.nan)
        for later in range(waves - 1, w, -1):
            gone = seen[:, later] & ~uses[:, later]
            end = np.where(gone, WAVES[later] - rng.integers(0, 2, len(firm)), end)
        joined = first if w == 0 else WAVES[w] - rng.integers(0, 2, len(firm))
        frames.append(pd.DataFrame({"firm": firm, "joined": joined, "left": end})[starts & (last_seen >= w)])
    return pd.concat(frames, ignore_index=True)


def _first_years(n: int, opened: int, founded: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the year of joining of those present in 2022."""
    earliest = np.minimum(np.maximum(opened, founded), 2022)
    return 2022 - np.floor(rng.beta(1.6, 1.4, n) * (2022 - earliest + 1)).astype(int).clip(0)


def _old_spells(panel: pd.DataFrame, founded: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    frames = []
    for platform, share in OLD.items():
        end = CLOSED.get(platform, LAST_YEAR_OLD.get(platform))
        able = founded < end - 3
        chance = np.clip(share * 2 * np.exp(0.35 * panel["readiness"].to_numpy()), 0, 0.6)
        was = able & (rng.random(len(panel)) < chance)
        earliest = np.maximum(OPENED[platform], founded)
        joined = np.minimum(earliest + np.floor(rng.exponential(2.5, len(panel))), end - 1).astype(int)
        left = joined + 1 + np.floor(rng.exponential(4.5, len(panel))).astype(int)
        closed = (left >= end) & (platform in CLOSED)
        data = pd.DataFrame(
            {"firm": panel["firm"], "joined": joined, "left": np.minimum(left, end).astype(float)}
        )
        reason = np.where(closed, "platform_closed", "choice")
        frames.append(data.assign(platform=platform, left_reason=reason)[was])
    return pd.concat(frames, ignore_index=True)


def histories(
    panel: pd.DataFrame, uses: np.ndarray, seen: np.ndarray, founded: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Write down the spells of every firm interviewed.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms of the first wave.
    uses : numpy.ndarray
        Boolean, firm × wave × platform.
    seen : numpy.ndarray
        Boolean, firm × wave: who was interviewed.
    founded : numpy.ndarray
        Year the firm was founded.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `firm, platform, joined, left` (years; `left` missing = still there when last seen) and `left_reason`
        (`choice`, `platform_closed` or missing).

    Notes
    -----
    A spell that ends because the platform closed is not a decision of the firm: do not count it as one.

    Examples
    --------
    >>> panel = pd.DataFrame({"firm": ["F1"], "readiness": [-9.0]})
    >>> uses = np.zeros((1, 3, len(PLATFORMS)), dtype=bool)
    >>> uses[0, 0, PLATFORMS.index("facebook")] = True
    >>> seen, founded = np.ones((1, 3), dtype=bool), np.array([2015])
    >>> spells = histories(panel, uses, seen, founded, np.random.default_rng(1))
    >>> spells["left"].between(2023, 2024).tolist()
    [True]
    """
    firm = panel["firm"].to_numpy()
    frames = []
    for p, platform in enumerate(PLATFORMS):
        first = _first_years(len(firm), OPENED[platform], founded, rng)
        spells = _spells(firm, uses[:, :, p], seen, first, rng)
        frames.append(
            spells.assign(platform=platform, left_reason=np.where(spells["left"].notna(), "choice", None))
        )
    frames.append(_old_spells(panel, founded, rng))
    data = pd.concat(frames, ignore_index=True).sort_values(["firm", "platform", "joined"], ignore_index=True)
    unknown = (rng.random(len(data)) < UNKNOWN_REASON) & (data["left_reason"] == "choice").to_numpy()
    return data.assign(
        joined=data["joined"].astype("Int64"),
        left=data["left"].astype("Int64"),
        left_reason=data["left_reason"].astype("string").mask(unknown),
    )[["firm", "platform", "joined", "left", "left_reason"]]
