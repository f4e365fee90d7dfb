"""How Meta writes its exports down, quirks included, so that the example clients go through the readers.

Each function gives the bytes of one file as the platform's own tool would: byte-order marks, UTF-16, one
quoted heading that holds commas, line breaks inside captions, two heading rows. YouTube and LinkedIn are in
`studio.py`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pandas as pd

__all__ = [
    "clock",
    "delimited",
    "facebook_posts",
    "facebook_posts_legacy",
    "instagram_posts",
    "page_insight",
]

BOM = "\ufeff"
HEADINGS = {
    "en": {
        "post_id": "Post ID",
        "page_id": "Page ID",
        "page": "Page name",
        "title": "Title",
        "description": "Description",
        "seconds": "Duration (sec)",
        "published": "Publish time",
        "caption_type": "Caption type",
        "url": "Permalink",
        "crosspost": "Is crosspost",
        "share": "Is share",
        "kind": "Post type",
        "languages": "Languages",
        "labels": "Custom labels",
        "funded": "Funded content status",
        "data_comment": "Data comment",
        "date": "Date",
        "views": "Views",
        "views_organic": "Views from Organic posts",
        "views_boosted": "Views from Boosted posts",
        "reach": "Reach",
        "reach_organic": "Reach from Organic posts",
        "reach_boosted": "Reach from Boosted posts",
        "together": "Reactions, Comments and Shares",
        "reactions": "Reactions",
        "comments": "Comments",
        "shares": "Shares",
        "clicks": "Total clicks",
        "link_clicks": "Link Clicks",
    },
    "fr": {
        "post_id": "Identifiant de la publication",
        "page_id": "ID de la Page",
        "page": "Nom de la page",
        "title": "Titre",
        "description": "Description",
        "seconds": "Durée",
        "published": "Heure de publication",
        "url": "Permalien",
        "crosspost": "Est un crosspostage",
        "share": "Est un partage",
        "kind": "Type de publication",
        "labels": "Libellés personnalisés",
        "date": "Date",
        "views": "Vues",
        "views_organic": "Vues de Publications organiques",
        "views_boosted": "Vues de Publications boostées",
        "reach": "Couverture",
        "reach_organic": "Couverture de Publications organiques",
        "reach_boosted": "Couverture de Publications boostées",
        "together": "Réactions, commentaires et partages",
        "reactions": "Réactions",
        "comments": "Commentaires",
        "shares": "Partages",
        "clicks": "Total des clics",
        "link_clicks": "Clics sur un lien",
    },
}
KINDS = {
    "en": {"photo": "Photos", "video": "Videos", "reel": "Reels", "link": "Links", "text": "Text"},
    "fr": {"photo": "Photos", "video": "Vidéos", "reel": "Reels", "link": "Liens", "text": "Textes"},
}
INSTAGRAM_KINDS = {"photo": "IG image", "reel": "IG reel", "carousel": "IG carousel"}
LEGACY = [
    ("Post ID", "", "post_id"),
    ("Permalink", "", "url"),
    ("Post Message", "", "text"),
    ("Type", "", "kind"),
    ("Countries", "", ""),
    ("Languages", "", ""),
    ("Posted", "", "posted"),
    ("Audience Targeting", "", ""),
    (
        "Lifetime Post Total Reach",
        "Lifetime: The total number of people your page post was served to. (Unique Users)",
        "reach",
    ),
    (
        "Lifetime Post organic reach",
        "Lifetime: The number of people who saw your post organically. (Unique Users)",
        "reach",
    ),
    (
        "Lifetime Post Paid Reach",
        "Lifetime: The number of people your advertised post was served to. (Unique Users)",
        "zero",
    ),
    (
        "Lifetime Post Total Impressions",
        "Lifetime: The number of impressions of your post. (Total Count)",
        "views",
    ),
    (
        "Lifetime Engaged Users",
        "Lifetime: The number of people who engaged with your post. (Unique Users)",
        "engaged",
    ),
    (
        "Lifetime Post Consumers",
        "Lifetime: The number of people who clicked anywhere in your post. (Unique Users)",
        "clickers",
    ),
    ("Lifetime Talking About This (Post) by action type - like", "like", "reactions"),
    ("Lifetime Talking About This (Post) by action type - comment", "comment", "comments"),
    ("Lifetime Talking About This (Post) by action type - share", "share", "shares"),
]


def clock(moment: pd.Timestamp, dayfirst: bool) -> str:
    """Write a moment in figures.

    Parameters
    ----------
    moment : pandas.Timestamp
        Local clock.
    dayfirst : bool
        Day before month.

    Returns
    -------
    str

    Examples
    --------
    >>> clock(pd.Timestamp("2025-06-03 14:05"), dayfirst=True)
    '03/06/2025 14:05'
    """
    return moment.strftime("%d/%m/%Y %H:%M" if dayfirst else "%m/%d/%Y %H:%M")


def delimited(rows: Sequence[Sequence[object]], delimiter: str = ",", quote: int = csv.QUOTE_MINIMAL) -> str:
    """Write rows as delimited text with CR LF ends.

    Parameters
    ----------
    rows : sequence of sequence
        Cells.
    delimiter : str
        Between cells.
    quote : int
        A quoting rule of the `csv` module.

    Returns
    -------
    str

    Examples
    --------
    >>> delimited([["a", 1], ["b, c", 2]])
    'a,1\\r\\n"b, c",2\\r\\n'
    """
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quote, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _facebook_cells(data: pd.DataFrame, story: dict, language: str, dayfirst: bool) -> pd.DataFrame:
    film = data["kind"].isin(["video", "reel"])
    first = data["text"].str.split("\n").str[0].str.slice(0, 60)
    cells = data.assign(
        page_id=story["page"],
        page=story["name"],
        title=data["text"].where(~film, first),
        description=data["text"].where(film, ""),
        seconds=(20 + data["reach"] % 70).where(film, 0),
        published=[clock(moment, dayfirst) for moment in data["published"]],
        caption_type="",
        url=[f"https://www.facebook.com/{story['page']}/posts/{post}" for post in data["post_id"]],
        crosspost=0,
        share=0,
        kind=data["kind"].map(KINDS[language]),
        languages="",
        labels=[story["topics"][topic]["label"][language] for topic in data["topic"]],
        funded="",
        data_comment="",
        date="Lifetime",
        together=data[["reactions", "comments", "shares"]].sum(axis=1) + (data["reach"] % 41 == 0),
        link_clicks=(data["clicks"] // 2).where(data["kind"] == "link", 0),
    )
    return cells


def facebook_posts(
    data: pd.DataFrame,
    story: dict,
    language: str,
    dayfirst: bool = False,
    delimiter: str = ",",
    without: Sequence[str] = (),
) -> bytes:
    """Write the posts file of Meta Business Suite for a Facebook page.

    As in real files, the combined column differs from its parts on about one post in forty.

    Parameters
    ----------
    data : pandas.DataFrame
        Posts as `stories.posts_of` draws them; rows keep their order, newest first in the real file.
    story : dict
        The client.
    language : {"en", "fr"}
        Language of the headings.
    dayfirst : bool
        Order of day and month.
    delimiter : str
        Comma, or the semicolon of some French files.
    without : sequence of str
        Columns this month's file does not have.

    Returns
    -------
    bytes
        UTF-8 with a byte-order mark.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.sample.stories import posts_of, stories
    >>> story = stories()["hartwell-joinery"]
    >>> data = posts_of(story, "facebook", np.random.default_rng(1))
    >>> facebook_posts(data, story, "fr").decode("utf-8-sig")[:28]
    'Identifiant de la publicatio'
    """
    headings = {key: name for key, name in HEADINGS[language].items() if key not in without}
    cells = _facebook_cells(data.iloc[::-1], story, language, dayfirst)
    rows = [list(headings.values()), *cells[list(headings)].to_numpy().tolist()]
    return (BOM + delimited(rows, delimiter)).encode("utf-8")


def facebook_posts_legacy(data: pd.DataFrame, story: dict) -> bytes:
    """Write the post-level file of the former Facebook Insights: two heading rows, blank for none by type.

    Parameters
    ----------
    data : pandas.DataFrame
        Posts as `stories.posts_of` draws them.
    story : dict
        The client.

    Returns
    -------
    bytes
        UTF-8 with a byte-order mark.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.sample.stories import posts_of, stories
    >>> story = stories()["hartwell-joinery"]
    >>> data = posts_of(story, "facebook", np.random.default_rng(1))
    >>> facebook_posts_legacy(data, story).decode("utf-8-sig").split("\\r\\n")[0][:17]
    'Post ID,Permalink'
    """
    names = {"photo": "Photo", "video": "Video", "reel": "Video", "link": "Link", "text": "Status"}
    cells = data.iloc[::-1].assign(
        post_id=[f"{story['page']}_{post}" for post in data["post_id"].iloc[::-1]],
        url=[f"https://www.facebook.com/{story['page']}/posts/{post}" for post in data["post_id"].iloc[::-1]],
        kind=data["kind"].map(names),
        posted=data["published"].dt.strftime("%m/%d/%Y %I:%M:%S %p"),
        engaged=data[["reactions", "comments", "shares", "clicks"]].sum(axis=1),
        clickers=data["clicks"],
        zero=0,
    )
    counts = {
        name: cells[name].astype(object).where(cells[name] > 0, "")
        for name in ["reactions", "comments", "shares"]
    }
    cells = cells.assign(**counts, **{"": ""})
    body = cells[[key for _, _, key in LEGACY]].to_numpy().tolist()
    return (BOM + delimited([[n for n, _, _ in LEGACY], [d for _, d, _ in LEGACY], *body])).encode("utf-8")


def instagram_posts(data: pd.DataFrame, story: dict, thousands: bool) -> bytes:
    """Write the posts file of Meta Business Suite for an Instagram account (English headings).

    Parameters
    ----------
    data : pandas.DataFrame
        Posts as `stories.posts_of` draws them.
    story : dict
        The client.
    thousands : bool
        Whether counts carry a comma between thousands, as in some files.

    Returns
    -------
    bytes
        UTF-8 with a byte-order mark.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.sample.stories import posts_of, stories
    >>> story = stories()["hartwell-joinery"]
    >>> data = posts_of(story, "instagram", np.random.default_rng(1))
    >>> instagram_posts(data, story, thousands=True).decode("utf-8-sig")[:18]
    'Post ID,Account ID'
    """
    header = ["Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)"]
    header += ["Publish time", "Permalink", "Post type", "Data comment", "Date", "Views", "Reach", "Likes"]
    header += ["Shares", "Follows", "Comments", "Saves"]

    def count(value: int) -> str:
        return f"{value:,}" if thousands else str(value)

    rows: list[list[object]] = [header]
    for post in data.iloc[::-1].itertuples():
        seconds = 12 + post.reach % 50 if post.kind == "reel" else 0
        cells = [
            post.post_id,
            story["page"][:6] + "0" + story["page"][7:],
            story["handle"],
            story["name"],
            post.text,
        ]
        cells += [seconds, clock(post.published, dayfirst=False)]
        cells += [
            f"https://www.instagram.com/p/{post.post_id[-11:]}/",
            INSTAGRAM_KINDS[post.kind],
            "",
            "Lifetime",
        ]
        cells += [count(post.views), count(post.reach), count(post.reactions), count(post.shares)]
        rows.append([*cells, count(post.follows), count(post.comments), count(post.saves)])
    return (BOM + delimited(rows)).encode("utf-8")


def page_insight(title: str, days: pd.Series) -> bytes:
    """Write one daily figure of the page insights: UTF-16, a separator line, the metric's name, then the days.

    Parameters
    ----------
    title : str
        Meta's name of the metric, such as `Facebook follows`.
    days : pandas.Series
        Counts indexed by day; days of zero are left out in some real files.

    Returns
    -------
    bytes
        UTF-16 little-endian with a byte-order mark.

    Examples
    --------
    >>> page_insight("Views", pd.Series([3], index=pd.DatetimeIndex(["2025-01-01"])))[:2]
    b'\\xff\\xfe'
    """
    rows = [
        ["Date", "Primary"],
        *[[day.strftime("%Y-%m-%dT%H:%M:%S"), str(value)] for day, value in days.items()],
    ]
    text = f'sep=,\r\n"{title}"\r\n' + delimited(rows, quote=csv.QUOTE_ALL)
    return (BOM + text).encode("utf-16-le")
