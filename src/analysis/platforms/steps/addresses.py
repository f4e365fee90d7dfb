"""Which post is it: the identifier at the end of its address, where the table has no column for it."""

from __future__ import annotations

import re

import pandas as pd

from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []

QUERY = re.compile(r"[?&](?:story_fbid|fbid|v|multi_permalinks)=(\w+)")
PATH = re.compile(r"/([^/?#:]+?)(?::\d+)?/*(?:[?#]|$)")


@step
def post_id_from_url(reading: Reading) -> None:
    """Take the identifier a post's address ends with, or carries as a parameter."""
    found = [None if pd.isna(url) else _identifier(str(url)) for url in reading.frame["url"]]
    reading.frame = reading.frame.assign(post_id=pd.Series(found, dtype="string", index=reading.frame.index))


def _identifier(url: str) -> str | None:
    if named := QUERY.search(url):
        return named[1]
    ends = PATH.findall(url.split("://", 1)[-1])
    return ends[-1] if ends else None
