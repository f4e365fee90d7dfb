"""What the linked accounts published in 2025, how many people saw it and what they did.

The model
---------
An account posts at its own pace (about one and a half posts a week), half as often in August and not at all
in its own fortnight of holidays. Each post has a topic that only its text shows: the owner's own voice, an
event, or an announcement. People reached are log-normal around followers, with multipliers of `REACH` for
kind, hour, topic and payment and the account's own pull; reactions, comments, shares and saves are negative
binomial around them (`RATES`, `DISPERSION`), warmer for the owner's own voice and for accounts in a person's
own name. The day of the week changes nothing: a test that finds a best day finds chance.

What a platform does not give is missing: reach on YouTube and LinkedIn, saves elsewhere than Instagram,
clicks on Instagram and YouTube. `published` is UTC; hours of the model are French hours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.accounts import captions

__all__ = ["DISPERSION", "RATES", "REACH", "daily", "effects", "posts"]

YEAR = pd.date_range("2025-01-01", "2025-12-31", freq="D")
KINDS = {
    "facebook": {
        "photo": 0.50,
        "link": 0.19,
        "video": 0.12,
        "text": 0.10,
        "reel": 0.06,
        "live": 0.01,
        "other": 0.02,
    },
    "instagram": {"photo": 0.45, "carousel": 0.22, "reel": 0.28, "video": 0.05},
    "youtube": {"video": 1.0},
    "linkedin": {"text": 0.40, "photo": 0.30, "link": 0.20, "video": 0.10},
}
TOPICS = {"voice": 0.35, "event": 0.25, "announcement": 0.40}
HOURS = np.array([0] * 7 + [2, 5, 8, 9, 8, 9, 5, 6, 6, 7, 10, 12, 8, 5, 2, 1, 0], dtype=float)
REACH = {
    "kind": {
        "photo": 0.15,
        "video": 0.25,
        "reel": 0.50,
        "carousel": 0.20,
        "link": -0.35,
        "live": 0.45,
        "other": -0.2,
    },
    "topic": {"voice": 0.40, "event": 0.10, "announcement": -0.30},
    "hour": {"7-11": 0.0, "12-13": 0.08, "14-17": 0.0, "18-22": 0.12},
    "paid": 1.10,
}
BASE = {"facebook": 0.22, "instagram": 0.30, "youtube": 0.60, "linkedin": 0.45}
RATES = {
    "facebook": {"reactions": 0.034, "comments": 0.0045, "shares": 0.0040, "clicks": 0.016},
    "instagram": {"reactions": 0.052, "comments": 0.0035, "shares": 0.0025, "saves": 0.0040},
    "youtube": {"reactions": 0.024, "comments": 0.0025, "shares": 0.0020},
    "linkedin": {"reactions": 0.017, "comments": 0.0030, "shares": 0.0010, "clicks": 0.020},
}
WARM = {"voice": 0.20, "person": 0.30, "paid": -0.80}
DISPERSION = 3.0
COUNTS = ["reactions", "comments", "shares", "saves", "clicks"]


def effects() -> dict:
    """Give the true effects on posts, for `truth.yml`.

    Returns
    -------
    dict
        Log multipliers of people reached, log multipliers of the interaction rate, and the dispersion.

    Examples
    --------
    >>> effects()["weekday_log_reach"]
    0.0
    """
    return {
        "log_reach": REACH,
        "log_interaction_rate": WARM,
        "interactions_per_person_reached_or_view": RATES,
        "negative_binomial_size": DISPERSION,
        "weekday_log_reach": 0.0,
    }


def _schedule(data: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw which account posts when (French clock)."""
    weight = np.where(YEAR.month == 8, 0.5, 1.0)
    counts = rng.poisson(52.2 * data["pace"].to_numpy())
    which = np.repeat(np.arange(len(data)), counts)
    day = rng.choice(len(YEAR), size=len(which), p=weight / weight.sum())
    holiday = rng.integers(180, 240, len(data))[which]
    hour = rng.choice(24, size=len(which), p=HOURS / HOURS.sum())
    clock = YEAR[day] + pd.to_timedelta(hour * 60 + rng.integers(0, 60, len(which)), unit="min")
    kept = ~((day >= holiday) & (day < holiday + 14))
    plan = pd.DataFrame({"which": which, "day": day, "hour": hour, "clock": clock})[kept]
    return plan.sort_values(["which", "clock"], ignore_index=True)


def _kinds(platform: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    kind = np.empty(len(platform), dtype=object)
    for name, shares in KINDS.items():
        here = platform == name
        labels = np.array(list(shares), dtype=object)
        kind[here] = labels[rng.choice(len(labels), size=int(here.sum()), p=list(shares.values()))]
    return kind


def _hour_gain(hour: np.ndarray) -> np.ndarray:
    return np.select([hour >= 18, (hour == 12) | (hour == 13)], [0.12, 0.08], 0.0)


def _texts(trade: np.ndarray, topic: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Fill the captions in."""
    words = captions()
    n = len(trade)
    first, second, third = rng.random(n), rng.random(n), rng.random(n)

    def one(options: list[str], luck: float) -> str:
        return options[int(luck * len(options))]

    texts = []
    for i in range(n):
        products = words["products"].get(trade[i], words["products"]["other"])
        caption = one(words["panel"][topic[i]], first[i])
        filled = caption.format(
            product=one(products, second[i]), day=one(words["days"], third[i]), place="la place"
        )
        texts.append(filled[0].upper() + filled[1:])
    return np.array(texts, dtype=object)


def _counted(rng: np.random.Generator, mean: np.ndarray) -> np.ndarray:
    """Draw negative binomial counts as Poisson counts of a gamma mean."""
    return rng.poisson(rng.gamma(DISPERSION, np.maximum(mean, 1e-9) / DISPERSION))


def posts(accounts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write down the year's posts of the linked accounts.

    Parameters
    ----------
    accounts : pandas.DataFrame
        What `accounts.accounts` returns, hidden columns included.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        The posts contract; counts are whole numbers, missing where the platform gives none.

    Notes
    -----
    Hours and kinds are chosen by the accounts, not drawn at random by an experimenter: here the choice happens
    to be independent of everything else, in real life it is not.

    Examples
    --------
    >>> account = pd.DataFrame({"platform": ["facebook"], "account": ["a"], "trade": ["bakery"]})
    >>> account = account.assign(owner_type="firm", followers=900, growth=0.1, pace=1.5, pull=0.0, warmth=0.0)
    >>> table = posts(account, np.random.default_rng(1))
    >>> bool((table["views"] >= table["reach"]).all())
    True
    """
    data = accounts[accounts["platform"].isin(list(KINDS))].reset_index(drop=True)
    plan = _schedule(data, rng)
    rows = data.iloc[plan["which"]].reset_index(drop=True)
    n = len(plan)
    platform = rows["platform"].to_numpy()
    kind = _kinds(platform, rng)
    topic = np.array(list(TOPICS), dtype=object)[rng.choice(3, size=n, p=list(TOPICS.values()))]
    paid = np.isin(platform, ["facebook", "instagram"]) & (rng.random(n) < 0.04)
    followers = _followers(rows, plan["day"].to_numpy())
    log_reach = np.log(followers * rows["platform"].map(BASE)) + rows["pull"] + rng.normal(0, 0.45, n)
    log_reach += pd.Series(kind).map(REACH["kind"]).fillna(0) + pd.Series(topic).map(REACH["topic"])
    log_reach += _hour_gain(plan["hour"].to_numpy()) + REACH["paid"] * paid
    reach = np.maximum(np.round(np.exp(log_reach.to_numpy())), 4)
    views = np.round(reach * (1.12 + rng.gamma(2.0, 0.12, n)))
    without_reach = np.isin(platform, ["youtube", "linkedin"])
    warm = rows["warmth"] + WARM["voice"] * (topic == "voice") + WARM["paid"] * paid
    warm += WARM["person"] * (rows["owner_type"] == "person")
    counts = _interactions(platform, np.where(without_reach, views, reach) * np.exp(warm.to_numpy()), rng)
    return pd.DataFrame(
        {
            "platform": platform,
            "account": rows["account"].to_numpy(),
            "post_id": [str(100_000_000_000_000 + 7919 * i) for i in range(1, n + 1)],
            "published": _utc(plan["clock"]),
            "published_zone_known": True,
            "kind": kind,
            "text": _texts(rows["trade"].to_numpy(), topic, rng),
            "url": pd.array([None] * n, dtype="string"),
            "paid": paid,
            "followers": pd.array(followers.astype("int64"), dtype="Int64"),
            "reach": pd.array(np.where(without_reach, np.nan, reach), dtype="Int64"),
            "views": pd.array(views, dtype="Int64"),
            **counts,
            "exported": pd.Timestamp("2026-01-05").as_unit("us"),
            "source": "simulated",
        }
    )


def _interactions(platform: np.ndarray, exposed: np.ndarray, rng: np.random.Generator) -> dict:
    columns = {}
    for name in COUNTS:
        rate = (
            pd.Series(platform).map({p: r.get(name, np.nan) for p, r in RATES.items()}).to_numpy(dtype=float)
        )
        drawn = _counted(rng, np.nan_to_num(rate) * exposed).astype(float)
        columns[name] = pd.array(np.where(np.isnan(rate), np.nan, drawn), dtype="Int64")
    return columns


def _followers(rows: pd.DataFrame, day: np.ndarray) -> np.ndarray:
    """Give followers on a day of 2025, from those of 31 December and the yearly growth."""
    last = rows["followers"].to_numpy(dtype=float)
    return np.maximum(np.round(last * np.exp(rows["growth"].to_numpy() * (day - 364) / 365)), 5)


def _utc(clock: pd.Series) -> pd.Series:
    return clock.dt.tz_localize("Europe/Paris").dt.tz_convert("UTC").dt.tz_localize(None).dt.as_unit("us")


def daily(accounts: pd.DataFrame, published: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write down followers and people reached, day by day, of the Facebook and Instagram accounts.

    Parameters
    ----------
    accounts : pandas.DataFrame
        What `accounts.accounts` returns, hidden columns included.
    published : pandas.DataFrame
        What `posts` returns.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `platform, account, date, metric` (`followers` or `reach`), `value` (people).

    Notes
    -----
    People reached on different days overlap: do not add them up.

    Examples
    --------
    >>> account = pd.DataFrame({"platform": ["facebook"], "account": ["a"], "trade": ["bakery"]})
    >>> account = account.assign(owner_type="firm", followers=900, growth=0.1, pace=1.5, pull=0.0, warmth=0.0)
    >>> table = posts(account, np.random.default_rng(1))
    >>> daily(account, table, np.random.default_rng(2)).groupby("metric").size().tolist()
    [365, 365]
    """
    data = accounts[accounts["platform"].isin(["facebook", "instagram"])].reset_index(drop=True)
    n, days = len(data), len(YEAR)
    level = np.stack([_followers(data, np.full(n, d)) for d in range(days)], axis=1)
    mine = published[published["account"].isin(data["account"])]
    row = mine["account"].map(dict(zip(data["account"], range(n), strict=True))).to_numpy()
    day = (mine["published"].dt.normalize() - YEAR[0]).dt.days.to_numpy().clip(0, days - 1)
    seen = np.zeros((n, days + 2))
    for late, share in enumerate([0.70, 0.20, 0.10]):
        np.add.at(seen, (row, day + late), share * mine["reach"].to_numpy(dtype=float))
    reach = np.round(seen[:, :days] + level * 0.03 * np.exp(rng.normal(0, 0.4, (n, days))))
    base = pd.DataFrame(
        {
            "platform": np.repeat(data["platform"].to_numpy(), days),
            "account": np.repeat(data["account"].to_numpy(), days),
            "date": np.tile(YEAR.as_unit("us"), n),
        }
    )
    metrics = [("followers", level), ("reach", reach)]
    frames = [base.assign(metric=name, value=values.ravel().astype("int64")) for name, values in metrics]
    return pd.concat(frames, ignore_index=True)
