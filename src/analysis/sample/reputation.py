"""What customers write: Google reviews, with a crisis for a few firms, and messages with their waiting time.

The model
---------
Reviews arrive at random, about two a month and account, mostly good ones; firms in the habit of answering
answer. Five firms live through a crisis: within eight days, eighteen to thirty reviews of one star
(`truth.yml` says which firms and when). Messages arrive at random; the wait is log-normal around the firm's
own habit and shorter for ready firms; one in nine is never answered.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.accounts import captions

__all__ = ["messages", "reviews"]

START = pd.Timestamp("2025-01-01")
MINUTES = 365 * 24 * 60
CRISES = 5
STARS = np.array([0.05, 0.05, 0.10, 0.27, 0.53])


def _moments(minutes: np.ndarray) -> pd.Series:
    return pd.Series(START + pd.to_timedelta(np.round(minutes), unit="min")).dt.as_unit("us")


def _waiting_days(n: int, warm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.round(np.exp(1.2 - 0.3 * warm + rng.normal(0, 0.9, n)) * 1440)


def reviews(accounts: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, list[dict]]:
    """Write down the Google reviews of the linked firms.

    Parameters
    ----------
    accounts : pandas.DataFrame
        What `accounts.accounts` returns, hidden columns included.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    table : pandas.DataFrame
        `platform, account, review_id, published, rating` (1 to 5), `text, language, answered` (time of the answer,
        missing when there was none).
    crises : list of dict
        `account, start, reviews` of the crises put in.

    Examples
    --------
    >>> account = pd.DataFrame({"platform": ["google_business"], "account": ["a"], "trade": ["bakery"]})
    >>> account = account.assign(owner_type="firm", followers=900, growth=0.1, pace=1.5, pull=0.0, warmth=0.0)
    >>> table, crises = reviews(account, np.random.default_rng(1))
    >>> bool(table["rating"].between(1, 5).all()), crises
    (True, [])
    """
    data = accounts[accounts["platform"] == "google_business"].reset_index(drop=True)
    counts = rng.poisson(24 * np.exp(rng.normal(-0.3, 0.7, len(data))))
    which = np.repeat(np.arange(len(data)), counts)
    minute = rng.integers(0, MINUTES, len(which)).astype(float)
    rating = 1 + rng.choice(5, size=len(which), p=STARS)
    angry = np.zeros(len(which), dtype=bool)
    hit = np.sort(rng.choice(len(data), size=min(CRISES, len(data) // 4), replace=False)).astype(int)
    crises = []
    for position in hit:
        day, size = int(rng.integers(60, 330)), int(rng.integers(18, 31))
        when = day * 1440 + rng.beta(1.2, 2.5, size) * 8 * 1440
        which, minute = np.append(which, np.full(size, position)), np.append(minute, when)
        rating, angry = (
            np.append(rating, np.ones(size, dtype=int)),
            np.append(angry, np.ones(size, dtype=bool)),
        )
        start = (START + pd.Timedelta(days=day)).date().isoformat()
        crises.append({"account": data["account"].iloc[position], "start": start, "reviews": size})
    n = len(which)
    answers = rng.random(n) < 1 / (1 + np.exp(-(0.3 + 1.5 * data["warmth"].to_numpy()[which])))
    answered = _moments(minute + _waiting_days(n, data["warmth"].to_numpy()[which], rng)).where(answers)
    text, language = _words(rating, angry, rng)
    table = pd.DataFrame(
        {
            "platform": "google_business",
            "account": data["account"].to_numpy()[which],
            "published": _moments(minute),
            "rating": rating,
            "text": text,
            "language": language,
            "answered": answered,
        }
    ).sort_values(["account", "published", "rating", "text"], ignore_index=True)
    table.insert(2, "review_id", [f"r{i:06d}" for i in range(1, n + 1)])
    return table, crises


def _words(rating: np.ndarray, angry: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Choose a text by rating; a third of the reviews has none."""
    written = captions()["reviews"]
    luck, silent = rng.random(len(rating)), rng.random(len(rating)) < 0.33
    language = np.where(angry | (rng.random(len(rating)) < 0.88), "fr", "en").astype(object)
    texts = np.empty(len(rating), dtype=object)
    for i, stars in enumerate(rating):
        options = written["crisis"] if angry[i] else written[language[i]][int(stars)]
        texts[i] = None if silent[i] and not angry[i] else options[int(luck[i] * len(options))]
    return texts, np.where(pd.isna(texts), None, language)


def messages(accounts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write down the first messages customers sent and when they were answered.

    Parameters
    ----------
    accounts : pandas.DataFrame
        What `accounts.accounts` returns, hidden columns included.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `platform, account, thread_id, received, answered` (missing when never answered).

    Notes
    -----
    An unanswered message is missing, not a wait of 0; leaving it out shortens the wait.

    Examples
    --------
    >>> account = pd.DataFrame({"platform": ["facebook"], "account": ["a"], "trade": ["bakery"]})
    >>> account = account.assign(owner_type="firm", followers=900, growth=0.1, pace=1.5, pull=0.0, warmth=0.0)
    >>> table = messages(account, np.random.default_rng(1))
    >>> bool((table["answered"].dropna() > table["received"][table["answered"].notna()]).all())
    True
    """
    data = accounts[accounts["platform"].isin(["facebook", "instagram"])].reset_index(drop=True)
    counts = rng.poisson(14 * np.exp(rng.normal(0, 0.6, len(data))))
    which = np.repeat(np.arange(len(data)), counts)
    n = len(which)
    minute = np.floor(rng.random(n) * MINUTES)
    habit = rng.normal(0, 0.6, len(data))[which] - 0.5 * data["warmth"].to_numpy()[which]
    wait = np.exp(np.log(7 * 60) + habit + rng.normal(0, 1.0, n))
    answered = _moments(minute + wait).where(rng.random(n) >= 1 / 9)
    table = pd.DataFrame(
        {
            "platform": data["platform"].to_numpy()[which],
            "account": data["account"].to_numpy()[which],
            "received": _moments(minute),
            "answered": answered,
        }
    ).sort_values(["account", "received"], ignore_index=True)
    table.insert(2, "thread_id", [f"t{i:06d}" for i in range(1, n + 1)])
    return table
