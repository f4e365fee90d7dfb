"""How often do the intervals hold the truth? Samples drawn again and again from a population that is known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.sample.panel import AGE_BANDS, WAVES, draw_panel, retention
from analysis.sample.population import population
from analysis.sample.programme import take_part
from analysis.sample.ties import exposure, links
from analysis.sample.uptake import uptake
from analysis.survey import SurveyDesign

__all__ = ["BLOCKS", "SAMPLES", "coverage"]

SEED = 20260101
FIRMS = 24_000
INTERVIEWS = 800
BLOCKS = 5
SAMPLES = 100
FIRST, SECOND = WAVES[:2]
DOMAIN = "retail"
COLUMNS = ["region", "size_class", "stratum", "town", "towns_in_stratum", "firms_in_town"]
COLUMNS += ["employees", "sector", "owner_age", "age_band", "connected", f"uses_{FIRST}", f"uses_{SECOND}"]
MARGINS = ["stratum", "sector", "age_band"]


@dataclass(frozen=True)
class _Interval:
    low: float
    high: float

    def holds(self, truth: float) -> bool:
        return self.low <= truth <= self.high


def coverage(block: int, samples: int = SAMPLES) -> pd.DataFrame:
    """Count how many samples have a 95 % interval that holds the population's own value.

    From one simulated population of 24 000 firms, panels of about 800 are drawn as the survey's is: towns within
    region and size, then firms that answer unequally, some of which come back at the second wave. Weights are
    raked to strata, sectors and ages. Asked are the share of firms connected to the internet in 2022 (rate), that
    of retail (domain_rate), and the change from 2022 to 2024 in the share on a social network (difference).

    Parameters
    ----------
    block : int
        Which part of the samples, from 1; each has its own stream of chance.
    samples : int
        Number of samples in it.

    Returns
    -------
    pandas.DataFrame
        `block`; `quantity` (rate, domain_rate, difference); `interval`: `design` as `SurveyDesign` gives it, or
        `naive`, that of a simple random sample with every firm counting alike; `samples`; `held`, those whose
        interval holds the truth; `mean_width` of the interval (share of firms).

    Raises
    ------
    ParameterError
        When a number is below 1.

    Notes
    -----
    It shows that the method works where its conditions hold; it says nothing of a survey whose answers depend
    on what is asked about.

    Examples
    --------
    >>> table = coverage(block=1, samples=2)
    >>> table[["quantity", "interval", "samples"]].head(1)
      quantity interval  samples
    0     rate   design        2
    """
    if block < 1 or samples < 1:
        raise ParameterError(f"coverage(block={block}, samples={samples}): give whole numbers from 1.")
    firms = _population()
    margins = {
        name: {f"{wave} {value}": count for wave in (FIRST, SECOND) for value, count in counts.items()}
        for name in MARGINS
        for counts in [firms[name].value_counts()]
    }
    truth = _truth(firms)
    rng = np.random.default_rng([SEED, block])
    rows = []
    for _ in range(samples):
        panel = draw_panel(firms, INTERVIEWS, rng)
        answers = _answers(panel, retention(panel, rng)[SECOND].to_numpy())
        found = {"design": _design_intervals(answers, margins), "naive": _naive_intervals(answers)}
        rows += [
            {
                "block": block,
                "quantity": quantity,
                "interval": name,
                "held": limits.holds(truth[quantity]),
                "width": limits.high - limits.low,
            }
            for name, intervals in found.items()
            for quantity, limits in intervals.items()
        ]
    return (
        pd.DataFrame(rows)
        .groupby(["block", "quantity", "interval"], sort=False)
        .agg(samples=("held", "size"), held=("held", "sum"), mean_width=("width", "mean"))
        .reset_index()
        .sort_values(["interval", "quantity"], key=_in_order, ignore_index=True)
        .round({"mean_width": 5})
    )


def _in_order(column: pd.Series) -> pd.Series:
    order = ["rate", "domain_rate", "difference", "design", "naive"]
    return column.map(order.index)


def _population() -> pd.DataFrame:
    """Make the population and what it does in 2022, once and for all."""
    firms = population(FIRMS, np.random.default_rng([SEED, 0]))
    panel = draw_panel(firms, INTERVIEWS, np.random.default_rng([SEED, 0, 1]))
    pairs = links(panel, np.random.default_rng([SEED, 0, 2]))
    start = take_part(firms, np.random.default_rng([SEED, 0, 3]))

    def contacts(used: np.ndarray) -> np.ndarray:
        return exposure(pairs, used)

    world = uptake(firms, start, panel.index.to_numpy(), contacts, np.random.default_rng([SEED, 0, 4]))
    bands = pd.cut(firms["owner_age"], AGE_BANDS, right=False, labels=False)
    return firms.assign(
        connected=world.internet[:, 0].astype(int),
        age_band=bands.astype(str),
        **{f"uses_{wave}": world.any[:, number].astype(int) for number, wave in enumerate([FIRST, SECOND])},
    )[COLUMNS]


def _truth(firms: pd.DataFrame) -> dict[str, float]:
    return {
        "rate": firms["connected"].mean(),
        "domain_rate": firms.loc[firms["sector"] == DOMAIN, "connected"].mean(),
        "difference": firms[f"uses_{SECOND}"].mean() - firms[f"uses_{FIRST}"].mean(),
    }


def _answers(panel: pd.DataFrame, came_back: np.ndarray) -> pd.DataFrame:
    """Put the two waves one under the other; margins are named by wave, so that each is raked to its own."""
    waves = []
    for wave, rows in ((FIRST, panel), (SECOND, panel[came_back])):
        named = {name: rows[name].map(lambda value, wave=wave: f"{wave} {value}") for name in MARGINS}
        kept = {"uses": rows[f"uses_{wave}"], "group": rows["sector"], "sampled_in": rows["stratum"]}
        waves.append(rows.assign(wave=wave, **kept, **named))
    return pd.concat(waves, ignore_index=True)


def _design_intervals(answers: pd.DataFrame, margins: dict[str, dict]) -> dict[str, _Interval]:
    design = SurveyDesign(
        answers,
        weights="base_weight",
        clusters=["town", "firm"],
        strata="sampled_in",
        fpc=["towns_in_stratum", "firms_in_town"],
        single_psu="adjust",
    ).rake(margins)
    first = design.subset(design.data["wave"] == FIRST)
    tables = {
        "rate": first.proportion("connected"),
        "domain_rate": first.subset(first.data["group"] == DOMAIN).proportion("connected"),
        "difference": design.compare("uses", by="wave"),
    }
    return {name: _Interval(table["low"].item(), table["high"].item()) for name, table in tables.items()}


def _naive_intervals(answers: pd.DataFrame) -> dict[str, _Interval]:
    """Take every firm for as many, and every answer for independent of the others."""
    first, second = (answers[answers["wave"] == wave] for wave in (FIRST, SECOND))
    shares = {
        "rate": [first["connected"]],
        "domain_rate": [first.loc[first["group"] == DOMAIN, "connected"]],
        "difference": [second["uses"], first["uses"]],
    }
    return {name: _naive(*groups) for name, groups in shares.items()}


def _naive(group: pd.Series, less: pd.Series | None = None) -> _Interval:
    parts = [group] if less is None else [group, less]
    variance = sum(part.mean() * (1 - part.mean()) / len(part) for part in parts)
    centre = group.mean() - (0 if less is None else less.mean())
    half = 1.96 * math.sqrt(variance)
    return _Interval(centre - half, centre + half)
