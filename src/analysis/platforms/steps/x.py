"""What X means by its figures: the promoted twins of a tweet's figures, and two words for passing a post on."""

from __future__ import annotations

from analysis.platforms.export import grouped
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []


@step
def paid_from_promoted(reading: Reading) -> None:
    """Call a tweet paid when any promoted twin counts something; "-" there means it was not promoted."""
    frame = reading.frame
    twins = [name for name in frame if name.startswith("promoted_")]
    if not twins:
        return
    paid = (frame[twins].fillna(0) > 0).any(axis=1).astype("boolean")
    reading.frame = frame.assign(paid=paid)
    if paid.any():
        reading.notice(
            "promoted_apart",
            f"Tweets that were promoted: {grouped(paid.sum())}. Their figures here are the organic ones; the promoted "
            "ones are kept in columns of their own and are not added.",
        )


@step
def shares_are_reposts(reading: Reading) -> None:
    """Say which of X's two words is the contract's: reposts pass a post on inside X, as retweets did."""
    if {"shares", "shares_by_menu"} <= set(reading.frame):
        reading.notice(
            "shares_are_reposts",
            f"The column {reading.heading('shares')} is read as shares; {reading.heading('shares_by_menu')}, the "
            "sharing by menu or message, is kept apart.",
        )
