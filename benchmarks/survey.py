"""Time 200 shares by domain on 100 000 rows: this suite, bare svy, and R's survey where it is installed.

`python -m benchmarks.survey` prints the seconds, the two ratios and the largest difference of the estimates. Each
side reads nothing but the finished table; the fastest of the runs counts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

ROWS, DOMAINS, STRATA, UNITS_PER_STRATUM = 100_000, 200, 50, 40
RUNS = 3
R_CODE = """
suppressMessages(library(survey))
data <- read.csv(commandArgs(TRUE)[1])
seconds <- system.time({
  d <- svydesign(id = ~town, strata = ~stratum, weights = ~w, fpc = ~towns, data = data)
  b <- svyby(~uses, ~domain, d, svymean)
})["elapsed"]
write.csv(data.frame(domain = b$domain, estimate = coef(b), se = SE(b)), commandArgs(TRUE)[2], row.names = FALSE)
cat(seconds, "\\n")
"""


def survey(rows: int = ROWS, domains: int = DOMAINS) -> pd.DataFrame:
    """Make a stratified sample of clusters with a 0/1 answer."""
    rng = np.random.default_rng(20260101)
    town = np.sort(rng.integers(0, STRATA * UNITS_PER_STRATUM, rows))
    effect = rng.normal(0, 0.5, STRATA * UNITS_PER_STRATUM)
    return pd.DataFrame(
        {
            "stratum": town // UNITS_PER_STRATUM,
            "town": town,
            "towns": 4 * UNITS_PER_STRATUM,
            "w": rng.uniform(5, 30, rows).round(3),
            "domain": rng.integers(0, domains, rows),
            "uses": (rng.uniform(size=rows) < 1 / (1 + np.exp(-effect[town]))).astype(int),
        }
    )


def ours(data: pd.DataFrame) -> pd.DataFrame:
    """Ask `SurveyDesign` for the shares."""
    from analysis.survey import SurveyDesign

    design = SurveyDesign(data, weights="w", strata="stratum", clusters="town", fpc="towns")
    return design.proportion("uses", by="domain")[["domain", "estimate", "se"]]


def bare(data: pd.DataFrame) -> pd.DataFrame:
    """Ask `svy` for the same, as its documentation shows."""
    import polars as pl
    import svy

    design = svy.Design(stratum="stratum", psu="town", wgt="w", pop_size="towns")
    table = svy.Sample(pl.from_pandas(data), design).estimation.prop("uses", by="domain").to_polars()
    return (
        table.filter(pl.col("uses").cast(pl.String) == "1")
        .select("domain", pl.col("est").alias("estimate"), "se")
        .to_pandas()
    )


def fastest(run: Callable[[pd.DataFrame], pd.DataFrame], data: pd.DataFrame) -> tuple[float, pd.DataFrame]:
    """Run once to warm up, then take the fastest of some runs."""
    result, seconds = run(data), []
    for _ in range(RUNS):
        start = time.perf_counter()
        run(data)
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def in_r(data: pd.DataFrame) -> tuple[float, pd.DataFrame] | None:
    """Ask R, where it and its survey package are installed."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "data.csv"), Path(folder, "shares.csv")
        data.to_csv(given, index=False)
        call = ["Rscript", "-e", R_CODE, str(given), str(made)]
        done = subprocess.run(call, capture_output=True, text=True)
        if done.returncode:
            print(
                f"R could not run its survey package: {done.stderr.strip().splitlines()[-1:]}",
                file=sys.stderr,
            )
            return None
        return float(done.stdout.split()[-1]), pd.read_csv(made)


def furthest(one: pd.DataFrame, two: pd.DataFrame) -> float:
    """Give the largest relative difference of estimates and standard errors."""
    both = one.astype({"domain": int}).merge(
        two.astype({"domain": int}), on="domain", suffixes=("", "_other")
    )
    if len(both) != len(one):
        raise SystemExit("The two sides do not give the same domains.")
    return max((both[name] / both[f"{name}_other"] - 1).abs().max() for name in ("estimate", "se"))


def main() -> None:
    data = survey()
    mine, table = fastest(ours, data)
    print(f"SurveyDesign   {mine:6.2f} s   {DOMAINS} domains, {ROWS:,} rows")
    alone, other = fastest(bare, data)
    print(
        f"bare svy       {alone:6.2f} s   ratio {mine / alone:.2f}   differs by {furthest(table, other):.0e}"
    )
    found = in_r(data)
    if found is None:
        print("R              left out: Rscript or its survey package (r-cran-survey) is not installed")
        return
    seconds, theirs = found
    print(
        f"R survey       {seconds:6.2f} s   ratio {seconds / mine:.1f}   differs by {furthest(table, theirs):.0e}"
    )


if __name__ == "__main__":
    main()
