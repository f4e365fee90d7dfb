"""What must still be done to the files of tools that post for a business: metrics in headings, networks in rows."""

from __future__ import annotations

import re

import pandas as pd

from analysis.platforms.cells.numbers import numbers
from analysis.platforms.export import counted, grouped, rows_text
from analysis.platforms.layout.reading import Reading
from analysis.platforms.networks import NETWORKS, network
from analysis.platforms.specification import fold
from analysis.platforms.steps.registry import step

__all__: list[str] = []

AGGREGATED = re.compile(
    r"(.+?)\s*\((daily|overall)\s+(?:aggregated\s+)?values? for ([^:]+):\s*(.*)\)", re.IGNORECASE | re.DOTALL
)
SAME = {
    "page_likes": "followers",
    "page_fans": "followers",
    "page_impressions": "views",
    "page_reach": "reach",
}
DETAIL = ("likes", "loves", "wows", "hahas", "sorrys", "angers", "other_reactions")
MANY_KINDS = ("facebook", "linkedin")
WORDLESS = "(post with no description)"


def snake(heading: str) -> str:
    """Write a heading as the name of a metric.

    Examples
    --------
    >>> snake("Page Reactions by Type - Wow")
    'page_reactions_by_type_wow'
    """
    return re.sub(r"\W+", "_", fold(heading)).strip("_")


def _all_headings_read(reading: Reading) -> None:
    reading.notices = [notice for notice in reading.notices if notice.code != "columns_unread"]


@step
def hootsuite_metrics(reading: Reading) -> None:
    """Take every metric from its own heading; overall values are totals of the period and stay out of the days."""
    days, overall = [], {}
    for place, heading in enumerate(reading.header):
        named = AGGREGATED.fullmatch(str(heading or "").strip())
        if not named:
            continue
        values = numbers([reading.raw[row][place] for row in reading.frame["_row"]], whole=False).values
        name = snake(named[1])
        if named[2].casefold() == "daily":
            days.append((SAME.get(name, name), named[4], pd.Series(values, dtype="Float64")))
            reading.platform = NETWORKS.get(fold(named[3]).rsplit(" ", 1)[0], reading.platform)
        elif found := [value for value in values if value is not None]:
            overall[name] = float(found[-1])
    reading.frame = _of_pages(reading, days)
    reading.totals |= overall
    _all_headings_read(reading)
    if overall:
        reading.notice(
            "overall_values",
            f"Overall values of the period stand on one line ({len(overall)}): totals, not figures of that day.",
        )


def _of_pages(reading: Reading, days: list[tuple[str, str, pd.Series]]) -> pd.DataFrame:
    """Give metrics a column each where all are of the same pages; else one line a metric, page and day."""
    names, pages = [name for name, _, _ in days], {page for _, page, _ in days}
    if len(pages) == 1 and len(set(names)) == len(names):
        reading.metrics |= {name: name for name in names}
        return reading.frame.assign(account=pages.pop(), **{name: values for name, _, values in days})
    parts = [
        pd.DataFrame({"date": reading.frame["date"], "account": page, "metric": name, "value": values})
        for name, page, values in days
    ]
    return pd.concat(parts, ignore_index=True) if parts else reading.frame.assign(metric="", value=0.0)[:0]


@step
def metrics_from_headings(reading: Reading) -> None:
    """Read every other heading whose cells are numbers as a metric of its own."""
    frame, known = reading.frame, set(reading.match.places.values())
    for place in range(reading.match.start, reading.match.stop):
        heading = str(reading.header[place] or "").strip()
        if place in known or not heading:
            continue
        cells = [reading.raw[row][place] for row in frame["_row"]]
        found = numbers(cells, whole=False)
        name = snake(heading)
        if found.unreadable or name in frame or name in reading.metrics.values():
            continue
        series = pd.Series([None if v is None else float(v) for v in found.values], dtype="Float64")
        frame = frame.assign(**{name: series / 100 if found.percent else series})
        reading.metrics[name] = name
    reading.frame = frame
    _all_headings_read(reading)


@step
def platform_from_network(reading: Reading) -> None:
    """Name the network of each row: dashboards put several in one file."""
    words = reading.frame["network"].map(fold, na_action="ignore")
    found = words.map(network, na_action="ignore")
    strange = sorted(set(words.dropna()) - set(NETWORKS))
    if strange:
        reading.notice("network_unknown", f"Networks not known yet, kept as written: {', '.join(strange)}.")
    reading.frame = reading.frame.assign(platform=found.astype("string").fillna(reading.platform))


@step
def networks_named(reading: Reading) -> None:
    """Bring the names of networks a mapped column holds to the project's own; a blank is the mapping's network."""
    found = reading.frame["platform"].map(network, na_action="ignore").astype("string")
    reading.frame = reading.frame.assign(
        platform=found.fillna(reading.platform) if reading.platform else found
    )


@step
def no_description(reading: Reading) -> None:
    """Call words missing where the tool writes that there are none."""
    if "text" in reading.frame:
        empty = reading.frame["text"].map(fold, na_action="ignore").eq(WORDLESS).fillna(False)
        reading.frame = reading.frame.assign(text=reading.frame["text"].mask(empty))


@step
def post_id_after_page(reading: Reading) -> None:
    """Keep the post's own identifier of Facebook's `page_post`, so that it is the one of other exports of the page."""
    frame = reading.frame
    if "post_id" not in frame:
        return
    networks = frame.get("platform", pd.Series(reading.platform, index=frame.index))
    facebook = networks.eq("facebook").fillna(False)
    parts = frame["post_id"].str.extract(r"^(\d+)_(\d+)$").astype("string")
    page, own = (parts[number].where(facebook) for number in (0, 1))
    reading.frame = frame.assign(account_id=page, post_id=own.fillna(frame["post_id"]).astype("string"))


@step
def reactions_from_likes(reading: Reading) -> None:
    """Take likes for the reactions that are blank, on networks that have no other kind."""
    frame = reading.frame
    if "likes" not in frame:
        return
    alone = frame["reactions"].isna() & frame["likes"].notna() & ~frame["platform"].isin(MANY_KINDS)
    if alone.any():
        reading.frame = frame.assign(reactions=frame["reactions"].fillna(frame["likes"].where(alone)))
        reading.notice(
            "likes_as_reactions",
            f"{reading.heading('reactions')} is blank on {counted(alone.sum(), 'post')} of networks that have likes "
            f"only ({rows_text(frame.loc[alone, '_row'])}): {reading.heading('likes')} was taken.",
        )


@step
def views_of_films(reading: Reading) -> None:
    """Take the film views of YouTube for its views: Sprout counts no impressions there."""
    frame = reading.frame
    if not {"views", "video_views"} <= set(frame):
        return
    filled = frame["platform"].eq("youtube") & frame["views"].isna() & frame["video_views"].notna()
    if filled.any():
        reading.frame = frame.assign(views=frame["views"].fillna(frame["video_views"].where(filled)))
        reading.notice(
            "video_views_as_views",
            f"{reading.heading('views')} is blank on {counted(filled.sum(), 'line')} of YouTube "
            f"({rows_text(frame.loc[filled, '_row'])}): {reading.heading('video_views')} was taken.",
        )


@step
def reaction_detail_exceeds(reading: Reading) -> None:
    """Say on how many posts the kinds of reaction add up to more than the reactions: shares are counted too."""
    parts = [name for name in DETAIL if name in reading.frame]
    if not parts or "reactions" not in reading.frame:
        return
    more = (reading.frame[parts].sum(axis=1, min_count=1) > reading.frame["reactions"]).fillna(False)
    if more.any():
        reading.notice(
            "parts_exceed",
            f"The kinds of reaction add up to more than {reading.heading('reactions')} on "
            f"{counted(more.sum(), 'post')} ({rows_text(reading.frame.loc[more, '_row'])}): "
            "they also count reactions on shares of the post.",
        )


@step
def paid_from_views(reading: Reading) -> None:
    """Call a post paid when any of its views or reach was paid for; unknown where no such column is there."""
    names = [name for name in ("views_paid", "reach_paid") if name in reading.frame]
    if names:
        figures = reading.frame[names]
        paid = figures.fillna(0).gt(0).any(axis=1).astype("boolean").mask(figures.isna().all(axis=1))
        reading.frame = reading.frame.assign(paid=paid)


@step
def private_messages_apart(reading: Reading) -> None:
    """Leave private messages out: only what was written in public is kept."""
    private = reading.frame["kind"].str.contains(r"\b(?:PM|private|direct)", case=False, na=False)
    if private.any():
        reading.frame = reading.frame[~private].reset_index(drop=True)
        reading.dropped += int(private.sum())
        reading.notice("private_left_out", f"Private messages were left out: {grouped(private.sum())}.")


@step
def language_code(reading: Reading) -> None:
    """Write languages given by their English name as codes; others stay as written."""
    codes = {"english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it", "dutch": "nl"}
    if "language" in reading.frame:
        written = reading.frame["language"]
        known = written.map(lambda word: codes.get(fold(word), word), na_action="ignore")
        reading.frame = reading.frame.assign(language=known.astype("string"))


@step
def sprout_kind(reading: Reading) -> None:
    """Take the content type where the post type only says that it is a post; set reposts of others apart."""
    frame = reading.frame
    plain = {
        "post",
        "tweet",
        "x post",
        "pin",
        "update",
        "thread",
        "'quote",
        "quote",
        "@reply",
        "reply",
        "mention",
    }
    types = frame["kind"].map(fold, na_action="ignore").astype("string") if "kind" in frame else None
    content = frame.get("content")
    if types is not None and content is not None:
        vague = types.isin(plain) | types.isna()
        frame = frame.assign(kind=frame["kind"].mask(vague & content.notna(), content))
    elif content is not None:
        frame = frame.assign(kind=content)
    if types is not None:
        frame = frame.assign(is_share=types.isin({"retweet", "repost", "x repost", "share"}))
    reading.frame = frame
