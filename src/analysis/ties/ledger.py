"""What does each tie of one firm open, what goes with it, and what would the next tie add? The weak-tie ledger."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_scalar
from scipy import special

from analysis.errors import DataError, ParameterError
from analysis.survey.estimation.estimates import refuse_level
from analysis.ties.network import Network, network
from analysis.ties.spans import round_from
from analysis.ties.table import distinct_ties, refuse_absent, type_name
from analysis.ties.told import yes_or_no

__all__ = ["among_alters", "ledger", "next_ties", "stakeholders"]


def ledger(
    ties: pd.DataFrame,
    ego: Hashable,
    *,
    strength: str | None = None,
    weak: float | None = None,
    net: Network | None = None,
) -> pd.DataFrame:
    """List the ties of one ego with what each bridges and what would be lost with it.

    Parameters
    ----------
    ties : pandas.DataFrame
        The whole table of ties: those of the other egos tell who knows whom.
    ego : hashable
        Whose ties.
    strength : str, optional
        Column with the strength of a tie, for `weak`.
    weak : float, optional
        A tie is weak when its strength is at most this; the median of the whole table when left out.
    net : Network, optional
        `network(ties)`, where it is at hand already.

    Returns
    -------
    pandas.DataFrame
        One row per alter named by the ego, those that open most first: `alter`, columns of the table that
        describe it (`kind, alter_sector, alter_town, alter_age_group, purpose, since` where there are),
        `strength` and `weak` (with `strength`), `asked_too` (whether the alter's own ties were asked),
        `common` (contacts shared with the ego), `bridge` (local bridge: none shared; missing when the alter was
        not asked), `span` (steps from ego to alter without the tie; inf when nothing else joins them; missing as
        `bridge`), `lost` (fall of effective size with the tie), `lost_contacts` (people two steps away whom only
        this tie leads to), `only_sector` (nobody else the ego named is of that sector).

    Raises
    ------
    ParameterError
        When the ego is a list or another collection.
    DataError
        When a column is missing or the ego named nobody.

    Notes
    -----
    Common contacts are those told: two contacts who know each other without saying so make a tie look like a
    bridge. Of an alter who was not asked nothing can be said.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Granovetter, M. S. (1973). AJS 78, 1360-1380.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": ["a", "a", "a", "b", "d"], "alter": ["b", "c", "d", "c", "e"]})
    >>> ledger(told, "a")[["alter", "common", "bridge", "lost_contacts"]].values.tolist()
    [['d', 0, True, 1], ['b', 1, False, 0], ['c', 1, <NA>, 0]]
    """
    if not is_scalar(ego):
        raise ParameterError(f"ego: give the one ego whose ties are listed, not {type_name(ego)}.")
    told = _of_ego(ties, ego, strength)
    net = network(ties) if net is None else net
    here = _position(net, ego)
    alters = np.array([_position(net, alter) for alter in told["alter"].tolist()])
    circle = _contacts(net, here)
    egos = set(ties["ego"].unique().tolist())
    asked = np.array([alter in egos for alter in told["alter"].tolist()])
    shared = _shared(net, circle)
    common = shared[np.searchsorted(circle, alters)]
    found = {
        "asked_too": asked,
        "common": common,
        "bridge": pd.arrays.BooleanArray(common == 0, ~asked),
        "span": np.where(asked, round_from(net, here)[alters], np.nan),
        "lost": _lost(len(circle), shared.sum() / 2, common),
        "lost_contacts": _only_through(net, here, circle, alters),
    }
    if "alter_sector" in told:
        sector = told["alter_sector"]
        alone = ~sector.duplicated(keep=False).to_numpy()
        found["only_sector"] = pd.arrays.BooleanArray(alone, sector.isna().to_numpy())
    if strength:
        cut = float(distinct_ties(ties, strength)["told"].median()) if weak is None else weak
        found["weak"] = (told["strength"] <= cut).to_numpy()
    table = pd.concat([told, pd.DataFrame(found)], axis=1)
    table.attrs = dict(told.attrs)
    order = ["lost_contacts", "lost", "alter"]
    return table.sort_values(order, ascending=[False, False, True], kind="stable", ignore_index=True)


def among_alters(ties: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """List the ties among the contacts of a ledger, for drawing.

    Parameters
    ----------
    ties : pandas.DataFrame
        The whole table of ties.
    ledger : pandas.DataFrame
        From `ledger`.

    Returns
    -------
    pandas.DataFrame
        `source, target`: places of the two contacts in the ledger (0, 1, …), each tie once.

    Raises
    ------
    DataError
        When a column is missing.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": ["a", "a", "b"], "alter": ["b", "c", "c"]})
    >>> among_alters(told, ledger(told, "a")).values.tolist()
    [[0, 1]]
    """
    refuse_absent(ties, ["ego", "alter"])
    place = {alter: i for i, alter in enumerate(ledger["alter"])}
    among = ties["ego"].isin(place) & ties["alter"].isin(place)
    named = distinct_ties(ties[["ego", "alter"]][among])
    ends = np.array([[place[node] for node in named[end].tolist()] for end in ("ego", "alter")], dtype=int)
    return pd.DataFrame(np.unique(np.sort(ends, axis=0).T, axis=0), columns=["source", "target"])


def _of_ego(ties: pd.DataFrame, ego: Hashable, strength: str | None) -> pd.DataFrame:
    wanted = ["kind", "alter_sector", "alter_town", "alter_age_group", "purpose", "since"]
    keep = [column for column in wanted if column in ties]
    named = ["ego", "alter", *([strength] if strength else []), *keep]
    refuse_absent(ties, named)
    told = distinct_ties(ties[list(dict.fromkeys(named))][ties["ego"] == ego], strength, keep=keep)
    if told.empty:
        raise DataError(f'"{ego}" named nobody in the table of ties: there is no ledger to make.')
    return (
        told.drop(columns="ego")
        .rename(columns={"told": "strength"})
        .drop(columns=[] if strength else "strength", errors="ignore")
    )


def _position(net: Network, node: Hashable) -> int:
    if not isinstance(node, Hashable) or node not in net.place:
        raise DataError(f'"{node}" is not in the table of ties.')
    return net.place[node]


def _contacts(net: Network, node: int) -> np.ndarray:
    matrix = net.adjacency
    return np.sort(matrix.indices[matrix.indptr[node] : matrix.indptr[node + 1]])


def _shared(net: Network, circle: np.ndarray) -> np.ndarray:
    """Count the contacts that each contact shares with the ego whose circle it is."""
    inside = np.zeros(len(net.nodes))
    inside[circle] = 1
    return np.rint(net.adjacency[circle] @ inside).astype(int)


def _lost(k: int, ties: float, common: np.ndarray) -> np.ndarray:
    """Give the fall of effective size, k − 2t/k, when one contact goes with its ties to the others."""
    return _size(k, ties) - _size(k - 1, ties - common)


def _size(k: int, ties: np.ndarray | float) -> np.ndarray | float:
    return k - 2 * ties / k if k else 0.0 * ties


def _only_through(net: Network, here: int, circle: np.ndarray, alters: np.ndarray) -> np.ndarray:
    near = set(circle.tolist()) | {here}
    beyond = [set(_contacts(net, contact).tolist()) - near for contact in circle]
    ways: dict[int, int] = {}
    for reached in beyond:
        for node in reached:
            ways[node] = ways.get(node, 0) + 1
    by_contact = dict(zip(circle.tolist(), beyond, strict=True))
    return np.array([sum(ways[node] == 1 for node in by_contact[int(alter)]) for alter in alters])


def next_ties(
    ties: pd.DataFrame, ego: Hashable, sector: Mapping[Hashable, str] | pd.Series, *, level: float = 0.95
) -> pd.DataFrame:
    """Say what one more tie, to a firm of each sector, would add to the network of one ego.

    Parameters
    ----------
    ties : pandas.DataFrame or Network
        The whole table of ties, or `network` of it where it is at hand already.
    ego : hashable
        Whose network.
    sector : mapping or Series
        Sector of each firm that may be met: those asked about their ties.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row per sector, those that open most first: `sector, known` (contacts the ego has there), `estimate`
        (contacts within two steps that one more tie there would add, the firm itself included: mean over the
        firms of the sector not yet known), `se, low, high, n` (such firms), `effective_size` (what the tie adds
        to effective size, mean).

    Raises
    ------
    ParameterError
        When the level is no share.
    DataError
        When a column is missing, the ego is not in the table, or no firm of the mapping is.

    Notes
    -----
    A mean over firms met at random in a sector, not a promise: a firm met through a friend opens less. The
    interval is that of the mean over the firms told of, as if they were drawn from their sector.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press, ch. 2.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": ["a", "b", "d"], "alter": ["b", "c", "e"]})
    >>> next_ties(told, "a", {"c": "retail", "d": "crafts"})[["sector", "estimate"]].values.tolist()
    [['crafts', 2.0], ['retail', 0.0]]
    """
    refuse_level(level)
    net = network(ties)
    here = _position(net, ego)
    circle = _contacts(net, here)
    near = np.zeros(len(net.nodes))
    near[_near(net, here, circle)] = 1
    told = sector if isinstance(sector, pd.Series) else pd.Series(list(sector.values()), list(sector))
    told = told[told.notna()]
    known = [firm in net.place for firm in told.index.tolist()]
    if not any(known):
        raise DataError("No firm whose sector is given is in the table of ties.")
    at = np.array([net.place[firm] for firm in told.index[known].tolist()])
    codes, sectors = pd.factorize(told[known].to_numpy(dtype=object), sort=True)
    ties_among, k = _shared(net, circle).sum() / 2, len(circle)
    met = np.isin(at, circle)
    gain = net.degree[at] - net.adjacency[at] @ near + (1 - near[at])
    size = _size(k + 1, ties_among + _shared_with(net, at, circle)) - _size(k, ties_among)
    others = ~met & (at != here)
    rows = [
        {"sector": name, "known": int((met & (codes == code)).sum())}
        | _of_sector(gain[others & (codes == code)], size[others & (codes == code)], level)
        for code, name in enumerate(sectors)
    ]
    return pd.DataFrame(rows).sort_values("estimate", ascending=False, kind="stable", ignore_index=True)


def _near(net: Network, here: int, circle: np.ndarray) -> np.ndarray:
    """Give everyone within two steps, the ego included."""
    return np.unique(np.concatenate([[here], circle, *(_contacts(net, node) for node in circle)]))


def _shared_with(net: Network, at: np.ndarray, circle: np.ndarray) -> np.ndarray:
    inside = np.zeros(len(net.nodes))
    inside[circle] = 1
    return net.adjacency[at] @ inside


def _of_sector(gain: np.ndarray, size: np.ndarray, level: float) -> dict[str, Any]:
    """Give the means over the firms of a sector that the ego does not know."""
    n = len(gain)
    mean = float(gain.mean()) if n else np.nan
    se = float(gain.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
    reach = special.stdtrit(n - 1, (1 + level) / 2) * se if n > 1 else np.nan
    found = {"estimate": mean, "se": se, "low": mean - reach, "high": mean + reach, "n": n}
    return found | {"effective_size": float(size.mean()) if n else np.nan}


def stakeholders(ties: pd.DataFrame, ego: Hashable, *, strength: str | None = None) -> pd.DataFrame:
    """Rank the contacts of one ego by how close they are, what they open, and how they have helped.

    Parameters
    ----------
    ties : pandas.DataFrame
        The whole table of ties, with `helped` where help was asked for.
    ego : hashable
        Whose contacts.
    strength : str, optional
        Column with the strength of a tie.

    Returns
    -------
    pandas.DataFrame
        As `ledger`, then `helped` (share of requests that succeeded; missing when nothing was asked),
        `score` (mean of the ranks, 0 to 1, on the criteria known: strength, contacts lost with the tie, help),
        `criteria` (how many are known) and `place` (1 = first; equals share a place).

    Raises
    ------
    DataError
        As `ledger`.

    Notes
    -----
    A list to start from, not a verdict on people: the three criteria count alike, which is a choice, and a
    contact never asked for help is not one who refused.

    References
    ----------
    Mitchell, R. K., Agle, B. R. and Wood, D. J. (1997). Toward a theory of stakeholder identification and
    salience. Academy of Management Review 22, 853-886.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": ["a", "a", "d"], "alter": ["b", "d", "e"], "helped": [0, 1, None]})
    >>> stakeholders(told, "a")[["alter", "score", "place"]].values.tolist()
    [['d', 1.0, 1], ['b', 0.5, 2]]
    """
    table = ledger(ties, ego, strength=strength)
    if "helped" in ties:
        mine = ties[ties["ego"] == ego].drop_duplicates(
            [c for c in ("alter", "purpose", "helped") if c in ties]
        )
        helped = yes_or_no(mine["helped"], "helped").groupby(mine["alter"]).mean()
        table["helped"] = table["alter"].map(helped).astype("Float64").astype(float)
    criteria = table[[c for c in ("strength", "lost_contacts", "helped") if c in table]].astype(float)
    ranks = criteria.rank(method="average").sub(0.0).div(criteria.notna().sum()).where(criteria.notna())
    table["score"] = ranks.mean(axis=1)
    table["criteria"] = criteria.notna().sum(axis=1)
    table["place"] = table["score"].rank(ascending=False, method="min").astype(int)
    return table.sort_values(["place", "alter"], kind="stable", ignore_index=True)
