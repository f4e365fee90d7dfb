"""Write what X, YouTube, TikTok, Pinterest and Google let a business download, with their quirks."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime

import openpyxl

from platforms.faithful import number, table

TWEET = [
    "impressions", "engagements", "engagement rate", "retweets", "replies", "likes", "user profile clicks",
    "url clicks", "hashtag clicks", "detail expands", "permalink clicks", "app opens", "app installs", "follows",
    "email tweet", "dial phone", "media views", "media engagements",
]  # fmt: skip
X_CONTENT = [
    "Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares",
    "New follows", "Replies", "Reposts", "Profile visits", "Detail Expands", "URL Clicks", "Hashtag Clicks",
    "Permalink Clicks",
]  # fmt: skip
YOUTUBE = {
    "en": {
        "post_id": "Content", "text": "Video title", "published": "Video publish time", "length": "Duration",
        "views": "Views", "watch_hours": "Watch time (hours)", "reach": "Unique viewers",
        "view_duration": "Average view duration", "click_through": "Impressions click-through rate (%)",
        "reactions": "Likes", "comments": "Comments added", "shares": "Shares",
    },
    "fr": {
        "post_id": "Contenu", "text": "Titre de la vidéo", "published": "Heure de publication de la vidéo",
        "length": "Durée", "views": "Vues", "watch_hours": "Durée de visionnage (heures)",
        "reach": "Spectateurs uniques", "view_duration": "Durée moyenne de visionnage",
        "click_through": "Taux de clics par impression (%)", "reactions": "J’aime",
        "comments": "Commentaires ajoutés", "shares": "Partages",
    },
}  # fmt: skip
TIKTOK = {
    "snapshot": "Time", "text": "Video title", "url": "Video link", "published": "Post time",
    "reactions": "Total likes", "comments": "Total comments", "shares": "Total shares", "views": "Total views",
}  # fmt: skip
GOOGLE = [
    "Store code", "Business name", "Address", "Labels", "Google Search - Mobile", "Google Search - Desktop",
    "Google Maps - Mobile", "Google Maps - Desktop", "Calls", "Messages", "Bookings", "Directions",
    "Website clicks", "Food orders", "Food menu clicks", "Hotel bookings",
]  # fmt: skip
FRENCH = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]


def quoted(rows: list[list[str]], encoding: str = "utf-8", end: str = "\n") -> bytes:
    """Write rows with every cell in quotes."""
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return (stream.getvalue().rstrip("\n") + end).encode(encoding)


def zipped(members: dict[str, bytes]) -> bytes:
    """Pack files as the platforms do."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content)
    return stream.getvalue()


def book(rows: list[list[object]], title: str = "Sheet1") -> bytes:
    """Write rows as a workbook."""
    made, stream = openpyxl.Workbook(), io.BytesIO()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    made.save(stream)
    return stream.getvalue()


def tweets(posts: list[dict], likes: str = "likes", promoted: bool = True) -> bytes:
    """Write the file by tweet: 40 columns in quotes, floats as text, "-" where nothing was promoted."""
    names = [likes if name == "likes" else name for name in TWEET]
    twins = [f"promoted {name}" for name in names] if promoted else []
    rows = [["Tweet id", "Tweet permalink", "Tweet text", "time", *names, *twins]]
    words = {
        "impressions": "views",
        "retweets": "shares",
        "replies": "comments",
        likes: "reactions",
        "url clicks": "clicks",
    }
    for post in posts:
        own = [f"{float(post.get(words.get(name, name), 0))}" for name in names]
        paid = [f"{float(post['promoted'])}" if "promoted" in post else "-"] * len(twins)
        link = f"https://twitter.com/atelier_du_bois/status/{post['post_id']}"
        rows.append(
            [post["post_id"], link, post["text"], f"{post['published']:%Y-%m-%d %H:%M} +0000", *own, *paid]
        )
    return quoted(rows)


def x_content(posts: list[dict]) -> bytes:
    """Write X's content file of 2025: days with a comma in quotes, no hour."""
    rows = [X_CONTENT]
    for post in posts:
        day = post["published"]
        link = f"https://x.com/atelier_du_bois/status/{post['post_id']}"
        known = {
            "Post id": post["post_id"], "Date": f"{day:%a, %b} {day.day}, {day.year}", "Post text": post["text"],
            "Post Link": link, "Impressions": post["views"], "Likes": post["reactions"], "Bookmarks": post["saves"],
            "Replies": post["comments"], "Reposts": post["shares"], "Shares": 7, "URL Clicks": post["clicks"],
        }  # fmt: skip
        rows.append([str(known.get(name, 0)) for name in X_CONTENT])
    return table(rows, encoding="utf-8", newline="\n")


def youtube(
    videos: list[dict],
    language: str = "en",
    delimiter: str = ",",
    group: str = "",
    total: str = "first",
    title: bool = False,
    sign: bool = False,
    footer: bool = True,
) -> bytes:
    """Write Table data.csv of the Content tab; the printed total is above the sum of the parts."""
    words = YOUTUBE[language]
    mark = "," if language == "fr" else "."
    lines = [[_video_cell(video, name, language, group, mark, sign) for name in words] for video in videos]
    said = {"post_id": "Total", "views": number(sum(v["views"] for v in videos) + 5, group)}
    sum_line = [said.get(name, "") for name in words]
    lines = [sum_line, *lines] if total == "first" else [*lines, sum_line]
    rows = [*([["Vidéos les plus vues"]] if title else []), list(words.values()), *lines]
    rows += [["Showing top 500 results"]] if footer else []
    return table(rows, delimiter, "utf-8", "\n")


def _video_cell(video: dict, name: str, language: str, group: str, mark: str, sign: bool) -> str:
    value, space = video.get(name), "\u202f" if language == "fr" else ""
    if name == "published":
        day = value
        return (
            f"{day.day} {FRENCH[day.month - 1]} {day.year}"
            if language == "fr"
            else f"{day:%b} {day.day}, {day.year}"
        )
    if name == "view_duration":
        return f"{int(value) // 3600}:{int(value) // 60 % 60:02d}:{value % 60:06.3f}".replace(".", mark)
    if name == "click_through":
        return f"{value:.2f}".replace(".", mark) + (f"{space}%" if sign else "")
    if name == "watch_hours":
        return f"{value:.4f}".replace(".", mark)
    return number(value, group) if isinstance(value, int) else str(value)


def tiktok(posts: list[dict], clock: bool = True, short: bool = False) -> bytes:
    """Write TikTok Studio's Content.csv: a mark, all in quotes, no last line end."""
    rows = [list(TIKTOK.values())]
    for post in posts:
        day = post["published"]
        known = post | {
            "snapshot": "August 18",
            "url": f"https://www.tiktok.com/@atelier.du.bois/video/{post['post_id']}",
            "published": f"{day:%Y-%m-%d %H:%M:%S}" if clock else f"{day:%B} {day.day}",
            "views": f"{post['views'] / 1000:.1f}K" if short else number(post["views"], ","),
        }
        rows.append([str(known[name]) for name in TIKTOK])
    return quoted(rows, "utf-8-sig", end="")


def google(profiles: list[dict]) -> list[list[object]]:
    """Make the rows of Google's performance report: names, descriptions, one line per profile."""
    described = ["", "", "", "", *(f"Number of interactions: {name}" for name in GOOGLE[4:])]
    return [GOOGLE, described, *([profile.get(name, "") for name in GOOGLE] for profile in profiles)]


def made(count: int = 6, **changes: object) -> list[dict]:
    """Make posts with long identifiers, commas and line breaks in their words."""
    return [
        {
            "post_id": f"15520110380126986{n:02d}",
            "published": datetime(2026, 3, n + 9, 8, 2 * n),
            "text": f"Atelier, n° {n}\nrentrée « bois »",
            "views": 12_400 + 7 * n,
            "reactions": 312 + n,
            "comments": 4,
            "shares": 2 + n,
            "saves": 5,
            "clicks": 11,
            "length": 61 + n,
            "watch_hours": 12.4812,
            "reach": 9_000 + n,
            "view_duration": 4271.27,
            "click_through": 6.58,
        }
        | changes
        for n in range(1, count + 1)
    ]
