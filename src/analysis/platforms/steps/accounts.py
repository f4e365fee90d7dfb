"""Whose posts are they: where the table names its account under another heading, in an identifier or not at all."""

from __future__ import annotations

import re

from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []


@step
def account_from_username(reading: Reading) -> None:
    """Name an Instagram account by its user name, which is unique; where there is none, by its name or number."""
    known = [name for name in ("username", "account_name", "account_id") if name in reading.frame]
    reading.frame = reading.frame.assign(account=reading.frame[known].bfill(axis=1).iloc[:, 0])


@step
def account_from_post_id(reading: Reading) -> None:
    """Take the page from the first part of Facebook's `page_post` identifiers."""
    accounts = reading.frame["post_id"].str.extract(r"^(\d+)_", expand=False)
    reading.frame = reading.frame.assign(account=accounts)


@step
def account_from_file_name(reading: Reading) -> None:
    """Take the page's name from `Facebook Insights Data Export - <page> - <day>`: the table does not name it."""
    name = reading.options.file.rsplit("/", 1)[-1]
    found = re.search(r"(?:\(Post Level\)|Data Export) - (.+) - \d{4}-\d{2}-\d{2}", name)
    if found:
        reading.frame = reading.frame.assign(account=found[1])
