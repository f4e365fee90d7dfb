"""With whom may a firm be compared? Peers of its trade and, where there are enough, its size; never fewer than five."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import DataError

__all__ = ["FEWEST", "PeerGroup", "peer_group", "quartiles"]

FEWEST = 5
SMALL = ("0", "1-4", "5-9")


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """The firms a client is compared with.

    Attributes
    ----------
    accounts : frozenset of str
        Their accounts on the platform, one per firm.
    n : int
        How many firms.
    scope : {"trade_size", "trade", "trade_any", "none"}
        Same trade and size, same trade under ten employees, same trade of any size, or too few of either.
    """

    accounts: frozenset[str]
    n: int
    scope: Literal["trade_size", "trade", "trade_any", "none"]


def peer_group(
    accounts: pd.DataFrame, *, trade: str, size_class: str | None, platform: str, firm: str | None = None
) -> PeerGroup:
    """Choose the firms a client may be compared with on one platform.

    Parameters
    ----------
    accounts : pandas.DataFrame
        The panel: `firm, platform, account, trade, size_class`.
    trade, size_class : str
        Those of the client; `None` for an unknown size.
    platform : str
        The network.
    firm : str, optional
        The client's own id in the panel, left out of its peers.

    Returns
    -------
    PeerGroup
        Same trade and size when at least five firms are, else same trade under ten employees (of any size for a
        client with ten or more), else none.

    Raises
    ------
    DataError
        When the panel lacks a column.

    Notes
    -----
    Peers are those that agreed to link their accounts: keener than the trade as a whole.

    References
    ----------
    The floor of five follows the project's rule on identifiable firms.

    Examples
    --------
    >>> panel = pd.DataFrame({"firm": list("abcdef"), "platform": "facebook", "account": list("ABCDEF"),
    ...                       "trade": "bakery", "size_class": "1-4"})
    >>> peer_group(panel, trade="bakery", size_class="1-4", platform="facebook", firm="a").n
    5
    >>> peer_group(panel.head(4), trade="bakery", size_class="1-4", platform="facebook").scope
    'none'
    """
    absent = [c for c in ("firm", "platform", "account", "trade", "size_class") if c not in accounts]
    if absent:
        raise DataError(f'The panel of accounts has no column "{absent[0]}".')
    other = (accounts["platform"] == platform) & (accounts["trade"] == trade)
    other = other & (accounts["firm"] != firm) if firm is not None else other
    others = accounts.loc[other.to_numpy(bool, na_value=False), ["firm", "account", "size_class"]]
    one_each = others.sort_values(["firm", "account"]).drop_duplicates("firm")
    account, size = one_each["account"].to_numpy(), one_each["size_class"]
    small = size_class is None or size_class in SMALL
    wider = size.isin(SMALL).to_numpy() if small else np.ones(len(size), bool)
    alike = (size == size_class).to_numpy(bool, na_value=False)
    for scope, chosen in (("trade_size", alike), ("trade" if small else "trade_any", wider)):
        if chosen.sum() >= FEWEST:
            return PeerGroup(frozenset(account[chosen]), int(chosen.sum()), scope)
    return PeerGroup(frozenset(), 0, "none")


def quartiles(values: np.ndarray) -> dict[str, object]:
    """Give the quartiles of the peers' values, or nothing when there are fewer than five.

    Parameters
    ----------
    values : numpy.ndarray
        One value per peer.

    Returns
    -------
    dict
        `peer_low, peer_median, peer_high, peer_n`; missing and 0 below five peers.

    Notes
    -----
    Below five the count itself is withheld: it could tell who the peers are.

    Examples
    --------
    >>> quartiles(np.array([1.0, 2, 3, 4, 5]))["peer_median"]
    np.float64(3.0)
    >>> quartiles(np.array([1.0, 2, 3, 4]))["peer_n"]
    0
    """
    if len(values) < FEWEST:
        return {"peer_low": np.nan, "peer_median": np.nan, "peer_high": np.nan, "peer_n": 0}
    low, median, high = np.quantile(values, [0.25, 0.5, 0.75])
    return {"peer_low": low, "peer_median": median, "peer_high": high, "peer_n": len(values)}
