"""Time the engagement table on many posts, beside DuckDB written by hand and beside pandas.

`python -m benchmarks.posts` makes Parquet files of 1 and 10 million posts (`--millions 1 10 100` for more) in a
temporary folder, or in `--folder` to keep them, and measures the engagement rate by reach of each kind and quarter:
median, sum over sum and mean over posts, each with a 95 % interval that keeps the posts of an account together. Each
side runs in a process of its own; its peak of resident memory is the whole process's. Processor time counts all
threads and bears a busy machine better. The three sides estimate the same: the command also prints the largest
relative difference of estimates and limits.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, gettempdir

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import stats

from analysis.engagement import engagement

CHUNK = 1_000_000
BYTES = 40
KINDS = np.array(["carousel", "link", "photo", "reel", "text", "video"])
COLUMNS = ["platform", "account", "published", "kind", "reach", "reactions", "comments", "shares"]
KEYS = ["kind", "period"]
FIRST = np.datetime64("2024-01-01T00:00:00", "us")
MINUTES = 731 * 24 * 60


def write_posts(file: Path, posts: int) -> None:
    """Write seeded posts of one platform, 10 000 for each account on average, a million at a time."""
    if shutil.disk_usage(file.parent).free < 2 * BYTES * posts:
        raise SystemExit(
            f"{posts:,} posts need {2 * BYTES * posts / 1e9:.0f} GB of disk: name another --folder."
        )
    accounts = max(posts // 10_000, 20)
    size = np.random.default_rng(1).normal(6, 0.8, accounts)
    taste = np.random.default_rng(2).normal(0, 0.3, accounts)
    writer = None
    for chunk in range(0, posts, CHUNK):
        table = some_posts(min(CHUNK, posts - chunk), size, taste, np.random.default_rng([3, chunk]))
        writer = writer or pq.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()


def some_posts(count: int, size: np.ndarray, taste: np.ndarray, rng: np.random.Generator) -> pa.Table:
    account = rng.integers(0, len(size), count)
    kind = rng.integers(0, len(KINDS), count)
    reach = np.exp(size[account] + rng.normal(0, 0.7, count)).astype(np.int64)
    rate = np.exp(-3.4 + 0.1 * kind + taste[account] + rng.normal(0, 0.5, count))
    reactions = rng.poisson(reach * rate)
    columns = {
        "platform": pa.DictionaryArray.from_arrays(np.zeros(count, np.int8), ["facebook"]).cast(pa.string()),
        "account": pa.DictionaryArray.from_arrays(
            account.astype(np.int32), [f"account {number:05d}" for number in range(len(size))]
        ).cast(pa.string()),
        "published": FIRST + rng.integers(0, MINUTES, count).astype("timedelta64[m]"),
        "kind": pa.DictionaryArray.from_arrays(kind.astype(np.int8), KINDS).cast(pa.string()),
        "reach": pa.array(reach, mask=rng.random(count) < 0.01),
        "reactions": pa.array(reactions, mask=rng.random(count) < 0.01),
        "comments": rng.poisson(reactions * 0.1),
        "shares": rng.poisson(reactions * 0.05),
    }
    return pa.table(columns)


def ours(file: Path) -> pd.DataFrame:
    return engagement(file, by="kind", every="quarter", rates=["reach"])


def by_hand(file: Path) -> pd.DataFrame:
    """Ask DuckDB for the same table in SQL: sums over accounts, then how far the median's rank may err."""
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"""
        CREATE VIEW measured AS
        SELECT kind, year(published) || '-Q' || quarter(published) AS period, account,
               (reactions + comments + shares)::DOUBLE AS o, reach::DOUBLE AS u, o / u AS v
        FROM read_parquet('{file}') WHERE reach > 0 AND reactions + comments + shares IS NOT NULL
    """)
    found = connection.execute("""
        WITH middle AS (SELECT kind, period, median(v) AS m FROM measured GROUP BY ALL),
        blocks AS (
            SELECT kind, period, account, count(*)::DOUBLE AS n, sum(o) AS o, sum(u) AS u, sum(v) AS v,
                   sum(CASE WHEN v < m THEN 1 WHEN v = m THEN 0.5 ELSE 0 END)::DOUBLE AS c
            FROM measured JOIN middle USING (kind, period) GROUP BY ALL
        ),
        totals AS (
            SELECT kind, period, count(*) AS b, sum(n) AS n, sum(u) AS u,
                   sum(o) / sum(u) AS pooled, sum(v) / sum(n) AS mean
            FROM blocks GROUP BY ALL
        ),
        errors AS (
            SELECT kind, period, any_value(sqrt(b / (b - 1))) AS few,
                   few * sqrt(sum((o - pooled * blocks.u) ** 2)) / any_value(totals.u) AS se_pooled,
                   few * sqrt(sum((v - mean * blocks.n) ** 2)) / any_value(totals.n) AS se_mean,
                   few * sqrt(sum((c - blocks.n / 2) ** 2)) / any_value(totals.n) AS se_rank
            FROM blocks JOIN totals USING (kind, period) GROUP BY ALL
        )
        SELECT * FROM totals JOIN middle USING (kind, period) JOIN errors USING (kind, period) ORDER BY ALL
    """).df()
    t = stats.t.ppf(0.975, found["b"] - 1)
    levels = np.concatenate([0.5 - t * found["se_rank"], 0.5 + t * found["se_rank"]])
    limits = connection.execute(
        f"SELECT kind, period, quantile_disc(v, {levels.tolist()}) AS q FROM measured GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    low = [row[2][place] for place, row in enumerate(limits)]
    high = [row[2][len(limits) + place] for place, row in enumerate(limits)]
    return stacked(found, t, np.array(low), np.array(high))


def in_pandas(file: Path) -> pd.DataFrame:
    table = pd.read_parquet(file, columns=COLUMNS)
    over = (table["reactions"] + table["comments"] + table["shares"]).astype(float)
    quarters = table["published"].dt.year.astype(str) + "-Q" + table["published"].dt.quarter.astype(str)
    table = table.assign(o=over, u=table["reach"].astype(float), period=quarters)
    table = table[(table["u"] > 0) & table["o"].notna()]
    table = table.assign(v=table["o"] / table["u"])
    middle = table.groupby(KEYS)["v"].median().rename("m")
    m = table.join(middle, on=KEYS)["m"]
    table = table.assign(c=np.where(table["v"] < m, 1.0, np.where(table["v"] == m, 0.5, 0.0)), n=1.0)
    blocks = table.groupby([*KEYS, "account"])[["n", "o", "u", "v", "c"]].sum().reset_index("account")
    sums = blocks.groupby(KEYS)[["n", "o", "u", "v"]].sum()
    found = sums.assign(
        b=blocks.groupby(KEYS).size(), m=middle, pooled=sums["o"] / sums["u"], mean=sums["v"] / sums["n"]
    )
    parts = blocks.join(found[["pooled", "mean"]])
    squares = pd.DataFrame(
        {
            "se_pooled": (parts["o"] - parts["pooled"] * parts["u"]) ** 2,
            "se_mean": (parts["v"] - parts["mean"] * parts["n"]) ** 2,
            "se_rank": (parts["c"] - parts["n"] / 2) ** 2,
        }
    )
    errors = np.sqrt(squares.groupby(KEYS).sum().mul(found["b"] / (found["b"] - 1), axis=0))
    errors = errors.div(found["n"], axis=0).assign(se_pooled=errors["se_pooled"] / found["u"])
    found = found.join(errors).reset_index()
    t = stats.t.ppf(0.975, found["b"] - 1)
    values = table.groupby(KEYS)["v"]
    low, high = (
        np.array(
            [
                np.quantile(group, level, method="inverted_cdf")
                for level, (_, group) in zip(0.5 + sign * t * found["se_rank"], values, strict=True)
            ]
        )
        for sign in (-1, 1)
    )
    return stacked(found, t, low, high)


def stacked(found: pd.DataFrame, t: np.ndarray, low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    parts = [found[KEYS].assign(statistic="median", estimate=found["m"], low=low, high=high)]
    for name in ("pooled", "mean"):
        error = t * found[f"se_{name}"]
        limits = {"low": found[name] - error, "high": found[name] + error}
        parts.append(found[KEYS].assign(statistic=name, estimate=found[name], **limits))
    return pd.concat(parts, ignore_index=True)


SIDES = {"engagement()": ours, "DuckDB by hand": by_hand, "pandas": in_pandas}


def measure(side: str, file: Path, output: Path) -> None:
    """Run one side once in this process and print its seconds, those of all processors, and its peak of memory."""
    start, worked = time.perf_counter(), time.process_time()
    table = SIDES[side](file)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table.sort_values([*KEYS, "statistic"])[[*KEYS, "statistic", "estimate", "low", "high"]].to_pickle(output)
    print(json.dumps({"seconds": seconds, "processor": worked, "megabytes": peak}))


def in_a_child(side: str, file: Path, output: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.posts", "--side", side, str(file), str(output)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{side} failed:\n{done.stderr[-1500:]}")
    return json.loads(done.stdout.splitlines()[-1])


def apart_from(folder: Path, side: str) -> list[float]:
    """Give the largest relative difference from our table: of estimates, and of limits."""
    first, second = (
        pd.read_pickle(folder / f"{name}.pickle").reset_index(drop=True) for name in ("engagement()", side)
    )
    if not first[[*KEYS, "statistic"]].astype(str).equals(second[[*KEYS, "statistic"]].astype(str)):
        raise SystemExit(f"{side} has other rows.")
    far = (first[["estimate", "low", "high"]] / second[["estimate", "low", "high"]] - 1).abs().max()
    return [float(far["estimate"]), float(far[["low", "high"]].max())]


def lines(folder: Path, millions: list[float], runs: int, largest_pandas: float) -> Iterator[str]:
    for size in millions:
        file = folder / f"posts_{size:g}m.parquet"
        if not file.exists():
            write_posts(file, int(size * 1e6))
        sides = [side for side in SIDES if side != "pandas" or size <= largest_pandas]
        found: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
        for _ in range(runs):
            for side in sides:
                found[side].append(in_a_child(side, file, folder / f"{side}.pickle"))
        took = {
            side: [median(run[name] for run in found[side]) for name in ("seconds", "processor")]
            for side in sides
        }
        for side in sides:
            peak = max(run["megabytes"] for run in found[side])
            ratios = [mine / other for mine, other in zip(took["engagement()"], took[side], strict=True)]
            apart = " | ".join(f"{far:.0e}" for far in apart_from(folder, side))
            numbers = f"{took[side][0]:.1f} s | {took[side][1]:.1f} s | {peak:,.0f} MB"
            yield f"| {size:g} | {side} | {numbers} | {ratios[0]:.2f} | {ratios[1]:.2f} | {apart} |"


def machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "narwhals", "pandas"))
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version()}, {packages}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 10], help="millions of posts")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the posts are kept for another run")
    parser.add_argument(
        "--pandas", type=float, default=10, help="millions of posts pandas is asked for at most"
    )
    parser.add_argument("--side", nargs=3, metavar=("SIDE", "FILE", "OUTPUT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        measure(given.side[0], Path(given.side[1]), Path(given.side[2]))
        return
    print(machine())
    ratio = "engagement() over it: time | processor | apart: estimates | limits"
    print(f"| million posts | side | time | processor | peak memory | {ratio} |")
    print("|---" * 9 + "|")
    with TemporaryDirectory(dir=given.folder or gettempdir()) as temporary:
        folder = Path(temporary) if given.folder is None else given.folder
        for line in lines(folder, given.millions, given.runs, given.pandas):
            print(line, flush=True)


if __name__ == "__main__":
    main()
