"""What might the headings of an unknown file mean: a mapping to be corrected is easier than an empty one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache

from analysis.platforms.layout.headers import LOOK
from analysis.platforms.mappings.mapping import FIELDS
from analysis.platforms.specification import fold, formats

__all__ = ["scaffold_columns"]

ALMOST = 0.82
HINTS = {
    "account": "page, profile, profil, compte, username, brand, marque",
    "post_id": "id, media id, identifiant",
    "published": "date, posted, published, publication date, date de publication, publié le, posted at, created",
    "time": "heure, hour, horaire",
    "kind": "media type, format, type de média, type de contenu",
    "text": "caption, message, content, légende, texte, contenu, copy",
    "url": "permalink, link, lien, lien du post, post url",
    "followers": "fans, abonnés, subscribers",
    "reach": "portée, couverture, unique reach",
    "views": "impressions, plays, vues, lectures",
    "reactions": "likes, favorites, j'aime, mentions j'aime, hearts",
    "comments": "replies, réponses, commentaires",
    "shares": "retweets, reposts, partages",
    "saves": "saved, bookmarks, enregistrements",
    "clicks": "clics",
    "link_clicks": "clics sur le lien, url clicks",
}
ENOUGH = 2


def scaffold_columns(rows: Sequence[Sequence[object]], file: str) -> str:
    """Draft a `columns.yml` for a file no format knows.

    Parameters
    ----------
    rows : sequence of rows
        The first rows of the file.
    file : str
        Its name.

    Returns
    -------
    str
        YAML, ready to be saved and corrected: headings whose meaning is guessed are mapped, the others listed
        in comments. Empty when no row looks like headings.

    Notes
    -----
    Guesses come from the headings of known exports: read each before using the file.

    Examples
    --------
    >>> print(scaffold_columns([["Date", "Légende", "J'aime", "Qualité"]], "iconosquare.csv"))
    # columns.yml: which heading of iconosquare.csv is which column. Correct it, and save it beside the file.
    platform: instagram    # facebook, instagram, linkedin, x, youtube, tiktok, pinterest...
    tool: other            # who wrote the file
    kind: posts            # posts, daily, audience, reviews or messages
    files: ["iconosquare.csv"]
    columns:
      published: "Date"
      text: "Légende"
      reactions: "J'aime"
    # Not mapped yet:
    #   ...: "Qualité"
    # Columns of posts: account, campaign, clicks, comments, duration, exported, followers, impressions, ...
    """
    header = max(rows[:LOOK], key=_worded, default=[])
    headings = list(dict.fromkeys(str(cell).strip() for cell in header if fold(cell)))
    if len(headings) < ENOUGH:
        return ""
    kind = "posts"
    guesses = _guesses(headings, kind)
    own = file.rsplit("/", 1)[-1]
    lines = [
        f"# columns.yml: which heading of {own} is which column. Correct it, and save it beside the file.",
        "platform: instagram    # facebook, instagram, linkedin, x, youtube, tiktok, pinterest...",
        "tool: other            # who wrote the file",
        "kind: posts            # posts, daily, audience, reviews or messages",
        f"files: [{_quoted(own)}]",
        "columns:",
    ]
    lines += [f"  {name}: {_quoted(heading)}" for name, heading in guesses.items()]
    if "published" not in guesses:
        lines.append('  published: "..."    # needed: the moment of publication')
    left = [heading for heading in headings if heading not in guesses.values()]
    lines += ["# Not mapped yet:", *(f"#   ...: {_quoted(heading)}" for heading in left)] if left else []
    lines.append(f"# Columns of {kind}: {', '.join(sorted(FIELDS[kind]))}.")
    return "\n".join(lines)


def _worded(row: Sequence[object]) -> tuple[int, int]:
    """Prefer the row with most cells that are words, the first of equals."""
    words = [cell for cell in row if isinstance(cell, str) and any(c.isalpha() for c in cell)]
    return len(words), sum(bool(fold(cell)) for cell in row)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _guesses(headings: Sequence[str], kind: str) -> dict[str, str]:
    """Give each heading the column known exports use it for: exact words first, then nearly equal ones."""
    words, found = _words(kind), {}
    for heading in headings:
        name = words.get(fold(heading))
        if name and name not in found:
            found[name] = heading
    for heading in headings:
        near = get_close_matches(fold(heading), words, n=1, cutoff=ALMOST)
        if near and heading not in found.values() and words[near[0]] not in found:
            found[words[near[0]]] = heading
    order = list(FIELDS[kind])
    return dict(sorted(found.items(), key=lambda item: order.index(item[0])))


@lru_cache(maxsize=8)
def _words(kind: str) -> dict[str, str]:
    """List the headings known exports of a kind use, with the column each most often stands for."""
    votes: dict[str, Counter] = {}
    for known in formats():
        if known.kind == kind:
            for heading, pairs in known.headings().items():
                for name, _ in pairs:
                    if name in FIELDS[kind]:
                        votes.setdefault(heading, Counter())[name] += 1
    for name in FIELDS[kind]:
        votes.setdefault(fold(name.replace("_", " ")), Counter())[name] += 1
    for name, hints in HINTS.items():
        for hint in hints.split(", "):
            votes.setdefault(fold(hint), Counter())[name] += 100
    return {heading: count.most_common(1)[0][0] for heading, count in sorted(votes.items())}
