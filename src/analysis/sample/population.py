"""Which firms exist: a finite population of small businesses in towns, before any survey is drawn.

The model
---------
Six regions, four size classes, up to 48 invented towns a region. Town sizes are log-normal. Counts by size
class are exact shares of the population (`SIZE_SHARES`), so that among firms under ten people 36.8 % have
an employee: the share for which INSEE's 94 % (employers) and 75 % (others) connected give 82 % overall.
Each firm has a sector, a trade, an owner's age and latent drivers that no questionnaire sees: `readiness`,
`sociability` (how many people the owner knows) and three tastes (`local`, `visual`, `expert`) that make
platforms go together.

True by construction: the counts by size class; every primary unit (town × size class) has two firms or more.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["REGIONS", "SECTORS", "SIZES", "SIZE_SHARES", "TRADES", "largest_remainder", "population"]

REGIONS = ["north", "west", "east", "centre", "south_west", "south_east"]
SIZES = ["0", "1-4", "5-9", "10-49"]
SIZE_SHARES = np.array([0.60, 0.26, 0.09, 0.05])
SECTORS = ["retail", "food_shop", "accommodation_food", "construction", "crafts", "transport", "services"]
SECTOR_SHARES = np.array(
    [
        [0.16, 0.06, 0.05, 0.18, 0.14, 0.09, 0.32],
        [0.19, 0.11, 0.14, 0.18, 0.09, 0.06, 0.23],
        [0.17, 0.12, 0.18, 0.20, 0.07, 0.06, 0.20],
        [0.15, 0.08, 0.20, 0.22, 0.07, 0.09, 0.19],
    ]
)
TRADES = {
    "retail": {"bookshop": 0.30, "clothing": 0.30, "florist": 0.22, "hardware": 0.18},
    "food_shop": {"bakery": 0.50, "butcher": 0.22, "grocer": 0.28},
    "accommodation_food": {"restaurant": 0.55, "cafe": 0.27, "hotel": 0.18},
    "construction": {"joiner": 0.42, "mason": 0.18, "plumber": 0.14, "electrician": 0.14, "painter": 0.12},
    "crafts": {"jeweller": 0.22, "potter": 0.28, "upholsterer": 0.25, "dressmaker": 0.25},
    "transport": {"taxi": 0.45, "haulier": 0.33, "courier": 0.22},
    "services": {
        "hairdresser": 0.30,
        "beautician": 0.20,
        "photographer": 0.14,
        "consultant": 0.21,
        "accountant": 0.15,
    },
}
TOWN_STEMS = ["Montaret", "Valberne", "Rochenoy", "Fontevrel", "Bourgalys", "Closmenil", "Landrivel"]
TOWN_STEMS += [
    "Kerlosquet",
    "Castelvy",
    "Puymorel",
    "Guévaux",
    "Masserac",
    "Plouvenec",
    "Arcenay",
    "Tournevire",
]
TOWN_STEMS += ["Grangebelle", "Vignolay", "Ormesson-Bas", "Chênevert", "Sourcelles", "Maraillan", "Cotelune"]
TOWN_STEMS += ["Fermigny", "Belcastrel"]
RIVERS = ["Ourle", "Vesline", "Aurelle", "Mirange", "Solaine", "Tarvie"]
RIVERS += ["Breuve", "Lirelle", "Cérande", "Ombrette", "Dorvane", "Esquie"]
LARGEST_SIZE = {"0": (0, 0), "1-4": (1, 4), "5-9": (5, 9), "10-49": (10, 49)}


def largest_remainder(total: int, shares: np.ndarray, least: int = 0) -> np.ndarray:
    """Split a whole number in proportion to shares, so that the parts add up exactly.

    Parameters
    ----------
    total : int
        The number to split.
    shares : numpy.ndarray
        Non-negative shares; they need not add up to one.
    least : int
        The smallest part allowed.

    Returns
    -------
    numpy.ndarray
        Whole numbers of the same length as `shares`.

    Examples
    --------
    >>> largest_remainder(10, np.array([1, 1, 1]))
    array([4, 3, 3])
    """
    free = total - least * len(shares)
    exact = free * np.asarray(shares, dtype=float) / np.sum(shares)
    parts = np.floor(exact).astype(int)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: free - parts.sum()]] += 1
    return parts + least


def _towns(count: int, rng: np.random.Generator) -> pd.DataFrame:
    frames = []
    for i, region in enumerate(REGIONS):
        names = [f"{stem}-sur-{river}" for river in RIVERS[2 * i : 2 * i + 2] for stem in TOWN_STEMS]
        frames.append(
            pd.DataFrame({"region": region, "number": np.arange(1, count + 1), "town_name": names[:count]})
        )
    towns = pd.concat(frames, ignore_index=True)
    return towns.assign(
        share=np.exp(rng.normal(0, 0.6, len(towns))),
        climate=rng.normal(0, 0.30, len(towns)),
        territory="T"
        + (towns["region"].map(REGIONS.index) * 3 + towns["number"] % 3 + 1).map("{:02d}".format),
    )


def _cells(towns: pd.DataFrame, firms: int) -> pd.DataFrame:
    """Count the firms of each town and size class."""
    sizes = largest_remainder(firms, SIZE_SHARES)
    frames = []
    for size, total in zip(SIZES, sizes, strict=True):
        frames.append(
            towns.assign(size_class=size, firms_in_town=largest_remainder(total, towns["share"], 2))
        )
    cells = pd.concat(frames, ignore_index=True)
    code = "R" + (cells["region"].map(REGIONS.index) + 1).astype(str)
    stratum = code + "-" + cells["size_class"]
    return cells.assign(
        stratum=stratum,
        town=stratum + "-T" + cells["number"].map("{:02d}".format),
        towns_in_stratum=cells.groupby(stratum)["number"].transform("size"),
    ).drop(columns=["share", "number"])


def _pick(rng: np.random.Generator, labels: list[str], shares: np.ndarray, size: int) -> np.ndarray:
    return np.array(labels, dtype=object)[rng.choice(len(labels), size=size, p=shares / np.sum(shares))]


def _trade(rng: np.random.Generator, sector: np.ndarray) -> np.ndarray:
    trade = np.empty(len(sector), dtype=object)
    for name, shares in TRADES.items():
        here = sector == name
        trade[here] = _pick(rng, list(shares), np.array(list(shares.values())), int(here.sum()))
    return trade


def population(firms: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the firms that exist, with what they are and what drives them.

    Parameters
    ----------
    firms : int
        Number of firms in the population.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        One row per firm: place (`region, town_name, territory, stratum, town, towns_in_stratum,
        firms_in_town`), `size_class, employees, sector, trade, owner_age` (years, in 2022) and the latent
        drivers `readiness, sociability, local, visual, expert, climate` (standard deviations).

    Notes
    -----
    No firm is born or closes between waves: changes in rates are changes in firms, not in who is there.

    Examples
    --------
    >>> firms = population(3600, np.random.default_rng(1))
    >>> firms["size_class"].value_counts().loc[SIZES].tolist()
    [2160, 936, 324, 180]
    """
    cells = _cells(_towns(int(np.clip(firms // 1500, 5, 48)), rng), firms)
    data = cells.loc[cells.index.repeat(cells["firms_in_town"])].reset_index(drop=True)
    n = len(data)
    size = data["size_class"].to_numpy()
    sector = np.empty(n, dtype=object)
    employees = np.zeros(n, dtype=int)
    for i, name in enumerate(SIZES):
        here = size == name
        sector[here] = _pick(rng, SECTORS, SECTOR_SHARES[i], int(here.sum()))
        low, high = LARGEST_SIZE[name]
        skewed = low + np.floor((high - low + 1) * rng.random(int(here.sum())) ** 1.7).astype(int)
        employees[here] = np.minimum(skewed, high)
    age = np.clip(np.round(rng.normal(47, 11, n)), 21, 78).astype(int)
    raw = -0.30 * (age - 47) / 11 + 0.15 * np.log1p(employees) + rng.normal(0, 0.9, n)
    return data.assign(
        employees=employees,
        sector=sector,
        trade=_trade(rng, sector),
        owner_age=age,
        readiness=(raw - raw.mean()) / raw.std(),
        sociability=rng.normal(0, 1, n),
        local=rng.normal(0, 1, n),
        visual=rng.normal(0, 1, n),
        expert=rng.normal(0, 1, n),
    )
