"""Write LinkedIn's workbooks as LinkedIn writes them: descriptions above, dates as text, numbers as numbers."""

from __future__ import annotations

import io

import openpyxl

KINDS = ("organic", "sponsored", "total")
METRICS = ["Date", *(f"Impressions ({kind})" for kind in KINDS), "Unique impressions (organic)"]
METRICS += [
    f"{name} ({kind})"
    for name in ("Clicks", "Reactions", "Comments", "Reposts", "Engagement rate")
    for kind in KINDS
]
POSTS = [
    "Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date", "Campaign start date",
    "Campaign end date", "Audience", "Impressions", "Views", "Offsite Views", "Clicks", "Click through rate (CTR)",
    "Likes", "Comments", "Reposts", "Follows", "Engagement rate", "Content Type",
]  # fmt: skip
POSTS_2020 = [
    "Update title", "Update link", "Update type", "Campaign name", "Posted by", "Created date", "Audience",
    "Impressions", "Video views", "Clicks", "Click through rate (CTR)", "Likes", "Comments", "Shares", "Follows",
    "Engagement rate",
]  # fmt: skip
FOLLOWERS = ["Date", "Sponsored followers", "Organic followers", "Auto-invited followers", "Total followers"]
SEGMENTS = {
    "Location": ["Lille et périphérie, France", "Paris et périphérie, France"],
    "Job function": ["Sales", "Business Development"],
    "Seniority": ["Senior", "Entry"],
    "Industry": ["Retail", "Furniture"],
    "Company size": ["2-10", "11-50"],
}
VISITORS = ["Date"] + [
    f"{section} {what} ({device})"
    for section in ("Overview", "Life", "Jobs", "Total")
    for what in ("page views", "unique visitors")
    for device in ("desktop", "mobile", "total")
]
ADDRESS = "https://www.linkedin.com/feed/update/urn:li:activity:71600000000000000{:02d}"


def book(sheets: dict[str, list[list[object]]]) -> bytes:
    """Write a workbook, one sheet per name."""
    made, stream = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(stream)
    return stream.getvalue()


def metrics_row(
    day: str, impressions: int, paid: int = 0, reactions: int = 4, rate: float = 0.0525
) -> list[object]:
    """Make one day of the sheet Metrics; a reaction taken back makes a count below 0."""
    split = [[2, 0, 2], [reactions, 0, reactions], [1, 0, 1], [0, 0, 0], [rate, 0, rate]]
    return [
        day,
        impressions,
        paid,
        impressions + paid,
        impressions - 40,
        *(cell for cells in split for cell in cells),
    ]


def content(
    days: tuple[str, ...] = ("02/12/2024", "02/13/2024", "02/14/2024"),
) -> dict[str, list[list[object]]]:
    """Make the two sheets of a page's content."""
    metrics = [metrics_row(day, 101 + place, 10 * place, 4 - 3 * place) for place, day in enumerate(days)]
    posts = [
        ["Atelier\nd’hiver", ADDRESS.format(1), "Organic", None, "Anne Durand", days[0], None, None, "All followers",
         500, None, None, 12, 0.024, 20, 3, 1, 0, 0.072, "Image"],
        ["Portes ouvertes", ADDRESS.format(2), "Sponsored", "Hiver", "Anne Durand", days[1], days[0], days[2], "Lille",
         9000, 300, 2, 90, 0.01, 41, 0, 2, 5, 0.0153, "Video"],
        ["Recrutement", ADDRESS.format(3), "Organic", None, "Anne Durand", days[2], None, None, "All followers",
         3, None, None, 4, 1.333333, 1, 0, 0, 0, 1.666667, "Article"],
    ]  # fmt: skip
    return {
        "Metrics": [["Aggregated engagement metrics for your posts, by day (UTC)."], METRICS, *metrics],
        "All posts": [["Engagement metrics for the posts of your page."], POSTS, *posts],
    }


def followers(days: tuple[str, ...] = ("02/12/2024", "02/13/2024"), invited: bool = True) -> dict:
    """Make the sheets of a page's followers."""
    rows = [[day, 0, 3, 1, 4] for day in days]
    keep = [0, 1, 2, 3, 4] if invited else [0, 1, 2, 4]
    rows = rows if invited else [[*row[:3], 3, 3] for row in rows]
    sheets = {"New followers": [[row[place] for place in keep] for row in [FOLLOWERS, *rows]]}
    for name, levels in SEGMENTS.items():
        sheets[name] = [
            [name, "Total followers"],
            *[[level, 30 - 7 * place] for place, level in enumerate(levels)],
        ]
    return sheets


def visitors(days: tuple[str, ...] = ("02/13/2024", "02/14/2024")) -> dict:
    """Make the sheets of a page's visitors."""
    row = [cell for base in (8, 6, 0, 0, 2, 1, 12, 9) for cell in (base, base // 2, base + base // 2)]
    return {
        "Visitor metrics": [VISITORS, *[[day, *row] for day in days]],
        "Location": [["Location", "Total views"], ["Lille et périphérie, France", 11]],
    }


def competitors(period: str = "10/01/2024 - 10/31/2024") -> dict:
    """Make the sheet of a page's competitors."""
    headings = ["Page", "Total Followers", "New Followers", "Total post engagements", "Total posts"]
    rows = [["Maison Durand", 30, 2, 15, 3], ["Grand Meuble", 3000, -2, 150, 30]]
    return {"COMPETITORS": [[period], headings, *rows]}
