"""What are a client's posts about, in the client's own words? Topics found by label, else by words in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.errors import DataError

__all__ = ["topic_names", "with_topic"]


def with_topic(
    posts: pd.DataFrame, topics: Mapping[str, Mapping[str, Any]], *, labels: str = "custom_labels"
) -> pd.DataFrame:
    """Tell for each post which of the client's topics it is about.

    Parameters
    ----------
    posts : pandas.DataFrame
        Posts with `text`, and the column `labels` where the export has one.
    topics : mapping
        Topic to `label` (a name per language) and `words` (a list), as in `client.yml`. A post belongs to the
        first topic whose name, in any language, is among its labels, else to the first topic one of whose words
        begins a word of its text: `offer` finds `offers`, not `coffer`.
    labels : str
        Column of labels put on the posts by hand.

    Returns
    -------
    pandas.DataFrame
        The posts with `topic`, the topic's key, the same in every language; missing where none fits.

    Raises
    ------
    DataError
        When a topic lacks its names or its words.

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
    >>> with_topic(posts, about)["topic"].tolist()
    ['event', <NA>]
    """
    rules = [_rule(name, topic) for name, topic in _entries(topics)]
    texts = posts["text"].fillna("").tolist()
    by_hand = posts[labels].fillna("").tolist() if labels in posts else [""] * len(posts)
    found = [_topic(_folded(cell), _folded(text), rules) for cell, text in zip(by_hand, texts, strict=True)]
    return posts.assign(topic=pd.Series(found, index=posts.index, dtype="string"))


def _topic(by_hand: str, text: str, rules: list[tuple[str, set[str], re.Pattern[str]]]) -> str | None:
    """Name the topic written by hand, else the first whose words are in the text."""
    labels = {part.strip() for part in by_hand.replace(";", ",").split(",")}
    for name, wanted, _ in rules:
        if not wanted.isdisjoint(labels):
            return name
    return next((name for name, _, words in rules if words.search(text)), None)


def topic_names(topics: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, str]:
    """Name the topics in one language.

    Parameters
    ----------
    topics : mapping
        As for `with_topic`.
    language : str
        Language of the names.

    Returns
    -------
    dict
        Topic to name.

    Raises
    ------
    DataError
        When a topic has no name in the language.

    Notes
    -----
    Measure on the topics' keys and name them after: draws and ties then do not depend on the reader's language.

    Examples
    --------
    >>> topic_names({"event": {"label": {"en": "Event", "fr": "Rencontre"}, "words": ["reading"]}}, "fr")
    {'event': 'Rencontre'}
    """
    found = {}
    for name, topic in _entries(topics):
        _rule(name, topic)
        if language not in topic["label"]:
            raise DataError(
                f'client.yml, topic "{name}": it has no label in "{language}". '
                f"Labels found: {', '.join(topic['label'])}. Add label: {{{language}: …}}."
            )
        found[name] = str(topic["label"][language])
    return found


def _entries(topics: object) -> list[tuple[str, Any]]:
    if not isinstance(topics, Mapping):
        raise DataError(
            "client.yml, topics: write each topic as a name with its label and its words, not a list."
        )
    return list(topics.items())


def _rule(name: str, topic: Any) -> tuple[str, set[str], re.Pattern[str]]:
    labels, words = (topic.get("label"), topic.get("words")) if isinstance(topic, Mapping) else (None, None)
    if not isinstance(labels, Mapping) or not labels or not isinstance(words, list) or not words:
        raise DataError(
            f'client.yml, topic "{name}": give it a label per language (label: {{en: …, fr: …}}) and a list of '
            f"words. Found: {', '.join(topic) if isinstance(topic, Mapping) and topic else topic or 'nothing'}."
        )
    begins = "|".join(re.escape(_folded(word)) for word in words)
    return name, {_folded(label) for label in labels.values()}, re.compile(rf"(?<!\w)(?:{begins})")


def _folded(text: object) -> str:
    """Compare letters only: case, bold letters and apostrophes are looks."""
    return unicodedata.normalize("NFKC", str(text)).replace("’", "'").casefold()
