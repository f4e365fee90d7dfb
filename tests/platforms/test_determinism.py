from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
from analysis.platforms.cells.numbers import numbers
from analysis.engagement import engagement
import pandas as pd
table = pd.DataFrame({"kind": list("abcdef") * 10, "reach": range(1, 61), "reactions": range(60),
                      "published": pd.date_range("2025-01-01", periods=60, freq="3D")})
print(numbers(["1,234", "1.234"], whole=False).values)
print(engagement(table, by="kind", rates=["reach"], draws=50).to_csv())
"""


@pytest.mark.slow
def test_hash_seed_time_zone_and_locale_change_nothing():
    found = set()
    for seed, zone, locale in (
        ("0", "UTC", "C"),
        ("1", "Asia/Tokyo", "fr_FR.UTF-8"),
        ("2", "America/New_York", "C"),
    ):
        place = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=os.environ | place, capture_output=True, text=True, check=True
        )
        found.add(run.stdout)
    assert len(found) == 1
    assert "[1234, 1.234]" in found.pop()
