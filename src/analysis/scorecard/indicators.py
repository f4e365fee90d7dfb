"""What are a firm's indicators for a period, their change, and the quartiles of its peers?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.engagement.contrasts import compared
from analysis.engagement.inference.estimates import Bootstrap
from analysis.engagement.inference.groupwise import alone
from analysis.engagement.responses import rate_rows
from analysis.engagement.selection import is_organic, period_before, within
from analysis.engagement.tables.interactions import PARTS, interactions
from analysis.engagement.tables.posts import number
from analysis.errors import DataError
from analysis.peers import FEWEST, peer_group, quartiles

__all__ = ["scorecard", "scorecards"]

Seen = Literal["reach", "views"]
INDICATORS = ("posts", "seen", "rate")
CHANGES = {"change": "estimate", "change_low": "low", "change_high": "high"}
COLUMNS = [
    "platform", "indicator", "per", "estimate", "n", "previous", "change", "flag", "peer_low", "peer_median",
    "peer_high", "peer_n", "se", "low", "high", "change_low", "change_high",
]  # fmt: skip
FIGURES = ("platform", "account", "published", "paid", "reach", "views", *PARTS)


def scorecard(
    posts: pd.DataFrame, *, period: str, platform: str, peers: pd.DataFrame | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Measure the indicators of one account for a period, their change, and the peers' quartiles.

    Parameters
    ----------
    posts : pandas.DataFrame
        The account's posts, in the posts contract, of all periods.
    period : str
        `2025-Q4`, `2025-11` or `2025`.
    platform : str
        The network.
    peers : pandas.DataFrame, optional
        The posts of the peers' accounts.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row per `indicator`: `posts` (number published), `seen` (median `reach` per post, or `views` where
        the network gives no reach), `rate` (interactions over the same count, pooled; 0.02 is 2 %). Columns
        `platform, indicator, per` (`reach` or `views`), `estimate, se, low, high, n, previous, change, change_low,
        change_high` (posts: difference; seen: relative change; rate: difference of shares), `peer_low,
        peer_median, peer_high` (quartiles), `peer_n, flag`. Boosted posts count among `posts` only.

    Raises
    ------
    DataError
        When the account published nothing in the period.

    Notes
    -----
    A change whose interval holds zero is not a change. Quartiles of fewer than five peers are missing.

    References
    ----------
    Claim D22; formulas as in `analysis.engagement.engagement`.

    Examples
    --------
    >>> days = pd.date_range("2025-07-01", periods=40, freq="4D")
    >>> table = pd.DataFrame({"platform": "facebook", "account": "A", "published": days, "reach": 100,
    ...                       "reactions": 4, "comments": 1, "shares": 0, "paid": False})
    >>> found = scorecard(table, period="2025-Q3", platform="facebook").set_index("indicator")
    >>> float(found.loc["seen", "estimate"]), float(found.loc["rate", "estimate"]), int(found.loc["posts", "n"])
    (100.0, 0.05, 23)
    """
    return pd.DataFrame(_indicators(_measurable(posts), period, platform, peers, level), columns=COLUMNS)


def _indicators(
    posts: pd.DataFrame, period: str, platform: str, peers: pd.DataFrame | None, level: float
) -> list[dict]:
    """Give the rows of `scorecard`."""
    own = _on(posts, platform)
    now, before = (within(own["published"], code) for code in (period, period_before(period)))
    if not now.any():
        raise DataError(f"There is no {platform} post in {period}: nothing to measure.")
    seen = _seen(own, now)
    sides = _sides(own, now, before)
    how = Bootstrap(level, 1000, 0, "auto")
    rows = [_count(int(now.sum()), int(before.sum())), _typical(sides, seen, how), _rate(sides, seen, how)]
    quartiles = _peer_quartiles(peers, period, platform, seen)
    return [
        {"platform": platform, "indicator": name, "per": seen} | row | quartiles[name]
        for name, row in zip(INDICATORS, rows, strict=True)
    ]


def scorecards(
    posts: pd.DataFrame,
    *,
    period: str,
    accounts: pd.DataFrame,
    panel: pd.DataFrame,
    trade: str,
    size_class: str | None,
    firm: str | None = None,
) -> pd.DataFrame:
    """Measure the indicators on every platform where the firm published enough, each beside its own peers.

    Parameters
    ----------
    posts : pandas.DataFrame
        The firm's posts, in the posts contract.
    period : str
        `2025-Q4`, `2025-11` or `2025`.
    accounts, panel : pandas.DataFrame
        The panel's accounts and their posts.
    trade, size_class : str
        Those of the firm; `None` for an unknown size.
    firm : str, optional
        The firm's own id in the panel.

    Returns
    -------
    pandas.DataFrame
        Rows of `scorecard`, platforms with most posts first, and `scope`: which peers were used. A platform with
        fewer than five posts in the period is left out.

    Raises
    ------
    DataError
        When no platform has five posts in the period.

    Notes
    -----
    Platforms count reach and views each in its own way: compare down a platform, not across.

    References
    ----------
    Claim D22.

    Examples
    --------
    >>> days = pd.date_range("2025-10-01", periods=20, freq="4D")
    >>> own = pd.DataFrame({"platform": "facebook", "account": "A", "published": days, "reach": 100, "paid": False,
    ...                     "reactions": 4, "comments": 1, "shares": 0})
    >>> nobody = pd.DataFrame({c: [] for c in ("firm", "platform", "account", "trade", "size_class")})
    >>> found = scorecards(own, period="2025-Q4", accounts=nobody, panel=own.head(0), trade="bakery", size_class="0")
    >>> found[["indicator", "estimate", "scope"]].to_dict("records")[1]
    {'indicator': 'seen', 'estimate': 100.0, 'scope': 'none'}
    """
    counts = Counter(posts["platform"][within(posts["published"], period)].dropna().tolist())
    enough = sorted(
        (name for name in counts if counts[name] >= FEWEST), key=lambda name: (-counts[name], name)
    )
    if not enough:
        raise DataError(
            f"Fewer than {FEWEST} posts on each platform in {period}: there is nothing to measure. "
            f"{_span(posts)}Choose a longer period, or add the exports of that period."
        )
    rows, posts, panel = [], _measurable(posts), _measurable(panel)
    for platform in enough:
        group = peer_group(accounts, trade=trade, size_class=size_class, platform=platform, firm=firm)
        peers = panel[panel["account"].isin(group.accounts)]
        found = _indicators(posts, period, platform, peers, 0.95)
        rows += [row | {"scope": group.scope} for row in found]
    return pd.DataFrame(rows, columns=[*COLUMNS, "scope"])


def _span(posts: pd.DataFrame) -> str:
    days = posts["published"].dropna()
    return f"The posts read run from {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}. " if len(days) else ""


def _measurable(posts: pd.DataFrame) -> pd.DataFrame:
    """Leave out the words of posts and all else that no indicator is made of."""
    return posts[[name for name in FIGURES if name in posts]]


def _on(posts: pd.DataFrame, platform: str) -> pd.DataFrame:
    return posts[(posts["platform"] == platform).to_numpy(bool, na_value=False)]


def _seen(posts: pd.DataFrame, now: np.ndarray) -> Seen:
    return "reach" if posts["reach"].notna().to_numpy()[now].any() or "views" not in posts else "views"


def _count(current: int, before: int) -> dict[str, object]:
    previous = before or np.nan
    found = {"estimate": float(current), "n": current, "previous": previous}
    return found | {"change": current - previous, "flag": ""}


@dataclass(frozen=True)
class _Sides:
    """Hold the posts not boosted of a period and of the one before, and both with the column `_period`."""

    current: pd.DataFrame
    before: pd.DataFrame
    both: pd.DataFrame

    @property
    def comparable(self) -> bool:
        """Tell whether there are enough posts in each."""
        return min(len(self.current), len(self.before)) >= FEWEST


def _sides(own: pd.DataFrame, now: np.ndarray, before: np.ndarray) -> _Sides:
    looked = (now | before) & is_organic(own)
    both = own[looked].assign(_period=np.where(now, "current", "before")[looked])
    return _Sides(both[now[looked]], both[before[looked]], both)


def _typical(sides: _Sides, seen: Seen, how: Bootstrap) -> dict[str, object]:
    found = alone(sides.current, seen, "median", how)
    known = number(sides.before, seen)
    known = known[~np.isnan(known)]
    previous = np.median(known) if sides.comparable and len(known) else np.nan
    moved = _change(sides, seen, "median", "ratio", how)
    changes = {name: share - 1 for name, share in moved.items()}
    return _row(found.rows["median"], found.n) | {"previous": previous} | changes


def _rate(sides: _Sides, seen: Seen, how: Bootstrap) -> dict[str, object]:
    measure = f"engagement by {seen}"
    found = alone(sides.current, measure, "pooled", how)
    now, moved = next(rate_rows(found, seen)), _change(sides, measure, "pooled", "difference", how)
    return _row(now, found.n) | {"previous": now["estimate"] - moved["change"]} | moved


def _row(found: Mapping[str, object], n: int) -> dict[str, object]:
    return {name: found[name] for name in ("estimate", "se", "low", "high", "flag")} | {"n": n}


def _change(sides: _Sides, measure: str, statistic: str, scale: str, how: Bootstrap) -> dict[str, float]:
    """Compare two periods; missing when one of them has fewer than five posts, or none with figures."""
    found = (
        compared(sides.both, measure, "_period", [], statistic, scale, how, "before")
        if sides.comparable
        else []
    )
    row = found[0] if found else dict.fromkeys(CHANGES.values(), np.nan)
    return {name: row[key] for name, key in CHANGES.items()}


def _peer_quartiles(
    peers: pd.DataFrame | None, period: str, platform: str, seen: Seen
) -> dict[str, dict[str, object]]:
    values = _peer_values(peers, period, platform, seen) if peers is not None else {}
    return {name: quartiles(values.get(name, np.array([]))) for name in INDICATORS}


def _peer_values(peers: pd.DataFrame, period: str, platform: str, seen: Seen) -> dict[str, np.ndarray]:
    """Measure each peer account: those silent in the period count as 0 posts, and give no other value."""
    own = _on(peers, platform)
    account, names = pd.factorize(own["account"], use_na_sentinel=False)
    published = within(own["published"], period) & own["account"].notna().to_numpy()
    counts = {"posts": np.bincount(account[published], minlength=len(names)).astype(float)}
    unboosted, value = published & is_organic(own), number(own, seen)
    usable = np.bincount(account[unboosted & ~np.isnan(value)], minlength=len(names)) >= FEWEST
    active = unboosted & usable[account]
    if not active.any():
        return counts
    typical = pd.Series(value[active]).groupby(account[active]).median().to_numpy()
    return counts | {"seen": typical, "rate": _pooled_rates(own[active], value[active], account[active])}


def _pooled_rates(posts: pd.DataFrame, under: np.ndarray, account: np.ndarray) -> np.ndarray:
    """Divide the responses of each account by its reach, of the posts that have both, as `engagement` pools them."""
    over = interactions(posts)
    usable = ~np.isnan(over) & (under > 0)
    sums = [np.bincount(account[usable], values[usable]) for values in (over, under)]
    held = sums[1] > 0
    return sums[0][held] / sums[1][held]
