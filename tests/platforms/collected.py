"""Write the files of research tools and dashboards as those tools write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from platforms.faithful import number, table

WEIGHTED = (
    "Total Interactions (weighted  —  Likes 1x Shares 1x Comments 1x Love 1x Wow 1x "
    "Haha 1x Sad 1x Angry 1x Care 1x )"
)
CROWDTANGLE = [
    "Page Name", "User Name", "Facebook Id", "Page Category", "Page Admin Top Country", "Page Description",
    "Page Created", "Likes at Posting", "Followers at Posting", "Post Created", "Post Created Date",
    "Post Created Time", "Type", "Total Interactions", "Likes", "Comments", "Shares", "Love", "Wow", "Haha", "Sad",
    "Angry", "Care", "Video Share Status", "Is Video Owner?", "Post Views", "Total Views",
    "Total Views For All Crossposts", "Video Length", "URL", "Message", "Link", "Final Link", "Image Text",
    "Link Text", "Description", "Sponsor Id", "Sponsor Name", "Sponsor Category", WEIGHTED, "Overperforming Score",
]  # fmt: skip
KINDS = ("Likes", "Love", "Wow", "Haha", "Sad", "Angry", "Care")
OLD = {"Page Category", "Page Admin Top Country", "Page Description", "Page Created", "Followers at Posting",
       "Post Created Date", "Post Created Time", "Is Video Owner?", "Sponsor Category", "Overperforming Score",
       "Total Interactions"}  # fmt: skip


def unix(moment: datetime) -> str:
    """Write a naive UTC moment as Unix seconds."""
    return str(int(moment.replace(tzinfo=UTC).timestamp()))


def crowdtangle(
    posts: list[dict], *, zone: str = "BRT", hours: int = -3, group: str = ".", decimal: str = ",", old: bool = False,
    owner: str = "Page Name", encoding: str = "utf-8-sig", delimiter: str = ",",
) -> bytes:  # fmt: skip
    """Write a search export: totals and score in the dashboard's locale, counts as plain figures."""
    rows = []
    for post in posts:
        wall = post["published"] + timedelta(hours=hours)
        kinds = {name: post["kinds"][place] for place, name in enumerate(KINDS)}
        total = sum(post["kinds"]) + post["comments"] + post["shares"]
        film = post["kind"] != "Photo"
        cells = kinds | {
            owner: "Le Fournil", "User Name": "lefournil", "Facebook Id": "100050295107499", "Page Category": "BAKERY",
            "Page Created": "2010-09-20 19:02:58", "Likes at Posting": 687, "Followers at Posting": post["followers"],
            "Post Created": f"{wall:%Y-%m-%d %H:%M:%S} {zone}", "Post Created Date": f"{wall:%Y-%m-%d}",
            "Post Created Time": f"{wall:%H:%M:%S}", "Type": post["kind"],
            "Total Interactions": number(total, group), WEIGHTED: number(total, group), "Comments": post["comments"],
            "Shares": post["shares"], "Is Video Owner?": "Yes" if film else "-",
            "Post Views": post["views"] if film else 0, "Total Views": post["views"] if film else 0,
            "Total Views For All Crossposts": 0, "Video Length": "00:03:34" if film else "N/A",
            "URL": f"https://www.facebook.com/100050295107499/posts/{post['post_id']}", "Message": post["text"],
            "Overperforming Score": f"{post['score']:.2f}".replace(".", decimal),
        }  # fmt: skip
        rows.append(cells)
    headings = [h if h != "Page Name" else owner for h in CROWDTANGLE if not (old and h in OLD)]
    if old:
        headings.append("Total Interactions")
    named = ["Created" if old and h == "Post Created" else h for h in headings]
    body = [[str(row.get(h, "")) for h in headings] for row in rows]
    return table([named, *body], delimiter, encoding)


def history(readings: list[tuple[datetime, int, list[int]]], published: datetime) -> bytes:
    """Write a post's history: a tab behind the identifier, data in the row of headings."""
    names = ["Likes", "Comments", "Shares", "Loves", "Wows", "Hahas", "Sads", "Angrys", "Cares", "Reactions",
             "Post Views", "Total Views", "Total Views for all Crossposts", "Views While Live"]  # fmt: skip
    pairs = [h for name in names for h in (name, f"{'Average' if name in names[:2] else 'Avg'} {name}")]
    header = ["ID", "Score Date (GMT)", "Timestep", *pairs, "Overperforming(+)/Underperforming(-) Score",
              "Post Date (GMT)", f"{published:%Y-%m-%d %H:%M:%S}",
              "https://www.facebook.com/LeFournil/posts/3758007754304128"]  # fmt: skip
    rows = []
    for moment, step, (likes, comments, shares, loves) in readings:
        values = [likes, comments, shares, loves, 0, 0, 0, 0, 0, likes + loves, 0, 0, 0, 0]
        cells = [str(cell) for value in values for cell in (value, value // 2)]
        when = f"{moment:%Y-%m-%d %H:%M:%S}"
        rows.append(["3758007754304128\t", when, str(step), *cells, "2.3x", "", "", ""])
    return table([header, *rows], encoding="utf-8", newline="\n")


def _written(posts: list[dict], columns: dict[str, object], **how: str) -> bytes:
    """Write one row a post: each column is a fixed text, or makes its cell from the post."""
    rows = [[str(made(post) if callable(made) else made) for made in columns.values()] for post in posts]
    return table([list(columns), *rows], **how)


def blank(value: object) -> str:
    return "" if value is None else str(value)


def fourcat(network: str, posts: list[dict], **how: str) -> bytes:
    """Write 4CAT's flat table of a network."""
    columns: dict[str, object] = {
        "id": lambda p: p["post_id"],
        "thread_id": lambda p: p["post_id"],
        "author": "lefournil",
        "body": lambda p: p["text"],
        "timestamp": lambda p: f"{p['published']:%Y-%m-%d %H:%M:%S}",
    }
    figures = {
        "instagram": {"num_likes": "reactions", "num_comments": "comments"},
        "tiktok": {"likes": "reactions", "comments": "comments", "shares": "shares", "plays": "views"},
        "threads": {"likes": "reactions", "reposts": "shares", "replies": "comments", "quotes": "quotes"},
        "x": {"retweet_count": "shares", "reply_count": "comments", "like_count": "reactions",
              "quote_count": "quotes", "impression_count": "views"},
        "linkedin": {"comments": "comments", "shares": "shares", "reactions": "reactions"},
        "bluesky": {"like_count": "reactions", "quote_count": "quotes", "reply_count": "comments",
                    "repost_count": "shares"},
        "facebook": {},
    }[network]  # fmt: skip
    columns |= {heading: (lambda p, name=name: blank(p.get(name, 0))) for heading, name in figures.items()}
    columns |= {
        "instagram": {"type": "photo", "likes_hidden": lambda p: p.get("hidden", "no"), "num_media": "1",
                      "url": lambda p: f"https://www.instagram.com/p/{p['post_id']}"},
        "tiktok": {"author_followers": "1500", "tiktok_url": lambda p: f"https://t/{p['post_id']}", "is_ad": "no"},
        "threads": {"image_url": "", "video_url": "", "link_url": "", "is_paid_partnership": "no"},
        "x": {"is_retweet": lambda p: p.get("retweet", "no"), "images": "", "videos": "", "urls": ""},
        "linkedin": {"timestamp_ago": "2w", "timestamp_collected": "2024-06-01 10:00:00", "is_promoted": "no"},
        "bluesky": {"collected_at": "2024-06-01T10:00:00.5", "link": "https://b",
                    "created_at": lambda p: f"{p['published']:%Y-%m-%dT%H:%M:%S}.120000+00:00"},
        "facebook": {"url": lambda p: f"https://f/{p['post_id']}", "is_in_group": "no"},
    }[network]  # fmt: skip
    if network == "bluesky":
        columns["timestamp"] = lambda p: unix(p["published"])
    else:
        columns["unix_timestamp"] = lambda p: unix(p["published"])
    return _written(posts, columns, **({"encoding": "utf-8"} | how))


def minet(posts: list[dict], **how: str) -> bytes:
    """Write minet's table of TikTok videos, behind the column of its own input."""
    columns: dict[str, object] = {
        "query": "pain", "id": lambda p: p["post_id"], "description": lambda p: p["text"],
        "timestamp": lambda p: unix(p["published"]), "utc_time": lambda p: f"{p['published']:%Y-%m-%dT%H:%M:%S}",
        "video_duration": "31", "author_id": "7", "author_unique_id": "lefournil", "author_follower_count": "1500",
        "digg_count": lambda p: blank(p["reactions"]), "share_count": lambda p: blank(p["shares"]),
        "comment_count": lambda p: blank(p["comments"]), "play_count": lambda p: blank(p["views"]), "is_ad": "",
    }  # fmt: skip
    return _written(posts, columns, **({"encoding": "utf-8", "newline": "\n"} | how))


def content_library(network: str, posts: list[dict], **how: str) -> bytes:
    """Write Meta's Content Library: names with dots, times in ISO form."""
    columns: dict[str, object] = {
        "id": lambda p: p["post_id"], "creation_time": lambda p: f"{p['published']:%Y-%m-%dT%H:%M:%S}+0000",
        "text": lambda p: p["text"], "post_owner.id": "100", "post_owner.name": "Le Fournil",
        "post_owner.username": "lefournil", "statistics.like_count": lambda p: blank(p["reactions"]),
        "statistics.comment_count": lambda p: blank(p["comments"]), "statistics.views": lambda p: blank(p["views"]),
    }  # fmt: skip
    if network == "facebook":
        columns |= {
            "content_type": "photos", "shared_post_id": lambda p: p.get("shared", ""),
            "statistics.reaction_count": lambda p: blank(p["reactions"]),
            "statistics.share_count": lambda p: blank(p["shares"]), "surface.name": "Le Fournil",
            **{f"statistics.{kind}_count": "0" for kind in ("love", "wow", "haha", "sad", "angry", "care")},
        }  # fmt: skip
    else:
        columns["media_type"] = "albums"
    return _written(posts, columns, **how)


def hootsuite(posts: list[dict], **how: str) -> bytes:
    """Write Hootsuite's list of Facebook posts."""
    columns: dict[str, object] = {
        "Date (GMT)": lambda p: f"{p['published']:%Y-%m-%d %H:%M:%S}", "Facebook Page": "Le Fournil",
        "Post ID": lambda p: f"492532490957500_{p['post_id']}", "Post Permalink": lambda p: f"https://f/{p['post_id']}",
        "Post Type": "Photo", "Post Message": lambda p: p["text"] or "(Post with no description)", "Tags": "",
        "Engaged Users": "12", "Engagement Rate": "0.0375", "Impressions": lambda p: blank(p["views"]),
        "Reach": lambda p: blank(p["reach"]), "Reactions": lambda p: blank(p["reactions"]),
        "Reactions: Like": lambda p: blank(p["reactions"]), "Reactions: Love": lambda p: p.get("loves", 0),
        "Shares": lambda p: blank(p["shares"]), "Comments": lambda p: blank(p["comments"]),
    }  # fmt: skip
    return _written(posts, columns, **how)


def sprout(posts: list[dict], group: str = ",", **how: str) -> bytes:
    """Write Sprout's post performance, several networks in one file."""
    columns: dict[str, object] = {
        "Date": lambda p: f"{p['published']:%m/%d/%Y %I:%M} {'pm' if p['published'].hour > 11 else 'am'}",
        "Post ID": lambda p: p["post_id"], "Network": lambda p: p.get("network", "Facebook"),
        "Post Type": lambda p: p.get("type", "Post"), "Content Type": "Photo", "Profile": "Le Fournil",
        "Post": lambda p: p["text"], "Impressions": lambda p: number(p["views"], group),
        "Paid Impressions": "0", "Reach": lambda p: number(p["reach"], group),
        "Engagement Rate (per Impression)": "3.4%", "Engagements": "42",
        "Reactions": lambda p: number(p["reactions"], group), "Comments": lambda p: number(p["comments"], group),
        "Shares": lambda p: number(p["shares"], group), "Saves": "", "Post Clicks (All)": "9",
    }  # fmt: skip
    return _written(posts, columns, **how)
