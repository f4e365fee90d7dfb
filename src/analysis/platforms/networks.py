"""Which network is a row of: dashboards and mappings put several networks in one file, exports hold one each."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd

from analysis.platforms.export import Export, Notice
from analysis.platforms.specification import fold

__all__ = ["NETWORKS", "by_network", "network"]

LINE = ("account", "date", "first", "last", "dimension", "level")
NETWORKS = {
    "facebook": "facebook", "facebook page": "facebook", "instagram": "instagram", "linkedin": "linkedin",
    "linkedin page": "linkedin", "x": "x", "twitter": "x", "x (twitter)": "x", "x (formerly twitter)": "x",
    "youtube": "youtube", "tiktok": "tiktok", "pinterest": "pinterest", "threads": "threads", "bluesky": "bluesky",
    "mastodon": "mastodon", "google business profile": "google_business", "google my business": "google_business",
    "google business": "google_business", "google": "google_business",
}  # fmt: skip


def network(word: object) -> str:
    """Give a network the name the project uses; an unknown one keeps its own, in small letters.

    Parameters
    ----------
    word : object
        As written in a file.

    Returns
    -------
    str

    Examples
    --------
    >>> network("X (Twitter)"), network("Snapchat")
    ('x', 'snapchat')
    """
    written = fold(word)
    return NETWORKS.get(written, re.sub(r"\W+", "_", written).strip("_"))


def _lines(table: pd.DataFrame) -> int:
    """Count the lines of the file a table was made of: figures of one day or level stood on one line."""
    keys = [name for name in LINE if name in table]
    return len(table.drop_duplicates(keys)) if "metric" in table or "unit" in table else len(table)


def _whole(export: Export, name: str) -> Export:
    """Give every row the only network a file names."""
    return replace(
        export, platform=name, table=export.table.assign(platform=export.table["platform"].fillna(name))
    )


def _named_only(export: Export) -> Export:
    """Count the rows that name no network, where the others name several: they belong to none of the parts."""
    bare = int(export.table["platform"].isna().sum())
    if not bare:
        return export
    said = Notice("no_network", f"{export.file}: rows that name no network, not read: {bare}.")
    return replace(export, warnings=(*export.warnings, said), rows_dropped=export.rows_dropped + bare)


def by_network(export: Export) -> list[Export]:
    """Part an export whose rows are of several networks into one export each.

    Parameters
    ----------
    export : Export
        With the network of each row in `platform`.

    Returns
    -------
    list of Export
        The export itself where there is one network; else one each, in the order of their names. What was set
        aside, and the totals, are of the whole file and stay with the first.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"platform": ["x", "facebook"], "account": ["a", "b"]})
    >>> parts = by_network(Export("several", "t", "posts", table, (), "", None, {}, (), "f.csv"))
    >>> [(part.platform, part.accounts, part.rows_read) for part in parts]
    [('facebook', ('b',), 1), ('x', ('a',), 1)]
    """
    names = sorted(export.table["platform"].dropna().unique())
    if len(names) < 2:
        return [_whole(export, names[0])] if names else [export]
    said = Notice(
        "networks_parted", f"{export.file} holds {len(names)} networks, read apart: {', '.join(names)}."
    )
    export = _named_only(export)
    parts = []
    for place, name in enumerate(names):
        table = export.table[export.table["platform"] == name].reset_index(drop=True)
        apart = export.apart
        if apart is not None and "platform" in apart:
            apart = apart[apart["platform"] == name].reset_index(drop=True)
        first = place == 0
        parts.append(
            replace(
                export,
                platform=name,
                table=table,
                apart=apart if apart is not None and len(apart) else None,
                accounts=tuple(sorted(table["account"].dropna().unique())),
                warnings=(*export.warnings, said),
                rows_read=_lines(table),
                rows_dropped=export.rows_dropped if first else 0,
                totals=export.totals if first else {},
            )
        )
    return parts
