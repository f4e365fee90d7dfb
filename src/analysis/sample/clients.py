"""Three example clients: who they are, and the files they would have downloaded from their platforms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from analysis.errors import DataError
from analysis.sample.exports import (
    facebook_posts,
    facebook_posts_legacy,
    instagram_posts,
    page_insight,
)
from analysis.sample.simulation import Sample
from analysis.sample.stories import posts_of, stories, videos_of
from analysis.sample.studio import workbook, youtube_days, youtube_videos

__all__ = ["client_files", "write_clients"]

FIELDS = ["name", "trade", "sector", "size_class", "employees", "town", "region", "language", "consultant"]
QUARTERS = [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")]
NO_CLICKS = ["clicks", "link_clicks"]
STREAM = 100


def _named(first: str, last: str, number: str, year: int = 2025) -> str:
    """Name a file as Meta Business Suite does."""
    days = [pd.Timestamp(f"{year}-{day}").strftime("%b-%d-%Y") for day in (first, last)]
    return f"{days[0]}_{days[1]}_{number}.csv"


def _between(data: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    days = data["published"].dt.strftime("%m-%d")
    return data[(days >= first) & (days <= last)].reset_index(drop=True)


def _later(data: pd.DataFrame) -> pd.DataFrame:
    """Give the same posts as an export made months later shows them: lifetime totals have grown."""
    grown = ["reach", "reach_organic", "views", "views_organic", "reactions", "comments", "shares", "clicks"]
    return data.assign(**{name: data[name] + np.ceil(data[name] * 0.04).astype(int) for name in grown})


def _daily(total: int, rng: np.random.Generator, drop_zeros: bool = False) -> pd.Series:
    """Spread a total over the days of 2025."""
    days = pd.date_range("2025-01-01", "2025-12-31")
    share = np.exp(rng.normal(0, 0.5, len(days)))
    counts = pd.Series(rng.multinomial(total, share / share.sum()), index=days)
    return counts[counts > 0] if drop_zeros else counts


def _bookshop(story: dict, rng: np.random.Generator) -> dict[str, bytes]:
    """Headings in French; three quarters month first, one day first with semicolons; September again later."""
    facebook, instagram = posts_of(story, "facebook", rng), posts_of(story, "instagram", rng)
    files = {}
    for i, (first, last) in enumerate(QUARTERS):
        part = _between(facebook, first, last)
        third = i == 2
        without = [["crosspost", *NO_CLICKS], [], ["labels", *NO_CLICKS], ["crosspost"]][i]
        files[_named(first, last, f"99925771930184{i}2")] = facebook_posts(
            part, story, "fr", dayfirst=third, delimiter=";" if third else ",", without=without
        )
    september = _later(_between(facebook, "09-01", "09-30"))
    files[_named("09-01", "09-30", "9992577193018477")] = facebook_posts(
        september, story, "fr", without=["labels"]
    )
    for first, last, number in [("01-01", "06-30", "31"), ("07-01", "12-31", "32")]:
        part = _between(instagram, first, last)
        files[_named(first, last, f"99917841400022{number}")] = instagram_posts(part, story, thousands=False)
    files["Follows.csv"] = page_insight("Facebook follows", _daily(158, rng, drop_zeros=True))
    files["Views.csv"] = page_insight("Facebook views", _daily(int(facebook["views"].sum() * 1.2), rng))
    return files


def _bakery(story: dict, rng: np.random.Generator) -> dict[str, bytes]:
    """Headings in French; quarters, then one file a month; thousands with commas on Instagram; French YouTube."""
    facebook, instagram = posts_of(story, "facebook", rng), posts_of(story, "instagram", rng)
    videos = videos_of(story, rng)
    spans = [*QUARTERS[:3], ("10-01", "10-31"), ("11-01", "11-30"), ("12-01", "12-31")]
    files = {}
    for i, (first, last) in enumerate(spans):
        without = [
            ["crosspost", "labels", *NO_CLICKS],
            ["labels"],
            NO_CLICKS,
            [],
            ["link_clicks"],
            ["crosspost"],
        ][i]
        files[_named(first, last, f"9993310045120{i}18")] = facebook_posts(
            _between(facebook, first, last), story, "fr", dayfirst=i in (1, 4), without=without
        )
    big = instagram.assign(views=instagram["views"] * np.where(instagram["kind"] == "reel", 6, 1))
    files[_named("01-01", "12-31", "9991784140551207")] = instagram_posts(big, story, thousands=True)
    total = int(videos["views"].sum() * 1.15)
    files["Informations relatives aux tableaux.csv"] = youtube_videos(videos, total, "fr")
    files["Follows.csv"] = page_insight("Facebook follows", _daily(241, rng))
    return files


def _joiner(story: dict, rng: np.random.Generator) -> dict[str, bytes]:
    """Headings in English; an old two-row export of 2021; YouTube Studio; the LinkedIn workbook of the owner."""
    facebook, instagram = posts_of(story, "facebook", rng), posts_of(story, "instagram", rng)
    videos = videos_of(story, rng)
    files = {}
    for i, (first, last) in enumerate(QUARTERS):
        without = [NO_CLICKS, [], ["languages", "funded"], ["data_comment"]][i]
        part = _between(facebook, first, last)
        files[_named(first, last, f"99944120077650{i}3")] = facebook_posts(part, story, "en", without=without)
    files[_named("01-01", "12-31", "9991784140776219")] = instagram_posts(instagram, story, thousands=False)
    days = _daily(int(videos["views"].sum() * 1.2), rng)
    folder = "Content 2025-01-01_2026-01-01 Hartwell Joinery"
    files[f"{folder}/Table data.csv"] = youtube_videos(videos, int(days.sum()), "en")
    files[f"{folder}/Totals.csv"] = youtube_days(days)
    files["Content_2025-01-01_2025-12-31_HartwellJoinery.xlsx"] = workbook(_linkedin(story, facebook, rng))
    old = _between(facebook, "09-01", "12-31").assign(
        published=lambda d: d["published"] - pd.DateOffset(years=4)
    )
    renamed = old.assign(post_id=[f"9999012{i:09d}" for i in range(1, len(old) + 1)])
    name = "Facebook Insights Data Export (Post Level) - Hartwell Joinery - 2021-12-31.csv"
    files[name] = facebook_posts_legacy(renamed, story)
    return files


def _linkedin(story: dict, facebook: pd.DataFrame, rng: np.random.Generator) -> dict[str, list[list[object]]]:
    """Fill the five sheets of LinkedIn's workbook for creators; its days are not in order."""
    when = np.sort(rng.choice(len(facebook), size=24, replace=False))
    seen = np.round(story["followers"]["linkedin"] * np.exp(rng.normal(-0.3, 0.6, 24))).astype(int)
    acted = rng.poisson(0.05 * seen)
    links = [
        f"https://www.linkedin.com/feed/update/urn:li:activity:99999{i:014d}" for i in range(7, 24 * 7 + 7, 7)
    ]
    days = [_us(moment) for moment in facebook["published"].iloc[when]]
    daily, engaged = _daily(int(seen.sum() * 1.1), rng), _daily(int(acted.sum() * 1.1), rng)
    order = rng.permutation(len(daily))
    new = _daily(96, rng)
    by_action, by_view = np.argsort(-acted, kind="stable"), np.argsort(-seen, kind="stable")
    top = [["Maximum of 50 posts available to include in this list"], []]
    top.append(
        ["Post URL", "Post publish date", "Engagements", None, "Post URL", "Post publish date", "Impressions"]
    )
    for a, v in zip(by_action, by_view, strict=True):
        top.append([links[a], days[a], int(acted[a]), None, links[v], days[v], int(seen[v])])
    return {
        "DISCOVERY": [
            ["Overall Performance", "1/1/2025 - 12/31/2025"],
            ["Impressions", int(daily.sum())],
            ["Members reached", int(daily.sum() * 0.41)],
        ],
        "ENGAGEMENT": [
            ["Date", "Impressions", "Engagements"],
            *[[_us(daily.index[i]), int(daily.iloc[i]), int(engaged.iloc[i])] for i in order],
        ],
        "TOP POSTS": top,
        "FOLLOWERS": [
            ["Total followers on 12/31/2025:", story["followers"]["linkedin"]],
            [],
            ["Date", "New followers"],
            *[[_us(day), int(count)] for day, count in new.items()],
        ],
        "DEMOGRAPHICS": [
            ["Top Demographics", "Value", "Percentage"],
            ["Job titles", "Architect", 0.14],
            ["Job titles", "Owner", 0.11],
            ["Locations", "Hartwell area", 0.38],
            ["Industries", "Construction", 0.29],
            ["Company size", "10,001+ employees", "< 1%"],
        ],
    }


def _us(day: pd.Timestamp) -> str:
    return f"{day.month}/{day.day}/{day.year}"


MAKERS = {"librairie-des-tilleuls": _bookshop, "le-fournil-de-jeanne": _bakery, "hartwell-joinery": _joiner}


def client_files(client: str, seed: int) -> dict[str, bytes]:
    """Make the exports of one example client.

    Parameters
    ----------
    client : str
        Identifier.
    seed : int
        Seed of the simulation.

    Returns
    -------
    dict
        File name (below `exports/`) to content.

    Examples
    --------
    >>> files = client_files("librairie-des-tilleuls", seed=1)
    >>> files["Follows.csv"][:2]
    b'\\xff\\xfe'
    """
    number = list(MAKERS).index(client)
    return MAKERS[client](stories()[client], np.random.default_rng([seed, STREAM + number]))


def _card(client: str, story: dict, sample: Sample) -> str:
    """Write `client.yml`: who the client is, the firm's number in the survey, and the words of its topics."""
    card = {
        "id": client,
        **{field: story[field] for field in FIELDS},
        "hours_available": story["hours_available"],
    }
    firm = sample.truth["clients"].get(client)
    card |= {"firm": firm} if firm else {}
    card |= {"simulated": True}
    topics = {
        name: {key: topic[key] for key in ("label", "words")} for name, topic in story["topics"].items()
    }
    head = "# An invented client, with files in the platforms' own formats. No real firm is meant.\n"
    body = yaml.safe_dump({**card, "topics": topics}, sort_keys=False, allow_unicode=True, width=100)
    return head + body


def write_clients(sample: Sample, folder: Path | str) -> list[Path]:
    """Write the folders of the three example clients.

    Parameters
    ----------
    sample : Sample
        What `simulate` returns; its seed and its panel decide.
    folder : pathlib.Path or str
        Where the client folders go, such as `data/clients`. Folders of other clients are left alone.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    DataError
        When an example client's folder holds files that this did not write.

    Notes
    -----
    Everything in them is invented; `client.yml` says `simulated: true`.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from analysis.sample.simulation import simulate
    >>> [path.name for path in write_clients(simulate(firms=120, seed=1), mkdtemp())][0]
    'client.yml'
    """
    contents: dict[Path, bytes] = {}
    for client, story in stories().items():
        home = Path(folder) / client
        ours = {home / "client.yml": _card(client, story, sample).encode("utf-8")}
        files = client_files(client, sample.truth["seed"])
        ours |= {home / "exports" / name: content for name, content in files.items()}
        there = [path for path in home.rglob("*") if path.is_file()] if home.exists() else []
        foreign = sorted(path.name for path in there if path not in ours)
        if foreign:
            raise DataError(
                f"The folder of {client} holds other files ({', '.join(foreign[:3])}): move them first."
            )
        contents |= ours
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(contents)
