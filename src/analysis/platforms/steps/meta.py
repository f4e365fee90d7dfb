"""What must still be done to Meta's posts: people and actions kept apart, copies counted, styled letters made plain."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from analysis.platforms.export import grouped, rows_text
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []

ACTIONS = {"reactions": "stories_like", "comments": "stories_comment", "shares": "stories_share"}
SEVERAL = 5
UNTOLD = re.compile(r"\bID (\d{6,20})\b")
STYLED = re.compile("[\U0001d400-\U0001d7ff\uff01-\uff5e\U0001f130-\U0001f149\u24b6-\u24e9]")


@step
def actions_before_people(reading: Reading) -> None:
    """Count actions where the file has them ("Stories"), else the people who acted ("Talking About This")."""
    frame = reading.frame
    present = [name for name in ACTIONS.values() if name in frame]
    if present:
        people = {name: f"people_{name}" for name in ACTIONS if name in frame}
        back = {action: name for name, action in ACTIONS.items() if action in present}
        reading.frame = frame.rename(columns=people).rename(columns=back)
    elif any(name in frame for name in ACTIONS):
        reading.notice(
            "people_not_actions",
            "Likes, comments and shares of this file count the people who acted: one who comments twice counts once.",
        )


@step
def posts_not_described(reading: Reading) -> None:
    """Keep a post Meta failed to describe under the identifier its comment gives: it is a post, with nothing known."""
    frame = reading.frame
    if not {"post_id", "data_comment"} <= set(frame):
        return
    told = frame["data_comment"].str.extract(UNTOLD, expand=False).where(frame["post_id"].isna())
    if told.notna().any():
        reading.frame = frame.assign(post_id=frame["post_id"].fillna(told).astype("string"))
        rows = frame.loc[told.notna(), "_row"]
        reading.notice(
            "posts_not_described",
            f"Posts Meta could not describe, known by an identifier alone: {len(rows)} ({rows_text(rows)}); their date "
            "and figures are missing, not 0.",
        )


@step
def likes_for_reactions(reading: Reading) -> None:
    """Take the likes where the file is older than Meta's word "reactions" in these exports, and say so."""
    frame = reading.frame
    if "likes" not in frame or "reactions" in frame:
        return
    reading.frame = frame.assign(reactions=frame["likes"])
    reading.notice(
        "reactions_are_likes",
        f'This file counts "{reading.heading("likes")}" and no reactions: they were taken as reactions.',
    )


@step
def views_never_counted(reading: Reading) -> None:
    """Call views missing where five posts or more reached people and all show 0: nobody is reached without a view."""
    frame = reading.frame
    if not {"views", "reach"} <= set(frame):
        return
    printed, reached = frame["views"].dropna(), frame["reach"].gt(0).fillna(False) & frame["views"].notna()
    if printed.ne(0).any() or reached.sum() < SEVERAL:
        return
    reading.frame = frame.assign(views=frame["views"].mask(reached))
    rows = frame.loc[reached, "_row"]
    reading.notice(
        "views_never_counted",
        f"{reading.heading('views')} is 0 on every line although people were reached: not counted in this file, so "
        f"missing there, not 0 ({rows_text(rows)}).",
    )


@step
def crossposts_counted(reading: Reading) -> None:
    """Count the posts published again from another page: their figures may stand in two places."""
    if "is_crosspost" not in reading.frame:
        return
    copies = int(reading.frame["is_crosspost"].fillna(False).sum())
    if copies:
        reading.notice(
            "crossposts",
            f"Cross-posts among the posts: {grouped(copies)}. One whose original is in the same set counts once.",
        )


@step
def letters_made_plain(reading: Reading) -> None:
    """Give texts written in styled letters (mathematical bold...) a plain version, for whoever counts words."""
    text = reading.frame.get("text", pd.Series(dtype="string"))
    styled = text.str.contains(STYLED, na=False)
    if styled.any():
        plain = text.map(lambda words: unicodedata.normalize("NFKC", words), na_action="ignore").astype(
            "string"
        )
        reading.frame = reading.frame.assign(text_plain=plain)
        reading.notice(
            "letters_styled",
            f"Texts with styled letters: {grouped(styled.sum())}. They are kept as printed; text_plain has plain ones.",
        )


@step
def stories_have_replies(reading: Reading) -> None:
    """Say that a file of stories has replies where posts have comments: the comments are not missing by mistake."""
    if "replies" in reading.frame and "comments" not in reading.frame:
        reading.notice(
            "stories_replies",
            "Stories have replies in place of comments: see the column replies; comments are missing.",
        )
