"""Do two groups of very many posts differ: from sums over weeks or businesses that both may share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.engagement.inference.aggregates import BLOCK, Chosen, block_sums, histogram
from analysis.engagement.inference.bootstrap import MINIMUM
from analysis.engagement.inference.estimates import Bootstrap, flags
from analysis.engagement.inference.linearised import summarise, thresholds

__all__ = ["Sides"]


@dataclass(frozen=True)
class Sides:
    """Hold groups that are compared.

    Attributes
    ----------
    levels : dict
        Name of each group → its number.
    estimates : pandas.DataFrame
        Per group `estimate` and `n`.
    accounts, weeks : pandas.DataFrame, optional
        Per group and block `block` (its name), `stratum`, `dated` and `part`: what the block adds to the error of
        the group's estimate, in its unit.
    how : Bootstrap
        Level, and what is a block.
    """

    levels: dict[object, int]
    estimates: pd.DataFrame
    accounts: pd.DataFrame | None
    weeks: pd.DataFrame | None
    how: Bootstrap

    def contrast(self, base: object, other: object, scale: str) -> dict:
        """Compare two groups, blocks they share counting for both."""
        first, second = self.levels[base], self.levels[other]
        blocks, unit, held = self._blocks(first, second)
        one, two = (float(self.estimates["estimate"][number]) for number in (first, second))
        n_1, n_2 = (int(self.estimates["n"][number]) for number in (first, second))
        estimate = two - one if scale == "difference" else two / one if one else np.nan
        by = (1.0, 1.0) if scale == "difference" else (one or np.nan, two or np.nan)
        few = int(min((blocks[side].notna()).sum() for side in (first, second)))
        error = (blocks[second].fillna(0) / by[1] - blocks[first].fillna(0) / by[0]).to_numpy(float)
        variance, strata = _between(error, blocks["stratum"].to_numpy())
        enough = few >= MINIMUM
        t = special.stdtrit(max(len(blocks) - strata, 1), (1 + self.how.level) / 2) if enough else np.nan
        se = float(np.sqrt(variance)) if enough else np.nan
        low, high = estimate - t * se, estimate + t * se
        if scale == "ratio":
            low, high = estimate * np.exp(-t * se), estimate * np.exp(t * se)
            se = abs(estimate) * se
        within = f" within {held} accounts held fixed" if held else ""
        method = f"linearised, {len(blocks)} {unit}{within}" if enough else "no interval"
        flag = flags(min(n_1, n_2), "" if enough else f"{unit}<{MINIMUM}")
        numbers = {"estimate": estimate, "se": se, "low": float(low), "high": float(high)}
        return numbers | {"n": n_1 + n_2, "n_1": n_1, "n_2": n_2, "method": method, "flag": flag}

    def _blocks(self, first: int, second: int) -> tuple[pd.DataFrame, str, int]:
        """Lay the blocks of the two groups beside each other; those that share none are strata of their own."""
        parts = self.accounts if self.accounts is not None else self.weeks
        accounts = parts.loc[parts["_group"].isin([first, second]), BLOCK].drop_duplicates()
        weekly = self.accounts is None or (self.how.together == "auto" and len(accounts) == 1)
        parts = self.weeks if weekly else self.accounts
        pair = parts[parts["_group"].isin([first, second])]
        wide = pair.pivot_table(index=["block"], columns="_group", values="part", aggfunc="sum")
        wide = wide.reindex(columns=[first, second])
        stratum = pair.drop_duplicates("block").set_index("block")["stratum"].reindex(wide.index)
        if not wide.notna().all(axis=1).any():
            stratum = stratum.astype(str) + np.where(wide[second].notna(), "/2", "/1")
        unit = "accounts" if not weekly else "weeks" if pair["dated"].any() else "posts"
        return (
            wide.assign(stratum=stratum.astype(str)),
            unit,
            len(accounts) if weekly and len(accounts) > 1 else 0,
        )


def sides_of(chosen: Chosen, named: pd.Series, statistic: str, how: Bootstrap) -> Sides:
    """Prepare groups of very many posts for comparison.

    Parameters
    ----------
    chosen : Chosen
        The groups, with one measure.
    named : pandas.Series
        Number of the group → its name.
    statistic : {"median", "pooled", "mean"}
    how : Bootstrap

    Returns
    -------
    Sides
        Groups without a measured post are left out.
    """
    table = summarise(chosen, 1, [statistic], how)[0]
    table = table[table["n"] > 0]
    limits = thresholds(chosen, {0: histogram(chosen, 0)} if statistic == "median" else {})
    alone = how.together == "auto" and (table["unit"] != "accounts").any()
    wanted = {False: how.together != "weeks", True: how.together == "weeks" or alone}
    accounts, weeks = (
        _parts(block_sums(chosen, [statistic], limits, weekly), table, statistic) if wanted[weekly] else None
        for weekly in (False, True)
    )
    estimates = pd.DataFrame({"estimate": table[f"{statistic}_estimate"], "n": table["n"]})
    levels = {name: int(number) for number, name in named.items() if number in table.index}
    return Sides(levels, estimates, accounts, weeks, how)


def _parts(blocks: pd.DataFrame, table: pd.DataFrame, statistic: str) -> pd.DataFrame:
    """Say what each block adds to the error of its group's estimate."""
    blocks = blocks[blocks["n0"] > 0].reset_index(drop=True)
    sums = table.loc[blocks["_group"]].reset_index(drop=True)
    if statistic == "median":
        rank = np.sqrt((sums["cc"] - sums["cn"] + sums["nn"] / 4).clip(lower=0))
        spread = sums["median_se"] / rank.where(rank > 0)
        part = (blocks["n0"] / 2 - blocks["c0"]) * spread
    else:
        above, below = ("o", "u") if statistic == "pooled" else ("v", "n")
        estimate = sums[f"{statistic}_estimate"]
        part = (blocks[f"{above}0"] - estimate * blocks[f"{below}0"]) / sums[below]
    account = blocks["platform"] + "/" + blocks["account"]
    weekly = "_week" in blocks
    label = account
    if weekly:
        lone = pd.Series([f"post {place}" for place in range(len(blocks))])
        label = account + "/" + blocks["_week"].astype(str).where(blocks["_week"].notna(), lone)
    stratum, dated = account if weekly else "", blocks["_week"].notna() if weekly else True
    return blocks[["_group", *BLOCK]].assign(part=part, block=label, stratum=stratum, dated=dated)


def _between(error: np.ndarray, stratum: np.ndarray) -> tuple[float, int]:
    """Give the variance of a sum over blocks, within strata, and the number of strata."""
    names, of = np.unique(stratum.astype(str), return_inverse=True)
    count, total = np.bincount(of), np.bincount(of, error)
    squares = np.bincount(of, error**2) - total**2 / count
    return float((squares * count / np.maximum(count - 1, 1)).clip(min=0).sum()), len(names)
