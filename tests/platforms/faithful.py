"""Write exports as the platforms write them: headings per language, number and date formats, encodings, quirks."""

from __future__ import annotations

import codecs
import csv
import io
from datetime import datetime

FACEBOOK = {
    "en": {
        "post_id": "Post ID", "page_id": "Page ID", "account": "Page name", "title": "Title",
        "description": "Description", "duration": "Duration (sec)", "published": "Publish time",
        "url": "Permalink", "is_crosspost": "Is crosspost", "is_share": "Is share", "kind": "Post type",
        "span": "Date", "views": "Views", "views_organic": "Views from Organic posts",
        "views_boosted": "Views from Boosted posts", "reach": "Reach",
        "reach_organic": "Reach from Organic posts", "reach_boosted": "Reach from Boosted posts",
        "interactions": "Reactions, Comments and Shares", "reactions": "Reactions", "comments": "Comments",
        "shares": "Shares", "clicks": "Total clicks",
    },
    "fr": {
        "post_id": "Identifiant de la publication", "page_id": "ID de la Page", "account": "Nom de la page",
        "title": "Titre", "description": "Description", "duration": "Durée", "published": "Heure de publication",
        "url": "Permalien", "is_crosspost": "Est un crosspostage", "is_share": "Est un partage",
        "kind": "Type de publication", "span": "Date", "views": "Vues",
        "views_organic": "Vues de Publications organiques", "views_boosted": "Vues de Publications boostées",
        "reach": "Couverture", "reach_organic": "Couverture de Publications organiques",
        "reach_boosted": "Couverture de Publications boostées",
        "interactions": "Réactions, commentaires et partages", "reactions": "Réactions",
        "comments": "Commentaires", "shares": "Partages", "clicks": "Total des clics",
    },
}  # fmt: skip
KIND_WORDS = {
    "en": {"photo": "Photos", "video": "Videos", "reel": "Reel", "link": "Links", "text": "Text"},
    "fr": {"photo": "Photos", "video": "Vidéos", "reel": "Reel", "link": "Liens", "text": "Texte"},
}
MARKS = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-8": b"",
    "cp1252": b"",
}


def number(value: int | None, group: str = "") -> str:
    """Write a count with its thousands set apart by `group`."""
    return "" if value is None else f"{value:,}".replace(",", group)


def moment(value: datetime, order: str) -> str:
    """Write a moment day first or month first."""
    return value.strftime("%d/%m/%Y %H:%M" if order == "day" else "%m/%d/%Y %H:%M")


def table(
    rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8-sig", newline: str = "\r\n"
) -> bytes:
    """Write rows as a text export."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=newline).writerows(rows)
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    return MARKS[encoding] + stream.getvalue().encode(codec)


def facebook(
    posts: list[dict],
    language: str = "en",
    order: str = "month",
    group: str = "",
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    leave_out: tuple[str, ...] = (),
) -> bytes:
    """Write Meta's list of Facebook posts."""
    headings = {n: h for n, h in FACEBOOK[language].items() if n not in leave_out}
    rows = [list(headings.values())]
    for post in posts:
        parts = [post.get(name) for name in ("reactions", "comments", "shares")]
        known = {
            "page_id": "100063500000001",
            "account": "Librairie des Tilleuls",
            "published": moment(post["published"], order),
            "kind": KIND_WORDS[language][post["kind"]],
            "title": post.get("text", ""),
            "url": f"https://www.facebook.com/{post['post_id']}",
            "is_crosspost": "0",
            "is_share": str(post.get("is_share", 0)),
            "span": "Lifetime",
            "interactions": number(sum(parts), group) if None not in parts else "",
        }
        counts = {
            n: number(v, group)
            for n, v in post.items()
            if isinstance(v, int) and n not in {"post_id", "is_share"}
        }
        rows.append([{"post_id": post["post_id"], **counts, **known}.get(name, "") for name in headings])
    return table(rows, delimiter, encoding)


def post(number_: int = 1, **changes: object) -> dict:
    """Make one post as a dictionary."""
    made = {
        "post_id": f"12215800000000{number_:04d}",
        "published": datetime(2025, 9, number_ % 28 + 1, 21, 13),
        "kind": "photo",
        "text": f"Rentrée littéraire\nn° {number_}, l’automne",
        "views": 2000 + number_,
        "reach": 1200 + number_,
        "reactions": 40 + number_,
        "comments": 3,
        "shares": 1,
        "clicks": 17,
    }
    return made | changes
