"""What the three example clients did in 2025: their posts, seen and answered, before any platform exports them.

The model
---------
Each client posts one to three times a week, and not at all for three weeks of August. A post has a topic,
said in its words; the usual number of people reached is the topic's own (`clients.yml`), the rest is
log-normal chance, negative binomial answers, and a boost for a few. The bookshop's staff picks are seen about
twice as often as publishers' announcements: true by construction, and `truth.yml` says so.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from analysis.sample.population import largest_remainder

__all__ = ["posts_of", "stories", "truth_of", "videos_of"]

SPREAD = 0.38
SILENT_WEEKS = [32, 33, 34]
SIZE = 3.0
HOURS = [8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19, 20]
RATES = {
    "facebook": {
        "reactions": 0.034,
        "comments": 0.005,
        "shares": 0.005,
        "clicks": 0.011,
        "saves": 0.0,
        "follows": 0.0,
    },
    "instagram": {
        "reactions": 0.060,
        "comments": 0.004,
        "shares": 0.003,
        "clicks": 0,
        "saves": 0.005,
        "follows": 0.001,
    },
}
INSTAGRAM_KINDS = {"photo": "photo", "link": "photo", "text": "carousel", "video": "reel", "reel": "reel"}


def stories() -> dict[str, dict]:
    """Read who the example clients are.

    Returns
    -------
    dict
        As in `clients.yml`, by client identifier.

    Examples
    --------
    >>> stories()["hartwell-joinery"]["language"]
    'en'
    """
    return yaml.safe_load((Path(__file__).parent / "clients.yml").read_text(encoding="utf-8"))


def truth_of(story: dict) -> dict[str, int]:
    """Give the usual number of people reached by a Facebook post, by topic.

    Parameters
    ----------
    story : dict
        One client of `stories`.

    Returns
    -------
    dict
        Topic to median number of people.

    Examples
    --------
    >>> truth_of(stories()["librairie-des-tilleuls"])["coup_de_coeur"]
    410
    """
    return {name: topic["reach"] for name, topic in story["topics"].items()}


def _moments(weekly: list[float], rng: np.random.Generator) -> pd.DatetimeIndex:
    """Draw one, two or three days of every week of 2025, and an hour for each."""
    days = pd.date_range("2025-01-01", "2025-12-31")
    weeks = days.isocalendar()
    moments = []
    for _, group in pd.Series(days, index=days).groupby([weeks["year"], weeks["week"]]):
        count = int(rng.choice([1, 2, 3], p=weekly))
        chosen = np.sort(rng.permutation(len(group))[: min(count, len(group))])
        hours, minutes = rng.choice(HOURS, size=len(chosen)), rng.integers(0, 60, len(chosen))
        if group.iloc[0].isocalendar().week in SILENT_WEEKS:
            continue
        for day, hour, minute in zip(group.iloc[chosen], hours, minutes, strict=True):
            moments.append(day + pd.Timedelta(hours=int(hour), minutes=int(minute)))
    return pd.DatetimeIndex(moments).sort_values()


def _topics(story: dict, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw topics so that every dozen posts in a row holds each in its share."""
    names = np.array(list(story["topics"]), dtype=object)
    shares = np.array([topic["share"] for topic in story["topics"].values()])
    dozen = np.repeat(names, largest_remainder(12, shares))
    drawn = [rng.permutation(dozen) for _ in range(count // 12 + 1)]
    return np.concatenate(drawn)[:count]


def _captions(story: dict, topic: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Go through each topic's captions in turn, with a different filling each time."""
    slots = {name: rng.permutation(values) for name, values in story["slots"].items()}
    turn = dict.fromkeys(story["topics"], 0)
    texts = []
    for i, name in enumerate(topic):
        options = story["topics"][name]["captions"]
        template = options[turn[name] % len(options)]
        turn[name] += 1
        filling = {slot: values[(i + turn[name]) % len(values)] for slot, values in slots.items()}
        text = template.format(**filling)
        texts.append(text[0].upper() + text[1:])
    return texts


def _kinds(story: dict, topic: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    kinds = []
    for name in topic:
        shares = story["topics"][name]["kinds"]
        kinds.append(list(shares)[int(rng.choice(len(shares), p=list(shares.values())))])
    return np.array(kinds, dtype=object)


def posts_of(story: dict, platform: str, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the year's posts of one client on Facebook or Instagram.

    Parameters
    ----------
    story : dict
        One client of `stories`.
    platform : {"facebook", "instagram"}
        Where.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        One row per post: `post_id, published` (local clock), `topic, kind, text, reach, reach_organic,
        reach_boosted, views, views_organic, views_boosted, reactions, comments, shares, clicks, saves, follows`.

    Notes
    -----
    Reach counts people: organic and boosted reach overlap, so they need not add up to reach.

    Examples
    --------
    >>> data = posts_of(stories()["hartwell-joinery"], "facebook", np.random.default_rng(1))
    >>> sorted(data["topic"].unique())
    ['finished', 'supplier', 'workshop']
    """
    published = _moments(story["weekly"][platform], rng)
    n = len(published)
    topic = _topics(story, n, rng)
    kind = _kinds(story, topic, rng)
    usual = np.array([story["topics"][t]["reach"] for t in topic], dtype=float)
    scale = story["followers"][platform] / story["followers"]["facebook"]
    organic = np.round(usual * scale * np.exp(rng.normal(0, SPREAD, n)))
    boost = (platform == "facebook") & (rng.random(n) < 0.035)
    boosted = np.where(boost, np.round(organic * rng.uniform(1.0, 2.2, n)), 0)
    reach = organic + boosted - np.round(0.12 * np.minimum(organic, boosted))
    views_organic = np.round(organic * (1.12 + rng.gamma(2.0, 0.12, n)))
    views_boosted = np.round(boosted * 1.3)
    views = views_organic + views_boosted + np.where(rng.random(n) < 0.4, rng.integers(1, 9, n), 0)
    warm = np.exp([story["topics"][t]["warm"] for t in topic])
    prefix = {"facebook": "99991220", "instagram": "99991798"}[platform]
    data = pd.DataFrame(
        {
            "post_id": [f"{prefix}{3517 * i + 100000000:010d}" for i in range(1, n + 1)],
            "published": published,
            "topic": topic,
            "kind": kind if platform == "facebook" else [INSTAGRAM_KINDS[k] for k in kind],
            "text": _captions(story, topic, rng),
        }
    )
    figures = {"reach": reach, "reach_organic": organic, "reach_boosted": boosted, "views": views}
    figures |= {"views_organic": views_organic, "views_boosted": views_boosted}
    for name, rate in RATES[platform].items():
        mean = np.maximum(rate * warm * (organic + 0.4 * boosted), 1e-9)
        figures[name] = rng.poisson(rng.gamma(SIZE, mean / SIZE))
    return data.assign(**{name: np.asarray(values).astype(int) for name, values in figures.items()})


def videos_of(story: dict, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the year's videos of one client.

    Parameters
    ----------
    story : dict
        One client of `stories`, with `videos`.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        `post_id` (eleven characters), `title, published` (day), `seconds, views, seconds_viewed` (mean a view),
        `subscribers, impressions, likes, comments, shares`.

    Examples
    --------
    >>> len(videos_of(stories()["hartwell-joinery"], np.random.default_rng(1)))
    9
    """
    n = len(story["videos"])
    letters = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
    days = np.sort(rng.choice(350, size=n, replace=False))
    views = np.round(story["followers"]["youtube"] * np.exp(rng.normal(0.6, 0.7, n))).astype(int)
    seconds = rng.integers(70, 900, n)
    return pd.DataFrame(
        {
            "post_id": ["".join(letters[rng.integers(0, len(letters), 11)]) for _ in range(n)],
            "title": story["videos"],
            "published": pd.Timestamp("2025-01-05") + pd.to_timedelta(days, unit="D"),
            "seconds": seconds,
            "views": views,
            "seconds_viewed": np.round(seconds * rng.uniform(0.25, 0.5, n)).astype(int),
            "subscribers": rng.poisson(0.004 * views),
            "impressions": np.round(views / rng.uniform(0.03, 0.08, n)).astype(int),
            "likes": rng.poisson(0.03 * views),
            "comments": rng.poisson(0.004 * views),
            "shares": rng.poisson(0.003 * views),
        }
    )
