"""Whom could an owner have met? Shares of groups among possible contacts, and ties told by a sample of egos."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.homophily.deals import complete, deals
from analysis.homophily.labels import Values, codes_of, node_values
from analysis.homophily.moments import Moments
from analysis.homophily.tallies import Tally
from analysis.survey import SurveyDesign
from analysis.ties.table import distinct_ties, ordered

__all__ = ["ToldCounts", "opportunities"]

AT_ONCE = 1_000_000


def opportunities(
    people: pd.DataFrame, attribute: str, by: str | None = None, *, weights: str | None = None
) -> pd.DataFrame:
    """Count who there is to meet: people of each group, in each town or other stratum.

    Parameters
    ----------
    people : pandas.DataFrame
        One row per possible contact, a register or a survey.
    attribute : str
        Column with the group.
    by : str, optional
        Column with the stratum; one row named "all" when left out.
    weights : str, optional
        Column with the number each row stands for.

    Returns
    -------
    pandas.DataFrame
        One row per stratum, one column per group: how many.

    Raises
    ------
    DataError
        When a column is missing or no row has a group.

    Notes
    -----
    Shares from a survey are estimates: with few firms interviewed in a town they are rough, and say so little
    about what that town offers that a larger area is the better stratum.

    Examples
    --------
    >>> firms = pd.DataFrame({"town": ["x", "x", "y"], "sector": ["retail", "crafts", "retail"]})
    >>> opportunities(firms, "sector", "town").loc["x"].tolist()
    [1.0, 1.0]
    """
    for column in [attribute, *([by] if by else []), *([weights] if weights else [])]:
        if column not in people:
            raise DataError(
                f'The table of people has no column "{column}".{did_you_mean(column, map(str, people.columns))}'
            )
    known = people.dropna(subset=[attribute, *([by] if by else [])])
    if known.empty:
        raise DataError(f'No row of the table of people has a value of "{attribute}".')
    rows = known[by] if by else pd.Series("all", index=known.index)
    counted = known[weights] if weights else pd.Series(1.0, index=known.index)
    return pd.crosstab(rows, known[attribute], values=counted, aggfunc="sum").fillna(0.0)


class ToldCounts:
    """Count the ties that egos told of, against alters dealt again or met as opportunity has it.

    Parameters
    ----------
    ties : pandas.DataFrame
        With `ego` and `alter`.
    attribute : str
        Column with the group of the alter.
    own : str, mapping or Series
        Column with the group of the ego, or a value for each ego.
    strata : str, optional
        Column with the stratum of the tie.
    opportunity : pandas.DataFrame or Series, optional
        How many (or what share) of each group there are, by stratum.
    weight : str, optional
        Column with the strength of a tie.
    design : mapping, optional
        Columns of the sampling design: `weights, strata, clusters`.

    Notes
    -----
    An alter named by several egos is one person and is dealt once; told of differently, it is several.
    """

    directed = True

    def __init__(
        self,
        ties: pd.DataFrame,
        attribute: str,
        own: Values,
        strata: str | None = None,
        opportunity: pd.DataFrame | pd.Series | None = None,
        weight: str | None = None,
        design: Mapping[str, str] | None = None,
    ) -> None:
        self._design = dict(design or {})
        told = self._read(ties, attribute, own, strata, weight)
        offered = _offered(opportunity, strata)
        found = [] if offered is None else offered.columns
        self.levels = ordered([*told["_own"], *told["_group"], *found])
        place = {level: i for i, level in enumerate(self.levels)}
        codes = {name: [place[level] for level in told[name].tolist()] for name in ("_own", "_group")}
        self._told = told.assign(**codes)
        self._units()
        self._chances = None if offered is None else _chances(offered, self._strata, self.levels)
        self.observed = self._tally(self._codes)
        outside = self.moments()
        mean, self.offered_to_all = outside.mean[1:], float(1 - outside.mean[0] / outside.total[0])
        sent = self.observed.sent
        self.offered = 1 - np.divide(mean, sent, out=np.full(len(sent), np.nan), where=sent > 0)
        self.share = self.offered
        of_each = np.bincount(self._told["_own"], minlength=len(self.levels))
        self.counts = np.concatenate([[of_each.sum()], of_each])

    def _read(
        self, ties: pd.DataFrame, attribute: str, own: Values, strata: str | None, weight: str | None
    ) -> pd.DataFrame:
        keep = [attribute, *([strata] if strata else []), *self._design.values()]
        if isinstance(own, str):
            keep.append(own)
        keep = [name for name in dict.fromkeys(keep) if name not in ("ego", "alter")]
        told = distinct_ties(ties, weight, keep=keep)
        mine = told[own] if isinstance(own, str) else told["ego"].map(dict(node_values(None, own, "own")))
        stratum = told[strata] if strata else pd.Series("all", index=told.index)
        told = told.assign(_own=mine, _group=told[attribute], _stratum=stratum)
        known = told[["_own", "_group", "_stratum"]].notna().all(axis=1)
        self.left_out = int((~known).sum())
        if not known.any():
            raise DataError(f'No tie has both the group of its ego and "{attribute}" of its alter.')
        sampled = told[self._design["weights"]].to_numpy(float) if "weights" in self._design else 1.0
        return told.assign(_strength=told["told"] * sampled)[known].reset_index(drop=True)

    def _units(self) -> None:
        """Gather the ties of each alter: how strongly egos of each group named it."""
        told, groups = self._told, len(self.levels)
        blocks, self._strata = codes_of(told["_stratum"].to_numpy(dtype=object))
        alters, _ = codes_of(told["alter"].to_numpy(dtype=object))
        key = (alters * groups + told["_group"].to_numpy()) * len(self._strata) + blocks
        _, first, unit = np.unique(key, return_index=True, return_inverse=True)
        self._named = np.zeros((len(first), groups))
        np.add.at(self._named, (unit, told["_own"].to_numpy()), told["_strength"].to_numpy())
        self._sent, self._of_each = self._named.sum(axis=0), self._named.sum(axis=1)
        self._codes, self._blocks = told["_group"].to_numpy()[first], blocks[first]

    def _tally(self, codes: np.ndarray) -> Tally:
        groups = len(self.levels)
        at = self._named[np.arange(codes.shape[-1]), codes]
        return Tally(_by_group(codes, at, groups), self._sent, _by_group(codes, self._of_each, groups))

    def draws(
        self, measure: Callable[[Tally], np.ndarray], permutations: int, seed: int
    ) -> tuple[np.ndarray, bool]:
        """Give the measure on each deal of the groups of alters: see `Source`."""
        whole = self._chances is None and complete(self._codes, self._blocks, permutations)
        rows = [measure(self._tally(codes)) for codes in self._dealt(permutations, seed)]
        return np.concatenate([np.empty((0, len(self.levels) + 1)), *rows]), whole

    def _dealt(self, permutations: int, seed: int) -> Iterator[np.ndarray]:
        """Give the groups of the alters, some deals at a time: one row per deal."""
        size = max(AT_ONCE // self._named.size, 1)
        if self._chances is None:
            dealt = deals(self._codes, self._blocks, permutations, seed)
            while several := list(islice(dealt, size)):
                yield np.array(several)
            return
        rng, upto = np.random.default_rng(seed), self._chances.cumsum(axis=1)[self._blocks]
        for start in range(0, permutations, size):
            drawn = rng.random((min(size, permutations - start), len(upto)))
            yield np.minimum((upto < drawn[..., None]).sum(axis=-1), len(self.levels) - 1)

    def moments(self) -> Moments:
        """Give exact mean and variance of the strength of ties that leave their group, for all and per group.

        Returns
        -------
        Moments
        """
        parts = [self._block_moments(block) for block in range(len(self._strata))]
        inside, variance = (np.sum([part[i] for part in parts], axis=0) for i in (0, 1))
        total = np.concatenate([[self._named.sum()], self._named.sum(axis=0)])
        return Moments(total - inside, np.maximum(variance, 0.0), total)

    def _block_moments(self, block: int) -> tuple[np.ndarray, np.ndarray]:
        here = self._blocks == block
        named, n = self._named[here], int(here.sum())
        if self._chances is not None:
            return _met(named, self._chances[block])
        sizes = np.bincount(self._codes[here], minlength=len(self.levels))
        return _dealt_once(named, sizes, n)

    def by_ego(self) -> pd.DataFrame:
        """Give for each ego the ties that leave its group, those expected to, and all its ties.

        Returns
        -------
        pandas.DataFrame
            `external, expected, total`, one row per ego.
        """
        told, groups = self._told, len(self.levels)
        strength, own = told["_strength"].to_numpy(), told["_own"].to_numpy()
        chances = self._chances
        if chances is None:
            dealt = np.zeros((len(self._strata), groups))
            np.add.at(dealt, (self._blocks, self._codes), 1.0)
            chances = dealt / dealt.sum(axis=1, keepdims=True)
        place = {stratum: i for i, stratum in enumerate(self._strata)}
        block = told["_stratum"].map(place).to_numpy()
        rows = pd.DataFrame(
            {
                "external": strength * (own != told["_group"].to_numpy()),
                "expected": strength * (1 - chances[block, own]),
                "total": strength,
            }
        )
        return rows.groupby(told["ego"].to_numpy(), sort=False).sum()

    def limits(self, level: float = 0.95) -> pd.DataFrame:
        """Give the share of ties inside the group, with the interval of the sampling of egos.

        Parameters
        ----------
        level : float

        Returns
        -------
        pandas.DataFrame
            `estimate, se, low, high`, for all and per group; missing for a group nobody belongs to, and where
            one unit only was drawn.
        """
        columns = {"clusters": "ego"} | {k: v for k, v in self._design.items() if k != "weights"}
        data = self._told.assign(_same=(self._told["_own"] == self._told["_group"]).astype(float))
        if data[columns["clusters"]].nunique() < 2:
            return pd.DataFrame(np.nan, range(len(self.levels) + 1), ["estimate", "se", "low", "high"])
        survey = SurveyDesign(data, weights="_strength", single_psu="adjust", **columns)
        every = survey.mean("_same", level=level)
        each = survey.mean("_same", by="_own", level=level).set_index("_own")
        each = each.reindex(range(len(self.levels)))
        return (
            pd.concat([every, each])[["estimate", "se", "low", "high"]].reset_index(drop=True).astype(float)
        )


def _by_group(codes: np.ndarray, values: np.ndarray, groups: int) -> np.ndarray:
    """Add up values by group, those of each deal apart."""
    deals = np.atleast_2d(codes)
    key = deals + groups * np.arange(len(deals))[:, None]
    sums = np.bincount(key.ravel(), np.broadcast_to(values, deals.shape).ravel(), groups * len(deals))
    return sums.reshape(*codes.shape[:-1], groups)


def _met(named: np.ndarray, chance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give moments of ties inside when each alter is met by chance, apart from the others."""
    each = named * chance
    mean = np.concatenate([[each.sum()], each.sum(axis=0)])
    of_all = (named**2 * chance).sum() - (each.sum(axis=1) ** 2).sum()
    of_groups = (named**2).sum(axis=0) * chance * (1 - chance)
    return mean, np.concatenate([[of_all], of_groups])


def _dealt_once(named: np.ndarray, sizes: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Give moments of ties inside when the groups of these alters are dealt among them (Hoeffding 1951)."""
    share = sizes / n
    means = named.mean(axis=0)
    inside = np.concatenate([[(named.sum(axis=0) * share).sum()], named.sum(axis=0) * share])
    if n == 1:
        return inside, np.zeros(len(inside))
    squares = ((named - means) ** 2).sum(axis=0)
    of_groups = sizes * (n - sizes) / (n * (n - 1)) * squares
    of_rows = (named * share).sum(axis=1)
    centred = named - of_rows[:, None] - means + (means * share).sum()
    of_all = (centred**2 * sizes).sum() / (n - 1)
    return inside, np.concatenate([[of_all], of_groups])


def _offered(opportunity: Any, strata: str | None) -> pd.DataFrame | None:
    if opportunity is None:
        return None
    if isinstance(opportunity, Mapping):
        opportunity = pd.Series(opportunity)
    table = opportunity.to_frame("all").T if isinstance(opportunity, pd.Series) else opportunity
    if not isinstance(table, pd.DataFrame):
        raise ParameterError(
            "opportunity is a table with one row per stratum and one column per group (see `opportunities`), or "
            f"a Series of groups, not {type(opportunity).__name__}."
        )
    if strata is None and len(table) > 1:
        raise ParameterError(
            f"opportunity has {len(table)} rows, one per stratum: say strata= the column of the ties with the stratum."
        )
    numbers = table.to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise DataError(
            "opportunity holds a missing or negative number: give how many there are of each group."
        )
    return table


def _chances(offered: pd.DataFrame, strata: list, levels: list) -> np.ndarray:
    absent = [stratum for stratum in strata if stratum not in offered.index]
    if absent:
        raise DataError(
            f'opportunity has no row for the stratum "{absent[0]}" ({len(absent)} such strata among the ties): '
            "add it, or use larger strata."
        )
    table = offered.loc[strata].reindex(columns=levels, fill_value=0.0)
    totals = table.sum(axis=1)
    if (totals <= 0).any():
        raise DataError(f'opportunity has nobody in the stratum "{totals.index[(totals <= 0).argmax()]}".')
    return table.div(totals, axis=0).to_numpy(dtype=float)
