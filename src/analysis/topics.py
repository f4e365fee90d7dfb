"""What are a client's posts about, in the client's own words? Topics found by label, else by words in the text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.errors import DataError

__all__ = ["with_topic"]


def with_topic(
    posts: pd.DataFrame,
    topics: Mapping[str, Mapping[str, Any]],
    language: str,
    *,
    labels: str = "custom_labels",
) -> pd.DataFrame:
    """Tell for each post which of the client's topics it is about.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts with `text`, and the column `labels` where the export has one.
    topics : mapping
        Topic to `label` (a name per language) and `words` (a list), as in `client.yml`. A post belongs to the
        first topic whose name is among its labels, else to the first topic one of whose words its text holds.
    language : str
        Language of the topics' names.
    labels : str
        Column of labels put on the posts by hand.

    Returns
    -------
    pandas.DataFrame
        The posts with `topic`, the topic's name; missing where none fits.

    Raises
    ------
    DataError
        When a topic lacks its name in the language, or its words.

    Notes
    -----
    Words are a coarse net: read a few posts of each topic before trusting a comparison of topics.

    References
    ----------
    Dictionary coding: Krippendorff (2018), *Content Analysis*, ch. 11.

    Examples
    --------
    >>> about = {"event": {"label": {"en": "Event"}, "words": ["reading club"]}}
    >>> posts = pd.DataFrame({"text": ["Reading CLUB on Friday", "New books"]})
    >>> with_topic(posts, about, "en")["topic"].tolist()
    ['Event', <NA>]
    """
    rules = [_rule(name, topic, language) for name, topic in topics.items()]
    text = posts["text"].fillna("").map(_folded)
    by_hand = posts[labels].fillna("").map(_folded) if labels in posts else pd.Series("", index=posts.index)
    found = pd.Series(pd.NA, index=posts.index, dtype="string")
    for name, wanted, _ in rules:
        found = found.mask(
            found.isna() & by_hand.map(lambda cell, wanted=wanted: _labelled(cell, wanted)), name
        )
    for name, _, words in rules:
        found = found.mask(
            found.isna() & text.map(lambda cell, words=words: any(w in cell for w in words)), name
        )
    return posts.assign(topic=found)


def _rule(name: str, topic: Mapping[str, Any], language: str) -> tuple[str, set[str], list[str]]:
    labels, words = topic.get("label") or {}, topic.get("words") or []
    if language not in labels or not isinstance(words, list) or not words:
        raise DataError(
            f'client.yml, topic "{name}": give it a label in {language} and a list of words. '
            f"Found: {', '.join(topic) or 'nothing'}."
        )
    return labels[language], {_folded(label) for label in labels.values()}, [_folded(word) for word in words]


def _labelled(cell: str, wanted: set[str]) -> bool:
    return any(part.strip() in wanted for part in cell.replace(";", ",").split(","))


def _folded(text: object) -> str:
    """Compare letters only: case, bold letters and apostrophes are looks."""
    return unicodedata.normalize("NFKC", str(text)).replace("’", "'").casefold()
