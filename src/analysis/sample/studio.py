"""How YouTube Studio and LinkedIn write their exports down: total rows, French numbers, a workbook of sheets."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

import openpyxl
import pandas as pd

from analysis.sample.exports import BOM, delimited

__all__ = ["workbook", "youtube_days", "youtube_videos"]

FRENCH_MONTHS = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
FIXED = datetime(2026, 1, 5, 9, 0, 0)


def _hours(seconds: float) -> str:
    return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d}:{int(seconds % 60):02d}"


def _french(value: float, decimals: int = 0) -> str:
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")


def youtube_videos(data: pd.DataFrame, total_views: int, language: str) -> bytes:
    """Write the table by video of YouTube Studio; its total row counts older videos too.

    Parameters
    ----------
    data : pandas.DataFrame
        Videos as `stories.videos_of` draws them.
    total_views : int
        Views of the whole channel in the year.
    language : {"en", "fr"}
        Headings, dates and numbers.

    Returns
    -------
    bytes
        UTF-8.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.sample.stories import stories, videos_of
    >>> data = videos_of(stories()["hartwell-joinery"], np.random.default_rng(1))
    >>> youtube_videos(data, 20000, "en").decode().split("\\r\\n")[1][:16]
    'Total,,,,20000,9'
    """
    rows = [_youtube_row(video, language) for video in data.itertuples()]
    watched = (data["views"] * data["seconds_viewed"]).sum() / 3600 * total_views / data["views"].sum()
    mean = watched * 3600 / total_views
    totals = [data["subscribers"].sum(), data["impressions"].sum()]
    click = 100 * data["views"].sum() / data["impressions"].sum()
    sums = [data[name].sum() for name in ("likes", "comments", "shares")]
    if language == "en":
        header = ["Content", "Video title", "Video publish time", "Duration", "Views", "Watch time (hours)"]
        header += [
            "Subscribers",
            "Average view duration",
            "Impressions",
            "Impressions click-through rate (%)",
        ]
        header += ["Likes", "Comments added", "Shares"]
        total = [
            "Total",
            "",
            "",
            "",
            total_views,
            f"{watched:.4f}",
            totals[0],
            _hours(mean),
            totals[1],
            f"{click:.2f}",
            *sums,
        ]
        return delimited([header, total, *rows]).encode("utf-8")
    header = ["Contenu", "Titre de la vidéo", "Heure de publication de la vidéo", "Durée", "Vues"]
    header += ["Durée de visionnage (heures)", "Abonnés", "Durée moyenne d’une vue", "Impressions"]
    header += ["Taux de clics par impression (%)", "J’aime", "Commentaires ajoutés", "Partages"]
    total = ["Total", "", "", "", _french(total_views), _french(watched, 4), _french(totals[0]), _hours(mean)]
    total += [_french(totals[1]), f"{_french(click, 2)} %", *[_french(value) for value in sums]]
    return (BOM + delimited([header, total, *rows])).encode("utf-8")


def _youtube_row(video, language: str) -> list[object]:
    """Write one video's line; French files write numbers with U+202F, commas and per cent signs."""
    watched = video.views * video.seconds_viewed / 3600
    click = 100 * video.views / video.impressions
    day = video.published
    if language == "en":
        figures = [
            video.views,
            f"{watched:.4f}",
            video.subscribers,
            _hours(video.seconds_viewed),
            video.impressions,
        ]
        figures += [f"{click:.2f}", video.likes, video.comments, video.shares]
        return [video.post_id, video.title, f"{day:%b} {day.day}, {day.year}", video.seconds, *figures]
    figures = [
        _french(video.views),
        _french(watched, 4),
        _french(video.subscribers),
        _hours(video.seconds_viewed),
    ]
    figures += [_french(video.impressions), f"{_french(click, 2)} %"]
    figures += [_french(value) for value in (video.likes, video.comments, video.shares)]
    when = f"{day.day} {FRENCH_MONTHS[day.month - 1]} {day.year}"
    return [video.post_id, video.title, when, _hours(video.seconds), *figures]


def youtube_days(days: pd.Series) -> bytes:
    """Write the `Totals.csv` of YouTube Studio: views by day.

    Parameters
    ----------
    days : pandas.Series
        Views indexed by day.

    Returns
    -------
    bytes
        UTF-8.

    Examples
    --------
    >>> youtube_days(pd.Series([3], index=pd.DatetimeIndex(["2025-01-01"])))
    b'Date,Views\\r\\n2025-01-01,3\\r\\n'
    """
    rows = [["Date", "Views"], *[[day.strftime("%Y-%m-%d"), value] for day, value in days.items()]]
    return delimited(rows).encode("utf-8")


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """Write a workbook whose bytes depend on its cells only: no clock, fixed dates inside the archive.

    Parameters
    ----------
    sheets : dict
        Sheet name to rows of cells.

    Returns
    -------
    bytes
        An .xlsx file.

    Examples
    --------
    >>> workbook({"A": [["Date"]]}) == workbook({"A": [["Date"]]})
    True
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    raw = io.BytesIO()
    book.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                stamp = FIXED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            member = zipfile.ZipInfo(name, date_time=FIXED.timetuple()[:6])
            member.external_attr = 0o600 << 16
            target.writestr(member, content, zipfile.ZIP_STORED)
    return out.getvalue()
