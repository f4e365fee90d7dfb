"""What do official statistics say? Published figures on firms and social media, set beside our estimates.

Every figure keeps its base (the firms it is a share of), its year and its address. Official statistics and
surveys of volunteers are told apart, and bases are never mixed in silence.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.catalog import data_path
from analysis.errors import ParameterError, did_you_mean

__all__ = ["benchmark", "compare", "eurostat_cells", "figures"]

ANY_SOCIAL_MEDIUM = (
    "uses a social medium",
    "uses any social media",
    "uses at least one social medium",
    "uses social media",
)
SECTORS = {
    "all": "all",
    "Business economy excl. financial (NACE C10-S951 ex K)": "all",
    "Accommodation and food service": "accommodation_food",
    "Construction": "construction",
    "Construction (F)": "construction",
    "Transport and storage": "transport",
    "Transport and storage (H)": "transport",
}
SIZES = {
    "<10 (micro-enterprises)": "<10",
    "micro-enterprises": "<10",
    "small (10-49)": "10-49",
    "large (250+)": "250+",
    ">10": "10+",
}
BOUNDED = re.compile(r"([<>])(\d+(?:\.\d+)?)")


def figures(official: bool | None = None, **filters: Any) -> pd.DataFrame:
    """List published figures on firms and social networks.

    Parameters
    ----------
    official : bool, optional
        True for statistical offices and comparable public surveys, False for the rest (self-selected or small
        samples, opinion polls, vendors), both when left out.
    **filters
        A value or list of values to keep, by column: `country="France"`, `year=[2019, 2022]`.

    Returns
    -------
    pandas.DataFrame
        `publisher, dataset_or_report, year` (text, as published), `country, size_class, sector, indicator,
        value` (text, as published), `number` (missing for a value such as `>60`), `at_least`, `at_most` (the
        bounds such a value gives), `unit`, `base` (the firms a percentage is of), `official`, `url`.

    Raises
    ------
    ParameterError
        When a filter names a column that does not exist, or a value that no figure has.

    Notes
    -----
    Two percentages can only be compared when their `base` is the same: firms with internet use social media
    more often than all firms.

    References
    ----------
    Each row's `url`; Eurostat data are reused under CC BY 4.0.

    Examples
    --------
    >>> figures(publisher="INSEE", year=2022, indicator="uses a social medium", sector="all")[["number", "base"]]
       number                                base
    0    44.0  micro-enterprises using the internet
    """
    table = _read("official_figures.csv").assign(
        number=lambda d: pd.to_numeric(d["value"], errors="coerce").astype("Float64"),
        at_least=lambda d: _bound(d["value"], ">"),
        at_most=lambda d: _bound(d["value"], "<"),
        base=lambda d: d["unit"].str.extract(r"^% of (.+)$", expand=False),
        official=lambda d: d["official"].eq("yes"),
    )
    order = [
        "publisher",
        "dataset_or_report",
        "year",
        "country",
        "size_class",
        "sector",
        "indicator",
        "value",
    ]
    table = table[[*order, "number", "at_least", "at_most", "unit", "base", "official", "url"]]
    if official is not None:
        table = table.loc[table["official"] == official]
    return _filtered(table, filters).reset_index(drop=True)


def eurostat_cells(**filters: Any) -> pd.DataFrame:
    """List Eurostat's cells on enterprises of 10 or more persons, 2013 to 2019.

    Parameters
    ----------
    **filters
        A value or list of values to keep, by column: `geo="FR"`, `indic_is="E_SM1_SNET"`.

    Returns
    -------
    pandas.DataFrame
        `dataset, figure, year, geo, size_emp, nace_r2, indic_is, value` (percent), `unit` (`PC_ENT`: percent of
        enterprises), in Eurostat's codes.

    Raises
    ------
    ParameterError
        When a filter names a column that does not exist, or a value that no cell has.

    Notes
    -----
    Firms under 10 persons, most of ours, are not in these statistics.

    References
    ----------
    Eurostat, *isoc_cismt* and *isoc_cismp* (reuse under CC BY 4.0).

    Examples
    --------
    >>> eurostat_cells(geo="EU28", year=2013, indic_is="E_SM1_SNET", figure="Figure 1")["value"].tolist()
    [28.0]
    """
    cells = _read("eurostat_social_media_2013_2019.csv")
    cells = cells.assign(year=cells["year"].astype("Int64"), value=cells["value"].astype("Float64"))
    return _filtered(cells, filters).reset_index(drop=True)


def benchmark(
    year: int = 2022,
    country: str = "France",
    size: str = "<10",
    *,
    publisher: str | None = None,
    official: bool | None = True,
) -> pd.DataFrame:
    """Give the published shares of firms that use any social medium, by sector where there are some.

    Parameters
    ----------
    year : int
        Year of the survey; INSEE's latest on micro-enterprises by default.
    country : str
        Country, in English.
    size : str
        Size class: `<10`, `10+`, `10-49`, `50-249` or `250+` persons.
    publisher : str, optional
        One publisher, where several give a figure.
    official : bool, optional
        Only official statistics by default.

    Returns
    -------
    pandas.DataFrame
        `sector` (our codes, and `all`), `share` (0 to 1; missing for a value such as `<20`), `value` (as
        published), `base` (`all`, `connected` or `other`), `base_text` (as published), `size, year, source, url`.

    Raises
    ------
    ParameterError
        When there is no such figure, or several that differ.

    Notes
    -----
    Only sectors whose definition is ours are given: official retail trade, say, has food shops in it.

    References
    ----------
    INSEE Première 1982 (February 2024), *TIC-TPE 2022*.

    Examples
    --------
    >>> benchmark()[["sector", "share", "base"]]
                   sector  share       base
    0                 all   0.44  connected
    1  accommodation_food   0.66  connected
    2        construction   0.28  connected
    3           transport   0.22  connected
    """
    found = figures(official, year=year)
    found = found.assign(
        sector=found["sector"].map(SECTORS).astype("string"), size=found["size_class"].replace(SIZES)
    )
    asked = found["indicator"].isin(ANY_SOCIAL_MEDIUM) & found["sector"].notna() & found["base"].notna()
    kept = found.loc[asked & (found["country"] == country) & (found["size"] == size)]
    if publisher is not None:
        kept = kept.loc[kept["publisher"].str.startswith(publisher)]
    if kept.empty:
        raise ParameterError(_nothing(found.loc[asked], year, country, size))
    _refuse_several(kept)
    return _benchmark_table(kept)


def _benchmark_table(kept: pd.DataFrame) -> pd.DataFrame:
    table = kept.drop_duplicates("sector").assign(
        share=lambda d: d["number"] / 100,
        source=lambda d: d["publisher"] + ", " + d["dataset_or_report"],
        base_text=lambda d: d["base"],
        base=lambda d: d["base"].map(_base).astype("string"),
        first=lambda d: d["sector"] != "all",
        year=lambda d: d["year"].astype("Int64"),
    )
    columns = ["sector", "share", "value", "base", "base_text", "size", "year", "source", "url"]
    return table.sort_values(["first", "sector"], ignore_index=True)[columns]


def _nothing(found: pd.DataFrame, year: int, country: str, size: str) -> str:
    known = found.groupby("country")["size"].agg(lambda s: ", ".join(sorted(set(s))))
    listed = "; ".join(f"{name} ({sizes})" for name, sizes in known.items()) or "none"
    return (
        f"No figure on the use of any social medium for year={year}, country={country}, size={size}."
        f"{did_you_mean(country, known.index)} For {year} there are: {listed}."
    )


def _refuse_several(kept: pd.DataFrame) -> None:
    counts = kept.groupby("sector")["value"].nunique()
    unclear = kept.loc[kept["sector"].isin(counts.index[counts > 1])]
    if len(unclear):
        listed = "; ".join(f"{r.publisher} {r.value} ({r.indicator})" for r in unclear.itertuples())
        raise ParameterError(f"Several figures answer to that: {listed}. Choose one with publisher=.")


def _base(text: str) -> Literal["all", "connected", "other"]:
    if text in {"enterprises", "micro-enterprises", "businesses", "SMEs"}:
        return "all"
    return "connected" if "using the internet" in text or "with internet access" in text else "other"


def compare(
    estimates: pd.DataFrame,
    published: pd.DataFrame | None = None,
    *,
    size: str = "all",
    year: int | None = None,
) -> pd.DataFrame:
    """Set the official figure beside each estimate of presence, saying where the two are not of the same firms.

    Parameters
    ----------
    estimates : pandas.DataFrame
        From `analysis.adoption.presence`, grouped or not; shares of `base` firms.
    published : pandas.DataFrame, optional
        From `benchmark`; INSEE 2022 on French micro-enterprises when left out.
    size : str
        The firms the estimates are of: `<10` after keeping those, `all` otherwise.
    year : int, optional
        Year of the estimates, where they have no column `wave`.

    Returns
    -------
    pandas.DataFrame
        The estimates with `benchmark` (share, 0 to 1), `benchmark_sector, benchmark_base, benchmark_size,
        benchmark_year, benchmark_source, benchmark_url` and `difference` (estimate − benchmark; missing unless
        base, size and year are the same). `flag` adds `base differs`, `size differs`, `year differs`.

    Raises
    ------
    ParameterError
        When the table does not hold estimates with their base.

    Notes
    -----
    The official figure has a margin of error of its own, which its publisher rarely gives.

    References
    ----------
    INSEE Première 1982 (February 2024), *TIC-TPE 2022*.

    Examples
    --------
    >>> estimates = pd.DataFrame({"base": ["all"], "estimate": [0.37], "flag": [""]})
    >>> compare(estimates, size="<10", year=2022)[["estimate", "benchmark", "benchmark_base", "flag"]]
       estimate  benchmark                        benchmark_base          flag
    0      0.37       0.44  micro-enterprises using the internet  base differs
    """
    lacking = [name for name in ("estimate", "base", "flag") if name not in estimates.columns]
    if lacking:
        raise ParameterError(
            f"compare() needs estimates with {', '.join(lacking)}: give it a table from adoption.presence()."
        )
    beside = _beside(estimates, benchmark() if published is None else published)
    reasons = _mismatches(estimates, beside, size, year)
    same = pd.Series([not reason for reason in reasons], index=estimates.index)
    difference = (estimates["estimate"] - beside["benchmark"]).where(same)
    flags = [
        "; ".join(filter(None, [str(f), *r]))
        for f, r in zip(estimates["flag"].fillna(""), reasons, strict=True)
    ]
    return estimates.assign(
        **beside.drop(columns="base"), difference=difference, flag=pd.array(flags, dtype="string")
    )


def _beside(estimates: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Line the published figures up with the estimates: by sector where there is one, else those of all."""
    if "sector" in estimates.columns:
        sectors = estimates["sector"].astype("string")
    else:
        sectors = pd.Series("all", index=estimates.index, dtype="string")
    names = {"share": "benchmark", "base_text": "benchmark_base", "size": "benchmark_size"}
    names |= {name: f"benchmark_{name}" for name in ("year", "source", "url")}
    rows = published.set_index("sector").rename(columns=names)[["base", *names.values()]]
    beside = rows.reindex(sectors).set_axis(estimates.index)
    beside.insert(1, "benchmark_sector", sectors.where(beside["benchmark"].notna()))
    return beside.astype({"benchmark": float})


def _mismatches(
    estimates: pd.DataFrame, beside: pd.DataFrame, size: str, year: int | None
) -> list[list[str]]:
    """Say, for each estimate that has a figure beside it, in what the two differ."""
    waves = estimates["wave"] if "wave" in estimates.columns else pd.Series(year, index=estimates.index)
    differs = {
        "base differs": estimates["base"].astype("string") != beside["base"],
        "size differs": beside["benchmark_size"] != size,
        "year differs": waves.notna() & (waves != beside["benchmark_year"]),
    }
    present = beside["benchmark"].notna()
    table = pd.DataFrame({name: (mask & present).fillna(True).astype(bool) for name, mask in differs.items()})
    return [list(np.array(table.columns)[row]) for row in table.to_numpy()]


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(
        data_path("reference", name), dtype="string", keep_default_na=False, na_values=[], encoding="utf-8"
    )


def _bound(values: pd.Series, sign: str) -> pd.Series:
    parts = values.str.extract(BOUNDED)
    return parts[1].where(parts[0] == sign).astype("Float64")


def _filtered(table: pd.DataFrame, filters: dict[str, Any]) -> pd.DataFrame:
    for name, wanted in filters.items():
        if name not in table.columns:
            raise ParameterError(
                f'There is no column "{name}" to filter by.{did_you_mean(name, table.columns)} '
                f"Columns: {', '.join(table.columns)}."
            )
        values = [str(value) for value in (wanted if isinstance(wanted, list | tuple | set) else [wanted])]
        texts = table[name].astype("string")
        unknown = sorted(set(values) - set(texts.dropna()))
        if unknown:
            raise ParameterError(
                f'No figure left has {name} "{unknown[0]}".{did_you_mean(unknown[0], texts.dropna().unique())}'
            )
        table = table.loc[texts.isin(values)]
    return table
