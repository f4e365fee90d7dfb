"""Count how often 95 % intervals hold the truth: `python -m benchmarks.coverage` writes the table the appendix quotes.

500 panels drawn from one simulated population, in five blocks; the seed is that of the bundled sample and was
never changed. `tests/sample/test_coverage.py` draws them again.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.sample.coverage import BLOCKS, coverage

TABLE = Path(__file__).resolve().parents[1] / "data" / "reference" / "interval_coverage.csv"


def main() -> None:
    table = pd.concat([coverage(block) for block in range(1, BLOCKS + 1)], ignore_index=True)
    table.to_csv(TABLE, index=False, lineterminator="\n")
    held = table.groupby(["interval", "quantity"], sort=False)[["samples", "held"]].sum()
    for (interval, quantity), row in held.iterrows():
        print(
            f"{interval:7} {quantity:12} {row['held']:4} of {row['samples']} ({row['held'] / row['samples']:.1%})"
        )


if __name__ == "__main__":
    main()
