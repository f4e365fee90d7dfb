"""What must still be done to posts a research tool collected: two clocks, hidden likes, figures of another day."""

from __future__ import annotations

import pandas as pd

from analysis.platforms.export import counted, grouped, rows_text
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []

COUNTS = ("followers", "reach", "views", "reactions", "comments", "shares", "saves", "quotes")


@step
def fourcat_times(reading: Reading) -> None:
    """Take the Unix time; where it is absent the written one; report rows on which the two differ."""
    frame = reading.frame
    if "published_text" not in frame:
        return
    written = frame["published_text"]
    if "published" not in frame:
        zoned = written.notna().astype("boolean").where(written.notna())
        frame = frame.assign(published=written, published_zone_known=zoned)
    differ = (frame["published"] - written).abs() > pd.Timedelta(seconds=60)
    if differ.any():
        reading.notice(
            "two_clocks",
            f"{reading.heading('published_text')} and {reading.heading('published')} differ on "
            f"{counted(differ.sum(), 'row')} ({rows_text(frame.loc[differ, '_row'])}): the tool wrote the clock of its "
            "own server; the Unix time was taken.",
        )
    missing = frame["published"].isna() & written.notna()
    frame = frame.assign(
        published=frame["published"].fillna(written),
        published_zone_known=frame["published_zone_known"].mask(missing, True),
    )
    reading.frame = frame.drop(columns="published_text")


@step
def times_are_coarse(reading: Reading) -> None:
    """Say that times were rebuilt from "2 w"; one that is the moment of collection was not rebuilt at all."""
    frame = reading.frame
    if "exported" in frame:
        unknown = frame["published"].eq(frame["exported"]).fillna(False)
        frame = frame.assign(
            published=frame["published"].mask(unknown),
            published_zone_known=frame["published_zone_known"].mask(unknown),
        )
        if unknown.any():
            reading.notice(
                "times_unknown",
                f"Posts whose time is only the moment of collection (missing): {grouped(unknown.sum())}.",
            )
    dated = int(frame["published"].notna().sum())
    reading.frame = frame.assign(published_coarse=frame["published"].notna())
    if dated:
        times = counted(dated, "time")
        reading.notice(
            "times_coarse",
            f'LinkedIn shows "2 w" and no time: the tool rebuilt {times} from it, off by up '
            "to half a month or half a year. Do not read hours, weekdays or gaps from them.",
        )


@step
def comments_apart(reading: Reading) -> None:
    """Set comments apart: old versions of the tool list them among the posts."""
    if "kind" not in reading.frame:
        return
    comment = reading.frame["kind"].str.strip().str.casefold().eq("comment").fillna(False)
    if comment.any():
        reading.frame = reading.frame[~comment].reset_index(drop=True)
        reading.dropped += int(comment.sum())
        reading.notice(
            "comments_apart", f"Comments listed among the posts, set apart: {grouped(comment.sum())}."
        )


@step
def hidden_likes(reading: Reading) -> None:
    """Call likes missing where the account hides them: what is printed then is no count."""
    frame = reading.frame
    if "likes_hidden" not in frame:
        return
    hidden = frame["likes_hidden"].fillna(False).astype(bool)
    if hidden.any():
        reading.frame = frame.assign(reactions=frame["reactions"].mask(hidden))
        reading.notice(
            "likes_hidden", f"Posts whose likes the account hides (missing, not 0): {grouped(hidden.sum())}."
        )


@step
def negative_is_missing(reading: Reading) -> None:
    """Call counts below 0 missing: they are the tool's sign for a figure it did not get."""
    names = [name for name in COUNTS if name in reading.frame]
    below = reading.frame[names].lt(0).fillna(False)
    cells = int(below.to_numpy().sum())
    if cells:
        reading.frame = reading.frame.assign(**{n: reading.frame[n].mask(below[n]) for n in names})
        reading.notice(
            "negative", f"Counts below 0, for figures not obtained (missing, not 0): {grouped(cells)}."
        )


@step
def carousel_by_media(reading: Reading) -> None:
    """Call a post of several media a carousel, whatever they are."""
    frame = reading.frame
    if "media" in frame and "kind" in frame:
        several = frame["media"].gt(1).fillna(False)
        reading.frame = frame.assign(kind=frame["kind"].mask(several, "carousel"))


@step
def kind_from_media(reading: Reading) -> None:
    """Name the kind of a post by what it carries: a film, pictures, a link, words only."""
    frame = reading.frame
    kind = pd.Series("text", index=frame.index, dtype="string")
    for name, word in (("links", "link"), ("images", "photo"), ("videos", "video")):
        if name in frame:
            kind = kind.mask(frame[name].notna(), word)
    if "images" in frame:
        several = frame["images"].str.count(r",\s*https?://").ge(1).fillna(False)
        kind = kind.mask(several & kind.eq("photo"), "carousel")
    reading.frame = frame.assign(kind=kind)


@step
def followers_when_collected(reading: Reading) -> None:
    """Say that followers are those of the day of collection: old posts had fewer."""
    if "followers" in reading.frame and reading.frame["followers"].notna().any():
        reading.notice(
            "followers_now",
            "Followers are those of the day the posts were collected, not of the day each was published: a rate by "
            "followers is biased for old posts.",
        )


@step
def tiktok_url(reading: Reading) -> None:
    """Write the address of each TikTok video from its author and identifier."""
    frame = reading.frame
    url = "https://www.tiktok.com/@" + frame["account"] + "/video/" + frame["post_id"]
    reading.frame = frame.assign(url=url.astype("string"))


@step
def account_from_owner(reading: Reading) -> None:
    """Name the account by its user name; where there is none, by its name, its surface or its number."""
    known = [n for n in ("username", "account", "surface", "account_id") if n in reading.frame]
    named = reading.frame[known].bfill(axis=1).iloc[:, 0]
    reading.frame = reading.frame.assign(account_name=reading.frame.get("account"), account=named)


@step
def likes_are_reactions(reading: Reading) -> None:
    """Count likes as reactions on a network that has no other kind."""
    reading.frame = reading.frame.rename(columns={"likes": "reactions"})


@step
def reshares_apart(reading: Reading) -> None:
    """Set apart posts that reshare another one, named by its identifier."""
    frame = reading.frame
    if "shared_post" not in frame:
        return
    shared = frame["shared_post"].str.fullmatch(r"[1-9]\d*(?:\.0)?").fillna(False).astype(bool)
    if shared.any():
        reading.apart = frame[shared].drop(columns="_row").reset_index(drop=True)
        reading.frame = frame[~shared].reset_index(drop=True)
        reading.dropped += int(shared.sum())
        reading.notice(
            "reposts", f"Shares of other posts set apart, as they are not own posts: {grouped(shared.sum())}."
        )


@step
def answers_unknown(reading: Reading) -> None:
    """Say that the file does not tell which comments were answered by the account."""
    reading.notice(
        "answers_unknown",
        "The file does not say which comments the account answered: no answer known is not no answer.",
    )
