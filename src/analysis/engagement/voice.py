"""Who is heard: an account's share within a named set, and the owner's own voice beside that of the firm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.estimates import Bootstrap, flags, with_intervals
from analysis.engagement.tables.calendar import week_of
from analysis.engagement.tables.interactions import PARTS, interactions, number
from analysis.engagement.tables.observed import DAYS, observed
from analysis.engagement.tables.posts import column_names, read_posts
from analysis.errors import DataError, ParameterError

__all__ = ["share_of_voice", "voices", "with_owner"]


def share_of_voice(
    posts: Any,
    among: Iterable[str],
    *,
    by: str = "account",
    of: str = "interactions",
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure what share of a named set's posts or responses each member has.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    among : iterable of str
        The set, by name: at least two values of `by`.
    by : str
        Column that names the members.
    of : str
        `posts`, `interactions` or a column of counts.
    level, draws, seed
        Of the bootstrap, which draws whole weeks of the set.

    Returns
    -------
    pandas.DataFrame
        One row per member, in the order given: the column `by`, `estimate, se, low, high` (share of the set),
        `n` (posts of the member), `n_set`, `n_missing` (posts of the member without the figure), `of`,
        `method`, `flag` (`no posts`, `n<30`, `weeks<8`).

    Raises
    ------
    ParameterError
        When fewer than two different members are named.
    DataError
        When a column is absent, or nobody of the set posted.

    Notes
    -----
    A share of voice means nothing outside its set: adding one loud member lowers all others. The interval holds
    the members fixed and speaks of other weeks, not of other firms.

    Examples
    --------
    >>> table = pd.DataFrame({"account": ["a", "a", "b"], "reactions": [3, 3, 2]})
    >>> share_of_voice(table, ["a", "b"])[["account", "estimate", "n"]].values.tolist()
    [['a', 0.75, 2], ['b', 0.25, 1]]
    """
    among = [among] if isinstance(among, str) else list(dict.fromkeys(str(name) for name in among))
    if len(among) < 2:
        raise ParameterError("among: a share of voice needs a set of at least two members, by name.")
    needed = [by, *(["reactions"] if of == "interactions" else [] if of == "posts" else [of])]
    table = read_posts(posts, needed, ["published", "platform", *PARTS])
    table = table[table[by].astype("string").isin(among).fillna(False).astype(bool)].reset_index(drop=True)
    if table.empty:
        raise DataError(f"{by}: no post is of the set {', '.join(among)}.")
    value = _counted(table, of)
    known = ~np.isnan(value)
    member = table[by].astype(str).to_numpy()
    drawn = bootstrap.blocks(np.full(int(known.sum()), ""), week_of(table[known]), "weeks")
    parts = {name: np.where(member[known] == name, value[known], 0.0) for name in among}
    functions = {name: bootstrap.pooled(part, value[known], drawn) for name, part in parts.items()}
    found = with_intervals(functions, drawn, Bootstrap(level, draws, seed, "weeks"), "|".join(sorted(among)))
    rows = []
    for name in among:
        own = member == name
        n = int((own & known).sum())
        counts = {"n": n, "n_set": int(known.sum()), "n_missing": int((own & ~known).sum()), "of": of}
        flag = "no posts" if n == 0 else flags(n, found[name]["flag"])
        rows.append({by: name} | found[name] | counts | {"flag": flag})
    names = [by, "estimate", "se", "low", "high", "n", "n_set", "n_missing", "of", "method", "flag"]
    return pd.DataFrame(rows, columns=names)


def _counted(table: pd.DataFrame, of: str) -> np.ndarray:
    if of == "posts":
        return np.ones(len(table))
    return interactions(table) if of == "interactions" else number(table, of)


def with_owner(posts: Any, accounts: pd.DataFrame, owner: str = "owner_type") -> pd.DataFrame:
    """Say of each post whether it was published in a person's or in the firm's own name.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    accounts : pandas.DataFrame
        `platform, account` and the column `owner`, one row per account.
    owner : str

    Returns
    -------
    pandas.DataFrame
        The posts with the column `owner`, missing for accounts that are not listed.

    Raises
    ------
    DataError
        When an account is listed with two owners, or a column is absent.

    Notes
    -----
    Who signs is a matter of fact to be asked of the firm, not to be guessed from the name of the account.

    Examples
    --------
    >>> posts = pd.DataFrame({"platform": "x", "account": ["a", "b"]})
    >>> accounts = pd.DataFrame({"platform": ["x"], "account": ["a"], "owner_type": ["person"]})
    >>> with_owner(posts, accounts)["owner_type"].fillna("?").tolist()
    ['person', '?']
    """
    keys = ["platform", "account"]
    listed = read_posts(accounts, [*keys, owner], what="accounts").drop_duplicates()
    twice = listed[listed.duplicated(keys)]
    if len(twice):
        raise DataError(f'accounts: "{twice["account"].iloc[0]}" is listed with two values of {owner}.')
    others = [name for name in column_names(posts) if name != owner]
    table = read_posts(posts, dict.fromkeys([*keys, *others]))
    joined = table[keys].astype("string").merge(listed.astype("string"), on=keys, how="left")
    return table.assign(**{owner: joined[owner].to_numpy()})


def voices(
    posts: Any,
    accounts: pd.DataFrame,
    measure: str = "engagement by followers",
    *,
    owner: str = "owner_type",
    days: float | None = DAYS,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare posts in a person's own name with those in the firm's name, each account counting once.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    accounts : pandas.DataFrame
        As for `with_owner`.
    measure : str
        `engagement by followers` (`reach`, `views`), `interactions` or a column of counts.
    owner : str
    days : float, optional
        Posts younger than this on the day of export are left out.
    level, draws, seed
        Of the bootstrap, which draws accounts within each kind of owner.

    Returns
    -------
    pandas.DataFrame
        Per kind of owner: `owner`, `share_of_posts`, `share_of_interactions` (missing without a count),
        `estimate, se, low, high` (median over accounts of the account's median post), `n` (accounts),
        `n_posts`, `n_missing`, `n_young`, `method`, `flag` (`accounts<8`: no interval).

    Raises
    ------
    DataError
        When a column is absent or an account has two owners.
    ParameterError
        When the measure is not known.

    Notes
    -----
    People who speak in their own name differ from firms in many ways: the gap is not what signing would change.
    For a ratio with kind, day and hour held equal see `content_effects(by="owner_type")`.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application.

    Examples
    --------
    >>> posts = pd.DataFrame({"platform": "x", "account": ["a", "a", "b"], "reactions": [1, 3, 8], "followers": 100})
    >>> accounts = pd.DataFrame({"platform": "x", "account": ["a", "b"], "owner_type": ["firm", "person"]})
    >>> voices(posts, accounts)[["owner_type", "share_of_posts", "estimate", "n"]].round(3).values.tolist()
    [['firm', 0.667, 0.02, 1], ['person', 0.333, 0.08, 1]]
    """
    seen = observed(with_owner(posts, accounts, owner), measure, needed=[owner], days=days)
    table = seen.posts.dropna(subset=[owner])
    how, rows = Bootstrap(level, draws, seed, "accounts"), []
    for name, group in table.groupby(owner, sort=True):
        per_account = group.groupby("_account", sort=True)["_value"].median()
        drawn = bootstrap.blocks(
            per_account.index.to_numpy(dtype=str), np.zeros(len(per_account)), "accounts"
        )
        median = bootstrap.median(per_account.to_numpy(), drawn)
        shares = {
            "share_of_posts": len(group) / len(table),
            "share_of_interactions": group["_over"].sum() / table["_over"].sum()
            if table["_over"].sum()
            else np.nan,
        }
        counts = {"n": len(per_account), "n_posts": len(group)}
        rows.append(
            {owner: name} | shares | with_intervals({"x": median}, drawn, how, str(name))["x"] | counts
        )
    left = {"n_missing": seen.n_missing + len(seen.posts) - len(table), "n_young": seen.n_young}
    names = [
        owner,
        "share_of_posts",
        "share_of_interactions",
        "estimate",
        "se",
        "low",
        "high",
        "n",
        "n_posts",
    ]
    found = pd.DataFrame(rows, columns=[*names, "method", "flag"]).assign(**left)
    return found[[*names, *left, "method", "flag"]]
