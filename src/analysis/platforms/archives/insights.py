"""What did Instagram count on each post of a firm's account: the past insights of its archive, in any language."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from analysis.platforms.archives.meta import identified, kind_of
from analysis.platforms.cells.numbers import numbers
from analysis.platforms.export import counted, rows_text
from analysis.platforms.records.parts import Part, count
from analysis.platforms.specification import fold
from analysis.yaml_files import from_yaml

__all__ = ["audience", "join", "knows", "posts"]

LABELS = Path(__file__).with_name("labels.yml")
LISTS = {
    "organic_insights_posts": None, "organic_insights_reels": "reel", "organic_insights_stories": "story",
    "organic_insights_live": "live", "organic_insights_live_videos": "live",
}  # fmt: skip
AUDIENCE = "organic_insights_audience"
SHARE = re.compile(r"\s*([^:]+?)\s*:\s*(\d+(?:[.,]\d+)?)\s*%\s*(?:[,;]|$)")
WHOLE_SHARE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*%\s*")
GENDERS = {"age_men": "men", "age_women": "women"}


@cache
def _labels(use: str) -> dict[str, str]:
    """Load one use of the labels file: label, folded → column."""
    known = from_yaml(LABELS.read_text(encoding="utf-8"))[use]
    return {fold(label): name for name, labels in known.items() for label in labels}


@cache
def _moments() -> frozenset[str]:
    return frozenset(map(fold, from_yaml(LABELS.read_text(encoding="utf-8"))["moments"]))


def knows(content: Any) -> str | None:
    """Tell the file of posts from that of the audience.

    Parameters
    ----------
    content : object
        Parsed and repaired JSON.

    Returns
    -------
    {"posts", "audience", None}

    Examples
    --------
    >>> knows({"organic_insights_reels": []}), knows({"organic_insights_audience": []}), knows([])
    ('posts', 'audience', None)
    """
    if not isinstance(content, dict):
        return None
    if any(key in content for key in LISTS):
        return "posts"
    return "audience" if AUDIENCE in content else None


def posts(content: dict, account: str | None, file: str) -> Part:
    """Make the table of posts with the figures Instagram counted.

    Parameters
    ----------
    content : dict
        Parsed and repaired JSON.
    account : str or None
        From the archive's name.
    file : str
        For messages.

    Returns
    -------
    Part
        `reach`, `views` (views or plays, else impressions; both also under their own names), `reactions`,
        `comments`, `shares`, `saves`, `follows`, `profile_visits`, `replies`, `link_clicks`; `--` is missing.

    Notes
    -----
    Impressions, plays and views are three ways of counting, of different years: do not compare across them.

    Examples
    --------
    >>> said = {"Comptes touchés": {"value": "1,204"}, "Mentions J'aime": {"value": "--"}}
    >>> item = {"media_map_data": {"Miniature": {"uri": "media/posts/a.jpg", "creation_timestamp": 1700000000}},
    ...         "string_map_data": said}
    >>> row = posts({"organic_insights_posts": [item]}, None, "posts.json").rows[0]
    >>> row["reach"], row["reactions"]
    (1204, None)
    """
    part = Part("instagram", "instagram_archive", "posts", "instagram_archive_insights")
    said: list[dict[str, str]] = []
    unread: Counter = Counter()
    for key, kind in LISTS.items():
        for item in _dicts(content.get(key)):
            row, cells = _row(item, kind, account, part, unread)
            part.rows.append(row)
            said.append(cells)
    _figures(said, part, file)
    for row in part.rows:
        identified(row, account, "instagram")
    if unread:
        names = ", ".join(sorted(unread)[:5]) + (f" and {len(unread) - 5} more" if len(unread) > 5 else "")
        part.notice("columns_unread", f"{file}: labels not read: {names}.")
    return part


def _dicts(value: Any) -> list[dict]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _inner(item: dict, name: str) -> dict[str, dict]:
    found = item.get(name)
    return {k: v for k, v in found.items() if isinstance(v, dict)} if isinstance(found, dict) else {}


def _row(item: dict, kind: str | None, account: str | None, part: Part, unread: Counter) -> tuple[dict, dict]:
    """Take one post apart: its picture and moment, and its figures as printed."""
    media = next(iter(_inner(item, "media_map_data").values()), {})
    cells: dict[str, str] = {}
    when, text = media.get("creation_timestamp"), media.get("title")
    for label, entry in _inner(item, "string_map_data").items():
        name, value = fold(label), str(entry.get("value") or "")
        if name in _labels("figures"):
            part.columns.setdefault(_labels("figures")[name], label)
            cells[_labels("figures")[name]] = value
        elif name in _labels("words"):
            text = text or value
        elif name in _moments() or (entry.get("timestamp") and not value):
            when = when or entry.get("timestamp")
        else:
            unread[label] += 1
    uri = str(media.get("uri") or "")
    kind = kind or ("video" if kind_of([media], "facebook") == "video" else None)
    row = {"account": account, "published": part.time(when), "kind": kind, "text": text or None, "_uri": uri}
    return row, cells


def _figures(said: list[dict[str, str]], part: Part, file: str) -> None:
    """Read the figures column by column, as their format shows only there."""
    words: Counter = Counter()
    for name in dict.fromkeys(name for cells in said for name in cells):
        read = numbers([cells.get(name) or None for cells in said], whole=True)
        words.update(read.words)
        if read.unreadable:
            rows = rows_text([place + 1 for place, _ in read.unreadable])
            part.notice(
                "unreadable", f"{file}, {part.columns[name]}, {rows}: no readable figure; missing, not 0."
            )
        if read.rounded:
            figures_are = counted(read.rounded, "figure is", "figures are")
            part.notice("rounded", f"{file}, {part.columns[name]}: {figures_are} abbreviated (1.2K).")
        for row, value in zip(part.rows, read.values, strict=True):
            row[name] = count(value)
    for row in part.rows:
        row["views"] = next((row[n] for n in ("plays", "impressions") if row.get(n) is not None), None)
    if words:
        listed = ", ".join(f'"{word}" {number}' for word, number in sorted(words.items()))
        part.notice("missing_words", f"{file}: words in place of figures are missing, not 0: {listed}.")
    if any(row.get("impressions") is not None and row.get("plays") is None for row in part.rows):
        part.notice("views_are_impressions", f"{file}: what is counted as views are impressions.")


def join(parts: list[Part]) -> None:
    """Bring figures to the posts of the same archive, and words and kinds to the figures.

    Parameters
    ----------
    parts : list of Part
        All tables of one archive; changed in place.

    Notes
    -----
    A post is known by the number in its file's name, else by its moment to the second, where one post alone has it.

    Examples
    --------
    >>> when = datetime(2024, 5, 1, 10)
    >>> own = Part("instagram", "t", "posts", "a", rows=[{"post_id": "1", "published": when, "kind": "reel"}])
    >>> network = Part("instagram", "t", "posts", "instagram_archive_insights",
    ...                rows=[{"post_id": "2", "published": when, "kind": None, "reach": 40}])
    >>> join([own, network])
    >>> own.rows[0]["reach"], network.rows[0]["post_id"], network.rows[0]["kind"]
    (40, '1', 'reel')
    """
    network = [part for part in parts if part.platform == "instagram" and part.kind == "posts"]
    measured = [row for part in network if part.format.endswith("_insights") for row in part.rows]
    own = [(part, row) for part in network if not part.format.endswith("_insights") for row in part.rows]
    numbered = {row["post_id"]: (part, row) for part, row in own if row["post_id"]}
    moments: dict[datetime, list] = {}
    for part, row in own:
        moments.setdefault(row["published"], []).append((part, row))
    joined: Counter = Counter()
    for figures in measured:
        found = numbered.get(figures["post_id"]) or _alone(moments, figures["published"])
        if found:
            part, row = found
            _exchange(row, figures)
            joined[id(part)] += 1
    for part in network:
        if joined[id(part)]:
            part.notices = [n for n in part.notices if n.code != "figures_absent"]
            part.notice(
                "figures_joined",
                f"{joined[id(part)]} of {counted(len(part.rows), 'post')} got their figures from the past insights of "
                "the archive; the others have none: missing, not 0.",
            )


def _alone(moments: dict[datetime, list], when: datetime | None) -> tuple[Part, dict] | None:
    """Find the only post of a moment; a post of several pictures can be a second younger than they are."""
    for late in (0, 1, -1) if when else ():
        found = moments.get(when + timedelta(seconds=late), [])
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _exchange(row: dict, figures: dict) -> None:
    for name, value in figures.items():
        if name not in {"post_id", "published", "kind", "text", "account"} and row.get(name) is None:
            row[name] = value
    for name in ("post_id", "kind", "text", "media"):
        if name in row and (name == "post_id" or figures.get(name) is None):
            figures[name] = row[name]


def audience(content: dict, account: str | None, file: str) -> Part:
    """Make the table of followers by country, city, age and gender.

    Parameters
    ----------
    content : dict
        Parsed and repaired JSON.
    account : str or None
        From the archive's name.
    file : str
        For messages.

    Returns
    -------
    Part
        Kind `audience`: shares of followers (0–1) by `dimension` and `level`; the number of followers is in
        `totals`.

    Examples
    --------
    >>> said = {"Pourcentage de followers en fonction du pays": {"value": "France: 84,5%, Belgique: 5,1%"}}
    >>> part = audience({"organic_insights_audience": [{"string_map_data": said}]}, None, "audience_insights.json")
    >>> [(row["level"], row["value"]) for row in part.rows]
    [('France', 0.845), ('Belgique', 0.051)]
    """
    part = Part("instagram", "instagram_archive", "audience", "instagram_archive_audience")
    for item in _dicts(content.get(AUDIENCE)):
        for label, entry in _inner(item, "string_map_data").items():
            name, value = _labels("audience").get(fold(label)), str(entry.get("value") or "")
            if name == "period":
                part.notice("period", f"{file}: the figures are those of {value}.")
            elif name == "followers":
                _total(value, part)
            elif name:
                part.rows += [{"account": account, **row} for row in _shares(name, value)]
                left = "" if WHOLE_SHARE.fullmatch(value) else SHARE.sub("", value).strip()
                if left:
                    part.notice("unreadable", f"{file}, {label}: no readable share in: {left[:60]}.")
    return part


def _total(value: str, part: Part) -> None:
    read = numbers([value], whole=True).values[0]
    if read is not None:
        part.totals["followers"] = float(read)


def _shares(name: str, value: str) -> list[dict]:
    """Take a printed list of shares apart, decimal comma or point."""
    if name in ("men", "women"):
        found = WHOLE_SHARE.fullmatch(value)
        return [_share("gender", name, found[1])] if found else []
    dimension = "age_gender" if name in GENDERS else name
    return [
        _share(dimension, f"{GENDERS[name]} {level}" if name in GENDERS else level, number)
        for level, number in SHARE.findall(value)
    ]


def _share(dimension: str, level: str, number: str) -> dict:
    value = round(float(number.replace(",", ".")) / 100, 6)
    return {"dimension": dimension, "level": level, "value": value, "unit": "share"}
