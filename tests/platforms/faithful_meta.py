"""Write Meta's files as Meta writes them: dashboards without years, UTF-16 audiences in blocks, insights of old."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from platforms.faithful import table

MONTHS = {
    "en": [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ],
    "fr": [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ],
}  # fmt: skip


def day_text(day: date, language: str = "en") -> str:
    """Write a day as the dashboards do, without its year."""
    month = MONTHS[language][day.month - 1]
    return f"{month} {day.day}" if language == "en" else f"{day.day} {month}"


def history(first: date, followers: list[int], language: str = "en", shifted: bool = True) -> bytes:
    """Write FollowerHistory: the difference printed is to the next day, the last one is 0."""
    moves = [after - before for before, after in pairwise(followers)]
    printed = [*moves, 0] if shifted else [0, *moves]
    rows = [["Date", "Followers", "Difference in followers from previous day"]]
    for place, (count, move) in enumerate(zip(followers, printed, strict=True)):
        rows.append([day_text(first + timedelta(place), language), str(count), str(move)])
    return table(rows)


def viewers(first: date, totals: list[int], language: str = "en") -> bytes:
    """Write Viewers, whose last line is of a day not over."""
    rows = [["Date", "Total Viewers", "New Viewers", "Returning Viewers"]]
    for place, total in enumerate(totals):
        day = day_text(first + timedelta(place), language)
        rows.append([day, str(total), str(total // 3), str(total - total // 3)])
    rows.append([day_text(first + timedelta(len(totals)), language), "undefined", "0", "0"])
    return table(rows)


def utf16(text: str) -> bytes:
    """Encode as Meta's daily files are: UTF-16, little end first, with its mark."""
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")


def daily(title: str, values: dict[date, int], header: tuple[str, str] = ("Date", "Primary")) -> bytes:
    """Write a file of one metric by day."""
    lines = "".join(f'"{day:%Y-%m-%d}T00:00:00","{value}"\n' for day, value in values.items())
    return utf16(f'sep=,\n"{title}"\n"{header[0]}","{header[1]}"\n{lines}')


AUDIENCE = """sep=,
"Age & gender"
"","Men","Women"
"18-24","10.1","12"
"25-34","30.2","47.7"

"Top cities"
"Lille, France","Lens, France"
"60.5","0.4"

"Top countries"
"France","Belgium"
"97","3"

"Top pages"
"Le Grand Meuble","Brocante du Nord"
"140","20.5"

"Follows"
"Date","Primary"
"2025-08-01T00:00:00","20"
"2025-08-02T00:00:00","21"
"""

PAGE = ["Date", "Lifetime Total Likes", "Daily New Likes", "Daily Total Reach", "Daily Total Impressions",
        "Weekly Total Reach", "28 Days Total Reach", "Daily Negative Feedback", "Daily Negative Feedback",
        "Lifetime Likes by City - Lille, France"]  # fmt: skip
PAGE_WORDS = ["", "Lifetime: The total number of people who like your Page. (Unique Users)", "Daily: (Unique Users)",
              "Daily: The number of people. (Unique Users)", "Daily: The number of times. (Total Count)",
              "Weekly: (Unique Users)", "28 Days: (Unique Users)",
              "Daily: The number of people who took a negative action. (Unique Users)",
              "Daily: The number of times people took a negative action. (Total Count)",
              "Lifetime: Aggregated Facebook location data. (Unique Users)"]  # fmt: skip


def page_rows(first: date = date(2020, 5, 7), days: int = 5, hidden: int = 2) -> list[list[str]]:
    """Make the lines of page insights; the first days are below the threshold of privacy."""
    rows = [PAGE, PAGE_WORDS]
    for place in range(days):
        figures = [100 + place, place, 40 + place, 90 + place, 200, 700, place % 2, 2, 55]
        shown = [""] * len(figures) if place < hidden else [str(figure) for figure in figures]
        rows.append([(first + timedelta(place)).isoformat(), *shown])
    return rows


POST_KEYS = [
    "Post ID",
    "Permalink",
    "Post Message",
    "Type",
    "Countries",
    "Languages",
    "Posted",
    "Audience Targeting",
]
POST_FIGURES = ["Lifetime Post Total Reach", "Lifetime Post organic reach", "Lifetime Post Paid Reach",
                "Lifetime Post Total Impressions", "Lifetime Engaged Users"]  # fmt: skip
POST_LINES = [
    (["1000_2001", "https://www.facebook.com/p/2001", "Ouverture", "Photo", "", "", "07/15/2020 09:32:49 AM", ""],
     [500, 500, 0, 800, 61], {"like": 40, "comment": 6}),
    (["1000_2002", "https://www.facebook.com/p/2002", "Soldes", "Link", "", "", "07/18/2020 05:02:10 PM", ""],
     [900, 300, 600, 1700, 12], {"like": 9}),
]  # fmt: skip


def post_sheets(prefix: str = "") -> dict[str, list[list[object]]]:
    """Make the sheets of the old workbook of posts: figures on one, actions by type on two others."""
    words = [""] * len(POST_KEYS)
    people = {key: {name: max(value - 1, 1) for name, value in by.items()} for (key, *_), _, by in POST_LINES}
    types = ["comment", "like"]
    sheets = {
        "Key Metrics": [
            [*POST_KEYS, *POST_FIGURES],
            [*words, *["Lifetime: (Unique Users)"] * len(POST_FIGURES)],
        ]
    }
    for name in ("Lifetime Talking About This(...", "Lifetime Post Stories by act..."):
        sheets[name] = [
            [*POST_KEYS, *(prefix + kind for kind in types)],
            [*words, *["Lifetime: by action type"] * 2],
        ]
    for keys, figures, by in POST_LINES:
        sheets["Key Metrics"].append([*keys, *figures])
        sheets["Lifetime Talking About This(..."].append(
            [*keys, *(people[keys[0]].get(kind) for kind in types)]
        )
        sheets["Lifetime Post Stories by act..."].insert(2, [*keys, *(by.get(kind) for kind in types)])
    return sheets


STORY = ["Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)", "Publish time",
         "Permalink", "Post type", "Data comment", "Date", "Views", "Reach", "Likes", "Shares", "Profile visits",
         "Replies", "Sticker taps", "Navigation", "Link clicks", "Follows"]  # fmt: skip
STORY_LINE = ["17933202951319110", "178", "le_fournil", "Le Fournil", "Fournée de midi", "5", "06/29/2026 21:04",
              "https://www.instagram.com/stories/x", "IG story", "", "Lifetime", "280", "238", "3", "0", "4", "1", "2",
              "251", "", ""]  # fmt: skip
