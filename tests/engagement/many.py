"""Posts for tests of any kind of table: figures missing, accounts unnamed, dates unknown, kinds without a name."""

from __future__ import annotations

import numpy as np
import pandas as pd


def untidy(posts: int = 1500, accounts: int = 12, seed: int = 0) -> pd.DataFrame:
    """Make posts of accounts that differ, on two networks of which one counts saves."""
    rng = np.random.default_rng(seed)
    account = rng.integers(0, accounts, posts)
    effect = rng.normal(size=accounts)
    reach = np.exp(6 + 0.5 * effect[account] + 0.7 * rng.normal(size=posts)).astype("int64")
    published = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500 * 24 * 60, posts), "min")
    instagram = account % 3 == 0

    def some(values, share):
        return pd.array(values, dtype="Int64"), rng.random(posts) < share

    table = pd.DataFrame(
        {
            "platform": np.where(instagram, "instagram", "facebook"),
            "account": pd.Series([f"a{number:02d}" for number in account]).mask(account == 1),
            "kind": pd.Series(rng.choice(["photo", "link", "reel"], posts)).mask(rng.random(posts) < 0.05),
            "published": pd.Series(published.astype("datetime64[us]")).mask(rng.random(posts) < 0.03),
            "label": rng.random(posts) < 0.3,
            "followers": 500.0,
            "comments": rng.poisson(2, posts),
            "shares": rng.poisson(1, posts),
            "views": reach * 2,
        }
    )
    for name, values, share in (
        ("reach", np.where(rng.random(posts) < 0.02, 0, reach), 0.05),
        ("reactions", rng.poisson(reach * 0.03), 0.03),
        ("saves", rng.poisson(1, posts), 0.1),
    ):
        column, gone = some(values, share)
        column[gone | (~instagram if name == "saves" else False)] = pd.NA
        table[name] = column
    return table


def one_value_per_block(blocks: int, trials: int, seed: int = 0) -> pd.DataFrame:
    """Make posts whose accounts share part of the response: each trial draws its accounts anew around one truth."""
    rng = np.random.default_rng(seed)
    count = rng.integers(5, 15, (trials, blocks))
    trial = np.repeat(np.arange(trials), count.sum(axis=1))
    account = np.repeat(np.tile(np.arange(blocks), trials), count.reshape(-1))
    shared = np.repeat(rng.normal(0, 0.4, trials * blocks), count.reshape(-1))
    reach = rng.integers(100, 2000, len(trial))
    rate = np.exp(-3 + shared + rng.normal(0, 0.6, len(trial)))
    return pd.DataFrame(
        {
            "trial": trial.astype(str),
            "account": account.astype(str),
            "label": rng.random(len(trial)) < 0.5,
            "reach": reach,
            "reactions": rate * reach,
        }
    )
