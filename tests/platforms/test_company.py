from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analysis.platforms.company import OPEN, networks, span
from analysis.platforms.export import Export, Notice


def export(platform, file, open_=False, days=("2025-08-18",), kind="daily"):
    found = pd.DataFrame({"platform": platform, "date": pd.to_datetime(list(days)), "value": 1.0})
    notices = (Notice(OPEN, "open"),) if open_ else ()
    return Export(platform, f"{platform}_tool", kind, found, notices, "", None, {}, (), file)


@pytest.mark.parametrize(
    ("others", "network"),
    [
        ([("tiktok", "a/Overview.csv")], "tiktok"),
        ([("facebook", "a/Visits.csv")], "facebook"),
        ([("tiktok", "a/Overview.csv"), ("facebook", "a/Visits.csv")], None),
        ([("tiktok", "b/Overview.csv")], None),
        ([("youtube", "a/Table data.csv")], None),
    ],
)
def test_only_one_network_of_the_same_folder_settles_an_open_one(others, network):
    found = networks(
        [export("facebook", "a/Viewers.csv", open_=True), *[export(*other) for other in others]]
    )[0]
    assert found.platform == (network or "facebook")
    assert found.table["platform"].tolist() == [network or "facebook"]
    assert [notice.code for notice in found.warnings] == ["network_beside" if network else OPEN]
    assert found.tool == (f"{network}_tool" if network else "facebook_tool")


def test_span_is_that_of_the_days():
    read = [
        export("facebook", "a.csv", days=("2025-12-30", "2026-01-02")),
        export("x", "b.csv", days=("2025-01-01",), kind="posts"),
    ]
    assert span(read) == (date(2025, 12, 30), date(2026, 1, 2))
    assert span(read[1:]) is None
