"""What counts as a response to a post, and with which figures it is measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.engagement.tables.posts import number, text_of
from analysis.engagement.tables.values import names_given
from analysis.errors import ParameterError, did_you_mean

__all__ = ["PARTS", "RATES", "interactions_of"]

PARTS = ("reactions", "comments", "shares", "saves")
RATES = ("reach", "followers", "views")


def choices(name: str, given: Iterable[str], allowed: tuple[str, ...]) -> list[str]:
    """List the words given, refusing those that are not allowed."""
    given = names_given(name, given)
    if not given:
        raise ParameterError(f"{name}: nothing is chosen. Choices: {', '.join(allowed)}.")
    for word in given:
        if word not in allowed:
            raise ParameterError(
                f'{name}: "{word}" is not a choice.{did_you_mean(str(word), allowed)} Choices: {", ".join(allowed)}.'
            )
    return given


def interactions_of(platforms: Mapping[str, Iterable[str]], everywhere: Iterable[str]) -> nw.Expr:
    """Write the sum of responses to a post for the engine that holds the posts.

    Parameters
    ----------
    platforms : mapping
        Part (`reactions`, `comments`...) to the platforms that report it.
    everywhere : iterable of str
        All platforms of the table.

    Returns
    -------
    narwhals.Expr
        Missing where the reactions are, or a part that the post's platform reports.

    Examples
    --------
    >>> table = {"platform": ["x", "x", "y"], "_f_reactions": [3.0, None, 1.0], "_f_shares": [1.0, 1.0, None]}
    >>> sums = interactions_of({"reactions": ["x", "y"], "shares": ["x"]}, ["x", "y"])
    >>> nw.from_native(pd.DataFrame(table)).select(sums.alias("sum"))["sum"].to_list()
    [4.0, nan, 1.0]
    """
    total = nw.col("_f_reactions")
    everywhere = set(everywhere)
    for part in (part for part in PARTS[1:] if platforms.get(part)):
        value = nw.col(f"_f_{part}")
        value = value.fill_null(0.0) if part == "saves" else value
        known = sorted(platforms[part])
        if set(known) != everywhere:
            value = nw.when(nw.col("platform").is_in(known)).then(value).otherwise(nw.lit(0.0))
        total = total + value
    return total


def parts_sum(names: Iterable[str], platforms: Mapping[str, Iterable[str]]) -> str:
    """Write the sum that is taken in a group of posts on some platforms.

    Examples
    --------
    >>> parts_sum(["x", "y"], {"reactions": ["x", "y"], "saves": ["y"]})
    'reactions + saves where counted'
    """
    words = ["reactions"]
    for part in PARTS[1:]:
        counted = [name in platforms.get(part, []) for name in names]
        if any(counted):
            words.append(part if all(counted) else f"{part} where counted")
    return " + ".join(words)


def interactions(table: pd.DataFrame) -> np.ndarray:
    """Sum the responses to each post, as far as its network reports them; missing where the reactions are.

    Examples
    --------
    >>> interactions(pd.DataFrame({"platform": "x", "reactions": [3, None], "comments": [1, 1]})).tolist()
    [4.0, nan]
    """
    total, (code, names) = np.zeros(len(table)), pd.factorize(text_of(table, "platform"))
    for part in PARTS:
        value = number(table, part)
        reported = np.zeros(len(names), dtype=bool)
        reported[code[~np.isnan(value)]] = True
        value = np.nan_to_num(value) if part == "saves" else value
        total += np.where(reported[code], value, np.nan if part == "reactions" else 0.0)
    return total
