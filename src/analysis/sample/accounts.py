"""Which firms let their accounts be read, and what these accounts are.

The model
---------
Some firms interviewed in 2024 that use Facebook or Instagram link their accounts to the study: thirty
bookshops, bakeries and joiners each where there are as many, firms of one to four employees first, and
seventy-five firms of other trades. Every account of theirs on the platforms read is linked. Followers are
log-normal and grow (or shrink) at the account's own yearly rate. Some accounts speak in a person's own name.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from analysis.sample.uptake import PLATFORMS

__all__ = ["EXAMPLE_TRADES", "LINKED_PLATFORMS", "accounts", "captions", "client_firms", "linked"]

EXAMPLE_TRADES = ["bookshop", "bakery", "joiner"]
LINKED_PLATFORMS = ["facebook", "instagram", "youtube", "linkedin", "google_business"]
FOLLOWERS = {"facebook": 6.4, "instagram": 6.2, "youtube": 4.6, "linkedin": 5.6, "google_business": np.nan}
OWN_NAME = {"facebook": 0.08, "instagram": 0.15, "youtube": 0.10, "linkedin": 0.70, "google_business": 0.0}
TURN = {"1-4": 0.0, "0": 0.3, "5-9": 0.5, "10-49": 0.8}
CLIENT_TRADES = {
    "librairie-des-tilleuls": "bookshop",
    "le-fournil-de-jeanne": "bakery",
    "hartwell-joinery": "joiner",
}


def captions() -> dict:
    """Read the captions written for the simulated posts and reviews.

    Returns
    -------
    dict
        As in `captions.yml`.

    Examples
    --------
    >>> sorted(captions()["panel"])
    ['announcement', 'event', 'voice']
    """
    return yaml.safe_load((Path(__file__).parent / "captions.yml").read_text(encoding="utf-8"))


def client_firms(panel: pd.DataFrame, uses: np.ndarray, seen: np.ndarray) -> dict[str, int]:
    """Choose the firm of the survey that each example client is.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms of the first wave.
    uses : numpy.ndarray
        Boolean, firm × wave × platform.
    seen : numpy.ndarray
        Boolean, firm × wave.

    Returns
    -------
    dict
        Client identifier to position in the panel; a client without a fitting firm is left out.

    Examples
    --------
    >>> from analysis.sample.panel import draw_panel
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> panel = draw_panel(firms, 120, np.random.default_rng(2))
    >>> uses, seen = np.ones((len(panel), 3, len(PLATFORMS)), dtype=bool), np.ones((len(panel), 3), dtype=bool)
    >>> set(client_firms(panel, uses, seen)) <= set(CLIENT_TRADES)
    True
    """
    both = uses[:, :, [PLATFORMS.index("facebook"), PLATFORMS.index("instagram")]].all(axis=2)
    fits = seen.all(axis=1) & both[:, 1:].all(axis=1) & (panel["size_class"] == "1-4").to_numpy()
    found = {}
    for client, trade in CLIENT_TRADES.items():
        here = np.flatnonzero(fits & (panel["trade"] == trade).to_numpy())
        if len(here):
            found[client] = int(here[0])
    return found


def linked(
    panel: pd.DataFrame, uses: np.ndarray, seen: np.ndarray, clients: list[int], rng: np.random.Generator
) -> np.ndarray:
    """Choose the firms that link their accounts.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms of the first wave.
    uses : numpy.ndarray
        Boolean, firm × wave × platform.
    seen : numpy.ndarray
        Boolean, firm × wave.
    clients : list of int
        Positions of the example clients, never linked: a client is not its own peer.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    numpy.ndarray
        Positions in the panel, sorted.

    Examples
    --------
    >>> from analysis.sample.panel import draw_panel
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> panel = draw_panel(firms, 120, np.random.default_rng(2))
    >>> uses, seen = np.ones((len(panel), 3, len(PLATFORMS)), dtype=bool), np.ones((len(panel), 3), dtype=bool)
    >>> 5 in linked(panel, uses, seen, [5], np.random.default_rng(3))
    False
    """
    social = uses[:, 1, [PLATFORMS.index("facebook"), PLATFORMS.index("instagram")]].any(axis=1)
    able = social & seen[:, 1]
    able[clients] = False
    luck = rng.random(len(panel)) + panel["size_class"].map(TURN).to_numpy()
    trade = panel["trade"].to_numpy()
    scale = len(panel) / 2400
    wanted = [(trade == name, max(3, round(30 * scale))) for name in EXAMPLE_TRADES]
    wanted.append((~np.isin(trade, EXAMPLE_TRADES), max(6, round(75 * scale))))
    chosen = []
    for group, count in wanted:
        here = np.flatnonzero(able & group)
        chosen.append(here[np.argsort(luck[here], kind="stable")[:count]])
    return np.sort(np.concatenate(chosen))


def accounts(
    panel: pd.DataFrame, uses: np.ndarray, firms: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Write down the linked accounts.

    Parameters
    ----------
    panel : pandas.DataFrame
        The firms of the first wave.
    uses : numpy.ndarray
        Boolean, firm × platform, in 2024.
    firms : numpy.ndarray
        Positions of the firms that link their accounts.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `firm, platform, account, trade, sector, size_class, region, town, owner_type` (person or firm),
        `followers` (on 31 December 2025; missing on Google) and, for the processes that follow only, the hidden
        `growth, pace, pull, warmth` (drop them before writing).

    Examples
    --------
    >>> from analysis.sample.panel import draw_panel
    >>> from analysis.sample.population import population
    >>> firms = population(3600, np.random.default_rng(1))
    >>> panel = draw_panel(firms, 120, np.random.default_rng(2))
    >>> uses = np.ones((len(panel), len(PLATFORMS)), dtype=bool)
    >>> accounts(panel, uses, np.array([0]), np.random.default_rng(3))["platform"].tolist()
    ['facebook', 'google_business', 'instagram', 'linkedin', 'youtube']
    """
    frames = []
    columns = ["firm", "trade", "sector", "size_class", "region", "town", "employees", "readiness"]
    for platform in LINKED_PLATFORMS:
        using = firms[uses[firms, PLATFORMS.index(platform)]]
        frames.append(panel.iloc[using][columns].assign(platform=platform))
    data = pd.concat(frames, ignore_index=True).sort_values(["firm", "platform"], ignore_index=True)
    n = len(data)
    size = data["platform"].map(FOLLOWERS) + 0.25 * np.log1p(data["employees"]) + rng.normal(0, 0.75, n)
    own = rng.random(n) < data["platform"].map(OWN_NAME)
    video = data["platform"] == "youtube"
    pace = np.exp(np.log(np.where(video, 0.35, 1.55)) + 0.2 * data["readiness"] + rng.normal(0, 0.45, n))
    data = data.assign(
        account=data["firm"] + "-" + data["platform"],
        owner_type=np.where(own, "person", "firm"),
        followers=np.round(np.exp(size)).astype("Int64"),
        growth=rng.normal(0.09, 0.08, n),
        pace=pace,
        pull=rng.normal(0, 0.35, n),
        warmth=rng.normal(0, 0.30, n),
    )
    order = ["firm", "platform", "account", "trade", "sector", "size_class", "region", "town", "owner_type"]
    return data[[*order, "followers", "growth", "pace", "pull", "warmth"]]
