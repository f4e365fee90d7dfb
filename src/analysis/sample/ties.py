"""Who knows whom: relations between the firms interviewed, and with people outside the survey.

The model
---------
Firms of one sector and region stand on a ring ordered by town; near neighbours know one another well, so
close relations form clusters of like firms. Random relations across the region and beyond are weak and cross
sectors: they are the shortcuts (Watts and Strogatz 1998). Sociable owners have more of them. Each side names
the other with its own chance, so the two accounts of one relation need not agree. Contacts outside the survey
(family, suppliers, town hall) carry an identifier beginning with C.

What an owner asks for succeeds with the chances of `SUCCESS`: weak ties do better for the four professional
ends, strong ties for mutual aid. True by construction; `truth.yml` repeats them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.population import SECTORS
from analysis.sample.uptake import PLATFORMS

__all__ = ["PURPOSES", "SUCCESS", "exposure", "links", "ties"]

PURPOSES = ["job", "prospecting", "reputation", "creation", "mutual_aid", "company"]
PURPOSE_SHARES = np.array([0.08, 0.30, 0.18, 0.10, 0.20, 0.14])
SUCCESS = {
    "strong": {"job": 0.34, "prospecting": 0.30, "reputation": 0.45, "creation": 0.42, "mutual_aid": 0.72},
    "weak": {"job": 0.46, "prospecting": 0.41, "reputation": 0.52, "creation": 0.45, "mutual_aid": 0.44},
}
KINDS = ["professional", "social", "local"]
FREQUENCIES = ["daily", "weekly", "monthly", "yearly", "rarely"]
AGE_GROUPS = ["under 35", "35-44", "45-54", "55-64", "65 and over"]
ONLINE = ["facebook", "linkedin", "instagram", "whatsapp_business"]


def links(panel: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the relations between the firms interviewed.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms of the first wave.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `a, b` (positions in the panel) and `strong` (boolean), one row per pair.

    Examples
    --------
    >>> from analysis.sample.panel import draw_panel
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> panel = draw_panel(firms, 120, np.random.default_rng(2))
    >>> pairs = links(panel, np.random.default_rng(3))
    >>> bool((pairs["a"] < pairs["b"]).all())
    True
    """
    order = np.lexsort((rng.random(len(panel)), panel["town_name"], panel["sector"], panel["region"]))
    block = (panel["region"] + panel["sector"]).to_numpy()[order]
    frames = []
    for step, chance in [(1, 0.75), (2, 0.55), (3, 0.35)]:
        kept = (block[:-step] == block[step:]) & (rng.random(len(order) - step) < chance)
        frames.append(pd.DataFrame({"a": order[:-step][kept], "b": order[step:][kept], "strong": True}))
    wanted = rng.poisson(1.4 * np.exp(0.35 * panel["sociability"].to_numpy()))
    a = np.repeat(np.arange(len(panel)), wanted)
    frames.append(pd.DataFrame({"a": a, "b": _partner(panel, a, rng), "strong": False}))
    pairs = pd.concat(frames, ignore_index=True).query("a != b")
    low, high = pairs[["a", "b"]].min(axis=1), pairs[["a", "b"]].max(axis=1)
    return pairs.assign(a=low, b=high).drop_duplicates(["a", "b"]).reset_index(drop=True)


def _partner(panel: pd.DataFrame, a: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a partner anywhere, two times out of three in the same region."""
    anywhere = rng.integers(0, len(panel), len(a))
    region = panel["region"].to_numpy()
    here = np.empty(len(a), dtype=int)
    for name in np.unique(region):
        positions = np.flatnonzero(region == name)
        mine = region[a] == name
        here[mine] = rng.choice(positions, size=int(mine.sum()))
    return np.where(rng.random(len(a)) < 0.65, here, anywhere)


def exposure(pairs: pd.DataFrame, uses: np.ndarray) -> np.ndarray:
    """Give the share of each firm's contacts in the panel who use a platform.

    Parameters
    ----------
    pairs : pandas.DataFrame
        What `links` returns.
    uses : numpy.ndarray
        Boolean, by position in the panel.

    Returns
    -------
    numpy.ndarray
        Share between 0 and 1; missing for a firm without contacts.

    Examples
    --------
    >>> pairs = pd.DataFrame({"a": [0, 0], "b": [1, 2], "strong": True})
    >>> exposure(pairs, np.array([False, True, False, True]))
    array([0.5, 0. , 0. , nan])
    """
    both = np.concatenate([pairs[["a", "b"]].to_numpy(), pairs[["b", "a"]].to_numpy()])
    known = np.bincount(both[:, 0], minlength=len(uses))
    using = np.bincount(both[:, 0], weights=uses[both[:, 1]].astype(float), minlength=len(uses))
    return np.divide(using, known, out=np.full(len(uses), np.nan), where=known > 0)


def _named(panel: pd.DataFrame, pairs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    both = pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})], ignore_index=True)
    both = both[rng.random(len(both)) < np.where(both["strong"], 0.85, 0.60)]
    alter = panel.iloc[both["b"]]
    return pd.DataFrame(
        {
            "position": both["a"].to_numpy(),
            "alter": alter["firm"].to_numpy(),
            "strong": both["strong"].to_numpy(),
            "kind": np.where(rng.random(len(both)) < 0.75, "professional", "local"),
            "alter_sector": alter["sector"].to_numpy(),
            "alter_town": alter["town_name"].to_numpy(),
            "age": alter["owner_age"].to_numpy(),
            "alter_position": both["b"].to_numpy(),
        }
    )


def _outside(panel: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw contacts who are not in the survey; most are close and alike."""
    count = 1 + rng.poisson(1.6 * np.exp(0.2 * panel["sociability"].to_numpy()))
    position = np.repeat(np.arange(len(panel)), count)
    n = len(position)
    number = np.arange(n) - np.repeat(np.cumsum(count) - count, count) + 1
    ego = panel.iloc[position]
    kind = np.array(KINDS)[rng.choice(3, size=n, p=[0.3, 0.5, 0.2])]
    strong = rng.random(n) < np.where(kind == "social", 0.85, 0.35)
    alike = rng.random(n) < np.where(strong, 0.55, 0.20)
    near = rng.random(n) < np.where(strong, 0.75, 0.45)
    towns = panel["town_name"].to_numpy()
    return pd.DataFrame(
        {
            "position": position,
            "alter": "C" + ego["firm"].str[1:].to_numpy() + "-" + number.astype(str).astype(object),
            "strong": strong,
            "kind": kind,
            "alter_sector": np.where(alike, ego["sector"], np.array(SECTORS)[rng.integers(0, 7, n)]),
            "alter_town": np.where(near, ego["town_name"], towns[rng.integers(0, len(towns), n)]),
            "age": np.clip(ego["owner_age"] + rng.normal(0, np.where(strong, 7, 14), n), 18, 85).to_numpy(),
            "alter_position": -1,
        }
    )


def _channel(data: pd.DataFrame, uses: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Say where the two meet: offline, or a platform that the ego uses."""
    chance = np.where(data["strong"], 0.18, 0.38)
    which = rng.choice(len(ONLINE), size=len(data), p=[0.45, 0.30, 0.15, 0.10])
    column = np.array([PLATFORMS.index(p) for p in ONLINE])[which]
    position, other = data["position"].to_numpy(), data["alter_position"].to_numpy()
    shared = uses[position, column] & ((other < 0) | uses[other, column])
    online = shared & (rng.random(len(data)) < chance)
    return np.where(online, np.array(ONLINE, dtype=object)[which], "offline")


def _twice(data: pd.DataFrame, uses: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Add the rows of those met face to face who are met on Facebook too."""
    column = PLATFORMS.index("facebook")
    on = uses[data["position"], column] & (data["channel"] == "offline").to_numpy()
    also = data[on & (rng.random(len(data)) < np.where(data["strong"], 0.40, 0.12))]
    return pd.concat([data, also.assign(channel="facebook")], ignore_index=True)


def _requests(strong: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    n = len(strong)
    purpose = np.array(PURPOSES, dtype=object)[rng.choice(6, size=n, p=PURPOSE_SHARES)]
    asked = (rng.random(n) < 0.55) & (purpose != "company")
    table = {key: dict(SUCCESS[key], company=0.0) for key in SUCCESS}
    chance = np.where(strong, [table["strong"][p] for p in purpose], [table["weak"][p] for p in purpose])
    helped = pd.array((rng.random(n) < chance).astype(int), dtype="Int64")
    aid = purpose == "mutual_aid"
    level = 2.1 + np.where(strong & ~aid, 0.8, 0) + np.where(~strong & aid, 0.7, 0)
    unease = pd.array(np.clip(np.round(level + rng.normal(0, 0.9, n)), 1, 5).astype(int), dtype="Int64")
    helped[~asked] = pd.NA
    unease[~asked] = pd.NA
    return pd.DataFrame({"purpose": purpose, "asked": asked.astype(int), "helped": helped, "unease": unease})


def ties(
    panel: pd.DataFrame, pairs: pd.DataFrame, uses: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Write down the relations as the owners report them in 2022.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms of the first wave.
    pairs : pandas.DataFrame
        What `links` returns.
    uses : numpy.ndarray
        Boolean, firm × platform, in 2022.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `ego, alter, kind, closeness` (1 to 5), `frequency, channel, since` (year), `alter_sector, alter_town,
        alter_age_group, purpose, asked, helped, unease` (1 to 5). One row per ego, alter and channel.

    Notes
    -----
    `helped` and `unease` are missing, not 0, when nothing was asked.

    References
    ----------
    Watts, D. J. and Strogatz, S. H. (1998). Collective dynamics of small-world networks. Nature 393, 440-442.

    Examples
    --------
    >>> from analysis.sample.panel import draw_panel
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> panel = draw_panel(firms, 120, np.random.default_rng(2))
    >>> pairs = links(panel, np.random.default_rng(3))
    >>> nobody = np.zeros((len(panel), len(PLATFORMS)), dtype=bool)
    >>> ties(panel, pairs, nobody, np.random.default_rng(4))["channel"].unique().tolist()
    ['offline']
    """
    data = pd.concat([_named(panel, pairs, rng), _outside(panel, rng)], ignore_index=True)
    n = len(data)
    strong = data["strong"].to_numpy()
    data["closeness"] = np.where(strong, rng.choice([4, 5], size=n), rng.choice([1, 2, 3], size=n))
    slip = 4 - data["closeness"].to_numpy() + rng.integers(0, 2, n)
    data["frequency"] = np.array(FREQUENCIES, dtype=object)[np.clip(slip, 0, 4)]
    data["since"] = 2022 - np.floor(rng.exponential(np.where(strong, 11, 5))).clip(0, 40).astype(int)
    band = np.digitize(data["age"], [35, 45, 55, 65])
    data["alter_age_group"] = np.array(AGE_GROUPS, dtype=object)[band]
    data["channel"] = _channel(data, uses, rng)
    data = pd.concat([data, _requests(strong, rng)], axis=1)
    data = _twice(data, uses, rng)
    data.insert(0, "ego", panel["firm"].to_numpy()[data["position"]])
    columns = ["ego", "alter", "kind", "closeness", "frequency", "channel", "since", "alter_sector"]
    columns += ["alter_town", "alter_age_group", "purpose", "asked", "helped", "unease"]
    return data.sort_values(["ego", "alter", "channel"], ignore_index=True)[columns]
