"""How strong is each tie? Closeness, frequency, duration and purposes, brought to one scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey.scales import alpha
from analysis.ties.table import ordered, refuse_absent, refuse_missing_ends, type_name
from analysis.ties.told import numbers_told

__all__ = ["COMPONENTS", "CONTACTS", "reliability", "tie_strength"]

COMPONENTS = ("closeness", "frequency", "duration", "purposes")
CONTACTS = {"daily": 250.0, "weekly": 50.0, "monthly": 12.0, "yearly": 1.0, "rarely": 0.5}
FEWEST = 2


def tie_strength(
    ties: Any, *, contacts: Mapping[str, float] | None = None, year: int | None = None
) -> pd.DataFrame:
    """Say how strong each tie is, from how close, how frequent, how old and how many-sided it is.

    Each part is brought to mean 0 and standard deviation 1 over all ties; strength is the mean of the parts
    known. Several rows for one ego and alter (one per channel) tell of one tie: the closest and most frequent
    account, the earliest year and all purposes count.

    Parameters
    ----------
    ties : pandas.DataFrame or networkx graph
        `ego, alter` (or edges with these attributes) and at least two of `closeness, frequency, since, purpose`.
        `frequency` is words of `contacts` or numbers of contacts a year; `purpose` may be repeated over rows.
    contacts : mapping of str to float, optional
        Contacts a year that each word of `frequency` stands for; `CONTACTS` when left out.
    year : int, optional
        Year of the survey, from which the age of a tie is counted; the latest `since` when left out.

    Returns
    -------
    pandas.DataFrame
        One row per ego and alter, sorted: `ego, alter, closeness, frequency` (logarithm of 1 + contacts a
        year), `duration` (logarithm of 1 + years), `purposes` (how many), `parts` (how many of these are known
        and differ between ties), `strength` (0 is the average tie; missing when fewer than two parts are
        known) and `rank` (share of ties that are not stronger, above 0 to 1).

    Raises
    ------
    DataError
        When a column or an end of a tie is missing, fewer than two parts differ between ties, or a frequency
        is neither a known word nor a number.
    ParameterError
        When `ties` is neither a table nor a graph, or a tie is younger than `year`.

    Notes
    -----
    Strength is relative to the ties of this table: do not compare values between surveys. A part that is the
    same for all ties says nothing and is left out. Granovetter names the parts, not their weights: equal
    weights are a choice, see `reliability`.

    References
    ----------
    Granovetter, M. S. (1973). The strength of weak ties. American Journal of Sociology 78, 1360-1380.
    Gilbert, E. and Karahalios, K. (2009). Predicting tie strength with social media. CHI 2009, 211-220.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": "a", "alter": ["b", "c", "d"], "closeness": [5, 3, 1],
    ...                      "frequency": ["daily", "monthly", "rarely"]})
    >>> tie_strength(told)["strength"].round(1).tolist()
    [1.3, -0.1, -1.2]
    """
    parts = _parts(_as_table(ties), CONTACTS if contacts is None else contacts, year)
    scores = _standardised(parts[[name for name in COMPONENTS if name in parts]])
    if scores.shape[1] < FEWEST:
        raise DataError(
            f"Tie strength needs two of {', '.join(COMPONENTS)} that differ between ties; the table has "
            f"{' and '.join(scores.columns) or 'none'}. Add the columns closeness, frequency, since or purpose."
        )
    known = scores.notna().sum(axis=1)
    strength = scores.mean(axis=1).where(known >= FEWEST)
    return parts.assign(parts=known, strength=strength, rank=strength.rank(method="max", pct=True))


def _as_table(ties: Any) -> pd.DataFrame:
    """Give the edges of a graph as a table of ties; a table stays."""
    if isinstance(ties, pd.DataFrame):
        return ties
    if not hasattr(ties, "edges"):
        raise ParameterError(f"Ties are a table or a networkx graph, not {type_name(ties)}.")
    edges = pd.DataFrame([{"ego": one, "alter": two} | data for one, two, data in ties.edges(data=True)])
    return edges if len(edges) else pd.DataFrame({"ego": [], "alter": []})


def _parts(ties: pd.DataFrame, contacts: Mapping[str, float], year: int | None) -> pd.DataFrame:
    present = [name for name in ("closeness", "frequency", "since", "purpose") if name in ties]
    refuse_absent(ties, ["ego", "alter", *present])
    refuse_missing_ends(ties)
    table = pd.DataFrame({"ego": ties["ego"], "alter": ties["alter"]})
    how = {}
    if "closeness" in ties:
        table["closeness"], how["closeness"] = numbers_told(ties["closeness"], "closeness"), "max"
    if "frequency" in ties:
        table["frequency"], how["frequency"] = np.log1p(_contacts(ties["frequency"], contacts)), "max"
    if "since" in ties:
        table["duration"], how["duration"] = _duration(ties["since"], year), "max"
    if "purpose" in ties:
        table["purposes"], how["purposes"] = ties["purpose"], "nunique"
    together = table[_of_two(table)].groupby(["ego", "alter"], sort=False)
    if not how:
        return _sorted(together.size().reset_index()[["ego", "alter"]])
    summed = together.agg(how)
    if "purposes" in summed:
        summed["purposes"] = summed["purposes"].where(summed["purposes"] > 0).astype("Float64").astype(float)
    return _sorted(summed.reset_index())


def _of_two(ties: pd.DataFrame) -> np.ndarray:
    """Say which ties have two different ends, names of any kind."""
    return ties["ego"].to_numpy(dtype=object) != ties["alter"].to_numpy(dtype=object)


def _sorted(ties: pd.DataFrame) -> pd.DataFrame:
    """Put ties in an order that names of any kind have."""
    place = {node: i for i, node in enumerate(ordered([*ties["ego"], *ties["alter"]]))}
    at = [np.array([place[node] for node in ties[end]], dtype=int) for end in ("alter", "ego")]
    return ties.iloc[np.lexsort(at)].reset_index(drop=True)


def _contacts(values: pd.Series, contacts: Mapping[str, float]) -> pd.Series:
    """Turn words of frequency into contacts a year; numbers stay."""
    words = values.map(lambda value: contacts.get(value, value) if isinstance(value, str) else value)
    numbers = pd.to_numeric(words, errors="coerce")
    wrong = values.notna().to_numpy() & ~numbers.fillna(-1).between(0, np.inf, inclusive="left").to_numpy(
        bool
    )
    if wrong.any():
        row = int(wrong.argmax())
        raise DataError(
            f'The table of ties has frequency "{values.iloc[row]}" in row {row + 1}.'
            f"{did_you_mean(str(values.iloc[row]), contacts)} Words known: {', '.join(contacts)}; or give contacts "
            "a year as a number, or your own words with contacts=."
        )
    return numbers.astype("Float64").astype(float)


def _duration(since: pd.Series, year: int | None) -> pd.Series:
    known = numbers_told(since.dt.year if since.dtype.kind == "M" else since, "since")
    years = (known.max() if year is None else year) - known
    if (years < 0).any():
        row = int((years < 0).to_numpy().argmax())
        raise ParameterError(
            f"year={year}: the tie in row {row + 1} dates from {known.iloc[row]:.0f}, after the survey. "
            "Give the year of the survey."
        )
    return np.log1p(years)


def _standardised(parts: pd.DataFrame) -> pd.DataFrame:
    """Give each part mean 0 and standard deviation 1; leave out those that never vary."""
    varies = [name for name in parts if parts[name].nunique() > 1]
    return parts[varies].apply(lambda part: (part - part.mean()) / part.std(ddof=0))


def reliability(strength: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Say how far the parts of tie strength measure one thing.

    Parameters
    ----------
    strength : pandas.DataFrame
        From `tie_strength`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        First row `measure` alpha: Cronbach's alpha of the standardised parts, `estimate, se, low, high, n`
        (ties). Then one row per part: the correlation of the part with the mean of the others, interval by
        Fisher's transformation.

    Raises
    ------
    DataError
        When the table is not one of `tie_strength`, or fewer than two parts vary.

    Notes
    -----
    Ties of one ego are not independent: the intervals are too narrow for a population of egos. A low alpha
    does not make strength wrong: duration and closeness may be two things worth telling apart.

    References
    ----------
    Marsden, P. V. and Campbell, K. E. (1984). Measuring tie strength. Social Forces 63, 482-501.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": "a", "alter": list("bcdef"), "closeness": [5, 4, 3, 2, 1],
    ...                      "frequency": ["daily", "daily", "monthly", "yearly", "rarely"]})
    >>> reliability(tie_strength(told))["estimate"].round(2).tolist()
    [0.98, 0.95, 0.95]
    """
    present = [name for name in COMPONENTS if name in strength]
    if "strength" not in strength or not present:
        raise DataError("reliability() takes the table that tie_strength() returns.")
    scores = _standardised(strength[present])
    if scores.shape[1] < FEWEST:
        raise DataError("reliability() needs two parts of tie strength that differ between ties.")
    whole = alpha(scores, level=level)
    first = {
        "measure": "alpha",
        "estimate": whole.estimate,
        "se": whole.se,
        "low": whole.low,
        "high": whole.high,
        "n": whole.n,
    }
    return pd.DataFrame([first, *(_with_others(scores, name, level) for name in scores)])


def _with_others(scores: pd.DataFrame, name: str, level: float) -> dict[str, object]:
    from scipy import special

    others = scores.drop(columns=name).mean(axis=1)
    both = scores[name].notna() & others.notna()
    n, r = int(both.sum()), float(np.corrcoef(scores.loc[both, name], others[both])[0, 1])
    se = 1 / np.sqrt(n - 3) if n > 3 else np.nan
    z, reach = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15)), special.ndtri((1 + level) / 2) * se
    low, high = np.tanh(z - reach), np.tanh(z + reach)
    return {"measure": name, "estimate": r, "se": (1 - r**2) * se, "low": low, "high": high, "n": n}
